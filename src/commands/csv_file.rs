//! CSVs that commands read: their text, and what is wrong with it, drawn in its place.

use std::path::Path;

use super::output::Failure;
use crate::rows::{self, Fault, NotText};
use crate::scenario::Reports;
use crate::scenario::diagnostic::{Diagnostic, Report, Span};
use crate::scenario::plain_file;

/// A file's name and its text, of so many bytes at most.
pub(super) fn text(path: &Path, longest: u64) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    let bytes = plain_file::read(path, longest)
        .map_err(|error| Failure::input(format!("{name}: {error}")))?;
    match rows::text_of(bytes) {
        Ok(text) => Ok((name, text)),
        Err(not) => {
            let at = not.text.len();
            let mut report = Report::new(name.as_str(), not.text.as_str());
            let told = Diagnostic::error(Span::new(at..at), not.to_string());
            report.push(told.remedy(NotText::REMEDY));
            Err(Failure::Refused(report.into()))
        }
    }
}

/// The faults of a file as they are drawn in its text.
pub(super) fn reports(name: &str, text: &str, faults: Vec<Fault>) -> Reports {
    let mut report = Report::new(name, text);
    for fault in faults {
        let message = fault.message.trim_end_matches('.').to_owned();
        report.push(
            Diagnostic::error(Span::new(fault.span), message)
                .path(fault.column)
                .remedy(fault.remedy),
        );
    }
    report.into()
}
