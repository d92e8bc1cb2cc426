//! Predicted probabilities of the positive class against what was.
//!
//! Ranks: the area under the receiver operating characteristic (AUC) is the chance that of two rows of
//! different classes the positive one has the higher probability, ties counting half (Mann & Whitney
//! 1947; Hanley & McNeil 1982); average precision is Σ (Rₖ − Rₖ₋₁) Pₖ over thresholds. Probabilities:
//! log loss and Brier's score (1950). Decisions: whatever has at least the threshold is called positive.

use serde::{Deserialize, Serialize};

/// How often each decision was right and wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Confusion {
    /// Negative, and called so.
    pub true_negatives: u64,
    /// Negative, and called positive: false alarms.
    pub false_positives: u64,
    /// Positive, and called negative: misses.
    pub false_negatives: u64,
    /// Positive, and called so.
    pub true_positives: u64,
}

/// a/b, or nothing of nothing.
fn share(a: u64, b: u64) -> Option<f64> {
    (b > 0).then(|| a as f64 / b as f64)
}

impl Confusion {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.true_negatives + self.false_positives + self.false_negatives + self.true_positives
    }

    /// The share of decisions that were right.
    pub fn accuracy(&self) -> Option<f64> {
        share(self.true_negatives + self.true_positives, self.rows())
    }

    /// Of what was called positive, the share that is; `None` where nothing was.
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Of what is positive, the share that was called so; `None` where nothing is.
    pub fn recall(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// The harmonic mean of precision and recall; `None` where nothing is or was called positive.
    pub fn f1(&self) -> Option<f64> {
        share(
            2 * self.true_positives,
            2 * self.true_positives + self.false_positives + self.false_negatives,
        )
    }

    /// What decisions cost a row.
    pub fn cost(&self, costs: &Costs) -> f64 {
        let misses = costs.miss * self.false_negatives as f64;
        let alarms = costs.false_alarm * self.false_positives as f64;
        (misses + alarms) / self.rows().max(1) as f64
    }
}

/// What wrong decisions cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// What a positive row costs that is called negative.
    pub miss: f64,
    /// What a negative row costs that is called positive.
    pub false_alarm: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { miss: 1.0, false_alarm: 1.0 }
    }
}

impl Costs {
    /// From which probability on an alarm pays, where probabilities are right (Elkan 2001).
    pub fn threshold(&self) -> f64 {
        self.false_alarm / (self.false_alarm + self.miss)
    }
}

/// Above every probability: nothing is called positive.
pub const NEVER: f64 = 2.0;

/// Rows by falling probability, each with what it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// Probability, whether it is positive, and which row it is.
    rows: Vec<(f64, bool, usize)>,
}

/// What stands above a threshold, and the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cut {
    threshold: f64,
    true_positives: u64,
    false_positives: u64,
}

impl Ranking {
    /// Rows by their probabilities; `labels` are 1 for the positive class and else 0.
    pub fn of(labels: &[f64], probabilities: &[f64]) -> Self {
        let rows = labels.iter().zip(probabilities).enumerate();
        let mut rows: Vec<_> = rows.map(|(row, (y, p))| (*p, *y == 1.0, row)).collect();
        rows.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.2.cmp(&other.2)));
        Self { rows }
    }

    /// Each different probability as a threshold, from above, with what is called positive.
    fn cuts(&self, counts: Option<&[u32]>) -> impl Iterator<Item = Cut> + '_ {
        let counts: Option<Vec<u32>> = counts.map(<[u32]>::to_vec);
        let (mut positives, mut negatives) = (0, 0);
        self.rows.chunk_by(|one, other| one.0 == other.0).map(move |same| {
            for (_, positive, row) in same {
                let count = counts.as_ref().map_or(1, |c| c.get(*row).copied().unwrap_or(0));
                match positive {
                    true => positives += u64::from(count),
                    false => negatives += u64::from(count),
                }
            }
            let threshold = same.first().map_or(0.0, |(p, ..)| *p);
            Cut { threshold, true_positives: positives, false_positives: negatives }
        })
    }

    /// Decisions at a threshold.
    pub fn confusion(&self, threshold: f64, counts: Option<&[u32]>) -> Confusion {
        let mut confusion = Confusion::default();
        for (probability, positive, row) in &self.rows {
            let count = counts.map_or(1, |counts| counts.get(*row).copied().unwrap_or(0));
            let cell = match (*probability >= threshold, positive) {
                (true, true) => &mut confusion.true_positives,
                (true, false) => &mut confusion.false_positives,
                (false, true) => &mut confusion.false_negatives,
                (false, false) => &mut confusion.true_negatives,
            };
            *cell += u64::from(count);
        }
        confusion
    }

    /// AUC; `None` where there is one class alone.
    pub fn auc(&self, counts: Option<&[u32]>) -> Option<f64> {
        let (mut area, mut before) = (0.0, (0, 0));
        for cut in self.cuts(counts) {
            let (positives, negatives) = (cut.true_positives, cut.false_positives);
            area += (negatives - before.1) as f64 * (positives + before.0) as f64 / 2.0;
            before = (positives, negatives);
        }
        let (positives, negatives) = before;
        (positives > 0 && negatives > 0).then(|| area / (positives as f64 * negatives as f64))
    }

    /// Average precision; `None` where nothing is positive.
    pub fn average_precision(&self, counts: Option<&[u32]>) -> Option<f64> {
        let (mut sum, mut before) = (0.0, 0);
        for cut in self.cuts(counts) {
            let called = cut.true_positives + cut.false_positives;
            if called > 0 {
                let precision = cut.true_positives as f64 / called as f64;
                sum += (cut.true_positives - before) as f64 * precision;
            }
            before = cut.true_positives;
        }
        (before > 0).then(|| sum / before as f64)
    }

    /// The curve of the share of negatives called positive against that of positives, from (0, 0) to
    /// (1, 1); empty where there is one class alone.
    pub fn roc(&self) -> Vec<(f64, f64)> {
        let cuts: Vec<Cut> = self.cuts(None).collect();
        let Some(all) = cuts.last().filter(|c| c.true_positives > 0 && c.false_positives > 0)
        else {
            return Vec::new();
        };
        let point = |cut: &Cut| {
            (
                cut.false_positives as f64 / all.false_positives as f64,
                cut.true_positives as f64 / all.true_positives as f64,
            )
        };
        std::iter::once((0.0, 0.0)).chain(cuts.iter().map(point)).collect()
    }

    /// The curve of recall and precision over thresholds; empty where nothing is positive.
    pub fn precision_recall(&self) -> Vec<(f64, f64)> {
        let cuts: Vec<Cut> = self.cuts(None).collect();
        let all = cuts.last().map_or(0, |cut| cut.true_positives);
        let point = |cut: &Cut| {
            let called = (cut.true_positives + cut.false_positives) as f64;
            (cut.true_positives as f64 / all as f64, cut.true_positives as f64 / called)
        };
        if all == 0 { Vec::new() } else { cuts.iter().map(point).collect() }
    }

    /// The threshold of the least cost on these rows; of several the one nearest to where an alarm
    /// pays if probabilities are right. It lies between two probabilities, or calls all or nothing.
    pub fn best_threshold(&self, costs: &Costs) -> f64 {
        let cuts: Vec<Cut> = self.cuts(None).collect();
        let positives = cuts.last().map_or(0, |cut| cut.true_positives);
        let cost = |cut: &Cut| {
            costs.miss * (positives - cut.true_positives) as f64
                + costs.false_alarm * cut.false_positives as f64
        };
        let none = Cut { threshold: NEVER, true_positives: 0, false_positives: 0 };
        let below = |place: usize| cuts.get(place + 1).map_or(0.0, |cut| cut.threshold);
        let midways = cuts.iter().enumerate().map(|(place, cut)| {
            let threshold =
                if place + 1 < cuts.len() { (cut.threshold + below(place)) / 2.0 } else { 0.0 };
            // Beside each other two numbers may have no middle.
            let threshold = if threshold > below(place) || place + 1 == cuts.len() {
                threshold
            } else {
                cut.threshold
            };
            (cost(cut), threshold)
        });
        let all: Vec<(f64, f64)> = std::iter::once((cost(&none), NEVER)).chain(midways).collect();
        let least = all.iter().map(|(cost, _)| *cost).fold(f64::INFINITY, f64::min);
        let right = costs.threshold();
        let best = all.iter().filter(|(cost, _)| *cost <= least * (1.0 + 1e-12));
        let nearest =
            best.min_by(|one, other| (one.1 - right).abs().total_cmp(&(other.1 - right).abs()));
        nearest.map_or(right, |(_, threshold)| *threshold)
    }
}

/// −mean ln of the probability of what was, which is never taken as less than 10⁻¹⁵.
pub fn log_loss(labels: &[f64], probabilities: &[f64], counts: Option<&[u32]>) -> f64 {
    mean(labels, probabilities, counts, |y, p| {
        -(if y == 1.0 { p } else { 1.0 - p }).max(1e-15).ln()
    })
}

/// The mean of (p − y)².
pub fn brier(labels: &[f64], probabilities: &[f64], counts: Option<&[u32]>) -> f64 {
    mean(labels, probabilities, counts, |y, p| (p - y).powi(2))
}

fn mean(
    labels: &[f64],
    probabilities: &[f64],
    counts: Option<&[u32]>,
    of: impl Fn(f64, f64) -> f64,
) -> f64 {
    let (mut rows, mut sum) = (0.0, 0.0);
    for (row, (y, p)) in labels.iter().zip(probabilities).enumerate() {
        let count = counts.map_or(1.0, |counts| counts.get(row).map_or(0.0, |c| f64::from(*c)));
        rows += count;
        sum += count * of(*y, *p);
    }
    sum / rows
}

/// Rows whose probabilities lie together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// The mean probability.
    pub predicted: f64,
    /// The share that is positive.
    pub observed: f64,
    /// How many rows.
    pub rows: usize,
}

/// Whether probabilities are right: rows by rising probability in so many bins of as many rows, or
/// fewer where there are too few.
pub fn calibration(labels: &[f64], probabilities: &[f64], bins: usize) -> Vec<Bin> {
    let ranking = Ranking::of(labels, probabilities);
    let rising: Vec<(f64, bool)> = ranking.rows.iter().rev().map(|(p, y, _)| (*p, *y)).collect();
    let bins = bins.clamp(1, rising.len().max(1));
    let bin = |number: usize| {
        let (first, last) = (number * rising.len() / bins, (number + 1) * rising.len() / bins);
        let rows = rising.get(first..last).filter(|rows| !rows.is_empty())?;
        let n = rows.len() as f64;
        Some(Bin {
            predicted: rows.iter().map(|(p, _)| p).sum::<f64>() / n,
            observed: rows.iter().filter(|(_, y)| *y).count() as f64 / n,
            rows: rows.len(),
        })
    };
    (0..bins).filter_map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [f64; 6] = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    const PROBABILITIES: [f64; 6] = [0.9, 0.8, 0.8, 0.4, 0.4, 0.1];

    /// Of 9 pairs: 0.9 beats all 3; 0.8 ties one and beats two; 0.4 loses one, ties one, beats one.
    #[test]
    fn auc_counts_pairs_and_halves_ties() {
        let ranking = Ranking::of(&LABELS, &PROBABILITIES);
        assert!((ranking.auc(None).unwrap() - (3.0 + 2.5 + 1.5) / 9.0).abs() < 1e-15);
        assert_eq!(Ranking::of(&[1.0, 1.0], &[0.1, 0.2]).auc(None), None);
        assert_eq!(Ranking::of(&[0.0, 1.0], &[0.5, 0.5]).auc(None), Some(0.5));
        // Recall 1/3 at precision 1, 2/3 at 2/3, 1 at 3/5.
        let expected = (1.0 + 2.0 / 3.0 + 3.0 / 5.0) / 3.0;
        assert!((ranking.average_precision(None).unwrap() - expected).abs() < 1e-15);
        let roc = ranking.roc();
        assert_eq!((roc.first(), roc.last(), roc.len()), (Some(&(0.0, 0.0)), Some(&(1.0, 1.0)), 5));
        // The area below the curve, by trapezoids, is the same.
        let area: f64 = roc.windows(2).map(|w| (w[1].0 - w[0].0) * (w[1].1 + w[0].1) / 2.0).sum();
        assert!((area - ranking.auc(None).unwrap()).abs() < 1e-15);
        assert_eq!(ranking.precision_recall()[1], (2.0 / 3.0, 2.0 / 3.0));
    }

    #[test]
    fn a_row_that_counts_twice_is_there_twice() {
        let counts = [2, 0, 1, 3, 1, 1];
        let again = |values: &[f64]| -> Vec<f64> {
            let rows = values.iter().zip(counts);
            rows.flat_map(|(value, count)| std::iter::repeat_n(*value, count as usize)).collect()
        };
        let (labels, probabilities) = (again(&LABELS), again(&PROBABILITIES));
        let (counted, written) =
            (Ranking::of(&LABELS, &PROBABILITIES), Ranking::of(&labels, &probabilities));
        assert_eq!(counted.auc(Some(&counts)), written.auc(None));
        assert_eq!(counted.average_precision(Some(&counts)), written.average_precision(None));
        assert_eq!(counted.confusion(0.5, Some(&counts)), written.confusion(0.5, None));
        let losses = log_loss(&LABELS, &PROBABILITIES, Some(&counts));
        assert!((losses - log_loss(&labels, &probabilities, None)).abs() < 1e-15);
        let scores = brier(&LABELS, &PROBABILITIES, Some(&counts));
        assert!((scores - brier(&labels, &probabilities, None)).abs() < 1e-15);
    }

    #[test]
    fn decisions_are_counted() {
        let confusion = Ranking::of(&LABELS, &PROBABILITIES).confusion(0.8, None);
        assert_eq!((confusion.true_positives, confusion.false_positives), (2, 1));
        assert_eq!((confusion.true_negatives, confusion.false_negatives), (2, 1));
        assert_eq!(confusion.accuracy(), Some(4.0 / 6.0));
        assert_eq!((confusion.precision(), confusion.recall()), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert_eq!(confusion.f1(), Some(2.0 / 3.0));
        let none = Ranking::of(&[0.0], &[0.1]).confusion(0.5, None);
        assert_eq!((none.precision(), none.recall(), none.f1()), (None, None, None));
    }

    #[test]
    fn the_threshold_follows_the_costs() {
        let ranking = Ranking::of(&LABELS, &PROBABILITIES);
        let best = |miss, false_alarm| {
            let costs = Costs { miss, false_alarm };
            let threshold = ranking.best_threshold(&costs);
            (threshold, 6.0 * ranking.confusion(threshold, None).cost(&costs))
        };
        // A miss is dear: all positives are called, with two false alarms.
        let (threshold, cost) = best(10.0, 1.0);
        assert!((threshold - 0.25).abs() < 1e-15 && cost == 2.0);
        // A false alarm is dear: only the surest is called, with two misses.
        let (threshold, cost) = best(1.0, 10.0);
        assert!((threshold - 0.85).abs() < 1e-15 && cost == 2.0);
        // No threshold costs less than the best.
        for (miss, alarm) in [(1.0, 1.0), (3.0, 1.0), (1.0, 2.5), (100.0, 1.0), (1.0, 100.0)] {
            let costs = Costs { miss, false_alarm: alarm };
            let (_, least) = best(miss, alarm);
            for threshold in [0.0, 0.1, 0.2, 0.4, 0.5, 0.8, 0.85, 0.9, 1.0, NEVER] {
                let cost = 6.0 * ranking.confusion(threshold, None).cost(&costs);
                assert!(cost >= least, "{miss} {alarm} at {threshold}: {cost} below {least}");
            }
        }
        assert_eq!(Costs { miss: 3.0, false_alarm: 1.0 }.threshold(), 0.25);
        // Where nothing pays, nothing is called.
        let hopeless = Ranking::of(&[0.0, 0.0, 1.0], &[0.9, 0.8, 0.1]);
        assert_eq!(hopeless.best_threshold(&Costs { miss: 1.0, false_alarm: 1.0 }), NEVER);
    }

    #[test]
    fn calibration_holds_all_rows() {
        let bins = calibration(&LABELS, &PROBABILITIES, 3);
        assert_eq!(bins.iter().map(|bin| bin.rows).collect::<Vec<_>>(), [2, 2, 2]);
        assert!((bins[0].predicted - 0.25).abs() < 1e-15 && bins[2].predicted > 0.84);
        assert!((bins.iter().map(|bin| bin.observed).sum::<f64>() - 1.5).abs() < 1e-15);
        assert_eq!(calibration(&[], &[], 10), []);
    }
}
