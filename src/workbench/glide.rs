//! How things glide from place to place on the pictures.

use egui::Pos2;

/// Slow, fast, slow: 3t² − 2t³.
pub fn ease(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The point at a share of the length of a way.
pub fn along(corners: &[Pos2], share: f32) -> Option<Pos2> {
    let pairs = || corners.iter().zip(corners.iter().skip(1));
    let total: f32 = pairs().map(|(a, b)| a.distance(*b)).sum();
    let mut left = total * share.clamp(0.0, 1.0);
    for (a, b) in pairs() {
        let length = a.distance(*b);
        if left <= length && length > 0.0 {
            return Some(*a + (*b - *a) * (left / length));
        }
        left -= length;
    }
    corners.last().copied()
}
