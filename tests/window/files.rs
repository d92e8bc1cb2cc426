//! Scenarios from the list, from the dialog, dropped; good ones and bad ones.

use super::program::{folder, run, scenario};

const BROKEN: &str = "(\n    version: 1,\n    environment: Line(\n        machines: [\n            \
                      (name: \"mill\", failure: 1.2, repair: 0.1),\n        ],\n        buffrs: \
                      [],\n    ),\n)\n";

#[test]
fn a_broken_file_shows_all_its_errors_and_leaves_the_open_one_running() {
    let folder = folder("broken");
    std::fs::write(folder.join("broken.ron"), BROKEN).unwrap();
    let steps = r#"
        Wait(Beat(10)), Click("Open file…"), Type("Path", "broken.ron"), Key("Enter"),
        Wait(Text("was not opened")), Widgets("errors.json"), Wait(Beat(30)),
        Click("Dismiss errors"), Wait(Gone("was not opened")), Drop("broken.ron"),
        Wait(Text("was not opened: 2 errors")), Wait(Beat(50)), Widgets("after.json"), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let errors = done.widgets("errors.json");
    for words in [
        "2 errors",
        "broken.ron:5:37",
        "failure probability of mill is 1.2: it must lie between 0 and 1",
        "Write a number between 0 and 1.",
        "broken.ron:7:9",
        "there is no field `buffrs` of a line",
        "Did you mean `buffers`?",
    ] {
        assert!(errors.say(words), "no error says {words}");
    }
    let after = done.widgets("after.json");
    // The list says the title too, whatever is open.
    assert_eq!(after.named("Menu")["text"], "Three machines");
    assert!(after.say("Lathe: "), "its machines are on the stage");
}

#[test]
fn files_are_opened_from_the_list_the_dialog_and_by_dropping() {
    let folder = folder("opens");
    let copy = |from: &str, to: &str| {
        std::fs::copy(scenario(from), folder.join(to)).unwrap();
    };
    copy("lines/bernoulli_two_machine.ron", "mine.ron");
    copy("basics/forest.ron", "dropped.ron");
    let steps = r#"
        Click("basics"), Click("When to replace"), Wait(Text("machine: ")), Widgets("list.json"),
        Key("Ctrl+O"), Type("Path", "FOLDER"), Key("Enter"), Click("mine.ron"), Click("Open"),
        Wait(Text("buffer 1 · ")), Widgets("dialog.json"),
        Drop("dropped.ron"), Wait(Text("Forest: wait or cut")), Wait(Text("age = ")),
        Widgets("dropped.json"), Quit"#
        .replace("FOLDER", &folder.display().to_string());
    let Some(done) = run(&folder, &[], &steps) else { return };
    assert_eq!(done.widgets("list.json").named("Menu")["text"], "When to replace");
    assert_eq!(done.widgets("dialog.json").named("Menu")["text"], "Two Bernoulli machines");
    assert_eq!(done.widgets("dropped.json").named("Menu")["text"], "Forest: wait or cut");
}

#[test]
fn a_recent_file_is_opened_again_from_the_menu_and_terms_are_looked_up() {
    let folder = folder("recent");
    for (from, to) in [("basics/forest.ron", "one.ron"), ("basics/chain.ron", "two.ron")] {
        std::fs::copy(scenario(from), folder.join(to)).unwrap();
    }
    let steps = r#"
        Drop("one.ron"), Wait(Text("Forest: wait or cut")), Drop("two.ron"),
        Wait(Text("Ten steps to the goal")), Click("Menu"), Click("Open recent"),
        Wait(Text("Open recent one.ron in")), Widgets("palette.json"),
        Click("Open recent one.ron in"), Wait(Text("age = ")), Widgets("again.json"),
        Key("F1"), Type("Sought term", "little"), Wait(Text("L = λ W")), Widgets("terms.json"),
        Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    assert!(done.widgets("palette.json").say("Open recent two.ron in"));
    assert_eq!(done.widgets("again.json").named("Menu")["text"], "Forest: wait or cut");
    assert!(done.widgets("terms.json").say("Little 1961"));
}

#[test]
fn a_widget_that_is_not_there_fails_the_script_in_words() {
    let folder = folder("fails");
    let script = super::program::Script {
        folder: &folder,
        size: (960, 600),
        arguments: &[],
        steps: r#"Wait(Frames(2)), Click("No such button")"#,
    };
    let file = folder.join("short.ron");
    let text = std::fs::read_to_string(script.write("OffScreen(960, 600)")).unwrap();
    std::fs::write(&file, text.replace("limit_seconds: 45", "limit_seconds: 2")).unwrap();
    let _one = super::program::one_window();
    let output = super::program::program(&folder).arg("--script").arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("no graphics adapter was found") {
        return super::program::skip(&said);
    }
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("step 2 failed") && said.contains("No such button"), "{said}");
    for file in ["script_failed.log", "script_failed.json", "script_failed.png"] {
        assert!(folder.join(file).is_file(), "{file} is missing");
    }
}
