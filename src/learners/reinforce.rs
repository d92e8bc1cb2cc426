//! REINFORCE: a policy that learns from whole returns, with or without a baseline.
//!
//! Once an episode is over, for each of its steps t in turn (Sutton & Barto 2018, sec. 13.3 and
//! 13.4, eq. 13.8 and 13.11; Williams 1992):
//! G = r_{t+1} + γ·r_{t+2} + … ; δ = G − v(s), v ← v + α·δ; h ← h + α′·γᵗ·δ·∇ln π(a|s);
//! without a baseline v is learned no more, and is 0 where there never was one. π is a softmax over
//! a table of preferences h. All ∇ are those of the policy that played the episode, so that without
//! a baseline the expected update is the gradient of the value of the start itself; the book's,
//! taken one after the other, differ from them by terms of α′².
//!
//! - **Cut off.** Where a run is cut off the rewards behind are not known: with a baseline v of the
//!   last state stands for them, as bootstrapping learners have it; without, nothing does, and the
//!   policy learns to be good within the limit.
//! - **Endless.** An episode longer than the `window` is learned from in pieces of its length, each
//!   as if cut off there. So memory is bounded, and the method works on a line that never stops.
//! - **Average reward.** Rewards count by how far they are above their running mean r̄, and γ = 1.
//! - Errors free of unit, entropy, and no γᵗ unless asked for: as in [`super::actor_critic`].

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::actor_critic::{discount_for, entropy_fault, fading, positive};
use super::kept::{clocks, counts, named, possible, reals, some_counts};
use super::scale::{Magnitude, RunningMean};
use super::settings::{Figure, LearnerSettings, Place, learner};
use super::softmax::{Preferences, acts_by_its_policy};
use super::step_size::{StepSize, StepSizes};
use super::tabular::{TableError, discount_fault};
use crate::environments::SettingError;
use crate::mdp::{
    Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level, Situation, Space,
};

/// Settings of REINFORCE.
///
/// Measured with the defaults after 10⁶ beats, the policy judged as it is, below the optimum: on the
/// default line over seeds 101 to 110 19 to 29 % (`taktlab train lines/three_machines.ron --learner
/// reinforce --steps 1e6 --seeds 10 --seed 101`), on `LINE3` over seeds 101 to 105 11 to 22 %
/// (`lines/line3.ron`, `--seeds 5`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReinforceSettings {
    /// How far a preference moves for a return that differs by the usual magnitude from what was
    /// believed (by one unit of currency where not `scaled`): this times `actor_step`. Above 0;
    /// 0.1 by default.
    pub actor_rate: f64,
    /// How the actor's step shrinks with the visits of a state. Constant by default, 1 times the
    /// rate.
    pub actor_step: StepSize,
    /// Whether returns are compared with what the state is believed to be worth. True by default.
    pub baseline: bool,
    /// How far a state's value moves towards a return. 1/(1 + n^0.6) by default, n the state's
    /// earlier visits.
    pub baseline_step: StepSize,
    /// How far the mean reward moves for each reward, above 0 and up to 1. 0.001 by default; only
    /// for the average reward.
    pub mean_step: f64,
    /// The learner's own discount factor γ a beat, from 0 to 1. By default the criterion's, which
    /// is 1 for the total reward; for the average reward there is none, and rewards count by how far
    /// they are above their mean. One given here goes before that.
    pub discount: Option<f64>,
    /// From how many beats at once it learns at most, from 1 to 100,000. By default 10,000, and 10
    /// for the average reward, as the luck in a return grows with every beat. Fewer where actions
    /// are so many that a million probabilities do not hold them.
    pub window: Option<u32>,
    /// Whether the actor's errors are divided by their running magnitude, so that steps mean the same
    /// in any currency. True by default; the book's update where false.
    pub scaled: bool,
    /// How much the entropy of the choice counts beside an error of the usual magnitude (of one unit
    /// of currency where not `scaled`): this divided by √(1 + n/1000), n the state's visits. 0.2 by
    /// default; 0 for none.
    pub entropy: f64,
    /// Whether what is met in beat t of an episode counts γᵗ in the actor, as in the book. False by
    /// default; where nothing ends, learning would stop.
    pub weighs_by_discount: bool,
}

impl LearnerSettings for ReinforceSettings {
    fn faults(&self) -> Vec<SettingError> {
        self.validate()
    }

    fn own_discount(&self) -> (&'static str, Option<f64>) {
        ("discount", self.discount)
    }

    fn explores_for_ever(&self) -> bool {
        // A softmax gives every action some probability.
        true
    }

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![
            Figure {
                name: "actor rate",
                about: "How far a preference moves for a return that differs by the usual magnitude",
                low: 1e-9,
                high: 1e3,
                place: Place::Real(&mut self.actor_rate),
            },
            Figure {
                name: "entropy",
                about: "How much the entropy of the choice counts; less with the visits of a state",
                low: 0.0,
                high: 1e3,
                place: Place::Real(&mut self.entropy),
            },
        ]
    }
}

impl Default for ReinforceSettings {
    fn default() -> Self {
        Self {
            actor_rate: 0.1,
            actor_step: StepSize::Constant { size: 1.0 },
            baseline: true,
            baseline_step: StepSize::default(),
            mean_step: 0.001,
            discount: None,
            window: None,
            scaled: true,
            entropy: 0.2,
            weighs_by_discount: false,
        }
    }
}

/// The longest window.
const MOST_STEPS: u32 = 100_000;
/// The window where none is asked for.
const USUAL_WINDOW: u32 = 10_000;
/// The same for the average reward.
const AVERAGE_WINDOW: u32 = 10;
/// So many gradients are kept at most, 8 MiB.
const MOST_GRADIENTS: usize = 1 << 20;

impl ReinforceSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = Vec::new();
        positive("actor_rate", self.actor_rate, &mut faults);
        self.actor_step.fault("actor_step", &mut faults);
        self.baseline_step.fault("baseline_step", &mut faults);
        super::actor_critic::share_fault("mean_step", self.mean_step, &mut faults);
        discount_fault(self.discount, &mut faults);
        if let Some(window) = self.window
            && !(1..=MOST_STEPS).contains(&window)
        {
            faults.push(SettingError {
                path: "window".to_owned(),
                message: format!("returns over {window} beats cannot be had"),
                remedy: format!("give a whole number from 1 to {MOST_STEPS}, such as 100"),
            });
        }
        entropy_fault(self.entropy, &mut faults);
        faults
    }

    /// The window for this discount and so many actions.
    fn window_for(&self, discount: Option<f64>, actions: usize) -> usize {
        let usual = if discount.is_some() { USUAL_WINDOW } else { AVERAGE_WINDOW };
        let window = self.window.unwrap_or(usual) as usize;
        window.min(MOST_GRADIENTS / actions.max(1)).max(1)
    }
}

/// REINFORCE.
#[derive(Debug, Clone)]
pub struct Reinforce {
    policy: Preferences,
    values: Vec<f64>,
    visits: Vec<u32>,
    /// How many decisions were taken, those that wait to be learned from included: steps by time go
    /// by when they are learned from.
    decisions: u64,
    settings: ReinforceSettings,
    actor_steps: StepSizes,
    baseline_steps: StepSizes,
    discount: Option<f64>,
    window: usize,
    mean: RunningMean,
    magnitude: Magnitude,
    /// Row and reward of the steps that were not learned from yet, the earliest first; the reward
    /// becomes the return.
    waiting: Vec<(usize, f64)>,
    /// Their ∇ ln π, one after the other.
    gradients: Vec<f64>,
    /// The row in which the latest of them ended, unless the environment did.
    behind: Option<usize>,
    /// γ to the power of the beats of this episode that were learned from.
    weight: f64,
}

impl Reinforce {
    /// A learner for these observations and actions that has met nothing yet.
    ///
    /// `criterion` is the scenario's; a discount in the settings goes before the one that follows
    /// from it. The settings are taken as they are: ask [`ReinforceSettings::validate`] first.
    /// Fails where the tables would not fit.
    pub fn new(
        settings: &ReinforceSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let policy = Preferences::new(observations, actions)?;
        let discount = discount_for(settings.discount, criterion);
        let window = settings.window_for(discount, policy.actions);
        Ok(Self {
            values: vec![0.0; policy.rows],
            visits: vec![0; policy.rows],
            decisions: 0,
            settings: settings.clone(),
            actor_steps: StepSizes::new(settings.actor_step),
            baseline_steps: StepSizes::new(settings.baseline_step),
            discount,
            window,
            mean: RunningMean::default(),
            magnitude: Magnitude::default(),
            waiting: Vec::with_capacity(window),
            gradients: Vec::with_capacity(window * policy.actions),
            behind: None,
            weight: 1.0,
            policy,
        })
    }

    /// Goes on with other settings and keeps preferences, values and means. What waits is learned
    /// from first, as if the episode was cut off.
    pub fn retune(&mut self, settings: &ReinforceSettings, criterion: Criterion) {
        self.settle();
        self.settings = settings.clone();
        self.actor_steps = StepSizes::new(settings.actor_step);
        self.baseline_steps = StepSizes::new(settings.baseline_step);
        self.discount = discount_for(settings.discount, criterion);
        self.window = settings.window_for(self.discount, self.policy.actions);
        self.waiting.reserve(self.window);
        self.gradients.reserve(self.window * self.policy.actions);
    }

    /// What the baseline believes the state that is seen to be worth, in currency; for the average
    /// reward, relative to other states.
    pub fn value(&self, situation: &Situation<'_>) -> f64 {
        self.values[self.policy.row_of(situation)]
    }

    /// Learns from all steps that wait.
    fn settle(&mut self) {
        let (gamma, mean) = match self.discount {
            Some(gamma) => (gamma, 0.0),
            None => (1.0, self.mean.get()),
        };
        let mut after = match self.behind {
            Some(row) if self.settings.baseline => self.values[row],
            _ => 0.0,
        };
        for (_, reward) in self.waiting.iter_mut().rev() {
            after = *reward - mean + gamma * after;
            *reward = after;
        }
        let actions = self.policy.actions;
        let decisions = self.decisions;
        for (&(row, reward), gradient) in self.waiting.iter().zip(self.gradients.chunks(actions)) {
            let visits = self.visits[row];
            self.visits[row] = visits.saturating_add(1);
            let error = reward - self.values[row];
            if self.settings.baseline {
                self.values[row] += self.baseline_steps.at(visits, decisions) * error;
            }
            let error = if self.settings.scaled { self.magnitude.measure(error) } else { error };
            let step = self.settings.actor_rate * self.actor_steps.at(visits, decisions);
            let weight = if self.settings.weighs_by_discount { self.weight } else { 1.0 };
            self.policy.shift(row, step * weight * error, gradient);
            self.weight *= gamma;
        }
        self.waiting.clear();
        self.gradients.clear();
        self.behind = None;
    }
}

learner!(Reinforce, ReinforceSettings, |own: &ReinforceSettings, criterion| discount_for(
    own.discount,
    criterion
)
.unwrap_or(1.0));

impl Agent for Reinforce {
    fn name(&self) -> &str {
        "REINFORCE"
    }

    fn begin_episode(&mut self) {
        // Of an episode that was cut off some still wait.
        self.settle();
        self.weight = 1.0;
    }

    acts_by_its_policy!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let (row, column) = self.policy.pair_of(experience);
        let from = self.gradients.len();
        self.gradients.resize(from + self.policy.actions, 0.0);
        let gradient = &mut self.gradients[from..];
        self.policy.gradient(row, column, &experience.before, gradient);
        if self.settings.entropy > 0.0 {
            let visits = self.visits[row];
            let step = self.settings.actor_rate * self.actor_steps.at(visits, self.decisions);
            let by = step * fading(self.settings.entropy, visits);
            self.policy.even_out(row, by, &experience.before);
        }
        self.waiting.push((row, experience.reward));
        if self.discount.is_none() {
            self.mean.add(experience.reward, self.settings.mean_step);
        }
        self.behind =
            if experience.terminal { None } else { Some(self.policy.row_of(&experience.after)) };
        self.decisions += 1;
        if experience.terminal || self.waiting.len() >= self.window {
            self.settle();
        }
    }

    fn keep(&self) -> Option<Learned> {
        let rows = self.waiting.iter().map(|(row, _)| *row as u32);
        let rewards = self.waiting.iter().map(|(_, reward)| *reward);
        Some(vec![
            named("preferences", Kept::Reals(self.policy.table.clone())),
            named("values", Kept::Reals(self.values.clone())),
            named("visits", Kept::Counts(self.visits.clone())),
            named("decisions", Kept::Wholes(vec![self.decisions])),
            named("mean", Kept::Reals(self.mean.keep().to_vec())),
            named("magnitude", Kept::Reals(self.magnitude.keep().to_vec())),
            named("waiting states", Kept::Counts(rows.collect())),
            named("waiting rewards", Kept::Reals(rewards.collect())),
            named("waiting gradients", Kept::Reals(self.gradients.clone())),
            named("behind", Kept::Counts(self.behind.iter().map(|row| *row as u32).collect())),
            named("weight", Kept::Reals(vec![self.weight])),
        ])
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let preferences = reals(learned, "preferences", self.policy.table.len())?;
        let values = reals(learned, "values", self.values.len())?;
        let visits = counts(learned, "visits", self.visits.len())?;
        let [decisions] = clocks(learned, "decisions")?;
        let mean = RunningMean::of(learned, "mean")?;
        let magnitude = Magnitude::of(learned, "magnitude")?;
        let rows = some_counts(learned, "waiting states")?;
        possible("waiting states", rows.len() < self.window, "more wait than a window has")?;
        let rewards = reals(learned, "waiting rewards", rows.len())?;
        let gradients = reals(learned, "waiting gradients", rows.len() * self.policy.actions)?;
        let behind = some_counts(learned, "behind")?;
        let known = |rows: &[u32]| rows.iter().all(|row| (*row as usize) < self.policy.rows);
        possible("waiting states", known(rows), "there is no such state")?;
        possible("behind", known(behind) && behind.len() < 2, "there is no such state")?;
        let weight = reals(learned, "weight", 1)?;
        self.policy.table.copy_from_slice(preferences);
        self.values.copy_from_slice(values);
        self.visits.copy_from_slice(visits);
        (self.mean, self.magnitude, self.decisions) = (mean, magnitude, decisions);
        self.waiting.clear();
        self.waiting.extend(rows.iter().map(|row| *row as usize).zip(rewards.iter().copied()));
        self.gradients.clear();
        self.gradients.extend_from_slice(gradients);
        self.behind = behind.first().map(|row| *row as usize);
        self.weight = weight.iter().sum();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::policy_trials::{
        corridor, corridor_value, expected_move, five_processes, forward, policy_gradient, see,
        shortfall,
    };
    use super::super::trials::{luck, play, step, two_by_three};
    use super::*;
    use crate::mdp::{Environment, Luck, Variable};

    /// The book's updates, with constant steps; a baseline where it has a step.
    fn plain(actor: f64, baseline: Option<f64>) -> ReinforceSettings {
        ReinforceSettings {
            actor_rate: actor,
            baseline: baseline.is_some(),
            baseline_step: StepSize::Constant { size: baseline.unwrap_or(1.0) },
            scaled: false,
            entropy: 0.0,
            weighs_by_discount: true,
            ..ReinforceSettings::default()
        }
    }

    fn near(found: &[f64], by_hand: &[f64]) {
        assert_eq!(found.len(), by_hand.len());
        for (found, exact) in found.iter().zip(by_hand) {
            assert!((found - exact).abs() < 1e-12, "{found} {exact}");
        }
    }

    fn small(settings: &ReinforceSettings, criterion: Criterion) -> (Reinforce, Dice) {
        let (states, actions) = two_by_three();
        let agent = Reinforce::new(settings, &states, &actions, criterion).unwrap();
        let dice = Dice::new(Luck::new(1), agent.sources());
        (agent, dice)
    }

    #[test]
    fn an_episode_by_hand() {
        let (mut agent, mut dice) = small(&plain(0.3, Some(0.5)), Criterion::Discounted(0.5));
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        assert!(agent.policy.table.iter().all(|h| *h == 0.0), "nothing before the end");
        // G = 4, then 2 + ½·4 = 4. v(0) = ½·4 = 2 and h(0, ·) = 0.3·4·(−⅓, ⅔, −⅓); then γ = ½:
        // v(1) = 2, h(1, ·) = 0.3·½·4·(⅔, −⅓, −⅓).
        step(&mut agent, &mut dice, (1, 0), 4.0, None);
        near(&agent.values, &[2.0, 2.0]);
        near(&agent.policy.table, &[-0.4, 0.8, -0.4, 0.4, -0.2, -0.2]);
        // Cut off after a reward of 3: G = 3 + ½·v(1) = 4, and δ = 4 − v(0) = 2.
        agent.policy.table.fill(0.0);
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 2), 3.0, Some((1, None)));
        agent.begin_episode();
        near(&agent.values, &[3.0, 2.0]);
        near(&agent.policy.table, &[-0.2, -0.2, 0.4, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn without_a_baseline_nothing_is_believed_even_at_a_cut() {
        let (mut agent, mut dice) = small(&plain(0.3, None), Criterion::Discounted(0.5));
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 2), 3.0, Some((1, None)));
        agent.begin_episode();
        near(&agent.values, &[0.0, 0.0]);
        near(&agent.policy.table, &[-0.3, -0.3, 0.6, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn an_endless_episode_is_learned_from_in_windows() {
        let settings =
            ReinforceSettings { window: Some(2), mean_step: 0.5, ..plain(0.3, Some(0.5)) };
        let (mut agent, mut dice) = small(&settings, Criterion::Average);
        agent.values[1] = 1.0;
        step(&mut agent, &mut dice, (0, 1), 6.0, Some((1, None)));
        assert_eq!(agent.waiting.len(), 1);
        // r̄ = 6, then 6 − ⅔·3 = 4. Behind stands v(1) = 1: G = 3 − 4 + 1 = 0, then 6 − 4 + 0 = 2.
        // v(0) = 1, v(1) = 1 − ½; h(0, ·) = 0.6·(−⅓, ⅔, −⅓), h(1, ·) = −0.3·(⅔, −⅓, −⅓).
        step(&mut agent, &mut dice, (1, 0), 3.0, Some((1, None)));
        assert!(agent.waiting.is_empty());
        near(&agent.values, &[1.0, 0.5]);
        near(&agent.policy.table, &[-0.2, 0.4, -0.2, -0.2, 0.1, 0.1]);
        // Memory stays as it was.
        let room = (agent.waiting.capacity(), agent.gradients.capacity());
        for _ in 0..99 {
            step(&mut agent, &mut dice, (1, 0), 3.0, Some((1, None)));
        }
        assert_eq!((agent.waiting.capacity(), agent.gradients.capacity()), room);
    }

    /// The expected update over all that can happen in an episode is the gradient of the start's
    /// value, whatever the baseline.
    #[test]
    fn the_expected_update_is_the_gradient_of_the_value() {
        let process = forward();
        let preferences = [0.3, -0.2, -0.5, 0.4, 0.1, 0.9, 0.0, 0.0];
        let gradient = policy_gradient(&process, 0.7, &preferences);
        for baseline in [None, Some(1e-15)] {
            let (states, actions) = (process.state_space(), process.action_space());
            let settings = plain(0.1, baseline);
            let criterion = Criterion::Discounted(0.7);
            let mut agent = Reinforce::new(&settings, states, actions, criterion).unwrap();
            agent.policy.table.copy_from_slice(&preferences);
            agent.values = vec![0.3, -1.0, 2.0, 0.0];
            if baseline.is_none() {
                agent.values.fill(0.0);
            }
            let moved = expected_move(&process, &agent, |agent| agent.policy.table.clone());
            for (moved, exact) in moved.iter().zip(&gradient) {
                assert!((moved / 0.1 - exact).abs() < 1e-12, "{baseline:?}: {moved} {exact}");
            }
        }
    }

    /// Sutton & Barto (2018), example 13.1 with figures 13.1 and 13.2: from p(right) = 0.05, with
    /// α = 2⁻¹³, REINFORCE comes near the best stochastic policy within 1,000 episodes; with a
    /// baseline, α = 2⁻⁹ and 2⁻⁶ for the values, it is there far sooner.
    #[test]
    fn the_corridor_is_learned_as_published() {
        let one = Space::new(vec![Variable::count("cell", 0, 0, "")]).unwrap();
        let two = Space::new(vec![Variable::choice("walk", &["right", "left"])]).unwrap();
        let runs = 100;
        // Mean returns of episodes 1 to 100 and 901 to 1,000, and the mean of p(right) at the end.
        let learned = |settings: &ReinforceSettings| {
            let (mut early, mut late, mut right) = (0.0, 0.0, 0.0);
            for run in 0..runs {
                let mut agent = Reinforce::new(settings, &one, &two, Criterion::Total).unwrap();
                agent.policy.table = vec![-1.47, 1.47];
                for episode in 0..1_000 {
                    let sum = corridor(&mut agent, luck(run, episode)) / (100.0 * runs as f64);
                    early += if episode < 100 { sum } else { 0.0 };
                    late += if episode >= 900 { sum } else { 0.0 };
                }
                let mut policy = [0.0; 2];
                agent.policy(&see(&[0], 0), &mut policy);
                right += policy[0] / runs as f64;
            }
            (early, late, right)
        };
        let best = corridor_value(2.0 - 2_f64.sqrt());
        let without = learned(&plain(2_f64.powi(-13), None));
        let with = learned(&plain(2_f64.powi(-9), Some(2_f64.powi(-6))));
        // A return has a standard deviation of some 9 near the best, so that the mean over 100
        // runs of 100 episodes has a standard error of 0.1; what is not learned yet comes on top.
        assert!(without.1 < best + 0.5 && without.1 > best - 3.0, "{without:?}");
        assert!((with.1 - best).abs() < 1.0, "{with:?}");
        assert!(with.0 > without.0 + 10.0, "{with:?} {without:?}");
        assert!((with.2 - 0.586).abs() < 0.05, "{with:?}");
    }

    /// Over five processes and five seeds, the mean shortfall at least halves from 10⁵ to 10⁶ steps
    /// where steps shrink as Robbins and Monro ask.
    #[test]
    fn policies_close_in_on_the_optimum() {
        let settings = ReinforceSettings {
            actor_rate: 1.0,
            actor_step: StepSize::Visits { scale: 1.0, power: 0.7 },
            window: Some(50),
            ..ReinforceSettings::default()
        };
        for (number, process) in five_processes().iter().enumerate() {
            let (states, actions) = (process.state_space(), process.action_space());
            let (mut early, mut late) = (0.0, 0.0);
            for seed in 0..5 {
                let criterion = Criterion::Discounted(0.9);
                let mut agent = Reinforce::new(&settings, states, actions, criterion).unwrap();
                play(process, &mut agent, luck(seed, 0), 100_000);
                early += shortfall(process, 0.9, &agent) / 5.0;
                play(process, &mut agent, luck(seed, 1), 900_000);
                late += shortfall(process, 0.9, &agent) / 5.0;
            }
            assert!(late <= 0.5 * early, "process {number}: {early} {late}");
        }
    }

    #[test]
    fn settings_are_read_and_all_faults_named() {
        let read = |text| ron::from_str::<ReinforceSettings>(text);
        assert_eq!(read("()").unwrap(), ReinforceSettings::default());
        assert!(ReinforceSettings::default().validate().is_empty());
        let bad = ReinforceSettings {
            actor_rate: f64::INFINITY,
            baseline_step: StepSize::Constant { size: 0.0 },
            mean_step: 0.0,
            discount: Some(-0.5),
            window: Some(0),
            entropy: f64::NAN,
            ..ReinforceSettings::default()
        };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        let expected =
            ["actor_rate", "baseline_step.size", "mean_step", "discount", "window", "entropy"];
        assert_eq!(paths, expected);
    }

    /// An episode of two steps learned at its end, after two decisions: α = 1/(1 + 2/2).
    #[test]
    fn steps_go_by_time_where_that_is_wanted() {
        let halved = StepSize::Time { from: 1.0, half: 2.0 };
        let settings = ReinforceSettings {
            actor_step: halved,
            baseline_step: halved,
            ..plain(1.0, Some(1.0))
        };
        assert!(settings.validate().is_empty());
        let (mut agent, mut dice) = small(&settings, Criterion::Discounted(0.5));
        agent.begin_episode();
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        step(&mut agent, &mut dice, (1, 0), 4.0, None);
        // G = 4 both times: half of it, and in the second, whose weight is γ, half of the half.
        near(&agent.values, &[2.0, 2.0]);
        let (first, second) = (2.0 / 3.0, 1.0 / 3.0);
        let by_hand = [-first, 2.0 * first, -first, 2.0 * second, -second, -second];
        near(&agent.policy.table, &by_hand);
    }

    #[test]
    fn windows_are_bounded_where_actions_are_many() {
        let wide = ReinforceSettings { window: Some(100_000), ..ReinforceSettings::default() };
        assert_eq!(wide.window_for(None, 8), 100_000);
        assert_eq!(wide.window_for(None, 4_096), 256);
        let usual = ReinforceSettings::default();
        assert_eq!((usual.window_for(None, 8), usual.window_for(Some(1.0), 8)), (10, 10_000));
    }
}
