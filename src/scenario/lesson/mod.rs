//! Lessons: what is set up, told, asked and played, in a file of its own.
//!
//! A lesson's file is read like a scenario's, by tables ([`crate::scenario::schema::lesson`]) and with
//! every fault at its place. What it names (scenarios, agents, parameters, variables, stations,
//! figures) is looked up when it is read, so that a lesson that can be opened can be gone through.
//! Its answers are no part of it: they are found out by playing (`experiment::lesson`).

mod checks;
pub mod contents;
pub mod library;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;

pub use contents::{
    AnswerSpec, Ask, By, Change, ForkSpec, HIGHLIGHTS, LessonContents, Measured, OptionSpec,
    PairSpec, Per, Remember, RunSpec, StageSpec, StepSpec, Until, Who,
};

use super::agents::AgentSpec;
use super::contents::ShownCurve;
use super::diagnostic::Diagnostic;
use super::files::Files;
use super::load::Scenario;
use super::reading::{ROOT, Reader};
use super::reports::Reports;
use super::schema::lesson::LESSON;
use super::syntax::{Document, Node};
use crate::mdp::Level;

/// A lesson, ready to be gone through.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The file it was read from; `None` where it is built in or was a text.
    pub file: Option<PathBuf>,
    /// What it says.
    pub contents: LessonContents,
    /// Its steps with what they name.
    pub steps: Vec<Step>,
}

/// A step with what it names.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it says.
    pub says: StepSpec,
    /// What is set up in it: its own stage, or that of the step before.
    pub stage: Arc<Stage>,
    /// Whether the stage is its own, to be set up anew.
    pub sets: bool,
    /// The scenario of each run, changed figures included.
    pub scenarios: Vec<Arc<Scenario>>,
}

/// A state with these levels, a variable's place each, and all others as they are.
pub fn laid_over(state: &[Level], levels: &[(usize, Level)]) -> Vec<Level> {
    let mut state = state.to_vec();
    for (place, level) in levels {
        if let Some(at) = state.get_mut(*place) {
            *at = *level;
        }
    }
    state
}

/// What is set up.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The scenario as the lesson names it.
    pub name: String,
    /// The scenario, changed figures included.
    pub scenario: Arc<Scenario>,
    /// The figures that are changed.
    pub changes: Vec<Change>,
    /// Who acts.
    pub agent: AgentSpec,
    /// The seed.
    pub seed: u64,
    /// Levels of the state that is begun in: a variable's place and its level.
    pub state: Vec<(usize, Level)>,
    /// Beats a second in the window.
    pub speed: f64,
    /// The variable along the value map.
    pub x: Option<String>,
    /// The variable up the value map.
    pub y: Option<String>,
    /// The curve.
    pub curve: Option<ShownCurve>,
    /// Parts of the window that are pointed at.
    pub highlight: Vec<String>,
}

/// Whether a file is a lesson: these have steps, and no environment.
pub fn is_lesson(document: &Document) -> bool {
    let has = |name: &str| document.tree().root.field(name).is_some();
    (has("steps") || has("breaks")) && !has("environment") && !has("scenarios")
}

impl Lesson {
    /// Whether a file is a lesson, whether or not it can be gone through.
    pub fn is_file(path: &Path) -> bool {
        Document::of_file(path).is_some_and(|document| is_lesson(&document))
    }

    /// Reads a lesson from a file.
    ///
    /// # Errors
    /// All that is wrong with it, each finding with line, column, path and remedy.
    pub fn load(path: &Path) -> Result<Self, Reports> {
        let (files, tree) = Files::open(path)?;
        Self::read(files, &tree, Some(path))
    }

    /// Reads a lesson from a text, whose scenarios are those of the library.
    ///
    /// # Errors
    /// As [`Lesson::load`].
    pub fn parse(name: &str, text: &str) -> Result<Self, Reports> {
        let (files, tree) = Files::of_text(name, text)?;
        Self::read(files, &tree, None)
    }

    fn read(files: Files, tree: &Node, file: Option<&Path>) -> Result<Self, Reports> {
        let starts = files.starts();
        let mut reader = Reader::new(&files.text, &starts);
        let values = reader.record(&LESSON, tree, ROOT);
        let mut steps = Vec::new();
        let mut found = None;
        match serde_json::from_value::<LessonContents>(Json::Object(values)) {
            Ok(contents) if !reader.is_broken_anywhere() => {
                let checked = checks::steps(&contents, file);
                for fault in &checked.faults {
                    reader.tell("", fault);
                }
                steps = checked.steps;
                found = Some(contents);
            }
            Err(error) if reader.findings.is_empty() => {
                let message = format!("the values do not fit together: {error}");
                let told = Diagnostic::of_file(message);
                reader.findings.push(told.remedy("Please report this as a fault of Taktlab."));
            }
            _ => {}
        }
        let reports = files.reports(reader.findings);
        match found {
            Some(contents) if !reports.has_errors() => {
                Ok(Self { file: file.map(Path::to_owned), contents, steps })
            }
            _ => Err(reports),
        }
    }
}
