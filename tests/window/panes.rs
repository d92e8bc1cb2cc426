//! The window arranged, enlarged and in another language: the same journey through it at the least size
//! and at twice the size, in both languages and both themes.

use super::program::{Place, Script, Widgets, folder, run};

/// Everything that people read or press; charts and cells of maps lie on one another.
fn stands(role: &str) -> bool {
    ["Label", "Button", "Slider", "SpinButton", "TextInput", "ProgressIndicator"].contains(&role)
}

/// The first two things that lie over each other, of those that should not.
fn overlap(widgets: &Widgets) -> Option<String> {
    let each = widgets.0.iter().filter(|widget| stands(widget["role"].as_str().unwrap_or("")));
    let places: Vec<(String, Place)> =
        each.map(|widget| (Widgets::words(widget), Place::of(widget))).collect();
    for (i, (name, one)) in places.iter().enumerate() {
        for (other, place) in &places[..i] {
            let wide = one.right.min(place.right) - one.left.max(place.left);
            let tall = one.bottom.min(place.bottom) - one.top.max(place.top);
            if wide > 0.5 && tall > 0.5 {
                return Some(format!("“{name}” {one:?} lies over “{other}” {place:?}"));
            }
        }
    }
    None
}

/// Plays, changes the agent and takes it back, compares, forks, goes back in time, learns: what was on
/// screen at each of these is written.
fn journey(name: &str, size: (u32, u32), larger: usize, chinese: bool, light: bool) -> bool {
    let folder = folder(name);
    let larger = r#"Key("Ctrl+Plus"), "#.repeat(larger);
    let language = match chinese {
        true => r#"Key("Ctrl+P"), Type("Command", "中文"), Key("Enter"), Wait(Frames(4)), "#,
        false => "",
    };
    let theme = if light { r#"Key("D"), "# } else { "" };
    let steps = format!(
        r#"Wait(Idle), Wait(Beat(30)), {language}{larger}{theme}Wait(Frames(4)), Widgets("explore.json"),
        Key("Space"), Wait(Text("Play")), Click("Change agent"), Wait(Frames(2)),
        Click("Always run"), Wait(Frames(4)), Widgets("changed.json"),
        Key("Ctrl+Z"), Wait(Frames(4)), Widgets("undone.json"),
        Key("Ctrl+2"), Wait(Frames(6)), Widgets("compare.json"),
        Key("Ctrl+1"), Wait(Frames(3)), Click("Fork"), Wait(Idle), Wait(Frames(3)), Widgets("fork.json"),
        Key("ArrowLeft"), Key("ArrowLeft"), Wait(Frames(3)), Widgets("past.json"),
        Key("Ctrl+3"), Wait(Frames(6)), Widgets("learn.json"),
        Key("F11"), Wait(Frames(6)), Widgets("present.json"), Picture("end.png"), Quit"#
    );
    let Some(done) = (Script { folder: &folder, size, arguments: &[], steps: &steps }).run() else {
        return false;
    };
    let seen = |what: &str| done.widgets(&format!("{what}.json"));
    for what in ["explore", "changed", "undone", "compare", "fork", "past", "learn", "present"] {
        let widgets = seen(what);
        assert_eq!(overlap(&widgets), None, "{name}, {what}");
    }
    let agent = |what: &str| seen(what).say(if chinese { "始终运行" } else { "fixed rule" });
    assert!(agent("changed") || chinese, "{name}: the rule acts");
    assert!(seen("compare").called("Curve 2") && !seen("undone").called("Curve 2"), "{name}");
    assert!(!seen("present").called("Change agent"), "{name}");
    if chinese {
        let words = seen("explore");
        assert!(words.say("策略") || words.say("最优"), "{name} speaks Chinese");
    }
    true
}

#[test]
fn nothing_overlaps_at_the_least_size_in_either_language() {
    if journey("least_english", (1024, 640), 0, false, false) {
        journey("least_chinese", (1024, 640), 0, true, true);
    }
}

#[test]
fn nothing_overlaps_at_twice_the_size_in_either_language() {
    // 100, 110, 125, 140, 160, 180, 200 %.
    if journey("twice_english", (2560, 1440), 6, false, true) {
        journey("twice_chinese", (2560, 1440), 6, true, false);
    }
}

#[test]
fn panes_are_arranged_and_a_machine_more_is_one_click() {
    let folder = folder("panes");
    let steps = r#"
        Wait(Text("certified")), Key("Space"), Wait(Text("Play")), Widgets("usual.json"),
        Drag("Move Policy and value", 560, -100), Wait(Frames(4)), Widgets("dragged.json"),
        Click("Arrange"), Click("Restore the panes"), Wait(Frames(4)), Widgets("restored.json"),
        Click("Arrange"), Click("Scenario as text"), Key("Escape"), Wait(Frames(4)),
        Click("One more machine"), Wait(Text("Press 2")), Wait(Idle), Widgets("four.json"),
        Click("Press: "), Wait(Frames(3)), Click("Put Press to down"), Wait(Frames(3)),
        Widgets("broken.json"), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let map = |what: &str| done.widgets(&format!("{what}.json")).place("Value map");
    let (usual, dragged, restored) = (map("usual"), map("dragged"), map("restored"));
    assert!(dragged.left > usual.left + 200.0 && restored == usual, "{usual:?} {dragged:?}");
    let four = done.widgets("four.json");
    assert!(four.button("Press 2: ")["clickable"] == true);
    let machine = done.widgets("broken.json").button("Press: ")["name"].clone();
    assert!(machine.as_str().unwrap().contains("down"), "{machine}");
}

#[test]
fn two_hundred_lucks_say_how_often_each_is_ahead() {
    let folder = folder("lucks");
    let steps = r#"
        Wait(Text("certified")), Key("Space"), Wait(Text("Play")), Advance(400), Key("Ctrl+2"),
        Wait(Text("Kanban")), Click("More lucks"), Wait(Text("of 200")), Wait(Idle), Wait(Frames(3)),
        Widgets("lucks.json"), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let widgets = done.widgets("lucks.json");
    assert!(widgets.say("200 lucks of 1\u{202F}000 beats each") || widgets.say("More lucks;"));
    assert!(widgets.say("of 200"));
}
