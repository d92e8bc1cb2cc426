//! The present forked: pairs of futures from one state, each pair on the same luck, one action first in
//! one of them and another first in the other. What they differ by closes on the difference of the two
//! values, pair by pair.

use std::sync::{Arc, Mutex, PoisonError};

use super::action_words::action_words;
use super::desk::Desk;
use super::inspect::inspected;
use super::job::{Job, ended};
use super::view::{ForkView, WhyView};
use crate::experiment::agents::follow;
use crate::experiment::fork::{ForkOptions, fork, settled};
use crate::experiment::session::Session;
use crate::experiment::statistics::paired::Paired;
use crate::mdp::{Agent, Level};

/// After so many pairs what they say is told, each time anew.
const LOOKS: [u64; 6] = [12, 25, 50, 100, 200, 400];

/// A fork that was asked for.
pub struct Forking {
    /// The state in which it forks.
    state: Vec<Level>,
    /// The flat actions: the one that is tried, and the one that it is held against.
    actions: [usize; 2],
    /// Who decides all that follows.
    then: String,
    /// What the values say that the difference is, where the optimum goes on.
    exact: Option<f64>,
    job: Option<Job<Result<(), String>>>,
    found: Arc<Mutex<Option<(u64, Paired)>>>,
    failed: Option<String>,
}

/// The two actions that a fork would try in the state looked at: the one whose value is written out or
/// that is taken, and the best other one.
fn offer(view: &WhyView) -> Option<[usize; 2]> {
    let value = |place: usize| {
        let action = view.actions.get(place)?;
        action.planned.or(action.believed).filter(|_| action.allowed)
    };
    let chosen = || view.actions.iter().position(|action| action.chosen);
    let tried = view.backup.as_ref().map(|backup| backup.action).or_else(chosen)?;
    let others = (0..view.actions.len()).filter(|place| *place != tried);
    let allowed = others.filter(|place| view.actions.get(*place).is_some_and(|one| one.allowed));
    let best = allowed.max_by(|one, other| {
        let worth = |place: &usize| value(*place).unwrap_or(f64::NEG_INFINITY);
        // The first of those alike.
        worth(one).total_cmp(&worth(other)).then(other.cmp(one))
    })?;
    Some([tried, best])
}

/// Forks the state looked at.
pub fn start(desk: &mut Desk, session: &Session, view: &WhyView) {
    let Some(actions) = offer(view) else { return };
    let scenario = session.scenario().clone();
    let environment = &scenario.environment;
    let state = inspected(desk, session);
    let Some(run) = session.run().with_state(&state) else { return };
    let sees = environment.erased().observes_state();
    let plan = desk.plan().filter(|_| sees && desk.snapshot.certified);
    let optimum = plan.and_then(|plan| follow("Optimum", environment, &plan).ok());
    let exact = optimum.as_ref().and_then(|_| {
        let worth = |place: usize| view.actions.get(place)?.planned;
        let [tried, other] = actions;
        Some(worth(tried)? - worth(other)?)
    });
    let then: Box<dyn Agent> = match optimum {
        Some(optimum) => Box::new(optimum),
        None => settled(&*run),
    };
    let space = environment.action_space();
    let levels = actions.map(|action| {
        let mut levels = vec![0; space.len()];
        space.levels(action as u64, &mut levels);
        levels
    });
    let found = Arc::new(Mutex::new(None));
    let (shared, name) = (found.clone(), then.name().to_owned());
    let usual = ForkOptions::usual(scenario.contents.criterion);
    let job = Job::start("fork", move |progress| {
        for futures in LOOKS {
            let options = ForkOptions { futures, ..usual };
            let forked = fork(&*run, &levels, &*then, options, progress);
            if progress.is_cancelled() {
                return Ok(());
            }
            let forked = forked.ok_or("who goes on does not decide by itself")?;
            let pair = forked.against.first().copied();
            let mut found = shared.lock().unwrap_or_else(PoisonError::into_inner);
            *found = pair.map(|pair| (futures, pair));
        }
        Ok(())
    });
    let job = Some(job);
    desk.clock.playing = false;
    desk.forking = Some(Forking { state, actions, then: name, exact, job, found, failed: None });
}

/// Takes note of a fork that has come to its end.
pub(super) fn take_fork(desk: &mut Desk) {
    let Some(forking) = &mut desk.forking else { return };
    forking.failed = match ended(&mut forking.job) {
        Some(Ok(Err(why))) => Some(why),
        Some(Err(error)) => Some(error.to_string()),
        Some(Ok(Ok(()))) | None => return,
    };
}

/// Whether futures are being played.
pub fn is_forking(desk: &Desk) -> bool {
    desk.forking.as_ref().is_some_and(|forking| forking.job.is_some())
}

/// What can be forked here, and what was.
pub fn view(desk: &Desk, session: &Session, why: &WhyView) -> ForkView {
    let name = |place: usize| why.actions.get(place).map(|action| action.name.clone());
    let offer = offer(why).and_then(|[tried, other]| Some((name(tried)?, name(other)?)));
    let mut view = ForkView { offer, ..ForkView::default() };
    let here = |forking: &&Forking| forking.state == inspected(desk, session);
    let Some(forking) = desk.forking.as_ref().filter(here) else { return view };
    let space = session.scenario().environment.action_space();
    let words = |action: usize| {
        let mut levels = vec![0; space.len()];
        space.levels(action as u64, &mut levels);
        action_words(space, &levels)
    };
    view.shown = true;
    view.between = forking.actions.map(|action| name(action).unwrap_or_else(|| words(action)));
    view.then.clone_from(&forking.then);
    view.exact = forking.exact;
    view.unit.clone_from(&session.scenario().contents.currency);
    view.under_way = forking.job.is_some();
    view.failed.clone_from(&forking.failed);
    let found = forking.found.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((pairs, pair)) = &*found {
        view.pairs = *pairs;
        view.paired = Some(pair.difference);
        view.unpaired = Some(pair.unpaired);
    }
    view
}
