//! The level of a variable, to be set: by a switch, along a rail, or from a menu, as many as there are.

use super::button::{Button, Item, menu, switch, switch_width};
use super::field::Field;
use super::row::Row;
use super::slider::{self, Track};
use crate::mdp::{Level, Variable};
use crate::workbench::number;
use crate::workbench::theme::STEP;
use egui::{Ui, vec2};

/// A variable of so many levels at most has a switch between them.
const SWITCHED: u64 = 3;
/// The widest a switch may be (points).
const WIDEST: f32 = 152.0;

/// How the levels of a variable are set.
pub struct Setter<'a> {
    /// With which word the names of its controls begin: "Set".
    pub verb: &'a str,
    /// The key that goes to the next level, or nothing.
    pub key: &'a str,
}

impl Setter<'_> {
    /// Shows the control at the right of a row, and says which level was set.
    pub fn show(
        &self,
        ui: &mut Ui,
        row: &mut Row,
        id: egui::Id,
        variable: &Variable,
        level: Level,
    ) -> Option<Level> {
        if variable.size() <= SWITCHED {
            self.switched(ui, row, id, variable, level)
        } else if variable.labels.is_empty() {
            self.counted(ui, row, id, variable, level)
        } else {
            self.listed(ui, row, id, variable, level)
        }
    }

    fn switched(
        &self,
        ui: &Ui,
        row: &mut Row,
        id: egui::Id,
        variable: &Variable,
        level: Level,
    ) -> Option<Level> {
        let levels: Vec<Level> = (variable.low..=variable.high).collect();
        let labels: Vec<String> = levels.iter().map(|level| variable.label(*level)).collect();
        let names: Vec<String> = labels
            .iter()
            .map(|label| format!("{} {} to {label}", self.verb, variable.name))
            .collect();
        let tooltip = match self.key {
            "" => String::new(),
            key => format!("({key} goes to the next)"),
        };
        let options: Vec<_> = names
            .iter()
            .zip(&labels)
            .map(|(name, label)| (name.as_str(), label.as_str(), tooltip.as_str()))
            .collect();
        let place = row.right(switch_width(ui, &options).min(WIDEST)).shrink2(vec2(0.0, 2.0));
        let on = usize::try_from(level - variable.low).unwrap_or(0);
        switch(ui, place, id, &options, on).and_then(|place| levels.get(place).copied())
    }

    /// A number that is typed or drawn along a rail.
    fn counted(
        &self,
        ui: &mut Ui,
        row: &mut Row,
        id: egui::Id,
        variable: &Variable,
        level: Level,
    ) -> Option<Level> {
        let (low, high) = (f64::from(variable.low), f64::from(variable.high));
        let text = number::fixed(f64::from(level), 0);
        let field = Field {
            name: &format!("{} {}", self.verb, variable.name),
            tooltip: "Click to type",
            value: f64::from(level),
            text: &text,
            range: (low, high),
            whole: true,
            left: false,
            measured: None,
        };
        let place = row.right(36.0);
        let typed = field.show(ui, place, id.with("field")).1;
        row.right(STEP);
        let track = Track { low, high, logarithmic: false, whole: true };
        let place = row.right(96.0);
        let slide = if self.verb == "Set" { "Slide" } else { "Slide state" };
        let name = format!("{slide} {}", variable.name);
        let moved = slider::slider(ui, place, id.with("rail"), &name, &track, f64::from(level)).1;
        typed.or(moved).map(|level| level as Level)
    }

    /// One of several words, from a menu.
    fn listed(
        &self,
        ui: &Ui,
        row: &mut Row,
        id: egui::Id,
        variable: &Variable,
        level: Level,
    ) -> Option<Level> {
        let name = format!("{} {}", self.verb, variable.name);
        let words = variable.label(level);
        let button = Button { quiet: false, ..Button::menu(&name, "Choose another", &words) };
        let place = row.right(button.width(ui).min(WIDEST));
        let response = button.show(ui, place, id);
        let mut set = None;
        menu(ui, &response, 180.0, |ui| {
            egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for other in variable.low..=variable.high {
                    let label = variable.label(other);
                    let item = Item { selected: other == level, ..Item::new(&label) };
                    if item.show(ui) && other != level {
                        set = Some(other);
                    }
                }
            });
        });
        set
    }
}
