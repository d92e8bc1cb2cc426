//! How long frames take, shown over the picture (F12).

use std::collections::VecDeque;
use std::time::Duration;

use egui::{Align2, Painter, Rect, vec2};

use super::lettering::Face;
use super::number::{self, THIN};
use super::theme::{HALF, RADIUS, STEP, Theme};

/// So many frames are looked back on.
const FRAMES: usize = 120;

/// The latest frames.
#[derive(Debug, Clone, Default)]
pub struct FrameTimes {
    /// Whole frames and the interface's share of each, ms.
    latest: VecDeque<(f64, f64)>,
}

impl FrameTimes {
    /// Notes a frame: how long it took from the one before, and how much of that the panels did.
    pub fn note(&mut self, frame: Duration, interface: Duration) {
        if self.latest.len() == FRAMES {
            self.latest.pop_front();
        }
        self.latest.push_back((1e3 * frame.as_secs_f64(), 1e3 * interface.as_secs_f64()));
    }

    /// Mean and longest of the frames, and of the interface in them, ms.
    fn told(&self) -> Option<[(f64, f64); 2]> {
        let count = self.latest.len();
        let over = |each: fn(&(f64, f64)) -> f64| {
            let values = self.latest.iter().map(each);
            (values.clone().sum::<f64>() / count as f64, values.fold(0.0, f64::max))
        };
        (count > 0).then(|| [over(|(frame, _)| *frame), over(|(_, interface)| *interface)])
    }

    /// Paints them into the upper right corner of a place.
    pub fn paint(&self, painter: &Painter, place: Rect, theme: &Theme) {
        let Some([frame, interface]) = self.told() else { return };
        let line = |name: &str, (mean, most): (f64, f64)| {
            let (mean, most) = (number::fixed(mean, 1), number::fixed(most, 1));
            format!("{name} {mean}{THIN}ms · longest {most}{THIN}ms")
        };
        let lines = [line("frame", frame), line("interface", interface)];
        let face = Face::small(theme.text);
        let wide = lines.iter().map(|line| face.width(painter, line)).fold(0.0, f32::max);
        let size = vec2(wide + 2.0 * STEP, 2.0 * 18.0 + STEP);
        let room = place.shrink(STEP);
        let ground = Align2::RIGHT_TOP.align_size_within_rect(size, room);
        painter.rect_filled(ground, RADIUS, theme.raised);
        for (row, line) in lines.iter().enumerate() {
            let at = ground.left_top() + vec2(STEP, HALF + 18.0 * row as f32);
            face.paint(painter, Align2::LEFT_TOP, at, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_frames_are_told_by_mean_and_longest() {
        let mut times = FrameTimes::default();
        assert_eq!(times.told(), None);
        let ms = Duration::from_millis;
        for _ in 0..500 {
            times.note(ms(1000), ms(1000));
        }
        for _ in 0..FRAMES / 2 {
            times.note(ms(10), ms(2));
            times.note(ms(30), ms(4));
        }
        let [(frame, longest), (interface, _)] = times.told().unwrap();
        assert!((frame - 20.0).abs() < 1e-9 && (longest - 30.0).abs() < 1e-9);
        assert!((interface - 3.0).abs() < 1e-9);
    }
}
