//! Nothing overlaps, nothing is outside the window, nothing is cut, at any size and in both modes.

use super::*;
use crate::workbench::docks::{Place, TITLES};
use crate::workbench::intent::Chart;
use crate::workbench::panels::sample;
use crate::workbench::theme::{Size, Weight, font};
use crate::workbench::view::{AheadView, CurveView};
use egui::pos2;
use proptest::prelude::*;
use std::collections::BTreeMap;

pub const SIZES: [(f32, f32); 6] = [
    (960.0, 600.0),
    (1099.0, 700.0),
    (1280.0, 800.0),
    (1920.0, 1080.0),
    (2560.0, 1440.0),
    (3840.0, 2160.0),
];

proptest! {
    // Each case draws a window.
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn panes_fill_the_window_side_by_side(
        width in 700.0f32..4000.0, height in 460.0f32..2400.0, sides: bool, layout in 0..4_usize,
        left in 0.0f32..900.0, lower in 0.0f32..1.0, taken in 0..7_usize,
    ) {
        use Place::{Across, Down};
        let mut view = sample::view();
        (view.sides, view.layout) = (sides, Layout::ALL[layout]);
        let mut usual = view.layout.usual();
        // Whatever an edge was dragged to.
        if let Across(parts) = &mut usual {
            parts[0].0 = if parts[0].0 > 0.0 { left } else { 0.0 };
        }
        if let Down(parts) = &mut usual {
            (parts[0].0, parts[1].0) = (1.0 - lower, lower);
        }
        let kept = BTreeMap::from([(view.layout, usual)]);
        let mut docks = Docks::new(view.layout, &kept);
        docks.toggle(view.layout, Pane::ALL[taken]);
        let mut harness = window((width, height), Theme::DARK, view);
        harness.state_mut().docks = docks;
        harness.run();
        let areas = harness.state().areas.unwrap();
        let panes = Pane::ALL.into_iter().filter_map(|pane| areas.pane(pane));
        let parts: Vec<_> = [Some(areas.top), areas.strip].into_iter().flatten().chain(panes).collect();
        let sum: f32 = parts.iter().map(|part| part.area()).sum();
        // What is left are the lines between panes, and titles of those behind one another.
        let lines = 6.0 * (width + height) + TITLES * width;
        prop_assert!(areas.whole.area() - sum < lines, "{areas:?}");
        for (i, part) in parts.iter().enumerate() {
            prop_assert!(part.is_positive() && areas.whole.contains_rect(*part), "{part:?}");
            for other in &parts[..i] {
                let shared = part.intersect(*other);
                prop_assert!(!shared.is_positive(), "{part:?} and {other:?}");
            }
        }
    }
}

/// The first two things that lie over each other, of those that should not.
pub fn overlap(things: &[(Role, String, Rect)]) -> Option<String> {
    let stands = |role: &Role| {
        matches!(
            role,
            Role::Label
                | Role::Button
                | Role::Slider
                | Role::SpinButton
                | Role::TextInput
                | Role::RadioButton
                | Role::ProgressIndicator
        )
    };
    let things: Vec<_> = things.iter().filter(|(role, ..)| stands(role)).collect();
    for (i, (_, name, rect)) in things.iter().enumerate() {
        for (_, other, place) in &things[..i] {
            let shared = rect.intersect(*place);
            if shared.width() > 0.5 && shared.height() > 0.5 {
                return Some(format!("“{name}” {rect:?} lies over “{other}” {place:?}"));
            }
        }
    }
    None
}

#[test]
fn nothing_overlaps_and_all_is_inside_at_every_size() {
    for size in SIZES {
        for theme in [Theme::DARK, Theme::LIGHT] {
            let harness = window(size, theme, sample::view());
            let things = everything(&harness);
            assert!(things.len() > 60, "only {} things at {size:?}", things.len());
            assert_eq!(overlap(&things), None, "at {size:?}");
            let whole = Rect::from_min_size(Pos2::ZERO, vec2(size.0, size.1));
            for (role, name, rect) in &things {
                assert!(whole.x_range().contains(rect.left()), "{role:?} “{name}” {rect:?}");
                assert!(whole.right() >= rect.right(), "{role:?} “{name}” {rect:?} at {size:?}");
                // The right side scrolls where it has no room.
                let scrolls =
                    harness.state().areas.unwrap().pane(Pane::Agent).unwrap().left() <= rect.left();
                let below = whole.bottom() >= rect.bottom() || (scrolls && size.1 < 790.0);
                assert!(whole.top() <= rect.top() && below, "{role:?} “{name}” {rect:?}");
            }
        }
    }
}

/// How wide these words are in the smallest and lightest face.
pub fn width_of(ctx: &egui::Context, words: &str) -> f32 {
    let font = font(Size::Small, Weight::Regular);
    ctx.fonts_mut(|fonts| {
        fonts.layout_no_wrap(words.to_owned(), font, egui::Color32::WHITE).size().x
    })
}

#[test]
fn no_text_is_cut_with_usual_names() {
    for size in SIZES {
        let training = AheadView { replay: false, done: 320_000, of: 1_000_000 };
        for ahead in [None, Some(training), Some(AheadView { replay: true, ..training })] {
            let mut view = sample::view();
            view.transport.beat = 999_999_999;
            view.transport.ahead = ahead;
            let harness = window(size, Theme::DARK, view);
            let labels = everything(&harness).into_iter().filter(|(role, ..)| *role == Role::Label);
            let mut seen = 0;
            for (_, words, rect) in labels.filter(|(_, _, rect)| rect.height() <= 28.0) {
                let width = width_of(&harness.ctx, &words);
                assert!(width <= rect.width() + 1.0, "“{words}” is cut at {size:?}: {rect:?}");
                seen += 1;
            }
            assert!(seen > 30, "{seen} labels");
            let seed = harness.get_by_label("Seed").rect();
            assert!(seed.width() >= 48.0, "the seed has room at {size:?}");
        }
    }
}

/// Who acts falls short of the maximum in one state and not in the next: nothing below moves.
#[test]
fn how_far_an_action_falls_short_moves_nothing() {
    let below = |chosen: usize, best: &str| {
        let mut view = sample::view();
        let backup = view.why.backup.as_mut().unwrap();
        (backup.action, backup.may_fall_short) = (chosen, true);
        for (place, action) in view.why.actions.iter_mut().enumerate() {
            action.chosen = place == chosen;
            if action.optimal {
                action.name = best.to_owned();
            }
        }
        let harness = usual(view);
        let found = everything(&harness).into_iter().find(|(_, name, _)| name == "Planning method");
        found.unwrap().2.top()
    };
    let as_good = below(1, "hold 1");
    assert_eq!(below(0, "hold 1"), as_good);
    // Too long for a line with the name of the best.
    assert_eq!(below(0, "hold machines 1 to 5"), as_good);
}

#[test]
fn overlaps_are_found() {
    let at = |x: f32| Rect::from_min_size(pos2(x, 0.0), vec2(20.0, 20.0));
    let thing = |name: &str, x: f32| (Role::Button, name.to_owned(), at(x));
    assert_eq!(overlap(&[thing("a", 0.0), thing("b", 20.0)]), None);
    assert!(overlap(&[thing("a", 0.0), thing("b", 19.0)]).is_some());
}

#[test]
fn each_widget_stays_in_its_part_of_the_window() {
    let harness = usual(sample::view());
    let areas = harness.state().areas.unwrap();
    let [left, right, map, curve] =
        [Pane::Scenario, Pane::Agent, Pane::Map, Pane::Curve].map(|pane| areas.pane(pane).unwrap());
    for (name, area) in [
        ("Play", None),
        ("Pause", Some(areas.top)),
        ("Seed", Some(areas.top)),
        ("Keys", Some(areas.top)),
        ("Search scenarios", Some(left)),
        ("Three machines", Some(left)),
        ("Running costs value", Some(left)),
        ("Change agent", Some(right)),
        ("Action hold 1", Some(right)),
        ("Planning method", Some(right)),
        ("Value map", Some(map)),
        ("Map across", Some(map)),
        ("Curve", Some(curve)),
    ] {
        let place = harness.query_by_label(name).map(|node| node.rect());
        match (place, area) {
            (None, None) => {}
            (Some(place), Some(area)) => assert!(area.contains_rect(place), "{name} {place:?}"),
            (place, _) => panic!("{name}: {place:?}"),
        }
    }
    assert_eq!(harness.state().stage, areas.pane(Pane::Picture));
}

#[test]
fn sides_hide_and_the_left_one_folds_to_icons() {
    let mut view = sample::view();
    view.sides = false;
    let harness = usual(view);
    assert!(harness.query_by_label("Change agent").is_none());
    assert_eq!(harness.state().stage.unwrap().width(), 1280.0);

    let mut harness = window((960.0, 600.0), Theme::LIGHT, sample::view());
    assert!(!is_shown(&harness, "Bernoulli line"));
    click(&mut harness, "Scenarios");
    assert!(is_shown(&harness, "Bernoulli line"));
    let whole = Rect::from_min_size(Pos2::ZERO, vec2(960.0, 600.0));
    assert!(whole.contains_rect(harness.get_by_label("Bernoulli line").rect()));
    let asked = click(&mut harness, "Bernoulli line");
    assert_eq!(asked, [Intent::OpenShipped("lines/bernoulli_two_machine.ron".into())]);
}

#[test]
fn the_text_stands_above_the_picture_until_it_is_folded() {
    for size in SIZES {
        let mut view = sample::view();
        view.text = view.text.repeat(3);
        let folded = window(size, Theme::DARK, view.clone());
        let whole = folded.state().stage.unwrap();
        assert!(!is_shown(&folded, &view.text));
        view.shows_text = true;
        let mut harness = window(size, Theme::DARK, view.clone());
        assert!(is_shown(&harness, &view.text), "at {size:?}");
        assert_eq!(overlap(&everything(&harness)), None, "at {size:?}");
        let below = harness.state().stage.unwrap();
        assert!(below.top() > whole.top() && below.bottom() == whole.bottom(), "at {size:?}");
        let text = harness.get_by_label(&view.text).rect();
        assert!(text.bottom() <= below.top(), "at {size:?}");
        assert_eq!(click(&mut harness, "Fold text"), [Intent::ToggleText]);
    }
}

#[test]
fn edges_are_dragged_and_restored() {
    let mut harness = usual(sample::view());
    let width = |harness: &Harness<'static, Shown>| {
        harness.state().areas.unwrap().pane(Pane::Scenario).unwrap().width()
    };
    assert_eq!(width(&harness), 220.0);
    let edge = pos2(220.0, 700.0);
    drag(&mut harness, edge, edge + vec2(60.0, 0.0));
    assert_eq!(width(&harness), 280.0);
    double_click(&mut harness, pos2(280.0, 700.0));
    assert_eq!(width(&harness), 220.0);
    let lower = harness.state().areas.unwrap().stage().bottom();
    let edge = pos2(600.0, lower);
    drag(&mut harness, edge, edge - vec2(0.0, 80.0));
    assert!((harness.state().areas.unwrap().stage().bottom() - (lower - 80.0)).abs() <= 1.0);
}

#[test]
fn figures_do_not_jump_in_width() {
    let places = |beat: u64, seed: u64, reached: f64| {
        let mut view = sample::view();
        view.transport.beat = beat;
        view.transport.seed = seed;
        view.transport.reached = reached;
        let harness = usual(view);
        ["Speed", "Train ahead", "Seed", "Per hour"].map(|name| harness.get_by_label(name).rect())
    };
    assert_eq!(places(0, 0, 20.0), places(987_654_321, 65_535, 3.2));
}

#[test]
fn long_names_are_read_in_full() {
    let mut view = sample::view();
    let long = "A very long title of a scenario that has no room in any list at all";
    view.transport.title = long.into();
    view.library.families[1].1[0].1 = long.into();
    let mut parameters = view.parameters.parameters.to_vec();
    parameters[0].label = long.into();
    view.parameters.parameters = parameters.into();
    view.why.state = "buffer between lathe and mill = 8 · ".repeat(8);
    view.agent.name = long.into();
    for size in [(960.0, 600.0), (1280.0, 800.0)] {
        let harness = window(size, Theme::DARK, view.clone());
        let things = everything(&harness);
        assert_eq!(overlap(&things), None, "at {size:?}");
        assert!(is_shown(&harness, long));
    }
}

#[test]
fn panes_are_dragged_beside_and_behind_one_another() {
    let mut harness = usual(sample::view());
    let pane = |harness: &Harness<'static, Shown>, pane| harness.state().areas.unwrap().pane(pane);
    let map = pane(&harness, Pane::Map).unwrap();
    let agent = pane(&harness, Pane::Agent).unwrap();
    let grip = harness.get_by_label("Move Policy and value").rect().center();
    assert!(map.contains(grip));
    // To the left edge of the agent: a column of its own.
    drag(&mut harness, grip, pos2(agent.left() + 2.0, agent.center().y));
    harness.run();
    let (map, agent) = (pane(&harness, Pane::Map).unwrap(), pane(&harness, Pane::Agent).unwrap());
    assert!(map.right() <= agent.left() && map.height() == agent.height(), "{map:?} {agent:?}");
    assert!(map.width() >= 200.0 && agent.width() >= 240.0);
    let curve = pane(&harness, Pane::Curve).unwrap();
    assert_eq!(curve.width(), pane(&harness, Pane::Picture).unwrap().width());
    // Onto the chart: behind it, with a tab for each.
    let grip = harness.get_by_label("Move Policy and value").rect().center();
    drag(&mut harness, grip, curve.center());
    harness.run();
    assert!(pane(&harness, Pane::Curve).is_none() || pane(&harness, Pane::Map).is_none());
    let tabs = |role: &Role, name: &str| *role == Role::Button && name == "Chart";
    assert!(everything(&harness).iter().any(|(role, name, _)| tabs(role, name)));
    // What was changed is kept, and comes back.
    let (layout, kept) = harness.state().docks.kept();
    assert_eq!((layout, kept.len()), (Layout::Explore, 1));
    let again = Docks::new(layout, &kept);
    assert_eq!(again.kept().1, kept);
    harness.state_mut().docks.restore(Layout::Explore);
    harness.run();
    assert!(harness.state().docks.kept().1.is_empty());
    assert!(pane(&harness, Pane::Curve).is_some() && pane(&harness, Pane::Map).is_some());
}

#[test]
fn every_arrangement_is_whole_at_every_size() {
    for layout in Layout::ALL {
        for size in SIZES {
            let mut view = sample::view();
            view.layout = layout;
            view.beside = Some(CurveView { chart: Chart::Second, ..view.curve.clone() });
            view.sides = layout != Layout::Present;
            let harness = window(size, Theme::LIGHT, view);
            let things = everything(&harness);
            assert_eq!(overlap(&things), None, "{layout:?} at {size:?}");
            assert!(harness.state().docks.kept().1.is_empty(), "{layout:?} at {size:?}");
        }
    }
}
