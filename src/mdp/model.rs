//! The enumerated decision process, with equal rows, successor lists and probability vectors
//! stored once.
//!
//! A line's model has few different probability vectors (its draws) and few different lists of
//! successors (what the draws lead to). Kept apart, they shrink the model tenfold, and a sweep
//! reads the values of each list only once: see [`super::back_up`].

#![expect(
    clippy::indexing_slicing,
    reason = "states, actions, rows and lists are numbered by the model itself; hot loops"
)]

/// The row of a pair that is not allowed, or of a terminal state.
pub const NO_ROW: u32 = u32::MAX;

/// Slices of different lengths in one vector.
#[derive(Debug, Clone)]
pub(super) struct Ragged<T> {
    offsets: Vec<usize>,
    data: Vec<T>,
}

impl<T: Copy> Ragged<T> {
    pub(super) fn new() -> Self {
        Self { offsets: vec![0], data: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub(super) fn push(&mut self, items: impl Iterator<Item = T>) {
        self.data.extend(items);
        self.offsets.push(self.data.len());
    }

    #[inline(always)]
    pub(super) fn get(&self, place: usize) -> &[T] {
        &self.data[self.offsets[place]..self.offsets[place + 1]]
    }

    pub(super) fn get_mut(&mut self, place: usize) -> &mut [T] {
        &mut self.data[self.offsets[place]..self.offsets[place + 1]]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[T]> + Clone {
        self.offsets.windows(2).map(|ends| &self.data[ends[0]..ends[1]])
    }

    pub(super) fn bytes(&self) -> usize {
        self.offsets.len() * size_of::<usize>() + self.data.len() * size_of::<T>()
    }

    pub(super) fn shrink(&mut self) {
        self.offsets.shrink_to_fit();
        self.data.shrink_to_fit();
    }
}

/// A finite Markov decision process: states 0..n, flat actions 0..A, expected rewards.
///
/// Built by [`super::ModelBuilder`], which checks all that the planners rely on: successors
/// exist, probabilities are at least 0 and sum to 1, every state that is not terminal allows an
/// action, rewards are finite.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) states: usize,
    pub(super) actions: usize,
    /// Successors, distinct within a list, in the order in which they were drawn.
    pub(super) lists: Ragged<u32>,
    pub(super) vectors: Ragged<f64>,
    /// The rows of list l are numbered `rows_of_list[l]..rows_of_list[l + 1]`.
    pub(super) rows_of_list: Vec<u32>,
    pub(super) list_of_row: Vec<u32>,
    pub(super) vector_of_row: Vec<u32>,
    /// `[state * actions + action]`; [`NO_ROW`] where not allowed.
    pub(super) row_of_pair: Vec<u32>,
    /// Expected reward a beat, laid out alike; 0 where not allowed.
    pub(super) reward: Vec<f64>,
    pub(super) terminal: Vec<bool>,
    pub(super) start: Vec<(u32, f64)>,
    pub(super) transitions: u64,
    pub(super) pairs: u64,
    pub(super) decisions: u64,
    pub(super) longest: usize,
    pub(super) largest_reward: f64,
    pub(super) probability_excess: f64,
}

impl Model {
    /// How many states there are, terminal ones included.
    pub fn states(&self) -> usize {
        self.states
    }

    /// How many flat actions there are; a state may allow fewer.
    pub fn actions(&self) -> usize {
        self.actions
    }

    /// Whether the state allows the flat action; a terminal state allows none.
    #[inline]
    pub fn allowed(&self, state: usize, action: usize) -> bool {
        self.row_of_pair[state * self.actions + action] != NO_ROW
    }

    /// Successors and their probabilities, or `None` where the action is not allowed.
    #[inline]
    pub fn row(&self, state: usize, action: usize) -> Option<(&[u32], &[f64])> {
        match self.row_of_pair[state * self.actions + action] {
            NO_ROW => None,
            row => Some(self.numbered_row(row as usize)),
        }
    }

    /// Successors and probabilities of the row of this number.
    #[inline(always)]
    pub(crate) fn numbered_row(&self, row: usize) -> (&[u32], &[f64]) {
        let list = self.lists.get(self.list_of_row[row] as usize);
        (list, self.vectors.get(self.vector_of_row[row] as usize))
    }

    /// Σ p(s′) v(s′) of the row of this number.
    #[inline(always)]
    pub fn expected_in_row(&self, row: u32, values: &[f64]) -> f64 {
        let (successors, probabilities) = self.numbered_row(row as usize);
        super::back_up::dot(successors, probabilities, values)
    }

    /// The numbers of the rows of a state's actions, [`NO_ROW`] where not allowed.
    #[inline(always)]
    pub fn rows_of_state(&self, state: usize) -> &[u32] {
        &self.row_of_pair[state * self.actions..][..self.actions]
    }

    /// The expected rewards of a state's actions, 0 where not allowed.
    #[inline(always)]
    pub fn rewards_of_state(&self, state: usize) -> &[f64] {
        &self.reward[state * self.actions..][..self.actions]
    }

    /// The expected reward of a beat, in the scenario's currency; 0 where not allowed.
    #[inline]
    pub fn reward(&self, state: usize, action: usize) -> f64 {
        self.reward[state * self.actions + action]
    }

    /// Whether the environment ends in this state.
    #[inline]
    pub fn is_terminal(&self, state: usize) -> bool {
        self.terminal[state]
    }

    /// Whether any state is terminal.
    pub fn has_terminals(&self) -> bool {
        self.decisions < self.states as u64
    }

    /// Which states can be reached from the start, under some policy.
    pub fn reached(&self) -> Vec<bool> {
        let mut reached = vec![false; self.states];
        let mut seen = vec![false; self.lists.len()];
        let starts = self.start.iter().filter(|(_, p)| *p > 0.0);
        let mut open: Vec<u32> = starts.map(|&(state, _)| state).collect();
        open.iter().for_each(|&state| reached[state as usize] = true);
        while let Some(state) = open.pop() {
            for &row in self.rows_of_state(state as usize).iter().filter(|row| **row != NO_ROW) {
                let list = self.list_of_row[row as usize] as usize;
                if std::mem::replace(&mut seen[list], true) {
                    continue;
                }
                for &next in self.lists.get(list) {
                    if !std::mem::replace(&mut reached[next as usize], true) {
                        open.push(next);
                    }
                }
            }
        }
        reached
    }

    /// The states that an episode may start in, with their probabilities.
    pub fn start(&self) -> &[(u32, f64)] {
        &self.start
    }

    /// The expected value at the start of a vector of values by state.
    pub fn at_start(&self, values: &[f64]) -> f64 {
        self.start.iter().map(|&(state, p)| p * values[state as usize]).sum()
    }

    /// How many different lists of successors there are.
    pub fn lists_len(&self) -> usize {
        self.lists.len()
    }

    /// How many different vectors of probabilities there are.
    pub fn vectors_len(&self) -> usize {
        self.vectors.len()
    }

    /// How many different rows (list and vector) there are.
    pub fn rows_len(&self) -> usize {
        self.vector_of_row.len()
    }

    /// How many state–action pairs are allowed.
    pub fn pairs(&self) -> u64 {
        self.pairs
    }

    /// How many states are not terminal: the number of backups in a sweep.
    pub fn decisions(&self) -> u64 {
        self.decisions
    }

    /// Different successors summed over the allowed state–action pairs.
    pub fn transitions(&self) -> u64 {
        self.transitions
    }

    /// The most successors of one pair.
    pub fn longest_list(&self) -> usize {
        self.longest
    }

    /// The largest absolute expected reward of an allowed pair.
    pub fn largest_reward(&self) -> f64 {
        self.largest_reward
    }

    /// By how much the stored probabilities of a row sum to more or less than 1, at most: they
    /// are rounded, and bounds are widened by it.
    pub fn probability_excess(&self) -> f64 {
        self.probability_excess
    }

    /// The memory that the model takes, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.lists.bytes()
            + self.vectors.bytes()
            + 4 * (self.rows_of_list.len() + self.list_of_row.len() + self.vector_of_row.len())
            + (4 + 8) * self.row_of_pair.len()
            + self.terminal.len()
            + size_of::<(u32, f64)>() * self.start.len()
    }

    /// The value of a pair: r(s,a) + γ Σ p(s′|s,a) v(s′), or `None` where it is not allowed.
    #[inline]
    pub fn q(&self, state: usize, action: usize, values: &[f64], gamma: f64) -> Option<f64> {
        let (successors, probabilities) = self.row(state, action)?;
        Some(
            self.reward(state, action)
                + gamma * super::back_up::dot(successors, probabilities, values),
        )
    }

    /// Writes the value of each action of a state; −∞ where it is not allowed.
    pub fn q_values(&self, state: usize, values: &[f64], gamma: f64, q: &mut [f64]) {
        for (action, q) in q.iter_mut().enumerate().take(self.actions) {
            *q = self.q(state, action, values, gamma).unwrap_or(f64::NEG_INFINITY);
        }
    }
}
