//! What the cells of an experiment say together.

use std::collections::{BTreeMap, BTreeSet};

use crate::experiment::judging::{gap, gap_of};
use crate::experiment::optimum::known;
use crate::experiment::records::half_width_of_parts;
use crate::experiment::statistics::Estimate;
use crate::experiment::statistics::paired::{Paired, paired};
use crate::experiment::statistics::robust::{improvement_of, interquartile_mean_of};
use crate::experiment::statistics::steady::common_cut;
use crate::mdp::Criterion;

use super::cell::{Cell, Key, Measured, Sums};
use super::layout::{Arm, Layout};
use super::score::{Judged, Score, best_of};
use super::store::Store;

/// What an experiment says.
#[derive(Debug, Clone)]
pub struct Summary {
    /// By scenario and setting.
    pub groups: Vec<Group>,
    /// The agents over all scenarios under each setting, where there are several scenarios and each
    /// has an optimum to be measured by: scores as shares of it.
    pub overall: Vec<Overall>,
}

/// All agents in one scenario under one setting.
#[derive(Debug, Clone)]
pub struct Group {
    /// The scenario's place.
    pub scenario: usize,
    /// The setting's place.
    pub setting: usize,
    /// What is optimised.
    pub criterion: Criterion,
    /// Bounds of the optimum, where they are known.
    pub optimum: Option<(f64, f64)>,
    /// How the policies at the end are judged.
    pub judged: Judged,
    /// How many beats are left out as warm-up in all measured runs: by agent the median of the cuts
    /// that MSER-5 makes ([`common_cut`]), and of these the longest; `None` where the runs of an agent
    /// are too short to tell, and the first half is left out.
    pub warm_up: Option<u64>,
    /// The agents.
    pub arms: Vec<ArmSummary>,
    /// Each agent against each that stands after it.
    pub pairs: Vec<Pair>,
}

/// One agent over all seeds. Rates are a beat.
#[derive(Debug, Clone)]
pub struct ArmSummary {
    /// The agent's place.
    pub agent: usize,
    /// Whether it learns.
    pub learns: bool,
    /// Whether no seed changes its scores: it does not learn, and is judged exactly.
    pub certain: bool,
    /// How its policies at the end are judged.
    pub judged: Judged,
    /// What they are worth, by seed.
    pub scores: Vec<Score>,
    /// The mean of those that have a value, with Student's interval; of one run in simulation with
    /// that of its batch means. NaN where none has.
    pub score: Estimate,
    /// The interquartile mean of all, with its bootstrap interval: seeds without a value count as the
    /// worst ([`ArmSummary::ranks`]).
    pub middle: Estimate,
    /// The distance to the optimum of those that have a value, a share. Its interval ends at the
    /// optimum, above which no policy is.
    pub gap: Option<Estimate>,
    /// What was earned while it learned, a beat.
    pub earned: Estimate,
    /// By how much that fell short of the optimum in all. Under the average reward beats · gain −
    /// what was earned. Else, over all episodes begun, value at the start − return so far − γᵗ·v*(s)
    /// where one was cut off or is under way in state s after t beats: what the optimum could still
    /// make of it is not lost yet, so that who never ends falls short more with every beat. Its
    /// mean is the sum of what each decision cost, discounted within its episode
    /// ([`crate::experiment::decisions`]). `None` where there is no optimum, and for a discounted
    /// process that neither ends nor is cut off: of one endless episode only the beginning counts.
    pub regret: Option<Estimate>,
    /// How far what it predicts of its policy is from the truth at the end, by the root of the mean
    /// square over the states as the policy meets them; `None` where it does not predict.
    pub error: Option<Estimate>,
    /// The policy at the end in simulation.
    pub steady: Option<Steady>,
    /// How it learned: at each look, what its policy was worth and what it had earned a beat.
    pub curve: Vec<Look>,
}

/// A policy in simulation, after the warm-up.
#[derive(Debug, Clone)]
pub struct Steady {
    /// The reward a beat by seed, for pairs.
    pub rewards: Vec<f64>,
    /// The reward a beat; of one seed with the interval of its batch means.
    pub reward: Estimate,
    /// The mean return of an episode, where episodes end.
    pub returns: Option<Estimate>,
    /// Parts out a beat; `None` where nothing leaves.
    pub throughput: Option<Estimate>,
    /// Parts in buffers; `None` where there are none.
    pub wip: Option<Estimate>,
    /// Beats that a part is in the line; `None` where none is known.
    pub lead_time: Option<Estimate>,
    /// The reward items a beat.
    pub items: Vec<Estimate>,
}

/// All seeds at one look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Beats learned.
    pub beats: u64,
    /// What the policy is worth exactly; `None` where that is not known.
    pub value: Option<Estimate>,
    /// How far its predictions are from the truth, as [`ArmSummary::error`].
    pub error: Option<Estimate>,
    /// What was earned a beat, up to here.
    pub earned: Estimate,
}

/// One agent against another.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The agent's place.
    pub first: usize,
    /// The place of the one that it is compared with.
    pub second: usize,
    /// What the first one's policy is worth more, on the seeds on which both have a value.
    pub score: Paired,
    /// What it earns more a beat in simulation (or in an episode), on the same luck.
    pub measured: Option<Paired>,
    /// How likely a seed of the first is better than one of the second; one without a value is the
    /// worst. NaN where of one of them nothing is known.
    pub improvement: Estimate,
}

/// One setting over several scenarios.
#[derive(Debug, Clone)]
pub struct Overall {
    /// The setting's place.
    pub setting: usize,
    /// The agents for which this setting is none that came before, with the interquartile mean of
    /// 1 − gap, where a seed without a value is the worst. One that has none of the figures that vary
    /// is listed under the first setting only.
    pub middle: Vec<(usize, Estimate)>,
    /// By pair of these agents, each against those after it: the probability of improvement.
    pub improvement: Vec<(usize, usize, Estimate)>,
}

/// Cells that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{missing} of {all} runs are not there yet")]
pub struct Missing {
    /// How many are missing.
    pub missing: usize,
    /// How many there should be.
    pub all: usize,
}

impl Summary {
    /// Says what all cells say. Those that were not `read` yet are read from disk.
    ///
    /// # Errors
    /// Where some are missing, or not to be believed.
    pub fn of(
        layout: &Layout,
        store: &Store,
        mut read: BTreeMap<Key, Cell>,
    ) -> Result<(Self, Vec<Vec<Cell>>), Missing> {
        // Several places of an experiment may ask for the same run: how many still will.
        let mut places: BTreeMap<Key, usize> = BTreeMap::new();
        for arm in &layout.arms {
            for &seed in &layout.seeds {
                *places.entry(layout.key(arm, seed)).or_default() += 1;
            }
        }
        let (mut missing, all) = (BTreeSet::new(), places.len());
        let mut cells = Vec::with_capacity(layout.arms.len());
        for arm in &layout.arms {
            let mut found = Vec::with_capacity(layout.seeds.len());
            for &seed in &layout.seeds {
                let key = layout.key(arm, seed);
                let more = places.get_mut(&key).is_some_and(|places| {
                    *places -= 1;
                    *places > 0
                });
                match read.remove(&key).or_else(|| store.get(layout, arm, seed).ok().flatten()) {
                    Some(cell) if more => {
                        found.push(cell.clone());
                        read.insert(key, cell);
                    }
                    Some(cell) => found.push(cell),
                    None => {
                        missing.insert(key);
                    }
                }
            }
            cells.push(found);
        }
        if !missing.is_empty() {
            return Err(Missing { missing: missing.len(), all });
        }
        Ok((Self::of_cells(layout, &cells), cells))
    }

    /// What these cells say: one list an arm, by seed.
    fn of_cells(layout: &Layout, cells: &[Vec<Cell>]) -> Self {
        let agents = layout.agents.len().max(1);
        let groups: Vec<Group> = layout
            .arms
            .chunks(agents)
            .zip(cells.chunks(agents))
            .filter_map(|(arms, cells)| Some(group(layout, arms.first()?, cells)))
            .collect();
        let overall =
            if layout.scenarios.len() > 1 { overall(layout, &groups) } else { Vec::new() };
        Self { groups, overall }
    }
}

impl Group {
    /// The middle of the optimum's bounds, where they are near enough to speak of a value.
    pub fn best(&self) -> Option<f64> {
        self.optimum.and_then(|(lower, upper)| known(lower, upper))
    }

    /// The agent that comes out best, and those whose scores cannot be told from its own
    /// ([`ArmSummary::is_told_from`]).
    pub fn leaders(&self) -> Vec<usize> {
        let arms: Vec<_> = self.arms.iter().map(|arm| (arm.agent, arm)).collect();
        best_of(&arms).into_iter().map(|(agent, _)| *agent).collect()
    }

    /// Whether a simulated figure is known to no degree: of one run that is too short.
    pub fn is_uncertain(&self) -> bool {
        let unknown =
            |estimate: &Estimate| estimate.mean.is_finite() && estimate.half_width().is_none();
        self.arms.iter().any(|arm| {
            let steady = arm.steady.iter().flat_map(|steady| {
                [Some(steady.reward), steady.throughput, steady.wip, steady.lead_time]
            });
            arm.judged != Judged::Exactly && unknown(&arm.score)
                || steady.flatten().any(|figure| unknown(&figure))
        })
    }
}

/// The setting under which an agent does best in a scenario. As it was chosen on the seeds that judge
/// it, it is overrated: report it on others.
#[derive(Debug, Clone, PartialEq)]
pub struct BestSetting {
    /// The setting's place.
    pub setting: usize,
    /// What its policy is worth over the seeds.
    pub score: Estimate,
    /// Settings that cannot be told from it on these seeds ([`ArmSummary::is_told_from`]).
    pub tied: Vec<usize>,
}

impl BestSetting {
    /// Finds it among the settings that are `its_own`, each another one for the agent; `None` where
    /// nothing is known.
    pub fn of(
        summary: &Summary,
        scenario: usize,
        agent: usize,
        its_own: impl Fn(usize) -> bool,
    ) -> Option<Self> {
        let arms: Vec<(usize, &ArmSummary)> = summary
            .groups
            .iter()
            .filter(|group| group.scenario == scenario && its_own(group.setting))
            .filter_map(|group| Some((group.setting, group.arms.get(agent)?)))
            .collect();
        let (best, tied) = best_of(&arms).split_first().map(|((setting, arm), tied)| {
            let tied = tied.iter().map(|(setting, _)| *setting).collect();
            ((*setting, arm.score), tied)
        })?;
        Some(Self { setting: best.0, score: best.1, tied })
    }
}

fn group(layout: &Layout, first: &Arm, cells: &[Vec<Cell>]) -> Group {
    let criterion = first.with.contents.criterion;
    let all = || cells.iter().flatten();
    let optimum = all().find_map(|cell| cell.optimum);
    // An agent that does not decide was not measured, and says nothing of the others' warm-up.
    let cuts: Option<Vec<u64>> = cells
        .iter()
        .map(|cells| cells.iter().filter_map(|cell| Some(cell.measured.as_ref()?.warm_up)))
        .filter(|cuts| cuts.clone().next().is_some())
        .map(common_cut)
        .collect();
    let warm_up = cuts.map(|cuts| cuts.into_iter().max().unwrap_or(0));
    let best = optimum.and_then(|(lower, upper)| known(lower, upper));
    let arms: Vec<ArmSummary> = cells
        .iter()
        .enumerate()
        .map(|(agent, cells)| {
            let learns = layout.contents.agents.get(agent).is_some_and(|one| one.agent.learns());
            arm(agent, learns, cells, first, warm_up, best)
        })
        .collect();
    let judged = Judged::together(arms.iter().map(|arm| arm.judged));
    let mut pairs = Vec::new();
    for (place, first) in arms.iter().enumerate() {
        for second in arms.iter().skip(place + 1) {
            pairs.push(pair(first, second, criterion));
        }
    }
    Group {
        scenario: first.scenario,
        setting: first.setting,
        criterion,
        optimum,
        judged,
        warm_up,
        arms,
        pairs,
    }
}

fn arm(
    agent: usize,
    learns: bool,
    cells: &[Cell],
    of: &Arm,
    warm_up: Option<u64>,
    best: Option<f64>,
) -> ArmSummary {
    let criterion = of.with.contents.criterion;
    let steady = steady(cells, warm_up);
    let scores: Vec<Score> = cells.iter().map(|cell| score(cell, criterion, warm_up)).collect();
    let judged = Judged::together(scores.iter().map(|score| score.judged));
    let distance = |best: f64, score: &Score| {
        let gap = gap(best, score.value?)?;
        // An exact value is above the middle of the bounds by their width at most.
        Some(if score.judged == Judged::Exactly { gap.max(0.0) } else { gap })
    };
    let gaps: Option<Vec<f64>> = best.and_then(|best| {
        let known = scores.iter().filter(|score| score.value.is_some());
        known.map(|score| distance(best, score)).collect()
    });
    let last = |cell: &Cell| cell.learning.points.last().copied();
    let earned: Vec<f64> = cells
        .iter()
        .filter_map(last)
        .map(|point| point.earned / point.beats.max(1) as f64)
        .collect();
    let errors: Option<Vec<f64>> = cells.iter().map(|cell| last(cell)?.error).collect();
    let regrets: Option<Vec<f64>> =
        best.and_then(|best| cells.iter().map(|cell| regret(cell, of, best)).collect());
    let mut summary = ArmSummary {
        agent,
        learns,
        certain: !learns && judged == Judged::Exactly,
        judged,
        score: Estimate::of_samples(&[]),
        middle: Estimate::of_samples(&[]),
        scores,
        gap: gaps.filter(|gaps| !gaps.is_empty()).as_deref().map(gap_of),
        earned: Estimate::of_samples(&earned),
        regret: regrets.as_deref().map(Estimate::of_samples),
        error: errors.as_deref().map(Estimate::of_samples),
        steady,
        curve: curve(cells),
    };
    summary.score = match (&summary.scores[..], &summary.steady) {
        ([Score { value: Some(_), judged: Judged::Simulated }], Some(steady))
            if criterion == Criterion::Average =>
        {
            steady.reward
        }
        _ => Estimate::of_samples(&summary.values()),
    };
    if let Some(ranks) = summary.ranks() {
        summary.middle = interquartile_mean_of(&[ranks]);
    }
    summary
}

/// What is known of a seed's policy: what the model says, else what simulation says.
fn score(cell: &Cell, criterion: Criterion, warm_up: Option<u64>) -> Score {
    if cell.value.is_some() || cell.endless {
        return Score { value: cell.value, judged: Judged::Exactly };
    }
    let measured = cell.measured.as_ref();
    let value = measured.and_then(|measured| match criterion {
        Criterion::Average => after(measured, warm_up).map(|sums| sums.earned_a_beat()),
        Criterion::Discounted(_) => measured.from_start,
        Criterion::Total => measured.mean_return,
    });
    Score { value, judged: Judged::Simulated }
}

/// By how much what a seed earned while it learned fell short of the optimum
/// ([`ArmSummary::regret`]).
fn regret(cell: &Cell, of: &Arm, best: f64) -> Option<f64> {
    let (contents, learning) = (&of.with.contents, &cell.learning);
    if contents.criterion == Criterion::Average {
        let last = learning.points.last()?;
        return Some(best * last.beats as f64 - last.earned);
    }
    let begins_again = contents.ends() || contents.episode_limit.is_some();
    let ahead = learning.ahead.filter(|_| begins_again)?;
    Some(best * learning.begun as f64 - learning.returns - ahead)
}

/// What remains of a run after its warm-up, as differences of sums: from the look at or after the
/// cut, at most from the middle.
fn after(measured: &Measured, warm_up: Option<u64>) -> Option<Sums> {
    let last = measured.track.last()?;
    let cut = cut(last, warm_up);
    if cut == 0 {
        return Some(last.clone());
    }
    let from = measured.track.iter().find(|sums| sums.beats >= cut)?;
    Some(last.less(from))
}

/// Where a run of so many beats is cut: after the warm-up, at most in the middle.
fn cut(last: &Sums, warm_up: Option<u64>) -> u64 {
    let half = last.beats / 2;
    warm_up.map_or(half, |cut| cut.min(half))
}

/// What a single run counted in each part of it that was tracked after the warm-up; nothing where
/// there are several runs, or where its rewards do not say how fast correlation fades.
fn alone(cells: &[Cell], warm_up: Option<u64>) -> Vec<Sums> {
    let [Cell { measured: Some(measured @ Measured { half_width: Some(_), .. }), .. }] = cells
    else {
        return Vec::new();
    };
    let cut = measured.track.last().map_or(0, |last| cut(last, warm_up));
    let kept = measured.track.iter().filter(|sums| sums.beats >= cut);
    kept.clone().zip(kept.skip(1)).map(|(from, to)| to.less(from)).collect()
}

fn steady(cells: &[Cell], warm_up: Option<u64>) -> Option<Steady> {
    let sums: Vec<Sums> = cells
        .iter()
        .map(|cell| cell.measured.as_ref().and_then(|measured| after(measured, warm_up)))
        .collect::<Option<_>>()?;
    let alone = alone(cells, warm_up);
    let over = |figure: &dyn Fn(&Sums) -> f64| {
        let samples: Vec<f64> = sums.iter().map(figure).collect();
        let found = Estimate::of_samples(&samples);
        let parts: Vec<f64> = alone.iter().map(figure).collect();
        match half_width_of_parts(&parts).filter(|_| samples.len() == 1) {
            Some(half) => Estimate::around(found.mean, Some(half)),
            None => found,
        }
    };
    let a_beat = |sum: f64, sums: &Sums| sum / sums.beats.max(1) as f64;
    let rewards: Vec<f64> = sums.iter().map(Sums::earned_a_beat).collect();
    let returns: Vec<f64> =
        cells.iter().filter_map(|cell| cell.measured.as_ref()?.mean_return).collect();
    let mut reward = Estimate::of_samples(&rewards);
    if let [Cell { measured: Some(Measured { half_width: Some(half), .. }), .. }] = cells {
        reward = Estimate::around(reward.mean, Some(*half));
    }
    let items = sums.first().map_or(0, |first| first.items.len());
    let any = |count: &dyn Fn(&Sums) -> u64| sums.iter().any(|one| count(one) > 0);
    let all = |count: &dyn Fn(&Sums) -> u64| sums.iter().all(|one| count(one) > 0);
    Some(Steady {
        reward,
        rewards,
        returns: (returns.len() == cells.len()).then(|| Estimate::of_samples(&returns)),
        throughput: any(&|one| one.parts).then(|| over(&|one| a_beat(one.parts as f64, one))),
        wip: any(&|one| one.stock).then(|| over(&|one| a_beat(one.stock as f64, one))),
        lead_time: all(&|one| one.lead_times)
            .then(|| over(&|one| one.lead_time as f64 / one.lead_times as f64)),
        items: (0..items)
            .map(|item| over(&|one| a_beat(one.items.get(item).copied().unwrap_or(0.0), one)))
            .collect(),
    })
}

fn curve(cells: &[Cell]) -> Vec<Look> {
    let looks = cells.first().map_or(0, |cell| cell.learning.points.len());
    let at = |look: usize| {
        let points: Vec<_> =
            cells.iter().filter_map(|cell| cell.learning.points.get(look)).collect();
        let values: Option<Vec<f64>> = points.iter().map(|point| point.value).collect();
        let errors: Option<Vec<f64>> = points.iter().map(|point| point.error).collect();
        let earned: Vec<f64> =
            points.iter().map(|point| point.earned / point.beats.max(1) as f64).collect();
        Some(Look {
            beats: points.first()?.beats,
            value: values.as_deref().map(Estimate::of_samples),
            error: errors.as_deref().map(Estimate::of_samples),
            earned: Estimate::of_samples(&earned),
        })
    };
    (0..looks).filter_map(at).collect()
}

pub(super) fn pair(first: &ArmSummary, second: &ArmSummary, criterion: Criterion) -> Pair {
    let measured = first.steady.as_ref().zip(second.steady.as_ref()).filter(|_| {
        // Episodes of different lengths are not worth the same a beat.
        criterion == Criterion::Average
    });
    let improvement = first.ranks().zip(second.ranks()).map_or_else(
        || Estimate::of_samples(&[]),
        |(first, second)| improvement_of(&[first], &[second]),
    );
    Pair {
        first: first.agent,
        second: second.agent,
        score: first.paired_with(second),
        measured: measured.map(|(x, y)| paired(&x.rewards, &y.rewards)),
        improvement,
    }
}

/// Over all scenarios under each setting, where each has an optimum to be measured by.
fn overall(layout: &Layout, groups: &[Group]) -> Vec<Overall> {
    let of = |setting: usize| {
        let groups: Vec<&Group> = groups.iter().filter(|group| group.setting == setting).collect();
        let shares = |agent: usize| -> Option<Vec<Vec<f64>>> {
            let of_group = |group: &&Group| {
                let (best, arm) = (group.best()?, group.arms.get(agent)?);
                let share = |rank: f64| gap(best, rank).map(|gap| 1.0 - gap);
                arm.ranks()?.into_iter().map(share).collect::<Option<Vec<f64>>>()
            };
            groups.iter().map(of_group).collect()
        };
        let own = (0..layout.agents.len()).filter(|&agent| !layout.repeats(agent, setting));
        let all: Vec<(usize, Vec<Vec<f64>>)> =
            own.map(|agent| Some((agent, shares(agent)?))).collect::<Option<_>>()?;
        let middle =
            all.iter().map(|(agent, strata)| (*agent, interquartile_mean_of(strata))).collect();
        let mut improvement = Vec::new();
        for (place, (first, x)) in all.iter().enumerate() {
            for (second, y) in all.iter().skip(place + 1) {
                improvement.push((*first, *second, improvement_of(x, y)));
            }
        }
        (!all.is_empty()).then_some(Overall { setting, middle, improvement })
    };
    (0..layout.settings.len()).filter_map(of).collect()
}
