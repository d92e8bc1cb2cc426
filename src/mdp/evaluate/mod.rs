//! Exact evaluation of a policy on the enumerated model, each figure with a bound that holds.
//!
//! A policy makes the model a Markov chain with rewards. Few equations are solved by elimination
//! without subtraction (Grassmann, Taksar & Heyman 1985), many by a preconditioned iteration; how
//! a solution was found does not matter for its bounds, which one application of the policy's
//! operator to it gives, rounding included. The same bits come out on any number of threads.

#![expect(
    clippy::indexing_slicing,
    reason = "states are the model's, and every vector here has one entry for each"
)]

mod average;
mod chain;
mod classes;
mod discounted;
mod elimination;
mod equation;
mod iteration;
mod system;
#[cfg(test)]
mod tests;
mod total;

pub use average::{Gain, average, highest_gain, long_run, on_policy, stationary};
pub use discounted::discounted;
pub use equation::{expected_beats, solve_equation};
pub use total::{Ends, Total, ends, total};

use super::criterion::Criterion;
use super::model::Model;
use super::policy::{Policy, PolicyError};

/// Why a policy cannot be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum EvaluationError {
    /// The policy does not fit the model.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The discount is not one.
    #[error(
        "the discount {gamma} does not lie in 0 ≤ γ < 1. Use total or average reward for γ = 1"
    )]
    Discount {
        /// What was given.
        gamma: f64,
    },
    /// The environment can end under the policy, so that there is no long run.
    #[error(
        "under this policy the environment can end in state {state}, so that there is no average \
         reward. Use the discounted or the total reward"
    )]
    Terminal {
        /// A terminal state that can be reached.
        state: usize,
    },
    /// A figure by state has too many or too few entries.
    #[error("{found} figures do not fit {states} states")]
    Figures {
        /// How many there are.
        found: usize,
        /// How many states there are.
        states: usize,
    },
}

/// The values of a policy, with bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The value of each state, in the scenario's currency.
    pub values: Vec<f64>,
    /// The expected value at the start.
    pub value: f64,
    /// The value at the start is no lower than this.
    pub lower: f64,
    /// The value at the start is no higher than this.
    pub upper: f64,
    /// No state's value is off by more.
    pub error: f64,
}

/// What a policy is worth under a criterion.
#[derive(Debug, Clone, PartialEq)]
pub enum Worth {
    /// Its discounted value.
    Discounted(Evaluation),
    /// Its average reward a beat.
    Average(Gain),
    /// Its total reward.
    Total(Total),
}

impl Worth {
    /// The value or gain from the start, in the scenario's currency (for the average: a beat).
    /// A total can be infinite, or NaN where it has no value: see [`Total::values`].
    pub fn value(&self) -> f64 {
        match self {
            Self::Discounted(found) => found.value,
            Self::Average(found) => found.gain,
            Self::Total(found) => found.value,
        }
    }

    /// What the value or gain from the start is no lower and no higher than.
    pub fn bounds(&self) -> (f64, f64) {
        match self {
            Self::Discounted(found) => (found.lower, found.upper),
            Self::Average(found) => (found.lower, found.upper),
            Self::Total(found) => (found.lower, found.upper),
        }
    }

    /// The value of each state; `None` for the average reward.
    pub fn values(&self) -> Option<&[f64]> {
        match self {
            Self::Discounted(found) => Some(&found.values),
            Self::Total(found) => Some(&found.values),
            Self::Average(_) => None,
        }
    }
}

/// Evaluates a policy under a criterion.
///
/// # Errors
/// A policy that does not fit, a discount that is none, an average where the environment can end.
pub fn evaluate(
    model: &Model,
    policy: &Policy,
    criterion: Criterion,
) -> Result<Worth, EvaluationError> {
    match criterion {
        Criterion::Discounted(gamma) => discounted(model, policy, gamma).map(Worth::Discounted),
        Criterion::Average => average(model, policy).map(Worth::Average),
        Criterion::Total => total(model, policy).map(Worth::Total),
    }
}

/// How far [`Model::at_start`] can be off by rounding.
fn start_slack(model: &Model, values: &[f64]) -> f64 {
    let starts = model.start().iter().filter(|(_, p)| *p > 0.0);
    let size: f64 = starts.map(|&(s, p)| p * values[s as usize].abs()).sum();
    2.0 * (model.start().len() + 2) as f64 * chain::ROUNDOFF * size
}
