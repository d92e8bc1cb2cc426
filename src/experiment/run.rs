//! A run: an environment with its state, an agent, its luck and its records.
//!
//! A beat has five phases, decide → step → learn → plan → record. They are methods here, called
//! one by one while beats are watched and all together by [`AnyRun::advance`]; either way the
//! trajectory is the same. Where many beats are played at once, steps that were played before are
//! looked up instead of played again ([`super::known_steps`]); that too changes no bit.

#[cfg(test)]
mod allowed;
mod known;

use std::sync::Arc;

use crate::environments::{AnyEnvironment, Visitor};
use crate::mdp::beat::{Event, Sampling};
use crate::mdp::{Agent, Decision, Dice, Enumerable, Experience, Level, Luck, Situation, settle};

use super::known_steps::KnownSteps;
use super::pieces::Pieces;
use super::records::Records;
use super::tally::Tally;

/// How a run is to go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunSettings {
    /// The seed.
    pub seed: u64,
    /// Which replication of the seed this is.
    pub replication: u64,
    /// The discount that an episode's recorded return is counted with; 1 for none.
    pub discount: f64,
    /// After how many beats an episode is cut off; `None` for never.
    pub episode_limit: Option<u64>,
    /// Backups that the agent may plan each beat.
    pub planning_budget: u64,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self { seed: 1, replication: 0, discount: 1.0, episode_limit: None, planning_budget: 0 }
    }
}

/// How the latest episode ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Ending {
    /// The environment ended.
    Terminal,
    /// The run reached its limit.
    CutOff,
}

/// A run with its types erased: one virtual call for many beats.
pub trait AnyRun: Send + Sync {
    /// Phase 1: the agent decides. `NotYet` if it waits for someone; call again later.
    fn decide(&mut self) -> Decision;
    /// Phase 2: the environment steps.
    fn step(&mut self);
    /// Phase 3: the agent learns from the step.
    fn learn(&mut self);
    /// Phase 4: the agent plans within the run's budget.
    fn plan(&mut self);
    /// Phase 5: the beat is recorded, and an ended episode gives way to the next.
    fn record(&mut self);
    /// Plays up to `beats` beats, fewer if the agent waits; returns how many.
    fn advance(&mut self, beats: u64) -> u64;

    /// The environment.
    fn environment(&self) -> &AnyEnvironment;
    /// The agent.
    fn agent(&self) -> &dyn Agent;
    /// The agent, to be recognised by its type, where it says it ([`Agent::as_any`]).
    fn agent_any(&mut self) -> Option<&mut dyn std::any::Any>;
    /// The run's settings.
    fn settings(&self) -> &RunSettings;
    /// The state's levels now.
    fn state(&self) -> &[Level];
    /// The state before the latest step.
    fn previous_state(&self) -> &[Level];
    /// The levels of the latest action.
    fn action(&self) -> &[Level];
    /// The latest beat's reward.
    fn reward(&self) -> f64;
    /// Beats played in all.
    fn beats(&self) -> u64;
    /// Beats played in this episode.
    fn episode_beats(&self) -> u64;
    /// The number of this episode, from 0.
    fn episode(&self) -> u64;
    /// What was recorded.
    fn records(&self) -> &Records;
    /// What the events add up to.
    fn tally(&self) -> &Tally;
    /// Totals by reward item since the records began.
    fn item_totals(&self) -> &[f64];
    /// What was counted in pieces, where it is measured so.
    fn pieces(&self) -> Option<&Pieces>;
    /// From now on keeps what is counted in pieces of so many beats at first, for the intervals of all
    /// figures.
    fn measure(&mut self, beats: u64);
    /// The latest beat's events, if it was watched.
    fn events(&self) -> &[Event];
    /// Turns keeping of events on or off.
    fn watch(&mut self, watching: bool);
    /// Starts the statistics anew, and goes on from the same state.
    fn clear_records(&mut self);
    /// Writes the action that the agent will take next, if nothing comes in between, and returns
    /// true; false if it would not decide yet.
    fn intention(&self, action: &mut [Level]) -> bool;
    /// The state in which the latest episode ended; `None` before one did.
    fn final_state(&self) -> Option<&[Level]>;
    /// What the agent thinks each flat action is worth now; false if it does not say.
    fn action_values(&self, values: &mut [f64]) -> bool;
    /// The states that the agent holds possible now, with their probabilities; `None` where it keeps
    /// no such belief.
    fn believed(&self) -> Option<Vec<(Vec<Level>, f64)>>;
    /// The same run with another agent in its place from the next beat on.
    fn with_agent(&self, agent: AnyAgent) -> Box<dyn AnyRun>;
    /// The same run in another environment of the same spaces from the next beat on (a number
    /// was changed), with other settings; `None` if the spaces differ.
    fn with_environment(
        &self,
        environment: &AnyEnvironment,
        settings: RunSettings,
    ) -> Option<Box<dyn AnyRun>>;
    /// The same run in another state of the same episode; `None` where that is no state, or one in
    /// which the environment ends.
    fn with_state(&self, state: &[Level]) -> Option<Box<dyn AnyRun>>;
    /// A copy with all that was learned and recorded.
    fn boxed_clone(&self) -> Box<dyn AnyRun>;
}

/// An agent on its way into a run: those compiled together with the environment by name, all
/// others erased.
pub enum AnyAgent {
    /// Tabular Q-learning.
    QLearning(crate::learners::QLearning),
    /// Tabular SARSA.
    Sarsa(crate::learners::Sarsa),
    /// A fixed table of actions.
    Fixed(crate::heuristics::FixedPolicy),
    /// Always run.
    AlwaysRun(crate::heuristics::AlwaysRun),
    /// Any other.
    Other(Box<dyn Agent>),
}

impl AnyAgent {
    /// The agent, its type erased.
    pub fn into_boxed(self) -> Box<dyn Agent> {
        match self {
            Self::QLearning(agent) => Box::new(agent),
            Self::Sarsa(agent) => Box::new(agent),
            Self::Fixed(agent) => Box::new(agent),
            Self::AlwaysRun(agent) => Box::new(agent),
            Self::Other(agent) => agent,
        }
    }

    /// The agent, whichever it is.
    pub fn agent(&self) -> &dyn Agent {
        match self {
            Self::QLearning(agent) => agent,
            Self::Sarsa(agent) => agent,
            Self::Fixed(agent) => agent,
            Self::AlwaysRun(agent) => agent,
            Self::Other(agent) => &**agent,
        }
    }
}

impl AnyAgent {
    /// The agent, to be changed.
    pub fn agent_mut(&mut self) -> &mut dyn Agent {
        match self {
            Self::QLearning(agent) => agent,
            Self::Sarsa(agent) => agent,
            Self::Fixed(agent) => agent,
            Self::AlwaysRun(agent) => agent,
            Self::Other(agent) => &mut **agent,
        }
    }
}

/// Opens a run in its start state, before the first beat.
pub fn open(
    environment: &AnyEnvironment,
    agent: AnyAgent,
    settings: RunSettings,
) -> Box<dyn AnyRun> {
    struct Open<'a>(&'a AnyEnvironment, AnyAgent, RunSettings);
    impl Visitor for Open<'_> {
        type Output = Box<dyn AnyRun>;
        fn visit<E: Enumerable>(self, environment: &Arc<E>) -> Box<dyn AnyRun> {
            let core = Core::new(environment.clone(), self.0.clone(), self.2);
            with(core, self.1)
        }
    }
    environment.visit(Open(environment, agent, settings))
}

/// Joins environment and agent: the short list of pairs that are compiled together.
fn with<E: Enumerable>(core: Core<E>, agent: AnyAgent) -> Box<dyn AnyRun> {
    match agent {
        AnyAgent::QLearning(agent) => Box::new(Run::join(core, agent)),
        AnyAgent::Sarsa(agent) => Box::new(Run::join(core, agent)),
        AnyAgent::Fixed(agent) => Box::new(Run::join(core, agent)),
        AnyAgent::AlwaysRun(agent) => Box::new(Run::join(core, agent)),
        AnyAgent::Other(agent) => Box::new(Run::join(core, agent)),
    }
}

/// All of a run but its agent.
struct Core<E> {
    environment: Arc<E>,
    erased: AnyEnvironment,
    settings: RunSettings,
    sampling: Sampling<Tally>,
    state: Vec<Level>,
    next: Vec<Level>,
    /// The state in which the latest episode ended.
    last: Vec<Level>,
    sight: Sight,
    next_sight: Sight,
    action: Vec<Level>,
    action_levels: Vec<Vec<Level>>,
    /// As many levels as an action has, where some are forbidden and there are too many for a mask:
    /// the agent cannot know, and the run sees to it that what it decides is allowed.
    settles: Option<Box<[Level]>>,
    episode: u64,
    episode_beats: u64,
    beats: u64,
    reward: f64,
    records: Records,
    /// What is counted in pieces, where that is asked for.
    pieces: Option<Box<Pieces>>,
    /// The steps that are known; copies of a run find out by themselves.
    known: Option<Box<KnownSteps>>,
    /// How many beats more are advanced before steps are noted.
    unnoted: u64,
}

/// What an agent sees of a state: an observation where it is not the state, and the mask.
#[derive(Debug, Clone, Default)]
struct Sight {
    levels: Vec<Level>,
    reals: Vec<f64>,
    allowed: Vec<bool>,
    /// Whether there is anything in it: else an agent sees the state, and may do all.
    sees: bool,
}

impl<E: Enumerable> Clone for Core<E> {
    fn clone(&self) -> Self {
        Self {
            environment: self.environment.clone(),
            erased: self.erased.clone(),
            settings: self.settings,
            sampling: self.sampling.clone(),
            state: self.state.clone(),
            next: self.next.clone(),
            last: self.last.clone(),
            sight: self.sight.clone(),
            next_sight: self.next_sight.clone(),
            action: self.action.clone(),
            action_levels: self.action_levels.clone(),
            settles: self.settles.clone(),
            episode: self.episode,
            episode_beats: self.episode_beats,
            beats: self.beats,
            reward: self.reward,
            records: self.records.clone(),
            pieces: self.pieces.clone(),
            known: None,
            unnoted: known::FIRST_BEATS,
        }
    }
}

impl<E: Enumerable> Core<E> {
    fn new(environment: Arc<E>, erased: AnyEnvironment, settings: RunSettings) -> Self {
        let luck = Luck { seed: settings.seed, replication: settings.replication, episode: 0 };
        let tally = empty_tally(&*environment);
        let items = environment.reward_items().len();
        let sampling = Sampling::new(luck, environment.sources(), items, tally);
        let variables = environment.state_space().len();
        let observed =
            if environment.observes_state() { 0 } else { environment.observation_space().len() };
        // The mask is kept only where it can say no, and there actions are countable.
        let action_levels = if environment.restricts_actions() {
            crate::mdp::enumerate::action_levels(&*environment).unwrap_or_default()
        } else {
            Vec::new()
        };
        let actions = environment.action_space();
        let unmasked = environment.restricts_actions() && action_levels.is_empty();
        let reals = environment.real_observations().len();
        let sight = Sight {
            levels: vec![0; observed],
            reals: vec![0.0; reals],
            allowed: vec![true; action_levels.len()],
            sees: observed + reals + action_levels.len() > 0,
        };
        let mut core = Self {
            settings,
            sampling,
            state: vec![0; variables],
            next: vec![0; variables],
            last: vec![0; variables],
            next_sight: sight.clone(),
            sight,
            action: vec![0; actions.len()],
            action_levels,
            settles: unmasked.then(|| vec![0; actions.len()].into()),
            episode: 0,
            episode_beats: 0,
            beats: 0,
            reward: 0.0,
            records: Records::new(settings.discount),
            pieces: None,
            known: None,
            unnoted: known::FIRST_BEATS,
            environment,
            erased,
        };
        core.begin_episode();
        core
    }

    fn luck(&self) -> Luck {
        Luck {
            seed: self.settings.seed,
            replication: self.settings.replication,
            episode: self.episode,
        }
    }

    /// Draws the start state with the luck of beat 0; step t → t + 1 has the luck of beat t + 1.
    fn begin_episode(&mut self) {
        self.episode_beats = 0;
        self.sampling.set_luck(self.luck(), self.environment.sources());
        self.sampling.open(0);
        self.environment.start(&mut self.state, &mut self.sampling);
        self.sampling.listener.begin(&self.state);
        look(
            &*self.environment,
            &self.action_levels,
            &self.state,
            &mut self.sight,
            &mut self.sampling,
        );
    }

    /// Records how the episode ended and begins the next.
    fn end_episode(&mut self, ending: Ending) {
        self.records.end_episode(ending, self.episode_beats);
        self.episode += 1;
        self.begin_episode();
    }

    /// The same moment in another environment, if its states and actions mean the same.
    fn carried_into<F: Enumerable>(
        &self,
        environment: &Arc<F>,
        erased: &AnyEnvironment,
        settings: RunSettings,
    ) -> Option<Core<F>> {
        if environment.kind() != self.environment.kind()
            || environment.state_space() != self.environment.state_space()
            || environment.action_space() != self.environment.action_space()
            || environment.reward_items() != self.environment.reward_items()
        {
            return None;
        }
        let mut core = Core::new(environment.clone(), erased.clone(), settings);
        core.episode = self.episode;
        core.begin_episode();
        core.state.clone_from(&self.state);
        core.next.clone_from(&self.next);
        core.last.clone_from(&self.last);
        core.action.clone_from(&self.action);
        core.episode_beats = self.episode_beats;
        core.beats = self.beats;
        core.reward = self.reward;
        core.records = self.records.clone();
        core.records.count_with(settings.discount);
        core.sampling.listener = self.sampling.listener.clone().reworking(rework(&**environment));
        core.pieces = self.pieces.clone();
        core.sampling.set_totals(self.sampling.totals());
        core.sampling.open(core.episode_beats);
        look(&**environment, &core.action_levels, &core.state, &mut core.sight, &mut core.sampling);
        Some(core)
    }

    /// Ends the piece that is counted, where it is over.
    #[inline(always)]
    fn end_piece(&mut self) {
        if let Some(pieces) = &mut self.pieces
            && pieces.left(&self.sampling.listener) == 0
        {
            pieces.end(&self.sampling.listener, self.sampling.totals());
        }
    }

    #[inline(always)]
    fn situation(&self) -> Situation<'_> {
        situation(&self.state, &self.sight, self.episode_beats)
    }
}

/// The tally of an environment, before the first beat.
fn empty_tally(environment: &impl Enumerable) -> Tally {
    let tally = Tally::new(environment.places()).joining(environment.joining());
    tally.reworking(rework(environment))
}

/// To which buffer each station sends back what must be done again.
fn rework(environment: &impl Enumerable) -> Vec<Option<u16>> {
    let stations = 0..environment.places().stations.len();
    stations.map(|station| environment.rated(station).rework_to).collect()
}

#[inline(always)]
fn situation<'a>(state: &'a [Level], sight: &'a Sight, beat: u64) -> Situation<'a> {
    Situation {
        levels: if sight.levels.is_empty() { state } else { &sight.levels },
        reals: &sight.reals,
        allowed: if sight.allowed.is_empty() { None } else { Some(&sight.allowed) },
        beat,
    }
}

/// Observes a state and works out its mask.
#[inline(always)]
fn look<E: Enumerable>(
    environment: &E,
    action_levels: &[Vec<Level>],
    state: &[Level],
    sight: &mut Sight,
    sampling: &mut Sampling<Tally>,
) {
    if !sight.sees {
        return;
    }
    if !sight.levels.is_empty() || !sight.reals.is_empty() {
        environment.observe(state, &mut sight.levels, &mut sight.reals, sampling);
    }
    for (allowed, action) in sight.allowed.iter_mut().zip(action_levels) {
        *allowed = environment.allows(state, action);
    }
}

/// An environment with its agent.
struct Run<E, A> {
    core: Core<E>,
    agent: A,
    dice: Dice,
    ended: Option<Ending>,
}

impl<E: Enumerable, A: Agent + Clone + 'static> Run<E, A> {
    fn join(core: Core<E>, agent: A) -> Self {
        let mut run =
            Self { dice: Dice::new(core.luck(), agent.sources()), core, agent, ended: None };
        run.agent.begin_episode();
        run
    }
}

// The phases are compiled into `advance` as they are by themselves: a call of each would cost a
// third of a learner's beat.
impl<E: Enumerable, A: Agent + Clone + IntoAny + 'static> AnyRun for Run<E, A> {
    #[inline(always)]
    fn decide(&mut self) -> Decision {
        let core = &mut self.core;
        self.dice.turn_to(core.episode_beats);
        let situation = situation(&core.state, &core.sight, core.episode_beats);
        let decision = self.agent.decide(&situation, &mut self.dice, &mut core.action);
        if let Some(room) = &mut core.settles
            && decision == Decision::Made
        {
            settle(&*core.environment, &core.state, &mut core.action, room);
        }
        decision
    }

    #[inline(always)]
    fn step(&mut self) {
        let core = &mut self.core;
        core.episode_beats += 1;
        core.sampling.open(core.episode_beats);
        core.sampling.listener.open(&core.state);
        core.environment.step(&core.state, &core.action, &mut core.next, &mut core.sampling);
        core.reward = core.sampling.reward();
        let terminal = core.environment.is_terminal(&core.next);
        look(
            &*core.environment,
            &core.action_levels,
            &core.next,
            &mut core.next_sight,
            &mut core.sampling,
        );
        self.ended = if terminal {
            Some(Ending::Terminal)
        } else if core.settings.episode_limit.is_some_and(|limit| core.episode_beats >= limit) {
            Some(Ending::CutOff)
        } else {
            None
        };
    }

    #[inline(always)]
    fn learn(&mut self) {
        let core = &self.core;
        self.dice.turn_to(core.episode_beats);
        let experience = Experience {
            before: situation(&core.state, &core.sight, core.episode_beats - 1),
            action: &core.action,
            reward: core.reward,
            after: situation(&core.next, &core.next_sight, core.episode_beats),
            terminal: self.ended == Some(Ending::Terminal),
        };
        self.agent.learn(&experience, &mut self.dice);
    }

    #[inline(always)]
    fn plan(&mut self) {
        if self.core.settings.planning_budget > 0 {
            self.agent.plan(self.core.settings.planning_budget);
        }
    }

    #[inline(always)]
    fn record(&mut self) {
        let core = &mut self.core;
        core.beats += 1;
        core.records.record(core.reward);
        std::mem::swap(&mut core.state, &mut core.next);
        if core.sight.sees {
            std::mem::swap(&mut core.sight, &mut core.next_sight);
        }
        if let Some(ending) = self.ended.take() {
            core.last.copy_from_slice(&core.state);
            core.end_episode(ending);
            self.dice.reseed(core.luck(), self.agent.sources());
            self.agent.begin_episode();
        }
        core.end_piece();
    }

    fn advance(&mut self, beats: u64) -> u64 {
        self.advance_by_parts(beats)
    }

    fn environment(&self) -> &AnyEnvironment {
        &self.core.erased
    }
    fn agent(&self) -> &dyn Agent {
        &self.agent
    }
    fn agent_any(&mut self) -> Option<&mut dyn std::any::Any> {
        self.agent.as_any()
    }
    fn settings(&self) -> &RunSettings {
        &self.core.settings
    }
    fn state(&self) -> &[Level] {
        &self.core.state
    }
    fn previous_state(&self) -> &[Level] {
        &self.core.next
    }
    fn action(&self) -> &[Level] {
        &self.core.action
    }
    fn reward(&self) -> f64 {
        self.core.reward
    }
    fn beats(&self) -> u64 {
        self.core.beats
    }
    fn episode_beats(&self) -> u64 {
        self.core.episode_beats
    }
    fn episode(&self) -> u64 {
        self.core.episode
    }
    fn records(&self) -> &Records {
        &self.core.records
    }
    fn tally(&self) -> &Tally {
        &self.core.sampling.listener
    }
    fn item_totals(&self) -> &[f64] {
        self.core.sampling.totals()
    }
    fn pieces(&self) -> Option<&Pieces> {
        self.core.pieces.as_deref()
    }
    fn measure(&mut self, beats: u64) {
        let sampling = &self.core.sampling;
        let pieces = Pieces::new(beats, &sampling.listener, sampling.totals());
        self.core.pieces = Some(Box::new(pieces));
    }
    fn events(&self) -> &[Event] {
        self.core.sampling.listener.events()
    }
    fn watch(&mut self, watching: bool) {
        self.core.sampling.listener.watch(watching);
    }
    fn clear_records(&mut self) {
        let discount = self.core.settings.discount;
        self.core.records = match self.core.episode_beats {
            0 => Records::new(discount),
            _ => Records::within_an_episode(discount),
        };
        self.core.sampling.listener.clear();
        self.core.sampling.clear_totals();
        if let Some(first) = self.core.pieces.take().map(|pieces| pieces.first_width()) {
            self.measure(first);
        }
    }
    fn intention(&self, action: &mut [Level]) -> bool {
        let mut dice = self.dice.clone();
        dice.turn_to(self.core.episode_beats);
        let core = &self.core;
        let foreseen = self.agent.foresee(&core.situation(), &mut dice, action);
        if let Some(room) = &core.settles
            && foreseen
        {
            settle(&*core.environment, &core.state, action, &mut room.clone());
        }
        foreseen
    }
    fn final_state(&self) -> Option<&[Level]> {
        (self.core.episode > 0).then_some(&self.core.last)
    }
    fn believed(&self) -> Option<Vec<(Vec<Level>, f64)>> {
        self.agent.believed(&self.core.situation())
    }
    fn action_values(&self, values: &mut [f64]) -> bool {
        self.agent.action_values(&self.core.situation(), values)
    }
    fn with_agent(&self, agent: AnyAgent) -> Box<dyn AnyRun> {
        with(self.core.clone(), agent)
    }
    fn with_environment(
        &self,
        environment: &AnyEnvironment,
        settings: RunSettings,
    ) -> Option<Box<dyn AnyRun>> {
        struct Change<'a, E, A>(&'a Run<E, A>, &'a AnyEnvironment, RunSettings);
        impl<E: Enumerable, A: Agent + Clone + IntoAny + 'static> Visitor for Change<'_, E, A> {
            type Output = Option<Box<dyn AnyRun>>;
            fn visit<F: Enumerable>(self, environment: &Arc<F>) -> Self::Output {
                let core = self.0.core.carried_into(environment, self.1, self.2)?;
                Some(with(core, self.0.agent.clone().into_any()))
            }
        }
        environment.visit(Change(self, environment, settings))
    }
    fn with_state(&self, state: &[Level]) -> Option<Box<dyn AnyRun>> {
        let environment = self.core.environment.clone();
        if !environment.state_space().contains(state) || environment.is_terminal(state) {
            return None;
        }
        let mut core = self.core.clone();
        core.state.copy_from_slice(state);
        // Parts that were put there have come at a time that is not known.
        core.sampling.listener.begin(state);
        core.sampling.open(core.episode_beats);
        look(&*environment, &core.action_levels, &core.state, &mut core.sight, &mut core.sampling);
        Some(with(core, self.agent.clone().into_any()))
    }
    fn boxed_clone(&self) -> Box<dyn AnyRun> {
        Box::new(Self {
            core: self.core.clone(),
            agent: self.agent.clone(),
            dice: self.dice.clone(),
            ended: self.ended,
        })
    }
}

/// Agents of the short list find their way back into [`AnyAgent`].
pub trait IntoAny {
    /// The agent as one of the list.
    fn into_any(self) -> AnyAgent;
}

macro_rules! listed_agents {
    ($($variant:ident: $agent:ty),* $(,)?) => {
        $(impl IntoAny for $agent {
            fn into_any(self) -> AnyAgent {
                AnyAgent::$variant(self)
            }
        })*
    };
}

listed_agents! {
    QLearning: crate::learners::QLearning,
    Sarsa: crate::learners::Sarsa,
    Fixed: crate::heuristics::FixedPolicy,
    AlwaysRun: crate::heuristics::AlwaysRun,
    Other: Box<dyn Agent>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::{AnySettings, ChainSettings};
    use crate::learners::{QLearning, TabularSettings};
    use crate::mdp::Criterion;

    fn chain() -> AnyEnvironment {
        AnySettings::Chain(ChainSettings::default()).build().unwrap()
    }

    fn learner(environment: &AnyEnvironment) -> AnyAgent {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let settings = TabularSettings::default();
        AnyAgent::QLearning(
            QLearning::new(&settings, states, actions, Criterion::Discounted(0.99)).unwrap(),
        )
    }

    fn settings() -> RunSettings {
        RunSettings { seed: 3, episode_limit: Some(50), ..RunSettings::default() }
    }

    /// State, action and reward of every beat, with the reward's bits.
    type Trace = Vec<(Vec<Level>, Vec<Level>, u64)>;

    fn trace(run: &mut dyn AnyRun, beats: usize, mut play: impl FnMut(&mut dyn AnyRun)) -> Trace {
        (0..beats)
            .map(|_| {
                play(run);
                (run.state().to_vec(), run.action().to_vec(), run.reward().to_bits())
            })
            .collect()
    }

    fn by_phases(run: &mut dyn AnyRun) {
        assert_eq!(run.decide(), Decision::Made);
        run.step();
        run.learn();
        run.plan();
        run.record();
    }

    #[test]
    fn phases_and_advance_and_copies_give_the_same_trajectory() {
        let environment = chain();
        let fresh = || open(&environment, learner(&environment), settings());
        let (mut one, mut other) = (fresh(), fresh());
        other.watch(true);
        let by_advance = trace(&mut *one, 500, |run| {
            run.advance(1);
        });
        assert_eq!(by_advance, trace(&mut *other, 500, by_phases));
        let mut copy = one.boxed_clone();
        assert_eq!(trace(&mut *one, 300, by_phases), trace(&mut *copy, 300, by_phases));
        let mut many = fresh();
        assert_eq!(many.advance(800), 800);
        assert_eq!((many.state(), many.beats()), (one.state(), one.beats()));
    }

    #[test]
    fn an_erased_agent_acts_like_the_one_compiled_in() {
        let environment = chain();
        let mut listed = open(&environment, learner(&environment), settings());
        let AnyAgent::QLearning(agent) = learner(&environment) else { unreachable!() };
        let mut erased = open(&environment, AnyAgent::Other(Box::new(agent)), settings());
        assert_eq!(trace(&mut *listed, 400, by_phases), trace(&mut *erased, 400, by_phases));
    }

    #[test]
    fn intentions_are_kept_and_change_nothing() {
        let environment = chain();
        let mut run = open(&environment, learner(&environment), settings());
        let mut other = open(&environment, learner(&environment), settings());
        let mut intended = [0];
        for _ in 0..300 {
            assert!(run.intention(&mut intended));
            run.advance(1);
            other.advance(1);
            assert_eq!((run.action(), run.state()), (intended.as_slice(), other.state()));
        }
    }

    #[test]
    fn the_state_in_which_an_episode_ended_is_kept() {
        let environment = chain();
        let always = crate::heuristics::AlwaysRun::new(environment.erased());
        let mut run = open(&environment, AnyAgent::AlwaysRun(always), settings());
        run.advance(9);
        assert_eq!((run.state(), run.final_state()), ([9].as_slice(), None));
        run.advance(1);
        assert_eq!((run.state(), run.final_state()), ([0].as_slice(), Some([10].as_slice())));
    }

    #[test]
    fn seeds_and_replications_have_luck_of_their_own() {
        let environment = chain();
        let with = |seed, replication| {
            let settings = RunSettings { seed, replication, ..settings() };
            let mut run = open(&environment, learner(&environment), settings);
            trace(&mut *run, 200, by_phases)
        };
        assert_eq!(with(1, 0), with(1, 0));
        assert_ne!(with(1, 0), with(2, 0));
        assert_ne!(with(1, 0), with(1, 1));
    }

    #[test]
    fn another_agent_goes_on_from_the_same_state() {
        let environment = chain();
        let mut run = open(&environment, learner(&environment), settings());
        run.advance(7);
        let always = crate::heuristics::AlwaysRun::new(environment.erased());
        let mut changed = run.with_agent(AnyAgent::AlwaysRun(always));
        assert_eq!((changed.state(), changed.beats()), (run.state(), 7));
        changed.advance(100);
        assert!(changed.records().terminal > 0, "always right arrives");
    }
}
