//! Keys ask for what the table says, and leave typing alone.

use super::*;
use crate::workbench::intent::{AgentChoice, Speed};
use crate::workbench::panels::sample;
use crate::workbench::view::AheadView;
use egui::{Key, Modifiers};

#[test]
fn each_key_asks_for_what_the_table_says() {
    let mut harness = usual(sample::view());
    for (key, intent) in [
        (Key::Space, Intent::TogglePlay),
        (Key::ArrowRight, Intent::OneBeat),
        (Key::R, Intent::Reset),
        (Key::Plus, Intent::SetSpeed(Speed::PerSecond(50.0))),
        (Key::Equals, Intent::SetSpeed(Speed::PerSecond(50.0))),
        (Key::Minus, Intent::SetSpeed(Speed::PerSecond(10.0))),
        (Key::T, Intent::TrainAhead(100_000)),
        (Key::F9, Intent::ToggleSides),
        (Key::D, Intent::ToggleTheme),
        (Key::M, Intent::ToggleMotion),
        (Key::Num1, Intent::ChooseAgent(AgentChoice::AlwaysRun)),
        (Key::Num7, Intent::ChooseAgent(AgentChoice::Sarsa)),
    ] {
        assert_eq!(press(&mut harness, key), [intent], "{key:?}");
    }
    // Twice within a frame is twice.
    harness.state_mut().intents.clear();
    for pressed in [true, false, true, false] {
        let (key, modifiers) = (Key::ArrowRight, Modifiers::NONE);
        harness.event(egui::Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers,
        });
    }
    harness.run();
    assert_eq!(harness.state().intents, [Intent::OneBeat, Intent::OneBeat]);
    harness.state_mut().intents.clear();
    // The threshold rule is not there, Q-learning acts already.
    let told = press(&mut harness, Key::Num3);
    assert!(
        matches!(told.as_slice(), [Intent::Say(why)] if why.starts_with("Threshold cannot act")),
        "{told:?}"
    );
    assert_eq!(press(&mut harness, Key::Num6), []);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run();
    assert_eq!(harness.state().intents, [Intent::ShowFileDialog(true)]);
    // O alone means nothing, and Ctrl+R is not R.
    assert_eq!(press(&mut harness, Key::O), []);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::R);
    harness.run();
    assert_eq!(harness.state().intents, []);
}

#[test]
fn the_speed_has_ends() {
    let mut view = sample::view();
    view.transport.speed = Speed::PerSecond(1.0);
    let mut harness = usual(view);
    assert_eq!(press(&mut harness, Key::Minus), []);
    harness.state_mut().view.transport.speed = Speed::Fastest;
    harness.run();
    assert_eq!(press(&mut harness, Key::Plus), []);
    assert_eq!(press(&mut harness, Key::Minus), [Intent::SetSpeed(Speed::PerSecond(1e6))]);
    harness.state_mut().view.transport.speed = Speed::PerSecond(1e6);
    harness.run();
    assert_eq!(press(&mut harness, Key::Plus), [Intent::SetSpeed(Speed::Fastest)]);
}

#[test]
fn keys_are_left_alone_while_text_is_typed() {
    let mut harness = usual(sample::view());
    click(&mut harness, "Search scenarios");
    for key in [Key::R, Key::Space, Key::D, Key::Num1] {
        assert_eq!(press(&mut harness, key), [], "{key:?}");
    }
}

#[test]
fn space_presses_a_focused_button_instead() {
    let mut harness = usual(sample::view());
    harness.get_by_label("Reset").focus();
    harness.run();
    assert_eq!(press(&mut harness, Key::Space), [Intent::Reset]);
}

#[test]
fn a_key_opens_the_seed_for_typing() {
    let mut harness = usual(sample::view());
    press(&mut harness, Key::S);
    harness.event(egui::Event::Text("13".into()));
    harness.run();
    assert_eq!(press(&mut harness, Key::Enter), [Intent::SetSeed(13)]);
}

#[test]
fn the_keys_are_shown_and_put_away() {
    let mut harness = usual(sample::view());
    assert!(!is_shown(&harness, "play or pause"));
    press(&mut harness, Key::Questionmark);
    assert!(is_shown(&harness, "play or pause"));
    assert_eq!(press(&mut harness, Key::Escape), []);
    assert!(!is_shown(&harness, "play or pause"));
    click(&mut harness, "Keys");
    assert!(is_shown(&harness, "play or pause"));
}

#[test]
fn escape_leaves_one_thing_after_the_other() {
    let mut view = sample::view();
    view.hints = true;
    view.transport.ahead = Some(AheadView { replay: false, done: 1, of: 2 });
    view.why.present = false;
    let mut harness = usual(view);
    assert_eq!(press(&mut harness, Key::Escape), [Intent::DismissHints]);
    harness.state_mut().view.hints = false;
    harness.run();
    assert_eq!(press(&mut harness, Key::Escape), [Intent::StopTraining]);
    harness.state_mut().view.transport.ahead = None;
    harness.run();
    assert_eq!(press(&mut harness, Key::Escape), [Intent::Inspect(None)]);
}
