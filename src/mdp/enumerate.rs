//! The enumerating beat: replays a step depth first over all outcomes and so gives the exact
//! Markov decision process of the very code that is sampled.

#![expect(
    clippy::indexing_slicing,
    reason = "the depth is within the script, which grows with it; a hot loop"
)]

use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::beat::{Beat, Event, Item, Listener, Odds, SUM_TOLERANCE, Silent, Source};
use super::environment::Enumerable;
use super::model::Model;
use super::model_builder::{Block, ModelBuilder};
use super::progress::Progress;
use super::states::StateSet;
use super::variable::{Level, Space};

mod error;
mod outcomes;

pub use error::EnumerationError;
pub(super) use error::{branch_error, draw_error};
pub use outcomes::MOST_OUTCOMES;
pub(super) use outcomes::Replayed;

/// How far the probabilities of all outcomes of a pair may be from summing to 1: those of a
/// thousand draws.
const OUTCOMES_TOLERANCE: f64 = 1e-9;

/// One draw of the branch being replayed.
#[derive(Debug, Clone, Copy)]
struct Fork {
    choice: u32,
    /// The next choice of positive probability, if any.
    following: Option<u32>,
}

/// A beat that answers every draw by a script and notes which answers remain to be tried.
///
/// Call the step until [`Enumerating::next_branch`] says no: each call is one branch. Draws of
/// probability 0 are never followed; the product of several can still come out as 0, and such a
/// branch counts as impossible.
#[derive(Debug, Clone)]
pub struct Enumerating<L = Silent> {
    script: Vec<Fork>,
    depth: usize,
    probability: f64,
    reward: f64,
    items: Vec<(Item, f64)>,
    keeps_items: bool,
    fault: Option<DrawFault>,
    listener: L,
}

/// What is wrong with a draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DrawFault {
    /// A probability lies outside 0 to 1 or is not a number.
    Probability {
        /// The place of the source.
        source: Source,
        /// What was given.
        p: f64,
    },
    /// The probabilities of a choice do not sum to 1.
    Sum {
        /// The place of the source.
        source: Source,
        /// Their sum.
        sum: f64,
    },
    /// A reward is not a finite number.
    Reward {
        /// The place of the reward item.
        item: Item,
    },
}

impl Enumerating<Silent> {
    /// A beat for building models: it keeps the summed reward only.
    pub fn new() -> Self {
        Self::with(Silent, false)
    }
}

impl Default for Enumerating<Silent> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L: Listener> Enumerating<L> {
    /// A beat that also lets a listener hear the events of each branch and keeps reward items.
    pub fn with(listener: L, keeps_items: bool) -> Self {
        Self {
            script: Vec::new(),
            depth: 0,
            probability: 1.0,
            reward: 0.0,
            items: Vec::new(),
            keeps_items,
            fault: None,
            listener,
        }
    }

    /// Forgets the script: the next call is the first branch of a new pair.
    pub fn begin(&mut self) {
        self.script.clear();
        self.rewind();
    }

    fn rewind(&mut self) {
        self.depth = 0;
        self.probability = 1.0;
        self.reward = 0.0;
        self.items.clear();
    }

    /// Turns to the next branch, depth first; false when all have been replayed.
    pub fn next_branch(&mut self) -> bool {
        self.script.truncate(self.depth);
        while let Some(fork) = self.script.pop() {
            if let Some(choice) = fork.following {
                // `following` is worked out anew when the draw is replayed.
                self.script.push(Fork { choice, following: None });
                self.rewind();
                return true;
            }
        }
        false
    }

    /// The probability of the branch just replayed.
    pub fn probability(&self) -> f64 {
        self.probability
    }

    /// The reward of the branch just replayed.
    pub fn reward(&self) -> f64 {
        self.reward
    }

    /// The first thing found wrong with a draw, if any.
    pub fn fault(&self) -> Option<DrawFault> {
        self.fault
    }
}

impl<L: Listener> Beat for Enumerating<L> {
    #[inline]
    fn toss(&mut self, source: Source, odds: Odds) -> bool {
        let (yes, no) = (odds.yes(), odds.no());
        for p in [yes, no] {
            if !(0.0..=1.0).contains(&p) {
                self.fault.get_or_insert(DrawFault::Probability { source, p });
                return false;
            }
        }
        if (yes + no - 1.0).abs() > SUM_TOLERANCE {
            self.fault.get_or_insert(DrawFault::Sum { source, sum: yes + no });
            return false;
        }
        if yes == 0.0 || no == 0.0 {
            return no == 0.0;
        }
        // Choice 0 is true, choice 1 false.
        if self.depth == self.script.len() {
            self.script.push(Fork { choice: 0, following: None });
        }
        let fork = &mut self.script[self.depth];
        self.depth += 1;
        if fork.choice == 0 {
            fork.following = Some(1);
            self.probability *= yes;
            true
        } else {
            self.probability *= no;
            false
        }
    }

    fn pick(&mut self, source: Source, probabilities: &[f64]) -> usize {
        let mut sum = 0.0;
        for &p in probabilities {
            if !(0.0..=1.0 + SUM_TOLERANCE).contains(&p) {
                self.fault.get_or_insert(DrawFault::Probability { source, p });
                return 0;
            }
            sum += p;
        }
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            self.fault.get_or_insert(DrawFault::Sum { source, sum });
            return 0;
        }
        let possible_from = |from: usize| {
            probabilities.iter().skip(from).position(|&p| p > 0.0).map(|more| from + more)
        };
        if self.depth == self.script.len() {
            let first = possible_from(0).unwrap_or(0);
            self.script.push(Fork { choice: first as u32, following: None });
        }
        let fork = &mut self.script[self.depth];
        self.depth += 1;
        let choice = fork.choice as usize;
        fork.following = possible_from(choice + 1).map(|next| next as u32);
        self.probability *= probabilities[choice];
        choice
    }

    #[inline]
    fn earn(&mut self, item: Item, amount: f64) {
        if !amount.is_finite() {
            self.fault.get_or_insert(DrawFault::Reward { item });
        }
        self.reward += amount;
        if self.keeps_items {
            self.items.push((item, amount));
        }
    }

    #[inline]
    fn tell(&mut self, event: Event) {
        self.listener.hear(event);
    }
}

/// An enumerated environment: its model, and which states of the state space it holds.
#[derive(Debug, Clone)]
pub struct Enumeration {
    /// The decision process over states numbered as in `states`.
    pub model: Arc<Model>,
    /// The index in the state space of each of the model's states.
    pub states: StateSet,
}

/// Which states to hold and how much memory to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnumerationOptions {
    /// Hold only the states that can be reached from the start.
    pub reachable_only: bool,
    /// Memory that the model may take, bytes.
    pub memory_limit: u64,
}

impl Default for EnumerationOptions {
    fn default() -> Self {
        Self { reachable_only: false, memory_limit: 2 << 30 }
    }
}

/// The most flat actions that planners and tables take.
pub const ACTION_LIMIT: u64 = 4096;

/// One outcome of a pair, with all that was earned and told on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Its probability.
    pub probability: f64,
    /// Its reward, in the scenario's currency.
    pub reward: f64,
    /// The amounts by reward item, in the order in which they were earned.
    pub items: Vec<(Item, f64)>,
    /// What happened.
    pub events: Vec<Event>,
    /// The levels of the state reached.
    pub next: Vec<Level>,
}

/// All branches of one state–action pair, not merged: what a click on a value shows.
pub fn branches<E: Enumerable>(
    environment: &E,
    state: &[Level],
    action: &[Level],
) -> Result<Vec<Branch>, EnumerationError> {
    let mut all = Vec::new();
    let mut next = vec![0; state.len()];
    let mut count = 0_usize;
    let mut beat = Enumerating::with(Vec::new(), true);
    loop {
        environment.step(state, action, &mut next, &mut beat);
        if let Some(fault) = beat.fault() {
            return Err(draw_error(environment, fault, state, action));
        }
        count += 1;
        if count > environment.branch_limit() {
            return Err(branch_error(environment, state, action));
        }
        let events = std::mem::take(&mut beat.listener);
        if beat.probability() > 0.0 {
            all.push(Branch {
                probability: beat.probability(),
                reward: beat.reward(),
                items: beat.items.clone(),
                events,
                next: next.clone(),
            });
        }
        if !beat.next_branch() {
            return Ok(all);
        }
    }
}

/// The distribution of the start state: (levels, probability), merged, in the order of the draws.
pub fn start_distribution<E: Enumerable>(
    environment: &E,
) -> Result<Vec<(Vec<Level>, f64)>, EnumerationError> {
    let mut all: Vec<(Vec<Level>, f64)> = Vec::new();
    let mut known: HashMap<Vec<Level>, usize> = HashMap::new();
    let mut state = vec![0; environment.state_space().len()];
    let mut count = 0_usize;
    let mut beat = Enumerating::new();
    loop {
        environment.start(&mut state, &mut beat);
        if let Some(fault) = beat.fault() {
            return Err(draw_error(environment, fault, &state, &[]));
        }
        count += 1;
        if count > environment.branch_limit() {
            return Err(branch_error(environment, &state, &[]));
        }
        if !environment.state_space().contains(&state) {
            return Err(EnumerationError::Outside {
                state: "start".to_owned(),
                action: "none".to_owned(),
                next: state,
            });
        }
        match known.get(&state) {
            Some(&place) => all[place].1 += beat.probability(),
            None if beat.probability() > 0.0 => {
                known.insert(state.clone(), all.len());
                all.push((state.clone(), beat.probability()));
            }
            None => {}
        }
        if !beat.next_branch() {
            return Ok(all);
        }
    }
}

/// How many states are enumerated as one block; blocks are merged in order, so that the model
/// does not depend on the number of threads.
const BLOCK_STATES: usize = 1024;

/// Enumerates the environment: the exact decision process, with its states in ascending order of
/// their index in the state space.
///
/// # Errors
/// Any [`EnumerationError`]; memory is foreseen before it is taken and counted as it grows, and so are
/// the outcomes of all steps before they are replayed ([`MOST_OUTCOMES`]).
pub fn enumerate<E: Enumerable>(
    environment: &E,
    options: EnumerationOptions,
    progress: &Progress,
) -> Result<Enumeration, EnumerationError> {
    let actions = action_levels(environment)?;
    let states = if options.reachable_only {
        super::reach::reachable(environment, &actions, options, progress)?
    } else {
        let count = environment.state_space().count()?;
        foresee(environment.state_space(), count, actions.len() as u64, 0, options)?;
        outcomes::foresee(environment, count, &actions)?;
        StateSet::all(count)
    };
    let count = states.len();
    progress.set_done(0);
    progress.set_total(count as u64);
    let blocks_per_round = 4 * rayon::current_num_threads();
    let starts: Vec<usize> = (0..count).step_by(BLOCK_STATES).collect();
    let mut builder = ModelBuilder::new(actions.len());
    for round in starts.chunks(blocks_per_round) {
        let blocks: Vec<Result<Block, EnumerationError>> = round
            .par_iter()
            .map(|&from| {
                let to = (from + BLOCK_STATES).min(count);
                enumerate_block(environment, &states, &actions, from..to, progress)
            })
            .collect();
        let states_done = round.last().map_or(0, |from| (from + BLOCK_STATES).min(count)) as u64;
        for block in blocks {
            builder.append(&block?)?;
        }
        if progress.is_cancelled() {
            return Err(EnumerationError::Cancelled { states_done, states: count as u64 });
        }
        if builder.memory_bytes() as u64 > options.memory_limit {
            return Err(EnumerationError::Memory {
                limit_mib: options.memory_limit >> 20,
                states_done,
                states: count as u64,
            });
        }
    }
    let start = start_distribution(environment)?
        .into_iter()
        .filter_map(|(levels, p)| {
            let state = states.find(environment.state_space().index(&levels))?;
            Some((state as u32, p))
        })
        .collect();
    Ok(Enumeration { model: Arc::new(builder.finish(start)?), states })
}

/// The levels of every flat action, in order.
///
/// # Errors
/// [`EnumerationError::TooManyActions`] above [`ACTION_LIMIT`].
pub fn action_levels<E: Enumerable>(environment: &E) -> Result<Vec<Vec<Level>>, EnumerationError> {
    let space = environment.action_space();
    let count = space.count().ok().filter(|count| *count <= ACTION_LIMIT);
    let Some(count) = count else {
        let states = environment.state_space().count_in_words();
        let count = space.count_in_words();
        let (limit, largest) = (ACTION_LIMIT, space.largest_in_words());
        return Err(EnumerationError::TooManyActions { states, count, limit, largest });
    };
    Ok((0..count)
        .map(|action| {
            let mut levels = vec![0; space.len()];
            space.levels(action, &mut levels);
            levels
        })
        .collect())
}

/// Refuses before anything is taken: 4 bytes of row and 8 of reward a pair, and 1 a state.
pub(super) fn foresee(
    space: &Space,
    states: u64,
    actions: u64,
    states_done: u64,
    options: EnumerationOptions,
) -> Result<(), EnumerationError> {
    let limit = u64::from(u32::MAX) - 1;
    if states > limit {
        return Err(EnumerationError::TooManyStates {
            count: states,
            limit,
            remedy: format!(
                "Most levels have {}: make these ranges shorter, or hold only the states that can be \
                 reached; without a plan, choose a rule of thumb",
                space.largest_in_words()
            ),
        });
    }
    if states.saturating_mul(actions.saturating_mul(12).saturating_add(1)) > options.memory_limit {
        return Err(EnumerationError::Memory {
            limit_mib: options.memory_limit >> 20,
            states_done,
            states,
        });
    }
    Ok(())
}

fn enumerate_block<E: Enumerable>(
    environment: &E,
    states: &StateSet,
    actions: &[Vec<Level>],
    range: std::ops::Range<usize>,
    progress: &Progress,
) -> Result<Block, EnumerationError> {
    let space = environment.state_space();
    let restricts = environment.restricts_actions();
    let mut block = Block::new(actions.len());
    let mut row = RowBuilder::new(space.len());
    let mut state = vec![0; space.len()];
    let (mut told, end) = (range.start, range.end);
    for number in range {
        if row.replayed.outcomes > LONG {
            row.replayed = Replayed::default();
            progress.advance((number - told) as u64);
            told = number;
            if progress.is_cancelled() {
                break;
            }
        }
        space.levels(states.index(number), &mut state);
        let terminal = environment.is_terminal(&state);
        block.begin_state(terminal);
        if terminal {
            continue;
        }
        let mut any = false;
        for (number, action) in actions.iter().enumerate() {
            if restricts && !environment.allows(&state, action) {
                continue;
            }
            any = true;
            let reward = row.fill(environment, &state, action, |index| {
                states.find(index).map(|found| found as u32)
            })?;
            block.pair(number, reward, &row.successors);
        }
        if !any {
            return Err(EnumerationError::NoAction { state: space.describe(&state).to_string() });
        }
    }
    progress.advance((end - told) as u64);
    Ok(block)
}

/// After so many outcomes within a block its progress is told, and it is looked whether to stop.
const LONG: u64 = 1 << 18;
/// Among so many successors of a pair the same one is looked for one by one.
const FEW: usize = 64;

/// Scratch for one row after another, so that nothing is allocated per pair.
pub(super) struct RowBuilder {
    beat: Enumerating,
    next: Vec<Level>,
    /// Where in `successors` each is, as soon as there are more than [`FEW`].
    places: HashMap<u32, usize>,
    /// How much was replayed so far.
    pub(super) replayed: Replayed,
    /// Distinct successors with their probabilities, in the order of the draws.
    pub(super) successors: Vec<(u32, f64)>,
}

impl RowBuilder {
    pub(super) fn new(variables: usize) -> Self {
        Self {
            beat: Enumerating::new(),
            next: vec![0; variables],
            places: HashMap::new(),
            replayed: Replayed::default(),
            successors: Vec::new(),
        }
    }

    /// Replays all branches of a pair; returns the expected reward.
    pub(super) fn fill<E: Enumerable>(
        &mut self,
        environment: &E,
        state: &[Level],
        action: &[Level],
        mut number_of: impl FnMut(u64) -> Option<u32>,
    ) -> Result<f64, EnumerationError> {
        let space = environment.state_space();
        self.successors.clear();
        self.places.clear();
        self.beat.begin();
        let (mut reward, mut sum, mut count) = (0.0, 0.0, 0_usize);
        loop {
            environment.step(state, action, &mut self.next, &mut self.beat);
            // A draw that was none may have led anywhere.
            if let Some(fault) = self.beat.fault() {
                return Err(draw_error(environment, fault, state, action));
            }
            count += 1;
            if count > environment.branch_limit() {
                return Err(branch_error(environment, state, action));
            }
            let p = self.beat.probability();
            if p == 0.0 {
                if self.beat.next_branch() {
                    continue;
                }
                break;
            }
            reward += p * self.beat.reward();
            sum += p;
            let found =
                if space.contains(&self.next) { number_of(space.index(&self.next)) } else { None };
            let Some(next) = found else {
                return Err(EnumerationError::Outside {
                    state: space.describe(state).to_string(),
                    action: environment.action_space().describe(action).to_string(),
                    next: self.next.clone(),
                });
            };
            self.add(next, p);
            if !self.beat.next_branch() {
                break;
            }
        }
        self.replayed.add(count as u64);
        if (sum - 1.0).abs() > OUTCOMES_TOLERANCE {
            return Err(EnumerationError::Draw {
                what: format!("the probabilities of all outcomes sum to {sum}, not to 1,"),
                state: space.describe(state).to_string(),
                action: environment.action_space().describe(action).to_string(),
            });
        }
        Ok(reward)
    }

    /// Adds to the probability of a successor.
    #[inline]
    fn add(&mut self, next: u32, p: f64) {
        if self.successors.len() <= FEW {
            match self.successors.iter_mut().find(|(state, _)| *state == next) {
                Some((_, total)) => *total += p,
                None => self.successors.push((next, p)),
            }
            return;
        }
        if self.places.is_empty() {
            let known = self.successors.iter().enumerate();
            self.places.extend(known.map(|(place, (state, _))| (*state, place)));
        }
        let place = *self.places.entry(next).or_insert(self.successors.len());
        match self.successors.get_mut(place) {
            Some((_, total)) => *total += p,
            None => self.successors.push((next, p)),
        }
    }
}

#[cfg(test)]
mod tests;
