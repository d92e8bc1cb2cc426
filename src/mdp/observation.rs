//! What can be seen of a state, with what probability: the enumerated [`Environment::observe`].
//!
//! [`Environment::observe`]: super::Environment::observe

use super::enumerate::{Enumerating, EnumerationError, branch_error, draw_error};
use super::environment::Enumerable;
use super::variable::Level;

/// What an agent can see of a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The integers, in the order of the observation space.
    pub levels: Vec<Level>,
    /// The real numbers.
    pub reals: Vec<f64>,
}

impl Observation {
    /// Levels and bits of the reals: equal where nobody could tell two observations apart.
    pub(super) fn key(levels: &[Level], reals: &[f64]) -> (Vec<Level>, Vec<u64>) {
        (levels.to_vec(), reals.iter().map(|real| real.to_bits()).collect())
    }
}

/// All that can be seen of a state, each once, with its probability, in the order of the draws.
///
/// # Errors
/// Where a draw is none, or there are more ways than the environment's limit.
pub fn observations<E: Enumerable>(
    environment: &E,
    state: &[Level],
) -> Result<Vec<(Observation, f64)>, EnumerationError> {
    let mut seen = Observation {
        levels: vec![0; environment.observation_space().len()],
        reals: vec![0.0; environment.real_observations().len()],
    };
    let mut all: Vec<(Observation, f64)> = Vec::new();
    let mut count = 0_usize;
    let mut beat = Enumerating::new();
    loop {
        environment.observe(state, &mut seen.levels, &mut seen.reals, &mut beat);
        if let Some(fault) = beat.fault() {
            return Err(draw_error(environment, fault, state, &[]));
        }
        count += 1;
        if count > environment.branch_limit() {
            return Err(branch_error(environment, state, &[]));
        }
        let key = |of: &Observation| Observation::key(&of.levels, &of.reals);
        match all.iter_mut().find(|(known, _)| key(known) == key(&seen)) {
            Some((_, p)) => *p += beat.probability(),
            None if beat.probability() > 0.0 => all.push((seen.clone(), beat.probability())),
            None => {}
        }
        if !beat.next_branch() {
            return Ok(all);
        }
    }
}
