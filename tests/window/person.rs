//! A person acts: with switches and keys, action by action or letting one go on; measured, saved and
//! played again like any agent.

use super::program::{Done, folder, rows, run, scenario};
use super::same::holds_when_replayed;

/// The actions of the default line's three machines in every beat.
fn actions(done: &Done) -> Vec<Vec<String>> {
    // The last columns are the three machines' actions (1 runs, 0 is held back), the reward.
    let of_row = |row: &Vec<String>| row[row.len() - 4..row.len() - 1].to_vec();
    rows(&done.text("t.csv")).iter().map(of_row).collect()
}

/// What stands at the right of a label.
fn figure(done: &Done, file: &str, label: &str) -> String {
    let widgets = done.widgets(file);
    let place = widgets.place(label);
    let beside = widgets.0.iter().find(|widget| {
        let other = super::program::Place::of(widget);
        (other.top - place.top).abs() < 1.0 && other.left > place.right && widget["role"] == "Label"
    });
    let beside = beside.unwrap_or_else(|| panic!("nothing stands beside {label}"));
    beside["name"].as_str().unwrap().replace(['\u{202F}', '\u{2009}', '\u{a0}'], " ")
}

#[test]
fn a_person_sets_machines_plays_on_and_is_measured_and_replayed() {
    let folder = folder("person");
    let steps = r#"
        Wait(Text("certified")), Click("Pause"), Wait(Text("Play")), Click("Change agent"),
        Click("Always run"), Wait(Text("fixed rule")), Click("Change agent"), Click("Person"),
        Wait(Text("waits for you")), Wait(Text("shown with hints")),
        Key("1"), Key("Enter"), Key("Enter"), Click("Set Lathe to run"), Click("Set Press to hold"),
        Click("Do it"), Wait(Text("you: hold Press")), Widgets("three.json"),
        Click("Play"), Wait(Text("of 23")), Key("2"), Wait(Text("you: hold Mill and Press")),
        Key("Space"), Wait(Text("waits for you")), Widgets("on.json"),
        Click("Hints"), Wait(Gone("shown with hints")), Click("One beat"),
        Trajectory("t.csv"),
        Click("Save run"), Type("Run file", "run.ron"), Click("Write run"), Wait(Text("Saved to /")),
        Type("Speed value", "100000"), Key("Enter"), Click("Play"), Wait(Beat(20000)), Key("Space"),
        Wait(Text("waits for you")), Widgets("fast.json"), Quit"#;
    let Some(done) = run(&folder, &["--seed", "3"], steps) else { return };
    let held = |machines: [&str; 3]| machines.map(str::to_owned).to_vec();
    let played = actions(&done);
    let first = played.iter().position(|action| *action == held(["0", "1", "1"])).unwrap();
    let wanted = [["0", "1", "1"], ["0", "1", "1"], ["1", "1", "0"], ["1", "1", "0"]];
    assert_eq!(played[first..first + 4], wanted.map(held));
    assert_eq!(played[played.len() - 2..], [["1", "0", "0"]; 2].map(held));
    // Three decisions are measured at once, thousands a moment later.
    assert!(figure(&done, "three.json", "as good as the optimum").ends_with(" of 3"));
    assert!(figure(&done, "three.json", "lost in all").contains(" € · "));
    assert!(figure(&done, "three.json", "you: hold Press").ends_with(" €"));
    assert!(figure(&done, "three.json", "optimum: ").starts_with("lost "));
    let many = figure(&done, "fast.json", "as good as the optimum").replace(' ', "");
    let many: u64 = many.rsplit("of").next().unwrap().parse().unwrap();
    assert!(many > 10_000, "{many} decisions");
    // What goes on is one command, however long.
    let saved = done.text("run.ron");
    assert_eq!(saved.matches("Keep(").count(), 2, "{saved}");
    assert_eq!(saved.matches("Act(").count(), 4, "{saved}");
    holds_when_replayed(&folder, &done, "2");
}

#[test]
fn a_person_walks_with_the_arrows_and_is_asked_again_when_the_episode_ends() {
    let folder = folder("walks");
    let mut steps = r#"Wait(Text("certified")), Click("Change agent"), Click("Person"),
        Wait(Text("waits for you")), Click("Reset"), Wait(Text("Beat 1 waits")), Key("Up")"#
        .to_owned();
    for _ in 0..11 {
        steps += r#", Key("Right")"#;
    }
    // Down to the goal; letting that go on stops where the episode has ended.
    steps += r#", Key("Down"), Wait(Text("Beat 14 waits")), Widgets("there.json"),
        Click("Do go up"), Key("Space"), Wait(Text("Goes on each beat")), Key("Right"),
        Wait(Beat(60)), Key("Down"), Wait(Text("The episode has ended")),
        Wait(Text("Play")), Widgets("again.json"), Quit"#;
    let file = scenario("textbook/cliff.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], &steps) else { return };
    // Gymnasium: 13 steps of −1 are the best along the cliff.
    assert!(figure(&done, "there.json", "as good as the optimum").starts_with("13 of 13"));
    assert!(figure(&done, "there.json", "lost in all").starts_with("0 "));
    let widgets = done.widgets("there.json");
    assert!(widgets.say("−13.00"), "the latest return");
    assert!(done.widgets("again.json").say("waits for you"));
}
