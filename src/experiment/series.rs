//! A series of any length in bounded memory: bucket means with their extremes, at a resolution
//! that halves when the buckets are used up.

/// One bucket of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// How many values it stands for.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The least of them.
    pub least: f64,
    /// The greatest of them.
    pub most: f64,
}

impl Bucket {
    const EMPTY: Self = Self { count: 0, sum: 0.0, least: f64::INFINITY, most: f64::NEG_INFINITY };

    /// The mean of the bucket's values.
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    fn merge(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            least: self.least.min(other.least),
            most: self.most.max(other.most),
        }
    }
}

/// Values in the order in which they came, kept as at most [`Series::BUCKETS`] buckets of equal
/// width.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    full: Vec<Bucket>,
    open: Bucket,
    width: u64,
}

impl Default for Series {
    fn default() -> Self {
        Self { full: Vec::with_capacity(Self::BUCKETS), open: Bucket::EMPTY, width: 1 }
    }
}

impl Series {
    /// How many full buckets are kept at most.
    pub const BUCKETS: usize = 1024;

    /// Takes the next value. Never allocates.
    #[inline]
    pub fn push(&mut self, value: f64) {
        self.open.count += 1;
        self.open.sum += value;
        // What is no number is neither, as with `min` and `max`, which take twice as long.
        self.open.least = if value < self.open.least { value } else { self.open.least };
        self.open.most = if value > self.open.most { value } else { self.open.most };
        if self.open.count == self.width {
            self.close();
        }
    }

    #[cold]
    fn close(&mut self) {
        self.full.push(self.open);
        self.open = Bucket::EMPTY;
        if self.full.len() == Self::BUCKETS {
            let mut first = None;
            self.full.retain_mut(|bucket| match first.take() {
                None => {
                    first = Some(*bucket);
                    false
                }
                Some(first) => {
                    *bucket = Bucket::merge(first, *bucket);
                    true
                }
            });
            self.width *= 2;
        }
    }

    /// What another series is above this one, value by value, where both began with the same beat; as
    /// far as both go, in buckets as wide as the wider ones of the two.
    pub fn below(&self, other: &Self) -> Self {
        let width = self.width.max(other.width);
        let sums = |series: &Self| -> Vec<f64> {
            let each = usize::try_from(width / series.width).unwrap_or(usize::MAX).max(1);
            let whole = series.full.chunks_exact(each);
            whole.map(|buckets| buckets.iter().map(|bucket| bucket.sum).sum()).collect()
        };
        let pairs = sums(self).into_iter().zip(sums(other));
        let full = pairs.map(|(this, other)| {
            let sum: f64 = other - this;
            let mean = sum / width as f64;
            Bucket { count: width, sum, least: mean, most: mean }
        });
        Self { full: full.collect(), open: Bucket::EMPTY, width }
    }

    /// How many values a full bucket stands for.
    pub fn width(&self) -> u64 {
        self.width
    }

    /// The full buckets, oldest first.
    pub fn buckets(&self) -> &[Bucket] {
        &self.full
    }

    /// How many values have come.
    pub fn count(&self) -> u64 {
        self.full.len() as u64 * self.width + self.open.count
    }

    /// The mean of all values; NaN before the first.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.full.iter().map(|bucket| bucket.sum).sum::<f64>() + self.open.sum;
        sum / self.count() as f64
    }

    /// The means of at most `most` equal batches of consecutive full buckets, for batch-means
    /// intervals (Law 2015, sec. 9.5.3). What does not fill a batch is left out at the front,
    /// where the start-up is.
    pub fn batch_means(&self, most: usize) -> Vec<f64> {
        let batches = most.min(self.full.len());
        if batches == 0 {
            return Vec::new();
        }
        let size = self.full.len() / batches;
        let skipped = self.full.len() - size * batches;
        let kept = self.full.get(skipped..).unwrap_or_default();
        kept.chunks(size)
            .map(|batch| {
                batch.iter().map(|bucket| bucket.sum).sum::<f64>()
                    / (size as u64 * self.width) as f64
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_series_is_above_another_by_the_difference_of_their_values() {
        let (mut one, mut other) = (Series::default(), Series::default());
        for beat in 0..5000_u32 {
            one.push(f64::from(beat % 7));
            if beat < 900 {
                other.push(f64::from(beat % 7) + 0.5);
            }
        }
        let above = one.below(&other);
        // Eight values in a bucket of the longer one; 112 whole ones in 900.
        assert_eq!((above.width(), above.buckets().len(), above.count()), (8, 112, 896));
        assert!((above.mean() - 0.5).abs() < 1e-12);
        assert!((other.below(&one).mean() + 0.5).abs() < 1e-12);
        assert_eq!(one.below(&Series::default()).count(), 0);
    }

    #[test]
    fn nothing_is_lost_when_buckets_merge() {
        let mut series = Series::default();
        let n = 10_007_u64;
        for value in 0..n {
            series.push(value as f64);
        }
        assert_eq!(series.count(), n);
        assert!((series.mean() - (n - 1) as f64 / 2.0).abs() < 1e-9);
        assert!(series.buckets().len() < Series::BUCKETS);
        let first = series.buckets()[0];
        assert_eq!((first.least, first.most), (0.0, series.width() as f64 - 1.0));
    }

    #[test]
    fn batches_are_equal_and_drop_the_start() {
        let mut series = Series::default();
        (0..10).for_each(|value| series.push(f64::from(value)));
        assert_eq!(series.batch_means(3), [2.0, 5.0, 8.0]);
        assert!(Series::default().batch_means(3).is_empty());
    }
}
