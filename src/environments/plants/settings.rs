//! What plants are like, and all that can be wrong with them.

use serde::{Deserialize, Serialize};

use crate::environments::distribution::Distribution;
use crate::environments::setting::{Faults, SettingError};
use crate::environments::stock::Unmet;

/// The most plants: every one is on or off, and actions are numbered.
const MOST_PLANTS: usize = 8;
/// The largest store.
const MOST_UNITS: u64 = 10_000;
/// The longest list of waiting customers.
const MOST_WAITING: u64 = 100_000;

/// What plants are like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlantsSettings {
    /// The plants, 1 to 8. By default two alike.
    pub plants: Vec<PlantSettings>,
    /// How many of them there is energy for in a beat. 1 by default.
    pub energy: u32,
    /// How many machines that are down are repaired in a beat, as the agent decides; all at all
    /// times where left out.
    pub crews: Option<u32>,
}

impl Default for PlantsSettings {
    fn default() -> Self {
        Self { plants: vec![PlantSettings::default(); 2], energy: 1, crews: None }
    }
}

impl PlantsSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A plant: a machine, its store and its customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlantSettings {
    /// Its name; `plant 1`, `plant 2` … where left out.
    pub name: String,
    /// Probability that a beat in which its machine runs and does not fail completes a unit. 1 by
    /// default.
    pub completion: f64,
    /// Probability that its machine fails in a beat in which it runs. 0 by default.
    pub failure: f64,
    /// Probability that a beat of repair is the last. 1 by default.
    pub repair: f64,
    /// How many units are asked for in a beat. One with probability 0.4 by default.
    pub demand: Distribution,
    /// What becomes of customers who find nothing. Lost at a cost of 10 by default.
    pub unmet: Unmet,
    /// What a unit is sold for, in currency. 0 by default.
    pub price: f64,
    /// How many units its store holds. 6 by default.
    pub capacity: u32,
    /// Units in store at the start. 0 by default.
    pub initial: u32,
    /// Cost of each unit left at the end of a beat, in currency. 1 by default.
    pub holding: f64,
    /// Cost of a beat in which its machine runs, in currency. 0 by default.
    pub running: f64,
}

impl Default for PlantSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            completion: 1.0,
            failure: 0.0,
            repair: 1.0,
            demand: Distribution::bernoulli(0.4),
            unmet: Unmet::Lost { cost: 10.0 },
            price: 0.0,
            capacity: 6,
            initial: 0,
            holding: 1.0,
            running: 0.0,
        }
    }
}

/// The names of the plants and the probabilities of their demands, or all that is wrong.
pub(super) fn check(
    settings: &PlantsSettings,
) -> Result<Vec<(String, Vec<f64>)>, Vec<SettingError>> {
    let mut faults = Faults::default();
    let plants = &settings.plants;
    faults.count("plants", plants.len() as u64, 1, MOST_PLANTS as u64);
    if plants.len() > MOST_PLANTS {
        faults.finish()?;
        return Ok(Vec::new());
    }
    faults.count("energy", settings.energy.into(), 1, MOST_PLANTS as u64);
    if let Some(crews) = settings.crews {
        faults.count("crews", crews.into(), 1, MOST_PLANTS as u64);
    }
    let mut found = Vec::new();
    for (i, plant) in plants.iter().enumerate() {
        let at = |field: &str| format!("plants[{i}].{field}");
        let name = match plant.name.as_str() {
            "" => format!("plant {}", i + 1),
            name => name.to_owned(),
        };
        faults.chance(at("completion"), plant.completion, "nothing is ever made");
        faults.probability(at("failure"), plant.failure);
        faults.chance(at("repair"), plant.repair, "a repair never ends");
        let demand = plant.demand.checked(&at("demand"), &mut faults);
        match plant.unmet {
            Unmet::Lost { cost } => faults.cost(at("unmet.cost"), cost),
            Unmet::Backlogged { cost, limit, lost_cost } => {
                faults.cost(at("unmet.cost"), cost);
                faults.count(at("unmet.limit"), limit.into(), 1, MOST_WAITING);
                faults.cost(at("unmet.lost_cost"), lost_cost);
            }
        }
        faults.amount(at("price"), plant.price);
        faults.count(at("capacity"), plant.capacity.into(), 1, MOST_UNITS);
        faults.count(at("initial"), plant.initial.into(), 0, plant.capacity.into());
        faults.amount(at("holding"), plant.holding);
        faults.amount(at("running"), plant.running);
        found.push((name, demand));
    }
    let paths = found.iter().enumerate();
    faults.names(paths.map(|(i, (name, _))| (format!("plants[{i}].name"), name.clone())).collect());
    faults.finish().map(|()| found)
}
