//! Actor–critic with eligibility traces: a policy that learns from a critic's surprise.
//!
//! Discounted and total reward (Sutton & Barto 2018, sec. 13.5, eq. 13.12 to 13.14):
//! δ = r + γ·v(s′) − v(s), 0 in place of v(s′) after a terminal step;
//! z ← γλ·z + ∇v(s), v ← v + α·δ·z; z′ ← γλ′·z′ + I·∇ln π(a|s), h ← h + α′·δ·z′; I ← γ·I.
//! Average reward (sec. 13.6, eq. 13.15 and the box before it):
//! δ = r − r̄ + v(s′) − v(s), r̄ ← r̄ + η·δ, then as above with γ = I = 1.
//!
//! The policy is a softmax over a table of preferences h, the critic a table of values v. Both
//! ∇ are taken before the step's update. What goes beyond the book can be turned off:
//! - **Free of unit.** The critic's v and r̄ grow with the unit of the reward, as they should; the
//!   preferences have no unit. So the actor takes δ divided by its running magnitude
//!   (van Hasselt et al. 2016; see `scale.rs`): in cents instead of euros the same actions follow.
//! - **Entropy.** The actor is drawn towards an even choice by the gradient of its entropy
//!   (Williams & Peng 1991; Mnih et al. 2016), ever less the better a state is known. Without, a
//!   choice that looked bad by ill luck is as good as never made again.
//! - **I = 1** unless `weighs_by_discount`: with a table, I only makes every state learn the slower
//!   the later it is met, and where nothing ends all learning would stop.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::kept::{clocks, counts, named, reals};
use super::scale::{Magnitude, RunningMean};
use super::settings::{Figure, LearnerSettings, Place, learner};
use super::softmax::{Preferences, acts_by_its_policy};
use super::step_size::{StepSize, StepSizes};
use super::tabular::{TableError, discount_fault};
use crate::environments::SettingError;
use crate::mdp::{
    Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level, Situation, Space,
};

/// Settings of the actor–critic.
///
/// Measured on the default line after 10⁶ beats, the policy judged as it is, below the optimum. The
/// defaults are on seeds 1 to 10, on which they were chosen, 17 % below on average, 6 to 29 %
/// (`taktlab train lines/three_machines.ron --learner actor-critic --steps 1e6 --seeds 10 --seed 1`).
/// On seeds 101 to 110 (`--seed 101`), with no part in that choice, they are 26.6 ± 23.7 % below: nine
/// lie 7 to 26 % below, 16 % on average, and one, 120 %, holds all machines back for good.
///
/// That one is lost early: machines that run cost at once and earn late, and a softmax that has
/// committed itself early tries little else (Mei et al. 2021). Other settings were measured by the
/// same command, on a file with `based_on: "lines/three_machines.ron"` and such a `learner:`. One of
/// seeds 101 to 110 is lost with half the rate too, `ActorCritic((actor_rate: 0.05))`, and with
/// `ActorCritic((entropy: 0.3))`, which loses one of seeds 1 to 10 as well. An `entropy` of 0.5 loses
/// none of the twenty, but draws all to 25 % below in both tens. Actor steps that shrink faster than
/// the critic's, as proofs of convergence ask (Konda & Tsitsiklis 2003), learn next to nothing in that
/// time: with `actor_step: Visits(power: 0.8)` all of seeds 1 to 10 are 228 % below. With a `discount`
/// of 0.95 none of the twenty is lost, 19 % below on the first and 16.4 ± 1.7 % on the others; that
/// was not told from chance, and the learner then no longer optimises the average reward.
///
/// What a policy is sure of it no longer tries, so that it stays behind a table of values:
/// Q-learning is 5.8 ± 1.2 % below by then over seeds 101 to 110 (`--learner q-learning`). On `LINE3`
/// it is over seeds 101 to 105 1 to 23 % below, in four of the five at most 5.4 % (`taktlab train
/// lines/line3.ron --learner actor-critic --steps 1e6 --seeds 5 --seed 101`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ActorCriticSettings {
    /// How far a preference moves for an error of the usual magnitude (of one unit of currency
    /// where not `scaled`): this times `actor_step`. Above 0; 0.1 by default.
    pub actor_rate: f64,
    /// How the actor's step shrinks, with the visits of a state or with time. Constant by default, 1 times the
    /// rate: the steps of a softmax shrink by themselves as it becomes sure of its choice.
    pub actor_step: StepSize,
    /// How far a state's value moves towards its target. 1/(1 + n^0.6) by default, n the state's
    /// earlier visits.
    pub critic_step: StepSize,
    /// How far the mean reward moves for each error: η, above 0 and up to 1. 0.001 by
    /// default; only for the average reward.
    pub mean_step: f64,
    /// How long the actor's traces last: λ′, from 0 to 1. 0.5 by default.
    pub actor_lambda: f64,
    /// How long the critic's traces last: λ, from 0 to 1. 0.8 by default.
    pub critic_lambda: f64,
    /// The learner's own discount factor γ a beat, from 0 to 1. By default the criterion's, which
    /// is 1 for the total reward; for the average reward there is none, and rewards count by how far
    /// they are above their mean. One given here goes before that.
    pub discount: Option<f64>,
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

impl LearnerSettings for ActorCriticSettings {
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
                about: "How far a preference moves for an error of the usual magnitude",
                low: 1e-9,
                high: 1e3,
                place: Place::Real(&mut self.actor_rate),
            },
            Figure {
                name: "actor traces λ",
                about: "How long the actor’s traces last: 0, one step alone, to 1, all the way back",
                low: 0.0,
                high: 1.0,
                place: Place::Real(&mut self.actor_lambda),
            },
            Figure {
                name: "critic traces λ",
                about: "How long the critic’s traces last",
                low: 0.0,
                high: 1.0,
                place: Place::Real(&mut self.critic_lambda),
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

impl Default for ActorCriticSettings {
    fn default() -> Self {
        Self {
            actor_rate: 0.1,
            actor_step: StepSize::Constant { size: 1.0 },
            critic_step: StepSize::default(),
            mean_step: 0.001,
            actor_lambda: 0.5,
            critic_lambda: 0.8,
            discount: None,
            scaled: true,
            entropy: 0.2,
            weighs_by_discount: false,
        }
    }
}

impl ActorCriticSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = Vec::new();
        positive("actor_rate", self.actor_rate, &mut faults);
        self.actor_step.fault("actor_step", &mut faults);
        self.critic_step.fault("critic_step", &mut faults);
        share_fault("mean_step", self.mean_step, &mut faults);
        for (name, lambda) in
            [("actor_lambda", self.actor_lambda), ("critic_lambda", self.critic_lambda)]
        {
            if !(0.0..=1.0).contains(&lambda) {
                faults.push(SettingError {
                    path: name.to_owned(),
                    message: format!("traces cannot fade by {lambda}"),
                    remedy: "give a number from 0 to 1, such as 0.8".to_owned(),
                });
            }
        }
        discount_fault(self.discount, &mut faults);
        entropy_fault(self.entropy, &mut faults);
        faults
    }
}

/// Adds a fault where a rate is not above 0.
pub(super) fn positive(path: &str, rate: f64, faults: &mut Vec<SettingError>) {
    if !(rate > 0.0 && rate.is_finite()) {
        faults.push(SettingError {
            path: path.to_owned(),
            message: format!("with a rate of {rate} nothing is learned"),
            remedy: "give a number above 0, such as 0.1".to_owned(),
        });
    }
}

/// Adds a fault where a mean cannot move by such a share.
pub(super) fn share_fault(path: &str, share: f64, faults: &mut Vec<SettingError>) {
    if !(share > 0.0 && share <= 1.0) {
        faults.push(SettingError {
            path: path.to_owned(),
            message: format!("a mean cannot move by {share} of an error"),
            remedy: "give a number above 0 and up to 1, such as 0.001".to_owned(),
        });
    }
}

/// Adds a fault where entropy cannot count so much.
pub(super) fn entropy_fault(entropy: f64, faults: &mut Vec<SettingError>) {
    if !(entropy >= 0.0 && entropy.is_finite()) {
        faults.push(SettingError {
            path: "entropy".to_owned(),
            message: format!("entropy cannot count {entropy}"),
            remedy: "give a number from 0, such as 0.2".to_owned(),
        });
    }
}

/// What entropy counts after so many visits of a state.
#[inline(always)]
pub(super) fn fading(entropy: f64, visits: u32) -> f64 {
    entropy / (1.0 + f64::from(visits) / 1_000.0).sqrt()
}

/// Traces that have faded below this share are let go, as in [`super::traces`].
const LEAST: f64 = 1e-4;
/// So many steps are traced at most: with λ·γ = 1 none would ever fade.
const MOST_STEPS: usize = 4096;
/// So many gradients are kept at most, 8 MiB: fewer steps are traced where actions are many.
const MOST_GRADIENTS: usize = 1 << 20;

/// The steps of late, the newest last in a ring.
///
/// As an accumulating trace is the sum of the faded gradients of all steps, z = Σ_k (γλ)ᵏ·∇ₖ, the
/// steps' own gradients are kept, and a state met twice needs no search for its trace.
#[derive(Debug, Clone)]
struct Traces {
    rows: Box<[usize]>,
    /// ∇ ln π of each step, times its I.
    gradients: Box<[f64]>,
    newest: usize,
    length: usize,
    actor_share: f64,
    critic_share: f64,
}

impl Traces {
    fn new(settings: &ActorCriticSettings, discount: f64, actions: usize) -> Self {
        let (actor_share, critic_share) =
            (discount * settings.actor_lambda, discount * settings.critic_lambda);
        // share^k falls below LEAST at k = ln LEAST / ln share; at 0 only the step itself is left.
        let steps = (LEAST.ln() / actor_share.max(critic_share).ln()).ceil();
        let steps = if steps.is_finite() && steps >= 0.0 { steps as usize + 1 } else { MOST_STEPS };
        let steps = steps.min(MOST_STEPS).min(MOST_GRADIENTS / actions.max(1)).max(1);
        Self {
            rows: vec![0; steps].into_boxed_slice(),
            gradients: vec![0.0; steps * actions].into_boxed_slice(),
            newest: 0,
            length: 0,
            actor_share,
            critic_share,
        }
    }
}

/// The actor–critic.
#[derive(Debug, Clone)]
pub struct ActorCritic {
    policy: Preferences,
    values: Vec<f64>,
    visits: Vec<u32>,
    /// How many decisions were learned from.
    decisions: u64,
    actor_rate: f64,
    actor_steps: StepSizes,
    critic_steps: StepSizes,
    traces: Traces,
    /// `None` where rewards count by how far they are above their mean.
    discount: Option<f64>,
    mean: RunningMean,
    mean_step: f64,
    magnitude: Magnitude,
    scaled: bool,
    entropy: f64,
    weighs_by_discount: bool,
    /// I, the weight of this beat in the episode.
    weight: f64,
}

impl ActorCritic {
    /// A learner for these observations and actions that has met nothing yet.
    ///
    /// `criterion` is the scenario's; a discount in the settings goes before the one that follows
    /// from it. The settings are taken as they are: ask [`ActorCriticSettings::validate`] first.
    /// Fails where the tables would not fit.
    pub fn new(
        settings: &ActorCriticSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let policy = Preferences::new(observations, actions)?;
        let discount = discount_for(settings.discount, criterion);
        Ok(Self {
            values: vec![0.0; policy.rows],
            visits: vec![0; policy.rows],
            decisions: 0,
            actor_rate: settings.actor_rate,
            actor_steps: StepSizes::new(settings.actor_step),
            critic_steps: StepSizes::new(settings.critic_step),
            traces: Traces::new(settings, discount.unwrap_or(1.0), policy.actions),
            policy,
            discount,
            mean: RunningMean::default(),
            mean_step: settings.mean_step,
            magnitude: Magnitude::default(),
            scaled: settings.scaled,
            entropy: settings.entropy,
            weighs_by_discount: settings.weighs_by_discount,
            weight: 1.0,
        })
    }

    /// Goes on with other settings and keeps preferences, values and means; traces start anew.
    pub fn retune(&mut self, settings: &ActorCriticSettings, criterion: Criterion) {
        self.discount = discount_for(settings.discount, criterion);
        self.actor_rate = settings.actor_rate;
        self.actor_steps = StepSizes::new(settings.actor_step);
        self.critic_steps = StepSizes::new(settings.critic_step);
        self.traces = Traces::new(settings, self.discount.unwrap_or(1.0), self.policy.actions);
        self.mean_step = settings.mean_step;
        self.scaled = settings.scaled;
        self.entropy = settings.entropy;
        self.weighs_by_discount = settings.weighs_by_discount;
    }

    /// What the critic believes the state that is seen to be worth, in currency; for the average
    /// reward, relative to other states.
    pub fn value(&self, situation: &Situation<'_>) -> f64 {
        self.values[self.policy.row_of(situation)]
    }

    /// The mean reward a beat as believed, in currency; 0 where rewards are discounted or summed.
    pub fn mean_reward(&self) -> f64 {
        self.mean.get()
    }

    /// The step is traced: its gradients are the newest.
    #[inline(always)]
    fn trace(&mut self, row: usize, column: usize, situation: &Situation<'_>) {
        let (traces, actions) = (&mut self.traces, self.policy.actions);
        traces.newest = if traces.newest + 1 < traces.rows.len() { traces.newest + 1 } else { 0 };
        traces.length = (traces.length + 1).min(traces.rows.len());
        traces.rows[traces.newest] = row;
        let gradient = &mut traces.gradients[traces.newest * actions..][..actions];
        self.policy.gradient(row, column, situation, gradient);
        if self.weighs_by_discount {
            gradient.iter_mut().for_each(|part| *part *= self.weight);
        }
    }

    /// Values move by the critic's error, preferences by the actor's, along their traces.
    #[inline(always)]
    fn follow(&mut self, critic_error: f64, actor_error: f64) {
        let (traces, actions) = (&self.traces, self.policy.actions);
        let (mut actor_share, mut critic_share) = (self.actor_rate * actor_error, critic_error);
        let mut at = traces.newest;
        for _ in 0..traces.length {
            let row = traces.rows[at];
            let visits = self.visits[row].saturating_sub(1);
            self.values[row] += self.critic_steps.at(visits, self.decisions) * critic_share;
            let step = self.actor_steps.at(visits, self.decisions) * actor_share;
            self.policy.shift(row, step, &traces.gradients[at * actions..][..actions]);
            critic_share *= traces.critic_share;
            actor_share *= traces.actor_share;
            at = if at == 0 { traces.rows.len() - 1 } else { at - 1 };
        }
    }
}

/// The discount that a learner of policies uses: its own, else the criterion's; none for the average
/// reward.
pub(super) fn discount_for(own: Option<f64>, criterion: Criterion) -> Option<f64> {
    own.or(match criterion {
        Criterion::Discounted(gamma) => Some(gamma),
        Criterion::Total => Some(1.0),
        Criterion::Average => None,
    })
}

learner!(ActorCritic, ActorCriticSettings, |own: &ActorCriticSettings, criterion| discount_for(
    own.discount,
    criterion
)
.unwrap_or(1.0));

impl Agent for ActorCritic {
    fn name(&self) -> &str {
        "Actor–critic"
    }

    fn begin_episode(&mut self) {
        self.weight = 1.0;
        self.traces.length = 0;
    }

    acts_by_its_policy!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let (row, column) = self.policy.pair_of(experience);
        let after = if experience.terminal {
            0.0
        } else {
            self.values[self.policy.row_of(&experience.after)]
        };
        let error = match self.discount {
            Some(gamma) => experience.reward + gamma * after - self.values[row],
            None => experience.reward - self.mean.get() + after - self.values[row],
        };
        self.visits[row] = self.visits[row].saturating_add(1);
        self.trace(row, column, &experience.before);
        let measured = if self.scaled { self.magnitude.measure(error) } else { error };
        self.follow(error, measured);
        if self.entropy > 0.0 {
            let visits = self.visits[row].saturating_sub(1);
            let step = self.actor_rate * self.actor_steps.at(visits, self.decisions);
            let by = step * fading(self.entropy, visits);
            self.policy.even_out(row, by, &experience.before);
        }
        match self.discount {
            Some(gamma) => self.weight *= gamma,
            None => {
                let share = self.mean.share(self.mean_step);
                self.mean.shift(share * error);
            }
        }
        self.decisions += 1;
        if experience.terminal {
            self.traces.length = 0;
        }
    }

    fn keep(&self) -> Option<Learned> {
        Some(vec![
            named("preferences", Kept::Reals(self.policy.table.clone())),
            named("values", Kept::Reals(self.values.clone())),
            named("visits", Kept::Counts(self.visits.clone())),
            named("decisions", Kept::Wholes(vec![self.decisions])),
            named("mean", Kept::Reals(self.mean.keep().to_vec())),
            named("magnitude", Kept::Reals(self.magnitude.keep().to_vec())),
        ])
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let preferences = reals(learned, "preferences", self.policy.table.len())?;
        let values = reals(learned, "values", self.values.len())?;
        let visits = counts(learned, "visits", self.visits.len())?;
        let [decisions] = clocks(learned, "decisions")?;
        let mean = RunningMean::of(learned, "mean")?;
        let magnitude = Magnitude::of(learned, "magnitude")?;
        self.policy.table.copy_from_slice(preferences);
        self.values.copy_from_slice(values);
        self.visits.copy_from_slice(visits);
        (self.mean, self.magnitude, self.decisions) = (mean, magnitude, decisions);
        self.weight = 1.0;
        self.traces.length = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::policy_trials::{
        expected_move, five_processes, forward, policy_gradient, policy_of, see, shortfall,
        values_of,
    };
    use super::super::trials::{luck, play, random_process, step, two_by_three};
    use super::*;
    use crate::mdp::{Environment, Luck};

    /// The book's updates, with constant steps.
    fn plain(actor: f64, critic: f64, lambda: f64) -> ActorCriticSettings {
        ActorCriticSettings {
            actor_rate: actor,
            critic_step: StepSize::Constant { size: critic },
            actor_lambda: lambda,
            critic_lambda: lambda,
            scaled: false,
            entropy: 0.0,
            weighs_by_discount: true,
            ..ActorCriticSettings::default()
        }
    }

    fn near(found: &[f64], by_hand: &[f64]) {
        assert_eq!(found.len(), by_hand.len());
        for (found, exact) in found.iter().zip(by_hand) {
            assert!((found - exact).abs() < 1e-12, "{found} {exact}");
        }
    }

    #[test]
    fn two_discounted_steps_by_hand() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent =
            ActorCritic::new(&plain(0.3, 0.25, 0.8), &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        agent.values[1] = 4.0;
        agent.begin_episode();
        // δ = 2 + ½·4 − 0 = 4: v(0) = ¼·4 = 1, h(0, ·) = 0.3·4·(−⅓, ⅔, −⅓).
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        near(&agent.values, &[1.0, 4.0]);
        near(&agent.policy.table, &[-0.4, 0.8, -0.4, 0.0, 0.0, 0.0]);
        // The end: δ = 1 − 4 = −3. v(1) = 4 − ¼·3 = 3.25; the trace of 0 is ½·0.8 = 0.4, so
        // v(0) = 1 − ¼·3·0.4 = 0.7. I = ½: h(1, ·) = 0.3·(−3)·½·(⅔, −⅓, −⅓);
        // h(0, ·) moves by 0.3·(−3)·0.4·(−⅓, ⅔, −⅓) = (0.12, −0.24, 0.12).
        step(&mut agent, &mut dice, (1, 0), 1.0, None);
        near(&agent.values, &[0.7, 3.25]);
        near(&agent.policy.table, &[-0.28, 0.56, -0.28, -0.3, 0.15, 0.15]);
        // A new episode starts with I = 1 and without traces; where 2 is not allowed, π = ½.
        agent.begin_episode();
        agent.policy.table.fill(0.0);
        let mask = [true, true, false];
        let before = Situation { allowed: Some(&mask), ..see(&[1], 0) };
        let experience =
            Experience { before, action: &[0], reward: 5.25, after: see(&[0], 1), terminal: true };
        agent.learn(&experience, &mut dice);
        near(&agent.policy.table, &[0.0, 0.0, 0.0, 0.3, -0.3, 0.0]);
        near(&agent.values, &[0.7, 3.75]);
    }

    #[test]
    fn two_steps_for_the_average_reward_by_hand() {
        let (states, actions) = two_by_three();
        let settings = ActorCriticSettings { mean_step: 0.5, ..plain(0.3, 0.25, 0.5) };
        let mut agent = ActorCritic::new(&settings, &states, &actions, Criterion::Average).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        // δ = 6: v(0) = 1.5, r̄ = 6 with the whole first error.
        step(&mut agent, &mut dice, (0, 1), 6.0, Some((1, None)));
        near(&agent.values, &[1.5, 0.0]);
        near(&[agent.mean_reward()], &[6.0]);
        near(&agent.policy.table, &[-0.6, 1.2, -0.6, 0.0, 0.0, 0.0]);
        // δ = 3 − 6 + 1.5 − 0 = −1.5; r̄ = 6 − ⅔·1.5 = 5. v(1) = −0.375, v(0) = 1.5 − 0.1875.
        step(&mut agent, &mut dice, (1, 2), 3.0, Some((0, None)));
        near(&agent.values, &[1.3125, -0.375]);
        near(&[agent.mean_reward()], &[5.0]);
        // h(1, ·) = −0.45·(−⅓, −⅓, ⅔); h(0, ·) by −0.225·(−⅓, ⅔, −⅓).
        near(&agent.policy.table, &[-0.525, 1.05, -0.525, 0.15, 0.15, -0.3]);
    }

    #[test]
    fn entropy_draws_towards_an_even_choice_by_its_gradient() {
        let (states, actions) = two_by_three();
        let settings = ActorCriticSettings { entropy: 0.5, ..plain(0.3, 0.25, 0.0) };
        let mut agent = ActorCritic::new(&settings, &states, &actions, Criterion::Total).unwrap();
        let entropy = |row: &[f64]| {
            let sum: f64 = row.iter().map(|h| h.exp()).sum();
            -row.iter().map(|h| h.exp() / sum * (h.exp() / sum).ln()).sum::<f64>()
        };
        let start = [0.2, 1.0, -0.7];
        agent.policy.table[..3].copy_from_slice(&start);
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        // No error, so that entropy alone moves, by 0.3·0.5 of its gradient.
        step(&mut agent, &mut dice, (0, 0), 0.0, None);
        for place in 0..3 {
            let moved = |by: f64| {
                let mut row = start;
                row[place] += by;
                entropy(&row)
            };
            let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            let found = agent.policy.table[place] - start[place];
            assert!((found - 0.15 * difference).abs() < 1e-9, "{found} {difference}");
        }
    }

    /// With an exact critic, the expected update over all that can happen in an episode is the
    /// gradient of the start's value, with and without traces.
    #[test]
    fn the_expected_update_is_the_gradient_of_the_value() {
        let process = forward();
        let preferences = [0.3, -0.2, -0.5, 0.4, 0.1, 0.9, 0.0, 0.0];
        let gradient = policy_gradient(&process, 0.7, &preferences);
        for lambda in [0.0, 0.6] {
            let (states, actions) = (process.state_space(), process.action_space());
            let settings = plain(1e-7, 1e-15, lambda);
            let criterion = Criterion::Discounted(0.7);
            let mut agent = ActorCritic::new(&settings, states, actions, criterion).unwrap();
            agent.policy.table.copy_from_slice(&preferences);
            agent.values = values_of(&process, 0.7, &policy_of(&process, &agent)).1;
            let moved = expected_move(&process, &agent, |agent| agent.policy.table.clone());
            for (moved, exact) in moved.iter().zip(&gradient) {
                // Moves within an episode leave an error of the rate's order, and rounding of
                // 1e-16/1e-7.
                assert!((moved / 1e-7 - exact).abs() < 1e-6, "{lambda}: {moved} {exact}");
            }
        }
    }

    /// Rewards in another currency: the same actions and preferences, values in that currency. The
    /// factor is a power of two, so that there is no other rounding.
    #[test]
    fn in_another_currency_the_same_is_done() {
        let process = random_process();
        let dear = process.times(1024.0);
        let (states, actions) = (process.state_space(), process.action_space());
        for criterion in [Criterion::Average, Criterion::Discounted(0.9)] {
            let new = || {
                ActorCritic::new(&ActorCriticSettings::default(), states, actions, criterion)
                    .unwrap()
            };
            let (mut one, mut other) = (new(), new());
            let first = play(&process, &mut one, luck(0, 0), 5_000);
            let second = play(&dear, &mut other, luck(0, 0), 5_000);
            assert_eq!(first.1, second.1);
            assert_eq!(one.policy.table, other.policy.table);
            let values: Vec<f64> = one.values.iter().map(|value| value * 1024.0).collect();
            assert_eq!(values, other.values);
        }
    }

    /// Over five processes and five seeds, the mean shortfall at least halves from 10⁵ to 10⁶ steps
    /// where steps shrink as Robbins and Monro ask.
    #[test]
    fn policies_close_in_on_the_optimum() {
        let settings = ActorCriticSettings {
            actor_rate: 1.0,
            actor_step: StepSize::Visits { scale: 1.0, power: 0.7 },
            critic_lambda: 0.0,
            actor_lambda: 0.0,
            ..ActorCriticSettings::default()
        };
        for (number, process) in five_processes().iter().enumerate() {
            let (states, actions) = (process.state_space(), process.action_space());
            let (mut early, mut late) = (0.0, 0.0);
            for seed in 0..5 {
                let criterion = Criterion::Discounted(0.9);
                let mut agent = ActorCritic::new(&settings, states, actions, criterion).unwrap();
                play(process, &mut agent, luck(seed, 0), 100_000);
                early += shortfall(process, 0.9, &agent) / 5.0;
                play(process, &mut agent, luck(seed, 1), 900_000);
                late += shortfall(process, 0.9, &agent) / 5.0;
            }
            assert!(late <= 0.5 * early, "process {number}: {early} {late}");
        }
    }

    /// δ = 1 moves v by α and h by α′·δ·(1 − π) = α′·⅔: at the third decision, in a state that was
    /// never met, both steps are 1/(1 + 2/2).
    #[test]
    fn steps_by_time_shrink_for_states_that_were_never_met() {
        let halved = StepSize::Time { from: 1.0, half: 2.0 };
        let settings = ActorCriticSettings {
            actor_rate: 1.0,
            actor_step: halved,
            critic_step: halved,
            actor_lambda: 0.0,
            critic_lambda: 0.0,
            scaled: false,
            entropy: 0.0,
            ..ActorCriticSettings::default()
        };
        assert!(settings.validate().is_empty());
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent = ActorCritic::new(&settings, &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(luck(0, 0), agent.sources());
        for _ in 0..2 {
            step(&mut agent, &mut dice, (0, 1), 0.0, None);
        }
        step(&mut agent, &mut dice, (1, 1), 1.0, None);
        assert_eq!(agent.values, [0.0, 0.5]);
        assert!((agent.policy.table[4] - 0.5 * 2.0 / 3.0).abs() < 1e-12);
        // Taken up elsewhere, the time goes on.
        let mut other = ActorCritic::new(&settings, &states, &actions, criterion).unwrap();
        other.take_up(&agent.keep().unwrap()).unwrap();
        assert_eq!(other.decisions, 3);
    }

    #[test]
    fn settings_are_read_and_all_faults_named() {
        let read = |text| ron::from_str::<ActorCriticSettings>(text);
        assert_eq!(read("()").unwrap(), ActorCriticSettings::default());
        assert!(read("(rate: 1)").is_err());
        assert!(ActorCriticSettings::default().validate().is_empty());
        let bad = ActorCriticSettings {
            actor_rate: 0.0,
            actor_step: StepSize::Constant { size: 2.0 },
            critic_step: StepSize::Constant { size: 0.0 },
            mean_step: 1.5,
            actor_lambda: -0.1,
            critic_lambda: f64::NAN,
            discount: Some(2.0),
            entropy: -1.0,
            ..ActorCriticSettings::default()
        };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        let expected = [
            "actor_rate",
            "actor_step.size",
            "critic_step.size",
            "mean_step",
            "actor_lambda",
            "critic_lambda",
            "discount",
            "entropy",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn other_settings_keep_what_was_learned() {
        let process = random_process();
        let (states, actions) = (process.state_space(), process.action_space());
        let settings = ActorCriticSettings::default();
        let criterion = Criterion::Average;
        let mut agent = ActorCritic::new(&settings, states, actions, criterion).unwrap();
        play(&process, &mut agent, luck(0, 0), 1_000);
        let before = agent.clone();
        agent.retune(&ActorCriticSettings { actor_lambda: 1.0, ..settings }, criterion);
        assert_eq!((&agent.policy.table, &agent.values), (&before.policy.table, &before.values));
        assert_eq!(agent.traces.rows.len(), 4096);
        play(&process, &mut agent, luck(0, 1), 1_000);
        assert_ne!(agent.policy.table, before.policy.table);
        // Erased, it says the same of itself.
        let boxed = agent.boxed_clone();
        assert_eq!(policy_of(&process, &boxed), policy_of(&process, &agent));
    }
}
