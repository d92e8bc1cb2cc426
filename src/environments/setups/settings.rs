//! What a machine with set-ups is told to be, in the words of scenario files.

use serde::{Deserialize, Serialize};

use crate::environments::{Distribution, SequenceSettings};

/// One machine and the products that it makes to stock or to order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetupsSettings {
    /// The products, 1 to 6. Two with the defaults of [`ProductSettings`] where left out.
    pub products: Vec<ProductSettings>,
    /// Set-ups from one product to another that are not as the product's own `setup_time` and
    /// `setup_cost`; none by default.
    pub sequence: Vec<SequenceSettings>,
}

impl Default for SetupsSettings {
    fn default() -> Self {
        Self { products: vec![ProductSettings::default(); 2], sequence: Vec::new() }
    }
}

impl SetupsSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A product. Amounts in currency, times in beats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProductSettings {
    /// Its name; `product 1`, `product 2` … where empty.
    pub name: String,
    /// How many units are asked for in a beat. One in three beats of ten by default, else none.
    pub demand: Distribution,
    /// Probability that a beat of production completes a unit. 0.8 by default.
    pub completion: f64,
    /// Cost of a beat of production, whether it completes a unit or not. 0 by default.
    pub production_cost: f64,
    /// How many finished units its stock holds at most; 0 makes to order only. 8 by default.
    pub capacity: u32,
    /// Units in stock at the start. 0 by default.
    pub initial: u32,
    /// Cost of a unit in stock at a beat's end. 0.2 by default.
    pub holding: f64,
    /// Earned for a unit when the customer gets it. 10 by default.
    pub revenue: f64,
    /// What becomes of who is not served at once. Lost by default.
    pub unmet: Unmet,
    /// Beats in which the machine is set up for it. 2 by default.
    pub setup_time: u32,
    /// Cost of setting up for it. 0 by default.
    pub setup_cost: f64,
}

impl Default for ProductSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            demand: Distribution::bernoulli(0.3),
            completion: 0.8,
            production_cost: 0.0,
            capacity: 8,
            initial: 0,
            holding: 0.2,
            revenue: 10.0,
            unmet: Unmet::Lost { cost: 0.0 },
            setup_time: 2,
            setup_cost: 0.0,
        }
    }
}

/// What becomes of a customer who is not served from stock.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Unmet {
    /// The customer goes elsewhere.
    Lost {
        /// Cost of that, beside the revenue that is not had; 0 by default.
        #[serde(default)]
        cost: f64,
    },
    /// The customer waits.
    Backorder {
        /// Cost of a customer who waits at a beat's end; 1 by default.
        #[serde(default = "waiting")]
        cost: f64,
        /// How many wait at most; more are lost. 8 by default.
        #[serde(default = "limit")]
        limit: u32,
        /// Cost of a customer lost, beside the revenue that is not had; 0 by default.
        #[serde(default)]
        lost_cost: f64,
    },
}

fn waiting() -> f64 {
    1.0
}

fn limit() -> u32 {
    8
}
