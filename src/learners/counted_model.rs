//! What learners with a model share: outcomes counted by pair, and values backed up from the counts.
//!
//! Of each pair are kept how often it was met, the mean of its rewards and their squared deviations,
//! and how often each state followed. Nothing is kept of what was never met. Outcomes lie in one list,
//! chained by the pair that they come from and by the state that they lead to, so that a model goes
//! by its outcomes and not by the square of its states. Their memory is limited: an outcome that
//! would go beyond [`TABLE_LIMIT_BYTES`], or be the 1,025th of its pair, is not counted, and the
//! others stand for it.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::exploration::Exploration;
use super::masks::{MASK_BYTES, Masks};
use super::settings::{Figure, LearnerSettings, Place};
use super::tabular::{TABLE_LIMIT_BYTES, TableError, Tabular, TabularSettings, table_entries_of};
use crate::environments::SettingError;
use crate::mdp::{Criterion, Experience, Space};

/// In place of the state that follows, where none does.
pub(super) const END: u32 = u32::MAX;
/// No outcome.
const NONE: u32 = u32::MAX;
/// So many different states may follow a pair; a longer chain would take too long to search.
const MOST_SUCCESSORS: usize = 1_024;
/// What an outcome takes, twice, as a list that grows is copied to one of double size.
const OUTCOME_BYTES: u64 = 40;
/// A pair's value and visits in the table, its count, reward, deviations, first outcome and mask, and
/// its state's value, first outcome into it and place in a list: no more than one state a pair.
const ENTRY_BYTES: u64 = 12 + 24 + MASK_BYTES + 16;
/// The most backups between two beats.
pub(super) const MOST_BACKUPS: u32 = 10_000;

/// Settings of the learners that count outcomes and explore by a rule of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelSettings {
    /// How many pairs are backed up after each beat beside the one just met, up to 10,000. 20 by
    /// default.
    pub backups: u32,
    /// How something else than the best is tried, as for other tabular learners.
    pub exploration: Exploration,
    /// The learner's own discount factor γ a beat; see [`TabularSettings::discount`].
    pub discount: Option<f64>,
    /// The value of every pair before it is met, in currency. 0 by default; a value above what can
    /// be had makes the learner try everything (Brafman & Tennenholtz 2002).
    pub initial_value: f64,
}

impl Default for ModelSettings {
    fn default() -> Self {
        Self {
            backups: 20,
            exploration: Exploration::default(),
            discount: None,
            initial_value: 0.0,
        }
    }
}

impl LearnerSettings for ModelSettings {
    fn faults(&self) -> Vec<SettingError> {
        self.validate()
    }

    fn own_discount(&self) -> (&'static str, Option<f64>) {
        ("discount", self.discount)
    }

    fn explores_for_ever(&self) -> bool {
        self.exploration.least() > 0.0
    }

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![
            Figure {
                name: "backups a beat",
                about: "How many pairs are backed up after each beat",
                low: 0.0,
                high: f64::from(MOST_BACKUPS),
                place: Place::Whole(&mut self.backups),
            },
            Figure {
                name: "initial value",
                about: "The value of every pair before it is met, in currency",
                low: -1e9,
                high: 1e9,
                place: Place::Real(&mut self.initial_value),
            },
        ]
    }
}

impl ModelSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = Vec::new();
        backups_fault(self.backups, &mut faults);
        faults.extend(self.as_table().validate());
        faults
    }

    /// The settings of the table, whose step sizes are never asked for.
    pub(super) fn as_table(&self) -> TabularSettings {
        TabularSettings {
            exploration: self.exploration,
            discount: self.discount,
            initial_value: self.initial_value,
            ..TabularSettings::default()
        }
    }
}

/// Adds what is wrong with a number of backups between two beats.
pub(super) fn backups_fault(backups: u32, faults: &mut Vec<SettingError>) {
    if backups > MOST_BACKUPS {
        faults.push(SettingError {
            path: "backups".to_owned(),
            message: format!("{backups} backups between two beats take too long"),
            remedy: format!("give a whole number up to {MOST_BACKUPS}, such as 20"),
        });
    }
}

/// How often a state followed a pair.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// The pair's place in the table.
    pub place: u32,
    /// The row that followed, or [`END`].
    pub next: u32,
    pub count: u32,
    /// The next outcome of the same pair, and the next that leads to the same state.
    of_pair: u32,
    into_row: u32,
}

/// Counts of outcomes, and the value of each state by the table beside it.
#[derive(Debug, Clone)]
pub(super) struct CountedModel {
    pub masks: Masks,
    pub outcomes: Vec<Outcome>,
    most_outcomes: usize,
    /// By pair: how often it was met, the mean of its rewards, their squared deviations from it
    /// summed, and its first outcome.
    pub counts: Box<[u32]>,
    pub rewards: Box<[f64]>,
    pub deviations: Box<[f64]>,
    first: Box<[u32]>,
    /// By state: its highest value, and the first outcome that leads to it.
    pub values: Box<[f64]>,
    into: Box<[u32]>,
}

impl CountedModel {
    /// A table and a model of which nothing was met, where a pair takes so many more bytes.
    pub fn new(
        settings: &TabularSettings,
        more_bytes: u64,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<(Tabular, Self), TableError> {
        let entry_bytes = ENTRY_BYTES + more_bytes;
        let entries = table_entries_of(entry_bytes, observations, actions)?;
        let left = TABLE_LIMIT_BYTES - entries * entry_bytes;
        let tabular = Tabular::new(settings, observations, actions, criterion)?;
        let (entries, columns) = (entries as usize, tabular.table.actions);
        let rows = entries / columns.max(1);
        let model = Self {
            masks: Masks::new(rows, columns),
            outcomes: Vec::new(),
            most_outcomes: (left / OUTCOME_BYTES) as usize,
            counts: vec![0; entries].into_boxed_slice(),
            rewards: vec![0.0; entries].into_boxed_slice(),
            deviations: vec![0.0; entries].into_boxed_slice(),
            first: vec![NONE; entries].into_boxed_slice(),
            values: vec![settings.initial_value; rows].into_boxed_slice(),
            into: vec![NONE; rows].into_boxed_slice(),
        };
        Ok((tabular, model))
    }

    /// Counts a step, and a visit in the table; returns the place of its pair.
    pub fn meet(&mut self, tabular: &mut Tabular, experience: &Experience<'_>) -> usize {
        let (row, column) = tabular.pair_of(experience);
        self.masks.note(row, &experience.before);
        let next = if experience.terminal {
            END
        } else {
            let next = tabular.row_of(&experience.after);
            self.masks.note(next, &experience.after);
            next as u32
        };
        let place = tabular.visit(row, column);
        self.count(place, experience.reward, next);
        place
    }

    fn count(&mut self, place: usize, reward: f64, next: u32) {
        let count = self.counts[place].saturating_add(1);
        self.counts[place] = count;
        // Welford (1962).
        let error = reward - self.rewards[place];
        self.rewards[place] += error / f64::from(count);
        self.deviations[place] += error * (reward - self.rewards[place]);
        let (mut at, mut length) = (self.first[place], 0);
        while let Some(outcome) = self.outcomes.get_mut(at as usize) {
            if outcome.next == next {
                outcome.count = outcome.count.saturating_add(1);
                return;
            }
            (at, length) = (outcome.of_pair, length + 1);
        }
        if length < MOST_SUCCESSORS && self.outcomes.len() < self.most_outcomes {
            let at = self.outcomes.len() as u32;
            let of_pair = std::mem::replace(&mut self.first[place], at);
            let into_row = match self.into.get_mut(next as usize) {
                Some(into) => std::mem::replace(into, at),
                None => NONE,
            };
            self.outcomes.push(Outcome { place: place as u32, next, count: 1, of_pair, into_row });
        }
    }

    /// The numbers of a pair's outcomes, the one that was met first last.
    pub fn of_pair(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let known = |at: u32| (at != NONE).then_some(at as usize);
        let following = move |at: &usize| known(self.outcomes[*at].of_pair);
        std::iter::successors(known(self.first[place]), following)
    }

    /// The outcomes that lead to a state, the one that was met first last.
    pub fn leading_to(&self, row: usize) -> impl Iterator<Item = &Outcome> + '_ {
        let known = |at: u32| self.outcomes.get(at as usize);
        std::iter::successors(known(self.into[row]), move |outcome| known(outcome.into_row))
    }

    /// The value of a state that followed.
    #[inline(always)]
    pub fn value_of(&self, next: u32) -> f64 {
        self.values.get(next as usize).copied().unwrap_or(0.0)
    }

    /// What a pair is worth by its counts: r̂ + γ·Σ p̂(s′)·max_b Q(s′, b).
    fn expected(&self, place: usize, discount: f64) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for at in self.of_pair(place) {
            let outcome = &self.outcomes[at];
            let times = f64::from(outcome.count);
            count += times;
            sum += times * self.value_of(outcome.next);
        }
        let future = if count > 0.0 { sum / count } else { 0.0 };
        self.rewards[place] + discount * future
    }

    /// Sets a pair's value to what it is worth by its counts, and returns by how much the value of
    /// its state has changed.
    pub fn back_up(&mut self, tabular: &mut Tabular, place: usize) -> f64 {
        let value = self.expected(place, tabular.discount);
        self.put(tabular, place, value)
    }

    /// Sets a pair's value, and returns by how much the value of its state has changed.
    pub fn put(&mut self, tabular: &mut Tabular, place: usize, value: f64) -> f64 {
        tabular.put(place, value);
        let row = place / tabular.table.actions;
        let highest = tabular.highest(row, &self.masks.recall(row));
        highest - std::mem::replace(&mut self.values[row], highest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::trials::two_by_three;
    use super::*;

    fn model() -> (Tabular, CountedModel) {
        let (states, actions) = two_by_three();
        let settings = TabularSettings::default();
        CountedModel::new(&settings, 0, &states, &actions, Criterion::Discounted(0.5)).unwrap()
    }

    #[test]
    fn counts_means_and_deviations_are_those_of_what_was_met() {
        let (mut tabular, mut model) = model();
        for (reward, next) in [(1.0, 1), (3.0, END), (3.0, 1), (5.0, 0)] {
            model.count(1, reward, next);
        }
        // The mean of 1, 3, 3 and 5 is 3, their squared deviations sum to 4 + 4.
        assert_eq!((model.counts[1], model.rewards[1], model.deviations[1]), (4, 3.0, 8.0));
        let counted = |at: usize| (model.outcomes[at].next, model.outcomes[at].count);
        assert_eq!(model.of_pair(1).map(counted).collect::<Vec<_>>(), [(0, 1), (END, 1), (1, 2)]);
        model.count(3, 0.0, 1);
        assert_eq!(model.leading_to(1).map(|o| o.place).collect::<Vec<_>>(), [3, 1]);
        // 3 + ½·(½·8 + ¼·0 + ¼·0) = 5, by which its state rises from 0.
        model.values[1] = 8.0;
        assert_eq!(model.back_up(&mut tabular, 1), 5.0);
        assert_eq!((tabular.value(0, 1), model.values[0]), (5.0, 5.0));
        // Now ¼ of it leads back: 3 + ½·(4 + 5/4).
        assert_eq!(model.back_up(&mut tabular, 1), 0.625);
    }

    #[test]
    fn an_outcome_beyond_the_limit_leaves_the_others_to_stand_for_it() {
        let (mut tabular, mut model) = model();
        model.most_outcomes = 1;
        model.count(1, 2.0, 1);
        model.count(1, 4.0, 0);
        model.count(1, 6.0, 1);
        assert_eq!((model.counts[1], model.outcomes.len()), (3, 1));
        model.values[1] = 8.0;
        model.back_up(&mut tabular, 1);
        assert_eq!(tabular.value(0, 1), 4.0 + 0.5 * 8.0);
    }

    #[test]
    fn settings_are_judged() {
        assert!(ModelSettings::default().validate().is_empty());
        let bad = ModelSettings {
            backups: 10_001,
            exploration: Exploration::Constant { epsilon: 2.0 },
            discount: Some(-1.0),
            initial_value: f64::NAN,
        };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["backups", "exploration.epsilon", "discount", "initial_value"]);
    }
}
