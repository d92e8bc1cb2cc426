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
    /// By state, how many roundings went into a probability at most: none where the policy is
    /// sure of its action, else a product a way to the successor and the sum of them.
    mixed: Vec<u32>,
    /// By state, how far the reward can be off, for the same reason.
    reward_slack: Vec<f64>,
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
            mixed: Vec::with_capacity(states),
            reward_slack: Vec::with_capacity(states),
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
            chain.push_row(&row);
            chain.reward.push(policy.reward(model, state));
            chain.terminal.push(model.is_terminal(state));
            let (mixed, slack) = mixing(model, policy, state);
            chain.mixed.push(mixed);
            chain.reward_slack.push(slack);
        }
        chain
    }

    /// The same chain with another figure by state in place of the rewards, given exactly.
    pub(super) fn with_figures(self, figures: &[f64]) -> Self {
        let reward_slack = vec![0.0; figures.len()];
        Self { reward: figures.to_vec(), reward_slack, ..self }
    }

    /// The chain in which an episode that ended begins anew at once: where it would come to an end,
    /// it comes to a start. Ends are then never reached, but from themselves.
    pub(super) fn beginning_anew(&self, model: &Model) -> Self {
        let mut anew = Self {
            offsets: vec![0],
            successors: Vec::with_capacity(self.successors.len()),
            probabilities: Vec::with_capacity(self.successors.len()),
            reward: self.reward.clone(),
            terminal: self.terminal.clone(),
            mixed: self.mixed.clone(),
            reward_slack: self.reward_slack.clone(),
        };
        let mut row: Vec<(u32, f64)> = Vec::new();
        for state in 0..self.states() {
            row.clear();
            let mut ends = 0.0;
            for (next, p) in self.row(state) {
                if self.terminal[next] {
                    ends += p;
                } else {
                    row.push((next as u32, p));
                }
            }
            if ends > 0.0 {
                row.extend(model.start().iter().map(|&(start, p)| (start, p * ends)));
                row.sort_by_key(|(next, _)| *next);
            }
            anew.push_row(&row);
        }
        anew
    }

    /// Adds the next state's row, whose successors ascend; equal ones become one.
    fn push_row(&mut self, row: &[(u32, f64)]) {
        let first = self.successors.len();
        for &(next, p) in row {
            let known = self.successors.len() > first;
            match self.probabilities.last_mut() {
                Some(sum) if known && self.successors.last() == Some(&next) => *sum += p,
                _ => {
                    self.successors.push(next);
                    self.probabilities.push(p);
                }
            }
        }
        self.offsets.push(self.successors.len());
    }

    /// The chain over some of its states that it does not leave, numbered by their place.
    pub(super) fn part(&self, members: &[u32], place: &[u32]) -> Self {
        let mut part = Self {
            offsets: vec![0],
            successors: Vec::new(),
            probabilities: Vec::new(),
            reward: Vec::with_capacity(members.len()),
            terminal: Vec::with_capacity(members.len()),
            mixed: Vec::with_capacity(members.len()),
            reward_slack: Vec::with_capacity(members.len()),
        };
        for &state in members {
            for (next, p) in self.row(state as usize) {
                part.successors.push(place[next]);
                part.probabilities.push(p);
            }
            part.offsets.push(part.successors.len());
            part.reward.push(self.reward[state as usize]);
            part.terminal.push(self.terminal[state as usize]);
            part.mixed.push(self.mixed[state as usize]);
            part.reward_slack.push(self.reward_slack[state as usize]);
        }
        part
    }

    /// By how much the reward of a state can be off by rounding.
    pub(super) fn reward_slack(&self, state: usize) -> f64 {
        self.reward_slack[state]
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

    /// (Tv − v)(s) = r(s) − (1−γ) v(s) + γ Σ p(s′|s) (v(s′) − v(s)), and a bound on its rounding
    /// beside that of the reward (see [`Chain::reward_slack`]).
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
        let (mut sum, mut size, mut terms) = (0.0, 0.0, 4.0 + f64::from(self.mixed[state]));
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

/// How many roundings go into a probability of the policy's chain in a state at most, and how far
/// its reward can be off: sums of products, unless the policy is sure of its action.
fn mixing(model: &Model, policy: &Policy, state: usize) -> (u32, f64) {
    let sure = policy.choices(state).take(2).all(|(_, p)| p == 1.0);
    if sure || model.is_terminal(state) {
        return (0, 0.0);
    }
    let (mut choices, mut size) = (0_u32, 0.0);
    for (action, p) in policy.choices(state) {
        choices += 1;
        size += (p * model.reward(state, action)).abs();
    }
    (choices + 1, 2.0 * f64::from(choices + 1) * ROUNDOFF * size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::model_from;

    /// Rewards that all but cancel, and successors that several actions share.
    #[test]
    fn rounding_of_a_mixed_policy_is_counted() {
        let rewards = [0.3, -0.1, -0.2];
        let model = model_from(
            2,
            3,
            |_| false,
            |state, action| Some((rewards[action], vec![(state, 0.5), (1 - state, 0.5)])),
        );
        let chain = Chain::new(&model, &Policy::uniform(&model));
        let third = 1.0 / 3.0;
        assert!(chain.reward[0].abs() < 1e-16);
        assert!(chain.reward_slack(0) >= 6.0 * ROUNDOFF * third * 0.3);
        // The slack of the differences allows for three products and their sum in each entry.
        let (_, slack) = chain.difference(0, 0.0, 1.0, &[0.0, 1.0]);
        assert!(slack >= 2.0 * 4.0 * ROUNDOFF * 0.5);
        let sure = Chain::new(&model, &Policy::Deterministic(vec![1; 2]));
        assert_eq!((sure.reward_slack(0), sure.mixed[0]), (0.0, 0));
    }
}
