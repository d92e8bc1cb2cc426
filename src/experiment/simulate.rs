//! Independent replications of one run, and what they say with 95 % intervals.
//!
//! One replication alone has the intervals of its batch means, where it is long enough for them (see
//! [`super::pieces`]).

use std::ops::Range;

use rayon::prelude::*;

use crate::environments::AnyEnvironment;
use crate::mdp::progress::Progress;

use super::figures::{Figures, MOST_PARTS, Oee, Shape, figures};
use super::pieces::{Counts, Ratio};
use super::run::{AnyAgent, AnyRun, RunSettings, open};
use super::statistics::Estimate;
use super::statistics::steady::{batch_length, common_cut, mser};
use super::tally::Distribution;

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
    /// The lead time that [`MOST_PARTS`] of those delivered do not exceed, beats; `None` likewise.
    pub long_lead_time: Option<Estimate>,
    /// How often which lead time came up in all replications; `None` likewise.
    pub lead_times: Option<Distribution>,
    /// Mean time that a part had been in the line when it was scrapped, beats; `None` where there are
    /// no buffers or none was.
    pub scrapped_after: Option<Estimate>,
    /// Of how many parts each that leaves is joined; 1 where none are.
    pub parts_each: u16,
    /// By station, by cause in the order of [`Condition::ALL`](crate::mdp::Condition::ALL): share of
    /// beats, 0 to 1.
    pub time_by_cause: Vec<(String, Vec<Estimate>)>,
    /// By station: how well it is used (see [`super::figures`]); nothing where there are no parts.
    pub oee: Vec<(String, Oee<Estimate>)>,
    /// The return, as asked for.
    pub returns: Estimate,
    /// Length of an episode, beats; `None` where none ended.
    pub episode_length: Option<Estimate>,
    /// Reward items, amounts a beat.
    pub items: Vec<(String, Estimate)>,
    /// The same, amounts a part that left for the customer; nothing where none did.
    pub items_a_part: Vec<(String, Estimate)>,
    /// All of them together.
    pub reward_a_part: Option<Estimate>,
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
    returns: f64,
    /// All that it counted (see [`Counts`]).
    counted: Vec<f64>,
    lead_times: Distribution,
    /// What this one run says of how well its return and its figures are known, where it is alone.
    alone: Option<(Estimate, Figures<Estimate>)>,
}

impl Finding {
    fn figure(&self, ratio: &Ratio<'_>, stations: usize) -> f64 {
        let (over, under) = ratio(Counts::of(&self.counted, stations));
        over / under
    }
}

/// The figures of all replications with the intervals between them.
fn between(findings: &[Finding], environment: &AnyEnvironment) -> Figures<Estimate> {
    let stations = environment.erased().places().stations.len();
    let over = |each: &dyn Fn(&Finding) -> f64| {
        Estimate::of_samples(&findings.iter().map(each).collect::<Vec<_>>())
    };
    let long = over(&|one| one.lead_times.quantile(MOST_PARTS));
    Shape::of(environment).figures(long, |ratio| over(&|one| one.figure(ratio, stations)))
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
            replicate(run, length, returns, replications == 1, progress)
        })
        .collect();
    let findings = findings?;
    let (returns, figures) = match findings.as_slice() {
        [Finding { alone: Some(alone), .. }] => alone.clone(),
        many => {
            let returns: Vec<f64> = many.iter().map(|one| one.returns).collect();
            (Estimate::of_samples(&returns), between(many, environment))
        }
    };
    let count = |figure: &dyn Fn(&Finding) -> u64| findings.iter().map(figure).sum();
    let places = environment.erased().places();
    let has_buffers = !places.buffers.is_empty();
    let has_parts = has_buffers || count(&|f| f.parts) > 0;
    let lengths: Vec<f64> = findings.iter().filter_map(|f| f.episode_length).collect();
    let mut lead_times = Distribution::default();
    findings.iter().for_each(|one| lead_times.join(&one.lead_times));
    // A mean over all needs one of each.
    let known =
        |there: bool, figure: Estimate| (there && figure.mean.is_finite()).then_some(figure);
    let items = || environment.erased().reward_items().iter().cloned();
    let a_part = |figure: Estimate| known(has_parts, figure);
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
        lead_time: known(has_buffers, figures.lead_time),
        long_lead_time: known(has_buffers, figures.long_lead_time),
        lead_times: (has_buffers && lead_times.count() > 0).then_some(lead_times),
        scrapped_after: known(has_buffers, figures.scrapped_after),
        parts_each: environment.erased().joining().map_or(1, |joining| joining.parts),
        time_by_cause: places.stations.iter().cloned().zip(figures.spent).collect(),
        oee: if has_parts {
            places.stations.iter().cloned().zip(figures.oee).collect()
        } else {
            Vec::new()
        },
        returns,
        episode_length: (!lengths.is_empty()).then(|| Estimate::of_samples(&lengths)),
        items: items().zip(figures.items).collect(),
        items_a_part: items()
            .zip(figures.items_a_part)
            .filter_map(|(item, figure)| Some((item, a_part(figure)?)))
            .collect(),
        reward_a_part: a_part(figures.reward_a_part),
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
            Some(replicate(run, length, returns, false, progress)?.returns)
        })
        .collect()
}

/// Plays one replication; `alone` where it is to say by itself how well its figures are known.
fn replicate(
    mut run: Box<dyn AnyRun>,
    length: Length,
    returns: ReturnKind,
    alone: bool,
    progress: &Progress,
) -> Option<Finding> {
    match length {
        Length::Beats { counted, warm_up } => {
            play(&mut *run, warm_up, progress)?;
            run.clear_records();
            if alone {
                run.measure(counted / PIECES);
            }
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
    let ended = records.returns.count();
    let return_found = match returns {
        ReturnKind::Beat => records.rewards.mean(),
        // A replication without an end is one long episode, cut off where it stopped.
        ReturnKind::Episode if ended == 0 => records.running_return(),
        ReturnKind::Episode => records.returns.mean(),
    };
    let alone = alone.then(|| {
        let known = match returns {
            ReturnKind::Beat => records.reward_rate(),
            ReturnKind::Episode => Estimate::of_samples(&[return_found]),
        };
        (known, figures(&*run))
    });
    let mut counted = Vec::new();
    Counts::read(tally, run.item_totals(), &mut counted);
    Some(Finding {
        beats: records.rewards.count(),
        episodes: ended,
        terminal: records.terminal,
        cut_off: records.cut_off,
        goals: tally.goals(),
        parts: tally.parts_in() + tally.parts_out(),
        episode_length: (ended > 0).then(|| records.lengths.mean()),
        returns: return_found,
        counted,
        lead_times: tally.lead_time_distribution().clone(),
        alone,
    })
}

/// Into so many pieces a replication is cut at least, if it has so many beats: enough for the batch
/// means of all figures.
const PIECES: u64 = 1024;

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
            let parts = [one.throughput, one.wip, one.lead_time];
            let a_part = one.items_a_part.iter().map(|(_, item)| *item).chain(one.reward_a_part);
            let used = one.oee.iter().flat_map(|(_, oee)| [oee.availability, oee.index]);
            let parts = parts.map(Option::unwrap).into_iter();
            parts.chain(causes).chain(items).chain(a_part).chain(used).collect::<Vec<_>>()
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
        // Of a quantile of whole beats: that of all parts of all replications.
        let mut pooled = Distribution::default();
        all.iter().for_each(|one| pooled.join(one.lead_times.as_ref().unwrap()));
        let long = pooled.quantile(MOST_PARTS);
        let each = all.iter().map(|one| one.long_lead_time.unwrap());
        let known: Vec<_> = each.filter_map(|one| one.low.zip(one.high)).collect();
        let cover = known.iter().filter(|(low, high)| (*low..=*high).contains(&long)).count();
        assert!(known.len() >= 50 && known.len() - cover <= 10, "{cover} of {known:?} hold {long}");
        let wide = known.iter().map(|(low, high)| high - low).sum::<f64>() / known.len() as f64;
        assert!(wide < 0.2 * long, "{long} is known within {wide}");
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
