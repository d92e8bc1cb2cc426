//! `taktlab --script FILE`: a RON file that drives the workbench as a person would, for films,
//! lessons and tests.
//!
//! A script is a list of steps, done one after another, each through the window's own input
//! events. Widgets are found by their accessible names, the same that a screen reader says. Waits
//! are for conditions, never for times; a step whose condition does not come true within the limit
//! fails: the log, the widgets and a last picture are written and the exit status is 1.
//!
//! ```ron
//! (
//!     surface: OffScreen(1280, 800),
//!     steps: [
//!         Wait(Text("certified")),
//!         Click("buffer 1 = 8, buffer 2 = 3"),
//!         Set("seed", 7),
//!         Key("Space"),
//!         Wait(Beat(1000)),
//!         Picture("after.png"),
//!         Widgets("after.json"),
//!         Trajectory("after.csv"),
//!         Quit,
//!     ],
//! )
//! ```
//!
//! | Step | What it does |
//! |---|---|
//! | `Wait(Beat(n))` | until at least n beats are played |
//! | `Wait(Text("…"))`, `Wait(Gone("…"))` | until a widget says this in its name or text, or none does |
//! | `Wait(Idle)` | until nothing is planned or trained in the background |
//! | `Wait(Frames(n))` | for n frames, for films |
//! | `Click("…")`, `Hover("…")` | at the middle of the widget of this name |
//! | `ClickWithin("…", x, y)` | at this share of the widget's width and height |
//! | `ClickAt(x, y)` | at this point |
//! | `Set("…", 7)` | a slider or number field to a value |
//! | `Type("…", "text")` | replaces the text of a text field |
//! | `Key("Ctrl+O")` | presses and releases a key, by egui's name |
//! | `Drag("…", dx, dy)` | presses on the widget, moves by so much, releases |
//! | `Scroll("…", dy)` | turns the wheel over the widget |
//! | `Drop("path")` | drops a file on the window |
//! | `Advance(n)` | plays n beats at once, unseen |
//! | `Picture("a.png")` | takes a picture |
//! | `Pictures("a", n)` | of n frames in a row a picture each: `a-00000.png` … |
//! | `Widgets("a.json")` | writes every widget's name, role, text, value and rectangle |
//! | `Trajectory("a.csv")` | writes the states, actions and rewards so far |
//! | `Quit` | ends the program; the end of the script does so as well |
//!
//! A name is matched whole if a widget has it, else as the beginning of one; where several match,
//! those that can be clicked go first and two of those are an error.
//!
//! A trajectory has the beats that were played before one's eyes: those that training played ahead
//! are not in it.

pub mod driver;
pub mod widgets;

use super::window::SIZE;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Where to draw.
    #[serde(default)]
    pub surface: Screen,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// The folder that files are written to, by default the one the program was started in.
    #[serde(default)]
    pub output: PathBuf,
    /// How many seconds a step may wait, by default 60.
    #[serde(default = "a_minute")]
    pub limit_seconds: f64,
    /// How many frames a step may wait, by default no more than the seconds allow.
    #[serde(default = "no_limit")]
    pub limit_frames: u64,
    /// The length of a frame in seconds as the program sees it, whatever it took; for films, whose
    /// every frame must be drawn. By default time is what the clock says.
    #[serde(default)]
    pub frame_seconds: Option<f64>,
}

fn a_minute() -> f64 {
    60.0
}

fn no_limit() -> u64 {
    u64::MAX
}

impl Script {
    /// Reads a script from a file.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn load(path: &std::path::Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        read(&name, &text).map_err(|error| error.to_string())
    }

    /// Whether it writes the trajectory, which must then be kept.
    pub fn writes_trajectory(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Trajectory(_)))
    }
}

/// Where a script draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Screen {
    /// In a window.
    #[default]
    Window,
    /// Into an image of this width and height, with no display.
    OffScreen(u32, u32),
}

/// One step of a script; see [the table](self).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Waits for a condition.
    Wait(Condition),
    /// Clicks the widget of this name.
    Click(String),
    /// Clicks at this share of a widget's width and height.
    ClickWithin(String, f32, f32),
    /// Clicks at a point.
    ClickAt(f32, f32),
    /// Moves the pointer onto a widget.
    Hover(String),
    /// Sets a slider or a number field.
    Set(String, f64),
    /// Replaces the text of a text field.
    Type(String, String),
    /// Presses and releases a key: `Space`, `Ctrl+S`.
    Key(String),
    /// Drags a widget by so many points.
    Drag(String, f32, f32),
    /// Turns the wheel over a widget by so many points.
    Scroll(String, f32),
    /// Drops a file on the window.
    Drop(PathBuf),
    /// Plays so many beats at once.
    Advance(u64),
    /// Takes a picture.
    Picture(PathBuf),
    /// Takes a picture of each of so many frames; see [`picture_name`].
    Pictures(String, u64),
    /// Writes all widgets as JSON.
    Widgets(PathBuf),
    /// Writes the trajectory, without the beats that training played ahead.
    Trajectory(PathBuf),
    /// Ends the program.
    Quit,
}

/// What a script can wait for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// At least so many beats are played.
    Beat(u64),
    /// A widget's name or text contains this.
    Text(String),
    /// No widget's name or text contains this.
    Gone(String),
    /// Nothing runs in the background.
    Idle,
    /// So many frames went by.
    Frames(u64),
}

/// How the picture of this number is called, from 0.
pub fn picture_name(name: &str, number: u64) -> String {
    format!("{name}-{number:05}.png")
}

/// Why a script cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScriptError {
    /// It is not RON, or has steps that are not known.
    #[error("{name}, line {line}, column {column}: {why}")]
    Syntax {
        /// The file's name.
        name: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What was wrong.
        why: String,
    },
    /// A number makes no sense.
    #[error("{name}: {why}")]
    Value {
        /// The file's name.
        name: String,
        /// What was wrong, with the remedy.
        why: String,
    },
}

/// Reads a script; `name` is said in errors.
///
/// # Errors
/// Where it is not RON, has unknown steps, keys that are not known, or sizes of 0.
pub fn read(name: &str, text: &str) -> Result<Script, ScriptError> {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let script: Script = options.from_str(text).map_err(|error| ScriptError::Syntax {
        name: name.to_owned(),
        line: error.span.start.line,
        column: error.span.start.col,
        why: error.code.to_string(),
    })?;
    let wrong = |why: String| ScriptError::Value { name: name.to_owned(), why };
    if let Screen::OffScreen(width, height) = script.surface
        && !((64..=8192).contains(&width) && (64..=8192).contains(&height))
    {
        let (w, h) = SIZE;
        return Err(wrong(format!(
            "a picture of {width} × {height} points cannot be drawn: each side must lie between \
             64 and 8192, for example {w} and {h}"
        )));
    }
    if script.limit_seconds.is_nan() || script.limit_seconds <= 0.0 {
        return Err(wrong("limit_seconds must be above 0".to_owned()));
    }
    if script.frame_seconds.is_some_and(|s| !(s > 0.0 && s <= 10.0)) {
        return Err(wrong("frame_seconds must lie between 0 and 10".to_owned()));
    }
    for step in &script.steps {
        if let Step::Key(keys) = step {
            driver::chord(keys).map_err(&wrong)?;
        }
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read() {
        let script = read(
            "a.ron",
            r#"(surface: OffScreen(1280, 800), limit_seconds: 5, steps: [
                Wait(Beat(1000)), Wait(Text("certified")), Wait(Idle), Click("Play"),
                ClickWithin("map", 0.5, 0.25), Set("seed", 7), Type("file", "a b"),
                Key("Ctrl+S"), Drag("left", -40, 0), Picture("a.png"), Quit,
            ])"#,
        )
        .unwrap();
        assert_eq!(script.steps.len(), 11);
        assert_eq!(script.steps[5], Step::Set("seed".into(), 7.0));
        assert_eq!(script.surface, Screen::OffScreen(1280, 800));
        assert_eq!((script.limit_seconds, script.frame_seconds), (5.0, None));
    }

    #[test]
    fn mistakes_are_said_with_their_place() {
        let error = read("a.ron", "(steps: [\n  Clik(\"Play\"),\n])").unwrap_err();
        let ScriptError::Syntax { line, .. } = &error else { panic!("{error}") };
        assert_eq!(*line, 2, "{error}");
        for (text, said) in [
            ("(surface: OffScreen(0, 800), steps: [])", "0 × 800"),
            ("(limit_seconds: 0, steps: [])", "limit_seconds"),
            ("(frame_seconds: -1, steps: [])", "frame_seconds"),
            ("(steps: [Key(\"Ctrl+Nonsense\")])", "Nonsense"),
            ("(steps: [], speed: 3)", "speed"),
        ] {
            let error = read("a.ron", text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
