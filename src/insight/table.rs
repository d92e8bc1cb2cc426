//! A data table: named columns of numbers or words, in which values may be missing; CSV in and out.
//!
//! How rows are read says [`crate::rows`]. A column is one of numbers where most of its cells are numbers: any
//! other cell in it is then a fault. Else it is one of words. Missing is what is empty, or `NA`,
//! `N/A`, `NaN`, `null` or `?`.

use std::collections::HashMap;
use std::ops::Range;

use super::{Fault, named, shortened};
use crate::rows::{Cell, Row, Rows, Unclosed};

/// The longest file that is read \[bytes\].
pub const LONGEST: u64 = 64 << 20;
/// So many rows at most.
pub const MOST_ROWS: usize = 1_000_000;
/// So many columns at most.
pub const MOST_COLUMNS: usize = 1_000;
/// So many cells at most: 8 bytes each.
pub const MOST_CELLS: usize = 16_000_000;
/// Of so many faults of a file the rest is left out.
pub const MOST_FAULTS: usize = 20;
/// The longest name of a column, and the longest word \[characters\].
const LONGEST_WORD: usize = 200;
/// The file as a whole, not a place in it.
const WHOLE: Place = (1, 0..0);
/// What a missing word is counted as.
const MISSING: u32 = u32::MAX;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

/// A column: its name and its values, one a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, which no other column of the table has.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers, finite; NaN is a missing one.
    Numbers(Vec<f64>),
    /// Words: categories, names.
    Words(Words),
}

/// The words of a column, each kept once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    known: Vec<String>,
    places: Vec<u32>,
}

impl Words {
    /// The words of a column, `None` where one is missing.
    pub fn of<'t>(words: impl IntoIterator<Item = Option<&'t str>>) -> Self {
        let mut found: HashMap<&str, u32> = HashMap::new();
        let mut all = Self::default();
        for word in words {
            let place = word.map_or(MISSING, |word| {
                *found.entry(word).or_insert_with(|| {
                    all.known.push(word.to_owned());
                    all.known.len() as u32 - 1
                })
            });
            all.places.push(place);
        }
        all
    }

    /// The different words, in the order in which they were met.
    pub fn known(&self) -> &[String] {
        &self.known
    }

    /// The word of a row; `None` where it is missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.known.get(*self.places.get(row)? as usize).map(String::as_str)
    }

    /// The words in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.places.iter().map(|place| self.known.get(*place as usize).map(String::as_str))
    }
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Words(words) => words.places.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers, where these are numbers.
    pub fn numbers(&self) -> Option<&[f64]> {
        match self {
            Self::Numbers(numbers) => Some(numbers),
            Self::Words(_) => None,
        }
    }

    /// The words, where these are words.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Self::Numbers(_) => None,
            Self::Words(words) => Some(words),
        }
    }

    /// Whether the value of a row is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.get(row).is_none_or(|number| number.is_nan()),
            Self::Words(words) => words.get(row).is_none(),
        }
    }

    /// The value of a row as it is written, empty where it is missing.
    pub fn text(&self, row: usize) -> String {
        match self {
            Self::Numbers(numbers) => match numbers.get(row) {
                Some(number) if !number.is_nan() => format!("{number}"),
                _ => String::new(),
            },
            Self::Words(words) => words.get(row).unwrap_or_default().to_owned(),
        }
    }

    /// The values of these rows.
    #[must_use]
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(
                rows.iter().map(|row| numbers.get(*row).copied().unwrap_or(f64::NAN)).collect(),
            ),
            Self::Words(words) => {
                let place = |row: &usize| words.places.get(*row).copied().unwrap_or(MISSING);
                Self::Words(Words {
                    known: words.known.clone(),
                    places: rows.iter().map(place).collect(),
                })
            }
        }
    }
}

impl Table {
    /// A table of these columns.
    ///
    /// # Errors
    /// Where two have one name, their lengths differ, or there is too much of it.
    pub fn new(columns: Vec<Column>) -> Result<Self, String> {
        let rows = columns.first().map_or(0, |column| column.values.len());
        let mut names = std::collections::HashSet::new();
        for column in &columns {
            if column.values.len() != rows {
                return Err(format!(
                    "Column `{}` has {} values, the first has {rows}.",
                    shortened(&column.name),
                    column.values.len()
                ));
            }
            if !names.insert(column.name.as_str()) {
                return Err(format!("There are two columns `{}`.", shortened(&column.name)));
            }
        }
        if columns.len() > MOST_COLUMNS || columns.len().saturating_mul(rows) > MOST_CELLS {
            return Err(format!(
                "{} columns of {rows} values are too many: at most {MOST_COLUMNS} columns and \
                 {MOST_CELLS} values can be.",
                columns.len()
            ));
        }
        Ok(Self { columns, rows })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns' names.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// Puts as many other values in a column's place.
    pub(super) fn replace(&mut self, name: &str, values: Values) {
        let column = self.columns.iter_mut().find(|column| column.name == name);
        if let Some(column) = column.filter(|column| column.values.len() == values.len()) {
            column.values = values;
        }
    }

    /// The columns.
    pub(super) fn into_columns(self) -> Vec<Column> {
        self.columns
    }

    /// These rows, in this order.
    #[must_use]
    pub fn of_rows(&self, rows: &[usize]) -> Self {
        let column = |column: &Column| Column {
            name: column.name.clone(),
            values: column.values.of_rows(rows),
        };
        Self { columns: self.columns.iter().map(column).collect(), rows: rows.len() }
    }

    /// The table as CSV: commas, a first line of names, missing values empty, numbers in as many
    /// digits as give the same number back.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory cannot fail.
        let _ = writer.write_record(self.columns.iter().map(|column| &column.name));
        for row in 0..self.rows {
            let cells = self.columns.iter().map(|column| column.values.text(row));
            let _ = writer.write_record(cells);
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Reads a text. Columns named in `words` are words even where they look like numbers.
    ///
    /// # Errors
    /// All that is wrong with it, up to a number.
    pub fn read(file: &str, text: &str, words: &[String]) -> Result<Self, Vec<Fault>> {
        Reading::of(file, text)?.table(words)
    }
}

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    Missing,
    Number(f64),
    /// `1e999`, `inf`.
    Infinite,
    /// `3,5`.
    Comma,
    Word,
}

/// What stands in a cell.
fn seen(cell: &str) -> Seen {
    const MISSING: [&str; 6] = ["na", "n/a", "nan", "null", "?", "none"];
    if cell.is_empty() || MISSING.iter().any(|word| cell.eq_ignore_ascii_case(word)) {
        return Seen::Missing;
    }
    match cell.parse::<f64>() {
        Ok(number) if number.is_finite() => Seen::Number(number),
        Ok(_) => Seen::Infinite,
        Err(_)
            if cell.matches(',').count() == 1 && cell.replace(',', ".").parse::<f64>().is_ok() =>
        {
            Seen::Comma
        }
        Err(_) => Seen::Word,
    }
}

/// Where something stands: the line, from 1, and the bytes of the text.
type Place = (u64, Range<usize>);

/// A text on its way to a table.
struct Reading<'t> {
    file: &'t str,
    text: &'t str,
    names: Vec<String>,
    faults: Vec<Fault>,
}

impl<'t> Reading<'t> {
    fn of(file: &'t str, text: &'t str) -> Result<Self, Vec<Fault>> {
        let mut reading = Self { file, text, names: Vec::new(), faults: Vec::new() };
        if text.len() as u64 > LONGEST {
            let message = format!("The file is longer than {} MiB.", LONGEST >> 20);
            return Err(reading.refused(WHOLE, &message, "Take a part of its rows or columns."));
        }
        if Rows::new(text).next().is_none() {
            let remedy = "Write the names of the columns in the first line, then a line a row.";
            return Err(reading.refused(WHOLE, "The file is empty.", remedy));
        }
        Ok(reading)
    }

    fn fault(&self, (line, span): Place, column: &str, message: &str, remedy: &str) -> Fault {
        Fault {
            file: self.file.to_owned(),
            line,
            column: shortened(column),
            span,
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    fn tell(&mut self, place: Place, column: &str, message: &str, remedy: &str) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(self.fault(place, column, message, remedy));
        }
    }

    /// The faults so far, and one that ends the reading.
    fn refused(&mut self, place: Place, message: &str, remedy: &str) -> Vec<Fault> {
        let last = self.fault(place, "", message, remedy);
        self.faults.push(last);
        std::mem::take(&mut self.faults)
    }

    fn table(mut self, words: &[String]) -> Result<Table, Vec<Fault>> {
        let (numeric, rows) = self.survey(words)?;
        let mut numbers: Vec<Vec<f64>> = numeric.iter().map(|_| Vec::new()).collect();
        let mut texts: Vec<Builder> = numeric.iter().map(|_| Builder::default()).collect();
        for (numeric, (numbers, texts)) in numeric.iter().zip(numbers.iter_mut().zip(&mut texts)) {
            match numeric {
                true => numbers.reserve_exact(rows),
                false => texts.words.places.reserve_exact(rows),
            }
        }
        // The first row holds the names, and all can be read: the survey has.
        for row in Rows::new(self.text).skip(1).flatten() {
            for (place, Cell { text: cell, span }) in row.cells.iter().enumerate() {
                let at = || (row.line, span.clone());
                let into = numeric.get(place).zip(numbers.get_mut(place).zip(texts.get_mut(place)));
                let Some((numeric, (numbers, texts))) = into else { continue };
                if *numeric {
                    numbers.push(self.number(at, place, cell));
                } else if seen(cell) == Seen::Missing {
                    texts.words.places.push(MISSING);
                } else if cell.chars().count() > LONGEST_WORD {
                    let name = self.names.get(place).cloned().unwrap_or_default();
                    let message =
                        format!("`{}` is longer than {LONGEST_WORD} characters.", shortened(cell));
                    self.tell(
                        at(),
                        &name,
                        &message,
                        "Write shorter words, or leave the column out.",
                    );
                } else {
                    texts.push(cell);
                }
            }
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let values = numeric.iter().zip(numbers.into_iter().zip(texts));
        let columns = self.names.iter().zip(values).map(|(name, (numeric, (numbers, texts)))| {
            let values = match numeric {
                true => Values::Numbers(numbers),
                false => Values::Words(texts.words),
            };
            Column { name: name.clone(), values }
        });
        Table::new(columns.collect()).map_err(|message| {
            let (file, column) = (self.file.to_owned(), String::new());
            let ((line, span), remedy) = (WHOLE, "Take a part of it.".to_owned());
            vec![Fault { file, line, column, span, message, remedy }]
        })
    }

    /// The number in a cell of a column of numbers, NaN where it is missing or told to be wrong.
    fn number(&mut self, at: impl FnOnce() -> Place, place: usize, cell: &str) -> f64 {
        let (message, remedy) = match seen(cell) {
            Seen::Number(number) => return number,
            Seen::Missing => return f64::NAN,
            Seen::Comma => (
                format!("`{}` is no number.", shortened(cell)),
                "Write a point for the comma.".to_owned(),
            ),
            Seen::Infinite => (
                format!("`{}` is not finite.", shortened(cell)),
                "Write a number below 1.8e308, or leave the cell empty.".to_owned(),
            ),
            Seen::Word => (
                format!("`{}` is no number, though most of the column are.", shortened(cell)),
                "Write a number, leave the cell empty where it is not known, or name the column \
                 among those of words."
                    .to_owned(),
            ),
        };
        let name = self.names.get(place).cloned().unwrap_or_default();
        self.tell(at(), &name, &message, &remedy);
        f64::NAN
    }

    /// Reads the names, and finds which columns are of numbers and how many rows there are, without
    /// keeping any.
    fn survey(&mut self, words: &[String]) -> Result<(Vec<bool>, usize), Vec<Fault>> {
        // Numbers and other cells that are not missing, by column.
        let mut counts: Vec<(usize, usize)> = Vec::new();
        let (mut rows, mut header) = (0, true);
        for row in Rows::new(self.text) {
            let row = row.map_err(|mark| {
                let message = "The quotation mark is not closed in its line.";
                self.refused((mark.line, mark.span), message, Unclosed::REMEDY)
            })?;
            let whole = || (row.line, row.span.clone());
            if std::mem::take(&mut header) {
                self.header(&row)?;
                counts = vec![(0, 0); row.cells.len()];
                continue;
            }
            if row.cells.len() != counts.len() {
                let (cells, columns) = (row.cells.len(), counts.len());
                let message = format!("There are {cells} cells, and {columns} columns.");
                let remedy = "Give every line a cell for each column, be it empty.";
                return Err(self.refused(whole(), &message, remedy));
            }
            rows += 1;
            if rows > MOST_ROWS || rows.saturating_mul(counts.len()) > MOST_CELLS {
                let message = format!(
                    "There are more than {MOST_ROWS} rows, or more than {MOST_CELLS} cells."
                );
                return Err(self.refused(whole(), &message, "Take a part of its rows or columns."));
            }
            for (cell, (numbers, others)) in row.cells.iter().zip(&mut counts) {
                match seen(&cell.text) {
                    Seen::Missing => {}
                    Seen::Word => *others += 1,
                    Seen::Number(_) | Seen::Infinite | Seen::Comma => *numbers += 1,
                }
            }
        }
        if rows == 0 {
            let remedy = "Write a line for each row below the names.";
            return Err(self.refused(WHOLE, "There is nothing below the first line.", remedy));
        }
        let unknown: Vec<&String> =
            words.iter().filter(|word| !self.names.contains(word)).collect();
        if !unknown.is_empty() {
            let message = format!("There is no column {}.", named(&unknown));
            let remedy = format!("There are {}.", named(&self.names));
            return Err(self.refused(WHOLE, &message, &remedy));
        }
        let numeric = self.names.iter().zip(counts);
        // A column in which all is missing is one of numbers, none of which is known.
        let numeric = numeric
            .map(|(name, (numbers, others))| !words.contains(name) && numbers >= others)
            .collect();
        Ok((numeric, rows))
    }

    fn header(&mut self, row: &Row) -> Result<(), Vec<Fault>> {
        let whole = (row.line, row.span.clone());
        let cells = &row.cells;
        if cells.len() > MOST_COLUMNS {
            let message =
                format!("There are {} columns, and at most {MOST_COLUMNS} can be.", cells.len());
            return Err(self.refused(whole, &message, "Take a part of the columns."));
        }
        if cells.iter().all(|cell| matches!(seen(&cell.text), Seen::Number(_) | Seen::Infinite)) {
            let remedy = "Write the names of the columns in a line above.";
            return Err(self.refused(whole, "The first line holds numbers, not names.", remedy));
        }
        for (place, Cell { text: name, span }) in cells.iter().enumerate() {
            let told = if name.is_empty() {
                Some(format!("Column {} has no name.", place + 1))
            } else if self.names.iter().any(|known| known == name) {
                Some(format!("Two columns are called `{}`.", shortened(name)))
            } else if name.chars().count() > LONGEST_WORD || name.chars().any(char::is_control) {
                Some(format!(
                    "`{}` is no name: too long, or with control characters.",
                    shortened(name)
                ))
            } else {
                None
            };
            if let Some(message) = told {
                self.tell(
                    (row.line, span.clone()),
                    "",
                    &message,
                    "Give each column a short name of its own.",
                );
            }
            self.names.push(name.to_owned());
        }
        if self.faults.is_empty() { Ok(()) } else { Err(std::mem::take(&mut self.faults)) }
    }
}

/// Words as they come in.
#[derive(Default)]
struct Builder {
    words: Words,
    found: HashMap<String, u32>,
}

impl Builder {
    fn push(&mut self, word: &str) {
        let place = match self.found.get(word) {
            Some(place) => *place,
            None => {
                let place = self.words.known.len() as u32;
                self.words.known.push(word.to_owned());
                self.found.insert(word.to_owned(), place);
                place
            }
        };
        self.words.places.push(place);
    }
}

#[cfg(test)]
mod tests;
