//! What a command prints: text for people or one JSON object for programs, on standard output.

use std::io::{self, Write};

/// For whom a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// Why a command ends other than well.
#[derive(Debug)]
pub enum Failure {
    /// The input was wrong: exit status 1, with what to say.
    Input(String),
    /// The command was used wrongly: exit status 2.
    Usage(String),
    /// Standard output was closed by whoever read it: exit status 0, nothing to say.
    PipeClosed,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::PipeClosed
        } else {
            Self::Input(format!("error: {error}"))
        }
    }
}

impl Failure {
    /// Wraps anything that can be said, as an input error.
    pub fn input(error: impl std::fmt::Display) -> Self {
        Self::Input(format!("error: {error}"))
    }

    /// Says what there is to say on standard error and gives the exit status.
    pub fn report(self) -> u8 {
        match self {
            Self::PipeClosed => 0,
            Self::Input(message) => {
                // Nobody may be listening on standard error either.
                let _ = writeln!(io::stderr(), "{}", message.trim_end());
                1
            }
            Self::Usage(message) => {
                let _ = writeln!(io::stderr(), "{}", message.trim_end());
                2
            }
        }
    }
}

/// Prints a block of text, or says that nobody reads any more.
///
/// # Errors
/// [`Failure::PipeClosed`] where the reader has gone.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Prints one JSON object, indented.
///
/// # Errors
/// [`Failure::PipeClosed`] where the reader has gone.
pub fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

/// A finite number as JSON, `null` else.
pub fn number(value: f64) -> serde_json::Value {
    serde_json::Number::from_f64(value).map_or(serde_json::Value::Null, Into::into)
}

/// An estimate as a JSON object of `mean`, `low`, `high`.
pub fn estimate(value: &crate::experiment::Estimate) -> serde_json::Value {
    serde_json::json!({
        "mean": number(value.mean),
        "low": value.low.map_or(serde_json::Value::Null, number),
        "high": value.high.map_or(serde_json::Value::Null, number),
    })
}

/// An estimate in words: `0.8562 ± 0.0011`.
pub fn estimate_text(value: &crate::experiment::Estimate) -> String {
    match value.half_width() {
        Some(half) if half.is_finite() => format!("{:.6} ± {:.6}", value.mean, half),
        _ => format!("{:.6} (one sample: no interval)", value.mean),
    }
}
