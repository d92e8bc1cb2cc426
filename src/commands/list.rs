//! `taktlab list`: the scenarios that come with the program.

use serde_json::json;

use super::output::{self, Failure, Format};
use crate::scenario::library;

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct ListArguments {
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; listing draws nothing, so it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(arguments: &ListArguments) -> Result<(), Failure> {
    let listed = library::list(library::folder().as_deref());
    match arguments.format {
        Format::Json => {
            let each: Vec<_> = listed
                .iter()
                .map(|scenario| {
                    json!({
                        "path": scenario.path,
                        "family": scenario.family,
                        "title": scenario.title.in_language("en"),
                        "file": scenario.file.as_ref().map(|file| file.display().to_string()),
                    })
                })
                .collect();
            output::print_json(&json!({ "scenarios": each }))
        }
        Format::Text => {
            let width = listed.iter().map(|scenario| scenario.path.len()).max().unwrap_or(0);
            let lines = listed.iter().map(|scenario| {
                format!("{:width$}  {}\n", scenario.path, scenario.title.in_language("en"))
            });
            output::print(&lines.collect::<String>())
        }
    }
}
