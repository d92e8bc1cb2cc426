//! One cell of an experiment: what it is, and what was found in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::mdp::luck::GENERATOR;
use crate::scenario::{AgentSpec, ExperimentContents, Scenario};

/// The version of what cells say and of how they are played. A change of either is a new version:
/// cells of another are played anew.
pub const VERSION: u32 = 3;

/// What a cell is, in 128 bits: scenario with its setting, agent, seed, and for how long it is
/// played. Two cells of the same key hold the same findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 16]);

/// What the keys of all cells of an arm begin with, hashed once: a scenario may be long.
#[derive(Debug, Clone)]
pub struct Stem(blake3::Hasher);

impl Stem {
    /// The stem of a scenario with its setting and an agent with its own.
    pub fn of(scenario: &Scenario, spec: &AgentSpec) -> Self {
        let mut played = scenario.contents.clone();
        // What does not change what is played.
        played.title = Default::default();
        played.text = Default::default();
        played.agent = Default::default();
        played.learner = Default::default();
        played.show = Default::default();
        played.experiment = Default::default();
        (played.seed, played.beats, played.episodes, played.replications) = (0, 0, None, 0);
        // Plain data with texts as keys: serde cannot fail on it.
        let text = |value: &dyn Fn() -> serde_json::Result<String>| value().unwrap_or_default();
        let parts = [
            format!("cell {VERSION} of {} with {GENERATOR}", env!("CARGO_PKG_VERSION")),
            text(&|| serde_json::to_string(&played)),
            text(&|| serde_json::to_string(spec)),
            String::new(),
        ];
        let mut hasher = blake3::Hasher::new();
        hasher.update(parts.join("\n").as_bytes());
        Self(hasher)
    }

    /// The key of the cell with a seed.
    pub fn key(&self, seed: u64, contents: &ExperimentContents) -> Key {
        let ExperimentContents { beats, evaluate_every, measured, .. } = contents;
        let rest = format!("{seed} {beats} {evaluate_every:?} {measured}");
        let hash = self.0.clone().update(rest.as_bytes()).finalize();
        let mut key = [0; 16];
        key.copy_from_slice(hash.as_bytes().first_chunk::<16>().unwrap_or(&[0; 16]));
        Key(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// What was found in a cell. Amounts are in the scenario's currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The version of what cells say.
    pub version: u32,
    /// Its key, as a text.
    pub key: String,
    /// The seed.
    pub seed: u64,
    /// The agent as it acted: with levels found where it had none.
    pub agent: AgentSpec,
    /// Lower and upper bound of the optimum, where they are known.
    pub optimum: Option<(f64, f64)>,
    /// While it learned, or acted if it does not learn.
    pub learning: Learning,
    /// What its policy at the end is worth, exactly, where there is a model and the policy is known
    /// in every state: its gain, or its value at the start.
    pub value: Option<f64>,
    /// Whether the model says that this policy need not end, so that no finite amount is its total
    /// reward: then there is no `value`.
    pub endless: bool,
    /// Its policy at the end in simulation; `None` where it does not decide.
    pub measured: Option<Measured>,
}

/// What was seen while an agent learned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// Where it was looked at.
    pub points: Vec<Point>,
    /// How many episodes were begun, the one under way included once a beat of it is played.
    pub begun: u64,
    /// The sum of their returns so far, each counted with the scenario's discount from its own start.
    pub returns: f64,
    /// What the optimum would still have earned where they stopped without an end: γᵗ·v*(s) of each
    /// that was cut off in state s after t beats, and of the one under way. A cut-off is no end.
    /// `None` under the average reward, and where no model says it.
    pub ahead: Option<f64>,
}

/// Where a learner stood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Beats learned.
    pub beats: u64,
    /// What was earned in them, in all.
    pub earned: f64,
    /// What its greedy policy is worth, exactly, where that is known.
    pub value: Option<f64>,
    /// How far what it predicts of its policy is from the truth
    /// ([`prediction_error`](crate::experiment::judging::prediction_error)); `None` where it does not
    /// predict, or no model says it.
    pub error: Option<f64>,
}

/// A policy in simulation, without learning, on luck that all agents of a seed share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Where MSER-5 cuts the warm-up, beats; `None` where the run is too short to tell.
    pub warm_up: Option<u64>,
    /// Half the width of the 95 % interval of the reward a beat after that (the first half where it
    /// cannot tell), by batch means of this one run; `None` where it is too short for one.
    pub half_width: Option<f64>,
    /// The mean return of the episodes that ended, with the scenario's discount; `None` where none
    /// did.
    pub mean_return: Option<f64>,
    /// The mean discounted return from the start on, of plays that are as long as rewards count;
    /// `None` where nothing is discounted, the value is known exactly, or such a play would be longer
    /// than the run.
    pub from_start: Option<f64>,
    /// Sums from the first beat on, at [`TRACKED`] equally distant beats.
    pub track: Vec<Sums>,
}

/// How many times a measured run is looked at.
pub const TRACKED: u64 = 100;

/// Sums over a run's first beats.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// How many beats.
    pub beats: u64,
    /// Parts that left for the customer.
    pub parts: u64,
    /// The buffers' levels at the beats' starts, a product as the parts that it is joined of.
    pub stock: u64,
    /// Lead times of the parts that left, of each that products are joined of, beats.
    pub lead_time: u64,
    /// How many parts these are of.
    pub lead_times: u64,
    /// By reward item: what was earned.
    pub items: Vec<f64>,
}

impl Sums {
    /// What came after those.
    pub fn less(&self, before: &Self) -> Self {
        Self {
            beats: self.beats - before.beats,
            parts: self.parts - before.parts,
            stock: self.stock - before.stock,
            lead_time: self.lead_time - before.lead_time,
            lead_times: self.lead_times - before.lead_times,
            items: self.items.iter().zip(&before.items).map(|(to, from)| to - from).collect(),
        }
    }

    /// What was earned.
    pub fn earned(&self) -> f64 {
        self.items.iter().sum()
    }

    /// What was earned a beat.
    pub fn earned_a_beat(&self) -> f64 {
        self.earned() / self.beats.max(1) as f64
    }
}
