//! The lessons that come with the program: in a folder where there is one, and always built in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Lesson;
use crate::scenario::contents::Text;
use crate::scenario::library::{gather, title};
use crate::scenario::reports::Reports;
use crate::scenario::syntax::{Document, Limits};

/// A shipped lesson by its name in `assets/lessons/`.
macro_rules! built_in {
    ($name:literal) => {
        ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lessons/", $name)))
    };
}

/// The shipped lessons, in the order in which they are meant to be gone through.
const BUILT_IN: &[(&str, &str)] = &[
    built_in!("1_play_the_line.ron"),
    built_in!("2_the_threshold_that_never_arrives.ron"),
    built_in!("3_return_and_value.ron"),
    built_in!("4_the_backup_by_hand.ron"),
    built_in!("5_value_iteration_as_a_wave.ron"),
    built_in!("6_two_learners_at_the_cliff.ron"),
    built_in!("7_the_worth_of_a_buffer.ron"),
    built_in!("8_one_seed_is_no_evidence.ron"),
];

/// A lesson to begin with, as a text.
pub const START: &str = include_str!("start.ron");

/// A lesson that can be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedLesson {
    /// Its name: `2_the_threshold_that_never_arrives.ron`.
    pub name: String,
    /// Its title; the file's name where it has none or cannot be read.
    pub title: Text,
    /// Where it lies; `None` where it is built in.
    pub file: Option<PathBuf>,
}

impl ListedLesson {
    /// Opens it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn open(&self) -> Result<Lesson, Reports> {
        match &self.file {
            Some(file) => Lesson::load(file),
            None => Lesson::parse(&self.name, text_of(&self.name).unwrap_or_default()),
        }
    }
}

fn text_of(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The folder of lessons: beside the program, in the sources it was built from, or in the current
/// folder; the first that there is.
pub fn folder() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned()));
    let sources = option_env!("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let places = [beside, sources, Some(PathBuf::from("."))];
    let below = |place: PathBuf| place.join("assets").join("lessons");
    places.into_iter().flatten().map(below).find(|place| place.is_dir())
}

/// The lessons of a folder (see [`folder`]) and those built in that it has not, by name.
pub fn list(folder: Option<&Path>) -> Vec<ListedLesson> {
    let mut listed = BTreeMap::new();
    for (name, text) in BUILT_IN {
        listed.insert((*name).to_owned(), entry(name, None, Some(text)));
    }
    if let Some(folder) = folder {
        let mut files = Vec::new();
        gather(folder, "", 0, &mut files);
        for (name, file) in files {
            let text = Document::open(&file, Limits::default()).ok();
            let text = text.map(|document| document.tree().text.to_string());
            let found = entry(&name, Some(file), text.as_deref());
            listed.insert(name, found);
        }
    }
    listed.into_values().collect()
}

fn entry(name: &str, file: Option<PathBuf>, text: Option<&str>) -> ListedLesson {
    let named = |title: &Text| !title.in_language("en").trim().is_empty();
    let found = text.and_then(|text| title(name, text)).filter(named);
    let stem = || Text::One(name.trim_end_matches(".ron").to_owned());
    ListedLesson { name: name.to_owned(), title: found.unwrap_or_else(stem), file }
}

/// Whether a lesson is listed under this name.
pub fn has(name: &str) -> bool {
    let plain = || Path::new(name).components().count() == 1;
    text_of(name).is_some() || plain() && folder().is_some_and(|folder| folder.join(name).is_file())
}

/// Opens a lesson by its name: from the folder where it has one, else the one built in.
///
/// # Errors
/// All that is wrong with it, or that there is none.
pub fn open(name: &str) -> Result<Lesson, Reports> {
    match folder().map(|folder| folder.join(name)).filter(|file| file.is_file()) {
        Some(file) => Lesson::load(&file),
        None => Lesson::parse(name, text_of(name).unwrap_or_default()),
    }
}
