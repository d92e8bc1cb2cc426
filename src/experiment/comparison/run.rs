//! Plays all cells of an experiment that are not on disk yet, on all cores.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rayon::prelude::*;

use crate::experiment::agents;
use crate::experiment::optimum::{self, Optimum, SolveOptions};
use crate::experiment::report::{Prepared, SimulationError, prepared};
use crate::experiment::saved_agent::fingerprint;
use crate::mdp::Progress;
use crate::scenario::{AgentSpec, OptimumSettings, Scenario};

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

/// Scenarios that differ in nothing that an optimum depends on, whatever else of them and of the
/// agents varies: what is to be played there shares one.
struct Group<'l> {
    scenario: &'l Scenario,
    tasks: Vec<Task<'l>>,
}

/// What is to be played of an arm: each cell once, though several places of the experiment may ask
/// for it.
struct Task<'l> {
    arm: &'l Arm,
    cells: Vec<(u64, Key)>,
}

/// What is not on disk yet, by what shares an optimum, in the order of the experiment.
fn missing<'l>(
    layout: &'l Layout,
    part: Part,
    store: &Store,
    played: &mut Played,
) -> Vec<Group<'l>> {
    let mut groups: Vec<Group<'l>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let (mut seen, mut place) = (BTreeSet::new(), 0);
    for arm in &layout.arms {
        let mut cells = Vec::new();
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
            match there {
                Some(cell) => _ = played.found.insert(key, cell),
                None => cells.push((seed, key)),
            }
        }
        if cells.is_empty() {
            continue;
        }
        let at = *places.entry(fingerprint(&arm.with)).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group { scenario: &arm.with, tasks: Vec::new() });
        }
        if let Some(group) = groups.get_mut(at) {
            group.tasks.push(Task { arm, cells });
        }
    }
    groups
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
    let groups = missing(layout, part, store, &mut played);
    let tasks = groups.iter().flat_map(|group| &group.tasks);
    played.played = tasks.map(|task| task.cells.len()).sum();
    let each = layout.contents.beats.saturating_add(layout.contents.measured);
    progress.set_done(0);
    progress.set_total(each.saturating_mul(played.played as u64));
    // Loops within loops make one list of all cells for all cores: who waits takes work of another
    // setting. A model is in memory only while its group is played.
    let play = |group| play_group(layout, group, store, progress);
    groups.par_iter().with_max_len(1).try_for_each(play)?;
    Ok(played)
}

/// Plays the cells that share an optimum.
fn play_group(
    layout: &Layout,
    group: &Group<'_>,
    store: &Store,
    progress: &Progress,
) -> Result<(), RunError> {
    if progress.is_cancelled() {
        return Err(RunError::Cancelled);
    }
    // A look at how far planning has come is not what the progress counts.
    let quiet = Progress::new();
    let options = SolveOptions::counted(&OptimumSettings::default());
    let optimum = optimum::find(group.scenario, &options, &quiet).ok();
    group.tasks.par_iter().with_max_len(1).try_for_each(|task| {
        if progress.is_cancelled() {
            return Err(RunError::Cancelled);
        }
        let prepared = made_ready(task.arm, optimum.as_ref(), &quiet)
            .map_err(|error| refused(layout, task.arm, error))?;
        let ready = Ready {
            scenario: &task.arm.with,
            spec: &prepared.spec,
            plan: prepared.plan.as_ref(),
            optimum: optimum.as_ref(),
        };
        task.cells.par_iter().with_max_len(1).try_for_each(|&(seed, key)| {
            let played = play(ready, key, seed, &layout.contents, progress);
            let cell = played.map_err(|stopped| match stopped {
                Stopped::Agent(error) => refused(layout, task.arm, error.into()),
                Stopped::Cancelled => RunError::Cancelled,
            })?;
            Ok(store.put(key, &cell)?)
        })
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
        (AgentSpec::Optimum(settings), _) => {
            agents::check(&arm.spec, &arm.with.environment)?;
            let found = optimum::find(&arm.with, &SolveOptions::counted(settings), progress)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Experiment;

    fn groups(experiment: &str) -> Vec<(usize, usize)> {
        let text = format!("(version: 1, environment: Chain(), experiment: ({experiment}))");
        let scenario = Scenario::parse("test.ron", &text).unwrap_or_else(|told| panic!("{told}"));
        let layout = Layout::of(&Experiment::of_scenario("test.ron".into(), scenario)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path()).unwrap();
        let groups = missing(&layout, Part::WHOLE, &store, &mut Played::default());
        let cells = |group: &Group<'_>| group.tasks.iter().map(|task| task.cells.len()).sum();
        groups.iter().map(|group| (group.tasks.len(), cells(group))).collect()
    }

    /// A model is solved once a group, whatever of the agents varies.
    #[test]
    fn settings_share_an_optimum_where_the_environment_and_the_criterion_are_the_same() {
        let agents = "agents: [(agent: AlwaysRun), (agent: QLearning())], seeds: 3";
        let power = "(parameter: \"agent.step_size.power\", values: [0.6, 0.7, 0.8])";
        // Always run has no step size: it is played once.
        assert_eq!(groups(&format!("{agents}, vary: [{power}]")), [(4, 12)]);
        let discount = "(parameter: \"criterion\", values: [0.9, 0.95])";
        assert_eq!(groups(&format!("{agents}, vary: [{power}, {discount}]")), [(4, 12), (4, 12)]);
    }
}
