//! How large everything is drawn, and whether it fills the screen.

use std::ops::RangeInclusive;

use bevy::prelude::{Query, Res, With};
use bevy::window::{MonitorSelection, PrimaryWindow, Window, WindowMode};

use super::desk::Desk;
use super::window::SMALLEST;

/// From how small to how large \[%\].
pub const RANGE: RangeInclusive<u16> = 75..=250;
/// What larger and smaller go through \[%\].
const STEPS: [u16; 11] = [75, 85, 100, 110, 125, 140, 160, 180, 200, 225, 250];
/// How much larger type is while a scenario is presented.
const PRESENTED: f32 = 1.4;

/// The next size up or down, or the usual one for 0.
pub fn next(now: u16, step: i32) -> u16 {
    let found = match step {
        0 => Some(100),
        step if step > 0 => STEPS.into_iter().find(|size| *size > now),
        _ => STEPS.into_iter().rev().find(|size| *size < now),
    };
    found.unwrap_or(now)
}

/// Draws the next frame as large as is wanted, and no larger than the panels have room.
pub(super) fn apply(ctx: &egui::Context, desk: &Desk) {
    // Keys are ours: what they do is in the table that is shown.
    if ctx.options(|options| options.zoom_with_keyboard) {
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
    }
    let now = ctx.zoom_factor();
    let zoom = wanted(desk, ctx.viewport_rect().size() * now);
    if (zoom - now).abs() > 1e-3 {
        ctx.set_zoom_factor(zoom);
    }
}

/// The factor in a window of this size (points at a factor of 1).
fn wanted(desk: &Desk, window: egui::Vec2) -> f32 {
    let presented = if desk.presenting { PRESENTED } else { 1.0 };
    within(f32::from(desk.scale) / 100.0 * presented, window)
}

/// No larger than leaves room for the smallest window, but never smaller than the usual size for it.
fn within(factor: f32, window: egui::Vec2) -> f32 {
    let room = (window.x / SMALLEST.0 as f32).min(window.y / SMALLEST.1 as f32);
    factor.min(room.max(1.0))
}

/// Lets the window fill the screen while a scenario is presented.
pub(super) fn fill_screen(
    desk: Res<'_, Desk>,
    mut windows: Query<'_, '_, &mut Window, With<PrimaryWindow>>,
) {
    let wanted = match desk.presenting {
        true => WindowMode::BorderlessFullscreen(MonitorSelection::Current),
        false => WindowMode::Windowed,
    };
    for mut window in &mut windows {
        if window.mode != wanted {
            window.mode = wanted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn sizes_are_gone_through_and_end() {
        assert_eq!((next(100, 1), next(100, -1), next(160, 0)), (110, 85, 100));
        assert_eq!((next(250, 1), next(75, -1)), (250, 75));
        // One that was typed into a file lies between two steps.
        assert_eq!((next(130, 1), next(130, -1)), (140, 125));
        assert!(STEPS.iter().all(|size| RANGE.contains(size)) && STEPS.is_sorted());
    }

    #[test]
    fn nothing_is_drawn_larger_than_the_panels_have_room() {
        assert_eq!(within(2.0, vec2(1920.0, 1200.0)), 2.0);
        assert_eq!(within(2.5, vec2(1920.0, 1200.0)), 2.0);
        assert_eq!(within(1.4, vec2(960.0, 600.0)), 1.0);
        assert_eq!(within(0.75, vec2(700.0, 400.0)), 0.75);
    }
}
