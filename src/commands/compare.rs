//! `taktlab compare FILE`: agents over scenarios, settings and seeds, on the same luck.

use super::experiment::ExperimentArguments;
use super::output::{Failure, Format};

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArguments {
    #[command(flatten)]
    experiment: ExperimentArguments,
}

impl CompareArguments {
    /// For whom it prints.
    pub(super) fn format(&self) -> Format {
        self.experiment.format
    }
}

/// Runs the command.
pub(super) fn run(arguments: &CompareArguments) -> Result<(), Failure> {
    let experiment = arguments.experiment.experiment()?;
    arguments.experiment.play(&experiment, false)
}
