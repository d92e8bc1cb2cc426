//! The glossary: the terms of the field, searched by a few letters of their names in either language.

use super::button::popup_frame;
use super::field;
use super::row::{ROW, Row, heading, paragraph, rule};
use super::theme_of;
use crate::workbench::glossary::{ALL, Entry, found};
use crate::workbench::language::{Language, said};
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP, Size, Weight, font};
use egui::{Id, Margin, TextEdit, Ui};

/// How wide it is (points).
const WIDTH: f32 = 560.0;

fn id() -> Id {
    Id::new("glossary")
}

fn edit_id() -> Id {
    id().with("sought")
}

/// Whether it is open.
pub fn is_shown(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp::<String>(id())).is_some()
}

/// Opens it at what is sought; all terms where that is empty.
pub fn show(ui: &Ui, sought: &str) {
    // What is typed next takes its place.
    field::put_cursor(ui, edit_id(), sought, 0);
    keep(ui, sought);
}

fn keep(ui: &Ui, sought: &str) {
    ui.data_mut(|data| data.insert_temp(id(), sought.to_owned()));
}

/// Puts it away.
pub fn put_away(ui: &Ui) {
    ui.data_mut(|data| data.remove::<String>(id()));
}

/// Draws it over the window while it is open.
pub fn glossary_ui(ui: &Ui, language: Language) {
    let Some(mut sought) = ui.data(|data| data.get_temp::<String>(id())) else { return };
    let theme = theme_of(ui);
    let room = ui.max_rect();
    let modal = egui::Modal::new(id()).frame(popup_frame(&theme).inner_margin(2.0 * STEP));
    let shown = modal.show(ui.ctx(), |ui| {
        ui.set_width(WIDTH.min(room.width() - 8.0 * STEP));
        ui.spacing_mut().item_spacing.y = 0.0;
        let terms = found(&sought);
        let mut row = heading(ui, "Glossary");
        let count = format!("{} of {} terms", terms.len(), ALL.len());
        let most = row.rest.width();
        row.say_right(ui, Face::small(theme.quiet), &count, most);
        ui.add_space(HALF);
        let edit = TextEdit::singleline(&mut sought)
            .id(edit_id())
            .font(font(Size::Body, Weight::Regular))
            .margin(Margin::symmetric(8, 6))
            .hint_text(said(ui.ctx(), "Search a term").into_owned())
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Sought term"));
        response.request_focus();
        ui.add_space(STEP);
        let height = (room.height() - 168.0).clamp(120.0, 560.0);
        let mut list = egui::ScrollArea::vertical().max_height(height).auto_shrink(false);
        if response.changed() {
            list = list.vertical_scroll_offset(0.0);
        }
        list.show(ui, |ui| {
            if terms.is_empty() {
                let mut row = Row::new(ui, ROW);
                let most = row.rest.width();
                row.say_left(ui, Face::small(theme.quiet), "nothing found", most);
            }
            for (place, entry) in terms.into_iter().enumerate() {
                if place > 0 {
                    rule(ui);
                }
                entry_ui(ui, entry, language);
            }
        });
    });
    if shown.should_close() {
        put_away(ui);
    } else {
        keep(ui, &sought);
    }
}

/// The term, what it means, its formula and its source. In another language its English name, by which
/// the books have it, stands beside it.
fn entry_ui(ui: &mut Ui, entry: &Entry, language: Language) {
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let most = row.rest.width();
    row.say_left(ui, Face::name(theme.text), entry.term(language), most);
    if language != Language::English && entry.term(language) != entry.name() {
        row.left(STEP);
        let most = row.rest.width();
        row.say_left(ui, Face::small(theme.quiet), entry.name(), most);
    }
    paragraph(ui, Face::small(theme.text), entry.means(language));
    if !entry.formula.is_empty() {
        ui.add_space(HALF);
        let face = Face { size: Size::Body, ..Face::small(theme.text) };
        paragraph(ui, face, &entry.formula);
    }
    ui.add_space(HALF);
    paragraph(ui, Face::small(theme.quiet), &entry.source);
}
