//! What a step asks for and says, written down while it is played.

use super::super::tally::Tally;
use crate::mdp::beat::{Event, Item, Sampling, Source};
use crate::mdp::luck::grains_of;
use crate::mdp::{Beat, Odds};

/// A draw that was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub source: u16,
    /// Its number among those of its source in the beat.
    pub draw: u16,
    /// Where its uniform is found.
    pub slot: u8,
    pub outcomes: u16,
    pub outcome: u16,
    /// Where the cumulative probabilities begin, one fewer than the outcomes.
    pub sums: usize,
}

/// All that a step asked for and said.
#[derive(Debug, Default)]
pub(super) struct Note {
    pub draws: Vec<Drawn>,
    /// The sources of all draws.
    counts: Vec<u16>,
    pub sums: Vec<u64>,
    pub earned: Vec<(Item, f64)>,
    pub told: Vec<Event>,
    pub can_be_kept: bool,
}

impl Note {
    pub fn clear(&mut self) {
        self.draws.clear();
        self.counts.clear();
        self.sums.clear();
        self.earned.clear();
        self.told.clear();
        self.can_be_kept = true;
    }

    /// Notes a sum of probabilities, where it is one.
    fn sum(&mut self, sum: f64) {
        self.can_be_kept &= !sum.is_nan();
        self.sums.push(grains_of(sum));
    }

    /// Notes a draw whose sums from `sums` on were noted.
    fn draw(&mut self, source: Source, sums: usize, outcome: usize) {
        let (source, ahead) = (source as u16, self.sums.len() - sums);
        let draw = self.counts.iter().filter(|other| **other == source).count();
        self.counts.push(source);
        // No tree of more ways than can be numbered.
        self.can_be_kept &= ahead < 1 << 15;
        // What can have but one outcome is no fork.
        if ahead > 0 && self.can_be_kept {
            let (draw, outcomes, outcome) = (draw as u16, ahead as u16 + 1, outcome as u16);
            self.draws.push(Drawn { source, draw, slot: 0, outcomes, outcome, sums });
        }
    }
}

/// A sampling beat that is written down; what it tells is told afterwards.
pub(super) struct Noting<'a> {
    pub sampling: &'a mut Sampling<Tally>,
    pub note: &'a mut Note,
}

impl Beat for Noting<'_> {
    fn toss(&mut self, source: Source, odds: Odds) -> bool {
        let tossed = self.sampling.toss(source, odds);
        let sums = self.note.sums.len();
        self.note.sum(odds.yes());
        self.note.draw(source, sums, usize::from(!tossed));
        tossed
    }

    fn pick(&mut self, source: Source, probabilities: &[f64]) -> usize {
        let picked = self.sampling.pick(source, probabilities);
        // Whoever passes the last sum is at the last outcome that can be, as all who come near it.
        let last = probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0);
        let sums = self.note.sums.len();
        let mut sum = 0.0;
        for probability in probabilities.iter().take(last) {
            sum += probability;
            self.note.sum(sum);
        }
        self.note.draw(source, sums, picked);
        picked
    }

    fn earn(&mut self, item: Item, amount: f64) {
        self.sampling.earn(item, amount);
        self.note.earned.push((item, amount));
    }

    fn tell(&mut self, event: Event) {
        self.note.told.push(event);
    }
}
