//! `taktlab schema KIND`: every field with type, unit, default, range and meaning.

use serde_json::json;

use super::output::{self, Failure, Format};
use crate::scenario::documentation::{documented, kinds};

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArguments {
    /// What to describe: Scenario, a kind of environment (Line, Chain, Replacement) or an agent.
    kind: String,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Accepted everywhere; it changes nothing here.
    #[arg(long)]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(arguments: &SchemaArguments) -> Result<(), Failure> {
    let known = kinds();
    let kind = known
        .iter()
        .find(|kind| kind.eq_ignore_ascii_case(&arguments.kind))
        .copied()
        .unwrap_or(&arguments.kind);
    let Some((about, rows)) = documented(kind) else {
        return Err(Failure::Input(format!(
            "error: there is no kind `{}`: choose one of {}",
            arguments.kind,
            known.join(", ")
        )));
    };
    match arguments.format {
        Format::Json => {
            output::print_json(&json!({ "kind": kind, "about": about, "fields": rows }))
        }
        Format::Text => {
            let mut text = format!("{kind}: {about}\n");
            for row in rows {
                let unit =
                    if row.unit.is_empty() { String::new() } else { format!(", {}", row.unit) };
                let default = row.default.as_deref().unwrap_or("must be given");
                text.push_str(&format!(
                    "\n{}\n    {}{unit}; default: {default}",
                    row.path, row.of_type
                ));
                if !row.range.is_empty() {
                    text.push_str(&format!("; range: {}", row.range));
                }
                text.push_str(&format!("\n    {}\n", row.description));
                if !row.examples.is_empty() {
                    text.push_str(&format!("    for example {}\n", row.examples.join(", ")));
                }
            }
            output::print(&text)
        }
    }
}
