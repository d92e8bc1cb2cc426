//! `taktlab collect SCENARIO`: a run as a table of readings and targets, to learn from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use super::{not_written, writable};
use crate::experiment::collect::instruments::Instruments;
use crate::experiment::collect::{CollectOptions, collect};
use crate::experiment::report::prepared;
use crate::mdp::Progress;
use crate::scenario::save;
use crate::scenario::syntax::{Document, Limits};

/// Arguments of `collect`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = COLUMNS)]
pub struct CollectArguments {
    /// The scenario.
    file: PathBuf,
    /// The agent by name; the scenario's if not given.
    #[arg(long)]
    agent: Option<String>,
    /// How many beats are played.
    #[arg(long, default_value_t = 5_000, value_parser = super::at_least_one, allow_negative_numbers = true)]
    beats: u64,
    /// How many beats targets look ahead.
    #[arg(long, default_value_t = 10, value_parser = super::at_least_one, allow_negative_numbers = true)]
    ahead: u64,
    /// Only this machine. A table of one machine has a row a beat, so that stages can look back.
    #[arg(long, value_name = "NAME")]
    machine: Option<String>,
    /// The instruments (RON); vibration, temperature and current if not given.
    #[arg(long, value_name = "FILE")]
    instruments: Option<PathBuf>,
    /// Where to write the table (CSV); to standard output if not given.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The seed, instead of the scenario's.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// What `--help` says of the table.
const COLUMNS: &str = "\
Columns of the table, a row for each beat and machine:
  beat, episode, machine
  vibration (mm/s), temperature (°C), current (A), or the instruments of the file
  condition        what the machine did with the beat: working, starved, blocked, down …
  parts made       parts that it passed on in the beat (where parts flow)
  cycle time       beats between its last two parts (where parts flow)
  true wear        how worn it was, 0 to 1, where it worked: not to be learned from
  state …          the state at the beat's start: not to be learned from
  action …         what was done
Targets, empty where they are not known (learn one of them, and from none of the others):
  remaining life   beats until it fails
  fails within k   whether that is at most k beats: yes, no
  defect           of a part completed in the beat: good, defect (where parts flow)
  parts next k     parts that leave for the customer in the k beats after (where parts flow)

Instruments in a file, each with the usual value 0 for what is left out:
  (instruments: [(name: \"vibration\", unit: \"mm/s\", standing: 0.3, working: 1.8, worn: 5.2,
    exponent: 2, lag: 1, noise: 0.4, drift: 0.002, missing: 0.01, outliers: 0.005, outlier: 8)])
A machine that works is read as working + worn · wear^exponent, another as standing; a change is there
by 63 % after `lag` beats. To that come the drift (a step of this deviation a beat), normal noise,
outliers and gaps with these probabilities.";

/// Runs the command.
pub(super) fn run(arguments: &CollectArguments) -> Result<(), Failure> {
    writable(arguments.output.as_deref())?;
    let instruments = arguments.instruments.as_deref().map(instruments).transpose()?;
    let scenario = super::load(&arguments.file)?;
    let named = super::agent_named(arguments.agent.as_deref(), &scenario)?;
    let spec = named.unwrap_or_else(|| scenario.contents.agent.clone());
    let progress = Arc::new(Progress::new());
    let seed = arguments.seed.unwrap_or(scenario.contents.seed);
    let options = CollectOptions {
        beats: arguments.beats,
        seed,
        ahead: arguments.ahead,
        machine: arguments.machine.clone(),
        instruments: instruments.unwrap_or_default(),
    };
    let table = with_bar("collecting", &progress, || {
        let agent = prepared(&spec, &scenario, None, &progress).map_err(Failure::input)?;
        collect(&scenario, &agent.spec, agent.plan.as_ref(), &options, &progress)
            .map_err(Failure::input)
    })?;
    if let Some(path) = &arguments.output {
        save::write_whole(path, table.to_csv().as_bytes())
            .map_err(|error| not_written(path, &error))?;
    }
    let target = format!("fails within {}", arguments.ahead);
    match (arguments.format, &arguments.output) {
        (Format::Json, file) => output::print_json(&json!({
            "scenario": arguments.file.display().to_string(),
            "agent": spec.name(),
            "seed": seed,
            "beats": arguments.beats,
            "rows": table.rows(),
            "columns": table.names(),
            "file": file.as_ref().map(|path| path.display().to_string()),
        })),
        (Format::Text, None) => output::print(&table.to_csv()),
        (Format::Text, Some(path)) => output::print(&format!(
            "{} rows of {} columns under {}, seed {seed}\n\
             The table is in {path}: learn from it with `taktlab fit {path} --target '{target}' \
             --features {} --order beat`\n",
            table.rows(),
            table.names().len(),
            spec.name(),
            names(&options.instruments),
            path = path.display(),
        )),
    }
}

fn names(instruments: &Instruments) -> String {
    let names: Vec<&str> = instruments.instruments.iter().map(|one| one.name.as_str()).collect();
    names.join(",")
}

/// Reads the instruments.
fn instruments(path: &Path) -> Result<Instruments, Failure> {
    let refused = |report: crate::scenario::diagnostic::Report| Failure::Refused(report.into());
    let document = Document::open(path, Limits::default()).map_err(refused)?;
    let instruments: Instruments = document.deserialise().map_err(refused)?;
    let told = |refusal| Failure::input(format!("{}: {refusal}", path.display()));
    instruments.checked().map_err(told)?;
    Ok(instruments)
}
