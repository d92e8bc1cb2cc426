//! A table: a decision process written out row by row, by names.
//!
//! - **State**: the name that a row begins with; where several `variables` are named, its parts.
//! - **Actions**: those of the state's rows; no others are allowed there.
//! - **Start**: one of `start`, each equally likely or with its `start_probabilities`.
//! - **Reward**: that of the row drawn.
//! - **End**: in the states of `terminal`, if there are any.
//!
//! # One beat
//! One of the rows of the state and the action is drawn, each with its probability. A reward that
//! is itself random has several rows to the same next state.
//!
//! The recycling robot (Sutton & Barto 2018, example 3.3) is seven rows.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the table has; a hot loop"
)]

use super::setting::SettingError;
use crate::mdp::{Beat, Enumerable, Environment, Level, Places, Space};

mod names;
mod read;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use tests::examples;

/// The most rows that a table may have.
pub const MOST_ROWS: usize = 20_000;

/// A decision process, row by row.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableSettings {
    /// What the state is called; several names where the names of states give a level of each,
    /// separated by commas. `state` where empty.
    pub variables: Vec<String>,
    /// What the action is called. `action` where empty.
    pub action_name: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// The states in which an episode ends. None by default.
    pub terminal: Vec<String>,
    /// The states in which an episode may start.
    pub start: Vec<String>,
    /// The probability of each of them; equally likely where empty.
    pub start_probabilities: Vec<f64>,
}

/// One way in which a beat can go.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Row {
    /// The state in which the beat begins.
    pub state: String,
    /// The action that is taken.
    pub action: String,
    /// The state that follows.
    pub next: String,
    /// With which probability; those of a state and an action sum to 1. 1 by default.
    pub probability: f64,
    /// What is earned, in currency. 0 by default.
    pub reward: f64,
}

impl Default for Row {
    fn default() -> Self {
        let (state, action, next) = Default::default();
        Self { state, action, next, probability: 1.0, reward: 0.0 }
    }
}

impl TableSettings {
    /// Whether there are states in which it ends.
    pub fn ends(&self) -> bool {
        !self.terminal.is_empty()
    }
}

/// A table, ready to be run.
#[derive(Debug, Clone)]
pub struct Table {
    settings: TableSettings,
    state_space: Space,
    action_space: Space,
    sources: [String; 2],
    items: [String; 1],
    places: Places,
    /// By state, in the order of the state space.
    terminal: Vec<bool>,
    restricts: bool,
    /// By state and action: the places of its outcomes, from the first to behind the last.
    pairs: Vec<(u32, u32)>,
    /// By outcome; those of a pair sum to 1.
    probabilities: Vec<f64>,
    rewards: Vec<f64>,
    next: Vec<u32>,
    /// The states in which an episode may start, and their probabilities.
    start: Vec<u32>,
    start_probabilities: Vec<f64>,
}

const OUTCOME: usize = 0;
const START: usize = 1;
const REWARD: usize = 0;

impl Table {
    /// Builds the table, or says all that is wrong with its settings.
    pub fn new(settings: TableSettings) -> Result<Self, Vec<SettingError>> {
        read::read(settings)
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &TableSettings {
        &self.settings
    }

    /// The places of a pair's outcomes; none where the action is not allowed.
    #[inline(always)]
    fn outcomes(&self, state: &[Level], action: &[Level]) -> std::ops::Range<usize> {
        let state = self.state_space.index(state) as usize;
        let place = state * self.actions() + self.action_space.index(action) as usize;
        let (from, to) = self.pairs[place];
        from as usize..to as usize
    }

    #[inline(always)]
    fn actions(&self) -> usize {
        self.action_space.variables()[0].size() as usize
    }
}

impl Environment for Table {
    tells_its_parts!("Table");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
        let drawn = match self.start.len() {
            1 => 0,
            _ => beat.pick(START, &self.start_probabilities),
        };
        self.state_space.levels(self.start[drawn].into(), state);
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let outcomes = self.outcomes(state, action);
        let from = outcomes.start;
        let drawn = match outcomes.len() {
            // An action that is not allowed: nothing happens.
            0 => return next.copy_from_slice(state),
            1 => from,
            _ => from + beat.pick(OUTCOME, &self.probabilities[outcomes]),
        };
        beat.earn(REWARD, self.rewards[drawn]);
        self.state_space.levels(self.next[drawn].into(), next);
    }

    fn ends(&self) -> bool {
        self.settings.ends()
    }

    fn is_terminal(&self, state: &[Level]) -> bool {
        self.terminal[self.state_space.index(state) as usize]
    }

    fn restricts_actions(&self) -> bool {
        self.restricts
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        !self.outcomes(state, action).is_empty()
    }

    fn allowed_action(&self, state: &[Level], action: &mut [Level]) {
        let all = 0..self.actions() as Level;
        let lowest = self.action_space.variables()[0].low;
        let mut tried = all.map(|above| [lowest + above]);
        if let Some([level]) = tried.find(|tried| self.allows(state, tried)) {
            action[0] = level;
        }
    }

    /// The first action of the table.
    fn usual_action(&self, action: &mut [Level]) {
        action[0] = self.action_space.variables()[0].low;
    }
}

impl Enumerable for Table {}
