//! Why this action? The backup of one state, action by action.

use std::collections::HashMap;

use std::borrow::Cow;

use super::action_words::{action_words, few_words, several_words};
use super::desk::Desk;
use super::fill::is_watched;
use super::view::{ActionView, BackupView, BranchView, ScalesView, WhyView};
use crate::environments::AnyEnvironment;
use crate::experiment::session::Session;
use crate::mdp::{Branch, Condition, Criterion, Event, Level, Place, Situation, Space, Variable};
use crate::scenario::{AgentSpec, Family};

/// Most actions whose values are shown.
const MOST_ACTIONS: u64 = 4096;

/// Which flat actions are allowed in a state; `None` where all are, or where they cannot be
/// counted.
pub fn allowed(environment: &AnyEnvironment, state: &[Level]) -> Option<Vec<bool>> {
    let space = environment.action_space();
    let count = space.count().ok().filter(|count| *count <= MOST_ACTIONS)?;
    let mut levels = vec![0; space.len()];
    let each = (0..count).map(|action| {
        space.levels(action, &mut levels);
        environment.erased().allows(state, &levels)
    });
    let each: Vec<bool> = each.collect();
    each.contains(&false).then_some(each)
}

/// The flat action of these levels.
fn flat(space: &Space, action: &[Level]) -> Option<usize> {
    space.count().ok()?;
    space.contains(action).then(|| space.index(action) as usize)
}

/// The state that is inspected.
pub fn inspected(desk: &Desk, session: &Session) -> Vec<Level> {
    desk.inspected.clone().unwrap_or_else(|| desk.present(session).to_vec())
}

/// For each variable of an action whether there is anything to choose of it under a mask.
fn open(space: &Space, mask: Option<&[bool]>) -> Vec<bool> {
    let Some(mask) = mask else { return vec![true; space.len()] };
    let mut levels = vec![0; space.len()];
    let mut first: Option<Vec<Level>> = None;
    let mut open = vec![false; space.len()];
    for (action, _) in mask.iter().enumerate().filter(|(_, allowed)| **allowed) {
        space.levels(action as u64, &mut levels);
        let first = first.get_or_insert_with(|| levels.clone());
        for ((open, level), first) in open.iter_mut().zip(&levels).zip(first) {
            *open |= level != first;
        }
    }
    open
}

/// An action in words, without what could not be otherwise: a crew that has nobody to serve.
fn open_words(space: &Space, action: &[Level], open: &[bool]) -> String {
    if open.iter().all(|open| *open) || !open.contains(&true) {
        return action_words(space, action);
    }
    let chosen = || space.variables().iter().zip(action).zip(open).filter(|(_, open)| **open);
    let variables: Vec<_> = chosen().map(|((variable, _), _)| variable.clone()).collect();
    let levels: Vec<_> = chosen().map(|((_, level), _)| *level).collect();
    several_words(&variables, &levels)
}

/// What the rule of doing the usual is called here: "Always run", "Always right", "Always wait".
pub fn usual_rule(environment: &AnyEnvironment) -> String {
    let space = environment.action_space();
    if matches!(environment, AnyEnvironment::Line(_)) {
        return AgentSpec::AlwaysRun.name().to_owned();
    }
    let mut usual = vec![0; space.len()];
    environment.erased().usual_action(&mut usual);
    format!("Always {}", action_words(space, &usual))
}

/// What an agent is called here.
pub fn agent_name(environment: &AnyEnvironment, agent: &AgentSpec) -> String {
    match agent {
        AgentSpec::AlwaysRun => usual_rule(environment),
        other => other.name().to_owned(),
    }
}

/// Γ of a backup under a criterion and what is taken off: the gain, for the average reward.
fn weights(desk: &Desk, session: &Session) -> (f64, f64) {
    match session.scenario().contents.criterion {
        Criterion::Discounted(gamma) => (gamma, 0.0),
        Criterion::Total => (1.0, 0.0),
        Criterion::Average => (1.0, gain(desk).unwrap_or(0.0)),
    }
}

/// The gain, or the middle of what it is so far known to lie between.
fn gain(desk: &Desk) -> Option<f64> {
    let (lower, upper) = desk.snapshot.bounds?;
    Some(f64::midpoint(lower, upper?))
}

/// Values of all actions of a state under the planner's values; NaN where not allowed.
pub fn planned(desk: &Desk, session: &Session, state: &[Level]) -> Option<(usize, Vec<f64>)> {
    let enumeration = desk.snapshot.enumeration.as_ref()?;
    let model = &enumeration.model;
    if desk.snapshot.values.len() != model.states() {
        return None;
    }
    let number =
        enumeration.states.find(session.scenario().environment.state_space().index(state))?;
    let (gamma, off) = weights(desk, session);
    let values = (0..model.actions())
        .map(|action| {
            model
                .q(number, action, &desk.snapshot.values, gamma)
                .map_or(f64::NAN, |value| value - off)
        })
        .collect();
    Some((number, values))
}

/// What the optimum would do in the inspected state, and whether the agent would do the same.
pub fn optimal_action(desk: &Desk, session: &Session) -> (String, bool) {
    let state = inspected(desk, session);
    let space = session.scenario().environment.action_space();
    let Some(best) = best_action(desk, session, &state) else {
        return ("–".to_owned(), false);
    };
    let mut levels = vec![0; space.len()];
    space.levels(best as u64, &mut levels);
    let chosen = choice(desk, session, &state, space).map(|choice| choice.action);
    (action_words(space, &levels), chosen == Some(best))
}

/// The best action of a state, as far as it is known.
pub fn best_action(desk: &Desk, session: &Session, state: &[Level]) -> Option<usize> {
    let (number, values) = planned(desk, session, state)?;
    best(desk, number, &values)
}

/// The best action of a state: that of the plan once it is proved, until then the best by the
/// values that are shown.
fn best(desk: &Desk, number: usize, values: &[f64]) -> Option<usize> {
    if desk.snapshot.certified {
        return desk.snapshot.policy.get(number).map(|&action| action as usize);
    }
    let known = values.iter().enumerate().filter(|(_, value)| value.is_finite());
    // The first of those alike, as the planners choose.
    known.rev().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(action, _)| action)
}

/// What the agent does in a state.
struct AgentChoice {
    action: usize,
    explores: bool,
    drawn: bool,
}

/// What the agent is about to do in the present state, else what it would do in this one if it
/// stopped exploring; `None` where that is left to chance.
fn choice(desk: &Desk, session: &Session, state: &[Level], space: &Space) -> Option<AgentChoice> {
    let target = target(session, state, space);
    // Beats too fast to be watched are not looked at one by one either.
    if desk.inspected.is_some() || !is_watched(desk) {
        return target.map(|action| AgentChoice { action, explores: false, drawn: false });
    }
    let mut levels = vec![0; space.len()];
    let next = session.run().intention(&mut levels).then(|| flat(space, &levels)).flatten()?;
    let learns = session.agent().learns();
    let explores = learns && target.is_some_and(|t| t != next);
    // Who acts by a belief goes by more than this state.
    let believes = matches!(session.agent(), AgentSpec::Beliefs(_));
    Some(AgentChoice { action: next, explores, drawn: target.is_none() && !believes })
}

/// The one action that the agent would take if it stopped exploring; `None` where it would draw.
fn target(session: &Session, state: &[Level], space: &Space) -> Option<usize> {
    target_policy(session, state, space)?.iter().position(|p| *p == 1.0)
}

/// The probability of each action if the agent stopped exploring; `None` where it does not say.
fn target_policy(session: &Session, state: &[Level], space: &Space) -> Option<Vec<f64>> {
    let count = space.count().ok().filter(|count| *count <= MOST_ACTIONS)? as usize;
    let mut probabilities = vec![0.0; count];
    let allowed = allowed(&session.scenario().environment, state);
    let allowed = allowed.as_deref();
    let seen = seen(&session.scenario().environment, state)?;
    let situation = Situation { levels: &seen, reals: &[], allowed, beat: 0 };
    let known = session.run().agent().target_policy(&situation, &mut probabilities);
    known.then_some(probabilities)
}

/// What an agent sees of a state; `None` where that is left to chance.
pub fn seen<'s>(environment: &AnyEnvironment, state: &'s [Level]) -> Option<Cow<'s, [Level]>> {
    let environment = environment.erased();
    if environment.observes_state() {
        return Some(Cow::Borrowed(state));
    }
    match environment.observations(state).ok()?.as_slice() {
        [(only, _)] if only.reals.is_empty() => Some(Cow::Owned(only.levels.clone())),
        _ => None,
    }
}

/// The actions that the agent may take in a state if it stopped exploring.
pub fn support(session: &Session, state: &[Level]) -> Option<Vec<usize>> {
    let policy = target_policy(session, state, session.scenario().environment.action_space())?;
    let taken = policy.iter().enumerate().filter(|(_, p)| **p > 0.0);
    Some(taken.map(|(action, _)| action).collect())
}

/// A state in words, and in the longest words that a state could have.
pub fn state_words(session: &Session, state: &[Level]) -> (String, String) {
    let states = session.scenario().environment.state_space();
    let described = |level: &dyn Fn(usize, &Variable) -> String| {
        let each = states.variables().iter().enumerate();
        let each = each.map(|(place, v)| format!("{} = {}", v.name, level(place, v)));
        each.collect::<Vec<_>>().join(" · ")
    };
    let now = described(&|place, variable| {
        state.get(place).map_or(String::new(), |level| variable.label(*level))
    });
    (now, described(&|_, variable| longest_label(variable)))
}

/// The inspector's content.
pub fn why(desk: &Desk, session: &Session) -> WhyView {
    let environment = &session.scenario().environment;
    let space = environment.action_space();
    let state = inspected(desk, session);
    let (now, longest_state) = state_words(session, &state);
    let mut view = WhyView {
        state: now,
        longest_state,
        present: desk.inspected.is_none(),
        ..WhyView::default()
    };
    let Some(count) = space.count().ok().filter(|count| *count <= MOST_ACTIONS) else {
        let count = space.count_in_words();
        view.empty = Some(format!("There are too many actions to list them all: {count}."));
        let mut levels = vec![0; space.len()];
        let known = view.present && is_watched(desk) && session.run().intention(&mut levels);
        view.about_to = known.then(|| action_words(space, &levels));
        return view;
    };
    if environment.erased().is_terminal(&state) {
        view.empty = Some("The environment ends here: nothing more is earned.".to_owned());
        return view;
    }
    let count = count as usize;
    let mut believed = vec![f64::NAN; count];
    let mask = allowed(environment, &state);
    let seen = seen(environment, &state);
    let levels = seen.as_deref().unwrap_or_default();
    let situation = Situation { levels, reals: &[], allowed: mask.as_deref(), beat: 0 };
    // Who weighs what is hidden goes by all that was seen, which only the present state has.
    let weighs = matches!(session.agent(), AgentSpec::Beliefs(_));
    let believes = if weighs {
        view.present && session.run().action_values(&mut believed)
    } else {
        seen.is_some() && session.run().agent().action_values(&situation, &mut believed)
    };
    let mut likely = vec![0.0; count];
    let draws = seen.is_some()
        && session.agent().kind().family() == Family::Policies
        && session.run().agent().policy(&situation, &mut likely);
    let planned = planned(desk, session, &state);
    let chosen = choice(desk, session, &state, space);
    let best = planned.as_ref().and_then(|(number, values)| best(desk, *number, values));
    let model = desk.snapshot.enumeration.as_ref().map(|found| &found.model);
    let mut levels = vec![0; space.len()];
    let open = open(space, mask.as_deref());
    let sees = session.run().environment().erased().observes_state();
    for action in 0..count {
        space.levels(action as u64, &mut levels);
        let value = planned.as_ref().and_then(|(_, values)| values.get(action).copied());
        let value = value.filter(|value| !value.is_nan());
        let reward = planned
            .as_ref()
            .and_then(|(number, _)| model.map(|model| model.reward(*number, action)));
        let allowed = mask.as_ref().is_none_or(|mask| mask.get(action) == Some(&true));
        let chosen = chosen.as_ref().filter(|choice| choice.action == action);
        view.actions.push(ActionView {
            name: if allowed {
                open_words(space, &levels, &open)
            } else {
                action_words(space, &levels)
            },
            short: few_words(space, &levels),
            believed: believed.get(action).copied().filter(|v| believes && v.is_finite()),
            planned: value,
            likely: likely.get(action).copied().filter(|_| draws),
            chosen: chosen.is_some(),
            explores: chosen.is_some_and(|choice| choice.explores),
            drawn: chosen.is_some_and(|choice| choice.drawn),
            // What who sees all would do is not the best where the state is hidden.
            optimal: best == Some(action) && sees,
            proved: desk.snapshot.certified,
            allowed,
            reward: reward.filter(|_| allowed),
            branches: (allowed && desk.unfolded.contains(&action))
                .then(|| outcomes(desk, session, &state, &levels)),
        });
    }
    view.backup = backup(desk, session, &view);
    view.scales = believes.then(|| scales(session)).flatten();
    view
}

/// The longest word for a level. Of numbers those at the ends are the longest.
fn longest_label(variable: &Variable) -> String {
    let levels = if variable.labels.is_empty() {
        vec![variable.low, variable.high]
    } else {
        (variable.low..=variable.high).collect()
    };
    let words = levels.into_iter().map(|level| variable.label(level));
    words.max_by_key(|words| words.chars().count()).unwrap_or_default()
}

/// Where a learner has another discount than the criterion, as on an average-reward line, its values
/// are on another scale than the optimum's. Under the total reward a discount of 1 is the same.
/// Whether what the agent believes can be held against the planner's values, figure by figure.
pub fn on_one_scale(session: &Session) -> bool {
    let criterion = session.scenario().contents.criterion;
    criterion != Criterion::Average && scales(session).is_none()
}

fn scales(session: &Session) -> Option<ScalesView> {
    let criterion = session.scenario().contents.criterion;
    let discount = session.agent().discount(criterion)?;
    let name = session.agent().name();
    (!criterion.weighs_as(discount)).then(|| ScalesView {
        planned: match criterion {
            Criterion::Average => {
                "What the optimum earns in the long run more than from the first \
                                   state on: only differences count"
                    .to_owned()
            }
            _ => "What the optimum earns from here on".to_owned(),
        },
        believed: format!(
            "What {name} expects from here on, discounted by its own γ = {discount}: compare the \
             order of the actions with the optimum's, not the figures"
        ),
    })
}

/// How the value comes about of the action that was unfolded last, else of the one that is taken
/// here, else of the best.
fn backup(desk: &Desk, session: &Session, view: &WhyView) -> Option<BackupView> {
    let place = |is: fn(&ActionView) -> bool| view.actions.iter().position(is);
    let unfolded = desk.explained.filter(|action| desk.unfolded.contains(action));
    let action = unfolded
        .or_else(|| place(|action| action.chosen))
        .or_else(|| place(|action| action.optimal))?;
    let shown = view.actions.get(action)?;
    let (value, reward) = (shown.planned?, shown.reward?);
    let (gamma, off) = weights(desk, session);
    let criterion = session.scenario().contents.criterion;
    Some(BackupView {
        action,
        reward,
        gain: (criterion == Criterion::Average).then_some(off),
        discount: matches!(criterion, Criterion::Discounted(_)).then_some(gamma),
        future: if gamma > 0.0 { (value - reward + off) / gamma } else { 0.0 },
        may_fall_short: session.agent().kind() != super::intent::AgentChoice::Optimum,
    })
}

/// The outcomes of one action, most probable first.
fn outcomes(desk: &Desk, session: &Session, state: &[Level], action: &[Level]) -> Vec<BranchView> {
    let environment = &session.scenario().environment;
    let Ok(mut branches) = environment.erased().branches(state, action) else { return Vec::new() };
    branches.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let value = |next: &[Level]| {
        let found = desk.snapshot.enumeration.as_ref()?;
        let number = found.states.find(environment.state_space().index(next))?;
        desk.snapshot.values.get(number).copied()
    };
    let words: Vec<_> =
        branches.iter().map(|branch| branch_words(environment, state, branch)).collect();
    let next: Vec<&[Level]> = branches.iter().map(|branch| &*branch.next).collect();
    let words = told_apart(&words, environment.state_space(), &next);
    branches
        .iter()
        .zip(words)
        .map(|(branch, words)| BranchView {
            words,
            leads_to: changes(environment.state_space(), state, &branch.next),
            probability: branch.probability,
            reward: branch.reward,
            value: value(&branch.next),
        })
        .collect()
}

/// The words; where several are the same, with the first variable in which these differ.
fn told_apart(words: &[String], space: &Space, next: &[&[Level]]) -> Vec<String> {
    let mut alike: HashMap<&str, Vec<&[Level]>> = HashMap::new();
    for (one, &state) in words.iter().zip(next) {
        alike.entry(one).or_default().push(state);
    }
    let differ = |states: &Vec<&[Level]>| {
        let (first, others) = states.split_first()?;
        (0..space.len()).find(|&place| others.iter().any(|s| s.get(place) != first.get(place)))
    };
    let apart: HashMap<&str, Option<usize>> =
        alike.iter().map(|(&one, states)| (one, differ(states))).collect();
    let tell = |(one, state): (&String, &&[Level])| {
        let place = apart.get(one.as_str()).copied().flatten();
        match place.and_then(|place| space.variables().get(place).zip(state.get(place))) {
            Some((variable, level)) => {
                format!("{} = {}, {one}", variable.name, variable.label(*level))
            }
            None => one.clone(),
        }
    };
    words.iter().zip(next).map(tell).collect()
}

/// Where a branch leads: the variables that are others than before.
fn changes(space: &Space, before: &[Level], after: &[Level]) -> String {
    let each = space.variables().iter().zip(before.iter().zip(after));
    let changed = each.filter(|(_, (before, after))| before != after);
    let words = changed.map(|(v, (_, after))| format!("{} = {}", v.name, v.label(*after)));
    match words.collect::<Vec<_>>() {
        none if none.is_empty() => "the same state".to_owned(),
        words => words.join(" · "),
    }
}

/// What flows here, by the unit of the first buffer that names one: "parts", "jobs", "orders".
pub fn units(environment: &AnyEnvironment) -> String {
    let variables = environment.state_space().variables();
    let buffers = environment.places().buffers.iter();
    let units = buffers.filter_map(|buffer| variables.get(buffer.variable));
    let unit = units.map(|variable| &variable.unit).find(|unit| unit.ends_with('s'));
    unit.cloned().unwrap_or_else(|| "parts".to_owned())
}

/// What happens in a branch, in words.
fn branch_words(environment: &AnyEnvironment, state: &[Level], branch: &Branch) -> String {
    let stations = &environment.places().stations;
    let name = |station: u16| stations.get(usize::from(station)).cloned().unwrap_or_default();
    let units = units(environment);
    let thing = units.trim_end_matches('s');
    let mut words: Vec<String> = Vec::new();
    let mut sold = false;
    for event in &branch.events {
        match *event {
            Event::Failed { station } => words.push(format!("{} fails", name(station))),
            Event::Repaired { station } => words.push(format!("{} repaired", name(station))),
            Event::Replaced { station } => words.push(format!("{} replaced", name(station))),
            Event::DemandLost => words.push("demand lost".to_owned()),
            Event::Backordered => words.push("customer waits".to_owned()),
            Event::GoalReached => words.push("goal reached".to_owned()),
            Event::Scrapped { at: Place::Supply } => words.push(format!("{thing} turned away")),
            Event::Scrapped { .. } => words.push(format!("{thing} scrapped")),
            Event::Moved { to: Place::Customer, .. } => sold = true,
            Event::Moved { .. } | Event::Spent { .. } => {}
        }
    }
    if sold {
        words.push(format!("{thing} out"));
    }
    if words.is_empty() {
        let space = environment.state_space();
        return match environment {
            AnyEnvironment::Line(_) => no_change(environment, state),
            _ => format!("to {}", space.describe(&branch.next)),
        };
    }
    words.join(", ")
}

/// What to say of a beat of a line in which no condition changes.
fn no_change(environment: &AnyEnvironment, state: &[Level]) -> String {
    let stations = environment.places().stations.iter().enumerate();
    let is_down = |station: usize| {
        let condition = environment.erased().standing_condition(state, station);
        condition == Some(Condition::Down)
    };
    let down: Vec<_> =
        stations.filter(|(n, _)| is_down(*n)).map(|(_, name)| name.as_str()).collect();
    match down.as_slice() {
        [] => "nothing fails".to_owned(),
        [one] => format!("{one} stays down"),
        several => format!("{} stay down", several.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_otherwise_is_not_said() {
        let line = Space::new(vec![
            Variable::choice("Lathe", &["hold", "run"]),
            Variable::choice("Mill", &["hold", "run"]),
            Variable::choice("crew", &["Lathe", "Mill"]),
        ])
        .unwrap();
        let of = |allows: fn(&[Level]) -> bool| {
            let mut levels = vec![0; 3];
            let mask: Vec<bool> = (0..8)
                .map(|action| {
                    line.levels(action, &mut levels);
                    allows(&levels)
                })
                .collect();
            open(&line, Some(&mask))
        };
        let nobody_down = of(|levels| levels[2] == 0);
        assert_eq!(open_words(&line, &[1, 1, 0], &nobody_down), "run all");
        let both_down = of(|levels| levels[0] == 0 && levels[1] == 0);
        assert_eq!(open_words(&line, &[0, 0, 1], &both_down), "crew Mill");
        let forced = of(|levels| *levels == [1, 0, 1]);
        assert_eq!(open_words(&line, &[1, 0, 1], &forced), action_words(&line, &[1, 0, 1]));
        assert_eq!(open(&line, None), [true; 3]);
    }

    #[test]
    fn outcomes_of_the_same_words_are_told_apart() {
        let space = Space::new(vec![
            Variable::count("buffer 1", 0, 4, "parts"),
            Variable::count("buffer 2", 0, 4, "parts"),
        ])
        .unwrap();
        let words = ["nothing fails", "mill fails", "nothing fails"].map(str::to_owned);
        let next: [&[Level]; 3] = [&[2, 1], &[2, 0], &[2, 0]];
        assert_eq!(
            told_apart(&words, &space, &next),
            ["buffer 2 = 1, nothing fails", "mill fails", "buffer 2 = 0, nothing fails"]
        );
    }
}
