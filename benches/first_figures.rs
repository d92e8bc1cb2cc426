//! The first figures, on one thread: sampling, learning, enumerating and sweeping `LINE3`.
//!
//! Run with `cargo bench --no-default-features`. What is counted is in each bench's `items`.

use std::ops::ControlFlow;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use taktlab::environments::line::{
    BufferSettings, Cycle, FailureMode, LineSettings, MachineSettings, Moves, PowerSettings,
};
use taktlab::environments::{AnyEnvironment, AnySettings, Line};
use taktlab::experiment::{AnyAgent, RunSettings, open};
use taktlab::heuristics::AlwaysRun;
use taktlab::learners::{QLearning, TabularSettings};
use taktlab::mdp::{
    Criterion, EnumerationOptions, Environment, Luck, Progress, Sampling, Silent, enumerate,
};

use taktlab::planners::solve::{Driven, drive};
use taktlab::planners::{ModifiedPolicyIteration, Planner};

fn main() {
    // One thread: the figures are per core.
    let built = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
    assert!(built.is_ok(), "the thread pool is set up once, here");
    divan::main();
}

/// `LINE3` with buffers of `capacity`: time-dependent failures, downstream first, 10 earned a
/// part, 0.1 a part held, 1 a machine told to run.
fn line3(capacity: u32) -> Arc<Line> {
    let machine = |name: &str, failure, repair| MachineSettings {
        name: name.to_owned(),
        failure,
        repair,
        failure_mode: FailureMode::Time,
        cycle: Cycle::Beats(1),
        power: PowerSettings::commanded(1.0),
        ..MachineSettings::default()
    };
    let buffer = |name: &str| BufferSettings {
        name: name.to_owned(),
        capacity,
        holding: 0.1,
        ..BufferSettings::default()
    };
    let settings = LineSettings {
        machines: vec![
            machine("machine 1", 0.010, 0.100),
            machine("machine 2", 0.015, 0.120),
            machine("machine 3", 0.020, 0.150),
        ],
        buffers: vec![buffer("buffer 1"), buffer("buffer 2")],
        revenue: 10.0,
        moves: Moves::DownstreamFirst,
        ..LineSettings::default()
    };
    match AnySettings::Line(settings).build() {
        Ok(AnyEnvironment::Line(line)) => line,
        other => unreachable!("LINE3 is a valid line: {other:?}"),
    }
}

const BEATS: u64 = 1_000_000;

/// The step alone, nobody listening: three machine-beats a beat.
#[divan::bench]
fn sample_steps(bencher: Bencher) {
    let line = line3(10);
    bencher.counter(ItemsCount::new(3 * BEATS)).bench_local(|| {
        let items = line.reward_items().len();
        let mut beat = Sampling::new(Luck::new(1), line.sources(), items, Silent);
        let mut state = vec![0; line.state_space().len()];
        let mut next = state.clone();
        let action = vec![1; line.action_space().len()];
        line.start(&mut state, &mut beat);
        for t in 1..=BEATS {
            beat.open(t);
            line.step(&state, &action, &mut next, &mut beat);
            std::mem::swap(&mut state, &mut next);
        }
        (state, beat.totals().to_vec())
    });
}

/// A whole run: decide, step, record, statistics of every event; always run. Beats.
#[divan::bench]
fn run_always(bencher: Bencher) {
    let line = AnyEnvironment::Line(line3(10));
    bencher.counter(ItemsCount::new(BEATS)).bench_local(|| {
        let agent = AnyAgent::AlwaysRun(AlwaysRun::new(line.erased()));
        let mut run = open(&line, agent, RunSettings::default());
        run.advance(BEATS);
        run.reward()
    });
}

/// A whole run that learns by Q-learning with its default settings. Beats.
#[divan::bench]
fn run_q_learning(bencher: Bencher) {
    let line = AnyEnvironment::Line(line3(10));
    let settings = TabularSettings::default();
    bencher.counter(ItemsCount::new(BEATS)).bench_local(|| {
        let criterion = Criterion::Discounted(0.99);
        let agent = QLearning::new(&settings, line.state_space(), line.action_space(), criterion);
        let Ok(agent) = agent else { unreachable!("968 states by 8 actions fit a table") };
        let mut run = open(&line, AnyAgent::QLearning(agent), RunSettings::default());
        run.advance(BEATS);
        run.reward()
    });
}

/// Enumeration of `LINE3` with buffers of 30: transitions.
#[divan::bench]
fn enumerate_line3(bencher: Bencher) {
    let line = line3(30);
    let transitions = 31 * 31 * 8 * 64_u64;
    bencher
        .counter(ItemsCount::new(transitions))
        .bench_local(|| enumerate(&*line, EnumerationOptions::default(), &Progress::new()));
}

/// `LINE3` with buffers of 30, discounted at 0.99, certified to 1e-6: modified policy iteration by
/// the number of sweeps of the greedy policy between two full ones; 0 is value iteration. Plans.
#[divan::bench(args = [0, 5, 10, 20, 40, 80], sample_count = 10)]
fn plan_by_policy_sweeps(bencher: Bencher, policy_sweeps: u32) {
    let found = enumerate(&*line3(30), EnumerationOptions::default(), &Progress::new());
    let Ok(found) = found else { unreachable!("7,688 states fit a model") };
    bencher.counter(ItemsCount::new(1_u64)).bench_local(|| {
        let criterion = Criterion::Discounted(0.99);
        let planner = ModifiedPolicyIteration::new(found.model.clone(), criterion, policy_sweeps);
        let Ok(mut planner) = planner else { unreachable!("0.99 is a discount") };
        let driven = drive(&mut planner, 1e-6, |_| ControlFlow::Continue(()));
        assert!(matches!(driven, Driven::ToTheEnd));
        planner.sweeps()
    });
}

/// One sweep of value iteration on `LINE3` with buffers of 100: backups of state–action pairs.
#[divan::bench]
fn sweep_line3_large(bencher: Bencher) {
    let line = line3(100);
    let found = enumerate(&*line, EnumerationOptions::default(), &Progress::new());
    let Ok(found) = found else { unreachable!("81,608 states fit a model") };
    let model = found.model;
    let mut values = vec![0.0; model.states()];
    let mut next = values.clone();
    let mut rows = vec![0.0; model.rows_len()];
    bencher.counter(ItemsCount::new(model.pairs())).bench_local(|| {
        model.back_up(&values, 0.99, &mut rows, &mut next, None);
        std::mem::swap(&mut values, &mut next);
        values.first().copied()
    });
}
