//! `taktlab [SCENARIO]`: opens the workbench, or says why not and runs the scenario headless.

use std::path::PathBuf;
use std::sync::Arc;

use super::OpenArguments;
use super::output::{self, Failure};
use super::progress_bar::with_bar;
use super::simulate::{as_json, as_text};
use crate::experiment::report::{SimulationOptions, simulate_scenario};
use crate::mdp::Progress;
use crate::scenario::{Scenario, library, save};

/// The scenario that opens where none is named.
const DEFAULT: &str = "lines/three_machines.ron";
/// Where the results of a run without a window are written, in the current folder.
const RESULTS: &str = "taktlab-results.json";

/// Runs the command.
pub(super) fn run(arguments: &OpenArguments) -> Result<(), Failure> {
    let (scenario, name) = match &arguments.scenario {
        Some(path) => (super::load(path)?, None),
        None => {
            let scenario =
                library::open(DEFAULT).map_err(|reports| Failure::Input(reports.plain()))?;
            (scenario, Some(DEFAULT.to_owned()))
        }
    };
    open_window(arguments, scenario, name)
}

#[cfg(feature = "window")]
fn open_window(
    arguments: &OpenArguments,
    scenario: Scenario,
    name: Option<String>,
) -> Result<(), Failure> {
    use crate::workbench::app::{OpenError, Opened, run};
    use crate::workbench::script::Script;
    use crate::workbench::window::Surface;

    let script = match &arguments.script {
        Some(path) => Some(Script::load(path).map_err(Failure::Input)?),
        None => None,
    };
    let surface = match (&script, arguments.off_screen) {
        (_, true) => {
            let (width, height) = size(&arguments.size)?;
            Surface::OffScreen { width, height }
        }
        (Some(script), false) => script.surface.into(),
        (None, false) => Surface::Window,
    };
    let opened = Opened { scenario: scenario.clone(), name, seed: arguments.seed, surface, script };
    match run(opened) {
        Ok(()) => Ok(()),
        Err(OpenError::CannotDraw(why)) if arguments.script.is_none() => {
            eprintln!("{why}");
            headless(arguments, &scenario)
        }
        Err(error) => Err(Failure::input(error)),
    }
}

#[cfg(not(feature = "window"))]
fn open_window(
    arguments: &OpenArguments,
    scenario: Scenario,
    _name: Option<String>,
) -> Result<(), Failure> {
    eprintln!("This taktlab was built without its window (feature `window`): running headless.");
    headless(arguments, &scenario)
}

#[cfg(feature = "window")]
fn size(text: &str) -> Result<(u32, u32), Failure> {
    let parsed = text.split_once(['x', 'X']).and_then(|(width, height)| {
        let pixels = |text: &str| text.parse::<u32>().ok().filter(|n| (320..=8192).contains(n));
        Some((pixels(width)?, pixels(height)?))
    });
    parsed.ok_or_else(|| {
        Failure::Usage(format!("error: `{text}` is no size: give one such as 1280x800"))
    })
}

/// Runs the scenario without a window and writes its results.
fn headless(arguments: &OpenArguments, scenario: &Scenario) -> Result<(), Failure> {
    let progress = Arc::new(Progress::new());
    let options = SimulationOptions { seed: arguments.seed, ..SimulationOptions::default() };
    let simulation =
        with_bar("simulating", &progress, || simulate_scenario(scenario, &options, &progress))
            .map_err(Failure::input)?;
    output::print(&as_text(scenario, &simulation))?;
    let path = PathBuf::from(RESULTS);
    let results = format!("{:#}\n", serde_json::Value::Object(as_json(&simulation)));
    save::write_whole(&path, results.as_bytes())
        .map_err(|error| Failure::input(format!("{RESULTS} could not be written: {error}")))?;
    let place = std::path::absolute(&path).unwrap_or(path);
    output::print(&format!("The results are in {}\n", place.display()))
}
