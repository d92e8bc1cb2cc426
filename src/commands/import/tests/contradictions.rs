//! Where a table and a record, or a record and itself, do not go together, and what is said of it.

use super::super::*;
use super::imported;
use super::sayings::{both, stations};

fn joined(table: &str, log: &str) -> Plant {
    stations(table).with(imported(log)).unwrap_or_else(|told| panic!("{told}"))
}

/// Forty spells of work of 50 minutes, each ended by a failure that takes so long to repair, with what
/// stands in the cell of parts after the n-th.
fn spells(repair: f64, parts: impl Fn(u64) -> String) -> String {
    let mut text = String::from("time (min),machine,condition,parts\n0,Saw,working,\n");
    let mut at = 0.0;
    for spell in 1..=40 {
        at += 50.0;
        text += &format!("{at},Saw,down,{}\n", parts(spell));
        at += repair;
        text += &format!("{at},Saw,working,\n");
    }
    text
}

#[test]
fn which_of_two_figures_is_used_is_said_of_each() {
    let table = "station,cycle (s),mtbf (h),mttr (min)\nSaw,60,3,20\n";
    let plant = joined(table, &spells(10.0, |_| "50".to_owned()));
    let (text, told) = both(&plant);
    for said in [&text, &told] {
        for words in [
            "cycle: table: 60 s, record: 60 s (95 %: 60 s to 60 s; 2000 parts in 33.33 h of work): the \
             table's is used",
            "mtbf: table: 3 h, record: 50 min (95 %: ",
            "40 failures in 33.33 h): the record's is used",
            "mttr: table: 20 min, record: 10 min (95 %: ",
            "40 repairs in 6.667 h): the record's is used",
        ] {
            assert!(said.contains(words), "{words} is not in {said}");
        }
    }
    let place = &super::super::as_json(&plant, 60.0, &found_nothing(), None, "")["twice"][1];
    assert_eq!(
        (place["figure"].as_str(), place["table"].as_f64(), place["record"].as_f64()),
        (Some("mtbf"), Some(10_800.0), Some(3_000.0))
    );
    assert_eq!(place["used"], "record");
    // Of what is in one file alone nothing is said.
    let (text, told) =
        both(&joined("station,cycle (s)\nSaw,60\n", &spells(10.0, |_| String::new())));
    assert!(!text.contains("table:") && !told.contains("table:"), "{text}\n{told}");
}

fn found_nothing() -> Found {
    Found { certified: None, drawn: None, beside: Vec::new() }
}

#[test]
fn that_no_failure_was_seen_where_the_table_has_some_is_said() {
    let table = "station,cycle (s),mtbf (h),mttr (min)\nSaw,60,3,20\n";
    let quiet = "time (h),machine,condition\n0,Saw,working\n30,Saw,working\n";
    let (text, told) = both(&joined(table, quiet));
    for said in [&text, &told] {
        let words = "mtbf: table: 3 h, record: no failure in 30 h (8.133 h or more, 95 %): the table's is used";
        assert!(said.contains(words), "{words} is not in {said}");
    }
}

#[test]
fn parts_that_a_cycle_does_not_allow_are_told() {
    // 50 parts in 50 minutes go with a minute each, and not with 80 seconds.
    let record = spells(10.0, |_| "50".to_owned());
    for (cycle, impossible) in [(60, false), (80, true)] {
        let plant = joined(&format!("station,cycle (s)\nSaw,{cycle}\n"), &record);
        let (text, told) = both(&plant);
        for said in [&text, &told] {
            let words = "2000 parts in 33.33 h of work are impossible with a cycle of 80 s";
            assert_eq!(said.contains(words), impossible, "{cycle}: {said}");
        }
    }
    // What left the line went through the machine before, but for what may have lain between.
    let two = "time (min),machine,condition,parts\n0,Saw,working,\n0,Pack,working,\n\
               3000,Pack,working,3000\n";
    for (cycle, impossible) in [(1.0, false), (1.01, false), (1.03, true)] {
        let table = format!("station,cycle (min),buffer\nSaw,{cycle},24\nPack,1,\n");
        let plant = joined(&table, two);
        let told: Vec<String> =
            plant.impossible().map(|(of, told)| format!("{}: {told}", of.name)).collect();
        assert_eq!(!told.is_empty(), impossible, "{cycle}: {told:?}");
        if impossible {
            assert!(
                told[0].starts_with("Saw: 2975 parts or more, as that many came out"),
                "{told:?}"
            );
        }
    }
}

#[test]
fn a_failure_that_is_repaired_in_no_time_is_said_to_be_left_out() {
    let log = "time (s),machine,condition\n0,Saw,working\n1000,Saw,down\n1000,Saw,working\n\
               4000,Saw,working\n";
    let (text, told) = both(&imported(log));
    for said in [&text, &told] {
        let words = "failures: its failure was repaired in no time by the record; in the model it never fails";
        assert!(said.contains(words), "{words} is not in {said}");
    }
    assert!(told.contains("too little was seen of failures of Saw"), "{told}");
    // A table that has the times keeps them, which is said.
    let plant = joined("station,mtbf (h),mttr (min)\nSaw,3,20\n", log);
    let (text, told) = both(&plant);
    for said in [&text, &told] {
        for words in [
            "mtbf: table: 3 h, record: 66.67 min (95 %: ",
            "mttr: table: 20 min, record: repairs that took no time: the table's is used",
        ] {
            assert!(said.contains(words), "{words} is not in {said}");
        }
        assert!(!said.contains("never fails"), "{said}");
    }
}

/// The same parts by a counter, that is reset at noon, as by counts of each line.
#[test]
fn a_counter_that_runs_on_counts_what_it_rose_by() {
    let each = imported(&spells(10.0, |_| "50".to_owned()));
    let running = spells(10.0, |spell| ((spell - 1) % 20 * 50 + 50).to_string());
    let running = running.replacen("working,\n", "working,0\n", 1);
    let plant = imported(&running);
    let (of_each, of_running) = (each.stations[0].cycle.unwrap(), plant.stations[0].cycle.unwrap());
    assert_eq!((of_each.events, of_running.events), (2_000, 2_000));
    assert!((of_running.value - 60.0).abs() < 1e-9, "{of_running:?}");
    let (text, told) = both(&plant);
    for said in [&text, &told] {
        for words in ["The column `parts` is read as a counter that runs on", "once it was reset"] {
            assert!(said.contains(words), "{words} is not in {said}");
        }
    }
    let throughput = |plant: &Plant| {
        let shares = plant.recorded.as_ref().unwrap().throughput.as_ref().unwrap();
        shares.spans.iter().sum::<f64>()
    };
    assert!((throughput(&each) - throughput(&plant)).abs() < 1e-9);
    let (_, told) = both(&each);
    assert!(!told.contains("counter"), "{told}");
    // Who knows better says so.
    let mut words = Words::default();
    words.counting = Some(Counting::Each);
    let summed = log::read(Table::read("l.csv", &running).unwrap(), &words).unwrap();
    assert!(summed.running.is_none() && summed.stations[0].cycle.unwrap().events > 20_000);
}

#[test]
fn a_machine_with_one_event_has_too_little_for_an_interval() {
    let log = "time (min),machine,condition\n0,Saw,working\n60,Saw,starved\n100,Saw,working\n\
               300,Pack,working\n";
    let plant = imported(log);
    let beat = plant.usual_beat();
    let found = found(&plant, beat, &super::sayings::arguments()).unwrap();
    let told = told(&plant, beat, &found);
    assert!(told.contains("Pack working: 1 event: too little for an interval and "), "{told}");
    assert!(!told.contains("NaN"), "{told}");
    let pack: Vec<&Beside> =
        found.beside.iter().filter(|beside| beside.what.starts_with("Pack")).collect();
    assert!(pack.iter().all(|beside| beside.verdict() == Verdict::TooLittle), "{pack:?}");
    // One event before the end: what it is is seen, and nothing of how it changes.
    let log = log.replace("300,Pack", "200,Pack") + "300,Saw,working\n";
    let plant = imported(&log);
    let found = super::super::found(&plant, beat, &super::sayings::arguments()).unwrap();
    let told = super::super::told(&plant, beat, &found);
    assert!(
        told.contains("Pack working: 1.000000 (1 event: too little for an interval)"),
        "{told}"
    );
}
