//! Input that means nothing: it is refused with a place, and nothing else happens.

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::cases;
use crate::scenario::diagnostic::Report;
use crate::scenario::syntax::{Document, Limits};

const SCENARIO: &str = r##"#![enable(unwrap_newtypes)]
// A line.
Scenario(
    title: {"en": "Größe \u{20AC}", "de": r#"a "b" c"#},
    environment: Line(
        machines: [(name: "mill", failure: 1.5e-3, cycle: Some(2)), (name: 'x', failure: -0x1F)],
        levels: 0..=10, bytes: b"a\xFF", /* note /* nested */ */
    ),
    agents: [Fixed, Learner(step: (1, 0.6, inf)), ()],
)"##;

/// A report can be shown in all ways, and every place lies in the text.
fn show(report: &Report) {
    let lines = report.text().lines().count() + 1;
    assert!(report.has_errors() && !report.plain().is_empty());
    for entry in report.entries() {
        let line = entry.line.unwrap_or(1);
        assert!((1..=lines.max(1)).contains(&line), "{entry:?} in {:?}", report.text());
        assert!(!entry.message.is_empty());
    }
    assert!(!report.drawn(true).is_empty());
}

fn survive(bytes: &[u8]) {
    match Document::parse_bytes("f", bytes, Limits::default()) {
        Ok(document) => {
            let root = &document.tree().root;
            assert!(root.span.end as usize <= bytes.len());
            root.described(&document.tree().text);
            let _ = document.deserialise::<IgnoredAny>();
            let _ = document.deserialise::<serde_json::Value>();
            if let Err(report) = document.deserialise::<Vec<(u8, String)>>() {
                show(&report);
            }
        }
        Err(report) => show(&report),
    }
}

#[test]
fn the_whole_file_is_correct_to_begin_with() {
    let document = Document::parse("f", SCENARIO).unwrap();
    assert_eq!(document.tree().root.span.of(SCENARIO), &SCENARIO[SCENARIO.find("Sc").unwrap()..]);
}

#[test]
fn every_beginning_of_a_file_is_refused_in_its_place() {
    // Up to the first bracket of its value even the beginning of a file can be correct.
    let inside = SCENARIO.find("Scenario(").unwrap() + "Scenario(".len();
    for end in 0..SCENARIO.len() {
        let beginning = &SCENARIO.as_bytes()[..end];
        match Document::parse_bytes("f", beginning, Limits::default()) {
            Ok(_) => assert!(end < inside, "{end}"),
            Err(report) => show(&report),
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn random_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survive(&bytes);
    }

    #[test]
    fn random_signs_are_survived(text in "[ \\n(){}\\[\\],:;.=#!\"'\\\\/*a-cxnrbu0-9_+eE“ä-]{0,80}") {
        survive(text.as_bytes());
    }

    #[test]
    fn mutated_files_are_survived(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut bytes = SCENARIO.as_bytes().to_vec();
        for (place, byte, edit) in edits {
            let at = place.index(bytes.len());
            match edit {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => { bytes.swap(at, usize::from(byte) % SCENARIO.len() / 2); }
            }
        }
        survive(&bytes);
    }
}

/// A type that any value could be without end, were it not for the limit.
#[derive(Debug, Deserialize)]
struct Endless(#[expect(dead_code, reason = "only its reading is tested")] Option<Box<Endless>>);

#[test]
fn a_type_without_end_is_refused_and_does_not_fill_the_stack() {
    let document = Document::parse("f", "5").unwrap();
    let report = document.deserialise::<Endless>().unwrap_err();
    assert_eq!(report.plain(), "f:1:1: error: the type of this value nests without end");
}

#[test]
fn a_table_of_many_wrong_rows_is_told_in_part() {
    let text = format!("[{}]", "(1, 2),".repeat(50_000));
    let document = Document::parse("f", &text).unwrap();
    let read = document.root().read::<Vec<(u8, String)>>();
    let report = document.finish(read).unwrap_err();
    assert_eq!((report.diagnostics().len(), report.left_out()), (100, 49_900));
}
