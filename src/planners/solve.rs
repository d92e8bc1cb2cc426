//! Drives a planner until the optimum is enclosed to a precision.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use super::gauss_seidel::Order;
use super::modified_policy_iteration::POLICY_SWEEPS;
use super::{
    GaussSeidel, ModifiedPolicyIteration, PlanError, Planner, PolicyIteration,
    RelativeValueIteration, SweepRecord, ValueIteration,
};
use crate::mdp::{Bounds, Criterion, Model, Progress, Shifts};

/// The methods to choose from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, clap::ValueEnum,
)]
pub enum Method {
    /// Synchronous value iteration; relative value iteration for the average reward.
    ValueIteration,
    /// Value iteration in place. Not for the average reward.
    GaussSeidel,
    /// Full sweeps with sweeps of the greedy policy in between.
    ModifiedPolicyIteration,
    /// Howard's policy iteration.
    PolicyIteration,
    /// Relative value iteration, for the average reward only.
    RelativeValueIteration,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 5] = [
        Self::ValueIteration,
        Self::GaussSeidel,
        Self::ModifiedPolicyIteration,
        Self::PolicyIteration,
        Self::RelativeValueIteration,
    ];

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::ValueIteration => "Value iteration",
            Self::GaussSeidel => "Gauss–Seidel value iteration",
            Self::ModifiedPolicyIteration => "Modified policy iteration",
            Self::PolicyIteration => "Policy iteration",
            Self::RelativeValueIteration => "Relative value iteration",
        }
    }

    /// Whether the method serves the criterion.
    pub fn serves(self, criterion: Criterion) -> bool {
        match self {
            Self::GaussSeidel => criterion != Criterion::Average,
            Self::RelativeValueIteration => criterion == Criterion::Average,
            Self::ValueIteration | Self::ModifiedPolicyIteration | Self::PolicyIteration => true,
        }
    }

    /// The method that was fastest where it matters, on large lines.
    pub fn fastest(_criterion: Criterion) -> Self {
        Self::ModifiedPolicyIteration
    }
}

/// A planner of this method (by default the fastest), ready to work from the beginning.
pub fn planner(
    model: Arc<Model>,
    criterion: Criterion,
    method: Option<Method>,
) -> Result<Box<dyn Planner>, PlanError> {
    Ok(match method.unwrap_or(Method::fastest(criterion)) {
        Method::ValueIteration if criterion == Criterion::Average => {
            Box::new(RelativeValueIteration::new(model)?)
        }
        Method::ValueIteration => Box::new(ValueIteration::new(model, criterion)?),
        Method::GaussSeidel => Box::new(GaussSeidel::new(model, criterion, Order::Ascending)?),
        Method::ModifiedPolicyIteration => {
            Box::new(ModifiedPolicyIteration::new(model, criterion, POLICY_SWEEPS)?)
        }
        Method::PolicyIteration => Box::new(PolicyIteration::new(model, criterion)?),
        Method::RelativeValueIteration if criterion != Criterion::Average => {
            return Err(PlanError::Method {
                method: "relative value iteration",
                criterion: criterion.name(),
                instead: "value iteration",
            });
        }
        Method::RelativeValueIteration => Box::new(RelativeValueIteration::new(model)?),
    })
}

/// What a planner came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The method's name.
    pub method: &'static str,
    /// What was optimised.
    pub criterion: Criterion,
    /// Values by state, the middle of each one's bounds where both are known; for the average reward
    /// relative ones, 0 in the first start state. NaN
    /// in states that the total reward leaves out, since no policy surely ends from them (or the
    /// start does not lead to them, and from some one could earn for ever).
    pub values: Vec<f64>,
    /// The greedy flat action by state, the lowest of those equal within [`Model::tie_slack`]; 0 in
    /// terminal states.
    pub policy: Vec<u32>,
    /// Bounds on the optimal value at the start or gain, which the policy's own lies within too.
    pub bounds: Option<Bounds>,
    /// The bounds of each state's own value, taken from `values`.
    around: Option<Shifts>,
    /// How many sweeps were made.
    pub sweeps: u64,
    /// How many backups were made.
    pub backups: u64,
    /// Whether the bounds are no wider than the precision asked for.
    pub optimal: bool,
    /// Whether more work could not bring the bounds closer.
    pub settled: bool,
    /// Whether nothing but rounding kept the precision from being reached: the numbers cannot tell
    /// more apart. Twice [`Bounds::rounding`] is the least width that can be asked for.
    pub limited_by_rounding: bool,
    /// The bounds sweep by sweep.
    pub history: Vec<SweepRecord>,
}

impl Solution {
    /// What a planner has come to so far.
    pub fn of(planner: &dyn Planner, original: &Model, precision: f64) -> Self {
        let mut values = planner.estimates();
        let around = planner.bounds().and_then(|bounds| bounds.by_state).map(|shifts| {
            let upper = shifts.upper.map(|upper| (upper - shifts.lower) / 2.0);
            Shifts { lower: upper.map_or(shifts.lower, |upper| -upper), upper }
        });
        for (state, value) in values.iter_mut().enumerate() {
            if planner.model().is_terminal(state) && !original.is_terminal(state) {
                *value = f64::NAN;
            }
        }
        Self {
            method: planner.name(),
            criterion: planner.criterion(),
            values,
            policy: planner.policy().to_vec(),
            bounds: planner.bounds(),
            around,
            sweeps: planner.sweeps(),
            backups: planner.backups(),
            optimal: planner.certified(precision),
            settled: planner.is_settled(),
            limited_by_rounding: !planner.certified(precision) && planner.is_limited_by_rounding(),
            history: planner.history().to_vec(),
        }
    }

    /// Bounds on a state's own optimal value, the upper one where known; `None` for the average
    /// reward, without bounds, and in states left out.
    pub fn state_bounds(&self, state: usize) -> Option<(f64, Option<f64>)> {
        let shifts = self.around?;
        let value = *self.values.get(state)?;
        let known = value.is_finite();
        known.then_some((value + shifts.lower, shifts.upper.map(|upper| value + upper)))
    }
}

/// How a planner that was driven came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driven {
    /// The optimum and the value of every state are enclosed to the precision, or no more work
    /// could bring the bounds closer.
    ToTheEnd,
    /// Whoever looked on had enough.
    Stopped,
}

/// Lets a planner work until the optimum and the value of every state are enclosed to `precision`
/// (an absolute width) or no more work could bring the bounds closer. `look` sees it after every
/// sweep but the last and may stop it.
///
/// That the optimum is enclosed is not enough: the values of all states are shown, and those of the
/// latest sweep can be far off where an earlier one gave the upper bound.
///
/// All who plan come through here, so that the same model, method and precision give the same
/// policy to the last tie, in a window, in a command and in a replay.
pub fn drive(
    planner: &mut dyn Planner,
    precision: f64,
    mut look: impl FnMut(&dyn Planner) -> ControlFlow<()>,
) -> Driven {
    let sweep = planner.model().decisions().max(1);
    while !planner.certified_states(precision) && !planner.is_settled() {
        if look(planner).is_break() {
            return Driven::Stopped;
        }
        planner.advance(sweep);
    }
    Driven::ToTheEnd
}

/// Plans until the optimum and the value of every state are enclosed to `precision` (an absolute
/// width), until no more work could bring the bounds closer, until `budget` backups are spent, or until the deadline,
/// whichever comes first.
///
/// The progress counts thousandths of the way from the first width of the bounds to the
/// precision, on a logarithmic scale.
///
/// # Errors
/// Where the method does not serve the model and criterion, or the progress was cancelled.
pub fn solve(
    model: &Arc<Model>,
    criterion: Criterion,
    method: Option<Method>,
    precision: f64,
    budget: u64,
    deadline: Option<Instant>,
    progress: &Progress,
) -> Result<Solution, PlanError> {
    let mut planner = planner(Arc::clone(model), criterion, method)?;
    let mut first = None;
    progress.set_done(0);
    progress.set_total(1000);
    drive(&mut *planner, precision, |planner| {
        if let Some(width) = planner.bounds().and_then(|bounds| bounds.width()) {
            let first = *first.get_or_insert(width);
            let share = (first / width).ln() / (first / precision).ln();
            progress.set_done((1000.0 * share.clamp(0.0, 1.0)) as u64);
        }
        let late = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if late || planner.backups() >= budget || progress.is_cancelled() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    if progress.is_cancelled() {
        return Err(PlanError::Cancelled { sweeps: planner.sweeps() });
    }
    if let Some(failure) = planner.failure() {
        return Err(failure.clone());
    }
    progress.set_done(1000);
    Ok(Solution::of(&*planner, model, precision))
}
