//! The ways of parts that go back to be reworked, above the line.

use super::layout::{ABOVE, Layout};
use super::scene::{PartView, Scene, Spot};
use crate::workbench::lettering::Face;
use crate::workbench::theme::{STEP, Theme};
use egui::{Align2, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

/// Ways back lie so far above each other (points).
const APART: f32 = 8.0;
/// The head of an arrow (points).
const HEAD: f32 = 5.0;

/// The corners of the way back of this number: up from its station, back above the names, and down
/// into its buffer. It stays below `top`.
pub fn way_back(scene: &Scene, layout: &Layout, number: usize, top: f32) -> Option<[Pos2; 4]> {
    let (station, buffer) = *scene.ways_back.get(number)?;
    let from = layout.stations.get(usize::from(station))?;
    let to = layout.buffers.get(usize::from(buffer))?;
    // Beside the station's name, which stands above its middle.
    let x = from.right() - 0.1 * from.width();
    let above = from.top().min(to.top()) - ABOVE - 2.0 - APART * number as f32;
    let y = above.max(top + 4.0).round();
    let into = to.center().x + APART * number as f32;
    Some([pos2(x, from.top()), pos2(x, y), pos2(into, y), pos2(into, to.top())])
}

/// The way back that a part goes, if it does: the number of that way.
pub fn goes_back(scene: &Scene, part: &PartView) -> Option<usize> {
    let (Some(station), Spot::Slot { buffer, .. }) = (part.via, part.to) else { return None };
    scene.ways_back.iter().position(|way| *way == (station, buffer))
}

/// Paints all ways back, each with what it is called where there is room.
pub fn paint(painter: &Painter, scene: &Scene, layout: &Layout, top: f32, theme: &Theme) {
    for number in 0..scene.ways_back.len() {
        let Some(corners) = way_back(scene, layout, number, top) else { continue };
        let [_, up, over, end] = corners;
        let stroke = Stroke::new((4.0 * layout.scale).max(2.0), theme.hairline);
        painter.line(corners.to_vec(), stroke);
        let head = vec![end, end + vec2(-HEAD, -HEAD * 1.4), end + vec2(HEAD, -HEAD * 1.4)];
        painter.add(Shape::convex_polygon(head, theme.quiet, Stroke::NONE));
        let face = Face::small(theme.quiet);
        let words = "rework";
        let galley = face.layout(painter, words, 80.0);
        if (up.x - over.x).abs() > galley.size().x + 4.0 * STEP {
            let middle = pos2((up.x + over.x) / 2.0, up.y);
            let place = Rect::from_center_size(middle, galley.size());
            painter.rect_filled(place.expand2(vec2(4.0, 0.0)), 0.0, theme.ground);
            face.paint(painter, Align2::CENTER_CENTER, middle, words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::lay_out;
    use super::super::tests::three;
    use super::*;
    use crate::workbench::glide::along;

    #[test]
    fn what_is_reworked_goes_above_the_line_to_its_buffer() {
        let mut scene = three();
        scene.ways_back = vec![(2, 0)];
        let rect = Rect::from_min_size(pos2(0.0, 100.0), vec2(800.0, 300.0));
        let layout = lay_out(&scene.order, rect);
        let corners = way_back(&scene, &layout, 0, rect.top()).unwrap();
        let (station, buffer) = (layout.stations[2], layout.buffers[0]);
        assert!(station.x_range().contains(corners[0].x) && corners[0].y == station.top());
        assert_eq!(corners[3], buffer.center_top());
        assert!(corners[1].y < station.top() - ABOVE && corners[1].y >= rect.top());
        let ends = [corners[0], corners[3]].map(Some);
        assert_eq!([along(&corners, 0.0), along(&corners, 1.0)], ends);
        let slot = |buffer| Spot::Slot { buffer, place: 0 };
        let part = |via, to| PartView { from: Spot::Station(2), via, to };
        assert_eq!(goes_back(&scene, &part(Some(2), slot(0))), Some(0));
        assert_eq!(goes_back(&scene, &part(Some(1), slot(0))), None);
        assert_eq!(goes_back(&scene, &part(Some(2), slot(1))), None);
        assert_eq!(way_back(&scene, &layout, 1, rect.top()), None);
    }
}
