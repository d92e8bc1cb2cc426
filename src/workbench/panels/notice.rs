//! What was last said: that something was done, or why it could not be. It stays until it is put
//! away or something else is said.

use super::button::Button;
use super::icon::{self, Icon};
use super::row::ROW;
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{RADIUS, STEP};
use egui::{Rect, Sense, Ui, WidgetInfo, WidgetType, vec2};

/// The most that a notice takes of the stage's width (points).
const MOST: f32 = 420.0;

/// The key of conditions stands so tall at the foot of the stage (points).
const KEY: f32 = 4.0 * STEP;

/// Shows the notice in the lower left corner of the stage, above the key of conditions.
pub fn notice_ui(ui: &mut Ui, stage: Rect, words: &str, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let face = Face::small(theme.text);
    let room = (stage.width() - 2.0 * STEP).min(MOST) - 3.0 * STEP - ROW;
    let galley = face.wrap(ui.painter(), words, room);
    let size = galley.size() + vec2(3.0 * STEP + ROW, 2.0 * STEP);
    let corner = stage.left_bottom() + vec2(STEP, -STEP - KEY - size.y);
    let rect = Rect::from_min_size(corner.round(), size.ceil());
    let response = ui.interact(rect, ui.id().with("notice"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
    ui.painter().rect_filled(rect, RADIUS, theme.raised);
    icon::focus_ring(ui.painter(), rect, theme.accent);
    ui.painter().galley(rect.min + vec2(STEP, STEP), galley, theme.text);
    let dismiss = Button::icon("Dismiss notice", "Put this away", Icon::Close);
    let square =
        Rect::from_min_size(rect.right_top() + vec2(-ROW - STEP / 2.0, STEP / 2.0), vec2(ROW, ROW));
    if dismiss.show(ui, square, ui.id().with("dismiss notice")).clicked() {
        intents.push(Intent::DismissNotice);
    }
}
