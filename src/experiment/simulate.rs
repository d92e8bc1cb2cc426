//! Independent replications of one run, and what they say with 95 % intervals.

use std::ops::Range;

use rayon::prelude::*;

use crate::environments::AnyEnvironment;
use crate::mdp::beat::Condition;
use crate::mdp::progress::Progress;

use super::run::{AnyAgent, AnyRun, RunSettings, open};
use super::statistics::Estimate;
use super::statistics::steady::{batch_length, common_cut, mser};

/// How long each replication is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many beats, counted after so many beats of warm-up.
    Beats {
        /// Beats that count.
        counted: u64,
        /// Beats before them that do not.
        warm_up: u64,
    },
    /// So many whole episodes.
    Episodes(u64),
}

/// What the returns are counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnKind {
    /// The mean return of an episode, with the run's discount.
    Episode,
    /// The mean reward of a beat.
    Beat,
}

/// The figures of a set of replications. Rates are per beat.
#[derive(Debug, Clone)]
pub struct Summary {
    /// How many replications there were.
    pub replications: usize,
    /// Beats played and counted in all of them.
    pub beats: u64,
    /// Episodes ended in all of them.
    pub episodes: u64,
    /// Episodes that ended because the environment did.
    pub terminal: u64,
    /// Episodes that were cut off.
    pub cut_off: u64,
    /// How often a goal was reached.
    pub goals: u64,
    /// Parts out a beat; `None` where there are no parts: no buffer, and nothing came or left.
    pub throughput: Option<Estimate>,
    /// Sum of buffer levels at the beats' starts, parts; `None` where there are no buffers.
    pub wip: Option<Estimate>,
    /// Mean time of a part in the line, beats (see [`super::tally`]); `None` where there are no
    /// buffers or nothing left.
    pub lead_time: Option<Estimate>,
    /// By station, by cause in the order of [`Condition::ALL`]: share of beats, 0 to 1.
    pub time_by_cause: Vec<(String, Vec<Estimate>)>,
    /// The return, as asked for. Of one replication the reward a beat has the interval of its batch
    /// means, where it is long enough for one.
    pub returns: Estimate,
    /// Length of an episode, beats; `None` where none ended.
    pub episode_length: Option<Estimate>,
    /// Reward items, amounts a beat.
    pub items: Vec<(String, Estimate)>,
}

impl Summary {
    /// The share of beats in which a station worked.
    pub fn utilisation(&self) -> impl Iterator<Item = (&str, &Estimate)> {
        self.time_by_cause
            .iter()
            .filter_map(|(name, causes)| Some((name.as_str(), causes.first()?)))
    }
}

/// What one replication found.
struct Finding {
    beats: u64,
    episodes: u64,
    terminal: u64,
    cut_off: u64,
    goals: u64,
    parts: u64,
    throughput: f64,
    wip: f64,
    lead_time: f64,
    spent: Vec<Vec<f64>>,
    returns: f64,
    /// The return with what this one run says of how well it is known.
    alone: Estimate,
    episode_length: Option<f64>,
    items: Vec<f64>,
}

/// How many beats are played between two looks at the progress.
const PIECE: u64 = 10_000;

/// Plays the replications on all cores; the result does not depend on their number. `None` if
/// cancelled.
pub fn simulate(
    environment: &AnyEnvironment,
    agent: &(impl Fn() -> AnyAgent + Sync),
    settings: RunSettings,
    length: Length,
    returns: ReturnKind,
    replications: usize,
    progress: &Progress,
) -> Option<Summary> {
    let each = match length {
        Length::Beats { counted, warm_up } => counted.saturating_add(warm_up),
        Length::Episodes(episodes) => episodes,
    };
    progress.set_done(0);
    progress.set_total(each.saturating_mul(replications as u64));
    let findings: Option<Vec<Finding>> = (0..replications as u64)
        .into_par_iter()
        .map(|replication| {
            let run = open(environment, agent(), RunSettings { replication, ..settings });
            replicate(run, length, returns, progress)
        })
        .collect();
    let findings = findings?;
    let over = |figure: &dyn Fn(&Finding) -> f64| {
        Estimate::of_samples(&findings.iter().map(figure).collect::<Vec<_>>())
    };
    let share = |finding: &Finding, station: usize, cause: usize| {
        finding.spent.get(station).and_then(|spent| spent.get(cause)).copied().unwrap_or(f64::NAN)
    };
    let count = |figure: &dyn Fn(&Finding) -> u64| findings.iter().map(figure).sum();
    let places = environment.erased().places();
    let has_buffers = !places.buffers.is_empty();
    let has_parts = has_buffers || count(&|f| f.parts) > 0;
    let lengths: Vec<f64> = findings.iter().filter_map(|f| f.episode_length).collect();
    Some(Summary {
        replications,
        beats: count(&|f| f.beats),
        episodes: count(&|f| f.episodes),
        terminal: count(&|f| f.terminal),
        cut_off: count(&|f| f.cut_off),
        goals: count(&|f| f.goals),
        throughput: has_parts.then(|| over(&|f| f.throughput)),
        wip: has_buffers.then(|| over(&|f| f.wip)),
        lead_time: (has_buffers && findings.iter().all(|f| f.lead_time.is_finite()))
            .then(|| over(&|f| f.lead_time)),
        time_by_cause: places
            .stations
            .iter()
            .enumerate()
            .map(|(station, name)| {
                let causes = (0..Condition::ALL.len())
                    .map(|cause| over(&|f| share(f, station, cause)))
                    .collect();
                (name.clone(), causes)
            })
            .collect(),
        returns: match findings.as_slice() {
            [one] => one.alone,
            _ => over(&|f| f.returns),
        },
        episode_length: (!lengths.is_empty()).then(|| Estimate::of_samples(&lengths)),
        items: environment
            .erased()
            .reward_items()
            .iter()
            .enumerate()
            .map(|(item, name)| {
                (name.clone(), over(&|f| f.items.get(item).copied().unwrap_or(f64::NAN)))
            })
            .collect(),
    })
}

/// So many replications are looked at for the end of the warm-up.
const LOOKED_AT: u64 = 20;
/// And so many beats of each: a warm-up that is longer than half of them is not found.
const MOST_SEEN: u64 = 1_000_000;

/// After how many beats the warm-up is over: the first so many beats of the first replications are
/// played for that, MSER-5 cuts each of them ([`mser`]), and their median counts ([`common_cut`]).
/// A million beats are seen at most. `Some(None)` where they are too few to tell, `None` if cancelled.
pub fn warm_up(
    environment: &AnyEnvironment,
    agent: &(impl Fn() -> AnyAgent + Sync),
    settings: RunSettings,
    beats: u64,
    replications: u64,
    progress: &Progress,
) -> Option<Option<u64>> {
    let beats = beats.min(MOST_SEEN);
    let length = batch_length(beats);
    let cuts: Option<Vec<Option<u64>>> = (0..replications.min(LOOKED_AT))
        .into_par_iter()
        .map(|replication| {
            let mut run = open(environment, agent(), RunSettings { replication, ..settings });
            let mut batches = Vec::with_capacity((beats / length) as usize);
            let mut before = 0.0;
            for _ in 0..beats / length {
                if run.advance(length) < length || progress.is_cancelled() {
                    return None;
                }
                let earned: f64 = run.item_totals().iter().sum();
                batches.push((earned - before) / length as f64);
                before = earned;
            }
            Some(mser(&batches).map(|cut| cut as u64 * length))
        })
        .collect();
    cuts.map(common_cut)
}

/// Plays these replications on all cores and returns each one's return, in their order, which does
/// not depend on the number of cores. `None` if cancelled.
pub fn samples(
    environment: &AnyEnvironment,
    agent: &(impl Fn() -> AnyAgent + Sync),
    settings: RunSettings,
    length: Length,
    returns: ReturnKind,
    replications: Range<u64>,
    progress: &Progress,
) -> Option<Vec<f64>> {
    replications
        .into_par_iter()
        .map(|replication| {
            let run = open(environment, agent(), RunSettings { replication, ..settings });
            Some(replicate(run, length, returns, progress)?.returns)
        })
        .collect()
}

fn replicate(
    mut run: Box<dyn AnyRun>,
    length: Length,
    returns: ReturnKind,
    progress: &Progress,
) -> Option<Finding> {
    match length {
        Length::Beats { counted, warm_up } => {
            play(&mut *run, warm_up, progress)?;
            run.clear_records();
            play(&mut *run, counted, progress)?;
        }
        Length::Episodes(episodes) => {
            while run.episode() < episodes {
                let before = run.episode();
                let played = run.advance(1);
                progress.advance(run.episode() - before);
                if progress.is_cancelled() || played == 0 {
                    return None;
                }
            }
        }
    }
    let (records, tally) = (run.records(), run.tally());
    let beats = records.rewards.count();
    let ended = records.returns.count();
    let return_found = match returns {
        ReturnKind::Beat => records.rewards.mean(),
        // A replication without an end is one long episode, cut off where it stopped.
        ReturnKind::Episode if ended == 0 => records.running_return(),
        ReturnKind::Episode => records.returns.mean(),
    };
    Some(Finding {
        beats,
        episodes: ended,
        terminal: records.terminal,
        cut_off: records.cut_off,
        goals: tally.goals(),
        parts: tally.parts_in() + tally.parts_out(),
        throughput: tally.throughput(),
        wip: tally.wip(),
        lead_time: tally.lead_time(),
        spent: tally
            .spent()
            .iter()
            .map(|causes| causes.iter().map(|&n| n as f64 / beats.max(1) as f64).collect())
            .collect(),
        returns: return_found,
        alone: match returns {
            ReturnKind::Beat => records.reward_rate(),
            ReturnKind::Episode => Estimate::of_samples(&[return_found]),
        },
        episode_length: (ended > 0).then(|| records.lengths.mean()),
        items: run.item_totals().iter().map(|total| total / beats.max(1) as f64).collect(),
    })
}

fn play(run: &mut dyn AnyRun, beats: u64, progress: &Progress) -> Option<()> {
    let mut left = beats;
    while left > 0 {
        let played = run.advance(left.min(PIECE));
        progress.advance(played);
        if progress.is_cancelled() || played == 0 {
            return None;
        }
        left -= played;
    }
    Some(())
}
