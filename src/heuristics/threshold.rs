//! Threshold: one action while a variable is below a level, another at or above it.
//!
//! On the chain with the defaults of the background text, "right while below 5, else left"; on a
//! line, "hold the first machine while its buffer is full enough"; on a machine that wears,
//! "replace from this wear on".

#![expect(
    clippy::indexing_slicing,
    reason = "what is watched is checked against what is observed; a hot loop"
)]

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Heuristic, Rule};
use crate::environments::line::{self, MachineVariables};
use crate::environments::{
    AnyEnvironment, Inspection, JobShop, Orders, Queue, Replacement, SettingError, Setups,
    ShopFloor, Stock, inspection, orders, queue, replacement, setups, shop_floor,
};
use crate::mdp::{Environment, Level, Space, Variable};

/// A level of a variable as people write it: a number (`5`) or the level's label (`"right"`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LevelName {
    /// The level itself.
    Number(Level),
    /// One of the variable's labels.
    Label(String),
}

impl LevelName {
    /// The level meant, if the variable has it.
    pub fn of(&self, variable: &Variable) -> Option<Level> {
        match self {
            Self::Number(level) => (variable.low..=variable.high).contains(level).then_some(*level),
            Self::Label(label) => {
                let place = variable.labels.iter().position(|known| known == label)?;
                variable.low.checked_add(Level::try_from(place).ok()?)
            }
        }
    }
}

impl fmt::Display for LevelName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(level) => level.fmt(out),
            Self::Label(label) => write!(out, "`{label}`"),
        }
    }
}

impl Serialize for LevelName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(level) => serializer.serialize_i32(*level),
            Self::Label(label) => serializer.serialize_str(label),
        }
    }
}

impl<'de> Deserialize<'de> for LevelName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrLabel;
        impl Visitor<'_> for NumberOrLabel {
            type Value = LevelName;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a level as a number or as its label in quotes")
            }
            fn visit_i64<E: Error>(self, level: i64) -> Result<LevelName, E> {
                Level::try_from(level)
                    .map(LevelName::Number)
                    .map_err(|_| E::custom(format!("{level} is too large for a level")))
            }
            fn visit_u64<E: Error>(self, level: u64) -> Result<LevelName, E> {
                Level::try_from(level)
                    .map(LevelName::Number)
                    .map_err(|_| E::custom(format!("{level} is too large for a level")))
            }
            fn visit_str<E: Error>(self, label: &str) -> Result<LevelName, E> {
                Ok(LevelName::Label(label.to_owned()))
            }
        }
        deserializer.deserialize_any(NumberOrLabel)
    }
}

/// Levels of action variables by name. A variable that is not named takes its lowest level.
pub type NamedLevels = BTreeMap<String, LevelName>;

/// What a threshold policy watches and does. Where all is left out, the best are to be found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThresholdSettings {
    /// The variable of the observation that is watched, by name.
    pub variable: String,
    /// The level from which on the second action is taken.
    pub level: Option<LevelName>,
    /// The action below that level: `{"walk": "right"}`.
    pub below: NamedLevels,
    /// The action at that level and above.
    pub at_or_above: NamedLevels,
}

impl ThresholdSettings {
    /// Whether all is left to be found.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The rule that takes these flat actions below a level of a variable and from it on; `None`
    /// where there is no such variable or level.
    pub fn of_levels(
        (observations, actions): (&Space, &Space),
        (variable, level): (usize, Level),
        (below, at_or_above): (&[Level], &[Level]),
    ) -> Option<Self> {
        let watched = observations.variables().get(variable)?;
        if !(watched.low..=watched.high).contains(&level) {
            return None;
        }
        let named = |levels: &[Level]| {
            let each = actions.variables().iter().zip(levels);
            each.map(|(variable, level)| named(variable, *level)).collect()
        };
        Some(Self {
            variable: watched.name.clone(),
            level: Some(LevelName::Number(level)),
            below: named(below),
            at_or_above: named(at_or_above),
        })
    }

    /// Settings to begin with, by the kind of environment:
    ///
    /// - *Line*, *ExponentialLine*, *Assembly*: hold the first controlled machine that feeds a buffer
    ///   while that buffer is at least half full; all others always run.
    /// - *Replacement*: run while the wear is below its middle, from it on replace, or maintain
    ///   where replacing is not offered. Of several units all are treated with the first.
    /// - *Queue*: below half the places of the first class admit all, serve at the first speed and the
    ///   first class first; from there on admit nobody of that class, if that is decided, else serve
    ///   at the last speed, else the second class first.
    /// - *Setups*: make the first product while its stock is below half of what it may be, from it on
    ///   the second, or nothing where there is none.
    /// - *Shop floor*: while the first robot is empty, all go from where jobs are set down to where
    ///   they arrive, and back while it is loaded, as if nothing stood between.
    /// - *Stock*: order the mean demand of a beat, or one unit more, while the first variable is below the
    ///   mean demand until an order has come, else nothing.
    /// - *Orders*: accept while the shop is less than half full, and take types in their order.
    /// - *Job shop*: the first station that feeds a buffer does so while it is less than half full, and
    ///   works on another of its operations, or stays idle, from then on; all others work on their first.
    /// - *Chain* and others: the first variable, from its middle level on; every action variable at
    ///   its highest level below, at its lowest above. On the chain from 0 to 10 this is "right
    ///   while below 5, else left".
    pub fn suggested(environment: &AnyEnvironment) -> Self {
        match environment {
            AnyEnvironment::Line(line) => {
                Self::suggested_for_line(&**line, line.machine_variables())
            }
            AnyEnvironment::ExponentialLine(line) => {
                Self::suggested_for_line(&**line, line.machine_variables())
            }
            AnyEnvironment::Assembly(line) => {
                Self::suggested_for_line(&**line, line.machine_variables())
            }
            AnyEnvironment::Replacement(machine) => Self::suggested_for_replacement(machine),
            AnyEnvironment::Queue(queue) => Self::suggested_for_queue(queue),
            AnyEnvironment::Setups(machine) => Self::suggested_for_setups(machine),
            AnyEnvironment::Inspection(machine) => Self::suggested_for_inspection(machine),
            AnyEnvironment::ShopFloor(floor) => Self::suggested_for_floor(floor),
            AnyEnvironment::Stock(stock) => Self::suggested_for_stock(stock),
            AnyEnvironment::Orders(shop) => Self::suggested_for_orders(shop),
            AnyEnvironment::JobShop(shop) => Self::suggested_for_job_shop(shop),
            _ => {
                let seen = environment.erased().observation_space();
                Self::halving(seen, environment.action_space())
            }
        }
    }

    /// The first variable, from its middle level on.
    fn halving(observations: &Space, actions: &Space) -> Self {
        let (variable, level) = match observations.variables().first() {
            Some(first) => (first.name.clone(), first.low.midpoint(first.high)),
            None => (String::new(), 0),
        };
        let all = |level: fn(&Variable) -> Level| {
            actions.variables().iter().map(|variable| named(variable, level(variable))).collect()
        };
        Self {
            variable,
            level: Some(LevelName::Number(level)),
            below: all(|variable| variable.high),
            at_or_above: all(|variable| variable.low),
        }
    }

    fn suggested_for_line(line: &impl Environment, machines: &[MachineVariables]) -> Self {
        let (states, actions) = (line.state_space(), line.action_space());
        let below: NamedLevels =
            actions.variables().iter().map(|variable| named(variable, line::RUN)).collect();
        let mut at_or_above = below.clone();
        let feeds = |machine: &MachineVariables| {
            let action = actions.variables().get(machine.action?)?;
            Some((action, states.variables().get(machine.downstream?)?))
        };
        let Some((held, watched)) = machines.iter().find_map(feeds) else {
            // Nothing to hold back: whatever is watched, all run.
            let first = states.variables().first();
            let (variable, level) =
                first.map_or((String::new(), 0), |first| (first.name.clone(), first.low));
            let level = Some(LevelName::Number(level));
            return Self { variable, level, below, at_or_above };
        };
        at_or_above.extend([named(held, line::HOLD)]);
        let half = (watched.high / 2 + watched.high % 2).max(1);
        let level = Some(LevelName::Number(half));
        Self { variable: watched.name.clone(), level, below, at_or_above }
    }

    fn suggested_for_queue(queue: &Queue) -> Self {
        let (states, actions) = (queue.state_space(), queue.action_space());
        let mut usual = vec![0; actions.len()];
        queue.usual_action(&mut usual);
        let mut other = usual.clone();
        let last = |place: usize| actions.variables().get(place).map_or(0, |speed| speed.high);
        let changed = match (queue.admission_variable(0), queue.speed_variable()) {
            (Some(admit), _) => Some((admit, queue::REJECT)),
            (None, Some(speed)) => Some((speed, last(speed))),
            (None, None) => queue.first_variable().map(|first| (first, 1)),
        };
        if let Some((place, level)) = changed
            && let Some(action) = other.get_mut(place)
        {
            *action = level;
        }
        let high = states.variables().first().map_or(0, |first| first.high);
        let settings = Self::of_levels((states, actions), (0, (high / 2).max(1)), (&usual, &other));
        settings.unwrap_or_default()
    }

    /// Treated, or where that is not offered inspected, at the sensor's last reading, else half-way
    /// through the memory, else at the worst finding.
    fn suggested_for_inspection(machine: &Inspection) -> Self {
        let (seen, variables) = (machine.observation_space(), machine.action_space().variables());
        let action = |level: Level| variables.iter().map(|action| named(action, level)).collect();
        let last = seen.variables().last();
        let level = match last {
            Some(last) if last.name == "since" => last.high / 2 + 1,
            Some(last) => last.high,
            None => 0,
        };
        let acts = machine.treats().or(machine.inspects()).unwrap_or(inspection::RUN);
        Self {
            variable: last.map_or(String::new(), |last| last.name.clone()),
            level: Some(LevelName::Number(level)),
            below: action(inspection::RUN),
            at_or_above: action(acts),
        }
    }

    fn suggested_for_orders(shop: &Orders) -> Self {
        let (states, actions) = (shop.state_space(), shop.action_space());
        let mut usual = vec![0; actions.len()];
        shop.usual_action(&mut usual);
        let named = |levels: &[Level]| -> NamedLevels {
            let each = actions.variables().iter().zip(levels);
            each.map(|(variable, level)| named(variable, *level)).collect()
        };
        let below = named(&usual);
        if let Some(offer) = shop.variables().offer.and_then(|place| usual.get_mut(place)) {
            *offer = orders::DECLINE;
        }
        let (variable, most) =
            states.variables().first().map_or((String::new(), 0), |v| (v.name.clone(), v.high));
        let level = Some(LevelName::Number(most / 2 + most % 2));
        Self { variable, level, below, at_or_above: named(&usual) }
    }

    fn suggested_for_job_shop(shop: &JobShop) -> Self {
        let (states, actions) = (shop.state_space(), shop.action_space());
        let operations = shop.operations();
        let feeds = |number: &usize| operations.get(*number).is_some_and(|o| o.next.is_some());
        // The action, the level that feeds, another one, and what is fed.
        let found = shop.stations().iter().find_map(|station| {
            let level = station.operations.iter().position(feeds)?;
            let fed = operations.get(*station.operations.get(level)?)?.next?;
            Some((station.action?, level as Level, Level::from(level == 0), fed))
        });
        let mut usual = vec![0; actions.len()];
        shop.usual_action(&mut usual);
        let (mut below, mut above) = (usual.clone(), usual);
        let mut watched = 0;
        if let Some((action, feeding, other, fed)) = found {
            watched = fed;
            for (levels, level) in [(&mut below, feeding), (&mut above, other)] {
                if let Some(action) = levels.get_mut(action) {
                    *action = level;
                }
            }
        }
        let high = states.variables().get(watched).map_or(0, |buffer| buffer.high);
        let half = (high / 2 + high % 2).max(1);
        let settings = Self::of_levels((states, actions), (watched, half), (&below, &above));
        settings.unwrap_or_default()
    }

    fn suggested_for_setups(machine: &Setups) -> Self {
        let variables = machine.action_space().variables();
        let action = |level: Level| variables.iter().map(|action| named(action, level)).collect();
        let first = machine.state_space().variables().first();
        let (variable, half) = first.map_or((String::new(), 0), |first| {
            (first.name.clone(), first.high / 2 + first.high % 2)
        });
        let several = machine.settings().products.len() > 1;
        Self {
            variable,
            level: Some(LevelName::Number(half)),
            below: action(setups::IDLE + 1),
            at_or_above: action(if several { setups::IDLE + 2 } else { setups::IDLE }),
        }
    }

    fn suggested_for_stock(stock: &Stock) -> Self {
        let (states, actions) = (stock.state_space(), stock.action_space());
        let whole = |amount: f64| amount.ceil().min(f64::from(Level::MAX)) as Level;
        let lead_time = f64::from(stock.settings().lead_time);
        let first = states.variables().first();
        let (variable, low, high) = first
            .map_or((String::new(), 0, 0), |first| (first.name.clone(), first.low, first.high));
        let level = whole(stock.mean_demand() * (lead_time + 1.0)).clamp(low, high);
        let order = |units: Level| -> NamedLevels {
            let orders = actions.variables().iter();
            orders.map(|order| named(order, units.clamp(order.low, order.high))).collect()
        };
        Self {
            variable,
            level: Some(LevelName::Number(level)),
            below: order(whole(stock.mean_demand() / stock.settings().success) + 1),
            at_or_above: order(0),
        }
    }

    fn suggested_for_replacement(machine: &Replacement) -> Self {
        let settings = machine.settings();
        let variables = machine.action_space().variables();
        let action = |level: Level| variables.iter().map(|action| named(action, level)).collect();
        // Behind run come maintain and replace, as far as they are offered.
        let treatment = variables.first().map_or(replacement::RUN, |action| action.high);
        let first = machine.state_space().variables().first();
        Self {
            variable: first.map_or_else(String::new, |first| first.name.clone()),
            level: Some(LevelName::Number(
                Level::try_from(settings.states / 2).unwrap_or(Level::MAX),
            )),
            below: action(replacement::RUN),
            at_or_above: action(treatment),
        }
    }
}

impl ThresholdSettings {
    fn suggested_for_floor(floor: &ShopFloor) -> Self {
        let source = floor.stations().iter().find(|station| station.queue.is_some());
        let other = |station: &&shop_floor::Station| {
            source.is_some_and(|source| source.cell != station.cell)
        };
        let sink =
            floor.stations().iter().find(|station| other(station) && station.queue.is_none());
        let sink = sink.or_else(|| floor.stations().iter().find(other));
        let place = |station: Option<&shop_floor::Station>| station.map_or((0, 0), |s| s.place);
        let going = |from, to| {
            let level = shop_floor::towards(from, to);
            floor.action_space().variables().iter().map(|robot| named(robot, level)).collect()
        };
        let loads = floor.robots().first().map_or(0, |robot| robot.load);
        let watched = floor.state_space().variables().get(loads);
        Self {
            variable: watched.map_or_else(String::new, |load| load.name.clone()),
            level: Some(LevelName::Label("loaded".to_owned())),
            below: going(place(sink), place(source)),
            at_or_above: going(place(source), place(sink)),
        }
    }
}

/// What is in the way of any threshold rule here; empty for nothing.
pub fn faults_of_any(environment: &AnyEnvironment) -> Vec<SettingError> {
    let nothing = |message: &str| {
        vec![SettingError {
            path: String::new(),
            message: message.to_owned(),
            remedy: "choose another agent".to_owned(),
        }]
    };
    if environment.erased().observation_space().is_empty() {
        nothing("there are no variables to watch here")
    } else if environment.action_space().is_empty() {
        nothing("nothing is controlled here")
    } else {
        Vec::new()
    }
}

/// A level of an action variable, by its label where it has one.
fn named(variable: &Variable, level: Level) -> (String, LevelName) {
    let label = usize::try_from(level.saturating_sub(variable.low))
        .ok()
        .and_then(|place| variable.labels.get(place));
    let level = label.map_or(LevelName::Number(level), |label| LevelName::Label(label.clone()));
    (variable.name.clone(), level)
}

/// The rule, ready to be applied.
#[derive(Debug, Clone)]
pub struct TwoActions {
    watched: usize,
    level: Level,
    below: Arc<[Level]>,
    at_or_above: Arc<[Level]>,
}

impl Rule for TwoActions {
    fn name(&self) -> &str {
        "Threshold"
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        let levels = if seen[self.watched] < self.level { &self.below } else { &self.at_or_above };
        action.copy_from_slice(levels);
    }
}

/// The agent that follows a threshold policy.
pub type Threshold = Heuristic<TwoActions>;

impl Threshold {
    /// The policy of these settings, or all that is wrong with them.
    pub fn new(
        settings: &ThresholdSettings,
        observations: &Space,
        actions: &Space,
    ) -> Result<Self, Vec<SettingError>> {
        let mut faults = Vec::new();
        let watched = observations.position(&settings.variable);
        if watched.is_none() {
            let remedy = match observations.len() {
                0 => "choose another agent: there are no variables to watch here".to_owned(),
                _ => format!("choose one of {}", names(observations)),
            };
            faults.push(SettingError {
                path: "variable".to_owned(),
                message: format!("nothing named `{}` is observed", settings.variable),
                remedy,
            });
        }
        let variable = watched.map(|place| &observations.variables()[place]);
        let named = settings.level.as_ref();
        let level = variable.zip(named).and_then(|(variable, level)| level.of(variable));
        match (variable, named, level) {
            (Some(variable), Some(named), None) => {
                faults.push(no_level("level".to_owned(), named, variable));
            }
            (Some(variable), None, _) => faults.push(SettingError {
                path: "level".to_owned(),
                message: format!("from which level of `{}` on is not said", variable.name),
                remedy: "give a level, or leave all out to have the best found".to_owned(),
            }),
            _ => {}
        }
        let below = resolve("below", &settings.below, actions, &mut faults);
        let at_or_above = resolve("at_or_above", &settings.at_or_above, actions, &mut faults);
        match (watched, level) {
            (Some(watched), Some(level)) if faults.is_empty() => {
                Ok(Self::following(TwoActions { watched, level, below, at_or_above }, actions))
            }
            _ => Err(faults),
        }
    }
}

/// The levels of all action variables from those named; faults are added under `path`.
fn resolve(
    path: &str,
    named: &NamedLevels,
    actions: &Space,
    faults: &mut Vec<SettingError>,
) -> Arc<[Level]> {
    let mut levels: Vec<Level> = actions.variables().iter().map(|variable| variable.low).collect();
    for (name, level) in named {
        let path = format!("{path}.{name}");
        let Some(place) = actions.position(name) else {
            let remedy = match actions.len() {
                0 => "leave it out: nothing is controlled here".to_owned(),
                _ => format!("choose from {}", names(actions)),
            };
            faults.push(SettingError {
                path,
                message: format!("there is no action variable `{name}`"),
                remedy,
            });
            continue;
        };
        let variable = &actions.variables()[place];
        match level.of(variable) {
            Some(level) => levels[place] = level,
            None => faults.push(no_level(path, level, variable)),
        }
    }
    levels.into()
}

fn names(space: &Space) -> String {
    let names: Vec<_> =
        space.variables().iter().map(|variable| format!("`{}`", variable.name)).collect();
    names.join(", ")
}

fn no_level(path: String, level: &LevelName, variable: &Variable) -> SettingError {
    let remedy = if variable.labels.is_empty() {
        format!("give a level from {} to {}", variable.low, variable.high)
    } else {
        format!("choose one of \"{}\"", variable.labels.join("\", \""))
    };
    SettingError { path, message: format!("`{}` has no level {level}", variable.name), remedy }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::AnySettings;
    use crate::environments::SetupsSettings;
    use crate::environments::StockSettings;
    use crate::environments::assembly::{AssemblySettings, FeederSettings};
    use crate::environments::exponential_line::{
        ExponentialLineSettings, ExponentialMachine, PlacesSettings,
    };
    use crate::environments::line::{BufferSettings, LineSettings, MachineSettings};
    use crate::environments::queue::{JobClass, QueueSettings, ServiceSpeed};
    use crate::environments::replacement::{Maintain, Replace, ReplacementSettings};

    fn chain() -> (Space, Space) {
        (
            Space::new(vec![Variable::count("position", 0, 10, "")]).unwrap(),
            Space::new(vec![Variable::choice("walk", &["left", "right"])]).unwrap(),
        )
    }

    #[test]
    fn the_background_policy_walks_between_four_and_five() {
        let (states, actions) = chain();
        let settings = r#"(variable: "position", level: Some(5),
            below: {"walk": "right"}, at_or_above: {"walk": "left"})"#;
        let settings: ThresholdSettings = ron::from_str(settings).unwrap();
        let chain = AnySettings::Chain(Default::default()).build().unwrap();
        let suggested = ThresholdSettings::suggested(&chain);
        for settings in [settings, suggested] {
            let mut agent = Threshold::new(&settings, &states, &actions).unwrap();
            let (mut position, mut path) = (0, Vec::new());
            for _ in 0..9 {
                path.push(position);
                let action = decided(&mut agent, &seeing(&[position], None), 1);
                position = (position + 2 * action[0] - 1).max(0);
            }
            assert_eq!(path, [0, 1, 2, 3, 4, 5, 4, 5, 4]);
        }
    }

    #[test]
    fn all_faults_are_named_with_what_there_is() {
        let (states, actions) = chain();
        let settings = r#"(variable: "place", level: Some(5), below: {"walk": "up"},
            at_or_above: {"walk": 2, "run": 1})"#;
        let settings: ThresholdSettings = ron::from_str(settings).unwrap();
        let faults = Threshold::new(&settings, &states, &actions).unwrap_err();
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["variable", "below.walk", "at_or_above.run", "at_or_above.walk"]);
        assert_eq!(faults[0].remedy, "choose one of `position`");
        assert_eq!(faults[1].remedy, r#"choose one of "left", "right""#);
        let high = ThresholdSettings {
            level: Some(LevelName::Number(11)),
            ..ThresholdSettings::halving(&states, &actions)
        };
        let faults = Threshold::new(&high, &states, &actions).unwrap_err();
        assert_eq!(faults[0].remedy, "give a level from 0 to 10");
    }

    #[test]
    fn levels_are_written_as_they_are_read() {
        for text in ["5", "-3", "\"right\""] {
            let level: LevelName = ron::from_str(text).unwrap();
            assert_eq!(ron::to_string(&level).unwrap(), text);
        }
        assert!(ron::from_str::<LevelName>("3000000000").is_err());
    }

    #[test]
    fn empty_spaces_are_refused_not_crashed_on() {
        let none = Space::new(Vec::new()).unwrap();
        let settings = ThresholdSettings::halving(&none, &none);
        assert!(Threshold::new(&settings, &none, &none).is_err());
    }

    fn suggested(settings: AnySettings) -> (AnyEnvironment, ThresholdSettings) {
        let environment = settings.build().unwrap();
        let settings = ThresholdSettings::suggested(&environment);
        (environment, settings)
    }

    /// The suggested rule's action in a state.
    fn suggested_action(settings: AnySettings, state: &[Level]) -> Vec<Level> {
        let (environment, settings) = suggested(settings);
        let (states, actions) = (environment.state_space(), environment.action_space());
        let mut agent = Threshold::new(&settings, states, actions).unwrap();
        decided(&mut agent, &seeing(state, None), actions.len())
    }

    /// Three machines, the first not controlled, with buffers of 3 and 1.
    #[test]
    fn on_a_line_only_the_machine_that_feeds_the_buffer_is_held() {
        let machine = |controlled| MachineSettings { controlled, ..Default::default() };
        let buffer = |capacity| BufferSettings { capacity, ..Default::default() };
        let line = |machines: Vec<bool>, buffers: Vec<u32>| {
            AnySettings::Line(LineSettings {
                machines: machines.into_iter().map(machine).collect(),
                buffers: buffers.into_iter().map(buffer).collect(),
                ..Default::default()
            })
        };
        for b1 in 0..=3 {
            let state = [b1, 0];
            let all = suggested_action(line(vec![true; 3], vec![3, 1]), &state);
            assert_eq!(all, [Level::from(b1 < 2), 1, 1], "{b1}");
        }
        for b2 in 0..=1 {
            // The second machine is the first that can be held, and feeds a buffer of one part.
            let some = suggested_action(line(vec![false, true, true], vec![3, 1]), &[3, b2]);
            assert_eq!(some, [Level::from(b2 < 1), 1], "{b2}");
        }
        // The last machine feeds no buffer: it always runs.
        for b1 in 0..=3 {
            assert_eq!(suggested_action(line(vec![false, true], vec![3]), &[b1]), [1]);
        }
        let (_, settings) = suggested(line(vec![true; 3], vec![3, 1]));
        let text = ron::to_string(&settings.at_or_above).unwrap();
        assert_eq!(text, r#"{"machine 1":"hold","machine 2":"run","machine 3":"run"}"#);
    }

    /// Where all were held at once nothing would ever move again.
    #[test]
    fn on_an_exponential_line_and_an_assembly_one_machine_is_held() {
        let station = ExponentialMachine::default();
        let line = AnySettings::ExponentialLine(ExponentialLineSettings {
            machines: vec![station.clone(), station],
            buffers: vec![PlacesSettings { places: 2, ..Default::default() }],
            ..Default::default()
        });
        let assembly = AnySettings::Assembly(AssemblySettings {
            feeders: vec![FeederSettings { capacity: 4, ..Default::default() }; 2],
            ..Default::default()
        });
        for level in 0..=4 {
            let held = [Level::from(level < 2), 1];
            assert_eq!(suggested_action(line.clone(), &[level]), held, "{level}");
            assert_eq!(suggested_action(assembly.clone(), &[level, 4]), held, "{level}");
        }
    }

    /// The default shop: one product for the first station alone, one that goes on to the second.
    #[test]
    fn in_a_job_shop_the_next_station_is_fed_while_it_has_little() {
        let shop = |capacity| {
            let mut settings = crate::environments::JobShopSettings::default();
            settings.products[1].route[1].capacity = capacity;
            AnySettings::JobShop(settings)
        };
        for (capacity, from) in [(6, 3), (5, 3), (1, 1)] {
            for parts in 0..=capacity as Level {
                let action = suggested_action(shop(capacity), &[2, 2, parts]);
                assert_eq!(action, [Level::from(parts < from)], "{parts} of {capacity}");
            }
        }
    }

    #[test]
    fn a_queue_is_closed_or_hurried_from_half_its_places_on() {
        let settings = |decided, speeds: usize, classes: usize| {
            AnySettings::Queue(QueueSettings {
                classes: vec![JobClass { decided, ..Default::default() }; classes],
                speeds: vec![ServiceSpeed::default(); speeds],
                capacity: 8,
                ..Default::default()
            })
        };
        for (settings, below, from) in [
            (settings(true, 1, 1), vec![1], vec![0]),
            (settings(true, 2, 2), vec![1, 1, 0, 0], vec![0, 1, 0, 0]),
            (settings(false, 3, 2), vec![0, 0], vec![2, 0]),
            (settings(false, 1, 2), vec![0], vec![1]),
        ] {
            let classes = settings.clone().build().unwrap().state_space().len();
            for jobs in 0..=8 {
                let state = &[jobs, 0][..classes];
                let expected = if jobs < 4 { &below } else { &from };
                assert_eq!(suggested_action(settings.clone(), state), *expected, "{jobs}");
            }
        }
    }

    #[test]
    fn a_shop_accepts_while_it_is_less_than_half_full() {
        for orders in 0..=4 {
            // Of four orders at most, a standard one on the machine, a rush order offered.
            let state = [orders, 0, 0, 0, 5, 2];
            let action = suggested_action(AnySettings::Orders(Default::default()), &state);
            assert_eq!(action, [Level::from(orders < 2), 0], "{orders} orders");
        }
    }

    #[test]
    fn a_machine_with_setups_fills_half_of_the_first_stock() {
        for (products, then) in [(1, 0), (2, 2), (3, 2)] {
            let settings = SetupsSettings {
                products: vec![Default::default(); products],
                ..Default::default()
            };
            for stock in 0..=8 {
                let mut state = vec![0; products + 2];
                state[0] = stock;
                let action = suggested_action(AnySettings::Setups(settings.clone()), &state);
                assert_eq!(action, [if stock < 4 { 1 } else { then }], "{stock} of {products}");
            }
        }
    }

    /// Poisson demand of mean 4 that an order meets two beats later.
    #[test]
    fn a_stock_is_ordered_for_while_it_does_not_last_until_the_order_comes() {
        let stock = StockSettings { lead_time: 2, ..Default::default() };
        for (level, order) in [(0, 5), (11, 5), (12, 0), (20, 0)] {
            let action = suggested_action(AnySettings::Stock(stock.clone()), &[level, 0]);
            assert_eq!(action, [order], "{level}");
        }
        let small = StockSettings { max_order: 1, capacity: 3, ..Default::default() };
        let action = |level| suggested_action(AnySettings::Stock(small.clone()), &[level]);
        assert_eq!((action(2), action(3)), (vec![1], vec![0]));
    }

    #[test]
    fn a_machine_that_wears_runs_below_the_middle_and_is_treated_from_it_on() {
        let with = |states, maintain: bool, replace: bool| {
            AnySettings::Replacement(ReplacementSettings {
                states,
                maintain: maintain.then(Maintain::default),
                replace: replace.then(Replace::default),
                ..Default::default()
            })
        };
        for (states, maintain, replace, last) in
            [(10, false, true, 1), (10, true, true, 2), (3, true, false, 1), (2, false, false, 0)]
        {
            for wear in 0..states {
                let action = suggested_action(with(states, maintain, replace), &[wear as Level]);
                let treated = if wear < states / 2 { 0 } else { last };
                assert_eq!(action, [treated], "wear {wear} of {states}");
            }
        }
    }

    /// On the shop floor A . 1 . B the suggestion goes to A when empty and to B when loaded.
    #[test]
    fn the_suggested_rule_of_a_shop_floor_carries_jobs() {
        let floor = || AnySettings::ShopFloor(Default::default());
        // x y load, queue; left is 4 and right is 2.
        assert_eq!(suggested_action(floor(), &[2, 0, 0, 1]), [4]);
        assert_eq!(suggested_action(floor(), &[2, 0, 1, 1]), [2]);
    }
}
