//! Machines with set-ups against published figures, closed forms and promised structure, by an exact
//! solver that knows only the step.

use serde_json::Value;

use super::*;
use crate::environments::exact::{Branch, LongRun, branches, optimal_values};
use crate::environments::{Distribution, SequenceSettings};

fn near(found: f64, given: f64, tolerance: f64, what: &str) {
    assert!((found - given).abs() <= tolerance, "{what}: {found}, but {given} is given");
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn machine(products: Vec<ProductSettings>) -> Setups {
    Setups::new(SetupsSettings { products, sequence: Vec::new() }).unwrap()
}

/// A product that is made to order: customers wait, and nothing else costs or earns.
fn to_order(completion: f64, demand: f64, waiting: f64, limit: u32) -> ProductSettings {
    ProductSettings {
        demand: Distribution::Empirical(vec![1.0 - demand, demand]),
        completion,
        capacity: 0,
        holding: 0.0,
        revenue: 0.0,
        unmet: Unmet::Backorder { cost: waiting, limit, lost_cost: 0.0 },
        setup_time: 0,
        ..Default::default()
    }
}

fn change(from: &str, to: &str, time: u32, cost: f64) -> SequenceSettings {
    SequenceSettings { from: from.to_owned(), to: to.to_owned(), time, cost }
}

fn called(name: &str, product: ProductSettings) -> ProductSettings {
    ProductSettings { name: name.to_owned(), ..product }
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<SetupsSettings> {
    let costly = ProductSettings {
        demand: Distribution::Empirical(vec![0.5, 0.3, 0.2]),
        completion: 0.7,
        production_cost: 0.5,
        capacity: 3,
        initial: 2,
        unmet: Unmet::Backorder { cost: 1.5, limit: 2, lost_cost: 4.0 },
        setup_time: 3,
        setup_cost: 2.5,
        ..Default::default()
    };
    let lost = ProductSettings {
        demand: Distribution::Empirical(vec![0.6, 0.4]),
        completion: 1.0,
        capacity: 2,
        revenue: 7.0,
        unmet: Unmet::Lost { cost: 3.0 },
        setup_time: 1,
        ..Default::default()
    };
    let (a, b, c) =
        (called("a", costly.clone()), called("b", lost.clone()), called("c", lost.clone()));
    vec![
        SetupsSettings::default(),
        SetupsSettings { products: vec![costly], sequence: Vec::new() },
        SetupsSettings {
            products: vec![a, b, c, called("d", to_order(0.6, 0.2, 2.0, 2))],
            sequence: vec![change("a", "b", 0, 1.0), change("b", "c", 2, 0.0)],
        },
        SetupsSettings {
            products: vec![to_order(0.5, 0.2, 1.0, 4), to_order(0.4, 0.1, 3.0, 4)],
            sequence: Vec::new(),
        },
    ]
}

/// The worth of an action by what the values say; `None` where it is not allowed.
fn worth(
    machine: &Setups,
    values: &[f64],
    discount: f64,
    state: &[Level],
    action: Level,
) -> Option<f64> {
    machine.allows(state, &[action]).then(|| {
        let of = |branch: &Branch| {
            let next = values[machine.state_space().index(&branch.next) as usize];
            branch.probability * (branch.reward + discount * next)
        };
        branches(machine, state, &[action]).iter().map(of).sum()
    })
}

/// Whether an action is better than all others by more than rounding.
fn is_best(
    machine: &Setups,
    values: &[f64],
    discount: f64,
    state: &[Level],
    action: Level,
) -> bool {
    let of = |action| worth(machine, values, discount, state, action);
    let Some(own) = of(action) else { return false };
    let last = machine.action_space().variables()[0].high;
    (0..=last)
        .filter(|&other| other != action)
        .all(|other| of(other).is_none_or(|o| own > o + 1e-9))
}

/// A make-to-stock queue with lost sales: the gain of every base stock, the best of them and the
/// discounted costs.
#[test]
fn a_single_product_has_the_given_base_stock() {
    let file = include_str!("../../../tests/published/base_stock_lost_sales.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let (spec, numbers) = (&file["spec"], &file["numbers"]);
    let tolerance = number(&file["tolerance"]);
    let (wanted, full) = (number(&spec["d"]), number(&spec["M"]) as u32);
    let machine = machine(vec![ProductSettings {
        demand: Distribution::Empirical(vec![1.0 - wanted, wanted]),
        completion: number(&spec["q"]),
        production_cost: number(&spec["c"]),
        capacity: full,
        holding: number(&spec["h"]),
        revenue: 0.0,
        unmet: Unmet::Lost { cost: number(&spec["l"]) },
        ..Default::default()
    }]);
    let gains = numbers["gain_by_base_stock"].as_array().unwrap();
    assert_eq!(gains.len(), 20);
    for (base, given) in (0..).zip(gains) {
        let run = LongRun::new(&machine, |state| vec![Level::from(state[0] < base)]);
        near(-run.gain(), number(given), tolerance, &format!("base stock {base}"));
    }
    let values = optimal_values(&machine, 0.95);
    for (stock, given) in numbers["V_disc"].as_array().unwrap().iter().enumerate() {
        near(-values[stock], number(given), tolerance, &format!("from {stock} units"));
    }
    let base = numbers["discounted_base_stock"].as_i64().unwrap() as Level;
    for stock in 0..full as Level {
        let best = Level::from(stock < base);
        assert!(is_best(&machine, &values, 0.95, &[stock], best), "{stock} units");
    }
}

/// With base stock S the shortfall n = S − x is a birth–death chain: it grows with probability
/// d at 0 and d(1 − q) above, and shrinks with q(1 − d). Its share falls by that ratio.
#[test]
fn a_backlog_falls_off_geometrically() {
    let (d, q, holding, waiting) = (0.3, 0.5, 1.0, 4.0);
    let machine =
        machine(vec![ProductSettings { capacity: 8, holding, ..to_order(q, d, waiting, 60) }]);
    let ratio: f64 = d * (1.0 - q) / (q * (1.0 - d));
    let first = d / (q * (1.0 - d));
    let none = 1.0 / (1.0 + first / (1.0 - ratio));
    for base in 0..=8 {
        let cost = |short: i32| {
            let share = if short == 0 { none } else { none * first * ratio.powi(short - 1) };
            let stock = f64::from(base - short);
            share * if stock > 0.0 { holding * stock } else { -waiting * stock }
        };
        let cost: f64 = (0..=base + 60).map(cost).sum();
        let run = LongRun::new(&machine, |state| vec![Level::from(state[0] < base)]);
        near(-run.gain(), cost, 1e-10, &format!("base stock {base}"));
    }
}

/// The c·μ rule (Cox & Smith 1961; Buyukkoc, Varaiya & Walrand 1985, for discrete time): without
/// set-ups who costs most a beat of work is served first.
#[test]
fn without_setups_the_dearest_work_is_done_first() {
    for (waiting, first) in [(3.0, 1), (2.0, 2)] {
        // c·μ is 0.9 or 0.6 against 0.8.
        let products = vec![to_order(0.3, 0.1, waiting, 14), to_order(0.8, 0.3, 1.0, 14)];
        let machine = machine(products);
        let values = optimal_values(&machine, 0.9);
        for one in 1..=6 {
            for other in 1..=6 {
                for setup in 0..=1 {
                    let state = [-one, -other, setup];
                    assert!(is_best(&machine, &values, 0.9, &state, first), "{state:?}");
                }
            }
        }
    }
}

/// Two equal queues with set-up times: none is left before it is empty (Hofri & Ross 1987), and who
/// has emptied one goes over where enough wait at the other.
#[test]
fn equal_products_are_made_exhaustively() {
    let product = ProductSettings { setup_time: 2, ..to_order(0.7, 0.2, 1.0, 12) };
    let machine = machine(vec![product; 2]);
    let values = optimal_values(&machine, 0.95);
    let best = |state: &[Level], action| is_best(&machine, &values, 0.95, state, action);
    for one in 1..=6 {
        for other in 0..=6 {
            assert!(best(&[-one, -other, 0, 0], 1), "{one} {other}");
            assert!(best(&[-other, -one, 1, 0], 2), "{other} {one}");
        }
    }
    let goes: Vec<bool> = (0..=6).map(|other| best(&[0, -other, 0, 0], 2)).collect();
    assert!(!goes[0] && goes[6], "{goes:?}");
    assert!(goes.windows(2).all(|pair| pair[0] <= pair[1]), "{goes:?}");
}

/// Two equal products made to stock without set-ups: the one with the lower stock is made (Zheng &
/// Zipkin 1990), and where it is best to idle it is best to idle with more.
#[test]
fn equal_products_are_made_by_the_lower_stock() {
    let waits = Unmet::Backorder { cost: 5.0, limit: 10, lost_cost: 50.0 };
    let product =
        ProductSettings { capacity: 7, holding: 1.0, unmet: waits, ..to_order(0.8, 0.3, 5.0, 10) };
    let machine = machine(vec![product; 2]);
    let values = optimal_values(&machine, 0.9);
    let best = |state: &[Level], action| is_best(&machine, &values, 0.9, state, action);
    let mut idles = 0;
    // As far from the limit that few are turned away.
    for one in -3..7 {
        for other in -3..7 {
            let idle = best(&[one, other, 0], IDLE);
            if idle {
                idles += 1;
                assert!(best(&[one + 1, other, 0], IDLE), "{one} {other}");
            } else if one < other && other >= 0 {
                assert!(best(&[one, other, 0], 1), "{one} {other}");
                assert!(best(&[other, one, 0], 2), "{other} {one}");
            } else if one < other {
                // Customers wait for both, and cost the same: nearly the same is lost.
                let of = |action| worth(&machine, &values, 0.9, &[one, other, 0], action);
                assert!(of(1).unwrap() > of(2).unwrap() - 1e-3, "{one} {other}");
            }
            assert_eq!(best(&[other, one, 1], IDLE), idle, "{one} {other}");
        }
    }
    assert!(idles > 10 && idles < 80, "{idles}");
}

/// Where the way over a third product is shorter than the set-up itself, it is gone: the process is
/// worth what it is with the shorter set-up.
#[test]
fn a_long_setup_is_gone_round() {
    let product = |name: &str, demand| {
        called(name, ProductSettings { setup_time: 1, ..to_order(0.9, demand, 1.0, 5) })
    };
    let settings = |direct| SetupsSettings {
        products: vec![product("black", 0.3), product("grey", 0.0), product("white", 0.3)],
        sequence: vec![change("black", "white", direct, 0.0)],
    };
    let (long, short) = (Setups::new(settings(5)).unwrap(), Setups::new(settings(2)).unwrap());
    let (of_long, of_short) = (optimal_values(&long, 0.9), optimal_values(&short, 0.9));
    // States between two set-ups: nothing is left of one.
    for black in 0..=5 {
        for white in 0..=5 {
            for setup in 0..3 {
                let state = [-black, 0, -white, setup, 0];
                let of = |machine: &Setups, values: &[f64]| {
                    values[machine.state_space().index(&state) as usize]
                };
                let both = (of(&long, &of_long), of(&short, &of_short));
                near(both.0, both.1, 1e-10, &format!("{state:?}"));
            }
        }
    }
    assert!(is_best(&long, &of_long, 0.9, &[0, 0, -3, 0, 0], 2), "grey on the way to white");
}

/// Visits every way in which a beat can go from every state.
fn every_beat(machine: &Setups, mut see: impl FnMut(&[Level], Level, &Branch)) {
    let states = machine.state_space();
    let mut state = vec![0; states.len()];
    for index in 0..states.count().unwrap() {
        states.levels(index, &mut state);
        for action in 0..=machine.action_space().variables()[0].high {
            if machine.allows(&state, &[action]) {
                branches(machine, &state, &[action]).iter().for_each(|b| see(&state, action, b));
            }
        }
    }
}

/// Units in are units out and units more in stock, product by product; so are customers. The money
/// is what events and stocks say.
#[test]
fn units_customers_and_money_are_conserved() {
    for settings in examples().into_iter().filter(|settings| settings.products.len() < 4) {
        let machine = Setups::new(settings).unwrap();
        let products = machine.settings.products.clone();
        every_beat(&machine, |state, action, branch| {
            let count =
                |event: Event| branch.events.iter().filter(|&&told| told == event).count() as Level;
            let moved = |from, to| count(Event::Moved { from, to });
            let station = Place::Station(0);
            let made = moved(Place::Supply, station);
            let at_once = moved(station, Place::Customer);
            let (mut stocked, mut sold, mut waiting, mut money) = (0, 0, 0, 0.0);
            for (number, product) in products.iter().enumerate() {
                let buffer = Place::Buffer(number as u16);
                let (before, after) = (state[number], branch.next[number]);
                let (into, out) = (moved(station, buffer), moved(buffer, Place::Customer));
                assert_eq!(after.max(0) - before.max(0), into - out, "{state:?} {branch:?}");
                let mine = at_once * Level::from(action == number as Level + 1);
                (stocked, sold) = (stocked + into, sold + out);
                waiting += (-after).max(0) - (-before).max(0) + mine;
                money += product.revenue * f64::from(out + mine);
                money -= product.holding * f64::from(after.max(0));
                if let Unmet::Backorder { cost, .. } = product.unmet {
                    money -= cost * f64::from((-after).max(0));
                }
            }
            assert_eq!(made, stocked + at_once, "{branch:?}");
            assert_eq!(count(Event::Backordered), waiting, "{state:?} {branch:?}");
            let spent = |condition| count(Event::Spent { station: 0, condition });
            let [works, sets, idles] =
                [Condition::Working, Condition::SetUp, Condition::HeldBack].map(spent);
            assert_eq!(works + sets + idles, 1);
            assert!(made <= works);
            money += branch.items[LOST] + branch.items[SETUPS] + branch.items[PRODUCTION];
            near(branch.reward, money, 1e-12, "money");
            near(branch.items.iter().sum(), branch.reward, 1e-12, "items");
            assert!(branch.items[SALES] >= 0.0 || sold + at_once == 0);
            // All lost are of one price where all have the same one.
            if products.iter().all(|product| product.unmet == products[0].unmet) {
                let price = match products[0].unmet {
                    Unmet::Lost { cost } => cost,
                    Unmet::Backorder { lost_cost, .. } => lost_cost,
                };
                let lost = f64::from(count(Event::DemandLost));
                near(branch.items[LOST], -price * lost, 1e-12, "lost");
            }
        });
    }
}

#[test]
fn a_setup_is_paid_once_lasts_its_beats_and_is_not_interrupted() {
    let product = ProductSettings {
        demand: Distribution::Empirical(vec![1.0]),
        completion: 1.0,
        production_cost: 1.0,
        holding: 0.0,
        setup_time: 3,
        setup_cost: 7.0,
        ..Default::default()
    };
    let machine = machine(vec![product; 2]);
    let names: Vec<_> = machine.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["product 1", "product 2", "set-up", "beats left"]);
    let (mut state, mut told) = (vec![0, 0, 0, 0], Vec::new());
    for _ in 0..4 {
        let allowed: Vec<_> = (0..3).filter(|&action| machine.allows(&state, &[action])).collect();
        let all = branches(&machine, &state, &[2]);
        assert_eq!(all.len(), 1);
        told.push((all[0].reward, all[0].next.clone(), allowed));
        state = all[0].next.clone();
    }
    assert_eq!(
        told,
        [
            (-7.0, vec![0, 0, 1, 2], vec![0, 1, 2]),
            (0.0, vec![0, 0, 1, 1], vec![2]),
            (0.0, vec![0, 0, 1, 0], vec![2]),
            (-1.0, vec![0, 1, 1, 0], vec![0, 1, 2]),
        ]
    );
    assert_eq!(machine.standing_condition(&[0, 0, 1, 2], 0), Some(Condition::SetUp));
    // What is full is not made, but may be set up for.
    assert!(!machine.allows(&[8, 8, 0, 0], &[1]) && machine.allows(&[8, 8, 0, 0], &[2]));
}

#[test]
fn a_setup_without_time_makes_at_once_and_single_products_need_none() {
    let product = ProductSettings { setup_time: 0, setup_cost: 2.0, ..Default::default() };
    let two = machine(vec![product.clone(); 2]);
    assert_eq!(two.state_space().len(), 3);
    let all = branches(&two, &[0, 0, 0], &[2]);
    assert!(all.iter().any(|branch| branch.next == [0, 1, 1]));
    assert!(all.iter().all(|branch| branch.items[SETUPS] == -2.0));
    assert!(!two.allows(&[0, 8, 0], &[2]));
    let one = machine(vec![product]);
    assert_eq!((one.state_space().len(), one.setup_variable()), (1, None));
    // Order of the sequence counts: there and back are two set-ups.
    let there = Setups::new(SetupsSettings {
        products: vec![called("a", Default::default()), called("b", Default::default())],
        sequence: vec![change("a", "b", 0, 5.0)],
    })
    .unwrap();
    let cost = |state: &[Level], action| branches(&there, state, &[action])[0].items[SETUPS];
    assert_eq!((cost(&[0, 0, 0, 0], 2), cost(&[0, 0, 1, 0], 1)), (-5.0, 0.0));
}

#[test]
fn faults_are_found_at_once() {
    let bad = ProductSettings {
        name: "set-up".to_owned(),
        demand: Distribution::Empirical(vec![0.5, 0.4]),
        completion: 0.0,
        production_cost: -1.0,
        capacity: 2,
        initial: 3,
        holding: f64::NAN,
        revenue: f64::INFINITY,
        unmet: Unmet::Backorder { cost: -1.0, limit: 0, lost_cost: -2.0 },
        setup_time: 1_001,
        setup_cost: -3.0,
    };
    let faults = Setups::new(SetupsSettings {
        products: vec![bad, ProductSettings { capacity: 0, ..Default::default() }],
        sequence: vec![
            change("product 2", "product 2", 0, 0.0),
            change("set-up", "green", 9_999, -1.0),
            change("set-up", "product 2", 0, 0.0),
            change("set-up", "product 2", 0, 0.0),
        ],
    })
    .unwrap_err();
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "products[0].demand",
            "products[0].completion",
            "products[0].production_cost",
            "products[0].initial",
            "products[0].holding",
            "products[0].revenue",
            "products[0].unmet.cost",
            "products[0].unmet.limit",
            "products[0].unmet.lost_cost",
            "products[0].setup_time",
            "products[0].setup_cost",
            "products[1].unmet",
            "sequence[0].to",
            "sequence[1].to",
            "sequence[1].time",
            "sequence[1].cost",
            "sequence[3]",
            "products[0].name",
        ]
    );
    let none = SetupsSettings { products: Vec::new(), ..Default::default() };
    assert_eq!(Setups::new(none).unwrap_err()[0].path, "products");
    let many = SetupsSettings { products: vec![Default::default(); 9], ..Default::default() };
    assert_eq!(Setups::new(many).unwrap_err()[0].path, "products");
}

/// A demand by its name is that of its probabilities one by one.
#[test]
fn a_demand_by_name_is_that_of_its_probabilities() {
    for demand in [
        Distribution::Fixed(1),
        Distribution::Uniform { low: 0, high: 2 },
        Distribution::Binomial { trials: 3, probability: 0.2 },
        Distribution::Poisson { mean: 0.7, tail: 1e-6 },
        Distribution::geometric(0.5),
        Distribution::negative_binomial(0.5, 0.9),
    ] {
        let listed = Distribution::Empirical(demand.probabilities().unwrap());
        let of = |demand: &Distribution| {
            let product = |capacity| ProductSettings {
                demand: demand.clone(),
                capacity,
                setup_time: 1,
                ..Default::default()
            };
            machine(vec![product(3), product(2)])
        };
        let (named, listed) = (of(&demand), of(&listed));
        let mean = crate::environments::distribution::mean(&demand.probabilities().unwrap());
        for (state, action) in [([3, 2, 0], [1]), ([0, 1, 1], [2]), ([1, 0, 0], [2])] {
            let all = branches(&named, &state, &action);
            assert_eq!(all, branches(&listed, &state, &action), "{demand:?}");
            let lost = |branch: &Branch| {
                branch.events.iter().filter(|event| **event == Event::DemandLost).count()
            };
            let sold = |branch: &Branch| branch.items[SALES] / 10.0;
            let asked = |branch: &Branch| branch.probability * (lost(branch) as f64 + sold(branch));
            let asked: f64 = all.iter().map(asked).sum();
            near(asked, 2.0 * mean, 1e-9, "units asked for");
        }
    }
}

/// Six products that are each asked for by a Poisson number: the outcomes of a beat are multiplied, and
/// that there are too many is said, and not waited for.
#[test]
fn six_products_of_poisson_demand_are_refused_in_good_time() {
    for (mean, told) in
        [(1.0, "more than 1048576 joint outcomes"), (0.2, "joint outcomes for each of")]
    {
        let products = (0..6).map(|_| ProductSettings {
            demand: Distribution::poisson(mean),
            capacity: 5,
            ..ProductSettings::default()
        });
        let products = products.collect();
        let setups = Setups::new(SetupsSettings { products, ..Default::default() }).unwrap();
        let begun = std::time::Instant::now();
        let options = crate::mdp::EnumerationOptions::default();
        let refused = crate::mdp::enumerate(&setups, options, &crate::mdp::Progress::new());
        let words = refused.map(|_| ()).unwrap_err().to_string();
        assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
        assert!(words.contains(told) && words.contains("fewer products"), "{words}");
    }
}
