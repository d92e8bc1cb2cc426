//! Semi-gradient SARSA, Q-learning and TD(0) with linear values: for what is too large for a table.
//!
//! q(s, a) = w_aᵀx(s), one vector of weights for each flat action, x the features of what is seen
//! (see [`super::features`]). δ = r + γ·q(s′, a′) − q(s, a) with the next action (SARSA; Sutton &
//! Barto 2018, sec. 10.1, eq. 10.1) or the best one (Q-learning; eq. 11.5), 0 in place of q(s′, a′)
//! after a terminal step; w_a ← w_a + α/(xᵀx)·δ·x(s). TD(0) prediction likewise for v(s) = wᵀx(s)
//! (sec. 9.3), weighted by the importance ratio ρ where another policy acts (eq. 11.2).
//!
//! The division by xᵀx, the number of active features where these are indicators, lets an α of 1
//! carry the value to its target, as in a table (eq. 9.19 with τ = 1/α). A step size that shrinks
//! goes by the updates of each weight, and exploration by how often the rarest active feature was
//! met; with an indicator for each state both are those of a table, and so is all that is learned.
//!
//! Q-learning with features is bootstrapping off policy and may diverge, as in Baird's
//! counterexample (sec. 11.2); SARSA is on policy.

#![expect(
    clippy::indexing_slicing,
    reason = "features and actions are numbered by their maps; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::exploration::Exploration;
use super::features::{Active, FeatureMap, Features};
use super::greedy::{epsilon_greedy, explore, greedy};
use super::kept::{clocks, counts, named, reals};
use super::sarsa::{discount_for, with_discount};
use super::settings::{Figure, LearnerSettings, Place, learner};
use super::step_size::{StepSize, StepSizes};
use super::tabular::{
    Index, SOURCES, TABLE_LIMIT_BYTES, TableError, TabularSettings, levels_of_actions,
};
use crate::environments::SettingError;
use crate::mdp::enumerate::ACTION_LIMIT;
use crate::mdp::{
    Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level, Situation, Space,
};

/// Settings of the learners with linear values.
///
/// Step size and exploration fall by time, as weights are shared by states that are met often and
/// states that are met rarely. After 3·10⁵ beats of four seeds Q-learning and SARSA lie 6.2 ± 6.1 and
/// 13.1 ± 3.9 % below the optimum of the default line, where running always lies 12.6 % below, and
/// 5.8 ± 3.0 and 2.7 ± 1.8 % on `LINE3`. On the line of twenty machines with the first controlled,
/// whose parts take some twenty beats and more to be sold, both earn what running always does, 1.89 €
/// a beat.
///
/// With the first, ninth and seventeenth controlled they fail there: 1.60 ± 0.62 and 0.54 ± 0.96 €.
/// A constant step of 0.1 has 1.79 ± 0.19 and 1.87 ± 0.09 €, but holds back the default line in one
/// seed of four. Steps by visits, as of a table, are better on the default line (4.6 ± 0.6 % below,
/// Q-learning) and learn nothing of twenty machines: weights of features that are always met stand
/// still before the parts have arrived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinearSettings {
    /// What values are linear in. Indicators of all levels and pairs of levels by default.
    pub features: Features,
    /// How far an update moves a value; visits are the updates of each weight. 0.1/(1 + t/50,000) after
    /// t decisions by default.
    pub step_size: StepSize,
    /// How something else than the best is tried; visits are those of the rarest active feature. A
    /// random action, with a probability that falls to 0.05 over 100,000 decisions, by default. `Ucb`
    /// needs a table and is refused.
    pub exploration: Exploration,
    /// The learner's own discount factor γ a beat, from 0 to 1; by default as for a table. Where
    /// parts take long to reach the end of a line, a higher one is needed.
    pub discount: Option<f64>,
    /// The value of everything before it is met, in currency. 0 by default.
    pub initial_value: f64,
}

impl LearnerSettings for LinearSettings {
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
        vec![Figure {
            name: "initial value",
            about: "The value of everything before it is met",
            low: -1e9,
            high: 1e9,
            place: Place::Real(&mut self.initial_value),
        }]
    }
}

impl Default for LinearSettings {
    fn default() -> Self {
        Self {
            features: Features::default(),
            step_size: StepSize::Time { from: 0.1, half: 50_000.0 },
            exploration: Exploration::by_time(),
            discount: None,
            initial_value: 0.0,
        }
    }
}

impl LinearSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = Vec::new();
        self.features.fault("features", &mut faults);
        faults.extend(self.as_table().validate());
        self.exploration.table_fault("exploration", &mut faults);
        faults
    }

    /// The same without the features.
    fn as_table(&self) -> TabularSettings {
        TabularSettings {
            step_size: self.step_size,
            exploration: self.exploration,
            discount: self.discount,
            initial_value: self.initial_value,
        }
    }
}

/// A weight and a count of updates.
const ENTRY_BYTES: u64 = 12;

/// Weights by feature and action, and how they are read and moved.
#[derive(Debug, Clone)]
struct Linear {
    map: FeatureMap,
    /// The actions of one feature side by side.
    weights: Vec<f64>,
    updates: Vec<u32>,
    /// How often each feature was met in an update.
    met: Vec<u32>,
    action: Index,
    levels: Box<[Level]>,
    actions: usize,
    discount: f64,
    steps: StepSizes,
    exploration: Exploration,
    decisions: u64,
    before: Active,
    after: Active,
    values: Box<[f64]>,
}

impl Linear {
    fn new(
        settings: &LinearSettings,
        table: &TabularSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let map = FeatureMap::new(settings.features, observations)?;
        let columns = actions.count()?;
        if columns > ACTION_LIMIT {
            return Err(TableError::too_many_actions(actions));
        }
        let features = map.count() as u64;
        if features.saturating_mul(columns) > TABLE_LIMIT_BYTES / ENTRY_BYTES {
            return Err(TableError::too_many_features(features, columns, ENTRY_BYTES));
        }
        let (features, actions_count) = (map.count(), columns as usize);
        let mut weights = vec![0.0; features * actions_count];
        if table.initial_value != 0.0 {
            for (feature, weights) in weights.chunks_exact_mut(actions_count).enumerate() {
                weights.fill(map.weight_for(table.initial_value, feature));
            }
        }
        Ok(Self {
            weights,
            updates: vec![0; features * actions_count],
            met: vec![0; features],
            action: Index::of(actions),
            levels: levels_of_actions(actions)?,
            actions: actions_count,
            discount: table.discount_for(criterion),
            steps: StepSizes::new(table.step_size),
            exploration: table.exploration,
            decisions: 0,
            before: map.room(),
            after: map.room(),
            values: vec![0.0; actions_count].into_boxed_slice(),
            map,
        })
    }

    fn retune(&mut self, table: &TabularSettings, criterion: Criterion) {
        self.discount = table.discount_for(criterion);
        self.steps = StepSizes::new(table.step_size);
        self.exploration = table.exploration;
    }

    /// Adds up the values of all actions for these features.
    #[inline(always)]
    fn read(weights: &[f64], active: &Active, values: &mut [f64]) {
        values.fill(0.0);
        for (number, x) in active.numbers.iter().zip(&active.values) {
            let row = &weights[*number as usize * values.len()..][..values.len()];
            for (value, weight) in values.iter_mut().zip(row) {
                *value += weight * x;
            }
        }
    }

    /// The values of all actions in the state after a step.
    #[inline(always)]
    fn look(&mut self, situation: &Situation<'_>) {
        self.map.write(situation.levels, &mut self.after);
        Self::read(&self.weights, &self.after, &mut self.values);
    }

    /// How often the rarest of the features was met stands for the visits of the state.
    #[inline(always)]
    fn met(&self, active: &Active) -> u32 {
        active.numbers.iter().map(|number| self.met[*number as usize]).min().unwrap_or(0)
    }

    /// The action that is drawn by these values in a state met so often.
    #[inline(always)]
    fn pick(&self, situation: &Situation<'_>, met: u32, values: &[f64], dice: &mut Dice) -> usize {
        let Some(epsilon) = self.exploration.epsilon(self.decisions, &[met]) else {
            return self
                .exploration
                .compare(self.decisions, values, &[met])
                .draw(situation, dice, 0);
        };
        let u = dice.uniform(0);
        if u < epsilon {
            explore(u / epsilon, self.actions, situation)
        } else {
            greedy(values, situation, dice, 1)
        }
    }

    /// Draws an action, counts the decision, and leaves the values behind.
    #[inline(always)]
    fn choose(&mut self, situation: &Situation<'_>, dice: &mut Dice) -> usize {
        self.look(situation);
        let column = self.pick(situation, self.met(&self.after), &self.values, dice);
        self.decisions += 1;
        column
    }

    /// The same without a trace.
    fn foresee(&self, situation: &Situation<'_>, dice: &mut Dice) -> usize {
        let (active, values) = self.read_anew(situation);
        self.pick(situation, self.met(&active), &values, dice)
    }

    fn read_anew(&self, situation: &Situation<'_>) -> (Active, Vec<f64>) {
        let mut active = self.map.room();
        self.map.write(situation.levels, &mut active);
        let mut values = vec![0.0; self.actions];
        Self::read(&self.weights, &active, &mut values);
        (active, values)
    }

    #[inline(always)]
    fn write(&self, column: usize, action: &mut [Level]) {
        let from = column * action.len();
        action.copy_from_slice(&self.levels[from..from + action.len()]);
    }

    /// The highest of the values last looked at among the allowed; 0 if none is.
    #[inline(always)]
    fn highest(&self, situation: &Situation<'_>) -> f64 {
        let allowed =
            self.values.iter().enumerate().filter(|(action, _)| situation.allows(*action));
        let most = allowed.fold(f64::NEG_INFINITY, |most, (_, value)| most.max(*value));
        if most == f64::NEG_INFINITY { 0.0 } else { most }
    }

    /// The weights of the step's action move towards a target.
    #[inline(always)]
    fn update(&mut self, experience: &Experience<'_>, target: f64) {
        self.map.write(experience.before.levels, &mut self.before);
        let column = self.action.at(experience.action);
        let terms = || self.before.numbers.iter().zip(&self.before.values);
        let value: f64 = terms()
            .map(|(number, x)| self.weights[*number as usize * self.actions + column] * x)
            .sum();
        let share = (target - value) / self.before.norm();
        for (number, x) in terms() {
            let place = *number as usize * self.actions + column;
            self.weights[place] += self.steps.at(self.updates[place], self.decisions) * (share * x);
            self.updates[place] = self.updates[place].saturating_add(1);
            let met = &mut self.met[*number as usize];
            *met = met.saturating_add(1);
        }
    }

    fn keep(&self) -> Learned {
        vec![
            named("weights", Kept::Reals(self.weights.clone())),
            named("updates", Kept::Counts(self.updates.clone())),
            named("met", Kept::Counts(self.met.clone())),
            named("decisions", Kept::Wholes(vec![self.decisions])),
        ]
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let weights = reals(learned, "weights", self.weights.len())?;
        let updates = counts(learned, "updates", self.updates.len())?;
        let met = counts(learned, "met", self.met.len())?;
        let [decisions] = clocks(learned, "decisions")?;
        self.weights.copy_from_slice(weights);
        self.updates.copy_from_slice(updates);
        self.met.copy_from_slice(met);
        self.decisions = decisions;
        Ok(())
    }

    fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        let (active, values) = self.read_anew(situation);
        let met = [self.met(&active)];
        match self.exploration.epsilon(self.decisions, &met) {
            Some(epsilon) => epsilon_greedy(&values, situation, epsilon, probabilities),
            None => {
                let compared = self.exploration.compare(self.decisions, &values, &met);
                compared.write(situation, probabilities);
            }
        }
        true
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        let (_, values) = self.read_anew(situation);
        let mut best = None;
        for (action, &value) in values.iter().enumerate() {
            if situation.allows(action) && best.is_none_or(|(_, most)| value > most) {
                best = Some((action, value));
            }
        }
        let best = best.map_or(0, |(action, _)| action);
        probabilities.fill(0.0);
        probabilities[best] = 1.0;
        true
    }

    fn action_values(&self, situation: &Situation<'_>, values: &mut [f64]) -> bool {
        values.copy_from_slice(&self.read_anew(situation).1);
        true
    }
}

/// What an agent with a field `linear` says of its values.
macro_rules! tells_its_values {
    () => {
        fn sources(&self) -> &[&'static str] {
            &SOURCES
        }

        fn action_values(&self, situation: &Situation<'_>, values: &mut [f64]) -> bool {
            self.linear.action_values(situation, values)
        }

        fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
            self.linear.target_policy(situation, probabilities)
        }

        fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
            self.linear.policy(situation, probabilities)
        }

        fn keep(&self) -> Option<Learned> {
            Some(self.linear.keep())
        }

        fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
            self.linear.take_up(learned)
        }

        fn as_any(&mut self) -> Option<&mut dyn std::any::Any> {
            Some(self)
        }

        fn boxed_clone(&self) -> Box<dyn Agent> {
            Box::new(self.clone())
        }
    };
}

/// Q-learning with linear values.
#[derive(Debug, Clone)]
pub struct LinearQ {
    linear: Linear,
}

impl LinearQ {
    /// A learner for these observations and actions that has met nothing yet; the observations need
    /// not be countable. See [`QLearning::new`](super::QLearning::new) for what is asked of its
    /// settings. Fails where the weights would not fit.
    pub fn new(
        settings: &LinearSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let linear = Linear::new(settings, &settings.as_table(), observations, actions, criterion)?;
        Ok(Self { linear })
    }

    /// Goes on with other settings and keeps the weights. Other features need another learner: those
    /// in the settings are not looked at.
    pub fn retune(&mut self, settings: &LinearSettings, criterion: Criterion) {
        self.linear.retune(&settings.as_table(), criterion);
    }
}

learner!(LinearQ, LinearSettings, |own: &LinearSettings, criterion| own
    .as_table()
    .discount_for(criterion));

impl Agent for LinearQ {
    fn name(&self) -> &str {
        "Linear Q-learning"
    }

    #[inline]
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        let column = self.linear.choose(situation, dice);
        self.linear.write(column, action);
        Decision::Made
    }

    fn foresee(&self, situation: &Situation<'_>, dice: &mut Dice, action: &mut [Level]) -> bool {
        self.linear.write(self.linear.foresee(situation, dice), action);
        true
    }

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let linear = &mut self.linear;
        let future = if experience.terminal {
            0.0
        } else {
            linear.look(&experience.after);
            linear.highest(&experience.after)
        };
        linear.update(experience, experience.reward + linear.discount * future);
    }

    tells_its_values!();
}

/// SARSA with linear values.
#[derive(Debug, Clone)]
pub struct LinearSarsa {
    linear: Linear,
    /// The beat and column of the action that was chosen for the beat to come.
    promised: Option<(u64, usize)>,
    /// What was seen then.
    seen: Box<[Level]>,
}

impl LinearSarsa {
    /// A learner for these observations and actions that has met nothing yet; the observations need
    /// not be countable. See [`Sarsa::new`](super::Sarsa::new) for what is asked of its settings.
    /// Fails where the weights would not fit.
    pub fn new(
        settings: &LinearSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let table = with_discount(&settings.as_table(), criterion);
        let linear = Linear::new(settings, &table, observations, actions, criterion)?;
        Ok(Self { linear, promised: None, seen: vec![0; observations.len()].into_boxed_slice() })
    }

    /// Goes on with other settings and keeps the weights. Other features need another learner: those
    /// in the settings are not looked at.
    pub fn retune(&mut self, settings: &LinearSettings, criterion: Criterion) {
        self.linear.retune(&with_discount(&settings.as_table(), criterion), criterion);
    }

    /// What was chosen holds for that beat and what was seen then.
    #[inline(always)]
    fn kept(&self, situation: &Situation<'_>) -> Option<usize> {
        let (beat, column) = self.promised?;
        let stands =
            beat == situation.beat && *self.seen == *situation.levels && situation.allows(column);
        stands.then_some(column)
    }
}

learner!(LinearSarsa, LinearSettings, |own: &LinearSettings, criterion| discount_for(
    &own.as_table(),
    criterion
));

impl Agent for LinearSarsa {
    fn name(&self) -> &str {
        "Linear SARSA"
    }

    fn begin_episode(&mut self) {
        self.promised = None;
    }

    #[inline]
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        let column = match self.kept(situation) {
            Some(column) => column,
            None => self.linear.choose(situation, dice),
        };
        self.promised = None;
        self.linear.write(column, action);
        Decision::Made
    }

    fn foresee(&self, situation: &Situation<'_>, dice: &mut Dice, action: &mut [Level]) -> bool {
        let kept = self.kept(situation);
        let column = kept.unwrap_or_else(|| self.linear.foresee(situation, dice));
        self.linear.write(column, action);
        true
    }

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        let linear = &mut self.linear;
        let future = if experience.terminal {
            self.promised = None;
            0.0
        } else {
            let column = linear.choose(&experience.after, dice);
            self.promised = Some((experience.after.beat, column));
            self.seen.copy_from_slice(experience.after.levels);
            linear.values[column]
        };
        linear.update(experience, experience.reward + linear.discount * future);
    }

    tells_its_values!();
}

/// Semi-gradient TD(0): w ← w + α·ρ·(r + γ·wᵀx′ − wᵀx)·x, x′ = `None` after the end. Returns the
/// error, before ρ.
pub fn semi_gradient_td(
    weights: &mut [f64],
    step: f64,
    ratio: f64,
    discount: f64,
    before: &Active,
    reward: f64,
    after: Option<&Active>,
) -> f64 {
    let future = after.map_or(0.0, |after| after.dot(weights));
    let error = reward + discount * future - before.dot(weights);
    for (number, x) in before.numbers.iter().zip(&before.values) {
        weights[*number as usize] += step * ratio * error * x;
    }
    error
}

#[cfg(test)]
mod tests;
