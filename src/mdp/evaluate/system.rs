//! The equations (I − Q) x = b of a chain that leaves a set of states, and how they are solved:
//! by elimination where they are few, by a preconditioned iteration else.
//!
//! Nothing here is certified: who solves must check the result against the chain.

use super::chain::Chain;
use super::elimination::Elimination;
use super::iteration::Iteration;

/// Up to so many equations are solved by elimination.
const ELIMINATED: usize = 1_500;

/// The place of a state that is not of the system.
pub(super) const OUTSIDE: u32 = u32::MAX;

/// I − Q over some states of a chain, Q = γP restricted to them; each of these states must be
/// left for good sooner or later (or γ < 1), so that I − Q is a nonsingular M-matrix.
#[derive(Debug, Clone)]
pub(super) struct System {
    offsets: Vec<usize>,
    columns: Vec<u32>,
    /// Off the diagonal of Q.
    values: Vec<f64>,
    /// 1 − q_ii, summed up from what is not q_ii.
    diagonal: Vec<f64>,
    /// The probability of leaving the system from each state at once.
    leak: Vec<f64>,
}

impl System {
    /// The equations over `members`, ascending; `place[state]` is a member's place among them and
    /// [`OUTSIDE`] for all other states.
    pub(super) fn new(chain: &Chain, members: &[u32], place: &[u32], gamma: f64) -> Self {
        let mut system = Self {
            offsets: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
            diagonal: Vec::with_capacity(members.len()),
            leak: Vec::with_capacity(members.len()),
        };
        for (here, &state) in members.iter().enumerate() {
            let (mut leak, mut others) = (0.0, 0.0);
            for (next, p) in chain.row(state as usize) {
                match place[next] {
                    OUTSIDE => leak += p,
                    next if next as usize == here => {}
                    next => {
                        system.columns.push(next);
                        system.values.push(gamma * p);
                        others += gamma * p;
                    }
                }
            }
            let leak = (1.0 - gamma) + gamma * leak;
            system.offsets.push(system.columns.len());
            system.diagonal.push(leak + others);
            system.leak.push(leak);
        }
        system
    }

    pub(super) fn len(&self) -> usize {
        self.diagonal.len()
    }

    pub(super) fn leak(&self) -> &[f64] {
        &self.leak
    }

    pub(super) fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// The entries of Q off the diagonal.
    #[inline]
    pub(super) fn row(&self, here: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.offsets[here]..self.offsets[here + 1];
        let columns = self.columns[range.clone()].iter().map(|&column| column as usize);
        columns.zip(self.values[range].iter().copied())
    }

    /// The transposed matrix; what it leaks is not kept.
    pub(super) fn transposed(&self) -> Self {
        let n = self.len();
        let mut offsets = vec![0; n + 1];
        for &column in &self.columns {
            offsets[column as usize + 1] += 1;
        }
        for here in 0..n {
            offsets[here + 1] += offsets[here];
        }
        let mut next = offsets.clone();
        let mut columns = vec![0; self.columns.len()];
        let mut values = vec![0.0; self.values.len()];
        for here in 0..n {
            for (column, value) in self.row(here) {
                columns[next[column]] = here as u32;
                values[next[column]] = value;
                next[column] += 1;
            }
        }
        Self { offsets, columns, values, diagonal: self.diagonal.clone(), leak: Vec::new() }
    }
}

/// A system made ready to be solved for any right-hand side.
#[derive(Debug, Clone)]
pub(super) enum Solver {
    /// Few equations.
    Eliminated(Elimination),
    /// Many equations.
    Iterated(Box<Iteration>),
}

impl Solver {
    pub(super) fn new(system: System) -> Self {
        if system.len() <= ELIMINATED {
            Self::Eliminated(Elimination::new(&system))
        } else {
            Self::iterated(system)
        }
    }

    pub(super) fn iterated(system: System) -> Self {
        Self::Iterated(Box::new(Iteration::new(system)))
    }

    /// Replaces b by an approximate x with (I − Q) x = b.
    pub(super) fn solve(&self, b: &mut [f64]) {
        match self {
            Self::Eliminated(elimination) => elimination.solve(b),
            Self::Iterated(iteration) => iteration.solve(b),
        }
    }

    /// Replaces c by an approximate w with wᵀ (I − Q) = cᵀ.
    pub(super) fn solve_transposed(&self, c: &mut [f64]) {
        match self {
            Self::Eliminated(elimination) => elimination.solve_transposed(c),
            Self::Iterated(iteration) => iteration.transposed().solve(c),
        }
    }
}

/// The places of members among themselves, for [`System::new`].
pub(super) fn places(states: usize, members: &[u32]) -> Vec<u32> {
    let mut place = vec![OUTSIDE; states];
    for (here, &state) in members.iter().enumerate() {
        place[state as usize] = here as u32;
    }
    place
}
