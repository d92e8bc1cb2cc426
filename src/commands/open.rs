//! `taktlab [SCENARIO]`: opens the workbench, or says why not and runs the scenario headless.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::OpenArguments;
use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use super::replay;
use super::simulate::{as_json, as_text};
use crate::experiment::report::{SimulationOptions, simulate_scenario};
use crate::experiment::saved_run::{Opened, SavedRun};
use crate::mdp::Progress;
use crate::scenario::{Scenario, library, save};

/// The scenario that opens where none is named.
const DEFAULT: &str = "lines/three_machines.ron";
/// Where the results of a run without a window are written, in the current folder.
const RESULTS: &str = "taktlab-results.json";

/// Runs the command.
pub(super) fn run(arguments: &OpenArguments) -> Result<(), Failure> {
    open_window(arguments, what(arguments.scenario.as_deref())?)
}

/// What a path names: a scenario, one that is listed, or a saved run; the usual one without.
pub(super) fn what(path: Option<&Path>) -> Result<What, Failure> {
    let Some(path) = path else {
        let scenario = library::open(DEFAULT).map_err(Failure::Refused)?;
        return Ok(What { scenario, name: Some(DEFAULT.to_owned()), saved: None, file: None });
    };
    let meant = super::named::meant(path);
    let file = Some(meant.clone()).filter(|file| file.exists());
    Ok(match super::opened(path).map_err(Failure::Refused)? {
        Opened::Scenario(scenario) => {
            let listed = super::named::listed(path);
            let name = listed.or_else(|| library::name_of(&meant));
            What { scenario: *scenario, name, saved: None, file }
        }
        Opened::Run(saved) => {
            let scenario = saved.opened().map_err(Failure::Refused)?;
            What { scenario, name: None, saved: Some(*saved), file }
        }
    })
}

/// What is to be opened.
pub(super) struct What {
    pub scenario: Scenario,
    /// Its name in the library, if it is from there.
    pub name: Option<String>,
    /// A run of it that is to be played again.
    pub saved: Option<SavedRun>,
    /// The file that was named, if one was.
    #[cfg_attr(not(feature = "window"), expect(dead_code, reason = "the window remembers it"))]
    pub file: Option<PathBuf>,
}

#[cfg(feature = "window")]
fn open_window(arguments: &OpenArguments, what: What) -> Result<(), Failure> {
    use crate::workbench::app::{self, OpenError};
    use crate::workbench::display::spare_the_console;
    use crate::workbench::script::{Screen, Script};
    use crate::workbench::window::{SIZE, Surface};

    spare_the_console();
    let script = match &arguments.script {
        Some(path) => Some(Script::load(path).map_err(Failure::Input)?),
        None => None,
    };
    let wished = arguments.size.as_deref().map(size).transpose()?;
    let screen = script.as_ref().map_or(Screen::Window, |script| script.surface);
    let (off_screen, own) = match screen {
        _ if arguments.off_screen => (true, SIZE),
        Screen::OffScreen(width, height) => (true, (width, height)),
        Screen::Window => (false, SIZE),
    };
    let (width, height) = wished.unwrap_or(own);
    let surface = match off_screen {
        true => Surface::OffScreen { width, height },
        false => Surface::Window { width, height },
    };
    let opened = app::Opened {
        scenario: what.scenario.clone(),
        name: what.name.clone(),
        saved: what.saved.clone(),
        file: what.file.clone(),
        seed: arguments.seed,
        surface,
        paused: false,
        script,
    };
    match app::run(opened) {
        Ok(()) => Ok(()),
        Err(OpenError::CannotDraw(why)) if arguments.script.is_none() => {
            output::note(&format!("{why}\n"));
            headless(arguments, &what)
        }
        Err(error) => Err(Failure::input(error)),
    }
}

#[cfg(not(feature = "window"))]
fn open_window(arguments: &OpenArguments, what: What) -> Result<(), Failure> {
    const WHY: &str = "This taktlab was built without its window (feature `window`)";
    if arguments.script.is_some() {
        return Err(Failure::Input(format!("error: {WHY}: a script has nothing to drive")));
    }
    output::note(&format!("{WHY}: running headless.\n"));
    headless(arguments, &what)
}

/// A size as people write it.
#[cfg(feature = "window")]
pub(super) fn size(text: &str) -> Result<(u32, u32), Failure> {
    const SIDES: std::ops::RangeInclusive<u64> = 320..=8192;
    let parsed = text.split_once(['x', 'X']).and_then(|(width, height)| {
        Some((width.parse::<u64>().ok()?, height.parse::<u64>().ok()?))
    });
    let Some((width, height)) = parsed else {
        let said = format!("error: `{text}` is no size: give one such as 1280x800");
        return Err(Failure::Usage(said));
    };
    let side = |pixels: u64| u32::try_from(pixels).ok().filter(|_| SIDES.contains(&pixels));
    side(width).zip(side(height)).ok_or_else(|| {
        let (least, most) = (SIDES.start(), SIDES.end());
        Failure::Usage(format!(
            "error: a window of {text} cannot be had: width and height go from {least} to {most} \
             pixels each"
        ))
    })
}

/// Runs the scenario without a window, or plays the saved run again, and writes its results.
fn headless(arguments: &OpenArguments, what: &What) -> Result<(), Failure> {
    let progress = Arc::new(Progress::new());
    let file = match (&arguments.scenario, &what.name) {
        (Some(path), _) => path.display().to_string(),
        (None, name) => name.clone().unwrap_or_default(),
    };
    let (object, text) = if let Some(saved) = &what.saved {
        let session =
            with_bar("replaying", &progress, || saved.replay(&progress)).map_err(Failure::input)?;
        (replay::as_json(&file, saved, &session), replay::as_text(saved, &session, &file))
    } else {
        let scenario = &what.scenario;
        let options = SimulationOptions { seed: arguments.seed, ..SimulationOptions::default() };
        let simulation =
            with_bar("simulating", &progress, || simulate_scenario(scenario, &options, &progress))
                .map_err(Failure::input)?;
        (as_json(&file, scenario, &simulation), as_text(scenario, &simulation))
    };
    report(arguments.format, object, &text)
}

/// Writes the results, and then prints them with the place where they are: a reader that has gone
/// must not cost the file, nor a folder that takes none the results.
fn report(format: Format, mut object: Map<String, Value>, text: &str) -> Result<(), Failure> {
    let path = PathBuf::from(RESULTS);
    let place = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
    object.insert("results".to_owned(), json!(place.display().to_string()));
    let written = format!("{:#}\n", Value::Object(object.clone()));
    let failed = save::write_whole(&path, written.as_bytes()).err();
    if failed.is_some() {
        object.insert("results".to_owned(), Value::Null);
    }
    match (format, &failed) {
        (Format::Json, _) => output::print_json(&Value::Object(object))?,
        (Format::Text, None) => {
            output::print(&format!("{text}The results are in {}\n", place.display()))?;
        }
        (Format::Text, Some(_)) => output::print(text)?,
    }
    match failed {
        None => Ok(()),
        Some(error) => {
            Err(Failure::Told(format!("error: {RESULTS} could not be written: {error}")))
        }
    }
}

#[cfg(all(test, feature = "window"))]
mod tests {
    use super::*;

    #[test]
    fn a_size_out_of_range_is_told_from_what_is_no_size() {
        assert!(matches!(size("1280x800"), Ok((1280, 800))));
        for (text, words) in [
            ("10x10", "from 320 to 8192"),
            ("1280x99999999999", "from 320 to 8192"),
            ("large", "is no size"),
            ("12.5x800", "is no size"),
        ] {
            match size(text) {
                Err(Failure::Usage(said)) => assert!(said.contains(words), "{said}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
