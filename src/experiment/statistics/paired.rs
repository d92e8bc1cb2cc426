//! Two agents on the same luck: the paired difference, and what the pairing saved.
//!
//! With common random numbers X and Y of one seed are correlated, and
//! Var(X − Y) = Var X + Var Y − 2 Cov(X, Y) is smaller than on independent luck (Law 2015, sec.
//! 11.2). The interval is Student's of the differences.

use super::{CONFIDENCE, Estimate, t_quantile, variance};

/// A difference over pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// The mean of x − y.
    pub difference: Estimate,
    /// The same, had both been simulated on luck of their own: its interval is what pairing is
    /// compared with.
    pub unpaired: Estimate,
    /// The share of the variance that pairing saved, 1 − Var(X − Y)/(Var X + Var Y); negative where
    /// it cost some. `None` where nothing varies.
    pub saved: Option<f64>,
}

/// The paired difference of samples of one seed each; those without a partner are left out.
pub fn paired(x: &[f64], y: &[f64]) -> Paired {
    let differences: Vec<f64> = x.iter().zip(y).map(|(x, y)| x - y).collect();
    let count = differences.len();
    let difference = Estimate::of_samples(&differences);
    let alone = |samples: &[f64]| variance(samples.get(..count).unwrap_or(samples));
    let apart = alone(x) + alone(y);
    // Welch's interval with the least degrees of freedom that it can have: that of n − 1.
    let half = t_quantile(CONFIDENCE, count as f64 - 1.0) * (apart / count as f64).sqrt();
    let mean = difference.mean;
    let known = count > 1;
    Paired {
        difference,
        unpaired: Estimate {
            mean,
            low: known.then_some(mean - half),
            high: known.then_some(mean + half),
        },
        saved: (known && apart > 0.0).then(|| 1.0 - variance(&differences) / apart),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_by_hand() {
        // Differences 1, 1, 2, 2: mean 1.5, variance 1/3. Var X = Var(2, 4, 7, 9) = 29/3, and
        // Var Y = Var(1, 3, 5, 7) = 20/3.
        let found = paired(&[2.0, 4.0, 7.0, 9.0], &[1.0, 3.0, 5.0, 7.0]);
        assert_eq!(found.difference.mean, 1.5);
        // t(3) = 3.1824, √(1/12) = 0.288675.
        assert!((found.difference.half_width().unwrap() - 0.918_691).abs() < 1e-4);
        assert!(
            (found.unpaired.half_width().unwrap() - 3.182_446 * (49.0_f64 / 12.0).sqrt()).abs()
                < 1e-4
        );
        assert!((found.saved.unwrap() - (1.0 - 1.0 / 49.0)).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        let one = paired(&[3.0], &[1.0]);
        assert_eq!((one.difference.mean, one.difference.low, one.saved), (2.0, None, None));
        assert_eq!(paired(&[1.0, 1.0], &[2.0, 2.0]).saved, None);
    }
}
