//! `taktlab FILE`, where there is no window.

use std::path::Path;

use serde_json::Value;

use super::{Place, place};

#[test]
fn without_a_window_the_scenario_is_run_and_the_results_are_written() {
    let place = place();
    let ran = place.type_in("line.ron --seed 3");
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert_eq!(ran.err.trim().lines().count(), 1, "one clear sentence: {}", ran.err);
    assert!(ran.out.contains("throughput") && ran.out.contains("taktlab-results.json"));
    assert_eq!(place.files(), ["bad.ron", "chain.ron", "line.ron", "taktlab-results.json"]);
    let results = std::fs::read_to_string(place.path("taktlab-results.json")).unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    assert_eq!((&results["seed"], &results["scenario"]), (&3.into(), &"line.ron".into()));
    let ran = place.type_in("line.ron --seed 3 --format json");
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), results);
    let simulated = place.type_in("simulate line.ron --seed 3 --format json").json();
    for (name, value) in simulated.as_object().unwrap() {
        assert_eq!(&results[name], value, "{name}");
    }
    assert!(Path::new(results["results"].as_str().unwrap()).is_absolute());
}

#[test]
fn without_an_argument_the_default_line_is_run() {
    let place = Place::new();
    let ran = place.type_in("");
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("Three machines\n"), "{}", ran.out);
    assert_eq!(place.files(), ["taktlab-results.json"]);
}

#[cfg(unix)]
#[test]
fn a_listed_scenario_is_opened_by_its_name_where_there_is_no_such_file() {
    let place = place();
    assert!(place.type_in("check lines/line3.ron").well().contains("lines/line3.ron: valid"));
    place.with("basics", "no folder");
    assert!(place.type_in("check basics/chain.ron").well().contains("valid"));
    place.type_in("check lines/none.ron");
    let told = place.type_in("solve lines/none.ron").refused();
    assert!(told.contains("lines/none.ron"), "{told}");
    place.with("own.ron", "(based_on: \"lines/line3.ron\", seed: 8)");
    assert!(place.type_in("check own.ron").well().contains("968 states"));
    let own = "(based_on: \"textbook/gambler.ron\", seed: 8)";
    place.with("own.ron", own);
    assert!(place.type_in("check own.ron").well().contains("Table"), "with its table beside it");
    // What is there goes first.
    std::fs::create_dir(place.path("lines")).unwrap();
    place.with("lines/line3.ron", "(version: 1, environment: Chain())");
    assert!(place.type_in("check lines/line3.ron").well().contains("Chain"));
}

#[test]
fn results_that_cannot_be_written_are_an_error() {
    let place = place();
    std::fs::create_dir(place.path("taktlab-results.json")).unwrap();
    let ran = place.type_in("chain.ron");
    assert_eq!(ran.status, Some(1));
    assert!(ran.err.contains("taktlab-results.json could not be written"), "{}", ran.err);
    assert!(ran.out.contains("return"), "what was found is printed all the same: {}", ran.out);
}
