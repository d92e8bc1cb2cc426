//! Orders against closed forms, published sequences and promised structure, by an exact solver that
//! knows only the step.

use std::collections::HashMap;

use super::*;
use crate::environments::exact::LongRun;

/// A shop to which no order comes: one of each type waits at the start.
fn no_arrivals(types: Vec<OrderSettings>) -> Orders {
    Orders::new(OrdersSettings {
        slots: types.len() as u32,
        offers: false,
        initial: types.iter().map(|of_type| of_type.name.clone()).collect(),
        types,
        ..Default::default()
    })
    .unwrap()
}

fn names(count: usize) -> impl Iterator<Item = String> {
    (1..=count).map(|number| format!("job {number}"))
}

/// With one type the number of orders is a birth–death chain: it grows with probability λ when the shop
/// is empty, λ(1 − μ) above and 0 at the limit, and shrinks with μ(1 − λ), at the limit with μ.
fn one_type_gain(limit: usize, arrival: f64, completion: f64, [reward, waiting]: [f64; 2]) -> f64 {
    let mut shares = vec![1.0];
    for orders in 1..=limit {
        let grows = if orders == 1 { arrival } else { arrival * (1.0 - completion) };
        let shrinks = if orders == limit { completion } else { completion * (1.0 - arrival) };
        shares.push(shares[orders - 1] * grows / shrinks);
    }
    let total: f64 = shares.iter().sum();
    let gain = |(orders, share): (usize, &f64)| {
        let done = if orders > 0 { completion * reward } else { 0.0 };
        share / total * (done - waiting * orders as f64)
    };
    shares.iter().enumerate().map(gain).sum()
}

/// Admission to a queue with geometric times: every limit has the gain of its chain, and the best policy
/// is the best limit, one or two below that which orders would choose for themselves (Naor 1969).
#[test]
fn orders_of_one_type_are_accepted_below_the_best_limit() {
    let (arrival, completion, reward, waiting) = (0.45, 0.5, 9.0, 1.0);
    let shop = Orders::new(OrdersSettings {
        types: vec![OrderSettings { arrival, completion, reward, waiting, ..plain("job", 1) }],
        slots: 8,
        ..Default::default()
    })
    .unwrap();
    assert_eq!(shop.action_space().len(), 1);
    let offered = shop.variables().offered.unwrap();
    let gains: Vec<f64> = (1..=9)
        .map(|limit| {
            let run = LongRun::new(&shop, |state| {
                vec![Level::from(state[offered] > 0 && state[0] < limit)]
            });
            let gain = run.gain();
            let given = one_type_gain(limit as usize, arrival, completion, [reward, waiting]);
            near(gain, given, 1e-12, &format!("limit {limit}"));
            gain
        })
        .collect();
    let best = (1..=9).max_by(|&a, &b| gains[a - 1].total_cmp(&gains[b - 1])).unwrap();
    // Whoever waits behind n − 1 others is in the shop for n/μ beats on average.
    let own = (1..).take_while(|&n| f64::from(n) / completion * waiting <= reward).count();
    assert!(best < own && best > 1, "{best} against {own}");

    let values = reachable_values(&shop, 0.999);
    for (state, _) in values.iter().filter(|(state, _)| state[offered] > 0 && state[0] < 9) {
        let worth = |action| {
            let of = |b: &Branch| b.probability * (b.reward + 0.999 * values[&b.next]);
            branches(&shop, state, &[action]).iter().map(of).sum::<f64>()
        };
        let accepts = worth(ACCEPT) > worth(DECLINE);
        assert_eq!(accepts, state[0] < best as Level, "{state:?}");
    }
}

/// The optimal values of all states that can be reached from the start, for most never are. With a
/// discount of 1 of processes that end.
fn reachable_values(shop: &Orders, discount: f64) -> HashMap<Vec<Level>, f64> {
    type Pairs = Vec<(f64, Vec<(usize, f64)>)>;
    let mut states = vec![start(shop)];
    let mut numbers = HashMap::from([(states[0].clone(), 0)]);
    let mut rows: Vec<Pairs> = Vec::new();
    let actions = shop.action_space();
    while rows.len() < states.len() {
        let state = states[rows.len()].clone();
        let mut pairs = Pairs::new();
        let mut action = vec![0; actions.len()];
        for number in 0..actions.count().unwrap() {
            actions.levels(number, &mut action);
            if shop.is_terminal(&state) || !shop.allows(&state, &action) {
                continue;
            }
            let (mut reward, mut row) = (0.0, Vec::new());
            for branch in branches(shop, &state, &action) {
                reward += branch.probability * branch.reward;
                let next = *numbers.entry(branch.next.clone()).or_insert_with(|| {
                    states.push(branch.next);
                    states.len() - 1
                });
                row.push((next, branch.probability));
            }
            pairs.push((reward, row));
        }
        rows.push(pairs);
    }
    let mut values = vec![0.0; rows.len()];
    loop {
        let mut change = 0.0_f64;
        for s in (0..rows.len()).rev() {
            let backup = |(reward, row): &(f64, Vec<(usize, f64)>)| {
                reward + discount * row.iter().map(|&(t, p)| p * values[t]).sum::<f64>()
            };
            let best = rows[s].iter().map(backup).fold(f64::NEG_INFINITY, f64::max);
            let best = if rows[s].is_empty() { 0.0 } else { best };
            change = change.max((best - values[s]).abs());
            values[s] = best;
        }
        if change <= 1e-12 {
            return states.into_iter().zip(values).collect();
        }
    }
}

/// What is lost at least from the start on, of a process that ends.
fn least_cost(shop: &Orders) -> f64 {
    -reachable_values(shop, 1.0)[&start(shop)]
}

/// Without arrivals the sum of weighted completion times is least in the order of w/p (Smith 1956), and
/// in expectation where work is by chance (Rothkopf 1966).
#[test]
fn without_arrivals_the_sum_of_weighted_times_is_that_of_smiths_rule() {
    // Weight, work, completion: mean work is work − 1 + 1/completion.
    let jobs = [(3.0, 4, 1.0), (1.0, 2, 1.0), (5.0, 3, 0.5), (2.0, 1, 0.25)];
    let types = names(4).zip(jobs).map(|(name, (waiting, work, completion))| OrderSettings {
        waiting,
        completion,
        ..plain(&name, work)
    });
    let shop = no_arrivals(types.collect());
    let mut by_ratio: Vec<(f64, f64)> =
        jobs.iter().map(|&(w, work, p)| (w, f64::from(work) - 1.0 + 1.0 / p)).collect();
    by_ratio.sort_by(|a, b| (b.0 / b.1).total_cmp(&(a.0 / a.1)));
    let (mut time, mut cost) = (0.0, 0.0);
    for (weight, work) in by_ratio {
        time += work;
        cost += weight * time;
    }
    near(least_cost(&shop), cost, 1e-9, "weighted times");
}

/// How many of these jobs, (due, work), are late at least: Moore (1968), by Hodgson's algorithm.
fn fewest_late(jobs: &[(u32, u32)]) -> usize {
    let mut jobs = jobs.to_vec();
    jobs.sort_unstable();
    let (mut kept, mut time, mut late) = (Vec::new(), 0, 0);
    for (due, work) in jobs {
        kept.push(work);
        time += work;
        if time > due {
            kept.sort_unstable();
            time -= kept.pop().unwrap();
            late += 1;
        }
    }
    late
}

#[test]
fn without_arrivals_as_few_are_late_as_moore_says() {
    for jobs in [
        [(3, 2), (4, 3), (6, 2), (7, 4)],
        [(1, 2), (2, 2), (3, 2), (4, 2)],
        [(9, 1), (9, 2), (9, 3), (9, 4)],
        [(5, 4), (6, 1), (7, 3), (8, 2)],
    ] {
        let types = names(4).zip(jobs).map(|(name, (due, work))| OrderSettings {
            due: Some(due),
            late_fee: 1.0,
            ..plain(&name, work)
        });
        let fewest = fewest_late(&jobs);
        near(least_cost(&no_arrivals(types.collect())), fewest as f64, 1e-9, &format!("{jobs:?}"));
    }
}

/// Equal work: the sum of tardiness is least in the order of the due dates, and counted in whole beats.
#[test]
fn tardiness_of_equal_work_is_least_by_due_date() {
    let dues = [5, 1, 2, 2];
    let types = names(4).zip(dues).map(|(name, due)| OrderSettings {
        due: Some(due),
        late_cost: 1.0,
        ..plain(&name, 2)
    });
    let mut sorted = dues;
    sorted.sort_unstable();
    let tardy = (1..).zip(sorted).map(|(place, due)| (2 * place - due as i32).max(0));
    let least: i32 = tardy.sum();
    assert_eq!(least, 1 + 2 + 4 + 3);
    near(least_cost(&no_arrivals(types.collect())), f64::from(least), 1e-9, "tardiness");
}

/// Where set-ups cost more than any delay, all of a type are done before the next.
#[test]
fn costly_setups_are_had_once_a_type() {
    let types = ["a", "b"].map(|name| OrderSettings {
        waiting: 0.01,
        setup_cost: 10.0,
        setup_time: 1,
        ..plain(name, 1)
    });
    let shop = Orders::new(OrdersSettings {
        types: types.into(),
        slots: 4,
        offers: false,
        initial: ["b", "a", "b", "a"].map(str::to_owned).into(),
        ..Default::default()
    })
    .unwrap();
    // Set up for a: two of a in beats 1 and 2, a set-up in beat 3, two of b in beats 4 and 5.
    near(least_cost(&shop), 10.0 + 0.01 * f64::from(1 + 2 + 4 + 5), 1e-9, "one set-up");
}

/// Orders of equal work are accepted by their worth: who earns more is accepted in more states, and each
/// up to a number (Miller 1969, Lippman & Ross 1971).
#[test]
fn dearer_orders_are_accepted_where_cheaper_ones_are_and_further() {
    let of = |name: &str, arrival, reward| OrderSettings {
        arrival,
        completion: 0.5,
        reward,
        waiting: 1.0,
        ..plain(name, 1)
    };
    let settings = OrdersSettings {
        types: vec![of("cheap", 0.3, 6.0), of("dear", 0.1, 14.0)],
        slots: 5,
        ..Default::default()
    };
    let shop = Orders::new(settings).unwrap();
    let values = reachable_values(&shop, 0.99);
    let at = shop.variables();
    // By type: for each number of orders, whether it is accepted.
    let mut accepted = [[None; 7]; 2];
    for state in values.keys().filter(|state| state[at.offered.unwrap()] > 0) {
        let of_type = state[at.offered.unwrap()] as usize - 1;
        let best = |offer: Level| {
            let each = (0..3).map(|next| [offer, next]).filter(|a| shop.allows(state, a));
            let worth = |action: [Level; 2]| -> f64 {
                let of = |b: &Branch| b.probability * (b.reward + 0.99 * values[&b.next]);
                branches(&shop, state, &action).iter().map(of).sum()
            };
            each.map(worth).fold(f64::NEG_INFINITY, f64::max)
        };
        // A free machine with a full shop has room all the same; a busy one has not.
        if state[0] as usize > 5 {
            continue;
        }
        let accepts = best(ACCEPT) > best(DECLINE);
        let known = accepted[of_type][state[0] as usize].get_or_insert(accepts);
        // Orders of equal work and cost: only how many there are counts.
        assert_eq!(*known, accepts, "{state:?}");
    }
    let limit = |of_type: usize| {
        let each: Vec<bool> = accepted[of_type][..6].iter().map(|known| known.unwrap()).collect();
        assert!(each.windows(2).all(|pair| pair[0] >= pair[1]), "{each:?}");
        each.iter().filter(|accepts| **accepts).count()
    };
    let (cheap, dear) = (limit(0), limit(1));
    assert!(0 < cheap && cheap < dear && dear < 6, "{cheap} {dear}");
}

/// What a value says of two ways to keep the slots: who came first is of no use where there are no
/// due dates.
#[test]
fn the_order_of_arrival_is_worth_nothing() {
    let of = |name: &str, reward, waiting| OrderSettings {
        arrival: 0.3,
        completion: 0.5,
        reward,
        waiting,
        ..plain(name, 1)
    };
    let by = |kept| {
        let types = vec![of("a", 5.0, 0.5), of("b", 8.0, 1.0)];
        let shop = Orders::new(OrdersSettings { types, slots: 3, kept, ..Default::default() });
        let shop = shop.unwrap();
        let values = reachable_values(&shop, 0.9);
        (values.len(), values[&start(&shop)])
    };
    let (by_due, by_arrival) = (by(Kept::ByDue), by(Kept::ByArrival));
    near(by_due.1, by_arrival.1, 1e-10, "value");
    assert!(by_due.0 < by_arrival.0, "sorted slots have fewer states");
}
