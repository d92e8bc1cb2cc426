//! `taktlab sweep FILE`: figures of scenario or agents over a grid or drawn at random.

use super::experiment::ExperimentArguments;
use super::output::{Failure, Format};
use crate::scenario::Variation;

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
pub struct SweepArguments {
    #[command(flatten)]
    experiment: ExperimentArguments,
    /// A figure that varies, in place of the file's: PATH=1,2,3 or, drawn at random, PATH=1..10 (both
    /// ends among them, whole numbers where the figure is one), with :log behind it for equal factors.
    /// May be given several times.
    #[arg(long, value_name = "PATH=VALUES", value_parser = variation)]
    vary: Vec<Variation>,
    /// How many settings are drawn at random; all combinations if not given.
    #[arg(long, value_parser = super::runs, allow_negative_numbers = true)]
    samples: Option<u64>,
}

impl SweepArguments {
    /// For whom it prints.
    pub(super) fn format(&self) -> Format {
        self.experiment.format
    }
}

fn variation(text: &str) -> Result<Variation, String> {
    let needed = || {
        "a path and its values are needed, such as agent.step_size.power=0.6,0.8 or \
         agent.discount=0.9..0.99"
            .to_owned()
    };
    let (path, values) = text.split_once('=').ok_or_else(needed)?;
    let mut variation = Variation { parameter: path.trim().to_owned(), ..Variation::default() };
    let (values, logarithmic) = match values.strip_suffix(":log") {
        Some(values) => (values, true),
        None => (values, false),
    };
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    if let Some((from, to)) = values.split_once("..") {
        let (from, to) = number(from).zip(number(to)).ok_or_else(needed)?;
        variation = Variation { from: Some(from), to: Some(to), logarithmic, ..variation };
    } else {
        let read = values.split(',').map(number).collect::<Option<Vec<f64>>>();
        variation.values = read.filter(|_| !logarithmic).ok_or_else(needed)?;
    }
    Ok(variation)
}

/// Runs the command.
pub(super) fn run(arguments: &SweepArguments) -> Result<(), Failure> {
    let mut experiment = arguments.experiment.experiment()?;
    let contents = &mut experiment.contents;
    if !arguments.vary.is_empty() {
        contents.vary.clone_from(&arguments.vary);
    }
    contents.samples = arguments.samples.or(contents.samples);
    if contents.vary.is_empty() {
        return Err(Failure::Usage(
            "error: nothing varies: give --vary PATH=VALUES, or `vary` in the experiment"
                .to_owned(),
        ));
    }
    arguments.experiment.play(&experiment, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variations_are_read_from_the_command_line() {
        let values = variation("agent.step_size.power=0.6, 0.8").unwrap();
        assert_eq!(
            (values.parameter.as_str(), values.values),
            ("agent.step_size.power", vec![0.6, 0.8])
        );
        let drawn = variation("agent.half=10..1e3:log").unwrap();
        assert_eq!((drawn.from, drawn.to, drawn.logarithmic), (Some(10.0), Some(1000.0), true));
        for wrong in ["x", "x=", "x=a", "x=1..", "x=1,2:log", "x=inf"] {
            assert!(variation(wrong).is_err(), "{wrong}");
        }
    }
}
