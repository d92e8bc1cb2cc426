//! Job shops against closed forms, chains of their own and promised structure, by an exact solver that
//! knows only the step.

use super::*;
use crate::environments::exact::{Branch, LongRun, branches, optimal_values, start};
use crate::environments::{Distribution, SequenceSettings};

mod structure;

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

fn number_of(events: &[Event], event: Event) -> Level {
    events.iter().filter(|&&told| told == event).count() as Level
}

/// Visits every way in which a beat can go from every state under every allowed action.
fn every_beat(shop: &JobShop, mut see: impl FnMut(&[Level], &[Level], &Branch)) {
    let (states, actions) = (shop.state_space(), shop.action_space());
    let (mut state, mut action) = (vec![0; states.len()], vec![0; actions.len()]);
    for index in 0..states.count().unwrap() {
        states.levels(index, &mut state);
        for flat in 0..actions.count().unwrap() {
            actions.levels(flat, &mut action);
            if shop.allows(&state, &action) {
                branches(shop, &state, &action).iter().for_each(|b| see(&state, &action, b));
            }
        }
    }
}

/// Parts in are parts out and parts more in the buffers, operation by operation; every machine tells
/// once what it did; the money is what events and stocks say.
#[test]
fn parts_and_money_are_conserved() {
    for settings in examples() {
        let shop = JobShop::new(settings).unwrap();
        let (of, products) = (shop.operations(), &shop.settings.products);
        every_beat(&shop, |state, action, branch| {
            let count = |event| number_of(&branch.events, event);
            let moved = |from, to| count(Event::Moved { from, to });
            let mut money = 0.0;
            for (number, operation) in of.iter().enumerate() {
                let buffer = Place::Buffer(number as u16);
                let here = Place::Station(shop.stations[operation.station].first_place);
                let out = moved(buffer, here);
                let into = match operation.before {
                    0 => moved(Place::Supply, buffer),
                    // What comes from a station to a buffer comes from the step before.
                    _ => (0..shop.places.stations.len())
                        .map(|place| moved(Place::Station(place as u16), buffer))
                        .sum(),
                };
                let more = branch.next[number] - state[number];
                assert_eq!(more, into - out, "{state:?} {action:?} {branch:?}");
                if operation.before > 0 {
                    let before = Place::Buffer(number as u16 - 1);
                    let station = shop.stations[of[number - 1].station].first_place;
                    assert_eq!(into, moved(before, Place::Station(station)), "{branch:?}");
                }
                if operation.behind == 0 {
                    money += products[operation.product].price * f64::from(out);
                }
                money -= operation.holding * f64::from(state[number]);
                // No more parts than there are machines.
                assert!(out <= shop.stations[operation.station].machines);
            }
            near(branch.items[PARTS] + branch.items[HOLDING], money, 1e-12, "parts and holding");
            near(branch.items.iter().sum(), branch.reward, 1e-12, "items");
            for station in &shop.stations {
                let mut working = 0;
                for machine in 0..station.machines as u16 {
                    let place = station.first_place + machine;
                    let spent = |condition| count(Event::Spent { station: place, condition });
                    assert_eq!(Condition::ALL.into_iter().map(spent).sum::<Level>(), 1);
                    working += spent(Condition::Working);
                }
                let first = Place::Station(station.first_place);
                let done: Level = station
                    .operations
                    .iter()
                    .map(|&operation| moved(Place::Buffer(operation as u16), first))
                    .sum();
                assert!(done <= working, "{state:?} {action:?} {branch:?}");
            }
            let lost: Vec<f64> = products.iter().map(|product| product.lost_cost).collect();
            if lost.iter().all(|cost| *cost == lost[0]) {
                let told = -lost[0] * f64::from(count(Event::DemandLost));
                near(branch.items[LOST], told, 1e-12, "lost");
            }
        });
    }
}

/// Who finds one operation and room for N parts: a birth–death chain, by old levels. It grows with
/// probability a from 0, a(1 − c) above, not at all from N; it shrinks with c(1 − a), from N with c.
#[test]
fn one_operation_is_a_birth_death_chain() {
    for (a, c, room) in [(0.3, 0.5, 1), (0.3, 0.5, 6), (0.6, 0.4, 4), (0.2, 0.9, 9)] {
        let mut alone = product("part", a, vec![step("only", c, room)]);
        alone.route[0].holding = 0.0;
        alone.price = 1.0;
        let shop = shop(vec![station("only")], vec![alone]);
        let run = LongRun::new(&shop, |_| Vec::new());
        let mut shares = vec![1.0];
        for parts in 1..=room {
            let up = if parts == 1 { a } else { a * (1.0 - c) };
            let down = if parts == room { c } else { c * (1.0 - a) };
            shares.push(shares[parts as usize - 1] * up / down);
        }
        let all: f64 = shares.iter().sum();
        let busy = 1.0 - shares[0] / all;
        let full = shares[room as usize] / all;
        let level: f64 = (0..).zip(&shares).map(|(n, share)| f64::from(n) * share / all).sum();
        near(run.gain(), c * busy, 1e-12, "throughput");
        near(run.level("part"), level, 1e-12, "level");
        near(run.rate(Event::DemandLost), a * full, 1e-12, "lost");
        near(run.spent(0, Condition::Working), busy, 1e-12, "working");
        near(run.spent(0, Condition::Starved), 1.0 - busy, 1e-12, "starved");
        // What comes in goes out.
        near(a * (1.0 - full), c * busy, 1e-12, "in and out");
    }
}

/// Several machines: of n parts min(n, m) are worked on, each completed by itself. The chain is
/// written out here and solved by repeated steps.
#[test]
fn several_machines_work_side_by_side() {
    let (a, c, machines, room) = (0.7, 0.3, 3, 5);
    let mut alone = product("part", a, vec![step("oven", c, room as u32)]);
    alone.route[0].holding = 0.0;
    let oven = StationSettings { machines: machines as u32, ..station("oven") };
    let shop = shop(vec![oven], vec![alone]);
    assert_eq!(shop.places.stations, ["oven 1", "oven 2", "oven 3"]);
    let run = LongRun::new(&shop, |_| Vec::new());
    let choose =
        |n: usize, k: usize| -> f64 { (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product() };
    let mut shares = vec![1.0 / (room as f64 + 1.0); room + 1];
    for _ in 0..5_000 {
        let mut next = vec![0.0; room + 1];
        for (parts, share) in shares.iter().enumerate() {
            let busy = parts.min(machines);
            for done in 0..=busy {
                let p = choose(busy, done)
                    * c.powi(done as i32)
                    * (1.0_f64 - c).powi((busy - done) as i32);
                let comes = if parts < room { a } else { 0.0 };
                next[parts - done] += share * p * (1.0 - comes);
                if comes > 0.0 {
                    next[parts - done + 1] += share * p * comes;
                }
            }
        }
        shares = next;
    }
    let level: f64 = shares.iter().enumerate().map(|(n, share)| n as f64 * share).sum();
    near(run.level("part"), level, 1e-9, "level");
    for machine in 0..machines {
        let busy: f64 = shares[machine + 1..].iter().sum();
        near(run.spent(machine as u16, Condition::Working), busy, 1e-9, "working");
    }
}

/// A station alone that never wants for parts is up r of r + p beats, and makes one in each.
#[test]
fn a_station_alone_is_up_r_of_r_plus_p() {
    let (failure, repair) = (0.05, 0.2);
    let alone = ProductSettings {
        arrivals: Distribution::Fixed(1),
        price: 1.0,
        route: vec![OperationSettings { holding: 0.0, ..step("only", 1.0, 2) }],
        ..Default::default()
    };
    let only = StationSettings { failure, repair, repair_cost: 0.5, ..station("only") };
    let shop = shop(vec![only], vec![alone]);
    let run = LongRun::new(&shop, |_| Vec::new());
    let up = repair / (repair + failure);
    near(run.gain(), up - 0.5 * (1.0 - up), 1e-12, "gain");
    near(run.spent(0, Condition::Down), 1.0 - up, 1e-12, "down");
    near(run.rate(Event::Failed { station: 0 }), up * failure, 1e-12, "failures");
    near(run.rate(Event::Repaired { station: 0 }), up * failure, 1e-12, "repairs");
}

/// One product through stations in a row is the serial line by old levels, which is held to published
/// figures: with Bernoulli machines, with failures by time, and where parts arrive as a first machine
/// would make them.
#[test]
fn stations_in_tandem_are_the_line() {
    use crate::environments::line::{
        BufferSettings, Cycle, FailureMode, Line, LineSettings, MachineSettings, Moves, RUN,
    };
    let machine = |completion, failure, repair| MachineSettings {
        cycle: Cycle::Completion(completion),
        failure,
        repair,
        failure_mode: FailureMode::Time,
        controlled: false,
        ..Default::default()
    };
    let line = |machines: Vec<MachineSettings>, capacities: &[u32]| {
        let buffer = |&capacity: &u32| BufferSettings { capacity, ..Default::default() };
        Line::new(LineSettings {
            machines,
            buffers: capacities.iter().map(buffer).collect(),
            revenue: 1.0,
            moves: Moves::OldLevels,
            ..Default::default()
        })
        .unwrap()
    };
    // Completion, failure and repair of each machine, and the buffers between them.
    for (machines, capacities) in [
        (vec![(0.7, 0.0, 0.1), (0.6, 0.0, 0.1)], vec![4]),
        (vec![(0.9, 0.1, 0.3), (0.8, 0.05, 0.2)], vec![3]),
        (vec![(0.5, 0.0, 0.1), (0.6, 0.0, 0.1), (0.4, 0.0, 0.1)], vec![2, 3]),
    ] {
        let serial = machines.iter().map(|&(c, f, r)| machine(c, f, r)).collect();
        let line = line(serial, &capacities);
        let given = LongRun::new(&line, |_| vec![RUN; line.action_space().len()]);
        let named: Vec<StationSettings> = (1..)
            .zip(&machines)
            .map(|(i, &(_, failure, repair))| StationSettings {
                failure,
                repair,
                ..station(&format!("m{i}"))
            })
            .collect();
        let route = |from: usize, first: &[u32]| -> Vec<OperationSettings> {
            let rooms = first.iter().chain(&capacities);
            let steps = machines.iter().enumerate().skip(from).zip(rooms);
            let step = |((i, &(completion, ..)), &room): ((usize, &(f64, f64, f64)), &u32)| {
                OperationSettings { holding: 0.0, ..step(&format!("m{}", i + 1), completion, room) }
            };
            steps.map(step).collect()
        };
        let made = |arrivals, from: usize, first: &[u32]| {
            let product = ProductSettings {
                arrivals,
                price: 1.0,
                route: route(from, first),
                ..Default::default()
            };
            shop(named[from..].to_vec(), vec![product])
        };
        // Two places, one of them filled in every beat: the first station never wants for parts.
        let never_starved = made(Distribution::Fixed(1), 0, &[2]);
        let run = LongRun::new(&never_starved, |_| Vec::new());
        near(run.gain(), given.gain(), 1e-10, "throughput");
        for number in 1..machines.len() {
            let (ours, theirs) = (format!("part {}", number + 1), format!("buffer {number}"));
            near(run.level(&ours), given.level(&theirs), 1e-10, &ours);
        }
        for number in 0..machines.len() as u16 {
            for condition in [Condition::Working, Condition::Blocked, Condition::Down] {
                let spent = (run.spent(number, condition), given.spent(number, condition));
                near(spent.0, spent.1, 1e-10, &format!("{number} {condition:?}"));
            }
        }
        // Where the first machine never fails, parts that arrive with its probability are its parts.
        if let (completion, 0.0, _) = machines[0] {
            let arriving = made(Distribution::bernoulli(completion), 1, &[]);
            let run = LongRun::new(&arriving, |_| Vec::new());
            near(run.gain(), given.gain(), 1e-10, "throughput of arrivals");
            let first = arriving.state_space().variables()[0].name.clone();
            near(run.level(&first), given.level("buffer 1"), 1e-10, "arrivals");
        }
    }
}

/// Two products at one station, set-ups of three beats.
fn two_with_setups(setup_time: u32, setup_cost: f64) -> JobShop {
    let shared = StationSettings { setup_time, setup_cost, ..station("press") };
    let of = |name| product(name, 0.2, vec![step("press", 1.0, 3)]);
    shop(vec![shared], vec![of("a"), of("b")])
}

#[test]
fn a_setup_is_paid_once_lasts_its_beats_and_is_not_interrupted() {
    let shop = two_with_setups(3, 7.0);
    let names: Vec<_> = shop.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "press set-up", "press left"]);
    let action = &shop.action_space().variables()[0];
    assert_eq!((action.name.as_str(), &*action.labels.join(" ")), ("press", "a b idle"));
    let (mut state, mut told) = (vec![1, 2, 0, 0], Vec::new());
    for _ in 0..5 {
        let allowed: Vec<_> = (0..3).filter(|&action| shop.allows(&state, &[action])).collect();
        // Nobody comes in the first branch.
        let branch = branches(&shop, &state, &[1]).swap_remove(0);
        let spent = branch.events.iter().find_map(|event| match event {
            Event::Spent { condition, .. } => Some(*condition),
            _ => None,
        });
        told.push((branch.items[SETUPS], branch.next.clone(), spent.unwrap(), allowed));
        state = branch.next;
    }
    let (sets, works) = (Condition::SetUp, Condition::Working);
    assert_eq!(
        told,
        [
            (-7.0, vec![1, 2, 1, 2], sets, vec![0, 1, 2]),
            (0.0, vec![1, 2, 1, 1], sets, vec![1]),
            (0.0, vec![1, 2, 1, 0], sets, vec![1]),
            (0.0, vec![1, 1, 1, 0], works, vec![0, 1, 2]),
            (0.0, vec![1, 0, 1, 0], works, vec![0, 1, 2]),
        ]
    );
    assert_eq!(shop.standing_condition(&[1, 2, 1, 2], 0), Some(Condition::SetUp));
    // Staying idle keeps the set-up, and what has no part is not set up for.
    assert!(branches(&shop, &[0, 2, 0, 0], &[2]).iter().all(|b| b.next[2..] == [0, 0]));
    assert!(!shop.allows(&[0, 2, 1, 0], &[0]));
}

#[test]
fn a_setup_without_time_works_at_once_and_a_station_that_is_down_sets_nothing_up() {
    let shop = two_with_setups(0, 2.0);
    assert_eq!(shop.state_space().len(), 3);
    for branch in branches(&shop, &[1, 1, 0], &[1]) {
        assert_eq!((branch.items[SETUPS], branch.next[2]), (-2.0, 1));
        assert!(branch.items[PARTS] == 10.0);
    }
    let fails = StationSettings {
        setup_time: 2,
        setup_cost: 3.0,
        failure: 0.5,
        repair: 0.5,
        repair_cost: 1.0,
        ..station("press")
    };
    let of = |name| product(name, 0.0, vec![step("press", 1.0, 3)]);
    let shop =
        JobShop::new(JobShopSettings { stations: vec![fails], products: vec![of("a"), of("b")] });
    let shop = shop.unwrap();
    assert_eq!(start(&shop), [0, 0, 0, 0, UP]);
    for branch in branches(&shop, &[1, 1, 0, 0, UP], &[1]) {
        let went_down = branch.next[4] == DOWN;
        let money = if went_down { (0.0, -1.0) } else { (-3.0, 0.0) };
        assert_eq!((branch.items[SETUPS], branch.items[REPAIR]), money);
        assert_eq!(branch.next[2..4], if went_down { [0, 0] } else { [1, 1] });
    }
    // A set-up under way stands still.
    for branch in branches(&shop, &[1, 1, 1, 1, DOWN], &[1]) {
        assert_eq!(branch.next[3], Level::from(branch.next[4] == DOWN));
    }
}

/// Starved, blocked and held back are told apart; only what has a part and room behind is chosen.
#[test]
fn why_a_station_stands_is_told() {
    let shop = shop(
        vec![StationSettings { controlled: true, ..station("one") }, station("two")],
        vec![product("part", 0.0, vec![step("one", 0.5, 2), step("two", 0.5, 1)])],
    );
    let spent = |state: &[Level], action: Level| {
        let event = |condition| Event::Spent { station: 0, condition };
        let all = branches(&shop, state, &[action]);
        Condition::ALL.into_iter().find(|&c| all.iter().all(|b| b.events.contains(&event(c))))
    };
    for (state, allowed, idle) in [
        ([0, 0], vec![1], Condition::Starved),
        ([1, 1], vec![1], Condition::Blocked),
        ([1, 0], vec![0, 1], Condition::HeldBack),
    ] {
        let may: Vec<_> = (0..2).filter(|&action| shop.allows(&state, &[action])).collect();
        assert_eq!(may, allowed, "{state:?}");
        assert_eq!(spent(&state, 1), Some(idle), "{state:?}");
        let standing = if allowed.len() == 2 { Condition::Working } else { idle };
        assert_eq!(shop.standing_condition(&state, 0), Some(standing));
    }
    assert_eq!(spent(&[1, 0], 0), Some(Condition::Working));
    // The second has no choice.
    assert_eq!(shop.action_space().len(), 1);
}

#[test]
fn faults_are_found_at_once() {
    let change = |from: &str, to: &str| SequenceSettings {
        from: from.to_owned(),
        to: to.to_owned(),
        time: 0,
        cost: -1.0,
    };
    let bad = StationSettings {
        machines: 9,
        setup_time: 1_001,
        setup_cost: -1.0,
        sequence: vec![change("a", "c")],
        failure: 0.5,
        repair: 0.0,
        repair_cost: -1.0,
        ..station("mill")
    };
    let empty = OperationSettings {
        completion: 0.0,
        holding: f64::NAN,
        capacity: 0,
        ..step("nowhere", 0.0, 0)
    };
    let faults = JobShop::new(JobShopSettings {
        stations: vec![bad, station("b"), station("unused")],
        products: vec![
            ProductSettings {
                arrivals: Distribution::bernoulli(2.0),
                price: f64::INFINITY,
                lost_cost: -1.0,
                ..product("a", 0.0, vec![step("mill", 0.5, 1), empty])
            },
            product("b", 0.1, vec![step("b", 0.5, 1)]),
            product("b", 0.1, Vec::new()),
        ],
    })
    .unwrap_err();
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "stations[0].machines",
            "stations[0].setup_time",
            "stations[0].setup_cost",
            "stations[0].repair",
            "stations[0].repair_cost",
            "stations[0].sequence[0].to",
            "stations[0].sequence[0].cost",
            "stations[2]",
            "products[0].price",
            "products[0].lost_cost",
            "products[0].route[1].station",
            "products[0].route[1].completion",
            "products[0].route[1].holding",
            "products[0].route[1].capacity",
            "products[0].arrivals.probability",
            "products[2].route",
            "products[1].route[0].name",
            "products[2].name",
        ]
    );
    let path = |stations, products| {
        let faults = JobShop::new(JobShopSettings { stations, products }).unwrap_err();
        faults[0].path.clone()
    };
    assert_eq!(path(Vec::new(), vec![Default::default()]), "stations");
    assert_eq!(path(vec![station("a")], Vec::new()), "products");
    let long = product("long", 0.1, vec![step("a", 0.5, 1); 8]);
    let many = (0..3).map(|i| ProductSettings { name: format!("p{i}"), ..long.clone() });
    assert_eq!(path(vec![station("a")], many.collect()), "products");
}
