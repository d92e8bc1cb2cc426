//! What a machine with a hidden condition is like, as a file says it.

use std::borrow::Cow;

use crate::environments::replacement::{Maintain, Replace};

/// What the machine is like.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InspectionSettings {
    /// What the condition is called. `condition` by default.
    pub name: String,
    /// The conditions, best first; 2 or more. Where none are given: good, worn and bad, which earn
    /// 10, 7 and 0 a beat; good wears with probability 0.1 a beat and so does worn.
    pub conditions: Vec<ConditionSettings>,
    /// Probabilities of the condition at the start, in the order of the conditions; what is left
    /// out at the end is 0. Surely the first by default.
    pub start: Vec<f64>,
    /// The same for a new machine.
    pub renewed: Vec<f64>,
    /// What a failure costs, the new machine included, in currency; 0 by default.
    pub failure_cost: f64,
    /// What running is called. `run` by default.
    pub run_name: String,
    /// Looking at the condition; free, at once and right by default.
    pub inspect: Option<InspectSettings>,
    /// A free sensor that reads after each worked beat; none by default.
    pub sensor: Option<SensorSettings>,
    /// Maintaining the machine; not offered by default.
    pub maintain: Option<Maintain>,
    /// Putting in a new machine; free and at once by default.
    pub replace: Option<Replace>,
    /// For how many beats the news are kept in sight and counted; 0, the default, for those of the
    /// latest beat alone.
    pub memory: u32,
}

impl Default for InspectionSettings {
    fn default() -> Self {
        Self {
            name: "condition".to_owned(),
            conditions: Vec::new(),
            start: vec![1.0],
            renewed: vec![1.0],
            failure_cost: 0.0,
            run_name: "run".to_owned(),
            inspect: Some(InspectSettings::default()),
            sensor: None,
            maintain: None,
            replace: Some(Replace::default()),
            memory: 0,
        }
    }
}

impl InspectionSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }

    /// The conditions, the usual ones where none are given.
    pub fn conditions(&self) -> Cow<'_, [ConditionSettings]> {
        if !self.conditions.is_empty() {
            return Cow::Borrowed(&self.conditions);
        }
        let usual = |name: &str, earnings, next: &[f64]| ConditionSettings {
            name: name.to_owned(),
            earnings,
            fails: 0.0,
            next: next.to_vec(),
        };
        Cow::Owned(vec![
            usual("good", 10.0, &[0.9, 0.1]),
            usual("worn", 7.0, &[0.0, 0.9, 0.1]),
            usual("bad", 0.0, &[]),
        ])
    }

    /// What each condition is called: its name, else its number from 0.
    pub fn condition_names(&self) -> Vec<String> {
        let named = |(place, condition): (usize, &ConditionSettings)| match condition.name.as_str()
        {
            "" => place.to_string(),
            name => name.to_owned(),
        };
        self.conditions().iter().enumerate().map(named).collect()
    }

    /// What an inspection can find, with its probability by condition; empty where none is offered.
    pub fn findings(&self) -> Vec<Outcome> {
        let Some(inspect) = &self.inspect else { return Vec::new() };
        if !inspect.findings.is_empty() {
            return inspect.findings.clone();
        }
        let names = self.condition_names();
        let others = (names.len().max(2) - 1) as f64;
        let wrong = (1.0 - inspect.accuracy) / others;
        let all = names.len();
        let finding = |(place, name): (usize, String)| Outcome {
            name,
            probability: (0..all)
                .map(|at| if at == place { inspect.accuracy } else { wrong })
                .collect(),
        };
        names.into_iter().enumerate().map(finding).collect()
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConditionSettings {
    /// What it is called; its number from 0 where left out.
    pub name: String,
    /// What a beat worked in it earns, in currency; 0 by default.
    pub earnings: f64,
    /// Probability that the machine fails in a beat worked in it; 0 by default.
    pub fails: f64,
    /// Probabilities of the condition after a worked beat, in the order of the conditions, where
    /// the machine does not fail; they sum to 1, and what is left out at the end is 0. Where none
    /// are given it stays as it is.
    pub next: Vec<f64>,
}

/// Looking at the condition.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InspectSettings {
    /// What it is called. `inspect` by default.
    pub name: String,
    /// Its cost in currency; 0 by default.
    pub cost: f64,
    /// Beats it lasts: 0, the beat is worked (the default), or 1, the beat is lost.
    pub duration: u32,
    /// Probability that the condition found is the true one; each other is found with the same
    /// share of the rest. 1 by default.
    pub accuracy: f64,
    /// What can be found, where that is not a condition.
    pub findings: Vec<Outcome>,
}

impl Default for InspectSettings {
    fn default() -> Self {
        Self {
            name: "inspect".to_owned(),
            cost: 0.0,
            duration: 0,
            accuracy: 1.0,
            findings: Vec::new(),
        }
    }
}

/// A sensor that costs nothing to read.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensorSettings {
    /// What it can read, 1 or more.
    pub readings: Vec<Outcome>,
}

/// Something that can be found or read.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outcome {
    /// What it is called.
    pub name: String,
    /// Its probability in each condition, in their order, or a single one for all; in each
    /// condition those of all outcomes sum to 1.
    pub probability: Vec<f64>,
}
