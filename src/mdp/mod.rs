//! The formalism: variables, states, beats, luck, the enumerated model, policies and bounds.
//!
//! An environment implements [`Environment`] (and [`Enumerable`] where all draws are finite) with
//! its dynamics in one function, `step`. What a step asks for and says goes through a [`Beat`].

pub mod agent;
pub mod back_up;
pub mod beat;
pub mod belief;
pub mod bounds;
pub mod check;
pub mod criterion;
pub mod ending;
pub mod enumerate;
pub mod environment;
pub mod erased;
pub mod evaluate;
#[cfg(test)]
pub(crate) mod examples;
pub mod luck;
pub mod model;
pub mod model_builder;
pub mod observation;
pub mod policy;
pub mod progress;
mod reach;
pub mod states;
pub mod variable;

pub use agent::{
    ActionTable, Agent, Decision, Experience, Kept, KeptError, Learned, Numbers, Situation,
    StateValue,
};
pub use back_up::SweepStats;
pub use beat::{Beat, Condition, Event, Item, Listener, Odds, Place, Sampling, Silent, Source};
pub use belief::{Belief, Hidden};
pub use bounds::{Bounds, Shifts};
pub use check::check;
pub use criterion::Criterion;
pub use enumerate::{
    Branch, Enumeration, EnumerationError, EnumerationOptions, branches, enumerate,
    start_distribution,
};
pub use environment::{BufferPlace, Enumerable, Environment, Joining, Places, Rated, settle};
pub use erased::Erased;
pub use luck::{Dice, Luck};
pub use model::{Model, NO_ROW};
pub use model_builder::{Block, ModelBuilder, ModelError};
pub use observation::{Observation, observations};
pub use policy::{Policy, PolicyError};
pub use progress::Progress;
pub use states::StateSet;
pub use variable::{Level, Space, SpaceError, Variable, copy_levels};
