//! What all models share: a [`Method`] is fitted to features and a target and gives a [`Model`], which
//! predicts.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::linear::{LinearModel, LinearSettings};
use super::logistic::{LogisticModel, LogisticSettings};
use super::prepare::Features;

/// What is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// A number.
    Regression,
    /// Which of two classes.
    Classification,
}

/// How a model is fitted, with its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Method {
    /// Linear regression.
    Linear(LinearSettings),
    /// Logistic regression.
    Logistic(LogisticSettings),
}

/// A model that was fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Model {
    /// A linear regression.
    Linear(LinearModel),
    /// A logistic regression.
    Logistic(LogisticModel),
}

impl Method {
    /// What its models predict.
    pub fn task(&self) -> Task {
        match self {
            Self::Linear(_) => Task::Regression,
            Self::Logistic(_) => Task::Classification,
        }
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear(_) => "linear regression",
            Self::Logistic(_) => "logistic regression",
        }
    }

    /// Fits a model to rows and their targets: numbers, or 1 for the positive class and else 0.
    ///
    /// # Errors
    /// Where there is no such model for these data.
    pub fn fit(&self, features: &Features, target: &[f64]) -> Result<Model, Refusal> {
        if features.rows != target.len() || features.rows == 0 {
            return Err(Refusal::new(
                "There are no rows to learn from.",
                "Look at what the stages take away: of each row a value may be missing.",
            ));
        }
        match self {
            Self::Linear(settings) => settings.fit(features, target).map(Model::Linear),
            Self::Logistic(settings) => settings.fit(features, target).map(Model::Logistic),
        }
    }
}

impl Model {
    /// What is predicted of each row: the number, or the probability of the positive class.
    pub fn predict(&self, features: &Features) -> Vec<f64> {
        match self {
            Self::Linear(model) => model.predict(features),
            Self::Logistic(model) => model.predict(features),
        }
    }

    /// What it predicts.
    pub fn task(&self) -> Task {
        match self {
            Self::Linear(_) => Task::Regression,
            Self::Logistic(_) => Task::Classification,
        }
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear(_) => "linear regression",
            Self::Logistic(_) => "logistic regression",
        }
    }

    /// Its weights, the intercept first where there is one.
    pub fn coefficients(&self) -> Vec<&Coefficient> {
        let weights = match self {
            Self::Linear(model) => &model.weights,
            Self::Logistic(model) => &model.weights,
        };
        weights.intercept.iter().chain(&weights.coefficients).collect()
    }

    /// The columns without anything of their own, which it leaves out.
    pub fn undetermined(&self) -> Vec<&str> {
        let left_out = self.coefficients().into_iter().filter(|weight| !weight.determined);
        left_out.map(|weight| weight.name.as_str()).collect()
    }

    /// Whether it fits so many columns and all its numbers are finite: for what comes from a file.
    pub(super) fn fits(&self, columns: &[String]) -> bool {
        let weights = match self {
            Self::Linear(model) => &model.weights,
            Self::Logistic(model) => &model.weights,
        };
        let names = weights.coefficients.iter().map(|coefficient| &coefficient.name);
        names.eq(columns) && self.coefficients().iter().all(|weight| weight.value.is_finite())
    }
}

/// The weight of a column, and how well it is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficient {
    /// The column's name.
    pub name: String,
    /// The weight; 0 where it is not determined.
    pub value: f64,
    /// Whether the data determine it: the column is no combination of those before it.
    pub determined: bool,
    /// Its standard error; `None` where there is none: with a ridge, or no rows to spare.
    pub error: Option<f64>,
    /// Where its 95 % interval begins.
    pub low: Option<f64>,
    /// Where it ends.
    pub high: Option<f64>,
    /// How likely a weight of at least this size would be if the true one were 0.
    pub p_value: Option<f64>,
}

/// What stands for the intercept's name.
pub const INTERCEPT: &str = "(intercept)";

/// The weights of a regression: η = β₀ + Σ βⱼxⱼ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// β₀, where there is one.
    pub intercept: Option<Coefficient>,
    /// βⱼ, one a column.
    pub coefficients: Vec<Coefficient>,
}

impl Weights {
    /// η of each row.
    pub fn sums(&self, features: &Features) -> Vec<f64> {
        let intercept = self.intercept.as_ref().map_or(0.0, |intercept| intercept.value);
        let sum = |row: &[f64]| {
            let products = row.iter().zip(&self.coefficients).map(|(x, weight)| x * weight.value);
            intercept + products.sum::<f64>()
        };
        (0..features.rows).map(|row| sum(features.row(row))).collect()
    }
}

/// Columns as regressions take them: centred where there is an intercept.
pub(super) struct Columns {
    /// The columns.
    pub values: Vec<Vec<f64>>,
    /// Their means, 0 where they are not centred.
    pub means: Vec<f64>,
    /// Their lengths before they were centred.
    pub sizes: Vec<f64>,
}

impl Columns {
    pub(super) fn of(features: &Features, centred: bool) -> Self {
        let mut all = Self { values: Vec::new(), means: Vec::new(), sizes: Vec::new() };
        for place in 0..features.names.len() {
            let mut column: Vec<f64> = features.column(place).collect();
            all.sizes.push(super::least_squares::length(&column));
            let mean = if centred { mean(&column) } else { 0.0 };
            column.iter_mut().for_each(|value| *value -= mean);
            all.means.push(mean);
            all.values.push(column);
        }
        all
    }
}

/// The mean, corrected by the mean of what it leaves.
pub(super) fn mean(values: &[f64]) -> f64 {
    let n = values.len().max(1) as f64;
    let first = values.iter().sum::<f64>() / n;
    first + values.iter().map(|value| value - first).sum::<f64>() / n
}
