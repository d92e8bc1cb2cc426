//! What a person who acts can do: each action a button, or an action put together from its parts.

use super::button::{Button, Look};
use super::icon::{self, Icon};
use super::keyboard::is_help_shown;
use super::level::Setter;
use super::row::{ROW, Row, heading, say};
use super::theme_of;
use super::why::{decimals, state_beside, written};
use crate::mdp::Level;
use crate::workbench::colour::mix;
use crate::workbench::intent::Intent;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP, Theme, Weight};
use crate::workbench::view::{FactView, HandView, OfferView, View};
use egui::{Align2, Color32, Event, Key, Popup, Sense, Ui, WidgetInfo, WidgetType, vec2};

/// The height of an action's button (points).
const OFFER: f32 = 24.0;
/// Room for a key (points).
const KEY: f32 = 20.0;
/// Room for a value (points).
const VALUE: f32 = 64.0;
/// One of so many levels at most has a key that goes from one to the next.
const TURNED: u64 = 4;

const DIGITS: [Key; 10] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
    Key::Num0,
];

/// What the keys do while a person acts, for the table of keys.
pub const KEYS: [(&str, &str); 4] = [
    ("1 … 9, 0", "take this action, or turn this switch"),
    ("← ↑ → ↓", "walk, where the actions are so called"),
    ("Enter, →", "do what is in hand"),
    ("space", "let it go on each beat, or stop"),
];

/// The digit that stands for a place from 0, as it is written.
fn digit(place: usize) -> String {
    match place {
        0..9 => (place + 1).to_string(),
        9 => "0".to_owned(),
        _ => String::new(),
    }
}

/// Shows what can be done in the present state, and how it turned out so far. `colour` is that of
/// the person as an agent.
pub fn hand_ui(ui: &mut Ui, view: &HandView, colour: Color32, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let mut row = heading(ui, "Your move");
    let words = if view.hints { "hints on" } else { "hints off" };
    let hints = Button::words(
        "Hints",
        "Show what the optimum would do before you do something, and what each action is worth",
        words,
    );
    let hints = Button { quiet: !view.hints, ..hints.looking(Look::Raised) };
    // As wide either way: what stands beside it stays where it is.
    let place = row.right(Button { words: "hints off", ..hints }.width(ui)).shrink2(vec2(0.0, 2.0));
    if hints.show(ui, place, ui.id().with("hints")).clicked() {
        intents.push(Intent::ToggleHints);
    }
    row.right(HALF);
    state_beside(ui, row, &view.state, &view.longest_state);
    status_ui(ui, view, &theme, intents);
    if view.offers.is_empty() {
        for place in 0..view.variables.len() {
            part_ui(ui, view, place, intents);
        }
    } else {
        let values = view.offers.iter().filter(|offer| offer.allowed).filter_map(|o| o.value);
        let decimals = decimals(values);
        for (place, offer) in view.offers.iter().enumerate() {
            if offer_ui(ui, view, offer, place, decimals, colour) {
                intents.push(Intent::Act(offer.action.clone()));
            }
        }
    }
    ui.add_space(HALF);
    for figure in &view.facts {
        fact_ui(ui, figure, &theme);
    }
}

/// A figure with its label in as many words as there is room for.
fn fact_ui(ui: &mut Ui, figure: &FactView, theme: &Theme) {
    let mut row = Row::new(ui, ROW);
    let most = row.whole.width();
    row.figure_right(ui, &figure.value, most).tip(&figure.help);
    row.right(STEP);
    let face = Face::small(theme.quiet);
    let room = row.rest.width();
    let wordings: Vec<_> = std::iter::once(&figure.label).chain(&figure.shorter).cloned().collect();
    let words = face.longest_that_fits(ui.painter(), &wordings, room).unwrap_or(&figure.label);
    let said = row.say_left(ui, face, words, room);
    if *words != figure.label {
        said.tip(&figure.label);
    }
}

/// What is waited for or goes on; and where actions are put together, the button that takes one.
fn status_ui(ui: &mut Ui, view: &HandView, theme: &Theme, intents: &mut Vec<Intent>) {
    let mut row = Row::new(ui, 28.0);
    if view.offers.is_empty() {
        let tooltip = match (view.playing, view.allowed) {
            (true, _) => "What is set goes on each beat while beats play",
            (false, true) => "Do what is set below for one beat (Enter)",
            (false, false) => "This cannot be done here",
        };
        let act = Button::words("Do it", tooltip, "Do it")
            .looking(Look::Accent)
            .enabled(view.allowed && !view.playing);
        let act = if act.enabled { act } else { act.looking(Look::Raised) };
        let place = row.right(act.width(ui)).shrink2(vec2(0.0, 2.0));
        if act.show(ui, place, ui.id().with("do it")).clicked() {
            intents.push(Intent::Act(view.chosen.clone()));
        }
        row.right(STEP);
    }
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.quiet), &view.now, room).tip(&view.help);
}

/// One action as a button: its key, its name, and with hints what it is worth.
fn offer_ui(
    ui: &mut Ui,
    view: &HandView,
    offer: &OfferView,
    place: usize,
    decimals: usize,
    colour: Color32,
) -> bool {
    let theme = theme_of(ui);
    let size = vec2(ui.available_width(), OFFER + HALF);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let rect = rect.with_max_y(rect.top() + OFFER);
    let sense = if offer.allowed { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, ui.id().with(("offer", place)), sense);
    response.widget_info(|| WidgetInfo {
        label: Some(format!("Do {}", offer.name)),
        selected: Some(offer.chosen),
        enabled: offer.allowed,
        ..WidgetInfo::new(WidgetType::Button)
    });
    let goes_on = offer.chosen && view.playing;
    let ground = match (offer.allowed, response.hovered()) {
        (true, true) => theme.hovered,
        (true, false) => theme.raised,
        (false, _) => theme.panel,
    };
    let ground = if goes_on { mix(ground, colour, 0.4) } else { ground };
    let painter = ui.painter();
    painter.rect_filled(rect, 4.0, ground);
    if response.has_focus() {
        icon::focus_ring(painter, rect, theme.accent);
    }
    let ink = if offer.allowed { theme.text } else { theme.quiet };
    let weight = if offer.chosen { Weight::SemiBold } else { Weight::Regular };
    let mut row = Row::over(rect.shrink2(vec2(STEP, 0.0)), response.id);
    let key = row.left(KEY);
    let quiet = Face::small(if goes_on { theme.text } else { theme.quiet });
    quiet.paint(painter, Align2::LEFT_CENTER, key.left_center(), &digit(place));
    let face = Face::small(ink).weighing(weight);
    if view.hints && offer.allowed {
        let at = row.right(VALUE).right_center();
        face.paint(painter, Align2::RIGHT_CENTER, at, &written(offer.value, decimals));
        let mark = row.right(16.0);
        if offer.optimal {
            let ink = match (goes_on, view.proved) {
                (true, _) => theme.text,
                (false, true) => theme.good,
                (false, false) => theme.quiet,
            };
            let mark = egui::Rect::from_center_size(mark.center(), vec2(8.0, 8.0));
            Icon::Check.paint(painter, mark, ink);
        }
        row.right(HALF);
    }
    let note = match (offer.allowed, offer.chosen) {
        (false, _) => "not allowed",
        (true, true) if view.playing => "each beat",
        (true, true) => "Enter",
        (true, false) => "",
    };
    let at = row.rest.right_center();
    let noted = quiet.paint(painter, Align2::RIGHT_CENTER, at, note);
    let room = row.rest.width() - if note.is_empty() { 0.0 } else { noted.width() + STEP };
    let galley = face.layout(painter, &offer.name, room);
    let elided = galley.elided;
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), row.rest);
    painter.galley(at.min, galley, ink);
    let tooltip = match (offer.allowed, view.playing) {
        (false, _) => "Not allowed in this state".to_owned(),
        (true, true) => format!("Do this from the next beat on ({})", digit(place)),
        (true, false) => format!("Do this for one beat ({})", digit(place)),
    };
    let tooltip = if elided { format!("{}\n{tooltip}", offer.name) } else { tooltip };
    response.tip(tooltip).clicked()
}

/// One variable of an action that is put together.
fn part_ui(ui: &mut Ui, view: &HandView, place: usize, intents: &mut Vec<Intent>) {
    let (Some(variable), Some(&level)) = (view.variables.get(place), view.chosen.get(place)) else {
        return;
    };
    let theme = theme_of(ui);
    let mut row = Row::new(ui, ROW + HALF);
    let id = ui.id().with(("part", place));
    let key = if variable.size() <= TURNED { digit(place) } else { String::new() };
    let at = row.left(KEY);
    let key_id = row.next_id();
    say(ui, at, key_id, Align2::LEFT_CENTER, Face::small(theme.quiet), &key);
    let set = Setter { verb: "Set", key: &key }.show(ui, &mut row, id, variable, level);
    row.right(STEP);
    let room = row.rest.width();
    row.say_left(ui, Face::small(theme.text), &variable.name, room);
    if let Some(level) = set {
        intents.push(Intent::Prepare(with(view, place, level)));
    }
}

/// What is in hand, with another level of one variable.
fn with(view: &HandView, place: usize, level: Level) -> Vec<Level> {
    let mut action = view.chosen.clone();
    if let Some(slot) = action.get_mut(place) {
        *slot = level;
    }
    action
}

/// The place of the action that walks in the direction of an arrow.
fn walks(offers: &[OfferView], key: Key) -> Option<&OfferView> {
    let words = match key {
        Key::ArrowLeft => ["left", "west"],
        Key::ArrowRight => ["right", "east"],
        Key::ArrowUp => ["up", "north"],
        Key::ArrowDown => ["down", "south"],
        _ => return None,
    };
    offers.iter().find(|offer| {
        let name = offer.name.to_lowercase();
        words.contains(&name.strip_prefix("go ").unwrap_or(&name))
    })
}

/// Turns keys into what a person who acts does. Returns the keys that mean nothing else meanwhile.
pub fn hand_keys(ui: &Ui, view: &View, intents: &mut Vec<Intent>) -> Vec<Key> {
    let Some(hand) = &view.hand else { return Vec::new() };
    let mut taken = DIGITS.to_vec();
    let free = ui.memory(|memory| memory.focused()).is_none()
        && !Popup::is_any_open(ui.ctx())
        && !is_help_shown(ui);
    if free {
        let arrows = [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown];
        taken.extend(arrows.into_iter().filter(|key| walks(&hand.offers, *key).is_some()));
        taken.push(Key::Enter);
    }
    let pressed: Vec<Key> = ui.input(|input| {
        let each = input.events.iter().filter_map(|event| match event {
            Event::Key { key, pressed: true, modifiers, .. }
                if !modifiers.command && !modifiers.ctrl && !modifiers.alt =>
            {
                Some(*key)
            }
            _ => None,
        });
        each.filter(|key| taken.contains(key)).collect()
    });
    // Several switches may be turned within a frame that took long.
    let mut chosen = hand.chosen.clone();
    for key in pressed {
        if key == Key::Enter {
            intents.push(Intent::Act(chosen.clone()));
            continue;
        }
        let place = DIGITS.iter().position(|digit| *digit == key);
        if let Some(offer) =
            walks(&hand.offers, key).or_else(|| place.and_then(|place| hand.offers.get(place)))
        {
            if offer.allowed {
                intents.push(Intent::Act(offer.action.clone()));
            }
            continue;
        }
        let variable = place.filter(|_| hand.offers.is_empty());
        let Some(place) = variable else { continue };
        let turned = hand.variables.get(place).filter(|variable| variable.size() <= TURNED);
        if let (Some(variable), Some(level)) = (turned, chosen.get_mut(place)) {
            *level = if *level >= variable.high { variable.low } else { *level + 1 };
            intents.push(Intent::Prepare(chosen.clone()));
        }
    }
    taken
}
