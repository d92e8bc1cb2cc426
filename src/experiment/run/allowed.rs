//! No step ever sees an action that is not allowed, however many actions there are.

use super::*;
use crate::environments::line::{
    CalendarSettings, MachineSettings, MaintenanceSettings, SpanSettings,
};
use crate::environments::replacement::{AfterFailure, Maintain, Replace};
use crate::environments::{
    AnySettings, FleetSettings, LineSettings, ReplacementSettings, examples, fleet,
};
use crate::experiment::agents::build;
use crate::heuristics::ThresholdSettings;
use crate::mdp::Criterion;
use crate::mdp::enumerate::ACTION_LIMIT;
use crate::scenario::AgentSpec;

/// Settings of every kind that can have more actions than are numbered and forbids some of them.
fn beyond_the_limit() -> Vec<AnySettings> {
    let link = |most| fleet::FleetLink { most, ..Default::default() };
    let fleet = |links: &[u32]| FleetSettings {
        places: vec![fleet::FleetPlace::default(); links.len() + 1],
        links: links.iter().map(|&most| link(most)).collect(),
    };
    let worn = ReplacementSettings {
        states: 5,
        units: 8,
        failure: vec![0.0, 0.1, 0.2, 0.4, 1.0],
        after_failure: AfterFailure::Down { repair: 0.4, down_cost: 2.0 },
        wear: vec![0.5, 0.3, 0.2],
        maintain: Some(Maintain { cost: vec![3.0], ..Default::default() }),
        replace: Some(Replace { cost: vec![5.0], ..Default::default() }),
        ..Default::default()
    };
    let machine = MachineSettings {
        failure: 0.2,
        repair: 0.2,
        maintenance: Some(MaintenanceSettings::default()),
        ..Default::default()
    };
    let line = LineSettings {
        machines: vec![machine; 8],
        buffers: vec![Default::default(); 7],
        crews: Some(1),
        calendar: Some(CalendarSettings {
            day: 7,
            spans: [(0, true), (5, false)]
                .map(|(from, works)| SpanSettings { from, works, ..Default::default() })
                .into(),
        }),
        ..Default::default()
    };
    let without_crews = LineSettings { crews: None, calendar: None, ..line.clone() };
    vec![
        AnySettings::Fleet(fleet(&[1_000, 5])),
        AnySettings::Fleet(fleet(&[9, 9, 20])),
        AnySettings::Replacement(worn),
        AnySettings::Line(line),
        AnySettings::Line(without_crews),
    ]
}

fn restricts(environment: &AnyEnvironment) -> bool {
    struct Asks;
    impl Visitor for Asks {
        type Output = bool;
        fn visit<E: Enumerable>(self, environment: &Arc<E>) -> bool {
            environment.restricts_actions()
        }
    }
    environment.visit(Asks)
}

/// Who is played: rules of thumb and learners, as far as they can act here.
fn agents(environment: &AnyEnvironment) -> Vec<AnyAgent> {
    let suggested = AgentSpec::Threshold(ThresholdSettings::suggested(environment));
    let rules = AgentSpec::rules().into_iter().filter(|rule| rule.base().is_none());
    let all = rules.chain([suggested]).chain(AgentSpec::learners());
    // Learners that predict act by a rule.
    all.filter_map(|spec| build(&spec, environment, Criterion::Discounted(0.9), None).ok())
        .collect()
}

fn plays_what_is_allowed(settings: &AnySettings, most: usize) -> usize {
    let environment = settings.clone().build().unwrap_or_else(|faults| panic!("{faults:?}"));
    let (mut played, erased) = (0, environment.erased());
    for agent in agents(&environment).into_iter().take(most) {
        let name = agent.agent().name().to_owned();
        let mut run = open(&environment, agent, RunSettings { seed: 5, ..Default::default() });
        let mut foreseen = vec![0; environment.action_space().len()];
        for beat in 0..150 {
            assert!(run.intention(&mut foreseen), "{name}");
            assert_eq!(run.decide(), Decision::Made, "{name}");
            let (state, action) = (run.state(), run.action());
            assert!(
                environment.action_space().contains(action) && erased.allows(state, action),
                "{settings:?}: {name} in beat {beat}: {action:?} in {state:?}"
            );
            assert_eq!(foreseen, action, "{name}");
            run.step();
            run.learn();
            run.record();
        }
        assert_eq!(run.advance(1_000), 1_000, "{name}");
        played += 1;
    }
    played
}

#[test]
fn no_step_sees_a_forbidden_action_however_many_there_are() {
    for settings in beyond_the_limit() {
        let environment = settings.clone().build().unwrap();
        assert!(environment.action_space().count().unwrap() > ACTION_LIMIT, "{settings:?}");
        assert!(restricts(&environment), "{settings:?}");
        // Always run, random and a threshold act; what has a table for each action refuses.
        assert!(plays_what_is_allowed(&settings, usize::MAX) >= 3, "{settings:?}");
        for learner in AgentSpec::learners().filter(|learner| learner.base().is_none()) {
            let built = build(&learner, &environment, Criterion::Discounted(0.9), None);
            assert!(built.is_err(), "{}", learner.name());
        }
    }
}

/// The same where masks are handed on, of every kind that restricts actions.
#[test]
fn no_step_sees_a_forbidden_action_of_any_kind() {
    let mut kinds: Vec<&str> = Vec::new();
    for settings in examples() {
        let environment = settings.clone().build().unwrap();
        let kind = environment.kind();
        if kinds.contains(&kind) || !restricts(&environment) {
            continue;
        }
        kinds.push(kind);
        assert!(plays_what_is_allowed(&settings, usize::MAX) >= 10, "{kind}");
    }
    assert_eq!(kinds.len(), 9, "{kinds:?}");
}
