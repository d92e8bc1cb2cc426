//! The scenarios that come with the program.

use std::path::Path;
use std::sync::Arc;

use crate::environments::{AnyEnvironment, Visitor};
use crate::mdp::{Criterion, Enumerable, EnumerationOptions, Progress, enumerate};
use crate::planners::{Method, solve};
use crate::scenario::{Scenario, library};

#[test]
fn every_shipped_scenario_opens_without_a_word() {
    let listed = library::list(None);
    assert!(listed.len() >= 80, "{}", listed.len());
    for listed in listed {
        let scenario = match listed.open() {
            Ok(scenario) => scenario,
            Err(reports) => panic!("{}:\n{reports}", listed.path),
        };
        assert!(scenario.warnings.is_empty(), "{}", scenario.warnings);
        for language in ["en", "zh"] {
            assert!(!scenario.contents.title.in_language(language).is_empty());
            assert!(scenario.contents.text.in_language(language).len() > 50, "{}", listed.path);
        }
    }
}

/// What neither the window nor the console shows as it is meant: the marks of Markdown, spaces between
/// Chinese characters, two spaces at the joint of lines.
#[test]
fn titles_and_texts_are_plain() {
    let is_han = |c: char| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let mut faults = Vec::new();
    for listed in library::list(None) {
        let contents = listed.open().unwrap().contents;
        for text in [&contents.title, &contents.text] {
            for language in ["en", "zh"] {
                let text = text.in_language(language);
                let mut add =
                    |what: &str| faults.push(format!("{}, {language}: {what}", listed.path));
                if text.contains('*') || text.contains("](") {
                    add("marks of Markdown");
                }
                if text.contains("  ") || text.contains('\n') || text.trim() != text {
                    add("white space");
                }
                let letters: Vec<char> = text.chars().collect();
                let apart =
                    |three: &[char]| is_han(three[0]) && three[1] == ' ' && is_han(three[2]);
                if letters.windows(3).any(apart) {
                    add("a space between two Chinese characters");
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_kind_has_three_scenarios() {
    let kinds: Vec<&str> =
        library::list(None).iter().map(|one| one.open().unwrap().environment.kind()).collect();
    for kind in AnyEnvironment::KINDS {
        let count = kinds.iter().filter(|known| *known == kind).count();
        assert!(count >= 3, "{kind} has {count}");
    }
}

#[test]
fn the_list_of_built_in_scenarios_is_that_of_the_folder() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let (built_in, all) = (library::list(None), library::list(Some(&folder)));
    let paths = |list: &[library::Listed]| -> Vec<String> {
        list.iter().map(|listed| listed.path.clone()).collect()
    };
    assert_eq!(paths(&built_in), paths(&all));
    for (built_in, listed) in built_in.iter().zip(&all) {
        assert_eq!(built_in.title, listed.title);
        assert_eq!(built_in.family, listed.family);
        assert!(built_in.open().unwrap() == listed.open().unwrap());
    }
    assert!(built_in.iter().any(|listed| listed.path == library::DEFAULT));
}

#[test]
fn writing_and_reading_gives_the_same_scenario() {
    for listed in library::list(None) {
        let scenario = listed.open().unwrap();
        let text = scenario.to_ron();
        let again = Scenario::parse("again.ron", &text).unwrap_or_else(|e| panic!("{text}\n{e}"));
        assert_eq!(again.contents, scenario.contents, "{text}");
        assert_eq!(again.conversions, scenario.conversions, "{text}");
        assert_eq!(again.to_ron(), text);
    }
}

/// The text tells to try it.
#[test]
fn the_logbook_opens_without_a_memory_too() {
    let with = library::open("digitalisation/logbook.ron").unwrap().to_ron();
    let without = with.replace("memory: 12", "memory: 0");
    assert_ne!(with, without);
    let scenario = super::scenario(&without);
    assert!(scenario.warnings.is_empty(), "{}", scenario.warnings);
}

#[test]
fn large_line3_differs_from_the_small_one_in_its_buffers_alone() {
    let (small, large) = (library::open("lines/line3.ron"), library::open("lines/line3_large.ron"));
    let (small, large) = (small.unwrap(), large.unwrap());
    let text = small.to_ron().replace("capacity: 10,", "capacity: 100,");
    let made = super::scenario(&text);
    assert_eq!(made.contents.environment, large.contents.environment);
    assert_eq!(large.contents.criterion, Criterion::Discounted(0.99));
    assert_eq!(small.environment.state_space().count(), Ok(968));
    assert_eq!(large.environment.state_space().count(), Ok(81_608));
}

/// Solves a scenario's model to a precision.
struct Solve(Criterion);

impl Visitor for Solve {
    type Output = (f64, f64);

    fn visit<E: Enumerable>(self, environment: &Arc<E>) -> (f64, f64) {
        let (options, progress) = (EnumerationOptions::default(), Progress::default());
        let model = enumerate(&**environment, options, &progress).unwrap().model;
        let method = Some(Method::ModifiedPolicyIteration);
        let solved = solve(&model, self.0, method, 1e-8, u64::MAX, None, &progress).unwrap();
        let bounds = solved.bounds.unwrap();
        (bounds.lower, bounds.upper.unwrap())
    }
}

#[test]
fn scenarios_after_published_examples_have_the_published_optimum() {
    for (path, expected) in [
        // Closed form of Gershwin (1994), ch. 3, and of Li & Meerkov (2009), ch. 4.
        ("lines/gershwin_two_machine.ron", 0.856_174_930_7),
        ("lines/bernoulli_two_machine.ron", 0.882_352_941_2),
        // Four solvers, see tests/published/mdp_line3.json.
        ("lines/line3.ron", 458.808_272_639_102),
        // Closed form −(1 − γ⁹)/(1 − γ) + γ⁹, see tests/published/background_chain.json.
        ("basics/chain.ron", -7.734_758_004_15),
        // Exact rationals, see tests/published/replacement_10.json and forest_S3.json, S10.
        ("basics/replacement.ron", 343_565_577.0 / 201_251.0),
        ("basics/forest.ron", 26.244),
        // See tests/published/base_stock_lost_sales.json; closed form of the backlogged queue.
        ("intelligence/unreliable_producer.ron", -1.914_847_161_572_05),
        ("intelligence/make_to_stock.ron", -10.294_967_296),
        ("basics/forest_ten_ages.ron", 6.003_785_411_879_96),
    ] {
        let scenario = library::open(path).unwrap();
        let (lower, upper) = scenario.environment.visit(Solve(scenario.contents.criterion));
        let near = lower - 1e-8 <= expected && expected <= upper + 1e-8;
        assert!(near && upper - lower <= 1e-8, "{path}: {lower} to {upper}, not {expected}");
    }
}

#[test]
fn a_file_of_the_list_is_known_by_the_name_under_which_it_is_listed() {
    for listed in library::list(library::folder().as_deref()) {
        assert_eq!(library::name_of(&listed.file.unwrap()), Some(listed.path));
    }
    assert_eq!(library::name_of(Path::new("Cargo.toml")), None);
    assert_eq!(library::name_of(Path::new("nowhere.ron")), None);
}
