//! `taktlab film SCENARIO -o FILE.gif`: the workbench as it plays, drawn with no window.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::output::{self, Failure, Format};
use super::shot::{StageArguments, ends_in};

/// Arguments of `film`.
#[derive(Debug, clap::Args)]
pub struct FilmArguments {
    #[command(flatten)]
    stage: StageArguments,
    /// How long it lasts, seconds.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// The film to write, a GIF that begins again at its end.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl FilmArguments {
    pub(super) fn format(&self) -> Format {
        self.stage.format
    }
}

/// The longest film, s: its pictures lie on the disk until it is written.
const LONGEST: f64 = 120.0;

/// Runs the command.
pub(super) fn run(arguments: &FilmArguments) -> Result<(), Failure> {
    let path = &arguments.output;
    ends_in(path, "gif")?;
    if !(arguments.seconds > 0.0 && arguments.seconds <= LONGEST) {
        return Err(Failure::Usage(format!(
            "error: a film of {} s cannot be had: give a number above 0 and up to {LONGEST}",
            arguments.seconds
        )));
    }
    let (pictures, (width, height)) = make(arguments, path)?;
    match arguments.stage.format {
        Format::Json => output::print_json(&json!({
            "film": path.display().to_string(),
            "width": width,
            "height": height,
            "pictures": pictures,
        }))?,
        Format::Text => output::print(&format!("{}\n", path.display()))?,
    }
    Ok(())
}

/// Draws it; how many pictures it has and of what size they are.
#[cfg(feature = "window")]
fn make(arguments: &FilmArguments, path: &Path) -> Result<(usize, (u32, u32)), Failure> {
    use super::shot::{FRAME, before, draw};
    use super::{not_written, writable};
    use crate::workbench::script::Step;

    crate::workbench::display::spare_the_console();
    writable(Some(path))?;
    let folder = tempfile::tempdir().map_err(|error| not_written(path, &error))?;
    let pictures = (arguments.seconds / FRAME).ceil() as usize;
    let mut steps = before(&arguments.stage);
    steps.push(Step::Click("Play".into()));
    steps.push(Step::Pictures("picture".into(), pictures as u64));
    let size = draw(&arguments.stage, steps, folder.path())?;
    let (width, height) = size;
    let sides = u16::try_from(width).ok().zip(u16::try_from(height).ok());
    let Some(sides) = sides else { return Err(Failure::input("a film of this size cannot be")) };
    let bytes = joined(folder.path(), pictures, sides).map_err(Failure::input)?;
    let written = crate::scenario::save::write_whole(path, &bytes);
    written.map_err(|error| not_written(path, &error))?;
    Ok((pictures, size))
}

/// The pictures of a folder one after another, as a GIF.
#[cfg(feature = "window")]
fn joined(folder: &Path, pictures: usize, sides: (u16, u16)) -> Result<Vec<u8>, String> {
    use super::shot::FRAME;
    use rayon::prelude::*;

    /// How coarsely colours are looked for, from 1, all pixels, to 30.
    const COARSE: i32 = 10;

    let frame = |number: usize| -> Result<gif::Frame<'static>, String> {
        let file = folder.join(crate::workbench::script::picture_name("picture", number as u64));
        let picture = image::open(&file).map_err(|error| error.to_string())?.into_rgb8();
        let mut frame = gif::Frame::from_rgb_speed(sides.0, sides.1, &picture, COARSE);
        frame.delay = (FRAME * 100.0).round() as u16;
        frame.make_lzw_pre_encoded();
        Ok(frame)
    };
    let frames: Result<Vec<_>, _> = (0..pictures).into_par_iter().map(frame).collect();
    let mut bytes = Vec::new();
    let mut write = || -> Result<(), gif::EncodingError> {
        let mut encoder = gif::Encoder::new(&mut bytes, sides.0, sides.1, &[])?;
        encoder.set_repeat(gif::Repeat::Infinite)?;
        frames.iter().flatten().try_for_each(|frame| encoder.write_lzw_pre_encoded_frame(frame))
    };
    write().map_err(|error| error.to_string())?;
    frames.map(|_| bytes)
}

#[cfg(not(feature = "window"))]
fn make(_: &FilmArguments, _: &Path) -> Result<(usize, (u32, u32)), Failure> {
    Err(super::shot::without_window())
}
