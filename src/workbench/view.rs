//! What the panels show: plain data that systems fill each frame and panels only read.

use std::path::PathBuf;
use std::sync::Arc;

use super::charts::amounts::Amount;
use super::docks::{Layout, Pane};
use super::intent::{AgentChoice, Chart, CurveKind, Mapped, Rates, Speed};
use super::language::Language;
use crate::experiment::Estimate;
use crate::experiment::figures::Oee;
use crate::learners::{Exploration, StepSize};
use crate::mdp::{Condition, Level};
use crate::scenario::Family;
use crate::scenario::structure::Listed;

/// The bar at the top.
#[derive(Debug, Clone, PartialEq)]
pub struct TransportView {
    /// The scenario's title.
    pub title: String,
    /// Whether beats are playing.
    pub playing: bool,
    /// The speed asked for.
    pub speed: Speed,
    /// Beats a second that are reached, measured over the last second or so.
    pub reached: f64,
    /// Beats played in all.
    pub beat: u64,
    /// The episode's number from 1 and its beats, in environments that end.
    pub episode: Option<(u64, u64)>,
    /// The seed.
    pub seed: u64,
    /// What is played off the frame.
    pub ahead: Option<AheadView>,
    /// The earliest beat that can be gone back to, and the latest that was reached.
    pub past: (u64, u64),
    /// Beats that were marked and can be gone back to.
    pub bookmarks: Vec<u64>,
    /// What can be undone, in words, if anything.
    pub undo: Option<String>,
    /// What can be done again, in words, if anything.
    pub redo: Option<String>,
    /// Whether the theme is dark.
    pub dark: bool,
    /// Whether parts glide.
    pub motion: bool,
}

/// What is played off the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AheadView {
    /// Whether a saved run is played again, else the open one plays on.
    pub replay: bool,
    /// Beats played.
    pub done: u64,
    /// Beats to be played.
    pub of: u64,
}

/// The list of scenarios.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LibraryView {
    /// Folders in order: (family, scenarios in it as (name `lines/line3.ron`, title)).
    pub families: Vec<(String, Vec<(String, String)>)>,
    /// Lessons: name, title, and whether it was gone through.
    pub lessons: Vec<(String, String, bool)>,
    /// The files that were opened last, the latest first.
    pub recent: Vec<PathBuf>,
    /// The name of the scenario that is open, if it is one of these.
    pub open: Option<String>,
}

/// Changes that were left unsaved and can be had again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeftView {
    /// The title of the scenario that they are of.
    pub title: String,
    /// Each in words.
    pub changes: Vec<String>,
    /// Whether it is offered: it was open when the program ended.
    pub offered: bool,
}

/// A lesson, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonView {
    /// Its title.
    pub title: String,
    /// The misconception that it breaks.
    pub breaks: String,
    /// The step's number, from 1.
    pub number: usize,
    /// How many steps there are.
    pub of: usize,
    /// What is told.
    pub tell: String,
    /// What is asked.
    pub question: Option<LessonQuestion>,
    /// What is under way.
    pub phase: LessonPhase,
    /// What came of it: labels and figures with units.
    pub figures: Vec<(String, String)>,
    /// The answer in words, once known.
    pub answer: Option<String>,
    /// Whether that was predicted, where something was.
    pub right: Option<bool>,
    /// Why a prediction was not taken.
    pub refused: Option<String>,
    /// The parts of the window that are pointed at.
    pub highlight: Vec<String>,
}

/// What a lesson asks.
#[derive(Debug, Clone, PartialEq)]
pub struct LessonQuestion {
    /// The question.
    pub text: String,
    /// The options; none where a number is asked for.
    pub options: Vec<String>,
    /// The option that was predicted.
    pub chosen: Option<usize>,
    /// The number that was predicted.
    pub number: Option<f64>,
    /// The options that turned out right.
    pub right: Vec<usize>,
}

/// What is under way in a lesson.
#[derive(Debug, Clone, PartialEq)]
pub enum LessonPhase {
    /// A prediction is waited for.
    Asking,
    /// The learner acts, for so many beats more.
    ByHand {
        /// How many.
        left: u64,
    },
    /// It can be run.
    Ready,
    /// It runs; the share that is done.
    Working(f64),
    /// It could not be run, and why.
    Failed(String),
    /// What came of it is known.
    Known,
}

/// One figure of the scenario that can be changed while it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterView {
    /// Its path in the scenario.
    pub path: String,
    /// What it is a figure of: "Mill"; empty for the scenario as a whole.
    pub owner: String,
    /// What it is called: "time to failure".
    pub label: String,
    /// Its unit: "min".
    pub unit: String,
    /// Its value now, in that unit.
    pub value: f64,
    /// Its value in the file.
    pub default: f64,
    /// Where its slider begins and ends.
    pub range: (f64, f64),
    /// The least and the most that may be typed.
    pub bounds: (f64, f64),
    /// The scenario's sign for money.
    pub currency: String,
    /// What it becomes where that is not what was written: "2 beats (rounded by +33 %)".
    pub becomes: Option<String>,
    /// Whether only whole numbers make sense.
    pub whole: bool,
    /// Whether equal steps on the slider should be equal ratios.
    pub logarithmic: bool,
    /// A sentence for the tooltip.
    pub help: String,
}

impl ParameterView {
    /// Its name with that of its owner: "Mill · time to failure".
    pub fn full_name(&self) -> String {
        match self.owner.as_str() {
            "" => self.label.clone(),
            owner => format!("{owner} · {}", self.label),
        }
    }
}

/// The left panel below the scenarios.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParametersView {
    /// The parameters in order.
    pub parameters: Arc<[ParameterView]>,
}

/// An agent that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentOption {
    /// The choice.
    pub choice: AgentChoice,
    /// Its name.
    pub name: String,
    /// What it does, in a few words.
    pub about: &'static str,
    /// Whose kin it is.
    pub family: Family,
    /// Why it cannot be chosen here, if it cannot.
    pub unavailable: Option<String>,
}

/// A learner's settings as shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearnerView {
    /// The step size.
    pub step: StepSize,
    /// When a random action is tried.
    pub exploration: Exploration,
    /// γ.
    pub discount: f64,
    /// What every action is worth before it is met.
    pub initial_value: f64,
}

/// The kanban level of a buffer as shown.
#[derive(Debug, Clone, PartialEq)]
pub struct KanbanView {
    /// The buffer's name.
    pub buffer: String,
    /// Its level.
    pub level: u32,
    /// Its capacity; one above never holds back.
    pub capacity: u32,
}

/// A threshold rule as shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdView {
    /// The variables that can be watched.
    pub variables: Vec<crate::mdp::Variable>,
    /// The one that is.
    pub variable: usize,
    /// The level from which on the second action is taken.
    pub level: Level,
    /// The action below that level, in words.
    pub below: String,
    /// The action from it on, in words.
    pub above: String,
}

/// Whose values are predicted, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictionView {
    /// The rule of thumb that acts, by its name.
    pub policy: String,
    /// The rules that can.
    pub policies: Vec<(AgentChoice, String)>,
    /// Which of them does.
    pub chosen: AgentChoice,
    /// Whether all rewards to the end of an episode are waited for (Monte Carlo).
    pub to_the_end: bool,
    /// The step size.
    pub step: StepSize,
    /// The discount γ.
    pub discount: f64,
    /// How far the values are from the exact ones, in words, once known.
    pub error: Option<String>,
}

/// A setting of a learner, beside those of its table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SettingView {
    /// What it is called.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub about: &'static str,
    /// What it is.
    pub value: f64,
    /// From where to where it may be.
    pub range: (f64, f64),
    /// Whether it is a whole number.
    pub whole: bool,
}

/// The agent part of the right panel.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentView {
    /// Who acts.
    pub choice: AgentChoice,
    /// Its name.
    pub name: String,
    /// One word for what it is doing: "learning", "fixed rule", "optimal", "planning…".
    pub doing: String,
    /// All agents.
    pub options: Vec<AgentOption>,
    /// Its settings, where it is a learner.
    pub learner: Option<LearnerView>,
    /// The learner's figures beside those of its table.
    pub settings: Vec<SettingView>,
    /// Its levels, where it is a kanban.
    pub kanban: Vec<KanbanView>,
    /// Its rule, where it is a threshold.
    pub threshold: Option<ThresholdView>,
    /// What it predicts, where it does.
    pub prediction: Option<PredictionView>,
    /// How far the search for the best kanban levels has come, a share, while it is under way.
    pub searching: Option<f64>,
    /// Further lines: (label, value).
    pub facts: Vec<(String, String)>,
    /// Distance of its policy to the optimum, in words, once known: "4.3 %".
    pub gap: Option<String>,
    /// Whether its policy is being judged while it learns on, and after how many beats it was
    /// judged last.
    pub judging: Option<u64>,
    /// A sentence that must be seen: "This policy never reaches the goal: cut off after 200 beats".
    pub notice: Option<String>,
    /// Names of the planning methods, and which is in use.
    pub methods: Vec<String>,
    /// The method in use, a place in `methods`.
    pub method: usize,
}

/// One action in the inspector.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActionView {
    /// In words: "hold lathe".
    pub name: String,
    /// In as few words as possible, where names are long: "hold 1".
    pub short: String,
    /// What the agent believes it to be worth; `None` if it has no belief.
    pub believed: Option<f64>,
    /// What it is worth under the planner's values.
    pub planned: Option<f64>,
    /// How likely an agent that learns probabilities is to take it; `None` for all others.
    pub likely: Option<f64>,
    /// Whether the agent takes it here.
    pub chosen: bool,
    /// Whether it takes it to explore: it believes another to be better.
    pub explores: bool,
    /// Whether it was left to chance.
    pub drawn: bool,
    /// Whether it is (one of) the optimum's.
    pub optimal: bool,
    /// Whether that is proved.
    pub proved: bool,
    /// Whether it is allowed here.
    pub allowed: bool,
    /// Its expected reward a beat.
    pub reward: Option<f64>,
    /// Its outcomes, most probable first, where it is opened: (in words, probability, value).
    pub branches: Option<Vec<BranchView>>,
}

/// One outcome of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct BranchView {
    /// What happens, in words: "mill fails".
    pub words: String,
    /// The state it leads to, in words, where it differs: "buffer 1 = 3 · mill = down".
    pub leads_to: String,
    /// Its probability.
    pub probability: f64,
    /// Its reward.
    pub reward: f64,
    /// The value of the state it leads to, under the planner's values.
    pub value: Option<f64>,
}

/// How an action's value comes about: `value = reward − gain + discount · future`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackupView {
    /// The action, a place in the list.
    pub action: usize,
    /// Its expected reward.
    pub reward: f64,
    /// The gain that is taken off, under the average reward.
    pub gain: Option<f64>,
    /// The discount, where there is one.
    pub discount: Option<f64>,
    /// Σ p · value over its outcomes.
    pub future: f64,
    /// Whether who acts may fall short of the maximum, here or in another state: room is kept for
    /// how far.
    pub may_fall_short: bool,
}

/// What the two columns of values mean.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalesView {
    /// The optimum's.
    pub planned: String,
    /// The agent's.
    pub believed: String,
}

/// The inspector: why this action?
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WhyView {
    /// The state in words: "buffer 1 = 8 · buffer 2 = 3".
    pub state: String,
    /// Whether it is the present state (else one that was clicked).
    pub present: bool,
    /// What the agent is about to do, where the actions are too many to be listed.
    pub about_to: Option<String>,
    /// All actions, in order of their number.
    pub actions: Vec<ActionView>,
    /// The state in the longest words it could have, so that room is kept for them.
    pub longest_state: String,
    /// How the value comes about of the action that is taken here, else of the best.
    pub backup: Option<BackupView>,
    /// What the planner's values and the agent's mean, where they are not on one scale.
    pub scales: Option<ScalesView>,
    /// Why there is nothing to show, if so.
    pub empty: Option<String>,
}

/// Pairs of futures from one state, and what they say of two actions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ForkView {
    /// The action that would be tried, and the one it would be held against, in words.
    pub offer: Option<(String, String)>,
    /// Whether there is a fork of the state looked at.
    pub shown: bool,
    /// Its two actions in words.
    pub between: [String; 2],
    /// Who decides all that follows.
    pub then: String,
    /// How many pairs there are so far.
    pub pairs: u64,
    /// Whether more are played.
    pub under_way: bool,
    /// Their mean difference.
    pub paired: Option<Estimate>,
    /// The same as if each future had luck of its own.
    pub unpaired: Option<Estimate>,
    /// The difference by the values.
    pub exact: Option<f64>,
    /// The unit of all these.
    pub unit: String,
    /// Why it came to nothing.
    pub failed: Option<String>,
}

/// What a person who acts can do now, and how that turned out so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HandView {
    /// The state in words.
    pub state: String,
    /// The state in the longest words it could have, so that room is kept for them.
    pub longest_state: String,
    /// What is waited for, or goes on: "Beat 38 waits for you".
    pub now: String,
    /// What that means, in a sentence.
    pub help: String,
    /// Whether beats play, and what was chosen goes on in each.
    pub playing: bool,
    /// The variables of the action.
    pub variables: Vec<crate::mdp::Variable>,
    /// The action in hand: a level for each variable.
    pub chosen: Vec<Level>,
    /// The same in words.
    pub words: String,
    /// Whether it may be taken here.
    pub allowed: bool,
    /// Every action, where there are few; else an action is put together from its variables.
    pub offers: Vec<OfferView>,
    /// Whether what the optimum would do is shown.
    pub hints: bool,
    /// Whether that is proved.
    pub proved: bool,
    /// How the latest decision turned out, and what all of them cost.
    pub facts: Vec<FactView>,
}

/// An action that a person can take.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfferView {
    /// A level for each variable.
    pub action: Vec<Level>,
    /// In words.
    pub name: String,
    /// Whether it may be taken here.
    pub allowed: bool,
    /// Whether it is the one in hand.
    pub chosen: bool,
    /// What it is worth if the optimum acts thereafter, where hints are wanted.
    pub value: Option<f64>,
    /// Whether the optimum would take it, where hints are wanted.
    pub optimal: bool,
}

/// A figure with what it is called and what it means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FactView {
    /// What it is called.
    pub label: String,
    /// The same in fewer words, for where these have no room, the longest first.
    pub shorter: Vec<String>,
    /// The figure with its unit.
    pub value: String,
    /// What it means, in a sentence.
    pub help: String,
}

/// The scenario as text.
#[derive(Debug, Clone, PartialEq)]
pub struct EditorView {
    /// The text.
    pub text: Arc<str>,
    /// Counts how often the text was set by something else than typing.
    pub version: u64,
    /// Lists that can be made longer and shorter.
    pub lists: Vec<Listed>,
    /// What is wrong with the text.
    pub findings: Vec<FindingView>,
    /// Whether it is being read.
    pub reading: bool,
}

/// The state, to be changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangeView {
    /// Its variables.
    pub variables: Arc<[crate::mdp::Variable]>,
    /// The state that is looked at.
    pub state: Vec<Level>,
    /// Why it cannot be changed, if so.
    pub refused: Option<String>,
}

/// What the planner has.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanView {
    /// Enumerating or planning: what, done, of (0 if unknown).
    Working {
        /// "counting outcomes" or "value iteration".
        what: String,
        /// Steps done.
        done: u64,
        /// Steps in all, 0 if unknown.
        of: u64,
        /// Bounds so far.
        bounds: Option<(f64, f64)>,
        /// Whether it waits between two sweeps.
        paused: bool,
        /// Whether it can wait and go on; else it can only be given up.
        can_wait: bool,
    },
    /// Done: what the optimum would do here and its bounds.
    Ready {
        /// Whether ε-optimality is proved.
        certified: bool,
        /// The optimum's action in the inspected state, in words.
        would_do: String,
        /// Whether the agent would do the same.
        same: bool,
        /// "gain" or "value at the start".
        quantity: String,
        /// Lower and upper bound, in `unit`.
        bounds: (f64, f64),
        /// The unit: "€ / h".
        unit: String,
        /// Sweeps made.
        sweeps: u64,
        /// States of the model.
        states: u64,
    },
    /// There is no plan, and why.
    None {
        /// In words, with the number of states where that is the reason.
        why: String,
    },
}

/// Time by cause of one station.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeView {
    /// The station.
    pub name: String,
    /// Shares of beats by cause, summing to at most 1.
    pub shares: Vec<(Condition, f64)>,
}

/// A figure at the top of the stage.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureView {
    /// What it is: "earned".
    pub label: String,
    /// Its value with unit, formatted: "278.4 € / h".
    pub value: String,
    /// What it means, in a sentence.
    pub help: String,
    /// What stands below in a quieter tone: "± 1.9 · optimum 291.0".
    pub below: String,
}

/// A cell of the value map: its value (`None`: never visited) and the greedy actions, several
/// where they tie.
pub type MapCell = (Option<f64>, Vec<usize>);

/// The cells of a map for each of some levels of a variable.
pub type Repeats = Arc<[(Level, Arc<[MapCell]>)]>;

/// The actions as a map marks them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActionsView {
    /// Names and short marks of the flat actions.
    pub names: Vec<(String, String)>,
    /// Their parts, of which the last counts fastest.
    pub parts: Vec<PartView>,
}

/// One part of an action as a map marks it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PartView {
    /// What it is called.
    pub name: String,
    /// Whether its levels are bare numbers.
    pub counts: bool,
    /// Mark and words of each level, lowest first.
    pub levels: Vec<(String, String)>,
}

impl ActionsView {
    /// Which level, counted from its lowest, a flat action gives a part.
    pub fn level(&self, action: usize, part: usize) -> usize {
        let size = |part: &PartView| part.levels.len().max(1);
        let behind: usize = self.parts.iter().skip(part + 1).map(size).product();
        self.parts.get(part).map_or(0, |part| action / behind.max(1) % size(part))
    }
}

/// The value map's frame: which variables, which slices. The cells are computed by the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapView {
    /// Names of all state variables with their bounds and labels.
    pub variables: Vec<crate::mdp::Variable>,
    /// Variables across and upwards; twice the same where the state is one variable.
    pub axes: (usize, usize),
    /// The level of each variable in the slice shown (those on the axes are ignored).
    pub slice: Vec<Level>,
    /// Which variables follow the present state.
    pub follows: Vec<bool>,
    /// The present state.
    pub present: Vec<Level>,
    /// What is shown of each state, and what could be.
    pub mapped: Mapped,
    /// What could be shown here.
    pub offers: Vec<Mapped>,
    /// What is shown: "value under the optimum (value iteration, sweep 120)".
    pub source: String,
    /// Whose policy it is: "optimum".
    pub whose: String,
    /// What the values are called: "optimal value".
    pub value_name: String,
    /// Unit of the values.
    pub unit: String,
    /// Cells row by row from the lowest y.
    pub cells: Arc<[MapCell]>,
    /// The variable for whose levels the map is repeated, and the cells of each.
    pub repeats: Option<(usize, Repeats)>,
    /// How the actions are marked.
    pub actions: Arc<ActionsView>,
    /// The cell that was clicked, if it is in this slice.
    pub inspected: Option<(Level, Level)>,
}

/// One line of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveLine {
    /// Its name.
    pub name: String,
    /// Points (x, y).
    pub points: Vec<(f64, f64)>,
    /// Half widths of a band around the points, if any (as many as points).
    pub band: Option<Vec<(f64, f64)>>,
}

/// What stations did in the latest beats.
#[derive(Debug, Clone, PartialEq)]
pub struct GanttView {
    /// Their names.
    pub stations: Vec<String>,
    /// The first beat that is known, from 1.
    pub first: u64,
    /// A list a station: its condition in each beat from the first on.
    pub conditions: Vec<Vec<Condition>>,
}

/// How often which time came up.
#[derive(Debug, Clone, PartialEq)]
pub struct HistogramView {
    /// How many there are in each bin.
    pub counts: Vec<u64>,
    /// Where the first bin begins, and how wide each is, in the unit of the axis.
    pub bins: (f64, f64),
    /// That unit.
    pub unit: String,
    /// Figures of all of them by name.
    pub marks: Vec<(String, Estimate)>,
}

/// What a good part earns and costs.
#[derive(Debug, Clone, PartialEq)]
pub struct AmountsView {
    /// The amounts from above.
    pub rows: Vec<Amount>,
    /// What a row means.
    pub meaning: String,
    /// Their unit.
    pub unit: String,
}

/// What is drawn in place of lines.
#[derive(Debug, Clone, PartialEq)]
pub enum ChartView {
    /// What stations did in the latest beats.
    Gantt(GanttView),
    /// How well each machine is used.
    Oee(Vec<(String, Oee<Estimate>)>),
    /// How often which time came up.
    Histogram(HistogramView),
    /// Amounts by item.
    Amounts(AmountsView),
}

/// What one of those compared has earned.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreView {
    /// Who it is.
    pub choice: AgentChoice,
    /// What it is called.
    pub name: String,
    /// What it earned a beat or an hour, with its unit; or how often it was ahead.
    pub earned: String,
    /// What that means, in a sentence.
    pub means: &'static str,
    /// How much that is more than the acting agent's, with its interval, with and without the unit, and
    /// whether there is an interval yet.
    pub ahead: Option<([String; 2], bool)>,
}

/// The curve panel.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveView {
    /// On which chart.
    pub chart: Chart,
    /// Which curve is shown.
    pub kind: CurveKind,
    /// The curves that there are here.
    pub kinds: Vec<CurveKind>,
    /// Whether the acting agent predicts, so that it has an error and no way to the optimum.
    pub predicts: bool,
    /// Title of the y axis with unit.
    pub y_title: String,
    /// Title of the x axis with unit.
    pub x_title: String,
    /// Whether x and y are logarithmic.
    pub log: (bool, bool),
    /// The lines.
    pub lines: Vec<CurveLine>,
    /// Horizontal references: (name, y).
    pub references: Vec<(String, f64)>,
    /// Figures that others have found, drawn faintly.
    pub marks: Vec<CurveLine>,
    /// What each has earned, the acting agent first, where several are compared.
    pub scores: Vec<ScoreView>,
    /// How many more lucks are offered to those who are compared; 0 where none are.
    pub more_lucks: u64,
    /// What is drawn in place of lines, where it is no chart of lines.
    pub drawn: Option<ChartView>,
    /// Who could be compared here.
    pub can_race: Vec<AgentChoice>,
    /// What lies below this is drawn here, on a logarithmic y axis that is to show 0 as well.
    pub floor: Option<f64>,
    /// What will appear here and how, while there is nothing.
    pub empty: String,
}

impl CurveView {
    /// A chart with nothing on it.
    pub fn nothing() -> Self {
        Self {
            chart: Chart::First,
            kind: CurveKind::Reward,
            kinds: Vec::new(),
            predicts: false,
            y_title: String::new(),
            x_title: String::new(),
            log: (false, false),
            lines: Vec::new(),
            references: Vec::new(),
            marks: Vec::new(),
            scores: Vec::new(),
            more_lucks: 0,
            drawn: None,
            can_race: Vec::new(),
            floor: None,
            empty: String::new(),
        }
    }
}

/// The file dialog.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileDialogView {
    /// Whether it is shown.
    pub shown: bool,
    /// The folder listed.
    pub folder: PathBuf,
    /// Folders in it.
    pub folders: Vec<PathBuf>,
    /// Scenario files in it.
    pub files: Vec<PathBuf>,
    /// Why the folder cannot be listed, if so.
    pub error: Option<String>,
}

/// What is wrong with a file that could not be opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorsView {
    /// The file's name.
    pub file: String,
    /// Errors and warnings, in the order of the text.
    pub findings: Vec<FindingView>,
}

/// One error or warning.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindingView {
    /// Where it is, `line.ron:14:9`: the file alone where it has no place in the text.
    pub place: String,
    /// The field concerned, as the file writes it; empty for none.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do; empty where the message says it.
    pub remedy: String,
    /// Whether it is a warning, which alone would not keep the file from being opened.
    pub warning: bool,
}

/// Everything the panels show.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The bar at the top.
    pub transport: TransportView,
    /// The scenarios.
    pub library: LibraryView,
    /// The parameters.
    pub parameters: ParametersView,
    /// The agent.
    pub agent: AgentView,
    /// Why this action.
    pub why: WhyView,
    /// Pairs of futures from the state looked at.
    pub fork: ForkView,
    /// What a person who acts can do now; `None` where none does.
    pub hand: Option<HandView>,
    /// The planner.
    pub plan: PlanView,
    /// Whether there are stations whose time could be told.
    pub has_stations: bool,
    /// Time by cause.
    pub time: Vec<TimeView>,
    /// Figures above the stage.
    pub figures: Vec<FigureView>,
    /// The value map; `None` while there are no values.
    pub map: Option<MapView>,
    /// Why there is no map.
    pub no_map: String,
    /// Whether agents do not see the state, so that the optimum is only a bound.
    pub hidden: bool,
    /// How the panes are arranged, and which of them are there.
    pub layout: Layout,
    /// Whether each pane is in the arrangement, in the order of `Pane::ALL`.
    pub panes: [bool; Pane::ALL.len()],
    /// The chart.
    pub curve: CurveView,
    /// The second chart, where it is seen.
    pub beside: Option<CurveView>,
    /// Per beat or per hour.
    pub rates: Rates,
    /// Whether per hour is possible.
    pub has_hours: bool,
    /// Whether beats are so long that figures are read a day in place of an hour.
    pub by_days: bool,
    /// The file dialog.
    pub dialog: FileDialogView,
    /// What was last said: that a file was saved, or why something cannot be done.
    pub notice: Option<String>,
    /// Changes that were left unsaved and can be had again, the latest last.
    pub left: Vec<LeftView>,
    /// Errors of the latest file.
    pub errors: Option<ErrorsView>,
    /// Whether the side panels are shown.
    pub sides: bool,
    /// The state, to be changed.
    pub change: ChangeView,
    /// The scenario as text, where that is seen.
    pub editor: Option<EditorView>,
    /// The lesson that is open.
    pub lesson: Option<LessonView>,
    /// The language of the interface.
    pub language: Language,
    /// Whether the picture fills the screen in large type.
    pub presenting: bool,
    /// Whether the first hints are shown.
    pub hints: bool,
    /// Whether the scenario's text is shown above its picture.
    pub shows_text: bool,
    /// The scenario's text: what it teaches.
    pub text: String,
}
