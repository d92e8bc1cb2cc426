//! Taktlab: a reinforcement-learning workbench for production lines.
//!
//! One description of a line is *sampled* by learners and *enumerated* by planners, so that every
//! learner can be measured against a certified optimum. The rooms of the house, in reading order:
//!
//! - [`mdp`]: the formalism. Variables, states, beats, luck, the enumerated model, policies, bounds.
//! - [`environments`]: one file a kind of environment, its step in one place.
//! - [`planners`]: one file a method that knows the model.
//! - [`learners`]: one file a method that learns from steps.
//! - [`heuristics`]: the rules of thumb that practice uses and learning must beat.
//! - [`insight`]: from data to decision: preparation, regressions, metrics; knows tables, not runs.
//! - [`scenario`]: the RON file: syntax, schema, validation, library, saving.
//! - [`rows`]: the rows of a CSV, at their places; whoever reads one uses it.
//! - [`interchange`]: other programs' formats: what a plant recorded.
//! - [`experiment`]: runs, commands, replications, evaluation, statistics, records.
//! - [`commands`]: one file a subcommand of the command line.
//! - `workbench` (feature `window`): the Bevy application.
//!
//! Arrows run one way: workbench and commands use experiment, which uses scenario and interchange,
//! which use planners, learners, heuristics and insight, which use environments, which use mdp. Only the
//! workbench knows Bevy.

pub mod commands;
pub mod environments;
pub mod experiment;
pub mod heuristics;
pub mod insight;
pub mod interchange;
pub mod learners;
pub mod mdp;
pub mod planners;
pub mod rows;
pub mod scenario;
#[cfg(feature = "window")]
pub mod workbench;
