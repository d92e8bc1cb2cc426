//! What a run records: reward beat by beat, returns episode by episode, how episodes ended.
//!
//! # The interval of the reward rate
//! Rewards of neighbouring beats are alike (a machine stays down, a buffer stays full), so that the
//! interval is made of the means of long batches of beats, after Law & Carson (1979) and Law (2015,
//! sec. 9.5.3): x̄ ± t·s/√b with b = 32 batches. It is honest only if the batches are hardly
//! correlated any more. Their own correlation would be found too late, as few say little of it;
//! therefore it is judged by more and shorter batches, at least ten to each of the 32. Where
//! neighbours among these are correlated by at most 0.4, those ten times as long are by some 0.05
//! or less, if correlation fades as e^(−t/τ). As slower changes may hide beneath faster ones, the
//! 32 must besides show no correlation of their own beyond chance (one-sided, at 5 %). Else there
//! is no interval yet: more beats make longer batches. The first is there after 320 beats without
//! correlation, after some 900 τ else.

use super::run::Ending;
use super::series::Series;
use super::statistics::Estimate;

/// How many batches an interval for a steady-state mean is made of (Law 2015 advises 20 to 40).
const BATCHES: usize = 32;
/// The same where there are but few parts (Law 2015: not below 20).
const FEW_BATCHES: usize = 20;
/// How many shorter batches there are for each of them at least.
const FINE_BATCHES: usize = 10;
/// How far neighbours among the shorter ones may be correlated.
const FINE_CORRELATION: f64 = 0.4;
/// The quantile of the normal distribution for a one-sided test at 5 %.
const ONE_SIDED: f64 = 1.645;

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
    /// The return and the length of the latest episode that was recorded from its start.
    pub latest_episode: Option<(f64, u64)>,
    /// Whether the records began within the episode under way: its return is none of an episode.
    partial: bool,
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
            latest_episode: None,
            partial: false,
        }
    }

    /// Empty records of a run that is within an episode: it is not counted among the episodes.
    pub fn within_an_episode(discount: f64) -> Self {
        Self { partial: true, ..Self::new(discount) }
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
        if !self.partial {
            self.returns.push(self.running_return);
            self.lengths.push(beats as f64);
            self.latest_episode = Some((self.running_return, beats));
        }
        self.partial = false;
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

    /// The mean reward a beat with its batch-means interval, once there is one (see
    /// [`self`](super::records)).
    pub fn reward_rate(&self) -> Estimate {
        rate(&self.rewards)
    }
}

/// The mean of a series of one run with its batch-means interval, where there is one (see
/// [`self`](super::records)).
pub fn rate(series: &Series) -> Estimate {
    let fine = series.batch_means(usize::MAX);
    let judged = fine.len() >= FINE_BATCHES * BATCHES && correlation(&fine) <= FINE_CORRELATION;
    let half = judged.then(|| half_width_of_batches(&series.batch_means(BATCHES))).flatten();
    Estimate::around(series.mean(), half)
}

/// Half the width of the interval of a mean of one run, by the means of some 50 to 100 equal parts
/// of it: those of 20 batches, which must show no correlation beyond chance. They are too few to judge
/// how fast correlation fades: that must be known from [`rate`] of another series of the same run.
pub fn half_width_of_parts(parts: &[f64]) -> Option<f64> {
    let each = parts.len() / FEW_BATCHES;
    if each == 0 {
        return None;
    }
    let kept = parts.get(parts.len() - each * FEW_BATCHES..)?;
    let mean = |batch: &[f64]| batch.iter().sum::<f64>() / each as f64;
    let batches: Vec<f64> = kept.chunks_exact(each).map(mean).collect();
    half_width_of_batches(&batches)
}

/// Half the width of the interval that batch means make; `None` where neighbours among them are
/// correlated beyond chance, or some are no numbers.
fn half_width_of_batches(batches: &[f64]) -> Option<f64> {
    let by_chance = ONE_SIDED / (batches.len() as f64).sqrt();
    let half = Estimate::of_samples(batches).half_width();
    half.filter(|half| half.is_finite() && correlation(batches) <= by_chance)
}

/// The correlation of neighbours in a series; 0 where nothing varies.
fn correlation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let apart = || values.iter().map(|value| value - mean);
    let squares: f64 = apart().map(|apart| apart * apart).sum();
    let products: f64 = apart().zip(apart().skip(1)).map(|(one, next)| one * next).sum();
    if squares > 0.0 { products / squares } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{AnyAgent, RunSettings, open};
    use crate::heuristics::AlwaysRun;
    use crate::mdp::{Dice, Luck};
    use crate::scenario::library;

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
        assert_eq!(records.latest_episode, Some((1.0, 1)));
    }

    #[test]
    fn an_episode_that_was_under_way_is_none_of_the_returns() {
        let mut records = Records::within_an_episode(1.0);
        records.record(4.0);
        records.end_episode(Ending::Terminal, 9);
        assert_eq!((records.returns.count(), records.latest_episode), (0, None));
        records.record(1.0);
        records.end_episode(Ending::Terminal, 1);
        assert_eq!((records.returns.count(), records.latest_episode), (1, Some((1.0, 1))));
        assert_eq!(records.rewards.count(), 2);
    }

    #[test]
    fn neighbours_are_correlated_as_they_should_be() {
        assert_eq!(correlation(&[3.0; 9]), 0.0);
        // Mean 2; products (−1)·(−1) + (−1)·1 + 1·1 = 1 of squares 4.
        assert_eq!(correlation(&[1.0, 1.0, 3.0, 3.0]), 0.25);
    }

    /// In how many of so many series there is an interval, and in what share of these it holds the
    /// true mean.
    fn coverage(
        series: u64,
        truth: f64,
        beats: usize,
        rewards: impl Fn(u64, usize) -> Records,
    ) -> (u64, f64) {
        let (mut shown, mut covering) = (0, 0);
        for seed in 0..series {
            let rate = rewards(seed, beats).reward_rate();
            if let (Some(low), Some(high)) = (rate.low, rate.high) {
                shown += 1;
                covering += u64::from(low <= truth && truth <= high);
            }
        }
        (shown, covering as f64 / shown as f64)
    }

    /// x ← φ·x + noise, with a noise that is the sum of twelve uniforms less 6.
    fn autoregressive(phi: f64) -> impl Fn(u64, usize) -> Records {
        move |seed, beats| {
            let mut dice = Dice::new(Luck::new(seed), &["noise"]);
            let mut records = Records::new(1.0);
            let mut x = 0.0;
            for beat in 0..beats as u64 + 500 {
                dice.turn_to(beat);
                x = phi * x + (0..12).map(|_| dice.uniform(0)).sum::<f64>() - 6.0;
                if beat >= 500 {
                    records.record(x);
                }
            }
            records
        }
    }

    /// The standard error of a share of 95 % in 600 series is 0.9 %; batches that are still
    /// correlated by 0.05 cost 1 %. 92 to 98 % is what is held to.
    #[test]
    fn intervals_of_autoregressive_rewards_hold_the_mean_in_95_of_100() {
        for (phi, beats) in [(0.0, 400), (0.0, 5_000), (0.5, 4_000), (0.9, 30_000)] {
            let (shown, covering) = coverage(600, 0.0, beats, autoregressive(phi));
            assert!(shown > 500, "φ = {phi}, {beats} beats: shown in {shown} of 600");
            assert!((0.92..=0.98).contains(&covering), "φ = {phi}, {beats} beats: {covering}");
        }
    }

    #[test]
    fn too_few_beats_give_no_interval() {
        for (phi, beats) in [(0.0, 319), (0.5, 600), (0.9, 2_000), (0.99, 20_000)] {
            let (shown, _) = coverage(200, 0.0, beats, autoregressive(phi));
            assert!(shown <= 2, "φ = {phi}, {beats} beats: shown in {shown} of 200");
        }
    }

    /// Gershwin's two machines: rewards stay alike for some ten beats of repair and for as long as
    /// the buffer takes to fill.
    #[test]
    fn intervals_of_a_line_hold_its_throughput_in_95_of_100() {
        let scenario = library::open("lines/gershwin_two_machine.ron").unwrap();
        let line = &scenario.environment;
        let rewards = |seed, beats: usize| {
            let agent = AnyAgent::AlwaysRun(AlwaysRun::new(line.erased()));
            let mut run = open(line, agent, RunSettings { seed, ..RunSettings::default() });
            run.advance(beats as u64);
            run.records().clone()
        };
        let (shown, covering) = coverage(400, 0.856_174_930_7, 60_000, rewards);
        assert!(shown > 300, "shown in {shown} of 400");
        assert!((0.92..=0.98).contains(&covering), "{covering}");
        let (shown, _) = coverage(100, 0.0, 600, rewards);
        assert!(shown <= 1, "after 600 beats shown in {shown} of 100");
    }
}
