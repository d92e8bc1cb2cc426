//! The rules against their formulas, and learners that act by them.

use super::super::trials::{Outcome, Tabulated, luck, play};
use super::super::*;
use super::*;
use crate::mdp::{Agent, Criterion, Decision, Experience, Level, Luck, Space, Variable};

#[test]
fn fades_as_its_formula_says() {
    let time = Exploration::Time { from: 1.0, to: 0.2, decisions: 80 };
    let at = |decision| time.epsilon(decision, &[]).unwrap();
    assert_eq!((at(0), at(40), at(80), at(u64::MAX)), (1.0, 0.6, 0.2, 0.2));
    let visits = Exploration::Visits { from: 0.8, half: 10.0, floor: 0.1 };
    assert_eq!(visits.epsilon(7, &[0, 0]), Some(0.8));
    assert_eq!(visits.epsilon(7, &[4, 6]), Some(0.4));
    assert_eq!(visits.epsilon(7, &[u32::MAX, u32::MAX]), Some(0.1));
    assert_eq!(Exploration::default().epsilon(3, &[299, 1]), Some(0.5));
}

#[test]
fn a_line_of_no_decisions_is_over_at_once() {
    let time = Exploration::Time { from: 1.0, to: 0.0, decisions: 0 };
    assert_eq!(time.epsilon(0, &[]), Some(0.0));
}

#[test]
fn temperatures_fall_as_their_formulas_say() {
    let visits = Cooling::Visits { half: 10.0, floor: 0.5 };
    // log₂ of 1 + 0, 1 + 1, 1 + 7 and so on: 8 over 1, 2, 4; in the end no less than the floor.
    for (visited, by_hand) in [([0, 0], 8.0), ([4, 6], 4.0), ([70, 0], 2.0)] {
        assert!((visits.temperature(8.0, 3, &visited) - by_hand).abs() < 1e-14);
    }
    assert_eq!(visits.temperature(8.0, 3, &[u32::MAX, u32::MAX]), 0.5);
    let time = Cooling::Time { to: 2.0, decisions: 4 };
    assert_eq!([0, 1, 4, 9].map(|decision| time.temperature(6.0, decision, &[7])), {
        [6.0, 5.0, 2.0, 2.0]
    });
    assert_eq!(Cooling::Never.temperature(6.0, 1_000_000, &[9]), 6.0);
}

fn here(allowed: Option<&[bool]>) -> Situation<'_> {
    Situation { levels: &[], reals: &[], allowed, beat: 0 }
}

const VALUES: [f64; 4] = [1.0, 2.0, -1.0, 2.0];
const VISITS: [u32; 4] = [4, 9, 16, 100];
const WITHOUT: [bool; 4] = [true, false, true, true];

/// Probabilities of all actions, with or without one that is not allowed; each asked for by
/// itself is the same, and so is the mean.
fn chances(rule: Exploration, visits: &[u32], allowed: Option<&[bool]>) -> [f64; 4] {
    let (compared, mut all) = (rule.compare(0, &VALUES, visits), [9.0; 4]);
    let situation = here(allowed);
    compared.write(&situation, &mut all);
    for (action, chance) in all.iter().enumerate() {
        assert!((compared.probability(action, &situation) - chance).abs() < 1e-15);
    }
    let mean: f64 = all.iter().zip(VALUES).map(|(chance, value)| chance * value).sum();
    assert!((compared.mean(&situation) - mean).abs() < 1e-15);
    all
}

#[test]
fn a_boltzmann_distribution_is_that_of_its_formula() {
    let temperature = 2.0;
    let rule = Exploration::Boltzmann { temperature, cooling: Cooling::Never };
    for allowed in [[true; 4], WITHOUT] {
        let of = |action: usize| {
            if allowed[action] { (VALUES[action] / temperature).exp() } else { 0.0 }
        };
        let sum: f64 = (0..4).map(of).sum();
        let found = chances(rule, &VISITS, Some(&allowed));
        for (action, found) in found.iter().enumerate() {
            assert!((found - of(action) / sum).abs() < 1e-15, "{found}");
        }
    }
    let cold = Exploration::Boltzmann { temperature: 0.0, cooling: Cooling::Never };
    assert_eq!(chances(cold, &VISITS, None), [0.0, 0.5, 0.0, 0.5]);
}

/// t = 130, √ln t = 2.206: with c = 3 the bounds are 1 + 6.619/2 = 4.309, 2 + 6.619/3 = 4.206,
/// −1 + 6.619/4 = 0.655 and 2 + 6.619/10 = 2.662.
#[test]
fn the_highest_bounds_share_alike() {
    let rule = |width| Exploration::Ucb { width };
    assert_eq!(chances(rule(3.0), &VISITS, None), [1.0, 0.0, 0.0, 0.0]);
    // With c = 2 they are 3.206, 3.471, 0.103 and 2.441.
    assert_eq!(chances(rule(2.0), &VISITS, None), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(chances(rule(2.0), &VISITS, Some(&WITHOUT)), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(chances(rule(0.0), &VISITS, None), [0.0, 0.5, 0.0, 0.5]);
    // Those never tried go first, whatever they are thought to be worth.
    assert_eq!(chances(rule(0.0), &[0, 9, 0, 9], None), [0.5, 0.0, 0.5, 0.0]);
    assert_eq!(chances(rule(9.0), &[7, 0, 7, 7], Some(&WITHOUT)), [0.0, 0.0, 0.0, 1.0]);
    // After the end nothing is allowed, and nothing is to be had.
    let none = here(Some(&[false; 4]));
    assert_eq!(rule(2.0).compare(0, &VALUES, &VISITS).mean(&none), 0.0);
}

#[test]
fn unusable_numbers_are_all_named() {
    let mut faults = Vec::new();
    Exploration::Constant { epsilon: 1.1 }.fault("e", &mut faults);
    Exploration::Time { from: f64::NAN, to: -0.1, decisions: 0 }.fault("e", &mut faults);
    Exploration::Visits { from: 2.0, half: 0.0, floor: 0.0 }.fault("e", &mut faults);
    let boltzmann = |temperature, cooling| Exploration::Boltzmann { temperature, cooling };
    let time = Cooling::Time { to: f64::INFINITY, decisions: 0 };
    let visits = Cooling::Visits { half: f64::NAN, floor: -1.0 };
    boltzmann(-1.0, time).fault("e", &mut faults);
    boltzmann(0.0, visits).fault("e", &mut faults);
    Exploration::Ucb { width: f64::NAN }.fault("e", &mut faults);
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    let epsilons = ["e.epsilon", "e.from", "e.to", "e.from", "e.half"];
    let cooling = ["e.temperature", "e.cooling.to", "e.cooling.floor", "e.cooling.half"];
    assert_eq!(paths, [&epsilons[..], &cooling, &["e.width"]].concat());
    faults.clear();
    boltzmann(0.0, Cooling::Never).fault("e", &mut faults);
    Exploration::Ucb { width: 0.0 }.fault("e", &mut faults);
    assert_eq!(faults, []);
}

const BOLTZMANN: Exploration = Exploration::Boltzmann { temperature: 0.7, cooling: Cooling::Never };
const UCB: Exploration = Exploration::Ucb { width: 2.0 };

/// A bandit with ten arms: a process of one state, without a future. What was had is averaged.
fn ten_arms(exploration: Exploration) -> QLearning {
    let space = |name, most| Space::new(vec![Variable::count(name, 0, most, "")]).unwrap();
    let step_size = StepSize::Visits { scale: 1.0, power: 1.0 };
    let settings = TabularSettings { step_size, exploration, ..TabularSettings::default() };
    let criterion = Criterion::Discounted(0.0);
    QLearning::new(&settings, &space("state", 0), &space("arm", 9), criterion).unwrap()
}

fn choose(agent: &mut QLearning, allowed: Option<&[bool]>, dice: &mut Dice) -> usize {
    let (mut arm, situation) = ([0], Situation { levels: &[0], ..here(allowed) });
    assert_eq!(agent.decide(&situation, dice, &mut arm), Decision::Made);
    arm[0] as usize
}

fn learn(agent: &mut QLearning, arm: usize, reward: f64, dice: &mut Dice) {
    let seen = Situation { levels: &[0], ..here(None) };
    let action = &[arm as Level];
    let step = Experience { before: seen, action, reward, after: seen, terminal: false };
    agent.learn(&step, dice);
}

const MASK: [bool; 10] = [true, true, false, true, true, true, true, false, true, true];

/// Worths of the arms and noise about them, by seed.
fn reward(seed: u64, arm: usize, play: u64) -> f64 {
    let (worth, noise) = (Luck::new(seed).key("worth"), Luck::new(seed).key("noise"));
    worth.uniform(arm as u64, 0) + noise.uniform(play, arm as u16) - 0.5
}

#[test]
fn arms_are_drawn_with_the_probabilities_of_the_softmax() {
    let mut agent = ten_arms(BOLTZMANN);
    let mut dice = Dice::new(Luck::new(4), agent.sources());
    for arm in 0..10 {
        learn(&mut agent, arm, 3.0 * reward(4, arm, 0), &mut dice);
    }
    let values = agent.table().unwrap().values.clone();
    for allowed in [[true; 10], MASK] {
        let weight = |arm: usize| if allowed[arm] { (values[arm] / 0.7).exp() } else { 0.0 };
        let sum: f64 = (0..10).map(weight).sum();
        let n = 40_000;
        let mut counts = [0.0; 10];
        for beat in 0..n {
            dice.turn_to(beat);
            counts[choose(&mut agent, Some(&allowed), &mut dice)] += 1.0;
        }
        let mut told = [9.0; 10];
        let situation = Situation { levels: &[0], ..here(Some(&allowed)) };
        assert!(agent.policy(&situation, &mut told));
        for (arm, (count, told)) in counts.iter().zip(told).enumerate() {
            let exact = weight(arm) / sum;
            assert!((told - exact).abs() < 1e-15);
            // Four standard errors of a share.
            let error = (exact * (1.0 - exact) / n as f64).sqrt();
            assert!((count / n as f64 - exact).abs() <= 4.0 * error, "{arm}: {count} {exact}");
        }
    }
}

#[test]
fn every_allowed_arm_is_tried_once_first() {
    for allowed in [[true; 10], MASK] {
        let count = allowed.iter().filter(|allowed| **allowed).count();
        let mut orders = Vec::new();
        for seed in 0..20 {
            let mut agent = ten_arms(UCB);
            let mut dice = Dice::new(Luck::new(seed), agent.sources());
            let mut tried = Vec::new();
            for beat in 0..count as u64 {
                dice.turn_to(beat);
                let arm = choose(&mut agent, Some(&allowed), &mut dice);
                assert!(allowed[arm] && !tried.contains(&arm), "{arm} after {tried:?}");
                learn(&mut agent, arm, reward(seed, arm, beat), &mut dice);
                tried.push(arm);
            }
            orders.push(tried);
        }
        // Which goes first is drawn.
        let first = |order: &Vec<usize>| order[0];
        assert!(orders.iter().map(first).any(|arm| arm != orders[0][0]));
    }
}

/// Once all arms were tried, the learner plays what the bandit plays that learns from the same
/// rewards. Up to 128 visits means are those of the bandit to the last digits, and no two bounds are
/// so near.
#[test]
fn the_bound_is_that_of_the_bandit() {
    for seed in 0..20 {
        let mut agent = ten_arms(UCB);
        let mut bandit = Bandit::new(BanditRule::UpperConfidence { width: 2.0 }, 10);
        let mut dice = Dice::new(Luck::new(seed), agent.sources());
        let mut bandits = Dice::new(Luck::new(seed), &bandits::SOURCES);
        let mut switches = 0;
        let mut before = 0;
        for beat in 0..120 {
            dice.turn_to(beat);
            let arm = choose(&mut agent, None, &mut dice);
            if beat >= 10 {
                bandits.turn_to(beat);
                assert_eq!(bandit.choose(&mut bandits), arm, "seed {seed}, beat {beat}");
                switches += u32::from(arm != before);
            }
            before = arm;
            let reward = reward(seed, arm, beat);
            learn(&mut agent, arm, reward, &mut dice);
            bandit.learn(arm, reward);
        }
        assert!(switches > 50, "{switches}");
    }
}

/// Five states, where two of three actions are allowed in the second, and an end.
fn masked() -> Tabulated {
    let to = |next: usize, reward: f64| -> Vec<Outcome> {
        vec![(0.6, next, reward), (0.4, (next + 2) % 5, -reward)]
    };
    let ends: Vec<Outcome> = vec![(0.5, 5, 1.0), (0.5, 0, 0.0)];
    let state = |state: usize| vec![to((state + 1) % 5, 1.0), to(state, 0.5), ends.clone()];
    let mut outcomes: Vec<_> = (0..5).map(state).collect();
    outcomes[1][0].clear();
    outcomes.push(vec![Vec::new(); 3]);
    Tabulated::new(0, outcomes)
}

/// [`play`] asserts that each action is allowed.
#[test]
fn every_learner_keeps_to_the_mask_and_repeats_itself() {
    fn check<A: Agent>(name: &str, new: impl Fn() -> A) {
        let environment = masked();
        let trajectory = |replication| {
            let mut agent = new();
            let episode = |episode| play(&environment, &mut agent, luck(replication, episode), 60);
            let all: Vec<_> = (0..30).map(episode).collect();
            let mut told = [9.0; 3];
            let mask = [false, true, true];
            let situation = Situation { levels: &[1], ..here(Some(&mask)) };
            assert!(agent.policy(&situation, &mut told), "{name}");
            assert!(told[0] == 0.0 && (told[1] + told[2] - 1.0).abs() < 1e-15, "{name}: {told:?}");
            (all, told)
        };
        assert_eq!(trajectory(0), trajectory(0), "{name}");
        assert_ne!(trajectory(0).0, trajectory(1).0, "{name}");
    }
    let environment = masked();
    let (s, a) = (
        crate::mdp::Environment::state_space(&environment),
        crate::mdp::Environment::action_space(&environment),
    );
    let criterion = Criterion::Discounted(0.9);
    let fades = Cooling::Visits { half: 20.0, floor: 0.0 };
    for exploration in [UCB, BOLTZMANN, Exploration::Boltzmann { temperature: 3.0, cooling: fades }]
    {
        let table = TabularSettings { exploration, ..TabularSettings::default() };
        let traces = TraceSettings { table: table.clone(), ..TraceSettings::default() };
        let n_steps = NStepSettings { steps: 3, table: table.clone() };
        let model = ModelSettings { exploration, ..ModelSettings::default() };
        let dyna = DynaSettings { table: table.clone(), bonus: 0.1, ..DynaSettings::default() };
        let sweeping = PrioritisedSettings { model: model.clone(), ..Default::default() };
        let differential = DifferentialSettings { exploration, ..Default::default() };
        let monte_carlo = |policy| MonteCarloSettings {
            policy,
            table: table.clone(),
            ..MonteCarloSettings::default()
        };
        check("Q-learning", || QLearning::new(&table, s, a, criterion).unwrap());
        check("SARSA", || Sarsa::new(&table, s, a, criterion).unwrap());
        check("Expected SARSA", || ExpectedSarsa::new(&table, s, a, criterion).unwrap());
        check("double Q-learning", || DoubleQ::new(&table, s, a, criterion).unwrap());
        check("n-step SARSA", || NStepSarsa::new(&n_steps, s, a, criterion).unwrap());
        check("SARSA(λ)", || SarsaLambda::new(&traces, s, a, criterion).unwrap());
        check("Q(λ)", || QLambda::new(&traces, s, a, criterion).unwrap());
        check("differential SARSA", || {
            DifferentialSarsa::new(&differential, s, a, Criterion::Average).unwrap()
        });
        for policy in [LearnedPolicy::Followed, LearnedPolicy::Greedy] {
            check("Monte Carlo", || {
                MonteCarlo::new(&monte_carlo(policy), s, a, criterion).unwrap()
            });
        }
        check("Dyna-Q+", || DynaQ::new(&dyna, s, a, criterion).unwrap());
        check("prioritised sweeping", || {
            PrioritisedSweeping::new(&sweeping, s, a, criterion).unwrap()
        });
        check("certainty equivalence", || {
            CertaintyEquivalence::new(&model, s, a, criterion).unwrap()
        });
        if exploration != UCB {
            let linear = LinearSettings { exploration, ..LinearSettings::default() };
            check("linear Q-learning", || LinearQ::new(&linear, s, a, criterion).unwrap());
            check("linear SARSA", || LinearSarsa::new(&linear, s, a, criterion).unwrap());
        }
    }
}

#[test]
fn linear_values_know_no_visits_of_pairs() {
    let settings = |exploration| LinearSettings { exploration, ..LinearSettings::default() };
    let faults = settings(UCB).validate();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].path, "exploration");
    assert!(faults[0].message.contains("which only a table counts"));
    assert_eq!(settings(BOLTZMANN).validate(), []);
}
