//! What lies on the desk: the open scenario's run, what is worked on behind it, and what the
//! person has chosen to look at.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use bevy::prelude::{Component, Resource};

use super::autosave::Left;
use super::changes::{Changes, Sight};
use super::docks::{Docks, Layout, Pane};
use super::editor::Editor;
use super::forking::{Forking, is_forking};
use super::frame_times::FrameTimes;
use super::hand::Hand;
use super::history::History;
use super::intent::{Chart, CurveKind, Mapped, Rates, Speed};
use super::job::Job;
use super::judge::{Judge, Judgement};
use super::language::Language;
use super::latest_beats::LatestBeats;
use super::lesson::LessonAtWork;
use super::lucks::ManyLucks;
use super::map_view::{Along, Made};
use super::measured::Measured;
use super::memo::Memo;
use super::rivals::Rivals;
use super::view::{
    ActionsView, ErrorsView, FileDialogView, LibraryView, MapCell, ParametersView, Repeats,
};
use crate::environments::AnySettings;
use crate::experiment::agents::Plan;
use crate::experiment::judging::Worth;
use crate::experiment::planning;
use crate::experiment::planning::{Planning, Snapshot};
use crate::experiment::session::Session;
use crate::experiment::trajectory::Beat;
use crate::heuristics::Found;
use crate::mdp::Level;
use crate::scenario::{AgentSpec, BeliefSettings, OptimumSettings, Scenario};

/// A run on the floor: one entity each.
#[derive(Component)]
pub struct Running {
    /// The session that is played.
    pub session: Session,
}

/// A scenario, equal only to itself: telling whether another says the same would take as long as
/// what is to be saved.
#[derive(Debug, Clone)]
pub struct ScenarioMark(pub Arc<Scenario>);

impl PartialEq for ScenarioMark {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The clock of the beats. It is our own: what cannot be caught up with is dropped, and the speed
/// that is reached is shown.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Whether beats are playing.
    pub playing: bool,
    /// The speed asked for.
    pub speed: Speed,
    /// Beats that are due but not yet played, a share of one while it is under way.
    pub due: f64,
    /// Beats a second, measured.
    pub reached: f64,
    /// Beats and seconds since the last measurement.
    pub measured: (u64, f64),
    /// How much of a single beat, played while paused, has been shown; 1 when it is over.
    pub glide: f64,
}

impl Clock {
    /// How much of the latest beat is shown, where beats move at all.
    pub fn shown(&self, moves: bool) -> f64 {
        match (moves, self.playing) {
            (false, _) => 1.0,
            (true, true) => self.due.clamp(0.0, 1.0),
            (true, false) => self.glide,
        }
    }
}

/// Work on the run that takes longer than a frame: when it is done, the run goes on from there.
pub struct Ahead {
    /// What is done.
    pub kind: AheadKind,
    /// The job. It ends with the run, or with why there is none.
    pub job: Job<Result<Session, String>>,
    /// How many beats it is to play.
    pub beats: u64,
}

/// What is done off the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AheadKind {
    /// The open run plays on.
    Training,
    /// A saved run is played again.
    Replaying,
}

/// What the rules of thumb are worth, found behind the scenes.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Always run.
    pub always_run: Option<Worth>,
    /// The best kanban levels.
    pub kanban: Option<Found>,
    /// Another rule with the settings that it left open.
    pub found: Option<FoundRule>,
}

/// A rule that leaves settings open, and what was found for it.
#[derive(Debug, Clone)]
pub struct FoundRule {
    /// The rule as it was wanted.
    pub wanted: AgentSpec,
    /// The rule at its best, or why there is none.
    pub best: Result<AgentSpec, String>,
}

/// The figures that a plan over beliefs is made for, and how it is made.
pub type Foreseen = (AnySettings, BeliefSettings);

/// The state that is looked at while beats are too fast to be watched: taken anew now and then, so
/// that what it says can be read.
#[derive(Debug, Clone, Default)]
pub struct Glance {
    /// The state; `None` while the present one is looked at.
    pub state: Option<Vec<Level>>,
    /// How many seconds ago it was taken.
    pub age: f64,
}

/// Everything but the runs.
#[derive(Resource)]
pub struct Desk {
    /// The scenario's name in the library, if it is from there.
    pub name: Option<String>,
    /// The clock.
    pub clock: Clock,
    /// The agent that the scenario or the person wants to act.
    pub wanted: AgentSpec,
    /// Whether it waits for what it needs: a plan, or the best levels. Another acts meanwhile.
    pub awaited: bool,
    /// Futures that were forked off.
    pub forking: Option<Forking>,
    /// The past of the run.
    pub history: History,
    /// Beats that were marked, to be gone back to.
    pub bookmarks: BTreeSet<u64>,
    /// What was changed, to be undone.
    pub changes: Changes,
    /// What was there when the run was last saved or played again from a file: it is in one.
    pub saved: Option<Sight>,
    /// Changes of what was open before, here or at the last start, that are not saved and can be had
    /// again; the latest last.
    pub left: Vec<Arc<Left>>,
    /// The files that were opened last, the latest first.
    pub recent: Vec<PathBuf>,
    /// What a person who acts has in hand.
    pub hand: Hand,
    /// The planner at work or done.
    pub planning: Arc<Planning>,
    /// Its thread, while it works.
    pub planner: Option<Job<()>>,
    /// What it has found so far, as of this frame.
    pub snapshot: Arc<Snapshot>,
    /// How it plans.
    pub plan_settings: OptimumSettings,
    /// Always run being measured.
    pub measuring: Option<Job<Option<Worth>>>,
    /// The best kanban levels being looked for.
    pub searching: Option<Job<Option<Found>>>,
    /// The best settings of another rule of thumb being looked for.
    pub finding: Option<Job<FoundRule>>,
    /// A plan over beliefs being made.
    pub foreseeing: Option<Job<Result<Foreseen, String>>>,
    /// What a plan over beliefs was made for last.
    pub foreseen: Option<Foreseen>,
    /// What rules of thumb are worth.
    pub rules: Rules,
    /// Work on the run off the frame.
    pub ahead: Option<Ahead>,
    /// Who judges the acting agent, while anything is to be judged.
    pub judging: Option<Judge>,
    /// Judgements of the acting agent's policy so far.
    pub judged: Vec<Judgement>,
    /// Beats that had been played when the acting agent began.
    pub since: u64,
    /// Whether the acting agent can never reach an end, once known.
    pub never_ends: Option<bool>,
    /// Variables on the map's axes.
    pub axes: (usize, usize),
    /// Whether better axes are looked for once there is a plan: neither the scenario nor the person
    /// has said which.
    pub axes_open: bool,
    /// What the map shows.
    pub mapped: Mapped,
    /// The variable for whose levels the map is repeated.
    pub repeated: Option<usize>,
    /// Levels at which the other variables are held; `None` follows the present state.
    pub slice: Vec<Option<Level>>,
    /// The state that stands for the present one while beats are too fast to be watched.
    pub glance: Glance,
    /// Value and actions over a grid, made anew only where something changed.
    pub floor: Memo<(Made, Option<AgentSpec>), Arc<[MapCell]>>,
    /// The state that is inspected; `None` for the present one.
    pub inspected: Option<Vec<Level>>,
    /// Actions whose outcomes are shown.
    pub unfolded: BTreeSet<usize>,
    /// The action whose outcomes were unfolded last: its value is written out.
    pub explained: Option<usize>,
    /// Where the panes stand.
    pub docks: Docks,
    /// Which curve the chart shows.
    pub curve: CurveKind,
    /// Which curve the second chart shows.
    pub beside: CurveKind,
    /// The scenario as text, while that is seen.
    pub editor: Editor,
    /// Who is compared with the agent that acts.
    pub rivals: Rivals,
    /// The same on other lucks, where that was asked for.
    pub lucks: Option<ManyLucks>,
    /// What stations did in the latest beats, while that is shown.
    pub latest_beats: LatestBeats,
    /// The line's figures with their intervals, as they were found last.
    pub measured: Measured,
    /// Per beat or per hour.
    pub rates: Rates,
    /// Whether the sides are shown.
    pub sides: bool,
    /// How long frames take, while that is shown.
    pub frame_times: Option<FrameTimes>,
    /// The lesson that is gone through.
    pub lesson: Option<LessonAtWork>,
    /// Lessons that were gone through to their end.
    pub finished: BTreeSet<String>,
    /// The language of the interface.
    pub language: Language,
    /// How large everything is drawn, %.
    pub scale: u16,
    /// Whether the picture fills the screen in large type.
    pub presenting: bool,
    /// Whether the scenario's text is shown above its picture.
    pub text: bool,
    /// Whether the first hints are shown.
    pub hints: bool,
    /// Whether parts glide.
    pub motion: bool,
    /// The file dialog.
    pub dialog: FileDialogView,
    /// Errors of the latest file that could not be opened.
    pub errors: Option<ErrorsView>,
    /// The scenarios.
    pub library: LibraryView,
    /// A sentence about the latest thing that could not be done.
    pub notice: Option<String>,
    /// The map's cells, remembered.
    pub cells: Memo<Made, Arc<[MapCell]>>,
    /// The cells of repeated maps, remembered.
    pub repeats: Memo<(Made, usize), Repeats>,
    /// How the actions are marked, remembered.
    pub marks: Memo<ScenarioMark, Arc<ActionsView>>,
    /// What states are worth along the map's first axis, remembered.
    pub along: Memo<[Option<Made>; 2], [Option<Along>; 2]>,
    /// The scenario's figures, remembered.
    pub parameters: Memo<ScenarioMark, ParametersView>,
    /// The trajectory, kept where a script wants it: states, actions and rewards.
    pub trajectory: Option<Vec<Beat>>,
}

impl Desk {
    /// The plan, once it is ready.
    pub fn plan(&self) -> Option<Plan> {
        self.snapshot.plan()
    }

    /// The present state, or while beats are too fast to be watched, one of a moment ago.
    pub fn present<'a>(&'a self, session: &'a Session) -> &'a [Level] {
        let space = session.scenario().environment.state_space();
        let seen = self.glance.state.as_deref().filter(|state| space.contains(state));
        seen.unwrap_or(session.run().state())
    }

    /// How the panes are arranged.
    pub fn layout(&self) -> Layout {
        if self.presenting { Layout::Present } else { self.docks.chosen }
    }

    /// What a chart shows.
    pub fn charted(&self, chart: Chart) -> CurveKind {
        match chart {
            Chart::First => self.curve,
            Chart::Second => self.beside,
        }
    }

    /// Whether a curve is on one of the charts.
    pub fn charts(&self, kind: CurveKind) -> bool {
        self.curve == kind || (self.beside == kind && self.docks.has(self.layout(), Pane::Beside))
    }

    /// Whether nothing is worked on behind the scenes. A planner that waits to be told works on
    /// nothing.
    pub fn is_idle(&self) -> bool {
        (self.planner.is_none() || self.snapshot.stage == planning::Stage::Paused)
            && self.measuring.is_none()
            && self.searching.is_none()
            && self.finding.is_none()
            && self.ahead.is_none()
            && self.judging.is_none()
            && self.foreseeing.is_none()
            && !is_forking(self)
            && !self.lucks.as_ref().is_some_and(ManyLucks::under_way)
    }
}

/// The scenario files and folders of a folder, for the file dialog.
pub fn listing(folder: PathBuf) -> FileDialogView {
    let mut view = FileDialogView { shown: true, folder, ..FileDialogView::default() };
    match std::fs::read_dir(&view.folder) {
        Ok(entries) => {
            for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
                let hidden =
                    path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
                if hidden {
                    continue;
                }
                if path.is_dir() {
                    view.folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "ron") {
                    view.files.push(path);
                }
            }
            view.folders.sort();
            view.files.sort();
        }
        Err(error) => view.error = Some(format!("{}: {error}", view.folder.display())),
    }
    view
}
