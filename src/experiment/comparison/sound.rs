//! Whether what a cell says can be: a checksum says nothing about who wrote it.

use super::cell::{Cell, Learning, Measured, Sums, TRACKED};
use super::layout::Arm;
use super::play::{looks, tracked_at};
use crate::scenario::ExperimentContents;

/// What in a cell cannot be so of an arm played with a seed; `None` where all can.
pub(super) fn fault(
    cell: &Cell,
    arm: &Arm,
    seed: u64,
    contents: &ExperimentContents,
) -> Option<&'static str> {
    if cell.seed != seed {
        return Some("it is of another seed");
    }
    if cell.agent.name() != arm.spec.name() {
        return Some("it is of another agent");
    }
    if cell.optimum.is_some_and(|(lower, upper)| lower.is_nan() || upper.is_nan() || lower > upper)
    {
        return Some("the bounds of its optimum are none");
    }
    if cell.value.is_some_and(|value| !value.is_finite()) {
        return Some("what its policy is worth is no finite number");
    }
    let environment = arm.with.environment.erased();
    let items = environment.reward_items().len();
    let each = environment.joining().map_or(1, |joining| u64::from(joining.parts));
    let measured = cell.measured.as_ref();
    of_learning(&cell.learning, contents).or_else(|| {
        measured.and_then(|measured| of_measured(measured, items, each, contents.measured))
    })
}

fn of_learning(learning: &Learning, contents: &ExperimentContents) -> Option<&'static str> {
    let beats = learning.points.iter().map(|point| point.beats);
    if !beats.eq(looks(contents)) {
        return Some("it was not looked at when it should have been");
    }
    if learning.points.iter().any(|point| point.value.is_some_and(|value| !value.is_finite())) {
        return Some("what a policy was worth is no finite number");
    }
    // An episode lasts a beat or more.
    (learning.begun > contents.beats).then_some("it has more episodes than beats")
}

/// As above, where each that leaves is joined of so many parts.
fn of_measured(measured: &Measured, items: usize, each: u64, beats: u64) -> Option<&'static str> {
    let at = measured.track.iter().map(|sums| sums.beats);
    if !at.eq((1..=TRACKED).map(|look| tracked_at(look, beats))) {
        return Some("it was not measured when it should have been");
    }
    if measured.track.iter().any(|sums| sums.items.len() != items) {
        return Some("it has other reward items than the scenario");
    }
    let counts = |sums: &Sums| [sums.parts, sums.stock, sums.lead_time, sums.lead_times];
    let grows = |[before, after]: &[Sums; 2]| {
        counts(before).iter().zip(counts(after)).all(|(before, after)| *before <= after)
    };
    if !measured.track.array_windows().all(grows) {
        return Some("its sums do not grow");
    }
    if measured.track.last().is_some_and(|sums| sums.lead_times > sums.parts.saturating_mul(each)) {
        return Some("it has more lead times than parts");
    }
    let within = measured.warm_up.is_none_or(|cut| cut <= beats);
    (!within).then_some("its warm-up is longer than the run")
}

#[cfg(test)]
mod tests {
    use super::super::Layout;
    use super::super::play::{Ready, play};
    use super::*;
    use crate::mdp::Progress;
    use crate::scenario::{AgentSpec, Experiment, Scenario};

    #[test]
    fn what_was_played_is_sound_and_what_cannot_be_is_not() {
        let text = "(version: 1, environment: Line(machines: [(failure: 0.1, repair: 0.5), ()], \
                    buffers: [(capacity: 3)], revenue: 1), experiment: (agents: [(agent: \
                    AlwaysRun)], seeds: 1, beats: 2000, measured: 1037))";
        let scenario = Scenario::parse("test.ron", text).unwrap_or_else(|told| panic!("{told}"));
        let layout = Layout::of(&Experiment::of_scenario("test.ron".into(), scenario)).unwrap();
        let (arm, contents) = (&layout.arms[0], &layout.contents);
        let ready = Ready { scenario: &arm.with, spec: &arm.spec, plan: None, optimum: None };
        let key = layout.key(arm, 101);
        let cell = play(ready, key, 101, contents, &Progress::new()).unwrap();
        assert_eq!(fault(&cell, arm, 101, contents), None);
        let found = |change: fn(&mut Cell)| {
            let mut altered = cell.clone();
            change(&mut altered);
            fault(&altered, arm, 101, contents).unwrap_or_default()
        };
        assert!(found(|cell| cell.seed = 3).contains("another seed"));
        assert!(found(|cell| cell.agent = AgentSpec::Random).contains("another agent"));
        assert!(found(|cell| cell.optimum = Some((2.0, 1.0))).contains("bounds"));
        assert!(found(|cell| cell.value = Some(f64::INFINITY)).contains("no finite number"));
        assert!(found(|cell| cell.learning.points[0].beats = 7).contains("looked at"));
        assert!(found(|cell| cell.learning.points.clear()).contains("looked at"));
        assert!(found(|cell| cell.learning.begun = 2001).contains("more episodes"));
        let of_track = |change: fn(&mut Measured)| {
            let mut altered = cell.clone();
            change(altered.measured.as_mut().unwrap());
            fault(&altered, arm, 101, contents).unwrap_or_default()
        };
        // With `parts` of 1 at the end, what came after the warm-up once was below 0.
        let grow = "its sums do not grow";
        assert_eq!(of_track(|one| one.track[99].parts = 1), grow);
        assert_eq!(of_track(|one| one.track[99].stock = 1), grow);
        assert_eq!(of_track(|one| one.track[50].lead_time = u64::MAX), grow);
        assert_eq!(of_track(|one| one.track[50].lead_times = u64::MAX), grow);
        assert!(of_track(|one| one.track.truncate(99)).contains("measured when"));
        assert!(of_track(|one| one.track[3].beats = 1).contains("measured when"));
        assert!(of_track(|one| one.track[3].items.clear()).contains("reward items"));
        assert!(of_track(|one| one.track[99].lead_times = 1038).contains("lead times than"));
        assert!(of_track(|one| one.warm_up = Some(1038)).contains("warm-up"));
    }
}
