//! `taktlab lesson`.

use super::objects::agree;
use super::place;

/// A lesson is told from a scenario, checked in place, listed, and gone through on the console.
#[test]
fn a_lesson_is_checked_and_gone_through() {
    let name = "2_the_threshold_that_never_arrives.ron";
    let place = place();
    assert!(place.type_in("list").well().contains(name));
    let gone = place.type_in(&format!("lesson {name} --answers")).well();
    for told in [
        "It breaks: A sensible rule comes to an end by itself.",
        "\n— 1 of 5 —\n",
        "? How many of the next 100 episodes reach the goal under this rule?",
        "Episodes that were cut off: 100 episodes",
        "→ 0 episodes\n",
        "→ It is worth less than what was recorded\n",
    ] {
        assert!(gone.contains(told), "{told}: {gone}");
    }
    let chinese = place.type_in(&format!("lesson {name} --answers --language zh")).well();
    assert!(chinese.contains("→ 0 回合"), "{chinese}");
    agree("lesson", &[place.type_in(&format!("lesson {name} --format json")).json()], &[]);
    let text = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lessons").join(name),
    );
    let text = text.unwrap();
    place.with("own.ron", &text);
    place.with("wrong.ron", text.replacen("of: \"arrived\"", "of: \"arived\"", 1));
    let checked = place.type_in("check own.ron").well();
    assert!(checked.contains("a lesson: 5 steps, 4 questions, about 5 minutes"), "{checked}");
    let told = place.type_in("lesson wrong.ron").refused();
    assert!(told.contains("no figure is called `arived`"), "{told}");
    let checked = place.type_in("check wrong.ron");
    assert_eq!(
        (checked.status, checked.out.as_str()),
        (Some(1), "wrong.ron: not a valid lesson\n")
    );
    assert!(checked.err.contains("no figure is called `arived`"), "{}", checked.err);
    place.type_in(&format!("check {}", name.trim_end_matches(".ron"))).well();
    assert!(place.type_in("lesson line.ron").refused().contains("this is no lesson"));
    assert_eq!(place.type_in("check own.ron --format json").json()["files"][0]["kind"], "Lesson");
}
