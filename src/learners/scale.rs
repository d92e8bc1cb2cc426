//! Running means and magnitudes, so that what has a unit can be measured against its usual size.
//!
//! m ← m + β·(x − m), where β = b/o and o ← o + b·(1 − o) from o = 0, so that the first number is
//! taken whole, the start leaves no trace, and β settles at b (Sutton & Barto 2018, exercise 2.7,
//! eq. 2.9). The magnitude of x is the root of the running mean of x². Dividing targets by a running
//! second moment, so that a step size means the same in any unit: van Hasselt, Guez, Hessel, Mnih &
//! Silver (2016), eq. 8, there with the mean taken off first; an error has a mean near 0.

use super::kept::{possible, reals};
use crate::mdp::{KeptError, Learned};

/// A mean over the latest numbers, some 1/b of them.
#[derive(Debug, Clone, Default)]
pub(super) struct RunningMean {
    mean: f64,
    trace: f64,
}

impl RunningMean {
    /// The mean; 0 before the first number.
    #[inline(always)]
    pub fn get(&self) -> f64 {
        self.mean
    }

    /// The mean and its trace, to be kept.
    pub fn keep(&self) -> [f64; 2] {
        [self.mean, self.trace]
    }

    /// A mean that was kept under this name.
    pub fn of(learned: &Learned, name: &'static str) -> Result<Self, KeptError> {
        let values = reals(learned, name, 2)?;
        let &[mean, trace] = values else { return Err(KeptError::Missing(name)) };
        possible(name, (0.0..=1.0).contains(&trace), "its trace is not from 0 to 1")?;
        Ok(Self { mean, trace })
    }

    /// The share β that the next number will have.
    #[inline(always)]
    pub fn share(&mut self, step: f64) -> f64 {
        self.trace += step * (1.0 - self.trace);
        step / self.trace
    }

    /// Moves by so much.
    #[inline(always)]
    pub fn shift(&mut self, by: f64) {
        self.mean += by;
    }

    /// Takes a number in.
    #[inline(always)]
    pub fn add(&mut self, x: f64, step: f64) {
        let share = self.share(step);
        self.mean += share * (x - self.mean);
    }
}

/// The usual size of the latest errors.
#[derive(Debug, Clone, Default)]
pub(super) struct Magnitude(RunningMean);

/// What an error counts in its own magnitude in the long run: some 100,000 errors make it up. A
/// short memory does harm: where a policy has settled on doing nothing, errors are next to none, and
/// the rare one of a try would count many times its worth (measured on the default line with 1,000:
/// one seed in three stayed with all machines held back for good).
const SHARE: f64 = 1e-5;

impl Magnitude {
    /// The mean of squares and its trace, to be kept.
    pub fn keep(&self) -> [f64; 2] {
        self.0.keep()
    }

    /// A magnitude that was kept under this name.
    pub fn of(learned: &Learned, name: &'static str) -> Result<Self, KeptError> {
        let squares = RunningMean::of(learned, name)?;
        possible(name, squares.mean >= 0.0, "a mean of squares is below 0")?;
        Ok(Self(squares))
    }

    /// Takes an error in and returns it in units of the magnitude, in size at most the root of 1/β,
    /// in the long run 316 (van Hasselt et al. 2016, prop. 1); 0 where all were 0.
    #[inline(always)]
    pub fn measure(&mut self, error: f64) -> f64 {
        self.0.add(error * error, SHARE);
        let size = self.0.get().sqrt();
        if size > 0.0 { error / size } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_weigh_alike_and_the_start_nothing() {
        let mut mean = RunningMean::default();
        mean.add(8.0, 0.5);
        assert_eq!(mean.get(), 8.0);
        // o = 0.75, β = 2/3: 8 + (2 − 8)·2/3 = 4; o = 0.875, β = 4/7: 4 + 7·4/7 = 8.
        mean.add(2.0, 0.5);
        assert!((mean.get() - 4.0).abs() < 1e-12);
        mean.add(11.0, 0.5);
        assert!((mean.get() - 8.0).abs() < 1e-12);
    }

    #[test]
    fn errors_are_measured_by_their_usual_size_whatever_their_unit() {
        let errors = [3.0, -1.0, 0.0, 2.0, -7.0];
        let measured = |unit: f64| {
            let mut magnitude = Magnitude::default();
            errors.map(|error| magnitude.measure(unit * error))
        };
        let plain = measured(1.0);
        assert_eq!(plain[0], 1.0);
        // √((9 + 1)/2), but for the little by which the latest weighs more.
        assert!((plain[1] + 1.0 / 5_f64.sqrt()).abs() < 1e-5, "{plain:?}");
        // Powers of two leave no rounding.
        assert_eq!(measured(1024.0), plain);
        assert_eq!(measured(0.0), [0.0; 5]);
        let mut magnitude = Magnitude::default();
        (0..2_000_000).for_each(|_| _ = magnitude.measure(1e-3));
        assert!((magnitude.measure(1e9) - 1e5_f64.sqrt()).abs() < 1e-3);
    }
}
