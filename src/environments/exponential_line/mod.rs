//! The exponential line: stations in a row with exponential times of work, by uniformisation.
//!
//! ```text
//! supply → station 1 → buffer 1 → station 2 → … → station m → customers
//! ```
//!
//! - **State**: for each buffer the number of parts that the station before it has completed and the
//!   one behind it has not: those that stay on the machines before it because they are blocked, those
//!   in its places, and those on the machines behind it. Then for each station that can fail how
//!   many of its machines are up.
//! - **Actions**: {hold, run} for each controlled station. While it is held none of its machines
//!   works. The others always run.
//! - **Start**: all machines up, no part in the line.
//! - **Reward**: `finished parts`, less `holding`, `energy` and `repair`.
//! - **End**: never. There is always a part for the first station and always a customer behind the
//!   last. Arrivals and customers by chance are stations of such a rate at the ends.
//!
//! # One beat
//! Time is continuous; a beat is short, and at most one thing happens in it. All rates are a beat and
//! sum to 1 or less, so that they are probabilities, and what they leave is the probability that
//! nothing happens. That is the exact chain of the continuous line at the times of a Poisson process
//! of rate 1 (uniformisation; Jensen 1953, Lippman 1975): shares of beats are shares of time, and a
//! figure a beat is one a unit of time.
//!
//! 1. *Who works?* From the last station to the first. A part that is completed and finds no place
//!    free stays on its machine ([`Blocking::AfterService`]), or its machine does not begin
//!    ([`Blocking::BeforeService`]). Of the machines that are up and not blocked as many work as
//!    there are parts for; at the first as many as there are cards for, if there are cards: a card is
//!    on each part in the line, from the beginning of its first work to its end.
//! 2. *Costs* of the beat are paid by the levels at its start and by who works.
//! 3. *One thing happens, or nothing*: drawn is a station with what happens there to one of its
//!    machines, then, by how many of its machines it can happen to, whether it does. A machine that
//!    works completes its part, which moves on, or fails; its part waits on it, or is taken by another
//!    that is free. A machine that is down comes up.
//!
//! Parts are told to move when they are completed: buffer → station → buffer within one beat. A
//! station of several machines tells that it works where one of them does.
//!
//! References: Hunt, *Sequential arrays of waiting lines* (1956); Hillier & Boling (1967); Muth, *The
//! reversibility property of production lines* (1979); Buzacott & Shanthikumar, *Stochastic Models of
//! Manufacturing Systems* (1993), ch. 5 and 6.

#![expect(
    clippy::indexing_slicing,
    reason = "stations and buffers are numbered as they are laid out here; a hot loop"
)]

mod check;
mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;

pub use settings::{Blocking, ExponentialLineSettings, ExponentialMachine, PlacesSettings};

use super::line::{HOLD, MachineVariables, RUN};
use super::setting::SettingError;
use crate::mdp::environment::BufferPlace;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Event, Item, Level, Place, Places, Rated, Source,
    Space, Variable,
};
use check::MOST_STATIONS;

/// An exponential line, ready to be stepped.
#[derive(Debug, Clone)]
pub struct ExponentialLine {
    settings: ExponentialLineSettings,
    state_space: Space,
    action_space: Space,
    sources: [String; 2],
    items: [String; 4],
    places: Places,
    start: Vec<Level>,
    stations: Vec<Station>,
    /// The probabilities that a completion, a failure and a repair are drawn, three a station in
    /// their order, then that nothing is.
    happenings: Vec<f64>,
    variables: Vec<MachineVariables>,
}

/// All that the step needs to know of a station.
#[derive(Debug, Clone)]
struct Station {
    count: Level,
    /// Places in the buffer behind it, and machines behind that; none behind the last.
    behind: Option<(Level, Level)>,
    /// The variable of how many are up, where it can fail.
    up: Option<usize>,
    action: Option<usize>,
    working_cost: f64,
    idle_cost: f64,
    repair_cost: f64,
    holding: f64,
}

/// How a station stands in a state.
#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    up: Level,
    /// Machines that hold a finished part.
    blocked: Level,
    /// Machines that work, or would if it were told to run.
    busy: Level,
    /// Whether there is a part for another machine.
    has_part: bool,
}

const EVENT: Source = 0;
const MACHINE: Source = 1;

const PARTS: Item = 0;
const HOLDING: Item = 1;
const ENERGY: Item = 2;
const REPAIR: Item = 3;

impl ExponentialLine {
    /// Builds the line, or says all that is wrong with its settings.
    pub fn new(mut settings: ExponentialLineSettings) -> Result<Self, Vec<SettingError>> {
        check::name(&mut settings);
        check::check(&settings)?;
        let mut variables = Vec::new();
        let mut start = Vec::new();
        let mut buffers = Vec::new();
        for (i, buffer) in settings.buffers.iter().enumerate() {
            let machines = |at: usize| settings.machines[at].count as Level;
            let held = match settings.blocking {
                Blocking::AfterService => machines(i),
                Blocking::BeforeService => 0,
            };
            let most = buffer.places as Level + machines(i + 1) + held;
            buffers.push(BufferPlace {
                name: buffer.name.clone(),
                capacity: most as u32,
                variable: variables.len(),
            });
            variables.push(Variable::count(&buffer.name, 0, most, "parts"));
            start.push(0);
        }
        let mut actions = Vec::new();
        let mut stations = Vec::new();
        let mut of_machines = Vec::new();
        for (i, machine) in settings.machines.iter().enumerate() {
            let buffer = settings.buffers.get(i);
            let count = machine.count as Level;
            let mut of = MachineVariables {
                up: 1,
                upstream: i.checked_sub(1),
                downstream: buffer.map(|_| i),
                ..Default::default()
            };
            if machine.failure > 0.0 {
                of.condition = Some(variables.len());
                variables.push(match count {
                    1 => Variable::choice(&machine.name, &["down", "up"]),
                    _ => Variable::count(&machine.name, 0, count, "machines up"),
                });
                start.push(count);
            }
            if machine.controlled {
                of.action = Some(actions.len());
                actions.push(Variable::choice(&machine.name, &["hold", "run"]));
            }
            stations.push(Station {
                count,
                behind: buffer.map(|buffer| {
                    (buffer.places as Level, settings.machines[i + 1].count as Level)
                }),
                up: of.condition,
                action: of.action,
                working_cost: machine.working_cost,
                idle_cost: machine.idle_cost,
                repair_cost: machine.repair_cost,
                holding: buffer.map_or(0.0, |buffer| buffer.holding),
            });
            of_machines.push(of);
        }
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: String::new(),
                    message: error.to_string(),
                    remedy: "give fewer stations or places".to_owned(),
                }]
            })
        };
        Ok(Self {
            state_space: space(variables)?,
            action_space: space(actions)?,
            sources: ["event", "machine"].map(str::to_owned),
            items: ["finished parts", "holding", "energy", "repair"].map(str::to_owned),
            places: Places {
                stations: settings.machines.iter().map(|machine| machine.name.clone()).collect(),
                buffers,
            },
            start,
            stations,
            happenings: happenings(&settings),
            variables: of_machines,
            settings,
        })
    }

    /// The settings it was built from, every name filled in.
    pub fn settings(&self) -> &ExponentialLineSettings {
        &self.settings
    }

    /// The variables of each station, in the order of the line.
    pub fn machine_variables(&self) -> &[MachineVariables] {
        &self.variables
    }

    /// How all stations stand, were all told to run.
    fn stand(&self, state: &[Level]) -> [Standing; MOST_STATIONS] {
        let mut all = [Standing::default(); MOST_STATIONS];
        let mut in_line = 0;
        for (i, station) in self.stations.iter().enumerate().rev() {
            let up = station.up.map_or(station.count, |variable| state[variable]);
            let mut blocked = 0;
            let mut room = Level::MAX;
            if let Some((places, machines)) = station.behind {
                in_line += state[i];
                // A machine that holds its finished part has no place for another.
                let free = places + machines - all[i + 1].blocked - state[i];
                match self.settings.blocking {
                    Blocking::AfterService => blocked = (-free).clamp(0, station.count),
                    Blocking::BeforeService => room = free.max(0),
                }
            }
            let parts = match (i.checked_sub(1), self.settings.cards) {
                (Some(before), _) => state[before],
                (None, Some(cards)) => (cards as Level - in_line).max(0),
                (None, None) => station.count,
            };
            let busy = (up - blocked).clamp(0, parts.min(room));
            all[i] = Standing { up, blocked, busy, has_part: parts > 0 };
        }
        all
    }

    /// How a station spends a beat that stands so.
    fn spends(&self, station: usize, standing: Standing, runs: bool) -> Condition {
        if standing.up == 0 {
            Condition::Down
        } else if !runs {
            Condition::HeldBack
        } else if standing.busy > 0 {
            Condition::Working
        } else if standing.blocked > 0 {
            Condition::Blocked
        } else if !standing.has_part {
            Condition::Starved
        } else {
            debug_assert!(self.stations[station].behind.is_some());
            Condition::Blocked
        }
    }
}

/// The probabilities of what happens: three a station, and nothing.
fn happenings(settings: &ExponentialLineSettings) -> Vec<f64> {
    let mut all: Vec<f64> = (settings.machines.iter())
        .flat_map(|machine| machine.rates().map(|rate| f64::from(machine.count) * rate))
        .collect();
    let sum: f64 = all.iter().sum();
    all.push((1.0 - sum).max(0.0));
    crate::mdp::beat::scaled(all)
}

impl Environment for ExponentialLine {
    tells_its_parts!("ExponentialLine");

    fn rated(&self, station: usize) -> Rated {
        let machine = self.settings.machines.get(station);
        let of =
            |machine: &ExponentialMachine| 1.0 / (f64::from(machine.count) * machine.completion);
        Rated { run_time: machine.map(of), rework_to: None }
    }

    fn energy_item(&self) -> Option<Item> {
        let costs = |station: &Station| station.working_cost != 0.0 || station.idle_cost != 0.0;
        self.stations.iter().any(costs).then_some(ENERGY)
    }

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
        let mut standing = self.stand(state);
        let (mut holding, mut energy, mut repair) = (0.0, 0.0, 0.0);
        for (i, station) in self.stations.iter().enumerate() {
            let runs = station.action.is_none_or(|variable| action[variable] != HOLD);
            let condition = self.spends(i, standing[i], runs);
            beat.tell(Event::Spent { station: i as u16, condition });
            if !runs {
                standing[i].busy = 0;
            }
            let Standing { up, busy, .. } = standing[i];
            energy += station.working_cost * f64::from(busy);
            if runs {
                energy += station.idle_cost * f64::from(up - busy);
            }
            repair += station.repair_cost * f64::from(station.count - up);
            if station.behind.is_some() {
                holding += station.holding * f64::from(state[i]);
            }
        }
        beat.earn(HOLDING, -holding);
        beat.earn(ENERGY, -energy);
        beat.earn(REPAIR, -repair);

        let drawn = beat.pick(EVENT, &self.happenings);
        let (i, what) = (drawn / 3, drawn % 3);
        let Some(station) = self.stations.get(i) else { return };
        let able = match what {
            0 | 1 => standing[i].busy,
            _ => station.count - standing[i].up,
        };
        let share = f64::from(able) / f64::from(station.count);
        if able == 0 || able < station.count && !beat.bernoulli(MACHINE, share) {
            return;
        }
        let here = Place::Station(i as u16);
        match (what, station.up) {
            (0, _) => {
                let buffer = |number: usize| Place::Buffer(number as u16);
                let from = i.checked_sub(1).map_or(Place::Supply, buffer);
                let to = if station.behind.is_some() { buffer(i) } else { Place::Customer };
                if let Some(before) = i.checked_sub(1) {
                    next[before] -= 1;
                }
                match station.behind {
                    Some(_) => next[i] += 1,
                    None => beat.earn(PARTS, self.settings.revenue),
                }
                beat.tell(Event::Moved { from, to: here });
                beat.tell(Event::Moved { from: here, to });
            }
            (1, Some(up)) => {
                next[up] -= 1;
                beat.tell(Event::Failed { station: i as u16 });
            }
            (_, Some(up)) => {
                next[up] += 1;
                beat.tell(Event::Repaired { station: i as u16 });
            }
            (_, None) => {}
        }
    }

    fn usual_action(&self, action: &mut [Level]) {
        action.fill(RUN);
    }

    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition> {
        let standing = *self.stand(state).get(station)?;
        (station < self.stations.len()).then(|| self.spends(station, standing, true))
    }
}

impl Enumerable for ExponentialLine {}
