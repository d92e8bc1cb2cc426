//! Paints what is hidden, and figures as bars: what is held to be probable, what is worth how much.

use super::scene::Bar;
use crate::mdp::Condition;
use crate::workbench::charts::hatch;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{RADIUS, STEP, Size, Theme, Weight};
use egui::{Align2, Color32, CornerRadius, Painter, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

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

/// Bars below each other, labels on the left of them and figures on the right.
pub fn bars(painter: &Painter, place: Rect, all: &[Bar], colour: Color32, theme: &Theme) {
    let high = place.height() / all.len().max(1) as f32;
    let quiet = Face::small(theme.quiet);
    let words = Face::small(theme.text);
    let widest = |face: Face, of: fn(&Bar) -> &str| {
        all.iter().map(|bar| face.width(painter, of(bar))).fold(0.0, f32::max)
    };
    let label = widest(words, |bar| &bar.label).min(place.width() * 0.45);
    let figure = widest(quiet, |bar| &bar.words).max(quiet.width(painter, "100 %"));
    // Off the way that ends here.
    let left = place.left() + STEP;
    let track = (left + label + STEP, place.right() - figure - STEP);
    for (i, bar) in all.iter().enumerate() {
        let middle = place.top() + (i as f32 + 0.5) * high;
        let at = pos2(left, middle);
        words.paint_within(painter, Align2::LEFT_CENTER, at, &bar.label, label);
        let half = (high * 0.32).min(8.0);
        let ground = Rect::from_x_y_ranges(track.0..=track.1, middle - half..=middle + half);
        painter.rect_filled(ground, 2.0, theme.raised);
        let x = |share: f32| ground.left() + ground.width() * share.clamp(0.0, 1.0);
        let (from, to) = (x(bar.from.min(bar.to)), x(bar.from.max(bar.to)));
        painter.rect_filled(ground.with_min_x(from).with_max_x(to), 2.0, colour);
        if bar.from > 0.0 {
            let zero = Stroke::new(1.0, theme.quiet);
            painter.vline(x(bar.from), middle - half - 2.0..=middle + half + 2.0, zero);
        }
        if bar.marked {
            let tip = pos2(left - 3.0, middle);
            let back = (tip + vec2(-6.0, -4.0), tip + vec2(-6.0, 4.0));
            let head = vec![tip, back.1, back.0];
            painter.add(Shape::convex_polygon(head, theme.text, Stroke::NONE));
        }
        let at = pos2(place.right(), middle);
        quiet.paint(painter, Align2::RIGHT_CENTER, at, &bar.words);
    }
}
