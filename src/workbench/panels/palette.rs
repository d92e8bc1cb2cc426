//! The command palette: everything that can be done now, found by a few letters of its name.

use super::button::{Item, popup_frame};
use super::curve;
use super::field;
use super::glossary;
use super::keyboard;
use super::row::{ROW, Row};
use super::theme_of;
use crate::workbench::docks::Pane;
use crate::workbench::glossary::ALL;
use crate::workbench::intent::{Chart, Intent, Rates, Speed};
use crate::workbench::language::{Language, said, said_in};
use crate::workbench::lettering::Face;
use crate::workbench::number::{self, THIN};
use crate::workbench::theme::{HALF, STEP, Size, Weight, font};
use crate::workbench::view::View;
use egui::{Id, Key, Margin, Modifiers, TextEdit, Ui};
use std::ffi::OsStr;
use std::path::Path;

/// How wide it is, and how many of its lines are seen at once.
const WIDTH: f32 = 460.0;
const LINES: usize = 12;
/// So many letters of a folder's path are shown.
const LONGEST_FOLDER: usize = 36;
/// Beats to be trained ahead, as powers of ten.
const AHEAD: [u32; 5] = [3, 4, 5, 6, 7];
/// Speeds that are offered \[beats a second\].
const SPEEDS: [f64; 6] = [1.0, 5.0, 20.0, 100.0, 1000.0, f64::INFINITY];

/// How the names of the files begin that were opened last.
pub const RECENT: &str = "Open recent";

/// What a command does.
#[derive(Debug, Clone, PartialEq)]
enum Does {
    /// It asks for something.
    Ask(Intent),
    /// It looks up a term in the glossary.
    LookUp(&'static str),
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq)]
struct Command {
    /// In words, from which it is found: "Open Three machines".
    name: String,
    /// What stands at the right: its key, else what it belongs to.
    beside: String,
    does: Does,
}

/// What is typed, and which of the lines found is marked.
#[derive(Debug, Clone, Default)]
struct Typed {
    text: String,
    marked: usize,
}

fn id() -> Id {
    Id::new("command palette")
}

fn edit_id() -> Id {
    id().with("text")
}

/// Whether it is open.
pub fn is_shown(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp::<Typed>(id())).is_some()
}

/// Opens it with this typed, or puts it away.
pub fn show(ui: &Ui, typed: Option<&str>) {
    if let Some(text) = typed {
        field::put_cursor(ui, edit_id(), text, text.chars().count());
    }
    ui.data_mut(|data| match typed {
        Some(text) => {
            data.insert_temp(id(), Typed { text: text.to_owned(), marked: 0 });
        }
        None => {
            data.remove::<Typed>(id());
        }
    });
}

/// Draws it near the top of the window while it is open.
pub fn palette_ui(ui: &Ui, view: &View, intents: &mut Vec<Intent>) {
    let Some(mut typed) = ui.data(|data| data.get_temp::<Typed>(id())) else { return };
    let theme = theme_of(ui);
    let all = commands(view);
    let mut chosen = None;
    let room = ui.max_rect();
    let area = egui::Modal::default_area(id())
        .anchor(egui::Align2::CENTER_TOP, egui::vec2(0.0, (room.height() * 0.12).round()));
    let modal = egui::Modal::new(id()).area(area).frame(popup_frame(&theme));
    let shown = modal.show(ui.ctx(), |ui| {
        ui.set_width(WIDTH.min(room.width() - 4.0 * STEP));
        ui.spacing_mut().item_spacing.y = 0.0;
        // Before the field sees them: there they would move the cursor.
        let pressed =
            |ui: &Ui, key| ui.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, key));
        let (up, down) = (pressed(ui, Key::ArrowUp), pressed(ui, Key::ArrowDown));
        let edit = TextEdit::singleline(&mut typed.text)
            .id(edit_id())
            .font(font(Size::Body, Weight::Regular))
            .margin(Margin::symmetric(8, 6))
            .hint_text(said(ui.ctx(), "Type what you want to do").into_owned())
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Command"));
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if !entered {
            response.request_focus();
        }
        if response.changed() {
            typed.marked = 0;
        }
        let found = found(&all, &typed.text, view.language);
        let last = found.len().saturating_sub(1);
        typed.marked = (typed.marked + down).min(last).saturating_sub(up);
        ui.add_space(HALF);
        if found.is_empty() {
            let mut row = Row::new(ui, ROW);
            let room = row.rest.width();
            row.say_left(ui, Face::small(theme.quiet), "nothing found", room);
        }
        let moved = up + down > 0;
        let lines = egui::ScrollArea::vertical().max_height(LINES as f32 * ROW).auto_shrink(true);
        lines.show(ui, |ui| {
            for (place, command) in found.iter().enumerate() {
                let lit = place == typed.marked;
                let top = ui.cursor().top();
                let item = Item { key: &command.beside, lit, ..Item::new(&command.name) };
                if item.show(ui) || (lit && entered) {
                    chosen = Some(command.does.clone());
                }
                if lit && moved {
                    let x = ui.min_rect().x_range();
                    let line = egui::Rect::from_x_y_ranges(x, top..=ui.cursor().top());
                    ui.scroll_to_rect(line, None);
                }
            }
        });
    });
    let close = chosen.is_some() || shown.should_close();
    match chosen {
        Some(Does::Ask(intent)) => intents.push(intent),
        Some(Does::LookUp(term)) => glossary::show(ui, term),
        None => {}
    }
    if close {
        show(ui, None);
    } else {
        ui.data_mut(|data| data.insert_temp(id(), typed));
    }
}

/// The commands in which every word typed occurs: those that begin with what was typed first, then
/// those of which a word does, then all others, each in their usual order.
fn found<'c>(all: &'c [Command], text: &str, language: Language) -> Vec<&'c Command> {
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let rank = |command: &Command| {
        let name = command.name.to_lowercase();
        // In English as well: agents and methods have the names of the field.
        let said = said_in(language, &command.name).to_lowercase();
        let whole = format!("{name} {said} {}", command.beside.to_lowercase());
        let begins = |word: &&str| {
            whole.split(|c: char| !c.is_alphanumeric()).any(|one| one.starts_with(word))
        };
        match () {
            () if !words.iter().all(|word| whole.contains(word)) => None,
            () if name.starts_with(&text) || said.starts_with(&text) => Some(0),
            () if words.iter().all(begins) => Some(1),
            () => Some(2),
        }
    };
    let ranked = all.iter().filter_map(|command| Some((rank(command)?, command)));
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, command)| command).collect()
}

/// Everything that can be done as things are.
fn commands(view: &View) -> Vec<Command> {
    let mut all = Vec::new();
    let mut add = |name: String, beside: &str, intent: Intent| {
        all.push(Command { name, beside: beside.to_owned(), does: Does::Ask(intent) });
    };
    for (does, key, intent) in keyboard::asked(view) {
        let mut letters = does.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        add(first.chain(letters.clone()).collect(), key, intent);
    }
    if view.transport.ahead.is_none() {
        for power in AHEAD {
            let beats = 10_u64.pow(power);
            let name = format!("Train ahead {} beats", number::ten_to_the(power.into()));
            add(name, "run", Intent::TrainAhead(beats));
        }
    }
    for speed in SPEEDS {
        let (name, speed) = match speed.is_finite() {
            true => {
                let name = format!("Play {} beats a second", number::fixed(speed, 0));
                (name, Speed::PerSecond(speed))
            }
            false => ("Play as fast as it goes".to_owned(), Speed::Fastest),
        };
        add(name, "speed", Intent::SetSpeed(speed));
    }
    let agents = view.agent.options.iter();
    for option in agents.filter(|one| one.unavailable.is_none() && one.choice != view.agent.choice)
    {
        add(format!("Let {} act", option.name), "agent", Intent::ChooseAgent(option.choice));
    }
    for (place, method) in view.agent.methods.iter().enumerate() {
        if place != view.agent.method {
            add(format!("Plan by {method}"), "optimum", Intent::ChooseMethod(place));
        }
    }
    if !view.agent.methods.is_empty() {
        add("Plan again".to_owned(), "optimum", Intent::PlanAgain { paused: false });
        let by_hand = Intent::PlanAgain { paused: true };
        add("Plan again sweep by sweep".to_owned(), "optimum", by_hand);
    }
    for (kind, title) in curve::offered(&view.curve) {
        let show = Intent::ShowCurve(Chart::First, kind);
        add(format!("Show the curve {title}"), "curve", show);
    }
    for (kind, title) in view.beside.iter().flat_map(curve::offered) {
        let show = Intent::ShowCurve(Chart::Second, kind);
        add(format!("Show {title} on the second chart"), "curve", show);
    }
    for (pane, there) in Pane::ALL.into_iter().zip(view.panes) {
        if pane != Pane::Picture {
            let does = if there { "Close" } else { "Add" };
            let name = format!("{does} the pane {}", pane.title());
            add(name, "window", Intent::TogglePane(pane));
        }
    }
    add("Restore the panes".to_owned(), "window", Intent::RestoreLayout);
    if let Some(map) = &view.map {
        for mapped in map.offers.iter().filter(|mapped| **mapped != map.mapped) {
            let name = format!("Show the map of {}", mapped.words().0);
            add(name, "map", Intent::ShowMap(*mapped));
        }
        let repeated = map.repeats.as_ref().map(|(place, _)| *place);
        if repeated.is_some() {
            add("Draw the map once".to_owned(), "map", Intent::RepeatMap(None));
        }
        let (x, y) = map.axes;
        for (place, variable) in map.variables.iter().enumerate() {
            if place != x && place != y {
                if repeated != Some(place) {
                    let name = format!("Repeat the map over {}", variable.name);
                    add(name, "map", Intent::RepeatMap(Some(place)));
                }
                let across = Intent::SetMapAxes { x: place, y };
                add(format!("Put {} across the map", variable.name), "map", across);
                let upwards = Intent::SetMapAxes { x, y: place };
                add(format!("Put {} up the map", variable.name), "map", upwards);
            }
        }
    }
    for language in Language::ALL.into_iter().filter(|language| *language != view.language) {
        add(language.name().to_owned(), "language", Intent::SetLanguage(language));
    }
    if view.has_hours {
        let (name, rates) = match (view.rates, view.by_days) {
            (Rates::PerHour, _) => ("Show figures a beat", Rates::PerBeat),
            (Rates::PerBeat, true) => ("Show figures a day", Rates::PerHour),
            (Rates::PerBeat, false) => ("Show figures an hour", Rates::PerHour),
        };
        add(name.to_owned(), "view", Intent::SetRates(rates));
    }
    if !view.text.is_empty() {
        let name = if view.shows_text {
            "Hide the scenario’s text"
        } else {
            "Show the scenario’s text"
        };
        add(name.to_owned(), "view", Intent::ToggleText);
    }
    for parameter in view.parameters.parameters.iter() {
        if parameter.value != parameter.default {
            let name = format!("Reset {}", parameter.full_name());
            let back =
                format!("{}{THIN}{}", number::significant(parameter.default, 4), parameter.unit);
            add(name, back.trim_end(), Intent::ResetParameter(parameter.path.clone()));
        }
    }
    for (name, title, _) in &view.library.lessons {
        add(format!("Begin the lesson {title}"), "lessons", Intent::BeginLesson(name.clone()));
    }
    for file in &view.library.recent {
        let part = |path: Option<&OsStr>| path.unwrap_or_default().to_string_lossy().into_owned();
        let folder = part(file.parent().map(Path::as_os_str));
        let name = format!("{RECENT} {} in {}", part(file.file_name()), last_letters(&folder));
        add(name, "file", Intent::OpenFile(file.clone()));
    }
    for (place, left) in view.left.iter().enumerate() {
        let name = format!("Restore changes to {}", left.title);
        let count = number::counted(left.changes.len() as u64, "change", "changes");
        add(name, &count, Intent::RestoreChanges(place));
    }
    for (family, scenarios) in &view.library.families {
        for (name, title) in scenarios {
            if view.library.open.as_deref() != Some(name) {
                add(format!("Open {title}"), family, Intent::OpenShipped(name.clone()));
            }
        }
    }
    let look_up = |name: String, beside: &str, term| Command {
        name,
        beside: beside.to_owned(),
        does: Does::LookUp(term),
    };
    all.push(look_up("Glossary".to_owned(), "F1", ""));
    for entry in ALL.iter() {
        let term = entry.term(view.language);
        let beside = if term == entry.name() { "glossary" } else { entry.name() };
        all.push(look_up(format!("Look up {term}"), beside, entry.name()));
    }
    all
}

/// The end of a path, which tells it from others, where all of it is long.
fn last_letters(path: &str) -> String {
    let count = path.chars().count();
    match count.checked_sub(LONGEST_FOLDER) {
        None | Some(0) => path.to_owned(),
        Some(more) => format!("…{}", path.chars().skip(more + 1).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::panels::sample;

    fn names(text: &str) -> Vec<String> {
        let all = commands(&sample::view());
        found(&all, text, Language::English)
            .into_iter()
            .map(|command| command.name.clone())
            .collect()
    }

    #[test]
    fn a_few_letters_find_what_is_wanted() {
        assert_eq!(names("train 10⁶"), ["Train ahead 10⁶ beats"]);
        let mut agents = names("agent");
        agents.retain(|name| !name.starts_with("Let "));
        assert_eq!(
            agents,
            ["Arrange the window to compare agents", "Close the pane Agent and why"]
        );
        assert_eq!(names("no such thing"), [""; 0]);
        assert_eq!(names("play as fast")[0], "Play as fast as it goes");
        // What begins with it comes first, though others have it within.
        assert!(names("play").iter().take(6).all(|name| name.starts_with("Play")));
    }

    #[test]
    fn every_command_has_a_name_of_its_own() {
        let mut all: Vec<_> =
            commands(&sample::view()).into_iter().map(|one| (one.name, one.beside)).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
