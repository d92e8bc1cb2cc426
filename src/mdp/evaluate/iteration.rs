//! Solves (I − Q) x = b for many states: BiCGSTAB (van der Vorst 1992), preconditioned by an
//! incomplete factorisation without fill, which exists for every M-matrix (Meijerink & van der
//! Vorst 1977). Where it fails, sweeps of Gauss & Seidel go on, which always converge.
//!
//! All sums run over states in ascending order on one thread, so results are equal bit by bit on
//! any number of threads.

use super::system::System;

/// Rounds of solving for what the last one left over.
const ROUNDS: usize = 6;
/// What one round reduces the residual to, and what all together aim at.
const ROUND_SHARE: f64 = 1e-8;
const SHARE: f64 = 1e-15;
const MOST_STEPS: usize = 4_000;
const MOST_SWEEPS: usize = 20_000;

#[derive(Debug, Clone)]
pub(super) struct Iteration {
    system: System,
    factors: Factors,
}

/// (I − Q) ≈ L U on the places of Q: ones and −`factors` in L, `pivots` and −`factors` in U.
#[derive(Debug, Clone)]
struct Factors {
    offsets: Vec<usize>,
    /// Where each row's entries right of the diagonal begin.
    upper: Vec<usize>,
    columns: Vec<u32>,
    factors: Vec<f64>,
    pivots: Vec<f64>,
}

impl Factors {
    fn new(system: &System) -> Self {
        let n = system.len();
        let (mut offsets, mut upper) = (vec![0], Vec::with_capacity(n));
        let (mut columns, mut factors) = (Vec::<u32>::new(), Vec::<f64>::new());
        let mut pivots = system.diagonal().to_vec();
        // Where each column of the row at hand is kept.
        let mut places = vec![usize::MAX; n];
        for i in 0..n {
            let first = columns.len();
            let mut diagonal = first;
            for (j, q) in system.row(i) {
                places[j] = columns.len();
                diagonal += usize::from(j < i);
                columns.push(j as u32);
                factors.push(q);
            }
            let end = columns.len();
            for at in first..diagonal {
                let k = columns[at] as usize;
                let f = factors[at] / pivots[k];
                factors[at] = f;
                for from in upper[k]..offsets[k + 1] {
                    let j = columns[from] as usize;
                    if j == i {
                        pivots[i] -= f * factors[from];
                    } else if places[j] != usize::MAX {
                        factors[places[j]] += f * factors[from];
                    }
                }
            }
            // Rounding must not make a pivot 0: any positive one preconditions.
            pivots[i] = pivots[i].max(system.diagonal()[i] * 1e-8);
            for &j in &columns[first..end] {
                places[j as usize] = usize::MAX;
            }
            offsets.push(end);
            upper.push(diagonal);
        }
        Self { offsets, upper, columns, factors, pivots }
    }

    /// x = (L U)⁻¹ b.
    fn solve(&self, b: &[f64], x: &mut [f64]) {
        let part = |range: std::ops::Range<usize>, x: &[f64]| {
            let columns = self.columns[range.clone()].iter();
            columns.zip(&self.factors[range]).map(|(&j, f)| f * x[j as usize]).sum::<f64>()
        };
        for i in 0..b.len() {
            x[i] = b[i] + part(self.offsets[i]..self.upper[i], x);
        }
        for i in (0..b.len()).rev() {
            x[i] = (x[i] + part(self.upper[i]..self.offsets[i + 1], x)) / self.pivots[i];
        }
    }
}

impl Iteration {
    pub(super) fn new(system: System) -> Self {
        Self { factors: Factors::new(&system), system }
    }

    /// The iteration for the transposed matrix.
    pub(super) fn transposed(&self) -> Self {
        Self::new(self.system.transposed())
    }

    /// Replaces b by an approximate x with (I − Q) x = b.
    pub(super) fn solve(&self, b: &mut [f64]) {
        let n = b.len();
        let (mut x, mut rest, mut best) = (vec![0.0; n], b.to_vec(), b.to_vec());
        let whole = norm(b);
        let mut left = whole;
        let mut swept = false;
        for _ in 0..ROUNDS {
            if left <= SHARE * whole {
                break;
            }
            best.copy_from_slice(&x);
            let correction = self.stabilised(&rest);
            for (x, more) in x.iter_mut().zip(&correction) {
                *x += more;
            }
            let mut now = self.residual(b, &x, &mut rest);
            let fast = now <= left * 0.1;
            if !fast && !swept && left > 1e-12 * whole {
                // It broke down: sweep from the best there is.
                swept = true;
                x.copy_from_slice(&best);
                self.sweep(b, &mut x);
                now = self.residual(b, &x, &mut rest);
            }
            let better = now < left;
            if !better {
                x.copy_from_slice(&best);
                break;
            }
            left = now;
        }
        b.copy_from_slice(&x);
    }

    /// y = (I − Q) x.
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        let diagonal = self.system.diagonal();
        for (i, y) in y.iter_mut().enumerate() {
            let others: f64 = self.system.row(i).map(|(j, q)| q * x[j]).sum();
            *y = diagonal[i] * x[i] - others;
        }
    }

    /// Writes b − (I − Q) x and returns its norm.
    fn residual(&self, b: &[f64], x: &[f64], rest: &mut [f64]) -> f64 {
        self.apply(x, rest);
        for (rest, b) in rest.iter_mut().zip(b) {
            *rest = b - *rest;
        }
        norm(rest)
    }

    /// BiCGSTAB from 0, until the residual is [`ROUND_SHARE`] of b or nothing moves any more.
    fn stabilised(&self, b: &[f64]) -> Vec<f64> {
        let n = b.len();
        let zero = || vec![0.0; n];
        let (mut x, mut r, mut p, mut v) = (zero(), b.to_vec(), zero(), zero());
        let (mut s, mut t, mut p_hat, mut s_hat) = (zero(), zero(), zero(), zero());
        let enough = ROUND_SHARE * norm(b);
        let (mut rho, mut alpha, mut omega) = (1.0, 1.0, 1.0);
        for _ in 0..MOST_STEPS {
            let rho_next = dot(b, &r);
            let beta = (rho_next / rho) * (alpha / omega);
            if !beta.is_finite() || rho_next == 0.0 {
                break;
            }
            rho = rho_next;
            for ((p, r), v) in p.iter_mut().zip(&r).zip(&v) {
                *p = r + beta * (*p - omega * v);
            }
            self.factors.solve(&p, &mut p_hat);
            self.apply(&p_hat, &mut v);
            alpha = rho / dot(b, &v);
            if !alpha.is_finite() {
                break;
            }
            for ((s, r), v) in s.iter_mut().zip(&r).zip(&v) {
                *s = r - alpha * v;
            }
            self.factors.solve(&s, &mut s_hat);
            self.apply(&s_hat, &mut t);
            let size = dot(&t, &t);
            omega = if size > 0.0 { dot(&t, &s) / size } else { 0.0 };
            for ((x, p), s) in x.iter_mut().zip(&p_hat).zip(&s_hat) {
                *x += alpha * p + omega * s;
            }
            for ((r, s), t) in r.iter_mut().zip(&s).zip(&t) {
                *r = s - omega * t;
            }
            if norm(&r) <= enough || omega == 0.0 {
                break;
            }
        }
        x
    }

    /// Sweeps of Gauss & Seidel, up and down in turn, until the values settle.
    fn sweep(&self, b: &[f64], x: &mut [f64]) {
        let diagonal = self.system.diagonal();
        let renew = |i: usize, x: &mut [f64]| {
            let others: f64 = self.system.row(i).map(|(j, q)| q * x[j]).sum();
            let new = (b[i] + others) / diagonal[i];
            let change = (new - x[i]).abs();
            x[i] = new;
            (change, new.abs())
        };
        let join = |most: (f64, f64), one: (f64, f64)| (most.0.max(one.0), most.1.max(one.1));
        for _ in 0..MOST_SWEEPS {
            let up = (0..b.len()).fold((0.0, 0.0), |most, i| join(most, renew(i, x)));
            let (change, size) = (0..b.len()).rev().fold(up, |most, i| join(most, renew(i, x)));
            if change <= 1e-15 * size {
                break;
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}
