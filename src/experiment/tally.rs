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
//! of the mean, as it is not known when it came.

#![expect(
    clippy::indexing_slicing,
    reason = "stations and buffers are numbered by the environment; a hot loop"
)]

pub(super) mod passage;

use crate::mdp::beat::{Condition, Event, Listener, Place};
use crate::mdp::{BufferPlace, Level, Places};

/// How many kinds of [`Condition`] there are.
const CONDITIONS: usize = Condition::ALL.len();

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
            watching: false,
            events: Vec::new(),
        }
    }

    /// Begins an episode in `state`: the parts in it have come at a time that is not known.
    pub fn begin(&mut self, state: &[Level]) {
        for stock in &mut self.stocks {
            stock.begin(state[stock.variable]);
        }
        self.in_hand.fill(UNKNOWN);
    }

    /// Opens a beat that begins in `state`.
    #[inline]
    pub fn open(&mut self, state: &[Level]) {
        self.now += 1;
        for stock in &self.stocks {
            self.stock_sum += in_store(state[stock.variable]);
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

    /// The mean of the buffers' summed levels at the beats' starts, parts.
    pub fn wip(&self) -> f64 {
        self.stock_sum as f64 / self.beats() as f64
    }

    /// The mean lead time of the parts that left, in beats; NaN before the first of them, and where
    /// there are no buffers.
    pub fn lead_time(&self) -> f64 {
        self.lead_time_sum as f64 / self.lead_times as f64
    }

    /// The sum of the buffers' levels at the starts of all beats.
    pub fn stock_sum(&self) -> u64 {
        self.stock_sum
    }

    /// The sum of all lead times, beats, and how many parts they are of.
    pub fn lead_times(&self) -> (u64, u64) {
        (self.lead_time_sum, self.lead_times)
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
        self.stocks.iter().map(|stock| in_store(state[stock.variable])).sum()
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
            }
            Event::Failed { .. } => self.failures += times,
            // Who is turned away at the door was never a part of the line.
            Event::Scrapped { at } => self.scrapped += if at == Place::Supply { 0 } else { times },
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
            Event::Scrapped { at: Place::Buffer(buffer) } => {
                self.stocks[usize::from(buffer)].take();
            }
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
            Place::Station(station) => self.in_hand[usize::from(station)] = entered,
            // Who has not yet entered the line enters it now.
            Place::Buffer(buffer) => {
                self.stocks[usize::from(buffer)].put(entered.min(self.now));
            }
            Place::Customer => {
                if entered != UNKNOWN && entered != NOT_YET {
                    self.lead_time_sum += self.now - entered;
                    self.lead_times += 1;
                }
            }
            Place::Supply => {}
        }
    }
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
        Self { variable: buffer.variable, entered, first: 0, parts: 0 }
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
        // A new episode does not: what it finds is as unknown as what is scrapped.
        tally.begin(&[0, 2, 0]);
        tally.open(&[0, 2, 0]);
        moved(&mut tally, supply, b0);
        tally.hear(Event::Scrapped { at: b0 });
        tally.hear(Event::Scrapped { at: supply });
        assert_eq!(tally.scrapped(), 1);
        moved(&mut tally, b0, customer);
        assert_eq!(tally.lead_time(), 6.0);
        tally.open(&[0, 1, 0]);
        moved(&mut tally, b0, customer);
        assert_eq!(tally.lead_time(), 3.5);
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
            let all = tally.lead_time_sum + inside(tally) + counted * tally.scrapped;
            assert_eq!(all, tally.stock_sum, "{text}");
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
            places.map(|place| tally.now - stock.entered[place % stock.entered.len()]).sum()
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
    /// past the stock, has no lead time and is in no stock.
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
        assert!(tally.lead_times > 1_000 && tally.lead_times < tally.parts_out, "{tally:?}");
        let stocked: u64 = tally.stocks.iter().map(|stock| stock.parts as u64).sum();
        assert_eq!(tally.parts_in + 3, tally.parts_out + stocked);
    }
}
