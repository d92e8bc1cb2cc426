//! What a queue is made of: plain data, in units of time of the file's own and in currency.

use serde::{Deserialize, Serialize};

use crate::environments::setting::{Faults, SettingError};

/// The most classes of jobs, servers, speeds and places.
const MOST_CLASSES: usize = 8;
const MOST_SERVERS: u32 = 64;
const MOST_SPEEDS: usize = 16;
const MOST_PLACES: u32 = 10_000;
/// The highest rate, and the highest factor on one.
const FASTEST: f64 = 1e6;
const HIGHEST_FACTOR: f64 = 1e3;

/// A queue: classes of jobs that arrive by chance, servers, and a room of finite size.
///
/// All rates are per unit of time, whichever unit that is, all amounts in the scenario's currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueueSettings {
    /// The classes of jobs, 1 to 8. Where left empty, one with the usual figures.
    pub classes: Vec<JobClass>,
    /// How many places there are for jobs of all classes together, those of jobs in service
    /// included: K, from the number of servers to 10,000. 20 by default.
    pub capacity: u32,
    /// How many servers there are: c, 1 to 64. 1 by default.
    pub servers: u32,
    /// The speeds among which the agent chooses in each beat, one for all servers together; 1 to 16.
    /// Where left empty, a single one that changes no rate and costs nothing.
    pub speeds: Vec<ServiceSpeed>,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self { classes: Vec::new(), capacity: 20, servers: 1, speeds: Vec::new() }
    }
}

impl QueueSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// A class of jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobClass {
    /// Its name; `jobs`, or `class 1`, `class 2` … where left empty.
    pub name: String,
    /// Arrivals per unit of time: λ. 0.9 by default.
    pub arrival: f64,
    /// Jobs that a server at speed 1 completes per unit of time: μ, 1 / the mean service time. 1 by
    /// default.
    pub service: f64,
    /// Earned at once for a job that is admitted, in currency. 10 by default.
    pub reward: f64,
    /// Cost of a job in the system, waiting or in service, in currency per unit of time. 1 by default.
    pub holding: f64,
    /// Cost of a job that is turned away, by decision or for want of room, in currency. 0 by default.
    pub rejection: f64,
    /// Whether the agent decides who is admitted; else all are for whom there is room. True by
    /// default.
    pub decided: bool,
}

impl Default for JobClass {
    fn default() -> Self {
        Self {
            name: String::new(),
            arrival: 0.9,
            service: 1.0,
            reward: 10.0,
            holding: 1.0,
            rejection: 0.0,
            decided: true,
        }
    }
}

/// A speed of service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceSpeed {
    /// Its name; `speed 1`, `speed 2` … where left empty.
    pub name: String,
    /// By what the rates of service are multiplied; 0 rests. 1 by default.
    pub factor: f64,
    /// Cost of each server that has a job, in currency per unit of time. 0 by default.
    pub cost: f64,
}

impl Default for ServiceSpeed {
    fn default() -> Self {
        Self { name: String::new(), factor: 1.0, cost: 0.0 }
    }
}

/// The settings with all that was left out filled in.
pub(super) fn filled_in(mut settings: QueueSettings) -> QueueSettings {
    if settings.classes.is_empty() {
        settings.classes.push(JobClass::default());
    }
    if settings.speeds.is_empty() {
        settings.speeds.push(ServiceSpeed::default());
    }
    let single = settings.classes.len() == 1;
    for (number, class) in (1..).zip(&mut settings.classes) {
        if class.name.is_empty() {
            class.name = if single { "jobs".to_owned() } else { format!("class {number}") };
        }
    }
    for (number, speed) in (1..).zip(&mut settings.speeds) {
        if speed.name.is_empty() {
            speed.name = format!("speed {number}");
        }
    }
    settings
}

/// Finds all that is wrong with the settings. Names are filled in by now.
pub(super) fn check(settings: &QueueSettings) -> Result<(), Vec<SettingError>> {
    let mut faults = Faults::default();
    if settings.classes.len() > MOST_CLASSES {
        faults.add(
            "classes",
            format!("there are {} classes of jobs", settings.classes.len()),
            format!("give 1 to {MOST_CLASSES}"),
        );
    }
    for (i, class) in settings.classes.iter().enumerate().take(MOST_CLASSES) {
        let at = |field: &str| format!("classes[{i}].{field}");
        number(&mut faults, at("arrival"), class.arrival, FASTEST);
        if !(class.service > 0.0 && class.service <= FASTEST) {
            faults.add(
                at("service"),
                format!("at the rate {} no job is ever served", class.service),
                format!("give a number above 0 and up to {FASTEST}"),
            );
        }
        faults.amount(at("reward"), class.reward);
        faults.cost(at("holding"), class.holding);
        faults.cost(at("rejection"), class.rejection);
    }
    faults.count("servers", settings.servers.into(), 1, MOST_SERVERS.into());
    faults.count("capacity", settings.capacity.into(), 1, MOST_PLACES.into());
    if settings.servers > settings.capacity {
        faults.add(
            "capacity",
            format!(
                "{} places are too few for the jobs that {} servers work on",
                settings.capacity, settings.servers
            ),
            "give at least as many places as servers: a job in service takes one",
        );
    }
    if settings.speeds.len() > MOST_SPEEDS {
        faults.add(
            "speeds",
            format!("there are {} speeds", settings.speeds.len()),
            format!("give 1 to {MOST_SPEEDS}"),
        );
    }
    for (i, speed) in settings.speeds.iter().enumerate().take(MOST_SPEEDS) {
        number(&mut faults, format!("speeds[{i}].factor"), speed.factor, HIGHEST_FACTOR);
        faults.cost(format!("speeds[{i}].cost"), speed.cost);
    }
    if settings.speeds.iter().all(|speed| speed.factor == 0.0) {
        faults.add("speeds", "no job is ever served", "give a speed with a factor above 0");
    }
    let of = |list: &str, i: usize, name: &String| (format!("{list}[{i}].name"), name.clone());
    let classes = settings.classes.iter().take(MOST_CLASSES).enumerate();
    faults.names(classes.map(|(i, class)| of("classes", i, &class.name)).collect());
    let speeds = settings.speeds.iter().take(MOST_SPEEDS).enumerate();
    faults.names(speeds.map(|(i, speed)| of("speeds", i, &speed.name)).collect());
    faults.finish()
}

/// A number lies between 0 and the most.
fn number(faults: &mut Faults, path: String, number: f64, most: f64) {
    if !(0.0..=most).contains(&number) {
        faults.add(
            path,
            format!("{number} is out of range"),
            format!("give a number from 0 to {most}"),
        );
    }
}
