//! The threshold rules among which the best is found: numbers for what is watched, from which level
//! on, and what is done.
//!
//! Actions are, where there is one action variable, its levels; else the usual action (every machine
//! runs), all variables at their lowest, and the usual one with a single variable at another level.

use std::ops::RangeInclusive;

use crate::environments::AnyEnvironment;
use crate::heuristics::ThresholdSettings;
use crate::mdp::Level;

/// The actions that a rule may take on either side, the usual one first.
fn actions(environment: &AnyEnvironment) -> Vec<Vec<Level>> {
    let space = environment.action_space();
    let mut usual = vec![0; space.len()];
    environment.erased().usual_action(&mut usual);
    let mut all = vec![usual.clone()];
    let mut add = |action: Vec<Level>| {
        if !all.contains(&action) {
            all.push(action);
        }
    };
    for (place, variable) in space.variables().iter().enumerate() {
        for level in variable.low..=variable.high {
            let mut action = usual.clone();
            if let Some(changed) = action.get_mut(place) {
                *changed = level;
            }
            add(action);
        }
    }
    add(space.variables().iter().map(|variable| variable.low).collect());
    all
}

/// What the numbers of a rule may be: the variable's place, the level, the action below it and the
/// action from it on.
pub(super) fn ranges(environment: &AnyEnvironment) -> Vec<RangeInclusive<Level>> {
    let variables = environment.erased().observation_space().variables();
    let low = variables.iter().map(|variable| variable.low).min().unwrap_or(0);
    let high = variables.iter().map(|variable| variable.high).max().unwrap_or(0);
    let last = |count: usize| Level::try_from(count.saturating_sub(1)).unwrap_or(Level::MAX);
    let actions = 0..=last(actions(environment).len());
    vec![0..=last(variables.len()), low..=high, actions.clone(), actions]
}

/// The rule of these numbers; `None` where they are none, or another's: a rule that does the same on
/// either side is that of the first variable at its lowest level.
pub(super) fn settings(
    environment: &AnyEnvironment,
    numbers: &[Level],
) -> Option<ThresholdSettings> {
    let &[variable, level, below, above] = numbers else { return None };
    let observed = environment.erased().observation_space();
    let place = usize::try_from(variable).ok()?;
    let lowest = observed.variables().get(place)?.low;
    let alike = below == above && place == 0 && level == lowest;
    if !alike && (below == above || level <= lowest) {
        return None;
    }
    let actions = actions(environment);
    let action = |number: Level| actions.get(usize::try_from(number).ok()?).map(Vec::as_slice);
    ThresholdSettings::of_levels(
        (observed, environment.action_space()),
        (place, level),
        (action(below)?, action(above)?),
    )
}

/// Where a search by simulation begins: the usual action everywhere, and for each variable, from its
/// middle on, each other action in its place. Of many only some, evenly.
pub(super) fn beginnings(environment: &AnyEnvironment) -> Vec<Vec<Level>> {
    const MOST: usize = 64;
    let variables = environment.erased().observation_space().variables();
    let others = 1..Level::try_from(actions(environment).len()).unwrap_or(Level::MAX);
    let each = (0..).zip(variables).flat_map(|(place, variable)| {
        let middle = variable.low.midpoint(variable.high).max(variable.low + 1);
        others.clone().map(move |other| vec![place, middle, 0, other])
    });
    let each: Vec<_> = each.collect();
    let step = each.len().div_ceil(MOST).max(1);
    let lowest = variables.first().map_or(0, |variable| variable.low);
    std::iter::once(vec![0, lowest, 0, 0]).chain(each.into_iter().step_by(step)).collect()
}
