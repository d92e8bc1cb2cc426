//! A stock of one product: how much to order, and when.
//!
//! - **State**: the stock on hand, less the customers who wait where they do; of goods that do not
//!   keep, how many can be sold in 1, 2 … more beats; how much is due in 1, 2 … beats where the lead
//!   time is 2 beats or more; and the period where it ends.
//! - **Actions**: how much to order, 0 to `max_order`, so that no more than `capacity` is on hand and
//!   on order (the inventory position after the order).
//! - **Start**: `initial` units, all fresh, nothing on order.
//! - **Reward**: *sales* less *ordering*, *holding*, *shortage* and *outdating*, and *salvage* at the
//!   end.
//! - **End**: after `horizon` beats, or never.
//!
//! # One beat
//! 1. An order costs `fixed_cost` and `unit_cost` for each unit.
//! 2. With a lead time of 0 it arrives now: each unit is good with probability `success`,
//!    independently. Customers who wait are served first.
//! 3. Customers ask for a number of units drawn from `demand`, and are served from the oldest stock.
//!    Who finds nothing goes or waits, as `unmet` says. Each unit handed over earns `price`.
//!    *Uniformised*: in a beat in which customers ask nothing arrives.
//! 4. Goods that could be sold for the last time and were not are outdated. Each unit left costs
//!    `holding`, each customer who waits the cost of `unmet`.
//! 5. With a lead time of L ≥ 1 the order of L − 1 beats ago arrives, as in step 2, so that it can
//!    serve the customers L beats after it was placed. Hence what was ordered in this beat or
//!    earlier meets the demand of L + 1 beats.
//! 6. After the last beat of the horizon each unit on hand brings `salvage`.
//!
//! Settings of it are the newsvendor (Edgeworth 1888; Arrow, Harris & Marschak 1951), the (s, S)
//! model of Scarf (1960), lost sales with a lead time (Karlin & Scarf 1958; Zipkin 2008), perishable
//! goods (Nahmias 1975; Fries 1975), and making to stock with an unreliable machine or as a queue
//! (Gavish & Graves 1980; Ha 1997), uniformised after Lippman (1975).

use super::distribution::binomial;
use super::setting::SettingError;
use crate::mdp::{
    Beat, BufferPlace, Enumerable, Environment, Item, Level, Places, Source, Space, Variable,
};

mod settings;
mod step;

pub use settings::{ShelfLife, StockSettings, Unmet};

const DEMAND: Source = 0;
const YIELD: Source = 1;

/// A stock, ready to be kept.
#[derive(Debug, Clone)]
pub struct Stock {
    settings: StockSettings,
    state_space: Space,
    action_space: Space,
    sources: [String; 2],
    items: Vec<String>,
    places: Places,
    demand: Vec<f64>,
    /// The mean demand of a beat, units.
    mean_demand: f64,
    /// For orders of 0, 1, 2 … the probabilities that 0, 1, 2 … of them are good; empty where all are.
    good: Vec<Vec<f64>>,
    /// How many variables the stock on hand has.
    ages: usize,
    /// Whether goods keep only for a time.
    perishes: bool,
    /// How many variables orders under way have.
    stages: usize,
    /// The variable that counts periods, and the last.
    clock: Option<(usize, Level)>,
    backlog_limit: Level,
    capacity: Level,
    /// The most of one age or order under way.
    most: Level,
    books: Books,
}

/// The reward items that this stock has.
#[derive(Debug, Clone, Copy, Default)]
struct Books {
    sales: Option<Item>,
    ordering: Option<Item>,
    holding: Option<Item>,
    shortage: Option<Item>,
    outdating: Option<Item>,
    salvage: Option<Item>,
}

impl Books {
    /// Those of these settings, with their names.
    fn of(settings: &StockSettings) -> (Self, Vec<String>) {
        let shortage = match settings.unmet {
            Unmet::Lost { cost } => cost != 0.0,
            Unmet::Backlogged { .. } => true,
        };
        let mut names = Vec::new();
        let mut item = |name: &str, is_there: bool| {
            is_there.then(|| {
                names.push(name.to_owned());
                names.len() - 1
            })
        };
        let books = Self {
            sales: item("sales", settings.price != 0.0),
            ordering: item("ordering", settings.fixed_cost != 0.0 || settings.unit_cost != 0.0),
            holding: item("holding", settings.holding != 0.0),
            shortage: item("shortage", shortage),
            outdating: item("outdating", settings.shelf_life.is_some_and(|life| life.cost != 0.0)),
            salvage: item("salvage", settings.horizon.is_some() && settings.salvage != 0.0),
        };
        (books, names)
    }
}

impl Stock {
    /// Builds the stock, or says all that is wrong with its settings.
    pub fn new(settings: StockSettings) -> Result<Self, Vec<SettingError>> {
        let (demand, mean_demand) = settings::check(&settings)?;
        let most = settings.most_of_an_order();
        let (capacity, limit) = (settings.capacity as Level, settings.backlog_limit() as Level);
        let mut variables = Vec::new();
        let mut pipeline = Vec::new();
        match settings.ages() {
            None => variables.push(Variable::count(&settings.name, -limit, capacity, "units")),
            Some(ages) => {
                variables.extend((1..=ages).map(|beats| {
                    Variable::count(format!("life {beats}"), 0, most as Level, "units")
                }))
            }
        }
        let ages = variables.len();
        let stages = (settings.lead_time as usize).saturating_sub(1);
        for beats in 1..=stages {
            pipeline.push(Variable::count(format!("due in {beats}"), 0, most as Level, "units"));
        }
        variables.append(&mut pipeline);
        let places = Places {
            stations: vec![settings.supplier.clone()],
            buffers: (variables.iter().enumerate())
                .map(|(variable, of)| BufferPlace {
                    name: of.name.clone(),
                    capacity: of.high.unsigned_abs(),
                    variable,
                })
                .collect(),
        };
        let clock = settings.horizon.map(|horizon| (variables.len(), horizon as Level));
        if let Some((_, last)) = clock {
            variables.push(Variable::count("period", 0, last, "beats"));
        }
        let mut order = Variable::count("order", 0, settings.max_order as Level, "units");
        order.labels.clone_from(&settings.order_names);
        let good = match settings.success {
            success if success < 1.0 => (0..=most).map(|units| binomial(units, success)).collect(),
            _ => Vec::new(),
        };
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: String::new(),
                    message: error.to_string(),
                    remedy: "give a capacity of at least 1".to_owned(),
                }]
            })
        };
        let (books, items) = Books::of(&settings);
        Ok(Self {
            state_space: space(variables)?,
            action_space: space(vec![order])?,
            sources: ["demand", "yield"].map(str::to_owned),
            items,
            places,
            demand,
            mean_demand,
            good,
            ages,
            perishes: settings.shelf_life.is_some(),
            stages,
            clock,
            backlog_limit: limit,
            capacity,
            most: most as Level,
            books,
            settings,
        })
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &StockSettings {
        &self.settings
    }

    /// The mean demand of a beat, units.
    pub fn mean_demand(&self) -> f64 {
        self.mean_demand
    }

    /// How many of the first variables are added up to the inventory position: what is on hand, less
    /// who waits, and what is on order.
    pub fn positions(&self) -> usize {
        self.ages + self.stages
    }

    /// What is on hand less who waits, and on order.
    fn position(&self, state: &[Level]) -> i64 {
        state.iter().take(self.positions()).map(|&level| i64::from(level)).sum()
    }
}

impl Environment for Stock {
    tells_its_parts!("Stock");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.fill(0);
        if let Some(freshest) = state.get_mut(self.ages - 1) {
            *freshest = self.settings.initial as Level;
        }
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        step::step(self, state, action, next, beat);
    }

    fn ends(&self) -> bool {
        self.clock.is_some()
    }

    fn is_terminal(&self, state: &[Level]) -> bool {
        self.clock.is_some_and(|(period, last)| state.get(period) == Some(&last))
    }

    fn restricts_actions(&self) -> bool {
        true
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        let ordered = action.first().copied().unwrap_or(0);
        ordered == 0
            || ordered <= self.most
                && self.position(state) + i64::from(ordered) <= i64::from(self.capacity)
    }

    fn allowed_action(&self, _state: &[Level], action: &mut [Level]) {
        action.fill(0);
    }

    /// Who never interferes orders the mean demand, whatever is there.
    fn usual_action(&self, action: &mut [Level]) {
        let mean = (self.mean_demand / self.settings.success).round();
        action.fill((mean as Level).clamp(0, self.settings.max_order as Level));
    }
}

impl Enumerable for Stock {}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;
