//! The planner at work: paused, swept on, resumed, with another method.

use super::program::{folder, run, scenario};

#[test]
fn the_planner_waits_between_sweeps_and_goes_on() {
    let folder = folder("sweeps");
    let steps = r#"
        Wait(Text("certified")), Click("Plan sweep by sweep"), Wait(Text("paused")),
        Wait(Text("sweep 0")), Click("One sweep"), Wait(Text("sweep 1")), Widgets("one.json"),
        Click("One sweep"), Wait(Text("sweep 2")), Click("Resume planning"),
        Wait(Text("certified")), Widgets("end.json"), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let one = done.widgets("one.json");
    assert!(one.say("bounds so far") && !one.say("certified"));
    let end = done.widgets("end.json");
    assert!(end.called("certified"), "“not certified” is not enough");
    assert!(end.say("12.2751"), "the gain of the file");
}

#[test]
fn every_method_comes_to_the_same_optimum() {
    let folder = folder("methods");
    let methods = [
        ("Modified policy iteration", "Modified"),
        ("Value iteration", "Value"),
        ("Policy iteration", "Policy"),
        ("Gauss–Seidel value iteration", "Gauss"),
    ];
    let mut steps = r#"Wait(Text("certified"))"#.to_owned();
    for (method, file) in methods {
        steps += &format!(
            r#", Click("Planning method"), Wait(Frames(5)), Click("{method}"), Wait(Frames(5)), Wait(Idle), Wait(Text("certified")),
            Click("Planning method"), Wait(Frames(10)), Wait(Text("{method}")),
            Widgets("{file}.json"),
            Key("Escape"), Wait(Gone("{method}"))"#
        );
    }
    let file = scenario("lines/line3.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], &(steps + ", Quit")) else { return };
    for (method, file) in methods {
        let widgets = done.widgets(&format!("{file}.json"));
        assert!(widgets.called("certified") && widgets.say("458.8083"), "{method}");
        assert_eq!(widgets.named(method)["selected"], true, "{method} is the one that planned");
    }
}

#[test]
fn a_model_too_large_says_how_large_and_rules_act_all_the_same() {
    let folder = folder("large");
    let steps = r#"
        Wait(Text("states with 1\u{202F}048\u{202F}576 actions")), Type("Speed value", "5000"), Key("Enter"),
        Wait(Beat(2000)), Widgets("w.json"), Click("Change agent"), Click("Kanban"),
        Wait(Text("Level buffer 1")), Type("Level buffer 1", "2"), Key("Enter"), Wait(Frames(4)),
        Widgets("kanban.json"), Quit"#;
    let file = scenario("lines/twenty_machines.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], steps) else { return };
    let widgets = done.widgets("w.json");
    assert!(widgets.called("Always run"), "it acts");
    assert!(widgets.say("about 1.4 · 10²⁴ states"), "and how large");
    let level = done.widgets("kanban.json").named("Level buffer 1")["value"].as_f64();
    assert_eq!(level, Some(2.0), "levels are set by hand where none can be found");
}
