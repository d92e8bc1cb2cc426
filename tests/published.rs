//! The table of validation in `ARCHITECTURE.md`: every published figure that lies in
//! `tests/published` has a row there, which names tests that are and that read the file.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is shared by tests may fail as tests do"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A row: the file, and the tests that hold it, `planners/published::forest_management`.
#[derive(Debug, PartialEq)]
struct Row {
    file: String,
    tests: Vec<String>,
}

/// The names in backquotes.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows of the table in the section of this name.
fn rows(text: &str, section: &str) -> Vec<Row> {
    let lines = text.lines().skip_while(|line| *line != format!("## {section}")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("## "));
    let mut rows = Vec::new();
    for line in lines.filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        let file = quoted(cells[0]).concat();
        rows.push(Row { file, tests: cells.last().map_or(Vec::new(), |cell| quoted(cell)) });
    }
    rows
}

/// Whether a source has a test of this name: a function right behind its attributes.
fn has_test(source: &str, name: &str) -> bool {
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line.contains("#[test]") {
            is_test = true;
        } else if line.contains(&format!("fn {name}(")) {
            return is_test;
        } else if line.starts_with("fn ") || line.starts_with("pub") {
            is_test = false;
        }
    }
    false
}

/// All that is wrong with the table.
fn faults(
    rows: &[Row],
    files: &BTreeSet<String>,
    source: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut known = BTreeMap::new();
    for row in rows {
        let file = &row.file;
        if known.insert(file, ()).is_some() {
            faults.push(format!("{file} has two rows: make one of them"));
        }
        if !files.contains(file) {
            faults.push(format!("{file} is not in tests/published: take its row out"));
        }
        if row.tests.is_empty() {
            faults.push(format!("no test holds {file}: write one, and name it in the last cell"));
        }
        for test in &row.tests {
            let Some((path, name)) = test.rsplit_once("::") else {
                faults.push(format!("{file}: write `path/of/the/source::name`, not `{test}`"));
                continue;
            };
            match source(path) {
                None => faults.push(format!("{file}: there is no source {path}.rs")),
                Some(text) if !has_test(&text, name) => {
                    faults.push(format!("{file}: {path}.rs has no test `{name}`"));
                }
                // Sources read the file by its name, with or without its ending.
                Some(text) if !text.contains(file.split('.').next().unwrap_or(file)) => {
                    faults.push(format!("{file}: {path}.rs does not read it"));
                }
                Some(_) => {}
            }
        }
    }
    for file in files.iter().filter(|file| !known.contains_key(file)) {
        faults.push(format!(
            "{file} has no row in the section Validation of ARCHITECTURE.md: add \
             | `{file}` | what, and after whom | `path/of/the/source::name_of_the_test` |"
        ));
    }
    faults
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A source by its path below `src`, or from the root for those under `tests`.
fn source(path: &str) -> Option<String> {
    let places = [root().join("src"), root()];
    places.iter().find_map(|place| std::fs::read_to_string(place.join(format!("{path}.rs"))).ok())
}

fn files(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_published_file_has_a_row_and_every_row_a_test() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (rows, files) = (rows(&text, "Validation"), files(&root().join("tests/published")));
    let faults = faults(&rows, &files, source);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // Else nothing was read.
    assert!(rows.len() >= 30, "{}", rows.len());
}

#[test]
fn what_is_wrong_with_a_table_is_found() {
    let text = "## A\n| `x.json` | no |\n## Validation\nwords\n| File | What |\n|---|---|\n\
                | `a.json` | a | `m::good`, `m::plain`, `n::good`, `loose` |\n\
                | `b.json` | b | `m::good` |\n| `b.json` | b | |\n## B\n| `c.json` | c | |\n";
    let rows = rows(text, "Validation");
    assert_eq!(rows.len(), 3);
    let files = ["a.json", "c.json"].map(str::to_owned).into();
    let source = |path: &str| {
        let text = "#[test]\n#[ignore]\nfn good() { a }\nfn plain() {}\n";
        (path == "m").then(|| text.replace('a', "a.json"))
    };
    let told = faults(&rows, &files, source).join("\n");
    for words in [
        "a.json: m.rs has no test `plain`",
        "a.json: there is no source n.rs",
        "not `loose`",
        "b.json is not in tests/published",
        "b.json: m.rs does not read it",
        "b.json has two rows",
        "no test holds b.json",
        "c.json has no row",
    ] {
        assert!(told.contains(words), "{words} is not in\n{told}");
    }
    assert!(!told.contains("no test `good`"), "{told}");
}
