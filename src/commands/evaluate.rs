//! `taktlab evaluate MODEL TABLE`: how good a saved model is on a table in which the target is known.

use std::path::PathBuf;

use serde_json::json;

use super::output::{self, Failure, Format};
use super::table_file::{
    self, dropped_json, dropped_told, evaluation_json, evaluation_told, refused,
};

/// Arguments of `evaluate`.
#[derive(Debug, clap::Args)]
pub struct EvaluateArguments {
    /// The model, as `taktlab fit --output` saved it.
    model: PathBuf,
    /// The table, with the target.
    table: PathBuf,
    /// Columns of numbers that are words: codes.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    words: Vec<String>,
    /// How often rows are drawn anew for intervals.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    draws: u32,
    /// The seed of what is drawn.
    #[arg(long, allow_negative_numbers = true, default_value_t = 1)]
    seed: u64,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Runs the command.
pub(super) fn run(arguments: &EvaluateArguments) -> Result<(), Failure> {
    let trained = table_file::model(&arguments.model)?;
    let table = table_file::read(&arguments.table, &arguments.words)?;
    let (evaluation, dropped) = trained
        .evaluate(&table, arguments.draws, arguments.seed)
        .map_err(refused(&arguments.table))?;
    match arguments.format {
        Format::Json => output::print_json(&json!({
            "model_file": arguments.model.display().to_string(),
            "table": arguments.table.display().to_string(),
            "model": trained.model.name(),
            "target": trained.target,
            "seed": arguments.seed,
            "dropped": dropped_json(&dropped),
            "evaluation": evaluation_json(&evaluation),
        })),
        Format::Text => output::print(&format!(
            "{} of {} on {} rows (95 % by {} draws):\n{}{}",
            trained.model.name(),
            trained.target,
            evaluation.rows,
            evaluation.draws,
            dropped_told(&dropped),
            evaluation_told(&trained, &evaluation)
        )),
    }
}
