//! What is shown of a kind that has no picture of its own: its state in words.

use super::lettering::Face;
use super::line::key::key_figures;
use super::theme::{STEP, Theme};
use super::view::FigureView;
use egui::{Align2, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

/// The height of a line of words, in points.
const LINE: f32 = 24.0;

/// A state at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainScene {
    /// Key figures at the top.
    pub figures: Vec<FigureView>,
    /// The state, a variable a line: `x = 3`.
    pub state: Vec<String>,
    /// A sentence at the bottom.
    pub notice: Option<String>,
}

/// Draws the state over all the room there is.
pub fn plain(ui: &mut Ui, scene: &PlainScene, theme: &Theme) {
    let (rect, _) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme.ground);
    let top = key_figures(ui, rect, &scene.figures, theme);
    let room = rect.width() - 4.0 * STEP;
    let height = LINE * scene.state.len() as f32;
    let first = ((top + rect.bottom() - height) / 2.0).max(top + STEP);
    for (line, words) in scene.state.iter().enumerate() {
        let at = pos2(rect.center().x, first + LINE * line as f32);
        Face::name(theme.text).paint_within(&painter, Align2::CENTER_TOP, at, words, room);
    }
    if let Some(notice) = &scene.notice {
        let at = rect.center_bottom() - vec2(0.0, 3.0 * STEP);
        let face = Face::small(theme.warning);
        face.paint_within(&painter, Align2::CENTER_CENTER, at, notice, room);
    }
    let words = scene.state.join(", ");
    let state = Rect::from_min_max(pos2(rect.left(), first), rect.right_bottom());
    let response = ui.interact(state, ui.id().with("state"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
}
