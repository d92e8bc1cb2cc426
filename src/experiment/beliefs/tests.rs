//! The agent that plans over beliefs, in runs and between its bounds.

use super::*;
use crate::environments::inspection::tests::tiger;
use crate::experiment::agents::{AgentError, build};
use crate::experiment::judging;
use crate::experiment::run::{AnyAgent, RunSettings, open};
use crate::experiment::session::{Command, Session};
use crate::mdp::Luck;
use crate::scenario::{AgentSpec, BeliefSettings, library};

fn worn_tool() -> AnyEnvironment {
    AnySettings::Inspection(tiger()).build().unwrap()
}

fn seeing(levels: &[Level], beat: u64) -> Situation<'_> {
    Situation { levels, reals: &[], allowed: None, beat }
}

const MEASURE: Level = 1;
const THROW_AWAY: Level = 2;
/// The news of the tiger's tool: nothing, replaced, found fresh, found worn.
const FRESH: Level = 2;
const WORN: Level = 3;

#[test]
fn it_believes_what_bayes_says_and_acts_by_it() {
    let environment = worn_tool();
    let foresight =
        foresight(&environment, Criterion::Discounted(0.95), 64, &Progress::new()).unwrap();
    let mut agent = Believer::new(foresight, &environment);
    let mut dice = Dice::new(Luck::new(1), agent.sources());
    let mut action = [9];
    agent.begin_episode();
    let mut values = [0.0; 3];
    let mut worn = 0.5;
    for (beat, (news, wanted)) in
        [(0, MEASURE), (WORN, MEASURE), (FRESH, MEASURE), (WORN, MEASURE), (WORN, THROW_AWAY)]
            .into_iter()
            .enumerate()
    {
        let likely = match news {
            WORN => 0.85,
            FRESH => 0.15,
            _ => 0.5,
        };
        worn = worn * likely / (worn * likely + (1.0 - worn) * (1.0 - likely));
        let levels = [news];
        let situation = seeing(&levels, beat as u64);
        let belief = agent.belief(&situation).unwrap();
        let by_agent = belief.states().iter().filter(|(state, _)| *state >= 4);
        let by_agent: f64 = by_agent.map(|(_, p)| p).sum();
        assert!((by_agent - worn).abs() < 1e-12, "{beat}: {by_agent}, not {worn}");
        let said = agent.believed(&situation).unwrap();
        let said: f64 = said.iter().filter(|(state, _)| state[0] == 1).map(|(_, p)| p).sum();
        assert!((said - worn).abs() < 1e-12, "{beat}: it says {said}");
        // What it will do can be asked for without its doing it.
        assert!(agent.foresee(&situation, &mut dice, &mut action));
        assert_eq!(action, [wanted]);
        assert!(agent.action_values(&situation, &mut values));
        let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!(values[wanted as usize] >= best - 1e-6, "{values:?}");
        let value = agent.state_value(&situation).unwrap().value;
        assert!((value - best).abs() < 1.0, "{value} {best}");
        agent.decide(&situation, &mut dice, &mut action);
        assert_eq!(action, [wanted]);
    }
    // A tool thrown away is followed by one of even odds.
    let next = agent.belief(&seeing(&[1], 5)).unwrap();
    assert!(next.states().iter().all(|(_, p)| (p - 0.5).abs() < 1e-12));
    // Who comes in the midst knows only what is seen.
    let midst = agent.belief(&seeing(&[WORN], 40)).unwrap();
    let worn: f64 = midst.states().iter().filter(|(s, _)| *s >= 4).map(|(_, p)| p).sum();
    assert!((worn - 0.5).abs() < 1e-12, "the state with such news holds no more than the news");
}

/// The mean of many beats lies between the bounds, by a margin of four standard errors.
#[test]
fn what_it_earns_lies_between_its_bounds() {
    for path in ["digitalisation/two_sensors.ron", "digitalisation/false_alarms.ron"] {
        let scenario = library::open(path).unwrap();
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        let all = enclosures(environment, criterion, &[10, 20], None, &Progress::new()).unwrap();
        let found = all[1];
        let (lower, upper) = (found.lower, found.upper.unwrap());
        assert!(lower <= upper + 1e-9 && upper - lower < 0.1 * upper.abs(), "{path}: {found:?}");
        let settings = BeliefSettings { resolution: 20 };
        let agent = build(&AgentSpec::Beliefs(settings), environment, criterion, None).unwrap();
        let mut run = open(environment, agent, RunSettings { seed: 7, ..RunSettings::default() });
        run.advance(200);
        let batches: Vec<f64> = (0..20)
            .map(|_| {
                let before: f64 = run.item_totals().iter().sum();
                run.advance(1_000);
                (run.item_totals().iter().sum::<f64>() - before) / 1_000.0
            })
            .collect();
        let mean = batches.iter().sum::<f64>() / 20.0;
        let square: f64 = batches.iter().map(|batch| (batch - mean).powi(2)).sum();
        let margin = 4.0 * (square / 19.0 / 20.0).sqrt();
        assert!(
            lower - margin <= mean && mean <= upper + margin,
            "{path}: {lower} to {upper}, but {mean} ± {margin}"
        );
    }
}

/// Kaelbling, Littman & Cassandra (1998): 19.37 at ½, as the shipped file has it; who sees the tool
/// earns 10 in every beat, 200 in all.
#[test]
fn the_shipped_tiger_is_worth_what_is_published() {
    let scenario = library::open("textbook/tiger.ron").unwrap();
    let criterion = scenario.contents.criterion;
    let all = enclosures(&scenario.environment, criterion, &[32, 128], None, &Progress::new());
    let all = all.unwrap();
    assert!((all[1].lower - 19.37).abs() < 0.005, "{all:?}");
    assert!(all[1].upper.unwrap() >= all[1].lower && all[1].gap() < all[0].gap(), "{all:?}");
    let options = crate::experiment::optimum::SolveOptions::to(None);
    let full = crate::experiment::optimum::find(&scenario, &options, &Progress::new()).unwrap();
    assert!((full.value().unwrap() - 200.0).abs() < 1e-5);
}

/// A rule that goes by what it sees now is evaluated exactly though the state is hidden, and a rule
/// that remembers is not; neither earns more than the upper bound.
#[test]
fn rules_that_go_by_sight_are_judged_exactly() {
    let scenario = library::open("digitalisation/false_alarms.ron").unwrap();
    let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
    let enumeration =
        environment.erased().enumerate(EnumerationOptions::default(), &Progress::new()).unwrap();
    let rule = build(&scenario.contents.agent, environment, criterion, None).unwrap();
    let worth = judging::judge(rule.agent(), environment, &enumeration, criterion);
    let worth = worth.unwrap().unwrap();
    let mut run = open(environment, rule, RunSettings::default());
    run.advance(200_000);
    let mean = run.item_totals().iter().sum::<f64>() / 200_000.0;
    assert!((mean - worth.value).abs() < 0.1, "{mean}, but {worth:?}");
    let bounds = enclosures(environment, criterion, &[20], None, &Progress::new()).unwrap();
    assert!(worth.value < bounds[0].lower, "{worth:?} {bounds:?}");
    let believer = build(&AgentSpec::Beliefs(Default::default()), environment, criterion, None);
    let believer = believer.unwrap();
    let judged = judging::judge(believer.agent(), environment, &enumeration, criterion).unwrap();
    assert_eq!(judged, None);
}

#[test]
fn who_sees_nothing_follows_no_optimum_and_who_sees_all_believes_nothing() {
    let criterion = Criterion::Discounted(0.9);
    let refused = |spec: &AgentSpec, environment: &AnyEnvironment| {
        let refused = build(spec, environment, criterion, None);
        match refused.err() {
            Some(AgentError::Settings(faults)) => faults[0].remedy.clone(),
            other => panic!("{other:?}"),
        }
    };
    let (optimum, beliefs) =
        (AgentSpec::Optimum(Default::default()), AgentSpec::Beliefs(Default::default()));
    assert_eq!(refused(&optimum, &worn_tool()), "choose `Beliefs`");
    let chain = AnySettings::Chain(Default::default()).build().unwrap();
    assert_eq!(refused(&beliefs, &chain), "choose `Optimum`");
}

/// After a figure was changed it goes on as it was planned, until it is told to plan anew.
#[test]
fn a_changed_figure_waits_for_another_plan() {
    let scenario = Arc::new(library::open("textbook/tiger.ron").unwrap());
    let spec = AgentSpec::Beliefs(BeliefSettings { resolution: 16 });
    let mut session = Session::open(scenario.clone(), spec.clone(), 3, None).unwrap();
    session.run_mut().advance(10);
    let all = session.scenario().parameters();
    let path = all.iter().find(|p| p.path.contains("accuracy")).unwrap().path.clone();
    session.apply(Command::Parameter { path, value: 1.0 }, None).unwrap();
    assert_eq!((session.run().beats(), session.agent()), (10, &spec));
    let earned = |session: &mut Session| {
        session.run_mut().advance(1);
        session.run_mut().clear_records();
        session.run_mut().advance(1_000);
        session.run().item_totals().iter().sum::<f64>()
    };
    // It measures until it is sure enough, though once would do.
    assert!(earned(&mut session) < 4_000.0);
    session.apply(Command::Agent(spec), None).unwrap();
    assert_eq!(session.run().beats(), 1_011);
    // Measured once for sure, then worked or thrown away: 10 − 1 in two beats.
    let best = earned(&mut session);
    assert!((best - 4_500.0).abs() < 20.0, "{best}");
}

#[test]
fn the_same_luck_gives_the_same_run_whether_a_plan_was_made_before_or_not() {
    let environment = worn_tool();
    let played = || {
        let spec = AgentSpec::Beliefs(BeliefSettings { resolution: 11 });
        let agent: AnyAgent =
            build(&spec, &environment, Criterion::Discounted(0.95), None).unwrap();
        let mut run = open(&environment, agent, RunSettings { seed: 5, ..Default::default() });
        run.advance(500);
        (run.state().to_vec(), run.item_totals().to_vec())
    };
    assert_eq!(played(), played());
}
