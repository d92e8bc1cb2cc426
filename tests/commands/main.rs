//! The built program from outside: every command with good and bad files, what it prints, where it
//! writes, and the status that it ends with.
//!
//! The tests are the same with and without the window; where they run the program without a
//! command they take display and graphics drivers from it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is shared by tests may fail as tests do"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

mod check;
mod every;
mod experiments;
mod import;
mod insight;
mod lesson;
mod new;
mod objects;
mod open;
mod replay;
mod schema;
mod simulate;
mod solve;
mod train;

/// What a run of the program came to.
struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    /// Asserts that it ended well and said nothing beside its output.
    fn well(self) -> String {
        assert_eq!((self.status, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// Asserts that the input was wrong, and gives what was said.
    fn refused(self) -> String {
        assert_eq!((self.status, self.out.as_str()), (Some(1), ""), "{}", self.err);
        self.err
    }

    /// Asserts that the command was wrong, and gives what was said.
    fn misused(self) -> String {
        assert_eq!((self.status, self.out.as_str()), (Some(2), ""), "{}", self.err);
        self.err
    }

    fn json(self) -> Value {
        serde_json::from_str(&self.well()).unwrap()
    }
}

/// A folder for a test, in which the program runs.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn with(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taktlab"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        // No display and no driver: what has a window must do without.
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.env("VK_DRIVER_FILES", "/none").env("VK_ICD_FILENAMES", "/none");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs a command line as one would type it, files by their names in this folder.
    fn type_in(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// What all files below a folder say.
    fn texts_below(&self, folder: &str) -> Vec<String> {
        let (mut folders, mut texts) = (vec![self.path(folder)], Vec::new());
        while let Some(at) = folders.pop() {
            for entry in std::fs::read_dir(at).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => texts.push(std::fs::read_to_string(path).unwrap()),
                }
            }
        }
        texts
    }
}

fn shipped(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(path)
}

const CHAIN: &str = "(version: 1, title: \"Steps\", environment: Chain(), episode_limit: 100)";

/// Walks to and fro between 4 and 5, and so never ends.
const TURNING: &str = "Threshold(variable: \"position\", level: 5, below: {\"walk\": \"right\"}, \
                       at_or_above: {\"walk\": \"left\"})";

/// A small line with everything on it, in minutes.
const LINE: &str = "(
    version: 1,
    title: \"Two\",
    beat: \"1 min\",
    environment: Line(
        machines: [(name: \"Saw\", mtbf: \"30 min\", mttr: \"4 min\"), (name: \"Drill\")],
        buffers: [(capacity: 3, holding: 0.1)],
        revenue: 2,
    ),
    beats: 2000,
    replications: 4,
)";

/// Three mistakes, at 4:28, 5:5 and 6:12.
const BAD: &str = "(
    version: 1,
    environment: Line(
        machines: [(failure: 1.5, repair: 1), ()], buffers: [(capacity: 3)]),
    colour: 3,
    seed: -1,
)";

/// A place with `chain.ron`, `line.ron` and `bad.ron`.
fn place() -> Place {
    let place = Place::new();
    for (name, text) in [("chain.ron", CHAIN), ("line.ron", LINE), ("bad.ron", BAD)] {
        place.with(name, text);
    }
    place
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}
