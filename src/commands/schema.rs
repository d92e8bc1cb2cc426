//! `taktlab schema KIND`: every field with type, unit, default, range and meaning; `schema json`:
//! every name in the objects that commands print.

use serde_json::json;

use super::objects::{ABOUT, OBJECTS, as_text};
use super::output::{self, Failure, Format};
use crate::scenario::documentation::{documented, kinds};
use crate::scenario::fields::Holds;
use crate::scenario::schema::agents::AGENTS;
use crate::scenario::suggestion;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArguments {
    /// What to describe: Scenario, Experiment, Lesson, a kind of environment (Line, Replacement, Queue …:
    /// `taktlab new` lists all), an agent, or json, the objects that commands print with --format
    /// json.
    kind: String,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(arguments: &SchemaArguments) -> Result<(), Failure> {
    if arguments.kind.eq_ignore_ascii_case("json") {
        return objects(arguments.format);
    }
    let known = kinds();
    let kind = known
        .iter()
        .find(|kind| kind.eq_ignore_ascii_case(&arguments.kind))
        .copied()
        .unwrap_or(&arguments.kind);
    let bare = AGENTS.iter().find(|agent| {
        matches!(agent.holds, Holds::Nothing) && agent.name.eq_ignore_ascii_case(kind)
    });
    let found = documented(kind).or(bare.map(|agent| (agent.about, Vec::new())));
    let Some((about, rows)) = found else {
        let meant = suggestion(&arguments.kind, known.iter().copied().chain(["json"]));
        let remedy = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("choose one of {}, or json", known.join(", ")),
        };
        return Err(Failure::Usage(format!(
            "error: there is no kind `{}`: {remedy}",
            arguments.kind
        )));
    };
    match arguments.format {
        Format::Json => {
            output::print_json(&json!({ "kind": kind, "about": about, "fields": rows }))
        }
        Format::Text => {
            let mut text = format!("{kind}: {about}\n");
            if rows.is_empty() {
                text.push_str("\nIt has no settings.\n");
            }
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

/// The objects that commands print.
fn objects(format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => {
            output::print_json(&json!({ "kind": "json", "about": ABOUT, "objects": OBJECTS }))
        }
        Format::Text => output::print(&as_text()),
    }
}
