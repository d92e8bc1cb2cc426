//! The beat that suits a plant, and what whole beats make of its cycles.

use super::columns::Clock;
use super::estimates::{Figure, significant};
use super::plant::{PLACES, Plant, percent, rounded};

/// A cycle that a whole number of beats misses by no more than this share of itself counts as whole.
pub const NEAR: f64 = 0.01;
/// The shortest cycle is cut into so many beats at most, to make the others whole.
const MOST_CUTS: u32 = 12;
/// A finer beat is not worth a model of more states than about this.
const MOST_STATES: f64 = 1e5;
/// The longest cycle of a machine, beats.
const MOST_CYCLE: f64 = 10_000.0;

/// A cycle in beats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InBeats {
    /// The cycle over the beat.
    pub beats: f64,
    /// The whole beats next to it, one at least.
    pub whole: f64,
}

impl InBeats {
    /// By what share of itself whole beats make it longer.
    pub fn rounding(self) -> f64 {
        self.whole / self.beats - 1.0
    }

    /// Whether the model works so many whole beats; else it keeps the mean alone.
    pub fn is_whole(self) -> bool {
        self.rounding().abs() <= NEAR
    }

    /// By what share of itself the model's cycle is longer.
    pub fn rounded_by(self) -> f64 {
        if self.is_whole() { self.rounding() } else { 0.0 }
    }
}

impl Plant {
    /// A cycle in beats.
    pub fn in_beats(cycle: &Figure, beat: f64) -> InBeats {
        let beats = cycle.rounded() / beat;
        InBeats { beats, whole: beats.round().max(1.0) }
    }

    /// What the model makes of a cycle, in words.
    pub fn cycle_in_beats(cycle: &Figure, beat: f64) -> String {
        let found = Self::in_beats(cycle, beat);
        let s = if found.whole == 1.0 { "" } else { "s" };
        let by = percent(found.rounding());
        match (found.is_whole(), by.as_str()) {
            (true, "0 %") => format!("in the model {} beat{s}, exactly", found.whole),
            (true, by) => format!("in the model {} beat{s}, rounded by {by}", found.whole),
            (false, by) => format!(
                "{} beats; whole ones would round it by {by}, so that the model keeps its mean alone, \
                 as a geometric time",
                rounded(found.beats)
            ),
        }
    }

    /// The beat that suits its times; one beat where it counts in beats. The longest part of the
    /// shortest cycle, from the whole to a twelfth, of which every cycle is a whole number of beats to
    /// 1 % ([`NEAR`]); where there is none, or the model would grow too large by it, the shortest
    /// cycle. No longer than the shortest time to failure or repair, by which it goes without cycles.
    pub fn usual_beat(&self) -> f64 {
        if self.clock == Clock::Beats {
            return 1.0;
        }
        let least =
            |times: Vec<Figure>| times.iter().map(Figure::rounded).fold(f64::INFINITY, f64::min);
        let of = |station: &super::plant::Station| [station.mtbf, station.mttr];
        let most = least(self.stations.iter().flat_map(of).flatten().collect());
        let shortest = least(self.cycles().copied().collect());
        let beat = if shortest.is_finite() {
            let first = (shortest / most).ceil().max(1.0);
            let part = |cuts: u32| {
                let part = significant(shortest / (first + f64::from(cuts)), 4);
                part.min(most)
            };
            let fits = |beat: &f64| {
                let whole = self.cycles().all(|cycle| Self::in_beats(cycle, *beat).is_whole());
                whole && self.states(*beat) <= MOST_STATES.max(self.states(part(0)))
            };
            (0..MOST_CUTS).map(part).find(fits).unwrap_or(part(0))
        } else if most.is_finite() {
            most
        } else {
            60.0
        };
        beat.max(1e-3)
    }

    /// About how many states a model by this beat has.
    fn states(&self, beat: f64) -> f64 {
        let work = |cycle: Option<Figure>| {
            let found = cycle.map(|cycle| Self::in_beats(&cycle, beat));
            found.filter(|found| found.is_whole()).map_or(1.0, |found| found.whole)
        };
        let last = self.stations.len().saturating_sub(1);
        let places = |place: usize, places: Option<u64>| match place < last {
            true => places.unwrap_or(PLACES) as f64 + 2.0,
            false => 1.0,
        };
        let each = self.stations.iter().enumerate().map(|(place, station)| {
            let fails = if station.mtbf.is_some() { 2.0 } else { 1.0 };
            fails * work(station.cycle) * places(place, station.buffer)
        });
        each.product()
    }

    /// The cycles that are known.
    fn cycles(&self) -> impl Iterator<Item = &Figure> {
        self.stations.iter().filter_map(|station| station.cycle.as_ref())
    }

    /// What the beat is too long for, if anything.
    ///
    /// # Errors
    /// In words, with what to do.
    pub fn fits(&self, beat: f64) -> Result<(), String> {
        for station in &self.stations {
            let times = [("mtbf", station.mtbf), ("mttr", station.mttr)];
            for (what, figure) in times {
                if let Some(figure) = figure.filter(|figure| figure.rounded() < beat) {
                    return Err(format!(
                        "the {what} of `{}` is {}, shorter than a beat of {}. Choose a shorter --beat.",
                        station.name,
                        self.time(figure.value),
                        self.time(beat)
                    ));
                }
            }
            if let Some(cycle) = station.cycle {
                let beats = Self::in_beats(&cycle, beat).beats;
                if !(1.0 - NEAR..=MOST_CYCLE).contains(&beats) {
                    return Err(format!(
                        "a cycle of `{}`, {}, is not between 1 and 10000 beats of {}. Choose another \
                         --beat.",
                        station.name,
                        self.time(cycle.value),
                        self.time(beat)
                    ));
                }
            }
        }
        Ok(())
    }
}
