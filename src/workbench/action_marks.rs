//! The marks by which a map tells actions from each other: numbers of machines, arrows, letters,
//! figures. An action of several parts has one composed of those of its parts.

use std::collections::HashSet;

use super::action_words::{action_words, held, is_count, is_nothing, is_of_machines, unsaid};
use super::view::{ActionsView, PartView};
use crate::environments::AnyEnvironment;
use crate::mdp::{Level, Space, Variable};

/// What stands for a part that does nothing, where others do something.
const NOTHING: &str = "–";
/// What stands for a part that refuses.
const REFUSED: &str = "×";

/// Names and short marks of the flat actions, and of their parts. No two marks are the same, and an
/// action that goes without saying has none: a map of marks shows where a policy departs from it.
pub fn marked(environment: &AnyEnvironment) -> ActionsView {
    let space = environment.action_space();
    let mut usual = vec![0; space.len()];
    environment.erased().usual_action(&mut usual);
    of(space, &usual)
}

fn of(space: &Space, usual: &[Level]) -> ActionsView {
    let count = space.count().unwrap_or(0).min(crate::mdp::enumerate::ACTION_LIMIT);
    let parts: Vec<Vec<String>> =
        (0..space.len()).map(|part| level_marks(space.variables(), part, usual)).collect();
    let unmarked = unmarked(space, usual);
    let mut levels = vec![0; space.len()];
    let mut taken = HashSet::new();
    let names = (0..count).map(|action| {
        space.levels(action, &mut levels);
        let words = action_words(space, &levels);
        if unmarked.as_ref() == Some(&levels) {
            return (words, String::new());
        }
        let none = levels.len() > 1 && space.variables().iter().all(is_count);
        let composed = match none && levels.iter().all(|level| *level == 0) {
            true => NOTHING.to_owned(),
            false => composed(space, &levels, &parts),
        };
        let mark = std::iter::once(composed)
            .chain((1_u32..).map(|n| n.to_string()))
            .find(|mark| !taken.contains(mark));
        let mark = mark.unwrap_or_default();
        taken.insert(mark.clone());
        (words, mark)
    });
    let names = names.collect();
    let part = |(variable, marks): (&Variable, Vec<String>)| PartView {
        name: variable.name.clone(),
        counts: is_count(variable),
        levels: (variable.low..=variable.high)
            .zip(marks)
            .map(|(level, mark)| (mark, variable.label(level)))
            .collect(),
    };
    ActionsView { names, parts: space.variables().iter().zip(parts).map(part).collect() }
}

/// The action that has no mark, if one goes without saying: the usual one, unless doing nothing is
/// another. Counts are all marked by their figures.
fn unmarked(space: &Space, usual: &[Level]) -> Option<Vec<Level>> {
    let variables = space.variables();
    if !variables.is_empty() && variables.iter().all(is_count) {
        return None;
    }
    let idles = |(variable, level): (&Variable, &Level)| {
        let nothing = variable.labels.iter().any(|label| is_nothing(label));
        nothing && !is_nothing(&variable.label(*level))
    };
    // Ways are drawn as arrows, the usual one as well: without it a map of arrows has holes.
    let goes = |(variable, level): (&Variable, &Level)| arrow(&variable.label(*level)).is_some();
    let pairs = || variables.iter().zip(usual);
    (!pairs().any(idles) && !pairs().any(goes)).then(|| usual.to_vec())
}

/// The marks of an action's parts in a row.
fn composed(space: &Space, action: &[Level], parts: &[Vec<String>]) -> String {
    if is_of_machines(space) {
        // From ten machines on "12" would be the first two as well as the twelfth.
        return held(action).join(if space.len() < 10 { "" } else { "," });
    }
    let each = space.variables().iter().zip(action).zip(parts).map(|((variable, level), marks)| {
        let place = usize::try_from(i64::from(*level) - i64::from(variable.low)).ok();
        place.and_then(|place| marks.get(place)).map_or("", String::as_str)
    });
    let each: Vec<&str> = each.collect();
    // Figures of two digits would run into each other.
    let long = space.variables().iter().filter(|v| is_count(v)).any(|v| v.high > 9 && v.low >= 0);
    let mark = each.join(if long && each.len() > 1 { "·" } else { "" });
    if mark.is_empty() { NOTHING.to_owned() } else { mark }
}

/// The marks of the levels of one part of an action.
fn level_marks(variables: &[Variable], part: usize, usual: &[Level]) -> Vec<String> {
    let Some(variable) = variables.get(part) else { return Vec::new() };
    let alone = variables.len() == 1;
    let levels = variable.low..=variable.high;
    if is_count(variable) {
        return levels.map(|level| count_mark(variable, level, alone)).collect();
    }
    let labels = &variable.labels;
    if labels.iter().all(|label| is_nothing(label) || arrow(label).is_some()) {
        let mark = |label: &String| arrow(label).unwrap_or("·").to_owned();
        return labels.iter().map(mark).collect();
    }
    // Of parts that are alike the name, or the number, says which it is.
    let alike = || variables.iter().enumerate().filter(|(_, other)| other.labels == *labels);
    let number = alike().position(|(place, _)| place == part).unwrap_or(0) + 1;
    let several = alike().count() > 1;
    if labels.first().is_some_and(|label| label == "hold") && (!alone || labels.len() == 2) {
        let quiet = unsaid(labels);
        let mark = |(place, label): (usize, &String)| match place {
            0 => number.to_string(),
            place if quiet == Some(place) => String::new(),
            _ => format!("{}{number}", label.chars().take(1).collect::<String>()),
        };
        return labels.iter().enumerate().map(mark).collect();
    }
    if let [no, yes] = labels.as_slice()
        && (yes == "admit" || yes == "accept")
        && !alone
        && !no.is_empty()
    {
        let no = if several { format!("{REFUSED}{number}") } else { REFUSED.to_owned() };
        return vec![no, String::new()];
    }
    if several && let Some(quiet) = unsaid(labels) {
        let names: Vec<&str> = alike().map(|(_, other)| other.name.as_str()).collect();
        let name = abbreviated(&names, None).get(number - 1).cloned().unwrap_or_default();
        let many = labels.len() > 2;
        let mark = |(place, label): (usize, &String)| match place {
            place if place == quiet => String::new(),
            _ if many => format!("{}{number}", label.chars().take(1).collect::<String>()),
            _ => name.clone(),
        };
        return labels.iter().enumerate().map(mark).collect();
    }
    // What goes without saying leaves its letter to others.
    let usual = usual.get(part).and_then(|level| usize::try_from(*level - variable.low).ok());
    let nothing = labels.iter().position(|label| is_nothing(label));
    let spared = usual.filter(|at| {
        let goes = labels.get(*at).is_some_and(|label| arrow(label).is_some());
        alone && !goes && nothing.is_none_or(|n| n == *at)
    });
    let words: Vec<&str> = labels.iter().map(String::as_str).collect();
    let mut marks = abbreviated(&words, spared.or(nothing));
    if let Some(mark) = nothing.and_then(|place| marks.get_mut(place)) {
        *mark = NOTHING.to_owned();
    }
    marks
}

/// A count is its own mark; one that goes both ways is an arrow with its figure.
fn count_mark(variable: &Variable, level: Level, alone: bool) -> String {
    let both_ways = variable.low < 0 && !alone;
    match level {
        0 if both_ways => "·".to_owned(),
        more if both_ways && more > 0 => format!("{more}→"),
        less if both_ways => format!("←{}", less.unsigned_abs()),
        other => variable.label(other),
    }
}

/// Short forms of words that differ: the first letter, that with the number at the end, that with
/// another letter, a number. `spared` has none.
fn abbreviated(words: &[&str], spared: Option<usize>) -> Vec<String> {
    let initial = |word: &str| {
        word.chars().next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default()
    };
    let mut taken = HashSet::new();
    let short = words.iter().enumerate().map(|(place, word)| {
        if spared == Some(place) {
            return String::new();
        }
        let first = arrow(word).map_or_else(|| initial(word), str::to_owned);
        let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let numbered = digits.chars().all(|c| c.is_ascii_digit()) && !digits.is_empty();
        let kin = words.iter().filter(|other| initial(other) == initial(word)).count() > 1;
        let number = (numbered && kin && *word != digits).then(|| format!("{first}{digits}"));
        let others = word.chars().skip(1).filter(|letter| letter.is_alphanumeric());
        let pairs = others.map(|other| format!("{}{other}", initial(word)));
        let mut all = number.into_iter().chain([first.clone()]).chain(pairs);
        let free = all.find(|mark| !taken.contains(mark));
        let free = free.or_else(|| (1..).map(|n: u32| n.to_string()).find(|n| !taken.contains(n)));
        let free = free.unwrap_or_default();
        taken.insert(free.clone());
        free
    });
    short.collect()
}

/// The arrow of an action that goes somewhere.
pub fn arrow(words: &str) -> Option<&'static str> {
    Some(match words {
        "left" => "←",
        "right" => "→",
        "up" => "↑",
        "down" => "↓",
        "up left" => "↖",
        "up right" => "↗",
        "down left" => "↙",
        "down right" => "↘",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;

    #[test]
    fn in_every_shipped_scenario_marks_differ_and_at_most_one_action_has_none() {
        for listed in library::list(None) {
            let environment = listed.open().unwrap().environment;
            let found = marked(&environment);
            let marks: HashSet<_> = found.names.iter().map(|(_, mark)| mark).collect();
            assert_eq!(marks.len(), found.names.len(), "{}: {:?}", listed.path, found.names);
            let space = environment.action_space();
            let mut usual = vec![0; space.len()];
            environment.erased().usual_action(&mut usual);
            let unmarked = unmarked(space, &usual).map(|levels| action_words(space, &levels));
            for (words, mark) in &found.names {
                let none = Some(words) == unmarked.as_ref();
                assert_eq!(mark.is_empty(), none, "{}: {words} {mark}", listed.path);
                let few = space.len() > 3 || mark.chars().count() <= 6;
                assert!(few, "{}: {words} is marked {mark}", listed.path);
            }
        }
    }

    fn marks(path: &str) -> Vec<String> {
        let found = marked(&library::open(path).unwrap().environment);
        found.names.into_iter().map(|(words, mark)| format!("{words}: {mark}")).collect()
    }

    #[test]
    fn marks_are_numbers_of_machines_arrows_or_letters() {
        assert_eq!(marks("basics/chain.ron"), ["go left: ←", "go right: →"]);
        assert_eq!(marks("basics/forest.ron"), ["wait: ", "cut: C"]);
        assert_eq!(marks("basics/replacement.ron"), ["run: ", "replace: R"]);
        let three = marks("lines/three_machines.ron");
        assert!(three.contains(&"hold Lathe and Press: 13".to_owned()), "{three:?}");
        assert!(three.contains(&"run all: ".to_owned()), "{three:?}");
    }

    fn of_choices(variables: Vec<Variable>, usual: &[Level]) -> Vec<String> {
        let found = of(&Space::new(variables).unwrap(), usual);
        found.names.into_iter().map(|(_, mark)| mark).collect()
    }

    #[test]
    fn actions_of_one_initial_have_marks_of_their_own() {
        let actions = Variable::choice("do", &["run", "repair", "replace", "rest"]);
        assert_eq!(of_choices(vec![actions], &[0]), ["", "R", "Re", "Rs"]);
        let actions = Variable::choice("make", &["idle", "red", "blue"]);
        assert_eq!(of_choices(vec![actions], &[1]), ["–", "R", "B"]);
        let actions = Variable::choice("do", &["left", "right", "load"]);
        assert_eq!(of_choices(vec![actions], &[0]), ["←", "→", "L"]);
    }

    #[test]
    fn an_action_of_several_parts_is_marked_by_those_of_its_parts() {
        let order = |name: &str| Variable::count(name, 0, 1, "units");
        let marks = of_choices(vec![order("town"), order("depot")], &[1, 1]);
        assert_eq!(marks, ["–", "01", "10", "11"]);
        let move_ = |name: &str| Variable::count(name, -1, 1, "units");
        let marks = of_choices(vec![move_("a to b"), move_("b to c")], &[0, 0]);
        let all = ["←1←1", "←1·", "←11→", "·←1", "–", "·1→", "1→←1", "1→·", "1→1→"];
        assert_eq!(marks, all);
        let station = |name: &str, steps: &[&str]| Variable::choice(name, steps);
        let shop =
            vec![station("Lathe", &["A 1", "A 3", "idle"]), station("Mill", &["B 1", "idle"])];
        assert_eq!(of_choices(shop, &[0, 0]), ["A1B", "A1–", "A3B", "A3–", "–B", "––"]);
        let gate = |name: &str| Variable::choice(name, &["reject", "admit"]);
        let marks = of_choices(vec![gate("gold"), gate("bronze")], &[1, 1]);
        assert_eq!(marks, ["×1×2", "×1", "×2", ""]);
        let plant = |name: &str| Variable::choice(name, &["off", "on"]);
        assert_eq!(of_choices(vec![plant("east"), plant("west")], &[1, 1]), ["–", "W", "E", "EW"]);
    }

    #[test]
    fn the_parts_of_an_action_are_known_by_its_number() {
        let order = |name: &str| Variable::count(name, 0, 2, "units");
        let space = Space::new(vec![order("a"), order("b"), order("c")]).unwrap();
        let found = of(&space, &[0, 0, 0]);
        let mut levels = vec![0; 3];
        for action in 0..27 {
            space.levels(action, &mut levels);
            for (part, level) in levels.iter().enumerate() {
                assert_eq!(found.level(action as usize, part), *level as usize);
            }
        }
    }

    #[test]
    fn ten_machines_and_more_are_told_from_each_other() {
        let machines: Vec<_> = (1..=12).map(|n| format!("machine {n}")).collect();
        let machines = machines.iter().map(|name| Variable::choice(name, &["hold", "run"]));
        let space = Space::new(machines.collect()).unwrap();
        let mut held = [1; 12];
        held[..2].fill(0);
        assert_eq!(composed(&space, &held, &[]), "1,2");
        let mut twelfth = [1; 12];
        twelfth[11] = 0;
        assert_eq!(composed(&space, &twelfth, &[]), "12");
    }
}
