//! Lines and machines, enumerated and evaluated from outside, against the given figures.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is shared by tests may fail as tests do"
)]

use serde_json::Value;
use taktlab::environments::line::{
    BufferSettings, Cycle, FailureMode, Line, LineSettings, MachineSettings, Moves, PowerSettings,
};
use taktlab::environments::replacement::{AfterFailure, Replace, Replacement, ReplacementSettings};
use taktlab::mdp::evaluate::{Gain, average, discounted, long_run};
use taktlab::mdp::{
    Agent, Decision, Dice, Enumerable, Enumeration, EnumerationOptions, Erased, Level, Policy,
    Progress, Situation, enumerate,
};

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn near(found: f64, given: f64, tolerance: f64, what: &str) {
    assert!((found - given).abs() <= tolerance, "{what}: {found}, but {given} is given");
}

fn whole<E: Enumerable>(environment: &E) -> Enumeration {
    enumerate(environment, EnumerationOptions::default(), &Progress::new()).unwrap()
}

/// A machine that is not controlled, so that the line has one action: to run.
fn machine(failure: f64, repair: f64, failure_mode: FailureMode) -> MachineSettings {
    MachineSettings { failure, repair, failure_mode, controlled: false, ..Default::default() }
}

fn bernoulli(p: f64) -> MachineSettings {
    MachineSettings { cycle: Cycle::Completion(p), controlled: false, ..Default::default() }
}

/// The long run of a line that always runs, earns 1 a part and costs nothing: its gain is its
/// throughput. Beside it the certified mean level of each buffer.
fn long_runs(
    machines: Vec<MachineSettings>,
    capacities: &[u32],
    moves: Moves,
) -> (Gain, Vec<Gain>) {
    let buffers = capacities
        .iter()
        .map(|&capacity| BufferSettings { capacity, ..Default::default() })
        .collect();
    let settings = LineSettings { machines, buffers, revenue: 1.0, moves, ..Default::default() };
    let line = Line::new(settings).unwrap();
    let found = whole(&line);
    let space = Erased::state_space(&line);
    let always = Policy::Deterministic(vec![0; found.model.states()]);
    let throughput = average(&found.model, &always).unwrap();
    let mut levels = vec![0; space.len()];
    let means = (0..capacities.len())
        .map(|buffer| {
            let place = space.position(&format!("buffer {}", buffer + 1)).unwrap();
            let level = |state: usize, levels: &mut [Level]| {
                space.levels(found.states.index(state), levels);
                f64::from(levels[place])
            };
            let figures: Vec<f64> =
                (0..found.model.states()).map(|state| level(state, &mut levels)).collect();
            let mean = throughput.mean(|state| figures[state]);
            let certified = long_run(&found.model, &always, &figures).unwrap();
            near(mean, certified.gain, 1e-9, "the same from the distribution");
            certified
        })
        .collect();
    (throughput, means)
}

/// The gain is the figure, and its bounds hold it and are narrow.
fn certified(found: &Gain, given: f64, tolerance: f64, what: &str) {
    near(found.gain, given, tolerance, what);
    assert!(found.lower <= found.gain && found.gain <= found.upper, "{what}: {found:?}");
    let width = found.upper - found.lower;
    assert!(width <= 1e-9 * given.abs().max(1.0), "{what}: bounds {width} apart");
    // The given figure is rounded too.
    assert!(found.lower - tolerance <= given && given <= found.upper + tolerance, "{what}");
}

#[test]
fn two_machines_after_gershwin_and_with_failures_by_time() {
    let file = read(include_str!("published/two_machine_geometric.json"));
    let tolerance = number(&file["tolerance"]);
    for case in file["numbers"].as_array().unwrap() {
        let capacity = case["N"].as_u64().unwrap() as u32;
        for (convention, mode, moves) in [
            ("gershwin", FailureMode::Operation, Moves::OldLevels),
            ("tdf", FailureMode::Time, Moves::DownstreamFirst),
        ] {
            let machines = vec![
                machine(number(&case["p1"]), number(&case["r1"]), mode),
                machine(number(&case["p2"]), number(&case["r2"]), mode),
            ];
            let (throughput, levels) = long_runs(machines, &[capacity], moves);
            let what = format!("{convention}, N = {capacity}");
            certified(&throughput, number(&case[convention]["throughput"]), tolerance, &what);
            certified(&levels[0], number(&case[convention]["mean_level"]), tolerance, &what);
        }
    }
}

#[test]
fn two_bernoulli_machines() {
    let file = read(include_str!("published/two_machine_bernoulli.json"));
    let tolerance = number(&file["tolerance"]);
    for case in file["numbers"].as_array().unwrap() {
        let machines = vec![bernoulli(number(&case["p1"])), bernoulli(number(&case["p2"]))];
        let capacity = case["N"].as_u64().unwrap() as u32;
        let (throughput, levels) = long_runs(machines, &[capacity], Moves::DownstreamFirst);
        certified(&throughput, number(&case["throughput"]), tolerance, "throughput");
        certified(&levels[0], number(&case["mean_level"]), tolerance, "level");
    }
}

/// The longest has 2,187 states, more than are eliminated.
#[test]
fn longer_bernoulli_lines() {
    let file = read(include_str!("published/line_bernoulli_exact.json"));
    let tolerance = number(&file["tolerance"]);
    for case in file["cases"].as_array().unwrap() {
        let capacities: Vec<u32> = numbers(&case["N"]).iter().map(|&n| n as u32).collect();
        let machines = numbers(&case["p"]).into_iter().map(bernoulli).collect();
        let (throughput, levels) = long_runs(machines, &capacities, Moves::DownstreamFirst);
        certified(&throughput, number(&case["PR"]), tolerance, "PR");
        for (level, given) in levels.iter().zip(numbers(&case["WIP_i"])) {
            certified(level, given, tolerance, "WIP");
        }
    }
}

#[test]
fn deterministic_lines_of_three_and_four_machines() {
    let file = read(include_str!("published/line_deterministic_exact.json"));
    let tolerance = number(&file["tolerance"]);
    for case in file["cases"].as_array().unwrap() {
        let capacities: Vec<u32> = numbers(&case["N"]).iter().map(|&n| n as u32).collect();
        let machines = numbers(&case["p"])
            .into_iter()
            .zip(numbers(&case["r"]))
            .map(|(p, r)| machine(p, r, FailureMode::Operation))
            .collect();
        let (throughput, levels) = long_runs(machines, &capacities, Moves::OldLevels);
        certified(&throughput, number(&case["E"]), tolerance, "E");
        for (level, given) in levels.iter().zip(numbers(&case["nbar"])) {
            certified(level, given, tolerance, "nbar");
        }
    }
}

/// `LINE3(n)` of `mdp_line3.json`.
fn line3(n: u32) -> Line {
    let machine = |failure, repair| MachineSettings {
        failure,
        repair,
        failure_mode: FailureMode::Time,
        power: PowerSettings::commanded(1.0),
        ..Default::default()
    };
    Line::new(LineSettings {
        machines: vec![machine(0.010, 0.100), machine(0.015, 0.120), machine(0.020, 0.150)],
        buffers: vec![BufferSettings { capacity: n, holding: 0.1, ..Default::default() }; 2],
        revenue: 10.0,
        ..Default::default()
    })
    .unwrap()
}

/// Figures that another program counted: the line, which draws machine by machine, is stored no
/// larger than the model written down by hand.
#[test]
fn the_line_of_three_is_stored_tenfold_smaller() {
    let found = whole(&line3(100));
    let model = &found.model;
    let file = read(include_str!("published/mdp_line3.json"));
    assert_eq!(model.states() as u64, file["spec"]["sizes"]["100"].as_u64().unwrap());
    assert_eq!(model.pairs(), 8 * model.states() as u64);
    assert!(model.lists_len() <= 80_401, "{} lists", model.lists_len());
    assert!(model.vectors_len() <= 8, "{} vectors", model.vectors_len());
}

/// A policy that is optimal has the given optimal value: improving it changes nothing.
#[test]
fn improvement_of_the_line_of_three_ends_at_the_given_optimum() {
    let file = read(include_str!("published/mdp_line3.json"));
    let given = &file["numbers"];
    let found = whole(&line3(10));
    let model = &found.model;
    let mut policy = vec![0; model.states()];
    let mut rows = vec![0.0; model.rows_len()];
    let mut backed_up = vec![0.0; model.states()];
    let values = loop {
        let values = discounted(model, &Policy::Deterministic(policy.clone()), 0.99).unwrap();
        assert!(values.error < 1e-9);
        let stats =
            model.back_up(&values.values, 0.99, &mut rows, &mut backed_up, Some(&mut policy));
        if stats.residual() < 1e-11 {
            break values;
        }
    };
    near(values.value, number(&given["V_at_all_up_and_empty (s=7), N=10"]), 1e-6, "value");
    near(values.values.iter().sum(), number(&given["sum_of_V, N=10"]), 1e-3, "sum of values");
}

/// Replaces from this wear on, where that is allowed, and says so only of what it sees.
#[derive(Debug, Clone)]
struct ControlLimit(Level);

impl Agent for ControlLimit {
    fn name(&self) -> &str {
        "control limit"
    }
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        action[0] = Level::from(situation.levels[0] >= self.0 && situation.allows(1));
        Decision::Made
    }
    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        let replaces = situation.levels[0] >= self.0 && situation.allows(1);
        probabilities.fill(0.0);
        probabilities[usize::from(replaces)] = 1.0;
        true
    }
    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

#[test]
fn agents_are_asked_in_every_state() {
    let file = read(include_str!("published/replacement_10.json"));
    let given = &file["numbers"];
    let settings = ReplacementSettings {
        earnings: (0..10).map(|i| 100.0 - 2.0 * f64::from(i * i)).collect(),
        wear: vec![0.7, 0.2, 0.1],
        replace: Some(Replace { cost: vec![120.0], ..Default::default() }),
        ..Default::default()
    };
    let limit = ControlLimit(given["control_limit_average"].as_i64().unwrap() as Level);
    let environment = Replacement::new(settings.clone()).unwrap();
    let found = whole(&environment);
    let policy = Policy::of_agent(&limit, &environment, &found).unwrap();
    assert_eq!(policy, Policy::Deterministic(vec![0, 0, 0, 1, 1, 1, 1, 1, 1, 1]));
    let gain = average(&found.model, &policy).unwrap();
    certified(&gain, number(&given["gain_average"]), 1e-9, "gain");

    // Where a machine can be down it can not be replaced there, and the agent is told so.
    let after_failure = AfterFailure::Down { repair: 0.2, down_cost: 3.0 };
    let settings = ReplacementSettings { failure: vec![0.05], after_failure, ..settings };
    let environment = Replacement::new(settings).unwrap();
    let found = whole(&environment);
    let policy = Policy::of_agent(&limit, &environment, &found).unwrap();
    assert_eq!(policy, Policy::Deterministic(vec![0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0]));
    // Worked beats fail with 1/20 and a repair takes 5 beats: a fifth of all beats are lost.
    let gain = average(&found.model, &policy).unwrap();
    near(gain.stationary[10], 0.2, 1e-14, "down");
}
