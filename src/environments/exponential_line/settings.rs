//! What an exponential line is made of: plain data, with rates a beat.

use serde::{Deserialize, Serialize};

/// A serial line of stations whose times of work, to failure and to repair are exponential.
///
/// All rates are a beat, all amounts in the scenario's currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExponentialLineSettings {
    /// The stations in the order in which a part meets them; 1 to 64.
    pub machines: Vec<ExponentialMachine>,
    /// The buffers between them: one fewer than stations, the first behind the first station.
    pub buffers: Vec<PlacesSettings>,
    /// When a station is blocked. After its work by default.
    pub blocking: Blocking,
    /// How many parts may be in the line at once, those on the first station included (CONWIP); as
    /// many as there is room for by default.
    pub cards: Option<u32>,
    /// Earned for each part that leaves the last station; 0 by default.
    pub revenue: f64,
}

impl ExponentialLineSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// When a station is blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Blocking {
    /// After its work: a finished part that finds no room stays on its machine, which cannot begin
    /// another (manufacturing blocking; Hunt 1956).
    #[default]
    AfterService,
    /// Before its work: a machine begins a part only if there will be room for it (communication
    /// blocking; Gershwin 1994).
    BeforeService,
}

/// A station of one machine or of several alike. By default it is one machine that never fails,
/// costs nothing and is controlled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExponentialMachine {
    /// Its name; `machine 1`, `machine 2` … where left empty.
    pub name: String,
    /// How many machines alike work there, each on a part of its own; 1 to 64, 1 by default.
    pub count: u32,
    /// The rate at which a machine completes parts while it works, a beat; 0.1 by default.
    pub completion: f64,
    /// The rate at which a machine fails while it works, a beat; 0 by default.
    pub failure: f64,
    /// The rate at which a machine that is down comes up again, a beat. Above 0 where `failure` is.
    pub repair: f64,
    /// Cost of a beat in which a machine works; 0 by default.
    pub working_cost: f64,
    /// Cost of a beat in which a machine is up and told to run but does not work; 0 by default.
    pub idle_cost: f64,
    /// Cost of a beat in which a machine is down; 0 by default.
    pub repair_cost: f64,
    /// Whether the agent decides in each beat if the station runs (the default); else it always
    /// runs.
    pub controlled: bool,
}

impl Default for ExponentialMachine {
    fn default() -> Self {
        Self {
            name: String::new(),
            count: 1,
            completion: 0.1,
            failure: 0.0,
            repair: 0.0,
            working_cost: 0.0,
            idle_cost: 0.0,
            repair_cost: 0.0,
            controlled: true,
        }
    }
}

impl ExponentialMachine {
    /// The rates at which a machine completes parts, fails and comes up again. Who never fails is
    /// never repaired.
    pub(super) fn rates(&self) -> [f64; 3] {
        let repair = if self.failure > 0.0 { self.repair } else { 0.0 };
        [self.completion, self.failure, repair]
    }
}

/// The places between two stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlacesSettings {
    /// Its name; `buffer 1`, `buffer 2` … where left empty.
    pub name: String,
    /// How many parts wait between the stations at most, those on machines not counted; 0 or more,
    /// 4 by default. Hunt's and Hillier's B.
    pub places: u32,
    /// Cost of a part that has left the station before and not yet the one behind, a beat; 0 by
    /// default.
    pub holding: f64,
}

impl Default for PlacesSettings {
    fn default() -> Self {
        Self { name: String::new(), places: 4, holding: 0.0 }
    }
}
