//! `taktlab import FILE…`: what a plant recorded becomes a scenario whose figures have intervals, and
//! the record is held against what the scenario does.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use self::telling::{as_json, told};
use super::csv_file;
use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use super::{not_written, writable};
use crate::experiment::Estimate;
use crate::experiment::optimum::{self, SolveOptions};
use crate::experiment::report::{SimulationOptions, simulate_scenario};
use crate::experiment::uncertainty::{MOST_SOLVED, Spread, uniforms};
use crate::interchange::columns::{Clock, Table, time};
use crate::interchange::counter::Counting;
use crate::interchange::log::{self, Words};
use crate::interchange::plant::{Plant, Share};
use crate::interchange::{LONGEST, stations};
use crate::mdp::{Condition, Progress};
use crate::scenario::{Scenario, save};

mod telling;

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    /// A table of stations (columns station, cycle, mtbf, mttr, failures, repairs, scrap, parts,
    /// scrapped, buffer), a record of events (time, machine, condition, parts), or both; times with
    /// units: `time (s)`. A record alone does not say how parts go: machines stand in its order.
    #[arg(required = true, num_args = 1..=2)]
    files: Vec<PathBuf>,
    /// The scenario to write, which must not be there yet; printed where it is left out.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How long a beat is, "30 s". If not given: the shortest cycle, or a part of it of which all cycles
    /// are whole numbers; no longer than the shortest repair.
    #[arg(long)]
    beat: Option<String>,
    /// What a condition of the record means, "Störung=down"; may be given several times. Known are
    /// working, starved, blocked, down, up and idle.
    #[arg(long, value_name = "WORD=CONDITION")]
    condition: Vec<String>,
    /// How the record's parts count: `each` line those since the line before, or by a counter that is
    /// `running`, of which the rises are counted and that is reset where it falls to near 0. If not
    /// given: by what is there, which is then said.
    #[arg(long, value_enum)]
    parts: Option<Parts>,
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

/// How a record's parts count.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Parts {
    /// Those since the machine's line before.
    Each,
    /// All so far, since the counter was reset.
    Running,
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
    words.counting = arguments.parts.map(|parts| match parts {
        Parts::Each => Counting::Each,
        Parts::Running => Counting::Running,
    });
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
    /// Whether it is a share of time.
    is_share: bool,
    /// From how many lines of the record it is, where it is of one station.
    lines: Option<u64>,
}

/// What two intervals say of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Agree,
    Differ,
    /// They meet, and are so wide that this tells little.
    TooLittle,
}

/// Intervals that are wider than this share of the figure, on either side, tell too little.
const WIDE: f64 = 0.1;
/// Of shares of time: and wider than so much of all time.
const WIDE_SHARE: f64 = 0.01;
/// What was never seen, or always, has an interval of no width, which is no knowledge: what is seldom may
/// not have come up. Of 20 stretches none of which shows it, fewer than 14 in a hundred do (95 %); a share
/// this far from what was seen is not ruled out by them.
const UNSEEN: f64 = 0.05;

impl Beside {
    /// Whether they differ by no more than both intervals allow together, and whether these are narrow
    /// enough to tell.
    fn verdict(&self) -> Verdict {
        let half = |estimate: &Estimate| estimate.half_width().unwrap_or(f64::INFINITY);
        let most = half(&self.recorded).hypot(half(&self.simulated));
        let wide =
            f64::max(WIDE * self.recorded.mean.abs(), if self.is_share { WIDE_SHARE } else { 0.0 });
        let apart = (self.recorded.mean - self.simulated.mean).abs();
        let unseen = self.is_share && half(&self.recorded) == 0.0 && apart > 0.0;
        match apart > most + 1e-9 {
            _ if unseen && apart <= UNSEEN => Verdict::TooLittle,
            true => Verdict::Differ,
            false if most > wide + 1e-9 => Verdict::TooLittle,
            false => Verdict::Agree,
        }
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
    plant.figures().any(|(_, _, figure)| figure.is_drawn())
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
        beside.push(Beside {
            what,
            recorded: of(share, beat),
            simulated,
            is_share: false,
            lines: None,
        });
    }
    let stations = recorded.shares.iter().zip(&recorded.lines).zip(&summary.time_by_cause);
    for ((shares, &lines), (name, causes)) in stations {
        let conditions =
            [Condition::Working, Condition::Starved, Condition::Blocked, Condition::Down];
        for (share, condition) in shares.iter().zip(conditions) {
            let place = Condition::ALL.iter().position(|known| *known == condition);
            let simulated = place.and_then(|place| causes.get(place));
            if let (Some(share), Some(simulated)) = (share, simulated) {
                let what = format!("{name} {}", condition.name());
                let mut recorded = of(share, 1.0);
                if lines < 2 {
                    // All its spans are alike, for nothing was seen of what comes after what.
                    recorded = Estimate::around(recorded.mean, None);
                }
                let simulated = *simulated;
                let lines = Some(lines);
                beside.push(Beside { what, recorded, simulated, is_share: true, lines });
            }
        }
    }
    Ok(beside)
}

#[cfg(test)]
mod tests;
