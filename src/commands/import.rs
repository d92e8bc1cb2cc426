//! `taktlab import FILE…`: what a plant recorded becomes a scenario whose figures have intervals, and
//! the record is held against what the scenario does.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::csv_file;
use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use super::{not_written, writable};
use crate::experiment::Estimate;
use crate::experiment::optimum::{self, SolveOptions};
use crate::experiment::report::{SimulationOptions, simulate_scenario};
use crate::experiment::uncertainty::{MOST_SOLVED, Spread, uniforms};
use crate::interchange::columns::{Clock, Table, time};
use crate::interchange::log::{self, Words};
use crate::interchange::plant::{Plant, Share, in_words};
use crate::interchange::{LONGEST, stations};
use crate::mdp::{Condition, Progress};
use crate::scenario::{Scenario, save};

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    /// A table of stations (columns station, cycle, mtbf, mttr, failures, parts, scrapped, buffer), a
    /// record of events (time, machine, condition, parts), or both; times with units: `time (s)`.
    #[arg(required = true, num_args = 1..=2)]
    files: Vec<PathBuf>,
    /// The scenario to write, which must not be there yet; printed where it is left out.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How long a beat is, "30 s"; the shortest cycle or repair if not given.
    #[arg(long)]
    beat: Option<String>,
    /// What a condition of the record means, "Störung=down"; may be given several times. Known are
    /// working, starved, blocked, down, up and idle.
    #[arg(long, value_name = "WORD=CONDITION")]
    condition: Vec<String>,
    /// How often other values are drawn for what was estimated, to see what that changes.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    draws: u32,
    /// The seed of what is drawn and simulated.
    #[arg(long, allow_negative_numbers = true, default_value_t = 1)]
    seed: u64,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// So many beats of a larger model are simulated for each draw.
const DRAWN_BEATS: u64 = 50_000;
/// How often the record is simulated.
const REPLICATIONS: u64 = 20;
/// The longest record that is simulated, beats.
const MOST_BEATS: f64 = 1e7;

/// Runs the command.
pub(super) fn run(arguments: &ImportArguments) -> Result<(), Failure> {
    if let Some(path) = &arguments.output {
        if path.exists() {
            let told = "is there already, and is left as it is. Name a file that is not.";
            return Err(Failure::input(format!("{} {told}", path.display())));
        }
        writable(Some(path))?;
    }
    let mut words = Words::default();
    for given in &arguments.condition {
        let wrong = |told: String| Failure::Usage(format!("error: --condition {told}"));
        words.add(given).map_err(wrong)?;
    }
    let plant = read(&arguments.files, &words)?;
    let beat = beat(arguments.beat.as_deref(), &plant)?;
    plant.fits(beat).map_err(Failure::input)?;
    let text = plant.scenario(beat, true);
    let name =
        arguments.output.as_ref().map_or("imported.ron".into(), |path| path.display().to_string());
    Scenario::parse(&name, &text).map_err(Failure::Refused)?;
    let found = found(&plant, beat, arguments)?;
    if let Some(path) = &arguments.output {
        save::write_whole(path, text.as_bytes()).map_err(|error| not_written(path, &error))?;
    }
    let told = told(&plant, beat, &found);
    match (arguments.format, &arguments.output) {
        (Format::Json, file) => {
            let file = file.as_ref().map(|path| path.display().to_string());
            output::print_json(&as_json(&plant, beat, &found, file, &text))
        }
        (Format::Text, None) => {
            output::print(&text)?;
            output::note(&told);
            Ok(())
        }
        (Format::Text, Some(path)) => {
            let path = path.display();
            output::print(&format!(
                "{told}The scenario is in {path}: open it with `taktlab {path}`\n"
            ))
        }
    }
}

/// The plant that the files tell of.
fn read(files: &[PathBuf], words: &Words) -> Result<Plant, Failure> {
    let (mut table, mut record) = (None, None);
    for file in files {
        let (name, text) = csv_file::text(file, LONGEST)?;
        let refused = |faults| Failure::Refused(csv_file::reports(&name, &text, faults));
        let columns = Table::read(&name, &text).map_err(refused)?;
        let (place, plant) = match log::is_one(&columns) {
            true => (&mut record, log::read(columns, words)),
            false => (&mut table, stations::read(columns)),
        };
        if place.is_some() {
            let remedy = "Give a table of stations and a record of events, or one of the two.";
            return Err(Failure::input(format!(
                "{name} is of the same sort as the file before. {remedy}"
            )));
        }
        *place = Some(plant.map_err(refused)?);
    }
    match (table, record) {
        (Some(table), Some(record)) => table.with(record).map_err(Failure::input),
        (Some(plant), None) | (None, Some(plant)) => Ok(plant),
        (None, None) => Err(Failure::input("no file was given")),
    }
}

/// The length of a beat, in the plant's clock.
fn beat(given: Option<&str>, plant: &Plant) -> Result<f64, Failure> {
    let Some(given) = given else { return Ok(plant.usual_beat()) };
    let wrong = |message: String| Failure::Usage(format!("error: {message}"));
    match time(given) {
        Some((beat, Clock::Seconds)) if plant.clock == Clock::Seconds && beat > 0.0 => Ok(beat),
        Some(_) if plant.clock == Clock::Beats => {
            Err(wrong("the files count in beats already: leave out --beat".to_owned()))
        }
        _ => Err(wrong(format!(
            "--beat is a time above 0 with its unit, such as \"30 s\", not `{given}`"
        ))),
    }
}

/// What the model comes to, and how well that is known of the plant.
struct Found {
    /// Certified bounds of the throughput where everybody always runs, parts a beat.
    certified: Option<(f64, f64)>,
    /// From where to where 95 % of the draws lie.
    drawn: Option<Spread>,
    /// What was recorded beside what is simulated.
    beside: Vec<Beside>,
}

/// A figure as recorded and as simulated.
#[derive(Debug)]
struct Beside {
    what: String,
    recorded: Estimate,
    simulated: Estimate,
}

impl Beside {
    /// Whether they differ by no more than both intervals allow together.
    fn agree(&self) -> bool {
        let half = |estimate: &Estimate| estimate.half_width().unwrap_or(f64::INFINITY);
        let most = half(&self.recorded).hypot(half(&self.simulated));
        (self.recorded.mean - self.simulated.mean).abs() <= most + 1e-9
    }
}

fn found(plant: &Plant, beat: f64, arguments: &ImportArguments) -> Result<Found, Failure> {
    let parse = |plant: &Plant| {
        Scenario::parse("imported.ron", &plant.scenario(beat, false)).map_err(Failure::Refused)
    };
    let scenario = parse(plant)?;
    let states = scenario.environment.state_space().count().ok();
    let solved = states.is_some_and(|states| states <= MOST_SOLVED);
    let progress = Arc::new(Progress::new());
    let certified = match states {
        Some(states) if states <= 50 * MOST_SOLVED => {
            let options = SolveOptions::to(None);
            let optimum =
                with_bar("solving", &progress, || optimum::find(&scenario, &options, &progress))
                    .map_err(Failure::input)?;
            let (lower, upper) = optimum.bounds();
            lower.zip(upper)
        }
        _ => None,
    };
    // What was never seen has no other values to draw.
    let drawn: Vec<f64> = match estimated(plant) && plant.unseen().next().is_none() {
        false => Vec::new(),
        true => (0..arguments.draws)
            .into_par_iter()
            .filter_map(|draw| {
                let mut other = plant.drawn(uniforms(arguments.seed, draw));
                for station in &mut other.stations {
                    for figure in [&mut station.mtbf, &mut station.mttr].into_iter().flatten() {
                        figure.value = figure.value.max(beat);
                    }
                }
                throughput(&parse(&other).ok()?, solved, u64::from(draw))
            })
            .collect(),
    };
    let beside = beside(plant, beat, &scenario, arguments.seed)?;
    Ok(Found { certified, drawn: Spread::of(drawn), beside })
}

/// Whether other values can be drawn for anything.
fn estimated(plant: &Plant) -> bool {
    plant.figures().any(|(_, _, figure)| figure.is_estimated())
}

/// The throughput of a model in which everybody always runs, parts a beat.
fn throughput(scenario: &Scenario, solved: bool, seed: u64) -> Option<f64> {
    let progress = Progress::new();
    if solved {
        let optimum = optimum::find(scenario, &SolveOptions::to(Some(1e-4)), &progress).ok()?;
        let (lower, upper) = optimum.bounds();
        return Some(0.5 * (lower? + upper?));
    }
    let options = SimulationOptions {
        beats: Some(DRAWN_BEATS),
        replications: Some(1),
        seed: Some(seed),
        ..SimulationOptions::default()
    };
    let simulation = simulate_scenario(scenario, &options, &progress).ok()?;
    Some(simulation.summary.throughput?.mean)
}

/// What was recorded, beside what the model does in as long a time.
fn beside(
    plant: &Plant,
    beat: f64,
    scenario: &Scenario,
    seed: u64,
) -> Result<Vec<Beside>, Failure> {
    let Some(recorded) = &plant.recorded else { return Ok(Vec::new()) };
    let beats = (recorded.span / beat).clamp(1_000.0, MOST_BEATS) as u64;
    let options = SimulationOptions {
        beats: Some(beats),
        replications: Some(REPLICATIONS),
        seed: Some(seed),
        ..SimulationOptions::default()
    };
    let progress = Arc::new(Progress::new());
    let simulation =
        with_bar("simulating", &progress, || simulate_scenario(scenario, &options, &progress))
            .map_err(Failure::input)?;
    let summary = &simulation.summary;
    let of = |share: &Share, unit: f64| Estimate::of_samples(&share.spans).times(unit);
    let mut beside = Vec::new();
    if let (Some(share), Some(simulated)) = (&recorded.throughput, summary.throughput) {
        let what = "throughput, parts a beat".to_owned();
        beside.push(Beside { what, recorded: of(share, beat), simulated });
    }
    for (shares, (name, causes)) in recorded.shares.iter().zip(&summary.time_by_cause) {
        let conditions =
            [Condition::Working, Condition::Starved, Condition::Blocked, Condition::Down];
        for (share, condition) in shares.iter().zip(conditions) {
            let place = Condition::ALL.iter().position(|known| *known == condition);
            let simulated = place.and_then(|place| causes.get(place));
            if let (Some(share), Some(simulated)) = (share, simulated) {
                let what = format!("{name} {}", condition.name());
                beside.push(Beside { what, recorded: of(share, 1.0), simulated: *simulated });
            }
        }
    }
    Ok(beside)
}

fn told(plant: &Plant, beat: f64, found: &Found) -> String {
    let mut text =
        format!("From {}, a beat of {}\n", plant.sources.join(" and "), plant.time(beat));
    for (station, name, figure) in plant.figures() {
        text.push_str(&format!("  {} {name}: {}\n", station.name, plant.told(name, &figure)));
        let shape = match name {
            "mtbf" => station.time_to_failure,
            "mttr" => station.time_to_repair,
            _ => None,
        };
        if let Some(shape) = shape {
            text.push_str(&format!("    {}\n", in_words(&shape)));
        }
    }
    for (station, told) in plant.unseen() {
        text.push_str(&format!("  {} failures: {told}\n", station.name));
    }
    match found.certified {
        Some((low, high)) => text.push_str(&format!(
            "The model, where all always run: {} to {} parts a beat, certified\n",
            output::fixed(low, 6),
            output::fixed(high, 6)
        )),
        None => text.push_str("The model is too large to be solved: nothing is certified\n"),
    }
    match found.drawn {
        Some(Spread { low, high, draws }) => text.push_str(&format!(
            "The plant: {} to {} parts a beat (95 % of {draws} draws of the estimates); a certificate \
             is for the model, not for the plant\n",
            output::fixed(low, 4),
            output::fixed(high, 4)
        )),
        None => {
            let names: Vec<&str> = plant.unseen().map(|(station, _)| &*station.name).collect();
            let why = match (names.as_slice(), estimated(plant)) {
                ([], false) => "no figure comes with its events".to_owned(),
                ([], true) => "too few draws of the estimates were made".to_owned(),
                (names, _) => format!("too little was seen of failures of {}", names.join(", ")),
            };
            text.push_str(&format!("How far the plant may be from the model is not known: {why}\n"));
        }
    }
    if !found.beside.is_empty() {
        text.push_str("Recorded and simulated, with 95 % intervals:\n");
        for beside in &found.beside {
            let agree = if beside.agree() { "agree" } else { "differ" };
            text.push_str(&format!(
                "  {}: {} and {}: they {agree}\n",
                beside.what,
                output::estimate_text(&beside.recorded),
                output::estimate_text(&beside.simulated)
            ));
        }
        let differ = found.beside.iter().filter(|beside| !beside.agree()).count();
        text.push_str(&match differ {
            0 => "The model agrees with the record within these intervals\n".to_owned(),
            _ => format!(
                "{differ} of {} differ: one in twenty does by chance; else look at what the model \
                 leaves out (the places of buffers, the shape of times)\n",
                found.beside.len()
            ),
        });
    }
    text
}

fn as_json(plant: &Plant, beat: f64, found: &Found, file: Option<String>, text: &str) -> Value {
    let figures: Vec<Value> = plant
        .figures()
        .map(|(station, name, figure)| {
            let shape = match name {
                "mtbf" => station.time_to_failure,
                "mttr" => station.time_to_repair,
                _ => None,
            };
            let known = figure.is_estimated();
            json!({
                "station": station.name,
                "figure": name,
                "value": output::number(figure.value),
                "low": known.then(|| output::number(figure.low)),
                "high": known.then(|| output::number(figure.high)),
                "events": known.then_some(figure.events),
                "exponential": shape.map(|shape| !shape.refused),
            })
        })
        .collect();
    let unseen: Vec<Value> = plant
        .unseen()
        .map(|(station, told)| json!({ "station": station.name, "what": told }))
        .collect();
    let beside: Vec<Value> = found
        .beside
        .iter()
        .map(|beside| {
            json!({
                "figure": beside.what,
                "recorded": output::estimate(&beside.recorded),
                "simulated": output::estimate(&beside.simulated),
                "agree": beside.agree(),
            })
        })
        .collect();
    json!({
        "file": file,
        "text": text,
        "beat": output::number(beat),
        "figures": figures,
        "unseen": unseen,
        "certified_low": output::optional(found.certified.map(|(low, _)| low)),
        "certified_high": output::optional(found.certified.map(|(_, high)| high)),
        "plant_low": output::optional(found.drawn.map(|drawn| drawn.low)),
        "plant_high": output::optional(found.drawn.map(|drawn| drawn.high)),
        "draws": found.drawn.map_or(0, |drawn| drawn.draws),
        "compared": beside,
    })
}

#[cfg(test)]
mod tests;
