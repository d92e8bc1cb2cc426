//! Actions in words: "hold lathe", "run all", "shop: 6, depot: 2", "order nothing".

use super::action_marks::arrow;
use crate::mdp::{Level, Space, Variable};

/// What doing nothing is called as a level of one part of an action.
const NOTHING: [&str; 6] = ["off", "idle", "wait", "stay", "none", "nothing"];
/// What every part does that nobody interferes with: it is not said of single ones.
const USUAL: [&str; 2] = ["run", "admit"];
/// What is done to something: it comes before the name of that.
const DONE: [&str; 6] = ["hold", "run", "maintain", "refuse", "reject", "admit"];
/// Parts of an action whose levels say all: "accept", "order 3".
const SAID_BY_LEVEL: [&str; 1] = ["offer"];
/// Counts that are called by what is done with them.
const VERBS: [&str; 2] = ["order", "move"];

/// Whether a level's label says that nothing is done.
pub fn is_nothing(label: &str) -> bool {
    NOTHING.contains(&label)
}

/// Whether an action says of machines which are held back.
pub fn is_of_machines(space: &Space) -> bool {
    space.variables().iter().all(|variable| variable.labels == ["hold", "run"])
}

/// Whether a part of an action is so many units of something: bare numbers.
pub fn is_count(variable: &Variable) -> bool {
    variable.labels.is_empty()
}

/// The numbers, from 1, of the machines that an action holds back.
pub fn held(action: &[Level]) -> Vec<String> {
    let held = (1..).zip(action).filter(|(_, level)| **level == 0);
    held.map(|(number, _): (usize, _)| number.to_string()).collect()
}

/// The place of the label that goes without saying, among those of parts that are alike: what
/// everything does that nobody interferes with, else what does nothing.
pub fn unsaid(labels: &[String]) -> Option<usize> {
    let usual = labels.iter().position(|label| USUAL.contains(&label.as_str()));
    let nothing = || labels.iter().position(|label| is_nothing(label));
    // Of machines with speeds that is the fastest.
    let fastest = || (labels.first()? == "hold").then(|| labels.len() - 1);
    usual.or_else(nothing).or_else(fastest)
}

/// An action in words: "hold lathe", "run all", "replace".
pub fn action_words(space: &Space, action: &[Level]) -> String {
    let variables = space.variables();
    let ([variable], [level]) = (variables, action) else {
        return several_words(variables, action);
    };
    match (variable.labels.is_empty(), is_of_machines(space), *level) {
        (false, true, 0) => format!("hold {}", variable.name),
        (false, true, _) => "run all".to_owned(),
        (false, false, _) => {
            let label = variable.label(*level);
            // "Down" alone might be a machine.
            if arrow(&label).is_some() { format!("go {label}") } else { label }
        }
        (true, _, 0) if VERBS.contains(&variable.name.as_str()) => {
            format!("{} nothing", variable.name)
        }
        (true, _, 0) if !variable.unit.is_empty() => nothing_words(variables),
        (true, ..) if variable.unit.is_empty() || VERBS.contains(&variable.name.as_str()) => {
            format!("{} {}", variable.name, variable.label(*level))
        }
        (true, ..) => count_words(variable, *level),
    }
}

/// Words for the levels of several variables. Those with the same labels go together, and what goes
/// without saying is not said of single ones: "refuse second and third", "admit all". Nor is what
/// does nothing, unless all do.
pub fn several_words(variables: &[Variable], action: &[Level]) -> String {
    if variables.is_empty() {
        return "nothing to decide".to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut said = vec![false; variables.len()];
    for (first, variable) in variables.iter().enumerate() {
        if said.get(first).copied().unwrap_or(true) {
            continue;
        }
        let alike: Vec<(&str, Level)> = variables
            .iter()
            .zip(action)
            .zip(&mut said)
            .filter(|((other, _), _)| {
                !variable.labels.is_empty() && other.labels == variable.labels
            })
            .map(|((other, level), said)| {
                *said = true;
                (other.name.as_str(), *level)
            })
            .collect();
        let level = action.get(first).copied().unwrap_or(variable.low);
        match alike.as_slice() {
            [] if level == 0 && !variable.unit.is_empty() => {}
            [] => words.push(count_words(variable, level)),
            [_] if is_nothing(&variable.label(level)) => {}
            [_] => words.push(one_word(&variable.name, &variable.label(level))),
            several => alike_words(variable, several, &mut words),
        }
    }
    if words.is_empty() { nothing_words(variables) } else { words.join(", ") }
}

/// Words for parts with the labels of this one, by name and level.
fn alike_words(variable: &Variable, parts: &[(&str, Level)], words: &mut Vec<String>) {
    let unsaid = unsaid(&variable.labels);
    let does_nothing = |level: Level| is_nothing(&variable.label(level));
    // Where some do nothing, the others are said by what they are: "east on".
    let states = unsaid.is_some_and(|place| does_nothing(variable.low + place as Level));
    let first = parts.first().map_or(variable.low, |(_, level)| *level);
    if parts.iter().all(|(_, level)| *level == first) {
        let label = variable.label(first);
        match states {
            true if does_nothing(first) => {}
            true => words.push(format!("all {label}")),
            false => words.push(format!("{label} all")),
        }
        return;
    }
    for (place, level) in (variable.low..=variable.high).enumerate() {
        let here = parts.iter().filter(|(_, other)| *other == level);
        let names: Vec<&str> = here.map(|(name, _)| *name).collect();
        if names.is_empty() || unsaid == Some(place) {
            continue;
        }
        let (label, names) = (variable.label(level), names.join(" and "));
        words.push(if states { format!("{names} {label}") } else { format!("{label} {names}") });
    }
}

/// "maintain lathe", "crew mill": what is done comes first, what is chosen last.
fn one_word(name: &str, label: &str) -> String {
    match name {
        name if SAID_BY_LEVEL.contains(&name) => label.to_owned(),
        name if DONE.contains(&label) => format!("{label} {name}"),
        name => format!("{name} {label}"),
    }
}

/// "shop: 6"; what goes from one to another is said as it goes: −2 from A to B is 2 from B to A.
fn count_words(variable: &Variable, level: Level) -> String {
    match variable.name.split_once(" to ") {
        Some((from, to)) if level < 0 => format!("{to} to {from}: {}", level.unsigned_abs()),
        _ => format!("{}: {}", variable.name, variable.label(level)),
    }
}

/// What it is called if no part of an action does anything.
fn nothing_words(variables: &[Variable]) -> String {
    if variables.iter().all(is_count) {
        let both_ways = variables.iter().any(|variable| variable.low < 0);
        return if both_ways { "move nothing" } else { "order nothing" }.to_owned();
    }
    let labels = variables.iter().flat_map(|variable| &variable.labels);
    let mut nothing: Vec<&String> = labels.filter(|label| is_nothing(label)).collect();
    nothing.dedup();
    match (nothing.as_slice(), variables.len()) {
        ([only], 1) => (*only).clone(),
        ([only], _) => format!("all {only}"),
        _ => "do nothing".to_owned(),
    }
}

/// An action in as few words as possible: "hold 1 and 3" for machines of long names.
pub fn few_words(space: &Space, action: &[Level]) -> String {
    let ways = || space.variables().iter().map(|variable| variable.name.split_once(" to "));
    if ways().all(|way| way.is_some()) && space.variables().iter().all(is_count) {
        let each = ways().flatten().zip(action).filter_map(|((from, _), level)| match *level {
            0 => None,
            less if less < 0 => Some(format!("{from} ←{}", less.unsigned_abs())),
            more => Some(format!("{from} {more}→")),
        });
        let each: Vec<_> = each.collect();
        return if each.is_empty() { action_words(space, action) } else { each.join(", ") };
    }
    let goes = |variable: &Variable| variable.labels.iter().any(|label| arrow(label).is_some());
    if space.len() > 1 && space.variables().iter().all(goes) {
        let each = space.variables().iter().zip(action).filter_map(|(variable, level)| {
            let arrow = arrow(&variable.label(*level))?;
            // Of "robot 2" the number says which.
            Some(format!("{} {arrow}", variable.name.rsplit(' ').next()?))
        });
        let each: Vec<_> = each.collect();
        return if each.is_empty() { action_words(space, action) } else { each.join(", ") };
    }
    let held = held(action);
    let all_or_none = held.is_empty() || (held.len() > 1 && held.len() == space.len());
    if all_or_none || !is_of_machines(space) {
        return action_words(space, action);
    }
    format!("hold {}", held.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(variables: Vec<Variable>, cases: &[(&[Level], &str)]) {
        let space = Space::new(variables).unwrap();
        for (action, words) in cases {
            assert!(space.contains(action), "{action:?}");
            assert_eq!(action_words(&space, action), *words, "{action:?}");
        }
    }

    #[test]
    fn actions_of_several_variables_are_said_in_few_words() {
        let gate = |name: &str| Variable::choice(name, &["refuse", "admit"]);
        let queue = vec![
            gate("first"),
            gate("second"),
            gate("third"),
            Variable::choice("serve", &["small", "large"]),
        ];
        words(
            queue,
            &[
                (&[1, 1, 1, 0], "admit all, serve small"),
                (&[0, 0, 0, 1], "refuse all, serve large"),
                (&[1, 0, 0, 1], "refuse second and third, serve large"),
            ],
        );
        let line = vec![
            Variable::choice("Lathe", &["hold", "run", "maintain"]),
            Variable::choice("Mill", &["hold", "slow", "fast"]),
        ];
        words(line, &[(&[2, 1], "maintain Lathe, Mill slow"), (&[1, 0], "run Lathe, hold Mill")]);
        let alike = |name: &str| Variable::choice(name, &["hold", "run", "maintain"]);
        words(
            vec![alike("Lathe"), alike("Mill")],
            &[(&[1, 2], "maintain Mill"), (&[0, 2], "hold Lathe, maintain Mill")],
        );
    }

    #[test]
    fn bare_numbers_are_said_with_the_name_of_what_they_count() {
        let of = |name: &str| Variable::count(name, 0, 6, "units");
        words(
            vec![of("shop 1"), of("shop 2"), of("depot")],
            &[(&[6, 0, 1], "shop 1: 6, depot: 1"), (&[0, 0, 0], "order nothing")],
        );
        words(vec![of("order")], &[(&[3], "order 3"), (&[0], "order nothing")]);
        words(vec![of("shop")], &[(&[3], "shop: 3"), (&[0], "order nothing")]);
        words(vec![Variable::count("stake", 0, 5, "")], &[(&[0], "stake 0"), (&[5], "stake 5")]);
        let way = |name: &str| Variable::count(name, -2, 2, "units");
        words(
            vec![way("east to west"), way("west to south")],
            &[
                (&[1, -2], "east to west: 1, south to west: 2"),
                (&[0, 2], "west to south: 2"),
                (&[0, 0], "move nothing"),
            ],
        );
        words(vec![way("move")], &[(&[-2], "move −2"), (&[0], "move nothing")]);
    }

    #[test]
    fn what_goes_between_neighbours_has_few_words() {
        let way = |name: &str| Variable::count(name, -2, 2, "units");
        let space = Space::new(vec![way("east to west"), way("west to south")]).unwrap();
        assert_eq!(few_words(&space, &[1, -2]), "east 1→, west ←2");
        assert_eq!(few_words(&space, &[0, 0]), "move nothing");
        let robot = |name: &str| Variable::choice(name, &["stay", "up", "right"]);
        let space = Space::new(vec![robot("robot 1"), robot("robot 2")]).unwrap();
        assert_eq!(few_words(&space, &[2, 1]), "1 →, 2 ↑");
        assert_eq!(few_words(&space, &[0, 1]), "2 ↑");
    }

    #[test]
    fn parts_that_do_nothing_are_left_out() {
        let plant = |name: &str| Variable::choice(name, &["off", "on"]);
        words(
            vec![plant("east"), plant("west")],
            &[(&[1, 0], "east on"), (&[1, 1], "all on"), (&[0, 0], "all off")],
        );
        let robot = |name: &str| Variable::choice(name, &["stay", "left", "right"]);
        words(
            vec![robot("robot 1"), robot("robot 2")],
            &[(&[0, 2], "robot 2 right"), (&[1, 2], "robot 1 left, robot 2 right")],
        );
        let shop = vec![
            Variable::choice("Lathe", &["A 1", "B 2", "idle"]),
            Variable::choice("Mill", &["A 2", "B 1", "idle"]),
        ];
        words(
            shop,
            &[(&[0, 2], "Lathe A 1"), (&[1, 0], "Lathe B 2, Mill A 2"), (&[2, 2], "all idle")],
        );
        let orders = vec![
            Variable::choice("offer", &["decline", "accept"]),
            Variable::choice("next", &["small", "large", "wait"]),
        ];
        words(orders, &[(&[1, 0], "accept, next small"), (&[0, 2], "decline")]);
    }
}
