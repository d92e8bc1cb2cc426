//! Learners over several seeds, measured against the certified optimum as they learn.

use rayon::prelude::*;

use crate::mdp::{Criterion, Enumeration, Progress};
use crate::scenario::{AgentSpec, Scenario};

use super::agents::{self, AgentError};
use super::frozen::Frozen;
use super::judging::{gap, judge, prediction_error};
use super::optimum::Optimum;
use super::run::{AnyAgent, AnyRun, RunSettings, open};
use super::saved_agent::SavedAgent;
use super::session::run_settings;
use super::simulate::{Length, ReturnKind, simulate};
use super::written_policy::WrittenPolicy;

/// What is to be trained and for how long.
#[derive(Debug, Clone)]
pub struct TrainingOptions {
    /// The learner.
    pub learner: AgentSpec,
    /// Beats each seed learns for.
    pub steps: u64,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// What is kept of the first seed's learner.
    pub keep: Keep,
}

/// What is to be kept of a learner. A table of a policy takes as long as a sweep, so that nothing is
/// made that is not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// The learner itself.
    pub agent: bool,
    /// Its policy.
    pub policy: bool,
}

/// Where a learner stood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Beats learned.
    pub steps: u64,
    /// What its greedy policy is worth: exactly where there is a model, else simulated.
    pub value: f64,
    /// How far what it predicts of that policy is from the truth ([`prediction_error`]); `None`
    /// where it does not predict, or there is no model.
    pub error: Option<f64>,
}

/// What a training came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// By seed: its learning curve. The last point is the final policy's.
    pub curves: Vec<(u64, Vec<Point>)>,
    /// The optimum, where it is known.
    pub optimum: Option<f64>,
    /// Whether values are exact; else they are means of simulations.
    pub exact: bool,
    /// What the first seed has learned, and the policy that it came to on the model; where asked
    /// for, and where it can be said.
    pub kept: Kept,
}

/// What is kept of the first seed's learner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// The learner.
    pub agent: Option<Result<SavedAgent, String>>,
    /// Its policy.
    pub policy: Option<Result<WrittenPolicy, String>>,
}

impl Training {
    /// The final value of each seed.
    pub fn final_values(&self) -> Vec<f64> {
        self.curves.iter().filter_map(|(_, points)| Some(points.last()?.value)).collect()
    }

    /// How far from the truth what each seed predicts is in the end; `None` where it predicts nothing.
    pub fn final_errors(&self) -> Option<Vec<f64>> {
        self.curves.iter().map(|(_, points)| points.last()?.error).collect()
    }

    /// The final distance of each seed to the optimum, a share; `None` where the optimum is not
    /// known, or is 0.
    pub fn final_gaps(&self) -> Option<Vec<f64>> {
        let best = self.optimum?;
        self.final_values().into_iter().map(|value| gap(best, value)).collect()
    }

    /// By how much each seed ended below the optimum, in currency (a beat for a gain).
    pub fn final_differences(&self) -> Option<Vec<f64>> {
        let best = self.optimum?;
        Some(self.final_values().into_iter().map(|value| best - value).collect())
    }
}

/// Beats at which the policy is looked at: four a decade from 1,000, and the last.
pub(super) fn checkpoints(steps: u64) -> Vec<u64> {
    let mut all: Vec<u64> = (0..)
        .map(|k| (1000.0 * 10_f64.powf(f64::from(k) / 4.0)).round() as u64)
        .take_while(|&at| at < steps)
        .collect();
    all.push(steps);
    all
}

/// How many beats are played between two looks at the progress.
const PIECE: u64 = 20_000;
/// Beats and replications of a simulated judgement, where there is no model.
const JUDGED_BEATS: u64 = 20_000;
const JUDGED_REPLICATIONS: usize = 8;

/// Trains on all cores; the result does not depend on their number. `Ok(None)` if cancelled.
///
/// # Errors
/// Where the learner cannot act here.
pub fn train(
    scenario: &Scenario,
    options: &TrainingOptions,
    optimum: Option<&Optimum>,
    progress: &Progress,
) -> Result<Option<Training>, AgentError> {
    let criterion = scenario.contents.criterion;
    agents::check(&options.learner, &scenario.environment)?;
    let build = || agents::build(&options.learner, &scenario.environment, criterion, None);
    build()?;
    progress.set_done(0);
    progress.set_total(options.steps.saturating_mul(options.seeds.len() as u64));
    let enumeration = optimum.map(|optimum| &optimum.enumeration);
    let curves: Result<Option<Vec<_>>, AgentError> = options
        .seeds
        .par_iter()
        .map(|&seed| {
            let settings = RunSettings { seed, ..run_settings(scenario) };
            let mut run = open(&scenario.environment, build()?, settings);
            let points = learn(&mut *run, scenario, options.steps, enumeration, progress);
            let first = options.seeds.first() == Some(&seed);
            let wanted = if first { options.keep } else { Keep::default() };
            let kept = keep(wanted, &*run, &options.learner, enumeration, criterion);
            Ok(points.map(|points| ((seed, points), kept)))
        })
        .collect();
    Ok(curves?.map(|found: Vec<_>| {
        let (curves, kept): (Vec<_>, Vec<Kept>) = found.into_iter().unzip();
        Training {
            curves,
            optimum: optimum.and_then(Optimum::value),
            exact: enumeration.is_some(),
            kept: kept.into_iter().next().unwrap_or_default(),
        }
    }))
}

/// What is wanted of what a learner has come to.
fn keep(
    wanted: Keep,
    run: &dyn AnyRun,
    spec: &AgentSpec,
    enumeration: Option<&Enumeration>,
    criterion: Criterion,
) -> Kept {
    let agent =
        || SavedAgent::of(spec, run.agent(), run.beats()).map_err(|error| error.to_string());
    let policy = || match enumeration {
        Some(states) => {
            let (name, environment) = (spec.name(), run.environment());
            WrittenPolicy::of_agent(name, run.agent(), environment, states, criterion)
                .map_err(|error| error.to_string())
        }
        None => Err("there is no model that lists the states".to_owned()),
    };
    Kept { agent: wanted.agent.then(agent), policy: wanted.policy.then(policy) }
}

fn learn(
    run: &mut dyn AnyRun,
    scenario: &Scenario,
    steps: u64,
    enumeration: Option<&Enumeration>,
    progress: &Progress,
) -> Option<Vec<Point>> {
    let mut points = Vec::new();
    for checkpoint in checkpoints(steps) {
        while run.beats() < checkpoint {
            let played = run.advance((checkpoint - run.beats()).min(PIECE));
            progress.advance(played);
            if progress.is_cancelled() || played == 0 {
                return None;
            }
        }
        // Without a model only the last policy is judged: simulating each would cost more than
        // learning it.
        if enumeration.is_some() || checkpoint == steps {
            let value = value_of(run, scenario, enumeration);
            let error = enumeration
                .and_then(|model| prediction_error(run.agent(), &scenario.environment, model));
            points.push(Point { steps: checkpoint, value, error });
        }
    }
    Some(points)
}

/// What the learner's greedy policy is worth; NaN where that is not known.
fn value_of(run: &dyn AnyRun, scenario: &Scenario, enumeration: Option<&Enumeration>) -> f64 {
    let criterion = scenario.contents.criterion;
    let environment = &scenario.environment;
    if let Some(enumeration) = enumeration {
        let worth = judge(run.agent(), environment, enumeration, criterion).ok().flatten();
        return worth.map_or(f64::NAN, |worth| worth.value);
    }
    let Some(frozen) = Frozen::new(run.agent().boxed_clone(), environment.action_space()) else {
        return f64::NAN;
    };
    let agent = || AnyAgent::Other(Box::new(frozen.clone()));
    let average = criterion == Criterion::Average;
    let returns = if average { ReturnKind::Beat } else { ReturnKind::Episode };
    let warm_up = if average { JUDGED_BEATS / 10 } else { 0 };
    let length = Length::Beats { counted: JUDGED_BEATS, warm_up };
    let settings = *run.settings();
    let silent = Progress::new();
    simulate(environment, &agent, settings, length, returns, JUDGED_REPLICATIONS, &silent)
        .map_or(f64::NAN, |summary| summary.returns.mean)
}

#[cfg(test)]
mod tests {
    use super::super::optimum::{self, SolveOptions};
    use super::*;
    use crate::learners::TabularSettings;

    #[test]
    fn checkpoints_grow_and_end_with_the_last_step() {
        assert_eq!(checkpoints(500), [500]);
        assert_eq!(checkpoints(10_000), [1000, 1778, 3162, 5623, 10_000]);
    }

    /// A step costs 1 and reaching the goal 30, so that only who does not discount walks there: at
    /// 0.95 a walk for ever costs 20. The best is nine steps and the last: −39.
    #[test]
    fn learners_take_no_discount_under_the_total_reward() {
        let text = "(version: 1, environment: Chain(step_reward: -1, goal_reward: -30), \
                    criterion: Total, episode_limit: 200)";
        let scenario = Scenario::parse("chain.ron", text).unwrap();
        let optimum = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        for learner in
            [AgentSpec::QLearning(Default::default()), AgentSpec::Sarsa(Default::default())]
        {
            let options = TrainingOptions {
                learner,
                steps: 500_000,
                seeds: vec![1, 2],
                keep: Keep::default(),
            };
            let trained = train(&scenario, &options, Some(&optimum), &Progress::new());
            let trained = trained.unwrap().unwrap();
            assert!((trained.optimum.unwrap() + 39.0).abs() < 1e-9);
            for value in trained.final_values() {
                assert!((value + 39.0).abs() < 1e-9, "{}: {value}", options.learner.name());
            }
        }
    }

    fn chain() -> Scenario {
        Scenario::parse("chain.ron", "(version: 1, environment: Chain(), episode_limit: 50)")
            .unwrap()
    }

    fn options(steps: u64) -> TrainingOptions {
        TrainingOptions {
            learner: AgentSpec::QLearning(Default::default()),
            steps,
            seeds: vec![3, 1],
            keep: Keep::default(),
        }
    }

    #[test]
    fn curves_are_looked_at_where_they_should_be_and_end_at_the_optimum() {
        let scenario = chain();
        let optimum = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        let trained = train(&scenario, &options(20_000), Some(&optimum), &Progress::new());
        let trained = trained.unwrap().unwrap();
        assert!(trained.exact);
        assert_eq!(trained.optimum, optimum.value());
        for ((seed, points), expected) in trained.curves.iter().zip([3, 1]) {
            assert_eq!(*seed, expected, "in the order asked for");
            let steps: Vec<u64> = points.iter().map(|point| point.steps).collect();
            assert_eq!(steps, checkpoints(20_000));
        }
        for gap in trained.final_gaps().unwrap() {
            assert!(gap.abs() < 1e-6, "{gap}");
        }
        let best = trained.optimum.unwrap();
        let below = trained.final_differences().unwrap();
        assert_eq!(below, trained.final_values().iter().map(|v| best - v).collect::<Vec<_>>());
    }

    /// Where there is no model only the last policy is judged, by simulation.
    #[test]
    fn without_an_optimum_the_last_policy_is_simulated() {
        let trained = train(&chain(), &options(20_000), None, &Progress::new()).unwrap().unwrap();
        assert!(!trained.exact);
        assert_eq!((trained.optimum, trained.final_gaps()), (None, None));
        for (_, points) in &trained.curves {
            assert_eq!(points.len(), 1);
            assert_eq!(points[0].steps, 20_000);
            // The chain draws nothing, so that the simulated return is the exact one.
            assert!((points[0].value + 7.734_758_004_15).abs() < 1e-9, "{}", points[0].value);
        }
    }

    #[test]
    fn only_what_is_asked_for_is_kept_of_the_first_seed() {
        let scenario = chain();
        let optimum = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        let kept = |keep, optimum| {
            let options = TrainingOptions { keep, ..options(1_000) };
            let kept = train(&scenario, &options, optimum, &Progress::new()).unwrap().unwrap().kept;
            (kept.agent.map(|agent| agent.is_ok()), kept.policy.map(|policy| policy.is_ok()))
        };
        let all = [(false, false), (true, false), (false, true), (true, true)];
        for (agent, policy) in all {
            let found = kept(Keep { agent, policy }, Some(&optimum));
            assert_eq!(found, (agent.then_some(true), policy.then_some(true)));
        }
        // Without a model a learner can be kept all the same.
        let both = Keep { agent: true, policy: true };
        assert_eq!(kept(both, None), (Some(true), Some(false)));
    }

    #[test]
    fn a_gap_to_nothing_is_no_number() {
        let trained = Training {
            curves: vec![(1, vec![Point { steps: 9, value: -2.0, error: None }])],
            optimum: Some(3e-13),
            exact: true,
            kept: Kept::default(),
        };
        assert_eq!(trained.final_gaps(), None);
        assert_eq!(trained.final_differences(), Some(vec![2.0 + 3e-13]));
    }

    #[test]
    fn cancelling_ends_it_without_a_result() {
        let progress = Progress::new();
        progress.cancel();
        assert_eq!(train(&chain(), &options(5_000), None, &progress), Ok(None));
    }

    #[test]
    fn a_learner_that_cannot_learn_here_is_refused_before_anything_runs() {
        let endless = TabularSettings { discount: Some(1.0), ..TabularSettings::default() };
        let line = "(version: 1, environment: Line(machines: [()], buffers: []))";
        let line = Scenario::parse("line.ron", line).unwrap();
        let options = TrainingOptions { learner: AgentSpec::Sarsa(endless), ..options(1) };
        let refused = train(&line, &options, None, &Progress::new()).unwrap_err().to_string();
        assert!(refused.contains("grow without bound"), "{refused}");
    }
}
