//! What a scenario file says, as plain data: every default filled in, everything a beat.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::agents::{AgentKind, AgentSpec};
use super::experiment::ExperimentContents;
use super::quantity::{Quantity, Units};
use crate::environments::{AnySettings, SettingError};
use crate::learners::TabularSettings;
use crate::mdp::Criterion;

/// What a scenario file says. Amounts are in the scenario's currency, times in beats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// The version of the format.
    pub version: u32,
    /// Its title.
    #[serde(default)]
    pub title: Text,
    /// What it shows and teaches.
    #[serde(default)]
    pub text: Text,
    /// How long a beat is, as written: `1 min`.
    #[serde(default)]
    pub beat: Option<String>,
    /// The sign for money.
    #[serde(default = "currency")]
    pub currency: String,
    /// What a kilowatt hour costs.
    #[serde(default)]
    pub energy_price: Option<f64>,
    /// The environment's kind and settings.
    pub environment: AnySettings,
    /// What is optimised.
    pub criterion: Criterion,
    /// Who decides when the scenario is opened.
    #[serde(default)]
    pub agent: AgentSpec,
    /// Who learns where nothing else is asked for.
    #[serde(default = "learner")]
    pub learner: AgentSpec,
    /// After how many beats an episode is cut off.
    #[serde(default)]
    pub episode_limit: Option<u64>,
    /// How many beats a run without a window lasts.
    #[serde(default = "beats")]
    pub beats: u64,
    /// How many episodes a run without a window has, in place of its length in beats.
    #[serde(default)]
    pub episodes: Option<u64>,
    /// How many runs with luck of their own a statistic is from.
    #[serde(default = "replications")]
    pub replications: u64,
    /// The seed of all luck.
    #[serde(default = "seed")]
    pub seed: u64,
    /// What the window shows first.
    #[serde(default)]
    pub show: Show,
    /// What is compared here.
    #[serde(default)]
    pub experiment: ExperimentContents,
    /// Which of the figures are estimated, and how well they are known.
    #[serde(default)]
    pub estimates: Vec<Estimated>,
}

fn currency() -> String {
    "€".to_owned()
}

fn learner() -> AgentSpec {
    AgentSpec::QLearning(TabularSettings::default())
}

fn beats() -> u64 {
    100_000
}

fn replications() -> u64 {
    10
}

fn seed() -> u64 {
    1
}

/// The languages that are known, by their codes.
pub const LANGUAGES: [&str; 2] = ["en", "zh"];

/// A text, the same in every language or one for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// One text.
    One(String),
    /// A text for each language, by its code: `en`, `zh`.
    Translated(BTreeMap<String, String>),
}

impl Default for Text {
    fn default() -> Self {
        Self::One(String::new())
    }
}

impl Text {
    /// The text in a language, else in English, else in any; empty where there is none.
    pub fn in_language(&self, language: &str) -> &str {
        match self {
            Self::One(text) => text,
            Self::Translated(texts) => texts
                .get(language)
                .or_else(|| texts.get("en"))
                .or_else(|| texts.values().next())
                .map_or("", String::as_str),
        }
    }

    /// A title in English, else the name of the file without its ending.
    pub fn or_file(&self, file: Option<&Path>) -> String {
        self.or_file_in("en", file)
    }

    /// A title in a language, else in another, else the name of the file without its ending.
    pub fn or_file_in(&self, language: &str, file: Option<&Path>) -> String {
        let named = Some(self.in_language(language).trim()).filter(|title| !title.is_empty());
        let stem = || file?.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        named.map(str::to_owned).or_else(stem).unwrap_or_else(|| "without a title".to_owned())
    }
}

/// The criterion of a kind of environment where a file names none.
pub fn usual_criterion(kind: &str) -> Criterion {
    match kind {
        // Those that may end, and those whose textbooks discount.
        "Chain" | "Replacement" | "Table" | "Grid" | "Inspection" | "Stock" | "Orders" => {
            Criterion::Discounted(0.99)
        }
        _ => Criterion::Average,
    }
}

/// What the window shows first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Show {
    /// The variable along the value map.
    pub x: Option<String>,
    /// The variable up the value map.
    pub y: Option<String>,
    /// How many beats a second it plays.
    pub speed: f64,
    /// The curve; that of a learner's distance, or else of the planner's bounds, where left out.
    pub curve: Option<ShownCurve>,
    /// Known figures, drawn faintly on a curve, so that what is played is seen beside them.
    pub marks: Vec<Marks>,
}

impl Default for Show {
    fn default() -> Self {
        Self { x: None, y: None, speed: 8.0, curve: None, marks: Vec::new() }
    }
}

/// A curve of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum ShownCurve {
    /// What is earned, by episodes where there are such, else by beats.
    #[default]
    Reward,
    /// How far a learner is from the optimum, or its values from the exact ones, by beats learned.
    Distance,
    /// The planner's bounds by sweeps.
    Bounds,
    /// How many beats an episode takes, by episodes.
    Steps,
    /// What states are worth along the variable `x`, the others as they are.
    Values,
    /// What other agents earn on the same luck, beside the one that acts.
    Compare,
    /// How well each machine is used: overall equipment effectiveness.
    Oee,
    /// How often which lead time comes up.
    LeadTimes,
    /// What a good part earns and costs, by item.
    Costs,
    /// How much power is drawn, where that is known.
    Power,
}

/// Figures that others have found, as points of a curve.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Marks {
    /// Whose they are: `Q-learning, 4,000 runs`.
    pub name: String,
    /// The curve on which they are drawn. The reward by default.
    pub curve: ShownCurve,
    /// Where they stand along the axis: episodes, beats, or levels of the variable.
    pub x: Vec<f64>,
    /// How high they stand, as many.
    pub y: Vec<f64>,
}

/// A figure that was estimated from so many events, with its 95 % interval.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Estimated {
    /// Which, by its path: `environment.machines[0].mtbf`.
    pub of: String,
    /// From where on it may lie, in the unit in which the file gives the figure.
    pub low: f64,
    /// Up to where it may lie.
    pub high: f64,
    /// From how many events it is.
    pub events: u64,
    /// Out of how many, where it is a share; `None` where it is the mean of so many times.
    pub count: Option<u64>,
}

impl Contents {
    /// What turns amounts with units into beats and money.
    pub fn units(&self) -> Units {
        Units {
            beat: self.beat_seconds(),
            currency: self.currency.clone(),
            energy_price: self.energy_price,
        }
    }

    /// The length of a beat in seconds, where the scenario names one.
    pub fn beat_seconds(&self) -> Option<f64> {
        Quantity::parse(self.beat.as_deref()?, &self.currency).ok()?.seconds()
    }

    /// The kind of environment.
    pub fn kind(&self) -> &'static str {
        self.environment.kind()
    }

    /// The settings that an agent of this kind has here, where it is the one that acts or learns.
    pub fn settings_of(&self, kind: AgentKind) -> Option<&AgentSpec> {
        [&self.agent, &self.learner].into_iter().find(|spec| spec.kind() == kind)
    }

    /// Whether the environment has states in which it ends.
    pub fn ends(&self) -> bool {
        self.environment.ends()
    }

    /// What is wrong with counting in episodes here, if anything is.
    pub(super) fn episodes_fault(&self) -> Option<SettingError> {
        let endless = self.episodes.is_some() && self.episode_limit.is_none() && !self.ends();
        endless.then(|| SettingError {
            path: "episodes".to_owned(),
            message: "this environment never ends, so that its first episode would last for ever"
                .to_owned(),
            remedy: "say with `episode_limit` after how many beats one is cut off, or give \
                     `beats` in place of `episodes`"
                .to_owned(),
        })
    }

    /// What is wrong with the criterion in this environment, if anything is.
    pub(super) fn criterion_fault(&self) -> Option<SettingError> {
        let (message, remedy) = match (self.criterion, self.ends()) {
            (Criterion::Average, true) => (
                "the average reward of an environment that ends is that of its end",
                "choose `Discounted(0.99)` or `Total`",
            ),
            (Criterion::Total, false) => (
                "this environment never ends, so its total reward has no bound",
                "choose `Average` or `Discounted(0.99)`",
            ),
            _ => return None,
        };
        Some(SettingError {
            path: "criterion".to_owned(),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        })
    }
}
