//! Solves (I − Q) x = b by elimination that never subtracts, for up to some thousand states.
//!
//! Grassmann, Taksar & Heyman (1985): what is subtracted in Gaussian elimination is, for
//! probabilities, a sum of what remains. The pivot of state k, 1 − q_kk, is the probability with
//! which k is left: to a state that remains, or out of the system. So every entry is computed to
//! full relative accuracy, however rarely the system is left (O'Cinneide 1993). States are
//! eliminated from the last to the first, and entries that are 0 are passed over: a chain whose
//! states are numbered along a band costs n · band².

use super::system::System;

/// (I − Q) = U L, U with −f above a diagonal of ones, L with −q below the pivots.
#[derive(Debug, Clone)]
pub(super) struct Elimination {
    n: usize,
    /// f above the diagonal, q below it, row by row.
    entries: Vec<f64>,
    pivots: Vec<f64>,
    /// The first column of each row that may not be 0.
    first: Vec<usize>,
    /// The last column of each row that may not be 0.
    last: Vec<usize>,
}

impl Elimination {
    pub(super) fn new(system: &System) -> Self {
        let n = system.len();
        let mut entries = vec![0.0; n * n];
        let mut first: Vec<usize> = (0..n).collect();
        for (i, first) in first.iter_mut().enumerate() {
            for (j, q) in system.row(i) {
                entries[i * n + j] = q;
                *first = j.min(*first);
            }
        }
        let mut leak = system.leak().to_vec();
        let mut pivots = vec![0.0; n];
        for k in (0..n).rev() {
            let (above, from_k) = entries.split_at_mut(k * n);
            let row = &from_k[first[k]..k];
            let pivot = leak[k] + row.iter().sum::<f64>();
            pivots[k] = pivot;
            for i in 0..k {
                let into = &mut above[i * n..][..n];
                if into[k] == 0.0 {
                    continue;
                }
                let f = into[k] / pivot;
                into[k] = f;
                for (entry, &q) in into[first[k]..k].iter_mut().zip(row) {
                    *entry += f * q;
                }
                leak[i] += f * leak[k];
                first[i] = first[i].min(first[k]);
            }
        }
        // The diagonal was added to, but is never looked at.
        let last = (0..n).map(|i| {
            entries[i * n..][i + 1..n]
                .iter()
                .rposition(|&f| f != 0.0)
                .map_or(i, |more| i + 1 + more)
        });
        let last = last.collect();
        Self { n, entries, pivots, first, last }
    }

    /// Replaces b by x with (I − Q) x = b.
    pub(super) fn solve(&self, b: &mut [f64]) {
        let n = self.n;
        for i in (0..n).rev() {
            let row = &self.entries[i * n..][i + 1..=self.last[i]];
            let more: f64 = row.iter().zip(&b[i + 1..]).map(|(f, b)| f * b).sum();
            b[i] += more;
        }
        for k in 0..n {
            let row = &self.entries[k * n..][self.first[k]..k];
            let more: f64 = row.iter().zip(&b[self.first[k]..k]).map(|(q, x)| q * x).sum();
            b[k] = (b[k] + more) / self.pivots[k];
        }
    }

    /// Replaces c by w with wᵀ (I − Q) = cᵀ.
    pub(super) fn solve_transposed(&self, c: &mut [f64]) {
        let n = self.n;
        for k in (0..n).rev() {
            let t = c[k] / self.pivots[k];
            c[k] = t;
            let row = &self.entries[k * n..][self.first[k]..k];
            for (c, q) in c[self.first[k]..k].iter_mut().zip(row) {
                *c += q * t;
            }
        }
        for i in 0..n {
            let w = c[i];
            let row = &self.entries[i * n..][i + 1..=self.last[i]];
            for (c, f) in c[i + 1..].iter_mut().zip(row) {
                *c += f * w;
            }
        }
    }
}
