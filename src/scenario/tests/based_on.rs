//! Files that are based on one another.

use std::fs;
use std::path::{Path, PathBuf};

use crate::scenario::{Reports, Scenario};

/// Writes files into a folder of their own and opens the first.
fn open(files: &[(&str, &str)]) -> Result<Scenario, Reports> {
    open_in(tempfile::tempdir().unwrap().path(), files)
}

fn open_in(folder: &Path, files: &[(&str, &str)]) -> Result<Scenario, Reports> {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Scenario::load(&folder.join(files[0].0))
}

const BASE: &str = r#"(
    version: 1,
    beat: "1 min",
    title: {"en": "Base", "zh": "基础"},
    environment: Line(
        machines: [(name: "Lathe", failure: 0.01, repair: 0.1), (mtbf: "1 h", mttr: "6 min")],
        buffers: [(capacity: 4, holding: 0.5)],
        revenue: 2,
    ),
    seed: 7,
)"#;

#[test]
fn values_are_laid_over_field_by_field() {
    let own = r#"(
        based_on: "base/line.ron",
        title: {"en": "Own"},
        environment: Line(
            machines: {
                "Lathe": (mtbf: "50 beats"),
                "machine 2": (name: "Mill", failure: 0.25),
            },
            buffers: {1: (capacity: 9)},
        ),
        seed: 8,
    )"#;
    let made = open(&[("own.ron", own), ("base/line.ron", BASE)]).unwrap();
    let expected = super::scenario(
        r#"(
        version: 1,
        title: {"en": "Own", "zh": "基础"},
        beat: "1 min",
        environment: Line(
            machines: [
                (name: "Lathe", mtbf: "50 beats", repair: 0.1),
                (name: "Mill", failure: 0.25, mttr: "6 min"),
            ],
            buffers: [(capacity: 9, holding: 0.5)],
            revenue: 2,
        ),
        seed: 8,
    )"#,
    );
    assert_eq!(made.contents, expected.contents);
    assert_eq!(made.conversions, expected.conversions);
}

#[test]
fn a_list_and_another_kind_take_the_place_of_the_old() {
    let own = r#"(based_on: "b.ron", environment: Line(machines: [()], buffers: []))"#;
    let made = open(&[("a.ron", own), ("b.ron", BASE)]).unwrap();
    assert_eq!(made.environment.places().stations, ["machine 1"]);
    let own = r#"(based_on: "b.ron", environment: Chain(goal: 3))"#;
    let made = open(&[("a.ron", own), ("b.ron", BASE)]).unwrap();
    assert_eq!((made.contents.kind(), made.contents.seed), ("Chain", 7));
}

#[test]
fn a_mistake_is_told_in_the_file_that_makes_it() {
    let own = r#"(based_on: "b.ron", seed: -1)"#;
    let base = BASE.replace("failure: 0.01", "failure: 1.01");
    let reports = open(&[("a.ron", own), ("b.ron", &base)]).unwrap_err();
    let told: Vec<_> = reports
        .entries()
        .into_iter()
        .map(|entry| {
            let file = PathBuf::from(&entry.file);
            let file = file.file_name().unwrap().to_str().unwrap().to_owned();
            (file, entry.line.unwrap(), entry.column.unwrap(), entry.path)
        })
        .collect();
    let expected = [
        ("a.ron".to_owned(), 1, 27, "seed".to_owned()),
        ("b.ron".to_owned(), 6, 45, "environment.machines[0].failure".to_owned()),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_cannot_be_built_upon_is_told_where_it_is_named() {
    let long: Vec<(String, String)> = (0..12)
        .map(|i| (format!("{i}.ron"), format!("(version: 1, based_on: \"{}.ron\")", i + 1)))
        .collect();
    let long: Vec<(&str, &str)> = long.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let chain = "environment: Chain()";
    let own = |base: &str| format!("(version: 1, {chain}, based_on: {base})");
    let a_on_b = own("\"b.ron\"");
    for (files, words) in [
        (vec![("a.ron", a_on_b.as_str())], "cannot be read"),
        (vec![("a.ron", &*own("\"a.ron\""))], "based on this file in turn"),
        (
            vec![("a.ron", &*a_on_b), ("b.ron", "(version: 1, based_on: \"./a.ron\")")],
            "based on this file in turn",
        ),
        (vec![("a.ron", &*own("\"/b.ron\""))], "from the root of the disk"),
        (vec![("a.ron", &*own("\".\""))], "it is a folder"),
        (vec![("a.ron", &*own("3"))], "a text is expected here"),
        (long, "more than 8 files"),
        (
            vec![("a.ron", &*a_on_b), ("b.ron", "(version: 1")],
            "`)` is missing at the end of the file",
        ),
        (
            vec![
                ("a.ron", "(based_on: \"b.ron\", environment: Line(machines: {\"X\": ()}))"),
                ("b.ron", BASE),
            ],
            "none of the 2 items is named by the text \"X\"",
        ),
    ] {
        let reports = open(&files).unwrap_err();
        let told = reports.plain();
        assert!(told.contains(words), "{words} is not in {told}");
        assert!(reports.entries().iter().any(|entry| entry.line.is_some()), "{told}");
    }
}

/// What is wrong with the first of these files, each file named by its path below the folder.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let reports = open_in(folder.path(), files).unwrap_err();
    let above = format!("{}/", folder.path().display());
    reports.plain().lines().map(|line| line.replace(&above, "")).collect()
}

#[test]
fn a_circle_is_named_file_by_file_where_it_closes() {
    let on = |base: &str| format!("(version: 1,\n  environment: Chain(),\n  based_on: \"{base}\")");
    let (to_b, to_c, to_a) = (on("b.ron"), on("sub/c.ron"), on("../b.ron"));
    let told = told(&[("a.ron", &to_b), ("b.ron", &to_c), ("sub/c.ron", &to_a)]);
    assert_eq!(
        told,
        ["sub/c.ron:3:13: error: `../b.ron` is based on this file in turn, in a circle: b.ron → \
          sub/c.ron → b.ron [based_on] Let one of the files stand alone."]
    );
}

#[test]
fn files_are_laid_over_each_other_in_a_chain_each_beside_the_one_that_names_it() {
    let a = "(based_on: \"sub/b.ron\", seed: 3)";
    let b =
        "(based_on: \"../other/c.ron\", seed: 4, environment: Line(buffers: {1: (capacity: 9)}))";
    let files = [("a.ron", a), ("sub/b.ron", b), ("other/c.ron", BASE)];
    let made = open(&files).unwrap();
    assert_eq!(made.contents.seed, 3);
    let crate::environments::AnySettings::Line(line) = &made.contents.environment else {
        panic!("{:?}", made.contents.environment)
    };
    assert_eq!((line.buffers[0].capacity, line.revenue), (9, 2.0));
    // A mistake in the middle one is told there, one in the last there.
    let b = b.replace("capacity: 9", "capacity: 0");
    let c = BASE.replace("seed: 7", "sed: 7");
    let told = told(&[("a.ron", a), ("sub/b.ron", &b), ("other/c.ron", &c)]);
    let [one, other] = told.as_slice() else { panic!("{told:?}") };
    assert!(
        one.starts_with("sub/b.ron:1:") && one.contains("[environment.buffers[0].capacity]"),
        "{one}"
    );
    assert!(other.contains("other/c.ron:10:5: error: there is no field `sed`"), "{other}");
}

#[test]
fn base_is_another_name_for_the_field() {
    let made = open(&[("a.ron", "(base: \"b.ron\", seed: 3)"), ("b.ron", BASE)]).unwrap();
    assert_eq!((made.contents.seed, made.contents.kind()), (3, "Line"));
    let told = told(&[("a.ron", "(base: \"b.ron\", based_on: \"b.ron\")"), ("b.ron", BASE)]);
    assert!(told[0].contains("the field `based_on` is given twice"), "{told:?}");
}

/// A name that an override takes from another is told where it is taken.
#[test]
fn a_clash_of_names_is_told_at_the_override() {
    let base = "(version: 1, environment: Line(machines: [\n(name: \"Mill\"),\n(name: \"Press\")], \
         buffers: [(capacity: 1)]))";
    for (own, item) in [("\"Mill\": (name: \"Press\")", 0), ("\"Press\": (name: \"Mill\")", 1)] {
        let own = format!("(base: \"b.ron\",\n environment: Line(machines: {{{own}}}))");
        let told = told(&[("a.ron", &own), ("b.ron", base)]);
        let [told] = told.as_slice() else { panic!("{told:?}") };
        assert!(told.starts_with("a.ron:2:"), "{item}: {told}");
        assert!(told.contains("is used twice"), "{told}");
    }
}

/// Another kind has other variables: what the base shows of its own is left out, with a word.
#[test]
fn another_kind_does_not_show_what_its_base_does() {
    let base = "(version: 1, environment: Queue(), show: (x: \"jobs\", speed: 3))";
    let own = "(based_on: \"b.ron\", environment: Chain(goal: 3))";
    let made = open(&[("a.ron", own), ("b.ron", base)]).unwrap();
    assert_eq!((made.contents.show.x.as_deref(), made.contents.show.speed), (None, 3.0));
    let [warning] = &made.warnings.entries()[..] else { panic!("{}", made.warnings) };
    assert!(warning.file.ends_with("a.ron") && warning.path == "show.x", "{warning:?}");
    assert!(warning.message.contains("`jobs` here, which the base file shows"), "{warning:?}");
    // What it shows itself is kept and told.
    let own = "(based_on: \"b.ron\", environment: Chain(goal: 3), show: (x: \"jobs\"))";
    let made = open(&[("a.ron", own), ("b.ron", base)]).unwrap();
    assert_eq!(made.contents.show.x.as_deref(), Some("jobs"));
    assert!(!made.warnings.is_empty());
}

/// A path of any length is told in a line.
#[test]
fn a_long_path_is_not_echoed_in_full() {
    let own = format!("(version: 1, environment: Chain(), base: \"{}\")", "x".repeat(100_000));
    let told = told(&[("a.ron", &own)]);
    assert!(told.len() == 1 && told[0].len() < 1_000, "{}", told[0].len());
}

#[test]
fn what_is_missing_for_want_of_a_base_is_told_once_and_other_mistakes_all_the_same() {
    let told = |text: &str| -> Vec<String> {
        let reports = open(&[("a.ron", text)]).unwrap_err();
        reports.entries().into_iter().map(|entry| entry.path).collect()
    };
    assert_eq!(told("(based_on: \"none.ron\")"), ["based_on"]);
    let changes = "environment: Line(machines: {\"Lathe\": (failure: 0.5)}, buffers: {1: ()})";
    assert_eq!(told(&format!("(based_on: \"none.ron\", {changes})")), ["based_on"]);
    let bare = "(based_on: \"none.ron\", environment: (revenue: 3), seed: -1)";
    assert_eq!(told(bare), ["based_on", "seed"]);
}

/// A name that is nearly one of the base's is told, and so is one that is nearly `based_on`, and not
/// what follows from it.
#[test]
fn a_slip_in_a_name_of_the_base_is_told_alone() {
    for (own, path, told) in [
        (
            "(based_on: \"b.ron\", environment: Line(machines: {\"Lath\": (failure: 0.02)}))",
            "",
            "Lathe",
        ),
        (
            "(basd_on: \"b.ron\", environment: Line(machines: {\"Lathe\": (failure: 0.02)}))",
            "basd_on",
            "based_on",
        ),
        ("(bse: \"b.ron\", seed: 3)", "bse", "based_on"),
    ] {
        let reports = open(&[("a.ron", own), ("b.ron", BASE)]).unwrap_err();
        let [entry] = &reports.entries()[..] else { panic!("{own}\n{reports}") };
        assert_eq!(entry.remedy, format!("Did you mean `{told}`?"), "{entry:?}");
        assert!(path.is_empty() || entry.path == path, "{entry:?}");
    }
}
