//! The figures of a line: what leaves it, what is in it and for how long, where its machines' time goes,
//! what a good part costs.
//!
//! # Overall equipment effectiveness
//! After ISO 22400-2:2014, of each station as a work unit:
//!
//! - **availability** = actual production time / planned busy time (APT / PBT);
//! - **effectiveness** = planned run time per item × produced quantity / actual production time
//!   (PRI × PQ / APT);
//! - **quality ratio** = good quantity / produced quantity (GQ / PQ);
//! - **OEE index** = their product, so that it is PRI × GQ / PBT.
//!
//! Actual production time is the beats in which the station works. Planned busy time is all beats but
//! those of planned stops (breaks, maintenance): the standard takes planned down time out of the
//! operation time, and nothing else. So *starved*, *blocked*, *down*, *set-up* and *held back* beats all
//! count against availability: waiting and minor stops are the standard's delay time, failures its down
//! time, changing over its set-up time, each of which is busy time and no production time; who holds a
//! machine back in a beat decides so in the beat, and the plan knew nothing of it. Slow speeds count
//! against effectiveness, of a station of several machines also those of them that do not work while
//! another does. Parts that a station scraps, or sends back, count against quality; a defect that nobody
//! finds does not, as on the shop floor.

#[cfg(test)]
mod tests;

use super::pieces::{Counts, Ratio};
use super::run::AnyRun;
use super::statistics::Estimate;
use crate::environments::AnyEnvironment;
use crate::mdp::beat::Item;
use crate::mdp::{Condition, Rated};
use crate::scenario::Scenario;

/// The share of parts that a lead time is told for which they do not exceed.
pub const MOST_PARTS: f64 = 0.95;

/// The figures of a run, or of many. Rates are a beat.
#[derive(Debug, Clone)]
pub struct Figures<T> {
    /// Parts out a beat.
    pub throughput: T,
    /// Parts scrapped a beat.
    pub scrapped: T,
    /// The sum of the buffers' levels, parts.
    pub wip: T,
    /// The mean lead time, beats.
    pub lead_time: T,
    /// The lead time that [`MOST_PARTS`] do not exceed, beats.
    pub long_lead_time: T,
    /// The mean time until a part was scrapped, beats.
    pub scrapped_after: T,
    /// The share of beats by station and cause, 0 to 1.
    pub spent: Vec<Vec<T>>,
    /// Reward items a beat.
    pub items: Vec<T>,
    /// Reward items a part that left for the customer.
    pub items_a_part: Vec<T>,
    /// All rewards a part that left for the customer.
    pub reward_a_part: T,
    /// How well each station is used.
    pub oee: Vec<Oee<T>>,
}

/// Overall equipment effectiveness and its factors, 0 to 1 each (see [`self`](super::figures)). What is
/// not known is no number: quality before the first part, effectiveness without a planned run time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oee<T> {
    /// Actual production time over planned busy time.
    pub availability: T,
    /// Planned run time per item × produced quantity over actual production time.
    pub effectiveness: T,
    /// Good quantity over produced quantity.
    pub quality: T,
    /// Their product.
    pub index: T,
}

impl<T> Oee<T> {
    /// The factors and the index with their names, in the standard's order.
    pub fn named(&self) -> [(&'static str, &T); 4] {
        [
            ("availability", &self.availability),
            ("effectiveness", &self.effectiveness),
            ("quality", &self.quality),
            ("OEE", &self.index),
        ]
    }
}

/// What the figures of an environment are made by.
#[derive(Debug, Clone)]
pub struct Shape {
    rated: Vec<Rated>,
    items: usize,
}

impl Shape {
    /// That of an environment.
    pub fn of(environment: &AnyEnvironment) -> Self {
        let erased = environment.erased();
        let stations = 0..erased.places().stations.len();
        Self {
            rated: stations.map(|station| erased.rated(station)).collect(),
            items: erased.reward_items().len(),
        }
    }

    /// Finds every figure; that of long lead times, which is no ratio, is given.
    pub fn figures<T>(
        &self,
        long_lead_time: T,
        mut found: impl FnMut(&Ratio<'_>) -> T,
    ) -> Figures<T> {
        let spent =
            |station, condition| move |c: Counts<'_>| (c.spent(station, condition), c.beats());
        Figures {
            throughput: found(&|c| (c.parts_out(), c.beats())),
            scrapped: found(&|c| (c.scrapped(), c.beats())),
            wip: found(&|c| (c.stock(), c.beats())),
            lead_time: found(&|c| c.lead_times()),
            long_lead_time,
            scrapped_after: found(&|c| c.scrap_times()),
            spent: (0..self.rated.len())
                .map(|station| {
                    Condition::ALL.map(|condition| found(&spent(station, condition))).into()
                })
                .collect(),
            items: (0..self.items).map(|item| found(&|c| (c.item(item), c.beats()))).collect(),
            items_a_part: (0..self.items)
                .map(|item| found(&|c| (c.item(item), c.parts_out())))
                .collect(),
            reward_a_part: found(&|c| (c.reward(), c.parts_out())),
            oee: (self.rated.iter().enumerate())
                .map(|(station, rated)| oee(station, rated, &mut found))
                .collect(),
        }
    }
}

fn oee<T>(station: usize, rated: &Rated, found: &mut impl FnMut(&Ratio<'_>) -> T) -> Oee<T> {
    let run_time = rated.run_time.unwrap_or(f64::NAN);
    let busy = |c: &Counts<'_>| c.beats() - c.spent(station, Condition::Planned);
    let working = |c: &Counts<'_>| c.spent(station, Condition::Working);
    Oee {
        availability: found(&|c| (working(&c), busy(&c))),
        effectiveness: found(&|c| (run_time * c.made(station), working(&c))),
        quality: found(&|c| (c.good(station), c.made(station))),
        index: found(&|c| (run_time * c.good(station), busy(&c))),
    }
}

/// The figures of one run with the intervals of its batch means, where there are such: it must be
/// measured in pieces ([`AnyRun::measure`]).
pub fn figures(run: &dyn AnyRun) -> Figures<Estimate> {
    let unknown = Estimate::around(f64::NAN, None);
    let found = |ratio: &Ratio<'_>| estimate(run, ratio);
    let mut figures = Shape::of(run.environment()).figures(unknown, found);
    figures.long_lead_time = long_lead_time(run, &figures.lead_time);
    figures
}

/// One figure of a run, likewise.
pub fn estimate(run: &dyn AnyRun, ratio: &Ratio<'_>) -> Estimate {
    let mut sums = Vec::new();
    let whole = Counts::read(run.tally(), run.item_totals(), &mut sums);
    match run.pieces() {
        Some(pieces) => pieces.estimate(whole, ratio),
        None => {
            let (over, under) = ratio(whole);
            Estimate::around(over / under, None)
        }
    }
}

/// How well each station of a run is used, likewise.
pub fn stations_used(run: &dyn AnyRun) -> Vec<Oee<Estimate>> {
    let shape = Shape::of(run.environment());
    let rated = shape.rated.iter().enumerate();
    rated.map(|(station, rated)| oee(station, rated, &mut |ratio| estimate(run, ratio))).collect()
}

/// The lead time that [`MOST_PARTS`] of a run do not exceed, where this is the mean.
pub fn long_lead_time(run: &dyn AnyRun, mean: &Estimate) -> Estimate {
    let distribution = run.tally().lead_time_distribution();
    match run.pieces() {
        Some(pieces) => pieces.quantile(distribution, MOST_PARTS, mean),
        None => Estimate::around(distribution.quantile(MOST_PARTS), None),
    }
}

/// Mean power: the reward item that is what energy costs, and by what an amount of it a beat is multiplied
/// to be kilowatts. `None` where the scenario gives no price of energy or no length of a beat, or where
/// energy is dearer at some times than at others, so that its cost does not tell how much of it was used.
pub fn power(scenario: &Scenario) -> Option<(Item, f64)> {
    let contents = &scenario.contents;
    let price = contents.energy_price.filter(|price| *price > 0.0)?;
    let hours = contents.beat_seconds()? / 3600.0;
    let item = scenario.environment.erased().energy_item()?;
    Some((item, -1.0 / (price * hours)))
}
