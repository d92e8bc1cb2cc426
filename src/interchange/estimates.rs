//! Figures from counted events, each with its interval, and whether times look exponential.
//!
//! # Mean of exponential times
//! n events in a time T: the mean is T/n. Its 95 % interval is from 2T/χ²(0.975; 2n + 2) to
//! 2T/χ²(0.025; 2n) where T was given and n is what came (Garwood 1936; Epstein & Sobel 1953), and
//! with 2n in both where T is what n whole times add up to. Geometric times of the same mean vary
//! less, so that the interval holds for them too, with some to spare.
//!
//! # Proportion
//! k of n: Clopper & Pearson (1934), by quantiles of the beta distribution; of more than 10,000 by its
//! limits, Poisson's where one side has at most 1,000 (Garwood 1936), else Wilson's score with the
//! correction for continuity (Newcombe 1998).
//!
//! # Ratio
//! Work over parts, from several stretches of both: Σw/Σn, with the variance of a ratio estimator,
//! k/(k − 1)·Σ(w − r·n)²/(Σn)² over k stretches (Cochran 1977, section 6.4), and Student's t of k − 1
//! degrees. A part under way at the end of a stretch counts in the next, which makes it rather too
//! wide.
//!
//! # Do times look exponential?
//! Anderson and Darling's A² for an exponential distribution whose mean is not known, with Stephens'
//! factor 1 + 0.6/n (D'Agostino & Stephens 1986, table 4.14). Times in whole multiples of a step, as
//! beats are, are first spread over the step that they end, evenly and in proportion to the density
//! of the fitted distribution, so that geometric times become exponential.

use statrs::distribution::{Beta, ChiSquared, ContinuousCDF, Normal, StudentsT};

/// Two-sided intervals leave out so much on either side.
const TAIL: f64 = 0.025;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// From where on it may lie.
    pub low: f64,
    /// Up to where it may lie.
    pub high: f64,
    /// From how many events it is.
    pub events: u64,
    /// Out of what: a time, or a count.
    pub of: f64,
    /// What it is.
    pub kind: FigureKind,
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// The mean of exponential or geometric times.
    MeanTime,
    /// A share of a count.
    Proportion,
    /// Time over a count.
    Ratio,
    /// Given, and not from any events that are known of.
    Given,
}

impl Figure {
    /// A figure without an interval.
    pub fn given(value: f64) -> Self {
        Self { value, low: value, high: value, events: 0, of: 0.0, kind: FigureKind::Given }
    }

    /// The mean time between so many events in a time; `whole` where the time is that of so many
    /// whole times, and did not end by the clock. None where there was no event.
    pub fn mean_time(events: u64, time: f64, whole: bool) -> Option<Self> {
        if events == 0 || !(time > 0.0 && time.is_finite()) {
            return None;
        }
        let n = events as f64;
        let upper = if whole { 2.0 * n } else { 2.0 * n + 2.0 };
        Some(Self {
            value: time / n,
            low: 2.0 * time / chi_squared(1.0 - TAIL, upper),
            high: 2.0 * time / chi_squared(TAIL, 2.0 * n),
            events,
            of: time,
            kind: FigureKind::MeanTime,
        })
    }

    /// The least mean time between events, of which none came in a time, with 95 %: as in the interval
    /// of [`Figure::mean_time`], of which it is the lower end.
    pub fn least_mean_time(time: f64) -> f64 {
        2.0 * time / chi_squared(1.0 - TAIL, 2.0)
    }

    /// The share of events in a count. None where there is no count.
    pub fn proportion(events: u64, count: u64) -> Option<Self> {
        if count == 0 || events > count {
            return None;
        }
        let (k, n) = (events as f64, count as f64);
        let poisson = |k: f64| {
            let low = if k == 0.0 { 0.0 } else { chi_squared(TAIL, 2.0 * k) / (2.0 * n) };
            (low, chi_squared(1.0 - TAIL, 2.0 * k + 2.0) / (2.0 * n))
        };
        let (low, high) = if n <= LARGE {
            let low = if events == 0 { 0.0 } else { beta(TAIL, k, n - k + 1.0) };
            (low, if events == count { 1.0 } else { beta(1.0 - TAIL, k + 1.0, n - k) })
        } else if k <= FEW {
            poisson(k)
        } else if n - k <= FEW {
            let (low, high) = poisson(n - k);
            (1.0 - high, 1.0 - low)
        } else {
            wilson(k, n)
        };
        Some(Self { value: k / n, low, high, events, of: n, kind: FigureKind::Proportion })
    }

    /// The time that one of a count takes, from stretches of time and what was counted in each. It has
    /// no interval where there is but one; None where nothing was counted, or no time went by.
    pub fn ratio(stretches: &[(f64, f64)]) -> Option<Self> {
        let k = stretches.len() as f64;
        let (time, count) =
            stretches.iter().fold((0.0, 0.0), |(w, n), stretch| (w + stretch.0, n + stretch.1));
        let value = time / count;
        if !(value > 0.0 && value.is_finite()) {
            return None;
        }
        let (events, of) = (count as u64, time);
        if stretches.len() < 2 {
            return Some(Self { events, of, ..Self::given(value) });
        }
        let squares: f64 = stretches.iter().map(|(w, n)| (w - value * n).powi(2)).sum();
        let half = student(1.0 - TAIL, k - 1.0) * (k / (k - 1.0) * squares).sqrt() / count;
        let (low, high) = ((value - half).max(0.0), value + half);
        Some(Self { value, low, high, events, of, kind: FigureKind::Ratio })
    }

    /// The estimate with as many digits as are supported: an error of a hundredth of what it is sure
    /// to, and 3 to 6 digits.
    pub fn rounded(&self) -> f64 {
        let half = (self.high - self.value).min(self.value - self.low);
        let digits = match half > 0.0 && half.is_finite() && self.value > 0.0 {
            true => ((self.value / half).log10().ceil() + 2.0).clamp(3.0, 6.0),
            false => 6.0,
        };
        significant(self.value, digits as usize)
    }

    /// Whether an interval is known.
    pub fn is_estimated(&self) -> bool {
        self.kind != FigureKind::Given
    }

    /// Whether other values can be drawn for it.
    pub fn is_drawn(&self) -> bool {
        matches!(self.kind, FigureKind::MeanTime | FigureKind::Proportion)
    }

    /// Another value that it might as well have, for a uniform number: a draw from the distribution
    /// that says how well it is known, 2T/χ²(2n) for a mean time, a beta for a share (Jeffreys 1946).
    #[must_use]
    pub fn drawn(&self, uniform: f64) -> Self {
        let (k, n) = (self.events as f64, self.of);
        let value = match self.kind {
            FigureKind::MeanTime => 2.0 * n / chi_squared(uniform, 2.0 * k),
            FigureKind::Proportion if n <= LARGE => beta(uniform, k + 0.5, n - k + 0.5),
            FigureKind::Proportion if k <= FEW => chi_squared(uniform, 2.0 * k + 1.0) / (2.0 * n),
            FigureKind::Proportion => {
                let share = k / n;
                let spread = (share * (1.0 - share) / n).sqrt();
                (share + spread * normal(uniform)).clamp(0.0, 1.0)
            }
            FigureKind::Ratio | FigureKind::Given => self.value,
        };
        Self { value, ..*self }
    }

    /// The same in another unit.
    #[must_use]
    pub fn over(&self, unit: f64) -> Self {
        match self.kind {
            FigureKind::Proportion => *self,
            _ => Self {
                value: self.value / unit,
                low: self.low / unit,
                high: self.high / unit,
                of: self.of / unit,
                ..*self
            },
        }
    }
}

/// Of more than this a share is reckoned by its limits, for which its continued fraction is too slow.
const LARGE: f64 = 10_000.0;
/// So few events of very many come as Poisson's.
const FEW: f64 = 1_000.0;

/// Wilson's interval with the correction for continuity (Newcombe 1998, method 4).
fn wilson(k: f64, n: f64) -> (f64, f64) {
    let (z, p) = (normal(1.0 - TAIL), k / n);
    let below = 2.0 * (n + z * z);
    let root = |sign: f64| {
        z * (z * z - sign * 2.0 - 1.0 / n + 4.0 * p * (n * (1.0 - p) + sign)).max(0.0).sqrt()
    };
    let middle = 2.0 * n * p + z * z;
    (((middle - 1.0 - root(1.0)) / below).max(0.0), ((middle + 1.0 + root(-1.0)) / below).min(1.0))
}

/// A number to so many digits that count.
pub(super) fn significant(value: f64, digits: usize) -> f64 {
    let decimals = digits.saturating_sub(1);
    format!("{value:.decimals$e}").parse().unwrap_or(value)
}

fn student(probability: f64, freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |student| student.inverse_cdf(probability))
}

fn normal(probability: f64) -> f64 {
    Normal::new(0.0, 1.0).map_or(f64::NAN, |normal| normal.inverse_cdf(probability))
}

/// Where a distribution function reaches this probability, between two ends.
fn quantile(distribution: impl Fn(f64) -> f64, probability: f64, low: f64, high: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if distribution(middle) < probability { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

fn chi_squared(probability: f64, freedom: f64) -> f64 {
    let Ok(distribution) = ChiSquared::new(freedom) else { return f64::NAN };
    // Chernoff: beyond this there is less than 1e-12.
    let most = freedom + 20.0 * freedom.sqrt() + 200.0;
    quantile(|x| distribution.cdf(x), probability, 0.0, most)
}

fn beta(probability: f64, a: f64, b: f64) -> f64 {
    let Ok(distribution) = Beta::new(a, b) else { return f64::NAN };
    quantile(|x| distribution.cdf(x), probability, 0.0, 1.0)
}

/// What a test of times says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// How many times there were.
    pub times: usize,
    /// Standard deviation over mean: 1 for exponential times.
    pub variation: f64,
    /// Anderson and Darling's statistic with Stephens' factor.
    pub statistic: f64,
    /// Whether exponential times look like this less than once in twenty.
    pub refused: bool,
}

/// Fewer times than this tell nothing.
const FEWEST: usize = 10;
/// What A²(1 + 0.6/n) exceeds once in twenty (D'Agostino & Stephens 1986, table 4.14).
const CRITICAL: f64 = 1.321;

/// Whether times look exponential, or geometric where they are whole multiples of a step, which is found
/// in them where none is given; `None` where they are too few to tell.
pub fn shape(times: &[f64], given: Option<f64>) -> Option<Shape> {
    let n = times.len();
    if n < FEWEST || times.iter().any(|time| !(*time > 0.0 && time.is_finite())) {
        return None;
    }
    let count = n as f64;
    let mean = times.iter().sum::<f64>() / count;
    let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    // A step as long as the times themselves is none: equal times are not geometric.
    let spread = match given.or_else(|| step(&sorted).filter(|step| *step <= 0.5 * mean)) {
        Some(step) => spread(&sorted, step, mean),
        None => sorted,
    };
    let mean_of_spread = spread.iter().sum::<f64>() / count;
    // A² = −n − Σ (2i − 1)/n · [ln F(x_i) − x_(n+1−i)/mean], as ln(1 − F(x)) = −x/mean.
    let log_below = |x: f64| (-(-x / mean_of_spread).exp_m1()).max(1e-300).ln();
    let sum: f64 = spread
        .iter()
        .zip(spread.iter().rev())
        .enumerate()
        .map(|(i, (x, mirrored))| (2 * i + 1) as f64 * (log_below(*x) - mirrored / mean_of_spread))
        .sum();
    let statistic = (-count - sum / count) * (1.0 + 0.6 / count);
    Some(Shape {
        times: n,
        variation: variance.sqrt() / mean,
        statistic,
        refused: statistic > CRITICAL,
    })
}

/// The step of which all times, in order, are whole multiples, if they come close to it: times that
/// are known so much more finely than they differ need not be spread.
fn step(sorted: &[f64]) -> Option<f64> {
    let (least, last) = (*sorted.first()?, *sorted.last()?);
    let mut step = least;
    let gaps = sorted.iter().zip(sorted.iter().skip(1)).map(|(a, b)| b - a);
    for gap in gaps.filter(|gap| *gap > 1e-9 * last) {
        step = step.min(gap);
    }
    let multiple = |time: &f64| (time / step - (time / step).round()).abs() < 1e-6;
    (last / step < 1e5 && sorted.iter().all(multiple)).then_some(step)
}

/// Equal times, each of which ended within the step before it, at even quantiles of the exponential
/// distribution that the geometric one of this mean comes from.
fn spread(sorted: &[f64], step: f64, mean: f64) -> Vec<f64> {
    // Geometric times of mean m steps end a step with probability 1/m = 1 − exp(−rate).
    let steps = (mean / step).max(1.0 + 1e-9);
    let rate = -(-1.0 / steps).ln_1p();
    let within = -(-rate).exp_m1();
    let mut spread = Vec::with_capacity(sorted.len());
    for equal in sorted.chunk_by(|a, b| (a - b).abs() < 0.5 * step) {
        let share = 1.0 / equal.len() as f64;
        for (place, time) in equal.iter().enumerate() {
            let quantile = (place as f64 + 0.5) * share;
            let inside = -(-quantile * within).ln_1p() / rate;
            spread.push((time / step - 1.0 + inside).max(1e-12));
        }
    }
    spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_printed_tables() {
        // χ²: 0.025 and 0.975 for 10 degrees are 3.247 and 20.483, for 12 degrees 0.975 is 23.337.
        let whole = Figure::mean_time(5, 100.0, true).unwrap();
        assert!((whole.low - 200.0 / 20.483).abs() < 1e-3, "{whole:?}");
        assert!((whole.high - 200.0 / 3.247).abs() < 1e-2, "{whole:?}");
        let clocked = Figure::mean_time(5, 100.0, false).unwrap();
        assert!((clocked.low - 200.0 / 23.337).abs() < 1e-3, "{clocked:?}");
        // Clopper & Pearson, 10 of 100: 4.90 % to 17.62 %; none of 20: 0 to 16.84 %.
        let share = Figure::proportion(10, 100).unwrap();
        assert!((share.low - 0.04900).abs() < 1e-5 && (share.high - 0.17622).abs() < 1e-5);
        let none = Figure::proportion(0, 20).unwrap();
        assert!(none.low == 0.0 && (none.high - 0.16843).abs() < 1e-5, "{none:?}");
        let all = Figure::proportion(20, 20).unwrap();
        assert!(all.high == 1.0 && (all.low - 0.83157).abs() < 1e-5, "{all:?}");
        // Where the limits take over they are near to what they replace.
        for events in [0, 3, 500, 1_500, 9_000] {
            let near = [10_000, 10_001].map(|count| Figure::proportion(events, count).unwrap());
            let [exact, limit] = near;
            let width = exact.high - exact.low;
            let apart = (exact.low - limit.low).abs().max((exact.high - limit.high).abs());
            assert!(apart < 0.05 * width, "{events}: {exact:?} and {limit:?}");
            let drawn = limit.drawn(0.5).value;
            assert!(limit.low <= drawn && drawn <= limit.high, "{events}: {drawn}");
        }
        assert_eq!(Figure::mean_time(0, 9.0, true), None);
        // Of none in 100 the rate is at most 3.689 in 100 (Garwood 1936).
        assert!((Figure::least_mean_time(100.0) - 100.0 / 3.689).abs() < 1e-2);
        assert_eq!(Figure::proportion(3, 2), None);
    }

    #[test]
    fn a_ratio_is_that_of_its_stretches() {
        // Work of 59, 122, 60 and 179 on 1, 2, 1 and 3: a mean of 60, and Σ(w − 60n)² = 1 + 4 + 0 + 1.
        let stretches = [(59.0, 1.0), (122.0, 2.0), (60.0, 1.0), (179.0, 3.0)];
        let cycle = Figure::ratio(&stretches).unwrap();
        // t(0.975; 3) is 3.1824.
        let half = 3.1824 * (4.0 / 3.0 * 6.0_f64).sqrt() / 7.0;
        assert_eq!((cycle.value, cycle.events, cycle.of), (60.0, 7, 420.0));
        assert!((cycle.high - 60.0 - half).abs() < 1e-3, "{cycle:?} {half}");
        assert!((60.0 - cycle.low - half).abs() < 1e-3, "{cycle:?} {half}");
        assert!(!Figure::ratio(&stretches[..1]).unwrap().is_estimated());
        assert_eq!(Figure::ratio(&[(0.0, 4.0), (0.0, 2.0)]), None);
        assert_eq!(Figure::ratio(&[]), None);
    }

    #[test]
    fn figures_have_as_many_digits_as_are_supported() {
        let of = |value: f64, half: f64| {
            Figure { low: value - half, high: value + half, ..Figure::given(value) }.rounded()
        };
        for (value, half, rounded) in [
            (12.345_678_901, 3.0, 12.3),
            (12.345_678_901, 0.1, 12.346),
            (12.345_678_901, 1.0, 12.35),
            (12.345_678_901, 0.0, 12.3457),
            (44_123.4, 20_000.0, 44_100.0),
            (0.0, 0.0, 0.0),
        ] {
            assert_eq!(of(value, half), rounded, "{value} {half}");
        }
        assert!((Figure::given(29_700.0).rounded() - 29_700.0).abs() < 1e-9);
    }

    /// Uniform numbers (SplitMix64).
    fn uniforms(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 + 1e-17
        }
    }

    /// In how many of 2,000 samples exponential times are refused, which should be one in twenty: the
    /// standard deviation of that share is 0.5 %.
    #[test]
    fn exponential_times_are_refused_once_in_twenty_and_others_nearly_always() {
        let mut uniform = uniforms(7);
        let refused = |draw: &mut dyn FnMut() -> f64, n: usize, step: Option<f64>| {
            let refused = (0..2_000).filter(|_| {
                let times: Vec<f64> = (0..n).map(|_| draw()).collect();
                shape(&times, step).unwrap().refused
            });
            refused.count() as f64 / 2_000.0
        };
        for n in [15, 100] {
            let share = refused(&mut || -uniform().ln(), n, None);
            assert!((0.035..=0.065).contains(&share), "{n}: {share}");
        }
        // Geometric times of a mean of 5 beats are not told from exponential ones more often.
        let mut geometric = || (uniform().ln() / 0.8_f64.ln()).ceil().max(1.0);
        let share = refused(&mut geometric, 60, Some(1.0));
        assert!(share <= 0.065, "{share}");
        // The sum of four is no longer exponential, nor are constant times.
        let share = refused(&mut || (0..4).map(|_| -uniform().ln()).sum(), 60, None);
        assert!(share > 0.98, "{share}");
        for step in [None, Some(1.0)] {
            assert!(shape(&[5.0; 30], step).unwrap().refused);
        }
        assert_eq!(shape(&[1.0; 5], None), None);
    }
}
