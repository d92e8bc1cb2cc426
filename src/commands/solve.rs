//! `taktlab solve FILE`: the optimal policy with certified bounds.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::output::{self, Failure, Format, WorthUnit};
use super::progress_bar::with_bar;
use crate::experiment::beliefs::{self, Enclosure};
use crate::experiment::optimum::{self, Optimum, SolveOptions};
use crate::experiment::uncertainty::{self, Spread};
use crate::experiment::written_policy::WrittenPolicy;
use crate::mdp::{Criterion, EnumerationOptions, Progress};
use crate::planners::Method;
use crate::scenario::Scenario;

/// Arguments of `solve`.
#[derive(Debug, clap::Args)]
pub struct SolveArguments {
    /// The scenario.
    file: PathBuf,
    /// The planner; the fastest that suits the criterion if not given.
    #[arg(long, value_enum)]
    method: Option<Method>,
    /// Width of the certified bounds to reach, in the scenario's currency (a beat for a gain),
    /// however long it takes. If not given, 1e-6 is pursued for a minute.
    #[arg(long, value_parser = positive, allow_negative_numbers = true)]
    precision: Option<f64>,
    /// Hold only the states that can be reached from the start.
    #[arg(long)]
    reachable: bool,
    /// Memory the model may take, MiB.
    #[arg(long, default_value_t = 2048, allow_negative_numbers = true)]
    memory: u64,
    /// Write the policy to this file: as RON for `simulate --policy` where it ends in .ron, else as
    /// CSV with the state's variables, its action and its value.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// How often other values are drawn for figures that are estimated, to see what that changes.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    draws: u32,
    /// The seed of these draws, the scenario's if not given; planning itself draws nothing.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// A clap parser for a number above 0.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("a number above 0 is needed, such as 1e-6".to_owned()),
    }
}

/// Runs the command.
pub(super) fn run(arguments: &SolveArguments) -> Result<(), Failure> {
    let scenario = super::load(&arguments.file)?;
    super::writable(arguments.policy.as_deref())?;
    let progress = Arc::new(Progress::new());
    let options = SolveOptions {
        method: arguments.method,
        enumeration: EnumerationOptions {
            reachable_only: arguments.reachable,
            memory_limit: arguments.memory.saturating_mul(1 << 20),
        },
        ..SolveOptions::to(arguments.precision)
    };
    let optimum = with_bar("solving", &progress, || optimum::find(&scenario, &options, &progress))
        .map_err(Failure::input)?;
    if let Some(path) = &arguments.policy {
        WrittenPolicy::of_optimum(&optimum)
            .save(&scenario.environment, &optimum.enumeration, path)
            .map_err(|error| {
                Failure::input(format!(
                    "the policy could not be written to {}: {error}",
                    path.display()
                ))
            })?;
    }
    let hidden = !scenario.environment.erased().observes_state();
    let beliefs = hidden.then(|| {
        with_bar("weighing beliefs", &progress, || {
            let criterion = scenario.contents.criterion;
            beliefs::enclosures(&scenario.environment, criterion, RESOLUTIONS, None, &progress)
        })
    });
    let uncertain = uncertainty(&scenario, &optimum, arguments, &progress);
    match arguments.format {
        Format::Json => {
            let mut object = as_json(&arguments.file, &scenario, &optimum, options.precision);
            let known = beliefs.and_then(Result::ok);
            let known = known.map_or(serde_json::Value::Null, |known| {
                known.iter().map(enclosure_as_json).collect::<Vec<_>>().into()
            });
            if let Some(fields) = object.as_object_mut() {
                fields.insert("full_information".to_owned(), json!(hidden));
                fields.insert("beliefs".to_owned(), known);
                fields.insert("uncertainty".to_owned(), json!(uncertain.map(spread_as_json)));
            }
            output::print_json(&object)
        }
        Format::Text => {
            let mut text = as_text(&scenario, &optimum);
            match beliefs {
                Some(Ok(known)) => text.push_str(&enclosures_as_text(&known)),
                Some(Err(why)) => text.push_str(&format!("  no bounds over beliefs: {why}\n")),
                None => {}
            }
            if let Some(words) = uncertainty_as_text(&scenario, uncertain) {
                text.push_str(&words);
            }
            if let Some(path) = &arguments.policy {
                text.push_str(&super::policy_written(&arguments.file, path));
            }
            output::print(&text)
        }
    }
}

/// How far the optimum is known, where figures are estimated.
fn uncertainty(
    scenario: &Scenario,
    optimum: &Optimum,
    arguments: &SolveArguments,
    progress: &Arc<Progress>,
) -> Option<Spread> {
    if scenario.contents.estimates.is_empty() {
        return None;
    }
    let (lower, upper) = optimum.bounds();
    let about = f64::midpoint(lower?, upper?);
    let seed = arguments.seed.unwrap_or(scenario.contents.seed);
    with_bar("drawing", progress, || {
        uncertainty::of_optimum(scenario, about, arguments.draws, seed)
    })
}

fn spread_as_json(spread: Spread) -> serde_json::Value {
    json!({
        "lower": output::number(spread.low),
        "upper": output::number(spread.high),
        "draws": spread.draws,
    })
}

/// What the uncertainty of the figures comes to, where any is estimated.
fn uncertainty_as_text(scenario: &Scenario, spread: Option<Spread>) -> Option<String> {
    if scenario.contents.estimates.is_empty() {
        return None;
    }
    Some(match spread {
        Some(Spread { low, high, draws }) => format!(
            "  with the figures' uncertainty: from {} to {} {} (95 % of {draws} draws); the bounds above\n\
             \x20 are for the figures as they stand\n",
            output::fixed(low, 4),
            output::fixed(high, 4),
            WorthUnit::of(&scenario.contents).unit
        ),
        None if !uncertainty::is_solved(scenario) => format!(
            "  the figures are estimated, and with more than {} states what their uncertainty comes to\n\
             \x20 is not drawn\n",
            uncertainty::MOST_SOLVED
        ),
        None => "  the figures are estimated; what their uncertainty comes to was not drawn\n"
            .to_owned(),
    })
}

/// The resolutions at which bounds over beliefs are shown, as far as they go.
const RESOLUTIONS: &[u32] = &[5, 10, 20, 40, 80];

fn enclosure_as_json(found: &Enclosure) -> serde_json::Value {
    json!({
        "resolution": found.resolution,
        "points": found.points,
        "lower": output::number(found.lower),
        "upper": output::optional(found.upper),
        "gap": output::optional(found.gap()),
    })
}

/// What the best policy is worth that does not see the state, between bounds.
fn enclosures_as_text(all: &[Enclosure]) -> String {
    let mut text = format!(
        "  the state is not seen: the above is a bound with full information. For who does not see\n  \
         it the best lies between these bounds, by plans over a grid of beliefs:\n  \
         {:>10} {:>9} {:>16} {:>16} {:>12}\n",
        "resolution", "beliefs", "at least", "at most", "gap"
    );
    for found in all {
        let number = |value: Option<f64>| {
            value.map_or("unknown".to_owned(), |value| output::fixed(value, 6))
        };
        text.push_str(&format!(
            "  {:>10} {:>9} {:>16} {:>16} {:>12}\n",
            found.resolution,
            found.points,
            number(Some(found.lower)),
            number(found.upper),
            number(found.gap()),
        ));
    }
    text
}

fn as_json(
    file: &std::path::Path,
    scenario: &Scenario,
    optimum: &Optimum,
    precision: f64,
) -> serde_json::Value {
    let (lower, upper) = optimum.bounds();
    json!({
        "scenario": file.display().to_string(),
        "title": scenario.contents.title.in_language("en"),
        "states": optimum.model().states(),
        "transitions": optimum.model().transitions(),
        "method": optimum.solution.method,
        "criterion": scenario.contents.criterion.name(),
        "discount": scenario.contents.criterion.discount(),
        "half_life": scenario.contents.criterion.half_life(),
        "lower": output::optional(lower),
        "upper": output::optional(upper),
        "sweeps": optimum.solution.sweeps,
        "backups": optimum.solution.backups,
        "backups_per_second": output::number(optimum.backups_per_second()),
        "precision": output::number(precision),
        "optimal": optimum.solution.optimal,
        "limited_by_rounding": optimum.solution.limited_by_rounding,
        "enumeration_seconds": output::number(optimum.enumeration_time.as_secs_f64()),
        "planning_seconds": output::number(optimum.planning_time.as_secs_f64()),
    })
}

fn as_text(scenario: &Scenario, optimum: &Optimum) -> String {
    let (solution, model) = (&optimum.solution, optimum.model());
    let (lower, upper) = optimum.bounds();
    let bound = |value: Option<f64>| value.map_or("unknown".to_owned(), |x| output::fixed(x, 9));
    let contents = &scenario.contents;
    let what = match contents.criterion {
        Criterion::Average => "gain",
        _ => "value at the start",
    };
    let what = match scenario.environment.erased().observes_state() {
        true => what.to_owned(),
        false => format!("with full information, {what}"),
    };
    let worth = WorthUnit::of(contents);
    let mut text = format!(
        "{}\n  {} states, {} state–action pairs, {} transitions, enumerated in {:.2?}\n  \
         criterion: {}\n  \
         {}: {} sweeps, {} backups in {:.2?} ({:.1} million backups a second)\n  \
         {what} from {} to {} {}\n",
        output::title(scenario),
        model.states(),
        model.pairs(),
        model.transitions(),
        optimum.enumeration_time,
        output::criterion_text(contents.criterion),
        solution.method,
        solution.sweeps,
        solution.backups,
        optimum.planning_time,
        optimum.backups_per_second() / 1e6,
        bound(lower),
        bound(upper),
        worth.unit,
    );
    if let Some(((from, to), currency)) = lower.zip(upper).and_then(|(lower, upper)| {
        Some(((worth.in_an_hour(lower)?, worth.in_an_hour(upper)?), &contents.currency))
    }) {
        let (from, to) = (output::fixed(from, 6), output::fixed(to, 6));
        text.push_str(&format!("  that is {from} to {to} {currency} an hour\n"));
    }
    text.push_str(if solution.optimal {
        "  optimal: proved within the precision asked for\n"
    } else if optimum.solution.limited_by_rounding {
        "  limited by rounding: no closer bounds can be had, and these hold\n"
    } else if lower.is_none() && upper.is_none() {
        "  no bounds were found in the time there was: nothing is known yet\n"
    } else if upper.is_none() {
        "  a lower bound only: nothing is known of how much better a policy could be\n"
    } else {
        "  not proved within the precision asked for; the bounds hold all the same\n"
    });
    // Bounds that only rounding keeps apart have met: the average does not depend on the start.
    if contents.criterion == Criterion::Average
        && !solution.optimal
        && !solution.limited_by_rounding
    {
        text.push_str(
            "  where some states can never reach others, the average depends on the start, and the \n\
             \x20 bounds stay apart: choose a discounted reward\n",
        );
    }
    text
}
