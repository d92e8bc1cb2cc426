//! Distributions of small whole numbers: how many customers ask in a beat, how many units arrive.
//!
//! A [`Distribution`] is what a file says; [`Distribution::probabilities`] is what a step draws from:
//! the probabilities of 0, 1, 2 … up to at most 999. Those without an end (Poisson, geometric,
//! negative binomial) are cut off where less than `tail` is left, and what is left is put on the last
//! number, so that the mean is too small by next to nothing; where it would be by more, as of a variance
//! that a few numbers far out make, the distribution is refused. Formulas: Johnson, Kemp & Kotz,
//! *Univariate Discrete Distributions* (2005), ch. 3 to 5.

use serde::{Deserialize, Serialize};

use super::setting::{Faults, SettingError};
use crate::mdp::beat::scaled;

/// The most numbers that can be drawn: 0 to 999.
pub const MOST_OUTCOMES: usize = 1_000;
/// How far probabilities may miss the sum 1 by rounding in a file; they are scaled to it.
const SUM_TOLERANCE: f64 = 1e-9;
/// The least tail: below it the sum of what comes before is rounding.
const LEAST_TAIL: f64 = 1e-13;
/// How much of the mean may be lost with the tail, in general; of a coarse tail so many times the tail,
/// and never more than half.
const LOST: f64 = 1e-3;
const LOST_BY_TAILS: f64 = 10.0;
const MOST_LOST: f64 = 0.5;
/// The least probability of a number to be the last, so that what lies above 999 is less than any
/// tail: 0.97^999 < 1e-13.
const LEAST_LAST: f64 = 0.03;

/// A distribution of whole numbers from 0 on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Distribution {
    /// Always the same number, 0 to 999.
    Fixed(u32),
    /// Every number from `low` to `high` with the same probability.
    Uniform {
        /// The least, 0 by default.
        #[serde(default)]
        low: u32,
        /// The most, at most 999.
        high: u32,
    },
    /// How many of `trials` succeed, each with the same probability.
    Binomial {
        /// How often it is tried, at most 999; 1 by default, so that the number is 0 or 1.
        #[serde(default = "once")]
        trials: u32,
        /// With which probability each succeeds.
        probability: f64,
    },
    /// As many as come one by one, independently of each other, with this mean a beat.
    Poisson {
        /// The mean, above 0.
        mean: f64,
        /// Which probability is put on the last number. 1e-9 by default.
        #[serde(default = "tail")]
        tail: f64,
    },
    /// How often in a row something goes on: P(k) = (1 − p)^k·p, with mean (1 − p)/p. Either the
    /// mean or p is given.
    Geometric {
        /// The mean, above 0.
        #[serde(default)]
        mean: Option<f64>,
        /// The probability p of each number to be the last, at least 0.03.
        #[serde(default)]
        probability: Option<f64>,
        /// Which probability is put on the last number. 1e-9 by default.
        #[serde(default = "tail")]
        tail: f64,
    },
    /// Of any variance above its mean: a Poisson number whose mean is drawn from a gamma
    /// distribution.
    NegativeBinomial {
        /// The mean, above 0.
        mean: f64,
        /// The variance, above the mean.
        variance: f64,
        /// Which probability is put on the last number. 1e-9 by default.
        #[serde(default = "tail")]
        tail: f64,
    },
    /// The probabilities of 0, 1, 2 …, at most 1,000, which sum to 1.
    Empirical(Vec<f64>),
}

fn once() -> u32 {
    1
}

fn tail() -> f64 {
    1e-9
}

impl Distribution {
    /// A Poisson distribution with the usual tail.
    pub fn poisson(mean: f64) -> Self {
        Self::Poisson { mean, tail: tail() }
    }

    /// A geometric distribution of this mean with the usual tail.
    pub fn geometric(mean: f64) -> Self {
        Self::Geometric { mean: Some(mean), probability: None, tail: tail() }
    }

    /// A negative binomial distribution with the usual tail.
    pub fn negative_binomial(mean: f64, variance: f64) -> Self {
        Self::NegativeBinomial { mean, variance, tail: tail() }
    }

    /// One with this probability, else none.
    pub fn bernoulli(probability: f64) -> Self {
        Self::Binomial { trials: 1, probability }
    }

    /// The probabilities of 0, 1, 2 …, which sum to 1.
    ///
    /// # Errors
    /// All that is wrong with it, with paths below it.
    pub fn probabilities(&self) -> Result<Vec<f64>, Vec<SettingError>> {
        let mut faults = Faults::default();
        let probabilities = self.checked("", &mut faults);
        faults.finish().map(|()| probabilities)
    }

    /// The same as a part of other settings: faults are noted under `path`, and where there are any
    /// the number is always 0.
    pub(super) fn checked(&self, path: &str, faults: &mut Faults) -> Vec<f64> {
        let none = || vec![1.0];
        let at = |field: &str| match path {
            "" => field.to_owned(),
            path => format!("{path}.{field}"),
        };
        let most = MOST_OUTCOMES as u64 - 1;
        match self {
            Self::Fixed(value) => {
                faults.count(path, u64::from(*value), 0, most);
                if u64::from(*value) <= most { point(*value) } else { none() }
            }
            Self::Uniform { low, high } => {
                faults.count(at("low"), u64::from(*low), 0, most);
                faults.count(at("high"), u64::from(*high), u64::from(*low), most);
                if low <= high && u64::from(*high) <= most { uniform(*low, *high) } else { none() }
            }
            Self::Binomial { trials, probability } => {
                faults.count(at("trials"), u64::from(*trials), 0, most);
                faults.probability(at("probability"), *probability);
                let fine = u64::from(*trials) <= most && (0.0..=1.0).contains(probability);
                if fine { binomial(*trials, *probability) } else { none() }
            }
            Self::Poisson { mean, tail } => {
                let fine = is_size(at("mean"), *mean, faults) & is_tail(at("tail"), *tail, faults);
                let growth = |k: f64| mean / (k + 1.0);
                if fine {
                    endless((-mean).exp(), growth, *tail, *mean, at("mean"), faults)
                } else {
                    none()
                }
            }
            Self::Geometric { mean, probability, tail } => {
                let Some(last) = last_of(*mean, *probability, &at, faults) else {
                    is_tail(at("tail"), *tail, faults);
                    return none();
                };
                let shown = if mean.is_some() { "mean" } else { "probability" };
                let fine = is_tail(at("tail"), *tail, faults);
                let growth = |_| 1.0 - last;
                let mean = (1.0 - last) / last;
                if fine { endless(last, growth, *tail, mean, at(shown), faults) } else { none() }
            }
            Self::NegativeBinomial { mean, variance, tail } => {
                let fine = is_size(at("mean"), *mean, faults) & is_tail(at("tail"), *tail, faults);
                if !(variance > mean && variance.is_finite()) {
                    faults.add(
                        at("variance"),
                        format!("the variance {variance} does not lie above the mean {mean}"),
                        "give a larger variance; `Poisson` has that of its mean, `Binomial` less",
                    );
                    return none();
                }
                // Of r successes that each come with probability p: mean r(1 − p)/p.
                let (r, p) = (mean * mean / (variance - mean), mean / variance);
                let growth = |k: f64| (k + r) / (k + 1.0) * (1.0 - p);
                if fine {
                    endless(p.powf(r), growth, *tail, *mean, at("mean"), faults)
                } else {
                    none()
                }
            }
            Self::Empirical(probabilities) => empirical(probabilities, path, faults),
        }
    }
}

/// The mean of the numbers that have these probabilities.
pub fn mean(probabilities: &[f64]) -> f64 {
    (0_u32..).zip(probabilities).map(|(k, p)| f64::from(k) * p).sum()
}

fn point(value: u32) -> Vec<f64> {
    (0..=value).map(|k| if k == value { 1.0 } else { 0.0 }).collect()
}

fn uniform(low: u32, high: u32) -> Vec<f64> {
    let p = 1.0 / f64::from(high - low + 1);
    scaled((0..=high).map(|k| if k < low { 0.0 } else { p }).collect())
}

/// P(k) = C(n, k)·p^k·(1 − p)^(n − k), by adding one trial after another: no term is too small on
/// the way to one that is not.
pub(super) fn binomial(trials: u32, p: f64) -> Vec<f64> {
    let mut probabilities = vec![1.0];
    for _ in 0..trials {
        let fails = probabilities.iter().map(|before| before * (1.0 - p)).chain([0.0]);
        let succeeds = std::iter::once(0.0).chain(probabilities.iter().map(|before| before * p));
        probabilities = fails.zip(succeeds).map(|(fails, succeeds)| fails + succeeds).collect();
    }
    scaled(probabilities)
}

/// Probabilities by what each is to the one before it, until less than `tail` is left.
fn endless(
    first: f64,
    growth: impl Fn(f64) -> f64,
    tail: f64,
    stated: f64,
    path: String,
    faults: &mut Faults,
) -> Vec<f64> {
    let most_lost = LOST.max(LOST_BY_TAILS * tail).min(MOST_LOST);
    let mut probabilities = Vec::new();
    let (mut p, mut left) = (first, 1.0);
    // What cannot be told from 0 at the beginning never becomes more.
    while p >= f64::MIN_POSITIVE && probabilities.len() < MOST_OUTCOMES {
        if left - p <= tail {
            probabilities.push(left);
            let kept = scaled(probabilities);
            let found = mean(&kept);
            if (found - stated).abs() <= most_lost * stated {
                return kept;
            }
            let last = kept.len() - 1;
            let message = format!(
                "cut off at {last}, above which less than {tail} of it lies, its mean is {found} and not \
                 {stated}"
            );
            faults.add(path, message, "give a smaller variance or a smaller `tail`");
            return vec![1.0];
        }
        probabilities.push(p);
        left -= p;
        p *= growth((probabilities.len() - 1) as f64);
    }
    faults.add(
        path,
        format!("more than {tail} of it lies above {}", MOST_OUTCOMES - 1),
        "give a smaller mean or variance, or count in larger units",
    );
    vec![1.0]
}

fn is_size(path: String, mean: f64, faults: &mut Faults) -> bool {
    let fine = mean > 0.0 && mean.is_finite();
    if !fine {
        faults.add(path, format!("{mean} is no mean"), "give a number above 0, or `Fixed(0)`");
    }
    fine
}

fn is_tail(path: String, tail: f64, faults: &mut Faults) -> bool {
    let fine = (LEAST_TAIL..=0.1).contains(&tail);
    if !fine {
        faults.add(path, format!("{tail} is no usable tail"), "give a number from 1e-13 to 0.1");
    }
    fine
}

/// The probability p of a geometric distribution, given by itself or by the mean.
fn last_of(
    mean: Option<f64>,
    probability: Option<f64>,
    at: &impl Fn(&str) -> String,
    faults: &mut Faults,
) -> Option<f64> {
    match (mean, probability) {
        (Some(mean), None) => is_size(at("mean"), mean, faults).then(|| 1.0 / (1.0 + mean)),
        (None, Some(p)) => {
            let fine = (LEAST_LAST..=1.0).contains(&p);
            if !fine {
                faults.add(
                    at("probability"),
                    format!("with probability {p} too many numbers can be drawn"),
                    "give a number from 0.03 to 1, or count in larger units",
                );
            }
            fine.then_some(p)
        }
        (None, None) => {
            faults.add(
                at("mean"),
                "neither the mean nor the probability is given",
                "give one of them",
            );
            None
        }
        (Some(_), Some(_)) => {
            faults.add(at("probability"), "the mean is given as well", "give one of them");
            None
        }
    }
}

fn empirical(given: &[f64], path: &str, faults: &mut Faults) -> Vec<f64> {
    if given.is_empty() || given.len() > MOST_OUTCOMES {
        faults.add(
            path,
            format!("there are {} probabilities", given.len()),
            format!("give 1 to {MOST_OUTCOMES}: of 0, of 1, of 2 …"),
        );
        return vec![1.0];
    }
    let wrong = |p: &f64| !(0.0..=1.0).contains(p);
    for (k, &p) in given.iter().enumerate().filter(|(_, p)| wrong(p)) {
        faults.probability(format!("{path}[{k}]"), p);
    }
    if given.iter().any(wrong) {
        return vec![1.0];
    }
    let sum: f64 = given.iter().sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        faults.add(
            path,
            format!("the probabilities sum to {sum}, not to 1"),
            "give probabilities that sum to 1",
        );
        return vec![1.0];
    }
    scaled(given.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::function::gamma::ln_gamma;

    fn variance(probabilities: &[f64]) -> f64 {
        let mean = mean(probabilities);
        let square = |(k, p): (u32, &f64)| f64::from(k) * f64::from(k) * p;
        (0_u32..).zip(probabilities).map(square).sum::<f64>() - mean * mean
    }

    fn near(found: f64, given: f64, tolerance: f64) {
        assert!((found - given).abs() <= tolerance, "{found}, but {given} is given");
    }

    /// Of all that have closed forms: every probability but the last, where the tail lies.
    #[test]
    fn probabilities_are_the_closed_forms() {
        let choose =
            |n: f64, k: f64| (ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)).exp();
        let (r, p) = (3.0 * 3.0 / 4.5, 3.0 / 7.5_f64);
        type Closed = Box<dyn Fn(f64) -> f64>;
        let cases: [(Distribution, Closed, usize); 6] = [
            (
                Distribution::poisson(4.0),
                Box::new(|k| (k * 4.0_f64.ln() - 4.0 - ln_gamma(k + 1.0)).exp()),
                20,
            ),
            (
                Distribution::poisson(300.0),
                Box::new(|k| (k * 300.0_f64.ln() - 300.0 - ln_gamma(k + 1.0)).exp()),
                400,
            ),
            (Distribution::geometric(4.0), Box::new(|k| 0.8_f64.powf(k) * 0.2), 90),
            (
                Distribution::negative_binomial(3.0, 7.5),
                Box::new(move |k| {
                    let ways = (ln_gamma(k + r) - ln_gamma(r) - ln_gamma(k + 1.0)).exp();
                    ways * p.powf(r) * (1.0 - p).powf(k)
                }),
                40,
            ),
            (
                Distribution::Binomial { trials: 12, probability: 0.3 },
                Box::new(move |k| choose(12.0, k) * 0.3_f64.powf(k) * 0.7_f64.powf(12.0 - k)),
                12,
            ),
            (
                Distribution::Uniform { low: 2, high: 5 },
                Box::new(|k| if k < 2.0 { 0.0 } else { 0.25 }),
                5,
            ),
        ];
        for (distribution, closed, least) in cases {
            let found = distribution.probabilities().unwrap();
            near(found.iter().sum(), 1.0, 1e-12);
            assert!(found.len() > least, "{distribution:?}: {}", found.len());
            for (k, &p) in found.iter().enumerate().take(found.len() - 1) {
                near(p, closed(k as f64), 1e-12);
            }
        }
    }

    #[test]
    fn means_and_variances_are_those_asked_for() {
        for (distribution, mean_of, variance_of) in [
            (Distribution::Fixed(7), 7.0, 0.0),
            (Distribution::Uniform { low: 0, high: 4 }, 2.0, 2.0),
            (Distribution::bernoulli(0.6), 0.6, 0.24),
            (Distribution::Binomial { trials: 10, probability: 0.4 }, 4.0, 2.4),
            (Distribution::poisson(5.0), 5.0, 5.0),
            (Distribution::geometric(5.0), 5.0, 30.0),
            (
                Distribution::Geometric { mean: None, probability: Some(0.25), tail: 1e-12 },
                3.0,
                12.0,
            ),
            (Distribution::negative_binomial(5.0, 20.0), 5.0, 20.0),
            (Distribution::Empirical(vec![0.5, 0.0, 0.5]), 1.0, 1.0),
        ] {
            let found = distribution.probabilities().unwrap();
            near(mean(&found), mean_of, 1e-6);
            near(variance(&found), variance_of, 1e-4);
        }
    }

    /// Whatever is accepted with the usual tail has the mean that was asked for.
    #[test]
    fn means_are_kept_or_refused() {
        let (mut kept, mut refused) = (0, 0);
        for mean_of in [0.01, 0.3, 1.0, 4.0, 20.0, 150.0] {
            for factor in [1.01, 1.5, 3.0, 10.0, 100.0, 1e4, 1e8, 1e14] {
                match Distribution::negative_binomial(mean_of, factor * mean_of).probabilities() {
                    Ok(found) => {
                        kept += 1;
                        near(mean(&found), mean_of, 1e-3 * mean_of);
                    }
                    Err(_) => refused += 1,
                }
            }
        }
        assert!(kept >= 15 && refused >= 12, "{kept} and {refused}");
    }

    /// What is left goes on the last number, and no more than the tail is left.
    #[test]
    fn the_tail_lies_on_the_last_number() {
        let with = |tail| {
            Distribution::Geometric { mean: Some(1.0), probability: None, tail }
                .probabilities()
                .unwrap()
        };
        // P(k) = 1/2^(k + 1), and 1/2^n is left from n on.
        assert_eq!(with(0.0625), [0.5, 0.25, 0.125, 0.125]);
        assert_eq!(with(0.06).len(), 5);
        assert_eq!(with(1e-9).len(), 30);
    }

    #[test]
    fn faults_are_found_at_once() {
        let paths = |distribution: Distribution| {
            let mut faults = Faults::default();
            let probabilities = distribution.checked("demand", &mut faults);
            assert_eq!(probabilities, [1.0], "{distribution:?}");
            let found = faults.finish().unwrap_err();
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        let geometric =
            |mean, probability| Distribution::Geometric { mean, probability, tail: 2.0 };
        for (distribution, expected) in [
            (Distribution::Fixed(1_000), vec!["demand"]),
            (Distribution::Uniform { low: 3, high: 2 }, vec!["demand.high"]),
            (Distribution::Uniform { low: 0, high: u32::MAX }, vec!["demand.high"]),
            (
                Distribution::Binomial { trials: u32::MAX, probability: 1.5 },
                vec!["demand.trials", "demand.probability"],
            ),
            (Distribution::Poisson { mean: -1.0, tail: 0.0 }, vec!["demand.mean", "demand.tail"]),
            (Distribution::poisson(950.0), vec!["demand.mean"]),
            (Distribution::poisson(f64::NAN), vec!["demand.mean"]),
            (geometric(None, None), vec!["demand.mean", "demand.tail"]),
            (geometric(Some(1.0), Some(0.5)), vec!["demand.probability", "demand.tail"]),
            (geometric(None, Some(0.0)), vec!["demand.probability", "demand.tail"]),
            (Distribution::geometric(1e6), vec!["demand.mean"]),
            (Distribution::negative_binomial(3.0, 3.0), vec!["demand.variance"]),
            // Nearly always 0, and very rarely more than is counted: the mean would be lost.
            (Distribution::negative_binomial(4.0, 1e15), vec!["demand.mean"]),
            (Distribution::negative_binomial(4.0, 1e7), vec!["demand.mean"]),
            (Distribution::Poisson { mean: 0.1, tail: 0.1 }, vec!["demand.mean"]),
            (Distribution::Empirical(Vec::new()), vec!["demand"]),
            (Distribution::Empirical(vec![0.5, 0.4]), vec!["demand"]),
            (Distribution::Empirical(vec![1.5, -0.5]), vec!["demand[0]", "demand[1]"]),
            (Distribution::Empirical(vec![0.0; 5_000]), vec!["demand"]),
        ] {
            assert_eq!(paths(distribution), expected);
        }
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["Fixed(3)", "Poisson(mean: 2.5)", "Empirical([0.5,0.5])", "Uniform(high: 4)"] {
            let read: Distribution = ron::from_str(text).unwrap();
            let written = ron::to_string(&read).unwrap();
            assert_eq!(ron::from_str::<Distribution>(&written).unwrap(), read);
        }
        assert!(ron::from_str::<Distribution>("Poisson(mean: 2, spread: 1)").is_err());
    }
}
