//! Rules of thumb at their best, measured on the model: what learning must beat.

use crate::environments::AnyEnvironment;
use crate::environments::line::MachineVariables;
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

/// Finds the kanban levels of highest value: one for each buffer, from 0 (which always holds back)
/// to one above its capacity (which never does). A buffer that no controlled machine feeds keeps the level
/// that never holds back, since none there would do anything. `Ok(None)` where no buffer is fed by
/// a controlled machine, or it was cancelled.
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
    let ranges: Vec<_> = buffers
        .iter()
        .map(|buffer| {
            let most = Level::try_from(buffer.capacity).unwrap_or(Level::MAX - 1) + 1;
            let least = if is_controlled(environment, buffer.variable) { 0 } else { most };
            least..=most
        })
        .collect();
    if ranges.iter().all(|range| range.start() == range.end()) {
        return Ok(None);
    }
    let value = |levels: &[Level]| -> Result<f64, AgentError> {
        let agent = kanban(environment, levels)?;
        let policy = Policy::of_agent(&agent, environment.erased(), enumeration);
        let judged = policy.map(|policy| worth(enumeration, &policy, criterion));
        Ok(judged.and_then(Result::ok).map_or(f64::NAN, |worth| worth.value))
    };
    let found = best_levels(&ranges, ALL_TRIED, 1e-9, value, progress)?;
    Ok(found.filter(|found| found.finished))
}

/// Whether a controlled machine feeds the buffer whose level is this variable. In environments
/// other than lines all count, so that what is wrong with them is said elsewhere.
fn is_controlled(environment: &AnyEnvironment, buffer: usize) -> bool {
    let AnyEnvironment::Line(line) = environment else { return true };
    let feeds =
        |machine: &MachineVariables| machine.action.is_some() && machine.downstream == Some(buffer);
    line.machine_variables().iter().any(feeds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::AnySettings;
    use crate::environments::line::{BufferSettings, LineSettings, MachineSettings, Supply};
    use crate::mdp::EnumerationOptions;

    #[test]
    fn only_buffers_that_a_controlled_machine_feeds_are_searched() {
        let machine = |controlled| MachineSettings {
            failure: 0.1,
            repair: 0.3,
            controlled,
            ..Default::default()
        };
        let buffer = |capacity| BufferSettings { capacity, holding: 0.3, ..Default::default() };
        let line = |controlled: [bool; 3]| {
            let settings = LineSettings {
                machines: controlled.map(machine).to_vec(),
                buffers: vec![buffer(2), buffer(3)],
                supply: Supply::Arrivals { probability: 0.4, queue: buffer(2) },
                revenue: 5.0,
                ..Default::default()
            };
            AnySettings::Line(settings).build().unwrap()
        };
        let found = |environment: &AnyEnvironment| {
            let progress = Progress::new();
            let options = EnumerationOptions::default();
            let whole = environment.erased().enumerate(options, &progress).unwrap();
            best_kanban(environment, &whole, Criterion::Average, &progress).unwrap()
        };
        // The queue of arrivals is fed by none, the first buffer by machine 1, the second by an
        // uncontrolled one: four settings, and not 4 · 4 · 5.
        let best = found(&line([true, false, true])).unwrap();
        assert_eq!((best.evaluations, best.exhaustive), (4, true));
        assert_eq!((best.levels[0], best.levels[2]), (3, 4));
        assert_eq!(found(&line([false, false, true])), None);
    }
}
