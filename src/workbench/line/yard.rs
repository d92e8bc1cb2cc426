//! Which part is where: kept from the events of the beats that are watched, for the picture only.
//!
//! State and events speak of levels and moves; that it is *this* part that leaves a buffer is a
//! matter of first come, first served, and is decided here.

use super::scene::Spot;
use crate::mdp::{Event, Place};
use std::collections::VecDeque;

/// The number of a part, given as it comes into the picture.
pub type PartNumber = u32;

/// What a part did in a beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journey {
    /// The part.
    pub part: PartNumber,
    /// Where it was.
    pub from: Spot,
    /// The station that worked on it on the way.
    pub via: Option<u16>,
    /// Where it is now.
    pub to: Spot,
}

impl Journey {
    /// Whether the part has left the picture.
    pub fn is_last(&self) -> bool {
        self.to == Spot::Customer
    }
}

/// The parts of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Yard {
    buffers: Vec<VecDeque<PartNumber>>,
    stations: Vec<VecDeque<PartNumber>>,
    next: PartNumber,
}

impl Yard {
    /// A yard with so many stations and these levels in its buffers, each part in its place.
    pub fn new(stations: usize, levels: impl IntoIterator<Item = u32>) -> Self {
        let mut yard = Self { stations: vec![VecDeque::new(); stations], ..Self::default() };
        for level in levels {
            let queue = (0..level).map(|_| yard.new_part()).collect();
            yard.buffers.push(queue);
        }
        yard
    }

    /// How many stations there are.
    pub fn stations(&self) -> usize {
        self.stations.len()
    }

    /// The levels of the buffers.
    pub fn levels(&self) -> impl Iterator<Item = u32> {
        self.buffers.iter().map(|queue| queue.len() as u32)
    }

    /// All parts, each at rest in its place.
    pub fn at_rest(&self) -> Vec<Journey> {
        let mut all = Vec::new();
        self.each(|part, spot| {
            all.push(Journey { part, from: spot, via: None, to: spot });
        });
        all
    }

    /// Plays the moves of a beat and says what every part did, those that stayed included.
    ///
    /// A move from a place with no part in it brings a new part: the picture then catches up with
    /// the state instead of failing.
    pub fn play(&mut self, events: &[Event]) -> Vec<Journey> {
        let mut journeys = self.at_rest();
        for event in events {
            match *event {
                Event::Moved { from, to } => {
                    let part = self.take(from);
                    self.put(part, to);
                    let journey = entry(&mut journeys, part, spot_of(from));
                    if let Place::Station(station) = to {
                        journey.via = Some(station);
                    }
                    if to == Place::Customer {
                        journey.to = Spot::Customer;
                    }
                }
                Event::Scrapped { at } if at != Place::Supply => {
                    let part = self.take(at);
                    entry(&mut journeys, part, spot_of(at)).to = Spot::Customer;
                }
                _ => {}
            }
        }
        self.each(|part, spot| entry(&mut journeys, part, spot).to = spot);
        journeys
    }

    fn new_part(&mut self) -> PartNumber {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    fn queue(&mut self, place: Place) -> Option<&mut VecDeque<PartNumber>> {
        match place {
            Place::Buffer(i) => self.buffers.get_mut(usize::from(i)),
            Place::Station(i) => self.stations.get_mut(usize::from(i)),
            Place::Supply | Place::Customer => None,
        }
    }

    fn take(&mut self, place: Place) -> PartNumber {
        let first = self.queue(place).and_then(VecDeque::pop_front);
        first.unwrap_or_else(|| self.new_part())
    }

    fn put(&mut self, part: PartNumber, place: Place) {
        if let Some(queue) = self.queue(place) {
            queue.push_back(part);
        }
    }

    fn each(&self, mut visit: impl FnMut(PartNumber, Spot)) {
        for (buffer, queue) in (0u16..).zip(&self.buffers) {
            for (place, part) in (0u32..).zip(queue) {
                visit(*part, Spot::Slot { buffer, place });
            }
        }
        for (station, queue) in (0u16..).zip(&self.stations) {
            for part in queue {
                visit(*part, Spot::Station(station));
            }
        }
    }
}

/// Where a part that comes from a place is first seen.
fn spot_of(place: Place) -> Spot {
    match place {
        Place::Supply => Spot::Supply,
        Place::Customer => Spot::Customer,
        Place::Station(i) => Spot::Station(i),
        Place::Buffer(buffer) => Spot::Slot { buffer, place: 0 },
    }
}

fn entry(journeys: &mut Vec<Journey>, part: PartNumber, from: Spot) -> &mut Journey {
    let known = journeys.iter().position(|journey| journey.part == part);
    let at = known.unwrap_or(journeys.len());
    if known.is_none() {
        journeys.push(Journey { part, from, via: None, to: from });
    }
    #[expect(clippy::indexing_slicing, reason = "it is one that is there, or the last")]
    &mut journeys[at]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moved(from: Place, to: Place) -> Event {
        Event::Moved { from, to }
    }

    /// The moves with which station `i` of a line passes a part on.
    fn pass(i: u16) -> [Event; 2] {
        let before = if i == 0 { Place::Supply } else { Place::Buffer(i - 1) };
        let after = if i == 2 { Place::Customer } else { Place::Buffer(i) };
        [moved(before, Place::Station(i)), moved(Place::Station(i), after)]
    }

    #[test]
    fn the_first_part_leaves_first_and_the_others_move_up() {
        let mut yard = Yard::new(3, [2, 0]);
        let [first, second] = [1, 2];
        let journeys = yard.play(&[pass(1), pass(0)].concat());
        let of = |part| *journeys.iter().find(|j| j.part == part).unwrap();
        let slot = |buffer, place| Spot::Slot { buffer, place };
        assert_eq!(
            of(first),
            Journey { part: first, from: slot(0, 0), via: Some(1), to: slot(1, 0) }
        );
        assert_eq!(
            of(second),
            Journey { part: second, from: slot(0, 1), via: None, to: slot(0, 0) }
        );
        assert_eq!(of(3), Journey { part: 3, from: Spot::Supply, via: Some(0), to: slot(0, 1) });
        assert_eq!(yard.levels().collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn a_part_that_is_sold_leaves_the_picture() {
        let mut yard = Yard::new(3, [0, 1]);
        let journeys = yard.play(&pass(2));
        assert_eq!(journeys.len(), 1);
        assert!(journeys[0].is_last() && journeys[0].via == Some(2));
        assert_eq!(yard.play(&[]), []);
    }

    #[test]
    fn a_move_out_of_nowhere_brings_a_part() {
        let mut yard = Yard::new(3, [0, 0]);
        assert_eq!(yard.play(&pass(1)).len(), 1);
        assert_eq!(yard.levels().collect::<Vec<_>>(), [0, 1]);
        assert_eq!(yard.play(&[moved(Place::Buffer(9), Place::Buffer(8))]).len(), 2);
    }

    proptest! {
        #[test]
        fn levels_follow_the_moves_and_each_part_is_once(
            passes in prop::collection::vec(prop::collection::vec(0u16..3, 0..3), 1..60),
        ) {
            let mut yard = Yard::new(3, [5, 5]);
            let mut levels = [5i64, 5];
            for beat in passes {
                let mut events = Vec::new();
                for station in beat {
                    if station > 0 && levels[usize::from(station) - 1] == 0 {
                        continue;
                    }
                    if station > 0 { levels[usize::from(station) - 1] -= 1; }
                    if station < 2 { levels[usize::from(station)] += 1; }
                    events.extend(pass(station));
                }
                let journeys = yard.play(&events);
                let mut parts: Vec<_> = journeys.iter().map(|j| j.part).collect();
                parts.sort_unstable();
                prop_assert!(parts.windows(2).all(|w| w[0] != w[1]), "a part twice");
                let now: Vec<i64> = yard.levels().map(i64::from).collect();
                prop_assert_eq!(now.as_slice(), levels.as_slice());
                let still = journeys.iter().filter(|j| !j.is_last()).count() as i64;
                prop_assert_eq!(still, levels[0] + levels[1]);
            }
        }
    }
}
