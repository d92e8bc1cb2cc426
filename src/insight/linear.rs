//! Linear regression: y = β₀ + Σ βⱼxⱼ + ε, by least squares (Legendre 1805; Gauss 1809).
//!
//! Minimises Σ(y − ŷ)² + a Σβⱼ² (Hoerl & Kennard 1970), the intercept not penalised: columns and target
//! are centred first. Standard errors are s √diag (XᵀX)⁻¹ with s² = Σ(y − ŷ)²/(n − p); intervals are
//! Student's. With a ridge there are none, as the estimates are biased. R² is 1 − Σ(y − ŷ)²/Σ(y − ȳ)²;
//! without intercept ȳ is 0 in it, as is usual.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::least_squares::{self, length};
use super::model::{Coefficient, Columns, INTERCEPT, Weights, mean};
use super::prepare::Features;
use super::{Refusal, named};

/// Settings of a linear regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinearSettings {
    /// Whether there is an intercept.
    pub intercept: bool,
    /// The ridge a, in squared units of the target; 0 for none.
    pub ridge: f64,
}

impl Default for LinearSettings {
    fn default() -> Self {
        Self { intercept: true, ridge: 0.0 }
    }
}

/// A linear regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinearModel {
    /// The weights.
    pub weights: Weights,
    /// The ridge.
    pub ridge: f64,
    /// Rows that it was fitted to.
    pub rows: usize,
    /// R² on these.
    pub r_squared: f64,
    /// The variance of the residuals s²; `None` where there are no rows to spare.
    pub residual_variance: Option<f64>,
}

impl LinearSettings {
    /// Fits the regression.
    ///
    /// # Errors
    /// Where there are too few rows, the target is constant, or the ridge is none.
    pub fn fit(&self, features: &Features, target: &[f64]) -> Result<LinearModel, Refusal> {
        checked_ridge(self.ridge)?;
        let parameters = features.names.len() + usize::from(self.intercept);
        if parameters == 0 {
            return Err(Refusal::new(
                "There are no columns to learn from.",
                "Name features, or fit with an intercept.",
            ));
        }
        let n = features.rows;
        if n < parameters && self.ridge == 0.0 {
            return Err(Refusal::new(
                format!("{parameters} weights cannot be found from {n} rows."),
                "Give more rows, fewer columns, or a ridge.",
            ));
        }
        let y_mean = if self.intercept { mean(target) } else { 0.0 };
        let mut centred: Vec<f64> = target.iter().map(|y| y - y_mean).collect();
        let total = length(&centred).powi(2);
        if length(&centred) <= 100.0 * f64::EPSILON * length(target) {
            return Err(Refusal::new(
                "The target is the same in every row to learn from: there is nothing to learn.",
                "Choose another target, or give rows in which it differs.",
            ));
        }
        let mut columns = Columns::of(features, self.intercept);
        let plain = columns.values.clone();
        if self.ridge > 0.0 {
            // The penalty as rows of its own: a · βⱼ² is the square of √a · βⱼ − 0.
            let width = columns.values.len();
            for (place, column) in columns.values.iter_mut().enumerate() {
                let penalty = |row| if row == place { self.ridge.sqrt() } else { 0.0 };
                column.extend((0..width).map(penalty));
            }
            centred.resize(n + width, 0.0);
        }
        let solution = least_squares::solve(&columns.values, &columns.sizes, &centred);
        centred.truncate(n);
        let mut residuals = centred;
        for (place, weight) in solution.kept.iter().zip(&solution.coefficients) {
            if let Some(column) = plain.get(*place) {
                residuals.iter_mut().zip(column).for_each(|(r, x)| *r -= weight * x);
            }
        }
        let squares = length(&residuals).powi(2);
        let found = solution.kept.len() + usize::from(self.intercept);
        let freedom = n.saturating_sub(found);
        let variance = (freedom > 0).then(|| squares / freedom as f64);
        let known = variance.filter(|_| self.ridge == 0.0).map(|variance| (variance, freedom));
        let mut coefficients: Vec<Coefficient> =
            features.names.iter().map(|name| undetermined(name)).collect();
        let mut intercept = y_mean;
        let mut intercept_share = 1.0 / n as f64;
        for (at, (place, weight)) in solution.kept.iter().zip(&solution.coefficients).enumerate() {
            let row = solution.inverse.get(at).map_or(&[][..], Vec::as_slice);
            let x_mean = columns.means.get(*place).copied().unwrap_or(0.0);
            intercept -= weight * x_mean;
            for (other, share) in solution.kept.iter().zip(row) {
                intercept_share += x_mean * share * columns.means.get(*other).unwrap_or(&0.0);
            }
            if let Some(coefficient) = coefficients.get_mut(*place) {
                let share = row.get(at).copied().unwrap_or(f64::NAN);
                *coefficient = student(&coefficient.name, *weight, share, known);
            }
        }
        let intercept =
            self.intercept.then(|| student(INTERCEPT, intercept, intercept_share, known));
        let weights = Weights { intercept, coefficients };
        if weights.coefficients.iter().any(|weight| !weight.value.is_finite()) {
            return Err(Refusal::new(
                format!("The weights of {} go beyond all numbers.", named(&features.names)),
                "Scale the columns.",
            ));
        }
        Ok(LinearModel {
            weights,
            ridge: self.ridge,
            rows: n,
            r_squared: 1.0 - squares / total,
            residual_variance: variance,
        })
    }
}

pub(super) fn checked_ridge(ridge: f64) -> Result<(), Refusal> {
    if ridge.is_finite() && ridge >= 0.0 {
        return Ok(());
    }
    Err(Refusal::new(format!("A ridge of {ridge} is none."), "Give a number from 0 on."))
}

/// A column without anything of its own.
pub(super) fn undetermined(name: &str) -> Coefficient {
    Coefficient {
        name: name.to_owned(),
        value: 0.0,
        determined: false,
        error: None,
        low: None,
        high: None,
        p_value: None,
    }
}

/// A weight with Student's interval: its variance is `share` times that of the residuals, which is
/// known with so many degrees of freedom.
fn student(name: &str, value: f64, share: f64, known: Option<(f64, usize)>) -> Coefficient {
    let plain = Coefficient { value, determined: true, ..undetermined(name) };
    let Some((variance, freedom)) = known else { return plain };
    let error = (variance * share).sqrt();
    let Ok(t) = StudentsT::new(0.0, 1.0, freedom as f64) else { return plain };
    if !error.is_finite() {
        return plain;
    }
    let half = error * t.inverse_cdf(0.975);
    let p_value = match error > 0.0 {
        true => 2.0 * t.cdf(-(value / error).abs()),
        false => f64::from(u8::from(value == 0.0)),
    };
    Coefficient {
        error: Some(error),
        low: Some(value - half),
        high: Some(value + half),
        p_value: Some(p_value),
        ..plain
    }
}

impl LinearModel {
    /// ŷ of each row.
    pub fn predict(&self, features: &Features) -> Vec<f64> {
        self.weights.sums(features)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(names: &[&str], rows: &[&[f64]]) -> Features {
        Features {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            rows: rows.len(),
            values: rows.concat(),
        }
    }

    #[test]
    fn a_line_through_points_on_it_is_found_exactly() {
        let x = features(&["x"], &[&[0.0], &[1.0], &[2.0], &[4.0]]);
        let model = LinearSettings::default().fit(&x, &[1.0, 3.0, 5.0, 9.0]).unwrap();
        let weights: Vec<f64> = crate::insight::model::Model::Linear(model.clone())
            .coefficients()
            .iter()
            .map(|w| w.value)
            .collect();
        assert!((weights[0] - 1.0).abs() < 1e-14 && (weights[1] - 2.0).abs() < 1e-14);
        assert!((model.r_squared - 1.0).abs() < 1e-14);
        let predicted = model.predict(&features(&["x"], &[&[10.0]]));
        assert!((predicted[0] - 21.0).abs() < 1e-12);
    }

    /// By hand: x = 1, 2, 3, y = 1, 2, 4: slope 1.5, intercept −2/3, Σr² = 1/6, so that the error of the
    /// slope is √(1/6 / 2), of the intercept √(1/6 · (1/3 + 4/2)).
    #[test]
    fn errors_are_those_of_the_formula() {
        let x = features(&["x"], &[&[1.0], &[2.0], &[3.0]]);
        let model = LinearSettings::default().fit(&x, &[1.0, 2.0, 4.0]).unwrap();
        let slope = &model.weights.coefficients[0];
        let intercept = model.weights.intercept.as_ref().unwrap();
        assert!((slope.value - 1.5).abs() < 1e-14 && (intercept.value + 2.0 / 3.0).abs() < 1e-14);
        assert!((slope.error.unwrap() - (1.0_f64 / 12.0).sqrt()).abs() < 1e-14);
        assert!((intercept.error.unwrap() - (7.0_f64 / 18.0).sqrt()).abs() < 1e-14);
        // Student's t of one degree of freedom is Cauchy's distribution: 12.706 at 97.5 %.
        let half = (slope.high.unwrap() - slope.low.unwrap()) / 2.0;
        assert!((half / slope.error.unwrap() - (0.475 * std::f64::consts::PI).tan()).abs() < 1e-6);
    }

    #[test]
    fn what_is_constant_or_a_sum_of_others_is_told_and_changes_nothing() {
        let rows: [&[f64]; 5] = [
            &[1.0, 7.0, 2.0, 3.0],
            &[2.0, 7.0, 1.0, 3.0],
            &[3.0, 7.0, 5.0, 8.0],
            &[4.0, 7.0, 2.0, 6.0],
            &[7.0, 7.0, 0.5, 7.5],
        ];
        let x = features(&["a", "constant", "b", "a and b"], &rows);
        let y = [1.0, 2.5, 2.0, 7.0, 3.0];
        let model = LinearSettings::default().fit(&x, &y).unwrap();
        let alone: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0], row[2]]).collect();
        let alone: Vec<&[f64]> = alone.iter().map(Vec::as_slice).collect();
        let small = features(&["a", "b"], &alone);
        let fewer = LinearSettings::default().fit(&small, &y).unwrap();
        for (one, other) in model.predict(&x).iter().zip(fewer.predict(&small)) {
            assert!((one - other).abs() < 1e-12);
        }
        let errors = |model: &LinearModel| model.weights.coefficients[0].error.unwrap();
        assert!((errors(&model) - errors(&fewer)).abs() < 1e-12);
        let model = crate::insight::model::Model::Linear(model);
        assert_eq!(model.undetermined(), ["constant", "a and b"]);
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        let x = features(&["x", "z"], &[&[1.0, 2.0], &[2.0, 5.0]]);
        let said =
            |settings: LinearSettings, y: &[f64]| settings.fit(&x, y).unwrap_err().to_string();
        let plain = LinearSettings::default;
        assert!(said(plain(), &[1.0, 2.0]).contains("3 weights cannot be found from 2 rows"));
        assert!(
            said(LinearSettings { ridge: -1.0, ..plain() }, &[1.0, 2.0]).contains("ridge of -1")
        );
        let ridge = LinearSettings { ridge: 1.0, ..plain() };
        assert!(said(ridge.clone(), &[3.3, 3.3]).contains("nothing to learn"));
        // A ridge needs no more rows than that; it gives no intervals.
        let model = ridge.fit(&x, &[1.0, 2.0]).unwrap();
        assert!(model.weights.coefficients.iter().all(|w| w.determined && w.error.is_none()));
    }
}
