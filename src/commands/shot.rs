//! `taktlab shot SCENARIO -o FILE.png`: a picture of the workbench after so many beats, drawn with no
//! window.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use super::output::{self, Failure, Format};
#[cfg(feature = "window")]
use super::{not_written, open, writable};

/// Arguments of `shot`.
#[derive(Debug, clap::Args)]
pub struct ShotArguments {
    #[command(flatten)]
    pub(super) stage: StageArguments,
    /// The picture to write, a PNG.
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: PathBuf,
}

/// What is drawn: a scenario at a beat.
#[derive(Debug, clap::Args)]
pub(super) struct StageArguments {
    /// The scenario, or a run that was saved, which is played to its end.
    pub scenario: PathBuf,
    /// After how many beats. Its agent acts in all of them: a plan is waited for.
    #[arg(long, value_parser = super::any_count, allow_negative_numbers = true, default_value = "0")]
    pub beat: u64,
    /// Width and height, pixels.
    #[arg(long, value_name = "WxH", default_value = "1280x800")]
    pub size: String,
    /// What of the workbench is drawn.
    #[arg(long, value_enum, default_value_t)]
    pub view: Shown,
    /// Its colours.
    #[arg(long, value_enum, default_value_t)]
    pub theme: Colours,
    /// The seed, instead of the scenario's.
    #[arg(long, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What of the workbench is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Shown {
    /// All of it.
    #[default]
    Explore,
    /// The line and the charts, without the sides.
    Wide,
}

/// The colours that it is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Colours {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
}

/// Runs the command.
pub(super) fn run(arguments: &ShotArguments) -> Result<(), Failure> {
    let path = &arguments.output;
    ends_in(path, "png")?;
    let made = make(&arguments.stage, path)?;
    let (width, height) = made;
    match arguments.stage.format {
        Format::Json => output::print_json(&json!({
            "picture": path.display().to_string(),
            "width": width,
            "height": height,
            "beat": arguments.stage.beat,
        }))?,
        Format::Text => output::print(&format!("{}\n", path.display()))?,
    }
    Ok(())
}

/// Fails where the file is not to be one of this kind.
pub(super) fn ends_in(path: &Path, kind: &str) -> Result<(), Failure> {
    if crate::scenario::plain_file::ends_in(path, kind) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "error: {} would not be what its name says: give one that ends in .{kind}",
        path.display()
    )))
}

#[cfg(feature = "window")]
fn make(stage: &StageArguments, path: &Path) -> Result<(u32, u32), Failure> {
    use crate::workbench::script::Step;

    crate::workbench::display::spare_the_console();
    writable(Some(path))?;
    let folder = tempfile::tempdir().map_err(|error| not_written(path, &error))?;
    let mut steps = before(stage);
    // The last of the beats is played before one's eyes, so that what it moved has arrived.
    steps.push(Step::Wait(crate::workbench::script::Condition::Frames(SETTLED)));
    steps.push(Step::Picture("picture.png".into()));
    let size = draw(stage, steps, folder.path())?;
    let drawn = std::fs::read(folder.path().join("picture.png"))
        .and_then(|bytes| crate::scenario::save::write_whole(path, &bytes));
    drawn.map_err(|error| not_written(path, &error))?;
    Ok(size)
}

/// How long a frame lasts for what is drawn, s.
#[cfg(feature = "window")]
pub(super) const FRAME: f64 = 0.04;
/// After so many frames all that was moved has arrived.
#[cfg(feature = "window")]
const SETTLED: u64 = 60;

/// What is done until the beat is reached.
#[cfg(feature = "window")]
pub(super) fn before(stage: &StageArguments) -> Vec<crate::workbench::script::Step> {
    use crate::workbench::script::{Condition, Step};

    let mut steps = Vec::new();
    if stage.theme == Colours::Light {
        steps.push(Step::Click("Theme".into()));
    }
    if stage.view == Shown::Wide {
        steps.push(Step::Key("F9".into()));
    }
    steps.extend([Step::Wait(Condition::Frames(2)), Step::Wait(Condition::Idle)]);
    steps.push(Step::Advance(stage.beat.saturating_sub(1)));
    if stage.beat > 0 {
        steps.push(Step::Click("One beat".into()));
    }
    steps
}

/// Draws the steps, and gives the size of the pictures.
#[cfg(feature = "window")]
pub(super) fn draw(
    stage: &StageArguments,
    steps: Vec<crate::workbench::script::Step>,
    folder: &Path,
) -> Result<(u32, u32), Failure> {
    use crate::workbench::app;
    use crate::workbench::script::{Screen, Script};
    use crate::workbench::window::Surface;

    /// A plan may take its time.
    const PATIENCE: f64 = 3600.0;

    let (width, height) = open::size(&stage.size)?;
    let what = open::what(Some(&stage.scenario))?;
    let script = Script {
        surface: Screen::OffScreen(width, height),
        steps,
        output: folder.to_owned(),
        limit_seconds: PATIENCE,
        limit_frames: u64::MAX,
        frame_seconds: Some(FRAME),
    };
    app::run(app::Opened {
        scenario: what.scenario,
        name: what.name,
        saved: what.saved,
        file: what.file,
        seed: stage.seed,
        surface: Surface::OffScreen { width, height },
        paused: true,
        script: Some(script),
    })
    .map_err(Failure::input)?;
    Ok((width, height))
}

#[cfg(not(feature = "window"))]
fn make(_: &StageArguments, _: &Path) -> Result<(u32, u32), Failure> {
    Err(without_window())
}

/// Why nothing is drawn.
#[cfg(not(feature = "window"))]
pub(super) fn without_window() -> Failure {
    Failure::Input(
        "error: this taktlab was built without its window (feature `window`): it cannot draw"
            .into(),
    )
}
