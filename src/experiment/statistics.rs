//! Means with intervals: never a simulated figure without how well it is known.

pub mod paired;
pub mod robust;
pub mod steady;

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The level of confidence of all intervals that are shown.
pub const CONFIDENCE: f64 = 0.95;

/// A mean with its two-sided 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// The interval's lower end; `None` (null in JSON) where one sample says nothing of it.
    pub low: Option<f64>,
    /// The interval's upper end.
    pub high: Option<f64>,
}

impl Estimate {
    /// Half the interval's width, where there is one.
    pub fn half_width(&self) -> Option<f64> {
        Some((self.high? - self.low?) / 2.0)
    }

    /// So many times as much: 100 times for a share in per cent.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let [low, high] = [self.low, self.high].map(|end| end.map(|end| factor * end));
        let (low, high) = if factor < 0.0 { (high, low) } else { (low, high) };
        Self { mean: factor * self.mean, low, high }
    }

    /// The same of what is known not to lie below this: an interval that reaches there ends there. One
    /// that lies below it as a whole is left as it is, as that contradicts what is known.
    #[must_use]
    pub fn not_below(self, least: f64) -> Self {
        match self.high {
            Some(high) if high >= least => Self { low: self.low.map(|low| low.max(least)), ..self },
            _ => self,
        }
    }

    /// A mean with an interval of this half width, or without one.
    pub fn around(mean: f64, half: Option<f64>) -> Self {
        Self { mean, low: half.map(|half| mean - half), high: half.map(|half| mean + half) }
    }

    /// The mean of independent samples with Student's interval: x̄ ± t·s/√n.
    pub fn of_samples(samples: &[f64]) -> Self {
        Self::at(CONFIDENCE, samples)
    }

    /// As [`Estimate::of_samples`] with an interval of this confidence, for decisions; what is
    /// shown has that of 95 %.
    pub fn at(confidence: f64, samples: &[f64]) -> Self {
        let n = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / n;
        if samples.len() < 2 {
            return Self::around(mean, None);
        }
        let half = t_quantile(confidence, n - 1.0) * (variance(samples) / n).sqrt();
        Self::around(mean, Some(half))
    }
}

/// The variance of independent samples, by n − 1; NaN for fewer than two.
fn variance(samples: &[f64]) -> f64 {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

/// Student's t with so many degrees of freedom: the quantile for a two-sided interval of this
/// confidence.
fn t_quantile(confidence: f64, freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom)
        .map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + confidence / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_agrees_with_the_printed_t_table() {
        // Law 2015, appendix: t(0.975) is 12.706 for 1, 2.262 for 9, 1.984 for 100 degrees.
        for (freedom, t) in [(1.0, 12.706), (9.0, 2.262), (100.0, 1.984)] {
            assert!((t_quantile(CONFIDENCE, freedom) - t).abs() < 5e-4);
        }
        // And t(0.995) is 3.250 for 9 degrees.
        assert!((t_quantile(0.99, 9.0) - 3.250).abs() < 5e-4);
    }

    #[test]
    fn an_interval_ends_where_nothing_can_lie() {
        let around = |mean| Estimate::around(mean, Some(2.0)).not_below(0.0);
        assert_eq!((around(1.0).low, around(1.0).high), (Some(0.0), Some(3.0)));
        assert_eq!(around(5.0), Estimate::around(5.0, Some(2.0)));
        assert_eq!(around(-3.0), Estimate::around(-3.0, Some(2.0)));
        assert_eq!(Estimate::around(-1.0, None).not_below(0.0).low, None);
    }

    #[test]
    fn samples_give_mean_and_interval() {
        let estimate = Estimate::of_samples(&[1.0, 2.0, 3.0]);
        // s = 1, t(2) = 4.303, so the half width is 4.303/√3.
        assert_eq!(estimate.mean, 2.0);
        assert!((estimate.half_width().unwrap() - 4.303 / 3.0_f64.sqrt()).abs() < 1e-3);
        assert_eq!(Estimate::of_samples(&[5.0]).half_width(), None);
        let cost = estimate.times(-2.0);
        assert_eq!((cost.mean, cost.half_width()), (-4.0, estimate.times(2.0).half_width()));
    }
}
