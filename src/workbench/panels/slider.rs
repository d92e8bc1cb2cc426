//! A slider: a rail, what lies below the knob, and the knob.

use super::theme_of;
use crate::workbench::theme::{STEP, Theme};
use egui::{
    EventFilter, Id, Key, Rect, Response, Sense, Stroke, Ui, WidgetInfo, WidgetType, accesskit,
    pos2,
};

/// What a slider runs over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Track {
    /// The left end.
    pub low: f64,
    /// The right end.
    pub high: f64,
    /// Whether equal steps are equal ratios (only where both ends are above 0).
    pub logarithmic: bool,
    /// Whether only whole numbers are taken.
    pub whole: bool,
}

impl Track {
    /// How far along the rail a value stands, 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        let share = if self.is_logarithmic() {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The value at a share of the rail, rounded to what a hand can mean: whole numbers, or some
    /// three digits.
    pub fn value(&self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        if share == 0.0 {
            return self.low;
        }
        if share == 1.0 {
            return self.high;
        }
        let exact = if self.is_logarithmic() {
            self.low * (self.high / self.low).powf(share)
        } else {
            self.low + (self.high - self.low) * share
        };
        let digit = if self.is_logarithmic() { exact.abs() } else { self.high - self.low };
        let rounded = if self.whole {
            exact.round()
        } else if digit <= 0.0 {
            exact
        } else {
            let step = 10f64.powf(digit.log10().floor() - 2.0);
            // Dividing by a power of ten that is whole is exact where multiplying by 0.01 is not.
            if step < 1.0 {
                let many = (1.0 / step).round();
                (exact * many).round() / many
            } else {
                (exact / step).round() * step
            }
        };
        rounded.clamp(self.low, self.high)
    }

    /// The value some small steps away: one whole number, or a hundredth of the rail.
    pub fn stepped(&self, value: f64, steps: f64) -> f64 {
        if self.whole {
            return (value + steps).clamp(self.low, self.high);
        }
        self.value(self.share(value) + steps / 100.0)
    }

    fn is_logarithmic(&self) -> bool {
        self.logarithmic && self.low > 0.0
    }
}

/// Shows a slider in a rectangle and returns the new value while it is moved, by pointer, by the
/// arrow keys or by a script.
pub fn slider(
    ui: &Ui,
    rect: Rect,
    id: Id,
    name: &str,
    track: &Track,
    value: f64,
) -> (Response, Option<f64>) {
    let theme = theme_of(ui);
    let mut response = ui.interact(rect, id, Sense::click_and_drag());
    let rail = rail(rect);
    let mut moved = None;
    if let Some(pos) = response.interact_pointer_pos() {
        if response.dragged() || response.clicked() || response.drag_started() {
            moved = Some(track.value(f64::from((pos.x - rail.left()) / rail.width())));
        }
    } else {
        moved =
            stepped_by_keys(ui, &response, track, value).or_else(|| set_by_script(ui, id, track));
    }
    let moved = moved.filter(|new| *new != value);
    let shown = moved.unwrap_or(value);
    if moved.is_some() {
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo {
        label: Some(name.to_owned()),
        value: Some(shown),
        ..WidgetInfo::new(WidgetType::Slider)
    });
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_min_numeric_value(track.low);
        node.set_max_numeric_value(track.high);
        node.add_action(accesskit::Action::SetValue);
        node.add_action(accesskit::Action::Increment);
        node.add_action(accesskit::Action::Decrement);
    });
    paint(ui, &response, rail, track.share(shown) as f32, &theme);
    (response, moved)
}

fn rail(rect: Rect) -> Rect {
    let y = rect.center().y.round();
    Rect::from_x_y_ranges(rect.left()..=rect.right(), y - 2.0..=y + 2.0)
}

fn stepped_by_keys(ui: &Ui, response: &Response, track: &Track, value: f64) -> Option<f64> {
    let mut steps = ui.input(|input| {
        let asked = |action| input.num_accesskit_action_requests(response.id, action) as f64;
        asked(accesskit::Action::Increment) - asked(accesskit::Action::Decrement)
    });
    if response.has_focus() {
        let arrows = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        steps += ui.input(|input| {
            input.num_presses(Key::ArrowRight) as f64 - input.num_presses(Key::ArrowLeft) as f64
        });
    }
    (steps != 0.0).then(|| track.stepped(value, steps))
}

fn set_by_script(ui: &Ui, id: Id, track: &Track) -> Option<f64> {
    ui.input(|input| {
        input
            .accesskit_action_requests(id, accesskit::Action::SetValue)
            .filter_map(|request| match request.data {
                Some(accesskit::ActionData::NumericValue(value)) => Some(value),
                _ => None,
            })
            .last()
    })
    .filter(|value| value.is_finite())
    .map(|value| value.clamp(track.low, track.high))
}

fn paint(ui: &Ui, response: &Response, rail: Rect, share: f32, theme: &Theme) {
    let painter = ui.painter();
    painter.rect_filled(rail, 2.0, theme.raised);
    // The knob stays inside the rail, so that it lines up with what stands above and below.
    let radius = 6.0;
    let x = rail.left() + radius + share * (rail.width() - 2.0 * radius).max(0.0);
    painter.rect_filled(rail.with_max_x(x), 2.0, theme.filled);
    let knob = pos2(x, rail.center().y);
    if response.hovered() || response.dragged() || response.has_focus() {
        painter.circle_filled(knob, radius + HALO, theme.hovered);
    }
    painter.circle_filled(knob, radius, theme.text);
    if response.has_focus() {
        painter.circle_stroke(knob, radius + 2.0, Stroke::new(1.5, theme.accent));
    }
}

const HALO: f32 = 3.0;

/// The height of a slider's row, rail and room for the finger (points).
pub const HEIGHT: f32 = 2.0 * STEP;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ends_are_met_exactly_and_steps_are_round() {
        let track = Track { low: 1.0, high: 1e6, logarithmic: true, whole: false };
        assert_eq!((track.value(0.0), track.value(1.0)), (1.0, 1e6));
        assert_eq!(track.value(0.5), 1000.0);
        let track = Track { low: 0.0, high: 1.0, logarithmic: false, whole: false };
        assert_eq!(track.value(1.0 / 3.0), 0.33);
        let track = Track { low: 1.0, high: 30.0, logarithmic: false, whole: true };
        assert_eq!(track.value(0.33), 11.0);
        assert_eq!(track.stepped(11.0, 1.0), 12.0);
        assert_eq!(track.stepped(30.0, 1.0), 30.0);
    }

    #[test]
    fn a_range_of_one_value_is_no_trouble() {
        let track = Track { low: 2.0, high: 2.0, logarithmic: false, whole: false };
        assert_eq!((track.share(2.0), track.value(0.5)), (0.0, 2.0));
    }

    proptest! {
        #[test]
        fn values_stay_on_the_rail_and_come_back(
            low in -1e3f64..1e3, width in 1e-3f64..1e6, share in 0.0f64..1.0,
            logarithmic: bool, whole: bool,
        ) {
            let track = Track { low, high: low + width, logarithmic, whole };
            let value = track.value(share);
            prop_assert!((track.low..=track.high).contains(&value));
            if !(whole || logarithmic && low > 0.0) {
                prop_assert!((track.share(value) - share).abs() < 0.011);
            }
        }
    }
}
