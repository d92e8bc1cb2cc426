//! Keeps changes that are not saved: those of what is open in a file, so that they can be had again at
//! the next start however the program ended, and those of what was open before something else was.
//!
//! The file lies beside the preferences and is replaced as a whole, by a thread of its own, at most
//! every few seconds and at the end. Several windows may be open: each has a file of its own, which it
//! holds by a lock that the system lifts when the program ends, be it killed. What lies in files that
//! nobody holds was left behind, and is offered.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bevy::app::AppExit;
use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use super::changes::Sight;
use super::desk::{Desk, Running};
use super::opening::show_errors;
use super::stage::Opening;
use super::unsaved::{Unsaved, told};
use super::view::LeftView;
use crate::experiment::session::Session;
use crate::scenario::{Reports, Scenario, Text, library, save};

/// The file is written at most once in this time.
const REST: Duration = Duration::from_secs(3);
/// So many windows have a file of their own each.
const MOST_WINDOWS: usize = 16;
/// So much that was left is kept; what was left before that is forgotten.
const MOST_LEFT: usize = 8;

/// Changes that were left unsaved, and of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Left {
    /// The scenario's title.
    pub title: Text,
    /// Its name in the library, if it is from there.
    pub name: Option<String>,
    /// Its file, if it was read from one.
    pub file: Option<PathBuf>,
    /// Its text, changed figures included: where the file is gone this is opened.
    pub text: String,
    /// The seed.
    pub seed: u64,
    /// The changes.
    pub changes: Unsaved,
    /// Whether it was open when the program ended: then it is offered.
    pub open: bool,
}

impl Left {
    fn new(scenario: &Scenario, name: Option<String>, seed: u64, changes: Unsaved) -> Self {
        let file = scenario.file.as_deref().and_then(|file| std::path::absolute(file).ok());
        Self {
            title: scenario.contents.title.clone(),
            name,
            file: file.filter(|file| file.to_str().is_some()),
            text: scenario.to_ron(),
            seed,
            changes,
            open: false,
        }
    }

    /// The scenario as it is now on the disk, else as it was kept.
    fn scenario(&self) -> Result<Scenario, Reports> {
        let found = match (&self.name, &self.file) {
            (Some(name), _) => Some(library::open(name)),
            (None, Some(file)) => Some(Scenario::load(file)),
            (None, None) => None,
        };
        match found {
            Some(Ok(scenario)) => Ok(scenario),
            _ => Scenario::parse(&self.title.or_file(self.file.as_deref()), &self.text),
        }
    }

    /// What is offered, in this language.
    pub fn view(&self, language: &str) -> LeftView {
        LeftView {
            title: self.title.or_file_in(language, self.file.as_deref()),
            changes: self.changes.words(),
            offered: self.open,
        }
    }
}

/// Puts what is not saved aside before something else is opened, in place of what was left of the same
/// scenario before.
pub fn set_aside(desk: &mut Desk, session: &Session) {
    let changes = Unsaved::of(desk, session);
    if changes.count() == 0 {
        return;
    }
    let seed = session.run().settings().seed;
    let left = Left::new(session.scenario(), desk.name.clone(), seed, changes);
    let is_same = |other: &Arc<Left>| {
        (&other.title, &other.name, &other.file) == (&left.title, &left.name, &left.file)
    };
    desk.left.retain(|other| !is_same(other));
    desk.left.push(Arc::new(left));
    desk.left.drain(..desk.left.len().saturating_sub(MOST_LEFT));
}

/// Opens the scenario of changes that were left, with these.
pub fn restore(desk: &mut Desk, session: &mut Session, opening: &mut Opening, place: usize) {
    let Some(left) = desk.left.get(place).cloned() else { return };
    let scenario = match left.scenario() {
        Ok(scenario) => scenario,
        Err(reports) => return show_errors(desk, &reports),
    };
    desk.lesson = None;
    let mut others = desk.left.clone();
    others.remove(place);
    let kept = std::mem::replace(&mut desk.left, others);
    set_aside(desk, session);
    let on = (&mut *desk, session, opening);
    match left.changes.open_over(on, scenario, left.name.clone(), left.seed) {
        Ok(refused) => {
            if !refused.is_empty() {
                desk.notice = Some(told(&refused));
            }
        }
        Err(why) => (desk.notice, desk.left) = (Some(why), kept),
    }
}

/// A window's own file, held as long as this is there.
#[derive(Debug)]
pub struct Slot {
    file: PathBuf,
    _lock: File,
}

impl Slot {
    /// Takes the first file of a folder that no window holds, and all that lies in such.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn take(folder: &Path) -> io::Result<(Self, Vec<Left>)> {
        std::fs::create_dir_all(folder)?;
        let (mut own, mut left, mut emptied) = (None, Vec::new(), Vec::new());
        for number in 1..=MOST_WINDOWS {
            let file = folder.join(format!("unsaved-{number}.ron"));
            if own.is_some() && !file.exists() {
                continue;
            }
            let Some(lock) = held(&file.with_extension("lock"))? else { continue };
            match read(&file) {
                Ok(found) => left.extend(found),
                // Written by another version: put aside, not written over.
                Err(_) => std::fs::rename(&file, file.with_extension("old.ron"))?,
            }
            let slot = Self { file, _lock: lock };
            match own {
                None => own = Some(slot),
                Some(_) => emptied.push(slot),
            }
        }
        let own = own.ok_or_else(|| io::Error::other("too many windows are open"))?;
        left.drain(..left.len().saturating_sub(MOST_LEFT));
        if !emptied.is_empty() {
            own.write(&left)?;
        }
        for slot in emptied {
            slot.write(&[])?;
        }
        Ok((own, left))
    }

    /// Has the file hold this, as a whole; where it is nothing the file goes.
    fn write(&self, left: &[Left]) -> io::Result<()> {
        if left.is_empty() {
            return match std::fs::remove_file(&self.file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let text = ron::to_string(left).map_err(io::Error::other)?;
        save::write_whole(&self.file, text.as_bytes())
    }
}

/// What a file holds; nothing where there is none.
fn read(file: &Path) -> io::Result<Vec<Left>> {
    match std::fs::read_to_string(file) {
        Ok(text) => ron::from_str(&text).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The lock of this path, unless another window has it.
fn held(path: &Path) -> io::Result<Option<File>> {
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // Where there are no locks the file is taken without.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(lock)),
    }
}

/// All that is not saved, as the frame hands it to the writer.
#[derive(Clone)]
struct State {
    left: Vec<Arc<Left>>,
    /// What is open and the changes in it.
    open: Option<(Arc<Scenario>, Option<String>, u64, Unsaved)>,
}

impl State {
    fn of(desk: &Desk, session: &Session) -> Self {
        let changes = Unsaved::of(desk, session);
        let seed = session.run().settings().seed;
        let open = || (session.scenario().clone(), desk.name.clone(), seed, changes.clone());
        Self { left: desk.left.clone(), open: (changes.count() > 0).then(open) }
    }

    fn all(self) -> Vec<Left> {
        let open = self.open.map(|(scenario, name, seed, changes)| Left {
            open: true,
            ..Left::new(&scenario, name, seed, changes)
        });
        self.left.iter().map(|left| (**left).clone()).chain(open).collect()
    }
}

/// Writes what comes, the latest of what came meanwhile, until nothing more will come.
fn write_on(slot: &Slot, states: &Receiver<State>) {
    let mut next = states.recv().ok();
    while let Some(state) = next {
        // Where it cannot be written there is nothing to be done but to try again with the next.
        let _ = slot.write(&state.all());
        let written = Instant::now();
        next = None;
        while let Some(left) = REST.checked_sub(written.elapsed()) {
            match states.recv_timeout(left) {
                Ok(newer) => next = Some(newer),
                Err(_) => break,
            }
        }
        next = next.or_else(|| states.recv().ok());
    }
}

/// What was seen of the desk last: nothing is handed over where nothing was changed.
struct Seen {
    sight: Sight,
    saved: Option<Sight>,
    left: Vec<Arc<Left>>,
    lesson: bool,
}

impl Seen {
    fn of(desk: &Desk, session: &Session) -> Self {
        Self {
            sight: Sight::of(desk, session),
            saved: desk.saved.clone(),
            left: desk.left.clone(),
            lesson: desk.lesson.is_some(),
        }
    }

    fn is(&self, other: &Self) -> bool {
        let same = |(one, other): (&Arc<Left>, &Arc<Left>)| Arc::ptr_eq(one, other);
        self.sight == other.sight
            && self.saved == other.saved
            && self.left.len() == other.left.len()
            && self.left.iter().zip(&other.left).all(same)
            && self.lesson == other.lesson
    }
}

/// The writer and what was handed to it.
#[derive(Resource, Default)]
struct Autosave {
    seen: Option<Seen>,
    tell: Option<Sender<State>>,
    writer: Option<JoinHandle<()>>,
}

impl Drop for Autosave {
    /// What was handed over is written before the program ends.
    fn drop(&mut self) {
        self.tell = None;
        if let Some(writer) = self.writer.take() {
            // A writer that broke off has written what it could.
            let _ = writer.join();
        }
    }
}

/// Keeps what is not saved in this slot from now on.
pub(super) fn keep(app: &mut App, slot: Slot) {
    let (tell, states) = channel();
    let writer = std::thread::Builder::new().name("unsaved".to_owned());
    let writer = writer.spawn(move || write_on(&slot, &states)).ok();
    app.insert_resource(Autosave { seen: None, tell: Some(tell), writer })
        .add_systems(Last, hand_over);
}

fn hand_over(
    mut autosave: ResMut<Autosave>,
    desk: Res<Desk>,
    runs: Query<&Running>,
    mut exits: MessageReader<AppExit>,
) {
    if let Some(running) = runs.iter().next() {
        let seen = Seen::of(&desk, &running.session);
        if !autosave.seen.as_ref().is_some_and(|before| before.is(&seen)) {
            autosave.seen = Some(seen);
            let state = State::of(&desk, &running.session);
            // Where there is no writer any more nothing can be kept.
            if let Some(tell) = &autosave.tell {
                let _ = tell.send(state);
            }
        }
    }
    if exits.read().next().is_some() {
        *autosave = Autosave::default();
    }
}

#[cfg(test)]
mod tests;
