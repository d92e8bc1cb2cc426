//! Scales: the same for all columns, so that sizes of coefficients can be compared and a ridge
//! weighs them alike.

use serde::{Deserialize, Serialize};

use super::Frame;
use crate::insight::Refusal;
use crate::insight::metrics::quantile;
use crate::insight::table::Values;

/// A scale: (x − centre) / width. A column whose width is 0 is only centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Scaling {
    /// The mean and the standard deviation (of n, not n − 1).
    Standard,
    /// The least value and the range: 0 to 1 in the training part.
    MinMax,
    /// The median and the distance of the quartiles, which outliers do not move.
    Robust,
}

/// Scales as they became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::insight) struct FittedScale {
    /// Column, centre, width.
    scales: Vec<(String, f64, f64)>,
}

impl FittedScale {
    pub(super) fn fit(frame: &Frame, columns: Vec<String>, by: Scaling) -> Result<Self, Refusal> {
        let mut scales = Vec::new();
        for name in columns {
            let mut known = frame.learned_from(&name)?;
            known.sort_by(f64::total_cmp);
            let (centre, width) = match by {
                Scaling::Standard => {
                    let mean = known.iter().sum::<f64>() / known.len() as f64;
                    let squares: f64 = known.iter().map(|x| (x - mean).powi(2)).sum();
                    (mean, (squares / known.len() as f64).sqrt())
                }
                Scaling::MinMax => {
                    let least = quantile(&known, 0.0);
                    (least, quantile(&known, 1.0) - least)
                }
                Scaling::Robust => {
                    let width = quantile(&known, 0.75) - quantile(&known, 0.25);
                    (quantile(&known, 0.5), width)
                }
            };
            // What is constant but for rounding is not blown up to noise.
            let least = 1e-12 * known.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            scales.push((name, centre, if width > least { width } else { 1.0 }));
        }
        Ok(Self { scales })
    }

    pub(super) fn apply(&self, frame: &mut Frame) -> Result<(), Refusal> {
        for (name, centre, width) in &self.scales {
            let scaled = frame.numbers(name)?.iter().map(|x| (x - centre) / width).collect();
            frame.table.replace(name, Values::Numbers(scaled));
        }
        Ok(())
    }
}
