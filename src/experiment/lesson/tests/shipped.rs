//! What shipped lessons find out is what their point needs.

use std::collections::HashMap;
use std::sync::Arc;

use super::through;
use crate::experiment::lesson::{Answer, Figure, Player};
use crate::scenario::lesson::library;

/// A lesson gone through: its figures by name, and the answers of its questions in their order.
struct Gone {
    figures: HashMap<String, Figure>,
    answers: Vec<Answer>,
}

impl Gone {
    fn through(name: &str) -> Self {
        let lesson = library::open(name).unwrap_or_else(|reports| panic!("{reports}"));
        let mut player = Player::new(Arc::new(lesson));
        let mut answers = Vec::new();
        loop {
            answers.extend(through(&mut player).answer);
            if !player.forward() {
                break;
            }
        }
        let each = player.figures().iter();
        let figures: HashMap<_, _> = each.map(|one| (one.name.clone(), one.clone())).collect();
        for one in player.figures() {
            println!("{name}: {} = {} ({:?})", one.name, one.words("en"), one.estimate);
        }
        Self { figures, answers }
    }

    fn of(&self, name: &str) -> f64 {
        self.figures[name].estimate.mean
    }

    fn option(&self, question: usize) -> usize {
        match &self.answers[question] {
            Answer::Options(right) => right[0],
            other => panic!("question {question}: {other:?}"),
        }
    }
}

#[test]
fn the_threshold_never_arrives() {
    let gone = Gone::through("2_the_threshold_that_never_arrives.ron");
    assert_eq!((gone.of("arrived"), gone.of("cut"), gone.of("length")), (0.0, 100.0, 200.0));
    // For ever −1 a step, at a discount of 0.99; what was recorded ends after 200.
    assert!((gone.of("exact") + 100.0).abs() < 1e-6);
    assert!((gone.of("rule") + 86.602).abs() < 1e-3);
    assert_eq!((gone.option(1), gone.of("steps")), (0, 10.0));
    assert!((gone.of("right") - gone.of("best")).abs() < 1e-6);
    assert_eq!((gone.of("moved"), gone.option(3)), (0.0, 0));
}

/// Who keeps all machines busy makes more parts and earns clearly less.
#[test]
fn a_busy_line_makes_more_parts_and_less_money() {
    let gone = Gone::through("1_play_the_line.ron");
    let less = &gone.figures["parts_less"].estimate;
    assert!(less.low.unwrap() > 0.0 && less.mean < 2.0, "{less:?}");
    assert!(gone.of("best_reward") > gone.of("always_reward"));
    assert!((10.0..15.0).contains(&gone.of("gap")));
    assert_eq!(gone.option(1), 3);
    // Lathe held back, the others on: 0·4 + 1·2 + 1.
    assert_eq!(gone.answers[2], Answer::Options(vec![3]));
    assert!(gone.figures["fork"].estimate.low.unwrap() > 0.0);
    // Nobody played: the agent, who always runs, stood in.
    assert!(gone.of("hand_cost") > 0.0 && gone.of("hand_best") < 100.0);
}

/// The next reward favours running on by 48, the value replacing by 51.36.
#[test]
fn a_value_is_the_mean_of_futures_and_not_the_next_reward() {
    let gone = Gone::through("3_return_and_value.ron");
    assert!((gone.of("run_now") - 28.0).abs() < 1e-9);
    assert!((gone.of("replace_now") + 20.0).abs() < 1e-9);
    assert_eq!((gone.option(1), gone.option(2)), (1, 3));
    assert!((gone.of("q_more") - 51.3575).abs() < 1e-3);
    assert!((gone.of("run_more") - 7.888).abs() < 1e-3);
    for (played, exact) in [("replace_more", "q_more"), ("run_forked", "run_more")] {
        let estimate = &gone.figures[played].estimate;
        let apart = estimate.mean - gone.of(exact);
        assert!(apart.abs() < 2.0 * estimate.half_width().unwrap(), "{played}: {estimate:?}");
        assert!(estimate.low.unwrap() > 0.0, "{played}: {estimate:?}");
    }
}

/// By hand: v(low) = 0.9·v(high), v(high) = 2 + 0.9·(0.9·v(high) + 0.1·v(low)), so that v(high) =
/// 2/(1 − 0.81 − 0.081) = 2/0.109; greedy on the next reward, 2.9/0.19.
#[test]
fn the_backup_by_hand_is_that_of_the_model() {
    let gone = Gone::through("4_the_backup_by_hand.ron");
    let high = 2.0 / 0.109;
    for (name, expected) in [
        ("r_search", -1.0),
        ("r_wait", 1.0),
        ("r_recharge", 0.0),
        ("f_wait", 0.81 * high),
        ("f_recharge", 0.9 * high),
        ("v_high", high),
        ("v_one", 2.0),
        ("greedy", 2.9 / 0.19),
        ("best", high),
        ("gap", 100.0 * (1.0 - 2.9 / 0.19 / high)),
    ] {
        assert!((gone.of(name) - expected).abs() < 1e-5, "{name}: {}", gone.of(name));
    }
    // Searching, waiting, recharging.
    assert_eq!(gone.answers[1], Answer::Options(vec![2]));
}

#[test]
fn a_policy_is_right_long_before_its_values() {
    let gone = Gone::through("5_value_iteration_as_a_wave.ron");
    assert_eq!((gone.of("chain_policy"), gone.of("chain_values")), (10.0, 10.0));
    // 0.95ᵏ is a hundredth at k = 90.
    assert!((60.0..=100.0).contains(&gone.of("values")), "{}", gone.of("values"));
    assert!(gone.of("policy") < 50.0 && 2.0 * gone.of("policy") < gone.of("values"));
    assert!((0.15..0.35).contains(&(gone.of("five") / gone.of("truth"))));
    assert!(gone.option(2) < 2);
}

/// Sutton & Barto (2018), example 6.6: SARSA earns more while it learns, Q-learning has learned more.
#[test]
fn the_better_curve_is_not_the_better_policy() {
    let gone = Gone::through("6_two_learners_at_the_cliff.ron");
    assert_eq!((gone.option(0), gone.option(1)), (1, 0));
    assert_eq!(gone.of("q_policy"), -13.0);
    assert!((-18.0..-14.9).contains(&gone.of("s_policy")));
    assert!(gone.of("hidden") > 20.0);
    assert_eq!(gone.figures["q_online"].samples.len(), 20);
}

#[test]
fn a_place_behind_the_bottleneck_is_worth_one_before_it() {
    let gone = Gone::through("7_the_worth_of_a_buffer.ron");
    assert_eq!((gone.option(0), gone.option(1), gone.option(2)), (1, 2, 1));
    assert!((gone.of("before") - gone.of("behind")).abs() < 1e-6);
    assert!(gone.of("even") > gone.of("before") + 0.1);
    assert!(gone.of("twenty") > gone.of("even") && gone.of("twenty") < 60.0 * 50.0 / 65.0);
}

/// A learner that is compared with itself; and one that is truly worse.
#[test]
fn one_seed_says_what_twenty_do_not() {
    let gone = Gone::through("8_one_seed_is_no_evidence.ron");
    assert!(gone.of("a") > gone.of("b") + 0.5);
    assert_eq!((gone.option(0), gone.option(2)), (2, 0));
    let apart = &gone.figures["apart"].estimate;
    assert!(apart.low.unwrap() < 0.0 && apart.high.unwrap() > 0.0, "{apart:?}");
    assert!((20.0..=80.0).contains(&gone.of("wins")));
    assert!(gone.figures["c_apart"].estimate.low.unwrap() > 0.0);
}
