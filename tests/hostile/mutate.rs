//! Bad files made from good ones: a scenario of every kind with one thing changed, by a fixed seed.
//!
//! `cargo test --test hostile -- --ignored` writes `mutated.txt` anew, with what is then said of each
//! file: read what changed before it is committed.

use std::collections::BTreeSet;
use std::fmt::Write;

use taktlab::environments::AnyEnvironment;
use taktlab::scenario::Scenario;
use taktlab::scenario::starting::starting_file;

use crate::cases::refused;

/// How many are kept of each kind of environment.
const OF_EACH: usize = 24;
/// Values that no field has.
const WRONG: &[&str] = &[
    "-1e300",
    "NaN",
    "inf",
    "-7",
    "1e99",
    "\"\"",
    "\"5 zebras\"",
    "[()]",
    "{\"a\": 1}",
    "(a: 1)",
    "'x'",
    "Zebra",
    "None",
    "0..3",
    "18446744073709551615",
    "true",
];

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
pub struct Dice(pub u64);

impl Dice {
    /// A number below this one.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }
}

/// Ways to spoil a file: what it is called, and the text. None where the place does not allow it.
pub fn spoil(text: &str, dice: &mut Dice) -> Option<(&'static str, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let at = dice.below(lines.len());
    let line = lines[at];
    let with = |changed: String| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines[at] = changed;
        lines.join("\n")
    };
    let value = line.split_once(": ").filter(|(_, value)| value.ends_with(','));
    Some(match dice.below(8) {
        0 | 1 => {
            let (name, _) = value?;
            ("another value", with(format!("{name}: {},", WRONG[dice.below(WRONG.len())])))
        }
        2 => {
            let (name, value) = value?;
            let mut letters: Vec<char> = name.chars().collect();
            let last = letters.len().checked_sub(1)?;
            letters[last] = 'x';
            ("a misspelt name", with(format!("{}: {value}", String::from_iter(letters))))
        }
        3 => ("a line twice", with(format!("{line}\n{line}"))),
        4 => ("a line less", with(String::new())),
        5 => {
            let bracket = line.rfind(['(', ')', '[', ']'])?;
            let mut changed = line.to_owned();
            changed.remove(bracket);
            ("a bracket less", with(changed))
        }
        6 => {
            let quote = line.find('"')?;
            let mut changed = line.to_owned();
            changed.remove(quote);
            ("a quotation mark less", with(changed))
        }
        _ => ("the beginning alone", lines[..at].join("\n")),
    })
}

/// The file `mutated.txt`.
pub fn mutated() -> String {
    let mut text = String::from("Made by `mutate.rs`; see there.\n");
    let mut dice = Dice(2_026);
    let mut all = BTreeSet::new();
    for kind in AnyEnvironment::KINDS {
        let started = starting_file(kind, None).unwrap();
        let good = Scenario::parse("good.ron", &started).unwrap().to_ron();
        let mut kept = 0;
        for _ in 0..10_000 {
            if kept == OF_EACH {
                break;
            }
            let Some((how, bad)) = spoil(&good, &mut dice) else { continue };
            // The first lines are the same of every kind.
            if bad.lines().count() < 7 || !all.insert(bad.clone()) {
                continue;
            }
            let entries = match refused("mutated.ron", &bad) {
                Ok(entries) => entries,
                Err(what) if what == "it was read" => continue,
                Err(what) => panic!("{what}:\n{bad}"),
            };
            writeln!(text, "=== {kind}, {} of {OF_EACH}: {how}", kept + 1).unwrap();
            for entry in &entries {
                let path = if entry.path.is_empty() { "-" } else { &entry.path };
                let words = robust(&entry.message);
                let (line, column) = (entry.line.unwrap(), entry.column.unwrap());
                writeln!(text, "> {line}:{column} {path} | {words}").unwrap();
            }
            writeln!(text, "{bad}").unwrap();
            kept += 1;
        }
    }
    text
}

/// The part of a message that stays as it is where kinds and agents are added.
pub fn robust(message: &str) -> String {
    match message.find(" is expected here, found") {
        Some(at) => message[at + 1..].chars().take(60).collect(),
        None => message.chars().take(60).collect(),
    }
}
