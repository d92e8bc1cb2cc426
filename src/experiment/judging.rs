//! How good a policy is, exactly, where there is a model.

use super::optimum::USUAL_PRECISION;
use crate::environments::AnyEnvironment;
use crate::mdp::evaluate::{self, Ends, EvaluationError};
use crate::mdp::{Agent, Criterion, Enumeration, Policy};

/// What a policy is worth under a criterion: its expected value at the start, or its gain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// The value or the gain.
    pub value: f64,
    /// It is surely at least this.
    pub lower: f64,
    /// It is surely at most this.
    pub upper: f64,
}

/// Evaluates an agent's target policy on the model: as it would act if it stopped learning and
/// exploring now. `None` where the policy is not known in every state.
///
/// # Errors
/// Where the criterion says nothing about this policy (the total reward of one that never ends).
pub fn judge(
    agent: &dyn Agent,
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
    criterion: Criterion,
) -> Result<Option<Worth>, EvaluationError> {
    let Some(policy) = Policy::of_agent(agent, environment.erased(), enumeration) else {
        return Ok(None);
    };
    worth(enumeration, &policy, criterion).map(Some)
}

/// Evaluates a policy on the model.
///
/// # Errors
/// As [`judge`].
pub fn worth(
    enumeration: &Enumeration,
    policy: &Policy,
    criterion: Criterion,
) -> Result<Worth, EvaluationError> {
    let model = &enumeration.model;
    Ok(match criterion {
        Criterion::Discounted(gamma) => {
            let found = evaluate::discounted(model, policy, gamma)?;
            Worth { value: found.value, lower: found.lower, upper: found.upper }
        }
        Criterion::Average => {
            let found = evaluate::average(model, policy)?;
            Worth { value: found.gain, lower: found.lower, upper: found.upper }
        }
        Criterion::Total => {
            let found = evaluate::total(model, policy)?;
            Worth { value: found.value, lower: found.lower, upper: found.upper }
        }
    })
}

/// Whether the agent's policy reaches an end from the start; `None` where there are no ends or the
/// policy is not known in every state.
pub fn ends(
    agent: &dyn Agent,
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
) -> Option<Ends> {
    if !enumeration.model.has_terminals() {
        return None;
    }
    let policy = Policy::of_agent(agent, environment.erased(), enumeration)?;
    evaluate::ends(&enumeration.model, &policy).ok()
}

/// Whether the agent's policy can never reach an end from the start, where there are ends.
pub fn never_ends(
    agent: &dyn Agent,
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
) -> Option<bool> {
    Some(ends(agent, environment, enumeration)? == Ends::Never)
}

/// The distance to the optimum: (optimum − value) / |optimum|, 0.043 for 4.3 %. `None` where the
/// optimum is 0, or too near to tell ([`USUAL_PRECISION`]), as no share of nothing can be had.
pub fn gap(optimum: f64, value: f64) -> Option<f64> {
    (optimum.abs() > USUAL_PRECISION).then(|| (optimum - value) / optimum.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_a_share_of_the_optimum_unless_that_is_nothing() {
        assert_eq!((gap(4.0, 3.0), gap(-4.0, -5.0)), (Some(0.25), Some(0.25)));
        assert_eq!((gap(0.0, -1.0), gap(-2e-7, -1.0)), (None, None));
    }
}
