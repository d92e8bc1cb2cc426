//! A supply chain: echelons that keep stock, order from each other, and serve customers.
//!
//! - **State**, of each echelon: its stock, less what it owes where only one orders from it, else what
//!   it owes to each; how much is due to arrive now, in the next beat …; and its orders that its
//!   supplier has not read yet.
//! - **Actions**: what each echelon orders that decides at all.
//! - **Start**: `initial` units on hand, nothing under way.
//! - **Reward**: *sales* less *ordering*, *holding*, *owing* (between echelons) and *shortage* (of
//!   customers), summed over the echelons.
//! - **End**: never.
//!
//! # One beat
//! 1. Each echelon orders. An order is cut to what keeps its inventory position (on hand, under way
//!    and ordered, less what it owes) at `capacity` or below. Its supplier reads it `order_delay`
//!    beats later, at once where that is 0.
//! 2. What is due arrives. Each echelon sends what it has: first what it owes, in the order of the
//!    list, its customers from outside last, then what was asked for in this beat, likewise. What it
//!    does not have it owes. Who comes from outside and finds nothing waits or goes, as `unmet` says.
//!    The source outside sends everything.
//! 3. What is left on hand costs `holding`, what is owed to other echelons `owing`, each customer who
//!    waits the cost of `unmet`.
//! 4. What was sent arrives `lead_time` beats later, at step 2.
//!
//! The beer game (Forrester 1958; Sterman 1989) is a chain of four. Without fixed costs the best is a
//! base stock for each echelon's stock together with all below it (Clark & Scarf 1960; on average
//! cost Federgruen & Zipkin 1984); orders vary more than demand where it is forecast (Lee,
//! Padmanabhan & Whang 1997; Chen et al. 2000).

use std::ops::Range;

use super::setting::SettingError;
use super::stock::Unmet;
use crate::mdp::{
    Beat, BufferPlace, Enumerable, Environment, Item, Level, Places, Space, Variable,
};

mod settings;
mod step;

pub use settings::{CustomerSettings, EchelonSettings, SupplyChainSettings};

/// A supply chain, ready to be run.
#[derive(Debug, Clone)]
pub struct SupplyChain {
    settings: SupplyChainSettings,
    state_space: Space,
    action_space: Space,
    sources: Vec<String>,
    items: [String; 5],
    places: Places,
    echelons: Vec<Echelon>,
}

const SALES: Item = 0;
const ORDERING: Item = 1;
const HOLDING: Item = 2;
const OWING: Item = 3;
const SHORTAGE: Item = 4;

/// An echelon: its variables, and who orders from it.
#[derive(Debug, Clone)]
struct Echelon {
    /// Its stock, less what it owes where nobody's `owed` is apart.
    stock: usize,
    /// The buffer of its stock; those of what is due follow it.
    buffer: u16,
    capacity: Level,
    supplier: Option<usize>,
    /// Its first variable of what is due, and how many there are.
    due: usize,
    lead_time: usize,
    /// The most that one of them holds.
    most_due: Level,
    /// Its first variable of orders that are not read yet, and how many there are.
    asks: usize,
    delay: usize,
    max_order: Level,
    /// Its action variable, where it decides.
    action: Option<usize>,
    /// Up to which position it orders, where it does not.
    base_stock: Level,
    /// Who orders from it, in the order in which they are served; those from outside last.
    links: Vec<Link>,
    /// What comes from outside.
    customers: Option<Customers>,
}

/// Somebody who orders from an echelon.
#[derive(Debug, Clone, Copy)]
struct Link {
    /// The echelon; `None` for customers from outside.
    to: Option<usize>,
    /// The variable of what it is owed; `None` where that is a stock below 0.
    owed: Option<usize>,
    /// The most that it is owed.
    limit: Level,
}

/// Customers from outside.
#[derive(Debug, Clone)]
struct Customers {
    source: usize,
    demand: Vec<f64>,
    price: f64,
    waiting_cost: f64,
    lost_cost: f64,
}

impl SupplyChain {
    /// Builds the chain, or says all that is wrong with its settings.
    pub fn new(settings: SupplyChainSettings) -> Result<Self, Vec<SettingError>> {
        let placed = settings::check(&settings)?;
        let mut echelons: Vec<Echelon> = Vec::new();
        let (mut states, mut actions) = (Vec::new(), Vec::new());
        let (mut sources, mut places) = (Vec::new(), Places::default());
        for (i, (of, place)) in settings.echelons.iter().zip(&placed).enumerate() {
            let name = &place.name;
            let mut links: Vec<Link> = Vec::new();
            for (other, (child, known)) in echelons.iter().zip(&placed).enumerate() {
                if known.supplier == Some(i) {
                    // All that a child may have ordered while it owes all that it can.
                    links.push(Link { to: Some(other), owed: None, limit: child.outstanding() });
                }
            }
            let customers = of.customers.as_ref().map(|customers| {
                let (waiting_cost, limit, lost_cost) = match customers.unmet {
                    Unmet::Lost { cost } => (0.0, 0, cost),
                    Unmet::Backlogged { cost, limit, lost_cost } => (cost, limit, lost_cost),
                };
                links.push(Link { to: None, owed: None, limit: limit as Level });
                sources.push(format!("demand at {name}"));
                let (source, demand) = (sources.len() - 1, place.demand.clone());
                Customers { source, demand, price: customers.price, waiting_cost, lost_cost }
            });
            let capacity = of.capacity as Level;
            let apart = links.len() > 1;
            let low = if apart { 0 } else { -links.iter().map(|link| link.limit).sum::<Level>() };
            let stock = states.len();
            let number = places.buffers.len() as u16;
            let mut buffer = |states: &mut Vec<Variable>, what: String, low, high: Level| {
                places.buffers.push(BufferPlace {
                    name: what.clone(),
                    capacity: high.unsigned_abs(),
                    variable: states.len(),
                });
                states.push(Variable::count(what, low, high, "units"));
            };
            buffer(&mut states, format!("{name} stock"), low, capacity);
            if apart {
                for link in links.iter_mut().filter(|link| link.limit > 0) {
                    let to = link.to.and_then(|to| placed.get(to));
                    let whom = to.map_or("customers", |to| to.name.as_str());
                    link.owed = Some(states.len());
                    let what = format!("{name} owes {whom}");
                    states.push(Variable::count(what, 0, link.limit, "units"));
                }
            }
            let due = states.len();
            // More than the supplier can have, or this echelon can have ordered, is never sent.
            let outstanding = capacity + links.iter().map(|link| link.limit).sum::<Level>();
            let sender = place.supplier.and_then(|supplier| settings.echelons.get(supplier));
            let most_due = match sender {
                Some(sender) => outstanding.min(sender.capacity as Level),
                None => outstanding.min(of.max_order as Level),
            };
            for beats in 1..=of.lead_time {
                buffer(&mut states, format!("{name} due {beats}"), 0, most_due);
            }
            let asks = states.len();
            let max_order = of.max_order as Level;
            for beats in 1..=of.order_delay {
                states.push(Variable::count(format!("{name} asks {beats}"), 0, max_order, "units"));
            }
            let action = of.base_stock.is_none().then(|| {
                actions.push(Variable::count(name.clone(), 0, max_order, "units"));
                actions.len() - 1
            });
            places.stations.push(name.clone());
            echelons.push(Echelon {
                stock,
                buffer: number,
                capacity,
                supplier: place.supplier,
                due,
                lead_time: of.lead_time as usize,
                most_due,
                asks,
                delay: of.order_delay as usize,
                max_order,
                action,
                base_stock: of.base_stock.unwrap_or(0) as Level,
                links,
                customers,
            });
        }
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: "echelons".to_owned(),
                    message: error.to_string(),
                    remedy: "give capacities of 1 or more".to_owned(),
                }]
            })
        };
        Ok(Self {
            state_space: space(states)?,
            action_space: space(actions)?,
            sources,
            items: ["sales", "ordering", "holding", "owing", "shortage"].map(str::to_owned),
            places,
            echelons,
            settings,
        })
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &SupplyChainSettings {
        &self.settings
    }

    /// The mean of what is asked for in a beat from an echelon and all that it supplies, units.
    pub fn mean_demand(&self, echelon: usize) -> f64 {
        let Some(of) = self.echelons.get(echelon) else { return 0.0 };
        let own = of.customers.as_ref().map_or(0.0, |c| super::distribution::mean(&c.demand));
        let below = of.links.iter().filter_map(|link| link.to);
        own + below.map(|to| self.mean_demand(to)).sum::<f64>()
    }

    /// What makes up the inventory positions of the echelons that decide, in the order of the action
    /// variables.
    pub fn positions(&self) -> Vec<Position> {
        let deciding = (0..self.echelons.len()).filter(|&i| self.action(i).is_some());
        deciding.map(|echelon| self.position_of(echelon)).collect()
    }

    /// How many echelons there are.
    pub fn echelons(&self) -> usize {
        self.echelons.len()
    }

    /// Where what belongs to an echelon lies.
    pub fn variables(&self, echelon: usize) -> Option<EchelonVariables> {
        let of = self.echelons.get(echelon)?;
        let debtor = |link: &Link| Owed { to: link.to, variable: link.owed, limit: link.limit };
        Some(EchelonVariables {
            supplier: of.supplier,
            stock: of.stock,
            stock_buffer: of.buffer,
            owed: of.links.iter().map(debtor).collect(),
            due: of.due..of.due + of.lead_time,
            asks: of.asks..of.asks + of.delay,
            action: of.action,
            has_customers: of.customers.is_some(),
        })
    }

    fn action(&self, echelon: usize) -> Option<usize> {
        self.echelons.get(echelon)?.action
    }

    fn position_of(&self, echelon: usize) -> Position {
        let mut own = Vec::new();
        let mut together = Vec::new();
        let Some(of) = self.echelons.get(echelon) else { return Position::default() };
        own.push(Term { variable: of.stock, of: Of::Level });
        own.extend(of.links.iter().filter_map(|link| link.owed).map(Term::less));
        // What this echelon has ordered and not got: both positions count it.
        let mut under_way: Vec<Term> = (of.due..of.due + of.lead_time).map(Term::level).collect();
        under_way.extend((of.asks..of.asks + of.delay).map(Term::level));
        under_way.extend(self.owed_to(echelon));
        own.extend(under_way.iter().copied());
        together.extend(under_way);
        let mut below = vec![echelon];
        while let Some(i) = below.pop() {
            let Some(of) = self.echelons.get(i) else { continue };
            together.push(Term { variable: of.stock, of: Of::OnHand });
            for link in &of.links {
                match (link.to, link.owed) {
                    (Some(child), _) => {
                        below.push(child);
                        let Some(child) = self.echelons.get(child) else { continue };
                        together.extend((child.due..child.due + child.lead_time).map(Term::level));
                    }
                    // Customers from outside are the only ones who are owed anything by the whole.
                    (None, Some(owed)) => together.push(Term::less(owed)),
                    (None, None) => together.push(Term { variable: of.stock, of: Of::LessOwed }),
                }
            }
        }
        Position {
            echelon,
            name: self.places.stations.get(echelon).cloned().unwrap_or_default(),
            own,
            together,
            least: -of.links.iter().map(|link| link.limit).sum::<Level>(),
            most: of.capacity,
            largest_order: of.max_order,
        }
    }

    /// What its supplier owes an echelon.
    fn owed_to(&self, echelon: usize) -> Option<Term> {
        let supplier = self.echelons.get(self.echelons.get(echelon)?.supplier?)?;
        let link = supplier.links.iter().find(|link| link.to == Some(echelon))?;
        Some(match link.owed {
            Some(owed) => Term::level(owed),
            None => Term { variable: supplier.stock, of: Of::Owed },
        })
    }

    /// The echelons that one supplies, directly or not, with itself.
    pub fn with_all_below(&self, echelon: usize) -> Vec<usize> {
        let mut found = vec![echelon];
        let mut at = 0;
        while let Some(&i) = found.get(at) {
            let links = self.echelons.get(i).map_or(&[][..], |of| &of.links);
            found.extend(links.iter().filter_map(|link| link.to));
            at += 1;
        }
        found
    }
}

/// Where what belongs to an echelon lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EchelonVariables {
    /// The echelon that it orders from; `None` for a source that never runs out.
    pub supplier: Option<usize>,
    /// Its stock, less what it owes where no debt has a variable of its own.
    pub stock: usize,
    /// The number of the stock's buffer; those of what is due follow it, the soonest first.
    pub stock_buffer: u16,
    /// Who orders from it, and what they are owed, in the order in which they are served.
    pub owed: Vec<Owed>,
    /// What is due to arrive now, in the next beat …
    pub due: Range<usize>,
    /// Its orders that its supplier reads now, in the next beat …
    pub asks: Range<usize>,
    /// The action variable of its order, where it decides.
    pub action: Option<usize>,
    /// Whether customers come to it from outside.
    pub has_customers: bool,
}

/// What an echelon owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// To which echelon; `None` for customers from outside.
    pub to: Option<usize>,
    /// The variable of it; `None` where that is a stock below 0.
    pub variable: Option<usize>,
    /// The most that it can be.
    pub limit: Level,
}

impl Echelon {
    /// All that it may have ordered and not got.
    fn outstanding(&self) -> Level {
        self.capacity + self.links.iter().map(|link| link.limit).sum::<Level>()
    }
}

/// What makes up the inventory position of an echelon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// Its number.
    pub echelon: usize,
    /// Its name.
    pub name: String,
    /// On hand and on order, less what it owes.
    pub own: Vec<Term>,
    /// On hand and under way here and in all that it supplies, and on order, less the customers who
    /// wait (the echelon inventory position).
    pub together: Vec<Term>,
    /// The lowest position of its own.
    pub least: Level,
    /// The highest position of its own.
    pub most: Level,
    /// The largest order.
    pub largest_order: Level,
}

/// A variable as it counts in an inventory position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The variable.
    pub variable: usize,
    /// What of it counts.
    pub of: Of,
}

/// What of a level counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The level itself.
    Level,
    /// The level, taken off.
    Less,
    /// What lies above 0: what is on hand.
    OnHand,
    /// What lies below 0: what is owed.
    Owed,
    /// What lies below 0, taken off.
    LessOwed,
}

impl Term {
    /// A variable that is added.
    pub fn level(variable: usize) -> Self {
        Self { variable, of: Of::Level }
    }

    fn less(variable: usize) -> Self {
        Self { variable, of: Of::Less }
    }

    /// What it counts for at these levels.
    #[inline]
    pub fn at(self, levels: &[Level]) -> i64 {
        let level = i64::from(levels.get(self.variable).copied().unwrap_or(0));
        match self.of {
            Of::Level => level,
            Of::Less => -level,
            Of::OnHand => level.max(0),
            Of::Owed => (-level).max(0),
            Of::LessOwed => level.min(0),
        }
    }
}

impl Environment for SupplyChain {
    tells_its_parts!("SupplyChain");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.fill(0);
        for (echelon, of) in self.echelons.iter().zip(&self.settings.echelons) {
            if let Some(stock) = state.get_mut(echelon.stock) {
                *stock = of.initial as Level;
            }
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

    /// Who never interferes orders the mean demand of those below, whatever is there.
    fn usual_action(&self, action: &mut [Level]) {
        for (i, echelon) in self.echelons.iter().enumerate() {
            if let Some(order) = echelon.action.and_then(|place| action.get_mut(place)) {
                *order = (self.mean_demand(i).round() as Level).clamp(0, echelon.max_order);
            }
        }
    }
}

impl Enumerable for SupplyChain {}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;
