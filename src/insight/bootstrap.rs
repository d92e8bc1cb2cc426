//! Bootstrap intervals (Efron 1979): the rows are drawn anew with repetition, the figure is taken
//! again, and between its 2.5 and 97.5 % quantiles lies the interval.
//!
//! Rows in the order of time hang together: they are drawn in blocks of neighbours, as many as the cube
//! root of all, the last beside the first (Politis & Romano 1992). Draws are addressed by seed, so that
//! any number of threads gives the same.

use rayon::prelude::*;

use super::metrics::{Estimated, quantile};
use crate::mdp::luck::Luck;

/// How rows are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// How often all rows are drawn anew.
    pub draws: u32,
    /// The seed.
    pub seed: u64,
    /// Whether neighbours are drawn together.
    pub in_blocks: bool,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { draws: 1_000, seed: 1, in_blocks: false }
    }
}

/// So many rows are drawn in all: of longer tables fewer times, but never fewer than the least.
const MOST_ROWS: u64 = 200_000_000;
const LEAST_DRAWS: u32 = 200;
/// Of so many draws a figure must be defined in.
const DEFINED: f64 = 0.9;

impl Bootstrap {
    /// How often so many rows are drawn.
    pub fn draws_of(&self, rows: usize) -> u32 {
        let most = MOST_ROWS / (rows.max(1) as u64);
        self.draws.min((most as u32).max(LEAST_DRAWS))
    }

    /// Figures of rows with their intervals. `figures` takes how often each row counts and gives all
    /// figures, NaN where one is not defined.
    pub fn estimate(
        &self,
        rows: usize,
        figures: impl Fn(Option<&[u32]>) -> Vec<f64> + Sync,
    ) -> Vec<Estimated> {
        let values = figures(None);
        let key = Luck::new(self.seed).key("bootstrap");
        let draws = if rows < 2 { 0 } else { self.draws_of(rows) };
        let block = if self.in_blocks { (rows as f64).cbrt().ceil() as usize } else { 1 };
        let drawn: Vec<Vec<f64>> = (0..draws)
            .into_par_iter()
            .map(|draw| {
                let mut counts = vec![0_u32; rows];
                let mut left = rows;
                let mut block_number = 0;
                while left > 0 {
                    let address = u64::from(draw) * rows as u64 + block_number;
                    let first = ((key.uniform(address, 0) * rows as f64) as usize).min(rows - 1);
                    for row in first..first + block.min(left) {
                        if let Some(count) = counts.get_mut(row % rows) {
                            *count += 1;
                        }
                    }
                    left -= block.min(left);
                    block_number += 1;
                }
                figures(Some(&counts))
            })
            .collect();
        let of = |(place, value): (usize, &f64)| {
            let again = drawn.iter().filter_map(|figures| figures.get(place).copied());
            let mut again: Vec<f64> = again.filter(|value| !value.is_nan()).collect();
            again.sort_by(f64::total_cmp);
            let enough = draws > 0 && again.len() as f64 >= DEFINED * f64::from(draws);
            let at = |share| (enough && !value.is_nan()).then(|| quantile(&again, share));
            Estimated { value: *value, low: at(0.025), high: at(0.975) }
        };
        values.iter().enumerate().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64]) -> impl Fn(Option<&[u32]>) -> Vec<f64> + '_ {
        |counts| {
            let count = |row: usize| counts.map_or(1.0, |counts| f64::from(counts[row]));
            let sum: f64 = values.iter().enumerate().map(|(row, x)| count(row) * x).sum();
            vec![sum / values.len() as f64]
        }
    }

    /// Of a mean the interval is about ± 1.96 s/√n.
    #[test]
    fn the_interval_of_a_mean_is_that_of_theory() {
        let key = Luck::new(3).key("data");
        let values: Vec<f64> = (0..400).map(|row| key.uniform(row, 0)).collect();
        let bootstrap = Bootstrap { draws: 4_000, ..Default::default() };
        let found = bootstrap.estimate(400, mean(&values))[0];
        let half = (found.high.unwrap() - found.low.unwrap()) / 2.0;
        let theory = 1.96 * (1.0 / 12.0_f64).sqrt() / 20.0;
        assert!((half / theory - 1.0).abs() < 0.08, "{half} against {theory}");
        assert!(found.covers(0.5) && found.is_above(0.4) && found.is_below(0.6));
        let again = bootstrap.estimate(400, mean(&values))[0];
        assert_eq!(found, again);
        assert_ne!(
            found.low,
            Bootstrap { seed: 2, ..bootstrap }.estimate(400, mean(&values))[0].low
        );
    }

    /// Neighbours that are alike say less than strangers: the interval is wider.
    #[test]
    fn blocks_see_that_neighbours_are_alike() {
        let key = Luck::new(5).key("data");
        let values: Vec<f64> = (0..1_000).map(|row| key.uniform(row / 10, 0)).collect();
        let width = |in_blocks| {
            let found =
                Bootstrap { in_blocks, ..Default::default() }.estimate(1_000, mean(&values))[0];
            found.high.unwrap() - found.low.unwrap()
        };
        assert!(width(true) > 1.8 * width(false), "{} {}", width(true), width(false));
    }

    #[test]
    fn what_is_not_defined_or_alone_has_no_interval() {
        let found = Bootstrap::default().estimate(1, |_| vec![3.0]);
        assert_eq!(found, [Estimated { value: 3.0, low: None, high: None }]);
        let found = Bootstrap::default()
            .estimate(50, |counts| vec![if counts.is_some() { f64::NAN } else { 1.0 }]);
        assert_eq!(found[0].low, None);
    }

    #[test]
    fn long_tables_are_drawn_less_often() {
        let bootstrap = Bootstrap::default();
        assert_eq!((bootstrap.draws_of(100), bootstrap.draws_of(10_000_000)), (1_000, 200));
    }
}
