//! Paints what is hidden, and what is held to be probable.

use super::scene::Believed;
use crate::mdp::Condition;
use crate::workbench::charts::hatch;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{RADIUS, STEP, Size, Theme, Weight};
use egui::{Align2, Color32, CornerRadius, Painter, Rect, Stroke, StrokeKind, pos2};

/// A machine behind a veil: hatched with a question mark, until it was just looked at.
pub fn veiled(
    painter: &Painter,
    place: Rect,
    condition: Condition,
    found: Option<&str>,
    theme: &Theme,
) {
    let corner = CornerRadius::same(RADIUS);
    let edge = (place.width() * 0.035).clamp(1.5, 3.0);
    painter.rect_filled(place, corner, theme.panel);
    let inner = place.shrink(edge);
    match found {
        None => {
            let mut lines = Vec::new();
            hatch::lines(inner, 7.0, Stroke::new(1.0, theme.hairline), &mut lines);
            painter.extend(lines);
            let face = Face { size: Size::Figure, weight: Weight::SemiBold, colour: theme.quiet };
            face.paint(painter, Align2::CENTER_CENTER, place.center(), "?");
        }
        Some(found) => {
            let face = Face::small(theme.text).weighing(Weight::Medium);
            let at = place.center();
            face.paint_within(painter, Align2::CENTER_CENTER, at, found, inner.width() - STEP);
        }
    }
    let stroke = Stroke::new(edge, theme.condition(condition));
    painter.rect_stroke(place, corner, stroke, StrokeKind::Inside);
}

/// A bar for each condition, as long as it is probable.
pub fn bars(painter: &Painter, place: Rect, all: &[Believed], colour: Color32, theme: &Theme) {
    let high = place.height() / all.len().max(1) as f32;
    let quiet = Face::small(theme.quiet);
    let words = Face::small(theme.text);
    // Labels on the left, figures on the right, bars in between.
    let widest = all.iter().map(|one| words.width(painter, &one.label)).fold(0.0, f32::max);
    let label = widest.min(place.width() * 0.45);
    let figure = quiet.width(painter, &number::percent(1.0, 0));
    let track = place.left() + label + STEP..=place.right() - figure - STEP;
    for (i, one) in all.iter().enumerate() {
        let middle = place.top() + (i as f32 + 0.5) * high;
        let share = one.probability.clamp(0.0, 1.0) as f32;
        let at = pos2(place.left(), middle);
        words.paint_within(painter, Align2::LEFT_CENTER, at, &one.label, label);
        let half = (high * 0.32).min(8.0);
        let bar = Rect::from_x_y_ranges(track.clone(), middle - half..=middle + half);
        painter.rect_filled(bar, 2.0, theme.raised);
        let filled = bar.with_max_x(bar.left() + bar.width() * share);
        painter.rect_filled(filled, 2.0, colour);
        let at = pos2(place.right(), middle);
        let text = number::percent(one.probability, 0);
        quiet.paint(painter, Align2::RIGHT_CENTER, at, &text);
    }
}
