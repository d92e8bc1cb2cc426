//! What holds of experiments as a whole: the number of threads changes nothing, and every scenario
//! that comes with the program can be checked, played and solved.

use std::sync::Arc;

use super::optimum::{self, SolveOptions};
use super::report::{Prepared, prepared};
use super::run::{RunSettings, open};
use super::session::run_settings;
use super::simulate::{Length, ReturnKind, Summary, simulate};
use super::training::{Keep, TrainingOptions, train};
use super::{Estimate, agents};
use crate::environments::{AnyEnvironment, Visitor};
use crate::mdp::{Enumerable, Enumeration, EnumerationOptions, Progress, check};
use crate::scenario::{AgentSpec, Scenario, library};

/// Does the work on a pool of so many threads.
fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        assert_eq!(rayon::current_num_threads(), threads);
        work()
    })
}

/// The same on 1 and on 4 threads.
fn is_the_same<T: Send + PartialEq + std::fmt::Debug>(work: impl Fn() -> T + Sync) {
    let (one, four) = (on_threads(1, &work), on_threads(4, &work));
    assert_eq!(one, four);
}

fn bits(estimate: &Estimate) -> [u64; 3] {
    let end = |end: Option<f64>| end.map_or(0, f64::to_bits);
    [estimate.mean.to_bits(), end(estimate.low), end(estimate.high)]
}

fn bits_of(summary: &Summary) -> Vec<u64> {
    let optional = [&summary.throughput, &summary.wip, &summary.lead_time, &summary.episode_length];
    let causes = summary.time_by_cause.iter().flat_map(|(_, causes)| causes);
    let items = summary.items.iter().map(|(_, amount)| amount);
    let estimates = [&summary.returns].into_iter().chain(optional.into_iter().flatten());
    let mut all: Vec<u64> = estimates.chain(causes).chain(items).flat_map(bits).collect();
    all.extend([summary.beats, summary.episodes, summary.terminal, summary.cut_off, summary.goals]);
    all
}

#[test]
fn replications_are_the_same_on_any_number_of_threads() {
    for (path, spec, length, returns) in [
        (
            "lines/three_machines.ron",
            AgentSpec::Random,
            Length::Beats { counted: 3_000, warm_up: 300 },
            ReturnKind::Beat,
        ),
        (
            "basics/chain.ron",
            AgentSpec::QLearning(Default::default()),
            Length::Episodes(30),
            ReturnKind::Episode,
        ),
    ] {
        let scenario = library::open(path).unwrap();
        let environment = &scenario.environment;
        let agent =
            || agents::build(&spec, environment, scenario.contents.criterion, None).unwrap();
        is_the_same(|| {
            let (settings, silent) = (run_settings(&scenario), Progress::new());
            let found = simulate(environment, &agent, settings, length, returns, 9, &silent);
            bits_of(&found.unwrap())
        });
    }
}

#[test]
fn training_is_the_same_on_any_number_of_threads() {
    let scenario = library::open("lines/three_machines.ron").unwrap();
    let optimum = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
    for learner in [AgentSpec::QLearning(Default::default()), AgentSpec::Sarsa(Default::default())]
    {
        let options = TrainingOptions {
            learner,
            steps: 4_000,
            seeds: vec![1, 2, 3, 4, 5],
            keep: Keep::default(),
        };
        is_the_same(|| {
            let found = train(&scenario, &options, Some(&optimum), &Progress::new());
            let curves = found.unwrap().unwrap().curves;
            let bits = |(seed, points): (u64, Vec<super::training::Point>)| {
                let points = points.iter().map(|point| (point.steps, point.value.to_bits()));
                (seed, points.collect::<Vec<_>>())
            };
            curves.into_iter().map(bits).collect::<Vec<_>>()
        });
    }
}

/// All that a model says of states and pairs, with the bits of its numbers.
fn bits_of_model(found: &Enumeration) -> Vec<u64> {
    let model = &found.model;
    let mut all = vec![
        model.states() as u64,
        model.pairs(),
        model.transitions(),
        model.rows_len() as u64,
        model.lists_len() as u64,
        model.vectors_len() as u64,
    ];
    for state in 0..model.states() {
        all.extend([found.states.index(state), u64::from(model.is_terminal(state))]);
        for action in (0..model.actions()).filter(|&action| model.allowed(state, action)) {
            all.push(model.reward(state, action).to_bits());
            let (successors, probabilities) = model.row(state, action).unwrap();
            all.extend(successors.iter().map(|&next| u64::from(next)));
            all.extend(probabilities.iter().map(|p| p.to_bits()));
        }
    }
    all.extend(model.start().iter().flat_map(|&(state, p)| [u64::from(state), p.to_bits()]));
    all
}

#[test]
fn models_are_the_same_on_any_number_of_threads() {
    for path in ["lines/three_machines.ron", "basics/replacement.ron", "basics/chain.ron"] {
        let scenario = library::open(path).unwrap();
        for reachable_only in [false, true] {
            let options = EnumerationOptions { reachable_only, ..EnumerationOptions::default() };
            let erased = scenario.environment.erased();
            is_the_same(|| bits_of_model(&erased.enumerate(options, &Progress::new()).unwrap()));
        }
    }
}

/// Whether a shipped scenario can be enumerated; the long line is there because it cannot.
fn is_enumerable(path: &str) -> bool {
    !["lines/twenty_machines.ron", "networking/beer_game.ron", "networking/three_robots.ron"]
        .contains(&path)
}

struct Check;

impl Visitor for Check {
    type Output = Result<(), Vec<String>>;

    fn visit<E: Enumerable>(self, environment: &Arc<E>) -> Self::Output {
        check(environment.as_ref())
    }
}

fn shipped() -> impl Iterator<Item = (String, Scenario)> {
    library::list(None).into_iter().map(|listed| {
        let scenario = listed.open().unwrap_or_else(|reports| panic!("{reports}"));
        (listed.path, scenario)
    })
}

#[test]
fn every_shipped_scenario_is_a_decision_process() {
    for (path, scenario) in shipped().filter(|(path, _)| is_enumerable(path)) {
        scenario.environment.visit(Check).unwrap_or_else(|faults| panic!("{path}: {faults:#?}"));
    }
}

fn is_within(environment: &AnyEnvironment, state: &[i32]) -> bool {
    let variables = environment.state_space().variables();
    variables.iter().zip(state).all(|(v, level)| (v.low..=v.high).contains(level))
}

#[test]
fn every_shipped_scenario_is_played_by_its_agent() {
    for (path, scenario) in shipped() {
        let environment = &scenario.environment;
        let progress = Progress::new();
        let found = prepared(&scenario.contents.agent, &scenario, None, &progress);
        let Prepared { spec, plan, .. } = found.unwrap_or_else(|error| panic!("{path}: {error}"));
        let criterion = scenario.contents.criterion;
        let agent = agents::build(&spec, environment, criterion, plan.as_ref())
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut run = open(environment, agent, RunSettings { seed: 5, ..run_settings(&scenario) });
        for _ in 0..3_000 {
            assert_eq!(run.advance(1), 1, "{path}: beat {}", run.beats());
            assert!(is_within(environment, run.state()), "{path}: {:?}", run.state());
            assert!(run.reward().is_finite(), "{path}");
        }
        let (tally, stations) = (run.tally(), environment.places().stations.len());
        for station in 0..stations {
            // Every station spends every beat once.
            let spent: u64 = tally.spent()[station].iter().sum();
            assert_eq!(spent, 3_000, "{path}: station {station}");
        }
        if matches!(environment, AnyEnvironment::Line(_)) {
            assert!(tally.parts_out() > 0, "{path}: nothing left the line");
        }
    }
}

#[test]
fn every_shipped_scenario_is_solved_where_it_can_be() {
    for (path, scenario) in shipped() {
        let found = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new());
        if !is_enumerable(&path) {
            let refused = found.map(|_| ()).unwrap_err().to_string();
            let too_large =
                ["too large for a plan", "1048576 actions", "the model needs more than"];
            assert!(too_large.iter().any(|why| refused.contains(why)), "{path}: {refused}");
            continue;
        }
        let found = found.unwrap_or_else(|error| panic!("{path}: {error}"));
        let (lower, upper) = found.bounds();
        let width = upper.unwrap() - lower.unwrap();
        assert!(found.solution.optimal && (0.0..=1e-6).contains(&width), "{path}: {width}");
    }
}
