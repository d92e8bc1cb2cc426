//! A CSV by the names of its columns ([`crate::rows`] says how it is read). A column may say its unit,
//! `mtbf (h)`, and so may a cell, `8 h`. Where commas do not separate the columns, one in a number is
//! its decimal point.

use std::ops::Range;

use super::dates::{self, Date};
use super::{Fault, LONGEST, MOST_FAULTS, MOST_LINES};
use crate::environments::suggestion;
use crate::rows::{Row, Rows, Unclosed};

/// A time as it counts in a file: in seconds, or in beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Seconds.
    Seconds,
    /// Beats, of whatever length.
    Beats,
}

/// What a column of shares may have behind its name.
const PERCENT: [&str; 4] = ["%", "percent", "per cent", "pct"];
/// What a column of numbers may have behind its name.
const COUNTED: [&str; 6] = ["parts", "pcs", "pieces", "units", "n", "count"];

/// The names of units of time, with their size in seconds; beats have none.
const UNITS: &[(&[&str], Option<f64>)] = &[
    (&["ms"], Some(1e-3)),
    (&["s", "sec", "second", "seconds"], Some(1.0)),
    (&["min", "minute", "minutes"], Some(60.0)),
    (&["h", "hour", "hours"], Some(3600.0)),
    (&["d", "day", "days"], Some(86_400.0)),
    (&["beat", "beats"], None),
];

/// The length of so much of a unit, and the clock that it counts on.
fn unit(name: &str) -> Option<(f64, Clock)> {
    let (_, seconds) = UNITS.iter().find(|(names, _)| names.contains(&name.trim()))?;
    Some(seconds.map_or((1.0, Clock::Beats), |seconds| (seconds, Clock::Seconds)))
}

/// A time with its unit, `1 min`, in seconds or beats.
pub fn time(text: &str) -> Option<(f64, Clock)> {
    let text = text.trim();
    let digits = text.find(|c: char| c.is_alphabetic() && c != 'e' && c != 'E')?;
    let (number, name) = text.split_at(digits);
    let number: f64 = number.trim().parse().ok()?;
    let (size, clock) = unit(name)?;
    (number.is_finite() && number >= 0.0).then_some((number * size, clock))
}

/// A column that may be there.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    unit: String,
}

/// A table: its columns, and its lines with their numbers.
#[derive(Debug)]
pub struct Table {
    file: String,
    separator: char,
    header: Row,
    columns: Vec<Column>,
    lines: Vec<Row>,
    faults: Vec<Found>,
    /// How many faults were found, however many are told.
    found: u64,
}

/// A fault, told where it was first found.
#[derive(Debug)]
struct Found {
    fault: Fault,
    /// The column that it is in, if it is in one below the first line.
    column: Option<usize>,
    /// How often it was found.
    times: u64,
}

/// A cell: its text, and where it is.
#[derive(Debug, Clone)]
pub struct Cell<'t> {
    /// Its text, trimmed.
    pub text: &'t str,
    /// The name of its column, as the file writes it.
    pub column: &'t str,
    unit: &'t str,
}

/// A name as columns are compared: small letters, without blanks and underscores.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, ' ' | '_' | '-'));
    kept.flat_map(char::to_lowercase).collect()
}

impl Table {
    /// Reads a text.
    ///
    /// # Errors
    /// Where it is too long, no table, or has no line but the first.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Fault>> {
        let refuse = |line: u64, span: Range<usize>, message: &str, remedy: &str| {
            let (message, remedy) = (message.to_owned(), remedy.to_owned());
            let (file, column) = (file.to_owned(), String::new());
            vec![Fault { file, line, column, span, message, remedy }]
        };
        if text.len() as u64 > LONGEST {
            let told = "The file is longer than 32 MiB.";
            return Err(refuse(1, 0..0, told, "Import a part of it."));
        }
        let mut rows = Rows::new(text);
        let Some(separator) = rows.separator() else {
            let remedy = "Write the names of the columns in the first line, separated by commas.";
            return Err(refuse(1, 0..0, "The first line names no columns.", remedy));
        };
        let mut next = || match rows.next() {
            None => Ok(None),
            Some(Ok(row)) => Ok(Some(row)),
            Some(Err(Unclosed { line, span })) => {
                let told = "The quotation mark is not closed in its line.";
                Err(refuse(line, span, told, Unclosed::REMEDY))
            }
        };
        let Some(header) = next()? else { return Err(refuse(1, 0..0, "It is empty.", "Fill it.")) };
        let mut lines = Vec::new();
        while let Some(row) = next()? {
            let (cells, columns) = (row.cells.len(), header.cells.len());
            if cells != columns {
                let message = format!("There are {cells} cells, and {columns} columns.");
                let remedy = "Give every line a cell for each column, be it empty.";
                return Err(refuse(row.line, row.span, &message, remedy));
            }
            if lines.len() == MOST_LINES {
                let message = format!("There are more than {MOST_LINES} lines.");
                return Err(refuse(row.line, row.span, &message, "Import a part of them."));
            }
            lines.push(row);
        }
        if lines.is_empty() {
            let (line, span) = (header.line, header.span);
            let told = "There is nothing below the first line.";
            return Err(refuse(line, span, told, "Give a line for each."));
        }
        let columns = header.cells.iter().map(|cell| column(&cell.text)).collect();
        let file = file.to_owned();
        Ok(Self { file, separator, header, columns, lines, faults: Vec::new(), found: 0 })
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How many lines there are below the first.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many faults were found so far.
    pub fn found(&self) -> u64 {
        self.found
    }

    /// What was found wrong. The same fault in several cells of a column is told once, in the first of
    /// them and with their number.
    pub fn into_faults(self) -> Vec<Fault> {
        let told = |Found { mut fault, column, times }: Found| {
            if times > 1 {
                let places = match column {
                    Some(_) => format!("{times} cells of this column"),
                    None => format!("{times} lines"),
                };
                fault
                    .message
                    .push_str(&format!(" So it is in {places}, of which this is the first."));
            }
            fault
        };
        self.faults.into_iter().map(told).collect()
    }

    /// The place of the column that goes by one of these names.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        let known = |column: &Column| names.iter().any(|name| plain(name) == plain(&column.name));
        self.columns.iter().position(known)
    }

    /// The place of a column that must be there; told where it is not, nor one that was meant for it.
    pub fn needed(&mut self, names: &[&str]) -> Option<usize> {
        let found = self.column(names);
        if found.is_none() && !self.is_misspelt(names) {
            let known: Vec<&str> = self.columns.iter().map(|column| &*column.name).collect();
            let (known, name) = (known.join(", "), names.first().copied().unwrap_or_default());
            let message = format!("It is not there; there are: {known}.");
            let remedy = format!("Name one of the columns `{name}` in the first line.");
            self.tell_columns(name, message, remedy);
        }
        found
    }

    /// Whether a column that is not known was told of that was meant for one of these.
    pub fn is_misspelt(&self, names: &[&str]) -> bool {
        let meant =
            |found: &Found| suggestion(&found.fault.column, names.iter().copied()).is_some();
        self.faults.iter().any(|found| found.column.is_none() && meant(found))
    }

    /// Tells every column that goes by none of these names.
    pub fn only(&mut self, names: &[&[&str]]) {
        let known = |column: &Column| {
            names
                .iter()
                .flat_map(|names| names.iter())
                .any(|name| plain(name) == plain(&column.name))
        };
        let unknown: Vec<String> =
            self.columns.iter().filter(|c| !known(c)).map(|c| c.name.clone()).collect();
        let all: Vec<&str> = names.iter().filter_map(|names| names.first().copied()).collect();
        for name in unknown {
            let known = names.iter().flat_map(|names| names.iter()).copied();
            let meant = suggestion(&name, known);
            let meant = meant.map_or_else(String::new, |meant| format!("Did you mean `{meant}`? "));
            let remedy = format!("{meant}Known are {}; leave out others.", all.join(", "));
            self.tell_columns(&name, "It is not known.".to_owned(), remedy);
        }
    }

    /// The cell of a line in a column.
    pub fn cell(&self, line: usize, column: usize) -> Option<Cell<'_>> {
        let cell = self.lines.get(line)?.cells.get(column)?;
        let column = self.columns.get(column)?;
        Some(Cell { text: &cell.text, column: &column.name, unit: &column.unit })
    }

    /// Whether something stands in a cell.
    pub fn says(&self, line: usize, column: Option<usize>) -> bool {
        column.and_then(|column| self.cell(line, column)).is_some_and(|cell| !cell.text.is_empty())
    }

    /// Tells what is wrong with a column, at its name; with the columns where it is not there.
    pub fn tell_columns(&mut self, name: &str, message: String, remedy: String) {
        let place = self.columns.iter().position(|column| plain(&column.name) == plain(name));
        let cell = place.and_then(|place| self.header.cells.get(place));
        let span = cell.map_or(&self.header.span, |cell| &cell.span).clone();
        self.tell(self.header.line, span, (None, name), message, remedy);
    }

    /// Adds a fault, as long as there are not too many.
    fn tell(
        &mut self,
        line: u64,
        span: Range<usize>,
        (column, name): (Option<usize>, &str),
        message: String,
        remedy: String,
    ) {
        self.found += 1;
        // What is mended in the same way is the same fault.
        let is_same = |known: &&mut Found| {
            known.fault.line > self.header.line
                && line > self.header.line
                && known.column == column
                && known.fault.remedy == remedy
        };
        if let Some(known) = self.faults.iter_mut().find(is_same) {
            known.times += 1;
        } else if self.faults.len() < MOST_FAULTS {
            let (file, name) = (self.file.clone(), name.to_owned());
            let fault = Fault { file, line, column: name, span, message, remedy };
            self.faults.push(Found { fault, column, times: 1 });
        }
    }

    /// A number as it is written here: where commas do not separate the cells, one may stand for the
    /// point.
    fn number_text(&self, text: &str) -> String {
        let decimal = self.separator != ',' && text.matches(',').count() == 1;
        let plain = text.replace('\u{2212}', "-");
        if decimal && !text.contains('.') { plain.replace(',', ".") } else { plain }
    }

    /// A number in a cell, a share also in per cent where the cell or the column says so; nothing where the cell is empty; told where it is none, or lies outside.
    pub fn number(
        &mut self,
        line: usize,
        column: Option<usize>,
        low: f64,
        high: f64,
    ) -> Option<f64> {
        let cell = self.cell(line, column?)?;
        if cell.text.is_empty() {
            return None;
        }
        let written = self.number_text(cell.text);
        let percent = PERCENT.contains(&cell.unit.to_lowercase().as_str());
        // What is counted or a share has no other unit: to overlook one would be to misread all.
        let known = cell.unit.is_empty()
            || COUNTED.contains(&cell.unit.to_lowercase().as_str())
            || high <= 1.0 && percent;
        if !known {
            let message = format!("`{}` is no unit for this column.", shortened(cell.unit));
            let remedy = match high <= 1.0 {
                true => "Write (%) behind the column's name, or nothing for a share from 0 to 1.",
                false => "Leave the unit out of the column's name: a plain number is meant.",
            };
            self.wrong(line, column, message, remedy);
            return None;
        }
        let (text, share) = match written.strip_suffix('%') {
            Some(text) if high <= 1.0 => (text.trim(), 0.01),
            _ if percent => (written.as_str(), 0.01),
            _ => (written.as_str(), 1.0),
        };
        match text.parse::<f64>() {
            Ok(number) if (low..=high).contains(&(share * number)) => Some(share * number),
            Ok(number) => {
                let said = if share == 1.0 {
                    format!("{number}")
                } else {
                    format!("{number} %, which is {},", share * number)
                };
                let message = format!("{said} does not lie between {low} and {high}.");
                self.wrong(line, column, message, "Write a number between them.");
                None
            }
            Err(_) => {
                let comma = cell.text.contains(',');
                let message = format!("`{}` is no number.", shortened(cell.text));
                let remedy = if comma { POINT } else { "Write a number." };
                self.wrong(line, column, message, remedy);
                None
            }
        }
    }

    /// A time in a cell, in the unit of the cell or the column; nothing where the cell is empty.
    pub fn time(&mut self, line: usize, column: Option<usize>) -> Option<(f64, Clock)> {
        let cell = self.cell(line, column?)?;
        if cell.text.is_empty() {
            return None;
        }
        let text = self.number_text(cell.text);
        let written = match text.parse::<f64>() {
            Ok(_) if cell.unit.is_empty() => {
                let name = cell.column.to_owned();
                let message = format!("`{}` has no unit.", shortened(cell.text));
                self.wrong(
                    line,
                    column,
                    message,
                    &format!("Name it in the first line: `{name} (min)`."),
                );
                return None;
            }
            Ok(_) => format!("{text} {}", cell.unit),
            Err(_) => text,
        };
        let read = time(&written).filter(|(time, _)| *time <= 1e12);
        if read.is_none() {
            let message = format!("`{}` is no time from 0 on.", shortened(&written));
            let remedy = match written.contains(',') {
                true => POINT,
                false => "Write a number and a unit: ms, s, min, h, d or beats.",
            };
            self.wrong(line, column, message, remedy);
        }
        read
    }

    /// When something was: a date, or a time as in [`Table::time`].
    pub fn moment(&mut self, line: usize, column: Option<usize>) -> Option<Moment> {
        let text = self.cell(line, column?)?.text;
        match dates::read(text) {
            Some(Ok(date)) => Some(Moment::Date(date)),
            Some(Err(remedy)) => {
                let message = format!("`{}` is no date that can be told.", shortened(text));
                self.wrong(line, column, message, &remedy);
                None
            }
            None => self.time(line, column).map(|(time, clock)| Moment::Since(time, clock)),
        }
    }

    /// Tells what is wrong with a cell, or with a line where no column is named.
    pub fn wrong(&mut self, line: usize, column: Option<usize>, message: String, remedy: &str) {
        let Some(row) = self.lines.get(line) else { return };
        let cell = column.and_then(|column| row.cells.get(column));
        let name = column.and_then(|column| self.columns.get(column));
        let span = cell.map_or(&row.span, |cell| &cell.span).clone();
        let name = name.map_or_else(String::new, |column| column.name.clone());
        let line = row.line;
        self.tell(line, span, (column, &name), message, remedy.to_owned());
    }
}

/// When something was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moment {
    /// So long after the beginning.
    Since(f64, Clock),
    /// By the calendar.
    Date(Date),
}

const POINT: &str = "Write a point for the comma; where semicolons separate the cells it may stay.";

/// `MTBF (h)` as its name and unit.
fn column(text: &str) -> Column {
    let text = text.trim();
    if let Some((name, rest)) = text.split_once(['(', '[']) {
        let unit = rest.trim_end_matches([')', ']']).trim().to_owned();
        return Column { name: name.trim().to_owned(), unit };
    }
    Column { name: text.to_owned(), unit: String::new() }
}

/// At most 40 characters of what a file holds, without what commands a terminal.
pub fn shortened(text: &str) -> String {
    let shown = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let short: String = shown.take(40).collect();
    if text.chars().count() > 40 { format!("{short}…") } else { short }
}
