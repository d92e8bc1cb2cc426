//! The map of value and policy, and the backup behind a cell.

use super::program::{folder, run, scenario};

#[test]
fn a_cell_tells_its_value_and_shows_its_backup_when_clicked() {
    let folder = folder("cells");
    let steps = r#"
        Wait(Text("certified")), Click("Pause"), Wait(Text("Play")),
        Hover("buffer 1 = 3, buffer 2 = 7"), Click("buffer 1 = 3, buffer 2 = 7"),
        Wait(Text("Present state")), Click("Action run all"), Wait(Text("reward")),
        Wait(Text("prob.")), Widgets("w.json"), Click("Present state"),
        Wait(Gone("Present state")), Quit"#;
    let file = scenario("lines/line3.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], steps) else { return };
    let widgets = done.widgets("w.json");
    for words in [
        "buffer 1 = 3 · buffer 2 = 7",
        "= reward + 0.99 · Σ p · value",
        "part out",
        "machine 3 fails",
    ] {
        assert!(widgets.say(words), "nothing says {words}");
    }
    assert!(widgets.called("reward 5.800"), "the outcomes say the reward that they share");
    let cell = widgets.named("buffer 1 = 3, buffer 2 = 7")["name"].as_str().unwrap();
    let value: f64 = cell.split(": ").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    assert!((300.0..600.0).contains(&value), "{cell}");
}

#[test]
fn axes_are_chosen_and_the_rest_is_held() {
    let folder = folder("axes");
    let steps = r#"
        Wait(Text("certified")), Click("Pause"), Wait(Text("Play")),
        Click("Map across"), Click("Mill"), Wait(Text("Mill = up, buffer 2 = 4")),
        Click("Map slices"), Set("Slice buffer 1", 3), Key("Escape"),
        Widgets("held.json"),
        Click("Mill = up, buffer 2 = 4"), Wait(Text("buffer 1 = 3 · buffer 2 = 4")), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    assert!(done.widgets("held.json").say("Mill = down, buffer 2 = 0"));
}

#[test]
fn a_state_of_one_variable_is_one_row() {
    let folder = folder("row");
    let steps = r#"
        Wait(Text("certified")), Click("Pause"), Wait(Text("Play")), Widgets("w.json"),
        Click("wear = 8:"), Wait(Text("Present state")), Wait(Text("Why “run”?")), Quit"#;
    let file = scenario("basics/replacement.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], steps) else { return };
    let widgets = done.widgets("w.json");
    let cells = |action: &str| {
        let names = widgets.0.iter().filter_map(|w| w["name"].as_str());
        names.filter(|n| n.starts_with("wear = ") && n.ends_with(action)).count()
    };
    // The optimum of this scenario runs up to wear 3 and replaces from 4 on (see the file).
    assert_eq!((cells(", run"), cells(", replace")), (4, 6));
    assert!(
        widgets.say("wear 3: run") && widgets.say("wear 4: replace"),
        "the picture says so too"
    );
}
