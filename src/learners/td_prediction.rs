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
//! The policy is another agent, which acts and learns nothing.

#![expect(clippy::indexing_slicing, reason = "rows are numbered by the space; a hot loop")]

use std::any::Any;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::monte_carlo::CountedVisits;
use super::step_size::{StepSize, StepSizes};
use super::tabular::{Index, TABLE_LIMIT_BYTES, TableError, TabularSettings};
use crate::environments::SettingError;
use crate::mdp::{Agent, Criterion, Decision, Dice, Experience, Level, Situation, Space};

/// The most rewards in a return of a given number, and the most that wait for the end of an episode.
const MOST_STEPS: u32 = 10_000;
const LONGEST: u32 = 1_000_000;
/// A value, its visits and the episode of its latest visit.
const ENTRY_BYTES: u64 = 16;

/// Settings of prediction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PredictionSettings {
    /// Over how many rewards: n, from 1 to 10,000; none for all until the end of the episode (Monte
    /// Carlo). 1 by default.
    pub steps: Option<u32>,
    /// Which visits of an episode Monte Carlo learns from. The first by default.
    pub visits: CountedVisits,
    /// After how many steps without an end Monte Carlo settles what was had, from 1 to 1,000,000.
    /// 10,000 by default.
    pub longest: u32,
    /// How far an update moves a value. 1/(1 + n^0.6) by default, n the state's earlier visits.
    pub step_size: StepSize,
    /// The discount factor γ a beat, from 0 to 1; by default as for [`TabularSettings::discount`].
    pub discount: Option<f64>,
    /// The value of every state before it is met, in currency. 0 by default.
    pub initial_value: f64,
}

impl Default for PredictionSettings {
    fn default() -> Self {
        Self {
            steps: Some(1),
            visits: CountedVisits::default(),
            longest: 10_000,
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
        let mut whole = |path: &str, number: u32, most: u32, usual: u32| {
            if !(1..=most).contains(&number) {
                faults.push(SettingError {
                    path: path.to_owned(),
                    message: format!("a return over {number} steps cannot be had"),
                    remedy: format!("give a whole number from 1 to {most}, such as {usual}"),
                });
            }
        };
        whole("steps", self.steps.unwrap_or(1), MOST_STEPS, 4);
        whole("longest", self.longest, LONGEST, 10_000);
        faults
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
#[derive(Debug, Clone, Copy)]
struct Waiting {
    row: usize,
    reward: f64,
    counts: bool,
}

/// TD(0), n-step TD or Monte Carlo prediction of a given policy.
#[derive(Clone)]
pub struct TdPrediction {
    behaviour: Box<dyn Agent>,
    observation: Index,
    pub(super) values: Vec<f64>,
    visits: Vec<u32>,
    sizes: StepSizes,
    discount: f64,
    steps: Option<usize>,
    counted: CountedVisits,
    longest: usize,
    waiting: VecDeque<Waiting>,
    /// The row that stands behind the latest of them.
    behind: Option<usize>,
    /// The episode, from 1, and that in which each state was met last.
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
        behaviour: Box<dyn Agent>,
        observations: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let rows = observations.count()?;
        if rows > TABLE_LIMIT_BYTES / ENTRY_BYTES {
            let (observations, actions, entry_bytes) = (rows, 1, ENTRY_BYTES);
            return Err(TableError::TooLarge { observations, actions, entry_bytes });
        }
        let rows = rows as usize;
        let mut agent = Self {
            behaviour,
            observation: Index::of(observations),
            values: vec![settings.initial_value; rows],
            visits: vec![0; rows],
            sizes: StepSizes::new(settings.step_size),
            discount: 0.0,
            steps: None,
            counted: settings.visits,
            longest: 1,
            waiting: VecDeque::new(),
            behind: None,
            episode: 0,
            met: vec![0; rows],
        };
        agent.retune(settings, criterion);
        Ok(agent)
    }

    /// Goes on with other settings and keeps the values. What waits is settled first: it was had
    /// under the former settings.
    pub fn retune(&mut self, settings: &PredictionSettings, criterion: Criterion) {
        self.settle();
        self.sizes = StepSizes::new(settings.step_size);
        self.discount = settings.table().discount_for(criterion);
        self.steps = settings.steps.map(|steps| steps.max(1) as usize);
        self.counted = settings.visits;
        self.longest = settings.longest.max(1) as usize;
    }

    /// What each state is believed to be worth, by its number in the space of observations, in
    /// currency.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// How often the value of each state has moved.
    pub fn visits(&self) -> &[u32] {
        &self.visits
    }

    /// The policy that is followed.
    pub fn behaviour(&self) -> &dyn Agent {
        &*self.behaviour
    }

    fn update(&mut self, row: usize, target: f64) {
        let visits = &mut self.visits[row];
        let step = self.sizes.after(*visits);
        *visits = visits.saturating_add(1);
        self.values[row] += step * (target - self.values[row]);
    }

    /// What is believed to follow the latest step.
    fn believed(&self) -> f64 {
        self.behind.map_or(0.0, |row| self.values[row])
    }

    /// The earliest value moves towards the rewards that are there and what is believed behind.
    fn move_earliest(&mut self) {
        let discount = self.discount;
        let rewards = self.waiting.iter().rev();
        let target = rewards.fold(self.believed(), |after, step| step.reward + discount * after);
        if let Some(step) = self.waiting.pop_front() {
            self.update(step.row, target);
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
                self.update(step.row, step.reward);
            }
        }
        self.behind = None;
    }

    /// Whether this visit of a state is one to learn from.
    fn counts(&mut self, row: usize) -> bool {
        let first = self.met[row] != self.episode;
        self.met[row] = self.episode;
        first || self.counted == CountedVisits::Every || self.steps.is_some()
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
        self.behaviour.sources()
    }

    fn begin_episode(&mut self) {
        // Of an episode that was cut off some still wait.
        self.settle();
        self.behaviour.begin_episode();
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
        self.behaviour.decide(situation, dice, action)
    }

    fn foresee(&self, situation: &Situation<'_>, dice: &mut Dice, action: &mut [Level]) -> bool {
        self.behaviour.foresee(situation, dice, action)
    }

    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let row = self.observation.at(experience.before.levels);
        let counts = self.counts(row);
        self.waiting.push_back(Waiting { row, reward: experience.reward, counts });
        if experience.terminal {
            self.behind = None;
            self.settle();
            return;
        }
        self.behind = Some(self.observation.at(experience.after.levels));
        match self.steps {
            Some(steps) if self.waiting.len() >= steps => self.move_earliest(),
            None if self.waiting.len() >= self.longest => self.settle(),
            _ => {}
        }
    }

    fn plan(&mut self, budget: u64) -> u64 {
        self.behaviour.plan(budget)
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        self.behaviour.target_policy(situation, probabilities)
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::q_learning::QLearning;
    use super::super::trials::{Tabulated, constant, luck, play, published, step, two_by_three};
    use super::*;
    use crate::mdp::{Environment, Luck};

    /// Prediction of a policy that draws all actions alike.
    fn predictor(settings: &PredictionSettings, states: &Space, actions: &Space) -> TdPrediction {
        let criterion = Criterion::Discounted(0.5);
        let behaviour = QLearning::new(&constant(0.5, 1.0), states, actions, criterion).unwrap();
        TdPrediction::new(settings, Box::new(behaviour), states, criterion).unwrap()
    }

    fn settings(steps: Option<u32>, size: f64) -> PredictionSettings {
        let step_size = StepSize::Constant { size };
        PredictionSettings { steps, step_size, ..PredictionSettings::default() }
    }

    #[test]
    fn steps_by_hand() {
        let (states, actions) = two_by_three();
        let after = |steps, visits| {
            let settings = PredictionSettings { visits, ..settings(steps, 0.5) };
            let mut agent = predictor(&settings, &states, &actions);
            agent.values[1] = 8.0;
            let mut dice = Dice::new(Luck::new(1), agent.sources());
            agent.begin_episode();
            step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
            let one = agent.values().to_vec();
            step(&mut agent, &mut dice, (1, 2), 4.0, Some((0, None)));
            step(&mut agent, &mut dice, (0, 0), 1.0, None);
            (one, agent.values().to_vec(), agent.name().to_owned())
        };
        // ½·(2 + ½·8) = 3; 8 + ½·(4 + ½·3 − 8) = 6.75; 3 + ½·(1 − 3) = 2.
        let (one, all, name) = after(Some(1), CountedVisits::First);
        assert_eq!((one, all, &*name), (vec![3.0, 8.0], vec![2.0, 6.75], "TD(0)"));
        // After two rewards ½·(2 + ½·4 + ¼·0) = 2; at the end 8 + ½·(4.5 − 8) = 6.25 and 1.5.
        let (one, all, name) = after(Some(2), CountedVisits::First);
        assert_eq!((one, all, &*name), (vec![0.0, 8.0], vec![1.5, 6.25], "n-step TD"));
        // Returns 4.25, 4.5 and 1: ½·4.25 = 2.125, then ½·(1 − 2.125) more in the second visit.
        let (one, all, name) = after(None, CountedVisits::Every);
        assert_eq!((one, all), (vec![0.0, 8.0], vec![1.5625, 6.25]));
        assert_eq!(name, "Monte Carlo prediction");
        assert_eq!(after(None, CountedVisits::First).1, [2.125, 6.25]);
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_settled_with_what_is_believed_behind() {
        let (states, actions) = two_by_three();
        for steps in [None, Some(9)] {
            let mut agent = predictor(&settings(steps, 0.5), &states, &actions);
            agent.values[1] = 8.0;
            let mut dice = Dice::new(Luck::new(1), agent.sources());
            agent.begin_episode();
            step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
            agent.begin_episode();
            assert_eq!(agent.values(), [3.0, 8.0]);
        }
        let short = PredictionSettings { longest: 1, ..settings(None, 0.5) };
        let mut agent = predictor(&short, &states, &actions);
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        assert_eq!(agent.values(), [1.0, 0.0]);
    }

    /// Steps to the left or right exit with probability ½ each; states A … E are 0 … 4, the exits 5
    /// (left) and 6 (right, which earns 1).
    fn walk() -> Tabulated {
        let walk = |state: usize| {
            let left = if state == 0 { 5 } else { state - 1 };
            let right = if state == 4 { 6 } else { state + 1 };
            let gain = if state == 4 { 1.0 } else { 0.0 };
            vec![if state > 4 { Vec::new() } else { vec![(0.5, left, 0.0), (0.5, right, gain)] }]
        };
        Tabulated::new(2, (0..7).map(walk).collect())
    }

    /// Sutton & Barto (2018), example 6.2, with the means over 40,000 runs of another program
    /// (sb_ex6_2_random_walk.json), TD(0) and constant-α Monte Carlo by every visit.
    #[test]
    fn the_random_walk_is_predicted_as_published() {
        let walk = walk();
        let file = published(include_str!("../../tests/published/sb_ex6_2_random_walk.json"));
        let exact: Vec<f64> = serde_json::from_value(file["numbers"]["true_V"].clone()).unwrap();
        let cases = [
            ("TD0_alpha0.05", Some(1), 0.05),
            ("TD0_alpha0.1", Some(1), 0.1),
            ("TD0_alpha0.15", Some(1), 0.15),
            ("MC_alpha0.01", None, 0.01),
            ("MC_alpha0.02", None, 0.02),
            ("MC_alpha0.03", None, 0.03),
            ("MC_alpha0.04", None, 0.04),
        ];
        for (name, steps, size) in cases {
            let settings = PredictionSettings {
                discount: Some(1.0),
                initial_value: 0.5,
                visits: CountedVisits::Every,
                ..settings(steps, size)
            };
            let runs = 2_000;
            let mut sums = [0.0; 101];
            for replication in 0..runs {
                let mut agent = predictor(&settings, walk.state_space(), walk.action_space());
                for (episode, sum) in sums.iter_mut().enumerate() {
                    let square: f64 =
                        agent.values().iter().zip(&exact).map(|(v, e)| (v - e).powi(2)).sum();
                    *sum += (square / 5.0).sqrt() / f64::from(runs as u32);
                    play(&walk, &mut agent, luck(replication, episode as u64), 100_000);
                }
            }
            let given = &file["numbers"]["sim"][name]["rms_after"];
            for (after, rms) in given.as_object().unwrap() {
                let (found, rms) = (sums[after.parse::<usize>().unwrap()], rms.as_f64().unwrap());
                // The spread over runs is below 0.04: 0.003 is more than three standard errors.
                assert!((found - rms).abs() < 0.003, "{name} after {after}: {found} {rms}");
            }
        }
    }

    /// With more rewards than an episode has, n-step TD is Monte Carlo by every visit.
    #[test]
    fn over_very_many_steps_it_is_monte_carlo() {
        let walk = walk();
        let (states, actions) = (walk.state_space(), walk.action_space());
        let all = PredictionSettings { visits: CountedVisits::Every, ..settings(None, 0.1) };
        let mut one = predictor(&settings(Some(10_000), 0.1), states, actions);
        let mut other = predictor(&all, states, actions);
        for episode in 0..100 {
            play(&walk, &mut one, luck(0, episode), 5_000);
            play(&walk, &mut other, luck(0, episode), 5_000);
        }
        assert_eq!(one.values(), other.values());
        assert_eq!(one.visits(), other.visits());
    }

    #[test]
    fn settings_are_judged_and_sizes_foreseen() {
        assert!(PredictionSettings::default().validate().is_empty());
        let bad = PredictionSettings { longest: 0, ..settings(Some(0), 0.0) };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["step_size.size", "steps", "longest"]);
        let (states, actions) = two_by_three();
        let behaviour = predictor(&settings(None, 0.5), &states, &actions).behaviour.clone();
        let wide = crate::mdp::Variable::count("wide", 1, 1 << 28, "");
        let wide = Space::new(vec![wide]).unwrap();
        let refused = TdPrediction::new(&settings(None, 0.5), behaviour, &wide, Criterion::Total);
        assert!(matches!(refused, Err(TableError::TooLarge { actions: 1, .. })));
    }
}
