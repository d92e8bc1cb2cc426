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

/// A source twice, letter by letter: without its comments, and without what stands in quotation marks
/// besides, so that brackets in it are those of the code.
struct Source {
    code: Vec<char>,
    bare: Vec<char>,
}

impl Source {
    fn new(text: &str) -> Self {
        let code: Vec<char> = text.chars().collect();
        let mut source = Self { bare: code.clone(), code };
        let mut at = 0;
        while at < source.code.len() {
            let letter = source.code[at];
            let before = at.checked_sub(1).map(|before| source.code[before]);
            let (end, comment) = match letter {
                '/' if source.follows(at, "//") => (source.behind(at, "\n"), true),
                'r' if !before.is_some_and(is_part) => match source.hashes(at + 1) {
                    Some(hashes) => {
                        let marks = format!("\"{}", "#".repeat(hashes));
                        (source.behind(at + 2 + hashes, &marks), false)
                    }
                    None => (at + 1, false),
                },
                '"' => (source.quoted(at, '"'), false),
                // A lifetime has no second mark so near.
                '\'' if source.code.get(at + 1) == Some(&'\\')
                    || source.code.get(at + 2) == Some(&'\'') =>
                {
                    (source.quoted(at, '\''), false)
                }
                _ => (at + 1, false),
            };
            if end > at + 1 {
                source.bare[at..end].fill(' ');
                if comment {
                    source.code[at..end].fill(' ');
                }
            }
            at = end;
        }
        source
    }

    fn follows(&self, at: usize, text: &str) -> bool {
        let end = (at + text.len()).min(self.code.len());
        self.code[at.min(end)..end].iter().copied().eq(text.chars())
    }

    /// The place behind the next such text.
    fn behind(&self, from: usize, text: &str) -> usize {
        let found = (from..self.code.len()).find(|at| self.follows(*at, text));
        found.map_or(self.code.len(), |at| at + text.len())
    }

    /// How many hashes stand there before a quotation mark; none where no mark follows them.
    fn hashes(&self, at: usize) -> Option<usize> {
        let hashes = self.code[at.min(self.code.len())..].iter().take_while(|c| **c == '#').count();
        (self.code.get(at + hashes) == Some(&'"')).then_some(hashes)
    }

    /// The place behind what stands between two marks, the first of which is there.
    fn quoted(&self, at: usize, mark: char) -> usize {
        let mut at = at + 1;
        while at < self.code.len() && self.code[at] != mark {
            at += if self.code[at] == '\\' { 2 } else { 1 };
        }
        (at + 1).min(self.code.len())
    }

    /// The words of a part of the code, each with its place.
    fn words(letters: &[char]) -> Vec<(usize, String)> {
        let mut words: Vec<(usize, String)> = Vec::new();
        for (at, letter) in letters.iter().enumerate().filter(|(_, letter)| is_part(**letter)) {
            match words.last_mut() {
                Some((from, word)) if *from + word.chars().count() == at => word.push(*letter),
                _ => words.push((at, letter.to_string())),
            }
        }
        words
    }

    /// The functions and constants by their names: their code, and where they begin.
    fn items(&self) -> BTreeMap<String, Vec<(usize, &[char])>> {
        let mut items: BTreeMap<String, Vec<(usize, &[char])>> = BTreeMap::new();
        let words = Self::words(&self.bare);
        for pair in words.windows(2) {
            let [(from, kind), (at, name)] = pair else { continue };
            if !matches!(kind.as_str(), "fn" | "const" | "static") {
                continue;
            }
            let (mut depth, mut end) = (0_i32, self.bare.len());
            for place in *at..self.bare.len() {
                match self.bare[place] {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth -= 1,
                    ';' if depth == 0 => end = place,
                    _ => {}
                }
                if kind == "fn" && depth == 0 && self.bare[place] == '}' {
                    end = place;
                }
                if end < self.bare.len() {
                    break;
                }
            }
            items.entry(name.clone()).or_default().push((*from, &self.code[*from..end]));
        }
        items
    }

    /// What stands right before a place: attributes, by line.
    fn attributes(&self, at: usize) -> String {
        let before: String = self.code[..at].iter().collect();
        let ends = ["}", ";", "{"];
        let lines = before.lines().rev().map(str::trim);
        let lines = lines.take_while(|line| !ends.iter().any(|end| line.ends_with(end)));
        lines.collect::<Vec<_>>().join(" ")
    }

    /// What is wrong with a test of this name as one that reads a file, if anything is: it must be a
    /// test that is run, and it or what it calls here must name the file.
    fn fault(&self, name: &str, stem: &str) -> Option<String> {
        let items = self.items();
        let mut found = items.get(name).into_iter().flatten();
        let Some((at, _)) = found.find(|(at, _)| self.attributes(*at).contains("#[test]")) else {
            return Some(format!("has no test `{name}`"));
        };
        if self.attributes(*at).contains("ignore") {
            return Some(format!("does not run `{name}`: take its `ignore` away"));
        }
        let (mut seen, mut open) = (BTreeSet::from([name]), vec![name]);
        while let Some(called) = open.pop() {
            for (_, code) in items.get(called).into_iter().flatten() {
                let words = Self::words(code);
                // Files are read by their names, with or without their ending.
                if words.iter().any(|(_, word)| word == stem) {
                    return None;
                }
                for (_, word) in words {
                    if let Some((known, _)) = items.get_key_value(&word)
                        && seen.insert(known)
                    {
                        open.push(known);
                    }
                }
            }
        }
        Some(format!("does not read it in `{name}`"))
    }
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
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
                Some(text) => {
                    let stem = file.split('.').next().unwrap_or(file);
                    let fault = Source::new(&text).fault(name, stem);
                    faults.extend(fault.map(|fault| format!("{file}: {path}.rs {fault}")));
                }
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
                | `a.json` | a | `m::good`, `m::plain`, `n::good`, `loose`, `m::by_call`, \
                `m::asleep`, `m::by_comment`, `m::other` |\n\
                | `b.json` | b | `m::good` |\n| `b.json` | b | |\n## B\n| `c.json` | c | |\n";
    let rows = rows(text, "Validation");
    assert_eq!(rows.len(), 3);
    let files = ["a.json", "c.json"].map(str::to_owned).into();
    let source = |path: &str| {
        let text = "#[test]\nfn good() { read(\"a.json\") }\nfn plain() { read(\"a.json\") }\n\
                    fn held() -> &'static str { NAME }\nconst NAME: &str = r#\"a.json {\"#;\n\
                    #[test]\nfn by_call() { let c = '}'; held(c) }\n\
                    #[test]\n#[ignore = \"long\"]\nfn asleep() { held() }\n\
                    #[test]\nfn by_comment() { /* */ // a.json\n other_a.json() }\n\
                    #[test]\nfn other() { \"} aa.json\" }\n";
        (path == "m").then(|| text.to_owned())
    };
    let told = faults(&rows, &files, source).join("\n");
    for words in [
        "a.json: m.rs has no test `plain`",
        "a.json: there is no source n.rs",
        "not `loose`",
        "b.json is not in tests/published",
        "b.json: m.rs does not read it in `good`",
        "a.json: m.rs does not run `asleep`",
        "a.json: m.rs does not read it in `by_comment`",
        "a.json: m.rs does not read it in `other`",
        "b.json has two rows",
        "no test holds b.json",
        "c.json has no row",
    ] {
        assert!(told.contains(words), "{words} is not in\n{told}");
    }
    for fine in ["a.json: m.rs does not read it in `good`", "`by_call`"] {
        assert!(!told.contains(fine), "{fine} is in\n{told}");
    }
}
