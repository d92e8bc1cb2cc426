//! `taktlab train FILE`: a learner over several seeds, measured against the optimum.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use crate::experiment::Estimate;
use crate::experiment::judging::gap;
use crate::experiment::optimum::{self, SolveOptions};
use crate::experiment::training::{Training, TrainingOptions, train};
use crate::mdp::{EnumerationOptions, Progress};
use crate::scenario::{Scenario, save};

/// Arguments of `train`.
#[derive(Debug, clap::Args)]
pub struct TrainArguments {
    /// The scenario.
    file: PathBuf,
    /// The learner: q-learning or sarsa. The scenario's if not given.
    #[arg(long)]
    learner: Option<String>,
    /// Beats that each seed learns for.
    #[arg(long, value_parser = super::at_least_one, default_value = "1e6")]
    steps: u64,
    /// How many seeds.
    #[arg(long, value_parser = super::at_least_one, default_value = "5")]
    seeds: u64,
    /// The first seed, instead of the scenario's; the others follow it.
    #[arg(long)]
    seed: Option<u64>,
    /// Write the learning curves to this CSV file: seed, steps, value, gap.
    #[arg(long, value_name = "FILE")]
    curve: Option<PathBuf>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(super) fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    let scenario = super::load(&arguments.file)?;
    let learner = match arguments.learner.as_deref() {
        None => scenario.contents.learner.clone(),
        named => super::agent_named(named, &scenario)?.unwrap_or_default(),
    };
    if learner.learner().is_none() {
        return Err(Failure::Usage(format!(
            "error: {} does not learn: use q-learning or sarsa",
            learner.name()
        )));
    }
    let progress = Arc::new(Progress::new());
    let options = SolveOptions {
        method: None,
        precision: 1e-6,
        deadline: None,
        enumeration: EnumerationOptions::default(),
    };
    // A line too large to enumerate is learned all the same, and then judged by simulation.
    let optimum = with_bar("finding the optimum", &progress, || {
        optimum::find(&scenario, &options, &progress)
    });
    let first = arguments.seed.unwrap_or(scenario.contents.seed);
    let options = TrainingOptions {
        learner: learner.clone(),
        steps: arguments.steps,
        seeds: (0..arguments.seeds).map(|more| first.wrapping_add(more)).collect(),
    };
    let training = with_bar("training", &progress, || {
        train(&scenario, &options, optimum.as_ref().ok(), &progress)
    })
    .map_err(Failure::input)?
    .ok_or_else(|| Failure::input("cancelled"))?;
    if let Some(path) = &arguments.curve {
        write_curve(&training, path).map_err(|error| {
            Failure::input(format!("{} could not be written: {error}", path.display()))
        })?;
    }
    let why_no_optimum = optimum.err().map(|error| error.to_string());
    match arguments.format {
        Format::Json => output::print_json(&as_json(arguments, learner.name(), &training)),
        Format::Text => {
            output::print(&as_text(&scenario, &options, &training, why_no_optimum.as_deref()))
        }
    }
}

fn as_json(arguments: &TrainArguments, learner: &str, training: &Training) -> serde_json::Value {
    let values = Estimate::of_samples(&training.final_values());
    let gaps = training.final_gaps();
    let gap = gaps.as_deref().map(Estimate::of_samples);
    let each: Vec<_> = training
        .curves
        .iter()
        .enumerate()
        .map(|(place, (seed, points))| {
            json!({
                "seed": seed,
                "value": points.last().map_or(serde_json::Value::Null, |p| output::number(p.value)),
                "gap": gaps.as_ref().map_or(serde_json::Value::Null, |g| output::number(g[place])),
            })
        })
        .collect();
    json!({
        "scenario": arguments.file.display().to_string(),
        "learner": learner,
        "steps": arguments.steps,
        "value": output::number(values.mean),
        "value_interval": output::estimate(&values),
        "optimum": training.optimum.map_or(serde_json::Value::Null, output::number),
        "gap": gap.map_or(serde_json::Value::Null, |gap| output::number(gap.mean)),
        "gap_interval": gap.as_ref().map_or(serde_json::Value::Null, output::estimate),
        "exact": training.exact,
        "seeds": each,
    })
}

fn as_text(
    scenario: &Scenario,
    options: &TrainingOptions,
    training: &Training,
    why_no_optimum: Option<&str>,
) -> String {
    let values = Estimate::of_samples(&training.final_values());
    let mut text = format!(
        "{}\n{} learned for {} beats from each of {} seeds\n  value    {}\n",
        scenario.contents.title.in_language("en"),
        options.learner.name(),
        options.steps,
        options.seeds.len(),
        output::estimate_text(&values),
    );
    if let (Some(best), Some(gaps)) = (training.optimum, training.final_gaps()) {
        let gap = Estimate::of_samples(&gaps);
        let half = gap.half_width().map_or(String::new(), |half| format!(" ± {:.2}", 100.0 * half));
        text.push_str(&format!(
            "  optimum  {best:.6}\n  gap      {:.2}{half} %\n",
            100.0 * gap.mean
        ));
    }
    if !training.exact {
        text.push_str("  the greedy policies were simulated, not evaluated exactly\n");
    }
    if let Some(why) = why_no_optimum {
        text.push_str(&format!("  no optimum: {why}\n"));
    }
    text
}

fn write_curve(training: &Training, path: &Path) -> std::io::Result<()> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["seed", "steps", "value", "gap"])?;
    for (seed, points) in &training.curves {
        for point in points {
            let share = training.optimum.and_then(|best| gap(best, point.value));
            let gap = share.map_or(String::new(), |share| share.to_string());
            table.write_record([
                seed.to_string(),
                point.steps.to_string(),
                point.value.to_string(),
                gap,
            ])?;
        }
    }
    let bytes = table.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    save::write_whole(path, &bytes)
}
