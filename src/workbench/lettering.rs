//! Text set by hand on a painter: anchored, measured, and shortened where it does not fit.

use super::colour::ink_on;
use super::language::said;
use super::theme::{Size, Weight, font};
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Shape};
use std::sync::Arc;

/// A size and weight of type with its colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// One of the four sizes.
    pub size: Size,
    /// One of the three weights.
    pub weight: Weight,
    /// The colour of the ink.
    pub colour: Color32,
}

impl Face {
    /// 12 points, regular.
    pub const fn small(colour: Color32) -> Self {
        Self { size: Size::Small, weight: Weight::Regular, colour }
    }

    /// 14 points, semi-bold.
    pub const fn name(colour: Color32) -> Self {
        Self { size: Size::Body, weight: Weight::SemiBold, colour }
    }

    /// 12 points, on a coloured ground: near-black or white, whichever reads better.
    pub fn small_on(ground: Color32) -> Self {
        Self::small(ink_on(ground)).weighing(Weight::Medium)
    }

    /// The same in another weight.
    pub const fn weighing(self, weight: Weight) -> Self {
        Self { weight, ..self }
    }

    /// Lays the text out on one line; if it is wider than `width`, it ends in an ellipsis.
    pub fn layout(self, painter: &Painter, text: &str, width: f32) -> Arc<Galley> {
        let text = said(painter.ctx(), text).into_owned();
        let mut job = LayoutJob::single_section(text, self.format());
        job.wrap = TextWrapping::truncate_at_width(width.max(1.0));
        painter.layout_job(job)
    }

    /// Lays the text out over as many lines as the width asks for.
    pub fn wrap(self, painter: &Painter, text: &str, width: f32) -> Arc<Galley> {
        let text = said(painter.ctx(), text).into_owned();
        let mut job = LayoutJob::single_section(text, self.format());
        job.wrap = TextWrapping::wrap_at_width(width.max(1.0));
        painter.layout_job(job)
    }

    /// Lays the text out over so many lines at most; if there is more, it ends in an ellipsis.
    pub fn wrap_within(
        self,
        painter: &Painter,
        text: &str,
        width: f32,
        lines: usize,
    ) -> Arc<Galley> {
        let text = said(painter.ctx(), text).into_owned();
        let mut job = LayoutJob::single_section(text, self.format());
        job.wrap = TextWrapping { max_rows: lines, ..TextWrapping::wrap_at_width(width.max(1.0)) };
        painter.layout_job(job)
    }

    /// Paints the text with this corner, edge or centre at `at`, and returns where it stands.
    pub fn paint(self, painter: &Painter, anchor: Align2, at: Pos2, text: &str) -> Rect {
        self.paint_within(painter, anchor, at, text, f32::INFINITY)
    }

    /// As [`Face::paint`], on a coloured ground. Where light is blended, dark letters on a colour
    /// come out thinner than white ones: they get a second coat.
    pub fn paint_on_colour(self, painter: &Painter, anchor: Align2, at: Pos2, text: &str) -> Rect {
        if self.colour != Color32::WHITE {
            self.paint(painter, anchor, at, text);
        }
        self.paint(painter, anchor, at, text)
    }

    /// As [`Face::paint`], no wider than `width`.
    pub fn paint_within(
        self,
        painter: &Painter,
        anchor: Align2,
        at: Pos2,
        text: &str,
        width: f32,
    ) -> Rect {
        let galley = self.layout(painter, text, width);
        let rect = anchor.anchor_size(at, galley.size());
        painter.galley(rect.min, galley, self.colour);
        rect
    }

    /// Paints the text turned a quarter to the left, centred on `at`: the title of a vertical axis.
    pub fn paint_upright(self, painter: &Painter, at: Pos2, text: &str, length: f32) -> Rect {
        let galley = self.layout(painter, text, length);
        let size = egui::vec2(galley.size().y, galley.size().x);
        let rect = Rect::from_center_size(at, size);
        let shape = egui::epaint::TextShape::new(rect.left_bottom(), galley, self.colour)
            .with_angle(-std::f32::consts::FRAC_PI_2);
        painter.add(Shape::Text(shape));
        rect
    }

    /// How wide the text is.
    pub fn width(self, painter: &Painter, text: &str) -> f32 {
        self.layout(painter, text, f32::INFINITY).size().x
    }

    /// The first of the wordings, longest first, that fits the width; else the last.
    pub fn longest_that_fits<'a>(
        self,
        painter: &Painter,
        wordings: &'a [String],
        width: f32,
    ) -> Option<&'a str> {
        wordings
            .iter()
            .find(|text| self.width(painter, text) <= width)
            .or(wordings.last())
            .map(String::as_str)
    }

    fn format(self) -> egui::TextFormat {
        egui::TextFormat::simple(font(self.size, self.weight), self.colour)
    }
}
