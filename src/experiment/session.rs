//! A session: a scenario being run, with every command that came from outside the beat.
//!
//! Commands are applied between two beats and logged with the beat before which they came, so
//! that the session can be saved and played again (see [`super::saved_run`]).

use std::any::Any;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::environments::SettingError;
use crate::learners::{Learner, LearnerVisitor};
use crate::mdp::{Criterion, Level, Variable};
use crate::scenario::{AgentSpec, Scenario};

use super::agents::{self, AgentError, Plan};
use super::person::Person;
use super::run::{AnyRun, RunSettings, open};

/// Something that comes from outside the beat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Another agent acts from here on, with nothing learned; a learner of the same kind goes on
    /// with these settings and keeps what it has learned.
    Agent(AgentSpec),
    /// A figure of the scenario is another from here on.
    Parameter {
        /// Its path.
        path: String,
        /// Its value in the unit that the parameter is shown in.
        value: f64,
    },
    /// The line is in this state from here on: a machine was broken, an order sent. What is recorded
    /// begins anew, as it does where a figure is changed.
    Put(Vec<Level>),
    /// A person who acts takes this action in the next beat: a level for each action variable. It is
    /// forgotten where a figure is changed before that.
    Act(Vec<Level>),
    /// A person who acts takes this action in every beat from the next one on, until another is
    /// given, a state forbids it, an episode ends or a figure is changed.
    Keep(Vec<Level>),
}

/// A command with the beat before which it was applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    /// Beats that had been played.
    pub beat: u64,
    /// What came.
    pub command: Command,
}

/// Why a command could not be applied. The session is then as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// The agent cannot act here.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The figure cannot be this.
    #[error("{}", .0.iter().map(|e| format!("{}; {}", e.message, e.remedy)).collect::<Vec<_>>().join("\n"))]
    Parameter(Vec<SettingError>),
    /// The state is none of this environment, or one in which it ends.
    #[error(
        "the line cannot be put into the state {0:?}: give each state variable a level within its \
         bounds, and no state in which an episode ends"
    )]
    NoState(Vec<Level>),
    /// An action was given to an agent that chooses its own.
    #[error("{0} chooses its own actions; let a person act to give them")]
    OwnActions(&'static str),
    /// The action is none, or not allowed in this state.
    #[error("the action {action:?} cannot be taken in this state: {why}")]
    NoAction {
        /// Its levels.
        action: Vec<Level>,
        /// Why not, and what can be done.
        why: String,
    },
}

/// How many beats there are at first in each of the pieces that intervals of figures are made of.
const FIRST_PIECE: u64 = 16;

/// A scenario being run.
pub struct Session {
    /// The scenario as it was before the first command.
    opened: Arc<Scenario>,
    scenario: Arc<Scenario>,
    first_agent: AgentSpec,
    agent: AgentSpec,
    run: Box<dyn AnyRun>,
    log: Vec<Logged>,
}

impl Clone for Session {
    fn clone(&self) -> Self {
        Self {
            opened: self.opened.clone(),
            scenario: self.scenario.clone(),
            first_agent: self.first_agent.clone(),
            agent: self.agent.clone(),
            run: self.run.boxed_clone(),
            log: self.log.clone(),
        }
    }
}

/// How a scenario's runs are to go.
pub fn run_settings(scenario: &Scenario) -> RunSettings {
    RunSettings {
        seed: scenario.contents.seed,
        replication: 0,
        discount: scenario.contents.criterion.discount().unwrap_or(1.0),
        episode_limit: scenario.contents.episode_limit,
        planning_budget: 0,
    }
}

impl Session {
    /// Opens a scenario with this agent in its start state. `plan` is for agents that follow one.
    ///
    /// # Errors
    /// Where the agent cannot act here.
    pub fn open(
        scenario: Arc<Scenario>,
        agent: AgentSpec,
        seed: u64,
        plan: Option<&Plan>,
    ) -> Result<Self, SessionError> {
        let settings = RunSettings { seed, ..run_settings(&scenario) };
        let criterion = scenario.contents.criterion;
        let acting = agents::build(&agent, &scenario.environment, criterion, plan)?;
        let mut run = open(&scenario.environment, acting, settings);
        run.measure(FIRST_PIECE);
        let opened = scenario.clone();
        Ok(Self { opened, scenario, first_agent: agent.clone(), agent, run, log: Vec::new() })
    }

    /// The scenario as it was before the first command.
    pub fn opened(&self) -> &Arc<Scenario> {
        &self.opened
    }

    /// The agent that acted before the first command.
    pub fn first_agent(&self) -> &AgentSpec {
        &self.first_agent
    }

    /// The scenario as it is now, changed figures included.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The agent that acts, as a scenario would name it.
    pub fn agent(&self) -> &AgentSpec {
        &self.agent
    }

    /// The run.
    pub fn run(&self) -> &dyn AnyRun {
        &*self.run
    }

    /// The run, to be played.
    pub fn run_mut(&mut self) -> &mut dyn AnyRun {
        &mut *self.run
    }

    /// Every command so far.
    pub fn log(&self) -> &[Logged] {
        &self.log
    }

    /// How many beats had been played when the agent that acts began to: one that learns counts as
    /// the same while only its settings change.
    pub fn acting_since(&self) -> u64 {
        let mut since = 0;
        let mut acting = &self.first_agent;
        for Logged { beat, command } in &self.log {
            let Command::Agent(spec) = command else { continue };
            if !acting.goes_on_as(spec) {
                since = *beat;
            }
            acting = spec;
        }
        since
    }

    /// Applies a command between two beats and logs it. `plan` is for agents that follow one. What
    /// is recorded begins anew, unless a learner goes on with other settings.
    ///
    /// Where a figure changes what the state means (another capacity), the line starts again, and
    /// with it the log: what was played before is no part of the run any more. The agent then
    /// starts anew as well; one that does not fit the new line gives way to always run.
    ///
    /// # Errors
    /// Where it cannot be applied; the session is then unchanged.
    pub fn apply(&mut self, command: Command, plan: Option<&Plan>) -> Result<(), SessionError> {
        match &command {
            Command::Agent(spec) => {
                let goes_on = self.agent.goes_on_as(spec);
                self.set_agent(spec.clone(), plan)?;
                if !goes_on {
                    self.run.clear_records();
                }
            }
            Command::Parameter { path, value } => {
                let changed = self.scenario.with_parameter(path, *value);
                let changed = Arc::new(changed.map_err(SessionError::Parameter)?);
                if !self.carry_on(&changed) {
                    *self = self.afresh(changed, plan)?;
                    return Ok(());
                }
                // What was earned or decided in another line says nothing of this one.
                self.run.clear_records();
                if let Some(person) = self.person() {
                    person.forget_decisions();
                }
            }
            Command::Put(state) => {
                let put = self.run.with_state(state);
                self.run = put.ok_or_else(|| SessionError::NoState(state.clone()))?;
                self.run.clear_records();
                // Of several states before one beat the last is played from.
                let beat = self.run.beats();
                self.log
                    .pop_if(|last| last.beat == beat && matches!(last.command, Command::Put(_)));
            }
            Command::Act(action) => self.take(action)?.give(action),
            Command::Keep(action) => self.take(action)?.keep_on(action),
        }
        self.log.push(Logged { beat: self.run.beats(), command });
        Ok(())
    }

    /// The person who acts, if one does.
    pub fn person(&mut self) -> Option<&mut Person> {
        self.run.agent_any().and_then(|agent| agent.downcast_mut::<Person>())
    }

    /// The person who is to take this action, where a person acts and may take it.
    fn take(&mut self, action: &[Level]) -> Result<&mut Person, SessionError> {
        let AgentSpec::Person = self.agent else {
            return Err(SessionError::OwnActions(self.agent.name()));
        };
        let refuse = |why: String| SessionError::NoAction { action: action.to_vec(), why };
        let environment = &self.scenario.environment;
        let variables = environment.action_space().variables();
        if action.len() != variables.len() {
            return Err(refuse(format!("give {} levels", variables.len())));
        }
        let beyond = |(level, variable): &(&Level, &Variable)| {
            !(variable.low..=variable.high).contains(*level)
        };
        if let Some((_, variable)) = action.iter().zip(variables).find(beyond) {
            let (low, high) = (variable.low, variable.high);
            return Err(refuse(format!("give `{}` a level from {low} to {high}", variable.name)));
        }
        if !environment.erased().allows(self.run.state(), action) {
            return Err(refuse("it is not allowed here; give another".to_owned()));
        }
        self.person().ok_or(SessionError::OwnActions(AgentSpec::Person.name()))
    }

    fn set_agent(&mut self, spec: AgentSpec, plan: Option<&Plan>) -> Result<(), SessionError> {
        let criterion = self.scenario.contents.criterion;
        let agent = agents::build(&spec, &self.scenario.environment, criterion, plan)?;
        if !self.retune(&spec, criterion) {
            self.run = self.run.with_agent(agent);
        }
        self.agent = spec;
        Ok(())
    }

    /// A learner of the same kind goes on with other settings and keeps what it has learned.
    fn retune(&mut self, spec: &AgentSpec, criterion: Criterion) -> bool {
        if !self.agent.goes_on_as(spec) {
            return false;
        }
        let acting = self.run.agent_any();
        acting.and_then(|acting| retune(acting, spec, criterion)).is_some()
    }

    /// Goes on from the same state in the changed scenario, if its states mean the same.
    fn carry_on(&mut self, changed: &Arc<Scenario>) -> bool {
        let settings = RunSettings { seed: self.run.settings().seed, ..run_settings(changed) };
        let Some(run) = self.run.with_environment(&changed.environment, settings) else {
            return false;
        };
        self.run = run;
        self.scenario = changed.clone();
        if self.agent.learns() {
            self.retune(&self.agent.clone(), changed.contents.criterion);
        }
        true
    }

    /// The changed scenario from its first beat on.
    fn afresh(&self, changed: Arc<Scenario>, plan: Option<&Plan>) -> Result<Self, SessionError> {
        let seed = self.run.settings().seed;
        // A plan over beliefs is one for the figures as they were; to make another takes its time.
        if let AgentSpec::Beliefs(_) = self.agent {
            return Self::open(changed, AgentSpec::AlwaysRun, seed, None);
        }
        Self::open(changed.clone(), self.agent.clone(), seed, plan)
            .or_else(|_| Self::open(changed, AgentSpec::AlwaysRun, seed, None))
    }
}

/// Gives other settings to a learner of this kind; `None` if it is another.
fn retune(agent: &mut dyn Any, spec: &AgentSpec, criterion: Criterion) -> Option<()> {
    struct Retune<'a>(&'a mut dyn Any, Criterion);
    impl LearnerVisitor for Retune<'_> {
        type Output = Option<()>;
        fn visit<L: Learner>(self, settings: &L::Settings) -> Self::Output {
            L::of(self.0)?.go_on(settings, self.1);
            Some(())
        }
    }
    spec.visit_learner(Retune(agent, criterion))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learners::QLearning;
    use crate::scenario::library;

    fn opened(path: &str, agent: AgentSpec) -> Session {
        let scenario = Arc::new(library::open(path).unwrap());
        Session::open(scenario, agent, 3, None).unwrap()
    }

    fn parameter(session: &Session, label: &str) -> String {
        let all = session.scenario().parameters();
        all.iter().find(|p| p.label.contains(label)).unwrap().path.clone()
    }

    #[test]
    fn a_changed_figure_goes_on_from_the_same_state_and_is_logged() {
        let mut session = opened("lines/three_machines.ron", AgentSpec::AlwaysRun);
        session.run_mut().advance(100);
        let state: Vec<Level> = session.run().state().to_vec();
        let path = parameter(&session, "time to repair");
        session.apply(Command::Parameter { path: path.clone(), value: 12.0 }, None).unwrap();
        assert_eq!((session.run().beats(), session.run().state()), (100, state.as_slice()));
        let logged = Logged { beat: 100, command: Command::Parameter { path, value: 12.0 } };
        assert_eq!(session.log(), [logged]);
        assert_ne!(session.scenario().contents, session.opened().contents);
    }

    #[test]
    fn another_capacity_starts_the_line_again_and_what_was_before_is_no_part_of_it() {
        let mut session = opened("lines/three_machines.ron", AgentSpec::AlwaysRun);
        session.run_mut().advance(100);
        let path = parameter(&session, "capacity");
        session.apply(Command::Parameter { path, value: 6.0 }, None).unwrap();
        assert_eq!(session.run().beats(), 0);
        assert!(session.log().is_empty());
        assert_eq!(session.opened().contents, session.scenario().contents);
        assert_eq!(session.run().settings().seed, 3);
    }

    #[test]
    fn an_agent_that_no_longer_fits_gives_way() {
        let levels = crate::scenario::KanbanSettings { levels: vec![5, 5] };
        let mut session = opened("lines/three_machines.ron", AgentSpec::Kanban(levels));
        let path = parameter(&session, "capacity");
        session.apply(Command::Parameter { path, value: 2.0 }, None).unwrap();
        assert_eq!(session.agent(), &AgentSpec::AlwaysRun);
    }

    #[test]
    fn records_begin_anew_with_another_agent_or_figure_but_not_with_a_learners_setting() {
        let learner = |initial_value| {
            AgentSpec::QLearning(crate::learners::TabularSettings {
                initial_value,
                ..Default::default()
            })
        };
        let mut session = opened("lines/three_machines.ron", AgentSpec::AlwaysRun);
        session.run_mut().advance(100);
        session.apply(Command::Agent(learner(0.0)), None).unwrap();
        assert_eq!((session.run().records().rewards.count(), session.acting_since()), (0, 100));
        session.run_mut().advance(50);
        session.apply(Command::Agent(learner(1.0)), None).unwrap();
        assert_eq!((session.run().records().rewards.count(), session.acting_since()), (50, 100));
        let path = parameter(&session, "time to repair");
        session.apply(Command::Parameter { path, value: 12.0 }, None).unwrap();
        assert_eq!((session.run().records().rewards.count(), session.acting_since()), (0, 100));
        assert_eq!(session.run().tally().beats(), 0);
        assert_eq!(session.run().beats(), 150);
    }

    #[test]
    fn another_discount_reaches_the_learner_and_the_returns() {
        let learner = AgentSpec::QLearning(Default::default());
        let mut session = opened("basics/chain.ron", learner);
        session.run_mut().advance(30);
        let path = parameter(&session, "discount");
        session.apply(Command::Parameter { path, value: 0.5 }, None).unwrap();
        assert_eq!(session.run().settings().discount, 0.5);
        let acting = session.run_mut().agent_any().unwrap().downcast_mut::<QLearning>().unwrap();
        assert_eq!(acting.discount(), 0.5);
    }

    #[test]
    fn a_person_plays_action_by_action() {
        let mut session = opened("lines/three_machines.ron", AgentSpec::AlwaysRun);
        session.run_mut().advance(20);
        let act = |session: &mut Session, action: &[Level]| {
            session.apply(Command::Act(action.to_vec()), None).map_err(|error| error.to_string())
        };
        let refused = act(&mut session, &[1, 1, 1]).unwrap_err();
        assert!(refused.starts_with("Always run chooses its own actions"), "{refused}");
        session.apply(Command::Agent(AgentSpec::Person), None).unwrap();
        // Nothing happens until an action is given, and then one beat.
        assert_eq!((session.run_mut().advance(5), session.run().beats()), (0, 20));
        for (wrong, why) in [
            (&[1, 1][..], "give 3 levels"),
            (&[1, 1, 2], "a level from 0 to 1"),
            (&[-1, 1, 1], "a level from 0 to 1"),
        ] {
            let refused = act(&mut session, wrong).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        for action in [[0, 1, 0], [1, 0, 1], [1, 1, 1]] {
            act(&mut session, &action).unwrap();
            assert_eq!(session.run_mut().advance(5), 1);
            assert_eq!(session.run().action(), action);
        }
        assert_eq!((session.log().len(), session.run().beats()), (4, 23));
        let given = Logged { beat: 22, command: Command::Act(vec![1, 1, 1]) };
        assert_eq!(session.log().last(), Some(&given));
        assert_eq!(session.run().records().rewards.count(), 3);
        // An action that was given for the line as it was is asked for again in a changed one.
        act(&mut session, &[0, 0, 1]).unwrap();
        let path = parameter(&session, "time to repair");
        session.apply(Command::Parameter { path: path.clone(), value: 12.0 }, None).unwrap();
        assert_eq!(session.run_mut().advance(1), 0);
        assert_eq!(session.person().unwrap().decisions().taken(), 0);
        // One that is kept goes on, in the line as it is.
        session.apply(Command::Keep(vec![1, 0, 1]), None).unwrap();
        assert_eq!(session.run_mut().advance(500), 500);
        assert_eq!(session.run().action(), [1, 0, 1]);
        assert_eq!(session.person().unwrap().decisions().taken(), 500);
        session.apply(Command::Parameter { path, value: 10.0 }, None).unwrap();
        assert_eq!(session.run_mut().advance(1), 0);
        let refused = session.apply(Command::Keep(vec![1, 0]), None).unwrap_err();
        assert!(matches!(refused, SessionError::NoAction { .. }), "{refused}");
    }

    /// Along a run of a person who keeps to one action, what decisions cost a beat is what that
    /// policy falls short of the optimum.
    #[test]
    fn what_decisions_cost_is_the_distance_to_the_optimum() {
        use crate::experiment::decisions::shortfall;
        use crate::experiment::optimum::{self, SolveOptions};
        use crate::mdp::Progress;
        let mut session = opened("lines/three_machines.ron", AgentSpec::Person);
        let scenario = session.scenario().clone();
        let best = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        session.apply(Command::Keep(vec![1, 1, 1]), None).unwrap();
        let beats = 200_000;
        assert_eq!(session.run_mut().advance(beats), beats);
        let loss = |pair| shortfall(&best.enumeration, &best.solution.values, 1.0, 1e-9, pair);
        let cost = session.person().unwrap().decisions().price(loss);
        assert_eq!(cost.decisions, beats);
        let always = crate::experiment::rules::always_run(
            &scenario.environment,
            &best.enumeration,
            scenario.contents.criterion,
        );
        let short = best.value().unwrap() - always.unwrap().value;
        let mean = cost.lost / beats as f64;
        // States are visited by luck: with this seed the two are 0.7 % apart.
        assert!((mean - short).abs() < 0.02 * short, "{mean} a beat, and {short} in the long run");
    }

    #[test]
    fn what_a_state_forbids_a_person_cannot_do() {
        let text = "(version: 1, environment: Replacement(states: 3, failure: [1], after_failure: \
                    Down(repair: 0.001)), agent: Person)";
        let scenario = Arc::new(Scenario::parse("worn.ron", text).unwrap());
        let mut session = Session::open(scenario, AgentSpec::Person, 1, None).unwrap();
        session.apply(Command::Act(vec![1]), None).unwrap();
        session.run_mut().advance(1);
        assert_eq!(session.run().state(), [3]);
        let refused = session.apply(Command::Act(vec![1]), None).unwrap_err();
        assert!(matches!(refused, SessionError::NoAction { .. }), "{refused}");
        session.apply(Command::Act(vec![0]), None).unwrap();
        assert_eq!(session.run_mut().advance(9), 1);
    }

    #[test]
    fn what_cannot_be_applied_changes_nothing() {
        let mut session = opened("lines/three_machines.ron", AgentSpec::AlwaysRun);
        session.run_mut().advance(10);
        let path = "environment.machines[0].nothing".to_owned();
        assert!(session.apply(Command::Parameter { path, value: 1.0 }, None).is_err());
        let optimum = Command::Agent(AgentSpec::Optimum(Default::default()));
        assert!(session.apply(optimum, None).is_err());
        assert!(session.log().is_empty());
        assert_eq!((session.run().beats(), session.agent()), (10, &AgentSpec::AlwaysRun));
    }
}
