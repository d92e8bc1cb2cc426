//! What a person asks for by clicking and typing. Panels push intents; one place applies them.

use std::path::PathBuf;

use super::docks::{Layout, Pane};
use super::language::Language;
use crate::experiment::lesson::Prediction;
use crate::learners::{Exploration, StepSize, Target};
use crate::mdp::Level;
pub use crate::scenario::AgentKind as AgentChoice;

/// How fast beats are played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// So many beats a second, from 1.
    PerSecond(f64),
    /// As fast as it goes.
    Fastest,
}

/// Something a person wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Play if paused, pause if playing.
    TogglePlay,
    /// Mark this beat, to be gone back to, or take the mark away.
    Bookmark(u64),
    /// Play one beat and pause.
    OneBeat,
    /// Go back to this beat of the past, or forth again, and pause.
    GoTo(u64),
    /// Play at this speed.
    SetSpeed(Speed),
    /// Go back to the first beat, with nothing learned.
    Reset,
    /// Start again with this seed.
    SetSeed(u64),
    /// Play so many beats off the frame.
    TrainAhead(u64),
    /// Stop training ahead where it is.
    StopTraining,
    /// Let this agent act from the next beat on.
    ChooseAgent(AgentChoice),
    /// Change one setting of the agent that acts.
    TuneAgent(Tuning),
    /// A person who acts takes this action: now, or from the next beat on while beats play.
    Act(Vec<Level>),
    /// A person who acts gets this action in hand, without taking it.
    Prepare(Vec<Level>),
    /// Show or hide what the optimum would do from a person who acts.
    ToggleHints,
    /// Let the planner wait after the sweep it is in, or give up counting before it.
    PausePlanning,
    /// Let a planner that waits go on.
    ResumePlanning,
    /// Let a planner that waits make one sweep.
    OneSweep,
    /// Plan again from nothing, waiting before the first sweep or not.
    PlanAgain {
        /// Whether it waits.
        paused: bool,
    },
    /// Look for the best kanban levels.
    SearchKanban,
    /// Give up looking for them.
    StopSearch,
    /// Plan with this method, by its place in [`super::view::AgentView::methods`].
    ChooseMethod(usize),
    /// Change a figure of the scenario, by its path, to a value in its shown unit.
    SetParameter {
        /// The parameter's path in the scenario.
        path: String,
        /// The new value, in the unit that the parameter is shown in.
        value: f64,
    },
    /// Give one parameter its value from the file again.
    ResetParameter(String),
    /// Give all parameters their values from the file again.
    ResetParameters,
    /// Take back the latest change of a figure or of the agent.
    Undo,
    /// Make the latest change again that was taken back.
    Redo,
    /// Open a scenario that came with the program, by its name (`lines/line3.ron`).
    OpenShipped(String),
    /// Open a file.
    OpenFile(PathBuf),
    /// Show or hide the file dialog.
    ShowFileDialog(bool),
    /// List this folder in the file dialog.
    BrowseTo(PathBuf),
    /// Write the run (scenario, seed, commands) to a file.
    SaveRun(PathBuf),
    /// Put away what was last said.
    DismissNotice,
    /// Make changes again that were left unsaved, by their place in
    /// [`super::view::View::left`].
    RestoreChanges(usize),
    /// Forget changes that were left unsaved, by their place.
    DeclineChanges(usize),
    /// Say this in the notice.
    Say(String),
    /// Put away the errors of the latest file that could not be opened.
    DismissErrors,
    /// Put these state variables on the map's axes (places in the state space).
    SetMapAxes {
        /// The variable across.
        x: usize,
        /// The variable upwards.
        y: usize,
    },
    /// Show this on the map.
    ShowMap(Mapped),
    /// Draw the map once for each level of this variable, or (`None`) but once.
    RepeatMap(Option<usize>),
    /// Hold a variable that is not on an axis at this level.
    SetSlice {
        /// The variable's place in the state space.
        variable: usize,
        /// Its level; `None` lets it follow the present state.
        level: Option<Level>,
    },
    /// Ask why in this state, or (`None`) in the present one.
    Inspect(Option<Vec<Level>>),
    /// Let the line go on from this state.
    Put(Vec<Level>),
    /// Open or close the branches of one action in the inspector.
    ToggleAction(usize),
    /// Fork the state looked at into pairs of futures.
    Fork,
    /// Show or hide how long frames take.
    ToggleFrameTimes,
    /// Switch between dark and light.
    ToggleTheme,
    /// Show everything in this language.
    SetLanguage(Language),
    /// Turn motion on or off.
    ToggleMotion,
    /// Show figures a beat or an hour.
    SetRates(Rates),
    /// Show or hide both side panels.
    ToggleSides,
    /// Draw everything larger (above 0), smaller (below) or in its usual size (0).
    Scale(i32),
    /// Fill the screen with the picture, its figures and charts in large type, or go back.
    TogglePresenting,
    /// Show the scenario's text above its picture, or fold it away.
    ToggleText,
    /// Show this curve on a chart.
    ShowCurve(Chart, CurveKind),
    /// Write the curve that a chart shows to a file: a table or a picture, as its ending says.
    ExportCurve(Chart, PathBuf),
    /// The scenario's text was edited to this.
    Edit(String),
    /// Make a list of the scenario longer or shorter by one.
    Lengthen {
        /// The list's name in the file.
        field: &'static str,
        /// Whether it becomes longer.
        longer: bool,
    },
    /// Write the scenario as it is now to a file.
    SaveScenario(PathBuf),
    /// Arrange the panes so.
    Arrange(Layout),
    /// Take a pane out of the arrangement, or put it in.
    TogglePane(Pane),
    /// Arrange the panes as they were at first.
    RestoreLayout,
    /// Play the race on many other lucks, shown on this chart.
    MoreLucks(Chart),
    /// Compare this agent with the one that acts, on the same luck, or leave it out.
    ToggleRival(AgentChoice),
    /// Begin the lesson of this name.
    BeginLesson(String),
    /// Do something in the lesson that is open.
    Lesson(LessonStep),
    /// Put away the first hints for good.
    DismissHints,
}

/// Something done in a lesson.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LessonStep {
    /// Predict this.
    Predict(Prediction),
    /// Predict nothing.
    Pass,
    /// Let it run.
    Run,
    /// Break off what runs.
    Stop,
    /// Let the agent play what was to be played by hand.
    PlayForMe,
    /// Go on to the next step, or end the lesson after the last.
    Forward,
    /// Begin the step before anew.
    Back,
    /// Leave the lesson.
    Leave,
}

/// A change to the settings of an agent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tuning {
    /// How far an update moves a value.
    Step(StepSize),
    /// When a random action is tried.
    Explore(Exploration),
    /// The learner's own discount γ, below 1.
    Discount(f64),
    /// What every action is worth before it is met.
    InitialValue(f64),
    /// A figure of the learner beside those of its table, by its place among them.
    Figure {
        /// Its place in [`crate::scenario::AgentSpec::figures`].
        place: usize,
        /// Its value.
        value: f64,
    },
    /// The rule of thumb whose values are predicted.
    Policy(AgentChoice),
    /// What predicted values move towards.
    Target(Target),
    /// The kanban level of a buffer.
    KanbanLevel {
        /// The buffer's number.
        buffer: usize,
        /// Its level.
        level: u32,
    },
    /// What a threshold rule watches, and from which level on it acts otherwise.
    Threshold {
        /// The variable's place among the observations.
        variable: usize,
        /// The level.
        level: Level,
    },
}

/// In what figures are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rates {
    /// Everything a beat.
    PerBeat,
    /// Everything an hour (only where the scenario says how long a beat is).
    PerHour,
}

/// What the map shows of each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mapped {
    /// What it is worth.
    #[default]
    Value,
    /// How often the learner was there.
    Visits,
    /// What is lost by what the agent does there.
    Loss,
    /// How much more the learner believes it to be worth than it is.
    Error,
}

impl Mapped {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Value, Self::Visits, Self::Loss, Self::Error];

    /// What it is called, and what it means.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Value => ("Value", "What each state is worth, and what is done there"),
            Self::Visits => ("Visits", "How often the learner was in each state"),
            Self::Loss => (
                "Loss",
                "What is lost by doing once what the agent does, the optimum acting ever after",
            ),
            Self::Error => ("Error", "How much more the learner believes than the state is worth"),
        }
    }
}

/// Which of the charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Chart {
    /// The one that every arrangement has.
    #[default]
    First,
    /// The one beside it.
    Second,
}

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CurveKind {
    /// The learner's distance to the optimum against beats.
    Gap,
    /// Mean reward against beats.
    Reward,
    /// The planner's bounds against sweeps.
    Bounds,
    /// Beats of an episode against episodes.
    Steps,
    /// Values along the map's first axis.
    Values,
    /// What others would have earned on the same luck.
    Rivals,
    /// The same on many other lucks.
    Lucks,
    /// What each station did in the latest beats.
    Gantt,
    /// How well each station is used.
    Oee,
    /// How long parts take.
    LeadTimes,
    /// What a good part earns and costs.
    Costs,
    /// How much power is drawn.
    Power,
}
