//! Which two variables a map begins with where the scenario does not say: those over which most is
//! to be seen.

use super::desk::Desk;
use crate::experiment::planning::Snapshot;
use crate::experiment::session::Session;
use crate::mdp::{Level, Space};

/// Larger maps than this are not begun with: their cells could not be told apart.
const MOST_CELLS: u64 = 2_500;
/// A policy of so many actions on one map adds no more to it by another.
const VARIED: usize = 5;

/// The variables across and upwards over which value and policy vary most, all others as in the
/// present state; `None` while there is no plan, or where no two tell anything.
pub fn axes(desk: &Desk, session: &Session) -> Option<(usize, usize)> {
    let space = session.scenario().environment.state_space();
    most_telling(&desk.snapshot, space, session.run().state())
}

fn most_telling(snapshot: &Snapshot, space: &Space, present: &[Level]) -> Option<(usize, usize)> {
    let variables = space.variables();
    let pairs = (0..variables.len()).flat_map(|x| (x + 1..variables.len()).map(move |y| (x, y)));
    let told = pairs.filter_map(|(x, y)| {
        let (across, upwards) = (variables.get(x)?, variables.get(y)?);
        let cells = across.size().saturating_mul(upwards.size());
        let told = (cells <= MOST_CELLS).then(|| tells(snapshot, space, present, (x, y)))??;
        // The longer axis lies across: the map has more room there.
        let lies = if upwards.size() > across.size() { (y, x) } else { (x, y) };
        Some((told, lies))
    });
    // Of those that tell as much the first.
    let best = told.fold(None, |best: Option<(f64, (usize, usize))>, (told, lies)| match best {
        Some((most, _)) if told <= most * (1.0 + 1e-9) => best,
        _ => Some((told, lies)),
    });
    best.map(|(_, lies)| lies)
}

/// How much a map over two variables tells: how far values are apart, the more the more of its cells
/// are states, and the more actions its policy has. `None` where it is all one.
fn tells(
    snapshot: &Snapshot,
    space: &Space,
    present: &[Level],
    (x, y): (usize, usize),
) -> Option<f64> {
    let found = snapshot.enumeration.as_ref()?;
    let (across, upwards) = (space.variables().get(x)?, space.variables().get(y)?);
    let mut state = present.to_vec();
    let (mut known, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let mut actions = Vec::new();
    let mut first = None;
    for right in across.low..=across.high {
        for up in upwards.low..=upwards.high {
            *state.get_mut(x)? = right;
            *state.get_mut(y)? = up;
            let Some(number) = found.states.find(space.index(&state)) else { continue };
            let Some(value) = snapshot.values.get(number).filter(|v| v.is_finite()) else {
                continue;
            };
            // Counted from one of them: the variance of large numbers keeps its digits.
            let value = value - *first.get_or_insert(*value);
            (known, sum, squares) = (known + 1.0, sum + value, squares + value * value);
            if let Some(action) = snapshot.policy.get(number)
                && actions.len() < VARIED
                && !actions.contains(action)
            {
                actions.push(*action);
            }
        }
    }
    let cells = (across.size() * upwards.size()) as f64;
    let mean: f64 = sum / known;
    let apart = (squares / known - mean * mean).max(0.0).sqrt();
    let told = apart * (known / cells).sqrt() * (1.0 + actions.len() as f64);
    (known > 1.0 && told > 0.0).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::planning::Planning;
    use crate::scenario::Scenario;

    fn axes_of(environment: &str) -> Option<(String, String)> {
        let text = format!("(version: 1, environment: {environment})");
        let scenario = Scenario::parse("test.ron", &text).unwrap();
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        let planning = Planning::default();
        planning.work(environment, criterion, None, 1e-6);
        let space = environment.state_space();
        let start = vec![0; space.len()];
        let (x, y) = most_telling(&planning.snapshot(), space, &start)?;
        let name = |place: usize| space.variables()[place].name.clone();
        Some((name(x), name(y)))
    }

    #[test]
    fn the_axes_are_those_over_which_values_and_actions_differ() {
        // Nothing is ever asked for at the second plant: its store tells nothing.
        let dead = "demand: Fixed(0), capacity: 9, holding: 0";
        let plant = "unmet: Lost(cost: 20), capacity: 4";
        let plants = format!(
            "Plants(plants: [(name: \"a\", {plant}), (name: \"b\", {dead}), (name: \"c\", {plant})])"
        );
        let (x, y) = axes_of(&plants).unwrap();
        assert_eq!((x.as_str(), y.as_str()), ("a stock", "c stock"));
    }

    #[test]
    fn one_variable_has_no_second() {
        assert_eq!(axes_of("Chain()"), None);
    }
}
