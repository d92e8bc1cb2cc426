//! Does a script's steps, one after another, over as many frames as they need.

use super::widgets::Widgets;
use super::{Condition, Script, Step};
use crate::workbench::window::{Canvas, PictureTaken, take_picture};
use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use bevy::window::FileDragAndDrop;
use bevy_egui::input::{EguiFileDragAndDropMessage, EguiInputEvent};
use bevy_egui::{EguiContext, EguiInput, EguiOutput, EguiPreUpdateSet, PrimaryEguiContext};
use egui::accesskit::{Action, ActionData, ActionRequest, NodeId, TreeId};
use egui::{Key, Modifiers, PointerButton, Pos2, pos2, vec2};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What a script must know of the workbench beside its widgets.
pub struct Hooks {
    /// Beats played in all.
    pub beats: fn(&World) -> u64,
    /// Whether nothing is planned or trained in the background.
    pub idle: fn(&World) -> bool,
    /// Plays so many beats at once.
    pub advance: fn(&mut World, u64),
    /// Writes the trajectory so far.
    pub trajectory: fn(&mut World, &Path) -> Result<(), String>,
}

/// A script at work.
#[derive(Resource)]
struct Driver {
    script: Script,
    hooks: Hooks,
    step: usize,
    phase: Phase,
    /// The widgets of the frame before.
    before: Widgets,
    /// Frames since the step began, and when that was.
    frames: u64,
    since: Instant,
    began: Instant,
    log: Vec<String>,
}

/// How far a step has come.
enum Phase {
    /// Its condition or its widget is awaited.
    Waiting,
    /// Its input events are sent, one batch a frame.
    Sending(VecDeque<Batch>),
    /// Its picture is awaited.
    Picture(PathBuf),
    /// A picture a frame is being taken: how many were asked for, and how many are still awaited.
    Pictures { asked: u64, awaited: u64 },
    /// It failed: the last picture is awaited, for so many frames at most.
    Failing(u32),
    /// The program has been told to end.
    Over,
}

/// What is sent in one frame.
#[derive(Debug, Clone, Default)]
struct Batch {
    events: Vec<egui::Event>,
    dropped: Option<PathBuf>,
}

/// What is to be done next.
enum Next {
    Wait(String),
    /// To be sent, and then to be waited for.
    Nudge(Batch, String),
    Send(Vec<Batch>),
    Picture(PathBuf),
    Pictures,
    Done,
    Quit,
}

/// Lets a script drive the application.
pub fn drive(app: &mut App, script: Script, hooks: Hooks) {
    if let Some(seconds) = script.frame_seconds {
        let frame = Duration::from_secs_f64(seconds);
        app.insert_resource(TimeUpdateStrategy::ManualDuration(frame));
    }
    let now = Instant::now();
    app.insert_resource(Driver {
        script,
        hooks,
        step: 0,
        phase: Phase::Waiting,
        before: Widgets::default(),
        frames: 0,
        since: now,
        began: now,
        log: Vec::new(),
    })
    .add_systems(
        PreUpdate,
        (
            ask_for_names.after(EguiPreUpdateSet::InitContexts).before(EguiPreUpdateSet::BeginPass),
            have_the_keyboard
                .after(EguiPreUpdateSet::ProcessInput)
                .before(EguiPreUpdateSet::BeginPass),
        ),
    )
    .add_systems(First, go_on);
}

/// egui names its widgets only when someone asks.
fn ask_for_names(mut contexts: Query<&mut EguiContext, Added<EguiContext>>) {
    for mut context in &mut contexts {
        let context = context.get_mut();
        context.enable_accesskit();
        // However long a frame takes, a press and a release in two of them are a click.
        context.options_mut(|options| {
            options.input_options.max_click_duration = f64::INFINITY;
        });
    }
}

/// Fields close when their window loses the keyboard; a script types whatever else goes on, and
/// off-screen there is no window that could have it.
fn have_the_keyboard(mut inputs: Query<&mut EguiInput, With<PrimaryEguiContext>>) {
    for mut input in &mut inputs {
        input.focused = true;
    }
}

fn go_on(world: &mut World) {
    // The driver is taken out, so that steps may do with the world as they please.
    let Some(mut driver) = world.remove_resource::<Driver>() else { return };
    driver.frames += 1;
    driver.frame(world);
    world.insert_resource(driver);
}

impl Driver {
    fn frame(&mut self, world: &mut World) {
        match std::mem::replace(&mut self.phase, Phase::Waiting) {
            Phase::Over => self.phase = Phase::Over,
            Phase::Failing(frames) => self.wait_to_fail(world, frames),
            Phase::Sending(mut batches) => match batches.pop_front() {
                Some(batch) => {
                    send(world, batch);
                    self.phase = Phase::Sending(batches);
                }
                None => self.next_step(),
            },
            Phase::Picture(path) => match picture_result(world, &path) {
                Some(None) => self.next_step(),
                Some(Some(error)) => self.fail(world, &format!("{}: {error}", path.display())),
                None => {
                    self.phase = Phase::Picture(path);
                    self.check_limit(world, "the picture was not taken");
                }
            },
            Phase::Pictures { asked, awaited } => self.take_pictures(world, asked, awaited),
            Phase::Waiting => self.try_step(world),
        }
    }

    /// Asks for a picture of this frame while there are frames to be had, and takes in those taken.
    fn take_pictures(&mut self, world: &mut World, mut asked: u64, mut awaited: u64) {
        let Some(Step::Pictures(name, all)) = self.script.steps.get(self.step).cloned() else {
            return self.next_step();
        };
        let taken: Vec<PictureTaken> = world
            .get_resource_mut::<Messages<PictureTaken>>()
            .map(|mut pictures| pictures.drain().collect())
            .unwrap_or_default();
        for PictureTaken { path, error } in taken {
            awaited = awaited.saturating_sub(1);
            if let Some(error) = error {
                return self.fail(world, &format!("{}: {error}", path.display()));
            }
        }
        if asked < all {
            let name = super::picture_name(&name, asked);
            let path = match self.path(Path::new(&name)) {
                Ok(path) => path,
                Err(error) => return self.fail(world, &error),
            };
            let canvas = world.resource::<Canvas>().clone();
            take_picture(&mut world.commands(), &canvas, path);
            world.flush();
            (asked, awaited) = (asked + 1, awaited + 1);
        }
        if asked == all && awaited == 0 {
            return self.next_step();
        }
        self.phase = Phase::Pictures { asked, awaited };
        self.check_limit(world, "not all pictures were taken");
    }

    fn try_step(&mut self, world: &mut World) {
        let step = self.script.steps.get(self.step).cloned().unwrap_or(Step::Quit);
        let widgets = widgets(world);
        let next = self.begin(world, &step, &widgets);
        self.before = widgets;
        match next {
            Ok(Next::Wait(reason)) => self.check_limit(world, &reason),
            Ok(Next::Nudge(batch, reason)) => {
                send(world, batch);
                self.check_limit(world, &reason);
            }
            Ok(Next::Send(batches)) => self.phase = Phase::Sending(batches.into()),
            Ok(Next::Picture(path)) => {
                let canvas = world.resource::<Canvas>().clone();
                take_picture(&mut world.commands(), &canvas, path.clone());
                world.flush();
                self.phase = Phase::Picture(path);
            }
            Ok(Next::Pictures) => self.take_pictures(world, 0, 0),
            Ok(Next::Done) => self.next_step(),
            Ok(Next::Quit) => {
                self.phase = Phase::Over;
                world.write_message(AppExit::Success);
            }
            Err(reason) => self.fail(world, &reason),
        }
    }

    /// What a step needs now.
    fn begin(&self, world: &mut World, step: &Step, widgets: &Widgets) -> Result<Next, String> {
        let found = |name: &str| {
            let widget = widgets.find(name)?;
            // What has just appeared may still be on its way to its place.
            match self.before.find(name) {
                Ok(before) if before.rect == widget.rect => Ok(widget),
                _ => Err(format!("\"{name}\" does not stand still")),
            }
        };
        Ok(match step {
            Step::Wait(condition) => {
                if self.holds(world, widgets, condition) {
                    Next::Done
                } else {
                    Next::Wait(format!("{condition:?} did not come true"))
                }
            }
            Step::Click(name) => match found(name) {
                Ok(widget) if !widget.enabled => Next::Wait(format!("\"{name}\" is disabled")),
                Ok(widget) if !on_screen(world, widget.place().center()) => {
                    let reason = format!("\"{name}\" is off the screen");
                    // Again if the first time did not bring it there.
                    match self.frames % 30 {
                        2 => Next::Nudge(scroll_to(widget.id), reason),
                        _ => Next::Wait(reason),
                    }
                }
                Ok(widget) => Next::Send(click(widget.place().center())),
                Err(reason) => Next::Wait(reason),
            },
            Step::ClickWithin(name, x, y) => match found(name) {
                Ok(widget) => {
                    let place = widget.place();
                    let share = vec2(x * place.width(), y * place.height());
                    Next::Send(click(place.min + share))
                }
                Err(reason) => Next::Wait(reason),
            },
            Step::ClickAt(x, y) => Next::Send(click(pos2(*x, *y))),
            Step::Hover(name) => match found(name) {
                Ok(widget) => Next::Send(hover(widget.place().center())),
                Err(reason) => Next::Wait(reason),
            },
            Step::Set(name, value) => match found(name) {
                Ok(widget) if !widget.settable => {
                    return Err(format!("\"{name}\" is a {} and takes no number", widget.role));
                }
                Ok(widget) => Next::Send(set(widget.id, *value)),
                Err(reason) => Next::Wait(reason),
            },
            Step::Type(name, text) => match found(name) {
                Ok(widget) => Next::Send(retype(widget.place().center(), text)),
                Err(reason) => Next::Wait(reason),
            },
            Step::Key(keys) => Next::Send(press(chord(keys)?)),
            Step::Drag(name, dx, dy) => match found(name) {
                Ok(widget) => Next::Send(drag(widget.place().center(), vec2(*dx, *dy))),
                Err(reason) => Next::Wait(reason),
            },
            Step::Scroll(name, dy) => match found(name) {
                Ok(widget) => Next::Send(scroll(widget.place().center(), *dy)),
                Err(reason) => Next::Wait(reason),
            },
            Step::Drop(path) => {
                let batch = Batch { dropped: Some(path.clone()), ..Batch::default() };
                Next::Send(vec![batch, Batch::default()])
            }
            Step::Advance(beats) => {
                (self.hooks.advance)(world, *beats);
                Next::Done
            }
            Step::Picture(path) => Next::Picture(self.path(path)?),
            Step::Pictures(..) => Next::Pictures,
            Step::Widgets(path) => {
                write_widgets(&self.path(path)?, widgets)?;
                Next::Done
            }
            Step::Trajectory(path) => {
                let path = self.path(path)?;
                (self.hooks.trajectory)(world, &path)?;
                Next::Done
            }
            Step::Quit => Next::Quit,
        })
    }

    fn holds(&self, world: &World, widgets: &Widgets, condition: &Condition) -> bool {
        match condition {
            Condition::Beat(beats) => (self.hooks.beats)(world) >= *beats,
            Condition::Text(words) => widgets.say(words),
            // Before the first frame nothing is there that could be gone.
            Condition::Gone(words) => !widgets.0.is_empty() && !widgets.say(words),
            Condition::Idle => (self.hooks.idle)(world),
            Condition::Frames(frames) => self.frames > *frames,
        }
    }

    fn next_step(&mut self) {
        let step = self.script.steps.get(self.step);
        let words = step.map_or_else(|| "the end".to_owned(), |step| format!("{step:?}"));
        self.log.push(format!(
            "{:8.3} s, {} frames: {words}",
            self.began.elapsed().as_secs_f64(),
            self.frames
        ));
        self.step += 1;
        self.frames = 0;
        self.since = Instant::now();
        self.phase = Phase::Waiting;
    }

    fn check_limit(&mut self, world: &mut World, reason: &str) {
        let seconds = self.since.elapsed().as_secs_f64();
        if seconds > self.script.limit_seconds || self.frames > self.script.limit_frames {
            let frames = self.frames;
            self.fail(world, &format!("within {seconds:.1} s and {frames} frames {reason}"));
        }
    }

    /// Writes the log and the widgets and takes a last picture.
    fn fail(&mut self, world: &mut World, reason: &str) {
        let step = self.script.steps.get(self.step);
        let number = self.step + 1;
        let words = step.map_or_else(|| "the end".to_owned(), |step| format!("{step:?}"));
        self.log.push(format!("step {number} failed: {words}: {reason}"));
        let log = self.log.join("\n") + "\n";
        eprint!("{log}");
        let shot = self.path(Path::new("script_failed.png"));
        let written = self
            .path(Path::new("script_failed.log"))
            .and_then(|path| std::fs::write(path, log).map_err(|error| error.to_string()))
            .and_then(|()| self.path(Path::new("script_failed.json")))
            .and_then(|path| write_widgets(&path, &widgets(world)));
        if let Err(error) = written {
            eprintln!("the log could not be written: {error}");
        }
        if let Ok(path) = shot {
            let canvas = world.resource::<Canvas>().clone();
            take_picture(&mut world.commands(), &canvas, path);
            world.flush();
        }
        self.phase = Phase::Failing(300);
    }

    fn wait_to_fail(&mut self, world: &mut World, frames: u32) {
        let taken = world
            .get_resource::<Messages<PictureTaken>>()
            .is_some_and(|pictures| !pictures.is_empty());
        if taken || frames == 0 {
            self.phase = Phase::Over;
            world.write_message(AppExit::error());
        } else {
            self.phase = Phase::Failing(frames - 1);
        }
    }

    /// A path in the output folder, which is made if it is not there.
    fn path(&self, path: &Path) -> Result<PathBuf, String> {
        let path = self.script.output.join(path);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        Ok(path)
    }
}

fn widgets(world: &mut World) -> Widgets {
    let mut outputs = world.query_filtered::<&EguiOutput, With<PrimaryEguiContext>>();
    let Ok(output) = outputs.single(world) else { return Widgets::default() };
    let update = output.platform_output.accesskit_update.as_ref();
    update.map(Widgets::read).unwrap_or_default()
}

fn on_screen(world: &mut World, at: Pos2) -> bool {
    let mut contexts = world.query_filtered::<&mut EguiContext, With<PrimaryEguiContext>>();
    contexts
        .single_mut(world)
        .is_ok_and(|mut context| context.get_mut().viewport_rect().contains(at))
}

fn send(world: &mut World, batch: Batch) {
    let mut contexts = world.query_filtered::<Entity, With<PrimaryEguiContext>>();
    let Ok(context) = contexts.single(world) else { return };
    for event in batch.events {
        world.write_message(EguiInputEvent { context, event });
    }
    if let Some(path_buf) = batch.dropped {
        // As a window would say it; off-screen there is none, and nobody asks which it was.
        let message = FileDragAndDrop::DroppedFile { window: Entity::PLACEHOLDER, path_buf };
        world.write_message(message.clone());
        world.write_message(EguiFileDragAndDropMessage { context, message });
    }
}

fn picture_result(world: &mut World, path: &Path) -> Option<Option<String>> {
    let mut pictures = world.get_resource_mut::<Messages<PictureTaken>>()?;
    pictures.drain().find(|taken| taken.path == path).map(|taken| taken.error)
}

fn write_widgets(path: &Path, widgets: &Widgets) -> Result<(), String> {
    let said = |error: String| format!("{}: {error}", path.display());
    let text = serde_json::to_string_pretty(&widgets.0).map_err(|e| said(e.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|e| said(e.to_string()))
}

fn batch(events: impl Into<Vec<egui::Event>>) -> Batch {
    Batch { events: events.into(), dropped: None }
}

fn button(pos: Pos2, pressed: bool) -> egui::Event {
    let modifiers = Modifiers::default();
    egui::Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers }
}

/// Moves there and rests for a frame, so that what is under the pointer knows.
fn hover(at: Pos2) -> Vec<Batch> {
    vec![batch([egui::Event::PointerMoved(at)]), Batch::default()]
}

fn click(at: Pos2) -> Vec<Batch> {
    let mut batches = hover(at);
    batches.extend([batch([button(at, true)]), batch([button(at, false)]), Batch::default()]);
    batches.push(Batch::default());
    batches
}

fn drag(from: Pos2, by: egui::Vec2) -> Vec<Batch> {
    let mut batches = hover(from);
    batches.push(batch([button(from, true)]));
    for i in 1..=8 {
        let at = from + by * (i as f32 / 8.0);
        batches.push(batch([egui::Event::PointerMoved(at)]));
    }
    batches.extend([batch([button(from + by, false)]), Batch::default(), Batch::default()]);
    batches
}

fn scroll(at: Pos2, dy: f32) -> Vec<Batch> {
    let mut batches = hover(at);
    batches.push(batch([egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, dy),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::default(),
    }]));
    // The wheel's motion is smoothed over some frames.
    batches.extend(vec![Batch::default(); 12]);
    batches
}

fn request(id: u64, action: Action, data: Option<ActionData>) -> Batch {
    batch([egui::Event::AccessKitActionRequest(ActionRequest {
        action,
        target_tree: TreeId::ROOT,
        target_node: NodeId(id),
        data,
    })])
}

fn scroll_to(id: u64) -> Batch {
    request(id, Action::ScrollIntoView, None)
}

fn set(id: u64, value: f64) -> Vec<Batch> {
    let value = Some(ActionData::NumericValue(value));
    vec![request(id, Action::SetValue, value), Batch::default(), Batch::default()]
}

fn retype(at: Pos2, text: &str) -> Vec<Batch> {
    let mut batches = click(at);
    batches.extend(press((Modifiers::COMMAND, Key::A)));
    // An empty text is no event that a field would take.
    if text.is_empty() {
        batches.extend(press((Modifiers::NONE, Key::Delete)));
    } else {
        batches.extend([batch([egui::Event::Text(text.to_owned())]), Batch::default()]);
    }
    batches
}

fn press((modifiers, key): (Modifiers, Key)) -> Vec<Batch> {
    let event =
        |pressed| egui::Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
    // A key alone also types its character, as the window system would have it.
    let mut down = vec![egui::Event::ModifiersChanged(modifiers), event(true)];
    if modifiers == Modifiers::NONE && key == Key::Space {
        down.push(egui::Event::Text(" ".to_owned()));
    }
    let up = vec![event(false), egui::Event::ModifiersChanged(Modifiers::NONE)];
    vec![batch(down), batch(up), Batch::default()]
}

/// A key with its modifiers: `Ctrl+Shift+S`.
///
/// # Errors
/// In words, where a name is not known.
pub fn chord(keys: &str) -> Result<(Modifiers, Key), String> {
    let mut modifiers = Modifiers::NONE;
    let mut names: Vec<_> = keys.split('+').map(str::trim).collect();
    let last = names.pop().unwrap_or_default();
    for name in names {
        modifiers |= match name {
            "Ctrl" => Modifiers::CTRL | Modifiers::COMMAND,
            "Shift" => Modifiers::SHIFT,
            "Alt" => Modifiers::ALT,
            _ => {
                return Err(format!(
                    "\"{name}\" in the key \"{keys}\" is no modifier: use Ctrl, Shift or Alt"
                ));
            }
        };
    }
    let key = Key::from_name(last).ok_or_else(|| {
        format!("\"{last}\" is no key: use names such as Space, Enter, Right, F9 or A")
    })?;
    Ok((modifiers, key))
}

#[cfg(test)]
mod tests;
