//! What is costly to make and seldom changes is made once and remembered until it does.

use std::sync::{Mutex, PoisonError};

/// The latest value with what it was made from.
#[derive(Debug)]
pub struct Memo<K, V>(Mutex<Option<(K, V)>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<K: PartialEq, V: Clone> Memo<K, V> {
    /// The value made from this; made now if the latest was made from something else.
    pub fn of(&self, key: K, make: impl FnOnce() -> V) -> V {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match latest.as_ref() {
            Some((known, value)) if *known == key => value.clone(),
            _ => {
                let value = make();
                *latest = Some((key, value.clone()));
                value
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_again_only_when_what_it_is_made_from_changes() {
        let memo = Memo::default();
        let made = std::cell::Cell::new(0);
        let of = |key: u8| {
            memo.of(key, || {
                made.set(made.get() + 1);
                key * 2
            })
        };
        assert_eq!([of(1), of(1), of(2), of(2), of(1)], [2, 2, 4, 4, 2]);
        assert_eq!(made.get(), 3);
    }
}
