//! `taktlab check FILE…`: all that is wrong with scenario files, and what their figures become.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::output::{self, Failure, Format};
use crate::scenario::{Conversion, Scenario};

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArguments {
    /// The scenario files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; checking draws nothing, so it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// Runs the command: exit status 1 if any file has an error.
pub(super) fn run(arguments: &CheckArguments) -> Result<(), Failure> {
    let mut failed = Vec::new();
    let mut objects = Vec::new();
    for file in &arguments.files {
        let result = super::read(file);
        match arguments.format {
            Format::Json => objects.push(as_json(file, &result)),
            Format::Text => match &result {
                Ok(scenario) => output::print(&as_text(file, scenario))?,
                Err(reports) => {
                    output::print(&format!("{}: not a valid scenario\n", file.display()))?;
                    let drawn = reports.drawn(std::io::stderr().is_terminal());
                    output::note(&format!("{}\n", drawn.trim_end()));
                }
            },
        }
        if result.is_err() {
            failed.push(file.display().to_string());
        }
    }
    if arguments.format == Format::Json {
        output::print_json(&json!({ "valid": failed.is_empty(), "files": objects }))?;
    }
    match failed.len() {
        0 => Ok(()),
        1 => Err(Failure::Told(format!("error: {} is not valid", failed.join(", ")))),
        n => Err(Failure::Told(format!("error: {n} files are not valid: {}", failed.join(", ")))),
    }
}

fn as_json(file: &Path, result: &Result<Scenario, crate::scenario::Reports>) -> serde_json::Value {
    match result {
        Ok(scenario) => json!({
            "file": file.display().to_string(),
            "valid": true,
            "title": scenario.contents.title.in_language("en"),
            "kind": scenario.environment.kind(),
            "states": scenario.environment.state_space().count().ok(),
            "actions": scenario.environment.action_space().count().ok(),
            "conversions": scenario.conversions.iter().map(conversion_json).collect::<Vec<_>>(),
            "warnings": scenario.warnings.entries(),
            "errors": [],
        }),
        Err(reports) => json!({
            "file": file.display().to_string(),
            "valid": false,
            "title": null,
            "kind": null,
            "states": null,
            "actions": null,
            "conversions": [],
            "warnings": [],
            "errors": reports.entries(),
        }),
    }
}

fn conversion_json(conversion: &Conversion) -> serde_json::Value {
    json!({
        "path": conversion.path,
        "given": conversion.given,
        "becomes": conversion.becomes,
        "value": output::number(conversion.value),
        "rounding_error": output::number(conversion.error),
    })
}

fn as_text(file: &Path, scenario: &Scenario) -> String {
    let contents = &scenario.contents;
    let space = scenario.environment.state_space();
    let states = match space.count() {
        Ok(count) => format!("{count} states"),
        Err(_) => format!("{} states, too many to enumerate", space.count_in_words()),
    };
    let actions = match scenario.environment.action_space().count() {
        Ok(1) => "1 action".to_owned(),
        Ok(count) => format!("{count} actions"),
        Err(_) => "very many actions".to_owned(),
    };
    let mut text = format!(
        "{}: valid\n  {}\n  {}, {states}, {actions}\n",
        file.display(),
        output::title(scenario),
        scenario.environment.kind(),
    );
    text.push_str(&format!("  criterion: {}\n", output::criterion_text(contents.criterion)));
    if let Some(beat) = &contents.beat {
        text.push_str(&format!("  a beat is {beat}\n"));
    }
    if !scenario.conversions.is_empty() {
        text.push_str("  figures with units, and what they become a beat:\n");
        let width = |part: fn(&Conversion) -> &String| {
            scenario.conversions.iter().map(|c| part(c).chars().count()).max().unwrap_or(0)
        };
        let (paths, given) = (width(|c| &c.path), width(|c| &c.given));
        for conversion in &scenario.conversions {
            let error = if conversion.error == 0.0 {
                "exact".to_owned()
            } else {
                format!("rounding error {:+.2e}", conversion.error)
            };
            text.push_str(&format!(
                "    {:paths$}  {:given$}  {} ({error})\n",
                conversion.path, conversion.given, conversion.becomes,
            ));
        }
    }
    if !scenario.warnings.is_empty() {
        text.push_str(scenario.warnings.plain().trim_end());
        text.push('\n');
    }
    text
}
