//! What stands above and below every picture: key figures, and the key of the conditions.

use super::icons;
use crate::mdp::Condition;
use crate::workbench::glossary::Explain as _;
use crate::workbench::lettering::Face;
use crate::workbench::steady;
use crate::workbench::theme::{STEP, Size, Theme, Weight};
use crate::workbench::view::FigureView;
use egui::{Align2, Painter, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

/// Draws key figures along the top of a stage and returns where the room below them begins.
pub fn key_figures(ui: &Ui, rect: Rect, figures: &[FigureView], theme: &Theme) -> f32 {
    let inset = 3.0 * STEP;
    if figures.is_empty() {
        return rect.top() + STEP;
    }
    let painter = ui.painter_at(rect);
    let quiet = Face::small(theme.quiet);
    let widths = |size: Size| -> Vec<f32> {
        let figure = Face { size, weight: Weight::Medium, colour: theme.text };
        figures
            .iter()
            .map(|f| {
                let widest = figure
                    .width(&painter, &f.value)
                    .max(quiet.width(&painter, &f.label))
                    .max(quiet.width(&painter, &f.below));
                // Neighbours stand still while digits change.
                let id = ui.id().with(("width of", &f.label, size == Size::Figure));
                steady::room(ui.ctx(), id, (widest / 8.0).ceil() * 8.0, 32.0)
            })
            .collect()
    };
    let room = rect.width() - 2.0 * inset;
    let gap = 2.0 * STEP;
    let total = |w: &[f32]| w.iter().sum::<f32>() + gap * (w.len() as f32 - 1.0);
    let (mut size, mut columns) = (Size::Figure, widths(Size::Figure));
    if total(&columns) > room {
        (size, columns) = (Size::Title, widths(Size::Title));
    }
    if total(&columns) > room {
        // Each gives up as much of its width as all others.
        let gaps = gap * (columns.len() as f32 - 1.0);
        let share = ((room - gaps) / (total(&columns) - gaps)).max(0.1);
        columns.iter_mut().for_each(|width| *width = (*width * share).max(16.0));
    }
    let face = Face { size, weight: Weight::Medium, colour: theme.text };
    let mut x = rect.left() + inset;
    let top = rect.top() + 2.0 * STEP;
    for (figure, width) in figures.iter().zip(columns) {
        let rows = [
            (quiet, &figure.label, top),
            (face, &figure.value, top + 16.0),
            (quiet, &first_parts(&painter, quiet, &figure.below, width), top + 48.0),
        ];
        let mut block = Rect::from_min_size(pos2(x, top), vec2(1.0, 64.0));
        for (face, text, y) in rows {
            let at = pos2(x, y);
            block = block.union(face.paint_within(&painter, Align2::LEFT_TOP, at, text, width));
        }
        let words = format!("{} {} {}", figure.label, figure.value, figure.below);
        let said = ui.interact(block, ui.id().with(("figure", &figure.label)), Sense::hover());
        said.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words.trim()));
        if !figure.help.is_empty() {
            said.cite(&figure.help, &figure.label);
        }
        x += width + gap;
    }
    top + 72.0
}

/// As many of a text's parts as have room, at least the first.
fn first_parts(painter: &Painter, face: Face, text: &str, room: f32) -> String {
    let ends = text.match_indices(" · ").map(|(at, _)| at).chain([text.len()]);
    let parts: Vec<&str> = ends.filter_map(|end| text.get(..end)).collect();
    let fits = |part: &&&str| face.width(painter, part) <= room;
    let longest = parts.iter().rev().find(fits).or(parts.first());
    longest.map_or_else(String::new, |part| (*part).to_owned())
}

/// Draws the key at the lower right and returns where the room above it ends.
pub fn condition_key(
    painter: &Painter,
    rect: Rect,
    conditions: &[Condition],
    theme: &Theme,
) -> f32 {
    let face = Face::small(theme.quiet);
    let sign = 10.0;
    let widths: Vec<f32> =
        conditions.iter().map(|c| sign + 6.0 + face.width(painter, c.name())).collect();
    let gap = 2.0 * STEP;
    let total = widths.iter().sum::<f32>() + gap * (widths.len() as f32 - 1.0).max(0.0);
    let room = rect.width() - 4.0 * STEP;
    let mut x = rect.right() - 2.5 * STEP - total.min(room);
    let y = rect.bottom() - 3.0 * STEP;
    for (condition, width) in conditions.iter().zip(widths) {
        if x + width > rect.right() {
            break;
        }
        let square = Rect::from_center_size(pos2(x + sign / 2.0, y), vec2(sign, sign));
        icons::paint_sign(painter, square, *condition, theme);
        let at = pos2(x + sign + 6.0, y);
        face.paint(painter, Align2::LEFT_CENTER, at, condition.name());
        x += width + gap;
    }
    if conditions.is_empty() { rect.bottom() - STEP } else { rect.bottom() - 5.0 * STEP }
}
