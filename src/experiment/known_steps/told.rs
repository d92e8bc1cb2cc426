//! What steps tell: each list of events once, by a number.
//!
//! How often each was told is counted in one place, and the tally is brought up to date by
//! [`Told::settle`]. Only where parts are must be followed beat by beat, since it says how long they
//! stay: in a serial line as a [`Passage`].

#![expect(clippy::indexing_slicing, reason = "lists are numbered here; a hot loop")]

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

use super::super::tally::Tally;
use super::super::tally::passage::{Passage, Way};
use super::NOTHING;
use super::earned::{ENTRY_BYTES, MOST};
use crate::mdp::Listener;
use crate::mdp::beat::Event;

/// What steps tell.
#[derive(Debug)]
pub(super) struct Told {
    stations: usize,
    /// Whether there are places at all, else nothing moves.
    has_places: bool,
    /// Whether parts are joined, so that they are no line of parts one behind the other.
    joins: bool,
    passage: Passage,
    all: Vec<Telling>,
    /// How often each was told, apart from the rest since every step counts here.
    told: Vec<Times>,
    events: Vec<Event>,
    ways: Vec<Way>,
    /// What was told since the tally was brought up to date.
    open: Vec<u16>,
    /// What was told last since then.
    latest: u16,
    /// The number of each list.
    numbers: HashTable<u16>,
    hasher: DefaultHashBuilder,
}

/// How often a list was told since the tally was brought up to date, which is long before 2³² beats.
#[derive(Debug, Clone, Copy)]
struct Times {
    times: u32,
    /// How many parts enter the line and how many leave it.
    ends: (u8, u8),
}

/// One list of events.
#[derive(Debug, Clone, Copy)]
struct Telling {
    events: (u32, u32),
    ways: (u32, u32),
}

impl Telling {
    /// Its events among those of all lists.
    fn events(self, all: &[Event]) -> &[Event] {
        &all[self.events.0 as usize..self.events.1 as usize]
    }
}

impl Told {
    pub fn new(tally: &Tally) -> Self {
        Self {
            stations: tally.spent().len(),
            has_places: tally.has_places(),
            joins: tally.joins(),
            passage: Passage::new(tally),
            all: Vec::new(),
            told: Vec::new(),
            events: Vec::new(),
            ways: Vec::new(),
            open: Vec::new(),
            latest: NOTHING,
            numbers: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// From now on counts for the tally, until [`Told::settle`].
    pub fn take_over(&mut self, tally: &Tally) {
        self.passage.take_up(tally);
    }

    /// Tells the tally of the beat that was opened.
    #[inline(always)]
    pub fn tell(&mut self, number: u16, tally: &mut Tally) {
        let telling = &mut self.told[usize::from(number)];
        telling.times += 1;
        if telling.times == 1 {
            self.open.push(number);
        }
        self.latest = number;
        if self.has_places {
            let (ins, outs) = telling.ends;
            self.passage.pass(tally, usize::from(ins), usize::from(outs));
        }
    }

    /// Tells what has no number.
    pub fn tell_at_once(&mut self, events: &[Event], tally: &mut Tally) {
        self.settle(tally);
        tally.keep_all(&[]);
        events.iter().for_each(|event| tally.hear(*event));
        self.take_over(tally);
    }

    /// Brings the tally up to date, which then counts for itself.
    pub fn settle(&mut self, tally: &mut Tally) {
        for number in self.open.drain(..) {
            let telling = self.all[usize::from(number)];
            let times = u64::from(std::mem::take(&mut self.told[usize::from(number)].times));
            for event in telling.events(&self.events) {
                tally.count(*event, times);
            }
            let (from, to) = telling.ways;
            for way in &self.ways[from as usize..to as usize] {
                self.passage.went(*way, times);
            }
        }
        self.passage.put_down(tally);
        let latest = std::mem::replace(&mut self.latest, NOTHING);
        if latest != NOTHING {
            let events = self.events_of(latest);
            events.iter().for_each(|event| tally.set_latest(*event));
            tally.keep_all(events);
        }
    }

    /// The number of what was told, in this order. `None` where a station said nothing, whose latest
    /// condition would then be an older one; where parts took other ways than through a serial line,
    /// or two at once, or are joined; or where there are too many lists.
    pub fn number_of(&mut self, told: &[Event]) -> Option<u16> {
        let hash = self.hasher.hash_one(told);
        let is_it = |number: &u16| self.events_of(*number) == told;
        if let Some(number) = self.numbers.find(hash, is_it) {
            return Some(*number);
        }
        let number = self.all.len();
        if number >= MOST || !(0..self.stations).all(|station| tells(told, station)) {
            return None;
        }
        let from = (self.events.len() as u32, self.ways.len() as u32);
        let moves = told.iter().any(|event| matches!(event, Event::Moved { .. }));
        if self.joins && moves {
            return None;
        }
        let went = self.passage.ways_of(told, &mut self.ways);
        let ends = self.passage.ends_of(&self.ways[from.1 as usize..]);
        if went.is_none() || ends.0 > 1 || ends.1 > 1 {
            self.ways.truncate(from.1 as usize);
            return None;
        }
        let ends = (ends.0 as u8, ends.1 as u8);
        self.events.extend_from_slice(told);
        self.told.push(Times { times: 0, ends });
        self.all.push(Telling {
            events: (from.0, self.events.len() as u32),
            ways: (from.1, self.ways.len() as u32),
        });
        // So that telling never asks for memory.
        self.open.reserve(self.all.len());
        let (all, events, hasher) = (&self.all, &self.events, &self.hasher);
        let hash_of = |number: &u16| hasher.hash_one(all[usize::from(*number)].events(events));
        self.numbers.insert_unique(hash, number as u16, hash_of);
        Some(number as u16)
    }

    /// The list of events that has this number.
    fn events_of(&self, number: u16) -> &[Event] {
        self.all[usize::from(number)].events(&self.events)
    }

    /// The memory that it takes, bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Telling>() * self.all.capacity()
            + size_of::<Times>() * self.told.capacity()
            + size_of::<Event>() * self.events.capacity()
            + size_of::<Way>() * self.ways.capacity()
            + size_of::<u16>() * self.open.capacity()
            + ENTRY_BYTES * self.numbers.capacity()
    }

    /// How many bytes more it may take to know this.
    pub fn growth(&self, told: &[Event]) -> usize {
        let (all, events) = (self.all.len() + 1, self.events.len() + told.len());
        let grows = all > self.all.capacity()
            || events > self.events.capacity()
            || self.ways.len() + told.len() > self.ways.capacity()
            || all > self.numbers.capacity();
        let each = size_of::<Telling>() + size_of::<Times>() + 2 * size_of::<u16>() + ENTRY_BYTES;
        // The first few come at once.
        let more =
            2 * (all.max(4) * each + events.max(4) * (size_of::<Event>() + size_of::<Way>()));
        if grows { more } else { 0 }
    }
}

/// Whether a station says how it spent the beat.
fn tells(told: &[Event], station: usize) -> bool {
    let spends = |event: &Event| matches!(event, Event::Spent { station: s, .. } if usize::from(*s) == station);
    told.iter().any(spends)
}
