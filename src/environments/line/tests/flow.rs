//! Cards, stations of several machines, the way through buffers, and carbon.

use super::*;
use crate::environments::exact::Branch;

/// The parts in all buffers.
fn parts(line: &Line, state: &[Level]) -> Level {
    line.places().buffers.iter().map(|buffer| state[buffer.variable]).sum()
}

fn moved(branch: &Branch, matches: impl Fn(Place, Place) -> bool) -> Level {
    let all = branch.events.iter().filter(|event| match **event {
        Event::Moved { from, to } => matches(from, to),
        _ => false,
    });
    all.count() as Level
}

/// Parts scrapped that had come in.
fn scrapped(branch: &Branch) -> Level {
    let turned_away = Event::Scrapped { at: Place::Supply };
    let all = branch.events.iter().filter(|event| matches!(event, Event::Scrapped { .. }));
    all.filter(|event| **event != turned_away).count() as Level
}

/// At every step of a line whose arrivals are saturated: parts out of the supply = parts sold + parts
/// scrapped + more in the buffers; and the reward is the sum of its items.
pub(super) fn conserves(line: &Line, chain: &LongRun<'_, Line>) {
    for (state, _) in &chain.shares {
        for branch in branches(line, state, &vec![RUN; line.action_space().len()]) {
            let enters = moved(&branch, |from, _| from == Place::Supply);
            let leaves = moved(&branch, |_, to| to == Place::Customer);
            let more = parts(line, &branch.next) - parts(line, state);
            assert_eq!(enters, leaves + scrapped(&branch) + more, "{state:?}: {branch:?}");
            near(branch.items.iter().sum(), branch.reward, 1e-12, "money");
        }
    }
}

/// Penny Fab One without chance (Hopp & Spearman, Factory Physics, ch. 7): four stations of 2 hours, a
/// beat; by old levels a card comes back a beat after its part was sold, so that w cards make
/// min(w / 4, 1) a beat, the best case.
#[test]
fn cards_of_a_line_without_chance_make_the_best_case() {
    let file = read(include_str!("../../../../tests/published/line_conwip.json"));
    let cases = file["penny_fab_one"].as_array().unwrap();
    assert!(cases.len() > 5);
    for case in cases {
        let cap = case["w"].as_u64().unwrap() as u32;
        let settings = LineSettings {
            release: Release::Conwip { cap },
            ..running(vec![bernoulli(1.0); 4], &[cap; 3], Moves::OldLevels)
        };
        let line = Line::new(settings).unwrap();
        // A part leaves the last machine for the customer: three buffers hold the other w − 1.
        let chain = always(&line);
        near(chain.gain() / 2.0, number(&case["TH_best"]), 1e-12, "throughput");
        conserves(&line, &chain);
    }
}

/// A line with cards is a line whose first machine is held back by who counts parts, by old levels.
#[test]
fn cards_are_a_rule_that_is_part_of_the_line() {
    let machines = |controlled| {
        vec![
            MachineSettings { controlled, ..machine(0.05, 0.2, FailureMode::Operation) },
            bernoulli(0.7),
            machine(0.1, 0.3, FailureMode::Time),
        ]
    };
    let free = Line::new(running(machines(true), &[4, 4], Moves::OldLevels)).unwrap();
    let mut before = 0.0;
    for cap in 1..=9 {
        let settings = LineSettings {
            release: Release::Conwip { cap },
            ..running(machines(false), &[4, 4], Moves::OldLevels)
        };
        let carded = Line::new(settings).unwrap();
        let ruled = LongRun::new(&free, |state| {
            vec![if state[0] + state[1] < cap as Level { RUN } else { HOLD }]
        });
        let chain = always(&carded);
        near(chain.gain(), ruled.gain(), 1e-12, "throughput");
        assert!(chain.shares.iter().all(|(state, _)| state[0] + state[1] <= cap as Level));
        assert!(chain.gain() > before - 1e-13, "more cards, no fewer parts");
        before = chain.gain();
    }
    // With as many cards as places and one more nothing is held back.
    let plain = Line::new(running(machines(false), &[4, 4], Moves::OldLevels)).unwrap();
    near(before, always(&plain).gain(), 1e-12, "free");
    // Without a card the first machine is starved.
    let settings = LineSettings {
        release: Release::Conwip { cap: 2 },
        ..running(vec![bernoulli(1.0), bernoulli(0.5)], &[4], Moves::OldLevels)
    };
    let line = Line::new(settings).unwrap();
    let starved = Event::Spent { station: 0, condition: Condition::Starved };
    assert!(branches(&line, &[2], &[]).iter().all(|branch| branch.events.contains(&starved)));
    assert_eq!(line.standing_condition(&[2], 0), Some(Condition::Starved));
    assert_eq!(line.standing_condition(&[1], 0), Some(Condition::Working));
}

/// No more parts than cards are ever in the line, though some go back within it.
#[test]
fn what_goes_back_keeps_its_card() {
    for moves in [Moves::OldLevels, Moves::DownstreamFirst] {
        let again = ReworkSettings { probability: 0.4, to: "buffer 1".into() };
        let last = MachineSettings { rework: Some(again), ..bernoulli(0.6) };
        let settings = LineSettings {
            release: Release::Conwip { cap: 3 },
            ..running(vec![bernoulli(0.9), bernoulli(0.8), last], &[4, 4], moves)
        };
        let line = Line::new(settings).unwrap();
        let chain = always(&line);
        let most = chain.shares.iter().map(|(state, _)| parts(&line, state)).max();
        assert_eq!(most, Some(3), "{moves:?}");
        conserves(&line, &chain);
    }
}

/// A stage with k cards is one whose buffer holds k parts.
#[test]
fn kanban_cards_are_places() {
    for moves in [Moves::OldLevels, Moves::DownstreamFirst] {
        let machines =
            || vec![bernoulli(0.8), machine(0.1, 0.3, FailureMode::Operation), bernoulli(0.7)];
        let settings = LineSettings {
            release: Release::Kanban { levels: vec![2, 3] },
            ..running(machines(), &[5, 5], moves)
        };
        let (carded, small) =
            (Line::new(settings).unwrap(), Line::new(running(machines(), &[2, 3], moves)).unwrap());
        let (carded, small) = (always(&carded), always(&small));
        near(carded.gain(), small.gain(), 1e-12, "throughput");
        near(carded.level("buffer 1"), small.level("buffer 1"), 1e-12, "level");
        let blocked = Condition::Blocked;
        near(carded.spent(0, blocked), small.spent(0, blocked), 1e-12, "blocked");
        assert!(carded.spent(0, blocked) > 0.01);
    }
}

/// Each of several machines that fail with the clock is up by a coin of its own: so many are up with
/// the binomial probabilities of n and r / (r + p). What they make in all is n times what one makes.
#[test]
fn several_machines_are_up_by_the_binomial() {
    for (count, conditions) in
        [(2, Conditions::BeforeMoves), (3, Conditions::BeforeMoves), (4, Conditions::AfterMoves)]
    {
        for mode in [FailureMode::Time, FailureMode::Operation] {
            let many = MachineSettings {
                count,
                cycle: Cycle::Completion(0.6),
                ..machine(0.05, 0.15, mode)
            };
            let settings =
                LineSettings { conditions, ..running(vec![many], &[], Moves::default()) };
            let line = Line::new(settings).unwrap();
            let chain = always(&line);
            let mut choose = 1.0;
            for up in 0..=count {
                let binomial =
                    choose * 0.75_f64.powi(up as i32) * 0.25_f64.powi((count - up) as i32);
                choose *= f64::from(count - up) / f64::from(up + 1);
                let share: f64 = chain
                    .shares
                    .iter()
                    .filter(|(state, _)| state[0] == up as Level)
                    .map(|(_, share)| share)
                    .sum();
                near(share, binomial, 1e-12, "machines up");
            }
            near(chain.gain(), f64::from(count) * 0.75 * 0.6, 1e-12, "throughput");
            conserves(&line, &chain);
        }
    }
}

/// The queue Geo/Geo/c with room for K: in each beat each of the machines that have a part completes
/// it with probability p, then one arrives with probability a if there is room. Computed here from the
/// binomial alone, by iteration of its chain.
#[test]
fn several_machines_serve_a_queue_together() {
    let binomial = |n: usize, p: f64, k: usize| {
        let choose = (0..k).fold(1.0, |all, i| all * (n - i) as f64 / (i + 1) as f64);
        choose * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)
    };
    for (count, room, a, p) in [(2_usize, 5_usize, 0.7, 0.3), (3, 6, 0.8, 0.3), (4, 4, 0.9, 0.2)] {
        let settings = LineSettings {
            supply: Supply::Arrivals { probability: a, queue: buffer(room as u32) },
            ..running(
                vec![MachineSettings { count: count as u32, ..bernoulli(p) }],
                &[],
                Moves::DownstreamFirst,
            )
        };
        let line = Line::new(settings).unwrap();
        let chain = always(&line);
        let mut pi = vec![1.0 / (room + 1) as f64; room + 1];
        for _ in 0..20_000 {
            let mut next = vec![0.0; room + 1];
            for (n, share) in pi.iter().enumerate() {
                let busy = n.min(count);
                for done in 0..=busy {
                    let left = n - done;
                    let weight = share * binomial(busy, p, done);
                    if left < room {
                        next[left + 1] += weight * a;
                        next[left] += weight * (1.0 - a);
                    } else {
                        next[left] += weight;
                    }
                }
            }
            pi = next;
        }
        let mean: f64 = pi.iter().enumerate().map(|(n, share)| n as f64 * share).sum();
        let busy: f64 = pi.iter().enumerate().map(|(n, share)| n.min(count) as f64 * share).sum();
        near(chain.level("queue"), mean, 1e-9, "queue");
        near(chain.gain(), busy * p, 1e-9, "throughput");
    }
}

/// What each machine of a station costs is paid for each of them.
#[test]
fn each_machine_of_a_station_is_paid_for() {
    let power = PowerSettings {
        working: 1.0,
        starved: 2.0,
        blocked: 4.0,
        down: 8.0,
        starting: 16.0,
        held: 32.0,
    };
    let many = MachineSettings {
        count: 3,
        power,
        repair_cost: 100.0,
        controlled: true,
        ..machine(0.0, 0.2, FailureMode::Operation)
    };
    let many = MachineSettings { failure: 1e-9, ..many };
    let settings = running(vec![bernoulli(1.0), many, bernoulli(1.0)], &[3, 3], Moves::OldLevels);
    let line = Line::new(settings).unwrap();
    let likely = |state: &[Level], order: Level| -> Branch {
        let mut all = branches(&line, state, &[order]);
        all.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        all.remove(0)
    };
    let costs = |branch: &Branch| (-branch.items[ENERGY], -branch.items[REPAIR]);
    // Three up: two have a part, one waits.
    assert_eq!(costs(&likely(&[2, 0, 3], RUN)), (2.0 + 2.0, 0.0));
    // Three have a part, but there is room for one.
    let branch = likely(&[3, 2, 3], RUN);
    assert_eq!(costs(&branch), (1.0 + 2.0 * 4.0, 0.0));
    assert_eq!(branch.next[1], 2, "one came and one went");
    // One is down, and stays so.
    assert_eq!(costs(&likely(&[3, 0, 2], RUN)), (2.0 + 8.0, 100.0));
    assert_eq!(costs(&likely(&[3, 0, 3], HOLD)), (3.0 * 32.0, 0.0));
    let held = Event::Spent { station: 1, condition: Condition::HeldBack };
    assert!(likely(&[3, 0, 3], HOLD).events.contains(&held));
}

/// A part is on its way for so many beats beside the one in which it set out: of a machine that
/// completes one with probability p a beat, and a next one that takes all at once, p·(1 + transit)
/// are in the buffer (Little 1961), and as many come out as go in.
#[test]
fn parts_are_on_their_way_for_their_time() {
    for moves in [Moves::OldLevels, Moves::DownstreamFirst] {
        for transit in [0, 1, 3] {
            let mut settings = running(vec![bernoulli(0.3), bernoulli(1.0)], &[6], moves);
            settings.buffers[0].transit = transit;
            let line = Line::new(settings).unwrap();
            let chain = always(&line);
            near(chain.gain(), 0.3, 1e-12, "throughput");
            let waits = f64::from(1 + transit);
            near(chain.level("buffer 1"), 0.3 * waits, 1e-12, "parts on their way");
            conserves(&line, &chain);
        }
    }
    // What sets out in beat t is taken in beat t + 1 + transit, not before.
    let mut settings = running(vec![bernoulli(0.5), bernoulli(1.0)], &[6], Moves::OldLevels);
    settings.buffers[0].transit = 2;
    let line = Line::new(settings).unwrap();
    let names: Vec<_> = line.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["buffer 1", "buffer 1: in 1", "buffer 1: in 2"]);
    let next = |state: &[Level]| branches(&line, state, &[]).remove(1).next;
    assert_eq!(branches(&line, &[0, 0, 0], &[])[0].next, [1, 0, 1]);
    assert_eq!(next(&[1, 0, 1]), [1, 1, 0]);
    assert_eq!(next(&[1, 1, 0]), [1, 0, 0]);
    assert_eq!(next(&[1, 0, 0]), [0, 0, 0]);
    assert_eq!(line.standing_condition(&[1, 1, 0], 1), Some(Condition::Starved));
    assert_eq!(line.standing_condition(&[1, 0, 0], 1), Some(Condition::Working));
}

/// The way to the customer's store and from the supply counts as well, and takes its room.
#[test]
fn queue_and_store_have_their_way_too() {
    let queue = BufferSettings { transit: 2, ..buffer(3) };
    let store = BufferSettings { transit: 1, ..buffer(2) };
    let unmet = Unmet::Lost { cost: 1.0 };
    let settings = LineSettings {
        supply: Supply::Arrivals { probability: 0.2, queue },
        demand: Demand::Customers { probability: 1.0, unmet, store },
        ..running(vec![bernoulli(1.0)], &[], Moves::DownstreamFirst)
    };
    let line = Line::new(settings).unwrap();
    let chain = always(&line);
    near(chain.level("queue"), 0.2 * 3.0, 1e-12, "queue");
    near(chain.level("store"), 0.2 * 2.0, 1e-12, "store");
    conserves(&line, &chain);
}

/// Carbon is paid beside energy, by its own factor of the time of day.
#[test]
fn carbon_is_paid_by_its_own_clock() {
    let span = |from, energy, carbon| SpanSettings { from, energy, carbon, works: true };
    let given = MachineSettings {
        power: PowerSettings { working: 2.0, ..Default::default() },
        ..machine(0.0, 0.0, FailureMode::Operation)
    };
    let settings = LineSettings {
        carbon: 0.25,
        calendar: Some(CalendarSettings {
            day: 4,
            spans: vec![span(0, 1.0, 3.0), span(2, 2.0, 1.0)],
        }),
        ..running(vec![given.clone()], &[], Moves::default())
    };
    let line = Line::new(settings).unwrap();
    let chain = always(&line);
    let item = |name: &str| line.reward_items().iter().position(|item| item == name).unwrap();
    let mean = |name: &str| chain.mean(|_, branch| branch.items[item(name)]);
    near(mean("energy"), -2.0 * 1.5, 1e-12, "energy");
    near(mean("carbon"), -2.0 * 0.25 * 2.0, 1e-12, "carbon");
    // Without a calendar at factor 1; and without a price there is no such item.
    let settings = LineSettings { carbon: 0.25, ..running(vec![given], &[], Moves::default()) };
    let line = Line::new(settings).unwrap();
    near(always(&line).gain(), 1.0 - 2.0 * 1.25, 1e-12, "gain");
    let free = Line::new(line3(2)).unwrap();
    assert!(!free.reward_items().iter().any(|item| item == "carbon"));
}

#[test]
fn what_cannot_be_is_refused_with_its_path() {
    let faults = |settings: LineSettings| -> Vec<String> {
        Line::new(settings).unwrap_err().into_iter().map(|fault| fault.path).collect()
    };
    let two = || running(vec![bernoulli(0.5); 2], &[3], Moves::default());
    let releasing = |release| LineSettings { release, ..two() };
    let kanban = |levels: &[u32]| releasing(Release::Kanban { levels: levels.to_vec() });
    assert_eq!(faults(releasing(Release::Conwip { cap: 0 })), ["release.cap"]);
    assert_eq!(faults(kanban(&[])), ["release.levels"]);
    assert_eq!(faults(kanban(&[0])), ["release.levels[0]"]);
    assert_eq!(faults(kanban(&[4])), ["release.levels[0]"]);
    let mut far = two();
    far.buffers[0].transit = u32::MAX;
    assert_eq!(faults(far), ["buffers[0].transit"]);
    for count in [0, 65, u32::MAX] {
        let mut many = two();
        many.machines[1].count = count;
        assert_eq!(faults(many), ["machines[1].count"]);
    }
    let grown = [
        MachineSettings { cycle: Cycle::Beats(2), ..Default::default() },
        MachineSettings { restart_delay: 1, ..Default::default() },
        MachineSettings { wear: Some(WearSettings::default()), repair: 0.5, ..Default::default() },
        MachineSettings { maintenance: Some(Default::default()), ..Default::default() },
        MachineSettings { speeds: vec![Default::default()], ..Default::default() },
    ];
    for machine in grown {
        let machines = vec![MachineSettings { count: 2, ..machine }, bernoulli(0.5)];
        assert_eq!(faults(LineSettings { machines, ..two() }), ["machines[0].count"]);
    }
    let crewed = LineSettings {
        machines: vec![
            MachineSettings { count: 2, ..machine(0.1, 0.2, FailureMode::Time) },
            bernoulli(0.5),
        ],
        crews: Some(1),
        ..two()
    };
    assert_eq!(faults(crewed), ["crews"]);
    assert_eq!(faults(LineSettings { carbon: -1.0, ..two() }), ["carbon"]);
}
