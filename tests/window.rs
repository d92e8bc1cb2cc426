//! The true window, driven by scripts through its own input events, off-screen.
//!
//! Where no Vulkan driver is there the tests are skipped with a message, unless
//! `TAKTLAB_WINDOW_TESTS=required` says that they may not be.
#![cfg(feature = "window")]
#![expect(clippy::unwrap_used, reason = "what is shared by tests may fail as tests do")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

/// One window at a time: the software renderer is slow.
static ONE_WINDOW: Mutex<()> = Mutex::new(());

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// A fresh folder for what a script writes.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run_script(folder: &Path, arguments: &[&str], steps: &str) -> Option<Output> {
    let _one = ONE_WINDOW.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let script = folder.join("script.ron");
    let text = format!(
        "(surface: OffScreen(1280, 800), output: {:?}, limit_seconds: 120, steps: [{steps}])",
        folder.display().to_string()
    );
    std::fs::write(&script, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_taktlab"))
        .args(arguments)
        .arg("--script")
        .arg(&script)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() && words.contains("graphics adapter") {
        let required = std::env::var("TAKTLAB_WINDOW_TESTS").is_ok_and(|value| value == "required");
        assert!(!required, "window tests are required, but: {words}");
        eprintln!("skipped: {words}");
        return None;
    }
    Some(output)
}

fn widgets(path: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).unwrap();
    match serde_json::from_str(&text).unwrap() {
        serde_json::Value::Array(all) => all,
        other => panic!("widgets are a list, not {other}"),
    }
}

fn says(all: &[serde_json::Value], words: &str) -> bool {
    all.iter().any(|widget| widget.to_string().contains(words))
}

#[test]
fn default_line_plays_is_planned_and_shows_what_it_does() {
    let folder = folder("plays");
    let steps = r#"Wait(Text("certified")), Wait(Beat(20)), Widgets("w.json"), Picture("p.png"),
        Click("Pause"), Wait(Text("Play")), Trajectory("t.csv"), Quit"#;
    let Some(output) = run_script(&folder, &[], steps) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all = widgets(&folder.join("w.json"));
    for words in ["Lathe", "Mill", "Press", "Train ahead", "Value map", "Planning method"] {
        assert!(says(&all, words), "no widget says {words}");
    }
    for widget in &all {
        let rect: Vec<f64> = serde_json::from_value(widget["rect"].clone()).unwrap();
        let named = widget["name"].as_str().is_some_and(|name| name == "Pause" || name == "Seed");
        if named {
            let (right, bottom) = (rect[0] + rect[2], rect[1] + rect[3]);
            let inside = rect[0] >= 0.0 && rect[1] >= 0.0 && right <= 1280.0 && bottom <= 40.5;
            assert!(inside, "{widget} is not in the bar");
        }
    }
    assert!(std::fs::metadata(folder.join("p.png")).unwrap().len() > 20_000, "an empty picture");
    let trajectory = std::fs::read_to_string(folder.join("t.csv")).unwrap();
    assert!(trajectory.lines().count() > 20, "{trajectory}");
}

#[test]
fn window_and_replay_give_the_same_trajectory() {
    use taktlab::environments::AnyEnvironment;
    use taktlab::experiment::session::Session;
    use taktlab::scenario::Scenario;

    let folder = folder("same");
    let file = scenario("lines/gershwin_two_machine.ron");
    let steps = r#"Wait(Beat(60)), Click("Pause"), Wait(Text("Play")), Trajectory("t.csv"), Quit"#;
    let file_text = file.display().to_string();
    let Some(output) = run_script(&folder, &[&file_text, "--seed", "9"], steps) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen = std::fs::read_to_string(folder.join("t.csv")).unwrap();
    let scenario = Scenario::load(&file).unwrap();
    assert!(matches!(scenario.environment, AnyEnvironment::Line(_)));
    let agent = scenario.contents.agent.clone();
    let mut session = Session::open(std::sync::Arc::new(scenario), agent, 9, None).unwrap();
    let mut beats = 0;
    for (number, line) in seen.lines().skip(1).enumerate() {
        session.run_mut().advance(1);
        let run = session.run();
        let state = run.previous_state().iter().chain(run.action()).map(ToString::to_string);
        let columns: Vec<String> = std::iter::once(number.to_string())
            .chain(state)
            .chain([run.reward().to_string()])
            .collect();
        assert_eq!(line, columns.join(","), "beat {number}");
        beats += 1;
    }
    assert!(beats >= 60);
}

#[test]
fn a_learner_is_chosen_trained_ahead_and_judged() {
    let folder = folder("learns");
    let steps = r#"Wait(Idle), Click("Change agent"), Wait(Frames(5)), Click("Q-learning"),
        Wait(Frames(5)), Click("Train ahead"), Wait(Frames(5)), Click("10⁴ beats"),
        Wait(Beat(10000)), Wait(Idle), Wait(Frames(5)), Wait(Idle), Widgets("w.json"), Quit"#;
    let file = scenario("basics/chain.ron").display().to_string();
    let Some(output) = run_script(&folder, &[&file], steps) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all = widgets(&folder.join("w.json"));
    assert!(says(&all, "Exploration") && says(&all, "learning"), "the learner is not shown");
}

#[test]
fn a_widget_that_is_not_there_fails_the_script_in_words() {
    let folder = folder("fails");
    let script = folder.join("script.ron");
    let text =
        r#"(surface: OffScreen(960, 600), limit_seconds: 2, steps: [Click("No such button")])"#;
    let text = text.replacen("limit", &format!("output: {folder:?}, limit"), 1);
    std::fs::write(&script, text).unwrap();
    let _one = ONE_WINDOW.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let output =
        Command::new(env!("CARGO_BIN_EXE_taktlab")).arg("--script").arg(&script).output().unwrap();
    assert!(!output.status.success());
}
