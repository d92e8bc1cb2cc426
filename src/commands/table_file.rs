//! Tables and trained models as files: what `fit`, `evaluate` and `predict` have in common.

use std::path::Path;

use serde_json::{Value, json};

use super::csv_file;
use super::output::{self, Failure, fixed};
use crate::insight::Refusal;
use crate::insight::metrics::Estimated;
use crate::insight::prepare::Dropped;
use crate::insight::study::{Baseline, Classified, Evaluation, Figures, Regressed, Verdict};
use crate::insight::table::{LONGEST, Table};
use crate::insight::trained::{self, Trained};
use crate::scenario::plain_file;

/// Reads a table; columns named in `words` are words even where they look like numbers.
pub(super) fn read(path: &Path, words: &[String]) -> Result<Table, Failure> {
    let (name, text) = csv_file::text(path, LONGEST)?;
    Table::read(&name, &text, words)
        .map_err(|faults| Failure::Refused(csv_file::reports(&name, &text, faults)))
}

/// Reads a trained model.
pub(super) fn model(path: &Path) -> Result<Trained, Failure> {
    let told =
        |error: &dyn std::fmt::Display| Failure::input(format!("{}: {error}", path.display()));
    let bytes = plain_file::read(path, trained::LONGEST).map_err(|error| told(&error))?;
    Trained::of_bytes(&bytes).map_err(|error| told(&error))
}

/// A refusal, with the file that it is about.
pub(super) fn refused(path: &Path) -> impl Fn(Refusal) -> Failure {
    move |refusal| Failure::input(format!("{}: {refusal}", path.display()))
}

/// A figure as a JSON object.
pub(super) fn estimate(figure: &Estimated) -> Value {
    json!({
        "mean": output::number(figure.value),
        "low": output::optional(figure.low),
        "high": output::optional(figure.high),
    })
}

fn optional(figure: Option<&Estimated>) -> Value {
    figure.map_or(Value::Null, estimate)
}

/// Rows that went, as JSON.
pub(super) fn dropped_json(dropped: &[Dropped]) -> Value {
    let all = dropped.iter().map(|dropped| json!({ "why": dropped.why, "rows": dropped.rows }));
    all.collect()
}

/// An evaluation as a JSON object; figures of the other task are null.
pub(super) fn evaluation_json(evaluation: &Evaluation) -> Value {
    let (regressed, classified) = match &evaluation.figures {
        Figures::Regression(figures) => (Some(figures), None),
        Figures::Classification(figures) => (None, Some(figures.as_ref())),
    };
    let number = |of: &dyn Fn(&Regressed) -> Value| regressed.map_or(Value::Null, of);
    let class = |of: &dyn Fn(&Classified) -> Value| classified.map_or(Value::Null, of);
    let points = |points: &[(f64, f64)]| -> Value {
        points.iter().map(|(x, y)| json!([output::number(*x), output::number(*y)])).collect()
    };
    let baselines: Vec<Value> = evaluation.baselines.iter().map(baseline_json).collect();
    json!({
        "rows": evaluation.rows,
        "draws": evaluation.draws,
        "verdict": evaluation.verdict.name(),
        "mse": number(&|f| estimate(&f.mse)),
        "rmse": number(&|f| estimate(&f.rmse)),
        "mae": number(&|f| estimate(&f.mae)),
        "r_squared": number(&|f| optional(f.r_squared.as_ref())),
        "skill": number(&|f| optional(f.skill.as_ref())),
        "positives": class(&|f| json!(f.positives)),
        "confusion": class(&|f| json!({
            "true_negatives": f.confusion.true_negatives,
            "false_positives": f.confusion.false_positives,
            "false_negatives": f.confusion.false_negatives,
            "true_positives": f.confusion.true_positives,
        })),
        "accuracy": class(&|f| estimate(&f.accuracy)),
        "precision": class(&|f| optional(f.precision.as_ref())),
        "recall": class(&|f| optional(f.recall.as_ref())),
        "f1": class(&|f| optional(f.f1.as_ref())),
        "auc": class(&|f| optional(f.auc.as_ref())),
        "average_precision": class(&|f| optional(f.average_precision.as_ref())),
        "log_loss": class(&|f| estimate(&f.log_loss)),
        "brier": class(&|f| estimate(&f.brier)),
        "cost": class(&|f| estimate(&f.cost)),
        "cost_always": class(&|f| output::number(f.cost_always)),
        "cost_never": class(&|f| output::number(f.cost_never)),
        "roc": class(&|f| points(&f.roc)),
        "precision_recall": class(&|f| points(&f.precision_recall)),
        "calibration": class(&|f| f.calibration.iter().map(|bin| json!({
            "predicted": output::number(bin.predicted),
            "observed": output::number(bin.observed),
            "rows": bin.rows,
        })).collect()),
        "baselines": baselines,
    })
}

fn baseline_json(baseline: &Baseline) -> Value {
    let scores = baseline.scores;
    json!({
        "name": baseline.name,
        "rmse": output::optional(scores.map(|scores| scores.rmse())),
        "mae": output::optional(scores.map(|scores| scores.mae)),
        "r_squared": output::optional(scores.and_then(|scores| scores.r_squared)),
        "accuracy": output::optional(baseline.accuracy),
    })
}

/// A number in so many digits that count.
pub(super) fn digits(value: f64) -> String {
    let size = value.abs();
    if value != 0.0 && !(1e-4..1e7).contains(&size) {
        return format!("{value:.4e}");
    }
    let before = if size >= 1.0 { size.log10().floor() as usize + 1 } else { 1 };
    fixed(value, 6_usize.saturating_sub(before).max(1))
}

/// A figure with its interval in words.
fn told(figure: &Estimated) -> String {
    match figure.low.zip(figure.high) {
        Some((low, high)) => {
            format!("{} ({} to {})", digits(figure.value), digits(low), digits(high))
        }
        None => digits(figure.value),
    }
}

fn told_if(figure: Option<&Estimated>) -> String {
    figure.map_or("not defined".to_owned(), told)
}

/// Rows that went, in words.
pub(super) fn dropped_told(dropped: &[Dropped]) -> String {
    dropped.iter().map(|dropped| format!("  left out: {}\n", dropped.told())).collect()
}

/// An evaluation in words.
pub(super) fn evaluation_told(trained: &Trained, evaluation: &Evaluation) -> String {
    let mut text = String::new();
    let mut line = |words: String| text.push_str(&format!("  {words}\n"));
    match &evaluation.figures {
        Figures::Regression(f) => {
            line(format!("RMSE {}, MAE {}", told(&f.rmse), told(&f.mae)));
            line(format!("R² {}", told_if(f.r_squared.as_ref())));
            for baseline in &evaluation.baselines {
                if let Some(scores) = baseline.scores {
                    let r_squared = scores.r_squared.map_or("not defined".to_owned(), digits);
                    line(format!(
                        "beside it the {}: RMSE {}, MAE {}, R² {r_squared}",
                        baseline.name,
                        digits(scores.rmse()),
                        digits(scores.mae)
                    ));
                }
            }
            line(format!(
                "better than the best of these by {} of its mean squared error",
                told_if(f.skill.as_ref())
            ));
        }
        Figures::Classification(f) => {
            line(format!("AUC {} (chance 0.5)", told_if(f.auc.as_ref())));
            line(format!("accuracy {}", told(&f.accuracy)));
            for baseline in &evaluation.baselines {
                let accuracy = baseline.accuracy.map_or("not defined".to_owned(), digits);
                line(format!("beside it the {}: accuracy {accuracy}", baseline.name));
            }
            line(format!(
                "precision {}, recall {}, F1 {}",
                told_if(f.precision.as_ref()),
                told_if(f.recall.as_ref()),
                told_if(f.f1.as_ref())
            ));
            line(format!(
                "average precision {}, log loss {}, Brier {}",
                told_if(f.average_precision.as_ref()),
                told(&f.log_loss),
                told(&f.brier)
            ));
            let c = &f.confusion;
            line(format!(
                "of {} positive rows {} were found and {} missed; of {} others {} were called \
                 positive falsely",
                f.positives,
                c.true_positives,
                c.false_negatives,
                c.true_negatives + c.false_positives,
                c.false_positives
            ));
            let judge = &trained.judge;
            line(format!(
                "positive from {} on: a row costs {} (a miss {}, a false alarm {}); {} if all are \
                 called positive, {} if none is",
                match judge.threshold {
                    threshold if threshold > 1.0 => "no probability".to_owned(),
                    threshold => format!("a probability of {}", digits(threshold)),
                },
                told(&f.cost),
                judge.costs.miss,
                judge.costs.false_alarm,
                digits(f.cost_always),
                digits(f.cost_never)
            ));
        }
    }
    line(verdict_told(evaluation));
    text
}

/// What is to be said, in a sentence.
fn verdict_told(evaluation: &Evaluation) -> String {
    let classes = matches!(evaluation.figures, Figures::Classification(_));
    match (evaluation.verdict, classes) {
        (Verdict::Learned, true) => "It tells the classes apart better than chance.".to_owned(),
        (Verdict::Learned, false) => {
            "It predicts better than the baseline, beyond chance.".to_owned()
        }
        (Verdict::Nothing, true) => {
            "Nothing can be learned here: the interval of the AUC holds 0.5, that of a coin."
                .to_owned()
        }
        (Verdict::Nothing, false) => {
            "Nothing can be learned here: it may as well be no better than the baseline.".to_owned()
        }
        (Verdict::Worse, true) => {
            "It is worse than a coin on these rows: they are not like those it learned from."
                .to_owned()
        }
        (Verdict::Worse, false) => "It is worse than the baseline, beyond chance.".to_owned(),
        (Verdict::Unknown, _) => {
            "It cannot be judged: there are too few rows, or one class alone.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_count_are_shown() {
        for (value, shown) in [
            (0.0, "0.00000"),
            (0.123456789, "0.12346"),
            (12.3456789, "12.3457"),
            (123456.789, "123456.8"),
            (1.5e-7, "1.5000e-7"),
            (-2.5e9, "-2.5000e9"),
        ] {
            assert_eq!(digits(value), shown);
        }
    }
}
