//! What a job shop is told to be, in the words of scenario files.

use serde::{Deserialize, Serialize};

use crate::environments::{Distribution, SequenceSettings};

/// Stations, and the products that pass them by routes of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobShopSettings {
    /// The stations, 1 to 6. Where both lists are left out, two stations.
    pub stations: Vec<StationSettings>,
    /// The products, 1 to 6. Where both lists are left out, one for the first station alone and one
    /// that goes on to the second.
    pub products: Vec<ProductSettings>,
}

impl Default for JobShopSettings {
    fn default() -> Self {
        let station = |number: u32| StationSettings {
            name: format!("station {number}"),
            ..Default::default()
        };
        let step = |number: u32, completion| OperationSettings {
            station: format!("station {number}"),
            completion,
            ..Default::default()
        };
        let product =
            |route: Vec<OperationSettings>| ProductSettings { route, ..Default::default() };
        Self {
            stations: vec![station(1), station(2)],
            products: vec![product(vec![step(1, 0.6)]), product(vec![step(1, 0.6), step(2, 0.3)])],
        }
    }
}

impl JobShopSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A station. Amounts in currency, times in beats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StationSettings {
    /// Its name; `station 1`, `station 2` … where empty.
    pub name: String,
    /// How many machines it has, each for one part at a time, 1 to 8. 1 by default.
    pub machines: u32,
    /// Whether the agent can hold it back where it has one operation alone; with several it always
    /// can. False by default.
    pub controlled: bool,
    /// Beats in which it is set up for another product, 0 to 1,000. 0 by default: it works at once.
    pub setup_time: u32,
    /// Cost of setting up for another product. 0 by default.
    pub setup_cost: f64,
    /// Set-ups from one product to another that are not as `setup_time` and `setup_cost` say; none
    /// by default.
    pub sequence: Vec<SequenceSettings>,
    /// Probability that it fails in a beat in which it is up, at work or not. 0 by default.
    pub failure: f64,
    /// Probability that it is repaired in a beat in which it is down. 0.1 by default.
    pub repair: f64,
    /// Cost of a beat in which it is down. 0 by default.
    pub repair_cost: f64,
}

impl Default for StationSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            machines: 1,
            controlled: false,
            setup_time: 0,
            setup_cost: 0.0,
            sequence: Vec::new(),
            failure: 0.0,
            repair: 0.1,
            repair_cost: 0.0,
        }
    }
}

/// A product. Amounts in currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProductSettings {
    /// Its name; `product 1`, `product 2` … where empty, `part` where there is one alone.
    pub name: String,
    /// How many parts of it arrive in a beat. One with probability 0.2 by default.
    pub arrivals: Distribution,
    /// Earned for a part when it is finished. 10 by default.
    pub price: f64,
    /// Cost of a part that arrives and finds no room, beside the price that is not had. 0 by default.
    pub lost_cost: f64,
    /// Its operations in their order, 1 to 8; a station may come several times. Those of all products
    /// together are 16 at most.
    pub route: Vec<OperationSettings>,
}

impl Default for ProductSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            arrivals: Distribution::bernoulli(0.2),
            price: 10.0,
            lost_cost: 0.0,
            route: Vec::new(),
        }
    }
}

/// A step of a product's route, with the buffer before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationSettings {
    /// Its name and that of the buffer before it; the product's with the number of the step where
    /// empty, without the number where there is one step alone.
    pub name: String,
    /// The name of the station that does it.
    pub station: String,
    /// Probability that a beat of a machine's work completes it. 0.5 by default.
    pub completion: f64,
    /// Cost of a beat of a part that waits for it or is worked on. 1 by default.
    pub holding: f64,
    /// How many parts the buffer before it holds, those at work included, 1 to 1,000. 6 by default.
    pub capacity: u32,
}

impl Default for OperationSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            station: String::new(),
            completion: 0.5,
            holding: 1.0,
            capacity: 6,
        }
    }
}
