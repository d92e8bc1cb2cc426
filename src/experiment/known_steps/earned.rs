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
    /// How many amounts there are of each: items times layers.
    width: usize,
    rewards: Vec<f64>,
    amounts: Vec<f64>,
    numbers: HashMap<Box<[(Item, u64)]>, u32>,
    keys_bytes: usize,
}

impl Earned {
    pub fn new(items: usize) -> Self {
        let numbers = HashMap::new();
        Self {
            items,
            width: items,
            rewards: Vec::new(),
            amounts: Vec::new(),
            numbers,
            keys_bytes: 0,
        }
    }

    /// Adds the amounts to the totals, and returns the reward.
    #[inline(always)]
    pub fn earn(&self, number: u32, totals: &mut [f64]) -> f64 {
        let amounts = &self.amounts[number as usize * self.width..][..self.width];
        match (totals.len(), amounts.len()) {
            (1, 1) => add::<1>(totals, amounts),
            (2, 2) => add::<2>(totals, amounts),
            (3, 3) => add::<3>(totals, amounts),
            (4, 4) => add::<4>(totals, amounts),
            _ => add_layers(totals, amounts),
        }
        self.rewards[number as usize]
    }

    /// The number of what was earned, in this order; `None` where there are too many.
    pub fn number_of(&mut self, reward: f64, earned: &[(Item, f64)]) -> Option<u32> {
        let key: Box<[(Item, u64)]> =
            earned.iter().map(|(item, amount)| (*item, amount.to_bits())).collect();
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        let number = self.rewards.len();
        if number >= MOST || self.items == 0 {
            return None;
        }
        let layers = self.layers(earned);
        if layers * self.items > self.width {
            self.widen(layers * self.items);
        }
        self.rewards.push(reward);
        self.amounts.extend(std::iter::repeat_n(NOTHING, self.width));
        let amounts = &mut self.amounts[number * self.width..];
        for (place, (item, amount)) in earned.iter().enumerate() {
            let layer = earned[..place].iter().filter(|(other, _)| other == item).count();
            amounts[layer * self.items + item] = *amount;
        }
        self.keys_bytes += ENTRY_BYTES + size_of_val(&*key);
        self.numbers.insert(key, number as u32);
        Some(number as u32)
    }

    /// How often the item that is earned most often is earned, at least once.
    fn layers(&self, earned: &[(Item, f64)]) -> usize {
        let times = |item: Item| earned.iter().filter(|(other, _)| *other == item).count();
        earned.iter().map(|(item, _)| times(*item)).max().unwrap_or(1).max(1)
    }

    fn widen(&mut self, width: usize) {
        let mut amounts = Vec::with_capacity(width * self.rewards.len());
        for row in self.amounts.chunks_exact(self.width) {
            amounts.extend_from_slice(row);
            amounts.extend(std::iter::repeat_n(NOTHING, width - row.len()));
        }
        (self.width, self.amounts) = (width, amounts);
    }

    /// The memory that it takes, bytes.
    pub fn memory_bytes(&self) -> usize {
        size_of::<f64>() * (self.rewards.capacity() + self.amounts.capacity()) + self.keys_bytes
    }

    /// How many bytes more it may take to know this.
    pub fn growth(&self, earned: &[(Item, f64)]) -> usize {
        let width = self.width.max(self.layers(earned) * self.items);
        let rows = self.rewards.len() + 1;
        let grows = rows > self.rewards.capacity() || rows * width > self.amounts.capacity();
        ENTRY_BYTES
            + size_of_val(earned)
            + if grows { 2 * size_of::<f64>() * rows * (width + 1) } else { 0 }
    }
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
