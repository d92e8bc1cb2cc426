//! A person who acts: actions by click and by key, offered one by one or put together.

use super::*;
use crate::mdp::{Level, Variable};
use crate::workbench::intent::AgentChoice;
use crate::workbench::panels::sample;
use crate::workbench::view::{FactView, HandView, OfferView};
use egui::Key;

/// A view in which a person acts with this in hand.
fn acting(hand: HandView) -> View {
    let mut view = sample::view();
    view.agent.choice = AgentChoice::Person;
    view.agent.name = "Person".into();
    view.agent.learner = None;
    view.transport.playing = hand.playing;
    let fact = FactView {
        label: "lost in all".into(),
        value: "3.71 € · 1.2 %".into(),
        help: "What your decisions cost".into(),
        ..FactView::default()
    };
    view.hand = Some(HandView {
        state: "row = 3 · column = 0".into(),
        longest_state: "row = 3 · column = 11".into(),
        now: if hand.playing { "Goes on each beat" } else { "Beat 38 waits for you" }.into(),
        help: "Nothing happens until you do something".into(),
        facts: vec![fact],
        ..hand
    });
    view
}

/// Left, down, right, up; going up is not allowed, right is in hand.
fn offers() -> HandView {
    let names = ["left", "down", "right", "up"];
    let offer = |(number, name): (Level, &&str)| OfferView {
        action: vec![number],
        name: (*name).into(),
        allowed: number != 3,
        chosen: number == 2,
        ..OfferView::default()
    };
    HandView {
        variables: vec![Variable::choice("move", &names)],
        chosen: vec![2],
        words: "right".into(),
        allowed: true,
        offers: (0..).zip(&names).map(offer).collect(),
        ..HandView::default()
    }
}

/// Two machines, orders up to 40, and a tool: put together, since they are many.
fn parts() -> HandView {
    HandView {
        variables: vec![
            Variable::choice("Lathe", &["hold", "run"]),
            Variable::choice("Mill", &["hold", "run"]),
            Variable::count("order", 0, 40, "parts"),
            Variable::choice("tool", &["drill", "saw", "file", "punch"]),
        ],
        chosen: vec![1, 1, 5, 3],
        words: "run all".into(),
        allowed: true,
        ..HandView::default()
    }
}

#[test]
fn each_action_is_a_button_with_a_digit_and_arrows_walk() {
    let mut harness = usual(acting(offers()));
    assert_eq!(click(&mut harness, "Do left"), [Intent::Act(vec![0])]);
    assert_eq!(click(&mut harness, "Do up"), [], "not allowed");
    for (key, action) in [
        (Key::Num1, Some(0)),
        (Key::Num2, Some(1)),
        (Key::Num4, None),
        // No such action, and no agent either while a person acts.
        (Key::Num6, None),
        (Key::ArrowLeft, Some(0)),
        (Key::ArrowDown, Some(1)),
        (Key::ArrowUp, None),
        (Key::ArrowRight, Some(2)),
        (Key::Enter, Some(2)),
    ] {
        let wanted: Vec<_> = action.map(|action| Intent::Act(vec![action])).into_iter().collect();
        assert_eq!(press(&mut harness, key), wanted, "{key:?}");
    }
    assert_eq!(press(&mut harness, Key::Space), [Intent::TogglePlay]);
    // A focused control has Enter and the arrows to itself.
    harness.get_by_label("Reset").focus();
    harness.run();
    assert_eq!(press(&mut harness, Key::Enter), [Intent::Reset]);
    // Digits are not taken from who types a seed.
    let mut harness = usual(acting(offers()));
    click(&mut harness, "Seed");
    assert_eq!(press(&mut harness, Key::Num1), []);
}

#[test]
fn where_no_action_walks_the_arrow_is_one_beat() {
    let mut harness = usual(acting(parts()));
    assert_eq!(press(&mut harness, Key::ArrowRight), [Intent::OneBeat]);
}

#[test]
fn an_action_of_many_parts_is_set_part_by_part_and_then_done() {
    let mut harness = usual(acting(parts()));
    let set = |levels: [Level; 4]| Intent::Prepare(levels.to_vec());
    assert_eq!(click(&mut harness, "Set Lathe to hold"), [set([0, 1, 5, 3])]);
    assert_eq!(click(&mut harness, "Set Lathe to run"), [], "it is set so already");
    assert_eq!(press(&mut harness, Key::Num2), [set([1, 0, 5, 3])]);
    assert_eq!(press(&mut harness, Key::Num3), [], "41 levels have no key");
    assert_eq!(press(&mut harness, Key::Num4), [set([1, 1, 5, 0])], "after the last the first");
    assert_eq!(type_over(&mut harness, "Set order", "99"), [set([1, 1, 40, 3])]);
    let rail = harness.get_by_role_and_label(Role::Slider, "Slide order").rect();
    let asked = drag(&mut harness, rail.center(), rail.left_center());
    assert_eq!(asked.last(), Some(&set([1, 1, 0, 3])));
    click(&mut harness, "Set tool");
    assert_eq!(click(&mut harness, "saw"), [set([1, 1, 5, 1])]);
    let asked = [click(&mut harness, "Do it"), press(&mut harness, Key::Enter)];
    assert_eq!(asked.concat(), [1, 2].map(|_| Intent::Act(vec![1, 1, 5, 3])));

    let mut harness = usual(acting(HandView { allowed: false, ..parts() }));
    assert_eq!(click(&mut harness, "Do it"), []);
}

#[test]
fn while_beats_play_nothing_moves_and_what_is_set_goes_on() {
    for hand in [offers(), parts()] {
        let shown = |playing| {
            let harness = usual(acting(HandView { playing, ..hand.clone() }));
            let all = everything(&harness);
            let own = all.into_iter().filter(|(_, words, _)| {
                ["Do ", "Set ", "Hints", "lost in all"].iter().any(|name| words.starts_with(name))
            });
            own.collect::<Vec<_>>()
        };
        let (waits, goes_on) = (shown(false), shown(true));
        assert!(waits.len() > 5, "{waits:?}");
        assert_eq!(waits, goes_on);
    }
    let mut harness = usual(acting(HandView { playing: true, ..parts() }));
    assert_eq!(click(&mut harness, "Do it"), [], "it is done in each beat");
    assert_eq!(click(&mut harness, "Set Mill to hold"), [Intent::Prepare(vec![1, 0, 5, 3])]);
}

#[test]
fn hints_are_asked_for() {
    let mut view = acting(offers());
    let mut harness = usual(view.clone());
    assert!(!is_shown(&harness, "Action hold 1"), "the optimum's values are not shown unasked");
    assert!(is_shown(&harness, "Beat 38 waits for you"));
    assert_eq!(click(&mut harness, "Hints"), [Intent::ToggleHints]);
    let before = harness.get_by_label("Do down").rect();
    view.hand.as_mut().unwrap().hints = true;
    harness.state_mut().view = view;
    harness.run();
    assert_eq!(harness.get_by_label("Do down").rect(), before);
}

#[test]
fn the_digits_of_the_menu_and_the_keys_say_what_they_do() {
    let mut harness = usual(acting(offers()));
    press(&mut harness, Key::Questionmark);
    assert!(is_shown(&harness, "While you act"));
    assert!(is_shown(&harness, "take this action, or turn this switch"));
    assert_eq!(press(&mut harness, Key::Enter), [], "what lies above has the keys");
}
