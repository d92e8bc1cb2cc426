//! Assembly: feeders that each make a component, and a station that joins one of each to a product.
//!
//! ```text
//! feeder 1 → components 1 ↘
//! feeder 2 → components 2 → assembly → (store) → customers
//! …
//! ```
//!
//! - **State**: the level of each feeder's buffer, then of the store, where there is one; then for
//!   each machine that can fail its condition {down, up}, the feeders first.
//! - **Actions**: {hold, run} for each controlled machine. The others always run.
//! - **Start**: all up, all buffers empty.
//! - **Reward**: `finished parts` (revenue of what is sold), less `holding`, `energy` and `lost sales`.
//! - **End**: never.
//!
//! # One beat
//! 1. *Customers.* One asks with the demand's probability, and is served from what the store held at
//!    the beat's start, or lost.
//! 2. *Assembly.* It can work if it is told to run, every buffer held a component at the beat's start,
//!    and the store has room after the customers. Down, it comes up with probability `repair`; up, it
//!    fails with probability `failure` if it can work. The condition counts from this beat on. If it
//!    is up and can work, the beat completes a product with its probability: one of each component goes
//!    into it.
//! 3. *Feeders*, in their order, likewise: a feeder always has material, and room by the level after
//!    the assembly.
//!
//! That is the line's convention with moves downstream first (see [`super::line`]), and an assembly
//! with one feeder is a line of two machines. Each component is told to move to the station, and the
//! product from there on as one part, but in stock it is as many parts as it is joined of
//! ([`Environment::joining`]). So stock is counted in components, lead time is that of a component from
//! its feeder's buffer to the customer, and stock = products a beat × components each × lead time.
//!
//! References: Harrison, *Assembly-like queues* (1973); Gershwin, *Manufacturing Systems Engineering*
//! (1994), ch. 5; Bozer & McGinnis, *Kitting versus line stocking* (1992).

#![expect(
    clippy::indexing_slicing,
    reason = "machines and buffers are numbered as they are laid out here; a hot loop"
)]

mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;

pub use settings::{AssemblerSettings, AssemblyDemand, AssemblySettings, FeederSettings};

use super::line::{DOWN, HOLD, MachineVariables, RUN, UP};
use super::setting::{Faults, SettingError};
use crate::mdp::environment::BufferPlace;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Event, Item, Joining, Level, Odds, Place, Places,
    Rated, Source, Space, Variable,
};

const MOST_FEEDERS: usize = 8;
const MOST_PARTS: u64 = 1_000_000;

/// An assembly, ready to be stepped.
#[derive(Debug, Clone)]
pub struct Assembly {
    settings: AssemblySettings,
    state_space: Space,
    action_space: Space,
    sources: Vec<String>,
    items: [String; 4],
    places: Places,
    start: Vec<Level>,
    /// The feeders, then the station that assembles.
    machines: Vec<Machine>,
    /// The demand's source, where customers come by chance.
    demand: Option<Source>,
    /// Cost of holding a part, by buffer; the buffers' levels are the first variables.
    holding: Vec<f64>,
    variables: Vec<MachineVariables>,
}

/// All that the step needs to know of a machine.
#[derive(Debug, Clone)]
struct Machine {
    completion: f64,
    completion_source: Source,
    /// Variable, source, failure and repair, where it can fail.
    fails: Option<(usize, Source, f64, f64)>,
    action: Option<usize>,
    working_cost: f64,
    /// The room behind it; `None` where its products are sold at once.
    room: Option<Level>,
}

const PARTS: Item = 0;
const HOLDING: Item = 1;
const ENERGY: Item = 2;
const LOST: Item = 3;

impl Assembly {
    /// Builds the assembly, or says all that is wrong with its settings.
    pub fn new(mut settings: AssemblySettings) -> Result<Self, Vec<SettingError>> {
        for (i, feeder) in settings.feeders.iter_mut().enumerate() {
            if feeder.name.is_empty() {
                feeder.name = format!("feeder {}", i + 1);
            }
        }
        check(&settings)?;
        let mut variables = Vec::new();
        let mut buffers = Vec::new();
        let mut holding = Vec::new();
        let feeders = settings.feeders.iter();
        let of_feeders = feeders.map(|one| (components(one), one.capacity, one.holding));
        let store = settings.demand.iter().map(|one| (STORE.to_owned(), one.capacity, one.holding));
        for (name, capacity, cost) in of_feeders.chain(store) {
            variables.push(Variable::count(&name, 0, capacity as Level, "parts"));
            buffers.push(BufferPlace { variable: buffers.len(), name, capacity });
            holding.push(cost);
        }
        let mut start = vec![0; variables.len()];
        let (mut sources, mut actions, mut machines) = (Vec::new(), Vec::new(), Vec::new());
        let mut of_machines = Vec::new();
        let station = &settings.station;
        let last = FeederSettings {
            name: station.name.clone(),
            completion: station.completion,
            failure: station.failure,
            repair: station.repair,
            working_cost: station.working_cost,
            controlled: station.controlled,
            ..Default::default()
        };
        for (i, one) in settings.feeders.iter().chain([&last]).enumerate() {
            let mut of = MachineVariables {
                up: UP,
                downstream: (i < buffers.len()).then_some(i),
                upstream: (i == settings.feeders.len()).then_some(0),
                ..Default::default()
            };
            let mut fails = None;
            if one.failure > 0.0 {
                fails = Some((variables.len(), sources.len(), one.failure, one.repair));
                of.condition = Some(variables.len());
                sources.push(one.name.clone());
                variables.push(Variable::choice(&one.name, &["down", "up"]));
                start.push(UP);
            }
            if one.controlled {
                of.action = Some(actions.len());
                actions.push(Variable::choice(&one.name, &["hold", "run"]));
            }
            machines.push(Machine {
                completion: one.completion,
                completion_source: sources.len(),
                fails,
                action: of.action,
                working_cost: one.working_cost,
                room: buffers.get(i).map(|buffer| buffer.capacity as Level),
            });
            sources.push(format!("{}: completion", one.name));
            of_machines.push(of);
        }
        let demand = settings.demand.is_some().then(|| {
            sources.push("demand".to_owned());
            sources.len() - 1
        });
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: String::new(),
                    message: error.to_string(),
                    remedy: "give smaller buffers".to_owned(),
                }]
            })
        };
        let names = settings.feeders.iter().map(|one| one.name.clone());
        Ok(Self {
            state_space: space(variables)?,
            action_space: space(actions)?,
            sources,
            items: ["finished parts", "holding", "energy", "lost sales"].map(str::to_owned),
            places: Places { stations: names.chain([station.name.clone()]).collect(), buffers },
            start,
            machines,
            demand,
            holding,
            variables: of_machines,
            settings,
        })
    }

    /// The settings it was built from, every name filled in.
    pub fn settings(&self) -> &AssemblySettings {
        &self.settings
    }

    /// The variables of each machine, the feeders first. Of the buffers before the station that
    /// assembles it names the first.
    pub fn machine_variables(&self) -> &[MachineVariables] {
        &self.variables
    }

    fn feeders(&self) -> usize {
        self.machines.len() - 1
    }

    /// Whether every buffer holds a component.
    fn has_kit(&self, state: &[Level]) -> bool {
        state[..self.feeders()].iter().all(|&level| level > 0)
    }

    /// A machine's beat: its condition, and whether it completes a part.
    fn turn<B: Beat + ?Sized>(
        &self,
        number: usize,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) -> bool {
        let machine = &self.machines[number];
        let told = machine.action.is_none_or(|variable| action[variable] != HOLD);
        let has_part = number < self.feeders() || self.has_kit(state);
        // The level behind it was written by whoever takes from there.
        let has_room = machine.room.is_none_or(|room| next[number] < room);
        let able = told && has_part && has_room;
        let mut up = true;
        if let Some((variable, source, failure, repair)) = machine.fails {
            let was = state[variable] == UP;
            let odds = match (was, able) {
                (true, true) => Odds::unless(failure),
                (true, false) => Odds::of(1.0),
                (false, _) => Odds::of(repair),
            };
            up = odds.no() <= 0.0 || beat.toss(source, odds);
            next[variable] = if up { UP } else { DOWN };
            let station = number as u16;
            if up != was {
                beat.tell(if up { Event::Repaired { station } } else { Event::Failed { station } });
            }
        }
        let works = up && able;
        let certain = machine.completion >= 1.0;
        let completes =
            works && (certain || beat.bernoulli(machine.completion_source, machine.completion));
        let condition = if works {
            beat.earn(ENERGY, -machine.working_cost);
            Condition::Working
        } else if !up {
            Condition::Down
        } else if !told {
            Condition::HeldBack
        } else if !has_part {
            Condition::Starved
        } else {
            Condition::Blocked
        };
        beat.tell(Event::Spent { station: number as u16, condition });
        completes
    }
}

const STORE: &str = "store";

/// The name of a feeder's buffer.
fn components(feeder: &FeederSettings) -> String {
    format!("{}: parts", feeder.name)
}

impl Environment for Assembly {
    tells_its_parts!("Assembly");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.copy_from_slice(&self.start);
    }

    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        next.copy_from_slice(state);
        let holding: f64 =
            self.holding.iter().zip(state).map(|(rate, &level)| rate * f64::from(level)).sum();
        beat.earn(HOLDING, -holding);
        let feeders = self.feeders();
        let store = Place::Buffer(feeders as u16);
        if let (Some(source), Some(demand)) = (self.demand, &self.settings.demand)
            && beat.bernoulli(source, demand.probability)
        {
            if state[feeders] > 0 {
                next[feeders] -= 1;
                beat.earn(PARTS, self.settings.revenue);
                beat.tell(Event::Moved { from: store, to: Place::Customer });
            } else {
                beat.earn(LOST, -demand.lost_cost);
                beat.tell(Event::DemandLost);
            }
        }
        let here = |number: usize| Place::Station(number as u16);
        if self.turn(feeders, state, action, next, beat) {
            for (feeder, level) in next[..feeders].iter_mut().enumerate() {
                *level -= 1;
                beat.tell(Event::Moved { from: Place::Buffer(feeder as u16), to: here(feeders) });
            }
            let to = if self.demand.is_some() {
                next[feeders] += 1;
                store
            } else {
                beat.earn(PARTS, self.settings.revenue);
                Place::Customer
            };
            beat.tell(Event::Moved { from: here(feeders), to });
        }
        for number in 0..feeders {
            if self.turn(number, state, action, next, beat) {
                next[number] += 1;
                let to = Place::Buffer(number as u16);
                beat.tell(Event::Moved { from: Place::Supply, to: here(number) });
                beat.tell(Event::Moved { from: here(number), to });
            }
        }
    }

    fn usual_action(&self, action: &mut [Level]) {
        action.fill(RUN);
    }

    fn rated(&self, station: usize) -> Rated {
        let machine = self.machines.get(station);
        Rated { run_time: machine.map(|machine| 1.0 / machine.completion), rework_to: None }
    }

    fn energy_item(&self) -> Option<Item> {
        self.machines.iter().any(|machine| machine.working_cost != 0.0).then_some(ENERGY)
    }

    fn joining(&self) -> Option<Joining> {
        let feeders = self.feeders() as u16;
        Some(Joining { station: feeders, parts: feeders, products: feeders })
    }

    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition> {
        let machine = self.machines.get(station)?;
        let down = machine.fails.is_some_and(|(variable, ..)| state[variable] == DOWN);
        Some(if down {
            Condition::Down
        } else if station == self.feeders() && !self.has_kit(state) {
            Condition::Starved
        } else if machine.room.is_some_and(|room| state[station] >= room) {
            Condition::Blocked
        } else {
            Condition::Working
        })
    }
}

impl Enumerable for Assembly {}

/// Finds all that is wrong with the settings, whose names are filled in by now.
fn check(settings: &AssemblySettings) -> Result<(), Vec<SettingError>> {
    let mut faults = Faults::default();
    let count = settings.feeders.len();
    if count == 0 || count > MOST_FEEDERS {
        faults.add(
            "feeders",
            format!("there are {count} feeders"),
            format!("give 1 to {MOST_FEEDERS} feeders"),
        );
    }
    let machine = |faults: &mut Faults, path: &str, figures: [f64; 4]| {
        let [completion, failure, repair, cost] = figures;
        let at = |field: &str| format!("{path}.{field}");
        faults.chance(at("completion"), completion, "no part is ever completed");
        faults.probability(at("failure"), failure);
        if failure > 0.0 {
            faults.chance(at("repair"), repair, "a failed machine never comes up again");
        } else {
            faults.probability(at("repair"), repair);
        }
        faults.cost(at("working_cost"), cost);
    };
    let mut names = vec![("demand".to_owned(), "demand".to_owned())];
    for (i, one) in settings.feeders.iter().enumerate().take(MOST_FEEDERS) {
        let path = format!("feeders[{i}]");
        let figures = [one.completion, one.failure, one.repair, one.working_cost];
        machine(&mut faults, &path, figures);
        faults.count(format!("{path}.capacity"), one.capacity.into(), 1, MOST_PARTS);
        faults.cost(format!("{path}.holding"), one.holding);
        names.push((format!("{path}.name"), one.name.clone()));
        names.push((format!("{path}.name"), components(one)));
        names.push((format!("{path}.name"), format!("{}: completion", one.name)));
    }
    let one = &settings.station;
    machine(&mut faults, "station", [one.completion, one.failure, one.repair, one.working_cost]);
    names.push(("station.name".to_owned(), one.name.clone()));
    names.push(("station.name".to_owned(), format!("{}: completion", one.name)));
    if let Some(demand) = &settings.demand {
        faults.probability("demand.probability", demand.probability);
        faults.count("demand.capacity", demand.capacity.into(), 1, MOST_PARTS);
        faults.cost("demand.holding", demand.holding);
        faults.cost("demand.lost_cost", demand.lost_cost);
        names.push(("demand".to_owned(), STORE.to_owned()));
    }
    faults.amount("revenue", settings.revenue);
    faults.names(names);
    faults.finish()
}
