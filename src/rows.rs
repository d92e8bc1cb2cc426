//! The rows of a CSV: every cell with its place in the text, so that what is wrong with it can be
//! told there. Scenarios read tables by it, and what a plant recorded is read by it.
//!
//! Cells are separated by commas, semicolons or tabs, whichever the first line has first. Empty lines
//! and lines that begin with `#` say nothing. A line ends at a line feed, with or without a carriage
//! return before it; within quotation marks a separator is none, and two marks are one.

use std::borrow::Cow;
use std::ops::Range;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its text without quotation marks and the space around it.
    pub text: String,
    /// Where it stands in the text of the file, quotation marks included.
    pub span: Range<usize>,
}

/// A line that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Where it stands in the text of the file.
    pub span: Range<usize>,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// What is wrong with a file: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}{message} {remedy}", in_column(.column))]
pub struct Fault {
    /// The file's name as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column by its name; empty where it is the line as a whole.
    pub column: String,
    /// Where that stands in the text, bytes; empty where it is the file as a whole.
    pub span: Range<usize>,
    /// What is wrong, with a full stop.
    pub message: String,
    /// What to do, a full sentence.
    pub remedy: String,
}

fn in_column(column: &str) -> String {
    if column.is_empty() { String::new() } else { format!("column `{column}`: ") }
}

/// A quotation mark that is open at the end of its line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the quotation mark is not closed in its line")]
pub struct Unclosed {
    /// The number of the line, from 1.
    pub line: u64,
    /// From the mark to the end of the line.
    pub span: Range<usize>,
}

impl NotText {
    /// What to do about it.
    pub const REMEDY: &'static str = "Save the file as CSV in UTF-8.";
}

impl Unclosed {
    /// What to do about it.
    pub const REMEDY: &'static str =
        "Close it before the line ends; a mark that belongs to the text is written twice.";
}

/// The rows of a text, in their order.
#[derive(Debug, Clone)]
pub struct Rows<'t> {
    text: &'t str,
    at: usize,
    line: u64,
    separator: Option<char>,
}

impl<'t> Rows<'t> {
    /// Those of a text.
    pub fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let body = text.get(at..).unwrap_or_default();
        let first = body.lines().find(|line| says(line));
        let is_one = |letter: &char| matches!(letter, ',' | ';' | '\t');
        let separator = first.and_then(|line| line.chars().find(is_one));
        Self { text, at, line: 0, separator }
    }

    /// What separates the cells; none where the first line has a single one.
    pub fn separator(&self) -> Option<char> {
        self.separator
    }
}

/// Whether a line is neither empty nor a comment.
fn says(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with('#')
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Unclosed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let whole = self.text.get(self.at..)?.split_inclusive('\n').next()?;
            let start = self.at;
            self.at += whole.len();
            self.line += 1;
            let line = whole.trim_end_matches(['\n', '\r']);
            if says(line) {
                let found = cells(line, start, self.separator.unwrap_or(','));
                let (number, span) = (self.line, start..start + line.len());
                return Some(match found {
                    Ok(cells) => Ok(Row { line: number, span, cells }),
                    Err(mark) => Err(Unclosed { line: number, span: start + mark..span.end }),
                });
            }
        }
    }
}

/// The cells of a line that starts there; where a quotation mark stays open, its place in the line.
fn cells(line: &str, start: usize, separator: char) -> Result<Vec<Cell>, usize> {
    let (mut found, mut text, mut from) = (Vec::new(), String::new(), 0);
    let mut open = None;
    let cell = |text: &str, from: usize, to: usize| {
        let written = line.get(from..to).unwrap_or_default();
        let lead = written.len() - written.trim_start().len();
        let from = start + from + lead;
        Cell { text: text.trim().to_owned(), span: from..from + written.trim().len() }
    };
    let mut letters = line.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let quoted = open.is_some();
        match letter {
            '"' if quoted && letters.peek().is_some_and(|(_, next)| *next == '"') => {
                letters.next();
                text.push('"');
            }
            '"' if quoted => open = None,
            '"' if text.trim().is_empty() => open = Some(at),
            letter if letter == separator && !quoted => {
                found.push(cell(&text, from, at));
                text.clear();
                from = at + letter.len_utf8();
            }
            letter => text.push(letter),
        }
    }
    if let Some(mark) = open {
        return Err(mark);
    }
    found.push(cell(&text, from, line.len()));
    Ok(found)
}

/// Bytes that are no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the byte 0x{byte:02X} is no text in UTF-8")]
pub struct NotText {
    /// The text before them: what follows may be no text at all.
    pub text: String,
    /// The first byte that is none.
    pub byte: u8,
}

/// The text of a file.
///
/// # Errors
/// Where it is not text in UTF-8: the first place.
pub fn text_of(bytes: Vec<u8>) -> Result<String, NotText> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = bytes.get(..at).map(String::from_utf8_lossy).unwrap_or_default();
        let text = with_line_feeds(before).into_owned();
        NotText { text, byte: bytes.get(at).copied().unwrap_or_default() }
    })?;
    Ok(with_line_feeds(text.into()).into_owned())
}

/// A text whose lines end in carriage returns alone, as some spreadsheets write them, with line feeds
/// in their place; every other text as it is. No byte moves.
pub fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains('\r') && !text.contains('\n') {
        true => text.replace('\r', "\n").into(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row with its number and the places of its cells.
    fn read(text: &str) -> Vec<(u64, Vec<&str>)> {
        let places = |row: Row| {
            let places = row.cells.iter().map(|cell| &text[cell.span.clone()]).collect();
            (row.line, places)
        };
        Rows::new(text).map(|row| places(row.unwrap())).collect()
    }

    #[test]
    fn rows_know_their_lines_however_these_end() {
        for end in ["\n", "\r\n"] {
            let text = format!("# what{end}{end}{end}a, b ;x{end}{end}\"1,2\",  3{end} {end},");
            let expected = [(4, vec!["a", "b ;x"]), (6, vec!["\"1,2\"", "3"]), (8, vec!["", ""])];
            assert_eq!(read(&text), expected, "{end:?}");
        }
        assert_eq!(Rows::new("\u{feff}a;b\n").separator(), Some(';'));
        assert_eq!(Rows::new("a").separator(), None);
    }

    #[test]
    fn a_mark_that_is_not_closed_is_told_at_its_place_and_the_next_line_is_read() {
        let text = "a,b\r\n1, \"2,3\r\n4,5\n";
        let found: Vec<_> = Rows::new(text).collect();
        let told = found[1].as_ref().unwrap_err();
        assert_eq!((told.line, &text[told.span.clone()]), (2, "\"2,3"));
        assert_eq!(found[2].as_ref().unwrap().line, 3);
    }

    #[test]
    fn bytes_that_are_no_text_are_told_at_the_first() {
        let told = text_of(b"a,b\nM\xfchle,\xe4".to_vec()).unwrap_err();
        assert_eq!((told.byte, told.text.as_str()), (0xfc, "a,b\nM"));
        assert_eq!(text_of(b"# a\rb,c\r1,2".to_vec()).unwrap(), "# a\nb,c\n1,2");
        assert_eq!(text_of(b"a\r\nb\rc".to_vec()).unwrap(), "a\r\nb\rc");
    }
}
