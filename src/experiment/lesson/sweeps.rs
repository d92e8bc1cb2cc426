//! Value iteration looked at sweep by sweep: when its policy is right, and when its values are.

use crate::experiment::judging::worth;
use crate::experiment::optimum::Optimum;
use crate::mdp::{Model, Policy, Progress};
use crate::scenario::Scenario;

/// After so many sweeps nothing more is waited for.
const MOST: u64 = 100_000;
/// Values that change by no more than this share of the largest have come to rest.
const REST: f64 = 1e-12;
/// An action that falls short of the best by no more than this share of the largest value is as good:
/// the optimum's values are known no better.
const AS_GOOD: f64 = 1e-6;

/// Value iteration from zeros, v ← Tv, one plain sweep after the other. A planner stops once its
/// bounds meet, long before the values themselves have come to rest, which is what is asked here.
pub(super) struct Sweeping<'m> {
    model: &'m Model,
    gamma: f64,
    /// The values by state.
    pub values: Vec<f64>,
    /// The greedy flat actions by state.
    pub policy: Vec<u32>,
    next: Vec<f64>,
    rows: Vec<f64>,
    sweeps: u64,
    rests: bool,
}

impl<'m> Sweeping<'m> {
    fn new(scenario: &Scenario, found: &'m Optimum) -> Self {
        let model = found.model();
        let states = model.states();
        Self {
            model,
            gamma: scenario.contents.criterion.discount().unwrap_or(1.0),
            values: vec![0.0; states],
            policy: vec![0; states],
            next: vec![0.0; states],
            rows: vec![0.0; model.rows_len()],
            sweeps: 0,
            rests: false,
        }
    }

    /// One sweep.
    fn sweep(&mut self) {
        let Self { model, gamma, values, policy, next, rows, .. } = self;
        let stats = model.back_up(values, *gamma, rows, next, Some(policy));
        std::mem::swap(&mut self.values, &mut self.next);
        self.sweeps += 1;
        let change = stats.min_diff.abs().max(stats.max_diff.abs());
        self.rests = change <= REST * stats.largest_value.max(1.0);
    }
}

/// Value iteration after so many sweeps.
pub(super) fn after<'m>(
    scenario: &Scenario,
    found: &'m Optimum,
    sweeps: u64,
    progress: &Progress,
) -> Result<Sweeping<'m>, String> {
    let mut sweeping = Sweeping::new(scenario, found);
    while sweeping.sweeps < sweeps {
        if progress.is_cancelled() {
            return Err("cancelled".to_owned());
        }
        sweeping.sweep();
    }
    Ok(sweeping)
}

/// What the greedy policy after so many sweeps is worth.
pub(super) fn worth_after(
    scenario: &Scenario,
    found: &Optimum,
    sweeps: u64,
    progress: &Progress,
) -> Result<f64, String> {
    let policy = Policy::Deterministic(after(scenario, found, sweeps, progress)?.policy);
    let worth = worth(&found.enumeration, &policy, scenario.contents.criterion);
    Ok(worth.map_err(|error| error.to_string())?.value)
}

/// States that the start leads to and that are decided in.
fn decided(found: &Optimum) -> Vec<usize> {
    let model = found.model();
    let reached = model.reached();
    (0..model.states())
        .filter(|&state| !model.is_terminal(state) && reached.get(state) == Some(&true))
        .collect()
}

/// From which sweep on something holds, for good.
fn from_when(
    scenario: &Scenario,
    found: &Optimum,
    progress: &Progress,
    holds: impl Fn(&Sweeping<'_>) -> bool,
) -> Result<u64, String> {
    let mut sweeping = Sweeping::new(scenario, found);
    let mut since = None;
    while !sweeping.rests && sweeping.sweeps < MOST {
        if progress.is_cancelled() {
            return Err("cancelled".to_owned());
        }
        sweeping.sweep();
        match (holds(&sweeping), since) {
            (true, None) => since = Some(sweeping.sweeps),
            (false, _) => since = None,
            (true, Some(_)) => {}
        }
    }
    since.ok_or_else(|| format!("that does not come about within {MOST} sweeps"))
}

/// After how many sweeps the greedy policy is the best in every state, and stays so.
pub(super) fn to_policy(
    scenario: &Scenario,
    found: &Optimum,
    progress: &Progress,
) -> Result<u64, String> {
    let (model, values) = (found.model(), &found.solution.values);
    let gamma = scenario.contents.criterion.discount().unwrap_or(1.0);
    let states = decided(found);
    let largest = largest(&states, values);
    // By state and action whether it is as good as the best.
    let mut good = vec![false; model.states() * model.actions()];
    let mut q = vec![0.0; model.actions()];
    for &state in &states {
        model.q_values(state, values, gamma, &mut q);
        let best = q.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (action, value) in q.iter().enumerate() {
            if let Some(good) = good.get_mut(state * model.actions() + action) {
                *good = *value >= best - AS_GOOD * largest.max(1.0);
            }
        }
    }
    from_when(scenario, found, progress, |sweeping| {
        let policy = &sweeping.policy;
        let best = |&state: &usize| {
            let action = policy.get(state).map(|&action| action as usize);
            action.and_then(|action| good.get(state * model.actions() + action)) == Some(&true)
        };
        states.iter().all(best)
    })
}

/// After how many sweeps all values are within so many per cent of the largest of the true ones.
pub(super) fn to_values(
    scenario: &Scenario,
    found: &Optimum,
    percent: f64,
    progress: &Progress,
) -> Result<u64, String> {
    let states = decided(found);
    let truth = &found.solution.values;
    let within = percent / 100.0 * largest(&states, truth);
    from_when(scenario, found, progress, |sweeping| {
        let values = &sweeping.values;
        let near = |&state: &usize| {
            let both = values.get(state).zip(truth.get(state));
            both.is_some_and(|(value, truth)| (value - truth).abs() <= within)
        };
        states.iter().all(near)
    })
}

fn largest(states: &[usize], values: &[f64]) -> f64 {
    let each = states.iter().filter_map(|&state| values.get(state));
    each.fold(0.0, |largest, value| f64::max(largest, value.abs()))
}
