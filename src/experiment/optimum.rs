//! Finds the optimum of a scenario: enumeration, then planning with certified bounds.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::mdp::{Enumeration, EnumerationError, EnumerationOptions, Level, Model, Progress};
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
    /// Which states to hold and how much memory to take.
    pub enumeration: EnumerationOptions,
}

/// The width of the bounds where none is asked for.
pub const USUAL_PRECISION: f64 = 1e-6;
/// How long the usual precision is pursued.
pub const PATIENCE: Duration = Duration::from_secs(60);

impl SolveOptions {
    /// By the fastest method to the precision asked for, however long that takes; where none is
    /// asked for, to the usual one, for a minute from now at most.
    pub fn to(precision: Option<f64>) -> Self {
        Self {
            method: None,
            precision: precision.unwrap_or(USUAL_PRECISION),
            deadline: precision.is_none().then(|| Instant::now() + PATIENCE),
            enumeration: EnumerationOptions::default(),
        }
    }

    /// As a scenario's optimum is to be found.
    pub fn of(settings: &OptimumSettings) -> Self {
        let asked = (settings.precision != USUAL_PRECISION).then_some(settings.precision);
        Self { method: settings.method, ..Self::to(asked) }
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

    /// The middle of the bounds, or the lower one where there is no upper.
    pub fn value(&self) -> Option<f64> {
        self.solution.bounds.map(|bounds| bounds.estimate())
    }

    /// Whether the bounds are as close as rounding lets them be, though not as close as asked for.
    pub fn is_limited_by_rounding(&self) -> bool {
        self.solution.settled && !self.solution.optimal
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

/// Enumerates a scenario and plans until the bounds are as close as asked for, nothing changes
/// but rounding, or the deadline has passed.
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
        u64::MAX,
        options.deadline,
        progress,
    )?;
    Ok(Optimum { enumeration, solution, enumeration_time, planning_time: from.elapsed() })
}

/// Writes the policy as CSV: the state's variables, the action's, the value.
///
/// # Errors
/// Where the file cannot be written; it is then not there or as it was.
pub fn write_policy(scenario: &Scenario, optimum: &Optimum, path: &Path) -> std::io::Result<()> {
    let (states, actions) =
        (scenario.environment.state_space(), scenario.environment.action_space());
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut header: Vec<String> = states.variables().iter().map(|v| v.name.clone()).collect();
    header.extend(actions.variables().iter().map(|v| format!("action {}", v.name)));
    header.push("value".to_owned());
    table.write_record(&header)?;
    let mut state: Vec<Level> = vec![0; states.len()];
    let mut action: Vec<Level> = vec![0; actions.len()];
    for number in 0..optimum.enumeration.states.len() {
        states.levels(optimum.enumeration.states.index(number), &mut state);
        let mut row: Vec<String> = Vec::with_capacity(header.len());
        row.extend(states.variables().iter().zip(&state).map(|(v, level)| v.label(*level)));
        if optimum.model().is_terminal(number) {
            row.extend(actions.variables().iter().map(|_| String::new()));
        } else {
            let flat = optimum.solution.policy.get(number).copied().unwrap_or(0);
            actions.levels(u64::from(flat), &mut action);
            row.extend(actions.variables().iter().zip(&action).map(|(v, level)| v.label(*level)));
        }
        row.push(optimum.solution.values.get(number).map(f64::to_string).unwrap_or_default());
        table.write_record(&row)?;
    }
    let bytes = table.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    crate::scenario::save::write_whole(path, &bytes)
}
