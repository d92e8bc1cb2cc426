//! Job shops against closed forms, chains of their own and promised structure, by an exact solver that
//! knows only the step.

use super::*;
use crate::environments::exact::{Branch, LongRun, branches, optimal_values, start};
use crate::environments::{Distribution, SequenceSettings};

// mod structure;

fn near(found: f64, given: f64, tolerance: f64, what: &str) {
    assert!((found - given).abs() <= tolerance, "{what}: {found}, but {given} is given");
}

fn station(name: &str) -> StationSettings {
    StationSettings { name: name.to_owned(), ..Default::default() }
}

fn step(station: &str, completion: f64, capacity: u32) -> OperationSettings {
    OperationSettings { station: station.to_owned(), completion, capacity, ..Default::default() }
}

fn product(name: &str, arrival: f64, route: Vec<OperationSettings>) -> ProductSettings {
    ProductSettings {
        name: name.to_owned(),
        arrivals: Distribution::bernoulli(arrival),
        route,
        ..Default::default()
    }
}

fn shop(stations: Vec<StationSettings>, products: Vec<ProductSettings>) -> JobShop {
    JobShop::new(JobShopSettings { stations, products }).unwrap()
}

/// Who always works on the first operation that it can, in the order of the state.
fn first_first(shop: &JobShop) -> impl Fn(&[Level]) -> Vec<Level> + '_ {
    by(shop, |_, operation| -(operation as f64))
}

/// Who works on what is worth most of what each station can.
fn by<'s>(
    shop: &'s JobShop,
    worth: impl Fn(&[Level], usize) -> f64 + 's,
) -> impl Fn(&[Level]) -> Vec<Level> + 's {
    move |state| {
        let mut action = vec![0; shop.action_space().len()];
        for station in shop.stations() {
            let Some(place) = station.action else { continue };
            let can = station.operations.iter().enumerate();
            let can = can.filter(|(_, operation)| shop.can_work(state, **operation));
            let best = can.max_by(|a, b| {
                worth(state, *a.1).total_cmp(&worth(state, *b.1)).then(b.0.cmp(&a.0))
            });
            action[place] = best.map_or(station.operations.len(), |(level, _)| level) as Level;
        }
        if !shop.allows(state, &action) {
            // A set-up goes on.
            for station in shop.stations() {
                if let (Some(place), Some(left), Some(setup)) =
                    (station.action, station.left, station.setup)
                    && state[left] > 0
                {
                    let product = station.passing[state[setup] as usize];
                    let of = |k: &usize| shop.operations()[*k].product == product;
                    action[place] = station.operations.iter().position(of).unwrap() as Level;
                }
            }
        }
        action
    }
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<JobShopSettings> {
    let step = |station: &str, completion, capacity| OperationSettings {
        holding: 0.5,
        ..step(station, completion, capacity)
    };
    let change = |from: &str, to: &str, time, cost| SequenceSettings {
        from: from.to_owned(),
        to: to.to_owned(),
        time,
        cost,
    };
    vec![
        JobShopSettings::default(),
        // Crossing routes, one of them re-entrant; set-ups by sequence, failures.
        JobShopSettings {
            stations: vec![
                StationSettings {
                    setup_time: 2,
                    setup_cost: 1.5,
                    sequence: vec![change("b", "a", 0, 0.5)],
                    ..station("mill")
                },
                StationSettings {
                    failure: 0.1,
                    repair: 0.4,
                    repair_cost: 0.7,
                    setup_time: 1,
                    ..station("lathe")
                },
            ],
            products: vec![
                product(
                    "a",
                    0.2,
                    vec![step("mill", 0.6, 2), step("lathe", 1.0, 1), step("mill", 0.7, 1)],
                ),
                ProductSettings {
                    arrivals: Distribution::Uniform { low: 0, high: 2 },
                    price: 6.0,
                    lost_cost: 2.0,
                    ..product("b", 0.0, vec![step("lathe", 0.5, 2), step("mill", 0.4, 2)])
                },
            ],
        },
        // Several machines, one of them held back, and set-ups that only cost.
        JobShopSettings {
            stations: vec![
                StationSettings { machines: 2, setup_cost: 0.3, ..station("saw") },
                StationSettings { machines: 3, controlled: true, ..station("oven") },
            ],
            products: vec![
                product("a", 0.5, vec![step("saw", 0.6, 3), step("oven", 0.3, 3)]),
                product("b", 0.3, vec![step("saw", 0.4, 2)]),
                product("c", 0.3, vec![step("saw", 0.4, 2), step("saw", 1.0, 2)]),
            ],
        },
    ]
}
