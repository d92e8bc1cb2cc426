//! What learners with a table of action values share: how it is read and how it moves.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::exploration::{Compared, Exploration};
use super::greedy::{epsilon_greedy, explore, greedy, highest, marked};
use super::kept::{clocks, counts, named, reals};
use super::step_size::{StepSize, StepSizes};
use crate::environments::SettingError;
use crate::mdp::enumerate::ACTION_LIMIT;
use crate::mdp::{
    ActionTable, Criterion, Dice, Experience, Kept, KeptError, Learned, Level, Situation, Space,
    SpaceError, copy_levels,
};

/// The discount of learners where the criterion is the average reward and they are given none.
///
/// A discount near 1 makes the greedy policy near the best on average (Puterman 1994, sec. 10.4),
/// but values then grow as 1/(1 − γ), and so does the time that learning takes. Measured over ten
/// seeds: after 10⁷ beats Q-learning's gain lay 0.9 to 1.3 % below the optimum on `LINE3` and 3.2
/// to 5.8 % on the default line. Where repairs take longer than some 20 beats, a higher one of
/// one's own is worth a try. SARSA has [another](super::sarsa::SARSA_DISCOUNT).
pub const AVERAGE_REWARD_DISCOUNT: f64 = 0.95;

/// The most memory a table may take: 2 GiB.
pub const TABLE_LIMIT_BYTES: u64 = 2 << 30;

/// A value and a count of visits.
const ENTRY_BYTES: u64 = 12;

/// Settings of what has a table of action values, from Q-learning to learned models: whole in those
/// that have no others, and beside their own in the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TabularSettings {
    /// How far an update moves a value. 1/(1 + n^0.6) by default, n the pair's earlier visits.
    pub step_size: StepSize,
    /// How something else than the best is tried. By default a random action, always in a state never
    /// met, half as often after 300 updates of the state, and never less often than with probability
    /// 0.05.
    pub exploration: Exploration,
    /// The learner's own discount factor γ a beat, from 0 to 1. By default the criterion's, which
    /// is 1 for the total reward; 0.95 for the average reward. It must be below 1 where the
    /// environment never ends, as values would grow without bound.
    pub discount: Option<f64>,
    /// The value of every pair before it is met, in currency. 0 by default; a value above what can
    /// be had makes the learner try everything (Sutton & Barto 2018, sec. 2.6).
    pub initial_value: f64,
}

impl Default for TabularSettings {
    fn default() -> Self {
        Self {
            step_size: StepSize::default(),
            exploration: Exploration::default(),
            discount: None,
            initial_value: 0.0,
        }
    }
}

impl TabularSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = Vec::new();
        self.step_size.fault("step_size", &mut faults);
        self.exploration.fault("exploration", &mut faults);
        discount_fault(self.discount, &mut faults);
        if !self.initial_value.is_finite() {
            faults.push(SettingError {
                path: "initial_value".to_owned(),
                message: format!("a value of {} cannot be learned from", self.initial_value),
                remedy: "give a finite number, such as 0".to_owned(),
            });
        }
        faults
    }

    /// As [`TabularSettings::validate`], where these are settings of that name within others.
    pub(super) fn validate_as(&self, name: &str) -> Vec<SettingError> {
        let below =
            |fault: SettingError| SettingError { path: format!("{name}.{}", fault.path), ..fault };
        self.validate().into_iter().map(below).collect()
    }

    /// The discount that the learner uses: its own, else the criterion's: γ for a discounted
    /// reward, 1 for the total one, [`AVERAGE_REWARD_DISCOUNT`] for the average one.
    pub fn discount_for(&self, criterion: Criterion) -> f64 {
        self.discount.unwrap_or(match criterion {
            Criterion::Discounted(gamma) => gamma,
            Criterion::Total => 1.0,
            Criterion::Average => AVERAGE_REWARD_DISCOUNT,
        })
    }
}

/// Adds a fault where a discount is no number from 0 to 1.
pub(super) fn discount_fault(discount: Option<f64>, faults: &mut Vec<SettingError>) {
    if let Some(discount) = discount
        && !(0.0..=1.0).contains(&discount)
    {
        faults.push(SettingError {
            path: "discount".to_owned(),
            message: format!("{discount} is no discount factor"),
            remedy: "give a number from 0 to 1, such as 0.99, or leave it out".to_owned(),
        });
    }
}

/// Why there can be no table of action values.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableError {
    /// The table would take more memory than [`TABLE_LIMIT_BYTES`].
    #[error(
        "a table of {observations} observations by {actions} actions has {} entries and would \
         take {:.1} GiB; the limit is {:.0} GiB. {remedy}",
        observations.saturating_mul(*actions),
        *observations as f64 * *actions as f64 * *entry_bytes as f64 / (1_u64 << 30) as f64,
        TABLE_LIMIT_BYTES as f64 / (1_u64 << 30) as f64
    )]
    TooLarge {
        /// How many observations the environment has.
        observations: u64,
        /// How many flat actions it has.
        actions: u64,
        /// What an entry takes, bytes.
        entry_bytes: u64,
        /// What makes it smaller.
        remedy: String,
    },
    /// There are more than [`ACTION_LIMIT`] combinations of action levels.
    #[error(
        "{actions} different actions are more than the {ACTION_LIMIT} that a table has \
         columns for. {remedy}"
    )]
    TooManyActions {
        /// How many flat actions the environment has.
        actions: u64,
        /// What makes them fewer.
        remedy: String,
    },
    /// Observations or actions cannot be numbered.
    #[error("a table needs numbered observations and actions: {0}")]
    Unnumbered(#[from] SpaceError),
}

impl TableError {
    /// For a table whose entries take so many bytes each; of states alone where it has no actions.
    pub(super) fn too_large(
        observations: &Space,
        actions: Option<&Space>,
        entry_bytes: u64,
    ) -> Self {
        let count = |space: &Space| space.count().unwrap_or(u64::MAX);
        let of_actions = match actions {
            None => String::new(),
            Some(actions) => format!(", and of the actions {}", actions.largest_in_words()),
        };
        Self::TooLarge {
            observations: count(observations),
            actions: actions.map_or(1, count),
            entry_bytes,
            remedy: format!(
                "Most levels have {}{of_actions}: make these ranges shorter, or choose a learner \
                 without a table, such as LinearQ(), or a rule of thumb",
                observations.largest_in_words()
            ),
        }
    }

    /// For features of which there are too many.
    pub(super) fn too_many_features(features: u64, actions: u64, entry_bytes: u64) -> Self {
        let remedy =
            "Choose coarser features: fewer tiles or tilings, pairs in place of all together";
        let remedy = remedy.to_owned();
        Self::TooLarge { observations: features, actions, entry_bytes, remedy }
    }

    /// For more actions than there may be columns.
    pub(super) fn too_many_actions(actions: &Space) -> Self {
        Self::TooManyActions {
            actions: actions.count().unwrap_or(u64::MAX),
            remedy: format!("{}, or choose a rule of thumb", fewer_actions(actions)),
        }
    }
}

/// What makes actions fewer.
pub fn fewer_actions(actions: &Space) -> String {
    format!(
        "Most levels have {}: make these ranges shorter or decide less",
        actions.largest_in_words()
    )
}

/// How many entries a table for these spaces has, or why there can be none. Takes no memory.
pub fn table_entries(observations: &Space, actions: &Space) -> Result<u64, TableError> {
    table_entries_of(ENTRY_BYTES, observations, actions)
}

/// As [`table_entries`], where an entry takes so many bytes.
pub(super) fn table_entries_of(
    entry_bytes: u64,
    observations: &Space,
    actions: &Space,
) -> Result<u64, TableError> {
    let (rows, columns) = (observations.count()?, actions.count()?);
    if columns > ACTION_LIMIT {
        return Err(TableError::too_many_actions(actions));
    }
    match rows.checked_mul(columns) {
        Some(entries) if entries <= TABLE_LIMIT_BYTES / entry_bytes => Ok(entries),
        _ => Err(TableError::too_large(observations, Some(actions), entry_bytes)),
    }
}

/// Names of the sources that a tabular learner draws from: see the constants below.
pub(super) const SOURCES: [&str; 2] = ["exploration", "ties"];
const EXPLORATION: usize = 0;
const TIES: usize = 1;

/// What a choice asks of a situation. What is handed on by reference must lie in memory: this is
/// little, and is put there only where it is asked for.
#[inline(always)]
fn masked<'a>(situation: &Situation<'a>) -> Situation<'a> {
    Situation { levels: &[], reals: &[], allowed: situation.allowed, beat: situation.beat }
}

/// [`Space::index`] without its checks, over strides that lie side by side.
#[derive(Debug, Clone)]
pub(super) struct Index {
    strides: Box<[u64]>,
    lowest: u64,
}

impl Index {
    pub fn of(space: &Space) -> Self {
        let strides: Box<[u64]> = (0..space.len()).map(|place| space.stride(place)).collect();
        let lowest =
            space.variables().iter().zip(&strides).fold(0_u64, |sum, (variable, stride)| {
                sum.wrapping_add((i64::from(variable.low) as u64).wrapping_mul(*stride))
            });
        Self { strides, lowest }
    }

    #[inline(always)]
    pub fn at(&self, levels: &[Level]) -> usize {
        // Of so few variables the sum is written out: a loop over any number is made for many.
        let sum = match (levels.len(), self.strides.len()) {
            (1, 1) => sum_of::<1>(levels, &self.strides),
            (2, 2) => sum_of::<2>(levels, &self.strides),
            (3, 3) => sum_of::<3>(levels, &self.strides),
            (4, 4) => sum_of::<4>(levels, &self.strides),
            (5, 5) => sum_of::<5>(levels, &self.strides),
            _ => levels
                .iter()
                .zip(&self.strides)
                .fold(0, |sum, (level, stride)| term(*level, *stride).wrapping_add(sum)),
        };
        sum.wrapping_sub(self.lowest) as usize
    }
}

/// What a level adds to the index. Modulo 2⁶⁴ a sum of such is right whatever their signs.
#[inline(always)]
fn term(level: Level, stride: u64) -> u64 {
    (i64::from(level) as u64).wrapping_mul(stride)
}

#[inline(always)]
fn sum_of<const N: usize>(levels: &[Level], strides: &[u64]) -> u64 {
    (0..N).fold(0, |sum, place| term(levels[place], strides[place]).wrapping_add(sum))
}

/// The levels of every flat action, one action after the other.
pub(super) fn levels_of_actions(actions: &Space) -> Result<Box<[Level]>, SpaceError> {
    let mut levels = vec![0; actions.count()? as usize * actions.len()].into_boxed_slice();
    if !actions.is_empty() {
        for (flat, levels) in levels.chunks_exact_mut(actions.len()).enumerate() {
            actions.levels(flat as u64, levels);
        }
    }
    Ok(levels)
}

/// A table of action values with its settings: what is the same for every tabular learner.
#[derive(Debug, Clone)]
pub(super) struct Tabular {
    pub table: ActionTable,
    pub discount: f64,
    observation: Index,
    action: Index,
    /// Levels of every flat action, one after the other.
    levels: Box<[Level]>,
    steps: StepSizes,
    exploration: Exploration,
    decisions: u64,
}

impl Tabular {
    pub fn new(
        settings: &TabularSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        table_entries(observations, actions)?;
        let (rows, columns) = (observations.count()? as usize, actions.count()? as usize);
        let mut table = ActionTable::new(rows, columns);
        if settings.initial_value != 0.0 {
            table.values.fill(settings.initial_value);
        }
        Ok(Self {
            table,
            discount: settings.discount_for(criterion),
            observation: Index::of(observations),
            action: Index::of(actions),
            levels: levels_of_actions(actions)?,
            steps: StepSizes::new(settings.step_size),
            exploration: settings.exploration,
            decisions: 0,
        })
    }

    /// Takes new settings and keeps what was learned; the initial value no longer matters.
    pub fn retune(&mut self, settings: &TabularSettings, criterion: Criterion) {
        self.discount = settings.discount_for(criterion);
        self.steps = StepSizes::new(settings.step_size);
        self.exploration = settings.exploration;
    }

    /// The table and how often it was decided by it.
    pub fn keep(&self) -> Learned {
        vec![
            named("values", Kept::Reals(self.table.values.clone())),
            named("visits", Kept::Counts(self.table.visits.clone())),
            named("decisions", Kept::Wholes(vec![self.decisions])),
        ]
    }

    /// Goes on with a table that was kept; fails where it has another size or holds no numbers, and
    /// is then as it was.
    pub fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let values = reals(learned, "values", self.table.values.len())?;
        let visits = counts(learned, "visits", self.table.visits.len())?;
        let [decisions] = clocks(learned, "decisions")?;
        self.table.values.copy_from_slice(values);
        self.table.visits.copy_from_slice(visits);
        self.decisions = decisions;
        Ok(())
    }

    /// The row of what is seen.
    #[inline(always)]
    pub fn row_of(&self, situation: &Situation<'_>) -> usize {
        self.observation.at(situation.levels)
    }

    /// The column of an action's levels.
    #[inline(always)]
    pub fn column_of(&self, action: &[Level]) -> usize {
        self.action.at(action)
    }

    /// The value of one pair.
    #[inline(always)]
    pub fn value(&self, row: usize, column: usize) -> f64 {
        self.table.values[row * self.table.actions + column]
    }

    /// The highest value among the allowed actions; 0 if none is allowed, as after the end.
    #[inline(always)]
    pub fn highest(&self, row: usize, situation: &Situation<'_>) -> f64 {
        let values = self.table.row(row);
        match situation.allowed {
            None => highest(values),
            Some(allowed) => {
                let most = values
                    .iter()
                    .zip(allowed)
                    .filter(|(_, allowed)| **allowed)
                    .fold(f64::NEG_INFINITY, |most, (value, _)| most.max(*value));
                if most == f64::NEG_INFINITY { 0.0 } else { most }
            }
        }
    }

    /// Row and column of the step's pair.
    #[inline(always)]
    pub fn pair_of(&self, experience: &Experience<'_>) -> (usize, usize) {
        (self.row_of(&experience.before), self.column_of(experience.action))
    }

    /// The highest value after a step; 0 after the end.
    #[inline(always)]
    pub fn highest_after(&self, experience: &Experience<'_>) -> f64 {
        if experience.terminal {
            return 0.0;
        }
        let row = self.row_of(&experience.after);
        self.highest(row, &experience.after)
    }

    /// What the behaviour will have of the values here on average: with ε the mean of the allowed
    /// actions, else the highest; or as the rule compares them. Exact ties share the rest, and are
    /// equal. 0 if none is allowed.
    #[inline(always)]
    pub fn expected(&self, row: usize, situation: &Situation<'_>) -> f64 {
        let most = self.highest(row, situation);
        let actions = self.table.actions;
        let visits = &self.table.visits[row * actions..][..actions];
        let Some(epsilon) = self.exploration.epsilon(self.decisions, visits) else {
            return self.compare(row, self.decisions).mean(situation);
        };
        let (mut sum, mut count) = (0.0, 0);
        for (action, value) in self.table.row(row).iter().enumerate() {
            if situation.allows(action) {
                (sum, count) = (sum + value, count + 1);
            }
        }
        if count == 0 { 0.0 } else { most + epsilon * (sum / f64::from(count) - most) }
    }

    /// The probability with which the latest decision, if it was made here and no value has moved
    /// since, took this action.
    #[inline(always)]
    pub fn probability(&self, row: usize, column: usize, situation: &Situation<'_>) -> f64 {
        let actions = self.table.actions;
        let visits = &self.table.visits[row * actions..][..actions];
        let decision = self.decisions.saturating_sub(1);
        let Some(epsilon) = self.exploration.epsilon(decision, visits) else {
            return self.compare(row, decision).probability(column, situation);
        };
        let (mut count, mut higher, mut ties) = (0, false, 0);
        let own = self.value(row, column);
        for (action, value) in self.table.row(row).iter().enumerate() {
            if situation.allows(action) {
                count += 1;
                higher |= *value > own;
                ties += i32::from(*value == own);
            }
        }
        if !situation.allows(column) {
            return 0.0;
        }
        let greedy = if higher { 0.0 } else { (1.0 - epsilon) / f64::from(ties) };
        epsilon / f64::from(count) + greedy
    }

    /// Whether this action is one of the best here by the values as they are.
    #[inline(always)]
    pub fn is_greedy(&self, row: usize, column: usize, situation: &Situation<'_>) -> bool {
        self.value(row, column) >= self.highest(row, situation)
    }

    /// The step size after so many earlier updates.
    #[inline(always)]
    pub fn step_after(&self, visits: u32) -> f64 {
        self.steps.at(visits, self.decisions)
    }

    /// Sets a value whose table is kept up to date from outside, and counts a visit.
    #[inline(always)]
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        let place = row * self.table.actions + column;
        self.table.values[place] = value;
        self.table.visits[place] = self.table.visits[place].saturating_add(1);
    }

    /// Moves a value by so much without counting a visit.
    #[inline(always)]
    pub fn shift(&mut self, place: usize, by: f64) {
        self.table.values[place] += by;
    }

    /// Sets the value in this place without counting a visit.
    #[inline(always)]
    pub fn put(&mut self, place: usize, value: f64) {
        self.table.values[place] = value;
    }

    /// Counts a visit and returns the place of the pair.
    #[inline(always)]
    pub fn visit(&mut self, row: usize, column: usize) -> usize {
        let place = row * self.table.actions + column;
        self.table.visits[place] = self.table.visits[place].saturating_add(1);
        place
    }

    /// The step size that went with the latest visit of the pair in this place.
    #[inline(always)]
    pub fn latest_step(&self, place: usize) -> f64 {
        self.steps.at(self.table.visits[place].saturating_sub(1), self.decisions)
    }

    /// Writes the levels of a flat action.
    #[inline(always)]
    pub fn write(&self, column: usize, action: &mut [Level]) {
        let from = column * action.len();
        copy_levels(action, &self.levels[from..from + action.len()]);
    }

    /// Draws an action as [`Tabular::foresee`] says it, and counts the decision.
    #[inline(always)]
    pub fn choose(&mut self, row: usize, situation: &Situation<'_>, dice: &mut Dice) -> usize {
        let column = self.foresee(row, situation, dice);
        self.decisions += 1;
        column
    }

    /// The action that is drawn here, ε-greedily or as the rule compares them; exact ties for the
    /// highest value or bound fall by a fair draw.
    #[inline(always)]
    pub fn foresee(&self, row: usize, situation: &Situation<'_>, dice: &mut Dice) -> usize {
        let actions = self.table.actions;
        let visits = || &self.table.visits[row * actions..][..actions];
        let Some(epsilon) = self.exploration.epsilon_by(self.decisions, visits) else {
            return self.draw_compared(row, &masked(situation), dice);
        };
        let u = dice.uniform(EXPLORATION);
        if u < epsilon {
            // Given u < ε, u/ε is uniform again: one draw says both whether and what to explore.
            explore(u / epsilon, actions, situation)
        } else {
            let values = self.table.row(row);
            match situation.allowed {
                // It was found when the step before was learned from, and may have moved since;
                // whether it did is harder to foresee than it is to find it again.
                None if actions <= 64 => marked(values, dice, TIES),
                _ => greedy(values, &masked(situation), dice, TIES),
            }
        }
    }

    /// By what a rule that is not ε-greedy compares the actions of a row.
    fn compare(&self, row: usize, decision: u64) -> Compared<'_> {
        let visits = &self.table.visits[row * self.table.actions..][..self.table.actions];
        self.exploration.compare(decision, self.table.row(row), visits)
    }

    /// Kept out of the ε-greedy choice, which is as fast as it is for being short.
    #[inline(never)]
    fn draw_compared(&self, row: usize, situation: &Situation<'_>, dice: &mut Dice) -> usize {
        self.compare(row, self.decisions).draw(situation, dice, EXPLORATION)
    }

    /// Q(row, column) ← Q + α(n)·(target − Q), and n ← n + 1.
    #[inline(always)]
    pub fn update(&mut self, row: usize, column: usize, target: f64) {
        let place = row * self.table.actions + column;
        let visits = &mut self.table.visits[place];
        let step = self.steps.at(*visits, self.decisions);
        *visits = visits.saturating_add(1);
        let value = &mut self.table.values[place];
        *value += step * (target - *value);
    }

    /// The behaviour as it is, as probabilities: exact ties for the highest value or bound share alike.
    pub fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        let row = self.row_of(situation);
        let visits = &self.table.visits[row * self.table.actions..][..self.table.actions];
        match self.exploration.epsilon(self.decisions, visits) {
            Some(epsilon) => {
                let epsilon = epsilon.clamp(0.0, 1.0);
                epsilon_greedy(self.table.row(row), situation, epsilon, probabilities);
            }
            None => self.compare(row, self.decisions).write(situation, probabilities),
        }
        true
    }

    /// The greedy policy of lowest index, as probabilities.
    pub fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        let best = self.table.greedy(self.row_of(situation), |action| situation.allows(action));
        for (action, probability) in probabilities.iter_mut().enumerate() {
            *probability = if action == best { 1.0 } else { 0.0 };
        }
        true
    }

    /// The values of the actions here.
    pub fn action_values(&self, situation: &Situation<'_>, values: &mut [f64]) -> bool {
        values.copy_from_slice(self.table.row(self.row_of(situation)));
        true
    }
}

/// What an [`Agent`](crate::mdp::Agent) with a field `tabular` says of its table.
macro_rules! tells_its_table {
    () => {
        fn action_values(&self, situation: &Situation<'_>, values: &mut [f64]) -> bool {
            self.tabular.action_values(situation, values)
        }

        fn table(&self) -> Option<&ActionTable> {
            Some(&self.tabular.table)
        }

        fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
            self.tabular.target_policy(situation, probabilities)
        }

        fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
            self.tabular.policy(situation, probabilities)
        }

        fn as_any(&mut self) -> Option<&mut dyn std::any::Any> {
            Some(self)
        }

        fn boxed_clone(&self) -> Box<dyn Agent> {
            Box::new(self.clone())
        }
    };
}

/// What an agent with a field `tabular` keeps, where its table is all that it has learned.
macro_rules! keeps_its_table {
    () => {
        fn keep(&self) -> Option<$crate::mdp::Learned> {
            Some(self.tabular.keep())
        }

        fn take_up(
            &mut self,
            learned: &$crate::mdp::Learned,
        ) -> Result<(), $crate::mdp::KeptError> {
            self.tabular.take_up(learned)
        }
    };
}

/// How an agent with a field `tabular` chooses: by its table and exploration, anew in each beat.
macro_rules! chooses_by_its_table {
    () => {
        #[inline(always)]
        fn decide(
            &mut self,
            situation: &Situation<'_>,
            dice: &mut Dice,
            action: &mut [Level],
        ) -> Decision {
            let row = self.tabular.row_of(situation);
            let column = self.tabular.choose(row, situation, dice);
            self.tabular.write(column, action);
            Decision::Made
        }

        #[inline]
        fn foresee(
            &self,
            situation: &Situation<'_>,
            dice: &mut Dice,
            action: &mut [Level],
        ) -> bool {
            let row = self.tabular.row_of(situation);
            let column = self.tabular.foresee(row, situation, dice);
            self.tabular.write(column, action);
            true
        }
    };
}

pub(super) use {chooses_by_its_table, keeps_its_table, tells_its_table};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::{Luck, Variable};

    fn counts(sizes: &[Level]) -> Space {
        let variable =
            |(place, size): (usize, &Level)| Variable::count(format!("v{place}"), -1, size - 2, "");
        Space::new(sizes.iter().enumerate().map(variable).collect()).unwrap()
    }

    fn here(levels: &[Level]) -> Situation<'_> {
        Situation { levels, reals: &[], allowed: None, beat: 0 }
    }

    #[test]
    fn rows_and_columns_are_numbered_as_the_spaces_are() {
        let (seen, actions) = (counts(&[3, 1, 4]), counts(&[2, 3]));
        let settings = TabularSettings::default();
        let tabular = Tabular::new(&settings, &seen, &actions, Criterion::Average).unwrap();
        let mut levels = [0; 3];
        for index in 0..12 {
            seen.levels(index, &mut levels);
            assert_eq!(tabular.row_of(&here(&levels)), index as usize);
        }
        let mut action = [0; 2];
        for flat in 0..6 {
            tabular.write(flat, &mut action);
            assert_eq!(tabular.column_of(&action), flat);
            assert_eq!(actions.index(&action), flat as u64);
        }
    }

    #[test]
    fn a_table_that_would_not_fit_is_refused_in_words() {
        let eight = counts(&[8]);
        // 2 GiB hold 178,956,970 entries.
        assert_eq!(table_entries(&counts(&[22_369_621]), &eight), Ok(178_956_968));
        let refused = table_entries(&counts(&[22_369_622]), &eight).unwrap_err().to_string();
        let words = "22369622 observations by 8 actions has 178956976 entries and would take 2.0";
        assert!(refused.contains(words), "{refused}");
        // What makes it smaller is told of these variables, and not of machines, which a fleet has not.
        let own = |name: &str, high| Variable::count(name, 0, high, "units");
        let places = Space::new(vec![own("east", 9_999), own("west", 99_999)]).unwrap();
        let moves = Space::new(vec![own("move", 40)]).unwrap();
        let refused = table_entries(&places, &moves).unwrap_err().to_string();
        let words = "Most levels have `west` (100000 levels), `east` (10000), and of the actions \
                     `move` (41 levels)";
        assert!(refused.contains(words) && !refused.contains("machines"), "{refused}");
        let many = table_entries(&eight, &counts(&[4_097]));
        assert!(matches!(many, Err(TableError::TooManyActions { actions: 4_097, .. })), "{many:?}");
        let huge = counts(&[1 << 30, 1 << 30, 32]);
        assert!(matches!(table_entries(&huge, &eight), Err(TableError::Unnumbered(_))));
        let wide = counts(&[1 << 30, 1 << 30]);
        assert!(matches!(table_entries(&wide, &eight), Err(TableError::TooLarge { .. })));
    }

    #[test]
    fn choices_are_epsilon_greedy_with_fair_ties_and_masks() {
        let epsilon = 0.4;
        let settings = TabularSettings {
            exploration: Exploration::Constant { epsilon },
            ..TabularSettings::default()
        };
        let mut tabular =
            Tabular::new(&settings, &counts(&[1]), &counts(&[5]), Criterion::Average).unwrap();
        tabular.table.values = vec![2.0, 7.0, 1.0, 7.0, 9.0];
        let mut dice = Dice::new(Luck::new(3), &SOURCES);
        let mut frequencies = |allowed: Option<&[bool]>| {
            let mut counts = [0.0; 5];
            for beat in 0..40_000 {
                dice.turn_to(beat);
                let situation = Situation { allowed, ..here(&[-1]) };
                counts[tabular.choose(0, &situation, &mut dice)] += 1.0 / 40_000.0;
            }
            counts
        };
        // Standard errors are at most 0.0025.
        let near = |found: [f64; 5], expected: [f64; 5]| {
            let apart = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(apart < 0.011, "{found:?} {expected:?}");
        };
        near(frequencies(None), [0.08, 0.08, 0.08, 0.08, 0.68]);
        // Without the best, two are equal; four are left to explore.
        let without = frequencies(Some(&[true, true, true, true, false]));
        near(without, [0.1, 0.4, 0.1, 0.4, 0.0]);
        assert_eq!(without[4], 0.0);
        assert_eq!(frequencies(Some(&[false, false, true, false, false]))[2].round(), 1.0);
        // The behaviour is said as it is.
        let mut behaviour = [0.0; 5];
        assert!(tabular.policy(&here(&[-1]), &mut behaviour));
        near(behaviour, [0.08, 0.08, 0.08, 0.08, 0.68]);
        let masked = Situation { allowed: Some(&[true, true, true, true, false]), ..here(&[-1]) };
        assert!(tabular.policy(&masked, &mut behaviour));
        near(behaviour, [0.1, 0.4, 0.1, 0.4, 0.0]);
    }

    #[test]
    fn settings_are_read_with_defaults_and_judged() {
        let read = |text| ron::from_str::<TabularSettings>(text);
        assert_eq!(read("()").unwrap(), TabularSettings::default());
        let some =
            read("(step_size: Visits(power: 0.8), exploration: Time(decisions: 10))").unwrap();
        assert_eq!(some.step_size, StepSize::Visits { scale: 1.0, power: 0.8 });
        assert_eq!(some.exploration, Exploration::Time { from: 1.0, to: 0.05, decisions: 10 });
        assert!(read("(step: 0.1)").is_err() && read("(step_size: Constant(step: 1))").is_err());
        assert!(some.validate().is_empty());
        let bad = TabularSettings {
            step_size: StepSize::Constant { size: 0.0 },
            exploration: Exploration::Constant { epsilon: -1.0 },
            discount: Some(1.01),
            initial_value: f64::INFINITY,
        };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        let expected = ["step_size.size", "exploration.epsilon", "discount", "initial_value"];
        assert_eq!(paths, expected);
    }

    #[test]
    fn the_learners_discount_goes_before_the_criterions() {
        let criteria = [Criterion::Discounted(0.5), Criterion::Total, Criterion::Average];
        let own = TabularSettings { discount: Some(0.9), ..TabularSettings::default() };
        assert_eq!(criteria.map(|criterion| own.discount_for(criterion)), [0.9; 3]);
        let none = TabularSettings::default();
        assert_eq!(criteria.map(|criterion| none.discount_for(criterion)), [0.5, 1.0, 0.95]);
    }
}
