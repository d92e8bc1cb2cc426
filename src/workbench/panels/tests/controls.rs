//! Clicking, typing and dragging ask for the right things.

use super::*;
use crate::learners::{Cooling, Exploration, StepSize};
use crate::workbench::intent::{AgentChoice, Chart, CurveKind, Rates, Speed, Tuning};
use crate::workbench::panels::sample;
use crate::workbench::view::{AheadView, KanbanView, ParameterView, PlanView, ThresholdView};
use std::path::PathBuf;

#[test]
fn buttons_ask_for_what_they_say() {
    let mut harness = usual(sample::view());
    for (name, intent) in [
        ("Pause", Intent::TogglePlay),
        ("Reset", Intent::Reset),
        ("One beat", Intent::OneBeat),
        ("Theme", Intent::ToggleTheme),
        ("Motion", Intent::ToggleMotion),
        ("Undo", Intent::Undo),
        ("One beat back", Intent::GoTo(2_412_805)),
        ("Per beat", Intent::SetRates(Rates::PerBeat)),
        ("Open file…", Intent::ShowFileDialog(true)),
        ("Reset parameters", Intent::ResetParameters),
        ("Bernoulli line", Intent::OpenShipped("lines/bernoulli_two_machine.ron".into())),
        ("Action hold all", Intent::ToggleAction(3)),
        ("More Buffer 1", Intent::SetParameter { path: "buffer_1".into(), value: 11.0 }),
        ("Less Buffer 2", Intent::SetParameter { path: "buffer_2".into(), value: 9.0 }),
    ] {
        assert_eq!(click(&mut harness, name), [intent], "{name}");
    }
    for name in ["Per hour", "Three machines", "Menu", "Keys"] {
        assert_eq!(click(&mut harness, name), [], "{name}");
    }
}

#[test]
fn menus_open_and_ask() {
    for (menu, item, intent) in [
        ("Train ahead", "10⁶ beats", Intent::TrainAhead(1_000_000)),
        ("Change agent", "SARSA", Intent::ChooseAgent(AgentChoice::Sarsa)),
        (
            "Kind of step size",
            "Constant",
            Intent::TuneAgent(Tuning::Step(StepSize::Constant { size: 0.1 })),
        ),
        ("Planning method", "Policy iteration", Intent::ChooseMethod(1)),
        ("Kind of exploration", "Fading with visits", {
            Intent::TuneAgent(Tuning::Explore(Exploration::default()))
        }),
        ("Kind of exploration", "Boltzmann", {
            let cooling = Cooling::Never;
            Intent::TuneAgent(Tuning::Explore(Exploration::Boltzmann { temperature: 1.0, cooling }))
        }),
        ("Kind of exploration", "Upper confidence bound", {
            Intent::TuneAgent(Tuning::Explore(Exploration::Ucb { width: 2.0 }))
        }),
        ("Map across", "mill", Intent::SetMapAxes { x: 3, y: 1 }),
        ("Map across", "buffer 2", Intent::SetMapAxes { x: 1, y: 0 }),
        ("Curve", "Bounds", Intent::ShowCurve(Chart::First, CurveKind::Bounds)),
        ("Menu", "Hide sides", Intent::ToggleSides),
    ] {
        let mut harness = usual(sample::view());
        assert!(!is_shown(&harness, item), "{item} before {menu}");
        assert_eq!(click(&mut harness, menu), [], "{menu}");
        assert_eq!(click(&mut harness, item), [intent], "{menu} → {item}");
        assert!(!is_shown(&harness, item), "{menu} closes");
    }
}

#[test]
fn an_agent_that_cannot_act_says_why_and_cannot_be_chosen() {
    let mut harness = usual(sample::view());
    click(&mut harness, "Change agent");
    assert_eq!(click(&mut harness, "Threshold"), []);
}

#[test]
fn figures_are_typed_over() {
    let mut harness = usual(sample::view());
    for (name, typed, intent) in [
        ("Seed", "42", Intent::SetSeed(42)),
        ("Speed value", "300", Intent::SetSpeed(Speed::PerSecond(300.0))),
        ("Speed value", "9e9", Intent::SetSpeed(Speed::Fastest)),
        (
            "Exploration",
            "0,25",
            Intent::TuneAgent(Tuning::Explore(Exploration::Constant { epsilon: 0.25 })),
        ),
        ("Discount", "2", Intent::TuneAgent(Tuning::Discount(0.999_999))),
        (
            "Step size",
            "0.8",
            Intent::TuneAgent(Tuning::Step(StepSize::Visits { scale: 1.0, power: 0.8 })),
        ),
        (
            "Mill · time to repair value",
            "12.5 min",
            Intent::SetParameter { path: "time_to_repair".into(), value: 12.5 },
        ),
        (
            "Mill · time to repair value",
            "0.25 h",
            Intent::SetParameter { path: "time_to_repair".into(), value: 15.0 },
        ),
        ("Buffer 1", "12", Intent::SetParameter { path: "buffer_1".into(), value: 12.0 }),
        (
            "Buffer 1",
            "99",
            Intent::Say("Buffer 1 can be at most 30 parts here; it stays as it was.".into()),
        ),
        (
            "Mill · time to repair value",
            "2 kW",
            Intent::Say("“2 kW” is no amount in min. Give a number alone.".into()),
        ),
    ] {
        assert_eq!(type_over(&mut harness, name, typed), [intent], "{name}");
    }
    assert_eq!(type_over(&mut harness, "Seed", "seven"), []);
}

#[test]
fn the_figure_of_each_rule_of_exploration_is_typed_over() {
    let cooling = Cooling::Visits { half: 20.0, floor: 0.5 };
    let boltzmann = |temperature| Exploration::Boltzmann { temperature, cooling };
    let ucb = |width| Exploration::Ucb { width };
    for (now, typed, then) in [
        (boltzmann(1.0), "2.5", boltzmann(2.5)),
        (ucb(2.0), "40", ucb(40.0)),
        (ucb(2.0), "-1", ucb(0.0)),
    ] {
        let mut view = sample::view();
        if let Some(learner) = &mut view.agent.learner {
            learner.exploration = now;
        }
        let mut harness = usual(view);
        let asked = Intent::TuneAgent(Tuning::Explore(then));
        assert_eq!(type_over(&mut harness, "Exploration", typed), [asked]);
    }
}

#[test]
fn escape_leaves_a_figure_as_it_was() {
    let mut harness = usual(sample::view());
    click(&mut harness, "Seed");
    harness.event(egui::Event::Text("42".into()));
    harness.run();
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert_eq!(harness.state().intents, []);
    assert_eq!(harness.get_by_label("Seed").value().as_deref(), Some("7"));
}

#[test]
fn sliders_are_dragged_and_reset_by_double_click() {
    let mut harness = usual(sample::view());
    let name = "Mill · time to repair";
    let rect = slider(&harness, name);
    let asked = drag(&mut harness, rect.center(), rect.right_center());
    let path = "time_to_repair".to_owned();
    assert_eq!(asked.last(), Some(&Intent::SetParameter { path: path.clone(), value: 30.0 }));
    let asked = double_click(&mut harness, rect.center());
    assert_eq!(asked.last(), Some(&Intent::ResetParameter(path)));

    let rect = harness.get_by_role_and_label(Role::Slider, "Speed").rect();
    let asked = drag(&mut harness, rect.center(), rect.right_center() + vec2(30.0, 0.0));
    assert_eq!(asked.last(), Some(&Intent::SetSpeed(Speed::Fastest)));
    let asked = drag(&mut harness, rect.center(), rect.left_center() - vec2(30.0, 0.0));
    assert_eq!(asked.last(), Some(&Intent::SetSpeed(Speed::PerSecond(1.0))));
}

fn slider(harness: &Harness<'static, Shown>, name: &str) -> Rect {
    harness.get_by_role_and_label(Role::Slider, name).rect()
}

#[test]
fn the_search_finds_scenarios_in_folded_families() {
    let mut harness = usual(sample::view());
    assert!(!is_shown(&harness, "Replacement"));
    click(&mut harness, "Search scenarios");
    harness.event(egui::Event::Text("repl".into()));
    harness.run();
    assert!(is_shown(&harness, "Replacement"));
    assert!(!is_shown(&harness, "Bernoulli line"));
}

#[test]
fn families_fold_and_unfold() {
    let mut harness = usual(sample::view());
    click(&mut harness, "basics");
    assert!(is_shown(&harness, "Replacement"));
    click(&mut harness, "lines");
    assert!(!is_shown(&harness, "Bernoulli line"));
}

#[test]
fn a_cell_is_asked_about_with_the_rest_as_shown() {
    let mut view = sample::view();
    view.why.present = false;
    let mut harness = usual(view);
    let cell = everything(&harness)
        .into_iter()
        .find(|(_, words, _)| words.starts_with("buffer 1 = 2, buffer 2 = 9"))
        .map(|(_, _, rect)| rect)
        .unwrap();
    harness.state_mut().intents.clear();
    harness.drag_at(cell.center());
    harness.step();
    harness.drop_at(cell.center());
    harness.run();
    assert_eq!(harness.state().intents, [Intent::Inspect(Some(vec![2, 9, 1, 1, 0]))]);
    assert_eq!(click(&mut harness, "Present state"), [Intent::Inspect(None)]);
}

#[test]
fn slices_are_held_and_let_go() {
    let mut harness = usual(sample::view());
    click(&mut harness, "Map slices");
    let asked = click(&mut harness, "Follow mill");
    assert_eq!(asked, [Intent::SetSlice { variable: 3, level: Some(1) }]);
    let asked = click(&mut harness, "Follow press");
    assert_eq!(asked, [Intent::SetSlice { variable: 4, level: None }]);
    let rail = harness.get_by_label("Slice lathe").rect();
    let asked = drag(&mut harness, rail.center(), rail.left_center());
    assert_eq!(asked.last(), Some(&Intent::SetSlice { variable: 2, level: Some(0) }));
}

#[test]
fn what_takes_long_shows_how_far_it_is_and_can_be_stopped() {
    let mut view = sample::view();
    view.transport.ahead = Some(AheadView { replay: false, done: 250_000, of: 1_000_000 });
    view.plan = PlanView::Working {
        what: "counting outcomes".into(),
        done: 400,
        of: 968,
        bounds: Some((4.0, 5.0)),
        paused: false,
        can_wait: false,
    };
    let mut harness = usual(view.clone());
    let training = harness.get_by_label("Training");
    assert_eq!(training.accesskit_node().numeric_value(), Some(0.25));
    assert!(harness.query_by_label("Train ahead").is_none());
    assert_eq!(click(&mut harness, "Stop training"), [Intent::StopTraining]);
    assert_eq!(click(&mut harness, "Stop planning"), [Intent::PausePlanning]);

    view.transport.ahead = Some(AheadView { replay: true, done: 1, of: 2 });
    let sweeping = |paused| PlanView::Working {
        what: "value iteration".into(),
        done: 12,
        of: 0,
        bounds: Some((4.0, 5.0)),
        paused,
        can_wait: true,
    };
    view.plan = sweeping(false);
    view.agent.searching = Some(0.34);
    let mut harness = usual(view.clone());
    assert_eq!(harness.get_by_label("Replay").accesskit_node().numeric_value(), Some(0.5));
    for (name, intent) in [
        ("Stop replay", Intent::StopTraining),
        ("Pause planning", Intent::PausePlanning),
        ("One sweep", Intent::OneSweep),
        ("Stop search", Intent::StopSearch),
        ("Plan sweep by sweep", Intent::PlanAgain { paused: true }),
    ] {
        assert_eq!(click(&mut harness, name), [intent], "{name}");
    }
    view.plan = sweeping(true);
    let mut harness = usual(view);
    assert!(is_shown(&harness, "value iteration, paused") && is_shown(&harness, "sweep 12"));
    assert_eq!(click(&mut harness, "Resume planning"), [Intent::ResumePlanning]);
}

#[test]
fn rules_of_thumb_have_settings() {
    let mut view = sample::view();
    view.agent.learner = None;
    let level = |buffer: &str, level| KanbanView { buffer: buffer.into(), level, capacity: 10 };
    view.agent.kanban = vec![level("buffer 1", 6), level("buffer 2", 3)];
    let mut harness = usual(view.clone());
    for (typed, level) in [("4", 4), ("99", 11)] {
        let intent = Intent::TuneAgent(Tuning::KanbanLevel { buffer: 1, level });
        assert_eq!(type_over(&mut harness, "Level buffer 2", typed), [intent]);
    }

    view.agent.kanban.clear();
    view.agent.threshold = Some(ThresholdView {
        variables: view.map.as_ref().unwrap().variables.clone(),
        variable: 0,
        level: 5,
        below: "run all".into(),
        above: "hold lathe".into(),
    });
    let mut harness = usual(view);
    let threshold = |variable, level| Intent::TuneAgent(Tuning::Threshold { variable, level });
    assert_eq!(type_over(&mut harness, "Threshold level", "7"), [threshold(0, 7)]);
    click(&mut harness, "Watched variable");
    assert_eq!(click(&mut harness, "buffer 2"), [threshold(1, 5)]);
}

#[test]
fn figures_of_one_thing_stand_together_and_fold() {
    let mut harness = usual(sample::view());
    assert!(is_shown(&harness, "time to repair"));
    click(&mut harness, "Parameters of Mill");
    assert!(!is_shown(&harness, "time to repair") && is_shown(&harness, "2 changed"));
    click(&mut harness, "Parameters of Mill");
    assert!(is_shown(&harness, "time to repair"));
}

#[test]
fn figures_of_what_is_not_there_fold_until_they_are_asked_for() {
    let mut view = sample::view();
    let zero = |label: &str| ParameterView {
        path: label.into(),
        label: label.into(),
        value: 0.0,
        default: 0.0,
        ..view.parameters.parameters[0].clone()
    };
    let unused = ["scrap", "cost of scrap", "carbon"].map(zero);
    let rest = view.parameters.parameters.to_vec();
    let few: Vec<_> = unused[1..].iter().chain(&rest).cloned().collect();
    let mut all: Vec<_> = unused.into_iter().chain(rest).collect();
    view.parameters.parameters = all.clone().into();
    let mut harness = usual(view.clone());
    assert!(is_shown(&harness, "time to repair") && !is_shown(&harness, "cost of scrap"));
    click(&mut harness, "Unused figures of Mill");
    assert!(is_shown(&harness, "cost of scrap"));
    // One that has been given a number stands among the others.
    all[1].value = 2.0;
    all.push(ParameterView { path: "rework".into(), label: "rework".into(), ..all[0].clone() });
    view.parameters.parameters = all.into();
    assert!(is_shown(&usual(view.clone()), "cost of scrap"));
    // Two are no trouble.
    view.parameters.parameters = few.into();
    assert!(is_shown(&usual(view), "cost of scrap"));
}

#[test]
fn a_notice_stays_until_it_is_put_away() {
    let mut view = sample::view();
    view.notice = Some("Saved to my_run.ron".into());
    for size in [(960.0, 600.0), (1280.0, 800.0)] {
        let mut harness = window(size, Theme::DARK, view.clone());
        let place = harness.get_by_label("Saved to my_run.ron").rect();
        assert!(harness.state().stage.unwrap().contains_rect(place));
        assert_eq!(click(&mut harness, "Dismiss notice"), [Intent::DismissNotice]);
    }
}

#[test]
fn a_run_is_saved_where_it_is_said() {
    let mut harness = usual(sample::view());
    click(&mut harness, "Save run");
    let asked = click(&mut harness, "Write run");
    assert_eq!(asked, [Intent::SaveRun(PathBuf::from("three-machines-seed-7.ron"))]);
    assert!(!is_shown(&harness, "Write run"));
}

#[test]
fn values_are_told_to_screen_readers() {
    let harness = usual(sample::view());
    let action = harness.get_by_label("Action hold 1").value().unwrap();
    assert!(action.contains("42.1700") && action.contains("chosen"), "{action}");
    assert_eq!(harness.get_by_label("Menu").value().as_deref(), Some("Three machines"));
    let seed = harness.get_by_label("Seed");
    assert_eq!(seed.accesskit_node().numeric_value(), Some(7.0));
    for words in ["4.3\u{202F}%", "hold 1 — the same", "38.02", ".014", "certified"] {
        assert!(is_shown(&harness, words), "{words}");
    }
}
