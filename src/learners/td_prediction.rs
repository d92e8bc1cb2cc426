//! Prediction: what each state is worth under a policy that is given.
//!
//! Over n rewards, G = r₁ + γ·r₂ + … + γⁿ⁻¹·rₙ + γⁿ·V(sₙ), fewer terms and nothing behind them where
//! the episode ends sooner; V(s) ← V(s) + α·(G − V(s)) once the n rewards are there. With n = 1 this
//! is TD(0) (Sutton 1988; Sutton & Barto 2018, sec. 6.1, eq. 6.2), with more n-step TD (sec. 7.1,
//! eq. 7.1 and 7.2). Without a number of rewards it is constant-α Monte Carlo (sec. 5.1, eq. 6.1): G
//! goes to the end of the episode, for each visit of a state or its first alone, and all values move
//! then, in the order of the visits. Where an episode is cut off, or under Monte Carlo is longer than
//! a limit, what is believed of its last state stands behind the rewards that were had.
//!
//! Values stand in a table, or are linear in features: then these are semi-gradient TD(0), n-step
//! semi-gradient TD and gradient Monte Carlo (sec. 9.3 and 9.4; see [`super::state_values`]).
//!
//! The policy is another agent, which acts and learns nothing.

#![expect(clippy::indexing_slicing, reason = "rows are numbered by the space; a hot loop")]

use std::any::Any;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::features::Features;
use super::kept::{clocks, counts, named, of_length, possible, some_reals, some_wholes};
use super::monte_carlo::CountedVisits;
use super::state_values::StateValues;
use super::step_size::{StepSize, StepSizes};
use super::tabular::{TableError, TabularSettings};
use crate::environments::SettingError;
use crate::mdp::{
    Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level, Situation,
    Space, StateValue,
};

/// The most rewards in a return of a given number, and the most that wait for the end of an episode.
pub const MOST_STEPS: u32 = 10_000;
/// The most steps that Monte Carlo waits for the end of an episode.
pub const LONGEST: u32 = 1_000_000;

/// What a value moves towards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Target {
    /// The rewards of some beats and what is believed of the state behind them.
    Rewards {
        /// How many: n, from 1 to 10,000. 1, TD(0), by default.
        #[serde(default = "one")]
        steps: u32,
    },
    /// All rewards until the end of the episode (Monte Carlo).
    Episode {
        /// Which visits of an episode are learned from. The first by default; with features every
        /// one.
        #[serde(default)]
        visits: CountedVisits,
        /// After how many steps without an end what was had is settled, from 1 to 1,000,000. 10,000
        /// by default.
        #[serde(default = "longest_by_default")]
        longest: u32,
    },
}

fn one() -> u32 {
    1
}

fn longest_by_default() -> u32 {
    10_000
}

impl Default for Target {
    fn default() -> Self {
        Self::Rewards { steps: one() }
    }
}

impl Target {
    /// Monte Carlo with these visits.
    pub fn episode(visits: CountedVisits) -> Self {
        Self::Episode { visits, longest: longest_by_default() }
    }

    /// So many rewards; of a whole episode, with these visits, where there is no number.
    #[cfg(test)]
    pub(super) fn over(steps: Option<u32>, visits: CountedVisits) -> Self {
        steps.map_or(Self::episode(visits), |steps| Self::Rewards { steps })
    }
}

/// Settings of prediction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PredictionSettings {
    /// What values move towards. One reward and what is believed behind it by default: TD(0).
    pub target: Target,
    /// What values are linear in; none, the default, for a table of all states.
    pub features: Option<Features>,
    /// How far an update moves a value. 1/(1 + n^0.6) by default, n the state's earlier updates, or
    /// each weight's.
    pub step_size: StepSize,
    /// The discount factor γ a beat, from 0 to 1; by default as for [`TabularSettings::discount`].
    pub discount: Option<f64>,
    /// The value of every state before it is met, in currency. 0 by default.
    pub initial_value: f64,
}

impl Default for PredictionSettings {
    fn default() -> Self {
        Self {
            target: Target::default(),
            features: None,
            step_size: StepSize::default(),
            discount: None,
            initial_value: 0.0,
        }
    }
}

impl PredictionSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = self.table().validate();
        if let Some(features) = self.features {
            features.fault("features", &mut faults);
        }
        let mut whole = |path: &str, number: u32, most: u32, usual: u32| {
            if !(1..=most).contains(&number) {
                faults.push(SettingError {
                    path: path.to_owned(),
                    message: format!("a return over {number} steps cannot be had"),
                    remedy: format!("give a whole number from 1 to {most}, such as {usual}"),
                });
            }
        };
        match self.target {
            Target::Rewards { steps } => whole("target.steps", steps, MOST_STEPS, 4),
            Target::Episode { longest, .. } => {
                whole("target.longest", longest, LONGEST, longest_by_default());
            }
        }
        faults
    }

    /// The discount that values are learned with under a criterion.
    pub fn discount_for(&self, criterion: Criterion) -> f64 {
        self.table().discount_for(criterion)
    }

    fn table(&self) -> TabularSettings {
        TabularSettings {
            step_size: self.step_size,
            discount: self.discount,
            initial_value: self.initial_value,
            ..TabularSettings::default()
        }
    }
}

/// A step whose value has not moved yet.
#[derive(Debug, Clone)]
struct Waiting {
    /// The state.
    seen: Box<[Level]>,
    reward: f64,
    counts: bool,
}

/// TD(0), n-step TD or Monte Carlo prediction of a given policy.
#[derive(Clone)]
pub struct TdPrediction {
    policy: Box<dyn Agent>,
    space: Space,
    values: StateValues,
    sizes: StepSizes,
    /// Decisions so far.
    decisions: u64,
    discount: f64,
    steps: Option<usize>,
    counted: CountedVisits,
    longest: usize,
    waiting: VecDeque<Waiting>,
    /// Room for states that will wait, so that no step asks for memory for long.
    spare: Vec<Box<[Level]>>,
    /// The state behind the latest of those that wait, if the episode goes on there.
    behind: Box<[Level]>,
    goes_on: bool,
    /// The episode, from 1, and that in which each state of a table was met last.
    episode: u32,
    met: Vec<u32>,
}

impl TdPrediction {
    /// What is worth what under this policy, of which nothing is known yet.
    ///
    /// `criterion` is the scenario's; a discount in the settings goes before the one that follows
    /// from it ([`TabularSettings::discount_for`]). The settings are taken as they are: ask
    /// [`PredictionSettings::validate`] first. Fails where the table would not fit.
    pub fn new(
        settings: &PredictionSettings,
        policy: Box<dyn Agent>,
        observations: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let values = StateValues::new(settings.features, observations, settings.initial_value)?;
        let rows = match &values {
            StateValues::Table(table) => table.values.len(),
            StateValues::Linear(_) => 0,
        };
        let mut agent = Self {
            policy,
            values,
            sizes: StepSizes::new(settings.step_size),
            decisions: 0,
            discount: 0.0,
            steps: None,
            counted: CountedVisits::Every,
            longest: 1,
            waiting: VecDeque::new(),
            spare: Vec::new(),
            behind: observations.variables().iter().map(|variable| variable.low).collect(),
            space: observations.clone(),
            goes_on: false,
            episode: 0,
            met: vec![0; rows],
        };
        agent.retune(settings, criterion);
        Ok(agent)
    }

    /// The same before it is known which policy acts: until it [acts by](Self::act_by) one, it does
    /// not decide.
    ///
    /// # Errors
    /// As [`TdPrediction::new`].
    pub fn without_policy(
        settings: &PredictionSettings,
        observations: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        Self::new(settings, Box::new(Nobody), observations, criterion)
    }

    /// Acts by this policy from now on.
    pub fn act_by(&mut self, policy: Box<dyn Agent>) {
        self.policy = policy;
    }

    /// Goes on with other settings and keeps the values. What waits is settled first: it was had
    /// under the former settings.
    pub fn retune(&mut self, settings: &PredictionSettings, criterion: Criterion) {
        self.settle();
        self.sizes = StepSizes::new(settings.step_size);
        self.discount = settings.discount_for(criterion);
        (self.steps, self.counted, self.longest) = match settings.target {
            Target::Rewards { steps } => (Some(steps.max(1) as usize), CountedVisits::Every, 1),
            Target::Episode { visits, longest } => (None, visits, longest.max(1) as usize),
        };
    }

    /// What each state is believed to be worth, by its number in the space of observations, in
    /// currency; empty where values are linear in features.
    pub fn values(&self) -> &[f64] {
        match &self.values {
            StateValues::Table(table) => &table.values,
            StateValues::Linear(_) => &[],
        }
    }

    /// The same, to be changed.
    #[cfg(test)]
    pub(super) fn values_mut(&mut self) -> &mut [f64] {
        match &mut self.values {
            StateValues::Table(table) => &mut table.values,
            StateValues::Linear(_) => &mut [],
        }
    }

    /// How often the value of each state has moved; empty where values are linear in features.
    pub fn visits(&self) -> &[u32] {
        match &self.values {
            StateValues::Table(table) => &table.visits,
            StateValues::Linear(_) => &[],
        }
    }

    /// The policy that is followed.
    pub fn followed(&self) -> &dyn Agent {
        &*self.policy
    }

    /// What is believed to follow the latest step.
    fn believed(&mut self) -> f64 {
        if self.goes_on { self.values.value(&self.behind) } else { 0.0 }
    }

    /// The earliest value moves towards the rewards that are there and what is believed behind.
    fn move_earliest(&mut self) {
        let (discount, believed) = (self.discount, self.believed());
        let rewards = self.waiting.iter().rev();
        let target = rewards.fold(believed, |after, step| step.reward + discount * after);
        if let Some(step) = self.waiting.pop_front() {
            self.values.update(&step.seen, target, &self.sizes, self.decisions);
            self.spare.push(step.seen);
        }
    }

    /// All that wait move, the earliest first: no reward will come any more. Returns are formed
    /// before, from the last step back, each in one multiplication.
    fn settle(&mut self) {
        let mut had = self.believed();
        for step in self.waiting.iter_mut().rev() {
            had = step.reward + self.discount * had;
            step.reward = had;
        }
        while let Some(step) = self.waiting.pop_front() {
            if step.counts {
                self.values.update(&step.seen, step.reward, &self.sizes, self.decisions);
            }
            self.spare.push(step.seen);
        }
        self.goes_on = false;
    }

    /// Whether this visit of a state is one to learn from.
    fn counts(&mut self, seen: &[Level]) -> bool {
        if self.steps.is_some() || self.met.is_empty() {
            return true;
        }
        let met = &mut self.met[self.values.row(seen)];
        let first = *met != self.episode;
        *met = self.episode;
        first || self.counted == CountedVisits::Every
    }

    /// A state among those that wait, in room that is there already where there is any.
    fn wait(&mut self, seen: &[Level], reward: f64) {
        let counts = self.counts(seen);
        let mut room = self.spare.pop().unwrap_or_else(|| vec![0; seen.len()].into());
        room.copy_from_slice(seen);
        self.waiting.push_back(Waiting { seen: room, reward, counts });
    }
}

impl Agent for TdPrediction {
    fn name(&self) -> &str {
        match self.steps {
            Some(1) => "TD(0)",
            Some(_) => "n-step TD",
            None => "Monte Carlo prediction",
        }
    }

    fn sources(&self) -> &[&'static str] {
        self.policy.sources()
    }

    fn begin_episode(&mut self) {
        // Of an episode that was cut off some still wait.
        self.settle();
        self.policy.begin_episode();
        self.episode = self.episode.wrapping_add(1);
        if self.episode == 0 {
            self.met.fill(0);
            self.episode = 1;
        }
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        self.policy.decide(situation, dice, action)
    }

    fn foresee(&self, situation: &Situation<'_>, dice: &mut Dice, action: &mut [Level]) -> bool {
        self.policy.foresee(situation, dice, action)
    }

    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        self.decisions += 1;
        self.wait(experience.before.levels, experience.reward);
        if experience.terminal {
            self.goes_on = false;
            self.settle();
            return;
        }
        self.behind.copy_from_slice(experience.after.levels);
        self.goes_on = true;
        match self.steps {
            Some(steps) if self.waiting.len() >= steps => self.move_earliest(),
            None if self.waiting.len() >= self.longest => self.settle(),
            _ => {}
        }
    }

    fn plan(&mut self, budget: u64) -> u64 {
        self.policy.plan(budget)
    }

    fn state_value(&self, situation: &Situation<'_>) -> Option<StateValue> {
        Some(self.values.known(situation.levels))
    }

    fn predicts(&self) -> Option<f64> {
        Some(self.discount)
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        self.policy.target_policy(situation, probabilities)
    }

    fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        // What does not learn or explore acts as its target does.
        self.policy.policy(situation, probabilities)
            || self.policy.target_policy(situation, probabilities)
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }

    fn keep(&self) -> Option<Learned> {
        let variables = || self.space.variables().iter();
        let places = |seen: &[Level]| -> Vec<u64> {
            let each = seen.iter().zip(variables());
            each.map(|(level, variable)| u64::from(level.abs_diff(variable.low))).collect()
        };
        let waiting = || self.waiting.iter();
        let mut learned = self.values.keep();
        learned.extend([
            named("decisions", Kept::Wholes(vec![self.decisions])),
            named(
                "waiting states",
                Kept::Wholes(waiting().flat_map(|step| places(&step.seen)).collect()),
            ),
            named("waiting rewards", Kept::Reals(waiting().map(|step| step.reward).collect())),
            named(
                "waiting counted",
                Kept::Counts(waiting().map(|step| u32::from(step.counts)).collect()),
            ),
            named(
                "behind",
                Kept::Wholes(if self.goes_on { places(&self.behind) } else { Vec::new() }),
            ),
        ]);
        Some(learned)
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let rewards = some_reals(learned, "waiting rewards")?;
        let few = rewards.len() < self.steps.unwrap_or(self.longest);
        possible("waiting rewards", few, "more wait than an episode has")?;
        let counted = counts(learned, "waiting counted", rewards.len())?;
        let places = some_wholes(learned, "waiting states")?;
        let width = self.space.len();
        of_length("waiting states", places.len(), rewards.len() * width)?;
        let behind = some_wholes(learned, "behind")?;
        let goes_on = !behind.is_empty();
        of_length("behind", behind.len(), if goes_on { width } else { 0 })?;
        let waiting =
            places.chunks(width.max(1)).map(|places| self.state_of("waiting states", places));
        let waiting = waiting.collect::<Result<Vec<_>, _>>()?;
        let behind = if goes_on { Some(self.state_of("behind", behind)?) } else { None };
        let [decisions] = clocks(learned, "decisions")?;
        self.values.take_up(learned)?;
        self.decisions = decisions;
        let steps = waiting.into_iter().zip(rewards).zip(counted);
        self.waiting = steps
            .map(|((seen, reward), counts)| Waiting { seen, reward: *reward, counts: *counts > 0 })
            .collect();
        self.goes_on = goes_on;
        if let Some(behind) = behind {
            self.behind = behind;
        }
        Ok(())
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

impl TdPrediction {
    /// A state that was kept, as the places of its levels in their ranges.
    fn state_of(&self, name: &'static str, places: &[u64]) -> Result<Box<[Level]>, KeptError> {
        let each = self.space.variables().iter().zip(places);
        let levels = each.map(|(variable, place)| {
            let level = i64::from(variable.low).checked_add_unsigned(*place)?;
            Level::try_from(level).ok().filter(|level| *level <= variable.high)
        });
        let impossible = KeptError::Impossible { name, what: "there is no such state" };
        levels.collect::<Option<_>>().ok_or(impossible)
    }
}

/// Decides nothing.
#[derive(Clone)]
struct Nobody;

impl Agent for Nobody {
    fn name(&self) -> &str {
        "nobody"
    }

    fn decide(&mut self, _: &Situation<'_>, _: &mut Dice, _: &mut [Level]) -> Decision {
        Decision::NotYet
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(Self)
    }
}

#[cfg(test)]
mod tests;
