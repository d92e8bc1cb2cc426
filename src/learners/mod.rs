//! One file a method that learns from steps.
//!
//! A learner implements [`crate::mdp::Agent`]: `decide` acts, `learn` takes one step's experience.
//! To add one, write its file here with its update rule and source in the header, give it a
//! settings struct whose `Default` is documented and whose `validate` names every fault, and add
//! its `mod` line below. A learner of another kind than a table shares nothing with [`tabular`].

pub mod exploration;
pub mod q_learning;
pub mod sarsa;
pub mod step_size;
pub mod tabular;
#[cfg(test)]
mod trials;

pub use exploration::Exploration;
pub use q_learning::QLearning;
pub use sarsa::Sarsa;
pub use step_size::StepSize;
pub use tabular::{AVERAGE_REWARD_DISCOUNT, TableError, TabularSettings, table_entries};
