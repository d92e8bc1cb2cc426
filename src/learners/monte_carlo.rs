//! Monte Carlo control: values move towards what was had until the end of the episode.
//!
//! After an episode, G = r₁ + γ·r₂ + γ²·r₃ + … from each of its steps on, to the end. For the
//! policy followed: Q(s, a) ← Q(s, a) + α·(G − Q(s, a)), in each visit of the pair or in its first
//! of the episode alone. Source: Sutton & Barto (2018), sec. 5.4.
//!
//! For the greedy policy, off-policy with weighted importance sampling: from the last step of the
//! episode backwards, W = 1 at first, C(s, a) ← C(s, a) + W, Q(s, a) ← Q(s, a) + W/C(s, a)·(G −
//! Q(s, a)); where a is the greedy action of s, of lowest number among equals, W ← W/b(a|s) with the
//! probability b that the behaviour took it, else nothing before it is learned from. Step sizes
//! follow from the weights, not from the settings. Source: Precup, Sutton & Singh (2000); Sutton &
//! Barto (2018), sec. 5.7.
//!
//! Where an episode is cut off, or longer than a limit, what was had is settled with what is believed
//! of the last state behind it: on average over the behaviour, or of its best action. Visits are
//! still first ones or not within the whole episode.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::kept::{counts, named, possible, reals, some_counts};
use super::masks::{MASK_BYTES, Masks};
use super::sarsa::with_discount;
use super::settings::{Figure, LearnerSettings, Place, learner, settings_with_a_table};
use super::tabular::{
    SOURCES, TableError, Tabular, TabularSettings, chooses_by_its_table, table_entries_of,
    tells_its_table,
};
use crate::environments::SettingError;
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level,
    Situation, Space,
};

/// The most steps that wait to be settled: they take 32 bytes each.
const MOST_STEPS: u32 = 1_000_000;
/// A value, its visits, the episode of its latest visit and the sum of its weights.
const ENTRY_BYTES: u64 = 24 + MASK_BYTES;
/// A weight above this ends the way back: what led there was all but impossible for the behaviour,
/// another agent's doing, and sums of weights must stay finite.
const MOST_WEIGHT: f64 = 1e100;

/// Which visits of an episode are learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CountedVisits {
    /// The first of each episode: its returns are independent of one another.
    #[default]
    First,
    /// Every one.
    Every,
}

/// Whose values Monte Carlo control learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum LearnedPolicy {
    /// Those of the policy that it follows, exploration included (on-policy).
    #[default]
    Followed,
    /// Those of the greedy policy, by weighted importance sampling (off-policy).
    Greedy,
}

/// Settings of Monte Carlo control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MonteCarloSettings {
    /// Which visits of an episode are learned from. The first by default.
    pub visits: CountedVisits,
    /// Whose values are learned. Those of the policy followed by default.
    pub policy: LearnedPolicy,
    /// After how many steps without an end what was had is settled, from 1 to 1,000,000. 10,000 by
    /// default.
    pub longest: u32,
    /// How values move and actions are chosen; values of the greedy policy use no step size.
    pub table: TabularSettings,
}

impl Default for MonteCarloSettings {
    fn default() -> Self {
        Self {
            visits: CountedVisits::default(),
            policy: LearnedPolicy::default(),
            longest: 10_000,
            table: TabularSettings::default(),
        }
    }
}

impl LearnerSettings for MonteCarloSettings {
    settings_with_a_table!();

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![Figure {
            name: "longest episode",
            about: "After how many steps without an end what was had is settled",
            low: 1.0,
            high: f64::from(MOST_STEPS),
            place: Place::Whole(&mut self.longest),
        }]
    }
}

impl MonteCarloSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = self.table.validate_as("table");
        if !(1..=MOST_STEPS).contains(&self.longest) {
            faults.push(SettingError {
                path: "longest".to_owned(),
                message: format!("an episode of {} steps cannot be kept", self.longest),
                remedy: format!("give a whole number from 1 to {MOST_STEPS}, such as 10000"),
            });
        }
        faults
    }

    /// The settings of the table: the policy followed is learned with SARSA's discount.
    fn table_for(&self, criterion: Criterion) -> TabularSettings {
        match self.policy {
            LearnedPolicy::Followed => with_discount(&self.table, criterion),
            LearnedPolicy::Greedy => self.table.clone(),
        }
    }
}

/// A step that is not settled yet.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    row: u32,
    column: u32,
    reward: f64,
    /// With what probability the behaviour took the action; only asked for the greedy policy.
    probability: f64,
    counts: bool,
}

/// Tabular Monte Carlo control.
#[derive(Debug, Clone)]
pub struct MonteCarlo {
    pub(super) tabular: Tabular,
    visits: CountedVisits,
    policy: LearnedPolicy,
    longest: usize,
    waiting: Vec<Waiting>,
    /// What is believed to follow the latest of them.
    behind: f64,
    /// The episode, from 1 to 2³² − 1 and round again, and that in which each pair was met last.
    episode: u32,
    met: Box<[u32]>,
    /// Sums of the weights of each pair, for the greedy policy.
    weights: Vec<f64>,
    masks: Masks,
}

impl MonteCarlo {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &MonteCarloSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let entries = table_entries_of(ENTRY_BYTES, observations, actions)? as usize;
        let table = settings.table_for(criterion);
        let tabular = Tabular::new(&table, observations, actions, criterion)?;
        let columns = tabular.table.actions;
        let mut agent = Self {
            tabular,
            visits: settings.visits,
            policy: settings.policy,
            longest: 0,
            waiting: Vec::new(),
            behind: 0.0,
            episode: 0,
            met: vec![0; entries].into_boxed_slice(),
            weights: Vec::new(),
            masks: Masks::new(entries / columns.max(1), columns),
        };
        agent.take(settings);
        Ok(agent)
    }

    /// Goes on with other settings and keeps the table. What waits is settled first: it was had
    /// under the former settings.
    pub fn retune(&mut self, settings: &MonteCarloSettings, criterion: Criterion) {
        self.settle();
        self.tabular.retune(&settings.table_for(criterion), criterion);
        self.take(settings);
    }

    fn take(&mut self, settings: &MonteCarloSettings) {
        self.visits = settings.visits;
        self.policy = settings.policy;
        self.longest = settings.longest.max(1) as usize;
        if self.policy == LearnedPolicy::Greedy && self.weights.is_empty() {
            self.weights.resize(self.met.len(), 0.0);
        }
    }

    /// Whether this visit of a pair is one to learn from.
    #[inline(always)]
    fn counts(&mut self, place: usize) -> bool {
        let first = self.met[place] != self.episode;
        self.met[place] = self.episode;
        first || self.visits == CountedVisits::Every
    }

    /// All that waits is learned from, the latest first.
    fn settle(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        match self.policy {
            LearnedPolicy::Followed => self.follow_back(&waiting),
            LearnedPolicy::Greedy => self.weigh_back(&waiting),
        }
        waiting.clear();
        // The memory is used again.
        self.waiting = waiting;
        self.behind = 0.0;
    }

    fn follow_back(&mut self, waiting: &[Waiting]) {
        let mut had = self.behind;
        for step in waiting.iter().rev() {
            had = step.reward + self.tabular.discount * had;
            if step.counts {
                self.tabular.update(step.row as usize, step.column as usize, had);
            }
        }
    }

    fn weigh_back(&mut self, waiting: &[Waiting]) {
        let (mut had, mut weight) = (self.behind, 1.0);
        for step in waiting.iter().rev() {
            let (row, column) = (step.row as usize, step.column as usize);
            had = step.reward + self.tabular.discount * had;
            if step.counts {
                let place = self.tabular.visit(row, column);
                self.weights[place] += weight;
                let error = had - self.tabular.value(row, column);
                self.tabular.shift(place, weight / self.weights[place] * error);
            }
            let seen = self.masks.recall(row);
            let greedy = self.tabular.table.greedy(row, |action| seen.allows(action));
            weight /= step.probability;
            if greedy != column || weight.is_nan() || weight > MOST_WEIGHT {
                break;
            }
        }
    }
}

learner!(MonteCarlo, MonteCarloSettings, |settings: &MonteCarloSettings, criterion| settings
    .table_for(criterion)
    .discount_for(criterion));

impl Agent for MonteCarlo {
    fn name(&self) -> &str {
        "Monte Carlo"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    fn begin_episode(&mut self) {
        // Of an episode that was cut off some still waits.
        self.settle();
        self.episode = self.episode.wrapping_add(1);
        if self.episode == 0 {
            self.met.fill(0);
            self.episode = 1;
        }
    }

    chooses_by_its_table!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let (row, column) = self.tabular.pair_of(experience);
        let counts = self.counts(row * self.tabular.table.actions + column);
        let probability = match self.policy {
            LearnedPolicy::Followed => 1.0,
            LearnedPolicy::Greedy => {
                self.masks.note(row, &experience.before);
                self.tabular.probability(row, column, &experience.before)
            }
        };
        let reward = experience.reward;
        let (row, column) = (row as u32, column as u32);
        self.waiting.push(Waiting { row, column, reward, probability, counts });
        if experience.terminal {
            self.behind = 0.0;
            self.settle();
            return;
        }
        let after = self.tabular.row_of(&experience.after);
        self.behind = match self.policy {
            LearnedPolicy::Followed => self.tabular.expected(after, &experience.after),
            LearnedPolicy::Greedy => self.tabular.highest(after, &experience.after),
        };
        if self.waiting.len() >= self.longest {
            self.settle();
        }
    }

    tells_its_table!();

    fn keep(&self) -> Option<Learned> {
        let actions = self.tabular.table.actions as u32;
        let waiting = || self.waiting.iter();
        let counted = waiting().map(|step| u32::from(step.counts)).collect();
        let rewards = waiting().map(|step| step.reward).collect();
        let probabilities = waiting().map(|step| step.probability).collect();
        let mut learned = self.tabular.keep();
        learned.extend([
            named("weights", Kept::Reals(self.weights.clone())),
            named(
                "waiting pairs",
                Kept::Counts(waiting().map(|step| step.row * actions + step.column).collect()),
            ),
            named("waiting counted", Kept::Counts(counted)),
            named("waiting rewards", Kept::Reals(rewards)),
            named("waiting probabilities", Kept::Reals(probabilities)),
            named("behind", Kept::Reals(vec![self.behind])),
        ]);
        self.masks.keep(&mut learned);
        Some(learned)
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let weights = reals(learned, "weights", self.weights.len())?;
        possible("weights", weights.iter().all(|weight| *weight >= 0.0), "one is below 0")?;
        let places = some_counts(learned, "waiting pairs")?;
        let pairs = self.tabular.table.values.len();
        let known = places.iter().all(|place| (*place as usize) < pairs);
        possible("waiting pairs", known, "there is no such pair")?;
        let few = places.len() < self.longest;
        possible("waiting pairs", few, "more wait than an episode has")?;
        let counted = counts(learned, "waiting counted", places.len())?;
        let rewards = reals(learned, "waiting rewards", places.len())?;
        let probabilities = reals(learned, "waiting probabilities", places.len())?;
        let likely = probabilities.iter().all(|p| (0.0..=1.0).contains(p));
        possible("waiting probabilities", likely, "one is not from 0 to 1")?;
        let behind = reals(learned, "behind", 1)?;
        let masks = self.masks.of(learned)?;
        self.tabular.take_up(learned)?;
        let actions = self.tabular.table.actions as u32;
        self.weights.copy_from_slice(weights);
        self.masks = masks;
        self.waiting.clear();
        let steps = places.iter().zip(counted).zip(rewards.iter().zip(probabilities));
        self.waiting.extend(steps.map(|((place, counted), (reward, probability))| Waiting {
            row: place / actions,
            column: place % actions,
            reward: *reward,
            probability: *probability,
            counts: *counted > 0,
        }));
        self.behind = behind.iter().sum();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::trials::{constant, step, two_by_three};
    use super::super::{Cooling, Exploration};
    use super::*;
    use crate::mdp::Luck;

    fn settings(visits: CountedVisits, policy: LearnedPolicy) -> MonteCarloSettings {
        MonteCarloSettings { visits, policy, longest: 100, table: constant(0.5, 0.6) }
    }

    fn learner(settings: &MonteCarloSettings) -> (MonteCarlo, Dice) {
        let (states, actions) = two_by_three();
        let agent =
            MonteCarlo::new(settings, &states, &actions, Criterion::Discounted(0.5)).unwrap();
        let dice = Dice::new(Luck::new(1), agent.sources());
        (agent, dice)
    }

    #[test]
    fn an_episode_by_hand_by_first_and_by_every_visit() {
        for (visits, counted) in [(CountedVisits::First, 1), (CountedVisits::Every, 2)] {
            let (mut agent, mut dice) = learner(&settings(visits, LearnedPolicy::Followed));
            agent.begin_episode();
            step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
            step(&mut agent, &mut dice, (1, 2), 4.0, Some((0, None)));
            step(&mut agent, &mut dice, (0, 1), 6.0, Some((1, None)));
            assert_eq!(agent.table().unwrap().values, [0.0; 6], "nothing before the end");
            step(&mut agent, &mut dice, (1, 0), 1.0, None);
            // Returns from the last step back: 1; 6 + ½ = 6.5; 4 + 3.25 = 7.25; 2 + 3.625 = 5.625.
            let values = &agent.table().unwrap().values;
            assert_eq!((values[3], values[5]), (0.5, 3.625));
            // First: ½·5.625. Every: ½·6.5 = 3.25, then to 3.25 + ½·(5.625 − 3.25).
            let expected = if counted == 1 { 2.8125 } else { 4.4375 };
            assert_eq!(values[1], expected, "{visits:?}");
            assert_eq!(agent.table().unwrap().visits, [0, counted, 0, 1, 0, 1]);
            // In another episode the pair's first visit counts again.
            agent.begin_episode();
            step(&mut agent, &mut dice, (0, 1), 0.0, None);
            assert_eq!(agent.table().unwrap().values[1], expected / 2.0);
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_settled_with_what_is_believed_of_the_last_state() {
        let (mut agent, mut dice) =
            learner(&settings(CountedVisits::First, LearnedPolicy::Followed));
        agent.tabular.table.values = vec![0.0, 0.0, 0.0, 3.0, 9.0, 6.0];
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        agent.begin_episode();
        // State 1 is worth 0.6·6 + 0.4·9 = 7.2: ½·(2 + ½·7.2) = 2.8.
        assert!((agent.tabular.value(0, 1) - 2.8).abs() < 1e-12);
        agent.retune(
            &MonteCarloSettings {
                longest: 2,
                ..settings(CountedVisits::First, LearnedPolicy::Followed)
            },
            Criterion::Discounted(0.5),
        );
        step(&mut agent, &mut dice, (0, 0), 1.0, Some((0, None)));
        assert_eq!(agent.tabular.value(0, 0), 0.0);
        // Two wait: 1 + ½·(1 + ½·6.6), 6.6 = 0.6·6 + 0.4·7.5 without the last action.
        step(&mut agent, &mut dice, (0, 0), 1.0, Some((1, Some(&[true, true, false]))));
        assert!((agent.tabular.value(0, 0) - 0.5 * (1.5 + 0.25 * 7.2)).abs() < 1e-12);
        // Its first visit of the episode was settled already.
        step(&mut agent, &mut dice, (0, 0), 100.0, None);
        assert_eq!(agent.tabular.table.visits[0], 1);
    }

    #[test]
    fn an_episode_by_hand_for_the_greedy_policy() {
        let (mut agent, mut dice) = learner(&settings(CountedVisits::Every, LearnedPolicy::Greedy));
        agent.tabular.table.values = vec![0.0, 0.0, 1.0, 0.0, 9.0, 0.0];
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 0), 5.0, Some((0, None)));
        step(&mut agent, &mut dice, (0, 1), 4.0, Some((1, None)));
        step(&mut agent, &mut dice, (1, 1), 8.0, None);
        // (1, 1): W = 1, C = 1: its value becomes 8 and it stays the best, so that W = 1/b,
        // b = 0.2 + 0.4 = 0.6. (0, 1): 4 + ½·8 = 8 with C = 1/0.6. It is now the best of its state:
        // its b was 0.2, as the best was 2 then. (0, 0): 5 + ½·8 = 9 with C = 1/0.12.
        let near = |found: f64, by_hand: f64| assert!((found - by_hand).abs() < 1e-12, "{found}");
        near(agent.tabular.value(1, 1), 8.0);
        near(agent.tabular.value(0, 1), 8.0);
        near(agent.tabular.value(0, 0), 9.0);
        near(agent.weights[0], 1.0 / 0.12);
        // Where the greedy policy would have gone elsewhere nothing before is learned from.
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 100.0, Some((1, None)));
        step(&mut agent, &mut dice, (1, 2), 1.0, None);
        near(agent.tabular.value(1, 2), 1.0);
        near(agent.tabular.value(0, 1), 8.0);
        // A second return: C = 1/0.6 + 1/0.6, so that the mean of 8 and 4 + ½·(8 + 6)/2 = 7.5.
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 4.0, Some((1, None)));
        step(&mut agent, &mut dice, (1, 1), 6.0, None);
        near(agent.tabular.value(1, 1), 7.0);
        near(agent.tabular.value(0, 1), (8.0 + 7.0) / 2.0);
    }

    /// By each rule with the probability that it has: with τ = 2 values of 0 and 2·ln 3 have ⅕, ⅕
    /// and ⅗ in state 1; of the upper bounds two that were never met share the highest.
    #[test]
    fn weights_go_by_the_rule_that_explores() {
        for (exploration, by_hand) in [
            (Exploration::Boltzmann { temperature: 2.0, cooling: Cooling::Never }, 5.0 / 3.0),
            (Exploration::Ucb { width: 1.0 }, 2.0),
        ] {
            let of_epsilon = settings(CountedVisits::Every, LearnedPolicy::Greedy);
            let table = TabularSettings { exploration, ..of_epsilon.table };
            let (mut agent, mut dice) = learner(&MonteCarloSettings { table, ..of_epsilon });
            agent.tabular.table.values = vec![0.0, 0.0, 0.0, 0.0, 0.0, 2.0 * 3_f64.ln()];
            agent.tabular.table.visits = vec![0, 0, 0, 0, 7, 0];
            agent.begin_episode();
            step(&mut agent, &mut dice, (0, 1), 1.0, Some((1, None)));
            step(&mut agent, &mut dice, (1, 2), 8.0, None);
            // The latest step weighs 1, the one before it 1/b of the latest.
            assert_eq!(agent.weights[5], 1.0);
            assert!((agent.weights[1] - by_hand).abs() < 1e-14, "{}", agent.weights[1]);
        }
    }

    /// Weighted by the behaviour's probabilities, all trajectories together are exactly worth what
    /// the greedy policy has from the enumerated rows, however little of it was followed.
    #[test]
    fn all_trajectories_together_are_worth_what_the_greedy_policy_has() {
        let (mut agent, mut dice) = learner(&settings(CountedVisits::First, LearnedPolicy::Greedy));
        // In state 1, the rewards of 0, 1 and 2 are 1, 5 and 2: 1 is the best before and after.
        agent.tabular.table.values[4] = 100.0;
        // ε = 0.6: 0 and 2 are taken with probability 0.2, 1 with 0.6.
        for last in [0, 1, 1, 1, 2] {
            for first in 0..3 {
                // A reward of 4 has probability ¼.
                for lucky in [4.0, 0.0, 0.0, 0.0] {
                    agent.begin_episode();
                    step(&mut agent, &mut dice, (0, first), lucky, Some((1, None)));
                    let reward = [1.0, 5.0, 2.0][last as usize];
                    step(&mut agent, &mut dice, (1, last), reward, None);
                }
            }
        }
        for (found, exact) in agent.tabular.table.values.iter().zip([3.5, 3.5, 3.5, 1.0, 5.0, 2.0])
        {
            assert!((found - exact).abs() < 1e-12, "{:?}", agent.tabular.table.values);
        }
    }

    #[test]
    fn settings_are_judged() {
        assert!(MonteCarloSettings::default().validate().is_empty());
        let bad =
            MonteCarloSettings { longest: 0, table: constant(0.0, 0.1), ..Default::default() };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["table.step_size.size", "longest"]);
    }
}
