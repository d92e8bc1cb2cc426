//! Simulates a scenario as its file or a command asks for.

use std::sync::Mutex;

use crate::environments::AnyEnvironment;
use crate::mdp::evaluate::{self, Ends};
use crate::mdp::{Agent, Criterion, Enumeration, EnumerationOptions, Policy, Progress};
use crate::scenario::{AgentSpec, Scenario};

use super::agents::{self, AgentError, Plan};
use super::comparison::words::counted;
use super::figures::power;
use super::judging::ends;
use super::optimum::{self, OptimumError, SolveOptions};
use super::rules::{self, Basis};
use super::run::AnyAgent;
use super::session::run_settings;
use super::simulate::{Length, ReturnKind, Summary, simulate, warm_up};
use super::statistics::Estimate;

/// What a command may ask for instead of what the scenario says.
#[derive(Debug, Clone, Default)]
pub struct SimulationOptions {
    /// The agent.
    pub agent: Option<AgentSpec>,
    /// Beats a replication.
    pub beats: Option<u64>,
    /// Whole episodes a replication, in place of beats.
    pub episodes: Option<u64>,
    /// Beats of warm-up before those that count.
    pub warm_up: Option<u64>,
    /// Replications.
    pub replications: Option<u64>,
    /// The seed.
    pub seed: Option<u64>,
    /// An agent that is there already, read from a file, in place of a named one.
    pub given: Option<Given>,
}

/// An agent that is there already.
#[derive(Clone)]
pub struct Given {
    /// What it is called.
    pub name: String,
    /// The agent. It does not learn.
    pub agent: Box<dyn Agent>,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Given").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a scenario could not be simulated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SimulationError {
    /// The agent cannot act.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The plan that the agent follows could not be had.
    #[error(transparent)]
    Optimum(#[from] OptimumError),
    /// None of a rule's settings was worth a number.
    #[error("the best settings of {0} cannot be found: none is worth a number here; give them")]
    NoSettings(&'static str),
    /// Whole episodes were asked for, and they need not end.
    #[error(
        "{0}, so that an episode might last for ever: give the scenario an `episode_limit`, or ask \
         for beats in place of episodes"
    )]
    Endless(String),
    /// Someone cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// Where the length of a warm-up is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmUp {
    /// It was asked for.
    Asked,
    /// MSER-5 found it, at most a tenth of the beats that count.
    Found,
    /// MSER-5 found no end of it in the first fifth of these beats: it is a tenth of them.
    Tenth,
}

impl WarmUp {
    /// In a word: asked, mser-5 or tenth.
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Found => "mser-5",
            Self::Tenth => "tenth",
        }
    }
}

/// A simulated scenario.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The agent's name.
    pub agent: String,
    /// The agent with its settings, as it acted: a rule with those that were found. `None` for one
    /// that was read from a file.
    pub spec: Option<AgentSpec>,
    /// On what its settings were found, where they were.
    pub found: Option<Basis>,
    /// The seed.
    pub seed: u64,
    /// How long each replication was.
    pub length: Length,
    /// What the return is counted as.
    pub returns: ReturnKind,
    /// Beats that counted a replication; `None` where episodes did.
    pub beats: Option<u64>,
    /// Beats of warm-up before them.
    pub warm_up: u64,
    /// Where that is from; `None` where there is none, as what begins anew is no steady state.
    pub warm_up_by: Option<WarmUp>,
    /// The figures.
    pub summary: Summary,
    /// Mean power, kW; `None` where it is not known (see [`power`]).
    pub power: Option<Estimate>,
    /// Whether the agent's policy can never reach an end, where there are ends and it is known.
    pub never_ends: Option<bool>,
    /// Whether the plan that the agent follows is proved to be within its precision of the best;
    /// `None` where it follows none.
    pub plan_optimal: Option<bool>,
}

impl Simulation {
    /// Whether the return is a beat's, not an episode's.
    pub fn return_is_per_beat(&self) -> bool {
        self.returns == ReturnKind::Beat
    }

    /// "100000 beats after 1250 of warm-up (MSER-5)" or "20 episodes".
    pub fn length_in_words(&self) -> String {
        let (counted, warm_up) = match self.length {
            Length::Episodes(episodes) => return counted(episodes, "episode", "episodes"),
            Length::Beats { counted, warm_up } => (counted, warm_up),
        };
        match (self.warm_up_by, warm_up) {
            (None | Some(WarmUp::Asked), 0) => format!("{counted} beats"),
            (Some(WarmUp::Found), 0) => format!("{counted} beats without warm-up (MSER-5)"),
            (None | Some(WarmUp::Asked), _) => {
                format!("{counted} beats after {warm_up} of warm-up")
            }
            (Some(WarmUp::Found), _) => {
                format!("{counted} beats after {warm_up} of warm-up (MSER-5)")
            }
            (Some(WarmUp::Tenth), _) => format!(
                "{counted} beats after {warm_up} of warm-up (a tenth: MSER-5 finds no end of it)"
            ),
        }
    }
}

/// An agent as it can act.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The agent, with settings found where it left them open.
    pub spec: AgentSpec,
    /// On what they were found.
    pub found: Option<Basis>,
    /// The plan that it follows, where it follows one.
    pub plan: Option<Plan>,
    /// Whether that plan is proved to be within its precision of the best.
    pub plan_optimal: Option<bool>,
}

/// The agent with a plan or settings found where it needs them. A plan of the usual precision is
/// pursued for a minute at most. Where the scenario's states are `known` already, a rule's settings
/// are found on them.
///
/// # Errors
/// Where these cannot be had.
pub fn prepared(
    spec: &AgentSpec,
    scenario: &Scenario,
    known: Option<&Enumeration>,
    progress: &Progress,
) -> Result<Prepared, SimulationError> {
    let simply = |spec: AgentSpec| Prepared { spec, found: None, plan: None, plan_optimal: None };
    agents::check(spec, &scenario.environment)?;
    match spec {
        AgentSpec::Optimum(settings) => {
            let found = optimum::find(scenario, &SolveOptions::of(settings), progress)?;
            Ok(Prepared {
                spec: spec.clone(),
                found: None,
                plan: Some(found.plan()),
                plan_optimal: Some(found.solution.optimal),
            })
        }
        AgentSpec::Person => Err(AgentError::NoPerson.into()),
        open if rules::leaves_open(open) => {
            let best = rules::best(open, scenario, known, progress)?;
            if progress.is_cancelled() {
                return Err(SimulationError::Cancelled);
            }
            let best = best.ok_or(SimulationError::NoSettings(open.name()))?;
            Ok(Prepared { found: Some(best.basis), ..simply(best.spec) })
        }
        _ => Ok(simply(spec.clone())),
    }
}

/// Simulates a scenario; what the options leave out is the scenario's.
///
/// # Errors
/// Where the agent cannot act, or someone cancelled.
pub fn simulate_scenario(
    scenario: &Scenario,
    options: &SimulationOptions,
    progress: &Progress,
) -> Result<Simulation, SimulationError> {
    let contents = &scenario.contents;
    let spec = options.agent.as_ref().unwrap_or(&contents.agent);
    let given = options.given.as_ref();
    let Prepared { spec, found, plan, plan_optimal } = match given {
        // It needs nothing to be found; what stands here for its settings is not looked at.
        Some(_) => {
            Prepared { spec: AgentSpec::default(), found: None, plan: None, plan_optimal: None }
        }
        None => prepared(spec, scenario, None, progress)?,
    };
    let criterion = contents.criterion;
    let build = || match given {
        Some(given) => Ok(AnyAgent::Other(given.agent.boxed_clone())),
        None => agents::build(&spec, &scenario.environment, criterion, plan.as_ref()),
    };
    let name = given.map_or_else(|| spec.name().to_owned(), |given| given.name.clone());
    // Built once here, so that what is wrong is told before anything runs.
    let probe = build()?;
    let average = contents.criterion == Criterion::Average;
    let episodes = match (options.episodes, options.beats) {
        (Some(episodes), _) => Some(episodes),
        (None, Some(_)) => None,
        (None, None) => contents.episodes,
    };
    let ends = if contents.ends() {
        ends_of(scenario, &spec, &probe, plan.as_ref(), progress)
    } else {
        None
    };
    if progress.is_cancelled() {
        return Err(SimulationError::Cancelled);
    }
    if episodes.is_some() && contents.episode_limit.is_none() && ends != Some(Ends::Surely) {
        return Err(SimulationError::Endless(if contents.ends() {
            format!("it is not certain that the agent {name} reaches an end")
        } else {
            "this environment never ends".to_owned()
        }));
    }
    let returns = if average { ReturnKind::Beat } else { ReturnKind::Episode };
    let settings = run_settings(scenario);
    let settings = super::RunSettings { seed: options.seed.unwrap_or(settings.seed), ..settings };
    let replications = options.replications.unwrap_or(contents.replications).max(1) as usize;
    // Building cannot fail any more; should it, the first one built stands in.
    let spare = Mutex::new(Some(probe));
    let agent = || {
        build().unwrap_or_else(|_| {
            let taken = spare.lock().ok().and_then(|mut spare| spare.take());
            taken.unwrap_or_else(|| always_run(&scenario.environment))
        })
    };
    let (length, warm_up_by) = match episodes {
        Some(episodes) => (Length::Episodes(episodes), None),
        None => {
            let counted = options.beats.unwrap_or(contents.beats);
            let (warm_up, by) = match options.warm_up {
                Some(asked) => (asked, Some(WarmUp::Asked)),
                None if average => {
                    // MSER-5 looks no further than half of what it is given.
                    let (environment, seen) = (&scenario.environment, counted / 5);
                    let all = replications as u64;
                    let found = warm_up(environment, &agent, settings, seen, all, progress)
                        .ok_or(SimulationError::Cancelled)?;
                    let by = if found.is_some() { WarmUp::Found } else { WarmUp::Tenth };
                    (found.unwrap_or(counted / 10), Some(by))
                }
                None => (0, None),
            };
            (Length::Beats { counted, warm_up }, by)
        }
    };
    let summary =
        simulate(&scenario.environment, &agent, settings, length, returns, replications, progress)
            .ok_or(SimulationError::Cancelled)?;
    let (beats, warm_up) = match length {
        Length::Beats { counted, warm_up } => (Some(counted), warm_up),
        Length::Episodes(_) => (None, 0),
    };
    let power =
        power(scenario).and_then(|(item, factor)| Some(summary.items.get(item)?.1.times(factor)));
    Ok(Simulation {
        agent: name,
        spec: given.is_none().then_some(spec),
        found,
        seed: settings.seed,
        length,
        returns,
        beats,
        warm_up,
        warm_up_by,
        never_ends: ends.map(|ends| ends == Ends::Never),
        plan_optimal,
        summary,
        power,
    })
}

fn always_run(environment: &AnyEnvironment) -> AnyAgent {
    AnyAgent::AlwaysRun(crate::heuristics::AlwaysRun::new(environment.erased()))
}

/// Whether the agent reaches an end from the start, where that is known.
fn ends_of(
    scenario: &Scenario,
    spec: &AgentSpec,
    agent: &AnyAgent,
    plan: Option<&Plan>,
    progress: &Progress,
) -> Option<Ends> {
    let environment = &scenario.environment;
    let found: Enumeration;
    let enumeration = match plan {
        Some(plan) => &plan.enumeration,
        None => {
            let options = EnumerationOptions::default();
            found = environment.erased().enumerate(options, progress).ok()?;
            &found
        }
    };
    if !spec.learns() {
        return ends(agent.agent(), environment, enumeration);
    }
    // Who tries everything for ever, with at least some probability, reaches an end where one who
    // acts at random does. Of others it is not known, as what they learn is not.
    let model = &enumeration.model;
    let random = evaluate::ends(model, &Policy::uniform(model)).ok()?;
    (spec.explores_for_ever() && random == Ends::Surely).then_some(Ends::Surely)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::KanbanSettings;

    fn scenario(text: &str) -> Scenario {
        Scenario::parse("test.ron", text).unwrap_or_else(|reports| panic!("{reports}"))
    }

    fn simulated(text: &str, options: &SimulationOptions) -> Result<Simulation, SimulationError> {
        simulate_scenario(&scenario(text), options, &Progress::new())
    }

    fn episodes(agent: &str) -> Result<Simulation, SimulationError> {
        let text = format!("(version: 1, environment: Chain(), agent: {agent})");
        let options = SimulationOptions {
            episodes: Some(3),
            replications: Some(2),
            ..SimulationOptions::default()
        };
        simulated(&text, &options)
    }

    #[test]
    fn whole_episodes_are_played_where_they_surely_end() {
        for agent in [
            "AlwaysRun",
            "Random",
            "Optimum()",
            "QLearning()",
            "Sarsa(exploration: Time(to: 0.2))",
            "Threshold(variable: \"position\", level: 9, below: {\"walk\": \"right\"}, \
             at_or_above: {\"walk\": \"right\"})",
        ] {
            let found = episodes(agent).unwrap_or_else(|error| panic!("{agent}: {error}"));
            assert_eq!((found.summary.episodes, found.summary.terminal), (6, 6), "{agent}");
            assert_eq!(found.never_ends, Some(false), "{agent}");
        }
    }

    #[test]
    fn whole_episodes_that_need_not_end_are_refused() {
        let busy = "Threshold(variable: \"position\", level: 5, below: {\"walk\": \"right\"}, \
                    at_or_above: {\"walk\": \"left\"})";
        for agent in [
            busy,
            "QLearning(exploration: Constant(epsilon: 0))",
            "QLearning(exploration: Visits(floor: 0))",
        ] {
            let refused = episodes(agent).unwrap_err().to_string();
            assert!(refused.contains("it is not certain that the agent"), "{agent}: {refused}");
            assert!(refused.contains("give the scenario an `episode_limit`"), "{refused}");
        }
        let line = "(version: 1, environment: Line(machines: [()], buffers: []))";
        let options = SimulationOptions { episodes: Some(1), ..SimulationOptions::default() };
        let refused = simulated(line, &options).unwrap_err().to_string();
        assert!(refused.starts_with("this environment never ends, so that"), "{refused}");
        // With a limit both are played, and the run says that it never arrives.
        let text = format!(
            "(version: 1, environment: Chain(), agent: {busy}, episode_limit: 20, episodes: 2)"
        );
        let found = simulated(&text, &SimulationOptions::default()).unwrap();
        assert_eq!((found.summary.cut_off, found.never_ends), (20, Some(true)));
        let limited = line.replace("version: 1", "version: 1, episode_limit: 9");
        let found = simulated(&limited, &options).unwrap();
        assert_eq!((found.summary.cut_off, found.never_ends), (10, None));
    }

    #[test]
    fn kanban_says_why_it_has_nothing_to_hold() {
        let options = SimulationOptions {
            agent: Some(AgentSpec::Kanban(Default::default())),
            beats: Some(10),
            ..SimulationOptions::default()
        };
        let said = |environment: &str| {
            let text = format!("(version: 1, environment: {environment})");
            simulated(&text, &options).unwrap_err().to_string()
        };
        for environment in ["Chain()", "Replacement()", "Queue()", "Stock()"] {
            let words = said(environment);
            assert!(words.starts_with("kanban holds back the machines of a line"), "{words}");
        }
        let words = said("Line(machines: [()], buffers: [])");
        assert!(words.starts_with("there are no buffers here"), "{words}");
        let free = "Line(machines: [(controlled: false), (controlled: false)], buffers: \
                    [(capacity: 2)])";
        assert!(said(free).contains("no machine here is controlled"), "{}", said(free));
    }

    #[test]
    fn a_line_too_large_for_a_model_can_be_held_by_levels_that_are_given() {
        let (machines, buffers) = (["()"; 20].join(", "), ["(capacity: 50)"; 19].join(", "));
        let line = |agent: &str| {
            format!(
                "(version: 1, environment: Line(machines: [{machines}], buffers: [{buffers}]), \
                 agent: {agent}, beats: 100, replications: 1)"
            )
        };
        let given = line(&format!("Kanban(levels: [{}])", ["3"; 19].join(", ")));
        let found = simulated(&given, &SimulationOptions::default()).unwrap();
        let kanban = AgentSpec::Kanban(KanbanSettings { levels: vec![3; 19] });
        assert_eq!(found.spec, Some(kanban));
        assert_eq!(found.found, None);
    }

    #[test]
    fn an_agent_that_plans_says_whether_its_plan_is_proved() {
        let text = "(version: 1, environment: Chain(), agent: Optimum(), beats: 50)";
        let found = simulated(text, &SimulationOptions::default()).unwrap();
        assert_eq!(found.plan_optimal, Some(true));
        let found = simulated(&text.replace("Optimum()", "Random"), &SimulationOptions::default());
        assert_eq!(found.unwrap().plan_optimal, None);
    }

    fn line(machine: &str, more: &str) -> String {
        format!(
            "(version: 1, environment: Line(machines: [({machine}), ({machine})], buffers: \
             [(capacity: 100)], revenue: 1), {more})"
        )
    }

    /// Parts queue up before a machine that works three beats in four; the buffer of 100 is full, and
    /// the line steady, only after some 100 / (1 − 0.75) = 400 beats; holding costs show it.
    #[test]
    fn the_warm_up_is_as_long_as_it_takes() {
        let text = "(version: 1, environment: Line(machines: [(), (completion: 0.75)], buffers: \
                    [(capacity: 100, holding: 1)]), beats: 20000, replications: 4)";
        let found = simulated(text, &SimulationOptions::default()).unwrap();
        assert_eq!(found.warm_up_by, Some(WarmUp::Found));
        assert!((300..1000).contains(&found.warm_up), "{}", found.warm_up);
        let said = format!("20000 beats after {} of warm-up (MSER-5)", found.warm_up);
        assert_eq!(found.length_in_words(), said);
        // In 600 of 3000 beats its end cannot be seen.
        let options = SimulationOptions { beats: Some(3_000), ..SimulationOptions::default() };
        let found = simulated(text, &options).unwrap();
        assert_eq!((found.warm_up, found.warm_up_by), (300, Some(WarmUp::Tenth)));
        assert!(found.length_in_words().ends_with("(a tenth: MSER-5 finds no end of it)"));
    }

    /// One long run of a line has the interval of its batch means, which holds what many say.
    #[test]
    fn one_replication_has_the_interval_of_its_batch_means() {
        let text = line("failure: 0.01, repair: 0.1", "beats: 60000");
        let with = |replications| {
            let replications = Some(replications);
            let options = SimulationOptions { replications, ..SimulationOptions::default() };
            simulated(&text, &options).unwrap().summary.returns
        };
        let (one, many) = (with(1), with(10));
        let half = one.half_width().unwrap();
        assert!((one.mean - many.mean).abs() < 2.0 * (half + many.half_width().unwrap()));
        assert!(half > many.half_width().unwrap() && half < 0.05, "{one:?}");
    }

    #[test]
    fn a_machine_without_parts_has_no_throughput() {
        let text = "(version: 1, environment: Replacement(), beats: 100)";
        let found = simulated(text, &SimulationOptions::default()).unwrap();
        assert_eq!(found.summary.throughput, None);
        let text = "(version: 1, environment: Line(machines: [()], buffers: []), beats: 100)";
        let found = simulated(text, &SimulationOptions::default()).unwrap();
        assert_eq!(found.summary.throughput.unwrap().mean, 1.0);
    }

    #[test]
    fn what_is_asked_for_goes_before_what_the_scenario_says() {
        let text = "(version: 1, environment: Line(machines: [(), ()], buffers: [(capacity: 2)]), \
                    beats: 1000, replications: 3, seed: 9)";
        let found = simulated(text, &SimulationOptions::default()).unwrap();
        // Two machines that never fail and cost nothing earn nothing: there is no warm-up to see.
        assert_eq!((found.seed, found.beats, found.warm_up), (9, Some(1_000), 0));
        assert_eq!((found.summary.replications, found.summary.beats), (3, 3_000));
        assert!(found.return_is_per_beat());
        assert_eq!(found.length_in_words(), "1000 beats without warm-up (MSER-5)");
        let options = SimulationOptions {
            beats: Some(50),
            warm_up: Some(0),
            replications: Some(1),
            seed: Some(4),
            ..SimulationOptions::default()
        };
        let found = simulated(text, &options).unwrap();
        assert_eq!((found.seed, found.beats, found.warm_up), (4, Some(50), 0));
        assert_eq!(found.length_in_words(), "50 beats");
        // One replication says nothing of how well it is known.
        assert_eq!(found.summary.returns.half_width(), None);
    }

    #[test]
    fn cancelling_ends_a_simulation() {
        let text = "(version: 1, environment: Line(machines: [()], buffers: []))";
        let progress = Progress::new();
        progress.cancel();
        let found = simulate_scenario(&scenario(text), &SimulationOptions::default(), &progress);
        assert_eq!(found.map(|_| ()), Err(SimulationError::Cancelled));
    }
}
