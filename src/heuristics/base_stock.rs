//! Base stock: every machine refills the stock between it and the customers to a level of its own.
//!
//! Controlled machine i runs if and only if its echelon stock is below its level S_i: the parts in
//! all buffers from the one behind it to the end of the line, less the customers who wait (the
//! inventory position). A machine with nothing behind it always runs. A level of 0 makes to order;
//! one above what the buffers hold never holds back. Of a stock that is ordered for
//! ([`super::reorder_point`]) every beat orders what the inventory position is below its level. Source: Kimball (1988, written 1952); Clark &
//! Scarf (1960) for echelons; Buzacott & Shanthikumar (1993), ch. 4 and 10.

use serde::{Deserialize, Serialize};

use super::reorder_point::{base_stock_faults, stocking_points};
use super::stock::{StockLimit, StockLimited, as_level, from_on, held, line_of, room_from};
use crate::environments::{AnyEnvironment, Line, SettingError};
use crate::mdp::Environment;

/// What base stock goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BaseStockSettings {
    /// A level for each buffer in the order of the line, in parts: that of the stock from this
    /// buffer on, for the machine that feeds it; or one for each stock that is ordered for. None
    /// where the best are to be found.
    pub levels: Vec<u32>,
}

const NAME: &str = "Base stock";

/// For each buffer the level that never holds back the machine before it: one above the room from
/// it to the end of the line.
pub fn loosest_levels(line: &Line) -> Vec<u32> {
    let buffers = line.places().buffers.len();
    (0..buffers).map(|buffer| room_from(line, buffer).saturating_add(1)).collect()
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &BaseStockSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let points = stocking_points(environment);
    if !points.is_empty() {
        return base_stock_faults(&settings.levels, &points);
    }
    let line = match line_of(NAME, environment) {
        Ok(line) => line,
        Err(faults) => return faults,
    };
    let (levels, most) = (&settings.levels, loosest_levels(line));
    if !levels.is_empty() && levels.len() != most.len() {
        return vec![SettingError {
            path: "levels".to_owned(),
            message: format!("{} levels do not fit {} buffers", levels.len(), most.len()),
            remedy: format!("give {} levels, or none to have the best found", most.len()),
        }];
    }
    let buffers = levels.iter().zip(most).zip(&line.places().buffers).enumerate();
    let above = buffers.filter(|(_, ((level, most), _))| **level > *most);
    let fault = above.map(|(place, ((level, most), buffer))| SettingError {
        path: format!("levels[{place}]"),
        message: format!("the line from `{}` on never holds {level} parts", buffer.name),
        remedy: format!("give a level from 0 to {most}"),
    });
    fault.collect()
}

/// The agent that keeps every controlled machine's echelon stock at its level, given for each
/// buffer in the order of the line.
///
/// # Errors
/// What is wrong with the levels here, or that there is no line.
pub fn base_stock(
    environment: &AnyEnvironment,
    levels: &[u32],
) -> Result<StockLimited, Vec<SettingError>> {
    let found = faults(&BaseStockSettings { levels: levels.to_vec() }, environment);
    if !found.is_empty() {
        return Err(found);
    }
    let line = line_of(NAME, environment)?;
    let mut limits = vec![None; line.action_space().len()];
    for (machine, behind) in held(line) {
        let limit = machine.action.and_then(|action| limits.get_mut(action));
        if let (Some(limit), Some(&level)) = (limit, levels.get(behind)) {
            *limit = Some(StockLimit {
                counted: from_on(line, behind),
                owed: line.backlog_variable(),
                level: as_level(level),
            });
        }
    }
    Ok(StockLimited::by(NAME, limits, line))
}

#[cfg(test)]
mod tests {
    use super::super::stock::tests::{line, supplied};
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::mdp::Agent;

    #[test]
    fn each_machine_counts_what_lies_between_it_and_the_end() {
        let mut agent = base_stock(&line(&[true; 3], &[4, 4]), &[5, 2]).unwrap();
        assert_eq!(agent.name(), "Base stock");
        for (b1, b2, action) in [
            (0, 0, [1, 1, 1]),
            (4, 0, [1, 1, 1]),
            (3, 1, [1, 1, 1]),
            (4, 1, [0, 1, 1]),
            (2, 2, [1, 0, 1]),
            (3, 2, [0, 0, 1]),
        ] {
            assert_eq!(decided(&mut agent, &seeing(&[b1, b2], None), 3), action, "{b1} {b2}");
        }
    }

    /// State: queue, buffer 1, store, backlog. Levels: none feeds the queue.
    #[test]
    fn customers_who_wait_are_taken_off() {
        let mut agent = base_stock(&supplied(), &[0, 3, 1]).unwrap();
        for (state, action) in [
            ([3, 0, 0, 0], [1, 1]),
            ([0, 2, 1, 0], [0, 0]),
            ([0, 2, 2, 2], [1, 1]),
            ([0, 2, 3, 2], [0, 0]),
            ([0, 0, 2, 2], [1, 1]),
        ] {
            assert_eq!(decided(&mut agent, &seeing(&state, None), 2), action, "{state:?}");
        }
        // A level of 0 makes to order.
        let mut to_order = base_stock(&supplied(), &[0, 0, 0]).unwrap();
        assert_eq!(decided(&mut to_order, &seeing(&[3, 0, 0, 0], None), 2), [0, 0]);
        assert_eq!(decided(&mut to_order, &seeing(&[3, 1, 0, 2], None), 2), [1, 1]);
    }

    #[test]
    fn faults_are_named() {
        let environment = line(&[true; 3], &[4, 2]);
        assert!(base_stock(&environment, &[7, 3]).is_ok());
        let found = base_stock(&environment, &[8, 4]).unwrap_err();
        let told: Vec<_> = found.iter().map(|f| (f.path.as_str(), f.remedy.as_str())).collect();
        assert_eq!(
            told,
            [("levels[0]", "give a level from 0 to 7"), ("levels[1]", "give a level from 0 to 3")]
        );
        let found = base_stock(&environment, &[1]).unwrap_err();
        assert_eq!(found[0].message, "1 levels do not fit 2 buffers");
        assert_eq!(faults(&BaseStockSettings::default(), &environment), []);
    }
}
