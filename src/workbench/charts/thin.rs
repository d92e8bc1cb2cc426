//! Thins a line to what the screen can show, and keeps every peak.

use egui::Pos2;

/// Keeps of all points within each `column` points of width only the first, the lowest, the
/// highest and the last, in their order: extremes survive, and a line of a million points costs
/// what the screen is wide.
pub fn thin(points: impl Iterator<Item = Pos2>, column: f32) -> Vec<Pos2> {
    let mut kept = Vec::new();
    let mut bucket: Option<Bucket> = None;
    for (order, point) in points.enumerate() {
        let number = (point.x / column).floor();
        match &mut bucket {
            Some(open) if open.number == number => open.add(order, point),
            _ => {
                if let Some(full) = bucket.take() {
                    full.empty_into(&mut kept);
                }
                bucket = Some(Bucket::new(number, order, point));
            }
        }
    }
    if let Some(full) = bucket {
        full.empty_into(&mut kept);
    }
    kept
}

struct Bucket {
    number: f32,
    first: (usize, Pos2),
    lowest: (usize, Pos2),
    highest: (usize, Pos2),
    last: (usize, Pos2),
}

impl Bucket {
    fn new(number: f32, order: usize, point: Pos2) -> Self {
        let only = (order, point);
        Self { number, first: only, lowest: only, highest: only, last: only }
    }

    fn add(&mut self, order: usize, point: Pos2) {
        if point.y > self.lowest.1.y {
            self.lowest = (order, point);
        }
        if point.y < self.highest.1.y {
            self.highest = (order, point);
        }
        self.last = (order, point);
    }

    fn empty_into(self, kept: &mut Vec<Pos2>) {
        let mut points = [self.first, self.lowest, self.highest, self.last];
        points.sort_by_key(|(order, _)| *order);
        let mut before = None;
        for (order, point) in points {
            if before != Some(order) {
                kept.push(point);
            }
            before = Some(order);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;
    use proptest::prelude::*;

    #[test]
    fn a_single_peak_among_a_million_survives() {
        let line = (0..1_000_000).map(|i| {
            let y = if i == 567_891 { -7.0 } else { (i % 10) as f32 };
            pos2(i as f32 / 2_000.0, y)
        });
        let thinned = thin(line, 1.0);
        assert!(thinned.len() <= 4 * 501, "{} points", thinned.len());
        assert!(thinned.iter().any(|p| p.y == -7.0));
    }

    proptest! {
        #[test]
        fn extremes_ends_and_order_are_kept(ys in prop::collection::vec(-1e3f32..1e3, 1..400)) {
            let points: Vec<_> =
                ys.iter().enumerate().map(|(i, y)| pos2(i as f32 * 0.07, *y)).collect();
            let thinned = thin(points.iter().copied(), 1.0);
            let most = |list: &[Pos2]| list.iter().map(|p| p.y).fold(f32::MIN, f32::max);
            let least = |list: &[Pos2]| list.iter().map(|p| p.y).fold(f32::MAX, f32::min);
            prop_assert_eq!(most(&thinned), most(&points));
            prop_assert_eq!(least(&thinned), least(&points));
            prop_assert_eq!(thinned.first(), points.first());
            prop_assert_eq!(thinned.last(), points.last());
            prop_assert!(thinned.windows(2).all(|w| w[0].x < w[1].x));
        }
    }
}
