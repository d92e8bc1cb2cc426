//! Keys and what they do, in one table that the help popup shows.

use super::button::popup_frame;
use super::field;
use super::glossary;
use super::hand::{KEYS, hand_keys};
use super::palette;
use super::row::{ROW, Row, heading, rule};
use super::theme_of;
use super::transport::seed_id;
use crate::workbench::docks::Layout;
use crate::workbench::intent::{AgentChoice, Intent, Speed};
use crate::workbench::lettering::Face;
use crate::workbench::view::View;
use egui::{Align2, Id, Key, Modifiers, Popup, Ui};

/// What a key does.
#[derive(Clone, Copy)]
enum Act {
    /// It asks for something, or for nothing as things are.
    Ask(fn(&View) -> Option<Intent>),
    /// The agent of this place acts.
    Agent(usize),
    /// The seed can be typed.
    TypeSeed,
    /// The keys are shown or put away.
    Help,
    /// The palette of all commands is opened.
    Palette,
    /// The glossary is opened.
    Glossary,
    /// What is open or under way is left.
    Leave,
}

/// One key.
struct Shortcut {
    /// The keys that mean it.
    keys: &'static [Key],
    /// With Ctrl (⌘ on a Mac).
    command: bool,
    /// As people read it; empty for rows that another row stands for.
    written: &'static str,
    /// What it does.
    does: &'static str,
    act: Act,
}

const fn key(
    keys: &'static [Key],
    written: &'static str,
    does: &'static str,
    act: Act,
) -> Shortcut {
    Shortcut { keys, command: false, written, does, act }
}

const fn arrange(
    keys: &'static [Key],
    written: &'static str,
    does: &'static str,
    ask: fn(&View) -> Option<Intent>,
) -> Shortcut {
    Shortcut { command: true, ..key(keys, written, does, Act::Ask(ask)) }
}

/// All keys of the workbench.
const TABLE: [Shortcut; 34] = [
    key(&[Key::Space], "space", "play or pause", Act::Ask(|_| Some(Intent::TogglePlay))),
    key(&[Key::ArrowRight], "→", "one beat", Act::Ask(|_| Some(Intent::OneBeat))),
    key(&[Key::ArrowLeft], "←", "one beat back", Act::Ask(one_beat_back)),
    key(&[Key::R], "R", "reset: back to the first beat", Act::Ask(|_| Some(Intent::Reset))),
    key(&[Key::S], "S", "type a seed", Act::TypeSeed),
    key(&[Key::Plus, Key::Equals], "+", "faster", Act::Ask(|view| faster(view, 1))),
    key(&[Key::Minus], "−", "slower", Act::Ask(|view| faster(view, -1))),
    key(&[Key::T], "T", "train ahead 100 000 beats, or stop training", Act::Ask(train)),
    key(&[Key::Num1], "1 … 7", "let this agent act", Act::Agent(0)),
    key(&[Key::Num2], "", "", Act::Agent(1)),
    key(&[Key::Num3], "", "", Act::Agent(2)),
    key(&[Key::Num4], "", "", Act::Agent(3)),
    key(&[Key::Num5], "", "", Act::Agent(4)),
    key(&[Key::Num6], "", "", Act::Agent(5)),
    key(&[Key::Num7], "", "", Act::Agent(6)),
    Shortcut {
        command: true,
        ..key(&[Key::O], "Ctrl+O", "open a file", Act::Ask(|_| Some(Intent::ShowFileDialog(true))))
    },
    Shortcut {
        command: true,
        ..key(&[Key::Z], "Ctrl+Z", "undo the latest change", Act::Ask(|_| Some(Intent::Undo)))
    },
    Shortcut {
        command: true,
        ..key(&[Key::Y], "Ctrl+Y", "do it again", Act::Ask(|_| Some(Intent::Redo)))
    },
    Shortcut {
        command: true,
        ..key(&[Key::P], "Ctrl+P", "find a command by its name", Act::Palette)
    },
    arrange(&[Key::Num1], "Ctrl+1", "arrange the window to explore", |_| {
        Some(Intent::Arrange(Layout::Explore))
    }),
    arrange(&[Key::Num2], "Ctrl+2", "arrange the window to compare agents", |_| {
        Some(Intent::Arrange(Layout::Compare))
    }),
    arrange(&[Key::Num3], "Ctrl+3", "arrange the window to learn", |_| {
        Some(Intent::Arrange(Layout::Learn))
    }),
    key(&[Key::F1], "F1", "look up a term in the glossary", Act::Glossary),
    key(&[Key::F9], "F9", "hide or show the sides", Act::Ask(|_| Some(Intent::ToggleSides))),
    key(
        &[Key::F11],
        "F11",
        "present: picture and charts in large type, or back",
        Act::Ask(|_| Some(Intent::TogglePresenting)),
    ),
    key(
        &[Key::F12],
        "F12",
        "show how long frames take, or hide it",
        Act::Ask(|_| Some(Intent::ToggleFrameTimes)),
    ),
    Shortcut {
        command: true,
        ..key(
            &[Key::Plus, Key::Equals],
            "Ctrl++",
            "draw everything larger",
            Act::Ask(|_| Some(Intent::Scale(1))),
        )
    },
    Shortcut {
        command: true,
        ..key(&[Key::Minus], "Ctrl+−", "smaller", Act::Ask(|_| Some(Intent::Scale(-1))))
    },
    Shortcut {
        command: true,
        ..key(&[Key::Num0], "Ctrl+0", "in its usual size", Act::Ask(|_| Some(Intent::Scale(0))))
    },
    key(&[Key::D], "D", "dark or light", Act::Ask(|_| Some(Intent::ToggleTheme))),
    key(&[Key::M], "M", "motion on or off", Act::Ask(|_| Some(Intent::ToggleMotion))),
    key(&[Key::Questionmark], "?", "show these keys", Act::Help),
    key(&[Key::Tab], "Tab", "go to the next control", Act::Ask(|_| None)),
    key(&[Key::Escape], "Esc", "leave what is open, stop training", Act::Leave),
];

/// Turns the keys pressed in this frame into intents. Keys that a focused control needs, and all
/// keys while text is typed, are left alone. Call it before the panels are drawn.
pub fn keyboard(ui: &Ui, view: &View, intents: &mut Vec<Intent>) {
    let focused = ui.memory(|memory| memory.focused());
    let floats = palette::is_shown(ui) || glossary::is_shown(ui);
    if ui.ctx().text_edit_focused() || view.dialog.shown || floats {
        return;
    }
    let popup = Popup::is_any_open(ui.ctx());
    let taken = hand_keys(ui, view, intents);
    for shortcut in &TABLE {
        if !shortcut.command && shortcut.keys.iter().any(|key| taken.contains(key)) {
            continue;
        }
        let needed = shortcut
            .keys
            .iter()
            .any(|key| matches!(key, Key::Space | Key::ArrowRight | Key::ArrowLeft | Key::Escape));
        // Space presses the focused button, arrows move the focused slider, Esc closes a menu.
        if needed && (focused.is_some() && shortcut.keys != [Key::Escape] || popup) {
            continue;
        }
        // More than once in a frame that took long.
        for _ in 0..pressed(ui, shortcut) {
            act(ui, shortcut.act, view, intents);
        }
    }
}

/// How often the keys of a shortcut went down since the last frame.
fn pressed(ui: &Ui, shortcut: &Shortcut) -> usize {
    // Shift is let through: it is needed for + and ? on many keyboards.
    let fits = |held: &Modifiers| {
        if shortcut.command {
            held.matches_logically(Modifiers::COMMAND)
        } else {
            !held.command && !held.ctrl && !held.alt
        }
    };
    // What was held when the key went down, which need not be what is held now.
    let is_it = |event: &egui::Event| match event {
        egui::Event::Key { key, pressed: true, modifiers, .. } => {
            shortcut.keys.contains(key) && fits(modifiers)
        }
        _ => false,
    };
    ui.input(|input| input.events.iter().filter(|event| is_it(event)).count())
}

/// The beat before, where it can be gone back to.
fn one_beat_back(view: &View) -> Option<Intent> {
    let transport = &view.transport;
    (transport.beat > transport.past.0).then(|| Intent::GoTo(transport.beat - 1))
}

fn act(ui: &Ui, act: Act, view: &View, intents: &mut Vec<Intent>) {
    match act {
        Act::Ask(ask) => intents.extend(ask(view)),
        // The digits of who acts are actions, even where there are none to be taken now.
        Act::Agent(_) if view.agent.choice == AgentChoice::Person => {}
        Act::Agent(place) => {
            let keyed = AgentChoice::KEYED.get(place);
            let mut options = view.agent.options.iter();
            let Some(option) = options.find(|option| Some(&option.choice) == keyed) else { return };
            match &option.unavailable {
                Some(why) => {
                    intents.push(Intent::Say(format!("{} cannot act here: {why}", option.name)));
                }
                None if option.choice != view.agent.choice => {
                    intents.push(Intent::ChooseAgent(option.choice));
                }
                None => {}
            }
        }
        Act::TypeSeed => field::start_editing(ui, seed_id(), view.transport.seed.to_string()),
        Act::Help => show_help(ui, !is_help_shown(ui)),
        Act::Palette => palette::show(ui, Some("")),
        Act::Glossary => glossary::show(ui, ""),
        Act::Leave if is_help_shown(ui) => show_help(ui, false),
        Act::Leave => intents.extend(leave(view)),
    }
}

/// What the keys ask for as things are: in words, with the key as people read it.
pub fn asked(view: &View) -> Vec<(&'static str, &'static str, Intent)> {
    let asks = TABLE.iter().filter_map(|shortcut| match shortcut.act {
        Act::Ask(ask) => Some((shortcut.does, shortcut.written, ask(view)?)),
        _ => None,
    });
    asks.collect()
}

fn leave(view: &View) -> Option<Intent> {
    if view.errors.is_some() {
        Some(Intent::DismissErrors)
    } else if view.hints {
        Some(Intent::DismissHints)
    } else if view.transport.ahead.is_some() {
        Some(Intent::StopTraining)
    } else if view.presenting {
        Some(Intent::TogglePresenting)
    } else {
        (!view.why.present).then_some(Intent::Inspect(None))
    }
}

fn train(view: &View) -> Option<Intent> {
    Some(match view.transport.ahead {
        Some(_) => Intent::StopTraining,
        None => Intent::TrainAhead(100_000),
    })
}

/// The speeds that + and − go through [beats a second].
const SPEEDS: [f64; 12] =
    [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e5, 1e6, f64::INFINITY];

/// The next speed up or down, or none at the ends.
fn faster(view: &View, step: i32) -> Option<Intent> {
    let now = match view.transport.speed {
        Speed::PerSecond(speed) => speed,
        Speed::Fastest => f64::INFINITY,
    };
    let next = if step > 0 {
        SPEEDS.iter().find(|speed| **speed > now * 1.001)
    } else {
        SPEEDS.iter().rev().find(|speed| **speed < now * 0.999)
    }?;
    let speed = if next.is_finite() { Speed::PerSecond(*next) } else { Speed::Fastest };
    Some(Intent::SetSpeed(speed))
}

/// Whether the keys are shown.
pub fn is_help_shown(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp(help_id())).unwrap_or(false)
}

/// Shows the keys or puts them away.
pub fn show_help(ui: &Ui, shown: bool) {
    ui.data_mut(|data| data.insert_temp(help_id(), shown));
}

fn help_id() -> Id {
    Id::new("keys")
}

/// Shows the table of keys in the middle of the window while it is asked for.
pub fn help_ui(ui: &mut Ui) {
    if !is_help_shown(ui) {
        return;
    }
    let theme = theme_of(ui);
    let modal = egui::Modal::new(help_id()).frame(popup_frame(&theme).inner_margin(16.0));
    let shown = modal.show(ui.ctx(), |ui| {
        ui.set_width(340.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        heading(ui, "Keys");
        let one = |ui: &mut Ui, written: &str, does: &str| {
            let mut row = Row::new(ui, ROW);
            let place = row.left(72.0);
            let id = row.next_id();
            let face = Face::small(theme.text);
            super::row::say(ui, place, id, Align2::LEFT_CENTER, face, written);
            let room = row.rest.width();
            row.say_left(ui, Face::small(theme.quiet), does, room);
        };
        for shortcut in TABLE.iter().filter(|shortcut| !shortcut.written.is_empty()) {
            one(ui, shortcut.written, shortcut.does);
        }
        rule(ui);
        heading(ui, "While you act");
        for (written, does) in KEYS {
            one(ui, written, does);
        }
    });
    if shown.should_close() {
        show_help(ui, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        for (i, one) in TABLE.iter().enumerate() {
            for other in &TABLE[..i] {
                let shared = one.keys.iter().any(|key| other.keys.contains(key));
                assert!(
                    !(shared && one.command == other.command),
                    "{} and {}",
                    one.does,
                    other.does
                );
            }
        }
    }
}
