//! `taktlab check FILE…`: all that is wrong with scenarios, experiments and lessons, and what figures
//! become.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::named;
use super::output::{self, Failure, Format};
use crate::experiment::comparison::Layout;
use crate::experiment::comparison::words::counted;
use crate::scenario::diagnostic::{Diagnostic, Report};
use crate::scenario::syntax::{Document, Limits};
use crate::scenario::{Conversion, Experiment, Lesson, Reports, Scenario, library};

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct CheckArguments {
    /// The files: scenarios, experiments, or lessons; of a folder all files in RON below it.
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
    let mut told = false;
    for given in &arguments.files {
        let (files, is_folder) = files_of(given)?;
        let before = failed.len();
        for file in &files {
            let result = checked(file);
            if result.is_err() {
                failed.push(file.display().to_string());
            }
            match (arguments.format, &result) {
                (Format::Json, _) => objects.push(as_json(file, &result)),
                (Format::Text, Err(reports)) => {
                    let is_there = named::missing(file).is_none();
                    if is_there {
                        let meant = named::meant(file);
                        let what = match () {
                            () if Experiment::is_file(&meant) => "experiment",
                            () if Lesson::is_file(&meant) => "lesson",
                            () => "scenario",
                        };
                        output::print(&format!("{}: not a valid {what}\n", file.display()))?;
                    }
                    // Of a file that is not there all is said once.
                    told |= is_there;
                    let drawn = reports.drawn(std::io::stderr().is_terminal());
                    output::note(&format!("{}\n", drawn.trim_end()));
                }
                (Format::Text, Ok(checked)) if is_folder => {
                    output::print(&as_line(file, checked))?;
                }
                (Format::Text, Ok(Checked::Scenario(scenario, remarks))) => {
                    output::print(&(as_text(file, scenario) + &remarks_text(remarks)))?;
                }
                (Format::Text, Ok(Checked::Experiment(experiment, layout))) => {
                    output::print(&experiment_text(file, experiment, layout))?;
                }
                (Format::Text, Ok(Checked::Lesson(lesson))) => {
                    output::print(&lesson_text(file, lesson))?;
                }
            }
        }
        if is_folder && arguments.format == Format::Text {
            output::print(&format!(
                "{}: {} of {} valid\n",
                given.display(),
                files.len() - (failed.len() - before),
                counted(files.len() as u64, "file", "files"),
            ))?;
        }
    }
    if arguments.format == Format::Json {
        output::print_json(&json!({ "valid": failed.is_empty(), "files": objects }))?;
    }
    match failed.len() {
        0 => Ok(()),
        1 if !told && arguments.format == Format::Text => Err(Failure::Told(String::new())),
        1 => Err(Failure::Told(format!("error: {} is not valid", failed.join(", ")))),
        n => Err(Failure::Told(format!("error: {n} files are not valid: {}", failed.join(", ")))),
    }
}

/// The files that are meant by a path, and whether it is that of a folder.
fn files_of(given: &Path) -> Result<(Vec<PathBuf>, bool), Failure> {
    if !given.is_dir() {
        return Ok((vec![given.to_owned()], false));
    }
    let files = library::files_below(given);
    match files.len() {
        0 => Err(Failure::input(format!("there is no file in RON below {}", given.display()))),
        library::MOST_LISTED => Err(Failure::input(format!(
            "there are {} files in RON below {}, or more: check a folder of it",
            library::MOST_LISTED,
            given.display()
        ))),
        _ => Ok((files, true)),
    }
}

/// A valid file on one line.
fn as_line(file: &Path, checked: &Checked) -> String {
    let (what, warnings) = match checked {
        Checked::Scenario(scenario, _) => {
            let warnings = scenario.warnings.entries().len();
            (format!("{}, {}", scenario.environment.kind(), states(scenario)), warnings)
        }
        Checked::Experiment(experiment, layout) => {
            let runs = counted(layout.cells() as u64, "run", "runs");
            let warnings = warnings(experiment).map(|told| told.entries().len()).sum();
            (format!("an experiment of {runs}"), warnings)
        }
        Checked::Lesson(lesson) => {
            let steps = counted(lesson.steps.len() as u64, "step", "steps");
            (format!("a lesson of {steps}"), 0)
        }
    };
    let warned = match warnings {
        0 => String::new(),
        n => format!(", {}", counted(n as u64, "warning", "warnings")),
    };
    format!("{}: valid ({what}{warned})\n", file.display())
}

/// How many states there are, in words.
fn states(scenario: &Scenario) -> String {
    let space = scenario.environment.state_space();
    match space.count() {
        Ok(1) => "1 state".to_owned(),
        Ok(count) => format!("{count} states"),
        Err(_) => format!("{} states, too many to enumerate", space.count_in_words()),
    }
}

/// What a file was found to be.
enum Checked {
    /// With what is to be said of its experiment.
    Scenario(Box<Scenario>, Vec<String>),
    Experiment(Box<Experiment>, Box<Layout>),
    Lesson(Box<Lesson>),
}

/// Reads a file as what it is; an experiment is laid out, so that every setting was tried.
fn checked(file: &Path) -> Result<Checked, Reports> {
    let laid_out = |experiment: &Experiment| {
        Layout::of(experiment).map_err(|error| what_does_not_fit(file, error.to_string()))
    };
    if let Some(lesson) = super::lesson::lesson(file) {
        return Ok(Checked::Lesson(Box::new(lesson?)));
    }
    let Some(experiment) = Experiment::load(&named::meant(file)) else {
        let scenario = super::read(file)?;
        let mut remarks = Vec::new();
        if !scenario.contents.experiment.vary.is_empty() {
            let name = file.display().to_string();
            remarks = laid_out(&Experiment::of_scenario(name, scenario.clone()))?.remarks();
        }
        return Ok(Checked::Scenario(Box::new(scenario), remarks));
    };
    let experiment = experiment?;
    let layout = laid_out(&experiment)?;
    Ok(Checked::Experiment(Box::new(experiment), Box::new(layout)))
}

/// What is wrong with an experiment as a whole, at what it varies: each value fits by itself.
fn what_does_not_fit(file: &Path, error: String) -> Reports {
    let name = file.display().to_string();
    let remedy = "Leave out values that do not fit together.";
    let Ok(document) = Document::open(&named::meant(file), Limits::default()) else {
        return Report::of_file(name, Diagnostic::of_file(error).remedy(remedy)).into();
    };
    let root = &document.tree().root;
    let experiment = root.field("experiment");
    let vary = experiment.and_then(|experiment| experiment.field("vary"));
    let told = match (vary, experiment) {
        (Some(vary), _) => Diagnostic::error(vary.span, error).path("experiment.vary"),
        (None, Some(at)) => Diagnostic::error(at.span, error).path("experiment"),
        (None, None) => Diagnostic::error(root.head(), error),
    };
    let mut report = Report::new(name, document.tree().text.clone());
    report.push(told.remedy(remedy));
    report.into()
}

fn remarks_text(remarks: &[String]) -> String {
    remarks.iter().map(|remark| format!("  remark: {remark}\n")).collect()
}

/// What the authors of an experiment's scenarios should know.
fn warnings(experiment: &Experiment) -> impl Iterator<Item = &Reports> {
    let of_scenarios = experiment.scenarios.iter().map(|(_, scenario)| &scenario.warnings);
    of_scenarios.filter(|warnings| !warnings.is_empty())
}

fn experiment_text(file: &Path, experiment: &Experiment, layout: &Layout) -> String {
    let contents = &layout.contents;
    let mut text = format!(
        "{}: valid\n  {}\n  an experiment: {}, {}, {}, {}: {} of {} beats of learning, {} \
         measured\n",
        file.display(),
        layout.title,
        counted(layout.scenarios.len() as u64, "scenario", "scenarios"),
        counted(layout.settings.len() as u64, "setting", "settings"),
        counted(layout.agents.len() as u64, "agent", "agents"),
        counted(layout.seeds.len() as u64, "seed", "seeds"),
        counted(layout.cells() as u64, "run", "runs"),
        contents.beats,
        contents.measured,
    );
    text.push_str(&format!("  scenarios: {}\n", layout.scenarios.join(", ")));
    text.push_str(&format!("  agents: {}\n", layout.agents.join(", ")));
    text.push_str(&remarks_text(&layout.remarks()));
    for warnings in warnings(experiment) {
        text.push_str(warnings.plain().trim_end());
        text.push('\n');
    }
    text
}

fn lesson_text(file: &Path, lesson: &Lesson) -> String {
    let contents = &lesson.contents;
    let asked = contents.steps.iter().filter(|step| step.ask.is_some()).count() as u64;
    format!(
        "{}: valid\n  {}\n  a lesson: {}, {}, about {} minutes\n  breaks: {}\n",
        file.display(),
        contents.title.or_file(Some(file)),
        counted(contents.steps.len() as u64, "step", "steps"),
        counted(asked, "question", "questions"),
        contents.minutes,
        contents.breaks.in_language("en"),
    )
}

fn as_json(file: &Path, result: &Result<Checked, Reports>) -> serde_json::Value {
    match result {
        Ok(Checked::Lesson(lesson)) => json!({
            "file": file.display().to_string(),
            "valid": true,
            "title": lesson.contents.title.or_file(Some(file)),
            "kind": "Lesson",
            "states": null,
            "actions": null,
            "conversions": [],
            "warnings": [],
            "remarks": [],
            "errors": [],
        }),
        Ok(Checked::Experiment(experiment, layout)) => json!({
            "file": file.display().to_string(),
            "valid": true,
            "title": layout.title,
            "kind": "Experiment",
            "states": null,
            "actions": null,
            "conversions": [],
            "warnings": warnings(experiment).flat_map(Reports::entries).collect::<Vec<_>>(),
            "remarks": layout.remarks(),
            "errors": [],
        }),
        Ok(Checked::Scenario(scenario, remarks)) => json!({
            "file": file.display().to_string(),
            "valid": true,
            "title": scenario.contents.title.in_language("en"),
            "kind": scenario.environment.kind(),
            "states": scenario.environment.state_space().count().ok(),
            "actions": scenario.environment.action_space().count().ok(),
            "conversions": scenario.conversions.iter().map(conversion_json).collect::<Vec<_>>(),
            "warnings": scenario.warnings.entries(),
            "remarks": remarks,
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
            "remarks": [],
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
    let states = states(scenario);
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
                format!("rounded by {:+.2} %", 100.0 * conversion.error)
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
