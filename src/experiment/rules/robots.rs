//! Robots on a shop floor: the rule of the nearest job and the optimum, against closed forms.

use super::*;
use crate::experiment::optimum::{self, SolveOptions};
use crate::scenario::library;

fn floor(rows: &str, more: &str) -> Scenario {
    let text = format!(
        "(version: 1, criterion: Average, environment: ShopFloor(rows: [{rows}], stations: [(symbol: \
         \"A\", arrival: 1, queue: 1, to: [\"B\"]), (symbol: \"B\")], waiting_cost: 0{more}))"
    );
    Scenario::parse("floor.ron", &text).unwrap_or_else(|reports| panic!("{reports}"))
}

/// What the rule is worth at its best, and between which bounds the optimum lies.
fn rule_and_optimum(scenario: &Scenario) -> (f64, (f64, f64)) {
    let rule = AgentSpec::NearestJob(Default::default());
    let best = best(&rule, scenario, None, &Progress::new()).unwrap().unwrap();
    let Basis::Model(found) = best.basis else { panic!("there is a model") };
    let optimum = optimum::find(scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
    let bounds = optimum.solution.bounds.unwrap();
    (found.gain, (bounds.lower, bounds.upper.unwrap()))
}

fn assert_within(bounds: (f64, f64), expected: f64) {
    let near = bounds.0 - 1e-6 <= expected && expected <= bounds.1 + 1e-6;
    assert!(near && bounds.1 - bounds.0 < 1e-5, "{bounds:?} {expected}");
}

/// One robot that always finds a job earns revenue less 2d moves in 2d beats; with handling in
/// 2d + 2. Nobody can do better, and the rule does no worse.
#[test]
fn nearest_job_first_is_the_best_for_one_robot_on_one_way() {
    for (rows, way, handling) in
        [("\"A1.B\"", 3.0, 0.0), ("\"A1.B\"", 3.0, 1.0), ("\"A#B\", \".1.\"", 4.0, 0.0)]
    {
        let scenario = floor(rows, &format!(", move_cost: 0.25, handling: {handling}"));
        let gain = (10.0 - 0.25 * 2.0 * way) / (2.0 * way + 2.0 * handling);
        let (rule, optimum) = rule_and_optimum(&scenario);
        assert!((rule - gain).abs() < 1e-6, "{rule} {gain}");
        assert_within(optimum, gain);
    }
}

/// In a corridor a second robot is worth nothing; on a loop it doubles what goes through.
#[test]
fn a_corridor_is_worth_one_robot_and_a_loop_two() {
    let free = ", move_cost: 0, bump_cost: 0";
    let optimum = |rows| rule_and_optimum(&floor(rows, free)).1;
    assert_within(optimum("\"A1.B.\""), 10.0 / 6.0);
    assert_within(optimum("\"A1.B2\""), 10.0 / 6.0);
    let (alone, both) = ("\"A>1v\", \"^.B<\"", "\"A>1v\", \"^2B<\"");
    // Three moves to B, whether by the lane or past it, and three back.
    assert_within(optimum(alone), 10.0 / 6.0);
    assert_within(optimum(both), 20.0 / 6.0);
    let (rule, _) = rule_and_optimum(&floor(both, free));
    assert!((rule - 20.0 / 6.0).abs() < 1e-6, "{rule}");
}

/// The rule is stuck in the corridor that is shipped and pays for the four jobs in it for ever.
#[test]
fn the_rule_is_stuck_where_robots_meet_head_on() {
    let scenario = library::open("networking/narrow_corridor.ron").unwrap();
    let rule = AgentSpec::NearestJob(Default::default());
    let best = best(&rule, &scenario, None, &Progress::new()).unwrap().unwrap();
    let Basis::Model(found) = best.basis else { panic!("there is a model") };
    assert!((found.gain + 0.4).abs() < 1e-6, "{}", found.gain);
}
