//! Which actions are allowed in states that are not at hand.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and columns are numbered by the spaces; a hot loop"
)]

use super::kept::{named, of_length, possible, some_wholes};
use crate::mdp::{Kept, KeptError, Learned, Situation};

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

    /// What is kept of them: a bit for each pair, the first lowest, or nothing while none was met.
    pub fn keep(&self, learned: &mut Learned) {
        let word = |pairs: &[bool]| {
            pairs.iter().rev().fold(0_u64, |word, allowed| word << 1 | u64::from(*allowed))
        };
        learned.push(named("masks", Kept::Wholes(self.allowed.chunks(64).map(word).collect())));
    }

    /// The masks that were kept, for the same states and actions.
    pub fn of(&self, learned: &Learned) -> Result<Self, KeptError> {
        let words = some_wholes(learned, "masks")?;
        let (rows, actions, pairs) = (self.rows, self.actions, self.rows * self.actions);
        if words.is_empty() {
            return Ok(Self { rows, actions, allowed: Vec::new() });
        }
        of_length("masks", words.len(), pairs.div_ceil(64))?;
        let bit = |pair: usize| words[pair / 64] >> (pair % 64) & 1 == 1;
        let allowed: Vec<bool> = (0..pairs).map(bit).collect();
        let some = allowed.chunks(actions.max(1)).all(|row| row.contains(&true));
        possible("masks", some, "nothing is allowed in some state")?;
        Ok(Self { rows, actions, allowed })
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

    #[test]
    fn masks_are_kept_bit_by_bit() {
        let mut masks = Masks::new(50, 3);
        let of = |masks: &Masks, learned: &Learned| masks.of(learned).map(|masks| masks.allowed);
        let mut learned = Learned::new();
        masks.keep(&mut learned);
        assert_eq!(of(&Masks::new(50, 3), &learned), Ok(Vec::new()));
        for row in 0..50 {
            let mask = [row % 2 == 0, row % 3 == 0, row % 6 != 0];
            masks.note(row, &Situation { levels: &[], reals: &[], allowed: Some(&mask), beat: 0 });
        }
        let mut learned = Learned::new();
        masks.keep(&mut learned);
        assert_eq!(of(&Masks::new(50, 3), &learned), Ok(masks.allowed));
        assert!(matches!(of(&Masks::new(70, 3), &learned), Err(KeptError::Length { .. })));
        let nothing = vec![named("masks", Kept::Wholes(vec![0; 3]))];
        assert!(matches!(of(&Masks::new(50, 3), &nothing), Err(KeptError::Impossible { .. })));
    }
}
