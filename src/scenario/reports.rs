//! What was found wrong with a scenario and the files it is based on: one report a file.

use std::fmt;

use super::diagnostic::{Entry, Report};

/// The findings of all files that a scenario is made of, the opened one first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reports(pub Vec<Report>);

impl Reports {
    /// Whether the scenario cannot be used.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Report::has_errors)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Report::is_empty)
    }

    /// One line a finding: `file.ron:14:9: error: message [path] Remedy.`
    pub fn plain(&self) -> String {
        self.joined("\n", Report::plain)
    }

    /// Every finding drawn beneath its lines of the text; in colour where `colour` is set.
    pub fn drawn(&self, colour: bool) -> String {
        self.joined("\n\n", |report| report.drawn(colour))
    }

    /// The findings as data, in their order.
    pub fn entries(&self) -> Vec<Entry> {
        self.0.iter().flat_map(Report::entries).collect()
    }

    /// These findings, and then others.
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    fn joined(&self, separator: &str, form: impl Fn(&Report) -> String) -> String {
        let told: Vec<String> =
            self.0.iter().filter(|report| !report.is_empty()).map(form).collect();
        told.join(separator)
    }
}

impl From<Report> for Reports {
    fn from(report: Report) -> Self {
        Self(vec![report])
    }
}

impl fmt::Display for Reports {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.plain())
    }
}

impl std::error::Error for Reports {}
