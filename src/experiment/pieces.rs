//! What a run counts, as a whole and piece by piece, and what the pieces say of how well its figures are
//! known.
//!
//! A figure is a ratio of two sums, both of which grow with the beats: parts out over beats, their times
//! over parts, good parts over parts made. Of each piece j of the run both are kept, L_j and N_j; then
//! L_j − r·N_j over the mean N̄ stands for it, r the ratio of the whole run (Law 2015, sec. 9.5.3, the
//! regenerative ratio's variance to first order), and the batch means of these give the interval (see
//! [`super::records`]). A quantile has the interval of the share that does not exceed it, read off the
//! distribution (Woodruff 1952).

use super::records::{half_width_of_parts, rate};
use super::series::Series;
use super::statistics::Estimate;
use super::tally::{Distribution, Tally};
use crate::mdp::Condition;

/// So many pieces are kept, and half as many once they are joined two by two.
const MOST: usize = Series::BUCKETS;
/// So many pieces make one of those of which the distribution of lead times is kept.
const TOGETHER: usize = 8;

/// All that a run, or a piece of it, has counted.
#[derive(Debug, Clone, Copy)]
pub struct Counts<'a> {
    sums: &'a [f64],
    stations: usize,
}

/// The sums that are no station's.
const PLAIN: usize = 8;
/// The sums of a station: its beats by condition, the parts that it made, and the good ones of them.
const EACH: usize = Condition::COUNT + 2;

impl<'a> Counts<'a> {
    /// Reads what has been counted into `sums`.
    pub fn read(tally: &Tally, totals: &[f64], sums: &'a mut Vec<f64>) -> Self {
        let ((time, times), (scrap_time, scrap_times)) = (tally.lead_times(), tally.scrap_times());
        let plain: [u64; PLAIN] = [
            tally.beats(),
            tally.parts_out(),
            tally.scrapped(),
            tally.stock_sum(),
            time,
            times,
            scrap_time,
            scrap_times,
        ];
        sums.clear();
        sums.extend(plain.map(|count| count as f64));
        for (spent, made) in tally.spent().iter().zip(tally.made()) {
            sums.extend(spent.iter().map(|beats| *beats as f64));
            sums.extend([made.good + made.scrapped + made.reworked, made.good].map(|n| n as f64));
        }
        sums.extend_from_slice(totals);
        Self { sums, stations: tally.spent().len() }
    }

    /// What was read so of an environment of so many stations.
    pub fn of(sums: &'a [f64], stations: usize) -> Self {
        Self { sums, stations }
    }

    fn at(&self, place: usize) -> f64 {
        self.sums.get(place).copied().unwrap_or(0.0)
    }

    fn of_station(&self, station: usize, place: usize) -> f64 {
        self.at(PLAIN + EACH * station + place)
    }

    /// Beats.
    pub fn beats(&self) -> f64 {
        self.at(0)
    }

    /// Parts that left for the customer.
    pub fn parts_out(&self) -> f64 {
        self.at(1)
    }

    /// Parts scrapped.
    pub fn scrapped(&self) -> f64 {
        self.at(2)
    }

    /// The sum of the buffers' levels at the starts of the beats.
    pub fn stock(&self) -> f64 {
        self.at(3)
    }

    /// The sum of the lead times and how many they are.
    pub fn lead_times(&self) -> (f64, f64) {
        (self.at(4), self.at(5))
    }

    /// The sum of the times until parts were scrapped and how many they are.
    pub fn scrap_times(&self) -> (f64, f64) {
        (self.at(6), self.at(7))
    }

    /// Beats that a station spent in a condition.
    pub fn spent(&self, station: usize, condition: Condition) -> f64 {
        self.of_station(station, condition as usize)
    }

    /// Parts that a station made, whatever became of them.
    pub fn made(&self, station: usize) -> f64 {
        self.of_station(station, Condition::COUNT)
    }

    /// Those of them that were neither scrapped there nor sent back.
    pub fn good(&self, station: usize) -> f64 {
        self.of_station(station, Condition::COUNT + 1)
    }

    /// The amount of a reward item.
    pub fn item(&self, item: usize) -> f64 {
        self.at(PLAIN + EACH * self.stations + item)
    }

    /// All rewards.
    pub fn reward(&self) -> f64 {
        self.sums.iter().skip(PLAIN + EACH * self.stations).sum()
    }
}

/// A figure: one sum and the other that it is divided by.
pub type Ratio<'r> = dyn Fn(Counts<'_>) -> (f64, f64) + 'r;

/// What a run counted in pieces of equal length, in bounded memory.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// Beats a piece, now and at first.
    width: u64,
    first_width: u64,
    /// At which beat of the tally the open piece ends.
    until: u64,
    stations: usize,
    /// What had been counted when the open piece began.
    before: Vec<f64>,
    now: Vec<f64>,
    /// What each piece counted, one after the other.
    sums: Vec<f64>,
    /// The lead times of every [`TOGETHER`] pieces, and those up to the open ones.
    lead_times: Vec<Distribution>,
    known: Distribution,
}

impl Pieces {
    /// None yet, of so many beats each at first; what is counted from now on is in them.
    pub fn new(width: u64, tally: &Tally, totals: &[f64]) -> Self {
        let (mut before, width) = (Vec::new(), width.max(1));
        Counts::read(tally, totals, &mut before);
        Self {
            width,
            first_width: width,
            until: tally.beats() + width,
            stations: tally.spent().len(),
            now: before.clone(),
            // So that none asks for memory in a beat.
            sums: Vec::with_capacity(MOST * before.len()),
            before,
            lead_times: Vec::with_capacity(MOST / TOGETHER),
            known: tally.lead_time_distribution().clone(),
        }
    }

    /// How many beats the open piece still lasts; 0 where it has ended.
    #[inline(always)]
    pub(super) fn left(&self, tally: &Tally) -> u64 {
        self.until.saturating_sub(tally.beats())
    }

    /// Ends the open piece and begins the next.
    #[cold]
    #[inline(never)]
    pub(super) fn end(&mut self, tally: &Tally, totals: &[f64]) {
        Counts::read(tally, totals, &mut self.now);
        let grown = self.now.iter().zip(&self.before).map(|(now, before)| now - before);
        self.sums.extend(grown);
        std::mem::swap(&mut self.now, &mut self.before);
        if self.count().is_multiple_of(TOGETHER) {
            let mut latest = tally.lead_time_distribution().clone();
            latest.take_out(&self.known);
            self.lead_times.push(latest);
            self.known.clone_from(tally.lead_time_distribution());
        }
        if self.count() == MOST {
            self.join_pairs();
        }
        self.until = tally.beats() + self.width;
    }

    fn join_pairs(&mut self) {
        let columns = self.before.len();
        let joined = self.sums.chunks_exact(2 * columns).flat_map(|pair| {
            let (one, next) = pair.split_at(columns);
            one.iter().zip(next).map(|(one, next)| one + next)
        });
        let joined: Vec<f64> = joined.collect();
        self.sums.clear();
        self.sums.extend(joined);
        let mut first = None;
        self.lead_times.retain_mut(|one| match first.take() {
            None => {
                first = Some(one.clone());
                false
            }
            Some(first) => {
                one.join(&first);
                true
            }
        });
        self.width *= 2;
    }

    fn count(&self) -> usize {
        self.sums.len() / self.before.len().max(1)
    }

    /// How many beats each piece lasted.
    pub fn width(&self) -> u64 {
        self.width
    }

    /// How many beats each piece lasted at first.
    pub(super) fn first_width(&self) -> u64 {
        self.first_width
    }

    /// What each piece counted, the first one first.
    pub fn each(&self) -> impl Iterator<Item = Counts<'_>> {
        let each = self.sums.chunks_exact(self.before.len().max(1));
        each.map(|sums| Counts { sums, stations: self.stations })
    }

    /// The memory that they take, bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<f64>() * self.sums.capacity()
            + self.lead_times.len() * Distribution::BINS * size_of::<u64>()
    }

    /// A figure of the whole run with its batch-means interval, where there is one.
    pub fn estimate(&self, whole: Counts<'_>, ratio: &Ratio<'_>) -> Estimate {
        let (over, under) = ratio(whole);
        let mean = over / under;
        let each: Vec<(f64, f64)> = self.each().map(ratio).collect();
        let mut apart = Series::default();
        apart_from(mean, &each).for_each(|value| apart.push(value));
        Estimate::around(mean, rate(&apart).half_width())
    }

    /// The lead time that this share of parts do not exceed, beats, with its interval where that of the
    /// mean has one.
    pub fn quantile(&self, whole: &Distribution, share: f64, mean: &Estimate) -> Estimate {
        let quantile = whole.quantile(share);
        let counted = |one: &Distribution| (one.at_most(quantile), one.count() as f64);
        let each: Vec<(f64, f64)> = self.lead_times.iter().map(counted).collect();
        let (below, all) = counted(whole);
        let parts: Vec<f64> = apart_from(below / all, &each).collect();
        // How fast correlation fades is judged by the mean's finer pieces.
        let half = mean.half_width().and_then(|_| half_width_of_parts(&parts));
        let end = |share: f64| half.map(|_| whole.quantile(share.clamp(0.0, 1.0)));
        let around = half.unwrap_or(0.0);
        Estimate { mean: quantile, low: end(share - around), high: end(share + around) }
    }
}

/// What stands for each piece where the ratio of the whole run is this one; nothing where it is none.
fn apart_from(ratio: f64, pieces: &[(f64, f64)]) -> impl Iterator<Item = f64> {
    let under: f64 = pieces.iter().map(|(_, under)| under).sum();
    let each = under / pieces.len() as f64;
    let known = ratio.is_finite() && each > 0.0;
    let pieces = if known { pieces } else { &[] };
    pieces.iter().map(move |(over, under)| (over - ratio * under) / each)
}
