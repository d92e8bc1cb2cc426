//! What theory says of the best policy: Naor's threshold, Miller's trunk reservation, the c·μ rule,
//! Lippman's monotone speed; and the closed form of preemptive priorities.

use super::optimum::Optimum;
use super::published::BirthDeath;
use super::{all, branches, built, near};
use crate::environments::exact::{LongRun, optimal_values};
use crate::environments::queue::{ADMIT, JobClass, Queue, QueueSettings, REJECT, ServiceSpeed};
use crate::mdp::{Environment, Level};

fn class(arrival: f64, service: f64, reward: f64, holding: f64) -> JobClass {
    JobClass { arrival, service, reward, holding, ..Default::default() }
}

fn of(classes: Vec<JobClass>, servers: u32, capacity: u32) -> QueueSettings {
    QueueSettings { classes, servers, capacity, ..Default::default() }
}

/// How many jobs whoever looks at his own waiting time alone lets there be, himself included:
/// ⌊Rμ/C⌋ (Naor 1969, eq. 6).
fn individual(reward: f64, service: f64, holding: f64) -> Level {
    (reward * service / holding + 1e-9).floor() as Level
}

/// How many there are at most where the gain of all together is highest: ⌊v⌋ with
/// (v(1 − ρ) − ρ(1 − ρᵛ))/(1 − ρ)² = Rμ/C, at ρ = 1 v(v + 1)/2 = Rμ/C (Naor 1969, eq. 24).
fn social(arrival: f64, service: f64, reward: f64, holding: f64) -> Level {
    let (load, target) = (arrival / service, reward * service / holding);
    let side = |v: f64| match (1.0 - load).abs() < 1e-12 {
        true => v * (v + 1.0) / 2.0,
        false => (v * (1.0 - load) - load * (1.0 - load.powf(v))) / (1.0 - load).powi(2),
    };
    (1..).find(|&v| side(f64::from(v)) > target + 1e-9).unwrap() - 1
}

#[test]
fn the_best_admission_for_all_is_naors_and_stricter_than_that_of_each() {
    assert_eq!((individual(10.0, 1.0, 1.0), social(0.9, 1.0, 10.0, 1.0)), (10, 4));
    let mut thresholds = Vec::new();
    for (arrival, service, reward, holding) in [
        (0.9, 1.0, 10.0, 1.0),
        (0.5, 1.0, 10.0, 1.0),
        (1.0, 1.0, 10.5, 1.0),
        (1.5, 1.0, 10.0, 1.0),
        (0.9, 1.2, 30.0, 1.5),
        (3.0, 2.0, 4.0, 2.5),
    ] {
        let queue = built(of(vec![class(arrival, service, reward, holding)], 1, 30));
        let optimum = Optimum::of(&queue);
        let threshold = social(arrival, service, reward, holding);
        for n in 0..30 {
            let level = if n < threshold { ADMIT } else { REJECT };
            assert!(optimum.wants(&[n], 0, level), "{arrival} {service} {reward} {holding}: {n}");
        }
        let selfish = individual(reward, service, holding);
        let gain = |threshold: Level| {
            BirthDeath::new(&queue, move |n| vec![Level::from(n < threshold)]).gain()
        };
        near(optimum.gain, gain(threshold), 1e-9);
        assert!(threshold < selfish && gain(selfish) < optimum.gain - 1e-3);
        thresholds.push(threshold);
    }
    thresholds.sort_unstable();
    thresholds.dedup();
    assert!(thresholds.len() >= 4, "{thresholds:?}");
}

/// c servers, no waiting room, classes that differ in what they pay. Who pays most is always let in,
/// any other only while some servers are free, more the less he pays, and only how many are busy
/// counts (Miller 1969).
#[test]
fn servers_are_reserved_for_who_pays_more() {
    let (rewards, arrivals, servers) = ([5.0, 2.0, 1.0], [2.0, 2.0, 3.0], 5);
    let classes = rewards.iter().zip(arrivals).map(|(&pays, comes)| class(comes, 1.0, pays, 0.0));
    let queue = built(of(classes.collect(), servers, servers));
    let optimum = Optimum::of(&queue);
    // Gain by who is let in below how many busy servers: M/M/c/c with arrivals by state.
    let gain = |limits: [u32; 3]| {
        let (mut weight, mut sum, mut earned) = (1.0, 0.0, 0.0);
        for busy in 0..=servers {
            sum += weight;
            let let_in = (0..3).filter(|&class| busy < limits[class]);
            let (comes, pays) = let_in.fold((0.0, 0.0), |(comes, pays), class| {
                (comes + arrivals[class], pays + arrivals[class] * rewards[class])
            });
            earned += weight * pays;
            weight *= comes / f64::from(busy + 1);
        }
        earned / sum
    };
    let mut best = ([servers; 3], gain([servers; 3]));
    for limits in (0..=servers).flat_map(|b| (0..=servers).map(move |c| [servers, b, c])) {
        if gain(limits) > best.1 {
            best = (limits, gain(limits));
        }
    }
    let (limits, most) = best;
    near(optimum.gain, most, 1e-9);
    assert!(limits[2] < limits[1] && limits[1] < servers, "{limits:?}");
    assert!(most > gain([servers; 3]) + 0.1);
    for state in optimum.best.keys() {
        let busy = state.iter().sum::<Level>() as u32;
        for (class, limit) in limits.into_iter().enumerate().filter(|_| busy < servers) {
            let level = if busy < limit { ADMIT } else { REJECT };
            assert!(optimum.wants(state, class, level), "{state:?}: class {class}");
        }
    }
}

/// Of the classes that are there, the one with the highest holding cost × rate of service.
fn c_mu(queue: &Queue, state: &[Level]) -> Level {
    let classes = &queue.settings().classes;
    let index = |class: usize| classes[class].holding * classes[class].service;
    let there = (0..state.len()).filter(|&class| state[class] > 0);
    there.max_by(|&a, &b| index(a).total_cmp(&index(b))).unwrap_or(0) as Level
}

fn priorities(classes: &[(f64, f64, f64)], capacity: u32) -> Queue {
    let class = |&(arrival, service, holding): &(f64, f64, f64)| JobClass {
        decided: false,
        ..class(arrival, service, 0.0, holding)
    };
    built(of(classes.iter().map(class).collect(), 1, capacity))
}

/// Jobs that are there are worked off and nobody comes: the c·μ rule is best in every state,
/// whatever the discount (Cox & Smith 1961, section 3.3; Baras, Ma & Makowski 1985).
#[test]
fn a_stock_of_jobs_is_worked_off_by_the_c_mu_rule() {
    // c·μ: 2, 1.8, 2.4; neither the dearest nor the shortest job goes first.
    let queue = priorities(&[(0.0, 1.0, 2.0), (0.0, 0.6, 3.0), (0.0, 1.6, 1.5)], 4);
    for discount in [0.7, 0.99] {
        let values = optimal_values(&queue, discount);
        let worth = |state: &[Level], first: Level| -> f64 {
            let all = branches(&queue, state, &[first]);
            let of = |b: &crate::environments::exact::Branch| {
                b.probability
                    * (b.reward + discount * values[queue.state_space().index(&b.next) as usize])
            };
            all.iter().map(of).sum()
        };
        for state in all(queue.state_space()) {
            let chosen = c_mu(&queue, &state);
            for other in (0..3).filter(|&other| other != chosen && state[other as usize] > 0) {
                let ahead = worth(&state, chosen) - worth(&state, other);
                assert!(ahead > 1e-6, "{state:?}: {chosen} before {other}: {ahead}");
            }
        }
    }
}

/// With one rate of service for all, how many there are does not hang on who is served, so that the
/// rule is best in every state of a full house too.
#[test]
fn with_equal_service_who_costs_most_is_served_first() {
    let queue = priorities(&[(0.5, 1.0, 1.0), (0.4, 1.0, 3.0), (0.3, 1.0, 2.0)], 6);
    let optimum = Optimum::of(&queue);
    for state in optimum.best.keys() {
        let there = state.iter().filter(|jobs| **jobs > 0).count();
        let chosen = c_mu(&queue, state);
        assert!(optimum.allows(state, 0, chosen));
        if there > 1 {
            assert!((0..3).all(|class| {
                class == chosen || state[class as usize] == 0 || !optimum.allows(state, 0, class)
            }));
        }
    }
}

/// With arrivals and a room that is hardly ever full the rule is as good as the optimum; the other
/// order, and that of the dearer job first, is not.
#[test]
fn with_arrivals_the_c_mu_rule_is_the_best() {
    // c·μ: 2 and 2.4, though a job of the first class costs more.
    let queue = priorities(&[(0.2, 1.0, 2.0), (0.4, 2.0, 1.2)], 24);
    let optimum = Optimum::of(&queue);
    let gain = |first: &dyn Fn(&[Level]) -> Level| {
        LongRun::new(&queue, |state| vec![first(state)]).gain() * queue.events_per_time()
    };
    let by_rule = gain(&|state| c_mu(&queue, state));
    near(by_rule, optimum.gain, 1e-7);
    assert!(gain(&|_| 0) < by_rule - 1e-3);
    for state in optimum.best.keys().filter(|state| state.iter().sum::<Level>() < 12) {
        let both = state.iter().all(|jobs| *jobs > 0);
        assert!(if both { optimum.wants(state, 0, 1) } else { true }, "{state:?}");
    }
}

/// Mean stocks under preemptive priority are those of the infinite queue (Cobham 1954; Kleinrock
/// 1976, section 3.4): T₂ = (1/μ₂)/(1 − ρ₁) + (λ₁/μ₁² + λ₂/μ₂²)/((1 − ρ₁)(1 − ρ₁ − ρ₂)).
#[test]
fn preemptive_priorities_have_the_stocks_of_the_closed_form() {
    let (first, second) = ((0.2, 1.0), (0.3, 1.5));
    let queue = priorities(&[(first.0, first.1, 1.0), (second.0, second.1, 1.0)], 26);
    for (named, (high, low)) in [(0, (first, second)), (1, (second, first))] {
        let run = LongRun::new(&queue, |_| vec![named]);
        let (load, both) = (high.0 / high.1, high.0 / high.1 + low.0 / low.1);
        let work = high.0 / high.1.powi(2) + low.0 / low.1.powi(2);
        let time = 1.0 / low.1 / (1.0 - load) + work / ((1.0 - load) * (1.0 - both));
        let names = if named == 0 { ["class 1", "class 2"] } else { ["class 2", "class 1"] };
        near(run.level(names[0]), load / (1.0 - load), 1e-7);
        near(run.level(names[1]), low.0 * time, 1e-7);
    }
}

/// Speeds whose cost grows faster than they do: the best speed never falls with the queue (Lippman
/// 1975; Crabill 1972). A job that finds no room costs much, so that the end of the room is no way out.
#[test]
fn the_best_speed_rises_with_the_queue() {
    let speed = |factor, cost| ServiceSpeed { factor, cost, ..Default::default() };
    let jobs = JobClass { decided: false, rejection: 200.0, ..class(0.8, 1.0, 0.0, 1.0) };
    for (servers, speeds) in [
        (1, vec![speed(0.5, 0.2), speed(1.0, 4.0), speed(2.0, 16.0)]),
        (1, vec![speed(0.0, 0.0), speed(0.8, 1.0), speed(1.2, 3.0), speed(1.6, 6.0)]),
        (2, vec![speed(0.5, 0.1), speed(0.8, 1.5), speed(1.5, 8.0)]),
    ] {
        let queue = built(QueueSettings { speeds, ..of(vec![jobs.clone()], servers, 25) });
        let optimum = Optimum::of(&queue);
        let speeds = queue.settings().speeds.len() as Level;
        let mut used = Vec::new();
        for n in 1..=25 {
            let best: Vec<Level> = (0..speeds).filter(|&s| optimum.allows(&[n], 0, s)).collect();
            let slowest = used.last().copied().unwrap_or(0);
            assert!(best.last().unwrap() >= &slowest, "{n}: {best:?} after {used:?}");
            used.push(*best.iter().find(|&&s| s >= slowest).unwrap());
        }
        let first = used[0];
        used.dedup();
        assert!(used.len() >= 3, "{servers} servers: {used:?}");
        assert_eq!(*used.last().unwrap(), speeds - 1, "the fastest is worth its price at the end");
        // The gain is that of the birth–death chain with these speeds by state.
        let by_state: Vec<Level> = (0..=25)
            .map(|n| (0..speeds).find(|&s| optimum.allows(&[n], 0, s)).unwrap_or(first))
            .collect();
        let run = BirthDeath::new(&queue, move |n| vec![by_state[n as usize]]);
        near(run.gain(), optimum.gain, 1e-9);
    }
}
