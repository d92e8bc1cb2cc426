//! A run as a file: scenario, seed and commands, from which it plays again to the last bit.
//!
//! The scenario's text is in it, with all that it was based on. A plan that was computed in the
//! background is computed again and awaited at the beat at which its agent began to act; planners
//! stop at the same sweep whoever drives them, so it is the same plan.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::mdp::luck::GENERATOR;
use crate::mdp::{EnumerationOptions, Progress};
use crate::scenario::diagnostic::{Diagnostic, Report};
use crate::scenario::syntax::{Document, Kind, Limits};
use crate::scenario::{AgentSpec, Reports, Scenario, experiment, save};

use super::agents::{AgentError, Plan};
use super::optimum::{self, OptimumError, SolveOptions};
use super::saved_agent;
use super::session::{Command, Logged, Session, SessionError};

/// The version of the format of saved runs.
pub const VERSION: u32 = 1;

/// How many beats are played between two looks at the wish to stop.
const PIECE: u64 = 20_000;

/// A run as it is written to a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedRun {
    /// The version of this format.
    pub version: u32,
    /// The generator that all luck is from.
    pub generator: String,
    /// The scenario's text, with all that it is based on.
    pub scenario: String,
    /// The agent that acted first.
    pub agent: AgentSpec,
    /// The seed.
    pub seed: u64,
    /// Beats played.
    pub beats: u64,
    /// The commands, in the order in which they came.
    pub commands: Vec<Logged>,
}

/// What a file holds that can be opened.
#[derive(Debug, Clone)]
pub enum Opened {
    /// A scenario.
    Scenario(Box<Scenario>),
    /// A run that was saved.
    Run(Box<SavedRun>),
}

/// Why a saved run cannot be played again.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// The scenario in it is not valid.
    #[error("the scenario in this run is not valid:\n{0}")]
    Scenario(Reports),
    /// A command in it cannot be applied.
    #[error("the command before beat {beat} cannot be applied: {error}")]
    Command {
        /// Beats that had been played.
        beat: u64,
        /// Why not.
        error: SessionError,
    },
    /// A plan was needed and could not be had.
    #[error(transparent)]
    Optimum(#[from] OptimumError),
    /// The agent that acts never decides.
    #[error("{agent} decides no more after {beats} beats")]
    Stuck {
        /// The agent's name.
        agent: &'static str,
        /// Beats that were played.
        beats: u64,
    },
    /// Someone cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// Opens a file: a scenario, or a run that was saved.
///
/// # Errors
/// All that is wrong with it, with file, line, column, path and remedy.
pub fn open_file(path: &Path) -> Result<Opened, Reports> {
    if let Some(told) = saved_agent::told(path) {
        return Err(told);
    }
    // What is no file, or not even RON, is told as of a scenario: that is what people write.
    let is_file = std::fs::metadata(path).is_ok_and(|found| found.is_file());
    let document = is_file.then(|| Document::open(path, Limits::default()).ok()).flatten();
    match document {
        Some(document) if is_saved_run(&document) => {
            Ok(Opened::Run(Box::new(SavedRun::of_document(document)?)))
        }
        Some(document) if experiment::is_experiment(&document) => {
            let file = path.display().to_string();
            let told = Diagnostic::of_file("this is an experiment, not a scenario")
                .remedy(format!("Play it with `taktlab compare {file}`."));
            Err(Report::of_file(file, told).into())
        }
        _ => Ok(Opened::Scenario(Box::new(Scenario::load(path)?))),
    }
}

/// Whether a file is a saved run: these name the generator of their luck, scenarios do not.
fn is_saved_run(document: &Document) -> bool {
    match &document.tree().root.kind {
        Kind::Struct(_, fields) => fields.iter().any(|field| field.name.text == "generator"),
        _ => false,
    }
}

impl SavedRun {
    /// A session as it can be saved.
    pub fn of(session: &Session) -> Self {
        Self {
            version: VERSION,
            generator: GENERATOR.to_owned(),
            scenario: session.opened().to_ron(),
            agent: session.first_agent().clone(),
            seed: session.run().settings().seed,
            beats: session.run().beats(),
            commands: session.log().to_vec(),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// Where the file cannot be written; what was there before is then still there.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let pretty = ron::ser::PrettyConfig::default();
        let text = ron::ser::to_string_pretty(self, pretty).map_err(std::io::Error::other)?;
        save::write_whole(path, text.as_bytes())
    }

    /// Reads one from a text; `name` is its name in messages.
    ///
    /// # Errors
    /// What is wrong with it, with line, column and remedy.
    pub fn parse(name: &str, text: &str) -> Result<Self, Reports> {
        Self::of_document(Document::parse(name, text)?)
    }

    fn of_document(document: Document) -> Result<Self, Reports> {
        let saved: Self = document.deserialise()?;
        let refuse = |field: &str, message: String, remedy: &str| {
            let span = match &document.tree().root.kind {
                Kind::Struct(_, fields) => fields.iter().find(|f| f.name.text == field),
                _ => None,
            }
            .map_or(document.tree().root.span, |field| field.value.span);
            document.push(Diagnostic::error(span, message).path(field).remedy(remedy));
        };
        if saved.version != VERSION {
            let message = format!("runs of version {} cannot be played here", saved.version);
            refuse("version", message, "Open it with the program that saved it.");
        }
        if saved.generator != GENERATOR {
            let message = format!("`{}` is not the generator of luck here", saved.generator);
            refuse("generator", message, "Open it with the program that saved it.");
        }
        let beats = saved.commands.iter().map(|logged| logged.beat).chain([saved.beats]);
        if !beats.is_sorted() {
            let message = "the beats of the commands do not ascend to that of the end".to_owned();
            refuse("commands", message, "Put them in the order in which they came.");
        }
        let (saved, _) = document.finish(Some(saved)).map_err(|report: Report| report)?;
        Ok(saved)
    }

    /// The scenario as it was before the first command.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn opened(&self) -> Result<Scenario, Reports> {
        Ok(Scenario::parse("scenario", &self.scenario)?.as_opened())
    }

    /// Plays it again, from the first beat to where it was saved. Plans are computed again. The
    /// progress counts beats.
    ///
    /// # Errors
    /// Where its scenario or a command is not valid, or someone cancelled.
    pub fn replay(&self, progress: &Progress) -> Result<Session, ReplayError> {
        self.replay_with(progress, |run, beats| run.advance(beats))
    }

    /// As [`SavedRun::replay`], where `play` plays up to so many beats in its own way and says how
    /// many.
    ///
    /// # Errors
    /// As [`SavedRun::replay`].
    pub fn replay_with(
        &self,
        progress: &Progress,
        mut play: impl FnMut(&mut dyn super::AnyRun, u64) -> u64,
    ) -> Result<Session, ReplayError> {
        let scenario = self.opened().map_err(ReplayError::Scenario)?;
        let begun = |error| ReplayError::Command { beat: 0, error };
        let plan = prepare(&scenario, &self.agent, progress, 0)?;
        let mut session =
            Session::open(Arc::new(scenario), self.agent.clone(), self.seed, plan.as_ref())
                .map_err(begun)?;
        for Logged { beat, command } in &self.commands {
            advance(&mut session, *beat, progress, &mut play)?;
            let plan = match command {
                Command::Agent(spec) => prepare(session.scenario(), spec, progress, *beat)?,
                Command::Parameter { .. }
                | Command::Put(_)
                | Command::Act(_)
                | Command::Keep(_) => None,
            };
            let failed = |error| ReplayError::Command { beat: *beat, error };
            session.apply(command.clone(), plan.as_ref()).map_err(failed)?;
        }
        advance(&mut session, self.beats, progress, &mut play)?;
        Ok(session)
    }
}

/// Plays until so many beats are played in all.
fn advance(
    session: &mut Session,
    beats: u64,
    progress: &Progress,
    play: &mut impl FnMut(&mut dyn super::AnyRun, u64) -> u64,
) -> Result<(), ReplayError> {
    progress.set_total(beats);
    loop {
        let played = session.run().beats();
        progress.set_done(played);
        if progress.is_cancelled() {
            return Err(ReplayError::Cancelled);
        }
        let left = beats.saturating_sub(played);
        if left == 0 {
            return Ok(());
        }
        if play(session.run_mut(), left.min(PIECE)) == 0 {
            return Err(ReplayError::Stuck { agent: session.agent().name(), beats: played });
        }
    }
}

/// Looks whether an agent fits, and computes the plan that it follows, here and now; `None` for
/// agents that follow none.
fn prepare(
    scenario: &Scenario,
    spec: &AgentSpec,
    progress: &Progress,
    beat: u64,
) -> Result<Option<Plan>, ReplayError> {
    let faults = spec.faults(&scenario.environment);
    if !faults.is_empty() {
        let error = SessionError::Agent(AgentError::Settings(faults));
        return Err(ReplayError::Command { beat, error });
    }
    let AgentSpec::Optimum(settings) = spec else { return Ok(None) };
    let options = SolveOptions {
        method: settings.method,
        precision: settings.precision,
        deadline: None,
        budget: u64::MAX,
        enumeration: EnumerationOptions::default(),
    };
    Ok(Some(optimum::find(scenario, &options, progress)?.plan()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heuristics::{ConwipSettings, HysteresisSettings};
    use crate::mdp::Level;
    use crate::scenario::{RolloutSettings, library};

    /// State, action and reward of every beat, with the reward's bits.
    type Trace = Vec<(Vec<Level>, Vec<Level>, u64)>;

    fn played(session: &mut Session, beats: usize, trace: &mut Trace) {
        for _ in 0..beats {
            session.run_mut().advance(1);
            let run = session.run();
            let before = run.previous_state().to_vec();
            trace.push((before, run.action().to_vec(), run.reward().to_bits()));
        }
    }

    /// A session with an agent of every sort, figures changed and settings tuned on the way.
    fn eventful() -> (Session, Trace) {
        let scenario = Arc::new(library::open("lines/three_machines.ron").unwrap());
        let repair =
            scenario.parameters().into_iter().find(|p| p.label.contains("repair")).unwrap().path;
        let mut session = Session::open(scenario, AgentSpec::AlwaysRun, 11, None).unwrap();
        let mut trace = Trace::new();
        let optimum = AgentSpec::Optimum(Default::default());
        let kanban = AgentSpec::Kanban(crate::scenario::KanbanSettings { levels: vec![4, 3] });
        let tuned = crate::learners::TabularSettings {
            exploration: crate::learners::Exploration::Constant { epsilon: 0.3 },
            ..Default::default()
        };
        let agents = [
            optimum.clone(),
            kanban,
            AgentSpec::QLearning(Default::default()),
            AgentSpec::QLearning(tuned),
            AgentSpec::Sarsa(Default::default()),
            AgentSpec::Random,
            optimum,
        ];
        for (number, agent) in agents.into_iter().enumerate() {
            played(&mut session, 150 + number, &mut trace);
            let plan = prepare(session.scenario(), &agent, &Progress::new(), 0).unwrap();
            session.apply(Command::Agent(agent), plan.as_ref()).unwrap();
            played(&mut session, 40, &mut trace);
            let value = 5.0 + number as f64 / 3.0;
            let change = Command::Parameter { path: repair.clone(), value };
            session.apply(change, None).unwrap();
        }
        played(&mut session, 100, &mut trace);
        session.apply(Command::Agent(AgentSpec::Person), None).unwrap();
        for beat in 0..30 {
            let action = vec![Level::from(beat % 2 == 0), Level::from(beat % 3 > 0), 1];
            session.apply(Command::Act(action), None).unwrap();
            played(&mut session, 1, &mut trace);
        }
        for action in [[1, 0, 1], [1, 1, 0]] {
            session.apply(Command::Keep(action.to_vec()), None).unwrap();
            played(&mut session, 25, &mut trace);
        }
        let remembers: HysteresisSettings = ron::from_str("(start: [1, 1], stop: [4, 3])").unwrap();
        let ahead: RolloutSettings = ron::from_str("(futures: 2, beats: 5)").unwrap();
        for agent in [
            AgentSpec::Hysteresis(remembers),
            AgentSpec::Conwip(ConwipSettings { cap: Some(5) }),
            AgentSpec::Rollout(ahead),
        ] {
            session.apply(Command::Agent(agent), None).unwrap();
            played(&mut session, 60, &mut trace);
        }
        (session, trace)
    }

    #[test]
    fn a_run_goes_through_a_file_and_plays_again_to_the_last_bit() {
        let (session, trace) = eventful();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.ron");
        SavedRun::of(&session).save(&path).unwrap();
        let Opened::Run(saved) = open_file(&path).unwrap() else { panic!("this is a saved run") };
        let mut again = Trace::new();
        let replayed = saved
            .replay_with(&Progress::new(), |run, _| {
                let played = run.advance(1);
                let before = run.previous_state().to_vec();
                again.push((before, run.action().to_vec(), run.reward().to_bits()));
                played
            })
            .unwrap();
        assert_eq!(again, trace);
        assert_eq!(SavedRun::of(&replayed), *saved);
        assert_eq!(replayed.run().state(), session.run().state());
        assert_eq!(replayed.scenario().contents, session.scenario().contents);
        // And in pieces as long as they may be.
        let fast = saved.replay(&Progress::new()).unwrap();
        assert_eq!(fast.run().state(), session.run().state());
        assert_eq!(fast.run().agent().table(), session.run().agent().table());
    }

    #[test]
    fn what_came_before_the_line_started_again_is_not_saved() {
        let (mut session, _) = eventful();
        let capacity = session.scenario().parameters();
        let capacity = capacity.iter().find(|p| p.label.contains("capacity")).unwrap();
        let change = Command::Parameter { path: capacity.path.clone(), value: 6.0 };
        session.apply(change, None).unwrap();
        session.run_mut().advance(321);
        let saved = SavedRun::of(&session);
        assert!(saved.commands.is_empty());
        let replayed = saved.replay(&Progress::new()).unwrap();
        assert_eq!(replayed.run().state(), session.run().state());
        assert_eq!(replayed.run().beats(), 321);
    }

    #[test]
    fn scenarios_are_told_from_saved_runs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("line.ron");
        library::open("lines/three_machines.ron").unwrap().save(&path).unwrap();
        assert!(matches!(open_file(&path), Ok(Opened::Scenario(_))));
        for bytes in [&b""[..], b"(", b"\xFF\xFE", b"(generator: 3)", b"[]"] {
            std::fs::write(&path, bytes).unwrap();
            let reports = open_file(&path).unwrap_err();
            assert!(reports.has_errors(), "{bytes:?}");
        }
        assert!(open_file(folder.path()).is_err());
        assert!(open_file(&folder.path().join("none.ron")).is_err());
    }

    #[test]
    fn faults_are_told_with_their_place() {
        let (session, _) = eventful();
        let good = SavedRun::of(&session);
        let written = |saved: &SavedRun| {
            ron::ser::to_string_pretty(saved, ron::ser::PrettyConfig::default()).unwrap()
        };
        assert_eq!(SavedRun::parse("a.ron", &written(&good)).unwrap(), good);
        for (bad, said) in [
            (SavedRun { version: 9, ..good.clone() }, "a.ron:2:14: error: runs of version 9"),
            (SavedRun { generator: "dice".into(), ..good.clone() }, "a.ron:3:16: error: `dice`"),
            (SavedRun { beats: 3, ..good.clone() }, "do not ascend"),
        ] {
            let told = SavedRun::parse("a.ron", &written(&bad)).unwrap_err().plain();
            assert!(told.contains(said), "{told}");
        }
        let broken = SavedRun { scenario: "(version: 1)".into(), ..good.clone() };
        assert!(matches!(broken.replay(&Progress::new()), Err(ReplayError::Scenario(_))));
        let mut impossible = good.clone();
        let levels = crate::scenario::KanbanSettings { levels: vec![1, 2, 3, 4] };
        impossible.commands[0].command = Command::Agent(AgentSpec::Kanban(levels));
        let error = impossible.replay(&Progress::new()).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("before beat 150"), "{error}");
    }

    #[test]
    fn a_replay_can_be_cancelled() {
        let (session, _) = eventful();
        let long = SavedRun { beats: u64::MAX, ..SavedRun::of(&session) };
        let progress = Progress::new();
        progress.cancel();
        assert_eq!(long.replay(&progress).map(|_| ()).unwrap_err(), ReplayError::Cancelled);
    }
}
