//! Double Q-learning: two tables, of which each says what the other's best action is worth.
//!
//! With probability ½: Q₁(s, a) ← Q₁(s, a) + α·(r + γ·Q₂(s′, argmax_b Q₁(s′, b)) − Q₁(s, a)), else
//! with the tables exchanged; 0 in place of the future after a terminal step. The highest of
//! several noisy values is too high on average; a value from the other table has no part in the
//! choice and is not. The behaviour explores by the mean of both. Source: van Hasselt (2010);
//! Sutton & Barto (2018), sec. 6.7, eq. 6.10.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use super::greedy::greedy;
use super::kept::{counts, named, reals};
use super::settings::learner;
use super::tabular::{
    TableError, Tabular, TabularSettings, chooses_by_its_table, table_entries_of, tells_its_table,
};
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level,
    Situation, Space,
};

/// The behaviour's sources, that of which table moves, and that of ties for its best action.
const SOURCES: [&str; 4] = ["exploration", "ties", "which table", "ties of the table"];
const WHICH: usize = 2;
const TIES: usize = 3;

/// A value and a count of visits in each of the two tables, and in that of their mean.
const ENTRY_BYTES: u64 = 36;

/// Tabular double Q-learning.
#[derive(Debug, Clone)]
pub struct DoubleQ {
    /// The mean of both tables, and their visits together.
    pub(super) tabular: Tabular,
    pub(super) tables: [ActionTable; 2],
}

impl DoubleQ {
    /// A learner for these observations and actions that has met nothing yet.
    ///
    /// `criterion` is the scenario's; a discount in the settings goes before the one that follows
    /// from it ([`TabularSettings::discount_for`]). Step sizes go by the visits of each table. The
    /// settings are taken as they are: ask [`TabularSettings::validate`] first. Fails where the
    /// tables would not fit.
    pub fn new(
        settings: &TabularSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        table_entries_of(ENTRY_BYTES, observations, actions)?;
        let tabular = Tabular::new(settings, observations, actions, criterion)?;
        let tables = [tabular.table.clone(), tabular.table.clone()];
        Ok(Self { tabular, tables })
    }

    /// Goes on with other settings and keeps the tables.
    pub fn retune(&mut self, settings: &TabularSettings, criterion: Criterion) {
        self.tabular.retune(settings, criterion);
    }
}

/// What the two tables' values and visits are called where they are kept.
const KEPT: [[&str; 2]; 2] = [["values 1", "visits 1"], ["values 2", "visits 2"]];

learner!(DoubleQ, TabularSettings);

impl Agent for DoubleQ {
    fn name(&self) -> &str {
        "Double Q-learning"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    chooses_by_its_table!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        let one = usize::from(dice.uniform(WHICH) < 0.5);
        let other = 1 - one;
        let after = &experience.after;
        let nothing = (0..self.tabular.table.actions).all(|action| !after.allows(action));
        let future = if experience.terminal || nothing {
            0.0
        } else {
            let row = self.tabular.row_of(after);
            let best = greedy(self.tables[one].row(row), after, dice, TIES);
            self.tables[other].row(row)[best]
        };
        let target = experience.reward + self.tabular.discount * future;
        let (row, column) = self.tabular.pair_of(experience);
        let place = row * self.tabular.table.actions + column;
        let table = &mut self.tables[one];
        let step = self.tabular.step_after(table.visits[place]);
        table.visits[place] = table.visits[place].saturating_add(1);
        table.values[place] += step * (target - table.values[place]);
        let mean = f64::midpoint(self.tables[0].values[place], self.tables[1].values[place]);
        self.tabular.set(row, column, mean);
    }

    tells_its_table!();

    fn keep(&self) -> Option<Learned> {
        let mut learned = self.tabular.keep();
        for (table, [values, visits]) in self.tables.iter().zip(KEPT) {
            learned.push(named(values, Kept::Reals(table.values.clone())));
            learned.push(named(visits, Kept::Counts(table.visits.clone())));
        }
        Some(learned)
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let size = self.tabular.table.values.len();
        for [values, visits] in KEPT {
            reals(learned, values, size)?;
            counts(learned, visits, size)?;
        }
        self.tabular.take_up(learned)?;
        for (table, [values, visits]) in self.tables.iter_mut().zip(KEPT) {
            table.values.copy_from_slice(reals(learned, values, size)?);
            table.visits.copy_from_slice(counts(learned, visits, size)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::trials::{
        assert_near, best, constant, luck, maximisation_bias, play, published, random_process,
        step, two_by_three,
    };
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn learner(
        environment: &impl Environment,
        settings: &TabularSettings,
        discount: f64,
    ) -> DoubleQ {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let settings = TabularSettings { discount: Some(discount), ..settings.clone() };
        DoubleQ::new(&settings, states, actions, Criterion::Total).unwrap()
    }

    #[test]
    fn one_step_by_hand() {
        let (states, actions) = two_by_three();
        let settings = constant(0.25, 0.0);
        let fresh = DoubleQ::new(&settings, &states, &actions, Criterion::Discounted(0.5)).unwrap();
        let mut moved = [false; 2];
        for beat in 0..20 {
            let mut agent = fresh.clone();
            agent.tables[0].values = vec![0.0, 0.0, 0.0, 8.0, 2.0, 4.0];
            agent.tables[1].values = vec![0.0, 0.0, 0.0, 1.0, 6.0, 3.0];
            let mut dice = Dice::new(Luck::new(1), agent.sources());
            dice.turn_to(beat);
            step(&mut agent, &mut dice, (0, 1), 1.0, Some((1, None)));
            // The first's best is 0, which the second says is worth 1: ¼·(1 + ½·1) = 0.375. The
            // second's is 1, worth 2 in the first: ¼·(1 + ½·2) = 0.5.
            let found = [0, 1].map(|table: usize| agent.tables[table].values[1]);
            assert!(found == [0.375, 0.0] || found == [0.0, 0.5], "{found:?}");
            let one = usize::from(found[0] == 0.0);
            moved[one] = true;
            assert_eq!(agent.tabular.table.values[1], (found[0] + found[1]) / 2.0);
            assert_eq!((agent.tables[one].visits[1], agent.tables[1 - one].visits[1]), (1, 0));
            assert_eq!(agent.tabular.table.visits, [0, 1, 0, 0, 0, 0]);
            // Without the first's best its next is 2, which the second says is worth 3.
            let without: &[bool] = &[false, false, true];
            step(&mut agent, &mut dice, (0, 0), 0.0, Some((1, Some(without))));
            let first = agent.tables[0].values[0] + agent.tables[1].values[0];
            assert!(first == 0.375 || first == 0.5, "¼·½·3 or ¼·½·4, not {first}");
            step(&mut agent, &mut dice, (0, 2), -2.0, None);
            assert_eq!(agent.tables[0].values[2] + agent.tables[1].values[2], -0.5);
        }
        assert_eq!(moved, [true; 2], "each table moves in some of twenty steps");
    }

    #[test]
    fn values_converge_to_the_optimum_of_a_random_process() {
        let process = random_process();
        let exact = process.fixed_point(0.9, best);
        let settings = TabularSettings {
            step_size: super::super::StepSize::Visits { scale: 1.0, power: 0.7 },
            ..constant(0.1, 0.5)
        };
        let mut agent = learner(&process, &settings, 0.9);
        play(&process, &mut agent, luck(0, 0), 1_000_000);
        assert_near(&agent, &exact, 0.06);
    }

    /// Sutton & Barto (2018), example 6.7, ten actions in B, with the shares of another program
    /// (sb_ex6_7_max_bias.json): ε = 0.1, α = 0.1, γ = 1.
    #[test]
    fn there_is_hardly_any_maximisation_bias_as_published() {
        let bias = maximisation_bias();
        let lefts = bias.lefts(20_000, || learner(&bias.environment, &constant(0.1, 0.1), 1.0));
        let file = published(include_str!("../../tests/published/sb_ex6_7_max_bias.json"));
        let given = &file["numbers"]["sim"]["double_q_nB10"]["pct_left"];
        for episode in [1, 10, 50, 100] {
            let percent = given[episode.to_string()].as_f64().unwrap();
            let found = lefts[episode - 1];
            // The file's tolerance for its and our number of runs.
            assert!((found - percent).abs() < 1.0, "episode {episode}: {found} {percent}");
        }
    }
}
