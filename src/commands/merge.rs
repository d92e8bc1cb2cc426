//! `taktlab merge FOLDERS --out FOLDER`: joins the parts of an experiment that were played apart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::experiment::{conclude, written};
use super::output::{self, Failure, Format};
use crate::experiment::comparison::results::{self, EXPERIMENT, SavedExperiment};
use crate::experiment::comparison::{Layout, Store};

/// Arguments of `merge`.
#[derive(Debug, clap::Args)]
pub struct MergeArguments {
    /// The folders of the parts.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// The folder for the whole; it may be one of the parts'.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; joining draws nothing, so it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(arguments: &MergeArguments) -> Result<(), Failure> {
    let mut experiment: Option<SavedExperiment> = None;
    let mut stores = Vec::new();
    for folder in &arguments.folders {
        let refused = |error: &dyn std::fmt::Display| {
            Failure::input(format!("{}: {error}", folder.display()))
        };
        let saved = SavedExperiment::load(folder).map_err(|error| refused(&error))?;
        if experiment.as_ref().is_some_and(|first| *first != saved) {
            return Err(refused(&"this is part of another experiment than the first folder"));
        }
        experiment = Some(saved);
        stores.push(Store::existing(folder).ok_or_else(|| refused(&"there are no runs in it"))?);
    }
    let Some(saved) = experiment else { return Ok(()) };
    // All folders say the same, so that what is wrong is wrong with the first.
    let first = arguments.folders.first().map_or(String::new(), |one| one.display().to_string());
    let refused =
        |error: &dyn std::fmt::Display| Failure::input(format!("{first}/{EXPERIMENT}: {error}"));
    let opened = saved.opened().map_err(|error| refused(&error))?;
    let layout = Layout::of(&opened).map_err(|error| refused(&error))?;
    let out = &arguments.out;
    let whole = results::begin(out, &saved).map_err(|error| written(out, &error))?;
    let (mut read, mut told) = (BTreeMap::new(), BTreeSet::new());
    for arm in &layout.arms {
        for &seed in &layout.seeds {
            let key = layout.key(arm, seed);
            if read.contains_key(&key) {
                continue;
            }
            let mut found = |store: &Store| {
                store.get(&layout, arm, seed).unwrap_or_else(|damaged| {
                    // The folder for the whole may be that of a part.
                    if told.insert(damaged.path.clone()) {
                        output::note(&format!("{damaged}; it is left out.\n"));
                    }
                    None
                })
            };
            if let Some(cell) = found(&whole) {
                read.insert(key, cell);
            } else if let Some(cell) = stores.iter().find_map(&mut found) {
                whole.put(key, &cell).map_err(|error| written(out, &error))?;
                read.insert(key, cell);
            }
        }
    }
    let sweep = layout.settings.len() > 1;
    conclude(out, &saved, &layout, (&whole, read), sweep, arguments.format)
}
