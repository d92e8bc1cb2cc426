//! What an assembly is made of: plain data, in beats and in currency a beat.

use serde::{Deserialize, Serialize};

/// Feeders that each make a component, and a station that joins one of each to a product.
///
/// All times are in beats, all amounts in the scenario's currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssemblySettings {
    /// The feeders, each with the buffer of its components; 1 to 8.
    pub feeders: Vec<FeederSettings>,
    /// The station that assembles.
    pub station: AssemblerSettings,
    /// Customers and a store of products; every product is sold at once by default.
    pub demand: Option<AssemblyDemand>,
    /// Earned for each product sold; 0 by default.
    pub revenue: f64,
}

impl AssemblySettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A machine that makes a component. By default it never fails, makes one a beat, costs nothing and
/// is controlled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeederSettings {
    /// Its name; `feeder 1`, `feeder 2` … where left empty.
    pub name: String,
    /// Probability that a beat of work completes a component; 1 by default.
    pub completion: f64,
    /// Probability that it fails in a beat in which it could work; 0 by default.
    pub failure: f64,
    /// Probability that it comes up again in a beat in which it is down. Above 0 where `failure` is.
    pub repair: f64,
    /// How many components its buffer holds at most; 1 or more, 5 by default.
    pub capacity: u32,
    /// Cost of a component there, a beat, on the levels at the beat's start; 0 by default.
    pub holding: f64,
    /// Cost of a beat in which it works; 0 by default.
    pub working_cost: f64,
    /// Whether the agent decides in each beat if it runs (the default); else it always runs.
    pub controlled: bool,
}

impl Default for FeederSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            completion: 1.0,
            failure: 0.0,
            repair: 0.0,
            capacity: 5,
            holding: 0.0,
            working_cost: 0.0,
            controlled: true,
        }
    }
}

/// The station that assembles. By default it never fails, makes one product a beat, costs nothing and
/// always runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssemblerSettings {
    /// Its name. `assembly` by default.
    pub name: String,
    /// Probability that a beat of work completes a product; 1 by default.
    pub completion: f64,
    /// Probability that it fails in a beat in which it could work; 0 by default.
    pub failure: f64,
    /// Probability that it comes up again in a beat in which it is down. Above 0 where `failure` is.
    pub repair: f64,
    /// Cost of a beat in which it works; 0 by default.
    pub working_cost: f64,
    /// Whether the agent decides in each beat if it runs; it always runs by default.
    pub controlled: bool,
}

impl Default for AssemblerSettings {
    fn default() -> Self {
        Self {
            name: "assembly".to_owned(),
            completion: 1.0,
            failure: 0.0,
            repair: 0.0,
            working_cost: 0.0,
            controlled: false,
        }
    }
}

/// Customers who come by chance and are served from a store of products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssemblyDemand {
    /// Probability that a customer comes in a beat; 0.5 by default.
    pub probability: f64,
    /// How many products the store holds at most; 1 or more, 5 by default.
    pub capacity: u32,
    /// Cost of a product there, a beat, on the level at the beat's start; 0 by default.
    pub holding: f64,
    /// Cost of each customer lost, beside the revenue forgone; 0 by default.
    pub lost_cost: f64,
}

impl Default for AssemblyDemand {
    fn default() -> Self {
        Self { probability: 0.5, capacity: 5, holding: 0.0, lost_cost: 0.0 }
    }
}
