//! What holds parts up beside machines: cards, and the way through a buffer.

#![expect(clippy::indexing_slicing, reason = "variables are laid out when the line is built")]

use crate::mdp::Level;

/// The cards of a line: no more parts may be behind its first machine.
#[derive(Debug, Clone)]
pub(super) struct Cards {
    pub cap: Level,
    /// The buffers behind the first machine.
    pub counted: Vec<usize>,
    /// The machines whose parts go back to one of these, one bit each.
    pub returning: u64,
}

impl Cards {
    /// For how many more parts there are cards, by these levels and the machines whose part goes back.
    #[inline]
    pub fn left(&self, levels: &[Level], back: u64) -> Level {
        let parts: Level = self.counted.iter().map(|&variable| levels[variable]).sum();
        (self.cap - parts - (back & self.returning).count_ones() as Level).max(0)
    }

    /// Whether no part may enter in this state.
    pub fn none_left(&self, state: &[Level]) -> bool {
        self.left(state, 0) == 0
    }
}

/// The way through a buffer: how many of its parts can be taken in 1, 2 … beats from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transit {
    /// The variable of those that are there next, and that of those that set out last.
    pub first: usize,
    pub last: usize,
}

impl Transit {
    /// How many parts are on their way.
    #[inline]
    pub fn on_the_way(self, state: &[Level]) -> Level {
        state[self.first..=self.last].iter().sum()
    }

    /// All go one beat further; nobody has set out yet.
    #[inline]
    pub fn go_on(self, state: &[Level], next: &mut [Level]) {
        next[self.first..self.last].copy_from_slice(&state[self.first + 1..=self.last]);
        next[self.last] = 0;
    }
}
