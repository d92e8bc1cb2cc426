//! Opens the workbench: puts the plugins together, in a window or off-screen.

use std::path::{Path, PathBuf};

use bevy::prelude::*;

use super::desk::{Beat, Desk, Running};
use super::display::CannotDraw;
use super::opening::set_up;
use super::script::Script;
use super::script::driver::{Hooks, drive};
use super::stage::Opening;
use super::theme::{Mode, Theme};
use super::window::{Surface, build, finish};
use super::{apply, draw, floor, stage};
use crate::scenario::Scenario;

/// What the workbench is opened with.
pub struct Opened {
    /// The scenario.
    pub scenario: Scenario,
    /// Its name in the library, if it is from there.
    pub name: Option<String>,
    /// The seed, instead of the scenario's.
    pub seed: Option<u64>,
    /// Where to draw.
    pub surface: Surface,
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
    let mut app = build(opened.surface, Theme::new(Mode::Dark))?;
    let (mut desk, session) =
        set_up(opened.scenario, opened.name, opened.seed).map_err(OpenError::Agent)?;
    desk.hints = opened.script.is_none();
    if let Some(script) = &opened.script {
        desk.trajectory = script.writes_trajectory().then(Vec::new);
    }
    app.insert_resource(desk);
    app.world_mut().spawn(Running { session });
    app.add_plugins((apply::plugin, floor::plugin, stage::plugin, draw::plugin));
    app.world_mut().resource_mut::<Opening>().0 = 1;
    if let Some(script) = opened.script {
        drive(&mut app, script, Hooks { beats, idle, trajectory });
    }
    let exit = match opened.surface {
        Surface::Window => app.run(),
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

/// Writes the beats kept so far: one line a beat, the state before it, the action, the reward.
fn trajectory(world: &mut World, path: &Path) -> Result<(), String> {
    let mut header = Vec::new();
    let mut runs = world.query::<&Running>();
    if let Some(running) = runs.iter(world).next() {
        let environment = &running.session.scenario().environment;
        header.push("beat".to_owned());
        for variable in environment.state_space().variables() {
            header.push(variable.name.clone());
        }
        for variable in environment.action_space().variables() {
            header.push(format!("action {}", variable.name));
        }
        header.push("reward".to_owned());
    }
    let desk = world.get_resource::<Desk>().ok_or("nothing is open")?;
    let kept = desk.trajectory.as_deref().unwrap_or_default();
    write(path.to_owned(), &header, kept).map_err(|error| error.to_string())
}

fn write(path: PathBuf, header: &[String], beats: &[Beat]) -> Result<(), csv::Error> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(header)?;
    for beat in beats {
        let mut row = vec![beat.number.to_string()];
        row.extend(beat.state.iter().chain(&beat.action).map(ToString::to_string));
        row.push(beat.reward.to_string());
        file.write_record(&row)?;
    }
    file.flush()?;
    Ok(())
}
