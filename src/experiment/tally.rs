//! What the events of a run add up to: parts out, stock, lead times, and each station's time by
//! cause.
//!
//! # Lead time
//! A part's *lead time* is the number of beats between the beat in which it entered its first
//! buffer (it then left the first machine, or arrived in the queue before it) and the beat in which
//! it left for the customer: t_out − t_in. That is how often it was counted in the stock, the
//! buffers' levels at the beats' starts, so that stock = throughput × lead time (Little 1961). It
//! is measured part by part, from who moved where, and not by that law. Parts leave every buffer in
//! the order in which they came; one that was there when the run or the episode began is left out
//! of the mean, as it is not known when it came. One that leaves without ever having been in a buffer
//! has a lead time of 0.
//!
//! Parts that are scrapped were in the stock as well, for a mean time of their own: stock = throughput ×
//! lead time + scrapped × that time. Where a station joins parts to products, stock counts a product as
//! the parts that it is joined of, and each of them has its lead time: stock = throughput × parts each ×
//! lead time, and likewise of products scrapped.

#![expect(
    clippy::indexing_slicing,
    reason = "stations and buffers are numbered by the environment; a hot loop"
)]

mod distribution;
pub(super) mod passage;

pub use distribution::Distribution;

use crate::mdp::beat::{Condition, Event, Listener, Place};
use crate::mdp::{BufferPlace, Joining, Level, Places};

/// How many kinds of [`Condition`] there are.
const CONDITIONS: usize = Condition::ALL.len();

/// What became of the parts that a station made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    /// They went on.
    pub good: u64,
    /// They were scrapped there.
    pub scrapped: u64,
    /// They were sent back to be done again.
    pub reworked: u64,
}

/// Counts events; keeps them too while someone watches.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Beats opened since the run began.
    now: u64,
    /// Those of them that are not counted any more.
    cleared: u64,
    parts_out: u64,
    parts_in: u64,
    scrapped: u64,
    lost: u64,
    goals: u64,
    failures: u64,
    stock_sum: u64,
    spent: Vec<[u64; CONDITIONS]>,
    latest: Vec<Condition>,
    stocks: Vec<Stock>,
    /// When the part that a station holds, or last held, entered the line.
    in_hand: Vec<u64>,
    lead_time_sum: u64,
    lead_times: u64,
    lead_time_distribution: Distribution,
    scrap_time_sum: u64,
    scrap_times: u64,
    /// What became of the parts that each station made.
    made: Vec<Made>,
    /// Where each station sends back what must be done again.
    rework_to: Vec<Option<Place>>,
    joining: Option<Joining>,
    /// How many of the parts of a product lie ready on the station that joins them, and whether it is
    /// known of all of them when they came.
    joined: (u16, bool),
    watching: bool,
    events: Vec<Event>,
}

impl Tally {
    /// A tally for these stations and buffers.
    pub fn new(places: &Places) -> Self {
        Self {
            now: 0,
            cleared: 0,
            parts_out: 0,
            parts_in: 0,
            scrapped: 0,
            lost: 0,
            goals: 0,
            failures: 0,
            stock_sum: 0,
            spent: vec![[0; CONDITIONS]; places.stations.len()],
            latest: vec![Condition::Starved; places.stations.len()],
            stocks: places.buffers.iter().map(Stock::new).collect(),
            in_hand: vec![UNKNOWN; places.stations.len()],
            lead_time_sum: 0,
            lead_times: 0,
            lead_time_distribution: Distribution::default(),
            scrap_time_sum: 0,
            scrap_times: 0,
            made: vec![Made::default(); places.stations.len()],
            rework_to: vec![None; places.stations.len()],
            joining: None,
            joined: (0, true),
            watching: false,
            events: Vec::new(),
        }
    }

    /// The same where a station joins parts to products.
    pub fn joining(mut self, joining: Option<Joining>) -> Self {
        self.joining = joining;
        if let Some(Joining { parts, products, .. }) = joining {
            let of_products = self.stocks.iter_mut().skip(usize::from(products));
            of_products.for_each(|stock| stock.parts_each = u64::from(parts));
        }
        self
    }

    /// The same where stations send parts back to buffers: for each the number of the buffer.
    pub fn reworking(mut self, to: impl IntoIterator<Item = Option<u16>>) -> Self {
        for (mine, to) in self.rework_to.iter_mut().zip(to) {
            *mine = to.map(Place::Buffer);
        }
        self
    }

    /// Begins an episode in `state`: the parts in it have come at a time that is not known.
    pub fn begin(&mut self, state: &[Level]) {
        for stock in &mut self.stocks {
            stock.begin(state[stock.variable]);
        }
        self.in_hand.fill(UNKNOWN);
        self.joined = (0, true);
    }

    /// Opens a beat that begins in `state`.
    #[inline]
    pub fn open(&mut self, state: &[Level]) {
        self.now += 1;
        for stock in &self.stocks {
            self.stock_sum += stock.parts_each * in_store(state[stock.variable]);
        }
        if self.watching {
            self.events.clear();
        }
    }

    /// Turns keeping of events on or off; what was kept goes when it is turned off.
    pub fn watch(&mut self, watching: bool) {
        self.watching = watching;
        if !watching {
            self.events.clear();
        }
    }

    /// The events of the latest beat, if it was watched.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// How many beats were counted.
    pub fn beats(&self) -> u64 {
        self.now - self.cleared
    }

    /// Parts that left for the customer.
    pub fn parts_out(&self) -> u64 {
        self.parts_out
    }

    /// Parts out a beat; NaN before the first beat.
    pub fn throughput(&self) -> f64 {
        self.parts_out as f64 / self.beats() as f64
    }

    /// The mean of the buffers' summed levels at the beats' starts, parts; a product is as many as it is
    /// joined of.
    pub fn wip(&self) -> f64 {
        self.stock_sum as f64 / self.beats() as f64
    }

    /// The mean lead time of the parts that left, in beats; NaN before the first of them, and where
    /// there are no buffers.
    pub fn lead_time(&self) -> f64 {
        self.lead_time_sum as f64 / self.lead_times as f64
    }

    /// The mean time that parts had been in the line when they were scrapped, in beats; NaN before the
    /// first of them.
    pub fn scrapped_after(&self) -> f64 {
        self.scrap_time_sum as f64 / self.scrap_times as f64
    }

    /// The sum of the buffers' levels at the starts of all beats.
    pub fn stock_sum(&self) -> u64 {
        self.stock_sum
    }

    /// The sum of all lead times, beats, and how many parts they are of.
    pub fn lead_times(&self) -> (u64, u64) {
        (self.lead_time_sum, self.lead_times)
    }

    /// How often each lead time came up. Of parts that were joined to a product only the sum is known:
    /// each counts with the mean of them.
    pub fn lead_time_distribution(&self) -> &Distribution {
        &self.lead_time_distribution
    }

    /// What became of the parts that each station made.
    pub fn made(&self) -> &[Made] {
        &self.made
    }

    /// The sum of the times that parts had been in the line when they were scrapped, beats, and how many
    /// parts they are of.
    pub fn scrap_times(&self) -> (u64, u64) {
        (self.scrap_time_sum, self.scrap_times)
    }

    /// The share of beats that a station spent in a condition, 0 to 1.
    pub fn share(&self, station: usize, condition: Condition) -> f64 {
        self.spent.get(station).map_or(0.0, |spent| spent[condition as usize] as f64)
            / self.beats().max(1) as f64
    }

    /// How many beats each station spent in each condition, in the order of [`Condition::ALL`].
    pub fn spent(&self) -> &[[u64; CONDITIONS]] {
        &self.spent
    }

    /// What each station did in the latest beat.
    pub fn latest(&self) -> &[Condition] {
        &self.latest
    }

    /// How often the goal of an episode was reached.
    pub fn goals(&self) -> u64 {
        self.goals
    }

    /// Customers turned away for good.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Failures of all stations.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// Parts scrapped, outdated or without room where they came; not those turned away at the supply.
    pub fn scrapped(&self) -> u64 {
        self.scrapped
    }

    /// Parts that entered from the supply.
    pub fn parts_in(&self) -> u64 {
        self.parts_in
    }

    /// Starts to count anew and goes on watching as before. When the parts in the line came is
    /// still known.
    pub fn clear(&mut self) {
        self.cleared = self.now;
        self.parts_out = 0;
        self.parts_in = 0;
        self.scrapped = 0;
        self.lost = 0;
        self.goals = 0;
        self.failures = 0;
        self.stock_sum = 0;
        self.lead_time_sum = 0;
        self.lead_times = 0;
        self.lead_time_distribution.clear();
        self.scrap_time_sum = 0;
        self.scrap_times = 0;
        self.made.fill(Made::default());
        self.spent.iter_mut().for_each(|spent| *spent = [0; CONDITIONS]);
        self.events.clear();
    }
}

impl Tally {
    /// Apart, since few beats are watched.
    #[cold]
    #[inline(never)]
    fn keep(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Beats opened since the run began.
    #[inline(always)]
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// Whether there are stations or buffers.
    pub(super) fn has_places(&self) -> bool {
        self.spent.len() + self.stocks.len() > 0
    }

    /// Whether a station joins parts to products.
    pub(super) fn joins(&self) -> bool {
        self.joining.is_some()
    }

    /// Counts a lead time of so many parts whose sum is kept elsewhere.
    #[inline(always)]
    pub(super) fn note_lead_time(&mut self, beats: u64, parts: u64) {
        self.lead_time_distribution.add(beats, parts);
    }

    /// Opens a beat whose stock is counted elsewhere.
    #[inline(always)]
    pub(super) fn open_uncounted(&mut self) {
        self.now += 1;
    }

    /// Counts so many parts in the buffers at the starts of beats.
    pub(super) fn count_stock(&mut self, sum: u64) {
        self.stock_sum += sum;
    }

    /// How many parts are in the buffers in `state`.
    pub(super) fn stock(&self, state: &[Level]) -> u64 {
        let of = |stock: &Stock| stock.parts_each * in_store(state[stock.variable]);
        self.stocks.iter().map(of).sum()
    }

    /// Keeps these as the events of the latest beat, if it was watched.
    pub(super) fn keep_all(&mut self, events: &[Event]) {
        if self.watching {
            self.events.clear();
            self.events.extend_from_slice(events);
        }
    }

    /// Adds what so many events like this one count for, wherever in the run they were.
    #[inline(always)]
    pub(super) fn count(&mut self, event: Event, times: u64) {
        match event {
            Event::Spent { station, condition } => {
                self.spent[usize::from(station)][condition as usize] += times;
            }
            Event::Moved { from, to } => {
                self.parts_in += if from == Place::Supply { times } else { 0 };
                self.parts_out += if to == Place::Customer { times } else { 0 };
                if let Place::Station(station) = from {
                    let made = &mut self.made[usize::from(station)];
                    let back = self.rework_to[usize::from(station)] == Some(to);
                    *(if back { &mut made.reworked } else { &mut made.good }) += times;
                }
            }
            Event::Failed { .. } => self.failures += times,
            Event::Scrapped { at } => {
                // Who is turned away at the door was never a part of the line.
                self.scrapped += if at == Place::Supply { 0 } else { times };
                if let Place::Station(station) = at {
                    self.made[usize::from(station)].scrapped += times;
                }
            }
            Event::DemandLost => self.lost += times,
            Event::GoalReached => self.goals += times,
            Event::Repaired { .. } | Event::Replaced { .. } | Event::Backordered => {}
        }
    }

    /// Notes what a station did in the latest beat.
    #[inline(always)]
    pub(super) fn set_latest(&mut self, event: Event) {
        if let Event::Spent { station, condition } = event {
            self.latest[usize::from(station)] = condition;
        }
    }

    /// Takes a part from one place to another with the time at which it came.
    #[inline(always)]
    fn carry(&mut self, event: Event) {
        match event {
            Event::Moved { from, to } => self.move_part(from, to),
            Event::Scrapped { at } => self.scrap_part(at),
            _ => {}
        }
    }

    #[inline(always)]
    fn move_part(&mut self, from: Place, to: Place) {
        let entered = match from {
            Place::Supply => NOT_YET,
            Place::Station(station) => self.in_hand[usize::from(station)],
            Place::Buffer(buffer) => self.stocks[usize::from(buffer)].take(),
            Place::Customer => UNKNOWN,
        };
        match to {
            Place::Station(station) => match self.joining {
                Some(joining) if joining.station == station => self.join(joining, entered),
                _ => self.in_hand[usize::from(station)] = entered,
            },
            // Who has not yet entered the line enters it now.
            Place::Buffer(buffer) => {
                let entered = if entered == NOT_YET { self.now } else { entered };
                self.stocks[usize::from(buffer)].put(entered);
            }
            Place::Customer => {
                let (time, parts) = self.time_since(entered, from);
                self.lead_time_sum += time;
                self.lead_times += parts;
                let each = if parts > 1 { time / parts } else { time };
                self.lead_time_distribution.add(each, parts);
            }
            Place::Supply => {}
        }
    }

    /// Takes a part out that is scrapped. Who is turned away at the door was never a part of the line.
    #[inline(always)]
    fn scrap_part(&mut self, at: Place) {
        let entered = match at {
            Place::Station(station) => self.in_hand[usize::from(station)],
            Place::Buffer(buffer) => self.stocks[usize::from(buffer)].take(),
            Place::Supply | Place::Customer => return,
        };
        let (time, parts) = self.time_since(entered, at);
        self.scrap_time_sum += time;
        self.scrap_times += parts;
    }

    /// For how long what leaves a place has been in the line, and how many parts it is: none where it is
    /// not known when they came, or no part is ever counted.
    #[inline(always)]
    fn time_since(&self, entered: u64, from: Place) -> (u64, u64) {
        if entered == UNKNOWN || self.stocks.is_empty() {
            (0, 0)
        } else if entered == NOT_YET {
            (0, 1)
        } else {
            let parts = match self.joining {
                Some(joining) => parts_from(joining, from),
                None => 1,
            };
            (parts * self.now - entered, parts)
        }
    }

    /// Lays a part ready on the station that joins it with others. The product came when all of them
    /// did: its time of entry is their sum.
    #[cold]
    fn join(&mut self, joining: Joining, entered: u64) {
        let (ready, known) = if self.joined.0 == joining.parts { (0, true) } else { self.joined };
        let known = known && entered != UNKNOWN;
        let sum = &mut self.in_hand[usize::from(joining.station)];
        let before = if ready == 0 { 0 } else { *sum };
        // A part that was in no buffer before enters now.
        let entered = if entered == NOT_YET { self.now } else { entered };
        *sum = if known { before + entered } else { UNKNOWN };
        self.joined = (ready + 1, known);
    }
}

/// How many parts one is that comes from a place.
fn parts_from(joining: Joining, from: Place) -> u64 {
    let is_product = match from {
        Place::Station(station) => station == joining.station,
        Place::Buffer(buffer) => buffer >= joining.products,
        Place::Supply | Place::Customer => false,
    };
    if is_product { u64::from(joining.parts) } else { 1 }
}

/// Entered the line before the run or the episode began. Beats are counted from 1.
const UNKNOWN: u64 = 0;
/// Has not entered the line yet.
const NOT_YET: u64 = u64::MAX;

/// The parts in a buffer, first in, first out: the beat in which each entered the line.
///
/// A ring of fixed size, a power of two above the capacity, so that no beat allocates.
#[derive(Debug, Clone)]
struct Stock {
    variable: usize,
    /// Of how many parts each is joined that is in it; its time of entry is then the sum of theirs.
    parts_each: u64,
    entered: Box<[u64]>,
    /// Where the oldest part is, modulo the ring's size.
    first: usize,
    parts: usize,
}

/// How many parts there are at a level: below 0 it counts customers who wait.
#[inline(always)]
fn in_store(level: Level) -> u64 {
    level.max(0) as u64
}

impl Stock {
    fn new(buffer: &BufferPlace) -> Self {
        let size = (buffer.capacity as usize + 1).next_power_of_two();
        let entered = vec![UNKNOWN; size].into();
        Self { variable: buffer.variable, parts_each: 1, entered, first: 0, parts: 0 }
    }

    fn begin(&mut self, level: Level) {
        self.first = 0;
        self.parts = usize::try_from(level).unwrap_or(0).min(self.entered.len());
        self.entered[..self.parts].fill(UNKNOWN);
    }

    /// Takes the oldest part. Of an empty buffer, which only a wrong count of parts would show, it
    /// takes one of which nothing is known.
    #[inline(always)]
    fn take(&mut self) -> u64 {
        if self.parts == 0 {
            return UNKNOWN;
        }
        let entered = self.entered[self.first & (self.entered.len() - 1)];
        self.first = self.first.wrapping_add(1);
        self.parts -= 1;
        entered
    }

    /// Puts a part behind all others. A full ring, which likewise should not be, forgets its oldest.
    #[inline(always)]
    fn put(&mut self, entered: u64) {
        let mask = self.entered.len() - 1;
        self.entered[self.first.wrapping_add(self.parts) & mask] = entered;
        if self.parts > mask {
            self.first = self.first.wrapping_add(1);
        } else {
            self.parts += 1;
        }
    }
}

impl Listener for Tally {
    // Where an event is told its kind is known: there nothing is left of this but its one arm.
    #[inline(always)]
    fn hear(&mut self, event: Event) {
        self.count(event, 1);
        self.set_latest(event);
        self.carry(event);
        if self.watching {
            self.keep(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{AnyAgent, RunSettings, open};
    use crate::heuristics::Random;
    use crate::scenario::Scenario;

    fn places(capacities: &[u32]) -> Places {
        let buffer = |(number, &capacity): (usize, &u32)| BufferPlace {
            name: format!("b{number}"),
            capacity,
            variable: number + 1,
        };
        Places {
            stations: (0..=capacities.len()).map(|number| format!("m{number}")).collect(),
            buffers: capacities.iter().enumerate().map(buffer).collect(),
        }
    }

    fn moved(tally: &mut Tally, from: Place, to: Place) {
        tally.hear(Event::Moved { from, to });
    }

    #[test]
    fn counts_parts_stock_and_time_by_cause() {
        let mut tally = Tally::new(&places(&[5]));
        tally.watch(true);
        tally.begin(&[9, 3]);
        for (level, condition) in [(3, Condition::Working), (1, Condition::Down)] {
            tally.open(&[9, level]);
            tally.hear(Event::Spent { station: 0, condition });
        }
        moved(&mut tally, Place::Station(0), Place::Customer);
        assert_eq!((tally.throughput(), tally.wip()), (0.5, 2.0));
        assert_eq!(tally.share(0, Condition::Down), 0.5);
        assert_eq!(tally.events().len(), 2);
        assert_eq!(tally.latest()[0], Condition::Down);
        tally.watch(false);
        assert!(tally.events().is_empty(), "a beat that nobody saw has no events");
    }

    /// Two buffers, the first with a part in it at the start; stations that keep a part for beats.
    #[test]
    fn lead_times_are_those_of_parts_in_their_order() {
        let (supply, customer) = (Place::Supply, Place::Customer);
        let [m0, m1, m2] = [0, 1, 2].map(Place::Station);
        let [b0, b1] = [0, 1].map(Place::Buffer);
        let beats: [&[(Place, Place)]; 7] = [
            // The second part enters the line in beat 2, when it leaves the first station.
            &[(b0, m1), (supply, m0)],
            &[(m0, b0)],
            &[(m1, b1), (b0, m1), (supply, m0), (m0, b0)],
            // The first part leaves: when it came is not known.
            &[(b1, m2), (m2, customer)],
            &[(m1, b1)],
            &[(b1, m2), (b0, m1)],
            // The second leaves in beat 7.
            &[(m2, customer), (m1, b1)],
        ];
        let mut tally = Tally::new(&places(&[2, 2]));
        tally.begin(&[0, 1, 0]);
        for (beat, moves) in beats.into_iter().enumerate() {
            tally.open(&[0, 0, 0]);
            moves.iter().for_each(|&(from, to)| moved(&mut tally, from, to));
            if beat < 6 {
                assert!(tally.lead_time().is_nan(), "beat {}", beat + 1);
            }
        }
        assert_eq!((tally.lead_time(), tally.parts_out()), (5.0, 2));
        // Counting anew keeps the time: the third, of beat 3, leaves in beat 9.
        tally.clear();
        tally.open(&[0, 0, 1]);
        tally.open(&[0, 0, 1]);
        moved(&mut tally, b1, customer);
        assert_eq!((tally.lead_time(), tally.beats()), (6.0, 2));
        // A new episode does not: what it finds is unknown.
        tally.begin(&[0, 2, 0]);
        tally.open(&[0, 2, 0]);
        moved(&mut tally, supply, b0);
        tally.hear(Event::Scrapped { at: b0 });
        tally.hear(Event::Scrapped { at: supply });
        assert_eq!((tally.scrapped(), tally.scrap_times()), (1, (0, 0)));
        moved(&mut tally, b0, customer);
        assert_eq!(tally.lead_time(), 6.0);
        tally.open(&[0, 1, 0]);
        moved(&mut tally, b0, customer);
        assert_eq!(tally.lead_time(), 3.5);
        assert!(tally.scrapped_after().is_nan());
    }

    /// Scrapped out of a buffer, and on a station before and after the first buffer.
    #[test]
    fn parts_scrapped_have_a_time_of_their_own() {
        let (supply, customer) = (Place::Supply, Place::Customer);
        let ([m0, m1], b0) = ([0, 1].map(Place::Station), Place::Buffer(0));
        let mut tally = Tally::new(&places(&[4]));
        tally.begin(&[0, 0]);
        for _ in 0..3 {
            tally.open(&[0, 0]);
            moved(&mut tally, supply, m0);
            moved(&mut tally, m0, b0);
        }
        moved(&mut tally, supply, m0);
        tally.hear(Event::Scrapped { at: m0 });
        assert_eq!(tally.scrap_times(), (0, 1));
        tally.open(&[0, 3]);
        tally.hear(Event::Scrapped { at: b0 });
        assert_eq!(tally.scrap_times(), (3, 2));
        moved(&mut tally, b0, m1);
        tally.hear(Event::Scrapped { at: m1 });
        assert_eq!((tally.scrap_times(), tally.scrapped_after()), ((5, 3), 5.0 / 3.0));
        moved(&mut tally, b0, customer);
        assert_eq!((tally.lead_times(), tally.stock_sum()), ((1, 1), 3));
        // Who goes by the stock is in the line for no beat.
        moved(&mut tally, supply, m1);
        moved(&mut tally, m1, customer);
        assert_eq!(tally.lead_times(), (1, 2));
        tally.clear();
        assert_eq!(tally.scrap_times(), (0, 0));
    }

    /// Two parts make a product: it is two in the stock, and each has its lead time.
    #[test]
    fn a_product_is_the_parts_that_it_is_joined_of() {
        let (supply, customer) = (Place::Supply, Place::Customer);
        let [first, second, joins] = [0, 1, 2].map(Place::Station);
        let [b0, b1, store] = [0, 1, 2].map(Place::Buffer);
        let mut tally = Tally::new(&places(&[4, 4, 4]));
        tally = tally.joining(Some(Joining { station: 2, parts: 2, products: 2 }));
        tally.begin(&[0, 1, 0, 0]);
        let came = |tally: &mut Tally, by: Place, to: Place| {
            moved(tally, supply, by);
            moved(tally, by, to);
        };
        let join = |tally: &mut Tally| {
            for (from, to) in [(b0, joins), (b1, joins), (joins, store)] {
                moved(tally, from, to);
            }
        };
        tally.open(&[0, 1, 0, 0]);
        came(&mut tally, first, b0);
        came(&mut tally, second, b1);
        tally.open(&[0, 2, 1, 0]);
        // One of the two was there before: of the product it is not known when it came.
        join(&mut tally);
        came(&mut tally, second, b1);
        tally.open(&[0, 1, 1, 1]);
        join(&mut tally);
        tally.open(&[0, 0, 0, 2]);
        moved(&mut tally, store, customer);
        assert_eq!((tally.lead_times(), tally.parts_out()), ((0, 0), 1));
        tally.open(&[0, 0, 0, 1]);
        moved(&mut tally, store, customer);
        // In beats 1 and 2 its parts came, in 5 it left.
        assert_eq!((tally.lead_times(), tally.lead_time()), ((7, 2), 3.5));
        assert_eq!(tally.stock_sum(), 1 + 3 + 4 + 4 + 2);
    }

    /// Of every kind with buffers, whoever acts: each part is counted in the stock once for each beat of
    /// its lead time, or of the time until it is scrapped, or that it has been there.
    #[test]
    fn stock_and_times_add_up_in_every_kind() {
        let (mut kinds, mut scrapped, mut wrong) = (Vec::new(), 0, Vec::new());
        for settings in crate::environments::tests::examples() {
            let environment = settings.clone().build().unwrap();
            if environment.places().buffers.is_empty() || environment.ends() {
                continue;
            }
            let agent = Random::new(environment.action_space());
            let mut run =
                open(&environment, AnyAgent::Other(Box::new(agent)), RunSettings::default());
            let unknown = |tally: &Tally| {
                tally.stocks.iter().any(|stock| {
                    (0..stock.parts).any(|part| {
                        stock.entered[stock.first.wrapping_add(part) & (stock.entered.len() - 1)]
                            == UNKNOWN
                    })
                })
            };
            let mut tries = 0;
            while tries == 0 || unknown(run.tally()) && tries < 100 {
                run.advance(500);
                tries += 1;
            }
            run.clear_records();
            let before = inside(run.tally());
            run.advance(10_000);
            let tally = run.tally();
            let all = tally.lead_time_sum + tally.scrap_time_sum + inside(tally) - before;
            let each = environment.erased().joining().map_or(1, |joining| u64::from(joining.parts));
            let found = [all, tally.lead_times, tally.scrap_times];
            let expected = [tally.stock_sum, each * tally.parts_out, tally.scrapped];
            if found != expected || tries == 100 {
                wrong.push(format!("{tries} {found:?} {expected:?} {settings:?}"));
            }
            kinds.push(settings.kind());
            scrapped += u64::from(tally.scrap_time_sum > 0);
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        kinds.dedup();
        let expected = [
            "Line",
            "ExponentialLine",
            "Assembly",
            "Queue",
            "ShopFloor",
            "Fleet",
            "Setups",
            "Stock",
            "SupplyChain",
            "Plants",
            "Orders",
            "JobShop",
        ];
        assert_eq!(kinds, expected);
        assert!(scrapped > 4, "{scrapped}");
    }

    /// A part without a buffer in its way is in no stock, and has no lead time.
    #[test]
    fn without_buffers_there_is_no_lead_time() {
        let mut tally = Tally::new(&places(&[]));
        tally.open(&[0]);
        moved(&mut tally, Place::Supply, Place::Station(0));
        moved(&mut tally, Place::Station(0), Place::Customer);
        assert_eq!(tally.parts_out(), 1);
        assert!(tally.lead_time().is_nan());
    }

    #[test]
    fn a_ring_that_is_asked_for_too_much_forgets_and_does_not_fail() {
        let mut stock = Stock::new(&places(&[3]).buffers[0]);
        (1..=9).for_each(|beat| stock.put(beat));
        let taken: Vec<u64> = (0..5).map(|_| stock.take()).collect();
        assert_eq!(taken, [6, 7, 8, 9, UNKNOWN]);
    }

    /// The same for stocks, whose parts go through orders under way and ages, and where a level below
    /// 0 is no part.
    #[test]
    fn stock_and_lead_times_of_what_is_ordered_add_up_to_the_same() {
        let backlogged = "unmet: Backlogged(limit: 6)";
        let tree = "(name: \"a\", supplier: \"c\", customers: ()), (name: \"b\", customers: (unmet: \
                    Lost()), base_stock: 3), (name: \"c\", lead_time: 3, order_delay: 1, customers: ())";
        // For how many beats a unit that is scrapped has been in stock.
        for (environment, counted) in [
            ("Stock(lead_time: 3, success: 0.8)", 2),
            (&format!("Stock({backlogged}, lead_time: 1)"), 0),
            (&format!("Stock({backlogged}, success: 0.9)"), 0),
            (
                &format!(
                    "Stock({backlogged}, demand: Binomial(probability: 0.4), uniformised: true)"
                ),
                0,
            ),
            ("Stock(shelf_life: (beats: 3))", 2),
            ("Stock(shelf_life: (beats: 4), lead_time: 2, demand: Geometric(mean: 3))", 5),
            ("SupplyChain()", 0),
            (&format!("SupplyChain(echelons: [{tree}])"), 0),
            ("Plants(plants: [(), (unmet: Backlogged(limit: 3), failure: 0.1)])", 0),
        ] {
            let text = format!("(version: 1, environment: {environment})");
            let scenario = Scenario::parse("stock.ron", &text).unwrap_or_else(|e| panic!("{e}"));
            let agent = Random::new(scenario.environment.action_space());
            let agent = AnyAgent::Other(Box::new(agent));
            let mut run = open(&scenario.environment, agent, RunSettings::default());
            run.advance(20_000);
            let tally = run.tally();
            let all = tally.lead_time_sum + inside(tally) + tally.scrap_time_sum;
            assert_eq!(all, tally.stock_sum, "{text}");
            assert_eq!(tally.scrap_time_sum, counted * tally.scrapped, "{text}");
            assert!(tally.parts_out > 3_000, "{text}");
            let gone = tally.parts_out + tally.scrapped;
            let there: usize = tally.stocks.iter().map(|stock| stock.parts).sum();
            assert_eq!(tally.parts_in, gone + there as u64, "{text}");
        }
    }

    /// For how many beats the parts in the buffers have been counted.
    fn inside(tally: &Tally) -> u64 {
        let of = |stock: &Stock| -> u64 {
            let places = stock.first..stock.first + stock.parts;
            let entered = |place: usize| stock.entered[place & (stock.entered.len() - 1)];
            places.map(|place| stock.parts_each * tally.now - entered(place)).sum()
        };
        tally.stocks.iter().map(of).sum()
    }

    /// Every part is counted in the stock once for each beat of its lead time, so that the sums are
    /// equal to the last part, whatever the line and whoever acts.
    #[test]
    fn stock_and_lead_times_add_up_to_the_same() {
        let buffers = "buffers: [(capacity: 1), (capacity: 7)]";
        let machines = "machines: [(failure: 0.1, repair: 0.3), (cycle: 3, failure: 0.05, \
                        repair: 0.2, failure_mode: Time, restart_delay: 2), (completion: 0.6)]";
        let ends = "supply: Arrivals(probability: 0.5, queue: (capacity: 4)), demand: \
                    Customers(probability: 0.4, store: (capacity: 3), unmet: Backorder(limit: 2))";
        for moves in ["OldLevels", "DownstreamFirst"] {
            for ends in ["", ends] {
                let text = format!(
                    "(version: 1, environment: Line({machines}, {buffers}, {ends}{} moves: \
                     {moves}))",
                    if ends.is_empty() { "" } else { "," },
                );
                add_up(&text);
            }
        }
        // Robots carry jobs from several queues, and not in the order in which they came.
        let both = "(symbol: \"A\", arrival: 0.2, queue: 2, to: [\"B\"]), (symbol: \"B\", arrival: \
                    0.3, queue: 1, to: [\"A\"])";
        let one = "(symbol: \"A\", arrival: 0.2, queue: 2, to: [\"B\"]), (symbol: \"B\")";
        for (rows, stations) in [("\"A1B\"", one), ("\"A1B\", \".2.\"", both)] {
            add_up(&format!(
                "(version: 1, environment: ShopFloor(rows: [{rows}], stations: [{stations}]))"
            ));
        }
    }

    fn add_up(text: &str) {
        let scenario = Scenario::parse("some.ron", text).unwrap_or_else(|e| panic!("{e}"));
        let agent = Random::new(scenario.environment.action_space());
        let agent = AnyAgent::Other(Box::new(agent));
        let mut run = open(&scenario.environment, agent, RunSettings::default());
        run.advance(20_000);
        let tally = run.tally();
        assert_eq!(tally.lead_time_sum + inside(tally), tally.stock_sum, "{text}");
        assert_eq!(tally.lead_times, tally.parts_out);
        assert!(tally.parts_out > 300, "{text}");
        // All that came in is out or inside.
        let stock: u64 = tally.stocks.iter().map(|stock| stock.parts as u64).sum();
        if text.contains("Shop") {
            assert_eq!(tally.parts_in, tally.parts_out + stock, "{text}");
        }
    }

    /// Several products, and parts that come back to a station.
    #[test]
    fn stock_and_lead_times_add_up_where_routes_cross() {
        let cross = "stations: [(name: \"a\", setup_time: 2), (name: \"b\", machines: 2, failure: \
                     0.05)], products: [(arrivals: Poisson(mean: 0.3), route: [(station: \"a\"), \
                     (station: \"b\")]), (route: [(station: \"b\"), (station: \"a\", completion: \
                     0.8), (station: \"b\")])]";
        for shop in ["", cross] {
            add_up(&format!("(version: 1, environment: JobShop({shop}))"));
        }
    }

    /// The same where stocks are of several products and customers wait: a unit for one of them goes
    /// past the stock, has a lead time of 0 and is in no stock.
    #[test]
    fn stock_and_lead_times_add_up_where_customers_wait() {
        let product = "capacity: 4, unmet: Backorder(limit: 5), setup_time: 1";
        let text = format!(
            "(version: 1, environment: Setups(products: [(demand: [0.9, 0.08, 0.02], {product}), \
             (demand: [0.9, 0.1], initial: 3, {product})]))"
        );
        let scenario = Scenario::parse("setups.ron", &text).unwrap_or_else(|e| panic!("{e}"));
        let agent = AnyAgent::Other(Box::new(Random::new(scenario.environment.action_space())));
        let mut run = open(&scenario.environment, agent, RunSettings::default());
        run.advance(20_000);
        let tally = run.tally();
        // Nobody knows when the three units at the start came: each is counted to its end.
        let known = tally.lead_time_sum + inside(tally);
        assert!(known <= tally.stock_sum && tally.stock_sum - known < 300, "{known}");
        assert!(tally.lead_times > 1_000 && tally.lead_times + 3 >= tally.parts_out, "{tally:?}");
        let stocked: u64 = tally.stocks.iter().map(|stock| stock.parts as u64).sum();
        assert_eq!(tally.parts_in + 3, tally.parts_out + stocked);
    }
}
