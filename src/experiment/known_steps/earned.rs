//! What steps earn: each once, by a number.

#![expect(clippy::indexing_slicing, reason = "consequences are numbered here; a hot loop")]

use hashbrown::HashMap;

use crate::mdp::beat::Item;

/// The most different things to earn or to tell: more are hardly worth a number.
pub(super) const MOST: usize = 1 << 16;

/// What an entry of a map takes beside its key: about two pointers, a number and a place.
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
    /// A row for each: the reward, then the amounts, item by item and layer by layer.
    rows: Vec<f64>,
    numbers: HashMap<Box<[(Item, u64)]>, u32>,
    keys_bytes: usize,
}

impl Earned {
    pub fn new(items: usize) -> Self {
        Self { items, layers: 1, rows: Vec::new(), numbers: HashMap::new(), keys_bytes: 0 }
    }

    /// How long a row is with so many layers.
    #[inline(always)]
    fn width(&self, layers: usize) -> usize {
        1 + self.items * layers
    }

    /// Adds the amounts to the totals, and returns the reward.
    #[inline(always)]
    pub fn earn(&self, number: u32, totals: &mut [f64]) -> f64 {
        let width = self.width(self.layers);
        let row = &self.rows[number as usize * width..][..width];
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

    /// The number of what was earned, in this order; `None` where there are too many.
    pub fn number_of(&mut self, reward: f64, earned: &[(Item, f64)]) -> Option<u32> {
        let key: Box<[(Item, u64)]> =
            earned.iter().map(|(item, amount)| (*item, amount.to_bits())).collect();
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        let number = self.numbers.len();
        if number >= MOST || self.items == 0 {
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
        self.keys_bytes += ENTRY_BYTES + size_of_val(&*key);
        self.numbers.insert(key, number as u32);
        Some(number as u32)
    }

    fn widen(&mut self, layers: usize) {
        let (from, to) = (self.width(self.layers), self.width(layers));
        let mut rows = Vec::with_capacity(to * self.numbers.len());
        for row in self.rows.chunks_exact(from) {
            rows.extend_from_slice(row);
            rows.extend(std::iter::repeat_n(NOTHING, to - from));
        }
        (self.layers, self.rows) = (layers, rows);
    }

    /// The memory that it takes, bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<f64>() * self.rows.capacity() + self.keys_bytes
    }

    /// How many bytes more it may take to know this.
    pub fn growth(&self, earned: &[(Item, f64)]) -> usize {
        let width = self.width(self.layers.max(times_of(earned)));
        let length = (self.numbers.len() + 1) * width;
        let grows = if length > self.rows.capacity() { 2 * size_of::<f64>() * length } else { 0 };
        ENTRY_BYTES + size_of_val(earned) + grows
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
