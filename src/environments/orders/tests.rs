//! The step of a shop that works to order: what it keeps, counts, pays and refuses.

use super::*;
use crate::environments::SequenceSettings;
use crate::environments::exact::{Branch, branches, start};

mod structure;

fn near(found: f64, given: f64, tolerance: f64, what: &str) {
    assert!((found - given).abs() <= tolerance, "{what}: {found}, but {given} is given");
}

/// An order of this name that neither earns nor costs anything.
fn plain(name: &str, work: u32) -> OrderSettings {
    OrderSettings {
        name: name.to_owned(),
        arrival: 0.0,
        reward: 0.0,
        work,
        completion: 1.0,
        ..Default::default()
    }
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<OrdersSettings> {
    let due = OrderSettings {
        name: "due".to_owned(),
        arrival: 0.2,
        work: 2,
        completion: 0.6,
        due: Some(3),
        late_cost: 0.5,
        late_fee: 2.0,
        waiting: 0.25,
        declined: 1.5,
        setup_time: 1,
        setup_cost: 0.75,
        ..Default::default()
    };
    let free = OrderSettings {
        name: "free".to_owned(),
        arrival: 0.3,
        completion: 1.0,
        work: 1,
        reward: 4.0,
        ..Default::default()
    };
    let sequence = vec![SequenceSettings {
        from: "due".to_owned(),
        to: "free".to_owned(),
        time: 2,
        cost: 1.25,
    }];
    let types = vec![due.clone(), free.clone()];
    let two = OrdersSettings { types, slots: 2, sequence, ..Default::default() };
    vec![
        OrdersSettings { slots: 2, ..Default::default() },
        OrdersSettings { initial: vec!["free".to_owned()], ..two.clone() },
        OrdersSettings { kept: Kept::ByArrival, offers: false, ..two.clone() },
        OrdersSettings { types: vec![free.clone()], slots: 3, ..Default::default() },
        OrdersSettings { types: vec![due.clone()], offers: false, slots: 2, ..Default::default() },
        OrdersSettings {
            types: vec![
                OrderSettings { arrival: 0.0, ..due },
                OrderSettings { arrival: 0.0, ..free },
            ],
            initial: vec!["free".to_owned(), "due".to_owned()],
            ..two
        },
    ]
}

/// Visits every way in which a beat can go from every state that can be reached.
fn every_beat(shop: &Orders, mut see: impl FnMut(&[Level], &[Level], &Branch)) {
    let actions = shop.action_space();
    let mut states = vec![start(shop)];
    let mut known: std::collections::HashSet<Vec<Level>> = states.iter().cloned().collect();
    let mut action = vec![0; actions.len()];
    while let Some(state) = states.pop() {
        if shop.is_terminal(&state) {
            continue;
        }
        for number in 0..actions.count().unwrap() {
            actions.levels(number, &mut action);
            if shop.allows(&state, &action) {
                for branch in branches(shop, &state, &action) {
                    see(&state, &action, &branch);
                    if known.insert(branch.next.clone()) {
                        states.push(branch.next);
                    }
                }
            }
        }
    }
}

/// Orders in are orders out and orders more in the shop, the shop's number is that of its slots and its
/// machine, and the money is what the state and the events say.
#[test]
fn orders_and_money_are_conserved() {
    for settings in examples() {
        let shop = Orders::new(settings).unwrap();
        let at = shop.variables();
        let mut beats = 0;
        every_beat(&shop, |state, action, branch| {
            beats += 1;
            let count =
                |event: Event| branch.events.iter().filter(|&&told| told == event).count() as i32;
            let moved = |from, to| count(Event::Moved { from, to });
            let station = Place::Station(0);
            let (came, left) = (moved(Place::Supply, SHOP), moved(SHOP, station));
            assert_eq!(left, moved(station, Place::Customer));
            assert_eq!(branch.next[0] - state[0], came - left, "{state:?} {branch:?}");
            let next = &branch.next;
            let held = next[at.first_slot..=at.machine].iter().filter(|&&level| level != EMPTY);
            assert_eq!(held.count() as Level, next[0], "{branch:?}");
            let slots = shop.slots(next);
            let waiting = slots.iter().take_while(|&&level| level != EMPTY).count();
            assert!(slots[waiting..].iter().all(|&level| level == EMPTY), "{branch:?}");
            assert!(!shop.sorted || slots[..waiting].is_sorted(), "{branch:?}");

            let spent = |condition| count(Event::Spent { station: 0, condition });
            let all: i32 = Condition::ALL.map(spent).iter().sum();
            assert_eq!(all, 1);
            assert!(left <= spent(Condition::Working));
            let machine = shop.type_of(state[at.machine]);
            let taken = shop.taken(state, action).map(|slot| shop.slots(state)[slot]);
            let worked = machine.or_else(|| shop.type_of(taken?));
            let types = &shop.settings.types;
            let held = || state[at.first_slot..=at.machine].iter().filter(|&&l| l != EMPTY);
            let waiting: f64 = held().map(|&l| types[shop.type_of(l).unwrap()].waiting).sum();
            near(branch.items[WAITING], -waiting, 1e-12, "waiting");
            let reward = worked.map_or(0.0, |worked| f64::from(left) * types[worked].reward);
            near(branch.items[DONE], reward, 1e-12, "orders");
            let late = held().filter(|&&l| shop.codes[l as usize].late);
            let late: f64 = late.map(|&l| types[shop.type_of(l).unwrap()].late_cost).sum();
            let more = -branch.items[LATENESS] - late;
            assert!(more >= -1e-12 && (more == 0.0 || types.iter().any(|t| t.late_fee > 0.0)));
            let lost = count(Event::DemandLost);
            match at.offered.map(|place| state[place]) {
                Some(0) => assert_eq!(lost, 0),
                Some(offered) => {
                    assert_eq!(lost + came, 1);
                    let price = types[offered as usize - 1].declined;
                    near(branch.items[DECLINED], -price * f64::from(lost), 1e-12, "declined");
                }
                None => {
                    let paid = -branch.items[DECLINED];
                    assert!(lost == 1 && types.iter().any(|t| t.declined == paid) || paid == 0.0);
                }
            }
            near(branch.items.iter().sum(), branch.reward, 1e-12, "items");
        });
        assert!(beats > 10, "{beats}");
    }
}

/// A set-up of two beats and two of work: paid at the beginning, late from the third beat on.
#[test]
fn work_is_not_interrupted_and_due_dates_count_down() {
    let shop = Orders::new(OrdersSettings {
        types: vec![
            plain("a", 1),
            OrderSettings {
                due: Some(2),
                reward: 30.0,
                late_fee: 4.0,
                late_cost: 1.0,
                setup_time: 2,
                setup_cost: 5.0,
                ..plain("b", 2)
            },
        ],
        slots: 2,
        offers: false,
        initial: vec!["a".to_owned(), "b".to_owned()],
        ..Default::default()
    })
    .unwrap();
    let names: Vec<_> = shop.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["orders", "slot 1", "slot 2", "machine", "set-up", "beats left"]);
    let labels = &shop.state_space().variables()[1].labels;
    assert_eq!(labels, &["empty", "b late", "b 1", "b 2", "a"]);
    let mut state = start(&shop);
    assert_eq!(state, [2, 3, 4, 0, 0, 0]);
    let mut told = Vec::new();
    let mut conditions = Vec::new();
    for _ in 0..5 {
        let next = if state[3] == EMPTY && state[0] == 2 { 1 } else { 2 };
        let next = if state[0] == 1 { 0 } else { next };
        let allowed: Vec<_> = (0..3).filter(|&next| shop.allows(&state, &[next])).collect();
        let all = branches(&shop, &state, &[next]);
        assert_eq!(all.len(), 1);
        told.push((all[0].reward, all[0].next.clone(), allowed));
        conditions.extend(all[0].events.iter().filter_map(|event| match event {
            Event::Spent { condition, .. } => Some(*condition),
            _ => None,
        }));
        state = all[0].next.clone();
    }
    assert_eq!(
        told,
        [
            (-5.0, vec![2, 4, 0, 2, 1, 2], vec![0, 1, 2]),
            (-4.0, vec![2, 4, 0, 1, 1, 1], vec![2]),
            (-1.0, vec![2, 4, 0, 1, 1, 0], vec![2]),
            (-1.0 + 30.0, vec![1, 4, 0, 0, 1, 0], vec![2]),
            (0.0, vec![0, 0, 0, 0, 0, 0], vec![0, 2]),
        ]
    );
    use Condition::{SetUp, Working};
    assert_eq!(conditions, [SetUp, SetUp, Working, Working, Working]);
    assert!(shop.is_terminal(&state) && shop.ends());
}

#[test]
fn offers_are_decided_on_where_there_is_room() {
    let of = |name: &str| OrderSettings { arrival: 0.3, declined: 2.0, ..plain(name, 2) };
    let types = vec![of("a"), of("b")];
    let settings = OrdersSettings { types, slots: 1, ..Default::default() };
    let shop = Orders::new(settings.clone()).unwrap();
    // Orders, slot, machine, beats left or not, offered. Work of two beats leaves none for sure.
    assert_eq!(shop.state_space().len(), 4);
    let allowed = |state: &[Level]| {
        let all = (0..2).flat_map(|offer| (0..3).map(move |next| [offer, next]));
        all.filter(|action| shop.allows(state, action)).collect::<Vec<_>>()
    };
    // A busy machine and a full slot: declined, and paid for.
    assert_eq!(allowed(&[2, 2, 1, 1]), [[0, 2]]);
    assert!(branches(&shop, &[2, 2, 1, 1], &[0, 2]).iter().all(|b| b.items[DECLINED] == -2.0));
    // A free machine makes room if it takes the one that waits.
    assert_eq!(allowed(&[1, 2, 0, 1]), [[0, 1], [0, 2], [1, 1]]);
    // Without an offer there is nothing to accept.
    assert_eq!(allowed(&[1, 0, 1, 0]), [[0, 2]]);
    // Where offers are not decided on, orders join while there is room.
    let taking = Orders::new(OrdersSettings { offers: false, ..settings }).unwrap();
    let all = branches(&taking, &[1, 0, 1], &[2]);
    let joined = all.iter().filter(|b| b.next[1] != EMPTY).map(|b| b.probability).sum();
    near(joined, 0.6, 1e-12, "joined");
    let all = branches(&taking, &[2, 2, 1], &[2]);
    let lost: f64 = all.iter().map(|b| b.probability * b.items[DECLINED]).sum();
    near(lost, -1.2, 1e-12, "lost");
}

/// Kept by due date an order with an earlier one goes before; kept as they came it goes behind.
#[test]
fn slots_are_kept_by_due_date_or_by_arrival() {
    let types = vec![plain("a", 1), OrderSettings { due: Some(2), ..plain("b", 1) }];
    let initial = ["a", "b", "a"].map(str::to_owned).to_vec();
    let settings = OrdersSettings { types, slots: 3, offers: false, initial, ..Default::default() };
    let by_due = Orders::new(settings.clone()).unwrap();
    assert_eq!(by_due.slots(&start(&by_due)), [3, 4, 4]);
    let by_arrival = Orders::new(OrdersSettings { kept: Kept::ByArrival, ..settings }).unwrap();
    let state = start(&by_arrival);
    assert_eq!(by_arrival.slots(&state), [4, 3, 4]);
    // The first of its type goes, the others move up and are due a beat sooner.
    assert_eq!(by_arrival.slots(&branches(&by_arrival, &state, &[0])[0].next), [2, 4, 0]);
    assert_eq!(by_arrival.slots(&branches(&by_arrival, &state, &[1])[0].next), [4, 4, 0]);
}

#[test]
fn faults_are_found_at_once() {
    let bad = OrderSettings {
        name: "wait".to_owned(),
        arrival: 0.9,
        reward: f64::NAN,
        work: 0,
        completion: 0.0,
        due: Some(0),
        late_cost: -1.0,
        late_fee: -1.0,
        waiting: -1.0,
        declined: -1.0,
        setup_time: 5_000,
        setup_cost: -1.0,
    };
    let faults = Orders::new(OrdersSettings {
        types: vec![bad, Default::default()],
        slots: 9,
        initial: vec!["green".to_owned()],
        sequence: vec![SequenceSettings {
            from: "wait".to_owned(),
            to: "blue".to_owned(),
            time: 0,
            cost: 0.0,
        }],
        ..Default::default()
    })
    .unwrap_err();
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "types[0].reward",
            "types[0].work",
            "types[0].completion",
            "types[0].due",
            "types[0].late_cost",
            "types[0].late_fee",
            "types[0].waiting",
            "types[0].declined",
            "types[0].setup_time",
            "types[0].setup_cost",
            "types",
            "slots",
            "sequence[0].to",
            "initial[0]",
            "types[0].name",
        ]
    );
    let none = OrdersSettings { types: Vec::new(), ..Default::default() };
    assert_eq!(Orders::new(none).unwrap_err()[0].path, "types");
    let idle = OrdersSettings { types: vec![plain("a", 1)], ..Default::default() };
    assert_eq!(Orders::new(idle).unwrap_err()[0].path, "initial");
    let many = OrdersSettings {
        types: vec![plain("a", 1)],
        slots: 1,
        initial: vec!["a".to_owned(); 3],
        ..Default::default()
    };
    assert_eq!(Orders::new(many).unwrap_err()[0].path, "initial");
}
