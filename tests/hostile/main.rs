//! Files that nobody should write: each is refused with file, line, column, field and remedy, quickly
//! and in little memory. The files lie beside this one, many in one text; see [`cases`].
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is shared by tests may fail as tests do"
)]

mod cases;
mod memory;
mod mutate;
mod played;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use cases::{MOST_MEMORY, cases, fault, refused};
use memory::most_held;
use proptest::prelude::*;
use taktlab::scenario::Scenario;
use taktlab::scenario::fields::{Holds, Kind, Record};
use taktlab::scenario::schema;
use taktlab::scenario::starting::starting_file;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

/// The text files beside this one, each with its name.
fn themes() -> Vec<(String, String)> {
    let mut themes = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            themes.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    themes.sort();
    themes
}

#[test]
fn each_bad_file_is_refused_as_it_says() {
    let (mut texts, mut faults) = (BTreeSet::new(), Vec::new());
    for (theme, text) in themes() {
        for case in cases(&text) {
            faults.extend(fault(&theme, &case));
            assert!(texts.insert(case.text.clone()), "{theme}: {} is there twice", case.name);
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(texts.len() >= 300, "{}", texts.len());
}

/// The checker itself sees what is missing.
#[test]
fn a_case_that_says_something_else_is_found() {
    let text = "=== x\n> 1:12 seed | a whole number is expected\n(version: 1, seed: \"a\", environment: Chain())\n";
    let wrong = |from: &str, to: &str| fault("x", &cases(&text.replace(from, to))[0]).is_some();
    assert!(wrong("1:12", "1:12"));
    assert!(!wrong("1:12", "1:20"));
    for (from, to) in [("> 1:12", "> 2:20"), ("seed |", "sed |"), ("whole", "half"), ("\"a\"", "3")]
    {
        assert!(wrong(from, to), "{from} to {to}");
    }
}

#[test]
#[ignore = "writes the file of mutated scenarios anew"]
fn write_the_mutated_files() {
    std::fs::write(folder().join("mutated.txt"), mutate::mutated()).unwrap();
}

/// What cannot well stand in a text file: control characters, great depth, great length.
#[test]
fn what_no_text_editor_shows_is_refused_too() {
    let many = |part: &str, count: usize| part.repeat(count);
    let inside = |environment: &str| format!("(version: 1, environment: {environment})");
    let machines = |count: usize, one: &str| {
        format!("Line(machines: [{}], buffers: [{}])", many(one, count), many("(),", count - 1))
    };
    for (text, words) in [
        (String::new(), "holds no value"),
        (" \n\t".to_owned(), "holds no value"),
        ("(version: 1, \0 environment: Chain())".to_owned(), "name is expected here"),
        ("(version: 1, \u{1b}[2J environment: Chain())".to_owned(), "name is expected here"),
        ("(version: 1, \u{202e} environment: Chain())".to_owned(), "name is expected here"),
        ("\u{feff}\u{feff}(version: 1)".to_owned(), "value is expected here"),
        (many("(", 10_000), "nest deeper than 64"),
        (many("[", 1_000_000), "nest deeper than 64"),
        (inside(&format!("{}Chain(){}", many("Some(", 1_000), many(")", 1_000))), "nest deeper"),
        (format!("(version: 1, {}: 1, environment: Chain())", many("a", 100_000)), "no field"),
        (inside(&format!("Chain(goal: {})", many("9", 100_000))), "a whole number is expected"),
        (inside(&format!("Chain(goal: \"{}\")", many("9", 100_000))), "a whole number is expected"),
        (inside(&machines(65, "(),")), "65 machines"),
        (inside(&format!("Grid(rows: [{}])", many("\"S.G\",", 50_000))), "rows"),
        (inside(&format!("Table(rows: [{}], start: [\"a\"])", many("(),", 20_000))), "is missing"),
        (inside(&format!("Replacement(wear: [{}])", many("0.5,", 100_000))), "wear"),
        (
            format!(
                "(version: 1, title: {{{}}}, environment: Chain())",
                many("\"en\": \"a\",", 50_000)
            ),
            "given twice",
        ),
        (inside(&format!("Replacement(wear: [{}])", many("0.5,", 249_000))), "wear"),
        (inside(&format!("Replacement(failure: [{}])", many("2,", 249_000))), "further findings"),
        (inside(&format!("Replacement(failure: [{}])", many("\"5 zebras\",", 240_000))), "zebras"),
        (inside(&format!("Grid(rows: [{}])", many("\"\",", 249_000))), "rows"),
        (
            inside(&format!("Table(rows: [{}], start: [])", many("(reward: 1),", 80_000))),
            "is missing",
        ),
        (many("a,", 1_000_000), "the end of the file is expected"),
        (format!("[{}]", many("1,", 600_000)), "more than"),
        (format!("[{}]", many("(a: [()]),", 60_000)), "a scenario, ( field: value )"),
        (many(" ", 5 << 20), "longer than"),
        (
            format!("(version: 1, environment: Chain(), {})", many("seed: 1, ", 20_000)),
            "given twice",
        ),
    ] {
        let started = Instant::now();
        let (read, memory) = most_held(|| Scenario::parse("x.ron", &text).map(|_| ()));
        let Err(reports) = read else { panic!("{words}: it was read") };
        let told = reports.plain();
        assert!(told.contains(words), "{words} is not in {}", &told[..told.len().min(2_000)]);
        println!("{words}: {} MiB, {:?}", memory >> 20, started.elapsed());
        assert!(memory <= MOST_MEMORY, "{words}: {memory} bytes");
        // Far more than it takes, far less than for ever.
        assert!(started.elapsed() < Duration::from_secs(120), "{words}: {:?}", started.elapsed());
    }
}

/// Values of every shape, of which a field takes some and refuses others.
const SHAPES: &[&str] = &[
    "NaN",
    "-inf",
    "-1e300",
    "3",
    "0.5",
    "\"\"",
    "\"zebra\"",
    "\"5 zebras\"",
    "[]",
    "[()]",
    "[NaN]",
    "[\"zebra\"]",
    "{}",
    "{\"zebra\": 1}",
    "()",
    "(zebra: 1)",
    "Zebra",
    "Zebra(1)",
    "None",
    "Some(Some(1))",
    "'z'",
    "b\"z\"",
    "..",
    "true",
];

/// Is told a field's path, and how a file with another value of it reads.
type Told<'t> = &'t mut dyn FnMut(&str, &dyn Fn(&str) -> String);

/// Every field of every struct of a kind, with the text around it.
fn fields(
    record: &Record,
    path: &str,
    around: &dyn Fn(&str) -> String,
    depth: usize,
    each: Told<'_>,
) {
    for field in record.fields {
        let path = format!("{path}.{}", field.name);
        let inside = |value: &str| around(&format!("{}: {value}", field.name));
        each(&path, &inside);
        if depth == 0 {
            continue;
        }
        match field.kind {
            Kind::Fields(inner) => {
                fields(inner, &path, &|text| inside(&format!("({text})")), depth - 1, each);
            }
            Kind::List(inner) => {
                let path = format!("{path}[0]");
                fields(inner, &path, &|text| inside(&format!("[({text})]")), depth - 1, each);
            }
            Kind::Choice(variants) => {
                for variant in variants {
                    if let Holds::Fields(inner) = &variant.holds {
                        let name = variant.name;
                        fields(
                            inner,
                            &path,
                            &|text| inside(&format!("{name}({text})")),
                            depth - 1,
                            each,
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whatever stands in a field of any kind, be the kind of today or of tomorrow: nothing panics, what
/// is refused is refused in place with a remedy, and every field refuses something by its own name.
#[test]
fn every_field_of_every_kind_refuses_what_it_cannot_be() {
    let mut visited = 0;
    for variant in schema::KINDS {
        let Holds::Fields(record) = &variant.holds else { panic!("{}", variant.name) };
        let kind = variant.name;
        let around = |text: &str| format!("(version: 1, environment: {kind}({text}))");
        fields(record, "environment", &around, 3, &mut |path, inside| {
            visited += 1;
            let mut named = 0;
            for shape in SHAPES {
                let text = inside(shape);
                if Scenario::parse("x.ron", &text).is_ok() {
                    continue;
                }
                let entries =
                    refused("x.ron", &text).unwrap_or_else(|what| panic!("{text}: {what}"));
                named += usize::from(entries.iter().any(|entry| {
                    entry.path == path
                        || entry.path.starts_with(&format!("{path}["))
                        || entry.path.starts_with(&format!("{path}."))
                }));
            }
            assert!(named >= 8, "{kind}: {path} is named for {named} values only");
        });
    }
    assert!(visited >= 100, "{visited}");
}

/// Trees that look like scenarios: the words of the tables, wherever they come to stand.
fn tree() -> impl Strategy<Value = String> {
    let mut words: Vec<&'static str> = vec!["Some", "None", "a", "en"];
    for (name, record, _) in schema::tables() {
        words.push(name);
        words.extend(record.fields.iter().map(|field| field.name));
    }
    let name = prop::sample::select(words);
    let leaf = prop_oneof![
        prop::sample::select(SHAPES).prop_map(str::to_owned),
        any::<f64>().prop_map(|number| format!("{number:?}")),
        any::<i64>().prop_map(|number| number.to_string()),
        name.clone().prop_map(str::to_owned),
        "\"[a-z 0-9%/€.]{0,12}\"",
    ];
    leaf.prop_recursive(6, 200, 8, move |inner| {
        let fields = prop::collection::vec((name.clone(), inner.clone()), 0..8);
        let joined = |fields: Vec<(&str, String)>| {
            let fields: Vec<String> =
                fields.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
            fields.join(", ")
        };
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8)
                .prop_map(|all| format!("[{}]", all.join(", "))),
            fields.clone().prop_map(move |fields| format!("({})", joined(fields))),
            (name.clone(), fields)
                .prop_map(move |(name, fields)| format!("{name}({})", joined(fields))),
            (name.clone(), inner.clone()).prop_map(|(name, value)| format!("{name}({value})")),
            (inner.clone(), inner).prop_map(|(key, value)| format!("{{{key}: {value}}}")),
        ]
    })
}

/// Whether it was read, or refused within the bounds of time and memory.
fn survived(load: impl FnOnce() -> Result<(), String>) -> Result<(), TestCaseError> {
    let started = Instant::now();
    let (read, memory) = most_held(load);
    prop_assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    if let Err(told) = read {
        prop_assert!(!told.is_empty());
        prop_assert!(memory <= MOST_MEMORY, "{memory} bytes: {told}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn bytes_of_any_kind_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.ron");
        std::fs::write(&file, bytes).unwrap();
        survived(|| Scenario::load(&file).map(|_| ()).map_err(|reports| reports.drawn(false)))?;
    }

    #[test]
    fn good_files_with_bytes_of_any_kind_in_them_are_survived(
        kind in prop::sample::select(taktlab::environments::AnyEnvironment::KINDS),
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 1..8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.ron");
        let mut text = starting_file(kind, None).unwrap().into_bytes();
        let at = at.index(text.len());
        text.splice(at..at, bytes);
        std::fs::write(&file, text).unwrap();
        survived(|| Scenario::load(&file).map(|_| ()).map_err(|reports| reports.drawn(false)))?;
    }

    #[test]
    fn trees_that_look_like_scenarios_are_survived(environment in tree(), rest in tree(), kind in prop::sample::select(taktlab::environments::AnyEnvironment::KINDS), given in prop::collection::vec((any::<prop::sample::Index>(), tree()), 0..5)) {
        let record = schema::KINDS.iter().find_map(|variant| match &variant.holds {
            Holds::Fields(record) if variant.name == kind => Some(*record),
            _ => None,
        }).unwrap();
        let given: Vec<String> = given.iter().map(|(at, value)| {
            format!("{}: {value}", record.fields[at.index(record.fields.len())].name)
        }).collect();
        let given = format!("{kind}({})", given.join(", "));
        for text in [
            rest.clone(),
            format!("(version: 1, environment: {environment})"),
            format!("(version: 1, environment: {given}, agent: {rest}, show: {environment})"),
        ] {
            survived(|| {
                Scenario::parse("x.ron", &text).map(|_| ()).map_err(|reports| reports.drawn(false))
            })?;
        }
    }
}
