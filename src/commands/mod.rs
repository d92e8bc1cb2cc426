//! One file a subcommand of the command line. To add one: a file with its arguments and a `run`,
//! and one line in [`Command`] and one in [`Command::run`].

pub mod check;
pub mod collect;
pub mod compare;
mod csv_file;
pub mod evaluate;
pub mod experiment;
pub mod film;
pub mod fit;
pub mod fork;
pub mod import;
pub mod lesson;
pub mod list;
pub mod merge;
mod named;
pub mod new;
pub mod objects;
pub mod open;
pub mod output;
pub mod predict;
pub mod progress_bar;
pub mod replay;
pub mod schema;
pub mod shot;
pub mod simulate;
pub mod solve;
pub mod sweep;
mod table_file;
pub mod train;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use output::Failure;

use crate::experiment::saved_run::{Opened, open_file};
use crate::scenario::diagnostic::{Diagnostic, Report};
use crate::scenario::plain_file::ends_in;
use crate::scenario::starting::in_words;
use crate::scenario::{
    AgentKind, AgentSpec, Experiment, Reports, Scenario, choices, library, save, suggestion,
};

/// A reinforcement-learning workbench for production lines.
///
/// Without a subcommand the workbench opens: on the given scenario, or on the default line. Where
/// no window can be had it says why, runs the scenario, and writes the results to a file.
#[derive(Debug, Parser)]
#[command(
    name = "taktlab",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "All commands take --format json: one object on standard output, whose names \
                  `taktlab schema json` describes. Exit status: 0 done, 1 the input was wrong, 2 \
                  the command was."
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    open: OpenArguments,
}

/// What the workbench is opened with.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OpenArguments {
    /// The scenario to open, or a run that was saved.
    pub scenario: Option<PathBuf>,
    /// Drive the window by a script (RON) and quit at its end.
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,
    /// Draw off-screen: no display is needed, only a Vulkan driver.
    #[arg(long)]
    pub off_screen: bool,
    /// Width and height of the window, logical pixels: 1280x800 if not given, or a script's own.
    #[arg(long, value_name = "WxH")]
    pub size: Option<String>,
    /// The seed, instead of the scenario's.
    #[arg(long, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// For people or for programs: what is printed where no window can be had.
    #[arg(long, value_enum, default_value_t)]
    pub format: output::Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the scenarios and lessons that come with the program.
    List(list::ListArguments),
    /// Write a scenario to begin with, in which every field is told of; or a lesson.
    New(new::NewArguments),
    /// Make a scenario of what a plant recorded, with intervals, and hold the two together.
    Import(import::ImportArguments),
    /// Check scenarios, experiments and lessons, and show what figures become a beat.
    Check(check::CheckArguments),
    /// Find the optimal policy with certified bounds.
    Solve(solve::SolveArguments),
    /// Play an agent over replications, with 95 % intervals.
    Simulate(simulate::SimulateArguments),
    /// Let a learner learn over several seeds, and measure it against the optimum.
    Train(train::TrainArguments),
    /// Compare agents over scenarios and seeds, on the same luck.
    Compare(compare::CompareArguments),
    /// From one state: what each first action comes to, on the same luck.
    Fork(fork::ForkArguments),
    /// Vary figures of scenario or agents, and find the best settings.
    Sweep(sweep::SweepArguments),
    /// Join the parts of a comparison or sweep that were played apart.
    Merge(merge::MergeArguments),
    /// Record a run as a table (CSV) to learn from: readings of machines, and what then came.
    Collect(collect::CollectArguments),
    /// Fit a regression to a table (CSV), and judge it on rows that it has not seen.
    Fit(fit::FitArguments),
    /// Judge a fitted model on a table.
    Evaluate(evaluate::EvaluateArguments),
    /// Predict each row of a table by a fitted model.
    Predict(predict::PredictArguments),
    /// Go through a lesson: what do you predict, and what happens?
    Lesson(lesson::LessonArguments),
    /// Play a saved run again.
    Replay(replay::ReplayArguments),
    /// Draw the workbench at a beat, without a window, into a PNG.
    Shot(shot::ShotArguments),
    /// Draw the workbench as it plays, without a window, into a GIF.
    Film(film::FilmArguments),
    /// Describe every field of a kind, or (`schema json`) the objects that commands print.
    Schema(schema::SchemaArguments),
}

impl Command {
    fn format(&self) -> output::Format {
        match self {
            Self::List(arguments) => arguments.format,
            Self::New(arguments) => arguments.format,
            Self::Import(arguments) => arguments.format,
            Self::Check(arguments) => arguments.format,
            Self::Solve(arguments) => arguments.format,
            Self::Simulate(arguments) => arguments.format,
            Self::Train(arguments) => arguments.format,
            Self::Compare(arguments) => arguments.format(),
            Self::Fork(arguments) => arguments.format,
            Self::Sweep(arguments) => arguments.format(),
            Self::Merge(arguments) => arguments.format,
            Self::Collect(arguments) => arguments.format,
            Self::Fit(arguments) => arguments.format,
            Self::Evaluate(arguments) => arguments.format,
            Self::Predict(arguments) => arguments.format,
            Self::Lesson(arguments) => arguments.format,
            Self::Replay(arguments) => arguments.format,
            Self::Shot(arguments) => arguments.stage.format,
            Self::Film(arguments) => arguments.format(),
            Self::Schema(arguments) => arguments.format,
        }
    }

    fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(arguments) => list::run(&arguments),
            Self::New(arguments) => new::run(&arguments),
            Self::Import(arguments) => import::run(&arguments),
            Self::Check(arguments) => check::run(&arguments),
            Self::Solve(arguments) => solve::run(&arguments),
            Self::Simulate(arguments) => simulate::run(&arguments),
            Self::Train(arguments) => train::run(&arguments),
            Self::Compare(arguments) => compare::run(&arguments),
            Self::Fork(arguments) => fork::run(&arguments),
            Self::Sweep(arguments) => sweep::run(&arguments),
            Self::Merge(arguments) => merge::run(&arguments),
            Self::Collect(arguments) => collect::run(&arguments),
            Self::Fit(arguments) => fit::run(&arguments),
            Self::Evaluate(arguments) => evaluate::run(&arguments),
            Self::Predict(arguments) => predict::run(&arguments),
            Self::Lesson(arguments) => lesson::run(&arguments),
            Self::Replay(arguments) => replay::run(&arguments),
            Self::Shot(arguments) => shot::run(&arguments),
            Self::Film(arguments) => film::run(&arguments),
            Self::Schema(arguments) => schema::run(&arguments),
        }
    }
}

/// Reads the command line and runs what it says.
pub fn run() -> ExitCode {
    let parsed = Arguments::try_parse();
    // `taktlab solv line.ron` reads as two scenarios, `taktlab solv` as one.
    let opens = parsed.as_ref().is_ok_and(|arguments| arguments.command.is_none());
    if let Some(told) = misspelt().filter(|_| parsed.is_err() || opens) {
        return ExitCode::from(told.report());
    }
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version go to standard output, whose reader may have gone.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let (format, result) = match arguments.command {
        Some(command) => (command.format(), command.run()),
        None => (arguments.open.format, open::run(&arguments.open)),
    };
    let Err(failure) = result else { return ExitCode::SUCCESS };
    if let Some(object) = failure.as_json().filter(|_| format == output::Format::Json) {
        // The exit status says it as well to whoever reads no more.
        let _ = output::print_json(&object);
    }
    ExitCode::from(failure.report())
}

/// What to say where the first word is no command and no file, but near to a command.
fn misspelt() -> Option<Failure> {
    let first = std::env::args_os().nth(1);
    let first = first.filter(|word| named::missing(Path::new(word)).is_some())?;
    let word = first.to_str().filter(|word| !word.starts_with('-') && !word.contains('.'))?;
    let commands = Arguments::command();
    let names = || commands.get_subcommands().map(clap::Command::get_name).chain(["help"]);
    let meant = suggestion(word, names()).filter(|name| *name != word)?;
    Some(Failure::Usage(format!(
        "error: there is no command `{word}`, and no file of this name. Did you mean `taktlab \
         {meant}`?"
    )))
}

/// Reads a scenario, or fails with all that is wrong with it, drawn in its text. What its author
/// should know is said on standard error.
fn load(path: &Path) -> Result<Scenario, Failure> {
    let scenario = read(path).map_err(Failure::Refused)?;
    if !scenario.warnings.is_empty() {
        output::note(&format!("{}\n", scenario.warnings.plain().trim_end()));
    }
    Ok(scenario)
}

/// Reads a scenario; of a saved run it says what it is and what plays it, as its fields would be
/// none of a scenario's.
fn read(path: &Path) -> Result<Scenario, Reports> {
    match opened(path)? {
        Opened::Scenario(scenario) => Ok(*scenario),
        Opened::Run(_) => {
            let file = path.display().to_string();
            let told = Diagnostic::of_file("this is a saved run, not a scenario")
                .remedy(format!("Play it with `taktlab replay {file}`."));
            Err(Report::of_file(file, told).into())
        }
    }
}

/// Reads an experiment, or a scenario with its own; of anything else it says what it is.
fn read_experiment(path: &Path) -> Result<Experiment, Reports> {
    match Experiment::load(&named::meant(path)) {
        Some(experiment) => experiment,
        None => Ok(Experiment::of_scenario(path.display().to_string(), read(path)?)),
    }
}

/// Opens a file; where there is none, the scenario that `taktlab list` shows under this path. The
/// ending `.ron` may be left out.
fn opened(path: &Path) -> Result<Opened, Reports> {
    if let Some(told) = named::missing(path) {
        return Err(told);
    }
    match named::listed(path) {
        Some(name) => Ok(Opened::Scenario(Box::new(library::open(&name)?))),
        None => open_file(&named::meant(path)),
    }
}

/// Fails at once where what is to be written at the end could not be.
fn writable(path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    save::could_be_written(path).map_err(|error| not_written(path, &error))
}

/// The failure that a file could not be written.
fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("{} could not be written: {error}", path.display()))
}

/// Where a policy was written, and what plays it.
fn policy_written(scenario: &Path, path: &Path) -> String {
    let (scenario, policy) = (scenario.display(), path.display());
    match ends_in(path, "ron") {
        true => format!(
            "The policy is in {policy}: play it with `taktlab simulate {scenario} --policy \
             {policy}`\n"
        ),
        false => format!("The policy is in {policy}, as CSV\n"),
    }
}

/// How many beats or episodes may be asked for.
const MOST_BEATS: u64 = 1_000_000_000_000_000;
/// How many runs may be asked for: each keeps its findings.
const MOST_RUNS: u64 = 1_000_000;

/// A whole number, which is commonly written 1e6.
fn whole(text: &str) -> Option<u64> {
    let real = || text.parse::<f64>().ok().filter(|x| x.fract() == 0.0 && *x >= 0.0);
    text.parse::<u64>().ok().or_else(|| real().map(|x| x as u64))
}

/// A clap parser for a count above 0.
fn at_least_one(text: &str) -> Result<u64, String> {
    let needed = "a whole number from 1 to 1e15 is needed, such as 1000 or 1e6";
    whole(text).filter(|n| (1..=MOST_BEATS).contains(n)).ok_or_else(|| needed.to_owned())
}

/// A clap parser for a count that may be 0.
fn any_count(text: &str) -> Result<u64, String> {
    let needed = "a whole number from 0 to 1e15 is needed, such as 1000 or 1e6";
    whole(text).filter(|n| *n <= MOST_BEATS).ok_or_else(|| needed.to_owned())
}

/// A clap parser for a number of runs.
fn runs(text: &str) -> Result<u64, String> {
    let needed = "a whole number from 1 to 1000000 is needed, such as 10";
    whole(text).filter(|n| (1..=MOST_RUNS).contains(n)).ok_or_else(|| needed.to_owned())
}

/// The agent of this name with the scenario's settings for it, or its usual ones.
fn agent_named(name: Option<&str>, scenario: &Scenario) -> Result<Option<AgentSpec>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let kind = kind_of_agent(name);
    if let Some(spec) = kind.and_then(|kind| scenario.contents.settings_of(kind)) {
        return Ok(Some(spec.clone()));
    }
    // Nobody is here to act by hand.
    let kind = kind.filter(|kind| *kind != AgentKind::Person);
    kind.map(|kind| Some(kind.usual())).ok_or_else(|| Failure::Usage(no_agent(name)))
}

/// The agent that a word of the command line means: the name people know it by, as it is or as
/// [`typed`], or that of a scenario file, whatever its case, hyphens and spaces.
fn kind_of_agent(name: &str) -> Option<AgentKind> {
    let plain = |name: &str| typed(name).replace(['-', '_'], "");
    let wanted = plain(name);
    let is_meant =
        |kind: &&AgentKind| [plain(kind.name()), plain(&format!("{kind:?}"))].contains(&wanted);
    AgentKind::ALL.iter().find(is_meant).copied()
}

/// An agent's name as it is typed: `q-learning`, `sarsa-lambda`, `c-mu`.
fn typed(name: &str) -> String {
    let ascii = [("(λ)", " lambda"), ("c·μ", "c-mu"), ("cμ", "c-mu")];
    let lower = name.trim().to_lowercase();
    let lower = ascii.iter().fold(lower, |name, (from, to)| name.replace(from, to));
    lower.replace([' ', '–', '·'], "-")
}

/// What to say of an agent that there is none of.
fn no_agent(name: &str) -> String {
    let kinds = || AgentKind::ALL.iter().filter(|kind| **kind != AgentKind::Person);
    let names: Vec<String> = kinds().map(|kind| typed(kind.name())).collect();
    // In files they are called in one word: `NearestJob`.
    let in_files = kinds().map(|kind| in_words(&format!("{kind:?}")).replace(' ', "-"));
    let known: Vec<String> = names.iter().cloned().chain(in_files).collect();
    let remedy = match suggestion(&typed(name), known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => {
            let names = names.iter().map(String::as_str);
            format!("there are {}", choices(&typed(name), names, "and", "`taktlab schema`"))
        }
    };
    format!("error: there is no agent `{name}`: {remedy}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the README says of all commands.
    #[test]
    fn every_command_takes_a_seed_and_a_format() {
        let all = Arguments::command();
        let takes = |command: &clap::Command, name: &str| {
            command.get_arguments().any(|argument| argument.get_long() == Some(name))
        };
        assert!(all.get_subcommands().count() >= 11);
        for command in std::iter::once(&all).chain(all.get_subcommands()) {
            for name in ["seed", "format"] {
                assert!(takes(command, name), "{} --{name}", command.get_name());
            }
        }
    }

    /// Every name that the README gives an agent, the name it prints, and that of scenario files.
    #[test]
    fn agents_go_by_all_their_names() {
        let readme = include_str!("../../README.md");
        let section = readme.split("Learners, each one file").nth(1).unwrap();
        let section = section.split("`train --save").next().unwrap();
        let quoted = section.split('`').skip(1).step_by(2);
        let is_name = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let mut names: Vec<&str> = quoted.filter(is_name).collect();
        assert!(names.len() >= 30, "{names:?}");
        for flag in ["--agent ", "--agents "] {
            let words = readme.split(flag).skip(1);
            let words = words.filter_map(|rest| rest.split([' ', '`', '\n']).next());
            names.extend(words.flat_map(|word| word.split(',')));
        }
        names.extend(["dispatch", "c·μ", "cμ", "C-Mu", "Nearest job first", "SARSA(λ)", "Q(λ)"]);
        for name in names {
            assert!(kind_of_agent(name).is_some(), "{}", no_agent(name));
        }
        for kind in AgentKind::ALL {
            for name in [kind.name().to_owned(), typed(kind.name()), format!("{kind:?}")] {
                assert_eq!(kind_of_agent(&name), Some(*kind), "{name}");
            }
            assert!(typed(kind.name()).is_ascii(), "{}", kind.name());
        }
        let told = no_agent("nearest-jop");
        assert!(told.contains("did you mean `nearest-job`?"), "{told}");
        assert!(no_agent("zebra").contains("others, which `taktlab schema` lists"));
    }
}
