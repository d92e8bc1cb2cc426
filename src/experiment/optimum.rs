//! Finds the optimum of a scenario: enumeration, then planning with certified bounds.

use std::time::{Duration, Instant};

use crate::environments::AnyEnvironment;
use crate::mdp::{Enumeration, EnumerationError, EnumerationOptions, Model, Progress};
use crate::planners::{Method, PlanError, Solution, solve};
use crate::scenario::{OptimumSettings, Scenario};

use super::agents::Plan;

/// How the optimum is to be found.
#[derive(Debug, Clone, Copy)]
pub struct SolveOptions {
    /// The planner; the fastest if `None`.
    pub method: Option<Method>,
    /// The width of the bounds to reach, in currency (a beat for a gain).
    pub precision: f64,
    /// When to stop though the precision is not reached.
    pub deadline: Option<Instant>,
    /// After how many backups to stop likewise.
    pub budget: u64,
    /// Which states to hold and how much memory to take.
    pub enumeration: EnumerationOptions,
}

/// The width of the bounds where none is asked for.
pub const USUAL_PRECISION: f64 = 1e-6;
/// How long the usual precision is pursued.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// For how much work it is pursued where no clock may matter, backups: what a fast machine does in
/// some ten seconds and a slow one in a few minutes.
pub const WORK: u64 = 10_000_000_000;

impl SolveOptions {
    /// By the fastest method to the precision asked for, however long that takes; where none is
    /// asked for, to the usual one, for a minute from now at most.
    pub fn to(precision: Option<f64>) -> Self {
        Self {
            method: None,
            precision: precision.unwrap_or(USUAL_PRECISION),
            deadline: precision.is_none().then(|| Instant::now() + PATIENCE),
            budget: u64::MAX,
            enumeration: EnumerationOptions::default(),
        }
    }

    /// As a scenario's optimum is to be found.
    pub fn of(settings: &OptimumSettings) -> Self {
        let asked = (settings.precision != USUAL_PRECISION).then_some(settings.precision);
        Self { method: settings.method, ..Self::to(asked) }
    }

    /// As [`SolveOptions::of`], but where no precision is asked for it is work that ends the
    /// pursuit, not a clock: what is found is then the same on every machine, however busy.
    pub fn counted(settings: &OptimumSettings) -> Self {
        let of = Self::of(settings);
        let budget = if of.deadline.is_some() { WORK } else { of.budget };
        Self { deadline: None, budget, ..of }
    }
}

/// What an optimum is to be called here: where the state is not seen, that of who sees it is a bound
/// which no agent need reach.
pub fn name(environment: &AnyEnvironment) -> &'static str {
    match environment.erased().observes_state() {
        true => "optimum",
        false => "optimum with full information",
    }
}

/// Why the optimum was not found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OptimumError {
    /// The model could not be built.
    #[error(transparent)]
    Enumeration(#[from] EnumerationError),
    /// The planner refused.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// The optimum of a scenario.
#[derive(Debug, Clone)]
pub struct Optimum {
    /// The model and its states.
    pub enumeration: Enumeration,
    /// What planning came to.
    pub solution: Solution,
    /// How long enumerating took.
    pub enumeration_time: Duration,
    /// How long planning took.
    pub planning_time: Duration,
}

impl Optimum {
    /// The model.
    pub fn model(&self) -> &Model {
        &self.enumeration.model
    }

    /// Lower and upper bound at the start or on the gain, where known.
    pub fn bounds(&self) -> (Option<f64>, Option<f64>) {
        match self.solution.bounds {
            Some(bounds) => (Some(bounds.lower), bounds.upper),
            None => (None, None),
        }
    }

    /// The middle of the bounds, where they are near enough to speak of a value ([`known`]).
    pub fn value(&self) -> Option<f64> {
        let bounds = self.solution.bounds?;
        known(bounds.lower, bounds.upper?)
    }

    /// Backups a second of planning.
    pub fn backups_per_second(&self) -> f64 {
        self.solution.backups as f64 / self.planning_time.as_secs_f64()
    }

    /// The plan as an agent can follow it.
    pub fn plan(&self) -> Plan {
        Plan {
            enumeration: self.enumeration.clone(),
            policy: self.solution.policy.as_slice().into(),
        }
    }
}

/// The middle of bounds that are no further apart than a thousandth of it, or than
/// [`USUAL_PRECISION`]; what lies between bounds that are further apart is not known.
pub fn known(lower: f64, upper: f64) -> Option<f64> {
    let middle = f64::midpoint(lower, upper);
    (upper - lower <= f64::max(1e-3 * middle.abs(), USUAL_PRECISION)).then_some(middle)
}

/// Enumerates a scenario and plans until the bounds are as close as asked for, nothing changes
/// but rounding, the deadline has passed, or the backups are spent.
///
/// # Errors
/// Any [`OptimumError`].
pub fn find(
    scenario: &Scenario,
    options: &SolveOptions,
    progress: &Progress,
) -> Result<Optimum, OptimumError> {
    let from = Instant::now();
    let enumeration = scenario.environment.erased().enumerate(options.enumeration, progress)?;
    let enumeration_time = from.elapsed();
    let from = Instant::now();
    let solution = solve(
        &enumeration.model,
        scenario.contents.criterion,
        options.method,
        options.precision,
        options.budget,
        options.deadline,
        progress,
    )?;
    Ok(Optimum { enumeration, solution, enumeration_time, planning_time: from.elapsed() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::judging;
    use crate::mdp::Policy;
    use crate::scenario::library;

    fn found(scenario: &Scenario, options: &SolveOptions) -> Optimum {
        find(scenario, options, &Progress::new()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn bounds_hold_the_value_of_the_plan() {
        for path in ["basics/chain.ron", "basics/replacement.ron", "lines/short_and_long_stops.ron"]
        {
            let scenario = library::open(path).unwrap();
            let optimum = found(&scenario, &SolveOptions::to(None));
            let policy = Policy::Deterministic(optimum.plan().policy.to_vec());
            let criterion = scenario.contents.criterion;
            let worth = judging::worth(&optimum.enumeration, &policy, criterion).unwrap();
            let (lower, upper) = optimum.bounds();
            assert!(lower.unwrap() - 1e-9 <= worth.value, "{path}: {lower:?} {worth:?}");
            assert!(worth.value <= upper.unwrap() + 1e-9, "{path}: {upper:?} {worth:?}");
            assert!(optimum.backups_per_second() > 0.0 && !optimum.solution.limited_by_rounding);
        }
    }

    /// Who asks for a precision waits for it; who asks for none waits a minute at most.
    #[test]
    fn only_the_usual_precision_is_pursued_for_a_while_only() {
        let asked = SolveOptions::to(Some(1e-9));
        assert_eq!((asked.precision, asked.deadline), (1e-9, None));
        let usual = SolveOptions::to(None);
        let left = usual.deadline.unwrap().saturating_duration_since(Instant::now());
        assert_eq!(usual.precision, USUAL_PRECISION);
        assert!(left <= PATIENCE && left > PATIENCE / 2);
        let method = Some(Method::PolicyIteration);
        let of = SolveOptions::of(&OptimumSettings { method, precision: 0.5 });
        assert_eq!((of.method, of.precision, of.deadline), (method, 0.5, None));
        assert!(SolveOptions::of(&OptimumSettings::default()).deadline.is_some());
        let counted = SolveOptions::counted(&OptimumSettings::default());
        assert_eq!((counted.deadline, counted.budget), (None, WORK));
        let counted = SolveOptions::counted(&OptimumSettings { method, precision: 0.5 });
        assert_eq!((counted.deadline, counted.budget), (None, u64::MAX));
    }

    /// Work that is counted ends at the same sweep, whatever the clock says.
    #[test]
    fn a_budget_ends_the_pursuit_where_it_is_spent() {
        let scenario = library::open("lines/three_machines.ron").unwrap();
        let method = Some(Method::RelativeValueIteration);
        let options =
            SolveOptions { method, budget: 20_000, ..SolveOptions::counted(&Default::default()) };
        let (one, again) = (found(&scenario, &options), found(&scenario, &options));
        assert!(!one.solution.optimal && one.solution.backups >= 20_000);
        assert_eq!(one.solution, again.solution);
        let whole = found(&scenario, &SolveOptions { budget: u64::MAX, ..options });
        assert!(whole.solution.optimal && whole.solution.backups > one.solution.backups);
    }

    #[test]
    fn what_a_deadline_cuts_off_is_not_called_optimal_and_its_bounds_hold() {
        let scenario = library::open("lines/three_machines.ron").unwrap();
        let best = found(&scenario, &SolveOptions::to(None)).value().unwrap();
        let method = Some(Method::RelativeValueIteration);
        let now = Some(Instant::now());
        let cut =
            found(&scenario, &SolveOptions { method, deadline: now, ..SolveOptions::to(None) });
        assert!(!cut.solution.optimal && !cut.solution.limited_by_rounding);
        let (lower, upper) = cut.bounds();
        assert!(lower.is_none_or(|lower| lower <= best), "{lower:?} {best}");
        assert!(upper.is_none_or(|upper| upper >= best), "{upper:?} {best}");
    }

    #[test]
    fn bounds_that_rounding_keeps_apart_are_called_so() {
        let optimum =
            found(&library::open("basics/chain.ron").unwrap(), &SolveOptions::to(Some(1e-18)));
        assert!(optimum.solution.limited_by_rounding && !optimum.solution.optimal);
    }

    #[test]
    fn what_does_not_fit_or_suit_is_refused_in_words() {
        let line = library::open("lines/line3.ron").unwrap();
        let enumeration = EnumerationOptions { memory_limit: 1_000, ..Default::default() };
        let options = SolveOptions { enumeration, ..SolveOptions::to(None) };
        let refused = find(&line, &options, &Progress::new()).map(|_| ()).unwrap_err();
        assert!(matches!(refused, OptimumError::Enumeration(_)), "{refused}");
        let options =
            SolveOptions { method: Some(Method::RelativeValueIteration), ..SolveOptions::to(None) };
        let refused = find(&line, &options, &Progress::new()).map(|_| ()).unwrap_err();
        assert!(matches!(refused, OptimumError::Plan(_)), "{refused}");
        let progress = Progress::new();
        progress.cancel();
        assert!(find(&line, &SolveOptions::to(None), &progress).is_err());
    }
}
