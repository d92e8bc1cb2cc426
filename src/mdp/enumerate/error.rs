//! Why a model could not be built, in words.

use super::{DrawFault, Level};
use crate::mdp::environment::Enumerable;
use crate::mdp::model_builder::ModelError;
use crate::mdp::variable::SpaceError;

/// What to do where steps have too many joint outcomes.
const FEWER_OUTCOMES: &str = "The outcomes of all draws of a step are multiplied: take fewer products, places or \
     machines, or narrower demand (a larger `tail`, fewer numbers), or a learner, such as QLearning(), \
     or a rule of thumb, which need no model";

/// Why a model could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EnumerationError {
    /// States or actions cannot be numbered.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// More flat actions than planners take.
    #[error(
        "too large for a plan: {states} states with {count} actions each; at most {limit} actions can \
         be planned with. Most levels have {largest}"
    )]
    TooManyActions {
        /// About how many states there are.
        states: String,
        /// How many there are, in words.
        count: String,
        /// How many are possible.
        limit: u64,
        /// Their largest variables, in words.
        largest: String,
    },
    /// More states than a model can number.
    #[error("{count} states are more than the {limit} that fit a model. {remedy}")]
    TooManyStates {
        /// How many there are (at least).
        count: u64,
        /// How many are possible.
        limit: u64,
        /// What to do.
        remedy: String,
    },
    /// The memory limit was reached.
    #[error(
        "the model needs more than the limit of {limit_mib} MiB: {states_done} of {states} states \
         were enumerated. A higher limit or a smaller model is needed"
    )]
    Memory {
        /// The limit, MiB.
        limit_mib: u64,
        /// How many states were enumerated before the limit was reached.
        states_done: u64,
        /// How many states there are (when searching, how many had been found).
        states: u64,
    },
    /// A state–action pair has too many branches.
    #[error(
        "more than {limit} joint outcomes of one step are possible in state {state} under action \
         {action}. {FEWER_OUTCOMES}"
    )]
    Branches {
        /// The environment's limit.
        limit: usize,
        /// The state in words.
        state: String,
        /// The action in words.
        action: String,
    },
    /// All pairs together have too many branches.
    #[error(
        "a step has about {a_pair} joint outcomes for each of about {pairs} state–action pairs, more \
         than {limit} in all, which would take hours. {FEWER_OUTCOMES}"
    )]
    Outcomes {
        /// About how many branches a pair has.
        a_pair: u64,
        /// About how many pairs there are (when searching, at least).
        pairs: u64,
        /// The most branches of all pairs.
        limit: u64,
    },
    /// A draw was not one.
    #[error("{what} in state {state} under action {action}")]
    Draw {
        /// What is wrong.
        what: String,
        /// The state in words.
        state: String,
        /// The action in words.
        action: String,
    },
    /// The step led outside the state space.
    #[error("state {state} under action {action} leads to {next:?}, outside the state space")]
    Outside {
        /// The state in words.
        state: String,
        /// The action in words.
        action: String,
        /// The levels reached.
        next: Vec<Level>,
    },
    /// A state allows no action and is not terminal.
    #[error("state {state} allows no action, but is not terminal")]
    NoAction {
        /// The state in words.
        state: String,
    },
    /// The model itself refused.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Someone cancelled.
    #[error("cancelled after {states_done} of {states} states")]
    Cancelled {
        /// How many states had been enumerated.
        states_done: u64,
        /// How many there are.
        states: u64,
    },
}

pub(in crate::mdp) fn branch_error<E: Enumerable>(
    environment: &E,
    state: &[Level],
    action: &[Level],
) -> EnumerationError {
    EnumerationError::Branches {
        limit: environment.branch_limit(),
        state: environment.state_space().describe(state).to_string(),
        action: environment.action_space().describe(action).to_string(),
    }
}

pub(in crate::mdp) fn draw_error<E: Enumerable>(
    environment: &E,
    fault: DrawFault,
    state: &[Level],
    action: &[Level],
) -> EnumerationError {
    let source = |place: usize| environment.sources().get(place).cloned().unwrap_or_default();
    let what = match fault {
        DrawFault::Probability { source: place, p } => {
            format!("`{}` is drawn with probability {p}", source(place))
        }
        DrawFault::Sum { source: place, sum } => {
            format!("the probabilities of `{}` sum to {sum}, not to 1,", source(place))
        }
        DrawFault::Reward { item } => {
            let name = environment.reward_items().get(item).cloned().unwrap_or_default();
            format!("the reward item `{name}` is not a finite number")
        }
    };
    EnumerationError::Draw {
        what,
        state: environment.state_space().describe(state).to_string(),
        action: environment.action_space().describe(action).to_string(),
    }
}
