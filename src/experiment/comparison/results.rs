//! The folder of an experiment's results: the experiment itself, its cells, its tables, its page.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::mdp::luck::GENERATOR;
use crate::scenario::plain_file::{self, PlainFileError};
use crate::scenario::save::write_whole;
use crate::scenario::{Experiment, ExperimentContents, Reports, Scenario};

use super::arrow;
use super::cell::Cell;
use super::layout::Layout;
use super::report;
use super::store::Store;
use super::summary::Summary;
use super::tables::{Table, tables};

/// The name of the experiment's own file in the folder.
pub const EXPERIMENT: &str = "experiment.ron";
/// The version of that file.
const VERSION: u32 = 1;
/// The longest such file that is read \[bytes\]: scenarios come with the tables that they name.
const MOST_BYTES: u64 = 256 << 20;

/// An experiment with its scenarios' texts, so that it can be played on another machine or merged
/// without the files that it was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedExperiment {
    /// The version of this format.
    pub version: u32,
    /// The generator that all luck is from.
    pub generator: String,
    /// The experiment's title.
    pub title: String,
    /// The scenarios' names and texts.
    pub scenarios: Vec<(String, String)>,
    /// What is compared.
    pub contents: ExperimentContents,
}

/// Why a folder's experiment cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be read.
    #[error("{EXPERIMENT}: {0}")]
    File(#[from] PlainFileError),
    /// It is no experiment.
    #[error("this is not the experiment of a folder of results: {0}")]
    Syntax(String),
    /// It was written by another program.
    #[error("it was written by another version of the program, which is needed to go on with it")]
    Version,
    /// A scenario in it is wrong.
    #[error("a scenario in it is not valid:\n{0}")]
    Scenario(Reports),
}

impl SavedExperiment {
    /// The experiment as it can be saved.
    pub fn of(experiment: &Experiment) -> Self {
        let text = |(name, scenario): &(String, Scenario)| (name.clone(), scenario.to_ron());
        Self {
            version: VERSION,
            generator: GENERATOR.to_owned(),
            title: experiment.title.clone(),
            scenarios: experiment.scenarios.iter().map(text).collect(),
            contents: experiment.contents.clone(),
        }
    }

    /// Whether its results are no more of what was there before, but of something else: other
    /// scenarios, other figures that vary, or without an agent that was compared. More seeds, beats
    /// or values are more of the same.
    pub fn replaces(&self, before: &Self) -> bool {
        let of = |contents: &ExperimentContents| -> Vec<String> {
            contents.vary.iter().map(|variation| variation.parameter.clone()).collect()
        };
        let (now, then) = (&self.contents, &before.contents);
        self.scenarios != before.scenarios
            || of(now) != of(then)
            || now.samples.is_some() != then.samples.is_some()
            || !then.agents.iter().all(|agent| now.agents.contains(agent))
    }

    /// Its text.
    ///
    /// # Errors
    /// None that memory would not have either.
    pub fn to_ron(&self) -> io::Result<String> {
        ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default())
            .map_err(io::Error::other)
    }

    /// Reads that of a folder of results.
    ///
    /// # Errors
    /// Any [`FolderError`].
    pub fn load(folder: &Path) -> Result<Self, FolderError> {
        let bytes = plain_file::read(&folder.join(EXPERIMENT), MOST_BYTES)?;
        let text =
            String::from_utf8(bytes).map_err(|error| FolderError::Syntax(error.to_string()))?;
        let saved: Self =
            ron::from_str(&text).map_err(|error| FolderError::Syntax(error.to_string()))?;
        if saved.version != VERSION || saved.generator != GENERATOR {
            return Err(FolderError::Version);
        }
        Ok(saved)
    }

    /// The experiment, ready to be run.
    ///
    /// # Errors
    /// Where one of its scenarios is not valid.
    pub fn opened(&self) -> Result<Experiment, FolderError> {
        let open = |(name, text): &(String, String)| {
            let scenario = Scenario::parse(name, text).map_err(FolderError::Scenario)?;
            Ok((name.clone(), scenario.as_opened()))
        };
        let scenarios = self.scenarios.iter().map(open).collect::<Result<_, FolderError>>()?;
        Ok(Experiment { title: self.title.clone(), scenarios, contents: self.contents.clone() })
    }
}

/// Writes the tables and the page into a folder, and returns the tables. All that is written
/// follows from the cells: whoever played them, the files are the same, byte for byte.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(
    folder: &Path,
    saved: &SavedExperiment,
    layout: &Layout,
    summary: &Summary,
    cells: &[Vec<Cell>],
) -> io::Result<Vec<Table>> {
    let tables = tables(layout, summary, cells);
    for table in &tables {
        write_whole(&folder.join(format!("{}.csv", table.name)), &table.csv()?)?;
        let bytes = arrow::bytes(table).map_err(io::Error::other)?;
        write_whole(&folder.join(format!("{}.arrow", table.name)), &bytes)?;
    }
    let page = report::html(layout, summary, &tables, &saved.to_ron()?);
    write_whole(&folder.join("report.html"), page.as_bytes())?;
    Ok(tables)
}

/// Makes the folder and writes the experiment into it.
///
/// # Errors
/// Those of the file system.
pub fn begin(folder: &Path, saved: &SavedExperiment) -> io::Result<Store> {
    let store = Store::at(folder)?;
    write_whole(&folder.join(EXPERIMENT), saved.to_ron()?.as_bytes())?;
    Ok(store)
}
