//! Policies judged on the model off the frame, one after another, while their agents learn on.

use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use super::job::{BrokeOff, Job};
use crate::experiment::judging::{Worth, judge, never_ends, prediction_error};
use crate::mdp::{Agent, Enumeration};
use crate::scenario::Scenario;

/// A learner is judged again when it has played this share more.
const JUDGED_EVERY: f64 = 0.15;
/// Beats before which a learner is not judged.
const FIRST_JUDGED: u64 = 25;
/// Bytes of tables that may wait to be judged, and an estimate of what a table takes for each state
/// and action.
const WAITING: u64 = 64 << 20;
const BYTES_A_PAIR: u64 = 24;
/// How many may wait at most: more than fall due in 10⁷ beats.
const MOST_WAITING: u64 = 96;

/// How many beats a learner has learned when it is to be judged next, having been judged at `last`.
pub fn next_due(last: Option<u64>) -> u64 {
    let more = |last: u64| (last as f64 * (1.0 + JUDGED_EVERY)).ceil() as u64;
    last.map_or(0, more).max(FIRST_JUDGED)
}

/// An agent as it stood, to be judged.
pub struct Candidate {
    /// Beats that had been played.
    pub beats: u64,
    /// A copy of it.
    pub agent: Box<dyn Agent>,
}

impl Candidate {
    /// A copy of an agent that stands here.
    pub fn new(beats: u64, agent: &dyn Agent) -> Self {
        Self { beats, agent: agent.boxed_clone() }
    }
}

/// A judgement of an agent's policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Beats played when the policy was taken.
    pub beats: u64,
    /// What it is worth.
    pub worth: Option<Worth>,
    /// How far what the agent predicts of it is from the truth, where it predicts.
    pub error: Option<f64>,
    /// Whether it can never reach an end.
    pub never_ends: bool,
}

/// A judge at work.
pub struct Judge {
    job: Job<()>,
    found: Arc<Mutex<Vec<Judgement>>>,
}

impl Judge {
    /// A judge for whoever is sent to it. It ends when the senders are gone and all are judged.
    pub fn for_many(
        scenario: Arc<Scenario>,
        enumeration: Enumeration,
    ) -> (Self, SyncSender<Candidate>) {
        let pairs = enumeration.model.pairs();
        let room = (WAITING / (pairs * BYTES_A_PAIR).max(1)).clamp(2, MOST_WAITING);
        let (sender, candidates) = mpsc::sync_channel::<Candidate>(room as usize);
        let found = Arc::new(Mutex::new(Vec::new()));
        let shared = found.clone();
        let job = Job::start("judge", move |progress| {
            let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
            for Candidate { beats, agent } in candidates {
                if progress.is_cancelled() {
                    return;
                }
                let worth = judge(&*agent, environment, &enumeration, criterion).ok().flatten();
                let never_ends = never_ends(&*agent, environment, &enumeration).unwrap_or(false);
                let error = prediction_error(&*agent, environment, &enumeration);
                let judgement = Judgement { beats, worth, error, never_ends };
                shared.lock().unwrap_or_else(PoisonError::into_inner).push(judgement);
            }
        });
        (Self { job, found }, sender)
    }

    /// A judge for this one.
    pub fn for_one(
        scenario: Arc<Scenario>,
        enumeration: Enumeration,
        candidate: Candidate,
    ) -> Self {
        let (judge, sender) = Self::for_many(scenario, enumeration);
        // There is room for two; without a judge its end is reported as that of any job.
        let _ = sender.try_send(candidate);
        judge
    }

    /// The judgements since the last look, in the order in which they were asked for.
    pub fn found(&self) -> Vec<Judgement> {
        std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How it ended, once; `None` while it works. Look at what it has [`Judge::found`] thereafter.
    pub fn ended(&mut self) -> Option<Result<(), BrokeOff>> {
        self.job.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::optimum::{self, SolveOptions};
    use crate::experiment::session::Session;
    use crate::mdp::Progress;

    fn learning() -> (Session, Enumeration, f64) {
        let text = "(version: 1, environment: Chain(), episode_limit: 50, agent: QLearning())";
        let scenario = Scenario::parse("chain.ron", text).unwrap();
        let best = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
        let value = best.value().unwrap();
        let agent = scenario.contents.agent.clone();
        let session = Session::open(Arc::new(scenario), agent, 1, None).unwrap();
        (session, best.enumeration, value)
    }

    fn all(mut judge: Judge) -> Vec<Judgement> {
        let mut found = Vec::new();
        loop {
            let ended = judge.ended();
            found.extend(judge.found());
            if let Some(ended) = ended {
                assert_eq!(ended, Ok(()));
                return found;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn many_are_judged_in_order_while_the_learner_learns_on() {
        let (mut session, enumeration, best) = learning();
        let (judge, sender) = Judge::for_many(session.scenario().clone(), enumeration);
        let mut sent = Vec::new();
        for _ in 0..20 {
            let run = session.run_mut();
            run.advance(1_000);
            sent.push(run.beats());
            sender.send(Candidate::new(run.beats(), run.agent())).unwrap();
        }
        drop(sender);
        let found = all(judge);
        assert_eq!(found.iter().map(|one| one.beats).collect::<Vec<_>>(), sent);
        let last = found.last().unwrap();
        assert!((last.worth.unwrap().value - best).abs() < 1e-9, "{last:?}");
        assert!(!last.never_ends);
        assert!(found.iter().all(|one| one.worth.unwrap().value <= best + 1e-9));
    }

    #[test]
    fn one_is_judged_and_the_judge_goes() {
        let (session, enumeration, _) = learning();
        let candidate = Candidate::new(7, session.run().agent());
        let found = all(Judge::for_one(session.scenario().clone(), enumeration, candidate));
        assert_eq!(found.iter().map(|one| one.beats).collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn judgements_thin_out_as_a_learner_grows_old() {
        assert_eq!((next_due(None), next_due(Some(0)), next_due(Some(1_000))), (25, 25, 1_150));
        let mut due = next_due(None);
        let mut judged = 0;
        while due <= 10_000_000 {
            judged += 1;
            due = next_due(Some(due));
        }
        assert!(judged < MOST_WAITING, "{judged} judgements in 10⁷ beats");
    }
}
