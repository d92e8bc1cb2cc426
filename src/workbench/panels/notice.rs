//! What was last said: that something was done, or why it could not be; and changes that were left
//! unsaved, to be had again with one click. Each stays until it is put away or something else is said.

use super::button::{Button, Look};
use super::icon::{self, Icon};
use super::row::ROW;
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, RADIUS, STEP};
use crate::workbench::view::LeftView;
use egui::{Rect, Sense, Ui, WidgetInfo, WidgetType, vec2};

/// The most that a notice takes of the stage's width (points).
const MOST: f32 = 420.0;

/// The key of conditions stands so tall at the foot of the stage (points).
const KEY: f32 = 4.0 * STEP;

/// Shows the notice in the lower left corner of the stage, above the key of conditions. Returns the
/// room above it.
pub fn notice_ui(ui: &mut Ui, stage: Rect, words: &str, intents: &mut Vec<Intent>) -> Rect {
    let theme = theme_of(ui);
    let face = Face::small(theme.text);
    let room = (stage.width() - 2.0 * STEP).min(MOST) - 3.0 * STEP - ROW;
    let galley = face.wrap(ui.painter(), words, room);
    let size = galley.size() + vec2(3.0 * STEP + ROW, 2.0 * STEP);
    let rect = card(ui, stage, size);
    let response = ui.interact(rect, ui.id().with("notice"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words));
    ui.painter().galley(rect.min + vec2(STEP, STEP), galley, theme.text);
    let dismiss = Button::icon("Dismiss notice", "Put this away", Icon::Close);
    if put_away(ui, rect, &dismiss) {
        intents.push(Intent::DismissNotice);
    }
    stage.with_max_y(rect.top() + KEY)
}

/// Shows the latest changes that were left unsaved when the program ended at the foot of the room there
/// is.
pub fn offer_ui(ui: &mut Ui, room: Rect, left: &[LeftView], intents: &mut Vec<Intent>) {
    let offered = left.iter().enumerate().rfind(|(_, left)| left.offered);
    let Some((at, offer)) = offered else { return };
    let words = match offer.changes.len() {
        1 => format!("Restore 1 change to {}", offer.title),
        count => format!("Restore {count} changes to {}", offer.title),
    };
    let tooltip =
        format!("Left unsaved when Taktlab was last closed:\n{}", offer.changes.join("\n"));
    let restore = Button {
        icon: Some(Icon::Undo),
        ..Button::words("Restore changes", &tooltip, &words).looking(Look::Raised)
    };
    let most = (room.width() - 2.0 * STEP).min(MOST);
    let width = restore.width(ui).min(most - 2.0 * STEP - ROW);
    let rect = card(ui, room, vec2(width + 2.0 * STEP + ROW, ROW + STEP));
    let place = Rect::from_min_size(rect.min + vec2(HALF, HALF), vec2(width, ROW));
    if restore.show(ui, place, ui.id().with("restore changes")).clicked() {
        intents.push(Intent::RestoreChanges(at));
    }
    let decline = Button::icon("Forget changes", "Forget these changes", Icon::Close);
    if put_away(ui, rect, &decline) {
        intents.push(Intent::DeclineChanges(at));
    }
}

/// The ground of a card of this size in the lower left corner of the stage.
fn card(ui: &Ui, stage: Rect, size: egui::Vec2) -> Rect {
    let theme = theme_of(ui);
    let corner = stage.left_bottom() + vec2(STEP, -STEP - KEY - size.y);
    let rect = Rect::from_min_size(corner.round(), size.ceil());
    ui.painter().rect_filled(rect, RADIUS, theme.raised);
    icon::focus_ring(ui.painter(), rect, theme.accent);
    rect
}

/// A cross in the upper right corner of a card, and whether it was clicked.
fn put_away(ui: &Ui, card: Rect, button: &Button<'_>) -> bool {
    let corner = card.right_top() + vec2(-ROW - HALF, HALF);
    let square = Rect::from_min_size(corner, vec2(ROW, ROW));
    button.show(ui, square, ui.id().with(button.name)).clicked()
}
