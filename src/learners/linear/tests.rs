//! Linear learners against hand-worked steps, tables, fixed points and what must diverge.

use super::super::features::Together;
use super::super::policy_trials::solve;
use super::super::trials::{cliff, constant, luck, play, random_process, step, two_by_three};
use super::super::{Cooling, QLearning, Sarsa};
use super::*;
use crate::environments::Line;
use crate::environments::line::{BufferSettings, LineSettings, MachineSettings, PowerSettings};
use crate::mdp::luck::Key;
use crate::mdp::{Environment, Luck, Variable};

fn with(features: Features, table: TabularSettings) -> LinearSettings {
    LinearSettings {
        features,
        step_size: table.step_size,
        exploration: table.exploration,
        discount: table.discount,
        initial_value: table.initial_value,
    }
}

fn joint(table: TabularSettings) -> LinearSettings {
    with(Features::OneHot { of: Together::All }, table)
}

#[test]
fn two_steps_by_hand() {
    let two =
        Space::new(vec![Variable::count("x", 0, 1, ""), Variable::count("y", 0, 2, "")]).unwrap();
    let (_, actions) = two_by_three();
    let settings = with(Features::OneHot { of: Together::Single }, constant(0.5, 0.0));
    let criterion = Criterion::Discounted(0.5);
    let mut agent = LinearQ::new(&settings, &two, &actions, criterion).unwrap();
    let mut dice = Dice::new(Luck::new(1), agent.sources());
    let see = |levels, beat| Situation { levels, reals: &[], allowed: None, beat };
    let mut learn = |agent: &mut LinearQ, from, action: Level, reward, to| {
        let experience = Experience {
            before: see(from, 0),
            action: &[action],
            reward,
            after: see(to, 1),
            terminal: false,
        };
        agent.learn(&experience, &mut dice);
    };
    // δ = 8: each of the two weights of action 1 by ½·8/2 = 2.
    learn(&mut agent, &[0, 0], 1, 8.0, &[1, 1]);
    // After: q((0, 2), 1) = 2, the best; q((0, 1), 1) = 2: δ = 1 + ½·2 − 2 = 0.
    learn(&mut agent, &[0, 1], 1, 1.0, &[0, 2]);
    // q((0, 0), 1) = 4 after: δ = 2 + ½·4 − 0 = 4 in action 0: ½·4/2 = 1.
    learn(&mut agent, &[1, 2], 0, 2.0, &[0, 0]);
    let mut values = [9.0; 3];
    let mut at = |levels| {
        agent.action_values(&see(levels, 0), &mut values);
        values
    };
    assert_eq!(at(&[0, 0]), [0.0, 4.0, 0.0]);
    assert_eq!(at(&[0, 2]), [1.0, 2.0, 0.0]);
    assert_eq!(at(&[1, 2]), [2.0, 0.0, 0.0]);
    let mut policy = [0.0; 3];
    agent.target_policy(&see(&[1, 2], 0), &mut policy);
    assert_eq!(policy, [1.0, 0.0, 0.0]);
}

/// With an indicator for each state there is no difference at all: the same draws, values and
/// visits, with default steps and exploration too, and by a Boltzmann distribution.
#[test]
fn with_an_indicator_for_each_state_it_is_the_table() {
    let (cliff, process) = (cliff(), random_process());
    let check = |environment: &super::super::trials::Tabulated, table: &TabularSettings| {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let criterion = Criterion::Discounted(0.9);
        let settings = joint(table.clone());
        let mut q = LinearQ::new(&settings, states, actions, criterion).unwrap();
        let mut table_q = QLearning::new(table, states, actions, criterion).unwrap();
        let mut sarsa = LinearSarsa::new(&settings, states, actions, criterion).unwrap();
        let mut table_sarsa = Sarsa::new(table, states, actions, criterion).unwrap();
        for episode in 0..20 {
            let found = play(environment, &mut q, luck(0, episode), 3_000);
            assert_eq!(found, play(environment, &mut table_q, luck(0, episode), 3_000));
            let found = play(environment, &mut sarsa, luck(0, episode), 3_000);
            assert_eq!(found, play(environment, &mut table_sarsa, luck(0, episode), 3_000));
        }
        assert_eq!(q.linear.weights, table_q.table().unwrap().values);
        assert_eq!(q.linear.updates, table_q.table().unwrap().visits);
        assert_eq!(sarsa.linear.weights, table_sarsa.table().unwrap().values);
    };
    check(&cliff, &constant(0.5, 0.1));
    check(&process, &TabularSettings { initial_value: 3.0, ..TabularSettings::default() });
    let cooling = Cooling::Visits { half: 20.0, floor: 0.1 };
    let exploration = Exploration::Boltzmann { temperature: 2.0, cooling };
    check(&process, &TabularSettings { exploration, ..TabularSettings::default() });
}

#[test]
fn initial_values_are_had_with_any_features() {
    let wide = Space::new((0..3).map(|v| Variable::count(format!("{v}"), 0, 9, "")).collect());
    let (_, actions) = two_by_three();
    for features in [
        Features::OneHot { of: Together::Pairs },
        Features::Tiles { tilings: 4, tiles: 3, of: Together::Pairs, memory: 1 << 10 },
        Features::Polynomial { order: 3, factors: 2 },
    ] {
        let table = TabularSettings { initial_value: 7.0, ..TabularSettings::default() };
        let settings = with(features, table);
        let space = wide.as_ref().unwrap();
        let agent = LinearQ::new(&settings, space, &actions, Criterion::Average).unwrap();
        let mut values = [0.0; 3];
        let seen = Situation { levels: &[3, 0, 9], reals: &[], allowed: None, beat: 0 };
        agent.action_values(&seen, &mut values);
        assert!(values.iter().all(|value| (value - 7.0).abs() < 1e-12), "{values:?}");
    }
}

/// An action that was promised is taken, and only for that beat and sight.
#[test]
fn sarsa_stands_by_its_choice() {
    let (states, actions) = two_by_three();
    let settings = joint(constant(0.5, 1.0));
    let criterion = Criterion::Discounted(0.5);
    let mut agent = LinearSarsa::new(&settings, &states, &actions, criterion).unwrap();
    let mut dice = Dice::new(Luck::new(1), agent.sources());
    let mut kept = 0;
    for beat in 0..50 {
        dice.turn_to(beat);
        step(&mut agent, &mut dice, (0, 1), 1.0, Some((1, None)));
        let (_, column) = agent.promised.unwrap();
        dice.turn_to(beat + 1_000);
        let mut action = [9];
        let here = Situation { levels: &[1], reals: &[], allowed: None, beat: 1 };
        agent.decide(&here, &mut dice, &mut action);
        kept += usize::from(action[0] as usize == column);
        assert!(agent.promised.is_none());
    }
    assert_eq!(kept, 50);
    agent.promised = Some((1, 2));
    agent.seen[0] = 1;
    let see = |levels, beat, allowed| Situation { levels, reals: &[], allowed, beat };
    assert_eq!(agent.kept(&see(&[1], 1, None)), Some(2));
    assert_eq!(agent.kept(&see(&[0], 1, None)), None);
    assert_eq!(agent.kept(&see(&[1], 2, None)), None);
    assert_eq!(agent.kept(&see(&[1], 1, Some(&[true, true, false]))), None);
}

/// Baird's counterexample (Sutton & Barto 2018, sec. 11.2, figure 11.1): seven states, eight
/// weights, v(i) = 2wᵢ + w₈ for i to 6, v(7) = w₇ + 2w₈; rewards 0, γ = 0.99; the behaviour goes
/// to 7 with probability 1/7, else to one of the others; the target always goes to 7.
fn baird(state: usize) -> Active {
    let (one, other) = if state < 6 { (2.0, 1.0) } else { (1.0, 2.0) };
    Active { numbers: vec![state as u32, 7], values: vec![one, other] }
}

const BAIRD: [f64; 8] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10.0, 1.0];

fn size(weights: &[f64]) -> f64 {
    weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt()
}

fn away_and_back(key: Key, beat: u64) -> usize {
    let u = key.uniform(beat, 0);
    if u < 1.0 / 7.0 { 6 } else { (key.uniform(beat, 1) * 6.0) as usize }
}

#[test]
fn baird_s_counterexample_diverges_off_policy_and_not_on_policy() {
    let start = size(&BAIRD);
    for replication in 0..10 {
        let key = luck(replication, 0).key("baird");
        let (mut weights, mut state, mut sizes) = (BAIRD, 0, vec![]);
        for beat in 0..4_000 {
            let next = away_and_back(key, beat);
            let ratio = if next == 6 { 7.0 } else { 0.0 };
            let (before, after) = (baird(state), baird(next));
            semi_gradient_td(&mut weights, 0.01, ratio, 0.99, &before, 0.0, Some(&after));
            state = next;
            if beat % 1_000 == 999 {
                sizes.push(size(&weights));
            }
        }
        // Figure 11.2 on the left: after 1,000 steps weights of a hundred and more.
        assert!(sizes[0] > 5.0 * start, "{sizes:?}");
        assert!(sizes.windows(2).all(|two| two[1] > 2.0 * two[0]), "{sizes:?}");
    }
    // On policy all is in 7 from the second step on, and the values go to their 0 there.
    let (mut weights, mut state) = (BAIRD, 0);
    for _ in 0..40_000 {
        let (before, after) = (baird(state), baird(6));
        semi_gradient_td(&mut weights, 0.01, 1.0, 0.99, &before, 0.0, Some(&after));
        state = 6;
    }
    assert!(baird(6).dot(&weights).abs() < 1e-6 && size(&weights) < 2.0 * start);
}

/// Figure 11.2 on the right: the expected update over all states diverges as well, so that luck
/// is not to blame. It is w ← w + α·A·w, whose growth by power iteration is the same.
#[test]
fn baird_s_counterexample_diverges_in_the_expected_update() {
    let sweep = |weights: &mut [f64; 8]| {
        let old = *weights;
        for state in 0..7 {
            let mut moved = old;
            let (before, after) = (baird(state), baird(6));
            semi_gradient_td(&mut moved, 0.01, 1.0, 0.99, &before, 0.0, Some(&after));
            for place in 0..8 {
                weights[place] += (moved[place] - old[place]) / 7.0;
            }
        }
    };
    let mut weights = BAIRD;
    (0..1_000).for_each(|_| sweep(&mut weights));
    let after = size(&weights);
    assert!(after > 3.0 * size(&BAIRD), "{after}");
    // A by its definition: Σ_s x(s)·(γ·x(7) − x(s))ᵀ/7.
    let dense = |state: usize| {
        let mut x = [0.0; 8];
        let active = baird(state);
        active.numbers.iter().zip(&active.values).for_each(|(n, v)| x[*n as usize] = *v);
        x
    };
    let mut by_matrix = BAIRD;
    for _ in 0..1_000 {
        let old = by_matrix;
        for state in 0..7 {
            let (x, last) = (dense(state), dense(6));
            let error: f64 = (0..8).map(|k| (0.99 * last[k] - x[k]) * old[k]).sum();
            (0..8).for_each(|k| by_matrix[k] += 0.01 / 7.0 * error * x[k]);
        }
    }
    assert!((size(&by_matrix) / after - 1.0).abs() < 1e-9);
}

/// The random walk of 1,000 states (Sutton & Barto 2018, example 9.1): jumps of up to 100 to
/// either side, the ends take the rest, −1 on the left and 1 on the right. With one tiling of
/// ten tiles, TD(0) goes to the fixed point Aw = b of its expected update, which is solved for
/// here from the exact visits of each state; more tilings come nearer to the exact values.
#[test]
fn tiles_on_the_long_walk_go_to_the_fixed_point() {
    const N: usize = 1_000;
    let walk = Space::new(vec![Variable::count("place", 1, N as Level, "")]).unwrap();
    let jumps = |s: usize| {
        let to = (-100_i64..=100).filter(|d| *d != 0).map(move |d| s as i64 + d);
        to.map(|to| to.clamp(0, N as i64 + 1) as usize)
    };
    let reward = |to: usize| {
        if to == 0 {
            -1.0
        } else if to == N + 1 {
            1.0
        } else {
            0.0
        }
    };
    // Expected visits from the middle and exact values, by sweeps until nothing moves.
    let (mut visits, mut exact) = (vec![0.0; N + 2], vec![0.0; N + 2]);
    for _ in 0..3_000 {
        let mut next = vec![0.0; N + 2];
        next[N / 2] = 1.0;
        for s in 1..=N {
            for to in jumps(s) {
                next[to] += visits[s] / 200.0;
            }
            exact[s] = jumps(s).map(|to| (reward(to) + exact[to]) / 200.0).sum();
        }
        (next[0], next[N + 1]) = (0.0, 0.0);
        visits = next;
    }
    let all: f64 = visits.iter().sum();
    let learned = |tilings: u32, episodes: u64, size: f64| {
        let features =
            Features::Tiles { tilings, tiles: 10, of: Together::Single, memory: 1 << 16 };
        let map = FeatureMap::new(features, &walk).unwrap();
        let mut weights = vec![0.0; map.count()];
        let (mut before, mut after) = (map.room(), map.room());
        let steps = StepSizes::new(StepSize::Visits { scale: 1.0, power: 0.6 });
        for episode in 0..episodes {
            let key = luck(3, episode).key("walk");
            let (mut s, mut beat) = (N / 2, 0);
            let step = size * steps.after(episode as u32) / f64::from(tilings);
            while (1..=N).contains(&s) {
                let draw = (key.uniform(beat, 0) * 200.0) as usize;
                let to = jumps(s).nth(draw).unwrap();
                map.write(&[s as Level], &mut before);
                map.write(&[to.clamp(1, N) as Level], &mut after);
                let next = (1..=N).contains(&to).then_some(&after);
                semi_gradient_td(&mut weights, step, 1.0, 1.0, &before, reward(to), next);
                (s, beat) = (to, beat + 1);
            }
        }
        (map, weights)
    };
    let error = |map: &FeatureMap, weights: &[f64]| {
        let mut x = map.room();
        let square = |s: usize| {
            map.write(&[s as Level], &mut x);
            visits[s] / all * (x.dot(weights) - exact[s]).powi(2)
        };
        (1..=N).map(square).sum::<f64>().sqrt()
    };
    let (map, weights) = learned(1, 20_000, 1.0);
    // Ten tiles and the piece that a shift would open, which is never met.
    let tile = |s: usize| (s - 1) / 100;
    let mut rows = vec![vec![0.0; 11]; 10];
    for s in 1..=N {
        rows[tile(s)][tile(s)] += visits[s];
        for to in jumps(s) {
            if (1..=N).contains(&to) {
                rows[tile(s)][tile(to)] -= visits[s] / 200.0;
            }
            rows[tile(s)][10] += visits[s] * reward(to) / 200.0;
        }
    }
    let fixed = solve(&mut rows);
    for (found, exact) in weights.iter().zip(&fixed) {
        // With steps of some 20,000^−0.6 = 0.003 and errors of at most 1, the spread about the
        // fixed point is some √(0.003/2)·½ = 0.02; two of these.
        assert!((found - exact).abs() < 0.04, "{weights:?} {fixed:?}");
    }
    let (many, finer) = learned(16, 20_000, 1.0);
    let (coarse, fine) = (error(&map, &weights), error(&many, &finer));
    assert!(fine < 0.75 * coarse, "{coarse} {fine}");
}

/// Twenty machines with buffers between them, of which the last two are controlled: some 10²⁴
/// states.
#[test]
fn a_line_too_large_for_a_table_is_learned() {
    let machine = |number: usize| MachineSettings {
        failure: 0.02,
        repair: 0.2,
        controlled: number >= 18,
        power: PowerSettings { working: 0.02, starved: 0.01, blocked: 0.01, ..Default::default() },
        ..MachineSettings::default()
    };
    let settings = LineSettings {
        machines: (0..20).map(machine).collect(),
        buffers: vec![BufferSettings { capacity: 8, ..BufferSettings::default() }; 19],
        revenue: 1.0,
        ..LineSettings::default()
    };
    let line = Line::new(settings).unwrap();
    let (states, actions) = (line.state_space(), line.action_space());
    assert!(states.count().is_err());
    assert_eq!(actions.count(), Ok(4));
    let refused = QLearning::new(&TabularSettings::default(), states, actions, Criterion::Average);
    assert!(refused.is_err());
    for features in [Features::OneHot { of: Together::Single }, tiles()] {
        let settings = LinearSettings { features, ..LinearSettings::default() };
        let mut q = LinearQ::new(&settings, states, actions, Criterion::Average).unwrap();
        let mut sarsa = LinearSarsa::new(&settings, states, actions, Criterion::Average).unwrap();
        // As it starts, all actions are alike: what that earns is what drawing them earns.
        let random = LinearSettings {
            exploration: Exploration::Constant { epsilon: 1.0 },
            ..settings.clone()
        };
        let mut random = LinearQ::new(&random, states, actions, Criterion::Average).unwrap();
        let start = play(&line, &mut random, luck(1, 2), 20_000).0;
        play(&line, &mut q, luck(1, 1), 80_000);
        play(&line, &mut sarsa, luck(1, 1), 80_000);
        let late = play(&line, &mut q, luck(1, 2), 20_000).0;
        let late_sarsa = play(&line, &mut sarsa, luck(1, 2), 20_000).0;
        // Running always makes some 8,200 in as many beats, with a spread of some 150; drawing
        // actions 3,300.
        for found in [late, late_sarsa] {
            assert!(start < 4_000.0 && found > 7_500.0, "{features:?}: {start} {found}");
        }
    }
}

fn tiles() -> Features {
    Features::Tiles { tilings: 4, tiles: 3, of: Together::Single, memory: 1 << 10 }
}

#[test]
fn what_does_not_fit_is_refused_and_settings_judged() {
    let (states, _) = two_by_three();
    let many = Space::new(vec![Variable::count("a", 0, 4_096, "")]).unwrap();
    let refused = LinearQ::new(&LinearSettings::default(), &states, &many, Criterion::Average);
    let refused = refused.unwrap_err();
    assert!(matches!(refused, TableError::TooManyActions { actions: 4_097, .. }), "{refused}");
    let read = |text| ron::from_str::<LinearSettings>(text);
    assert_eq!(read("()").unwrap(), LinearSettings::default());
    let some = read("(features: Tiles(tiles: 0), discount: Some(3))").unwrap();
    let paths: Vec<_> = some.validate().into_iter().map(|fault| fault.path).collect();
    assert_eq!(paths, ["features.tiles", "discount"]);
    assert!(LinearSettings::default().validate().is_empty());
}
