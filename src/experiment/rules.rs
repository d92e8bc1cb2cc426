//! Rules of thumb at their best, measured on the model: what learning must beat.

use crate::environments::AnyEnvironment;
use crate::heuristics::{AlwaysRun, Found, best_levels};
use crate::mdp::{Criterion, Enumeration, Level, Policy, Progress};

use super::agents::{AgentError, kanban};
use super::judging::{Worth, judge, worth};

/// Up to so many kanban settings are all tried.
const ALL_TRIED: u64 = 20_000;

/// What always running is worth; `None` where the criterion says nothing of it.
pub fn always_run(
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
    criterion: Criterion,
) -> Option<Worth> {
    judge(&AlwaysRun::new(environment.erased()), environment, enumeration, criterion).ok().flatten()
}

/// Finds the kanban levels of highest value: one for each buffer, from 1 to one above its
/// capacity (which never holds back). `Ok(None)` where there are no buffers or it was cancelled.
///
/// # Errors
/// Where the environment is no line.
pub fn best_kanban(
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
    criterion: Criterion,
    progress: &Progress,
) -> Result<Option<Found>, AgentError> {
    let buffers = &environment.places().buffers;
    if buffers.is_empty() || environment.action_space().is_empty() {
        return Ok(None);
    }
    let ranges: Vec<_> = buffers
        .iter()
        .map(|buffer| 1..=Level::try_from(buffer.capacity).unwrap_or(Level::MAX - 1) + 1)
        .collect();
    let value = |levels: &[Level]| -> Result<f64, AgentError> {
        let agent = kanban(environment, levels)?;
        let policy = Policy::of_agent(&agent, environment.erased(), enumeration);
        let judged = policy.map(|policy| worth(enumeration, &policy, criterion));
        Ok(judged.and_then(Result::ok).map_or(f64::NAN, |worth| worth.value))
    };
    let found = best_levels(&ranges, ALL_TRIED, 1e-9, value, progress)?;
    Ok(found.filter(|found| found.finished))
}
