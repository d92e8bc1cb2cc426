//! Hatching: "never visited" and "set-up" are told apart from any plain fill.

use egui::{Rect, Shape, Stroke, pos2};

/// Adds lines rising to the right across the rectangle, so far apart, clipped to it.
pub fn lines(rect: Rect, apart: f32, stroke: Stroke, shapes: &mut Vec<Shape>) {
    let apart = apart.max(2.0);
    // A line of the family is x + y = c; only those that cross the rectangle are drawn. c is a
    // multiple of the distance, so that neighbouring rectangles share their lines.
    let (lowest, highest) = (rect.left() + rect.top(), rect.right() + rect.bottom());
    let mut c = (lowest / apart).ceil() * apart;
    while c < highest {
        let from = pos2((c - rect.bottom()).max(rect.left()), (c - rect.left()).min(rect.bottom()));
        let to = pos2((c - rect.top()).min(rect.right()), (c - rect.right()).max(rect.top()));
        if to.x - from.x > 0.5 {
            shapes.push(Shape::line_segment([from, to], stroke));
        }
        c += apart;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Color32, vec2};

    #[test]
    fn lines_stay_inside_and_rise_at_45_degrees() {
        let rect = Rect::from_min_size(pos2(13.0, 7.0), vec2(20.0, 31.0));
        let mut shapes = Vec::new();
        lines(rect, 5.0, Stroke::new(1.0, Color32::WHITE), &mut shapes);
        assert!(shapes.len() >= 9, "{} lines", shapes.len());
        for shape in shapes {
            let Shape::LineSegment { points: [a, b], .. } = shape else { panic!("{shape:?}") };
            assert!(rect.expand(0.01).contains(a) && rect.expand(0.01).contains(b));
            assert!(((b.x - a.x) - (a.y - b.y)).abs() < 1e-3 && b.x > a.x);
        }
    }
}
