//! Models that tests of this library share: published problems and random ones.

use super::luck::{Luck, LuckRng};
use super::model::Model;
use super::model_builder::{Block, ModelBuilder};
use rand::RngExt;

/// A model whose pairs are given by a function: `None` where an action is not allowed, else
/// reward and successors (which may repeat). Episodes start in state 0.
pub(crate) fn model_from(
    states: usize,
    actions: usize,
    terminal: impl Fn(usize) -> bool,
    pair: impl Fn(usize, usize) -> Option<(f64, Vec<(usize, f64)>)>,
) -> Model {
    let mut block = Block::new(actions);
    for state in 0..states {
        block.begin_state(terminal(state));
        for action in 0..actions {
            if terminal(state) {
                break;
            }
            if let Some((reward, successors)) = pair(state, action) {
                let mut row: Vec<(u32, f64)> = Vec::new();
                for (successor, p) in successors.into_iter().filter(|(_, p)| *p > 0.0) {
                    match row.iter_mut().find(|(known, _)| *known == successor as u32) {
                        Some((_, sum)) => *sum += p,
                        None => row.push((successor as u32, p)),
                    }
                }
                block.pair(action, reward, &row);
            }
        }
    }
    let mut builder = ModelBuilder::new(actions);
    builder.append(&block).unwrap();
    builder.finish(vec![(0, 1.0)]).unwrap()
}

/// `LINE3` of `tests/published/mdp_line3.json`: conditions drawn first, then downstream first.
/// Episodes start all up and empty.
pub(crate) fn line3(capacity: usize) -> Model {
    const FAIL: [f64; 3] = [0.010, 0.015, 0.020];
    const REPAIR: [f64; 3] = [0.100, 0.120, 0.150];
    let side = capacity + 1;
    let mut block = Block::new(8);
    for state in 0..side * side * 8 {
        let (b1, b2, m) = (state / 8 / side, state / 8 % side, state % 8);
        block.begin_state(false);
        for action in 0..8_usize {
            let mut reward = -0.1 * (b1 + b2) as f64 - f64::from(action.count_ones());
            let mut row = [(0, 0.0); 8];
            for (next, place) in row.iter_mut().enumerate() {
                let mut p = 1.0;
                for i in 0..3 {
                    p *= match (m >> i & 1, next >> i & 1) {
                        (1, 1) => 1.0 - FAIL[i],
                        (1, _) => FAIL[i],
                        (_, 1) => REPAIR[i],
                        _ => 1.0 - REPAIR[i],
                    };
                }
                let runs = |i: usize| action & next & 1 << i != 0;
                let (mut c1, mut c2) = (b1, b2);
                if runs(2) && c2 > 0 {
                    c2 -= 1;
                    reward += 10.0 * p;
                }
                if runs(1) && c1 > 0 && c2 < capacity {
                    c1 -= 1;
                    c2 += 1;
                }
                if runs(0) && c1 < capacity {
                    c1 += 1;
                }
                *place = (((c1 * side + c2) * 8 + next) as u32, p);
            }
            block.pair(action, reward, &row);
        }
    }
    let mut builder = ModelBuilder::new(8);
    builder.append(&block).unwrap();
    builder.finish(vec![(7, 1.0)]).unwrap()
}

/// A random model: the last state terminal when the seed is odd, some actions not allowed,
/// probabilities in eighths, rewards in quarters (so that all are exact in binary).
pub(crate) fn random_model(seed: u64, states: usize, actions: usize) -> Model {
    let mut random = LuckRng::new(Luck::new(seed).key("random model"));
    let mut pairs = Vec::new();
    for _ in 0..states * actions {
        let mut successors = Vec::new();
        let mut left = 8;
        while left > 0 {
            let share = random.random_range(1..=left);
            successors.push((random.random_range(0..states), f64::from(share) / 8.0));
            left -= share;
        }
        let reward = f64::from(random.random_range(-20..=20)) / 4.0;
        pairs.push((random.random_bool(0.7), reward, successors));
    }
    model_from(
        states,
        actions,
        |state| seed % 2 == 1 && state + 1 == states,
        |state, action| {
            let (allowed, reward, successors) = &pairs[state * actions + action];
            (action == 0 || *allowed).then(|| (*reward, successors.clone()))
        },
    )
}

/// From which states a policy ends with probability 1: from all that it reaches, it can still
/// reach a terminal state. `None` where it takes an action that is not allowed.
pub(crate) fn surely_ends(model: &Model, policy: &[u32]) -> Option<Vec<bool>> {
    let n = model.states();
    let mut reach = vec![vec![false; n]; n];
    for (from, reached) in reach.iter_mut().enumerate() {
        let mut open = vec![from];
        while let Some(state) = open.pop() {
            if !std::mem::replace(&mut reached[state], true) && !model.is_terminal(state) {
                let (next, _) = model.row(state, policy[state] as usize)?;
                open.extend(next.iter().map(|&next| next as usize));
            }
        }
    }
    let can_end: Vec<bool> =
        (0..n).map(|s| (0..n).any(|t| reach[s][t] && model.is_terminal(t))).collect();
    Some((0..n).map(|s| (0..n).all(|t| !reach[s][t] || can_end[t])).collect())
}
