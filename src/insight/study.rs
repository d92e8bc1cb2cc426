//! The whole path in one call: a table and what is asked for become a trained model and how good it
//! is, on rows that it has not seen, beside a baseline and with intervals.
//!
//! Three parts: the model learns from the first, the threshold of decisions is chosen by the second (the
//! first, where there is no second), and all is judged by the third. Folds of cross-validation are made
//! of the first two; in each the stages are fitted anew.

mod evaluation;

use serde::{Deserialize, Serialize};

pub use evaluation::{
    Baseline, Classified, Evaluation, Figures, Judge, Regressed, Verdict, evaluate,
};

use super::bootstrap::Bootstrap;
use super::metrics::classification::{Costs, Ranking};
use super::metrics::regression::Scores;
use super::model::{Method, Model, Task};
use super::prepare::split::{Parts, Rule, Split, folds};
use super::prepare::{Dropped, Features, Fitted, Pipeline};
use super::table::{Table, Values};
use super::trained::Trained;
use super::{Refusal, named, shortened};

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// What is predicted.
    pub target: String,
    /// From what; empty for all other columns.
    pub features: Vec<String>,
    /// The class that counts as positive; `None` for the usual one.
    pub positive: Option<String>,
    /// The stages.
    pub pipeline: Pipeline,
    /// How the model is fitted.
    pub method: Method,
    /// How the table is divided.
    pub split: Split,
    /// The column that tells the order of time; `None` where it is that of the rows.
    pub order: Option<String>,
    /// How many folds; 0 for no cross-validation.
    pub folds: usize,
    /// What wrong decisions cost.
    pub costs: Costs,
    /// How often the rows to judge by are drawn for intervals.
    pub draws: u32,
    /// The seed of all that is drawn.
    pub seed: u64,
}

/// What a target is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Target {
    /// A number.
    Number,
    /// Two classes, by their words.
    Classes {
        /// The class of 0, or `not …` for all others.
        negative: String,
        /// The class of 1.
        positive: String,
        /// Whether all other words are the negative class.
        rest: bool,
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// The model with all that is needed to use it.
    pub trained: Trained,
    /// Rows of each part: to learn from, to choose by, to judge by.
    pub rows: [usize; 3],
    /// The rows that went.
    pub dropped: Vec<Dropped>,
    /// On the rows that it learned from, without intervals.
    pub training: Evaluation,
    /// On the rows to judge by.
    pub test: Option<Evaluation>,
    /// In each fold.
    pub cross_validation: Option<CrossValidation>,
}

/// How good the model is, fitted anew in each fold.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidation {
    /// The figure: the root of the mean squared error, or the AUC.
    pub figure: &'static str,
    /// Its value in each fold; `None` where a fold has none: one class alone, or separated ones.
    pub folds: Vec<Option<f64>>,
    /// The baseline's.
    pub baseline: Vec<Option<f64>>,
}

impl CrossValidation {
    /// Mean and standard deviation over the folds.
    pub fn summary(values: &[Option<f64>]) -> Option<(f64, f64)> {
        let known: Vec<f64> = values.iter().flatten().copied().collect();
        if known.is_empty() {
            return None;
        }
        let n = known.len() as f64;
        let mean = known.iter().sum::<f64>() / n;
        let squares: f64 = known.iter().map(|value| (value - mean).powi(2)).sum();
        Some((mean, (squares / (n - 1.0).max(1.0)).sqrt()))
    }
}

impl Target {
    /// What the target of a table is, for a task: of two classes the positive one is that which is
    /// named, else `1`, `true` or `yes`, else the later in the order of numbers or of the alphabet.
    ///
    /// # Errors
    /// Where the column does not fit the task.
    pub fn of(
        values: &Values,
        name: &str,
        task: Task,
        positive: Option<&str>,
    ) -> Result<Self, Refusal> {
        let name = shortened(name);
        if task == Task::Regression {
            return match values {
                Values::Numbers(_) if positive.is_none() => Ok(Self::Number),
                Values::Numbers(_) => Err(Refusal::new(
                    format!("The target `{name}` is a number, and has no positive class."),
                    "Leave the positive class out, or fit a logistic regression.",
                )),
                Values::Words(_) => Err(Refusal::new(
                    format!(
                        "The target `{name}` holds words, where linear regression needs numbers."
                    ),
                    "Fit a logistic regression, or choose another target.",
                )),
            };
        }
        let classes = classes(values);
        let rest = |positive: &str| {
            Ok(Self::Classes {
                negative: format!("not {positive}"),
                positive: positive.to_owned(),
                rest: true,
            })
        };
        if let Some(positive) = positive {
            if !classes.iter().any(|class| class == positive) {
                return Err(Refusal::new(
                    format!("The target `{name}` has no class `{}`.", shortened(positive)),
                    format!("There are {}.", named(&classes)),
                ));
            }
            if classes.len() != 2 {
                return rest(positive);
            }
        }
        let [first, second] = classes.as_slice() else {
            let many =
                if classes.len() == 1 { "1 class" } else { &format!("{} classes", classes.len()) };
            let remedy = match classes.len() {
                0 | 1 => "Give rows of two classes.".to_owned(),
                _ => format!(
                    "Name the positive one of {}: the others are the rest.",
                    named(&classes)
                ),
            };
            return Err(Refusal::new(
                format!("The target `{name}` has {many}: a logistic regression tells two apart."),
                remedy,
            ));
        };
        let usual = |class: &String| {
            ["1", "true", "yes"].iter().any(|word| class.eq_ignore_ascii_case(word))
        };
        let first_is = match positive {
            Some(positive) => first == positive,
            None => usual(first) && !usual(second),
        };
        let (negative, positive) = if first_is { (second, first) } else { (first, second) };
        Ok(Self::Classes { negative: negative.clone(), positive: positive.clone(), rest: false })
    }

    /// The targets of all rows as numbers; NaN where one is missing.
    ///
    /// # Errors
    /// Where a word is none of the classes, or there are words and no numbers.
    pub fn values(&self, values: &Values, name: &str) -> Result<Vec<f64>, Refusal> {
        match self {
            Self::Number => values.numbers().map(<[f64]>::to_vec).ok_or_else(|| {
                Refusal::new(
                    format!(
                        "The target `{}` holds words where numbers are needed.",
                        shortened(name)
                    ),
                    "Give numbers.",
                )
            }),
            Self::Classes { negative, positive, rest } => (0..values.len())
                .map(|row| {
                    let text = values.text(row);
                    match text.as_str() {
                        "" => Ok(f64::NAN),
                        word if word == positive => Ok(1.0),
                        word if word == negative || *rest => Ok(0.0),
                        word => Err(Refusal::new(
                            format!(
                                "The target `{}` has a class `{}` that the model does not know.",
                                shortened(name),
                                shortened(word)
                            ),
                            format!("It knows `{negative}` and `{positive}`."),
                        )),
                    }
                })
                .collect(),
        }
    }
}

/// The different values of a column, in the order of numbers or of the alphabet; at most a few of them.
fn classes(values: &Values) -> Vec<String> {
    match values {
        Values::Numbers(numbers) => {
            let mut known: Vec<f64> = numbers.iter().copied().filter(|x| !x.is_nan()).collect();
            known.sort_by(f64::total_cmp);
            known.dedup();
            known.into_iter().map(|number| format!("{number}")).collect()
        }
        Values::Words(words) => {
            let mut known: Vec<String> = words.iter().flatten().map(str::to_owned).collect();
            known.sort_unstable();
            known.dedup();
            known
        }
    }
}

/// What a column is most likely to be a target for: of words and of 0 and 1, classification.
pub fn usual_task(values: &Values) -> Task {
    match values {
        Values::Words(_) => Task::Classification,
        Values::Numbers(numbers) => {
            let binary = numbers.iter().all(|x| x.is_nan() || *x == 0.0 || *x == 1.0);
            if binary { Task::Classification } else { Task::Regression }
        }
    }
}

/// The rows of a table in the order that a column tells, or in their own.
///
/// # Errors
/// Where there is no such column, or it does not tell the order of every row.
pub(super) fn in_order(table: &Table, order: Option<&str>) -> Result<Vec<usize>, Refusal> {
    let mut rows: Vec<usize> = (0..table.rows()).collect();
    let Some(order) = order else { return Ok(rows) };
    let column = table.column(order).ok_or_else(|| {
        Refusal::new(
            format!("There is no column `{}`, which tells the order of time.", shortened(order)),
            format!("There are {}.", named(&table.names())),
        )
    })?;
    let numbers = column.values.numbers().filter(|x| !x.iter().any(|x| x.is_nan()));
    let Some(numbers) = numbers else {
        return Err(Refusal::new(
            format!(
                "Column `{}` does not tell an order: it must be all numbers.",
                shortened(order)
            ),
            "Give the time of every row as a number, or sort the rows and leave it out.",
        ));
    };
    let at = |row: &usize| numbers.get(*row).copied().unwrap_or(0.0);
    rows.sort_by(|one, other| at(one).total_cmp(&at(other)));
    Ok(rows)
}

/// A table on its way: rows with a target, in their order.
struct Ready {
    table: Table,
    features: Vec<String>,
    kind: Target,
    target: Vec<f64>,
    dropped: Vec<Dropped>,
}

impl Ready {
    fn classes(&self) -> Option<Vec<usize>> {
        let classes = self.target.iter().map(|y| usize::from(*y == 1.0));
        (self.kind != Target::Number).then(|| classes.collect())
    }
}

/// A model fitted to some rows, and what all rows became.
struct FittedTo {
    pipeline: Fitted,
    model: Model,
    features: Features,
    origin: Vec<usize>,
    dropped: Vec<Dropped>,
}

impl FittedTo {
    /// Where these rows of the table are among the prepared ones.
    fn places(&self, rows: &[usize]) -> Vec<usize> {
        let is_in = |origin: &usize| rows.binary_search(origin).is_ok();
        let places = self.origin.iter().enumerate().filter(|(_, origin)| is_in(origin));
        places.map(|(place, _)| place).collect()
    }
}

impl Study {
    /// Goes the whole path.
    ///
    /// # Errors
    /// Where data and settings do not fit, or there is nothing to be fitted.
    pub fn run(&self, table: &Table) -> Result<Findings, Refusal> {
        self.check()?;
        let ready = self.ready(table)?;
        let classes = ready.classes();
        let parts = self.split.parts(ready.table.rows(), classes.as_deref(), self.seed)?;
        let fitted = self.fit(&ready, &parts.training)?;
        let judge = self.judge(&ready, &fitted, &parts);
        let [training, validation, test] =
            [&parts.training, &parts.validation, &parts.test].map(|rows| fitted.places(rows));
        let part = |places: &[usize]| -> (Vec<f64>, Vec<f64>, Vec<Option<f64>>) {
            let features = fitted.features.of_rows(places);
            let rows = places.iter().filter_map(|place| fitted.origin.get(*place));
            let rows: Vec<usize> = rows.copied().collect();
            let truth = rows.iter().filter_map(|row| ready.target.get(*row)).copied().collect();
            let before = rows.iter().map(|row| ready.target.get(row.checked_sub(1)?).copied());
            (truth, fitted.model.predict(&features), before.collect())
        };
        let judged = |places: &[usize], draws: u32| {
            let (truth, predicted, before) = part(places);
            let bootstrap = self.bootstrap(draws);
            evaluate(&judge, &truth, &predicted, &before, &bootstrap)
        };
        let rows = [training.len(), validation.len(), test.len()];
        let training = judged(&training, 0);
        let test = (!test.is_empty()).then(|| judged(&test, self.draws));
        let cross_validation = self.cross_validate(&ready, &parts)?;
        let mut dropped = ready.dropped;
        dropped.extend(fitted.dropped);
        let trained = Trained {
            target: self.target.clone(),
            kind: ready.kind,
            order: self.order.clone(),
            pipeline: fitted.pipeline,
            model: fitted.model,
            judge,
            rows: rows.first().copied().unwrap_or_default(),
            seed: self.seed,
        };
        Ok(Findings { trained, rows, dropped, training, test, cross_validation })
    }

    fn check(&self) -> Result<(), Refusal> {
        let cost = |cost: f64| cost.is_finite() && cost >= 0.0;
        let Costs { miss, false_alarm } = self.costs;
        if !cost(miss) || !cost(false_alarm) || miss + false_alarm == 0.0 {
            return Err(Refusal::new(
                format!(
                    "A miss that costs {miss} and a false alarm that costs {false_alarm} are none."
                ),
                "Give costs from 0 on, not both 0.",
            ));
        }
        Ok(())
    }

    fn bootstrap(&self, draws: u32) -> Bootstrap {
        Bootstrap { draws, seed: self.seed, in_blocks: self.split.rule == Rule::ByTime }
    }

    fn ready(&self, table: &Table) -> Result<Ready, Refusal> {
        let missing = |name: &str| {
            Refusal::new(
                format!("There is no column `{}`.", shortened(name)),
                format!("There are {}.", named(&table.names())),
            )
        };
        let column = |name: &str| table.column(name).ok_or_else(|| missing(name));
        let mut rows = in_order(table, self.order.as_deref())?;
        let target = &column(&self.target)?.values;
        let kind = Target::of(target, &self.target, self.method.task(), self.positive.as_deref())?;
        rows.retain(|row| !target.is_missing(*row));
        let mut dropped = Vec::new();
        if rows.len() < table.rows() {
            let why = format!("no value in the target {}", shortened(&self.target));
            dropped.push(Dropped { why, rows: table.rows() - rows.len() });
        }
        if rows.is_empty() {
            return Err(Refusal::new(
                format!("The target `{}` has no value in any row.", shortened(&self.target)),
                "Choose another target.",
            ));
        }
        let others = || {
            let names = table.names().into_iter();
            names.filter(|name| *name != self.target && self.order.as_deref() != Some(*name))
        };
        let features: Vec<String> = match self.features.is_empty() {
            true => others().map(str::to_owned).collect(),
            false => self.features.clone(),
        };
        for (place, name) in features.iter().enumerate() {
            column(name)?;
            if *name == self.target || features.iter().take(place).any(|other| other == name) {
                return Err(Refusal::new(
                    format!(
                        "`{}` cannot be a feature: it is the target, or named twice.",
                        shortened(name)
                    ),
                    "Name each feature once, and not the target.",
                ));
            }
        }
        let table = table.of_rows(&rows);
        let values = table.column(&self.target).map(|column| &column.values);
        let target = values.map_or(Ok(Vec::new()), |values| kind.values(values, &self.target))?;
        Ok(Ready { table, features, kind, target, dropped })
    }

    /// Fits stages and model to some rows, in rising order.
    fn fit(&self, ready: &Ready, rows: &[usize]) -> Result<FittedTo, Refusal> {
        let mut training = vec![false; ready.table.rows()];
        for row in rows {
            if let Some(training) = training.get_mut(*row) {
                *training = true;
            }
        }
        let (pipeline, prepared) =
            self.pipeline.fit(&ready.table, &ready.features, &self.target, &training)?;
        let is_training = |row: &usize| training.get(*row) == Some(&true);
        let places = prepared.origin.iter().enumerate().filter(|(_, row)| is_training(row));
        let (places, origins): (Vec<usize>, Vec<usize>) =
            places.map(|(place, row)| (place, *row)).unzip();
        let target: Vec<f64> =
            origins.iter().filter_map(|row| ready.target.get(*row)).copied().collect();
        let model = self.method.fit(&prepared.features.of_rows(&places), &target)?;
        Ok(FittedTo {
            pipeline,
            model,
            features: prepared.features,
            origin: prepared.origin,
            dropped: prepared.dropped,
        })
    }

    /// What predictions are held against, and the threshold.
    fn judge(&self, ready: &Ready, fitted: &FittedTo, parts: &Parts) -> Judge {
        let of = |rows: &[usize]| {
            let places = fitted.places(rows);
            let predicted = fitted.model.predict(&fitted.features.of_rows(&places));
            let rows = places.iter().filter_map(|place| fitted.origin.get(*place));
            let truth: Vec<f64> = rows.filter_map(|row| ready.target.get(*row)).copied().collect();
            (truth, predicted)
        };
        let (truth, predicted) = of(&parts.training);
        let mean = truth.iter().sum::<f64>() / truth.len().max(1) as f64;
        let (truth, predicted) = match parts.validation.is_empty() {
            true => (truth, predicted),
            false => of(&parts.validation),
        };
        Judge {
            task: self.method.task(),
            mean,
            by_time: self.split.rule == Rule::ByTime,
            threshold: Ranking::of(&truth, &predicted).best_threshold(&self.costs),
            costs: self.costs,
        }
    }

    fn cross_validate(
        &self,
        ready: &Ready,
        parts: &Parts,
    ) -> Result<Option<CrossValidation>, Refusal> {
        if self.folds == 0 {
            return Ok(None);
        }
        let mut rows = [parts.training.as_slice(), &parts.validation].concat();
        rows.sort_unstable();
        let classes = ready.classes().map(|classes| {
            rows.iter().filter_map(|row| classes.get(*row)).copied().collect::<Vec<usize>>()
        });
        let folds = folds(rows.len(), self.folds, self.split.rule, classes.as_deref(), self.seed)?;
        let named = |places: &[usize]| -> Vec<usize> {
            places.iter().filter_map(|place| rows.get(*place)).copied().collect()
        };
        let of = |(learned, judged): &(Vec<usize>, Vec<usize>)| -> Option<(f64, f64)> {
            // A fold may have one class alone, or separated ones: then it has no figure.
            let learned = named(learned);
            let fitted = self.fit(ready, &learned).ok()?;
            let places = fitted.places(&named(judged));
            let origins = places.iter().filter_map(|place| fitted.origin.get(*place));
            let truth: Vec<f64> =
                origins.filter_map(|row| ready.target.get(*row)).copied().collect();
            if truth.is_empty() {
                return None;
            }
            let predicted = fitted.model.predict(&fitted.features.of_rows(&places));
            match self.method.task() {
                Task::Classification => Some((Ranking::of(&truth, &predicted).auc(None)?, 0.5)),
                Task::Regression => {
                    let known = learned.iter().filter_map(|row| ready.target.get(*row));
                    let mean = known.sum::<f64>() / learned.len() as f64;
                    let constant = vec![mean; truth.len()];
                    let rmse = |predicted: &[f64]| Scores::of(&truth, predicted, None).rmse();
                    Some((rmse(&predicted), rmse(&constant)))
                }
            }
        };
        let found: Vec<Option<(f64, f64)>> = folds.iter().map(of).collect();
        Ok(Some(CrossValidation {
            figure: if self.method.task() == Task::Regression { "RMSE" } else { "AUC" },
            folds: found.iter().map(|found| found.map(|(model, _)| model)).collect(),
            baseline: found.iter().map(|found| found.map(|(_, baseline)| baseline)).collect(),
        }))
    }
}

#[cfg(test)]
pub(super) mod tests;
