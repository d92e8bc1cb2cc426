//! What is wrong with an environment's settings: every fault is found at once, with a remedy.

use std::fmt;

/// The most that a rate, cost or revenue may be, so that no sum of them leaves the finite numbers.
const LARGEST_AMOUNT: f64 = 1e12;

/// The least probability of what must be able to happen: it comes once in 1e12 beats, more than any
/// run has.
const LEAST_CHANCE: f64 = 1e-12;
/// The least probability that is not 0: what is left of 1 is 1 to the last digit, many times over, so
/// that no draw and no sum can tell it from none.
const LEAST_PROBABILITY: f64 = 1e-18;

/// One fault in an environment's settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingError {
    /// Which setting, as a path from the environment's settings: `machines[2].failure`.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for SettingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}; {}", self.path, self.message, self.remedy)
    }
}

const TWICE: (&str, &str) = ("the name `", "` is used twice");

impl SettingError {
    /// The name that two things have, where that is what is wrong.
    pub fn name_used_twice(&self) -> Option<&str> {
        self.message.strip_prefix(TWICE.0)?.strip_suffix(TWICE.1)
    }
}

/// So many things, in words: `1 gap`, `2 gaps`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Collects the faults found while settings are read.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<SettingError>);

impl Faults {
    /// Notes a fault.
    pub fn add(
        &mut self,
        path: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.0.push(SettingError {
            path: path.into(),
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    /// A probability lies within 0 and 1.
    pub fn probability(&mut self, path: impl Into<String>, p: f64) {
        if !(0.0..=1.0).contains(&p) {
            self.add(path, format!("{p} is no probability"), "give a number from 0 to 1");
        } else if p > 0.0 && p < LEAST_PROBABILITY {
            let remedy = format!("give 0, or a number from {LEAST_PROBABILITY:e} to 1");
            self.add(path, format!("{p:e} cannot be told from 0"), remedy);
        }
    }

    /// A probability lies above 0 and up to 1: what it speaks of must be able to happen.
    pub fn chance(&mut self, path: impl Into<String>, p: f64, what: &str) {
        if !(p > 0.0 && p <= 1.0) {
            self.add(
                path,
                format!("with probability {p} {what}"),
                "give a number above 0 and up to 1",
            );
        } else if p < LEAST_CHANCE {
            let remedy = format!("give a number from {LEAST_CHANCE:e} to 1");
            self.add(path, format!("with probability {p:e} in each beat {what}"), remedy);
        }
    }

    /// An amount of money is finite and of a sane size; it may be negative.
    pub fn amount(&mut self, path: impl Into<String>, amount: f64) {
        if amount.is_nan() || amount.abs() > LARGEST_AMOUNT {
            self.add(
                path,
                format!("{amount} is no usable amount"),
                "give a finite number of at most 1e12 in size",
            );
        }
    }

    /// A cost is an amount that is not negative.
    pub fn cost(&mut self, path: impl Into<String>, cost: f64) {
        if cost < 0.0 {
            self.add(
                path,
                format!("the cost {cost} is negative"),
                "give costs as positive numbers: they are taken off the reward",
            );
        } else {
            self.amount(path, cost);
        }
    }

    /// A count lies between two bounds, inclusive.
    pub fn count(&mut self, path: impl Into<String>, count: u64, least: u64, most: u64) {
        if !(least..=most).contains(&count) {
            self.add(
                path,
                format!("{count} is out of range"),
                format!("give a whole number from {least} to {most}"),
            );
        }
    }

    /// Every name serves as a label and none occurs twice. Names come with the path of the setting
    /// that they follow from.
    pub fn names(&mut self, names: Vec<(String, String)>) {
        let mut seen = std::collections::HashSet::new();
        for (path, name) in names {
            if name.chars().count() > 64 || name.chars().any(char::is_control) {
                self.add(
                    path,
                    "the name is too long or holds control characters",
                    "give a name of at most 64 printed characters",
                );
            } else if !seen.insert(name.clone()) {
                self.add(
                    path,
                    format!("{}{name}{}", TWICE.0, TWICE.1),
                    "give every machine, buffer and variable a name of its own",
                );
            }
        }
    }

    /// The faults, in the order in which they were found; none is success.
    pub fn finish(self) -> Result<(), Vec<SettingError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_practically_never_happens_is_refused_where_it_must() {
        let refused = |p: f64| {
            let mut faults = Faults::default();
            faults.chance("a", p, "it never ends");
            faults.probability("b", p);
            let found = faults.finish().err().unwrap_or_default();
            assert!(found.iter().all(|fault| fault.remedy.contains("to 1") || p == 0.0));
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        for (p, expected) in [
            (0.0, vec!["a"]),
            (1e-320, vec!["a", "b"]),
            (9e-19, vec!["a", "b"]),
            (1e-17, vec!["a"]),
            (1e-12, vec![]),
            (1.0, vec![]),
            (1.5, vec!["a", "b"]),
        ] {
            assert_eq!(refused(p), expected, "{p:e}");
        }
    }
}
