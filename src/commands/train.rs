//! `taktlab train FILE`: a learner over several seeds, measured against the optimum.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::output::{self, Failure, Format, WorthUnit};
use super::progress_bar::with_bar;
use crate::experiment::Estimate;
use crate::experiment::comparison::words::{counted, gap_words};
use crate::experiment::judging::{gap, gap_of};
use crate::experiment::optimum::{self, Optimum, OptimumError, SolveOptions};
use crate::experiment::training::{Keep, Training, TrainingOptions, train};
use crate::mdp::{Criterion, Progress};
use crate::scenario::{Scenario, save};

/// Arguments of `train`.
#[derive(Debug, clap::Args)]
pub struct TrainArguments {
    /// The scenario.
    file: PathBuf,
    /// The learner, such as q-learning, sarsa or dyna-q. The scenario's if not given.
    #[arg(long)]
    learner: Option<String>,
    /// Beats that each seed learns for.
    #[arg(long, value_parser = super::at_least_one, allow_negative_numbers = true, default_value = "1e6")]
    steps: u64,
    /// How many seeds.
    #[arg(long, value_parser = super::runs, allow_negative_numbers = true, default_value = "5")]
    seeds: u64,
    /// The first seed, instead of the scenario's; the others follow it.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Write the learning curves to this CSV file: seed, steps, value, gap, and the error of
    /// predicted values.
    #[arg(long, value_name = "FILE")]
    curve: Option<PathBuf>,
    /// Write what the first seed has learned to this file, for `simulate --trained`.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Write the policy that the first seed comes to to this file: as RON for `simulate --policy`
    /// where it ends in .ron, else as CSV with the state's variables, its action and its value.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Runs the command.
pub(super) fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    let scenario = super::load(&arguments.file)?;
    let learner = match arguments.learner.as_deref() {
        None => scenario.contents.learner.clone(),
        named => super::agent_named(named, &scenario)?.unwrap_or_default(),
    };
    if !learner.learns() {
        return Err(Failure::Usage(format!(
            "error: {} does not learn: use q-learning, sarsa or another learner of `taktlab schema`",
            learner.name()
        )));
    }
    for path in [&arguments.curve, &arguments.save, &arguments.policy] {
        super::writable(path.as_deref())?;
    }
    let progress = Arc::new(Progress::new());
    let usual = SolveOptions::to(None);
    // A line too large to enumerate is learned all the same, and then judged by simulation.
    let optimum =
        with_bar("finding the optimum", &progress, || optimum::find(&scenario, &usual, &progress));
    let first = arguments.seed.unwrap_or(scenario.contents.seed);
    let options = TrainingOptions {
        learner: learner.clone(),
        steps: arguments.steps,
        seeds: (0..arguments.seeds).map(|more| first.wrapping_add(more)).collect(),
        keep: Keep { agent: arguments.save.is_some(), policy: arguments.policy.is_some() },
    };
    let training = with_bar("training", &progress, || {
        train(&scenario, &options, optimum.as_ref().ok(), &progress)
    })
    .map_err(Failure::input)?
    .ok_or_else(|| Failure::input("cancelled"))?;
    if let Some(path) = &arguments.curve {
        write_curve(&training, path).map_err(|error| super::not_written(path, &error))?;
    }
    keep(arguments, &scenario, &training, &optimum)?;
    match arguments.format {
        Format::Json => {
            output::print_json(&as_json(arguments, &scenario, &options, &training, &optimum))
        }
        Format::Text => {
            let mut text = as_text(&scenario, &options, &training, &optimum);
            text.push_str(&written(arguments));
            output::print(&text)
        }
    }
}

/// Writes what the first seed came to.
fn keep(
    arguments: &TrainArguments,
    scenario: &Scenario,
    training: &Training,
    optimum: &Sought,
) -> Result<(), Failure> {
    let refused = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::input(format!("{} could not be written: {error}", path.display()))
    };
    if let (Some(path), Some(agent)) = (&arguments.save, &training.kept.agent) {
        let agent = agent.as_ref().map_err(|error| refused(path, error))?;
        agent.save(scenario, path).map_err(|error| refused(path, &error))?;
    }
    if let (Some(path), Some(policy)) = (&arguments.policy, &training.kept.policy) {
        let policy = policy.as_ref().map_err(|error| refused(path, error))?;
        // Without a model there is no policy either.
        let Ok(optimum) = optimum else { return Ok(()) };
        policy
            .save(&scenario.environment, &optimum.enumeration, path)
            .map_err(|error| refused(path, &error))?;
    }
    Ok(())
}

/// What was written where, and what reads it.
fn written(arguments: &TrainArguments) -> String {
    let scenario = arguments.file.display();
    let mut text = String::new();
    if let Some(path) = &arguments.curve {
        text.push_str(&format!("The learning curves are in {}\n", path.display()));
    }
    if let Some(path) = &arguments.save {
        let path = path.display();
        text.push_str(&format!(
            "What the first seed learned is in {path}: play it with `taktlab simulate {scenario} \
             --trained {path}`\n"
        ));
    }
    if let Some(path) = &arguments.policy {
        text.push_str(&super::policy_written(&arguments.file, path));
    }
    text
}

/// The optimum, or why there is none.
type Sought = Result<Optimum, OptimumError>;

/// An estimate; null where some policy is worth no finite amount, as it never ends.
fn finite(estimate: Estimate) -> serde_json::Value {
    if estimate.mean.is_finite() { output::estimate(&estimate) } else { serde_json::Value::Null }
}

/// What the policies of the other seeds are worth, where some seed's is worth no finite amount.
fn others(training: &Training) -> Option<Estimate> {
    let all = training.final_values();
    let finite: Vec<f64> = all.iter().copied().filter(|value| value.is_finite()).collect();
    (finite.len() < all.len() && !finite.is_empty()).then(|| Estimate::of_samples(&finite))
}

/// How many seeds have no value, and what those are worth that have one.
fn without_value(training: &Training, worth: &WorthUnit, total: bool) -> String {
    let all = training.final_values();
    let lacking = all.iter().filter(|value| !value.is_finite()).count();
    let seeds = format!("{lacking} of {}", counted(all.len() as u64, "seed", "seeds"));
    let mut text = match total {
        true => format!("  value    none: in {seeds} the greedy policy never ends\n"),
        false => format!("  value    none: of {seeds} it is not known\n"),
    };
    if let Some(others) = others(training) {
        let others = output::estimate_text(&others);
        text.push_str(&format!(
            "  of the other {} only: {others} {}\n",
            all.len() - lacking,
            worth.unit
        ));
    }
    text
}

fn as_json(
    arguments: &TrainArguments,
    scenario: &Scenario,
    options: &TrainingOptions,
    training: &Training,
    optimum: &Sought,
) -> serde_json::Value {
    let contents = &scenario.contents;
    let values = Estimate::of_samples(&training.final_values());
    let gaps = training.final_gaps();
    let gap = gaps.as_deref().map(gap_of);
    let errors = training.final_errors();
    let error = errors.as_deref().map(Estimate::of_samples);
    let difference = training.final_differences().as_deref().map(Estimate::of_samples);
    let each: Vec<_> = training
        .curves
        .iter()
        .enumerate()
        .map(|(place, (seed, points))| {
            json!({
                "seed": seed,
                "value": output::optional(points.last().map(|point| point.value)),
                "gap": output::optional(gaps.as_ref().and_then(|gaps| gaps.get(place).copied())),
                "error": output::optional(points.last().and_then(|point| point.error)),
            })
        })
        .collect();
    json!({
        "scenario": arguments.file.display().to_string(),
        "title": contents.title.in_language("en"),
        "criterion": contents.criterion.name(),
        "half_life": contents.criterion.half_life(),
        "learner": options.learner.name(),
        "steps": options.steps,
        "value": output::number(values.mean),
        "value_interval": finite(values),
        "seeds_without_value": training.final_values().iter().filter(|v| !v.is_finite()).count(),
        "value_of_others": others(training).map_or(serde_json::Value::Null, finite),
        "optimum": output::optional(training.optimum),
        "optimum_proved": optimum.as_ref().ok().map(|optimum| optimum.solution.optimal),
        "difference": output::optional(difference.map(|difference| difference.mean)),
        "gap": output::optional(gap.map(|gap| gap.mean)),
        "gap_interval": gap.map_or(serde_json::Value::Null, finite),
        "error": output::optional(error.map(|error| error.mean)),
        "error_interval": error.map_or(serde_json::Value::Null, finite),
        "exact": training.exact,
        "seeds": each,
    })
}

fn as_text(
    scenario: &Scenario,
    options: &TrainingOptions,
    training: &Training,
    sought: &Sought,
) -> String {
    let contents = &scenario.contents;
    let worth = WorthUnit::of(contents);
    let values = Estimate::of_samples(&training.final_values());
    let mut text = format!(
        "{}\n  criterion: {}\n  {} learned for {} beats, {}\n",
        output::title(scenario),
        output::criterion_text(contents.criterion),
        options.learner.name(),
        options.steps,
        match options.seeds.len() {
            1 => "from one seed".to_owned(),
            many => format!("from each of {many} seeds"),
        },
    );
    let known = values.mean.is_finite();
    text.push_str(&if known {
        let (value, hourly) = (output::estimate_text(&values), worth.hourly(values.mean));
        format!("  value    {value} {}{hourly}\n", worth.unit)
    } else {
        without_value(training, &worth, contents.criterion == Criterion::Total)
    });
    if let Some(best) = training.optimum {
        let (value, hourly) = (output::fixed(best, 6), worth.hourly(best));
        let name = optimum::name(&scenario.environment);
        text.push_str(&format!("  {name}  {value} {}{hourly}\n", worth.unit));
    }
    let shares = training.final_gaps().filter(|_| known);
    let differences = training.final_differences().filter(|_| known);
    if let Some(gap) = shares.as_deref().map(gap_of) {
        text.push_str(&format!("  gap      {} %\n", gap_words(&gap)));
    } else if let Some(below) = differences.as_deref().map(Estimate::of_samples) {
        // No share of an optimum of 0 can be had.
        let below = output::estimate_text(&below);
        text.push_str(&format!("  below it by {below} {}\n", worth.unit));
    }
    if let Some(error) = training.final_errors().as_deref().map(Estimate::of_samples) {
        let (error, currency) = (output::estimate_text(&error), &contents.currency);
        text.push_str(&format!("  error of the predicted values  {error} {currency}\n"));
    }
    match sought {
        Ok(optimum) if !optimum.solution.optimal => text.push_str(
            "  the optimum is not proved within the usual precision: see `taktlab solve`\n",
        ),
        Ok(_) => {}
        Err(why) => text.push_str(&format!("  no optimum: {why}\n")),
    }
    if !training.exact {
        text.push_str("  the greedy policies were simulated, not evaluated exactly\n");
    }
    text
}

fn write_curve(training: &Training, path: &Path) -> std::io::Result<()> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["seed", "steps", "value", "gap", "error"])?;
    for (seed, points) in &training.curves {
        for point in points {
            let share = training.optimum.and_then(|best| gap(best, point.value));
            let gap = share.map_or(String::new(), |share| share.to_string());
            table.write_record([
                seed.to_string(),
                point.steps.to_string(),
                point.value.to_string(),
                gap,
                point.error.map_or(String::new(), |error| error.to_string()),
            ])?;
        }
    }
    let bytes = table.into_inner().map_err(|error| std::io::Error::other(error.to_string()))?;
    save::write_whole(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::training::{Kept, Point};
    use crate::scenario::library;

    #[test]
    fn who_never_ends_is_counted_and_the_others_are_told() {
        let scenario = library::open("textbook/cliff.ron").unwrap();
        let told = |values: &[f64]| {
            let curve =
                |(seed, &value): (u64, &f64)| (seed, vec![Point { steps: 9, value, error: None }]);
            let training = Training {
                curves: (1..).zip(values).map(curve).collect(),
                optimum: Some(-13.0),
                exact: true,
                kept: Kept::default(),
            };
            let options = TrainingOptions {
                learner: scenario.contents.learner.clone(),
                steps: 9,
                seeds: (1..=values.len() as u64).collect(),
                keep: Keep::default(),
            };
            let optimum = optimum::find(&scenario, &SolveOptions::to(None), &Progress::new());
            as_text(&scenario, &options, &training, &optimum)
        };
        let text = told(&[-13.0, f64::NEG_INFINITY, -15.0, f64::NAN]);
        assert!(text.contains("none: in 2 of 4 seeds the greedy policy never ends\n"), "{text}");
        assert!(text.contains("of the other 2 only: -14.000000 ± "), "{text}");
        assert!(!text.contains("gap"), "{text}");
        let text = told(&[f64::NEG_INFINITY]);
        assert!(text.contains("in 1 of 1 seed the") && !text.contains("other"), "{text}");
        assert!(told(&[-13.0, -15.0]).contains("value    -14.000000 ± "));
    }
}
