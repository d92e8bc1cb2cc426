//! Given figures and closed forms.

use super::*;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// `base_stock_lost_sales.json`.
fn unreliable_producer() -> Stock {
    Stock::new(StockSettings {
        demand: Distribution::bernoulli(0.6),
        unmet: Unmet::Lost { cost: 20.0 },
        max_order: 1,
        unit_cost: 0.5,
        success: 0.8,
        capacity: 40,
        ..Default::default()
    })
    .unwrap()
}

#[test]
fn the_unreliable_producer_costs_what_is_given_for_every_base_stock() {
    let file = read(include_str!("../../../../tests/published/base_stock_lost_sales.json"));
    let tolerance = file["tolerance"].as_f64().unwrap();
    let stock = unreliable_producer();
    let numbers = &file["numbers"];
    let given = super::published::numbers(&numbers["gain_by_base_stock"]);
    assert_eq!(given.len(), 20);
    for (level, given) in given.into_iter().enumerate() {
        let policy = |state: &[Level]| vec![order_up_to(&stock, state, level as Level)];
        near(-LongRun::new(&stock, policy).gain(), given, tolerance);
    }
    let (gain, orders) = best_on_average(&stock);
    near(-gain, numbers["gain"].as_f64().unwrap(), tolerance);
    let base_stock = numbers["base_stock"].as_u64().unwrap() as usize;
    assert!(numbers["policy_is_threshold"].as_bool().unwrap());
    assert!((0..=40).all(|level| (orders[level] == 1) == (level < base_stock)), "{orders:?}");
}

#[test]
fn the_unreliable_producer_has_the_given_discounted_values() {
    let file = read(include_str!("../../../../tests/published/base_stock_lost_sales.json"));
    let stock = unreliable_producer();
    let values = optimal_values(&stock, 0.95);
    for (value, given) in values.iter().zip(numbers(&file["numbers"]["V_disc"])) {
        near(-value, given, file["tolerance"].as_f64().unwrap());
    }
    let worth = |state: Level, order: Level| -> f64 {
        let all = branches(&stock, &[state], &[order]);
        all.iter().map(|b| b.probability * (b.reward + 0.95 * values[b.next[0] as usize])).sum()
    };
    let base_stock = (0..40).find(|&state| worth(state, 1) < worth(state, 0)).unwrap();
    assert_eq!(Some(base_stock as u64), file["numbers"]["discounted_base_stock"].as_u64());
}

/// `base_stock_backlog_mm1.json`, uniformised at λ + μ. A backlog of 250 is met once in 10²⁴ beats.
#[test]
fn making_to_stock_as_a_queue_costs_what_is_given_for_every_base_stock() {
    let file = read(include_str!("../../../../tests/published/base_stock_backlog_mm1.json"));
    let (spec, numbers) = (&file["spec"], &file["numbers"]);
    let number = |name: &str| spec[name].as_f64().unwrap();
    let (arrivals, completions) = (number("lam"), number("mu"));
    let queue = |limit, capacity| {
        Stock::new(StockSettings {
            demand: Distribution::bernoulli(arrivals / (arrivals + completions)),
            uniformised: true,
            max_order: 1,
            capacity,
            holding: number("h"),
            unmet: Unmet::Backlogged { cost: number("b"), limit, lost_cost: 0.0 },
            ..Default::default()
        })
        .unwrap()
    };
    let given = super::published::numbers(&numbers["cost_by_S"]);
    assert_eq!(given.len(), 20);
    let stock = queue(250, 20);
    let cost = |level: Level| {
        let policy = |state: &[Level]| vec![order_up_to(&stock, state, level)];
        -LongRun::new(&stock, policy).gain()
    };
    for (level, given) in (0..).zip(&given) {
        near(cost(level), *given, file["tolerance"].as_f64().unwrap());
    }
    let best = given.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    assert_eq!(Some(best.0 as u64), numbers["base_stock"].as_u64());
    assert_eq!(Some(best.0 as u64), numbers["base_stock_formula"].as_u64());
    near(*best.1, numbers["cost"].as_f64().unwrap(), 1e-12);
    // And no other policy is better: with a shorter list, which changes the cost in the sixth digit.
    let (gain, orders) = best_on_average(&queue(70, 14));
    near(-gain, *best.1, 1e-3);
    assert!((0..85).all(|place| (orders[place] == 1) == (place < 70 + best.0)), "{orders:?}");
}

/// The smallest q with P(D ≤ q) ≥ (price − cost)/(price − salvage) (Arrow, Harris & Marschak 1951).
#[test]
fn the_newsvendor_orders_the_critical_fractile() {
    for (price, cost, salvage) in [(10.0, 4.0, 1.0), (5.0, 4.0, 0.0), (20.0, 1.0, -2.0)] {
        for demand in [Distribution::poisson(8.0), Distribution::Uniform { low: 3, high: 16 }] {
            let stock = Stock::new(StockSettings {
                demand: demand.clone(),
                price,
                unit_cost: cost,
                salvage,
                holding: 0.0,
                horizon: Some(1),
                max_order: 30,
                capacity: 30,
                ..Default::default()
            })
            .unwrap();
            let profit = |order: Level| -> f64 {
                let all = branches(&stock, &[0, 0], &[order]);
                assert!(all.iter().all(|branch| stock.is_terminal(&branch.next)));
                all.iter().map(|branch| branch.probability * branch.reward).sum()
            };
            let best = (0..=30).max_by(|&a, &b| profit(a).total_cmp(&profit(b))).unwrap();
            let fractile = (price - cost) / (price - salvage);
            let mut below = 0.0;
            let ordered = demand.probabilities().unwrap().iter().position(|p| {
                below += p;
                below >= fractile
            });
            assert_eq!(Some(best as usize), ordered, "{price} {cost} {salvage} {demand:?}");
        }
    }
}

/// Expected cost of a beat that begins with this much after the order.
fn one_beat(probabilities: &[f64], level: i64, holding: f64, backlog: f64) -> f64 {
    let cost = |(asked, p): (i64, &f64)| {
        let left = (level - asked) as f64;
        p * if left > 0.0 { holding * left } else { -backlog * left }
    };
    (0..).zip(probabilities).map(cost).sum()
}

/// The cost of (s, S) by renewal: what a cycle costs over how long it lasts (Zheng & Federgruen
/// 1991, eqs. 1 to 3).
fn renewal_cost(p: &[f64], (s, up_to): (i64, i64), fixed: f64, one: impl Fn(i64) -> f64) -> f64 {
    let steps = (up_to - s) as usize;
    // How often the position is S − j in a cycle.
    let mut visits = vec![1.0 / (1.0 - p[0])];
    for j in 1..steps {
        let sum: f64 = (1..=j).filter(|&l| l < p.len()).map(|l| p[l] * visits[j - l]).sum();
        visits.push(sum / (1.0 - p[0]));
    }
    let costs: f64 = visits.iter().enumerate().map(|(j, m)| m * one(up_to - j as i64)).sum();
    (fixed + costs) / visits.iter().sum::<f64>()
}

/// Zheng & Federgruen (1991), Table I: K = 64, h = 1, p = 9, Poisson demand.
#[test]
fn the_best_policy_with_a_fixed_cost_is_zheng_and_federgruens() {
    let demand = Distribution::poisson(10.0);
    let p = demand.probabilities().unwrap();
    let one = |level| one_beat(&p, level, 1.0, 9.0);
    let mut best = (f64::INFINITY, (0, 0));
    for s in 0..15 {
        for up_to in s + 1..60 {
            let cost = renewal_cost(&p, (s, up_to), 64.0, one);
            best = if cost < best.0 { (cost, (s, up_to)) } else { best };
        }
    }
    let (cost, (s, up_to)) = best;
    assert_eq!((s, up_to), (6, 40));
    near(cost, 35.022, 5e-4);
    let stock = Stock::new(StockSettings {
        demand,
        fixed_cost: 64.0,
        max_order: 75,
        capacity: 50,
        unmet: Unmet::Backlogged { cost: 9.0, limit: 35, lost_cost: 0.0 },
        ..Default::default()
    })
    .unwrap();
    let policy = |state: &[Level]| {
        vec![if i64::from(state[0]) <= s { up_to as Level - state[0] } else { 0 }]
    };
    near(-LongRun::new(&stock, policy).gain(), cost, 1e-6);
    let (gain, orders) = best_on_average(&stock);
    near(-gain, cost, 1e-6);
    for (place, &order) in orders.iter().enumerate() {
        let level = place as i64 - 35;
        let wished = if level <= s { up_to - level } else { 0 };
        assert_eq!(i64::from(order), wished, "at {level}");
    }
}

/// What is ordered with a lead time of L meets the demand of L + 1 beats, so that backlogged base
/// stock costs what one beat with all that demand does; and without a fixed cost no other policy is
/// better (Scarf 1960, with K = 0; Karlin & Scarf 1958).
#[test]
fn a_lead_time_is_the_demand_of_one_more_beat_than_it_is_long() {
    for lead_time in 0..=2_u32 {
        let stock = Stock::new(StockSettings {
            demand: Distribution::Poisson { mean: 1.0, tail: 1e-7 },
            lead_time,
            max_order: 8,
            capacity: 8,
            unmet: Unmet::Backlogged { cost: 4.0, limit: 14, lost_cost: 0.0 },
            ..Default::default()
        })
        .unwrap();
        let all = Distribution::poisson(f64::from(lead_time + 1)).probabilities().unwrap();
        let given: Vec<f64> = (0..=8).map(|level| one_beat(&all, level, 1.0, 4.0)).collect();
        for (level, given) in (0..).zip(&given) {
            let policy = |state: &[Level]| vec![order_up_to(&stock, state, level)];
            near(-LongRun::new(&stock, policy).gain(), *given, 2e-5);
        }
        let (least, cost) = given.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        if lead_time < 2 {
            let (gain, orders) = best_on_average(&stock);
            near(-gain, *cost, 2e-5);
            for (place, &order) in orders.iter().enumerate() {
                let level = place as Level - 14;
                let wished = (least as Level - level).clamp(0, 8);
                assert!(order == wished || level < -6, "{order} at {level}");
            }
        }
    }
}

/// Zipkin (2008), Table 3: lost sales at 4, holding at 1, Poisson demand of mean 5: 4.04 and 4.40 with
/// lead times of 1 and 2.
#[test]
fn lost_sales_with_a_lead_time_cost_what_zipkin_found() {
    for (lead_time, capacity, max_order, given) in [(1, 16, 12, 4.04), (2, 19, 9, 4.40)] {
        let stock = Stock::new(StockSettings {
            demand: Distribution::Poisson { mean: 5.0, tail: 1e-6 },
            unmet: Unmet::Lost { cost: 4.0 },
            lead_time,
            max_order,
            capacity,
            ..Default::default()
        })
        .unwrap();
        near(-best_on_average(&stock).0, given, 0.005);
    }
}

/// With a shelf life longer than any unit stays, goods keep for ever; with a shorter one less is
/// ordered the more is old (Nahmias 1975; Fries 1975).
#[test]
fn a_long_shelf_life_is_none_and_a_short_one_makes_orders_depend_on_age() {
    let settings = |capacity, shelf_life| StockSettings {
        demand: Distribution::Uniform { low: 1, high: 3 },
        unmet: Unmet::Lost { cost: 5.0 },
        max_order: 4,
        capacity,
        lead_time: 1,
        shelf_life,
        ..Default::default()
    };
    let best = |beats: Option<u32>| {
        let life = beats.map(|beats| ShelfLife { beats, cost: 8.0 });
        best_on_average(&Stock::new(settings(4, life)).unwrap())
    };
    // At least one of four is sold in each beat.
    near(best(Some(4)).0, best(None).0, 1e-8);
    assert!(best(Some(2)).0 < best(None).0 - 1e-3);
    let stock = Stock::new(settings(8, Some(ShelfLife { beats: 2, cost: 8.0 }))).unwrap();
    let (_, orders) = best_on_average(&stock);
    let order =
        |old: Level, fresh: Level| orders[stock.state_space().index(&[old, fresh]) as usize];
    for old in 0..=3 {
        for fresh in 0..=3 {
            // One more unit never lowers the order by more than one, and an old unit by no more than
            // a fresh one does.
            assert!((0..=1).contains(&(order(old, fresh) - order(old, fresh + 1))));
            assert!(order(old + 1, fresh) >= order(old, fresh + 1));
        }
    }
    assert!((0..=3).any(|old| order(old + 1, 0) > order(old, 1)), "{orders:?}");
}

/// Of units ordered a share q is good, and each costs: the mean of what arrives is q times the order.
#[test]
fn yield_is_binomial() {
    let stock = Stock::new(StockSettings {
        demand: Distribution::Fixed(0),
        success: 0.7,
        ..Default::default()
    })
    .unwrap();
    let arriving: Vec<f64> = {
        let mut all = branches(&stock, &[3], &[6]);
        all.sort_by_key(|branch| branch.next[0]);
        all.iter().map(|branch| branch.probability).collect()
    };
    assert_eq!(arriving.len(), 7);
    near(mean(&arriving), 4.2, 1e-12);
    near(arriving[6], 0.7_f64.powi(6), 1e-15);
}
