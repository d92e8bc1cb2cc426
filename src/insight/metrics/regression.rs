//! Predicted numbers against true ones.

use serde::{Deserialize, Serialize};

/// Errors of predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Mean squared error.
    pub mse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// 1 − Σ(y − ŷ)²/Σ(y − ȳ)², with the mean of these very rows; `None` where all y are equal.
    pub r_squared: Option<f64>,
}

impl Scores {
    /// The scores of predictions; `counts`: how often each row counts, once if `None`.
    pub fn of(truth: &[f64], predicted: &[f64], counts: Option<&[u32]>) -> Self {
        let count = |row: usize| {
            counts.map_or(1.0, |counts| counts.get(row).map_or(0.0, |c| f64::from(*c)))
        };
        let (mut rows, mut sum, mut squares, mut absolute) = (0.0, 0.0, 0.0, 0.0);
        for (row, (y, predicted)) in truth.iter().zip(predicted).enumerate() {
            let (count, error) = (count(row), y - predicted);
            rows += count;
            sum += count * y;
            squares += count * error * error;
            absolute += count * error.abs();
        }
        let mean = sum / rows;
        let about = |(row, y): (usize, &f64)| count(row) * (y - mean).powi(2);
        let total: f64 = truth.iter().enumerate().map(about).sum();
        let least = 1e-24 * rows * mean * mean;
        Self {
            mse: squares / rows,
            mae: absolute / rows,
            r_squared: (total > least).then(|| 1.0 - squares / total),
        }
    }

    /// The root of the mean squared error, in the unit of the target.
    pub fn rmse(&self) -> f64 {
        self.mse.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_those_by_hand() {
        let (truth, predicted) = ([1.0, 2.0, 6.0], [1.0, 4.0, 5.0]);
        let scores = Scores::of(&truth, &predicted, None);
        assert_eq!((scores.mse, scores.mae), (5.0 / 3.0, 1.0));
        // Σ(y − 3)² = 14.
        assert!((scores.r_squared.unwrap() - (1.0 - 5.0 / 14.0)).abs() < 1e-15);
        // A row that counts twice is a row that is there twice.
        let twice = Scores::of(&[1.0, 2.0, 2.0], &[1.0, 4.0, 4.0], None);
        assert_eq!(Scores::of(&truth, &predicted, Some(&[1, 2, 0])), twice);
        assert_eq!(Scores::of(&[0.1; 3], &[0.0; 3], None).r_squared, None);
    }
}
