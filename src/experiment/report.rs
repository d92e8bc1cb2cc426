//! Simulates a scenario as its file or a command asks for.

use std::sync::Mutex;

use crate::environments::AnyEnvironment;
use crate::mdp::{Criterion, EnumerationOptions, Progress};
use crate::scenario::{AgentSpec, KanbanSettings, Scenario};

use super::agents::{self, AgentError, Plan};
use super::judging::never_ends;
use super::optimum::{self, OptimumError, SolveOptions};
use super::rules::best_kanban;
use super::run::AnyAgent;
use super::session::run_settings;
use super::simulate::{Length, ReturnKind, Summary, simulate};

/// What a command may ask for instead of what the scenario says.
#[derive(Debug, Clone, Default)]
pub struct SimulationOptions {
    /// The agent.
    pub agent: Option<AgentSpec>,
    /// Beats a replication.
    pub beats: Option<u64>,
    /// Whole episodes a replication, in place of beats.
    pub episodes: Option<u64>,
    /// Beats of warm-up before those that count.
    pub warm_up: Option<u64>,
    /// Replications.
    pub replications: Option<u64>,
    /// The seed.
    pub seed: Option<u64>,
}

/// Why a scenario could not be simulated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SimulationError {
    /// The agent cannot act.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The plan that the agent follows could not be had.
    #[error(transparent)]
    Optimum(#[from] OptimumError),
    /// Someone cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// A simulated scenario.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The agent's name.
    pub agent: &'static str,
    /// The seed.
    pub seed: u64,
    /// How long each replication was.
    pub length: Length,
    /// What the return is counted as.
    pub returns: ReturnKind,
    /// Beats that counted a replication; `None` where episodes did.
    pub beats: Option<u64>,
    /// Beats of warm-up before them.
    pub warm_up: u64,
    /// The figures.
    pub summary: Summary,
    /// Whether the agent's policy can never reach an end, where there are ends and it is known.
    pub never_ends: Option<bool>,
}

impl Simulation {
    /// Whether the return is a beat's, not an episode's.
    pub fn return_is_per_beat(&self) -> bool {
        self.returns == ReturnKind::Beat
    }

    /// "100000 beats after 10000 of warm-up" or "20 episodes".
    pub fn length_in_words(&self) -> String {
        match self.length {
            Length::Beats { counted, warm_up: 0 } => format!("{counted} beats"),
            Length::Beats { counted, warm_up } => {
                format!("{counted} beats after {warm_up} of warm-up")
            }
            Length::Episodes(episodes) => format!("{episodes} episodes"),
        }
    }
}

/// The agent as it can act: with a plan or levels found where it needs them.
///
/// # Errors
/// Where these cannot be had.
pub fn prepared(
    spec: &AgentSpec,
    scenario: &Scenario,
    progress: &Progress,
) -> Result<(AgentSpec, Option<Plan>), SimulationError> {
    match spec {
        AgentSpec::Optimum(settings) => {
            let options = SolveOptions {
                method: settings.method,
                precision: settings.precision,
                deadline: None,
                enumeration: EnumerationOptions::default(),
            };
            Ok((spec.clone(), Some(optimum::find(scenario, &options, progress)?.plan())))
        }
        AgentSpec::Kanban(settings) if settings.levels.is_empty() => {
            let environment = &scenario.environment;
            let options = EnumerationOptions::default();
            let enumeration = environment
                .erased()
                .enumerate(options, progress)
                .map_err(OptimumError::Enumeration)?;
            let criterion = scenario.contents.criterion;
            let found = best_kanban(environment, &enumeration, criterion, progress)?
                .ok_or(AgentError::NoLevels)?;
            let levels = found.levels.iter().map(|&level| level.max(0) as u32).collect();
            Ok((AgentSpec::Kanban(KanbanSettings { levels }), None))
        }
        _ => Ok((spec.clone(), None)),
    }
}

/// Simulates a scenario; what the options leave out is the scenario's.
///
/// # Errors
/// Where the agent cannot act, or someone cancelled.
pub fn simulate_scenario(
    scenario: &Scenario,
    options: &SimulationOptions,
    progress: &Progress,
) -> Result<Simulation, SimulationError> {
    let contents = &scenario.contents;
    let spec = options.agent.as_ref().unwrap_or(&contents.agent);
    let (spec, plan) = prepared(spec, scenario, progress)?;
    let criterion = contents.criterion;
    let build = || agents::build(&spec, &scenario.environment, criterion, plan.as_ref());
    // Built once here, so that what is wrong is told before anything runs.
    let probe = build()?;
    let average = contents.criterion == Criterion::Average;
    let episodes = match (options.episodes, options.beats) {
        (Some(episodes), _) => Some(episodes),
        (None, Some(_)) => None,
        (None, None) => contents.episodes,
    };
    let length = match episodes {
        Some(episodes) => Length::Episodes(episodes),
        None => {
            let counted = options.beats.unwrap_or(contents.beats);
            let usual = if average { counted / 10 } else { 0 };
            Length::Beats { counted, warm_up: options.warm_up.unwrap_or(usual) }
        }
    };
    let returns = if average { ReturnKind::Beat } else { ReturnKind::Episode };
    let settings = run_settings(scenario);
    let settings = super::RunSettings { seed: options.seed.unwrap_or(settings.seed), ..settings };
    let replications = options.replications.unwrap_or(contents.replications).max(1) as usize;
    // Building cannot fail any more; should it, the first one built stands in.
    let spare = Mutex::new(Some(probe));
    let agent = || {
        build().unwrap_or_else(|_| {
            let taken = spare.lock().ok().and_then(|mut spare| spare.take());
            taken.unwrap_or_else(|| always_run(&scenario.environment))
        })
    };
    let summary =
        simulate(&scenario.environment, &agent, settings, length, returns, replications, progress)
            .ok_or(SimulationError::Cancelled)?;
    let (beats, warm_up) = match length {
        Length::Beats { counted, warm_up } => (Some(counted), warm_up),
        Length::Episodes(_) => (None, 0),
    };
    Ok(Simulation {
        agent: spec.name(),
        seed: settings.seed,
        length,
        returns,
        beats,
        warm_up,
        never_ends: if contents.ends() { never_ends_of(scenario, &spec) } else { None },
        summary,
    })
}

fn always_run(environment: &AnyEnvironment) -> AnyAgent {
    AnyAgent::AlwaysRun(crate::heuristics::AlwaysRun::new(environment.erased()))
}

/// Whether a rule that learns nothing can never reach an end.
fn never_ends_of(scenario: &Scenario, spec: &AgentSpec) -> Option<bool> {
    if spec.learner().is_some() || matches!(spec, AgentSpec::Optimum(_)) {
        return None;
    }
    let environment = &scenario.environment;
    let options = EnumerationOptions::default();
    let enumeration = environment.erased().enumerate(options, &Progress::new()).ok()?;
    let agent = agents::build(spec, environment, scenario.contents.criterion, None).ok()?;
    match agent {
        AnyAgent::AlwaysRun(agent) => never_ends(&agent, environment, &enumeration),
        AnyAgent::Other(agent) => never_ends(&*agent, environment, &enumeration),
        _ => None,
    }
}
