//! A run that is under way asks for no memory: not once a beat, nor once an episode.
//!
//! An allocator counts what the program asks for. This file has a single test, so that nothing else
//! of it runs meanwhile.

#[path = "../benches/counting/mod.rs"]
mod counting;

use counting::requests;
use taktlab::experiment::{AnyAgent, RunSettings, open};
use taktlab::learners::{QLearning, TabularSettings};
use taktlab::scenario::library;

/// Beats before requests count: tables of what is known by then have nearly all that they will have.
const WARM_UP: u64 = 2_000_000;
const COUNTED: u64 = 1_000_000;
/// So often memory may be asked for in that time. What a run knows of steps, and records of it, lie
/// in arrays that double as they grow: a late one may do so. Anything that is asked for in a beat or
/// an episode is asked for many thousand times.
const AT_MOST: u64 = 8;

#[test]
fn a_run_under_way_asks_for_no_memory() {
    for file in ["lines/three_machines.ron", "textbook/frozen_lake_large.ron"] {
        let scenario = library::open(file).expect("a scenario of the library");
        let environment = &scenario.environment;
        let (observations, actions) = (environment.state_space(), environment.action_space());
        let settings = TabularSettings::default();
        let criterion = scenario.contents.criterion;
        let agent = QLearning::new(&settings, observations, actions, criterion).unwrap();
        let episode_limit = scenario.contents.episode_limit;
        let settings = RunSettings { seed: 1, episode_limit, ..RunSettings::default() };
        let mut run = open(environment, AnyAgent::QLearning(agent), settings);
        while run.beats() < WARM_UP {
            run.advance(WARM_UP - run.beats());
        }
        let before = requests();
        while run.beats() < WARM_UP + COUNTED {
            run.advance(WARM_UP + COUNTED - run.beats());
        }
        let asked = requests() - before;
        println!("{file}: {asked} requests in {COUNTED} beats");
        assert!(asked <= AT_MOST, "{file}: {asked} requests in {COUNTED} beats");
        // The counter counts.
        assert!(before > 0);
    }
}
