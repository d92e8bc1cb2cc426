//! Plants that share what there is not enough of: one plan for all of them.
//!
//! - **State**, of each plant: its stock, less the customers who wait where they do; and whether its
//!   machine is up or down, where it can fail.
//! - **Actions**, of each plant: off or on. A machine that is up runs where it is on; one that is down
//!   is repaired. No more are on than there is energy for (machines that are up) and crews for
//!   (machines that are down). A machine with a full store is off, as is one that is down where all
//!   are repaired anyway.
//! - **Start**: `initial` units in each store, all machines up.
//! - **Reward**: *sales* less *running*, *holding* and *shortage*, summed over the plants.
//! - **End**: never.
//!
//! # One beat, plant by plant
//! 1. A machine that runs costs `running`. With probability `failure` it goes down and makes nothing;
//!    else it completes a unit with probability `completion`. A customer who waits is served first.
//! 2. Customers ask for a number of units drawn from `demand`. Who finds nothing goes or waits, as
//!    `unmet` says. Each unit handed over earns `price`.
//! 3. Each unit left costs `holding`, each customer who waits the cost of `unmet`.
//! 4. A machine that was down and is repaired is up again in the next beat with probability `repair`.
//!
//! With an exponential machine and energy for one it is the make-to-stock queue of several products
//! (Wein 1992; Ha 1997; Veatch & Wein 1996): whom to serve is worth as much as when to stop. With one
//! crew it is the repairman problem.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the plants have; a hot loop"
)]

use super::setting::SettingError;
use super::stock::Unmet;
use crate::mdp::{
    Beat, BufferPlace, Condition, Enumerable, Environment, Event, Item, Level, Place, Places,
    Space, Variable,
};

mod settings;

pub use settings::{PlantSettings, PlantsSettings};

/// The action's level at which a machine neither runs nor is repaired.
const OFF: Level = 0;
/// The action's level at which a machine runs or is repaired.
pub const ON: Level = 1;

const SALES: Item = 0;
const RUNNING: Item = 1;
const HOLDING: Item = 2;
const SHORTAGE: Item = 3;

const DOWN: Level = 0;
const UP: Level = 1;

/// Plants, ready to be run.
#[derive(Debug, Clone)]
pub struct Plants {
    settings: PlantsSettings,
    state_space: Space,
    action_space: Space,
    sources: Vec<String>,
    items: [String; 4],
    places: Places,
    plants: Vec<Plant>,
}

#[derive(Debug, Clone)]
struct Plant {
    stock: usize,
    condition: Option<usize>,
    demand: Vec<f64>,
    limit: Level,
    capacity: Level,
    /// Costs of a customer who waits and of one who goes.
    costs: (f64, f64),
    /// Its first source: of demand, completion, failure and repair in this order.
    source: usize,
}

const COMPLETION: usize = 1;
const FAILURE: usize = 2;
const REPAIR: usize = 3;

impl Plants {
    /// Builds the plants, or says all that is wrong with their settings.
    pub fn new(settings: PlantsSettings) -> Result<Self, Vec<SettingError>> {
        let found = settings::check(&settings)?;
        let (mut states, mut actions) = (Vec::new(), Vec::new());
        let (mut sources, mut places) = (Vec::new(), Places::default());
        let mut plants = Vec::new();
        for (of, (name, demand)) in settings.plants.iter().zip(found) {
            let (costs, limit) = match of.unmet {
                Unmet::Lost { cost } => ((0.0, cost), 0),
                Unmet::Backlogged { cost, limit, lost_cost } => ((cost, lost_cost), limit as Level),
            };
            let (stock, capacity) = (states.len(), of.capacity as Level);
            let store = format!("{name} stock");
            places.stations.push(name.clone());
            places.buffers.push(BufferPlace {
                name: store.clone(),
                capacity: of.capacity,
                variable: stock,
            });
            states.push(Variable::count(store, -limit, capacity, "units"));
            let condition = (of.failure > 0.0).then(|| {
                states.push(Variable::choice(format!("{name} machine"), &["down", "up"]));
                states.len() - 1
            });
            actions.push(Variable::choice(name.clone(), &["off", "on"]));
            let source = sources.len();
            for what in ["demand", "completion", "failure", "repair"] {
                sources.push(format!("{what} at {name}"));
            }
            plants.push(Plant { stock, condition, demand, limit, capacity, costs, source });
        }
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: "plants".to_owned(),
                    message: error.to_string(),
                    remedy: "give capacities of 1 or more".to_owned(),
                }]
            })
        };
        Ok(Self {
            state_space: space(states)?,
            action_space: space(actions)?,
            sources,
            items: ["sales", "running", "holding", "shortage"].map(str::to_owned),
            places,
            plants,
            settings,
        })
    }

    /// The settings they were built from.
    pub fn settings(&self) -> &PlantsSettings {
        &self.settings
    }

    /// The variable of each plant's stock, in the order of the action variables.
    pub fn stocks(&self) -> impl Iterator<Item = usize> {
        self.plants.iter().map(|plant| plant.stock)
    }
}

impl Plant {
    fn is_up(&self, state: &[Level]) -> bool {
        self.condition.is_none_or(|variable| state[variable] == UP)
    }
}

impl Environment for Plants {
    tells_its_parts!("Plants");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        for (plant, of) in self.plants.iter().zip(&self.settings.plants) {
            state[plant.stock] = of.initial as Level;
            if let Some(condition) = plant.condition {
                state[condition] = UP;
            }
        }
    }

    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        for (number, (plant, of)) in self.plants.iter().zip(&self.settings.plants).enumerate() {
            let (here, store) = (Place::Station(number as u16), Place::Buffer(number as u16));
            let (is_up, is_on) = (plant.is_up(state), action[number] == ON);
            let mut stock = state[plant.stock];
            let mut condition = Condition::HeldBack;
            let mut sold = 0;
            let mut goes_on = if is_up { UP } else { DOWN };
            if is_up && is_on {
                condition = Condition::Working;
                beat.earn(RUNNING, -of.running);
                if of.failure > 0.0 && beat.bernoulli(plant.source + FAILURE, of.failure) {
                    goes_on = DOWN;
                    beat.tell(Event::Failed { station: number as u16 });
                } else if of.completion >= 1.0
                    || beat.bernoulli(plant.source + COMPLETION, of.completion)
                {
                    beat.tell(Event::Moved { from: Place::Supply, to: here });
                    beat.tell(Event::Moved { from: here, to: store });
                    if stock < 0 {
                        beat.tell(Event::Moved { from: store, to: Place::Customer });
                        sold += 1;
                    }
                    stock += 1;
                }
            } else if !is_up {
                condition = Condition::Down;
                let repaired = is_on || self.settings.crews.is_none();
                if repaired && beat.bernoulli(plant.source + REPAIR, of.repair) {
                    goes_on = UP;
                    beat.tell(Event::Repaired { station: number as u16 });
                }
            } else if stock >= plant.capacity {
                condition = Condition::Blocked;
            }
            beat.tell(Event::Spent { station: number as u16, condition });
            if let Some(variable) = plant.condition {
                next[variable] = goes_on;
            }

            let asked = beat.pick(plant.source, &plant.demand) as Level;
            let served = asked.min(stock.max(0));
            for _ in 0..served {
                beat.tell(Event::Moved { from: store, to: Place::Customer });
            }
            stock -= served;
            let waiting = (asked - served).min(plant.limit + stock.min(0));
            let gone = asked - served - waiting;
            (0..waiting).for_each(|_| beat.tell(Event::Backordered));
            (0..gone).for_each(|_| beat.tell(Event::DemandLost));
            stock -= waiting;
            next[plant.stock] = stock;
            let (waiting_cost, lost_cost) = plant.costs;
            beat.earn(SALES, of.price * f64::from(sold + served));
            beat.earn(HOLDING, -of.holding * f64::from(stock.max(0)));
            let shortage = waiting_cost * f64::from((-stock).max(0)) + lost_cost * f64::from(gone);
            beat.earn(SHORTAGE, -shortage);
        }
    }

    fn restricts_actions(&self) -> bool {
        true
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        let (mut running, mut repaired) = (0, 0);
        for (plant, _) in self.plants.iter().zip(action).filter(|(_, order)| **order == ON) {
            if !plant.is_up(state) {
                repaired += 1;
            } else if state[plant.stock] < plant.capacity {
                running += 1;
            } else {
                return false;
            }
        }
        running <= self.settings.energy && repaired <= self.settings.crews.unwrap_or(0)
    }

    fn allowed_action(&self, _state: &[Level], action: &mut [Level]) {
        action.fill(OFF);
    }

    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition> {
        let plant = self.plants.get(station)?;
        Some(if plant.is_up(state) { Condition::HeldBack } else { Condition::Down })
    }
}

impl Enumerable for Plants {}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;
