//! The equation of a policy, solved in every state: what policy iteration improves on.
//!
//! Not certified here: the improvement that follows is one synchronous backup, and bounds it.

use super::average::much_visited;
use super::chain::Chain;
use super::classes::Classes;
use super::discounted::discounted;
use super::system::{Solver, System, places};
use super::total::Passing;
use crate::mdp::criterion::Criterion;
use crate::mdp::model::Model;
use crate::mdp::policy::Policy;

/// Rounds of solving for what the last one left over.
const ROUNDS: usize = 3;

/// v = r + γPv in every state; for the average reward h = r − g + Ph. `None` where there is no
/// one solution: a policy that may never end under the total reward, one with several recurrent
/// classes under the average, or one that does not fit the model.
pub fn solve_equation(model: &Model, policy: &Policy, criterion: Criterion) -> Option<Vec<f64>> {
    if let Criterion::Discounted(gamma) = criterion {
        return discounted(model, policy, gamma).ok().map(|found| found.values);
    }
    policy.check(model).ok()?;
    let chain = Chain::new(model, policy);
    let classes = Classes::new(&chain, model.start());
    let mut closed = (0..classes.len()).filter(|&component| classes.is_closed(component));
    let values = if criterion == Criterion::Average {
        (closed.count() == 1 && !model.has_terminals()).then(|| relative_values(&chain))?
    } else {
        let ends = |component| {
            let state = (0..chain.states()).find(|&s| classes.component(s) == component);
            state.is_some_and(|state| chain.terminal[state])
        };
        if !closed.all(ends) {
            return None;
        }
        let alive: Vec<u32> =
            (0..chain.states() as u32).filter(|&state| !chain.terminal[state as usize]).collect();
        let place = places(chain.states(), &alive);
        Passing::new(&chain, &alive, &place).certified(&chain.reward).0
    };
    values.iter().all(|value| value.is_finite()).then_some(values)
}

/// h of a chain with one recurrent class, 0 in a much-visited state of it.
fn relative_values(chain: &Chain) -> Vec<f64> {
    let hub = much_visited(chain);
    let others: Vec<u32> = (0..chain.states() as u32).filter(|&s| s as usize != hub).collect();
    let place = places(chain.states(), &others);
    let solver = Solver::new(System::new(chain, &others, &place, 1.0));
    let mut beats = vec![1.0; others.len()];
    solver.solve(&mut beats);
    let at_hub = |by_place: &[f64]| -> f64 {
        let row = chain.row(hub);
        row.filter_map(|(next, p)| by_place.get(place[next] as usize).map(|x| p * x)).sum()
    };
    let cycle = 1.0 + at_hub(&beats);
    let mut bias = vec![0.0; chain.states()];
    for _ in 0..ROUNDS {
        let rest = |state: usize| chain.difference(state, chain.reward[state], 1.0, &bias).0;
        let mut x: Vec<f64> = others.iter().map(|&state| rest(state as usize)).collect();
        let at_start = rest(hub);
        solver.solve(&mut x);
        let gain = (at_start + at_hub(&x)) / cycle;
        for ((&state, x), y) in others.iter().zip(&x).zip(&beats) {
            bias[state as usize] += x - gain * y;
        }
    }
    bias
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::examples::{model_from, random_model};

    fn largest_gap(model: &Model, values: &[f64], gamma: f64) -> (f64, f64) {
        let gap = |state| model.q(state, 0, values, gamma).map(|q| q - values[state]);
        let gaps: Vec<f64> = (0..model.states()).filter_map(gap).collect();
        let fold = |f: fn(f64, f64) -> f64| gaps.iter().copied().reduce(f).unwrap();
        (fold(f64::min), fold(f64::max))
    }

    #[test]
    fn solutions_solve_the_equation() {
        for seed in 0..20 {
            let model = random_model(seed, 30, 2);
            let first = Policy::Deterministic(vec![0; 30]);
            let values = solve_equation(&model, &first, Criterion::Discounted(0.9)).unwrap();
            let (least, most) = largest_gap(&model, &values, 0.9);
            assert!(most - least < 1e-12 && most.abs() < 1e-12, "seed {seed}");
            if let Some(values) = solve_equation(&model, &first, Criterion::Average) {
                let (least, most) = largest_gap(&model, &values, 1.0);
                assert!(most - least < 1e-9, "seed {seed}: {least} {most}");
            }
            if let Some(values) = solve_equation(&model, &first, Criterion::Total) {
                let (least, most) = largest_gap(&model, &values, 1.0);
                assert!(most.max(-least) < 1e-9, "seed {seed}: {least} {most}");
            }
        }
    }

    #[test]
    fn what_has_no_one_solution_is_none() {
        // Two islands, of which the second ends or not.
        let islands = |ends: bool| {
            model_from(3, 1, move |s| ends && s == 2, |s, _| Some((1.0, vec![(s.max(1), 1.0)])))
        };
        let policy = Policy::Deterministic(vec![0; 3]);
        assert_eq!(solve_equation(&islands(false), &policy, Criterion::Average), None);
        assert_eq!(solve_equation(&islands(true), &policy, Criterion::Total), None);
        assert_eq!(solve_equation(&islands(true), &policy, Criterion::Average), None);
        let alone = model_from(1, 1, |_| false, |_, _| Some((3.0, vec![(0, 1.0)])));
        let policy = Policy::Deterministic(vec![0]);
        assert_eq!(solve_equation(&alone, &policy, Criterion::Average), Some(vec![0.0]));
    }
}
