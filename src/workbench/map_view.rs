//! The value map's content: value and greedy actions over one or two variables of the state.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::action_marks;
use super::desk::{Desk, ScenarioMark};
use super::hand::may_tell;
use super::inspect::{self, allowed, support};
use super::intent::Mapped;
use super::view::{ActionsView, MapCell, MapView, Repeats};
use crate::experiment::planning::Snapshot;
use crate::experiment::session::Session;
use crate::mdp::{Criterion, Level, Model, Situation, Space};
use crate::scenario::{AgentSpec, Scenario};

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
    /// Whether the best actions are shown.
    tells: bool,
    mapped: Mapped,
    /// Who acts, where what they do is shown.
    acts: Option<(u64, usize)>,
}

/// Whose values they are, and as of when.
#[derive(Debug, Clone)]
enum By {
    Planner(Arc<Snapshot>),
    Learner { beats: u64, commands: usize },
}

impl Made {
    fn of(
        desk: &Desk,
        session: &Session,
        source: &Source,
        axes: (usize, usize),
        slice: &[Level],
        mapped: Mapped,
    ) -> Self {
        Self {
            mapped,
            // What a learner does changes with every beat.
            acts: (mapped == Mapped::Loss).then(|| {
                let learns = session.agent().learns();
                (if learns { session.run().beats() } else { 0 }, session.log().len())
            }),
            scenario: session.scenario().clone(),
            by: source.by(desk, session),
            axes,
            slice: slice.to_vec(),
            tells: may_tell(desk, session),
        }
    }
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
            && self.tells == other.tells
            && self.mapped == other.mapped
            && self.acts == other.acts
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
    let present = desk.present(session);
    let mut slice: Vec<Level> =
        desk.slice.iter().zip(present).map(|(held, now)| held.unwrap_or(*now)).collect();
    let source = Source::of(desk, session)?;
    let offers = offers(desk, session, &source);
    let mapped = if offers.contains(&desk.mapped) { desk.mapped } else { Mapped::Value };
    // Along the axes a cell has its own levels: the present ones there change nothing.
    for place in [x, y] {
        if let (Some(level), Some(variable)) = (slice.get_mut(place), variables.get(place)) {
            *level = variable.low;
        }
    }
    let made = Made::of(desk, session, &source, desk.axes, &slice, mapped);
    let cells = desk.cells.of(made, || {
        let rows = upwards.map_or(0..=0, |variable| variable.low..=variable.high);
        over(slice.clone(), (x, across.low..=across.high), (y, rows), |state| {
            let cell = source.cell(desk, session, space, state);
            measured(desk, session, mapped, state, cell)
        })
    });
    let repeats = repeats(desk, session, &source, &slice, mapped);
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
        mapped,
        offers,
        whose: match source {
            Source::Learner => session.agent().name().to_owned(),
            Source::Planner if !session.run().environment().erased().observes_state() => {
                "who sees all".to_owned()
            }
            Source::Planner if desk.snapshot.certified => "the optimum".to_owned(),
            Source::Planner => "the plan so far".to_owned(),
        },
        value_name: match mapped {
            Mapped::Value => source.value_name(desk).to_owned(),
            Mapped::Visits => "visits, powers of ten".to_owned(),
            Mapped::Loss => format!("loss by {}", session.agent().name()),
            Mapped::Error => "believed − optimal".to_owned(),
        },
        unit: match mapped {
            Mapped::Visits => String::new(),
            _ => session.scenario().contents.currency.clone(),
        },
        cells,
        repeats,
        actions: marks(desk, session),
        inspected: inspected.and_then(|state| Some((*state.get(x)?, *state.get(y)?))),
        slice,
    })
}

/// A map is repeated for so many levels at most, which lie as evenly as they can.
const REPEATS: u64 = 9;

/// The cells for each of some levels of the variable for which the map is repeated.
fn repeats(
    desk: &Desk,
    session: &Session,
    source: &Source,
    slice: &[Level],
    mapped: Mapped,
) -> Option<(usize, Repeats)> {
    let space = session.scenario().environment.state_space();
    let (x, y) = desk.axes;
    let over_it = desk.repeated.filter(|place| *place != x && *place != y)?;
    let variables = space.variables();
    let (across, upwards, variable) =
        (variables.get(x)?, variables.get(y)?, variables.get(over_it)?);
    let all =
        across.size().saturating_mul(upwards.size()).saturating_mul(variable.size().min(REPEATS));
    if all > MOST_CELLS || x == y {
        return None;
    }
    let mut slice = slice.to_vec();
    *slice.get_mut(over_it)? = variable.low;
    let made = Made::of(desk, session, source, desk.axes, &slice, mapped);
    let count = variable.size().min(REPEATS);
    let level = |number: u64| match count {
        0 | 1 => variable.low,
        count => variable.low + ((variable.size() - 1) * number / (count - 1)) as Level,
    };
    let cells = desk.repeats.of((made, over_it), || {
        let each = (0..count).map(|number| {
            let mut slice = slice.clone();
            if let Some(slot) = slice.get_mut(over_it) {
                *slot = level(number);
            }
            let (columns, rows) = (across.low..=across.high, upwards.low..=upwards.high);
            let cells = over(slice, (x, columns), (y, rows), |state| {
                let cell = source.cell(desk, session, space, state);
                measured(desk, session, mapped, state, cell)
            });
            (level(number), cells)
        });
        each.collect()
    });
    Some((over_it, cells))
}

/// What could be shown of each state.
fn offers(desk: &Desk, session: &Session, source: &Source) -> Vec<Mapped> {
    let planned = !desk.snapshot.values.is_empty() && may_tell(desk, session);
    let sees = session.run().environment().erased().observes_state();
    let learner = matches!(source, Source::Learner);
    let table = session.run().agent().table().is_some();
    let can = |mapped: &Mapped| match mapped {
        Mapped::Value => true,
        Mapped::Visits => learner && table,
        Mapped::Loss => planned && sees,
        Mapped::Error => learner && planned && sees && inspect::on_one_scale(session),
    };
    Mapped::ALL.into_iter().filter(can).collect()
}

/// What the map shows of a state, whose value and actions are these.
fn measured(
    desk: &Desk,
    session: &Session,
    mapped: Mapped,
    state: &[Level],
    (value, actions): MapCell,
) -> MapCell {
    let environment = &session.scenario().environment;
    let space = environment.state_space();
    let ends = environment.erased().is_terminal(state);
    match mapped {
        Mapped::Value => (value, actions),
        Mapped::Visits => {
            let times = visits(session, state).filter(|times| *times > 0 && !ends);
            (times.map(|times| (times as f64).log10()), actions)
        }
        Mapped::Loss if ends => (None, Vec::new()),
        Mapped::Loss => {
            let taken = support(session, state);
            let lost = taken.as_ref().and_then(|taken| loss(desk, session, state, taken));
            (lost, taken.unwrap_or_default())
        }
        Mapped::Error if ends => (None, actions),
        Mapped::Error => {
            let exact = planned(desk, space, state, None).0;
            (value.zip(exact).map(|(believed, exact)| believed - exact), actions)
        }
    }
}

/// How often a learner with a table was in a state.
fn visits(session: &Session, state: &[Level]) -> Option<u64> {
    let environment = &session.scenario().environment;
    let table = session.run().agent().table()?;
    let seen = inspect::seen(environment, state)?;
    let row = environment.erased().observation_space().index(&seen) as usize * table.actions;
    let visits = table.visits.get(row..row + table.actions)?;
    Some(visits.iter().map(|&times| u64::from(times)).sum())
}

/// What is lost by doing once one of these actions, each as likely, where the plan acts ever after: the
/// best Q-value less theirs.
fn loss(desk: &Desk, session: &Session, state: &[Level], taken: &[usize]) -> Option<f64> {
    let snapshot = &desk.snapshot;
    let found = snapshot.enumeration.as_ref()?;
    let number = found.states.find(session.scenario().environment.state_space().index(state))?;
    let gamma = session.scenario().contents.criterion.gamma();
    let worth = |action: usize| found.model.q(number, action, &snapshot.values, gamma);
    let all = (0..found.model.actions()).filter_map(worth);
    let best = all.filter(|value| value.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    let theirs: Option<Vec<f64>> = taken.iter().map(|action| worth(*action)).collect();
    let theirs = theirs.filter(|theirs| !theirs.is_empty())?;
    let mean = theirs.iter().sum::<f64>() / theirs.len() as f64;
    // What rounding leaves of nothing is nothing.
    let lost = best - mean;
    Some(if lost.abs() <= TIE * best.abs().max(1.0) { 0.0 } else { lost })
}

/// What there is to say of each state whose variable `x` and, where the two differ, `y` have levels
/// of these ranges, row by row; the others are as in `state`.
fn over(
    mut state: Vec<Level>,
    (x, across): (usize, RangeInclusive<Level>),
    (y, rows): (usize, RangeInclusive<Level>),
    cell: impl Fn(&[Level]) -> MapCell,
) -> Arc<[MapCell]> {
    let mut cells = Vec::new();
    for level_up in rows {
        if let Some(slot) = state.get_mut(y).filter(|_| x != y) {
            *slot = level_up;
        }
        for level_across in across.clone() {
            if let Some(slot) = state.get_mut(x) {
                *slot = level_across;
            }
            cells.push(cell(&state));
        }
    }
    cells.into()
}

/// How the actions are marked.
pub fn marks(desk: &Desk, session: &Session) -> Arc<ActionsView> {
    let scenario = session.scenario();
    desk.marks.of(ScenarioMark(scenario.clone()), || {
        Arc::new(action_marks::marked(&scenario.environment))
    })
}

/// Whose values they are, and points of level and value.
pub type Along = (String, Vec<(f64, f64)>);

/// What states are worth along the map's first axis, the others as they are held or in the present
/// state, where no episode ends there: as the acting agent believes, if it learns, and by the optimum.
pub fn values_along(desk: &Desk, session: &Session) -> [Option<Along>; 2] {
    let environment = &session.scenario().environment;
    let space = environment.state_space();
    let present = desk.present(session);
    let mut state: Vec<Level> =
        desk.slice.iter().zip(present).map(|(held, now)| held.unwrap_or(*now)).collect();
    let (x, y) = desk.axes;
    if let (Some(level), Some(now)) = (state.get_mut(y), present.get(y)) {
        *level = *now;
    }
    let Some(variable) = space.variables().get(x).filter(|one| one.size() <= MOST_CELLS) else {
        return [None, None];
    };
    // Along the axis its own present level changes nothing.
    if let Some(level) = state.get_mut(x) {
        *level = variable.low;
    }
    let learns = matches!(Source::of(desk, session), Some(Source::Learner));
    let planned = !desk.snapshot.values.is_empty() && may_tell(desk, session);
    let sources = [learns.then_some(Source::Learner), planned.then_some(Source::Planner)];
    let key = sources.each_ref().map(|source| {
        source.as_ref().map(|source| Made::of(desk, session, source, (x, x), &state, Mapped::Value))
    });
    desk.along.of(key, || {
        let mut state = state.clone();
        sources.map(|source| {
            let source = source?;
            let points = (variable.low..=variable.high).filter_map(|level| {
                *state.get_mut(x)? = level;
                let ends = environment.erased().is_terminal(&state);
                let value = if ends { None } else { source.value(desk, session, space, &state) };
                Some((f64::from(level), value?))
            });
            let points: Vec<_> = points.collect();
            let name = match source {
                Source::Learner => "believed",
                Source::Planner => "optimum",
            };
            (!points.is_empty()).then(|| (name.to_owned(), points))
        })
    })
}

/// Value and actions over the first two variables, row by row, the others as in the present state: what
/// the picture of a grid shows.
pub fn over_first_two(desk: &Desk, session: &Session) -> Arc<[MapCell]> {
    let space = session.scenario().environment.state_space();
    let [across, upwards, ..] = space.variables() else { return Arc::new([]) };
    let cells = across.size().saturating_mul(upwards.size());
    let source = Source::of(desk, session).filter(|_| cells <= MOST_CELLS);
    let Some(source) = source else { return Arc::new([]) };
    let mut slice = desk.present(session).to_vec();
    for (slot, variable) in slice.iter_mut().zip([across, upwards]) {
        *slot = variable.low;
    }
    let made = Made::of(desk, session, &source, (0, 1), &slice, Mapped::Value);
    let rule = acts_by_rule(session);
    desk.floor.of((made, rule), || {
        let rows = (upwards.low..=upwards.high, across.low..=across.high);
        over(slice.clone(), (0, rows.1.clone()), (1, rows.0.clone()), |state| {
            acted(Some(&source), desk, session, state)
        })
    })
}

/// Whether a rule of thumb acts, and which: it does what it says, where a learner's ties and the
/// optimum's are shown as such.
fn acts_by_rule(session: &Session) -> Option<AgentSpec> {
    let rule = !session.agent().learns() && !matches!(session.agent(), AgentSpec::Optimum(_));
    rule.then(|| session.agent().clone())
}

/// A state's value and what the acting agent does in it.
fn acted(source: Option<&Source>, desk: &Desk, session: &Session, state: &[Level]) -> MapCell {
    let environment = &session.scenario().environment;
    let of = |source: &Source| source.cell(desk, session, environment.state_space(), state);
    let (value, choices) = source.map(of).unwrap_or_default();
    let ended = environment.erased().is_terminal(state);
    let rule = acts_by_rule(session).is_some() && !ended;
    (value, rule.then(|| support(session, state)).flatten().unwrap_or(choices))
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
        let agent = session.run().agent();
        if session.agent().learns() && (agent.table().is_some() || agent.predicts().is_some()) {
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

    fn value_name(&self, desk: &Desk) -> &'static str {
        match self {
            Self::Learner => "believed value",
            Self::Planner if desk.snapshot.certified => "optimal value",
            Self::Planner => "value so far",
        }
    }

    fn cell(&self, desk: &Desk, session: &Session, space: &Space, state: &[Level]) -> MapCell {
        let environment = &session.scenario().environment;
        if environment.erased().is_terminal(state) {
            return (Some(0.0), Vec::new());
        }
        match self {
            Self::Learner if session.run().agent().predicts().is_some() => {
                let acts = inspect::seen(environment, state).and_then(|_| support(session, state));
                (predicted(session, state), acts.unwrap_or_default())
            }
            Self::Learner => {
                believed(session, state).map_or((None, Vec::new()), |values| best(&values))
            }
            Self::Planner => {
                let criterion = session.scenario().contents.criterion;
                let tells = may_tell(desk, session);
                planned(desk, space, state, tells.then_some(criterion))
            }
        }
    }

    /// What a state is worth in which no episode ends.
    fn value(&self, desk: &Desk, session: &Session, space: &Space, state: &[Level]) -> Option<f64> {
        match self {
            Self::Learner if session.run().agent().predicts().is_some() => {
                predicted(session, state)
            }
            Self::Learner => best(&believed(session, state)?).0,
            Self::Planner => planned(desk, space, state, None).0,
        }
    }
}

/// What who predicts expects of a state, once it was there.
fn predicted(session: &Session, state: &[Level]) -> Option<f64> {
    let seen = inspect::seen(&session.scenario().environment, state)?;
    let situation = Situation { levels: &seen, reals: &[], allowed: None, beat: 0 };
    let known = session.run().agent().state_value(&situation)?;
    known.learned.then_some(known.value)
}

/// What a learner believes the actions of a state to be worth, once it was there; not a number where
/// they are not allowed.
fn believed(session: &Session, state: &[Level]) -> Option<Vec<f64>> {
    let environment = &session.scenario().environment;
    let agent = session.run().agent();
    let seen = inspect::seen(environment, state)?;
    let table = agent.table()?;
    let observed = environment.erased().observation_space();
    let row = observed.index(&seen) as usize * table.actions;
    let visits = table.visits.get(row..row + table.actions)?;
    let mut values = vec![f64::NAN; table.actions];
    let mask = allowed(environment, state);
    let allowed = mask.as_deref();
    let situation = Situation { levels: &seen, reals: &[], allowed, beat: 0 };
    let visited = visits.iter().any(|&n| n > 0);
    if !visited || !agent.action_values(&situation, &mut values) {
        return None;
    }
    for (value, allowed) in values.iter_mut().zip(allowed.unwrap_or_default()) {
        if !allowed {
            *value = f64::NAN;
        }
    }
    Some(values)
}

/// The planner's value of a state, and, under a criterion, the actions that are as good as that of
/// its policy.
fn planned(desk: &Desk, space: &Space, state: &[Level], criterion: Option<Criterion>) -> MapCell {
    let snapshot = &desk.snapshot;
    let Some(found) = &snapshot.enumeration else { return (None, Vec::new()) };
    let Some(number) = found.states.find(space.index(state)) else { return (None, Vec::new()) };
    let value = snapshot.values.get(number).copied().filter(|value| value.is_finite());
    let known = criterion.zip(snapshot.policy.get(number));
    let Some((criterion, &chosen)) = known else { return (value, Vec::new()) };
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

/// Value of each level of the first variable and what the acting agent does there, the others as in
/// the present state: what the pictures of one-dimensional kinds show.
pub fn over_first_variable(desk: &Desk, session: &Session) -> Vec<MapCell> {
    let space = session.scenario().environment.state_space();
    let Some(variable) = space.variables().first() else { return Vec::new() };
    let source = Source::of(desk, session);
    let mut state = desk.present(session).to_vec();
    (variable.low..=variable.high)
        .map(|level| {
            if let Some(first) = state.first_mut() {
                *first = level;
            }
            acted(source.as_ref(), desk, session, &state)
        })
        .collect()
}
