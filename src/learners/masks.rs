//! Which actions are allowed in states that are not at hand.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use crate::mdp::Situation;

/// What one pair takes at most, bytes.
pub(super) const MASK_BYTES: u64 = 1;

/// The allowed actions of every state as it was last met; all where none was ever refused.
#[derive(Debug, Clone)]
pub(super) struct Masks {
    rows: usize,
    actions: usize,
    /// One for each pair, or nothing while no mask was met.
    allowed: Vec<bool>,
}

impl Masks {
    /// For so many states and actions, of which no mask is known.
    pub fn new(rows: usize, actions: usize) -> Self {
        Self { rows, actions, allowed: Vec::new() }
    }

    /// Keeps what is allowed in the state of this row.
    #[inline(always)]
    pub fn note(&mut self, row: usize, situation: &Situation<'_>) {
        if let Some(mask) = situation.allowed {
            if self.allowed.is_empty() {
                self.allowed.resize(self.rows * self.actions, true);
            }
            self.allowed[row * self.actions..][..self.actions].copy_from_slice(mask);
        }
    }

    /// What is known of the state of this row, in the form in which states are seen.
    #[inline(always)]
    pub fn recall(&self, row: usize) -> Situation<'_> {
        let all = self.allowed.is_empty();
        let allowed = (!all).then(|| &self.allowed[row * self.actions..][..self.actions]);
        Situation { levels: &[], reals: &[], allowed, beat: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_kept_by_state() {
        let mut masks = Masks::new(3, 2);
        let seen = |allowed| Situation { levels: &[], reals: &[], allowed, beat: 0 };
        masks.note(1, &seen(None));
        assert_eq!(masks.recall(1).allowed, None);
        masks.note(1, &seen(Some(&[false, true])));
        assert_eq!(masks.recall(1).allowed, Some(&[false, true][..]));
        assert_eq!(masks.recall(2).allowed, Some(&[true, true][..]));
        masks.note(1, &seen(Some(&[true, false])));
        assert_eq!(masks.recall(1).allowed, Some(&[true, false][..]));
    }
}
