//! Errors of meaning: all of them at once, with place, path and remedy.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::check;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::syntax::{At, Document, Read, Value};

#[derive(Debug, PartialEq)]
struct Line {
    name: String,
    machines: Vec<Machine>,
    supply: Supply,
    prices: BTreeMap<String, f64>,
}

#[derive(Debug, PartialEq)]
struct Machine {
    failure: At<f64>,
    repair: At<f64>,
    cycle: Option<u8>,
    place: (i32, i32),
}

#[derive(Debug, PartialEq)]
enum Supply {
    Saturated,
    Arrivals(f64),
    Batches { size: u32, probability: f64 },
    Copy(Box<Machine>),
}

impl Read for Line {
    fn read(value: Value<'_>) -> Option<Self> {
        value.fields("Line", |fields| {
            let name = fields.required("name");
            let machines = fields.required("machines");
            let supply = fields.default("supply", Supply::Saturated);
            let prices = fields.default("prices", BTreeMap::new());
            Some(Line { name: name?, machines: machines?, supply: supply?, prices: prices? })
        })
    }
}

impl Read for Machine {
    fn read(value: Value<'_>) -> Option<Self> {
        value.fields("Machine", |fields| {
            let failure = fields.required("failure");
            let repair = fields.default("repair", fields.at(0.1));
            let cycle = fields.optional("cycle");
            let place = fields.default("place", (0, 0));
            Some(Machine { failure: failure?, repair: repair?, cycle: cycle?, place: place? })
        })
    }
}

impl Read for Supply {
    fn read(value: Value<'_>) -> Option<Self> {
        value
            .variants()
            .unit("Saturated", Supply::Saturated)
            .newtype("Arrivals", Supply::Arrivals)
            .newtype("Copy", Supply::Copy)
            .fields("Batches", |fields| {
                let (size, probability) = (fields.required("size"), fields.required("probability"));
                Some(Supply::Batches { size: size?, probability: probability? })
            })
            .finish()
    }
}

fn read(text: &str) -> Line {
    let document = Document::parse("f", text).unwrap();
    let line = document.root().read();
    document.finish(line).unwrap().0
}

#[test]
fn a_correct_file_is_read_in_every_way_of_writing_it() {
    let plain = read("(name: \"l\", machines: [(failure: 1, cycle: 2)], supply: Arrivals(0.5))");
    let wordy = read(
        "Line(name: \"l\", machines: [Machine(failure: 1, cycle: Some(2), place: (0, 0))], \
         supply: Arrivals((0.5)), prices: {})"
            .replace("((0.5))", "(0.5)")
            .as_str(),
    );
    assert_eq!((plain.name.as_str(), plain.machines[0].cycle), ("l", Some(2)));
    assert_eq!(plain.supply, Supply::Arrivals(0.5));
    assert_eq!(*wordy.machines[0].failure, *plain.machines[0].failure);
    assert_eq!(wordy.machines[0].cycle, Some(2));
    let none = read("(name: \"l\", machines: [(failure: 1, cycle: None)], supply: Saturated)");
    assert_eq!(none.machines[0].cycle, None);
    for supply in ["Batches(size: 3, probability: 0.5)", "Batches((size: 3, probability: 0.5))"] {
        let line = read(&format!("(name: \"l\", machines: [], supply: {supply})"));
        assert_eq!(line.supply, Supply::Batches { size: 3, probability: 0.5 });
    }
    for supply in ["Copy(failure: 2)", "Copy((failure: 2))", "Copy(Machine(failure: 2))"] {
        let line = read(&format!("(name: \"l\", machines: [], supply: {supply})"));
        assert!(matches!(&line.supply, Supply::Copy(machine) if *machine.failure == 2.0));
    }
    let prices = read("(name: \"l\", machines: [], prices: {part: 5, \"kWh\": 0.3})").prices;
    assert_eq!(prices, BTreeMap::from([("part".to_owned(), 5.0), ("kWh".to_owned(), 0.3)]));
}

#[test]
fn all_errors_are_told_at_once_in_the_order_of_the_text() {
    check::<Line>(
        "Line(\n\
        \x20   machines: [\n\
        \x20       (failure: \"abc\", repair: 0.2, colour: \"red\"),\n\
        \x20       (failrue: 0.1, cycle: 300),\n\
        \x20       (failure: 0.1, failure: 0.2, cycle: Some(1.5), place: [1, 2]),\n\
        \x20       7,\n\
        \x20       Machin(failure: 0.1),\n\
        \x20   ],\n\
        \x20   supply: Arival(0.5),\n\
        \x20   prices: {\"part\": \"5\", 3: 1.0, part: 2},\n\
        )",
        &[
            "1:1: error: the field `name` is missing [name] Write `name: …`.",
            "3:19: error: a number is expected here, found the text \"abc\" [machines[0].failure]",
            "3:39: error: there is no field `colour` here [machines[0].colour] Known fields: \
             `failure`, `repair`, `cycle` and `place`.",
            "4:10: error: there is no field `failrue` here [machines[1].failrue] Did you mean \
             `failure`?",
            "4:31: error: a whole number between 0 and 255 is expected here, found the number 300 \
             [machines[1].cycle]",
            "5:24: error: the field `failure` is given twice [machines[2].failure] Delete one of \
             the two.",
            "5:50: error: a whole number between 0 and 255 is expected here, found the number 1.5 \
             [machines[2].cycle]",
            "5:63: error: a tuple of 2 values is expected here, found a list of 2 items \
             [machines[2].place] Write ( … , … ).",
            "6:9: error: `Machine( field: value )` is expected here, found the number 7 \
             [machines[3]]",
            "7:9: error: `Machine( field: value )` is expected here, found `Machin(…)` \
             [machines[4]]",
            "9:13: error: `Saturated`, `Arrivals`, `Copy` or `Batches` is expected here, found \
             `Arival(…)` [supply] Did you mean `Arrivals`?",
            "10:22: error: a number is expected here, found the text \"5\" [prices[\"part\"]] \
             Numbers are written without quotation marks.",
            "10:27: error: text is expected here, found the number 3 [prices[3]]",
        ],
    );
}

#[test]
fn variants_say_what_they_need() {
    let check_supply = |supply: &str, expected: &str| check::<Supply>(supply, &[expected]);
    check_supply(
        "Saturated(1)",
        "1:1: error: `Saturated` takes no value. Write the name alone, without parentheses.",
    );
    check_supply(
        "Arrivals",
        "1:1: error: `Arrivals` needs a value in parentheses. Write `Arrivals(value)`.",
    );
    check_supply(
        "Batches",
        "1:1: error: `Batches` needs a value in parentheses. Write `Batches(field: …)`.",
    );
    check_supply(
        "Batches(size: 1)",
        "1:1: error: the field `probability` is missing [probability] Write `probability: …`.",
    );
    check_supply(
        "\"Saturated\"",
        "1:1: error: `Saturated`, `Arrivals`, `Copy` or `Batches` is expected here, found the text \
         \"Saturated\". Write the name without quotation marks.",
    );
    check_supply("Arrivals(true)", "1:10: error: a number is expected here, found `true`");
}

#[test]
fn a_check_after_reading_points_at_the_value_or_at_the_struct_that_lacks_it() {
    let text = "(name: \"l\", machines: [(failure: 0.1), (failure: 1.2)])";
    let document = Document::parse("f", text).unwrap();
    let line: Line = document.root().read().unwrap();
    for machine in &line.machines {
        for (name, probability) in [("failure", machine.failure), ("repair", machine.repair)] {
            if *probability > 1.0 || name == "repair" {
                let message = format!("{name} is {}", *probability);
                document.push(Diagnostic::warning(probability.span, message));
            }
        }
    }
    let (_, warnings) = document.finish(Some(line)).unwrap();
    let expected = "f:1:24: warning: repair is 0.1 [machines[0]]\n\
                    f:1:40: warning: repair is 0.1 [machines[1]]\n\
                    f:1:50: warning: failure is 1.2 [machines[1].failure]";
    assert_eq!(warnings.plain(), expected);
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    step: f64,
    #[serde(default)]
    rule: Rule,
    seeds: Option<Vec<u64>>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
enum Rule {
    #[default]
    Greedy,
    Threshold(u8),
    Kanban {
        levels: Vec<u8>,
    },
}

impl Read for Settings {
    fn read(value: Value<'_>) -> Option<Self> {
        value.serde()
    }
}

#[test]
fn errors_of_serde_have_place_path_and_remedy() {
    let check_settings = |text: &str, expected: &str| check::<Settings>(text, &[expected]);
    check_settings("(rule: Greedy)", {
        "1:1: error: the field `step` is missing [step] Write `step: …`."
    });
    check_settings("(step: 1, rul: Greedy)", {
        "1:11: error: there is no field `rul` here [rul] Did you mean `rule`?"
    });
    check_settings("(step: 1, step: 2)", {
        "1:11: error: the field `step` is given twice [step] Delete one of the two."
    });
    check_settings("(step: 1, rule: Gredy)", {
        "1:17: error: `Greedy`, `Threshold` or `Kanban` is expected here, found `Gredy` [rule] Did \
         you mean `Greedy`?"
    });
    check_settings("(step: 1, rule: Kanban(levels: [1, 2, -3]))", {
        "1:39: error: a whole number between 0 and 255 is expected here, found the number -3 \
         [rule.levels[2]]"
    });
    check_settings("(step: 1, rule: Threshold(1, 2))", {
        "1:17: error: a whole number between 0 and 255 is expected here, found `Threshold(…)` [rule]"
    });
    check_settings("(step: 1, rule: Greedy(1))", {
        "1:17: error: `Greedy` takes no value [rule] Write the name alone, without parentheses."
    });
    check_settings("(step: 1, seeds: [1, 2.0])", {
        "1:22: error: a whole number from 0 is expected here, found the number 2.0 [seeds[1]] Write \
         2."
    });
    check_settings("(step: 1, seeds: [1, -18])", {
        "1:22: error: a whole number from 0 is expected here, found the number -18 [seeds[1]] Write \
         a whole number from 0."
    });
    check_settings("(step: 1, seeds: 3)", {
        "1:18: error: a list, [ … ], is expected here, found the number 3 [seeds]"
    });
    check_settings("{\"step\": 1}", {
        "1:1: error: `Settings( field: value )` is expected here, found a map of 1 entry. Fields \
         stand in parentheses, ( … ), not in braces."
    });
    let document = Document::parse("f", "(step: 0x10, seeds: [1])").unwrap();
    let settings = Settings { step: 16.0, rule: Rule::Greedy, seeds: Some(vec![1]) };
    assert_eq!(document.deserialise::<Settings>().unwrap(), settings);
}

#[test]
fn a_reader_that_gives_up_without_a_word_is_not_passed_on_in_silence() {
    let document = Document::parse("f", "1").unwrap();
    let report = document.finish::<u8>(None).unwrap_err();
    assert!(report.plain().contains("no reason was given"));
}
