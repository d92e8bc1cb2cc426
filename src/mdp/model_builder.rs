//! Builds a [`Model`] block by block, so that threads can enumerate states side by side and the
//! result is still the same on any number of them.

#![expect(clippy::indexing_slicing, reason = "offsets and numbers are those that the builder gave")]

use hashbrown::HashTable;

use super::beat::scaled;
use super::model::{Model, NO_ROW, Ragged};

/// Why a model cannot be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// Numbers of 32 bits do not suffice.
    #[error("the model has more than 4.2e9 {what}: too many for the planners. Use a smaller model")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
    },
    /// A successor is not a state.
    #[error("a successor has number {successor}, but there are only {states} states")]
    NoSuchState {
        /// The successor's number.
        successor: u32,
        /// How many states there are.
        states: usize,
    },
    /// A state neither ends the environment nor allows an action.
    #[error("state {state} is not terminal but allows no action")]
    NoAction {
        /// The state's number.
        state: usize,
    },
    /// A terminal state was given an action.
    #[error("state {state} is terminal but was given an action")]
    TerminalAction {
        /// The state's number.
        state: usize,
    },
    /// The probabilities of a row do not sum to 1, or one is negative or not a number.
    #[error("the probabilities {probabilities:?} do not sum to 1, or one of them is negative")]
    Probabilities {
        /// The probabilities.
        probabilities: Vec<f64>,
    },
    /// A reward is infinite or not a number.
    #[error("the expected reward of action {action} in state {state} is {reward}")]
    Reward {
        /// The state's number.
        state: usize,
        /// The flat action.
        action: usize,
        /// The reward.
        reward: f64,
    },
    /// Blocks of different numbers of actions were put together.
    #[error("a block of {found} actions does not fit a model of {expected}")]
    Actions {
        /// The block's number of actions.
        found: usize,
        /// The model's number of actions.
        expected: usize,
    },
}

/// By how much probabilities may sum to more or less than 1 before they are refused. What is off
/// by less is scaled to 1, so that all who work on the model mean the same.
pub const PROBABILITY_TOLERANCE: f64 = 1e-9;

/// Different slices, numbered in the order in which they were first met.
#[derive(Debug, Clone)]
struct Interned<T> {
    items: Ragged<T>,
    table: HashTable<u32>,
}

/// What can be compared and hashed by its bits.
trait Bits: Copy {
    fn bits(self) -> u64;
}
impl Bits for u32 {
    fn bits(self) -> u64 {
        u64::from(self)
    }
}
impl Bits for f64 {
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

/// Multiplies to 128 bits and folds them, word by word, from an odd constant (the fractional
/// bits of the golden ratio) on.
fn hash(words: impl Iterator<Item = u64>) -> u64 {
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        (wide >> 64) as u64 ^ wide as u64
    };
    words.fold(0x9E37_79B9_7F4A_7C15, |hash, word| {
        fold(hash ^ word, 0xD6E8_FEB8_6659_FD93).wrapping_add(0x9E37_79B9_7F4A_7C15)
    })
}

impl<T: Bits> Interned<T> {
    fn new() -> Self {
        Self { items: Ragged::new(), table: HashTable::new() }
    }

    /// The number of the slice with these items; `words` are the items again.
    fn number(&mut self, words: impl Iterator<Item = T> + Clone) -> u32 {
        let of = |slice: &[T]| hash(slice.iter().map(|item| item.bits()));
        let key = hash(words.clone().map(Bits::bits));
        let items = &self.items;
        let same = |&number: &u32| {
            items
                .get(number as usize)
                .iter()
                .map(|item| item.bits())
                .eq(words.clone().map(Bits::bits))
        };
        if let Some(&number) = self.table.find(key, same) {
            return number;
        }
        let number = self.items.len() as u32;
        self.items.push(words);
        let items = &self.items;
        self.table.insert_unique(key, number, |&number| of(items.get(number as usize)));
        number
    }

    fn bytes(&self) -> usize {
        self.items.bytes() + self.table.capacity() * 5
    }
}

/// The rows of consecutive states, put together by one thread.
#[derive(Debug, Clone)]
pub struct Block {
    actions: usize,
    lists: Interned<u32>,
    vectors: Interned<f64>,
    /// (list, vector) by `[state * actions + action]`; [`NO_ROW`] twice where not allowed.
    rows: Vec<(u32, u32)>,
    reward: Vec<f64>,
    terminal: Vec<bool>,
    transitions: u64,
    pairs: u64,
}

impl Block {
    /// An empty block of so many flat actions a state, at least one.
    pub fn new(actions: usize) -> Self {
        Self {
            actions: actions.max(1),
            lists: Interned::new(),
            vectors: Interned::new(),
            rows: Vec::new(),
            reward: Vec::new(),
            terminal: Vec::new(),
            transitions: 0,
            pairs: 0,
        }
    }

    /// Begins the next state. No pair may be given of a terminal state.
    pub fn begin_state(&mut self, terminal: bool) {
        self.terminal.push(terminal);
        self.rows.resize(self.rows.len() + self.actions, (NO_ROW, NO_ROW));
        self.reward.resize(self.reward.len() + self.actions, 0.0);
    }

    /// Gives an allowed action of the state begun last: its expected reward and its successors,
    /// each only once, with their probabilities above 0. Numbers of successors are the model's.
    /// An action past the last, or before any state was begun, is passed over (a mistake of the
    /// caller, caught in debug builds).
    pub fn pair(&mut self, action: usize, reward: f64, successors: &[(u32, f64)]) {
        debug_assert!(action < self.actions && !self.terminal.is_empty());
        if action >= self.actions || self.terminal.is_empty() {
            return;
        }
        let list = self.lists.number(successors.iter().map(|&(successor, _)| successor));
        let vector = self.vectors.number(successors.iter().map(|&(_, p)| p));
        let place = (self.terminal.len() - 1) * self.actions + action;
        self.rows[place] = (list, vector);
        self.reward[place] = reward;
        self.transitions += successors.len() as u64;
        self.pairs += 1;
    }

    /// How many states the block has.
    pub fn states(&self) -> usize {
        self.terminal.len()
    }

    /// How many transitions the block has.
    pub fn transitions(&self) -> u64 {
        self.transitions
    }

    /// The memory taken, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.lists.bytes() + self.vectors.bytes() + 16 * self.rows.len() + self.terminal.len()
    }
}

/// Puts blocks together in the order of their states.
#[derive(Debug, Clone)]
pub struct ModelBuilder {
    whole: Block,
}

impl ModelBuilder {
    /// A model without states, of so many flat actions.
    pub fn new(actions: usize) -> Self {
        Self { whole: Block::new(actions) }
    }

    /// Appends the states of a block. What is equal is stored once over all blocks; the result
    /// does not depend on where one block ends and the next begins.
    pub fn append(&mut self, block: &Block) -> Result<(), ModelError> {
        let whole = &mut self.whole;
        if block.actions != whole.actions {
            return Err(ModelError::Actions { found: block.actions, expected: whole.actions });
        }
        let room = NO_ROW as usize;
        for (there, more, what) in [
            (whole.terminal.len(), block.terminal.len(), "states"),
            (whole.lists.items.len(), block.lists.items.len(), "lists of successors"),
            (whole.vectors.items.len(), block.vectors.items.len(), "vectors of probabilities"),
            (whole.rows.len(), block.rows.len(), "state–action pairs"),
        ] {
            if there.saturating_add(more) >= room {
                return Err(ModelError::TooLarge { what });
            }
        }
        let lists: Vec<u32> =
            block.lists.items.iter().map(|list| whole.lists.number(list.iter().copied())).collect();
        let vectors: Vec<u32> = block
            .vectors
            .items
            .iter()
            .map(|vector| whole.vectors.number(vector.iter().copied()))
            .collect();
        whole.rows.extend(block.rows.iter().map(|&(list, vector)| match list {
            NO_ROW => (NO_ROW, NO_ROW),
            list => (lists[list as usize], vectors[vector as usize]),
        }));
        whole.reward.extend_from_slice(&block.reward);
        whole.terminal.extend_from_slice(&block.terminal);
        whole.transitions += block.transitions;
        whole.pairs += block.pairs;
        Ok(())
    }

    /// How many states there are so far.
    pub fn states(&self) -> usize {
        self.whole.states()
    }

    /// How many transitions there are so far.
    pub fn transitions(&self) -> u64 {
        self.whole.transitions
    }

    /// The memory taken so far, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.whole.memory_bytes()
    }

    /// The model, checked, with its rows numbered list by list.
    pub fn finish(self, start: Vec<(u32, f64)>) -> Result<Model, ModelError> {
        let Block { actions, lists, vectors, rows, reward, terminal, transitions, pairs } =
            self.whole;
        let (mut lists, mut vectors) = (lists.items, vectors.items);
        let states = terminal.len();
        check(&lists, &vectors, &rows, &reward, &terminal, actions)?;
        check_start(&start, states)?;
        for vector in 0..vectors.len() {
            let vector = vectors.get_mut(vector);
            vector.copy_from_slice(&scaled(vector.to_vec()));
        }
        let largest_reward = reward.iter().fold(0.0_f64, |most, r| most.max(r.abs()));
        let probability_excess =
            vectors.iter().map(|vector| (compensated_sum(vector) - 1.0).abs()).fold(0.0, f64::max);
        let decisions = terminal.iter().filter(|terminal| !**terminal).count() as u64;
        let longest = lists.iter().map(<[u32]>::len).max().unwrap_or(0);

        let numbering = number_rows(lists.len(), &rows);
        lists.shrink();
        vectors.shrink();
        Ok(Model {
            states,
            actions,
            lists,
            vectors,
            rows_of_list: numbering.rows_of_list,
            list_of_row: numbering.list_of_row,
            vector_of_row: numbering.vector_of_row,
            row_of_pair: numbering.row_of_pair,
            reward,
            terminal,
            start,
            transitions,
            pairs,
            decisions,
            longest,
            largest_reward,
            probability_excess,
        })
    }
}

struct Numbering {
    rows_of_list: Vec<u32>,
    list_of_row: Vec<u32>,
    vector_of_row: Vec<u32>,
    row_of_pair: Vec<u32>,
}

/// Numbers the different (list, vector) by list, then by vector: a counting sort by list, a sort
/// by vector within.
fn number_rows(lists: usize, pairs: &[(u32, u32)]) -> Numbering {
    let mut ends = vec![0_u32; lists + 1];
    for &(list, _) in pairs.iter().filter(|(list, _)| *list != NO_ROW) {
        ends[list as usize + 1] += 1;
    }
    for list in 0..lists {
        ends[list + 1] += ends[list];
    }
    let mut order = vec![0_u32; ends[lists] as usize];
    let mut next = ends.clone();
    for (pair, &(list, _)) in pairs.iter().enumerate().filter(|(_, (list, _))| *list != NO_ROW) {
        order[next[list as usize] as usize] = pair as u32;
        next[list as usize] += 1;
    }
    drop(next);
    let mut numbering = Numbering {
        rows_of_list: Vec::with_capacity(lists + 1),
        list_of_row: Vec::new(),
        vector_of_row: Vec::new(),
        row_of_pair: vec![NO_ROW; pairs.len()],
    };
    for list in 0..lists {
        let first = numbering.vector_of_row.len();
        numbering.rows_of_list.push(first as u32);
        let of_list = &mut order[ends[list] as usize..ends[list + 1] as usize];
        of_list.sort_unstable_by_key(|&pair| (pairs[pair as usize].1, pair));
        for &pair in &*of_list {
            let vector = pairs[pair as usize].1;
            if numbering.vector_of_row.len() == first
                || numbering.vector_of_row.last() != Some(&vector)
            {
                numbering.vector_of_row.push(vector);
                numbering.list_of_row.push(list as u32);
            }
            numbering.row_of_pair[pair as usize] = numbering.vector_of_row.len() as u32 - 1;
        }
    }
    numbering.rows_of_list.push(numbering.vector_of_row.len() as u32);
    numbering.list_of_row.shrink_to_fit();
    numbering.vector_of_row.shrink_to_fit();
    numbering
}

fn check(
    lists: &Ragged<u32>,
    vectors: &Ragged<f64>,
    rows: &[(u32, u32)],
    reward: &[f64],
    terminal: &[bool],
    actions: usize,
) -> Result<(), ModelError> {
    let states = terminal.len();
    for &successor in lists.iter().flatten() {
        if successor as usize >= states {
            return Err(ModelError::NoSuchState { successor, states });
        }
    }
    vectors.iter().try_for_each(check_probabilities)?;
    for (state, &terminal) in terminal.iter().enumerate() {
        let pairs = state * actions..(state + 1) * actions;
        let none = rows[pairs.clone()].iter().all(|(list, _)| *list == NO_ROW);
        if none && !terminal {
            return Err(ModelError::NoAction { state });
        }
        if terminal && !none {
            return Err(ModelError::TerminalAction { state });
        }
        if let Some(action) = reward[pairs.clone()].iter().position(|reward| !reward.is_finite()) {
            let reward = reward[pairs.start + action];
            return Err(ModelError::Reward { state, action, reward });
        }
    }
    Ok(())
}

fn check_probabilities(probabilities: &[f64]) -> Result<(), ModelError> {
    let sum = compensated_sum(probabilities);
    let fits =
        probabilities.iter().all(|p| *p >= 0.0) && (sum - 1.0).abs() <= PROBABILITY_TOLERANCE;
    if fits {
        Ok(())
    } else {
        Err(ModelError::Probabilities { probabilities: probabilities.to_vec() })
    }
}

fn check_start(start: &[(u32, f64)], states: usize) -> Result<(), ModelError> {
    if let Some(&(successor, _)) = start.iter().find(|(state, _)| *state as usize >= states) {
        return Err(ModelError::NoSuchState { successor, states });
    }
    check_probabilities(&start.iter().map(|&(_, p)| p).collect::<Vec<_>>())
}

/// A sum whose error is that of one rounding (Neumaier 1974), so that what the probabilities lack
/// of 1 is measured and not the rounding of the measurement.
pub(super) fn compensated_sum(terms: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for &term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        sum = next;
    }
    sum + lost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::{line3, random_model};

    /// An action, its reward and its successors.
    type Pair<'a> = (usize, f64, &'a [(u32, f64)]);

    #[test]
    fn line3_of_100_is_stored_tenfold_smaller() {
        // Figures of the design, counted by another program.
        let model = line3(100);
        assert_eq!(model.states(), 81_608);
        assert_eq!(model.pairs(), 652_864);
        assert_eq!(model.rows_len(), 643_208);
        assert_eq!((model.lists_len(), model.vectors_len()), (80_401, 8));
        assert_eq!(model.transitions(), 652_864 * 8);
        assert!(model.probability_excess() < 2e-16);
    }

    #[test]
    fn blocks_may_be_cut_anywhere() {
        let whole = random_model(7, 23, 3);
        for size in [1, 4, 22] {
            let mut builder = ModelBuilder::new(3);
            for first in (0..23).step_by(size) {
                let mut block = Block::new(3);
                for state in first..(first + size).min(23) {
                    block.begin_state(whole.is_terminal(state));
                    for action in 0..3 {
                        if let Some((list, vector)) = whole.row(state, action) {
                            let row: Vec<_> =
                                list.iter().copied().zip(vector.iter().copied()).collect();
                            block.pair(action, whole.reward(state, action), &row);
                        }
                    }
                }
                builder.append(&block).unwrap();
            }
            let model = builder.finish(whole.start().to_vec()).unwrap();
            assert_eq!(format!("{model:?}"), format!("{whole:?}"));
        }
    }

    #[test]
    fn what_planners_rely_on_is_checked() {
        let build = |pairs: &[Pair<'_>], terminal: bool| {
            let mut block = Block::new(2);
            block.begin_state(terminal);
            for (action, reward, row) in pairs {
                block.pair(*action, *reward, row);
            }
            let mut builder = ModelBuilder::new(2);
            builder.append(&block).unwrap();
            builder.finish(vec![(0, 1.0)])
        };
        assert!(build(&[(1, 2.0, &[(0, 1.0)])], false).is_ok());
        let fails = |pairs: &[Pair<'_>], terminal| build(pairs, terminal).unwrap_err();
        assert_eq!(fails(&[], false), ModelError::NoAction { state: 0 });
        assert_eq!(fails(&[(0, 0.0, &[(0, 1.0)])], true), ModelError::TerminalAction { state: 0 });
        let far = fails(&[(0, 0.0, &[(1, 1.0)])], false);
        assert_eq!(far, ModelError::NoSuchState { successor: 1, states: 1 });
        let lacking = fails(&[(0, 0.0, &[(0, 0.9)])], false);
        assert_eq!(lacking, ModelError::Probabilities { probabilities: vec![0.9] });
        let endless = fails(&[(1, f64::INFINITY, &[(0, 1.0)])], false);
        assert_eq!(endless, ModelError::Reward { state: 0, action: 1, reward: f64::INFINITY });
    }

    #[test]
    fn probabilities_are_scaled_where_they_come_in() {
        let model = crate::mdp::examples::model_from(
            2,
            1,
            |_| false,
            |state, _| Some((1.0, vec![(state, 0.5), (1 - state, 0.5 + 8e-10)])),
        );
        assert!(model.probability_excess() < 2e-16, "{}", model.probability_excess());
        let (_, p) = model.row(0, 0).unwrap();
        assert!((p[1] / p[0] - (1.0 + 1.6e-9)).abs() < 1e-15, "{p:?}");
    }

    #[test]
    fn compensated_sums_keep_what_plain_sums_lose() {
        assert_eq!(compensated_sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
    }
}
