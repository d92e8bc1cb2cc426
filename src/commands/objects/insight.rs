//! The objects of `collect`, `fit`, `evaluate` and `predict`.

use super::{FILE, Name, Object, SEED, name, or_null};

/// Names, then those of an evaluation at a place, then others.
macro_rules! with_evaluation {
    ($at:literal, [$($before:expr),* $(,)?], [$($after:expr),* $(,)?]) => {
        &[
            $($before,)*
            name(concat!($at, ".rows"), "whole number", "", "How many rows."),
            name(concat!($at, ".draws"), "whole number", "", "How often they were drawn for intervals."),
            name(
                concat!($at, ".verdict"),
                "text",
                "",
                "learned, nothing (it may as well be chance), worse (than a baseline), or unknown.",
            ),
            or_null(concat!($at, ".mse"), "estimate", "", "Mean squared error; null of classes."),
            or_null(concat!($at, ".rmse"), "estimate", "", "Its root, in the target's unit."),
            or_null(concat!($at, ".mae"), "estimate", "", "Mean absolute error, likewise."),
            or_null(concat!($at, ".r_squared"), "estimate", "", "R² against the mean of these rows."),
            or_null(
                concat!($at, ".skill"),
                "estimate",
                "",
                "1 less the share of the best baseline's mean squared error that is left.",
            ),
            or_null(concat!($at, ".positives"), "whole number", "", "Positive rows; null of numbers."),
            or_null(concat!($at, ".confusion"), "object", "", "Decisions at the threshold."),
            name(concat!($at, ".confusion.true_negatives"), "whole number", "rows", "Rightly negative."),
            name(concat!($at, ".confusion.false_positives"), "whole number", "rows", "False alarms."),
            name(concat!($at, ".confusion.false_negatives"), "whole number", "rows", "Misses."),
            name(concat!($at, ".confusion.true_positives"), "whole number", "rows", "Rightly positive."),
            or_null(concat!($at, ".accuracy"), "estimate", "", "The share of right decisions."),
            or_null(concat!($at, ".precision"), "estimate", "", "Of those called positive."),
            or_null(concat!($at, ".recall"), "estimate", "", "Of those that are."),
            or_null(concat!($at, ".f1"), "estimate", "", "The harmonic mean of the two."),
            or_null(
                concat!($at, ".auc"),
                "estimate",
                "",
                "The chance that of two rows of different classes the positive one ranks higher.",
            ),
            or_null(concat!($at, ".average_precision"), "estimate", "", "The precision over recall."),
            or_null(concat!($at, ".log_loss"), "estimate", "", "−mean ln of what was."),
            or_null(concat!($at, ".brier"), "estimate", "", "The mean squared error of probabilities."),
            or_null(concat!($at, ".cost"), "estimate", "cost a row", "What decisions cost."),
            or_null(
                concat!($at, ".cost_always"),
                "number",
                "cost a row",
                "If all are called positive.",
            ),
            or_null(concat!($at, ".cost_never"), "number", "cost a row", "If none is."),
            or_null(
                concat!($at, ".roc"),
                "list",
                "",
                "Points: the share of others called positive, and recall.",
            ),
            or_null(concat!($at, ".precision_recall"), "list", "", "Points: recall and precision."),
            or_null(concat!($at, ".calibration"), "list", "", "Rows by rising probability."),
            name(concat!($at, ".calibration[].predicted"), "number", "", "Their mean probability."),
            name(concat!($at, ".calibration[].observed"), "number", "", "The share that is positive."),
            name(concat!($at, ".calibration[].rows"), "whole number", "", "How many."),
            name(concat!($at, ".baselines"), "list", "", "One item a baseline, on the same rows."),
            name(concat!($at, ".baselines[].name"), "text", "", "mean, majority, or last value."),
            or_null(concat!($at, ".baselines[].rmse"), "number", "", "Null of classes."),
            or_null(concat!($at, ".baselines[].mae"), "number", "", "Likewise."),
            or_null(concat!($at, ".baselines[].r_squared"), "number", "", "Likewise."),
            or_null(concat!($at, ".baselines[].accuracy"), "number", "", "Null of numbers."),
            $($after,)*
        ]
    };
}

const TABLE: Name = name("table", "text", "", "The table's file, as it was given.");
const TARGET: Name = name("target", "text", "", "The column that is predicted.");
const MODEL: Name = name("model", "text", "", "What it is: linear or logistic regression.");
const MODEL_FILE: Name = name("model_file", "text", "", "The model's file, as it was given.");
const DROPPED: Name = name("dropped", "list", "", "Rows that were left out, one item a reason.");
const WHY: Name = name("dropped[].why", "text", "", "Why.");
const HOW_MANY: Name = name("dropped[].rows", "whole number", "", "How many.");

/// `collect`.
pub const COLLECT: Object = Object {
    command: "collect",
    about: "A run that was recorded as a table to learn from.",
    names: &[
        FILE,
        name("agent", "text", "", "The agent."),
        SEED,
        name("beats", "whole number", "beats", "Beats played."),
        name("rows", "whole number", "", "Rows of the table: one for each beat and machine."),
        name("columns", "list", "", "The names of its columns (`taktlab collect --help`)."),
        or_null("file", "text", "", "Where it was written; null where it was not."),
    ],
};

/// `fit`.
pub const FIT: Object = Object {
    command: "fit",
    about: "A regression that learned from a part of a table, judged on another. Everything is in the \
            table's units.",
    names: with_evaluation!(
        "test",
        [
            TABLE,
            TARGET,
            name("features", "list", "", "The columns that it is predicted from."),
            MODEL,
            or_null("positive", "text", "", "The class of 1; null of numbers."),
            or_null("negative", "text", "", "The class of 0; likewise."),
            name("split", "text", "", "How rows were dealt to parts: random, stratified or time."),
            SEED,
            name("training_rows", "whole number", "", "Rows that it learned from."),
            name("validation_rows", "whole number", "", "Rows that the threshold was chosen by."),
            name("test_rows", "whole number", "", "Rows that it is judged by."),
            DROPPED,
            WHY,
            HOW_MANY,
            name("coefficients", "list", "", "One item a weight, the intercept first."),
            name("coefficients[].name", "text", "", "Its column, as the stages leave it."),
            name("coefficients[].value", "number", "", "The weight; 0 where it is not determined."),
            name(
                "coefficients[].determined",
                "truth",
                "",
                "Whether its column is no combination of those before it.",
            ),
            or_null("coefficients[].error", "number", "", "Its standard error; null with a ridge."),
            or_null(
                "coefficients[].low",
                "number",
                "",
                "Where its 95 % interval begins; likewise."
            ),
            or_null("coefficients[].high", "number", "", "Where it ends; likewise."),
            or_null(
                "coefficients[].p_value",
                "number",
                "",
                "How likely a weight of this size would be if the true one were 0; likewise.",
            ),
            name("ridge", "number", "", "The ridge."),
            or_null("fit_r_squared", "number", "", "R² on the rows that it learned from."),
            or_null("residual_variance", "number", "", "Σ(y − ŷ)²/(n − p) there."),
            or_null("log_likelihood", "number", "", "Of a logistic regression, there."),
            or_null("null_log_likelihood", "number", "", "Of the shares of the classes alone."),
            or_null("steps", "whole number", "", "Steps to the maximum of the likelihood."),
            or_null(
                "threshold",
                "number",
                "",
                "From which probability on a row is called positive: above 1 none is; null of numbers.",
            ),
            or_null("cross_validation", "object", "", "Fitted anew in each fold; null for none."),
            name("cross_validation.figure", "text", "", "RMSE or AUC."),
            name(
                "cross_validation.folds",
                "list",
                "",
                "Its value in each fold, null where it has none.",
            ),
            name("cross_validation.baseline", "list", "", "That of the mean, or of a coin."),
            name("training", "object", "", "On the rows that it learned from."),
            or_null("training.rmse", "number", "", "The root of the mean squared error."),
            or_null("training.auc", "number", "", "AUC."),
            or_null("test", "object", "", "On the rows to judge by; null where there are none."),
        ],
        [or_null("file", "text", "", "Where the model was saved; null where it was not.")]
    ),
};

/// `evaluate`.
pub const EVALUATE: Object = Object {
    command: "evaluate",
    about: "How good a saved model is on a table.",
    names: with_evaluation!(
        "evaluation",
        [
            MODEL_FILE,
            TABLE,
            MODEL,
            TARGET,
            SEED,
            DROPPED,
            WHY,
            HOW_MANY,
            name("evaluation", "object", "", "On the rows with a target and a prediction."),
        ],
        []
    ),
};

/// `predict`.
pub const PREDICT: Object = Object {
    command: "predict",
    about: "What a saved model says of each row.",
    names: &[
        MODEL_FILE,
        TABLE,
        MODEL,
        TARGET,
        name("rows", "whole number", "", "Rows of the table."),
        name("predicted_rows", "whole number", "", "Rows that are predicted."),
        DROPPED,
        WHY,
        HOW_MANY,
        name(
            "predictions",
            "list",
            "",
            "Of each row the number, or the probability of the positive class; null where there is none.",
        ),
        name("classes", "list", "", "What each is called; null of numbers."),
        or_null("file", "text", "", "Where the table was written; null where it was not."),
    ],
};
