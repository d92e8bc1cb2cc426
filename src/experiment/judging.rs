//! How good a policy is, exactly, where there is a model.

use crate::environments::AnyEnvironment;
use crate::mdp::evaluate::{self, EvaluationError};
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

/// Whether the agent's policy can never reach an end from the start, where there are ends.
pub fn never_ends(
    agent: &dyn Agent,
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
) -> Option<bool> {
    if !enumeration.model.has_terminals() {
        return None;
    }
    let policy = Policy::of_agent(agent, environment.erased(), enumeration)?;
    let ends = evaluate::ends(&enumeration.model, &policy).ok()?;
    Some(ends == evaluate::Ends::Never)
}

/// The distance to the optimum: (optimum − value) / |optimum|, 0.043 for 4.3 %.
pub fn gap(optimum: f64, value: f64) -> f64 {
    (optimum - value) / optimum.abs()
}
