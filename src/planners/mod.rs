//! Planners: methods that know the model. Each keeps its state, works for as many backups as it
//! is given, and reports bounds that hold (see [`crate::mdp::bounds`]).
//!
//! A *backup* is one Bellman update of one state, over all its actions or, where a fixed policy
//! is evaluated, over the policy's action alone. A *sweep* is one such update of every state that
//! is not terminal.
//!
//! To add a method: one file with a type that holds a [`Core`](core::Core) and implements
//! [`Planner`], and one line in [`solve::Method`].

#![expect(
    clippy::indexing_slicing,
    reason = "states and actions are the model's, and every vector here has one entry for each"
)]

pub mod belief_grid;
mod core;
pub mod gauss_seidel;
pub mod modified_policy_iteration;
mod patience;
pub mod policy_iteration;
#[cfg(test)]
mod published;
pub mod relative_value_iteration;
#[cfg(test)]
mod settling;
pub mod solve;
#[cfg(test)]
mod tests;
mod total;
pub mod value_iteration;

use std::sync::Arc;

use crate::mdp::{Bounds, Criterion, Model, ModelError};

pub use belief_grid::{BeliefError, BeliefGrid, BeliefPlan};
pub use gauss_seidel::GaussSeidel;
pub use modified_policy_iteration::ModifiedPolicyIteration;
pub use policy_iteration::PolicyIteration;
pub use relative_value_iteration::RelativeValueIteration;
pub use solve::{Driven, Method, Solution, drive, planner, solve};
pub use value_iteration::ValueIteration;

/// The bounds as they stood after a certifying sweep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SweepRecord {
    /// How many sweeps had been made.
    pub sweep: u64,
    /// How many backups had been made.
    pub backups: u64,
    /// Lower bound on the expected value at the start or on the gain; −∞ while unknown.
    pub lower: f64,
    /// Upper bound; +∞ while unknown.
    pub upper: f64,
    /// ‖Tv − v‖, or its span sp(Tv − v) for the average reward.
    pub residual: f64,
}

/// Why a planner cannot work on a model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// A discount outside 0 ≤ γ < 1.
    #[error(
        "the discount is {gamma}, but must be at least 0 and less than 1. Without a discount, \
         choose the average reward, or the total reward where episodes end"
    )]
    Discount {
        /// The discount given.
        gamma: f64,
    },
    /// The average reward of a model that ends.
    #[error(
        "the average reward has no meaning where the environment ends: {terminal} of {states} \
         states are terminal. Choose the total or the discounted reward"
    )]
    AverageOfTerminal {
        /// How many states are terminal.
        terminal: u64,
        /// How many states there are.
        states: usize,
    },
    /// The total reward of a model that no policy surely ends from the start.
    #[error(
        "no policy surely reaches the end from the start, so the total reward may have no value. \
         Choose the discounted or the average reward"
    )]
    NeverEnds,
    /// The total reward of a model in which one can stay for ever and earn.
    #[error(
        "a policy can put off the end and earn for ever, so the total reward has no bound. Choose \
         the discounted or the average reward, or let every beat spent on the way cost something"
    )]
    EarnsForEver,
    /// The values left the numbers.
    #[error(
        "after {sweeps} sweeps the values are too large to compute with. Give rewards in a larger \
         unit of currency"
    )]
    NotFinite {
        /// How many sweeps had been made.
        sweeps: u64,
    },
    /// The method is not made for the criterion.
    #[error("{method} does not serve the {criterion} reward. Choose {instead}")]
    Method {
        /// The method's name.
        method: &'static str,
        /// The criterion's name.
        criterion: &'static str,
        /// Methods that do.
        instead: &'static str,
    },
    /// The model could not be built or cut down to the states that can end.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The work was cancelled.
    #[error("cancelled after {sweeps} sweeps")]
    Cancelled {
        /// How many sweeps had been made.
        sweeps: u64,
    },
}

/// A method at work on a model.
pub trait Planner: Send {
    /// The name people know it by: "Value iteration".
    fn name(&self) -> &'static str;

    /// The model as it is planned with: under the total reward, states from which no policy
    /// surely ends are terminal in it.
    fn model(&self) -> &Arc<Model>;

    /// What is optimised.
    fn criterion(&self) -> Criterion;

    /// Works for about this many backups, at least one and at most a sweep more, and returns how
    /// many it made. Makes none once [`Planner::is_settled`]. Where sweeps have long led nowhere,
    /// a small model's equations are solved between two of them.
    fn advance(&mut self, budget: u64) -> u64;

    /// The bounds of the latest certifying sweep, once there are any.
    fn bounds(&self) -> Option<Bounds>;

    /// Bounds on a state's own optimal value, upper one where known; `None` for the average
    /// reward and before the first certifying sweep.
    fn state_bounds(&self, state: usize) -> Option<(f64, Option<f64>)>;

    /// The values made by the latest certifying sweep, to which [`Planner::bounds`] belong.
    fn backed_up(&self) -> &[f64];

    /// What each state is worth by all that is known: the middle of its bounds where both are known.
    /// For the average reward relative values, 0 in the first start state.
    ///
    /// Values of sweeps differ from these by a constant for as long as they are not done: bounds
    /// meet long before they have come to rest.
    fn estimates(&self) -> Vec<f64> {
        let mut values = self.backed_up().to_vec();
        if self.criterion() == Criterion::Average {
            let reference = self.model().start().first().map_or(0, |&(state, _)| state as usize);
            let shift = values.get(reference).copied().unwrap_or(0.0);
            values.iter_mut().for_each(|value| *value -= shift);
            return values;
        }
        for (state, value) in values.iter_mut().enumerate() {
            if let Some((lower, Some(upper))) = self.state_bounds(state) {
                *value = f64::midpoint(lower, upper);
            }
        }
        values
    }

    /// The bounds sweep by sweep, thinned where there are very many.
    fn history(&self) -> &[SweepRecord];

    /// The present values by state; relative ones (0 in the first start state) for the average
    /// reward. States that the start cannot reach may have another gain than it: their relative
    /// values are then what they bring more within as many beats as there were sweeps.
    fn values(&self) -> &[f64];

    /// The greedy flat action of each state, as of the latest certifying sweep: the lowest of those
    /// equal within [`Model::tie_slack`].
    fn policy(&self) -> &[u32];

    /// How many sweeps were made.
    fn sweeps(&self) -> u64;

    /// How many backups were made.
    fn backups(&self) -> u64;

    /// Whether more work would change nothing: the bounds are as close as rounding lets them be,
    /// or they have long ceased to move (on a model whose states have different gains). Every
    /// planner settles on every model.
    fn is_settled(&self) -> bool;

    /// Whether it is settled and nothing but rounding keeps the bounds from meeting: a precision
    /// that is not reached then asks for more than the numbers can tell apart.
    fn is_limited_by_rounding(&self) -> bool;

    /// Why the work could not go on, where it could not. It is settled then.
    fn failure(&self) -> Option<&PlanError>;

    /// Whether the optimum is enclosed to this absolute width.
    fn certified(&self, precision: f64) -> bool {
        self.bounds().is_some_and(|bounds| bounds.certifies(precision))
    }

    /// Whether besides what each state is worth is enclosed to it, where that has a meaning: not
    /// for the average reward.
    fn certified_states(&self, precision: f64) -> bool {
        self.bounds().is_some_and(|bounds| bounds.certifies_states(precision))
    }

    /// A copy with all its state.
    fn boxed_clone(&self) -> Box<dyn Planner>;
}
