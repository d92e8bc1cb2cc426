//! Exact evaluation of a policy on the enumerated model, each figure with a bound that holds.
//!
//! A policy makes the model a Markov chain with rewards. Few equations are solved by elimination
//! without subtraction (Grassmann, Taksar & Heyman 1985), many by a preconditioned iteration; how
//! a solution was found does not matter for its bounds, which one application of the policy's
//! operator to it gives, rounding included. The same bits come out on any number of threads.

mod average;
mod chain;
mod classes;
mod discounted;
mod elimination;
mod iteration;
mod system;
#[cfg(test)]
mod tests;
mod total;

pub use average::{Gain, average, long_run};
pub use discounted::discounted;
pub use total::{Ends, Total, ends, total};

use super::model::Model;
use super::policy::PolicyError;

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

/// How far [`Model::at_start`] can be off by rounding.
fn start_slack(model: &Model, values: &[f64]) -> f64 {
    let size: f64 = model.start().iter().map(|&(s, p)| p * values[s as usize].abs()).sum();
    2.0 * (model.start().len() + 2) as f64 * chain::ROUNDOFF * size
}
