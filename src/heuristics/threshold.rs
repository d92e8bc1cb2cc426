//! Threshold: one action while a variable is below a level, another at or above it.
//!
//! On the chain with the defaults of the background text, "right while below 5, else left"; on a
//! line, "hold the first machine while its buffer is full enough"; on a machine that wears,
//! "replace from this wear on".

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Heuristic, Rule};
use crate::environments::SettingError;
use crate::mdp::{Level, Space, Variable};

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

/// What a threshold policy watches and does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdSettings {
    /// The variable of the observation that is watched, by name.
    pub variable: String,
    /// The level from which on the second action is taken.
    pub level: LevelName,
    /// The action below that level: `{"walk": "right"}`.
    pub below: NamedLevels,
    /// The action at that level and above.
    pub at_or_above: NamedLevels,
}

impl ThresholdSettings {
    /// Settings to begin with: the first variable, from its middle level on; every action
    /// variable at its highest level below, at its lowest above. On the chain from 0 to 10 this
    /// is "right while below 5, else left".
    pub fn suggested(observations: &Space, actions: &Space) -> Self {
        let (variable, level) = match observations.variables().first() {
            Some(first) => (first.name.clone(), first.low.midpoint(first.high)),
            None => (String::new(), 0),
        };
        let all = |level: fn(&Variable) -> Level| {
            let named =
                |variable: &Variable| (variable.name.clone(), LevelName::Number(level(variable)));
            actions.variables().iter().map(named).collect()
        };
        Self {
            variable,
            level: LevelName::Number(level),
            below: all(|variable| variable.high),
            at_or_above: all(|variable| variable.low),
        }
    }
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
            faults.push(SettingError {
                path: "variable".to_owned(),
                message: format!("nothing named `{}` is observed", settings.variable),
                remedy: format!("choose one of {}", names(observations)),
            });
        }
        let variable = watched.map(|place| &observations.variables()[place]);
        let level = variable.and_then(|variable| settings.level.of(variable));
        if let (Some(variable), None) = (variable, level) {
            faults.push(no_level("level".to_owned(), &settings.level, variable));
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
            faults.push(SettingError {
                path,
                message: format!("there is no action variable `{name}`"),
                remedy: format!("choose from {}", names(actions)),
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

    fn chain() -> (Space, Space) {
        (
            Space::new(vec![Variable::count("position", 0, 10, "")]).unwrap(),
            Space::new(vec![Variable::choice("walk", &["left", "right"])]).unwrap(),
        )
    }

    #[test]
    fn the_background_policy_walks_between_four_and_five() {
        let (states, actions) = chain();
        let settings = r#"(variable: "position", level: 5,
            below: {"walk": "right"}, at_or_above: {"walk": "left"})"#;
        let settings: ThresholdSettings = ron::from_str(settings).unwrap();
        let suggested = ThresholdSettings::suggested(&states, &actions);
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
        let settings = r#"(variable: "place", level: 5, below: {"walk": "up"},
            at_or_above: {"walk": 2, "run": 1})"#;
        let settings: ThresholdSettings = ron::from_str(settings).unwrap();
        let faults = Threshold::new(&settings, &states, &actions).unwrap_err();
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["variable", "below.walk", "at_or_above.run", "at_or_above.walk"]);
        assert_eq!(faults[0].remedy, "choose one of `position`");
        assert_eq!(faults[1].remedy, r#"choose one of "left", "right""#);
        let high = ThresholdSettings {
            level: LevelName::Number(11),
            ..ThresholdSettings::suggested(&states, &actions)
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
        let settings = ThresholdSettings::suggested(&none, &none);
        assert!(Threshold::new(&settings, &none, &none).is_err());
    }
}
