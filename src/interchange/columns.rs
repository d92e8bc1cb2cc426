//! A CSV by the names of its columns. Columns are separated by commas, semicolons or tabs, whichever
//! the first line has first; lines that begin with `#` are comments. A column may say its unit,
//! `mtbf (h)`, and so may a cell, `8 h`.

use super::{Fault, LONGEST, MOST_FAULTS, MOST_LINES};

/// A time as it counts in a file: in seconds, or in beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Seconds.
    Seconds,
    /// Beats, of whatever length.
    Beats,
}

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
    columns: Vec<Column>,
    lines: Vec<(u64, Vec<String>)>,
    /// What was found wrong so far.
    pub faults: Vec<Fault>,
}

/// A cell: its text, and where it is.
#[derive(Debug, Clone)]
pub struct Cell<'t> {
    /// Its text, trimmed.
    pub text: &'t str,
    /// Its line.
    pub line: u64,
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
        let refuse = |line: u64, message: &str, remedy: &str| {
            let (message, remedy) = (message.to_owned(), remedy.to_owned());
            vec![Fault { file: file.to_owned(), line, column: String::new(), message, remedy }]
        };
        if text.len() as u64 > LONGEST {
            return Err(refuse(1, "The file is longer than 32 MiB.", "Import a part of it."));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let first = text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty());
        let separator = first.and_then(|line| line.chars().find(|c| [',', ';', '\t'].contains(c)));
        let Some(separator) = separator else {
            let remedy = "Write the names of the columns in the first line, separated by commas.";
            return Err(refuse(1, "The first line names no columns.", remedy));
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator as u8)
            .comment(Some(b'#'))
            .has_headers(false)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut table = Self {
            file: file.to_owned(),
            columns: Vec::new(),
            lines: Vec::new(),
            faults: Vec::new(),
        };
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    let (message, remedy) = match error.kind() {
                        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
                            format!("There are {len} cells, and {expected_len} columns."),
                            "Give every line a cell for each column, be it empty.",
                        ),
                        _ => (format!("It cannot be read: {error}."), "Write it as CSV in UTF-8."),
                    };
                    return Err(refuse(line, &message, remedy));
                }
            };
            let line = record.position().map_or(1, csv::Position::line);
            let cells = || record.iter().map(str::to_owned);
            if table.columns.is_empty() {
                table.columns = cells().map(|cell| column(&cell)).collect();
            } else if table.lines.len() == MOST_LINES {
                return Err(refuse(
                    line,
                    "There are more than 500000 lines.",
                    "Import a part of them.",
                ));
            } else {
                table.lines.push((line, cells().collect()));
            }
        }
        if table.lines.is_empty() {
            return Err(refuse(
                1,
                "There is nothing below the first line.",
                "Give a line for each.",
            ));
        }
        Ok(table)
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

    /// The place of the column that goes by one of these names.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        let known = |column: &Column| names.iter().any(|name| plain(name) == plain(&column.name));
        self.columns.iter().position(known)
    }

    /// The place of a column that must be there; told where it is not.
    pub fn needed(&mut self, names: &[&str]) -> Option<usize> {
        let found = self.column(names);
        if found.is_none() {
            let known: Vec<&str> = self.columns.iter().map(|column| &*column.name).collect();
            let (known, name) = (known.join(", "), names.first().copied().unwrap_or_default());
            let message = format!("It is not there; there are: {known}.");
            let remedy = format!("Name one of the columns `{name}` in the first line.");
            self.tell(1, name, message, remedy);
        }
        found
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
            let remedy = format!("Known are {}; leave out others.", all.join(", "));
            self.tell(1, &name, "It is not known.".to_owned(), remedy);
        }
    }

    /// The cell of a line in a column.
    pub fn cell(&self, line: usize, column: usize) -> Option<Cell<'_>> {
        let (number, cells) = self.lines.get(line)?;
        let (text, column) = (cells.get(column)?, self.columns.get(column)?);
        Some(Cell { text, line: *number, column: &column.name, unit: &column.unit })
    }

    /// Adds a fault, as long as there are not too many.
    pub fn tell(&mut self, line: u64, column: &str, message: String, remedy: String) {
        if self.faults.len() < MOST_FAULTS {
            let (file, column) = (self.file.clone(), column.to_owned());
            self.faults.push(Fault { file, line, column, message, remedy });
        }
    }

    /// A number in a cell, nothing where the cell is empty; told where it is none, or lies outside.
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
        let (text, share) = match cell.text.strip_suffix('%') {
            Some(text) if high <= 1.0 => (text.trim(), 0.01),
            _ => (cell.text, 1.0),
        };
        match text.parse::<f64>() {
            Ok(number) if (low..=high).contains(&(share * number)) => Some(share * number),
            Ok(number) => {
                let message = format!("{number} does not lie between {low} and {high}.");
                self.wrong(line, column, message, "Write a number between them.");
                None
            }
            Err(_) => {
                let comma = cell.text.contains(',');
                let message = format!("`{}` is no number.", shortened(cell.text));
                let remedy = if comma { "Write a point for the comma." } else { "Write a number." };
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
        let written = match cell.text.parse::<f64>() {
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
            Ok(_) => format!("{} {}", cell.text, cell.unit),
            Err(_) => cell.text.to_owned(),
        };
        let read = time(&written).filter(|(time, _)| *time <= 1e12);
        if read.is_none() {
            let message = format!("`{}` is no time from 0 on.", shortened(&written));
            self.wrong(
                line,
                column,
                message,
                "Write a number and a unit: ms, s, min, h, d or beats.",
            );
        }
        read
    }

    /// Tells what is wrong with a cell.
    pub fn wrong(&mut self, line: usize, column: Option<usize>, message: String, remedy: &str) {
        let at = column.and_then(|column| self.cell(line, column));
        let (number, name) = at.map_or((1, String::new()), |at| (at.line, at.column.to_owned()));
        self.tell(number, &name, message, remedy.to_owned());
    }
}

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
