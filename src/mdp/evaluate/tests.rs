//! Evaluation against published figures and closed forms.

use serde_json::Value;

use super::system::{Solver, System, places};
use super::*;
use crate::mdp::examples::{line3, model_from, random_model};

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, but {given} is given");
}

/// `background_chain.json`: states lo..=10, actions −1 and +1, −1 a step and +1 into state 10.
fn chain_to_ten(low: i32) -> Model {
    let n = (10 - low) as usize;
    let mut model = model_from(
        n + 1,
        2,
        |state| state == n,
        |state, action| {
            let next = if action == 1 { state + 1 } else { state.saturating_sub(1) };
            Some((if next == n { 1.0 } else { -1.0 }, vec![(next, 1.0)]))
        },
    );
    model.start = vec![(-low as u32, 1.0)];
    model
}

/// The symmetric random walk over five places from the middle (Sutton & Barto 2018, example 6.2) is
/// in place i for 2·min(i, 6 − i)/2 beats an episode, nine in all: the fundamental matrix of gambler's
/// ruin.
#[test]
fn states_are_met_as_often_as_in_gamblers_ruin() {
    let mut walk = model_from(
        7,
        1,
        |state| state == 0 || state == 6,
        |state, _| Some((0.0, vec![(state - 1, 0.5), (state + 1, 0.5)])),
    );
    walk.start = vec![(3, 1.0)];
    let shares = on_policy(&walk, &Policy::Deterministic(vec![0; 7])).unwrap();
    for (share, ninths) in shares.iter().zip([0.0, 1.0, 2.0, 3.0, 2.0, 1.0, 0.0]) {
        near(*share, ninths / 9.0, 1e-14);
    }
    // Without ends it is the stationary distribution.
    let line = line3(4);
    let policy = Policy::uniform(&line);
    assert_eq!(on_policy(&line, &policy).unwrap(), stationary(&line, &policy).unwrap());
}

#[test]
fn chain_to_ten_under_chance_and_under_the_threshold() {
    let file = read(include_str!("../../../tests/published/background_chain.json"));
    let tolerance = 1e-9;
    for (case, low) in [("bounded_0_10", 0), ("bounded_m10_10", -10)] {
        let model = chain_to_ten(low);
        let given = &file["numbers"][case];
        let by_chance = discounted(&model, &Policy::uniform(&model), 0.99).unwrap();
        // Right below 5, left from 5 on.
        let threshold =
            Policy::Deterministic((low..=10).map(|state| u32::from(state < 5)).collect());
        let caught = discounted(&model, &threshold, 0.99).unwrap();
        for (place, state) in (low..=10).enumerate() {
            let given = |which: &str| given[which][&state.to_string()].as_f64().unwrap();
            near(by_chance.values[place], given("V_random"), tolerance);
            near(caught.values[place], given("V_threshold_policy"), tolerance);
        }
        assert!(by_chance.error < 1e-10 && caught.error < 1e-10);
        assert!(caught.lower <= -100.0 && -100.0 <= caught.upper);
        assert_eq!(ends(&model, &threshold).unwrap(), Ends::Never);

        let walk = total(&model, &Policy::uniform(&model)).unwrap();
        let steps = given["expected_steps_random_from_0"].as_f64().unwrap();
        assert_eq!(walk.ends, Ends::Surely);
        near(walk.beats, steps, 1e-9);
        // Every step costs 1 but the last, which pays 1.
        near(walk.value, 2.0 - steps, 1e-9);
        assert!(walk.lower <= 2.0 - steps && 2.0 - steps <= walk.upper);
        assert!(walk.upper - walk.lower < 1e-9);
        let never = total(&model, &threshold).unwrap();
        assert_eq!((never.value, never.beats), (f64::NEG_INFINITY, f64::INFINITY));

        let right = Policy::Deterministic(vec![1; (11 - low) as usize]);
        let best = total(&model, &right).unwrap();
        assert_eq!(best.value, given["undiscounted_return_optimal_from_0"].as_f64().unwrap());
    }
}

/// A grid of cells with four moves: up, right, down, left; `land` says where a move from a cell
/// leads and what it earns, given the cell it aims at (itself where that is off the grid).
fn grid(
    side: usize,
    terminal: impl Fn(usize) -> bool,
    land: impl Fn(usize, usize, bool) -> (f64, usize),
) -> Model {
    model_from(side * side, 4, terminal, |cell, action| {
        let (row, column) = (cell / side, cell % side);
        let aim = match action {
            0 if row > 0 => Some(cell - side),
            1 if column + 1 < side => Some(cell + 1),
            2 if row + 1 < side => Some(cell + side),
            3 if column > 0 => Some(cell - 1),
            _ => None,
        };
        let (reward, next) = land(cell, aim.unwrap_or(cell), aim.is_some());
        Some((reward, vec![(next, 1.0)]))
    })
}

fn cells(value: &Value) -> Vec<f64> {
    let rows = value.as_array().unwrap().iter();
    rows.flat_map(|row| row.as_array().unwrap().iter().map(|v| v.as_f64().unwrap())).collect()
}

#[test]
fn equiprobable_moves_on_the_4_by_4_grid() {
    let file = read(include_str!("../../../tests/published/sb_ex4_1_gridworld4x4.json"));
    let model = grid(4, |cell| cell == 0 || cell == 15, |_, next, _| (-1.0, next));
    let found = total(&model, &Policy::uniform(&model)).unwrap();
    for (value, given) in found.values.iter().zip(cells(&file["numbers"]["v_random"])) {
        near(*value, given, 1e-12);
    }
}

#[test]
fn equiprobable_moves_on_the_5_by_5_grid() {
    let file = read(include_str!("../../../tests/published/sb_ex3_5_3_8_gridworld5x5.json"));
    let model = grid(
        5,
        |_| false,
        |cell, next, inside| match cell {
            1 => (10.0, 21),
            3 => (5.0, 13),
            _ => (if inside { 0.0 } else { -1.0 }, next),
        },
    );
    let found = discounted(&model, &Policy::uniform(&model), 0.9).unwrap();
    for (value, given) in found.values.iter().zip(cells(&file["numbers"]["v_random"])) {
        near(*value, given, 1e-8);
    }
    assert!(found.error < 1e-12);
}

#[test]
fn random_walks_of_5_and_19_states() {
    let file = read(include_str!("../../../tests/published/sb_ex6_2_random_walk.json"));
    for (given, left) in [("true_V", 0.0), ("nineteen_state_true_V", -1.0)] {
        let given: Vec<f64> = file["numbers"][given]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value.as_f64().unwrap())
            .collect();
        let n = given.len();
        let model = model_from(
            n + 2,
            1,
            |state| state == 0 || state == n + 1,
            |state, _| {
                let reward = match state {
                    1 => 0.5 * left,
                    _ if state == n => 0.5,
                    _ => 0.0,
                };
                Some((reward, vec![(state - 1, 0.5), (state + 1, 0.5)]))
            },
        );
        let found = total(&model, &Policy::Deterministic(vec![0; n + 2])).unwrap();
        for (value, given) in found.values[1..].iter().zip(given) {
            near(*value, given, 1e-11);
        }
    }
}

/// `replacement_10.json` as a table.
fn replacement() -> Model {
    model_from(
        10,
        2,
        |_| false,
        |wear, action| {
            let (from, reward) = match action {
                0 => (wear, 100.0 - 2.0 * (wear * wear) as f64),
                _ => (0, -20.0),
            };
            let mut row = Vec::new();
            for (more, p) in [0.7, 0.2, 0.1].into_iter().enumerate() {
                row.push(((from + more).min(9), p));
            }
            Some((reward, row))
        },
    )
}

#[test]
fn control_limits_of_the_replacement_problem() {
    let file = read(include_str!("../../../tests/published/replacement_10.json"));
    let given = &file["numbers"];
    let model = replacement();
    let limit =
        |limit: u64| Policy::Deterministic((0..10).map(|i| u32::from(i >= limit)).collect());
    let gains: Vec<f64> = (1..10).map(|at| average(&model, &limit(at)).unwrap().gain).collect();
    let best = (0..9).max_by(|&i, &j| gains[i].total_cmp(&gains[j])).unwrap();
    assert_eq!(given["control_limit_average"].as_u64().unwrap(), best as u64 + 1);
    near(gains[best], given["gain_average"].as_f64().unwrap(), 1e-12);

    let at = given["control_limit_discounted"].as_u64().unwrap();
    let found = discounted(&model, &limit(at), 0.95).unwrap();
    for (value, exact) in found.values.iter().zip(given["V_exact"].as_array().unwrap()) {
        let (above, below) = exact.as_str().unwrap().split_once('/').unwrap();
        let exact = above.parse::<f64>().unwrap() / below.parse::<f64>().unwrap();
        near(*value, exact, found.error);
    }
    assert!(found.error < 1e-10);
}

/// A birth-and-death chain: π(n) ∝ Π λ/μ in closed form, over hundreds of powers of ten.
#[test]
fn rare_states_have_exact_shares() {
    let (n, up, down) = (100, 0.001, 0.6);
    let model = model_from(
        n,
        1,
        |_| false,
        |state, _| {
            let (rise, fall) =
                (if state + 1 < n { up } else { 0.0 }, if state > 0 { down } else { 0.0 });
            let mut row = vec![(state, 1.0 - rise - fall)];
            row.extend((rise > 0.0).then_some((state + 1, rise)));
            row.extend((fall > 0.0).then(|| (state.saturating_sub(1), fall)));
            Some((state as f64, row))
        },
    );
    let found = average(&model, &Policy::Deterministic(vec![0; n])).unwrap();
    let rho: f64 = up / down;
    for (state, share) in found.stationary.iter().enumerate() {
        let exact = (1.0 - rho) * rho.powi(state as i32);
        assert!((share / exact - 1.0).abs() < 1e-12, "π({state}) = {share}, not {exact}");
    }
    let exact = rho / (1.0 - rho);
    assert!(found.lower <= exact && exact <= found.upper, "{} {}", found.lower, found.upper);
    // The bounds look at the rarest states too, where differences of Th − h round at 10²·u.
    assert!(found.upper - found.lower < 1e-11, "{} {}", found.lower, found.upper);
}

/// Two states that alternate have a gain, though their distribution never settles.
#[test]
fn periods_do_not_matter() {
    let model = model_from(2, 1, |_| false, |s, _| Some((3.0 * s as f64, vec![(1 - s, 1.0)])));
    let found = average(&model, &Policy::Deterministic(vec![0, 0])).unwrap();
    assert_eq!((found.gain, found.stationary), (1.5, vec![0.5, 0.5]));
}

/// Gambler's ruin with an unfair coin (Feller 1968, XIV.2): from 3 of 8, each end a class.
#[test]
fn several_classes_are_weighted_by_absorption() {
    let (n, p) = (8, 0.4);
    let gamble = |ruin_is_an_end: bool| {
        let mut model = model_from(
            n + 1,
            1,
            |state| ruin_is_an_end && state == 0,
            |state, _| match state {
                0 => Some((-1.0, vec![(0, 1.0)])),
                _ if state == n => Some((5.0, vec![(n, 1.0)])),
                _ => Some((0.0, vec![(state + 1, p), (state - 1, 1.0 - p)])),
            },
        );
        model.start = vec![(3, 1.0)];
        model
    };
    let odds: f64 = (1.0 - p) / p;
    let ruin = (odds.powi(3) - odds.powi(8)) / (1.0 - odds.powi(8));
    let only = Policy::Deterministic(vec![0; n + 1]);
    let found = average(&gamble(false), &only).unwrap();
    assert_eq!((found.classes, found.recurrent), (2, 2));
    let exact = -ruin + 5.0 * (1.0 - ruin);
    near(found.gain, exact, 1e-13);
    assert!(found.lower <= exact && exact <= found.upper && found.upper - found.lower < 1e-12);
    near(found.stationary[0], ruin, 1e-14);
    near(found.stationary[n], 1.0 - ruin, 1e-14);

    let model = gamble(true);
    match ends(&model, &only).unwrap() {
        Ends::Maybe(p) => near(p, ruin, 1e-14),
        other => panic!("{other:?}"),
    }
    assert_eq!(average(&model, &only), Err(EvaluationError::Terminal { state: 0 }));
    let sum = total(&model, &only).unwrap();
    assert_eq!((sum.value, sum.values[0]), (f64::INFINITY, 0.0));
}

#[test]
fn each_criterion_has_its_worth() {
    let (model, always) = (replacement(), Policy::Deterministic(vec![0; 10]));
    // Never replaced, it wears out and earns 100 − 2·81 for ever.
    let gain = evaluate(&model, &always, Criterion::Average).unwrap();
    assert_eq!((gain.value(), gain.bounds(), gain.values()), (-62.0, (-62.0, -62.0), None));
    assert_eq!(stationary(&model, &always).unwrap()[9], 1.0);
    let value = evaluate(&model, &always, Criterion::Discounted(0.5)).unwrap();
    near(value.values().unwrap()[9], -124.0, 1e-12);
    assert!(value.bounds().0 <= value.value() && value.value() <= value.bounds().1);
    let sum = evaluate(&model, &always, Criterion::Total).unwrap();
    assert_eq!((sum.value(), sum.values().unwrap()[9]), (f64::NEG_INFINITY, f64::NEG_INFINITY));
}

#[test]
fn what_can_not_be_evaluated_is_refused() {
    let model = replacement();
    let policy = Policy::Deterministic(vec![0; 10]);
    for gamma in [1.0, -0.1, f64::NAN] {
        assert!(matches!(
            discounted(&model, &policy, gamma),
            Err(EvaluationError::Discount { .. })
        ));
    }
    let short = Policy::Deterministic(vec![0]);
    assert!(matches!(average(&model, &short), Err(EvaluationError::Policy(_))));
    let figures = Err(EvaluationError::Figures { found: 3, states: 10 });
    assert_eq!(long_run(&model, &policy, &[0.0; 3]), figures);
}

/// Random models under random policies: total and discounted values satisfy their equations, with
/// probabilities, rewards and so residuals exact in binary.
#[test]
fn values_of_random_models_satisfy_their_equations() {
    for seed in 0..30 {
        let model = random_model(seed, 30, 3);
        let policy = Policy::uniform(&model);
        let found = discounted(&model, &policy, 0.75).unwrap();
        for state in 0..30 {
            let next: f64 =
                policy.row(&model, state).map(|(s, p)| p * found.values[s as usize]).sum();
            let backed_up = policy.reward(&model, state) + 0.75 * next;
            near(found.values[state], backed_up, 1e-12);
        }
        assert!(found.error < 1e-11);
    }
}

/// Always running on `LINE3`, where the levels climb and fall slowly.
fn running_line(capacity: usize) -> (Model, Policy) {
    let model = line3(capacity);
    let policy = Policy::Deterministic(vec![7; model.states()]);
    (model, policy)
}

/// The two ways of solving know nothing of each other.
#[test]
fn elimination_and_iteration_agree() {
    let (model, policy) = running_line(8);
    let chain = chain::Chain::new(&model, &policy);
    let members: Vec<u32> = (1..model.states() as u32).collect();
    let place = places(model.states(), &members);
    for gamma in [0.99, 1.0] {
        // State 0 is left out, so that the others are left sooner or later.
        let system = System::new(&chain, &members, &place, gamma);
        let (direct, iterated) = (Solver::new(system.clone()), Solver::iterated(system));
        let right: Vec<f64> = (0..members.len()).map(|i| (i as f64 * 0.37).sin() + 1.5).collect();
        for transposed in [false, true] {
            let (mut a, mut b) = (right.clone(), right.clone());
            if transposed {
                direct.solve_transposed(&mut a);
                iterated.solve_transposed(&mut b);
            } else {
                direct.solve(&mut a);
                iterated.solve(&mut b);
            }
            for (a, b) in a.iter().zip(&b) {
                assert!((a - b).abs() <= 1e-10 * a.abs().max(1.0), "γ = {gamma}: {a} {b}");
            }
        }
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let (model, policy) = running_line(20);
    let all = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            (discounted(&model, &policy, 0.99).unwrap(), average(&model, &policy).unwrap())
        })
    };
    assert_eq!(all(1), all(4));
}

/// The line of 81,608 states, most of which never recur in the long run.
#[test]
fn large_lines_are_certified_closely() {
    let (model, policy) = running_line(100);
    let values = discounted(&model, &policy, 0.99).unwrap();
    assert!(values.error < 1e-9 * values.value.abs(), "{}", values.error);
    let gain = average(&model, &policy).unwrap();
    assert!(gain.upper - gain.lower < 1e-9 * gain.gain.abs(), "{} {}", gain.lower, gain.upper);
}

/// A thousand machines of two states side by side: the start chooses one, and each is a class.
#[test]
fn many_classes_have_the_mean_of_their_gains() {
    let n = 1_000;
    let mut model = model_from(
        2 * n,
        1,
        |_| false,
        |state, _| {
            let other = state ^ 1;
            let p = if state % 2 == 0 { 0.1 } else { 0.3 };
            let reward = if state % 2 == 0 { (state / 2) as f64 } else { 0.0 };
            Some((reward, vec![(other, p), (state, 1.0 - p)]))
        },
    );
    model.start = (0..n).map(|machine| (2 * machine as u32, 1.0 / n as f64)).collect();
    let found = average(&model, &Policy::Deterministic(vec![0; 2 * n])).unwrap();
    assert_eq!((found.classes, found.recurrent), (n, 2 * n));
    // Up for r / (p + r) = 3/4 of beats, and machine i earns i while up.
    near(found.gain, 0.75 * 999.0 / 2.0, 1e-10);
    assert!(found.lower <= found.gain && found.gain <= found.upper);
}

/// Rewards that cancel but for rounding, mixed in a state that is a class of its own: the figure is
/// rounded, so its bounds have a width, and hold what 0.3 − 0.1 − 0.2 is exactly, a third of it.
#[test]
fn mixed_rewards_are_bounded_with_their_rounding() {
    use num_rational::BigRational;
    let rewards = [0.3, -0.1, -0.2];
    let model = model_from(1, 3, |_| false, |_, action| Some((rewards[action], vec![(0, 1.0)])));
    let policy = Policy::uniform(&model);
    let exact = |x: f64| BigRational::from_float(x).unwrap();
    let third = exact(1.0 / 3.0);
    let truth: BigRational = rewards.iter().map(|&reward| exact(reward) * &third).sum();
    let held = |lower: f64, upper: f64| exact(lower) <= truth && truth <= exact(upper);
    let gain = average(&model, &policy).unwrap();
    assert!(gain.lower < gain.upper && held(gain.lower, gain.upper), "{gain:?}");
    let value = discounted(&model, &policy, 0.0).unwrap();
    assert!(held(value.lower, value.upper), "{value:?}");
    let sure = average(&model, &Policy::Deterministic(vec![1])).unwrap();
    assert_eq!((sure.lower, sure.upper), (-0.1, -0.1), "nothing is rounded here");
}
