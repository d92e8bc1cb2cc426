//! What a lesson's file says, as plain data.

use serde::{Deserialize, Serialize};

use crate::heuristics::threshold::NamedLevels;
use crate::mdp::beat::Condition;
use crate::scenario::agents::AgentSpec;
use crate::scenario::contents::{ShownCurve, Text};

/// A lesson as its file says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonContents {
    /// The version of the format.
    pub version: u32,
    /// Its title.
    pub title: Text,
    /// What it is about.
    #[serde(default)]
    pub text: Text,
    /// The misconception that it breaks.
    pub breaks: Text,
    /// How long it takes, about, in minutes.
    pub minutes: u64,
    /// Its steps.
    pub steps: Vec<StepSpec>,
}

/// A step: a stage is set, something told, something asked, something played and measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepSpec {
    /// What is set up first; `None` for the stage of the step before.
    pub stage: Option<StageSpec>,
    /// What is told.
    pub tell: Text,
    /// What is to be predicted.
    pub ask: Option<Ask>,
    /// What is played or planned then.
    pub runs: Vec<RunSpec>,
    /// Names of earlier figures that are shown again.
    pub show: Vec<String>,
}

/// What a step sets up; what is left out stays as it was, unless another scenario is named.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StageSpec {
    /// The scenario: a path relative to the lesson, or its name in the library.
    pub scenario: Option<String>,
    /// Figures that are changed.
    pub change: Vec<Change>,
    /// Who acts.
    pub agent: Option<AgentSpec>,
    /// The seed.
    pub seed: Option<u64>,
    /// Levels of the state that is begun in.
    pub state: NamedLevels,
    /// Beats a second in the window.
    pub speed: Option<f64>,
    /// The variable along the value map.
    pub x: Option<String>,
    /// The variable up the value map.
    pub y: Option<String>,
    /// The curve.
    pub curve: Option<ShownCurve>,
    /// Parts of the window that are pointed at: one of [`HIGHLIGHTS`] each.
    pub highlight: Vec<String>,
}

/// The parts of the window that a step can point at.
pub const HIGHLIGHTS: [&str; 8] =
    ["figures", "map", "curve", "why", "optimum", "picture", "agent", "time"];

/// A figure of the scenario that is another.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// Its path.
    pub parameter: String,
    /// Its value, in the unit in which the scenario gives it.
    pub value: f64,
}

/// What is played or planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// Who acts; `None` for the agent of the stage.
    #[serde(default)]
    pub agent: Option<AgentSpec>,
    /// Figures that are changed for this run.
    #[serde(default)]
    pub change: Vec<Change>,
    /// The first seed; `None` for that of the stage.
    #[serde(default)]
    pub seed: Option<u64>,
    /// On how many seeds it is played.
    #[serde(default = "one")]
    pub seeds: u64,
    /// Whether the learner takes the actions in the window; the agent where nobody does.
    #[serde(default)]
    pub by_hand: bool,
    /// Whether it goes on from where the run before stood.
    #[serde(default)]
    pub goes_on: bool,
    /// Beats, or episodes where it goes by these, that come first and do not count.
    #[serde(default)]
    pub warm_up: u64,
    /// How long it goes.
    pub until: Until,
    /// What is measured at its end.
    #[serde(default)]
    pub remember: Vec<Remember>,
}

fn one() -> u64 {
    1
}

/// How long a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Until {
    /// So many beats.
    Beats(u64),
    /// So many episodes.
    Episodes(u64),
    /// A learner has learned for so many beats.
    Learned(u64),
    /// The best policy is found.
    Planned,
}

/// A measure under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remember {
    /// The name.
    pub name: String,
    /// What is measured.
    pub what: Measured,
    /// What it is called where it is shown; empty where it is not.
    #[serde(default)]
    pub label: Text,
}

/// Per what a rate is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Per {
    /// A beat.
    Beat,
    /// An hour.
    Hour,
}

/// What can be measured: see [`crate::scenario::schema::lesson`] for what each means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Measured {
    /// What was earned.
    Reward(Per),
    /// How many parts left.
    Output(Per),
    /// Parts in the buffers.
    Stock,
    /// Beats in the line.
    LeadTime,
    /// Time of a station by cause, per cent.
    Share {
        /// The station.
        station: String,
        /// How it spent the time.
        cause: Condition,
    },
    /// The mean return of an episode.
    Return,
    /// The mean length of an episode.
    Length,
    /// Episodes that ended.
    Ended,
    /// Episodes that were cut off.
    CutOff,
    /// A variable's level.
    Level(String),
    /// What decisions fell short of the best ones.
    DecisionCost(Per),
    /// The share of the best decisions, per cent.
    BestDecisions,
    /// The optimum.
    Optimum(Per),
    /// What the agent's policy is worth.
    Policy(Per),
    /// Its distance to the optimum, per cent.
    Gap,
    /// v*(s).
    Value,
    /// q*(s, a).
    ActionValue(NamedLevels),
    /// r(s, a).
    ActionReward(NamedLevels),
    /// γ Σ p v*(s′).
    ActionFuture(NamedLevels),
    /// The paired difference of two first actions.
    Fork(ForkSpec),
    /// Sweeps until the policy is the best.
    SweepsToPolicy,
    /// Sweeps until the values are right, within so many per cent.
    SweepsToValues(f64),
    /// v(s) after so many sweeps.
    SweptValue(u64),
    /// The distance of the greedy policy after so many sweeps, per cent.
    SweptGap(u64),
    /// One figure less another.
    Difference(PairSpec),
    /// On which share of seeds one is larger, per cent.
    Wins(PairSpec),
}

impl Measured {
    /// The names of earlier figures that it is made of.
    pub fn uses(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Difference(pair) | Self::Wins(pair) => {
                vec![("first", pair.first.as_str()), ("second", pair.second.as_str())]
            }
            _ => Vec::new(),
        }
    }
}

/// Two first actions that are set against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForkSpec {
    /// The one.
    pub first: NamedLevels,
    /// The other.
    pub second: NamedLevels,
    /// Who decides thereafter.
    #[serde(default)]
    pub then: Who,
    /// How many pairs.
    #[serde(default = "two_hundred")]
    pub futures: u64,
    /// How long each is; `None` for as long as rewards count.
    #[serde(default)]
    pub beats: Option<u64>,
}

fn two_hundred() -> u64 {
    200
}

/// Who decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Who {
    /// The best policy.
    #[default]
    Optimum,
    /// The agent.
    Agent,
}

/// Two remembered figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairSpec {
    /// The one.
    pub first: String,
    /// The other.
    pub second: String,
}

/// A question, and how it is decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The question.
    pub question: Text,
    /// What is answered.
    pub answer: AnswerSpec,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum AnswerSpec {
    /// A number.
    Number {
        /// The figure.
        of: String,
        /// How far from it is still right.
        tolerance: f64,
    },
    /// One of several options.
    Choice {
        /// The options.
        options: Vec<OptionSpec>,
        /// What decides.
        by: By,
    },
    /// An action in the present state.
    Action(Who),
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptionSpec {
    /// What it says.
    pub says: Text,
}

/// What decides a choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum By {
    /// Which figure is the largest.
    Largest(Vec<String>),
    /// Which is the smallest.
    Smallest(Vec<String>),
    /// Whether one is less than another.
    Less(PairSpec),
    /// Between which bounds one lies.
    Within {
        /// The figure.
        of: String,
        /// The bounds.
        bounds: Vec<f64>,
    },
}

impl By {
    /// The names of the figures it compares, each with the field that it stands in.
    pub fn names(&self) -> Vec<(String, &str)> {
        match self {
            Self::Largest(names) | Self::Smallest(names) => {
                let each = names.iter().enumerate();
                each.map(|(place, name)| (format!("[{place}]"), name.as_str())).collect()
            }
            Self::Less(pair) => vec![
                (".first".to_owned(), pair.first.as_str()),
                (".second".to_owned(), pair.second.as_str()),
            ],
            Self::Within { of, .. } => vec![(".of".to_owned(), of.as_str())],
        }
    }

    /// How many options there are, without that for what cannot be told.
    pub fn options(&self) -> usize {
        match self {
            Self::Largest(names) | Self::Smallest(names) => names.len(),
            Self::Less(_) => 2,
            Self::Within { bounds, .. } => bounds.len() + 1,
        }
    }

    /// Whether a further option may stand for what cannot be told apart.
    pub fn may_be_open(&self) -> bool {
        !matches!(self, Self::Within { .. })
    }
}
