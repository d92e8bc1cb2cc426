//! Bandits: several arms, one state, and the question how often to try what looks worse.
//!
//! Q(a) is the mean of the rewards of arm a, or moves by a constant step: Q ← Q + α·(r − Q), N(a) how
//! often it was tried (Sutton & Barto 2018, ch. 2). An arm is chosen
//! - **ε-greedily** (sec. 2.2 to 2.4): the best, or with probability ε any; *optimistic* where the
//!   values start above what can be had (sec. 2.6);
//! - by its **upper confidence bound** Q(a) + c·√(ln t / N(a)), untried arms first (sec. 2.7,
//!   eq. 2.10; Auer, Cesa-Bianchi & Fischer 2002);
//! - by **preferences**: softmax over h, h(a) ← h(a) + α·(r − r̄)·(1{a chosen} − π(a)), r̄ the mean
//!   of the rewards until now, this one included, or 0 without a baseline (sec. 2.8, eq. 2.12);
//! - by **Thompson sampling** (Thompson 1933; Russo et al. 2018, sec. 4): the best of one draw from
//!   each arm's posterior, N((m/v + Σr)/(1/v + n), 1/(1/v + n)) for rewards N(q, 1) and a prior
//!   N(m, v).
//!
//! Exact ties are broken by a fair draw. [`TestBed`] is the one of sec. 2.3.

#![expect(clippy::indexing_slicing, reason = "arms are numbered by the rule's own tables")]

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::greedy::{explore, greedy};
use super::softmax::{draw, softmax};
use super::upper_confidence::{bound, spread};
use crate::environments::SettingError;
use crate::mdp::{Dice, Luck, Situation};

/// How arms are chosen and what is learned from their rewards.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum BanditRule {
    /// The best by value, or with probability ε any.
    EpsilonGreedy {
        /// ε, from 0 to 1. 0.1 by default.
        #[serde(default = "tenth")]
        epsilon: f64,
        /// The step size α, above 0 and up to 1; the mean of all rewards where left out.
        #[serde(default)]
        step: Option<f64>,
        /// All values at first. 0 by default.
        #[serde(default)]
        initial: f64,
    },
    /// The highest upper confidence bound.
    UpperConfidence {
        /// c, from 0. 2 by default; √2 for rewards of variance 1 is that of the theory.
        #[serde(default = "two")]
        width: f64,
    },
    /// Softmax over preferences that follow the gradient of the expected reward.
    Gradient {
        /// α, above 0. 0.1 by default.
        #[serde(default = "tenth")]
        step: f64,
        /// Whether rewards count by how far they are above their mean. True by default.
        #[serde(default = "yes")]
        baseline: bool,
    },
    /// The best of one draw from what is believed of each arm, for rewards of variance 1.
    Thompson {
        /// The mean of the prior. 0 by default.
        #[serde(default)]
        mean: f64,
        /// The variance of the prior, above 0. 1 by default.
        #[serde(default = "one")]
        variance: f64,
    },
}

fn tenth() -> f64 {
    0.1
}

fn one() -> f64 {
    1.0
}

fn two() -> f64 {
    2.0
}

fn yes() -> bool {
    true
}

impl BanditRule {
    /// All that is wrong with the numbers; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = Vec::new();
        let mut expect = |holds: bool, path: &str, value: f64, remedy: &str| {
            if !holds {
                faults.push(SettingError {
                    path: path.to_owned(),
                    message: format!("{value} is out of range"),
                    remedy: remedy.to_owned(),
                });
            }
        };
        match *self {
            Self::EpsilonGreedy { epsilon, step, initial } => {
                let holds = (0.0..=1.0).contains(&epsilon);
                expect(holds, "epsilon", epsilon, "give a number from 0 to 1");
                if let Some(step) = step {
                    let holds = step > 0.0 && step <= 1.0;
                    expect(holds, "step", step, "give a number above 0 and up to 1, such as 0.1");
                }
                expect(initial.is_finite(), "initial", initial, "give a finite number, such as 0");
            }
            Self::UpperConfidence { width } => {
                let holds = width >= 0.0 && width.is_finite();
                expect(holds, "width", width, "give a number from 0, such as 2");
            }
            Self::Gradient { step, .. } => {
                let holds = step > 0.0 && step.is_finite();
                expect(holds, "step", step, "give a number above 0, such as 0.1");
            }
            Self::Thompson { mean, variance } => {
                expect(mean.is_finite(), "mean", mean, "give a finite number, such as 0");
                let holds = variance > 0.0 && variance.is_finite();
                expect(holds, "variance", variance, "give a number above 0, such as 1");
            }
        }
        faults
    }
}

/// Names of the sources that a bandit draws from.
pub const SOURCES: [&str; 3] = ["exploration", "ties", "belief"];
const EXPLORATION: usize = 0;
const TIES: usize = 1;
const BELIEF: usize = 2;

/// A player of a bandit.
#[derive(Debug, Clone)]
pub struct Bandit {
    rule: BanditRule,
    /// Values, or preferences of the gradient bandit.
    values: Vec<f64>,
    counts: Vec<u32>,
    /// What arms are compared by in this choice.
    scores: Vec<f64>,
    plays: u64,
    /// The mean of all rewards.
    mean: f64,
    standard: Normal,
}

/// All arms are always allowed.
const ALL: Situation<'_> = Situation { levels: &[], reals: &[], allowed: None, beat: 0 };

impl Bandit {
    /// A player of so many arms, at least one, that has met nothing yet.
    pub fn new(rule: BanditRule, arms: usize) -> Self {
        let initial = match rule {
            BanditRule::EpsilonGreedy { initial, .. } => initial,
            _ => 0.0,
        };
        Self {
            rule,
            values: vec![initial; arms],
            counts: vec![0; arms],
            scores: vec![0.0; arms],
            plays: 0,
            mean: 0.0,
            standard: Normal::standard(),
        }
    }

    /// What each arm is believed to be worth; the preferences of the gradient bandit.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// How often each arm was tried.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// The next arm. The dice are those of [`SOURCES`].
    pub fn choose(&mut self, dice: &mut Dice) -> usize {
        match self.rule {
            BanditRule::EpsilonGreedy { epsilon, .. } => {
                let u = dice.uniform(EXPLORATION);
                if u < epsilon {
                    explore(u / epsilon, self.values.len(), &ALL)
                } else {
                    greedy(&self.values, &ALL, dice, TIES)
                }
            }
            BanditRule::UpperConfidence { width } => {
                // t counts this choice.
                let spread = spread(width, self.plays);
                for (arm, score) in self.scores.iter_mut().enumerate() {
                    *score = bound(self.values[arm], self.counts[arm], spread);
                }
                greedy(&self.scores, &ALL, dice, TIES)
            }
            BanditRule::Gradient { .. } => draw(&self.values, 1.0, &ALL, dice.uniform(EXPLORATION)),
            BanditRule::Thompson { mean, variance } => {
                for (arm, score) in self.scores.iter_mut().enumerate() {
                    let count = f64::from(self.counts[arm]);
                    let precision = 1.0 / variance + count;
                    let believed = (mean / variance + count * self.values[arm]) / precision;
                    // By inversion; half a step of the uniform keeps it from 0.
                    let u = dice.uniform(BELIEF) + f64::EPSILON / 4.0;
                    *score = believed + self.standard.inverse_cdf(u) / precision.sqrt();
                }
                greedy(&self.scores, &ALL, dice, TIES)
            }
        }
    }

    /// Learns from the reward of an arm.
    pub fn learn(&mut self, arm: usize, reward: f64) {
        self.plays += 1;
        self.counts[arm] = self.counts[arm].saturating_add(1);
        self.mean += (reward - self.mean) / self.plays as f64;
        match self.rule {
            BanditRule::Gradient { step, baseline } => {
                softmax(&self.values, 1.0, &ALL, &mut self.scores);
                let above = if baseline { reward - self.mean } else { reward };
                for (other, (value, chance)) in self.values.iter_mut().zip(&self.scores).enumerate()
                {
                    *value += step * above * (f64::from(u8::from(other == arm)) - chance);
                }
            }
            BanditRule::EpsilonGreedy { step: Some(step), .. } => {
                self.values[arm] += step * (reward - self.values[arm]);
            }
            _ => {
                let count = f64::from(self.counts[arm]);
                self.values[arm] += (reward - self.values[arm]) / count;
            }
        }
    }
}

/// The k-armed test bed (Sutton & Barto 2018, sec. 2.3): the worth of each arm is drawn from
/// N(shift, 1), its rewards from N(worth, 1). A run is a function of seed and number alone, and all
/// rules meet the same arms and the same luck in the same beat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestBed {
    /// How many arms; 10 in the book.
    pub arms: usize,
    /// The mean of the arms' worths; 0 in the book, 4 in its figure 2.5.
    pub shift: f64,
    /// Beats a run.
    pub steps: u64,
    /// How many runs.
    pub runs: u64,
    /// The seed.
    pub seed: u64,
}

/// What a rule came to on a test bed: means over all runs, by beat.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// The mean reward.
    pub reward: Vec<f64>,
    /// The share of runs in which the best arm was chosen.
    pub best: Vec<f64>,
    /// The mean of the regret so far: what the best arm would have brought more, by its worth.
    pub regret: Vec<f64>,
}

impl TestBed {
    /// Plays all runs by a rule.
    pub fn play(&self, rule: BanditRule) -> Curves {
        let worths = |run: u64| {
            let key = Luck { seed: self.seed, replication: run, episode: 0 }.key("worth");
            let normal = Normal::standard();
            let worth = |arm: usize| {
                self.shift + normal.inverse_cdf(key.uniform(arm as u64, 0) + f64::EPSILON / 4.0)
            };
            (0..self.arms).map(worth).collect::<Vec<f64>>()
        };
        self.play_with(rule, worths)
    }

    /// Plays all runs on arms of given worths, by the number of the run.
    pub fn play_with(&self, rule: BanditRule, worths: impl Fn(u64) -> Vec<f64>) -> Curves {
        let steps = self.steps as usize;
        let mut curves =
            Curves { reward: vec![0.0; steps], best: vec![0.0; steps], regret: vec![0.0; steps] };
        let normal = Normal::standard();
        let share = 1.0 / self.runs as f64;
        for run in 0..self.runs {
            let luck = Luck { seed: self.seed, replication: run, episode: 0 };
            let worths = worths(run);
            let most = worths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut player = Bandit::new(rule, worths.len());
            let mut dice = Dice::new(luck, &SOURCES);
            let (noise, mut regret) = (luck.key("reward"), 0.0);
            for beat in 0..steps {
                dice.turn_to(beat as u64);
                let arm = player.choose(&mut dice);
                let u = noise.uniform(beat as u64, 0) + f64::EPSILON / 4.0;
                let reward = worths[arm] + normal.inverse_cdf(u);
                player.learn(arm, reward);
                regret += most - worths[arm];
                curves.reward[beat] += share * reward;
                curves.best[beat] += if worths[arm] == most { share } else { 0.0 };
                curves.regret[beat] += share * regret;
            }
        }
        curves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPSILON: BanditRule =
        BanditRule::EpsilonGreedy { epsilon: 0.1, step: None, initial: 0.0 };

    fn bed(shift: f64) -> TestBed {
        TestBed { arms: 10, shift, steps: 1_000, runs: 1_000, seed: 1 }
    }

    /// The mean of the last hundred beats.
    fn end(curve: &[f64]) -> f64 {
        curve[curve.len() - 100..].iter().sum::<f64>() / 100.0
    }

    fn dice() -> Dice {
        Dice::new(Luck::new(1), &SOURCES)
    }

    #[test]
    fn updates_by_hand() {
        let mut mean = Bandit::new(EPSILON, 2);
        [4.0, 1.0, 1.0].iter().for_each(|reward| mean.learn(1, *reward));
        assert_eq!((mean.values(), mean.counts()), ([0.0, 2.0].as_slice(), [0, 3].as_slice()));
        let rule = BanditRule::EpsilonGreedy { epsilon: 0.0, step: Some(0.25), initial: 8.0 };
        let mut constant = Bandit::new(rule, 2);
        constant.learn(0, 4.0);
        assert_eq!(constant.values(), [7.0, 8.0]);
        assert_eq!(constant.choose(&mut dice()), 1);
        // π = ½ each: r̄ = 3 takes the first reward whole, so that it moves nothing; then
        // r − r̄ = 6 − 4.5: ±0.2·1.5·½.
        let rule = BanditRule::Gradient { step: 0.2, baseline: true };
        let mut gradient = Bandit::new(rule, 2);
        gradient.learn(0, 3.0);
        assert_eq!(gradient.values(), [0.0, 0.0]);
        gradient.learn(1, 6.0);
        for (found, by_hand) in gradient.values().iter().zip([-0.15, 0.15]) {
            assert!((found - by_hand).abs() < 1e-15);
        }
        let mut without = Bandit::new(BanditRule::Gradient { step: 0.2, baseline: false }, 2);
        without.learn(0, 3.0);
        assert!((without.values()[0] - 0.3).abs() < 1e-15);
    }

    #[test]
    fn bounds_by_hand() {
        let mut player = Bandit::new(BanditRule::UpperConfidence { width: 2.0 }, 3);
        player.learn(0, 1.0);
        player.learn(1, 1.0);
        assert_eq!(player.choose(&mut dice()), 2, "the untried first");
        player.learn(2, 1.5);
        player.learn(2, 1.5);
        // t = 5: 1 + 2·√ln 5 = 3.537 for the first two, 1.5 + 2·√(ln 5 / 2) = 3.294 for the third.
        player.learn(0, 1.0);
        // t = 6: the first too was tried twice, 1 + 2·√(ln 6 / 2) = 2.893; the second 3.677.
        assert_eq!(player.choose(&mut dice()), 1);
        let t = 6_f64.ln();
        let exact =
            [1.0 + 2.0 * (t / 2.0).sqrt(), 1.0 + 2.0 * t.sqrt(), 1.5 + 2.0 * (t / 2.0).sqrt()];
        for (found, exact) in player.scores.iter().zip(exact) {
            assert!((found - exact).abs() < 1e-12, "{found} {exact}");
        }
    }

    /// The expected move of the gradient bandit, over arms and with known worths, is the gradient of
    /// the expected reward by the preferences: π(b)·(q(b) − Σ π q) (sec. 2.8, the proof there).
    #[test]
    fn the_gradient_bandit_climbs_the_expected_reward() {
        let (preferences, worths) = ([0.4, -0.3, 0.1], [1.0, 3.0, -2.0]);
        let mut chances = [0.0; 3];
        softmax(&preferences, 1.0, &ALL, &mut chances);
        let expected: f64 = chances.iter().zip(worths).map(|(p, q)| p * q).sum();
        let mut moved = [0.0; 3];
        for arm in 0..3 {
            let mut player = Bandit::new(BanditRule::Gradient { step: 1.0, baseline: false }, 3);
            player.values.copy_from_slice(&preferences);
            player.learn(arm, worths[arm]);
            for (other, moved) in moved.iter_mut().enumerate() {
                *moved += chances[arm] * (player.values[other] - preferences[other]);
            }
        }
        for other in 0..3 {
            let gradient = chances[other] * (worths[other] - expected);
            assert!((moved[other] - gradient).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_believed_has_the_posterior_s_mean_and_spread() {
        let mut player = Bandit::new(BanditRule::Thompson { mean: 1.0, variance: 0.5 }, 1);
        [4.0, 2.0].iter().for_each(|reward| player.learn(0, *reward));
        // Precision 2 + 2 = 4, mean (1/0.5 + 6)/4 = 2, deviation ½.
        let (mut dice, n) = (dice(), 40_000);
        let (mut sum, mut squares) = (0.0, 0.0);
        for beat in 0..n {
            dice.turn_to(beat);
            player.choose(&mut dice);
            sum += player.scores[0] - 2.0;
            squares += (player.scores[0] - 2.0).powi(2);
        }
        // Five standard errors: 0.5/200 and 0.25·√2/200.
        assert!((sum / n as f64).abs() < 0.0125 && (squares / n as f64 - 0.25).abs() < 0.009);
    }

    /// Figures 2.2 to 2.5 of the book over 1,000 runs. A share of some 0.8 has a standard error of
    /// 0.013 in one beat, and a mean reward one of √(1 + 0.4)/√1000 = 0.04; means of the last hundred
    /// beats of the same runs err little less for shares, as a run stays with its arm, and 0.02 for
    /// rewards. The figures are read to 0.03; bounds are about three errors and that.
    #[test]
    fn the_test_bed_shows_the_figures_of_the_book() {
        let epsilon = bed(0.0).play(EPSILON);
        assert!((end(&epsilon.best) - 0.80).abs() < 0.06);
        assert!((1.25..1.50).contains(&end(&epsilon.reward)));
        let rule = |epsilon, step, initial| BanditRule::EpsilonGreedy { epsilon, step, initial };
        let small = bed(0.0).play(rule(0.01, None, 0.0));
        let none = bed(0.0).play(rule(0.0, None, 0.0));
        // Figure 2.2: greedy stays near 1, ε = 0.01 is on its way.
        assert!((end(&none.reward) - 1.03).abs() < 0.1);
        assert!(end(&none.reward) + 0.1 < end(&small.reward));
        assert!(end(&small.best) + 0.1 < end(&epsilon.best));
        // Figure 2.3: slower at first, better in the end.
        let optimistic = bed(0.0).play(rule(0.0, Some(0.1), 5.0));
        let realistic = bed(0.0).play(rule(0.1, Some(0.1), 0.0));
        assert!(end(&optimistic.best) > end(&realistic.best) + 0.04);
        assert!(optimistic.best[30..60].iter().sum::<f64>() < realistic.best[30..60].iter().sum());
        // Figure 2.4.
        let bound = bed(0.0).play(BanditRule::UpperConfidence { width: 2.0 });
        assert!(end(&bound.reward) > end(&epsilon.reward) + 0.06);
        // Every arm once in ten beats, then the best of them: the spike in the eleventh.
        assert!(bound.best[..10].iter().all(|share| (share - 0.1).abs() < 0.05));
        assert!(bound.reward[10] > bound.reward[9] + 0.5);
        assert!(bound.reward[10] > bound.reward[11] + 0.2);
        let thompson = bed(0.0).play(BanditRule::Thompson { mean: 0.0, variance: 1.0 });
        assert!(end(&thompson.best) > end(&epsilon.best));
        // Figure 2.5, with worths about 4.
        let gradient = |baseline| bed(4.0).play(BanditRule::Gradient { step: 0.1, baseline });
        let (with, without) = (end(&gradient(true).best), end(&gradient(false).best));
        assert!((with - 0.82).abs() < 0.06);
        assert!(without < with - 0.15);
    }

    /// Lai & Robbins (1985): no rule that is good everywhere has less regret in the long run than
    /// Σ Δ/KL = 2/Δ for each unit of ln T, arms of variance 1. The bound with c = √2 and Thompson
    /// sampling grow at this rate; ε-greedy by ε·Δ/2 a beat.
    #[test]
    fn regret_grows_as_the_logarithm() {
        let two = TestBed { arms: 2, shift: 0.0, steps: 10_000, runs: 400, seed: 5 };
        let growth = |rule| {
            let regret = two.play_with(rule, |_| vec![1.0, 0.0]).regret;
            (regret[9_999] - regret[999]) / 10_f64.ln()
        };
        let bound = growth(BanditRule::UpperConfidence { width: 2_f64.sqrt() });
        let thompson = growth(BanditRule::Thompson { mean: 0.0, variance: 1.0 });
        let epsilon = growth(EPSILON);
        for found in [bound, thompson] {
            assert!((1.2..3.0).contains(&found), "{bound} {thompson}");
        }
        assert!((epsilon * 10_f64.ln() / 450.0 - 1.0).abs() < 0.05, "{epsilon}");
    }

    /// A player on arms of these worths for so many beats, beginning with this one; returns by how
    /// much the arms taken were worth less than the best in all.
    fn play_on(
        player: &mut Bandit,
        worths: &[f64],
        luck: Luck,
        beats: std::ops::Range<u64>,
    ) -> f64 {
        let (mut dice, noise) = (Dice::new(luck, &SOURCES), luck.key("reward"));
        let normal = Normal::standard();
        let most = worths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut regret = 0.0;
        for beat in beats {
            dice.turn_to(beat);
            let arm = player.choose(&mut dice);
            let u = noise.uniform(beat, 0) + f64::EPSILON / 4.0;
            player.learn(arm, worths[arm] + normal.inverse_cdf(u));
            regret += most - worths[arm];
        }
        regret
    }

    /// What rules believe comes true: their mean error at least halves from 10⁵ to 10⁶ beats, five
    /// sets of arms and five seeds each.
    ///
    /// The mean of n rewards errs by 1/√n, so that errors fall to 1/√10 where an arm is tried in
    /// every so many beats: each arm by ε-greedy choice, the best arm by the others, which try the
    /// rest but some ln t times. A mean absolute error of N arms that err each for itself is known to
    /// 0.75/√N. Over all sets of three arms the ratio is therefore known to
    /// 0.316·√2·0.75/√75 = 0.04 for all arms, to 0.07 for the best alone; ½ lies 2.7 such errors
    /// above 1/√10 or more. The regret a beat of the others, (1/Δ)·ln t/t, falls to an eighth.
    #[test]
    fn what_is_believed_comes_true() {
        let key = Luck { seed: 2028, replication: 0, episode: 0 }.key("arms");
        // Three arms, the best by 0.5 to 1, and more rewards than luck can hide.
        let sets: Vec<[f64; 3]> = (0..5)
            .map(|set| {
                let u = |draw| key.uniform(set, draw);
                let best = u(0);
                [best - 0.5 - 0.5 * u(1), best, best - 0.5 - 0.5 * u(2)]
            })
            .collect();
        for (rule, everywhere) in [
            (EPSILON, true),
            (BanditRule::UpperConfidence { width: 2_f64.sqrt() }, false),
            (BanditRule::Thompson { mean: 0.0, variance: 1.0 }, false),
        ] {
            let (mut errors, mut regrets) = ([0.0; 2], [0.0; 2]);
            for (number, worths) in sets.iter().enumerate() {
                for seed in 0..5 {
                    let luck = Luck { seed, replication: number as u64, episode: 0 };
                    let mut player = Bandit::new(rule, worths.len());
                    let mut regret = 0.0;
                    let times = [0..100_000, 100_000..1_000_000];
                    for (at, beats) in times.into_iter().enumerate() {
                        let end = beats.end as f64;
                        regret += play_on(&mut player, worths, luck, beats);
                        regrets[at] += regret / end;
                        let off = |arm: usize| (player.values()[arm] - worths[arm]).abs();
                        errors[at] += if everywhere { (0..3).map(off).sum() } else { off(1) };
                    }
                }
            }
            println!("{rule:?}: errors {errors:?}, regrets {regrets:?}");
            assert!(errors[1] <= errors[0] / 2.0, "{rule:?}: {errors:?}");
            // ε-greedy choice keeps trying, and its regret a beat with it.
            assert!(everywhere || regrets[1] <= regrets[0] / 2.0, "{rule:?}: {regrets:?}");
        }
    }

    #[test]
    fn the_same_seed_plays_the_same() {
        let short = TestBed { steps: 50, runs: 5, ..bed(0.0) };
        assert_eq!(short.play(EPSILON), short.play(EPSILON));
        assert_ne!(short.play(EPSILON), TestBed { seed: 2, ..short }.play(EPSILON));
    }

    #[test]
    fn unusable_numbers_are_all_named() {
        let faults = |rule: BanditRule| -> Vec<String> {
            rule.validate().into_iter().map(|fault| fault.path).collect()
        };
        let rule = BanditRule::EpsilonGreedy { epsilon: 2.0, step: Some(0.0), initial: f64::NAN };
        assert_eq!(faults(rule), ["epsilon", "step", "initial"]);
        assert_eq!(faults(BanditRule::UpperConfidence { width: -1.0 }), ["width"]);
        assert_eq!(faults(BanditRule::Gradient { step: 0.0, baseline: true }), ["step"]);
        let rule = BanditRule::Thompson { mean: f64::INFINITY, variance: 0.0 };
        assert_eq!(faults(rule), ["mean", "variance"]);
        assert!(faults(EPSILON).is_empty());
        let read: BanditRule = ron::from_str("Gradient()").unwrap();
        assert_eq!(read, BanditRule::Gradient { step: 0.1, baseline: true });
    }
}
