//! `taktlab predict MODEL TABLE`: what a saved model says of each row, as a table.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::output::{self, Failure, Format};
use super::table_file::{self, dropped_json, dropped_told, refused};
use super::{not_written, writable};
use crate::scenario::save;

/// Arguments of `predict`.
#[derive(Debug, clap::Args)]
pub struct PredictArguments {
    /// The model, as `taktlab fit --output` saved it.
    model: PathBuf,
    /// The table; the target need not be in it.
    table: PathBuf,
    /// Columns of numbers that are words: codes.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    words: Vec<String>,
    /// Where to write the table with the predictions beside (CSV); printed if not given.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Accepted everywhere; it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Runs the command.
pub(super) fn run(arguments: &PredictArguments) -> Result<(), Failure> {
    writable(arguments.output.as_deref())?;
    let trained = table_file::model(&arguments.model)?;
    let table = table_file::read(&arguments.table, &arguments.words)?;
    let (beside, predictions) = trained.beside(&table).map_err(refused(&arguments.table))?;
    if let Some(path) = &arguments.output {
        save::write_whole(path, beside.to_csv().as_bytes())
            .map_err(|error| not_written(path, &error))?;
    }
    let known = predictions.values.iter().flatten().count();
    let told = format!(
        "{known} of {} rows are predicted by the {} of {}\n{}",
        table.rows(),
        trained.model.name(),
        trained.target,
        dropped_told(&predictions.dropped)
    );
    match (arguments.format, &arguments.output) {
        (Format::Json, file) => {
            let values = predictions.values.iter();
            let classes: Vec<Value> = values
                .clone()
                .map(|value| json!(value.and_then(|value| trained.class(value))))
                .collect();
            let values: Vec<Value> = values.map(|value| output::optional(*value)).collect();
            output::print_json(&json!({
                "model_file": arguments.model.display().to_string(),
                "table": arguments.table.display().to_string(),
                "model": trained.model.name(),
                "target": trained.target,
                "rows": table.rows(),
                "predicted_rows": known,
                "dropped": dropped_json(&predictions.dropped),
                "predictions": values,
                "classes": classes,
                "file": file.as_ref().map(|path| path.display().to_string()),
            }))
        }
        (Format::Text, None) => {
            output::print(&beside.to_csv())?;
            output::note(&told);
            Ok(())
        }
        (Format::Text, Some(path)) => {
            output::print(&format!("{told}The table is in {}\n", path.display()))
        }
    }
}
