//! The file dialog, the errors and the hints.

use super::*;
use crate::workbench::panels::sample;
use crate::workbench::view::{ErrorsView, FileDialogView, FindingView};
use std::path::PathBuf;

fn dialog() -> FileDialogView {
    let folder = PathBuf::from("/home/anna/lines");
    FileDialogView {
        shown: true,
        folders: vec![folder.join("old")],
        files: vec![folder.join("my line.ron"), folder.join("other.ron")],
        folder,
        error: None,
    }
}

fn with_dialog(dialog: FileDialogView, size: (f32, f32)) -> Harness<'static, Shown> {
    let mut view = sample::view();
    view.dialog = dialog;
    window(size, Theme::DARK, view)
}

#[test]
fn a_file_is_picked_and_opened() {
    let mut harness = with_dialog(dialog(), (1280.0, 800.0));
    assert_eq!(click(&mut harness, "Open"), [], "nothing is picked yet");
    assert_eq!(click(&mut harness, "my line.ron"), []);
    let file = PathBuf::from("/home/anna/lines/my line.ron");
    assert_eq!(click(&mut harness, "Open"), [Intent::OpenFile(file.clone())]);
    let place = harness.get_by_label("my line.ron").rect().center();
    assert_eq!(double_click(&mut harness, place).last(), Some(&Intent::OpenFile(file)));
}

#[test]
fn folders_are_walked() {
    let mut harness = with_dialog(dialog(), (1280.0, 800.0));
    let up = PathBuf::from("/home/anna");
    assert_eq!(click(&mut harness, "Parent folder"), [Intent::BrowseTo(up)]);
    let down = PathBuf::from("/home/anna/lines/old");
    assert_eq!(click(&mut harness, "old"), [Intent::BrowseTo(down)]);
}

#[test]
fn a_path_is_typed() {
    for (typed, intent) in [
        ("/tmp/a.ron", Intent::OpenFile("/tmp/a.ron".into())),
        ("/tmp", Intent::BrowseTo("/tmp".into())),
    ] {
        let mut harness = with_dialog(dialog(), (1280.0, 800.0));
        harness.get_by_label("Path").click();
        harness.run();
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.event(egui::Event::Text(typed.into()));
        harness.run();
        harness.state_mut().intents.clear();
        harness.key_press(egui::Key::Enter);
        harness.run();
        assert_eq!(harness.state().intents, [intent], "{typed}");
    }
}

#[test]
fn the_dialog_fits_small_windows_and_is_left() {
    let mut many = dialog();
    many.files = (0..200).map(|i| many.folder.join(format!("{i}.ron"))).collect();
    many.error = Some("The folder cannot be read: permission denied.".into());
    let mut harness = with_dialog(many, (960.0, 600.0));
    let whole = Rect::from_min_size(Pos2::ZERO, vec2(960.0, 600.0));
    for name in ["Path", "Open", "Cancel", "Parent folder"] {
        let place = harness.get_by_label(name).rect();
        assert!(whole.contains_rect(place), "{name} {place:?}");
    }
    assert!(is_shown(&harness, "The folder cannot be read: permission denied."));
    assert_eq!(click(&mut harness, "Cancel"), [Intent::ShowFileDialog(false)]);
    harness.state_mut().intents.clear();
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert_eq!(harness.state().intents.first(), Some(&Intent::ShowFileDialog(false)));
}

#[test]
fn errors_say_where_and_what_to_do_until_they_are_put_away() {
    let mut view = sample::view();
    let message = "failure probability of mill is 1.2: it must lie between 0 and 1";
    view.errors = Some(ErrorsView {
        file: "three_machines.ron".into(),
        findings: vec![
            FindingView {
                place: "three_machines.ron:14:9".into(),
                path: "environment.machines[1].failure".into(),
                message: message.into(),
                remedy: "write a number from 0 to 1".into(),
                warning: false,
            },
            FindingView {
                place: "three_machines.ron:20:3".into(),
                message: "unknown field `bufer`".into(),
                remedy: "did you mean `buffer`?".into(),
                ..FindingView::default()
            },
            FindingView {
                place: "base.ron:7:2".into(),
                path: "environment.machines[0].cycle".into(),
                message: "52 s becomes 1 beat, which is 15 % longer".into(),
                warning: true,
                ..FindingView::default()
            },
        ],
    });
    for size in [(960.0, 600.0), (1280.0, 800.0)] {
        let mut harness = window(size, Theme::LIGHT, view.clone());
        for words in [
            "three_machines.ron was not opened: 2 errors, 1 warning",
            "three_machines.ron:14:9",
            "environment.machines[1].failure",
            "base.ron:7:2",
            "warning: 52 s becomes 1 beat, which is 15 % longer",
            message,
            "did you mean `buffer`?",
        ] {
            assert!(is_shown(&harness, words), "{words}");
        }
        let stage = harness.state().stage.unwrap();
        let place = harness.get_by_label(message).rect();
        assert!(stage.contains_rect(place), "{place:?} in {stage:?}");
        assert_eq!(click(&mut harness, "Dismiss errors"), [Intent::DismissErrors]);
    }
}

#[test]
fn three_hints_are_put_away_with_one_click() {
    let mut view = sample::view();
    view.hints = true;
    for size in [(960.0, 600.0), (1280.0, 800.0), (1920.0, 1080.0)] {
        let mut harness = window(size, Theme::DARK, view.clone());
        let names = ["Dismiss hint speed", "Dismiss hint map", "Dismiss hint why"];
        let whole = Rect::from_min_size(Pos2::ZERO, vec2(size.0, size.1));
        let places = names.map(|name| harness.get_by_label(name).rect());
        for (name, place) in names.iter().zip(places) {
            assert!(whole.contains_rect(place), "{name} {place:?}");
            assert_eq!(click(&mut harness, name), [Intent::DismissHints], "{name}");
        }
        let apart = |a: Rect, b: Rect| !a.intersects(b);
        assert!(apart(places[0], places[1]) && apart(places[1], places[2]));
    }
}
