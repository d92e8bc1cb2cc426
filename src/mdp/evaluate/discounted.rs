//! The discounted value of a policy: v = r + γ P v, solved and certified.
//!
//! With d = T v − v, the value lies within v + [min(d, 0), max(d, 0)] / (1 − γ), whatever v is
//! (MacQueen 1966; Porteus 1971, for the operator of one policy; the 0 is for terminal states).

use super::chain::Chain;
use super::system::{Solver, System, places};
use super::{Evaluation, EvaluationError, start_slack};
use crate::mdp::model::Model;
use crate::mdp::policy::Policy;

/// Rounds of solving for what the last one left over.
const ROUNDS: usize = 6;

/// The value of each state under the policy: the expected sum of rewards, the one t beats ahead
/// weighted by γᵗ, in the scenario's currency.
///
/// # Errors
/// A policy that does not fit, or a discount not in 0 ≤ γ < 1.
pub fn discounted(
    model: &Model,
    policy: &Policy,
    gamma: f64,
) -> Result<Evaluation, EvaluationError> {
    if !(0.0..1.0).contains(&gamma) {
        return Err(EvaluationError::Discount { gamma });
    }
    policy.check(model)?;
    let chain = Chain::new(model, policy);
    let members: Vec<u32> =
        (0..model.states() as u32).filter(|&state| !model.is_terminal(state as usize)).collect();
    let place = places(model.states(), &members);
    let solver = Solver::new(System::new(&chain, &members, &place, gamma));

    let mut values = vec![0.0; model.states()];
    let mut best = Certified::new(&chain, &members, gamma, values.clone());
    for _ in 0..ROUNDS {
        let mut rest: Vec<f64> =
            members.iter().map(|&state| best.differences[state as usize]).collect();
        solver.solve(&mut rest);
        values.copy_from_slice(&best.values);
        for (&state, more) in members.iter().zip(&rest) {
            values[state as usize] += more;
        }
        let next = Certified::new(&chain, &members, gamma, values.clone());
        let better = next.width() < best.width();
        if !better {
            break;
        }
        let settled = next.width() > 0.5 * best.width();
        best = next;
        if settled {
            break;
        }
    }
    let Certified { values, below, above, .. } = best;
    let value = model.at_start(&values);
    let slack = start_slack(model, &values);
    Ok(Evaluation {
        value,
        lower: value + below - slack,
        upper: value + above + slack,
        error: above.max(-below),
        values,
    })
}

/// Values, what one application of the operator would change, and how far they can be off.
struct Certified {
    values: Vec<f64>,
    differences: Vec<f64>,
    below: f64,
    above: f64,
}

impl Certified {
    fn new(chain: &Chain, members: &[u32], gamma: f64, values: Vec<f64>) -> Self {
        let (mut least, mut most) = (0.0_f64, 0.0_f64);
        let mut differences = vec![0.0; values.len()];
        for &state in members {
            let state = state as usize;
            let (d, slack) = chain.difference(state, chain.reward[state], gamma, &values);
            let slack = slack + chain.reward_slack(state);
            differences[state] = d;
            least = least.min(d - slack);
            most = most.max(d + slack);
        }
        let beats = 1.0 / (1.0 - gamma);
        Self { values, differences, below: least * beats, above: most * beats }
    }

    fn width(&self) -> f64 {
        self.above - self.below
    }
}
