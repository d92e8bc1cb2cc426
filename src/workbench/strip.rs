//! A row of cells with a token that walks on it: the picture of chains and of wear.

use super::lettering::Face;
use egui::{Painter, Pos2, Rect, pos2, vec2};

/// Cells side by side, wrapped into rows where one row would make them too small.
#[derive(Debug, Clone, PartialEq)]
pub struct Strip {
    /// The squares of the cells, by number.
    pub cells: Vec<Rect>,
    /// The edge of a cell (points).
    pub edge: f32,
}

/// Cells smaller than this wrap into further rows while the height allows (points).
const COMFORTABLE: f32 = 34.0;
/// The largest a cell gets (points).
const LARGEST: f32 = 84.0;

impl Strip {
    /// Lays out so many cells, with this much room above and below each row.
    pub fn new(count: usize, rect: Rect, above: f32, below: f32) -> Self {
        let count = count.max(1);
        let trial = |rows: usize| {
            let columns = count.div_ceil(rows) as f32;
            let wide = ((rect.width() - 48.0) / columns).min(LARGEST);
            let tall = rect.height() / rows as f32 - above - below;
            (rows, wide.min(tall).max(3.0))
        };
        let best = (1..=count.min(64))
            .map(trial)
            .reduce(|best, next| if best.1 < COMFORTABLE && next.1 > best.1 { next } else { best });
        let (rows, pitch) = best.unwrap_or((1, LARGEST));
        let pitch = if pitch >= 8.0 { pitch.floor() } else { pitch };
        let columns = count.div_ceil(rows);
        let gap = if pitch >= 14.0 { 4.0 } else { 1.0 };
        let height = (above + pitch + below) * rows as f32;
        let left = (rect.center().x - pitch * columns as f32 / 2.0).round();
        let top = (rect.center().y - height / 2.0).max(rect.top()).round();
        let cells = (0..count)
            .map(|i| {
                let (row, column) = (i / columns, i % columns);
                let x = left + pitch * column as f32;
                let y = top + (above + pitch + below) * row as f32 + above;
                Rect::from_min_size(pos2(x, y), vec2(pitch - gap, pitch - gap))
            })
            .collect();
        Self { cells, edge: pitch - gap }
    }

    /// The centre of a cell, or of the way between two: within a row it glides, between rows the
    /// token is put down anew.
    pub fn between(&self, from: usize, to: usize, share: f32) -> Option<Pos2> {
        let (a, b) = (self.cells.get(from)?.center(), self.cells.get(to)?.center());
        let same_row = (a.y - b.y).abs() < 0.5;
        Some(if same_row {
            a + (b - a) * share
        } else if share < 0.5 {
            a
        } else {
            b
        })
    }

    /// Every how many cells a text of this width can stand under a cell.
    pub fn every(&self, width: f32) -> usize {
        let pitch = self.edge + 4.0;
        [1, 2, 5, 10, 20, 50, 100]
            .into_iter()
            .find(|every| *every as f32 * pitch >= width)
            .unwrap_or(200)
    }
}

/// The widest of these texts.
pub fn widest<'a>(painter: &Painter, face: Face, texts: impl Iterator<Item = &'a str>) -> f32 {
    texts.map(|text| face.width(painter, text)).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_stay_inside_and_apart(
            count in 1usize..300, width in 440f32..1600.0, height in 240f32..900.0,
        ) {
            let rect = Rect::from_min_size(pos2(3.0, 5.0), vec2(width, height));
            let strip = Strip::new(count, rect, 24.0, 36.0);
            prop_assert_eq!(strip.cells.len(), count);
            for (i, a) in strip.cells.iter().enumerate() {
                prop_assert!(rect.expand(0.5).contains_rect(*a), "{a:?}");
                if let Some(b) = strip.cells.get(i + 1) {
                    prop_assert!(!a.intersects(*b));
                }
            }
        }
    }
}
