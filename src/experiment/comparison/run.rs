//! Plays all cells of an experiment that are not on disk yet, on all cores.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rayon::prelude::*;

use crate::experiment::optimum::{self, Optimum, SolveOptions};
use crate::experiment::report::{Prepared, SimulationError, prepared};
use crate::mdp::Progress;
use crate::scenario::{AgentSpec, OptimumSettings};

use super::cell::{Cell, Key};
use super::layout::{Arm, Layout};
use super::play::{Ready, Stopped, play};
use super::store::{Damaged, Store};

/// Which part of an experiment is to be played: `number` of `of`, from 1. The cells are dealt out
/// in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which part, from 1.
    pub number: u64,
    /// How many parts there are.
    pub of: u64,
}

impl Part {
    /// All of it.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    fn has(self, place: usize) -> bool {
        place as u64 % self.of.max(1) == self.number.saturating_sub(1)
    }
}

/// Why an experiment was not played to its end. What was finished is on disk.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An agent cannot be made ready.
    #[error("{agent} cannot act in {scenario}: {error}")]
    Agent {
        /// The agent's name.
        agent: String,
        /// The scenario's name.
        scenario: String,
        /// Why not.
        error: Box<SimulationError>,
    },
    /// A cell could not be written.
    #[error("a finished run could not be written: {0}")]
    Disk(#[from] io::Error),
    /// Someone cancelled.
    #[error("cancelled; what was finished is kept, and the same command goes on from there")]
    Cancelled,
}

/// What was there and how much was played.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Played {
    /// Cells that were on disk before, as they were read to see whether they are whole.
    pub found: BTreeMap<Key, Cell>,
    /// Cells that were played now.
    pub played: usize,
    /// Files on disk that are not believed; of these the cells were played again.
    pub damaged: Vec<Damaged>,
}

/// What is to be played of one scenario under one setting: each cell once, though several places of
/// the experiment may ask for it.
struct Task<'l> {
    arm: &'l Arm,
    seed: u64,
    key: Key,
}

/// Plays what is missing. The progress counts beats.
///
/// # Errors
/// Any [`RunError`].
pub fn run(
    layout: &Layout,
    part: Part,
    store: &Store,
    progress: &Progress,
) -> Result<Played, RunError> {
    let mut played = Played::default();
    let mut seen = BTreeSet::new();
    let mut tasks: Vec<Vec<Task<'_>>> = Vec::new();
    let mut at = None;
    let mut place = 0;
    for arm in &layout.arms {
        if at.replace((arm.scenario, arm.setting)) != Some((arm.scenario, arm.setting)) {
            tasks.push(Vec::new());
        }
        for &seed in &layout.seeds {
            let key = layout.key(arm, seed);
            if !seen.insert(key) {
                continue;
            }
            place += 1;
            if !part.has(place - 1) {
                continue;
            }
            let there = store.get(layout, arm, seed).unwrap_or_else(|damaged| {
                played.damaged.push(damaged);
                None
            });
            if let Some(cell) = there {
                played.found.insert(key, cell);
            } else if let Some(group) = tasks.last_mut() {
                group.push(Task { arm, seed, key });
            }
        }
    }
    let left: usize = tasks.iter().map(Vec::len).sum();
    let each = layout.contents.beats.saturating_add(layout.contents.measured);
    progress.set_done(0);
    progress.set_total(each.saturating_mul(left as u64));
    for group in tasks.iter().filter(|group| !group.is_empty()) {
        play_group(layout, group, store, progress)?;
        played.played += group.len();
    }
    Ok(played)
}

/// Plays the cells of one scenario under one setting, which share the optimum.
fn play_group(
    layout: &Layout,
    group: &[Task<'_>],
    store: &Store,
    progress: &Progress,
) -> Result<(), RunError> {
    let Some(first) = group.first() else { return Ok(()) };
    // A look at how far planning has come is not what the progress counts.
    let quiet = Progress::new();
    let options = SolveOptions::to(None);
    let optimum = optimum::find(&first.arm.with, &options, &quiet).ok();
    if progress.is_cancelled() {
        return Err(RunError::Cancelled);
    }
    let mut agents: Vec<(usize, Prepared)> = Vec::new();
    for task in group {
        if agents.iter().any(|(agent, _)| *agent == task.arm.agent) {
            continue;
        }
        let ready = made_ready(task.arm, optimum.as_ref(), &quiet);
        let ready = ready.map_err(|error| refused(layout, task.arm, error))?;
        agents.push((task.arm.agent, ready));
    }
    group.par_iter().try_for_each(|task| {
        let of = |(agent, _): &&(usize, Prepared)| *agent == task.arm.agent;
        let Some((_, prepared)) = agents.iter().find(of) else { return Ok(()) };
        let ready = Ready {
            scenario: &task.arm.with,
            spec: &prepared.spec,
            plan: prepared.plan.as_ref(),
            optimum: optimum.as_ref(),
        };
        let cell =
            play(ready, task.key, task.seed, &layout.contents, progress).map_err(|stopped| {
                match stopped {
                    Stopped::Agent(error) => refused(layout, task.arm, error.into()),
                    Stopped::Cancelled => RunError::Cancelled,
                }
            })?;
        Ok(store.put(task.key, &cell)?)
    })
}

/// The agent with levels or a plan found where it needs them; the optimum's plan is there already.
fn made_ready(
    arm: &Arm,
    optimum: Option<&Optimum>,
    progress: &Progress,
) -> Result<Prepared, SimulationError> {
    match (&arm.spec, optimum) {
        (AgentSpec::Optimum(settings), Some(found)) if *settings == OptimumSettings::default() => {
            Ok(Prepared {
                spec: arm.spec.clone(),
                plan: Some(found.plan()),
                plan_optimal: Some(found.solution.optimal),
                found: None,
            })
        }
        _ => {
            let known = optimum.map(|found| &found.enumeration);
            prepared(&arm.spec, &arm.with, known, progress)
        }
    }
}

fn refused(layout: &Layout, arm: &Arm, error: SimulationError) -> RunError {
    RunError::Agent {
        agent: layout.agents.get(arm.agent).cloned().unwrap_or_default(),
        scenario: layout.scenarios.get(arm.scenario).cloned().unwrap_or_default(),
        error: Box::new(error),
    }
}
