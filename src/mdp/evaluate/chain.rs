//! The Markov chain of a policy, with its rewards: what all evaluations work on.

use crate::mdp::model::Model;
use crate::mdp::policy::Policy;

/// Unit roundoff of `f64`: one operation errs by at most this share of its result.
pub(super) const ROUNDOFF: f64 = f64::EPSILON / 2.0;

/// Rows of transition probabilities, successors ascending and each only once. A terminal state
/// has an empty row and the reward 0.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    offsets: Vec<usize>,
    successors: Vec<u32>,
    probabilities: Vec<f64>,
    pub(super) reward: Vec<f64>,
    pub(super) terminal: Vec<bool>,
}

impl Chain {
    /// The chain of a policy that fits the model.
    pub(super) fn new(model: &Model, policy: &Policy) -> Self {
        let states = model.states();
        let mut chain = Self {
            offsets: Vec::with_capacity(states + 1),
            successors: Vec::new(),
            probabilities: Vec::new(),
            reward: Vec::with_capacity(states),
            terminal: Vec::with_capacity(states),
        };
        chain.offsets.push(0);
        let mut row: Vec<(u32, f64)> = Vec::new();
        for state in 0..states {
            row.clear();
            if !model.is_terminal(state) {
                row.extend(policy.row(model, state).filter(|(_, p)| *p > 0.0));
                // Stable, so that equal successors are added in the order of their draws.
                row.sort_by_key(|(next, _)| *next);
            }
            let first = chain.successors.len();
            for &(next, p) in &row {
                let known = chain.successors.len() > first;
                match chain.probabilities.last_mut() {
                    Some(sum) if known && chain.successors.last() == Some(&next) => *sum += p,
                    _ => {
                        chain.successors.push(next);
                        chain.probabilities.push(p);
                    }
                }
            }
            chain.offsets.push(chain.successors.len());
            chain.reward.push(policy.reward(model, state));
            chain.terminal.push(model.is_terminal(state));
        }
        chain
    }

    /// The chain over some of its states that it does not leave, numbered by their place.
    pub(super) fn part(&self, members: &[u32], place: &[u32]) -> Self {
        let mut part = Self {
            offsets: vec![0],
            successors: Vec::new(),
            probabilities: Vec::new(),
            reward: Vec::with_capacity(members.len()),
            terminal: Vec::with_capacity(members.len()),
        };
        for &state in members {
            for (next, p) in self.row(state as usize) {
                part.successors.push(place[next]);
                part.probabilities.push(p);
            }
            part.offsets.push(part.successors.len());
            part.reward.push(self.reward[state as usize]);
            part.terminal.push(self.terminal[state as usize]);
        }
        part
    }

    pub(super) fn states(&self) -> usize {
        self.reward.len()
    }

    #[inline]
    pub(super) fn successors(&self, state: usize) -> &[u32] {
        &self.successors[self.offsets[state]..self.offsets[state + 1]]
    }

    #[inline]
    pub(super) fn row(&self, state: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.offsets[state]..self.offsets[state + 1];
        let next = self.successors[range.clone()].iter().map(|&next| next as usize);
        next.zip(self.probabilities[range].iter().copied())
    }

    /// (Tv − v)(s) = r(s) − (1−γ) v(s) + γ Σ p(s′|s) (v(s′) − v(s)), and a bound on its rounding.
    ///
    /// Written with differences it hardly rounds where v is flat, and a row whose stored
    /// probabilities do not quite sum to 1 counts as the row of its shares.
    #[inline]
    pub(super) fn difference(
        &self,
        state: usize,
        reward: f64,
        gamma: f64,
        values: &[f64],
    ) -> (f64, f64) {
        let here = values[state];
        let (mut sum, mut size, mut terms) = (0.0, 0.0, 4.0);
        for (next, p) in self.row(state) {
            let term = p * (values[next] - here);
            sum += term;
            size += term.abs();
            terms += 1.0;
        }
        let decay = (1.0 - gamma) * here;
        let difference = reward - decay + gamma * sum;
        (difference, 2.0 * terms * ROUNDOFF * (reward.abs() + decay.abs() + gamma * size))
    }
}
