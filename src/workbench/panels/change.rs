//! Another state for the line: a machine is broken, an order sent, a shelf filled.

use super::button::{Button, popover};
use super::icon::Icon;
use super::level::Setter;
use super::row::{ROW, Row, paragraph};
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP};
use crate::workbench::view::ChangeView;
use egui::{Rect, Ui};

/// The width of the list (points).
pub const WIDTH: f32 = 300.0;
/// Its greatest height (points).
const MOST: f32 = 320.0;

/// A button that opens the list of all state variables.
pub fn change_ui(ui: &Ui, place: Rect, view: &ChangeView, intents: &mut Vec<Intent>) {
    let tooltip = match &view.refused {
        Some(why) => why.as_str(),
        None => "Break a machine, send an order: put the line into another state",
    };
    let button = Button {
        quiet: true,
        ..Button::icon("Change state", tooltip, Icon::Sliders).enabled(view.refused.is_none())
    };
    let response = button.show(ui, place, ui.id().with("change state"));
    popover(ui, &response, WIDTH, |ui| {
        let theme = theme_of(ui);
        let words =
            "The line goes on from the state that is set here; what is measured begins anew.";
        paragraph(ui, Face::small(theme.quiet), words);
        ui.add_space(HALF);
        egui::ScrollArea::vertical().max_height(MOST).show(ui, |ui| {
            variables_ui(ui, view, 0..view.variables.len(), intents);
        });
    });
}

/// Some of the state's variables, each with a control for its level.
pub fn variables_ui(
    ui: &mut Ui,
    view: &ChangeView,
    which: impl IntoIterator<Item = usize>,
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    for place in which {
        let (Some(variable), Some(level)) = (view.variables.get(place), view.state.get(place))
        else {
            continue;
        };
        let mut row = Row::new(ui, ROW + HALF);
        let id = ui.id().with(("put", place));
        let set = Setter { verb: "Put", key: "" }.show(ui, &mut row, id, variable, *level);
        row.right(STEP);
        let room = row.rest.width();
        row.say_left(ui, Face::small(theme.text), &variable.name, room);
        if let Some(level) = set.filter(|set| set != level) {
            let mut state = view.state.clone();
            if let Some(slot) = state.get_mut(place) {
                *slot = level;
            }
            intents.push(Intent::Put(state));
        }
    }
}
