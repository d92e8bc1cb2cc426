//! Asks in a popover where a file is to be written.

use super::button::{Button, Look};
use super::row::{Row, paragraph};
use super::theme_of;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{Size, Weight, font};
use egui::{Id, Key, Margin, TextEdit, Ui};
use std::path::PathBuf;

/// What is asked.
pub struct AskedFile<'a> {
    /// Under which the name is kept while it is typed.
    pub id: Id,
    /// What will be in the file.
    pub words: &'a str,
    /// The accessible name of the field.
    pub field: &'a str,
    /// The accessible name of the button.
    pub button: &'a str,
}

impl AskedFile<'_> {
    /// Shows a field for the name, `usual` at first, and a button. Returns the name once it is
    /// confirmed; the popover then closes.
    pub fn show(&self, ui: &mut Ui, usual: impl FnOnce() -> String) -> Option<PathBuf> {
        let theme = theme_of(ui);
        let mut path = ui.data(|data| data.get_temp::<String>(self.id)).unwrap_or_else(usual);
        paragraph(ui, Face::small(theme.quiet), self.words);
        let edit = TextEdit::singleline(&mut path)
            .id(self.id.with("edit"))
            .font(font(Size::Small, Weight::Regular))
            .margin(Margin::symmetric(8, 4))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(self.field));
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let mut row = Row::new(ui, 28.0);
        let named = !path.trim().is_empty();
        let write = Button::words(self.button, "Write the file", "Save");
        let write = write.looking(Look::Accent).enabled(named);
        let place = row.right(64.0);
        let clicked = write.show(ui, place, ui.id().with(self.button)).clicked();
        if named && (clicked || entered) {
            ui.data_mut(|data| data.remove::<String>(self.id));
            ui.close();
            return Some(PathBuf::from(path.trim()));
        }
        ui.data_mut(|data| data.insert_temp(self.id, path));
        None
    }
}
