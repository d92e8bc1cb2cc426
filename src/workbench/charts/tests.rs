//! Charts drawn with sample data: what they say, what a click returns, and what they look like.

mod line;

use super::axis::Axis;
use super::bars::{ActionValue, TimeByCause, action_values, time_by_cause};
use super::curves::{Bounds, Curves, Marks, Reference, Series, curves};
use super::heat_map::{ActionMark, Choice, Fill, HeatMap, Scale, Side, Worth, heat_map};
use crate::mdp::Condition;
use crate::workbench::colour::{diverging, mix, viridis};
use crate::workbench::gallery::{self, harness};
use crate::workbench::theme::Theme;
use egui_kittest::kittest::Queryable;
use std::cell::RefCell;
use std::rc::Rc;

/// A map over two buffers with holes, a threshold policy and ties.
struct Sample {
    levels: Vec<String>,
    worth: Vec<Worth>,
    choices: Vec<Choice>,
    marks: Vec<ActionMark>,
}

impl Sample {
    fn new(size: usize, theme: &Theme) -> Self {
        let at = |x: usize, y: usize| {
            let (x, y) = (x as f64 / size as f64 - 0.35, y as f64 / size as f64 - 0.5);
            42.0 - 30.0 * (x * x + 0.6 * y * y)
        };
        let cells = || (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
        let worth = cells().map(|(x, y)| match (x, y) {
            (0, y) if y * 5 > size * 4 => Worth::Absent,
            (x, y) if x + y + 3 > 2 * size => Worth::NeverVisited,
            _ => Worth::Known(at(x, y)),
        });
        let choices = cells().map(|(x, y)| match x * 10 / size {
            7 if y * 2 < size => Choice::Tie(0, 1),
            high if high >= 7 && y * 3 > size => Choice::Action(2),
            high if high >= 7 => Choice::Action(1),
            _ => Choice::Action(0),
        });
        let mark = |name: &str, mark: &str, i| ActionMark {
            name: name.into(),
            mark: mark.into(),
            colour: theme.series(i),
        };
        Self {
            levels: (0..size).map(|i| i.to_string()).collect(),
            worth: worth.collect(),
            choices: choices.collect(),
            marks: vec![
                mark("run all", "", 1),
                mark("hold 1", "1", 2),
                mark("hold 1 and 2", "‖", 3),
            ],
        }
    }

    fn map(&self) -> HeatMap<'_> {
        let side = |title, name| Side { title, name, levels: &self.levels };
        HeatMap {
            bare: false,
            name: "policy and value",
            x: side("buffer 1, parts", "buffer 1"),
            y: side("buffer 2, parts", "buffer 2"),
            worth: &self.worth,
            choices: &self.choices,
            marks: &self.marks,
            parts: None,
            coloured_by: None,
            value_title: "value, €",
            whose: "the optimum",
            scale: Scale::over(&self.worth),
            fill: Fill::Value,
            present: Some((8, 3)),
            selected: Some((2, 6)),
        }
    }
}

fn learning_curve() -> (Vec<[f64; 2]>, Vec<[f64; 3]>) {
    let points: Vec<_> = (0..400)
        .map(|i| {
            let x = 1e3 * 10f64.powf(f64::from(i) / 100.0);
            [x, 90.0 * (x / 1e3).powf(-0.38) * (1.0 + 0.04 * (f64::from(i) * 0.7).sin())]
        })
        .collect();
    let band = points.iter().map(|[x, y]| [*x, y * 0.7, y * 1.4]).collect();
    (points, band)
}

fn draw_curves(ui: &mut egui::Ui, theme: &Theme) {
    let (points, band) = learning_curve();
    let beats = Axis::log("beats");
    let gap = Axis::log("distance to the optimum, %");
    curves(
        ui,
        &Curves {
            name: "distance to the optimum",
            x: &beats,
            y: &gap,
            series: &[Series {
                name: "Q-learning",
                colour: theme.series(0),
                points: &points,
                band: &band,
            }],
            bounds: &[],
            references: &[
                Reference { name: "always run", colour: theme.quiet, value: 13.5 },
                Reference { name: "best kanban", colour: theme.series(1), value: 1.4 },
            ],
            marks: &[Marks { name: "published", points: &[[1e3, 8.0], [1e5, 2.0]] }],
            empty: "",
        },
        theme,
    );
}

fn draw_bounds(ui: &mut egui::Ui, theme: &Theme) {
    let points: Vec<_> = (0..60)
        .map(|i| {
            let width = 6.0 * 0.9f64.powi(i);
            [f64::from(i), 4.85 - width, 4.85 + 0.6 * width]
        })
        .collect();
    curves(
        ui,
        &Curves {
            name: "bounds",
            x: &Axis::linear("sweeps"),
            y: &Axis::linear("gain, € / min"),
            series: &[],
            bounds: &[Bounds { name: "gain", colour: theme.series(1), points: &points }],
            references: &[],
            marks: &[],
            empty: "",
        },
        theme,
    );
}

fn draw_bars(ui: &mut egui::Ui, theme: &Theme) {
    let row = |name: &str, shares| TimeByCause { name: name.into(), shares };
    time_by_cause(
        ui,
        &[
            row("Lathe", [0.62, 0.04, 0.08, 0.06, 0.2, 0.0, 0.0]),
            row("Mill", [0.76, 0.05, 0.02, 0.12, 0.0, 0.0, 0.05]),
            row("Press with a very long name", [0.6, 0.22, 0.0, 0.12, 0.0, 0.06, 0.0]),
            row("New", [0.0; Condition::COUNT]),
        ],
        theme,
    );
    ui.add_space(16.0);
    let action = |name: &str, value, chosen, allowed| ActionValue {
        name: name.into(),
        value,
        chosen,
        allowed,
    };
    action_values(
        ui,
        &[
            action("run all", Some(41.93), false, true),
            action("hold 1", Some(42.17), true, true),
            action("hold 1 and 2", Some(36.8), false, true),
            action("hold all", Some(31.02), false, true),
            action("repair", None, false, false),
        ],
        theme.series(0),
        theme,
    );
}

/// Where each chart hangs in the gallery.
const VALUES: egui::Rect = part(0.0, 0.0, 340.0, 300.0);
const POLICY: egui::Rect = part(340.0, 0.0, 300.0, 300.0);
const FINE: egui::Rect = part(640.0, 0.0, 360.0, 300.0);
const CURVES: egui::Rect = part(0.0, 300.0, 440.0, 300.0);
const BOUNDS: egui::Rect = part(440.0, 300.0, 300.0, 200.0);
const BARS: egui::Rect = part(740.0, 300.0, 260.0, 400.0);
const DIFFERENCES: egui::Rect = part(440.0, 500.0, 300.0, 200.0);

const fn part(x: f32, y: f32, wide: f32, tall: f32) -> egui::Rect {
    let (min, max) = (egui::pos2(x + 8.0, y + 8.0), egui::pos2(x + wide - 8.0, y + tall - 8.0));
    egui::Rect::from_min_max(min, max)
}

fn draw_charts(ui: &mut egui::Ui, theme: &Theme) {
    ui.painter().rect_filled(ui.max_rect(), 0.0, theme.panel);
    let mut hang = |place: egui::Rect, draw: &dyn Fn(&mut egui::Ui)| {
        ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| draw(ui));
    };
    let (sample, fine, small) =
        (Sample::new(11, theme), Sample::new(101, theme), Sample::new(5, theme));
    let policy = HeatMap { fill: Fill::Policy, ..sample.map() };
    let differences = HeatMap {
        scale: Scale::Differences { most: 42.0 },
        selected: None,
        present: Some((1, 1)),
        ..small.map()
    };
    for (place, map) in
        [(VALUES, sample.map()), (POLICY, policy), (FINE, fine.map()), (DIFFERENCES, differences)]
    {
        hang(place, &|ui| {
            heat_map(ui, &map, theme);
        });
    }
    hang(CURVES, &|ui| draw_curves(ui, theme));
    hang(BOUNDS, &|ui| draw_bounds(ui, theme));
    hang(BARS, &|ui| draw_bars(ui, theme));
}

#[test]
fn charts_in_the_gallery() {
    let Some(drawn) = gallery::show("charts", (1000, 700), draw_charts) else { return };
    for pixels in drawn {
        let theme = pixels.theme;
        let curve = theme.series(0);
        for (chart, place, colour, least) in [
            ("the lowest value", VALUES, viridis(0.0), 200),
            ("the highest value", VALUES, viridis(1.0), 200),
            ("a place never visited", VALUES, theme.quiet, 100),
            ("an action", POLICY, theme.series(1), 4_000),
            ("another action", POLICY, theme.series(2), 1_000),
            ("a third action", POLICY, theme.series(3), 1_000),
            ("the highest of many values", FINE, viridis(1.0), 200),
            ("the largest difference", DIFFERENCES, diverging(1.0), 100),
            ("a curve", CURVES, curve, 200),
            ("its band", CURVES, theme.band(curve, theme.panel), 2_000),
            ("a reference", CURVES, theme.series(1), 100),
            ("a bound", BOUNDS, theme.series(1), 100),
            ("what lies between", BOUNDS, theme.band(theme.series(1), theme.panel), 300),
            ("an action's value", BARS, mix(theme.raised, curve, 0.55), 1_000),
        ] {
            let seen = pixels.count(place, colour);
            assert!(seen > least, "{:?}: {seen} pixels of {chart}", theme.mode);
        }
        for condition in Condition::ALL {
            let seen = pixels.count(BARS, theme.condition(condition));
            assert!(seen > 30, "{:?}: {seen} pixels of {}", theme.mode, condition.name());
        }
    }
}

#[test]
fn the_key_says_which_action_has_no_mark() {
    let drawn = harness((420.0, 360.0), |ui, theme| {
        heat_map(ui, &Sample::new(11, theme).map(), theme);
    });
    let texts = gallery::texts(&drawn.output().shapes);
    let said = |words: &str| texts.iter().filter(|(text, _)| text.galley.text() == words).count();
    assert_eq!((said("unmarked: run all"), said("run all")), (1, 0));
    assert_eq!((said("hold 1"), said("hold 1 and 2")), (1, 1));
    assert!(said("1") > 4, "the key and the cells in which machine 1 is held");
}

#[test]
fn a_cell_says_its_value_and_action_and_a_click_returns_it() {
    let clicked = Rc::new(RefCell::new(None));
    let heard = clicked.clone();
    let sample = Sample::new(11, &Theme::DARK);
    let mut harness = harness((420.0, 360.0), move |ui, theme| {
        if let Some(cell) = heat_map(ui, &sample.map(), theme).clicked {
            *heard.borrow_mut() = Some(cell);
        }
    });
    let cell = "buffer 1 = 9, buffer 2 = 3: 34.49, hold 1";
    let there = harness.get_by_label(cell).rect();
    assert!(there.width() > 14.0, "cells of {there:?}");
    harness.get_by_label(cell).click();
    harness.run();
    assert_eq!(*clicked.borrow(), Some((9, 3)));
    harness.get_by_label_contains("buffer 1 = 10, buffer 2 = 10: never visited");
    harness.get_by_label_contains("buffer 1 = 0, buffer 2 = 10: no such state");
    harness.get_by_label_contains("buffer 1 = 8, buffer 2 = 0: 33.23, run all or hold 1");
}

#[test]
fn cells_lie_where_their_levels_say() {
    let sample = Sample::new(11, &Theme::DARK);
    let harness = harness((420.0, 360.0), move |ui, theme| {
        heat_map(ui, &sample.map(), theme);
    });
    let at = |words: &str| harness.get_by_label_contains(words).rect();
    let origin = at("buffer 1 = 0, buffer 2 = 0:");
    assert!(at("buffer 1 = 1, buffer 2 = 0:").left() > origin.left());
    assert!(at("buffer 1 = 0, buffer 2 = 1:").bottom() <= origin.top());
}

#[test]
fn a_chart_without_data_says_what_will_appear() {
    let mut drawn = harness((300.0, 200.0), |ui, theme| {
        let axis = Axis::log("beats");
        let chart = Curves {
            name: "distance to the optimum",
            x: &axis,
            y: &axis,
            series: &[],
            bounds: &[],
            references: &[],
            marks: &[],
            empty: "The distance to the optimum appears here as soon as the agent learns.",
        };
        let response = curves(ui, &chart, theme);
        assert_eq!(response.hovered, None);
    });
    drawn.run();
    drawn.get_by_label("distance to the optimum");
}

#[test]
fn curves_say_where_they_stand() {
    let drawn = harness((440.0, 300.0), draw_curves);
    drawn.get_by_label_contains("distance to the optimum; Q-learning 2.");
    let drawn = harness((440.0, 300.0), draw_bounds);
    drawn.get_by_label_contains("bounds; gain between 4.83");
}

#[test]
fn bars_say_their_shares_and_values() {
    let drawn = harness((260.0, 300.0), draw_bars);
    drawn.get_by_label_contains("Lathe: working 62\u{202F}%, starved 4\u{202F}%");
    drawn.get_by_label_contains("hold 1 ◂ chosen: 42.17");
    drawn.get_by_label_contains("repair: not allowed");
}
