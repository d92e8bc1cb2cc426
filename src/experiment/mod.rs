//! Runs, commands, replications, evaluation, statistics and records.
//!
//! A [`run::AnyRun`] is one environment with one agent; a [`session::Session`] adds the commands
//! that come from outside the beat, and [`saved_run`] writes and replays it; [`simulate`] plays
//! replications; [`training`] measures learners against the optimum, which [`optimum`] finds.

pub mod agents;
pub mod beliefs;
pub mod collect;
pub mod comparison;
pub mod decisions;
pub mod figures;
pub mod fork;
pub mod frozen;
pub mod judging;
mod known_steps;
pub mod lesson;
pub mod lucks;
pub mod optimum;
pub mod person;
pub mod pieces;
pub mod planning;
pub mod policy_table;
#[cfg(test)]
mod published;
#[cfg(test)]
mod queues;
pub mod records;
pub mod report;
pub mod rollout;
pub mod rules;
pub mod run;
pub mod saved_agent;
pub mod saved_run;
pub mod series;
pub mod session;
#[cfg(test)]
mod shops;
pub mod simulate;
pub mod statistics;
pub mod tally;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod textbook;
#[cfg(test)]
mod texts;
pub mod training;
pub mod trajectory;
pub mod tuning;
pub mod uncertainty;
pub mod written_policy;

pub use records::Records;
pub use run::{AnyAgent, AnyRun, Ending, RunSettings, open};
pub use series::Series;
pub use statistics::Estimate;
pub use tally::Tally;
