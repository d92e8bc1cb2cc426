//! Files to begin with, of every kind.

use crate::environments::AnyEnvironment;
use crate::scenario::documentation::documented;
use crate::scenario::schema::distribution::DISTRIBUTIONS;
use crate::scenario::starting::starting_file;
use crate::scenario::{Reports, Scenario};

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

/// A field behind `//`, from its first line to its last.
struct Off {
    name: String,
    from: usize,
    to: usize,
}

/// The fields that stand behind `//` in some lines: not those within others.
fn left_out(lines: &[String], from: usize, to: usize) -> Vec<Off> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        let line = &lines[at];
        let indent = &line[..line.len() - line.trim_start().len()];
        let code = line.trim_start().strip_prefix("// ").unwrap_or_default();
        let name = code.split(':').next().unwrap_or_default().to_owned();
        let named = !name.is_empty()
            && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
            && code[name.len()..].starts_with(": ");
        let end = match code.chars().last() {
            Some(',') if named => Some(at + 1),
            Some(open @ ('(' | '[')) if named => {
                let close = format!("{indent}// {}", if open == '(' { ")" } else { "]" });
                let last = (at + 1..to).find(|at| lines[*at].starts_with(&close));
                last.map(|last| last + 1)
            }
            _ => None,
        };
        if let Some(end) = end {
            found.push(Off { name, from: at, to: end });
        }
        at = end.unwrap_or(at + 1);
    }
    found
}

/// The lines with one of these fields taken in.
fn taken_in(lines: &[String], off: &Off) -> Vec<String> {
    let bare = |(at, line): (usize, &String)| match (off.from..off.to).contains(&at) {
        true => line.replacen("// ", "", 1).trim_end().to_owned(),
        false => line.clone(),
    };
    lines.iter().enumerate().map(bare).collect()
}

/// The lines without the field of this name that counts beside the one that begins in this line.
fn without(lines: &[String], name: &str, beside: usize) -> Vec<String> {
    let indent = lines[beside].len() - lines[beside].trim_start().len();
    let lead = " ".repeat(indent);
    let field = format!("{lead}{name}: ");
    let outer = |line: &String| line.len() - line.trim_start().len() < indent;
    let first = (0..beside).rev().find(|at| outer(&lines[*at])).unwrap_or(0);
    let last = (beside..lines.len()).find(|at| outer(&lines[*at])).unwrap();
    let from = (first..last).find(|at| *at != beside && lines[*at].starts_with(&field));
    let from = from.unwrap_or_else(|| panic!("{name} does not count beside\n{}", lines[beside]));
    let to = match lines[from].ends_with(['(', '[']) {
        true => {
            (from + 1..last)
                .find(|at| {
                    lines[*at].starts_with(&format!("{lead}{}", ')'))
                        || lines[*at].starts_with(&format!("{lead}]"))
                })
                .unwrap()
                + 1
        }
        false => from + 1,
    };
    // Other lines stay where they are.
    let all = lines.iter().enumerate();
    all.map(|(at, line)| if (from..to).contains(&at) { format!("{lead}//") } else { line.clone() })
        .collect()
}

/// Which fields cannot be taken in by themselves, and why.
const NOT_ALONE: [(&str, &str, &str); 7] = [
    ("", "based_on", "names another file, of one's own"),
    ("Table", "file", "names another file, of one's own"),
    ("Table", "estimates", "names a figure, and a table has none by a name"),
    ("Table", "count", "stands within one of these"),
    ("Line", "rework", "parts go back to a buffer before the machine, and the first has none"),
    ("ExponentialLine", "mtbf", "who fails is repaired: `mttr` is taken in with it"),
    ("Assembly", "mtbf", "who fails is repaired: `mttr` is taken in with it"),
];

/// Every field behind `//` holds as it stands there: taken in by itself the file is read, and says
/// nothing; where it is in place of another, without that one.
#[test]
fn each_field_that_is_left_out_can_be_taken_in() {
    let (mut told, mut apart) = (Vec::new(), Vec::new());
    for kind in AnyEnvironment::KINDS {
        let lines: Vec<String> = started(kind).lines().map(str::to_owned).collect();
        let mut taken = 0;
        let mut waiting = vec![(lines.clone(), 0, lines.len())];
        while let Some((lines, from, to)) = waiting.pop() {
            for off in left_out(&lines, from, to) {
                taken += 1;
                let mut changed = taken_in(&lines, &off);
                let mut text = changed.join("\n");
                let mut read = Scenario::parse("new.ron", &text);
                let message = |read: &Result<Scenario, Reports>| {
                    let entries = read.as_ref().err().map(Reports::entries);
                    entries.and_then(|all| Some(all.first()?.message.clone())).unwrap_or_default()
                };
                let first = message(&read);
                let rival = match first.split('`').collect::<Vec<_>>().as_slice() {
                    [_, one, rest, other, ..] if rest.contains("is given beside") => {
                        Some(if *one == off.name { *other } else { *one })
                    }
                    [_, one, rest] if rest.contains("is given twice") => Some(*one),
                    _ => None,
                };
                if let Some(rival) = rival {
                    let says = lines[..off.from]
                        .iter()
                        .rev()
                        .map(|line| line.trim_start_matches([' ', '/']));
                    let marked = if rival == off.name {
                        says.clone().any(|line| line == "In place of it:")
                    } else {
                        says.clone().next() == Some(&format!("In place of `{rival}`:"))
                    };
                    assert!(marked, "{kind}: {} is not said to be in place of {rival}", off.name);
                    changed = without(&changed, rival, off.from);
                    text = changed.join("\n");
                    read = Scenario::parse("new.ron", &text);
                }
                waiting.push((changed, off.from + 1, off.to));
                let known = NOT_ALONE
                    .iter()
                    .find(|(of, name, _)| *name == off.name && (of.is_empty() || of == kind));
                match (&read, known) {
                    (Ok(scenario), _) => assert!(
                        scenario.warnings.is_empty(),
                        "{kind}: {}: {}",
                        off.name,
                        scenario.warnings
                    ),
                    (Err(_), Some((of, name, _))) => apart.push((*of, *name)),
                    (Err(_), None) => {
                        told.push(format!(
                            "{kind}: {}: {}",
                            lines[off.from].trim(),
                            message(&read)
                        ));
                    }
                }
            }
        }
        assert!(taken >= 10, "{kind}: {taken}");
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    // Nor is anything excused that needs no excuse.
    for (of, name, why) in NOT_ALONE {
        assert!(apart.contains(&(of, name)), "{of} {name}: {why}");
    }
}

/// Who fails is repaired: both lines together are read.
#[test]
fn times_to_failure_and_to_repair_are_taken_in_together() {
    for (kind, within) in [("ExponentialLine", None), ("Assembly", Some("station"))] {
        let mut lines: Vec<String> = started(kind).lines().map(str::to_owned).collect();
        if let Some(within) = within {
            let all = left_out(&lines, 0, lines.len());
            lines = taken_in(&lines, all.iter().find(|off| off.name == within).unwrap());
        }
        for name in ["mtbf", "mttr"] {
            let field = format!("// {name}: ");
            let at = lines.iter().rposition(|line| line.trim_start().starts_with(&field)).unwrap();
            lines = taken_in(&lines, &Off { name: name.to_owned(), from: at, to: at + 1 });
        }
        let text = lines.join("\n");
        Scenario::parse("new.ron", &text).unwrap_or_else(|reports| panic!("{text}\n{reports}"));
    }
}
