//! How far an estimate moves towards its target: step sizes that stay or that shrink with visits.

#![expect(
    clippy::indexing_slicing,
    reason = "there is a size for every number of visits; a hot loop"
)]

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::environments::SettingError;

/// The step size α of an update Q ← Q + α·(target − Q).
///
/// With `Visits`, n is how often the pair was updated *before*, so that the first update takes the
/// whole target. Estimates converge for powers above ½ and up to 1 (Robbins & Monro 1951: the
/// steps sum to infinity, their squares do not); powers near ½ forget the early, bad targets
/// faster than 1/n does (Even-Dar & Mansour 2003).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum StepSize {
    /// The same α at every update. It never settles where rewards or transitions are random, but
    /// follows a system that changes.
    Constant {
        /// α, above 0 and up to 1. 0.1 by default.
        #[serde(default = "default_constant")]
        size: f64,
    },
    /// α = 1/(1 + scale · n^power).
    Visits {
        /// What n^power is multiplied by, above 0. 1 by default.
        #[serde(default = "default_scale")]
        scale: f64,
        /// The power of n, above 0 and up to 1. 0.6 by default.
        #[serde(default = "default_power")]
        power: f64,
    },
    /// α = from/(1 + t/half) with t the decisions that the learner has taken so far, whichever pair
    /// is updated: large first, then small everywhere ("search then converge", Darken & Moody 1990).
    Time {
        /// α at first, above 0 and up to 1. 1 by default.
        #[serde(default = "default_from")]
        from: f64,
        /// After how many decisions it is half of that, above 0. 10,000 by default.
        #[serde(default = "default_half")]
        half: f64,
    },
}

fn default_from() -> f64 {
    1.0
}

fn default_half() -> f64 {
    10_000.0
}

fn default_constant() -> f64 {
    0.1
}

fn default_scale() -> f64 {
    1.0
}

fn default_power() -> f64 {
    0.6
}

impl Default for StepSize {
    fn default() -> Self {
        Self::Visits { scale: default_scale(), power: default_power() }
    }
}

impl StepSize {
    /// α after `visits` earlier updates of the same pair, or after so many decisions where it goes
    /// by time, by the formula itself.
    pub fn exact(self, visits: f64) -> f64 {
        match self {
            Self::Time { from, half } => from / (1.0 + visits / half),
            Self::Constant { size } => size,
            Self::Visits { scale, power } => 1.0 / (1.0 + scale * visits.powf(power)),
        }
    }

    /// Adds what is wrong with the numbers, their fields named below `path`.
    pub(super) fn fault(self, path: &str, faults: &mut Vec<SettingError>) {
        let mut add = |field: &str, message: String, remedy: &str| {
            faults.push(SettingError {
                path: format!("{path}.{field}"),
                message,
                remedy: remedy.to_owned(),
            });
        };
        match self {
            Self::Constant { size } => {
                if !(size > 0.0 && size <= 1.0) {
                    add(
                        "size",
                        format!("a step of {size} does not lead towards its target"),
                        "give a number above 0 and up to 1, such as 0.1",
                    );
                }
            }
            Self::Time { from, half } => {
                if !(from > 0.0 && from <= 1.0) {
                    add(
                        "from",
                        format!("a step of {from} does not lead towards its target"),
                        "give a number above 0 and up to 1, such as 1",
                    );
                }
                if !(half > 0.0 && half.is_finite()) {
                    add(
                        "half",
                        format!("steps cannot be halved after {half} decisions"),
                        "give a number above 0, such as 10000",
                    );
                }
            }
            Self::Visits { scale, power } => {
                if !(scale > 0.0 && scale.is_finite()) {
                    add(
                        "scale",
                        format!("with a scale of {scale} steps do not shrink"),
                        "give a number above 0, such as 1, or `Constant`",
                    );
                }
                if !(power > 0.0 && power <= 1.0) {
                    add(
                        "power",
                        format!("with power {power} steps do not shrink, or too fast to learn"),
                        "give a number above 0 and up to 1, such as 0.6",
                    );
                }
            }
        }
    }
}

/// So many step sizes are stored for each doubling of the visits, and the rest interpolated.
const PER_DOUBLING: u32 = 1 << DOUBLING_BITS;
const DOUBLING_BITS: u32 = 6;

/// Step sizes looked up by visits, since a power a beat would cost more than all else in learning.
///
/// Exact below 128 visits; above, interpolated linearly between 64 points a doubling, so that the
/// relative error is at most h²·κ(κ + 1)/8 with h = 1/64, below 7e-5. One small table without a
/// case distinction: which case it is cannot be foreseen, and the table must stay in the cache.
#[derive(Debug, Clone)]
pub(super) struct StepSizes {
    sizes: Arc<[f64]>,
    /// Whether it is looked up by time.
    by_time: bool,
    /// The size where it is always the same, as the table would say it too.
    constant: Option<f64>,
}

impl StepSizes {
    pub fn new(rule: StepSize) -> Self {
        // Place p is for p visits below two doublings' worth, then for the first digits of the
        // visits in binary, one more than there are to interpolate towards.
        let last_shift = u32::BITS - 1 - DOUBLING_BITS;
        let visits = |place: u32| {
            let shift = (place / PER_DOUBLING).saturating_sub(1);
            f64::from(place - shift * PER_DOUBLING) * f64::from(shift).exp2()
        };
        let places = 0..=(last_shift + 2) * PER_DOUBLING;
        let by_time = matches!(rule, StepSize::Time { .. });
        let constant = match rule {
            StepSize::Constant { size } => Some(size),
            StepSize::Visits { .. } | StepSize::Time { .. } => None,
        };
        let sizes = places.map(|place| rule.exact(visits(place))).collect();
        Self { sizes, by_time, constant }
    }

    /// α after so many earlier updates, the learner having taken so many decisions.
    #[inline(always)]
    pub fn at(&self, visits: u32, decisions: u64) -> f64 {
        if let Some(size) = self.constant {
            return size;
        }
        let by_time = || u32::try_from(decisions).unwrap_or(u32::MAX);
        self.after(if self.by_time { by_time() } else { visits })
    }

    /// α after so many earlier updates.
    #[inline(always)]
    pub fn after(&self, visits: u32) -> f64 {
        if let Some(size) = self.constant {
            return size;
        }
        let shift = (visits | PER_DOUBLING).ilog2() - DOUBLING_BITS;
        let place = (shift * PER_DOUBLING + (visits >> shift)) as usize;
        let rest = visits & ((1 << shift) - 1);
        let part = f64::from(rest) * f64::from_bits(u64::from(1_023 - shift) << 52);
        let (from, to) = (self.sizes[place], self.sizes[place + 1]);
        from + (to - from) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_sizes_follow_the_formula_over_all_visits() {
        for (scale, power) in [(1.0, 0.6), (0.05, 1.0), (3.0, 0.51)] {
            let sizes = StepSizes::new(StepSize::Visits { scale, power });
            let mut visits = 0_u32;
            loop {
                let exact = 1.0 / (1.0 + scale * f64::from(visits).powf(power));
                let found = sizes.after(visits);
                let allowed = if visits < 128 { 1e-15 } else { 7e-5 };
                assert!((found / exact - 1.0).abs() < allowed, "{visits}: {found} {exact}");
                let Some(next) = visits.checked_add(1 + visits / 777) else { break };
                visits = next;
            }
            let last = 1.0 / (1.0 + scale * f64::from(u32::MAX).powf(power));
            assert!((sizes.after(u32::MAX) / last - 1.0).abs() < 7e-5);
        }
    }

    #[test]
    fn by_time_it_is_the_same_for_all_pairs() {
        let sizes = StepSizes::new(StepSize::Time { from: 0.5, half: 100.0 });
        for visits in [0, 7, u32::MAX] {
            assert_eq!((sizes.at(visits, 0), sizes.at(visits, 100)), (0.5, 0.25));
            assert!((sizes.at(visits, 9_900) - 0.005).abs() < 1e-6);
            assert!(sizes.at(visits, u64::MAX) > 0.0);
        }
        let by_visits = StepSizes::new(StepSize::default());
        assert_eq!(by_visits.at(1, 1_000), 0.5);
    }

    #[test]
    fn known_sizes() {
        let sizes = StepSizes::new(StepSize::default());
        assert_eq!((sizes.after(0), sizes.after(1)), (1.0, 0.5));
        // 32^0.6 = 8, 1,048,576^0.6 = 4,096.
        assert!((sizes.after(32) - 1.0 / 9.0).abs() < 1e-15);
        assert!((sizes.after(1 << 20) * 4_097.0 - 1.0).abs() < 1e-12);
        let constant = StepSizes::new(StepSize::Constant { size: 0.3 });
        for visits in [0, 1, 127, 128, 129, 1_000_003, u32::MAX] {
            assert_eq!(constant.after(visits), 0.3);
        }
    }

    #[test]
    fn unusable_numbers_are_all_named() {
        let mut faults = Vec::new();
        StepSize::Constant { size: f64::NAN }.fault("step_size", &mut faults);
        StepSize::Visits { scale: 0.0, power: 1.5 }.fault("step_size", &mut faults);
        StepSize::Time { from: 1.5, half: 0.0 }.fault("step_size", &mut faults);
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        let named = ["size", "scale", "power", "from", "half"];
        assert_eq!(paths, named.map(|name| format!("step_size.{name}")));
    }
}
