//! How many joint outcomes the steps of a model have in all, and that these are not too many.
//!
//! The draws of a step multiply: six products that are asked for by ten numbers each have a million
//! joint outcomes, in every state and under every action. Two limits keep that from being tried:
//!
//! - of one pair, [`Enumerable::branch_limit`], which a kind may set for itself. It is found out by
//!   replaying that many, which takes less than a second.
//! - of all pairs, [`MOST_OUTCOMES`], the same for all kinds. Before a model is enumerated whole, some
//!   of its pairs are counted; where only what can be reached is held, what was replayed so far speaks for
//!   all that was found.

use super::{Enumerating, EnumerationError, Level, branch_error, draw_error};
use crate::mdp::environment::Enumerable;

/// The most joint outcomes of all state–action pairs together that are replayed for a model: about
/// a quarter of an hour to an hour of one core. A model that fills its usual memory has fewer where a
/// pair has no more than 64.
pub const MOST_OUTCOMES: u64 = 1 << 34;

/// So many states are looked at beforehand.
const STATES: u64 = 64;
/// And no more of them after so many outcomes, but [`LEAST`].
const ENOUGH: u64 = 1 << 21;
const LEAST: u64 = 4;
/// A round of a search is to replay about so many outcomes.
const ROUND: u64 = 1 << 22;

/// How much was replayed.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::mdp) struct Replayed {
    /// Pairs.
    pairs: u64,
    /// Outcomes of them.
    pub(in crate::mdp) outcomes: u64,
}

impl Replayed {
    /// Adds a pair.
    pub(in crate::mdp) fn add(&mut self, outcomes: u64) {
        self.pairs += 1;
        self.outcomes += outcomes;
    }

    /// Adds what another has replayed.
    pub(in crate::mdp) fn and(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.outcomes += other.outcomes;
    }

    /// Outcomes of a pair, on average.
    fn a_pair(self) -> f64 {
        self.outcomes as f64 / self.pairs.max(1) as f64
    }

    /// How many states, of at most so many, a round of a search is to take, with so many actions each.
    pub(in crate::mdp) fn round(self, most: usize, actions: usize) -> usize {
        let a_state = (self.a_pair() * actions as f64).max(1.0);
        ((ROUND as f64 / a_state) as usize).clamp(1, most)
    }

    /// Refuses where so many states would have too many outcomes, if all are like those that are done.
    ///
    /// # Errors
    /// [`EnumerationError::Outcomes`].
    pub(in crate::mdp) fn foresee(self, found: u64, done: u64) -> Result<(), EnumerationError> {
        let pairs = found as f64 * self.pairs as f64 / done.max(1) as f64;
        refuse_above(self.a_pair(), pairs)
    }
}

fn refuse_above(a_pair: f64, pairs: f64) -> Result<(), EnumerationError> {
    if a_pair * pairs <= MOST_OUTCOMES as f64 {
        return Ok(());
    }
    let (a_pair, pairs) = (a_pair.round() as u64, pairs.round() as u64);
    Err(EnumerationError::Outcomes { a_pair, pairs, limit: MOST_OUTCOMES })
}

/// Counts the outcomes of some pairs, spread over all states, and refuses where all would have too many.
/// What has too few pairs to come near the limit is not looked at.
///
/// # Errors
/// Any [`EnumerationError`] of these pairs, and [`EnumerationError::Outcomes`].
pub(super) fn foresee<E: Enumerable>(
    environment: &E,
    states: u64,
    actions: &[Vec<Level>],
) -> Result<(), EnumerationError> {
    let most = (states.saturating_mul(actions.len() as u64))
        .saturating_mul(environment.branch_limit() as u64);
    if most <= MOST_OUTCOMES {
        return Ok(());
    }
    let space = environment.state_space();
    let mut state = vec![0; space.len()];
    let (mut seen, mut pairs, mut outcomes, mut replayed) = (0, 0.0, 0.0, 0);
    for sample in 0..STATES.min(states) {
        if replayed > ENOUGH && seen >= LEAST {
            break;
        }
        // Spread by the golden ratio, so that no variable's period is met.
        let share = (sample as f64 * 0.618_033_988_749_895).fract();
        space.levels(((share * states as f64) as u64).min(states - 1), &mut state);
        seen += 1;
        if environment.is_terminal(&state) {
            continue;
        }
        let allowed: Vec<&Vec<Level>> = actions
            .iter()
            .filter(|action| !environment.restricts_actions() || environment.allows(&state, action))
            .collect();
        let Some(action) = allowed.get(sample as usize % allowed.len().max(1)) else { continue };
        let count = count(environment, &state, action)?;
        replayed += count;
        pairs += allowed.len() as f64;
        outcomes += allowed.len() as f64 * count as f64;
    }
    let of_all = states as f64 / f64::max(seen as f64, 1.0);
    refuse_above(outcomes / f64::max(pairs, 1.0), pairs * of_all)
}

/// How many outcomes a pair has.
fn count<E: Enumerable>(
    environment: &E,
    state: &[Level],
    action: &[Level],
) -> Result<u64, EnumerationError> {
    let mut beat = Enumerating::new();
    let mut next = vec![0; state.len()];
    let mut count = 0_usize;
    loop {
        environment.step(state, action, &mut next, &mut beat);
        if let Some(fault) = beat.fault() {
            return Err(draw_error(environment, fault, state, action));
        }
        count += 1;
        if count > environment.branch_limit() {
            return Err(branch_error(environment, state, action));
        }
        if !beat.next_branch() {
            return Ok(count as u64);
        }
    }
}
