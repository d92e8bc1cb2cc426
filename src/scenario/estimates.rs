//! What can be wrong with how well a scenario's figures are said to be known.

use super::contents::Estimated;
use super::parameters::Parameter;
use crate::environments::SettingError;

/// All that is wrong with the estimates of a scenario; where its parameters are not known, whatever
/// these are.
pub(super) fn faults(estimates: &[Estimated], known: Option<&[Parameter]>) -> Vec<SettingError> {
    let mut faults = Vec::new();
    let mut add = |place: usize, field: &str, message: String, remedy: &str| {
        let path = format!("estimates[{place}].{field}");
        faults.push(SettingError { path, message, remedy: remedy.to_owned() });
    };
    for (place, one) in estimates.iter().enumerate() {
        if known.is_some_and(|known| known.iter().all(|known| known.path != one.of)) {
            let remedy = "give the path of one that stands in this file, such as \
                          \"environment.machines[0].mtbf\"";
            add(place, "of", format!("there is no figure `{}`", one.of), remedy);
        }
        let before = estimates.get(..place).unwrap_or_default();
        if before.iter().any(|other| other.of == one.of) {
            let message = format!("`{}` is estimated twice", one.of);
            add(place, "of", message, "leave one of them out");
        }
        if one.low > one.high {
            let message = format!("nothing lies between {} and {}", one.low, one.high);
            add(place, "high", message, "give the smaller number first");
        }
        match one.count {
            None if one.events == 0 => {
                let message = "no time is known from no event".to_owned();
                add(place, "events", message, "give 1 or more, or `count` where it is a share");
            }
            Some(count) if one.events > count => {
                let message = format!("{} of {count} is no share", one.events);
                add(place, "events", message, "give no more events than their `count`");
            }
            _ => {}
        }
    }
    faults
}
