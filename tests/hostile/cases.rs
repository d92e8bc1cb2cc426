//! Bad scenario files and what must be said of them, many in one text file.
//!
//! ```text
//! === a name
//! > 3:15 environment.goal | words of the message
//! (the file's text, to the next name)
//! ```
//! Each line that begins with `>` is a finding: line and column, the field (`-` where the fault is one
//! of syntax), and words that its message holds. No other finding may be told.

use taktlab::scenario::Scenario;
use taktlab::scenario::diagnostic::Entry;

use crate::memory::most_held;

/// What must be said.
#[derive(Debug, PartialEq)]
pub struct Finding {
    pub line: usize,
    pub column: usize,
    pub path: String,
    pub words: String,
}

/// A file, and all that must be said of it.
#[derive(Debug)]
pub struct Case {
    pub name: String,
    pub findings: Vec<Finding>,
    pub text: String,
}

/// The most memory that a refused file may take \[bytes\].
pub const MOST_MEMORY: i64 = 64 << 20;

/// The cases of a text file.
pub fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            let name = name.to_owned();
            cases.push(Case { name, findings: Vec::new(), text: String::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        match line.strip_prefix("> ") {
            Some(told) => case.findings.push(finding(told)),
            None => {
                case.text.push_str(line);
                case.text.push('\n');
            }
        }
    }
    // The last line's end is that of this file's line.
    for case in &mut cases {
        case.text.pop();
    }
    cases
}

fn finding(line: &str) -> Finding {
    let (at, words) = line.split_once(" | ").unwrap_or_else(|| panic!("no words: {line}"));
    let (place, path) = at.split_once(' ').unwrap_or_else(|| panic!("no field: {line}"));
    let (row, column) = place.split_once(':').unwrap_or_else(|| panic!("no place: {line}"));
    Finding {
        line: row.parse().unwrap(),
        column: column.parse().unwrap(),
        path: if path == "-" { String::new() } else { path.to_owned() },
        words: words.to_owned(),
    }
}

/// All that is said of a text that must be refused, each finding with file, place, remedy and, but for
/// faults of syntax, field. Nobody who refuses takes much memory.
pub fn refused(file: &str, text: &str) -> Result<Vec<Entry>, String> {
    let (read, memory) = most_held(|| Scenario::parse(file, text).map(|_| ()));
    if memory > MOST_MEMORY {
        return Err(format!("{memory} bytes were taken"));
    }
    let Err(reports) = read else { return Err("it was read".to_owned()) };
    let entries = reports.entries();
    reports.drawn(false);
    for entry in &entries {
        let whole = entry.file == file
            && entry.line.is_some()
            && entry.column.is_some()
            && entry.remedy.ends_with(['.', '?']);
        if !whole {
            return Err(format!("file, place or remedy is missing: {entry:?}"));
        }
    }
    if entries.is_empty() { Err("nothing was said".to_owned()) } else { Ok(entries) }
}

/// What is wrong with what is said of a case, if anything is.
pub fn fault(theme: &str, case: &Case) -> Option<String> {
    let told = |what: &str| Some(format!("{theme}: {}: {what}\n{}", case.name, case.text));
    let entries = match refused(&format!("{theme}.ron"), &case.text) {
        Ok(entries) => entries,
        Err(what) => return told(&what),
    };
    let fits = |(entry, finding): (&Entry, &Finding)| {
        (entry.line, entry.column) == (Some(finding.line), Some(finding.column))
            && entry.path == finding.path
            && entry.message.contains(&finding.words)
    };
    let all = entries.len() == case.findings.len() && entries.iter().zip(&case.findings).all(fits);
    if all { None } else { told(&format!("{:#?} is not {entries:#?}", case.findings)) }
}
