//! The supply chain against a single stock, the formula of two echelons, and its own conservation.

use super::*;
use crate::environments::distribution::Distribution;
use crate::environments::exact::{Branch, LongRun, branches, start};
use crate::environments::stock::{Stock, StockSettings};
use crate::mdp::{Event, Luck, Place};

fn echelon(name: &str) -> EchelonSettings {
    EchelonSettings { name: name.to_owned(), max_order: 2, capacity: 3, ..Default::default() }
}

fn customers(demand: Distribution, limit: u32) -> Option<CustomerSettings> {
    let unmet = Unmet::Backlogged { cost: 9.0, limit, lost_cost: 30.0 };
    Some(CustomerSettings { demand, unmet, price: 2.0 })
}

fn up_to_two() -> Distribution {
    Distribution::Empirical(vec![0.4, 0.4, 0.2])
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<SupplyChainSettings> {
    let lost = CustomerSettings {
        demand: Distribution::bernoulli(0.5),
        unmet: Unmet::Lost { cost: 5.0 },
        price: 1.0,
    };
    let shop = EchelonSettings { customers: customers(up_to_two(), 2), ..echelon("shop") };
    let serial = vec![
        EchelonSettings { lead_time: 2, fixed_cost: 3.0, unit_cost: 0.5, ..shop.clone() },
        EchelonSettings { owing: 2.0, initial: 2, ..echelon("warehouse") },
    ];
    let late = vec![
        EchelonSettings { order_delay: 1, ..shop.clone() },
        EchelonSettings { base_stock: Some(2), order_delay: 2, ..echelon("warehouse") },
    ];
    let tree = vec![
        EchelonSettings {
            supplier: "store".to_owned(),
            capacity: 2,
            customers: Some(lost.clone()),
            ..echelon("east")
        },
        EchelonSettings {
            base_stock: Some(1),
            capacity: 1,
            customers: Some(lost),
            ..echelon("west")
        },
        EchelonSettings {
            customers: customers(Distribution::bernoulli(0.3), 1),
            owing: 1.0,
            ..echelon("store")
        },
    ];
    [serial, late, tree].map(|echelons| SupplyChainSettings { echelons }).to_vec()
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, but {given} is given");
}

fn built(echelons: Vec<EchelonSettings>) -> SupplyChain {
    SupplyChain::new(SupplyChainSettings { echelons }).unwrap()
}

fn sum(terms: &[Term], levels: &[Level]) -> i64 {
    terms.iter().map(|term| term.at(levels)).sum()
}

/// The policy that brings the positions of echelons with all below them to these levels.
fn base_stock(chain: &SupplyChain, levels: &[i64], state: &[Level]) -> Vec<Level> {
    let each = chain.positions().into_iter().zip(levels);
    each.map(|(position, level)| {
        let short = level - sum(&position.together, state);
        short.clamp(0, i64::from(position.largest_order)) as Level
    })
    .collect()
}

fn count(branch: &Branch, is: impl Fn(Event) -> bool) -> i64 {
    branch.events.iter().filter(|event| is(**event)).count() as i64
}

/// On a walk of chance, in every way that a beat can go: each buffer's level changes by what moved
/// in and out, what is owed by what was asked for and sent, and money is what happened times its
/// price.
#[test]
fn units_and_money_are_conserved() {
    for settings in examples() {
        let chain = SupplyChain::new(settings.clone()).unwrap();
        let key = Luck::new(7).key("walk");
        let mut state = start(&chain);
        for beat in 0..400 {
            let pick = |draw: u16, of: usize| (key.uniform(beat, draw) * of as f64) as usize;
            let action: Vec<Level> = (0_u16..)
                .zip(chain.action_space().variables())
                .map(|(place, order)| pick(place, order.size() as usize) as Level)
                .collect();
            let all = branches(&chain, &state, &action);
            for branch in &all {
                check(&chain, &settings, &state, branch);
            }
            state.clone_from(&all[pick(9, all.len())].next);
        }
    }
}

fn check(chain: &SupplyChain, settings: &SupplyChainSettings, state: &[Level], branch: &Branch) {
    for (number, buffer) in chain.places().buffers.iter().enumerate() {
        let here = Place::Buffer(number as u16);
        let into = count(branch, |event| matches!(event, Event::Moved { to, .. } if to == here));
        let out = count(branch, |event| matches!(event, Event::Moved { from, .. } if from == here));
        let held = |levels: &[Level]| i64::from(levels[buffer.variable].max(0));
        let change = held(&branch.next) - held(state);
        assert_eq!(change, into - out, "{}: {state:?} {branch:?}", buffer.name);
    }
    assert_eq!(count(branch, |event| matches!(event, Event::Scrapped { .. })), 0, "{branch:?}");
    let (mut sales, mut holding, mut owing, mut shortage) = (0.0, 0.0, 0.0, 0.0);
    for (i, (echelon, of)) in chain.echelons.iter().zip(&settings.echelons).enumerate() {
        let next = &branch.next;
        holding += of.holding * f64::from(next[echelon.stock].max(0));
        let position = sum(&chain.position_of(i).own, next);
        assert!(position <= i64::from(echelon.capacity), "{position} of {}", of.name);
        for link in &echelon.links {
            let owed = match link.owed {
                Some(owed) => next[owed],
                None => (-next[echelon.stock]).max(0),
            };
            match (&of.customers, link.to) {
                (Some(customers), None) => {
                    let station = Place::Station(i as u16);
                    let sold = Event::Moved { from: station, to: Place::Customer };
                    sales += customers.price * count(branch, |event| event == sold) as f64;
                    if let Unmet::Backlogged { cost, .. } = customers.unmet {
                        shortage += cost * f64::from(owed);
                    }
                }
                _ => owing += of.owing * f64::from(owed),
            }
        }
    }
    near(branch.items[SALES], sales, 1e-12);
    near(branch.items[HOLDING], -holding, 1e-12);
    near(branch.items[OWING], -owing, 1e-12);
    let lost = count(branch, |event| event == Event::DemandLost);
    assert!(if lost == 0 {
        (branch.items[SHORTAGE] + shortage).abs() < 1e-12
    } else {
        branch.items[SHORTAGE] < -shortage - 1e-12
    });
    near(branch.items.iter().sum(), branch.reward, 1e-12);
}

/// By hand: the shop has 1, is due 2 now, and owes nobody; 2 are asked for. The warehouse owes it 1
/// of before, has nothing and is due 3.
#[test]
fn a_beat_goes_as_its_card_says() {
    let chain = built(vec![
        EchelonSettings {
            lead_time: 2,
            capacity: 9,
            customers: customers(Distribution::Fixed(2), 3),
            ..echelon("shop")
        },
        EchelonSettings { capacity: 9, max_order: 4, ..echelon("warehouse") },
    ]);
    let names: Vec<&str> =
        chain.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    let expected = ["shop stock", "shop due 1", "shop due 2", "warehouse stock", "warehouse due 1"];
    assert_eq!(names, expected);
    let all = branches(&chain, &[1, 2, 0, -1, 3], &[2, 4]);
    assert_eq!(all.len(), 1);
    // 1 + 2 − 2 are left; 3 are sent, which is all that is owed and asked for.
    assert_eq!(all[0].next, [1, 0, 3, 0, 4]);
    assert_eq!(all[0].items, [4.0, 0.0, -1.0, 0.0, 0.0]);
    // With less to send something is still owed, and the shop runs out.
    let all = branches(&chain, &[0, 1, 0, -1, 1], &[2, 0]);
    assert_eq!(all[0].next, [-1, 0, 1, -2, 0]);
    assert_eq!(all[0].items, [2.0, 0.0, 0.0, 0.0, -9.0]);
}

/// An order that would go above the capacity is cut, and one is read as late as it is said.
#[test]
fn orders_are_cut_and_read_late() {
    let chain = built(vec![EchelonSettings {
        order_delay: 2,
        capacity: 4,
        max_order: 4,
        customers: customers(Distribution::Fixed(0), 1),
        ..echelon("shop")
    }]);
    let mut state = vec![1, 0, 0, 0];
    for (order, next) in
        [(4, [1, 0, 0, 3]), (4, [1, 0, 3, 0]), (0, [1, 3, 0, 0]), (0, [4, 0, 0, 0])]
    {
        state.clone_from(&branches(&chain, &state, &[order])[0].next);
        assert_eq!(state, next);
    }
}

/// A chain of one echelon with a lead time of L is a stock with that lead time.
#[test]
fn one_echelon_is_a_stock() {
    for lead_time in 1..=3 {
        let demand = up_to_two();
        let chain = built(vec![EchelonSettings {
            lead_time,
            capacity: 6,
            max_order: 3,
            customers: customers(demand.clone(), 4),
            ..echelon("shop")
        }]);
        let stock = Stock::new(StockSettings {
            demand,
            unmet: Unmet::Backlogged { cost: 9.0, limit: 4, lost_cost: 30.0 },
            price: 2.0,
            lead_time,
            capacity: 6,
            max_order: 3,
            ..Default::default()
        })
        .unwrap();
        for level in 0..=6 {
            let of_stock = LongRun::new(&stock, |state| {
                let position: Level = state.iter().take(stock.positions()).sum();
                vec![(level - position).clamp(0, 3)]
            });
            let of_chain =
                LongRun::new(&chain, |state| base_stock(&chain, &[i64::from(level)], state));
            near(of_chain.gain(), of_stock.gain(), 1e-9);
        }
    }
}

/// Expected costs of base stock at two echelons in closed form (Clark & Scarf 1960; Federgruen &
/// Zipkin 1984): the warehouse brings what is on hand and on the way in all to S₂, the shop takes
/// what it can up to S₁.
#[test]
fn base_stock_at_two_echelons_costs_what_the_formula_says() {
    let (h1, h2, b) = (1.0, 0.4, 9.0);
    let p = [0.4, 0.4, 0.2];
    let mean = 0.8;
    let chain = built(vec![
        EchelonSettings {
            capacity: 8,
            max_order: 8,
            holding: h1,
            customers: Some(CustomerSettings {
                demand: Distribution::Empirical(p.to_vec()),
                unmet: Unmet::Backlogged { cost: b, limit: 8, lost_cost: 0.0 },
                price: 0.0,
            }),
            ..echelon("shop")
        },
        EchelonSettings {
            capacity: 8,
            max_order: 8,
            holding: h2,
            lead_time: 2,
            ..echelon("source")
        },
    ]);
    let after = |beats: usize| {
        let mut all = vec![1.0];
        for _ in 0..beats {
            let mut next = vec![0.0; all.len() + 2];
            for (have, q) in all.iter().enumerate() {
                for (more, p) in p.iter().enumerate() {
                    next[have + more] += p * q;
                }
            }
            all = next;
        }
        all
    };
    // Lead times 1 and 2.
    let shop = |level: i64| -> f64 {
        let short = |(asked, p): (i64, &f64)| p * (asked - level).max(0) as f64;
        let short: f64 = (0..).zip(&after(2)).map(short).sum();
        (h1 - h2) * (level as f64 - 2.0 * mean) + (b + h1) * short
    };
    let formula = |first: i64, second: i64| -> f64 {
        let of_shop: f64 =
            (0..).zip(&after(2)).map(|(asked, p)| p * shop(first.min(second - asked))).sum();
        // What is on its way to the shop for one beat is not charged.
        h2 * (second as f64 - 3.0 * mean) + of_shop - h2 * mean
    };
    for first in 1..=4 {
        for second in first..=6 {
            let run = LongRun::new(&chain, |state| base_stock(&chain, &[first, second], state));
            near(-run.gain(), formula(first, second), 1e-9);
        }
    }
}

/// The warehouse of two shops sends first to the first of the list.
#[test]
fn a_tree_serves_its_echelons_in_the_order_of_the_list() {
    let mut settings = examples().pop().unwrap();
    settings.echelons[0].max_order = 2;
    settings.echelons[2].customers = None;
    let chain = SupplyChain::new(settings).unwrap();
    let names: Vec<&str> =
        chain.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "east stock",
            "east due 1",
            "west stock",
            "west due 1",
            "store stock",
            "store owes east",
            "store owes west",
            "store due 1",
        ]
    );
    // East asks for 2, west (a base stock of 1) for 1, and the store has 2.
    let all = branches(&chain, &[0, 0, 0, 0, 2, 0, 0, 0], &[2, 0]);
    assert!(all.iter().all(|branch| branch.next[4..] == [0, 0, 1, 0]));
    assert!(all.iter().all(|branch| (branch.next[1], branch.next[3]) == (2, 0)));
    assert_eq!(chain.with_all_below(2), [2, 0, 1]);
    near(chain.mean_demand(2), 1.0, 1e-12);
}

#[test]
fn who_never_interferes_orders_the_mean_demand_of_those_below() {
    let chain = built(vec![
        EchelonSettings { customers: customers(Distribution::Fixed(2), 3), ..echelon("shop") },
        EchelonSettings { max_order: 1, ..echelon("warehouse") },
    ]);
    let mut action = [9, 9];
    chain.usual_action(&mut action);
    assert_eq!(action, [2, 1]);
}

#[test]
fn faults_are_found_at_once() {
    let wrong = EchelonSettings {
        name: "shop".to_owned(),
        supplier: "nowhere".to_owned(),
        customers: Some(CustomerSettings {
            demand: Distribution::poisson(-1.0),
            unmet: Unmet::Backlogged { cost: -1.0, limit: 0, lost_cost: f64::NAN },
            price: f64::NAN,
        }),
        lead_time: 0,
        order_delay: 13,
        max_order: 0,
        capacity: 0,
        initial: 1,
        holding: f64::NAN,
        owing: -1.0,
        fixed_cost: -1.0,
        unit_cost: f64::NAN,
        base_stock: Some(u32::MAX),
    };
    let idle = EchelonSettings { name: "shop".to_owned(), ..Default::default() };
    let found = SupplyChain::new(SupplyChainSettings { echelons: vec![wrong, idle] });
    let paths: Vec<String> = found.unwrap_err().into_iter().map(|fault| fault.path).collect();
    let of_first = [
        "supplier",
        "customers.demand.mean",
        "customers.unmet.cost",
        "customers.unmet.limit",
        "customers.unmet.lost_cost",
        "customers.price",
        "lead_time",
        "order_delay",
        "max_order",
        "capacity",
        "initial",
        "holding",
        "owing",
        "fixed_cost",
        "unit_cost",
        "base_stock",
    ];
    let mut expected = vec!["echelons[1].name".to_owned()];
    expected.extend(of_first.map(|field| format!("echelons[0].{field}")));
    expected.push("echelons[1].customers".to_owned());
    assert_eq!(paths, expected);
    let none = SupplyChainSettings { echelons: Vec::new() };
    assert_eq!(SupplyChain::new(none).unwrap_err()[0].path, "echelons");
    let many = SupplyChainSettings { echelons: vec![EchelonSettings::default(); 5_000] };
    assert_eq!(SupplyChain::new(many).unwrap_err().len(), 1);
}
