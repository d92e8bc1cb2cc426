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
//! A fork stands for several draws at once where none of them follows from the outcome of another,
//! and all uniforms that forks ever asked for are drawn first: one after the other, each draw would
//! have to wait for the one before it.
//!
//! Everything lies in flat arrays, whose memory is bounded; when it is used up, what is not known
//! stays so. Environments with more than [`PAIRS`] pairs are played as they are: most of their pairs
//! are met too seldom to be worth a note.

#![expect(
    clippy::indexing_slicing,
    reason = "forks, leaves and states are numbered here; a hot loop"
)]

mod earned;
mod told;

use super::tally::Tally;
use crate::mdp::beat::{Event, Item, Sampling, Source};
use crate::mdp::{Beat, Enumerable, Environment, Level, Odds};
use earned::Earned;
use told::Told;

/// The most pairs of state and action.
pub(super) const PAIRS: u64 = 1 << 20;
/// The most memory that known steps may take, bytes.
pub(super) const MEMORY: usize = 64 << 20;

/// After so many beats it is weighed whether notes are worth their while.
pub(super) const WEIGHED: u64 = 1024;
/// How many beats are played without notes where they are not.
const LEAST_REST: u64 = 8192;

/// What is not known.
const UNKNOWN: u32 = 0;
/// Met once, and not noted: most pairs of a large environment are not met again soon.
const MET: u32 = u32::MAX;
/// References from here on are to leaves, those below to forks.
const LEAVES: u32 = 1 << 31;
/// Marks a leaf's state as one in which the environment ends.
const TERMINAL: u32 = 1 << 31;
/// So many sums are compared in a fork, and so many ways lead from it at most.
const TESTS: usize = 4;
const WAYS: usize = 1 << TESTS;
/// So many different draws are known at most. A power of two.
const SLOTS: usize = 16;

/// Some draws: a sum that is passed by its uniform leads one stride further along the ways.
///
/// A toss has one sum, a pick of n outcomes n − 1 with the same stride. Tests that are not used have
/// infinite sums.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fork {
    sums: [f64; TESTS],
    /// Whose uniforms they are.
    slots: [u8; TESTS],
    strides: [u8; TESTS],
    /// The first of its ways, or the place in `wide` where it is a draw with many outcomes.
    first: u32,
    /// How many draws it stands for.
    draws: u8,
    wide: bool,
}

/// A draw with many outcomes.
#[derive(Debug, Clone, Copy)]
struct Wide {
    sums: usize,
    ways: usize,
    outcomes: usize,
}

/// What a step comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leaf {
    /// The next state's number, with a mark where it is terminal.
    next: u32,
    /// The number of what it earns.
    earned: u32,
    /// The number of what it tells.
    told: u32,
    /// How many parts the buffers hold in the next state.
    stock: u32,
}

impl Leaf {
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

    /// How many parts the buffers hold in the next state.
    #[inline(always)]
    pub fn stock(self) -> u64 {
        u64::from(self.stock)
    }
}

/// The known steps of an environment.
#[derive(Debug)]
pub(super) struct KnownSteps {
    /// How many flat actions there are.
    pub actions: usize,
    variables: usize,
    factors: usize,
    /// Where the tree of each pair begins.
    roots: Vec<u32>,
    /// The first is none.
    forks: Vec<Fork>,
    ways: Vec<u32>,
    wide: Vec<Wide>,
    /// Of draws with many outcomes.
    sums: Vec<f64>,
    /// Source and number of the draws that forks ask for.
    slots: Vec<(u16, u16)>,
    /// Their uniforms in this beat.
    uniforms: [f64; SLOTS],
    leaves: Vec<Leaf>,
    /// The levels of every state that was met, by its number.
    states: Vec<Level>,
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
        let none = Fork {
            sums: [f64::INFINITY; TESTS],
            slots: [0; TESTS],
            strides: [0; TESTS],
            first: 0,
            draws: 0,
            wide: false,
        };
        let known = Self {
            actions: columns,
            variables: states.len(),
            factors: actions.len(),
            roots: vec![UNKNOWN; count * columns],
            forks: vec![none],
            ways: Vec::new(),
            wide: Vec::new(),
            sums: Vec::new(),
            slots: Vec::new(),
            uniforms: [0.0; SLOTS],
            leaves: Vec::new(),
            states: vec![0; count * states.len()],
            action_levels,
            earned: Earned::new(environment.reward_items().len()),
            told: Told::new(tally),
            note: Note::default(),
            memory,
            beats: 0,
            played: 0,
            weighed: (0, 0),
            rest: LEAST_REST,
        };
        (known.memory_bytes() < memory).then_some(known)
    }

    /// The memory that it takes, bytes.
    pub fn memory_bytes(&self) -> usize {
        4 * (self.roots.len() + self.states.len() + self.action_levels.len())
            + size_of::<Fork>() * self.forks.capacity()
            + size_of::<Leaf>() * self.leaves.capacity()
            + size_of::<Wide>() * self.wide.capacity()
            + size_of::<f64>() * self.sums.capacity()
            + size_of::<u32>() * self.ways.capacity()
            + self.earned.memory_bytes()
            + self.told.memory_bytes()
    }

    /// The levels of a state that was met.
    #[inline(always)]
    pub fn state(&self, number: usize) -> &[Level] {
        &self.states[number * self.variables..][..self.variables]
    }

    /// The levels of an action.
    #[inline(always)]
    pub fn action(&self, number: usize) -> &[Level] {
        &self.action_levels[number * self.factors..][..self.factors]
    }

    /// The number of a state, which from now on was met.
    pub fn meet<E: Environment>(&mut self, environment: &E, state: &[Level]) -> usize {
        let number = environment.state_space().index(state) as usize;
        self.states[number * self.variables..][..self.variables].copy_from_slice(state);
        number
    }

    /// Walks the tree of a pair with the luck of the beat that was opened, and returns where the step
    /// leads and its reward; `None` where it is not known, and nothing was done.
    #[inline(always)]
    pub fn step(&mut self, pair: usize, sampling: &mut Sampling<Tally>) -> Option<(Leaf, f64)> {
        let (dice, totals, tally) = sampling.parts();
        for (uniform, (source, draw)) in self.uniforms.iter_mut().zip(&self.slots) {
            *uniform = dice.uniform_at(usize::from(*source), *draw);
        }
        let mut at = self.roots[pair];
        while at.wrapping_sub(1) < LEAVES - 1 {
            let fork = &self.forks[at as usize];
            at = if fork.wide { self.way_of_wide(fork) } else { self.way_of(fork) };
        }
        let leaf = *self.leaves.get(at.wrapping_sub(LEAVES) as usize)?;
        self.told.tell(leaf.told, tally);
        Some((leaf, self.earned.earn(leaf.earned, totals)))
    }

    #[inline(always)]
    fn way_of(&self, fork: &Fork) -> u32 {
        let passes = |test: usize| {
            let passed = self.uniforms[usize::from(fork.slots[test]) % SLOTS] >= fork.sums[test];
            if passed { usize::from(fork.strides[test]) } else { 0 }
        };
        self.ways[fork.first as usize + (0..TESTS).map(passes).sum::<usize>()]
    }

    #[inline(never)]
    fn way_of_wide(&self, fork: &Fork) -> u32 {
        let Wide { sums, ways, outcomes } = self.wide[fork.first as usize];
        let u = self.uniforms[usize::from(fork.slots[0]) % SLOTS];
        let passed = self.sums[sums..][..outcomes - 1].partition_point(|sum| u >= *sum);
        self.ways[ways + passed]
    }

    /// From now on counts for the tally, until [`KnownSteps::settle`].
    pub fn take_over(&mut self, tally: &Tally) {
        self.told.take_over(tally);
    }

    /// Counts the beats that were played here; returns how many should be played without notes now.
    ///
    /// A note takes as long as some three steps. Where most steps are new, they are noted only now
    /// and then, until most are known.
    pub fn weigh(&mut self, beats: u64) -> u64 {
        self.beats += beats;
        let (beats, played) = (self.beats - self.weighed.0, self.played - self.weighed.1);
        if beats < WEIGHED {
            return 0;
        }
        self.weighed = (self.beats, self.played);
        if 2 * played <= beats {
            self.rest = LEAST_REST;
            return 0;
        }
        let rest = self.rest;
        self.rest = rest.saturating_mul(2);
        rest
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
        next: &mut [Level],
        sampling: &mut Sampling<Tally>,
    ) -> (Leaf, f64) {
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
        let stock = sampling.listener.stock(next) as u32;
        let next = self.meet(environment, next) as u32 | terminal;
        let full = self.memory_bytes() + self.growth() > self.memory;
        let told = if full { None } else { self.told.number_of(&self.note.told) };
        let mut leaf = Leaf { next, earned: 0, told: 0, stock };
        match told {
            Some(number) => {
                leaf.told = number;
                self.told.tell(number, &sampling.listener);
                self.insert(state * self.actions + action, leaf, reward);
            }
            None => self.told.tell_at_once(&self.note.told, &mut sampling.listener),
        }
        (leaf, reward)
    }

    /// Puts what was noted into the tree of a pair that was met before.
    fn insert(&mut self, pair: usize, leaf: Leaf, reward: f64) {
        if self.roots[pair] == UNKNOWN {
            self.roots[pair] = MET;
            return;
        }
        if !self.note.can_be_kept {
            return;
        }
        let Some(earned) = self.earned.number_of(reward, &self.note.earned) else {
            return;
        };
        if !self.find_slots() {
            return;
        }
        let (mut way, mut place) = (Way::Root(pair), 0);
        while place < self.note.draws.len() {
            let number = match self.at(way) {
                UNKNOWN | MET => self.fork(way, place, usize::MAX),
                fork if fork < LEAVES => fork,
                // The step drew nothing more before: it is not as it should be.
                _ => return,
            };
            let fork = self.forks[number as usize];
            match self.draws_as(&fork, place) {
                0 => return,
                draws if draws == usize::from(fork.draws) => {
                    way = Way::Further(self.place_of(&fork, place));
                    place += draws;
                }
                // What was drawn then followed from an outcome. What is known behind the fork is met
                // again.
                draws => {
                    self.fork(way, place, draws);
                }
            }
        }
        if matches!(self.at(way), UNKNOWN | MET) {
            *self.at_mut(way) = LEAVES + self.leaves.len() as u32;
            self.leaves.push(Leaf { earned, ..leaf });
        }
    }

    /// Finds the slots of all draws that were noted, or makes them; false where there are too many.
    fn find_slots(&mut self) -> bool {
        for drawn in &mut self.note.draws {
            let found = self.slots.iter().position(|slot| *slot == (drawn.source, drawn.draw));
            let slot = found.unwrap_or(self.slots.len());
            if slot == SLOTS {
                return false;
            }
            if found.is_none() {
                self.slots.push((drawn.source, drawn.draw));
            }
            drawn.slot = slot as u8;
        }
        true
    }

    /// The sums of a draw that was noted.
    fn sums_of(&self, drawn: Drawn) -> &[f64] {
        &self.note.sums[drawn.sums..][..usize::from(drawn.outcomes) - 1]
    }

    /// A fork for the draws that were noted from `place` on, as many as fit and at most so many.
    fn tests_of(&self, place: usize, most: usize) -> Fork {
        let mut fork = Fork { draws: 0, ..self.forks[0] };
        let (mut test, mut stride) = (0, 1);
        for drawn in self.note.draws[place..].iter().take(most) {
            let sums = self.sums_of(*drawn);
            let (end, ways) = (test + sums.len(), stride * usize::from(drawn.outcomes));
            if end > TESTS || ways > WAYS {
                if fork.draws == 0 {
                    fork.slots[0] = drawn.slot;
                    (fork.wide, fork.draws) = (true, 1);
                }
                break;
            }
            fork.sums[test..end].copy_from_slice(sums);
            fork.slots[test..end].fill(drawn.slot);
            fork.strides[test..end].fill(stride as u8);
            (test, stride) = (end, ways);
            fork.draws += 1;
        }
        fork
    }

    /// How many of a fork's draws are those noted from `place` on.
    fn draws_as(&self, fork: &Fork, place: usize) -> usize {
        (1..=usize::from(fork.draws))
            .rev()
            .find(|draws| {
                let other = self.tests_of(place, *draws);
                let is_same = |test: usize| {
                    let same = other.sums[test].to_bits() == fork.sums[test].to_bits()
                        && other.slots[test] == fork.slots[test]
                        && other.strides[test] == fork.strides[test];
                    // A fork for fewer draws has tests that are not used.
                    same || (*draws < usize::from(fork.draws) && other.strides[test] == 0)
                };
                usize::from(other.draws) == *draws
                    && other.wide == fork.wide
                    && (0..TESTS).all(is_same)
            })
            .unwrap_or(0)
    }

    /// The place of the way that the noted outcomes take from a fork.
    fn place_of(&self, fork: &Fork, place: usize) -> usize {
        if fork.wide {
            return self.wide[fork.first as usize].ways
                + usize::from(self.note.draws[place].outcome);
        }
        let draws = &self.note.draws[place..][..usize::from(fork.draws)];
        let (mut way, mut stride) = (fork.first as usize, 1);
        for drawn in draws {
            way += stride * usize::from(drawn.outcome);
            stride *= usize::from(drawn.outcomes);
        }
        way
    }

    /// Puts a new fork here, for the draws that were noted from `place` on and at most so many.
    fn fork(&mut self, way: Way, place: usize, most: usize) -> u32 {
        let mut fork = self.tests_of(place, most);
        let draws = &self.note.draws[place..][..usize::from(fork.draws)];
        let outcomes: usize = draws.iter().map(|drawn| usize::from(drawn.outcomes)).product();
        let ways = self.ways.len();
        if fork.wide {
            fork.first = self.wide.len() as u32;
            self.wide.push(Wide { sums: self.sums.len(), ways, outcomes });
            let drawn = draws[0];
            let sums = &self.note.sums[drawn.sums..][..outcomes - 1];
            self.sums.extend_from_slice(sums);
        } else {
            fork.first = ways as u32;
        }
        self.ways.extend(std::iter::repeat_n(UNKNOWN, outcomes));
        self.forks.push(fork);
        let number = self.forks.len() as u32 - 1;
        *self.at_mut(way) = number;
        number
    }

    /// How many bytes more it may take to keep what was noted: what is full is doubled.
    fn growth(&self) -> usize {
        // A fork that gives way to one for fewer draws is counted too.
        let (draws, sums) = (2 * self.note.draws.len(), self.note.sums.len());
        let grows = |size: usize, length: usize, capacity: usize, more: usize| {
            if length + more > capacity { size * (capacity + more.max(4)) } else { 0 }
        };
        grows(size_of::<Fork>(), self.forks.len(), self.forks.capacity(), draws)
            + grows(size_of::<Leaf>(), self.leaves.len(), self.leaves.capacity(), 1)
            + grows(size_of::<f64>(), self.sums.len(), self.sums.capacity(), sums)
            + grows(size_of::<Wide>(), self.wide.len(), self.wide.capacity(), draws)
            + grows(size_of::<u32>(), self.ways.len(), self.ways.capacity(), sums + draws * WAYS)
            + self.earned.growth(&self.note.earned)
            + self.told.growth(&self.note.told)
    }

    fn at(&self, way: Way) -> u32 {
        match way {
            Way::Root(pair) => self.roots[pair],
            Way::Further(place) => self.ways[place],
        }
    }

    fn at_mut(&mut self, way: Way) -> &mut u32 {
        match way {
            Way::Root(pair) => &mut self.roots[pair],
            Way::Further(place) => &mut self.ways[place],
        }
    }
}

/// Where a reference is kept.
#[derive(Debug, Clone, Copy)]
enum Way {
    Root(usize),
    Further(usize),
}

/// A draw that was made.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    source: u16,
    /// Its number among those of its source in the beat.
    draw: u16,
    /// Where its uniform is found.
    slot: u8,
    outcomes: u16,
    outcome: u16,
    /// Where the cumulative probabilities begin, one fewer than the outcomes.
    sums: usize,
}

/// All that a step asked for and said.
#[derive(Debug, Default)]
struct Note {
    draws: Vec<Drawn>,
    /// The sources of all draws.
    counts: Vec<u16>,
    sums: Vec<f64>,
    earned: Vec<(Item, f64)>,
    told: Vec<Event>,
    can_be_kept: bool,
}

impl Note {
    fn clear(&mut self) {
        self.draws.clear();
        self.counts.clear();
        self.sums.clear();
        self.earned.clear();
        self.told.clear();
        self.can_be_kept = true;
    }

    /// Notes a draw whose sums from `sums` on were noted.
    fn draw(&mut self, source: Source, sums: usize, outcome: usize) {
        let (source, ahead) = (source as u16, self.sums.len() - sums);
        let draw = self.counts.iter().filter(|other| **other == source).count();
        self.counts.push(source);
        // No tree of what is drawn with no probability, or of more ways than can be numbered.
        self.can_be_kept &= ahead < 1 << 15 && !self.sums[sums..].iter().any(|sum| sum.is_nan());
        // What can have but one outcome is no fork.
        if ahead > 0 && self.can_be_kept {
            let (draw, outcomes, outcome) = (draw as u16, ahead as u16 + 1, outcome as u16);
            self.draws.push(Drawn { source, draw, slot: 0, outcomes, outcome, sums });
        }
    }
}

/// A sampling beat that is written down; what it tells is told afterwards.
struct Noting<'a> {
    sampling: &'a mut Sampling<Tally>,
    note: &'a mut Note,
}

impl Beat for Noting<'_> {
    fn toss(&mut self, source: Source, odds: Odds) -> bool {
        let tossed = self.sampling.toss(source, odds);
        let sums = self.note.sums.len();
        self.note.sums.push(odds.yes());
        self.note.draw(source, sums, usize::from(!tossed));
        tossed
    }

    fn pick(&mut self, source: Source, probabilities: &[f64]) -> usize {
        let picked = self.sampling.pick(source, probabilities);
        // Whoever passes the last sum is at the last outcome that can be, as all who come near it.
        let last = probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0);
        let sums = self.note.sums.len();
        let mut sum = 0.0;
        for probability in &probabilities[..last] {
            sum += probability;
            self.note.sums.push(sum);
        }
        self.note.draw(source, sums, picked);
        picked
    }

    fn earn(&mut self, item: Item, amount: f64) {
        self.sampling.earn(item, amount);
        self.note.earned.push((item, amount));
    }

    fn tell(&mut self, event: Event) {
        self.note.told.push(event);
    }
}
