//! A job shop: several products pass stations by routes of their own, and each station chooses what
//! it works on next.
//!
//! ```text
//! product A → buffer A 1 → (station 1) → buffer A 2 → (station 2) → customer
//! product B → buffer B 1 → (station 2) → buffer B 2 → (station 1) → customer
//! ```
//!
//! Every step of a route is an *operation* with a buffer of its own before it: a class of parts, as in
//! multiclass queueing networks. A route may come to a station several times (a re-entrant line).
//!
//! - **State**, in this order: of every operation, product by product, how many parts wait for it or are
//!   worked on; then of each station in turn, where it has such things: the product that it is set up
//!   for, or being set up for; the beats of a set-up that are left; whether it is down or up.
//! - **Actions**: for each station with several operations, or that is `controlled`, which of them it
//!   works on, or to stay idle. Only what has a part, and room behind it, is chosen. **A set-up is not
//!   interrupted**, and only the first operation of its product may be named meanwhile. Work may be
//!   interrupted and goes on later. A station with one operation works on it whenever it can.
//! - **Start**: no parts, every station up and set up for the first product that passes it.
//! - **Reward**: `parts` finished, less `holding`, `lost`, `set-ups` and `repair`.
//! - **End**: never.
//!
//! # One beat
//! 1. **Holding.** Every part in a buffer costs the `holding` of its operation.
//! 2. **Conditions.** A station that is up fails with probability `failure`, at work or not, one that is
//!    down is repaired with probability `repair`; it counts at once. Who is down does nothing and costs
//!    `repair_cost`; a set-up stands still.
//! 3. **Set-ups.** A station told to work on another product than it is set up for pays for the set-up
//!    and is set up for the beats it takes, this one included; where it takes none it works at once.
//! 4. **Work.** The machines of a station take the parts of the operation chosen, one each; those left
//!    over those of its other operations, in the order of the state, as far as no set-up is needed. Each
//!    completes its part with probability `completion`. A part goes on to the next buffer of its route,
//!    or earns its `price`. Only so many are worked on as there was room behind at the beat's start, by
//!    the old levels.
//! 5. **Arrivals.** Of each product so many parts come as `arrivals` draws. Those for which there was no
//!    room at the beat's start are lost and cost `lost_cost`.
//!
//! Every machine is a station of the statistics. With no part to take it is *starved*, with parts but
//! no room behind *blocked*, and with both *held back*.
//!
//! Sources: Harrison (1988) and Bertsimas, Paschalidis & Tsitsiklis (1994) for multiclass networks;
//! Harrison & Wein (1990) for the criss-cross network; Lu & Kumar (1991) for re-entrant lines and
//! Rybko & Stolyar (1992) for crossing routes whose priorities starve each other; Gershwin (1994) for
//! conditions and blocking.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the shop has; a hot loop"
)]

mod build;
mod check;
mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;

pub use settings::{JobShopSettings, OperationSettings, ProductSettings, StationSettings};

use super::sequence::Change;
use super::setting::SettingError;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Event, Item, Level, Place, Places, Source, Space,
};

const IDLE_NAME: &str = "idle";
const DOWN_NAME: &str = "down";
const UP_NAME: &str = "up";
const DOWN: Level = 0;
const UP: Level = 1;

/// The variable of what a station is set up for.
fn setup_name(station: &str) -> String {
    format!("{station} set-up")
}

/// The variable of the beats of a set-up that are left.
fn left_name(station: &str) -> String {
    format!("{station} left")
}

const PARTS: Item = 0;
const HOLDING: Item = 1;
const LOST: Item = 2;
const SETUPS: Item = 3;
const REPAIR: Item = 4;

/// A job shop, ready to be run.
#[derive(Debug, Clone)]
pub struct JobShop {
    settings: JobShopSettings,
    state_space: Space,
    action_space: Space,
    /// Of the stations' conditions, the operations' completions, the products' arrivals.
    sources: Vec<String>,
    items: [String; 5],
    places: Places,
    operations: Vec<Operation>,
    stations: Vec<Station>,
    products: Vec<Product>,
}

/// A step of a route. Its number is that of its buffer and of the variable of its parts.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The station that does it.
    pub station: usize,
    /// The product whose step it is.
    pub product: usize,
    /// How many steps of its route come before it.
    pub before: usize,
    /// How many steps of its route come behind it.
    pub behind: usize,
    /// The operation behind it; `None` for the last of a route.
    pub next: Option<usize>,
    /// How many parts its buffer holds.
    pub capacity: Level,
    /// How many parts the buffer behind it holds.
    pub room: Level,
    /// With which probability a beat of work completes a part.
    pub completion: f64,
    /// What a part that waits for it costs a beat.
    pub holding: f64,
    /// By how much a part costs less a beat once it is completed.
    pub relief: f64,
    /// Where the station has several machines: the probabilities of how many of 0, 1, 2 … parts at
    /// work are completed.
    completed: Vec<Vec<f64>>,
}

/// A station. The variables are places in the state.
#[derive(Debug, Clone)]
pub struct Station {
    /// Its operations: the levels of its action, behind which comes to stay idle.
    pub operations: Vec<usize>,
    /// The action variable of what it works on, where that is decided.
    pub action: Option<usize>,
    /// The products that pass it: the levels of its set-up.
    pub passing: Vec<usize>,
    /// The variable of the product that it is set up for, where set-ups take or cost anything.
    pub setup: Option<usize>,
    /// The variable of the beats of a set-up that are left, where one can take two or more.
    pub left: Option<usize>,
    /// The variable of its condition, where it fails.
    pub condition: Option<usize>,
    /// Its first machine among the stations of the statistics; the others follow.
    pub first_place: u16,
    /// How many machines it has.
    pub machines: Level,
    /// The set-up from each product that passes it to each, row by row.
    changes: Vec<Change>,
    failure: f64,
    repair: f64,
    repair_cost: f64,
}

/// A product as the step needs it.
#[derive(Debug, Clone)]
struct Product {
    /// The probabilities that 0, 1, 2 … parts arrive.
    arrivals: Vec<f64>,
    /// Its first operation.
    first: usize,
    price: f64,
    lost_cost: f64,
}

impl JobShop {
    /// Builds the shop, or says all that is wrong with its settings.
    pub fn new(settings: JobShopSettings) -> Result<Self, Vec<SettingError>> {
        build::job_shop(settings)
    }

    /// The settings it was built from, every name filled in.
    pub fn settings(&self) -> &JobShopSettings {
        &self.settings
    }

    /// The operations, product by product, in the order of the state.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The stations, in the order of the settings.
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// Whether there is a part for an operation and room behind it.
    #[inline(always)]
    pub fn can_work(&self, state: &[Level], operation: usize) -> bool {
        self.workable(state, operation) > 0
    }

    /// Whether a station is set up for an operation of its own, or needs no set-up at all.
    #[inline(always)]
    pub fn is_set_up(&self, state: &[Level], operation: usize) -> bool {
        let station = &self.stations[self.operations[operation].station];
        station.setup.is_none_or(|place| {
            station.passing[state[place] as usize] == self.operations[operation].product
        })
    }

    /// How many parts can be worked on: those that are there, as far as there is room behind.
    #[inline(always)]
    fn workable(&self, state: &[Level], number: usize) -> Level {
        let operation = &self.operations[number];
        let taken = operation.next.map_or(0, |next| state[next]);
        state[number].min(operation.room - taken)
    }

    #[inline(always)]
    fn completion_source(&self, operation: usize) -> Source {
        self.stations.len() + operation
    }

    #[inline(always)]
    fn arrival_source(&self, product: usize) -> Source {
        self.stations.len() + self.operations.len() + product
    }

    /// Draws the station's condition; whether it is up.
    #[inline(always)]
    fn is_up<B: Beat + ?Sized>(
        &self,
        number: usize,
        state: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) -> bool {
        let station = &self.stations[number];
        let Some(place) = station.condition else { return true };
        let was_up = state[place] == UP;
        let chance = if was_up { station.failure } else { station.repair };
        let changes = beat.bernoulli(number, chance);
        let is_up = was_up != changes;
        next[place] = if is_up { UP } else { DOWN };
        if changes {
            let told = station.first_place;
            beat.tell(match is_up {
                true => Event::Repaired { station: told },
                false => Event::Failed { station: told },
            });
        }
        is_up
    }

    /// The operation that a station is told to work on.
    #[inline(always)]
    fn told(&self, station: &Station, action: &[Level]) -> Option<usize> {
        let level = station.action.map_or(0, |place| action[place] as usize);
        station.operations.get(level).copied()
    }

    /// Turns the station to a product; whether it is being set up in this beat.
    #[inline(always)]
    fn turns<B: Beat + ?Sized>(
        &self,
        station: &Station,
        operation: usize,
        next: &mut [Level],
        beat: &mut B,
    ) -> bool {
        let Some(place) = station.setup else { return false };
        let product = self.operations[operation].product;
        let wanted = station.passing.iter().position(|&passing| passing == product);
        let (current, wanted) = (next[place] as usize, wanted.unwrap_or_default());
        if wanted == current {
            return false;
        }
        let change = station.changes[current * station.passing.len() + wanted];
        beat.earn(SETUPS, -change.cost);
        next[place] = wanted as Level;
        if let Some(left) = station.left {
            next[left] = (change.time - 1).max(0);
        }
        change.time > 0
    }

    /// One station's beat.
    #[inline(always)]
    fn work<B: Beat + ?Sized>(
        &self,
        station: &Station,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let under_way = station.left.map_or(0, |place| state[place]);
        let told = self.told(station, action).filter(|_| under_way == 0);
        let sets_up = match (station.left, told) {
            (Some(place), _) if under_way > 0 => {
                next[place] = under_way - 1;
                true
            }
            (_, Some(told)) if self.can_work(state, told) => self.turns(station, told, next, beat),
            _ => false,
        };
        if sets_up {
            self.tell_all(station, Condition::SetUp, beat);
            return;
        }
        let mut free = station.machines;
        // Whether a part is left that could be worked on, and one that has no room behind it.
        let (mut waits, mut stuck) = (false, false);
        let others = station.operations.iter().copied().filter(|&other| Some(other) != told);
        for operation in told.into_iter().chain(others) {
            let workable = self.workable(state, operation);
            let may = told.is_some_and(|told| self.goes_along(station, told, operation));
            let taken = if may { workable.min(free) } else { 0 };
            free -= taken;
            waits |= taken < workable;
            stuck |= workable < state[operation];
            if taken > 0 {
                self.complete(station, operation, taken, next, beat);
            }
        }
        let idle = match (waits, stuck) {
            (true, _) => Condition::HeldBack,
            (false, true) => Condition::Blocked,
            (false, false) => Condition::Starved,
        };
        for machine in 0..station.machines {
            let condition =
                if machine < station.machines - free { Condition::Working } else { idle };
            beat.tell(Event::Spent { station: station.first_place + machine as u16, condition });
        }
    }

    /// Whether a station that works on an operation can work on another beside it.
    #[inline(always)]
    fn goes_along(&self, station: &Station, told: usize, other: usize) -> bool {
        station.setup.is_none() || self.operations[told].product == self.operations[other].product
    }

    /// Works on so many parts of an operation; those completed go on.
    #[inline(always)]
    fn complete<B: Beat + ?Sized>(
        &self,
        station: &Station,
        number: usize,
        taken: Level,
        next: &mut [Level],
        beat: &mut B,
    ) {
        let operation = &self.operations[number];
        let source = self.completion_source(number);
        let completed = match operation.completed.get(taken as usize) {
            Some(probabilities) => beat.pick(source, probabilities) as Level,
            None => {
                let sure = operation.completion >= 1.0;
                Level::from(sure || beat.bernoulli(source, operation.completion))
            }
        };
        let here = Place::Station(station.first_place);
        next[number] -= completed;
        let to = match operation.next {
            Some(behind) => {
                next[behind] += completed;
                Place::Buffer(behind as u16)
            }
            None => Place::Customer,
        };
        for _ in 0..completed {
            beat.tell(Event::Moved { from: Place::Buffer(number as u16), to: here });
            beat.tell(Event::Moved { from: here, to });
            if to == Place::Customer {
                beat.earn(PARTS, self.products[operation.product].price);
            }
        }
    }

    /// Tells the same of all machines of a station.
    #[inline(always)]
    fn tell_all<B: Beat + ?Sized>(&self, station: &Station, condition: Condition, beat: &mut B) {
        for machine in 0..station.machines as u16 {
            beat.tell(Event::Spent { station: station.first_place + machine, condition });
        }
    }

    /// The parts of a product that arrive in this beat.
    #[inline(always)]
    fn arrive<B: Beat + ?Sized>(
        &self,
        number: usize,
        state: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let product = &self.products[number];
        let came = match product.arrivals.len() {
            1 => 0,
            _ => beat.pick(self.arrival_source(number), &product.arrivals) as Level,
        };
        let room = self.operations[product.first].capacity - state[product.first];
        let enter = came.min(room);
        next[product.first] += enter;
        for _ in 0..enter {
            let to = Place::Buffer(product.first as u16);
            beat.tell(Event::Moved { from: Place::Supply, to });
        }
        for _ in enter..came {
            beat.tell(Event::DemandLost);
            beat.earn(LOST, -product.lost_cost);
        }
    }
}

impl Environment for JobShop {
    tells_its_parts!("JobShop");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.fill(0);
        for place in self.stations.iter().filter_map(|station| station.condition) {
            state[place] = UP;
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
        let parts = self.operations.iter().zip(state);
        let holding: f64 = parts.map(|(o, &parts)| o.holding * f64::from(parts)).sum();
        beat.earn(HOLDING, -holding);
        for (number, station) in self.stations.iter().enumerate() {
            if self.is_up(number, state, next, beat) {
                self.work(station, state, action, next, beat);
            } else {
                beat.earn(REPAIR, -station.repair_cost);
                self.tell_all(station, Condition::Down, beat);
            }
        }
        for number in 0..self.products.len() {
            self.arrive(number, state, next, beat);
        }
    }

    fn restricts_actions(&self) -> bool {
        !self.action_space.is_empty()
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        self.stations.iter().all(|station| {
            let Some(place) = station.action else { return true };
            let told = station.operations.get(action[place] as usize).copied();
            match (station.left, station.setup) {
                (Some(left), Some(setup)) if state[left] > 0 => {
                    let product = station.passing[state[setup] as usize];
                    let of_product = |&&k: &&usize| self.operations[k].product == product;
                    told == station.operations.iter().find(of_product).copied()
                }
                _ => told.is_none_or(|operation| self.can_work(state, operation)),
            }
        })
    }

    /// Every station stays idle, or goes on with a set-up that is under way.
    fn allowed_action(&self, state: &[Level], action: &mut [Level]) {
        for station in &self.stations {
            let Some(place) = station.action else { continue };
            let idle = station.operations.len();
            let level = match (station.left, station.setup) {
                (Some(left), Some(setup)) if state[left] > 0 => {
                    let product = station.passing[state[setup] as usize];
                    let of_product = |&k: &usize| self.operations[k].product == product;
                    station.operations.iter().position(of_product).unwrap_or(idle)
                }
                _ => idle,
            };
            action[place] = level as Level;
        }
    }

    /// Every station works on the first of its operations, in the order of the state.
    fn usual_action(&self, action: &mut [Level]) {
        action.fill(0);
    }

    fn standing_condition(&self, state: &[Level], place: usize) -> Option<Condition> {
        let station = self.stations.iter().rfind(|s| usize::from(s.first_place) <= place)?;
        let machine = place - usize::from(station.first_place);
        let sum = |parts: &dyn Fn(usize) -> Level| -> Level {
            station.operations.iter().map(|&operation| parts(operation)).sum()
        };
        let workable = sum(&|operation| self.workable(state, operation));
        Some(if station.condition.is_some_and(|place| state[place] == DOWN) {
            Condition::Down
        } else if station.left.is_some_and(|place| state[place] > 0) {
            Condition::SetUp
        } else if usize::try_from(workable).is_ok_and(|workable| machine < workable) {
            Condition::Working
        } else if sum(&|operation| state[operation]) > workable {
            Condition::Blocked
        } else {
            Condition::Starved
        })
    }
}

impl Enumerable for JobShop {}
