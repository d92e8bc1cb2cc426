//! Which states a model holds: all of a space, or those of a sorted list.

/// The states of a model, numbered from 0 in ascending order of their index in the state space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSet {
    count: usize,
    /// The indices held, ascending; empty where all are.
    indices: Vec<u64>,
}

impl StateSet {
    /// All states of a space of so many.
    pub fn all(count: u64) -> Self {
        Self { count: usize::try_from(count).unwrap_or(usize::MAX), indices: Vec::new() }
    }

    /// The given states; sorted and made distinct here.
    pub fn only(mut indices: Vec<u64>) -> Self {
        indices.sort_unstable();
        indices.dedup();
        Self { count: indices.len(), indices }
    }

    /// How many states there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The index in the state space of the state of this number.
    #[inline]
    pub fn index(&self, number: usize) -> u64 {
        self.indices.get(number).copied().unwrap_or(number as u64)
    }

    /// The number of the state of this index, if it is held. Direct for all states, a binary
    /// search else.
    #[inline]
    pub fn find(&self, index: u64) -> Option<usize> {
        if self.indices.is_empty() {
            (index < self.count as u64).then_some(index as usize)
        } else {
            self.indices.binary_search(&index).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_indices_agree() {
        let some = StateSet::only(vec![9, 2, 5, 2]);
        assert_eq!(some.len(), 3);
        for number in 0..3 {
            assert_eq!(some.find(some.index(number)), Some(number));
        }
        assert_eq!((some.find(3), some.find(10)), (None, None));
        let all = StateSet::all(4);
        assert_eq!((all.index(3), all.find(3), all.find(4)), (3, Some(3), None));
    }
}
