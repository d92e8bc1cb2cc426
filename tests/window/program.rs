//! Runs the program with a script, and reads what it wrote.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// One window at a time: the software renderer is slow.
static ONE_WINDOW: Mutex<()> = Mutex::new(());

pub fn one_window() -> MutexGuard<'static, ()> {
    ONE_WINDOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A scenario that comes with the program.
pub fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// A fresh folder for what a test writes.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The program, with nothing of this machine's desktop and none of what people chose before.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taktlab"));
    command
        .current_dir(folder)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("XDG_CONFIG_HOME", folder.join("config"));
    command
}

/// Whether tests that need what is missing may be skipped; they are, with this message.
pub fn skip(missing: &str) {
    let required = std::env::var("TAKTLAB_WINDOW_TESTS").is_ok_and(|value| value == "required");
    assert!(!required, "window tests are required here, but {missing}");
    eprintln!("skipped: {missing}");
}

/// Runs what draws; `None` where nothing can be drawn here and that may be.
pub fn drawn(command: &mut Command) -> Option<Output> {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && said.contains("no graphics adapter was found") {
        skip(&said);
        return None;
    }
    Some(output)
}

/// A script for the program and where it is run.
pub struct Script<'a> {
    pub folder: &'a Path,
    pub size: (u32, u32),
    pub arguments: &'a [&'a str],
    pub steps: &'a str,
}

impl Script<'_> {
    /// Runs it off-screen to its end. `None` where nothing can be drawn here and that may be.
    pub fn run(&self) -> Option<Done> {
        let output = self.output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let log = std::fs::read_to_string(self.folder.join("script_failed.log"));
        assert!(
            output.status.success(),
            "{said}{}\n(the last picture is in {})",
            log.unwrap_or_default(),
            self.folder.display()
        );
        Some(Done { folder: self.folder.to_owned() })
    }

    /// Runs it off-screen, however it ends.
    pub fn output(&self) -> Option<Output> {
        let _one = one_window();
        let file = self.write(&format!("OffScreen({}, {})", self.size.0, self.size.1));
        drawn(program(self.folder).args(self.arguments).arg("--script").arg(file))
    }

    /// Writes it to a file that draws on this surface.
    pub fn write(&self, surface: &str) -> PathBuf {
        let file = self.folder.join("script.ron");
        let text = format!(
            "(surface: {surface}, output: {:?}, limit_seconds: 45, steps: [{}])",
            self.folder.display().to_string(),
            self.steps
        );
        std::fs::write(&file, text).unwrap();
        file
    }
}

/// Runs a script at the usual size.
pub fn run(folder: &Path, arguments: &[&str], steps: &str) -> Option<Done> {
    Script { folder, size: (1280, 800), arguments, steps }.run()
}

/// A script that was run to its end.
pub struct Done {
    folder: PathBuf,
}

impl Done {
    /// The widgets that a step wrote.
    pub fn widgets(&self, name: &str) -> Widgets {
        let text = self.text(name);
        Widgets(serde_json::from_str(&text).unwrap())
    }

    /// A text that a step wrote.
    pub fn text(&self, name: &str) -> String {
        let path = self.folder.join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A picture that a step took.
    pub fn picture(&self, name: &str) -> super::picture::Picture {
        super::picture::Picture::open(&self.folder.join(name))
    }
}

/// Everything on screen as a screen reader knows it.
pub struct Widgets(pub Vec<Value>);

/// Left, top, right, bottom (points).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Place {
    pub fn of(widget: &Value) -> Self {
        let rect: [f64; 4] = serde_json::from_value(widget["rect"].clone()).unwrap();
        let [left, top, width, height] = rect;
        Self { left, top, right: left + width, bottom: top + height }
    }

    pub fn is_within(&self, other: &Self) -> bool {
        self.left >= other.left
            && self.top >= other.top
            && self.right <= other.right
            && self.bottom <= other.bottom
    }
}

impl Widgets {
    /// What a widget says: its name and its text.
    pub fn words(widget: &Value) -> String {
        let part = |key: &str| widget[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", part("name"), part("text"))
    }

    /// Whether one says this.
    pub fn say(&self, words: &str) -> bool {
        self.0.iter().any(|widget| Self::words(widget).contains(words))
    }

    /// Whether one is called this, and no more than this.
    pub fn called(&self, name: &str) -> bool {
        self.0.iter().any(|widget| widget["name"] == name)
    }

    /// The one of this name, else the one whose name begins so, as scripts find it.
    pub fn named(&self, name: &str) -> &Value {
        let begins = |w: &&Value| w["name"].as_str().is_some_and(|said| said.starts_with(name));
        let whole = self.0.iter().find(|widget| widget["name"] == name);
        let found = whole.or_else(|| self.0.iter().find(begins));
        found.unwrap_or_else(|| panic!("no widget is called {name}"))
    }

    /// The one that can be clicked and whose name begins so: a machine on the stage, not its row in
    /// a table or a text that begins with its name.
    pub fn button(&self, name: &str) -> &Value {
        let is_it = |w: &&Value| {
            w["clickable"] == true && w["name"].as_str().is_some_and(|said| said.starts_with(name))
        };
        self.0.iter().find(is_it).unwrap_or_else(|| panic!("no button is called {name}"))
    }

    /// Where the one whose name begins so stands.
    pub fn place(&self, name: &str) -> Place {
        Place::of(self.named(name))
    }
}

/// A trajectory as rows of its table, without the header.
pub fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}
