//! From data to decision: a table is prepared, a model is fitted to a part of it, and judged on
//! another part, beside a baseline and with intervals.
//!
//! In reading order:
//! - [`table`]: columns of numbers or words, with missing values; CSV in and out.
//! - [`prepare`]: the chain of stages from a table to columns of numbers, fitted on the training part
//!   alone, and the parts themselves ([`prepare::split`]).
//! - [`linear`], [`logistic`]: the regressions, on [`least_squares`] by QR.
//! - [`model`]: what all models share, so that others join: a [`model::Method`] is fitted to
//!   [`prepare::Features`] and gives a [`model::Model`].
//! - [`metrics`]: how good predictions are; [`bootstrap`]: how well that is known.
//! - [`study`]: the whole path in one call; [`trained`]: its result as a file.
//!
//! This room knows tables, not runs, files or windows: texts and bytes come in and go out. To add a
//! stage: a variant in [`prepare::Stage`] with its fitted form. To add a model: its file, a variant in
//! [`model::Method`] and one in [`model::Model`].

pub mod bootstrap;
pub mod least_squares;
pub mod linear;
pub mod logistic;
pub mod metrics;
pub mod model;
pub mod prepare;
#[cfg(test)]
mod published;
pub mod study;
pub mod table;
pub mod trained;

pub use crate::rows::Fault;

/// Why nothing could be learned or predicted: what is wrong with the data or the settings, and what
/// to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message} {remedy}")]
pub struct Refusal {
    /// What is wrong, with a full stop.
    pub message: String,
    /// What to do, a full sentence.
    pub remedy: String,
}

impl Refusal {
    /// What is wrong, and what to do.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: remedy.into() }
    }
}

/// Text of others as it is shown: at most 40 characters, without what commands a terminal.
pub(crate) fn shortened(text: &str) -> String {
    let shown = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let short: String = shown.take(40).collect();
    if text.chars().count() > 40 { format!("{short}…") } else { short }
}

/// Names in a sentence, the first few of them.
pub(crate) fn named<S: AsRef<str>>(names: &[S]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> =
        names.iter().take(SHOWN).map(|name| format!("`{}`", shortened(name.as_ref()))).collect();
    let rest = names.len().saturating_sub(SHOWN);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    shown.join(", ") + &more
}
