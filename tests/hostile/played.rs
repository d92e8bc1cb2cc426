//! Shipped scenarios with one thing changed: what is refused is refused in place, and what is read is
//! played for some beats, with its experiment laid out.

use std::time::{Duration, Instant};

use taktlab::environments::AnyEnvironment;
use taktlab::experiment::comparison::{Layout, LayoutError};
use taktlab::experiment::{RunSettings, agents, open};
use taktlab::mdp::Decision;
use taktlab::scenario::starting::starting_file;
use taktlab::scenario::{AgentSpec, Experiment, Scenario, library};

use crate::cases::refused;
use crate::mutate::{Dice, spoil};

/// How often each file is changed, and how many of its numbers one after the other.
const CHANGES: usize = 24;
const NUMBERS: usize = 24;
/// Longer texts are those of large tables, where one change is like another.
const LONGEST: usize = 30_000;
/// How many beats each agent plays.
const BEATS: usize = 40;
/// A table of more entries is not worth its memory for so few beats.
const MOST_ENTRIES: f64 = 1e6;
/// Numbers of which some are too small or too large for most figures, and some only odd.
const OTHERS: &[&str] = &[
    "0", "1", "-1", "2", "3", "0.5", "1.5", "0.999", "1e-9", "7", "40", "101", "1000", "4097",
    "100000", "1e6", "1e300",
];

/// Where the numbers of a text stand, but those in texts and names.
fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut quoted, mut begun) = (Vec::new(), false, None);
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        quoted ^= letter == '"';
        let part = letter.is_ascii_digit() || (begun.is_some() && letter == '.');
        match (begun, part && !quoted) {
            (None, true) if !before.is_alphanumeric() && before != '_' => begun = Some(at),
            (Some(start), false) => {
                found.push(start..at);
                begun = None;
            }
            _ => {}
        }
        before = letter;
    }
    found
}

/// Files that are there to begin with: those that are shipped, those that `new` writes, and some whose
/// experiment varies a figure of every sort.
fn files() -> Vec<(String, String)> {
    let shipped = library::list(None).into_iter();
    let shipped = shipped.map(|listed| (listed.path.clone(), listed.open().unwrap().to_ron()));
    let kinds = AnyEnvironment::KINDS.iter();
    let started = kinds.map(|kind| ((*kind).to_owned(), starting_file(kind, None).unwrap()));
    let mut files: Vec<(String, String)> = shipped.chain(started).collect();
    files.retain(|(_, text)| text.len() <= LONGEST);
    let varied = files.clone().into_iter().filter_map(|(name, text)| varied(&name, &text));
    let varied: Vec<_> = varied.collect();
    assert!(varied.len() >= 80, "{}", varied.len());
    files.extend(varied);
    files
}

/// The same scenario with an experiment in which its first figure takes values, and one of a learner.
fn varied(name: &str, text: &str) -> Option<(String, String)> {
    let scenario = Scenario::parse("x.ron", text).ok()?;
    let parameter = scenario.parameters().into_iter().next()?;
    let (path, value) = (&parameter.path, parameter.value);
    let experiment = format!(
        "experiment: (agents: [(agent: AlwaysRun), (agent: QLearning())], vary: [\n(parameter: \
         \"{path}\", values: [{value}, {value}]),\n(parameter: \"agent.discount\", values: [0.5, \
         0.75]),\n]),\n)"
    );
    let text = text.trim_end().strip_suffix(')')?;
    let plain = text.split("\n    experiment:").next()?.trim_end();
    let whole = format!("{plain},\n{experiment}").replace(",,", ",");
    // One whose own agent or limits do not fit is none to begin with.
    Scenario::parse("x.ron", &whole).ok().map(|_| (format!("{name}, varied"), whole))
}

/// Plays a scenario that was read, by chance and by its own agent.
fn play(scenario: &Scenario) {
    let environment = &scenario.environment;
    let seen = environment.erased().observation_space().count_estimate();
    let large = seen * environment.action_space().count_estimate() > MOST_ENTRIES;
    for spec in [AgentSpec::Random, AgentSpec::AlwaysRun, scenario.contents.agent.clone()] {
        // What looks ahead or plans takes as long as it takes.
        let slow = matches!(spec, AgentSpec::Rollout(_) | AgentSpec::Beliefs(_));
        if slow || spec.learns() && large || spec.base().is_some() {
            continue;
        }
        let criterion = scenario.contents.criterion;
        let Ok(agent) = agents::build(&spec, environment, criterion, None) else { continue };
        let mut run = open(environment, agent, RunSettings::default());
        for _ in 0..BEATS {
            if run.decide() == Decision::NotYet {
                break;
            }
            assert!(environment.erased().allows(run.state(), run.action()), "{}", spec.name());
            run.step();
            run.learn();
            run.record();
            assert!(run.reward().is_finite(), "{}", spec.name());
        }
    }
}

/// What is wrong with an experiment whose values all fit by themselves: nothing, but that there are
/// too many runs or that values do not fit together.
fn lay_out(scenario: &Scenario) {
    let varied = scenario.contents.experiment.vary.len();
    if varied == 0 {
        return;
    }
    match Layout::of(&Experiment::of_scenario("x.ron".to_owned(), scenario.clone())) {
        Ok(_) | Err(LayoutError::TooLarge(_)) => {}
        Err(error) => assert!(varied > 1, "said without a place: {error}"),
    }
}

fn judge(file: &str, text: &str, played: &mut usize) {
    let started = Instant::now();
    match refused("x.ron", text) {
        Ok(_) => return,
        Err(what) => assert_eq!(what, "it was read", "{file}:\n{text}"),
    }
    let scenario = Scenario::parse("x.ron", text).unwrap();
    let tried = std::panic::catch_unwind(|| {
        lay_out(&scenario);
        play(&scenario);
    });
    assert!(tried.is_ok(), "{file}:\n{text}");
    assert!(started.elapsed() < Duration::from_secs(60), "{file}: {:?}", started.elapsed());
    *played += 1;
}

/// About 10,000 files, of which nobody has read any.
#[test]
fn changed_scenarios_are_refused_in_place_or_played() {
    let mut dice = Dice(2_027);
    let (mut tried, mut played) = (0, 0);
    for (file, text) in files() {
        let places = numbers(&text);
        for _ in 0..NUMBERS.min(places.len() * 4) {
            let place = places[dice.below(places.len())].clone();
            let mut changed = text.clone();
            changed.replace_range(place, OTHERS[dice.below(OTHERS.len())]);
            judge(&file, &changed, &mut played);
            tried += 1;
        }
        for _ in 0..CHANGES {
            let Some((_, changed)) = spoil(&text, &mut dice) else { continue };
            judge(&file, &changed, &mut played);
            tried += 1;
        }
    }
    println!("{tried} files, {played} of them played");
    assert!(tried >= 6_000 && played >= tried / 10, "{tried} tried, {played} played");
}

/// The mistake that began this: valid settings of so many actions that none is masked.
#[test]
fn a_link_for_a_thousand_units_is_played() {
    let text = library::open("networking/containers.ron").unwrap().to_ron();
    let wide = text.replacen("most: 2", "most: 1000", 1);
    assert_ne!(text, wide);
    play(&Scenario::parse("x.ron", &wide).unwrap());
}
