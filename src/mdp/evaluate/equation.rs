//! The equation of a policy, solved in every state: what policy iteration improves on.
//!
//! Not certified here: the improvement that follows is one synchronous backup, and bounds it.
//!
//! For the average reward a policy has one equation only where it has one recurrent class. States
//! that the start cannot reach do not matter for that, under whatever policy, and may keep their
//! values.

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
///
/// For the average reward `counted` may name states that no action leaves: the equation is then
/// solved there alone, and holds 0 elsewhere.
pub fn solve_equation(
    model: &Model,
    policy: &Policy,
    criterion: Criterion,
    counted: Option<&[bool]>,
) -> Option<Vec<f64>> {
    policy.check(model).ok()?;
    let values = match criterion {
        Criterion::Discounted(gamma) => discounted(model, policy, gamma).ok()?.values,
        Criterion::Average if model.has_terminals() => return None,
        Criterion::Average => {
            let chain = Chain::new(model, policy);
            let counts = |&state: &u32| counted.is_none_or(|counted| counted[state as usize]);
            let members: Vec<u32> = (0..chain.states() as u32).filter(counts).collect();
            let solved = relative_values(&chain.part(&members, &places(chain.states(), &members)))?;
            let mut values = vec![0.0; chain.states()];
            for (&state, value) in members.iter().zip(solved) {
                values[state as usize] = value;
            }
            values
        }
        Criterion::Total => totals(model, policy, |chain| chain.reward.clone())?,
    };
    values.iter().all(|value| value.is_finite()).then_some(values)
}

/// The expected beats to the end from every state, under a policy that surely ends from all of
/// them; else `None`.
pub fn expected_beats(model: &Model, policy: &Policy) -> Option<Vec<f64>> {
    policy.check(model).ok()?;
    let ones = |chain: &Chain| vec![1.0; chain.states()];
    let beats = totals(model, policy, ones)?;
    beats.iter().all(|beats| beats.is_finite()).then_some(beats)
}

/// The total of a figure by state until the end; `None` where the policy may never end.
fn totals(model: &Model, policy: &Policy, figure: impl Fn(&Chain) -> Vec<f64>) -> Option<Vec<f64>> {
    let chain = Chain::new(model, policy);
    let classes = Classes::new(&chain, model.start());
    let stays = |state: usize| !chain.terminal[state] && classes.recurs(state);
    if (0..chain.states()).any(stays) {
        return None;
    }
    let alive: Vec<u32> =
        (0..chain.states() as u32).filter(|&state| !chain.terminal[state as usize]).collect();
    let place = places(chain.states(), &alive);
    Some(Passing::new(&chain, &alive, &place).certified(&figure(&chain), |_| 0.0).0)
}

/// h of a chain, 0 in a much-visited state of its recurrent class; `None` where it has several.
fn relative_values(chain: &Chain) -> Option<Vec<f64>> {
    let classes = Classes::new(chain, &[]);
    let closed = (0..classes.len()).filter(|&component| classes.is_closed(component));
    if closed.count() != 1 {
        return None;
    }
    // The others must all be left sooner or later, so it has to be a state that always recurs.
    let hub = much_visited(chain, |state| classes.recurs(state));
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
    Some(bias)
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
            let values = solve_equation(&model, &first, Criterion::Discounted(0.9), None).unwrap();
            let (least, most) = largest_gap(&model, &values, 0.9);
            assert!(most - least < 1e-12 && most.abs() < 1e-12, "seed {seed}");
            if let Some(values) = solve_equation(&model, &first, Criterion::Average, None) {
                let (least, most) = largest_gap(&model, &values, 1.0);
                assert!(most - least < 1e-9, "seed {seed}: {least} {most}");
            }
            if let Some(values) = solve_equation(&model, &first, Criterion::Total, None) {
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
        let solve = |model: &Model, criterion| solve_equation(model, &policy, criterion, None);
        assert_eq!(solve(&islands(false), Criterion::Average), None);
        assert_eq!(solve(&islands(true), Criterion::Total), None);
        assert_eq!(solve(&islands(true), Criterion::Average), None);
        assert_eq!(expected_beats(&islands(true), &policy), None);
        // State 0 leads to the first island alone.
        let first = [true, true, false];
        let solved =
            solve_equation(&islands(false), &policy, Criterion::Average, Some(first.as_slice()));
        assert_eq!(solved, Some(vec![0.0; 3]));
        let alone = model_from(1, 1, |_| false, |_, _| Some((3.0, vec![(0, 1.0)])));
        let policy = Policy::Deterministic(vec![0]);
        assert_eq!(solve_equation(&alone, &policy, Criterion::Average, None), Some(vec![0.0]));
    }

    #[test]
    fn beats_to_the_end_are_those_of_a_geometric_draw() {
        let model = model_from(
            3,
            1,
            |state| state == 2,
            |state, _| Some((7.0, vec![(state, 0.75), (state + 1, 0.25)])),
        );
        let beats = expected_beats(&model, &Policy::Deterministic(vec![0; 3])).unwrap();
        assert_eq!(beats, [8.0, 4.0, 0.0]);
    }

    /// Five states in a ring, and five that fall into one that is all but never left for it: that
    /// one is visited most for a long time, but it does not recur.
    #[test]
    fn relative_values_start_from_a_state_that_recurs() {
        let rare = 1e-6;
        let model = model_from(
            11,
            1,
            |_| false,
            |state, _| {
                let row = match state {
                    0..5 => vec![((state + 1) % 5, 1.0)],
                    5..10 => vec![(10, 1.0)],
                    _ => vec![(10, 1.0 - rare), (0, rare)],
                };
                Some((if state == 0 { 5.0 } else { 0.0 }, row))
            },
        );
        let policy = Policy::Deterministic(vec![0; 11]);
        let values = solve_equation(&model, &policy, Criterion::Average, None).unwrap();
        // Each beat gains 1 less than the mean but the one in state 0.
        let (least, most) = largest_gap(&model, &values, 1.0);
        assert!((least - 1.0).abs() < 1e-9 && (most - 1.0).abs() < 1e-9, "{least} {most}");
    }
}
