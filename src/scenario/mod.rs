//! The scenario file: syntax, schema, validation, library and saving.
//!
//! A text becomes a tree ([`syntax`]); the trees of files that are based on one another are laid
//! over each other (`files`); the result is read by tables of what may stand where ([`fields`],
//! [`schema`]) into plain data ([`Contents`]), from which the environment is built ([`Scenario`]).
//! The same tables write it ([`Scenario::to_ron`]), document it, and say what can be changed with a
//! slider ([`Parameter`]). Amounts with units are converted once, on the way in ([`quantity`]).

pub mod agents;
pub mod contents;
pub mod diagnostic;
pub mod documentation;
mod estimates;
pub mod experiment;
pub mod fields;
mod files;
pub mod lesson;
pub mod library;
pub mod load;
pub mod parameters;
pub mod plain_file;
pub mod prediction;
pub mod quantity;
mod reading;
pub mod reports;
pub mod rollout;
mod row_file;
pub mod save;
pub mod schema;
pub mod starting;
pub mod structure;
pub mod syntax;
#[cfg(test)]
mod tests;
pub mod varied;
mod writing;

pub use agents::{AgentKind, AgentSpec, BeliefSettings, Family, KanbanSettings, OptimumSettings};
pub use contents::{Contents, Estimated, Marks, Show, ShownCurve, Text};
pub use experiment::{Contestant, Experiment, ExperimentContents, Variation};
pub use lesson::Lesson;
pub use load::Scenario;
pub use parameters::Parameter;
pub use prediction::PredictionSpec;
pub use quantity::Conversion;
pub use reports::Reports;
pub use rollout::RolloutSettings;
pub use syntax::suggestion;
pub(crate) use syntax::{choices, listed};
