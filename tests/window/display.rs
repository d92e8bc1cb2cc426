//! The built program in a real window under a virtual display, with real keys and a real pointer.
//!
//! A script in the program only watches: it waits for what the keys and clicks should bring about,
//! and writes a file when it is ready for the next. Those come from outside, by the window system.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::program::{Script, Widgets, folder, one_window, program, rows, scenario, skip};

/// How long anything may take before the test fails.
const LIMIT: Duration = Duration::from_secs(120);

/// A virtual display that is closed at the end.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Opens one; `None` where there is none to be had and that may be.
    fn open() -> Option<Self> {
        let missing = |tool: &str| Command::new(tool).arg("-version").output().is_err();
        if missing("Xvfb") || missing("xdotool") {
            skip("there is no virtual display: Xvfb and xdotool are not both installed");
            return None;
        }
        // Without a reset when a first look at it has gone, during which nobody can connect.
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1920x1080x24", "-nolisten", "tcp"])
            .arg("-noreset")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = server.unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Some(Self { server, name: format!(":{}", number.trim()) })
    }

    /// Has the window system do something: press a key, move the pointer, click.
    fn tool(&self, arguments: &[&str]) -> String {
        let output =
            Command::new("xdotool").args(arguments).env("DISPLAY", &self.name).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "xdotool {arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn key(&self, key: &str) {
        self.tool(&["key", "--clearmodifiers", key]);
    }

    /// Asks the window to close, as the window manager does when its cross is clicked.
    fn close(&self, window: u32) {
        use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};
        let (connection, _) = x11rb::connect(Some(&self.name)).unwrap();
        let atom = |name: &[u8]| connection.intern_atom(false, name).unwrap().reply().unwrap().atom;
        let (protocols, delete) = (atom(b"WM_PROTOCOLS"), atom(b"WM_DELETE_WINDOW"));
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        // Checked, so that the server has taken it before the connection goes.
        connection
            .send_event(false, window, EventMask::NO_EVENT, message)
            .unwrap()
            .check()
            .unwrap();
    }

    /// Moves the pointer to a point of the window.
    fn point(&self, window: &str, x: f64, y: f64) {
        let (x, y) = (format!("{x:.0}"), format!("{y:.0}"));
        self.tool(&["mousemove", "--window", window, &x, &y]);
    }

    /// Clicks the middle of a widget.
    fn click(&self, window: &str, widgets: &Widgets, name: &str) {
        let place = widgets.place(name);
        let middle = |from: f64, to: f64| (from + to) / 2.0;
        self.point(window, middle(place.left, place.right), middle(place.top, place.bottom));
        self.tool(&["click", "1"]);
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The program in its window.
struct Window<'a> {
    display: &'a Display,
    program: Child,
    id: String,
    folder: PathBuf,
}

impl<'a> Window<'a> {
    /// Opens it and waits until it is there.
    fn open(display: &'a Display, folder: &Path, arguments: &[&str], steps: &str) -> Self {
        let script = Script { folder, size: (1280, 800), arguments, steps };
        let file = script.write("Window");
        Self::start(display, folder, program(folder).args(arguments).arg("--script").arg(file))
    }

    /// Runs the program as a person does, with no script, and waits until its window is there.
    fn unscripted(display: &'a Display, folder: &Path) -> Self {
        Self::start(display, folder, &mut program(folder))
    }

    fn start(display: &'a Display, folder: &Path, command: &mut Command) -> Self {
        let log = std::fs::File::create(folder.join("said.txt")).unwrap();
        let program = command.env("DISPLAY", &display.name).stderr(log).spawn().unwrap();
        let mut window = Self { display, program, id: String::new(), folder: folder.to_owned() };
        window.id = window.until("a window", || {
            let output = Command::new("xdotool")
                .args(["search", "--onlyvisible", "--name", "^Taktlab$"])
                .env("DISPLAY", &display.name)
                .output()
                .unwrap();
            let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            (!found.is_empty()).then_some(found)
        });
        // Without a window manager nobody gives the window the keyboard.
        window.display.tool(&["windowfocus", "--sync", &window.id]);
        window
    }

    /// Waits until something is there; fails with what the program said if it never is.
    fn until<T>(&mut self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let from = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            let ended = self.program.try_wait().unwrap();
            let said = || std::fs::read_to_string(self.folder.join("said.txt")).unwrap_or_default();
            assert!(ended.is_none(), "the program ended before {what} was there:\n{}", said());
            assert!(from.elapsed() < LIMIT, "{what} is not there:\n{}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the script has written the widgets to this file.
    fn widgets(&mut self, name: &str) -> Widgets {
        let path = self.folder.join(name);
        self.until(name, || {
            // It may be half written.
            serde_json::from_str(&std::fs::read_to_string(&path).ok()?).ok().map(Widgets)
        })
    }

    /// Waits until the program has ended, well.
    fn ended(&mut self) {
        let from = Instant::now();
        let status = loop {
            match self.program.try_wait().unwrap() {
                Some(status) => break status,
                None => assert!(from.elapsed() < LIMIT, "the program does not end"),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let said = std::fs::read_to_string(self.folder.join("said.txt")).unwrap_or_default();
        assert!(status.success(), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn keys_play_pause_step_and_reset() {
    let _one = one_window();
    let Some(display) = Display::open() else { return };
    let folder = folder("keys");
    let steps = r#"
        Wait(Text("certified")), Wait(Beat(4)), Widgets("playing.json"), Wait(Text("Play")),
        Trajectory("paused.csv"), Widgets("paused.json"), Wait(Text("in 0 beats")),
        Widgets("reset.json"), Wait(Text("in 1 beat")), Trajectory("stepped.csv"),
        Widgets("stepped.json"), Wait(Text("Pause")), Wait(Beat(4)), Widgets("again.json"),
        Wait(Beat(100000)), Quit"#;
    // Nothing more than is asked for is played: the script ends with the window.
    let file = scenario("lines/gershwin_two_machine.ron").display().to_string();
    let mut window = Window::open(&display, &folder, &[&file], steps);
    let playing = window.widgets("playing.json");
    assert!(playing.called("Pause"));
    let id = window.id.clone();
    display.point(&id, 640.0, 300.0);
    display.key("space");
    let paused = window.widgets("paused.json");
    assert!(paused.called("Play") && !paused.called("Pause"));
    let beats = |name: &str| rows(&std::fs::read_to_string(folder.join(name)).unwrap()).len();
    assert!(beats("paused.csv") >= 4);
    display.key("r");
    let reset = window.widgets("reset.json");
    assert!(reset.called("Play"), "it waits at the first beat");
    display.key("Right");
    let stepped = window.widgets("stepped.json");
    assert_eq!(beats("stepped.csv"), 1);
    assert!(stepped.called("Play"), "it waits after the beat");
    display.key("space");
    assert!(window.widgets("again.json").called("Pause"));
}

#[test]
fn single_beats_by_the_arrow_key_and_another_agent_by_its_number() {
    let _one = one_window();
    let Some(display) = Display::open() else { return };
    let folder = folder("arrow");
    let steps = r#"
        Wait(Text("certified")), Widgets("ready.json"), Wait(Text("Play")),
        Trajectory("before.csv"), Widgets("paused.json"), Wait(Text("Random")),
        Widgets("random.json"), Wait(Text("show these keys")), Trajectory("after.csv"), Quit"#;
    let mut window = Window::open(&display, &folder, &[], steps);
    let id = window.id.clone();
    window.widgets("ready.json");
    display.point(&id, 640.0, 300.0);
    display.key("space");
    window.widgets("paused.json");
    for _ in 0..3 {
        display.key("Right");
    }
    display.key("2");
    window.widgets("random.json");
    display.key("question");
    window.ended();
    let count = |name: &str| rows(&std::fs::read_to_string(folder.join(name)).unwrap()).len();
    assert_eq!(count("after.csv"), count("before.csv") + 3);
}

#[test]
fn the_pointer_clicks_drags_and_hovers_and_the_keyboard_types() {
    let _one = one_window();
    let Some(display) = Display::open() else { return };
    let folder = folder("pointer");
    let steps = r#"
        Wait(Text("certified")), Widgets("ready.json"), Wait(Text("Play")), Widgets("paused.json"),
        Wait(Text("buffer 1 = 3 · buffer 2 = 2")), Widgets("cell.json"), Wait(Text("SARSA")),
        Widgets("menu.json"), Wait(Text("Kind of step size")), Widgets("learns.json"),
        Picture("p.png"), Wait(Gone("8\u{202F}/\u{202F}s")), Widgets("held.json"),
        Wait(Text("fastest")), Widgets("dragged.json"), Wait(Text("forest")),
        Wait(Text("Forest of ten ages")), Widgets("typed.json"), Wait(Text("Motion off")), Quit"#;
    let mut window = Window::open(&display, &folder, &[], steps);
    let id = window.id.clone();
    let ready = window.widgets("ready.json");
    display.click(&id, &ready, "Pause");
    let paused = window.widgets("paused.json");
    display.click(&id, &paused, "buffer 1 = 3, buffer 2 = 2");
    let cell = window.widgets("cell.json");
    display.click(&id, &cell, "Change agent");
    let menu = window.widgets("menu.json");
    display.click(&id, &menu, "SARSA");
    let learns = window.widgets("learns.json");
    assert!(learns.say("Exploration"));
    let rail = learns.place("Speed");
    let middle = (rail.top + rail.bottom) / 2.0;
    display.point(&id, rail.left + 8.0, middle);
    display.tool(&["mousedown", "1"]);
    display.point(&id, (rail.left + rail.right) / 2.0, middle);
    window.widgets("held.json");
    // Beyond the rail and below it: the slider follows as long as the button is held.
    display.point(&id, rail.right + 40.0, middle + 30.0);
    let dragged = window.widgets("dragged.json");
    display.tool(&["mouseup", "1"]);
    display.click(&id, &dragged, "Search scenarios");
    display.tool(&["type", "forest"]);
    assert!(!window.widgets("typed.json").say("Gershwin"), "only what is sought is listed");
    let over = learns.place("Motion");
    display.point(&id, over.left + 8.0, over.top + 8.0);
    window.ended();
    let picture = super::picture::Picture::open(&folder.join("p.png"));
    assert_eq!(picture.size(), (1280, 800));
    assert!(picture.colours(&learns.place("Value map")) > 8);
}

#[test]
fn a_window_that_is_closed_ends_the_program_and_a_size_is_taken() {
    let _one = one_window();
    let Some(display) = Display::open() else { return };
    let folder = folder("closed");
    let steps = r#"Wait(Text("certified")), Widgets("ready.json"), Wait(Text("Play")),
        Widgets("larger.json"), Wait(Beat(100000000))"#;
    let mut window = Window::open(&display, &folder, &["--size", "1360x840"], steps);
    let asked = window.widgets("ready.json");
    let right = asked.place("Keys").right;
    assert!((1320.0..1360.0).contains(&right), "opened as wide as asked for: {right}");
    let id = window.id.clone();
    display.tool(&["windowsize", "--sync", &id, "1600", "900"]);
    display.point(&id, 700.0, 300.0);
    display.key("space");
    let larger = window.widgets("larger.json");
    assert!(larger.place("Keys").right > 1560.0, "the bar reaches to the new edge");
    assert!(larger.place("Value map").bottom > 850.0);
    display.close(id.parse().unwrap());
    window.ended();
}

/// Changes that are in no file outlive a kill, and are had again with nothing asked.
#[test]
fn a_kill_leaves_the_changes_to_be_had_again() {
    let _one = one_window();
    let Some(display) = Display::open() else { return };
    let folder = folder("killed");
    let kept = folder.join("config/taktlab/unsaved-1.ron");
    let text = || std::fs::read_to_string(&kept).ok();
    let mut window = Window::unscripted(&display, &folder);
    display.point(&window.id, 640.0, 300.0);
    display.key("2");
    window.until("the kept change", || text().filter(|text| text.contains("agent:Some(Random)")));
    // As by `kill -9`: nothing is said to the program.
    window.program.kill().unwrap();
    drop(window);
    assert!(text().is_some());
    let mut window = Window::unscripted(&display, &folder);
    display.point(&window.id, 640.0, 300.0);
    assert!(text().is_some_and(|text| text.contains("agent:Some(Random)")));
    // What was had again can be undone: then there is nothing left that is not saved. A window that is
    // slow may not have its palette open yet when something is typed: it is tried again.
    let pause = |milliseconds| std::thread::sleep(Duration::from_millis(milliseconds));
    window.until("nothing unsaved", || {
        display.key("Escape");
        display.key("ctrl+p");
        pause(1000);
        display.tool(&["type", "--delay", "60", "restore changes"]);
        pause(500);
        display.key("Return");
        pause(1500);
        display.key("ctrl+z");
        pause(1000);
        (!kept.exists()).then_some(())
    });
    display.close(window.id.parse().unwrap());
    window.ended();
    assert!(!kept.exists());
}
