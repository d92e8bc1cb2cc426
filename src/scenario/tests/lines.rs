//! What the texts of the shipped lines say, certified: figures, and what the best policy does.

use super::solved::{Solved, as_it_is, changed};
use crate::environments::{AnySettings, LineSettings};
use crate::mdp::{Level, Variable};
use crate::scenario::Contents;

/// Texts give three decimals.
const AS_SAID: f64 = 5e-4;

fn line(contents: &mut Contents) -> &mut LineSettings {
    match &mut contents.environment {
        AnySettings::Line(settings) => settings,
        other => panic!("{other:?}"),
    }
}

/// The middle of certified bounds on the gain that are no wider than 1e-8.
fn gain(path: &str, change: impl FnOnce(&mut LineSettings)) -> f64 {
    let solved = Solved::new(changed(path, |contents| change(line(contents))), 1e-8);
    let bounds = solved.solution.bounds.unwrap();
    assert!(solved.solution.optimal);
    f64::midpoint(bounds.lower, bounds.upper.unwrap())
}

fn rooms(capacities: &'static [u32]) -> impl Fn(&mut LineSettings) {
    move |line| {
        for (buffer, capacity) in line.buffers.iter_mut().zip(capacities) {
            buffer.capacity = *capacity;
        }
    }
}

fn level(variable: &Variable, label: &str) -> Level {
    (variable.low..=variable.high).find(|level| variable.label(*level) == label).unwrap()
}

fn says(found: f64, said: f64) {
    assert!((found - said).abs() <= AS_SAID, "{found}, but the text says {said}");
}

/// The action that is best where nothing else is as good, by the names of the action's variables.
fn best(solved: &Solved, levels: &[Level], variable: usize) -> String {
    let model = &solved.found.model;
    let state = solved.state(levels);
    let q = |action| model.q(state, action, &solved.solution.values, 1.0);
    let each = (0..model.actions()).filter_map(|action| Some((action, q(action)?)));
    let (action, _) = each.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let space = solved.scenario.environment.action_space();
    let mut taken = vec![0; space.len()];
    space.levels(action as u64, &mut taken);
    space.variables()[variable].label(taken[variable])
}

/// 90.9 % each, with repairs of 10, 100 and 333 beats: 0.856, 0.836 and 0.834 with room for 10,
/// 0.884, 0.846 and 0.837 with room for 40.
#[test]
fn availability_does_not_tell_output() {
    for (path, mttr, said) in [
        ("lines/availability.ron", 10.0, [0.856, 0.884]),
        ("lines/availability_middle.ron", 100.0, [0.836, 0.846]),
        ("lines/availability_long.ron", 333.0, [0.834, 0.837]),
    ] {
        for (capacity, said) in [10, 40].into_iter().zip(said) {
            let found = gain(path, |line| {
                line.buffers[0].capacity = capacity;
                for machine in &mut line.machines {
                    (machine.repair, machine.failure) = (1.0 / mttr, 0.1 / mttr);
                }
            });
            says(found, said);
        }
    }
    // As the files have it themselves, with the rates as they are read from times.
    for (capacity, said) in [(10, [0.856, 0.836, 0.834]), (40, [0.884, 0.846, 0.837])] {
        let of = |name: &str| {
            let path = format!("lines/{name}.ron");
            gain(&path, |line| line.buffers[0].capacity = capacity)
        };
        let found = ["availability", "availability_middle", "availability_long"].map(of);
        found.into_iter().zip(said).for_each(|(found, said)| says(found, said));
    }
    // A third is left of what the larger buffer is worth.
    let worth = |name: &str| {
        let with = |capacity| {
            gain(&format!("lines/{name}.ron"), |line| line.buffers[0].capacity = capacity)
        };
        with(40) - with(10)
    };
    let left = worth("availability_middle") / worth("availability");
    assert!((left - 1.0 / 3.0).abs() < 0.02, "{left}");
    says(gain("lines/availability.ron", |_| {}), 0.856);
    says(gain("lines/availability_middle.ron", |_| {}), 0.836);
    says(gain("lines/availability_long.ron", |_| {}), 0.834);
}

/// Parts held on average: what they cost at 1 each where nothing else earns or costs.
fn held(path: &str) -> f64 {
    let solved = Solved::new(
        changed(path, |contents| {
            let line = line(contents);
            line.machines.iter_mut().for_each(|machine| machine.controlled = false);
            line.buffers.iter_mut().for_each(|buffer| buffer.holding = 1.0);
            line.revenue = 0.0;
        }),
        1e-8,
    );
    let bounds = solved.solution.bounds.unwrap();
    -f64::midpoint(bounds.lower, bounds.upper.unwrap())
}

#[test]
fn a_line_turned_round_makes_the_same_and_holds_the_rest() {
    let (line, mirror) = ("lines/reversal.ron", "lines/reversed.ron");
    let made = [gain(line, |_| {}), gain(mirror, |_| {})];
    assert!((made[0] - made[1]).abs() <= 1e-7, "{made:?}");
    says(made[0], 0.6645);
    let held = [held(line), held(mirror)];
    assert!((held[0] + held[1] - 16.0).abs() <= 1e-6, "{held:?}");
    assert!((held[0] - 2.9).abs() < 0.05 && (held[1] - 13.1).abs() < 0.05, "{held:?}");
}

#[test]
fn variability_costs_output_and_room_buys_it_back() {
    let with = |capacities| gain("lines/variability.ron", rooms(capacities));
    says(with(&[2, 2]), 0.361);
    assert!(with(&[2, 2]) < with(&[4, 4]) && with(&[4, 4]) < with(&[12, 12]));
    assert!(with(&[12, 12]) < 0.5);
    let exact = gain("lines/variability.ron", |line| {
        let cycle = crate::environments::line::Cycle::Beats(2);
        line.machines.iter_mut().for_each(|machine| machine.cycle = cycle);
    });
    says(exact, 0.5);
}

#[test]
fn the_place_of_a_buffer_counts() {
    let with = |capacities| gain("lines/wrong_place.ron", rooms(capacities));
    says(with(&[18, 2]), 0.738);
    says(with(&[2, 18]), 0.753);
    says(gain("lines/moving_bottleneck.ron", |_| {}), 0.6725);
}

/// Barlow & Proschan (1965): with a constant hazard preventive maintenance never pays.
#[test]
fn care_pays_only_where_something_wears() {
    let solved = Solved::new(changed("lines/maintenance_never_pays.ron", as_it_is), 1e-8);
    let states = solved.space().variables();
    let (lathe, mill) = (&states[1], &states[2]);
    let mut serviced = 0;
    for buffer in 0..=states[0].high {
        for at_lathe in lathe.low..=lathe.high {
            for at_mill in mill.low..=mill.high {
                let levels = [buffer, at_lathe, at_mill];
                if solved.found.states.find(solved.space().index(&levels)).is_none() {
                    continue;
                }
                assert_ne!(best(&solved, &levels, 0), "maintain", "{levels:?}");
                let worn = mill.label(at_mill).starts_with("worn");
                assert_eq!(best(&solved, &levels, 1) == "maintain", worn, "{levels:?}");
                serviced += u32::from(worn);
            }
        }
    }
    assert!(serviced > 20);
}

#[test]
fn the_crew_goes_where_a_standstill_is_felt_first() {
    let solved = Solved::new(changed("intelligence/one_crew.ron", as_it_is), 1e-8);
    let names: Vec<_> = solved.space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["buffer 1", "buffer 2", "Lathe", "Mill", "Press"]);
    let state = |buffers: [Level; 2], down: [bool; 3]| {
        let variables = solved.space().variables();
        let at =
            |(i, down): (usize, bool)| level(&variables[i + 2], if down { "down" } else { "up" });
        let machines = down.into_iter().enumerate().map(at);
        buffers.into_iter().chain(machines).collect::<Vec<_>>()
    };
    for first in 0..=6 {
        for second in 0..=6 {
            let mill = best(&solved, &state([first, second], [false, true, true]), 0);
            assert_eq!(mill, if second < 3 { "Mill" } else { "Press" }, "{first} {second}");
            let lathe = best(&solved, &state([first, second], [true, false, true]), 0);
            assert!(lathe == "Press" || first + second <= 5, "{first} {second}: {lathe}");
        }
    }
    assert_eq!(best(&solved, &state([0, 0], [true, false, true]), 0), "Lathe");
}

/// The level from which on the furnace is held falls when dear hours begin, does not rise again in
/// them, and jumps when they end.
#[test]
fn the_furnace_is_held_from_a_level_that_goes_by_the_hour() {
    let solved = Solved::new(changed("intelligence/tariff.ron", as_it_is), 1e-8);
    let variables = solved.space().variables();
    let names: Vec<_> = variables.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["buffer 1", "time of day", "Furnace"]);
    let up = level(&variables[2], "up");
    let held_from = |time: Level| {
        let runs: Vec<_> = (0..=16).map(|b| best(&solved, &[b, time, up], 0) == "run").collect();
        let from = runs.iter().position(|runs| !runs).unwrap_or(17);
        assert!(runs[from.min(17)..].iter().all(|runs| !runs), "{time}: {runs:?}");
        from
    };
    let levels: Vec<_> = (0..48).map(held_from).collect();
    assert!(levels[15] >= 16 && levels[16] <= 6, "{levels:?}");
    assert!(levels[16..40].windows(2).all(|pair| pair[1] <= pair[0]), "{levels:?}");
    assert!(levels[40] > 10 && levels[39] <= 3, "{levels:?}");
}

#[test]
fn the_mill_runs_fast_where_the_press_would_wait_and_where_it_is_nearly_due() {
    let solved = Solved::new(changed("intelligence/speeds.ron", as_it_is), 1e-8);
    let mill = &solved.space().variables()[1];
    let does = |buffer: Level, wear: &str| best(&solved, &[buffer, level(mill, wear)], 0);
    assert_eq!(does(0, "new"), "fast");
    assert_eq!(does(5, "new"), "slow");
    assert_eq!(does(6, "worn 2"), "fast");
    for buffer in 0..=8 {
        assert_eq!(does(buffer, "worn 3"), "maintain");
    }
    let speed =
        |buffer| ["hold", "slow", "normal", "fast"].iter().position(|s| *s == does(buffer, "new"));
    let speeds: Vec<_> = (0..=8).map(|buffer| speed(buffer).unwrap()).collect();
    assert!(speeds.windows(2).all(|pair| pair[1] <= pair[0]), "{speeds:?}");
}
