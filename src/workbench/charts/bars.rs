//! Bars: where the time went, and what each action is worth.

use crate::mdp::Condition;
use crate::workbench::colour::{ink_on, mix};
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{HALF, RADIUS, STEP, Theme, Weight};
use egui::{
    Align2, Color32, CornerRadius, Rect, Response, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use super::hatch;

/// A station's time by cause.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeByCause {
    /// The station's name.
    pub name: String,
    /// The share of time in each condition, in the order of [`Condition::ALL`].
    pub shares: [f64; Condition::COUNT],
}

/// Draws one row a station: its name and its time by cause as a stacked bar.
pub fn time_by_cause(ui: &mut Ui, rows: &[TimeByCause], theme: &Theme) -> Vec<Response> {
    let face = Face::small(theme.quiet);
    let widest = rows
        .iter()
        .map(|row| face.width(ui.painter(), &row.name))
        .fold(0.0, f32::max)
        .min(ui.available_width() * 0.35);
    rows.iter()
        .map(|row| {
            let size = vec2(ui.available_width(), 20.0);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            let painter = ui.painter_at(rect);
            let at = rect.left_center();
            face.paint_within(&painter, Align2::LEFT_CENTER, at, &row.name, widest);
            let bar = Rect::from_min_max(
                pos2(rect.left() + widest + 1.5 * STEP, rect.top() + 1.0),
                pos2(rect.right(), rect.bottom() - 1.0),
            );
            paint_stack(&painter, bar, &row.shares, theme);
            let words = time_words(row);
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, &words));
            response.tip(words)
        })
        .collect()
}

fn paint_stack(
    painter: &egui::Painter,
    bar: Rect,
    shares: &[f64; Condition::COUNT],
    theme: &Theme,
) {
    painter.rect_filled(bar, 2.0, theme.raised);
    let total: f64 = shares.iter().sum();
    if !(total.is_finite() && total > 0.0) {
        return;
    }
    let mut from = 0.0;
    for (condition, share) in Condition::ALL.into_iter().zip(shares) {
        let to = from + (share / total).max(0.0);
        let x = |share: f64| bar.left() + (share as f32) * bar.width();
        let part = Rect::from_x_y_ranges(x(from)..=x(to), bar.y_range());
        from = to;
        if part.width() < 0.5 {
            continue;
        }
        // A hairline apart, where there is room for it.
        let part = if part.width() > 3.0 { part.with_max_x(part.right() - 1.0) } else { part };
        painter.rect_filled(part, 2.0, theme.condition(condition));
        match condition {
            Condition::SetUp => {
                let mut lines = Vec::new();
                let ink = egui::Stroke::new(1.0, ink_on(theme.condition(condition)));
                hatch::lines(part, 5.0, ink, &mut lines);
                painter.extend(lines);
            }
            Condition::Working if part.width() > 40.0 => {
                let face = Face::small_on(theme.condition(condition));
                let at = part.left_center() + vec2(6.0, 0.0);
                let text = number::percent(share / total, 0);
                face.paint_on_colour(painter, Align2::LEFT_CENTER, at, &text);
            }
            _ => {}
        }
    }
}

/// "Lathe: working 62 %, blocked 7 %".
fn time_words(row: &TimeByCause) -> String {
    let total: f64 = row.shares.iter().sum();
    let causes: Vec<_> = Condition::ALL
        .into_iter()
        .zip(row.shares)
        .filter(|(_, share)| *share > 0.0)
        .map(|(condition, share)| {
            format!("{} {}", condition.name(), number::percent(share / total, 0))
        })
        .collect();
    format!("{}: {}", row.name, causes.join(", "))
}

/// What an action is worth in the present state.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionValue {
    /// The action in words.
    pub name: String,
    /// Its value, or none where it is not known.
    pub value: Option<f64>,
    /// Whether the agent chooses it.
    pub chosen: bool,
    /// Whether it may be taken here.
    pub allowed: bool,
}

/// Draws one bar an action in the agent's colour, the best nearly full and the worst half: what
/// matters is the difference, and the figures beside it say how much that is. Returns the number
/// of the action that was clicked.
pub fn action_values(
    ui: &mut Ui,
    actions: &[ActionValue],
    colour: Color32,
    theme: &Theme,
) -> Option<usize> {
    let known = || actions.iter().filter(|a| a.allowed).filter_map(|a| a.value);
    let known = || known().filter(|v| v.is_finite());
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    let low = known().fold(f64::INFINITY, f64::min);
    let mut clicked = None;
    for (i, action) in actions.iter().enumerate() {
        let size = vec2(ui.available_width(), 22.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let painter = ui.painter_at(rect);
        let row = rect.shrink2(vec2(0.0, 1.0));
        let corner = CornerRadius::same(RADIUS / 2);
        let ground = if response.hovered() { theme.hovered } else { theme.raised };
        painter.rect_filled(row, corner, ground);
        let value = action.value.filter(|v| v.is_finite() && action.allowed);
        if let Some(value) = value {
            let share = if high > low { (value - low) / (high - low) } else { 1.0 };
            let bar = row.with_max_x(row.left() + row.width() * (0.5 + 0.47 * share as f32));
            let strength = if action.chosen { 0.55 } else { 0.25 };
            painter.rect_filled(bar, corner, mix(ground, colour, strength));
        }
        let figure = match (action.allowed, value) {
            (false, _) => "not allowed".to_owned(),
            (true, Some(value)) => number::significant(value, 4),
            (true, None) => number::UNKNOWN.to_owned(),
        };
        let ink = if action.allowed { theme.text } else { theme.quiet };
        let right = pos2(row.right() - STEP, row.center().y);
        let mark = if action.chosen { Weight::SemiBold } else { Weight::Regular };
        let face = Face::small(ink).weighing(mark);
        let number = face.paint(&painter, Align2::RIGHT_CENTER, right, &figure);
        let name =
            if action.chosen { format!("{} ◂ chosen", action.name) } else { action.name.clone() };
        let room = number.left() - row.left() - 2.0 * STEP;
        let left = pos2(row.left() + STEP, row.center().y);
        face.paint_within(&painter, Align2::LEFT_CENTER, left, &name, room);
        let words = format!("{name}: {figure}");
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
        if response.clicked() {
            clicked = Some(i);
        }
        ui.add_space(HALF - ui.spacing().item_spacing.y);
    }
    clicked
}
