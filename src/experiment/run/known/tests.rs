//! Known steps against the steps themselves, bit for bit.

use std::sync::Arc;

use super::*;
use crate::environments::line::{BufferSettings, LineSettings, MachineSettings};
use crate::environments::tests::examples;
use crate::environments::{AnyEnvironment, AnySettings, Visitor};
use crate::experiment::{AnyAgent, RunSettings, open};
use crate::heuristics::Random;
use crate::learners::{QLearning, Sarsa, TabularSettings};
use crate::mdp::beat::{Event, Place};
use crate::mdp::{Beat, Criterion, Environment, Level, Odds, Places, Space, Variable};

/// The agents that runs are compiled with, and one that is erased.
fn agents(environment: &AnyEnvironment) -> Vec<AnyAgent> {
    let (states, actions) = (environment.erased().observation_space(), environment.action_space());
    let (settings, criterion) = (TabularSettings::default(), Criterion::Discounted(0.9));
    vec![
        AnyAgent::QLearning(QLearning::new(&settings, states, actions, criterion).unwrap()),
        AnyAgent::Sarsa(Sarsa::new(&settings, states, actions, criterion).unwrap()),
        AnyAgent::Other(Box::new(Random::new(actions))),
    ]
}

fn by_phases(run: &mut dyn AnyRun, beats: u64) {
    for _ in 0..beats {
        assert_eq!(run.decide(), Decision::Made);
        run.step();
        run.learn();
        run.plan();
        run.record();
    }
}

/// All that can be asked of a run, with the bits of what is no whole number.
fn all_of(run: &dyn AnyRun) -> String {
    let tally = run.tally();
    let totals: Vec<u64> = run.item_totals().iter().map(|total| total.to_bits()).collect();
    let table = run.agent().table();
    let values: Vec<u64> =
        table.iter().flat_map(|table| &table.values).map(|value| value.to_bits()).collect();
    let counts = [
        tally.beats(),
        tally.parts_out(),
        tally.parts_in(),
        tally.scrapped(),
        tally.lost(),
        tally.goals(),
        tally.failures(),
        tally.stock_sum(),
    ];
    format!(
        "{:?} {:?} {:?} {} {:?} {:?} {totals:?} {values:?} {counts:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} \
         {:?} {:?}",
        run.previous_state(),
        run.action(),
        run.state(),
        run.reward().to_bits(),
        (run.beats(), run.episode(), run.episode_beats()),
        run.final_state(),
        tally.lead_times(),
        tally.lead_time_distribution(),
        tally.made(),
        tally.scrap_times(),
        tally.spent(),
        tally.latest(),
        run.events(),
        run.records(),
        run.pieces(),
    )
}

/// Two runs that should be the same, one of which is advanced and one played phase by phase.
struct Pair {
    advanced: Box<dyn AnyRun>,
    played: Box<dyn AnyRun>,
}

impl Pair {
    fn play(&mut self, beats: u64) {
        assert_eq!(self.advanced.advance(beats), beats);
        by_phases(&mut *self.played, beats);
        self.compare();
    }

    fn compare(&self) {
        assert_eq!(all_of(&*self.advanced), all_of(&*self.played));
    }

    fn both(&mut self, change: impl Fn(&mut Box<dyn AnyRun>)) {
        change(&mut self.advanced);
        change(&mut self.played);
        self.compare();
    }
}

/// Every kind of environment with every part of its step, with several agents, over episodes that
/// end, are cut off or go on, with all that may come in between.
#[test]
fn known_steps_are_the_steps_themselves() {
    for settings in examples() {
        let environment = settings.clone().build().unwrap();
        for (seed, limit) in [(1, None), (2, Some(70))] {
            for agent in 0..agents(&environment).len() {
                let run = || {
                    let agent = agents(&environment).swap_remove(agent);
                    let settings =
                        RunSettings { seed, episode_limit: limit, ..RunSettings::default() };
                    let mut run = open(&environment, agent, settings);
                    if limit.is_some() {
                        run.measure(64);
                    }
                    run
                };
                let mut pair = Pair { advanced: run(), played: run() };
                // Some 300 beats are noted after the first ones, and looked up from then on.
                for beats in [FIRST_BEATS + 300, 1, 2, 1_500] {
                    pair.play(beats);
                }
                pair.both(|run| run.watch(true));
                [1, 40].into_iter().for_each(|beats| pair.play(beats));
                // Phase by phase in both, and on.
                pair.both(|run| by_phases(&mut **run, 20));
                pair.play(300);
                pair.both(|run| run.watch(false));
                pair.both(|run| run.clear_records());
                pair.play(200);
                pair.both(|run| *run = run.boxed_clone());
                pair.play(FIRST_BEATS + 200);
                let state = pair.played.state().to_vec();
                pair.both(|run| *run = run.with_state(&state).unwrap());
                pair.play(100);
                let settings =
                    RunSettings { seed: 9, episode_limit: Some(50), ..RunSettings::default() };
                pair.both(|run| *run = run.with_environment(&environment, settings).unwrap());
                pair.play(FIRST_BEATS + 400);
            }
        }
    }
}

/// A process whose draws are of all sorts: several from one source, with few and many outcomes, some
/// certain, some that follow from others; it earns an item twice, and may not always do all.
struct Sundry {
    states: Space,
    actions: Space,
    names: Vec<String>,
    places: Places,
    wide: Vec<f64>,
}

impl Sundry {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            states: Space::new(vec![Variable::count("n", -3, 16, "")]).unwrap(),
            actions: Space::new(vec![Variable::count("a", 1, 3, "")]).unwrap(),
            names: vec!["one".to_owned(), "two".to_owned()],
            places: Places::default(),
            wide: vec![0.0, 0.125, 0.125, 0.0, 0.25, 0.125, 0.125, 0.125, 0.125, 0.0],
        })
    }
}

impl Environment for Sundry {
    fn kind(&self) -> &'static str {
        "Sundry"
    }
    fn state_space(&self) -> &Space {
        &self.states
    }
    fn action_space(&self) -> &Space {
        &self.actions
    }
    fn sources(&self) -> &[String] {
        &self.names
    }
    fn reward_items(&self) -> &[String] {
        &self.names
    }
    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
        state[0] = beat.pick(1, &[0.5, 0.25, 0.25]) as Level;
    }
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let first = beat.toss(0, Odds::of(0.3));
        let certain = beat.pick(0, &[0.0, 1.0]);
        let second = beat.toss(0, Odds::unless(0.2));
        let odds = if first { 0.1 } else { 0.6 };
        let third = beat.bernoulli(1, odds);
        let mut jump = 0;
        if action[0] == 2 || third {
            jump = beat.pick(1, &self.wide);
        }
        let lucky = beat.pick(0, &[0.25, 0.25, 0.0, 0.5]);
        beat.earn(0, 0.1 * f64::from(state[0]));
        beat.earn(1, if second { -0.0 } else { 0.7 });
        beat.earn(0, 1e-3 * lucky as f64 + certain as f64);
        if third {
            beat.tell(Event::DemandLost);
            beat.tell(Event::Moved { from: Place::Supply, to: Place::Customer });
        }
        let sum = state[0] + action[0] + jump as Level - 4 * Level::from(first);
        next[0] = if sum > 16 { -3 } else { sum.max(-2) };
    }
    fn restricts_actions(&self) -> bool {
        true
    }
    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        action[0] != 3 || state[0] % 2 == 0
    }
    fn ends(&self) -> bool {
        true
    }
    fn is_terminal(&self, state: &[Level]) -> bool {
        state[0] == -3
    }
    fn places(&self) -> &Places {
        &self.places
    }
}

impl Enumerable for Sundry {}

/// A run in any environment. Words about it are those of another, which is of the list.
fn run_in<E: Enumerable>(environment: &Arc<E>, settings: RunSettings) -> Run<E, Box<dyn Agent>> {
    let words = examples().swap_remove(0).build().unwrap();
    let (states, actions) = (environment.state_space(), environment.action_space());
    let criterion = Criterion::Discounted(0.9);
    let agent = QLearning::new(&TabularSettings::default(), states, actions, criterion).unwrap();
    Run::join(Core::new(environment.clone(), words, settings), Box::new(agent))
}

#[test]
fn draws_of_all_sorts_are_looked_up_alike() {
    for seed in 1..=4 {
        let settings = RunSettings { seed, episode_limit: Some(30), ..RunSettings::default() };
        let run = || run_in(&Sundry::new(), settings);
        let mut advanced = run();
        advanced.core.unnoted = 0;
        let mut pair = Pair { advanced: Box::new(advanced), played: Box::new(run()) };
        for beats in [5_000, 3_000, 1, 77, 12_000] {
            pair.play(beats);
        }
        pair.both(|run| run.watch(true));
        pair.play(333);
    }
}

/// Gets to know an environment for so many beats, and returns how many of as many further ones it
/// played itself.
struct Played(u64);

impl Visitor for Played {
    type Output = u64;
    fn visit<E: Enumerable>(self, environment: &Arc<E>) -> u64 {
        let settings = RunSettings { episode_limit: Some(1_000), ..RunSettings::default() };
        let mut run = run_in(environment, settings);
        let mut played = [0; 2];
        for played in &mut played {
            // Never at rest, even while most is new.
            for _ in 0..self.0 / 500 {
                run.core.unnoted = 0;
                run.advance(500);
            }
            *played = run.core.known.as_ref().unwrap().played;
        }
        played[1] - played[0]
    }
}

/// The examples whose state is seen: where it is not, all steps are played as they are.
fn seen_examples() -> impl Iterator<Item = AnySettings> {
    examples()
        .into_iter()
        .filter(|settings| settings.clone().build().unwrap().erased().observes_state())
}

/// In all at most a tenth is played. The line of four machines has some 110,000 branches, and a pair
/// of it comes some 30 times, so that of its branches of probability 0.03 every third is still to
/// come, of those of 0.1 one in thirty: a sixth of the beats. That of six has 16 million, and is left
/// out, as are stocks, their chains and plants: where units move other than one by one along a line all
/// beats are played.
#[test]
fn what_is_known_is_looked_up() {
    let beats = 100_000;
    let mut all = vec![Played(beats).visit(&Sundry::new())];
    for settings in seen_examples() {
        let environment = settings.clone().build().unwrap();
        // Where parts go several ways, how long each was there is known only by playing.
        if !["Chain", "Line", "ExponentialLine", "Replacement", "Table", "Grid"]
            .contains(&environment.kind())
        {
            continue;
        }
        let counts = [environment.state_space().count(), environment.action_space().count()];
        if counts.into_iter().map(Result::unwrap).product::<u64>() > 1 << 16 {
            continue;
        }
        let played = environment.visit(Played(beats));
        assert!(5 * played < beats, "{played} of {beats} beats were played: {settings:#?}");
        all.push(played);
    }
    assert!(all.len() > 20);
    let (played, beats) = (all.iter().sum::<u64>(), beats * all.len() as u64);
    assert!(10 * played < beats, "{played} of {beats} beats were played");
}

/// With so much memory and no more, plays a run that is compared with one that is played by phases.
/// Returns how many beats the environment played itself, or nothing where it would not do at all.
struct Bounded(usize);

impl Visitor for Bounded {
    type Output = Option<u64>;
    fn visit<E: Enumerable>(self, environment: &Arc<E>) -> Option<u64> {
        let run = || run_in(environment, RunSettings::default());
        let (mut advanced, mut played) = (run(), run());
        let known = KnownSteps::new(&**environment, &advanced.core.sampling.listener, self.0)?;
        advanced.core.known = Some(Box::new(known));
        for _ in 0..20 {
            advanced.core.unnoted = 0;
            advanced.advance(500);
            by_phases(&mut played, 500);
            let memory = advanced.core.known.as_ref().unwrap().memory_bytes();
            assert!(memory <= self.0, "{memory} bytes");
        }
        assert_eq!(all_of(&advanced), all_of(&played));
        Some(advanced.core.known.as_ref().unwrap().played)
    }
}

#[test]
fn memory_is_bounded_and_what_does_not_fit_is_played() {
    let mut full = 0;
    for settings in seen_examples() {
        let environment = settings.build().unwrap();
        let bounded = environment.visit(Bounded(24 << 10));
        let free = environment.visit(Bounded(MEMORY)).unwrap();
        full += u32::from(bounded.is_some_and(|bounded| bounded > 2 * free));
    }
    assert!(full > 3, "the memory was used up in {full} examples");
}

/// Whether a run of this environment never notes its steps.
struct Unnoted;

impl Visitor for Unnoted {
    type Output = bool;
    fn visit<E: Enumerable>(self, environment: &Arc<E>) -> bool {
        let agent: Box<dyn Agent> = Box::new(Random::new(environment.action_space()));
        let words = examples().swap_remove(0).build().unwrap();
        let core = Core::new(environment.clone(), words, RunSettings::default());
        let mut run = Run::join(core, agent);
        assert_eq!(run.advance(FIRST_BEATS + 10), FIRST_BEATS + 10);
        run.core.known.is_none() && run.core.unnoted == NEVER
    }
}

#[test]
fn short_runs_and_large_environments_are_not_noted() {
    let line = |capacity| {
        let buffer = BufferSettings { capacity, ..BufferSettings::default() };
        let machines = vec![MachineSettings::default(); 2];
        let line = LineSettings { machines, buffers: vec![buffer], ..LineSettings::default() };
        AnySettings::Line(line).build().unwrap()
    };
    // Four actions in each state.
    assert!(line(1 << 18).visit(Unnoted));
    assert!(!line(1 << 17).visit(Unnoted));
    let mut short = run_in(&Sundry::new(), RunSettings::default());
    short.advance(FIRST_BEATS);
    assert!(short.core.known.is_none());
    short.advance(1);
    assert!(short.core.known.is_some());
}
