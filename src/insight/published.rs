//! Regressions and metrics against published and independently computed figures.

use serde_json::Value;

use super::linear::{LinearModel, LinearSettings};
use super::logistic::{Ascent, LogisticModel, LogisticSettings};
use super::metrics::classification::{Ranking, brier, log_loss};
use super::model::{Coefficient, Model};
use super::prepare::{Features, Pipeline};
use super::table::Table;

fn figures() -> Value {
    serde_json::from_str(include_str!("../../tests/published/regression.json")).unwrap()
}

fn table(file: &str, text: &str) -> Table {
    Table::read(file, text, &[]).unwrap()
}

/// The named columns of the first rows as features, and another as the target.
fn data(table: &Table, names: &[&str], target: &str, rows: usize) -> (Features, Vec<f64>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let training = vec![true; table.rows()];
    let (_, prepared) = Pipeline::default().fit(table, &names, target, &training).unwrap();
    let rows: Vec<usize> = (0..rows).collect();
    let target = table.column(target).unwrap().values.numbers().unwrap();
    (prepared.features.of_rows(&rows), rows.iter().map(|row| target[*row]).collect())
}

fn near(what: &str, found: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what}: no figure"));
    let off = (found - expected).abs() / expected.abs().max(1e-300);
    assert!(off <= tolerance, "{what}: {found} against {expected}, off by {off:e}");
}

/// Weights against figures by name, the intercept called `1`.
fn weights_are(what: &str, found: &[&Coefficient], expected: &Value, tolerance: f64) {
    for weight in found {
        let name = if weight.name == "(intercept)" { "1" } else { &weight.name };
        near(&format!("{what} {name}"), weight.value, &expected[name], tolerance);
    }
    assert!(!found.is_empty());
}

fn errors_are(what: &str, found: &[&Coefficient], expected: &Value) {
    for weight in found {
        let name = if weight.name == "(intercept)" { "1" } else { &weight.name };
        near(&format!("{what} error {name}"), weight.error.unwrap(), &expected[name], 1e-6);
    }
}

fn intervals_are(what: &str, found: &[&Coefficient], expected: &Value) {
    for weight in found {
        let name = if weight.name == "(intercept)" { "1" } else { &weight.name };
        near(&format!("{what} low {name}"), weight.low.unwrap(), &expected[name][0], 1e-6);
        near(&format!("{what} high {name}"), weight.high.unwrap(), &expected[name][1], 1e-6);
    }
}

fn linear(settings: &LinearSettings, features: &Features, target: &[f64]) -> (LinearModel, Model) {
    let model = settings.fit(features, target).unwrap();
    (model.clone(), Model::Linear(model))
}

fn logistic(features: &Features, target: &[f64], by: Ascent) -> (LogisticModel, Model) {
    let model = LogisticSettings { by, ..Default::default() }.fit(features, target).unwrap();
    (model.clone(), Model::Logistic(model))
}

const NAMES: [&str; 5] = ["x1", "x2", "x3", "x4", "x5"];

#[test]
fn least_squares_and_ridge_are_those_of_statsmodels_and_scikit_learn() {
    let all = table("regression.csv", include_str!("../../tests/published/regression.csv"));
    for case in figures()["regression"].as_array().unwrap() {
        let rows = case["rows"][1].as_u64().unwrap() as usize;
        let (features, target) = data(&all, &NAMES, "y", rows);
        let what = format!("{rows} rows");
        let (model, weights) = linear(&LinearSettings::default(), &features, &target);
        let (found, expected) = (weights.coefficients(), &case["ols"]);
        weights_are(&what, &found, &expected["coefficients"], 1e-8);
        errors_are(&what, &found, &expected["standard_errors"]);
        intervals_are(&what, &found, &expected["ci95"]);
        near(&what, model.r_squared, &expected["r_squared"], 1e-8);
        near(&what, model.residual_variance.unwrap(), &expected["residual_variance"], 1e-8);
        for (ridge, name) in [(0.1, "ridge_0.1"), (1.0, "ridge_1.0"), (10.0, "ridge_10.0")] {
            let settings = LinearSettings { ridge, ..Default::default() };
            let (_, weights) = linear(&settings, &features, &target);
            weights_are(&format!("{what} {name}"), &weights.coefficients(), &case[name], 1e-8);
        }
    }
}

#[test]
fn logistic_regression_and_its_metrics_are_those_of_statsmodels_and_scikit_learn() {
    let all = table("regression.csv", include_str!("../../tests/published/regression.csv"));
    for case in figures()["regression"].as_array().unwrap() {
        let rows = case["rows"][1].as_u64().unwrap() as usize;
        let (features, labels) = data(&all, &NAMES, "label", rows);
        for (by, tolerance) in [(Ascent::Newton, 1e-8), (Ascent::GradientDescent(100_000), 1e-6)] {
            let what = format!("{rows} rows by {by:?}");
            let (model, weights) = logistic(&features, &labels, by);
            let expected = &case["logit"];
            weights_are(&what, &weights.coefficients(), &expected["coefficients"], tolerance);
            errors_are(&what, &weights.coefficients(), &expected["standard_errors"]);
            near(&what, model.log_likelihood, &expected["log_likelihood"], 1e-8);
        }
        let (_, model) = logistic(&features, &labels, Ascent::Newton);
        let predicted = model.predict(&features);
        let expected = &case["metrics_of_logit_at_0.5"];
        let ranking = Ranking::of(&labels, &predicted);
        let confusion = ranking.confusion(0.5, None);
        let cells = &expected["confusion [[tn,fp],[fn,tp]]"];
        let counted = [
            [confusion.true_negatives, confusion.false_positives],
            [confusion.false_negatives, confusion.true_positives],
        ];
        assert_eq!(serde_json::json!(counted), *cells);
        for (name, found) in [
            ("accuracy", confusion.accuracy()),
            ("precision", confusion.precision()),
            ("recall", confusion.recall()),
            ("f1", confusion.f1()),
            ("roc_auc", ranking.auc(None)),
            ("average_precision", ranking.average_precision(None)),
            ("log_loss", Some(log_loss(&labels, &predicted, None))),
            ("brier", Some(brier(&labels, &predicted, None))),
        ] {
            near(&format!("{rows} rows {name}"), found.unwrap(), &expected[name], 1e-8);
        }
    }
}

/// The background text fits without an intercept; with one, the intervals cover 1 and 2.
#[test]
fn the_line_of_the_background_text_with_and_without_intercept() {
    let text = include_str!("../../tests/published/background_linear.csv");
    let (features, target) = data(&table("background_linear.csv", text), &["x"], "y", 100);
    let expected = &figures()["background_linear"];
    let without = LinearSettings { intercept: false, ..Default::default() };
    for (settings, name) in [
        (without.clone(), "without_intercept_as_in_the_text"),
        (LinearSettings::default(), "with_intercept"),
    ] {
        let (model, weights) = linear(&settings, &features, &target);
        let (found, expected) = (weights.coefficients(), &expected[name]);
        weights_are(name, &found, &expected["coefficients"], 1e-8);
        errors_are(name, &found, &expected["standard_errors"]);
        intervals_are(name, &found, &expected["ci95"]);
        near(name, model.r_squared, &expected["r_squared"], 1e-8);
        near(name, model.residual_variance.unwrap(), &expected["residual_variance"], 1e-8);
        let covers = |weight: &Coefficient, truth: f64| {
            weight.low.unwrap() < truth && truth < weight.high.unwrap()
        };
        let right = match found.as_slice() {
            [slope] => covers(slope, 2.0),
            weights => covers(weights[0], 1.0) && covers(weights[1], 2.0),
        };
        assert_eq!(right, settings.intercept, "{name}");
    }
    let (model, _) = linear(&without, &features, &target);
    for (x, predicted) in expected["predictions_without_intercept"].as_object().unwrap() {
        let values = vec![x.parse().unwrap()];
        let one = Features { names: vec!["x".to_owned()], rows: 1, values };
        near(x, model.predict(&one)[0], predicted, 1e-8);
    }
}

/// The background text fits chance labels by least squares; by maximum likelihood nothing is found.
#[test]
fn the_chance_labels_of_the_background_text() {
    let text = include_str!("../../tests/published/background_logistic.csv");
    let (features, labels) = data(&table("background_logistic.csv", text), &["x"], "y", 100);
    let expected = &figures()["background_logistic"];
    let least_squares = LinearSettings { intercept: false, ..Default::default() };
    let (_, weights) = linear(&least_squares, &features, &labels);
    let slope = weights.coefficients()[0].value;
    near("slope of the text", slope, &expected["least_squares_slope_as_in_the_text"], 1e-8);
    for (x, predicted) in expected["text_predictions"].as_object().unwrap() {
        let x: f64 = x.parse().unwrap();
        near("the text's prediction", 1.0 / (1.0 + (-slope * x).exp()), predicted, 1e-8);
    }
    let expected_likelihood = &expected["maximum_likelihood"];
    let (model, weights) = logistic(&features, &labels, Ascent::Newton);
    let found = weights.coefficients();
    weights_are("likelihood", &found, &expected_likelihood["coefficients"], 1e-8);
    errors_are("likelihood", &found, &expected_likelihood["standard_errors"]);
    near("ℓ", model.log_likelihood, &expected_likelihood["log_likelihood"], 1e-8);
    near("null ℓ", model.null_log_likelihood, &expected_likelihood["null_log_likelihood"], 1e-8);
    near("p", found[1].p_value.unwrap(), &expected_likelihood["p_value_x"], 1e-6);
    let auc = Ranking::of(&labels, &model.predict(&features)).auc(None).unwrap();
    near("AUC", auc, &expected["auc_in_sample"], 1e-8);
}

/// Decimal digits that agree, at most 15 (log relative error).
fn digits(found: f64, certified: f64) -> f64 {
    let off = (found - certified).abs() / certified.abs();
    if off == 0.0 { 15.0 } else { (-off.log10()).min(15.0) }
}

/// NIST StRD, Longley (1967): of high difficulty, since its columns nearly depend on each other.
#[test]
fn longley_of_nist() {
    let text = include_str!("../../tests/published/nist_longley.csv");
    let figures = figures();
    let (columns, certified) =
        (&figures["nist_longley"]["columns"], &figures["nist_longley"]["coefficients"]);
    let names: Vec<&str> =
        columns.as_array().unwrap().iter().skip(1).map(|name| name.as_str().unwrap()).collect();
    let (features, target) = data(&table("nist_longley.csv", text), &names, "TOTEMP", 16);
    let (model, weights) = linear(&LinearSettings::default(), &features, &target);
    for (weight, certified) in weights.coefficients().iter().zip(certified.as_array().unwrap()) {
        let found = digits(weight.value, certified.as_f64().unwrap());
        println!("Longley {}: {found:.1} digits", weight.name);
        assert!(found > 11.0, "{}: {found}", weight.name);
    }
    // Certified by NIST: the residual standard deviation and R².
    assert!(digits(model.residual_variance.unwrap().sqrt(), 304.854073561965) > 11.0);
    assert!(digits(model.r_squared, 0.995479004577296) > 11.0);
    let certified = [
        890420.383607373,
        84.9149257747669,
        0.334910077722432E-01,
        0.488399681651699,
        0.214274163161675,
        0.226073200069370,
        455.478499142212,
    ];
    for (weight, certified) in weights.coefficients().iter().zip(certified) {
        assert!(digits(weight.error.unwrap(), certified) > 10.0, "{weight:?}");
    }
}

/// NIST StRD, Wampler (1970): a polynomial of the fifth degree through points on it.
#[test]
fn wampler_of_nist() {
    for (name, base) in [("wampler1", 1.0_f64), ("wampler2", 0.1)] {
        let powers = |x: f64| (1..=5).map(move |power| x.powi(power));
        let rows: Vec<f64> = (0..=20).map(f64::from).collect();
        let features = Features {
            names: (1..=5).map(|power| format!("x^{power}")).collect(),
            rows: rows.len(),
            values: rows.iter().flat_map(|x| powers(*x)).collect(),
        };
        // Of Wampler 2 exactly as published: five decimals, which are all there are.
        let value = |x: f64| (0..=5).map(|power| (base * x).powi(power)).sum::<f64>();
        let target: Vec<f64> =
            rows.iter().map(|x| format!("{:.5}", value(*x)).parse().unwrap()).collect();
        let (model, weights) = linear(&LinearSettings::default(), &features, &target);
        let certified = figures()[name]["coefficients"].clone();
        for (weight, certified) in weights.coefficients().iter().zip(certified.as_array().unwrap())
        {
            let found = digits(weight.value, certified.as_f64().unwrap());
            println!("{name} {}: {found:.1} digits", weight.name);
            assert!(found > 9.0, "{name} {}: {found}", weight.name);
        }
        assert!(model.r_squared > 1.0 - 1e-14);
    }
}
