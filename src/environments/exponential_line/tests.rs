//! Exponential lines against published figures and closed forms, by an exact solver that knows only
//! the step.

use serde_json::Value;

use super::*;
use crate::environments::exact::{LongRun, branches, optimal_values};

/// A machine of this rate that always runs.
fn machine(completion: f64) -> ExponentialMachine {
    ExponentialMachine { completion, controlled: false, ..Default::default() }
}

fn places(places: u32) -> PlacesSettings {
    PlacesSettings { places, ..Default::default() }
}

/// A line of machines of these rates that always run, with the rates scaled to sum to 1 a beat, and
/// by what they were scaled. It earns 1 a part.
fn line(rates: &[f64], buffers: &[u32], blocking: Blocking) -> (ExponentialLine, f64) {
    let sum: f64 = rates.iter().sum();
    let settings = ExponentialLineSettings {
        machines: rates.iter().map(|rate| machine(rate / sum)).collect(),
        buffers: buffers.iter().map(|&count| places(count)).collect(),
        blocking,
        revenue: 1.0,
        ..Default::default()
    };
    (ExponentialLine::new(settings).unwrap(), sum)
}

fn always(line: &ExponentialLine) -> LongRun<'_, ExponentialLine> {
    LongRun::new(line, |_| vec![RUN; line.action_space().len()])
}

fn throughput(rates: &[f64], buffers: &[u32], blocking: Blocking) -> f64 {
    let (line, scale) = line(rates, buffers, blocking);
    scale * always(&line).gain()
}

fn near(found: f64, given: f64, tolerance: f64, what: &str) {
    assert!((found - given).abs() <= tolerance, "{what}: {found}, but {given} is given");
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<ExponentialLineSettings> {
    let unreliable = ExponentialMachine {
        failure: 0.02,
        repair: 0.05,
        working_cost: 0.5,
        idle_cost: 0.25,
        repair_cost: 2.0,
        ..Default::default()
    };
    let many = ExponentialMachine { count: 2, completion: 0.04, ..unreliable.clone() };
    let holding = |count| PlacesSettings { holding: 0.125, ..places(count) };
    let of = |blocking, cards| ExponentialLineSettings {
        machines: vec![unreliable.clone(), many.clone(), machine(0.15)],
        buffers: vec![holding(1), holding(0)],
        blocking,
        cards,
        revenue: 4.0,
    };
    vec![
        of(Blocking::AfterService, None),
        of(Blocking::BeforeService, None),
        of(Blocking::AfterService, Some(3)),
        ExponentialLineSettings { machines: vec![many], ..Default::default() },
    ]
}

#[test]
fn lines_of_hunt_and_of_hillier_and_boling() {
    let file = include_str!("../../../tests/published/line_exponential_exact.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    let tolerance = number(&file["tolerance"]);
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 16);
    for case in cases {
        let machines = case["M"].as_u64().unwrap() as usize;
        let rates: Vec<f64> = match &case["mu"] {
            Value::Array(rates) => rates.iter().map(number).collect(),
            rate => vec![number(rate); machines],
        };
        let buffers = vec![case["buffers"].as_u64().unwrap() as u32; machines - 1];
        let (line, scale) = line(&rates, &buffers, Blocking::AfterService);
        let chain = always(&line);
        let what = format!("{rates:?}, {buffers:?}");
        assert_eq!(chain.shares.len() as u64, case["states"].as_u64().unwrap(), "{what}");
        // All in one pass: long lines have many branches.
        let mut spent = vec![[0.0; Condition::COUNT]; machines];
        let (mut gain, mut stock) = (0.0, 0.0);
        for (state, share) in &chain.shares {
            for branch in branches(&line, state, &[]) {
                let weight = share * branch.probability;
                gain += weight * branch.reward;
                for event in &branch.events {
                    if let Event::Spent { station, condition } = event {
                        spent[usize::from(*station)][*condition as usize] += weight;
                    }
                }
            }
            stock += share * state.iter().map(|&level| f64::from(level)).sum::<f64>();
        }
        near(scale * gain, number(&case["TH"]), tolerance, &what);
        // The part on the first machine, where it is not blocked, is in no buffer yet.
        let at_first = spent[0][Condition::Working as usize];
        near(stock + at_first, number(&case["WIP"]), 1e-7, &what);
        for (name, condition) in [
            ("utilisation", Condition::Working),
            ("blocked", Condition::Blocked),
            ("starved", Condition::Starved),
        ] {
            for (i, spent) in spent.iter().enumerate() {
                let given = number(&case[name][i]);
                near(spent[condition as usize], given, tolerance, &format!("{what} {name} {i}"));
            }
        }
    }
}

/// Hunt (1956): two equal machines with B places make (B + 2)/(B + 3) of a machine alone, three
/// without places 22/39. Before service a place more does the same for two machines.
#[test]
fn closed_forms_of_hunt() {
    for count in 0..12 {
        let expected = f64::from(count + 2) / f64::from(count + 3);
        near(throughput(&[1.0; 2], &[count], Blocking::AfterService), expected, 1e-12, "two");
        near(throughput(&[1.0; 2], &[count + 1], Blocking::BeforeService), expected, 1e-12, "two");
    }
    near(throughput(&[3.0; 3], &[0; 2], Blocking::AfterService), 66.0 / 39.0, 1e-12, "three");
    // Unequal: a chain of births and deaths of b + 3 states, ρ = μ1/μ2.
    let rho: f64 = 1.0 / 0.7;
    let empty = (1.0 - rho) / (1.0 - rho.powi(7));
    near(
        throughput(&[1.0, 0.7], &[4], Blocking::AfterService),
        0.7 * (1.0 - empty),
        1e-12,
        "unequal",
    );
}

/// A line turned round makes as much (Muth 1979).
#[test]
fn a_line_turned_round_makes_as_much() {
    for (rates, buffers) in [
        (vec![1.0, 0.6, 1.4], vec![0, 3]),
        (vec![1.0, 2.0, 0.8, 1.1], vec![2, 0, 1]),
        (vec![0.5, 1.5, 1.0, 0.9, 1.2], vec![1, 0, 0, 2]),
    ] {
        let forth = throughput(&rates, &buffers, Blocking::AfterService);
        let turned = |list: &[f64]| list.iter().rev().copied().collect::<Vec<_>>();
        let back: Vec<u32> = buffers.iter().rev().copied().collect();
        near(throughput(&turned(&rates), &back, Blocking::AfterService), forth, 1e-11, "turned");
        // The levels are not turned round alone: which end is slow can be seen.
        assert!(forth < rates.iter().copied().fold(f64::INFINITY, f64::min));
    }
}

/// With a little less work in the middle than at the ends a line makes more than a balanced one, and
/// with a little more there less (the bowl of Hillier & Boling 1966).
#[test]
fn the_bowl_beats_the_balanced_line() {
    let of = |middle: f64| {
        let ends = (3.0 - middle) / 2.0;
        throughput(&[1.0 / ends, 1.0 / middle, 1.0 / ends], &[0, 0], Blocking::AfterService)
    };
    assert!(of(0.9) > of(1.0) + 1e-4, "{} {}", of(0.9), of(1.0));
    assert!(of(1.0) > of(1.1) + 1e-4, "{} {}", of(1.0), of(1.1));
}

/// CONWIP lines of Hopp & Spearman (Factory Physics, ch. 7): Penny Fab One, single machines, and Two,
/// stations of several. With as many places as cards nothing is ever blocked.
#[test]
fn cards_make_the_penny_fabs() {
    let file = include_str!("../../../tests/published/line_conwip.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let mut compared = 0;
    for (fab, name, hours, counts, most) in [
        ("penny_fab_one", "TH_mva", [2.0; 4], [1; 4], 12),
        ("penny_fab_two", "TH_exact_exponential", [2.0, 5.0, 10.0, 3.0], [1, 2, 6, 2], 10),
    ] {
        for case in file[fab].as_array().unwrap() {
            let cards = case["w"].as_u64().unwrap() as u32;
            if cards > most {
                continue;
            }
            let all: f64 = hours.iter().zip(counts).map(|(time, n)| f64::from(n) / time).sum();
            let machines = hours
                .iter()
                .zip(counts)
                .map(|(time, count)| ExponentialMachine { count, ..machine(1.0 / time / all) });
            let settings = ExponentialLineSettings {
                machines: machines.collect(),
                buffers: vec![places(cards); 3],
                cards: Some(cards),
                revenue: 1.0,
                ..Default::default()
            };
            let line = ExponentialLine::new(settings).unwrap();
            let chain = always(&line);
            let what = format!("{fab}, {cards} cards");
            near(all * chain.gain(), case[name].as_f64().unwrap(), 1e-9, &what);
            near(chain.spent(0, Condition::Blocked), 0.0, 0.0, &what);
            let parts = |state: &[Level]| state.iter().sum::<Level>();
            assert!(chain.shares.iter().all(|(state, _)| parts(state) <= cards as Level));
            compared += 1;
        }
    }
    assert!(compared > 6, "{compared}");
}

/// Arrivals at rate λ and a station of c machines behind with room for K parts at it: the queue
/// M/M/c/K, whose arrivals stop while it is full. The number there has weights (λ/μ)^n / Π min(i, c).
#[test]
fn a_station_of_several_machines_is_a_queue_of_several_servers() {
    let (arrivals, service) = (0.3, 0.11);
    for (count, waiting) in [(1_u32, 3_u32), (2, 0), (3, 4)] {
        let settings = ExponentialLineSettings {
            machines: vec![machine(arrivals), ExponentialMachine { count, ..machine(service) }],
            buffers: vec![places(waiting)],
            blocking: Blocking::BeforeService,
            revenue: 1.0,
            ..Default::default()
        };
        let line = ExponentialLine::new(settings).unwrap();
        let chain = always(&line);
        let mut weights = vec![1.0];
        for n in 1..=count + waiting {
            let before: f64 = weights[weights.len() - 1];
            weights.push(before * arrivals / (service * f64::from(n.min(count))));
        }
        let all: f64 = weights.iter().sum();
        let mean = weights.iter().enumerate().map(|(n, w)| n as f64 * w).sum::<f64>() / all;
        near(chain.level("buffer 1"), mean, 1e-12, "mean number");
        let accepted = arrivals * (1.0 - weights[weights.len() - 1] / all);
        near(chain.gain(), accepted, 1e-12, "throughput");
    }
}

/// A machine alone is up for r / (r + p) of the time, be it one or several; each part is paid for.
#[test]
fn machines_fail_while_they_work() {
    for count in [1, 3] {
        let alone = ExponentialMachine {
            count,
            failure: 0.03,
            repair: 0.09,
            working_cost: 0.5,
            repair_cost: 2.0,
            ..machine(0.1)
        };
        let line = ExponentialLine::new(ExponentialLineSettings {
            machines: vec![alone],
            revenue: 5.0,
            ..Default::default()
        })
        .unwrap();
        let chain = always(&line);
        let n = f64::from(count);
        near(chain.level("machine 1"), 0.75 * n, 1e-12, "machines up");
        near(chain.gain(), n * (0.75 * (5.0 * 0.1 - 0.5) - 0.25 * 2.0), 1e-12, "gain");
        // Up n with the binomial probabilities, as each has its own failures.
        let all_up: f64 =
            chain.shares.iter().filter(|(s, _)| s[0] == count as Level).map(|(_, p)| p).sum();
        near(all_up, 0.75_f64.powi(count as i32), 1e-12, "all up");
    }
    // One that is starved does not fail.
    let unreliable = ExponentialMachine { failure: 0.1, repair: 0.1, ..machine(0.3) };
    let line = ExponentialLine::new(ExponentialLineSettings {
        machines: vec![machine(0.3), unreliable],
        buffers: vec![places(0)],
        ..Default::default()
    })
    .unwrap();
    let failed = Event::Failed { station: 1 };
    let fails = |state: &[Level]| {
        branches(&line, state, &[]).iter().any(|branch| branch.events.contains(&failed))
    };
    assert!(!fails(&[0, 1]) && fails(&[1, 1]));
}

/// At every step parts in = parts out + more in the line, money is that of the items, and no more
/// parts stand between two stations than there is room for.
#[test]
fn parts_and_money_add_up_at_every_step() {
    for settings in examples() {
        let line = ExponentialLine::new(settings).unwrap();
        let (buffers, actions) = (line.places().buffers.len(), line.action_space());
        let chain = always(&line);
        let mut action = vec![0; actions.len()];
        for (state, _) in &chain.shares {
            for flat in 0..actions.count().unwrap() {
                actions.levels(flat, &mut action);
                for branch in branches(&line, state, &action) {
                    let moved = |matches: &dyn Fn(Place, Place) -> bool| {
                        let all = branch.events.iter();
                        all.filter(|event| match **event {
                            Event::Moved { from, to } => matches(from, to),
                            _ => false,
                        })
                        .count() as Level
                    };
                    // What the first completes comes in, what the last completes goes out.
                    let last = Place::Station(line.stations.len() as u16 - 1);
                    let enter =
                        moved(&|from, to| from == Place::Station(0) && to != Place::Customer);
                    let leave = moved(&|from, to| from == last && to == Place::Customer);
                    let parts = |state: &[Level]| state[..buffers].iter().sum::<Level>();
                    let leave_line = if buffers == 0 { 0 } else { leave };
                    assert_eq!(parts(&branch.next), parts(state) + enter - leave_line);
                    near(branch.items.iter().sum(), branch.reward, 1e-12, "money");
                    near(
                        branch.items[PARTS],
                        line.settings.revenue * f64::from(leave),
                        1e-12,
                        "revenue",
                    );
                    let held = line.settings.buffers.iter().zip(state);
                    let holding: f64 = held.map(|(b, &level)| b.holding * f64::from(level)).sum();
                    near(branch.items[HOLDING], -holding, 1e-12, "holding");
                }
            }
        }
    }
}

/// A finished part that is blocked keeps its machine: with no place between, the third machine at
/// work and the second blocked, a part finished by the first stays there too.
#[test]
fn blocked_parts_stay_on_their_machines() {
    let (line, _) = line(&[1.0; 3], &[0, 0], Blocking::AfterService);
    let conditions = |state: &[Level]| -> Vec<Condition> {
        (0..3).map(|station| line.standing_condition(state, station).unwrap()).collect()
    };
    let (works, starved, blocked) = (Condition::Working, Condition::Starved, Condition::Blocked);
    assert_eq!(conditions(&[0, 2]), [works, blocked, works]);
    assert_eq!(conditions(&[1, 2]), [blocked, blocked, works]);
    assert_eq!(conditions(&[1, 1]), [works, works, works]);
    assert_eq!(conditions(&[2, 0]), [blocked, works, starved]);
    assert_eq!(line.standing_condition(&[0, 0], 3), None);
}

/// Two stations where holding costs: the best policy feeds the second up to a level and no
/// further, a lower one the dearer holding is (Veatch & Wein 1994; Buzacott & Shanthikumar 1993).
#[test]
fn the_first_station_is_best_held_from_a_level_on() {
    let discount = 0.99;
    let mut levels = Vec::new();
    for holding in [0.01, 0.05, 0.2] {
        let settings = ExponentialLineSettings {
            machines: vec![
                ExponentialMachine { completion: 0.5, ..Default::default() },
                machine(0.4),
            ],
            buffers: vec![PlacesSettings { holding, ..places(14) }],
            revenue: 3.0,
            ..Default::default()
        };
        let line = ExponentialLine::new(settings).unwrap();
        let values = optimal_values(&line, discount);
        let worth = |state: Level, order: Level| -> f64 {
            let all = branches(&line, &[state], &[order]);
            all.iter()
                .map(|b| b.probability * (b.reward + discount * values[b.next[0] as usize]))
                .sum()
        };
        let high = line.state_space().variables()[0].high;
        let runs: Vec<bool> = (0..high).map(|x| worth(x, RUN) > worth(x, HOLD)).collect();
        let level = runs.iter().take_while(|runs| **runs).count();
        assert!(runs[level..].iter().all(|runs| !runs), "{holding}: {runs:?}");
        levels.push(level);
    }
    assert!(levels[0] > levels[1] && levels[1] > levels[2] && levels[2] >= 1, "{levels:?}");
}

#[test]
fn what_cannot_be_is_refused_with_its_path() {
    let good = || examples().remove(0);
    let with = |change: &dyn Fn(&mut ExponentialLineSettings)| {
        let mut settings = good();
        change(&mut settings);
        let faults = ExponentialLine::new(settings).unwrap_err();
        faults.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
    };
    assert_eq!(with(&|s| s.machines.clear()), ["machines"]);
    assert_eq!(with(&|s| s.buffers.clear()), ["buffers"]);
    assert_eq!(with(&|s| s.machines[0].count = 0), ["machines[0].count"]);
    assert_eq!(with(&|s| s.machines[0].count = u32::MAX)[0], "machines[0].count");
    assert_eq!(with(&|s| s.machines[1].completion = 0.0), ["machines[1].completion"]);
    assert_eq!(with(&|s| s.machines[1].repair = 0.0), ["machines[1].repair"]);
    assert_eq!(with(&|s| s.machines[2].completion = 0.9), ["machines"]);
    assert_eq!(with(&|s| s.buffers[1].places = u32::MAX), ["buffers[1].places"]);
    assert_eq!(with(&|s| s.cards = Some(0)), ["cards"]);
    assert_eq!(with(&|s| s.machines[0].name = "buffer 1".into()), ["buffers[0].name"]);
    let two = with(&|s| {
        s.revenue = f64::NAN;
        s.machines[0].idle_cost = -1.0;
    });
    assert_eq!(two, ["machines[0].idle_cost", "revenue"]);
}
