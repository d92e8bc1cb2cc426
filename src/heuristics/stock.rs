//! Holding back by a stock: a machine runs only while the parts in some buffers are below a level.
//!
//! What [CONWIP](mod@super::conwip) and [base stock](mod@super::base_stock) have in common; they
//! differ in whose parts are counted. A machine without a limit always runs.

#![expect(
    clippy::indexing_slicing,
    reason = "what is counted are variables of the line that is seen; a hot loop"
)]

use std::sync::Arc;

use super::{Heuristic, Rule};
use crate::environments::line::{self, MachineVariables};
use crate::environments::{AnyEnvironment, Line, SettingError};
use crate::mdp::{Environment, Level};

/// Below which stock a machine runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLimit {
    /// The variables whose levels are added up, in parts.
    pub counted: Vec<usize>,
    /// The variable that is taken off: customers who wait.
    pub owed: Option<usize>,
    /// The level of the stock from which on the machine is held.
    pub level: Level,
}

impl StockLimit {
    #[inline]
    fn runs(&self, seen: &[Level]) -> bool {
        let stock: i64 = self.counted.iter().map(|&variable| i64::from(seen[variable])).sum();
        let owed = self.owed.map_or(0, |variable| i64::from(seen[variable]));
        stock - owed < i64::from(self.level)
    }
}

/// The rule, ready to be applied: a limit, or none, for each action variable.
#[derive(Debug, Clone)]
pub struct StockLimits {
    name: &'static str,
    limits: Arc<[Option<StockLimit>]>,
}

impl StockLimits {
    /// The limits, in the order of the action variables.
    pub fn limits(&self) -> &[Option<StockLimit>] {
        &self.limits
    }
}

impl Rule for StockLimits {
    fn name(&self) -> &str {
        self.name
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        for (level, limit) in action.iter_mut().zip(&*self.limits) {
            let runs = limit.as_ref().is_none_or(|limit| limit.runs(seen));
            *level = if runs { line::RUN } else { line::HOLD };
        }
    }
}

/// The agent that holds machines back by stocks.
pub type StockLimited = Heuristic<StockLimits>;

impl StockLimited {
    /// Holds the machines of a line back by these limits, one or none for each action variable.
    pub(super) fn by(name: &'static str, limits: Vec<Option<StockLimit>>, line: &Line) -> Self {
        Self::following(StockLimits { name, limits: limits.into() }, line.action_space())
    }
}

/// The line of an environment, or why a rule that holds back machines has none here.
pub(super) fn line_of<'e>(
    rule: &str,
    environment: &'e AnyEnvironment,
) -> Result<&'e Line, Vec<SettingError>> {
    let fault = |message: String| {
        vec![SettingError {
            path: String::new(),
            message,
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }]
    };
    match environment {
        AnyEnvironment::Line(line) if line.places().buffers.is_empty() => {
            Err(fault("there are no buffers here whose levels could be held".to_owned()))
        }
        AnyEnvironment::Line(line) => Ok(line),
        _ => Err(fault(format!("{rule} holds back the machines of a line, and this is none"))),
    }
}

/// The machines that can be held back and have a buffer behind them, with the number of that
/// buffer, in the order of the line.
pub(super) fn held(line: &Line) -> impl Iterator<Item = (&MachineVariables, usize)> {
    line.machine_variables().iter().filter_map(|machine| {
        let (_, behind) = (machine.action?, machine.downstream?);
        let buffers = &line.places().buffers;
        Some((machine, buffers.iter().position(|buffer| buffer.variable == behind)?))
    })
}

/// The variables of the buffers from one on to the end of the line.
pub(super) fn from_on(line: &Line, buffer: usize) -> Vec<usize> {
    line.places().buffers.iter().skip(buffer).map(|buffer| buffer.variable).collect()
}

/// How many parts the buffers from one on to the end of the line hold at most.
pub(super) fn room_from(line: &Line, buffer: usize) -> u32 {
    let rooms = line.places().buffers.iter().skip(buffer).map(|buffer| buffer.capacity);
    rooms.fold(0, u32::saturating_add)
}

/// A level as variables have them.
pub(super) fn as_level(level: u32) -> Level {
    Level::try_from(level).unwrap_or(Level::MAX)
}

#[cfg(test)]
pub(super) mod tests {
    use crate::environments::line::{
        BufferSettings, Demand, LineSettings, MachineSettings, Supply, Unmet,
    };
    use crate::environments::{AnyEnvironment, AnySettings};

    /// A line of machines, controlled or not, with buffers of these capacities between them.
    pub fn line(controlled: &[bool], capacities: &[u32]) -> AnyEnvironment {
        AnySettings::Line(settings(controlled, capacities)).build().unwrap()
    }

    pub fn settings(controlled: &[bool], capacities: &[u32]) -> LineSettings {
        let machine = |&controlled| MachineSettings { controlled, ..Default::default() };
        LineSettings {
            machines: controlled.iter().map(machine).collect(),
            buffers: capacities.iter().map(|&capacity| buffer(capacity)).collect(),
            ..Default::default()
        }
    }

    pub fn buffer(capacity: u32) -> BufferSettings {
        BufferSettings { capacity, ..Default::default() }
    }

    /// Two controlled machines between a queue of arrivals and a store with a backlog.
    pub fn supplied() -> AnyEnvironment {
        let settings = LineSettings {
            supply: Supply::Arrivals { probability: 0.5, queue: buffer(3) },
            demand: Demand::Customers {
                probability: 0.5,
                unmet: Unmet::Backorder {
                    cost: 1.0,
                    limit: 5,
                    lost_cost: 0.0,
                    charged: Default::default(),
                },
                store: buffer(4),
            },
            ..settings(&[true, true], &[2])
        };
        AnySettings::Line(settings).build().unwrap()
    }
}
