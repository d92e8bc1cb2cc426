//! `taktlab solve`: what it prints, and the policy as a table.

use serde_json::Value;

use super::objects::{agree, has};
use super::{place, rows};

#[test]
fn solve_prints_the_object_that_is_documented() {
    let place = place();
    let line = place.type_in("solve line.ron --format json").json();
    has(
        &line,
        &[
            "scenario",
            "states",
            "transitions",
            "method",
            "criterion",
            "lower",
            "upper",
            "sweeps",
            "backups_per_second",
            "optimal",
        ],
    );
    assert_eq!((&line["scenario"], &line["criterion"]), (&"line.ron".into(), &"average".into()));
    let number = |name: &str| line[name].as_f64().unwrap();
    assert!(number("upper") - number("lower") <= 1e-6 && line["optimal"] == true);
    // Buffer 0 to 3 and one machine that fails: 8 states.
    assert_eq!(line["states"], 8);
    let chain = place.type_in("solve chain.ron --format json --method value-iteration").json();
    assert_eq!((&chain["discount"], &chain["method"]), (&0.99.into(), &"Value iteration".into()));
    assert!((chain["half_life"].as_f64().unwrap() - 68.967_563_9).abs() < 1e-6);
    assert_eq!((&line["full_information"], &line["beliefs"]), (&false.into(), &Value::Null));
    place.with("hidden.ron", "(version: 1, environment: Inspection(replace: (cost: 9)))");
    let hidden = place.type_in("solve hidden.ron --format json").json();
    assert_eq!(hidden["full_information"], true);
    let last = hidden["beliefs"].as_array().unwrap().last().unwrap();
    let of = |name: &str| last[name].as_f64().unwrap();
    assert!(of("lower") <= of("upper") && of("upper") <= hidden["upper"].as_f64().unwrap() + 1e-6);
    let text = place.type_in("solve hidden.ron").well();
    assert!(
        text.contains("a bound with full information") && text.contains("resolution"),
        "{text}"
    );
    // What is estimated is drawn anew, by the scenario's seed or another, as often as is asked.
    place.with(
        "estimated.ron",
        "(version: 1, environment: Line(machines: [(mtbf: 40, mttr: 8)], revenue: 1), estimates: [(of: \
         \"environment.machines[0].mtbf\", low: 25, high: 70, events: 15)])",
    );
    let estimated = place.type_in("solve estimated.ron --draws 50 --format json").json();
    let [low, high] = ["lower", "upper"].map(|end| estimated["uncertainty"][end].as_f64().unwrap());
    let best = estimated["lower"].as_f64().unwrap();
    assert!(low < best - 0.01 && best + 0.01 < high, "{estimated}");
    assert_eq!(estimated["uncertainty"]["draws"], 50);
    let other = place.type_in("solve estimated.ron --draws 50 --seed 7 --format json").json();
    assert_ne!(other["uncertainty"], estimated["uncertainty"]);
    let text = place.type_in("solve estimated.ron").well();
    assert!(text.contains("with the figures' uncertainty: from 0."), "{text}");
    assert!(text.contains("(95 % of 200 draws)"), "{text}");
    let text = place.type_in("solve estimated.ron --draws 0").well();
    assert!(text.contains("was not drawn"), "{text}");
    assert_eq!(line["uncertainty"], Value::Null);
    agree("solve", &[line, chain, hidden, estimated], &[]);
}

#[test]
fn the_policy_is_written_as_a_table() {
    let place = place();
    place.type_in("solve chain.ron --policy policy.csv").well();
    let table = rows(&place.path("policy.csv"));
    assert_eq!(table[0], ["position", "action walk", "value"]);
    assert_eq!(table.len(), 12);
    assert_eq!(&table[1][..2], ["0", "right"]);
    assert!((table[1][2].parse::<f64>().unwrap() + 7.734_758_004_15).abs() < 1e-6);
    assert_eq!(table[11], ["10", "", "0"]);
    // It replaces what was there, and nothing else is left beside it.
    place.type_in("solve line.ron --policy policy.csv").well();
    let header = ["buffer 1", "Saw", "action Saw", "action Drill", "value"];
    assert_eq!(rows(&place.path("policy.csv"))[0], header);
    assert_eq!(place.files(), ["bad.ron", "chain.ron", "line.ron", "policy.csv"]);
    // A learner that came to the same policy leaves the same table: its values are the policy's.
    let ran = "train chain.ron --steps 3e4 --seeds 1 --policy learned.csv --save learned.taktlab \
               --curve curve.csv";
    let told = place.type_in(ran).well();
    for words in [
        "The learning curves are in curve.csv\n",
        "play it with `taktlab simulate chain.ron --trained learned.taktlab`\n",
        "The policy is in learned.csv, as CSV\n",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let learned = rows(&place.path("learned.csv"));
    assert_eq!(learned[0], table[0]);
    for (one, other) in learned[1..].iter().zip(&table[1..]) {
        assert_eq!(one[..2], other[..2]);
        let value = |row: &[String]| row[2].parse::<f64>().unwrap();
        assert!((value(one) - value(other)).abs() < 1e-5, "{one:?} {other:?}");
    }
    let told = place.type_in("solve chain.ron --policy best.ron").well();
    let words = "The policy is in best.ron: play it with `taktlab simulate chain.ron --policy \
                 best.ron`\n";
    assert!(told.ends_with(words), "{told}");
    let told = place.type_in("simulate chain.ron --policy learned.csv").refused();
    assert!(told.contains("a policy in CSV cannot be played"), "{told}");
    let words = place.type_in("solve chain.ron --policy none/policy.csv").refused();
    assert!(words.contains("none/policy.csv"), "{words}");
}
