//! What the events of a run add up to: parts out, stock, and each station's time by cause.

use crate::mdp::beat::{Condition, Event, Listener, Place};
use crate::mdp::{Level, Places};

/// How many kinds of [`Condition`] there are.
const CONDITIONS: usize = Condition::ALL.len();

/// Counts events; keeps them too while someone watches.
#[derive(Debug, Clone)]
pub struct Tally {
    beats: u64,
    parts_out: u64,
    parts_in: u64,
    scrapped: u64,
    lost: u64,
    goals: u64,
    failures: u64,
    stock_sum: u64,
    spent: Vec<[u64; CONDITIONS]>,
    latest: Vec<Condition>,
    buffer_variables: Vec<usize>,
    watching: bool,
    events: Vec<Event>,
}

impl Tally {
    /// A tally for these stations and buffers.
    pub fn new(places: &Places) -> Self {
        Self {
            beats: 0,
            parts_out: 0,
            parts_in: 0,
            scrapped: 0,
            lost: 0,
            goals: 0,
            failures: 0,
            stock_sum: 0,
            spent: vec![[0; CONDITIONS]; places.stations.len()],
            latest: vec![Condition::Starved; places.stations.len()],
            buffer_variables: places.buffers.iter().map(|buffer| buffer.variable).collect(),
            watching: false,
            events: Vec::new(),
        }
    }

    /// Opens a beat that begins in `state`.
    #[inline]
    pub fn open(&mut self, state: &[Level]) {
        self.beats += 1;
        for &variable in &self.buffer_variables {
            self.stock_sum += state[variable] as u64;
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
        self.beats
    }

    /// Parts that left for the customer.
    pub fn parts_out(&self) -> u64 {
        self.parts_out
    }

    /// Parts out a beat; NaN before the first beat.
    pub fn throughput(&self) -> f64 {
        self.parts_out as f64 / self.beats as f64
    }

    /// The mean of the buffers' summed levels at the beats' starts, parts.
    pub fn wip(&self) -> f64 {
        self.stock_sum as f64 / self.beats as f64
    }

    /// Mean time in the line by Little's law (1961), beats; NaN before the first part is out.
    pub fn lead_time(&self) -> f64 {
        if self.parts_out == 0 { f64::NAN } else { self.stock_sum as f64 / self.parts_out as f64 }
    }

    /// The share of beats that a station spent in a condition, 0 to 1.
    pub fn share(&self, station: usize, condition: Condition) -> f64 {
        self.spent.get(station).map_or(0.0, |spent| spent[condition as usize] as f64)
            / self.beats.max(1) as f64
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

    /// Parts scrapped.
    pub fn scrapped(&self) -> u64 {
        self.scrapped
    }

    /// Parts that entered from the supply.
    pub fn parts_in(&self) -> u64 {
        self.parts_in
    }

    /// Starts to count anew and goes on watching as before.
    pub fn clear(&mut self) {
        self.beats = 0;
        self.parts_out = 0;
        self.parts_in = 0;
        self.scrapped = 0;
        self.lost = 0;
        self.goals = 0;
        self.failures = 0;
        self.stock_sum = 0;
        self.spent.iter_mut().for_each(|spent| *spent = [0; CONDITIONS]);
        self.events.clear();
    }
}

impl Listener for Tally {
    #[inline]
    fn hear(&mut self, event: Event) {
        match event {
            Event::Spent { station, condition } => {
                self.spent[usize::from(station)][condition as usize] += 1;
                self.latest[usize::from(station)] = condition;
            }
            Event::Moved { from, to } => {
                self.parts_out += u64::from(to == Place::Customer);
                self.parts_in += u64::from(from == Place::Supply);
            }
            Event::Failed { .. } => self.failures += 1,
            Event::Scrapped { .. } => self.scrapped += 1,
            Event::DemandLost => self.lost += 1,
            Event::GoalReached => self.goals += 1,
            Event::Repaired { .. } | Event::Replaced { .. } | Event::Backordered => {}
        }
        if self.watching {
            self.events.push(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::BufferPlace;

    #[test]
    fn counts_parts_stock_and_time_by_cause() {
        let places = Places {
            stations: vec!["mill".into()],
            buffers: vec![BufferPlace { name: "b".into(), capacity: 5, variable: 1 }],
        };
        let mut tally = Tally::new(&places);
        tally.watch(true);
        for (level, condition) in [(3, Condition::Working), (1, Condition::Down)] {
            tally.open(&[9, level]);
            tally.hear(Event::Spent { station: 0, condition });
        }
        tally.hear(Event::Moved { from: Place::Station(0), to: Place::Customer });
        assert_eq!((tally.throughput(), tally.wip(), tally.lead_time()), (0.5, 2.0, 4.0));
        assert_eq!(tally.share(0, Condition::Down), 0.5);
        assert_eq!(tally.events().len(), 2);
        assert_eq!(tally.latest(), [Condition::Down]);
        tally.watch(false);
        assert!(tally.events().is_empty(), "a beat that nobody saw has no events");
    }
}
