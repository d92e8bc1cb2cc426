//! Hidden defects: a machine makes a part bad, and only an inspection or the customer finds it.
//!
//! Bad parts are counted beside all parts in each buffer that may hold some. Which of its parts is
//! taken is not known: each is as likely as any other, so that it is bad with the share of bad ones.

#![expect(clippy::indexing_slicing, reason = "variables are laid out when the line is built")]

use super::settings::{LineSettings, MachineSettings};
use crate::mdp::{Beat, Item, Level, Source};

/// What a machine has to do with defects. Variables and sources are [`super::ABSENT`] where there
/// are none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quality {
    /// How many bad parts the buffers before and behind it hold.
    pub bad_before: usize,
    pub bad_behind: usize,
    pub taken_source: Source,
    /// Probability that it makes a good part bad.
    pub defects: f64,
    pub defect_source: Source,
    pub inspection: Option<Inspection>,
}

/// How a machine inspects the parts that it completes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Inspection {
    /// Probability that a bad part is found, and that a good one is taken for bad.
    pub finds: f64,
    pub false_alarms: f64,
    pub source: Source,
    pub cost: f64,
    /// Whether what is found goes back; else it is scrapped.
    pub goes_back: bool,
}

/// Where bad parts are counted, and what they cost.
#[derive(Debug, Clone, Default)]
pub(super) struct Bad {
    /// The variables of bad parts, one a buffer that may hold some.
    pub variables: Vec<usize>,
    pub inspection_item: Option<Item>,
    /// What a bad part costs that was sold, and where it is booked.
    pub complaint: Option<(Item, f64)>,
    /// The store's bad parts, and the source of which one a customer gets.
    pub store: Option<(usize, Source)>,
}

/// Whether the buffer behind each machine may hold bad parts.
pub(super) fn mixed(settings: &LineSettings) -> Vec<bool> {
    let mut may = false;
    let behind = |machine: &MachineSettings| {
        let finds_all = machine.inspection.as_ref().is_some_and(|known| known.finds >= 1.0);
        may = (may || machine.defects > 0.0) && !finds_all;
        may
    };
    settings.machines.iter().map(behind).collect()
}

/// Takes a part from a buffer that holds so many, some of them bad; whether it is bad.
#[inline]
pub(super) fn take<B: Beat + ?Sized>(
    bad: usize,
    level: Level,
    source: Source,
    next: &mut [Level],
    beat: &mut B,
) -> bool {
    let Some(count) = next.get_mut(bad) else { return false };
    let is_bad = match *count {
        0 => false,
        all if all >= level => true,
        some => beat.bernoulli(source, f64::from(some) / f64::from(level)),
    };
    *count -= Level::from(is_bad);
    is_bad
}

/// What becomes of a part that was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It goes on, good or bad.
    Passes { bad: bool },
    /// It was found to be bad, or taken for it.
    Found,
}

impl Quality {
    /// Makes a part bad or not, and inspects it.
    #[inline]
    pub fn judge<B: Beat + ?Sized>(&self, was_bad: bool, beat: &mut B) -> Fate {
        let made_bad =
            !was_bad && self.defects > 0.0 && beat.bernoulli(self.defect_source, self.defects);
        let bad = was_bad || made_bad;
        let Some(inspection) = self.inspection else { return Fate::Passes { bad } };
        let found = if bad { inspection.finds } else { inspection.false_alarms };
        let found = found >= 1.0 || found > 0.0 && beat.bernoulli(inspection.source, found);
        if found { Fate::Found } else { Fate::Passes { bad } }
    }
}

/// Adds to the bad parts of a buffer that counts them and now holds so many in all.
#[inline]
pub(super) fn put(bad: usize, is_bad: bool, level: Level, next: &mut [Level]) {
    if let Some(count) = next.get_mut(bad) {
        *count = (*count + Level::from(is_bad)).min(level);
    }
}

/// Sets out from the bad parts at the beat's start.
#[inline]
pub(super) fn begin(all: &Bad, state: &[Level], next: &mut [Level]) {
    for &variable in &all.variables {
        next[variable] = state[variable];
    }
}
