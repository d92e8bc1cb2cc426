//! Records that our own simulator makes, whose figures are known.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use super::*;
use crate::experiment::{AnyAgent, RunSettings, open, uncertainty};
use crate::heuristics::AlwaysRun;
use crate::interchange::plant::Failing;

mod contradictions;
mod mistakes;
mod sayings;

/// A line of two machines with these fields each.
fn line(first: &str, second: &str) -> Scenario {
    let text = format!(
        "(version: 1, environment: Line(machines: [(name: \"A\", {first}), (name: \"B\", {second})], \
         buffers: [(capacity: 5)], revenue: 1), criterion: Average)"
    );
    Scenario::parse("line.ron", &text).unwrap_or_else(|reports| panic!("{reports}"))
}

/// The record of a run of so many beats, with a line for each change of a condition.
fn record(scenario: &Scenario, seed: u64, beats: u64) -> String {
    let agent = AnyAgent::AlwaysRun(AlwaysRun::new(scenario.environment.erased()));
    let settings = RunSettings { seed, ..RunSettings::default() };
    let mut run = open(&scenario.environment, agent, settings);
    let names = scenario.environment.places().stations.clone();
    let mut text = String::from("time (beats),machine,condition,parts\n");
    let mut last: Vec<Option<Condition>> = vec![None; names.len()];
    let mut sold = 0;
    for beat in 0..beats {
        run.advance(1);
        let now = run.tally().latest().to_vec();
        for (station, name) in names.iter().enumerate() {
            let end = beat + 1 == beats;
            if last[station] == Some(now[station]) && !end {
                continue;
            }
            last[station] = Some(now[station]);
            let parts = match station + 1 == names.len() {
                // What was sold in this beat is counted in its end.
                true => {
                    run.tally().parts_out() - std::mem::replace(&mut sold, run.tally().parts_out())
                }
                false => 0,
            };
            let condition = match now[station] {
                Condition::HeldBack => panic!("always run holds nobody back"),
                condition => condition.name(),
            };
            writeln!(text, "{beat},{name},{condition},{parts}").unwrap();
        }
    }
    text
}

fn imported(text: &str) -> Plant {
    let table = Table::read("log.csv", text).unwrap();
    log::read(table, &Words::default()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// 95 % intervals hold the true mean in 95 of 100 records, and as these times are geometric in a few
/// more. Over 300 records a share of 95 % has a standard deviation of 1.3 %.
#[test]
fn intervals_hold_what_the_record_was_made_with() {
    let scenario = line("mtbf: 40, mttr: 8", "mtbf: 25, mttr: 4");
    let (mut held, mut refused, mut tested) = ([0; 4], 0, 0);
    const RECORDS: u64 = 300;
    for seed in 0..RECORDS {
        let plant = imported(&record(&scenario, seed, 1_500));
        let truth = [40.0, 8.0, 25.0, 4.0];
        let figures = plant.stations.iter().flat_map(|station| [station.mtbf, station.mttr]);
        for ((figure, truth), held) in figures.zip(truth).zip(&mut held) {
            let figure = figure.unwrap();
            *held += u64::from(figure.low <= truth && truth <= figure.high);
        }
        for station in &plant.stations {
            for shape in [station.time_to_failure, station.time_to_repair].into_iter().flatten() {
                tested += 1;
                refused += u64::from(shape.refused);
            }
        }
    }
    for (held, what) in held.iter().zip(["mtbf of A", "mttr of A", "mtbf of B", "mttr of B"]) {
        let share = *held as f64 / RECORDS as f64;
        assert!((0.92..=1.0).contains(&share), "{what}: {share}");
    }
    let all = held.iter().sum::<u64>() as f64 / (4 * RECORDS) as f64;
    assert!((0.935..=0.99).contains(&all), "{all}");
    let share = refused as f64 / tested as f64;
    assert!(tested > 900 && share < 0.08, "{refused} of {tested}");
}

/// The record beside the table of stations in `assets/plant`, of which the README tells: a minute is
/// a beat.
#[test]
#[ignore = "writes assets/plant/log.csv anew"]
fn write_the_example() {
    let text = "(version: 1, environment: Line(machines: [\
                (name: \"Lathe\", mtbf: 60, mttr: 6), (name: \"Mill\", mtbf: 40, mttr: 8, scrap: 0.012), \
                (name: \"Press\", mtbf: 50, mttr: 5)], \
                buffers: [(capacity: 5), (capacity: 5)], revenue: 1))";
    let scenario = Scenario::parse("plant.ron", text).unwrap();
    let made = record(&scenario, 4, 2_880).replace("(beats)", "(min)");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/plant/log.csv");
    let head = "# Two days of the line of stations.csv, from a simulation of it.\n";
    std::fs::write(path, format!("{head}{made}")).unwrap();
}

/// The files of the README agree with each other and with the model that they become.
#[test]
fn the_example_of_the_readme_agrees_with_its_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/plant");
    let plant = read(&["stations.csv", "log.csv"].map(|name| folder.join(name)), &Words::default())
        .unwrap();
    let beat = plant.usual_beat();
    assert_eq!((beat, plant.stations.len()), (60.0, 3));
    for station in &plant.stations {
        let (mtbf, mttr) = (station.mtbf.unwrap(), station.mttr.unwrap());
        assert!(mtbf.events > 20 && mtbf.low < mtbf.value && mttr.value < mttr.high);
    }
    let scenario = Scenario::parse("plant.ron", &plant.scenario(beat, false)).unwrap();
    let beside = beside(&plant, beat, &scenario, 1).unwrap();
    let agree = beside.iter().filter(|beside| beside.verdict() != Verdict::Differ).count();
    assert!(beside.len() == 13 && agree >= 11, "{agree} of {}", beside.len());
}

#[test]
fn repairs_that_are_not_geometric_are_told() {
    let scenario = line("mtbf: 30, mttr: 12, repair_stages: 6", "mtbf: 1000, mttr: 2");
    let plant = imported(&record(&scenario, 3, 5_000));
    let shape = plant.stations[0].time_to_repair.unwrap();
    assert!(shape.refused && shape.variation < 0.7, "{shape:?}");
    assert!(!plant.stations[0].time_to_failure.unwrap().refused);
    let text = plant.scenario(1.0, true);
    assert!(text.contains("do not look exponential"), "{text}");
    assert!(text.contains("stages of repair"), "{text}");
}

/// Who fails by time and is often starved fails then too, who fails at work alone does not.
#[test]
fn failures_by_time_are_told_from_those_at_work() {
    for (mode, by_time) in [("Time", true), ("Operation", false)] {
        let slow = "mtbf: 30, mttr: 20";
        let scenario = line(slow, &format!("mtbf: 40, mttr: 8, failure_mode: {mode}"));
        let (mut told, mut held) = (0, 0);
        for seed in 0..20 {
            let station = imported(&record(&scenario, seed, 6_000)).stations[1].clone();
            told += u32::from((station.failing == Failing::SeenByTime) == by_time);
            let mtbf = station.mtbf.unwrap();
            held += u32::from(mtbf.low <= 40.0 && 40.0 <= mtbf.high);
        }
        assert!(told >= 19 && held >= 16, "{mode}: {told} told, {held} held");
    }
}

/// A record of up and down alone says nothing of waiting: its times between failures count all time that
/// a machine was up, and so the model has to fail in all of it, or it would be down less than the record.
#[test]
fn a_record_of_up_and_down_alone_is_down_as_often_as_its_model() {
    // The second waits for the first in a third of its time, and fails at work alone.
    let scenario = line("mtbf: 30, mttr: 15", "mtbf: 40, mttr: 6");
    let whole = record(&scenario, 11, 60_000);
    let mut log = String::from("time (beats),machine,condition\n");
    let mut last = HashMap::new();
    let lines: Vec<&str> = whole.lines().skip(1).collect();
    for (at, line) in lines.iter().enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let condition = if cells[2] == "down" { "down" } else { "up" };
        let end = at + 2 >= lines.len();
        if last.insert(cells[1], condition) != Some(condition) || end {
            writeln!(log, "{},{},{condition}", cells[0], cells[1]).unwrap();
        }
    }
    let plant = imported(&log);
    for station in &plant.stations {
        assert_eq!((station.failing, station.cycle), (Failing::WhileUp, None), "{station:?}");
    }
    let text = plant.scenario(1.0, true);
    assert_eq!(text.matches("failure_mode: Time,").count(), 2, "{text}");
    assert_eq!(text.matches("does not tell when it worked").count(), 2, "{text}");
    let model = Scenario::parse("up.ron", &plant.scenario(1.0, false)).unwrap();
    let beside = beside(&plant, 1.0, &model, 1).unwrap();
    let of = |name: &str| beside.iter().find(|beside| beside.what == name).unwrap();
    for name in ["A down", "B down"] {
        let down = of(name);
        assert_ne!(
            down.verdict(),
            Verdict::Differ,
            "{name}: {:?} and {:?}",
            down.recorded,
            down.simulated
        );
        assert!((down.recorded.mean - down.simulated.mean).abs() < 0.005, "{name}: {down:?}");
    }
    // Failures at work alone would be told to differ.
    let wrong = plant.scenario(1.0, false).replace("failure_mode: Time,", "");
    let wrong = Scenario::parse("up.ron", &wrong).unwrap();
    let beside = super::beside(&plant, 1.0, &wrong, 1).unwrap();
    let down = beside.iter().find(|beside| beside.what == "B down").unwrap();
    assert_eq!(down.verdict(), Verdict::Differ, "{:?} and {:?}", down.recorded, down.simulated);
}

#[test]
fn the_model_of_a_record_does_what_was_recorded() {
    let scenario = line("mtbf: 40, mttr: 8", "mtbf: 25, mttr: 4");
    let folder = tempfile::tempdir().unwrap();
    let (log, table) = (folder.path().join("log.csv"), folder.path().join("stations.csv"));
    std::fs::write(&log, record(&scenario, 5, 20_000)).unwrap();
    // The model's buffer counts the place in the next machine.
    std::fs::write(&table, "station,cycle (beats),buffer\nA,1,4\nB,1,\n").unwrap();
    let plant = read(&[table, log], &Words::default()).unwrap();
    let arguments = ImportArguments {
        files: Vec::new(),
        condition: Vec::new(),
        output: None,
        beat: None,
        parts: None,
        draws: 40,
        seed: 1,
        format: Format::Text,
    };
    let found = found(&plant, 1.0, &arguments).unwrap();
    let told = told(&plant, 1.0, &found);
    assert_eq!(found.beside.len(), 9, "{told}");
    let agree = found.beside.iter().filter(|beside| beside.verdict() != Verdict::Differ).count();
    assert!(agree >= 8, "{told}");
    let (low, high) = found.certified.unwrap();
    let Spread { low: from, high: to, draws } = found.drawn.unwrap();
    // The certificate is narrow, what is known of the plant is not.
    assert!(high - low < 1e-3 && to - from > 0.01 && draws == 40, "{told}");
    assert!(from < low && high < to, "{told}");
    // The true line's throughput lies where the plant's is said to.
    let truth = throughput(&scenario, true, 1).unwrap();
    assert!(from < truth && truth < to, "{truth} {told}");
    // Of a line with a larger buffer it is told.
    let mut wrong = plant.clone();
    wrong.stations[0].buffer = Some(60);
    let parsed = Scenario::parse("x.ron", &wrong.scenario(1.0, false)).unwrap();
    let beside = beside(&wrong, 1.0, &parsed, 1).unwrap();
    assert_eq!(
        beside[0].verdict(),
        Verdict::Differ,
        "{:?} {:?}",
        beside[0].recorded,
        beside[0].simulated
    );
}

/// The file that is written keeps how well its figures are known: what `solve` draws from it is what
/// was told here.
#[test]
fn the_file_keeps_how_well_its_figures_are_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/plant");
    let files = ["stations.csv", "log.csv"].map(|name| folder.join(name));
    let plant = read(&files, &Default::default()).unwrap();
    let beat = plant.usual_beat();
    let scenario = Scenario::parse("plant.ron", &plant.scenario(beat, true)).unwrap();
    let estimates = &scenario.contents.estimates;
    // Times to failure and to repair of three stations, and the scrap of each.
    assert_eq!(estimates.len(), 9);
    let parameters = scenario.parameters();
    for one in estimates {
        let figure = parameters.iter().find(|figure| figure.path == one.of).unwrap();
        assert!(one.low <= figure.value && figure.value < one.high, "{one:?} {figure:?}");
    }
    let arguments = ImportArguments {
        files: Vec::new(),
        condition: Vec::new(),
        output: None,
        beat: None,
        parts: None,
        draws: 60,
        seed: 3,
        format: Format::Text,
    };
    let found = found(&plant, beat, &arguments).unwrap();
    let ((low, high), told) = (found.certified.unwrap(), found.drawn.unwrap());
    let kept = uncertainty::of_optimum(&scenario, f64::midpoint(low, high), 60, 3).unwrap();
    assert!((kept.low - told.low).abs() < 2e-4, "{kept:?} {told:?}");
    assert!((kept.high - told.high).abs() < 2e-4, "{kept:?} {told:?}");
    assert!(kept.low < low - 0.005 && high + 0.005 < kept.high, "{kept:?}");
}

#[test]
fn a_table_of_stations_becomes_a_scenario_in_units_of_the_clock() {
    let table = "# Shift report\nstation;cycle (s);MTBF (h);mttr;failures;parts;scrapped;buffer\n\
                 Lathe;60;8;20 min;14;900;9;4\nMill \"2\";75;6;0.5 h;;;;\nPack;60;;;;;;\n";
    let plant = stations::read(Table::read("s.csv", table).unwrap()).unwrap();
    let beat = 60.0;
    let text = plant.scenario(beat, true);
    let scenario = Scenario::parse("s.ron", &text).unwrap_or_else(|e| panic!("{text}\n{e}"));
    assert!(scenario.warnings.is_empty(), "{}", scenario.warnings);
    let crate::environments::AnySettings::Line(line) = &scenario.contents.environment else {
        panic!("{text}")
    };
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
    close(line.machines[0].failure, 1.0 / 480.0);
    close(line.machines[0].repair, 1.0 / 20.0);
    close(line.machines[0].scrap, 0.01);
    close(line.machines[1].failure, 1.0 / 360.0);
    assert_eq!(line.buffers.iter().map(|b| b.capacity).collect::<Vec<_>>(), [5, 11]);
    assert!(text.contains("completion: 0.8,"), "{text}");
    for words in ["95 %", "14 failures in 112 h", "9 of 900 parts", "nothing is known of how many"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(plant.fits(60.0).is_ok());
    assert!(plant.fits(1800.1).unwrap_err().contains("Choose a shorter --beat"));
}

/// Shares in per cent where the column says so, or the cell, are what they are as shares.
#[test]
fn a_column_of_per_cent_is_read_as_such() {
    let scrap = |column: &str, cell: &str| {
        let table = format!("station,cycle (s),{column}\nLathe,60,{cell}\n");
        let plant = stations::read(Table::read("s.csv", &table).unwrap()).unwrap();
        let scenario = Scenario::parse("s.ron", &plant.scenario(60.0, true)).unwrap();
        let crate::environments::AnySettings::Line(line) = &scenario.contents.environment else {
            panic!("{table}")
        };
        line.machines[0].scrap
    };
    for (column, cell) in [
        ("scrap (%)", "0.8"),
        ("scrap (percent)", "0.8"),
        ("scrap", "0.8 %"),
        ("scrap", "0.008"),
        ("scrap (%)", "0.8 %"),
    ] {
        let found = scrap(column, cell);
        assert!((found - 0.008).abs() < 1e-12, "{column} {cell}: {found}");
    }
}

/// The same record by dates, with and without seconds and zones, and by seconds.
#[test]
fn a_record_by_dates_is_that_by_seconds() {
    let by = |times: [&str; 4]| {
        let told = ["working", "down", "working", "down"];
        let lines = times.iter().zip(told).map(|(at, told)| format!("{at},Saw,{told}\n"));
        let text = format!("time,machine,condition\n{}", lines.collect::<String>());
        imported(&if times[0] == "0" { text.replace("time,", "time (s),") } else { text })
    };
    let seconds = by(["0", "3600", "5400", "90000"]);
    assert_eq!(
        (seconds.clock, seconds.stations[0].mtbf.unwrap().value),
        (Clock::Seconds, 44_100.0)
    );
    for times in [
        ["2024-02-28 08:00", "2024-02-28 09:00", "2024-02-28 09:30", "2024-02-29 09:00"],
        [
            "2024/02/28T08:00:00",
            "2024-02-28 9:00:00",
            "2024-02-28T09:30",
            "2024-02-29T09:00:00.000",
        ],
        [
            "2024-02-28T08:00:00+02:00",
            "2024-02-28T07:00:00Z",
            "2024-02-28T08:30:00+01:00",
            "2024-02-29T07:00:00Z",
        ],
    ] {
        assert_eq!(by(times), seconds, "{times:?}");
    }
}

/// Where semicolons separate the cells a comma is the decimal point, in every column alike.
#[test]
fn decimal_commas_are_read_where_semicolons_separate() {
    let table =
        "station;cycle (s);mtbf (h);mttr;failures;scrap\nA;60,5;8,25;\"20,5 min\";3;1,5 %\n";
    let point = table.replace(',', ".");
    let read = |text: &str| stations::read(Table::read("s.csv", text).unwrap()).unwrap();
    assert_eq!(read(table), read(&point));
    let station = &read(table).stations[0];
    assert_eq!(station.cycle.unwrap().value, 60.5);
    assert_eq!(station.mttr.unwrap().value, 1230.0);
    assert!((station.scrap.unwrap().value - 0.015).abs() < 1e-15);
    let log = "time;machine;condition;parts\n0,5 s;A;up;0\n1,5 s;A;down;2,0\n";
    assert_eq!(imported(log).recorded.unwrap().span, 1.0);
}

#[test]
fn conditions_in_other_words_are_those_that_are_named() {
    let text = "time (s),machine,condition\n0,A,Läuft\n50,A,STÖRUNG\n60,A,läuft\n90,A,läuft\n";
    let mut words = Words::default();
    assert!(log::read(Table::read("l.csv", text).unwrap(), &words).is_err());
    for given in ["Störung=down", "läuft = Working"] {
        words.add(given).unwrap();
    }
    let plant = log::read(Table::read("l.csv", text).unwrap(), &words).unwrap();
    assert_eq!(plant.stations[0].mtbf.unwrap().value, 80.0);
    for given in ["Störung", "=down", "Störung=kaputt", ""] {
        assert!(words.add(given).unwrap_err().contains("working, starved"), "{given}");
    }
}

/// What was never seen is told, and nothing is said of how far the plant may be from the model.
#[test]
fn of_what_was_not_seen_a_record_is_not_sure() {
    let arguments = |draws| ImportArguments {
        files: Vec::new(),
        condition: Vec::new(),
        output: None,
        beat: None,
        parts: None,
        draws,
        seed: 1,
        format: Format::Text,
    };
    let of = |rows: &str| {
        let plant = imported(&format!("time (s),machine,condition\n{rows}"));
        let found = found(&plant, 10.0, &arguments(40)).unwrap();
        (told(&plant, 10.0, &found), plant.scenario(10.0, true), found.drawn)
    };
    for (rows, words) in [
        ("0,Saw,down\n100,Saw,up\n", "it was never seen to work"),
        (
            "0,Saw,up\n100,Saw,up\n",
            "no failure was seen in 100 s, so that its mtbf is 27.11 s or more",
        ),
        ("0,Saw,up\n50,Saw,down\n150,Saw,down\n", "no repair was seen to end in 100 s"),
    ] {
        let (told, text, drawn) = of(rows);
        assert!(
            drawn.is_none() && told.contains("too little was seen of failures of Saw"),
            "{told}"
        );
        for said in [&told, &text] {
            assert!(said.contains(words), "{said}");
        }
    }
    let (told, _, drawn) = of("0,Saw,up\n50,Saw,down\n70,Saw,up\n150,Saw,up\n");
    assert!(drawn.is_some() && !told.contains("too little was seen"), "{told}");
}
