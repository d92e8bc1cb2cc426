//! Lessons are gone through, and what they find out is what is so.

use std::sync::Arc;

use super::*;
use crate::mdp::Progress;
use crate::scenario::Lesson;
use crate::scenario::lesson::library;

mod shipped;

fn of(steps: &str) -> Player {
    let text = format!("(version: 1, title: \"T\", breaks: \"B\", minutes: 5, steps: [{steps}])");
    let lesson = Lesson::parse("x.ron", &text).unwrap_or_else(|reports| panic!("{reports}"));
    Player::new(Arc::new(lesson))
}

/// Goes through this step without a prediction.
fn through(player: &mut Player) -> StepView {
    loop {
        match player.phase() {
            Phase::Asking => player.pass(),
            Phase::ByHand { .. } => player.play_for_me(),
            Phase::Ready => {
                let job = player.job().unwrap();
                player.take(job.work(&Progress::new()));
            }
            Phase::Working => panic!("it was taken back"),
            Phase::Failed(why) => panic!("{why}"),
            Phase::Known => return player.view(),
        }
    }
}

fn value(player: &Player, name: &str) -> f64 {
    let known = player.figures().iter().find(|figure| figure.name == name);
    known.unwrap_or_else(|| panic!("{name} is not known")).estimate.mean
}

const RULE: &str = "(stage: (scenario: \"basics/chain.ron\"), ask: (question: \"q\", answer: \
                    Number(of: \"a\", tolerance: 2)), runs: [(until: Episodes(20), remember: \
                    [(name: \"a\", what: CutOff, label: \"A\"), (name: \"b\", what: Return)])])";

#[test]
fn a_number_is_right_within_its_tolerance() {
    for (guess, right) in [(20.0, true), (18.0, true), (17.9, false)] {
        let mut player = of(RULE);
        assert_eq!((player.phase(), player.view().answer), (Phase::Asking, None));
        assert!(player.job().is_none() && !player.forward());
        assert!(player.predict(Prediction::Option(0)).is_err());
        assert!(player.predict(Prediction::Number(f64::NAN)).is_err());
        player.predict(Prediction::Number(guess)).unwrap();
        assert!(player.predict(Prediction::Number(guess)).is_err());
        let view = through(&mut player);
        assert_eq!(view.right, Some(right), "{guess}");
        let Some(Answer::Number(figure)) = view.answer else { panic!("{view:?}") };
        assert_eq!((figure.estimate.mean, figure.words("en")), (20.0, "20 episodes".to_owned()));
        assert_eq!(figure.words("zh"), "20 回合");
        // What has no label is known and not shown.
        assert_eq!(view.figures.len(), 1);
        let cut_off = -(1.0 - 0.99_f64.powi(200)) / 0.01;
        assert!((value(&player, "b") - cut_off).abs() < 1e-9);
        assert!(player.is_over() && !player.forward());
    }
}

/// On the chain at place 3, undiscounted steps to the goal: v* = −(1 − γ⁶)/(1 − γ) + γ⁶.
#[test]
fn terms_of_a_backup_are_those_of_the_model() {
    let step = "(stage: (scenario: \"basics/chain.ron\", state: {\"position\": 3}), ask: (question: \
                \"q\", answer: Action(Optimum)), runs: [(until: Planned, remember: [(name: \"v\", \
                what: Value), (name: \"q\", what: ActionValue({\"walk\": \"left\"})), (name: \"r\", \
                what: ActionReward({\"walk\": \"right\"})), (name: \"f\", what: \
                ActionFuture({\"walk\": \"right\"})), (name: \"k\", what: SweptValue(2)), (name: \
                \"p\", what: SweepsToPolicy), (name: \"s\", what: SweepsToValues(0.001))])])";
    let mut player = of(step);
    let Some(Question { wanted: Wanted::Actions(actions), .. }) = player.view().question else {
        panic!()
    };
    assert_eq!(actions.len(), 2);
    player.predict(Prediction::Option(0)).unwrap();
    let view = through(&mut player);
    assert_eq!((view.answer, view.right), (Some(Answer::Options(vec![1])), Some(false)));
    let worth = |steps: i32| {
        let gamma = 0.99_f64;
        -(1.0 - gamma.powi(steps - 1)) / (1.0 - gamma) + gamma.powi(steps - 1)
    };
    for (name, expected) in [
        ("v", worth(7)),
        ("q", -1.0 + 0.99 * worth(8)),
        ("r", -1.0),
        ("f", 0.99 * worth(6)),
        ("k", -1.99),
        // The wave comes from the goal a place a sweep, and from ten places away in ten.
        ("p", 10.0),
        ("s", 10.0),
    ] {
        assert!((value(&player, name) - expected).abs() < 1e-5, "{name}: {}", value(&player, name));
    }
}

#[test]
fn a_fork_and_decisions_are_priced_as_the_model_says() {
    let step = "(stage: (scenario: \"lines/three_machines.ron\", agent: AlwaysRun), runs: [(until: \
                Beats(20000), remember: [(name: \"c\", what: DecisionCost(Hour)), (name: \"b\", \
                what: BestDecisions), (name: \"o\", what: Optimum(Hour)), (name: \"p\", what: \
                Policy(Hour)), (name: \"g\", what: Gap), (name: \"r\", what: Reward(Hour))])])";
    let mut player = of(step);
    through(&mut player);
    let short = value(&player, "o") - value(&player, "p");
    // What decisions cost is what the policy falls short, but for where luck led.
    assert!((value(&player, "c") - short).abs() < 0.1 * short, "{short}");
    assert!((value(&player, "g") - 100.0 * short / value(&player, "o")).abs() < 1e-6);
    assert!((10.0..99.0).contains(&value(&player, "b")));
    let reward = player.figures().iter().find(|figure| figure.name == "r").unwrap();
    let half = reward.estimate.half_width().unwrap();
    assert!((reward.estimate.mean - value(&player, "p")).abs() < 2.0 * half);
    assert!(reward.words("en").ends_with(" €/h"), "{}", reward.words("en"));
}

/// Two forks and a second run that goes on.
#[test]
fn a_run_can_go_on_and_be_forked() {
    let step = "(stage: (scenario: \"basics/chain.ron\", agent: AlwaysRun), runs: [(until: Beats(3)), \
                (until: Beats(2), goes_on: true, remember: [(name: \"l\", what: Level(\"position\")), \
                (name: \"f\", what: Fork(first: {\"walk\": \"right\"}, second: {\"walk\": \"left\"}, \
                futures: 5)), (name: \"v\", what: Value)])])";
    let mut player = of(step);
    through(&mut player);
    assert_eq!(value(&player, "l"), 5.0);
    // A step to the wrong side costs that and the way back.
    let difference = value(&player, "v") - (-1.0 + 0.99 * (-1.0 + 0.99 * value(&player, "v")));
    assert!((value(&player, "f") - difference).abs() < 1e-6);
}

#[test]
fn seeds_give_an_interval_and_pairs() {
    let learner = |name: &str, agent: &str| {
        format!(
            "(agent: {agent}, seed: 7, seeds: 6, warm_up: 20, until: Episodes(20), remember: [(name: \
             \"{name}\", what: Return)])"
        )
    };
    let step = format!(
        "(stage: (scenario: \"textbook/cliff.ron\"), ask: (question: \"q\", answer: Choice(options: \
         [(says: \"Q\"), (says: \"S\"), (says: \"?\")], by: Largest([\"q\", \"s\"]))), runs: [{}, \
         {}, (until: Planned, remember: [(name: \"d\", what: Difference(first: \"s\", second: \
         \"q\")), (name: \"w\", what: Wins(first: \"s\", second: \"q\"))])])",
        learner("q", "QLearning(exploration: Constant(epsilon: 0.1))"),
        learner("s", "QLearning(exploration: Constant(epsilon: 0.1))"),
    );
    let mut player = of(&step);
    let view = through(&mut player);
    // The same learner on the same seeds is no better than itself.
    assert_eq!(view.answer, Some(Answer::Options(vec![2])));
    let figures = player.figures();
    assert_eq!(figures[0].samples.len(), 6);
    assert_eq!(figures[0].samples, figures[1].samples);
    assert!(figures[0].estimate.half_width().unwrap() > 0.0);
    assert_eq!((value(&player, "d"), value(&player, "w")), (0.0, 0.0));
}

#[test]
fn what_is_played_by_hand_is_taken_in() {
    use crate::experiment::session::{Command, Session};
    use crate::scenario::AgentSpec;
    let step = "(stage: (scenario: \"basics/chain.ron\"), runs: [(by_hand: true, until: Beats(4), \
                remember: [(name: \"l\", what: Level(\"position\")), (name: \"c\", what: \
                BestDecisions)])])";
    let mut player = of(step);
    assert_eq!(player.phase(), Phase::ByHand { beats: 4 });
    let (stage, _) = player.stage().unwrap();
    let scenario = stage.scenario.clone();
    let mut session = Session::open(scenario, AgentSpec::Person, 1, None).unwrap();
    for walk in [1, 1, 0, 1] {
        session.apply(Command::Act(vec![walk]), None).unwrap();
        session.run_mut().advance(1);
    }
    assert!(player.hand_in(session.run()));
    assert_eq!(player.phase(), Phase::Ready);
    through(&mut player);
    assert_eq!((value(&player, "l"), value(&player, "c")), (2.0, 75.0));
    // Where nobody plays, the rule does: right, right, right, right.
    let mut player = of(step);
    through(&mut player);
    assert_eq!((value(&player, "l"), value(&player, "c")), (4.0, 100.0));
}

#[test]
fn one_can_go_back_and_what_was_found_is_forgotten() {
    let mut player = of(&format!("{RULE}, (tell: \"x\", show: [\"a\"])"));
    through(&mut player);
    assert!(player.forward());
    assert_eq!(player.view().figures.len(), 1);
    assert!(player.is_over() && !player.back_to(2));
    assert!(player.back_to(0));
    assert_eq!((player.phase(), player.figures().len()), (Phase::Asking, 0));
    through(&mut player);
    assert_eq!(player.figures().len(), 2);
}

#[test]
fn what_fails_says_so_and_can_be_tried_again() {
    let mut player = of(RULE);
    player.pass();
    let job = player.job().unwrap();
    assert_eq!((player.phase(), player.job().is_none()), (Phase::Working, true));
    let cancelled = Progress::new();
    cancelled.cancel();
    player.take(job.work(&cancelled));
    assert_eq!(player.phase(), Phase::Failed(LessonError::Cancelled));
    assert!(player.job().is_some());
}

#[test]
fn the_lesson_to_begin_with_can_be_gone_through() {
    let lesson = Lesson::parse("start.ron", library::START).unwrap();
    let mut player = Player::new(Arc::new(lesson));
    through(&mut player);
    assert_eq!(value(&player, "length"), 10.0);
    assert!(player.forward());
    assert_eq!(through(&mut player).answer, Some(Answer::Options(vec![0])));
}

#[test]
fn every_shipped_lesson_can_be_gone_through() {
    for listed in library::list(None) {
        let lesson = listed.open().unwrap_or_else(|reports| panic!("{reports}"));
        let mut player = Player::new(Arc::new(lesson));
        let mut asked = 0;
        loop {
            let view = through(&mut player);
            if view.question.is_some() {
                asked += 1;
                let answer =
                    view.answer.unwrap_or_else(|| panic!("{}: {}", listed.name, view.number));
                assert_ne!(answer, Answer::Open, "{}: step {}", listed.name, view.number);
            }
            if !player.forward() {
                break;
            }
        }
        assert!(player.is_over() && asked >= 2, "{}", listed.name);
    }
}
