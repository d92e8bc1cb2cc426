//! A session: a scenario being run, with every command that came from outside the beat.
//!
//! Commands are applied between two beats and logged with the beat before which they came. A
//! saved run is the scenario, the seed and the commands; it replays to the same states, actions
//! and rewards. A plan that was computed in the background is computed again and awaited.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::environments::SettingError;
use crate::learners::{QLearning, Sarsa};
use crate::mdp::luck::GENERATOR;
use crate::mdp::{Criterion, EnumerationOptions, Progress};
use crate::scenario::{AgentSpec, Scenario, save};

use super::agents::{self, AgentError, Plan};
use super::optimum::{self, OptimumError, SolveOptions};
use super::run::{AnyRun, RunSettings, open};

/// Something that comes from outside the beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Another agent acts from here on, with nothing learned; a learner of the same kind goes on
    /// with these settings and keeps what it has learned.
    Agent(AgentSpec),
    /// A figure of the scenario is another from here on.
    Parameter {
        /// Its path.
        path: String,
        /// Its value in the unit that the parameter is shown in.
        value: f64,
    },
}

/// A command with the beat before which it was applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    /// Beats that had been played.
    pub beat: u64,
    /// What came.
    pub command: Command,
}

/// Why a command could not be applied. The session is then as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// The agent cannot act here.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The figure cannot be this.
    #[error("{}", .0.iter().map(|e| format!("{}; {}", e.message, e.remedy)).collect::<Vec<_>>().join("\n"))]
    Parameter(Vec<SettingError>),
    /// The saved run is of another format or generator.
    #[error("{0}")]
    Format(String),
    /// A plan was needed and could not be had.
    #[error(transparent)]
    Optimum(#[from] OptimumError),
}

/// A scenario being run.
pub struct Session {
    scenario: Arc<Scenario>,
    first_agent: AgentSpec,
    agent: AgentSpec,
    run: Box<dyn AnyRun>,
    log: Vec<Logged>,
}

impl Clone for Session {
    fn clone(&self) -> Self {
        Self {
            scenario: self.scenario.clone(),
            first_agent: self.first_agent.clone(),
            agent: self.agent.clone(),
            run: self.run.boxed_clone(),
            log: self.log.clone(),
        }
    }
}

/// How a scenario's runs are to go.
pub fn run_settings(scenario: &Scenario) -> RunSettings {
    RunSettings {
        seed: scenario.contents.seed,
        replication: 0,
        discount: scenario.contents.criterion.discount().unwrap_or(1.0),
        episode_limit: scenario.contents.episode_limit,
        planning_budget: 0,
    }
}

impl Session {
    /// Opens a scenario with this agent in its start state. `plan` is for agents that follow one.
    ///
    /// # Errors
    /// Where the agent cannot act here.
    pub fn open(
        scenario: Arc<Scenario>,
        agent: AgentSpec,
        seed: u64,
        plan: Option<&Plan>,
    ) -> Result<Self, SessionError> {
        let settings = RunSettings { seed, ..run_settings(&scenario) };
        let criterion = scenario.contents.criterion;
        let acting = agents::build(&agent, &scenario.environment, criterion, plan)?;
        let run = open(&scenario.environment, acting, settings);
        Ok(Self { scenario, first_agent: agent.clone(), agent, run, log: Vec::new() })
    }

    /// The scenario as it is now, changed figures included.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The agent that acts, as a scenario would name it.
    pub fn agent(&self) -> &AgentSpec {
        &self.agent
    }

    /// The run.
    pub fn run(&self) -> &dyn AnyRun {
        &*self.run
    }

    /// The run, to be played.
    pub fn run_mut(&mut self) -> &mut dyn AnyRun {
        &mut *self.run
    }

    /// Every command so far.
    pub fn log(&self) -> &[Logged] {
        &self.log
    }

    /// Applies a command between two beats and logs it.
    ///
    /// # Errors
    /// Where it cannot be applied; the session is then unchanged.
    pub fn apply(&mut self, command: Command, plan: Option<&Plan>) -> Result<(), SessionError> {
        match &command {
            Command::Agent(spec) => self.set_agent(spec.clone(), plan)?,
            Command::Parameter { path, value } => self.set_parameter(path, *value, plan)?,
        }
        self.log.push(Logged { beat: self.run.beats(), command });
        Ok(())
    }

    fn set_agent(&mut self, spec: AgentSpec, plan: Option<&Plan>) -> Result<(), SessionError> {
        let criterion = self.scenario.contents.criterion;
        let agent = agents::build(&spec, &self.scenario.environment, criterion, plan)?;
        if !self.retune(&spec, criterion) {
            self.run = self.run.with_agent(agent);
        }
        self.agent = spec;
        Ok(())
    }

    /// A learner of the same kind goes on with other settings and keeps what it has learned.
    fn retune(&mut self, spec: &AgentSpec, criterion: Criterion) -> bool {
        let acting = self.run.agent_any();
        match (&self.agent, spec) {
            (AgentSpec::QLearning(_), AgentSpec::QLearning(settings)) => {
                acting.downcast_mut::<QLearning>().map(|agent| agent.retune(settings, criterion))
            }
            (AgentSpec::Sarsa(_), AgentSpec::Sarsa(settings)) => {
                acting.downcast_mut::<Sarsa>().map(|agent| agent.retune(settings, criterion))
            }
            _ => None,
        }
        .is_some()
    }

    fn set_parameter(
        &mut self,
        path: &str,
        value: f64,
        plan: Option<&Plan>,
    ) -> Result<(), SessionError> {
        let scenario =
            self.scenario.with_parameter(path, value).map_err(SessionError::Parameter)?;
        let scenario = Arc::new(scenario);
        if let Some(run) = self.run.with_environment(&scenario.environment) {
            self.run = run;
        } else {
            // The state means something else now (another capacity): the line starts again.
            let settings = *self.run.settings();
            let criterion = scenario.contents.criterion;
            let spec = match (&self.agent, plan) {
                (AgentSpec::Optimum(_), None) => AgentSpec::AlwaysRun,
                (spec, _) => spec.clone(),
            };
            let agent = agents::build(&spec, &scenario.environment, criterion, plan)?;
            self.run = open(&scenario.environment, agent, settings);
            self.agent = spec;
        }
        self.scenario = scenario;
        Ok(())
    }
}

/// A run as it is written to a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedRun {
    /// The version of this format.
    pub version: u32,
    /// The generator that all luck is from.
    pub generator: String,
    /// The scenario's text, with all that it is based on.
    pub scenario: String,
    /// The agent that acted first.
    pub agent: AgentSpec,
    /// The seed.
    pub seed: u64,
    /// Beats played.
    pub beats: u64,
    /// The commands, in the order in which they came.
    pub commands: Vec<Logged>,
}

/// The version of the format of saved runs.
pub const SAVED_VERSION: u32 = 1;

impl SavedRun {
    /// A session as it can be saved; `opened` is its scenario as the file said it, before any
    /// command.
    pub fn of(session: &Session, opened: &Scenario) -> Self {
        Self {
            version: SAVED_VERSION,
            generator: GENERATOR.to_owned(),
            scenario: opened.to_ron(),
            agent: session.first_agent.clone(),
            seed: session.run.settings().seed,
            beats: session.run.beats(),
            commands: session.log.clone(),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// Where the file cannot be written; what was there before is then still there.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let pretty = ron::ser::PrettyConfig::default();
        let text = ron::ser::to_string_pretty(self, pretty).map_err(std::io::Error::other)?;
        save::write_whole(path, text.as_bytes())
    }

    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with it, with line and column.
    pub fn parse(text: &str) -> Result<Self, SessionError> {
        let saved: Self =
            ron::from_str(text).map_err(|error| SessionError::Format(error.to_string()))?;
        if saved.version != SAVED_VERSION || saved.generator != GENERATOR {
            return Err(SessionError::Format(format!(
                "this run was saved by version {} with the generator {}; version {SAVED_VERSION} \
                 with {GENERATOR} is needed to replay it",
                saved.version, saved.generator
            )));
        }
        Ok(saved)
    }

    /// Plays it again, from the first beat to where it was saved. Plans are computed again.
    ///
    /// # Errors
    /// Where its scenario or a command is not valid.
    pub fn replay(&self, progress: &Progress) -> Result<Session, SessionError> {
        let scenario = Scenario::parse("saved run", &self.scenario)
            .map_err(|reports| SessionError::Format(reports.plain()))?;
        let plan = planned(&scenario, &self.agent, progress)?;
        let mut session =
            Session::open(Arc::new(scenario), self.agent.clone(), self.seed, plan.as_ref())?;
        for Logged { beat, command } in &self.commands {
            let left = beat.saturating_sub(session.run.beats());
            session.run.advance(left);
            let plan = match command {
                Command::Agent(spec) => planned(&session.scenario, spec, progress)?,
                Command::Parameter { .. } => None,
            };
            session.apply(command.clone(), plan.as_ref())?;
        }
        let left = self.beats.saturating_sub(session.run.beats());
        session.run.advance(left);
        Ok(session)
    }
}

/// The plan that an agent follows, computed here and now; `None` for agents that follow none.
fn planned(
    scenario: &Scenario,
    spec: &AgentSpec,
    progress: &Progress,
) -> Result<Option<Plan>, SessionError> {
    let AgentSpec::Optimum(settings) = spec else { return Ok(None) };
    let options = SolveOptions {
        method: settings.method,
        precision: settings.precision,
        deadline: None,
        enumeration: EnumerationOptions::default(),
    };
    Ok(Some(optimum::find(scenario, &options, progress)?.plan()))
}
