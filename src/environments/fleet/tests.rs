//! The fleet against sums by hand, and what is kept in every step.

use super::*;
use crate::environments::exact::{LongRun, branches, optimal_values};

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<FleetSettings> {
    let place = |name: &str, capacity, requests, returns| FleetPlace {
        name: name.to_owned(),
        capacity,
        initial: capacity / 2,
        requests,
        returns,
        ..FleetPlace::default()
    };
    let two = FleetSettings {
        places: vec![
            FleetPlace {
                missed_cost: 3.0,
                crowd: Some(2),
                crowd_cost: 4.0,
                ..place("north", 4, Distribution::bernoulli(0.7), Distribution::Fixed(1))
            },
            place("south", 3, Distribution::Empirical(vec![0.2, 0.5, 0.3]), uniform(0, 1)),
        ],
        links: vec![FleetLink { most: 2, cost: 1.0, free: 1 }],
    };
    let three = FleetSettings {
        places: vec![
            place("a", 2, Distribution::bernoulli(0.5), Distribution::bernoulli(0.6)),
            place("b", 3, Distribution::bernoulli(0.8), Distribution::bernoulli(0.2)),
            place("c", 2, uniform(0, 2), Distribution::bernoulli(0.4)),
        ],
        links: vec![
            FleetLink { most: 1, cost: 0.5, free: 0 },
            FleetLink { most: 2, cost: 1.5, free: 0 },
        ],
    };
    vec![two, three]
}

fn uniform(low: u32, high: u32) -> Distribution {
    Distribution::Uniform { low, high }
}

/// Every pair that is allowed, with its branches.
fn all_pairs(fleet: &Fleet, mut look: impl FnMut(&[Level], &[Level])) {
    let (states, actions) = (fleet.state_space(), fleet.action_space());
    let (mut state, mut action) = (vec![0; states.len()], vec![0; actions.len()]);
    for s in 0..states.count().unwrap() {
        states.levels(s, &mut state);
        for a in 0..actions.count().unwrap() {
            actions.levels(a, &mut action);
            if fleet.allows(&state, &action) {
                look(&state, &action);
            }
        }
    }
}

/// What was there and what came back is what stands there, was lent or was lost; money is the sum of
/// its items, each as events say.
#[test]
fn nothing_is_lost_but_what_is_said_to_be() {
    for settings in examples() {
        let fleet = Fleet::new(settings.clone()).unwrap();
        let (mut seen, mut turned_away) = ([0; 3], 0);
        all_pairs(&fleet, |state, action| {
            for branch in branches(&fleet, state, action) {
                let count = |is: &dyn Fn(&Event) -> bool| {
                    branch.events.iter().filter(|event| is(event)).count() as Level
                };
                let lent = count(&|e| matches!(e, Event::Moved { to: Place::Customer, .. }));
                let back = count(&|e| matches!(e, Event::Moved { from: Place::Supply, .. }));
                let lost = count(&|e| matches!(e, Event::Scrapped { .. }));
                let (before, after): (Level, Level) =
                    (state.iter().sum(), branch.next.iter().sum());
                // Who comes back and finds no room was never there.
                let turned = count(&|e| *e == Event::Scrapped { at: Place::Supply });
                let gone = lent + lost - turned;
                assert_eq!(before + back, after + gone, "{state:?} {action:?} {branch:?}");
                turned_away += turned;
                let sum: f64 = branch.items.iter().sum();
                assert!((sum - branch.reward).abs() < 1e-12);
                let revenue = settings.places[0].revenue;
                assert!((branch.items[LENT] - revenue * f64::from(lent)).abs() < 1e-12);
                let missed = count(&|e| *e == Event::DemandLost);
                assert!(missed > 0 || branch.items[MISSED] == 0.0);
                for (seen, more) in seen.iter_mut().zip([lent, back, lost]) {
                    *seen += more;
                }
            }
        });
        assert!(turned_away > 0 && seen.iter().all(|seen| *seen > 0), "{seen:?}");
    }
}

/// A place by itself, nothing moved: the expected income of a state is Σ p(k)·min(k, stock).
#[test]
fn income_is_what_is_asked_for_and_there() {
    let fleet = Fleet::new(FleetSettings {
        places: vec![
            FleetPlace { capacity: 6, initial: 0, ..FleetPlace::default() },
            FleetPlace { capacity: 6, initial: 0, revenue: 0.0, ..FleetPlace::default() },
        ],
        links: vec![FleetLink { most: 0, ..FleetLink::default() }],
    })
    .unwrap();
    let poisson = |k: u32| (1..=k).fold((-3.0_f64).exp(), |p, i| p * 3.0 / f64::from(i));
    for stock in 0..=6_u32 {
        let all = branches(&fleet, &[stock as Level, 0], &[]);
        let found: f64 = all.iter().map(|b| b.probability * b.reward).sum();
        let below: f64 = (0..stock).map(|k| poisson(k) * f64::from(k)).sum();
        let rest: f64 = 1.0 - (0..stock).map(poisson).sum::<f64>();
        let expected = 10.0 * (below + rest * f64::from(stock));
        assert!((found - expected).abs() < 1e-6, "{stock}: {found}, not {expected}");
    }
}

/// Two places alike: what a state is worth does not change when they change names.
#[test]
fn places_alike_are_worth_alike() {
    let place = FleetPlace {
        capacity: 4,
        initial: 2,
        requests: uniform(0, 2),
        returns: uniform(0, 2),
        ..FleetPlace::default()
    };
    let settings = FleetSettings {
        places: vec![place.clone(), place],
        links: vec![FleetLink { most: 3, cost: 1.0, free: 0 }],
    };
    let fleet = Fleet::new(settings).unwrap();
    let values = optimal_values(&fleet, 0.9);
    let at = |a: Level, b: Level| values[fleet.state_space().index(&[a, b]) as usize];
    for a in 0..=4 {
        for b in 0..=4 {
            assert!((at(a, b) - at(b, a)).abs() < 1e-9, "{a} {b}");
        }
    }
    assert!(at(4, 4) > at(0, 0));
}

/// What is sure can be counted: one unit asked for at the second place in every beat and one brought
/// back at the first. Moved over at 2 each they earn 8 a beat; unmoved, nothing is ever lent.
#[test]
fn a_unit_moved_in_every_beat_earns_its_income_less_its_way() {
    let place = |requests, returns| FleetPlace {
        capacity: 2,
        initial: 1,
        requests: Distribution::Fixed(requests),
        returns: Distribution::Fixed(returns),
        ..FleetPlace::default()
    };
    let settings = |free| FleetSettings {
        places: vec![place(0, 1), FleetPlace { initial: 0, ..place(1, 0) }],
        links: vec![FleetLink { most: 1, cost: 2.0, free }],
    };
    let fleet = Fleet::new(settings(0)).unwrap();
    assert!((LongRun::new(&fleet, |_| vec![1]).gain() - 8.0).abs() < 1e-12);
    assert!(LongRun::new(&fleet, |_| vec![0]).gain().abs() < 1e-12);
    let free = Fleet::new(settings(1)).unwrap();
    assert!((LongRun::new(&free, |_| vec![1]).gain() - 10.0).abs() < 1e-12);
}

#[test]
fn all_faults_are_found_at_once() {
    let settings = FleetSettings {
        places: vec![
            FleetPlace { capacity: 0, revenue: f64::NAN, ..FleetPlace::default() },
            FleetPlace { initial: 21, crowd: Some(30), name: "x".into(), ..FleetPlace::default() },
            FleetPlace { name: "x".into(), missed_cost: -1.0, ..FleetPlace::default() },
        ],
        links: vec![FleetLink { most: 2_000, cost: -1.0, free: 0 }],
    };
    let faults = Fleet::new(settings).unwrap_err();
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "links",
            "places[0].capacity",
            "places[0].initial",
            "places[0].revenue",
            "places[1].initial",
            "places[1].crowd",
            "places[2].missed_cost",
            "links[0].most",
            "links[0].cost",
            "places[2].name",
        ]
    );
    assert_eq!(Fleet::new(FleetSettings::default()).unwrap().settings().places.len(), 2);
}
