//! Tables whose rows stand in a file of their own.

use std::fs;
use std::path::Path;

use crate::environments::AnySettings;
use crate::scenario::diagnostic::Entry;
use crate::scenario::{Reports, Scenario};

/// Writes files into a folder of their own and opens the first.
fn open(files: &[(&str, &str)]) -> Result<Scenario, Reports> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Scenario::load(&folder.path().join(files[0].0))
}

const BY_FILE: &str = "(version: 1, environment: Table(file: \"t/rows.csv\", start: \"high\"))";
const ROWS: &str = "state,action,next,probability,reward\nhigh,go,low,0.5,2\nhigh,go,high,0.5,\n\
                    low,\"go\",high,1,-1\n";

fn rows(scenario: &Scenario) -> usize {
    match &scenario.contents.environment {
        AnySettings::Table(settings) => settings.rows.len(),
        other => panic!("{other:?}"),
    }
}

/// Where each finding is: file, line, column and path.
fn told(reports: &Reports) -> Vec<(String, usize, usize, String, String)> {
    let place = |entry: Entry| {
        let file = Path::new(&entry.file).file_name().unwrap().to_str().unwrap().to_owned();
        let message = format!("{} {}", entry.message, entry.remedy);
        (file, entry.line.unwrap(), entry.column.unwrap(), entry.path, message)
    };
    reports.entries().into_iter().map(place).collect()
}

/// One finding, at this place, that says this.
fn is_told(files: &[(&str, &str)], file: &str, at: (usize, usize), path: &str, said: &str) {
    let found = told(&open(files).unwrap_err());
    let [(in_file, line, column, of, message)] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((in_file.as_str(), (*line, *column), of.as_str()), (file, at, path), "{message}");
    assert!(message.contains(said), "{message}");
}

#[test]
fn rows_in_a_file_are_those_written_out() {
    let by_file = open(&[("a.ron", BY_FILE), ("t/rows.csv", ROWS)]).unwrap();
    let written_out = super::scenario(
        "(version: 1, environment: Table(rows: [
            (state: \"high\", action: \"go\", next: \"low\", probability: 0.5, reward: 2),
            (state: \"high\", action: \"go\", next: \"high\", probability: 0.5),
            (state: \"low\", action: \"go\", next: \"high\", reward: -1),
        ], start: \"high\"))",
    );
    assert_eq!(by_file.contents, written_out.contents);
    assert_eq!(Scenario::parse("again.ron", &by_file.to_ron()).unwrap().contents, by_file.contents);
}

#[test]
fn mistakes_in_the_rows_are_told_in_their_file() {
    let with = |rows: &str| rows.to_owned();
    for (rows, at, path, said) in [
        (ROWS.replace("0.5,2", "0.4,2"), (2, 13), "rows[0].probability", "sum to 0.9, not to 1"),
        (ROWS.replace("0.5,2", "1.5,2"), (2, 13), "rows[0].probability", "between 0 and 1"),
        (ROWS.replace("go,low", "go,lwo"), (2, 9), "rows[0].next", "Did you mean `low`?"),
        (with(ROWS) + "low,go,high,0,-1\n", (5, 1), "rows[3]", "the same as row 3"),
    ] {
        let path = format!("environment.{path}");
        is_told(&[("a.ron", BY_FILE), ("t/rows.csv", &rows)], "rows.csv", at, &path, said);
    }
    for (rows, at, said) in [
        (ROWS.replace("0.5,2", "half,2"), (2, 13), "`half` is no number"),
        (ROWS.replace("reward", "rewards"), (1, 31), "no column `rewards`"),
        (ROWS.replace("low,\"go\"", "low"), (4, 1), "4 values for 5 columns"),
        (String::new(), (1, 1), "the file is empty"),
    ] {
        is_told(&[("a.ron", BY_FILE), ("t/rows.csv", &rows)], "rows.csv", at, "", said);
    }
}

#[test]
fn what_is_wrong_beside_the_rows_is_told_with_them() {
    let text = BY_FILE.replace("version: 1", "version: 1, seed: -1");
    let rows = ROWS.replace("0.5,2", "half,2");
    let found = told(&open(&[("a.ron", &text), ("t/rows.csv", &rows)]).unwrap_err());
    let files: Vec<_> = found.iter().map(|(file, ..)| file.as_str()).collect();
    assert_eq!(files, ["a.ron", "rows.csv"], "{found:#?}");
}

#[test]
fn a_file_that_cannot_be_had_is_told_where_it_is_named() {
    let missing = |text: &str, said: &str, column| {
        is_told(&[("a.ron", text)], "a.ron", (1, column), "environment.file", said);
    };
    missing(BY_FILE, "cannot be read", 39);
    missing(&BY_FILE.replace("t/rows.csv", "."), "it is a folder", 39);
    missing(&BY_FILE.replace("t/rows.csv", "/rows.csv"), "root of the disk", 39);
    let reports = Scenario::parse("a.ron", BY_FILE).unwrap_err();
    assert!(reports.plain().contains("a text can name no other file"), "{reports}");
    let both = BY_FILE.replace("file", "rows: [], file");
    let found = told(&open(&[("a.ron", &both), ("t/rows.csv", ROWS)]).unwrap_err());
    assert!(
        found.iter().any(|(.., said)| said.contains("`file` is given beside `rows`")),
        "{found:?}"
    );
}

/// What is wrong with the file itself is no fault of its path.
#[test]
fn a_file_that_is_no_csv_has_a_remedy_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (own, rows) = (folder.path().join("a.ron"), folder.path().join("rows.csv"));
    fs::write(&own, BY_FILE.replace("t/rows", "rows")).unwrap();
    let found = || told(&Scenario::load(&own).unwrap_err());
    fs::write(&rows, b"state,action,next\nM\xfchle,go,x\n").unwrap();
    let [(file, line, column, _, said)] = &found()[..] else { panic!("{:?}", found()) };
    assert_eq!((&**file, *line, *column), ("rows.csv", 2, 2), "{said}");
    assert!(said.contains("0xFC") && said.contains("Save the file as CSV in UTF-8."), "{said}");
    fs::write(&rows, vec![b'x'; (4 << 20) + 1]).unwrap();
    let [(file, .., path, said)] = &found()[..] else { panic!("{:?}", found()) };
    assert_eq!((&**file, &**path), ("a.ron", "environment.file"));
    assert!(said.contains("longer than 4 MiB") && said.contains("fewer rows"), "{said}");
    #[cfg(unix)]
    {
        fs::remove_file(&rows).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &rows).unwrap();
        let [(.., said)] = &found()[..] else { panic!("{:?}", found()) };
        assert!(said.contains("no plain file") && said.contains("to a file"), "{said}");
    }
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_told_at_its_place() {
    let rows = ROWS.replace("\"go\"", "\"go");
    let files = [("a.ron", BY_FILE), ("t/rows.csv", &rows)];
    is_told(&files, "rows.csv", (4, 5), "", "the quotation mark is not closed in its line");
}

#[test]
fn a_file_is_named_from_where_its_name_stands() {
    let base = ("b/base.ron", BY_FILE);
    let csv = ("b/t/rows.csv", ROWS);
    let own = "(based_on: \"b/base.ron\", seed: 3)";
    assert_eq!(rows(&open(&[("a.ron", own), base, csv]).unwrap()), 3);
    // What a file says takes the place of what it is based on, either way.
    let other = "state,action,next\nhigh,stay,high\n";
    let own = "(based_on: \"b/base.ron\", environment: Table(file: \"other.csv\"))";
    assert_eq!(rows(&open(&[("a.ron", own), base, csv, ("other.csv", other)]).unwrap()), 1);
    let row = "(state: \"high\", action: \"stay\", next: \"high\")";
    let own = format!("(based_on: \"b/base.ron\", environment: Table(rows: [{row}]))");
    assert_eq!(rows(&open(&[("a.ron", &own), base, csv]).unwrap()), 1);
    let written = format!("(version: 1, environment: Table(rows: [{row}], start: \"high\"))");
    let own = "(based_on: \"b/base.ron\", environment: Table(file: \"b/t/rows.csv\"))";
    assert_eq!(rows(&open(&[("a.ron", own), ("b/base.ron", &written), csv]).unwrap()), 3);
}

#[test]
fn a_file_with_more_rows_than_there_may_be_is_refused() {
    let mut rows = "state,action,next\n".to_owned();
    for row in 0..=20_000 {
        rows += &format!("{row},go,{row}\n");
    }
    let found = told(&open(&[("a.ron", BY_FILE), ("t/rows.csv", &rows)]).unwrap_err());
    assert!(found.iter().any(|(.., said)| said.contains("there are 20001 rows")), "{found:?}");
}
