//! How the panes are arranged: the arrangements that have a name, and which panes are there.

use super::button::Item;
use super::row::rule;
use crate::workbench::docks::{Layout, Pane};
use crate::workbench::intent::Intent;
use crate::workbench::view::View;
use egui::Ui;

/// The arrangements with their keys.
const LAYOUTS: [(Layout, &str); 4] = [
    (Layout::Explore, "Ctrl+1"),
    (Layout::Compare, "Ctrl+2"),
    (Layout::Learn, "Ctrl+3"),
    (Layout::Present, "F11"),
];

/// Shows them as a menu.
pub fn arrange_ui(ui: &mut Ui, view: &View, intents: &mut Vec<Intent>) {
    layouts_ui(ui, view, true, intents);
    rule(ui);
    for (pane, there) in Pane::ALL.into_iter().zip(view.panes) {
        if pane != Pane::Picture && (Item { selected: there, ..Item::new(pane.title()) }).show(ui) {
            intents.push(Intent::TogglePane(pane));
        }
    }
    rule(ui);
    if (Item { note: "as they were at first", ..Item::new("Restore the panes") }).show(ui) {
        intents.push(Intent::RestoreLayout);
    }
}

/// The arrangements alone, with what each is for or without.
pub fn layouts_ui(ui: &mut Ui, view: &View, notes: bool, intents: &mut Vec<Intent>) {
    for (layout, key) in LAYOUTS {
        let selected = layout == view.layout;
        let note = if notes { layout.about() } else { "" };
        let item = Item { key, selected, note, ..Item::new(layout.name()) };
        if item.show(ui) && !selected {
            intents.push(match layout {
                Layout::Present => Intent::TogglePresenting,
                layout => Intent::Arrange(layout),
            });
        }
    }
}
