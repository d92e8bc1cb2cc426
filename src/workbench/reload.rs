//! Reads the open scenario's files again when they change on disk: its own, those it is based on, the
//! table of its rows.
//!
//! A thread looks once a second when these few files were last written and how long they are, and
//! reads them; nothing is looked at while what is open came with the program or is a saved run. Without
//! [`plugin`] nothing is ever read again: scripts do the same every time.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bevy::prelude::*;
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};

use super::desk::{Desk, Running};
use super::opening::{keep_sight, show_errors};
use super::stage::Opening;
use super::unsaved::{Unsaved, told};
use crate::experiment::session::Session;
use crate::scenario::{Reports, Scenario, library};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// A file that is being written is read when it has been as it is for so long.
const SETTLED: Duration = Duration::from_millis(100);

/// Adds the reading again.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Watch>().add_systems(Update, read_again);
}

/// The files that are looked after.
#[derive(Resource, Default)]
struct Watch {
    /// The scenario that they are of.
    of: Option<Arc<Scenario>>,
    watcher: Option<Watcher>,
    /// Whether its file was last found broken.
    broken: bool,
}

/// A thread that looks at the files of a scenario.
struct Watcher {
    file: PathBuf,
    read: Mutex<Receiver<Result<Scenario, Reports>>>,
    /// The thread ends when this is dropped.
    _alive: Sender<()>,
}

/// When a file was last written, and its length; `None` where there is none.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(file: &Path) -> Stamp {
    let found = std::fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    files.iter().map(|file| stamp(file)).collect()
}

impl Watcher {
    /// Looks at these files, the scenario's own first, until it is dropped; `wake` has a window at
    /// rest draw its next frame.
    fn start(files: Vec<PathBuf>, wake: impl Fn() + Send + 'static) -> Option<Self> {
        let file = files.first()?.clone();
        let ((alive, over), (tell, read)) = (channel(), channel());
        let look = move || look_at(files, &over, &tell, wake);
        // Without a thread the file is as it was opened.
        std::thread::Builder::new().name("files".to_owned()).spawn(look).ok()?;
        Some(Self { file, read: Mutex::new(read), _alive: alive })
    }
}

fn look_at(
    mut files: Vec<PathBuf>,
    over: &Receiver<()>,
    tell: &Sender<Result<Scenario, Reports>>,
    wake: impl Fn(),
) {
    let mut known = stamps(&files);
    let waited = |time| over.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
    while waited(EVERY) {
        let mut found = stamps(&files);
        // Some programs take the old file away before they write the new one.
        if found == known || found.first().is_none_or(Option::is_none) {
            continue;
        }
        loop {
            if !waited(SETTLED) {
                return;
            }
            let now = stamps(&files);
            if now == found {
                break;
            }
            found = now;
        }
        let Some(file) = files.first() else { return };
        let read = Scenario::load(file);
        let seen: Vec<(PathBuf, Stamp)> = files.into_iter().zip(found).collect();
        let mut others: Vec<PathBuf> = match &read {
            Ok(scenario) => scenario.sources.clone(),
            // Where a new file is broken it is that one which will be mended.
            Err(reports) => {
                let told = reports.entries().into_iter().map(|entry| PathBuf::from(entry.file));
                seen.iter().map(|(file, _)| file.clone()).chain(told).collect()
            }
        };
        let mut met = HashSet::new();
        others.retain(|file| met.insert(file.clone()));
        let stamp_of = |file: &PathBuf| {
            let known = seen.iter().find(|(known, _)| known == file);
            known.map_or_else(|| stamp(file), |(_, stamp)| *stamp)
        };
        known = others.iter().map(stamp_of).collect();
        files = others;
        if tell.send(read).is_err() {
            return;
        }
        wake();
    }
}

/// The files to be looked after: those of a scenario of a person's own.
fn files_of(desk: &Desk, scenario: &Scenario) -> Vec<PathBuf> {
    let own = scenario.file.as_deref().filter(|file| !library::came_along(file));
    match own {
        Some(_) if desk.lesson.is_none() => scenario.sources.clone(),
        _ => Vec::new(),
    }
}

/// Takes in what was read again, and looks after the files of whatever is open.
fn read_again(
    mut watch: ResMut<Watch>,
    mut desk: ResMut<Desk>,
    mut runs: Query<&mut Running>,
    mut opening: ResMut<Opening>,
    proxy: Option<Res<EventLoopProxyWrapper>>,
) {
    let Some(mut running) = runs.iter_mut().next() else { return };
    let watch = &mut *watch;
    let opened = running.session.opened();
    if watch.of.as_ref().is_none_or(|of| !Arc::ptr_eq(of, opened)) {
        watch.of = Some(opened.clone());
        watch.broken = false;
        let files = files_of(&desk, opened);
        if watch.watcher.as_ref().map(|watcher| &watcher.file) != files.first() {
            let proxy = proxy.map(|proxy| (**proxy).clone());
            let wake = move || {
                if let Some(proxy) = &proxy {
                    // Where it is gone there is nothing to be drawn.
                    let _ = proxy.send_event(WinitUserEvent::WakeUp);
                }
            };
            watch.watcher = Watcher::start(files, wake);
        }
    }
    let Some(watcher) = &mut watch.watcher else { return };
    if desk.ahead.is_some() {
        return;
    }
    let Ok(read) = watcher.read.get_mut() else { return };
    // Of several the latest.
    let Some(read) = read.try_iter().last() else { return };
    let broken = std::mem::replace(&mut watch.broken, read.is_err());
    match read {
        Err(reports) => show_errors(&mut desk, &reports),
        Ok(read) if read.was_read_as(running.session.scenario()) => {
            if broken {
                desk.errors = None;
            }
        }
        Ok(read) => open_anew(&mut desk, &mut running.session, &mut opening, read),
    }
}

/// Opens a scenario whose file was changed in place of the old one, with the same seed and whatever was
/// changed here and is not saved. What is looked at is looked at still.
fn open_anew(desk: &mut Desk, session: &mut Session, opening: &mut Opening, read: Scenario) {
    let unsaved = Unsaved::of(desk, session);
    let old = session.scenario().clone();
    let seed = match read.contents.seed == old.contents.seed {
        true => session.run().settings().seed,
        false => read.contents.seed,
    };
    let file = read.file.as_deref().and_then(Path::file_name);
    let file = file.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let shows_the_same = read.contents.show == old.contents.show;
    let (axes, slice) = ((desk.axes, desk.axes_open), desk.slice.clone());
    let (clock, curve, rates) = (desk.clock.clone(), desk.curve, desk.rates);
    let name = desk.name.clone();
    let on = (&mut *desk, &mut *session, opening);
    let refused = match unsaved.open_over(on, read, name, seed) {
        Ok(refused) => refused,
        Err(why) => {
            desk.notice =
                Some(format!("{file} was changed on the disk and cannot be opened: {why}"));
            return;
        }
    };
    (desk.clock.playing, desk.rates) = (clock.playing, rates);
    if shows_the_same {
        (desk.axes, desk.axes_open) = axes;
        desk.slice = slice;
        (desk.clock.speed, desk.curve) = (clock.speed, curve);
        keep_sight(desk, old.environment.state_space(), session);
    }
    let warned = desk.notice.take();
    let kept = match unsaved.count() {
        _ if !refused.is_empty() => told(&refused),
        0 => "It was read again.".to_owned(),
        1 => "Your change is kept.".to_owned(),
        count => format!("Your {count} changes are kept."),
    };
    let said = format!("{file} was changed on the disk. {kept}");
    desk.notice = Some(warned.into_iter().fold(said, |said, warned| format!("{said}\n{warned}")));
}

#[cfg(test)]
mod tests;
