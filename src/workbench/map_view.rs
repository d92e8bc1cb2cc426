//! The value map's content: value and greedy actions over one or two variables of the state.

use std::sync::Arc;

use super::desk::Desk;
use super::inspect::{action_words, allowed};
use super::view::{MapCell, MapView};
use crate::experiment::planning::Snapshot;
use crate::experiment::session::Session;
use crate::mdp::{Criterion, Level, Model, Situation, Space};
use crate::scenario::Scenario;

/// More cells than this are not mapped: an axis of thousands of levels is no picture.
const MOST_CELLS: u64 = 40_000;
/// Actions within this share of the largest value are shown as ties.
const TIE: f64 = 1e-9;

/// What the cells are made from.
#[derive(Debug, Clone)]
pub struct Made {
    scenario: Arc<Scenario>,
    by: By,
    axes: (usize, usize),
    slice: Vec<Level>,
}

/// Whose values they are, and as of when.
#[derive(Debug, Clone)]
enum By {
    Planner(Arc<Snapshot>),
    Learner { beats: u64, commands: usize },
}

impl PartialEq for Made {
    fn eq(&self, other: &Self) -> bool {
        let by = match (&self.by, &other.by) {
            (By::Planner(one), By::Planner(other)) => Arc::ptr_eq(one, other),
            (
                By::Learner { beats, commands },
                By::Learner { beats: other_beats, commands: other_commands },
            ) => (beats, commands) == (other_beats, other_commands),
            _ => false,
        };
        by && Arc::ptr_eq(&self.scenario, &other.scenario)
            && self.axes == other.axes
            && self.slice == other.slice
    }
}

/// The map, or `None` while there is nothing to show.
pub fn map(desk: &Desk, session: &Session) -> Option<MapView> {
    let space = session.scenario().environment.state_space();
    let (x, y) = desk.axes;
    let variables = space.variables();
    let across = variables.get(x)?;
    // A state of one variable is one row.
    let upwards = variables.get(y).filter(|_| x != y);
    let cells = across.size().saturating_mul(upwards.map_or(1, |variable| variable.size()));
    if cells > MOST_CELLS {
        return None;
    }
    let present = session.run().state();
    let mut slice: Vec<Level> =
        desk.slice.iter().zip(present).map(|(held, now)| held.unwrap_or(*now)).collect();
    let source = Source::of(desk, session)?;
    // Along the axes a cell has its own levels: the present ones there change nothing.
    for place in [x, y] {
        if let (Some(level), Some(variable)) = (slice.get_mut(place), variables.get(place)) {
            *level = variable.low;
        }
    }
    let made = Made {
        scenario: session.scenario().clone(),
        by: source.by(desk, session),
        axes: desk.axes,
        slice: slice.clone(),
    };
    let cells = desk.cells.of(made, || {
        let mut state = slice.clone();
        let rows = upwards.map_or(0..=0, |variable| variable.low..=variable.high);
        let mut cells = Vec::new();
        for level_up in rows {
            if upwards.is_some() {
                state[y] = level_up;
            }
            for level_across in across.low..=across.high {
                state[x] = level_across;
                cells.push(source.cell(desk, session, space, &state));
            }
        }
        cells.into()
    });
    let in_slice = |state: &Vec<Level>| {
        state.iter().zip(&slice).enumerate().all(|(at, (a, b))| at == x || at == y || a == b)
    };
    let inspected = desk.inspected.as_ref().filter(|state| in_slice(state));
    Some(MapView {
        variables: variables.to_vec(),
        axes: desk.axes,
        follows: desk.slice.iter().map(Option::is_none).collect(),
        present: present.to_vec(),
        source: source.words(desk, session),
        unit: session.scenario().contents.currency.clone(),
        cells,
        actions: action_names(session.scenario().environment.action_space()),
        inspected: inspected.map(|state| (state[x], state[y])),
        slice,
    })
}

/// Names and short marks of the flat actions.
pub fn action_names(space: &Space) -> Vec<(String, String)> {
    let count = space.count().unwrap_or(0).min(crate::mdp::enumerate::ACTION_LIMIT);
    let mut levels = vec![0; space.len()];
    let names = (0..count).map(|action| {
        space.levels(action, &mut levels);
        (action_words(space, &levels), mark(space, &levels))
    });
    names.collect()
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
    fn of(desk: &Desk, session: &Session) -> Option<Self> {
        if session.agent().learner().is_some() && session.run().agent().table().is_some() {
            return Some(Self::Learner);
        }
        (!desk.snapshot.values.is_empty()).then_some(Self::Planner)
    }

    fn by(&self, desk: &Desk, session: &Session) -> By {
        match self {
            Self::Learner => {
                By::Learner { beats: session.run().beats(), commands: session.log().len() }
            }
            Self::Planner => By::Planner(desk.snapshot.clone()),
        }
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

    fn cell(&self, desk: &Desk, session: &Session, space: &Space, state: &[Level]) -> MapCell {
        let environment = &session.scenario().environment;
        if environment.erased().is_terminal(state) {
            return (Some(0.0), Vec::new());
        }
        match self {
            Self::Learner => {
                let agent = session.run().agent();
                let Some(table) = agent.table() else { return (None, Vec::new()) };
                let row = space.index(state) as usize * table.actions;
                let Some(visits) = table.visits.get(row..row + table.actions) else {
                    return (None, Vec::new());
                };
                let mut values = vec![f64::NAN; table.actions];
                let mask = allowed(environment, state);
                let allowed = mask.as_deref();
                let situation = Situation { levels: state, reals: &[], allowed, beat: 0 };
                let visited = visits.iter().any(|&n| n > 0);
                if !visited || !agent.action_values(&situation, &mut values) {
                    return (None, Vec::new());
                }
                for (value, allowed) in values.iter_mut().zip(allowed.unwrap_or_default()) {
                    if !allowed {
                        *value = f64::NAN;
                    }
                }
                best(&values)
            }
            Self::Planner => planned(desk, session.scenario().contents.criterion, space, state),
        }
    }
}

/// The planner's value of a state, and the actions that are as good as that of its policy.
fn planned(desk: &Desk, criterion: Criterion, space: &Space, state: &[Level]) -> MapCell {
    let snapshot = &desk.snapshot;
    let Some(found) = &snapshot.enumeration else { return (None, Vec::new()) };
    let Some(number) = found.states.find(space.index(state)) else { return (None, Vec::new()) };
    let value = snapshot.values.get(number).copied().filter(|value| value.is_finite());
    let Some(&chosen) = snapshot.policy.get(number) else { return (value, Vec::new()) };
    (value, as_good(&found.model, number, chosen as usize, &snapshot.values, criterion))
}

fn as_good(
    model: &Model,
    state: usize,
    chosen: usize,
    values: &[f64],
    criterion: Criterion,
) -> Vec<usize> {
    let worth = |action| model.q(state, action, values, criterion.gamma());
    let Some(best) = worth(chosen).filter(|best| best.is_finite()) else { return vec![chosen] };
    let near = TIE * best.abs().max(1.0);
    // The policy's own action goes first: it is the one that is taken.
    let others = (0..model.actions()).filter(|action| *action != chosen);
    let tied = others.filter(|action| worth(*action).is_some_and(|q| (q - best).abs() <= near));
    std::iter::once(chosen).chain(tied).collect()
}

/// The largest value and the actions that reach it.
fn best(values: &[f64]) -> MapCell {
    let most = values.iter().copied().filter(|value| value.is_finite()).fold(f64::NAN, f64::max);
    if most.is_nan() {
        return (None, Vec::new());
    }
    let near = TIE * most.abs().max(1.0);
    let ties = values.iter().enumerate().filter(|(_, value)| **value >= most - near);
    (Some(most), ties.map(|(action, _)| action).collect())
}

/// Value and greedy actions of each level of the first variable, the others as in the present
/// state: what the pictures of one-dimensional kinds show.
pub fn over_first_variable(desk: &Desk, session: &Session) -> Vec<MapCell> {
    let space = session.scenario().environment.state_space();
    let Some(variable) = space.variables().first() else { return Vec::new() };
    let Some(source) = Source::of(desk, session) else { return Vec::new() };
    let mut state = session.run().state().to_vec();
    (variable.low..=variable.high)
        .map(|level| {
            state[0] = level;
            source.cell(desk, session, space, &state)
        })
        .collect()
}
