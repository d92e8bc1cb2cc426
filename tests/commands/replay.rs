//! `taktlab replay`.

use taktlab::experiment::saved_run::SavedRun;
use taktlab::experiment::session::{Command as SessionCommand, Session};
use taktlab::scenario::{AgentSpec, Scenario};

use super::objects::agree;
use super::{CHAIN, Place, place, rows};

/// Saves a random walk of so many beats as `run.ron`; gives where it ended.
pub fn saved_run(place: &Place, beats: u64) -> i32 {
    let scenario = Scenario::parse("chain.ron", CHAIN).unwrap();
    let mut session = Session::open(scenario.into(), AgentSpec::Random, 3, None).unwrap();
    session.run_mut().advance(beats);
    SavedRun::of(&session).save(&place.path("run.ron")).unwrap();
    session.run().state()[0]
}

#[test]
fn a_saved_run_is_played_again_and_told() {
    let place = place();
    let words = place.type_in("replay chain.ron").refused();
    assert!(words.contains("is a scenario, not a saved run"), "{words}");
    let words = place.type_in("replay lines/three_machines.ron").refused();
    assert!(words.contains("is a scenario, not a saved run"), "{words}");
    let position = saved_run(&place, 25);
    for command in ["solve", "simulate", "train"] {
        let words = place.run(&[command, "run.ron"]).refused();
        let expected = "run.ron: error: this is a saved run, not a scenario. Play it with `taktlab \
                        replay run.ron`.\n";
        assert_eq!(words, expected, "{command}");
    }
    let checked = place.type_in("check run.ron");
    assert!(checked.err.contains("this is a saved run, not a scenario"), "{}", checked.err);
    let told = place.type_in("replay run.ron --format json --trajectory beats.csv").json();
    assert_eq!((&told["beats"], &told["seed"]), (&25.into(), &3.into()));
    assert_eq!(told["state"]["position"], position);
    let table = rows(&place.path("beats.csv"));
    assert_eq!((table.len(), table[0].join(" ")), (26, "beat position action walk reward".into()));
    agree("replay", &[told], &[]);
    let text = place.type_in("replay run.ron").well();
    assert!(text.contains("25 beats with seed 3, 0 commands; Random acts"), "{text}");
    let scenario = Scenario::parse("chain.ron", CHAIN).unwrap();
    let mut session = Session::open(scenario.into(), AgentSpec::Random, 3, None).unwrap();
    session.run_mut().advance(1);
    let path = session.scenario().parameters()[0].path.clone();
    let value = session.scenario().parameters()[0].value;
    session.apply(SessionCommand::Parameter { path, value }, None).unwrap();
    SavedRun::of(&session).save(&place.path("run.ron")).unwrap();
    let text = place.type_in("replay run.ron").well();
    assert!(text.contains("1 beat with seed 3, 1 command; Random acts"), "{text}");
}
