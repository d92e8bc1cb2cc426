//! One machine, several products: which to make next, when every change costs a set-up.
//!
//! ```text
//! machine (set up for one product at a time) → stock of each product → its customers
//! ```
//!
//! - **State**: of each product the stock, less the customers who wait for it (its net inventory:
//!   one of the two is always 0); then, where there are several products, what the machine is set
//!   up for, or is being set up for; then, where a set-up takes two beats or more, the beats of it
//!   that are left.
//! - **Actions**: idle, or make one of the products. While the machine is being set up only going
//!   on with it is allowed: **a set-up is not interrupted**. What fills its stock is not made, though
//!   the machine may be set up for it where that takes time. Idling keeps the set-up.
//! - **Start**: `initial` units of each, set up for the first product.
//! - **Reward**: `sales`, less `production`, `set-ups`, `holding`, `lost sales` and `backlog`.
//! - **End**: never.
//!
//! # One beat
//! 1. **Machine.** Told to make another product than it is set up for, it pays the cost of the set-up
//!    and is set up for the beats it takes, this one included; where it takes none the product is
//!    made in this beat. A beat of production costs `production_cost` and completes a unit with
//!    probability `completion`; it goes to the customer who waits longest, else to stock.
//! 2. **Customers.** Of each product so many units are asked for as `demand` draws, served from
//!    stock, this beat's unit included. Who is not served waits, as far as `limit` allows, else is
//!    lost.
//! 3. What is in stock now costs `holding`, who waits now costs what waiting does. A unit earns its
//!    `revenue` when the customer gets it.
//!
//! The machine is the station, every product's stock a buffer; a unit for a customer who waits goes
//! to the customer past the stock.
//!
//! With one product this is a make-to-stock queue (Ha 1997, "Inventory rationing in a make-to-stock
//! production system"); without set-ups the scheduling problem of Ha (1997, "Optimal dynamic
//! scheduling policy for a make-to-stock production system") and Veatch & Wein (1996); without
//! stock, made to order, a polling queue (Hofri & Ross 1987); in general the stochastic economic lot
//! scheduling problem (Federgruen & Katalan 1996; Winands, Adan & van Houtum 2011).

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the machine has; a hot loop"
)]

mod check;
mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;

pub use settings::{ProductSettings, SetupsSettings, Unmet};

use super::sequence::{Change, changes};
use super::setting::SettingError;
use crate::mdp::{
    Beat, BufferPlace, Condition, Enumerable, Environment, Event, Item, Level, Place, Places,
    Source, Space, Variable,
};

/// The action's level that leaves the machine idle; above it come the products.
pub const IDLE: Level = 0;

/// One pair has a draw for each product, of as many outcomes as its demand has.
const BRANCHES: usize = 1 << 20;

const SETUP_NAME: &str = "set-up";
const LEFT_NAME: &str = "beats left";
const IDLE_NAME: &str = "idle";

/// A machine with set-ups, ready to be run.
#[derive(Debug, Clone)]
pub struct Setups {
    settings: SetupsSettings,
    state_space: Space,
    action_space: Space,
    sources: Vec<String>,
    items: [String; 6],
    places: Places,
    products: Vec<Product>,
    /// The set-up from each product to each, row by row.
    changes: Vec<Change>,
    /// The variable of what the machine is set up for, where there are several products.
    setup: Option<usize>,
    /// The variable of the beats of a set-up that are left, where it can take two or more.
    left: Option<usize>,
}

/// A product as the step needs it.
#[derive(Debug, Clone)]
struct Product {
    /// The probabilities that 0, 1, 2 … units are asked for.
    demand: Vec<f64>,
    completion: f64,
    production_cost: f64,
    capacity: Level,
    /// The lowest net inventory: as many as may wait, below 0.
    low: Level,
    holding: f64,
    revenue: f64,
    lost_cost: f64,
    backlog_cost: f64,
}

const COMPLETION: Source = 0;
/// The source of the first product's demand; the others follow.
const DEMAND: Source = 1;

const SALES: Item = 0;
const PRODUCTION: Item = 1;
const SETUPS: Item = 2;
const HOLDING: Item = 3;
const LOST: Item = 4;
const BACKLOG: Item = 5;

impl Setups {
    /// Builds the machine, or says all that is wrong with its settings.
    pub fn new(settings: SetupsSettings) -> Result<Self, Vec<SettingError>> {
        let settings = check::named(settings);
        let demands = check::check(&settings)?;
        let names: Vec<&str> = settings.products.iter().map(|p| p.name.as_str()).collect();
        let count = names.len();
        let products: Vec<Product> =
            settings.products.iter().zip(demands).map(Product::new).collect();
        let targets: Vec<_> = settings
            .products
            .iter()
            .map(|product| (product.name.as_str(), product.setup_time, product.setup_cost))
            .collect();
        let changes = changes(&targets, &settings.sequence);
        let mut variables: Vec<Variable> = names
            .iter()
            .zip(&products)
            .map(|(name, product)| Variable::count(*name, product.low, product.capacity, "units"))
            .collect();
        let mut add = |variable| {
            variables.push(variable);
            Some(variables.len() - 1)
        };
        let setup = (count > 1).then(|| Variable::choice(SETUP_NAME, &names)).and_then(&mut add);
        let longest = changes.iter().map(|change| change.time).max().unwrap_or(0);
        let left = (longest > 1).then(|| Variable::count(LEFT_NAME, 0, longest - 1, "beats"));
        let left = left.and_then(&mut add);
        let choices: Vec<&str> = [IDLE_NAME].into_iter().chain(names.iter().copied()).collect();
        let buffer = |(variable, name): (usize, &&str)| BufferPlace {
            name: (*name).to_owned(),
            capacity: settings.products[variable].capacity,
            variable,
        };
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: "products".to_owned(),
                    message: error.to_string(),
                    remedy: "give at least 1 product".to_owned(),
                }]
            })
        };
        let of_demand = names.iter().map(|name| format!("demand of {name}"));
        Ok(Self {
            state_space: space(variables)?,
            action_space: space(vec![Variable::choice("make", &choices)])?,
            sources: ["completion".to_owned()].into_iter().chain(of_demand).collect(),
            items: ["sales", "production", "set-ups", "holding", "lost sales", "backlog"]
                .map(str::to_owned),
            places: Places {
                stations: vec!["machine".to_owned()],
                buffers: names.iter().enumerate().map(buffer).collect(),
            },
            products,
            changes,
            setup,
            left,
            settings,
        })
    }

    /// The settings it was built from, every name filled in.
    pub fn settings(&self) -> &SetupsSettings {
        &self.settings
    }

    /// The place of the variable that says what the machine is set up for, where there are several
    /// products. Before it come the products' net inventories, in their order.
    pub fn setup_variable(&self) -> Option<usize> {
        self.setup
    }

    /// The least and the greatest net inventory of each product.
    pub fn bounds(&self) -> impl Iterator<Item = (Level, Level)> + '_ {
        self.products.iter().map(|product| (product.low, product.capacity))
    }

    /// What the machine is set up for, or being set up for.
    #[inline(always)]
    fn current(&self, state: &[Level]) -> usize {
        self.setup.map_or(0, |place| state[place] as usize)
    }

    /// The beats of a set-up that are left.
    #[inline(always)]
    fn left(&self, state: &[Level]) -> Level {
        self.left.map_or(0, |place| state[place])
    }

    #[inline(always)]
    fn change(&self, from: usize, to: usize) -> Change {
        self.changes[from * self.products.len() + to]
    }

    /// A beat of production of what the machine is set up for.
    #[inline(always)]
    fn produce<B: Beat + ?Sized>(&self, number: usize, next: &mut [Level], beat: &mut B) {
        let product = &self.products[number];
        beat.earn(PRODUCTION, -product.production_cost);
        beat.tell(Event::Spent { station: 0, condition: Condition::Working });
        if next[number] >= product.capacity || !beat.bernoulli(COMPLETION, product.completion) {
            return;
        }
        beat.tell(Event::Moved { from: Place::Supply, to: Place::Station(0) });
        if next[number] < 0 {
            beat.tell(Event::Moved { from: Place::Station(0), to: Place::Customer });
            beat.earn(SALES, product.revenue);
        } else {
            let to = Place::Buffer(number as u16);
            beat.tell(Event::Moved { from: Place::Station(0), to });
        }
        next[number] += 1;
    }

    /// The customers of a product, and what stock and waiting then cost.
    #[inline(always)]
    fn serve<B: Beat + ?Sized>(&self, number: usize, next: &mut [Level], beat: &mut B) {
        let product = &self.products[number];
        let asked = match product.demand.len() {
            1 => 0,
            _ => beat.pick(DEMAND + number, &product.demand),
        };
        let mut level = next[number];
        for _ in 0..asked {
            if level > 0 {
                let from = Place::Buffer(number as u16);
                beat.tell(Event::Moved { from, to: Place::Customer });
                beat.earn(SALES, product.revenue);
            } else if level > product.low {
                beat.tell(Event::Backordered);
            } else {
                beat.tell(Event::DemandLost);
                beat.earn(LOST, -product.lost_cost);
                continue;
            }
            level -= 1;
        }
        next[number] = level;
        if level > 0 {
            beat.earn(HOLDING, -product.holding * f64::from(level));
        } else if level < 0 {
            beat.earn(BACKLOG, product.backlog_cost * f64::from(level));
        }
    }
}

impl Product {
    fn new((settings, demand): (&ProductSettings, Vec<f64>)) -> Self {
        let (low, lost_cost, backlog_cost) = match settings.unmet {
            Unmet::Lost { cost } => (0, cost, 0.0),
            Unmet::Backorder { cost, limit, lost_cost } => (-(limit as Level), lost_cost, cost),
        };
        Self {
            demand,
            completion: settings.completion,
            production_cost: settings.production_cost,
            capacity: settings.capacity as Level,
            low,
            holding: settings.holding,
            revenue: settings.revenue,
            lost_cost,
            backlog_cost,
        }
    }
}

impl Environment for Setups {
    tells_its_parts!("Setups");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.fill(0);
        for (level, product) in state.iter_mut().zip(&self.settings.products) {
            *level = product.initial as Level;
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
        next.copy_from_slice(state);
        let (left, order) = (self.left(state), action[0]);
        let setting_up = Event::Spent { station: 0, condition: Condition::SetUp };
        if left > 0 {
            if let Some(place) = self.left {
                next[place] = left - 1;
            }
            beat.tell(setting_up);
        } else if order == IDLE {
            beat.tell(Event::Spent { station: 0, condition: Condition::HeldBack });
        } else {
            let (current, wanted) = (self.current(state), (order - 1) as usize);
            let change = self.change(current, wanted);
            if let Some(place) = self.setup.filter(|_| wanted != current) {
                beat.earn(SETUPS, -change.cost);
                next[place] = wanted as Level;
            }
            if change.time == 0 {
                self.produce(wanted, next, beat);
            } else {
                if let Some(place) = self.left {
                    next[place] = change.time - 1;
                }
                beat.tell(setting_up);
            }
        }
        for number in 0..self.products.len() {
            self.serve(number, next, beat);
        }
    }

    fn restricts_actions(&self) -> bool {
        true
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        let current = self.current(state);
        if self.left(state) > 0 {
            return action[0] == current as Level + 1;
        }
        if action[0] == IDLE {
            return true;
        }
        let wanted = (action[0] - 1) as usize;
        self.change(current, wanted).time > 0 || state[wanted] < self.products[wanted].capacity
    }

    fn allowed_action(&self, state: &[Level], action: &mut [Level]) {
        action[0] = if self.left(state) > 0 { self.current(state) as Level + 1 } else { IDLE };
    }

    fn usual_action(&self, action: &mut [Level]) {
        // What it is set up for at the start.
        action[0] = IDLE + 1;
    }

    fn standing_condition(&self, state: &[Level], _station: usize) -> Option<Condition> {
        Some(if self.left(state) > 0 { Condition::SetUp } else { Condition::Working })
    }
}

impl Enumerable for Setups {
    fn branch_limit(&self) -> usize {
        BRANCHES
    }
}
