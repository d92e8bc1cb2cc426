//! The rows of a table in a file of their own: a CSV becomes the list that a scenario would hold,
//! every cell at its place in the text, so that all that is found wrong with it is told there.

use std::path::Path;

use super::diagnostic::{Diagnostic, Span};
use super::plain_file::{self, PlainFileError};
use super::syntax::{Field, Kind, Magnitude, Name, Node, Number, suggestion};
use crate::environments::table::MOST_ROWS;
use crate::rows::{self, Cell, NotText, Rows, Unclosed};

/// The kind of environment whose rows may stand in a file.
pub(super) const KIND: &str = "Table";
/// The field that names the file.
pub(super) const FIELD: &str = "file";
/// The field whose place the rows take.
pub(super) const ROWS: &str = "rows";

/// The longest file \[bytes\].
const LONGEST: u64 = 4 << 20;

/// The columns: the field that they fill, other names, whether it is a number, and whether it must
/// be there.
const COLUMNS: [(&str, &[&str], bool, bool); 5] = [
    ("state", &[], false, true),
    ("action", &[], false, true),
    ("next", &["next state", "next_state"], false, true),
    ("probability", &["p"], true, false),
    ("reward", &["r"], true, false),
];

/// Why a file gives no rows.
pub(super) enum NoRows {
    /// It cannot be had, which is told where it is named: what, and what to do.
    Unread(String, &'static str),
    /// It is no text; told in the file itself.
    NotText(NotText),
}

/// The text of a file, of which never more than the longest is taken into memory.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn open(path: &Path) -> Result<String, NoRows> {
    let bytes = plain_file::read(path, LONGEST).map_err(|error| {
        let remedy = match error {
            PlainFileError::TooLong(_) => "Take a part of the file, or write fewer rows.",
            PlainFileError::NotPlain => "Save what it gives to a file, and name that.",
            PlainFileError::Folder | PlainFileError::Disk(_) => BY_PATH,
        };
        NoRows::Unread(error.to_string(), remedy)
    })?;
    rows::text_of(bytes).map_err(NoRows::NotText)
}

/// What to do about a name that names nothing.
pub(super) const BY_PATH: &str = "Name a CSV by a path relative to this file.";

/// The rows as a list of structs.
///
/// # Errors
/// All that is wrong with the columns and the numbers.
pub(super) fn rows(text: &str) -> Result<Node, Vec<Diagnostic>> {
    let mut faults = Vec::new();
    let mut lines = Rows::new(text);
    let mut next = |faults: &mut Vec<Diagnostic>| loop {
        match lines.next()? {
            Ok(row) => return Some(row),
            Err(open) => faults.push(
                Diagnostic::error(Span::new(open.span.clone()), open.to_string())
                    .remedy(Unclosed::REMEDY),
            ),
        }
    };
    let Some(header) = next(&mut faults) else {
        if faults.is_empty() {
            let remedy = "Begin with a line \"state,action,next,probability,reward\".";
            faults.push(Diagnostic::error(Span::default(), "the file is empty").remedy(remedy));
        }
        return Err(faults);
    };
    let header = header.cells;
    let columns = columns(&header, &mut faults);
    let mut items = Vec::new();
    while let Some(row) = next(&mut faults) {
        if items.len() > MOST_ROWS {
            // That these are too many is told when the table is built.
            break;
        }
        let (whole, cells) = (Span::new(row.span), row.cells);
        if cells.len() != header.len() {
            let message = format!("there are {} values for {} columns", cells.len(), header.len());
            let remedy =
                "Write a value for each column; names with commas stand in quotation marks.";
            faults.push(Diagnostic::error(whole, message).remedy(remedy));
            continue;
        }
        let found = columns.iter().zip(cells);
        let fields = found.filter_map(|(column, cell)| field((*column)?, cell, &mut faults));
        items.push(Node { span: whole, kind: Kind::Struct(None, fields.collect()) });
    }
    match faults.is_empty() {
        true => Ok(Node { span: Span::new(0..text.len()), kind: Kind::List(items) }),
        false => Err(faults),
    }
}

fn place(cell: &Cell) -> Span {
    Span::new(cell.span.clone())
}

/// Which field each column fills.
fn columns(header: &[Cell], faults: &mut Vec<Diagnostic>) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = Vec::new();
    for cell in header {
        let name = cell.text.to_lowercase();
        let is = |(field, others, ..): &(&str, &[&str], bool, bool)| {
            *field == name || others.contains(&name.as_str())
        };
        let column = COLUMNS.iter().position(is);
        let told = match column {
            None => {
                let names = COLUMNS.iter().map(|(name, ..)| *name);
                let remedy = match suggestion(&name, names) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => "Columns are state, action, next, probability and reward.".to_owned(),
                };
                Some((format!("there is no column `{}`", cell.text), remedy))
            }
            Some(_) if found.contains(&column) => {
                let message = format!("the column `{}` is there twice", cell.text);
                Some((message, "Delete one of the two.".to_owned()))
            }
            Some(_) => None,
        };
        if let Some((message, remedy)) = told {
            faults.push(Diagnostic::error(place(cell), message).remedy(remedy));
        }
        found.push(column);
    }
    let whole = header.first().zip(header.last()).map(|(first, last)| place(first).to(place(last)));
    for (column, (name, .., needed)) in COLUMNS.iter().enumerate() {
        if *needed && !found.contains(&Some(column)) {
            let message = format!("the column `{name}` is missing");
            let remedy =
                "The first line names the columns: state, action, next, probability, reward.";
            let told = Diagnostic::error(whole.unwrap_or_default(), message);
            faults.push(told.remedy(remedy));
        }
    }
    found
}

/// A cell as the field of a row; none where it is left empty and need not be there.
fn field(column: usize, cell: Cell, faults: &mut Vec<Diagnostic>) -> Option<Field> {
    let (name, _, is_number, _) = COLUMNS.get(column)?;
    let span = place(&cell);
    let name = Name { text: (*name).to_owned(), span };
    if !is_number {
        let value = Node { span, kind: Kind::Text(cell.text) };
        return Some(Field { name, value });
    }
    if cell.text.is_empty() {
        return None;
    }
    // Spreadsheets write a minus of their own, and some a decimal comma.
    let plain = cell.text.replace('\u{2212}', "-").replace(',', ".");
    match plain.parse::<f64>() {
        Ok(value) => {
            let number = Number { value: Magnitude::Float(value), suffix: None };
            Some(Field { name, value: Node { span, kind: Kind::Number(number) } })
        }
        Err(_) => {
            let message = format!("{}: `{}` is no number", name.text, cell.text);
            let remedy = "Write a number such as 0.25.";
            faults.push(Diagnostic::error(span, message).remedy(remedy));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Vec<(String, String)>> {
        let Kind::List(items) = rows(text).unwrap().kind else { panic!("no list") };
        let value = |field: Field| match field.value.kind {
            Kind::Text(text) => {
                // The place is that of the cell, quotation marks included.
                assert!(field.value.span.of(&format!("{}\n", TEXT)).len() <= text.len() + 4);
                (field.name.text, text)
            }
            Kind::Number(Number { value: Magnitude::Float(value), .. }) => {
                (field.name.text, value.to_string())
            }
            other => panic!("{other:?}"),
        };
        items
            .into_iter()
            .map(|item| match item.kind {
                Kind::Struct(None, fields) => fields.into_iter().map(value).collect(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    const TEXT: &str = "\u{feff}# a comment\nState, action ,Next state,p,reward\r\n\n\"1, 2\",go,\"a \"\"b\"\"\",0.5,\u{2212}2\r\n x ,go,y,,";

    #[test]
    fn cells_become_the_fields_of_rows_at_their_places() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read(TEXT),
            [
                vec![
                    pair("state", "1, 2"),
                    pair("action", "go"),
                    pair("next", "a \"b\""),
                    pair("probability", "0.5"),
                    pair("reward", "-2"),
                ],
                vec![pair("state", "x"), pair("action", "go"), pair("next", "y")],
            ]
        );
        let Kind::List(items) = rows(TEXT).unwrap().kind else { panic!("no list") };
        let Kind::Struct(_, fields) = &items[0].kind else { panic!("no struct") };
        let places: Vec<&str> = fields.iter().map(|field| field.value.span.of(TEXT)).collect();
        assert_eq!(places, ["\"1, 2\"", "go", "\"a \"\"b\"\"\"", "0.5", "\u{2212}2"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z,;\"#\n\r\t €0.5-]{0,80}") {
            let header = format!("state,action,next\n{text}");
            for text in [text, header] {
                match rows(&text) {
                    Ok(node) => proptest::prop_assert!(matches!(node.kind, Kind::List(_))),
                    Err(faults) => proptest::prop_assert!(!faults.is_empty()),
                }
            }
        }
    }

    #[test]
    fn semicolons_separate_numbers_with_a_decimal_comma() {
        let found = read("state;action;next;probability\na;go;b;0,25\na;go;c;0,75");
        assert_eq!(found[0][3].1, "0.25");
    }

    #[test]
    fn every_mistake_has_its_place() {
        for (text, at, said) in [
            ("", "", "the file is empty"),
            ("state,action\na,b", "state,action", "the column `next` is missing"),
            ("state,action,next,state\na,b,c,d", "state", "is there twice"),
            ("state,action,next,rewards\na,b,c,1", "rewards", "there is no column `rewards`"),
            ("state,action,next\na,b", "a,b", "2 values for 3 columns"),
            ("state,action,next\na,\"b,c\na,b,c", "\"b,c", "quotation mark is not closed"),
            ("\"state", "\"state", "quotation mark is not closed"),
            ("state,action,next,reward\na,b,c,much", "much", "`much` is no number"),
        ] {
            let faults = rows(text).unwrap_err();
            let fault = faults.iter().find(|fault| fault.message.contains(said));
            let fault = fault.unwrap_or_else(|| panic!("{text:?}: {faults:?}"));
            let place = fault.span.map_or("", |span| span.of(text));
            assert!(place == at && !fault.remedy.is_empty(), "{text:?}: {place:?}");
        }
    }
}
