//! The figures of the scenario that can be changed while it runs.

use super::button::Button;
use super::field::{Field, Measured};
use super::icon::Icon;
use super::row::{ROW, Row, figure_width, fold, heading, say};
use super::slider::{self, Track};
use super::theme_of;
use crate::workbench::glossary::Explain as _;
use crate::workbench::intent::Intent;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number::{self, THIN};
use crate::workbench::theme::HALF;
use crate::workbench::view::{ParameterView, ParametersView};
use egui::{Align2, Id, Ui};

/// A figure has no more room than this beside its label (points).
const MOST_FIGURE: f32 = 112.0;
/// Up to so many whole numbers, a figure gets a button for one more and one less.
const FEW: f64 = 200.0;

/// Shows all parameters, with how many were changed; they scroll where they have no room.
pub fn parameters_ui(ui: &mut Ui, view: &ParametersView, intents: &mut Vec<Intent>) {
    let mut row = heading(ui, "Parameters");
    let changed = view.parameters.iter().filter(|p| p.value != p.default).count();
    if changed > 0 {
        let words = format!("{changed} changed");
        let button = Button {
            icon_last: true,
            quiet: true,
            icon: Some(Icon::Restore),
            ..Button::words(
                "Reset parameters",
                "Give all figures their values from the file",
                &words,
            )
        };
        let place = row.right(button.width(ui));
        if button.show(ui, place, ui.id().with("reset parameters")).clicked() {
            intents.push(Intent::ResetParameters);
        }
    }
    egui::ScrollArea::vertical().id_salt("parameters").show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if view.parameters.is_empty() {
            let theme = theme_of(ui);
            let words = "This scenario has no figures to change while it runs.";
            super::row::paragraph(ui, Face::small(theme.quiet), words);
        }
        for group in groups(view) {
            group_ui(ui, view, group, intents);
        }
    });
}

/// Figures of one thing, one after the other.
fn groups(view: &ParametersView) -> impl Iterator<Item = &[ParameterView]> {
    view.parameters.chunk_by(|one, next| one.owner == next.owner)
}

/// The figures of one thing under its name, which folds them.
fn group_ui(
    ui: &mut Ui,
    view: &ParametersView,
    group: &[ParameterView],
    intents: &mut Vec<Intent>,
) {
    let Some(first) = group.first() else { return };
    if !first.owner.is_empty() {
        let unfolded = is_unfolded(ui, view, &first.owner);
        let name = format!("Parameters of {}", first.owner);
        let changed = group.iter().filter(|p| p.value != p.default).count();
        let hidden = match changed {
            _ if unfolded => String::new(),
            0 => group.len().to_string(),
            some => format!("{some} changed"),
        };
        if fold(ui, &name, &first.owner, &hidden, unfolded) {
            ui.data_mut(|data| data.insert_temp(unfolded_id(&first.owner), !unfolded));
        }
        if !unfolded {
            return;
        }
    }
    let (used, idle): (Vec<_>, Vec<_>) = group.iter().partition(|parameter| is_used(parameter));
    // A few are no trouble, and one thing's only figures are not to be looked for.
    let folds = idle.len() >= FOLDED && !used.is_empty();
    if !folds {
        group.iter().for_each(|parameter| parameter_ui(ui, parameter, intents));
        return;
    }
    used.into_iter().for_each(|parameter| parameter_ui(ui, parameter, intents));
    let shown = is_idle_shown(ui, &first.owner);
    let name = match first.owner.as_str() {
        "" => "Unused figures".to_owned(),
        owner => format!("Unused figures of {owner}"),
    };
    if fold(ui, &name, "at zero in the file", &idle.len().to_string(), shown) {
        ui.data_mut(|data| data.insert_temp(idle_id(&first.owner), !shown));
    }
    if shown {
        idle.into_iter().for_each(|parameter| parameter_ui(ui, parameter, intents));
    }
}

/// From so many figures on, those that stand at zero fold.
const FOLDED: usize = 3;

/// Whether the figure is one of what the scenario has: a price of zero, a chance of zero are of
/// what it leaves out.
fn is_used(parameter: &ParameterView) -> bool {
    parameter.value != 0.0 || parameter.default != 0.0
}

fn is_idle_shown(ui: &Ui, owner: &str) -> bool {
    ui.data(|data| data.get_temp::<bool>(idle_id(owner))).unwrap_or(false)
}

fn idle_id(owner: &str) -> Id {
    Id::new(("unused parameters shown", owner))
}

/// So many figures stand open at first; where there are more, only those of the first thing do.
const OPEN: usize = 10;

fn is_unfolded(ui: &Ui, view: &ParametersView, owner: &str) -> bool {
    let clicked = ui.data(|data| data.get_temp::<bool>(unfolded_id(owner)));
    let first = view.parameters.iter().find(|parameter| !parameter.owner.is_empty());
    let is_first = first.is_some_and(|first| first.owner == owner);
    let used = view.parameters.iter().filter(|parameter| is_used(parameter)).count();
    clicked.unwrap_or(is_first || used <= OPEN)
}

fn unfolded_id(owner: &str) -> Id {
    Id::new(("parameters unfolded", owner))
}

/// How tall the panel is with all its rows.
pub fn height(ui: &Ui, view: &ParametersView) -> f32 {
    let row = |p: &ParameterView| if has_steps(p) { ROW } else { ROW + slider::HEIGHT + HALF };
    let groups = groups(view).map(|group| {
        let owner = group.first().map_or("", |first| first.owner.as_str());
        let head = if owner.is_empty() { 0.0 } else { ROW };
        let open = owner.is_empty() || is_unfolded(ui, view, owner);
        if !open {
            return head;
        }
        let idle = group.iter().filter(|parameter| !is_used(parameter)).count();
        let folds = idle >= FOLDED && idle < group.len();
        let hides = folds && !is_idle_shown(ui, owner);
        let shown = group.iter().filter(|parameter| !hides || is_used(parameter));
        head + shown.map(row).sum::<f32>() + if folds { ROW } else { 0.0 }
    });
    ROW + HALF + groups.sum::<f32>().max(2.0 * ROW)
}

fn has_steps(parameter: &ParameterView) -> bool {
    parameter.whole && parameter.range.1 - parameter.range.0 <= FEW
}

fn parameter_ui(ui: &mut Ui, parameter: &ParameterView, intents: &mut Vec<Intent>) {
    let id = ui.id().with(("parameter", parameter.path.as_str()));
    let theme = theme_of(ui);
    let (stepped, in_hand) = (has_steps(parameter), id.with("in hand"));
    // While the knob is held the figure follows the hand, not the run, which may be a frame late.
    let held = ui.data(|data| data.get_temp::<f64>(in_hand)).filter(|_| !stepped);
    let value = held.unwrap_or(parameter.value);
    let mut asked = None;

    let mut row = Row::new(ui, ROW);
    if stepped {
        asked = steps_ui(ui, &mut row, id, parameter);
    } else {
        let label = Face::small(theme.text).width(ui.painter(), &parameter.label) + HALF;
        let room = row.rest.width() - label;
        let place = row.right(figure_room(ui, parameter, value, room));
        asked = asked.or(field_ui(ui, place, id, parameter, value));
    }
    row.right(HALF);
    let changed = parameter.value != parameter.default;
    let ink = if changed { theme.text } else { theme.quiet };
    let label = row.rest;
    let response =
        say(ui, label, id.with("label"), Align2::LEFT_CENTER, Face::small(ink), &parameter.label);
    let response = ui.interact(label, id.with("double"), egui::Sense::click()).union(response);
    let response = response.cite(tooltip(parameter), &parameter.label);
    let full = parameter.full_name();
    let mut reset = response.double_clicked();

    if !stepped {
        let track = Track {
            low: parameter.range.0,
            high: parameter.range.1,
            logarithmic: parameter.logarithmic,
            whole: parameter.whole,
        };
        let row = Row::new(ui, slider::HEIGHT);
        let slider_id = id.with("slider");
        let (response, moved) = slider::slider(ui, row.whole, slider_id, &full, &track, value);
        asked = asked.or(moved);
        ui.data_mut(|data| match moved.or(held) {
            Some(value) if response.dragged() => {
                data.insert_temp(in_hand, value);
            }
            _ => data.remove::<f64>(in_hand),
        });
        let response = response.tip(tooltip(parameter));
        reset |= response.double_clicked();
        ui.add_space(HALF);
    }
    if reset && changed {
        intents.push(Intent::ResetParameter(parameter.path.clone()));
    } else if let Some(value) = asked {
        intents.push(Intent::SetParameter { path: parameter.path.clone(), value });
    }
}

/// One less, the figure, one more.
fn steps_ui(ui: &mut Ui, row: &mut Row, id: Id, parameter: &ParameterView) -> Option<f64> {
    let (low, high) = parameter.range;
    let full = parameter.full_name();
    let more_name = format!("More {full}");
    let less_name = format!("Less {full}");
    let most = format!("At most {} here; a file may have more", number::fixed(high, 0));
    let one_more = if parameter.value < high { "One more" } else { &most };
    let more = Button::icon(&more_name, one_more, Icon::Plus)
        .enabled(parameter.value < high)
        .looking(super::button::Look::Raised);
    let less = Button { name: &less_name, tooltip: "One less", icon: Some(Icon::Minus), ..more }
        .enabled(parameter.value > low);
    let square = |place: egui::Rect| place.shrink2(egui::vec2(0.0, 3.0));
    let mut asked = None;
    let place = square(row.right(20.0));
    if more.show(ui, place, id.with("more")).clicked() {
        asked = Some((parameter.value + 1.0).min(high));
    }
    row.right(HALF);
    let place = row.right(figure_room(ui, parameter, parameter.value, MOST_FIGURE).max(36.0));
    asked = asked.or(field_ui(ui, place, id, parameter, parameter.value));
    row.right(HALF);
    let place = square(row.right(20.0));
    if less.show(ui, place, id.with("less")).clicked() {
        asked = Some((parameter.value - 1.0).max(low));
    }
    asked
}

fn field_ui(
    ui: &mut Ui,
    place: egui::Rect,
    id: Id,
    parameter: &ParameterView,
    value: f64,
) -> Option<f64> {
    let called = parameter.full_name();
    let measured =
        Measured { called: &called, unit: &parameter.unit, currency: &parameter.currency };
    // Where there is no slider of that name, a script sets the figure by the label itself.
    let full = parameter.full_name();
    let beside_slider = format!("{full} value");
    let name = if has_steps(parameter) { &full } else { &beside_slider };
    let text = written(parameter, value);
    let field = Field {
        name,
        tooltip: "Click to type a number, in this or another unit",
        value,
        text: &text,
        range: parameter.bounds,
        whole: parameter.whole,
        left: false,
        measured: Some(measured),
    };
    field.show(ui, place, id.with("figure")).1
}

/// Room for the figure now and at both ends, so that it stands still while it changes; but where
/// its label leaves so little `room` that it would be cut, for the figure now.
fn figure_room(ui: &Ui, parameter: &ParameterView, value: f64, room: f32) -> f32 {
    let (low, high) = parameter.range;
    let [low, high, now] =
        [low, high, value].map(|value| figure_width(ui, &written(parameter, value)));
    low.max(high).min(room).max(now).min(MOST_FIGURE)
}

/// The figure with its unit: as it would be typed, with five digits at most.
fn written(parameter: &ParameterView, value: f64) -> String {
    let text =
        if parameter.whole { number::fixed(value, 0) } else { number::significant(value, 5) };
    let text = if text.contains('.') && !text.contains('·') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    let unit = match parameter.unit.as_str() {
        // What is counted has its name before it already.
        unit if unit == parameter.label => "",
        unit if text == "1" && is_plural(unit) => unit.strip_suffix('s').unwrap_or(unit),
        unit => unit,
    };
    if unit.is_empty() { text } else { format!("{text}{THIN}{unit}") }
}

/// Whether the unit is a word in the plural, such as beats, and no sign, such as s.
fn is_plural(unit: &str) -> bool {
    unit.len() > 3 && unit.ends_with('s') && unit.chars().all(char::is_alphabetic)
}

fn tooltip(parameter: &ParameterView) -> String {
    let default = written(parameter, parameter.default);
    let change = if parameter.value == parameter.default {
        "as in the file".to_owned()
    } else {
        format!("{default} in the file: double click to go back to it")
    };
    let rounded = parameter.becomes.as_ref();
    let rounded = rounded.map_or(String::new(), |becomes| format!("rounded to {becomes}\n"));
    match parameter.help.as_str() {
        "" => format!("{}\n{rounded}{change}", parameter.full_name()),
        help => format!("{}\n{help}\n{rounded}{change}", parameter.full_name()),
    }
}
