//! How the trees of known steps grow by what was noted.

#![expect(clippy::indexing_slicing, reason = "draws, forks and ways are numbered here")]

use super::earned::ENTRY_BYTES;
use super::note::Drawn;
use super::{FURTHER, Fork, KnownSteps, Leaf, NOTHING, SLOTS, TESTS, Tests, WAYS, Wide};

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
        let mut rest = std::mem::take(&mut self.note.draws);
        self.put(pair, Leaf { earned, ..leaf }, &mut rest);
        self.note.draws = rest;
    }

    /// Puts a leaf where these draws lead, which are used up.
    fn put(&mut self, pair: usize, leaf: Leaf, rest: &mut Vec<Drawn>) {
        let mut way = Way::Root(pair);
        loop {
            let mut fork = match self.fork_at(way) {
                Some(fork) => fork,
                None => {
                    let tests = self.with_draws(Tests::NONE, rest);
                    self.new_fork(way, tests)
                }
            };
            let mut tests = self.tests[fork.tests as usize];
            let mut made = Made::default();
            self.follow(&tests, rest, &mut made);
            let mut taken = fork.first as usize + self.way_of(&tests, &made);
            if !rest.is_empty() && self.ways[taken].told == NOTHING {
                let wider = self.with_draws(tests, rest);
                if wider != tests {
                    fork = self.widen(way, fork, wider);
                    tests = self.tests[fork.tests as usize];
                    self.follow(&tests, rest, &mut made);
                    taken = fork.first as usize + self.way_of(&tests, &made);
                }
            }
            if rest.is_empty() {
                // Whatever draws were not made, it comes to the same.
                let first = fork.first as usize;
                for (number, way) in self.ways[first..][..tests.ways()].iter_mut().enumerate() {
                    if made.agrees(number) {
                        *way = leaf;
                    }
                }
                return;
            }
            if !matches!(self.ways[taken].told, NOTHING | FURTHER) {
                // The step drew nothing more before: it is not as it should be.
                return;
            }
            way = Way::Further(taken);
        }
    }

    /// The fork here, where there is one.
    fn fork_at(&self, way: Way) -> Option<Fork> {
        match way {
            Way::Root(pair) => match Fork::from_bits(self.roots[pair]) {
                Fork::UNKNOWN | Fork::MET => None,
                fork => Some(fork),
            },
            Way::Further(place) => match self.ways[place] {
                Leaf { told: FURTHER, next, .. } => Some(self.forks[next as usize]),
                _ => None,
            },
        }
    }

    /// Finds the slots of all draws that were noted, or makes them; false where there are too many.
    fn find_slots(&mut self) -> bool {
        for drawn in &mut self.note.draws {
            let sought = (usize::from(drawn.source), drawn.draw);
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

    /// These tests and such for the first of these draws, as many as fit. Where none is there yet and
    /// the first does not fit, they are for it alone, and its sums lie with those that were noted.
    fn with_draws(&self, mut tests: Tests, draws: &[Drawn]) -> Tests {
        if tests.wide.is_some() {
            return tests;
        }
        let (mut test, mut stride) = (tests.used(), tests.ways());
        for drawn in draws {
            let sums = self.sums_of(*drawn);
            let (end, ways) = (test + sums.len(), stride * usize::from(drawn.outcomes));
            if end > TESTS || ways > WAYS {
                if test == 0 {
                    tests.slots[0] = drawn.slot;
                    tests.wide = Some(Wide { from: drawn.sums as u32, count: sums.len() as u32 });
                }
                break;
            }
            tests.sums[test..end].copy_from_slice(sums);
            tests.slots[test..end].fill(drawn.slot);
            tests.strides[test..end].fill(stride as u8);
            (test, stride) = (end, ways);
        }
        tests.ways = stride as u8;
        tests
    }

    /// Takes those draws away that these tests are for, and notes their outcomes.
    fn follow(&self, tests: &Tests, rest: &mut Vec<Drawn>, made: &mut Made) {
        let mut take = |slot: u8, sums: &[u64], stride: usize| {
            let same = |drawn: &Drawn| drawn.slot == slot && self.sums_of(*drawn) == sums;
            if let Some(place) = rest.iter().position(same) {
                let drawn = rest.remove(place);
                let (outcomes, outcome) = (drawn.outcomes.into(), drawn.outcome.into());
                made.add(Outcome { stride, outcomes, outcome });
            }
        };
        if let Some(wide) = tests.wide {
            take(tests.slots[0], &self.sums[wide.from as usize..][..wide.count as usize], 1);
            return;
        }
        let mut from = 0;
        let used = tests.used();
        while from < used {
            let stride = tests.strides[from];
            let of_draw = tests.strides[from..used].iter().take_while(|other| **other == stride);
            let to = from + of_draw.count();
            take(tests.slots[from], &tests.sums[from..to], usize::from(stride));
            from = to;
        }
    }

    /// How far along the ways of these tests this beat leads: by the outcomes of the draws that were
    /// made, and by the uniforms of those that were not.
    fn way_of(&self, tests: &Tests, made: &Made) -> usize {
        let by_uniforms = self.passed(tests);
        made.all().iter().fold(by_uniforms, |way, one| {
            way - one.stride * (way / one.stride % one.outcomes) + one.stride * one.outcome
        })
    }

    /// The number of these tests.
    fn number_of(&mut self, mut tests: Tests) -> u32 {
        match &mut tests.wide {
            Some(wide) => {
                let sums = &self.note.sums[wide.from as usize..][..wide.count as usize];
                wide.from = self.sums.len() as u32;
                self.sums.extend_from_slice(sums);
            }
            None => {
                if let Some(number) = self.numbers.get(&tests) {
                    return *number;
                }
                self.numbers.insert(tests, self.tests.len() as u32);
            }
        }
        self.tests.push(tests);
        self.tests.len() as u32 - 1
    }

    /// Puts a new fork here, from which all ways are unknown.
    fn new_fork(&mut self, way: Way, tests: Tests) -> Fork {
        let fork = Fork { tests: self.number_of(tests), first: self.ways.len() as u32 };
        self.ways.extend(std::iter::repeat_n(Leaf::NOTHING, tests.ways()));
        self.set_fork(way, fork);
        fork
    }

    /// Puts a fork with further draws in place of one: each of its ways becomes as many as these have
    /// outcomes. What lay behind further forks is met again: several ways must not share one, since
    /// what comes behind it may hang on the draws that tell them apart now.
    fn widen(&mut self, way: Way, fork: Fork, wider: Tests) -> Fork {
        let (first, ways) = (fork.first as usize, self.tests[fork.tests as usize].ways());
        let fork = Fork { tests: self.number_of(wider), first: self.ways.len() as u32 };
        for _ in 0..wider.ways() / ways {
            self.ways.extend_from_within(first..first + ways);
        }
        for leaf in &mut self.ways[fork.first as usize..] {
            if leaf.told == FURTHER {
                *leaf = Leaf::NOTHING;
            }
        }
        self.set_fork(way, fork);
        fork
    }

    fn set_fork(&mut self, way: Way, fork: Fork) {
        match way {
            Way::Root(pair) => self.roots[pair] = fork.bits(),
            Way::Further(place) => match &mut self.ways[place] {
                Leaf { told: FURTHER, next, .. } => self.forks[*next as usize] = fork,
                leaf => {
                    *leaf = Leaf::further(self.forks.len());
                    self.forks.push(fork);
                }
            },
        }
    }

    /// How many bytes more it may take to keep what was noted: what is full is doubled.
    pub(super) fn growth(&self) -> usize {
        // A fork that gives way to a wider one is counted too.
        let (draws, sums) = (2 * self.note.draws.len(), self.note.sums.len());
        let grows = |size: usize, length: usize, capacity: usize, more: usize| {
            if length + more > capacity { size * (capacity + more.max(4)) } else { 0 }
        };
        let each = 2 * size_of::<Tests>() + ENTRY_BYTES;
        grows(each, self.tests.len(), self.tests.capacity(), draws)
            + grows(size_of::<u64>(), self.sums.len(), self.sums.capacity(), sums)
            + grows(size_of::<Fork>(), self.forks.len(), self.forks.capacity(), draws)
            + grows(
                size_of::<Leaf>(),
                self.ways.len(),
                self.ways.capacity(),
                sums + draws * (WAYS + 1) + 1,
            )
            + self.earned.growth(&self.note.earned)
            + self.told.growth(&self.note.told)
    }
}

/// How a draw of a fork came out.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    stride: usize,
    outcomes: usize,
    outcome: usize,
}

/// The draws of a fork that a step made.
#[derive(Debug, Default)]
struct Made {
    outcomes: [Outcome; TESTS],
    count: usize,
}

impl Made {
    fn add(&mut self, outcome: Outcome) {
        self.outcomes[self.count] = outcome;
        self.count += 1;
    }

    fn all(&self) -> &[Outcome] {
        &self.outcomes[..self.count]
    }

    /// Whether the way of this number is one on which they come out so.
    fn agrees(&self, way: usize) -> bool {
        self.all().iter().all(|one| way / one.stride % one.outcomes == one.outcome)
    }
}

/// Where it is kept which fork comes next.
#[derive(Debug, Clone, Copy)]
enum Way {
    Root(usize),
    Further(usize),
}
