//! How good predictions are on rows, with intervals, beside the baselines: the mean or the majority, and
//! in the order of time the value before.

use serde::{Deserialize, Serialize};

use crate::insight::bootstrap::Bootstrap;
use crate::insight::metrics::Estimated;
use crate::insight::metrics::classification::{
    Bin, Confusion, Costs, NEVER, Ranking, brier, calibration, log_loss,
};
use crate::insight::metrics::regression::Scores;
use crate::insight::model::Task;

/// What predictions are held against: it was settled before the rows to judge by were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judge {
    /// What is predicted.
    pub task: Task,
    /// The mean of the target, or the share of the positive class, in the training part.
    pub mean: f64,
    /// Whether rows are in the order of time.
    pub by_time: bool,
    /// From which probability on a row is called positive.
    pub threshold: f64,
    /// What wrong decisions cost.
    pub costs: Costs,
}

/// What is to be said of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is better than every baseline, beyond chance.
    Learned,
    /// It may as well be chance.
    Nothing,
    /// It is worse than a baseline, beyond chance.
    Worse,
    /// There are too few rows, or one class alone.
    Unknown,
}

impl Verdict {
    /// The verdict where a figure should lie above a value.
    fn of(figure: Option<&Estimated>, chance: f64) -> Self {
        match figure {
            Some(figure) if figure.is_above(chance) => Self::Learned,
            Some(figure) if figure.is_below(chance) => Self::Worse,
            Some(figure) if figure.covers(chance) => Self::Nothing,
            _ => Self::Unknown,
        }
    }

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::Nothing => "nothing",
            Self::Worse => "worse",
            Self::Unknown => "unknown",
        }
    }
}

/// What a baseline comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// `mean`, `majority` or `last value`.
    pub name: &'static str,
    /// Its errors, of numbers.
    pub scores: Option<Scores>,
    /// The share of its decisions that are right, of classes.
    pub accuracy: Option<f64>,
}

/// How good predictions are.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// How many rows.
    pub rows: usize,
    /// How often the rows were drawn for intervals.
    pub draws: u32,
    /// The figures.
    pub figures: Figures,
    /// What the baselines come to.
    pub baselines: Vec<Baseline>,
    /// What is to be said.
    pub verdict: Verdict,
}

/// The figures of a task.
#[derive(Debug, Clone, PartialEq)]
pub enum Figures {
    /// Of numbers.
    Regression(Regressed),
    /// Of classes.
    Classification(Box<Classified>),
}

/// How good predicted numbers are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regressed {
    /// Mean squared error.
    pub mse: Estimated,
    /// Its root.
    pub rmse: Estimated,
    /// Mean absolute error.
    pub mae: Estimated,
    /// R².
    pub r_squared: Option<Estimated>,
    /// 1 − MSE/(MSE of the better baseline), on the same rows.
    pub skill: Option<Estimated>,
}

/// How good predicted probabilities and decisions are.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// How many rows are positive.
    pub positives: usize,
    /// Decisions at the threshold.
    pub confusion: Confusion,
    /// The share of right decisions.
    pub accuracy: Estimated,
    /// Precision.
    pub precision: Option<Estimated>,
    /// Recall.
    pub recall: Option<Estimated>,
    /// F1.
    pub f1: Option<Estimated>,
    /// AUC.
    pub auc: Option<Estimated>,
    /// Average precision.
    pub average_precision: Option<Estimated>,
    /// Log loss.
    pub log_loss: Estimated,
    /// Brier's score.
    pub brier: Estimated,
    /// What decisions cost a row.
    pub cost: Estimated,
    /// What it costs a row to call everything positive.
    pub cost_always: f64,
    /// What it costs to call nothing so.
    pub cost_never: f64,
    /// False alarms against recall.
    pub roc: Vec<(f64, f64)>,
    /// Recall against precision.
    pub precision_recall: Vec<(f64, f64)>,
    /// Whether probabilities are right.
    pub calibration: Vec<Bin>,
}

/// A figure that may not be defined.
fn defined(figure: Option<&Estimated>) -> Option<Estimated> {
    figure.copied().filter(|figure| !figure.value.is_nan())
}

/// A figure that always is.
fn certain(figure: Option<&Estimated>) -> Estimated {
    figure.copied().unwrap_or(Estimated { value: f64::NAN, low: None, high: None })
}

/// How good predictions are. `before`: the target of the row before, where there is one.
pub fn evaluate(
    judge: &Judge,
    truth: &[f64],
    predicted: &[f64],
    before: &[Option<f64>],
    bootstrap: &Bootstrap,
) -> Evaluation {
    let rows = truth.len();
    let draws = if bootstrap.draws == 0 || rows < 2 { 0 } else { bootstrap.draws_of(rows) };
    let last: Option<Vec<f64>> = before.iter().copied().collect();
    let last = last.filter(|last| judge.by_time && last.len() == rows);
    let (figures, baselines, verdict) = match judge.task {
        Task::Regression => regressed(judge, truth, predicted, last.as_deref(), bootstrap),
        Task::Classification => classified(judge, truth, predicted, last.as_deref(), bootstrap),
    };
    Evaluation { rows, draws, figures, baselines, verdict }
}

fn regressed(
    judge: &Judge,
    truth: &[f64],
    predicted: &[f64],
    last: Option<&[f64]>,
    bootstrap: &Bootstrap,
) -> (Figures, Vec<Baseline>, Verdict) {
    let constant = vec![judge.mean; truth.len()];
    let baseline = |name, values: &[f64]| Baseline {
        name,
        scores: Some(Scores::of(truth, values, None)),
        accuracy: None,
    };
    let mut baselines = vec![baseline("mean", &constant)];
    baselines.extend(last.map(|last| baseline("last value", last)));
    let mse = |baseline: &Baseline| baseline.scores.map_or(f64::INFINITY, |scores| scores.mse);
    // The better of them on these very rows: none is given away.
    let best = baselines.iter().min_by(|one, other| mse(one).total_cmp(&mse(other)));
    let rival = match best.map(|baseline| baseline.name) {
        Some("last value") => last.unwrap_or(&constant),
        _ => &constant,
    };
    let figures = bootstrap.estimate(truth.len(), |counts| {
        let scores = Scores::of(truth, predicted, counts);
        let beside = Scores::of(truth, rival, counts);
        let skill = if beside.mse > 0.0 { 1.0 - scores.mse / beside.mse } else { f64::NAN };
        vec![scores.mse, scores.rmse(), scores.mae, scores.r_squared.unwrap_or(f64::NAN), skill]
    });
    let skill = defined(figures.get(4));
    let verdict = Verdict::of(skill.as_ref(), 0.0);
    let regressed = Regressed {
        mse: certain(figures.first()),
        rmse: certain(figures.get(1)),
        mae: certain(figures.get(2)),
        r_squared: defined(figures.get(3)),
        skill,
    };
    (Figures::Regression(regressed), baselines, verdict)
}

/// So many points of a curve are kept.
const MOST_POINTS: usize = 200;
/// So many bins of probabilities.
const BINS: usize = 10;

fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if points.len() <= MOST_POINTS {
        return points;
    }
    let at = |place: usize| place * (points.len() - 1) / (MOST_POINTS - 1);
    (0..MOST_POINTS).filter_map(|place| points.get(at(place)).copied()).collect()
}

fn classified(
    judge: &Judge,
    truth: &[f64],
    predicted: &[f64],
    last: Option<&[f64]>,
    bootstrap: &Bootstrap,
) -> (Figures, Vec<Baseline>, Verdict) {
    let ranking = Ranking::of(truth, predicted);
    let at = |threshold| ranking.confusion(threshold, None);
    // What is as frequent as the other counts as positive.
    let majority = if judge.mean >= 0.5 { 0.0 } else { NEVER };
    let right = |last: &[f64]| {
        let same = truth.iter().zip(last).filter(|(y, last)| y == last).count();
        (!truth.is_empty()).then(|| same as f64 / truth.len() as f64)
    };
    let baseline = |name, accuracy| Baseline { name, scores: None, accuracy };
    let mut baselines = vec![baseline("majority", at(majority).accuracy())];
    baselines.extend(last.map(|last| baseline("last value", right(last))));
    let figures = bootstrap.estimate(truth.len(), |counts| {
        let confusion = ranking.confusion(judge.threshold, counts);
        let or_none = |figure: Option<f64>| figure.unwrap_or(f64::NAN);
        vec![
            or_none(confusion.accuracy()),
            or_none(confusion.precision()),
            or_none(confusion.recall()),
            or_none(confusion.f1()),
            or_none(ranking.auc(counts)),
            or_none(ranking.average_precision(counts)),
            log_loss(truth, predicted, counts),
            brier(truth, predicted, counts),
            confusion.cost(&judge.costs),
        ]
    });
    let auc = defined(figures.get(4));
    let verdict = Verdict::of(auc.as_ref(), 0.5);
    let classified = Classified {
        positives: truth.iter().filter(|y| **y == 1.0).count(),
        confusion: at(judge.threshold),
        accuracy: certain(figures.first()),
        precision: defined(figures.get(1)),
        recall: defined(figures.get(2)),
        f1: defined(figures.get(3)),
        auc,
        average_precision: defined(figures.get(5)),
        log_loss: certain(figures.get(6)),
        brier: certain(figures.get(7)),
        cost: certain(figures.get(8)),
        cost_always: at(0.0).cost(&judge.costs),
        cost_never: at(NEVER).cost(&judge.costs),
        roc: thinned(ranking.roc()),
        precision_recall: thinned(ranking.precision_recall()),
        calibration: calibration(truth, predicted, BINS),
    };
    (Figures::Classification(Box::new(classified)), baselines, verdict)
}
