//! n-step SARSA: each value moves towards n rewards that were had and what is believed after them.
//!
//! G = r₁ + γ·r₂ + … + γⁿ⁻¹·rₙ + γⁿ·Q(sₙ, aₙ), fewer terms and nothing behind them where the episode
//! ends sooner; Q(s, a) ← Q(s, a) + α·(G − Q(s, a)) once the n rewards are there. Where an episode is
//! cut off, what is believed of its last state stands behind fewer rewards. With n = 1 this is
//! SARSA. Source: Sutton & Barto (2018), sec. 7.2, eq. 7.4 and 7.5.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::kept::{named, possible, reals, some_counts};
use super::on_policy::{Promise, stands_by_its_choice};
use super::sarsa::{discount_for, with_discount};
use super::settings::{Figure, LearnerSettings, Place, learner, settings_with_a_table};
use super::tabular::{SOURCES, TableError, Tabular, TabularSettings, tells_its_table};
use crate::environments::SettingError;
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level,
    Situation, Space,
};

/// The most steps that may be looked ahead.
const MOST_STEPS: u32 = 10_000;

/// Settings of n-step SARSA.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NStepSettings {
    /// Over how many rewards: n, from 1 to 10,000. 4 by default.
    pub steps: u32,
    /// How values move and actions are chosen.
    pub table: TabularSettings,
}

impl Default for NStepSettings {
    fn default() -> Self {
        Self { steps: 4, table: TabularSettings::default() }
    }
}

impl LearnerSettings for NStepSettings {
    settings_with_a_table!();

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![Figure {
            name: "rewards n",
            about: "Over how many rewards each value learns",
            low: 1.0,
            high: f64::from(MOST_STEPS),
            place: Place::Whole(&mut self.steps),
        }]
    }
}

impl NStepSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = self.table.validate_as("table");
        if !(1..=MOST_STEPS).contains(&self.steps) {
            faults.push(SettingError {
                path: "steps".to_owned(),
                message: format!("a return over {} steps cannot be had", self.steps),
                remedy: format!("give a whole number from 1 to {MOST_STEPS}, such as 4"),
            });
        }
        faults
    }
}

/// Tabular n-step SARSA.
#[derive(Debug, Clone)]
pub struct NStepSarsa {
    pub(super) tabular: Tabular,
    promise: Promise,
    steps: usize,
    /// Row, column and reward of the steps whose values have not moved yet, the earliest first.
    waiting: VecDeque<(usize, usize, f64)>,
    /// Row and column that stand behind the latest of them.
    behind: Option<(usize, usize)>,
}

impl NStepSarsa {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &NStepSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let table = with_discount(&settings.table, criterion);
        Ok(Self {
            tabular: Tabular::new(&table, observations, actions, criterion)?,
            promise: Promise::default(),
            steps: settings.steps.max(1) as usize,
            waiting: VecDeque::with_capacity(settings.steps as usize),
            behind: None,
        })
    }

    /// Goes on with other settings and keeps the table.
    pub fn retune(&mut self, settings: &NStepSettings, criterion: Criterion) {
        self.tabular.retune(&with_discount(&settings.table, criterion), criterion);
        self.steps = settings.steps.max(1) as usize;
        while self.waiting.len() >= self.steps {
            self.move_earliest();
        }
    }

    /// The earliest value moves towards the rewards that are there and what is believed behind.
    fn move_earliest(&mut self) {
        let after = self.behind.map_or(0.0, |(row, column)| self.tabular.value(row, column));
        let discount = self.tabular.discount;
        let target = self
            .waiting
            .iter()
            .rev()
            .fold(after, |after, (_, _, reward)| reward + discount * after);
        if let Some((row, column, _)) = self.waiting.pop_front() {
            self.tabular.update(row, column, target);
        }
    }

    /// All that wait move: no reward will come any more.
    fn settle(&mut self) {
        while !self.waiting.is_empty() {
            self.move_earliest();
        }
        self.behind = None;
    }
}

learner!(NStepSarsa, NStepSettings, |own: &NStepSettings, criterion| discount_for(
    &own.table, criterion
));

impl Agent for NStepSarsa {
    fn name(&self) -> &str {
        "n-step SARSA"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    fn begin_episode(&mut self) {
        self.promise.drop();
        // Of an episode that was cut off some still wait.
        self.settle();
    }

    stands_by_its_choice!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        let (row, column) = self.tabular.pair_of(experience);
        self.waiting.push_back((row, column, experience.reward));
        if experience.terminal {
            self.promise.drop();
            self.behind = None;
            self.settle();
            return;
        }
        self.behind = Some(self.promise.make(&mut self.tabular, &experience.after, dice));
        if self.waiting.len() >= self.steps {
            self.move_earliest();
        }
    }

    tells_its_table!();

    fn keep(&self) -> Option<Learned> {
        let actions = self.tabular.table.actions;
        let place = |row: usize, column: usize| (row * actions + column) as u32;
        let places = self.waiting.iter().map(|(row, column, _)| place(*row, *column));
        let behind = self.behind.iter().map(|(row, column)| place(*row, *column));
        let mut learned = self.tabular.keep();
        learned.push(named("waiting pairs", Kept::Counts(places.collect())));
        let rewards = self.waiting.iter().map(|(_, _, reward)| *reward);
        learned.push(named("waiting rewards", Kept::Reals(rewards.collect())));
        learned.push(named("behind", Kept::Counts(behind.collect())));
        Some(learned)
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let places = some_counts(learned, "waiting pairs")?;
        let few = places.len() < self.steps;
        possible("waiting pairs", few, "more wait than there are rewards to wait for")?;
        let rewards = reals(learned, "waiting rewards", places.len())?;
        let behind = some_counts(learned, "behind")?;
        let pairs = self.tabular.table.values.len();
        let known = |places: &[u32]| places.iter().all(|place| (*place as usize) < pairs);
        possible("waiting pairs", known(places), "there is no such pair")?;
        possible("behind", known(behind) && behind.len() < 2, "there is no such pair")?;
        self.tabular.take_up(learned)?;
        let actions = self.tabular.table.actions;
        let pair = |place: u32| (place as usize / actions, place as usize % actions);
        let waiting = places.iter().zip(rewards).map(|(place, reward)| {
            let (row, column) = pair(*place);
            (row, column, *reward)
        });
        self.waiting.clear();
        self.waiting.extend(waiting);
        self.behind = behind.first().map(|place| pair(*place));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sarsa::Sarsa;
    use super::super::trials::{cliff, constant, luck, play, step, two_by_three};
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn settings(steps: u32, size: f64, epsilon: f64) -> NStepSettings {
        NStepSettings { steps, table: constant(size, epsilon) }
    }

    #[test]
    fn two_steps_by_hand() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent =
            NStepSarsa::new(&settings(2, 0.5, 0.0), &states, &actions, criterion).unwrap();
        agent.tabular.table.values[3] = 8.0;
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        agent.begin_episode();
        // One reward is not enough yet.
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        assert_eq!(agent.table().unwrap().values, [0.0, 0.0, 0.0, 8.0, 0.0, 0.0]);
        // 2 + ½·4 + ¼·Q(1, 0) = 2 + 2 + 2 = 6: (0, 1) moves by ½·6 = 3.
        step(&mut agent, &mut dice, (1, 2), 4.0, Some((1, None)));
        assert_eq!(agent.table().unwrap().values, [0.0, 3.0, 0.0, 8.0, 0.0, 0.0]);
        // The end: 4 + ½·6 = 7 for (1, 2), which moves by 3.5; then 6 for (1, 0), by ½·(6 − 8).
        step(&mut agent, &mut dice, (1, 0), 6.0, None);
        assert_eq!(agent.table().unwrap().values, [0.0, 3.0, 0.0, 7.0, 0.0, 3.5]);
        assert_eq!(agent.table().unwrap().visits, [0, 1, 0, 1, 0, 1]);
        // Cut off: 2 + ½·Q(1, 0) = 5.5, by ½·(5.5 − 3).
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        agent.begin_episode();
        assert_eq!(agent.table().unwrap().values[1], 4.25);
    }

    #[test]
    fn over_one_step_it_is_sarsa() {
        let cliff = cliff();
        let (states, actions) = (cliff.state_space(), cliff.action_space());
        let settings = settings(1, 0.5, 0.1);
        let mut one = NStepSarsa::new(&settings, states, actions, Criterion::Total).unwrap();
        let mut other = Sarsa::new(&settings.table, states, actions, Criterion::Total).unwrap();
        for episode in 0..50 {
            let one = play(&cliff, &mut one, luck(0, episode), 10_000);
            assert_eq!(one, play(&cliff, &mut other, luck(0, episode), 10_000));
        }
        assert_eq!(one.table(), other.table());
    }

    #[test]
    fn settings_are_judged() {
        assert!(NStepSettings::default().validate().is_empty());
        let bad = NStepSettings { steps: 0, table: constant(0.0, 0.1) };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["table.step_size.size", "steps"]);
    }
}
