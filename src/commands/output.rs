//! What a command prints: text for people or one JSON object for programs, on standard output.

use std::io::{self, IsTerminal, Write};

use crate::mdp::Criterion;
use crate::scenario::{Contents, Reports, Scenario};

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
    /// A file was wrong: exit status 1, with all that is wrong with it.
    Refused(Reports),
    /// The input was wrong and the output says so: exit status 1, with what else to say, if anything.
    Told(String),
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

    /// The object that says it to programs; `None` where the input was not wrong, or the output
    /// says so.
    pub fn as_json(&self) -> Option<serde_json::Value> {
        let object = |message: &str, findings: serde_json::Value| {
            let message = message.strip_prefix("error: ").unwrap_or(message).trim_end();
            Some(serde_json::json!({ "error": message, "findings": findings }))
        };
        match self {
            Self::Input(message) => object(message, serde_json::json!([])),
            Self::Refused(reports) => {
                let entries = reports.entries();
                let first = entries
                    .first()
                    .map_or(String::new(), |first| format!("{}: {}", first.file, first.message));
                object(&first, serde_json::json!(entries))
            }
            Self::Told(_) | Self::Usage(_) | Self::PipeClosed => None,
        }
    }

    /// Says what there is to say on standard error and gives the exit status.
    pub fn report(self) -> u8 {
        match self {
            Self::PipeClosed => 0,
            Self::Refused(reports) => {
                let drawn = reports.drawn(io::stderr().is_terminal());
                note(&format!("{}\n", drawn.trim_end()));
                1
            }
            Self::Told(message) if message.is_empty() => 1,
            Self::Input(message) | Self::Told(message) => {
                note(&format!("{}\n", message.trim_end()));
                1
            }
            Self::Usage(message) => {
                note(&format!("{}\n", message.trim_end()));
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

/// Says something on standard error, beside the output; nothing happens where nobody listens.
pub fn note(text: &str) {
    let mut error = io::stderr().lock();
    // A reader that has gone is no fault of the command.
    let _ = error.write_all(text.as_bytes()).and_then(|()| error.flush());
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
    // −0 + 0 is 0: nobody asks on which side of nothing it lies.
    serde_json::Number::from_f64(value + 0.0).map_or(serde_json::Value::Null, Into::into)
}

/// A number that may not be there as JSON.
pub fn optional(value: Option<f64>) -> serde_json::Value {
    value.map_or(serde_json::Value::Null, number)
}

/// An estimate as a JSON object of `mean`, `low`, `high`.
pub fn estimate(value: &crate::experiment::Estimate) -> serde_json::Value {
    serde_json::json!({
        "mean": number(value.mean),
        "low": optional(value.low),
        "high": optional(value.high),
    })
}

/// A number with so many decimals; what rounds to nothing has no sign.
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        // Decimals of so large a number say nothing.
        return format!("{value:.decimals$e}");
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(size) if size.chars().all(|c| matches!(c, '0' | '.')) => size.to_owned(),
        _ => text,
    }
}

/// What a scenario is called at the top of an output: its title, else its file's name.
pub fn title(scenario: &Scenario) -> String {
    // A title is printed, and not obeyed.
    let title = scenario.contents.title.or_file(scenario.file.as_deref());
    title.chars().filter(|letter| !letter.is_control()).collect()
}

/// An estimate in words: `0.8562 ± 0.0011`.
pub fn estimate_text(value: &crate::experiment::Estimate) -> String {
    match value.half_width() {
        Some(half) if half.is_finite() => format!("{} ± {half:.6}", fixed(value.mean, 6)),
        _ => format!("{} (no interval: one run alone, or too short)", fixed(value.mean, 6)),
    }
}

/// The criterion in words, a discount with its half-life.
pub fn criterion_text(criterion: Criterion) -> String {
    match (criterion.discount(), criterion.half_life()) {
        (Some(gamma), Some(beats)) => {
            format!("discounted by {gamma} a beat (a reward is worth half after {beats:.1} beats)")
        }
        _ => format!("{} reward", criterion.name()),
    }
}

/// What a policy is worth under the scenario's criterion: the unit, and what an hour's worth is
/// where it is a beat's and the beat has a length.
pub struct WorthUnit {
    /// `€ a beat` for a gain, else `€`.
    pub unit: String,
    hours: Option<f64>,
    currency: String,
}

impl WorthUnit {
    /// The unit of what policies are worth in a scenario.
    pub fn of(contents: &Contents) -> Self {
        let (currency, average) =
            (contents.currency.clone(), contents.criterion == Criterion::Average);
        Self {
            unit: if average { format!("{currency} a beat") } else { currency.clone() },
            hours: contents.beat_seconds().filter(|_| average).map(|seconds| 3600.0 / seconds),
            currency,
        }
    }

    /// What so much a beat is in an hour, where that can be said.
    pub fn in_an_hour(&self, value: f64) -> Option<f64> {
        self.hours.map(|hours| value * hours)
    }

    /// ` (51.3706 € an hour)`, or nothing.
    pub fn hourly(&self, value: f64) -> String {
        let hourly = self.in_an_hour(value);
        hourly.map_or(String::new(), |value| {
            format!(" ({} {} an hour)", fixed(value, 4), self.currency)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::Text;

    #[test]
    fn nothing_has_no_sign() {
        for value in [-0.0, -1e-12, 0.0] {
            assert_eq!(fixed(value, 9), "0.000000000");
        }
        assert_eq!((fixed(-1e-9, 9), fixed(-2.0, 0)), ("-0.000000001".into(), "-2".into()));
        assert_eq!(number(-0.0).to_string(), "0.0");
    }

    #[test]
    fn a_scenario_without_a_title_is_called_by_its_file() {
        let file = Some(Path::new("lines/two.ron"));
        let title = |text: &str, file| Text::One(text.to_owned()).or_file(file);
        assert_eq!((title("Two", file), title(" ", file)), ("Two".into(), "two".into()));
        assert!(!title("", None).is_empty());
    }
}
