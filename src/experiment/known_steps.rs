//! Steps that were played once are known, and are played again from a table.
//!
//! A step makes the same calls in the same order for the same draws ([`Beat`]). So what it comes to
//! follows from state, action and the outcomes of its draws: for each pair of state and action there
//! is a tree whose forks are draws and whose leaves say where the step leads, what it earns and what
//! it tells. A tree is walked with the very uniforms that the step would draw. A branch that is not
//! in it is played by the environment itself, in the same beat and thus with the same luck, and
//! noted on the way. States, rewards, totals and counts are therefore the same to the last bit,
//! whether a step is known or not.
//!
//! A fork stands for several draws at once, and all uniforms that forks ever asked for are drawn
//! first: one after the other, each draw would have to wait for the one before it. Some of a fork's
//! draws may be made only after certain outcomes of the others, as whether a part is finished is
//! drawn only by a machine that has not failed: where a draw is not made, all its outcomes lead to
//! the same.
//!
//! Everything lies in flat arrays, whose memory is bounded; when it is used up, what is not known
//! stays so. Environments with more than [`PAIRS`] pairs are played as they are: most of their pairs
//! are met too seldom to be worth a note.

#![expect(
    clippy::indexing_slicing,
    reason = "forks, leaves and states are numbered here; a hot loop"
)]

mod earned;
mod growth;
mod note;
mod told;

use hashbrown::HashMap;

use super::tally::Tally;
use crate::mdp::beat::{Sampling, Source};
use crate::mdp::luck::{BeatCounter, DrawLuck};
use crate::mdp::{Enumerable, Environment, Level};
use earned::{ENTRY_BYTES, Earned};
use note::{Note, Noting};
use told::Told;

/// The most pairs of state and action.
pub(super) const PAIRS: u64 = 1 << 20;
/// The most memory that known steps may take, bytes.
pub(super) const MEMORY: usize = 64 << 20;

/// After so many beats it is weighed whether notes are worth their while.
const WEIGHED: u64 = 1024;
/// The same where hardly any step is noted any more.
const WEIGHED_LATER: u64 = 1 << 16;
/// How many beats are played without notes where they are not.
const LEAST_REST: u64 = 8192;

/// In place of the number of what is told: what the step comes to is not known.
const NOTHING: u16 = u16::MAX - 1;
/// There is a further fork instead, whose number stands in place of the next state's.
const FURTHER: u16 = u16::MAX;
/// Marks a leaf's state as one in which the environment ends.
const TERMINAL: u32 = 1 << 31;
/// So many sums are compared in a fork, and so many ways lead from it at most.
const TESTS: usize = 4;
const WAYS: usize = 1 << TESTS;
/// So many different draws are known at most. A power of two.
const SLOTS: usize = 16;

/// Some draws: a sum that is passed by its uniform leads one stride further along the ways.
///
/// A toss has one sum, a pick of n outcomes n − 1 with the same stride. Sums and uniforms are numbers
/// of 2⁻⁵³ ([`grains_of`](crate::mdp::luck::grains_of)). Tests that are not used have sums that are
/// never passed.
///
/// Each lies in one line of the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(align(64))]
struct Tests {
    sums: [u64; TESTS],
    /// Whose uniforms they are.
    slots: [u8; TESTS],
    strides: [u8; TESTS],
    /// How many ways lead from them, where they are few.
    ways: u8,
    /// Whether it is a draw with many outcomes, whose sums lie elsewhere.
    wide: Option<Wide>,
}

impl Tests {
    /// No draw.
    const NONE: Self = Self {
        sums: [u64::MAX; TESTS],
        slots: [0; TESTS],
        strides: [0; TESTS],
        ways: 1,
        wide: None,
    };

    /// How many ways lead from them.
    fn ways(&self) -> usize {
        self.wide.map_or(usize::from(self.ways), |wide| wide.count as usize + 1)
    }

    /// How many of the tests are used.
    fn used(&self) -> usize {
        self.strides.iter().take_while(|stride| **stride > 0).count()
    }
}

/// Where the sums of a draw with many outcomes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Wide {
    from: u32,
    count: u32,
}

/// Tests with the ways that lead on from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fork {
    /// The number of the tests: the same draws are made in many states.
    tests: u32,
    /// The first of the ways.
    first: u32,
}

impl Fork {
    /// In place of a pair's first fork: never met. Its tests lead to the first way of all, which is
    /// unknown. As zeros, so that they take no memory before they are used.
    const UNKNOWN: Self = Self { tests: 0, first: 0 };
    /// Met once, and not noted, since most pairs of a large environment are not met again soon.
    const MET: Self = Self { tests: 0, first: 1 };

    #[inline(always)]
    fn from_bits(bits: u64) -> Self {
        Self { tests: bits as u32, first: (bits >> 32) as u32 }
    }

    fn bits(self) -> u64 {
        u64::from(self.tests) | u64::from(self.first) << 32
    }
}

/// What a step comes to; or a further fork, or nothing that is known.
///
/// Small, since a line has tens of thousands of them, and the cache holds few of those: all eight
/// outcomes of three tosses lie in one line of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leaf {
    /// The next state's number, with a mark where it is terminal.
    next: u32,
    /// The number of what it earns.
    earned: u16,
    /// The number of what it tells.
    told: u16,
}

impl Leaf {
    const NOTHING: Self = Self { next: 0, earned: 0, told: NOTHING };

    /// The further fork of this number.
    fn further(number: usize) -> Self {
        Self { next: number as u32, earned: 0, told: FURTHER }
    }

    /// The number of the next state.
    #[inline(always)]
    pub fn next(self) -> usize {
        (self.next & !TERMINAL) as usize
    }

    /// Whether the environment ends in the next state.
    #[inline(always)]
    pub fn terminal(self) -> bool {
        self.next & TERMINAL != 0
    }
}

/// The known steps of an environment.
#[derive(Debug)]
pub(super) struct KnownSteps {
    /// How many flat actions there are.
    pub actions: usize,
    variables: usize,
    factors: usize,
    /// The first fork of each pair's tree, which may be for no draws.
    roots: Vec<u64>,
    /// The first two are unknown.
    ways: Vec<Leaf>,
    /// Those that are not a pair's first.
    forks: Vec<Fork>,
    /// The first are none.
    tests: Vec<Tests>,
    numbers: HashMap<Tests, u32>,
    /// Of draws with many outcomes.
    sums: Vec<u64>,
    /// Source and number of the draws that forks ask for.
    slots: Vec<(Source, u16)>,
    /// Their luck in this episode.
    luck: Vec<DrawLuck>,
    /// Their uniforms in this beat.
    uniforms: [u64; SLOTS],
    /// The levels of every state that was met, by its number.
    states: Vec<Level>,
    /// How many parts its buffers hold.
    stocks: Vec<u32>,
    /// The levels of every flat action.
    action_levels: Vec<Level>,
    earned: Earned,
    told: Told,
    note: Note,
    memory: usize,
    /// How many steps were looked up or played, and how many of them the environment played itself.
    pub beats: u64,
    pub played: u64,
    /// The same when they were last weighed.
    weighed: (u64, u64),
    window: u64,
    /// How many beats to rest where the next weighing says so.
    rest: u64,
}

impl KnownSteps {
    /// Nothing known of an environment yet; `None` where it has too many pairs, or is seen through
    /// draws of its own, which would have to be counted after those of the step.
    pub fn new<E: Environment>(environment: &E, tally: &Tally, memory: usize) -> Option<Self> {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let counts = (states.count().ok()?, actions.count().ok()?);
        let seen = environment.observes_state() && environment.real_observations().is_empty();
        let sources = environment.sources().len();
        if !seen || counts.0.checked_mul(counts.1)? > PAIRS || sources > 1 << 16 {
            return None;
        }
        let (count, columns) = (counts.0 as usize, counts.1 as usize);
        let mut action_levels = vec![0; columns * actions.len()];
        for (number, levels) in action_levels.chunks_exact_mut(actions.len().max(1)).enumerate() {
            actions.levels(number as u64, levels);
        }
        let known = Self {
            actions: columns,
            variables: states.len(),
            factors: actions.len(),
            roots: vec![Fork::UNKNOWN.bits(); count * columns],
            ways: vec![Leaf::NOTHING; 2],
            forks: Vec::new(),
            tests: vec![Tests::NONE],
            numbers: HashMap::new(),
            sums: Vec::new(),
            slots: Vec::with_capacity(SLOTS),
            luck: Vec::with_capacity(SLOTS),
            uniforms: [0; SLOTS],
            states: vec![0; count * states.len()],
            stocks: vec![0; count],
            action_levels,
            earned: Earned::new(environment.reward_items().len()),
            told: Told::new(tally),
            note: Note::default(),
            memory,
            beats: 0,
            played: 0,
            weighed: (0, 0),
            window: WEIGHED,
            rest: LEAST_REST,
        };
        (known.memory_bytes() < memory).then_some(known)
    }

    /// The memory that it takes, bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<u64>() * self.roots.len()
            + size_of::<Level>() * (self.states.len() + self.action_levels.len())
            + size_of::<u32>() * self.stocks.len()
            + size_of::<Fork>() * self.forks.capacity()
            + (2 * size_of::<Tests>() + ENTRY_BYTES) * self.tests.capacity()
            + size_of::<Leaf>() * self.ways.capacity()
            + size_of::<u64>() * self.sums.capacity()
            + self.earned.memory_bytes()
            + self.told.memory_bytes()
    }

    /// The levels of a state that was met. What cannot fail is left out where an agent goes by
    /// numbers alone, as of an action.
    #[inline(always)]
    pub fn state(&self, number: usize) -> &[Level] {
        let from = number * self.variables;
        self.states.get(from..from + self.variables).unwrap_or_default()
    }

    /// The levels of an action.
    #[inline(always)]
    pub fn action(&self, number: usize) -> &[Level] {
        let from = number * self.factors;
        self.action_levels.get(from..from + self.factors).unwrap_or_default()
    }

    /// How many parts the buffers hold in a state that was met.
    #[inline(always)]
    pub fn stock(&self, number: usize) -> u64 {
        u64::from(self.stocks[number])
    }

    /// The number of a state, which from now on was met.
    pub fn meet<E: Environment>(
        &mut self,
        environment: &E,
        tally: &Tally,
        state: &[Level],
    ) -> usize {
        let number = environment.state_space().index(state) as usize;
        self.states[number * self.variables..][..self.variables].copy_from_slice(state);
        self.stocks[number] = tally.stock(state) as u32;
        number
    }

    /// Walks the tree of a pair with the luck of a beat, and returns where the step leads and its
    /// reward; `None` where it is not known, and nothing was done.
    #[inline(always)]
    pub fn step(
        &mut self,
        pair: usize,
        beat: u64,
        sampling: &mut Sampling<Tally>,
    ) -> Option<(Leaf, f64)> {
        let (totals, tally) = sampling.parts();
        let beat = BeatCounter::of(beat);
        for (uniform, luck) in self.uniforms.iter_mut().zip(&self.luck) {
            *uniform = luck.grains(beat);
        }
        let mut fork = Fork::from_bits(self.roots[pair]);
        let leaf = loop {
            let leaf =
                self.ways[fork.first as usize + self.passed(&self.tests[fork.tests as usize])];
            match leaf.told {
                NOTHING => return None,
                FURTHER => fork = self.forks[leaf.next as usize],
                _ => break leaf,
            }
        };
        self.told.tell(leaf.told, tally);
        Some((leaf, self.earned.earn(leaf.earned, totals)))
    }

    /// How far along the ways of a fork the uniforms of this beat lead.
    #[inline(always)]
    fn passed(&self, tests: &Tests) -> usize {
        if let Some(wide) = tests.wide {
            return self.passed_of_many(wide, tests.slots[0]);
        }
        let passes = |test: usize| {
            let passed = self.uniforms[usize::from(tests.slots[test]) % SLOTS] >= tests.sums[test];
            if passed { usize::from(tests.strides[test]) } else { 0 }
        };
        (0..TESTS).map(passes).sum()
    }

    #[inline(never)]
    fn passed_of_many(&self, wide: Wide, slot: u8) -> usize {
        let uniform = self.uniforms[usize::from(slot) % SLOTS];
        let sums = &self.sums[wide.from as usize..][..wide.count as usize];
        sums.partition_point(|sum| uniform >= *sum)
    }

    /// From now on counts for the tally, until [`KnownSteps::settle`], with the luck of this episode.
    pub fn take_over(&mut self, sampling: &Sampling<Tally>) {
        self.luck.clear();
        self.take_luck(sampling);
        self.told.take_over(&sampling.listener);
    }

    /// Takes the luck of draws that are new.
    fn take_luck(&mut self, sampling: &Sampling<Tally>) {
        let new = &self.slots[self.luck.len()..];
        self.luck.extend(new.iter().map(|(source, draw)| sampling.luck_of(*source, *draw)));
    }

    /// How many beats to play before they are weighed.
    pub fn window(&self) -> u64 {
        self.window
    }

    /// Weighs so many beats that were played here; returns how many should be played without notes
    /// now.
    ///
    /// A note takes as long as some three steps. Where most steps are new, they are noted only now
    /// and then, until most are known.
    pub fn weigh(&mut self, beats: u64) -> u64 {
        self.beats += beats;
        let (beats, played) = (self.beats - self.weighed.0, self.played - self.weighed.1);
        if beats < self.window {
            return 0;
        }
        self.weighed = (self.beats, self.played);
        if 2 * played > beats {
            let rest = self.rest;
            self.rest = rest.saturating_mul(2);
            return rest;
        }
        self.rest = LEAST_REST;
        self.window = if 16 * played > beats { WEIGHED } else { WEIGHED_LATER };
        0
    }

    /// Brings the tally up to date with what steps have told.
    pub fn settle(&mut self, tally: &mut Tally) {
        self.told.settle(tally);
    }

    /// Lets the environment play a step that is not known, and notes it.
    #[cold]
    #[inline(never)]
    pub fn play<E: Enumerable>(
        &mut self,
        environment: &E,
        (state, action): (usize, usize),
        beat: u64,
        next: &mut [Level],
        sampling: &mut Sampling<Tally>,
    ) -> (Leaf, f64) {
        sampling.open(beat);
        self.played += 1;
        self.note.clear();
        let mut noting = Noting { sampling, note: &mut self.note };
        let (variables, factors) = (self.variables, self.factors);
        environment.step(
            &self.states[state * variables..][..variables],
            &self.action_levels[action * factors..][..factors],
            next,
            &mut noting,
        );
        let reward = sampling.reward();
        let terminal = if environment.is_terminal(next) { TERMINAL } else { 0 };
        let next = self.meet(environment, &sampling.listener, next) as u32 | terminal;
        let full = self.memory_bytes() + self.growth() > self.memory;
        let told = if full { None } else { self.told.number_of(&self.note.told) };
        let mut leaf = Leaf { next, earned: 0, told: 0 };
        match told {
            Some(number) => {
                leaf.told = number;
                self.told.tell(number, &mut sampling.listener);
                self.insert(state * self.actions + action, leaf, reward);
                self.take_luck(sampling);
            }
            None => self.told.tell_at_once(&self.note.told, &mut sampling.listener),
        }
        (leaf, reward)
    }
}
