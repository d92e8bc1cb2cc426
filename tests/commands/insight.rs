//! `taktlab fit`, `evaluate` and `predict`.

use std::path::Path;

use serde_json::Value;

use super::Place;
use super::objects::agree;

/// A table of two columns, words and gaps, a number and classes to predict: 200 rows that hang together.
pub fn sensor_table() -> String {
    let mut text = "vibration,shift,wear,fails,rows\n".to_owned();
    for row in 0..200_u64 {
        let (a, b) = (row * 7_919 % 1_000, row * 104_729 % 997);
        let vibration = a as f64 / 100.0;
        let wear = 2.0 * vibration + 1.0 + b as f64 / 997.0;
        let fails = if wear + (row * 31 % 17) as f64 / 3.0 > 13.0 { "yes" } else { "no" };
        let shift = ["early", "late"][usize::from(b % 2 == 0)];
        let vibration = if row % 40 == 3 { String::new() } else { vibration.to_string() };
        text += &format!("{vibration},{shift},{wear},{fails},{row}\n");
    }
    text
}

#[test]
fn a_table_is_fitted_judged_and_predicted() {
    let place = Place::new();
    place.with("a.csv", sensor_table());
    let fit = "fit a.csv --draws 100 --features vibration,shift";
    let said = place.type_in(&format!("{fit} --target wear --output wear.model")).well();
    for words in [
        "linear regression of wear",
        "120 rows to learn from, 40 to choose by, 40 to judge by",
        "cross-validation: RMSE",
        "beside it the mean",
        "It predicts better than the baseline, beyond chance.",
        "taktlab predict wear.model",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    // What is missing is filled as a rule, and goes where the file says so.
    let stages = "(stages: [Missing(by: Drop), OneHot(), Scale(by: Robust)])";
    place.with("stages.ron", stages);
    let classes = format!("{fit} --target fails --pipeline stages.ron --miss 5 -o fails.model");
    let said = place.type_in(&classes).well();
    for words in
        ["`yes` against `no`", "no value in vibration", "AUC", "(a miss 5, a false alarm 1)"]
    {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    let numbers = place.type_in(&format!("{fit} --target wear --format json")).json();
    let probabilities = place.type_in(&format!("{classes} --format json")).json();
    assert_eq!(numbers["test"]["verdict"], "learned");
    assert_eq!(probabilities["coefficients"][0]["name"], "(intercept)");
    agree("fit", &[numbers, probabilities], &[]);
    let evaluate = |model: &str| {
        place.type_in(&format!("evaluate {model} a.csv --draws 100 --format json")).json()
    };
    let judged = [evaluate("wear.model"), evaluate("fails.model")];
    assert_eq!(judged[1]["evaluation"]["rows"], 195);
    agree("evaluate", &judged, &[]);
    let said = place.type_in("evaluate fails.model a.csv --draws 100").well();
    assert!(said.contains("left out: 5 rows: no value in vibration"), "{said}");
    // New rows, of which one has a gap and one a word that is not known.
    place.with("new.csv", "shift,vibration\nearly,3\nnight,3\nlate,\n");
    let predicted = |model: &str| {
        place.type_in(&format!("predict {model} new.csv --format json -o out.csv")).json()
    };
    let both = [predicted("wear.model"), predicted("fails.model")];
    let wear = both[0]["predictions"].as_array().unwrap();
    assert!(
        (wear[0].as_f64().unwrap() - 7.5).abs() < 0.5 && wear[1].is_null() && wear[2].is_number()
    );
    assert_eq!(both[1]["classes"], serde_json::json!(["no", null, null]));
    agree("predict", &both, &[]);
    let written = std::fs::read_to_string(place.path("out.csv")).unwrap();
    assert!(
        written.starts_with("shift,vibration,probability of yes,predicted fails\n"),
        "{written}"
    );
    let printed = place.type_in("predict wear.model new.csv");
    assert!(printed.out.contains("shift,vibration,predicted wear\nearly,3,"), "{}", printed.out);
    assert!(printed.err.contains("2 of 3 rows are predicted"), "{}", printed.err);
}

#[test]
fn on_noise_it_is_said_that_nothing_can_be_learned() {
    let place = Place::new();
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published");
    let table = published.join("background_logistic.csv");
    let table = table.to_str().unwrap();
    let said =
        place.run(&["fit", table, "--target", "y", "--validation", "0", "--test", "0.5"]).well();
    assert!(said.contains("Nothing can be learned here"), "{said}");
    let table = published.join("background_linear.csv");
    let said = place.run(&["fit", table.to_str().unwrap(), "--target", "y"]).well();
    assert!(said.contains("It predicts better than the baseline"), "{said}");
}

/// Bad data: each is told with where and what to do, and nothing is written.
#[test]
fn bad_tables_stages_and_models_are_refused_in_words() {
    let place = Place::new();
    place.with("a.csv", sensor_table());
    place.with("empty.csv", "");
    place.with("text.csv", "x,y\n1,2\n2,3\nlow,4\n4,5\n");
    place.with("one.csv", "x,y\n1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n");
    place.with(
        "apart.csv",
        "x,y\n".to_owned()
            + &(0..40).map(|x| format!("{x},{}\n", u8::from(x > 19))).collect::<String>(),
    );
    place.with("latin.csv", b"x,y\n\xe9,1\n");
    place.with("stages.ron", "(stages: [\n  Scale(by: Robst),\n])");
    // All of it a hole: it takes no room on the disk.
    std::fs::File::create(place.path("huge.csv")).unwrap().set_len(10 << 30).unwrap();
    for (line, words) in [
        ("fit empty.csv --target y", "the file is empty"),
        ("fit text.csv --target y", "`low` is no number, though most of the column are"),
        ("fit text.csv --target y", "text.csv:4:1"),
        ("fit one.csv --target y", "has 1 class"),
        ("fit apart.csv --target y", "separation, by `x`"),
        ("fit latin.csv --target y", "no text in UTF-8"),
        ("fit none.csv --target y", "none.csv: the file cannot be read"),
        ("fit . --target y", "it is a folder"),
        ("fit huge.csv --target y", "the file is longer than 64 MiB"),
        ("fit a.csv --target waer", "Did you mean `wear`?"),
        ("fit a.csv --target wear --pipeline stages.ron", "stages.ron:2:"),
        ("fit a.csv --target wear --words speed", "There is no column `speed`"),
        ("fit a.csv --target wear --test 1", "leave too little to learn from"),
        ("fit a.csv --target wear --output no/wear.model", "there is no folder no"),
        ("evaluate a.csv a.csv", "this is no saved model"),
    ] {
        let told = place.type_in(line).refused();
        let told = told.replace('\n', " ");
        assert!(
            told.to_lowercase().contains(&words.to_lowercase()),
            "{line}: {words} is not in {told}"
        );
    }
    let told = place.type_in("fit a.csv --target wear --gradient-descent 10").misused();
    assert!(told.contains("not fitted by gradient descent"), "{told}");
    place.type_in("fit a.csv --target wear -o wear.model").well();
    let mut bytes = std::fs::read(place.path("wear.model")).unwrap();
    bytes[40] ^= 1;
    place.with("altered.model", &bytes);
    place.with("cut.model", &bytes[..60]);
    for model in ["altered.model", "cut.model"] {
        let told = place.type_in(&format!("predict {model} a.csv --output p.csv")).refused();
        assert!(told.contains("cut off or altered"), "{told}");
    }
    assert!(!place.path("p.csv").exists());
    let told = place.type_in("fit text.csv --target y --format json");
    assert_eq!(told.status, Some(1));
    let object: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(
        (&object["findings"][0]["line"], &object["findings"][0]["path"]),
        (&4.into(), &"x".into())
    );
}
/// From the line to a model: what is collected is learned from, and a machine's failures are foreseen.
#[test]
fn a_run_is_collected_and_learned_from() {
    let place = Place::new();
    let collect =
        "collect lines/maintenance_never_pays --agent always-run --machine Mill --beats 3000";
    let said = place.type_in(&format!("{collect} -o mill.csv --seed 3")).well();
    for words in
        ["3000 rows", "Always run, seed 3", "taktlab fit mill.csv --target 'fails within 10'"]
    {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    let object = place.type_in(&format!("{collect} -o again.csv --seed 3 --format json")).json();
    assert_eq!(object["rows"], 3_000);
    agree("collect", &[object, place.type_in(&format!("{collect} --format json")).json()], &[]);
    let read = |name: &str| std::fs::read_to_string(place.path(name)).unwrap();
    assert_eq!(read("mill.csv"), read("again.csv"));
    let fit = [
        "fit",
        "mill.csv",
        "--target",
        "fails within 10",
        "--features",
        "vibration,temperature",
        "--order",
        "beat",
        "--draws",
        "200",
    ];
    let said = place.run(&fit).well();
    assert!(said.contains("It tells the classes apart better than chance."), "{said}");
    place.with("own.ron", "(instruments: [(name: \"noise\", unit: \"dB\", working: 80)])");
    let own = place.type_in(&format!("{collect} --instruments own.ron")).well();
    assert!(own.starts_with("beat,episode,machine,noise,condition,"), "{own}");
    place.with("bad.ron", "(instruments: [(name: \"noise\", missing: 2)])");
    let told = place.type_in(&format!("{collect} --instruments bad.ron")).refused();
    assert!(told.contains("a probability that is none"), "{told}");
    let told = place.type_in("collect basics/chain").refused();
    assert!(told.contains("no machines"), "{told}");
}
