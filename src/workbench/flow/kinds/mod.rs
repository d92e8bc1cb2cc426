//! What each kind's picture of flows shows, one file a kind.

pub mod arms;
mod fleet;
mod inspection;
mod job_shop;
mod orders;
mod plain;
mod queue;
mod replacement;
mod serial;
mod setups;
mod stock;
mod supply_chain;

use super::scene::FlowScene;
use crate::environments::AnyEnvironment;
use crate::environments::exponential_line::ExponentialMachine;
use crate::mdp::{Condition, Environment, Level, Variable};

/// What a picture is made from: the states between which it is, and what is done there.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'m> {
    /// The state at the beat's start.
    pub before: &'m [Level],
    /// The state at the beat's end.
    pub now: &'m [Level],
    /// What the agent is about to do in the state at the end, where it is known.
    pub action: Option<&'m [Level]>,
    /// What every station did with the latest beat.
    pub conditions: &'m [Condition],
    /// What the agent holds the state to be: states that are possible, with their probabilities;
    /// `None` where it holds no belief or sees the state.
    pub belief: Option<&'m [(Vec<Level>, f64)]>,
}

impl<'m> Moment<'m> {
    /// A moment of which nothing is known but the state.
    pub fn standing(state: &'m [Level]) -> Self {
        Self { before: state, now: state, action: None, conditions: &[], belief: None }
    }

    /// A variable's levels at both ends of the beat.
    pub fn levels(&self, variable: usize) -> (Level, Level) {
        let at = |state: &[Level]| state.get(variable).copied().unwrap_or(0);
        (at(self.before), at(self.now))
    }

    /// The level that the action about to be taken gives a variable.
    pub fn about_to(&self, variable: usize) -> Option<Level> {
        self.action?.get(variable).copied()
    }

    /// What a station did.
    pub fn condition(&self, station: usize) -> Condition {
        self.conditions.get(station).copied().unwrap_or(Condition::Starved)
    }
}

/// The picture of a kind; `None` where it has none of flows and too many variables for gauges.
pub fn picture(environment: &AnyEnvironment, moment: &Moment<'_>) -> Option<FlowScene> {
    Some(match environment {
        AnyEnvironment::Assembly(line) => serial::joined(&**line, moment),
        AnyEnvironment::ExponentialLine(line) => {
            let count = |machine: &ExponentialMachine| match machine.count {
                1 => String::new(),
                several => format!("× {several}"),
            };
            let signs: Vec<_> = line.settings().machines.iter().map(count).collect();
            serial::row(&**line, moment, &signs)
        }
        AnyEnvironment::Fleet(fleet) => fleet::picture(fleet, moment),
        AnyEnvironment::Inspection(machine) => inspection::picture(machine, moment),
        AnyEnvironment::JobShop(shop) => job_shop::picture(shop, moment),
        AnyEnvironment::Orders(shop) => orders::picture(shop, moment),
        AnyEnvironment::Plants(plants) => serial::pairs(plants, moment),
        AnyEnvironment::SupplyChain(chain) => supply_chain::picture(chain, moment),
        AnyEnvironment::Queue(queue) => queue::picture(queue, moment),
        AnyEnvironment::Replacement(units) => replacement::picture(units, moment),
        AnyEnvironment::Setups(machine) => setups::picture(machine, moment),
        AnyEnvironment::Stock(stock) => stock::picture(stock, moment),
        other => return plain::picture(other.state_space(), moment),
    })
}

/// The label of a level, where the variable is there.
fn label(environment: &impl Environment, variable: usize, level: Level) -> String {
    let variables = environment.state_space().variables();
    variables.get(variable).map_or_else(String::new, |variable: &Variable| variable.label(level))
}

/// Rows for two lists that stand beside each other, both centred: how far each begins from the top.
fn centred(left: usize, right: usize) -> (f32, f32) {
    let rows = left.max(right) as f32;
    ((rows - left as f32) / 2.0, (rows - right as f32) / 2.0)
}
