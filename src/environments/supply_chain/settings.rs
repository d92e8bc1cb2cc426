//! What a supply chain is made of, and all that can be wrong with it.

use serde::{Deserialize, Serialize};

use crate::environments::distribution::Distribution;
use crate::environments::setting::{Faults, SettingError};
use crate::environments::stock::Unmet;

/// The most echelons.
pub(super) const MOST_ECHELONS: usize = 16;
/// The most that may be ordered at once, or on hand and on order together.
const MOST_UNITS: u64 = 10_000;
/// The longest list of waiting customers.
const MOST_WAITING: u64 = 100_000;
/// The longest transport and the longest delay of orders, in beats.
const MOST_DELAY: u64 = 12;

/// What a supply chain is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupplyChainSettings {
    /// The echelons, customers of others before their suppliers: the shop first, the source last. By
    /// default a shop and a warehouse.
    pub echelons: Vec<EchelonSettings>,
}

impl Default for SupplyChainSettings {
    fn default() -> Self {
        let named = |name: &str| EchelonSettings { name: name.to_owned(), ..Default::default() };
        let shop =
            EchelonSettings { customers: Some(CustomerSettings::default()), ..named("shop") };
        Self { echelons: vec![shop, named("warehouse")] }
    }
}

impl SupplyChainSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A place that keeps stock, is ordered from and orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EchelonSettings {
    /// Its name; `echelon 1`, `echelon 2` … where left out.
    pub name: String,
    /// The name of the echelon that it orders from, one further down the list. Where left out the
    /// next of the list, and for the last a source that never runs out.
    pub supplier: String,
    /// Customers who come to it from outside; none by default.
    pub customers: Option<CustomerSettings>,
    /// Beats from when a unit is sent to it until it can be sent on, 1 or more. 1 by default.
    pub lead_time: u32,
    /// Beats until its supplier has read its orders. 0 by default.
    pub order_delay: u32,
    /// The most that it can order in a beat, units. 4 by default.
    pub max_order: u32,
    /// The most that it may have on hand and on order, less what it owes, units. 6 by default.
    pub capacity: u32,
    /// Units on hand at the start. 0 by default.
    pub initial: u32,
    /// Cost of each unit left on hand at the end of a beat, in currency. 1 by default.
    pub holding: f64,
    /// Cost of each unit that it owes other echelons at the end of a beat, in currency. 0 by default.
    pub owing: f64,
    /// Cost of an order, however large, in currency. 0 by default.
    pub fixed_cost: f64,
    /// Cost of each unit ordered, in currency. 0 by default.
    pub unit_cost: f64,
    /// Where given nothing is decided here: it orders what its inventory position is below this
    /// level.
    pub base_stock: Option<u32>,
}

impl Default for EchelonSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            supplier: String::new(),
            customers: None,
            lead_time: 1,
            order_delay: 0,
            max_order: 4,
            capacity: 6,
            initial: 0,
            holding: 1.0,
            owing: 0.0,
            fixed_cost: 0.0,
            unit_cost: 0.0,
            base_stock: None,
        }
    }
}

/// Customers from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerSettings {
    /// How many units they ask for in a beat. 0 to 2 with the same probability by default.
    pub demand: Distribution,
    /// What becomes of those who find nothing. They wait at a cost of 9, up to 5, by default.
    pub unmet: Unmet,
    /// What a unit is sold for, in currency. 0 by default.
    pub price: f64,
}

impl Default for CustomerSettings {
    fn default() -> Self {
        Self {
            demand: Distribution::Uniform { low: 0, high: 2 },
            unmet: Unmet::Backlogged { cost: 9.0, limit: 5, lost_cost: 0.0 },
            price: 0.0,
        }
    }
}

/// What follows from the settings of an echelon and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub name: String,
    /// The number of its supplier; `None` for a source that never runs out.
    pub supplier: Option<usize>,
    /// The probabilities of what its customers ask for; empty where it has none.
    pub demand: Vec<f64>,
}

/// The echelons by name and place, or all that is wrong with them.
pub(super) fn check(settings: &SupplyChainSettings) -> Result<Vec<Placed>, Vec<SettingError>> {
    let mut faults = Faults::default();
    let echelons = &settings.echelons;
    faults.count("echelons", echelons.len() as u64, 1, MOST_ECHELONS as u64);
    if echelons.len() > MOST_ECHELONS {
        faults.finish()?;
        return Ok(Vec::new());
    }
    let names: Vec<String> = echelons
        .iter()
        .enumerate()
        .map(|(i, echelon)| match echelon.name.as_str() {
            "" => format!("echelon {}", i + 1),
            name => name.to_owned(),
        })
        .collect();
    let paths = names.iter().enumerate();
    faults.names(paths.map(|(i, name)| (format!("echelons[{i}].name"), name.clone())).collect());
    let mut placed = Vec::new();
    for (i, echelon) in echelons.iter().enumerate() {
        let at = |field: &str| format!("echelons[{i}].{field}");
        let supplier = supplier_of(i, echelon, &names, &mut faults);
        let mut demand = Vec::new();
        if let Some(customers) = &echelon.customers {
            demand = customers.demand.checked(&at("customers.demand"), &mut faults);
            check_unmet(&customers.unmet, &at("customers.unmet"), &mut faults);
            faults.amount(at("customers.price"), customers.price);
        }
        faults.count(at("lead_time"), echelon.lead_time.into(), 1, MOST_DELAY);
        faults.count(at("order_delay"), echelon.order_delay.into(), 0, MOST_DELAY);
        faults.count(at("max_order"), echelon.max_order.into(), 1, MOST_UNITS);
        faults.count(at("capacity"), echelon.capacity.into(), 1, MOST_UNITS);
        faults.count(at("initial"), echelon.initial.into(), 0, echelon.capacity.into());
        faults.amount(at("holding"), echelon.holding);
        faults.cost(at("owing"), echelon.owing);
        faults.cost(at("fixed_cost"), echelon.fixed_cost);
        faults.amount(at("unit_cost"), echelon.unit_cost);
        if let Some(level) = echelon.base_stock {
            faults.count(at("base_stock"), level.into(), 0, MOST_UNITS);
        }
        let name = names.get(i).cloned().unwrap_or_default();
        placed.push(Placed { name, supplier, demand });
    }
    for (i, echelon) in echelons.iter().enumerate() {
        let supplies = placed.iter().any(|other| other.supplier == Some(i));
        if !supplies && echelon.customers.is_none() {
            faults.add(
                format!("echelons[{i}].customers"),
                "nobody orders from this echelon",
                "give it customers, or name it as the supplier of another",
            );
        }
    }
    faults.finish().map(|()| placed)
}

fn check_unmet(unmet: &Unmet, path: &str, faults: &mut Faults) {
    match *unmet {
        Unmet::Lost { cost } => faults.cost(format!("{path}.cost"), cost),
        Unmet::Backlogged { cost, limit, lost_cost } => {
            faults.cost(format!("{path}.cost"), cost);
            faults.count(format!("{path}.limit"), limit.into(), 1, MOST_WAITING);
            faults.cost(format!("{path}.lost_cost"), lost_cost);
        }
    }
}

/// The number of the echelon that this one orders from.
fn supplier_of(
    i: usize,
    echelon: &EchelonSettings,
    names: &[String],
    faults: &mut Faults,
) -> Option<usize> {
    if echelon.supplier.is_empty() {
        return (i + 1 < names.len()).then_some(i + 1);
    }
    let found = names.iter().skip(i + 1).position(|name| *name == echelon.supplier);
    if found.is_none() {
        let further: Vec<String> = names.iter().skip(i + 1).map(|n| format!("`{n}`")).collect();
        faults.add(
            format!("echelons[{i}].supplier"),
            format!("no echelon further down the list is called `{}`", echelon.supplier),
            match further.as_slice() {
                [] => "leave it out: the last orders from a source that never runs out".to_owned(),
                further => format!("choose from {}", further.join(", ")),
            },
        );
    }
    found.map(|further| i + 1 + further)
}
