//! Every planner comes to an end on every model, at any precision, and says what it knows then.

use std::sync::Arc;

use super::gauss_seidel::Order;
use super::*;
use crate::environments::line::{BufferSettings, LineSettings, MachineSettings};
use crate::environments::replacement::{Replace, ReplacementSettings};
use crate::environments::{AnySettings, ChainSettings};
use crate::mdp::examples::model_from;
use crate::mdp::{EnumerationOptions, Progress};

fn model_of(settings: AnySettings) -> Arc<Model> {
    let environment = settings.build().unwrap();
    environment.erased().enumerate(EnumerationOptions::default(), &Progress::new()).unwrap().model
}

fn line(failures: [(f64, f64); 2], capacity: u32, revenue: f64) -> Arc<Model> {
    let machine = |(failure, repair)| MachineSettings { failure, repair, ..Default::default() };
    model_of(AnySettings::Line(LineSettings {
        machines: failures.map(machine).to_vec(),
        buffers: vec![BufferSettings { capacity, ..Default::default() }],
        revenue,
        ..Default::default()
    }))
}

fn chain(goal: i32, step_reward: f64, goal_reward: f64) -> Arc<Model> {
    model_of(AnySettings::Chain(ChainSettings {
        goal,
        step_reward,
        goal_reward,
        ..Default::default()
    }))
}

fn every_planner(model: &Arc<Model>, criterion: Criterion) -> Vec<Box<dyn Planner>> {
    let serve = Method::ALL.into_iter().filter(|method| method.serves(criterion));
    let make = |method| planner(Arc::clone(model), criterion, Some(method)).unwrap();
    let mut planners: Vec<Box<dyn Planner>> = serve.map(make).collect();
    if criterion != Criterion::Average {
        let descending = GaussSeidel::new(Arc::clone(model), criterion, Order::Descending);
        planners.push(Box::new(descending.unwrap()));
    }
    planners
}

/// Works on until the precision is proved or nothing can come closer, within so many sweeps.
fn driven(mut planner: Box<dyn Planner>, precision: f64, most: u64) -> Box<dyn Planner> {
    drive(&mut *planner, precision, |planner| {
        let (name, bounds) = (planner.name(), planner.bounds());
        assert!(planner.sweeps() <= most, "{name}: {bounds:?} after {} sweeps", planner.sweeps());
        std::ops::ControlFlow::Continue(())
    });
    planner
}

/// All planners prove the optimum to the precision within so many sweeps.
fn all_prove(model: &Arc<Model>, criterion: Criterion, precision: f64, most: u64) {
    for planner in every_planner(model, criterion) {
        let planner = driven(planner, precision, most);
        let (name, bounds) = (planner.name(), planner.bounds());
        assert!(planner.certified(precision), "{name}, {criterion:?}: {bounds:?}");
    }
}

#[test]
fn near_ties_do_not_keep_the_default_precision_away() {
    let slow = [(0.001, 0.5), (0.1, 0.1)];
    let rare = [(1e-9, 0.5), (0.1, 0.1)];
    all_prove(&line(slow, 40, 10.0), Criterion::Discounted(0.999), 1e-6, 20_000);
    all_prove(&line(slow, 40, 100.0), Criterion::Discounted(0.99), 1e-6, 20_000);
    all_prove(&line(rare, 10, 10.0), Criterion::Discounted(0.999), 1e-6, 20_000);
    all_prove(&line(slow, 40, 1e5), Criterion::Average, 1e-6, 20_000);
    let wearing = model_of(AnySettings::Replacement(ReplacementSettings {
        states: 6,
        earnings: vec![1000.0, 900.0, 700.0, 400.0, 0.0, -500.0],
        wear: vec![0.9, 0.1],
        replace: Some(Replace {
            cost: vec![-2e-8, 500.0, 500.0, 500.0, 500.0, 500.0],
            ..Default::default()
        }),
        ..Default::default()
    }));
    all_prove(&wearing, Criterion::Discounted(0.99), 1e-6, 20_000);
}

#[test]
fn rounding_that_goes_round_in_circles_is_settled() {
    for (scale, precision) in [(1.0, 1e-13), (1e9, 1e-6), (1.0, 0.0)] {
        let model = model_of(AnySettings::Replacement(ReplacementSettings {
            states: 3,
            earnings: [-94.0, 89.0, -55.0].map(|earned| scale * earned).to_vec(),
            wear: vec![0.0, 1.0],
            replace: Some(Replace { cost: vec![10.0], duration: 1, ..Default::default() }),
            ..Default::default()
        }));
        for planner in every_planner(&model, Criterion::Discounted(0.95)) {
            let planner = driven(planner, precision, 20_000);
            let width = planner.bounds().and_then(|bounds| bounds.width()).unwrap();
            assert!(width <= 1e-11 * scale, "{}: {width}", planner.name());
        }
    }
}

#[test]
fn a_free_way_to_stay_leaves_a_lower_bound_and_settles() {
    // Staying is free, the end costs 1: the best policy that ends is worth −1.
    for planner in every_planner(&chain(10, 0.0, -1.0), Criterion::Total) {
        let planner = driven(planner, 1e-6, 20_000);
        let bounds = planner.bounds().unwrap();
        assert!((-1.0 - 1e-9..=-1.0).contains(&bounds.lower), "{}: {bounds:?}", planner.name());
        assert_eq!(bounds.upper, None, "{}", planner.name());
        assert!(planner.is_settled());
        let (ending, start) = (planner.policy().to_vec(), planner.model().start()[0].0);
        let ends = crate::mdp::examples::surely_ends(planner.model(), &ending).unwrap();
        assert!(ends[start as usize], "{}", planner.name());
    }
}

#[test]
fn rewards_that_cancel_on_the_way_round_do_not_swing_for_ever() {
    // 0 ⇄ 1 earns 1 and costs 1, and leaving either costs 10: best from 0 is to go on to 1 first.
    let model = Arc::new(model_from(
        3,
        2,
        |state| state == 2,
        |state, action| {
            Some(match action {
                0 => (if state == 0 { 1.0 } else { -1.0 }, vec![(1 - state, 1.0)]),
                _ => (-10.0, vec![(2, 1.0)]),
            })
        },
    ));
    for planner in every_planner(&model, Criterion::Total) {
        let planner = driven(planner, 1e-6, 20_000);
        let bounds = planner.bounds().unwrap();
        assert!((-9.0 - 1e-9..=-9.0).contains(&bounds.lower), "{}: {bounds:?}", planner.name());
        assert!(bounds.upper.is_none_or(|upper| upper >= -9.0), "{}", planner.name());
    }
}

#[test]
fn a_total_without_bound_is_refused_in_words() {
    let refused = |model: Arc<Model>| {
        planner(model, Criterion::Total, None).err().map(|error| error.to_string())
    };
    let words = refused(chain(10, 1.0, 0.0)).unwrap();
    assert!(words.contains("earn for ever"), "{words}");
    assert_eq!(refused(chain(10, 0.0, 1.0)), None);
    assert_eq!(refused(chain(10, -1.0, 1.0)), None);
    // Around 0 → 1 → 0 what is earned and spent cancels, or leaves a little.
    let around = |left: f64| {
        Arc::new(model_from(
            3,
            2,
            |state| state == 2,
            move |state, action| {
                Some(match (state, action) {
                    (0, 0) => (5.0 + left, vec![(1, 1.0)]),
                    (_, 0) => (-5.0, vec![(0, 0.5), (1, 0.5)]),
                    _ => (0.0, vec![(2, 1.0)]),
                })
            },
        ))
    };
    // 0 is left at once and 1 after two beats: 5 + left − 2 · 5 a round.
    assert_eq!(refused(around(5.0)), None);
    assert!(refused(around(5.001)).is_some());
}

#[test]
fn an_endless_gain_elsewhere_does_not_matter() {
    // State 2 could earn for ever, but nothing leads there from the start.
    let model = Arc::new(model_from(
        4,
        2,
        |state| state == 3,
        |state, action| {
            Some(match (state, action) {
                (2, 0) => (1.0, vec![(2, 1.0)]),
                (0, 0) => (-1.0, vec![(1, 1.0)]),
                (1, 0) => (-1.0, vec![(0, 1.0)]),
                _ => (-3.0, vec![(3, 1.0)]),
            })
        },
    ));
    all_prove(&model, Criterion::Total, 1e-9, 20_000);
}

#[test]
fn the_gain_is_that_from_the_start() {
    // The machine stays new for ever and earns 1; states 1 and 2 are never reached.
    let model = model_of(AnySettings::Replacement(ReplacementSettings {
        states: 3,
        earnings: vec![1.0, 2.0, 5.0],
        wear: vec![1.0],
        ..Default::default()
    }));
    for planner in every_planner(&model, Criterion::Average) {
        let planner = driven(planner, 1e-9, 20_000);
        let bounds = planner.bounds().unwrap();
        assert!(planner.certified(1e-9), "{}: {bounds:?}", planner.name());
        assert!(bounds.lower <= 1.0 && bounds.upper.unwrap() >= 1.0);
        // Elsewhere the best is to go on as it is.
        assert_eq!(planner.policy(), [0, 0, 0], "{}", planner.name());
        assert!(planner.values().iter().all(|value| value.is_finite()));
    }
}

#[test]
fn slow_but_steady_chains_are_solved() {
    // Up half of all beats in the long run, which takes 10⁸ beats to show.
    let model = Arc::new(model_from(
        2,
        1,
        |_| false,
        |state, _| {
            Some((if state == 0 { 1.0 } else { 0.0 }, vec![(state, 1.0 - 1e-8), (1 - state, 1e-8)]))
        },
    ));
    for planner in every_planner(&model, Criterion::Average) {
        let planner = driven(planner, 1e-6, 400_000);
        let bounds = planner.bounds().unwrap();
        assert!(planner.certified(1e-6), "{}: {bounds:?}", planner.name());
        assert!(bounds.lower <= 0.5 && bounds.upper.unwrap() >= 0.5, "{bounds:?}");
    }
    // To the end it takes 10⁸ beats.
    let model = Arc::new(model_from(
        2,
        1,
        |state| state == 1,
        |_, _| Some((-1.0, vec![(0, 1.0 - 1e-8), (1, 1e-8)])),
    ));
    for planner in every_planner(&model, Criterion::Total) {
        let planner = driven(planner, 1e-6, 400_000);
        let bounds = planner.bounds().unwrap();
        let width = bounds.width().unwrap();
        assert!(planner.is_settled() && width < 1e3, "{}: {bounds:?}", planner.name());
    }
}

/// Sutton & Barto (2018), example 6.7, whose upper bound at the start is there before the values
/// are: from A to the end for 0, or to B for 0 and on to the end for −0.1.
#[test]
fn every_state_is_enclosed_and_not_the_start_alone() {
    let model = Arc::new(model_from(
        3,
        2,
        |state| state == 2,
        |state, action| {
            Some(match (state, action) {
                (0, 0) => (0.0, vec![(1, 1.0)]),
                (0, _) => (0.0, vec![(2, 1.0)]),
                _ => (-0.1, vec![(2, 1.0)]),
            })
        },
    ));
    for criterion in [Criterion::Total, Criterion::Discounted(0.9)] {
        for planner in every_planner(&model, criterion) {
            let planner = driven(planner, 1e-6, 100);
            let name = planner.name();
            for (state, (found, exact)) in
                planner.estimates().iter().zip([0.0, -0.1, 0.0]).enumerate()
            {
                // Half the width that was asked for, and rounding.
                assert!((found - exact).abs() <= 0.5e-6 + 1e-12, "{name}: {found} in {state}");
                let (lower, upper) = planner.state_bounds(state).unwrap();
                let upper = upper.unwrap();
                assert!(lower <= exact && exact <= upper, "{name}: {lower} to {upper} in {state}");
                assert!(upper - lower <= 1e-6, "{name}: {lower} to {upper} in {state}");
            }
        }
    }
}

#[test]
fn nothing_to_decide_is_worth_nothing() {
    let model = Arc::new(model_from(2, 1, |_| true, |_, _| None));
    for criterion in [Criterion::Discounted(0.9), Criterion::Total] {
        for planner in every_planner(&model, criterion) {
            let planner = driven(planner, 0.0, 10);
            let bounds = planner.bounds().unwrap();
            assert_eq!((bounds.lower, bounds.upper), (0.0, Some(0.0)), "{}", planner.name());
            assert_eq!(planner.state_bounds(1), Some((0.0, Some(0.0))));
            assert!(planner.certified(0.0));
        }
    }
}

#[test]
fn a_slow_way_to_the_end_that_nobody_takes_widens_nothing() {
    // One beat to the end for 10,000, or another 10 million for 15,000 each.
    let model = Arc::new(model_from(
        2,
        2,
        |state| state == 1,
        |_, action| {
            Some(match action {
                0 => (-1e4, vec![(1, 1.0)]),
                _ => (-1.5e4, vec![(0, 1.0 - 1e-7), (1, 1e-7)]),
            })
        },
    ));
    all_prove(&model, Criterion::Total, 1e-6, 20_000);
}

#[test]
fn no_upper_bound_is_named_where_risking_no_end_could_be_worth_more() {
    // From 0 one ends for 5 or goes to a trap, from which there is no way out: it costs or is free.
    let trap = |cost: f64| {
        Arc::new(model_from(
            3,
            2,
            |state| state == 2,
            move |state, action| {
                Some(match (state, action) {
                    (0, 0) => (-5.0, vec![(2, 1.0)]),
                    (0, _) => (-1.0, vec![(1, 1.0)]),
                    _ => (-cost, vec![(1, 1.0)]),
                })
            },
        ))
    };
    all_prove(&trap(1.0), Criterion::Total, 1e-9, 20_000);
    for planner in every_planner(&trap(0.0), Criterion::Total) {
        let planner = driven(planner, 1e-9, 20_000);
        let bounds = planner.bounds().unwrap();
        // −1 and then nothing is more than −5.
        assert_eq!(bounds.upper, None, "{}", planner.name());
        assert!((-5.0 - 1e-9..=-5.0).contains(&bounds.lower), "{}: {bounds:?}", planner.name());
    }
}
