//! What is known of the worth of a policy: exactly, by simulation, or that there is no such amount.

use std::cmp::Ordering;

use crate::experiment::statistics::paired::{Paired, paired};
use crate::mdp::Criterion;

use super::play::NEGLIGIBLE;
use super::summary::ArmSummary;
use super::words::{figure, from_simulation};

/// How policies are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Exactly, on the model.
    Exactly,
    /// By simulation.
    Simulated,
    /// Some exactly, some by simulation.
    Partly,
}

impl Judged {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exactly => "exactly",
            Self::Simulated => "simulated",
            Self::Partly => "partly",
        }
    }

    /// How all of these are judged together.
    pub fn together(all: impl IntoIterator<Item = Self>) -> Self {
        let both = |one: Self, other: Self| if one == other { one } else { Self::Partly };
        all.into_iter().reduce(both).unwrap_or(Self::Simulated)
    }
}

/// What is known of the policy at the end of one seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Its gain or its value at the start, in currency. `None` where it was judged exactly: it need
    /// not end, so that no finite amount is its total reward; where it was simulated: nothing can be
    /// said of it.
    pub value: Option<f64>,
    /// How that is known: exactly or by simulation.
    pub judged: Judged,
}

impl Score {
    fn is_endless(&self) -> bool {
        self.value.is_none() && self.judged == Judged::Exactly
    }
}

impl ArmSummary {
    /// What it is worth in words, by how it was judged.
    pub fn score_words(&self) -> String {
        if self.judged == Judged::Exactly {
            figure(&self.score)
        } else {
            from_simulation(&self.score)
        }
    }

    /// The scores that are there.
    pub fn values(&self) -> Vec<f64> {
        self.scores.iter().filter_map(|score| score.value).collect()
    }

    /// How many seeds have no value.
    pub fn without_value(&self) -> usize {
        self.scores.iter().filter(|score| score.value.is_none()).count()
    }

    /// How many seeds have no value, in words: `3 of 10 seeds have no end`; `None` where all have
    /// one.
    pub fn lack(&self) -> Option<String> {
        let (lacking, all) = (self.without_value(), self.scores.len());
        let endless = self.scores.iter().filter(|score| score.is_endless()).count();
        let what = if endless == lacking { "end" } else { "value" };
        let have = if lacking == 1 { "has" } else { "have" };
        (lacking > 0).then(|| format!("{lacking} of {all} seeds {have} no {what}"))
    }

    /// Why simulation says of some seeds nothing, and what to do about it; `None` where it says
    /// something of all. `measured` is how many beats it was given.
    pub fn why_unknown(&self, criterion: Criterion, measured: u64) -> Option<String> {
        let unknown = |score: &Score| score.value.is_none() && !score.is_endless();
        if !self.scores.iter().any(unknown) {
            return None;
        }
        Some(match (&self.steady, criterion) {
            (Some(_), Criterion::Discounted(_)) => {
                let length = criterion.beats_that_count(NEGLIGIBLE).unwrap_or(measured);
                format!(
                    "no model tells its worth, and by simulation that is the mean of plays as long \
                     as rewards count, {length} beats, of which none fits into {measured} measured \
                     ones: give --measured {} for ten a seed",
                    length.saturating_mul(10)
                )
            }
            (Some(_), Criterion::Total) => format!(
                "no episode ended within {measured} measured beats: give a longer --measured"
            ),
            _ => "it does not decide, so that it was not measured".to_owned(),
        })
    }

    /// The scores for what goes by their order alone: a seed without a value counts as worse than
    /// any that has one, since who never ends does not do what was asked for. `None` where nothing
    /// at all is known.
    pub fn ranks(&self) -> Option<Vec<f64>> {
        let known = self.scores.iter().any(|score| score.value.is_some() || score.is_endless());
        let worst = |score: &Score| score.value.unwrap_or(f64::NEG_INFINITY);
        known.then(|| self.scores.iter().map(worst).collect())
    }

    /// Which of two comes out better: that with fewer seeds that have no value, then that whose
    /// others are worth more.
    pub fn order(&self, other: &Self) -> Ordering {
        let lacking = other.without_value().cmp(&self.without_value());
        lacking.then(self.score.mean.total_cmp(&other.score.mean))
    }

    /// Seed by seed, what its policy is worth more, on the seeds on which both have a value.
    pub fn paired_with(&self, other: &Self) -> Paired {
        let each = self.scores.iter().zip(&other.scores);
        let (x, y): (Vec<f64>, Vec<f64>) = each.filter_map(|(x, y)| x.value.zip(y.value)).unzip();
        paired(&x, &y)
    }

    /// Whether its score can be told from a better one on these seeds: the interval of the paired
    /// difference lies above 0. One seed gives no interval: then only scores that no seed changes are
    /// told apart. Who has no value on more seeds is told from who has one on more.
    pub fn is_told_from(&self, best: &Self) -> bool {
        if self.without_value() != best.without_value() {
            return self.without_value() > best.without_value();
        }
        let apart = best.paired_with(self).difference;
        let surely = (self.certain && best.certain).then_some(apart.mean);
        apart.low.or(surely).is_some_and(|low| low > 0.0)
    }
}

/// The best of these and those that cannot be told from it, in their order, the best first. Of whom
/// nothing is known by a figure is none of them.
pub fn best_of<'a, T>(arms: &'a [(T, &'a ArmSummary)]) -> Vec<&'a (T, &'a ArmSummary)> {
    let compared = || arms.iter().enumerate().filter(|(_, (_, arm))| arm.score.mean.is_finite());
    let Some((first, best)) = compared().max_by(|(_, a), (_, b)| a.1.order(b.1)) else {
        return Vec::new();
    };
    let others =
        compared().filter(|(place, other)| *place != first && !other.1.is_told_from(best.1));
    [best].into_iter().chain(others.map(|(_, other)| other)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::summary::{BestSetting, Group, Summary, pair};
    use super::*;
    use crate::experiment::statistics::Estimate;

    /// What is no finite number here is no value.
    fn arm(agent: usize, scores: &[f64], certain: bool) -> ArmSummary {
        let (judged, finite) =
            (Judged::Exactly, |value| Some(value).filter(|v| f64::is_finite(*v)));
        let known: Vec<f64> = scores.iter().copied().filter_map(finite).collect();
        ArmSummary {
            agent,
            learns: !certain,
            certain,
            judged: Judged::Exactly,
            score: Estimate::of_samples(&known),
            middle: Estimate::of_samples(&known),
            scores: scores.iter().map(|&value| Score { value: finite(value), judged }).collect(),
            gap: None,
            earned: Estimate::of_samples(scores),
            regret: None,
            error: None,
            steady: None,
            curve: Vec::new(),
        }
    }

    fn group(setting: usize, arms: Vec<ArmSummary>) -> Group {
        Group {
            scenario: 0,
            setting,
            criterion: Criterion::Average,
            optimum: None,
            judged: Judged::Exactly,
            warm_up: None,
            arms,
            pairs: Vec::new(),
        }
    }

    /// Agents in a scenario and settings of one agent are told apart by the same rule.
    fn tied(of: &[(&[f64], bool)]) -> Vec<usize> {
        let arms = |place: fn(usize) -> usize| {
            of.iter()
                .enumerate()
                .map(move |(number, (scores, certain))| arm(place(number), scores, *certain))
        };
        let leaders = group(0, arms(|number| number).collect()).leaders();
        let groups = arms(|_| 0).enumerate().map(|(place, arm)| group(place, vec![arm])).collect();
        let best =
            BestSetting::of(&Summary { groups, overall: Vec::new() }, 0, 0, |_| true).unwrap();
        let settings: Vec<usize> = [best.setting].into_iter().chain(best.tied).collect();
        assert_eq!(leaders, settings);
        leaders.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
    }

    #[test]
    fn ties_are_the_same_for_agents_and_for_settings() {
        // t(1) = 12.7: the differences 1 and 1.01 are 1.005 ± 0.064, but 1 and 3.01 are 2 ± 12.8.
        let best: &[f64] = &[5.0, 5.01];
        assert_eq!(tied(&[(&[4.0, 4.0], false), (best, false), (&[4.0, 2.0], false)]), [1, 2]);
        // Without any spread the least difference is known.
        assert_eq!(tied(&[(&[5.0, 5.0], true), (&[4.9, 4.9], true)]), [0]);
        assert_eq!(tied(&[(&[5.0, 5.0], true), (&[5.0, 5.0], true)]), [0, 1]);
        // No number is never the best's equal.
        assert_eq!(tied(&[(&[f64::NAN], false), (&[4.0], false)]), [1]);
        assert_eq!(tied(&[(&[4.0], false), (&[f64::NEG_INFINITY], false)]), [0]);
        // Who ends on all seeds goes before who earns more where it ends.
        let seldom: &[f64] = &[f64::NAN, 9.0, 9.0];
        assert_eq!(tied(&[(seldom, false), (&[5.0, 5.0, 5.0], false)]), [1]);
        assert_eq!(tied(&[(seldom, false), (&[f64::NAN, 9.0, 9.0], false)]), [0, 1]);
    }

    #[test]
    fn of_whom_nothing_is_known_there_is_no_best() {
        let unknown = || arm(0, &[f64::NAN, f64::NAN], false);
        assert!(group(0, vec![unknown(), unknown()]).leaders().is_empty());
        let mut never = unknown();
        assert_eq!(never.lack().unwrap(), "2 of 2 seeds have no end");
        assert_eq!(never.ranks(), Some(vec![f64::NEG_INFINITY; 2]));
        never.scores.iter_mut().for_each(|score| score.judged = Judged::Simulated);
        assert_eq!(never.lack().unwrap(), "2 of 2 seeds have no value");
        assert_eq!(never.ranks(), None);
        assert_eq!(arm(0, &[1.0, f64::NAN], false).lack().unwrap(), "1 of 2 seeds has no end");
        assert_eq!(arm(0, &[1.0], false).lack(), None);
        assert!(
            pair(&never, &arm(1, &[1.0, 2.0], false), Criterion::Total).improvement.mean.is_nan()
        );
    }

    #[test]
    fn pairs_are_of_seeds_on_which_both_have_a_value() {
        let (x, y) =
            (arm(0, &[1.0, f64::NAN, 4.0, 2.0], false), arm(1, &[0.0, 9.0, f64::NAN, 0.0], false));
        let found = pair(&x, &y, Criterion::Total);
        assert_eq!(found.score.difference.mean, 1.5);
        // Of 16 pairs: 1 beats −∞, 0 and 0; −∞ ties with −∞; 4 and 2 beat the same three.
        assert_eq!(found.improvement.mean, 9.5 / 16.0);
    }

    #[test]
    fn one_seed_tells_learners_from_nothing_and_rules_from_rules() {
        assert_eq!(tied(&[(&[5.0], false), (&[1.0], false)]), [0, 1]);
        assert_eq!(tied(&[(&[5.0], true), (&[1.0], false)]), [0, 1]);
        assert_eq!(tied(&[(&[5.0], true), (&[1.0], true)]), [0]);
        assert_eq!(tied(&[(&[5.0], true), (&[5.0], true)]), [0, 1]);
    }
}
