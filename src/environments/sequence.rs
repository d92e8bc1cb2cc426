//! Set-ups whose time and cost depend on what was made before: from each of several to each.

use serde::{Deserialize, Serialize};

use super::setting::Faults;
use crate::mdp::Level;

/// The most set-ups that may be given: one for each pair of six.
const MOST: usize = 30;
/// The longest set-up, beats.
pub(super) const MOST_TIME: u64 = 1_000;

/// The set-up from one to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceSettings {
    /// What the machine was set up for.
    pub from: String,
    /// What it is set up for then.
    pub to: String,
    /// Beats that it takes; 0 by default: work begins at once.
    #[serde(default)]
    pub time: u32,
    /// What it costs; 0 by default.
    #[serde(default)]
    pub cost: f64,
}

/// A set-up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change {
    /// Beats that it takes.
    pub time: Level,
    /// What it costs, in currency.
    pub cost: f64,
}

/// What may be set up for: its name, and the time and cost of a set-up for it where the sequence says
/// nothing.
pub(super) type Target<'a> = (&'a str, u32, f64);

/// The set-up from each to each, row by row: what `sequence` says, else that of the second; none from
/// one to itself.
pub(super) fn changes(targets: &[Target<'_>], sequence: &[SequenceSettings]) -> Vec<Change> {
    let change = |from: &str, (to, time, cost): Target<'_>| {
        let own = sequence.iter().find(|own| own.from == from && own.to == to);
        match own {
            _ if from == to => Change { time: 0, cost: 0.0 },
            Some(own) => Change { time: own.time as Level, cost: own.cost },
            None => Change { time: time as Level, cost },
        }
    };
    targets.iter().flat_map(|from| targets.iter().map(move |to| change(from.0, *to))).collect()
}

/// Finds all that is wrong with a sequence; `noun` is what its ends are called.
pub(super) fn check(
    names: &[&str],
    noun: &str,
    sequence: &[SequenceSettings],
    faults: &mut Faults,
) {
    if sequence.len() > MOST {
        faults.add(
            "sequence",
            format!("there are {} set-ups", sequence.len()),
            format!("give at most {MOST}: one for each pair"),
        );
    }
    let mut seen = Vec::new();
    for (number, setup) in sequence.iter().enumerate().take(MOST) {
        let path = format!("sequence[{number}]");
        for (end, name) in [("from", &setup.from), ("to", &setup.to)] {
            if !names.contains(&name.as_str()) {
                let known: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                faults.add(
                    format!("{path}.{end}"),
                    format!("there is no {noun} `{name}`"),
                    format!("choose one of {}", known.join(", ")),
                );
            }
        }
        if setup.from == setup.to {
            faults.add(
                format!("{path}.to"),
                format!("from `{}` to itself nothing is set up", setup.to),
                "name two different ones",
            );
        } else if seen.contains(&(&setup.from, &setup.to)) {
            faults.add(
                path.clone(),
                format!("the set-up from `{}` to `{}` is given twice", setup.from, setup.to),
                "delete one of the two",
            );
        }
        seen.push((&setup.from, &setup.to));
        faults.count(format!("{path}.time"), setup.time.into(), 0, MOST_TIME);
        faults.cost(format!("{path}.cost"), setup.cost);
    }
}
