//! Scripts that drive a small panel off-screen; skipped where nothing can draw and that may be.

use super::*;
use crate::workbench::display::look_for_adapter;
use crate::workbench::gallery;
use crate::workbench::script::{picture_name, read};
use crate::workbench::theme::Theme;
use crate::workbench::window::{self, Surface};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

/// What the panel under test holds.
#[derive(Resource, Default, Debug)]
struct Desk {
    clicks: u32,
    level: f64,
    name: String,
    moved: egui::Vec2,
    keys: Vec<Key>,
    dropped: Vec<PathBuf>,
    beats: u64,
}

fn desk(mut contexts: EguiContexts, mut desk: ResMut<Desk>) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    desk.beats += 1;
    ctx.input(|input| {
        for event in &input.events {
            if let egui::Event::Key { key, pressed: true, modifiers, .. } = event
                && modifiers.ctrl
            {
                desk.keys.push(*key);
            }
        }
        desk.dropped.extend(input.raw.dropped_files.iter().map(|file| file.path().to_owned()));
    });
    let builder =
        egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    let mut ui = egui::Ui::new(ctx, "desk".into(), builder);
    let desk = &mut *desk;
    if ui.button("count").clicked() {
        desk.clicks += 1;
    }
    ui.label(format!("clicked {} times", desk.clicks));
    let label = ui.label("level").id;
    ui.add(egui::Slider::new(&mut desk.level, 0.0..=10.0)).labelled_by(label);
    let label = ui.label("name").id;
    ui.text_edit_singleline(&mut desk.name).labelled_by(label);
    let handle = ui.add(egui::Button::new("handle").sense(egui::Sense::drag()));
    desk.moved += handle.drag_delta();
    Ok(())
}

/// Plays a script on the desk and says how it ended, or nothing where nothing can draw.
fn play(steps: &str, folder: &Path) -> Option<(AppExit, Desk)> {
    if let Err(error) = look_for_adapter() {
        gallery::skip(error);
        return None;
    }
    let text = format!("(limit_frames: 120, limit_seconds: 120, steps: [{steps}])");
    let mut script = read("test", &text).unwrap();
    script.output = folder.to_owned();
    let surface = Surface::OffScreen { width: 320, height: 240 };
    let mut app = window::build(surface, Theme::DARK).unwrap();
    app.init_resource::<Desk>().add_systems(EguiPrimaryContextPass, desk);
    let hooks = Hooks {
        beats: |world| world.resource::<Desk>().beats,
        idle: |_| true,
        advance: |world, beats| world.resource_mut::<Desk>().beats += beats,
        trajectory: |world, path| {
            let beats = world.resource::<Desk>().beats;
            std::fs::write(path, format!("beats {beats}")).map_err(|error| error.to_string())
        },
    };
    drive(&mut app, script, hooks);
    window::finish(&mut app);
    for _ in 0..2_000 {
        app.update();
        if let Some(exit) = app.should_exit() {
            return Some((exit, app.world_mut().remove_resource().unwrap()));
        }
    }
    panic!("the script did not end");
}

#[test]
fn beats_are_advanced_and_frames_taken_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let steps = r#"Advance(40), Wait(Beat(40)), Pictures("film", 3), Widgets("end.json"), Quit"#;
    let Some((exit, desk)) = play(steps, folder.path()) else { return };
    assert!(exit.is_success() && desk.beats >= 40);
    let pictures = (0..4).map(|number| folder.path().join(picture_name("film", number)));
    assert_eq!(pictures.map(|path| path.exists()).collect::<Vec<_>>(), [true, true, true, false]);
}

#[test]
fn a_script_does_what_a_person_would() {
    let folder = tempfile::tempdir().unwrap();
    let steps = r#"
        Wait(Beat(3)), Click("count"), Wait(Text("clicked 1 times")), Click("count"),
        Set("level", 7), Type("name", "three machines"), Key("Ctrl+S"), Drag("handle", 40, 8),
        Drop("a.ron"), Wait(Idle), Wait(Gone("clicked 1 times")), Hover("count"),
        Picture("desk.png"), Widgets("deep/desk.json"), Trajectory("desk.csv"), Quit,
    "#;
    let Some((exit, desk)) = play(steps, folder.path()) else { return };
    assert_eq!(exit, AppExit::Success);
    assert_eq!((desk.clicks, desk.level), (2, 7.0));
    assert_eq!(desk.name, "three machines");
    assert!(desk.keys.contains(&Key::S));
    assert!(desk.moved.x > 20.0 && desk.moved.y > 2.0, "{:?}", desk.moved);
    assert_eq!(desk.dropped, [PathBuf::from("a.ron")]);
    let json = std::fs::read_to_string(folder.path().join("deep/desk.json")).unwrap();
    let widgets: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(widgets.as_array().unwrap().iter().any(|w| w["name"] == "clicked 2 times"));
    let png = std::fs::read(folder.path().join("desk.png")).unwrap();
    assert_eq!(&png[..4], b"\x89PNG");
    assert!(folder.path().join("desk.csv").exists());
}

#[test]
fn a_step_that_cannot_be_done_fails_with_log_and_picture() {
    let folder = tempfile::tempdir().unwrap();
    let steps = r#"Click("count"), Click("no such thing"), Click("count")"#;
    let Some((exit, desk)) = play(steps, folder.path()) else { return };
    assert!(exit.is_error());
    assert_eq!(desk.clicks, 1);
    let log = std::fs::read_to_string(folder.path().join("script_failed.log")).unwrap();
    assert!(log.contains("step 2 failed") && log.contains("no such thing"), "{log}");
    assert!(folder.path().join("script_failed.png").exists());
    assert!(folder.path().join("script_failed.json").exists());
}

#[test]
fn keys_are_read_by_name() {
    assert_eq!(chord("Space"), Ok((Modifiers::NONE, Key::Space)));
    assert_eq!(chord("Shift+F9"), Ok((Modifiers::SHIFT, Key::F9)));
    let (modifiers, key) = chord("Ctrl+S").unwrap();
    assert!(modifiers.ctrl && modifiers.command && key == Key::S);
    assert!(chord("Hyper+S").unwrap_err().contains("Hyper"));
    assert!(chord("").unwrap_err().contains("no key"));
}
