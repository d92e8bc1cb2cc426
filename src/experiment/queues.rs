//! What the texts of the scenarios of queues say, held to their models.

use super::agents::{Plan, build};
use super::judging::judge;
use super::optimum::{self, SolveOptions};
use super::rules::best;
use crate::environments::AnyEnvironment;
use crate::environments::queue::Queue;
use crate::mdp::{Environment, Level, Progress};
use crate::scenario::{AgentSpec, Scenario, library};

/// A scenario solved: its optimum per unit of time and the best policy.
struct Solved {
    scenario: Scenario,
    plan: Plan,
    gain: f64,
}

impl Solved {
    fn of(name: &str) -> Self {
        let path = format!("intelligence/{name}.ron");
        let scenario = library::open(&path).unwrap_or_else(|reports| panic!("{reports}"));
        let options = SolveOptions::to(Some(1e-9));
        let solved = optimum::find(&scenario, &options, &Progress::new()).unwrap();
        let plan = solved.plan();
        let gain = solved.value().unwrap() * queue(&scenario).events_per_time();
        Self { scenario, plan, gain }
    }

    /// What a rule is exactly worth per unit of time, with its best settings where it leaves them
    /// open.
    fn worth(&self, spec: &AgentSpec) -> f64 {
        let (scenario, progress) = (&self.scenario, Progress::new());
        let known = &self.plan.enumeration;
        let spec = match super::rules::leaves_open(spec) {
            true => best(spec, scenario, Some(known), &progress).unwrap().unwrap().spec,
            false => spec.clone(),
        };
        let criterion = scenario.contents.criterion;
        let agent = build(&spec, &scenario.environment, criterion, None).unwrap();
        let worth = judge(agent.agent(), &scenario.environment, known, criterion).unwrap().unwrap();
        worth.value * queue(scenario).events_per_time()
    }

    /// The level of an action variable in the best policy.
    fn does(&self, state: &[Level], variable: Option<usize>) -> String {
        let queue = queue(&self.scenario);
        let (states, actions) = (queue.state_space(), queue.action_space());
        let number = self.plan.enumeration.states.find(states.index(state)).unwrap();
        let mut action = vec![0; actions.len()];
        actions.levels(u64::from(self.plan.policy[number]), &mut action);
        let place = variable.unwrap();
        actions.variables()[place].label(action[place])
    }

    /// What is done with the next job of a class in the best policy.
    fn admits(&self, state: &[Level], class: usize) -> String {
        self.does(state, queue(&self.scenario).admission_variable(class))
    }
}

fn queue(scenario: &Scenario) -> &Queue {
    match &scenario.environment {
        AnyEnvironment::Queue(queue) => queue,
        _ => panic!("a queue is expected"),
    }
}

fn near(found: f64, told: f64, tolerance: f64) {
    assert!((found - told).abs() <= tolerance, "{found}, but the text says {told}");
}

#[test]
fn self_interest_admits_too_many() {
    let solved = Solved::of("self_interest");
    near(solved.gain, 5.77, 0.005);
    near(solved.worth(&solved.scenario.contents.agent), 4.57, 0.005);
    near(queue(&solved.scenario).events_per_time(), 1.9, 1e-12);
    for jobs in 0..20 {
        assert_eq!(solved.admits(&[jobs], 0), if jobs < 4 { "admit" } else { "reject" });
    }
}

#[test]
fn c_mu_is_better_than_the_longest_or_the_dearest_first() {
    let solved = Solved::of("served_first");
    let classes = &queue(&solved.scenario).settings().classes;
    for (class, told) in classes.iter().zip([2.4, 2.8, 0.8]) {
        near(class.holding * class.service, told, 1e-12);
    }
    let c_mu = solved.worth(&AgentSpec::CMu(Default::default()));
    let longest = solved.worth(&AgentSpec::LongestQueue(Default::default()));
    // The dearest is the first of the file.
    let dearest = solved.worth(&AgentSpec::AlwaysRun);
    assert!(c_mu <= solved.gain + 1e-7 && c_mu > solved.gain - 0.01, "{c_mu} {}", solved.gain);
    assert!(c_mu > dearest + 0.02, "{c_mu} {dearest}");
    assert!(c_mu > longest + 0.1, "{c_mu} {longest}");
    let first = queue(&solved.scenario).first_variable();
    for state in [[1, 1, 0], [5, 1, 3], [1, 6, 2]] {
        assert_eq!(solved.does(&state, first), "small");
    }
    assert_eq!(solved.does(&[1, 0, 4], first), "rush");
}

#[test]
fn speed_pays_behind_a_queue_alone() {
    let solved = Solved::of("hurry");
    for jobs in 1..=20 {
        let told = match jobs {
            1 => "slow",
            2..=6 => "normal",
            _ => "fast",
        };
        assert_eq!(solved.does(&[jobs], queue(&solved.scenario).speed_variable()), told, "{jobs}");
    }
}

#[test]
fn benches_are_reserved_for_who_pays_more() {
    let solved = Solved::of("trunk_reservation");
    near(solved.gain, 17.92, 0.005);
    near(solved.worth(&AgentSpec::AlwaysRun), 15.43, 0.005);
    for state in [[0, 0, 0], [4, 0, 0], [1, 2, 1], [1, 3, 1], [2, 2, 2], [0, 4, 3], [7, 0, 0]] {
        let busy: Level = state.iter().sum();
        for (class, limit) in [(0, 8), (1, 7), (2, 5)] {
            let told = if busy < limit { "admit" } else { "reject" };
            assert_eq!(solved.admits(&state, class), told, "{class} {state:?}");
        }
    }
}

#[test]
fn a_call_centre_turns_service_away_long_before_it_is_full() {
    let solved = Solved::of("call_centre");
    near(solved.gain, 16.16, 0.005);
    near(solved.worth(&AgentSpec::AlwaysRun), 8.13, 0.005);
    for waiting in 0..=15 {
        let told = if waiting < 4 { "admit" } else { "reject" };
        assert_eq!(solved.admits(&[0, waiting], 1), told, "{waiting}");
    }
    for orders in 0..14 {
        assert_eq!(solved.admits(&[orders, 0], 0), "admit", "{orders}");
    }
}
