//! Bounds against the optimum found in exact rationals by trying every policy.

use std::ops::ControlFlow;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;

use super::gauss_seidel::Order;
use super::*;
use crate::mdp::examples::{line3, model_from, random_model, surely_ends};
use crate::mdp::luck::{Luck, LuckRng};
use crate::mdp::{EnumerationOptions, Policy, Progress, enumerate, evaluate};
use rand::RngExt;

type Exact = BigRational;

fn exact(x: f64) -> Exact {
    BigRational::from_float(x).unwrap()
}

/// Gauss–Jordan elimination; `None` where the matrix is singular. Rows hold the right side last.
fn eliminate(mut rows: Vec<Vec<Exact>>) -> Option<Vec<Exact>> {
    for place in 0..rows.len() {
        let pivot = (place..rows.len()).find(|&row| !rows[row][place].is_zero())?;
        rows.swap(place, pivot);
        let scale = rows[place][place].clone();
        rows[place].iter_mut().for_each(|x| *x /= &scale);
        let pivot = rows[place].clone();
        for (number, row) in rows.iter_mut().enumerate() {
            if number != place && !row[place].is_zero() {
                let factor = row[place].clone();
                for (x, y) in row.iter_mut().zip(&pivot) {
                    *x -= &factor * y;
                }
            }
        }
    }
    rows.into_iter().map(|row| row.last().cloned()).collect()
}

fn policies(model: &Model) -> impl Iterator<Item = Vec<u32>> {
    let (states, actions) = (model.states() as u32, model.actions() as u32);
    (0..actions.pow(states))
        .map(move |number| (0..states).map(|s| number / actions.pow(s) % actions).collect())
        .filter(|policy: &Vec<u32>| Policy::Deterministic(policy.clone()).check(model).is_ok())
}

/// The probabilities of a row as they are meant: scaled to sum to 1.
fn shares(p: &[f64]) -> Vec<Exact> {
    let sum: Exact = p.iter().map(|&p| exact(p)).sum();
    p.iter().map(|&p| exact(p) / &sum).collect()
}

/// v = r_σ + γ P_σ v, 0 in terminal states; for γ = 1 `None` where the policy may never end.
fn exact_values(model: &Model, policy: &[u32], gamma: f64) -> Option<Vec<Exact>> {
    let n = model.states();
    let rows = (0..n).map(|state| {
        let mut row = vec![Exact::zero(); n + 1];
        row[state] = Exact::one();
        if let Some((next, p)) = model.row(state, policy[state] as usize) {
            for (&next, p) in next.iter().zip(shares(p)) {
                row[next as usize] -= exact(gamma) * p;
            }
            row[n] = exact(model.reward(state, policy[state] as usize));
        }
        row
    });
    eliminate(rows.collect())
}

/// The gain of a policy with one recurrent class: h + g = r + Ph, h(0) = 0.
fn exact_gain(model: &Model, policy: &[u32]) -> Exact {
    let n = model.states();
    let rows = (0..n).map(|state| {
        let mut row = vec![Exact::zero(); n + 1];
        row[state] = Exact::one();
        let action = policy[state] as usize;
        let (next, p) = model.row(state, action).unwrap();
        for (&next, p) in next.iter().zip(shares(p)) {
            row[next as usize] -= p;
        }
        row[0] = Exact::one();
        row[n] = exact(model.reward(state, action));
        row
    });
    eliminate(rows.collect()).unwrap()[0].clone()
}

fn all_planners(model: &Arc<Model>, criterion: Criterion) -> Vec<Box<dyn Planner>> {
    let mut planners: Vec<Box<dyn Planner>> = Method::ALL
        .into_iter()
        .filter(|method| method.serves(criterion))
        .map(|method| planner(Arc::clone(model), criterion, Some(method)).unwrap())
        .collect();
    if criterion != Criterion::Average {
        let descending = GaussSeidel::new(Arc::clone(model), criterion, Order::Descending);
        planners.push(Box::new(descending.unwrap()));
    }
    let short = ModifiedPolicyIteration::new(Arc::clone(model), criterion, 1);
    planners.push(Box::new(short.unwrap()));
    planners
}

/// Advances by odd amounts; the bounds must hold `best` whenever there are any, and be certified
/// in the end. The policy's exact value must lie above the lower bound too.
fn bounds_hold(
    model: &Arc<Model>,
    criterion: Criterion,
    best: &Exact,
    value_of: impl Fn(&[u32]) -> Option<Exact>,
    by_state: Option<&[Exact]>,
) {
    for mut planner in all_planners(model, criterion) {
        let name = planner.name();
        for round in 0..20_000 {
            let used = planner.advance(1 + round % 17);
            assert!(used > 0 || planner.is_settled(), "{name}");
            let Some(bounds) = planner.bounds() else { continue };
            let upper = bounds.upper.unwrap_or(f64::MAX);
            if round < 300 {
                assert!(exact(bounds.lower) <= *best, "{name}, round {round}: {bounds:?} {best}");
                assert!(exact(upper) >= *best, "{name}, round {round}: {bounds:?} {best}");
                let value = value_of(planner.policy()).unwrap();
                assert!(value >= exact(bounds.lower), "{name}, round {round}: {bounds:?} {value}");
                for (state, value) in by_state.into_iter().flatten().enumerate() {
                    let (lower, upper) = planner.state_bounds(state).unwrap();
                    assert!(exact(lower) <= *value && exact(upper.unwrap_or(f64::MAX)) >= *value);
                }
            }
            if planner.certified(1e-9) || planner.is_settled() {
                break;
            }
        }
        assert!(
            planner.certified(1e-9),
            "{name}: {:?} after {}",
            planner.bounds(),
            planner.sweeps()
        );
    }
}

/// All methods that serve a criterion.
fn methods(criterion: Criterion) -> impl Iterator<Item = Method> {
    <Method as clap::ValueEnum>::value_variants()
        .iter()
        .copied()
        .filter(move |method| method.serves(criterion))
}

/// A planner of this method that was driven to its end.
fn driven(
    model: &Arc<Model>,
    criterion: Criterion,
    method: Method,
    precision: f64,
) -> Box<dyn Planner> {
    let mut planner = planner(Arc::clone(model), criterion, Some(method)).unwrap();
    drive(&mut *planner, precision, |_| ControlFlow::Continue(()));
    planner
}

/// The greatest mean reward of a cycle that state 0 leads to (Karp 1978).
fn greatest_cycle_mean(
    states: usize,
    actions: usize,
    step: impl Fn(usize, usize) -> (usize, f64),
) -> f64 {
    let mut most = vec![vec![f64::NEG_INFINITY; states]; states + 1];
    most[0][0] = 0.0;
    for k in 0..states {
        for state in 0..states {
            for action in 0..actions {
                let (next, reward) = step(state, action);
                most[k + 1][next] = f64::max(most[k + 1][next], most[k][state] + reward);
            }
        }
    }
    let means = |state: usize| {
        let longest = most[states][state];
        (0..states)
            .filter(|&k| most[k][state].is_finite())
            .map(|k| (longest - most[k][state]) / (states - k) as f64)
            .fold(f64::INFINITY, f64::min)
    };
    (0..states)
        .filter(|&state| most[states][state].is_finite())
        .map(means)
        .fold(f64::NEG_INFINITY, f64::max)
}

/// Two machines of fixed cycles make a part in the longer one.
#[test]
fn lines_of_fixed_cycles_are_solved_by_every_method() {
    use crate::environments::line::{BufferSettings, Cycle, Line, LineSettings, MachineSettings};
    let machine =
        |beats| MachineSettings { cycle: Cycle::Beats(beats), ..MachineSettings::default() };
    for (first, second) in [(1, 1), (2, 1), (1, 2), (2, 2), (3, 3), (2, 3), (5, 3), (3, 5)] {
        let line = Line::new(LineSettings {
            machines: vec![machine(first), machine(second)],
            buffers: vec![BufferSettings { capacity: 4, ..BufferSettings::default() }],
            revenue: 1.0,
            ..LineSettings::default()
        });
        let found = enumerate(&line.unwrap(), EnumerationOptions::default(), &Progress::new());
        let model = found.unwrap().model;
        for method in methods(Criterion::Average) {
            let planner = driven(&model, Criterion::Average, method, 1e-9);
            let (bounds, best) = (planner.bounds().unwrap(), 1.0 / f64::from(first.max(second)));
            let what = format!("{first} and {second} beats by {method:?}: {bounds:?}");
            assert!(bounds.certifies(1e-9), "{what}");
            assert!(bounds.lower <= best && best <= bounds.upper.unwrap(), "{what}");
            let policy = Policy::Deterministic(planner.policy().to_vec());
            let gain = evaluate::average(&model, &policy).unwrap().gain;
            assert!((gain - best).abs() < 1e-9, "{what}: the policy's own gain is {gain}");
        }
    }
}

/// Whatever the method and however soon it is done, what is shown of a state is its value.
#[test]
fn estimates_are_the_values_of_the_optimum() {
    let model = Arc::new(random_model(5, 12, 3));
    let criterion = Criterion::Discounted(0.9);
    let exact = driven(&model, criterion, Method::PolicyIteration, 1e-12).backed_up().to_vec();
    for method in methods(criterion) {
        let planner = driven(&model, criterion, method, 1e-6);
        let found = Solution::of(&*planner, &model, 1e-6);
        for (state, (value, exact)) in found.values.iter().zip(&exact).enumerate() {
            // Half of the bounds' width about the middle.
            assert!((value - exact).abs() < 1e-6, "{method:?}, state {state}: {value}, {exact}");
            let (lower, upper) = found.state_bounds(state).unwrap();
            assert!(lower <= *exact && *exact <= upper.unwrap(), "{method:?}, state {state}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn discounted_bounds_hold_the_exact_optimum(seed in 0_u64..1_000_000, g in 0_usize..4) {
        let model = Arc::new(random_model(seed, 4, 2));
        let gamma = [0.0, 0.5, 0.9, 0.984375][g];
        let mut best: Option<Vec<Exact>> = None;
        for policy in policies(&model) {
            let values = exact_values(&model, &policy, gamma).unwrap();
            best = Some(match best {
                None => values,
                Some(best) => best.into_iter().zip(values).map(|(a, b)| a.max(b)).collect(),
            });
        }
        let best = best.unwrap();
        let value_of = |policy: &[u32]| exact_values(&model, policy, gamma).map(|v| v[0].clone());
        bounds_hold(&model, Criterion::Discounted(gamma), &best[0], value_of, Some(&best));
    }

    #[test]
    fn average_bounds_hold_the_exact_optimum(seed in 0_u64..1_000_000) {
        // An eighth of every row leads to state 0, so that there is one recurrent class.
        let raw = random_model(2 * seed, 4, 2);
        let model = Arc::new(model_from(4, 2, |_| false, |state, action| {
            let (next, p) = raw.row(state, action)?;
            let mut row = vec![(0, 0.125)];
            row.extend(next.iter().zip(p).map(|(&s, &p)| (s as usize, 0.875 * p)));
            Some((raw.reward(state, action), row))
        }));
        let best = policies(&model).map(|policy| exact_gain(&model, &policy)).max().unwrap();
        let value_of = |policy: &[u32]| Some(exact_gain(&model, policy));
        bounds_hold(&model, Criterion::Average, &best, value_of, None);
    }

    /// Without chance the optimal gain is the greatest mean reward of a cycle. Some policies go round
    /// in several cycles of their own, and with a period.
    #[test]
    fn cycles_without_chance_are_solved_by_every_method(
        rewards in prop::collection::vec(-8_i32..8, 12), to in prop::collection::vec(0_usize..6, 6),
    ) {
        let step = |state: usize, action: usize| {
            let next = if action == 0 { (state + 1) % 6 } else { to[state] };
            (next, f64::from(rewards[2 * state + action]))
        };
        let model = Arc::new(model_from(6, 2, |_| false, |state, action| {
            let (next, reward) = step(state, action);
            Some((reward, vec![(next, 1.0)]))
        }));
        let best = greatest_cycle_mean(6, 2, step);
        for method in methods(Criterion::Average) {
            let planner = driven(&model, Criterion::Average, method, 1e-7);
            let bounds = planner.bounds().unwrap();
            prop_assert!(bounds.certifies(1e-7), "{method:?}: {bounds:?}, but {best}");
            prop_assert!(bounds.lower <= best && best <= bounds.upper.unwrap(), "{method:?}");
        }
    }

    #[test]
    fn total_bounds_hold_the_exact_optimum(seed in 0_u64..1_000_000, costs in any::<bool>()) {
        // Either an eighth of every row ends, with any rewards, or every beat costs and one may
        // stay for ever.
        let raw = random_model(2 * seed + 1, 4, 2);
        let model = model_from(4, 2, |s| s == 3, |state, action| {
            let (next, p) = raw.row(state, action)?;
            let reward = raw.reward(state, action);
            if costs {
                let row = next.iter().zip(p).map(|(&s, &p)| (s as usize, p)).collect();
                return Some((-0.25 - reward.abs(), row));
            }
            let mut row = vec![(3, 0.125)];
            row.extend(next.iter().zip(p).map(|(&s, &p)| (s as usize, 0.875 * p)));
            Some((reward, row))
        });
        // From the start; states from which the policy may not end are then not reached.
        let value_of = |policy: &[u32]| {
            let ends = surely_ends(&model, policy)?;
            let part = model_from(4, 2, |s| s == 3 || !ends[s], |state, action| {
                let (next, p) = model.row(state, action)?;
                let row = next.iter().zip(p).map(|(&s, &p)| (s as usize, p)).collect();
                Some((model.reward(state, action), row))
            });
            ends[0].then(|| exact_values(&part, policy, 1.0).map(|v| v[0].clone()))?
        };
        let best = policies(&model).filter_map(|policy| value_of(&policy)).max();
        let shared = Arc::new(model.clone());
        match best {
            Some(best) => bounds_hold(&shared, Criterion::Total, &best, value_of, None),
            None => prop_assert_eq!(
                planner(shared, Criterion::Total, None).err(),
                Some(PlanError::NeverEnds)
            ),
        }
    }
}

/// A start from which chance leads to one of two islands: gain 1 on the first, 3 on the second.
fn islands() -> Arc<Model> {
    Arc::new(model_from(
        3,
        1,
        |_| false,
        |s, _| {
            Some(match s {
                0 => (0.0, vec![(1, 0.5), (2, 0.5)]),
                _ => (2.0 * s as f64 - 1.0, vec![(s, 1.0)]),
            })
        },
    ))
}

#[test]
fn gains_that_differ_are_bounded_and_not_called_optimal() {
    // No bound on "the" gain can close.
    let model = islands();
    for method in
        [Method::RelativeValueIteration, Method::ModifiedPolicyIteration, Method::PolicyIteration]
    {
        let progress = Progress::new();
        let solution =
            solve(&model, Criterion::Average, Some(method), 1e-6, u64::MAX, None, &progress)
                .unwrap();
        assert!(!solution.optimal && solution.settled, "{method:?}");
        assert!(!solution.limited_by_rounding, "{method:?}");
        let bounds = solution.bounds.unwrap();
        assert!(bounds.lower <= 1.0 && bounds.upper.unwrap() >= 3.0, "{method:?}: {bounds:?}");
    }
}

#[test]
fn criteria_that_do_not_fit_are_refused_in_words() {
    let endless = Arc::new(line3(1));
    let ending = Arc::new(model_from(2, 1, |s| s == 1, |_, _| Some((1.0, vec![(1, 1.0)]))));
    let refused = |model: &Arc<Model>, criterion, method| {
        planner(Arc::clone(model), criterion, method).err().unwrap().to_string()
    };
    assert!(refused(&ending, Criterion::Average, None).contains("1 of 2 states are terminal"));
    assert!(refused(&endless, Criterion::Total, None).contains("no policy surely reaches the end"));
    assert!(refused(&endless, Criterion::Discounted(1.0), None).contains("less than 1"));
    assert!(refused(&endless, Criterion::Discounted(f64::NAN), None).contains("less than 1"));
    let gauss_seidel = refused(&endless, Criterion::Average, Some(Method::GaussSeidel));
    assert!(gauss_seidel.contains("relative value iteration"));
}

/// A model with nothing exact in binary about it: any probabilities, some of them tiny, and rewards
/// of any size. The last state is terminal where that is wanted, and reached from everywhere.
fn unround_model(seed: u64, ends: bool, scale: f64) -> Model {
    let mut random = LuckRng::new(Luck::new(seed).key("unround model"));
    let mut pairs = Vec::new();
    for _ in 0..4 * 2 {
        let mut weights: Vec<f64> = (0..4)
            .map(|_| match random.random_range(0..4) {
                0 => 0.0,
                1 => random.random::<f64>() * 1e-6,
                _ => random.random(),
            })
            .collect();
        // All states have to do with one another, or the end with all.
        let common = if ends { 3 } else { 0 };
        weights[common] += 0.01 + 0.1 * random.random::<f64>();
        let sum: f64 = weights.iter().sum();
        let row: Vec<_> = weights.iter().map(|weight| weight / sum).enumerate().collect();
        pairs.push((random.random_bool(0.8), scale * (random.random::<f64>() - 0.5), row));
    }
    model_from(
        4,
        2,
        |state| ends && state == 3,
        |state, action| {
            let (allowed, reward, row) = &pairs[state * 2 + action];
            (action == 0 || *allowed).then(|| (*reward, row.clone()))
        },
    )
}

/// How many sweeps of any kind suffice to settle on these small models.
const ENOUGH: u64 = 100_000;

/// Every planner settles though a precision of 0 is asked for, with bounds that hold `best` and
/// are hardly wider than rounding.
fn all_settle(model: &Arc<Model>, criterion: Criterion, best: &Exact) {
    let mut found: Vec<(&str, Bounds)> = Vec::new();
    for mut planner in all_planners(model, criterion) {
        let name = planner.name();
        drive(&mut *planner, 0.0, |planner| {
            assert!(planner.sweeps() <= ENOUGH, "{name}: {:?}", planner.bounds());
            std::ops::ControlFlow::Continue(())
        });
        let bounds = planner.bounds().unwrap();
        let upper = bounds.upper.unwrap();
        assert!(exact(bounds.lower) <= *best && exact(upper) >= *best, "{name}: {bounds:?} {best}");
        assert!(planner.is_limited_by_rounding(), "{name}: {bounds:?} after {}", planner.sweeps());
        found.push((name, bounds));
    }
    for (one, bounds) in &found {
        for (other, others) in &found {
            assert!(Some(bounds.lower) <= others.upper, "{one} {bounds:?}, {other} {others:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_planner_settles_and_none_contradicts_another(
        seed in any::<u64>(),
        which in 0_usize..7,
        magnitude in -3_i32..10,
    ) {
        let scale = 10_f64.powi(magnitude);
        let model = Arc::new(unround_model(seed, which == 0 || which == 1, scale));
        let (criterion, best) = match which {
            0 | 2..=5 => {
                let gamma = [0.9, 0.0, 0.0, 0.7, 0.97, 0.9993][which];
                let values = policies(&model).filter_map(|policy| {
                    exact_values(&model, &policy, gamma).map(|values| values[0].clone())
                });
                (Criterion::Discounted(gamma), values.max())
            }
            1 => {
                let values = policies(&model).filter_map(|policy| {
                    exact_values(&model, &policy, 1.0).map(|values| values[0].clone())
                });
                (Criterion::Total, values.max())
            }
            _ => {
                let gains = policies(&model).map(|policy| exact_gain(&model, &policy));
                (Criterion::Average, gains.max())
            }
        };
        all_settle(&model, criterion, &best.unwrap());
    }
}

/// A model of any shape: few successors, ends anywhere or nowhere, islands, free ways to stay.
fn wild_model(seed: u64, ends: bool) -> Model {
    let mut random = LuckRng::new(Luck::new(seed).key("wild model"));
    let terminal: Vec<bool> = (0..5).map(|s| ends && s > 0 && random.random_bool(0.25)).collect();
    let free = random.random_bool(0.5);
    let costs = random.random_bool(0.5);
    let pairs: Vec<_> = (0..5 * 2)
        .map(|_| {
            let (one, other) = (random.random_range(0..5), random.random_range(0..5));
            let p = [1.0, 0.5, 0.999, random.random()][random.random_range(0..4)];
            let amount = random.random::<f64>() * 4.0;
            let reward = match random.random_range(0..3) {
                0 if free => 0.0,
                1 if !costs => amount,
                _ => -amount,
            };
            (random.random_bool(0.8), reward, vec![(one, p), (other, 1.0 - p)])
        })
        .collect();
    model_from(
        5,
        2,
        |state| terminal[state],
        |state, action| {
            let (allowed, reward, row) = &pairs[state * 2 + action];
            (action == 0 || *allowed).then(|| (*reward, row.clone()))
        },
    )
}

/// No planner makes more sweeps of any kind on these models: 2²⁰ that certify, and the 20 of a
/// policy that can follow each. Gains that differ, between which it takes very long to get, need
/// nearly as many.
const AT_MOST: u64 = 21 << 20;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the model and the criterion, every planner is refused or settles, and its bounds
    /// agree with what policies are worth when they are evaluated.
    #[test]
    fn every_planner_settles_on_any_model(seed in any::<u64>(), which in 0_usize..4) {
        use crate::mdp::evaluate::{Ends, evaluate, Worth};
        let criterion = [
            Criterion::Discounted(0.9),
            Criterion::Discounted(0.99999),
            Criterion::Average,
            Criterion::Total,
        ][which];
        let model = Arc::new(wild_model(seed, criterion != Criterion::Average));
        let worths: Vec<Worth> = policies(&model)
            .map(|policy| evaluate(&model, &Policy::Deterministic(policy), criterion).unwrap())
            .collect();
        // Under the total reward a planner's own policy surely ends.
        let counts = |worth: &&Worth| match worth {
            Worth::Total(total) => total.ends == Ends::Surely,
            Worth::Discounted(_) | Worth::Average(_) => true,
        };
        let most = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
        let best = most(&mut worths.iter().filter(counts).map(|worth| worth.bounds().1));
        let best_of_all = most(
            &mut worths.iter().filter(|worth| !worth.value().is_nan()).map(|w| w.bounds().0),
        );
        for method in Method::ALL.into_iter().filter(|method| method.serves(criterion)) {
            let mut planner = match planner(Arc::clone(&model), criterion, Some(method)) {
                Ok(planner) => planner,
                Err(PlanError::NeverEnds) => {
                    prop_assert!(!worths.iter().any(|worth| counts(&worth)));
                    continue;
                }
                Err(error) => {
                    prop_assert_eq!(error, PlanError::EarnsForEver);
                    let earns = |worth: &Worth| worth.value() > 1e300 || worth.value().is_nan();
                    prop_assert!(worths.iter().any(earns), "{:?}", worths);
                    continue;
                }
            };
            let mut stopped = false;
            drive(&mut *planner, 0.0, |planner| {
                stopped = planner.sweeps() > AT_MOST;
                if stopped {
                    std::ops::ControlFlow::Break(())
                } else {
                    std::ops::ControlFlow::Continue(())
                }
            });
            let bounds = planner.bounds();
            prop_assert!(!stopped && bounds.is_some(), "{:?}: {:?}", method, bounds);
            let bounds = bounds.unwrap();
            prop_assert!(bounds.lower <= best, "{:?}: {:?} {}", method, bounds, best);
            if let Some(upper) = bounds.upper {
                prop_assert!(upper >= best_of_all, "{:?}: {:?} {}", method, bounds, best_of_all);
            }
        }
    }
}

#[test]
fn values_past_all_numbers_are_an_error() {
    let model = Arc::new(model_from(1, 1, |_| false, |_, _| Some((1e308, vec![(0, 1.0)]))));
    for method in Method::ALL.into_iter().filter(|m| m.serves(Criterion::Discounted(0.9))) {
        let progress = Progress::new();
        let solution = solve(
            &model,
            Criterion::Discounted(0.9),
            Some(method),
            1e-6,
            u64::MAX,
            None,
            &progress,
        );
        let words = solution.unwrap_err().to_string();
        assert!(words.contains("too large"), "{method:?}: {words}");
    }
}

#[test]
fn rounding_is_named_where_it_keeps_the_precision_away() {
    let scaled = |scale: f64| {
        let model = random_model(6, 12, 3);
        Arc::new(model_from(
            12,
            3,
            |_| false,
            |state, action| {
                let (next, p) = model.row(state, action)?;
                let row = next.iter().zip(p).map(|(&s, &p)| (s as usize, p)).collect();
                Some((scale * model.reward(state, action), row))
            },
        ))
    };
    for method in Method::ALL.into_iter().filter(|m| m.serves(Criterion::Discounted(0.99))) {
        let solved = |scale| {
            let progress = Progress::new();
            let (model, criterion) = (scaled(scale), Criterion::Discounted(0.99));
            solve(&model, criterion, Some(method), 1e-6, u64::MAX, None, &progress).unwrap()
        };
        let (small, large) = (solved(1.0), solved(1e9));
        assert!(small.optimal && !small.limited_by_rounding, "{method:?}");
        assert!(!large.optimal && large.limited_by_rounding, "{method:?}: {:?}", large.bounds);
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let model = Arc::new(line3(35));
    for criterion in [Criterion::Discounted(0.99), Criterion::Average] {
        for method in Method::ALL.into_iter().filter(|method| method.serves(criterion)) {
            let run = |threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| {
                    let mut planner = planner(Arc::clone(&model), criterion, Some(method)).unwrap();
                    planner.advance(8 * model.decisions());
                    let values: Vec<u64> = planner.values().iter().map(|v| v.to_bits()).collect();
                    (values, planner.policy().to_vec(), planner.history().to_vec())
                })
            };
            assert_eq!(run(1), run(4), "{method:?}");
        }
    }
}

#[test]
fn pieces_of_work_make_the_whole() {
    let model = Arc::new(line3(3));
    for criterion in [Criterion::Discounted(0.9), Criterion::Average] {
        for whole in all_planners(&model, criterion) {
            let (mut whole, mut pieces) = (whole.boxed_clone(), whole);
            whole.advance(30 * model.decisions());
            while pieces.backups() < whole.backups() {
                pieces.advance(1);
            }
            assert_eq!(pieces.backups(), whole.backups(), "{}", whole.name());
            assert_eq!(pieces.values(), whole.values(), "{}", whole.name());
            assert_eq!(pieces.history(), whole.history(), "{}", whole.name());
        }
    }
}

#[test]
fn cancelling_and_budgets_stop_the_work() {
    let model = Arc::new(line3(5));
    let progress = Progress::new();
    let solve = |budget, progress: &Progress| {
        solve(&model, Criterion::Average, None, 1e-9, budget, None, progress)
    };
    let cut = solve(10 * model.decisions(), &progress).unwrap();
    assert!(!cut.optimal && cut.backups == 10 * model.decisions());
    progress.cancel();
    assert_eq!(solve(u64::MAX, &progress), Err(PlanError::Cancelled { sweeps: 0 }));
}

#[test]
fn history_stays_small() {
    // Two islands never close, so this goes on until it counts as settled.
    let mut planner = RelativeValueIteration::new(islands()).unwrap();
    planner.advance(u64::MAX);
    assert!(planner.is_settled() && planner.sweeps() > 4096);
    let history = planner.history();
    assert!(history.len() > 1000 && history.len() <= 4096);
    assert!(history.is_sorted_by(|a, b| a.sweep < b.sweep));
}
