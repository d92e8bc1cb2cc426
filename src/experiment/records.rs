//! What a run records: reward beat by beat, returns episode by episode, how episodes ended.

use super::run::Ending;
use super::series::Series;
use super::statistics::Estimate;

/// How many batches an interval for a steady-state mean is made of (Law 2015 advises 20 to 40).
const BATCHES: usize = 32;
/// Below so many batches no interval is given.
const FEWEST_BATCHES: usize = 10;

/// The records of one run, in bounded memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    discount: f64,
    weight: f64,
    running_return: f64,
    /// The reward of every beat.
    pub rewards: Series,
    /// The return of every ended episode, counted with the run's discount.
    pub returns: Series,
    /// The length of every ended episode, beats.
    pub lengths: Series,
    /// Episodes that ended because the environment did.
    pub terminal: u64,
    /// Episodes that were cut off at the run's limit.
    pub cut_off: u64,
    /// How the latest episode ended.
    pub latest: Option<Ending>,
}

impl Records {
    /// Empty records that count returns with this discount (1 for none).
    pub fn new(discount: f64) -> Self {
        Self {
            discount,
            weight: 1.0,
            running_return: 0.0,
            rewards: Series::default(),
            returns: Series::default(),
            lengths: Series::default(),
            terminal: 0,
            cut_off: 0,
            latest: None,
        }
    }

    /// Counts returns with this discount from the next beat on.
    pub fn count_with(&mut self, discount: f64) {
        self.discount = discount;
    }

    /// Takes the reward of a beat.
    #[inline]
    pub fn record(&mut self, reward: f64) {
        self.rewards.push(reward);
        self.running_return += self.weight * reward;
        self.weight *= self.discount;
    }

    /// Closes an episode of so many beats.
    pub fn end_episode(&mut self, ending: Ending, beats: u64) {
        self.returns.push(self.running_return);
        self.lengths.push(beats as f64);
        self.running_return = 0.0;
        self.weight = 1.0;
        match ending {
            Ending::Terminal => self.terminal += 1,
            Ending::CutOff => self.cut_off += 1,
        }
        self.latest = Some(ending);
    }

    /// The return of the episode under way.
    pub fn running_return(&self) -> f64 {
        self.running_return
    }

    /// The mean reward a beat with its batch-means interval, which is there from
    /// a few hundred beats on.
    pub fn reward_rate(&self) -> Estimate {
        let batches = self.rewards.batch_means(BATCHES);
        let mean = self.rewards.mean();
        if batches.len() < FEWEST_BATCHES {
            return Estimate { mean, low: None, high: None };
        }
        let half = Estimate::of_samples(&batches).half_width();
        Estimate { mean, low: half.map(|half| mean - half), high: half.map(|half| mean + half) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_are_discounted_and_endings_told_apart() {
        let mut records = Records::new(0.5);
        [4.0, 4.0].iter().for_each(|&reward| records.record(reward));
        records.end_episode(Ending::CutOff, 2);
        records.record(1.0);
        records.end_episode(Ending::Terminal, 1);
        let returns: Vec<f64> = records.returns.buckets().iter().map(|b| b.mean()).collect();
        assert_eq!(returns, [6.0, 1.0]);
        assert_eq!((records.terminal, records.cut_off), (1, 1));
    }
}
