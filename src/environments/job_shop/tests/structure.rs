//! What theory promises of the best policy and of rules of priority.

use super::*;

/// The worth of an action by what the values say; `None` where it is not allowed.
fn worth(
    shop: &JobShop,
    values: &[f64],
    discount: f64,
    state: &[Level],
    action: &[Level],
) -> Option<f64> {
    shop.allows(state, action).then(|| {
        let of = |branch: &Branch| {
            let next = values[shop.state_space().index(&branch.next) as usize];
            branch.probability * (branch.reward + discount * next)
        };
        branches(shop, state, action).iter().map(of).sum()
    })
}

/// Whether an action of the only station that chooses is better than all others by more than rounding.
fn is_best(shop: &JobShop, values: &[f64], discount: f64, state: &[Level], action: Level) -> bool {
    let of = |action: Level| worth(shop, values, discount, state, &[action]);
    let Some(own) = of(action) else { return false };
    let last = shop.action_space().variables()[0].high;
    (0..=last)
        .filter(|&other| other != action)
        .all(|other| of(other).is_none_or(|o| own > o + 1e-9))
}

/// Parts that cost while they are there and are worth nothing, so that only costs count.
fn costly(
    name: &str,
    arrival: f64,
    holding: f64,
    mut route: Vec<OperationSettings>,
) -> ProductSettings {
    for step in &mut route {
        step.holding = holding;
    }
    ProductSettings { price: 0.0, ..product(name, arrival, route) }
}

/// The c·μ rule (Cox & Smith 1961; Buyukkoc, Varaiya & Walrand 1985, for discrete time): at one
/// station who costs most per beat of work is served first.
#[test]
fn at_one_station_the_dearest_work_is_done_first() {
    for (holding, first) in [(3.0, 0), (2.0, 1)] {
        // c·μ is 0.9 or 0.6 against 0.8.
        let shop = shop(
            vec![station("only")],
            vec![
                costly("slow", 0.1, holding, vec![step("only", 0.3, 14)]),
                costly("fast", 0.3, 1.0, vec![step("only", 0.8, 14)]),
            ],
        );
        let values = optimal_values(&shop, 0.9);
        for one in 1..=6 {
            for other in 1..=6 {
                assert!(is_best(&shop, &values, 0.9, &[one, other], first), "{one} {other}");
            }
        }
    }
}

/// Two equal products with set-up times: none is left before it is empty (Hofri & Ross 1987), and who
/// has emptied one goes over where enough wait at the other.
#[test]
fn equal_products_are_made_exhaustively() {
    let press = StationSettings { setup_time: 2, ..station("press") };
    let of = |name| costly(name, 0.2, 1.0, vec![step("press", 0.7, 12)]);
    let shop = shop(vec![press], vec![of("a"), of("b")]);
    let values = optimal_values(&shop, 0.95);
    let best = |state: &[Level], action| is_best(&shop, &values, 0.95, state, action);
    for one in 1..=6 {
        for other in 0..=6 {
            assert!(best(&[one, other, 0, 0], 0), "{one} {other}");
            assert!(best(&[other, one, 1, 0], 1), "{other} {one}");
        }
    }
    let goes: Vec<bool> = (0..=6).map(|other| best(&[0, other, 0, 0], 1)).collect();
    assert!(!goes[0] && goes[6], "{goes:?}");
    assert!(goes.windows(2).all(|pair| pair[0] <= pair[1]), "{goes:?}");
}

/// The criss-cross network (Harrison & Wein 1990): all parts cost the same, so that c·μ serves who
/// leaves the shop; but where the second station would starve, who feeds it is served.
#[test]
fn in_the_criss_cross_network_the_second_station_is_fed() {
    let shop = shop(
        vec![station("one"), station("two")],
        vec![
            costly("A", 0.2, 1.0, vec![step("one", 0.6, 9)]),
            costly("B", 0.2, 1.0, vec![step("one", 0.6, 9), step("two", 0.3, 9)]),
        ],
    );
    let values = optimal_values(&shop, 0.95);
    for a in 1..=3 {
        for b in 1..=4 {
            assert!(is_best(&shop, &values, 0.95, &[a, b, 0], 1), "{a} {b}");
            for waiting in 2..=4 {
                assert!(is_best(&shop, &values, 0.95, &[a, b, waiting], 0), "{a} {b} {waiting}");
            }
        }
    }
}

/// Routes that cross (Rybko & Stolyar 1992): to finish first what is nearly finished has the stations
/// take turns, though either has work for 0.6 of the time; to begin first what comes first has not.
#[test]
fn priority_to_the_last_step_starves_where_routes_cross() {
    let crossing = shop(
        vec![station("left"), station("right")],
        vec![
            product("A", 0.12, vec![step("left", 0.9, 5), step("right", 0.25, 5)]),
            product("B", 0.12, vec![step("right", 0.9, 5), step("left", 0.25, 5)]),
        ],
    );
    let of = crossing.operations();
    let last = LongRun::new(&crossing, by(&crossing, |_, k| -(of[k].behind as f64)));
    let first = LongRun::new(&crossing, by(&crossing, |_, k| -(of[k].before as f64)));
    let lost = |run: &LongRun<'_, JobShop>| run.rate(Event::DemandLost);
    // The throughput of either was computed by a program of its own, written in C.
    near(lost(&last), 0.24 - 0.219_81, 2e-5, "lost by who does the last step first");
    near(lost(&first), 0.24 - 0.239_87, 2e-5, "lost by who does the first step first");
    // As though the two last steps shared one machine: hardly ever are both at work.
    let at_once = |run: &LongRun<'_, JobShop>| {
        run.mean(|state, _| f64::from(u8::from(state[1] > 0 && state[3] > 0)))
    };
    let (taking_turns, together) = (at_once(&last), at_once(&first));
    assert!(taking_turns < together / 2.0, "{taking_turns} {together}");
}
