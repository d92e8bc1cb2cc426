//! Paints orders as cards.

use super::inks::Inks;
use super::scene::Card;
use crate::workbench::colour::ink_on;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, RADIUS, Theme, Weight};
use egui::{Align2, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// Cards below each other.
pub fn paint(painter: &Painter, place: Rect, cards: &[Card], inks: &Inks, theme: &Theme) {
    let high = place.height() / cards.len().max(1) as f32;
    for (i, card) in cards.iter().enumerate() {
        let top = place.top() + i as f32 * high;
        let cell = Rect::from_x_y_ranges(place.x_range(), top + 1.0..=top + high - 1.0);
        let corner = CornerRadius::same(RADIUS.min((high * 0.25) as u8));
        painter.rect_filled(cell, corner, theme.raised);
        if card.title.is_empty() {
            painter.rect_stroke(cell, corner, theme.line(), StrokeKind::Inside);
            continue;
        }
        let colour = inks.of_number(card.series);
        painter.rect_filled(cell.with_max_x(cell.left() + 6.0), corner, colour);
        let edge = match (card.late, card.next) {
            (true, _) => Stroke::new(2.0, theme.error),
            (false, true) => Stroke::new(2.0, theme.text),
            (false, false) => theme.line(),
        };
        painter.rect_stroke(cell, corner, edge, StrokeKind::Inside);
        let side = (cell.height() * 0.45).clamp(8.0, 14.0);
        let mut right = cell.right() - 6.0;
        if card.next {
            // It goes on from here.
            let tip = pos2(right, cell.center().y);
            let back = [vec2(-side * 0.6, -side * 0.5), vec2(-side * 0.6, side * 0.5)];
            let head = vec![tip, tip + back[1], tip + back[0]];
            painter.add(Shape::convex_polygon(head, theme.text, Stroke::NONE));
            right -= side * 0.6 + HALF;
        }
        if card.late {
            late_sign(painter, pos2(right - side * 0.55, cell.center().y), side, theme);
            right -= side * 1.1 + HALF;
        }
        if let Some(left) = card.left.filter(|_| cell.height() >= 20.0) {
            // What is left of its time.
            let track = Rect::from_x_y_ranges(
                cell.left() + 11.0..=cell.right() - 8.0,
                cell.bottom() - 5.0..=cell.bottom() - 3.0,
            );
            painter.rect_filled(track, 1.0, theme.hovered);
            let width = track.width() * left.clamp(0.0, 1.0);
            painter.rect_filled(track.with_max_x(track.left() + width), 1.0, colour);
        }
        paint_card_words(painter, cell, right, card, theme);
    }
}

/// A card's words on one line or two, left of `right`.
fn paint_card_words(painter: &Painter, cell: Rect, right: f32, card: &Card, theme: &Theme) {
    let left = cell.left() + 11.0;
    let room = right - left;
    let title = Face::small(theme.text).weighing(Weight::Medium);
    let note = Face::small(if card.late { theme.error } else { theme.quiet });
    if cell.height() >= 32.0 && !card.note.is_empty() {
        let middle = cell.center().y - if card.left.is_some() { 1.0 } else { 0.0 };
        let at = pos2(left, middle + 1.0);
        title.paint_within(painter, Align2::LEFT_BOTTOM, at, &card.title, room);
        let at = pos2(left, middle - 1.0);
        note.paint_within(painter, Align2::LEFT_TOP, at, &card.note, room);
    } else if cell.height() >= 12.0 {
        let words = [
            format!("{} · {}", card.title, card.note),
            format!("{} {}", card.title, card.note),
            card.title.clone(),
        ];
        let words = if card.note.is_empty() { words.get(2..) } else { words.get(..) };
        let words = title.longest_that_fits(painter, words.unwrap_or_default(), room);
        let at = pos2(left, cell.center().y);
        title.paint_within(painter, Align2::LEFT_CENTER, at, words.unwrap_or_default(), room);
    }
}

/// A triangle with an exclamation mark: late.
pub fn late_sign(painter: &Painter, centre: Pos2, side: f32, theme: &Theme) {
    let half = side / 2.0;
    let corners = vec![
        centre + vec2(0.0, -half),
        centre + vec2(half * 1.1, half * 0.9),
        centre + vec2(-half * 1.1, half * 0.9),
    ];
    painter.add(Shape::convex_polygon(corners, theme.error, Stroke::NONE));
    let ink = ink_on(theme.error);
    let stroke = Stroke::new((side * 0.14).max(1.5), ink);
    let (top, foot) = (centre + vec2(0.0, -half * 0.35), centre + vec2(0.0, half * 0.3));
    painter.line_segment([top, foot], stroke);
    painter.circle_filled(centre + vec2(0.0, half * 0.62), stroke.width * 0.55, ink);
}
