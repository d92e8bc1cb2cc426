//! Which file the command line means by a name, and what to say where there is none.

use std::path::{Path, PathBuf};

use crate::scenario::diagnostic::{Diagnostic, Report};
use crate::scenario::{Reports, lesson, library, suggestion};

/// How many names are suggested at most.
const MOST_SUGGESTED: usize = 3;

/// A path as it was meant: with the ending `.ron` where that was left out.
pub(super) fn meant(path: &Path) -> PathBuf {
    let is_listed = |name: &str| library::has(name) || lesson::library::has(name);
    let is_there = |path: &Path| path.exists() || path.to_str().is_some_and(is_listed);
    let whole = with_ending(path);
    if !is_there(path) && is_there(&whole) { whole } else { path.to_owned() }
}

/// The name by which a scenario is listed, where this is one and there is no such file.
pub(super) fn listed(path: &Path) -> Option<String> {
    let meant = meant(path);
    let name = meant.to_str().filter(|name| !meant.exists() && library::has(name));
    name.map(str::to_owned)
}

fn with_ending(path: &Path) -> PathBuf {
    let mut whole = path.as_os_str().to_owned();
    whole.push(".ron");
    PathBuf::from(whole)
}

/// What to say of a path where there is no file, with names that are near; `None` where there is one.
pub(super) fn missing(path: &Path) -> Option<Reports> {
    // A link that leads nowhere is there, and cannot be read.
    if listed(path).is_some() || std::fs::symlink_metadata(meant(path)).is_ok() {
        return None;
    }
    let near: Vec<String> = near(path).into_iter().map(|name| format!("`{name}`")).collect();
    let remedy = match near.as_slice() {
        [] => "`taktlab list` shows the scenarios that come with the program.".to_owned(),
        [one] => format!("Did you mean {one}?"),
        [first @ .., last] => format!("Did you mean {} or {last}?", first.join(", ")),
    };
    let message = "there is no such file, and no scenario of this name is listed";
    let told = Diagnostic::of_file(message).remedy(remedy);
    Some(Report::of_file(path.display().to_string(), told).into())
}

/// Names of files and listed scenarios that may have been meant.
fn near(path: &Path) -> Vec<String> {
    let listed = library::list(library::folder().as_deref());
    let mut names: Vec<String> = listed.into_iter().map(|scenario| scenario.path).collect();
    let folder = path.parent().unwrap_or(Path::new(""));
    let here = if folder == Path::new("") { Path::new(".") } else { folder };
    let beside = std::fs::read_dir(here).into_iter().flatten().flatten();
    let beside = beside.filter_map(|entry| entry.file_name().into_string().ok());
    let beside = beside.filter(|name| name.ends_with(".ron"));
    names.splice(0..0, beside.map(|name| folder.join(name).display().to_string()));
    names.sort();
    nearest(&path.display().to_string(), &names)
}

/// Those among names of files that one is near to: those called the same in another folder, else the
/// nearest by its whole path, else the nearest by its own name.
fn nearest(written: &str, names: &[String]) -> Vec<String> {
    let bare = |name: &str| name.trim_end_matches(".ron").to_owned();
    let own = |name: &str| bare(name.rsplit(['/', '\\']).next().unwrap_or(name));
    let called = |word: &str| -> Vec<String> {
        let same = names.iter().filter(|name| own(name) == word);
        same.take(MOST_SUGGESTED).cloned().collect()
    };
    let same = called(&own(written));
    if !same.is_empty() {
        return same;
    }
    let paths: Vec<String> = names.iter().map(|name| bare(name)).collect();
    if let Some(meant) = suggestion(&bare(written), paths.iter().map(String::as_str)) {
        return names.iter().filter(|name| bare(name) == meant).take(1).cloned().collect();
    }
    let words: Vec<String> = names.iter().map(|name| own(name)).collect();
    suggestion(&own(written), words.iter().map(String::as_str)).map_or(Vec::new(), called)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_may_be_left_out() {
        let name = |path: &str| listed(Path::new(path));
        assert_eq!(name("lines/line3.ron").as_deref(), Some("lines/line3.ron"));
        assert_eq!(name("lines/line3"), name("lines/line3.ron"));
        assert_eq!(name("lines"), None);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.ron");
        std::fs::write(&file, "").unwrap();
        assert_eq!(meant(&folder.path().join("one")), file);
        assert_eq!(meant(&file), file);
        // What is there is meant as it is.
        std::fs::write(folder.path().join("one"), "").unwrap();
        assert_eq!(meant(&folder.path().join("one")), folder.path().join("one"));
    }

    #[test]
    fn names_that_are_near_are_found() {
        let names =
            ["basics/chain.ron", "lines/line3.ron", "lines/one_crew.ron", "net/one_crew.ron"];
        let names = names.map(str::to_owned);
        let near = |written: &str| nearest(written, &names);
        assert_eq!(near("chain"), ["basics/chain.ron"]);
        assert_eq!(near("lines/chain.ron"), ["basics/chain.ron"]);
        assert_eq!(near("one_crew"), ["lines/one_crew.ron", "net/one_crew.ron"]);
        assert_eq!(near("lines/lnie3.ron"), ["lines/line3.ron"]);
        assert_eq!(near("basics/chian"), ["basics/chain.ron"]);
        assert_eq!(near("chian.ron"), ["basics/chain.ron"]);
        assert!(near("zebra.ron").is_empty());
    }
}
