//! The map of value and policy, and the backup behind a cell.

use super::program::{folder, run, scenario};

#[test]
fn a_cell_tells_its_value_and_shows_its_backup_when_clicked() {
    let folder = folder("cells");
    let steps = r#"
        Wait(Text("certified")), Click("Pause"), Wait(Text("Play")),
        Hover("buffer 1 = 3, buffer 2 = 7"), Wait(Text("click to see why")),
        Widgets("hovered.json"), Hover("Play"), Wait(Gone("click to see why")),
        Click("buffer 1 = 3, buffer 2 = 7"),
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
    // Found by this test's own sweeps over the state's 968 neighbours; the map writes four digits.
    let described = widgets.named("buffer 1 = 3 · buffer 2 = 7")["name"].as_str().unwrap();
    let up =
        (1..=3).map(|machine| usize::from(described.contains(&format!("machine {machine} = up"))));
    let exact = line3_value(3, 7, up.rev().fold(0, |all, up| 2 * all + up));
    assert!((value - exact).abs() < 0.06, "{cell}, but {exact}");
    let tooltip = format!("{cell}\nclick to see why");
    assert!(done.widgets("hovered.json").say(&tooltip), "hovering tells the number");
}

/// The optimal value of `LINE3` with buffers of 10 at these levels and these machines up (a bit each,
/// the first lowest): by plain value iteration over the card of `mdp_line3.json`, written anew here.
fn line3_value(first: usize, second: usize, up: usize) -> f64 {
    let (fail, repair) = ([0.010, 0.015, 0.020], [0.100, 0.120, 0.150]);
    let number = |b1: usize, b2: usize, up: usize| (b1 * 11 + b2) * 8 + up;
    let mut values = vec![0.0; 11 * 11 * 8];
    // What is left then is 0.99^1200 of at most 1000: 0.006.
    for _ in 0..1200 {
        let mut next = vec![f64::NEG_INFINITY; values.len()];
        for (b1, b2, up, told) in (0..11)
            .flat_map(|b1| (0..11).map(move |b2| (b1, b2)))
            .flat_map(|(b1, b2)| (0..64).map(move |k| (b1, b2, k / 8, k % 8)))
        {
            let mut worth = -0.1 * (b1 + b2) as f64 - f64::from((told as u32).count_ones());
            for then in 0..8_usize {
                let works = |machine: usize| (then & told) >> machine & 1 == 1;
                let odds = |machine: usize| match (up >> machine & 1, then >> machine & 1) {
                    (1, 1) => 1.0 - fail[machine],
                    (1, _) => fail[machine],
                    (_, 1) => repair[machine],
                    _ => 1.0 - repair[machine],
                };
                let (mut one, mut two, mut out) = (b1, b2, 0.0);
                if works(2) && two > 0 {
                    (two, out) = (two - 1, 10.0);
                }
                if works(1) && one > 0 && two < 10 {
                    (one, two) = (one - 1, two + 1);
                }
                if works(0) && one < 10 {
                    one += 1;
                }
                let chance: f64 = (0..3).map(odds).product();
                worth += chance * (out + 0.99 * values[number(one, two, then)]);
            }
            let best = &mut next[number(b1, b2, up)];
            *best = best.max(worth);
        }
        values = next;
    }
    values[number(first, second, up)]
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
        Click("wear = 8:"), Wait(Text("Present state")), Wait(Text("Why “run”?")),
        Key("5"), Wait(Text("Why “replace”?")), Widgets("optimum.json"), Quit"#;
    let file = scenario("basics/replacement.ron").display().to_string();
    let Some(done) = run(&folder, &[&file], steps) else { return };
    let widgets = done.widgets("w.json");
    let cells = |action: &str| {
        let names = widgets.0.iter().filter_map(|w| w["name"].as_str());
        names.filter(|n| n.starts_with("wear = ") && n.ends_with(action)).count()
    };
    // The optimum of this scenario runs up to wear 3 and replaces from 4 on (see the file).
    assert_eq!((cells(", run"), cells(", replace")), (4, 6));
    // The picture says what the acting agent does: always run until the optimum acts.
    assert!(widgets.say("wear 3: run") && widgets.say("wear 4: run"));
    let widgets = done.widgets("optimum.json");
    assert!(widgets.say("wear 3: run") && widgets.say("wear 4: replace"));
}
