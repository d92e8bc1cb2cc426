//! The key of a map: what its marks, colours and other signs mean, in a few rows above it.

use super::hatch;
use super::heat_map::{ActionMark, Choice, Fill, HeatMap, Worth};
use crate::workbench::lettering::Face;
use crate::workbench::theme::{HALF, Theme, Weight};
use crate::workbench::view::{ActionsView, PartView};
use egui::{Align2, Color32, Painter, Rect, Stroke, pos2, vec2};

/// The key stands so far from the left, in line with the axis titles (points).
pub(super) const KEY_INSET: f32 = 20.0;
/// The key takes no more rows than this; actions beyond are named by hovering.
const MOST_KEY_ROWS: usize = 3;

/// What a sign in the map means: "1 hold 1".
#[derive(Clone)]
pub(super) struct KeyEntry {
    /// What stands before the sign: which part of an action it is of.
    before: String,
    mark: String,
    swatch: Swatch,
    words: String,
    /// Where it starts, from the key's left end, and in which row.
    pub at: (f32, usize),
    mark_width: f32,
    width: f32,
}

/// The square in front of a sign.
#[derive(Clone, Copy, PartialEq)]
enum Swatch {
    None,
    Colour(Color32),
    Hatched,
}

pub(super) const KEY_ROW: f32 = 18.0;

/// The key's entries when it may be so wide: the actions that the map shows, the most frequent first,
/// and its other signs. Where these would take too many rows, or one of them more than a row, it says
/// how marks are put together, part by part; where that is too long as well the last entry says how
/// many more there are.
pub(super) fn key(painter: &Painter, map: &HeatMap<'_>, room: f32, theme: &Theme) -> Vec<KeyEntry> {
    let whole = actions(map);
    let by_part = map.parts.map(|parts| by_part(map, parts)).unwrap_or_default();
    let parts = map.parts.map_or(&[][..], |parts| &parts.parts);
    let counts = !parts.is_empty() && parts.iter().all(|part| part.counts);
    // A figure says itself what it is: a list of them would say nothing more.
    let listed = !counts || whole.len() <= FEW_COUNTS;
    for (entries, wanted) in [(&whole, listed), (&by_part, !by_part.is_empty())] {
        let mut entries = framed(map, entries);
        place_key(painter, &mut entries, room, theme);
        let fits = |entry: &KeyEntry| entry.at.1 < MOST_KEY_ROWS && entry.width <= room;
        if wanted && entries.iter().all(fits) {
            return entries;
        }
    }
    let mut entries = framed(map, if by_part.is_empty() { &whole } else { &by_part });
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

/// Up to so many counts are listed one by one.
const FEW_COUNTS: usize = 4;

impl KeyEntry {
    fn new(mark: &str, swatch: Swatch, words: String) -> Self {
        let (before, at) = (String::new(), (0.0, 0));
        Self { before, mark: mark.to_owned(), swatch, words, at, mark_width: 0.0, width: 0.0 }
    }
}

/// The actions that the map shows, the most frequent first.
fn frequent(map: &HeatMap<'_>) -> Vec<usize> {
    let mut times = vec![0_usize; map.marks.len()];
    let mut count = |action: &u16| {
        if let Some(times) = times.get_mut(usize::from(*action)) {
            *times += 1;
        }
    };
    for choice in map.choices {
        match choice {
            Choice::Action(a) => count(a),
            Choice::Tie(a, b) => [a, b].into_iter().for_each(&mut count),
            Choice::None => {}
        }
    }
    let mut shown: Vec<(usize, usize)> =
        times.into_iter().enumerate().filter(|(_, times)| *times > 0).collect();
    // Of those as frequent the first first.
    shown.sort_by_key(|(action, times)| (std::cmp::Reverse(*times), *action));
    shown.into_iter().map(|(action, _)| action).collect()
}

/// An entry for each action that the map shows.
fn actions(map: &HeatMap<'_>) -> Vec<KeyEntry> {
    let marks = frequent(map).into_iter().filter_map(|action| map.marks.get(action));
    let entry = |mark: &ActionMark| {
        let by_policy = map.fill == Fill::Policy;
        let swatch = if by_policy { Swatch::Colour(mark.colour) } else { Swatch::None };
        KeyEntry::new(&mark.mark, swatch, key_words(map, mark))
    };
    // A figure without a colour says itself what it is.
    marks
        .map(entry)
        .filter(|entry| !entry.words.is_empty() || entry.swatch != Swatch::None)
        .collect()
}

/// What the marks of the parts mean of which actions are put together, as far as they are shown.
fn by_part(map: &HeatMap<'_>, of: &ActionsView) -> Vec<KeyEntry> {
    let shown = frequent(map);
    let colour = |part: usize, level: usize| {
        let by_part = map.fill == Fill::Policy && map.coloured_by == Some(part);
        let action = shown.iter().find(|action| of.level(**action, part) == level);
        let mark = action.and_then(|action| map.marks.get(*action)).filter(|_| by_part);
        mark.map_or(Swatch::None, |mark| Swatch::Colour(mark.colour))
    };
    let holds = |part: &PartView| matches!(part.levels.as_slice(), [(_, no), (run, _)] if no == "hold" && run.is_empty());
    if of.parts.len() > 1 && of.parts.iter().all(holds) {
        let machine = |part: &PartView| {
            let mark = part.levels.first().map_or("", |(mark, _)| mark.as_str());
            KeyEntry::new(mark, Swatch::None, part.name.clone())
        };
        let mut machines: Vec<KeyEntry> = of.parts.iter().map(machine).collect();
        if let Some(first) = machines.first_mut() {
            first.before = "held back:".to_owned();
        }
        return machines;
    }
    let mut entries = Vec::new();
    let counts: Vec<&str> =
        of.parts.iter().filter(|part| part.counts).map(|part| part.name.as_str()).collect();
    match counts.as_slice() {
        [] => {}
        [only] => entries.push(KeyEntry::new("", Swatch::None, format!("figure: {only}"))),
        several => {
            let words = format!("figures in turn: {}", several.join(", "));
            entries.push(KeyEntry::new("", Swatch::None, words));
        }
    }
    for (place, part) in of.parts.iter().enumerate() {
        let mut levels: Vec<usize> = shown.iter().map(|action| of.level(*action, place)).collect();
        levels.sort_unstable();
        levels.dedup();
        if part.counts {
            // The least and the most, where colours grow with them.
            let ends = [levels.first(), levels.last()].into_iter().flatten();
            let ends = ends.filter_map(|&level| Some((level, part.levels.get(level)?)));
            entries.extend(ends.filter_map(|(level, (mark, _))| {
                let swatch = colour(place, level);
                (swatch != Swatch::None).then(|| KeyEntry::new(mark, swatch, String::new()))
            }));
            continue;
        }
        let known = levels.iter().filter_map(|&level| Some((level, part.levels.get(level)?)));
        let named = known.filter(|(_, (mark, _))| !mark.is_empty());
        let named = named
            .map(|(level, (mark, words))| KeyEntry::new(mark, colour(place, level), words.clone()));
        let mut named: Vec<KeyEntry> = named.collect();
        if let Some(first) = named.first_mut().filter(|_| of.parts.len() > 1) {
            first.before = format!("{}:", part.name);
        }
        entries.append(&mut named);
    }
    entries
}

/// The entries between whose policy it is and what the other signs mean.
fn framed(map: &HeatMap<'_>, entries: &[KeyEntry]) -> Vec<KeyEntry> {
    let colon = if entries.is_empty() { "" } else { ":" };
    let whose = KeyEntry::new("", Swatch::None, format!("policy of {}{colon}", map.whose));
    let mut framed = Vec::new();
    if map.choices.iter().any(|choice| *choice != Choice::None) && !map.marks.is_empty() {
        framed.push(whose);
        framed.extend_from_slice(entries);
    }
    if map.choices.iter().any(|choice| matches!(choice, Choice::Tie(..))) {
        framed.push(KeyEntry::new("=", Swatch::None, "equally good".to_owned()));
    }
    if map.worth.contains(&Worth::NeverVisited) {
        framed.push(KeyEntry::new("", Swatch::Hatched, "never visited".to_owned()));
    }
    framed
}

/// Gives each entry its place, row by row.
fn place_key(painter: &Painter, entries: &mut [KeyEntry], room: f32, theme: &Theme) {
    let (bold, face) = key_faces(theme);
    let (mut x, mut row) = (0.0, 0);
    for entry in entries {
        entry.mark_width =
            if entry.mark.is_empty() { 0.0 } else { bold.width(painter, &entry.mark) + HALF };
        let swatch = if entry.swatch == Swatch::None { 0.0 } else { SWATCH };
        let before = before_width(painter, entry, &face);
        let width = before + swatch + entry.mark_width + face.width(painter, &entry.words);
        if x > 0.0 && x + width > room {
            (x, row) = (0.0, row + 1);
        }
        entry.at = (x, row);
        entry.width = width;
        x += width + 12.0;
    }
}

fn before_width(painter: &Painter, entry: &KeyEntry, face: &Face) -> f32 {
    if entry.before.is_empty() { 0.0 } else { face.width(painter, &entry.before) + HALF }
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
        face.paint(painter, Align2::LEFT_CENTER, at, &entry.before);
        at.x += before_width(painter, entry, &face);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::charts::heat_map::{Scale, Side};
    use crate::workbench::gallery::harness;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// The key's words, row by row, of a map with these choices at this width.
    fn words(choices: Vec<Choice>, parts: &ActionsView, fill: Fill, room: f32) -> Vec<String> {
        let parts = parts.clone();
        let found = Rc::new(RefCell::new(Vec::new()));
        let kept = found.clone();
        harness((800.0, 400.0), move |ui, theme| {
            let colour = |action: usize| theme.series(action);
            let marks: Vec<_> = parts
                .names
                .iter()
                .enumerate()
                .map(|(action, (name, mark))| ActionMark {
                    name: name.clone(),
                    mark: mark.clone(),
                    colour: colour(action),
                })
                .collect();
            let levels: Vec<String> = (0..choices.len()).map(|i| i.to_string()).collect();
            let side = Side { title: "x", name: "x", levels: &levels };
            let worth = vec![Worth::Known(0.0); choices.len()];
            let map = HeatMap {
                bare: false,
                name: "map",
                x: side,
                y: side,
                worth: &worth,
                choices: &choices,
                marks: &marks,
                parts: Some(&parts),
                coloured_by: Some(0),
                value_title: "value",
                whose: "all",
                scale: Scale::over(&worth),
                fill,
                present: None,
                selected: None,
            };
            let entries = key(ui.painter(), &map, room, theme);
            assert!(entries.iter().all(|e| e.at.0 == 0.0 || e.at.0 + e.width <= room));
            assert!(entries.iter().all(|e| e.at.1 < MOST_KEY_ROWS));
            *kept.borrow_mut() = entries
                .iter()
                .map(|e| format!("{} {} {}", e.before, e.mark, e.words).trim().to_owned())
                .collect();
        });
        let found = found.borrow();
        found.clone()
    }

    fn counts() -> ActionsView {
        let part = |name: &str| PartView {
            name: name.into(),
            counts: true,
            levels: (0..3).map(|level| (level.to_string(), level.to_string())).collect(),
        };
        let names =
            (0..9).map(|n| (format!("a: {}, b: {}", n / 3, n % 3), format!("{}{}", n / 3, n % 3)));
        ActionsView { names: names.collect(), parts: vec![part("a"), part("b")] }
    }

    #[test]
    fn what_is_seen_most_comes_first_and_what_is_not_seen_is_not_named() {
        let choices = vec![Choice::Action(4), Choice::Action(1), Choice::Action(1), Choice::None];
        let said = words(choices, &counts(), Fill::Value, 700.0);
        assert_eq!(said, ["policy of all:", "01 a: 0, b: 1", "11 a: 1, b: 1"]);
        let tied = vec![Choice::Tie(2, 3), Choice::Action(3)];
        let said = words(tied, &counts(), Fill::Value, 700.0);
        assert_eq!(said[1..], ["10 a: 1, b: 0", "02 a: 0, b: 2", "= equally good"]);
    }

    #[test]
    fn many_figures_are_explained_once_and_the_parts_of_many_marks_each() {
        let all: Vec<_> = (0..9).map(Choice::Action).collect();
        let said = words(all.clone(), &counts(), Fill::Value, 300.0);
        assert_eq!(said, ["policy of all:", "figures in turn: a, b"]);
        // In colours the least and the most are seen.
        let said = words(all.clone(), &counts(), Fill::Policy, 300.0);
        assert_eq!(said, ["policy of all:", "figures in turn: a, b", "0", "2"]);
        let mut named = counts();
        for part in &mut named.parts {
            part.counts = false;
            part.levels =
                ["A", "B", "–"].map(|mark| (mark.into(), format!("step {mark}"))).to_vec();
        }
        let said = words(all, &named, Fill::Value, 300.0);
        let parts = ["a: A step A", "B step B", "– step –", "b: A step A", "B step B", "– step –"];
        assert_eq!(said[1..], parts);
    }
}
