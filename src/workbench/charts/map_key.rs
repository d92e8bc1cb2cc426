//! The key of a map: what its marks, colours and other signs mean, in a few rows above it.

use super::hatch;
use super::heat_map::{ActionMark, Choice, Fill, HeatMap, Worth};
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, Theme, Weight};
use egui::{Align2, Color32, Painter, Rect, Stroke, pos2, vec2};

/// The key stands so far from the left, in line with the axis titles (points).
pub(super) const KEY_INSET: f32 = 20.0;
/// The key takes no more rows than this; actions beyond are named by hovering.
const MOST_KEY_ROWS: usize = 3;

/// What a sign in the map means: "1 hold 1".
pub(super) struct KeyEntry {
    mark: String,
    swatch: Swatch,
    words: String,
    /// Where it starts, from the key's left end, and in which row.
    pub at: (f32, usize),
    mark_width: f32,
}

/// The square in front of a sign.
#[derive(Clone, Copy, PartialEq)]
enum Swatch {
    None,
    Colour(Color32),
    Hatched,
}

pub(super) const KEY_ROW: f32 = 18.0;

/// The key's entries when it may be so wide: actions that the map shows, and its other signs. Where
/// they would take too many rows the last says how many more there are.
pub(super) fn key(painter: &Painter, map: &HeatMap<'_>, room: f32, theme: &Theme) -> Vec<KeyEntry> {
    let mut entries = signs(map);
    let all = entries.len();
    place_key(painter, &mut entries, room, theme);
    entries.retain(|entry| entry.at.1 < MOST_KEY_ROWS);
    while entries.len() < all {
        let more = all - entries.len();
        entries.push(KeyEntry::new("", Swatch::None, format!("… {more} more")));
        place_key(painter, &mut entries, room, theme);
        if entries.last().is_none_or(|last| last.at.1 < MOST_KEY_ROWS) || entries.len() < 2 {
            break;
        }
        entries.truncate(entries.len() - 2);
    }
    entries
}

impl KeyEntry {
    fn new(mark: &str, swatch: Swatch, words: String) -> Self {
        Self { mark: mark.to_owned(), swatch, words, at: (0.0, 0), mark_width: 0.0 }
    }
}

/// What the map's signs mean.
fn signs(map: &HeatMap<'_>) -> Vec<KeyEntry> {
    let mut used = vec![false; map.marks.len()];
    let mut use_of = |action: &u16| {
        if let Some(used) = used.get_mut(usize::from(*action)) {
            *used = true;
        }
    };
    for choice in map.choices {
        match choice {
            Choice::Action(a) => use_of(a),
            Choice::Tie(a, b) => [a, b].into_iter().for_each(&mut use_of),
            Choice::None => {}
        }
    }
    let shown = map.marks.iter().zip(used).filter(|(_, used)| *used);
    let whose = KeyEntry::new("", Swatch::None, format!("policy of {}:", map.whose));
    let entries = shown.map(|(mark, _)| {
        let by_policy = map.fill == Fill::Policy;
        let swatch = if by_policy { Swatch::Colour(mark.colour) } else { Swatch::None };
        KeyEntry::new(&mark.mark, swatch, key_words(map, mark))
    });
    let mut entries: Vec<_> = std::iter::once(whose).chain(entries).collect();
    if entries.len() == 1 {
        entries.clear();
    }
    if map.choices.iter().any(|choice| matches!(choice, Choice::Tie(..))) {
        entries.push(KeyEntry::new("=", Swatch::None, "equally good".to_owned()));
    }
    if map.worth.contains(&Worth::NeverVisited) {
        entries.push(KeyEntry::new("", Swatch::Hatched, "never visited".to_owned()));
    }
    entries
}

/// Gives each entry its place, row by row.
fn place_key(painter: &Painter, entries: &mut [KeyEntry], room: f32, theme: &Theme) {
    let (bold, face) = key_faces(theme);
    let (mut x, mut row) = (0.0, 0);
    for entry in entries {
        entry.mark_width =
            if entry.mark.is_empty() { 0.0 } else { bold.width(painter, &entry.mark) + HALF };
        let swatch = if entry.swatch == Swatch::None { 0.0 } else { SWATCH };
        let width = swatch + entry.mark_width + face.width(painter, &entry.words);
        if x > 0.0 && x + width > room {
            (x, row) = (0.0, row + 1);
        }
        entry.at = (x, row);
        x += width + 12.0;
    }
}

/// The action in words; of the one without a mark it must be said that it has none.
fn key_words(map: &HeatMap<'_>, mark: &ActionMark) -> String {
    let unmarked = mark.mark.is_empty() && map.marks.len() > 1;
    match unmarked {
        true => format!("unmarked: {}", mark.name),
        // A number is its own mark: said once.
        false if mark.mark == mark.name => String::new(),
        false => mark.name.clone(),
    }
}

const SWATCH: f32 = 14.0;

fn key_faces(theme: &Theme) -> (Face, Face) {
    (Face::small(theme.text).weighing(Weight::Medium), Face::small(theme.quiet))
}

/// Paints the entries along the top of the map's room.
pub(super) fn paint_key(painter: &Painter, entries: &[KeyEntry], rect: Rect, theme: &Theme) {
    let (bold, face) = key_faces(theme);
    let left = rect.left() + KEY_INSET;
    for entry in entries {
        let (from, row) = entry.at;
        let mut at = pos2(left + from, rect.top() + KEY_ROW * (row as f32 + 0.5));
        let square = Rect::from_center_size(at + vec2(5.0, 0.0), vec2(10.0, 10.0));
        match entry.swatch {
            Swatch::None => {}
            Swatch::Colour(colour) => {
                painter.rect_filled(square, 2.0, colour);
            }
            Swatch::Hatched => {
                painter.rect_filled(square, 0.0, theme.raised);
                let mut lines = Vec::new();
                hatch::lines(square, 5.0, Stroke::new(1.0, theme.quiet), &mut lines);
                painter.extend(lines);
            }
        }
        if entry.swatch != Swatch::None {
            at.x += SWATCH;
        }
        bold.paint(painter, Align2::LEFT_CENTER, at, &entry.mark);
        at.x += entry.mark_width;
        let room = rect.right() - at.x;
        face.paint_within(painter, Align2::LEFT_CENTER, at, &entry.words, room);
    }
}
