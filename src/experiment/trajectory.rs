//! A trajectory as a table: one row a beat, the state before it, the action, the reward.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::environments::AnyEnvironment;
use crate::mdp::Level;
use crate::scenario::save;

use super::run::AnyRun;

/// A beat as it was played.
#[derive(Debug, Clone, PartialEq)]
pub struct Beat {
    /// How many beats were played before it.
    pub number: u64,
    /// The state before it.
    pub state: Vec<Level>,
    /// The action.
    pub action: Vec<Level>,
    /// The reward.
    pub reward: f64,
}

impl Beat {
    /// The latest beat of a run.
    pub fn latest(run: &dyn AnyRun) -> Self {
        Self {
            number: run.beats().saturating_sub(1),
            state: run.previous_state().to_vec(),
            action: run.action().to_vec(),
            reward: run.reward(),
        }
    }
}

/// A CSV file of beats under way. It takes its place only when it is finished.
#[derive(Debug)]
pub struct TrajectoryFile {
    table: csv::Writer<BufWriter<File>>,
    path: PathBuf,
}

impl TrajectoryFile {
    /// Begins a file with the names of an environment's variables: `beat`, the state's, the
    /// action's with `action ` before them, `reward`.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(path: &Path, environment: &AnyEnvironment) -> io::Result<Self> {
        let file = BufWriter::new(save::unnamed(path)?);
        let mut table = csv::Writer::from_writer(file);
        let state = environment.state_space().variables().iter().map(|v| v.name.clone());
        let action = environment.action_space().variables().iter();
        let action = action.map(|v| format!("action {}", v.name));
        let header = ["beat".to_owned()].into_iter().chain(state).chain(action);
        table.write_record(header.chain(["reward".to_owned()]))?;
        Ok(Self { table, path: path.to_owned() })
    }

    /// Adds a beat.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn push(&mut self, beat: &Beat) -> io::Result<()> {
        let levels = beat.state.iter().chain(&beat.action).map(ToString::to_string);
        let row = [beat.number.to_string()].into_iter().chain(levels);
        self.table.write_record(row.chain([beat.reward.to_string()]))?;
        Ok(())
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// Those of the file system; what was there before is then unchanged.
    pub fn finish(self) -> io::Result<()> {
        let file = self.table.into_inner().map_err(|error| error.into_error())?;
        let file = file.into_inner().map_err(|error| error.into_error())?;
        save::name_it(file, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{AgentSpec, library};

    #[test]
    fn beats_become_rows_and_an_unfinished_file_leaves_nothing() {
        use crate::experiment::session::Session;
        let scenario = library::open("lines/gershwin_two_machine.ron").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        let mut session = Session::open(scenario.into(), AgentSpec::AlwaysRun, 1, None).unwrap();
        let environment = session.scenario().environment.clone();
        let mut file = TrajectoryFile::create(&path, &environment).unwrap();
        for _ in 0..3 {
            session.run_mut().advance(1);
            file.push(&Beat::latest(session.run())).unwrap();
        }
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let mut file = TrajectoryFile::create(&path, &environment).unwrap();
        file.push(&Beat { number: 7, state: vec![1, 0, 1], action: vec![1, 1], reward: 0.5 })
            .unwrap();
        file.finish().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("beat,") && lines[0].ends_with(",reward"), "{text}");
        assert_eq!(lines[1], "7,1,0,1,1,1,0.5");
    }
}
