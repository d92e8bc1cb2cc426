//! The files that a person opened last: scenarios of their own and saved runs.

use std::path::{Path, PathBuf};

use super::desk::Desk;
use crate::scenario::library;

/// So many are remembered.
pub const MOST: usize = 8;

/// Puts a file that was just opened before all others, unless it came with the program.
pub fn note(recent: &mut Vec<PathBuf>, file: &Path) {
    if library::came_along(file) {
        return;
    }
    // In full: the program may be started elsewhere next time.
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    // What cannot be written down cannot be kept.
    if file.to_str().is_none() {
        return;
    }
    recent.retain(|known| *known != file);
    recent.insert(0, file);
    recent.truncate(MOST);
}

/// Whether a file that is remembered is no longer there. It is then forgotten, with a notice.
pub fn is_gone(desk: &mut Desk, file: &Path) -> bool {
    let Some(place) = desk.recent.iter().position(|known| known == file) else { return false };
    if !matches!(file.try_exists(), Ok(false)) {
        return false;
    }
    desk.recent.remove(place);
    desk.notice =
        Some(format!("{} is no longer there: it is taken off the recent files", file.display()));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::language::Language;
    use crate::workbench::opening::{open_path, set_up};
    use crate::workbench::stage::Opening;

    #[test]
    fn the_latest_come_first_each_once_and_only_peoples_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = |number: usize| folder.path().join(format!("{number}.ron"));
        let mut recent = Vec::new();
        for number in [0, 1, 2, 1] {
            note(&mut recent, &file(number));
        }
        assert_eq!(recent, [file(1), file(2), file(0)]);
        for number in 3..20 {
            note(&mut recent, &file(number));
        }
        assert_eq!((recent.len(), &recent[0]), (MOST, &file(19)));
        let before = recent.clone();
        note(&mut recent, &library::folder().unwrap().join(library::DEFAULT));
        assert_eq!(recent, before, "it came with the program");
        note(&mut recent, Path::new("relative.ron"));
        assert!(recent[0].is_absolute());
    }

    #[test]
    fn one_that_is_gone_is_said_so_and_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.ron");
        let chain = || library::open("basics/chain.ron").unwrap();
        let (mut desk, mut session) = set_up(chain(), None, None, Language::English).unwrap();
        let mut opening = Opening(1);
        let mut open = |desk: &mut Desk| open_path(desk, &mut session, &mut opening, &file);
        chain().save(&file).unwrap();
        open(&mut desk);
        assert_eq!(desk.recent, std::slice::from_ref(&file));
        std::fs::remove_file(&file).unwrap();
        open(&mut desk);
        assert!(desk.recent.is_empty());
        assert!(desk.notice.as_deref().unwrap().contains("mine.ron is no longer there"));
        assert!(desk.errors.is_none());
        // One that was never opened is told as any other.
        open(&mut desk);
        assert!(desk.errors.is_some());
    }
}
