//! A row of a panel: words from the left, figures from the right, nothing cut without a tooltip.

use super::theme_of;
use crate::workbench::glossary::Explain as _;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number::THIN;
use crate::workbench::theme::{HALF, STEP, Size, Theme, Weight};
use egui::{
    Align2, Color32, Id, Painter, Rect, Response, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

/// The height of a row of a panel (points).
pub const ROW: f32 = 24.0;

/// A strip of a panel from which room is taken at either end.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The whole strip.
    pub whole: Rect,
    /// What is left of it.
    pub rest: Rect,
    id: Id,
    taken: u32,
}

impl Row {
    /// Takes a row of this height and the whole width of the panel.
    pub fn new(ui: &mut Ui, height: f32) -> Self {
        let size = vec2(ui.available_width(), height);
        let (whole, response) = ui.allocate_exact_size(size, Sense::hover());
        Self { whole, rest: whole, id: response.id, taken: 0 }
    }

    /// A row over a rectangle that was already taken.
    pub fn over(rect: Rect, id: Id) -> Self {
        Self { whole: rect, rest: rect, id, taken: 0 }
    }

    /// A name of its own for the next thing in this row.
    pub fn next_id(&mut self) -> Id {
        self.taken += 1;
        self.id.with(self.taken)
    }

    /// Takes so much room at the left.
    pub fn left(&mut self, width: f32) -> Rect {
        let width = width.min(self.rest.width()).max(0.0);
        let taken = self.rest.with_max_x(self.rest.left() + width);
        self.rest.min.x = taken.right();
        taken
    }

    /// Takes so much room at the right.
    pub fn right(&mut self, width: f32) -> Rect {
        let width = width.min(self.rest.width()).max(0.0);
        let taken = self.rest.with_min_x(self.rest.right() - width);
        self.rest.max.x = taken.left();
        taken
    }

    /// Writes from the left, no wider than `most`.
    pub fn say_left(&mut self, ui: &Ui, face: Face, text: &str, most: f32) -> Response {
        let width = face.width(ui.painter(), text).ceil().min(most).min(self.rest.width());
        let rect = self.left(width);
        let id = self.next_id();
        say(ui, rect, id, Align2::LEFT_CENTER, face, text)
    }

    /// Writes from the right, no wider than `most`.
    pub fn say_right(&mut self, ui: &Ui, face: Face, text: &str, most: f32) -> Response {
        let width = face.width(ui.painter(), text).ceil().min(most).min(self.rest.width());
        let rect = self.right(width);
        let id = self.next_id();
        say(ui, rect, id, Align2::RIGHT_CENTER, face, text)
    }

    /// Writes a figure from the right, its unit in a quieter tone.
    pub fn figure_right(&mut self, ui: &Ui, text: &str, most: f32) -> Response {
        let width = figure_width(ui, text).min(most).min(self.rest.width());
        let rect = self.right(width);
        let id = self.next_id();
        figure(ui, rect, id, text)
    }
}

/// Writes on one line inside a rectangle. What does not fit ends in an ellipsis and is told in
/// full by a tooltip; screen readers and scripts read the whole.
pub fn say(ui: &Ui, rect: Rect, id: Id, anchor: Align2, face: Face, text: &str) -> Response {
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    let galley = face.layout(ui.painter(), text, rect.width() + 0.5);
    let elided = galley.elided;
    let at = anchor.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(at.min, galley, face.colour);
    if elided { response.tip(text) } else { response }
}

/// Writes a figure right-aligned inside a rectangle, its unit in a quieter tone.
pub fn figure(ui: &Ui, rect: Rect, id: Id, text: &str) -> Response {
    let theme = theme_of(ui);
    if figure_width(ui, text) > rect.width() + 0.5 {
        return say(ui, rect, id, Align2::RIGHT_CENTER, Face::small(theme.text), text);
    }
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    paint_figure(ui.painter(), rect, text, theme.text, theme.quiet);
    response
}

/// Paints a figure left-aligned, its unit in a quieter tone.
pub fn paint_figure_left(painter: &Painter, rect: Rect, text: &str, ink: Color32, quiet: Color32) {
    let (number, unit) = split_unit(text);
    let at = rect.left_center();
    let number = Face::small(ink).paint(painter, Align2::LEFT_CENTER, at, number);
    let at = pos2(number.right(), rect.center().y);
    Face::small(quiet).paint(painter, Align2::LEFT_CENTER, at, unit);
}

/// Paints a figure right-aligned, its unit in a quieter tone.
pub fn paint_figure(painter: &Painter, rect: Rect, text: &str, ink: Color32, quiet: Color32) {
    let (number, unit) = split_unit(text);
    let at = rect.right_center();
    let unit = Face::small(quiet).paint(painter, Align2::RIGHT_CENTER, at, unit);
    let at = pos2(unit.left(), rect.center().y);
    Face::small(ink).paint(painter, Align2::RIGHT_CENTER, at, number);
}

/// How wide a figure is with its unit.
pub fn figure_width(ui: &Ui, text: &str) -> f32 {
    let face = Face::small(Color32::WHITE);
    let (number, unit) = split_unit(text);
    (face.width(ui.painter(), number) + face.width(ui.painter(), unit)).ceil()
}

/// Splits `"278.4 € / h"` after its last digit, with the space at the unit. Text that does not
/// begin as a number has no unit.
pub fn split_unit(text: &str) -> (&str, &str) {
    let begins = |c: char| c.is_numeric() || matches!(c, '−' | '-' | '±' | '.' | '<' | '>');
    if !text.starts_with(begins) {
        return (text, "");
    }
    let after = text
        .char_indices()
        .rfind(|(_, c)| c.is_numeric())
        .map_or(text.len(), |(at, c)| at + c.len_utf8());
    let (number, unit) = text.split_at(after);
    if unit.starts_with([' ', THIN]) { (number, unit) } else { (text, "") }
}

/// A row with words at the left and a figure at the right.
pub fn fact(ui: &mut Ui, label: &str, value: &str) -> Response {
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let most = row.whole.width();
    let response = row.figure_right(ui, value, most);
    row.right(STEP);
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), label, room).explain(label);
    response
}

/// The letters of a heading.
pub fn heading_face(theme: &Theme) -> Face {
    Face { size: Size::Small, weight: Weight::SemiBold, colour: theme.text }
}

/// The heading of a section; what is left of the row is returned for what stands at its right.
pub fn heading(ui: &mut Ui, words: &str) -> Row {
    let face = heading_face(&theme_of(ui));
    let mut row = Row::new(ui, ROW);
    let room = row.rest.width();
    row.say_left(ui, face, words, room);
    row.left(STEP);
    row
}

/// A row that folds what stands below it, and whether it was clicked. `name` is its accessible
/// name; `note` stands at its right and folds it too.
pub fn fold(ui: &mut Ui, name: &str, words: &str, note: &str, unfolded: bool) -> bool {
    let theme = theme_of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    // What is scrolled out of sight lies under other panels: it is not there to be clicked.
    if !ui.clip_rect().shrink(1.0).intersects(rect) {
        return false;
    }
    let mut row = Row::over(rect, ui.id().with(("fold", name)));
    let mut clicked = false;
    if !note.is_empty() {
        let said = row.say_right(ui, Face::small(theme.quiet), note, rect.width() / 2.0);
        clicked = said.interact(Sense::click()).clicked();
    }
    let response = ui.interact(row.rest, ui.id().with(("fold", name)), Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(WidgetType::CollapsingHeader, true, unfolded, name));
    row.left(HALF);
    let mark = row.left(16.0);
    let ink = if response.hovered() { theme.text } else { theme.quiet };
    let icon = if unfolded { super::icon::Icon::Down } else { super::icon::Icon::Right };
    icon.paint(ui.painter(), mark, ink);
    let galley = Face::small(ink).layout(ui.painter(), words, row.rest.width());
    let at = row.left(galley.size().x + STEP);
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), at);
    ui.painter().galley(at.min, galley, ink);
    if response.has_focus() {
        super::icon::focus_ring(ui.painter(), rect, theme.accent);
    }
    clicked || response.clicked()
}

/// A hairline between two sections, with its space.
pub fn rule(ui: &mut Ui) {
    let theme = theme_of(ui);
    let row = Row::new(ui, 2.0 * STEP + 1.0);
    let y = row.whole.center().y.round() + 0.5;
    ui.painter().hline(row.whole.x_range(), y, theme.line());
}

/// A paragraph over as many lines as it needs.
pub fn paragraph(ui: &mut Ui, face: Face, text: &str) -> Response {
    let galley = face.wrap(ui.painter(), text, ui.available_width());
    let size = vec2(ui.available_width(), galley.size().y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    ui.painter().galley(rect.min, galley, face.colour);
    response
}

/// A paragraph with a mark in front of it, for what must be seen.
pub fn notice(ui: &mut Ui, icon: super::icon::Icon, colour: Color32, text: &str) -> Response {
    let face = Face::small(colour);
    let indent = 20.0;
    let galley = face.wrap(ui.painter(), text, ui.available_width() - indent);
    let size = vec2(ui.available_width(), galley.size().y + HALF);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    icon.paint(ui.painter(), Rect::from_min_size(rect.min, vec2(14.0, 15.0)), colour);
    ui.painter().galley(rect.min + vec2(indent, 0.0), galley, colour);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_from_figures() {
        for (text, number, unit) in [
            ("278.4 € / h", "278.4", " € / h"),
            ("4.8503 … 4.8503 € / min", "4.8503 … 4.8503", " € / min"),
            ("8 · 10⁻⁷", "8 · 10⁻⁷", ""),
            ("1 / (1 + n^0.6)", "1 / (1 + n^0.6)", ""),
            ("hold 1", "hold 1", ""),
            ("−3 €", "−3", " €"),
            ("", "", ""),
        ] {
            assert_eq!(split_unit(text), (number, unit));
        }
    }
}
