//! Draws views with sample data off-screen, to be looked at and measured: tests only. Pictures are
//! kept where the environment variable `TAKTLAB_PICTURES` names a folder.

use super::theme::Theme;
use super::window::{self, Look, PictureTaken, Surface, take_picture};
use bevy::asset::RenderAssetUsages;
use bevy::image::{CompressedImageFormats, ImageSampler, ImageType};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::epaint::TextShape;
use egui_kittest::kittest::Queryable;
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

/// Says that a test is skipped because something is missing; fails it where that may not be: the
/// environment variable `TAKTLAB_WINDOW_TESTS` is then "required".
pub fn skip(missing: impl std::fmt::Display) {
    skip_where(std::env::var("TAKTLAB_WINDOW_TESTS").ok().as_deref(), missing);
}

fn skip_where(tests: Option<&str>, missing: impl std::fmt::Display) {
    assert_ne!(tests, Some("required"), "window tests are required here, but {missing}");
    eprintln!("skipped: {missing}");
}

/// Draws an exhibit in both modes and returns the pixels; none where nothing can draw. Where a
/// folder for pictures is named it keeps them there, as `NAME_dark.png` and `NAME_light.png`.
pub fn show(
    name: &str,
    size: (u32, u32),
    draw: impl Fn(&mut egui::Ui, &Theme) + Clone + Send + Sync + 'static,
) -> Option<[Pixels; 2]> {
    let mut wall = Wall::new(size, draw)?;
    let passing = tempfile::tempdir().unwrap();
    let folder = folder().unwrap_or_else(|| passing.path().to_owned());
    let modes = [(Theme::DARK, "dark"), (Theme::LIGHT, "light")];
    Some(modes.map(|(theme, mode)| wall.pixels(theme, &folder.join(format!("{name}_{mode}.png")))))
}

/// Draws an exhibit in one mode and returns its pixels; none where nothing can draw.
pub fn pixels(
    size: (u32, u32),
    theme: Theme,
    draw: impl Fn(&mut egui::Ui, &Theme) + Clone + Send + Sync + 'static,
) -> Option<Pixels> {
    let folder = tempfile::tempdir().unwrap();
    Some(Wall::new(size, draw)?.pixels(theme, &folder.path().join("exhibit.png")))
}

/// A picture's pixels.
pub struct Pixels {
    /// The mode in which it was drawn.
    pub theme: Theme,
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
                skip(error);
                return None;
            }
        };
        app.insert_resource(Exhibit(Box::new(draw)));
        app.add_systems(EguiPrimaryContextPass, hang);
        window::finish(&mut app);
        Some(Self { app })
    }

    /// Writes a picture in this mode and reads it.
    fn pixels(&mut self, theme: Theme, path: &std::path::Path) -> Pixels {
        self.app.world_mut().resource_mut::<Look>().0 = theme;
        self.picture(path);
        let image = Image::from_buffer(
            &std::fs::read(path).unwrap(),
            ImageType::Extension("png"),
            CompressedImageFormats::NONE,
            true,
            ImageSampler::Default,
            RenderAssetUsages::MAIN_WORLD,
        )
        .unwrap();
        Pixels { theme, width: image.width() as usize, rgba: image.data.unwrap() }
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

/// An exhibit whose parts are found by name: where they are on its picture.
pub fn named(
    size: (u32, u32),
    draw: impl Fn(&mut egui::Ui, &Theme) + 'static,
) -> egui_kittest::Harness<'static> {
    harness((size.0 as f32, size.1 as f32), move |ui, theme| {
        // Over the whole picture, without the margin that a panel has.
        let whole = ui.ctx().content_rect();
        draw(&mut ui.new_child(egui::UiBuilder::new().max_rect(whole)), theme);
    })
}

/// Every text that was painted, with the part of the window to which it is clipped.
pub fn texts(shapes: &[egui::epaint::ClippedShape]) -> Vec<(&TextShape, egui::Rect)> {
    fn gather<'s>(shape: &'s egui::Shape, found: &mut Vec<&'s TextShape>) {
        match shape {
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| gather(shape, found)),
            egui::Shape::Text(text) if !text.galley.text().is_empty() => found.push(text),
            _ => {}
        }
    }
    let each = shapes.iter().flat_map(|clipped| {
        let mut found = Vec::new();
        gather(&clipped.shape, &mut found);
        found.into_iter().map(|text| (text, clipped.clip_rect))
    });
    each.collect()
}

#[test]
fn the_whole_window_in_the_gallery() {
    use super::colour::viridis;
    use super::docks::Docks;
    use super::line::tests::three;
    use super::line::view::line;
    use super::panels::layout::workbench_ui;
    use crate::mdp::Condition;
    for (name, size) in [("window", (1280, 800)), ("window_small", (960, 600))] {
        let draw = |ui: &mut egui::Ui, theme: &Theme| {
            let mut view = super::panels::sample::view();
            view.transport.dark = *theme == Theme::DARK;
            let mut intents = Vec::new();
            workbench_ui(ui, &view, &mut Docks::default(), &mut intents, &mut |ui| {
                line(ui, &three(), theme, &mut |_, _| {});
            });
        };
        let parts = named(size, draw);
        let place = |name: &str| parts.get_by_label_contains(name).rect();
        let Some(drawn) = show(name, size, draw) else { return };
        for pixels in drawn {
            let theme = pixels.theme;
            let highest = place("buffer 1 = 5, buffer 2 = 6:").shrink(2.0);
            for (part, colour) in [
                (place("Pause"), theme.accent),
                (place("Lathe: held back"), theme.condition(Condition::HeldBack)),
                (place("Mill: working, bottleneck"), theme.condition(Condition::Working)),
                (place("Press: down"), theme.condition(Condition::Down)),
                (place("buffer 1 · 8 of 10"), theme.part),
                (highest, viridis(1.0)),
                (place("Distance to the optimum;"), theme.series(0)),
            ] {
                let seen = pixels.count(part, colour);
                assert!(seen > 30, "{name}, {:?}: {seen} of {colour:?} in {part}", theme.mode);
            }
            let bar = place("Lathe: working 62");
            if bar.bottom() < size.1 as f32 {
                assert!(pixels.count(bar, theme.condition(Condition::Working)) > 300);
            }
        }
    }
}

#[test]
#[should_panic(expected = "required here, but there is no renderer")]
fn a_missing_renderer_fails_a_test_where_windows_are_required() {
    skip_where(Some("required"), "there is no renderer");
}

#[test]
fn a_missing_renderer_skips_a_test_elsewhere() {
    skip_where(None, "there is no renderer");
    skip_where(Some("if possible"), "there is no renderer");
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
