//! Lines over an axis: rewards, gaps, residuals, bounds that close.

use super::axis::{Axis, Span};
use super::thin::thin;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{HALF, STEP, Theme};
use egui::{
    Align2, Color32, Mesh, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo,
    WidgetType, pos2,
};

/// Up to so many series are labelled at their ends; beyond there is a legend.
const DIRECT_LABELS: usize = 4;

/// A line.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// Its name, written at its end.
    pub name: &'a str,
    /// Its colour in every view.
    pub colour: Color32,
    /// Points (x, y), x ascending.
    pub points: &'a [[f64; 2]],
    /// The band of uncertainty: (x, low, high), x ascending; empty for none.
    pub band: &'a [[f64; 3]],
}

/// Two bounds that close on a number which lies between them.
#[derive(Debug, Clone, Copy)]
pub struct Bounds<'a> {
    /// What lies between: "gain".
    pub name: &'a str,
    /// Its colour.
    pub colour: Color32,
    /// (x, lower, upper), x ascending.
    pub points: &'a [[f64; 3]],
}

/// A level to compare with: "always run 13.5".
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// Its name; the value is written after it.
    pub name: &'a str,
    /// Its colour.
    pub colour: Color32,
    /// Where it lies on the vertical axis.
    pub value: f64,
}

/// Points that others have found, drawn faintly beneath the lines.
#[derive(Debug, Clone, Copy)]
pub struct Marks<'a> {
    /// Whose they are, written at the last.
    pub name: &'a str,
    /// Points (x, y), x ascending.
    pub points: &'a [[f64; 2]],
}

/// All that a chart of curves shows.
#[derive(Debug, Clone, Copy)]
pub struct Curves<'a> {
    /// The accessible name: "distance to the optimum".
    pub name: &'a str,
    /// To the right.
    pub x: &'a Axis,
    /// Upwards.
    pub y: &'a Axis,
    /// Lines.
    pub series: &'a [Series<'a>],
    /// Closing intervals.
    pub bounds: &'a [Bounds<'a>],
    /// Levels to compare with.
    pub references: &'a [Reference<'a>],
    /// Points to compare with.
    pub marks: &'a [Marks<'a>],
    /// What will appear here and how, said while there is nothing to draw.
    pub empty: &'a str,
}

/// What the pointer did.
#[derive(Debug)]
pub struct CurvesResponse {
    /// The whole chart.
    pub response: Response,
    /// The x value under the pointer.
    pub hovered: Option<f64>,
    /// The x value that was clicked.
    pub clicked: Option<f64>,
}

/// The plot area with its two axes.
pub(super) struct Frame {
    /// The area.
    pub rect: Rect,
    /// The axis to the right.
    pub x: Span,
    /// The axis upwards.
    pub y: Span,
}

impl Frame {
    /// Where these values stand.
    pub fn place(&self, x: f64, y: f64) -> Option<Pos2> {
        let (sx, sy) = (self.x.share(x)?, self.y.share(y)?);
        Some(pos2(
            self.rect.left() + sx as f32 * self.rect.width(),
            self.rect.bottom() - sy as f32 * self.rect.height(),
        ))
    }

    /// As [`Frame::place`], but a value with no place (0 on a logarithmic axis) is at the foot.
    fn place_or_foot(&self, x: f64, y: f64) -> Option<Pos2> {
        let foot = self.y.ends().0;
        self.place(x, y).or_else(|| self.place(x, foot))
    }
}

/// Draws the chart over all the room there is.
pub fn curves(ui: &mut Ui, chart: &Curves<'_>, theme: &Theme) -> CurvesResponse {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click());
    let painter = ui.painter_at(rect);
    let Some(frame) = frame(&painter, chart, rect, theme) else {
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, chart.name));
        let face = Face::small(theme.quiet);
        let galley = face.wrap(&painter, chart.empty, (rect.width() - 4.0 * STEP).min(280.0));
        let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
        painter.galley(at.min, galley, theme.quiet);
        return CurvesResponse { response, hovered: None, clicked: None };
    };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, words(chart)));
    paint_grid(&painter, (&chart.x.title, &chart.y.title), &frame, rect, theme);
    let plot = painter.with_clip_rect(frame.rect.expand(1.0).intersect(rect));
    for bounds in chart.bounds {
        paint_band(&plot, &frame, bounds.points, theme.band(bounds.colour, theme.panel));
        let lower = bounds.points.iter().map(|[x, lower, _]| [*x, *lower]);
        let upper = bounds.points.iter().map(|[x, _, upper]| [*x, *upper]);
        paint_line(&plot, &frame, lower, bounds.colour);
        paint_line(&plot, &frame, upper, bounds.colour);
    }
    for series in chart.series {
        paint_band(&plot, &frame, series.band, theme.band(series.colour, theme.panel));
    }
    for marks in chart.marks {
        paint_marks(&plot, &frame, marks, theme);
    }
    for series in chart.series {
        paint_line(&plot, &frame, series.points.iter().copied(), series.colour);
    }
    paint_references(&painter, chart, &frame, theme);
    paint_names(&painter, chart, &frame, rect, theme);

    let x_at = |pos: Pos2| {
        let share = f64::from((pos.x - frame.rect.left()) / frame.rect.width());
        frame.rect.contains(pos).then(|| frame.x.value(share))
    };
    let hovered = response.hover_pos().and_then(x_at);
    let clicked =
        response.clicked().then(|| response.interact_pointer_pos().and_then(x_at)).flatten();
    if let (Some(x), Some(pos)) = (hovered, response.hover_pos()) {
        plot.vline(pos.x, frame.rect.y_range(), Stroke::new(1.0, theme.quiet));
        let text = readings(chart, x);
        if !text.is_empty() {
            response.clone().on_hover_text_at_pointer(text);
        }
    }
    CurvesResponse { response, hovered, clicked }
}

fn frame(painter: &Painter, chart: &Curves<'_>, rect: Rect, theme: &Theme) -> Option<Frame> {
    let line_points = || {
        let marks = chart.marks.iter().flat_map(|m| m.points.iter());
        chart.series.iter().flat_map(|s| s.points.iter()).chain(marks)
    };
    let pairs = || {
        let bands = chart.series.iter().flat_map(|s| s.band.iter());
        bands.chain(chart.bounds.iter().flat_map(|b| b.points.iter()))
    };
    if line_points().next().is_none() && pairs().next().is_none() {
        return None;
    }
    let x = chart.x.fit(line_points().map(|p| p[0]).chain(pairs().map(|p| p[0])))?;
    let y = chart.y.fit(
        line_points()
            .map(|p| p[1])
            .chain(pairs().flat_map(|p| [p[1], p[2]]))
            .chain(chart.references.iter().map(|r| r.value)),
    )?;
    let face = Face::small(theme.quiet);
    let names = direct_names(chart).map(|(name, _, _)| face.width(painter, name));
    let right = (names.fold(0.0, f32::max) + 2.0 * HALF).min(rect.width() * 0.33);
    let legend = if is_crowded(chart) { 20.0 } else { 0.0 };
    let inner = room_for(painter, &y, rect, (legend, right.max(2.0 * STEP)), theme);
    (inner.width() > 24.0 && inner.height() > 24.0).then_some(Frame { rect: inner, x, y })
}

/// The plot area within a chart, so much room above it and to the right of it left free.
pub(super) fn room_for(
    painter: &Painter,
    y: &Span,
    rect: Rect,
    (above, right): (f32, f32),
    theme: &Theme,
) -> Rect {
    let face = Face::small(theme.quiet);
    let labels = y.ticks(tick_count(rect.height(), 28.0));
    let widest = labels.iter().map(|t| face.width(painter, &t.label)).fold(0.0, f32::max);
    let left = 16.0 + HALF + widest + STEP;
    Rect::from_min_max(
        pos2(rect.left() + left, rect.top() + STEP + above),
        pos2(rect.right() - right, rect.bottom() - 40.0),
    )
}

fn tick_count(length: f32, each: f32) -> usize {
    ((length / each) as usize).clamp(2, 8)
}

/// Paints both axes with their titles, and the lines of the grid.
pub(super) fn paint_grid(
    painter: &Painter,
    (x_title, y_title): (&str, &str),
    frame: &Frame,
    rect: Rect,
    theme: &Theme,
) {
    let face = Face::small(theme.quiet);
    let area = frame.rect;
    for tick in frame.y.ticks(tick_count(rect.height(), 28.0)) {
        let y = (area.bottom() - tick.share as f32 * area.height()).round() + 0.5;
        painter.hline(area.x_range(), y, theme.line());
        face.paint(painter, Align2::RIGHT_CENTER, pos2(area.left() - STEP, y), &tick.label);
    }
    for tick in frame.x.ticks(tick_count(area.width(), 56.0)) {
        let x = (area.left() + tick.share as f32 * area.width()).round() + 0.5;
        painter.vline(x, area.bottom()..=area.bottom() + HALF, theme.line());
        // At the ends a label leans inwards rather than being cut.
        let half = face.width(painter, &tick.label) / 2.0;
        let x = x.clamp(rect.left() + half, (rect.right() - half).max(rect.left() + half));
        face.paint(painter, Align2::CENTER_TOP, pos2(x, area.bottom() + HALF), &tick.label);
    }
    let below = pos2(area.center().x, area.bottom() + HALF + 16.0);
    face.paint_within(painter, Align2::CENTER_TOP, below, x_title, area.width());
    let beside = pos2(rect.left() + 8.0, area.center().y);
    face.paint_upright(painter, beside, y_title, rect.height());
}

fn paint_line(
    painter: &Painter,
    frame: &Frame,
    points: impl Iterator<Item = [f64; 2]>,
    colour: Color32,
) {
    let placed = points.filter_map(|[x, y]| frame.place_or_foot(x, y));
    let thinned = thin(placed, 1.0);
    match thinned.as_slice() {
        [] => {}
        [only] => {
            painter.circle_filled(*only, 2.5, colour);
        }
        _ => {
            painter.line(thinned, Stroke::new(1.75, colour));
        }
    }
}

/// Hollow points, and their name left of the last, above or below it.
fn paint_marks(painter: &Painter, frame: &Frame, marks: &Marks<'_>, theme: &Theme) {
    let placed: Vec<Pos2> =
        marks.points.iter().filter_map(|[x, y]| frame.place_or_foot(*x, *y)).collect();
    let edge = Stroke::new(1.0, theme.quiet);
    painter.extend(Shape::dashed_line(&placed, Stroke::new(0.75, theme.hairline), 2.0, 3.0));
    for at in &placed {
        painter.circle(*at, 3.0, theme.panel, edge);
    }
    let Some(last) = placed.last() else { return };
    let face = Face::small(theme.quiet);
    let galley = face.layout(painter, marks.name, frame.rect.width() - STEP);
    let above = last.y - frame.rect.top() > 20.0;
    let (anchor, y) = if above {
        (Align2::RIGHT_BOTTOM, last.y - 3.0)
    } else {
        (Align2::RIGHT_TOP, last.y + 3.0)
    };
    let left = frame.rect.left() + galley.size().x;
    let place = anchor.anchor_size(pos2(last.x.max(left), y), galley.size());
    painter.galley(place.min, galley, theme.quiet);
}

/// Fills between the lows and the highs.
fn paint_band(painter: &Painter, frame: &Frame, points: &[[f64; 3]], fill: Color32) {
    let lows = points.iter().filter_map(|p| frame.place_or_foot(p[0], p[1]));
    let highs = points.iter().filter_map(|p| frame.place_or_foot(p[0], p[2]));
    let mut mesh = Mesh::default();
    let mut last_x = f32::NEG_INFINITY;
    for (low, high) in lows.zip(highs) {
        // Half a point apart is finer than can be seen.
        if low.x - last_x < 0.5 {
            continue;
        }
        last_x = low.x;
        let next = mesh.vertices.len() as u32;
        mesh.colored_vertex(low, fill);
        mesh.colored_vertex(high, fill);
        if next >= 2 {
            mesh.add_triangle(next - 2, next - 1, next);
            mesh.add_triangle(next - 1, next, next + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
}

fn paint_references(painter: &Painter, chart: &Curves<'_>, frame: &Frame, theme: &Theme) {
    let area = frame.rect;
    let drawn: Vec<Vec<Pos2>> = chart
        .series
        .iter()
        .map(|series| {
            thin(series.points.iter().filter_map(|[x, y]| frame.place_or_foot(*x, *y)), 4.0)
        })
        .collect();
    let crossed = |place: &Rect| drawn.iter().any(|line| crosses(line, *place));
    let mut taken: Vec<Rect> = Vec::new();
    for reference in chart.references {
        let Some(share) = frame.y.share(reference.value) else { continue };
        if !(0.0..=1.0).contains(&share) {
            continue;
        }
        let y = area.bottom() - share as f32 * area.height();
        let stroke = Stroke::new(1.0, reference.colour);
        let line = [pos2(area.left(), y), pos2(area.right(), y)];
        painter.extend(Shape::dashed_line(&line, stroke, 4.0, 3.0));
        let text = format!("{} {}", reference.name, reading(reference.value));
        let face = Face::small(reference.colour);
        let galley = face.layout(painter, &text, area.width() - STEP);
        // At either end, above the line or below it, where neither a curve nor another label is;
        // if there is no such place, where no label is.
        let (left, right) = (area.left() + HALF, area.right() - HALF);
        let places = [
            (Align2::RIGHT_BOTTOM, right, y - 1.0),
            (Align2::LEFT_BOTTOM, left, y - 1.0),
            (Align2::RIGHT_TOP, right, y + 1.0),
            (Align2::LEFT_TOP, left, y + 1.0),
        ]
        .map(|(anchor, x, y)| anchor.anchor_size(pos2(x, y), galley.size()));
        let apart = |place: &Rect| {
            area.contains_rect(*place) && !taken.iter().any(|other| other.intersects(*place))
        };
        // Nor may it stand on the line of another.
        let struck = |place: &Rect| {
            chart.references.iter().filter(|other| other.value != reference.value).any(|other| {
                let share = frame.y.share(other.value);
                let y = share.map(|share| area.bottom() - share as f32 * area.height());
                y.is_some_and(|y| place.y_range().contains(y))
            })
        };
        let clear = |place: &Rect| apart(place) && !crossed(place) && !struck(place);
        let place = places.iter().find(|p| clear(p)).or_else(|| places.iter().find(|p| apart(p)));
        if let Some(place) = place {
            painter.galley(place.min, galley, theme.text);
            taken.push(*place);
        }
    }
}

/// Whether a line passes through a rectangle.
fn crosses(line: &[Pos2], place: Rect) -> bool {
    line.iter().zip(line.iter().skip(1)).any(|(from, to)| {
        let steps = (from.distance(*to) / 4.0).ceil().max(1.0);
        (0..=steps as usize).any(|i| place.contains(from.lerp(*to, i as f32 / steps)))
    })
}

/// Names that stand at the ends of lines: name, colour, last point.
fn direct_names<'a>(chart: &Curves<'a>) -> impl Iterator<Item = (&'a str, Color32, [f64; 2])> {
    let crowded = is_crowded(chart);
    let lines =
        chart.series.iter().filter_map(|s| s.points.last().map(|last| (s.name, s.colour, *last)));
    let bounds = chart
        .bounds
        .iter()
        .filter_map(|b| b.points.last().map(|p| (b.name, b.colour, [p[0], (p[1] + p[2]) / 2.0])));
    lines.chain(bounds).filter(move |_| !crowded)
}

fn is_crowded(chart: &Curves<'_>) -> bool {
    chart.series.len() + chart.bounds.len() > DIRECT_LABELS
}

fn paint_names(painter: &Painter, chart: &Curves<'_>, frame: &Frame, rect: Rect, theme: &Theme) {
    if is_crowded(chart) {
        let names = chart.series.iter().map(|s| (s.name, s.colour));
        let names = names.chain(chart.bounds.iter().map(|b| (b.name, b.colour)));
        let mut x = frame.rect.left();
        for (name, colour) in names {
            let y = rect.top() + 10.0;
            painter.hline(x..=x + 12.0, y, Stroke::new(2.0, colour));
            let face = Face::small(theme.text);
            let room = rect.right() - x - 16.0;
            if room < 16.0 {
                break;
            }
            let at = pos2(x + 16.0, y);
            x = face.paint_within(painter, Align2::LEFT_CENTER, at, name, room).right() + 12.0;
        }
        return;
    }
    // Names keep the order of their lines and never lie on one another.
    let mut names: Vec<_> = direct_names(chart)
        .filter_map(|(name, colour, [x, y])| Some((frame.place_or_foot(x, y)?, name, colour)))
        .collect();
    names.sort_by(|a, b| a.0.y.total_cmp(&b.0.y));
    let mut lowest = f32::NEG_INFINITY;
    for (at, name, colour) in names {
        let y = at.y.clamp(frame.rect.top(), frame.rect.bottom()).max(lowest + 15.0);
        lowest = y;
        let x = (at.x + HALF).min(frame.rect.right() + HALF);
        let room = rect.right() - x;
        let face = Face::small(colour);
        if face.width(painter, name) <= room {
            face.paint_within(painter, Align2::LEFT_CENTER, pos2(x, y), name, room);
        } else {
            // What has no room beside the line stands above its end.
            let at = pos2(rect.right(), y - HALF);
            face.paint_within(painter, Align2::RIGHT_BOTTOM, at, name, rect.width());
        }
    }
}

/// What the lines read at this x: one row a line.
fn readings(chart: &Curves<'_>, x: f64) -> String {
    let mut rows = Vec::new();
    for series in chart.series {
        if let Some(p) = nearest(series.points, x, |p| p[0]).filter(|_| spans(series.points, x)) {
            rows.push(format!("{}  {}", series.name, number::significant(p[1], 4)));
        }
    }
    for bounds in chart.bounds {
        if let Some(p) = nearest(bounds.points, x, |p| p[0]) {
            let (low, high) = (number::significant(p[1], 6), number::significant(p[2], 6));
            rows.push(format!("{}  {low} … {high}", bounds.name));
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let title = chart.x.title.split(',').next().unwrap_or_default();
    rows.insert(0, format!("{title}  {}", number::significant(x, 3)));
    rows.join("\n")
}

/// A value in three digits; nothing is plainly 0.
fn reading(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { number::significant(value, 3) }
}

/// Whether there is anything to be read at this x: it lies between the first point and the last.
fn spans(points: &[[f64; 2]], x: f64) -> bool {
    let ends = points.first().zip(points.last());
    ends.is_some_and(|(first, last)| (first[0]..=last[0]).contains(&x))
}

fn nearest<T>(points: &[T], x: f64, at: impl Fn(&T) -> f64) -> Option<&T> {
    let after = points.partition_point(|p| at(p) < x);
    let candidates = [after.checked_sub(1), Some(after)];
    candidates
        .into_iter()
        .flatten()
        .filter_map(|i| points.get(i))
        .min_by(|a, b| (at(a) - x).abs().total_cmp(&(at(b) - x).abs()))
}

/// The chart in words: its name, and where each line stands now.
fn words(chart: &Curves<'_>) -> String {
    let mut text = chart.name.to_owned();
    for series in chart.series {
        if let Some(last) = series.points.last() {
            let (value, count) = (number::significant(last[1], 3), series.points.len());
            let points = number::plural(count as u64, "point", "points");
            text += &format!("; {} {value} after {count} {points}", series.name);
        }
    }
    for bounds in chart.bounds {
        if let Some(last) = bounds.points.last() {
            let (low, high) = (number::significant(last[1], 6), number::significant(last[2], 6));
            text += &format!("; {} between {low} and {high}", bounds.name);
        }
    }
    for marks in chart.marks {
        if let Some(last) = marks.points.last() {
            text += &format!("; {}: {}", marks.name, number::significant(last[1], 3));
        }
    }
    for reference in chart.references {
        text += &format!("; {} at {}", reference.name, reading(reference.value));
    }
    text
}
