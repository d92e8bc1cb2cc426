//! Charts drawn with sample data: what they say, what a click returns, and what they look like.

use super::axis::Axis;
use super::bars::{ActionValue, TimeByCause, action_values, time_by_cause};
use super::curves::{Bounds, Curves, Reference, Series, curves};
use super::heat_map::{ActionMark, Choice, Fill, HeatMap, Scale, Side, Worth, heat_map};
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
            name: "policy and value",
            x: side("buffer 1, parts", "buffer 1"),
            y: side("buffer 2, parts", "buffer 2"),
            worth: &self.worth,
            choices: &self.choices,
            marks: &self.marks,
            value_title: "value, €",
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
            row("Lathe", [0.62, 0.04, 0.08, 0.06, 0.2, 0.0]),
            row("Mill", [0.81, 0.05, 0.02, 0.12, 0.0, 0.0]),
            row("Press with a very long name", [0.6, 0.22, 0.0, 0.12, 0.0, 0.06]),
            row("New", [0.0; 6]),
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

#[test]
fn charts_in_the_gallery() {
    gallery::show("charts", (1000, 700), |ui, theme| {
        ui.painter().rect_filled(ui.max_rect(), 0.0, theme.panel);
        let part = |x: f32, y: f32, w: f32, h: f32| {
            egui::Rect::from_min_size(egui::pos2(x, y), egui::vec2(w, h)).shrink(8.0)
        };
        let sample = Sample::new(11, theme);
        ui.scope_builder(egui::UiBuilder::new().max_rect(part(0.0, 0.0, 340.0, 300.0)), |ui| {
            heat_map(ui, &sample.map(), theme);
        });
        let policy = HeatMap { fill: Fill::Policy, ..sample.map() };
        ui.scope_builder(egui::UiBuilder::new().max_rect(part(340.0, 0.0, 300.0, 300.0)), |ui| {
            heat_map(ui, &policy, theme);
        });
        let fine = Sample::new(101, theme);
        ui.scope_builder(egui::UiBuilder::new().max_rect(part(640.0, 0.0, 360.0, 300.0)), |ui| {
            heat_map(ui, &fine.map(), theme);
        });
        ui.scope_builder(egui::UiBuilder::new().max_rect(part(0.0, 300.0, 440.0, 300.0)), |ui| {
            draw_curves(ui, theme);
        });
        ui.scope_builder(egui::UiBuilder::new().max_rect(part(440.0, 300.0, 300.0, 200.0)), |ui| {
            draw_bounds(ui, theme);
        });
        ui.scope_builder(egui::UiBuilder::new().max_rect(part(740.0, 300.0, 260.0, 400.0)), |ui| {
            draw_bars(ui, theme);
        });
        let small = Sample::new(5, theme);
        let map = HeatMap {
            scale: Scale::Differences { most: 42.0 },
            selected: None,
            present: Some((1, 1)),
            ..small.map()
        };
        ui.scope_builder(egui::UiBuilder::new().max_rect(part(440.0, 500.0, 300.0, 200.0)), |ui| {
            heat_map(ui, &map, theme);
        });
    });
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
