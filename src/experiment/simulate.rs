//! Independent replications of one run, and what they say with 95 % intervals.
//!
//! One replication alone has the intervals of its batch means, where it is long enough for them (see
//! [`super::records`]): it is cut into pieces, and each piece gives a mean of every figure.

use std::ops::Range;

use rayon::prelude::*;

use crate::environments::AnyEnvironment;
use crate::mdp::progress::Progress;

use super::records::rate;
use super::run::{AnyAgent, AnyRun, RunSettings, open};
use super::series::Series;
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
    /// Parts scrapped a beat, wherever; `None` where there are no parts.
    pub scrapped: Option<Estimate>,
    /// Sum of buffer levels at the beats' starts, parts, a product as the parts that it is joined of;
    /// `None` where there are no buffers.
    pub wip: Option<Estimate>,
    /// Mean time in the line of a part that was delivered, beats (see [`super::tally`]); `None` where
    /// there are no buffers or nothing left.
    pub lead_time: Option<Estimate>,
    /// Mean time that a part had been in the line when it was scrapped, beats; `None` where there are
    /// no buffers or none was.
    pub scrapped_after: Option<Estimate>,
    /// Of how many parts each that leaves is joined; 1 where none are.
    pub parts_each: u16,
    /// By station, by cause in the order of [`Condition::ALL`](crate::mdp::Condition::ALL): share of
    /// beats, 0 to 1.
    pub time_by_cause: Vec<(String, Vec<Estimate>)>,
    /// The return, as asked for.
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
    episode_length: Option<f64>,
    means: Figures<f64>,
    /// The same with what this one run says of how well they are known.
    alone: Figures<Estimate>,
}

/// The figures of a run, or of many.
#[derive(Debug, Clone)]
struct Figures<T> {
    returns: T,
    throughput: T,
    scrapped: T,
    wip: T,
    lead_time: T,
    scrapped_after: T,
    /// By station and cause.
    spent: Vec<Vec<T>>,
    items: Vec<T>,
}

impl Figures<Estimate> {
    /// Over several replications.
    fn over(all: &[Finding]) -> Option<Self> {
        let first = &all.first()?.means;
        let over = |figure: &dyn Fn(&Figures<f64>) -> Option<f64>| {
            let each = |one: &Finding| figure(&one.means).unwrap_or(f64::NAN);
            Estimate::of_samples(&all.iter().map(each).collect::<Vec<_>>())
        };
        let spent = |station: usize| {
            let causes = 0..first.spent.get(station).map_or(0, Vec::len);
            let cause = |cause| over(&|one| one.spent.get(station)?.get(cause).copied());
            causes.map(cause).collect()
        };
        Some(Self {
            returns: over(&|one| Some(one.returns)),
            throughput: over(&|one| Some(one.throughput)),
            scrapped: over(&|one| Some(one.scrapped)),
            wip: over(&|one| Some(one.wip)),
            lead_time: over(&|one| Some(one.lead_time)),
            scrapped_after: over(&|one| Some(one.scrapped_after)),
            spent: (0..first.spent.len()).map(spent).collect(),
            items: (0..first.items.len())
                .map(|item| over(&|one| one.items.get(item).copied()))
                .collect(),
        })
    }
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
    let figures = match findings.as_slice() {
        [one] => one.alone.clone(),
        many => Figures::over(many)?,
    };
    let count = |figure: &dyn Fn(&Finding) -> u64| findings.iter().map(figure).sum();
    let places = environment.erased().places();
    let has_buffers = !places.buffers.is_empty();
    let has_parts = has_buffers || count(&|f| f.parts) > 0;
    let lengths: Vec<f64> = findings.iter().filter_map(|f| f.episode_length).collect();
    // A mean over all needs one of each.
    let known = |time: &dyn Fn(&Figures<f64>) -> f64| {
        has_buffers && findings.iter().all(|f| time(&f.means).is_finite())
    };
    Some(Summary {
        replications,
        beats: count(&|f| f.beats),
        episodes: count(&|f| f.episodes),
        terminal: count(&|f| f.terminal),
        cut_off: count(&|f| f.cut_off),
        goals: count(&|f| f.goals),
        throughput: has_parts.then_some(figures.throughput),
        scrapped: has_parts.then_some(figures.scrapped),
        wip: has_buffers.then_some(figures.wip),
        lead_time: known(&|means| means.lead_time).then_some(figures.lead_time),
        scrapped_after: known(&|means| means.scrapped_after).then_some(figures.scrapped_after),
        parts_each: environment.erased().joining().map_or(1, |joining| joining.parts),
        time_by_cause: places.stations.iter().cloned().zip(figures.spent).collect(),
        returns: figures.returns,
        episode_length: (!lengths.is_empty()).then(|| Estimate::of_samples(&lengths)),
        items: environment.erased().reward_items().iter().cloned().zip(figures.items).collect(),
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
            Some(replicate(run, length, returns, progress)?.means.returns)
        })
        .collect()
}

fn replicate(
    mut run: Box<dyn AnyRun>,
    length: Length,
    returns: ReturnKind,
    progress: &Progress,
) -> Option<Finding> {
    let mut pieces = Pieces::default();
    match length {
        Length::Beats { counted, warm_up } => {
            play(&mut *run, warm_up, progress)?;
            run.clear_records();
            pieces.begin(&*run);
            let piece = (counted / PIECES).max(1);
            for _ in 0..counted / piece {
                play(&mut *run, piece, progress)?;
                pieces.end_piece(&*run);
            }
            play(&mut *run, counted % piece, progress)?;
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
    let means = Figures {
        returns: return_found,
        throughput: tally.throughput(),
        scrapped: tally.scrapped() as f64 / beats.max(1) as f64,
        wip: tally.wip(),
        lead_time: tally.lead_time(),
        scrapped_after: tally.scrapped_after(),
        spent: tally
            .spent()
            .iter()
            .map(|causes| causes.iter().map(|&n| n as f64 / beats.max(1) as f64).collect())
            .collect(),
        items: run.item_totals().iter().map(|total| total / beats.max(1) as f64).collect(),
    };
    let returns = match returns {
        ReturnKind::Beat => records.reward_rate(),
        ReturnKind::Episode => Estimate::of_samples(&[return_found]),
    };
    Some(Finding {
        beats,
        episodes: ended,
        terminal: records.terminal,
        cut_off: records.cut_off,
        goals: tally.goals(),
        parts: tally.parts_in() + tally.parts_out(),
        episode_length: (ended > 0).then(|| records.lengths.mean()),
        alone: pieces.estimates(&means, returns),
        means,
    })
}

/// Into so many pieces a replication is cut at least, if it has so many beats: enough for the batch
/// means of [`rate`].
const PIECES: u64 = 1024;

/// What a run counts, piece by piece.
#[derive(Default)]
struct Pieces {
    before: Vec<f64>,
    now: Vec<f64>,
    /// Parts out, scrapped, stock, then time by station and cause, then items: the mean of each piece.
    means: Vec<Series>,
    /// Sum and number of the lead times of each piece, and those of the times of parts scrapped.
    lead_times: Vec<(f64, f64)>,
    scrap_times: Vec<(f64, f64)>,
    beats: u64,
}

impl Pieces {
    /// Reads what a run has counted so far: parts out, scrapped, stock, times and items, then lead times
    /// and times of parts scrapped.
    fn read(run: &dyn AnyRun, into: &mut Vec<f64>) {
        let tally = run.tally();
        let ((lead_time, lead_times), (scrap_time, scrap_times)) =
            (tally.lead_times(), tally.scrap_times());
        into.clear();
        let counts = [tally.parts_out(), tally.scrapped(), tally.stock_sum()];
        into.extend(counts.map(|count| count as f64));
        into.extend(tally.spent().iter().flatten().map(|beats| *beats as f64));
        into.extend_from_slice(run.item_totals());
        into.extend([lead_time, lead_times, scrap_time, scrap_times].map(|sum| sum as f64));
    }

    fn begin(&mut self, run: &dyn AnyRun) {
        Self::read(run, &mut self.before);
        self.beats = run.tally().beats();
        self.means = vec![Series::default(); self.before.len().saturating_sub(4)];
    }

    fn end_piece(&mut self, run: &dyn AnyRun) {
        let beats = run.tally().beats() - self.beats;
        self.beats += beats;
        Self::read(run, &mut self.now);
        let mut grown = self.now.iter().zip(&self.before).map(|(now, before)| now - before);
        for (series, grown) in self.means.iter_mut().zip(&mut grown) {
            series.push(grown / beats as f64);
        }
        self.lead_times.extend(grown.next().zip(grown.next()));
        self.scrap_times.extend(grown.next().zip(grown.next()));
        std::mem::swap(&mut self.now, &mut self.before);
    }

    /// The figures of the whole run with the intervals of their batch means, where there are such.
    fn estimates(&self, means: &Figures<f64>, returns: Estimate) -> Figures<Estimate> {
        let mut halves = self.means.iter().map(|series| rate(series).half_width());
        let mut with = |mean: f64| Estimate::around(mean, halves.next().flatten());
        Figures {
            returns,
            throughput: with(means.throughput),
            scrapped: with(means.scrapped),
            wip: with(means.wip),
            lead_time: mean_time(&self.lead_times, means.lead_time),
            scrapped_after: mean_time(&self.scrap_times, means.scrapped_after),
            spent: means
                .spent
                .iter()
                .map(|causes| causes.iter().map(|mean| with(*mean)).collect())
                .collect(),
            items: means.items.iter().map(|mean| with(*mean)).collect(),
        }
    }
}

/// A mean time of parts is a ratio of two sums: L_j − r·N_j over the mean N̄ stands for the piece j, r
/// the ratio of the whole run (Law 2015, sec. 9.5.3, the regenerative ratio's variance to first order).
fn mean_time(pieces: &[(f64, f64)], ratio: f64) -> Estimate {
    let parts: f64 = pieces.iter().map(|(_, parts)| parts).sum();
    let each = parts / pieces.len() as f64;
    let mut apart = Series::default();
    if ratio.is_finite() && each > 0.0 {
        let apart_of = |(sum, parts): &(f64, f64)| (sum - ratio * parts) / each;
        pieces.iter().map(apart_of).for_each(|value| apart.push(value));
    }
    Estimate::around(ratio, rate(&apart).half_width())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heuristics::AlwaysRun;
    use crate::scenario::library;

    /// Replications, each summed up alone.
    fn alone(beats: u64, replications: u64) -> Vec<Summary> {
        let scenario = library::open("lines/gershwin_two_machine.ron").unwrap();
        let line = &scenario.environment;
        let agent = || AnyAgent::AlwaysRun(AlwaysRun::new(line.erased()));
        let length = Length::Beats { counted: beats, warm_up: 500 };
        let one = |replication| {
            let settings = RunSettings { replication, ..RunSettings::default() };
            let seed = RunSettings { seed: replication + 1, ..settings };
            let progress = Progress::new();
            simulate(line, &agent, seed, length, ReturnKind::Beat, 1, &progress).unwrap()
        };
        (0..replications).map(one).collect()
    }

    /// Of 60 intervals of 95 % the mean over all lies in 57 on average, in 50 or more with a
    /// probability of 0.998, if they are what they say. Each figure of each station is held to it.
    #[test]
    fn one_replication_knows_how_well_it_knows_every_figure() {
        let all = alone(100_000, 60);
        let figures = |one: &Summary| {
            let causes = one.time_by_cause.iter().flat_map(|(_, causes)| causes.clone());
            let items = one.items.iter().map(|(_, item)| *item);
            let parts = [one.throughput, one.wip, one.lead_time].map(Option::unwrap);
            parts.into_iter().chain(causes).chain(items).collect::<Vec<_>>()
        };
        let count = figures(&all[0]).len();
        for figure in 0..count {
            let each: Vec<Estimate> = all.iter().map(|one| figures(one)[figure]).collect();
            let mean = each.iter().map(|one| one.mean).sum::<f64>() / each.len() as f64;
            let known: Vec<_> = each.iter().filter_map(|one| one.low.zip(one.high)).collect();
            assert!(known.len() >= 50, "figure {figure}: {} have an interval", known.len());
            let cover = known.iter().filter(|(low, high)| (*low..=*high).contains(&mean)).count();
            let missed = known.len() - cover;
            assert!(missed <= 10, "figure {figure}: {missed} of {} miss {mean}", known.len());
        }
    }

    /// One shift says of none of its figures how well it is known.
    #[test]
    fn a_shift_has_no_interval() {
        let one = alone(480, 1).remove(0);
        let parts = [one.throughput, one.wip, one.lead_time].map(Option::unwrap);
        assert!(parts.iter().all(|figure| figure.half_width().is_none()), "{parts:?}");
        assert_eq!(one.returns.half_width(), None);
    }
}
