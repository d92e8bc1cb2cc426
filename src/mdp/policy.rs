//! What is done in each state of a [`Model`]: one flat action, or a distribution over them.

#![expect(
    clippy::indexing_slicing,
    reason = "states and actions are the model's, whose sizes the policy was checked against"
)]

use super::agent::{Agent, Situation};
use super::enumerate::Enumeration;
use super::erased::Erased;
use super::model::Model;

/// How far the probabilities of a state may be from summing to 1.
pub const POLICY_TOLERANCE: f64 = 1e-9;

/// A stationary policy of a model. Entries of terminal states are ignored.
#[derive(Debug, Clone, PartialEq)]
pub enum Policy {
    /// The flat action of each state.
    Deterministic(Vec<u32>),
    /// The probability of each flat action in each state.
    Stochastic {
        /// How many flat actions there are.
        actions: usize,
        /// `probabilities[state * actions + action]`.
        probabilities: Vec<f64>,
    },
}

/// Why a policy does not fit a model.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// It has too many or too few entries.
    #[error("the policy has {found} entries, but the model needs {expected}")]
    Size {
        /// How many entries it has.
        found: usize,
        /// How many the model needs.
        expected: usize,
    },
    /// It takes an action that is not allowed.
    #[error("the policy takes action {action} in state {state}, where it is not allowed")]
    NotAllowed {
        /// The state's number.
        state: usize,
        /// The flat action.
        action: usize,
    },
    /// Its probabilities in a state are no distribution.
    #[error("the policy's probabilities in state {state} are negative or do not sum to 1: {sum}")]
    Probabilities {
        /// The state's number.
        state: usize,
        /// Their sum.
        sum: f64,
    },
}

impl Policy {
    /// Every allowed action with the same probability.
    pub fn uniform(model: &Model) -> Self {
        let actions = model.actions();
        let mut probabilities = vec![0.0; model.states() * actions];
        for (state, row) in probabilities.chunks_exact_mut(actions).enumerate() {
            let allowed = (0..actions).filter(|&action| model.allowed(state, action)).count();
            for (action, p) in row.iter_mut().enumerate() {
                if model.allowed(state, action) {
                    *p = 1.0 / allowed as f64;
                }
            }
        }
        Self::Stochastic { actions, probabilities }
    }

    /// The policy that an agent would follow if it stopped learning and exploring, asked in every
    /// state of the model; deterministic where it is so everywhere. Where it does not see the state
    /// itself, each action's probability is that over all that it may see of the state: what is seen
    /// is drawn anew in every beat, so that the chain is the same. `None` where the agent does not
    /// know it (as who acts by what it remembers), or answers with what is not a policy.
    pub fn of_agent(
        agent: &dyn Agent,
        environment: &dyn Erased,
        enumeration: &Enumeration,
    ) -> Option<Self> {
        let sees = environment.observes_state();
        let model = &*enumeration.model;
        let (space, actions) = (environment.state_space(), model.actions());
        let restricts = model.pairs() != model.decisions() * actions as u64;
        let mut levels = vec![0; space.len()];
        let mut mask = vec![true; actions];
        let mut asked = vec![0.0; actions];
        let mut probabilities = vec![0.0; model.states() * actions];
        for (state, row) in probabilities.chunks_exact_mut(actions).enumerate() {
            if model.is_terminal(state) {
                continue;
            }
            space.levels(enumeration.states.index(state), &mut levels);
            for (action, allowed) in mask.iter_mut().enumerate() {
                *allowed = model.allowed(state, action);
            }
            let allowed = restricts.then_some(mask.as_slice());
            if sees {
                let situation = Situation { levels: &levels, reals: &[], allowed, beat: 0 };
                if !agent.target_policy(&situation, row) {
                    return None;
                }
                continue;
            }
            for (seen, weight) in environment.observations(&levels).ok()? {
                let (levels, reals) = (seen.levels.as_slice(), seen.reals.as_slice());
                let situation = Situation { levels, reals, allowed, beat: 0 };
                if !agent.target_policy(&situation, &mut asked) {
                    return None;
                }
                row.iter_mut().zip(&asked).for_each(|(sum, p)| *sum += weight * p);
            }
        }
        let policy = Self::Stochastic { actions, probabilities }.simplified(model);
        policy.check(model).ok()?;
        Some(policy)
    }

    /// The same policy as a list of actions where it is sure of one everywhere.
    fn simplified(self, model: &Model) -> Self {
        let Self::Stochastic { actions, probabilities } = &self else { return self };
        let sure: Option<Vec<u32>> = probabilities
            .chunks_exact(*actions)
            .enumerate()
            .map(|(state, row)| match row.iter().position(|&p| p == 1.0) {
                Some(action) if row.iter().filter(|&&p| p != 0.0).count() == 1 => {
                    Some(action as u32)
                }
                _ => model.is_terminal(state).then_some(0),
            })
            .collect();
        sure.map_or(self, Self::Deterministic)
    }

    /// Checks that the policy fits: one distribution over allowed actions in each state that is
    /// not terminal.
    ///
    /// # Errors
    /// The first misfit.
    pub fn check(&self, model: &Model) -> Result<(), PolicyError> {
        let (found, expected) = match self {
            Self::Deterministic(choices) => (choices.len(), model.states()),
            Self::Stochastic { actions, probabilities } if *actions == model.actions() => {
                (probabilities.len(), model.states() * actions)
            }
            Self::Stochastic { probabilities, .. } => {
                (probabilities.len(), model.states() * model.actions())
            }
        };
        if found != expected || self.actions_differ(model) {
            return Err(PolicyError::Size { found, expected });
        }
        for state in (0..model.states()).filter(|&state| !model.is_terminal(state)) {
            let mut sum = 0.0;
            for (action, p) in self.choices(state) {
                if action >= model.actions() || !model.allowed(state, action) {
                    return Err(PolicyError::NotAllowed { state, action });
                }
                if !(0.0..=1.0 + POLICY_TOLERANCE).contains(&p) {
                    return Err(PolicyError::Probabilities { state, sum: p });
                }
                sum += p;
            }
            if (sum - 1.0).abs() > POLICY_TOLERANCE {
                return Err(PolicyError::Probabilities { state, sum });
            }
        }
        Ok(())
    }

    fn actions_differ(&self, model: &Model) -> bool {
        matches!(self, Self::Stochastic { actions, .. } if *actions != model.actions())
    }

    /// The flat actions taken in a state with their probabilities, those of probability 0 left
    /// out.
    #[inline]
    pub fn choices(&self, state: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (sure, row) = match self {
            Self::Deterministic(choices) => (Some((choices[state] as usize, 1.0)), &[][..]),
            Self::Stochastic { actions, probabilities } => {
                (None, &probabilities[state * actions..][..*actions])
            }
        };
        sure.into_iter().chain(row.iter().copied().enumerate().filter(|(_, p)| *p != 0.0))
    }

    /// The probability of a flat action in a state.
    pub fn probability(&self, state: usize, action: usize) -> f64 {
        match self {
            Self::Deterministic(choices) => f64::from(u8::from(choices[state] as usize == action)),
            Self::Stochastic { actions, probabilities } => probabilities[state * actions + action],
        }
    }

    /// The expected reward of a beat in a state, in the scenario's currency; 0 in a terminal one.
    /// The policy must fit the model.
    pub fn reward(&self, model: &Model, state: usize) -> f64 {
        if model.is_terminal(state) {
            return 0.0;
        }
        self.choices(state).map(|(action, p)| p * model.reward(state, action)).sum()
    }

    /// The policy's Markov chain: successors of a state with their probabilities, in the order of
    /// actions and draws, so that a successor of several actions appears several times. None in a
    /// terminal state. The policy must fit the model.
    pub fn row<'a>(
        &'a self,
        model: &'a Model,
        state: usize,
    ) -> impl Iterator<Item = (u32, f64)> + 'a {
        self.choices(state).flat_map(move |(action, chosen)| {
            let (successors, probabilities) = model.row(state, action).unwrap_or((&[], &[]));
            successors.iter().zip(probabilities).map(move |(&next, &p)| (next, chosen * p))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::model_from;

    /// Three states, the last terminal; action 1 is not allowed in state 1.
    fn small() -> Model {
        model_from(
            3,
            2,
            |state| state == 2,
            |state, action| match (state, action) {
                (0, 0) => Some((1.0, vec![(0, 0.5), (1, 0.5)])),
                (0, _) => Some((3.0, vec![(1, 1.0)])),
                (1, 0) => Some((-1.0, vec![(2, 1.0)])),
                _ => None,
            },
        )
    }

    #[test]
    fn what_is_no_policy_is_refused_with_its_place() {
        let model = small();
        let check = |policy: Policy| policy.check(&model);
        assert_eq!(check(Policy::Deterministic(vec![1, 0, 7])), Ok(()));
        let not_allowed = |action| Err(PolicyError::NotAllowed { state: 1, action });
        assert_eq!(check(Policy::Deterministic(vec![1, 1, 0])), not_allowed(1));
        assert_eq!(check(Policy::Deterministic(vec![1, 9, 0])), not_allowed(9));
        let size = Err(PolicyError::Size { found: 2, expected: 3 });
        assert_eq!(check(Policy::Deterministic(vec![0, 0])), size);
        let mixed = |row: [f64; 2]| Policy::Stochastic {
            actions: 2,
            probabilities: vec![row[0], row[1], 1.0, 0.0, 0.0, 0.0],
        };
        assert_eq!(check(mixed([0.25, 0.75])), Ok(()));
        for row in [[0.25, 0.5], [1.5, -0.5], [f64::NAN, 1.0]] {
            assert!(matches!(check(mixed(row)), Err(PolicyError::Probabilities { .. })), "{row:?}");
        }
        let narrow = Policy::Stochastic { actions: 1, probabilities: vec![1.0; 6] };
        assert!(matches!(check(narrow), Err(PolicyError::Size { .. })));
    }

    #[test]
    fn chain_and_reward_mix_those_of_the_actions() {
        let model = small();
        let uniform = Policy::uniform(&model);
        assert_eq!(uniform.check(&model), Ok(()));
        assert_eq!(uniform.reward(&model, 0), 2.0);
        assert_eq!(uniform.reward(&model, 1), -1.0);
        let row: Vec<_> = uniform.row(&model, 0).collect();
        assert_eq!(row, [(0, 0.25), (1, 0.25), (1, 0.5)]);
        assert_eq!((uniform.row(&model, 2).count(), uniform.reward(&model, 2)), (0, 0.0));
        assert_eq!(uniform.probability(1, 0), 1.0);
        assert_eq!(
            Policy::Deterministic(vec![1, 0, 0]).row(&model, 0).collect::<Vec<_>>(),
            [(1, 1.0)]
        );
    }
}
