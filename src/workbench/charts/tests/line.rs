//! The charts of a line's figures.

use crate::experiment::Estimate;
use crate::experiment::figures::Oee;
use crate::mdp::Condition;
use crate::workbench::charts::amounts::{Amount, Amounts, amounts};
use crate::workbench::charts::histogram::{Histogram, histogram};
use crate::workbench::charts::oee::{Effectiveness, effectiveness};
use crate::workbench::gallery::{self, harness};
use crate::workbench::theme::Theme;
use egui_kittest::kittest::Queryable;

fn known(mean: f64, half: f64) -> Estimate {
    Estimate::around(mean, Some(half))
}

fn machine(name: &str, availability: f64, effectiveness: f64) -> (String, Oee<Estimate>) {
    let oee = Oee {
        availability: known(availability, 0.02),
        effectiveness: known(effectiveness, 0.001),
        quality: known(0.98, 0.004),
        index: known(availability * effectiveness * 0.98, 0.02),
    };
    (name.to_owned(), oee)
}

fn draw_oee(ui: &mut egui::Ui, theme: &Theme, machines: usize) {
    let names = ["Lathe", "Mill", "Press with a very long name"].into_iter().cycle();
    let machines: Vec<_> =
        names.zip(0..machines).map(|(name, _)| machine(name, 0.71, 0.9)).collect();
    effectiveness(ui, &Effectiveness { name: "OEE", machines: &machines }, theme);
}

fn draw_costs(ui: &mut egui::Ui, theme: &Theme) {
    let row = |name: &str, mean, sum| Amount { name: name.into(), amount: known(mean, 0.3), sum };
    let rows = [
        row("finished parts", 20.0, false),
        row("holding", -1.2, false),
        row("energy", -4.5, false),
        row("in all", 14.3, true),
    ];
    let chart = Amounts {
        name: "Cost a part",
        meaning: "",
        title: "earned and spent for each good part, €",
        unit: "€ / part",
        rows: &rows,
    };
    amounts(ui, &chart, theme);
}

fn draw_times(ui: &mut egui::Ui, theme: &Theme) {
    let counts: Vec<u64> =
        (0..120).map(|bin: u32| (1e5 * 0.95_f64.powf(bin.into())) as u64).collect();
    let chart = Histogram {
        name: "Lead times",
        x_title: "lead time, beats",
        y_title: "% of parts",
        unit: "beats",
        counts: &counts,
        bins: (-0.5, 1.0),
        marks: &[("mean", known(19.0, 0.4)), ("95 % within", known(57.0, 1.5))],
    };
    histogram(ui, &chart, theme);
}

/// Where each hangs.
const PLACES: [egui::Rect; 3] = [
    super::part(0.0, 0.0, 430.0, 290.0),
    super::part(430.0, 0.0, 430.0, 290.0),
    super::part(860.0, 0.0, 430.0, 290.0),
];

#[test]
fn figures_of_a_line_in_the_gallery() {
    let draw = |ui: &mut egui::Ui, theme: &Theme| {
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme.panel);
        let draws: [&dyn Fn(&mut egui::Ui); 3] =
            [&|ui| draw_oee(ui, theme, 3), &|ui| draw_costs(ui, theme), &|ui| {
                draw_times(ui, theme)
            }];
        for (place, draw) in PLACES.into_iter().zip(draws) {
            ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| draw(ui));
        }
    };
    let Some(drawn) = gallery::show("line_figures", (1290, 290), draw) else { return };
    for pixels in drawn {
        let theme = pixels.theme;
        let [oee, costs, times] = PLACES;
        let (good, bad) = (theme.condition(Condition::Working), theme.condition(Condition::Down));
        for (what, place, colour, least) in [
            ("an index", oee, good, 300),
            ("a factor", oee, theme.filled, 900),
            ("what is earned", costs, good, 1_000),
            ("what is spent", costs, bad, 100),
            ("a bar of times", times, theme.filled, 4_000),
            ("the mean", times, theme.series(0), 60),
            ("what most do not exceed", times, theme.series(2), 60),
        ] {
            let seen = pixels.count(place, colour);
            assert!(seen > least, "{:?}: {seen} pixels of {what}", theme.mode);
        }
    }
}

/// In the room that the window leaves, figures are written with their intervals, and nothing is cut.
#[test]
fn figures_and_intervals_have_room() {
    type Draw = fn(&mut egui::Ui, &Theme);
    let draws: [(Draw, &[&str]); 3] = [
        (|ui, theme| draw_oee(ui, theme, 2), &["71.0 ± 2.0", "availability", "100\u{202F}%"]),
        (draw_costs, &["−4.50 ± 0.30", "in all", "earned and spent for each good part, €"]),
        (draw_times, &["mean 19.0 ± 0.4\u{202F}beats", "95 % within 57.0 ± 1.5\u{202F}beats"]),
    ];
    for (draw, expected) in draws {
        let drawn = harness((400.0, 230.0), draw);
        let shapes = &drawn.output().shapes;
        for words in expected {
            let texts = gallery::texts(shapes);
            let found = texts.iter().find(|(text, _)| text.galley.text() == *words);
            let (text, _) = found.unwrap_or_else(|| panic!("“{words}” is not written"));
            assert!(!text.galley.elided, "“{words}” is cut");
        }
    }
}

#[test]
fn many_machines_scroll_and_each_cell_says_what_counts() {
    let mut drawn = harness((400.0, 200.0), |ui, theme| draw_oee(ui, theme, 20));
    drawn.get_by_label_contains("OEE; Lathe: availability 71.0 ± 2.0\u{202F}%, effectiveness 90.0");
    drawn.hover_at(egui::pos2(90.0, 45.0));
    drawn.run();
    let texts = gallery::texts(&drawn.output().shapes);
    let said: Vec<&str> = texts.iter().map(|(text, _)| text.galley.text()).collect();
    assert!(said.iter().any(|text| text.contains("planned stops do not")), "{said:?}");
}
