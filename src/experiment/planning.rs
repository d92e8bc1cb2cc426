//! Planning in the background: from an environment to a plan, step by step, so that others can
//! look at it meanwhile and stop it.

use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::environments::AnyEnvironment;
use crate::mdp::{Criterion, Enumeration, EnumerationOptions, Progress};
use crate::planners::{Driven, Method, Planner, SweepRecord, drive, planner};

use super::agents::Plan;

/// How far planning has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// States and outcomes are counted.
    Counting,
    /// The planner sweeps.
    Sweeping,
    /// The planner waits between two sweeps until it is told to go on.
    Paused,
    /// The bounds are within the precision, or nothing changes but rounding.
    Ready,
    /// Someone stopped it; what was found so far stands.
    Stopped,
    /// It cannot be done, and why.
    Failed(String),
}

/// What planning has found so far.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// How far it has come.
    pub stage: Stage,
    /// The model's states, once they are counted.
    pub enumeration: Option<Enumeration>,
    /// The planner's name.
    pub method: String,
    /// Values of all states so far (relative ones for the average reward).
    pub values: Arc<[f64]>,
    /// The greedy flat action of all states so far.
    pub policy: Arc<[u32]>,
    /// Lower and upper bound at the start or on the gain.
    pub bounds: Option<(f64, Option<f64>)>,
    /// Sweeps so far.
    pub sweeps: u64,
    /// Where it stood after each sweep.
    pub history: Arc<[SweepRecord]>,
    /// Whether the policy is proved to be within the precision of the optimum.
    pub certified: bool,
}

impl Snapshot {
    fn empty() -> Self {
        Self {
            stage: Stage::Counting,
            enumeration: None,
            method: String::new(),
            values: Arc::new([]),
            policy: Arc::new([]),
            bounds: None,
            sweeps: 0,
            history: Arc::new([]),
            certified: false,
        }
    }

    /// Takes what the planner has now.
    fn take(&mut self, planner: &dyn Planner, precision: f64) {
        self.certified = planner.certified(precision);
        // What is shown at the end are values; on the way there what the sweeps have come to.
        let done = planner.certified_states(precision) || planner.is_settled();
        self.values = if done { planner.estimates().into() } else { planner.values().into() };
        self.policy = planner.policy().into();
        self.bounds = planner.bounds().map(|bounds| (bounds.lower, bounds.upper));
        self.sweeps = planner.sweeps();
        self.history = planner.history().into();
    }

    /// The plan as an agent can follow it, once it is ready.
    pub fn plan(&self) -> Option<Plan> {
        let enumeration = self.enumeration.clone()?;
        (self.stage == Stage::Ready).then(|| Plan { enumeration, policy: self.policy.clone() })
    }
}

/// Planning under way, shared between the one who works and those who look.
#[derive(Debug)]
pub struct Planning {
    snapshot: Mutex<Arc<Snapshot>>,
    /// Progress of the counting; cancelling it stops the planning as a whole.
    pub progress: Progress,
    gate: Mutex<Gate>,
    opened: Condvar,
}

/// Whether the planner may sweep.
#[derive(Debug, Clone, Copy)]
enum Gate {
    /// As fast as it can.
    Open,
    /// So many sweeps, then it waits.
    Sweeps(u64),
}

/// How often the snapshot is renewed while the planner sweeps.
const RENEWAL: Duration = Duration::from_millis(100);
/// How long a planner that waits does not look whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);

impl Default for Planning {
    fn default() -> Self {
        Self {
            snapshot: Mutex::new(Arc::new(Snapshot::empty())),
            progress: Progress::new(),
            gate: Mutex::new(Gate::Open),
            opened: Condvar::new(),
        }
    }
}

impl Planning {
    /// Planning that will wait before its first sweep.
    pub fn paused() -> Self {
        Self { gate: Mutex::new(Gate::Sweeps(0)), ..Self::default() }
    }

    /// Lets the planner wait after the sweep that it is in.
    pub fn pause(&self) {
        *self.gate() = Gate::Sweeps(0);
    }

    /// Lets a planner that waits go on.
    pub fn resume(&self) {
        *self.gate() = Gate::Open;
        self.opened.notify_all();
    }

    /// Lets a planner that waits make one more sweep; one that does not will wait after its next.
    pub fn one_sweep(&self) {
        let mut gate = self.gate();
        *gate = match *gate {
            Gate::Open => Gate::Sweeps(1),
            Gate::Sweeps(sweeps) => Gate::Sweeps(sweeps + 1),
        };
        self.opened.notify_all();
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes leave for one sweep, if there is any.
    fn may_sweep(gate: &mut Gate) -> bool {
        match gate {
            Gate::Open => true,
            Gate::Sweeps(0) => false,
            Gate::Sweeps(sweeps) => {
                *sweeps -= 1;
                true
            }
        }
    }

    /// Waits until the planner may sweep; false if it was cancelled meanwhile.
    fn wait(&self) -> bool {
        let mut gate = self.gate();
        while !Self::may_sweep(&mut gate) {
            if self.progress.is_cancelled() {
                return false;
            }
            let waited = self.opened.wait_timeout(gate, LOOK);
            gate = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        !self.progress.is_cancelled()
    }

    /// What has been found so far.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.lock().clone()
    }

    /// A panic while it was held leaves a whole snapshot behind, so it can be read on.
    fn lock(&self) -> MutexGuard<'_, Arc<Snapshot>> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, snapshot: Snapshot) {
        *self.lock() = Arc::new(snapshot);
    }

    /// Does the work, on the caller's thread.
    pub fn work(
        &self,
        environment: &AnyEnvironment,
        criterion: Criterion,
        method: Option<Method>,
        precision: f64,
    ) {
        let mut snapshot = Snapshot::empty();
        let options = EnumerationOptions::default();
        match environment.erased().enumerate(options, &self.progress) {
            Ok(enumeration) => snapshot.enumeration = Some(enumeration),
            Err(error) => {
                let stopped = self.progress.is_cancelled();
                snapshot.stage =
                    if stopped { Stage::Stopped } else { Stage::Failed(error.to_string()) };
                self.publish(snapshot);
                return;
            }
        }
        let Some(enumeration) = &snapshot.enumeration else { return };
        let model = enumeration.model.clone();
        let mut planner = match planner(model.clone(), criterion, method) {
            Ok(planner) => planner,
            Err(error) => {
                snapshot.stage = Stage::Failed(error.to_string());
                self.publish(snapshot);
                return;
            }
        };
        snapshot.stage = Stage::Sweeping;
        snapshot.method = planner.name().to_owned();
        let mut renewed = Instant::now();
        let driven = drive(&mut *planner, precision, |planner| {
            if self.progress.is_cancelled() {
                return ControlFlow::Break(());
            }
            let free = Self::may_sweep(&mut self.gate());
            if !free {
                snapshot.take(planner, precision);
                self.publish(Snapshot { stage: Stage::Paused, ..snapshot.clone() });
                if !self.wait() {
                    return ControlFlow::Break(());
                }
                renewed = Instant::now();
                return ControlFlow::Continue(());
            }
            if renewed.elapsed() >= RENEWAL {
                snapshot.take(planner, precision);
                self.publish(snapshot.clone());
                renewed = Instant::now();
            }
            ControlFlow::Continue(())
        });
        snapshot.take(&*planner, precision);
        snapshot.stage = match driven {
            Driven::ToTheEnd => match planner.failure() {
                Some(failure) => Stage::Failed(failure.to_string()),
                None => Stage::Ready,
            },
            Driven::Stopped => Stage::Stopped,
        };
        self.publish(snapshot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, library};

    /// Waits until a look at the planning shows what is wanted; a minute is more than enough.
    fn until(planning: &Planning, shows: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let from = Instant::now();
        loop {
            let snapshot = planning.snapshot();
            if shows(&snapshot) {
                return snapshot;
            }
            assert!(from.elapsed() < Duration::from_secs(60), "{:?}", snapshot.stage);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn started(scenario: &Scenario, planning: Planning) -> Arc<Planning> {
        let planning = Arc::new(planning);
        let (shared, environment) = (planning.clone(), scenario.environment.clone());
        let criterion = scenario.contents.criterion;
        std::thread::spawn(move || shared.work(&environment, criterion, None, 1e-6));
        planning
    }

    #[test]
    fn a_planner_can_be_paused_swept_on_and_resumed() {
        let scenario = library::open("lines/three_machines.ron").unwrap();
        let planning = started(&scenario, Planning::paused());
        let paused = |sweeps| move |s: &Snapshot| s.stage == Stage::Paused && s.sweeps == sweeps;
        let first = until(&planning, paused(0));
        assert!(first.plan().is_none() && first.bounds.is_none());
        planning.one_sweep();
        let second = until(&planning, paused(1));
        assert!(second.bounds.is_some());
        planning.one_sweep();
        planning.one_sweep();
        until(&planning, paused(3));
        planning.resume();
        let last = until(&planning, |s| s.stage == Stage::Ready);
        assert!(last.certified);
        // Waiting changes nothing: the plan is that of a planner that never did.
        let other = started(&scenario, Planning::default());
        let other = until(&other, |s| s.stage == Stage::Ready);
        assert_eq!((&last.policy, last.sweeps), (&other.policy, other.sweeps));
        assert_eq!(last.bounds, other.bounds);
    }

    #[test]
    fn a_planner_that_waits_can_be_cancelled() {
        let scenario = library::open("lines/three_machines.ron").unwrap();
        let planning = started(&scenario, Planning::paused());
        until(&planning, |s| s.stage == Stage::Paused);
        planning.progress.cancel();
        assert!(until(&planning, |s| s.stage == Stage::Stopped).plan().is_none());
    }

    #[test]
    fn the_plan_in_the_background_is_that_of_the_command() {
        use crate::experiment::optimum::{SolveOptions, find};
        for path in ["lines/three_machines.ron", "basics/chain.ron", "basics/replacement.ron"] {
            let scenario = library::open(path).unwrap();
            let planning = started(&scenario, Planning::default());
            let snapshot = until(&planning, |s| s.stage == Stage::Ready);
            let options = SolveOptions {
                method: None,
                precision: 1e-6,
                deadline: None,
                budget: u64::MAX,
                enumeration: EnumerationOptions::default(),
            };
            let found = find(&scenario, &options, &Progress::new()).unwrap();
            assert_eq!(*snapshot.policy, *found.solution.policy, "{path}");
            assert_eq!(snapshot.sweeps, found.solution.sweeps, "{path}");
        }
    }
}
