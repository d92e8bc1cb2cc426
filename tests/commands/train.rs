//! `taktlab train`: what it prints, and what was learned as a file.

use serde_json::Value;

use super::objects::{agree, has};
use super::{place, rows};

#[test]
fn train_prints_the_object_that_is_documented() {
    let place = place();
    let chain = place.type_in("train chain.ron --steps 3e4 --seeds 2 --format json").json();
    has(&chain, &["steps", "value", "optimum", "gap"]);
    assert_eq!((&chain["steps"], &chain["exact"]), (&30_000.into(), &true.into()));
    let number = |name: &str| chain[name].as_f64().unwrap();
    let gap = (number("optimum") - number("value")) / number("optimum").abs();
    assert!((number("gap") - gap).abs() < 1e-12);
    // Nine steps that cost 1 and a goal that is worth 9: the best is worth 0, and no share of it
    // can be had.
    let nothing = "(version: 1, environment: Chain(goal_reward: 9), criterion: Total, \
                   episode_limit: 99)";
    place.with("nothing.ron", nothing);
    let nothing = place.type_in("train nothing.ron --steps 100 --seeds 1 --format json").json();
    assert_eq!((&nothing["gap"], &nothing["gap_interval"]), (&Value::Null, &Value::Null));
    assert!(nothing["optimum"].as_f64().unwrap().abs() < 1e-6);
    let text = place.type_in("train nothing.ron --steps 3e4 --seeds 2").well();
    assert!(text.contains("below it by") && !text.contains('%'), "{text}");
    agree("train", &[chain, nothing], &[]);
}

#[test]
fn the_learning_curve_is_written_as_a_table() {
    let place = place();
    place.type_in("train chain.ron --steps 5000 --seeds 2 --seed 4 --curve curve.csv").well();
    let table = rows(&place.path("curve.csv"));
    assert_eq!(table[0], ["seed", "steps", "value", "gap", "error"]);
    let column =
        |place: usize| table[1..].iter().map(|row| row[place].as_str()).collect::<Vec<_>>();
    assert_eq!(column(0), ["4", "4", "4", "4", "5", "5", "5", "5"]);
    assert_eq!(column(1), ["1000", "1778", "3162", "5000", "1000", "1778", "3162", "5000"]);
    for row in &table[1..] {
        let (value, gap): (f64, f64) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        assert!((gap - (-7.734_758_004_15 - value) / 7.734_758_004_15).abs() < 1e-6, "{row:?}");
    }
}

#[test]
fn what_was_learned_and_decided_is_kept_and_played_again() {
    let place = place();
    let train = "train line.ron --steps 3000 --seeds 1 --save a.taktlab --policy a.ron";
    place.type_in(train).well();
    place.type_in("solve line.ron --policy best.ron").well();
    let trained = place.type_in("simulate line.ron --trained a.taktlab --format json").json();
    let policy = place.type_in("simulate line.ron --policy a.ron --format json").json();
    assert_eq!(trained["return"], policy["return"]);
    assert_eq!(trained["agent"], "Q-learning after 3000 beats");
    let best = place.type_in("simulate line.ron --policy best.ron --format json").json();
    let optimum = place.type_in("simulate line.ron --agent optimum --format json").json();
    assert_eq!(best["return"], optimum["return"]);
    let other = place.type_in("simulate chain.ron --trained a.taktlab").refused();
    assert!(other.contains("learned in another scenario"), "{other}");
    let bytes = std::fs::read(place.path("a.taktlab")).unwrap();
    place.with("cut.taktlab", &bytes[..bytes.len() / 2]);
    let cut = place.type_in("simulate line.ron --trained cut.taktlab").refused();
    assert!(cut.contains("cut off or altered"), "{cut}");
    let wrong = place.type_in("simulate chain.ron --policy best.ron").refused();
    assert!(wrong.contains("the policy is for other states"), "{wrong}");
}

/// Its bytes are none that a terminal should see.
#[test]
fn a_trained_agent_is_known_where_something_else_is_to_be_opened() {
    let place = place();
    place.type_in("train line.ron --steps 1000 --seeds 1 --save t.ron").well();
    let words = "this is a trained agent (Q-learning after 1000 beats in `Two`), not a scenario. \
                 Play it with `taktlab simulate SCENARIO --trained t.ron`.";
    for line in ["t.ron", "solve t.ron", "replay t.ron", "compare t.ron", "simulate t.ron"] {
        let told = place.type_in(line).refused();
        assert!(
            told.contains(words) && told.chars().all(|c| c == '\n' || !c.is_control()),
            "{told}"
        );
    }
    assert!(place.type_in("check t.ron").err.contains(words));
    place.with("other.ron", b"(version: 1, \x1b[31m\x00\x94\x1b)");
    let told = place.type_in("solve other.ron").refused();
    assert!(told.contains("other.ron:1:20") && told.contains("0x94"), "{told}");
    assert!(told.chars().all(|c| c == '\n' || !c.is_control()), "{told:?}");
}
