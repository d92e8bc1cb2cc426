//! How the trees of known steps grow by what was noted.

#![expect(clippy::indexing_slicing, reason = "draws, forks and ways are numbered here")]

use super::earned::ENTRY_BYTES;
use super::note::Drawn;
use super::{FURTHER, Fork, KnownSteps, Leaf, NOTHING, SLOTS, TESTS, Tests, WAYS, Wide};
use crate::mdp::luck::DrawAddress;

/// Of so few pairs nearly all are met again, and are noted at once.
const FEW_PAIRS: usize = 1 << 16;

impl KnownSteps {
    /// Puts what was noted into the tree of a pair; where there are many pairs, of one that was met
    /// before.
    pub(super) fn insert(&mut self, pair: usize, leaf: Leaf, reward: f64) {
        if self.roots[pair] == Fork::UNKNOWN.bits() && self.roots.len() > FEW_PAIRS {
            self.roots[pair] = Fork::MET.bits();
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
        let end = loop {
            let fork = match way {
                Way::Root(pair) => match Fork::from_bits(self.roots[pair]) {
                    Fork::UNKNOWN | Fork::MET => self.fork(way, place, usize::MAX),
                    fork => fork,
                },
                Way::Further(further) => match self.ways[further].told {
                    NOTHING => self.fork(way, place, usize::MAX),
                    FURTHER => self.ways[further].fork(),
                    // The step drew nothing more before: it is not as it should be.
                    _ => return,
                },
            };
            let tests = self.tests[fork.tests as usize];
            let draws = self.draws_as(&tests, place);
            if draws == usize::from(tests.draws) {
                let further = fork.first as usize + self.outcomes_of(place, draws).0;
                place += draws;
                if place == self.note.draws.len() {
                    break further;
                }
                way = Way::Further(further);
            } else if draws == 0 {
                return;
            } else {
                // What was drawn then followed from an outcome. What is known behind the fork is met
                // again.
                self.fork(way, place, draws);
            }
        };
        if self.ways[end].told == NOTHING {
            self.ways[end] = Leaf { earned, ..leaf };
        }
    }

    /// Finds the slots of all draws that were noted, or makes them; false where there are too many.
    fn find_slots(&mut self) -> bool {
        for drawn in &mut self.note.draws {
            let sought = (usize::from(drawn.source), DrawAddress::of(drawn.draw));
            let found = self.slots.iter().position(|slot| *slot == sought);
            let slot = found.unwrap_or(self.slots.len());
            if slot == SLOTS {
                return false;
            }
            if found.is_none() {
                self.slots.push(sought);
            }
            drawn.slot = slot as u8;
        }
        true
    }

    /// The sums of a draw that was noted.
    fn sums_of(&self, drawn: Drawn) -> &[u64] {
        &self.note.sums[drawn.sums..][..usize::from(drawn.outcomes) - 1]
    }

    /// Tests for the draws that were noted from `place` on, as many as fit and at most so many. Where
    /// the first alone does not fit, its sums lie with those that were noted.
    fn tests_of(&self, place: usize, most: usize) -> Tests {
        let mut tests = Tests::NONE;
        let (mut test, mut stride) = (0, 1);
        for drawn in self.note.draws[place..].iter().take(most) {
            let sums = self.sums_of(*drawn);
            let (end, ways) = (test + sums.len(), stride * usize::from(drawn.outcomes));
            if end > TESTS || ways > WAYS {
                if tests.draws == 0 {
                    tests.slots[0] = drawn.slot;
                    tests.wide = Some(Wide { from: drawn.sums as u32, count: sums.len() as u32 });
                    tests.draws = 1;
                }
                break;
            }
            tests.sums[test..end].copy_from_slice(sums);
            tests.slots[test..end].fill(drawn.slot);
            tests.strides[test..end].fill(stride as u8);
            (test, stride) = (end, ways);
            tests.draws += 1;
        }
        tests
    }

    /// For how many of their draws these tests are for those noted from `place` on.
    fn draws_as(&self, tests: &Tests, place: usize) -> usize {
        let same = |draws: &usize| {
            let other = self.tests_of(place, *draws);
            // Tests for fewer draws leave the last ones unused.
            let fits = |test: usize| {
                let unused = *draws < usize::from(tests.draws) && other.strides[test] == 0;
                unused
                    || (other.sums[test], other.slots[test], other.strides[test])
                        == (tests.sums[test], tests.slots[test], tests.strides[test])
            };
            let sums = |wide: Option<Wide>| wide.map(|wide| wide.count);
            usize::from(other.draws) == *draws
                && sums(other.wide) == sums(tests.wide)
                && (0..TESTS).all(fits)
        };
        (1..=usize::from(tests.draws)).rev().find(same).unwrap_or(0)
    }

    /// How far along the ways of their fork the outcomes of so many draws noted from `place` on lead,
    /// and how many ways there are.
    fn outcomes_of(&self, place: usize, draws: usize) -> (usize, usize) {
        self.note.draws[place..][..draws].iter().fold((0, 1), |(way, stride), drawn| {
            (way + stride * usize::from(drawn.outcome), stride * usize::from(drawn.outcomes))
        })
    }

    /// Puts a new fork here, for the draws that were noted from `place` on and at most so many.
    fn fork(&mut self, way: Way, place: usize, most: usize) -> Fork {
        let mut tests = self.tests_of(place, most);
        let (_, ways) = self.outcomes_of(place, usize::from(tests.draws));
        let number = match &mut tests.wide {
            Some(wide) => {
                let sums = &self.note.sums[wide.from as usize..][..wide.count as usize];
                wide.from = self.sums.len() as u32;
                self.sums.extend_from_slice(sums);
                None
            }
            None => self.numbers.get(&tests).copied(),
        };
        let number = number.unwrap_or_else(|| {
            self.tests.push(tests);
            let number = self.tests.len() as u32 - 1;
            self.numbers.insert(tests, number);
            number
        });
        let fork = Fork { tests: number, first: self.ways.len() as u32 };
        self.ways.extend(std::iter::repeat_n(Leaf::NOTHING, ways));
        match way {
            Way::Root(pair) => self.roots[pair] = fork.bits(),
            Way::Further(place) => self.ways[place] = Leaf::further(fork),
        }
        fork
    }

    /// How many bytes more it may take to keep what was noted: what is full is doubled.
    pub(super) fn growth(&self) -> usize {
        // A fork that gives way to one for fewer draws is counted too.
        let (draws, sums) = (2 * self.note.draws.len(), self.note.sums.len());
        let grows = |size: usize, length: usize, capacity: usize, more: usize| {
            if length + more > capacity { size * (capacity + more.max(4)) } else { 0 }
        };
        let each = 2 * size_of::<Tests>() + ENTRY_BYTES;
        grows(each, self.tests.len(), self.tests.capacity(), draws)
            + grows(size_of::<u64>(), self.sums.len(), self.sums.capacity(), sums)
            + grows(
                size_of::<Leaf>(),
                self.ways.len(),
                self.ways.capacity(),
                sums + draws * WAYS + 1,
            )
            + self.earned.growth(&self.note.earned)
            + self.told.growth(&self.note.told)
    }
}

/// Where it is kept which fork comes next.
#[derive(Debug, Clone, Copy)]
enum Way {
    Root(usize),
    Further(usize),
}
