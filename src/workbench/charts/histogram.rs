//! How often which time came up: a bar a bin, with the mean and the time that most do not exceed.

use super::axis::{Axis, Span};
use super::curves::{Frame, paint_grid, room_for};
use super::words::with_interval;
use crate::experiment::Estimate;
use crate::workbench::language::said;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{HALF, STEP, Theme};
use egui::{
    Align2, Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo,
    WidgetType, pos2,
};

/// About so many bars are drawn at most: neighbouring bins are joined.
const BARS: usize = 64;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Histogram<'a> {
    /// The accessible name.
    pub name: &'a str,
    /// To the right, with its unit.
    pub x_title: &'a str,
    /// Upwards, with its unit.
    pub y_title: &'a str,
    /// The unit of the axis to the right alone.
    pub unit: &'a str,
    /// How many there are in each bin.
    pub counts: &'a [u64],
    /// Where the first bin begins, and how wide each is.
    pub bins: (f64, f64),
    /// Figures of all of them, marked on the axis.
    pub marks: &'a [(&'a str, Estimate)],
}

/// A bar: from, to, what share of all is in it, how many.
type Bar = (f64, f64, f64, u64);

fn bars(chart: &Histogram<'_>) -> Vec<Bar> {
    let last = chart.counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    let all: u64 = chart.counts.iter().sum();
    let together = last.div_ceil(BARS).max(1);
    let (start, width) = chart.bins;
    let counts = chart.counts.get(..last).unwrap_or_default();
    let each = counts.chunks(together).enumerate().map(|(place, counts)| {
        let count: u64 = counts.iter().sum();
        let from = start + (place * together) as f64 * width;
        (from, from + together as f64 * width, count as f64 / all as f64, count)
    });
    each.collect()
}

/// Draws the bars over all the room there is.
pub fn histogram(ui: &mut Ui, chart: &Histogram<'_>, theme: &Theme) -> Response {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, words(chart)));
    let painter = ui.painter_at(rect);
    let bars = bars(chart);
    let Some(frame) = frame(&painter, chart, &bars, rect, theme) else { return response };
    paint_grid(&painter, (chart.x_title, chart.y_title), &frame, rect, theme);
    let mut hovered = None;
    let pointer = response.hover_pos().filter(|pos| frame.rect.contains(*pos));
    for (from, to, share, count) in &bars {
        let (Some(foot), Some(top)) = (frame.place(*from, 0.0), frame.place(*to, 100.0 * share))
        else {
            continue;
        };
        let bar = Rect::from_two_pos(foot, top);
        let under = pointer.filter(|pos| bar.x_range().contains(pos.x));
        let ink = if under.is_some() { theme.accent } else { theme.filled };
        let bar = if bar.width() > 3.0 { bar.with_max_x(bar.right() - 1.0) } else { bar };
        painter.rect_filled(bar, 0.0, ink);
        if under.is_some() {
            hovered = Some((*from, *to, *share, *count));
        }
    }
    paint_marks(&painter, chart, &frame, theme);
    if let Some((from, to, share, count)) = hovered {
        let words = format!(
            "{} to {}{}{}: {} of all, {}",
            number::significant(from.max(0.0), 3),
            number::significant(to, 3),
            number::THIN,
            chart.unit,
            number::percent(share, 2),
            number::count(count)
        );
        response.clone().on_hover_text_at_pointer(said(ui.ctx(), &words));
    }
    response
}

fn frame(
    painter: &Painter,
    chart: &Histogram<'_>,
    bars: &[Bar],
    rect: Rect,
    theme: &Theme,
) -> Option<Frame> {
    let highest = bars.iter().map(|(_, _, share, _)| 100.0 * share).fold(0.0, f64::max);
    let y = Axis::linear("").fit([0.0, highest].into_iter())?;
    let ends = bars.iter().flat_map(|(from, to, ..)| [*from, *to]);
    let reached = chart.marks.iter().filter_map(|(_, known)| known.high.or(Some(known.mean)));
    let (low, high) = ends
        .chain(reached.filter(|end| end.is_finite()))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let x = Span::new(super::axis::Scale::Linear, low, high)?;
    // Above the bars stand the names of the marks.
    let above = 16.0 * chart.marks.len() as f32;
    let rect = room_for(painter, &y, rect, (above, 2.0 * STEP), theme);
    (rect.width() > 24.0 && rect.height() > 24.0).then_some(Frame { rect, x, y })
}

fn paint_marks(painter: &Painter, chart: &Histogram<'_>, frame: &Frame, theme: &Theme) {
    let area = frame.rect;
    let at = |value: f64| frame.place(value, 0.0).map(|place| place.x);
    for (place, (name, known)) in chart.marks.iter().enumerate() {
        let ink = theme.series(if place == 0 { 0 } else { 2 });
        let Some(x) = at(known.mean) else { continue };
        let label = area.top() - 16.0 * (chart.marks.len() - place) as f32 + 6.0;
        if let (Some(low), Some(high)) = (known.low.and_then(at), known.high.and_then(at)) {
            let band = Rect::from_x_y_ranges(low..=high.max(low + 1.0), area.y_range());
            painter.rect_filled(band, 0.0, ink.gamma_multiply(0.25));
        }
        let line = [pos2(x, label), pos2(x, area.bottom())];
        painter.extend(Shape::dashed_line(&line, Stroke::new(1.25, ink), 4.0, 3.0));
        paint_label(painter, area, pos2(x, label), &told(name, known, chart.unit), ink);
    }
}

/// Right of a mark, or left of it where there is no room.
fn paint_label(painter: &Painter, area: Rect, at: Pos2, words: &str, ink: Color32) {
    let face = Face::small(ink);
    let wide = face.width(painter, words);
    let (anchor, x) = match at.x + HALF + wide <= area.right() + STEP {
        true => (Align2::LEFT_CENTER, at.x + HALF),
        false => (Align2::RIGHT_CENTER, at.x - HALF),
    };
    face.paint_within(painter, anchor, pos2(x, at.y), words, area.width());
}

/// "mean 12.3 ± 0.2 beats".
fn told(name: &str, known: &Estimate, unit: &str) -> String {
    format!("{name} {}", with_interval(known, 3, unit))
}

fn words(chart: &Histogram<'_>) -> String {
    let each =
        chart.marks.iter().map(|(name, known)| format!("; {}", told(name, known, chart.unit)));
    format!("{}{}", chart.name, each.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_joined_to_a_few_bars_and_nothing_is_lost() {
        let counts: Vec<u64> = (0..200).chain([0; 56]).collect();
        let chart = Histogram {
            name: "times",
            x_title: "",
            y_title: "",
            unit: "beats",
            counts: &counts,
            bins: (-0.5, 1.0),
            marks: &[("mean", Estimate::around(12.34, Some(0.5)))],
        };
        let bars = bars(&chart);
        assert_eq!((bars.len(), bars[0].0, bars[0].1), (50, -0.5, 3.5));
        assert_eq!(bars.iter().map(|bar| bar.3).sum::<u64>(), counts.iter().sum::<u64>());
        assert!((bars.iter().map(|bar| bar.2).sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(words(&chart), "times; mean 12.3 ± 0.5\u{202F}beats");
    }
}
