//! How a learner tries something else than what looks best: ε-greedily, by a Boltzmann distribution
//! over its values, or by upper confidence bounds.
//!
//! All three are rules of bandits that serve any learner with action values (Sutton & Barto 2018,
//! sec. 2.2 to 2.7). ε-greedy exploration is blind: it tries what is known to be bad as often as what
//! is nearly best. A Boltzmann distribution tries more what is worth more; an upper bound tries what
//! is not known well, and no other chance than that of ties is left in it.

use std::f64::consts::LN_2;

use serde::{Deserialize, Serialize};

use super::softmax;
use super::upper_confidence::{bound, spread};
use crate::environments::SettingError;
use crate::mdp::{Dice, Situation};

/// How actions are chosen that are not the best by what is known.
///
/// By default ε-greedily, with an ε that fades with the visits of a state. A constant one is too
/// little at first: on a line whose machines take a beat to start, an ε of 0.1 rarely keeps all
/// running long enough to earn, and Q-learning settled on holding all back in most seeds.
///
/// `Constant`, `Time` and `Visits` say the probability ε of a uniformly drawn allowed action in place
/// of the best one. The draw is among *all* allowed actions, the best included (Sutton & Barto 2018,
/// sec. 2.2), so that the best of k is taken with probability 1 − ε + ε/k.
///
/// The other two must suit the size of the values. Q-learning on the default line after 10⁶ beats of
/// five seeds: with a temperature of 1 it lay 7 to 13 % below the optimum, with 0.1 48 to 194 %; with
/// a bound of width 2 10 to 17 %, with 0.5 18 to 119 %.
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
    /// An action is drawn with the probability exp(Q(s, a)/τ) / Σ_b exp(Q(s, b)/τ), the sum over the
    /// allowed actions: a Boltzmann or softmax distribution (Sutton & Barto 2018, exercise 2.9 and
    /// sec. 13.1, with h = Q/τ).
    ///
    /// Actions whose values lie a temperature τ apart differ in probability by a factor of e, so
    /// that τ must suit the values: far above their differences all actions are alike, far below
    /// them the policy is greedy. As long as τ stays above 0 all are tried for ever. A policy that
    /// is evaluated under a constant τ, as by SARSA, may have several fixed points (Asadi & Littman
    /// 2017).
    Boltzmann {
        /// τ at first, from 0, in the unit of the values, which is currency; 0 is greedy. 1 by
        /// default.
        #[serde(default = "one")]
        temperature: f64,
        /// Whether and how τ falls. Never by default.
        #[serde(default)]
        cooling: Cooling,
    },
    /// The action of highest upper confidence bound Q(s, a) + c·√(ln t / N(s, a)), N(s, a) the updates
    /// of the pair and t one more than those of the state; those never updated first (Auer,
    /// Cesa-Bianchi & Fischer 2002; Sutton & Barto 2018, eq. 2.10). Exact ties fall by a fair draw.
    ///
    /// For a bandit whose rewards have variance 1 or less the bounds are ones of confidence. In a
    /// state that leads to others they are not, as its values move while those behind it are
    /// learned (sec. 2.7); that all is tried for ever holds there too. It needs the visits of each
    /// pair, and so a table.
    Ucb {
        /// c, from 0, in the unit of the values, which is currency. 2 by default; with 0 it is
        /// greedy once all was tried. √2 times the spread of what an action leads to is that of the
        /// theory.
        #[serde(default = "default_width")]
        width: f64,
    },
}

/// How a temperature falls.
///
/// All actions are tried for ever and the policy becomes greedy in the limit if 1/τ grows as ln n / C,
/// n the visits of the state and C no less than the greatest difference between its values (Singh,
/// Jaakkola, Littman & Szepesvári 2000, sec. 3.1 and app. B): faster, and what is worse by C is tried
/// finitely often. `Visits` with a floor of 0 does so where `temperature` ≥ C / ln 2; `Time` down to 0
/// does not.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Cooling {
    /// The temperature stays.
    #[default]
    Never,
    /// It runs in a straight line to another value and then stays.
    Time {
        /// τ from decision number `decisions` on, from 0, in currency. 0.05 by default.
        #[serde(default = "default_floor")]
        to: f64,
        /// How many decisions of this agent, over all episodes, the line takes. 100,000 by
        /// default.
        #[serde(default = "default_decisions")]
        decisions: u64,
    },
    /// τ = max(floor, temperature / (1 + log₂(1 + n/half))), n the updates of the state at hand.
    Visits {
        /// After how many updates of a state τ is half as large, above 0. 300 by default.
        #[serde(default = "default_half")]
        half: f64,
        /// τ never falls below this, from 0, in currency. 0 by default.
        #[serde(default)]
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

fn default_width() -> f64 {
    2.0
}

fn one() -> f64 {
    1.0
}

/// How often a state whose pairs have these visits was met.
#[inline(always)]
fn met(visits: &[u32]) -> u64 {
    visits.iter().map(|visits| u64::from(*visits)).sum()
}

/// A straight line from one value to another, which it keeps from decision number `decisions` on.
#[inline(always)]
fn line(from: f64, to: f64, decision: u64, decisions: u64) -> f64 {
    if decision >= decisions {
        to
    } else {
        from + (to - from) * (decision as f64 / decisions as f64)
    }
}

impl Cooling {
    /// τ for decision number `decision` in a state whose pairs have these visits.
    fn temperature(self, first: f64, decision: u64, visits: &[u32]) -> f64 {
        match self {
            Self::Never => first,
            Self::Time { to, decisions } => line(first, to, decision, decisions),
            Self::Visits { half, floor } => {
                (first / (1.0 + (met(visits) as f64 / half).ln_1p() / LN_2)).max(floor)
            }
        }
    }
}

impl Default for Exploration {
    fn default() -> Self {
        Self::Visits { from: one(), half: default_half(), floor: default_floor() }
    }
}

impl Exploration {
    /// ε falls from 1 to 0.05 over 100,000 decisions, in all states alike.
    ///
    /// Where a policy is judged as it is followed, or values of different states share weights, ε by
    /// visits misleads: a state that is met rarely keeps its high ε, so that all that leads through
    /// it looks bad, and is met more rarely still.
    pub fn by_time() -> Self {
        Self::Time { from: one(), to: default_floor(), decisions: default_decisions() }
    }

    /// ε for decision number `decision` (from 0) in a state whose pairs have these visits; `None`
    /// where the rule is not ε-greedy.
    #[inline(always)]
    pub fn epsilon(&self, decision: u64, visits: &[u32]) -> Option<f64> {
        self.epsilon_by(decision, || visits)
    }

    /// The same, where visits are looked up only if the rule asks for them.
    #[inline(always)]
    pub fn epsilon_by<'a>(&self, decision: u64, visits: impl FnOnce() -> &'a [u32]) -> Option<f64> {
        match *self {
            Self::Constant { epsilon } => Some(epsilon),
            Self::Time { from, to, decisions } => Some(line(from, to, decision, decisions)),
            Self::Visits { from, half, floor } => {
                Some((from * half / (half + met(visits()) as f64)).max(floor))
            }
            Self::Boltzmann { .. } | Self::Ucb { .. } => None,
        }
    }

    /// By what a rule that is not ε-greedy compares the actions of a state with these values and
    /// visits. Where not every pair has its visits, they are those of the state, and a bound is the
    /// value itself.
    #[inline]
    pub(super) fn compare<'a>(
        &self,
        decision: u64,
        values: &'a [f64],
        visits: &'a [u32],
    ) -> Compared<'a> {
        let (spread, sharpness) = match *self {
            Self::Boltzmann { temperature, cooling } => {
                (None, 1.0 / cooling.temperature(temperature, decision, visits))
            }
            Self::Ucb { width } if visits.len() == values.len() => {
                (Some(spread(width, met(visits))), f64::INFINITY)
            }
            _ => (None, f64::INFINITY),
        };
        Compared { values, visits, spread, sharpness }
    }

    /// ε is never below this; 0 where there is none, as no probability can be named below which a
    /// Boltzmann distribution does not fall whatever the values, and bounds leave nothing to chance.
    pub fn least(&self) -> f64 {
        match *self {
            Self::Constant { epsilon } => epsilon,
            Self::Time { from, to, .. } => from.min(to),
            Self::Visits { floor, .. } => floor,
            Self::Boltzmann { .. } | Self::Ucb { .. } => 0.0,
        }
    }

    /// Adds what is wrong with the numbers, their fields named below `path`.
    pub(super) fn fault(self, path: &str, faults: &mut Vec<SettingError>) {
        let mut expect = |holds: bool, field: &str, message: String, remedy: &str| {
            if !holds {
                faults.push(SettingError {
                    path: format!("{path}.{field}"),
                    message,
                    remedy: remedy.to_owned(),
                });
            }
        };
        let mut probability = |field: &str, value: f64| {
            let message = format!("{value} is no probability");
            expect((0.0..=1.0).contains(&value), field, message, "give a number from 0 to 1");
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
                let message = format!("exploration cannot halve after {half} updates");
                expect(is_positive(half), "half", message, "give a number above 0, such as 300");
            }
            Self::Boltzmann { temperature, cooling } => {
                let mut degrees = |field: &str, value: f64| {
                    let message = format!("{value} is no temperature");
                    expect(is_size(value), field, message, "give a number of 0 or more, such as 1");
                };
                degrees("temperature", temperature);
                match cooling {
                    Cooling::Never => {}
                    Cooling::Time { to, .. } => degrees("cooling.to", to),
                    Cooling::Visits { half, floor } => {
                        degrees("cooling.floor", floor);
                        let message = format!("a temperature cannot halve after {half} updates");
                        let remedy = "give a number above 0, such as 300";
                        expect(is_positive(half), "cooling.half", message, remedy);
                    }
                }
            }
            Self::Ucb { width } => {
                let message = format!("no bound lies {width} above a value");
                expect(is_size(width), "width", message, "give a number of 0 or more, such as 2");
            }
        }
    }

    /// Adds a fault where the rule needs the visits of each pair, which linear values do not keep.
    pub(super) fn table_fault(self, path: &str, faults: &mut Vec<SettingError>) {
        if let Self::Ucb { .. } = self {
            faults.push(SettingError {
                path: path.to_owned(),
                message: "an upper confidence bound goes by the visits of each pair, which only a \
                          table counts"
                    .to_owned(),
                remedy: "choose `Boltzmann` or `Visits`, or a learner with a table such as \
                         `QLearning`"
                    .to_owned(),
            });
        }
    }
}

fn is_size(value: f64) -> bool {
    value >= 0.0 && value.is_finite()
}

fn is_positive(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

/// The actions of a state and what a rule that is not ε-greedy compares them by.
///
/// Both rules are a softmax: one over values, as sharp as 1/τ, the other over bounds and infinitely
/// sharp, so that the highest share alike. Nothing is stored: what is asked for is worked out on the
/// way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared<'a> {
    values: &'a [f64],
    visits: &'a [u32],
    /// Of bounds above the values, which stand for themselves without.
    spread: Option<f64>,
    sharpness: f64,
}

impl Compared<'_> {
    #[inline(always)]
    fn preferences(&self) -> impl Iterator<Item = f64> + Clone + '_ {
        let mut visits = self.visits.iter();
        self.values.iter().map(move |value| {
            let known = visits.next().copied().unwrap_or(u32::MAX);
            self.spread.map_or(*value, |spread| bound(*value, known, spread))
        })
    }

    /// Draws an action with one uniform of this source.
    pub fn draw(&self, situation: &Situation<'_>, dice: &mut Dice, source: usize) -> usize {
        softmax::draw_from(self.preferences(), self.sharpness, situation, dice.uniform(source))
    }

    /// Writes the probabilities of the actions.
    pub fn write(&self, situation: &Situation<'_>, probabilities: &mut [f64]) {
        softmax::write(self.preferences(), self.sharpness, situation, probabilities);
    }

    /// The probability of one action.
    pub fn probability(&self, action: usize, situation: &Situation<'_>) -> f64 {
        let is_it = |other| f64::from(u8::from(other == action));
        softmax::mean(self.preferences(), self.sharpness, situation, is_it)
    }

    /// The mean of the values; 0 if no action is allowed.
    pub fn mean(&self, situation: &Situation<'_>) -> f64 {
        let value = |action: usize| self.values.get(action).copied().unwrap_or(0.0);
        softmax::mean(self.preferences(), self.sharpness, situation, value)
    }
}

#[cfg(test)]
mod tests;
