//! A shop floor, drawn as text, on which robots carry jobs from station to station.
//!
//! - **State**: of each robot `x` from the left and `y` from the bottom, whether it is loaded, where
//!   its load goes (where there are several destinations; the first of an empty robot), and the
//!   charge of its battery (where it has one); then the jobs that wait at each station where jobs
//!   arrive.
//! - **Actions**: one of each robot: stay, up, right, down, left. Picking up and setting down happen
//!   by themselves at the stations.
//! - **Start**: the robots where they are drawn, empty and charged, no job anywhere.
//! - **Reward**: `revenue` of a delivery, less `waiting_cost` of each job that waits or rides,
//!   `move_cost`, `bump_cost`, `lost_cost` of a job turned away, and the cost of a rescue.
//! - **End**: none.
//!
//! # One beat
//! 1. Each job that waits or rides is charged for.
//! 2. The robots drive, the lower number first. Slippery floor may turn the move of who leaves it to
//!    the left or to the right. A move fails at an edge, into a wall, out of a lane otherwise than
//!    along it, into a lane against it, and into the cell of another robot: those of lower number
//!    are already where they went, those of higher number still where they were. So no two robots
//!    share a cell, and none swap; who follows close behind must have the higher number. A move that
//!    is made may use up a level of charge. Who stays where it can charge is charged instead. Who is
//!    empty anywhere else stands until a full battery is brought.
//! 3. In the same order, who is where its load goes sets it down; who is then empty where a job
//!    waits picks it up, and where the job goes is drawn. With `handling` of one beat, only a robot
//!    that stayed does so, and only one of the two.
//! 4. At each station where jobs arrive one may. It waits where there is room, the room made in this
//!    beat included, and is turned away where there is none.
//!
//! A robot whose way is d moves long and that always finds a job delivers 1/(2d) a beat, and
//! 1/(2d + 2) with handling of one beat.
//!
//! States in which a robot is in a wall or two are in one cell are never reached; a beat from there
//! leads to the start and earns nothing.
//!
//! Robots are the stations of which statistics speak: working is to drive or to handle, starved to
//! stand empty while no job waits, blocked to fail to move, set-up to be charged, down to be without
//! charge. Queues and loads are the buffers, so that stock and lead time count a job from its arrival
//! to its delivery (Little 1961).
//!
//! Guided vehicles on one-way lanes: Egbelu & Tanchoco (1984), "Characterization of automatic guided
//! vehicle dispatching rules"; the moves are those of [`super::grid`].

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the floor has; a hot loop"
)]

use super::setting::SettingError;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Event, Item, Level, Place, Places, Source, Space,
    copy_levels,
};

mod map;
mod read;
mod settings;
#[cfg(test)]
mod tests;

pub use map::Ground;
use map::{MOVES, Map};
pub use settings::{BatterySettings, ShopFloorSettings, StationSettings};
#[cfg(test)]
pub(super) use tests::examples;

/// The action's level that stays; those behind it go up, right, down, left.
pub const STAY: Level = 0;

/// The action that comes nearest to the direction from one place to another: to the side, where that
/// is the longer part of the way.
pub fn towards(from: (Level, Level), to: (Level, Level)) -> Level {
    let (right, up) = (to.0 - from.0, to.1 - from.1);
    let way = match (right.abs() >= up.abs(), right > 0, up > 0) {
        (true, true, _) => 1,
        (true, false, _) => 3,
        (false, _, true) => 0,
        (false, _, false) => 2,
    };
    STAY + 1 + way
}

/// The most robots that a floor may have.
pub const MOST_ROBOTS: usize = 3;
/// The most cells that a floor may have.
const MOST_CELLS: usize = 400;
/// The most stations.
pub const MOST_STATIONS: usize = 6;

/// A robot: where it starts and which state variables are its own.
#[derive(Debug, Clone)]
pub struct Robot {
    /// Where it starts: from the left, from the bottom.
    pub start: (Level, Level),
    /// The variable of its place from the left; that from the bottom is the next.
    pub x: usize,
    /// The variable that says whether it is loaded.
    pub load: usize,
    /// The variable of where its load goes, where there are several destinations.
    pub to: Option<usize>,
    /// The variable of its charge, where it has a battery.
    pub charge: Option<usize>,
    /// Its load among the buffers.
    buffer: u16,
    slip: Source,
    drain: Source,
    rescue: Source,
}

/// A cell where jobs are picked up or set down.
#[derive(Debug, Clone)]
pub struct Station {
    /// What it is called.
    pub name: String,
    /// Where it is: from the left, from the bottom.
    pub place: (Level, Level),
    /// Its number among the cells, row by row from the bottom.
    pub cell: usize,
    /// Where jobs arrive and how, if they do.
    pub queue: Option<Queue>,
}

/// Jobs that wait at a station.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The variable of how many they are.
    pub variable: usize,
    /// How many have room.
    pub capacity: Level,
    /// Its number among the buffers.
    buffer: u16,
    arrives: f64,
    arrival: Source,
    destination: Source,
    /// Where its jobs may go, as levels of the robots' variable.
    to: Vec<Level>,
    /// How likely each of these is; they sum to 1.
    shares: Vec<f64>,
}

/// Where a robot may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The station of this number.
    Station(usize),
    /// The nearest place to charge.
    Charger,
}

/// A shop floor, ready to be driven on.
#[derive(Debug, Clone)]
pub struct ShopFloor {
    settings: ShopFloorSettings,
    state_space: Space,
    action_space: Space,
    sources: Vec<String>,
    items: [String; 6],
    places: Places,
    map: Map,
    robots: Vec<Robot>,
    stations: Vec<Station>,
    /// The stations to which jobs go, in the order of the levels of the robots' variable.
    destinations: Vec<usize>,
    /// The station at each cell.
    station_at: Vec<Option<u8>>,
    /// Probabilities of a turn to the left, of none, and to the right.
    slip: [f64; 3],
    /// How far it is from each cell to each station, and to the nearest place to charge.
    to_station: Vec<Vec<u32>>,
    to_charger: Vec<u32>,
    /// The charge of a full battery.
    full: Level,
}

const DELIVERIES: Item = 0;
const WAITING: Item = 1;
const MOVED: Item = 2;
const BUMPS: Item = 3;
const LOST: Item = 4;
const RESCUES: Item = 5;
const ITEMS: [&str; 6] = ["deliveries", "waiting", "moves", "bumps", "turned away", "rescues"];

impl ShopFloor {
    /// Builds the floor, or says all that is wrong with its settings.
    pub fn new(settings: ShopFloorSettings) -> Result<Self, Vec<SettingError>> {
        read::read(settings)
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &ShopFloorSettings {
        &self.settings
    }

    /// How many columns and rows there are.
    pub fn size(&self) -> (Level, Level) {
        (self.map.width, self.map.height)
    }

    /// What one stands on in a cell within the floor, for pictures.
    pub fn ground(&self, x: Level, y: Level) -> Ground {
        self.map.grounds[self.map.cell((x, y))]
    }

    /// The robots, in the order of their numbers.
    pub fn robots(&self) -> &[Robot] {
        &self.robots
    }

    /// The stations, in the order of the settings.
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// The cell that a robot is in.
    #[inline(always)]
    pub fn cell_of(&self, state: &[Level], robot: &Robot) -> usize {
        self.map.cell((state[robot.x], state[robot.x + 1]))
    }

    /// The station to which a robot's load goes, if it has one.
    #[inline]
    pub fn destination(&self, state: &[Level], robot: &Robot) -> Option<usize> {
        let number = robot.to.map_or(0, |to| state[to] as usize);
        if state[robot.load] == 0 { None } else { self.destinations.get(number).copied() }
    }

    /// The charge of a full battery, where the robots have one.
    pub fn full_charge(&self) -> Option<Level> {
        self.settings.battery.as_ref().map(|_| self.full)
    }

    /// Whether who stands in a cell can be charged.
    pub fn charges(&self, cell: usize) -> bool {
        self.map.grounds[cell] == Ground::Charger
    }

    /// How many moves it takes from a cell to a target.
    pub fn distance(&self, from: usize, to: Target) -> u32 {
        match to {
            Target::Station(station) => self.to_station[station][from],
            Target::Charger => self.to_charger[from],
        }
    }

    /// The first move of a shortest way from a cell to a target into a cell that is not taken, and
    /// that cell; who is there, and who finds no such move, stays.
    pub fn first_move(
        &self,
        from: usize,
        to: Target,
        taken: impl Fn(usize) -> bool,
    ) -> (Level, usize) {
        let left = self.distance(from, to);
        let ways = (0..MOVES).map(|way| (way as Level + 1, self.map.led_to(from, way)));
        let mut nearer = ways.filter(|(_, cell)| self.distance(*cell, to) < left && !taken(*cell));
        nearer.next().unwrap_or((STAY, from))
    }

    /// The first move of a shortest way from a cell to a target that keeps clear of some cells, and
    /// the cell that it leads to; `None` where there is no such way.
    pub fn way_round(
        &self,
        from: usize,
        to: Target,
        taken: impl Fn(usize) -> bool,
    ) -> Option<(Level, usize)> {
        // The cells reached so far, each once, with the first move to it.
        let mut reached = [(from, STAY, from); MOST_CELLS];
        let mut seen = [false; MOST_CELLS];
        seen[from] = true;
        let (mut next, mut end) = (0, 1);
        while next < end {
            let (cell, first, led) = reached[next];
            next += 1;
            if self.distance(cell, to) == 0 {
                return Some((first, led));
            }
            for way in 0..MOVES {
                let to = self.map.led_to(cell, way);
                if !seen[to] && !taken(to) {
                    seen[to] = true;
                    let own = (way as Level + 1, to);
                    let (first, led) = if cell == from { own } else { (first, led) };
                    reached[end] = (to, first, led);
                    end += 1;
                }
            }
        }
        None
    }

    /// Writes the state in which it starts.
    fn begin(&self, state: &mut [Level]) {
        state.fill(0);
        for robot in &self.robots {
            (state[robot.x], state[robot.x + 1]) = robot.start;
            if let Some(charge) = robot.charge {
                state[charge] = self.full;
            }
        }
    }

    /// Whether every robot can be where it is.
    #[inline]
    fn can_be(&self, state: &[Level]) -> bool {
        let cell = |robot| self.cell_of(state, robot);
        self.robots.iter().enumerate().all(|(number, robot)| {
            let own = cell(robot);
            let alone = self.robots[..number].iter().all(|other| cell(other) != own);
            alone && self.map.grounds[own] != Ground::Wall
        })
    }

    /// Whether a robot has no charge where it cannot be charged.
    #[inline]
    fn is_stranded(&self, state: &[Level], robot: &Robot) -> bool {
        let empty = robot.charge.is_some_and(|charge| state[charge] == 0);
        empty && !self.charges(self.cell_of(state, robot))
    }

    /// Drives a robot, or charges it, or leaves it where it is.
    #[inline]
    fn drive<B: Beat + ?Sized>(
        &self,
        number: usize,
        action: Level,
        next: &mut [Level],
        beat: &mut B,
    ) -> Condition {
        let robot = &self.robots[number];
        let cell = self.cell_of(next, robot);
        let battery = self.settings.battery.as_ref().zip(robot.charge);
        if let Some((battery, charge)) = battery {
            if self.is_stranded(next, robot) {
                if beat.bernoulli(robot.rescue, battery.rescue) {
                    next[charge] = self.full;
                    beat.earn(RESCUES, -battery.rescue_cost);
                    beat.tell(Event::Repaired { station: number as u16 });
                }
                return Condition::Down;
            }
            let stands = action == STAY || next[charge] == 0;
            if stands && self.charges(cell) && next[charge] < self.full {
                next[charge] = (next[charge] + battery.charge as Level).min(self.full);
                return Condition::SetUp;
            }
        }
        if action == STAY {
            return Condition::HeldBack;
        }
        let mut way = (action - STAY - 1) as usize;
        if self.map.grounds[cell] == Ground::Slippery {
            // From a turn to the left, by way of none, to one to the right.
            way = (way + MOVES + beat.pick(robot.slip, &self.slip) - 1) % MOVES;
        }
        let to = self.map.led_to(cell, way);
        let taken = self.robots.iter().any(|other| self.cell_of(next, other) == to);
        if taken {
            // By itself, where the move leads nowhere.
            beat.earn(BUMPS, -self.settings.bump_cost);
            return Condition::Blocked;
        }
        (next[robot.x], next[robot.x + 1]) = self.map.place(to);
        beat.earn(MOVED, -self.settings.move_cost);
        if let Some((battery, charge)) = battery
            && beat.bernoulli(robot.drain, battery.drain)
        {
            next[charge] -= 1;
            if self.is_stranded(next, robot) {
                beat.tell(Event::Failed { station: number as u16 });
            }
        }
        Condition::Working
    }

    /// Sets a robot's load down and picks one up, as far as it is where that can be done, at most so
    /// many of the two. Says whether there was anything.
    #[inline]
    fn hand_over<B: Beat + ?Sized>(
        &self,
        robot: &Robot,
        most: u32,
        next: &mut [Level],
        beat: &mut B,
    ) -> bool {
        let Some(here) = self.station_at[self.cell_of(next, robot)] else { return false };
        let here = usize::from(here);
        let mut done = 0;
        let aboard = Place::Buffer(robot.buffer);
        if self.destination(next, robot) == Some(here) {
            next[robot.load] = 0;
            if let Some(to) = robot.to {
                next[to] = 0;
            }
            beat.earn(DELIVERIES, self.settings.revenue);
            beat.tell(Event::Moved { from: aboard, to: Place::Customer });
            done += 1;
        }
        if let Some(queue) = &self.stations[here].queue
            && done < most
            && next[robot.load] == 0
            && next[queue.variable] > 0
        {
            next[queue.variable] -= 1;
            next[robot.load] = 1;
            if let Some(to) = robot.to {
                next[to] = match queue.to.as_slice() {
                    [only] => *only,
                    several => several[beat.pick(queue.destination, &queue.shares)],
                };
            }
            beat.tell(Event::Moved { from: Place::Buffer(queue.buffer), to: aboard });
            done += 1;
        }
        done > 0
    }

    /// Has a job arrive at a station, or not.
    #[inline]
    fn receive<B: Beat + ?Sized>(&self, queue: &Queue, next: &mut [Level], beat: &mut B) {
        if !beat.bernoulli(queue.arrival, queue.arrives) {
            return;
        }
        if next[queue.variable] < queue.capacity {
            next[queue.variable] += 1;
            beat.tell(Event::Moved { from: Place::Supply, to: Place::Buffer(queue.buffer) });
        } else {
            beat.earn(LOST, -self.settings.lost_cost);
            beat.tell(Event::DemandLost);
        }
    }
}

impl Environment for ShopFloor {
    tells_its_parts!("ShopFloor");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        self.begin(state);
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let mut spent = [Condition::HeldBack; MOST_ROBOTS];
        if self.can_be(state) {
            copy_levels(next, state);
            let queues = || self.stations.iter().filter_map(|station| station.queue.as_ref());
            let waiting: Level = queues().map(|queue| state[queue.variable]).sum();
            let riding: Level = self.robots.iter().map(|robot| state[robot.load]).sum();
            beat.earn(WAITING, -self.settings.waiting_cost * f64::from(waiting + riding));
            for (number, spent) in spent.iter_mut().enumerate().take(self.robots.len()) {
                *spent = self.drive(number, action[number], next, beat);
            }
            for (number, robot) in self.robots.iter().enumerate() {
                let spent = &mut spent[number];
                let stays = action[number] == STAY;
                let (may, most) = match self.settings.handling {
                    0 => (true, 2),
                    _ => (stays, 1),
                };
                let handles =
                    may && *spent != Condition::Down && self.hand_over(robot, most, next, beat);
                if *spent == Condition::HeldBack {
                    *spent = match handles {
                        true => Condition::Working,
                        false if waiting == 0 && state[robot.load] == 0 => Condition::Starved,
                        false => Condition::HeldBack,
                    };
                }
            }
            queues().for_each(|queue| self.receive(queue, next, beat));
        } else {
            self.begin(next);
        }
        for (number, condition) in spent.into_iter().enumerate().take(self.robots.len()) {
            beat.tell(Event::Spent { station: number as u16, condition });
        }
    }

    /// All stay.
    fn usual_action(&self, action: &mut [Level]) {
        action.fill(STAY);
    }

    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition> {
        let robot = self.robots.get(station)?;
        Some(match self.is_stranded(state, robot) {
            true => Condition::Down,
            false if state[robot.load] > 0 => Condition::Working,
            false => Condition::Starved,
        })
    }
}

impl Enumerable for ShopFloor {}
