//! What each station did in the latest beats: a strip a station, one colour a condition.

use super::axis::Axis;
use super::hatch;
use crate::mdp::Condition;
use crate::workbench::colour::ink_on;
use crate::workbench::language::said;
use crate::workbench::lettering::Face;
use crate::workbench::line::icons;
use crate::workbench::number;
use crate::workbench::theme::{HALF, STEP, Theme};
use egui::{
    Align2, Mesh, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, WidgetType, pos2,
};

/// The most that a strip is high (points).
const HIGHEST: f32 = 36.0;
/// A run of beats at least so wide has its condition's sign (points).
const SIGN: f32 = 20.0;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gantt<'a> {
    /// The accessible name.
    pub name: &'a str,
    /// The stations' names.
    pub stations: &'a [String],
    /// The first beat that is shown, counted from 1.
    pub first: u64,
    /// A list a station: its condition in each beat from the first on.
    pub conditions: &'a [Vec<Condition>],
}

/// Beats one after another in which a station is in one condition: from, to (exclusive), which.
fn runs(conditions: &[Condition]) -> Vec<(usize, usize, Condition)> {
    let mut found: Vec<(usize, usize, Condition)> = Vec::new();
    for (beat, condition) in conditions.iter().enumerate() {
        match found.last_mut() {
            Some((_, to, last)) if last == condition => *to = beat + 1,
            _ => found.push((beat, beat + 1, *condition)),
        }
    }
    found
}

/// Draws the strips over all the room there is.
pub fn gantt(ui: &mut Ui, chart: &Gantt<'_>, theme: &Theme) -> Response {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, chart.name));
    let painter = ui.painter_at(rect);
    let beats = chart.conditions.first().map_or(0, Vec::len);
    let face = Face::small(theme.quiet);
    if beats == 0 {
        let words = "What each station does appears here as beats are played.";
        face.paint(&painter, Align2::CENTER_CENTER, rect.center(), words);
        return response;
    }
    let names = chart.stations.iter().map(|name| face.width(&painter, name));
    let left = names.fold(0.0, f32::max).min(rect.width() * 0.3) + STEP;
    let (below, key) = (34.0, 20.0);
    let room = Rect::from_min_max(
        rect.min + egui::vec2(left, HALF),
        rect.max - egui::vec2(STEP, below + key),
    );
    let rows = chart.conditions.len().max(1) as f32;
    let pitch = (room.height() / rows).clamp(3.0, HIGHEST + STEP);
    let high = (pitch - if pitch > 12.0 { 6.0 } else { 1.0 }).max(2.0);
    let x = |beat: usize| room.left() + room.width() * (beat as f32 / beats as f32);
    let mut mesh = Mesh::default();
    let mut above: Vec<Shape> = Vec::new();
    for (row, conditions) in chart.conditions.iter().enumerate() {
        let top = room.top() + row as f32 * pitch;
        if high >= 12.0 || row % 2 == 0 {
            let name = chart.stations.get(row).map_or("", String::as_str);
            let at = pos2(room.left() - STEP, top + high / 2.0);
            face.paint_within(&painter, Align2::RIGHT_CENTER, at, name, left - STEP);
        }
        for (from, to, condition) in runs(conditions) {
            let part = Rect::from_min_max(pos2(x(from), top), pos2(x(to), top + high));
            let colour = theme.condition(condition);
            mesh.add_colored_rect(part, colour);
            if condition == Condition::SetUp {
                hatch::lines(part, 5.0, Stroke::new(1.0, ink_on(colour)), &mut above);
            }
        }
    }
    painter.add(Shape::mesh(mesh));
    painter.extend(above);
    for (row, conditions) in chart.conditions.iter().enumerate() {
        let top = room.top() + row as f32 * pitch;
        for (from, to, condition) in runs(conditions) {
            // Shape repeats colour where there is room; working goes without saying.
            if x(to) - x(from) >= SIGN && high >= 14.0 && condition != Condition::Working {
                let at = pos2((x(from) + x(to)) / 2.0, top + high / 2.0);
                let square = Rect::from_center_size(at, egui::vec2(10.0, 10.0));
                painter.rect_filled(square.expand(2.0), 3.0, theme.ground);
                icons::paint_sign(&painter, square, condition, theme);
            }
        }
    }
    let foot = room.top() + rows * pitch;
    axis(&painter, (chart.first, beats), room.x_range(), foot, rect, theme);
    let mut shown: Vec<Condition> = Condition::ALL.to_vec();
    shown.retain(|one| chart.conditions.iter().any(|row| row.contains(one)));
    crate::workbench::line::key::condition_key(&painter, rect, &shown, theme);
    if let Some(pos) = response.hover_pos()
        && let Some(words) = words_at(chart, room, pitch, pos)
    {
        response.clone().on_hover_text_at_pointer(said(ui.ctx(), &words));
    }
    response
}

/// The beats below the strips, from the first on.
fn axis(
    painter: &egui::Painter,
    (first, beats): (u64, usize),
    across: egui::Rangef,
    foot: f32,
    rect: Rect,
    theme: &Theme,
) {
    let face = Face::small(theme.quiet);
    let before = first.saturating_sub(1) as f64;
    let axis = Axis { whole: true, ..Axis::linear("beat") };
    let axis = axis.between(before, before + beats as f64);
    let Some(counted) = axis.fit(std::iter::once(before)) else { return };
    for tick in counted.ticks((across.span() / 72.0).max(2.0) as usize) {
        let x = across.min + across.span() * tick.share as f32;
        painter.vline(x, foot..=foot + 3.0, theme.line());
        let half = face.width(painter, &tick.label) / 2.0;
        if x + half > rect.right() || x - half < across.min {
            continue;
        }
        face.paint(painter, Align2::CENTER_TOP, pos2(x, foot + HALF), &tick.label);
    }
    let at = pos2(rect.left(), foot + HALF);
    face.paint(painter, Align2::LEFT_TOP, at, "beat");
}

/// "Mill: down, beats 120 to 131".
fn words_at(chart: &Gantt<'_>, room: Rect, pitch: f32, pos: Pos2) -> Option<String> {
    let row = ((pos.y - room.top()) / pitch).floor();
    let beats = chart.conditions.first()?.len();
    let beat = (pos.x - room.left()) / room.width() * beats as f32;
    if row < 0.0 || beat < 0.0 {
        return None;
    }
    let (row, beat) = (row as usize, beat as usize);
    let (from, to, condition) = runs(chart.conditions.get(row)?)
        .into_iter()
        .find(|(from, to, _)| (*from..*to).contains(&beat))?;
    let name = chart.stations.get(row).map_or("", String::as_str);
    let number = |beat: usize| number::count(chart.first + beat as u64);
    let when = match to - from {
        1 => format!("beat {}", number(from)),
        _ => format!("beats {} to {}", number(from), number(to - 1)),
    };
    Some(format!("{name}: {}, {when}", condition.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_of_one_condition_make_a_run() {
        use Condition::{Down, Working};
        assert_eq!(
            runs(&[Working, Working, Down, Working]),
            [(0, 2, Working), (2, 3, Down), (3, 4, Working)]
        );
        assert_eq!(runs(&[]), []);
    }

    #[test]
    fn a_run_is_told_by_its_beats() {
        let stations = ["Mill".to_owned()];
        let conditions = [vec![Condition::Working, Condition::Down, Condition::Down]];
        let chart =
            Gantt { name: "beats", stations: &stations, first: 10, conditions: &conditions };
        let room = Rect::from_min_size(pos2(0.0, 0.0), egui::vec2(30.0, 20.0));
        let words = |x: f32| words_at(&chart, room, 20.0, pos2(x, 5.0));
        assert_eq!(words(5.0).as_deref(), Some("Mill: working, beat 10"));
        assert_eq!(words(25.0).as_deref(), Some("Mill: down, beats 11 to 12"));
        assert_eq!(words(40.0), None);
    }
}
