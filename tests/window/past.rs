//! Going back to what was: beats and changes.

use super::program::{folder, rows, run};

#[test]
fn the_past_comes_back_and_comes_again() {
    let folder = folder("past");
    let beats = r#"Click("One beat"), "#.repeat(12);
    let steps = format!(
        r#"
        Wait(Text("certified")), Wait(Text("optimal")), Wait(Beat(40)), Click("Pause"),
        Wait(Text("Play")), Trajectory("a.csv"), Click("Time line"), Set("Beat", 30),
        Wait(Frames(3)), Key("Escape"), Key("Escape"), Wait(Gone("Beat value")), Trajectory("b.csv"),
        Click("One beat back"), Trajectory("c.csv"), {beats} Trajectory("d.csv"), Quit"#
    );
    let Some(done) = run(&folder, &[], &steps) else { return };
    let [a, b, c, d] = ["a.csv", "b.csv", "c.csv", "d.csv"].map(|name| rows(&done.text(name)));
    assert!(a.len() >= 40);
    assert_eq!((b.as_slice(), c.as_slice()), (&a[..30], &a[..29]));
    let again = d.len().min(a.len());
    assert!(d.len() == 41 && d[..again] == a[..again], "the same luck, the same beats");
}

#[test]
fn changes_are_undone_and_done_again() {
    let folder = folder("undo");
    let steps = r#"
        Wait(Text("certified")), Set("Lathe · time to repair", 12), Wait(Frames(60)), Key("2"),
        Wait(Text("Random")), Widgets("before.json"), Key("Ctrl+Z"), Wait(Text("optimal")),
        Click("Undo"), Wait(Frames(20)), Widgets("after.json"), Key("Ctrl+Y"), Wait(Frames(20)),
        Widgets("again.json"), Quit"#;
    let Some(done) = run(&folder, &[], steps) else { return };
    let named = |file: &str, name: &str| done.widgets(file).named(name)["value"].clone();
    let [before, after, again] = ["before.json", "after.json", "again.json"]
        .map(|file| named(file, "Lathe · time to repair"));
    assert_eq!((&before, &again), (&12.0.into(), &12.0.into()));
    assert_ne!(before, after);
}
