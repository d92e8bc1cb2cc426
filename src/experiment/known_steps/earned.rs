//! What steps earn: each once, by a number.

#![expect(clippy::indexing_slicing, reason = "consequences are numbered here; a hot loop")]

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash, Hasher};

use crate::mdp::beat::Item;

/// The most different things to earn or to tell, each with a number below [`NOTHING`](super::NOTHING):
/// more are hardly worth one.
pub(super) const MOST: usize = super::NOTHING as usize;

/// What an entry of a map takes at most beside its key: about two pointers, a number and a place.
pub(super) const ENTRY_BYTES: usize = 64;

/// What is added to each item where nothing is earned: the one number that changes none, and no
/// sign of 0 either.
const NOTHING: f64 = -0.0;

/// What steps earn: the reward, and the amounts by reward item.
///
/// Totals of different items are apart, so that only amounts of the same item have an order: the
/// first amounts of all items are one layer, the second amounts another. Most steps need but one.
#[derive(Debug)]
pub(super) struct Earned {
    items: usize,
    layers: usize,
    /// A row for each: the reward, then the amounts, item by item and layer by layer. Lists of the
    /// same row add up to the same, in whatever order they name the items.
    rows: Vec<f64>,
    count: usize,
    /// The number of each row.
    numbers: HashTable<u16>,
    hasher: DefaultHashBuilder,
}

impl Earned {
    pub fn new(items: usize) -> Self {
        Self {
            items,
            layers: 1,
            rows: Vec::new(),
            count: 0,
            numbers: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// How long a row is with so many layers.
    #[inline(always)]
    fn width(&self, layers: usize) -> usize {
        1 + self.items * layers
    }

    /// Adds the amounts to the totals, and returns the reward.
    #[inline(always)]
    pub fn earn(&self, number: u16, totals: &mut [f64]) -> f64 {
        let width = self.width(self.layers);
        let row = &self.rows[usize::from(number) * width..][..width];
        let amounts = &row[1..];
        match (totals.len(), amounts.len()) {
            (1, 1) => add::<1>(totals, amounts),
            (2, 2) => add::<2>(totals, amounts),
            (3, 3) => add::<3>(totals, amounts),
            (4, 4) => add::<4>(totals, amounts),
            _ => add_layers(totals, amounts),
        }
        row[0]
    }

    /// The number of what was earned; `None` where there are too many.
    pub fn number_of(&mut self, reward: f64, earned: &[(Item, f64)]) -> Option<u16> {
        if self.items == 0 {
            return None;
        }
        let layers = self.layers.max(times_of(earned));
        if layers > self.layers {
            self.widen(layers);
        }
        self.rows.push(reward);
        let amounts = self.rows.len();
        self.rows.extend(std::iter::repeat_n(NOTHING, self.width(layers) - 1));
        for (place, (item, amount)) in earned.iter().enumerate() {
            let layer = earned[..place].iter().filter(|(other, _)| other == item).count();
            self.rows[amounts + layer * self.items + item] = *amount;
        }
        let (width, number) = (self.width(layers), self.count);
        let (rows, hasher) = (&self.rows, &self.hasher);
        let row_of = |number: usize| Row(&rows[number * width..][..width]);
        let hash = hasher.hash_one(row_of(number));
        let is_it = |other: &u16| row_of(usize::from(*other)) == row_of(number);
        let found = self.numbers.find(hash, is_it).copied();
        if found.is_some() || number >= MOST {
            self.rows.truncate(number * width);
            return found;
        }
        let hash_of = |other: &u16| hasher.hash_one(row_of(usize::from(*other)));
        self.numbers.insert_unique(hash, number as u16, hash_of);
        self.count += 1;
        Some(number as u16)
    }

    fn widen(&mut self, layers: usize) {
        let (from, to) = (self.width(self.layers), self.width(layers));
        let mut rows = Vec::with_capacity(to * (self.count + 1));
        for row in self.rows.chunks_exact(from) {
            rows.extend_from_slice(row);
            rows.extend(std::iter::repeat_n(NOTHING, to - from));
        }
        (self.layers, self.rows) = (layers, rows);
    }

    /// The memory that it takes, bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<f64>() * self.rows.capacity() + ENTRY_BYTES * self.numbers.capacity()
    }

    /// How many bytes more it may take to know this.
    pub fn growth(&self, earned: &[(Item, f64)]) -> usize {
        let width = self.width(self.layers.max(times_of(earned)));
        let count = self.count + 1;
        let grows = count * width > self.rows.capacity() || count > self.numbers.capacity();
        // The first few come at once.
        if grows { 2 * count.max(4) * (size_of::<f64>() * width + ENTRY_BYTES) } else { 0 }
    }
}

/// The reward and the amounts of a row, as bits. Layers that were added later change nothing.
#[derive(Clone, Copy)]
struct Row<'a>(&'a [f64]);

impl PartialEq for Row<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().map(|x| x.to_bits()).eq(other.0.iter().map(|x| x.to_bits()))
    }
}

impl Hash for Row<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for (place, amount) in self.0.iter().enumerate() {
            if amount.to_bits() != NOTHING.to_bits() {
                (place, amount.to_bits()).hash(state);
            }
        }
    }
}

/// How often the item that is earned most often is earned.
fn times_of(earned: &[(Item, f64)]) -> usize {
    let times = |item: Item| earned.iter().filter(|(other, _)| *other == item).count();
    earned.iter().map(|(item, _)| times(*item)).max().unwrap_or(0)
}

#[inline(always)]
fn add<const N: usize>(totals: &mut [f64], amounts: &[f64]) {
    for place in 0..N {
        totals[place] += amounts[place];
    }
}

fn add_layers(totals: &mut [f64], amounts: &[f64]) {
    for layer in amounts.chunks_exact(totals.len().max(1)) {
        for (total, amount) in totals.iter_mut().zip(layer) {
            *total += amount;
        }
    }
}
