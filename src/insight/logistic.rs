//! Logistic regression: P(y = 1) = 1/(1 + e^−η), η = β₀ + Σ βⱼxⱼ, by maximum likelihood (Cox 1958).
//!
//! Minimises −ℓ(β) + a/2 · Σβⱼ², the intercept not penalised. Newton's method solves each step as
//! weighted least squares by QR (McCullagh & Nelder 1989, §4.4) and halves a step that would lower the
//! likelihood; gradient descent takes steps of 1/L, with L the largest curvature there can be. Both
//! work on columns that are centred and scaled, and give weights of the columns as they are. Standard
//! errors are those of Fisher's information at the maximum, intervals normal; with a ridge there are
//! none.
//!
//! **Separation.** Where a direction d has (2y − 1) xᵀd ≥ 0 in every row, and not 0 in all, the
//! likelihood grows along it without end and there is no maximum (Albert & Anderson 1984). Newton's
//! steps turn to such a direction; it is then looked at, and proves it.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::least_squares::{self, length};
use super::linear::{checked_ridge, undetermined};
use super::model::{Coefficient, Columns, INTERCEPT, Weights};
use super::prepare::Features;
use super::{Refusal, named};

/// Settings of a logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogisticSettings {
    /// Whether there is an intercept.
    pub intercept: bool,
    /// The ridge a; 0 for none.
    pub ridge: f64,
    /// How the maximum is found.
    pub by: Ascent,
}

impl Default for LogisticSettings {
    fn default() -> Self {
        Self { intercept: true, ridge: 0.0, by: Ascent::Newton }
    }
}

/// How the maximum of the likelihood is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Ascent {
    /// Newton's method: a few steps.
    Newton,
    /// Gradient descent: many small steps, at most so many.
    GradientDescent(u32),
}

/// A logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogisticModel {
    /// The weights.
    pub weights: Weights,
    /// The ridge.
    pub ridge: f64,
    /// Rows that it was fitted to.
    pub rows: usize,
    /// ℓ(β) on these.
    pub log_likelihood: f64,
    /// ℓ of the share of the positive class alone.
    pub null_log_likelihood: f64,
    /// Steps taken.
    pub steps: u32,
    /// What is minimised, a row, after some of the steps: the first, and as many as show its course.
    pub losses: Vec<(u32, f64)>,
}

/// Newton's steps at most.
const MOST_STEPS: u32 = 100;
/// From this step on what still moves far is looked at for separation.
const LONG_UNDER_WAY: u32 = 12;
/// So many losses are kept beside the first ones.
const MOST_LOSSES: usize = 100;

/// The problem, on columns that are centred and scaled; the first is the intercept's, if any.
struct Problem<'d> {
    columns: Vec<Vec<f64>>,
    /// The ridge of each.
    ridges: Vec<f64>,
    labels: &'d [f64],
}

impl Problem<'_> {
    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.labels.len()];
        for (column, weight) in self.columns.iter().zip(weights) {
            sums.iter_mut().zip(column).for_each(|(sum, x)| *sum += weight * x);
        }
        sums
    }

    /// What is minimised.
    fn loss(&self, weights: &[f64], sums: &[f64]) -> f64 {
        let penalty = weights.iter().zip(&self.ridges).map(|(b, ridge)| ridge * b * b / 2.0);
        penalty.sum::<f64>() - log_likelihood(self.labels, sums)
    }

    /// The direction in which the loss falls fastest: minus its gradient.
    fn descent(&self, weights: &[f64], sums: &[f64]) -> Vec<f64> {
        let residuals: Vec<f64> =
            self.labels.iter().zip(sums).map(|(y, sum)| y - sigmoid(*sum)).collect();
        let along = |column: &Vec<f64>| -> f64 {
            column.iter().zip(&residuals).map(|(x, residual)| x * residual).sum()
        };
        let columns = self.columns.iter().zip(weights.iter().zip(&self.ridges));
        columns.map(|(column, (weight, ridge))| along(column) - ridge * weight).collect()
    }

    /// Newton's step, and the inverse of the curvature.
    fn newton(&self, weights: &[f64], sums: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let curvature = |sum: &f64| (sigmoid(*sum) * sigmoid(-sum)).max(1e-14);
        let roots: Vec<f64> = sums.iter().map(|sum| curvature(sum).sqrt()).collect();
        let mut target: Vec<f64> = self
            .labels
            .iter()
            .zip(sums)
            .zip(&roots)
            .map(|((y, sum), root)| (y - sigmoid(*sum)) / root)
            .collect();
        let mut columns: Vec<Vec<f64>> = self
            .columns
            .iter()
            .map(|column| column.iter().zip(&roots).map(|(x, root)| x * root).collect())
            .collect();
        let penalised = self.ridges.iter().any(|ridge| *ridge > 0.0);
        if penalised {
            let width = columns.len();
            for (place, (column, ridge)) in columns.iter_mut().zip(&self.ridges).enumerate() {
                let row = |row| if row == place { ridge.sqrt() } else { 0.0 };
                column.extend((0..width).map(row));
            }
            target.extend(self.ridges.iter().zip(weights).map(|(ridge, b)| -ridge.sqrt() * b));
        }
        let sizes: Vec<f64> = columns.iter().map(|column| length(column)).collect();
        let solution = least_squares::solve(&columns, &sizes, &target);
        let mut step = vec![0.0; self.columns.len()];
        for (place, value) in solution.kept.iter().zip(&solution.coefficients) {
            if let Some(step) = step.get_mut(*place) {
                *step = *value;
            }
        }
        (step, solution.inverse)
    }

    /// Whether the likelihood grows along these sums without end.
    fn proves_separation(&self, sums: &[f64], tolerance: f64) -> bool {
        let signed = || self.labels.iter().zip(sums).map(|(y, sum)| (2.0 * y - 1.0) * sum);
        let most = signed().fold(0.0, f64::max);
        most > 0.0 && signed().all(|sum| sum >= -tolerance * most)
    }
}

fn sigmoid(sum: f64) -> f64 {
    match sum >= 0.0 {
        true => 1.0 / (1.0 + (-sum).exp()),
        false => sum.exp() / (1.0 + sum.exp()),
    }
}

/// Σ −ln(1 + e^∓η).
fn log_likelihood(labels: &[f64], sums: &[f64]) -> f64 {
    let one = |(y, sum): (&f64, &f64)| {
        let signed = (2.0 * y - 1.0) * sum;
        // ln(1 + e^−s), which for s far below 0 is −s.
        -((-signed.abs()).exp().ln_1p() + (-signed).max(0.0))
    };
    labels.iter().zip(sums).map(one).sum()
}

/// Where a search for the maximum ended.
struct Found {
    weights: Vec<f64>,
    steps: u32,
    losses: Vec<(u32, f64)>,
}

impl LogisticSettings {
    /// Fits the regression; `labels` are 1 for the positive class and else 0.
    ///
    /// # Errors
    /// Where there is one class alone, the classes are separated and there is no ridge, or the maximum
    /// is not found.
    pub fn fit(&self, features: &Features, labels: &[f64]) -> Result<LogisticModel, Refusal> {
        checked_ridge(self.ridge)?;
        let n = features.rows;
        let positive = labels.iter().sum::<f64>();
        if positive == 0.0 || positive == n as f64 {
            return Err(Refusal::new(
                format!(
                    "All {n} rows to learn from are of one class: there is nothing to tell apart."
                ),
                "Give rows of both classes, or split them stratified.",
            ));
        }
        let centred = Columns::of(features, self.intercept);
        let kept = least_squares::independent(&centred.values, &centred.sizes);
        if kept.len() + usize::from(self.intercept) == 0 {
            return Err(Refusal::new(
                "There are no columns to learn from.",
                "Name features, or fit with an intercept.",
            ));
        }
        let mut problem = Problem { columns: Vec::new(), ridges: Vec::new(), labels };
        if self.intercept {
            problem.columns.push(vec![1.0; n]);
            problem.ridges.push(0.0);
        }
        let mut scales = Vec::new();
        for column in kept.iter().filter_map(|place| centred.values.get(*place)) {
            let scale = length(column) / (n as f64).sqrt();
            problem.columns.push(column.iter().map(|x| x / scale).collect());
            problem.ridges.push(self.ridge / (scale * scale));
            scales.push(scale);
        }
        let names: Vec<&String> =
            kept.iter().filter_map(|place| features.names.get(*place)).collect();
        let found = match self.by {
            Ascent::Newton => self.newton(&problem, &names)?,
            Ascent::GradientDescent(most) => self.descend(&problem, &names, most)?,
        };
        let sums = problem.sums(&found.weights);
        let (_, inverse) = problem.newton(&found.weights, &sums);
        let whole = inverse.len() == problem.columns.len() && self.ridge == 0.0;
        let weights = self.weights(
            &found.weights,
            whole.then_some(inverse),
            &kept,
            &scales,
            &centred,
            features,
        );
        let share = positive / n as f64;
        let null = match self.intercept {
            true => positive * share.ln() + (n as f64 - positive) * (1.0 - share).ln(),
            false => -(n as f64) * std::f64::consts::LN_2,
        };
        Ok(LogisticModel {
            weights,
            ridge: self.ridge,
            rows: n,
            log_likelihood: log_likelihood(labels, &sums),
            null_log_likelihood: null,
            steps: found.steps,
            losses: found.losses,
        })
    }

    /// Newton's method.
    fn newton(&self, problem: &Problem<'_>, names: &[&String]) -> Result<Found, Refusal> {
        let mut weights = vec![0.0; problem.columns.len()];
        let mut sums = problem.sums(&weights);
        let mut loss = problem.loss(&weights, &sums);
        let n = problem.labels.len() as f64;
        let mut losses = vec![(0, loss / n)];
        for step in 1..=MOST_STEPS {
            let (direction, _) = problem.newton(&weights, &sums);
            let descent = problem.descent(&weights, &sums);
            let gain: f64 = direction.iter().zip(&descent).map(|(d, g)| d * g).sum();
            let along = problem.sums(&direction);
            let far = along.iter().fold(0.0, |most: f64, sum| most.max(sum.abs()));
            if self.ridge == 0.0
                && (problem.proves_separation(&sums, 0.0)
                    || step > LONG_UNDER_WAY
                        && far > 0.1
                        && problem.proves_separation(&along, 1e-6))
            {
                return Err(separated(problem, &direction, self.intercept, names));
            }
            if !gain.is_finite() {
                break;
            }
            let mut share = 1.0;
            loop {
                let tried: Vec<f64> =
                    weights.iter().zip(&direction).map(|(b, d)| b + share * d).collect();
                let tried_sums = problem.sums(&tried);
                let tried_loss = problem.loss(&tried, &tried_sums);
                // Beside the maximum rounding decides: there a whole step is taken.
                if tried_loss <= loss + 1e-12 * loss.abs() || share < 1e-9 {
                    (weights, sums, loss) = (tried, tried_sums, tried_loss);
                    break;
                }
                share /= 2.0;
            }
            losses.push((step, loss / n));
            if gain.abs() <= 1e-20 * n.max(1.0) || far <= 1e-12 {
                return Ok(Found { weights, steps: step, losses });
            }
        }
        Err(not_found(MOST_STEPS))
    }

    /// Gradient descent.
    fn descend(
        &self,
        problem: &Problem<'_>,
        names: &[&String],
        most: u32,
    ) -> Result<Found, Refusal> {
        let n = problem.labels.len() as f64;
        let ridge = problem.ridges.iter().copied().fold(0.0, f64::max);
        let rate = 1.0 / (1.02 * largest_curvature(problem) + ridge);
        let mut weights = vec![0.0; problem.columns.len()];
        let mut sums = problem.sums(&weights);
        let mut losses = vec![(0, problem.loss(&weights, &sums) / n)];
        let every = most.div_ceil(MOST_LOSSES as u32).max(1);
        for step in 1..=most {
            let descent = problem.descent(&weights, &sums);
            weights.iter_mut().zip(&descent).for_each(|(b, d)| *b += rate * d);
            sums = problem.sums(&weights);
            let arrived = length(&descent) <= 1e-10 * n;
            // Its course is steep at first.
            if step % every == 0 || step.is_power_of_two() || arrived {
                losses.push((step, problem.loss(&weights, &sums) / n));
            }
            if self.ridge == 0.0 && step % every == 0 && problem.proves_separation(&sums, 0.0) {
                return Err(separated(problem, &weights, self.intercept, names));
            }
            if arrived {
                return Ok(Found { weights, steps: step, losses });
            }
        }
        Err(not_found(most))
    }

    /// The weights of the columns as they are.
    fn weights(
        &self,
        found: &[f64],
        inverse: Option<Vec<Vec<f64>>>,
        kept: &[usize],
        scales: &[f64],
        centred: &Columns,
        features: &Features,
    ) -> Weights {
        let first = usize::from(self.intercept);
        let mean = |place: &usize| centred.means.get(*place).copied().unwrap_or(0.0);
        // β₀ = b₀ − Σ bⱼ x̄ⱼ/sⱼ: what each of the found weights counts in it.
        let mut counts = vec![1.0; first];
        counts.extend(kept.iter().zip(scales).map(|(place, scale)| -mean(place) / scale));
        let variance = |counts: &[f64]| -> Option<f64> {
            let inverse = inverse.as_ref()?;
            let rows = inverse.iter().zip(counts).map(|(row, count)| {
                count * row.iter().zip(counts).map(|(value, count)| value * count).sum::<f64>()
            });
            Some(rows.sum())
        };
        let intercept = self.intercept.then(|| {
            let value = found.iter().zip(&counts).map(|(weight, count)| weight * count).sum();
            normal(INTERCEPT, value, variance(&counts))
        });
        let mut coefficients: Vec<Coefficient> =
            features.names.iter().map(|name| undetermined(name)).collect();
        for (at, (place, scale)) in kept.iter().zip(scales).enumerate() {
            let value = found.get(first + at).copied().unwrap_or(0.0) / scale;
            let diagonal =
                inverse.as_ref().and_then(|inverse| inverse.get(first + at)?.get(first + at));
            if let Some(coefficient) = coefficients.get_mut(*place) {
                let variance = diagonal.map(|variance| variance / (scale * scale));
                *coefficient = normal(&coefficient.name, value, variance);
            }
        }
        Weights { intercept, coefficients }
    }
}

/// The largest curvature of the likelihood there can be: a quarter of the largest eigenvalue of XᵀX, by
/// the power method, from above.
fn largest_curvature(problem: &Problem<'_>) -> f64 {
    let mut direction = vec![1.0; problem.columns.len()];
    let mut largest = 0.0;
    for _ in 0..60 {
        let size = length(&direction).max(f64::MIN_POSITIVE);
        direction.iter_mut().for_each(|value| *value /= size);
        let sums = problem.sums(&direction);
        direction = problem
            .columns
            .iter()
            .map(|column| column.iter().zip(&sums).map(|(x, sum)| x * sum).sum())
            .collect();
        largest = length(&direction);
    }
    // The power method comes from below; it is held against the sum of all eigenvalues.
    let all: f64 = problem.columns.iter().map(|column| length(column).powi(2)).sum();
    (1.2 * largest).min(all) / 4.0
}

fn not_found(steps: u32) -> Refusal {
    Refusal::new(
        format!("The maximum of the likelihood was not found in {steps} steps."),
        "Use Newton's method, scale the columns, or give a ridge.",
    )
}

fn separated(
    problem: &Problem<'_>,
    direction: &[f64],
    intercept: bool,
    names: &[&String],
) -> Refusal {
    let along = direction.iter().skip(usize::from(intercept)).map(|value| value.abs());
    let most = along.clone().fold(0.0, f64::max);
    let drive: Vec<&String> =
        along.zip(names).filter(|(value, _)| *value > 0.2 * most).map(|(_, name)| *name).collect();
    let sums = problem.sums(direction);
    let apart = if problem.proves_separation(&sums, 0.0) && sums.iter().all(|sum| *sum != 0.0) {
        "apart without any error"
    } else {
        "apart in some of the rows without any error"
    };
    Refusal::new(
        format!(
            "The columns tell the classes {apart} (separation, by {}): the weights of maximum \
             likelihood grow without end.",
            named(&drive)
        ),
        "Give a ridge, such as 1; or leave these columns out if they say what is only known \
         afterwards.",
    )
}

/// A weight with its normal interval.
fn normal(name: &str, value: f64, variance: Option<f64>) -> Coefficient {
    let plain = Coefficient { value, determined: true, ..undetermined(name) };
    let error = variance.map(f64::sqrt).filter(|error| error.is_finite() && *error > 0.0);
    let (Some(error), Ok(normal)) = (error, Normal::new(0.0, 1.0)) else { return plain };
    let half = error * normal.inverse_cdf(0.975);
    Coefficient {
        error: Some(error),
        low: Some(value - half),
        high: Some(value + half),
        p_value: Some(2.0 * normal.cdf(-(value / error).abs())),
        ..plain
    }
}

impl LogisticModel {
    /// The probability of the positive class in each row.
    pub fn predict(&self, features: &Features) -> Vec<f64> {
        self.weights.sums(features).into_iter().map(sigmoid).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(names: &[&str], rows: &[Vec<f64>]) -> Features {
        Features {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            rows: rows.len(),
            values: rows.concat(),
        }
    }

    fn one(values: &[f64]) -> Features {
        let rows: Vec<Vec<f64>> = values.iter().map(|x| vec![*x]).collect();
        features(&["x"], &rows)
    }

    /// Two groups: 1 of 4 and 3 of 4. The weights are ln(1/3) and 2 ln 3, by hand.
    #[test]
    fn two_groups_give_their_log_odds() {
        let x = one(&[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let labels = [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0];
        for by in [Ascent::Newton, Ascent::GradientDescent(100_000)] {
            let settings = LogisticSettings { by, ..Default::default() };
            let model = settings.fit(&x, &labels).unwrap();
            let intercept = model.weights.intercept.as_ref().unwrap();
            let slope = &model.weights.coefficients[0];
            assert!((intercept.value + 3.0_f64.ln()).abs() < 1e-8, "{intercept:?}");
            assert!((slope.value - 2.0 * 3.0_f64.ln()).abs() < 1e-8, "{slope:?}");
            // Of log odds of 1 in 4 the variance is 1/1 + 1/3; of their difference twice that.
            assert!((intercept.error.unwrap() - (4.0_f64 / 3.0).sqrt()).abs() < 1e-7);
            assert!((slope.error.unwrap() - (8.0_f64 / 3.0).sqrt()).abs() < 1e-7);
            let predicted = model.predict(&one(&[0.0, 1.0]));
            assert!((predicted[0] - 0.25).abs() < 1e-8 && (predicted[1] - 0.75).abs() < 1e-8);
            let falling = model.losses.windows(2).all(|pair| pair[1].1 <= pair[0].1 + 1e-12);
            assert!(falling && model.losses.len() > 2, "{:?}", model.losses);
        }
    }

    #[test]
    fn both_ways_lead_to_the_same_maximum_with_a_ridge_too() {
        let rows: Vec<Vec<f64>> = (0..60)
            .map(|row| vec![f64::from(row % 7), f64::from(row % 11) * 30.0 + 500.0])
            .collect();
        let labels: Vec<f64> = (0..60).map(|row| f64::from(u8::from(row * row % 13 < 6))).collect();
        let x = features(&["a", "b"], &rows);
        for ridge in [0.0, 3.0] {
            let newton = LogisticSettings { ridge, ..Default::default() }.fit(&x, &labels).unwrap();
            let by = Ascent::GradientDescent(200_000);
            let slow =
                LogisticSettings { ridge, by, ..Default::default() }.fit(&x, &labels).unwrap();
            let weights = newton.weights.coefficients.iter().zip(&slow.weights.coefficients);
            for (one, other) in weights {
                assert!(
                    (one.value - other.value).abs() < 1e-6 * one.value.abs(),
                    "{one:?} {other:?}"
                );
            }
            // At the maximum the derivative by each weight of the columns as they are is 0.
            let predicted = newton.predict(&x);
            for (column, weight) in newton.weights.coefficients.iter().enumerate() {
                let along: f64 =
                    (0..60).map(|row| (labels[row] - predicted[row]) * rows[row][column]).sum();
                let means: f64 = (0..60).map(|row| labels[row] - predicted[row]).sum();
                assert!((along - ridge * weight.value).abs() < 1e-6, "{along}");
                assert!(means.abs() < 1e-9);
            }
            assert_eq!(newton.weights.coefficients[0].error.is_some(), ridge == 0.0);
        }
    }

    #[test]
    fn separated_classes_have_no_maximum_and_are_told() {
        let apart = one(&[1.0, 2.0, 3.0, 10.0, 11.0, 12.0]);
        let labels = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        for by in [Ascent::Newton, Ascent::GradientDescent(10_000)] {
            let said =
                LogisticSettings { by, ..Default::default() }.fit(&apart, &labels).unwrap_err();
            assert!(
                said.message.contains("apart without any error (separation, by `x`)"),
                "{said}"
            );
            assert!(said.remedy.contains("ridge"), "{said}");
        }
        // Quasi: at 5 there are both, elsewhere they are apart.
        let touching = one(&[1.0, 2.0, 5.0, 5.0, 11.0, 12.0]);
        let said = LogisticSettings::default().fit(&touching, &labels).unwrap_err();
        assert!(said.message.contains("in some of the rows"), "{said}");
        // One column alone separates some rows; the other does not.
        let rows: Vec<Vec<f64>> = (0..40)
            .map(|row| vec![f64::from(row * 7 % 10), f64::from(u8::from(row % 4 == 0))])
            .collect();
        let both: Vec<f64> =
            (0..40).map(|row| f64::from(u8::from(row % 4 == 0 || row * 3 % 5 < 2))).collect();
        let quasi = features(&["a", "flag"], &rows);
        let said = LogisticSettings::default().fit(&quasi, &both).unwrap_err();
        assert!(said.message.contains("separation, by `flag`"), "{said}");
        let ridge = LogisticSettings { ridge: 1.0, ..Default::default() };
        assert!(ridge.fit(&quasi, &both).is_ok() && ridge.fit(&apart, &labels).is_ok());
    }

    /// What is nearly separated still has a maximum, however large.
    #[test]
    fn nearly_separated_classes_have_one() {
        let mut values: Vec<f64> = (0..200).map(f64::from).collect();
        let mut labels: Vec<f64> = (0..200).map(|row| f64::from(u8::from(row >= 100))).collect();
        values.extend([101.0, 98.0]);
        labels.extend([0.0, 1.0]);
        let model = LogisticSettings::default().fit(&one(&values), &labels).unwrap();
        assert!(model.weights.coefficients[0].value > 0.5);
    }

    #[test]
    fn one_class_alone_is_refused() {
        let said = LogisticSettings::default().fit(&one(&[1.0, 2.0]), &[1.0, 1.0]).unwrap_err();
        assert!(said.message.contains("one class"), "{said}");
    }
}
