//! How often each length of time came up, in bounded memory.

#![expect(clippy::indexing_slicing, reason = "bins are numbered here; a hot loop")]

/// Times in whole beats, counted in [`Distribution::BINS`] bins of equal width: one beat at first, and
/// twice as many whenever a time is beyond the last of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// A bin is 2^shift beats wide.
    shift: u32,
    bins: Box<[u64; Self::BINS]>,
}

impl Default for Distribution {
    fn default() -> Self {
        Self { shift: 0, bins: Box::new([0; Self::BINS]) }
    }
}

impl Distribution {
    /// How many bins there are.
    pub const BINS: usize = 256;

    /// Counts a time so often. Never allocates.
    #[inline(always)]
    pub(super) fn add(&mut self, beats: u64, times: u64) {
        let mut bin = beats >> self.shift;
        if bin >= Self::BINS as u64 {
            bin = self.widened_for(beats);
        }
        self.bins[bin as usize % Self::BINS] += times;
    }

    /// The bin of a time that is beyond the last one, once bins are wide enough for it.
    #[cold]
    fn widened_for(&mut self, beats: u64) -> u64 {
        while beats >> self.shift >= Self::BINS as u64 {
            self.widen_to(self.shift + 1);
        }
        beats >> self.shift
    }

    fn widen_to(&mut self, shift: u32) {
        let together = shift.saturating_sub(self.shift).min(Self::BINS.ilog2());
        for bin in 0..Self::BINS {
            // What was there has been taken into one before it, or stays.
            let count = std::mem::take(&mut self.bins[bin]);
            self.bins[bin >> together] += count;
        }
        self.shift = self.shift.max(shift);
    }

    /// Forgets all times.
    pub(super) fn clear(&mut self) {
        self.shift = 0;
        self.bins.fill(0);
    }

    /// How many beats wide a bin is.
    pub fn width(&self) -> u64 {
        1 << self.shift
    }

    /// How many times lie in each bin, the first of which begins at 0.
    pub fn counts(&self) -> &[u64] {
        &self.bins[..]
    }

    /// How many times there are.
    pub fn count(&self) -> u64 {
        self.bins.iter().sum()
    }

    /// Adds all times of another.
    pub fn join(&mut self, other: &Self) {
        self.combine(other, |here, there| here + there);
    }

    /// Takes out all times of an earlier state of this one.
    pub fn take_out(&mut self, earlier: &Self) {
        self.combine(earlier, u64::saturating_sub);
    }

    fn combine(&mut self, other: &Self, both: impl Fn(u64, u64) -> u64) {
        let mut other = other.clone();
        other.widen_to(self.shift);
        self.widen_to(other.shift);
        for (here, there) in self.bins.iter_mut().zip(&*other.bins) {
            *here = both(*here, *there);
        }
    }

    /// The least time that at least this share of all do not exceed, in beats; NaN where there are none.
    /// It is exact while bins are one beat wide; within a wider one all beats are taken to be as frequent.
    pub fn quantile(&self, share: f64) -> f64 {
        let all = self.count() as f64;
        let wanted = share * all;
        let mut below = 0.0;
        for (bin, count) in self.bins.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = *count as f64;
            // What is more by rounding alone is not more.
            if below + count >= wanted - 1e-9 * all {
                let within = ((wanted - below) / count).clamp(0.0, 1.0) * self.width() as f64;
                return bin as f64 * self.width() as f64 + within.ceil().max(1.0) - 1.0;
            }
            below += count;
        }
        f64::NAN
    }

    /// How many do not exceed this time, beats.
    pub fn at_most(&self, beats: f64) -> f64 {
        let mut below = 0.0;
        for (bin, count) in self.bins.iter().enumerate() {
            let from = bin as f64 * self.width() as f64;
            let within = ((beats + 1.0 - from) / self.width() as f64).clamp(0.0, 1.0);
            below += within * *count as f64;
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: impl IntoIterator<Item = u64>) -> Distribution {
        let mut distribution = Distribution::default();
        times.into_iter().for_each(|beats| distribution.add(beats, 1));
        distribution
    }

    #[test]
    fn quantiles_are_exact_while_bins_are_a_beat_wide() {
        let one = of(1..=100);
        assert_eq!(
            [0.01, 0.5, 0.95, 1.0].map(|share| one.quantile(share)),
            [1.0, 50.0, 95.0, 100.0]
        );
        assert_eq!((one.width(), one.count(), one.at_most(95.0)), (1, 100, 95.0));
        assert!(of([]).quantile(0.5).is_nan());
    }

    #[test]
    fn bins_widen_and_nothing_is_lost() {
        let wide = of(0..10_000);
        assert_eq!((wide.width(), wide.count()), (64, 10_000));
        assert!((wide.quantile(0.95) - 9_499.0).abs() <= 1.0, "{}", wide.quantile(0.95));
        assert!((wide.at_most(4_999.0) - 5_000.0).abs() < 1e-6);
        let far = of([0, u64::MAX]);
        assert_eq!((far.counts()[0], far.counts()[255]), (1, 1));
    }

    #[test]
    fn an_earlier_state_is_taken_out_whatever_its_bins() {
        let (early, late) = (of(0..200), of((0..200).chain([900, 901])));
        let mut between = late.clone();
        between.take_out(&early);
        assert_eq!((between.count(), between.width()), (2, 4));
        assert_eq!(between.counts()[225], 2);
        between.join(&early);
        assert_eq!(between, late);
    }
}
