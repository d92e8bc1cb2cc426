//! Draws views with sample data off-screen, to be looked at and measured: tests only.

use super::theme::Theme;
use super::window::{self, Look, PictureTaken, Surface, take_picture};
use bevy::asset::RenderAssetUsages;
use bevy::image::{CompressedImageFormats, ImageSampler, ImageType};
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
    let Some(mut wall) = Wall::new(size, draw) else { return };
    for (theme, mode) in [(Theme::DARK, "dark"), (Theme::LIGHT, "light")] {
        wall.app.world_mut().resource_mut::<Look>().0 = theme;
        wall.picture(&folder.join(format!("{name}_{mode}.png")));
    }
}

/// Draws an exhibit in one mode and returns its pixels; none where nothing can draw.
pub fn pixels(
    size: (u32, u32),
    theme: Theme,
    draw: impl Fn(&mut egui::Ui, &Theme) + Clone + Send + Sync + 'static,
) -> Option<Pixels> {
    let mut wall = Wall::new(size, draw)?;
    wall.app.world_mut().resource_mut::<Look>().0 = theme;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exhibit.png");
    wall.picture(&path);
    let bytes = std::fs::read(path).unwrap();
    let image = Image::from_buffer(
        &bytes,
        ImageType::Extension("png"),
        CompressedImageFormats::NONE,
        true,
        ImageSampler::Default,
        RenderAssetUsages::MAIN_WORLD,
    )
    .unwrap();
    Some(Pixels { width: image.width() as usize, rgba: image.data.unwrap() })
}

/// A picture's pixels.
pub struct Pixels {
    width: usize,
    rgba: Vec<u8>,
}

impl Pixels {
    /// The darkest channel of any pixel in a region.
    pub fn darkest(&self, region: egui::Rect) -> u8 {
        self.of(region).map(|p| p[0].min(p[1]).min(p[2])).min().unwrap_or(u8::MAX)
    }

    /// How many pixels of a region have this colour, within a few steps in each channel.
    pub fn count(&self, region: egui::Rect, colour: egui::Color32) -> usize {
        let close = |a: u8, b: u8| a.abs_diff(b) <= 6;
        self.of(region)
            .filter(|p| {
                close(p[0], colour.r()) && close(p[1], colour.g()) && close(p[2], colour.b())
            })
            .count()
    }

    fn of(&self, region: egui::Rect) -> impl Iterator<Item = &[u8]> {
        let (left, right) = (region.left().max(0.0) as usize, region.right().max(0.0) as usize);
        let (top, bottom) = (region.top().max(0.0) as usize, region.bottom().max(0.0) as usize);
        (top..bottom)
            .flat_map(move |y| (left..right.min(self.width)).map(move |x| (y * self.width + x) * 4))
            .filter_map(|at| self.rgba.get(at..at + 3))
    }
}

/// An off-screen application with one exhibit.
struct Wall {
    app: App,
}

impl Wall {
    /// None where nothing can draw.
    fn new(
        (width, height): (u32, u32),
        draw: impl Fn(&mut egui::Ui, &Theme) + Send + Sync + 'static,
    ) -> Option<Self> {
        let built = window::build(Surface::OffScreen { width, height }, Theme::DARK);
        let mut app = match built {
            Ok(app) => app,
            Err(error) => {
                eprintln!("skipped: {error}");
                return None;
            }
        };
        app.insert_resource(Exhibit(Box::new(draw)));
        app.add_systems(EguiPrimaryContextPass, hang);
        window::finish(&mut app);
        Some(Self { app })
    }

    /// Draws until everything is there, and writes a picture.
    fn picture(&mut self, path: &std::path::Path) {
        let app = &mut self.app;
        for _ in 0..4 {
            app.update();
        }
        let world = app.world_mut();
        let canvas = world.resource::<window::Canvas>().clone();
        take_picture(&mut world.commands(), &canvas, path.to_owned());
        world.flush();
        for _ in 0..200 {
            app.update();
            let taken: Vec<_> =
                app.world_mut().resource_mut::<Messages<PictureTaken>>().drain().collect();
            if let Some(taken) = taken.first() {
                assert_eq!(taken.error, None);
                return;
            }
        }
        panic!("no picture was taken");
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

#[test]
fn the_whole_window_in_the_gallery() {
    use super::line::tests::three;
    use super::line::view::line;
    use super::panels::layout::workbench_ui;
    for (name, size) in [("window", (1280, 800)), ("window_small", (960, 600))] {
        show(name, size, |ui, theme| {
            let mut view = super::panels::sample::view();
            view.transport.dark = *theme == Theme::DARK;
            let mut intents = Vec::new();
            workbench_ui(ui, &view, &mut intents, &mut |ui| {
                line(ui, &three(), theme);
            });
        });
    }
}

#[test]
fn soft_edges_have_no_dark_fringe() {
    let whole = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(64.0, 64.0));
    let drawn = pixels((64, 64), Theme::LIGHT, move |ui, theme| {
        ui.painter().rect_filled(whole, 0.0, theme.panel);
        ui.painter().rect_filled(whole.shrink(16.3), 12.0, theme.raised);
    });
    let Some(pixels) = drawn else { return };
    // Between white and 0xEEF0F2 there is nothing darker than 0xEE.
    assert!(pixels.darkest(whole) >= 0xED, "{:X}", pixels.darkest(whole));
    assert!(pixels.count(whole.shrink(24.0), Theme::LIGHT.raised) > 200);
}
