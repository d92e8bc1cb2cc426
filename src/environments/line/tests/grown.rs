//! Wear, maintenance, crews, speeds, scrap, rework and the time of day, each against what follows
//! from its card without the line.

use super::*;
use crate::mdp::Place;

/// A line of one machine that nobody controls, unless it must be.
fn alone(machine: MachineSettings) -> Line {
    Line::new(running(vec![machine], &[], Moves::default())).unwrap()
}

/// What is wrong with a line of one machine, by the path of the setting.
fn faults(machine: MachineSettings) -> Vec<String> {
    let settings = running(vec![machine], &[], Moves::default());
    Line::new(settings).unwrap_err().into_iter().map(|fault| fault.path).collect()
}

/// The availability is 1/(1 + p/r) however many stages a repair has, as its mean is 1/r (renewal
/// reward: mean up time 1/p, mean down time 1/r). The time that a repair takes is a sum of s
/// geometric times, with variance (1 − s·r)/(s·r²).
#[test]
fn repairs_in_stages_have_the_mean_and_the_variance_that_are_stated() {
    for (p, r, stages) in [(0.05, 0.2, 1), (0.05, 0.2, 3), (0.02, 0.25, 4), (0.1, 0.03, 7)] {
        let given = MachineSettings { repair_stages: stages, ..machine(p, r, FailureMode::Time) };
        let line = alone(given);
        let chain = always(&line);
        near(chain.spent(0, Condition::Down), p / (p + r), 1e-12, "share down");
        near(chain.rate(Event::Failed { station: 0 }), p * r / (p + r), 1e-12, "failures");
        near(chain.rate(Event::Repaired { station: 0 }), p * r / (p + r), 1e-12, "repairs");
        // The chance to be down after so many beats of repair, from the failure on.
        let mut at = vec![0.0; stages as usize];
        at[0] = 1.0;
        let (mut mean, mut square) = (0.0, 0.0);
        for beat in 1..4_000 {
            let mut next = vec![0.0; stages as usize];
            let mut up = 0.0;
            for (level, share) in at.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                for branch in branches(&line, &[level as Level], &[]) {
                    match next.get_mut(branch.next[0] as usize) {
                        Some(next) => *next += share * branch.probability,
                        None => up += share * branch.probability,
                    }
                }
            }
            mean += f64::from(beat) * up;
            square += f64::from(beat).powi(2) * up;
            at = next;
        }
        let s = f64::from(stages);
        near(mean, 1.0 / r, 1e-9, "mean time to repair");
        near(square - mean * mean, (1.0 - s * r) / (s * r * r), 1e-7, "its variance");
    }
}

/// New to worn out takes (k − 1)/w beats of work; a machine that fails only when it is worn out then
/// lasts 1/p more, and the repair 1/r.
#[test]
fn wear_goes_stage_by_stage() {
    for (stages, w, p, r) in [(2, 0.1, 0.2, 0.5), (4, 0.05, 0.3, 0.25)] {
        let failure = (1..=stages).map(|stage| if stage == stages { p } else { 0.0 }).collect();
        let wear = WearSettings { stages, probability: vec![w], failure };
        let line =
            alone(MachineSettings { wear: Some(wear), ..machine(0.0, r, FailureMode::Operation) });
        let chain = always(&line);
        // The beat in which it fails is one of those down, as that in which it is repaired is worked.
        let life = f64::from(stages - 1) / w + 1.0 / p - 1.0;
        near(chain.rate(Event::Failed { station: 0 }), 1.0 / (life + 1.0 / r), 1e-12, "failures");
        let down = (1.0 / r) / (life + 1.0 / r);
        near(chain.spent(0, Condition::Down), down, 1e-12, "share down");
    }
}

/// The best of a line's discounted values at the start.
fn best(settings: LineSettings) -> f64 {
    let line = Line::new(settings).unwrap();
    let values = optimal_values(&line, 0.95);
    values[line.state_space().index(&start(&line)) as usize]
}

/// Where the hazard is constant a machine that is up is as good as new: maintenance is lost time,
/// however cheap. Where it rises enough, it pays.
#[test]
fn maintenance_pays_only_where_wear_raises_the_hazard() {
    let settings = |wear: Option<WearSettings>, maintained: bool, p: f64| {
        let maintenance = maintained.then(MaintenanceSettings::default);
        let given = MachineSettings {
            wear,
            maintenance,
            controlled: true,
            repair_cost: 2.0,
            ..machine(p, 0.1, FailureMode::Operation)
        };
        running(vec![given], &[], Moves::default())
    };
    for p in [0.01, 0.1, 0.4] {
        let (with, without) = (best(settings(None, true, p)), best(settings(None, false, p)));
        near(with, without, 1e-9, "constant hazard");
    }
    let wear =
        WearSettings { stages: 4, probability: vec![0.1], failure: vec![0.0, 0.02, 0.1, 0.4] };
    let gained =
        best(settings(Some(wear.clone()), true, 0.0)) - best(settings(Some(wear), false, 0.0));
    assert!(gained > 1.0, "{gained}");
}

/// With a hazard that rises with wear the best policy is a control limit: maintained from some stage
/// on (Derman 1963; Puterman 1994, sec. 4.7.5).
#[test]
fn maintenance_follows_a_control_limit() {
    let mut limits = Vec::new();
    for (cost, hazard) in [(0.0, 0.02), (1.0, 0.02), (3.0, 0.05), (8.0, 0.05), (40.0, 0.05)] {
        let stages = 8;
        let failure = (0..stages).map(|stage| hazard * f64::from(stage)).collect();
        let given = MachineSettings {
            wear: Some(WearSettings { stages, probability: vec![0.3], failure }),
            maintenance: Some(MaintenanceSettings { completion: 0.5, cost }),
            controlled: true,
            repair_cost: 1.0,
            ..machine(0.0, 0.1, FailureMode::Operation)
        };
        let line = Line::new(running(vec![given], &[], Moves::default())).unwrap();
        let variables = line.machine_variables()[0];
        let (up, new) = (variables.up, line.state_space().variables()[0].high);
        let values = optimal_values(&line, 0.95);
        let worth = |level: Level, order: Level| -> f64 {
            let value = |branch: &crate::environments::exact::Branch| {
                branch.reward + 0.95 * values[branch.next[0] as usize]
            };
            branches(&line, &[level], &[order]).iter().map(|b| b.probability * value(b)).sum()
        };
        let maintains = |level| worth(level, variables.maintain.unwrap()) > worth(level, RUN);
        let from_worst: Vec<bool> = (up..=new).map(maintains).collect();
        let limit = from_worst.iter().take_while(|maintains| **maintains).count();
        assert!(from_worst[limit..].iter().all(|maintains| !maintains), "{from_worst:?}");
        assert!(!from_worst[from_worst.len() - 1], "never as new");
        limits.push(limit);
    }
    // The dearer, the later; at last never.
    assert!(limits[0] >= limits[1] && limits[2] >= limits[3], "{limits:?}");
    assert!(limits[0] > 0 && limits[2] > 0 && limits[4] == 0, "{limits:?}");
}

/// Palm's repairmen: n machines, c crews, failures and repairs so rare that two hardly fall into one
/// beat. The number down has weights n!/(n − k)! · ρ^k / (k! up to c, else c!·c^(k − c)), ρ = p/r
/// (Feller 1968, XVII.7). Beats of length h = 10⁻⁴ leave an error of that order.
#[test]
fn crews_are_palms_repairmen() {
    let (p, r) = (2e-4, 5e-4);
    for (n, crews) in [(2_u32, 1_u32), (3, 1), (3, 2)] {
        let machines = vec![machine(p, r, FailureMode::Time); n as usize];
        let settings = LineSettings {
            crews: Some(crews),
            ..running(machines, &vec![1; n as usize - 1], Moves::default())
        };
        let line = Line::new(settings).unwrap();
        let chain = LongRun::new(&line, |state| {
            // The last machine that is down goes first, where that may be decided.
            let last = (1..=n as Level).rev().find(|&named| line.allows(state, &[named]));
            vec![last.unwrap()]
        });
        let down: f64 = (0..n).map(|i| chain.spent(i as u16, Condition::Down)).sum();
        let weight = |k: u32| {
            (0..k).fold(1.0, |weight, i| {
                weight * f64::from(n - i) * (p / r) / f64::from((i + 1).min(crews))
            })
        };
        let all: f64 = (0..=n).map(weight).sum();
        let expected = (0..=n).map(|k| f64::from(k) * weight(k)).sum::<f64>() / all;
        near(down, expected, 1e-3, "machines down");
    }
}

/// Who is served first matters: with the bottleneck first more is made.
#[test]
fn the_choice_of_who_is_served_has_its_effect() {
    let machines = vec![
        MachineSettings { cycle: Cycle::Completion(0.5), ..machine(0.1, 0.2, FailureMode::Time) },
        machine(0.1, 0.2, FailureMode::Time),
    ];
    let settings = LineSettings { crews: Some(1), ..running(machines, &[3], Moves::default()) };
    let line = Line::new(settings).unwrap();
    let output = |first: Level| {
        let named = move |line: &Line, state: &[Level]| {
            [first, 3 - first].into_iter().find(|&named| line.allows(state, &[named])).unwrap()
        };
        LongRun::new(&line, |state| vec![named(&line, state)]).gain()
    };
    assert!(output(1) > output(2) + 0.005, "{} {}", output(1), output(2));
    // Only one who is down can be named, and only where one must wait.
    assert!(line.allows(&[0, DOWN, DOWN], &[1]) && line.allows(&[0, DOWN, DOWN], &[2]));
    assert!(line.allows(&[0, UP, DOWN], &[1]) && !line.allows(&[0, UP, DOWN], &[2]));
}

/// At one speed throughout a machine is one of that cycle and strain.
#[test]
fn a_speed_is_a_machine_of_its_own() {
    let (slow, fast) = (
        SpeedSettings { completion: 0.6, power: 0.5, ..Default::default() },
        SpeedSettings { completion: 0.9, power: 2.0, strain: 3.0, ..Default::default() },
    );
    let with = |machine: MachineSettings| {
        let machine = MachineSettings {
            power: PowerSettings { working: 0.3, ..Default::default() },
            controlled: true,
            ..machine
        };
        let settings = LineSettings {
            conditions: Conditions::AfterMoves,
            ..running(vec![machine, bernoulli(0.7)], &[2], Moves::default())
        };
        Line::new(settings).unwrap()
    };
    let many = with(MachineSettings {
        speeds: vec![slow.clone(), fast.clone()],
        ..machine(0.05, 0.2, FailureMode::Operation)
    });
    for (order, speed) in [(1, slow), (2, fast)] {
        let one = with(MachineSettings {
            cycle: Cycle::Completion(speed.completion),
            power: PowerSettings { working: 0.3 * speed.power, ..Default::default() },
            ..machine(0.05 * speed.strain, 0.2, FailureMode::Operation)
        });
        let settings =
            LineSettings { machines: one.settings().machines.clone(), ..one.settings().clone() };
        let mut settings = settings;
        settings.machines[0].power.working = 0.3 * speed.power;
        let one = Line::new(settings).unwrap();
        let many = LongRun::new(&many, |_| vec![order]);
        let one = LongRun::new(&one, |_| vec![RUN]);
        near(many.gain(), one.gain(), 1e-12, "gain");
        near(many.level("buffer 1"), one.level("buffer 1"), 1e-12, "buffer");
    }
}

/// What enters a line leaves it or is scrapped; of a machine alone the share 1 − q leaves.
#[test]
fn scrap_is_lost_after_the_work() {
    let scrapping = |q: f64| MachineSettings { scrap: q, scrap_cost: 2.0, ..bernoulli(0.8) };
    let line = alone(scrapping(0.25));
    let chain = always(&line);
    // A part earns 1, and costs 2 where it is scrapped.
    near(chain.gain(), 0.8 * (0.75 - 2.0 * 0.25), 1e-12, "gain");
    let machines = vec![scrapping(0.1), bernoulli(0.7), scrapping(0.2)];
    let line = Line::new(running(machines, &[2, 2], Moves::default())).unwrap();
    let chain = always(&line);
    let station = |i| Place::Station(i);
    let enters = chain.rate(Event::Moved { from: Place::Supply, to: station(0) });
    let leaves = chain.rate(Event::Moved { from: station(2), to: Place::Customer });
    let scrapped = |i| chain.rate(Event::Scrapped { at: station(i) });
    near(enters, leaves + scrapped(0) + scrapped(2), 1e-12, "parts");
    near(scrapped(0), 0.1 * enters, 1e-12, "scrap of the first");
    near(leaves, 0.8 * (leaves + scrapped(2)), 1e-12, "yield of the last");
}

/// A part that must go back does so whatever comes, and is scrapped only where there is no room.
#[test]
fn rework_goes_round_again() {
    let back = ReworkSettings { probability: 0.3, to: "buffer 1".into() };
    for moves in [Moves::OldLevels, Moves::DownstreamFirst] {
        let machines = vec![
            bernoulli(0.5),
            bernoulli(0.9),
            MachineSettings { rework: Some(back.clone()), ..bernoulli(0.8) },
        ];
        let line = Line::new(running(machines, &[3, 2], moves)).unwrap();
        let chain = always(&line);
        let station = |i| Place::Station(i);
        let done = chain.rate(Event::Moved { from: Place::Buffer(1), to: station(2) });
        let out = chain.rate(Event::Moved { from: station(2), to: Place::Customer });
        let again = chain.rate(Event::Moved { from: station(2), to: Place::Buffer(0) });
        let lost = chain.rate(Event::Scrapped { at: station(2) });
        near(out, 0.7 * done, 1e-12, "good parts");
        near(again + lost, 0.3 * done, 1e-12, "bad parts");
        let enters = chain.rate(Event::Moved { from: Place::Supply, to: station(0) });
        near(enters, out + lost, 1e-12, "parts");
        assert!(again > 0.05 && lost > 0.001, "{moves:?}: {again} {lost}");
    }
}

/// A machine that always works pays by the hour, and stands in the breaks.
#[test]
fn the_day_has_its_prices_and_breaks() {
    let span = |from, energy, works| SpanSettings { from, energy, works, ..Default::default() };
    let calendar = CalendarSettings {
        day: 12,
        spans: vec![span(0, 1.0, true), span(6, 3.0, true), span(9, 2.0, false)],
    };
    let given = MachineSettings {
        power: PowerSettings { working: 1.0, held: 0.25, ..Default::default() },
        ..machine(0.0, 0.0, FailureMode::Operation)
    };
    let settings = LineSettings {
        calendar: Some(calendar.clone()),
        ..running(vec![given], &[], Moves::default())
    };
    let line = Line::new(settings).unwrap();
    let chain = always(&line);
    near(chain.spent(0, Condition::Planned), 0.25, 1e-12, "break");
    // 9 of 12 beats are worked; 6 at 1, 3 at 3, and 3 beats of standing at 2 · 0.25.
    near(chain.gain(), (9.0 - 6.0 - 9.0 - 1.5) / 12.0, 1e-12, "gain");

    // What fails with time does so only while the line works; repairs go on in the breaks.
    let settings = LineSettings {
        calendar: Some(calendar),
        ..running(vec![machine(0.1, 0.5, FailureMode::Time)], &[], Moves::default())
    };
    let line = Line::new(settings).unwrap();
    let at = |time, condition| branches(&line, &[time, condition], &[]);
    assert_eq!(at(10, UP).len(), 1);
    assert_eq!(at(10, DOWN).len(), 2);
    assert_eq!(at(11, UP)[0].next[0], 0, "the day begins anew");
}

#[test]
fn orders_are_allowed_where_they_mean_something() {
    let given = MachineSettings {
        maintenance: Some(MaintenanceSettings { completion: 0.5, cost: 1.0 }),
        controlled: true,
        ..machine(0.1, 0.2, FailureMode::Operation)
    };
    let spans =
        vec![SpanSettings::default(), SpanSettings { from: 2, works: false, ..Default::default() }];
    let settings = LineSettings {
        calendar: Some(CalendarSettings { day: 3, spans }),
        ..running(vec![given], &[], Moves::default())
    };
    let line = Line::new(settings).unwrap();
    let allowed = |time, condition| -> Vec<bool> {
        (0..3).map(|order| line.allows(&[time, condition], &[order])).collect()
    };
    // Levels of the condition: down, maintained, up.
    assert_eq!(allowed(0, 2), [true, true, true]);
    assert_eq!(allowed(0, 0), [true, true, false]);
    assert_eq!(allowed(0, 1), [true, true, false]);
    assert_eq!(allowed(2, 2), [true, false, true]);
    let mut usual = [9];
    line.usual_action(&mut usual);
    assert_eq!(usual, [RUN]);
    // In its first beat maintenance is paid, and may be done; it is a planned stop, not a failure.
    let spent = Event::Spent { station: 0, condition: Condition::Planned };
    let begun = branches(&line, &[0, 2], &[2]);
    let next: Vec<Level> = begun.iter().map(|branch| branch.next[1]).collect();
    assert_eq!(next, [2, 1]);
    assert!(begun.iter().all(|branch| branch.reward == -1.0 && branch.events == [spent]));
    // It goes on whatever is told, at no further cost.
    for order in [0, 1] {
        let all = branches(&line, &[0, 1], &[order]);
        assert_eq!(all.iter().map(|branch| branch.next[1]).collect::<Vec<_>>(), [2, 1]);
        assert!(all.iter().all(|branch| branch.reward == 0.0 && branch.events == [spent]));
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_path() {
    let good = || MachineSettings { controlled: true, ..machine(0.1, 0.2, FailureMode::Time) };
    let wear = |stages, probability: &[f64], failure: &[f64]| MachineSettings {
        wear: Some(WearSettings {
            stages,
            probability: probability.to_vec(),
            failure: failure.to_vec(),
        }),
        ..good()
    };
    let cases = [
        (MachineSettings { repair_stages: 6, ..good() }, "machines[0].repair_stages"),
        (MachineSettings { repair_stages: 0, ..good() }, "machines[0].repair_stages"),
        (wear(1, &[0.1], &[]), "machines[0].wear.stages"),
        (wear(4, &[0.1, 0.1], &[]), "machines[0].wear.probability"),
        (wear(4, &[0.1], &[0.1; 3]), "machines[0].wear.failure"),
        (wear(2, &[1.5], &[]), "machines[0].wear.probability[0]"),
        (wear(u32::MAX, &[0.1], &[]), "machines[0].wear.stages"),
        (
            MachineSettings {
                maintenance: Some(MaintenanceSettings { completion: 0.0, cost: 0.0 }),
                ..good()
            },
            "machines[0].maintenance.completion",
        ),
        (
            MachineSettings {
                maintenance: Some(MaintenanceSettings::default()),
                controlled: false,
                ..good()
            },
            "machines[0].maintenance",
        ),
        (
            MachineSettings {
                speeds: vec![SpeedSettings { strain: 11.0, ..Default::default() }],
                ..good()
            },
            "machines[0].speeds[0].strain",
        ),
        (
            MachineSettings {
                speeds: vec![SpeedSettings { name: "hold".into(), ..Default::default() }],
                ..good()
            },
            "machines[0].speeds[0].name",
        ),
        (MachineSettings { scrap: 1.5, ..good() }, "machines[0].scrap"),
        (
            MachineSettings {
                rework: Some(ReworkSettings { probability: 0.1, to: "buffer 1".into() }),
                ..good()
            },
            "machines[0].rework.to",
        ),
    ];
    for (settings, path) in cases {
        assert_eq!(faults(settings.clone()), [path], "{settings:?}");
    }
    let span = |from| SpanSettings { from, ..Default::default() };
    for (day, spans, path) in [
        (0, vec![], "calendar.day"),
        (4, vec![span(1)], "calendar.spans[0].from"),
        (4, vec![span(0), span(4)], "calendar.spans[1].from"),
        (4, vec![span(0), span(2), span(2)], "calendar.spans[2].from"),
        (4, vec![SpanSettings { works: false, ..span(0) }], "calendar.spans"),
    ] {
        let settings = LineSettings {
            calendar: Some(CalendarSettings { day, spans }),
            ..running(vec![good()], &[], Moves::default())
        };
        let found = Line::new(settings).unwrap_err();
        assert_eq!(found[0].path, path, "{found:?}");
    }
}
