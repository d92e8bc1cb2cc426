//! What the tests of learners of policies share: small processes, exact values, all that can happen.

use super::trials::{Outcome, Tabulated, best};
use crate::mdp::{Agent, Dice, Environment, Experience, Level, Luck, Situation};

/// What an agent sees in a state of one variable.
pub fn see(levels: &[Level], beat: u64) -> Situation<'_> {
    Situation { levels, reals: &[], allowed: None, beat }
}

/// Five processes of three states and two actions without end; every transition is possible, all
/// numbers are drawn once.
pub fn five_processes() -> Vec<Tabulated> {
    let process = |number: u64| {
        let key = Luck::new(77).key("five processes");
        let mut drawn = 0;
        let mut uniform = || {
            drawn += 1;
            key.uniform(1_000 * number + drawn, 0)
        };
        let mut pair = || -> Vec<Outcome> {
            let weights: [f64; 3] = std::array::from_fn(|_| uniform());
            let sum: f64 = weights.iter().sum();
            (0..3).map(|next| (weights[next] / sum, next, 2.0 * uniform() - 1.0)).collect()
        };
        Tabulated::new(0, (0..3).map(|_| (0..2).map(|_| pair()).collect()).collect())
    };
    (0..5).map(process).collect()
}

/// The probabilities of an agent's policy in all states of a process.
pub fn policy_of(process: &Tabulated, agent: &impl Agent) -> Vec<Vec<f64>> {
    let states = process.state_space().count().unwrap();
    let actions = process.action_space().count().unwrap() as usize;
    let row = |state: u64| {
        let mut row = vec![0.0; actions];
        assert!(agent.policy(&see(&[state as Level], 0), &mut row));
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        row
    };
    (0..states).map(row).collect()
}

/// The values of a policy: q(s, a), and v(s) = Σ π(a|s)·q(s, a), by solving v = r + γ·P·v directly.
pub fn values_of(
    process: &Tabulated,
    discount: f64,
    policy: &[Vec<f64>],
) -> (Vec<Vec<f64>>, Vec<f64>) {
    let n = policy.len();
    let mut rows: Vec<Vec<f64>> = (0..n)
        .map(|state| {
            let mut row = vec![0.0; n + 1];
            row[state] += 1.0;
            for (action, weight) in policy[state].iter().enumerate() {
                for (p, next, reward) in process.outcomes_of(state, action) {
                    row[*next] -= weight * discount * p;
                    row[n] += weight * p * reward;
                }
            }
            row
        })
        .collect();
    let values = solve(&mut rows);
    let q = |state, action| {
        let outcomes = process.outcomes_of(state, action).iter();
        outcomes.map(|(p, next, reward)| p * (reward + discount * values[*next])).sum()
    };
    let q = (0..n).map(|state| (0..policy[state].len()).map(|a| q(state, a)).collect()).collect();
    (q, values)
}

/// Solves a square system whose rows end with the right side, by elimination with pivots.
pub fn solve(rows: &mut [Vec<f64>]) -> Vec<f64> {
    let n = rows.len();
    for column in 0..n {
        let size = |row: &usize| rows[*row][column].abs();
        let pivot = (column..n).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap();
        rows.swap(column, pivot);
        let above = rows[column].clone();
        for (number, row) in rows.iter_mut().enumerate() {
            if number != column {
                let factor = row[column] / above[column];
                row.iter_mut().zip(&above).for_each(|(x, a)| *x -= factor * a);
            }
        }
    }
    (0..n).map(|row| rows[row][n] / rows[row][row]).collect()
}

/// By how much the mean value of a policy over all states lies below the optimum.
pub fn shortfall(process: &Tabulated, discount: f64, agent: &impl Agent) -> f64 {
    let (_, values) = values_of(process, discount, &policy_of(process, agent));
    let most = process.fixed_point(discount, best);
    let gaps = most.iter().zip(&values).map(|(row, value)| best(row) - value);
    gaps.sum::<f64>() / values.len() as f64
}

/// A process that goes from state 0 over 1 and 2 to the end (3), or skips some; two actions.
pub fn forward() -> Tabulated {
    let outcomes = vec![
        vec![vec![(0.6, 1, 1.0), (0.4, 2, -2.0)], vec![(0.3, 1, 0.5), (0.7, 3, 1.5)]],
        vec![vec![(1.0, 2, -1.0)], vec![(0.5, 2, 3.0), (0.5, 3, 0.0)]],
        vec![vec![(1.0, 3, 2.0)], vec![(0.2, 3, 4.0), (0.8, 3, -1.0)]],
        vec![vec![], vec![]],
    ];
    Tabulated::new(0, outcomes)
}

/// A step of a trajectory: state, action, reward, next state.
pub type Step = (usize, usize, f64, usize);

/// All that can happen in [`forward`] under a policy, with probabilities.
pub fn trajectories(process: &Tabulated, policy: &[Vec<f64>]) -> Vec<(f64, Vec<Step>)> {
    let mut open = vec![(1.0, vec![], 0_usize)];
    let mut closed = vec![];
    while let Some((probability, steps, state)) = open.pop() {
        if state == policy.len() - 1 {
            closed.push((probability, steps));
            continue;
        }
        for (action, weight) in policy[state].iter().enumerate() {
            for (p, next, reward) in process.outcomes_of(state, action) {
                let mut steps: Vec<Step> = steps.clone();
                steps.push((state, action, *reward, *next));
                open.push((probability * weight * p, steps, *next));
            }
        }
    }
    assert!((closed.iter().map(|(p, _)| p).sum::<f64>() - 1.0).abs() < 1e-12);
    closed
}

/// Has an agent learn from a trajectory, from its first beat on.
pub fn learn_from(
    agent: &mut impl Agent,
    steps: &[Step],
    ends: impl Fn(usize) -> bool,
    dice: &mut Dice,
) {
    for (beat, &(state, action, reward, next)) in steps.iter().enumerate() {
        let (before, after) = ([state as Level], [next as Level]);
        let experience = Experience {
            before: see(&before, beat as u64),
            action: &[action as Level],
            reward,
            after: see(&after, beat as u64 + 1),
            terminal: ends(next),
        };
        agent.learn(&experience, dice);
    }
}

/// π of two actions a state as a softmax of their preferences.
pub fn softmax(preferences: &[f64]) -> Vec<Vec<f64>> {
    let row = |row: &[f64]| {
        let sum: f64 = row.iter().map(|h| h.exp()).sum();
        row.iter().map(|h| h.exp() / sum).collect()
    };
    preferences.chunks(2).map(row).collect()
}

/// The mean over all trajectories of [`forward`] by which what `read` says of an agent moves in an
/// episode.
pub fn expected_move<A: Agent + Clone>(
    process: &Tabulated,
    agent: &A,
    read: impl Fn(&A) -> Vec<f64>,
) -> Vec<f64> {
    let before = read(agent);
    let mut mean = vec![0.0; before.len()];
    for (probability, steps) in trajectories(process, &policy_of(process, agent)) {
        let mut agent = agent.clone();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        agent.begin_episode();
        learn_from(&mut agent, &steps, |next| next == 3, &mut dice);
        for ((mean, after), before) in mean.iter_mut().zip(read(&agent)).zip(&before) {
            *mean += probability * (after - before);
        }
    }
    mean
}

/// The gradient of the value of state 0 of [`forward`] by the preferences:
/// ∂v(0)/∂h(s, b) = d(s)·π(b|s)·(q(s, b) − v(s)), d(s) the discounted chance to meet s (Sutton &
/// Barto 2018, eq. 13.5 for a softmax). Checked against differences of the exact value.
pub fn policy_gradient(process: &Tabulated, discount: f64, preferences: &[f64]) -> Vec<f64> {
    let now = softmax(preferences);
    let (q, values) = values_of(process, discount, &now);
    let mut met = [1.0, 0.0, 0.0, 0.0];
    for state in 0..3 {
        for (action, weight) in now[state].iter().enumerate() {
            for (p, next, _) in process.outcomes_of(state, action) {
                met[*next] += met[state] * weight * p * discount;
            }
        }
    }
    met[3] = 0.0;
    let part = |place: usize| {
        let (state, action) = (place / 2, place % 2);
        met[state] * now[state][action] * (q[state][action] - values[state])
    };
    let gradient: Vec<f64> = (0..preferences.len()).map(part).collect();
    for (place, part) in gradient.iter().enumerate() {
        let moved = |by: f64| {
            let mut preferences = preferences.to_vec();
            preferences[place] += by;
            values_of(process, discount, &softmax(&preferences)).1[0]
        };
        // Central differences err by some h² = 1e-8 and by rounding, 1e-16/h = 1e-12.
        let difference = (moved(1e-4) - moved(-1e-4)) / 2e-4;
        assert!((part - difference).abs() < 1e-7, "{place}: {part} {difference}");
    }
    gradient
}

/// The short corridor with switched actions (Sutton & Barto 2018, example 13.1): three cells that
/// look alike, −1 a step, `right` (0) and `left` (1) switched in the second; it ends right of the
/// third. Plays an episode of up to 10,000 steps and returns its return.
pub fn corridor(agent: &mut impl Agent, luck: Luck) -> f64 {
    let mut dice = Dice::new(luck, agent.sources());
    agent.begin_episode();
    let (mut cell, mut action) = (0, [0]);
    for beat in 0..10_000 {
        dice.turn_to(beat);
        agent.decide(&see(&[0], beat), &mut dice, &mut action);
        let right = (action[0] == 0) != (cell == 1);
        cell = if right { cell + 1 } else { usize::saturating_sub(cell, 1) };
        let terminal = cell == 3;
        let experience = Experience {
            before: see(&[0], beat),
            action: &action,
            reward: -1.0,
            after: see(&[0], beat + 1),
            terminal,
        };
        agent.learn(&experience, &mut dice);
        if terminal {
            return -(beat as f64 + 1.0);
        }
    }
    -10_000.0
}

/// The value of the corridor's start where `right` is chosen with probability p: (2p − 4)/(p(1 − p)).
pub fn corridor_value(p: f64) -> f64 {
    (2.0 * p - 4.0) / (p * (1.0 - p))
}

#[test]
fn the_corridors_value_is_that_of_its_equations_and_best_at_two_less_the_root_of_two() {
    // v₁ = −1 + p·v₂ + (1−p)·v₁, v₂ = −1 + (1−p)·v₃ + p·v₁, v₃ = −1 + (1−p)·v₂.
    for p in [0.05, 0.3, 0.59, 0.9] {
        let mut rows = [
            vec![p, -p, 0.0, -1.0],
            vec![-p, 1.0, -(1.0 - p), -1.0],
            vec![0.0, -(1.0 - p), 1.0, -1.0],
        ];
        assert!((solve(&mut rows)[0] - corridor_value(p)).abs() < 1e-10);
    }
    // The derivative is 0 where p² − 4p + 2 = 0: p = 2 − √2, of value −(6 + 4√2).
    let p = 2.0 - 2_f64.sqrt();
    assert!((p - 0.59).abs() < 0.005);
    assert!((corridor_value(p) + 6.0 + 4.0 * 2_f64.sqrt()).abs() < 1e-12);
    assert!((corridor_value(p) + 11.6).abs() < 0.1);
    for other in [p - 1e-3, p + 1e-3] {
        assert!(corridor_value(other) < corridor_value(p));
    }
}
