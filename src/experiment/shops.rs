//! What the texts of the scenarios of job shops say, held to their models.

use super::agents::{Plan, build};
use super::judging::judge;
use super::optimum::{self, SolveOptions};
use super::rules::{best, leaves_open};
use super::texts::says;
use crate::environments::AnyEnvironment;
use crate::environments::job_shop::JobShop;
use crate::mdp::{Environment, Level, Progress};
use crate::scenario::{AgentSpec, Scenario, library};

/// A scenario solved: its optimum a beat and the best policy.
struct Solved {
    scenario: Scenario,
    plan: Plan,
    gain: f64,
}

impl Solved {
    fn of(path: &str) -> Self {
        let scenario = library::open(path).unwrap_or_else(|reports| panic!("{reports}"));
        let solved = optimum::find(&scenario, &SolveOptions::to(Some(1e-6)), &Progress::new());
        let solved = solved.unwrap();
        let plan = solved.plan();
        assert!(plan.enumeration.states.len() <= 60_000, "{path}");
        let gain = solved.value().unwrap();
        Self { scenario, plan, gain }
    }

    /// What a rule is exactly worth a beat.
    fn worth(&self, spec: &AgentSpec) -> f64 {
        let (scenario, known) = (&self.scenario, &self.plan.enumeration);
        let spec = match leaves_open(spec) {
            true => best(spec, scenario, Some(known), &Progress::new()).unwrap().unwrap().spec,
            false => spec.clone(),
        };
        let criterion = scenario.contents.criterion;
        let agent = build(&spec, &scenario.environment, criterion, None).unwrap();
        judge(agent.agent(), &scenario.environment, known, criterion).unwrap().unwrap().value
    }

    /// What a station works on in the best policy, in words.
    fn does(&self, state: &[Level], station: usize) -> String {
        let shop = shop(&self.scenario);
        let (states, actions) = (shop.state_space(), shop.action_space());
        let number = self.plan.enumeration.states.find(states.index(state)).unwrap();
        let mut action = vec![0; actions.len()];
        actions.levels(u64::from(self.plan.policy[number]), &mut action);
        let place = shop.stations()[station].action.unwrap();
        actions.variables()[place].label(action[place])
    }

    /// For what share of beats the stations have work: arrivals times mean beats of their operations.
    fn loads(&self) -> Vec<f64> {
        let shop = shop(&self.scenario);
        let arrivals: Vec<f64> = shop
            .settings()
            .products
            .iter()
            .map(|product| {
                crate::environments::distribution::mean(&product.arrivals.probabilities().unwrap())
            })
            .collect();
        let of = |number| {
            let own = shop.operations().iter().filter(move |o| o.station == number);
            own.map(|o| arrivals[o.product] / o.completion).sum()
        };
        (0..shop.stations().len()).map(of).collect()
    }
}

fn shop(scenario: &Scenario) -> &JobShop {
    match &scenario.environment {
        AnyEnvironment::JobShop(shop) => shop,
        _ => panic!("a job shop is expected"),
    }
}

fn near(found: f64, told: f64, tolerance: f64) {
    assert!((found - told).abs() <= tolerance, "{found}, but {told} is told");
}

fn c_mu() -> AgentSpec {
    AgentSpec::CMu(Default::default())
}

fn longest() -> AgentSpec {
    AgentSpec::LongestQueue(Default::default())
}

/// The gains of the optimum and of all rules were computed by a program of its own, written in C, to
/// five digits.
#[test]
fn the_next_station_is_fed() {
    let solved = Solved::of("networking/criss_cross.ron");
    near(solved.gain, -5.9954, 1e-4);
    for (rule, told) in [
        (c_mu(), -7.3630),
        (longest(), -6.7844),
        (AgentSpec::FirstBuffer, -7.3630),
        (AgentSpec::LastBuffer, -7.3630),
    ] {
        near(solved.worth(&rule), told, 1e-4);
    }
    for a in 1..=10 {
        for (b, few) in [(1, 1), (3, 1), (6, 2), (9, 2)] {
            for waiting in 0..=12 {
                let told = if waiting <= few { "B 1" } else { "A" };
                assert_eq!(solved.does(&[a, b, waiting], 0), told, "{a} {b} {waiting}");
            }
        }
    }
}

#[test]
fn priorities_starve_where_routes_cross() {
    let path = "networking/crossing_routes.ron";
    says(path, &["61 %", "7.5", "2.5", "2.4"]);
    let solved = Solved::of(path);
    for load in solved.loads() {
        near(load, 0.61, 0.005);
    }
    near(solved.gain, -2.3959, 1e-4);
    for (rule, told) in [
        (AgentSpec::LastBuffer, -7.5288),
        (AgentSpec::FirstBuffer, -2.4660),
        (longest(), -3.3216),
        (c_mu(), -7.5288),
    ] {
        near(solved.worth(&rule), told, 1e-4);
    }
}

#[test]
fn two_long_steps_take_turns_on_the_re_entrant_line() {
    let solved = Solved::of("lines/reentrant_line.ron");
    for load in solved.loads() {
        near(load, 0.79, 0.005);
    }
    near(solved.gain, -4.4264, 1e-4);
    for (rule, told) in [
        (c_mu(), -12.5628),
        (AgentSpec::LastBuffer, -5.5068),
        (longest(), -6.8654),
        (AgentSpec::FirstBuffer, -7.9528),
    ] {
        near(solved.worth(&rule), told, 1e-4);
    }
}

#[test]
fn a_shared_printer_is_changed_when_nothing_is_left() {
    let solved = Solved::of("personalisation/shared_printer.ron");
    near(solved.gain, -6.1662, 2e-4);
    near(solved.worth(&AgentSpec::AlwaysRun), -16.3874, 2e-4);
    for rule in [c_mu(), longest(), AgentSpec::FirstBuffer] {
        near(solved.worth(&rule), -6.4232, 2e-4);
    }
    // Shirts, at the press, to fire, mugs, set up for, left.
    for shirts in 0..=8 {
        let told = if shirts < 3 { "idle" } else { "shirts" };
        assert_eq!(solved.does(&[shirts, 1, 1, 0, 1, 0], 0), told, "{shirts}");
        // What is left of mugs is printed before.
        assert_eq!(solved.does(&[shirts, 1, 1, 2, 1, 0], 0), "mugs", "{shirts}");
    }
}
