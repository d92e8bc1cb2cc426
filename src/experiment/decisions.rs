//! What decisions cost against the optimum: v*(s) − q*(s, a) for every action a that was taken.
//!
//! What an action falls short of the best, if the optimum acts thereafter, is the *action gap* of the
//! decision (−A*(s, a), the negative advantage). Along a run the expected shortfall is the sum of
//! what each decision cost, discounted where the criterion is (Kakade & Langford 2002, lemma 6.1),
//! and under the average reward its mean a beat is what the policy falls short in the long run. No
//! luck of the run is in it: a good decision that ended badly costs nothing.
//!
//! Decisions are counted by state and action and not in the order in which they came, so that they
//! can be priced as soon as there is an optimum, and anew under another one.

use std::collections::BTreeMap;

use crate::mdp::{Enumeration, Level, Space};

/// A state and an action by their numbers in the spaces.
pub type Pair = (u64, u64);

/// How often a pair was met, and how many of these are not priced yet.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Met {
    count: u64,
    unpriced: u64,
}

/// What decisions cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Decisions that were priced.
    pub decisions: u64,
    /// How many of them were as good as the best.
    pub best: u64,
    /// What all of them fell short, in the scenario's currency.
    pub lost: f64,
}

/// The decisions of an agent, counted.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    met: BTreeMap<Pair, Met>,
    /// Pairs with decisions that are not priced, each once.
    unpriced: Vec<Pair>,
    latest: Option<Pair>,
    taken: u64,
    cost: Cost,
}

impl Decisions {
    /// Notes that this action was taken in this state. Both must be in their spaces, and these
    /// countable.
    pub fn note(&mut self, states: &Space, state: &[Level], actions: &Space, action: &[Level]) {
        let pair = (states.index(state), actions.index(action));
        let met = self.met.entry(pair).or_default();
        if met.unpriced == 0 {
            self.unpriced.push(pair);
        }
        met.count += 1;
        met.unpriced += 1;
        self.latest = Some(pair);
        self.taken += 1;
    }

    /// How many decisions were noted.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// The latest decision.
    pub fn latest(&self) -> Option<Pair> {
        self.latest
    }

    /// Prices what is not priced yet. `loss` says what the action of a pair falls short of the best
    /// of its state, 0 for one as good; `None` where that is not known, and the pair stays out.
    pub fn price(&mut self, mut loss: impl FnMut(Pair) -> Option<f64>) -> Cost {
        for pair in self.unpriced.drain(..) {
            let Some(met) = self.met.get_mut(&pair) else { continue };
            let count = std::mem::take(&mut met.unpriced);
            let Some(loss) = loss(pair) else { continue };
            self.cost.decisions += count;
            self.cost.best += if loss > 0.0 { 0 } else { count };
            self.cost.lost += count as f64 * loss;
        }
        self.cost
    }

    /// Forgets what decisions cost, for another optimum: they are priced anew.
    pub fn forget_prices(&mut self) {
        self.cost = Cost::default();
        self.unpriced.clear();
        for (pair, met) in &mut self.met {
            met.unpriced = met.count;
            self.unpriced.push(*pair);
        }
    }
}

/// What the action of a pair falls short of the best of its state under the values of an optimum,
/// whose discount is γ (1 where nothing is discounted). `None` where the model has no such pair.
///
/// The values are known up to a precision: what is less than `within` counts as nothing.
pub fn shortfall(
    found: &Enumeration,
    values: &[f64],
    gamma: f64,
    within: f64,
    (state, action): Pair,
) -> Option<f64> {
    let state = found.states.find(state)?;
    let worth = |action| found.model.q(state, action, values, gamma);
    let best = (0..found.model.actions()).filter_map(worth).fold(f64::NEG_INFINITY, f64::max);
    let loss = best - worth(usize::try_from(action).ok()?)?;
    loss.is_finite().then_some(if loss > within { loss } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Variable;

    #[test]
    fn decisions_are_priced_once_and_anew_under_another_optimum() {
        let states = Space::new(vec![Variable::count("stock", 0, 4, "parts")]).unwrap();
        let actions = Space::new(vec![Variable::choice("order", &["none", "one"])]).unwrap();
        let mut decisions = Decisions::default();
        let note = |decisions: &mut Decisions, state, action| {
            decisions.note(&states, &[state], &actions, &[action]);
        };
        for (state, action) in [(0, 0), (3, 1), (0, 0), (2, 0)] {
            note(&mut decisions, state, action);
        }
        // State 2 is none of the model's.
        let price =
            |(state, action): Pair| (state != 2).then_some(2.5 * (action == 0) as u8 as f64);
        let cost = decisions.price(price);
        assert_eq!(cost, Cost { decisions: 3, best: 1, lost: 5.0 });
        assert_eq!(decisions.price(|_| panic!("all are priced")), cost);
        note(&mut decisions, 0, 0);
        assert_eq!(decisions.price(price), Cost { decisions: 4, best: 1, lost: 7.5 });
        assert_eq!((decisions.taken(), decisions.latest()), (5, Some((0, 0))));
        decisions.forget_prices();
        let cost = decisions.price(|(_, action)| Some(action as f64));
        assert_eq!(cost, Cost { decisions: 5, best: 4, lost: 1.0 });
    }
}
