use super::super::q_learning::QLearning;
use super::super::trials::{Tabulated, constant, luck, play, published, step, two_by_three};
use super::*;
use crate::mdp::{Environment, Luck};

/// Prediction of a policy that draws all actions alike.
fn predictor(settings: &PredictionSettings, states: &Space, actions: &Space) -> TdPrediction {
    let criterion = Criterion::Discounted(0.5);
    let behaviour = QLearning::new(&constant(0.5, 1.0), states, actions, criterion).unwrap();
    TdPrediction::new(settings, Box::new(behaviour), states, criterion).unwrap()
}

fn settings(steps: Option<u32>, size: f64) -> PredictionSettings {
    let step_size = StepSize::Constant { size };
    let target = Target::over(steps, CountedVisits::First);
    PredictionSettings { target, step_size, ..PredictionSettings::default() }
}

#[test]
fn steps_by_hand() {
    let (states, actions) = two_by_three();
    let after = |steps, visits| {
        let target = Target::over(steps, visits);
        let settings = PredictionSettings { target, ..settings(steps, 0.5) };
        let mut agent = predictor(&settings, &states, &actions);
        agent.values_mut()[1] = 8.0;
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        let one = agent.values().to_vec();
        step(&mut agent, &mut dice, (1, 2), 4.0, Some((0, None)));
        step(&mut agent, &mut dice, (0, 0), 1.0, None);
        (one, agent.values().to_vec(), agent.name().to_owned())
    };
    // ½·(2 + ½·8) = 3; 8 + ½·(4 + ½·3 − 8) = 6.75; 3 + ½·(1 − 3) = 2.
    let (one, all, name) = after(Some(1), CountedVisits::First);
    assert_eq!((one, all, &*name), (vec![3.0, 8.0], vec![2.0, 6.75], "TD(0)"));
    // After two rewards ½·(2 + ½·4 + ¼·0) = 2; at the end 8 + ½·(4.5 − 8) = 6.25 and 1.5.
    let (one, all, name) = after(Some(2), CountedVisits::First);
    assert_eq!((one, all, &*name), (vec![0.0, 8.0], vec![1.5, 6.25], "n-step TD"));
    // Returns 4.25, 4.5 and 1: ½·4.25 = 2.125, then ½·(1 − 2.125) more in the second visit.
    let (one, all, name) = after(None, CountedVisits::Every);
    assert_eq!((one, all), (vec![0.0, 8.0], vec![1.5625, 6.25]));
    assert_eq!(name, "Monte Carlo prediction");
    assert_eq!(after(None, CountedVisits::First).1, [2.125, 6.25]);
}

#[test]
fn what_is_cut_off_or_too_long_is_settled_with_what_is_believed_behind() {
    let (states, actions) = two_by_three();
    for steps in [None, Some(9)] {
        let mut agent = predictor(&settings(steps, 0.5), &states, &actions);
        agent.values_mut()[1] = 8.0;
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        agent.begin_episode();
        assert_eq!(agent.values(), [3.0, 8.0]);
    }
    let target = Target::Episode { visits: CountedVisits::First, longest: 1 };
    let short = PredictionSettings { target, ..settings(None, 0.5) };
    let mut agent = predictor(&short, &states, &actions);
    let mut dice = Dice::new(Luck::new(1), agent.sources());
    agent.begin_episode();
    step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
    assert_eq!(agent.values(), [1.0, 0.0]);
}

/// Steps to the left or right exit with probability ½ each; states A … E are 0 … 4, the exits 5
/// (left) and 6 (right, which earns 1).
fn walk() -> Tabulated {
    let walk = |state: usize| {
        let left = if state == 0 { 5 } else { state - 1 };
        let right = if state == 4 { 6 } else { state + 1 };
        let gain = if state == 4 { 1.0 } else { 0.0 };
        vec![if state > 4 { Vec::new() } else { vec![(0.5, left, 0.0), (0.5, right, gain)] }]
    };
    Tabulated::new(2, (0..7).map(walk).collect())
}

/// Sutton & Barto (2018), example 6.2, with the means over 40,000 runs of another program
/// (sb_ex6_2_random_walk.json), TD(0) and constant-α Monte Carlo by every visit.
#[test]
fn the_random_walk_is_predicted_as_published() {
    let walk = walk();
    let file = published(include_str!("../../../tests/published/sb_ex6_2_random_walk.json"));
    let exact: Vec<f64> = serde_json::from_value(file["numbers"]["true_V"].clone()).unwrap();
    let cases = [
        ("TD0_alpha0.05", Some(1), 0.05),
        ("TD0_alpha0.1", Some(1), 0.1),
        ("TD0_alpha0.15", Some(1), 0.15),
        ("MC_alpha0.01", None, 0.01),
        ("MC_alpha0.02", None, 0.02),
        ("MC_alpha0.03", None, 0.03),
        ("MC_alpha0.04", None, 0.04),
    ];
    for (name, steps, size) in cases {
        let settings = PredictionSettings {
            discount: Some(1.0),
            initial_value: 0.5,
            target: Target::over(steps, CountedVisits::Every),
            ..settings(steps, size)
        };
        let runs = 2_000;
        let mut sums = [0.0; 101];
        for replication in 0..runs {
            let mut agent = predictor(&settings, walk.state_space(), walk.action_space());
            for (episode, sum) in sums.iter_mut().enumerate() {
                let square: f64 =
                    agent.values().iter().zip(&exact).map(|(v, e)| (v - e).powi(2)).sum();
                *sum += (square / 5.0).sqrt() / f64::from(runs as u32);
                play(&walk, &mut agent, luck(replication, episode as u64), 100_000);
            }
        }
        let given = &file["numbers"]["sim"][name]["rms_after"];
        for (after, rms) in given.as_object().unwrap() {
            let (found, rms) = (sums[after.parse::<usize>().unwrap()], rms.as_f64().unwrap());
            // The spread over runs is below 0.04: 0.003 is more than three standard errors.
            assert!((found - rms).abs() < 0.003, "{name} after {after}: {found} {rms}");
        }
    }
}

/// With more rewards than an episode has, n-step TD is Monte Carlo by every visit.
#[test]
fn over_very_many_steps_it_is_monte_carlo() {
    let walk = walk();
    let (states, actions) = (walk.state_space(), walk.action_space());
    let target = Target::episode(CountedVisits::Every);
    let all = PredictionSettings { target, ..settings(None, 0.1) };
    let mut one = predictor(&settings(Some(10_000), 0.1), states, actions);
    let mut other = predictor(&all, states, actions);
    for episode in 0..100 {
        play(&walk, &mut one, luck(0, episode), 5_000);
        play(&walk, &mut other, luck(0, episode), 5_000);
    }
    assert_eq!(one.values(), other.values());
    assert_eq!(one.visits(), other.visits());
}

/// Two features, 1 and the state's place from 0 to 1: x(0) = (1, 0) and x(1) = (1, 1).
#[test]
fn steps_with_features_by_hand() {
    let (states, actions) = two_by_three();
    let features = Some(Features::Polynomial { order: 1, factors: 1 });
    let linear = PredictionSettings { features, ..settings(Some(1), 0.5) };
    let mut agent = predictor(&linear, &states, &actions);
    let mut dice = Dice::new(Luck::new(1), agent.sources());
    let value = |agent: &TdPrediction, level: Level| {
        let levels = [level];
        let seen = Situation { levels: &levels, reals: &[], allowed: None, beat: 0 };
        agent.state_value(&seen).map(|found| (found.value, found.learned)).unwrap()
    };
    agent.begin_episode();
    assert_eq!(value(&agent, 0), (0.0, false));
    // δ = 4, xᵀx = 2: both weights move by ½·4/2 = 1.
    step(&mut agent, &mut dice, (1, 0), 4.0, Some((0, None)));
    assert_eq!([value(&agent, 0), value(&agent, 1)], [(1.0, true), (2.0, true)]);
    // δ = 2 + ½·2 − 1 = 2: the first weight moves by ½·2 = 1.
    step(&mut agent, &mut dice, (0, 0), 2.0, Some((1, None)));
    assert_eq!([value(&agent, 0), value(&agent, 1)], [(2.0, true), (3.0, true)]);
}

/// With an indicator for each state, values linear in features are those of a table, to the bit.
#[test]
fn an_indicator_for_each_state_is_a_table() {
    let walk = walk();
    let (states, actions) = (walk.state_space(), walk.action_space());
    for steps in [Some(1), Some(4), None] {
        let table = PredictionSettings {
            target: Target::over(steps, CountedVisits::Every),
            initial_value: 0.25,
            ..PredictionSettings::default()
        };
        let features = Some(Features::OneHot { of: super::super::features::Together::All });
        let linear = PredictionSettings { features, ..table.clone() };
        let mut one = predictor(&table, states, actions);
        let mut other = predictor(&linear, states, actions);
        for episode in 0..200 {
            play(&walk, &mut one, luck(0, episode), 5_000);
            play(&walk, &mut other, luck(0, episode), 5_000);
        }
        for state in 0..7 {
            let levels = [state];
            let seen = Situation { levels: &levels, reals: &[], allowed: None, beat: 0 };
            assert_eq!(one.state_value(&seen), other.state_value(&seen), "{steps:?}");
        }
    }
}

#[test]
fn without_a_policy_nothing_is_decided() {
    let (states, _) = two_by_three();
    let mut agent =
        TdPrediction::without_policy(&settings(Some(1), 0.5), &states, Criterion::Total).unwrap();
    let seen = Situation { levels: &[0], reals: &[], allowed: None, beat: 0 };
    let mut dice = Dice::new(Luck::new(1), agent.sources());
    assert_eq!(agent.decide(&seen, &mut dice, &mut [0]), Decision::NotYet);
}

#[test]
fn settings_are_judged_and_sizes_foreseen() {
    assert!(PredictionSettings::default().validate().is_empty());
    let paths = |settings: PredictionSettings| -> Vec<_> {
        settings.validate().into_iter().map(|fault| fault.path).collect()
    };
    assert_eq!(paths(settings(Some(0), 0.0)), ["step_size.size", "target.steps"]);
    let target = Target::Episode { visits: CountedVisits::First, longest: 0 };
    let bad = PredictionSettings { target, ..settings(None, 0.5) };
    assert_eq!(paths(bad), ["target.longest"]);
    let (states, actions) = two_by_three();
    let behaviour = predictor(&settings(None, 0.5), &states, &actions).followed().boxed_clone();
    let wide = crate::mdp::Variable::count("wide", 1, 1 << 28, "");
    let wide = Space::new(vec![wide]).unwrap();
    let refused = TdPrediction::new(&settings(None, 0.5), behaviour, &wide, Criterion::Total);
    assert!(matches!(refused, Err(TableError::TooLarge { actions: 1, .. })));
}
