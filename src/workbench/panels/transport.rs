//! The bar at the top: what runs, how fast, how far, and what is under way.

use super::arrange::{arrange_ui, layouts_ui};
use super::asked_file::AskedFile;
use super::button::{Button, Item, Look, menu, popover, switch, switch_width};
use super::change::change_ui;
use super::field::Field;
use super::glossary;
use super::icon::Icon;
use super::keyboard::{is_help_shown, show_help};
use super::palette;
use super::row::{ROW, Row, paragraph, rule, say};
use super::slider::{self, Track};
use super::theme_of;
use crate::workbench::glossary::Explain as _;
use crate::workbench::intent::{AgentChoice, Intent, Rates, Speed};
use crate::workbench::language::{Language, Tip as _, said};
use crate::workbench::lettering::Face;
use crate::workbench::number::{self, THIN};
use crate::workbench::theme::{HALF, RADIUS, STEP, Size, Weight};
use crate::workbench::view::{AheadView, TransportView, View};
use egui::{Align2, Id, Rect, Sense, Ui, WidgetInfo, WidgetType, vec2};

/// The highest speed that can be asked for by number [beats a second]; beyond it is "fastest".
pub const HIGHEST_SPEED: f64 = 1e6;
/// Beats that can be trained ahead, with their powers of ten.
const AHEAD: [(u64, i32); 4] = [(10_000, 4), (100_000, 5), (1_000_000, 6), (10_000_000, 7)];
/// Seeds are typed as numbers that a float holds exactly.
const HIGHEST_SEED: f64 = 9_007_199_254_740_992.0;

/// What there is room for at this width of the bar.
struct Room {
    title: f32,
    button: f32,
    /// Whether changes can be undone and panes arranged here; elsewhere they are by keys and in the menu.
    undo: bool,
    speed_words: bool,
    slider: f32,
    reached: bool,
    ahead: f32,
    gap: f32,
}

impl Room {
    /// Things go in the order of how little they are missed: the speed reached, words beside
    /// controls, width of the slider.
    fn at(width: f32, title: f32) -> Self {
        let wide = width >= 1500.0;
        Self {
            title: match width {
                // The bar's own things come before the line of its title with the side below.
                1340.0.. => title,
                1100.0.. => title.min(180.0),
                _ => (width - 820.0).clamp(120.0, title),
            },
            button: 28.0,
            undo: width >= 1100.0,
            speed_words: width >= 1200.0,
            slider: if wide {
                160.0
            } else if width >= 1060.0 {
                96.0
            } else {
                64.0
            },
            reached: width >= 1264.0,
            ahead: if width >= 1060.0 { 124.0 } else { 88.0 },
            gap: if wide {
                3.0 * STEP
            } else if width >= 1264.0 {
                12.0
            } else {
                STEP
            },
        }
    }
}

/// Shows the bar over all the room there is; the title takes `title` points, so that it stands
/// over the left side. Returns where the speed is, for the hint that points to it.
pub fn transport_ui(ui: &mut Ui, view: &View, title: f32, intents: &mut Vec<Intent>) -> Rect {
    let bar = ui.max_rect();
    let room = Room::at(bar.width(), title);
    let mut row = Row::over(bar.shrink2(vec2(0.0, 6.0)), ui.id().with("bar"));
    let title = row.left(room.title);
    title_ui(ui, title, view, intents);
    row.left(room.gap);
    row.right(STEP);
    ends_ui(ui, &mut row, view, &room, intents);
    row.right(room.gap);
    play_ui(ui, &mut row, view, &room, intents);
    row.left(room.gap);
    let speed = speed_ui(ui, &mut row, &view.transport, &room, intents);
    row.left(room.gap);
    let place = row.left(room.ahead);
    ahead_ui(ui, place, view.transport.ahead, room.ahead > 100.0, intents);
    row.left(room.gap);
    counts_ui(ui, &mut row, &view.transport, room.gap, intents);
    speed
}

fn title_ui(ui: &Ui, place: Rect, view: &View, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let place = place.with_min_x(place.left() + STEP);
    let response = ui.interact(place, ui.id().with("menu"), Sense::click());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(view.transport.title.clone()),
        ..WidgetInfo::labeled(WidgetType::Button, true, "Menu")
    });
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(place, RADIUS, theme.hovered);
    }
    let mut row = Row::over(place.shrink2(vec2(HALF, 0.0)), response.id);
    let face = Face { size: Size::Body, weight: Weight::SemiBold, colour: theme.text };
    let room = row.rest.width() - 20.0;
    let mut galley = face.layout(ui.painter(), &view.transport.title, room);
    if galley.elided {
        // Two lines of small letters are read better than half a title.
        let face = Face { size: Size::Small, ..face };
        galley = face.wrap_within(ui.painter(), &view.transport.title, room, 2);
    }
    let elided = galley.elided;
    let at = row.left(galley.size().x + HALF);
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), at);
    ui.painter().galley(at.min, galley, theme.text);
    Icon::Down.paint(ui.painter(), row.left(16.0), theme.quiet);
    menu(ui, &response, 320.0, |ui| menu_ui(ui, view, intents));
    if elided {
        response.tip(&view.transport.title);
    } else {
        response.tip("What this scenario teaches, and more");
    }
}

fn menu_ui(ui: &mut Ui, view: &View, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    if !view.text.is_empty() {
        paragraph(ui, Face::small(theme.quiet), &view.text);
        rule(ui);
        let words = if view.shows_text { "Hide text" } else { "Show text" };
        let note = "what the scenario teaches, above its picture";
        if (Item { note, ..Item::new(words) }).show(ui) {
            intents.push(Intent::ToggleText);
        }
    }
    if (Item { key: "Ctrl+O", ..Item::new("Open file") }).show(ui) {
        intents.push(Intent::ShowFileDialog(true));
    }
    if !view.library.recent.is_empty() && Item::new("Open recent").show(ui) {
        palette::show(ui, Some(&*said(ui.ctx(), palette::RECENT)));
    }
    for (name, key, words, intent) in [
        ("Undo change", "Ctrl+Z", &view.transport.undo, Intent::Undo),
        ("Redo change", "Ctrl+Y", &view.transport.redo, Intent::Redo),
    ] {
        if words.is_some() && (Item { key, ..Item::new(name) }).show(ui) {
            intents.push(intent);
        }
    }
    let sides = if view.sides { "Hide sides" } else { "Show sides" };
    if (Item { key: "F9", ..Item::new(sides) }).show(ui) {
        intents.push(Intent::ToggleSides);
    }
    if view.presenting {
        if (Item { key: "F11", ..Item::new("Stop presenting") }).show(ui) {
            intents.push(Intent::TogglePresenting);
        }
    } else {
        layouts_ui(ui, view, false, intents);
    }
    for language in Language::ALL.into_iter().filter(|language| *language != view.language) {
        if Item::new(language.name()).show(ui) {
            intents.push(Intent::SetLanguage(language));
        }
    }
    for (name, key, step) in
        [("Larger", "Ctrl++", 1), ("Smaller", "Ctrl+−", -1), ("Usual size", "Ctrl+0", 0)]
    {
        if (Item { key, ..Item::new(name) }).show(ui) {
            intents.push(Intent::Scale(step));
        }
    }
    if (Item { key: "Ctrl+P", ..Item::new("Find a command") }).show(ui) {
        palette::show(ui, Some(""));
    }
    if (Item { key: "F1", ..Item::new("Glossary") }).show(ui) {
        glossary::show(ui, "");
    }
    if (Item { key: "?", ..Item::new("Show keys") }).show(ui) {
        show_help(ui, true);
    }
}

/// First, one beat back, play or pause, one beat.
fn play_ui(ui: &Ui, row: &mut Row, view: &View, room: &Room, intents: &mut Vec<Intent>) {
    let person = view.agent.choice == AgentChoice::Person;
    let reset =
        Button::icon("Reset", "Back to the first beat, with nothing learned (R)", Icon::First);
    let play = if view.transport.playing {
        Button::icon("Pause", "Pause (space)", Icon::Pause)
    } else {
        let tooltip =
            if person { "Do what you chose in each beat (space)" } else { "Play (space)" };
        Button::icon("Play", tooltip, Icon::Play)
    }
    .looking(Look::Accent);
    let tooltip =
        if person { "Do what you chose for one beat" } else { "Play one beat and pause (→)" };
    let step = Button::icon("One beat", tooltip, Icon::Step);
    let beat = view.transport.beat;
    let back = Button::icon("One beat back", "Back to the beat before, as it was (←)", Icon::Back)
        .enabled(beat > view.transport.past.0);
    let buttons = [
        (reset, "reset", Intent::Reset),
        (back, "back", Intent::GoTo(beat.saturating_sub(1))),
        (play, "play", Intent::TogglePlay),
        (step, "one beat", Intent::OneBeat),
    ];
    for (place, (button, id, intent)) in buttons.into_iter().enumerate() {
        if place > 0 {
            row.left(HALF);
        }
        let place = row.left(room.button);
        if button.show(ui, place, ui.id().with(id)).clicked() {
            intents.push(intent);
        }
    }
    if room.undo {
        row.left(HALF);
        change_ui(ui, row.left(room.button), &view.change, intents);
    }
}

/// The rail from one beat a second to as fast as it goes: the last part of it is "fastest".
const SPEEDS: Track =
    Track { low: 1.0, high: HIGHEST_SPEED * 10.0, logarithmic: true, whole: false };

fn speed_of(value: f64) -> Speed {
    if value > HIGHEST_SPEED { Speed::Fastest } else { Speed::PerSecond(value) }
}

fn speed_ui(
    ui: &mut Ui,
    row: &mut Row,
    view: &TransportView,
    room: &Room,
    intents: &mut Vec<Intent>,
) -> Rect {
    let theme = theme_of(ui);
    let start = row.rest.left();
    if room.speed_words {
        row.say_left(ui, Face::small(theme.quiet), "speed", 48.0);
        row.left(STEP);
    }
    let (value, text) = match view.speed {
        Speed::PerSecond(speed) => (speed, written_speed(speed)),
        Speed::Fastest => (SPEEDS.high, "fastest".to_owned()),
    };
    let reached = format!("{} reached", written_speed(view.reached));
    let place = row.left(room.slider);
    let id = ui.id().with("speed");
    let (response, moved) = slider::slider(ui, place, id, "Speed", &SPEEDS, value);
    response.tip(format!("Beats a second (+ and −): {reached}"));
    let mut asked = moved;
    row.left(STEP);
    let field = Field {
        name: "Speed value",
        tooltip: "Beats a second: click to type, above a million is as fast as it goes",
        value,
        text: &text,
        range: (SPEEDS.low, SPEEDS.high),
        whole: false,
        left: true,
        measured: None,
    };
    let place = row.left(60.0);
    asked = asked.or(field.show(ui, place, ui.id().with("speed value")).1);
    let speed = Rect::from_x_y_ranges(start..=row.rest.left(), row.rest.y_range());
    if room.reached {
        row.left(STEP);
        let place = row.left(88.0);
        if view.playing && falls_short(view) {
            let id = row.next_id();
            let words = written_speed(view.reached);
            say(
                ui,
                place,
                id,
                Align2::LEFT_CENTER,
                Face::small(theme.quiet),
                &format!("is {words}"),
            )
            .tip("Beats a second that are reached");
        }
    }
    if let Some(value) = asked {
        intents.push(Intent::SetSpeed(speed_of(value)));
    }
    speed
}

/// Whether what is reached is worth telling: always at the fastest, else where it falls short.
fn falls_short(view: &TransportView) -> bool {
    match view.speed {
        Speed::Fastest => true,
        Speed::PerSecond(speed) => view.reached < 0.9 * speed,
    }
}

/// "20 / s", "12.5 k / s" would be jargon: "12 500 / s", "1.2 · 10⁶ / s".
fn written_speed(speed: f64) -> String {
    let text = if speed < 9.95 && speed.fract() != 0.0 {
        number::fixed(speed, 1)
    } else if speed < 99_999.5 {
        number::fixed(speed, 0)
    } else {
        number::scientific(speed, 2)
    };
    format!("{text}{THIN}/{THIN}s")
}

/// A menu of how far to train, or how far it has come and a way to stop.
fn ahead_ui(
    ui: &Ui,
    place: Rect,
    ahead: Option<AheadView>,
    with_words: bool,
    intents: &mut Vec<Intent>,
) {
    if let Some(ahead) = ahead {
        training_ui(ui, place, ahead, intents);
        return;
    }
    let words = if with_words { "train ahead" } else { "train" };
    let button = Button {
        icon_last: false,
        ..Button::menu("Train ahead", "Play many beats off the screen (T: 100 000)", words)
    };
    let button = Button { icon: Some(Icon::Ahead), quiet: false, ..button }.looking(Look::Raised);
    let response = button.show(ui, place, ui.id().with("train ahead"));
    menu(ui, &response, 180.0, |ui| {
        for (beats, power) in AHEAD {
            let name = format!("{} beats", number::ten_to_the(power.into()));
            let key = if beats == 100_000 { "T" } else { "" };
            if (Item { key, ..Item::new(&name) }).show(ui) {
                intents.push(Intent::TrainAhead(beats));
            }
        }
    });
}

fn training_ui(ui: &Ui, place: Rect, ahead: AheadView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let AheadView { replay, done, of } = ahead;
    let response = ui.interact(place, ui.id().with("training"), Sense::hover());
    let share = if of > 0 { (done as f64 / of as f64).clamp(0.0, 1.0) } else { 0.0 };
    response.widget_info(|| WidgetInfo {
        label: Some(if replay { "Replay" } else { "Training" }.to_owned()),
        value: Some(share),
        ..WidgetInfo::new(WidgetType::ProgressIndicator)
    });
    ui.painter().rect_filled(place, RADIUS, theme.raised);
    let filled = place.with_max_x(place.left() + place.width() * share as f32);
    ui.painter().rect_filled(filled, RADIUS, theme.filled);
    let mut row = Row::over(place, response.id);
    let square = row.right(ROW);
    let stop = if replay {
        Button::icon("Stop replay", "Give up and keep the open run (T, Esc)", Icon::Stop)
    } else {
        Button::icon("Stop training", "Stop here and go on from there (T, Esc)", Icon::Stop)
    };
    if stop.show(ui, square, ui.id().with("stop training")).clicked() {
        intents.push(Intent::StopTraining);
    }
    let share = number::percent(share, 0);
    let words = if replay { format!("replay {share}") } else { share };
    let face = Face::small(theme.text);
    face.paint(ui.painter(), Align2::CENTER_CENTER, row.rest.center(), &words);
    let what = if replay { "played again" } else { "trained" };
    let tooltip = format!("{} of {} beats {what}", number::count(done), number::count(of));
    response.tip(tooltip);
}

/// The beat and the seed.
fn counts_ui(
    ui: &mut Ui,
    row: &mut Row,
    view: &TransportView,
    gap: f32,
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    let quiet = Face::small(theme.quiet);
    let beats = number::count(view.beat);
    let (label, figure, tooltip) = match view.episode {
        Some((episode, of_it)) => (
            "episode",
            number::count(episode),
            format!("Beat {} of this episode, {beats} beats in all", number::count(of_it)),
        ),
        None => ("beat", beats, "Beats played in all".to_owned()),
    };
    let seed_room = SEED_WORD + 6.0 + SEED;
    row.say_left(ui, quiet, label, 48.0).cite(&tooltip, label);
    row.left(6.0);
    // Room for a thousand million beats, so that the seed beside it stands still.
    let most = (row.rest.width() - gap - seed_room).clamp(24.0, 80.0);
    let place = row.left(most);
    past_ui(ui, place, (view, &figure, &tooltip), intents);
    row.left(gap);
    row.say_left(ui, quiet, "seed", SEED_WORD).explain("seed");
    row.left(6.0);
    let place = row.left(SEED);
    let text = number::count(view.seed);
    let field = Field {
        name: "Seed",
        tooltip: "All luck comes from the seed: the same seed, the same run. Click to type another \
                  (S); the run starts again",
        value: view.seed as f64,
        text: &text,
        range: (0.0, HIGHEST_SEED),
        whole: true,
        left: true,
        measured: None,
    };
    if let (_, Some(seed)) = field.show(ui, place, seed_id()) {
        intents.push(Intent::SetSeed(seed as u64));
    }
}

/// The beats played, which open the time line.
fn past_ui(
    ui: &Ui,
    place: Rect,
    (view, figure, tooltip): (&TransportView, &str, &str),
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    let response = ui.interact(place, ui.id().with("time line"), Sense::click());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(figure.to_owned()),
        ..WidgetInfo::labeled(WidgetType::Button, true, "Time line")
    });
    let ink = if response.hovered() || response.has_focus() { theme.accent } else { theme.text };
    let galley = Face::small(ink).layout(ui.painter(), figure, place.width());
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), place);
    ui.painter().galley(at.min, galley, ink);
    popover(ui, &response, 320.0, |ui| time_line_ui(ui, view, intents));
    response.tip(format!("{tooltip}; click to go back to an earlier beat"));
}

/// Any beat of the past, to be gone back to.
fn time_line_ui(ui: &mut Ui, view: &TransportView, intents: &mut Vec<Intent>) {
    let theme = theme_of(ui);
    let (first, last) = view.past;
    let mut row = Row::new(ui, ROW);
    row.say_left(ui, Face::small(theme.quiet), "beat", 32.0);
    row.left(STEP);
    let text = number::count(view.beat);
    let field = Field {
        name: "Beat value",
        tooltip: "Type a beat to go to",
        value: view.beat as f64,
        text: &text,
        range: (first as f64, last as f64),
        whole: true,
        left: true,
        measured: None,
    };
    let place = row.left(96.0);
    let mut asked = field.show(ui, place, ui.id().with("beat value")).1;
    let range = format!("{} to {}", number::count(first), number::count(last));
    row.say_right(ui, Face::small(theme.quiet), &range, 180.0);
    let track = Track {
        low: first as f64,
        high: last.max(first + 1) as f64,
        logarithmic: false,
        whole: true,
    };
    let row = Row::new(ui, slider::HEIGHT);
    let id = ui.id().with("beat");
    let (_, moved) = slider::slider(ui, row.whole, id, "Beat", &track, view.beat as f64);
    asked = asked.or(moved);
    bookmarks_ui(ui, view, &track, row.whole, intents);
    let words = "States, values and all that was learned are what they were. Played on from there, the \
                 same comes again, unless something is changed.";
    paragraph(ui, Face::small(theme.quiet), words);
    if let Some(beat) = asked.map(|beat| beat as u64).filter(|beat| *beat != view.beat) {
        intents.push(Intent::GoTo(beat.min(last)));
    }
}

/// So many marks are listed.
const MARKS: usize = 6;

/// Marks along the rail of beats, and a line for each of the latest.
fn bookmarks_ui(
    ui: &mut Ui,
    view: &TransportView,
    track: &Track,
    rail: Rect,
    intents: &mut Vec<Intent>,
) {
    let theme = theme_of(ui);
    for beat in &view.bookmarks {
        let share = (*beat as f64 - track.low) / (track.high - track.low);
        let x = egui::lerp(rail.left() + 6.0..=rail.right() - 6.0, share as f32);
        ui.painter().vline(x, rail.y_range(), egui::Stroke::new(2.0, theme.accent));
    }
    let mut row = Row::new(ui, ROW);
    let marked = view.bookmarks.contains(&view.beat);
    let words = if marked { "unmark this beat" } else { "mark this beat" };
    let button =
        Button { quiet: true, ..Button::words("Bookmark", "Marked beats are listed here", words) };
    let place = row.left(button.width(ui));
    if button.show(ui, place, ui.id().with("bookmark")).clicked() {
        intents.push(Intent::Bookmark(view.beat));
    }
    for beat in view.bookmarks.iter().rev().filter(|beat| **beat != view.beat).take(MARKS) {
        let mut row = Row::new(ui, ROW);
        let words = format!("beat {}", number::count(*beat));
        let name = format!("Go to beat {beat}");
        let go = Button::words(&name, "Back to this beat, as it was", &words);
        let place = row.left(go.width(ui));
        if go.show(ui, place, ui.id().with(("go to", beat))).clicked() {
            intents.push(Intent::GoTo(*beat));
        }
        let name = format!("Unmark beat {beat}");
        let away = Button { quiet: true, ..Button::icon(&name, "Take the mark away", Icon::Close) };
        if away.show(ui, row.right(ROW), ui.id().with(("unmark", beat))).clicked() {
            intents.push(Intent::Bookmark(*beat));
        }
    }
}

/// Room for the seed and its word (points).
const SEED: f32 = 48.0;
const SEED_WORD: f32 = 28.0;

/// The seed's field, which a key opens.
pub fn seed_id() -> Id {
    Id::new("seed")
}

/// From the right: keys, theme, motion, save; then per beat or per hour.
fn ends_ui(ui: &Ui, row: &mut Row, view: &View, room: &Room, intents: &mut Vec<Intent>) {
    let square = 26.0;
    let help = Button::icon("Keys", "Keys (?)", Icon::Help);
    let place = row.right(square);
    if help.show(ui, place, ui.id().with("keys")).clicked() {
        show_help(ui, !is_help_shown(ui));
    }
    let theme = if view.transport.dark { "Light theme (D)" } else { "Dark theme (D)" };
    let theme = Button::icon("Theme", theme, Icon::Contrast);
    let place = row.right(square);
    if theme.show(ui, place, ui.id().with("theme")).clicked() {
        intents.push(Intent::ToggleTheme);
    }
    let words = if view.transport.motion { "Motion off (M)" } else { "Motion on (M)" };
    let look = if view.transport.motion { Look::Raised } else { Look::Bare };
    let motion = Button::icon("Motion", words, Icon::Motion).looking(look);
    let place = row.right(square);
    if motion.show(ui, place, ui.id().with("motion")).clicked() {
        intents.push(Intent::ToggleMotion);
    }
    let save = Button::icon("Save run", "Write the scenario or the run to a file", Icon::Save);
    let place = row.right(square);
    let response = save.show(ui, place, ui.id().with("save run"));
    popover(ui, &response, 320.0, |ui| save_ui(ui, &view.transport, intents));
    if room.undo {
        let panes = Button::icon("Arrange", "Arrange the panes of the window", Icon::Panes);
        let place = row.right(square);
        let response = panes.show(ui, place, ui.id().with("arrange"));
        menu(ui, &response, 380.0, |ui| arrange_ui(ui, view, intents));
    }
    row.right(HALF);
    let undo = [
        ("Redo", Icon::Redo, "Ctrl+Y", &view.transport.redo, Intent::Redo),
        ("Undo", Icon::Undo, "Ctrl+Z", &view.transport.undo, Intent::Undo),
    ];
    for (name, icon, key, words, intent) in undo.into_iter().filter(|_| room.undo) {
        let tooltip = match words {
            Some(words) => format!("{name} ({key}): {words}"),
            None => format!("Nothing to {} ({key})", name.to_lowercase()),
        };
        let button = Button::icon(name, &tooltip, icon).enabled(words.is_some());
        let place = row.right(square);
        if button.show(ui, place, ui.id().with(name)).clicked() {
            intents.push(intent);
        }
    }
    if view.has_hours {
        row.right(HALF);
        let longer = match view.by_days {
            true => ("Per day", "day", "Figures a day"),
            false => ("Per hour", "hour", "Figures an hour"),
        };
        let options = [("Per beat", "beat", "Figures a beat"), longer];
        let place = row.right(switch_width(ui, &options)).shrink2(vec2(0.0, 1.0));
        let on = usize::from(view.rates == Rates::PerHour);
        if let Some(place) = switch(ui, place, ui.id().with("rates"), &options, on) {
            let rates = if place == 1 { Rates::PerHour } else { Rates::PerBeat };
            intents.push(Intent::SetRates(rates));
        }
    }
}

/// Where the run is to be written.
fn save_ui(ui: &mut Ui, view: &TransportView, intents: &mut Vec<Intent>) {
    let scenario = AskedFile {
        id: Id::new("save scenario path"),
        words: "The scenario as it is now, with all that was changed: a file to be opened again.",
        field: "Scenario file",
        button: "Write scenario",
    };
    let usual = || format!("{}.ron", slug(view));
    intents.extend(scenario.show(ui, usual).map(Intent::SaveScenario));
    rule(ui);
    let asked = AskedFile {
        id: Id::new("save run path"),
        words: "Scenario, seed and what was changed at which beat: enough to play it again.",
        field: "Run file",
        button: "Write run",
    };
    intents.extend(asked.show(ui, || default_path(view)).map(Intent::SaveRun));
}

/// "three-machines-seed-7.ron".
fn default_path(view: &TransportView) -> String {
    format!("{}-seed-{}.ron", slug(view), view.seed)
}

/// "three-machines".
fn slug(view: &TransportView) -> String {
    let words = view.title.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    if slug.is_empty() { "run".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_written_in_full() {
        for (speed, text) in [
            (1.0, "1 / s"),
            (2.5, "2.5 / s"),
            (20.0, "20 / s"),
            (12_500.0, "12 500 / s"),
            (1.23e6, "1.2 · 10⁶ / s"),
        ] {
            assert_eq!(written_speed(speed).replace(THIN, " "), text);
        }
    }

    #[test]
    fn beyond_a_million_is_the_fastest() {
        assert_eq!(speed_of(HIGHEST_SPEED), Speed::PerSecond(1e6));
        assert_eq!(speed_of(HIGHEST_SPEED * 1.01), Speed::Fastest);
    }
}
