//! Parts on their way through a serial line, by the order in which they entered it.
//!
//! Where every buffer is filled from the one before it and parts leave it in the order in which they
//! came, the k-th part to enter the line is the k-th to leave it, whichever buffer it is in between.
//! So while nobody asks it is enough to know when each part entered, how many have entered and how
//! many have left; where the others are follows from how many each buffer holds.

use super::{NOT_YET, Tally, UNKNOWN};
use crate::mdp::beat::{Event, Place};

/// The way from a place to the next: 0 leads from the supply into the first buffer, the last one from
/// the last buffer to the customer.
pub(in crate::experiment) type Way = usize;

/// The parts of a tally in a serial line, as long as they are counted here.
#[derive(Debug)]
pub(in crate::experiment) struct Passage {
    /// When the parts entered the line: a ring by their ordinal, of a size that is a power of two.
    entered: Box<[u64]>,
    /// The ordinal of the next part to enter, and of the next to leave.
    next_in: usize,
    next_out: usize,
    lead_time_sum: u64,
    lead_times: u64,
    /// How many parts more each buffer holds than in the tally, modulo 2⁶⁴.
    more: Vec<usize>,
    /// The station on each way, once it is known, and whether a part went there.
    ways: Vec<(Option<Option<u16>>, bool)>,
}

impl Passage {
    /// No parts yet, of a tally of this size.
    pub fn new(tally: &Tally) -> Self {
        let buffers = tally.stocks.len();
        let places: usize = tally.stocks.iter().map(|stock| stock.entered.len()).sum();
        Self {
            // One place more than there can be parts: who came last is known after it has left.
            entered: vec![UNKNOWN; (places + 1).next_power_of_two()].into(),
            next_in: 0,
            next_out: 0,
            lead_time_sum: 0,
            lead_times: 0,
            more: vec![0; buffers],
            ways: vec![(None, false); buffers + 1],
        }
    }

    /// Adds the ways that parts went by these events to `ways`; `None` where they went otherwise than
    /// from place to place in a line, by at most one station a way that is always the same.
    pub fn ways_of(&mut self, events: &[Event], ways: &mut Vec<Way>) -> Option<()> {
        let mut moves = events.iter().filter_map(|event| match event {
            Event::Moved { from, to } => Some((*from, *to)),
            Event::Scrapped { at: at @ Place::Buffer(_) } => Some((*at, Place::Supply)),
            _ => None,
        });
        while let Some((from, to)) = moves.next() {
            let (station, to) = match to {
                Place::Station(station) => {
                    let (again, to) = moves.next()?;
                    if again != Place::Station(station) {
                        return None;
                    }
                    (Some(station), to)
                }
                _ => (None, to),
            };
            let way = match from {
                Place::Supply => 0,
                Place::Buffer(buffer) => usize::from(buffer) + 1,
                Place::Station(_) | Place::Customer => return None,
            };
            let end = match to {
                Place::Buffer(buffer) => usize::from(buffer),
                Place::Customer => self.more.len(),
                Place::Station(_) | Place::Supply => return None,
            };
            let by = &mut self.ways.get_mut(way)?.0;
            if end != way || by.is_some_and(|by| by != station) {
                return None;
            }
            *by = Some(station);
            ways.push(way);
        }
        Some(())
    }

    /// How many of the parts that went these ways entered the line, and how many left it. Where it
    /// has no buffer, none is ever in it.
    pub fn ends_of(&self, ways: &[Way]) -> (usize, usize) {
        let count = |sought: Way| ways.iter().filter(|way| **way == sought).count();
        if self.more.is_empty() { (0, 0) } else { (count(0), count(self.more.len())) }
    }

    /// One part enters the line or none, and one leaves it or none.
    #[inline(always)]
    pub fn pass(&mut self, tally: &mut Tally, ins: usize, outs: usize) {
        let now = tally.now();
        let mask = self.entered.len() - 1;
        self.entered[self.next_in & mask] = now;
        self.next_in = self.next_in.wrapping_add(ins);
        let entered = self.entered[self.next_out & mask];
        self.next_out = self.next_out.wrapping_add(outs);
        let counted = outs as u64 & u64::from(entered != UNKNOWN);
        self.lead_times += counted;
        // What is not counted may be more than can be told from now.
        let time = now.wrapping_sub(entered) * counted;
        self.lead_time_sum += time;
        tally.note_lead_time(time, counted);
    }

    /// Notes that so many parts in all went this way.
    pub fn went(&mut self, way: Way, parts: u64) {
        self.ways[way].1 = true;
        if let Some(before) = way.checked_sub(1) {
            self.more[before] = self.more[before].wrapping_sub(parts as usize);
        }
        if let Some(more) = self.more.get_mut(way) {
            *more = more.wrapping_add(parts as usize);
        }
    }

    /// Takes the parts over from the tally.
    pub fn take_up(&mut self, tally: &Tally) {
        let mask = self.entered.len() - 1;
        (self.next_in, self.next_out) = (0, 0);
        // The oldest are in the last buffer.
        for stock in tally.stocks.iter().rev() {
            for place in 0..stock.parts {
                let from = stock.first.wrapping_add(place) & (stock.entered.len() - 1);
                self.entered[self.next_in & mask] = stock.entered[from];
                self.next_in += 1;
            }
        }
    }

    /// Gives the parts back to the tally.
    pub fn put_down(&mut self, tally: &mut Tally) {
        let mask = self.entered.len() - 1;
        let mut end = self.next_in;
        for (way, (station, used)) in self.ways.iter_mut().enumerate() {
            if let (Some(Some(station)), true) = (*station, std::mem::take(used)) {
                // The latest part that went this way is the newest of those behind it.
                let latest = self.entered[end.wrapping_sub(1) & mask];
                let came = if way == 0 { NOT_YET } else { latest };
                tally.in_hand[usize::from(station)] = came;
            }
            if let Some(stock) = tally.stocks.get_mut(way) {
                stock.parts = stock.parts.wrapping_add(std::mem::take(&mut self.more[way]));
                stock.first = 0;
                end = end.wrapping_sub(stock.parts);
                for place in 0..stock.parts {
                    stock.entered[place] = self.entered[end.wrapping_add(place) & mask];
                }
            }
        }
        debug_assert_eq!(end, self.next_out, "every part is in a buffer");
        tally.lead_time_sum += std::mem::take(&mut self.lead_time_sum);
        tally.lead_times += std::mem::take(&mut self.lead_times);
    }
}
