use super::*;
use crate::experiment::AnyRun;
use crate::experiment::run::{RunSettings, open};
use crate::learners::{
    DynaSettings, Features, LearnedPolicy, MonteCarloSettings, PredictionSettings,
    ReinforceSettings, Target,
};
use crate::mdp::Situation;
use crate::scenario::{PredictionSpec, library};

/// Never ending without and with masks, and episodes with masks.
const SCENARIOS: [&str; 3] =
    ["lines/three_machines.ron", "textbook/recycling_robot.ron", "textbook/gambler.ron"];

/// An agent in a run whose episodes are cut off from time to time.
fn run_of(agent: AnyAgent, scenario: &Scenario, seed: u64) -> Box<dyn AnyRun> {
    let settings = RunSettings { seed, episode_limit: Some(700), ..RunSettings::default() };
    open(&scenario.environment, agent, settings)
}

fn trained(spec: &AgentSpec, scenario: &Scenario) -> Box<dyn AnyRun> {
    let criterion = scenario.contents.criterion;
    let agent = agents::build(spec, &scenario.environment, criterion, None).unwrap();
    let mut run = run_of(agent, scenario, 1);
    // Within an episode, so that for some learners steps wait.
    run.advance(2_950);
    run
}

/// Every learner with its usual settings, and those that keep more with others.
fn learners() -> Vec<AgentSpec> {
    let mut specs: Vec<AgentSpec> = AgentSpec::learners().collect();
    let greedy = MonteCarloSettings { policy: LearnedPolicy::Greedy, ..Default::default() };
    specs.push(AgentSpec::DynaQ(DynaSettings { bonus: 0.01, ..Default::default() }));
    specs.push(AgentSpec::MonteCarlo(greedy));
    let features = Some(Features::default());
    let (five, whole) = (Target::Rewards { steps: 5 }, Target::episode(Default::default()));
    for (target, features) in [(five, None), (whole, None), (five, features), (whole, features)] {
        let values = PredictionSettings { target, features, ..Default::default() };
        let policy = Box::new(AgentSpec::Random);
        specs.push(AgentSpec::TdPrediction(PredictionSpec { policy, values }));
    }
    specs.push(AgentSpec::Reinforce(ReinforceSettings { baseline: false, ..Default::default() }));
    specs
}

/// What an agent says of every state: values, greedy policy, behaviour.
fn said(agent: &dyn Agent, scenario: &Scenario) -> Vec<f64> {
    let environment = scenario.environment.erased();
    let (states, actions) = (environment.state_space(), environment.action_space());
    let mut levels = vec![0; states.len()];
    let (mut action, mut said) = (vec![0; actions.len()], Vec::new());
    let count = actions.count().unwrap();
    for state in 0..states.count().unwrap() {
        states.levels(state, &mut levels);
        let mut allows = |flat| {
            actions.levels(flat, &mut action);
            environment.allows(&levels, &action)
        };
        let allowed: Vec<bool> = (0..count).map(&mut allows).collect();
        if environment.is_terminal(&levels) || !allowed.contains(&true) {
            continue;
        }
        let seen = Situation { levels: &levels, reals: &[], allowed: Some(&allowed), beat: 0 };
        let mut numbers = vec![0.0; allowed.len()];
        said.extend(agent.state_value(&seen).map(|found| found.value));
        if agent.action_values(&seen, &mut numbers) {
            said.extend_from_slice(&numbers);
        }
        if agent.target_policy(&seen, &mut numbers) {
            said.extend_from_slice(&numbers);
        }
        if agent.policy(&seen, &mut numbers) {
            said.extend_from_slice(&numbers);
        }
    }
    said
}

#[test]
fn every_learner_is_as_it_was_and_goes_on_learning_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("agent.taktlab");
    for file in SCENARIOS {
        let scenario = library::open(file).unwrap();
        for spec in learners() {
            let name = format!("{} in {file}", spec.name());
            let run = trained(&spec, &scenario);
            let kept = SavedAgent::of(&spec, run.agent(), run.beats()).unwrap();
            kept.save(&scenario, &path).unwrap();
            let read = SavedAgent::load(&path, &scenario).unwrap();
            assert_eq!(read, kept, "{name}");
            let loaded = read.build(&scenario).unwrap();
            assert_eq!(loaded.agent().keep().as_ref(), Some(&kept.learned), "{name}");
            assert_eq!(loaded.agent().table(), run.agent().table(), "{name}");
            let of_run = said(run.agent(), &scenario);
            assert!(!of_run.is_empty(), "{name}");
            assert_eq!(said(loaded.agent(), &scenario), of_run, "{name}");
            // From the start of an episode on, bit for bit.
            let mut loaded = run_of(loaded, &scenario, 2);
            let mut went_on = run_of(AnyAgent::Other(run.agent().boxed_clone()), &scenario, 2);
            for _ in 0..3 {
                loaded.advance(1_000);
                went_on.advance(1_000);
                assert_eq!(loaded.agent().keep(), went_on.agent().keep(), "{name}");
            }
            assert_ne!(loaded.agent().keep(), Some(kept.learned), "{name} learned nothing more");
        }
    }
}

/// Arrays of which a beginning may have been kept as well: what waits behind, or no mask.
const MAY_BE_SHORTER: [&str; 3] = ["behind", "masks", "pairs"];

#[test]
fn arrays_that_cannot_be_are_refused_and_none_makes_a_learner_fail() {
    for file in SCENARIOS {
        let scenario = library::open(file).unwrap();
        for spec in learners() {
            let run = trained(&spec, &scenario);
            let saved = SavedAgent::of(&spec, run.agent(), run.beats()).unwrap();
            for place in 0..saved.learned.len() {
                let with = |change: &dyn Fn(&mut Kept)| {
                    let mut altered = saved.clone();
                    change(&mut altered.learned[place].1);
                    altered
                };
                let (array, kept) = &saved.learned[place];
                let name = format!("`{array}` of {} in {file}", spec.name());
                let refused = |altered: &SavedAgent| {
                    matches!(altered.build(&scenario), Err(SavedAgentError::Unfit(_)))
                };
                let longer = with(&|kept| match kept {
                    Kept::Reals(values) => values.push(0.5),
                    Kept::Counts(values) => values.extend([0, 0]),
                    Kept::Wholes(values) => values.extend([1, 1]),
                });
                assert!(refused(&longer), "{name} is too long");
                let shorter = with(&|kept| match kept {
                    Kept::Reals(values) => _ = values.pop(),
                    Kept::Counts(values) => _ = values.pop(),
                    Kept::Wholes(values) => _ = values.pop(),
                });
                let fits = shorter == saved || MAY_BE_SHORTER.contains(&array.as_str());
                assert!(fits || refused(&shorter), "{name} is too short");
                let other_kind = with(&|kept| {
                    *kept = match kept {
                        Kept::Reals(values) => Kept::Wholes(vec![0; values.len()]),
                        Kept::Counts(values) => Kept::Reals(vec![0.0; values.len()]),
                        Kept::Wholes(values) => Kept::Counts(vec![0; values.len()]),
                    }
                });
                assert!(refused(&other_kind), "{name} is of another kind");
                let mut missing = saved.clone();
                missing.learned.remove(place);
                assert!(refused(&missing), "{name} is missing");
                if let Kept::Reals(values) = kept
                    && !values.is_empty()
                {
                    for bad in [f64::NAN, f64::INFINITY] {
                        let holed = with(&|kept| {
                            if let Kept::Reals(values) = kept {
                                values[0] = bad;
                            }
                        });
                        assert!(refused(&holed), "{name} holds {bad}");
                    }
                }
                // Whatever else stands there is refused, or does no harm.
                for number in [0, 1, 1 << 20, u64::MAX] {
                    let odd = with(&|kept| match kept {
                        Kept::Reals(values) => values.fill(-(number as f64)),
                        Kept::Counts(values) => values.fill(number as u32),
                        Kept::Wholes(values) => values.fill(number),
                    });
                    if let Ok(agent) = odd.build(&scenario) {
                        run_of(agent, &scenario, 3).advance(200);
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_model_counted_must_add_up() {
    let scenario = library::open("textbook/recycling_robot.ron").unwrap();
    for spec in [
        AgentSpec::PrioritisedSweeping(Default::default()),
        AgentSpec::CertaintyEquivalence(Default::default()),
        AgentSpec::PosteriorSampling(Default::default()),
    ] {
        let run = trained(&spec, &scenario);
        let saved = SavedAgent::of(&spec, run.agent(), run.beats()).unwrap();
        let refusal = |array: &str, change: &dyn Fn(&mut Vec<u32>)| {
            let mut altered = saved.clone();
            for (name, kept) in &mut altered.learned {
                if let Kept::Counts(counts) = kept
                    && name == array
                {
                    change(counts);
                }
            }
            altered.build(&scenario).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let says = |found: String, words: &str| assert!(found.contains(words), "{found}");
        says(refusal("outcome counts", &|counts| counts[0] += 1), "do not add up");
        says(refusal("outcome counts", &|counts| counts[0] -= 1), "do not add up");
        says(refusal("visits", &|counts| counts[0] += 1), "do not add up");
        says(refusal("outcome next", &|next| next[0] = 2), "no such state");
        says(refusal("outcome pairs", &|pairs| pairs[0] = 6), "no such pair");
        let twice = |next: &mut Vec<u32>| {
            let first = next[0];
            next.fill(first);
        };
        says(refusal("outcome next", &twice), "follows a pair twice");
    }
}

#[test]
fn what_is_damaged_or_of_another_scenario_is_refused() {
    let scenario = library::open("basics/chain.ron").unwrap();
    let spec = AgentSpec::QLearning(Default::default());
    let run = trained(&spec, &scenario);
    let saved = SavedAgent::of(&spec, run.agent(), 3000).unwrap();
    let bytes = saved.bytes(&scenario).unwrap();
    assert_eq!(SavedAgent::of_bytes(&bytes, &scenario).unwrap(), saved);
    let refused = |bytes: &[u8]| SavedAgent::of_bytes(bytes, &scenario).unwrap_err();
    for cut in 0..bytes.len() {
        let error = refused(&bytes[..cut]);
        assert!(
            matches!(
                error,
                SavedAgentError::Damaged
                    | SavedAgentError::OtherFile
                    | SavedAgentError::OtherVersion
            ),
            "{error}"
        );
    }
    for place in (MAGIC.len()..bytes.len()).step_by(7) {
        let mut altered = bytes.clone();
        altered[place] ^= 0x10;
        assert!(matches!(refused(&altered), SavedAgentError::Damaged));
    }
    assert!(matches!(refused(b"(version: 1)"), SavedAgentError::OtherFile));
    assert!(matches!(refused(b"taktlab agent 2\n..."), SavedAgentError::OtherVersion));
    // A forged checksum over nonsense is refused all the same.
    let mut forged = bytes[..bytes.len() - HASH].to_vec();
    forged.truncate(forged.len() - 8);
    forged.extend(blake3::hash(&forged.clone()).as_bytes());
    assert!(matches!(refused(&forged), SavedAgentError::Nonsense(_)));
    let mut long = MAGIC.to_vec();
    long.extend(u64::MAX.to_le_bytes());
    long.extend(blake3::hash(&long.clone()).as_bytes());
    assert!(matches!(refused(&long), SavedAgentError::Nonsense(_)));
    let other = library::open("lines/line3.ron").unwrap();
    let error = SavedAgent::of_bytes(&bytes, &other).unwrap_err();
    assert!(matches!(error, SavedAgentError::OtherScenario(_)), "{error}");
    let fewer = SavedAgent { learned: saved.learned[..2].to_vec(), ..saved.clone() };
    assert!(matches!(fewer.build(&scenario), Err(SavedAgentError::Unfit(_))));
}
