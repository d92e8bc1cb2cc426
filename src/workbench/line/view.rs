//! Paints a line: stations with their conditions, buffers that fill, parts that glide.

use super::icons;
use super::key::{condition_key, key_figures};
use super::layout::{Layout, SLOT_INSET, lay_out};
use super::loops;
use super::scene::{BufferView, Pace, PartView, Scene, Spot, StationView};
use crate::mdp::Condition;
use crate::workbench::colour::mix;
use crate::workbench::glide::{self, ease};
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::panels::button::popover;
use crate::workbench::panels::change;
use crate::workbench::theme::{HALF, RADIUS, STEP, Size, Theme};
use egui::{
    Align2, CornerRadius, Painter, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType,
    pos2, vec2,
};

/// Slots narrower than this become a level bar (points).
const NARROWEST_SLOT: f32 = 6.0;

/// A buffer narrower than this has its words above it (points).
const NARROW: f32 = 48.0;

/// By when in a beat a part has come to its station, and when it leaves it.
const IN: f32 = 0.35;
const OUT: f32 = 0.65;

/// What was clicked on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clicked {
    /// A station, by number.
    Station(u16),
    /// A buffer, by number.
    Buffer(u16),
}

/// Draws the line over all the room there is and says what was clicked. `station` draws what opens
/// beside a station that is clicked.
pub fn line(
    ui: &mut Ui,
    scene: &Scene,
    theme: &Theme,
    station: &mut dyn FnMut(&mut Ui, u16),
) -> Option<Clicked> {
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.ground);
    let top = key_figures(ui, rect, &scene.figures, theme);
    let bottom = condition_key(&painter, rect, &scene.conditions, theme);
    let room = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), bottom));
    let layout = lay_out(&scene.order, room);
    paint_line_words(ui, rect, &scene.words, theme);
    paint_belt(&painter, &layout, theme);
    loops::paint(&painter, scene, &layout, top, theme);
    paint_parts(&painter, scene, &layout, top, theme, Layer::UnderBars);
    for (buffer, place) in scene.buffers.iter().zip(&layout.buffers) {
        paint_buffer(&painter, scene, buffer, *place, theme);
    }
    for (station, place) in scene.stations.iter().zip(&layout.stations) {
        paint_station(&painter, scene, station, *place, &layout, theme);
    }
    paint_parts(&painter, scene, &layout, top, theme, Layer::OnTop);
    clicks(ui, scene, &layout, station)
}

/// What holds for the whole line, left of the key of the conditions.
fn paint_line_words(ui: &Ui, rect: Rect, words: &str, theme: &Theme) {
    if words.is_empty() {
        return;
    }
    let at = pos2(rect.left() + 3.0 * STEP, rect.bottom() - 3.0 * STEP);
    let face = Face::small(theme.quiet);
    // The key of the conditions has the rest.
    let room = (0.45 * rect.width()).max(190.0);
    let place = face.paint_within(ui.painter(), Align2::LEFT_CENTER, at, words, room);
    let said = ui.interact(place, ui.id().with("line"), Sense::hover());
    said.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
}

fn paint_belt(painter: &Painter, layout: &Layout, theme: &Theme) {
    let stroke = Stroke::new((6.0 * layout.scale).max(3.0), theme.hairline);
    painter.line(layout.belt.corners.clone(), stroke);
}

/// Whether a buffer of this capacity and width shows single slots.
fn has_slots(scene: &Scene, capacity: u32, width: f32) -> bool {
    matches!(scene.pace, Pace::Beats(_))
        && (width - 2.0 * SLOT_INSET) / capacity.max(1) as f32 >= NARROWEST_SLOT
}

fn progress(scene: &Scene) -> f32 {
    match scene.pace {
        Pace::Beats(share) => share.clamp(0.0, 1.0),
        Pace::Rates => 1.0,
    }
}

fn paint_buffer(painter: &Painter, scene: &Scene, buffer: &BufferView, place: Rect, theme: &Theme) {
    let corner = CornerRadius::same(RADIUS);
    painter.rect_filled(place, corner, theme.raised);
    painter.rect_stroke(place, corner, theme.line(), StrokeKind::Inside);
    let capacity = buffer.capacity.max(1);
    let inner = place.shrink2(vec2(SLOT_INSET, place.height() * 0.175));
    if has_slots(scene, capacity, place.width()) {
        let pitch = inner.width() / capacity as f32;
        let edge = Stroke::new(1.0, mix(theme.raised, theme.hairline, 0.6));
        for i in 0..capacity {
            let centre = pos2(inner.left() + (i as f32 + 0.5) * pitch, inner.center().y);
            let slot = Rect::from_center_size(centre, vec2(part_width(pitch), inner.height()));
            painter.rect_stroke(slot, 2.0, edge, StrokeKind::Inside);
        }
    } else {
        let moved = ease(progress(scene));
        let level = buffer.before + (buffer.level - buffer.before) * f64::from(moved);
        let level = if scene.pace == Pace::Rates { buffer.level } else { level };
        let share = (level / f64::from(capacity)).clamp(0.0, 1.0) as f32;
        if share > 0.0 {
            // It fills from its exit, like the slots.
            let bar = inner.with_min_x(inner.right() - inner.width() * share);
            painter.rect_filled(bar, 2.0, theme.part);
        }
    }
    if let Some(bad) = buffer.bad.filter(|bad| *bad > 0) {
        // Which of them are bad nobody knows: how many is a bar along the foot.
        let share = (bad as f32 / capacity as f32).min(1.0);
        let foot =
            Rect::from_x_y_ranges(inner.x_range(), place.bottom() - 6.0..=place.bottom() - 2.0);
        let bar = foot.with_min_x(foot.right() - foot.width() * share);
        painter.rect_filled(bar, 1.0, theme.error);
    }
    let face = Face::small(theme.quiet);
    let words = buffer_words(scene, buffer);
    if place.width() >= NARROW {
        let room = place.width() + 4.0 * HALF;
        if let Some(text) = face.longest_that_fits(painter, &words, room) {
            let at = place.center_bottom() + vec2(0.0, STEP);
            face.paint_within(painter, Align2::CENTER_TOP, at, text, room);
        }
        let at = place.center_bottom() + vec2(0.0, STEP + 16.0);
        match (buffer.bad, buffer.under_way) {
            (Some(bad), _) if bad > 0 => {
                let face = Face::small(theme.error);
                face.paint_within(painter, Align2::CENTER_TOP, at, &format!("{bad} bad"), room);
            }
            (_, Some(way)) if way > 0 => {
                let words = [format!("{way} on the way"), way.to_string()];
                if let Some(text) = face.longest_that_fits(painter, &words, room) {
                    face.paint_within(painter, Align2::CENTER_TOP, at, text, room);
                }
            }
            _ => {}
        }
        return;
    }
    // Where machines stand close together there is room above it, beside no other words.
    let room = place.width() + 2.0 * HALF;
    let text = face.longest_that_fits(painter, &words, room);
    if let Some(text) = text.filter(|text| face.width(painter, text) <= room) {
        let at = place.center_top() - vec2(0.0, HALF);
        face.paint(painter, Align2::CENTER_BOTTOM, at, text);
    }
}

/// "buffer 1 · 8 of 10", and shorter.
fn buffer_words(scene: &Scene, buffer: &BufferView) -> Vec<String> {
    let decimals = usize::from(scene.pace == Pace::Rates);
    let level = number::fixed(buffer.level, decimals);
    let capacity = number::count(u64::from(buffer.capacity));
    let name = &buffer.name;
    vec![
        format!("{name} · {level} of {capacity}"),
        format!("{level} of {capacity}"),
        format!("{level}/{capacity}"),
        level,
    ]
}

fn part_width(pitch: f32) -> f32 {
    (pitch - 2.0).clamp(2.0, 10.0)
}

#[derive(PartialEq, Eq)]
enum Layer {
    UnderBars,
    OnTop,
}

fn paint_parts(
    painter: &Painter,
    scene: &Scene,
    layout: &Layout,
    top: f32,
    theme: &Theme,
    layer: Layer,
) {
    if scene.pace == Pace::Rates {
        return;
    }
    let share = progress(scene);
    let moved = ease(share);
    let capacity = |i: u16| scene.buffers.get(usize::from(i)).map_or(1, |b| b.capacity);
    let in_bar = |spot: Spot| match spot {
        Spot::Slot { buffer, .. } => {
            let width = layout.buffers.get(usize::from(buffer)).map_or(0.0, |r| r.width());
            !has_slots(scene, capacity(buffer), width)
        }
        _ => false,
    };
    // What came last into a buffer with a way through it cannot be taken yet.
    let on_the_way = |spot: Spot| match spot {
        Spot::Slot { buffer, place } => {
            scene.buffers.get(usize::from(buffer)).is_some_and(|view| {
                view.under_way.is_some_and(|way| f64::from(place) + f64::from(way) >= view.level)
            })
        }
        _ => false,
    };
    // What was worked on glides in, and then out.
    let (into, left) = (ease(share / IN), ease((share - OUT) / (1.0 - OUT)));
    for part in &scene.parts {
        let hidden = in_bar(part.from) || in_bar(part.to);
        if hidden != (layer == Layer::UnderBars) || (hidden && part.from == part.to) {
            continue;
        }
        let along = |spot| layout.along(spot, capacity);
        let back = loops::goes_back(scene, part).filter(|_| share > OUT && share < 1.0);
        let corners = back.and_then(|way| loops::way_back(scene, layout, way, top));
        if let Some(at) = corners.and_then(|corners| glide::along(&corners, left)) {
            // It leaves its station on the way back instead of along the belt.
            let place = Rect::from_center_size(at, part_size(scene, layout, part));
            painter.rect_filled(place, 2.0, theme.part);
            continue;
        }
        let at = match part.via {
            Some(station) => {
                // It glides in, is worked on, and glides out.
                let station = along(Spot::Station(station));
                along(part.from) * (1.0 - into) + station * (into - left) + along(part.to) * left
            }
            None => along(part.from) + (along(part.to) - along(part.from)) * moved,
        };
        let size = part_size(scene, layout, part);
        let place = Rect::from_center_size(layout.belt.at(at), size);
        if on_the_way(part.to) {
            painter.rect_filled(place, 2.0, theme.raised);
            let edge = Stroke::new(1.5, theme.part);
            painter.rect_stroke(place, 2.0, edge, StrokeKind::Inside);
        } else {
            painter.rect_filled(place, 2.0, theme.part);
        }
    }
}

/// A part is as wide as the narrower of the slots it comes from and goes to.
fn part_size(scene: &Scene, layout: &Layout, part: &PartView) -> egui::Vec2 {
    let slot = |spot: Spot| match spot {
        Spot::Slot { buffer, .. } => {
            let buffer = usize::from(buffer);
            let (view, place) = (scene.buffers.get(buffer)?, layout.buffers.get(buffer)?);
            Some((place.width() - 2.0 * SLOT_INSET) / view.capacity.max(1) as f32)
        }
        _ => None,
    };
    let pitch = [slot(part.from), slot(part.to)].into_iter().flatten().fold(12.0, f32::min);
    vec2(part_width(pitch.max(NARROWEST_SLOT)), (26.0 * layout.scale).max(10.0))
}

fn paint_station(
    painter: &Painter,
    scene: &Scene,
    station: &StationView,
    place: Rect,
    layout: &Layout,
    theme: &Theme,
) {
    let share = progress(scene);
    let shake = if station.failed_now && share < 1.0 {
        (share * 6.0 * std::f32::consts::PI).sin() * (1.0 - share) * 4.0 * layout.scale
    } else {
        0.0
    };
    let square = place.translate(vec2(shake, 0.0));
    let corner = CornerRadius::same((f32::from(RADIUS) * 1.5 * layout.scale).max(3.0) as u8);
    let edge = (3.0 * layout.scale).max(1.5);
    painter.rect_filled(square, corner, theme.panel);
    let rates = scene.pace == Pace::Rates;
    match (rates, station.shares) {
        (true, Some(shares)) => {
            paint_shares(painter, square.shrink(edge), &shares, theme);
            let stroke = Stroke::new(edge, theme.hairline);
            painter.rect_stroke(square, corner, stroke, StrokeKind::Inside);
        }
        _ => {
            let stroke = Stroke::new(edge, theme.condition(station.condition));
            painter.rect_stroke(square, corner, stroke, StrokeKind::Inside);
            let done = station.work.0 + (station.work.1 - station.work.0) * share;
            let radius = place.width() * 0.2;
            icons::paint(painter, square.center(), radius, station.condition, done, theme);
            if let Some((up, of)) = station.machines {
                paint_machines(painter, square.shrink(edge), up, of, theme);
            }
        }
    }
    paint_station_words(painter, scene, station, place, layout, theme);
}

/// The machines of a station along its foot: those up filled, those down hollow; a figure where they
/// are many.
fn paint_machines(painter: &Painter, inner: Rect, up: u32, of: u32, theme: &Theme) {
    let (side, pitch) = (7.0, 10.0);
    let wide = of as f32 * pitch;
    if wide > inner.width() - HALF {
        let at = inner.center_bottom() - vec2(0.0, 1.0);
        let face = Face::small(theme.text);
        face.paint(painter, Align2::CENTER_BOTTOM, at, &format!("{up}/{of}"));
        return;
    }
    for machine in 0..of {
        let x = inner.center().x - wide / 2.0 + (machine as f32 + 0.5) * pitch;
        let square = Rect::from_center_size(pos2(x, inner.bottom() - 8.0), vec2(side, side));
        if machine < up {
            painter.rect_filled(square, 1.0, theme.text);
        } else {
            let edge = Stroke::new(1.5, theme.condition(Condition::Down));
            painter.rect_stroke(square, 1.0, edge, StrokeKind::Inside);
        }
    }
}

/// At full speed a station is filled from below by its time in each condition.
fn paint_shares(painter: &Painter, area: Rect, shares: &[f64; Condition::COUNT], theme: &Theme) {
    let total: f64 = shares.iter().sum();
    if !(total.is_finite() && total > 0.0) {
        return;
    }
    let mut bottom = area.bottom();
    for (condition, share) in Condition::ALL.into_iter().zip(shares) {
        let height = (share / total).max(0.0) as f32 * area.height();
        let part = Rect::from_x_y_ranges(area.x_range(), bottom - height..=bottom);
        bottom -= height;
        if height >= 0.5 {
            painter.rect_filled(part, 0.0, theme.condition(condition));
            if height >= 14.0 {
                let sign = Rect::from_center_size(part.center(), vec2(10.0, 10.0));
                icons::paint_sign(painter, sign, condition, theme);
            }
        }
    }
}

fn paint_station_words(
    painter: &Painter,
    scene: &Scene,
    station: &StationView,
    place: Rect,
    layout: &Layout,
    theme: &Theme,
) {
    let middle = place.center().x;
    let room = layout.words.max(place.width());
    let (name, words) = name_words(painter, scene, &station.name, room, theme);
    let at = pos2(middle, place.top() - STEP);
    name.paint_within(painter, Align2::CENTER_BOTTOM, at, words, room);

    let (condition, words) = condition_words(scene, station);
    let face = Face::small(theme.condition_text(condition));
    let mut y = place.bottom() + STEP;
    // On a line so long that no word has room, colours and signs say it alone.
    if let Some(text) = words.iter().find(|text| face.width(painter, text) <= room) {
        face.paint(painter, Align2::CENTER_TOP, pos2(middle, y), text);
    }
    y += 22.0;
    if let Some(share) = station.utilisation() {
        let wide = (place.width() * 2.0 / 3.0).max(20.0);
        let track = Rect::from_center_size(pos2(middle, y + 2.0), vec2(wide, 4.0));
        painter.rect_filled(track, 2.0, theme.hovered);
        let filled = track.with_max_x(track.left() + wide * share.clamp(0.0, 1.0) as f32);
        painter.rect_filled(filled, 2.0, theme.condition(Condition::Working));
    }
    if station.bottleneck {
        y += 12.0;
        let face = Face::small(theme.warning);
        let words = ["▲ bottleneck".to_owned(), "▲".to_owned()];
        if let Some(text) = face.longest_that_fits(painter, &words, room) {
            face.paint(painter, Align2::CENTER_TOP, pos2(middle, y), text);
        }
    }
}

/// A station's name, in a smaller face where it has no room, and where not all have room even so,
/// without what all have in common: of "machine 1" to "machine 20" the numbers.
fn name_words<'n>(
    painter: &Painter,
    scene: &Scene,
    name: &'n str,
    room: f32,
    theme: &Theme,
) -> (Face, &'n str) {
    let usual = Face::name(theme.text);
    let small = Face { size: Size::Small, ..usual };
    let names = || scene.stations.iter().map(|station| station.name.as_str());
    if names().all(|name| small.width(painter, name) <= room) {
        let face = if usual.width(painter, name) <= room { usual } else { small };
        return (face, name);
    }
    let shared = |one: &str, other: &str| {
        let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
        same.map(|(letter, _)| letter.len_utf8()).sum::<usize>()
    };
    let common = names().map(|other| shared(name, other)).min().unwrap_or(0);
    // Words stay whole.
    let words = name.get(..common).and_then(|common| common.rfind(' ')).map_or(0, |at| at + 1);
    (small, name.get(words..).unwrap_or(name))
}

/// "down · 4 min", and shorter; at full speed "working 62 %".
fn condition_words(scene: &Scene, station: &StationView) -> (Condition, Vec<String>) {
    if let (Pace::Rates, Some((condition, share))) = (scene.pace, station.mostly()) {
        let percent = number::percent(share, 0);
        return (condition, vec![format!("{} {percent}", condition.name()), percent]);
    }
    let name = station.condition.name();
    let mut words = vec![name.to_owned()];
    if let Some((up, of)) = station.machines.filter(|(up, of)| up < of && *up > 0) {
        words.insert(0, format!("{name} · {up} of {of} up"));
    }
    if !station.wear.is_empty() {
        words.insert(0, format!("{name} · {}", station.wear));
    }
    if !station.since.is_empty() {
        words.insert(0, format!("{name} · {}", station.since));
    }
    (station.condition, words)
}

fn clicks(
    ui: &Ui,
    scene: &Scene,
    layout: &Layout,
    menu: &mut dyn FnMut(&mut Ui, u16),
) -> Option<Clicked> {
    let mut clicked = None;
    for (i, (station, place)) in (0u16..).zip(scene.stations.iter().zip(&layout.stations)) {
        let (_, words) = condition_words(scene, station);
        let mut text = format!("{}: {}", station.name, words.first().map_or("", String::as_str));
        if station.bottleneck {
            text += ", bottleneck";
        }
        let response = ui.interact(*place, ui.id().with(("station", i)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &text));
        if response.clicked() {
            clicked = Some(Clicked::Station(i));
        }
        popover(ui, &response, change::WIDTH, |ui| menu(ui, i));
        if response.hovered() {
            response.on_hover_ui(|ui| station_tip(ui, station));
        }
    }
    for (i, (buffer, place)) in (0u16..).zip(scene.buffers.iter().zip(&layout.buffers)) {
        let words = buffer_words(scene, buffer);
        let text = words.first().map_or("", String::as_str);
        let mean = if scene.pace == Pace::Rates { ", on average" } else { "" };
        let mut text = format!("{text}{mean}");
        if let Some(way) = buffer.under_way {
            text += &format!(", {way} on the way");
        }
        if let Some(bad) = buffer.bad {
            text += &format!(", {bad} bad");
        }
        let text = &text;
        let response = ui.interact(*place, ui.id().with(("buffer", i)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, text));
        if response.clicked() {
            clicked = Some(Clicked::Buffer(i));
        }
        response.tip(text);
    }
    clicked
}

fn station_tip(ui: &mut Ui, station: &StationView) {
    ui.strong(&station.name);
    if let Some((up, of)) = station.machines {
        ui.label(format!("{up} of {of} machines up"));
    }
    if station.bottleneck {
        ui.label("bottleneck: it waits least for parts, for room, or to be switched on");
    }
    let Some(shares) = station.shares else { return };
    for (condition, share) in Condition::ALL.into_iter().zip(shares) {
        if share > 0.0 {
            ui.label(format!("{} {}", condition.name(), number::percent(share, 1)));
        }
    }
}
