//! A file that was read as far as its syntax goes, and what has been found wrong with it so far.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use crate::rows::with_line_feeds;
use crate::scenario::diagnostic::{Diagnostic, Report, Span};

use super::deserialise::{Reading, read};
use super::parser::{Limits, parse};
use super::read::Value;
use super::tree::Tree;

/// A file of correct syntax: its tree, and the findings on its contents.
///
/// It is read from its [`root`](Self::root), then checked, and ends with
/// [`finish`](Self::finish). Findings are collected behind a shared reference, so that values can
/// be read side by side.
#[derive(Debug)]
pub struct Document {
    tree: Tree,
    report: RefCell<Report>,
}

/// The same text with a full stop a byte for what terminals take as commands.
fn printable(text: &str) -> String {
    let shown = |letter: char| !letter.is_control() || ['\n', '\r', '\t'].contains(&letter);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match shown(letter) {
            true => out.push(letter),
            false => (0..letter.len_utf8()).for_each(|_| out.push('.')),
        }
    }
    out
}

impl Document {
    /// Reads a text within the usual [`Limits`]; `file` is its name in messages.
    ///
    /// # Errors
    /// A report of all faults of the syntax that could be told apart.
    pub fn parse(file: &str, text: &str) -> Result<Self, Report> {
        Self::parse_within(file, text, Limits::default())
    }

    /// Reads a text within limits of its size and depth; `file` is its name in messages.
    ///
    /// # Errors
    /// A report of all faults of the syntax that could be told apart, or of the limit exceeded.
    pub fn parse_within(file: &str, text: &str, limits: Limits) -> Result<Self, Report> {
        if text.len() > limits.bytes.min(u32::MAX as usize) {
            return Err(too_long(file, limits));
        }
        let mut text: Arc<str> = text.into();
        let mut parsed = parse(&text, limits);
        // A comment ends at a line feed; where lines end in carriage returns alone, at none.
        let other = match (&parsed, with_line_feeds(text.as_ref().into())) {
            (Err(_), Cow::Owned(other)) => Some(other),
            _ => None,
        };
        if let Some(other) = other {
            text = other.into();
            parsed = parse(&text, limits);
        }
        let mut report = Report::new(file, Arc::clone(&text));
        match parsed {
            Ok((extensions, root)) => {
                Ok(Self { tree: Tree { text, extensions, root }, report: RefCell::new(report) })
            }
            Err(faults) => {
                faults.into_iter().for_each(|fault| report.push(fault));
                Err(report)
            }
        }
    }

    /// Reads bytes, which must be a text in UTF-8.
    ///
    /// # Errors
    /// As [`parse_within`](Self::parse_within), and the place of the first byte that is not UTF-8.
    pub fn parse_bytes(file: &str, bytes: &[u8], limits: Limits) -> Result<Self, Report> {
        if bytes.len() > limits.bytes {
            return Err(too_long(file, limits));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse_within(file, text, limits),
            Err(error) => {
                let at = error.valid_up_to();
                // What may be no text at all is shown up to the fault only, with the same places.
                let before = bytes.get(..at).map(String::from_utf8_lossy).unwrap_or_default();
                let mut report = Report::new(file, printable(&before));
                let byte = bytes.get(at).copied().unwrap_or_default();
                let message = format!("the byte 0x{byte:02X} is not text in UTF-8");
                report.push(
                    Diagnostic::error(Span::new(at..at), message)
                        .remedy("Save the file as UTF-8, without a format of its own."),
                );
                Err(report)
            }
        }
    }

    /// What lies in a path, for who asks what kind of file it is: `None` where that is no plain file, or
    /// none that can be read.
    pub fn of_file(path: &Path) -> Option<Self> {
        let is_file = std::fs::metadata(path).is_ok_and(|found| found.is_file());
        is_file.then(|| Self::open(path, Limits::default()).ok()).flatten()
    }

    /// Opens and reads a file, of which never more than the limit is taken into memory.
    ///
    /// # Errors
    /// As [`parse_bytes`](Self::parse_bytes), and where the file cannot be read.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, Report> {
        let file = path.display().to_string();
        let mut bytes = Vec::new();
        let most = u64::try_from(limits.bytes).unwrap_or(u64::MAX).saturating_add(1);
        let taken =
            std::fs::File::open(path).and_then(|opened| opened.take(most).read_to_end(&mut bytes));
        match taken {
            Ok(_) => Self::parse_bytes(&file, &bytes, limits),
            Err(error) => {
                let diagnostic = Diagnostic::of_file(format!("the file cannot be read: {error}"));
                let remedy = "Check the path, and that you may read the file.";
                Err(Report::of_file(file, diagnostic.remedy(remedy)))
            }
        }
    }

    /// The file's value.
    pub fn root(&self) -> Value<'_> {
        Value::new(self, &self.tree.root)
    }

    /// The whole tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The file's value, without what was found wrong.
    pub(in crate::scenario) fn into_tree(self) -> Tree {
        self.tree
    }

    /// Adds a finding. Its path is that of its place, unless it brings one.
    pub fn push(&self, mut diagnostic: Diagnostic) {
        let mut report = self.report.borrow_mut();
        // The path is searched for from the root: not worth it for what is only counted.
        if diagnostic.path.is_empty()
            && !report.is_full()
            && let Some(span) = diagnostic.span
        {
            diagnostic.path = self.tree.root.path_of(span);
        }
        report.push(diagnostic);
    }

    /// Whether further findings are only counted, so that their wording is not worth the work.
    pub(super) fn is_full(&self) -> bool {
        self.report.borrow().is_full()
    }

    /// Whether anything found so far keeps the file from being used.
    pub fn has_errors(&self) -> bool {
        self.report.borrow().has_errors()
    }

    /// Ends the reading: what was read, with the warnings, or all that was found in the order of
    /// the text.
    ///
    /// # Errors
    /// If there is any error, whether or not a value was read in spite of it.
    pub fn finish<T>(self, read: Option<T>) -> Result<(T, Report), Report> {
        let mut report = self.report.into_inner();
        report.sort();
        match read {
            Some(value) if !report.has_errors() => Ok((value, report)),
            None if !report.has_errors() => {
                // Only a reader that gives up without a word comes here; never leave the user so.
                let message = "the file cannot be read, and no reason was given";
                report.push(Diagnostic::of_file(message).remedy("Please report this as a fault."));
                Err(report)
            }
            _ => Err(report),
        }
    }

    /// Reads the file as a type of serde's, which stops at its first error.
    ///
    /// # Errors
    /// A report of this error, with its place and path.
    pub fn deserialise<'t, T: Deserialize<'t>>(&'t self) -> Result<T, Report> {
        read(std::marker::PhantomData, Reading::new(&self.tree, &self.tree.root)).map_err(
            |refusal| {
                let mut report = self.report.borrow().clone();
                report.push(refusal.diagnostic(&self.tree.root));
                report
            },
        )
    }
}

fn too_long(file: &str, limits: Limits) -> Report {
    let message = format!("the file is longer than {} bytes", limits.bytes);
    let remedy = "A scenario has a few thousand; put large tables into files of their own.";
    Report::of_file(file, Diagnostic::of_file(message).remedy(remedy))
}
