//! Where things stand and what pictures show, at several sizes and in both themes.

use super::picture::{GROUND, PART, Picture, of_condition};
use super::program::{Done, Place, Script, Widgets, folder};

const SIZES: [(u32, u32); 4] = [(960, 600), (1280, 800), (1920, 1080), (1440, 2000)];

/// What must be there at every size, and in which part: by the share of the window's width.
const EVERYWHERE: [&str; 12] = [
    "Reset",
    "Pause",
    "One beat",
    "Speed",
    "Train ahead",
    "Seed",
    "Theme",
    "Keys",
    "Change agent",
    "Value map",
    "Curve",
    "Menu",
];

/// Machines of the default line, by their names on the stage.
const MACHINES: [&str; 3] = ["Lathe: ", "Mill: ", "Press: "];

fn looked_at(folder: &str, size: (u32, u32), arguments: &[&str], steps: &str) -> Option<Look> {
    let folder = super::program::folder(folder);
    let done = Script { folder: &folder, size, arguments, steps }.run()?;
    Some(Look { widgets: done.widgets("w.json"), picture: done.picture("p.png") })
}

struct Look {
    widgets: Widgets,
    picture: Picture,
}

/// The condition that a machine's name says: "Mill: working, bottleneck".
fn condition(widgets: &Widgets, machine: &str) -> String {
    let name = widgets.button(machine)["name"].as_str().unwrap().to_owned();
    let words = name.trim_start_matches(machine);
    words.split([',', '·']).next().unwrap().trim().to_owned()
}

#[test]
fn everything_has_its_place_at_every_size() {
    for (width, height) in SIZES {
        let steps = r#"Wait(Text("certified")), Wait(Beat(12)), Widgets("w.json"),
            Picture("p.png"), Quit"#;
        let name = format!("places_{width}x{height}");
        let Some(look) = looked_at(&name, (width, height), &[], steps) else { return };
        assert_eq!(look.picture.size(), (width, height));
        let whole =
            Place { left: 0.0, top: 0.0, right: f64::from(width), bottom: f64::from(height) };
        let bar = Place { bottom: 40.5, ..whole };
        for name in EVERYWHERE {
            let place = look.widgets.place(name);
            assert!(place.is_within(&whole), "{name} {place:?} at {width} × {height}");
        }
        for name in ["Reset", "Pause", "Speed", "Train ahead", "Seed", "Keys"] {
            let place = look.widgets.place(name);
            assert!(place.is_within(&bar), "{name} {place:?} is not in the bar");
        }
        let map = look.widgets.place("Value map");
        let machines = MACHINES.map(|machine| Place::of(look.widgets.button(machine)));
        for (one, next) in machines.iter().zip(&machines[1..]) {
            assert!(one.right < next.left, "machines stand side by side: {one:?} {next:?}");
        }
        for place in machines {
            assert!(place.bottom < map.top, "the line stands above the map: {place:?} {map:?}");
        }
        // What is drawn there is no empty ground.
        for place in [map, machines[0], machines[2], look.widgets.place("Compare;")] {
            let colours = look.picture.colours(&place);
            assert!(colours > 8, "{place:?} has {colours} colours at {width} × {height}");
        }
    }
}

/// Always run on the default line, beat by beat, each with its widgets and its picture.
fn beat_by_beat(name: &str, beats: usize) -> Option<Done> {
    let folder = folder(name);
    let mut steps =
        r#"Wait(Text("certified")), Click("Pause"), Wait(Text("Play")), Click("Motion"),
        Click("Change agent"), Click("Always run"), Wait(Text("fixed rule")), Click("Reset")"#
            .to_owned();
    for beat in 0..beats {
        steps += &format!(r#", Click("One beat"), Widgets("{beat}.json"), Picture("{beat}.png")"#);
    }
    steps += ", Quit";
    let script =
        Script { folder: &folder, size: (1280, 800), arguments: &["--seed", "4"], steps: &steps };
    script.run()
}

#[test]
fn machines_have_the_colour_of_their_condition() {
    // Until each condition was seen; every picture is held against its names.
    let Some(done) = beat_by_beat("conditions", 40) else { return };
    let mut seen = std::collections::BTreeSet::new();
    for beat in 0..40 {
        let widgets = done.widgets(&format!("{beat}.json"));
        let picture = done.picture(&format!("{beat}.png"));
        for machine in MACHINES {
            let condition = condition(&widgets, machine);
            let place = Place::of(widgets.button(machine));
            let own = picture.count(&place, of_condition(&condition));
            assert!(own > 100, "beat {beat}, {machine}{condition}: {own} pixels of its colour");
            for other in ["working", "starved", "blocked", "down", "held back", "set-up"] {
                if other != condition {
                    let wrong = picture.count(&place, of_condition(other));
                    assert!(wrong < own / 4, "beat {beat}, {machine}{condition} shows {other}");
                }
            }
            seen.insert(condition);
        }
    }
    for condition in ["working", "down", "starved"] {
        assert!(seen.contains(condition), "{condition} was never seen: {seen:?}");
    }
}

#[test]
fn buffers_fill_with_parts_that_are_seen() {
    let Some(done) = beat_by_beat("buffers", 12) else { return };
    // How many pixels of parts each level has, where it was seen.
    let mut seen = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for beat in 0..12 {
        let widgets = done.widgets(&format!("{beat}.json"));
        let picture = done.picture(&format!("{beat}.png"));
        for buffer in ["buffer 1 · ", "buffer 2 · "] {
            let name = widgets.named(buffer)["name"].as_str().unwrap();
            let level = name.trim_start_matches(buffer).trim_end_matches(" of 4");
            let parts = picture.count(&widgets.place(buffer), PART);
            seen.entry(level.parse().unwrap()).or_default().push(parts);
        }
    }
    assert!(seen.contains_key(&0) && seen.contains_key(&1) && seen.len() > 3, "{seen:?}");
    let part = seen[&1][0];
    assert!(part > 100, "a part has {part} pixels");
    for (level, counted) in &seen {
        let right = |parts: &usize| parts.abs_diff(level * part) <= level * part / 20;
        assert!(counted.iter().all(right), "{level} parts, of {part} pixels each: {counted:?}");
    }
}

#[test]
fn both_themes_are_designed() {
    let steps = r#"Wait(Text("certified")), Wait(Beat(5)), Picture("dark.png"), Click("Theme"),
        Widgets("w.json"), Picture("p.png"), Quit"#;
    let folder = folder("themes");
    let script = Script { folder: &folder, size: (1280, 800), arguments: &[], steps };
    let Some(done) = script.run() else { return };
    let (dark, light) = (done.picture("dark.png"), done.picture("p.png"));
    let stage = Place { left: 240.0, top: 340.0, right: 500.0, bottom: 440.0 };
    assert!(dark.count(&stage, GROUND) > 10_000, "the stage's ground is dark");
    assert_eq!(light.count(&stage, GROUND), 0, "and light in the other theme");
    for place in [done.widgets("w.json").place("Value map"), done.widgets("w.json").place("Menu")] {
        let colours = (dark.colours(&place), light.colours(&place));
        assert!(colours.0 > 8 && colours.1 > 8, "{place:?} has {colours:?} colours");
    }
}

#[test]
fn sides_hide_and_come_back() {
    let steps = r#"Wait(Text("certified")), Key("F9"), Wait(Gone("Change agent")),
        Widgets("hidden.json"), Key("F9"), Wait(Text("Change agent")), Widgets("w.json"),
        Picture("p.png"), Quit"#;
    let folder = folder("sides");
    let script = Script { folder: &folder, size: (1280, 800), arguments: &[], steps };
    let Some(done) = script.run() else { return };
    let (hidden, back) = (done.widgets("hidden.json"), done.widgets("w.json"));
    assert!(hidden.place("Value map").left < 20.0 && back.place("Value map").left > 200.0);
}

#[test]
fn figures_are_read_per_beat_or_per_hour_and_totals_run() {
    let steps = r#"Wait(Text("certified")), Wait(Beat(40)), Click("Pause"), Wait(Text("Play")),
        Widgets("hour.json"), Click("Per beat"), Wait(Text("€ / beat")), Widgets("w.json"),
        Picture("p.png"), Quit"#;
    let folder = folder("rates");
    let script = Script { folder: &folder, size: (1280, 800), arguments: &[], steps };
    let Some(done) = script.run() else { return };
    let figure = |file: &str, name: &str| -> f64 {
        let widgets = done.widgets(file);
        let words = widgets.named(name)["name"].as_str().unwrap().to_owned();
        let number = words.trim_start_matches(name).split([' ', '\u{202F}']).next().unwrap();
        number.replace('\u{2212}', "-").parse().unwrap()
    };
    // A beat of the default line is a minute; what is shown has three digits or so.
    let (hour, beat) = (figure("hour.json", "earned "), figure("w.json", "earned "));
    assert!((hour - 60.0 * beat).abs() <= 60.0 * 0.0005 + 0.05, "{hour} an hour, {beat} a beat");
    let (hour, beat) = (figure("hour.json", "output "), figure("w.json", "output "));
    assert!((hour - 60.0 * beat).abs() <= 60.0 * 0.0005 + 0.05, "{hour} an hour, {beat} a beat");
    assert!(done.widgets("w.json").say("in all "));
}
