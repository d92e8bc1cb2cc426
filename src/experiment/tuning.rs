//! Finds the best levels of a rule by simulation, where there is no model to find them on.
//!
//! All settings meet the same luck, replication by replication (common random numbers; Law 2015,
//! ch. 11), so that two are compared by the mean of their paired differences. A comparison begins
//! with few replications and doubles them until the 99 % interval of the difference excludes 0, or
//! lies within what counts as equal, or the most are played: close settings get the most work
//! (ranking and selection in the manner of Kim & Nelson 2006, with Student's interval at each look
//! and no guarantee for all looks together).
//!
//! Where all settings are few, all are sampled and those surely worse than the leader drop out. Else
//! the best of some beginnings moves as in pattern search (Hooke & Jeeves 1961): each level, and
//! all levels together, by a step up or down while that is surely better; where no move is, steps
//! are halved, down to 1. That finds a setting that no such move surely improves; a better one may
//! exist, and [`Simulated::exhaustive`] says so.
//!
//! What the best is worth is then estimated on luck that the search did not see: the value on which
//! it was chosen would flatter it. Work is bounded by a number of replications. Samples come in the
//! order of their replications, so that nothing depends on the number of threads.

#![expect(clippy::indexing_slicing, reason = "a setting has a level for each range")]

use std::ops::{Range, RangeInclusive};

use hashbrown::HashMap;

use super::statistics::Estimate;
use crate::mdp::{Level, Progress};

/// How sure a comparison must be to be decided.
const SURE: f64 = 0.99;
/// Differences within this share of the leader's value count as none.
const EQUAL: f64 = 2e-4;
/// The first replication that the search does not see.
const FRESH: u64 = 1 << 32;

/// How much work a search may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Replications with which a comparison begins; 2 or more.
    pub first: u64,
    /// The most replications of a setting.
    pub most: u64,
    /// Replications on which the best is measured at last; 2 or more.
    pub fresh: u64,
    /// Up to so many settings are all tried.
    pub all_tried: u64,
    /// Replications that may be played while searching, of all settings together.
    pub budget: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { first: 8, most: 64, fresh: 32, all_tried: 200, budget: 20_000 }
    }
}

/// What was found by simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// The best setting met: a level for each range.
    pub levels: Vec<Level>,
    /// What it is worth, on luck of its own, with its 95 % interval.
    pub value: Estimate,
    /// How many different settings were sampled.
    pub evaluations: u64,
    /// How many of the others cannot be told from it: the 99 % interval of their paired difference
    /// holds 0.
    pub undecided: u64,
    /// Replications played while searching.
    pub replications: u64,
    /// Whether all settings were sampled.
    pub exhaustive: bool,
    /// Whether the search came to its end within its budget.
    pub settled: bool,
}

/// Searches for the setting of highest mean.
///
/// - `ranges`: the levels that each place may have.
/// - `beginnings`: settings to begin with where not all can be tried.
/// - `is_setting`: whether levels within the ranges are a setting at all.
/// - `sample`: the samples of a setting for these replications, in their order; `None` if cancelled.
///   Its first error ends the search.
///
/// Deterministic as far as `sample` is. `Ok(None)` where there is no setting or it was cancelled.
pub fn best_by_simulation<E>(
    ranges: &[RangeInclusive<Level>],
    beginnings: &[Vec<Level>],
    is_setting: impl Fn(&[Level]) -> bool,
    effort: Effort,
    sample: impl FnMut(&[Level], Range<u64>) -> Result<Option<Vec<f64>>, E>,
    progress: &Progress,
) -> Result<Option<Simulated>, E> {
    let size = |range: &RangeInclusive<Level>| {
        u64::try_from(i64::from(*range.end()) - i64::from(*range.start()) + 1).unwrap_or(0)
    };
    let settings = ranges
        .iter()
        .try_fold(1_u64, |product, range| product.checked_mul(size(range)))
        .filter(|settings| *settings <= effort.all_tried);
    let mut search = Search {
        ranges,
        effort,
        sample,
        progress,
        known: HashMap::new(),
        order: Vec::new(),
        spent: 0,
        leader: None,
    };
    let candidates = match settings {
        Some(_) => all(ranges),
        None => beginnings.to_vec(),
    };
    let mut candidates: Vec<_> =
        candidates.into_iter().filter(|levels| is_setting(levels)).collect();
    let mut seen = hashbrown::HashSet::new();
    candidates.retain(|levels| seen.insert(levels.clone()));
    if candidates.is_empty() {
        return Ok(None);
    }
    let walked = search.select(candidates).and_then(|()| match settings {
        Some(_) => Ok(()),
        None => search.walk(&is_setting),
    });
    let settled = match walked {
        Ok(()) => true,
        Err(Stop::Spent) => false,
        Err(Stop::Cancelled) => return Ok(None),
        Err(Stop::Failed(error)) => return Err(error),
    };
    let Some(levels) = search.leader.clone() else { return Ok(None) };
    let (evaluations, replications) = (search.order.len() as u64, search.spent);
    let undecided = search.order.iter().filter(|other| {
        **other != levels && search.difference(other, &levels) == Difference::Unknown
    });
    let undecided = undecided.count() as u64;
    let fresh = FRESH..FRESH + effort.fresh.max(2);
    let Some(samples) = (search.sample)(&levels, fresh)? else { return Ok(None) };
    Ok(Some(Simulated {
        value: Estimate::of_samples(&samples),
        levels,
        evaluations,
        undecided,
        replications,
        exhaustive: settings.is_some() && settled,
        settled,
    }))
}

/// All settings, the last level counting fastest.
fn all(ranges: &[RangeInclusive<Level>]) -> Vec<Vec<Level>> {
    ranges.iter().fold(vec![Vec::new()], |settings, range| {
        let longer = |setting: Vec<Level>| {
            range.clone().map(move |level| {
                let mut setting = setting.clone();
                setting.push(level);
                setting
            })
        };
        settings.into_iter().flat_map(longer).collect()
    })
}

/// Settings in which all levels lie at the same eighth of their ranges.
pub fn eighths(ranges: &[RangeInclusive<Level>]) -> Vec<Vec<Level>> {
    let at = |eighth: i64| {
        let level = |range: &RangeInclusive<Level>| {
            let (low, high) = (i64::from(*range.start()), i64::from(*range.end()));
            (low + (eighth * (high - low) + 4) / 8) as Level
        };
        ranges.iter().map(level).collect()
    };
    (0..=8).map(at).collect()
}

enum Stop<E> {
    Cancelled,
    Spent,
    Failed(E),
}

/// How a setting's samples stand to another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Difference {
    /// Surely more.
    More,
    /// Surely less.
    Less,
    /// Surely so near that it counts as equal.
    Equal,
    /// Not known.
    Unknown,
}

struct Search<'a, F> {
    ranges: &'a [RangeInclusive<Level>],
    effort: Effort,
    sample: F,
    progress: &'a Progress,
    known: HashMap<Vec<Level>, Vec<f64>>,
    /// The settings that are known, in the order in which they were met.
    order: Vec<Vec<Level>>,
    spent: u64,
    leader: Option<Vec<Level>>,
}

impl<E, F: FnMut(&[Level], Range<u64>) -> Result<Option<Vec<f64>>, E>> Search<'_, F> {
    /// Samples a setting until it has so many replications.
    fn extend(&mut self, levels: &[Level], replications: u64) -> Result<(), Stop<E>> {
        let have = self.known.get(levels).map_or(0, Vec::len) as u64;
        if have >= replications {
            return Ok(());
        }
        if self.progress.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        let more = replications - have;
        if self.spent + more > self.effort.budget {
            return Err(Stop::Spent);
        }
        let samples = (self.sample)(levels, have..replications).map_err(Stop::Failed)?;
        let samples = samples.ok_or(Stop::Cancelled)?;
        self.spent += more;
        if have == 0 {
            self.order.push(levels.to_vec());
        }
        self.known.entry(levels.to_vec()).or_default().extend(samples);
        Ok(())
    }

    fn samples(&self, levels: &[Level]) -> &[f64] {
        self.known.get(levels).map_or(&[], Vec::as_slice)
    }

    /// How one setting stands to another by the replications that both have.
    fn difference(&self, one: &[Level], other: &[Level]) -> Difference {
        let (one, other) = (self.samples(one), self.samples(other));
        let pairs: Vec<f64> = one.iter().zip(other).map(|(one, other)| one - other).collect();
        let found = Estimate::at(SURE, &pairs);
        let (Some(low), Some(high)) = (found.low, found.high) else { return Difference::Unknown };
        let mean = other.iter().sum::<f64>() / other.len() as f64;
        let equal = EQUAL * mean.abs();
        if -equal <= low && high <= equal {
            Difference::Equal
        } else if low > 0.0 {
            Difference::More
        } else if high < 0.0 {
            Difference::Less
        } else {
            Difference::Unknown
        }
    }

    /// The numbers of replications at which a comparison is looked at.
    fn looks(&self) -> impl Iterator<Item = u64> + use<E, F> {
        let Effort { first, most, .. } = self.effort;
        let (first, most) = (first.max(2), most.max(first).max(2));
        std::iter::successors(Some(first), move |n| (*n < most).then(|| (2 * n).min(most)))
    }

    /// Makes the best of these settings the leader; those surely worse drop out early.
    fn select(&mut self, mut left: Vec<Vec<Level>>) -> Result<(), Stop<E>> {
        for replications in self.looks() {
            for levels in &left {
                self.extend(levels, replications)?;
                // Should the budget end here, the best so far leads.
                let better = match &self.leader {
                    None => true,
                    Some(leader) => self.mean(levels) > self.mean(leader),
                };
                if better {
                    self.leader = Some(levels.clone());
                }
            }
            // The lead is decided anew among all, by equally many replications.
            let mut leader = left[0].clone();
            for levels in &left {
                if self.mean(levels) > self.mean(&leader) {
                    leader.clone_from(levels);
                }
            }
            left.retain(|levels| {
                *levels == leader || self.difference(levels, &leader) == Difference::Unknown
            });
            self.leader = Some(leader);
            if left.len() == 1 {
                break;
            }
        }
        Ok(())
    }

    fn mean(&self, levels: &[Level]) -> f64 {
        let samples = self.samples(levels);
        samples.iter().sum::<f64>() / samples.len() as f64
    }

    /// Lets a setting challenge the leader, and lead where it is surely better; whether it does.
    fn challenge(&mut self, levels: Vec<Level>) -> Result<bool, Stop<E>> {
        let Some(leader) = self.leader.clone() else { return Ok(false) };
        for replications in self.looks() {
            self.extend(&leader, replications)?;
            self.extend(&levels, replications)?;
            match self.difference(&levels, &leader) {
                Difference::Unknown => {}
                Difference::More => {
                    self.leader = Some(levels);
                    return Ok(true);
                }
                Difference::Less | Difference::Equal => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Moves the leader until no move is surely better.
    fn walk(&mut self, is_setting: &impl Fn(&[Level]) -> bool) -> Result<(), Stop<E>> {
        let size = |range: &RangeInclusive<Level>| range.end() - range.start();
        let mut steps: Vec<Level> =
            self.ranges.iter().map(|range| (size(range) / 8).max(1)).collect();
        loop {
            let mut moved = false;
            // The last is all together.
            for place in 0..=self.ranges.len() {
                for up in [false, true] {
                    let mut further = true;
                    while further {
                        let Some(levels) = self.moved(place, up, &steps) else { break };
                        further = is_setting(&levels) && self.challenge(levels)?;
                        moved |= further;
                    }
                }
            }
            if !moved {
                if steps.iter().all(|step| *step == 1) {
                    return Ok(());
                }
                steps.iter_mut().for_each(|step| *step = (*step / 2).max(1));
            }
        }
    }

    /// The leader with one level, or all, moved by a step within their ranges; `None` where that
    /// moves nothing.
    fn moved(&self, place: usize, up: bool, steps: &[Level]) -> Option<Vec<Level>> {
        let leader = self.leader.as_ref()?;
        let mut levels = leader.clone();
        for (at, level) in levels.iter_mut().enumerate() {
            if at == place || place == steps.len() {
                let (low, high) = (*self.ranges[at].start(), *self.ranges[at].end());
                let step = if up { steps[at] } else { -steps[at] };
                *level = level.saturating_add(step).clamp(low, high);
            }
        }
        (levels != *leader).then_some(levels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    use crate::mdp::Luck;

    /// A summit at (3, 7, 2), seen through noise: some common to all settings (common random
    /// numbers), some a setting's own.
    fn noisy(levels: &[Level], replications: Range<u64>, own: f64) -> Vec<f64> {
        let [x, y, z] = [levels[0] - 3, levels[1] - 7, levels[2] - 2].map(f64::from);
        let mean = 100.0 - x * x - y * y - z * z - x * y;
        let normal_like = |name: String, replication: u64| {
            let key = Luck::new(17).key(&name);
            // Twelve uniforms: variance 1.
            (0..12).map(|draw| key.uniform(replication, draw)).sum::<f64>() - 6.0
        };
        replications
            .map(|i| {
                let common = 20.0 * normal_like("common".to_owned(), i);
                mean + common + own * normal_like(format!("{levels:?}"), i)
            })
            .collect()
    }

    fn searched(
        ranges: &[RangeInclusive<Level>],
        effort: Effort,
        own: f64,
    ) -> Option<(Simulated, u64)> {
        let mut played = 0;
        let sample = |levels: &[Level], replications: Range<u64>| {
            played += replications.end - replications.start;
            Ok::<_, Infallible>(Some(noisy(levels, replications, own)))
        };
        let beginnings = eighths(ranges);
        let Ok(found) =
            best_by_simulation(ranges, &beginnings, |_| true, effort, sample, &Progress::new());
        found.map(|found| (found, played))
    }

    #[test]
    fn few_settings_are_all_sampled_and_close_ones_most() {
        let ranges = [1..=5, 5..=9, 1..=4];
        let (found, played) = searched(&ranges, Effort::default(), 0.5).unwrap();
        assert_eq!(found.levels, [3, 7, 2]);
        assert_eq!((found.evaluations, found.exhaustive, found.settled), (100, true, true));
        assert_eq!((found.undecided, played), (0, found.replications + 32));
        // The nearest differ by 1, which 8 pairs of noise 0.7 do not always show at 99 %; most do
        // after those, so that far fewer than 64 each are played.
        assert!((800..1_600).contains(&found.replications), "{}", found.replications);
        // Common noise of 20 hides 100 within some 20/√32 = 3.5; five of that is no chance.
        assert!((found.value.mean - 100.0).abs() < 18.0);
        assert!(found.value.half_width().unwrap() > 3.0);
    }

    #[test]
    fn many_settings_are_walked_to_the_summit_within_the_budget() {
        let ranges = [1..=40, 0..=40, 0..=40];
        let (found, _) = searched(&ranges, Effort::default(), 0.2).unwrap();
        assert_eq!(found.levels, [3, 7, 2]);
        assert!(!found.exhaustive && found.settled && found.evaluations < 200, "{found:?}");
        // Twice the same.
        assert_eq!(searched(&ranges, Effort::default(), 0.2).unwrap().0, found);
        // A budget that does not suffice is kept, and said to be.
        let small = Effort { budget: 150, ..Effort::default() };
        let (poor, played) = searched(&ranges, small, 0.2).unwrap();
        assert!(!poor.settled && poor.replications <= 150 && played <= 150 + 32);
        let tiny = Effort { budget: 20, ..Effort::default() };
        assert_eq!(searched(&ranges, tiny, 0.2).unwrap().0.evaluations, 2);
    }

    #[test]
    fn what_noise_hides_is_said_to_be_undecided() {
        let (found, _) = searched(&[3..=3, 6..=8, 2..=2], Effort::default(), 30.0).unwrap();
        assert_eq!((found.evaluations, found.undecided), (3, 2));
        assert_eq!(found.replications, 3 * 64);
    }

    #[test]
    fn equal_settings_cost_no_more_than_a_first_look() {
        let flat = |_: &[Level], replications: Range<u64>| {
            Ok::<_, Infallible>(Some(replications.map(|i| i as f64).collect()))
        };
        let progress = Progress::new();
        let Ok(found) =
            best_by_simulation(&[0..=9], &[], |_| true, Effort::default(), flat, &progress);
        let found = found.unwrap();
        assert_eq!((found.levels, found.replications, found.undecided), (vec![0], 80, 0));
    }

    #[test]
    fn what_is_no_setting_is_not_sampled_and_cancelling_ends() {
        let odd = |levels: &[Level]| levels[0] % 2 == 1;
        let sample = |levels: &[Level], replications: Range<u64>| {
            assert!(odd(levels));
            Ok::<_, Infallible>(Some(replications.map(|_| -f64::from(levels[0])).collect()))
        };
        let progress = Progress::new();
        let Ok(found) =
            best_by_simulation(&[0..=9], &[], odd, Effort::default(), sample, &progress);
        let found = found.unwrap();
        assert_eq!((found.levels, found.evaluations), (vec![1], 5));
        let Ok(none) = best_by_simulation(&[0..=0], &[], odd, Effort::default(), sample, &progress);
        assert_eq!(none, None);
        progress.cancel();
        let Ok(none) = best_by_simulation(&[0..=9], &[], odd, Effort::default(), sample, &progress);
        assert_eq!(none, None);
        let fails = |_: &[Level], _: Range<u64>| Err("no agent");
        let failed =
            best_by_simulation(&[0..=9], &[], odd, Effort::default(), fails, &Progress::new());
        assert_eq!(failed, Err("no agent"));
    }
}
