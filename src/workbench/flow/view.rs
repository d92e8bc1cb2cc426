//! Paints a picture of flows: racks that fill, belts that come closer, stations, gates and orders.

use super::belief;
use super::cards;
use super::inks::Inks;
use super::layout::{Layout, lay_out, way};
use super::scene::{Bar, Card, FlowScene, Node, What};
use crate::workbench::charts::hatch;
use crate::workbench::colour::mix;
use crate::workbench::glide::{along, ease};
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::line::icons;
use crate::workbench::line::key::{condition_key, key_figures};
use crate::workbench::theme::{HALF, RADIUS, STEP, Size, Theme};
use egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

/// Slots narrower than this become a level bar (points).
const NARROWEST_SLOT: f32 = 6.0;

/// Draws the picture over all the room there is and says which variable was clicked.
pub fn flow(ui: &mut Ui, scene: &FlowScene, theme: &Theme) -> Option<usize> {
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.ground);
    let top = key_figures(ui, rect, &scene.figures, theme);
    let mut bottom = condition_key(&painter, rect, &scene.conditions, theme);
    let room = rect.width() - 4.0 * STEP;
    let face = Face::small(theme.quiet);
    if let Some(text) = face.longest_that_fits(&painter, &scene.legend, room) {
        let at = pos2(rect.center().x, bottom - HALF);
        face.paint_within(&painter, Align2::CENTER_BOTTOM, at, text, room);
        bottom -= 22.0;
    }
    if let Some(notice) = &scene.notice {
        let at = pos2(rect.center().x, bottom - HALF);
        let face = Face::small(theme.warning);
        face.paint_within(&painter, Align2::CENTER_BOTTOM, at, notice, room);
        bottom -= 22.0;
    }
    let room = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), bottom));
    let words: Vec<f32> =
        scene.nodes.iter().map(|node| words_width(&painter, node, theme)).collect();
    let layout = lay_out(scene, &words, room);
    let inks = Inks::of(scene, theme);
    paint_links(&painter, scene, &layout, theme);
    for (number, (node, place)) in scene.nodes.iter().zip(&layout.nodes).enumerate() {
        paint_node(&painter, scene, node, *place, &inks, theme);
        let room = layout.words.get(number).copied().unwrap_or(place.width());
        paint_words(&painter, node, *place, (room, layout.low), theme);
    }
    paint_moves(&painter, scene, &layout, &inks);
    clicks(ui, scene, &layout)
}

fn words_width(painter: &Painter, node: &Node, theme: &Theme) -> f32 {
    let name = Face { size: Size::Small, ..Face::name(theme.text) };
    let words =
        node.words.first().map_or(0.0, |words| Face::small(theme.quiet).width(painter, words));
    name.width(painter, &node.name).max(words) + HALF
}

fn paint_links(painter: &Painter, scene: &FlowScene, layout: &Layout, theme: &Theme) {
    for (from, to) in &scene.links {
        let Some((a, b)) = layout.nodes.get(*from).zip(layout.nodes.get(*to)) else { continue };
        let corners = way(*a, *b);
        if let [.., before, end] = corners.as_slice() {
            let ahead = (*end - *before).normalized();
            let back = *end - ahead * 6.0;
            let side = vec2(-ahead.y, ahead.x) * 4.0;
            let head = vec![*end, back + side, back - side];
            painter.add(Shape::convex_polygon(head, theme.quiet, Stroke::NONE));
        }
        painter.add(Shape::line(corners, Stroke::new(2.0, theme.hairline)));
    }
}

/// So many parts that go the same way are seen one by one; of more the number is.
const ONE_BY_ONE: usize = 4;

/// What moved in this beat glides from where it was to where it is.
fn paint_moves(painter: &Painter, scene: &FlowScene, layout: &Layout, inks: &Inks) {
    let share = ease(scene.share);
    if share >= 1.0 {
        return;
    }
    for (place, ends) in scene.moves.iter().enumerate() {
        let before = scene.moves.iter().take(place).filter(|other| *other == ends).count();
        let all = scene.moves.iter().filter(|other| *other == ends).count();
        if all > ONE_BY_ONE && before > 0 {
            continue;
        }
        let (from, to) = *ends;
        let Some((a, b)) = layout.nodes.get(from).zip(layout.nodes.get(to)) else { continue };
        let mut corners = way(*a, *b);
        corners.insert(0, a.center());
        corners.push(b.center());
        let series = scene.nodes.get(to).map_or(0, |node| node.series);
        // Those that go the same way keep apart.
        let Some(at) = along(&corners, share - 0.06 * before as f32) else { continue };
        let colour = inks.of_number(series);
        if all > ONE_BY_ONE {
            let face = Face::small_on(colour);
            let words = all.to_string();
            let wide = face.width(painter, &words) + STEP;
            let load = Rect::from_center_size(at, vec2(wide, 16.0));
            painter.rect_filled(load, 3.0, colour);
            face.paint(painter, Align2::CENTER_CENTER, at, &words);
        } else {
            let part = Rect::from_center_size(at, vec2(9.0, 14.0));
            painter.rect_filled(part, 2.0, colour);
        }
    }
}

fn paint_words(
    painter: &Painter,
    node: &Node,
    place: Rect,
    (room, low): (f32, bool),
    theme: &Theme,
) {
    // Ways that run through words give way to them.
    let paint = |face: Face, anchor: Align2, at: Pos2, words: &str| {
        let galley = face.layout(painter, words, room);
        let rect = anchor.anchor_size(at, galley.size());
        if galley.size().x > 0.0 {
            painter.rect_filled(rect.expand2(vec2(3.0, 0.0)), 0.0, theme.ground);
        }
        painter.galley(rect.min, galley, face.colour);
    };
    let usual = Face::name(theme.text);
    let small = Face { size: Size::Small, ..usual };
    if low {
        // Name and state in one line above.
        let joined = |words: &String| match node.name.as_str() {
            "" => words.clone(),
            name => format!("{name} · {words}"),
        };
        let wordings: Vec<String> =
            node.words.iter().map(joined).chain([node.name.clone()]).collect();
        let face = Face::small(if node.name.is_empty() { theme.quiet } else { theme.text });
        if let Some(words) = face.longest_that_fits(painter, &wordings, room) {
            let at = place.center_top() - vec2(0.0, HALF / 2.0);
            paint(face, Align2::CENTER_BOTTOM, at, words);
        }
        return;
    }
    let face = if usual.width(painter, &node.name) <= room { usual } else { small };
    if !node.name.is_empty() {
        let at = place.center_top() - vec2(0.0, HALF);
        paint(face, Align2::CENTER_BOTTOM, at, &node.name);
    }
    let colour = match node.what {
        What::Station { condition, .. } | What::Veiled { condition, .. } => {
            theme.condition_text(condition)
        }
        What::Rack { level, .. } if level < 0.0 => theme.error,
        _ => theme.quiet,
    };
    let face = Face::small(colour);
    if let Some(words) = face.longest_that_fits(painter, &node.words, room) {
        let at = place.center_bottom() + vec2(0.0, HALF);
        paint(face, Align2::CENTER_TOP, at, words);
    }
}

fn paint_node(
    painter: &Painter,
    scene: &FlowScene,
    node: &Node,
    place: Rect,
    inks: &Inks,
    theme: &Theme,
) {
    let colour = inks.of_number(node.series);
    let corner = CornerRadius::same(RADIUS);
    match &node.what {
        What::Outside => {
            // A dotted way in or out.
            for i in 0..3 {
                let x = place.left() + place.width() * (0.2 + 0.3 * i as f32);
                painter.circle_filled(pos2(x, place.center().y), 3.0, theme.quiet);
            }
        }
        What::Rack { before, level, least, most } => {
            painter.rect_filled(place, corner, theme.raised);
            painter.rect_stroke(place, corner, theme.line(), StrokeKind::Inside);
            let moved = f64::from(ease(scene.share));
            let shown = before + (level - before) * moved;
            paint_rack(
                painter,
                place.shrink2(vec2(4.0, 7.0)),
                shown,
                (*least, *most),
                colour,
                theme,
            );
        }
        What::Belt { places, most, backwards } => {
            painter.rect_filled(place, corner, theme.raised);
            painter.rect_stroke(place, corner, theme.line(), StrokeKind::Inside);
            let moved = (ease(scene.share), *backwards);
            paint_belt(painter, place.shrink(3.0), places, *most, moved, colour, theme);
        }
        What::Station { condition, on } => {
            painter.rect_filled(place, corner, theme.panel);
            let edge = (place.width() * 0.035).clamp(1.5, 3.0);
            let stroke = Stroke::new(edge, theme.condition(*condition));
            painter.rect_stroke(place, corner, stroke, StrokeKind::Inside);
            let at = if on.is_empty() || place.height() < 48.0 {
                place.center()
            } else {
                let face = Face::small(theme.text);
                let foot = place.center_bottom() - vec2(0.0, STEP);
                face.paint_within(painter, Align2::CENTER_BOTTOM, foot, on, place.width() - STEP);
                place.center() - vec2(0.0, 9.0)
            };
            icons::paint(painter, at, place.width() * 0.18, *condition, scene.share, theme);
        }
        What::Veiled { condition, found } => {
            belief::veiled(painter, place, *condition, found.as_deref(), theme);
        }
        What::Bars(all) => belief::bars(painter, place, all, colour, theme),
        What::Gate { open } => {
            // A barrier, up or across the way.
            let post = Stroke::new(3.0, theme.quiet);
            let x = place.center().x - place.width() * 0.3;
            painter.vline(x, place.y_range(), post);
            let bar = if *open {
                [pos2(x, place.center().y), pos2(x + place.width() * 0.45, place.top())]
            } else {
                [pos2(x, place.center().y), pos2(place.right(), place.center().y)]
            };
            let colour = if *open { theme.good } else { theme.warning };
            painter.line_segment(bar, Stroke::new(4.0, colour));
        }
        What::Meter(share) => {
            painter.rect_filled(place, corner, theme.raised);
            let filled = place.with_max_x(place.left() + place.width() * share.clamp(0.0, 1.0));
            painter.rect_filled(filled, corner, colour);
            painter.rect_stroke(place, corner, theme.line(), StrokeKind::Inside);
        }
        What::Cards(cards) => cards::paint(painter, place, cards, inks, theme),
    }
    if node.late {
        let side = (place.width() * 0.28).clamp(10.0, 16.0);
        cards::late_sign(painter, place.right_top() + vec2(-side * 0.7, side * 0.7), side, theme);
    }
}

/// Slots where they are wide enough, else a bar; what is owed lies left of zero, hatched.
fn paint_rack(
    painter: &Painter,
    inner: Rect,
    level: f64,
    (least, most): (i32, i32),
    colour: Color32,
    theme: &Theme,
) {
    let high = most.max(i32::from(least >= 0));
    let (low, high) = (f64::from(least.min(0)), f64::from(high));
    // Where far more can be owed than held, zero stands at a third, and each side has its scale.
    let zero_at = if low < 0.0 { (-low / (high - low)).min(1.0 / 3.0) } else { 0.0 };
    let pitch = inner.width() / (high - low) as f32;
    let slots = pitch >= NARROWEST_SLOT && high - low <= 64.0;
    let uniform = slots || high <= 0.0 || -low <= high / 2.0;
    let x = |level: f64| {
        let share = if uniform {
            (level - low) / (high - low)
        } else if level < 0.0 {
            zero_at * (1.0 - level / low)
        } else {
            zero_at + (1.0 - zero_at) * level / high
        };
        inner.left() + share.clamp(0.0, 1.0) as f32 * inner.width()
    };
    let zero = x(0.0);
    if slots {
        let edge = Stroke::new(1.0, mix(theme.raised, theme.hairline, 0.6));
        for slot in 0..(high - low) as i32 {
            let from = low + f64::from(slot);
            let place = Rect::from_x_y_ranges(x(from) + 1.0..=x(from + 1.0) - 1.0, inner.y_range());
            painter.rect_stroke(place, 2.0, edge, StrokeKind::Inside);
            // The last part is drawn as far as it has come.
            let filled = if from >= 0.0 { level - from } else { from + 1.0 - level };
            if filled > 0.0 {
                let ink = if from >= 0.0 { colour } else { theme.error };
                let ink = mix(theme.raised, ink, filled.min(1.0) as f32);
                if from >= 0.0 {
                    painter.rect_filled(place, 2.0, ink);
                } else {
                    owed(painter, place, ink);
                }
            }
        }
    } else if level > 0.0 {
        let bar = Rect::from_x_y_ranges(zero..=x(level).max(zero + 1.0), inner.y_range());
        painter.rect_filled(bar, 2.0, colour);
    } else if level < 0.0 {
        owed(painter, Rect::from_x_y_ranges(x(level)..=zero, inner.y_range()), theme.error);
    }
    if low < 0.0 {
        painter.vline(zero, inner.expand2(vec2(0.0, 4.0)).y_range(), Stroke::new(1.5, theme.quiet));
    }
}

/// What is owed is hollow: an edge and hatching.
fn owed(painter: &Painter, place: Rect, ink: Color32) {
    let mut lines = Vec::new();
    hatch::lines(place, 5.0, Stroke::new(1.0, ink), &mut lines);
    painter.extend(lines);
    painter.rect_stroke(place, 2.0, Stroke::new(1.0, ink), StrokeKind::Inside);
}

fn paint_belt(
    painter: &Painter,
    inner: Rect,
    places: &[i32],
    most: i32,
    (share, backwards): (f32, bool),
    colour: Color32,
    theme: &Theme,
) {
    let pitch = inner.width() / places.len().max(1) as f32;
    let ahead = if backwards { -1.0 } else { 1.0 };
    for (i, &load) in places.iter().enumerate() {
        let left = inner.left() + i as f32 * pitch;
        let cell = Rect::from_x_y_ranges(left + 1.0..=left + pitch - 1.0, inner.y_range());
        let edge = Stroke::new(1.0, mix(theme.raised, theme.hairline, 0.6));
        painter.rect_stroke(cell, 2.0, edge, StrokeKind::Inside);
        if load <= 0 {
            continue;
        }
        // It has come here from one place before.
        let first = if backwards { i + 1 == places.len() } else { i == 0 };
        let behind = if first { 0.0 } else { (share - 1.0) * pitch * ahead };
        let cell = cell.translate(vec2(behind, 0.0));
        let high = (load as f32 / most.max(1) as f32).clamp(0.15, 1.0) * cell.height();
        let filled = cell.with_min_y(cell.bottom() - high);
        painter.rect_filled(filled, 2.0, colour);
        if pitch >= 16.0 {
            // On the bar where that is high enough, else in the room above it.
            let (face, at) = match high >= 12.0 {
                true => (Face::small_on(colour), filled.center()),
                false => {
                    let middle = (cell.top() + filled.top()) / 2.0;
                    (Face::small(theme.text), pos2(cell.center().x, middle))
                }
            };
            face.paint(painter, Align2::CENTER_CENTER, at, &load.to_string());
        }
    }
}

/// What a node says to who cannot see it, and over the pointer.
fn said(node: &Node) -> String {
    let cards = match &node.what {
        What::Cards(cards) => {
            let each = cards.iter().filter(|card| !card.title.is_empty());
            let say = |card: &Card| {
                let next = if card.next { ", next" } else { "" };
                format!("{} {}", card.title, card.note).trim().to_owned() + next
            };
            each.map(say).collect::<Vec<_>>().join(", ")
        }
        What::Bars(all) => {
            let say = |bar: &Bar| format!("{} {}", bar.label, bar.words);
            all.iter().map(say).collect::<Vec<_>>().join(", ")
        }
        What::Station { on, .. } => on.clone(),
        What::Veiled { found, .. } => found.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let words = node.words.first().cloned().unwrap_or_default();
    let parts = [words, cards].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    if node.name.is_empty() {
        return parts.join(", ");
    }
    if parts.is_empty() {
        node.name.clone()
    } else {
        format!("{}: {}", node.name, parts.join(", "))
    }
}

fn clicks(ui: &Ui, scene: &FlowScene, layout: &Layout) -> Option<usize> {
    let mut clicked = None;
    for (i, (node, place)) in scene.nodes.iter().zip(&layout.nodes).enumerate() {
        let text = said(node);
        let sense = if node.variable.is_some() { Sense::click() } else { Sense::hover() };
        let kind = if node.variable.is_some() { WidgetType::Button } else { WidgetType::Image };
        let response = ui.interact(*place, ui.id().with(("node", i)), sense);
        response.widget_info(|| WidgetInfo::labeled(kind, true, &text));
        if response.clicked() {
            clicked = node.variable;
        }
        if !text.is_empty() {
            let all = std::iter::once(&text).chain(&node.more);
            response.tip(all.map(String::as_str).collect::<Vec<_>>().join("\n"));
        }
    }
    clicked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::{Condition, Place};
    use crate::workbench::gallery::{self, harness};
    use egui_kittest::kittest::Queryable;
    use std::cell::RefCell;
    use std::rc::Rc;

    fn sample() -> FlowScene {
        let mut scene = FlowScene { share: 0.4, ..Default::default() };
        let source = scene.add(Node::new("arrivals", 0, 0.0, What::Outside).at(Place::Supply));
        let gate = scene.add(Node::new("door", 1, 0.0, What::Gate { open: true }).saying("admits"));
        let rack = Node::rack("waiting", (2, 0.0), (2, 3), (0, 8)).across(4);
        let rack = scene.add(rack.at(Place::Buffer(0)));
        let on = Node::new(
            "server",
            3,
            0.0,
            What::Station { condition: Condition::Working, on: "red".into() },
        );
        let station = scene.add(on.saying("working").at(Place::Station(0)));
        let sink = scene.add(Node::new("served", 4, 0.0, What::Outside).at(Place::Customer));
        scene.join(&[source, gate, rack, station, sink]);
        let owed = scene.add(Node::rack("store", (2, 1.0), (-1, -2), (-4, 8)).coloured(1));
        let belt = What::Belt { places: vec![0, 3, 1], most: 4, backwards: false };
        let belt =
            scene.add(Node::new("on the way", 1, 1.0, belt).coloured(1).saying("4 in 3 beats"));
        let cards = vec![
            Card { left: Some(0.6), next: true, ..Card::new("chair, oak", "due in 3", 2) },
            Card { late: true, ..Card::new("table", "late", 3) },
            Card::free(),
        ];
        let cards = scene.add(Node::new("orders", 3, 1.0, What::Cards(cards)));
        scene.add(Node::new("energy", 4, 1.0, What::Meter(0.6)).saying("3 of 5"));
        scene.join(&[belt, owed, cards]);
        scene.moves_from_to(Place::Buffer(0), Place::Station(0));
        scene.moves_from_to(Place::Station(0), Place::Customer);
        scene.conditions = vec![Condition::Working, Condition::Starved];
        scene.legend = vec!["hatched: what is owed".into()];
        scene
    }

    #[test]
    fn flows_in_the_gallery() {
        let size = (789, 432);
        let draw = |ui: &mut Ui, theme: &Theme| {
            flow(ui, &sample(), theme);
        };
        let parts = gallery::named(size, draw);
        let rack = parts.get_by_label("waiting: 3 of 8").rect();
        let owed = parts.get_by_label("store: 2 owed").rect();
        let station = parts.get_by_label("server: working, red").rect();
        let Some(drawn) = gallery::show("flow", size, draw) else { return };
        for pixels in drawn {
            let theme = pixels.theme;
            assert!(pixels.count(rack, theme.series(0)) > 200, "two parts lie there for sure");
            assert!(pixels.count(owed, theme.error) > 40);
            assert_eq!(pixels.count(owed, theme.series(1)), 0, "nothing is there that is owed");
            assert!(pixels.count(station, theme.condition(Condition::Working)) > 100);
        }
    }

    #[test]
    fn moves_know_their_ends() {
        let scene = sample();
        assert_eq!(scene.moves, [(2, 3), (3, 4)]);
    }

    #[test]
    fn a_stock_can_be_clicked_and_a_server_not() {
        let clicked = Rc::new(RefCell::new(None));
        let heard = clicked.clone();
        let mut drawn = harness((789.0, 432.0), move |ui, theme| {
            if let Some(variable) = flow(ui, &sample(), theme) {
                *heard.borrow_mut() = Some(variable);
            }
        });
        drawn.get_by_label("server: working, red").click();
        drawn.run();
        assert_eq!(*clicked.borrow(), None);
        drawn.get_by_label("waiting: 3 of 8").click();
        drawn.run();
        assert_eq!(*clicked.borrow(), Some(4));
        drawn.get_by_label("orders: chair, oak due in 3, next, table late");
    }
}
