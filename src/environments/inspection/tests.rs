//! The machine with a hidden condition: its step by hand, its settings, what is conserved.
//! What is best is tested where plans are made.

use super::*;
use crate::environments::exact::{Branch, branches};
use crate::environments::replacement::{Maintain, Replace};

fn condition(name: &str, earnings: f64, fails: f64, next: &[f64]) -> ConditionSettings {
    ConditionSettings { name: name.to_owned(), earnings, fails, next: next.to_vec() }
}

fn outcome(name: &str, probability: &[f64]) -> Outcome {
    Outcome { name: name.to_owned(), probability: probability.to_vec() }
}

fn replace(cost: f64, duration: u32) -> Option<Replace> {
    Some(Replace { cost: vec![cost], duration, ..Default::default() })
}

/// The tiger problem of Kaelbling, Littman & Cassandra (1998), sec. 3.6, as a tool that is fresh or
/// worn: work with it, throw it away, or measure it.
pub fn tiger() -> InspectionSettings {
    InspectionSettings {
        conditions: vec![
            condition("fresh", 10.0, 0.0, &[0.5, 0.5]),
            condition("worn", -100.0, 0.0, &[0.5, 0.5]),
        ],
        start: vec![0.5, 0.5],
        renewed: vec![0.5, 0.5],
        inspect: Some(InspectSettings {
            cost: 1.0,
            duration: 1,
            accuracy: 0.85,
            ..Default::default()
        }),
        replace: Some(Replace { cost: vec![100.0, -10.0], duration: 1, ..Default::default() }),
        ..Default::default()
    }
}

/// The machine maintenance problem of Smallwood & Sondik (1973), sec. "Example": two parts inside
/// break with probability 0.1 each a beat, and each broken one spoils half of what is made.
pub fn smallwood_sondik() -> InspectionSettings {
    InspectionSettings {
        conditions: vec![
            condition("sound", 0.9025, 0.0, &[0.81, 0.18, 0.01]),
            condition("one broken", 0.475, 0.0, &[0.0, 0.9, 0.1]),
            condition("both broken", 0.25, 0.0, &[0.0, 0.0, 1.0]),
        ],
        run_name: "make".to_owned(),
        inspect: Some(InspectSettings {
            name: "examine".to_owned(),
            cost: 0.25,
            findings: vec![
                outcome("good part", &[1.0, 0.5, 0.25]),
                outcome("spoilt part", &[0.0, 0.5, 0.75]),
            ],
            ..Default::default()
        }),
        maintain: Some(Maintain {
            cost: vec![0.5, 1.5, 2.5],
            duration: 1,
            restores: 2,
            ..Default::default()
        }),
        replace: replace(2.0, 1),
        ..Default::default()
    }
}

/// A machine that wears through three conditions and may fail, with all that can be had.
fn everything() -> InspectionSettings {
    InspectionSettings {
        name: "wear".to_owned(),
        conditions: vec![
            condition("", 8.0, 0.02, &[0.9, 0.1]),
            condition("", 6.0, 0.1, &[0.0, 0.8, 0.2]),
            condition("", 1.0, 0.3, &[]),
        ],
        start: vec![0.5, 0.25, 0.25],
        renewed: vec![0.9, 0.1],
        failure_cost: 25.0,
        inspect: Some(InspectSettings { cost: 0.5, accuracy: 0.8, ..Default::default() }),
        sensor: Some(SensorSettings {
            readings: vec![outcome("low", &[0.9, 0.6, 0.2]), outcome("high", &[0.1, 0.4, 0.8])],
        }),
        maintain: Some(Maintain { cost: vec![2.0], duration: 1, ..Default::default() }),
        replace: replace(9.0, 0),
        memory: 3,
        ..Default::default()
    }
}

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<InspectionSettings> {
    vec![InspectionSettings::default(), tiger(), smallwood_sondik(), everything()]
}

fn built(settings: InspectionSettings) -> Inspection {
    Inspection::new(settings).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, not {given}");
}

/// The probability of each (condition, news), and the mean of each item, of one beat.
fn beat(machine: &Inspection, state: &[Level], action: Level) -> (Vec<Branch>, [f64; 5]) {
    let all = branches(machine, state, &[action]);
    let mut items = [0.0; 5];
    for branch in &all {
        for (sum, item) in items.iter_mut().zip(&branch.items) {
            *sum += branch.probability * item;
        }
    }
    (all, items)
}

fn probability(all: &[Branch], of: impl Fn(&Branch) -> bool) -> f64 {
    all.iter().filter(|branch| of(branch)).map(|branch| branch.probability).sum()
}

#[test]
fn the_variables_say_what_is_hidden_and_what_is_seen() {
    let machine = built(everything());
    let names = |space: &Space| -> Vec<String> {
        space.variables().iter().map(|variable| variable.name.clone()).collect()
    };
    assert_eq!(names(&machine.state_space), ["wear", "news", "since", "signal"]);
    assert_eq!(names(machine.observation_space()), ["news", "since", "signal"]);
    let seen = machine.observation_space().variables();
    assert_eq!(seen[0].labels, ["nothing", "maintained", "replaced", "failed", "0", "1", "2"]);
    assert_eq!(seen[2].labels, ["none", "low", "high"]);
    let actions = &machine.action_space().variables()[0].labels;
    assert_eq!(actions, &["run", "inspect", "maintain", "replace"]);
    assert_eq!((machine.inspects(), machine.treats()), (Some(1), Some(3)));
    let only = built(InspectionSettings { replace: None, inspect: None, ..Default::default() });
    assert_eq!((only.inspects(), only.treats()), (None, None));
    assert_eq!(names(only.observation_space()), ["news"]);
}

/// In condition 1 of `everything`: it fails with 0.1, and a new machine is in condition 0 or 1; else
/// it stays in 1 with 0.8, and the sensor is right as it is.
#[test]
fn a_worked_beat_is_that_by_hand() {
    let machine = built(everything());
    let (all, items) = beat(&machine, &[1, 0, 2, 0], RUN);
    near(items[EARNINGS], 6.0, 1e-12);
    near(items[FAILURES], -2.5, 1e-12);
    near(items[INSPECTION] + items[MAINTENANCE] + items[REPLACEMENT], 0.0, 0.0);
    let failed = machine.failed;
    near(probability(&all, |b| b.next == [0, failed, 0, 0]), 0.1 * 0.9, 1e-12);
    near(probability(&all, |b| b.next == [1, failed, 0, 0]), 0.1 * 0.1, 1e-12);
    // No news: what is remembered stays, and a beat more is counted, three at most.
    near(probability(&all, |b| b.next == [1, 0, 3, 1]), 0.9 * 0.8 * 0.6, 1e-12);
    near(probability(&all, |b| b.next == [2, 0, 3, 2]), 0.9 * 0.2 * 0.8, 1e-12);
    let (again, _) = beat(&machine, &[1, 5, 3, 0], RUN);
    near(probability(&again, |b| b.next[1..3] == [5, 3]), 0.9, 1e-12);
}

#[test]
fn an_inspection_finds_what_holds_after_the_beat_and_a_failure_hides_it() {
    let machine = built(everything());
    let (all, items) = beat(&machine, &[1, 0, 2, 0], 1);
    near(items[INSPECTION], -0.5, 1e-12);
    near(items[EARNINGS], 6.0, 1e-12);
    // Truly 2 after the beat with 0.9·0.2, found with 0.8, each other with 0.1.
    for (number, share) in [0.1, 0.1, 0.8].into_iter().enumerate() {
        let news = machine.finding(number);
        let found = probability(&all, |b| b.next[0] == 2 && b.next[1] == news);
        near(found, 0.9 * 0.2 * share, 1e-12);
    }
    near(probability(&all, |b| b.next[1] == machine.failed), 0.1, 1e-12);
    assert!(all.iter().all(|b| b.next[2] == 0), "an inspection is news");
}

#[test]
fn treatments_take_their_beat_or_none_and_cost_by_what_is_true() {
    let machine = built(everything());
    let (all, items) = beat(&machine, &[2, 0, 0, 1], 2);
    near(items[MAINTENANCE], -2.0, 1e-12);
    near(items[EARNINGS], 0.0, 0.0);
    assert_eq!(all.len(), 1, "a lost beat draws nothing");
    assert_eq!(all[0].next, [1, 1, 0, 0]);
    assert_eq!(all[0].events, [Event::Spent { station: 0, condition: Condition::Planned }]);
    // A new machine, in condition 0 with 0.9, works in the same beat.
    let (all, items) = beat(&machine, &[2, 0, 0, 1], 3);
    near(items[REPLACEMENT], -9.0, 1e-12);
    near(items[EARNINGS], 0.9 * 8.0 + 0.1 * 6.0, 1e-12);
    near(items[FAILURES], -25.0 * (0.9 * 0.02 + 0.1 * 0.1), 1e-12);
    near(probability(&all, |b| b.next[1] == 2), 1.0 - (0.9 * 0.02 + 0.1 * 0.1), 1e-12);
    let tiger = built(tiger());
    for (state, action, earned) in
        [(0, 0, 10.0), (1, 0, -100.0), (0, 1, -1.0), (1, 1, -1.0), (0, 2, -100.0), (1, 2, 10.0)]
    {
        let (_, items) = beat(&tiger, &[state, 0], action);
        near(items.iter().sum(), earned, 1e-12);
    }
}

/// In every state, whatever is done: the machine spends one beat, each failure and each replacement
/// puts in one machine, costs are counted as often as they are told, and the reward is their sum.
#[test]
fn money_and_machines_are_conserved_in_every_beat() {
    for settings in examples() {
        let machine = built(settings);
        let mut state = vec![0; machine.state_space.len()];
        for index in 0..machine.state_space.count().unwrap() {
            machine.state_space.levels(index, &mut state);
            for (action, act) in machine.acts.iter().enumerate() {
                for branch in branches(&machine, &state, &[action as Level]) {
                    let told = |event: Event| {
                        branch.events.iter().filter(|&&other| other == event).count()
                    };
                    let (worked, planned) = (
                        told(Event::Spent { station: 0, condition: Condition::Working }),
                        told(Event::Spent { station: 0, condition: Condition::Planned }),
                    );
                    assert_eq!(worked + planned, 1);
                    let failed = told(Event::Failed { station: 0 });
                    let bought = branch.items[REPLACEMENT] != 0.0
                        || matches!(act, Act::Treat(t) if t.restores.is_none());
                    assert_eq!(told(Event::Replaced { station: 0 }), failed + usize::from(bought));
                    near(
                        branch.items[FAILURES],
                        -(failed as f64) * machine.settings.failure_cost,
                        1e-12,
                    );
                    if planned == 1 {
                        assert_eq!((branch.items[EARNINGS], failed), (0.0, 0));
                    }
                    near(branch.reward, branch.items.iter().sum(), 1e-12);
                }
            }
        }
    }
}

/// What Smallwood & Sondik (1973) give: transitions, rewards and probabilities of what is seen.
#[test]
fn the_machine_maintenance_problem_is_that_of_the_paper() {
    let machine = built(smallwood_sondik());
    let moves = [[0.81, 0.18, 0.01], [0.0, 0.9, 0.1], [0.0, 0.0, 1.0]];
    let good = [1.0, 0.5, 0.25];
    let rewards =
        [[0.9025, 0.475, 0.25], [0.6525, 0.225, 0.0], [-0.5, -1.5, -2.5], [-2.0, -2.0, -2.0]];
    for from in 0..3 {
        for (action, reward) in rewards.iter().enumerate() {
            let (all, items) = beat(&machine, &[from as Level, 0], action as Level);
            near(items.iter().sum(), reward[from], 1e-12);
            for to in 0..3 {
                let given = if action < 2 { moves[from][to] } else { f64::from(to == 0) };
                near(probability(&all, |b| b.next[0] == to as Level), given, 1e-12);
                let seen = probability(&all, |b| b.next == [to as Level, machine.finding(0)]);
                near(seen, if action == 1 { given * good[to] } else { 0.0 }, 1e-12);
            }
        }
    }
}

#[test]
fn all_faults_are_found_at_once_with_their_places() {
    let wrong = InspectionSettings {
        name: "news".to_owned(),
        conditions: vec![
            condition("a", f64::NAN, 0.0, &[0.5, 0.4]),
            condition("a", 0.0, 1.5, &[0.0, 0.0, 1.0]),
        ],
        start: vec![],
        renewed: vec![0.5],
        inspect: Some(InspectSettings {
            duration: 2,
            accuracy: 0.9,
            findings: vec![outcome("failed", &[1.0]), outcome("", &[0.1, 0.2, 0.3])],
            ..Default::default()
        }),
        sensor: Some(SensorSettings::default()),
        replace: Some(Replace { cost: vec![1.0; 3], name: "inspect".into(), duration: 0 }),
        memory: 20_000,
        ..Default::default()
    };
    let paths: Vec<String> =
        Inspection::new(wrong).unwrap_err().into_iter().map(|fault| fault.path).collect();
    for path in [
        "name",
        "conditions[0].earnings",
        "conditions[0].next",
        "conditions[1].fails",
        "conditions[1].next",
        "conditions[1].name",
        "start",
        "renewed",
        "inspect.duration",
        "inspect.accuracy",
        "inspect.findings[0].name",
        "inspect.findings[1].name",
        "inspect.findings[1].probability",
        "sensor.readings",
        "replace.cost",
        "replace.name",
        "memory",
    ] {
        assert!(paths.iter().any(|found| found == path), "{path} is not among {paths:?}");
    }
    let uneven = InspectionSettings {
        sensor: Some(SensorSettings {
            readings: vec![outcome("low", &[0.9, 0.5, 0.2]), outcome("high", &[0.1, 0.4, 0.8])],
        }),
        ..Default::default()
    };
    let faults = Inspection::new(uneven).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].message.starts_with("in condition 1 "), "{faults:?}");
    let one = InspectionSettings { conditions: vec![Default::default()], ..Default::default() };
    assert_eq!(Inspection::new(one).unwrap_err()[0].path, "conditions");
}
