//! Finds the best levels of a heuristic, given what each setting is worth.
//!
//! Where all settings are few they are all tried, and the best is the best. Else each level in turn
//! is moved over its whole range while the others stay (coordinate ascent), and where no such move
//! gains, two levels are moved by one at a time; until neither gains, from three beginnings: all
//! high, all in the middle, all low. That finds a setting that no such move improves; a better one
//! may exist, and [`Found::exhaustive`] says so.

#![expect(clippy::indexing_slicing, reason = "a setting has a level for each range")]

use std::ops::RangeInclusive;

use hashbrown::HashMap;

use crate::mdp::{Level, Progress};

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The best setting met: a level for each range.
    pub levels: Vec<Level>,
    /// What it is worth, in the unit of the evaluation.
    pub gain: f64,
    /// How many different settings were evaluated.
    pub evaluations: u64,
    /// Whether all settings were evaluated, so that the best of all is known.
    pub exhaustive: bool,
    /// Whether the search ran to its end rather than being cancelled.
    pub finished: bool,
}

/// Searches for the setting of highest gain.
///
/// - `ranges`: the levels that each place may have; an empty range leaves nothing to find.
/// - `limit`: up to so many settings are all tried.
/// - `tolerance`: a setting must gain more than this share of its own or the best's size over the
///   best to replace it, so that equal settings do not change places by rounding. Among equals the
///   first met stays: the lexicographically lowest where all are tried.
/// - `evaluate`: what a setting is worth. NaN is never the best. Its first error ends the search.
/// - `progress`: counts evaluations, of a total where all settings are tried; may cancel.
///
/// Deterministic. `Ok(None)` where there is no setting, or none was evaluated before the search was
/// cancelled, or none was worth a number.
pub fn best_levels<E>(
    ranges: &[RangeInclusive<Level>],
    limit: u64,
    tolerance: f64,
    evaluate: impl FnMut(&[Level]) -> Result<f64, E>,
    progress: &Progress,
) -> Result<Option<Found>, E> {
    if ranges.iter().any(RangeInclusive::is_empty) {
        return Ok(None);
    }
    let size = |range: &RangeInclusive<Level>| {
        (i64::from(*range.end()) - i64::from(*range.start()) + 1) as u64
    };
    let settings = ranges
        .iter()
        .try_fold(1_u64, |product, range| product.checked_mul(size(range)))
        .filter(|settings| *settings <= limit);
    progress.set_total(settings.unwrap_or(0));
    let mut search =
        Search { ranges, tolerance, evaluate, progress, known: HashMap::new(), best: None };
    let walked = if settings.is_some() { search.all() } else { search.climb_thrice() };
    let finished = match walked {
        Ok(()) => true,
        Err(Stop::Cancelled) => false,
        Err(Stop::Failed(error)) => return Err(error),
    };
    let evaluations = search.known.len() as u64;
    Ok(search.best.map(|(levels, gain)| Found {
        levels,
        gain,
        evaluations,
        exhaustive: settings == Some(evaluations),
        finished,
    }))
}

enum Stop<E> {
    Cancelled,
    Failed(E),
}

struct Search<'a, F> {
    ranges: &'a [RangeInclusive<Level>],
    tolerance: f64,
    evaluate: F,
    progress: &'a Progress,
    known: HashMap<Vec<Level>, f64>,
    best: Option<(Vec<Level>, f64)>,
}

impl<F> Search<'_, F> {
    /// Whether a gain is more than another by more than the tolerance.
    fn is_more(&self, gain: f64, than: f64) -> bool {
        let size = gain.abs().max(than.abs());
        // Where the size is infinite, any difference is one.
        gain > than && (size.is_infinite() || gain - than > self.tolerance * size)
    }

    /// The gain of a setting, from memory where it was met before.
    fn gain<E>(&mut self, levels: &[Level]) -> Result<f64, Stop<E>>
    where
        F: FnMut(&[Level]) -> Result<f64, E>,
    {
        if let Some(gain) = self.known.get(levels) {
            return Ok(*gain);
        }
        if self.progress.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        let gain = (self.evaluate)(levels).map_err(Stop::Failed)?;
        self.known.insert(levels.to_vec(), gain);
        self.progress.advance(1);
        let better = match &self.best {
            None => !gain.is_nan(),
            Some((_, best)) => self.is_more(gain, *best),
        };
        if better {
            self.best = Some((levels.to_vec(), gain));
        }
        Ok(gain)
    }

    /// Every setting, the last level counting fastest.
    fn all<E>(&mut self) -> Result<(), Stop<E>>
    where
        F: FnMut(&[Level]) -> Result<f64, E>,
    {
        let ranges = self.ranges;
        let mut levels: Vec<Level> = ranges.iter().map(|range| *range.start()).collect();
        loop {
            self.gain(&levels)?;
            let raised =
                (0..ranges.len()).rev().find(|place| levels[*place] < *ranges[*place].end());
            let Some(raised) = raised else { return Ok(()) };
            levels[raised] += 1;
            for place in raised + 1..ranges.len() {
                levels[place] = *ranges[place].start();
            }
        }
    }

    fn climb_thrice<E>(&mut self) -> Result<(), Stop<E>>
    where
        F: FnMut(&[Level]) -> Result<f64, E>,
    {
        let begin: [fn(&RangeInclusive<Level>) -> Level; 3] = [
            |range| *range.end(),
            |range| range.start().midpoint(*range.end()),
            |range| *range.start(),
        ];
        for level in begin {
            self.ascend(self.ranges.iter().map(level).collect())?;
        }
        Ok(())
    }

    /// Moves one level over its range, else two by one each, until no such move gains.
    fn ascend<E>(&mut self, mut levels: Vec<Level>) -> Result<(), Stop<E>>
    where
        F: FnMut(&[Level]) -> Result<f64, E>,
    {
        let mut gain = self.gain(&levels)?;
        while self.move_one(&mut levels, &mut gain)? || self.move_two(&mut levels, &mut gain)? {}
        Ok(())
    }

    /// Moves each level in turn to its best place; whether any moved.
    fn move_one<E>(&mut self, levels: &mut [Level], gain: &mut f64) -> Result<bool, Stop<E>>
    where
        F: FnMut(&[Level]) -> Result<f64, E>,
    {
        let mut moved = false;
        for place in 0..levels.len() {
            let mut stays = levels[place];
            for level in self.ranges[place].clone() {
                levels[place] = level;
                let tried = self.gain(levels)?;
                if self.is_more(tried, *gain) || (gain.is_nan() && !tried.is_nan()) {
                    (stays, *gain, moved) = (level, tried, true);
                }
            }
            levels[place] = stays;
        }
        Ok(moved)
    }

    /// Moves the first two levels that gain by a step of one each; whether any did.
    fn move_two<E>(&mut self, levels: &mut [Level], gain: &mut f64) -> Result<bool, Stop<E>>
    where
        F: FnMut(&[Level]) -> Result<f64, E>,
    {
        let moved = |range: &RangeInclusive<Level>, level: Level, step: Level| {
            level.checked_add(step).filter(|level| range.contains(level))
        };
        for second in 1..levels.len() {
            for first in 0..second {
                for (a, b) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] {
                    let (from, to) = (levels[first], levels[second]);
                    let Some(one) = moved(&self.ranges[first], from, a) else { continue };
                    let Some(other) = moved(&self.ranges[second], to, b) else { continue };
                    (levels[first], levels[second]) = (one, other);
                    let tried = self.gain(levels)?;
                    if self.is_more(tried, *gain) {
                        *gain = tried;
                        return Ok(true);
                    }
                    (levels[first], levels[second]) = (from, to);
                }
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// A gain with one summit, at (3, 7, 2), and a ridge across the axes.
    fn summit(levels: &[Level]) -> Result<f64, Infallible> {
        let [x, y, z] = [levels[0] - 3, levels[1] - 7, levels[2] - 2].map(f64::from);
        Ok(10.0 - x * x - y * y - z * z - x * y)
    }

    #[test]
    fn few_settings_are_all_tried() {
        let ranges = [1..=5, 0..=9, 2..=4];
        let progress = Progress::new();
        let found = best_levels(&ranges, 150, 0.0, summit, &progress).unwrap().unwrap();
        assert_eq!((found.levels, found.gain), (vec![3, 7, 2], 10.0));
        assert_eq!((found.evaluations, found.exhaustive, found.finished), (150, true, true));
        assert_eq!((progress.total(), progress.done()), (150, 150));
    }

    #[test]
    fn many_settings_are_climbed_with_few_evaluations() {
        let ranges = [1..=100, 0..=99, 0..=99];
        let found = best_levels(&ranges, 1_000, 0.0, summit, &Progress::new()).unwrap().unwrap();
        assert_eq!(found.levels, [3, 7, 2]);
        assert!(!found.exhaustive && found.finished && found.evaluations < 6_000);
        // Twice the same, settings and count.
        assert_eq!(best_levels(&ranges, 1_000, 0.0, summit, &Progress::new()), Ok(Some(found)));
    }

    #[test]
    fn among_equals_the_lowest_stays() {
        let flat = |levels: &[Level]| Ok::<_, Infallible>(1.0 + 1e-12 * f64::from(levels[0]));
        let found = best_levels(&[0..=9], 100, 1e-9, flat, &Progress::new()).unwrap().unwrap();
        assert_eq!(found.levels, [0]);
    }

    #[test]
    fn what_counts_as_equal_grows_and_shrinks_with_the_gains() {
        for scale in [1e-12_f64, 1.0, -1e12] {
            let best = |step: f64| {
                let gains = |levels: &[Level]| {
                    Ok::<_, Infallible>(
                        scale * (1.0 + scale.signum() * step * f64::from(levels[0])),
                    )
                };
                let progress = Progress::new();
                best_levels(&[0..=9], 100, 1e-9, gains, &progress).unwrap().unwrap().levels
            };
            assert_eq!((best(1e-12), best(1e-6)), (vec![0], vec![9]), "{scale}");
        }
        // Against −∞ any number is more.
        let one = |levels: &[Level]| {
            Ok::<_, Infallible>(if levels[0] == 3 { -5.0 } else { f64::NEG_INFINITY })
        };
        let found = best_levels(&[0..=9], 100, 1e-9, one, &Progress::new()).unwrap().unwrap();
        assert_eq!(found.levels, [3]);
    }

    #[test]
    fn cancelling_keeps_the_best_so_far() {
        let progress = Progress::new();
        let eight = |levels: &[Level]| {
            if progress.done() == 7 {
                progress.cancel();
            }
            summit(levels)
        };
        let found = best_levels(&[0..=4, 0..=9, 2..=2], 100, 0.0, eight, &progress);
        let found = found.unwrap().unwrap();
        assert_eq!((found.evaluations, found.exhaustive, found.finished), (8, false, false));
        assert_eq!(found.levels, [0, 7, 2]);
    }

    #[test]
    fn worthless_settings_and_errors_are_no_result() {
        let none = |_: &[Level]| Ok::<_, Infallible>(f64::NAN);
        assert_eq!(best_levels(&[0..=3], 10, 0.0, none, &Progress::new()), Ok(None));
        assert_eq!(best_levels(&[0..=3], 1, 0.0, none, &Progress::new()), Ok(None));
        #[expect(clippy::reversed_empty_ranges, reason = "what is tested")]
        let crossed = [0..=3, 1..=0];
        assert_eq!(best_levels(&crossed, 10, 0.0, summit, &Progress::new()), Ok(None));
        let fails = |_: &[Level]| Err::<f64, _>("no model");
        assert_eq!(best_levels(&[0..=3], 10, 0.0, fails, &Progress::new()), Err("no model"));
        // Some settings worthless: the rest still counts.
        let half = |levels: &[Level]| {
            Ok::<_, Infallible>(if levels[0] < 2 { f64::NAN } else { -f64::from(levels[0]) })
        };
        for limit in [1, 10] {
            let found = best_levels(&[0..=3], limit, 0.0, half, &Progress::new()).unwrap().unwrap();
            assert_eq!(found.levels, [2]);
        }
        // A setting of no levels is one setting.
        let one = |_: &[Level]| Ok::<_, Infallible>(4.0);
        let found = best_levels(&[], 10, 0.0, one, &Progress::new()).unwrap().unwrap();
        assert_eq!((found.gain, found.evaluations), (4.0, 1));
    }
}
