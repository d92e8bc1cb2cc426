//! The formalism: variables, states, beats, luck, the enumerated model, policies and bounds.
//!
//! An environment implements [`Environment`] (and [`Enumerable`] where all draws are finite) with
//! its dynamics in one function, `step`. What a step asks for and says goes through a [`Beat`].

pub mod agent;
pub mod beat;
pub mod environment;
pub mod luck;
pub mod variable;

pub use agent::{ActionTable, Agent, Decision, Experience, Situation};
pub use beat::{Beat, Condition, Event, Item, Listener, Place, Sampling, Silent, Source};
pub use environment::{BufferPlace, Enumerable, Environment, Places};
pub use luck::{Dice, Luck};
pub use variable::{Level, Space, SpaceError, Variable};
