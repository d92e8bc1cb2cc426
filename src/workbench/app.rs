//! Opens the workbench: puts the plugins together, in a window or off-screen.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bevy::prelude::*;
use bevy_egui::EguiContext;

use super::autosave::{self, Slot};
use super::desk::{Desk, Running};
use super::display::CannotDraw;
use super::language::Language;
use super::opening::{replay, set_up};
use super::preferences::{self, Preferences};
use super::script::Script;
use super::script::driver::{Hooks, drive};
use super::stage::Opening;
use super::window::{Surface, build, finish};
use super::{apply, draw, floor, fonts, recent, reload, stage};
use crate::experiment::saved_run::SavedRun;
use crate::experiment::trajectory::TrajectoryFile;
use crate::scenario::Scenario;

/// What the workbench is opened with.
pub struct Opened {
    /// The scenario.
    pub scenario: Scenario,
    /// Its name in the library, if it is from there.
    pub name: Option<String>,
    /// The seed, instead of the scenario's.
    pub seed: Option<u64>,
    /// A run of it that is to be played again.
    pub saved: Option<SavedRun>,
    /// The file that was asked for, if one was.
    pub file: Option<PathBuf>,
    /// Where to draw.
    pub surface: Surface,
    /// Whether it stands still until it is told to play.
    pub paused: bool,
    /// What drives it, if not a person.
    pub script: Option<Script>,
}

/// Why the workbench did not open or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is nothing to draw on or with.
    #[error(transparent)]
    CannotDraw(#[from] CannotDraw),
    /// The scenario's agent cannot act.
    #[error("{0}")]
    Agent(String),
    /// The script failed; it has said how.
    #[error("the script failed")]
    Script,
}

/// Opens the workbench and returns when it is closed.
///
/// # Errors
/// Where nothing can be drawn, the agent cannot act, or the script failed.
pub fn run(opened: Opened) -> Result<(), OpenError> {
    // What a script does must not depend on what was chosen here before.
    let file = if opened.script.is_none() { preferences::file() } else { None };
    let chosen = file.as_deref().map(Preferences::load).unwrap_or_default();
    let language = if opened.script.is_none() { chosen.spoken() } else { Language::English };
    let mut app = build(opened.surface, chosen.theme())?;
    let (mut desk, session) =
        set_up(opened.scenario, opened.name, opened.seed, language).map_err(OpenError::Agent)?;
    chosen.apply(&mut desk);
    if let Some(file) = &opened.file {
        recent::note(&mut desk.recent, file);
    }
    desk.hints &= opened.script.is_none();
    desk.clock.playing &= !opened.paused;
    if let Some(saved) = opened.saved {
        desk.clock.playing = false;
        replay(&mut desk, saved);
    }
    if let Some(script) = &opened.script {
        desk.trajectory = script.writes_trajectory().then(Vec::new);
    }
    // Where there is no place for such files nothing is kept.
    let slot = file.as_deref().and_then(Path::parent).and_then(|folder| Slot::take(folder).ok());
    if let Some((slot, left)) = slot {
        desk.left = left.into_iter().map(Arc::new).collect();
        autosave::keep(&mut app, slot);
    }
    app.insert_resource(desk);
    if let Some(file) = file {
        preferences::keep(&mut app, file, chosen);
    }
    if opened.script.is_none() {
        app.add_plugins(reload::plugin);
    }
    app.world_mut().spawn(Running { session });
    app.add_plugins((apply::plugin, floor::plugin, stage::plugin, draw::plugin));
    app.world_mut().resource_mut::<Opening>().0 = 1;
    if let Some(script) = opened.script {
        drive(&mut app, script, Hooks { beats, idle, advance, trajectory });
    }
    let exit = match opened.surface {
        Surface::Window { .. } => app.run(),
        Surface::OffScreen { .. } => {
            finish(&mut app);
            loop {
                app.update();
                if let Some(exit) = app.should_exit() {
                    break exit;
                }
            }
        }
    };
    if exit.is_success() { Ok(()) } else { Err(OpenError::Script) }
}

fn beats(world: &World) -> u64 {
    let mut most = 0;
    for entity in world.iter_entities() {
        if let Some(running) = entity.get::<Running>() {
            most = most.max(running.session.run().beats());
        }
    }
    most
}

fn idle(world: &World) -> bool {
    world.get_resource::<Desk>().is_some_and(Desk::is_idle)
}

/// Plays so many beats at once.
fn advance(world: &mut World, beats: u64) {
    let mut runs = world.query::<&mut Running>();
    for mut running in runs.iter_mut(world) {
        running.session.run_mut().advance(beats);
    }
    // What is drawn begins anew from where the run is now, to the very letters.
    world.resource_mut::<Opening>().0 += 1;
    for mut context in world.query::<&mut EguiContext>().iter_mut(world) {
        fonts::install_anew(context.get_mut());
    }
}

/// Writes the beats kept so far.
fn trajectory(world: &mut World, path: &Path) -> Result<(), String> {
    let mut runs = world.query::<&Running>();
    let running = runs.iter(world).next().ok_or("nothing is open")?;
    let environment = running.session.scenario().environment.clone();
    let desk = world.get_resource::<Desk>().ok_or("nothing is open")?;
    let written = TrajectoryFile::create(path, &environment).and_then(|mut file| {
        desk.trajectory.iter().flatten().try_for_each(|beat| file.push(beat))?;
        file.finish()
    });
    written.map_err(|error| error.to_string())
}
