//! What the scenario teaches, above its picture, until it is folded away: then its title tells it.

use super::button::Button;
use super::icon::Icon;
use super::row::ROW;
use super::theme_of;
use crate::workbench::intent::Intent;
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP};
use egui::{Galley, Id, Painter, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use std::sync::Arc;

/// The picture below keeps so much of the stage's height (points).
const PICTURE: f32 = 300.0;
/// Unfolded, the text takes no more of the stage's height than this share; beyond it scrolls.
const MOST: f32 = 0.45;
/// How far it stands in from the sides, as the key figures below it do (points).
const INSET: f32 = 3.0 * STEP;
/// Longer lines are hard to read (points).
const LONGEST: f32 = 820.0;

/// As many of the text's first words as fill so many lines, with an ellipsis.
fn first_lines(painter: &Painter, face: Face, text: &str, room: f32, rows: usize) -> Arc<Galley> {
    let ends: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let laid = |words: usize| {
        let end = words.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or(0);
        let start = text.get(..end).unwrap_or_default().trim_end_matches([',', '.', ':', ';']);
        face.wrap(painter, &format!("{start} …"), room)
    };
    let (mut fits, mut too_many) = (0, ends.len() + 1);
    while too_many - fits > 1 {
        let middle = (fits + too_many) / 2;
        if laid(middle).rows.len() <= rows { fits = middle } else { too_many = middle }
    }
    laid(fits)
}

/// Draws the text along the top of the stage, and returns the room below it. Where it would leave the
/// picture too little, its first lines are shown, and the others once they are asked for.
pub fn about_ui(ui: &mut Ui, stage: Rect, text: &str, intents: &mut Vec<Intent>) -> Rect {
    let theme = theme_of(ui);
    let face = Face::small(theme.quiet);
    let more = Button { quiet: true, ..Button::words("Whole text", "Show the whole text", "more") };
    let less = Button { quiet: true, ..Button::words("Less text", "Show its first lines", "less") };
    let beside = more.width(ui).max(less.width(ui)) + ROW;
    let room = (stage.width() - 2.0 * INSET - beside).clamp(80.0, LONGEST);
    let galley = face.wrap(ui.painter(), text, room);
    let line = face.wrap(ui.painter(), "x", room).size().y;
    let most = (stage.height() - PICTURE).clamp(line, stage.height().max(line));
    let lines = (most / line).floor() * line;
    let (all, id) = (galley.size().y, Id::new("whole text"));
    let long = all > lines + 0.5;
    let rows = ((lines / line).round() as usize).max(1);
    let whole = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or(false);
    let high = match (long, whole) {
        (false, _) => all,
        (true, false) => lines,
        (true, true) => all.min((stage.height() * MOST).max(line)),
    };
    let galley = match long && !whole {
        true => first_lines(ui.painter(), face, text, room, rows),
        false => galley,
    };
    let band = stage.with_max_y(stage.top() + high.ceil().max(ROW - STEP) + STEP + HALF);
    ui.painter().rect_filled(band, 0.0, theme.ground);
    let place = Rect::from_min_size(band.min + vec2(INSET, STEP), vec2(room, high));
    let response = ui.interact(place, ui.id().with("about"), Sense::hover());
    // Of a text that is folded to its first lines all is read out.
    let kind = if long && !whole { WidgetType::Other } else { WidgetType::Label };
    response.widget_info(|| WidgetInfo::labeled(kind, true, text));
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt("about").max_rect(place));
    child.shrink_clip_rect(place.expand2(vec2(STEP, 0.5)));
    let scrolls = long && whole;
    egui::ScrollArea::new([false, scrolls]).id_salt("about").max_height(high).show(
        &mut child,
        |ui| {
            let (rect, _) = ui.allocate_exact_size(galley.size(), Sense::hover());
            ui.painter().galley(rect.min, galley, theme.quiet);
        },
    );
    let fold = Button {
        quiet: true,
        ..Button::icon("Fold text", "Fold this text away: its title tells it again", Icon::Close)
    };
    let corner = pos2(band.right() - ROW - STEP, band.top() + HALF);
    let square = Rect::from_min_size(corner, vec2(ROW, ROW));
    if fold.show(ui, square, ui.id().with("fold text")).clicked() {
        intents.push(Intent::ToggleText);
    }
    if long {
        let button = if whole { less } else { more };
        let left = square.left() - HALF - button.width(ui);
        let place =
            Rect::from_min_max(pos2(left, square.top()), pos2(square.left(), square.bottom()));
        if button.show(ui, place, ui.id().with("whole text")).clicked() {
            ui.data_mut(|data| data.insert_temp(id, !whole));
        }
    }
    stage.with_min_y(band.bottom())
}
