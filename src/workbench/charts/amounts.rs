//! Amounts with their intervals as bars from zero: what a good part earns and costs, by item.

use super::axis::Axis;
use super::words::{HALF_WIDTH, with_interval};
use crate::experiment::Estimate;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP, Theme, Weight};
use egui::{Align2, Id, Painter, Rangef, Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2};

/// The height of a row at most (points).
const PITCH: f32 = 32.0;
/// The height of a bar at most (points).
const BAR: f32 = 14.0;
/// Room for the scale and its title (points).
const FOOT: f32 = 40.0;

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// What it is.
    pub name: String,
    /// How much.
    pub amount: Estimate,
    /// Whether it is the sum of those above it.
    pub sum: bool,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amounts<'a> {
    /// The accessible name.
    pub name: &'a str,
    /// What a row means, said while the pointer rests on it.
    pub meaning: &'a str,
    /// The scale's title, with its unit.
    pub title: &'a str,
    /// The unit alone.
    pub unit: &'a str,
    /// The bars from above.
    pub rows: &'a [Amount],
}

/// Draws the bars over all the room there is.
pub fn amounts(ui: &mut Ui, chart: &Amounts<'_>, theme: &Theme) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, words(chart)));
    let painter = ui.painter_at(rect);
    let ends = chart.rows.iter().flat_map(|row| {
        let Estimate { mean, low, high } = row.amount;
        [Some(0.0), Some(mean), low, high].into_iter().flatten()
    });
    let Some(span) = Axis::linear(chart.title).fit(ends) else { return };
    let face = Face::small(theme.quiet);
    let widest = |texts: &mut dyn Iterator<Item = String>| {
        texts.map(|text| face.width(&painter, &text)).fold(0.0, f32::max)
    };
    let left = widest(&mut chart.rows.iter().map(|row| row.name.clone())).min(rect.width() * 0.3);
    let figures = chart.rows.iter().map(|row| with_interval(&row.amount, 3, ""));
    let right = widest(&mut figures.clone()).min(rect.width() * 0.33);
    let across = Rangef::new(rect.left() + left + STEP, rect.right() - right - 2.0 * STEP);
    let rows = chart.rows.len().max(1) as f32;
    let pitch = ((rect.height() - FOOT) / rows).clamp(4.0, PITCH);
    let foot = rect.top() + rows * pitch;
    let x = |value: f64| {
        span.share(value).map_or(across.min, |share| across.min + share as f32 * across.span())
    };
    for tick in span.ticks(((across.span() / 56.0) as usize).clamp(2, 8)) {
        let x = (across.min + tick.share as f32 * across.span()).round() + 0.5;
        painter.vline(x, rect.top()..=foot, theme.line());
        face.paint(&painter, Align2::CENTER_TOP, pos2(x, foot + HALF), &tick.label);
    }
    let below = pos2(across.center(), foot + HALF + 16.0);
    face.paint_within(&painter, Align2::CENTER_TOP, below, chart.title, rect.width());
    for (place, (row, figure)) in chart.rows.iter().zip(figures).enumerate() {
        let middle = rect.top() + (place as f32 + 0.5) * pitch;
        if row.sum {
            painter.hline(rect.x_range(), middle - pitch / 2.0, theme.line());
        }
        let weight = if row.sum { Weight::SemiBold } else { Weight::Regular };
        let name = Face::small(theme.text).weighing(weight);
        let at = pos2(rect.left() + left, middle);
        name.paint_within(&painter, Align2::RIGHT_CENTER, at, &row.name, left);
        let at = pos2(rect.right() - STEP, middle);
        name.paint_within(&painter, Align2::RIGHT_CENTER, at, &figure, right);
        paint_bar(&painter, row, (middle, pitch), x, theme);
        let whole =
            Rect::from_x_y_ranges(rect.x_range(), middle - pitch / 2.0..=middle + pitch / 2.0);
        let told = with_interval(&row.amount, 4, chart.unit);
        let words = format!("{} {told}\n{}\n{HALF_WIDTH}", row.name, chart.meaning);
        ui.interact(whole, ui.id().with(Id::new(("amount", place))), Sense::hover()).tip(words);
    }
    painter.vline(x(0.0).round() + 0.5, rect.top()..=foot, Stroke::new(1.0, theme.quiet));
}

fn paint_bar(
    painter: &Painter,
    row: &Amount,
    (middle, pitch): (f32, f32),
    x: impl Fn(f64) -> f32,
    theme: &Theme,
) {
    let Estimate { mean, low, high } = row.amount;
    if !mean.is_finite() {
        return;
    }
    let half = (pitch * 0.3).min(BAR / 2.0);
    let (zero, end) = (x(0.0), x(mean));
    let bar = Rect::from_x_y_ranges(zero.min(end)..=zero.max(end), middle - half..=middle + half);
    let ink = match (row.sum, mean < 0.0) {
        (true, _) => theme.quiet,
        (false, true) => theme.condition(crate::mdp::Condition::Down),
        (false, false) => theme.condition(crate::mdp::Condition::Working),
    };
    painter.rect_filled(bar, 0.0, ink);
    if let (Some(low), Some(high)) = (low, high) {
        let (low, high) = (x(low), x(high));
        let stroke = Stroke::new(1.5, theme.text);
        painter.hline(low..=high.max(low + 1.0), middle, stroke);
        for end in [low, high] {
            painter.vline(end, middle - half / 2.0..=middle + half / 2.0, stroke);
        }
    }
}

/// "Cost of a good part; energy −0.31 €, …".
fn words(chart: &Amounts<'_>) -> String {
    let each = chart.rows.iter();
    let each =
        each.map(|row| format!("; {} {}", row.name, with_interval(&row.amount, 3, chart.unit)));
    format!("{}{}", chart.name, each.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_amount_is_told() {
        let row = |name: &str, mean, sum| Amount {
            name: name.into(),
            amount: Estimate::around(mean, None),
            sum,
        };
        let rows = [row("energy", -0.25, false), row("in all", 4.75, true)];
        let chart =
            Amounts { name: "Costs", meaning: "", title: "€ / part", unit: "€", rows: &rows };
        assert_eq!(words(&chart), "Costs; energy −0.250\u{202F}€; in all 4.75\u{202F}€");
    }
}
