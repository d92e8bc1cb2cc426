//! Policy and value over two variables, with the others held or following the present state.

use super::button::{Button, Item, menu, popover, switch, switch_width};
use super::icon::Icon;
use super::map_repeats;
use super::row::{ROW, Row, paragraph};
use super::slider::{self, Track};
use super::theme_of;
use crate::mdp::{Level, Variable};
use crate::workbench::charts::heat_map::{
    ActionMark, Choice, Fill, HeatMap, Scale, Side, Worth, heat_map,
};
use crate::workbench::glossary::Explain as _;
use crate::workbench::intent::{Intent, Mapped};
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP, Size, Theme, Weight};
use crate::workbench::tones;
use crate::workbench::view::{MapCell, MapView};
use egui::{Align2, Color32, Id, Ui};

/// No chooser of an axis is wider than this (points).
const MOST_NAME: f32 = 110.0;
/// The title, and what it is where there is little room.
const TITLES: [&str; 4] = ["Policy and value", "Policy", "Map", ""];

/// Shows the map with its choosers, or says why there is none.
pub fn map_ui(ui: &mut Ui, view: Option<&MapView>, no_map: &str, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let Some(view) = view else {
        title_ui(ui, &mut row, TITLES[0], &theme);
        ui.add_space(STEP);
        paragraph(ui, Face::small(theme.quiet), no_map);
        return;
    };
    choosers_ui(ui, &mut row, view, intents);
    let words = TITLES.map(str::to_owned);
    let face = title_face(&theme);
    let room = row.rest.width() - STEP;
    let words = face.longest_that_fits(ui.painter(), &words, room).unwrap_or_default().to_owned();
    title_ui(ui, &mut row, &words, &theme).cite(&view.source, "value");
    ui.add_space(HALF);
    cells_ui(ui, view, &theme, intents);
}

fn title_face(theme: &Theme) -> Face {
    Face { size: Size::Small, weight: Weight::SemiBold, colour: theme.text }
}

fn title_ui(ui: &Ui, row: &mut Row, words: &str, theme: &Theme) -> egui::Response {
    let room = row.rest.width();
    row.say_left(ui, title_face(theme), words, room)
}

/// From the right: what the rest is held at, the axis upwards, the axis across.
fn choosers_ui(ui: &mut Ui, row: &mut Row, view: &MapView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let (x, y) = view.axes;
    let name = |place: usize| view.variables.get(place).map_or("–", |v| v.name.as_str());
    let (across, upwards) = (name(x), name(y));
    if view.variables.len() < 2 {
        // One variable alone: there is nothing to choose but what the colours show.
        let colours = Button::menu("Map slices", "What the colours show", "colours");
        let place = row.right(colours.width(ui));
        let response = colours.show(ui, place, ui.id().with("slices"));
        popover(ui, &response, 280.0, |ui| slices_ui(ui, view, &[], intents));
        return;
    }
    let across = Button::menu("Map across", "The variable across", across);
    let upwards = Button::menu("Map upwards", "The variable upwards", upwards);
    let rest = rest_of(view);
    let (wide_x, wide_y) = (across.width(ui).min(MOST_NAME), upwards.width(ui).min(MOST_NAME));
    // The title stays whole if the levels of the rest can be said, or counted, beside it.
    let title = title_face(&theme).width(ui.painter(), TITLES[0]) + 2.0 * STEP;
    let room = row.rest.width() - wide_x - wide_y - 2.0 * SIGN - title;
    let wordings = held_wordings(view, &rest);
    let wide_of = |held: &str| Button::menu("", "", held).width(ui);
    // Where not even that has room beside the shortest title, it is a figure.
    let shortest = TITLES.last().map_or(0.0, |title| title_face(&theme).width(ui.painter(), title));
    let spare = room + title - shortest - 2.0 * STEP;
    let (usual, least) = wordings.split_at(wordings.len().saturating_sub(1));
    let held = usual.iter().find(|held| wide_of(held) <= room);
    let held = held.or(usual.last().filter(|held| wide_of(held) <= spare)).or(least.first());
    let held = held.map_or("", String::as_str);
    let tooltip = format!("The other variables: {}", wordings.first().map_or("", String::as_str));
    let slices = Button::menu("Map slices", &tooltip, held);
    let place = row.right(slices.width(ui));
    let response = slices.show(ui, place, ui.id().with("slices"));
    popover(ui, &response, 280.0, |ui| slices_ui(ui, view, &rest, intents));
    sign_ui(ui, row, "·", &theme);
    let place = row.right(wide_y);
    let response = upwards.show(ui, place, ui.id().with("upwards"));
    if let Some(chosen) = variables_menu(ui, &response, view, y) {
        let x = if chosen == x { y } else { x };
        intents.push(Intent::SetMapAxes { x, y: chosen });
    }
    sign_ui(ui, row, "×", &theme);
    let place = row.right(wide_x);
    let response = across.show(ui, place, ui.id().with("across"));
    if let Some(chosen) = variables_menu(ui, &response, view, x) {
        let y = if chosen == y { x } else { y };
        intents.push(Intent::SetMapAxes { x: chosen, y });
    }
}

/// Room for a sign between two choosers (points).
const SIGN: f32 = 14.0;

fn sign_ui(ui: &Ui, row: &mut Row, sign: &str, theme: &Theme) {
    let place = row.right(SIGN);
    Face::small(theme.quiet).paint(ui.painter(), Align2::CENTER_CENTER, place.center(), sign);
}

fn variables_menu(ui: &Ui, button: &egui::Response, view: &MapView, now: usize) -> Option<usize> {
    let mut chosen = None;
    menu(ui, button, 220.0, |ui| {
        for (place, variable) in view.variables.iter().enumerate() {
            let selected = place == now;
            if (Item { selected, ..Item::new(&variable.name) }).show(ui) && !selected {
                chosen = Some(place);
            }
        }
    });
    chosen
}

/// The variables that are on no axis.
fn rest_of(view: &MapView) -> Vec<usize> {
    (0..view.variables.len())
        .filter(|place| *place != view.axes.0 && *place != view.axes.1)
        .collect()
}

/// The level at which a variable is shown.
fn level_of(view: &MapView, place: usize) -> Level {
    let held = if follows(view, place) { &view.present } else { &view.slice };
    held.get(place).or(view.slice.get(place)).copied().unwrap_or(0)
}

fn follows(view: &MapView, place: usize) -> bool {
    view.follows.get(place).copied().unwrap_or(false)
}

/// "mill up · press down", or where that is too long, "2 more", or "+2".
fn held_wordings(view: &MapView, rest: &[usize]) -> Vec<String> {
    if rest.is_empty() {
        return vec!["colours".to_owned(); 2];
    }
    let words = rest.iter().filter_map(|place| {
        let variable = view.variables.get(*place)?;
        Some(format!("{} {}", variable.name, variable.label(level_of(view, *place))))
    });
    let all = words.collect::<Vec<_>>().join(" · ");
    vec![all, format!("{} more", rest.len()), format!("+{}", rest.len())]
}

/// A slider for each of the other variables, and what the colours show.
fn slices_ui(ui: &mut Ui, view: &MapView, rest: &[usize], intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    mapped_ui(ui, view, intents);
    let mut row = Row::new(ui, ROW);
    let options = [
        ("Colour by value", "value", "Cells are coloured by their value"),
        ("Colour by policy", "policy", "Cells are coloured by the action of the policy"),
    ];
    let place = row.right(switch_width(ui, &options));
    let by_policy = fill(ui) == Fill::Policy;
    if let Some(place) = switch(ui, place, ui.id().with("fill"), &options, usize::from(by_policy)) {
        ui.data_mut(|data| data.insert_temp(fill_id(), place == 1));
    }
    row.say_left(ui, Face::small(theme.quiet), "colours show", 100.0);
    repeat_ui(ui, view, rest, intents);
    egui::ScrollArea::vertical().max_height(400.0).show(ui, |ui| {
        for place in rest {
            if let Some(variable) = view.variables.get(*place) {
                slice_ui(ui, view, *place, variable, intents);
            }
        }
    });
}

/// The variable for whose levels the map is repeated.
fn repeat_ui(ui: &mut Ui, view: &MapView, rest: &[usize], intents: &mut Vec<Intent>) {
    if rest.is_empty() {
        return;
    }
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let now = view.repeats.as_ref().map(|(place, _)| *place);
    let name = |place: usize| view.variables.get(place).map_or("", |one| one.name.as_str());
    let tooltip = "Draw the map once for each level of another variable";
    let button = Button::menu("Repeat map", tooltip, now.map_or("nothing", name));
    let place = row.right(button.width(ui).min(MOST_NAME));
    let response = button.show(ui, place, ui.id().with("repeat"));
    menu(ui, &response, 220.0, |ui| {
        let each = rest.iter().map(|place| (Some(*place), name(*place)));
        for (place, name) in std::iter::once((None, "nothing")).chain(each) {
            if (Item { selected: place == now, ..Item::new(name) }).show(ui) && place != now {
                intents.push(Intent::RepeatMap(place));
            }
        }
    });
    let room = row.rest.width() - STEP;
    row.say_left(ui, Face::small(theme.quiet), "repeated over", room);
}

/// What the map shows, to be chosen where there is more than one thing.
fn mapped_ui(ui: &mut Ui, view: &MapView, intents: &mut Vec<Intent>) {
    let names: Vec<_> = view.offers.iter().map(|mapped| mapped.words()).collect();
    let accessible: Vec<String> = names.iter().map(|(name, _)| format!("Map of {name}")).collect();
    if names.len() < 2 {
        return;
    }
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW);
    let options: Vec<_> = names
        .iter()
        .zip(&accessible)
        .map(|((name, about), accessible)| (accessible.as_str(), *name, *about))
        .collect();
    let place = row.right(switch_width(ui, &options));
    let on = view.offers.iter().position(|mapped| *mapped == view.mapped).unwrap_or(0);
    let chosen = switch(ui, place, ui.id().with("mapped"), &options, on);
    if let Some(mapped) = chosen.and_then(|place| view.offers.get(place)) {
        intents.push(Intent::ShowMap(*mapped));
    }
    let room = row.rest.width() - STEP;
    row.say_left(ui, Face::small(theme.quiet), "map of", room);
}

fn slice_ui(
    ui: &mut Ui,
    view: &MapView,
    place: usize,
    variable: &Variable,
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    let level = level_of(view, place);
    let following = follows(view, place);
    let mut row = Row::new(ui, ROW);
    let words = variable.label(level);
    row.say_right(ui, Face::small(theme.text), &words, 120.0);
    row.right(STEP);
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), &variable.name, room);

    let mut row = Row::new(ui, ROW);
    let name = format!("Follow {}", variable.name);
    let tooltip = if following {
        "Follows the present state: click to hold it here"
    } else {
        "Held: click to let it follow the present state"
    };
    let toggle = Button { quiet: !following, ..Button::icon(&name, tooltip, Icon::Follow) };
    let square = row.right(ROW);
    if toggle.show(ui, square, ui.id().with(("follow", place))).clicked() {
        let level = following.then_some(level);
        intents.push(Intent::SetSlice { variable: place, level });
    }
    row.right(STEP);
    let track = Track {
        low: f64::from(variable.low),
        high: f64::from(variable.high),
        logarithmic: false,
        whole: true,
    };
    let name = format!("Slice {}", variable.name);
    let id = ui.id().with(("slice", place));
    let (_, moved) = slider::slider(ui, row.rest, id, &name, &track, f64::from(level));
    if let Some(value) = moved {
        intents.push(Intent::SetSlice { variable: place, level: Some(value.round() as Level) });
    }
}

fn cells_ui(ui: &mut Ui, view: &MapView, theme: &Theme, intents: &mut Vec<Intent>) {
    let (x, y) = view.axes;
    // A single row has no axis upwards.
    let flat = Variable::count("", 0, 0, "");
    let Some(across) = view.variables.get(x) else { return };
    let upwards = if x == y { Some(&flat) } else { view.variables.get(y) };
    let Some(upwards) = upwards else { return };
    let mut names = [across, upwards].map(levels_of);
    if x == y {
        names[1] = vec![String::new()];
    }
    let titles = [across, upwards].map(title_of);
    let worth: Vec<_> = view.cells.iter().map(worth_of).collect();
    let choices: Vec<_> = view.cells.iter().map(|(_, actions)| choice_of(actions)).collect();
    let (colours, coloured_by) = colours(view, &choices, theme);
    let marks: Vec<_> = view
        .actions
        .names
        .iter()
        .zip(colours)
        .map(|((name, mark), colour)| ActionMark { name: name.clone(), mark: mark.clone(), colour })
        .collect();
    let value_title = match view.unit.as_str() {
        "" => view.value_name.clone(),
        unit => format!("{}, {unit}", view.value_name),
    };
    let at = |level: Level, variable: &Variable| {
        usize::try_from(i64::from(level) - i64::from(variable.low)).ok()
    };
    let cell = |x_level: Level, y_level: Level| {
        let row = if x == y { Some(0) } else { at(y_level, upwards) };
        Some((at(x_level, across)?, row?))
    };
    let present = view
        .present
        .get(x)
        .zip(view.present.get(y))
        .filter(|_| rest_of(view).iter().all(|v| view.present.get(*v) == Some(&level_of(view, *v))))
        .and_then(|(x_level, y_level)| cell(*x_level, *y_level));
    let map = HeatMap {
        name: "Value map",
        x: Side { title: &titles[0], name: &across.name, levels: &names[0] },
        y: Side { title: &titles[1], name: &upwards.name, levels: &names[1] },
        worth: &worth,
        choices: &choices,
        marks: &marks,
        parts: Some(&view.actions),
        coloured_by,
        value_title: &value_title,
        whose: &view.whose,
        scale: match view.mapped {
            Mapped::Error => Scale::around_nothing(&worth),
            _ => Scale::over(&worth),
        },
        fill: fill(ui),
        bare: false,
        present,
        selected: view.inspected.and_then(|(x_level, y_level)| cell(x_level, y_level)),
    };
    if let Some((repeated, maps)) = &view.repeats {
        let clicked = map_repeats::repeats_ui(ui, view, (*repeated, maps), &map, theme);
        if let Some((level, (column, row))) = clicked {
            let mut state = state_of(view, column, row);
            if let Some(slot) = state.get_mut(*repeated) {
                *slot = level;
            }
            intents.push(Intent::Inspect(Some(state)));
        }
        return;
    }
    if let Some((column, row)) = heat_map(ui, &map, theme).clicked {
        intents.push(Intent::Inspect(Some(state_of(view, column, row))));
    }
}

/// The state of the cell: its axes' levels, and the others as they are shown.
fn state_of(view: &MapView, column: usize, row: usize) -> Vec<Level> {
    let level = |place: usize, steps: usize| {
        let low = view.variables.get(place).map_or(0, |variable| variable.low);
        low.saturating_add(Level::try_from(steps).unwrap_or(Level::MAX))
    };
    let levels = (0..view.variables.len()).map(|place| match place {
        place if place == view.axes.0 => level(place, column),
        place if place == view.axes.1 => level(place, row),
        place => level_of(view, place),
    });
    levels.collect()
}

fn levels_of(variable: &Variable) -> Vec<String> {
    (variable.low..=variable.high).map(|level| variable.label(level)).collect()
}

fn title_of(variable: &Variable) -> String {
    if variable.unit.is_empty() || variable.unit == variable.name {
        variable.name.clone()
    } else {
        format!("{}, {}", variable.name, variable.unit)
    }
}

/// What a cell is worth.
pub fn worth_of((value, _): &MapCell) -> Worth {
    value.map_or(Worth::NeverVisited, Worth::Known)
}

/// What is done in a cell.
pub fn choice_of(actions: &[usize]) -> Choice {
    let flat = |action: &usize| u16::try_from(*action).unwrap_or(u16::MAX);
    match actions {
        [] => Choice::None,
        [only] => Choice::Action(flat(only)),
        [first, second, ..] => Choice::Tie(flat(first), flat(second)),
    }
}

/// The colours of the actions, and the part of an action that they stand for, where there are too many
/// actions in the picture for a colour each: of counts the size is a shade, of others the first part
/// in which the actions that are shown differ has a colour for each of its levels.
fn colours(view: &MapView, choices: &[Choice], theme: &Theme) -> (Vec<Color32>, Option<usize>) {
    let (actions, parts) = (&view.actions, &view.actions.parts);
    let all = 0..actions.names.len();
    let mut shown: Vec<usize> = choices
        .iter()
        .filter_map(|choice| match choice {
            Choice::Action(action) | Choice::Tie(action, _) => Some(usize::from(*action)),
            Choice::None => None,
        })
        .collect();
    shown.sort_unstable();
    shown.dedup();
    let differs = |part: usize| {
        let mut levels = shown.iter().map(|action| actions.level(*action, part));
        levels.next().is_some_and(|first| levels.any(|level| level != first))
    };
    let of_part = |place: usize| {
        let inks = parts.get(place).map_or(Vec::new(), |part| tones::of_levels(part, theme));
        let of = |action| inks.get(actions.level(action, place)).copied();
        all.clone().map(|action| of(action).unwrap_or(theme.raised)).collect()
    };
    let few = theme.series.len();
    if let [only] = parts.as_slice() {
        let by_part = (only.counts && actions.names.len() > few).then_some(0);
        return (of_part(0), by_part);
    }
    if actions.names.len() <= few {
        return (all.map(|action| theme.series(action)).collect(), None);
    }
    if shown.len() > few
        && let Some(part) = (0..parts.len()).find(|part| differs(*part))
    {
        return (of_part(part), Some(part));
    }
    let place = |action: usize| shown.iter().position(|other| *other == action);
    (all.map(|action| place(action).map_or(theme.raised, |at| theme.series(at))).collect(), None)
}

fn fill_id() -> Id {
    Id::new("map coloured by policy")
}

fn fill(ui: &Ui) -> Fill {
    let by_policy = ui.data(|data| data.get_temp::<bool>(fill_id())).unwrap_or(false);
    if by_policy { Fill::Policy } else { Fill::Value }
}
