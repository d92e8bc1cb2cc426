//! One small map for each level of a third variable, all on one scale.

use super::map::{choice_of, worth_of};
use crate::mdp::Level;
use crate::workbench::charts::heat_map::{HeatMap, Scale, Worth, heat_map, paint_colour_bar};
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, STEP, Theme};
use crate::workbench::view::{MapView, Repeats};
use egui::{Align2, Rect, Ui, UiBuilder, pos2, vec2};

/// The height of the words above each map and below all (points).
const WORDS: f32 = 18.0;
/// Room for the colours and their figures (points).
const BAR: f32 = 64.0;

/// Draws them over all the room there is, and says which cell of which level was clicked. `like` is the
/// map of which they are repeats.
pub fn repeats_ui(
    ui: &mut Ui,
    view: &MapView,
    (repeated, maps): (usize, &Repeats),
    like: &HeatMap<'_>,
    theme: &Theme,
) -> Option<(Level, (usize, usize))> {
    let variable = view.variables.get(repeated)?;
    let room = ui.available_rect_before_wrap();
    let field = Rect::from_min_max(room.min, room.max - vec2(BAR, WORDS));
    let worths: Vec<Vec<Worth>> =
        maps.iter().map(|(_, cells)| cells.iter().map(worth_of).collect()).collect();
    let all: Vec<Worth> = worths.iter().flatten().copied().collect();
    let scale = match like.scale {
        Scale::Differences { .. } => Scale::around_nothing(&all),
        Scale::Values { .. } => Scale::over(&all),
    };
    let columns = columns(maps.len(), field, (like.x.levels.len(), like.y.levels.len()));
    let rows = maps.len().div_ceil(columns).max(1);
    let size = vec2(field.width() / columns as f32, field.height() / rows as f32);
    let mut clicked = None;
    for (place, ((level, cells), worth)) in maps.iter().zip(&worths).enumerate() {
        let corner = vec2((place % columns) as f32 * size.x, (place / columns) as f32 * size.y);
        let part = Rect::from_min_size((field.min + corner).round(), size - vec2(STEP, HALF));
        let words = format!("{} = {}", variable.name, variable.label(*level));
        let short = format!("= {}", variable.label(*level));
        let face = Face::small(theme.quiet);
        let wordings = [words.clone(), short];
        let said = face.longest_that_fits(ui.painter(), &wordings, part.width()).unwrap_or("");
        face.paint_within(ui.painter(), Align2::LEFT_TOP, part.min, said, part.width());
        let choices: Vec<_> = cells.iter().map(|(_, actions)| choice_of(actions)).collect();
        let name = format!("Value map, {words}");
        let follows = view.present.get(repeated) == Some(level);
        let map = HeatMap {
            name: &name,
            worth,
            choices: &choices,
            scale,
            bare: true,
            present: like.present.filter(|_| follows),
            selected: None,
            ..*like
        };
        let below = part.with_min_y((part.top() + WORDS).min(part.bottom()));
        let mut child = ui.new_child(UiBuilder::new().id_salt(("repeat", place)).max_rect(below));
        if let Some(cell) = heat_map(&mut child, &map, theme).clicked {
            clicked = Some((*level, cell));
        }
    }
    let face = Face::small(theme.quiet);
    let words = format!("{} →  ·  {} ↑", like.x.title, like.y.title);
    let at = pos2(field.left(), room.bottom());
    face.paint_within(ui.painter(), Align2::LEFT_BOTTOM, at, &words, field.width());
    let bar = Rect::from_min_max(
        pos2(field.right() + STEP, field.top() + WORDS),
        pos2(field.right() + 2.0 * STEP, field.bottom() - STEP),
    );
    paint_colour_bar(ui.painter(), &HeatMap { scale, ..*like }, bar, room, theme);
    ui.advance_cursor_after_rect(room);
    clicked
}

/// In how many columns the cells of the maps come out largest.
fn columns(maps: usize, field: Rect, (across, upwards): (usize, usize)) -> usize {
    let edge = |columns: &usize| {
        let rows = maps.div_ceil(*columns).max(1);
        let wide = (field.width() / *columns as f32 - STEP) / across.max(1) as f32;
        let tall = (field.height() / rows as f32 - WORDS - HALF) / upwards.max(1) as f32;
        wide.min(tall)
    };
    (1..=maps.max(1)).max_by(|one, other| edge(one).total_cmp(&edge(other))).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_stand_where_their_cells_come_out_largest() {
        let field = |wide, tall| Rect::from_min_size(pos2(0.0, 0.0), vec2(wide, tall));
        assert_eq!(columns(4, field(800.0, 200.0), (10, 10)), 4);
        assert_eq!(columns(4, field(200.0, 800.0), (10, 10)), 1);
        assert_eq!(columns(4, field(400.0, 440.0), (10, 10)), 2);
        assert_eq!(columns(0, field(400.0, 440.0), (10, 10)), 1);
    }
}
