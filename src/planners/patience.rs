//! When a planner has worked in vain for long enough.
//!
//! It has where neither the width of the bounds nor the residual has fallen by a thousandth while
//! the certifying sweeps doubled. What converges, converges geometrically in the end (Puterman
//! 1994, theorem 6.3.1; Schweitzer & Federgruen 1979 for the average reward), so it falls by more
//! than that in any doubling once it has begun to, unless its time constant is a thousand times as
//! many sweeps as were made. What has arrived at rounding, or goes round in circles there, does not
//! fall, and neither do bounds on gains that differ.
//!
//! And it has after a number of sweeps that nobody waits for.

use crate::mdp::{Criterion, Model};

/// What is left of width and residual after the sweeps doubled, where they count as not moving.
pub(super) const UNMOVED: f64 = 0.999;

/// What is left of them where sweeps count as slow, so that equations are rather solved.
const SLOW: f64 = 0.5;

/// Certifying sweeps from which on they always count as slow: so many take longer than to solve a
/// small model's equations.
const MANY: u64 = 4096;

/// Certifying sweeps after which a planner settles at the latest (eight a state on models of more
/// than 131,072 states).
const MOST: u64 = 1 << 20;

/// How far a planner has come; the smaller, the better.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached {
    /// The least width of the bounds so far; ∞ while there is none.
    pub width: f64,
    /// ‖Tv − v‖, or its span for the average reward.
    pub residual: f64,
    /// What is missing from the proof that policies end; 0 where nothing is.
    pub unproved: f64,
}

impl Reached {
    /// Whether there is anything of which clearly less is left.
    pub(super) fn moved_since(self, before: Self) -> bool {
        self.fell_to(UNMOVED, before)
    }

    fn fell_to(self, share: f64, before: Self) -> bool {
        self.width < share * before.width
            || self.residual < share * before.residual
            || self.unproved < share * before.unproved
    }
}

/// What a planner that is looked at does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outlook {
    /// It sweeps on.
    Moving,
    /// It sweeps on, but solving equations may be faster.
    Slow,
    /// Sweeps lead nowhere.
    Stuck,
}

/// Looks at a planner whenever its certifying sweeps have doubled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// At so many certifying sweeps it is looked at again.
    next: u64,
    then: Reached,
    most: u64,
}

impl Patience {
    pub(super) fn new(model: &Model, criterion: Criterion) -> Self {
        let states = model.decisions();
        // Below these figures a pause is no sign.
        let next = match criterion {
            // Every sweep takes the share 1 − γ off: at least a hundredth in half of these.
            Criterion::Discounted(gamma) => ((0.02 / (1.0 - gamma)) as u64).clamp(64, MANY),
            Criterion::Average => MANY,
            // While news travel from one end of the states to the other, the residual can rest.
            Criterion::Total => states.saturating_mul(4).clamp(64, MOST / 2),
        };
        let then =
            Reached { width: f64::INFINITY, residual: f64::INFINITY, unproved: f64::INFINITY };
        Self { next, then, most: MOST.max(states.saturating_mul(8)) }
    }

    /// Whether it has been enough, whatever came of it.
    pub(super) fn is_over(&self, certified: u64) -> bool {
        certified >= self.most
    }

    /// How it looks after so many certifying sweeps.
    pub(super) fn look(&mut self, certified: u64, now: Reached) -> Outlook {
        if certified < self.next {
            return Outlook::Moving;
        }
        let before = std::mem::replace(&mut self.then, now);
        self.next = certified.saturating_mul(2).min(self.most);
        if self.is_over(certified) || !now.moved_since(before) {
            Outlook::Stuck
        } else if certified < MANY && now.fell_to(SLOW, before) {
            Outlook::Moving
        } else {
            Outlook::Slow
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::random_model;

    /// What is seen of a planner whose residual follows this course, and when.
    fn seen(criterion: Criterion, residual: impl Fn(u64) -> f64) -> Vec<(u64, Outlook)> {
        let mut patience = Patience::new(&random_model(2, 20, 2), criterion);
        let mut seen = Vec::new();
        for certified in 1.. {
            let now =
                Reached { width: f64::INFINITY, residual: residual(certified), unproved: 0.0 };
            let outlook = patience.look(certified, now);
            if outlook != Outlook::Moving {
                seen.push((certified, outlook));
            }
            if outlook == Outlook::Stuck {
                return seen;
            }
        }
        seen
    }

    #[test]
    fn what_rests_is_stuck_at_the_next_doubling() {
        let discounted = Criterion::Discounted(0.9);
        let rests = |from: f64| move |sweep: u64| 0.9_f64.powf((sweep as f64).min(from));
        assert_eq!(seen(discounted, rests(1.0)), [(128, Outlook::Stuck)]);
        assert_eq!(seen(discounted, rests(300.0)), [(1024, Outlook::Stuck)]);
        // A discount close to 1 lets it rest for longer.
        let close = Criterion::Discounted(0.99999);
        assert_eq!(seen(close, rests(1.0)), [(4000, Outlook::Stuck)]);
        assert_eq!(seen(Criterion::Total, rests(1.0)), [(160, Outlook::Stuck)]);
    }

    #[test]
    fn what_moves_slowly_is_slow_and_ends_all_the_same() {
        let slowly = |sweep: u64| (-1e-6 * sweep as f64).exp();
        let seen = seen(Criterion::Average, slowly);
        assert_eq!(seen.first(), Some(&(4096, Outlook::Slow)));
        assert_eq!(seen.last(), Some(&(1 << 20, Outlook::Stuck)));
    }
}
