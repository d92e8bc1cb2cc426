//! `taktlab replay FILE`: plays a saved run again, to the last bit.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::output::{self, Failure, Format};
use super::progress_bar::with_bar;
use crate::experiment::comparison::words::counted;
use crate::experiment::saved_run::{Opened, SavedRun};
use crate::experiment::session::Session;
use crate::experiment::trajectory::{Beat, TrajectoryFile};
use crate::mdp::Progress;

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
pub struct ReplayArguments {
    /// The saved run.
    file: PathBuf,
    /// Write every beat to this CSV file: its number, the state before it, the action, the reward.
    #[arg(long, value_name = "FILE")]
    trajectory: Option<PathBuf>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Accepted everywhere; a saved run has its own seed, so it changes nothing here.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
}

/// Runs the command.
pub(super) fn run(arguments: &ReplayArguments) -> Result<(), Failure> {
    let saved = match super::opened(&arguments.file).map_err(Failure::Refused)? {
        Opened::Run(saved) => *saved,
        Opened::Scenario(_) => {
            return Err(Failure::input(format!(
                "{} is a scenario, not a saved run: use `taktlab simulate`",
                arguments.file.display()
            )));
        }
    };
    let session = play(&saved, arguments)?;
    let file = arguments.file.display().to_string();
    match arguments.format {
        Format::Json => output::print_json(&Value::Object(as_json(&file, &saved, &session))),
        Format::Text => output::print(&as_text(&saved, &session, &file)),
    }
}

fn play(saved: &SavedRun, arguments: &ReplayArguments) -> Result<Session, Failure> {
    let progress = Arc::new(Progress::new());
    let Some(path) = &arguments.trajectory else {
        return with_bar("replaying", &progress, || saved.replay(&progress))
            .map_err(Failure::input);
    };
    let failed = |error: std::io::Error| super::not_written(path, &error);
    // A line that starts again begins a new run, so one environment names all columns.
    let scenario = saved.opened().map_err(Failure::Refused)?;
    let mut file = TrajectoryFile::create(path, &scenario.environment).map_err(failed)?;
    let mut written = Ok(());
    let session = with_bar("replaying", &progress, || {
        saved.replay_with(&progress, |run, _| {
            let played = run.advance(1);
            if played == 1 && written.is_ok() {
                written = file.push(&Beat::latest(run));
            }
            if written.is_err() {
                progress.cancel();
            }
            played
        })
    });
    written.map_err(failed)?;
    let session = session.map_err(Failure::input)?;
    file.finish().map_err(failed)?;
    Ok(session)
}

/// The object of `replay` (see [`super::objects`]). It is used where a saved run is opened without a
/// window, too.
pub(super) fn as_json(file: &str, saved: &SavedRun, session: &Session) -> Map<String, Value> {
    let run = session.run();
    let space = session.scenario().environment.state_space();
    let state: Map<String, Value> = space
        .variables()
        .iter()
        .zip(run.state())
        .map(|(variable, level)| (variable.name.clone(), json!(level)))
        .collect();
    let rewards = &run.records().rewards;
    let Value::Object(object) = json!({
        "file": file,
        "title": session.scenario().contents.title.in_language("en"),
        "agent": session.agent().name(),
        "seed": saved.seed,
        "beats": run.beats(),
        "commands": saved.commands.len(),
        "reward": output::number(rewards.mean()),
        "state": state,
    }) else {
        return Map::new();
    };
    object
}

/// What the replay of a file came to, in words.
pub(super) fn as_text(saved: &SavedRun, session: &Session, file: &str) -> String {
    let run = session.run();
    let contents = &session.scenario().contents;
    let rewards = &run.records().rewards;
    let mut text = format!(
        "{}\n  {} with seed {}, {}; {} acts\n",
        contents.title.or_file(Some(Path::new(file))),
        counted(run.beats(), "beat", "beats"),
        saved.seed,
        counted(saved.commands.len() as u64, "command", "commands"),
        session.agent().name(),
    );
    if rewards.count() > 0 {
        let mean = output::fixed(rewards.mean(), 6);
        text.push_str(&format!("  reward {mean} {} a beat\n", contents.currency));
    }
    let space = session.scenario().environment.state_space();
    text.push_str(&format!("  now {}\n", space.describe(run.state())));
    text
}
