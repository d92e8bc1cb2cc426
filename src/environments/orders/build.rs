//! From settings to a shop that can be stepped.

use super::settings::{Kept, OrderSettings, OrdersSettings};
use super::{
    Code, EMPTY, EMPTY_NAME, IDLE_NAME, NONE_NAME, OrderVariables, Orders, Type, WAIT_NAME, check,
    sort,
};
use crate::environments::sequence::{Change, changes};
use crate::environments::setting::SettingError;
use crate::mdp::beat::scaled;
use crate::mdp::{BufferPlace, Level, Places, Space, Variable};

/// Builds the shop, or says all that is wrong with its settings.
pub(super) fn orders(settings: OrdersSettings) -> Result<Orders, Vec<SettingError>> {
    let settings = check::named(settings);
    check::check(&settings)?;
    let names: Vec<&str> = settings.types.iter().map(|of_type| of_type.name.as_str()).collect();
    let targets: Vec<_> = settings
        .types
        .iter()
        .map(|of_type| (of_type.name.as_str(), of_type.setup_time, of_type.setup_cost))
        .collect();
    let changes = changes(&targets, &settings.sequence);
    let (codes, labels, fresh) = codes(&settings.types);
    let types: Vec<Type> = settings
        .types
        .iter()
        .zip(fresh)
        .map(|(of_type, fresh)| Type::new(of_type, fresh))
        .collect();
    let (variables, mut at) = variables(&settings, &names, &labels, &changes, &types);
    let mut actions = Vec::new();
    if settings.offers {
        at.offer = Some(actions.len());
        actions.push(Variable::choice("offer", &["pass", "accept"]));
    }
    if names.len() > 1 {
        at.next = Some(actions.len());
        let choices: Vec<&str> = names.iter().copied().chain([WAIT_NAME]).collect();
        actions.push(Variable::choice("next", &choices));
    }
    let mut start = vec![0; variables.len()];
    let waiting = settings.initial.iter().filter_map(|name| names.iter().position(|n| n == name));
    let waiting: Vec<Level> = waiting.map(|of_type| types[of_type].fresh).collect();
    start[0] = waiting.len() as Level;
    start[at.first_slot..][..waiting.len()].copy_from_slice(&waiting);
    let sorted = settings.kept == Kept::ByDue;
    if sorted {
        sort(&mut start[at.first_slot..at.machine]);
    }
    let capacity = settings.slots + 1;
    let places = Places {
        stations: vec!["machine".to_owned()],
        buffers: vec![BufferPlace { name: "shop".to_owned(), capacity, variable: 0 }],
    };
    let space = |variables| {
        Space::new(variables).map_err(|error| {
            vec![SettingError {
                path: "types".to_owned(),
                message: error.to_string(),
                remedy: "give at least 1 type".to_owned(),
            }]
        })
    };
    Ok(Orders {
        state_space: space(variables)?,
        action_space: space(actions)?,
        sources: ["arrival", "completion"].map(str::to_owned),
        items: ["orders", "waiting", "lateness", "set-ups", "declined"].map(str::to_owned),
        places,
        arrivals: arrivals(&settings),
        types,
        codes,
        changes,
        at,
        sorted,
        start,
        settings,
    })
}

impl Type {
    fn new(settings: &OrderSettings, fresh: Level) -> Self {
        Self {
            reward: settings.reward,
            sure: settings.work as Level - 1,
            completion: settings.completion,
            waiting: settings.waiting,
            late_cost: settings.late_cost,
            late_fee: settings.late_fee,
            declined: settings.declined,
            fresh,
        }
    }
}

/// What each level of a slot stands for, the earliest due first and those without a due date last, with
/// its label; and the level of a new order of each type.
fn codes(types: &[OrderSettings]) -> (Vec<Code>, Vec<String>, Vec<Level>) {
    // Beats to the due date, and the type; the least is late.
    let mut all: Vec<(u32, usize)> = Vec::new();
    for (number, of_type) in types.iter().enumerate() {
        match of_type.due {
            Some(due) => all.extend((0..=due).map(|beats| (beats, number))),
            None => all.push((u32::MAX, number)),
        }
    }
    all.sort_unstable();
    let level_of = |order: (u32, usize)| match all.binary_search(&order) {
        Ok(place) | Err(place) => place as Level + 1,
    };
    let none = Code { of_type: 0, late: false, due: None, aged: EMPTY };
    let code = |&(due, of_type): &(u32, usize)| {
        let sooner = if due == u32::MAX { due } else { due.saturating_sub(1) };
        let known = (due != u32::MAX).then_some(due);
        Code { of_type, late: due == 0, due: known, aged: level_of((sooner, of_type)) }
    };
    let label = |&(due, of_type): &(u32, usize)| match due {
        0 => format!("{} late", types[of_type].name),
        u32::MAX => types[of_type].name.clone(),
        beats => format!("{} {beats}", types[of_type].name),
    };
    let fresh = types.iter().enumerate();
    let fresh = fresh.map(|(number, of_type)| level_of((of_type.due.unwrap_or(u32::MAX), number)));
    let fresh = fresh.collect();
    let codes = std::iter::once(none).chain(all.iter().map(code)).collect();
    (codes, all.iter().map(label).collect(), fresh)
}

/// The state's variables, and where they lie.
fn variables(
    settings: &OrdersSettings,
    names: &[&str],
    labels: &[String],
    changes: &[Change],
    types: &[Type],
) -> (Vec<Variable>, OrderVariables) {
    let slots = settings.slots as usize;
    let order = |name: String, none: &'static str| {
        let labels: Vec<&str> =
            [none].into_iter().chain(labels.iter().map(String::as_str)).collect();
        Variable::choice(name, &labels)
    };
    let mut variables = vec![Variable::count("orders", 0, settings.slots as Level + 1, "orders")];
    variables.extend((1..=slots).map(|slot| order(format!("slot {slot}"), EMPTY_NAME)));
    variables.push(order("machine".to_owned(), IDLE_NAME));
    let mut at = OrderVariables {
        first_slot: 1,
        machine: slots + 1,
        setup: None,
        left: None,
        offered: None,
        offer: None,
        next: None,
    };
    if changes.iter().any(|change| change.time > 0 || change.cost > 0.0) {
        at.setup = Some(variables.len());
        variables.push(Variable::choice("set-up", names));
    }
    // In the beat in which an order is taken one of the beats left is spent.
    let of_each = |(place, change): (usize, &Change)| change.time + types[place % types.len()].sure;
    let longest = changes.iter().enumerate().map(of_each).max().unwrap_or(0) - 1;
    if longest > 0 {
        at.left = Some(variables.len());
        variables.push(Variable::count("beats left", 0, longest, "beats"));
    }
    if settings.offers {
        at.offered = Some(variables.len());
        let choices: Vec<&str> = [NONE_NAME].into_iter().chain(names.iter().copied()).collect();
        variables.push(Variable::choice("offered", &choices));
    }
    (variables, at)
}

/// The probability that an order of each type comes, and of none at last.
fn arrivals(settings: &OrdersSettings) -> Vec<f64> {
    if settings.ends() {
        return Vec::new();
    }
    let mut arrivals: Vec<f64> = settings.types.iter().map(|of_type| of_type.arrival).collect();
    let sum: f64 = arrivals.iter().sum();
    arrivals.push((1.0 - sum).max(0.0));
    scaled(arrivals)
}
