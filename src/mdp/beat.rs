//! A [`Beat`] is all that a step may ask for and say: draws, rewards by name, and events.
//!
//! The same step, given a *sampling* beat, is a simulator; given a *listening* one it also tells
//! what happened; given an *enumerating* one (see [`super::enumerate()`]) it is the exact decision
//! process.

#![expect(
    clippy::indexing_slicing,
    reason = "reward items are numbered by the environment; a hot loop"
)]

use super::luck::{Dice, DrawLuck, Luck};

/// The place of a random source in [`super::Environment::sources`].
pub type Source = usize;

/// The place of a reward item in [`super::Environment::reward_items`].
pub type Item = usize;

/// Where a part can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Place {
    /// Outside, before the line.
    Supply,
    /// On the station of this number (from 0, in the order of [`super::Places::stations`]).
    Station(u16),
    /// In the buffer of this number (from 0, in the order of [`super::Places::buffers`]).
    Buffer(u16),
    /// Outside, after the line.
    Customer,
}

/// What a station did with a beat. Every station tells exactly one a beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Condition {
    /// It worked on a part.
    Working,
    /// It could have worked but had no part.
    Starved,
    /// It could have worked but had no room for the part.
    Blocked,
    /// It had failed.
    Down,
    /// It was told not to work.
    HeldBack,
    /// It was starting up or changing over.
    SetUp,
    /// It stood for maintenance, a break or another stop that was planned.
    Planned,
}

impl Condition {
    /// All conditions, in the order in which charts stack them.
    pub const ALL: [Self; 7] = [
        Self::Working,
        Self::Starved,
        Self::Blocked,
        Self::Down,
        Self::HeldBack,
        Self::SetUp,
        Self::Planned,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The condition in words, lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Starved => "starved",
            Self::Blocked => "blocked",
            Self::Down => "down",
            Self::HeldBack => "held back",
            Self::SetUp => "set-up",
            Self::Planned => "planned stop",
        }
    }
}

/// What happened in a beat. Stations are numbered from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Event {
    /// A part moved.
    Moved {
        /// Where it was.
        from: Place,
        /// Where it is now.
        to: Place,
    },
    /// How a station spent this beat.
    Spent {
        /// The station.
        station: u16,
        /// What it did.
        condition: Condition,
    },
    /// A station went down.
    Failed {
        /// The station.
        station: u16,
    },
    /// A station came up again.
    Repaired {
        /// The station.
        station: u16,
    },
    /// A station was replaced by a new one.
    Replaced {
        /// The station.
        station: u16,
    },
    /// A part was scrapped.
    Scrapped {
        /// Where it was.
        at: Place,
    },
    /// A customer asked and was not served, for good.
    DemandLost,
    /// A customer asked and waits.
    Backordered,
    /// The goal of an episode was reached.
    GoalReached,
}

/// By how much the probabilities of a draw may sum to more or less than 1: rounding of a thousand
/// terms, no more. Whoever reads probabilities from outside scales them once, where they come in.
pub const SUM_TOLERANCE: f64 = 1e-12;

/// The probabilities of the two outcomes of a draw.
///
/// Both are kept, so that neither is lost where it is tiny: 1 − p keeps nothing of a p below 1e-16,
/// and of 1e-12 only four digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    yes: f64,
    no: f64,
}

impl Odds {
    /// True with probability `yes`, false with probability `no`; they sum to 1 but for rounding.
    #[inline(always)]
    pub fn new(yes: f64, no: f64) -> Self {
        Self { yes, no }
    }

    /// True with probability `p`.
    #[inline(always)]
    pub fn of(p: f64) -> Self {
        Self { yes: p, no: 1.0 - p }
    }

    /// True unless something happens that has probability `q`.
    #[inline(always)]
    pub fn unless(q: f64) -> Self {
        Self { yes: 1.0 - q, no: q }
    }

    /// The probability of true.
    #[inline(always)]
    pub fn yes(self) -> f64 {
        self.yes
    }

    /// The probability of false.
    #[inline(always)]
    pub fn no(self) -> f64 {
        self.no
    }
}

/// All that a step may ask for and say.
///
/// A step must make the same calls in the same order for the same draws: it is replayed. Draws
/// whose outcome is certain may be skipped, since they are addressed per source.
pub trait Beat {
    /// Draws true with these odds (u < yes, one uniform).
    fn toss(&mut self, source: Source, odds: Odds) -> bool;

    /// Draws true with probability `p`: [`Beat::toss`] with [`Odds::of`]. Where `p` is what another
    /// probability leaves of 1, toss with [`Odds::unless`] that one.
    #[inline(always)]
    fn bernoulli(&mut self, source: Source, p: f64) -> bool {
        self.toss(source, Odds::of(p))
    }

    /// Draws an index with these probabilities, which sum to 1 within [`SUM_TOLERANCE`]
    /// (inversion, one uniform).
    fn pick(&mut self, source: Source, probabilities: &[f64]) -> usize;

    /// Adds an amount in the scenario's currency to a reward item of this beat.
    fn earn(&mut self, item: Item, amount: f64);

    /// Says what happened.
    fn tell(&mut self, event: Event);
}

/// Hears events.
pub trait Listener {
    /// Called for each event, in the order in which the step tells them.
    fn hear(&mut self, event: Event);
}

/// Hears nothing; the calls compile to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Listener for Silent {
    #[inline(always)]
    fn hear(&mut self, _event: Event) {}
}

impl Listener for Vec<Event> {
    fn hear(&mut self, event: Event) {
        self.push(event);
    }
}

/// A beat that samples, with luck addressed by source and beat, and lets a listener hear.
#[derive(Debug, Clone)]
pub struct Sampling<L = Silent> {
    dice: Dice,
    reward: f64,
    by_item: Vec<f64>,
    /// Who hears the events.
    pub listener: L,
}

impl<L: Listener> Sampling<L> {
    /// A sampling beat for these sources and so many reward items.
    pub fn new<S: AsRef<str>>(luck: Luck, sources: &[S], items: usize, listener: L) -> Self {
        Self { dice: Dice::new(luck, sources), reward: 0.0, by_item: vec![0.0; items], listener }
    }

    /// Opens a beat: draws are addressed to it, its reward starts at 0.
    #[inline(always)]
    pub fn open(&mut self, beat: u64) {
        self.dice.turn_to(beat);
        self.reward = 0.0;
    }

    /// The reward earned since the beat was opened.
    #[inline(always)]
    pub fn reward(&self) -> f64 {
        self.reward
    }

    /// The totals by reward item since the beginning or [`Sampling::clear_totals`].
    pub fn totals(&self) -> &[f64] {
        &self.by_item
    }

    /// Starts the totals by reward item anew.
    pub fn clear_totals(&mut self) {
        self.by_item.fill(0.0);
    }

    /// The totals by reward item and the listener, for who knows what a step comes to and plays it
    /// without its beat.
    #[inline(always)]
    pub fn parts(&mut self) -> (&mut [f64], &mut L) {
        (&mut self.by_item, &mut self.listener)
    }

    /// The luck of a source's draw of this number, from 0, in this episode.
    pub fn luck_of(&self, source: Source, draw: u16) -> DrawLuck {
        self.dice.luck_of(source, draw)
    }

    /// Goes on from these totals, one a reward item.
    pub fn set_totals(&mut self, totals: &[f64]) {
        for (total, given) in self.by_item.iter_mut().zip(totals) {
            *total = *given;
        }
    }

    /// Replaces the luck (a new episode) and keeps the totals.
    pub fn set_luck<S: AsRef<str>>(&mut self, luck: Luck, sources: &[S]) {
        self.dice.reseed(luck, sources);
    }
}

impl<L: Listener> Beat for Sampling<L> {
    #[inline(always)]
    fn toss(&mut self, source: Source, odds: Odds) -> bool {
        self.dice.uniform(source) < odds.yes
    }

    #[inline]
    fn pick(&mut self, source: Source, probabilities: &[f64]) -> usize {
        invert(self.dice.uniform(source), probabilities)
    }

    #[inline(always)]
    fn earn(&mut self, item: Item, amount: f64) {
        self.reward += amount;
        self.by_item[item] += amount;
    }

    #[inline(always)]
    fn tell(&mut self, event: Event) {
        self.listener.hear(event);
    }
}

/// The probabilities scaled to sum to 1, where they do not but for rounding.
pub fn scaled(mut probabilities: Vec<f64>) -> Vec<f64> {
    let sum = super::model_builder::compensated_sum(&probabilities);
    if (sum - 1.0).abs() > f64::EPSILON * probabilities.len() as f64 {
        probabilities.iter_mut().for_each(|p| *p /= sum);
    }
    probabilities
}

/// So few outcomes are counted without a jump, since which one comes cannot be foreseen.
const FEW: usize = 8;

/// The index at which the cumulative probabilities pass `u`; never one of probability 0.
#[inline(always)]
pub fn invert(u: f64, probabilities: &[f64]) -> usize {
    if probabilities.len() <= FEW {
        let (mut sum, mut passed, mut last) = (0.0, 0, 0);
        for (index, &p) in probabilities.iter().enumerate() {
            sum += p;
            passed += usize::from(u >= sum);
            last = if p > 0.0 { index } else { last };
        }
        passed.min(last)
    } else {
        invert_many(u, probabilities)
    }
}

/// The same, ended where the index is found.
fn invert_many(u: f64, probabilities: &[f64]) -> usize {
    let mut below = 0.0;
    let mut last = 0;
    for (index, &p) in probabilities.iter().enumerate() {
        if p > 0.0 {
            below += p;
            last = index;
            if u < below {
                break;
            }
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversion_skips_the_impossible_and_survives_rounding() {
        assert_eq!(invert(0.0, &[0.0, 0.5, 0.5]), 1);
        assert_eq!(invert(0.5, &[0.0, 0.5, 0.5, 0.0]), 2);
        assert_eq!(invert(0.999_999, &[0.3, 0.3, 0.3, 0.0]), 2);
    }

    #[test]
    fn few_outcomes_are_found_as_many_are() {
        let key = Luck::new(4).key("inversion");
        for trial in 0..20_000_u64 {
            let uniform = |draw| key.uniform(trial, draw);
            let length = 1 + (uniform(0) * FEW as f64) as usize;
            let weight = |place: usize| match uniform(place as u16 + 1) {
                weight if weight < 0.3 => 0.0,
                weight => weight,
            };
            let mut weights: Vec<f64> = (0..length).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            if sum == 0.0 {
                continue;
            }
            weights.iter_mut().for_each(|weight| *weight /= sum);
            // Draws on the very sums, where one index ends and the next begins, among them.
            let ends = weights.iter().scan(0.0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            });
            for u in ends.chain([0.0, uniform(20), 1.0 - f64::EPSILON / 2.0]).filter(|u| *u < 1.0) {
                assert_eq!(invert(u, &weights), invert_many(u, &weights), "{u} in {weights:?}");
            }
        }
    }

    #[test]
    fn odds_keep_what_is_tiny_on_either_side() {
        assert_eq!((Odds::of(1e-17).yes(), Odds::unless(1e-17).no()), (1e-17, 1e-17));
        assert_eq!((Odds::of(0.25), Odds::unless(0.75)), (Odds::unless(0.75), Odds::of(0.25)));
        // The same uniform draws the same as a plain probability would.
        let mut by_odds = Sampling::new(Luck::new(3), &["a"], 0, Silent);
        let mut plain = by_odds.clone();
        for t in 0..1_000 {
            by_odds.open(t);
            plain.open(t);
            let tossed = by_odds.toss(0, Odds::unless(0.3));
            assert_eq!(tossed, plain.bernoulli(0, 1.0 - 0.3));
        }
    }

    #[test]
    fn probabilities_are_scaled_only_where_they_are_off_by_more_than_rounding() {
        let given = vec![0.7, 0.2, 0.1];
        assert_eq!(scaled(given.clone()), given);
        assert_eq!(
            scaled(vec![0.5, 0.5 + 8e-10]),
            [0.5 / (1.0 + 8e-10), (0.5 + 8e-10) / (1.0 + 8e-10)]
        );
    }

    #[test]
    fn rewards_are_summed_by_beat_and_totalled_by_item() {
        let mut beat = Sampling::new(Luck::new(1), &["a"], 2, Vec::new());
        beat.open(1);
        beat.earn(0, 2.0);
        beat.earn(1, -0.5);
        assert_eq!(beat.reward(), 1.5);
        beat.open(2);
        beat.earn(0, 1.0);
        beat.tell(Event::DemandLost);
        assert_eq!((beat.reward(), beat.totals()), (1.0, [3.0, -0.5].as_slice()));
        assert_eq!(beat.listener, [Event::DemandLost]);
    }
}
