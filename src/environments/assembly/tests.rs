//! Assemblies against closed forms and lines, by an exact solver that knows only the step.

use super::*;
use crate::environments::exact::{LongRun, branches, optimal_values};
use crate::environments::line::{
    BufferSettings, Cycle, FailureMode, Line, LineSettings, MachineSettings, Moves,
};

fn feeder(completion: f64, capacity: u32) -> FeederSettings {
    FeederSettings { completion, capacity, controlled: false, ..Default::default() }
}

/// Feeders that always run; a product earns 1.
fn joining(feeders: Vec<FeederSettings>, completion: f64) -> AssemblySettings {
    let station = AssemblerSettings { completion, ..Default::default() };
    AssemblySettings { feeders, station, revenue: 1.0, ..Default::default() }
}

fn always(assembly: &Assembly) -> LongRun<'_, Assembly> {
    LongRun::new(assembly, |_| vec![RUN; assembly.action_space().len()])
}

fn near(found: f64, given: f64, tolerance: f64, what: &str) {
    assert!((found - given).abs() <= tolerance, "{what}: {found}, but {given} is given");
}

/// Settings that between them use every part of the step, each with few draws a beat.
pub fn examples() -> Vec<AssemblySettings> {
    let unreliable = FeederSettings {
        failure: 0.1,
        repair: 0.3,
        capacity: 2,
        holding: 0.25,
        working_cost: 0.5,
        ..Default::default()
    };
    let slow = FeederSettings { controlled: true, ..feeder(0.7, 2) };
    let joins = |completion, failure| AssemblerSettings {
        completion,
        failure,
        repair: 0.5,
        working_cost: 0.125,
        controlled: true,
        ..Default::default()
    };
    let demand = AssemblyDemand { probability: 0.4, capacity: 2, holding: 0.5, lost_cost: 2.0 };
    vec![
        AssemblySettings {
            feeders: vec![unreliable, feeder(1.0, 1)],
            station: joins(0.8, 0.0),
            demand: Some(demand),
            revenue: 5.0,
        },
        AssemblySettings {
            feeders: vec![slow.clone(), slow],
            station: joins(1.0, 0.2),
            revenue: 2.0,
            demand: None,
        },
    ]
}

/// Two feeders and a station that joins at once what it can: what is left after it is a walk on
/// −N … N, up with p(1 − q) and down with q(1 − p) inside, inwards with q and p at the ends where one
/// feeder is blocked. For p = q that is p (2N − p) / (2N + 1 − 2p).
#[test]
fn two_feeders_are_a_walk_between_two_walls() {
    for capacity in [1_u32, 2, 5] {
        for (p, q) in [(0.5, 0.5), (0.9, 0.9), (0.6, 0.8), (0.3, 0.2)] {
            let (up, down) = (p * (1.0 - q), q * (1.0 - p));
            let size = 2 * capacity as usize + 1;
            let mut weights = vec![1.0_f64];
            for place in 1..size {
                let before = weights[place - 1];
                let rises = if place == 1 { p } else { up };
                let falls = if place + 1 == size { q } else { down };
                weights.push(before * rises / falls);
            }
            let all: f64 = weights.iter().sum();
            let expected = p * (1.0 - weights[size - 1] / all);
            if p == q {
                let n = f64::from(2 * capacity);
                near(expected, p * (n - p) / (n + 1.0 - 2.0 * p), 1e-13, "closed form");
            }
            let settings = joining(vec![feeder(p, capacity), feeder(q, capacity)], 1.0);
            let assembly = Assembly::new(settings).unwrap();
            near(always(&assembly).gain(), expected, 1e-11, "throughput");
        }
    }
}

/// With one feeder it is a line of two machines, and so it is beside a feeder that is always ahead.
#[test]
fn an_assembly_with_one_feeder_is_a_line() {
    let (p, failure, repair) = (0.8, 0.1, 0.4);
    let first = MachineSettings {
        cycle: Cycle::Completion(p),
        failure,
        repair,
        failure_mode: FailureMode::Operation,
        controlled: false,
        ..Default::default()
    };
    let second =
        MachineSettings { cycle: Cycle::Completion(0.7), controlled: false, ..Default::default() };
    let line = Line::new(LineSettings {
        machines: vec![first, second],
        buffers: vec![BufferSettings { capacity: 3, ..Default::default() }],
        revenue: 1.0,
        moves: Moves::DownstreamFirst,
        ..Default::default()
    })
    .unwrap();
    let line = LongRun::new(&line, |_| Vec::new());
    let one = FeederSettings { failure, repair, ..feeder(p, 3) };
    for feeders in [vec![one.clone()], vec![one.clone(), feeder(1.0, 2)], vec![feeder(1.0, 2), one]]
    {
        let at = feeders.iter().position(|one| one.failure > 0.0).unwrap();
        let assembly = Assembly::new(joining(feeders, 0.7)).unwrap();
        let chain = always(&assembly);
        near(chain.gain(), line.gain(), 1e-11, "throughput");
        let name = format!("feeder {}: parts", at + 1);
        near(chain.level(&name), line.level("buffer 1"), 1e-11, "level");
    }
}

/// The more components a product has, the fewer are made: each can be missing.
#[test]
fn each_further_component_costs_products() {
    let mut before = 1.0;
    for feeders in 1..=3 {
        let assembly = Assembly::new(joining(vec![feeder(0.7, 2); feeders], 0.9)).unwrap();
        let gain = always(&assembly).gain();
        assert!(gain < before - 0.01, "{feeders}: {gain}");
        before = gain;
    }
}

/// Of each component as many come in as go into products and stay; money is that of the items.
#[test]
fn components_and_money_add_up_at_every_step() {
    for settings in examples() {
        let assembly = Assembly::new(settings).unwrap();
        let (feeders, actions) = (assembly.feeders(), assembly.action_space());
        let chain = always(&assembly);
        let mut action = vec![0; actions.len()];
        for (state, _) in &chain.shares {
            for flat in 0..actions.count().unwrap() {
                actions.levels(flat, &mut action);
                for branch in branches(&assembly, state, &action) {
                    let told = |from: Place, to: Place| {
                        let moved = Event::Moved { from, to };
                        branch.events.iter().filter(|event| **event == moved).count() as Level
                    };
                    let station = Place::Station(feeders as u16);
                    let store = Place::Buffer(feeders as u16);
                    let products = told(station, Place::Customer) + told(station, store);
                    let levels = branch.next.iter().zip(state).take(feeders);
                    for (i, (after, before)) in (0_u16..).zip(levels) {
                        let buffer = Place::Buffer(i);
                        let made = told(Place::Station(i), buffer);
                        assert_eq!(told(buffer, station), products);
                        assert_eq!(*after, before + made - products);
                    }
                    let sold = told(store, Place::Customer);
                    if assembly.demand.is_some() {
                        assert_eq!(branch.next[feeders], state[feeders] + products - sold);
                    }
                    near(branch.items.iter().sum(), branch.reward, 1e-12, "money");
                }
            }
        }
    }
}

/// Where components cost, the feeder whose buffer is ahead is held: the more there is of one, the
/// less it is made while the other is missing.
#[test]
fn components_are_best_made_in_step() {
    let costly =
        |p| FeederSettings { holding: 0.1, working_cost: 0.05, controlled: true, ..feeder(p, 5) };
    let assembly = Assembly::new(AssemblySettings {
        revenue: 2.0,
        ..joining(vec![costly(0.8), costly(0.5)], 1.0)
    })
    .unwrap();
    let discount = 0.98;
    let values = optimal_values(&assembly, discount);
    let states = assembly.state_space();
    let runs_first = |state: &[Level]| {
        let worth = |action: &[Level]| -> f64 {
            let value = |next: &[Level]| values[states.index(next) as usize];
            let all = branches(&assembly, state, action);
            all.iter().map(|b| b.probability * (b.reward + discount * value(&b.next))).sum()
        };
        worth(&[RUN, RUN]) > worth(&[HOLD, RUN]) + 1e-12
    };
    let most = |second: Level| (0..5).filter(|&first| runs_first(&[first, second])).count();
    for second in 0..=5 {
        let runs: Vec<bool> = (0..5).map(|first| runs_first(&[first, second])).collect();
        assert!(runs.windows(2).all(|pair| pair[0] || !pair[1]), "{second}: {runs:?}");
    }
    assert!((1..=5).all(|second| most(second) >= most(second - 1)));
    assert!(most(0) < most(5), "{} {}", most(0), most(5));
}

#[test]
fn what_cannot_be_is_refused_with_its_path() {
    let faults = |change: &dyn Fn(&mut AssemblySettings)| -> Vec<String> {
        let mut settings = examples().remove(0);
        change(&mut settings);
        Assembly::new(settings).unwrap_err().into_iter().map(|fault| fault.path).collect()
    };
    assert_eq!(faults(&|s| s.feeders.clear()), ["feeders"]);
    assert_eq!(faults(&|s| s.feeders = vec![feeder(0.5, 1); 9]), ["feeders"]);
    assert_eq!(faults(&|s| s.feeders[1].completion = 0.0), ["feeders[1].completion"]);
    assert_eq!(faults(&|s| s.feeders[0].repair = 0.0), ["feeders[0].repair"]);
    assert_eq!(faults(&|s| s.feeders[0].capacity = u32::MAX), ["feeders[0].capacity"]);
    assert_eq!(faults(&|s| s.station.failure = 2.0), ["station.failure"]);
    assert_eq!(faults(&|s| s.station.name = "feeder 2".into()), ["station.name", "station.name"]);
    assert_eq!(faults(&|s| s.feeders[0].name = "store".into()), ["demand"]);
    assert_eq!(faults(&|s| s.demand.as_mut().unwrap().capacity = 0), ["demand.capacity"]);
    assert_eq!(faults(&|s| s.revenue = f64::INFINITY), ["revenue"]);
}
