//! What the card of the line promises, one promise a test.

use super::*;
use crate::environments::exact::Branch;
use crate::mdp::Level;

/// The one way in which a beat without draws goes.
fn only(line: &Line, state: &[Level], action: &[Level]) -> Branch {
    let mut all = branches(line, state, action);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn spends(branch: &Branch, station: u16) -> Condition {
    let told: Vec<Condition> = branch
        .events
        .iter()
        .filter_map(|event| match *event {
            Event::Spent { station: told, condition } if told == station => Some(condition),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 1, "a station tells once a beat how it spent it");
    told[0]
}

/// The step compiled for a number of machines is the step for any line.
#[test]
fn plain_lines_step_like_any_line() {
    let mut compared = 0;
    for settings in examples() {
        let line = Line::new(settings).unwrap();
        if line.plain_machines == 0 {
            continue;
        }
        let any = Line { plain_machines: 0, ..line.clone() };
        let (states, actions) = (line.state_space(), line.action_space());
        let (mut state, mut action) = (vec![0; states.len()], vec![0; actions.len()]);
        for s in 0..states.count().unwrap() {
            states.levels(s, &mut state);
            for a in 0..actions.count().unwrap() {
                actions.levels(a, &mut action);
                assert_eq!(branches(&line, &state, &action), branches(&any, &state, &action));
                compared += 1;
            }
        }
    }
    assert!(compared > 1_000, "{compared}");
}

#[test]
fn a_full_buffer_blocks_by_old_levels_but_not_downstream_first() {
    for (moves, given, next) in
        [(Moves::OldLevels, Condition::Blocked, 1), (Moves::DownstreamFirst, Condition::Working, 2)]
    {
        let two = vec![bernoulli(1.0), bernoulli(1.0)];
        let line = Line::new(running(two, &[2], moves)).unwrap();
        let branch = only(&line, &[2], &[]);
        assert_eq!((spends(&branch, 0), branch.next[0]), (given, next), "{moves:?}");
    }
}

#[test]
fn no_part_passes_two_machines_in_a_beat() {
    let two = vec![bernoulli(1.0), bernoulli(1.0)];
    let line = Line::new(running(two, &[2], Moves::DownstreamFirst)).unwrap();
    let branch = only(&line, &[0], &[]);
    assert_eq!((branch.next[0], branch.reward), (1, 0.0));
    assert_eq!(spends(&branch, 1), Condition::Starved);
}

/// The tool of the other promises: a machine that is told in words which rate it was billed at.
fn billed(settings: MachineSettings) -> MachineSettings {
    let power = PowerSettings {
        working: 1.0,
        starved: 2.0,
        blocked: 4.0,
        down: 8.0,
        starting: 16.0,
        held: 32.0,
    };
    MachineSettings { power, controlled: true, ..settings }
}

#[test]
fn power_follows_what_a_machine_was_told_and_did() {
    let unreliable = machine(0.1, 0.2, FailureMode::Operation);
    let line = Line::new(LineSettings {
        revenue: 0.0,
        ..running(
            vec![bernoulli(1.0), billed(unreliable), bernoulli(1.0)],
            &[1, 1],
            Moves::OldLevels,
        )
    })
    .unwrap();
    let rate = |state: &[Level], told: Level, condition: Condition| {
        let all = branches(&line, state, &[told]);
        let branch = all.iter().find(|branch| spends(branch, 1) == condition).unwrap();
        -branch.items[ENERGY]
    };
    // Levels before and behind it, then its condition.
    assert_eq!(rate(&[1, 0, UP], RUN, Condition::Working), 1.0);
    assert_eq!(rate(&[1, 0, UP], RUN, Condition::Down), 8.0);
    assert_eq!(rate(&[0, 0, UP], RUN, Condition::Starved), 2.0);
    assert_eq!(rate(&[0, 1, UP], RUN, Condition::Starved), 2.0);
    assert_eq!(rate(&[1, 1, UP], RUN, Condition::Blocked), 4.0);
    assert_eq!(rate(&[1, 0, DOWN], RUN, Condition::Down), 8.0);
    assert_eq!(rate(&[1, 0, UP], HOLD, Condition::HeldBack), 32.0);
    // Held back and down: its time counts as down, its energy as held back.
    assert_eq!(rate(&[1, 0, DOWN], HOLD, Condition::Down), 32.0);
}

#[test]
fn idle_machines_fail_by_time_only_and_repair_goes_on_while_held_back() {
    for (mode, ways_idle) in [(FailureMode::Operation, 1), (FailureMode::Time, 2)] {
        let second = MachineSettings { controlled: true, ..machine(0.1, 0.2, mode) };
        let line =
            Line::new(running(vec![bernoulli(1.0), second], &[1], Moves::DownstreamFirst)).unwrap();
        let ways = |state: &[Level], told| branches(&line, state, &[told]).len();
        assert_eq!(ways(&[0, UP], RUN), ways_idle, "starved, {mode:?}");
        assert_eq!(ways(&[1, UP], HOLD), ways_idle, "held back, {mode:?}");
        assert_eq!(ways(&[1, UP], RUN), 2, "working, {mode:?}");
        let held = branches(&line, &[1, DOWN], &[HOLD]);
        assert_eq!(held[0].next, [1, UP], "{mode:?}");
        assert_eq!(held[0].probability, 0.2);
    }
}

#[test]
fn downstream_first_a_machine_unblocked_in_this_beat_works_and_can_fail() {
    let first = machine(0.25, 0.5, FailureMode::Operation);
    for (moves, fails) in [(Moves::OldLevels, 0.0), (Moves::DownstreamFirst, 0.25 * 0.5)] {
        let line = Line::new(running(vec![first.clone(), bernoulli(0.5)], &[1], moves)).unwrap();
        let failed = Event::Failed { station: 0 };
        let all = branches(&line, &[1, UP], &[]);
        let p: f64 = all
            .iter()
            .filter(|branch| branch.events.contains(&failed))
            .map(|branch| branch.probability)
            .sum();
        assert_eq!(p, fails, "{moves:?}");
    }
}

#[test]
fn what_fails_now_does_not_work_now_and_what_is_repaired_now_does() {
    let alone = MachineSettings { repair_cost: 3.0, ..machine(0.1, 0.2, FailureMode::Operation) };
    let line = Line::new(running(vec![alone], &[], Moves::OldLevels)).unwrap();
    for (state, works) in [(UP, 0.9), (DOWN, 0.2)] {
        let all = branches(&line, &[state], &[]);
        let find = |next: Level| all.iter().find(|branch| branch.next == [next]).unwrap();
        assert_eq!((find(UP).reward, find(UP).probability), (1.0, works));
        assert_eq!(find(DOWN).items[REPAIR], -3.0, "each beat down is paid for");
        assert_eq!((find(DOWN).reward, find(DOWN).items[PARTS]), (-3.0, 0.0));
    }
}

/// Unequal cycles without chance: the slower machine sets the pace, to the beat.
#[test]
fn cycles_of_several_beats_are_deterministic() {
    let beats = |beats| MachineSettings { cycle: Cycle::Beats(beats), ..bernoulli(1.0) };
    for (a, b, pace) in [(3, 2, 3.0), (2, 3, 3.0), (1, 4, 4.0), (5, 5, 5.0)] {
        let line = Line::new(running(vec![beats(a), beats(b)], &[3], Moves::DownstreamFirst));
        let line = line.unwrap();
        let run = always(&line);
        near(run.gain(), 1.0 / pace, 1e-12, "pace");
        near(run.spent(0, Condition::Working), f64::from(a) / pace, 1e-12, "first at work");
        near(run.spent(1, Condition::Working), f64::from(b) / pace, 1e-12, "second at work");
    }
    // The last beat of a cycle needs room, those before do not.
    let line = Line::new(running(vec![beats(3), beats(9)], &[1], Moves::OldLevels)).unwrap();
    assert_eq!(spends(&only(&line, &[1, 1, 0], &[]), 0), Condition::Working);
    let blocked = only(&line, &[1, 2, 0], &[]);
    assert_eq!((spends(&blocked, 0), blocked.next[1]), (Condition::Blocked, 2));
}

/// Work done is kept through a failure, so that a part takes its cycle in beats of work: with
/// failures in operation a part takes k / e beats on average, e = r / (r + p).
#[test]
fn work_resumes_after_a_failure() {
    for k in [1_u32, 2, 5] {
        let alone = MachineSettings {
            cycle: Cycle::Beats(k),
            ..machine(0.05, 0.2, FailureMode::Operation)
        };
        let line = Line::new(running(vec![alone], &[], Moves::OldLevels)).unwrap();
        near(always(&line).gain(), 0.8 / f64::from(k), 1e-12, "rate");
    }
}

#[test]
fn switching_on_again_takes_its_delay_and_costs_once() {
    for delay in [0, 1, 3] {
        let restarts =
            MachineSettings { restart_delay: delay, restart_cost: 100.0, ..billed(bernoulli(1.0)) };
        let line = Line::new(running(vec![restarts], &[], Moves::OldLevels)).unwrap();
        let mut state = start(&line);
        let mut play = |told| {
            let branch = only(&line, &state, &[told]);
            state.clone_from(&branch.next);
            (spends(&branch, 0), -branch.items[ENERGY])
        };
        assert_eq!(play(RUN), (Condition::Working, 1.0), "it starts switched on");
        assert_eq!(play(HOLD), (Condition::HeldBack, 32.0));
        assert_eq!(play(HOLD), (Condition::HeldBack, 32.0));
        for beat in 0..delay {
            let once = if beat == 0 { 100.0 } else { 0.0 };
            assert_eq!(play(RUN), (Condition::SetUp, 16.0 + once), "delay {delay}");
        }
        let once = if delay == 0 { 100.0 } else { 0.0 };
        assert_eq!(play(RUN), (Condition::Working, 1.0 + once), "delay {delay}");
        assert_eq!(play(RUN), (Condition::Working, 1.0));
        // Held back while starting, it begins anew.
        play(HOLD);
        play(RUN);
        play(HOLD);
        let (_, energy) = play(RUN);
        assert!(energy > 100.0);
    }
}

#[test]
fn starting_goes_on_while_down() {
    let restarts = MachineSettings {
        restart_delay: 2,
        controlled: true,
        ..machine(0.1, 0.2, FailureMode::Time)
    };
    let line = Line::new(running(vec![restarts], &[], Moves::OldLevels)).unwrap();
    let all = branches(&line, &[DOWN, 0], &[RUN]);
    assert!(all.iter().all(|branch| branch.next[1] == 1));
    let down = all.iter().find(|branch| branch.next[0] == DOWN).unwrap();
    assert_eq!(spends(down, 0), Condition::Down);
    let up = all.iter().find(|branch| branch.next[0] == UP).unwrap();
    assert_eq!(spends(up, 0), Condition::SetUp);
}

#[test]
fn holding_is_charged_before_or_after_the_moves() {
    for (charged, given) in [(Charged::Before, 2.0), (Charged::After, 3.0)] {
        let mut settings = running(vec![bernoulli(1.0); 2], &[5], Moves::DownstreamFirst);
        settings.machines[1].controlled = true;
        settings.buffers[0] = BufferSettings { holding: 1.0, charged, ..buffer(5) };
        let line = Line::new(settings).unwrap();
        assert_eq!(only(&line, &[2], &[HOLD]).items[HOLDING], -given);
        assert_eq!(only(&line, &[2], &[RUN]).items[HOLDING], -2.0);
    }
}

/// A line of three Bernoulli machines is one machine between arrivals and customers: the figures
/// of the longer line hold for it.
#[test]
fn arrivals_and_customers_act_as_bernoulli_machines() {
    let file = read(include_str!("../../../../tests/published/line_bernoulli_exact.json"));
    for case in file["cases"].as_array().unwrap() {
        let (p, n) = (numbers(&case["p"]), numbers(&case["N"]));
        if p.len() != 3 {
            continue;
        }
        let line = Line::new(LineSettings {
            supply: Supply::Arrivals { probability: p[0], queue: buffer(n[0] as u32) },
            demand: Demand::Customers {
                probability: p[2],
                unmet: Unmet::Lost { cost: 2.0 },
                store: buffer(n[1] as u32),
            },
            ..running(vec![bernoulli(p[1])], &[], Moves::DownstreamFirst)
        })
        .unwrap();
        let run = always(&line);
        let pr = number(&case["PR"]);
        near(run.mean(|_, branch| branch.items[PARTS]), pr, 1e-9, "PR");
        near(run.level("queue"), numbers(&case["WIP_i"])[0], 1e-9, "queue");
        near(run.level("store"), numbers(&case["WIP_i"])[1], 1e-9, "store");
        // A customer lost is one who came to an empty store, a part turned away one that the
        // first machine would have been blocked with.
        let lost = number(&case["ST"][2]);
        near(run.rate(Event::DemandLost), lost, 1e-9, "customers lost");
        near(run.mean(|_, branch| branch.items[LOST]), -2.0 * lost, 1e-9, "cost");
        let turned_away = Event::Scrapped { at: Place::Supply };
        near(run.rate(turned_away), number(&case["BL"][0]), 1e-9, "parts turned away");
    }
}

/// A machine that delivers one part a beat with probability s to customers who come with
/// probability d < s: with a store of one part the backlog is a birth–death chain.
#[test]
fn backorders_wait_up_to_the_limit_and_are_served_first() {
    let (s, d, limit) = (0.6, 0.3, 40);
    let line = Line::new(LineSettings {
        demand: Demand::Customers {
            probability: d,
            unmet: Unmet::Backorder { cost: 1.0, limit, lost_cost: 5.0, charged: Charged::Before },
            store: buffer(1),
        },
        ..running(vec![bernoulli(s)], &[], Moves::DownstreamFirst)
    })
    .unwrap();
    let run = always(&line);
    let lost = run.rate(Event::DemandLost);
    near(run.mean(|_, b| b.items[PARTS]), d - lost, 1e-12, "who is not lost is served");
    near(run.mean(|_, b| b.items[LOST]), -5.0 * lost, 1e-12, "lost");
    near(run.mean(|_, b| b.items[BACKLOG]), -run.level("backlog"), 1e-12, "backlog");
    let served = Event::Moved { from: Place::Buffer(0), to: Place::Customer };
    near(run.rate(served), d - lost, 1e-12, "moves");

    // Net position x = backlog − store at the beats' ends moves up with d(1 − s), down with
    // s(1 − d) above −1, where the full store blocks the machine until a customer comes; then both
    // move, so at −1 it goes up with d(1 − s) too. Geometric with ratio ρ over −1 … limit.
    let rho = d * (1.0 - s) / (s * (1.0 - d));
    let weights: Vec<f64> = (0..=limit as i32 + 1).map(|x| rho.powi(x)).collect();
    let total: f64 = weights.iter().sum();
    let empty_or_better: f64 = run
        .shares
        .iter()
        .filter(|(state, _)| state[1] - state[0] <= -1)
        .map(|(_, share)| share)
        .sum();
    near(empty_or_better, weights[0] / total, 1e-9, "net position");
}

/// Every part that is told to move was where it is said to be, and levels follow from the events.
#[test]
fn levels_follow_from_events() {
    let unreliable = |mode| MachineSettings { controlled: true, ..machine(0.2, 0.4, mode) };
    for moves in [Moves::OldLevels, Moves::DownstreamFirst] {
        let line = Line::new(LineSettings {
            supply: Supply::Arrivals { probability: 0.7, queue: buffer(2) },
            demand: Demand::Customers {
                probability: 0.6,
                unmet: Unmet::Backorder {
                    cost: 1.0,
                    limit: 2,
                    lost_cost: 0.0,
                    charged: Charged::After,
                },
                store: BufferSettings { initial: 1, ..buffer(2) },
            },
            ..running(
                vec![
                    unreliable(FailureMode::Time),
                    MachineSettings {
                        cycle: Cycle::Beats(2),
                        ..unreliable(FailureMode::Operation)
                    },
                ],
                &[2],
                moves,
            )
        })
        .unwrap();
        let states = line.state_space().count().unwrap();
        let mut state = vec![0; line.state_space().len()];
        for index in 0..states * 4 {
            line.state_space().levels(index / 4, &mut state);
            let mut action = [0; 2];
            line.action_space().levels(index % 4, &mut action);
            let all = branches(&line, &state, &action);
            let total: f64 = all.iter().map(|branch| branch.probability).sum();
            near(total, 1.0, 1e-12, "probabilities");
            for branch in all {
                let mut levels = state[..3].to_vec();
                let mut on_station = [0, 0];
                for event in &branch.events {
                    if let Event::Moved { from, to } = *event {
                        match from {
                            Place::Buffer(n) => levels[usize::from(n)] -= 1,
                            Place::Station(n) => on_station[usize::from(n)] -= 1,
                            Place::Supply | Place::Customer => {}
                        }
                        match to {
                            Place::Buffer(n) => levels[usize::from(n)] += 1,
                            Place::Station(n) => on_station[usize::from(n)] += 1,
                            Place::Supply | Place::Customer => {}
                        }
                        assert!(levels.iter().all(|level| (0..=2).contains(level)));
                        assert!(on_station.iter().all(|parts| (0..=1).contains(parts)));
                    }
                }
                assert_eq!(levels, branch.next[..3], "{state:?} {:?}", branch.events);
                assert_eq!(on_station, [0, 0]);
                spends(&branch, 0);
                spends(&branch, 1);
            }
        }
    }
}

#[test]
fn all_faults_are_found_at_once() {
    let faults = Line::new(LineSettings {
        machines: vec![
            MachineSettings { failure: f64::NAN, repair: 1.5, ..Default::default() },
            MachineSettings {
                failure: 0.1,
                cycle: Cycle::Beats(0),
                restart_delay: u32::MAX,
                restart_cost: f64::INFINITY,
                power: PowerSettings { held: -1.0, ..Default::default() },
                ..Default::default()
            },
            MachineSettings {
                name: "machine 1".to_owned(),
                cycle: Cycle::Completion(0.0),
                ..Default::default()
            },
        ],
        buffers: vec![BufferSettings { capacity: 0, initial: 1, ..Default::default() }],
        supply: Supply::Arrivals { probability: -0.1, queue: buffer(u32::MAX) },
        demand: Demand::Customers {
            probability: 0.5,
            unmet: Unmet::Backorder {
                cost: f64::NAN,
                limit: 0,
                lost_cost: 0.0,
                charged: Charged::Before,
            },
            store: BufferSettings { holding: -2.0, ..Default::default() },
        },
        revenue: f64::NEG_INFINITY,
        ..Default::default()
    })
    .unwrap_err();
    let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
    for path in [
        "buffers",
        "machines[0].failure",
        "machines[0].repair",
        "machines[1].repair",
        "machines[1].cycle",
        "machines[1].restart_delay",
        "machines[1].restart_cost",
        "machines[1].power.held",
        "machines[2].cycle",
        "machines[2].name",
        "supply.probability",
        "supply.queue.capacity",
        "buffers[0].capacity",
        "buffers[0].initial",
        "demand.unmet.cost",
        "demand.unmet.limit",
        "demand.store.holding",
        "revenue",
    ] {
        assert!(paths.contains(&path), "{path} is missing from {paths:?}");
    }
    assert!(faults.iter().all(|fault| !fault.message.is_empty() && !fault.remedy.is_empty()));
    assert_eq!(Line::new(LineSettings::default()).unwrap_err()[0].path, "machines");
}

#[test]
fn names_of_variables_and_sources_are_unique() {
    let named = |name: &str| MachineSettings { name: name.to_owned(), ..bernoulli(0.5) };
    for (first, second) in
        [("saw", "saw"), ("saw", "saw: progress"), ("a", "buffer 1"), ("a", "a: completion")]
    {
        let settings = running(vec![named(first), named(second)], &[1], Moves::OldLevels);
        assert!(Line::new(settings).is_err(), "{first}, {second}");
    }
}

#[test]
fn long_lines_are_too_many_states_to_number_but_can_be_played() {
    let machines =
        vec![MachineSettings { controlled: true, ..machine(0.01, 0.1, FailureMode::Time) }; 64];
    let line = Line::new(running(machines, &[1_000_000; 63], Moves::OldLevels)).unwrap();
    assert!(line.state_space().count().is_err() && line.action_space().count().is_err());
    let mut beat = Sampling::new(Luck::new(1), line.sources(), 4, crate::mdp::Silent);
    let (mut state, action) = (start(&line), vec![RUN; 64]);
    let mut next = state.clone();
    for t in 0..1_000 {
        beat.open(t);
        line.step(&state, &action, &mut next, &mut beat);
        std::mem::swap(&mut state, &mut next);
    }
    assert!(line.state_space().contains(&state));
    assert!(beat.totals()[PARTS] > 100.0);
}

#[test]
fn pictures_before_the_first_beat_follow_the_state() {
    let settings = MachineSettings {
        restart_delay: 2,
        cycle: Cycle::Beats(3),
        controlled: true,
        ..machine(0.1, 0.2, FailureMode::Time)
    };
    let line = Line::new(running(
        vec![bernoulli(1.0), settings, bernoulli(1.0)],
        &[1, 1],
        Moves::OldLevels,
    ))
    .unwrap();
    // Buffers, then condition, progress and switch of the middle machine.
    for (state, given) in [
        ([1, 0, UP, 0, 2], Condition::Working),
        ([1, 1, UP, 0, 2], Condition::Working),
        ([1, 1, UP, 2, 2], Condition::Blocked),
        ([0, 0, UP, 0, 2], Condition::Starved),
        ([1, 0, UP, 0, 1], Condition::SetUp),
        ([1, 0, UP, 0, 0], Condition::HeldBack),
        ([1, 0, DOWN, 0, 0], Condition::Down),
    ] {
        assert_eq!(line.standing_condition(&state, 1), Some(given), "{state:?}");
    }
    assert_eq!(line.standing_condition(&[0, 0, UP, 0, 2], 9), None);
}

/// A failure so rare that what it leaves of 1 is 1, or nearly, keeps its probability in the model.
#[test]
fn rare_failures_are_enumerated_as_they_are_given() {
    for rare in [1e-12, 1e-17] {
        for mode in [FailureMode::Operation, FailureMode::Time] {
            let machine = MachineSettings { controlled: true, ..machine(rare, 0.25, mode) };
            let line = Line::new(LineSettings { machines: vec![machine], ..Default::default() });
            let model =
                crate::mdp::enumerate(&line.unwrap(), Default::default(), &Default::default());
            let model = model.unwrap().model;
            let (next, p) = model.row(UP as usize, RUN as usize).unwrap();
            let down = next.iter().position(|&next| next == DOWN as u32).unwrap();
            assert_eq!((p[down], p[1 - down]), (rare, 1.0 - rare));
        }
    }
}

/// Throughputs of two machines (p = 0.05 and 0.08, r = 0.2 and 0.3, N = 3) by solving the chain of
/// 16 states in exact rationals, written anew in another language from the card. Where failures
/// depend on time the two conventions are one process, told half a beat apart.
#[test]
fn conditions_that_change_after_the_moves_count_from_the_next_beat() {
    for (moves, mode, before, after) in [
        (Moves::OldLevels, FailureMode::Operation, 0.679_671_411_691_892, 0.685_295_414_685_266),
        (Moves::OldLevels, FailureMode::Time, 0.664_156_511_212_372, 0.664_156_511_212_372),
        (
            Moves::DownstreamFirst,
            FailureMode::Operation,
            0.690_007_909_379_913,
            0.694_685_428_491_378,
        ),
        (Moves::DownstreamFirst, FailureMode::Time, 0.677_314_908_829_313, 0.677_314_908_829_313),
    ] {
        for (conditions, given) in
            [(Conditions::BeforeMoves, before), (Conditions::AfterMoves, after)]
        {
            let machines = vec![machine(0.05, 0.2, mode), machine(0.08, 0.3, mode)];
            let settings = LineSettings { conditions, ..running(machines, &[3], moves) };
            let line = Line::new(settings).unwrap();
            // 1e-12: rounding of a system of 16 equations.
            near(
                always(&line).gain(),
                given,
                1e-12,
                &format!("{moves:?}, {mode:?}, {conditions:?}"),
            );
        }
    }
}

#[test]
fn a_machine_that_fails_after_the_moves_has_worked() {
    let one = vec![machine(0.1, 0.2, FailureMode::Operation)];
    let settings = LineSettings {
        conditions: Conditions::AfterMoves,
        ..running(one, &[], Moves::DownstreamFirst)
    };
    let line = Line::new(settings).unwrap();
    for (state, given, reward) in [(UP, Condition::Working, 1.0), (DOWN, Condition::Down, 0.0)] {
        let all = branches(&line, &[state], &[]);
        assert_eq!(all.len(), 2);
        for branch in &all {
            assert_eq!((spends(branch, 0), branch.reward), (given, reward), "{branch:?}");
        }
    }
}
