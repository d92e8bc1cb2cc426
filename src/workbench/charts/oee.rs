//! How well machines are used: a row a machine, a column for each factor of its OEE and for the index.

use super::words::{HALF_WIDTH, with_interval};
use crate::experiment::Estimate;
use crate::experiment::figures::Oee;
use crate::workbench::language::Tip as _;
use crate::workbench::lettering::Face;
use crate::workbench::number;
use crate::workbench::theme::{HALF, STEP, Theme, Weight};
use egui::{
    Align2, Color32, Id, Painter, Rect, Response, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2,
    vec2,
};

/// The height of a row at least and at most (points).
const PITCH: (f32, f32) = (26.0, 40.0);
/// Room for the columns' names and for their scale (points).
const HEAD: f32 = 22.0;
const FOOT: f32 = 20.0;
/// Room between columns (points).
const GAP: f32 = 12.0;
/// A column is to be so wide, and names have so much room at least (points).
const COLUMN: f32 = 78.0;
const NAMES: f32 = 40.0;
/// The height of a bar (points).
const BAR: f32 = 4.0;

/// What each column is, in the order of [`Oee::named`].
const MEANINGS: [&str; 4] = [
    "Actual production time over planned busy time (APT / PBT, ISO 22400-2). Starved, blocked, down, \
     held back and set-up beats count against it; planned stops do not",
    "Planned run time per item × produced quantity over actual production time (PRI × PQ / APT, ISO \
     22400-2). Slow speeds count against it; it is not known where parts differ in what they take",
    "Good quantity over produced quantity (GQ / PQ, ISO 22400-2). Parts that are scrapped or sent back \
     count against it",
    "Availability × effectiveness × quality: the OEE index of ISO 22400-2",
];

/// The columns' names where there is little room.
const SHORT: [&str; 4] = ["avail.", "effect.", "qual.", "OEE"];

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effectiveness<'a> {
    /// The accessible name.
    pub name: &'a str,
    /// The machines with how well each is used.
    pub machines: &'a [(String, Oee<Estimate>)],
}

/// Draws the table; it scrolls where there is no room for all machines.
pub fn effectiveness(ui: &mut Ui, chart: &Effectiveness<'_>, theme: &Theme) {
    let room = ui.available_size();
    let rows = chart.machines.len() as f32;
    let pitch = ((room.y - HEAD - FOOT) / rows).clamp(PITCH.0, PITCH.1);
    let height = HEAD + rows * pitch + FOOT;
    if height <= room.y {
        table(ui, chart, pitch, theme);
        return;
    }
    egui::ScrollArea::vertical().id_salt("machines").auto_shrink(false).show(ui, |ui| {
        table(ui, chart, pitch, theme);
    });
}

fn table(ui: &mut Ui, chart: &Effectiveness<'_>, pitch: f32, theme: &Theme) {
    let rows = chart.machines.len() as f32;
    let size = vec2(ui.available_width(), HEAD + rows * pitch + FOOT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let words = words(chart);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
    let painter = ui.painter_at(rect);
    let quiet = Face::small(theme.quiet);
    let names = chart.machines.iter().map(|(name, _)| quiet.width(&painter, name));
    // Names give way to the columns' own and to figures with their intervals.
    let spare = rect.width() - 2.0 * STEP - MEANINGS.len() as f32 * (COLUMN + GAP);
    let left = names.fold(0.0, f32::max).min(spare.max(NAMES)) + STEP;
    let right = rect.right() - STEP;
    let wide = (right - rect.left() - left) / MEANINGS.len() as f32;
    let column = |place: usize| {
        let x = rect.left() + left + place as f32 * wide;
        egui::Rangef::new(x, x + wide - GAP)
    };
    let foot = rect.top() + HEAD + rows * pitch;
    for (place, meaning) in MEANINGS.iter().enumerate() {
        let across = column(place);
        let title = titles(chart).nth(place).unwrap_or_default();
        let head = Rect::from_x_y_ranges(across, rect.top()..=rect.top() + HEAD);
        let weight = if place + 1 == MEANINGS.len() { Weight::SemiBold } else { Weight::Regular };
        let face = Face::small(theme.text).weighing(weight);
        let short = SHORT.get(place).copied().unwrap_or_default();
        let wordings = [title, short].map(str::to_owned);
        let words = face.longest_that_fits(&painter, &wordings, across.span()).unwrap_or_default();
        face.paint_within(&painter, Align2::LEFT_CENTER, head.left_center(), words, across.span());
        hover(ui, head, ("head", place, 0)).tip(*meaning);
        for x in [across.min, across.max] {
            painter.vline(x, head.bottom()..=foot, theme.line());
        }
        let low = pos2(across.min, foot + 3.0);
        quiet.paint(&painter, Align2::LEFT_TOP, low, "0");
        let high = pos2(across.max, foot + 3.0);
        quiet.paint(&painter, Align2::RIGHT_TOP, high, &number::percent(1.0, 0));
    }
    for (row, (name, oee)) in chart.machines.iter().enumerate() {
        let top = rect.top() + HEAD + row as f32 * pitch;
        let middle = top + pitch / 2.0;
        let at = pos2(rect.left() + left - STEP, middle);
        quiet.paint_within(&painter, Align2::RIGHT_CENTER, at, name, left - STEP);
        for (place, ((title, share), meaning)) in oee.named().into_iter().zip(MEANINGS).enumerate()
        {
            let cell = Rect::from_x_y_ranges(column(place), top..=top + pitch);
            let last = place + 1 == MEANINGS.len();
            let ink =
                if last { theme.condition(crate::mdp::Condition::Working) } else { theme.filled };
            paint_share(&painter, cell, share, ink, theme);
            let told = with_interval(&share.times(100.0), 3, "%");
            let words = format!("{name}: {title} {told}\n{meaning}\n{HALF_WIDTH}");
            hover(ui, cell, ("cell", place, row)).tip(words);
        }
    }
}

fn hover(ui: &Ui, place: Rect, which: (&str, usize, usize)) -> Response {
    ui.interact(place, ui.id().with(Id::new(which)), Sense::hover())
}

fn titles<'a>(chart: &Effectiveness<'a>) -> impl Iterator<Item = &'static str> + use<'a> {
    let first = chart.machines.first();
    first.into_iter().flat_map(|(_, oee)| oee.named().map(|(title, _)| title))
}

/// The figure and below it its bar, with the interval as a line through its end.
fn paint_share(painter: &Painter, cell: Rect, share: &Estimate, ink: Color32, theme: &Theme) {
    let middle = cell.center().y;
    let wordings = [with_interval(&share.times(100.0), 3, ""), short(share)];
    let face = Face::small(theme.text);
    let words = face.longest_that_fits(painter, &wordings, cell.width()).unwrap_or_default();
    let at = pos2(cell.left() + HALF / 2.0, middle - 3.0);
    face.paint_within(painter, Align2::LEFT_CENTER, at, words, cell.width());
    let track = Rect::from_x_y_ranges(cell.x_range(), middle + 6.0..=middle + 6.0 + BAR);
    painter.rect_filled(track, 0.0, theme.raised);
    if !share.mean.is_finite() {
        return;
    }
    let x = |share: f64| track.left() + (share.clamp(0.0, 1.0) as f32) * track.width();
    painter.rect_filled(track.with_max_x(x(share.mean)), 0.0, ink);
    if let (Some(low), Some(high)) = (share.low, share.high) {
        let stroke = Stroke::new(1.5, theme.text);
        painter.hline(x(low)..=x(high).max(x(low) + 1.0), track.center().y, stroke);
    }
}

fn short(share: &Estimate) -> String {
    number::significant(100.0 * share.mean, 3)
}

/// "OEE; Mill: availability 83.1 %, …".
fn words(chart: &Effectiveness<'_>) -> String {
    let each = chart.machines.iter().map(|(name, oee)| {
        let shares = oee.named().map(|(title, share)| {
            format!("{title} {}", with_interval(&share.times(100.0), 3, "%"))
        });
        format!("; {name}: {}", shares.join(", "))
    });
    format!("{}{}", chart.name, each.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_told_with_all_its_factors() {
        let share = |mean| Estimate::around(mean, Some(0.01));
        let unknown = Estimate::around(f64::NAN, None);
        let oee = Oee {
            availability: share(0.8),
            effectiveness: unknown,
            quality: share(0.9),
            index: unknown,
        };
        let machines = [("Mill".to_owned(), oee)];
        let said = words(&Effectiveness { name: "OEE", machines: &machines });
        assert_eq!(
            said,
            "OEE; Mill: availability 80.0 ± 1.0\u{202F}%, effectiveness –, quality 90.0 ± \
             1.0\u{202F}%, OEE –"
        );
    }
}
