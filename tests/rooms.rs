//! The rooms of the house under `src`, and the arrows between them: who uses whom is read from the
//! text of the files, tests included.
//!
//! An arrow runs down, from a room to one that stands lower, and never to a neighbour of the same
//! height; so there is no way round in a circle. One neighbour may call another: a command opens
//! the workbench. Only the workbench knows what draws it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is shared by tests may fail as tests do"
)]

use std::path::{Path, PathBuf};

/// The rooms, from the ground up.
const HEIGHTS: [&[&str]; 6] = [
    &["mdp", "rows"],
    &["environments"],
    &["planners", "learners", "heuristics", "insight"],
    &["scenario", "interchange"],
    &["experiment"],
    &["commands", "workbench"],
];

/// What only the workbench may know.
const WINDOW_CRATES: [&str; 6] = ["bevy", "bevy_egui", "egui", "egui_kittest", "wgpu", "winit"];

fn height(room: &str) -> Option<usize> {
    HEIGHTS.iter().position(|rooms| rooms.contains(&room))
}

fn may_use(from: &str, to: &str) -> bool {
    from == to || height(to) < height(from) || (from, to) == ("commands", "workbench")
}

fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            sources(&entry, all);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            all.push(entry);
        }
    }
}

/// The text without its comments.
fn code(text: &str) -> String {
    let line = |line: &str| line.split("//").next().unwrap_or_default().to_owned() + "\n";
    text.lines().map(line).collect()
}

/// The paths in a code, each as its steps: `crate::mdp::{Level, Model}` gives two. A path that is
/// a part of another is left out.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let mut rest = code;
    while let Some(at) = rest.find(is_part) {
        let from = &rest[at..];
        let end = from.find(|letter| !is_part(letter)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        rest = after;
        if !word.contains("::") {
            continue;
        }
        let steps: Vec<String> =
            word.split("::").filter(|s| !s.is_empty()).map(str::to_owned).collect();
        match after.strip_prefix('{') {
            Some(group) if word.ends_with("::") => {
                for first in group_of(group) {
                    found.push(steps.iter().cloned().chain([first]).collect());
                }
            }
            _ => found.push(steps),
        }
    }
    found
}

/// The first step of each path in a group: `a::b, c` gives `a` and `c`.
fn group_of(group: &str) -> Vec<String> {
    let (mut depth, mut first, mut names) = (0, String::new(), Vec::new());
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(std::mem::take(&mut first)),
            _ if depth == 0 => first.push(letter),
            _ => {}
        }
    }
    names.push(first);
    let head = |name: String| name.trim().split([':', ' ']).next().unwrap_or_default().to_owned();
    names.into_iter().map(head).filter(|name| !name.is_empty()).collect()
}

/// The room that a path leads into from a module so many steps below the root, if it leaves its
/// own by name.
fn room_of(path: &[String], module: &[String]) -> Option<String> {
    let named = match path.first()?.as_str() {
        "crate" | "taktlab" => path.get(1),
        "super" => {
            let ups = path.iter().take_while(|step| *step == "super").count();
            // Modules inside a file may be deeper than the file: then it stays in the room.
            (ups >= module.len()).then(|| path.get(ups)).flatten()
        }
        _ => None,
    };
    named.filter(|room| height(room).is_some()).cloned()
}

/// All that is wrong in a file: `planners uses scenario`, or a crate that it should not know.
fn faults(file: &str, text: &str) -> Vec<String> {
    let steps = file.trim_end_matches(".rs").trim_end_matches("/mod").split('/');
    let module: Vec<String> = steps.map(str::to_owned).collect();
    let room = module[0].clone();
    let mut faults = Vec::new();
    for path in paths(&code(text)) {
        if let Some(other) = room_of(&path, &module)
            && height(&room).is_some()
            && !may_use(&room, &other)
        {
            faults.push(format!("{file}: {room} must not use {other} ({})", path.join("::")));
        }
        if let Some(root) = path.first()
            && room != "workbench"
            && WINDOW_CRATES.contains(&root.as_str())
        {
            faults.push(format!("{file}: only the workbench may know {root}"));
        }
    }
    faults
}

#[test]
fn arrows_run_down_and_only_the_workbench_knows_what_draws_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let (mut wrong, mut rooms, mut arrows) = (Vec::new(), Vec::new(), 0);
    for file in files {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let text = std::fs::read_to_string(&file).unwrap();
        wrong.extend(faults(&name, &text));
        let module = vec![name.clone()];
        arrows +=
            paths(&code(&text)).iter().filter(|path| room_of(path, &module).is_some()).count();
        if let Some((room, _)) = name.split_once('/') {
            rooms.push(room.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    rooms.dedup();
    rooms.retain(|room| height(room).is_none());
    assert!(rooms.is_empty(), "where do they stand? {rooms:?}");
    // Else nothing was read.
    assert!(arrows > 300, "{arrows}");
}

#[test]
fn what_is_wrong_is_found() {
    let wrong = |file: &str, text: &str| faults(file, text).len();
    for (file, text, expected) in [
        ("mdp/model.rs", "use crate::environments::Line;", 1),
        ("mdp/model.rs", "// use crate::environments::Line;", 0),
        ("environments/line/step.rs", "use crate::mdp::{Beat, Level};", 0),
        ("environments/line/step.rs", "use super::super::super::planners::solve;", 1),
        ("environments/line/step.rs", "use super::super::chain::Chain;", 0),
        ("planners/solve.rs", "use crate::{learners::QLearning, mdp::{Model, Level}};", 1),
        ("planners/solve.rs", "fn f() -> crate::heuristics::Found {}", 1),
        ("learners/mod.rs", "use super::planners::solve;", 1),
        ("interchange/log.rs", "use crate::scenario::Scenario;", 1),
        ("insight/study.rs", "use crate::mdp::luck::Luck;", 0),
        ("insight/study.rs", "use crate::scenario::save;", 1),
        ("scenario/load.rs", "use crate::experiment::Run;\nuse crate::planners::Method;", 1),
        ("experiment/run.rs", "use crate::commands::output;", 1),
        ("experiment/run.rs", "use crate::workbench::desk::{Desk};", 1),
        ("commands/open.rs", "use crate::workbench::app;", 0),
        ("workbench/app.rs", "use crate::commands::output;", 1),
        ("workbench/app.rs", "use bevy::prelude::*;\nuse egui::Ui;", 0),
        ("commands/open.rs", "fn f(ui: &mut egui::Ui) {}", 1),
        ("experiment/run.rs", "use bevy::prelude::*;", 1),
    ] {
        assert_eq!(wrong(file, text), expected, "{file}: {text}");
    }
}
