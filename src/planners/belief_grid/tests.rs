//! Bounds and policies against exact value iteration over vectors, published figures and what
//! theory promises.

use std::sync::{Arc, OnceLock};

use super::*;
use crate::environments::exact::{LongRun, optimal_values, start};
use crate::environments::inspection::{
    ConditionSettings, InspectSettings, InspectionSettings, Outcome, SensorSettings, tests::tiger,
};
use crate::environments::replacement::Replace;
use crate::environments::{Inspection, inspection::tests::smallwood_sondik};
use crate::mdp::{EnumerationOptions, Environment, Hidden, Level, enumerate};

fn machine(settings: InspectionSettings) -> Inspection {
    Inspection::new(settings).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn process(settings: InspectionSettings) -> Arc<Process> {
    process_of(&machine(settings))
}

fn process_of(machine: &Inspection) -> Arc<Process> {
    let found = enumerate(machine, EnumerationOptions::default(), &Progress::new()).unwrap();
    Arc::new(Process::new(&Hidden::new(machine, found).unwrap()).unwrap())
}

fn planned(process: &Arc<Process>, criterion: Criterion, resolution: u32) -> BeliefPlan {
    let grid = Arc::new(BeliefGrid::new(process.clone(), resolution).unwrap());
    grid.solve(criterion, 1e-9, None, &Progress::new()).unwrap()
}

fn plan_of(machine: &Inspection, criterion: Criterion, resolution: u32) -> BeliefPlan {
    planned(&process_of(machine), criterion, resolution)
}

fn replaced(cost: f64, duration: u32) -> Option<Replace> {
    Some(Replace { cost: vec![cost], duration, ..Default::default() })
}

fn near(found: f64, given: f64, tolerance: f64) {
    assert!((found - given).abs() <= tolerance, "{found}, not {given}");
}

/// The bounds at a resolution.
fn bounds(process: &Arc<Process>, criterion: Criterion, resolution: u32) -> (f64, f64) {
    let plan = planned(process, criterion, resolution);
    (plan.lower(2_000).unwrap(), plan.upper().unwrap())
}

/// A decision process of two hidden states, written out: by action the rewards, transitions and
/// probabilities of what is seen of the state reached.
struct Two {
    rewards: Vec<[f64; 2]>,
    moves: Vec<[[f64; 2]; 2]>,
    sights: Vec<[Vec<f64>; 2]>,
}

type Line = [f64; 2];

/// The lines that are highest somewhere between (1, 0) and (0, 1).
fn envelope(mut lines: Vec<Line>) -> Vec<Line> {
    // From p = 0 on: v(p) = a + (b − a) p, the next line being the one that is met first.
    lines.sort_by(|x, y| y[0].total_cmp(&x[0]).then(y[1].total_cmp(&x[1])));
    let mut kept = vec![lines[0]];
    let mut at = 0.0;
    loop {
        let [a, b] = *kept.last().unwrap();
        let meets = |&[c, d]: &Line| {
            let faster = (d - c) - (b - a);
            (faster > 1e-13).then(|| ((a - c) / faster).max(at))
        };
        let next = lines
            .iter()
            .filter_map(|line| Some((meets(line)?, *line)))
            .filter(|(p, _)| *p < 1.0)
            .min_by(|x, y| {
                x.0.total_cmp(&y.0).then((y.1[1] - y.1[0]).total_cmp(&(x.1[1] - x.1[0])))
            });
        match next {
            Some((p, line)) => {
                at = p;
                kept.push(line);
            }
            None => return kept,
        }
    }
}

impl Two {
    /// Exact value iteration over vectors (Smallwood & Sondik 1973; Monahan 1982) for so many
    /// beats: the lines whose maximum is the optimal value, nothing being worth 0 at first.
    fn solved(&self, gamma: f64, beats: usize) -> Vec<Line> {
        let mut lines: Vec<Line> = vec![[0.0, 0.0]];
        for _ in 0..beats {
            let mut next = Vec::new();
            for ((reward, moves), sights) in self.rewards.iter().zip(&self.moves).zip(&self.sights)
            {
                let mut sums: Vec<Line> = vec![*reward];
                for (seen, _) in sights[0].iter().enumerate() {
                    let ahead = |line: &Line| -> Line {
                        [0, 1].map(|s| {
                            gamma
                                * (0..2)
                                    .map(|t| moves[s][t] * sights[t][seen] * line[t])
                                    .sum::<f64>()
                        })
                    };
                    let ahead = envelope(lines.iter().map(ahead).collect());
                    let sum = |x: &Line, y: &Line| [x[0] + y[0], x[1] + y[1]];
                    sums = envelope(
                        sums.iter().flat_map(|x| ahead.iter().map(move |y| sum(x, y))).collect(),
                    );
                }
                next.extend(sums);
            }
            lines = envelope(next);
        }
        lines
    }
}

fn at(lines: &[Line], second: f64) -> f64 {
    let value = |line: &Line| line[0] * (1.0 - second) + line[1] * second;
    lines.iter().map(value).fold(f64::NEG_INFINITY, f64::max)
}

/// The tiger problem as the paper writes it.
fn tiger_by_hand() -> Two {
    let even = [[0.5, 0.5]; 2];
    let stays = [[1.0, 0.0], [0.0, 1.0]];
    let nothing = || [vec![1.0], vec![1.0]];
    Two {
        rewards: vec![[10.0, -100.0], [-1.0, -1.0], [-100.0, 10.0]],
        moves: vec![even, stays, even],
        sights: vec![nothing(), [vec![0.85, 0.15], vec![0.15, 0.85]], nothing()],
    }
}

/// The lines of the tiger problem after 400 beats: by then no more than 1e-6 is to come.
fn tiger_lines() -> &'static [Line] {
    static LINES: OnceLock<Vec<Line>> = OnceLock::new();
    LINES.get_or_init(|| tiger_by_hand().solved(0.95, 400))
}

/// Kaelbling, Littman & Cassandra (1998), sec. 3.6 and fig. 17: at a discount of 0.95 the problem is
/// worth 19.37 at ½, and one listens until one has heard the same side twice more than the other.
#[test]
fn the_tiger_problem_has_its_published_value_and_policy() {
    let exact = at(tiger_lines(), 0.5);
    assert!((exact - 19.37).abs() < 0.005, "{exact}");
    let process = process(tiger());
    let criterion = Criterion::Discounted(0.95);
    let mut last = f64::INFINITY;
    for resolution in [4, 16, 64, 256] {
        let (lower, upper) = bounds(&process, criterion, resolution);
        assert!(lower <= exact + 1e-6 && exact <= upper + 1e-6, "{lower} {exact} {upper}");
        assert!(upper - lower <= last + 1e-9, "{resolution}: {upper} − {lower} > {last}");
        last = upper - lower;
        if resolution >= 64 {
            // The policy is the best one: its value is the optimum.
            assert!((lower - exact).abs() < 1e-6, "{resolution}: {lower}, not {exact}");
        }
    }
    assert!(last < 0.05, "{last}");
    let plan = planned(&process, criterion, 256);
    let likely = |heard: i32| {
        let odds = (0.85_f64 / 0.15).powi(heard);
        1.0 / (1.0 + odds)
    };
    for (heard, action) in [(0, 1), (1, 1), (-1, 1), (2, 0), (-2, 2), (3, 0), (-5, 2)] {
        let worn = likely(heard);
        let point = Point { group: 0, weights: vec![1.0 - worn, worn] };
        assert_eq!(plan.action(&point), action, "{heard}");
    }
}

/// Over the whole range of beliefs the grid lies above the exact value, and near it where it is fine.
#[test]
fn values_lie_above_exact_ones_at_every_belief() {
    let lines = tiger_lines();
    let process = process(tiger());
    for (resolution, near) in [(10, 30.0), (100, 0.6)] {
        let plan = planned(&process, Criterion::Discounted(0.95), resolution);
        for part in 0..=997 {
            let worn = f64::from(part) / 997.0;
            let point = Point { group: 0, weights: vec![1.0 - worn, worn] };
            let (above, exact) = (plan.value(&point), at(lines, worn));
            assert!(exact <= above + 1e-6 && above <= exact + near, "{worn}: {exact} {above}");
        }
    }
}

fn condition(earnings: f64, next: &[f64]) -> ConditionSettings {
    ConditionSettings { earnings, next: next.to_vec(), ..Default::default() }
}

fn sensor(right: f64) -> Option<SensorSettings> {
    let reading = |name: &str, probability: [f64; 2]| Outcome {
        name: name.to_owned(),
        probability: probability.to_vec(),
    };
    Some(SensorSettings {
        readings: vec![reading("low", [right, 1.0 - right]), reading("high", [1.0 - right, right])],
    })
}

/// A machine that fails unseen, with a sensor that is right with this probability.
fn watched(right: f64) -> InspectionSettings {
    InspectionSettings {
        conditions: vec![condition(10.0, &[0.95, 0.05]), condition(0.0, &[])],
        sensor: sensor(right),
        inspect: Some(InspectSettings { cost: 2.0, ..Default::default() }),
        replace: Some(Replace { cost: vec![30.0], duration: 1, ..Default::default() }),
        ..Default::default()
    }
}

fn watched_by_hand(right: f64) -> Two {
    // After a worked beat the sensor reads; an inspection besides tells the truth. Seen: low, high,
    // and the same with either finding.
    let reading = [vec![right, 1.0 - right], vec![1.0 - right, right]];
    let wears = [[0.95, 0.05], [0.0, 1.0]];
    let found = [
        [reading[0].clone(), vec![0.0, 0.0]].concat(),
        [vec![0.0, 0.0], reading[1].clone()].concat(),
    ];
    Two {
        rewards: vec![[10.0, 0.0], [8.0, -2.0], [-30.0, -30.0]],
        moves: vec![wears, wears, [[1.0, 0.0]; 2]],
        sights: vec![reading, found, [vec![1.0], vec![1.0]]],
    }
}

/// More exact sensors are worth no less (Blackwell 1953), and the bounds hold the exact values.
#[test]
fn better_sight_is_worth_no_less() {
    let criterion = Criterion::Discounted(0.9);
    let mut last = 0.0;
    for right in [0.5, 0.6, 0.8, 0.95, 1.0] {
        let exact = at(&watched_by_hand(right).solved(0.9, 180), 0.0);
        let (lower, upper) = bounds(&process(watched(right)), criterion, 100);
        assert!(lower <= exact + 1e-6 && exact <= upper + 1e-6, "{lower} {exact} {upper}");
        assert!(upper - lower < 0.05, "{right}: {lower} to {upper}");
        assert!(exact >= last - 1e-9, "{right}: {exact} < {last}");
        last = exact;
    }
}

/// Ross (1971), theorem: with two conditions what is best goes through at most four regions as the
/// belief of the bad one grows: run, inspect, run, replace; and once replacing is best it stays so.
#[test]
fn the_best_actions_form_regions_of_the_belief() {
    for (right, cost) in [(0.5, 2.0), (0.8, 0.5), (0.7, 5.0)] {
        let mut settings = watched(right);
        settings.inspect = Some(InspectSettings { cost, ..Default::default() });
        let plan = planned(&process(settings), Criterion::Average, 200);
        let mut regions: Vec<usize> = (0..=400)
            .map(|part| {
                let bad = f64::from(part) / 400.0;
                plan.action(&Point { group: 0, weights: vec![1.0 - bad, bad] })
            })
            .collect();
        regions.dedup();
        assert!(
            [&[0, 2][..], &[0, 1, 2], &[0, 1, 0, 2]].contains(&regions.as_slice()),
            "{right} {cost}: {regions:?}"
        );
    }
}

/// Smallwood & Sondik's three conditions: bounds close as the grid grows finer.
#[test]
fn bounds_of_the_machine_maintenance_problem_close_with_the_resolution() {
    let process = process(smallwood_sondik());
    for criterion in [Criterion::Discounted(0.95), Criterion::Average] {
        let all: Vec<(f64, f64)> =
            [2, 6, 18, 54].map(|resolution| bounds(&process, criterion, resolution)).to_vec();
        let best = all.iter().map(|(lower, _)| *lower).fold(f64::NEG_INFINITY, f64::max);
        for pair in all.windows(2) {
            // Multiples of a resolution hold all its beliefs: the upper bound cannot rise.
            assert!(pair[1].1 <= pair[0].1 + 1e-7, "{all:?}");
        }
        for (_, upper) in &all {
            assert!(best <= upper + 1e-7, "{all:?}");
        }
        let (lower, upper) = all[3];
        assert!(upper - lower < 2e-3 * upper.abs(), "{criterion:?}: {all:?}");
    }
}

/// A memory of few beliefs is a policy as well: its value is a lower bound, and more memory than is
/// needed changes nothing.
#[test]
fn a_small_memory_is_worth_no_more_than_the_optimum() {
    let exact = at(tiger_lines(), 0.5);
    let plan = planned(&process(tiger()), Criterion::Discounted(0.95), 64);
    for memory in [1, 2, 3, 4, 5, 50, 500] {
        let lower = plan.lower(memory).unwrap();
        // The exact value is that of 400 beats: what comes after is worth no more than 1e-6.
        assert!(lower <= exact + 1e-6, "{memory}: {lower}");
        if memory >= 5 {
            assert!((lower - exact).abs() < 1e-6, "{memory}: {lower}, not {exact}");
        }
    }
}

/// What is kept in the state and matters no more costs nothing, and what is seen for sure only says
/// which group of beliefs it is.
#[test]
fn beliefs_are_only_over_what_is_hidden_and_matters() {
    let two = process(watched(0.8));
    assert_eq!((two.groups(), two.classes()), (1, 2));
    let remembering = process(InspectionSettings { memory: 4, ..watched(0.8) });
    // Nothing, replaced, and two findings, each 0 to 3 beats old, or older, which 3 are next.
    assert_eq!((remembering.groups(), remembering.classes()), (16, 32));
    let criterion = Criterion::Discounted(0.9);
    let (plain, kept) = (planned(&two, criterion, 30), planned(&remembering, criterion, 30));
    let (plain, kept) = (plain.upper().unwrap(), kept.upper().unwrap());
    assert!((plain - kept).abs() < 1e-6, "{plain} {kept}");
}

#[test]
fn what_cannot_be_planned_is_refused() {
    let tiger = process(tiger());
    assert_eq!(BeliefGrid::new(tiger.clone(), 0).unwrap_err(), BeliefError::NoResolution);
    let grid = Arc::new(BeliefGrid::new(tiger, 2).unwrap());
    let refused = grid.solve(Criterion::Total, 1e-6, None, &Progress::new());
    assert_eq!(refused.unwrap_err(), BeliefError::Total);
    let conditions = (0..30).map(|_| condition(1.0, &[])).collect();
    let many = InspectionSettings { conditions, ..Default::default() };
    let refused = BeliefGrid::new(process(many), 20).unwrap_err();
    assert!(matches!(refused, BeliefError::TooLarge { resolution: 20, .. }), "{refused}");
}

/// Free, right and in every beat: who inspects sees all, so that nothing is lost to who is told.
#[test]
fn looking_that_costs_nothing_is_worth_what_full_sight_is() {
    let machine = machine(InspectionSettings {
        inspect: Some(InspectSettings::default()),
        replace: replaced(12.0, 1),
        ..Default::default()
    });
    let values = optimal_values(&machine, 0.95);
    let full = values[machine.state_space().index(&start(&machine)) as usize];
    let plan = plan_of(&machine, Criterion::Discounted(0.95), 20);
    near(plan.upper().unwrap(), full, 1e-7);
    near(plan.lower(1_000).unwrap(), full, 1e-7);
}

/// Without a sensor and without inspections all that one can go by is the age: the plan is worth
/// what the best age of replacement is, found by another solver on the machine with a clock.
#[test]
fn without_any_sight_the_plan_is_age_replacement() {
    let blind =
        InspectionSettings { inspect: None, replace: replaced(12.0, 0), ..Default::default() };
    let clocked = machine(InspectionSettings { memory: 60, ..blind.clone() });
    let gain =
        |age: Level| LongRun::new(&clocked, move |state| vec![Level::from(state[2] >= age)]).gain();
    let (best, age) =
        (1..60).map(|age| (gain(age), age)).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
    assert!((3..40).contains(&age), "{age}");
    let plan = plan_of(&machine(blind), Criterion::Average, 60);
    near(plan.lower(1_000).unwrap(), best, 1e-9);
    let upper = plan.upper().unwrap();
    assert!(best <= upper && upper <= best + 0.05, "{best} {upper}");
}

/// A machine of two conditions that fails unseen: p a beat, 10 a good beat, 12 for a new one that
/// works at once. Replaced every N beats it earns (10·(1 − qᴺ)/p − 12)/N a beat, q = 1 − p.
#[test]
fn the_best_age_of_two_conditions_is_that_of_the_closed_form() {
    let p = 0.1;
    let settings = InspectionSettings {
        conditions: vec![condition(10.0, &[1.0 - p, p]), condition(0.0, &[])],
        inspect: None,
        replace: replaced(12.0, 0),
        ..Default::default()
    };
    let gain = |n: i32| (10.0 * (1.0 - (1.0 - p).powi(n)) / p - 12.0) / f64::from(n);
    let best = (1..100).max_by(|&a, &b| gain(a).total_cmp(&gain(b))).unwrap();
    let plan = plan_of(&machine(settings), Criterion::Average, 200);
    near(plan.lower(1_000).unwrap(), gain(best), 1e-9);
    assert!(plan.upper().unwrap() >= gain(best) - 1e-9);
    // The plan replaces once the belief of bad is what it is after the best age, and not before.
    let replaces = |n: i32| {
        let good = (1.0 - p).powi(n);
        let point = plan.grid().process().first()[0].point.clone();
        let mut point = point;
        point.weights = vec![good, 1.0 - good];
        plan.action(&point) == 1
    };
    assert!((1..best).all(|n| !replaces(n)) && (best..40).all(replaces), "{best}");
}
