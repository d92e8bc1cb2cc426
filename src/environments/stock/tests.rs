//! The stock against given figures, closed forms and the structure that theory promises.

use serde_json::Value;

use super::*;
use crate::environments::distribution::{Distribution, mean};
use crate::environments::exact::{Branch, LongRun, branches, optimal_values, start};
use crate::mdp::{Event, Place};

mod published;

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<StockSettings> {
    let demand = Distribution::Empirical(vec![0.3, 0.3, 0.2, 0.2]);
    let small = StockSettings {
        demand: demand.clone(),
        max_order: 3,
        capacity: 5,
        price: 3.0,
        unit_cost: 1.0,
        ..Default::default()
    };
    let backlogged = StockSettings {
        unmet: Unmet::Backlogged { cost: 4.0, limit: 4, lost_cost: 9.0 },
        fixed_cost: 2.0,
        lead_time: 1,
        initial: 2,
        ..small.clone()
    };
    vec![
        StockSettings::default(),
        StockSettings { lead_time: 3, unmet: Unmet::Lost { cost: 4.0 }, ..small.clone() },
        backlogged.clone(),
        StockSettings { lead_time: 0, initial: 0, ..backlogged.clone() },
        StockSettings { lead_time: 2, success: 0.7, ..backlogged },
        StockSettings { shelf_life: Some(ShelfLife { beats: 3, cost: 2.0 }), ..small.clone() },
        StockSettings {
            shelf_life: Some(ShelfLife { beats: 2, cost: 2.0 }),
            lead_time: 2,
            success: 0.8,
            initial: 1,
            ..small.clone()
        },
        StockSettings { horizon: Some(3), salvage: 0.5, ..small },
        StockSettings {
            demand: Distribution::bernoulli(0.4),
            uniformised: true,
            max_order: 1,
            order_names: vec!["idle".to_owned(), "make".to_owned()],
            capacity: 4,
            unmet: Unmet::Backlogged { cost: 9.0, limit: 3, lost_cost: 0.0 },
            ..Default::default()
        },
    ]
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, but {given} is given");
}

/// What is ordered so that the inventory position reaches a level, as far as it may be.
fn order_up_to(stock: &Stock, state: &[Level], level: Level) -> Level {
    let wished = i64::from(level) - stock.position(state);
    wished.clamp(0, i64::from(stock.most)) as Level
}

/// The best average reward and an order for each state in the order of the state space, by relative
/// value iteration.
fn best_on_average(stock: &Stock) -> (f64, Vec<Level>) {
    let space = stock.state_space();
    let mut rows = Vec::new();
    let mut state = vec![0; space.len()];
    for number in 0..space.count().unwrap() {
        space.levels(number, &mut state);
        let mut orders = Vec::new();
        for order in 0..=stock.most {
            if !stock.allows(&state, &[order]) {
                continue;
            }
            let all = branches(stock, &state, &[order]);
            let reward: f64 = all.iter().map(|b| b.probability * b.reward).sum();
            let mut row: Vec<(usize, f64)> = Vec::new();
            for branch in &all {
                let next = space.index(&branch.next) as usize;
                match row.iter_mut().find(|(known, _)| *known == next) {
                    Some((_, p)) => *p += branch.probability,
                    None => row.push((next, branch.probability)),
                }
            }
            orders.push((order, reward, row));
        }
        rows.push(orders);
    }
    let mut values = vec![0.0; rows.len()];
    loop {
        let worth = |values: &[f64], (_, reward, row): &(Level, f64, Vec<(usize, f64)>)| {
            reward + row.iter().map(|&(next, p)| p * values[next]).sum::<f64>()
        };
        let best: Vec<f64> = rows
            .iter()
            .map(|orders| {
                orders.iter().map(|o| worth(&values, o)).fold(f64::NEG_INFINITY, f64::max)
            })
            .collect();
        let steps = best.iter().zip(&values).map(|(new, old)| new - old);
        let (low, high) =
            steps.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), d| (l.min(d), h.max(d)));
        if high - low < 1e-9 {
            let orders = rows.iter().map(|orders| {
                let (order, ..) = orders
                    .iter()
                    .rev()
                    .max_by(|a, b| worth(&values, a).total_cmp(&(worth(&values, b) - 1e-8)))
                    .unwrap();
                *order
            });
            return ((low + high) / 2.0, orders.collect());
        }
        // Lazy steps, so that a chain that goes round converges as well.
        let first = values[0] + 0.7 * (best[0] - values[0]);
        for (value, best) in values.iter_mut().zip(best) {
            *value += 0.7 * (best - *value) - first;
        }
    }
}

fn moves(branch: &Branch, from: impl Fn(Place) -> bool, to: impl Fn(Place) -> bool) -> i64 {
    let is =
        |event: &&Event| matches!(event, Event::Moved { from: f, to: t } if from(*f) && to(*t));
    branch.events.iter().filter(is).count() as i64
}

fn scrapped(branch: &Branch, at: impl Fn(Place) -> bool) -> i64 {
    let is = |event: &&Event| matches!(event, Event::Scrapped { at: place } if at(*place));
    branch.events.iter().filter(is).count() as i64
}

/// Every state that can be reached, with every order that is allowed there.
fn reached(stock: &Stock) -> Vec<(Vec<Level>, Level)> {
    let mut states = vec![start(stock)];
    let mut pairs = Vec::new();
    let mut at = 0;
    while at < states.len() {
        let state = states[at].clone();
        at += 1;
        if stock.is_terminal(&state) {
            continue;
        }
        for order in (0..=stock.most).filter(|order| stock.allows(&state, &[*order])) {
            pairs.push((state.clone(), order));
            for branch in branches(stock, &state, &[order]) {
                if !states.contains(&branch.next) {
                    states.push(branch.next);
                }
            }
        }
    }
    pairs
}

/// In every beat from every state that can be reached: each buffer's level changes by what moved in
/// and out, and money is what happened times its price.
#[test]
fn units_and_money_are_conserved() {
    for settings in examples() {
        let stock = Stock::new(settings.clone()).unwrap();
        let buffers = stock.places().buffers.len();
        let item = |branch: &Branch, name: &str| {
            let place = stock.reward_items().iter().position(|item| item == name);
            place.map_or(0.0, |place| branch.items[place])
        };
        for (state, order) in reached(&stock) {
            for branch in branches(&stock, &state, &[order]) {
                let in_store = |levels: &[Level], b: usize| i64::from(levels[b].max(0));
                for b in 0..buffers {
                    let here = |place: Place| place == Place::Buffer(b as u16);
                    let any = |_| true;
                    let change = moves(&branch, any, here) - moves(&branch, here, any);
                    let change = change - scrapped(&branch, here);
                    let found = in_store(&branch.next, b) - in_store(&state, b);
                    assert_eq!(found, change, "{settings:?} {state:?} {order} {branch:?}");
                }
                let supplied = moves(&branch, |from| from == Place::Supply, |_| true);
                let late = stock.stages > 0 || settings.lead_time == 0 && settings.uniformised;
                assert!(late && supplied == 0 || supplied == i64::from(order), "{branch:?}");
                let sold = moves(&branch, |_| true, |to| to == Place::Customer) as f64;
                near(item(&branch, "sales"), sold * settings.price, 1e-12);
                let placed = f64::from(order > 0) * settings.fixed_cost;
                near(
                    item(&branch, "ordering"),
                    -placed - settings.unit_cost * f64::from(order),
                    1e-12,
                );
                let count = |event: Event| branch.events.iter().filter(|e| **e == event).count();
                let lost = count(Event::DemandLost) as f64;
                let on_hand = |levels: &[Level]| -> i64 {
                    (0..stock.ages).map(|b| in_store(levels, b)).sum()
                };
                let waiting = f64::from((-branch.next[0]).max(0));
                let shortage = match settings.unmet {
                    Unmet::Lost { cost } => cost * lost,
                    // Those who wait before what was ordered earlier comes in.
                    Unmet::Backlogged { .. } if settings.lead_time > 0 => f64::NAN,
                    Unmet::Backlogged { cost, lost_cost, .. } => cost * waiting + lost_cost * lost,
                };
                if !shortage.is_nan() {
                    near(item(&branch, "shortage"), -shortage, 1e-12);
                }
                if let Some(life) = settings.shelf_life {
                    let old = scrapped(&branch, |at| at == Place::Buffer(0)) as f64;
                    near(item(&branch, "outdating"), -life.cost * old, 1e-12);
                }
                if settings.lead_time == 0 {
                    near(item(&branch, "holding"), -(on_hand(&branch.next) as f64), 1e-12);
                }
                near(branch.items.iter().sum(), branch.reward, 1e-12);
            }
        }
    }
}

/// By hand: 5 on hand, 1 due now and 3 the beat after, 2 ordered; 4 are asked for.
#[test]
fn a_beat_goes_as_its_card_says() {
    let stock = Stock::new(StockSettings {
        demand: Distribution::Fixed(4),
        lead_time: 3,
        price: 10.0,
        fixed_cost: 7.0,
        unit_cost: 2.0,
        ..Default::default()
    })
    .unwrap();
    let names: Vec<&str> =
        stock.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["stock", "due in 1", "due in 2"]);
    let all = branches(&stock, &[5, 1, 3], &[2]);
    assert_eq!((all.len(), all[0].next.as_slice()), (1, [2, 3, 2].as_slice()));
    assert_eq!(stock.reward_items(), ["sales", "ordering", "holding"]);
    assert_eq!(all[0].items, [40.0, -11.0, -1.0]);
    assert!(stock.allows(&[5, 1, 3], &[10]) && !stock.allows(&[9, 1, 3], &[8]));
    assert!(stock.allows(&[20, 10, 10], &[0]));
}

/// By hand: 2 units that can be sold once more, 1 twice, and 3 that come: 4 are asked for; then 1
/// only, so that one is too old.
#[test]
fn the_oldest_are_sold_first_and_what_is_left_of_them_is_too_old() {
    let perishable = |asked| {
        Stock::new(StockSettings {
            demand: Distribution::Fixed(asked),
            shelf_life: Some(ShelfLife { beats: 3, cost: 6.0 }),
            ..Default::default()
        })
        .unwrap()
    };
    let next = |asked, order| branches(&perishable(asked), &[2, 1], &[order])[0].next.clone();
    assert_eq!(next(4, 3), [0, 2]);
    assert_eq!(next(1, 3), [1, 3]);
    let old = &branches(&perishable(1), &[2, 1], &[3])[0];
    assert_eq!(old.items, [-4.0, -6.0], "holding of what is left, outdating of one");
}

#[test]
fn what_waits_is_served_first_and_the_list_is_full_at_its_limit() {
    let settings = StockSettings {
        demand: Distribution::Fixed(5),
        unmet: Unmet::Backlogged { cost: 3.0, limit: 4, lost_cost: 20.0 },
        price: 1.0,
        lead_time: 1,
        ..Default::default()
    };
    let stock = Stock::new(settings).unwrap();
    let branch = &branches(&stock, &[2], &[1])[0];
    // Two are served and three wait; one of those is served by what comes.
    assert_eq!((branch.next.as_slice(), branch.reward), ([-2].as_slice(), 3.0 - 3.0 * 3.0));
    let branch = &branches(&stock, &[-3], &[0])[0];
    assert_eq!((branch.next.as_slice(), branch.reward), ([-4].as_slice(), -4.0 * 3.0 - 4.0 * 20.0));
}

#[test]
fn who_never_interferes_orders_the_mean_demand() {
    let order = |settings| {
        let mut action = [9];
        Stock::new(settings).unwrap().usual_action(&mut action);
        action[0]
    };
    assert_eq!(order(StockSettings::default()), 4);
    assert_eq!(order(StockSettings { success: 0.5, ..Default::default() }), 8);
    assert_eq!(order(StockSettings { max_order: 3, ..Default::default() }), 3);
}

#[test]
fn faults_are_found_at_once() {
    let found = Stock::new(StockSettings {
        name: "period".to_owned(),
        demand: Distribution::poisson(0.0),
        unmet: Unmet::Backlogged { cost: -1.0, limit: 0, lost_cost: f64::NAN },
        price: f64::INFINITY,
        max_order: 0,
        order_names: vec!["none".to_owned(); 2],
        fixed_cost: -1.0,
        unit_cost: f64::NAN,
        lead_time: 13,
        success: 0.0,
        uniformised: true,
        capacity: 0,
        initial: 1,
        holding: f64::NAN,
        shelf_life: Some(ShelfLife { beats: 0, cost: f64::NAN }),
        horizon: Some(0),
        salvage: f64::NAN,
        ..Default::default()
    });
    let paths: Vec<String> = found.unwrap_err().into_iter().map(|fault| fault.path).collect();
    assert_eq!(
        paths,
        [
            "demand.mean",
            "unmet.cost",
            "unmet.limit",
            "unmet.lost_cost",
            "unmet",
            "price",
            "max_order",
            "order_names",
            "fixed_cost",
            "unit_cost",
            "lead_time",
            "success",
            "uniformised",
            "capacity",
            "holding",
            "shelf_life.beats",
            "shelf_life.cost",
            "initial",
            "horizon",
            "salvage",
            "name",
        ]
    );
    let life = Some(ShelfLife { beats: 1, cost: 0.0 });
    let at_once = StockSettings { shelf_life: life, ..Default::default() };
    assert_eq!(Stock::new(at_once.clone()).unwrap_err()[0].path, "shelf_life");
    assert!(Stock::new(StockSettings { lead_time: 1, ..at_once }).is_ok());
    let huge = StockSettings { capacity: u32::MAX, max_order: u32::MAX, ..Default::default() };
    assert_eq!(Stock::new(huge).unwrap_err().len(), 2);
}
