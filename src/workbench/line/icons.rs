//! The shapes of the conditions: told apart without colour, at any size.

use crate::mdp::Condition;
use crate::workbench::charts::hatch;
use crate::workbench::theme::Theme;
use egui::{Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// Paints a condition's shape: `done` is how much of the working ring is drawn, 0 to 1.
pub fn paint(
    painter: &Painter,
    centre: Pos2,
    radius: f32,
    condition: Condition,
    done: f32,
    theme: &Theme,
) {
    let colour = theme.condition(condition);
    let thick = (radius * 0.24).max(1.5);
    let square = Rect::from_center_size(centre, vec2(radius, radius) * 1.6);
    match condition {
        Condition::Working => {
            painter.circle_stroke(centre, radius, Stroke::new(thick, theme.raised));
            arc(painter, centre, radius, done, Stroke::new(thick, colour));
        }
        Condition::Starved => {
            let corner = radius * 0.25;
            painter.rect_stroke(square, corner, Stroke::new(thick, colour), StrokeKind::Inside);
        }
        Condition::Blocked => {
            painter.rect_filled(square, radius * 0.25, colour);
            let bar = Rect::from_center_size(centre, vec2(square.width() * 0.68, thick * 1.2));
            painter.rect_filled(bar, 0.0, theme.panel);
        }
        Condition::Down => {
            let d = radius * 0.72;
            for (dx, dy) in [(d, d), (d, -d)] {
                let ends = [centre - vec2(dx, dy), centre + vec2(dx, dy)];
                painter.line_segment(ends, Stroke::new(thick * 1.25, colour));
            }
        }
        Condition::HeldBack => {
            for side in [-1.0, 1.0] {
                let middle = centre + vec2(side * radius * 0.42, 0.0);
                let bar = Rect::from_center_size(middle, vec2(thick * 1.3, radius * 1.5));
                painter.rect_filled(bar, 1.0, colour);
            }
        }
        Condition::SetUp => {
            let mut lines = Vec::new();
            let apart = (radius * 0.55).max(3.0);
            hatch::lines(square, apart, Stroke::new(thick * 0.6, colour), &mut lines);
            painter.extend(lines);
            let edge = Stroke::new(thick * 0.6, colour);
            painter.rect_stroke(square, radius * 0.2, edge, StrokeKind::Inside);
        }
        Condition::Planned => {
            painter.circle_filled(centre, radius, colour);
            let bar = Rect::from_center_size(centre, vec2(radius * 1.2, thick));
            painter.rect_filled(bar, 0.0, theme.panel);
            let bar = Rect::from_center_size(centre, vec2(thick, radius * 1.2));
            painter.rect_filled(bar, 0.0, theme.panel);
        }
    }
}

/// The sign of a condition in a key: a square of 10 points, filled or hollow, with its shape.
pub fn paint_sign(painter: &Painter, square: Rect, condition: Condition, theme: &Theme) {
    let colour = theme.condition(condition);
    let dark = Stroke::new(1.5, theme.ground);
    match condition {
        Condition::Starved => {
            painter.rect_stroke(square, 2.0, Stroke::new(2.0, colour), StrokeKind::Inside);
        }
        Condition::SetUp => {
            painter.rect_stroke(square, 2.0, Stroke::new(1.0, colour), StrokeKind::Inside);
            let mut lines = Vec::new();
            hatch::lines(square, 4.0, Stroke::new(1.0, colour), &mut lines);
            painter.extend(lines);
        }
        _ => {
            painter.rect_filled(square, 2.0, colour);
        }
    }
    let inner = square.shrink(2.5);
    match condition {
        Condition::Blocked => {
            painter.hline(inner.x_range(), inner.center().y, dark);
        }
        Condition::Down => {
            painter.line_segment([inner.left_top(), inner.right_bottom()], dark);
            painter.line_segment([inner.left_bottom(), inner.right_top()], dark);
        }
        Condition::HeldBack => {
            for x in [inner.center().x - 1.5, inner.center().x + 1.5] {
                painter.vline(x, inner.y_range(), dark);
            }
        }
        Condition::Planned => {
            painter.hline(inner.x_range(), inner.center().y, dark);
            painter.vline(inner.center().x, inner.y_range(), dark);
        }
        _ => {}
    }
}

/// An arc clockwise from the top.
fn arc(painter: &Painter, centre: Pos2, radius: f32, share: f32, stroke: Stroke) {
    let share = share.clamp(0.0, 1.0);
    if share <= 0.0 {
        return;
    }
    if share >= 1.0 {
        painter.circle_stroke(centre, radius, stroke);
        return;
    }
    let steps = (share * 48.0).ceil().max(2.0) as usize;
    let points = (0..=steps)
        .map(|i| {
            let turn = std::f32::consts::TAU * share * i as f32 / steps as f32;
            pos2(centre.x + radius * turn.sin(), centre.y - radius * turn.cos())
        })
        .collect();
    painter.add(Shape::line(points, stroke));
}
