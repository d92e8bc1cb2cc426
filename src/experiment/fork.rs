//! Fork: from one state and beat, what each of several first actions comes to, on the same luck.
//!
//! Each pair of futures begins in the very state of a run, takes its own first action and is then
//! decided by the same agent, on luck that the futures of one number share and that no other has.
//! The mean difference is an unbiased estimate of Q(s, a) − Q(s, a′) under that agent, but for what
//! lies beyond the futures' length; common random numbers make its interval many times narrower
//! than that of futures on luck of their own (Law 2015, sec. 11.2).

use rayon::prelude::*;

use crate::mdp::{Agent, Criterion, Decision, Dice, Level, Progress, Situation};
use crate::scenario::Scenario;

use super::frozen::Frozen;
use super::optimum::Optimum;
use super::run::{AnyAgent, AnyRun, RunSettings};
use super::statistics::Estimate;
use super::statistics::paired::{Paired, paired};

/// The first replication that a fork's futures have their luck from: no run has so high a number.
const FIRST_FUTURE: u64 = 1 << 62;

/// How a fork is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForkOptions {
    /// How many futures each action has.
    pub futures: u64,
    /// How many beats a future has; it ends sooner where the environment does.
    pub beats: u64,
}

impl ForkOptions {
    /// Two hundred futures; under a discount as long as rewards count for a ten-thousandth or more,
    /// else 1,000 beats.
    pub fn usual(criterion: Criterion) -> Self {
        let beats = match criterion {
            Criterion::Discounted(gamma) if gamma > 0.0 => {
                (1e-4_f64.ln() / gamma.ln()).ceil().clamp(1.0, 100_000.0) as u64
            }
            Criterion::Discounted(_) => 1,
            Criterion::Average | Criterion::Total => 1000,
        };
        Self { futures: 200, beats }
    }
}

/// What the first actions came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Fork {
    /// By action: the return of each future, in the scenario's currency: discounted by the
    /// scenario's factor, or the plain sum.
    pub returns: Vec<Vec<f64>>,
    /// Their means, with intervals.
    pub means: Vec<Estimate>,
    /// By action from the second on: the first one's return less its own.
    pub against: Vec<Paired>,
}

/// Takes its first action as it is told and is then another agent.
#[derive(Clone)]
struct FirstThen {
    first: Option<Box<[Level]>>,
    then: Box<dyn Agent>,
}

impl Agent for FirstThen {
    fn name(&self) -> &str {
        self.then.name()
    }

    fn sources(&self) -> &[&'static str] {
        self.then.sources()
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        match self.first.take() {
            Some(first) => {
                action.copy_from_slice(&first);
                Decision::Made
            }
            None => self.then.decide(situation, dice, action),
        }
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

/// The agent of a run as it acts when it learns and explores no more; as it is where that is not
/// known of it.
pub fn settled(run: &dyn AnyRun) -> Box<dyn Agent> {
    let agent = run.agent().boxed_clone();
    match Frozen::new(agent.boxed_clone(), run.environment().action_space()) {
        Some(frozen) if knows_its_policy(run) => Box::new(frozen),
        _ => agent,
    }
}

fn knows_its_policy(run: &dyn AnyRun) -> bool {
    let count = run.environment().action_space().count().unwrap_or(0) as usize;
    let levels = run.state();
    let situation = Situation { levels, reals: &[], allowed: None, beat: run.episode_beats() };
    // What hides or measures its state cannot be asked in the state's own terms.
    let sees = run.environment().erased().observation_space() == run.environment().state_space();
    sees && run.agent().target_policy(&situation, &mut vec![0.0; count])
}

/// Forks a run where it stands: every action of `actions` (levels in the order of the action space)
/// is taken once in each future, and `then` decides all that follows. The run itself is left as it
/// is. `None` if cancelled, or where `then` does not decide.
pub fn fork(
    run: &dyn AnyRun,
    actions: &[Vec<Level>],
    then: &dyn Agent,
    options: ForkOptions,
    progress: &Progress,
) -> Option<Fork> {
    progress.set_done(0);
    progress.set_total(options.futures.saturating_mul(actions.len() as u64));
    // Long lists of futures are played in parallel; their order is that of their numbers.
    let futures: Option<Vec<Vec<f64>>> = (0..options.futures)
        .into_par_iter()
        .map(|number| {
            let each = actions.iter().map(|first| {
                progress.advance(1);
                if progress.is_cancelled() {
                    None
                } else {
                    future(run, first, then, number, options.beats)
                }
            });
            each.collect()
        })
        .collect();
    let futures = futures?;
    let of = |action: usize| -> Vec<f64> {
        futures.iter().filter_map(|future| future.get(action).copied()).collect()
    };
    let returns: Vec<Vec<f64>> = (0..actions.len()).map(of).collect();
    let means = returns.iter().map(|returns| Estimate::of_samples(returns)).collect();
    let (first, rest) = returns.split_first()?;
    let against = rest.iter().map(|other| paired(first, other)).collect();
    Some(Fork { means, against, returns })
}

/// The return of one future. It has no episode limit, whatever the run has: a cut-off is no end, and
/// what lies beyond it counts.
fn future(
    run: &dyn AnyRun,
    first: &[Level],
    then: &dyn Agent,
    number: u64,
    beats: u64,
) -> Option<f64> {
    let settings =
        RunSettings { replication: FIRST_FUTURE + number, episode_limit: None, ..*run.settings() };
    let mut future =
        run.with_environment(run.environment(), settings)?.with_agent(AnyAgent::Other(Box::new(
            FirstThen { first: Some(first.into()), then: then.boxed_clone() },
        )));
    let episode = future.episode();
    let (mut sum, mut weight) = (0.0, 1.0);
    for _ in 0..beats {
        if future.advance(1) == 0 {
            return None;
        }
        sum += weight * future.reward();
        weight *= settings.discount;
        if future.episode() != episode {
            break;
        }
    }
    Some(sum)
}

/// What each action is worth in a state if the optimum decides all that follows: its Q-values, for
/// the average reward relative ones. `None` where the model does not tell.
pub fn exact(
    scenario: &Scenario,
    optimum: &Optimum,
    state: &[Level],
    actions: &[Vec<Level>],
) -> Option<Vec<f64>> {
    let environment = &scenario.environment;
    let space = environment.state_space();
    let (discount, gain) = match scenario.contents.criterion {
        Criterion::Average => (1.0, optimum.value()?),
        criterion => (criterion.discount().unwrap_or(1.0), 0.0),
    };
    let value_of = |state: &[Level]| {
        let number = optimum.enumeration.states.find(space.index(state))?;
        optimum.solution.values.get(number).copied()
    };
    let worth = |action: &Vec<Level>| {
        let branches = environment.erased().branches(state, action).ok()?;
        let each = branches.iter().map(|branch| {
            Some(branch.probability * (branch.reward + discount * value_of(&branch.next)?))
        });
        Some(each.sum::<Option<f64>>()? - gain)
    };
    actions.iter().map(worth).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::agents::{self, follow};
    use crate::experiment::optimum::{self, SolveOptions};
    use crate::experiment::session::Session;
    use crate::scenario::{AgentSpec, library};

    /// On `LINE3` from a state with both choices open: the paired mean closes on the difference of
    /// the Q-values, and its interval is many times narrower than the unpaired one.
    #[test]
    fn paired_futures_close_on_the_difference_of_the_q_values() {
        let scenario = library::open("lines/line3.ron").unwrap();
        let found = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        let then = follow("Optimum", &scenario.environment, &found.plan()).unwrap();
        let session =
            Session::open(scenario.clone().into(), AgentSpec::AlwaysRun, 5, None).unwrap();
        let mut run = session.run().boxed_clone();
        run.advance(1234);
        let before = run.state().to_vec();
        let variables = scenario.environment.action_space().len();
        let (all, mut held) = (vec![1; variables], vec![1; variables]);
        held[0] = 0;
        let actions = [all, held];
        let options = ForkOptions { futures: 400, beats: 2000 };
        let forked = fork(&*run, &actions, &then, options, &Progress::new()).unwrap();
        let exact = exact(&scenario, &found, run.state(), &actions).unwrap();
        let pair = forked.against[0];
        let half = pair.difference.half_width().unwrap();
        let apart = pair.difference.mean - (exact[0] - exact[1]);
        // Twice the 95 % interval: a false alarm in some ten thousand.
        assert!(apart.abs() < 2.0 * half + 1e-9, "{pair:?} {exact:?}");
        assert!(pair.unpaired.half_width().unwrap() > 5.0 * half, "{pair:?}");
        // The run was left as it was, and the same fork is the same to the last bit.
        assert_eq!((run.state(), run.beats()), (before.as_slice(), 1234));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let again = pool.install(|| fork(&*run, &actions, &then, options, &Progress::new()));
        assert_eq!(again, Some(forked));
    }

    /// The chain draws nothing: a step left and ten to the right again against nine.
    #[test]
    fn futures_end_with_the_environment_and_count_with_the_discount() {
        let scenario = library::open("basics/chain.ron").unwrap();
        let criterion = scenario.contents.criterion;
        let session =
            Session::open(scenario.clone().into(), AgentSpec::AlwaysRun, 1, None).unwrap();
        let mut run = session.run().boxed_clone();
        run.advance(3);
        let found = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        let actions = [vec![1], vec![0]];
        let options = ForkOptions { futures: 3, ..ForkOptions::usual(criterion) };
        let forked = fork(&*run, &actions, &*settled(&*run), options, &Progress::new()).unwrap();
        let exact = exact(&scenario, &found, run.state(), &actions).unwrap();
        for (mean, exact) in forked.means.iter().zip(exact) {
            assert!((mean.mean - exact).abs() < 1e-9, "{mean:?} {exact}");
        }
        let cancelled = Progress::new();
        cancelled.cancel();
        assert_eq!(fork(&*run, &actions, &*settled(&*run), options, &cancelled), None);
    }

    /// A run of `LINE3` that is cut off six beats after the fork, and one that never is, have the
    /// same futures: they close on the difference of the Q-values all the same.
    #[test]
    fn a_limit_that_is_near_cuts_no_future_off() {
        let mut scenario = library::open("lines/line3.ron").unwrap();
        let found = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        let then = follow("Optimum", &scenario.environment, &found.plan()).unwrap();
        let variables = scenario.environment.action_space().len();
        let actions = [vec![1; variables], vec![0; variables]];
        let options = ForkOptions { futures: 100, beats: 1000 };
        let mut forked = |limit| {
            scenario.contents.episode_limit = limit;
            let opened = std::sync::Arc::new(scenario.clone());
            let session = Session::open(opened, AgentSpec::AlwaysRun, 5, None).unwrap();
            let mut run = session.run().boxed_clone();
            run.advance(1234);
            let exact = exact(&scenario, &found, run.state(), &actions).unwrap();
            (fork(&*run, &actions, &then, options, &Progress::new()).unwrap(), exact)
        };
        let (near, exact) = forked(Some(1240));
        let difference = near.against[0].difference;
        let apart = difference.mean - (exact[0] - exact[1]);
        assert!(apart.abs() < 2.0 * difference.half_width().unwrap(), "{difference:?} {exact:?}");
        assert_eq!(near, forked(None).0);
    }

    /// After the first move a learner acts as it would if it stopped learning: nothing is drawn.
    #[test]
    fn the_agent_itself_can_act_after_the_first_move() {
        let scenario = library::open("basics/chain.ron").unwrap();
        let spec = AgentSpec::QLearning(Default::default());
        let environment = &scenario.environment;
        let agent = agents::build(&spec, environment, scenario.contents.criterion, None).unwrap();
        let settings = RunSettings { discount: 0.99, ..RunSettings::default() };
        let mut run = crate::experiment::open(environment, agent, settings);
        run.advance(20_000);
        let options = ForkOptions { futures: 5, beats: 200 };
        let then = settled(&*run);
        let forked = fork(&*run, &[vec![1], vec![0]], &*then, options, &Progress::new()).unwrap();
        assert_eq!(forked.against[0].difference.half_width(), Some(0.0));
        assert!(forked.against[0].difference.mean > 0.0);
    }
}
