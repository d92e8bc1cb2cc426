//! What a stock is like, and all that can be wrong with it.

use serde::{Deserialize, Serialize};

use crate::environments::distribution::{Distribution, mean};
use crate::environments::setting::{Faults, SettingError};

/// The most that may be ordered at once.
const MOST_ORDER: u64 = 1_000;
/// The largest store and the longest list of waiting customers.
const MOST_UNITS: u64 = 100_000;
/// The longest lead time, and the longest shelf life, in beats.
pub(super) const MOST_STAGES: usize = 12;
/// The most beats an episode has.
const MOST_BEATS: u64 = 100_000;

/// What a stock is like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StockSettings {
    /// What the stock is called. `stock` by default.
    pub name: String,
    /// What the supplier is called. `supplier` by default.
    pub supplier: String,
    /// How many units are asked for in a beat. Poisson with mean 4 by default.
    pub demand: Distribution,
    /// What becomes of customers who find nothing. Lost at no cost by default.
    pub unmet: Unmet,
    /// What a unit is sold for, in currency. 0 by default.
    pub price: f64,
    /// The most that can be ordered in a beat, units. 10 by default.
    pub max_order: u32,
    /// What orders of 0, 1, 2 … are called; their numbers by default.
    pub order_names: Vec<String>,
    /// Cost of an order, however large, in currency. 0 by default.
    pub fixed_cost: f64,
    /// Cost of each unit ordered, in currency, also of those that fail. 0 by default.
    pub unit_cost: f64,
    /// After how many beats what was ordered can serve customers. 0 by default: at once.
    pub lead_time: u32,
    /// Probability that a unit ordered arrives and is good. 1 by default.
    pub success: f64,
    /// Whether a beat brings either customers or units, never both, as the step of a queue in
    /// continuous time does. False by default.
    pub uniformised: bool,
    /// The most that may be on hand and on order together, units. 20 by default.
    pub capacity: u32,
    /// Units on hand at the start. 0 by default.
    pub initial: u32,
    /// Cost of each unit left at the end of a beat, in currency. 1 by default.
    pub holding: f64,
    /// How long goods keep; for ever by default.
    pub shelf_life: Option<ShelfLife>,
    /// After how many beats an episode ends; never by default.
    pub horizon: Option<u32>,
    /// What each unit left at that end brings, in currency; negative where it costs. 0 by default.
    pub salvage: f64,
}

impl Default for StockSettings {
    fn default() -> Self {
        Self {
            name: "stock".to_owned(),
            supplier: "supplier".to_owned(),
            demand: Distribution::poisson(4.0),
            unmet: Unmet::default(),
            price: 0.0,
            max_order: 10,
            order_names: Vec::new(),
            fixed_cost: 0.0,
            unit_cost: 0.0,
            lead_time: 0,
            success: 1.0,
            uniformised: false,
            capacity: 20,
            initial: 0,
            holding: 1.0,
            shelf_life: None,
            horizon: None,
            salvage: 0.0,
        }
    }
}

/// What becomes of customers who find nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Unmet {
    /// They go.
    Lost {
        /// Cost of each of them, in currency; 0 by default.
        #[serde(default)]
        cost: f64,
    },
    /// They wait, as long as there is room on the list.
    Backlogged {
        /// Cost of each who waits at the end of a beat, in currency; 0 by default.
        #[serde(default)]
        cost: f64,
        /// How many wait at most; who comes then goes.
        limit: u32,
        /// Cost of each who goes, in currency; 0 by default.
        #[serde(default)]
        lost_cost: f64,
    },
}

impl Default for Unmet {
    fn default() -> Self {
        Self::Lost { cost: 0.0 }
    }
}

/// How long goods keep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShelfLife {
    /// In how many beats a unit can be sold, from the first in which it can.
    pub beats: u32,
    /// Cost of each unit that is too old, in currency; negative where it pays. 0 by default.
    #[serde(default)]
    pub cost: f64,
}

impl StockSettings {
    /// Whether there are states in which it ends: where it has a horizon.
    pub fn ends(&self) -> bool {
        self.horizon.is_some()
    }

    /// How many customers wait at most.
    pub(super) fn backlog_limit(&self) -> u32 {
        match self.unmet {
            Unmet::Lost { .. } => 0,
            Unmet::Backlogged { limit, .. } => limit,
        }
    }

    /// How many ages are told apart at a beat's start; `None` where goods keep for ever. What
    /// arrives at once has spent a beat of its life before the next decision.
    pub(super) fn ages(&self) -> Option<usize> {
        self.shelf_life.map(|life| (life.beats as usize) - usize::from(self.lead_time == 0))
    }

    /// The most that is ever ordered: with all on the list waiting, all that there is room for too.
    pub(super) fn most_of_an_order(&self) -> u32 {
        self.max_order.min(self.capacity.saturating_add(self.backlog_limit()))
    }
}

/// The probabilities of the demand and its mean, or all that is wrong with the settings.
pub(super) fn check(settings: &StockSettings) -> Result<(Vec<f64>, f64), Vec<SettingError>> {
    let mut faults = Faults::default();
    let s = settings;
    let demand = s.demand.checked("demand", &mut faults);
    match s.unmet {
        Unmet::Lost { cost } => faults.cost("unmet.cost", cost),
        Unmet::Backlogged { cost, limit, lost_cost } => {
            faults.cost("unmet.cost", cost);
            faults.count("unmet.limit", limit.into(), 1, MOST_UNITS);
            faults.cost("unmet.lost_cost", lost_cost);
            if s.shelf_life.is_some() {
                faults.add(
                    "unmet",
                    "customers wait for goods that do not keep",
                    "have them `Lost`, or leave out `shelf_life`",
                );
            }
        }
    }
    faults.amount("price", s.price);
    faults.count("max_order", s.max_order.into(), 1, MOST_ORDER);
    if !s.order_names.is_empty() && s.order_names.len() as u64 != u64::from(s.max_order) + 1 {
        faults.add(
            "order_names",
            format!("{} names do not fit orders of 0 to {}", s.order_names.len(), s.max_order),
            format!("give {} names, or none", u64::from(s.max_order) + 1),
        );
    } else {
        let named = s.order_names.iter().enumerate();
        faults.names(named.map(|(i, name)| (format!("order_names[{i}]"), name.clone())).collect());
    }
    faults.cost("fixed_cost", s.fixed_cost);
    faults.amount("unit_cost", s.unit_cost);
    faults.count("lead_time", s.lead_time.into(), 0, MOST_STAGES as u64);
    faults.chance("success", s.success, "nothing ever arrives");
    if s.uniformised && s.lead_time > 0 {
        faults.add(
            "uniformised",
            "what was ordered earlier would have to arrive in a beat that brings customers",
            "give a lead time of 0",
        );
    }
    faults.count("capacity", s.capacity.into(), 1, MOST_UNITS);
    faults.amount("holding", s.holding);
    let mut room = s.capacity;
    if let Some(life) = s.shelf_life {
        faults.count("shelf_life.beats", life.beats.into(), 1, MOST_STAGES as u64);
        if life.beats == 1 && s.lead_time == 0 {
            faults.add(
                "shelf_life",
                "what arrives at once and keeps for one beat leaves no stock to be seen",
                "give a lead time of 1, or goods that keep for 2 beats",
            );
        }
        faults.amount("shelf_life.cost", life.cost);
        room = s.most_of_an_order();
    }
    faults.count("initial", s.initial.into(), 0, room.into());
    if let Some(horizon) = s.horizon {
        faults.count("horizon", horizon.into(), 1, MOST_BEATS);
    }
    faults.amount("salvage", s.salvage);
    faults.names(names(s));
    faults.finish().map(|()| {
        let mean = mean(&demand);
        (demand, mean)
    })
}

/// The names of the state's variables, with the settings that they follow from.
fn names(settings: &StockSettings) -> Vec<(String, String)> {
    let given = [("name", &settings.name), ("supplier", &settings.supplier)];
    let given = given.map(|(path, name)| (path.to_owned(), name.clone()));
    let fixed = ["period", "due in 1"].map(|name| ("name".to_owned(), name.to_owned()));
    given.into_iter().chain(fixed).collect()
}
