//! Softmax policies: what the learners of policies share.
//!
//! π(a|s) = exp h(s, a) / Σ_b exp h(s, b), the sum over the actions allowed in s; h is the
//! preference, here one number a pair. The gradient of ln π(a|s) by h(s, b) is 1{a = b} − π(b|s),
//! and 0 in all other states. Source: Sutton & Barto (2018), sec. 13.1, eq. 13.2 and 13.3.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use super::tabular::{Index, TableError, levels_of_actions, table_entries_of};
use crate::mdp::{Dice, Experience, Level, Situation, Space};

/// Names of the sources that a softmax policy draws from.
pub(super) const SOURCES: [&str; 1] = ["action"];
const ACTION: usize = 0;

/// A preference, and at most as much again for what is kept by state: a value and two counts.
const ENTRY_BYTES: u64 = 24;

/// Writes the softmax of preferences times `sharpness` over the allowed actions; 0 for all others.
#[inline]
pub(super) fn softmax(
    preferences: &[f64],
    sharpness: f64,
    situation: &Situation<'_>,
    probabilities: &mut [f64],
) {
    write(preferences.iter().copied(), sharpness, situation, probabilities);
}

/// [`softmax`] of preferences that are worked out on the way.
///
/// The highest is taken off first, so that no power overflows and one of them is 1.
#[inline]
pub(super) fn write(
    preferences: impl Iterator<Item = f64> + Clone,
    sharpness: f64,
    situation: &Situation<'_>,
    probabilities: &mut [f64],
) {
    let most = highest(preferences.clone(), situation);
    let mut sum = 0.0;
    for (action, (probability, preference)) in probabilities.iter_mut().zip(preferences).enumerate()
    {
        let allowed = situation.allows(action);
        *probability = if allowed { weight(preference, most, sharpness) } else { 0.0 };
        sum += *probability;
    }
    if sum > 0.0 {
        probabilities.iter_mut().for_each(|probability| *probability /= sum);
    }
}

/// An action drawn from the softmax with one uniform, by inversion: the first at which the sum of
/// the weights so far passes u times the sum of all. Takes no memory.
#[inline]
pub(super) fn draw(
    preferences: &[f64],
    sharpness: f64,
    situation: &Situation<'_>,
    u: f64,
) -> usize {
    draw_from(preferences.iter().copied(), sharpness, situation, u)
}

/// [`draw`] by preferences that are worked out on the way.
#[inline]
pub(super) fn draw_from(
    preferences: impl Iterator<Item = f64> + Clone,
    sharpness: f64,
    situation: &Situation<'_>,
    u: f64,
) -> usize {
    let weights = weights(preferences, sharpness, situation);
    let sum: f64 = weights.clone().map(|(_, weight)| weight).sum();
    let (mut passed, mut last) = (0.0, 0);
    for (action, weight) in weights {
        if weight > 0.0 {
            passed += weight;
            last = action;
            if u * sum < passed {
                break;
            }
        }
    }
    last
}

/// The mean of a number of each action under the softmax; 0 if none is allowed.
#[inline]
pub(super) fn mean(
    preferences: impl Iterator<Item = f64> + Clone,
    sharpness: f64,
    situation: &Situation<'_>,
    of: impl Fn(usize) -> f64,
) -> f64 {
    let (mut sum, mut weighed) = (0.0, 0.0);
    for (action, weight) in weights(preferences, sharpness, situation) {
        (sum, weighed) = (sum + weight, weighed + weight * of(action));
    }
    if sum > 0.0 { weighed / sum } else { 0.0 }
}

/// The allowed actions with their weights, of which the highest is 1.
#[inline(always)]
fn weights<'s>(
    preferences: impl Iterator<Item = f64> + Clone + 's,
    sharpness: f64,
    situation: &'s Situation<'_>,
) -> impl Iterator<Item = (usize, f64)> + Clone + 's {
    let most = highest(preferences.clone(), situation);
    let allowed = preferences.enumerate().filter(|(action, _)| situation.allows(*action));
    allowed.map(move |(action, preference)| (action, weight(preference, most, sharpness)))
}

#[inline(always)]
fn highest(preferences: impl Iterator<Item = f64>, situation: &Situation<'_>) -> f64 {
    let allowed = preferences.enumerate().filter(|(action, _)| situation.allows(*action));
    allowed.fold(f64::NEG_INFINITY, |most, (_, preference)| most.max(preference))
}

#[inline(always)]
fn weight(preference: f64, most: f64, sharpness: f64) -> f64 {
    // Equal ones weigh 1 even where the sharpness is infinite.
    if preference == most { 1.0 } else { ((preference - most) * sharpness).exp() }
}

/// A table of preferences: the policy itself.
#[derive(Debug, Clone)]
pub(super) struct Preferences {
    /// By row and column, as in a table of action values. All 0 at first: all actions alike.
    pub table: Vec<f64>,
    pub rows: usize,
    pub actions: usize,
    observation: Index,
    action: Index,
    levels: Box<[Level]>,
}

impl Preferences {
    /// Equal preferences. Fails where the table would not fit.
    pub fn new(observations: &Space, actions: &Space) -> Result<Self, TableError> {
        let entries = table_entries_of(ENTRY_BYTES, observations, actions)?;
        Ok(Self {
            table: vec![0.0; entries as usize],
            rows: observations.count()? as usize,
            actions: actions.count()? as usize,
            observation: Index::of(observations),
            action: Index::of(actions),
            levels: levels_of_actions(actions)?,
        })
    }

    /// The row of what is seen.
    #[inline(always)]
    pub fn row_of(&self, situation: &Situation<'_>) -> usize {
        self.observation.at(situation.levels)
    }

    /// Row and column of the step's pair.
    #[inline(always)]
    pub fn pair_of(&self, experience: &Experience<'_>) -> (usize, usize) {
        (self.row_of(&experience.before), self.action.at(experience.action))
    }

    /// The preferences of a row.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.table[row * self.actions..][..self.actions]
    }

    /// Draws an action and writes its levels.
    #[inline(always)]
    pub fn act(&self, situation: &Situation<'_>, dice: &mut Dice, action: &mut [Level]) {
        let row = self.row(self.row_of(situation));
        let column = draw(row, 1.0, situation, dice.uniform(ACTION));
        let from = column * action.len();
        action.copy_from_slice(&self.levels[from..from + action.len()]);
    }

    /// Writes the policy.
    pub fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        softmax(self.row(self.row_of(situation)), 1.0, situation, probabilities);
        true
    }

    /// Writes ∇ ln π(column | row), by the preferences of the row.
    #[inline(always)]
    pub fn gradient(
        &self,
        row: usize,
        column: usize,
        situation: &Situation<'_>,
        gradient: &mut [f64],
    ) {
        softmax(self.row(row), 1.0, situation, gradient);
        gradient.iter_mut().for_each(|probability| *probability = -*probability);
        gradient[column] += 1.0;
    }

    /// Moves a row by so much of the gradient of its policy's entropy H = −Σ π ln π: by
    /// −π(b)·(ln π(b) + H) for each action b.
    #[inline(always)]
    pub fn even_out(&mut self, row: usize, by: f64, situation: &Situation<'_>) {
        let preferences = &mut self.table[row * self.actions..][..self.actions];
        let most = highest(preferences.iter().copied(), situation);
        let (mut sum, mut first) = (0.0, 0.0);
        for (action, preference) in preferences.iter().enumerate() {
            if situation.allows(action) {
                let weight = weight(*preference, most, 1.0);
                sum += weight;
                first += weight * (preference - most);
            }
        }
        // ln π(b) = h(b) − most − ln sum, and H = ln sum − first/sum: ln π(b) + H is how far h(b)
        // lies above the mean preference.
        let mean = first / sum;
        for (action, preference) in preferences.iter_mut().enumerate() {
            if situation.allows(action) {
                let above = *preference - most;
                *preference -= by * above.exp() / sum * (above - mean);
            }
        }
    }

    /// Moves a row by so much of a direction.
    #[inline(always)]
    pub fn shift(&mut self, row: usize, by: f64, direction: &[f64]) {
        let preferences = &mut self.table[row * self.actions..][..self.actions];
        for (preference, direction) in preferences.iter_mut().zip(direction) {
            *preference += by * direction;
        }
    }
}

/// How an [`Agent`](crate::mdp::Agent) with a field `policy` of [`Preferences`] acts.
macro_rules! acts_by_its_policy {
    () => {
        fn sources(&self) -> &[&'static str] {
            &super::softmax::SOURCES
        }

        #[inline]
        fn decide(
            &mut self,
            situation: &Situation<'_>,
            dice: &mut Dice,
            action: &mut [Level],
        ) -> Decision {
            self.policy.act(situation, dice, action);
            Decision::Made
        }

        #[inline]
        fn foresee(
            &self,
            situation: &Situation<'_>,
            dice: &mut Dice,
            action: &mut [Level],
        ) -> bool {
            self.policy.act(situation, dice, action);
            true
        }

        fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
            self.policy.policy(situation, probabilities)
        }

        fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
            self.policy.policy(situation, probabilities)
        }

        fn as_any(&mut self) -> Option<&mut dyn std::any::Any> {
            Some(self)
        }

        fn boxed_clone(&self) -> Box<dyn Agent> {
            Box::new(self.clone())
        }
    };
}

pub(super) use acts_by_its_policy;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Luck;

    fn here(allowed: Option<&[bool]>) -> Situation<'_> {
        Situation { levels: &[], reals: &[], allowed, beat: 0 }
    }

    #[test]
    fn probabilities_are_those_of_the_formula_and_never_overflow() {
        let mut found = [9.0; 3];
        // e^0 : e^ln 2 : e^ln 5 = 1 : 2 : 5.
        softmax(&[0.0, 2_f64.ln(), 5_f64.ln()], 1.0, &here(None), &mut found);
        for (found, exact) in found.iter().zip([0.125, 0.25, 0.625]) {
            assert!((found - exact).abs() < 1e-15, "{found} {exact}");
        }
        // The best is not allowed; half as sharp, 1 : √4.
        let mask = [true, true, false];
        softmax(&[0.0, 4_f64.ln(), 9e9], 0.5, &here(Some(&mask)), &mut found);
        assert!((found[0] - 1.0 / 3.0).abs() < 1e-15 && found[2] == 0.0, "{found:?}");
        softmax(&[1e300, -1e300, 1e300], 1.0, &here(None), &mut found);
        assert_eq!(found, [0.5, 0.0, 0.5]);
        softmax(&[3.0, 2.0, 3.0], f64::INFINITY, &here(None), &mut found);
        assert_eq!(found, [0.5, 0.0, 0.5]);
    }

    #[test]
    fn draws_have_the_probabilities_and_keep_to_the_mask() {
        let preferences = [0.3, -1.0, 2.0, 5.0, 0.0];
        let mask = [true, true, true, false, true];
        for situation in [here(None), here(Some(&mask))] {
            let mut exact = [0.0; 5];
            softmax(&preferences, 0.7, &situation, &mut exact);
            let (mut counts, n) = ([0.0; 5], 100_000);
            let key = Luck::new(8).key("softmax");
            for beat in 0..n {
                let u = key.uniform(beat, 0);
                counts[draw(&preferences, 0.7, &situation, u)] += 1.0 / n as f64;
            }
            for (found, exact) in counts.iter().zip(exact) {
                // Five standard errors, of at most √(¼/n).
                assert!((found - exact).abs() < 0.008, "{counts:?} {exact}");
                assert_eq!(*found == 0.0, exact == 0.0);
            }
        }
        // At either end of the unit interval, where the last allowed has no weight to speak of.
        assert_eq!(draw(&[0.0, 0.0, -1e9], 1.0, &here(None), 1.0 - f64::EPSILON / 2.0), 1);
        assert_eq!(draw(&[-1e9, 0.0, 0.0], 1.0, &here(None), 0.0), 1);
    }
}
