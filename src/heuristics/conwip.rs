//! CONWIP, constant work in process: a part enters only when one has left.
//!
//! The first controlled machine runs if and only if the parts in the line behind it are below the
//! cap w: those of all buffers from its own on, a store of finished parts included, as a part keeps
//! its card until it is sold. All other machines always run. Machines hold no part between beats
//! here; the one being worked on counts in the buffer before its machine. On a line with room for
//! w parts everywhere this is the closed network of w pallets. Source: Spearman, Woodruff & Hopp
//! (1990); Hopp & Spearman (2011), ch. 10.

use serde::{Deserialize, Serialize};

use super::stock::{StockLimit, StockLimited, as_level, from_on, held, line_of, room_from};
use crate::environments::{AnyEnvironment, Line, SettingError};
use crate::mdp::Environment;

/// What CONWIP goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConwipSettings {
    /// The cap w, in parts; `None` where the best is to be found.
    pub cap: Option<u32>,
}

const NAME: &str = "CONWIP";

/// The cap that never holds anything back: one above what the line has room for. `None` where no
/// controlled machine has a buffer behind it.
pub fn loosest_cap(line: &Line) -> Option<u32> {
    let (_, behind) = held(line).next()?;
    Some(room_from(line, behind).saturating_add(1))
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &ConwipSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let line = match line_of(NAME, environment) {
        Ok(line) => line,
        Err(faults) => return faults,
    };
    let most = loosest_cap(line).unwrap_or(u32::MAX);
    let above = |cap: &u32| *cap > most;
    let fault = |cap: u32| SettingError {
        path: "cap".to_owned(),
        message: format!("the line behind its first controlled machine never holds {cap} parts"),
        remedy: format!("give a cap from 0 to {most}, or none to have the best found"),
    };
    settings.cap.filter(above).map(fault).into_iter().collect()
}

/// The agent that keeps the parts in a line below a cap.
///
/// # Errors
/// What is wrong with the cap here, or that there is no line.
pub fn conwip(environment: &AnyEnvironment, cap: u32) -> Result<StockLimited, Vec<SettingError>> {
    let found = faults(&ConwipSettings { cap: Some(cap) }, environment);
    if !found.is_empty() {
        return Err(found);
    }
    let line = line_of(NAME, environment)?;
    let mut limits = vec![None; line.action_space().len()];
    if let Some((machine, behind)) = held(line).next()
        && let Some(limit) = machine.action.and_then(|action| limits.get_mut(action))
    {
        let counted = from_on(line, behind);
        *limit = Some(StockLimit { counted, owed: None, level: as_level(cap) });
    }
    Ok(StockLimited::by(NAME, limits, line))
}

#[cfg(test)]
mod tests {
    use super::super::stock::tests::{line, supplied};
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::AnySettings;
    use crate::mdp::Agent;

    #[test]
    fn only_the_first_controlled_machine_is_held_by_all_parts_behind_it() {
        let mut agent = conwip(&line(&[true; 3], &[4, 4]), 3).unwrap();
        assert_eq!(agent.name(), "CONWIP");
        for (b1, b2, first) in
            [(0, 0, 1), (2, 0, 1), (0, 2, 1), (3, 0, 0), (1, 2, 0), (0, 3, 0), (4, 4, 0)]
        {
            assert_eq!(decided(&mut agent, &seeing(&[b1, b2], None), 3), [first, 1, 1]);
        }
        // What lies before the first that can be held is none of its business.
        let mut agent = conwip(&line(&[false, true, true], &[4, 4]), 2).unwrap();
        for (b1, b2, first) in [(4, 1, 1), (0, 2, 0)] {
            assert_eq!(decided(&mut agent, &seeing(&[b1, b2], None), 2), [first, 1]);
        }
    }

    /// State: queue, buffer 1, store, backlog.
    #[test]
    fn the_store_counts_and_the_queue_of_arrivals_does_not() {
        let mut agent = conwip(&supplied(), 4).unwrap();
        for (state, first) in [([3, 2, 1, 5], 1), ([0, 0, 4, 0], 0), ([3, 1, 3, 5], 0)] {
            assert_eq!(decided(&mut agent, &seeing(&state, None), 2), [first, 1]);
        }
    }

    #[test]
    fn faults_are_named() {
        let environment = line(&[true; 3], &[4, 4]);
        assert_eq!(faults(&ConwipSettings::default(), &environment), []);
        assert!(conwip(&environment, 9).is_ok());
        let fault = conwip(&environment, 10).unwrap_err().remove(0);
        assert_eq!((fault.path.as_str(), fault.remedy.contains("from 0 to 9")), ("cap", true));
        let chain = AnySettings::Chain(Default::default()).build().unwrap();
        assert!(conwip(&chain, 1).unwrap_err()[0].message.contains("CONWIP holds back"));
        assert!(conwip(&line(&[true], &[]), 1).unwrap_err()[0].message.contains("no buffers"));
    }
}
