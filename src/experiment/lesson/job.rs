//! Work of a lesson that takes its time: a run on one or many seeds, with what is measured at its end.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::figure::Figure;
use super::measure::{Ending, measure, pair};
use crate::environments::AnySettings;
use crate::experiment::agents::{self, AgentError, Plan};
use crate::experiment::decisions::Decisions;
use crate::experiment::optimum::{self, Optimum, OptimumError, SolveOptions};
use crate::experiment::report::{SimulationError, prepared};
use crate::experiment::run::{AnyRun, RunSettings, open};
use crate::experiment::session::run_settings;
use crate::mdp::{Criterion, Level, Progress};
use crate::scenario::lesson::{Measured, Remember, RunSpec, Until, Who, laid_over};
use crate::scenario::{AgentSpec, OptimumSettings, Scenario};

/// Why a lesson's work came to nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LessonError {
    /// The agent cannot act.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The best policy could not be found.
    #[error(transparent)]
    Optimum(#[from] OptimumError),
    /// The agent could not be prepared.
    #[error(transparent)]
    Prepared(#[from] SimulationError),
    /// The run did not go on.
    #[error("the agent waits for someone to act, so that the run does not go on")]
    Waits,
    /// A figure could not be had.
    #[error("the figure `{name}` cannot be had: {why}")]
    Figure {
        /// Its name.
        name: String,
        /// Why.
        why: String,
    },
    /// It cannot begin there.
    #[error("a run cannot begin in this state: {0}")]
    State(String),
    /// Someone cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// The optima that were found so far, shared by the jobs of a lesson.
#[derive(Debug, Clone, Default)]
pub struct Known(Arc<Mutex<Vec<Found>>>);

/// What was planned, by which criterion, and what came of it.
type Found = (AnySettings, Criterion, Arc<Optimum>);

impl Known {
    /// The optimum of a scenario, found once.
    ///
    /// # Errors
    /// Where there is none to be had.
    pub fn optimum(
        &self,
        scenario: &Scenario,
        progress: &Progress,
    ) -> Result<Arc<Optimum>, LessonError> {
        let (settings, criterion) = (&scenario.contents.environment, scenario.contents.criterion);
        let same = |(known, of, _): &&(AnySettings, Criterion, Arc<Optimum>)| {
            known == settings && *of == criterion
        };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, found)) = known.iter().find(same) {
            return Ok(found.clone());
        }
        drop(known);
        let options = SolveOptions::counted(&OptimumSettings::default());
        let found = Arc::new(optimum::find(scenario, &options, progress)?);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push((settings.clone(), criterion, found.clone()));
        Ok(found)
    }
}

/// What is to be done.
#[derive(Clone)]
pub(super) enum Task {
    /// Which action is taken in the present state.
    Action(Who),
    /// A run.
    Run(Box<RunSpec>),
}

/// Work that can be done on any thread.
pub struct Job {
    pub(super) task: Task,
    pub(super) scenario: Arc<Scenario>,
    pub(super) agent: AgentSpec,
    pub(super) seed: u64,
    pub(super) state: Vec<(usize, Level)>,
    /// The run that is gone on with, or that was played by hand.
    pub(super) before: Option<Box<dyn AnyRun>>,
    /// Whether that was played already.
    pub(super) played: bool,
    /// The figures that are known already.
    pub(super) figures: Vec<Figure>,
    pub(super) known: Known,
}

/// What a job came to.
pub struct Done {
    pub(super) run: Option<Box<dyn AnyRun>>,
    pub(super) figures: Vec<Figure>,
    pub(super) best: Option<Vec<Vec<Level>>>,
}

impl Done {
    /// The figures that were measured.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// The run of the first seed as it stands at the end.
    pub fn run(&self) -> Option<&dyn AnyRun> {
        self.run.as_deref()
    }
}

/// How many beats are played between two looks at the progress.
const PIECE: u64 = 10_000;

/// A run that was played, with the decisions that were noted.
pub(super) struct Played {
    pub run: Box<dyn AnyRun>,
    pub decisions: Option<Decisions>,
}

impl Job {
    /// Does the work. It is the same on every machine and with any number of threads.
    ///
    /// # Errors
    /// Any [`LessonError`].
    pub fn work(self, progress: &Progress) -> Result<Done, LessonError> {
        match self.task.clone() {
            Task::Action(who) => self.action(who, progress),
            Task::Run(spec) => self.run(&spec, progress),
        }
    }

    /// The agent's settings with what it needs to act.
    fn prepared(&self, progress: &Progress) -> Result<(AgentSpec, Option<Plan>), LessonError> {
        if let AgentSpec::Optimum(_) = self.agent {
            agents::check(&self.agent, &self.scenario.environment)?;
            let found = self.known.optimum(&self.scenario, progress)?;
            return Ok((self.agent.clone(), Some(found.plan())));
        }
        let ready = prepared(&self.agent, &self.scenario, None, progress)?;
        Ok((ready.spec, ready.plan))
    }

    fn open(
        &self,
        seed: u64,
        (spec, plan): &(AgentSpec, Option<Plan>),
    ) -> Result<Box<dyn AnyRun>, LessonError> {
        let (environment, criterion) =
            (&self.scenario.environment, self.scenario.contents.criterion);
        let agent = agents::build(spec, environment, criterion, plan.as_ref())?;
        let settings = RunSettings { seed, ..run_settings(&self.scenario) };
        standing(open(environment, agent, settings), &self.state)
    }

    fn action(mut self, who: Who, progress: &Progress) -> Result<Done, LessonError> {
        let run = match self.before.take() {
            Some(run) => run,
            None => self.open(self.seed, &self.prepared(progress)?)?,
        };
        let best = match who {
            Who::Optimum => {
                let found = self.known.optimum(&self.scenario, progress)?;
                super::measure::best_actions(&self.scenario, &found, run.state())
                    .ok_or_else(|| LessonError::State("the model has it not".to_owned()))?
            }
            Who::Agent => {
                let mut action = vec![0; run.environment().action_space().len()];
                if !run.intention(&mut action) {
                    return Err(LessonError::Waits);
                }
                vec![action]
            }
        };
        Ok(Done { run: Some(run), figures: Vec::new(), best: Some(best) })
    }

    fn run(mut self, spec: &RunSpec, progress: &Progress) -> Result<Done, LessonError> {
        let begin = || {
            progress.set_done(0);
            progress.set_total(steps(spec).saturating_mul(spec.seeds));
        };
        let notes = spec
            .remember
            .iter()
            .any(|one| matches!(one.what, Measured::DecisionCost(_) | Measured::BestDecisions));
        let mut all: Vec<Played> = match self.before.take() {
            Some(run) if self.played => vec![Played { run, decisions: None }],
            Some(run) => {
                begin();
                vec![play(run, spec, notes, progress)?]
            }
            None => {
                let ready = self.prepared(progress)?;
                begin();
                let seeds: Vec<u64> =
                    (0..spec.seeds).map(|more| self.seed.wrapping_add(more)).collect();
                let each = seeds.par_iter().map(|&seed| {
                    let run = self.open(seed, &ready)?;
                    play(run, spec, notes, progress)
                });
                each.collect::<Result<_, LessonError>>()?
            }
        };
        let optimum = match spec.remember.iter().any(|one| needs_optimum(&one.what))
            || spec.until == Until::Planned
        {
            true => Some(self.known.optimum(&self.scenario, progress)?),
            false => None,
        };
        let mut found = Vec::new();
        for one in &spec.remember {
            let known = self.figures.iter().chain(&found);
            let figure = match pair(one, known) {
                Some(figure) => Ok(figure),
                None => self.measured(one, &mut all, optimum.as_deref(), progress),
            };
            found.push(figure.map_err(|why| LessonError::Figure { name: one.name.clone(), why })?);
        }
        if progress.is_cancelled() {
            return Err(LessonError::Cancelled);
        }
        let run = all.into_iter().next().map(|played| played.run);
        Ok(Done { run, figures: found, best: None })
    }

    fn measured(
        &self,
        one: &Remember,
        all: &mut [Played],
        optimum: Option<&Optimum>,
        progress: &Progress,
    ) -> Result<Figure, String> {
        let ending =
            Ending { scenario: &self.scenario, learns: self.agent.learns(), optimum, progress };
        measure(one, &ending, all)
    }
}

/// The run in a state with these levels, the others as they are.
pub(super) fn standing(
    run: Box<dyn AnyRun>,
    levels: &[(usize, Level)],
) -> Result<Box<dyn AnyRun>, LessonError> {
    if levels.is_empty() {
        return Ok(run);
    }
    let state = laid_over(run.state(), levels);
    let words = || run.environment().state_space().describe(&state).to_string();
    run.with_state(&state).ok_or_else(|| LessonError::State(words()))
}

fn needs_optimum(what: &Measured) -> bool {
    matches!(
        what,
        Measured::DecisionCost(_)
            | Measured::BestDecisions
            | Measured::Optimum(_)
            | Measured::Policy(_)
            | Measured::Gap
            | Measured::Value
            | Measured::ActionValue(_)
            | Measured::ActionReward(_)
            | Measured::ActionFuture(_)
            | Measured::Fork(_)
            | Measured::SweepsToPolicy
            | Measured::SweepsToValues(_)
            | Measured::SweptValue(_)
            | Measured::SweptGap(_)
    )
}

/// How many beats or episodes a run goes.
fn steps(spec: &RunSpec) -> u64 {
    match spec.until {
        Until::Beats(count) | Until::Episodes(count) | Until::Learned(count) => {
            count.saturating_add(spec.warm_up)
        }
        Until::Planned => 0,
    }
}

fn play(
    mut run: Box<dyn AnyRun>,
    spec: &RunSpec,
    notes: bool,
    progress: &Progress,
) -> Result<Played, LessonError> {
    let mut decisions = notes.then(Decisions::default);
    let episodes = matches!(spec.until, Until::Episodes(_));
    let whole = steps(spec);
    // Beats before a run that goes on are none of its own.
    if spec.goes_on {
        run.clear_records();
    }
    let counted = whole - spec.warm_up.min(whole);
    for (count, counts) in [(whole - counted, false), (counted, true)] {
        if counts && spec.warm_up > 0 {
            run.clear_records();
        }
        let mut left = count;
        while left > 0 {
            if progress.is_cancelled() {
                return Err(LessonError::Cancelled);
            }
            let each = if notes || episodes { 1 } else { left.min(PIECE) };
            let (episode, at) = (run.episode(), run.beats());
            if run.advance(each) == 0 {
                return Err(LessonError::Waits);
            }
            if let Some(decisions) = decisions.as_mut().filter(|_| counts) {
                let environment = run.environment();
                let (states, actions) = (environment.state_space(), environment.action_space());
                decisions.note(states, run.previous_state(), actions, run.action());
            }
            let more = match episodes {
                true => run.episode() - episode,
                false => run.beats() - at,
            };
            progress.advance(more);
            left -= more.min(left);
        }
    }
    Ok(Played { run, decisions })
}
