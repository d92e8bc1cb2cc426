//! The line drawn with sample data: its words, its clicks, and what it looks like.

use super::scene::{BufferView, Element, Pace, PartView, Scene, Spot, StationView};
use super::view::{Clicked, line};
use crate::mdp::Condition;
use crate::workbench::gallery::{self, harness};
use crate::workbench::theme::Theme;
use crate::workbench::view::FigureView;
use egui_kittest::kittest::Queryable;
use std::cell::RefCell;
use std::rc::Rc;

fn figure(label: &str, value: &str, below: &str) -> FigureView {
    FigureView {
        label: label.into(),
        value: value.into(),
        below: below.into(),
        help: format!("what {label} means"),
    }
}

fn station(name: &str, condition: Condition) -> StationView {
    StationView {
        name: name.into(),
        condition,
        since: String::new(),
        work: (0.0, 1.0),
        failed_now: false,
        shares: Some([0.62, 0.1, 0.08, 0.1, 0.1, 0.0, 0.0]),
        bottleneck: false,
        machines: None,
        wear: String::new(),
    }
}

fn buffer(name: &str, level: u32, capacity: u32) -> BufferView {
    BufferView {
        name: name.into(),
        before: f64::from(level),
        level: level.into(),
        capacity,
        bad: None,
        under_way: None,
    }
}

/// The line of the look: held back, 8 of 10, working, 3 of 10, down.
pub fn three() -> Scene {
    let mut stations = vec![
        station("Lathe", Condition::HeldBack),
        station("Mill", Condition::Working),
        station("Press", Condition::Down),
    ];
    stations[1].bottleneck = true;
    stations[2].since = "4 min".into();
    let still = |buffer, places: u32| {
        (0..places).map(move |place| {
            let spot = Spot::Slot { buffer, place };
            PartView { from: spot, via: None, to: spot }
        })
    };
    let mut parts: Vec<_> = still(0, 8).chain(still(1, 2)).collect();
    parts.push(PartView {
        from: Spot::Station(0),
        via: None,
        to: Spot::Slot { buffer: 0, place: 8 },
    });
    parts.push(PartView { from: Spot::Station(1), via: None, to: Spot::Station(1) });
    parts.push(PartView {
        from: Spot::Station(1),
        via: None,
        to: Spot::Slot { buffer: 1, place: 2 },
    });
    Scene {
        figures: vec![
            figure("earned", "278.4 € / h", "± 1.9 · optimum 291.0"),
            figure("output", "46.1 / h", "± 0.3"),
            figure("in the line", "5.2 parts", "lead time 6.8 min"),
        ],
        ways_back: Vec::new(),
        order: vec![
            Element::Station(0),
            Element::Buffer(0),
            Element::Station(1),
            Element::Buffer(1),
            Element::Station(2),
        ],
        stations,
        buffers: vec![buffer("buffer 1", 8, 10), buffer("buffer 2", 3, 10)],
        parts,
        conditions: Condition::ALL[..5].to_vec(),
        pace: Pace::Beats(0.85),
        words: String::new(),
    }
}

fn long(count: u16, capacity: u32) -> Scene {
    let mut order = Vec::new();
    let mut stations = Vec::new();
    let mut buffers = Vec::new();
    for i in 0..count {
        order.push(Element::Station(i));
        let condition = Condition::ALL[usize::from(i) % 6];
        stations.push(station(&format!("Station {}", i + 1), condition));
        if i + 1 < count {
            order.push(Element::Buffer(i));
            buffers.push(buffer(
                &format!("buffer {}", i + 1),
                u32::from(i) * capacity / u32::from(count),
                capacity,
            ));
        }
    }
    stations[usize::from(count / 2)].bottleneck = true;
    let parts = (0..count - 1)
        .flat_map(|b| (0..buffers[usize::from(b)].level as u32).map(move |place| (b, place)))
        .map(|(buffer, place)| {
            let spot = Spot::Slot { buffer, place };
            PartView { from: spot, via: None, to: spot }
        })
        .collect();
    Scene { order, stations, buffers, parts, conditions: Condition::ALL.to_vec(), ..three() }
}

/// Shows a line and looks for the conditions of its stations and the parts in its buffers.
fn hang(name: &str, size: (u32, u32), scene: Scene) {
    let shown = scene.clone();
    let draw = move |ui: &mut egui::Ui, theme: &Theme| {
        line(ui, &shown, theme, &mut |_, _| {});
    };
    let parts = gallery::named(size, draw.clone());
    let Some(drawn) = gallery::show(name, size, draw) else { return };
    for pixels in drawn {
        let theme = pixels.theme;
        for station in &scene.stations {
            let place = parts.get_by_label_contains(&format!("{}:", station.name)).rect();
            // At full speed a station shows what it did most of the time.
            let rates = scene.pace == Pace::Rates;
            let condition = if rates { Condition::Working } else { station.condition };
            let seen = |place: egui::Rect| pixels.count(place, theme.condition(condition));
            let inside = seen(place.shrink(4.0));
            let (mode, what) = (theme.mode, condition.name());
            assert!(inside > 5, "{name}, {mode:?}: {inside} pixels of {} {what}", station.name);
            let edge = seen(place) - inside;
            let framed = rates || edge > 30;
            assert!(framed, "{name}, {mode:?}: {edge} pixels around {} {what}", station.name);
        }
        for buffer in &scene.buffers {
            let place = parts.get_by_label_contains(&format!("{} ·", buffer.name)).rect();
            let seen = pixels.count(place.shrink(1.0), theme.part);
            let share = buffer.level / f64::from(buffer.capacity);
            // A part or two of many are too thin to have a pixel of their full colour.
            let right = if share < 0.25 { seen == 0 || share > 0.0 } else { seen > 5 };
            let mode = theme.mode;
            assert!(
                right,
                "{name}, {mode:?}: {seen} pixels where {share} of {} is full",
                buffer.name
            );
        }
    }
}

#[test]
fn lines_in_the_gallery() {
    let size = (789, 432);
    hang("line_three", size, three());
    let mut rates = three();
    rates.pace = Pace::Rates;
    rates.buffers[0].level = 7.63;
    hang("line_rates", size, rates);
    for (count, capacity) in [(2, 100), (6, 10), (10, 20), (20, 10)] {
        hang(&format!("line_{count}"), size, long(count, capacity));
    }
    hang("line_small", (468, 330), three());
}

/// Several machines to a station, a way through a buffer, and bad parts that nobody sees.
fn mixed() -> Scene {
    let mut scene = three();
    scene.stations[0].wear = "worn 2".into();
    scene.stations[1].machines = Some((2, 3));
    scene.words = "time of day 7 of 24".into();
    scene.buffers[0].under_way = Some(3);
    scene.buffers[1].bad = Some(2);
    scene
}

#[test]
fn machines_bad_parts_and_ways_are_seen_and_said() {
    let size = (789, 432);
    hang("line_mixed", size, mixed());
    let draw = |ui: &mut egui::Ui, theme: &Theme| {
        line(ui, &mixed(), theme, &mut |_, _| {});
    };
    let parts = gallery::named(size, draw);
    parts.get_by_label("Lathe: held back · worn 2");
    parts.get_by_label("time of day 7 of 24");
    parts.get_by_label("Mill: working · 2 of 3 up, bottleneck");
    let way = parts.get_by_label("buffer 1 · 8 of 10, 3 on the way").rect();
    let bad = parts.get_by_label("buffer 2 · 3 of 10, 2 bad").rect();
    for theme in [Theme::DARK, Theme::LIGHT] {
        let Some(mixed) = gallery::pixels(size, theme, draw) else { return };
        let plain = gallery::pixels(size, theme, |ui, theme| {
            line(ui, &three(), theme, &mut |_, _| {});
        });
        let Some(plain) = plain else { return };
        let filled = |pixels: &gallery::Pixels| pixels.count(way, theme.part);
        assert!(filled(&mixed) < filled(&plain) * 3 / 4, "those on the way are hollow");
        assert!(mixed.count(bad, theme.error) > 10 && plain.count(bad, theme.error) == 0);
    }
}

#[test]
fn stations_and_buffers_say_what_they_are_and_can_be_clicked() {
    let clicked = Rc::new(RefCell::new(None));
    let heard = clicked.clone();
    let mut drawn = harness((789.0, 432.0), move |ui, theme| {
        if let Some(what) = line(ui, &three(), theme, &mut |_, _| {}) {
            *heard.borrow_mut() = Some(what);
        }
    });
    drawn.get_by_label("Lathe: held back");
    drawn.get_by_label("Press: down · 4 min");
    drawn.get_by_label("earned 278.4 € / h ± 1.9 · optimum 291.0");
    drawn.get_by_label("Mill: working, bottleneck").click();
    drawn.run();
    assert_eq!(*clicked.borrow(), Some(Clicked::Station(1)));
    drawn.get_by_label("buffer 1 · 8 of 10").click();
    drawn.run();
    assert_eq!(*clicked.borrow(), Some(Clicked::Buffer(0)));
}

#[test]
fn no_element_of_a_long_line_covers_another() {
    for count in [2, 3, 7, 12, 20] {
        let drawn = harness((789.0, 432.0), move |ui, theme| {
            line(ui, &long(count, 10), theme, &mut |_, _| {});
        });
        let boxes: Vec<_> = (1..=count)
            .map(|i| drawn.get_by_label_contains(&format!("Station {i}:")).rect())
            .collect();
        for (i, a) in boxes.iter().enumerate() {
            assert!(a.width() >= 16.0 && a.bottom() < 400.0, "{count}: {a:?}");
            for b in &boxes[..i] {
                assert!(!a.intersects(*b), "{count}: {a:?} covers {b:?}");
            }
        }
    }
}

#[test]
fn at_full_speed_shares_and_means_are_said() {
    let drawn = harness((789.0, 432.0), |ui, theme| {
        let mut scene = three();
        scene.pace = Pace::Rates;
        scene.buffers[0].level = 7.63;
        line(ui, &scene, theme, &mut |_, _| {});
    });
    drawn.get_by_label("Lathe: working 62\u{202F}%");
    drawn.get_by_label("buffer 1 · 7.6 of 10, on average");
}

#[test]
fn every_condition_is_seen_in_its_colour_in_both_modes() {
    for theme in [Theme::DARK, Theme::LIGHT] {
        let drawn = gallery::pixels((900, 432), theme, |ui, theme| {
            line(ui, &long(6, 10), theme, &mut |_, _| {});
        });
        let Some(pixels) = drawn else { return };
        let order = long(6, 10).order;
        // Below the figures (72 + 16 points) and above the key (40 points), as the view has it.
        let room = egui::Rect::from_min_max(egui::pos2(0.0, 88.0), egui::pos2(900.0, 392.0));
        let layout = super::layout::lay_out(&order, room);
        for (i, place) in layout.stations.iter().enumerate() {
            let condition = Condition::ALL[i];
            let inside = place.shrink(8.0);
            let own = pixels.count(inside, theme.condition(condition));
            assert!(own > 40, "{:?}: {own} pixels of {}", theme.mode, condition.name());
            for other in Condition::ALL.into_iter().filter(|other| *other != condition) {
                let wrong = pixels.count(inside, theme.condition(other));
                assert!(wrong < own / 4, "{} shows {}", condition.name(), other.name());
            }
        }
        let full = layout.buffers[4];
        assert!(pixels.count(full, theme.part) > 60, "the fifth buffer holds 6 parts");
        assert_eq!(pixels.count(layout.buffers[0], theme.part), 0, "the first is empty");
    }
}
