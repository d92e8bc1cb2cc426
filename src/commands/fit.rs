//! `taktlab fit TABLE --target COLUMN`: a regression learns from a part of a table, and is judged on
//! another part, with intervals and beside a baseline.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::output::{self, Failure, Format};
use super::table_file::{
    self, digits, dropped_json, dropped_told, evaluation_json, evaluation_told, refused,
};
use super::{not_written, writable};
use crate::insight::linear::LinearSettings;
use crate::insight::logistic::{Ascent, LogisticSettings};
use crate::insight::metrics::classification::Costs;
use crate::insight::model::{Coefficient, Method, Model, Task};
use crate::insight::prepare::Pipeline;
use crate::insight::prepare::split::{Rule, Split};
use crate::insight::study::{
    CrossValidation, Evaluation, Figures, Findings, Study, Target, usual_task,
};
use crate::insight::table::Table;
use crate::scenario::syntax::{Document, Limits};
use crate::scenario::{save, suggestion};

/// Arguments of `fit`.
#[derive(Debug, clap::Args)]
pub struct FitArguments {
    /// The table: a CSV whose first line names the columns.
    table: PathBuf,
    /// The column to predict.
    #[arg(long, short, value_name = "COLUMN")]
    target: String,
    /// The columns to predict from; all others if not given.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    features: Vec<String>,
    /// Columns of numbers that are words: codes.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    words: Vec<String>,
    /// What is fitted; logistic for words and for 0 and 1, else linear.
    #[arg(long, value_enum)]
    model: Option<ModelKind>,
    /// The class that counts as positive; with more than two the others are the rest.
    #[arg(long, value_name = "CLASS")]
    positive: Option<String>,
    /// The ridge: how much large weights are held down.
    #[arg(long, default_value_t = 0.0, value_name = "NUMBER")]
    ridge: f64,
    /// Fit without an intercept.
    #[arg(long)]
    no_intercept: bool,
    /// Fit a logistic regression by gradient descent, in at most so many steps.
    #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    gradient_descent: Option<u32>,
    /// The stages before (RON); if not given, what is missing is filled and words become columns.
    #[arg(long, value_name = "FILE")]
    pipeline: Option<PathBuf>,
    /// How rows are dealt to parts; stratified for classes, else random.
    #[arg(long, value_enum)]
    split: Option<SplitKind>,
    /// The share of rows to choose the threshold by.
    #[arg(long, default_value_t = 0.2, value_name = "SHARE")]
    validation: f64,
    /// The share of rows to judge by.
    #[arg(long, default_value_t = 0.2, value_name = "SHARE")]
    test: f64,
    /// The column that tells the order of time; the order of the rows if not given.
    #[arg(long, value_name = "COLUMN")]
    order: Option<String>,
    /// Folds of cross-validation, 0 for none.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=100))]
    folds: u32,
    /// What a miss costs: a positive row that is not called so.
    #[arg(long, default_value_t = 1.0, value_name = "COST")]
    miss: f64,
    /// What a false alarm costs.
    #[arg(long, default_value_t = 1.0, value_name = "COST")]
    false_alarm: f64,
    /// How often rows are drawn anew for intervals.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    draws: u32,
    /// Where to save the model.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The seed of what is drawn.
    #[arg(long, allow_negative_numbers = true, default_value_t = 1)]
    seed: u64,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// What is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ModelKind {
    /// Linear regression: a number.
    Linear,
    /// Logistic regression: which of two classes.
    Logistic,
}

/// How rows are dealt to parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum SplitKind {
    /// At random.
    Random,
    /// At random, each class in the same shares.
    Stratified,
    /// In the order of time.
    Time,
}

/// Runs the command.
pub(super) fn run(arguments: &FitArguments) -> Result<(), Failure> {
    writable(arguments.output.as_deref())?;
    let pipeline = arguments.pipeline.as_deref().map(pipeline).transpose()?;
    let table = table_file::read(&arguments.table, &arguments.words)?;
    let study = study(arguments, &table, pipeline)?;
    let findings = study.run(&table).map_err(refused(&arguments.table))?;
    if let Some(path) = &arguments.output {
        save::write_whole(path, &findings.trained.bytes())
            .map_err(|error| not_written(path, &error))?;
    }
    match arguments.format {
        Format::Json => output::print_json(&as_json(arguments, &study, &findings)),
        Format::Text => output::print(&told(arguments, &study, &findings)),
    }
}

/// Reads the stages.
fn pipeline(path: &Path) -> Result<Pipeline, Failure> {
    let refused = |report: crate::scenario::diagnostic::Report| Failure::Refused(report.into());
    let document = Document::open(path, Limits::default()).map_err(refused)?;
    document.deserialise().map_err(refused)
}

fn study(
    arguments: &FitArguments,
    table: &Table,
    pipeline: Option<Pipeline>,
) -> Result<Study, Failure> {
    let Some(column) = table.column(&arguments.target) else {
        let names = table.names();
        let remedy = match suggestion(&arguments.target, names.iter().copied()) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("There are {}.", names.join(", ")),
        };
        let target = &arguments.target;
        return Err(Failure::input(format!("there is no column `{target}`. {remedy}")));
    };
    let task = match arguments.model {
        Some(ModelKind::Linear) => Task::Regression,
        Some(ModelKind::Logistic) => Task::Classification,
        None if arguments.positive.is_some() => Task::Classification,
        None => usual_task(&column.values),
    };
    let (intercept, ridge) = (!arguments.no_intercept, arguments.ridge);
    let method = match task {
        Task::Regression if arguments.gradient_descent.is_some() => {
            let told = "error: linear regression is not fitted by gradient descent: leave it out";
            return Err(Failure::Usage(told.to_owned()));
        }
        Task::Regression => Method::Linear(LinearSettings { intercept, ridge }),
        Task::Classification => {
            let by = arguments.gradient_descent.map_or(Ascent::Newton, Ascent::GradientDescent);
            Method::Logistic(LogisticSettings { intercept, ridge, by })
        }
    };
    let rule = match arguments.split {
        Some(SplitKind::Random) => Rule::Random,
        Some(SplitKind::Stratified) => Rule::Stratified,
        Some(SplitKind::Time) => Rule::ByTime,
        None if arguments.order.is_some() => Rule::ByTime,
        None if task == Task::Classification => Rule::Stratified,
        None => Rule::Random,
    };
    Ok(Study {
        target: arguments.target.clone(),
        features: arguments.features.clone(),
        positive: arguments.positive.clone(),
        pipeline: pipeline.unwrap_or_else(|| Pipeline::usual(ridge > 0.0)),
        method,
        split: Split { rule, validation: arguments.validation, test: arguments.test },
        order: arguments.order.clone(),
        folds: arguments.folds as usize,
        costs: Costs { miss: arguments.miss, false_alarm: arguments.false_alarm },
        draws: arguments.draws,
        seed: arguments.seed,
    })
}

/// What is told of the rows that were learned from.
fn training_json(evaluation: &Evaluation) -> Value {
    let (rmse, auc) = match &evaluation.figures {
        Figures::Regression(figures) => (Some(figures.rmse.value), None),
        Figures::Classification(figures) => (None, figures.auc.map(|auc| auc.value)),
    };
    json!({ "rmse": output::optional(rmse), "auc": output::optional(auc) })
}

fn rule_name(rule: Rule) -> &'static str {
    match rule {
        Rule::Random => "random",
        Rule::Stratified => "stratified",
        Rule::ByTime => "time",
    }
}

/// More weights than these are not told to people.
const MOST_TOLD: usize = 40;

fn told(arguments: &FitArguments, study: &Study, findings: &Findings) -> String {
    let trained = &findings.trained;
    let mut text = format!("{} of {}", trained.model.name(), study.target);
    if let Target::Classes { negative, positive, .. } = &trained.kind {
        text.push_str(&format!(": `{positive}` against `{negative}`"));
    }
    let [training, validation, test] = findings.rows;
    text.push_str(&format!(
        "\n{training} rows to learn from, {validation} to choose by, {test} to judge by ({}, seed {})\n",
        rule_name(study.split.rule),
        study.seed
    ));
    text.push_str(&dropped_told(&findings.dropped));
    text.push_str("weights, with 95 % intervals where there are any:\n");
    let weights = trained.model.coefficients();
    for weight in weights.iter().take(MOST_TOLD) {
        text.push_str(&format!("  {}: {}\n", weight.name, weight_told(weight)));
    }
    if weights.len() > MOST_TOLD {
        text.push_str(&format!("  and {} more (--format json)\n", weights.len() - MOST_TOLD));
    }
    let undetermined = trained.model.undetermined();
    if !undetermined.is_empty() {
        text.push_str(&format!(
            "  {} follow from the columns before them or are constant: they add nothing, and are left \
             out\n",
            undetermined.join(", ")
        ));
    }
    match &trained.model {
        Model::Linear(model) => {
            text.push_str(&format!(
                "  R² on the rows it learned from {}\n",
                digits(model.r_squared)
            ));
        }
        Model::Logistic(model) => text.push_str(&format!(
            "  log-likelihood {} after {} steps; of the shares alone {}\n",
            digits(model.log_likelihood),
            model.steps,
            digits(model.null_log_likelihood)
        )),
    }
    if let Some(folds) = &findings.cross_validation {
        text.push_str(&folds_told(folds));
    }
    match &findings.test {
        Some(test) => {
            text.push_str(&format!(
                "on the {} rows to judge by, which it did not learn from (95 % by {} draws):\n",
                test.rows, test.draws
            ));
            text.push_str(&evaluation_told(trained, test));
        }
        None => {
            text.push_str("there are no rows to judge by: how good it is is not known\n");
        }
    }
    if let Some(path) = &arguments.output {
        let path = path.display();
        text.push_str(&format!(
            "The model is in {path}: use it with `taktlab predict {path} TABLE`\n"
        ));
    }
    text
}

fn weight_told(weight: &Coefficient) -> String {
    match (weight.determined, weight.low.zip(weight.high)) {
        (false, _) => "not determined".to_owned(),
        (true, None) => digits(weight.value),
        (true, Some((low, high))) => {
            format!("{} ({} to {})", digits(weight.value), digits(low), digits(high))
        }
    }
}

fn folds_told(folds: &CrossValidation) -> String {
    let count = folds.folds.len();
    let known = folds.folds.iter().flatten().count();
    let Some((mean, deviation)) = CrossValidation::summary(&folds.folds) else {
        return format!("cross-validation: none of {count} folds could be fitted and judged\n");
    };
    let baseline = CrossValidation::summary(&folds.baseline).map_or(f64::NAN, |(mean, _)| mean);
    let lost = match count - known {
        0 => String::new(),
        lost => format!("; {lost} could not be fitted or judged"),
    };
    format!(
        "cross-validation: {} {} on average over {known} folds (standard deviation {}), the baseline's \
         {}{lost}\n",
        folds.figure,
        digits(mean),
        digits(deviation),
        digits(baseline)
    )
}

fn as_json(arguments: &FitArguments, study: &Study, findings: &Findings) -> Value {
    let trained = &findings.trained;
    let (positive, negative) = match &trained.kind {
        Target::Number => (Value::Null, Value::Null),
        Target::Classes { negative, positive, .. } => (json!(positive), json!(negative)),
    };
    let coefficients: Vec<Value> = trained
        .model
        .coefficients()
        .into_iter()
        .map(|weight| {
            json!({
                "name": weight.name,
                "value": output::number(weight.value),
                "determined": weight.determined,
                "error": output::optional(weight.error),
                "low": output::optional(weight.low),
                "high": output::optional(weight.high),
                "p_value": output::optional(weight.p_value),
            })
        })
        .collect();
    let (r_squared, variance, likelihood, null, steps) = match &trained.model {
        Model::Linear(model) => {
            (Some(model.r_squared), model.residual_variance, None, None, Value::Null)
        }
        Model::Logistic(model) => (
            None,
            None,
            Some(model.log_likelihood),
            Some(model.null_log_likelihood),
            json!(model.steps),
        ),
    };
    let fold = |values: &[Option<f64>]| -> Value {
        values.iter().map(|value| output::optional(*value)).collect()
    };
    let folds = findings.cross_validation.as_ref().map_or(Value::Null, |folds| {
        json!({
            "figure": folds.figure,
            "folds": fold(&folds.folds),
            "baseline": fold(&folds.baseline),
        })
    });
    let [training, validation, test] = findings.rows;
    let features: Vec<&String> = trained.pipeline.inputs.iter().map(|input| &input.name).collect();
    json!({
        "table": arguments.table.display().to_string(),
        "target": study.target,
        "features": features,
        "model": trained.model.name(),
        "positive": positive,
        "negative": negative,
        "split": rule_name(study.split.rule),
        "seed": study.seed,
        "training_rows": training,
        "validation_rows": validation,
        "test_rows": test,
        "dropped": dropped_json(&findings.dropped),
        "coefficients": coefficients,
        "ridge": output::number(arguments.ridge),
        "fit_r_squared": output::optional(r_squared),
        "residual_variance": output::optional(variance),
        "log_likelihood": output::optional(likelihood),
        "null_log_likelihood": output::optional(null),
        "steps": steps,
        "threshold": match &trained.kind {
            Target::Number => Value::Null,
            Target::Classes { .. } => output::number(trained.judge.threshold),
        },
        "cross_validation": folds,
        "training": training_json(&findings.training),
        "test": findings.test.as_ref().map_or(Value::Null, evaluation_json),
        "file": arguments.output.as_ref().map(|path| path.display().to_string()),
    })
}
