//! The shop floor: its rules one by one, closed forms, what is never reached, what is conserved, and
//! all that is refused.

use std::collections::HashSet;

use super::*;
use crate::environments::exact::{Branch, LongRun, branches, optimal_values, start};
use crate::environments::{Grid, GridSettings};

const UP: Level = 1;
const RIGHT: Level = 2;
const DOWN: Level = 3;
const LEFT: Level = 4;

fn texts(rows: &[&str]) -> Vec<String> {
    rows.iter().map(|row| (*row).to_owned()).collect()
}

fn source(symbol: &str, arrival: f64, queue: u32, to: &[&str]) -> StationSettings {
    let symbol = symbol.to_owned();
    StationSettings { symbol, arrival, queue, to: texts(to), ..Default::default() }
}

/// From A to B, with figures that tell the items apart.
fn drawn(rows: &[&str]) -> ShopFloorSettings {
    ShopFloorSettings {
        rows: texts(rows),
        stations: vec![source("A", 0.25, 2, &["B"]), source("B", 0.0, 3, &[])],
        revenue: 100.0,
        waiting_cost: 0.5,
        move_cost: 2.0,
        bump_cost: 7.0,
        lost_cost: 20.0,
        ..Default::default()
    }
}

/// One robot with a battery, lanes, slippery floor and jobs that go to several stations.
fn everything() -> ShopFloorSettings {
    ShopFloorSettings {
        stations: vec![
            StationSettings { shares: vec![1.0, 3.0], ..source("A", 0.3, 2, &["B", "D"]) },
            source("B", 0.0, 1, &[]),
            StationSettings { name: "dock".to_owned(), ..source("D", 0.2, 1, &["A"]) },
        ],
        slip: vec![1.0, 2.0, 0.5],
        battery: Some(BatterySettings {
            levels: 3,
            drain: 0.5,
            rescue: 0.3,
            rescue_cost: 50.0,
            ..Default::default()
        }),
        ..drawn(&["A>~B", "^C1D"])
    }
}

/// Two robots and jobs both ways, on a map that is its own mirror image.
fn two_ways() -> ShopFloorSettings {
    ShopFloorSettings {
        stations: vec![source("A", 0.3, 1, &["B"]), source("B", 0.3, 1, &["A"])],
        ..drawn(&["A.B", "1.2"])
    }
}

/// Settings that between them use every part of the step.
pub(in crate::environments) fn examples() -> Vec<ShopFloorSettings> {
    let handled = ShopFloorSettings { handling: 1, ..two_ways() };
    vec![ShopFloorSettings::default(), everything(), handled]
}

fn floor(settings: ShopFloorSettings) -> ShopFloor {
    ShopFloor::new(settings).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// What a beat leads to with its reward by item, where no job arrives.
fn sure(floor: &ShopFloor, state: &[Level], action: &[Level]) -> (Vec<Level>, Vec<f64>) {
    let arrives = |event: &Event| match event {
        Event::Moved { from, .. } => *from == Place::Supply,
        event => *event == Event::DemandLost,
    };
    let mut quiet = branches(floor, state, action);
    quiet.retain(|branch| !branch.events.iter().any(arrives));
    assert_eq!(quiet.len(), 1, "{quiet:?}");
    let Branch { next, items, .. } = quiet.remove(0);
    (next, items)
}

/// How a robot spent a beat in which no job arrives.
fn spent(floor: &ShopFloor, state: &[Level], action: &[Level], robot: u16) -> Condition {
    let events = branches(floor, state, action).pop().unwrap().events;
    let told = events.iter().filter_map(|event| match event {
        Event::Spent { station, condition } if *station == robot => Some(*condition),
        _ => None,
    });
    let told: Vec<Condition> = told.collect();
    assert_eq!(told.len(), 1);
    told[0]
}

#[test]
fn it_goes_by_its_names() {
    let names = |space: &Space| -> Vec<String> {
        space.variables().iter().map(|variable| variable.name.clone()).collect()
    };
    let one = floor(everything());
    assert_eq!(
        names(&one.state_space),
        ["x", "y", "load", "to", "charge", "queue A", "queue dock"]
    );
    assert_eq!(names(&one.action_space), ["move"]);
    assert_eq!(start(&one), [2, 0, 0, 0, 3, 0, 0]);
    assert_eq!((one.size(), one.stations()[2].place), ((4, 2), (3, 0)));
    assert_eq!(
        (one.ground(1, 1), one.ground(1, 0)),
        (Ground::Lane { way: (1, 0) }, Ground::Charger)
    );
    let two = floor(two_ways());
    assert_eq!(names(&two.action_space), ["robot 1", "robot 2"]);
    assert_eq!(
        names(&two.state_space),
        ["x 1", "y 1", "load 1", "to 1", "x 2", "y 2", "load 2", "to 2", "queue A", "queue B"]
    );
    let buffers: Vec<&str> = two.places.buffers.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(buffers, ["queue A", "queue B", "load 1", "load 2"]);
}

#[test]
fn edges_walls_and_lanes_stop_a_move() {
    // x y load, queue A.
    let floor = floor(drawn(&["A>B", "1#v", "..<"]));
    let to = |x, y, action| {
        let (next, items) = sure(&floor, &[x, y, 0, 0], &[action]);
        let bumped = next[..2] == [x, y];
        assert_eq!(items[BUMPS], if bumped { -7.0 } else { 0.0 });
        assert_eq!(items[MOVED], if bumped { 0.0 } else { -2.0 });
        (!bumped).then(|| (next[0], next[1]))
    };
    assert_eq!(to(0, 0, LEFT), None);
    assert_eq!(to(0, 0, DOWN), None);
    assert_eq!(to(0, 0, UP), Some((0, 1)));
    assert_eq!(to(0, 1, RIGHT), None, "a wall");
    // A lane is left along it alone.
    assert_eq!([UP, RIGHT, DOWN, LEFT].map(|way| to(1, 2, way)), [None, Some((2, 2)), None, None]);
    assert_eq!([UP, RIGHT, DOWN, LEFT].map(|way| to(2, 1, way)), [None, None, Some((2, 0)), None]);
    // And not entered against it.
    assert_eq!(to(2, 2, LEFT), None);
    assert_eq!(to(1, 0, RIGHT), None);
    assert_eq!(to(2, 2, DOWN), Some((2, 1)));
}

/// A lane may be joined from its side.
#[test]
fn lanes_can_be_joined() {
    let floor = floor(drawn(&["A.B", "1>.", "..."]));
    assert_eq!(sure(&floor, &[1, 2, 0, 0], &[DOWN]).0[..2], [1, 1]);
    assert_eq!(sure(&floor, &[1, 0, 0, 0], &[UP]).0[..2], [1, 1]);
    assert_eq!(sure(&floor, &[2, 1, 0, 0], &[LEFT]).0[..2], [2, 1]);
}

/// On slippery floor a move leads where it leads on the grid world's.
#[test]
fn slippery_floor_is_that_of_a_grid() {
    let slip = vec![1.0, 2.0, 5.0];
    let settings = ShopFloorSettings { slip: slip.clone(), ..drawn(&["~~~", "~~~", "~~~", "A1B"]) };
    let grid = GridSettings { rows: vec!["...".to_owned(); 4], slip, ..Default::default() };
    let (floor, grid) = (floor(settings), Grid::new(grid).unwrap());
    for (x, y) in (0..3).flat_map(|x| (1..4).map(move |y| (x, y))) {
        for way in 0..4 {
            let mut found: Vec<(Vec<Level>, f64)> = Vec::new();
            for branch in branches(&floor, &[x, y, 0, 2], &[way + 1]) {
                let place = branch.next[..2].to_vec();
                match found.iter_mut().find(|(known, _)| *known == place) {
                    Some((_, p)) => *p += branch.probability,
                    None => found.push((place, branch.probability)),
                }
            }
            for branch in branches(&grid, &[x, y], &[way]) {
                let known = found.iter_mut().find(|(place, _)| *place == branch.next);
                known.unwrap().1 -= branch.probability;
            }
            assert!(found.iter().all(|(_, p)| p.abs() < 1e-12), "{x} {y} {way}: {found:?}");
        }
    }
    // Who stays does not slip, nor does who leaves firm floor.
    assert_eq!(sure(&floor, &[1, 1, 0, 0], &[STAY]).0[..2], [1, 1]);
    assert_eq!(sure(&floor, &[1, 0, 0, 0], &[UP]).0[..2], [1, 1]);
}

#[test]
fn the_lower_number_drives_first() {
    let floor = floor(drawn(&["A1.2B"]));
    let to = |first: Level, second: Level, action: [Level; 2]| {
        let (next, items) = sure(&floor, &[first, 0, 0, second, 0, 0, 0], &action);
        ((next[0], next[3]), items[BUMPS])
    };
    assert_eq!(to(1, 2, [RIGHT, LEFT]), ((1, 2), -14.0), "no swap");
    assert_eq!(to(1, 3, [RIGHT, LEFT]), ((2, 3), -7.0), "the first gets the cell between");
    assert_eq!(to(2, 3, [LEFT, LEFT]), ((1, 2), 0.0), "the second follows close behind");
    assert_eq!(to(2, 3, [RIGHT, RIGHT]), ((2, 4), -7.0), "the first cannot");
    assert_eq!(to(1, 2, [STAY, LEFT]), ((1, 2), -7.0));
    let condition = |action: [Level; 2]| spent(&floor, &[1, 0, 0, 2, 0, 1, 1], &action, 0);
    assert_eq!(condition([RIGHT, STAY]), Condition::Blocked);
    assert_eq!(condition([LEFT, STAY]), Condition::Working);
    assert_eq!(condition([STAY, STAY]), Condition::HeldBack);
    assert_eq!(spent(&floor, &[1, 0, 0, 2, 0, 0, 0], &[STAY, STAY], 0), Condition::Starved);
}

#[test]
fn jobs_are_picked_up_and_set_down_on_arrival() {
    let floor = floor(drawn(&["A1.B"]));
    let (next, items) = sure(&floor, &[1, 0, 0, 2], &[LEFT]);
    assert_eq!((next, items), (vec![0, 0, 1, 1], vec![0.0, -1.0, -2.0, 0.0, 0.0, 0.0]));
    let (next, items) = sure(&floor, &[2, 0, 1, 1], &[RIGHT]);
    assert_eq!((next, items), (vec![3, 0, 0, 1], vec![100.0, -1.0, -2.0, 0.0, 0.0, 0.0]));
    // Who stands there when there is a job picks it up too; who is loaded takes no second.
    assert_eq!(sure(&floor, &[0, 0, 0, 1], &[STAY]).0, [0, 0, 1, 0]);
    assert_eq!(sure(&floor, &[0, 0, 1, 1], &[STAY]).0, [0, 0, 1, 1]);
    assert_eq!(spent(&floor, &[0, 0, 0, 1], &[STAY], 0), Condition::Working);
    // Room that is made in the beat is there for who comes; else he is turned away.
    let all = branches(&floor, &[1, 0, 0, 2], &[LEFT]);
    assert!(all.iter().any(|b| b.probability == 0.25 && b.next == [0, 0, 1, 2]));
    let all = branches(&floor, &[1, 0, 0, 2], &[STAY]);
    let lost = all.iter().find(|branch| branch.probability == 0.25).unwrap();
    assert_eq!((lost.next[3], lost.items[LOST]), (2, -20.0));
    assert!(lost.events.contains(&Event::DemandLost));
}

/// Where a job is set down and another waits, both happen at once; handling one beat makes them two
/// stays, and only of who stays.
#[test]
fn handling_takes_a_beat_each() {
    let both = |handling| {
        let stations = vec![source("A", 0.25, 2, &["B"]), source("B", 0.25, 2, &["A"])];
        floor(ShopFloorSettings { handling, stations, ..drawn(&["A1B"]) })
    };
    // x y load to, queues of A and B; level 1 of `to` is B.
    let at_once = both(0);
    assert_eq!(sure(&at_once, &[1, 0, 1, 1, 0, 1], &[RIGHT]).0, [2, 0, 1, 0, 0, 0]);
    let slow = both(1);
    assert_eq!(sure(&slow, &[1, 0, 1, 1, 0, 1], &[RIGHT]).0, [2, 0, 1, 1, 0, 1]);
    let (next, items) = sure(&slow, &[2, 0, 1, 1, 0, 1], &[STAY]);
    assert_eq!((next.as_slice(), items[DELIVERIES]), ([2, 0, 0, 0, 0, 1].as_slice(), 100.0));
    assert_eq!(sure(&slow, &[2, 0, 0, 0, 0, 1], &[STAY]).0, [2, 0, 1, 0, 0, 0]);
    assert_eq!(sure(&slow, &[2, 0, 0, 0, 0, 1], &[RIGHT]).0, [2, 0, 0, 0, 0, 1]);
}

#[test]
fn where_a_job_goes_is_drawn_when_it_is_picked_up() {
    let floor = floor(everything());
    // At the lane below A; levels of `to` are A, B, D.
    let all = branches(&floor, &[0, 0, 0, 0, 3, 1, 0], &[UP]);
    let mut to = [0.0; 3];
    for branch in all.iter().filter(|branch| branch.next[2] == 1) {
        to[branch.next[3] as usize] += branch.probability;
    }
    assert!((to[1] - 0.25).abs() < 1e-12 && (to[2] - 0.75).abs() < 1e-12, "{to:?}");
    // A load for D is set down there, one for B is not.
    assert_eq!(sure(&floor, &[3, 0, 1, 2, 3, 0, 0], &[STAY]).0[2..4], [0, 0]);
    assert_eq!(sure(&floor, &[3, 0, 1, 1, 3, 0, 0], &[STAY]).0[2..4], [1, 1]);
}

#[test]
fn moves_use_up_the_battery_and_standing_charges_it() {
    let floor = floor(everything());
    let to = |state: [Level; 7], action| -> Vec<(f64, Level, Level)> {
        let all = branches(&floor, &state, &[action]);
        // Where no job arrives, so that each outcome is there once.
        let quiet = all.iter().filter(|branch| branch.next[5..] == state[5..]);
        let quiet = quiet.filter(|branch| !branch.events.contains(&Event::DemandLost));
        quiet.map(|b| (b.probability / 0.56, b.next[0], b.next[4])).collect()
    };
    let rounded = |found: Vec<(f64, Level, Level)>| -> Vec<(i64, Level, Level)> {
        found.into_iter().map(|(p, x, charge)| ((p * 1e6).round() as i64, x, charge)).collect()
    };
    assert_eq!(rounded(to([2, 0, 0, 0, 2, 0, 0], LEFT)), [(500_000, 1, 1), (500_000, 1, 2)]);
    // C is the second cell: two levels a beat, to the full three.
    assert_eq!(rounded(to([1, 0, 0, 0, 0, 0, 0], STAY)), [(1_000_000, 1, 2)]);
    assert_eq!(rounded(to([1, 0, 0, 0, 2, 0, 0], STAY)), [(1_000_000, 1, 3)]);
    assert_eq!(
        rounded(to([1, 0, 0, 0, 0, 0, 0], RIGHT)),
        [(1_000_000, 1, 2)],
        "who is empty stays"
    );
    // Empty elsewhere it stands until it is helped.
    assert_eq!(rounded(to([2, 0, 0, 0, 0, 0, 0], LEFT)), [(300_000, 2, 3), (700_000, 2, 0)]);
    let helped = branches(&floor, &[2, 0, 0, 0, 0, 0, 0], &[LEFT]).remove(0);
    assert_eq!(helped.items[RESCUES], -50.0);
    assert!(helped.events.contains(&Event::Repaired { station: 0 }));
    let empties = |state: [Level; 7], action| {
        let all = branches(&floor, &state, &[action]);
        all.iter().any(|branch| branch.events.contains(&Event::Failed { station: 0 }))
    };
    assert!(empties([3, 0, 0, 0, 1, 0, 0], LEFT) && !empties([2, 0, 0, 0, 1, 0, 0], LEFT));
    assert_eq!(spent(&floor, &[2, 0, 0, 0, 0, 0, 0], &[LEFT], 0), Condition::Down);
    assert_eq!(spent(&floor, &[1, 0, 0, 0, 0, 0, 0], &[STAY], 0), Condition::SetUp);
    // Who has no charge left neither sets down nor picks up.
    assert_eq!(rounded(to([3, 0, 1, 2, 0, 0, 0], STAY)).len(), 2);
    assert!(branches(&floor, &[3, 0, 1, 2, 0, 0, 0], &[STAY]).iter().all(|b| b.next[2] == 1));
}

/// The action by which every robot goes on a shortest way where its load goes, or to A.
fn shuttle(floor: &ShopFloor, state: &[Level]) -> Vec<Level> {
    let handles = floor.settings.handling == 1;
    let robots = floor.robots.iter().map(|robot| {
        let cell = floor.cell_of(state, robot);
        let to = Target::Station(floor.destination(state, robot).unwrap_or(0));
        let stays = handles && floor.distance(cell, to) == 0;
        if stays { STAY } else { floor.first_move(cell, to, |_| false).0 }
    });
    robots.collect()
}

/// A robot that always finds a job delivers 1/(2d) a beat, and 1/(2d + 2) with handling: its loads,
/// its costs and its stock follow.
#[test]
fn a_shuttle_delivers_once_in_twice_its_way() {
    for (way, handling) in [(1_u32, 0), (3, 0), (3, 1), (6, 1)] {
        let row = format!("A1{}B", ".".repeat(way.saturating_sub(2) as usize));
        let settings = ShopFloorSettings {
            handling,
            stations: vec![source("A", 1.0, 1, &["B"]), source("B", 0.0, 1, &[])],
            ..drawn(&if way == 1 { vec!["AB", "1."] } else { vec![row.as_str()] })
        };
        let floor = floor(settings);
        let run = LongRun::new(&floor, |state| shuttle(&floor, state));
        let cycle = f64::from(2 * way + 2 * handling);
        let delivered = Event::Moved { from: Place::Buffer(1), to: Place::Customer };
        assert!((run.rate(delivered) - 1.0 / cycle).abs() < 1e-12, "{way} {handling}");
        assert!((run.level("load") - 0.5).abs() < 1e-12);
        assert!((run.level("queue A") - 1.0).abs() < 1e-12);
        let lost = 1.0 - 1.0 / cycle;
        let gain = (100.0 - 2.0 * f64::from(2 * way)) / cycle - 0.5 * 1.5 - 20.0 * lost;
        assert!((run.gain() - gain).abs() < 1e-9, "{} {gain}", run.gain());
        let worked = run.spent(0, Condition::Working);
        assert!((worked - 1.0).abs() < 1e-12, "{worked}");
    }
}

/// Two robots on a one-way ring of L cells deliver 2/L, whatever the way from A to B.
#[test]
fn two_robots_on_a_ring_deliver_twice_a_round() {
    for rows in [["A>1v", "^##v", "^2B<"], ["A>Bv", "^##v", "^21<"]] {
        let stations = vec![source("A", 1.0, 1, &["B"]), source("B", 0.0, 1, &[])];
        let floor = floor(ShopFloorSettings { stations, ..drawn(&rows) });
        let run = LongRun::new(&floor, |state| shuttle(&floor, state));
        let delivered = run.mean(|_, branch| branch.items[DELIVERIES] / 100.0);
        assert!((delivered - 2.0 / 10.0).abs() < 1e-12, "{delivered}");
    }
}

/// Over all that can be reached, whatever is done: no wall, no shared cell, no swap, lanes kept, jobs
/// conserved, money by its items.
#[test]
fn what_must_never_be_is_never_reached() {
    let crowded = ShopFloorSettings {
        stations: vec![source("A", 0.3, 1, &["B"]), source("B", 0.3, 1, &["A"])],
        ..drawn(&["A>~", "1#v", "2.B"])
    };
    let handled = ShopFloorSettings { handling: 1, ..drawn(&["A1B", "#2~"]) };
    for settings in [crowded, handled, everything()] {
        let floor = floor(settings);
        let mut seen = HashSet::from([start(&floor)]);
        let mut open = vec![start(&floor)];
        let actions = floor.action_space.count().unwrap();
        let mut action = vec![0; floor.action_space.len()];
        while let Some(state) = open.pop() {
            for number in 0..actions {
                floor.action_space.levels(number, &mut action);
                for branch in branches(&floor, &state, &action) {
                    check_beat(&floor, &state, &branch);
                    if seen.insert(branch.next.clone()) {
                        open.push(branch.next);
                    }
                }
            }
        }
        assert!(seen.len() > 200, "{}", seen.len());
    }
}

fn check_beat(floor: &ShopFloor, state: &[Level], branch: &Branch) {
    let (settings, next) = (&floor.settings, &branch.next);
    let cells = |state: &[Level]| -> Vec<usize> {
        floor.robots.iter().map(|robot| floor.cell_of(state, robot)).collect()
    };
    let (before, after) = (cells(state), cells(next));
    let mut moves = 0;
    for (robot, (&from, &to)) in before.iter().zip(&after).enumerate() {
        let (x, y) = floor.map.place(to);
        assert_ne!(floor.ground(x, y), Ground::Wall);
        if from != to {
            moves += 1;
            let (from_x, from_y) = floor.map.place(from);
            let way = (x - from_x, y - from_y);
            assert_eq!(way.0.abs() + way.1.abs(), 1);
            if let Ground::Lane { way: lane } = floor.ground(from_x, from_y) {
                assert_eq!(way, lane);
            }
            if let Ground::Lane { way: lane } = floor.ground(x, y) {
                assert_ne!(way, (-lane.0, -lane.1));
            }
        }
        for other in 0..robot {
            assert_ne!(after[other], to, "two in one cell");
            assert!(after[other] != from || to != before[other], "a swap");
        }
    }
    let count = |told: &dyn Fn(&Event) -> bool| {
        branch.events.iter().filter(|event| told(event)).count() as f64
    };
    let arrived = count(&|e| matches!(e, Event::Moved { from: Place::Supply, .. }));
    let delivered = count(&|e| matches!(e, Event::Moved { to: Place::Customer, .. }));
    let lost = count(&|e| *e == Event::DemandLost);
    let rescued = count(&|e| matches!(e, Event::Repaired { .. }));
    let blocked = count(&|e| matches!(e, Event::Spent { condition: Condition::Blocked, .. }));
    let jobs = |state: &[Level]| -> f64 {
        floor.places.buffers.iter().map(|buffer| f64::from(state[buffer.variable])).sum()
    };
    assert_eq!(jobs(next) - jobs(state), arrived - delivered);
    // Buffer by buffer as well.
    for (number, buffer) in floor.places.buffers.iter().enumerate() {
        let here = Place::Buffer(number as u16);
        let came = count(&|e| matches!(e, Event::Moved { to, .. } if *to == here));
        let went = count(&|e| matches!(e, Event::Moved { from, .. } if *from == here));
        let change = next[buffer.variable] - state[buffer.variable];
        assert_eq!(f64::from(change), came - went, "{}", buffer.name);
    }
    let rescue_cost = settings.battery.as_ref().map_or(0.0, |battery| battery.rescue_cost);
    let items = [
        delivered * settings.revenue,
        -jobs(state) * settings.waiting_cost,
        -f64::from(moves) * settings.move_cost,
        -blocked * settings.bump_cost,
        -lost * settings.lost_cost,
        -rescued * rescue_cost,
    ];
    for (item, (found, expected)) in branch.items.iter().zip(items).enumerate() {
        assert!((found - expected).abs() < 1e-9, "{}: {found} {expected}", ITEMS[item]);
    }
    assert_eq!(count(&|e| matches!(e, Event::Spent { .. })), floor.robots.len() as f64);
}

/// On a floor that is its own mirror image, a state is worth what its mirror image is.
#[test]
fn mirror_images_are_worth_the_same() {
    let floor = floor(two_ways());
    let space = &floor.state_space;
    let values = optimal_values(&floor, 0.8);
    let mut state = vec![0; space.len()];
    let mut differ = HashSet::new();
    for (index, value) in values.iter().enumerate() {
        space.levels(index as u64, &mut state);
        if !floor.can_be(&state) {
            continue;
        }
        let mut mirrored = state.clone();
        for robot in &floor.robots {
            mirrored[robot.x] = 2 - state[robot.x];
            // What is for A is for B there; an empty robot has none.
            let to = robot.to.unwrap();
            mirrored[to] = if state[robot.load] == 1 { 1 - state[to] } else { state[to] };
        }
        mirrored.swap(8, 9);
        let other = values[space.index(&mirrored) as usize];
        assert!((value - other).abs() < 1e-9, "{state:?}: {value} {other}");
        differ.insert((value * 1e6) as i64);
    }
    assert!(differ.len() > 100, "{}", differ.len());
}

#[test]
fn what_can_never_be_leads_to_the_start() {
    let floor = floor(drawn(&["A1B", "#2."]));
    for state in [[1, 0, 1, 1, 0, 0, 2], [0, 0, 0, 1, 0, 0, 0]] {
        let all = branches(&floor, &state, &[RIGHT, LEFT]);
        assert_eq!((all.len(), &all[0].next, all[0].reward), (1, &start(&floor), 0.0));
    }
}

#[test]
fn every_mistake_is_told_with_its_place_and_remedy() {
    type Change = fn(&mut ShopFloorSettings);
    let changes: [(Change, &str, &str); 31] = [
        (|f| f.rows.clear(), "rows", "nothing drawn"),
        (|f| f.rows[1] = "^C1".into(), "rows[1]", "3 characters long, and the first row 4"),
        (|f| f.rows[0] = "A>~Z".into(), "rows[0]", "`Z` has no meaning"),
        (|f| f.rows = vec![".".repeat(21); 20], "rows", "too many"),
        (|f| f.rows[1] = "^C.D".into(), "rows", "there is no robot"),
        (|f| f.rows[1] = "1C1D".into(), "rows", "robot 1 is drawn 2 times"),
        (|f| f.rows[1] = "3C1D".into(), "rows", "a robot 3 and none of the number before it"),
        (|f| f.rows[1] = "^.1D".into(), "rows", "nowhere to charge"),
        (|f| f.rows[1] = "#C1D".into(), "rows", "no way leads from column 2, row 2 to station `A`"),
        (|f| f.rows[1] = "^#1D".into(), "rows", "nowhere to charge"),
        (|f| f.stations.clear(), "stations", "0 stations"),
        (|f| f.stations.iter_mut().for_each(|s| s.to.clear()), "stations", "no jobs go anywhere"),
        (|f| f.stations[1].symbol = "BB".into(), "stations[1].symbol", "not one character"),
        (|f| f.stations[1].symbol = "C".into(), "stations[1].symbol", "a meaning of its own"),
        (|f| f.stations[1].symbol = "E".into(), "stations[1].symbol", "drawn 0 times"),
        (|f| f.stations[1].symbol = "A".into(), "stations[1].symbol", "given twice"),
        (|f| f.stations[1].name = "A".into(), "stations[1].name", "used twice"),
        (|f| f.stations[0].arrival = 1.5, "stations[0].arrival", "no probability"),
        (|f| f.stations[1].arrival = 0.1, "stations[1].to", "go nowhere"),
        (|f| f.stations[0].queue = 0, "stations[0].queue", "from 1 to 100"),
        (|f| f.stations[0].to[1] = "A".into(), "stations[0].to[1]", "to itself"),
        (|f| f.stations[0].to[1] = "E".into(), "stations[0].to[1]", "no station `E`"),
        (|f| f.stations[0].to[1] = "B".into(), "stations[0].to[1]", "given twice"),
        (|f| f.stations[0].shares[1] = -1.0, "stations[0].shares[1]", "no proportion"),
        (|f| f.stations[0].shares = vec![1.0], "stations[0].shares", "1 shares"),
        (|f| f.handling = 2, "handling", "from 0 to 1"),
        (|f| f.slip = vec![1.0], "slip", "1 figures"),
        (|f| f.slip[2] = f64::NAN, "slip[2]", "no proportion"),
        (|f| f.bump_cost = -1.0, "bump_cost", "negative"),
        (|f| f.battery.as_mut().unwrap().rescue = 0.0, "battery.rescue", "never helped"),
        (|f| f.battery.as_mut().unwrap().levels = 101, "battery.levels", "from 1 to 100"),
    ];
    for (change, path, said) in changes {
        let mut settings = everything();
        change(&mut settings);
        let faults = ShopFloor::new(settings).map(|_| ()).unwrap_err();
        let told = faults.iter().any(|fault| {
            fault.path == path && format!("{}; {}", fault.message, fault.remedy).contains(said)
        });
        assert!(told, "{path} {said}: {faults:#?}");
    }
}
