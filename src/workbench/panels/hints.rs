//! Three hints at the first start, put away for good with one click.

use super::button::{Button, Look, popup_frame};
use super::layout::Areas;
use super::row::{Row, paragraph};
use super::theme_of;
use crate::workbench::docks::Pane;
use crate::workbench::intent::Intent;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP};
use egui::{Align2, Color32, Id, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

/// The width of a hint (points).
const WIDTH: f32 = 208.0;

/// Shows the hints beside what they point to.
pub fn hints_ui(ui: &mut Ui, areas: &Areas, speed: Rect, intents: &mut Vec<Intent>) {
    let below = pos2(speed.center().x, areas.top.bottom() + STEP);
    let speed = Hint {
        name: "hint speed",
        words: "From one beat a second to as fast as it goes. “Train ahead” plays ten million.",
        tip: below,
        pivot: Align2::CENTER_TOP,
    };
    speed.show(ui, areas, intents);
    if let Some(map) = areas.pane(Pane::Map) {
        let above = pos2(map.left() + 150.0, map.top() - STEP);
        let map = Hint {
            name: "hint map",
            words: "What each state is worth and what is done there. Click a cell to ask about it.",
            tip: above,
            pivot: Align2::CENTER_BOTTOM,
        };
        map.show(ui, areas, intents);
    }
    if let Some(right) = areas.pane(Pane::Agent) {
        let beside = pos2(right.left() - STEP, right.top() + right.height() * 0.32);
        let why = Hint {
            name: "hint why",
            words: "Why the agent does what it does: the values of all actions, beat by beat.",
            tip: beside,
            pivot: Align2::RIGHT_CENTER,
        };
        why.show(ui, areas, intents);
    }
}

/// Some words beside a place.
struct Hint<'a> {
    name: &'a str,
    words: &'a str,
    /// The place pointed to.
    tip: Pos2,
    /// Which side of the hint the place is at.
    pivot: Align2,
}

impl Hint<'_> {
    fn show(&self, ui: &mut Ui, areas: &Areas, intents: &mut Vec<Intent>) {
        let theme = theme_of(ui);
        let away = match self.pivot {
            Align2::CENTER_TOP => vec2(0.0, STEP),
            Align2::CENTER_BOTTOM => vec2(0.0, -STEP),
            _ => vec2(-STEP, 0.0),
        };
        let area = egui::Area::new(Id::new(self.name))
            .order(egui::Order::Middle)
            .pivot(self.pivot)
            .constrain_to(areas.whole)
            .fixed_pos(self.tip + away);
        let shown = area.show(ui.ctx(), |ui| {
            let frame = popup_frame(&theme).stroke(Stroke::new(1.0, theme.accent));
            frame.show(ui, |ui| {
                ui.set_width(WIDTH);
                ui.spacing_mut().item_spacing.y = HALF;
                paragraph(ui, Face::small(theme.text), self.words);
                self.dismiss_ui(ui, intents);
            });
        });
        let layer = egui::LayerId::new(egui::Order::Middle, Id::new(self.name));
        point(&ui.ctx().layer_painter(layer), self.tip, shown.response.rect, theme.accent);
    }

    fn dismiss_ui(&self, ui: &mut Ui, intents: &mut Vec<Intent>) {
        let mut row = Row::new(ui, 24.0);
        let name = format!("Dismiss {}", self.name);
        let button = Button::words(&name, "Put all hints away for good (Esc)", "Got it")
            .looking(Look::Raised);
        let place = row.right(56.0);
        if button.show(ui, place, ui.id().with("dismiss")).clicked() {
            intents.push(Intent::DismissHints);
        }
    }
}

/// A small wedge from the hint to the place.
fn point(painter: &egui::Painter, tip: Pos2, from: Rect, colour: Color32) {
    let base = from.clamp(tip);
    let side = (tip - base).rot90().normalized() * 5.0;
    if (tip - base).length() > 1.0 {
        let corners = vec![tip, base + side, base - side];
        painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
    }
}
