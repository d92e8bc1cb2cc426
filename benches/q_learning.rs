//! Q-learning in steps a second: the run that the window holds, beside a bare loop over tables.
//!
//! Run with `cargo bench --no-default-features --bench q_learning`. Both do the same work: γ = 0.99,
//! constant step size 0.1, ε-greedy with ε = 0.1. The bare loop knows nothing but two tables: the
//! successors of each pair with their cumulative probabilities, and the values. Whatever more the
//! run does (luck addressed by name, masks, reward by item, statistics of every event) shows as the
//! ratio of the two. `benches/peers` does the same work in Python.
//!
//! Samples alternate, so that a disturbance meets both alike; the fastest of each counts. Memory is
//! counted by an allocator that adds up every request of the program.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a bench: it ends where something is not as it should be"
)]

mod counting;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use counting::requests;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use taktlab::environments::{AnyEnvironment, Visitor};
use taktlab::experiment::{AnyAgent, RunSettings, open};
use taktlab::learners::{Exploration, QLearning, StepSize, TabularSettings};
use taktlab::mdp::{Criterion, Enumerable, EnumerationOptions, Model, Progress, enumerate};
use taktlab::scenario::library;

const GAMMA: f64 = 0.99;
const EPSILON: f64 = 0.1;
const ALPHA: f64 = 0.1;
const STEPS: u64 = 2_000_000;
const SAMPLES: usize = 15;

/// A decision process as arrays: the successors of pair (s, a) = s·actions + a lie between two
/// offsets, each with the probability that it or one before it comes.
struct Table {
    actions: usize,
    from: Vec<u32>,
    successors: Vec<u32>,
    cumulative: Vec<f64>,
    /// The expected reward of a pair.
    rewards: Vec<f64>,
    terminal: Vec<bool>,
    start: u32,
    /// After how many steps an episode is cut off.
    limit: u64,
}

impl Table {
    fn of(model: &Model, limit: Option<u64>) -> Self {
        let (states, actions) = (model.states(), model.actions());
        let mut table = Self {
            actions,
            from: vec![0],
            successors: Vec::new(),
            cumulative: Vec::new(),
            rewards: Vec::new(),
            terminal: (0..states).map(|state| model.is_terminal(state)).collect(),
            start: model.start().first().expect("a process starts somewhere").0,
            limit: limit.unwrap_or(u64::MAX),
        };
        for state in 0..states {
            for action in 0..actions {
                let mut sum = 0.0;
                if let Some((successors, probabilities)) = model.row(state, action) {
                    // The likeliest first: a scan for the drawn one ends soonest.
                    let mut row: Vec<_> = successors.iter().zip(probabilities).collect();
                    row.sort_by(|one, other| other.1.total_cmp(one.1));
                    for (successor, probability) in row {
                        sum += probability;
                        table.successors.push(*successor);
                        table.cumulative.push(sum);
                    }
                }
                table.from.push(table.successors.len() as u32);
                table.rewards.push(model.reward(state, action));
            }
        }
        table
    }

    /// The bare loop: Q-learning over the arrays. Returns the values.
    fn learn(&self, steps: u64, seed: u64) -> Vec<f64> {
        let mut random = SmallRng::seed_from_u64(seed);
        let mut values = vec![0.0; self.rewards.len()];
        let (mut state, mut age) = (self.start as usize, 0);
        for _ in 0..steps {
            let row = &values[state * self.actions..][..self.actions];
            let action = if random.random::<f64>() < EPSILON {
                random.random_range(0..self.actions)
            } else {
                self.greedy(row, &mut random)
            };
            let pair = state * self.actions + action;
            let range = self.from[pair] as usize..self.from[pair + 1] as usize;
            let u = random.random::<f64>();
            let cumulative = &self.cumulative[range.clone()];
            let drawn = cumulative.iter().position(|sum| u < *sum).unwrap_or(cumulative.len() - 1);
            let next = self.successors[range][drawn] as usize;
            age += 1;
            let ahead = if self.terminal[next] {
                0.0
            } else {
                let row = &values[next * self.actions..][..self.actions];
                row.iter().fold(f64::NEG_INFINITY, |most, value| most.max(*value))
            };
            let value = &mut values[pair];
            *value += ALPHA * (self.rewards[pair] + GAMMA * ahead - *value);
            (state, age) = if self.terminal[next] || age == self.limit {
                (self.start as usize, 0)
            } else {
                (next, age)
            };
        }
        values
    }

    /// An action of the highest value; ties fall by a fair draw.
    #[inline]
    fn greedy(&self, row: &[f64], random: &mut SmallRng) -> usize {
        let most = row.iter().fold(f64::NEG_INFINITY, |most, value| most.max(*value));
        let ties = row.iter().filter(|value| **value == most).count();
        let place = if ties == 1 { 0 } else { random.random_range(0..ties) };
        let mut best = row.iter().enumerate().filter(|(_, value)| **value == most);
        best.nth(place).map_or(0, |(action, _)| action)
    }
}

/// A whole run with Q-learning, as the window holds one. Returns its reward.
fn run(environment: &AnyEnvironment, limit: Option<u64>, steps: u64, seed: u64) -> f64 {
    let settings = TabularSettings {
        step_size: StepSize::Constant { size: ALPHA },
        exploration: Exploration::Constant { epsilon: EPSILON },
        discount: Some(GAMMA),
        ..TabularSettings::default()
    };
    let (observations, actions) = (environment.state_space(), environment.action_space());
    let agent = QLearning::new(&settings, observations, actions, Criterion::Discounted(GAMMA));
    let agent = AnyAgent::QLearning(agent.expect("the table fits"));
    let settings = RunSettings { seed, episode_limit: limit, ..RunSettings::default() };
    let mut run = open(environment, agent, settings);
    run.advance(steps);
    run.records().rewards.mean()
}

/// The model of any environment.
struct Enumerated;

impl Visitor for Enumerated {
    type Output = Arc<Model>;
    fn visit<E: Enumerable>(self, environment: &Arc<E>) -> Arc<Model> {
        let found = enumerate(&**environment, EnumerationOptions::default(), &Progress::new());
        found.expect("the environment fits a model").model
    }
}

/// Million steps a second of the fastest sample.
fn fastest(seconds: &[f64], steps: u64) -> f64 {
    steps as f64 / seconds.iter().copied().fold(f64::INFINITY, f64::min) / 1e6
}

fn seconds_of<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

/// Seconds of `work` on so many threads at once, each with a seed of its own.
fn seconds_on<T: Send>(threads: u64, work: impl Fn(u64) -> T + Sync) -> f64 {
    seconds_of(|| {
        std::thread::scope(|scope| {
            for seed in 0..threads {
                let work = &work;
                scope.spawn(move || black_box(work(seed)));
            }
        });
    })
}

fn main() {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    println!("| Q-learning, million steps a second | threads | run | bare loop | ratio |");
    println!("|---|---|---|---|---|");
    let mut requests = Vec::new();
    for (name, file) in [
        ("lake, 8 × 8", "textbook/frozen_lake_large.ron"),
        ("`LINE3`", "lines/line3.ron"),
        ("default line", "lines/three_machines.ron"),
    ] {
        let scenario = library::open(file).expect("a scenario of the library");
        let (environment, limit) = (&scenario.environment, scenario.contents.episode_limit);
        let model = environment.visit(Enumerated);
        let table = Table::of(&model, limit);
        for threads in [1, cores] {
            let (mut runs, mut loops) = (Vec::new(), Vec::new());
            for _ in 0..SAMPLES {
                runs.push(seconds_on(threads, |seed| run(environment, limit, STEPS, seed)));
                loops.push(seconds_on(threads, |seed| table.learn(STEPS, seed)));
            }
            let steps = threads * STEPS;
            let (ours, bare) = (fastest(&runs, steps), fastest(&loops, steps));
            println!("| {name} | {threads} | {ours:.1} | {bare:.1} | {:.2} |", ours / bare);
        }
        requests
            .push((name, [STEPS, 2 * STEPS].map(|steps| requests_of(environment, limit, steps))));
    }
    println!();
    println!("Requests for memory of a whole run, its opening included:");
    for (name, [short, long]) in requests {
        println!("- {name}: {short} in {STEPS} steps, {long} in {} steps", 2 * STEPS);
    }
}

/// How often a run of so many steps asks for memory, from its opening to its end.
fn requests_of(environment: &AnyEnvironment, limit: Option<u64>, steps: u64) -> u64 {
    let before = requests();
    black_box(run(environment, limit, steps, 1));
    requests() - before
}
