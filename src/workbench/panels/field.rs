//! A number that can be typed over: it looks like a figure until it is clicked.

use super::row::{paint_figure, paint_figure_left};
use super::theme_of;
use crate::scenario::quantity::in_unit;
use crate::workbench::language::Tip as _;
use crate::workbench::number::{self, THIN};
use crate::workbench::theme::{HALF, RADIUS, Size, Weight, font};
use egui::text_edit::TextEditState;
use egui::{
    Align, Id, Key, Margin, Rect, Response, Sense, TextEdit, Ui, UiBuilder, WidgetInfo, WidgetType,
    accesskit, text::CCursor, text_selection::CCursorRange,
};

/// A number, how it is written, and what may be typed.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// The accessible name, by which scripts find it.
    pub name: &'a str,
    /// What the tooltip says.
    pub tooltip: &'a str,
    /// The number.
    pub value: f64,
    /// The number as it is written, with its unit.
    pub text: &'a str,
    /// What may be typed; what lies outside is moved to the nearer end.
    pub range: (f64, f64),
    /// Whether only whole numbers are taken.
    pub whole: bool,
    /// Whether it stands at the left of its room, as in the bar, or at the right, as in a column.
    pub left: bool,
    /// What it measures, where a unit may be typed behind it.
    pub measured: Option<Measured<'a>>,
}

/// A figure with a unit. What cannot be had is refused in words, and not moved to the nearer end.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// What the figure is called, in words: "Mill · time to repair".
    pub called: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// The scenario's sign for money.
    pub currency: &'a str,
}

/// Why what was typed last was refused, once.
pub fn take_refusal(ui: &Ui) -> Option<String> {
    ui.data_mut(|data| data.remove_temp::<String>(refusal_id()))
}

fn refusal_id() -> Id {
    Id::new("why a typed figure was refused")
}

impl Field<'_> {
    /// Shows the number in a rectangle and returns what was typed, once it was confirmed.
    pub fn show(&self, ui: &mut Ui, rect: Rect, id: Id) -> (Response, Option<f64>) {
        match edited(ui, id) {
            Some(text) => self.edit(ui, rect, id, text),
            None => self.read(ui, rect, id),
        }
    }

    fn read(&self, ui: &Ui, rect: Rect, id: Id) -> (Response, Option<f64>) {
        let theme = theme_of(ui);
        let response = ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo {
            label: Some(self.name.to_owned()),
            value: Some(self.value),
            current_text_value: Some(self.text.to_owned()),
            ..WidgetInfo::new(WidgetType::DragValue)
        });
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_min_numeric_value(self.range.0);
            node.set_max_numeric_value(self.range.1);
            node.add_action(accesskit::Action::SetValue);
        });
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(rect.expand2([HALF, 0.0].into()), RADIUS, theme.hovered);
        }
        let paint = if self.left { paint_figure_left } else { paint_figure };
        paint(ui.painter(), rect, self.text, theme.text, theme.quiet);
        if response.clicked() {
            start_editing(ui, id, self.plain());
        }
        let scripted = ui.input(|input| {
            let requests = input.accesskit_action_requests(id, accesskit::Action::SetValue);
            requests
                .filter_map(|request| match &request.data {
                    Some(accesskit::ActionData::NumericValue(value)) => Some(*value),
                    Some(accesskit::ActionData::Value(text)) => parse(text),
                    _ => None,
                })
                .last()
        });
        let response = response.on_hover_cursor(egui::CursorIcon::Text).tip(self.tooltip);
        (response, scripted.map(|value| self.allowed(value)).filter(|new| *new != self.value))
    }

    fn edit(&self, ui: &mut Ui, rect: Rect, id: Id, mut text: String) -> (Response, Option<f64>) {
        let edit_id = id.with("edit");
        let rect = rect.expand2([HALF, 0.0].into());
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(id));
        child.spacing_mut().interact_size.y = rect.height();
        let mut output = TextEdit::singleline(&mut text)
            .id(edit_id)
            .font(font(Size::Small, Weight::Regular))
            .horizontal_align(if self.left { Align::Min } else { Align::Max })
            .vertical_align(Align::Center)
            .margin(Margin::symmetric(4, 2))
            .min_size(rect.size())
            .desired_width(rect.width() - 2.0 * HALF)
            .show(&mut child);
        ui.ctx().accesskit_node_builder(edit_id, |node| node.set_label(self.name));
        let response = output.response.response;
        let started = id.with("started");
        if ui.data(|data| data.get_temp::<bool>(started)).unwrap_or(false) {
            ui.data_mut(|data| data.remove::<bool>(started));
            response.request_focus();
            let end = CCursor::new(text.chars().count());
            let all = CCursorRange::two(CCursor::new(0), end);
            output.state.cursor.set_char_range(Some(all));
            output.state.store(ui.ctx(), edit_id);
            store(ui, id, Some(text));
            return (response, None);
        }
        if response.lost_focus() || !response.has_focus() {
            store(ui, id, None);
            let given_up = ui.input(|input| input.key_pressed(Key::Escape));
            if given_up {
                return (response, None);
            }
            let typed = self.typed(&text).unwrap_or_else(|why| {
                ui.data_mut(|data| data.insert_temp(refusal_id(), why));
                None
            });
            return (response, typed.filter(|new| *new != self.value));
        }
        store(ui, id, Some(text));
        (response, None)
    }

    /// What was typed: nothing where it is no number of a figure without a unit.
    fn typed(&self, text: &str) -> Result<Option<f64>, String> {
        let Some(Measured { called, unit, currency }) = self.measured else {
            return Ok(parse(text).map(|value| self.allowed(value)));
        };
        let value = in_unit(text, unit, currency)?;
        let value = if self.whole { value.round() } else { value };
        let (low, high) = self.range;
        if (low..=high).contains(&value) {
            return Ok(Some(value));
        }
        let bound = if value < low {
            format!("at least {}", plainly(low))
        } else {
            format!("at most {}", plainly(high))
        };
        Err(format!("{called} can be {bound} {unit} here; it stays as it was."))
    }

    fn allowed(&self, value: f64) -> f64 {
        let value = if self.whole { value.round() } else { value };
        value.clamp(self.range.0, self.range.1)
    }

    /// The number as a person would type it, with every digit that it has.
    fn plain(&self) -> String {
        if self.whole { format!("{:.0}", self.value) } else { self.value.to_string() }
    }
}

/// A bound in as few digits as it has, four at most.
fn plainly(bound: f64) -> String {
    let whole = bound.fract() == 0.0 && bound.abs() < 1e6;
    if whole { number::fixed(bound, 0) } else { number::significant(bound, 4) }
}

/// Lets a field be typed over from the next frame on, as if it had been clicked.
pub fn start_editing(ui: &Ui, id: Id, text: String) {
    store(ui, id, Some(text));
    ui.data_mut(|data| data.insert_temp(id.with("started"), true));
    ui.ctx().request_repaint();
}

fn edited(ui: &Ui, id: Id) -> Option<String> {
    ui.data(|data| data.get_temp(id.with("text")))
}

fn store(ui: &Ui, id: Id, text: Option<String>) {
    let id = id.with("text");
    ui.data_mut(|data| match text {
        Some(text) => {
            data.insert_temp(id, text);
        }
        None => data.remove::<String>(id),
    });
}

/// Reads a number as people type it: a true minus, thin spaces, a comma for the point, a unit
/// behind it that is passed over. None if there is no number or it is not finite.
pub fn parse(text: &str) -> Option<f64> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != THIN && *c != '_')
        .map(|c| match c {
            '−' => '-',
            ',' => '.',
            c => c,
        })
        .collect();
    // The longest beginning that is a number; what follows is a unit.
    let ends = plain.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    let value = ends
        .filter_map(|end| plain.get(..end))
        .filter(|start| start.ends_with(|c: char| c.is_ascii_digit() || c == '.'))
        .find_map(|start| start.parse::<f64>().ok())?;
    value.is_finite().then_some(value)
}

/// Puts the cursor of a text field behind its text, which is selected from this letter on.
pub fn put_cursor(ui: &Ui, edit: Id, text: &str, from: usize) {
    let (from, end) = (CCursor::new(from), CCursor::new(text.chars().count()));
    let mut state = TextEditState::default();
    state.cursor.set_char_range(Some(CCursorRange::two(from, end)));
    state.store(ui.ctx(), edit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, value) in [
            ("66", Some(66.0)),
            (" 8.3 min", Some(8.3)),
            ("8,3", Some(8.3)),
            ("−2\u{202F}412\u{202F}806", Some(-2_412_806.0)),
            ("1e5", Some(1e5)),
            ("3 €/h", Some(3.0)),
            ("", None),
            ("many", None),
            ("inf", None),
            ("nan", None),
            ("1e999", None),
            ("-", None),
        ] {
            assert_eq!(parse(text), value, "{text:?}");
        }
    }
}
