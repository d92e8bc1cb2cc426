//! The present forked into pairs of futures.

use super::program::{Widgets, folder, run};

#[test]
fn pairs_of_futures_close_on_what_the_values_say() {
    let folder = folder("fork");
    let steps = r#"
        Wait(Text("certified")), Wait(Text("optimal")), Wait(Beat(30)), Click("Pause"),
        Wait(Text("Play")), Click("Fork"), Wait(Text("over 400 pairs; by the values")), Wait(Idle),
        Widgets("w.json"), Picture("p.png"), Quit"#;
    let Some(done) = run(&folder, &["lines/line3.ron"], steps) else { return };
    let widgets = done.widgets("w.json");
    let told = widgets.0.iter().map(Widgets::words).find(|words| words.contains("over 400 pairs"));
    let told = told.unwrap().replace('\u{2212}', "-");
    let numbers: Vec<f64> = told.split([' ', '±']).filter_map(|word| word.parse().ok()).collect();
    let [mean, half, pairs, exact] = numbers[..4] else { panic!("{told}") };
    assert_eq!(pairs, 400.0);
    // Twice the 95 % interval: a false alarm in some ten thousand, and the seed is given.
    assert!(half > 0.0 && (mean - exact).abs() <= 2.0 * half, "{told}");
    assert!(widgets.say("without pairing"));
}
