//! What a shop floor is made of: plain data.

use serde::{Deserialize, Serialize};

/// A shop floor, drawn as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShopFloorSettings {
    /// The rows of the drawing, the topmost first, all equally long: one character a cell. `#` is a
    /// wall, `.` and the space are floor, `~` is slippery floor, `<`, `>`, `^`, `v` are one-way lanes,
    /// `C` is a place to charge, `1`, `2`, `3` are where the robots start, and the stations' symbols
    /// are theirs. By default a way of five cells from A to B with one robot half way.
    pub rows: Vec<String>,
    /// Where jobs arrive and where they go. By default from A to B.
    pub stations: Vec<StationSettings>,
    /// Beats that picking up or setting down takes: 0, on arrival (the default), or 1, a beat of
    /// standing there.
    pub handling: u32,
    /// How likely slippery floor turns the move of who leaves it to the left, not at all, and to the
    /// right, in proportion. 1, 8, 1 by default.
    pub slip: Vec<f64>,
    /// Revenue of a job that is set down where it goes, in currency. 10 by default.
    pub revenue: f64,
    /// Cost of each job that waits or rides, in currency a beat, counted at the beat's start. 0.1 by
    /// default.
    pub waiting_cost: f64,
    /// Cost of a move that is made, in currency. 0.1 by default.
    pub move_cost: f64,
    /// Cost of a move that fails, in currency. 1 by default.
    pub bump_cost: f64,
    /// Cost of a job that is turned away, in currency. 0 by default.
    pub lost_cost: f64,
    /// The robots' batteries; by default they never run empty.
    pub battery: Option<BatterySettings>,
}

impl Default for ShopFloorSettings {
    fn default() -> Self {
        let source = StationSettings {
            symbol: "A".to_owned(),
            arrival: 0.2,
            to: vec!["B".to_owned()],
            ..StationSettings::default()
        };
        let sink = StationSettings { symbol: "B".to_owned(), ..StationSettings::default() };
        Self {
            rows: vec!["A.1.B".to_owned()],
            stations: vec![source, sink],
            handling: 0,
            slip: vec![1.0, 8.0, 1.0],
            revenue: 10.0,
            waiting_cost: 0.1,
            move_cost: 0.1,
            bump_cost: 1.0,
            lost_cost: 0.0,
            battery: None,
        }
    }
}

impl ShopFloorSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A cell where jobs are picked up or set down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StationSettings {
    /// Its character in the drawing, drawn once.
    pub symbol: String,
    /// What it is called; its character where empty.
    pub name: String,
    /// Probability that a job arrives in a beat. 0 by default.
    pub arrival: f64,
    /// How many jobs can wait; who comes when it is full is turned away. 3 by default.
    pub queue: u32,
    /// The characters of the stations to which its jobs go. None by default: it is only a
    /// destination.
    pub to: Vec<String>,
    /// How likely each of these is, in proportion; all alike where empty.
    pub shares: Vec<f64>,
}

impl Default for StationSettings {
    fn default() -> Self {
        Self {
            symbol: String::new(),
            name: String::new(),
            arrival: 0.0,
            queue: 3,
            to: Vec::new(),
            shares: Vec::new(),
        }
    }
}

impl StationSettings {
    /// What it is called.
    pub fn called(&self) -> &str {
        match self.name.trim() {
            "" => &self.symbol,
            name => name,
        }
    }
}

/// What drives the robots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatterySettings {
    /// Its level when full. 10 by default.
    pub levels: u32,
    /// Probability that a move uses up a level. 1 by default.
    pub drain: f64,
    /// By how many levels a beat of standing where it can charge fills it. 2 by default.
    pub charge: u32,
    /// Probability that an empty robot away from there is helped in a beat: a full battery is
    /// brought to it. 0.05 by default.
    pub rescue: f64,
    /// Cost of that, in currency. 10 by default.
    pub rescue_cost: f64,
}

impl Default for BatterySettings {
    fn default() -> Self {
        Self { levels: 10, drain: 1.0, charge: 2, rescue: 0.05, rescue_cost: 10.0 }
    }
}
