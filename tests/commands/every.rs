//! What holds for every command: its words, its seed, its output and its end.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::insight::sensor_table;
use super::replay::saved_run;
use super::{CHAIN, Place, place, shipped};

#[test]
fn a_command_that_is_wrong_ends_with_status_2() {
    let place = place();
    for line in [
        "solve",
        "simulate",
        "check",
        "nonsense extra",
        "solve chain.ron --method guess",
        "solve chain.ron --precision 0",
        "solve chain.ron --precision nan",
        "simulate chain.ron --beats 0",
        "simulate chain.ron --beats 1e30",
        "simulate chain.ron --beats 10 --episodes 3",
        "simulate chain.ron --replications 1e9",
        "simulate chain.ron --warm-up -1",
        "simulate chain.ron --seed 18446744073709551616",
        "simulate chain.ron --agent robot",
        "train chain.ron --seeds 1e12",
        "train chain.ron --learner kanban",
        "list --format yaml",
    ] {
        let words = place.type_in(line).misused();
        assert!(words.contains("error"), "{line}: {words}");
    }
    let words = place.type_in("simulate chain.ron --agent robot").misused();
    // The nearest alone, and where the others are.
    assert!(words.contains("others, which `taktlab schema` lists"), "{words}");
    assert_eq!(words.matches('`').count(), 2 * (1 + 5 + 1), "{words}");
    let words = place.type_in("simulate chain.ron --agent q-leraning").misused();
    assert!(words.contains("did you mean `q-learning`?"), "{words}");
    for name in ["c-mu", "CMu", "c·μ", "nearest-job", "NearestJob", "dispatch", "beliefs"] {
        let words = place.type_in(&format!("simulate chain.ron --agent {name}")).refused();
        assert!(!words.contains("there is no agent"), "{name}: {words}");
    }
    assert!(place.type_in("--help").well().contains("taktlab schema json"));
    assert!(place.type_in("--version").well().starts_with("taktlab "));
}

#[test]
fn a_word_that_is_nearly_a_command_is_told() {
    let place = place();
    for line in ["solv chain.ron", "solv", "chek chain.ron bad.ron"] {
        let told = place.type_in(line).misused();
        assert!(told.contains("Did you mean `taktlab "), "{line}: {told}");
    }
    place.with("solv", CHAIN);
    assert!(place.type_in("check solv").well().contains("valid"));
    assert!(place.type_in("schema Random").well().contains("no settings"));
    assert!(place.type_in("schema Lin").misused().contains("did you mean `Line`"));
}

/// Output without what a clock says.
fn timeless(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        for name in ["backups_per_second", "enumeration_seconds", "planning_seconds"] {
            fields.remove(name);
        }
    }
    value
}

#[test]
fn every_command_takes_a_seed_and_gives_the_same_for_the_same() {
    let place = place();
    place.with("a.csv", sensor_table());
    for (line, drawn) in [
        ("list", false),
        ("check line.ron", false),
        ("solve line.ron", false),
        ("simulate line.ron --agent random --beats 300", true),
        ("simulate line.ron --agent q-learning --beats 300", true),
        ("train line.ron --steps 2000 --seeds 2", true),
        ("schema Line", false),
        ("schema json", false),
        ("fit a.csv --target wear --draws 20 --folds 0", true),
    ] {
        let with = |seed: u64| {
            timeless(place.type_in(&format!("{line} --format json --seed {seed}")).json())
        };
        let (one, again, other) = (with(7), with(7), with(8));
        assert_eq!(one, again, "{line}");
        assert_eq!(one != other, drawn, "{line}");
    }
}

/// Runs a command whose reader of one stream has gone before it begins.
fn without_reader(place: &Place, line: &str, error: bool) -> Option<i32> {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut command = place.command(&arguments);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    if error {
        command.stdout(Stdio::null()).stderr(writer);
    } else {
        command.stderr(Stdio::null()).stdout(writer);
    }
    command.status().unwrap().code()
}

#[test]
fn a_reader_that_goes_is_no_error() {
    let place = place();
    for line in [
        "list",
        "check chain.ron",
        "solve chain.ron",
        "simulate chain.ron --episodes 1 --replications 1",
        "simulate chain.ron --episodes 1 --replications 1 --format json",
        "train chain.ron --steps 500 --seeds 1",
        "schema Line",
        "schema json",
        "--help",
        "chain.ron",
    ] {
        assert_eq!(without_reader(&place, line, false), Some(0), "{line}");
    }
    // Nobody listens to what is wrong: the status still tells.
    for (line, status) in [
        ("check bad.ron", 1),
        ("check bad.ron --format json", 1),
        ("solve bad.ron", 1),
        ("solve chain.ron --method guess", 2),
        ("simulate chain.ron --agent robot", 2),
        ("chain.ron", 0),
    ] {
        assert_eq!(without_reader(&place, line, true), Some(status), "{line}");
    }
}

/// The first line of a long output, then no reader.
#[test]
fn the_head_of_an_output_can_be_taken() {
    use std::io::{BufRead, BufReader};
    let place = place();
    let mut child = place
        .command(&["schema", "Line"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("Line: "), "{first}");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_it_and_leaves_nothing_behind() {
    let place = place();
    saved_run(&place, 25);
    let run = std::fs::read_to_string(place.path("run.ron")).unwrap();
    place.with("run.ron", run.replace("beats: 25,", "beats: 4000000000,"));
    let before = place.files();
    for line in [
        "simulate line.ron --beats 1e12",
        "train line.ron --steps 1e12",
        "replay run.ron --trajectory beats.csv",
    ] {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = place.command(&arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "{line}: it ended by itself");
        let interrupt = format!("kill -INT {}", child.id());
        assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
        let from = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(from.elapsed() < Duration::from_secs(30), "{line}: it goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!child.wait().unwrap().success());
        assert_eq!(place.files(), before, "{line}");
    }
}

/// What takes longer than half a second shows a bar to who watches, and to nobody else.
#[test]
fn no_bar_is_drawn_where_nobody_watches() {
    let place = place();
    let from = Instant::now();
    let line = format!(
        "solve {} --method value-iteration --precision 1e-9",
        shipped("lines/line3_large.ron").display()
    );
    place.type_in(&line).well();
    assert!(from.elapsed() > Duration::from_millis(500), "a bar would not have been drawn at all");
}
