//! How often a learner tries something else: ε-greedy exploration that stays or fades.

use serde::{Deserialize, Serialize};

use crate::environments::SettingError;

/// The probability ε of a uniformly drawn allowed action in place of the best one.
///
/// The draw is among *all* allowed actions, the best included (Sutton & Barto 2018, sec. 2.2), so
/// that the best of k is taken with probability 1 − ε + ε/k.
///
/// By default exploration fades with the visits of a state. A constant one is too little at first:
/// on a line whose machines take a beat to start, an ε of 0.1 rarely keeps all running long enough
/// to earn, and Q-learning settled on holding all back in most seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Exploration {
    /// The same ε in every decision.
    Constant {
        /// ε, from 0 to 1. 0.1 by default.
        #[serde(default = "default_epsilon")]
        epsilon: f64,
    },
    /// ε runs in a straight line from one value to another and then stays.
    Time {
        /// ε at the first decision. 1 by default.
        #[serde(default = "one")]
        from: f64,
        /// ε from decision number `decisions` on. 0.05 by default.
        #[serde(default = "default_floor")]
        to: f64,
        /// How many decisions of this agent, over all episodes, the line takes. 100,000 by
        /// default.
        #[serde(default = "default_decisions")]
        decisions: u64,
    },
    /// ε = max(floor, from · half / (half + n)), n the updates of the state at hand. With a floor
    /// of 0 every action is still tried for ever and the policy becomes greedy in the limit
    /// (Singh, Jaakkola, Littman & Szepesvári 2000).
    Visits {
        /// ε in a state never met. 1 by default.
        #[serde(default = "one")]
        from: f64,
        /// After how many updates of a state ε is half as large, above 0. 300 by default.
        #[serde(default = "default_half")]
        half: f64,
        /// ε never falls below this. 0.05 by default.
        #[serde(default = "default_floor")]
        floor: f64,
    },
}

fn default_epsilon() -> f64 {
    0.1
}

fn default_floor() -> f64 {
    0.05
}

fn default_decisions() -> u64 {
    100_000
}

fn default_half() -> f64 {
    300.0
}

fn one() -> f64 {
    1.0
}

impl Default for Exploration {
    fn default() -> Self {
        Self::Visits { from: one(), half: default_half(), floor: default_floor() }
    }
}

impl Exploration {
    /// ε for decision number `decision` (from 0) in a state whose pairs have these visits.
    #[inline(always)]
    pub fn epsilon(&self, decision: u64, visits: &[u32]) -> f64 {
        match *self {
            Self::Constant { epsilon } => epsilon,
            Self::Time { from, to, decisions } => {
                if decision >= decisions {
                    to
                } else {
                    from + (to - from) * (decision as f64 / decisions as f64)
                }
            }
            Self::Visits { from, half, floor } => {
                let met: u64 = visits.iter().map(|visits| u64::from(*visits)).sum();
                (from * half / (half + met as f64)).max(floor)
            }
        }
    }

    /// ε is never below this.
    pub fn least(&self) -> f64 {
        match *self {
            Self::Constant { epsilon } => epsilon,
            Self::Time { from, to, .. } => from.min(to),
            Self::Visits { floor, .. } => floor,
        }
    }

    /// Adds what is wrong with the numbers, their fields named below `path`.
    pub(super) fn fault(self, path: &str, faults: &mut Vec<SettingError>) {
        let mut probability = |field: &str, value: f64| {
            if !(0.0..=1.0).contains(&value) {
                faults.push(SettingError {
                    path: format!("{path}.{field}"),
                    message: format!("{value} is no probability"),
                    remedy: "give a number from 0 to 1".to_owned(),
                });
            }
        };
        match self {
            Self::Constant { epsilon } => probability("epsilon", epsilon),
            Self::Time { from, to, .. } => {
                probability("from", from);
                probability("to", to);
            }
            Self::Visits { from, half, floor } => {
                probability("from", from);
                probability("floor", floor);
                if !(half > 0.0 && half.is_finite()) {
                    faults.push(SettingError {
                        path: format!("{path}.half"),
                        message: format!("exploration cannot halve after {half} updates"),
                        remedy: "give a number above 0, such as 300".to_owned(),
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fades_as_its_formula_says() {
        let time = Exploration::Time { from: 1.0, to: 0.2, decisions: 80 };
        let at = |decision| time.epsilon(decision, &[]);
        assert_eq!((at(0), at(40), at(80), at(u64::MAX)), (1.0, 0.6, 0.2, 0.2));
        let visits = Exploration::Visits { from: 0.8, half: 10.0, floor: 0.1 };
        assert_eq!(visits.epsilon(7, &[0, 0]), 0.8);
        assert_eq!(visits.epsilon(7, &[4, 6]), 0.4);
        assert_eq!(visits.epsilon(7, &[u32::MAX, u32::MAX]), 0.1);
        assert_eq!(Exploration::default().epsilon(3, &[299, 1]), 0.5);
    }

    #[test]
    fn a_line_of_no_decisions_is_over_at_once() {
        let time = Exploration::Time { from: 1.0, to: 0.0, decisions: 0 };
        assert_eq!(time.epsilon(0, &[]), 0.0);
    }

    #[test]
    fn unusable_numbers_are_all_named() {
        let mut faults = Vec::new();
        Exploration::Constant { epsilon: 1.1 }.fault("e", &mut faults);
        Exploration::Time { from: f64::NAN, to: -0.1, decisions: 0 }.fault("e", &mut faults);
        Exploration::Visits { from: 2.0, half: 0.0, floor: 0.0 }.fault("e", &mut faults);
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["e.epsilon", "e.from", "e.to", "e.from", "e.half"]);
    }
}
