//! All that can be wrong with the settings of a shop that works to order.

use super::settings::{OrderSettings, OrdersSettings};
use super::{EMPTY_NAME, IDLE_NAME, NONE_NAME, WAIT_NAME};
use crate::environments::sequence;
use crate::environments::setting::{Faults, SettingError};

const MOST_TYPES: usize = 6;
const MOST_SLOTS: u64 = 8;
const MOST_TIME: u64 = 1_000;
/// How far probabilities may pass the sum 1 by rounding in a file; they are scaled to it.
const SUM_TOLERANCE: f64 = 1e-9;

/// Gives every type a name of its own.
pub(super) fn named(mut settings: OrdersSettings) -> OrdersSettings {
    for (number, of_type) in settings.types.iter_mut().enumerate() {
        if of_type.name.is_empty() {
            of_type.name = format!("type {}", number + 1);
        }
    }
    settings
}

/// Finds all that is wrong with settings in which every type has a name.
pub(super) fn check(settings: &OrdersSettings) -> Result<(), Vec<SettingError>> {
    let mut faults = Faults::default();
    let types = &settings.types;
    if types.is_empty() || types.len() > MOST_TYPES {
        faults.add(
            "types",
            format!("there are {} types of orders", types.len()),
            format!("give 1 to {MOST_TYPES} types"),
        );
    }
    for (number, of_type) in types.iter().enumerate().take(MOST_TYPES) {
        check_type(of_type, &format!("types[{number}]"), &mut faults);
    }
    let sum: f64 = types.iter().map(|of_type| of_type.arrival).sum();
    if sum > 1.0 + SUM_TOLERANCE {
        faults.add(
            "types",
            format!("the probabilities of arrival sum to {sum}, to more than 1"),
            "choose shorter beats, so that at most one order comes in each",
        );
    }
    faults.count("slots", settings.slots.into(), 1, MOST_SLOTS);
    let names: Vec<&str> = types.iter().map(|of_type| of_type.name.as_str()).collect();
    let few = names.get(..MOST_TYPES).unwrap_or(&names);
    sequence::check(few, "type", &settings.sequence, &mut faults);
    check_initial(settings, few, &mut faults);
    let own = [EMPTY_NAME, IDLE_NAME, NONE_NAME, WAIT_NAME];
    let own = own.map(|name| (String::new(), name.to_owned()));
    let named = few.iter().enumerate();
    let named = named.map(|(i, name)| (format!("types[{i}].name"), (*name).to_owned()));
    faults.names(own.into_iter().chain(named).collect());
    faults.finish()
}

fn check_type(of_type: &OrderSettings, path: &str, faults: &mut Faults) {
    faults.probability(format!("{path}.arrival"), of_type.arrival);
    faults.amount(format!("{path}.reward"), of_type.reward);
    faults.count(format!("{path}.work"), of_type.work.into(), 1, MOST_TIME);
    faults.chance(
        format!("{path}.completion"),
        of_type.completion,
        "an order that is worked on is never completed",
    );
    if let Some(due) = of_type.due {
        faults.count(format!("{path}.due"), due.into(), 1, MOST_TIME);
    }
    faults.cost(format!("{path}.late_cost"), of_type.late_cost);
    faults.cost(format!("{path}.late_fee"), of_type.late_fee);
    faults.cost(format!("{path}.waiting"), of_type.waiting);
    faults.cost(format!("{path}.declined"), of_type.declined);
    faults.count(format!("{path}.setup_time"), of_type.setup_time.into(), 0, sequence::MOST_TIME);
    faults.cost(format!("{path}.setup_cost"), of_type.setup_cost);
}

fn check_initial(settings: &OrdersSettings, names: &[&str], faults: &mut Faults) {
    let initial = &settings.initial;
    if initial.len() > settings.slots as usize {
        faults.add(
            "initial",
            format!("{} orders do not fit {} slots", initial.len(), settings.slots),
            "start with fewer orders, or give more slots",
        );
    }
    for (number, name) in initial.iter().enumerate().take(MOST_SLOTS as usize) {
        if !names.contains(&name.as_str()) {
            let known: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            faults.add(
                format!("initial[{number}]"),
                format!("there is no type `{name}`"),
                format!("choose from {}", known.join(", ")),
            );
        }
    }
    if settings.ends() && initial.is_empty() {
        faults.add(
            "initial",
            "there are no orders at the start, and none will come",
            "give orders that wait at the start, or a type with an arrival above 0",
        );
    }
}
