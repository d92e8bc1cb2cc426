//! Single queues against the given figures: `mm1k_admission.json` and `queues.json`.

use serde_json::Value;

use super::optimum::Optimum;
use super::{branches, built, near, plain};
use crate::environments::queue::{ADMIT, Queue, QueueSettings, REJECT};
use crate::mdp::{Condition, Event, Level};

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap()
}

/// A queue of one class in the long run, where it is a birth–death chain: the shares of its states
/// from the balance of the steps up and down (Kleinrock 1975, section 3.1).
pub(super) struct BirthDeath<'q> {
    queue: &'q Queue,
    policy: Box<dyn Fn(Level) -> Vec<Level>>,
    shares: Vec<f64>,
}

impl<'q> BirthDeath<'q> {
    pub(super) fn new(queue: &'q Queue, policy: impl Fn(Level) -> Vec<Level> + 'static) -> Self {
        let capacity = queue.settings().capacity as Level;
        let step = |from: Level, to: Level| -> f64 {
            let all = branches(queue, &[from], &policy(from));
            all.iter().filter(|branch| branch.next == [to]).map(|branch| branch.probability).sum()
        };
        let mut shares = vec![1.0];
        for n in 0..capacity {
            shares.push(shares[n as usize] * step(n, n + 1) / step(n + 1, n));
        }
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        Self { queue, policy: Box::new(policy), shares }
    }

    /// The mean over time of a figure of the state and of what happens in a beat that begins there.
    fn mean(&self, figure: impl Fn(Level, &crate::environments::exact::Branch) -> f64) -> f64 {
        let mut mean = 0.0;
        for (n, share) in (0..).zip(&self.shares) {
            for branch in branches(self.queue, &[n], &(self.policy)(n)) {
                mean += share * branch.probability * figure(n, &branch);
            }
        }
        mean
    }

    /// How often an event of this kind happens per unit of time.
    fn rate(&self, told: impl Fn(&Event) -> bool) -> f64 {
        let count = |branch: &crate::environments::exact::Branch| {
            branch.events.iter().filter(|event| told(event)).count() as f64
        };
        self.mean(|_, branch| count(branch)) * self.queue.events_per_time()
    }

    fn throughput(&self) -> f64 {
        self.rate(|event| matches!(event, Event::Moved { to: crate::mdp::Place::Customer, .. }))
    }

    fn stock(&self) -> f64 {
        self.mean(|n, _| f64::from(n))
    }

    pub(super) fn gain(&self) -> f64 {
        self.mean(|_, branch| branch.reward) * self.queue.events_per_time()
    }
}

#[test]
fn admission_has_the_given_gain_by_every_threshold() {
    let file = read(include_str!("../../../../tests/published/mm1k_admission.json"));
    let tolerance = number(&file, "tolerance");
    let queue = built(QueueSettings::default());
    let (settings, given) = (queue.settings(), &file["spec"]);
    let class = &settings.classes[0];
    assert_eq!(class.arrival, number(given, "lam"));
    assert_eq!(class.service, number(given, "mu"));
    assert_eq!(f64::from(settings.capacity), number(given, "K"));
    assert_eq!(class.reward, number(given, "reward_per_admitted"));
    assert_eq!(class.holding, number(given, "holding_cost_rate"));
    let by_threshold = file["numbers"]["gain_by_threshold"].as_array().unwrap();
    assert_eq!(by_threshold.len(), 21);
    for (threshold, gain) in (0..).zip(by_threshold) {
        let admit = move |n| vec![if n < threshold { ADMIT } else { REJECT }];
        near(BirthDeath::new(&queue, admit).gain(), gain.as_f64().unwrap(), tolerance);
    }
}

#[test]
fn admission_has_the_given_optimum() {
    let file = read(include_str!("../../../../tests/published/mm1k_admission.json"));
    let (tolerance, given) = (number(&file, "tolerance"), &file["numbers"]);
    let queue = built(QueueSettings::default());
    let optimum = Optimum::of(&queue);
    for name in ["gain", "gain_rvi"] {
        near(optimum.gain, number(given, name), tolerance);
    }
    near(optimum.gain, 236_196.0 / 40_951.0, tolerance);
    let threshold = given["threshold"].as_i64().unwrap();
    for n in 0..=20_i32 {
        let place = n as usize;
        let admits = given["policy_rvi"][place].as_i64() == Some(1);
        assert_eq!(admits, i64::from(n) < threshold);
        let level = if admits { ADMIT } else { REJECT };
        // Whom there is no room for is lost either way.
        assert!(if n < 20 {
            optimum.wants(&[n], 0, level)
        } else {
            optimum.allows(&[n], 0, level)
        });
        near(optimum.bias[&vec![n]], given["bias_rvi"][place].as_f64().unwrap(), tolerance);
    }
}

#[test]
fn finite_queues_have_the_given_figures() {
    let file = read(include_str!("../../../../tests/published/queues.json"));
    let rows = file["mm1k"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let (arrival, capacity) = (number(row, "lam"), row["K"].as_u64().unwrap() as u32);
        let queue = built(plain(arrival, number(row, "mu"), 1, capacity));
        let run = BirthDeath::new(&queue, |_| Vec::new());
        let tolerance = 1e-12;
        near(run.shares[0], number(row, "P_idle"), tolerance);
        near(
            run.rate(|event| *event == Event::DemandLost) / arrival,
            number(row, "P_block"),
            tolerance,
        );
        near(run.throughput(), number(row, "TH"), tolerance);
        near(run.stock(), number(row, "WIP"), tolerance);
        near(run.stock() / run.throughput(), number(row, "CT"), tolerance);
    }
}

/// A room so large that it is never full but once in 10¹³ arrivals or less.
#[test]
fn queues_without_an_end_have_the_given_figures() {
    let file = read(include_str!("../../../../tests/published/queues.json"));
    let mut rows = 0;
    for row in file["mm1"].as_array().unwrap().iter().chain(file["mmc"].as_array().unwrap()) {
        let (arrival, service) = (number(row, "lam"), number(row, "mu"));
        let servers = row["c"].as_u64().unwrap_or(1) as u32;
        let load = arrival / (f64::from(servers) * service);
        let capacity = servers + (-30.0 / load.ln()).ceil() as u32;
        let queue = built(plain(arrival, service, servers, capacity));
        let run = BirthDeath::new(&queue, |_| Vec::new());
        let tolerance = |given: f64| 1e-9 * given.max(1.0);
        let compare = |name: &str, found: f64| {
            if let Some(given) = row[name].as_f64() {
                near(found, given, tolerance(given));
            }
        };
        let waiting = run.mean(|n, _| f64::from((n - servers as Level).max(0)));
        compare("TH", run.throughput());
        compare("WIP", run.stock());
        compare("CT", run.stock() / run.throughput());
        compare("Lq", waiting);
        compare("Wq", waiting / run.throughput());
        compare("P0", run.shares[0]);
        compare("P_wait", run.shares.iter().skip(servers as usize).sum());
        // The servers work as much as there is work, the first of them most.
        let spent = |station: u16| {
            run.rate(|event| *event == Event::Spent { station, condition: Condition::Working })
                / queue.events_per_time()
        };
        let work: f64 = (0..servers as u16).map(spent).sum();
        near(work, arrival / service, 1e-9);
        assert!((1..servers as u16).all(|station| spent(station) < spent(station - 1)));
        rows += 1;
    }
    assert_eq!(rows, 8);
}

/// Erlang's loss formula (1917), by its recursion in the number of servers.
#[test]
fn a_queue_without_a_waiting_room_loses_what_erlang_says() {
    let load = 7.5;
    let mut lost = 1.0;
    for servers in 1..=12 {
        lost = load * lost / (f64::from(servers) + load * lost);
        let queue = built(plain(load * 0.4, 0.4, servers, servers));
        let run = BirthDeath::new(&queue, |_| Vec::new());
        near(run.rate(|event| *event == Event::DemandLost) / (load * 0.4), lost, 1e-12);
    }
}
