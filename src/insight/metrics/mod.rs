//! How good predictions are: of numbers ([`regression`]), of classes ([`classification`]).
//!
//! Every figure can be taken with a count for each row, as often as a bootstrap drew it.

pub mod classification;
pub mod regression;

use serde::{Deserialize, Serialize};

/// A figure and its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimated {
    /// The figure.
    pub value: f64,
    /// Where the interval begins; `None` where there is none.
    pub low: Option<f64>,
    /// Where it ends.
    pub high: Option<f64>,
}

impl Estimated {
    /// Whether the interval holds a value; false where there is none.
    pub fn covers(&self, value: f64) -> bool {
        self.low.zip(self.high).is_some_and(|(low, high)| low <= value && value <= high)
    }

    /// Whether the whole interval lies above a value.
    pub fn is_above(&self, value: f64) -> bool {
        self.low.is_some_and(|low| low > value)
    }

    /// Whether it lies below.
    pub fn is_below(&self, value: f64) -> bool {
        self.high.is_some_and(|high| high < value)
    }
}

/// The quantile of sorted values, between two of them in proportion (Hyndman & Fan 1996, type 7); NaN of
/// none.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share.clamp(0.0, 1.0) * (sorted.len() as f64 - 1.0).max(0.0);
    let low = sorted.get(at.floor() as usize).copied().unwrap_or(f64::NAN);
    let high = sorted.get(at.ceil() as usize).copied().unwrap_or(f64::NAN);
    low + (high - low) * (at - at.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_values() {
        let values = [1.0, 2.0, 4.0, 8.0];
        for (share, expected) in [(0.0, 1.0), (0.5, 3.0), (0.25, 1.75), (1.0, 8.0)] {
            assert_eq!(quantile(&values, share), expected);
        }
        assert!(quantile(&[], 0.5).is_nan());
    }
}
