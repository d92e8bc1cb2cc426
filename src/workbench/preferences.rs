//! What a person has chosen for the window as a whole, kept from one start to the next.
//!
//! It is one small file in the folder that the system has for such things. Where it cannot be read
//! the usual choices hold, and where it cannot be written they hold until the window is closed:
//! neither is worth an interruption. Scripts neither read nor write it, so that they do the same
//! everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::docks::{Docks, Layout, Place};
use super::language::Language;
use super::recent;
use super::scale;
use super::theme::{Mode, Theme};
use super::window::Look;
use crate::scenario::save;

/// The choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Whether the theme is dark.
    pub dark: bool,
    /// Whether parts glide.
    pub motion: bool,
    /// Whether the sides are shown.
    pub sides: bool,
    /// How large everything is drawn, %.
    pub scale: u16,
    /// The language, where one was chosen; else it is the system's.
    pub language: Option<Language>,
    /// The files that were opened last, the latest first.
    pub recent: Vec<PathBuf>,
    /// Lessons that were gone through to their end.
    pub finished: BTreeSet<String>,
    /// Whether scenarios' texts are shown above their pictures.
    pub text: bool,
    /// Whether the first hints are shown; once put away they stay away.
    pub hints: bool,
    /// How the panes are arranged.
    pub layout: Layout,
    /// Arrangements that were changed.
    pub panes: BTreeMap<Layout, Place>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            dark: true,
            motion: true,
            sides: true,
            scale: 100,
            language: None,
            recent: Vec::new(),
            finished: BTreeSet::new(),
            text: true,
            hints: true,
            layout: Layout::Explore,
            panes: BTreeMap::new(),
        }
    }
}

/// Where they are kept, and as what.
#[derive(Resource, Debug)]
struct Kept {
    file: PathBuf,
    preferences: Preferences,
}

impl Preferences {
    /// Those kept in a file, or the usual ones.
    pub fn load(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        ron::from_str(&text).unwrap_or_default()
    }

    /// Keeps them.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, file: &Path) -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let pretty = ron::ser::PrettyConfig::default();
        let text = ron::ser::to_string_pretty(self, pretty).map_err(std::io::Error::other)?;
        save::write_whole(file, text.as_bytes())
    }

    fn of(desk: &Desk, look: &Look) -> Self {
        let dark = look.0.mode == Mode::Dark;
        let Desk { motion, sides, scale, language, text, hints, .. } = *desk;
        let language = (language != Language::of_system()).then_some(language);
        let finished = desk.finished.clone();
        let (layout, panes) = desk.docks.kept();
        let recent = desk.recent.clone();
        Self { dark, motion, sides, scale, language, recent, finished, text, hints, layout, panes }
    }

    /// Lays them over a desk that was just set up.
    pub fn apply(&self, desk: &mut Desk) {
        (desk.motion, desk.sides) = (self.motion, self.sides);
        (desk.text, desk.hints) = (self.text, self.hints);
        desk.finished.clone_from(&self.finished);
        desk.docks = Docks::new(self.layout, &self.panes);
        desk.recent.clone_from(&self.recent);
        desk.recent.truncate(recent::MOST);
        desk.scale = self.scale.clamp(*scale::RANGE.start(), *scale::RANGE.end());
    }

    /// The language: the chosen one, else the system's.
    pub fn spoken(&self) -> Language {
        self.language.unwrap_or_else(Language::of_system)
    }

    /// The theme.
    pub fn theme(&self) -> Theme {
        Theme::new(if self.dark { Mode::Dark } else { Mode::Light })
    }
}

/// The file that they are kept in, where the system says where such files belong.
pub fn file() -> Option<PathBuf> {
    let folder =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // The XDG base directory specification.
        folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
    };
    Some(base?.join("taktlab").join("preferences.ron"))
}

/// Keeps the choices in this file whenever they change.
pub(super) fn keep(app: &mut App, file: PathBuf, preferences: Preferences) {
    app.insert_resource(Kept { file, preferences }).add_systems(Last, write_changes);
}

fn write_changes(mut kept: ResMut<Kept>, desk: Res<Desk>, look: Res<Look>) {
    let now = Preferences::of(&desk, &look);
    if now != kept.preferences {
        // The choice holds all the same until the window is closed.
        let _ = now.save(&kept.file);
        kept.preferences = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_kept_and_nonsense_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new folder").join("preferences.ron");
        assert_eq!(Preferences::load(&file), Preferences::default());
        let recent = vec![folder.path().join("my line.ron")];
        let chosen = Preferences { dark: false, hints: false, recent, ..Preferences::default() };
        chosen.save(&file).unwrap();
        assert_eq!(Preferences::load(&file), chosen);
        for text in ["", "(", "(dark: 3)", "\u{0}\u{1}"] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(Preferences::load(&file), Preferences::default(), "{text:?}");
        }
        // What another version knew beside it does not matter.
        std::fs::write(&file, "(dark: false)").unwrap();
        assert!(!Preferences::load(&file).dark);
    }
}
