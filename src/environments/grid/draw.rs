//! The drawing: its cells, and where a character stands.

use super::settings::{Cell, is_symbol};
use super::{GridSettings, Place, PlaceKind, Way};
use crate::mdp::{Item, Level};

/// A drawing as cells, row by row from the bottom.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub width: Level,
    pub height: Level,
    pub cells: Vec<Place>,
    /// The start cells.
    pub starts: Vec<Way>,
}

/// Where a character is drawn: row by row from the top.
pub(super) fn places_of(settings: &GridSettings, symbol: &str) -> Vec<Way> {
    let height = settings.rows.len() as Level;
    let mut found = Vec::new();
    for (row, text) in settings.rows.iter().enumerate() {
        for (column, drawn) in settings.symbols(text).enumerate() {
            if is_symbol(symbol, drawn) {
                found.push((column as Level, height - 1 - row as Level));
            }
        }
    }
    found
}

/// The cells of a drawing that was checked; `reward_of` gives the reward of a character.
pub(super) fn drawing(
    settings: &GridSettings,
    reward_of: impl Fn(char) -> Option<(Item, f64)>,
) -> Drawing {
    let height = settings.rows.len() as Level;
    let mut drawing = Drawing { height, ..Drawing::default() };
    for (row, text) in settings.rows.iter().enumerate().rev() {
        let y = height - 1 - row as Level;
        let between: Vec<char> = match settings.thin_walls {
            true => text.chars().skip(1).step_by(2).collect(),
            false => Vec::new(),
        };
        for (column, symbol) in settings.symbols(text).enumerate() {
            let kind = match settings.cell(symbol) {
                None | Some(Cell::Floor) => PlaceKind::Floor,
                Some(Cell::Start) => {
                    drawing.starts.push((column as Level, y));
                    PlaceKind::Floor
                }
                Some(Cell::Wall) => PlaceKind::Wall,
                Some(Cell::Goal) => PlaceKind::Goal,
                Some(Cell::Hole) => PlaceKind::Hole,
                Some(Cell::Cliff) => PlaceKind::Cliff,
                Some(Cell::Jump { to }) => {
                    let landing = places_of(settings, &to).first().copied();
                    PlaceKind::Jump(landing.unwrap_or_default())
                }
            };
            let walled = between.get(column) == Some(&'|');
            let reward = reward_of(symbol);
            drawing.cells.push(Place { kind, reward, walled });
            drawing.width = drawing.width.max(column as Level + 1);
        }
    }
    if drawing.starts.is_empty() {
        let (width, cells) = (drawing.width.max(1), &drawing.cells);
        let place = |at: usize| (at as Level % width, at as Level / width);
        let stands = |cell: &Place| matches!(cell.kind, PlaceKind::Floor | PlaceKind::Jump(_));
        let open = cells.iter().enumerate().filter(|(_, cell)| stands(cell));
        drawing.starts = open.map(|(at, _)| place(at)).collect();
    }
    drawing
}
