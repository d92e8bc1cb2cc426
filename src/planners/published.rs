//! Published problems, built from the specifications in `tests/published/`, and the figures
//! given there: every planner that serves must certify them.

use std::sync::Arc;

use serde_json::Value;

use super::{Method, Solution, solve};
use crate::mdp::examples::{line3, model_from};
use crate::mdp::{Criterion, Model, Progress};

macro_rules! published {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../tests/published/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => vec![other.as_f64().unwrap()],
    }
}

fn solved(model: &Arc<Model>, criterion: Criterion, method: Method, precision: f64) -> Solution {
    let budget = 20_000 * model.decisions();
    let progress = Progress::new();
    let solution =
        solve(model, criterion, Some(method), precision, budget, None, &progress).unwrap();
    assert_eq!((progress.done(), progress.total()), (1000, 1000));
    solution
}

/// Worked on until only rounding is left, so that ties are ties.
fn settled(model: &Arc<Model>, criterion: Criterion, method: Method) -> Solution {
    solved(model, criterion, method, 0.0)
}

/// Every method that serves the criterion certifies to 1e-9, and its bounds hold the value at
/// the start and in every state.
fn check(model: Model, criterion: Criterion, values: &[f64], tolerance: f64) -> Vec<Solution> {
    let model = Arc::new(model);
    let methods = Method::ALL.into_iter().filter(|method| method.serves(criterion));
    methods
        .map(|method| {
            let solution = solved(&model, criterion, method, 1e-9);
            let bounds = solution.bounds.unwrap();
            assert!(solution.optimal, "{method:?}: {bounds:?} after {} sweeps", solution.sweeps);
            let expected = model.at_start(values);
            assert!(bounds.lower <= expected + tolerance, "{method:?}: {bounds:?} {expected}");
            assert!(bounds.upper.unwrap() >= expected - tolerance, "{method:?}: {bounds:?}");
            for state in (0..model.states()).filter(|&state| !model.is_terminal(state)) {
                let (lower, upper) = solution.state_bounds(state).unwrap();
                let value = values[state];
                assert!(lower <= value + tolerance, "{method:?} {state}: {lower} {value}");
                assert!(
                    upper.unwrap() >= value - tolerance,
                    "{method:?} {state}: {upper:?} {value}"
                );
            }
            settled(&model, criterion, method)
        })
        .collect()
}

fn check_gain(model: Model, gain: f64, precision: f64, tolerance: f64) -> Vec<Solution> {
    let model = Arc::new(model);
    let methods = Method::ALL.into_iter().filter(|method| method.serves(Criterion::Average));
    methods
        .map(|method| {
            let solution = solved(&model, Criterion::Average, method, precision);
            let bounds = solution.bounds.unwrap();
            assert!(solution.optimal, "{method:?}: {bounds:?} after {} sweeps", solution.sweeps);
            assert!(bounds.lower <= gain + tolerance, "{method:?}: {bounds:?} {gain}");
            assert!(bounds.upper.unwrap() >= gain - tolerance, "{method:?}: {bounds:?} {gain}");
            settled(&model, Criterion::Average, method)
        })
        .collect()
}

fn forest(states: usize) -> Model {
    let last = states - 1;
    model_from(
        states,
        2,
        |_| false,
        move |s, action| {
            Some(match (action, s) {
                (0, s) => {
                    (if s == last { 4.0 } else { 0.0 }, vec![(0, 0.1), ((s + 1).min(last), 0.9)])
                }
                (_, 0) => (0.0, vec![(0, 1.0)]),
                (_, s) => (if s == last { 2.0 } else { 1.0 }, vec![(0, 1.0)]),
            })
        },
    )
}

#[test]
fn forest_management() {
    for (states, json) in [(3, published!("forest_S3")), (10, published!("forest_S10"))] {
        let values = numbers(&json["numbers"]["V"]);
        for solution in check(forest(states), Criterion::Discounted(0.9), &values, 1e-9) {
            assert_eq!(solution.policy, vec![0; states]);
        }
    }
}

fn replacement() -> Model {
    model_from(
        10,
        2,
        |_| false,
        |i, action| {
            let worn = if action == 1 { 0 } else { i };
            let next = match worn {
                0..=7 => vec![(worn, 0.7), (worn + 1, 0.2), (worn + 2, 0.1)],
                8 => vec![(8, 0.7), (9, 0.3)],
                _ => vec![(9, 1.0)],
            };
            Some((if action == 1 { -20.0 } else { 100.0 - 2.0 * (i * i) as f64 }, next))
        },
    )
}

#[test]
fn machine_replacement() {
    let json = published!("replacement_10");
    let values = numbers(&json["numbers"]["V_discounted"]);
    for solution in check(replacement(), Criterion::Discounted(0.95), &values, 1e-9) {
        let policy: Vec<f64> = solution.policy.iter().map(|&action| f64::from(action)).collect();
        assert_eq!(policy, numbers(&json["numbers"]["policy_discounted"]));
    }
    let gain = json["numbers"]["gain_average"].as_f64().unwrap();
    for solution in check_gain(replacement(), gain, 1e-9, 1e-9) {
        let limit = solution.policy.iter().position(|&action| action == 1);
        assert_eq!(limit, Some(3), "{}", solution.method);
    }
}

/// The chain from 0 to 10 with a wall at its lower end.
fn chain() -> Model {
    model_from(
        11,
        2,
        |s| s == 10,
        |s, action| {
            let next = if action == 0 { s.saturating_sub(1) } else { s + 1 };
            Some((if next == 10 { 1.0 } else { -1.0 }, vec![(next, 1.0)]))
        },
    )
}

#[test]
fn chain_of_the_background_text() {
    let json = published!("background_chain");
    let given = &json["numbers"]["bounded_0_10"];
    let values: Vec<f64> =
        (0..=10).map(|s| given["V_optimal"][s.to_string()].as_f64().unwrap()).collect();
    for solution in check(chain(), Criterion::Discounted(0.99), &values, 1e-9) {
        assert_eq!(solution.policy, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    }
    // Undiscounted: nine steps at −1 and one at +1. One may walk for ever, so that the upper
    // bound needs the proof that this loses.
    let total: Vec<f64> =
        (0..=10).map(|s| if s == 10 { 0.0 } else { f64::from(s) - 8.0 }).collect();
    let from_zero = given["undiscounted_return_optimal_from_0"].as_f64().unwrap();
    assert_eq!(total[0], from_zero);
    check(chain(), Criterion::Total, &total, 1e-9);
}

#[test]
fn sweeps_of_the_chain_are_counted_as_published() {
    // To a largest change below 1e-6 from v = 0: 11 synchronous, 11 ascending, 10 descending.
    use super::gauss_seidel::Order;
    use super::{GaussSeidel, Planner, ValueIteration};
    let json = published!("background_chain");
    let given = &json["numbers"]["bounded_0_10"]["sweeps_theta_1e_6"];
    let (model, criterion) = (Arc::new(chain()), Criterion::Discounted(0.99));
    let gauss_seidel = |order| GaussSeidel::new(Arc::clone(&model), criterion, order).unwrap();
    let mut planners: [(&str, Box<dyn Planner>); 3] = [
        ("sync", Box::new(ValueIteration::new(Arc::clone(&model), criterion).unwrap())),
        ("inplace_ascending", Box::new(gauss_seidel(Order::Ascending))),
        ("inplace_descending", Box::new(gauss_seidel(Order::Descending))),
    ];
    for (name, planner) in &mut planners {
        let sweeps = given[*name].as_u64().unwrap();
        // The sweep that finds no change is the last of those counted.
        while planner.sweeps() < sweeps - 1 {
            let in_place = *name != "sync" && planner.sweeps() + 2 == sweeps;
            planner.advance(if in_place { 10 } else { 1 });
        }
        while planner.history().len() < sweeps as usize - 1 {
            planner.advance(10);
        }
        let record = planner.history()[sweeps as usize - 2];
        assert_eq!(record.sweep, sweeps - 1);
        let before = planner.history()[sweeps as usize - 3];
        assert!(before.residual > 1e-6, "{name}: {before:?}");
    }
}

fn frozen_lake(json: &Value, slippery: bool) -> Model {
    let map: Vec<Vec<u8>> = json["spec"]["desc"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_str().unwrap().bytes().collect())
        .collect();
    let side = map.len();
    let tile = |s: usize| map[s / side][s % side];
    // Left, down, right, up.
    let go = |s: usize, direction: usize| {
        let (row, column) = (s / side, s % side);
        match direction % 4 {
            0 => row * side + column.saturating_sub(1),
            1 => (row + 1).min(side - 1) * side + column,
            2 => row * side + (column + 1).min(side - 1),
            _ => row.saturating_sub(1) * side + column,
        }
    };
    let ends = |s: usize| b"GH".contains(&tile(s));
    model_from(side * side, 4, ends, |s, action| {
        let ways = if slippery { vec![action + 3, action, action + 1] } else { vec![action] };
        let p = 1.0 / ways.len() as f64;
        let next: Vec<_> = ways.iter().map(|&way| (go(s, way), p)).collect();
        let reward = next.iter().filter(|(s, _)| tile(*s) == b'G').map(|(_, p)| p).sum();
        Some((reward, next))
    })
}

#[test]
fn frozen_lake_of_gymnasium() {
    for json in [published!("gym_frozenlake_4x4"), published!("gym_frozenlake_8x8")] {
        for (name, slippery) in [("slippery", true), ("deterministic", false)] {
            let values = numbers(&json["numbers"][name]["V_gamma0_99"]);
            check(frozen_lake(&json, slippery), Criterion::Discounted(0.99), &values, 1e-8);
        }
    }
}

#[test]
fn frozen_lake_without_discount() {
    // One may stay on the ice for ever at no cost, so that only a lower bound can be had.
    let json = published!("gym_frozenlake_4x4");
    let model = Arc::new(frozen_lake(&json, true));
    let best =
        json["numbers"]["slippery"]["success_prob_optimal_no_limit_gamma1"].as_f64().unwrap();
    for method in [Method::ValueIteration, Method::ModifiedPolicyIteration] {
        let solution = solved(&model, Criterion::Total, method, 1e-9);
        let bounds = solution.bounds.unwrap();
        assert!((bounds.lower - best).abs() < 1e-8, "{method:?} {bounds:?}");
        assert!(bounds.upper.is_none_or(|upper| (upper - best).abs() < 1e-8), "{bounds:?}");
    }
}

fn cliff() -> Model {
    const START: usize = 36;
    model_from(
        48,
        4,
        |s| s == 47,
        |s, action| {
            let (row, column) = (s / 12, s % 12);
            let (row, column) = match action {
                0 => (row.saturating_sub(1), column),
                1 => (row, (column + 1).min(11)),
                2 => ((row + 1).min(3), column),
                _ => (row, column.saturating_sub(1)),
            };
            let falls = row == 3 && (1..11).contains(&column);
            Some(if falls {
                (-100.0, vec![(START, 1.0)])
            } else {
                (-1.0, vec![(row * 12 + column, 1.0)])
            })
        },
    )
}

#[test]
fn cliff_walking_of_gymnasium() {
    let json = published!("gym_cliffwalking");
    let given = &json["numbers"]["deterministic"];
    let mut values = numbers(&given["V_gamma0_99"]);
    let mut total = numbers(&given["V_gamma1"]);
    // The file gives the goal the value that a step into it would have; here it ends there.
    (values[47], total[47]) = (0.0, 0.0);
    check(cliff(), Criterion::Discounted(0.99), &values, 1e-8);
    check(cliff(), Criterion::Total, &total, 1e-8);
}

fn small_grid() -> Model {
    model_from(
        16,
        4,
        |s| s == 0 || s == 15,
        |s, action| {
            let (row, column) = (s / 4, s % 4);
            let (row, column) = match action {
                0 => (row.saturating_sub(1), column),
                1 => (row, (column + 1).min(3)),
                2 => ((row + 1).min(3), column),
                _ => (row, column.saturating_sub(1)),
            };
            Some((-1.0, vec![(row * 4 + column, 1.0)]))
        },
    )
}

#[test]
fn grid_of_sutton_and_barto_example_4_1() {
    let json = published!("sb_ex4_1_gridworld4x4");
    check(
        restart(&small_grid(), 5),
        Criterion::Total,
        &numbers(&json["numbers"]["v_optimal"]),
        1e-8,
    );
}

pub(super) fn jumping_grid() -> Model {
    model_from(
        25,
        4,
        |_| false,
        |s, action| {
            let (row, column) = (s as i32 / 5, s as i32 % 5);
            if s == 1 || s == 3 {
                return Some(if s == 1 { (10.0, vec![(21, 1.0)]) } else { (5.0, vec![(13, 1.0)]) });
            }
            let (down, right) = [(-1, 0), (0, 1), (1, 0), (0, -1)][action];
            let (to_row, to_column) = (row + down, column + right);
            let inside = (0..5).contains(&to_row) && (0..5).contains(&to_column);
            let next = if inside { (to_row * 5 + to_column) as usize } else { s };
            Some((if inside { 0.0 } else { -1.0 }, vec![(next, 1.0)]))
        },
    )
}

#[test]
fn grid_of_sutton_and_barto_example_3_8() {
    let json = published!("sb_ex3_5_3_8_gridworld5x5");
    let values = numbers(&json["numbers"]["v_optimal"]);
    let best = json["numbers"]["optimal_actions"].as_array().unwrap();
    for solution in check(jumping_grid(), Criterion::Discounted(0.9), &values, 1e-8) {
        for (state, (action, best)) in solution.policy.iter().zip(best).enumerate() {
            // Ties go to the lowest action.
            let lowest = ["up", "right", "down", "left"].iter().position(|n| best[0] == **n);
            assert_eq!(Some(*action as usize), lowest, "{} {state}", solution.method);
        }
    }
    // From A's landing place it takes four steps back to A: ten in five beats. The model is
    // periodic, and converges only damped.
    check_gain(jumping_grid(), 2.0, 1e-9, 1e-9);
}

#[test]
fn gambler_of_sutton_and_barto_example_4_3() {
    let json = published!("sb_ex4_3_gambler");
    for (name, heads) in [("p_h=0.4", 0.4), ("p_h=0.25", 0.25), ("p_h=0.55", 0.55)] {
        let values = numbers(&json["numbers"][name]["all_V"]);
        let mut ended = values.clone();
        (ended[0], ended[100]) = (0.0, 0.0);
        let model = model_from(
            101,
            50,
            |s| s == 0 || s == 100,
            |s, action| {
                let stake = action + 1;
                (stake <= s.min(100 - s)).then(|| {
                    let reward = if s + stake == 100 { heads } else { 0.0 };
                    (reward, vec![(s - stake, 1.0 - heads), (s + stake, heads)])
                })
            },
        );
        let model = restart(&model, 50);
        for solution in check(model, Criterion::Total, &ended, 1e-8) {
            let stakes: Vec<f64> =
                solution.policy[1..100].iter().map(|&action| f64::from(action) + 1.0).collect();
            assert_eq!(stakes, numbers(&json["numbers"][name]["min_stake_policy"]), "{name}");
        }
    }
}

/// One night and day at a place of Jack's: for each number of cars in the morning, how likely each
/// number is in the evening and how many are let on average. Requests and returns are Poisson, and
/// all that is beyond what the place holds falls to the last number.
fn days(requests: f64, returns: f64, most: usize) -> Vec<(Vec<f64>, f64)> {
    let poisson = |mean: f64, last: usize| -> Vec<f64> {
        let mut chances = vec![(-mean).exp()];
        for k in 1..last {
            chances.push(chances[k - 1] * mean / k as f64);
        }
        chances.truncate(last);
        chances.push(1.0 - chances.iter().sum::<f64>());
        chances
    };
    let day = |morning: usize| {
        let mut evening = vec![0.0; most + 1];
        let mut lets = 0.0;
        for (let_, p) in poisson(requests, morning).iter().enumerate() {
            lets += p * let_ as f64;
            let left = morning - let_;
            for (back, q) in poisson(returns, most - left).iter().enumerate() {
                evening[left + back] += p * q;
            }
        }
        (evening, lets)
    };
    (0..=most).map(day).collect()
}

/// Sutton & Barto (2018), example 4.2. Actions are cars moved from the first place to the second, from
/// −5 on.
fn jack() -> Model {
    let (most, moves) = (20, 5);
    let places = [days(3.0, 3.0, most), days(4.0, 2.0, most)];
    model_from(
        (most + 1) * (most + 1),
        2 * moves + 1,
        |_| false,
        move |s, action| {
            let (one, other) = (s / (most + 1), s % (most + 1));
            let moved = action as i64 - moves as i64;
            let one = usize::try_from(one as i64 - moved).ok()?.min(most);
            let other = usize::try_from(other as i64 + moved).ok()?.min(most);
            let ((first, lets), (second, more)) = (&places[0][one], &places[1][other]);
            let reward = 10.0 * (lets + more) - 2.0 * moved.abs() as f64;
            let next = |i: usize| second.iter().enumerate().map(move |(j, q)| (i, j, q));
            let next = (0..=most).flat_map(next);
            let next = next.map(|(i, j, q)| (i * (most + 1) + j, first[i] * q)).collect();
            Some((reward, next))
        },
    )
}

#[test]
fn jacks_car_rental_of_sutton_and_barto_example_4_2() {
    let json = published!("sb_ex4_2_jack_basic");
    let values = numbers(&json["numbers"]["V"]);
    let policy = numbers(&json["numbers"]["policy_rows_n1_cols_n2"]);
    let tolerance = json["tolerance"].as_f64().unwrap();
    for solution in check(jack(), Criterion::Discounted(0.9), &values, tolerance) {
        let found: Vec<f64> =
            solution.policy.iter().map(|&action| f64::from(action) - 5.0).collect();
        assert_eq!(found, policy);
    }
}

/// The same model, started in another state.
fn restart(model: &Model, start: u32) -> Model {
    use crate::mdp::{Block, ModelBuilder};
    let mut block = Block::new(model.actions());
    for state in 0..model.states() {
        block.begin_state(model.is_terminal(state));
        for action in 0..model.actions() {
            if let Some((next, p)) = model.row(state, action) {
                let row: Vec<_> = next.iter().copied().zip(p.iter().copied()).collect();
                block.pair(action, model.reward(state, action), &row);
            }
        }
    }
    let mut builder = ModelBuilder::new(model.actions());
    builder.append(&block).unwrap();
    builder.finish(vec![(start, 1.0)]).unwrap()
}

#[test]
fn admission_to_a_queue() {
    let json = published!("mm1k_admission");
    let (arrives, served) = (0.9 / 1.9, 1.0 / 1.9);
    let model = model_from(
        21,
        2,
        |_| false,
        |n, admit| {
            let down = (n.saturating_sub(1), served);
            let holding = -(n as f64) / 1.9;
            match admit {
                0 => Some((holding, vec![(n, arrives), down])),
                _ if n < 20 => Some((holding + 10.0 * arrives, vec![(n + 1, arrives), down])),
                _ => None,
            }
        },
    );
    // The file's gain is by unit of time, of which there are 1.9 steps.
    let gain = json["numbers"]["gain"].as_f64().unwrap() / 1.9;
    for solution in check_gain(model, gain, 1e-9, 1e-9) {
        let policy: Vec<f64> = solution.policy.iter().map(|&action| f64::from(action)).collect();
        assert_eq!(policy, numbers(&json["numbers"]["policy_rvi"]), "{}", solution.method);
    }
}

#[test]
fn three_machines_of_ten() {
    let json = published!("mdp_line3");
    let given = &json["numbers"];
    let value = given["V_at_all_up_and_empty (s=7), N=10"].as_f64().unwrap();
    let sum = given["sum_of_V, N=10"].as_f64().unwrap();
    let gain = given["average_reward_gain, N=10"].as_f64().unwrap();
    let model = Arc::new(line3(10));
    for method in Method::ALL.into_iter().filter(|m| m.serves(Criterion::Discounted(0.99))) {
        let solution = solved(&model, Criterion::Discounted(0.99), method, 1e-6);
        assert!(solution.optimal, "{method:?}");
        let bounds = solution.bounds.unwrap();
        assert!(
            bounds.lower <= value + 1e-9 && bounds.upper.unwrap() >= value - 1e-9,
            "{bounds:?}"
        );
        let (mut lower, mut upper) = (0.0, 0.0);
        for state in 0..model.states() {
            let (low, high) = solution.state_bounds(state).unwrap();
            (lower, upper) = (lower + low, upper + high.unwrap());
        }
        assert!(
            lower <= sum + 1e-6 && upper >= sum - 1e-6 && upper - lower < 1e-3,
            "{lower} {upper}"
        );
    }
    check_gain(line3(10), gain, 1e-6, 1e-9);
}
