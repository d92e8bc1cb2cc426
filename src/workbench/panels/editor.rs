//! The scenario as text, with buttons for one machine more or less.

use super::button::Button;
use super::icon::Icon;
use super::row::{ROW, Row, heading, paragraph};
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP, Size, Weight, font};
use crate::workbench::view::EditorView;
use egui::{Id, TextEdit, Ui};

/// So many faults are listed.
const FAULTS: usize = 4;
/// Room for them (points).
const ROOM: f32 = 120.0;

/// What is typed, and which text it began with.
#[derive(Debug, Clone, Default)]
struct Draft {
    text: String,
    version: u64,
}

/// Shows the text and takes what is typed.
pub fn editor_ui(ui: &mut Ui, view: &EditorView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let id = Id::new("scenario as text");
    let mut row = heading(ui, "Scenario as text");
    let faults = view.findings.iter().filter(|finding| !finding.warning).count();
    let (state, ink) = match (faults, view.reading) {
        (0, true) => ("reading…".to_owned(), theme.quiet),
        (0, false) => ("opened as it is typed".to_owned(), theme.quiet),
        (1, _) => ("1 fault: the line stays as it was".to_owned(), theme.warning),
        (faults, _) => (format!("{faults} faults: the line stays as it was"), theme.warning),
    };
    let room = row.rest.width();
    row.say_right(ui, Face::small(ink), &state, room);
    for list in &view.lists {
        let mut row = Row::new(ui, ROW);
        let count = list.count.to_string();
        for (does, icon, longer) in
            [("One more", Icon::Plus, true), ("One less", Icon::Minus, false)]
        {
            let name = format!("{does} {}", list.noun);
            let button = Button::icon(&name, &name, icon).enabled(longer || list.count > 1);
            let place = row.right(ROW);
            if button.show(ui, place, ui.id().with(&name)).clicked() {
                intents.push(Intent::Lengthen { field: list.field, longer });
            }
            if longer {
                row.say_right(ui, Face::small(theme.text), &count, 28.0);
            }
        }
        let room = row.rest.width();
        row.say_left(ui, Face::small(theme.quiet), list.field, room);
    }
    ui.add_space(HALF);
    let mut draft = ui.data(|data| data.get_temp::<Draft>(id)).unwrap_or_default();
    if draft.version != view.version {
        draft = Draft { text: view.text.to_string(), version: view.version };
    }
    let below = if view.findings.is_empty() { 0.0 } else { ROOM };
    let height = (ui.available_height() - below - STEP).max(40.0);
    egui::ScrollArea::both().id_salt("text").max_height(height).auto_shrink(false).show(ui, |ui| {
        let edit = TextEdit::multiline(&mut draft.text)
            .id(id.with("edit"))
            .font(font(Size::Small, Weight::Regular))
            .lock_focus(true)
            .desired_rows(8)
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Scenario text"));
        if response.changed() {
            intents.push(Intent::Edit(draft.text.clone()));
        }
    });
    ui.data_mut(|data| data.insert_temp(id, draft));
    ui.add_space(HALF);
    egui::ScrollArea::vertical().id_salt("faults").max_height(below).show(ui, |ui| {
        for finding in view.findings.iter().take(FAULTS) {
            let ink = if finding.warning { theme.quiet } else { theme.warning };
            let words = format!("{} · {}: {}", finding.place, finding.path, finding.message);
            paragraph(ui, Face::small(ink), &words);
            if !finding.remedy.is_empty() {
                paragraph(ui, Face::small(theme.quiet), &finding.remedy);
            }
        }
    });
}
