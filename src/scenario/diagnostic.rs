//! What is wrong with a file, where, and what to do: collected, and shown in three forms.
//!
//! A [`Diagnostic`] is one finding, a [`Report`] all findings of one file with its text. A report
//! is shown as one line a finding ([`Report::plain`], also its `Display`), as a drawing of the
//! places in the text ([`Report::drawn`]), or as data ([`Report::entries`]).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str};
use serde::Serialize;

/// Findings kept for one file; further ones are only counted, so that a broken table of a million
/// rows costs neither memory nor the reader's patience.
pub const MOST_DIAGNOSTICS: usize = 100;

/// The longest stretch of source shown for one finding \[bytes\]; beyond it only its line is given.
const LONGEST_EXCERPT: usize = 16 * 1024;

/// A stretch of a file's text, in bytes from its start: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Span {
    /// The span of `range`; offsets that 32 bits cannot hold end at their largest value.
    pub fn new(range: Range<usize>) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(range.start), end: narrow(range.end) }
    }

    /// The span as a range of bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The part of `text` it covers; empty where the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used as it is.
    Error,
    /// The file can be used, though probably not as its author meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

/// A second place that helps to understand a finding, such as the bracket that was never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// One finding: what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong: one line, lower case, no full stop ("`up` is expected here, found `upp`").
    pub message: String,
    /// The field it concerns, `environment.machines[2].failure`; empty for the file as a whole and
    /// for syntax.
    pub path: String,
    /// Where it is; `None` if it has no place in the text (a file that cannot be opened).
    pub span: Option<Span>,
    /// What to do, a full sentence ("Write a number between 0 and 1."); empty where the message
    /// says it already.
    pub remedy: String,
    /// Further places.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::without_place(Severity::Error, message.into()) }
    }

    /// A warning at a place.
    pub fn warning(span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::without_place(Severity::Warning, message.into()) }
    }

    /// An error of the file as a whole.
    pub fn of_file(message: impl Into<String>) -> Self {
        Self::without_place(Severity::Error, message.into())
    }

    fn without_place(severity: Severity, message: String) -> Self {
        let (path, remedy) = (String::new(), String::new());
        Self { severity, message, path, span: None, remedy, labels: Vec::new() }
    }

    /// The same finding with what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The same finding with the path of the field it concerns. A document fills in the path of
    /// the span by itself; this is for fields that are not in the file.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same finding with a second place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }
}

/// Where a byte lies for people: both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// One finding as data, for `--format json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The file's name as it was given.
    pub file: String,
    /// How grave it is.
    pub severity: Severity,
    /// Line of the first character, from 1; null where there is no place.
    pub line: Option<usize>,
    /// Column of the first character, from 1; null where there is no place.
    pub column: Option<usize>,
    /// Line of the end, from 1; null where there is no place.
    pub end_line: Option<usize>,
    /// Column behind the last character, from 1; null where there is no place.
    pub end_column: Option<usize>,
    /// The field concerned, empty where there is none.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do, empty where the message says it.
    pub remedy: String,
}

/// All findings of one file, in the order of their places once [sorted](Report::sort).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The file's name, as shown.
    file: String,
    /// The file's text.
    text: Arc<str>,
    diagnostics: Vec<Diagnostic>,
    /// How many errors and warnings were found beyond [`MOST_DIAGNOSTICS`].
    left_out: usize,
    errors: usize,
}

impl Report {
    /// An empty report on a file and its text.
    pub fn new(file: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let (file, text) = (file.into(), text.into());
        Self { file, text, diagnostics: Vec::new(), left_out: 0, errors: 0 }
    }

    /// A report of one error that concerns the file as a whole, such as one that cannot be opened.
    pub fn of_file(file: impl Into<String>, diagnostic: Diagnostic) -> Self {
        let mut report = Self::new(file, "");
        report.push(diagnostic);
        report
    }

    /// Adds a finding; beyond [`MOST_DIAGNOSTICS`] it is only counted.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        if self.is_full() {
            self.left_out += 1;
        } else {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether further findings are only counted.
    pub fn is_full(&self) -> bool {
        self.diagnostics.len() >= MOST_DIAGNOSTICS
    }

    /// Puts the findings in the order of the text; those of one place keep their order.
    pub fn sort(&mut self) {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| span.start));
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The findings kept.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// How many findings were counted but not kept.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Whether the file cannot be used.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The place of a byte of the text; beyond the end it is that of the end.
    pub fn place(&self, byte: u32) -> Place {
        let before = &self.text[..floor(&self.text, byte as usize)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// One line a finding: `file.ron:14:9: error: message [path] Remedy.`
    pub fn plain(&self) -> String {
        let mut lines: Vec<String> =
            self.diagnostics.iter().map(|diagnostic| self.plain_line(diagnostic)).collect();
        lines.extend(self.left_out_line());
        lines.join("\n")
    }

    fn plain_line(&self, diagnostic: &Diagnostic) -> String {
        let mut line = one_line(&self.file);
        if let Some(span) = diagnostic.span {
            let place = self.place(span.start);
            line += &format!(":{}:{}", place.line, place.column);
        }
        line += &format!(": {}: {}", diagnostic.severity, one_line(&diagnostic.message));
        if !diagnostic.path.is_empty() {
            line += &format!(" [{}]", one_line(&diagnostic.path));
        } else if !diagnostic.remedy.is_empty() {
            line.push('.');
        }
        if !diagnostic.remedy.is_empty() {
            line += &format!(" {}", one_line(&diagnostic.remedy));
        }
        line
    }

    fn left_out_line(&self) -> Option<String> {
        (self.left_out > 0).then(|| {
            let (file, count) = (one_line(&self.file), self.left_out);
            format!("{file}: {count} further findings of this file are not shown")
        })
    }

    /// Every finding drawn beneath its lines of the text; in colour where `colour` is set.
    pub fn drawn(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Unicode);
        let mut drawings: Vec<String> =
            self.diagnostics.iter().map(|diagnostic| self.drawing(diagnostic, &renderer)).collect();
        drawings.extend(self.left_out_line());
        drawings.join("\n\n")
    }

    fn drawing(&self, diagnostic: &Diagnostic, renderer: &Renderer) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        // Places too far apart to be shown together are cut down to the first.
        let Some((window, labels)) = self.window(diagnostic) else {
            return self.plain_line(diagnostic);
        };
        let shift = |span: Span| {
            let clamp = |byte| floor(&self.text, byte).clamp(window.start, window.end);
            let start = clamp(span.range().start);
            start - window.start..clamp(span.range().end).max(start) - window.start
        };
        let first_line =
            self.text[..window.start].bytes().filter(|&byte| byte == b'\n').count() + 1;
        let mut snippet = Snippet::source(&self.text[window.clone()])
            .line_start(first_line)
            .path(self.file.as_str());
        if let Some(span) = diagnostic.span {
            let primary = AnnotationKind::Primary.span(shift(span));
            let path = (!diagnostic.path.is_empty()).then(|| one_line(&diagnostic.path));
            snippet = snippet.annotation(primary.label(path));
        }
        for label in labels {
            let context = AnnotationKind::Context.span(shift(label.span));
            snippet = snippet.annotation(context.label(one_line(&label.text)));
        }
        let mut group: Group<'_> =
            level.primary_title(one_line(&diagnostic.message)).element(snippet);
        if !diagnostic.remedy.is_empty() {
            let remedy = normalize_untrusted_str(&one_line(&diagnostic.remedy));
            group = group.element(Level::HELP.message(remedy));
        }
        renderer.render(&[group])
    }

    /// The whole lines that hold the finding and as many of its labels as fit.
    fn window<'a>(&self, diagnostic: &'a Diagnostic) -> Option<(Range<usize>, &'a [Label])> {
        let span = diagnostic.span?;
        let lines = |span: Span| {
            let (start, end) =
                (floor(&self.text, span.range().start), floor(&self.text, span.range().end));
            let start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
            let end = self.text[end..].find('\n').map_or(self.text.len(), |newline| end + newline);
            start..end.max(start)
        };
        let all = diagnostic.labels.iter().fold(span, |all, label| all.to(label.span));
        let fits = |range: &Range<usize>| range.len() <= LONGEST_EXCERPT;
        Some((lines(all), diagnostic.labels.as_slice()))
            .filter(|(window, _)| fits(window))
            .or_else(|| Some((lines(span), diagnostic.labels.get(..0).unwrap_or_default())))
            .filter(|(window, _)| fits(window))
            .or_else(|| {
                // A large struct is shown by its first line.
                let start = Span { end: span.start, ..span };
                Some((lines(start), diagnostic.labels.get(..0).unwrap_or_default()))
            })
            .filter(|(window, _)| fits(window))
    }

    /// The findings as data, in their order.
    pub fn entries(&self) -> Vec<Entry> {
        let entry = |diagnostic: &Diagnostic| {
            let start = diagnostic.span.map(|span| self.place(span.start));
            let end = diagnostic.span.map(|span| self.place(span.end));
            Entry {
                file: self.file.clone(),
                severity: diagnostic.severity,
                line: start.map(|place| place.line),
                column: start.map(|place| place.column),
                end_line: end.map(|place| place.line),
                end_column: end.map(|place| place.column),
                path: diagnostic.path.clone(),
                message: diagnostic.message.clone(),
                remedy: diagnostic.remedy.clone(),
            }
        };
        self.diagnostics.iter().map(entry).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.plain())
    }
}

impl std::error::Error for Report {}

/// The nearest character boundary at or before `byte`.
fn floor(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

/// The text without line breaks and other control characters, which could forge further findings
/// or command a terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "(\n    mill: (failure: 1.2),\n    größe: 3,\n)\n";

    fn span_of(part: &str) -> Span {
        let start = TEXT.find(part).unwrap();
        Span::new(start..start + part.len())
    }

    fn report() -> Report {
        let mut report = Report::new("line.ron", TEXT);
        report.push(
            Diagnostic::error(span_of("1.2"), "failure probability of mill is 1.2: too large")
                .path("mill.failure")
                .remedy("Write a number between 0 and 1.")
                .label(span_of("mill"), "this machine"),
        );
        report
    }

    #[test]
    fn a_plain_line_names_file_place_path_and_remedy() {
        let expected = "line.ron:2:21: error: failure probability of mill is 1.2: too large \
                        [mill.failure] Write a number between 0 and 1.";
        assert_eq!(report().plain(), expected);
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn a_finding_without_place_names_the_file_only() {
        let report = Report::of_file("no.ron", Diagnostic::of_file("it cannot be read"));
        assert_eq!(report.plain(), "no.ron: error: it cannot be read");
        assert_eq!(report.drawn(false), "no.ron: error: it cannot be read");
        assert_eq!(report.entries()[0].line, None);
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let colon = span_of(": 3");
        assert_eq!(report().place(colon.start), Place { line: 3, column: 10 });
        // Inside the two bytes of `ö`: that character's own place.
        let umlaut = span_of("ö");
        assert_eq!(report().place(umlaut.start + 1), Place { line: 3, column: 7 });
        assert_eq!(report().place(u32::MAX), Place { line: 5, column: 1 });
    }

    #[test]
    fn the_drawing_underlines_the_place_without_colour_unless_asked() {
        let drawn = report().drawn(false);
        assert!(drawn.contains("line.ron:2:21"), "{drawn}");
        assert!(drawn.contains("mill: (failure: 1.2)"), "{drawn}");
        assert!(drawn.contains("━━━ mill.failure"), "{drawn}");
        assert!(drawn.contains("this machine"), "{drawn}");
        assert!(drawn.contains("help: Write a number between 0 and 1."), "{drawn}");
        assert!(!drawn.contains('\u{1b}'));
        assert!(report().drawn(true).contains('\u{1b}'));
    }

    #[test]
    fn no_span_and_no_text_makes_the_drawing_fail() {
        for text in ["", "a", "\n", "ä\r\n\tb", &"x".repeat(100_000), TEXT] {
            for (start, end) in [(0, 0), (0, 1), (1, 2), (2, 1), (3, 90_000), (90_000, 200_000)] {
                let mut report = Report::new("f.ron", text);
                let span = Span { start, end };
                report.push(Diagnostic::error(span, "wrong").label(Span { start: 0, end }, "here"));
                assert!(report.drawn(false).contains("wrong"));
                assert!(report.plain().contains("f.ron:"));
            }
        }
    }

    #[test]
    fn control_characters_of_the_file_do_not_reach_the_terminal() {
        let mut report = Report::new("f.ron", "\u{1b}[2J");
        let message = "found `\u{1b}[2J`\nf.ron:1:1: error: forged";
        report.push(Diagnostic::error(Span::new(0..4), message).remedy("\u{1b}[2J"));
        assert!(!report.plain().contains('\u{1b}'));
        assert!(!report.drawn(false).contains('\u{1b}'));
        assert_eq!(report.plain().lines().count(), 1);
    }

    #[test]
    fn entries_are_written_as_json_with_stable_names() {
        let json = serde_json::to_value(report().entries()).unwrap();
        let expected = serde_json::json!([{
            "file": "line.ron", "severity": "error", "line": 2, "column": 21, "end_line": 2,
            "end_column": 24, "path": "mill.failure",
            "message": "failure probability of mill is 1.2: too large",
            "remedy": "Write a number between 0 and 1.",
        }]);
        assert_eq!(json, expected);
    }

    #[test]
    fn findings_beyond_the_limit_are_counted() {
        let mut report = Report::new("f.ron", "x");
        for _ in 0..MOST_DIAGNOSTICS + 7 {
            report.push(Diagnostic::warning(Span::new(0..1), "odd"));
        }
        assert!(!report.has_errors());
        assert_eq!((report.diagnostics().len(), report.left_out()), (MOST_DIAGNOSTICS, 7));
        assert!(report.plain().ends_with("f.ron: 7 further findings of this file are not shown"));
    }
}
