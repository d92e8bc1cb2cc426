//! All that can be wrong with the settings of a machine with a hidden condition.

use super::settings::{InspectSettings, InspectionSettings, Outcome};
use super::{NO_SIGNAL, NOTHING};
use crate::environments::setting::{Faults, SettingError};

/// The news of what was done or happened, beside what was found.
pub(super) const MAINTAINED: &str = "maintained";
pub(super) const REPLACED: &str = "replaced";
pub(super) const FAILED: &str = "failed";

const MOST_CONDITIONS: usize = 100;
const MOST_OUTCOMES: usize = 100;
const MOST_MEMORY: u64 = 10_000;
/// How far probabilities may miss the sum 1 by rounding in a file; they are scaled to it.
const SUM_TOLERANCE: f64 = 1e-9;

/// Finds all that is wrong with the settings.
pub(super) fn check(settings: &InspectionSettings) -> Result<(), Vec<SettingError>> {
    let mut faults = Faults::default();
    let k = settings.conditions().len();
    if !(2..=MOST_CONDITIONS).contains(&k) {
        faults.add(
            "conditions",
            format!("there are {k} conditions"),
            format!("give 2 to {MOST_CONDITIONS}, or none for good, worn and bad"),
        );
    }
    for (i, condition) in settings.conditions.iter().enumerate() {
        let at = |field: &str| format!("conditions[{i}].{field}");
        faults.amount(at("earnings"), condition.earnings);
        faults.probability(at("fails"), condition.fails);
        if !condition.next.is_empty() {
            distribution(&mut faults, &at("next"), &condition.next, k);
        }
    }
    distribution(&mut faults, "start", &settings.start, k);
    distribution(&mut faults, "renewed", &settings.renewed, k);
    faults.amount("failure_cost", settings.failure_cost);
    if let Some(inspect) = &settings.inspect {
        check_inspect(&mut faults, inspect, k);
    }
    if let Some(sensor) = &settings.sensor {
        outcomes(&mut faults, "sensor.readings", &sensor.readings, k);
        if sensor.readings.is_empty() {
            faults.add(
                "sensor.readings",
                "the sensor reads nothing",
                "give what it can read, or leave the sensor out",
            );
        }
    }
    if let Some(maintain) = &settings.maintain {
        costs(&mut faults, "maintain.cost", &maintain.cost, k);
        faults.count("maintain.duration", maintain.duration.into(), 0, 1);
        faults.count("maintain.restores", maintain.restores as u64, 1, 100_000);
    }
    if let Some(replace) = &settings.replace {
        costs(&mut faults, "replace.cost", &replace.cost, k);
        faults.count("replace.duration", replace.duration.into(), 0, 1);
    }
    faults.count("memory", settings.memory.into(), 0, MOST_MEMORY);
    names(&mut faults, settings);
    faults.finish()
}

fn check_inspect(faults: &mut Faults, inspect: &InspectSettings, k: usize) {
    faults.amount("inspect.cost", inspect.cost);
    faults.count("inspect.duration", inspect.duration.into(), 0, 1);
    faults.probability("inspect.accuracy", inspect.accuracy);
    outcomes(faults, "inspect.findings", &inspect.findings, k);
    if !inspect.findings.is_empty() && inspect.accuracy != 1.0 {
        faults.add(
            "inspect.accuracy",
            "the findings have probabilities of their own",
            "leave out the accuracy or the findings",
        );
    }
}

/// Names that are labels of one variable differ.
fn names(faults: &mut Faults, settings: &InspectionSettings) {
    let actions = [
        Some(("run_name", &settings.run_name)),
        settings.inspect.as_ref().map(|inspect| ("inspect.name", &inspect.name)),
        settings.maintain.as_ref().map(|maintain| ("maintain.name", &maintain.name)),
        settings.replace.as_ref().map(|replace| ("replace.name", &replace.name)),
    ];
    let actions = actions.into_iter().flatten();
    faults.names(actions.map(|(path, name)| (path.to_owned(), name.clone())).collect());

    let conditions = settings.condition_names().into_iter().enumerate();
    let conditions: Vec<_> =
        conditions.map(|(i, name)| (format!("conditions[{i}].name"), name)).collect();
    // What is found is a condition, so that conditions are news.
    let found = settings.inspect.as_ref().map_or(&[][..], |inspect| &inspect.findings);
    let news = [NOTHING, MAINTAINED, REPLACED, FAILED].map(|n| (String::new(), n.to_owned()));
    if found.is_empty() && settings.inspect.is_some() {
        faults.names(news.into_iter().chain(conditions).collect());
    } else {
        faults.names(conditions);
        let found = found.iter().enumerate();
        let found = found.map(|(i, o)| (format!("inspect.findings[{i}].name"), o.name.clone()));
        faults.names(news.into_iter().chain(found).collect());
    }
    let readings = settings.sensor.as_ref().map_or(&[][..], |sensor| &sensor.readings);
    let readings = readings.iter().enumerate();
    let readings = readings.map(|(i, o)| (format!("sensor.readings[{i}].name"), o.name.clone()));
    let none = std::iter::once((String::new(), NO_SIGNAL.to_owned()));
    faults.names(none.chain(readings).collect());

    if ["news", "since", "signal"].contains(&settings.name.as_str()) {
        faults.add(
            "name",
            format!("`{}` is the name of what is seen", settings.name),
            "give the hidden condition another name",
        );
    }
    faults.names(vec![("name".to_owned(), settings.name.clone())]);
}

/// Probabilities of conditions, as many as there are or fewer, that sum to 1.
fn distribution(faults: &mut Faults, path: &str, list: &[f64], k: usize) {
    if list.is_empty() || list.len() > k {
        faults.add(
            path,
            format!("{} probabilities do not fit {k} conditions", list.len()),
            format!("give 1 to {k}, in the order of the conditions"),
        );
    }
    for (i, &p) in list.iter().enumerate() {
        faults.probability(format!("{path}[{i}]"), p);
    }
    sum(faults, path, list.iter().sum());
}

fn sum(faults: &mut Faults, path: &str, sum: f64) {
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        faults.add(
            path,
            format!("the probabilities sum to {sum}, not to 1"),
            "give probabilities that sum to 1",
        );
    }
}

/// One figure for all conditions or one for each.
fn fits(faults: &mut Faults, path: &str, found: usize, k: usize) -> bool {
    let fits = found == 1 || found == k;
    if !fits {
        faults.add(
            path,
            format!("{found} figures do not fit {k} conditions"),
            format!("give 1 figure for all conditions or {k}, one for each"),
        );
    }
    fits
}

fn costs(faults: &mut Faults, path: &str, list: &[f64], k: usize) {
    fits(faults, path, list.len(), k);
    for (i, &cost) in list.iter().enumerate() {
        faults.amount(format!("{path}[{i}]"), cost);
    }
}

/// Outcomes whose probabilities sum to 1 in each condition.
fn outcomes(faults: &mut Faults, path: &str, all: &[Outcome], k: usize) {
    if all.len() > MOST_OUTCOMES {
        faults.add(
            path,
            format!("there are {}", all.len()),
            format!("give at most {MOST_OUTCOMES}"),
        );
        return;
    }
    let mut fit = !all.is_empty();
    for (i, outcome) in all.iter().enumerate() {
        if outcome.name.is_empty() {
            faults.add(format!("{path}[{i}].name"), "the outcome has no name", "give it one");
        }
        let path = format!("{path}[{i}].probability");
        fit &= fits(faults, &path, outcome.probability.len(), k);
        for (place, &p) in outcome.probability.iter().enumerate() {
            faults.probability(format!("{path}[{place}]"), p);
        }
    }
    if !fit {
        return;
    }
    let at = |outcome: &Outcome, condition: usize| {
        let list = &outcome.probability;
        list.get(condition).or(list.first()).copied().unwrap_or(0.0)
    };
    for condition in 0..k {
        let total: f64 = all.iter().map(|outcome| at(outcome, condition)).sum();
        if (total - 1.0).abs() > SUM_TOLERANCE {
            faults.add(
                path,
                format!("in condition {condition} the probabilities sum to {total}, not to 1"),
                "give probabilities that sum to 1 in each condition",
            );
        }
    }
}
