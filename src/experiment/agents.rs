//! From the agent that a scenario names to the agent that acts in a run.

use std::sync::Arc;

use crate::environments::{AnyEnvironment, SettingError};
use crate::heuristics::{
    AgeBased, AlwaysRun, ConditionBased, Dispatch, FixedPolicy, Forecast, Hysteresis, Kanban,
    Limit, NearestJob, Order, PeriodicInspection, ProduceUpTo, Random, ReorderPoint, RunToFailure,
    Serving, Threshold, base_stock, conwip, reorder_point,
};
use crate::learners::{Learner, LearnerVisitor, QLearning, Sarsa, TableError};
use crate::mdp::{Agent, Criterion, Enumeration, Level, Progress, Space, SpaceError};
use crate::planners::BeliefError;
use crate::scenario::AgentSpec;

use super::beliefs::{self, Believer};
use super::person::Person;
use super::rollout::Rollout;
use super::rules;
use super::run::AnyAgent;

/// A planner's policy over the states of a model, as an agent can follow it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The model's states.
    pub enumeration: Enumeration,
    /// A flat action for each of them.
    pub policy: Arc<[u32]>,
}

/// Why an agent cannot act here.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AgentError {
    /// Its table cannot be had.
    #[error(transparent)]
    Table(#[from] TableError),
    /// States or actions cannot be numbered.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// Its settings do not fit this environment.
    #[error("{}", describe(.0))]
    Settings(Vec<SettingError>),
    /// There is no plan over beliefs.
    #[error(transparent)]
    Beliefs(#[from] BeliefError),
    /// It follows a plan that is not there.
    #[error("the optimum can act only once its plan has been computed")]
    NoPlan,
    /// A rule's settings were to be found first.
    #[error("the best settings of this rule must be found first, or be given")]
    NoLevels,
    /// There are no settings to be found.
    #[error("no machine here is controlled, so that {0} has none to hold back")]
    NothingToHold(&'static str),
    /// A person was to act where nobody is.
    #[error(
        "a person gives every action by hand, and nobody is here to: choose another agent, or open \
         the scenario in the window"
    )]
    NoPerson,
}

fn describe(errors: &[SettingError]) -> String {
    let each = errors.iter().map(|error| {
        let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
        format!("{path}{}; {}", error.message, error.remedy)
    });
    each.collect::<Vec<_>>().join("\n")
}

/// Says what is wrong with an agent's settings here, before anything is computed for it.
///
/// # Errors
/// [`AgentError::Settings`] with all that is wrong.
pub fn check(spec: &AgentSpec, environment: &AnyEnvironment) -> Result<(), AgentError> {
    match spec.faults(environment) {
        faults if faults.is_empty() => Ok(()),
        faults => Err(AgentError::Settings(faults)),
    }
}

/// Builds the agent. `criterion` is the scenario's, from which learners take their discount;
/// `plan` is followed by [`AgentSpec::Optimum`].
///
/// # Errors
/// Any [`AgentError`].
pub fn build(
    spec: &AgentSpec,
    environment: &AnyEnvironment,
    criterion: Criterion,
    plan: Option<&Plan>,
) -> Result<AnyAgent, AgentError> {
    let (actions, observations) =
        (environment.action_space(), environment.erased().observation_space());
    Ok(match spec {
        AgentSpec::AlwaysRun => AnyAgent::AlwaysRun(AlwaysRun::new(environment.erased())),
        AgentSpec::Random => AnyAgent::Other(Box::new(Random::new(actions))),
        AgentSpec::Threshold(settings) => AnyAgent::Other(Box::new(
            Threshold::new(settings, observations, actions).map_err(AgentError::Settings)?,
        )),
        open if rules::leaves_open(open) => return Err(AgentError::NoLevels),
        AgentSpec::Kanban(settings) => {
            let levels: Vec<Level> = settings
                .levels
                .iter()
                .map(|&level| Level::try_from(level).unwrap_or(Level::MAX))
                .collect();
            AnyAgent::Other(Box::new(kanban(environment, &levels)?))
        }
        AgentSpec::Conwip(settings) => {
            let cap = settings.cap.ok_or(AgentError::NoLevels)?;
            other(conwip(environment, cap).map_err(AgentError::Settings)?)
        }
        AgentSpec::BaseStock(settings)
            if !reorder_point::stocking_points(environment).is_empty() =>
        {
            let agent = ReorderPoint::base_stock(environment, &settings.levels);
            other(agent.map_err(AgentError::Settings)?)
        }
        AgentSpec::Forecast(settings) => {
            other(Forecast::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::ReorderPoint(settings) => {
            other(ReorderPoint::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::BaseStock(settings) => {
            other(base_stock(environment, &settings.levels).map_err(AgentError::Settings)?)
        }
        AgentSpec::Hysteresis(settings) => {
            other(Hysteresis::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::RunToFailure => {
            other(RunToFailure::new(environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::AgeBased(settings) => {
            other(AgeBased::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::ConditionBased(settings) => {
            other(ConditionBased::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::LongestQueue(settings) => {
            let order = Order::LongestQueue;
            other(Serving::new(order, settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::CMu(settings) => {
            other(Serving::new(Order::CMu, settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::FirstBuffer | AgentSpec::LastBuffer => {
            let order = match spec {
                AgentSpec::FirstBuffer => Order::FirstBuffer,
                _ => Order::LastBuffer,
            };
            let agent = Serving::new(order, &Default::default(), environment);
            other(agent.map_err(AgentError::Settings)?)
        }
        AgentSpec::NearestJob(settings) => {
            other(NearestJob::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::ProduceUpTo(settings) => {
            other(ProduceUpTo::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::PeriodicInspection(settings) => {
            other(PeriodicInspection::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::Dispatch(settings) => {
            other(Dispatch::new(settings, environment).map_err(AgentError::Settings)?)
        }
        AgentSpec::Rollout(settings) => {
            match settings.faults(environment) {
                faults if faults.is_empty() => {}
                faults => return Err(AgentError::Settings(faults)),
            }
            let base = build(&settings.base, environment, criterion, None)?;
            other(Rollout::new(settings, base.into_boxed(), environment, criterion))
        }
        AgentSpec::Person => other(Person::new(environment)),
        AgentSpec::Beliefs(settings) => {
            let faults = settings.faults(environment);
            if !faults.is_empty() {
                return Err(AgentError::Settings(faults));
            }
            let (resolution, progress) = (settings.resolution, Progress::new());
            let foresight = beliefs::foresight(environment, criterion, resolution, &progress)?;
            other(Believer::new(foresight, environment))
        }
        AgentSpec::Optimum(_) if !environment.erased().observes_state() => {
            return Err(AgentError::Settings(spec.faults(environment)));
        }
        AgentSpec::Optimum(_) => {
            let plan = plan.ok_or(AgentError::NoPlan)?;
            AnyAgent::Fixed(follow("Optimum", environment, plan)?)
        }
        AgentSpec::QLearning(settings) => {
            AnyAgent::QLearning(QLearning::new(settings, observations, actions, criterion)?)
        }
        AgentSpec::Sarsa(settings) => {
            AnyAgent::Sarsa(Sarsa::new(settings, observations, actions, criterion)?)
        }
        learner => {
            let policy = match learner.base() {
                Some(base) => Some(build(base, environment, criterion, None)?.into_boxed()),
                None => None,
            };
            let built = learner.visit_learner(Erase { observations, actions, criterion, policy });
            // The list of agents has none that is neither a rule above nor a learner.
            AnyAgent::Other(built.ok_or(AgentError::NoPlan)??)
        }
    })
}

fn other(agent: impl Agent + 'static) -> AnyAgent {
    AnyAgent::Other(Box::new(agent))
}

/// Builds a learner and erases its type.
struct Erase<'a> {
    observations: &'a Space,
    actions: &'a Space,
    criterion: Criterion,
    /// Who acts, where the learner does not.
    policy: Option<Box<dyn Agent>>,
}

impl LearnerVisitor for Erase<'_> {
    type Output = Result<Box<dyn Agent>, TableError>;

    fn visit<L: Learner>(self, settings: &L::Settings) -> Self::Output {
        let Self { observations, actions, criterion, policy } = self;
        let mut learner = L::build(settings, observations, actions, criterion)?;
        if let Some(policy) = policy {
            learner.act_by(policy);
        }
        Ok(Box::new(learner))
    }
}

/// The agent that follows a plan.
///
/// # Errors
/// Where states or actions cannot be numbered.
pub fn follow(
    name: &str,
    environment: &AnyEnvironment,
    plan: &Plan,
) -> Result<FixedPolicy, SpaceError> {
    let states = plan.enumeration.states.clone();
    let whole = environment.state_space().count() == Ok(states.len() as u64);
    let find: Option<crate::heuristics::fixed::FindState> =
        if whole { None } else { Some(Arc::new(move |index| states.find(index))) };
    FixedPolicy::new(name, environment.erased(), plan.policy.clone(), find)
}

/// The kanban agent of a line: a level for each buffer, in the order of the line. A controlled
/// machine with a buffer behind it runs while that buffer holds fewer parts than its level.
///
/// # Errors
/// [`AgentError::Settings`] where the environment is no line or the levels do not fit.
pub fn kanban(environment: &AnyEnvironment, levels: &[Level]) -> Result<Kanban, AgentError> {
    let limits =
        kanban_limits(environment, levels).map_err(|error| AgentError::Settings(vec![error]))?;
    Kanban::new(&limits, environment.erased().observation_space(), environment.action_space())
        .map_err(AgentError::Settings)
}

fn kanban_limits(
    environment: &AnyEnvironment,
    levels: &[Level],
) -> Result<Vec<Option<Limit>>, SettingError> {
    let AnyEnvironment::Line(line) = environment else {
        return Err(SettingError {
            path: "agent".to_owned(),
            message: "kanban holds back the machines of a line, and this is none".to_owned(),
            remedy: "choose another agent".to_owned(),
        });
    };
    let buffers = &environment.places().buffers;
    if buffers.len() != levels.len() {
        return Err(SettingError {
            path: "levels".to_owned(),
            message: format!("{} levels do not fit {} buffers", levels.len(), buffers.len()),
            remedy: format!("give {} levels", buffers.len()),
        });
    }
    let mut limits = vec![None; environment.action_space().len()];
    for machine in line.machine_variables() {
        let (Some(action), Some(variable)) = (machine.action, machine.downstream) else { continue };
        let behind = buffers.iter().position(|buffer| buffer.variable == variable);
        let level = behind.and_then(|buffer| levels.get(buffer));
        if let (Some(limit), Some(&level)) = (limits.get_mut(action), level) {
            *limit = Some(Limit { variable, level });
        }
    }
    Ok(limits)
}
