//! Files to begin with, of every kind.

use crate::environments::AnyEnvironment;
use crate::scenario::Scenario;
use crate::scenario::documentation::documented;
use crate::scenario::schema::distribution::DISTRIBUTIONS;
use crate::scenario::starting::starting_file;

fn started(kind: &str) -> String {
    starting_file(kind, None).unwrap()
}

#[test]
fn every_kind_has_one_that_opens_without_a_word() {
    for kind in AnyEnvironment::KINDS {
        let text = started(kind);
        let scenario = Scenario::parse("new.ron", &text).unwrap_or_else(|e| panic!("{text}\n{e}"));
        assert!(scenario.warnings.is_empty(), "{}", scenario.warnings);
        assert_eq!(scenario.contents.kind(), *kind);
        assert_eq!(scenario.contents.seed, 1);
        assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
    }
    assert_eq!(starting_file("Zebra", None), None);
    let sown = starting_file("Chain", Some(7)).unwrap();
    assert_eq!(Scenario::parse("new.ron", &sown).unwrap().contents.seed, 7);
}

/// A field stands there as `name: value`, be it in what counts or behind `//`, under what it means.
#[test]
fn it_names_and_tells_every_field() {
    for kind in AnyEnvironment::KINDS {
        let text = started(kind);
        let words = |text: &str| {
            let words = text.lines().flat_map(|line| line.split_whitespace());
            words.filter(|word| *word != "//").collect::<Vec<_>>().join(" ")
        };
        let flowing = words(&text);
        for table in [kind, "Scenario"] {
            for row in documented(table).unwrap().1 {
                if table == "Scenario" && row.path.starts_with("experiment.") {
                    continue;
                }
                // Distributions are named, and told of by `schema`.
                let variants = DISTRIBUTIONS.iter().map(|variant| variant.name);
                if row.path.split('.').any(|part| variants.clone().any(|name| name == part)) {
                    continue;
                }
                let name = row.path.rsplit('.').next().unwrap();
                let stands = |line: &str| {
                    let line = line.trim_start_matches([' ', '/']);
                    let after = line.strip_prefix(name);
                    after.is_some_and(|after| after.starts_with(':'))
                        || line.contains(&format!(": {name}("))
                };
                assert!(text.lines().any(stands), "{kind}: {} is not in\n{text}", row.path);
                let apart = ["environment", "agent", "learner"].contains(&row.path.as_str());
                let told = flowing.contains(&words(&row.description));
                // The value of a variant is told with the variant.
                assert!(told || apart || row.path.contains("criterion."), "{}", row.path);
            }
        }
    }
}

/// What stands behind `//` on one line is a line of RON: without the `//` the file is read, or says
/// no worse than that a field is given in two ways, or that something else is to be given too.
#[test]
fn each_line_that_is_left_out_can_be_taken_in() {
    for kind in AnyEnvironment::KINDS {
        let text = started(kind);
        let lines: Vec<&str> = text.lines().collect();
        let mut taken = 0;
        for (at, line) in lines.iter().enumerate() {
            let Some(code) = line.trim_start().strip_prefix("// ") else { continue };
            let name = code.split(':').next().unwrap_or_default();
            let is_field = !name.is_empty()
                && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
                && code.ends_with(',')
                && code.contains(": ");
            // Of a block only its first line is at hand, and what names a file needs one.
            if !is_field || code.contains('…') {
                continue;
            }
            taken += 1;
            let mut changed = lines.clone();
            changed[at] = code;
            let changed = changed.join("\n");
            if let Err(reports) = Scenario::parse("new.ron", &changed) {
                for entry in reports.entries() {
                    let told = &entry.message;
                    let allowed = told.contains("is given beside")
                        || told.contains("given twice")
                        || entry.path == "criterion"
                        || entry.path.starts_with("environment.");
                    assert!(allowed && entry.line.is_some(), "{kind}: {code}: {entry:?}");
                    assert!(!told.contains("is expected here"), "{kind}: {code}: {entry:?}");
                }
            }
        }
        assert!(taken >= 5, "{kind}: {taken}");
    }
}
