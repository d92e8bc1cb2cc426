//! Plays one cell: learning first, then the policy at the end, measured without learning.
//!
//! Learning has the luck of replication 0 of the seed and measuring that of replication 1: all
//! agents of a seed meet the same luck in either (common random numbers), and no policy is measured
//! on the very luck that it was learned from.

use crate::experiment::agents::{self, AgentError, Plan};
use crate::experiment::frozen::Frozen;
use crate::experiment::judging::{judge, prediction_error};
use crate::experiment::optimum::Optimum;
use crate::experiment::records::rate;
use crate::experiment::run::{AnyAgent, AnyRun, RunSettings, open};
use crate::experiment::series::Series;
use crate::experiment::session::run_settings;
use crate::experiment::statistics::steady::{batch_length, mser};
use crate::experiment::training::checkpoints;
use crate::mdp::{Criterion, Level, Progress};
use crate::scenario::{AgentSpec, ExperimentContents, Scenario};

use super::cell::{Cell, Key, Learning, Measured, Point, Sums, TRACKED, VERSION};

/// How many beats are played between two looks at the progress.
const PIECE: u64 = 20_000;
const LEARNING: u64 = 0;
const MEASURING: u64 = 1;
const FROM_START: u64 = 2;
/// A discounted play goes on until a reward counts for less than this share.
pub(super) const NEGLIGIBLE: f64 = 1e-6;

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
    let worth = worth(ready, &*run);
    let mut measured = measure(ready, &*run, contents.measured, progress)?;
    if let (None, Some(measured)) = (worth, &mut measured) {
        measured.from_start = from_start(ready, &*run, contents.measured, progress)?;
    }
    let value = worth.filter(|value| value.is_finite());
    let bounds = ready.optimum.map(Optimum::bounds);
    Ok(Cell {
        version: VERSION,
        key: key.to_string(),
        seed,
        agent: ready.spec.clone(),
        optimum: bounds.and_then(|(lower, upper)| lower.zip(upper)),
        learning,
        value,
        endless: worth.is_some() && value.is_none(),
        measured,
    })
}

/// What the policy as it stands is worth on the model, where that is known; no finite number where
/// it need not end under the total reward.
fn worth(ready: Ready<'_>, run: &dyn AnyRun) -> Option<f64> {
    let (environment, criterion) = (&ready.scenario.environment, ready.scenario.contents.criterion);
    let enumeration = &ready.optimum?.enumeration;
    let judged = judge(run.agent(), environment, enumeration, criterion).ok().flatten();
    judged.map(|worth| worth.value)
}

/// The beats at which a learner is looked at.
pub(super) fn looks(contents: &ExperimentContents) -> Vec<u64> {
    let Some(every) = contents.evaluate_every else { return checkpoints(contents.beats) };
    let before = (1..).map(|k| every.saturating_mul(k)).take_while(|&at| at < contents.beats);
    // More than a screen's width of them nobody can see.
    let most = contents.beats / every / 10_000 + 1;
    before.step_by(most as usize).chain([contents.beats]).collect()
}

/// The beat at which a measured run of so many beats is looked at, for looks from 1 to [`TRACKED`].
pub(super) fn tracked_at(look: u64, beats: u64) -> u64 {
    (u128::from(beats) * u128::from(look) / u128::from(TRACKED)) as u64
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
            value: if ready.spec.learns() {
                worth(ready, &*run).filter(|value| value.is_finite())
            } else {
                None
            },
            error: ready.optimum.and_then(|optimum| {
                prediction_error(run.agent(), &scenario.environment, &optimum.enumeration)
            }),
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

/// The policy at the end as an agent that learns and explores no more.
fn settled(ready: Ready<'_>, learned: &dyn AnyRun) -> Result<AnyAgent, AgentError> {
    let environment = &ready.scenario.environment;
    let frozen = || Frozen::new(learned.agent().boxed_clone(), environment.action_space());
    match ready.spec.learns().then(frozen).flatten() {
        Some(frozen) => Ok(AnyAgent::Other(Box::new(frozen))),
        None => {
            let criterion = ready.scenario.contents.criterion;
            agents::build(ready.spec, environment, criterion, ready.plan)
        }
    }
}

/// What a policy is worth at the start by simulation, under a discount: the mean return of as many
/// plays as fit into so many beats. A scenario's episode limit ends none: a cut-off is no end.
fn from_start(
    ready: Ready<'_>,
    learned: &dyn AnyRun,
    beats: u64,
    progress: &Progress,
) -> Result<Option<f64>, Stopped> {
    let criterion = ready.scenario.contents.criterion;
    let Some(length) = criterion.beats_that_count(NEGLIGIBLE) else { return Ok(None) };
    let plays = beats / length;
    if plays == 0 {
        return Ok(None);
    }
    let settings =
        RunSettings { replication: FROM_START, episode_limit: Some(length), ..*learned.settings() };
    let mut run = open(&ready.scenario.environment, settled(ready, learned)?, settings);
    // Beat by beat, so that so many plays end and no other: long ones would be missing else.
    while run.episode() < plays {
        if run.advance(1) == 0 || (run.episode_beats() == 0 && progress.is_cancelled()) {
            return Err(Stopped::Cancelled);
        }
    }
    Ok(Some(run.records().returns.mean()))
}

/// The policy at the end, measured; `None` where it does not decide.
fn measure(
    ready: Ready<'_>,
    learned: &dyn AnyRun,
    beats: u64,
    progress: &Progress,
) -> Result<Option<Measured>, Stopped> {
    let agent = settled(ready, learned)?;
    let settings = RunSettings { replication: MEASURING, ..*learned.settings() };
    let mut run = open(&ready.scenario.environment, agent, settings);
    let length = batch_length(beats);
    let mut batches = Vec::with_capacity((beats / length) as usize);
    let mut track = Vec::with_capacity(TRACKED as usize);
    let (mut earned, mut counted) = (0.0, 0);
    for look in 1..=TRACKED {
        let until = tracked_at(look, beats);
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
    let cut = mser(&batches);
    let kept = batches.get(cut.unwrap_or(batches.len() / 2)..).unwrap_or_default();
    let mut series = Series::default();
    kept.iter().for_each(|&mean| series.push(mean));
    Ok(Some(Measured {
        warm_up: cut.map(|cut| cut as u64 * length),
        half_width: rate(&series).half_width(),
        mean_return: (returns.count() > 0).then(|| returns.mean()),
        from_start: None,
        track,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::optimum::{self, SolveOptions};
    use crate::experiment::statistics::Estimate;
    use crate::heuristics::ConditionBasedSettings;
    use crate::scenario::library;

    /// Replacement at wear 4 on 20 seeds: by simulation it is worth at the start what the model says,
    /// though the scenario cuts episodes off long before their rewards stop counting.
    #[test]
    fn discounted_values_by_simulation_are_the_exact_ones() {
        let mut scenario = library::open("basics/replacement.ron").unwrap();
        scenario.contents.episode_limit = Some(20);
        let (silent, options) = (Progress::new(), SolveOptions::to(None));
        let optimum = optimum::find(&scenario, &options, &silent).unwrap();
        let limit = ConditionBasedSettings { control_limit: Some(4), ..Default::default() };
        let spec = AgentSpec::ConditionBased(limit);
        let ready = Ready { scenario: &scenario, spec: &spec, plan: None, optimum: Some(&optimum) };
        let criterion = scenario.contents.criterion;
        let agent = agents::build(&spec, &scenario.environment, criterion, None).unwrap();
        let run = open(&scenario.environment, agent, run_settings(&scenario));
        let exact = worth(ready, &*run).unwrap();
        let seeds: Vec<f64> = (0..20)
            .map(|seed| {
                let agent = run.agent().boxed_clone();
                let settings = RunSettings { seed, ..*run.settings() };
                let run = open(&scenario.environment, AnyAgent::Other(agent), settings);
                from_start(ready, &*run, 20_000, &silent).unwrap().unwrap()
            })
            .collect();
        let found = Estimate::of_samples(&seeds);
        let half = found.half_width().unwrap();
        // Twice the 95 % interval: a false alarm in some ten thousand. It is known to 1 in 200.
        assert!(
            (found.mean - exact).abs() < 2.0 * half && half < 0.005 * exact,
            "{found:?} {exact}"
        );
        // A play is as long as rewards count, ln 10⁻⁶ / ln 0.95 = 270 beats: none fits into fewer.
        assert_eq!(from_start(ready, &*run, 269, &silent).unwrap(), None);
    }
}
