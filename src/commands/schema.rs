//! `taktlab schema KIND`: every field with type, unit, default, range and meaning; `schema json`:
//! every name in the objects that commands print.

use serde_json::json;

use super::objects::{ABOUT, OBJECTS, as_text};
use super::output::{self, Failure, Format};
use crate::scenario::documentation::{documented, kinds};
use crate::scenario::fields::Holds;
use crate::scenario::schema::agents::AGENTS;
use crate::scenario::{choices, suggestion};

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArguments {
    /// What to describe: Scenario, Experiment, Lesson, a kind of environment (Line, Replacement, Queue …),
    /// an agent, or json, the objects that commands print with --format json; without it all are listed.
    kind: Option<String>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(arguments: &SchemaArguments) -> Result<(), Failure> {
    let Some(wanted) = &arguments.kind else {
        return list_kinds(arguments.format, "schema", None);
    };
    if wanted.eq_ignore_ascii_case("json") {
        return objects(arguments.format);
    }
    let known = kinds();
    let kind =
        known.iter().find(|kind| kind.eq_ignore_ascii_case(wanted)).copied().unwrap_or(wanted);
    let bare = AGENTS.iter().find(|agent| {
        matches!(agent.holds, Holds::Nothing) && agent.name.eq_ignore_ascii_case(kind)
    });
    let found = documented(kind).or(bare.map(|agent| (agent.about, Vec::new())));
    let Some((about, rows)) = found else {
        let meant = suggestion(wanted, known.iter().copied().chain(["json"]));
        let remedy = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!(
                "there are {}",
                choices(wanted, known.iter().copied().chain(["json"]), "and", "`taktlab schema`")
            ),
        };
        return Err(Failure::Usage(format!("error: there is no kind `{wanted}`: {remedy}")));
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

/// Lists kinds with what each is, for a command that takes one: these, or all that there are.
pub(super) fn list_kinds(
    format: Format,
    command: &str,
    among: Option<&[&str]>,
) -> Result<(), Failure> {
    let listed = kinds().into_iter().filter(|kind| among.is_none_or(|some| some.contains(kind)));
    // Agents without settings have no table, and are names all the same.
    let bare =
        AGENTS.iter().filter(|agent| among.is_none() && matches!(agent.holds, Holds::Nothing));
    let bare = bare.map(|agent| (agent.name, agent.about));
    let listed = listed.filter_map(|kind| Some((kind, documented(kind)?.0)));
    let listed: Vec<_> = listed.chain(bare).collect();
    match format {
        Format::Json => {
            let each: Vec<_> = listed
                .iter()
                .map(|(kind, about)| json!({ "kind": kind, "about": about }))
                .collect();
            output::print_json(&json!({ "kinds": each }))
        }
        Format::Text => {
            let width = listed.iter().map(|(kind, _)| kind.len()).max().unwrap_or(0);
            let lines = listed.iter().map(|(kind, about)| format!("{kind:width$}  {about}\n"));
            let text = lines.collect::<String>();
            output::print(&format!("{text}\nGive one of them: `taktlab {command} KIND`.\n"))
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
