//! Tests of the syntax layer as a whole: agreement with `ron`, faults told in their place, and
//! input that means nothing.

mod agreement;
mod faults;
mod nonsense;
mod reading;

use super::{Document, Read};

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
