//! `taktlab simulate`: what it prints, and who cannot be simulated.

use serde_json::Value;

use super::objects::{agree, has, is_estimate};
use super::{CHAIN, LINE, TURNING, place};

#[test]
fn simulate_prints_the_object_that_is_documented() {
    let place = place();
    let line = place.type_in("simulate line.ron --format json --agent optimum").json();
    has(&line, &["throughput", "wip", "utilisation", "return"]);
    for (name, value) in line["utilisation"].as_object().unwrap() {
        assert!(["Saw", "Drill"].contains(&name.as_str()));
        assert!(is_estimate(value) && value["low"].is_number());
    }
    assert_eq!((&line["beats"], &line["warm_up_by"]), (&2000.into(), &"mser-5".into()));
    assert!(line["warm_up"].as_u64().unwrap() <= 200, "{}", line["warm_up"]);
    assert_eq!(line["plan_optimal"], true);
    let text = "simulate chain.ron --format json --episodes 5 --replications 1";
    let chain = place.type_in(text).json();
    assert_eq!((&chain["throughput"], &chain["wip"]), (&Value::Null, &Value::Null));
    // Ten steps to the right: nine that cost 1 and one that earns it, discounted.
    assert!((chain["return"]["mean"].as_f64().unwrap() + 7.734_758_004_15).abs() < 1e-9);
    assert_eq!((&chain["return"]["low"], &chain["terminal"]), (&Value::Null, &5.into()));
    let kanban = place.type_in("simulate line.ron --format json --agent kanban").json();
    let level = kanban["agent_settings"]["levels"][0].as_u64().unwrap();
    assert_eq!(kanban["agent_settings"]["levels"].as_array().unwrap().len(), 1);
    assert_eq!(chain["agent_settings"], Value::Null);
    let text = place.type_in("simulate line.ron --agent kanban").well();
    let rule = match level {
        0..=3 => format!("agent: Kanban (buffer 1 at most {level}), seed 1"),
        _ => "agent: Kanban (buffer 1 not limited), seed 1".to_owned(),
    };
    assert!(text.contains(&rule), "`{rule}`: {text}");
    assert!(text.contains("settings: best of all 5 settings tried on the model: "), "{text}");
    let found = &kanban["settings_found"];
    assert_eq!((&found["by"], &found["settings_tried"]), (&"model".into(), &5.into()));
    assert_eq!((&chain["settings_found"], &found["undecided"]), (&Value::Null, &0.into()));
    let text = place.type_in("simulate line.ron --agent hysteresis").well();
    assert!(text.contains("agent: Hysteresis (buffer 1 "), "{text}");
    assert!(text.contains(" tried by simulation: ") && text.contains(" on luck of its own"));
    let text = place.type_in("simulate chain.ron --agent threshold --episodes 1").well();
    assert!(text.contains("agent: Threshold (always walk right), seed 1"), "{text}");
    assert!(text.contains("settings: best of all 44 settings tried on the model: "), "{text}");
    let cut_off = "environment: Chain(), episode_limit: 100";
    place.with("turning.ron", format!("(version: 1, {cut_off}, agent: {TURNING})"));
    let text = place.type_in("simulate turning.ron --episodes 1").well();
    let rule = "agent: Threshold (position below 5: walk right; from 5 on: walk left)";
    assert!(text.contains(rule), "{text}");
    // Its settings are those of `taktlab schema`.
    let settings = ["agent_settings.levels", "agent_settings.method", "agent_settings.precision"];
    agree("simulate", &[line, chain, kanban], &settings);
}

#[test]
fn text_says_units_and_what_a_discount_means() {
    let place = place();
    let half = "discounted by 0.99 a beat (a reward is worth half after 69.0 beats)";
    for line in [
        "solve chain.ron",
        "simulate chain.ron --episodes 1",
        "train chain.ron --steps 1000 --seeds 1",
        "check chain.ron",
    ] {
        let text = place.type_in(line).well();
        assert!(text.contains(half), "{line}: {text}");
    }
    let text = place.type_in("train line.ron --steps 1000 --seeds 2").well();
    assert!(text.contains("€ a beat (") && text.contains("€ an hour)"), "{text}");
    let text = place.type_in("simulate line.ron").well();
    for words in ["parts a beat", "lead time", "beats\n", "an hour)", "working", "(MSER-5)"] {
        assert!(text.contains(words), "`{words}`: {text}");
    }
    let text = place.type_in("solve chain.ron --precision 1e-18").well();
    assert!(text.contains("limited by rounding"), "{text}");
    let text = place.type_in("solve line.ron --precision 1e-20").well();
    assert!(text.contains("limited by rounding") && !text.contains("never reach"), "{text}");
    place.with("nameless.ron", CHAIN.replace("title: \"Steps\", ", ""));
    for command in ["solve nameless.ron", "simulate nameless.ron --episodes 1"] {
        let text = place.type_in(command).well();
        assert!(text.starts_with("nameless\n"), "{text}");
    }
    let text = place.type_in("solve line.ron").well();
    assert!(text.contains("€ an hour") && text.contains("optimal: proved"), "{text}");
}

#[test]
fn an_agent_that_cannot_act_here_says_why() {
    let place = place();
    let words = place.type_in("simulate chain.ron --agent kanban").refused();
    assert!(words.contains("kanban holds back the machines of a line"), "{words}");
    place.type_in("simulate line.ron --agent kanban --beats 500").well();
    let words = place.type_in("simulate line.ron --agent age-based").refused();
    assert!(words.contains("is for a machine that wears"), "{words}");
    let words = place.type_in("simulate line.ron --agent person").misused();
    assert!(words.contains("there is no agent `person`: there are `"), "{words}");
    for agent in ["conwip", "base-stock", "hysteresis", "rollout"] {
        place.type_in(&format!("simulate line.ron --agent {agent} --beats 300")).well();
    }
    for agent in ["always-run", "random", "threshold", "optimum", "q-learning", "sarsa"] {
        for (file, length) in [("chain.ron", "--episodes"), ("line.ron", "--beats")] {
            let line = format!("simulate {file} {length} 3 --replications 2 --agent {agent}");
            place.type_in(&line).well();
        }
    }
}

#[test]
fn large_numbers_within_bounds_do_no_harm() {
    let place = place();
    place.type_in("solve chain.ron --memory 18446744073709551615").well();
    let last = "simulate chain.ron --episodes 1 --replications 2 --seed 18446744073709551615";
    place.type_in(last).well();
    place.type_in("train chain.ron --steps 500 --seeds 3 --seed 18446744073709551615").well();
    let words = place.type_in("solve line.ron --memory 0").refused();
    assert!(words.contains("memory") || words.contains("MiB"), "{words}");
}

#[test]
fn what_would_never_end_is_refused() {
    let place = place();
    let words = place.type_in("simulate line.ron --episodes 3").refused();
    assert!(words.contains("this environment never ends"), "{words}");
    place.with("endless.ron", "(version: 1, environment: Chain(), episodes: 2, agent: Random)");
    place.type_in("simulate endless.ron --replications 2").well();
    let busy = format!("(version: 1, environment: Chain(), episodes: 1, agent: {TURNING})");
    place.with("busy.ron", busy);
    let words = place.type_in("simulate busy.ron --episodes 1").refused();
    assert!(words.contains("it is not certain that the agent Threshold reaches an end"), "{words}");
    place.with("line_of_episodes.ron", LINE.replace("beats: 2000", "episodes: 5"));
    let words = place.type_in("check line_of_episodes.ron");
    assert_eq!(words.status, Some(1));
    assert!(words.err.contains("episode_limit"), "{}", words.err);
}
