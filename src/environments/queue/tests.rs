//! The queue's step: who is served, what an event does and costs, what is told.

mod optimum;
mod published;
mod structure;

use super::*;
use crate::environments::exact::{Branch, LongRun, branches};

/// Settings that between them use every part of the step.
pub fn examples() -> Vec<QueueSettings> {
    let class = |name: &str, arrival, service| JobClass {
        name: name.to_owned(),
        arrival,
        service,
        ..Default::default()
    };
    let speed = |factor, cost| ServiceSpeed { factor, cost, ..Default::default() };
    let priorities = QueueSettings {
        classes: vec![
            JobClass { holding: 3.0, rejection: 2.0, ..class("urgent", 0.4, 1.5) },
            JobClass { decided: false, ..class("plain", 0.7, 1.0) },
            JobClass { reward: -1.0, ..class("never", 0.0, 0.5) },
        ],
        capacity: 4,
        servers: 2,
        speeds: vec![speed(1.0, 0.2), speed(2.0, 1.0), speed(0.0, 0.0)],
    };
    let loss = QueueSettings {
        classes: vec![class("gold", 1.0, 1.0), JobClass { reward: 1.0, ..class("tin", 2.0, 1.0) }],
        capacity: 3,
        servers: 3,
        ..Default::default()
    };
    vec![QueueSettings::default(), priorities, loss]
}

/// A queue of one class, of which nothing is decided.
fn plain(arrival: f64, service: f64, servers: u32, capacity: u32) -> QueueSettings {
    let class = JobClass { arrival, service, decided: false, ..Default::default() };
    QueueSettings { classes: vec![class], capacity, servers, ..Default::default() }
}

fn built(settings: QueueSettings) -> Queue {
    Queue::new(settings).unwrap()
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, but {given} is given");
}

/// All levels of a space.
fn all(space: &Space) -> Vec<Vec<Level>> {
    let levels = |index| {
        let mut levels = vec![0; space.len()];
        space.levels(index, &mut levels);
        levels
    };
    (0..space.count().unwrap()).map(levels).collect()
}

#[test]
fn the_usual_queue_is_that_of_naor() {
    let queue = built(QueueSettings::default());
    let state = &queue.state_space().variables()[0];
    assert_eq!((state.name.as_str(), state.high), ("jobs", 20));
    let action = &queue.action_space().variables()[0];
    assert_eq!((action.name.as_str(), action.labels.len()), ("admit", 2));
    near(queue.events_per_time(), 1.9, 1e-15);
    let names = |settings: QueueSettings| -> Vec<String> {
        let queue = built(settings);
        queue.action_space().variables().iter().map(|action| action.name.clone()).collect()
    };
    let [_, priorities, loss] = examples().try_into().unwrap();
    assert_eq!(names(priorities), ["urgent", "never", "speed", "first"]);
    // Nobody waits where there is a server for every job.
    assert_eq!(names(loss), ["gold", "tin"]);
    assert!(names(plain(1.0, 1.0, 1, 3)).is_empty());
}

/// The rates at which a state is left, read off the branches.
fn rates(queue: &Queue, state: &[Level], action: &[Level]) -> Vec<(Vec<Level>, f64)> {
    let mut found: Vec<(Vec<Level>, f64)> = Vec::new();
    for branch in branches(queue, state, action) {
        let rate = branch.probability * queue.events_per_time();
        match found.iter_mut().find(|(next, _)| *next == branch.next) {
            Some((_, sum)) => *sum += rate,
            None => found.push((branch.next, rate)),
        }
    }
    found.retain(|(next, _)| next != state);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn a_state_is_left_at_the_rates_of_the_continuous_time_chain() {
    let queue = built(examples()[1].clone());
    // Λ = 0.4 + 0.7 + 0 + 2 · 1.5 · 2.
    near(queue.events_per_time(), 7.1, 1e-12);
    let check = |state: [Level; 3], action: [Level; 4], given: &[([Level; 3], f64)]| {
        let found = rates(&queue, &state, &action);
        assert_eq!(found.len(), given.len(), "{state:?} {action:?}: {found:?}");
        for ((next, rate), (given_next, given_rate)) in found.iter().zip(given) {
            assert_eq!(next, given_next);
            near(*rate, *given_rate, 1e-12);
        }
    };
    // Admit urgent, reject never, first speed, urgent first.
    let usual = [1, 1, 0, 0];
    check([0, 0, 0], usual, &[([0, 1, 0], 0.7), ([1, 0, 0], 0.4)]);
    check(
        [1, 2, 0],
        usual,
        &[([0, 2, 0], 1.5), ([1, 1, 0], 1.0), ([1, 3, 0], 0.7), ([2, 2, 0], 0.4)],
    );
    // Both servers to the plain ones, at twice the speed; the urgent one is turned away.
    check([1, 2, 0], [0, 1, 1, 1], &[([1, 1, 0], 4.0), ([1, 3, 0], 0.7)]);
    // Full; the third class gets what the second leaves, and the urgent ones what both leave.
    check([1, 1, 2], [1, 1, 0, 1], &[([0, 1, 2], 1.5), ([1, 0, 2], 1.0)]);
    check([1, 0, 3], [1, 1, 0, 2], &[([1, 0, 2], 1.0)]);
    // At rest nothing is served.
    check([2, 0, 1], [0, 0, 2, 0], &[([2, 1, 1], 0.7)]);
}

#[test]
fn money_is_charged_by_the_state_found_and_by_the_event() {
    let queue = built(examples()[1].clone());
    let rate = queue.events_per_time();
    for branch in branches(&queue, &[1, 2, 0], &[0, 1, 1, 0]) {
        near(branch.items[HOLDING] * rate, -(3.0 + 2.0), 1e-12);
        near(branch.items[SERVICE] * rate, -2.0, 1e-12);
        let lost = branch.events.contains(&Event::DemandLost);
        let admitted = branch.next == [1, 3, 0];
        assert_eq!(branch.items[REJECTION], if lost { -2.0 } else { 0.0 });
        assert_eq!(branch.items[ADMISSION], if admitted { 10.0 } else { 0.0 });
    }
    // Want of room costs as much as a decision.
    let full = branches(&queue, &[4, 0, 0], &[1, 1, 0, 0]);
    let lost: f64 = full.iter().map(|b| b.probability * b.items[REJECTION]).sum();
    near(lost * rate, -0.4 * 2.0, 1e-12);
    // One server has a job, the other none and costs nothing.
    near(branches(&queue, &[1, 0, 0], &[1, 1, 1, 0])[0].items[SERVICE] * rate, -1.0, 1e-12);
}

/// Jobs that came in are out or still there, in every branch of every state, those that cannot be
/// reached included; each server tells once how it spent the beat.
#[test]
fn jobs_are_conserved() {
    for settings in examples() {
        let queue = built(settings);
        for state in all(queue.state_space()) {
            for action in all(queue.action_space()) {
                let found = branches(&queue, &state, &action);
                near(found.iter().map(|branch| branch.probability).sum(), 1.0, 1e-12);
                found.iter().for_each(|branch| conserved(&queue, &state, branch));
            }
        }
    }
}

fn conserved(queue: &Queue, state: &[Level], branch: &Branch) {
    let count = |told: &dyn Fn(&Event) -> bool| {
        branch.events.iter().filter(|event| told(event)).count() as Level
    };
    let into = |event: &Event| matches!(event, Event::Moved { from: Place::Supply, .. });
    let out = |event: &Event| matches!(event, Event::Moved { to: Place::Customer, .. });
    let before: Level = state.iter().sum();
    let after: Level = branch.next.iter().sum();
    assert_eq!(after, before + count(&into) - count(&out), "{state:?} {branch:?}");
    assert!(count(&into) + count(&out) + count(&|event| *event == Event::DemandLost) <= 1);
    assert!(after <= before.max(queue.settings().capacity as Level));
    for (class, (before, after)) in state.iter().zip(&branch.next).enumerate() {
        let buffer = Place::Buffer(class as u16);
        let to = count(&|event| matches!(event, Event::Moved { to, .. } if *to == buffer));
        let from = count(&|event| matches!(event, Event::Moved { from, .. } if *from == buffer));
        assert_eq!(after - before, to - from);
    }
    let busy = before.min(queue.servers);
    for station in 0..queue.servers as u16 {
        let spent: Vec<Condition> = branch
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Spent { station: of, condition } if *of == station => Some(*condition),
                _ => None,
            })
            .collect();
        assert_eq!(spent.len(), 1);
        assert_eq!(spent[0] == Condition::Starved, Level::from(station) >= busy);
        let standing = queue.standing_condition(state, station.into()).unwrap();
        assert!(standing == spent[0] || spent[0] == Condition::HeldBack);
    }
}

/// Which event it is does not hang on the action: its probabilities are the same whatever is done.
#[test]
fn arrivals_are_the_same_whatever_is_done() {
    use crate::mdp::{Luck, Sampling, Silent};
    let queue = built(examples()[1].clone());
    let mut beat = Sampling::new(Luck::new(5), queue.sources(), 4, Vec::<Event>::new());
    let mut silent = Sampling::new(Luck::new(5), queue.sources(), 4, Silent);
    let (mut next, mut other) = ([0; 3], [0; 3]);
    let mut arrivals = 0;
    for t in 0..2_000 {
        beat.open(t);
        silent.open(t);
        beat.listener.clear();
        queue.step(&[0, 1, 0], &[1, 1, 0, 0], &mut next, &mut beat);
        queue.step(&[2, 1, 0], &[0, 0, 1, 1], &mut other, &mut silent);
        let arrived = |class: usize| next[class] > [0, 1, 0][class];
        // The plain class is not decided: it comes in both or in neither.
        assert_eq!(arrived(1), other[1] == 2, "{t}");
        arrivals += u32::from(arrived(1));
    }
    assert!(arrivals > 100);
}

#[test]
fn figures_of_the_long_run_hang_together() {
    let queue = built(examples()[1].clone());
    let mut usual = vec![0; 4];
    queue.usual_action(&mut usual);
    assert_eq!(usual, [1, 1, 0, 0]);
    let run = LongRun::new(&queue, |_| usual.clone());
    let came = run.mean(|_, branch| {
        let into = |event: &&Event| matches!(event, Event::Moved { from: Place::Supply, .. });
        branch.events.iter().filter(into).count() as f64
    });
    let (lost, rate) = (run.rate(Event::DemandLost), queue.events_per_time());
    near((came + lost) * rate, 0.4 + 0.7, 1e-9);
    // Both servers' work is what is served: 0.4 at 1.5, 0.7 at 1, as far as they are admitted.
    let work = run.spent(0, Condition::Working) + run.spent(1, Condition::Working);
    let full: f64 =
        run.shares.iter().filter(|(state, _)| state.iter().sum::<Level>() == 4).map(|s| s.1).sum();
    near(lost * rate, 1.1 * full, 1e-9);
    near(work, (1.0 - full) * (0.4 / 1.5 + 0.7), 1e-9);
}

#[test]
fn faults_are_found_at_once() {
    let faults = |settings: QueueSettings| -> Vec<String> {
        Queue::new(settings).unwrap_err().into_iter().map(|fault| fault.path).collect()
    };
    let bad = JobClass {
        name: "a".to_owned(),
        arrival: -1.0,
        service: 0.0,
        reward: f64::NAN,
        holding: -2.0,
        rejection: f64::INFINITY,
        decided: true,
    };
    let found = faults(QueueSettings {
        classes: vec![bad, JobClass { name: "a".to_owned(), ..Default::default() }],
        capacity: 2,
        servers: 3,
        speeds: vec![ServiceSpeed { factor: 0.0, cost: -1.0, ..Default::default() }],
    });
    assert_eq!(
        found,
        [
            "classes[0].arrival",
            "classes[0].service",
            "classes[0].reward",
            "classes[0].holding",
            "classes[0].rejection",
            "capacity",
            "speeds[0].cost",
            "speeds",
            "classes[1].name",
        ]
    );
    let huge = QueueSettings {
        classes: vec![JobClass::default(); 9],
        capacity: u32::MAX,
        servers: u32::MAX,
        speeds: vec![ServiceSpeed::default(); 17],
    };
    assert_eq!(faults(huge), ["classes", "servers", "capacity", "speeds"]);
}
