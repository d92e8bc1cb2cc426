//! Plays one cell: learning first, then the policy at the end, measured without learning.
//!
//! Learning has the luck of replication 0 of the seed and measuring that of replication 1: all
//! agents of a seed meet the same luck in either (common random numbers), and no policy is measured
//! on the very luck that it was learned from.

use crate::experiment::agents::{self, AgentError, Plan};
use crate::experiment::frozen::Frozen;
use crate::experiment::judging::judge;
use crate::experiment::optimum::Optimum;
use crate::experiment::run::{AnyAgent, AnyRun, RunSettings, open};
use crate::experiment::session::run_settings;
use crate::experiment::statistics::steady::{BATCH, mser};
use crate::experiment::training::checkpoints;
use crate::mdp::{Criterion, Level, Progress};
use crate::scenario::{AgentSpec, ExperimentContents, Scenario};

use super::cell::{Cell, Key, Learning, Measured, Point, Sums, TRACKED, VERSION};

/// How many beats are played between two looks at the progress.
const PIECE: u64 = 20_000;
/// The most batches that the warm-up is judged by: longer runs have longer batches.
const MOST_BATCHES: u64 = 1_000_000;
const LEARNING: u64 = 0;
const MEASURING: u64 = 1;

/// An arm as it can be played.
#[derive(Debug, Clone, Copy)]
pub struct Ready<'a> {
    /// The scenario with its setting.
    pub scenario: &'a Scenario,
    /// The agent, with levels found where it had none.
    pub spec: &'a AgentSpec,
    /// The plan that it follows, where it follows one.
    pub plan: Option<&'a Plan>,
    /// The optimum, where there is a model.
    pub optimum: Option<&'a Optimum>,
}

/// Why a cell was not played to its end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The agent cannot act.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// Someone cancelled, or the agent decides no more.
    #[error("cancelled")]
    Cancelled,
}

/// Plays a cell.
///
/// # Errors
/// Where the agent cannot act, or someone cancelled.
pub fn play(
    ready: Ready<'_>,
    key: Key,
    seed: u64,
    contents: &ExperimentContents,
    progress: &Progress,
) -> Result<Cell, Stopped> {
    let (run, learning) = learn(ready, seed, contents, progress)?;
    let value = worth(ready, &*run);
    let measured = measure(ready, &*run, contents.measured, progress)?;
    let bounds = ready.optimum.map(Optimum::bounds);
    Ok(Cell {
        version: VERSION,
        key: key.to_string(),
        seed,
        agent: ready.spec.clone(),
        optimum: bounds.and_then(|(lower, upper)| lower.zip(upper)),
        learning,
        value,
        measured,
    })
}

/// What the policy as it stands is worth on the model, where that is known.
fn worth(ready: Ready<'_>, run: &dyn AnyRun) -> Option<f64> {
    let (environment, criterion) = (&ready.scenario.environment, ready.scenario.contents.criterion);
    let enumeration = &ready.optimum?.enumeration;
    let judged = judge(run.agent(), environment, enumeration, criterion).ok().flatten();
    judged.map(|worth| worth.value).filter(|value| value.is_finite())
}

/// The beats at which a learner is looked at.
fn looks(contents: &ExperimentContents) -> Vec<u64> {
    let Some(every) = contents.evaluate_every else { return checkpoints(contents.beats) };
    let before = (1..).map(|k| every.saturating_mul(k)).take_while(|&at| at < contents.beats);
    // More than a screen's width of them nobody can see.
    let most = contents.beats / every / 10_000 + 1;
    before.step_by(most as usize).chain([contents.beats]).collect()
}

fn learn(
    ready: Ready<'_>,
    seed: u64,
    contents: &ExperimentContents,
    progress: &Progress,
) -> Result<(Box<dyn AnyRun>, Learning), Stopped> {
    let scenario = ready.scenario;
    let criterion = scenario.contents.criterion;
    let agent = agents::build(ready.spec, &scenario.environment, criterion, ready.plan)?;
    let settings = RunSettings { seed, replication: LEARNING, ..run_settings(scenario) };
    let mut run = open(&scenario.environment, agent, settings);
    let mut points = Vec::new();
    // What the average reward falls short of is told by beats alone.
    let mut left = (criterion != Criterion::Average).then_some(0.0);
    for look in looks(contents) {
        while run.beats() < look {
            let cut_off = run.records().cut_off;
            let to_limit = settings.episode_limit.map(|limit| limit - run.episode_beats());
            let piece = (look - run.beats()).min(PIECE).min(to_limit.unwrap_or(PIECE)).max(1);
            advance(&mut *run, piece, progress)?;
            // No episode is cut off but at the end of a piece.
            if run.records().cut_off > cut_off {
                let limit = settings.episode_limit.unwrap_or_default();
                let more = run.final_state().and_then(|state| ahead(ready, state, limit));
                left = left.zip(more).map(|(left, more)| left + more);
            }
        }
        points.push(Point {
            beats: look,
            earned: run.item_totals().iter().sum(),
            value: if ready.spec.learns() { worth(ready, &*run) } else { None },
        });
    }
    let records = run.records();
    let ended = records.returns.count();
    let mut returns = if ended > 0 { records.returns.mean() * ended as f64 } else { 0.0 };
    let under_way = run.episode_beats() > 0;
    if under_way {
        returns += records.running_return();
        let more = ahead(ready, run.state(), run.episode_beats());
        left = left.zip(more).map(|(left, more)| left + more);
    }
    let begun = ended + u64::from(under_way);
    Ok((run, Learning { points, begun, returns, ahead: left }))
}

/// What the optimum would still earn in a state after so many beats of an episode, counted from the
/// episode's start: γᵗ·v*(s).
fn ahead(ready: Ready<'_>, state: &[Level], beats: u64) -> Option<f64> {
    let optimum = ready.optimum?;
    let index = ready.scenario.environment.state_space().index(state);
    let value = optimum.solution.values.get(optimum.enumeration.states.find(index)?)?;
    let discount = ready.scenario.contents.criterion.discount().unwrap_or(1.0);
    Some(discount.powf(beats as f64) * value).filter(|value| value.is_finite())
}

/// Plays so many beats.
fn advance(run: &mut dyn AnyRun, beats: u64, progress: &Progress) -> Result<(), Stopped> {
    let played = run.advance(beats);
    progress.advance(played);
    if progress.is_cancelled() || played < beats { Err(Stopped::Cancelled) } else { Ok(()) }
}

/// The policy at the end, measured; `None` where it does not decide.
fn measure(
    ready: Ready<'_>,
    learned: &dyn AnyRun,
    beats: u64,
    progress: &Progress,
) -> Result<Option<Measured>, Stopped> {
    let scenario = ready.scenario;
    let criterion = scenario.contents.criterion;
    let frozen = || Frozen::new(learned.agent().boxed_clone(), scenario.environment.action_space());
    let agent = match ready.spec.learns().then(frozen).flatten() {
        Some(frozen) => AnyAgent::Other(Box::new(frozen)),
        None => agents::build(ready.spec, &scenario.environment, criterion, ready.plan)?,
    };
    let settings = RunSettings { replication: MEASURING, ..*learned.settings() };
    let mut run = open(&scenario.environment, agent, settings);
    let length = (beats / MOST_BATCHES).max(1) * BATCH;
    let mut batches = Vec::with_capacity((beats / length) as usize);
    let mut track = Vec::with_capacity(TRACKED as usize);
    let (mut earned, mut counted) = (0.0, 0);
    for look in 1..=TRACKED {
        let until = (u128::from(beats) * u128::from(look) / u128::from(TRACKED)) as u64;
        while run.beats() < until {
            let to = ((run.beats() / length + 1) * length).min(until);
            let played = run.advance(to - run.beats());
            counted += played;
            if played == 0 {
                // It does not decide: there is nothing to measure.
                progress.advance(beats - run.beats());
                return Ok(None);
            }
            if run.beats().is_multiple_of(length) {
                let so_far: f64 = run.item_totals().iter().sum();
                batches.push((so_far - earned) / length as f64);
                earned = so_far;
            }
            if counted >= PIECE {
                progress.advance(std::mem::take(&mut counted));
                if progress.is_cancelled() {
                    return Err(Stopped::Cancelled);
                }
            }
        }
        let tally = run.tally();
        let (lead_time, lead_times) = tally.lead_times();
        track.push(Sums {
            beats: until,
            parts: tally.parts_out(),
            stock: tally.stock_sum(),
            lead_time,
            lead_times,
            items: run.item_totals().to_vec(),
        });
    }
    progress.advance(counted);
    let returns = &run.records().returns;
    Ok(Some(Measured {
        warm_up: mser(&batches).map(|cut| cut as u64 * length),
        episodes: returns.count(),
        mean_return: returns.mean(),
        track,
    }))
}
