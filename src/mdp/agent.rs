//! What an agent is: it decides, it may learn from steps, and it may plan within a budget.

#![expect(
    clippy::indexing_slicing,
    reason = "observations and actions are numbered by their spaces; hot loops"
)]

use std::any::Any;

use super::luck::Dice;
use super::variable::Level;

/// What an agent sees when it must decide.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The integers of the observation, in the order of the observation space.
    pub levels: &'a [Level],
    /// The real numbers of the observation.
    pub reals: &'a [f64],
    /// Which flat actions are allowed, or `None` where all are; or where there are more than can be
    /// listed: what is then decided and not allowed gives way to what is ([`super::settle`]).
    pub allowed: Option<&'a [bool]>,
    /// The number of the beat about to be played, from 0 in each episode.
    pub beat: u64,
}

impl Situation<'_> {
    /// Whether the flat action of this number is allowed here.
    #[inline(always)]
    pub fn allows(&self, action: usize) -> bool {
        self.allowed.is_none_or(|allowed| allowed[action])
    }
}

/// One step as an agent experiences it.
#[derive(Debug, Clone, Copy)]
pub struct Experience<'a> {
    /// What it saw before.
    pub before: Situation<'a>,
    /// The levels of the action taken.
    pub action: &'a [Level],
    /// The reward of the beat.
    pub reward: f64,
    /// What it sees now.
    pub after: Situation<'a>,
    /// Whether the environment ended: the future is worth 0. A run that is merely cut off at its
    /// limit is *not* terminal, and learners bootstrap from `after`.
    pub terminal: bool,
}

/// The numbers of a step's observations and of its action in their spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Of what was seen before.
    pub before: usize,
    /// Of the action taken.
    pub action: usize,
    /// Of what is seen now.
    pub after: usize,
}

/// Whether a decision is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The action has been written.
    Made,
    /// Not yet (a person, a long search): the run waits and asks again.
    NotYet,
}

/// The value of every state–action pair that a tabular agent has met, and how often it met it.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionTable {
    /// How many flat actions there are.
    pub actions: usize,
    /// Values, in the scenario's currency: `values[state * actions + action]`.
    pub values: Vec<f64>,
    /// Visits of each pair, laid out alike.
    pub visits: Vec<u32>,
}

impl ActionTable {
    /// A table of zeros for so many observations and flat actions.
    pub fn new(observations: usize, actions: usize) -> Self {
        let size = observations * actions;
        Self { actions, values: vec![0.0; size], visits: vec![0; size] }
    }

    /// The values of an observation's actions.
    #[inline(always)]
    pub fn row(&self, observation: usize) -> &[f64] {
        &self.values[observation * self.actions..][..self.actions]
    }

    /// The lowest-numbered allowed action of highest value, for a policy that is to be judged.
    pub fn greedy(&self, observation: usize, allows: impl Fn(usize) -> bool) -> usize {
        let row = self.row(observation);
        let mut best = None;
        for (action, &value) in row.iter().enumerate() {
            if allows(action) && best.is_none_or(|(_, most)| value > most) {
                best = Some((action, value));
            }
        }
        best.map_or(0, |(action, _)| action)
    }
}

/// What an agent believes a state to be worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StateValue {
    /// In currency.
    pub value: f64,
    /// Whether anything was learned of it: else it is the value that all states begin at.
    pub learned: bool,
}

/// An array of what an agent has learned.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// Real numbers.
    Reals(Vec<f64>),
    /// Counts.
    Counts(Vec<u32>),
    /// Whole numbers.
    Wholes(Vec<u64>),
}

/// All that an agent has learned, as named arrays.
pub type Learned = Vec<(String, Kept)>;

/// Why what was kept does not fit an agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// The agent never keeps anything.
    #[error("this agent has nothing to go on with")]
    Nothing,
    /// An array is not there.
    #[error("there is no `{0}`")]
    Missing(&'static str),
    /// An array holds reals for counts, or the like.
    #[error("`{0}` holds another kind of numbers")]
    Kind(&'static str),
    /// An array has another length than the agent's spaces ask for.
    #[error("`{name}` has {found} entries where {wanted} are needed")]
    Length {
        /// The array.
        name: &'static str,
        /// Its length.
        found: usize,
        /// The length that fits.
        wanted: usize,
    },
    /// An array holds an infinity or no number.
    #[error("`{0}` holds what is no number")]
    NotFinite(&'static str),
    /// An array holds what no agent can have kept.
    #[error("`{name}` cannot be: {what}")]
    Impossible {
        /// The array.
        name: &'static str,
        /// What about it cannot be.
        what: &'static str,
    },
}

/// Decides in every beat; may learn and plan.
pub trait Agent: Send + Sync {
    /// The name people know it by: "Q-learning".
    fn name(&self) -> &str;

    /// Names of the agent's own random sources; its dice have one key for each, in this order.
    fn sources(&self) -> &[&'static str] {
        &[]
    }

    /// Called before the first decision of each episode.
    fn begin_episode(&mut self) {}

    /// Writes the levels of the action to take, in the order of the action space.
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision;

    /// As [`Agent::decide`], where the run knows the number of what is seen in the observation space.
    /// An agent that knows its action's flat number may return that, and need not write its levels.
    #[inline(always)]
    fn decide_by_number(
        &mut self,
        _number: usize,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> (Decision, Option<usize>) {
        (self.decide(situation, dice, action), None)
    }

    /// Writes the action that [`Agent::decide`] would take here with these dice, without taking
    /// it, and returns true; false where it would not decide yet. By default a copy decides.
    fn foresee(&self, situation: &Situation<'_>, dice: &mut Dice, action: &mut [Level]) -> bool {
        self.boxed_clone().decide(situation, dice, action) == Decision::Made
    }

    /// Learns from the step just played. The dice are those of the beat that comes next, so that
    /// an on-policy learner can choose its next action now; it must then stand by it.
    fn learn(&mut self, _experience: &Experience<'_>, _dice: &mut Dice) {}

    /// As [`Agent::learn`], where the run knows these numbers. The dice are still those of the beat
    /// that was played: who draws turns them to the one that comes next.
    #[inline(always)]
    fn learn_by_number(&mut self, _numbers: Numbers, experience: &Experience<'_>, dice: &mut Dice) {
        dice.turn_to(experience.after.beat);
        self.learn(experience, dice);
    }

    /// Plans for up to `budget` backups and returns how many it used.
    fn plan(&mut self, _budget: u64) -> u64 {
        0
    }

    /// Writes what the agent believes each flat action to be worth here and returns true, or
    /// returns false if it has no such belief.
    fn action_values(&self, _situation: &Situation<'_>, _values: &mut [f64]) -> bool {
        false
    }

    /// What the agent believes the situation to be worth if the policy that it follows goes on;
    /// `None` where it has no such belief.
    fn state_value(&self, _situation: &Situation<'_>) -> Option<StateValue> {
        None
    }

    /// The states that the agent holds possible here, with their probabilities, which sum to 1;
    /// `None` where it keeps no such belief.
    fn believed(&self, _situation: &Situation<'_>) -> Option<Vec<(Vec<Level>, f64)>> {
        None
    }

    /// The discount factor of [`Agent::state_value`], where all that the agent learns is what
    /// states are worth under a policy that stays as it is.
    fn predicts(&self) -> Option<f64> {
        None
    }

    /// The table behind the agent's decisions, where it has one.
    fn table(&self) -> Option<&ActionTable> {
        None
    }

    /// Writes the probability of each flat action in this situation as the agent would act if it
    /// stopped learning and exploring (its *target* policy), and returns true; or returns false
    /// where that is not known.
    fn target_policy(&self, _situation: &Situation<'_>, _probabilities: &mut [f64]) -> bool {
        false
    }

    /// Writes the probability with which the agent would take each flat action in this situation as
    /// it is now, exploration included (its *behaviour*), and returns true; or returns false where
    /// that is not known. Probabilities sum to 1, and are 0 where an action is not allowed.
    fn policy(&self, _situation: &Situation<'_>, _probabilities: &mut [f64]) -> bool {
        false
    }

    /// The agent as it is, for who knows its type and goes on with other settings; `None` where none
    /// needs to.
    fn as_any(&mut self) -> Option<&mut dyn Any> {
        None
    }

    /// What it has learned, so that another built alike can go on with it; `None` where there is
    /// nothing, or it cannot be said so.
    fn keep(&self) -> Option<Learned> {
        None
    }

    /// Goes on with what another one built alike has kept.
    ///
    /// What was kept is the same in every state, and from the start of the next episode on the two
    /// learn the same, bit for bit. What an episode ends anyway is not kept: traces, and an action
    /// that was chosen beforehand.
    ///
    /// # Errors
    /// Where it does not fit; the agent is then as it was.
    fn take_up(&mut self, _learned: &Learned) -> Result<(), KeptError> {
        Err(KeptError::Nothing)
    }

    /// A copy with all that was learned.
    fn boxed_clone(&self) -> Box<dyn Agent>;
}

impl Agent for Box<dyn Agent> {
    fn name(&self) -> &str {
        (**self).name()
    }
    fn sources(&self) -> &[&'static str] {
        (**self).sources()
    }
    fn begin_episode(&mut self) {
        (**self).begin_episode();
    }
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        (**self).decide(situation, dice, action)
    }
    fn foresee(&self, situation: &Situation<'_>, dice: &mut Dice, action: &mut [Level]) -> bool {
        (**self).foresee(situation, dice, action)
    }
    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        (**self).learn(experience, dice);
    }
    fn plan(&mut self, budget: u64) -> u64 {
        (**self).plan(budget)
    }
    fn action_values(&self, situation: &Situation<'_>, values: &mut [f64]) -> bool {
        (**self).action_values(situation, values)
    }
    fn state_value(&self, situation: &Situation<'_>) -> Option<StateValue> {
        (**self).state_value(situation)
    }
    fn believed(&self, situation: &Situation<'_>) -> Option<Vec<(Vec<Level>, f64)>> {
        (**self).believed(situation)
    }
    fn predicts(&self) -> Option<f64> {
        (**self).predicts()
    }
    fn table(&self) -> Option<&ActionTable> {
        (**self).table()
    }
    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        (**self).target_policy(situation, probabilities)
    }
    fn policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        (**self).policy(situation, probabilities)
    }
    fn as_any(&mut self) -> Option<&mut dyn Any> {
        (**self).as_any()
    }
    fn keep(&self) -> Option<Learned> {
        (**self).keep()
    }
    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        (**self).take_up(learned)
    }
    fn boxed_clone(&self) -> Box<dyn Agent> {
        (**self).boxed_clone()
    }
}

impl Clone for Box<dyn Agent> {
    fn clone(&self) -> Self {
        (**self).boxed_clone()
    }
}
