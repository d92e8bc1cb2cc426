//! The Markov chain that a policy makes of a model, and its structure: which states recur, which
//! the start reaches, whether the end is reached.

use rayon::prelude::*;

use super::back_up::SweepStats;
use super::bounds::{UNIT_ROUNDOFF, row_rounding};
use super::model::Model;
use super::policy::{Policy, PolicyError};

/// States are swept in blocks of this size, one thread each.
const STATES_A_BLOCK: usize = 8192;

/// A Markov chain with rewards. Terminal states have empty rows and reward 0.
#[derive(Debug, Clone)]
pub struct Chain {
    offsets: Vec<usize>,
    next: Vec<u32>,
    probability: Vec<f64>,
    reward: Vec<f64>,
    longest: usize,
    largest_reward: f64,
    /// How far a row's probabilities may sum from 1.
    off: f64,
}

/// The closed classes of a chain in which it stays for ever.
#[derive(Debug, Clone, Default)]
pub struct Classes {
    /// The states of each class, ascending; classes in the order of their first states.
    pub classes: Vec<Vec<u32>>,
}

impl Chain {
    /// The chain of a policy, refused where the policy does not fit the model.
    pub fn new(model: &Model, policy: &Policy) -> Result<Self, PolicyError> {
        policy.check(model)?;
        let states = model.states();
        let mut chain = Self {
            offsets: Vec::with_capacity(states + 1),
            next: Vec::new(),
            probability: Vec::new(),
            reward: vec![0.0; states],
            longest: 0,
            largest_reward: 0.0,
            off: 0.0,
        };
        chain.offsets.push(0);
        // Where a successor of the present state stands in `next`, if it does.
        let mut place = vec![0_usize; states];
        let mut most_actions = 1;
        for state in 0..states {
            let first = chain.next.len();
            let choices = policy.choices(state);
            let mut taken = 0;
            for (action, share) in choices.filter(|_| !model.is_terminal(state)) {
                taken += 1;
                chain.reward[state] += share * model.reward(state, action);
                let Some((successors, probabilities)) = model.row(state, action) else { continue };
                for (&successor, &p) in successors.iter().zip(probabilities) {
                    let known = place[successor as usize];
                    if known >= first && chain.next.get(known) == Some(&successor) {
                        chain.probability[known] += share * p;
                    } else {
                        place[successor as usize] = chain.next.len();
                        chain.next.push(successor);
                        chain.probability.push(share * p);
                    }
                }
            }
            most_actions = most_actions.max(taken);
            chain.longest = chain.longest.max(chain.next.len() - first);
            chain.largest_reward = chain.largest_reward.max(chain.reward[state].abs());
            chain.offsets.push(chain.next.len());
        }
        chain.off = match policy {
            Policy::Deterministic(_) => model.probability_excess() + UNIT_ROUNDOFF,
            // Shares sum to 1 within a rounding each; products and sums add one each.
            Policy::Stochastic { .. } => {
                model.probability_excess()
                    + share_excess(model, policy)
                    + (2 * most_actions + 2) as f64 * UNIT_ROUNDOFF
            }
        };
        Ok(chain)
    }

    /// How many states there are.
    pub fn states(&self) -> usize {
        self.reward.len()
    }

    /// Successors and probabilities of a state; empty where it is terminal.
    #[inline(always)]
    pub fn row(&self, state: usize) -> (&[u32], &[f64]) {
        let row = self.offsets[state]..self.offsets[state + 1];
        (&self.next[row.clone()], &self.probability[row])
    }

    /// The expected reward of a beat in this state.
    pub fn reward(&self, state: usize) -> f64 {
        self.reward[state]
    }

    /// Whether the environment ends in this state.
    #[inline(always)]
    pub fn is_terminal(&self, state: usize) -> bool {
        self.offsets[state] == self.offsets[state + 1]
    }

    /// e of [`super::bounds`]: how far a computed backup may lie from the exact one.
    pub fn rounding(&self, gamma: f64, largest_value: f64) -> f64 {
        row_rounding(self.longest, self.off, gamma, largest_value, self.largest_reward)
    }

    /// r(s) + γ Σ p(s′|s) v(s′); 0 in a terminal state.
    #[inline(always)]
    pub fn value(&self, state: usize, gamma: f64, values: &[f64]) -> f64 {
        let (next, probability) = self.row(state);
        self.reward[state] + gamma * super::back_up::dot(next, probability, values)
    }

    /// One synchronous sweep: `out` = r + γPv.
    pub fn back_up(&self, values: &[f64], gamma: f64, out: &mut [f64]) -> SweepStats {
        let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let sweep = |(block, out): (usize, &mut [f64])| {
            let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
            for (state, out) in (block * STATES_A_BLOCK..).zip(out) {
                *out = self.value(state, gamma, values);
                if !self.is_terminal(state) {
                    let diff = *out - values[state];
                    least = least.min(diff);
                    most = most.max(diff);
                }
            }
            (least, most)
        };
        let join = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
        let nothing = (f64::INFINITY, f64::NEG_INFINITY);
        let (least, most) = if out.len() <= STATES_A_BLOCK {
            sweep((0, out))
        } else {
            out.par_chunks_mut(STATES_A_BLOCK).enumerate().map(sweep).reduce(|| nothing, join)
        };
        let (min_diff, max_diff) = if least <= most { (least, most) } else { (0.0, 0.0) };
        SweepStats { min_diff, max_diff, largest_value: largest, loss: 0.0 }
    }

    /// Which states are reached from the states of a distribution.
    pub fn reached(&self, start: &[(u32, f64)]) -> Vec<bool> {
        let mut reached = vec![false; self.states()];
        let mut open: Vec<u32> = Vec::new();
        for &(state, _) in start.iter().filter(|(_, p)| *p > 0.0) {
            if !std::mem::replace(&mut reached[state as usize], true) {
                open.push(state);
            }
        }
        while let Some(state) = open.pop() {
            for &next in self.row(state as usize).0 {
                if !std::mem::replace(&mut reached[next as usize], true) {
                    open.push(next);
                }
            }
        }
        reached
    }

    /// The recurrent classes, terminal states not among them: strongly connected components that
    /// nothing leaves (Tarjan 1972, without recursion).
    pub fn recurrent_classes(&self) -> Classes {
        const UNSEEN: u32 = u32::MAX;
        let states = self.states();
        let (mut index, mut low) = (vec![UNSEEN; states], vec![0_u32; states]);
        let (mut on_stack, mut leaves) = (vec![false; states], vec![false; states]);
        let (mut stack, mut path): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
        let (mut count, mut classes) = (0, Vec::new());
        for root in 0..states {
            if index[root] != UNSEEN {
                continue;
            }
            path.push((root as u32, 0));
            while let Some((state, edge)) = path.pop() {
                let s = state as usize;
                if edge == 0 {
                    (index[s], low[s]) = (count, count);
                    count += 1;
                    stack.push(state);
                    on_stack[s] = true;
                }
                let (next, _) = self.row(s);
                if edge > 0 {
                    let child = next[edge - 1] as usize;
                    low[s] = low[s].min(low[child]);
                    leaves[s] |= leaves[child] || !on_stack[child];
                }
                let mut edge = edge;
                let mut descend = false;
                while let Some(&child) = next.get(edge) {
                    edge += 1;
                    let c = child as usize;
                    if index[c] == UNSEEN {
                        path.push((state, edge));
                        path.push((child, 0));
                        descend = true;
                        break;
                    } else if on_stack[c] {
                        low[s] = low[s].min(index[c]);
                    } else {
                        leaves[s] = true;
                    }
                }
                if descend || low[s] != index[s] {
                    continue;
                }
                let first = stack.iter().rposition(|&member| member == state).unwrap_or(0);
                let mut class = stack.split_off(first);
                class.iter().for_each(|&member| on_stack[member as usize] = false);
                let closed = !class.iter().any(|&member| leaves[member as usize]);
                if closed && !self.is_terminal(s) {
                    class.sort_unstable();
                    classes.push(class);
                }
            }
        }
        classes.sort_unstable();
        Classes { classes }
    }
}

/// How far the shares of a stochastic policy sum from 1, at most.
fn share_excess(model: &Model, policy: &Policy) -> f64 {
    (0..model.states())
        .filter(|&state| !model.is_terminal(state))
        .map(|state| {
            let sum: f64 = policy.choices(state).map(|(_, p)| p).sum();
            (sum - 1.0).abs()
        })
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::{model_from, random_model};

    #[test]
    fn classes_of_a_known_chain() {
        // 0 → 1 → {2 ⇄ 3}, 1 → 4 ⟲, 5 terminal, 6 → 5 or 6.
        let next: [&[usize]; 7] = [&[1], &[2, 4], &[3], &[2], &[4], &[], &[5, 6]];
        let model = model_from(
            7,
            1,
            |s| s == 5,
            |s, _| {
                let p = 1.0 / next[s].len() as f64;
                Some((1.0, next[s].iter().map(|&n| (n, p)).collect()))
            },
        );
        let chain = Chain::new(&model, &Policy::uniform(&model)).unwrap();
        assert_eq!(chain.recurrent_classes().classes, [vec![2, 3], vec![4]]);
        let reached = chain.reached(&[(1, 1.0), (6, 0.0)]);
        assert_eq!(reached, [false, true, true, true, true, false, false]);
    }

    /// Recurrent states are those that can be reached again from all that they reach.
    #[test]
    fn classes_agree_with_reachability() {
        for seed in 0..60 {
            let model = random_model(seed, 9, 1);
            let chain = Chain::new(&model, &Policy::Deterministic(vec![0; 9])).unwrap();
            let reach: Vec<_> = (0..9).map(|s| chain.reached(&[(s, 1.0)])).collect();
            let recurs = |s: usize| (0..9).all(|t| !reach[s][t] || reach[t][s]);
            let expected: Vec<usize> =
                (0..9).filter(|&s| recurs(s) && !chain.is_terminal(s)).collect();
            let classes = chain.recurrent_classes().classes;
            let mut found: Vec<usize> = classes.iter().flatten().map(|&s| s as usize).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "seed {seed}");
            for class in classes {
                assert!(class.iter().all(|&s| reach[s as usize][class[0] as usize]));
            }
        }
    }

    #[test]
    fn mixed_rows_are_sums_of_rows() {
        let model = random_model(4, 12, 3);
        let chain = Chain::new(&model, &Policy::uniform(&model)).unwrap();
        let values: Vec<f64> = (0..12).map(|i| f64::from(i * i % 7)).collect();
        for state in 0..12 {
            let q: Vec<f64> =
                (0..3).filter_map(|action| model.q(state, action, &values, 0.5)).collect();
            let mean = q.iter().sum::<f64>() / q.len() as f64;
            assert!((chain.value(state, 0.5, &values) - mean).abs() < 1e-13);
            let (next, _) = chain.row(state);
            assert!(next.iter().all(|n| next.iter().filter(|m| *m == n).count() == 1));
        }
    }
}
