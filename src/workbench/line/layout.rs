//! Where everything on a line stands: one row while there is room, else several, never overlapping.

#![expect(
    clippy::indexing_slicing,
    reason = "corners and lengths are as many, and places within the order"
)]

use super::scene::{Element, Spot};
use egui::{Pos2, Rect, pos2, vec2};

/// Sizes of the elements in a row (points).
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sizes {
    station: f32,
    buffer: f32,
    gap: f32,
}

impl Sizes {
    fn grown(self, by: f32) -> Self {
        Self { station: self.station * by, buffer: self.buffer * by, gap: self.gap * by }
    }
}

/// With room to spare; buffers made short; the smallest that still carries words.
const SPACIOUS: Sizes = Sizes { station: 90.0, buffer: 126.0, gap: 30.0 };
const SHORT: Sizes = Sizes { station: 80.0, buffer: 48.0, gap: 12.0 };
const TIGHT: Sizes = Sizes { station: 44.0, buffer: 26.0, gap: 6.0 };

/// The most that a line grows where there is more room than a spacious one needs, and the room from
/// which on it does: across, and down for each row (points).
const GROWTH: (f32, f32, f32) = (1.6, 900.0, 300.0);

/// Above a station: its name. Below: condition, utilisation, bottleneck (points).
pub const ABOVE: f32 = 26.0;
/// See [`ABOVE`].
pub const BELOW: f32 = 60.0;
/// Between two rows runs the belt that joins them (points).
const BETWEEN: f32 = 20.0;

/// A laid-out line.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The squares of the stations, by number.
    pub stations: Vec<Rect>,
    /// The boxes of the buffers, by number.
    pub buffers: Vec<Rect>,
    /// The belt from supply to customer.
    pub belt: Belt,
    /// Size relative to a spacious line: below 1 where there is little room, above where there is much.
    pub scale: f32,
    /// The room for a station's words, centred on it (points).
    pub words: f32,
    along: Along,
}

/// A belt: corners, and how far along each lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Belt {
    /// Its corners.
    pub corners: Vec<Pos2>,
    lengths: Vec<f32>,
}

/// How far along the belt elements lie.
#[derive(Debug, Clone, PartialEq)]
struct Along {
    stations: Vec<f32>,
    buffers: Vec<(f32, f32)>,
}

impl Belt {
    fn new(corners: Vec<Pos2>) -> Self {
        let mut length = 0.0;
        let mut lengths = Vec::with_capacity(corners.len());
        for (i, corner) in corners.iter().enumerate() {
            if i > 0 {
                length += corner.distance(corners[i - 1]);
            }
            lengths.push(length);
        }
        Self { corners, lengths }
    }

    /// The point so far along the belt; before its start and behind its end it runs straight on.
    pub fn at(&self, along: f32) -> Pos2 {
        let after = self.lengths.partition_point(|length| *length <= along);
        let to = after.clamp(1, self.corners.len() - 1);
        let (a, b) = (self.corners[to - 1], self.corners[to]);
        let length = self.lengths[to] - self.lengths[to - 1];
        if length <= 0.0 { a } else { a + (b - a) * ((along - self.lengths[to - 1]) / length) }
    }

    /// Its whole length.
    pub fn length(&self) -> f32 {
        self.lengths.last().copied().unwrap_or(0.0)
    }
}

impl Layout {
    /// How far along the belt a part at this spot lies. `capacity` gives a buffer's capacity.
    pub fn along(&self, spot: Spot, capacity: impl Fn(u16) -> u32) -> f32 {
        match spot {
            Spot::Supply => -20.0,
            Spot::Customer => self.belt.length() + 20.0,
            Spot::Station(i) => self.along.stations.get(usize::from(i)).copied().unwrap_or(0.0),
            Spot::Slot { buffer, place } => {
                let (from, to) =
                    self.along.buffers.get(usize::from(buffer)).copied().unwrap_or_default();
                let slots = capacity(buffer).max(1) as f32;
                let pitch = (to - from - 2.0 * SLOT_INSET) / slots;
                let place = (place as f32).min(slots - 1.0);
                to - SLOT_INSET - (place + 0.5) * pitch
            }
        }
    }
}

/// Inside a buffer's box, before its first and behind its last slot (points).
pub const SLOT_INSET: f32 = 4.0;

/// Lays a line out in a rectangle, which the belt crosses from edge to edge.
pub fn lay_out(order: &[Element], rect: Rect) -> Layout {
    let stations = order.iter().filter(|e| matches!(e, Element::Station(_))).count();
    let best = (1..=stations.max(1)).map(|rows| Trial::new(order, rows, stations, rect)).reduce(
        |best, trial| {
            // More rows only where they let the stations grow by a good deal.
            if best.sizes.station < 56.0 && trial.sizes.station > best.sizes.station * 1.15 {
                trial
            } else {
                best
            }
        },
    );
    match best {
        Some(trial) => trial.place(rect),
        None => Trial::new(order, 1, stations, rect).place(rect),
    }
}

/// One way to break the line into rows.
struct Trial<'a> {
    rows: Vec<&'a [Element]>,
    sizes: Sizes,
}

impl<'a> Trial<'a> {
    fn new(order: &'a [Element], rows: usize, stations: usize, rect: Rect) -> Self {
        let rows = break_into_rows(order, stations.div_ceil(rows).max(1));
        // Belts between rows turn at the edges; words at the ends stay inside.
        let margin = if rows.len() > 1 { 28.0 } else { 24.0 };
        let room = rect.width() - 2.0 * margin;
        let grown = (rect.width() / GROWTH.1).min(rect.height() / rows.len() as f32 / GROWTH.2);
        let mut sizes = fit(&rows, room, SPACIOUS.grown(grown.clamp(1.0, GROWTH.0)));
        let height = rect.height() / rows.len() as f32 - ABOVE - BELOW - between(&rows);
        sizes.station = sizes.station.min(height).max(2.0);
        Self { rows, sizes }
    }

    fn place(&self, rect: Rect) -> Layout {
        let Sizes { station, buffer, gap } = self.sizes;
        let scale = station / SPACIOUS.station;
        let row_height = ABOVE + station + BELOW;
        let total = row_height * self.rows.len() as f32
            + between(&self.rows) * (self.rows.len() as f32 - 1.0);
        let widest =
            self.rows.iter().map(|row| width(row, &self.sizes)).fold(0.0, f32::max).max(1.0);
        let left = (rect.center().x - widest / 2.0).round();
        let mut top = (rect.center().y - total / 2.0).max(rect.top()).round();
        let mut found: Vec<(Element, Rect)> = Vec::new();
        let mut corners = Vec::new();
        let (turn_left, turn_right) = (rect.left() + 10.0, rect.right() - 10.0);
        for (number, row) in self.rows.iter().enumerate() {
            let y = (top + ABOVE + station / 2.0).round();
            if number == 0 {
                corners.push(pos2(rect.left(), y));
            } else {
                corners.push(pos2(turn_left, y));
            }
            let mut x = left;
            for element in *row {
                let size = match element {
                    Element::Station(_) => vec2(station, station),
                    Element::Buffer(_) => vec2(buffer, buffer_height(scale)),
                };
                let min = pos2(x, y - size.y / 2.0).round();
                found.push((*element, Rect::from_min_size(min, size)));
                x += size.x + gap;
            }
            top += row_height + between(&self.rows);
            if number + 1 == self.rows.len() {
                corners.push(pos2(rect.right(), y));
            } else {
                let turn = (top - between(&self.rows) / 2.0).round();
                corners.push(pos2(turn_right, y));
                corners.push(pos2(turn_right, turn));
                corners.push(pos2(turn_left, turn));
            }
        }
        let belt = Belt::new(corners);
        let along = |at: Pos2| distance_along(&belt, at);
        let mut layout = Layout {
            stations: Vec::new(),
            buffers: Vec::new(),
            along: Along { stations: Vec::new(), buffers: Vec::new() },
            scale,
            words: station + 2.0 * gap + buffer - 8.0,
            belt: belt.clone(),
        };
        for (element, rect) in found {
            match element {
                Element::Station(i) => {
                    put(&mut layout.stations, i, rect, Rect::NOTHING);
                    put(&mut layout.along.stations, i, along(rect.center()), 0.0);
                }
                Element::Buffer(i) => {
                    put(&mut layout.buffers, i, rect, Rect::NOTHING);
                    let ends = (along(rect.left_center()), along(rect.right_center()));
                    put(&mut layout.along.buffers, i, ends, (0.0, 0.0));
                }
            }
        }
        layout
    }
}

fn between(rows: &[&[Element]]) -> f32 {
    if rows.len() > 1 { BETWEEN } else { 0.0 }
}

fn buffer_height(scale: f32) -> f32 {
    (40.0 * scale).max(18.0).round()
}

fn put<T: Clone>(list: &mut Vec<T>, number: u16, value: T, filler: T) {
    let number = usize::from(number);
    if list.len() <= number {
        list.resize(number + 1, filler);
    }
    list[number] = value;
}

/// Rows of so many stations, each with the buffers behind it.
fn break_into_rows(order: &[Element], stations: usize) -> Vec<&[Element]> {
    let mut rows = Vec::new();
    let (mut start, mut count) = (0, 0);
    for (i, element) in order.iter().enumerate() {
        if matches!(element, Element::Station(_)) {
            if count == stations {
                rows.push(&order[start..i]);
                (start, count) = (i, 0);
            }
            count += 1;
        }
    }
    rows.push(&order[start..]);
    rows
}

fn width(row: &[Element], sizes: &Sizes) -> f32 {
    let elements: f32 = row
        .iter()
        .map(|element| match element {
            Element::Station(_) => sizes.station,
            Element::Buffer(_) => sizes.buffer,
        })
        .sum();
    elements + sizes.gap * (row.len() as f32 - 1.0).max(0.0)
}

/// The largest sizes at which every row fits: buffers and gaps give way first, then stations.
fn fit(rows: &[&[Element]], room: f32, spacious: Sizes) -> Sizes {
    let widest = |sizes: &Sizes| rows.iter().map(|row| width(row, sizes)).fold(1.0, f32::max);
    for (large, small) in [(spacious, SHORT), (SHORT, TIGHT)] {
        let (most, least) = (widest(&large), widest(&small));
        if room >= least {
            let share = ((room - least) / (most - least).max(1.0)).min(1.0);
            let mixed = |a: f32, b: f32| (b + (a - b) * share).floor();
            return Sizes {
                station: mixed(large.station, small.station),
                buffer: mixed(large.buffer, small.buffer),
                gap: mixed(large.gap, small.gap),
            };
        }
    }
    let scale = (room / widest(&TIGHT)).max(0.05);
    Sizes { station: TIGHT.station * scale, buffer: TIGHT.buffer * scale, gap: TIGHT.gap * scale }
}

/// How far along the belt a point on one of its level stretches lies.
fn distance_along(belt: &Belt, at: Pos2) -> f32 {
    let stretches = belt.corners.windows(2).zip(&belt.lengths);
    for (ends, length) in stretches {
        let (a, b) = (ends[0], ends[1]);
        // Only rows run to the right; the joining belts run back.
        if a.y == b.y && b.x > a.x && (at.y - a.y).abs() <= 1.5 {
            return length + at.x - a.x;
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn serial(stations: u16) -> Vec<Element> {
        let mut order = Vec::new();
        for i in 0..stations {
            order.push(Element::Station(i));
            if i + 1 < stations {
                order.push(Element::Buffer(i));
            }
        }
        order
    }

    #[test]
    fn a_line_of_three_is_as_drawn_in_the_look() {
        // 789 points wide: the stage at 1280 points between sides of 220 and 272.
        let rect = Rect::from_min_size(pos2(219.0, 136.0), vec2(789.0, 300.0));
        let layout = lay_out(&serial(3), rect);
        assert_eq!(layout.stations[0].size(), vec2(90.0, 90.0));
        assert_eq!(layout.buffers[0].width(), 126.0);
        assert!((layout.stations[1].center().x - rect.center().x).abs() <= 1.0);
        assert_eq!(layout.belt.corners.len(), 2);
    }

    #[test]
    fn parts_queue_towards_the_exit() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 300.0));
        let layout = lay_out(&serial(2), rect);
        let at = |place| layout.along(Spot::Slot { buffer: 0, place }, |_| 10);
        assert!(at(0) > at(1) && at(1) > at(9));
        let ends = (layout.buffers[0].left(), layout.buffers[0].right());
        assert!(layout.belt.at(at(9)).x > ends.0 && layout.belt.at(at(0)).x < ends.1);
        assert!(layout.belt.at(layout.along(Spot::Supply, |_| 1)).x < rect.left());
        assert!(layout.belt.at(layout.along(Spot::Customer, |_| 1)).x > rect.right());
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_nothing_leaves(
            stations in 1u16..40, width in 440f32..2000.0, height in 200f32..900.0,
        ) {
            let rect = Rect::from_min_size(pos2(7.0, 11.0), vec2(width, height));
            let layout = lay_out(&serial(stations), rect);
            let boxes: Vec<_> = layout.stations.iter().chain(&layout.buffers).collect();
            prop_assert_eq!(layout.stations.len(), usize::from(stations));
            for (i, a) in boxes.iter().enumerate() {
                prop_assert!(rect.x_range().contains(a.left()) && rect.x_range().contains(a.right()));
                for b in &boxes[..i] {
                    prop_assert!(!a.shrink(0.51).intersects(b.shrink(0.51)), "{a:?} meets {b:?}");
                }
            }
            let along: Vec<_> =
                (0..stations).map(|i| layout.along(Spot::Station(i), |_| 1)).collect();
            prop_assert!(along.windows(2).all(|w| w[0] < w[1]), "stations follow the belt");
            for (i, station) in layout.stations.iter().enumerate() {
                prop_assert!(layout.belt.at(along[i]).distance(station.center()) < 1.0);
            }
        }
    }
}
