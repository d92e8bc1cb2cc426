//! Lines against published formulae and figures, by an exact solver that knows only the step.

use serde_json::Value;

use super::*;
use crate::environments::exact::{LongRun, branches, optimal_values, start};
use crate::mdp::{Event, Luck, Sampling};

mod conservation;
mod conventions;
mod flow;
mod grown;
mod hidden;
mod published;

/// A machine with a cycle of one beat.
fn machine(failure: f64, repair: f64, failure_mode: FailureMode) -> MachineSettings {
    MachineSettings { failure, repair, failure_mode, controlled: false, ..Default::default() }
}

/// A machine that never fails and completes a part with probability `p`.
fn bernoulli(p: f64) -> MachineSettings {
    MachineSettings { cycle: Cycle::Completion(p), controlled: false, ..Default::default() }
}

fn buffer(capacity: u32) -> BufferSettings {
    BufferSettings { capacity, ..Default::default() }
}

/// A line that always runs, earns 1 a part and costs nothing, so that its gain is its throughput.
fn running(machines: Vec<MachineSettings>, capacities: &[u32], moves: Moves) -> LineSettings {
    LineSettings {
        machines,
        buffers: capacities.iter().map(|&capacity| buffer(capacity)).collect(),
        revenue: 1.0,
        moves,
        ..Default::default()
    }
}

fn always(line: &Line) -> LongRun<'_, Line> {
    LongRun::new(line, |_| vec![RUN; line.action_space().len()])
}

/// `LINE3(n)` of `mdp_line3.json`.
fn line3(n: u32) -> LineSettings {
    let machine = |failure, repair| MachineSettings {
        failure,
        repair,
        failure_mode: FailureMode::Time,
        power: PowerSettings::commanded(1.0),
        ..Default::default()
    };
    LineSettings {
        machines: vec![machine(0.010, 0.100), machine(0.015, 0.120), machine(0.020, 0.150)],
        buffers: vec![BufferSettings { capacity: n, holding: 0.1, ..Default::default() }; 2],
        revenue: 10.0,
        ..Default::default()
    }
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<LineSettings> {
    let unreliable = |failure_mode| machine(0.2, 0.4, failure_mode);
    let restarting = MachineSettings {
        restart_delay: 2,
        restart_cost: 5.0,
        repair_cost: 1.0,
        power: PowerSettings {
            working: 1.0,
            starved: 0.5,
            blocked: 0.6,
            down: 0.2,
            starting: 2.0,
            held: 0.1,
        },
        controlled: true,
        ..unreliable(FailureMode::Operation)
    };
    let slow = MachineSettings { cycle: Cycle::Beats(3), ..unreliable(FailureMode::Time) };
    let store = BufferSettings { initial: 1, holding: 0.2, charged: Charged::After, ..buffer(2) };
    let full = |unmet| LineSettings {
        supply: Supply::Arrivals { probability: 0.7, queue: buffer(2) },
        demand: Demand::Customers { probability: 0.5, unmet, store: store.clone() },
        ..running(vec![restarting.clone(), slow.clone()], &[2], Moves::DownstreamFirst)
    };
    let backorder =
        Unmet::Backorder { cost: 1.0, limit: 3, lost_cost: 4.0, charged: Charged::After };
    let mut examples = vec![line3(2), full(Unmet::Lost { cost: 2.0 }), full(backorder)];
    examples.extend(grown(&restarting, &full));
    examples.extend(further(&restarting, &full));
    for moves in [Moves::OldLevels, Moves::DownstreamFirst] {
        let all = [FailureMode::Operation, FailureMode::Time].map(unreliable);
        for machines in 1..=6 {
            let controlled = |i: usize| MachineSettings {
                controlled: i % 3 != 2 || machines < 5,
                ..all[i % 2].clone()
            };
            let machines: Vec<_> = (0..machines).map(controlled).collect();
            examples.push(running(machines.clone(), &vec![2; machines.len() - 1], moves));
        }
        examples.push(running(
            vec![bernoulli(0.6), restarting.clone(), slow.clone()],
            &[1, 2],
            moves,
        ));
        examples.push(LineSettings {
            conditions: Conditions::AfterMoves,
            ..running(all.into(), &[2], moves)
        });
    }
    examples
}

/// Lines with wear, maintenance, stages of repair, crews, speeds, scrap, rework and a calendar.
fn grown(restarting: &MachineSettings, full: &dyn Fn(Unmet) -> LineSettings) -> Vec<LineSettings> {
    let worn = MachineSettings {
        repair_stages: 2,
        wear: Some(WearSettings {
            stages: 3,
            probability: vec![0.2, 0.4],
            failure: vec![0.05, 0.1, 0.3],
        }),
        maintenance: Some(MaintenanceSettings { completion: 0.6, cost: 1.5 }),
        scrap: 0.1,
        scrap_cost: 0.5,
        ..restarting.clone()
    };
    let fast = MachineSettings {
        speeds: vec![
            SpeedSettings { completion: 0.5, ..Default::default() },
            SpeedSettings { completion: 0.9, power: 1.7, strain: 1.5, ..Default::default() },
        ],
        rework: Some(ReworkSettings { probability: 0.2, to: "queue".into() }),
        controlled: true,
        ..machine(0.2, 0.3, FailureMode::Time)
    };
    let day = |works| CalendarSettings {
        day: 3,
        spans: vec![
            SpanSettings::default(),
            SpanSettings { from: 1, energy: 2.0, carbon: 0.5, works: true },
            SpanSettings { from: 2, energy: 0.5, works, ..Default::default() },
        ],
    };
    let lost = || full(Unmet::Lost { cost: 1.0 });
    vec![
        LineSettings { machines: vec![worn.clone(), fast.clone()], ..lost() },
        LineSettings {
            machines: vec![worn.clone(), fast.clone()],
            moves: Moves::OldLevels,
            conditions: Conditions::AfterMoves,
            crews: Some(1),
            ..lost()
        },
        LineSettings {
            machines: vec![fast, machine(0.2, 0.4, FailureMode::Operation)],
            crews: Some(1),
            calendar: Some(day(false)),
            ..lost()
        },
        LineSettings {
            calendar: Some(day(true)),
            ..running(vec![worn, bernoulli(0.7)], &[1], Moves::default())
        },
    ]
}

/// Lines with cards, several machines a station, hidden defects, the way through buffers and carbon.
fn further(
    restarting: &MachineSettings,
    full: &dyn Fn(Unmet) -> LineSettings,
) -> Vec<LineSettings> {
    let many = MachineSettings {
        count: 2,
        defects: 0.3,
        scrap: 0.1,
        repair_cost: 1.0,
        power: restarting.power,
        cycle: Cycle::Completion(0.6),
        controlled: true,
        ..machine(0.2, 0.4, FailureMode::Operation)
    };
    let finding = |to: Option<&str>| MachineSettings {
        inspection: Some(InspectionSettings {
            finds: 0.7,
            false_alarms: 0.1,
            cost: 0.2,
            to: to.map(str::to_owned),
        }),
        scrap_cost: 0.5,
        controlled: true,
        ..bernoulli(0.7)
    };
    let way = |transit, capacity| BufferSettings { transit, ..buffer(capacity) };
    let backorder =
        Unmet::Backorder { cost: 1.0, limit: 2, lost_cost: 4.0, charged: Charged::Before };
    let mut all = Vec::new();
    for (moves, conditions) in [
        (Moves::OldLevels, Conditions::AfterMoves),
        (Moves::DownstreamFirst, Conditions::BeforeMoves),
    ] {
        all.push(LineSettings {
            buffers: vec![way(1, 3)],
            complaint: 3.0,
            conditions,
            ..running(vec![many.clone(), finding(None)], &[3], moves)
        });
        all.push(LineSettings {
            demand: Demand::Customers {
                probability: 0.5,
                unmet: backorder.clone(),
                store: way(2, 2),
            },
            release: Release::Conwip { cap: 2 },
            complaint: 3.0,
            carbon: 0.5,
            moves,
            ..full(Unmet::default())
        });
        let making = MachineSettings { defects: 0.4, ..restarting.clone() };
        all.push(LineSettings {
            supply: Supply::Arrivals { probability: 0.6, queue: way(1, 2) },
            release: Release::Kanban { levels: vec![1] },
            complaint: 1.0,
            ..running(vec![making, finding(Some("queue"))], &[2], moves)
        });
    }
    all
}

fn near(found: f64, given: f64, tolerance: f64, what: &str) {
    assert!((found - given).abs() <= tolerance, "{what}: {found}, but {given} is given");
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}
