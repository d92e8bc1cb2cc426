//! What lies on the desk: the open scenario's run, what is worked on behind it, and what the
//! person has chosen to look at.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use bevy::prelude::{Component, Resource};

use super::intent::{AgentChoice, CurveKind, Rates, Speed};
use super::job::Job;
use super::view::{ErrorsView, FileDialogView, LibraryView};
use crate::experiment::agents::Plan;
use crate::experiment::judging::Worth;
use crate::experiment::planning::{Planning, Snapshot};
use crate::experiment::session::Session;
use crate::heuristics::Found;
use crate::mdp::Level;
use crate::planners::Method;
use crate::scenario::{AgentSpec, Scenario};

/// A run on the floor: one entity each.
#[derive(Component)]
pub struct Running {
    /// The session that is played.
    pub session: Session,
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
}

/// What the rules of thumb are worth, found behind the scenes.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Always run.
    pub always_run: Option<Worth>,
    /// The best kanban levels.
    pub kanban: Option<Found>,
}

/// A judgement of the acting learner's policy.
pub struct Judgement {
    /// Beats played when the policy was taken.
    pub beats: u64,
    /// What it is worth.
    pub worth: Option<Worth>,
    /// Whether it can never reach an end.
    pub never_ends: Option<bool>,
}

/// A beat as scripts write it: the state before it, the action, the reward.
pub type Beat = (Vec<Level>, Vec<Level>, f64);

/// Everything but the runs.
#[derive(Resource)]
pub struct Desk {
    /// The scenario as its file says it.
    pub opened: Arc<Scenario>,
    /// Its name in the library, if it is from there.
    pub name: Option<String>,
    /// The clock.
    pub clock: Clock,
    /// The agent that is to act as soon as what it needs is there.
    pub awaited: Option<AgentSpec>,
    /// The planner at work or done.
    pub planning: Arc<Planning>,
    /// Its thread, while it works.
    pub planner: Option<Job<()>>,
    /// What it has found so far, as of this frame.
    pub snapshot: Arc<Snapshot>,
    /// The method asked for.
    pub method: Option<Method>,
    /// Rules of thumb being measured.
    pub measuring: Option<Job<Rules>>,
    /// What they are worth.
    pub rules: Rules,
    /// Training ahead: the job and how many beats it is to play.
    pub training: Option<(Job<Session>, u64)>,
    /// A judgement under way.
    pub judging: Option<Job<Judgement>>,
    /// Judgements of the acting agent so far: (beats, worth).
    pub judged: Vec<(u64, Worth)>,
    /// Whether the acting agent can never reach an end, once known.
    pub never_ends: Option<bool>,
    /// Variables on the map's axes.
    pub axes: (usize, usize),
    /// Levels at which the other variables are held; `None` follows the present state.
    pub slice: Vec<Option<Level>>,
    /// The state that is inspected; `None` for the present one.
    pub inspected: Option<Vec<Level>>,
    /// Actions whose outcomes are shown.
    pub unfolded: BTreeSet<usize>,
    /// Which curve is shown.
    pub curve: CurveKind,
    /// Per beat or per hour.
    pub rates: Rates,
    /// Whether the sides are shown.
    pub sides: bool,
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
    /// The trajectory, kept where a script wants it: states, actions and rewards.
    pub trajectory: Option<Vec<Beat>>,
}

impl Desk {
    /// The plan, once it is ready.
    pub fn plan(&self) -> Option<Plan> {
        self.snapshot.plan()
    }

    /// Whether nothing is worked on behind the scenes.
    pub fn is_idle(&self) -> bool {
        self.planner.is_none()
            && self.measuring.is_none()
            && self.training.is_none()
            && self.judging.is_none()
    }
}

/// Which choice an agent of a scenario is.
pub fn choice_of(spec: &AgentSpec) -> AgentChoice {
    match spec {
        AgentSpec::AlwaysRun => AgentChoice::AlwaysRun,
        AgentSpec::Random => AgentChoice::Random,
        AgentSpec::Threshold(_) => AgentChoice::Threshold,
        AgentSpec::Kanban(_) => AgentChoice::Kanban,
        AgentSpec::Optimum(_) => AgentChoice::Optimum,
        AgentSpec::QLearning(_) => AgentChoice::QLearning,
        AgentSpec::Sarsa(_) => AgentChoice::Sarsa,
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
