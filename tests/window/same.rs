//! Windowed, headless, and after going through a saved run: the same states, actions and rewards.

use std::path::Path;
use std::sync::Arc;

use super::program::{Done, folder, program, rows, run, scenario};
use taktlab::experiment::session::Session;
use taktlab::experiment::trajectory::Beat;
use taktlab::scenario::Scenario;

/// What the file of a trajectory says of this beat.
fn row(beat: &Beat) -> Vec<String> {
    let levels = beat.state.iter().chain(&beat.action).map(ToString::to_string);
    let number = std::iter::once(beat.number.to_string());
    number.chain(levels).chain([beat.reward.to_string()]).collect()
}

/// Plays a saved run again from the command line and holds its trajectory against the window's.
pub fn holds_when_replayed(folder: &Path, done: &Done, threads: &str) {
    let file = format!("replayed_{threads}.csv");
    let output = program(folder)
        .env("RAYON_NUM_THREADS", threads)
        .args(["replay", "run.ron", "--format", "json", "--trajectory", &file])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (seen, replayed) = (rows(&done.text("t.csv")), rows(&done.text(&file)));
    assert!(replayed.len() >= seen.len());
    // Beats that were played off the screen were not written; all others must be the same.
    for beat in &seen {
        let number: usize = beat[0].parse().unwrap();
        assert_eq!(beat, &replayed[number], "beat {number}");
    }
}

#[test]
fn watched_beats_are_those_of_a_headless_session() {
    let folder = folder("watched");
    let file = scenario("lines/gershwin_two_machine.ron");
    let steps = r#"Wait(Beat(60)), Click("Pause"), Wait(Text("Play")), Trajectory("t.csv"), Quit"#;
    let Some(done) = run(&folder, &[&file.display().to_string(), "--seed", "9"], steps) else {
        return;
    };
    let scenario = Scenario::load(&file).unwrap();
    let agent = scenario.contents.agent.clone();
    let mut session = Session::open(Arc::new(scenario), agent, 9, None).unwrap();
    let seen = rows(&done.text("t.csv"));
    assert!(seen.len() >= 60);
    for beat in &seen {
        session.run_mut().advance(1);
        assert_eq!(beat, &row(&Beat::latest(session.run())));
    }
}

#[test]
fn a_run_with_every_sort_of_command_is_replayed_to_the_last_bit() {
    let folder = folder("eventful");
    // Watched and fast beats, single ones, beats ahead; a plan that arrives, rules and learners;
    // figures changed and settings tuned, in between beats of all sorts.
    let steps = r#"
        Wait(Text("certified")), Wait(Beat(12)), Click("Change agent"), Click("Q-learning"),
        Type("Exploration", "0.3"), Key("Enter"), Type("Speed value", "2000000"), Key("Enter"),
        Wait(Beat(400)), Set("Lathe · time to repair", 12), Click("Pause"), Wait(Text("Play")),
        Click("One beat"), Click("One beat"), Click("Train ahead"), Click("10⁴ beats"),
        Wait(Beat(10400)), Wait(Gone("Stop training")), Click("Change agent"), Click("SARSA"),
        Type("Speed value", "30"), Key("Enter"), Key("Space"), Wait(Text("Pause")),
        Wait(Beat(10430)), Click("Change agent"), Click("Optimum"), Wait(Text("optimal")),
        Set("Lathe · time to repair", 4), Wait(Idle), Wait(Text("optimal")), Wait(Beat(10500)),
        Click("Pause"), Wait(Text("Play")), Trajectory("t.csv"),
        Click("Save run"), Type("Run file", "run.ron"), Click("Write run"),
        Wait(Text("Saved to /")), Quit"#;
    let Some(done) = run(&folder, &["--seed", "5"], steps) else { return };
    let saved = done.text("run.ron");
    // The scenario's text, which comes first, names agents and figures too.
    let (before, commands) = saved.split_once("commands:").unwrap();
    assert!(before.contains("\n    seed: 5,"), "{before}");
    for part in [
        "Agent(Optimum(",
        "Agent(QLearning(",
        "floor: 0.3",
        "machines[0].mttr",
        "value: 12.0",
        "Agent(Sarsa(",
        "value: 4.0",
    ] {
        assert!(commands.contains(part), "{part} is no command of the saved run:\n{commands}");
    }
    holds_when_replayed(&folder, &done, "1");
    holds_when_replayed(&folder, &done, "4");
}

#[test]
fn a_line_that_starts_again_is_saved_from_there() {
    let folder = folder("again");
    let steps = r#"
        Wait(Text("certified")), Wait(Beat(20)), Set("Lathe · time to repair", 12),
        Click("Parameters of Lathe"), Click("Parameters of buffer 1"), Set("buffer 1 · capacity", 6), Wait(Text("of 6")),
        Wait(Text("certified")), Wait(Text("optimal")), Wait(Beat(30)), Click("Pause"),
        Wait(Text("Play")), Trajectory("t.csv"), Click("Save run"), Type("Run file", "run.ron"),
        Click("Write run"), Wait(Text("Saved to /")), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    // Beats before the line started again would be numbered from 0 as well.
    for (number, beat) in rows(&done.text("t.csv")).iter().enumerate() {
        assert_eq!(beat[0], number.to_string(), "the trajectory is that of the new line");
    }
    holds_when_replayed(&folder, &done, "2");
}

#[test]
fn a_saved_run_opens_where_it_was_saved_and_goes_on() {
    let first = folder("saved");
    let steps = r#"
        Wait(Text("certified")), Wait(Text("optimal")), Wait(Beat(40)), Click("Pause"),
        Wait(Text("Play")), Click("Save run"), Type("Run file", "run.ron"), Click("Write run"),
        Wait(Text("Saved to /")), Click("One beat"), Click("One beat"),
        Trajectory("t.csv"), Quit"#;
    let Some(done) = run(&first, &[], steps) else { return };
    let seen = rows(&done.text("t.csv"));
    let second = folder("opened");
    std::fs::copy(first.join("run.ron"), second.join("run.ron")).unwrap();
    let steps = r#"
        Wait(Gone("Stop replay")), Wait(Beat(40)), Wait(Text("Play")), Click("One beat"),
        Click("One beat"), Trajectory("t.csv"), Wait(Text("certified")), Widgets("w.json"), Quit"#;
    let Some(done) = run(&second, &["run.ron"], steps) else { return };
    let went_on = rows(&done.text("t.csv"));
    assert_eq!(went_on[..], seen[seen.len() - 2..]);
    // “Optimum” is a heading too; “optimal” alone says what the agent is.
    assert!(done.widgets("w.json").called("optimal"));
}

#[test]
fn a_seed_is_another_luck_and_reset_the_same_again() {
    let folder = folder("seeds");
    let steps = r#"
        Wait(Beat(30)), Click("Pause"), Wait(Text("Play")), Trajectory("first.csv"),
        Click("Reset"), Click("Play"), Wait(Beat(30)), Click("Pause"), Wait(Text("Play")),
        Trajectory("again.csv"), Type("Seed", "2"), Key("Enter"), Click("Play"), Wait(Beat(30)),
        Click("Pause"), Wait(Text("Play")), Trajectory("other.csv"), Quit"#;
    let file = scenario("lines/bernoulli_two_machine.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], steps) else { return };
    let [first, again, other] =
        ["first.csv", "again.csv", "other.csv"].map(|name| rows(&done.text(name))[..30].to_vec());
    assert_eq!(first, again);
    assert_ne!(first, other);
}
