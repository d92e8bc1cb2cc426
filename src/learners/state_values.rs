//! What each state is believed to be worth: a table of states, or linear in features.
//!
//! In a table V(s) ← V(s) + α·(G − V(s)). With features v(s) = wᵀx(s) and
//! w ← w + α/(xᵀx)·(G − wᵀx)·x (semi-gradient; Sutton & Barto 2018, sec. 9.3), the division as in
//! [`super::linear`]. A step size that shrinks goes by the updates of the state, or of each weight.

#![expect(
    clippy::indexing_slicing,
    reason = "states and features are numbered by their spaces; a hot loop"
)]

use super::features::{Active, FeatureMap, Features};
use super::kept::{counts, named, reals};
use super::step_size::StepSizes;
use super::tabular::{Index, TABLE_LIMIT_BYTES, TableError};
use crate::mdp::{Kept, KeptError, Learned, Level, Space, StateValue};

/// A value, its visits and the episode of its latest visit.
const ENTRY_BYTES: u64 = 16;

/// Values of states.
#[derive(Debug, Clone)]
pub(super) enum StateValues {
    /// One for each state.
    Table(StateTable),
    /// Linear in features.
    Linear(Box<LinearStates>),
}

/// A value and a count of updates for each state.
#[derive(Debug, Clone)]
pub(super) struct StateTable {
    place: Index,
    pub(super) values: Vec<f64>,
    pub(super) visits: Vec<u32>,
}

/// A weight and a count of updates for each feature.
#[derive(Debug, Clone)]
pub(super) struct LinearStates {
    map: FeatureMap,
    weights: Vec<f64>,
    updates: Vec<u32>,
    /// Room for the features of one state.
    seen: Active,
}

impl StateValues {
    /// Values that all begin at `initial`.
    ///
    /// # Errors
    /// Where there are too many states for a table, or too many features.
    pub(super) fn new(
        features: Option<Features>,
        space: &Space,
        initial: f64,
    ) -> Result<Self, TableError> {
        let Some(features) = features else {
            let rows = space.count()?;
            if rows > TABLE_LIMIT_BYTES / ENTRY_BYTES {
                return Err(TableError::too_large(space, None, ENTRY_BYTES));
            }
            let rows = rows as usize;
            return Ok(Self::Table(StateTable {
                place: Index::of(space),
                values: vec![initial; rows],
                visits: vec![0; rows],
            }));
        };
        let map = FeatureMap::new(features, space)?;
        let weights = (0..map.count()).map(|feature| map.weight_for(initial, feature)).collect();
        let (updates, seen) = (vec![0; map.count()], map.room());
        Ok(Self::Linear(Box::new(LinearStates { map, weights, updates, seen })))
    }

    /// The number of a state in the table; 0 where there is none.
    #[inline(always)]
    pub(super) fn row(&self, levels: &[Level]) -> usize {
        match self {
            Self::Table(table) => table.place.at(levels),
            Self::Linear(_) => 0,
        }
    }

    /// What a state is believed to be worth.
    #[inline(always)]
    pub(super) fn value(&mut self, levels: &[Level]) -> f64 {
        match self {
            Self::Table(table) => table.values[table.place.at(levels)],
            Self::Linear(linear) => {
                linear.map.write(levels, &mut linear.seen);
                linear.seen.dot(&linear.weights)
            }
        }
    }

    /// The same with whether anything was learned of it.
    pub(super) fn known(&self, levels: &[Level]) -> StateValue {
        match self {
            Self::Table(table) => {
                let row = table.place.at(levels);
                StateValue { value: table.values[row], learned: table.visits[row] > 0 }
            }
            Self::Linear(linear) => {
                let mut seen = linear.map.room();
                linear.map.write(levels, &mut seen);
                let moved = |number: &u32| linear.updates[*number as usize] > 0;
                let learned = seen.numbers.iter().any(moved);
                StateValue { value: seen.dot(&linear.weights), learned }
            }
        }
    }

    /// The value of a state moves towards a target.
    #[inline(always)]
    pub(super) fn update(
        &mut self,
        levels: &[Level],
        target: f64,
        sizes: &StepSizes,
        decisions: u64,
    ) {
        match self {
            Self::Table(table) => {
                let row = table.place.at(levels);
                let visits = &mut table.visits[row];
                let step = sizes.at(*visits, decisions);
                *visits = visits.saturating_add(1);
                table.values[row] += step * (target - table.values[row]);
            }
            Self::Linear(linear) => {
                linear.map.write(levels, &mut linear.seen);
                let error = target - linear.seen.dot(&linear.weights);
                let share = error / linear.seen.norm();
                for (number, x) in linear.seen.numbers.iter().zip(&linear.seen.values) {
                    let place = *number as usize;
                    let updates = &mut linear.updates[place];
                    linear.weights[place] += sizes.at(*updates, decisions) * (share * x);
                    *updates = updates.saturating_add(1);
                }
            }
        }
    }

    /// What was learned, as named arrays.
    pub(super) fn keep(&self) -> Learned {
        let (name, values, updates) = match self {
            Self::Table(table) => ("values", &table.values, &table.visits),
            Self::Linear(linear) => ("weights", &linear.weights, &linear.updates),
        };
        vec![
            named(name, Kept::Reals(values.clone())),
            named("updates", Kept::Counts(updates.clone())),
        ]
    }

    /// Goes on with what was kept.
    ///
    /// # Errors
    /// Where it does not fit; nothing is changed then.
    pub(super) fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let (name, values, updates) = match self {
            Self::Table(table) => ("values", &mut table.values, &mut table.visits),
            Self::Linear(linear) => ("weights", &mut linear.weights, &mut linear.updates),
        };
        let new_values = reals(learned, name, values.len())?;
        let new_updates = counts(learned, "updates", updates.len())?;
        values.copy_from_slice(new_values);
        updates.copy_from_slice(new_updates);
        Ok(())
    }
}
