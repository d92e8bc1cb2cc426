//! Planning in the background: from an environment to a plan, step by step, so that others can
//! look at it meanwhile and stop it.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
        self.values = planner.values().into();
        self.policy = planner.policy().into();
        self.bounds = planner.bounds().map(|bounds| (bounds.lower, bounds.upper));
        self.sweeps = planner.sweeps();
        self.history = planner.history().into();
        self.certified = planner.certified(precision);
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
}

/// How often the snapshot is renewed while the planner sweeps.
const RENEWAL: Duration = Duration::from_millis(100);

impl Default for Planning {
    fn default() -> Self {
        Self { snapshot: Mutex::new(Arc::new(Snapshot::empty())), progress: Progress::new() }
    }
}

impl Planning {
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
