//! Dyna-Q: Q-learning that goes over what it remembers between two beats.
//!
//! After each step (s, a, r, s′) and its update by Q-learning, the step is remembered, the latest of
//! each pair. Then n times a remembered pair is drawn and updated as if it had just been met. Where
//! all is certain this finds the values after few real steps; where it is not, the latest outcome
//! stands for all, and values stay off their own whatever the step size: outcomes after which a pair
//! is met again late are gone over more often than they are likely.
//!
//! With a bonus κ (Dyna-Q+) a reward counts κ·√τ more while planning, τ the beats since its pair was
//! tried, and pairs never tried in a state that was met are thought to lead back to it for nothing:
//! what was not tried for long is tried again. Source: Sutton (1990); Sutton & Barto (2018), sec. 8.2
//! and 8.3.

use serde::{Deserialize, Serialize};

use super::kept::{clocks, counts, distinct, named, of_length, possible, reals, some_wholes};
use super::masks::Masks;
use super::settings::{Figure, LearnerSettings, Place, learner, settings_with_a_table};
use super::tabular::{
    TableError, Tabular, TabularSettings, chooses_by_its_table, table_entries_of, tells_its_table,
};
use crate::environments::SettingError;
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level,
    Situation, Space,
};

/// The behaviour's sources, and that of which pair is gone over.
const SOURCES: [&str; 3] = ["exploration", "ties", "planning"];
const PLANNING: usize = 2;

/// A value, a count of visits, where the pair is remembered, and what of it.
const ENTRY_BYTES: u64 = 64;
/// The most updates between two beats.
const MOST_PLANNED: u32 = 10_000;
/// In place of the row that followed, where none did, in what is kept.
const END: u32 = u32::MAX;
/// No place among the remembered pairs.
const NOWHERE: u32 = u32::MAX;

/// Settings of Dyna-Q and Dyna-Q+.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DynaSettings {
    /// How many remembered pairs are gone over after each beat: n, up to 10,000. 5 by default.
    pub planned: u32,
    /// What a pair's reward counts more for each root of the beats since it was tried: κ, 0 (none,
    /// Dyna-Q) by default.
    pub bonus: f64,
    /// How values move and actions are chosen.
    pub table: TabularSettings,
}

impl Default for DynaSettings {
    fn default() -> Self {
        Self { planned: 5, bonus: 0.0, table: TabularSettings::default() }
    }
}

impl LearnerSettings for DynaSettings {
    settings_with_a_table!();

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![
            Figure {
                name: "planned a beat",
                about: "How many remembered pairs are gone over after each beat",
                low: 0.0,
                high: f64::from(MOST_PLANNED),
                place: Place::Whole(&mut self.planned),
            },
            Figure {
                name: "bonus κ",
                about: "What a reward counts more, while planning, for each root of the beats since its pair was tried",
                low: 0.0,
                high: 1e9,
                place: Place::Real(&mut self.bonus),
            },
        ]
    }
}

impl DynaSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = self.table.validate_as("table");
        if self.planned > MOST_PLANNED {
            faults.push(SettingError {
                path: "planned".to_owned(),
                message: format!("{} updates between two beats take too long", self.planned),
                remedy: format!("give a whole number up to {MOST_PLANNED}, such as 5"),
            });
        }
        if !(self.bonus >= 0.0 && self.bonus.is_finite()) {
            faults.push(SettingError {
                path: "bonus".to_owned(),
                message: format!("{} is no bonus", self.bonus),
                remedy: "give a number of 0 or more, such as 0.001".to_owned(),
            });
        }
        faults
    }
}

/// What is remembered of a pair.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    row: usize,
    column: usize,
    reward: f64,
    /// The row that followed; `None` after the end.
    next: Option<usize>,
    /// The beat in which it was tried last; of one never tried, that in which its state was met.
    tried: u64,
}

/// Tabular Dyna-Q.
#[derive(Debug, Clone)]
pub struct DynaQ {
    pub(super) tabular: Tabular,
    planned: u32,
    bonus: f64,
    memory: Vec<Remembered>,
    /// Where each pair is in the memory.
    places: Box<[u32]>,
    masks: Masks,
    now: u64,
}

impl DynaQ {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &DynaSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let entries = table_entries_of(ENTRY_BYTES, observations, actions)?;
        let tabular = Tabular::new(&settings.table, observations, actions, criterion)?;
        let columns = tabular.table.actions;
        Ok(Self {
            tabular,
            planned: settings.planned,
            bonus: settings.bonus,
            memory: Vec::new(),
            places: vec![NOWHERE; entries as usize].into_boxed_slice(),
            masks: Masks::new(entries as usize / columns.max(1), columns),
            now: 0,
        })
    }

    /// Goes on with other settings and keeps what it knows.
    pub fn retune(&mut self, settings: &DynaSettings, criterion: Criterion) {
        self.tabular.retune(&settings.table, criterion);
        self.planned = settings.planned;
        self.bonus = settings.bonus;
    }

    fn remember(&mut self, pair: Remembered) {
        let Some(place) = self.places.get_mut(pair.row * self.tabular.table.actions + pair.column)
        else {
            return;
        };
        match self.memory.get_mut(*place as usize) {
            Some(known) => *known = pair,
            None => {
                *place = self.memory.len() as u32;
                self.memory.push(pair);
            }
        }
    }

    /// With a bonus the other actions of a state that is met are worth a thought as well.
    fn meet(&mut self, row: usize, situation: &Situation<'_>) {
        for column in 0..self.tabular.table.actions {
            let known = self.places.get(row * self.tabular.table.actions + column);
            if known == Some(&NOWHERE) && situation.allows(column) {
                let tried = self.now;
                self.remember(Remembered { row, column, reward: 0.0, next: Some(row), tried });
            }
        }
    }

    /// One remembered pair is updated as if it had just been met; it counts as no visit.
    fn go_over(&mut self, pair: Remembered) {
        let future =
            pair.next.map_or(0.0, |row| self.tabular.highest(row, &self.masks.recall(row)));
        let bonus = match self.bonus {
            0.0 => 0.0,
            bonus => bonus * ((self.now - pair.tried) as f64).sqrt(),
        };
        let target = pair.reward + bonus + self.tabular.discount * future;
        let place = pair.row * self.tabular.table.actions + pair.column;
        let error = target - self.tabular.value(pair.row, pair.column);
        self.tabular.shift(place, self.tabular.latest_step(place) * error);
    }
}

learner!(DynaQ, DynaSettings);

impl Agent for DynaQ {
    fn name(&self) -> &str {
        if self.bonus > 0.0 { "Dyna-Q+" } else { "Dyna-Q" }
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    chooses_by_its_table!();

    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        self.now += 1;
        let (row, column) = self.tabular.pair_of(experience);
        let next = (!experience.terminal).then(|| self.tabular.row_of(&experience.after));
        self.masks.note(row, &experience.before);
        if let Some(next) = next {
            self.masks.note(next, &experience.after);
        }
        let future = self.tabular.highest_after(experience);
        let target = experience.reward + self.tabular.discount * future;
        self.tabular.update(row, column, target);
        let reward = experience.reward;
        self.remember(Remembered { row, column, reward, next, tried: self.now });
        if self.bonus > 0.0 {
            self.meet(row, &experience.before);
        }
        for _ in 0..self.planned {
            let drawn = dice.below(PLANNING, self.memory.len());
            if let Some(pair) = self.memory.get(drawn).copied() {
                self.go_over(pair);
            }
        }
    }

    tells_its_table!();

    fn keep(&self) -> Option<Learned> {
        let actions = self.tabular.table.actions;
        let pairs = || self.memory.iter();
        let places = pairs().map(|pair| (pair.row * actions + pair.column) as u32);
        let next = pairs().map(|pair| pair.next.map_or(END, |row| row as u32));
        let mut learned = self.tabular.keep();
        learned.extend([
            named("remembered pairs", Kept::Counts(places.collect())),
            named("remembered rewards", Kept::Reals(pairs().map(|pair| pair.reward).collect())),
            named("remembered next", Kept::Counts(next.collect())),
            named("remembered tried", Kept::Wholes(pairs().map(|pair| pair.tried).collect())),
            named("beats", Kept::Wholes(vec![self.now])),
        ]);
        self.masks.keep(&mut learned);
        Some(learned)
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let actions = self.tabular.table.actions;
        let rows = self.places.len() / actions.max(1);
        let places = distinct(learned, "remembered pairs", self.places.len())?;
        let rewards = reals(learned, "remembered rewards", places.len())?;
        let next = counts(learned, "remembered next", places.len())?;
        let known = next.iter().all(|next| *next == END || (*next as usize) < rows);
        possible("remembered next", known, "there is no such state")?;
        let tried = some_wholes(learned, "remembered tried")?;
        of_length("remembered tried", tried.len(), places.len())?;
        let [now] = clocks(learned, "beats")?;
        let before = tried.iter().all(|tried| *tried <= now);
        possible("remembered tried", before, "a pair was tried in a beat to come")?;
        let masks = self.masks.of(learned)?;
        self.tabular.take_up(learned)?;
        (self.masks, self.now) = (masks, now);
        self.memory.clear();
        self.places.fill(NOWHERE);
        for ((place, reward), (next, tried)) in
            places.iter().zip(rewards).zip(next.iter().zip(tried))
        {
            let (row, column) = (*place as usize / actions, *place as usize % actions);
            let next = (*next != END).then_some(*next as usize);
            self.remember(Remembered { row, column, reward: *reward, next, tried: *tried });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::q_learning::QLearning;
    use super::super::trials::{
        constant, luck, maze, play, published, random_process, step, two_by_three,
    };
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn settings(planned: u32, bonus: f64) -> DynaSettings {
        DynaSettings { planned, bonus, table: constant(0.5, 0.0) }
    }

    #[test]
    fn what_is_remembered_is_gone_over() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent = DynaQ::new(&settings(2, 0.0), &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        // The only pair there is moves three times half way to 8: 4, 6, 7. One visit counts.
        step(&mut agent, &mut dice, (0, 1), 8.0, None);
        assert_eq!(agent.table().unwrap().values[1], 7.0);
        assert_eq!(agent.table().unwrap().visits[1], 1);
        // The latest outcome stands for the pair, its three moves towards 0.
        step(&mut agent, &mut dice, (0, 1), 0.0, None);
        assert_eq!(agent.table().unwrap().values[1], 0.875);
    }

    #[test]
    fn a_bonus_grows_with_the_root_of_the_beats_since_a_pair_was_tried() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent = DynaQ::new(&settings(0, 2.0), &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        step(&mut agent, &mut dice, (0, 1), 0.0, None);
        // The state's other actions are remembered, as leading back for nothing.
        assert_eq!(agent.memory.len(), 3);
        for _ in 0..9 {
            step(&mut agent, &mut dice, (1, 0), 0.0, None);
        }
        let untried = agent.memory.iter().find(|pair| (pair.row, pair.column) == (0, 2)).copied();
        agent.go_over(untried.unwrap());
        // Nine beats later 2·√9 = 6, of which half.
        assert_eq!(agent.table().unwrap().values[2], 3.0);
    }

    #[test]
    fn without_planning_it_is_q_learning() {
        let process = random_process();
        let (states, actions) = (process.state_space(), process.action_space());
        let table = constant(0.1, 0.3);
        let settings = DynaSettings { planned: 0, bonus: 0.0, table: table.clone() };
        let criterion = Criterion::Discounted(0.9);
        let mut one = DynaQ::new(&settings, states, actions, criterion).unwrap();
        let mut other = QLearning::new(&table, states, actions, criterion).unwrap();
        play(&process, &mut one, luck(0, 0), 20_000);
        play(&process, &mut other, luck(0, 0), 20_000);
        assert_eq!(one.table(), other.table());
    }

    /// Sutton & Barto (2018), example 8.1, with the means of 2,000 runs of another program
    /// (sb_ex8_1_dyna_maze.json): ε = 0.1, α = 0.1, γ = 0.95.
    #[test]
    fn the_maze_is_learned_as_published() {
        let file = published(include_str!("../../tests/published/sb_ex8_1_dyna_maze.json"));
        let walls = [(1, 2), (2, 2), (3, 2), (0, 7), (1, 7), (2, 7), (4, 5)];
        let maze = maze((6, 9), &walls, (2, 0), (0, 8));
        let (states, actions) = (maze.state_space(), maze.action_space());
        // Standard errors of the means are near 1 % with these runs, 0.5 % with those given.
        for (planned, runs) in [(0, 500), (5, 500), (50, 150)] {
            let settings = DynaSettings { planned, bonus: 0.0, table: constant(0.1, 0.1) };
            let mut steps = 0;
            for replication in 0..runs {
                let criterion = Criterion::Discounted(0.95);
                let mut agent = DynaQ::new(&settings, states, actions, criterion).unwrap();
                for episode in 0..50 {
                    let luck = luck(replication, episode);
                    let (_, taken) = play(&maze, &mut agent, luck, 1_000_000);
                    steps += if episode > 0 { taken.len() } else { 0 };
                }
            }
            let mean = steps as f64 / (49 * runs) as f64;
            let given = &file["numbers"]["mean_steps_per_episode"][format!("n={planned}")];
            let given = given["mean_ep_2_50"].as_f64().unwrap();
            assert!((mean / given - 1.0).abs() < 0.04, "n = {planned}: {mean} against {given}");
        }
    }
}
