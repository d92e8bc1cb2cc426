//! `taktlab import`.

use std::path::Path;

use taktlab::scenario::Scenario;

use super::objects::agree;
use super::place;

#[test]
fn what_a_plant_recorded_becomes_a_scenario() {
    let place = place();
    let plant = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/plant");
    let (table, log) = (plant.join("stations.csv"), plant.join("log.csv"));
    let files = [table.to_str().unwrap(), log.to_str().unwrap()];
    let import = |more: &[&str]| {
        let words = [&["import", files[0], files[1], "--draws", "30"][..], more].concat();
        place.run(&words)
    };
    let said = import(&["--output", "plant.ron"]).well();
    for words in
        ["certified", "a certificate is for the model, not for the plant", "95 %", "they agree"]
    {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    place.type_in("check plant.ron").well();
    assert!(import(&["--output", "plant.ron"]).refused().contains("is there already"));
    place.with(
        "few.csv",
        "time;machine;condition\n2024-01-01 08:00;Saw;An\n2024-01-01 09:30;Saw;Aus\n",
    );
    let few = "import few.csv --condition An=up --condition Aus=idle --format json";
    let few = place.type_in(few).json();
    assert!(few["plant_low"].is_null(), "{few}");
    let told = few["unseen"][0]["what"].as_str().unwrap();
    assert!(told.contains("no failure was seen in 90 min"), "{told}");
    // A part a minute is more than a cycle of two minutes allows.
    place.with("slow.csv", "station,cycle (min)\nSaw,2\n");
    let minutes: String = (0..=60).map(|at| format!("{at},Saw,working,{at}\n")).collect();
    place.with("counted.csv", format!("time (min),machine,condition,parts\n{minutes}"));
    let slow = place.type_in("import slow.csv counted.csv --draws 0 --format json").json();
    let told = slow["impossible"][0]["what"].as_str().unwrap();
    assert!(
        told.contains("60 parts in 60 min of work are impossible with a cycle of 2 min"),
        "{told}"
    );
    assert!(slow["parts_as"].as_str().unwrap().contains("a counter that runs on"), "{slow}");
    assert_eq!(slow["twice"][0]["used"], "table", "{slow}");
    agree("import", &[import(&["--format", "json"]).json(), few, slow], &[]);
    let told = place.type_in("import few.csv --condition An=sleeping").misused();
    assert!(told.contains("--condition is a word of the record"), "{told}");
    // The scenario alone goes to standard output, what is said of it does not.
    let printed = place.run(&["import", files[0], "--draws", "30"]);
    assert_eq!(printed.status, Some(0), "{}", printed.err);
    assert_eq!(Scenario::parse("x.ron", &printed.out).unwrap().contents.kind(), "Line");
    assert!(printed.err.contains("certified"), "{}", printed.err);
    place.with("bad.csv", "time (s),machine,condition\n5,A,up\n3,A,down\n");
    let told = place.type_in("import bad.csv").refused();
    for words in
        ["bad.csv:3:1", "the time is before that of the line above", "Sort the lines by time."]
    {
        assert!(told.to_lowercase().contains(&words.to_lowercase()), "{words} is not in {told}");
    }
    assert!(place.type_in("import none.csv").refused().contains("none.csv"));
    assert!(import(&["--beat", "soon"]).misused().contains("--beat is a time"));
}
