//! How good a policy is, exactly, where there is a model.

use super::optimum::USUAL_PRECISION;
use super::statistics::Estimate;
use crate::environments::AnyEnvironment;
use crate::mdp::evaluate::{self, Ends, EvaluationError};
use crate::mdp::{Agent, Criterion, Enumeration, Policy, Situation};

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

/// How far an agent's predictions are from what states are worth under the policy that it follows:
/// √Σ μ(s)·(v(s) − V(s))² over all states, μ(s) the share of beats in which the policy meets s, an
/// episode that ended begun anew (the root of Sutton & Barto 2018, eq. 9.1). In the scenario's
/// currency. A state of which nothing was learned yet counts with the value it began at.
///
/// `None` where the agent does not predict, its policy is not known in every state, or what it is
/// worth is no number in some state that it meets (a policy that earns for ever undiscounted).
pub fn prediction_error(
    agent: &dyn Agent,
    environment: &AnyEnvironment,
    enumeration: &Enumeration,
) -> Option<f64> {
    let gamma = agent.predicts()?;
    if !environment.erased().observes_state() {
        return None;
    }
    let model = &enumeration.model;
    let policy = Policy::of_agent(agent, environment.erased(), enumeration)?;
    let exact = match gamma < 1.0 {
        true => evaluate::discounted(model, &policy, gamma).ok()?.values,
        false => evaluate::total(model, &policy).ok()?.values,
    };
    let shares = evaluate::on_policy(model, &policy).ok()?;
    let space = environment.state_space();
    let mut levels = vec![0; space.len()];
    let mut square = 0.0;
    for (state, (&exact, &share)) in exact.iter().zip(&shares).enumerate() {
        if share > 0.0 {
            space.levels(enumeration.states.index(state), &mut levels);
            let situation = Situation { levels: &levels, reals: &[], allowed: None, beat: 0 };
            square += share * (exact - agent.state_value(&situation)?.value).powi(2);
        }
    }
    square.is_finite().then(|| square.sqrt())
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

/// The mean of such distances. Its interval does not reach above the optimum: no policy is better.
pub fn gap_of(gaps: &[f64]) -> Estimate {
    Estimate::of_samples(gaps).not_below(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::session::Session;
    use crate::mdp::{EnumerationOptions, Progress};
    use crate::scenario::{Scenario, library};

    fn walk(agent: &str) -> (Scenario, Enumeration) {
        let mut scenario = library::open("textbook/random_walk.ron").unwrap();
        let text = format!("(version: 1, environment: Chain(), agent: {agent})");
        scenario.contents.agent = Scenario::parse("agent.ron", &text).unwrap().contents.agent;
        let (options, silent) = (EnumerationOptions::default(), Progress::new());
        let enumeration = scenario.environment.erased().enumerate(options, &silent).unwrap();
        (scenario, enumeration)
    }

    fn error_after(agent: &str, beats: u64, seed: u64) -> f64 {
        let (scenario, enumeration) = walk(agent);
        let scenario = std::sync::Arc::new(scenario);
        let spec = scenario.contents.agent.clone();
        let mut session = Session::open(scenario.clone(), spec, seed, None).unwrap();
        session.run_mut().advance(beats);
        prediction_error(session.run().agent(), &scenario.environment, &enumeration).unwrap()
    }

    /// Places are worth 1/6 to 5/6 and met 1, 2, 3, 2 and 1 times in nine beats: at ½ each the error
    /// is √(2·(1/9·1/9 + 2/9·1/36)) = 1/√27.
    #[test]
    fn errors_of_predictions_are_weighed_by_how_often_states_are_met() {
        let agent = "TdPrediction(policy: Random, values: (initial_value: 0.5))";
        assert!((error_after(agent, 0, 1) - 1.0 / 27_f64.sqrt()).abs() < 1e-12);
        // Ten thousand episodes later the step size of a place met 10⁴ to 3·10⁴ times is 0.004 to
        // 0.002, which leaves of a return's spread of ½ at most ½·√(0.004/2) = 0.022.
        for target in ["Rewards", "Rewards(steps: 4)", "Episode"] {
            let text = format!(
                "TdPrediction(policy: Random, values: (initial_value: 0.5, target: {target}))"
            );
            let mean = (1..=10).map(|seed| error_after(&text, 90_000, seed)).sum::<f64>() / 10.0;
            assert!(mean < 0.03, "{target}: {mean}");
        }
    }

    #[test]
    fn who_does_not_predict_has_no_error() {
        let (scenario, enumeration) = walk("QLearning()");
        let random = crate::heuristics::Random::new(scenario.environment.action_space());
        assert_eq!(prediction_error(&random, &scenario.environment, &enumeration), None);
    }

    #[test]
    fn a_distance_is_a_share_of_the_optimum_unless_that_is_nothing() {
        assert_eq!((gap(4.0, 3.0), gap(-4.0, -5.0)), (Some(0.25), Some(0.25)));
        assert_eq!((gap(0.0, -1.0), gap(-2e-7, -1.0)), (None, None));
    }
}
