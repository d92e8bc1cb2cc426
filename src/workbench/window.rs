//! The Bevy application that the workbench lives in: in a window, or off-screen into an image.
//!
//! Both have the same plugins and one camera; everything visible is drawn by egui on it.

use super::display::{Adapter, CannotDraw, look_for_adapter, look_for_display};
use super::fonts;
use super::theme::Theme;
use bevy::app::{PluginsState, ScheduleRunnerPlugin};
use bevy::asset::{AssetEventSystems, RenderAssetUsages};
use bevy::camera::RenderTarget;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{TextureFormat, TextureUsages};
use bevy::render::settings::{RenderCreation, WgpuSettings};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::shader::Shader;
use bevy::tasks::tick_global_task_pools_on_main_thread;
use bevy::window::{ExitCondition, WindowResizeConstraints};
use bevy::winit::{WinitPlugin, WinitSettings};
use bevy_egui::render::EGUI_SHADER_HANDLE;
use bevy_egui::{
    EguiContext, EguiGlobalSettings, EguiInput, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet,
    PrimaryEguiContext,
};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The window's first size (points).
pub const SIZE: (u32, u32) = (1280, 800);
/// The smallest size at which everything has room (points).
pub const SMALLEST: (u32, u32) = (960, 600);

/// Where the workbench draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// In a window on the display, of this size at first.
    Window {
        /// Width in points.
        width: u32,
        /// Height in points.
        height: u32,
    },
    /// Into an image of this size, with no display.
    OffScreen {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

/// The palette in use. Change it and the next frame has the other look.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct Look(pub Theme);

/// Whether something on screen moves, so that frames must be drawn without being asked for.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moving(pub bool);

/// What pictures are taken of: the window, or the image drawn on off-screen.
#[derive(Resource, Debug, Clone)]
pub struct Canvas {
    image: Option<Handle<Image>>,
}

impl Canvas {
    /// The next frame as a picture: spawn it and observe [`ScreenshotCaptured`].
    pub fn picture(&self) -> Screenshot {
        match &self.image {
            Some(image) => Screenshot::image(image.clone()),
            None => Screenshot::primary_window(),
        }
    }
}

/// A picture was taken, or could not be.
#[derive(Message, Debug, Clone)]
pub struct PictureTaken {
    /// Where it was to go.
    pub path: PathBuf,
    /// What went wrong, if anything.
    pub error: Option<String>,
}

/// Takes a picture of the next frame and writes it to a PNG file; [`PictureTaken`] says when.
pub fn take_picture(commands: &mut Commands, canvas: &Canvas, path: PathBuf) {
    commands.spawn(canvas.picture()).observe(
        move |shot: On<ScreenshotCaptured>, mut taken: MessageWriter<PictureTaken>| {
            let error = save(&shot.image, &path).err();
            taken.write(PictureTaken { path: path.clone(), error });
        },
    );
}

fn save(image: &Image, path: &Path) -> Result<(), String> {
    let picture = image.clone().try_into_dynamic().map_err(|error| error.to_string())?;
    picture.to_rgb8().save(path).map_err(|error| error.to_string())
}

/// Builds the application up to, but not including, its first frame. Add plugins, then call
/// [`App::run`] for a window, or [`finish`] and [`App::update`] off-screen.
///
/// # Errors
/// [`CannotDraw`] where there is no display or nothing that can draw on it.
pub fn build(surface: Surface, theme: Theme) -> Result<App, CannotDraw> {
    // The display first: drivers print warnings of their own where there is none.
    if matches!(surface, Surface::Window { .. }) {
        look_for_display()?;
    }
    let adapter = look_for_adapter()?;
    let mut app = App::new();
    match surface {
        Surface::Window { width, height } => add_window(&mut app, &adapter, (width, height))?,
        Surface::OffScreen { width, height } => add_image(&mut app, &adapter, width, height),
    }
    app.insert_resource(Look(theme))
        .insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() })
        .insert_resource(ClearColor(to_bevy(theme.panel)))
        .init_resource::<Moving>()
        .add_message::<PictureTaken>()
        .add_plugins(EguiPlugin::default())
        // A letter that is new in the fonts' picture reaches the renderer in the frame that shows
        // it; left to chance, it is missing for a frame whenever a figure changes.
        .configure_sets(PostUpdate, EguiPostUpdateSet::PostProcessOutput.before(AssetEventSystems))
        .add_systems(
            PreUpdate,
            (
                (install_fonts, apply_look).chain().after(EguiPreUpdateSet::InitContexts),
                say_modifiers_once.after(EguiPreUpdateSet::ProcessInput),
            )
                .before(EguiPreUpdateSet::BeginPass),
        );
    let shader = Shader::from_wgsl(include_str!("ink.wgsl"), "taktlab/ink.wgsl");
    // The handle is always valid: it is a constant, not a slot that was freed.
    let _ =
        app.world_mut().resource_mut::<Assets<Shader>>().insert(EGUI_SHADER_HANDLE.id(), shader);
    Ok(app)
}

/// Waits until the renderer is there and finishes the plugins, so that [`App::update`] can be
/// called by hand.
pub fn finish(app: &mut App) {
    while app.plugins_state() == PluginsState::Adding {
        tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();
}

fn add_window(app: &mut App, adapter: &Adapter, size: (u32, u32)) -> Result<(), CannotDraw> {
    let window = Window {
        title: "Taktlab".into(),
        name: Some("taktlab".into()),
        resolution: size.into(),
        resize_constraints: WindowResizeConstraints {
            min_width: SMALLEST.0 as f32,
            min_height: SMALLEST.1 as f32,
            ..default()
        },
        ..default()
    };
    let plugins = DefaultPlugins
        .set(WindowPlugin { primary_window: Some(window), ..default() })
        .set(RenderPlugin { render_creation: chosen(adapter), ..default() })
        .set(quiet_log());
    // Winit panics over what cannot be asked beforehand (a library that is missing, a connection
    // that is not authorised); that panic is turned into words.
    let silenced = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let added = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        app.add_plugins(plugins);
    }));
    std::panic::set_hook(silenced);
    added.map_err(|panic| CannotDraw::Refused { why: words_of(&*panic) })?;
    app.insert_resource(WinitSettings::desktop_app())
        .insert_resource(Canvas { image: None })
        .add_systems(Startup, |mut commands: Commands| {
            commands.spawn((Camera2d, Msaa::Off, PrimaryEguiContext));
        })
        .add_systems(Last, pace.run_if(resource_changed::<Moving>));
    Ok(())
}

fn add_image(app: &mut App, adapter: &Adapter, width: u32, height: u32) {
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin {
                primary_window: None,
                exit_condition: ExitCondition::DontExit,
                ..default()
            })
            // A picture must show this frame, not one that still waits for its shaders.
            .set(RenderPlugin {
                render_creation: chosen(adapter),
                synchronous_pipeline_compilation: true,
                ..default()
            })
            // What runs off-screen reports by itself; several may run in one process.
            .disable::<LogPlugin>()
            .disable::<bevy::app::TerminalCtrlCHandlerPlugin>()
            .disable::<PipelinedRenderingPlugin>()
            .disable::<WinitPlugin>(),
    )
    .add_plugins(ScheduleRunnerPlugin::run_loop(Duration::ZERO));
    let mut image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    image.asset_usage = RenderAssetUsages::RENDER_WORLD;
    let image = app.world_mut().resource_mut::<Assets<Image>>().add(image);
    app.insert_resource(Canvas { image: Some(image.clone()) }).add_systems(
        Startup,
        move |mut commands: Commands| {
            commands.spawn((
                Camera2d,
                Msaa::Off,
                RenderTarget::Image(image.clone().into()),
                PrimaryEguiContext,
            ));
        },
    );
}

/// Has the renderer choose the adapter that was found.
fn chosen(adapter: &Adapter) -> RenderCreation {
    WgpuSettings { backends: Some(adapter.backends), ..default() }.into()
}

/// Only what a person should act on is logged.
fn quiet_log() -> LogPlugin {
    LogPlugin { filter: "error,taktlab=info".into(), ..default() }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn install_fonts(mut contexts: Query<&mut EguiContext, Added<EguiContext>>) {
    for mut context in &mut contexts {
        fonts::install(context.get_mut());
    }
}

fn apply_look(
    look: Res<Look>,
    mut ground: ResMut<ClearColor>,
    mut contexts: Query<&mut EguiContext>,
) {
    for mut context in &mut contexts {
        if look.is_changed() || context.is_added() {
            ground.0 = to_bevy(look.0.panel);
            look.0.apply(context.get_mut());
        }
    }
}

/// In every frame it is said anew which modifier keys are held, and egui draws once more after any
/// frame in which something was said: a window at rest would never rest. Only what is new is passed
/// on.
fn say_modifiers_once(
    mut inputs: Query<&mut EguiInput, With<PrimaryEguiContext>>,
    mut held: Local<Option<egui::Modifiers>>,
) {
    for mut input in &mut inputs {
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(now) => held.replace(*now) != Some(*now),
            _ => true,
        });
    }
}

/// Draws without pause while something moves, else only when there is a reason to.
fn pace(moving: Res<Moving>, mut winit: ResMut<WinitSettings>) {
    *winit = if moving.0 { WinitSettings::continuous() } else { WinitSettings::desktop_app() };
}

fn to_bevy(colour: egui::Color32) -> Color {
    Color::srgb_u8(colour.r(), colour.g(), colour.b())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_egui::{EguiContexts, EguiPrimaryContextPass};

    #[derive(Resource)]
    struct Words(&'static str);

    fn write(mut contexts: EguiContexts, words: Res<Words>, look: Res<Look>) -> Result {
        let ctx = contexts.ctx_mut()?;
        let painter = ctx.layer_painter(egui::LayerId::background());
        let font = egui::FontId::proportional(57.0);
        painter.text(egui::pos2(8.0, 0.0), egui::Align2::LEFT_TOP, words.0, font, look.0.text);
        Ok(())
    }

    /// A small window that shows words; `None` where nothing can be drawn.
    fn small_window() -> Option<App> {
        let surface = Surface::OffScreen { width: 160, height: 80 };
        let mut app = build(surface, Theme::DARK).map_err(crate::workbench::gallery::skip).ok()?;
        app.insert_resource(Words("0")).add_systems(EguiPrimaryContextPass, write);
        finish(&mut app);
        Some(app)
    }

    #[test]
    fn a_window_at_rest_asks_for_no_more_frames() {
        let Some(mut app) = small_window() else { return };
        // egui draws some frames more than it is asked for.
        for _ in 0..10 {
            app.update();
        }
        let mut contexts = app.world_mut().query::<&mut EguiContext>();
        let mut context = contexts.single_mut(app.world_mut()).unwrap();
        let ctx = context.get_mut();
        assert!(!ctx.has_requested_repaint(), "{:?}", ctx.repaint_causes());
    }

    #[test]
    fn letters_that_are_new_are_there_in_the_first_frame() {
        let Some(mut app) = small_window() else { return };
        for _ in 0..5 {
            app.update();
        }
        let folder = tempfile::tempdir().unwrap();
        let canvas = app.world().resource::<Canvas>().clone();
        for words in ["QR", "kz", "€7"] {
            let path = folder.path().join(format!("{words}.png"));
            app.world_mut().resource_mut::<Words>().0 = words;
            take_picture(&mut app.world_mut().commands(), &canvas, path.clone());
            app.world_mut().flush();
            for _ in 0..200 {
                app.update();
                // What is drawn from here on is not in the picture.
                app.world_mut().resource_mut::<Words>().0 = "";
                if path.exists() {
                    break;
                }
            }
            let picture = image::open(&path).unwrap().to_rgb8();
            let bright = picture.pixels().filter(|pixel| pixel.0[1] > 150).count();
            assert!(bright > 200, "“{words}” has {bright} bright pixels");
        }
    }
}
