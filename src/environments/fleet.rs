//! A fleet: units that plants share, asked for by chance and moved between them at a cost.
//!
//! Containers, pallets, vehicles or tools stand at two places or more. Who needs one takes it where
//! it stands, and it comes back by itself, here or elsewhere; between two beats some may be moved.
//!
//! - **State**: how many units stand at each place, 0 to its capacity.
//! - **Actions**: for any two neighbours, in the order of the file, how many units are moved from the
//!   one to the other, negative for the way back: `move`, or of more than two places `A to B`,
//!   `B to C` … by their names. A place gives away no more than it has.
//! - **Start**: `initial` at each place.
//! - **Reward**: `lent` for each unit taken, less `moves`, `room` and `missed`.
//! - **End**: never.
//!
//! # One beat
//! 1. Units are moved, over the last link first, at a cost each, but for the first `free` in the
//!    link's direction. What a place then has no room for is lost on the way.
//! 2. More than `crowd` units at a place cost `crowd_cost` at once, however many more there are.
//! 3. At each place so many units are asked for as `requests` draws. Each that is there is lent and
//!    earns `revenue`; if one is asked for that is not there, that costs `missed_cost` once.
//! 4. At each place so many come back as `returns` draws, and can be lent from the next beat on. What
//!    there is no room for is lost from the fleet.
//!
//! Jack's car rental (Sutton & Barto 2018, example 4.2 and exercise 4.7) is a setting. Each place is
//! a buffer; no station is needed.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the fleet has; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::distribution::Distribution;
use super::setting::{Faults, SettingError};
use crate::mdp::{
    Beat, BufferPlace, Enumerable, Environment, Event, Item, Level, Place, Places, Space, Variable,
};

/// The most places, units at one of them, and units moved at once.
const MOST_PLACES: usize = 6;
const MOST_UNITS: u32 = 1_000;
/// One pair has up to a draw of requests and one of returns for each place.
const BRANCHES: usize = 1 << 20;

const LENT: Item = 0;
const MOVES: Item = 1;
const ROOM: Item = 2;
const MISSED: Item = 3;

/// Places that share units. All amounts are in the scenario's currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FleetSettings {
    /// The places, 2 to 6, neighbours next to each other. Where left empty, the two of Jack's car
    /// rental.
    pub places: Vec<FleetPlace>,
    /// Between which neighbours units are moved, one for each two places in the order of the file;
    /// with the usual figures where left empty.
    pub links: Vec<FleetLink>,
}

impl Default for FleetSettings {
    fn default() -> Self {
        let place = |requests, returns| FleetPlace {
            requests: Distribution::poisson(requests),
            returns: Distribution::poisson(returns),
            ..FleetPlace::default()
        };
        Self { places: vec![place(3.0, 3.0), place(4.0, 2.0)], links: Vec::new() }
    }
}

impl FleetSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A place where units stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FleetPlace {
    /// Its name; `place 1`, `place 2` … where left empty.
    pub name: String,
    /// How many units it has room for, 1 to 1,000. 20 by default.
    pub capacity: u32,
    /// How many stand there at the start. 10 by default.
    pub initial: u32,
    /// How many are asked for in a beat. Poisson of mean 3 by default.
    pub requests: Distribution,
    /// How many come back in a beat. Poisson of mean 3 by default.
    pub returns: Distribution,
    /// Earned for each unit lent. 10 by default.
    pub revenue: f64,
    /// Cost of a beat in which more were asked for than stood there. 0 by default.
    pub missed_cost: f64,
    /// More units than this need a second yard; as many as there is room for by default.
    pub crowd: Option<u32>,
    /// Cost of the second yard for a beat. 0 by default.
    pub crowd_cost: f64,
}

impl Default for FleetPlace {
    fn default() -> Self {
        Self {
            name: String::new(),
            capacity: 20,
            initial: 10,
            requests: Distribution::poisson(3.0),
            returns: Distribution::poisson(3.0),
            revenue: 10.0,
            missed_cost: 0.0,
            crowd: None,
            crowd_cost: 0.0,
        }
    }
}

/// Moving units between two neighbours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FleetLink {
    /// How many are moved in a beat at most, either way; 0 to 1,000. 5 by default.
    pub most: u32,
    /// Cost of each unit moved. 2 by default.
    pub cost: f64,
    /// How many units a beat are moved for nothing from the first of the two places to the second. 0
    /// by default.
    pub free: u32,
}

impl Default for FleetLink {
    fn default() -> Self {
        Self { most: 5, cost: 2.0, free: 0 }
    }
}

/// A fleet, ready to be run.
#[derive(Debug, Clone)]
pub struct Fleet {
    settings: FleetSettings,
    state_space: Space,
    action_space: Space,
    sources: Vec<String>,
    items: [String; 4],
    places: Places,
    requests: Vec<Vec<f64>>,
    returns: Vec<Vec<f64>>,
    /// For each place and number of units there: the probabilities that so many are lent, and last
    /// that more are asked for than are there.
    lent: Vec<Vec<Vec<f64>>>,
    /// For each place and number of units there: the probabilities that so many more stand there
    /// in the end, and last that there is no room for all that come back.
    back: Vec<Vec<Vec<f64>>>,
    links: Vec<Link>,
}

/// What the step needs to know of a link.
#[derive(Debug, Clone, Copy)]
struct Link {
    variable: usize,
    cost: f64,
    free: Level,
}

impl Fleet {
    /// Builds the fleet, or says all that is wrong with its settings.
    pub fn new(settings: FleetSettings) -> Result<Self, Vec<SettingError>> {
        let settings = filled_in(settings);
        let (requests, returns) = check(&settings)?;
        let stocks = settings
            .places
            .iter()
            .map(|place| Variable::count(&place.name, 0, place.capacity as Level, "units"));
        let mut links = Vec::new();
        let mut actions = Vec::new();
        for (link, ends) in settings.links.iter().zip(settings.places.windows(2)) {
            let most = link.most as Level;
            let name = match (settings.places.len(), ends) {
                (3.., [from, to]) => format!("{} to {}", from.name, to.name),
                _ => "move".to_owned(),
            };
            // A link over which nothing goes is no decision.
            if most > 0 {
                actions.push(Variable::count(&name, -most, most, "units"));
            }
            links.push(Link {
                variable: if most > 0 { actions.len() - 1 } else { usize::MAX },
                cost: link.cost,
                free: link.free as Level,
            });
        }
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: "places".to_owned(),
                    message: error.to_string(),
                    remedy: "give fewer places, less room, or fewer units to be moved".to_owned(),
                }]
            })
        };
        let by_stock = |list: &[Vec<f64>], room: &dyn Fn(u32, u32) -> u32| {
            let each = list.iter().zip(&settings.places);
            let of = each.map(|(p, place)| {
                (0..=place.capacity).map(|stock| cut(p, room(stock, place.capacity))).collect()
            });
            of.collect::<Vec<Vec<Vec<f64>>>>()
        };
        let buffer = |(variable, place): (usize, &FleetPlace)| BufferPlace {
            name: place.name.clone(),
            capacity: place.capacity,
            variable,
        };
        let source = |what: &str, place: &FleetPlace| format!("{what} {}", place.name);
        let places = settings.places.iter();
        Ok(Self {
            state_space: space(stocks.collect())?,
            action_space: space(actions)?,
            sources: places
                .flat_map(|place| [source("requests", place), source("returns", place)])
                .collect(),
            items: ["lent", "moves", "room", "missed"].map(str::to_owned),
            places: Places {
                stations: Vec::new(),
                buffers: settings.places.iter().enumerate().map(buffer).collect(),
            },
            lent: by_stock(&requests, &|stock, _| stock),
            back: by_stock(&returns, &|stock, capacity| capacity - stock),
            requests,
            returns,
            links,
            settings,
        })
    }

    /// The settings it was built from, all that was left out filled in.
    pub fn settings(&self) -> &FleetSettings {
        &self.settings
    }

    /// The action variable of the link behind a place; `None` where nothing is moved there.
    pub fn link_variable(&self, place: usize) -> Option<usize> {
        self.links.get(place).map(|link| link.variable).filter(|variable| *variable != usize::MAX)
    }

    /// The probabilities of 0, 1, 2 … requests and returns at a place.
    pub fn chances(&self, place: usize) -> Option<(&[f64], &[f64])> {
        Some((self.requests.get(place)?, self.returns.get(place)?))
    }

    /// How many units are moved over the link behind a place.
    #[inline]
    fn moved(&self, link: usize, action: &[Level]) -> Level {
        action.get(self.links[link].variable).copied().unwrap_or(0)
    }
}

/// The probabilities of 0, 1, … `most`, and last of more.
fn cut(probabilities: &[f64], most: u32) -> Vec<f64> {
    let most = most as usize;
    let below = probabilities.iter().take(most + 1).copied();
    let mut cut: Vec<f64> = below.collect();
    if probabilities.len() > most + 1 {
        cut.push(probabilities[most + 1..].iter().sum());
    }
    crate::mdp::beat::scaled(cut)
}

impl Environment for Fleet {
    tells_its_parts!("Fleet");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        for (level, place) in state.iter_mut().zip(&self.settings.places) {
            *level = place.initial as Level;
        }
    }

    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        next.copy_from_slice(state);
        for (number, link) in self.links.iter().enumerate().rev() {
            let moved = self.moved(number, action);
            let paid = if moved > 0 { (moved - link.free).max(0) } else { -moved };
            beat.earn(MOVES, -link.cost * f64::from(paid));
            let (from, to) = if moved > 0 { (number, number + 1) } else { (number + 1, number) };
            let room = self.settings.places[to].capacity as Level;
            for _ in 0..moved.abs() {
                let (leaves, comes) = (Place::Buffer(from as u16), Place::Buffer(to as u16));
                next[from] -= 1;
                if next[to] < room {
                    next[to] += 1;
                    beat.tell(Event::Moved { from: leaves, to: comes });
                } else {
                    beat.tell(Event::Scrapped { at: leaves });
                }
            }
        }
        for (number, place) in self.settings.places.iter().enumerate() {
            let at = Place::Buffer(number as u16);
            let room = place.capacity as Level;
            let stock = next[number];
            if place.crowd.is_some_and(|crowd| stock > crowd as Level) {
                beat.earn(ROOM, -place.crowd_cost);
            }
            let asked = beat.pick(2 * number, &self.lent[number][stock as usize]) as Level;
            let lent = asked.min(stock);
            beat.earn(LENT, place.revenue * f64::from(lent));
            for _ in 0..lent {
                beat.tell(Event::Moved { from: at, to: Place::Customer });
            }
            if asked > stock {
                beat.earn(MISSED, -place.missed_cost);
                beat.tell(Event::DemandLost);
            }
            let left = stock - lent;
            let back = beat.pick(2 * number + 1, &self.back[number][left as usize]) as Level;
            next[number] = (left + back).min(room);
            for _ in left..next[number] {
                beat.tell(Event::Moved { from: Place::Supply, to: at });
            }
            if left + back > room {
                beat.tell(Event::Scrapped { at: Place::Supply });
            }
        }
    }

    fn restricts_actions(&self) -> bool {
        !self.action_space.is_empty()
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        state.iter().enumerate().all(|(place, stock)| {
            let out = if place < self.links.len() { self.moved(place, action).max(0) } else { 0 };
            let back = if place > 0 { (-self.moved(place - 1, action)).max(0) } else { 0 };
            out + back <= *stock
        })
    }

    fn usual_action(&self, action: &mut [Level]) {
        action.fill(0);
    }
}

impl Enumerable for Fleet {
    fn branch_limit(&self) -> usize {
        BRANCHES
    }
}

/// The settings with all that was left out filled in.
fn filled_in(mut settings: FleetSettings) -> FleetSettings {
    if settings.places.is_empty() {
        settings.places = FleetSettings::default().places;
    }
    if settings.links.is_empty() && settings.places.len() <= MOST_PLACES {
        settings.links = vec![FleetLink::default(); settings.places.len().saturating_sub(1)];
    }
    for (number, place) in (1..).zip(&mut settings.places) {
        if place.name.is_empty() {
            place.name = format!("place {number}");
        }
    }
    settings
}

/// For each place the probabilities of 0, 1, 2 … units.
type Chances = Vec<Vec<f64>>;

/// Finds all that is wrong with the settings; requests and returns by place where nothing is.
fn check(settings: &FleetSettings) -> Result<(Chances, Chances), Vec<SettingError>> {
    let mut faults = Faults::default();
    let (places, links) = (settings.places.len(), settings.links.len());
    if !(2..=MOST_PLACES).contains(&places) {
        faults.add(
            "places",
            format!("there are {places} places"),
            format!("give 2 to {MOST_PLACES}, or none for the two of Jack's car rental"),
        );
    } else if links + 1 != places {
        faults.add(
            "links",
            format!("{links} links do not join {places} places"),
            format!("give {}, one for each two neighbours, or none", places - 1),
        );
    }
    let (mut requests, mut returns) = (Vec::new(), Vec::new());
    for (i, place) in settings.places.iter().enumerate().take(MOST_PLACES) {
        let at = |field: &str| format!("places[{i}].{field}");
        faults.count(at("capacity"), place.capacity.into(), 1, MOST_UNITS.into());
        faults.count(at("initial"), place.initial.into(), 0, place.capacity.into());
        requests.push(place.requests.checked(&at("requests"), &mut faults));
        returns.push(place.returns.checked(&at("returns"), &mut faults));
        faults.amount(at("revenue"), place.revenue);
        faults.cost(at("missed_cost"), place.missed_cost);
        if let Some(crowd) = place.crowd {
            faults.count(at("crowd"), crowd.into(), 0, place.capacity.into());
        }
        faults.cost(at("crowd_cost"), place.crowd_cost);
    }
    for (i, link) in settings.links.iter().enumerate().take(MOST_PLACES) {
        let at = |field: &str| format!("links[{i}].{field}");
        faults.count(at("most"), link.most.into(), 0, MOST_UNITS.into());
        faults.cost(at("cost"), link.cost);
        faults.count(at("free"), link.free.into(), 0, MOST_UNITS.into());
    }
    let names = settings.places.iter().enumerate();
    faults.names(names.map(|(i, p)| (format!("places[{i}].name"), p.name.clone())).collect());
    faults.finish().map(|()| (requests, returns))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;
