//! Draws views with sample data off-screen, to be looked at and measured: tests only.

use super::theme::Theme;
use super::window::{self, Look, PictureTaken, Surface, take_picture};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use std::path::PathBuf;

type Draw = Box<dyn FnMut(&mut egui::Ui, &Theme) + Send + Sync>;

#[derive(Resource)]
struct Exhibit(Draw);

/// Where pictures go: the folder that `TAKTLAB_PICTURES` names.
fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("TAKTLAB_PICTURES")?);
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder)
}

/// Draws an exhibit in both modes and writes `NAME_dark.png` and `NAME_light.png`, if a folder for
/// pictures is named; else does nothing.
pub fn show(
    name: &str,
    size: (u32, u32),
    draw: impl Fn(&mut egui::Ui, &Theme) + Clone + Send + Sync + 'static,
) {
    let Some(folder) = folder() else { return };
    let surface = Surface::OffScreen { width: size.0, height: size.1 };
    let mut app = window::build(surface, Theme::DARK).unwrap();
    app.insert_resource(Exhibit(Box::new(draw)));
    app.add_systems(EguiPrimaryContextPass, hang);
    window::finish(&mut app);
    for (theme, mode) in [(Theme::DARK, "dark"), (Theme::LIGHT, "light")] {
        app.world_mut().resource_mut::<Look>().0 = theme;
        for _ in 0..4 {
            app.update();
        }
        let path = folder.join(format!("{name}_{mode}.png"));
        let world = app.world_mut();
        let canvas = world.resource::<window::Canvas>().clone();
        take_picture(&mut world.commands(), &canvas, path);
        world.flush();
        for _ in 0..200 {
            app.update();
            let taken: Vec<_> =
                app.world_mut().resource_mut::<Messages<PictureTaken>>().drain().collect();
            if let Some(taken) = taken.first() {
                assert_eq!(taken.error, None);
                break;
            }
        }
    }
}

fn hang(mut contexts: EguiContexts, look: Res<Look>, mut exhibit: ResMut<Exhibit>) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let builder =
        egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    let mut ui = egui::Ui::new(ctx, "gallery".into(), builder);
    (exhibit.0)(&mut ui, &look.0);
    Ok(())
}

/// A harness with our fonts and dark theme, run until it rests.
pub fn harness<'a>(
    size: (f32, f32),
    mut draw: impl FnMut(&mut egui::Ui, &Theme) + 'a,
) -> egui_kittest::Harness<'a> {
    let mut ready = false;
    let mut harness = egui_kittest::Harness::builder()
        .with_size(egui::vec2(size.0, size.1))
        .build_ui(move |ui| {
            // Fonts that are set now are there from the next pass on.
            if ready {
                draw(ui, &Theme::DARK);
            } else {
                super::fonts::install(ui.ctx());
                Theme::DARK.apply(ui.ctx());
                ready = true;
            }
        });
    harness.run();
    harness
}
