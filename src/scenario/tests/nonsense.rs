//! Files that nobody would write: none of them stops the program, or keeps it busy for long.

use proptest::prelude::*;

use crate::scenario::{Scenario, library};

/// What a mutation puts in.
const BITS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "-",
    "0",
    "1e308",
    "NaN",
    "inf",
    "None",
    "Some(",
    "Line",
    "\"8 h\"",
    "\"€\"",
    "machines",
    "name",
    "18446744073709551615",
    "-9223372036854775808",
    "1e-308",
    "\"\"",
    "\\",
    "Kanban",
    "()",
    "[]",
    "{}",
    "true",
    "\"5 %\"",
    "机",
    "based_on: \"x\",",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn mutated_scenarios_are_survived_and_told_in_place(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..12_usize, prop::sample::select(BITS)),
            1..4,
        ),
    ) {
        let listed = library::list(None);
        let mut letters: Vec<char> =
            which.get(&listed).open().unwrap().to_ron().chars().collect();
        for (at, deleted, put_in) in changes {
            let at = at.index(letters.len() + 1);
            let end = (at + deleted).min(letters.len());
            letters.splice(at..end, put_in.chars());
        }
        let text: String = letters.into_iter().collect();
        match Scenario::parse("x.ron", &text) {
            Ok(scenario) => {
                let again = Scenario::parse("y.ron", &scenario.to_ron()).map_err(|e| e.plain());
                prop_assert_eq!(again.map(|again| again.contents), Ok(scenario.contents));
            }
            Err(reports) => {
                prop_assert!(reports.has_errors());
                let lines = text.split('\n').count();
                for entry in reports.entries() {
                    prop_assert!(entry.line.is_none_or(|line| line <= lines));
                    prop_assert!(!entry.message.is_empty());
                }
                reports.drawn(false);
            }
        }
    }
}

#[test]
fn very_many_mistakes_are_told_in_part() {
    let many = |part: &str| part.repeat(100_000);
    for environment in [
        format!("Line(machines: [{}])", many("(failure:2.),")),
        format!("Line(machines: [({})])", many("failrue:.1,")),
        format!("Line(machines: [({})])", many("failure:.1,")),
        format!("Line(machines: [(name: \"x\", power: ({}))])", many("a:1,")),
        format!("Replacement(failure: [{}])", many("2,")),
    ] {
        let text = format!("(version: 1, environment: {environment})");
        let reports = Scenario::parse("x.ron", &text).unwrap_err();
        assert!(reports.entries().len() <= 100);
        assert!(reports.plain().contains("further findings"), "{}", reports.plain());
    }
}
