//! Who acts: learners that learn live and ahead, rules with their settings, and why they do it.

use super::program::{Widgets, folder, run, scenario};

/// The beats that a saved run was played.
fn beats_saved(text: &str) -> u64 {
    let line = text.lines().find(|line| line.trim_start().starts_with("beats:")).unwrap();
    line.trim().trim_start_matches("beats:").trim().trim_end_matches(',').parse().unwrap()
}

/// The share that a percentage says.
fn gap(widgets: &Widgets) -> f64 {
    let figures = widgets.0.iter().filter_map(|w| w["name"].as_str());
    let per_cent = figures.filter_map(|name| name.strip_suffix("\u{202F}%"));
    per_cent.filter_map(|figure| figure.parse().ok()).next().unwrap()
}

#[test]
fn a_learner_learns_ahead_and_its_distance_to_the_optimum_falls() {
    let folder = folder("learns");
    let steps = r#"
        Wait(Text("certified")), Click("Change agent"), Click("Q-learning"), Wait(Text("learning")),
        Wait(Text("Exploration")), Click("Pause"), Wait(Text("Play")),
        Click("Train ahead"), Click("10⁴ beats"), Wait(Beat(10000)), Wait(Text("gap to optimum")),
        Wait(Idle), Widgets("early.json"),
        Click("Train ahead"), Click("10⁶ beats"), Wait(Beat(1010000)), Wait(Idle),
        Widgets("late.json"), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let (early, late) = (done.widgets("early.json"), done.widgets("late.json"));
    assert!(gap(&late) < gap(&early), "{} % after {} %", gap(&late), gap(&early));
    let points = |widgets: &Widgets| -> u32 {
        let name = widgets.named("Distance to the optimum;")["name"].as_str().unwrap().to_owned();
        let words = name.split(' ').collect::<Vec<_>>();
        let at = words.iter().position(|word| word.starts_with("point")).unwrap();
        words[at - 1].parse().unwrap()
    };
    assert!(points(&early) > 20, "{} points after training ahead", points(&early));
    assert!(
        points(&late) > points(&early) + 25,
        "{} points, and {}",
        points(&early),
        points(&late)
    );
    let chart = late.named("Distance to the optimum;")["name"].as_str().unwrap();
    for words in ["; always run at ", "; best kanban at "] {
        assert!(chart.contains(words), "{chart} does not say {words}");
    }
    assert!(late.called("believed"), "the column of what the learner believes has its title");
}

#[test]
fn training_ahead_can_be_stopped_and_the_run_goes_on_from_there() {
    let folder = folder("stops");
    let steps = r#"
        Wait(Text("certified")), Click("Change agent"), Click("SARSA"), Click("Train ahead"),
        Click("10⁷ beats"), Wait(Text("Stop training")), Wait(Text("gap to optimum")),
        Click("Stop training"), Wait(Gone("Stop training")), Click("Pause"), Wait(Text("Play")),
        Click("Save run"), Type("Run file", "run.ron"), Click("Write run"),
        Wait(Text("Saved to")), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let beats = beats_saved(&done.text("run.ron"));
    assert!(beats < 10_000_000, "{beats} beats were played all the same");
    // A learner is judged after 200 beats at the earliest: those were played ahead.
    assert!(beats >= 200, "{beats} beats: those that were trained are lost");
}

#[test]
fn the_best_kanban_is_found_and_its_levels_can_be_set() {
    let folder = folder("kanban");
    let steps = r#"
        Wait(Text("certified")), Click("Change agent"), Click("Kanban"),
        Wait(Text("Level buffer 1")), Wait(Idle), Widgets("found.json"),
        Type("Level buffer 1", "2"), Key("Enter"), Wait(Idle), Widgets("set.json"), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let (found, set) = (done.widgets("found.json"), done.widgets("set.json"));
    let level = |widgets: &Widgets| widgets.named("Level buffer 1")["value"].as_f64().unwrap();
    assert_ne!(level(&found), 2.0);
    assert_eq!(level(&set), 2.0);
    assert!(gap(&set) > gap(&found), "the levels that were found are the best");
}

#[test]
fn what_the_agent_is_about_to_do_is_what_it_does() {
    let folder = folder("intends");
    let mut steps = r#"
        Click("Pause"), Wait(Text("Play")), Click("Change agent"), Click("Random"),
        Wait(Text("By chance"))"#
        .to_owned();
    for beat in 0..8 {
        steps += &format!(r#", Widgets("{beat}.json"), Click("One beat")"#);
    }
    steps += r#", Trajectory("t.csv"), Quit"#;
    let Some(done) = run(&folder, &[], &steps) else { return };
    let rows = super::program::rows(&done.text("t.csv"));
    let played = &rows[rows.len() - 8..];
    let mut different = std::collections::BTreeSet::new();
    for (beat, row) in played.iter().enumerate() {
        let widgets = done.widgets(&format!("{beat}.json"));
        let heading = widgets.named("By chance: “")["name"].as_str().unwrap();
        // The last columns are the three machines' actions (1 runs, 0 is held back), the reward.
        let actions = &row[row.len() - 4..row.len() - 1];
        let held = ["Lathe", "Mill", "Press"].iter().zip(actions).filter(|(_, a)| *a == "0");
        let held: Vec<&str> = held.map(|(name, _)| *name).collect();
        let words = match held.len() {
            0 => "run all".to_owned(),
            3 => "hold all".to_owned(),
            _ => format!("hold {}", held.join(" and ")),
        };
        assert_eq!(heading, format!("By chance: “{words}”"), "beat {beat}");
        different.insert(words);
    }
    assert!(different.len() > 1, "a random agent does not always do the same");
}

#[test]
fn a_policy_that_never_arrives_says_so_and_others_arrive_in_ten_steps() {
    let folder = folder("arrives");
    let steps = r#"
        Wait(Text("never reaches the goal")), Type("Speed value", "1000"), Key("Enter"),
        Wait(Text("the goal was not reached")), Widgets("threshold.json"),
        Click("Change agent"), Click("Optimum"), Wait(Text("optimal")),
        Wait(Text("10 beats")), Widgets("optimum.json"),
        Click("Change agent"), Click("Q-learning"), Click("Train ahead"), Click("10⁵ beats"),
        Wait(Gone("Stop training")), Wait(Text("gap to optimum")), Wait(Idle),
        Widgets("learner.json"), Quit"#;
    let file = scenario("basics/chain.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], steps) else { return };
    let threshold = done.widgets("threshold.json");
    assert!(threshold.called("cut off") && threshold.say("Cut off after 200 beats"));
    assert!(!done.widgets("optimum.json").say("never reaches"));
    let learner = done.widgets("learner.json");
    let chart = learner.named("Distance to the optimum;")["name"].as_str().unwrap();
    assert!(chart.contains("Q-learning 0 after "), "Q-learning has found the way: {chart}");
}
