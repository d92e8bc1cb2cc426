//! Tests of the syntax layer as a whole: agreement with `ron`, faults told in their place, and
//! input that means nothing.

mod agreement;
mod faults;
mod nonsense;
mod reading;

use proptest::test_runner::{Config, RngSeed};

use super::{Document, Read};

/// How many random cases a property is tried on; always the same ones, so that a test fails for
/// what was changed and not by chance. Half a million others were tried when this was written.
fn cases(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..Config::default() }
}

/// The findings of a text that cannot be used, one a line.
fn findings(text: &str, read: impl FnOnce(&Document) -> bool) -> String {
    let document = match Document::parse("f", text) {
        Ok(document) => document,
        Err(report) => return report.plain(),
    };
    let whole = read(&document);
    match document.finish(whole.then_some(())) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(report) => report.plain(),
    }
}

/// Checks the findings on reading a text as a `T`, each `line:column: error: …`.
#[track_caller]
fn check<T: Read>(text: &str, expected: &[&str]) {
    let found = findings(text, |document| document.root().read::<T>().is_some());
    let expected: Vec<String> = expected.iter().map(|line| format!("f:{line}")).collect();
    assert_eq!(found, expected.join("\n"), "\nin {text}");
}
