//! The value map's content: value and greedy actions over two variables of the state.

use super::desk::Desk;
use super::inspect::action_words;
use super::view::MapView;
use crate::experiment::session::Session;
use crate::mdp::{Level, Situation, Space};

/// More cells than this are not mapped: an axis of thousands of levels is no picture.
const MOST_CELLS: u64 = 40_000;
/// Actions within this share of the largest value are shown as ties.
const TIE: f64 = 1e-9;

/// The map, or `None` while there is nothing to show.
pub fn map(desk: &Desk, session: &Session) -> Option<MapView> {
    let environment = &session.scenario().environment;
    let space = environment.state_space();
    let (x, y) = desk.axes;
    let variables = space.variables();
    let (across, upwards) = (variables.get(x)?, variables.get(y)?);
    // A state of one variable is shown whole by its picture.
    if x == y || across.size().saturating_mul(upwards.size()) > MOST_CELLS {
        return None;
    }
    let present = session.run().state();
    let slice: Vec<Level> =
        desk.slice.iter().zip(present).map(|(held, now)| held.unwrap_or(*now)).collect();
    let learns = session.agent().learner().is_some();
    let source = Source::of(desk, session, learns)?;
    let mut state = slice.clone();
    let mut cells = Vec::new();
    for level_up in upwards.low..=upwards.high {
        state[y] = level_up;
        for level_across in across.low..=across.high {
            state[x] = level_across;
            cells.push(source.cell(desk, session, space, &state));
        }
    }
    let actions = environment.action_space();
    let count = actions.count().unwrap_or(0).min(crate::mdp::enumerate::ACTION_LIMIT);
    let mut levels = vec![0; actions.len()];
    let names = (0..count)
        .map(|action| {
            actions.levels(action, &mut levels);
            let words = action_words(actions, &levels);
            let mark = mark(actions, &levels);
            (words, mark)
        })
        .collect();
    let in_slice = |state: &Vec<Level>| {
        state.iter().zip(&slice).enumerate().all(|(at, (a, b))| at == x || at == y || a == b)
    };
    let inspected = desk.inspected.as_ref().filter(|state| in_slice(state));
    Some(MapView {
        variables: variables.to_vec(),
        axes: desk.axes,
        follows: desk.slice.iter().map(Option::is_none).collect(),
        slice,
        present: present.to_vec(),
        source: source.words(desk, session),
        unit: session.scenario().contents.currency.clone(),
        cells,
        actions: names,
        inspected: inspected.map(|state| (state[x], state[y])),
    })
}

/// A short mark of an action: numbers of the machines held back, or its first letter.
fn mark(space: &Space, action: &[Level]) -> String {
    let variables = space.variables();
    if variables.iter().all(|variable| variable.labels == ["hold", "run"]) {
        let held = action.iter().enumerate().filter(|(_, level)| **level == 0);
        return held.map(|(at, _)| (at + 1).to_string()).collect();
    }
    let words = action_words(space, action);
    match words.as_str() {
        "left" => "←".to_owned(),
        "right" => "→".to_owned(),
        _ => {
            words.chars().next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default()
        }
    }
}

/// Whose values are shown.
enum Source {
    /// The learner's own.
    Learner,
    /// The planner's.
    Planner,
}

impl Source {
    fn of(desk: &Desk, session: &Session, learns: bool) -> Option<Self> {
        if learns && session.run().agent().table().is_some() {
            return Some(Self::Learner);
        }
        (!desk.snapshot.values.is_empty()).then_some(Self::Planner)
    }

    fn words(&self, desk: &Desk, session: &Session) -> String {
        match self {
            Self::Learner => format!("as {} believes", session.agent().name()),
            Self::Planner => format!(
                "under {}, sweep {}",
                desk.snapshot.method.to_lowercase(),
                super::number::count(desk.snapshot.sweeps)
            ),
        }
    }

    fn cell(
        &self,
        desk: &Desk,
        session: &Session,
        space: &Space,
        state: &[Level],
    ) -> (Option<f64>, Vec<usize>) {
        let environment = &session.scenario().environment;
        if environment.erased().is_terminal(state) {
            return (Some(0.0), Vec::new());
        }
        match self {
            Self::Learner => {
                let agent = session.run().agent();
                let Some(table) = agent.table() else { return (None, Vec::new()) };
                let row = space.index(state) as usize * table.actions;
                let visits: u64 =
                    table.visits[row..row + table.actions].iter().map(|&n| u64::from(n)).sum();
                let mut values = vec![f64::NAN; table.actions];
                let situation = Situation { levels: state, reals: &[], allowed: None, beat: 0 };
                if visits == 0 || !agent.action_values(&situation, &mut values) {
                    return (None, Vec::new());
                }
                best(&values)
            }
            Self::Planner => {
                let Some(found) = &desk.snapshot.enumeration else { return (None, Vec::new()) };
                let Some(number) = found.states.find(space.index(state)) else {
                    return (None, Vec::new());
                };
                let value = desk.snapshot.values.get(number).copied();
                let action = desk.snapshot.policy.get(number).map(|&action| action as usize);
                (value.filter(|value| value.is_finite()), action.into_iter().collect())
            }
        }
    }
}

/// The largest value and the actions that reach it.
fn best(values: &[f64]) -> (Option<f64>, Vec<usize>) {
    let most = values.iter().copied().filter(|value| value.is_finite()).fold(f64::NAN, f64::max);
    if most.is_nan() {
        return (None, Vec::new());
    }
    let near = TIE * most.abs().max(1.0);
    let ties = (0..values.len()).filter(|&action| values[action] >= most - near).collect();
    (Some(most), ties)
}

/// Value and greedy actions of each level of the first variable, the others as in the present
/// state: what the pictures of one-dimensional kinds show.
pub fn over_first_variable(desk: &Desk, session: &Session) -> Vec<(Option<f64>, Vec<usize>)> {
    let space = session.scenario().environment.state_space();
    let Some(variable) = space.variables().first() else { return Vec::new() };
    let learns = session.agent().learner().is_some();
    let Some(source) = Source::of(desk, session, learns) else { return Vec::new() };
    let mut state = session.run().state().to_vec();
    (variable.low..=variable.high)
        .map(|level| {
            state[0] = level;
            source.cell(desk, session, space, &state)
        })
        .collect()
}
