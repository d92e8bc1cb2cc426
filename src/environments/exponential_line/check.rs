//! All that can be wrong with an exponential line's settings.

use super::settings::ExponentialLineSettings;
use crate::environments::setting::{Faults, SettingError, counted};

pub(super) const MOST_STATIONS: usize = 64;
const MOST_MACHINES: u64 = 64;
const MOST_PLACES: u64 = 1_000_000;
/// How far the rates may pass 1 by rounding; they are scaled to it.
const SUM_TOLERANCE: f64 = 1e-9;

/// Fills in the names that were left empty.
pub(super) fn name(settings: &mut ExponentialLineSettings) {
    for (i, machine) in settings.machines.iter_mut().enumerate() {
        if machine.name.is_empty() {
            machine.name = format!("machine {}", i + 1);
        }
    }
    for (i, buffer) in settings.buffers.iter_mut().enumerate() {
        if buffer.name.is_empty() {
            buffer.name = format!("buffer {}", i + 1);
        }
    }
}

/// Finds all that is wrong with the settings, whose names are filled in by now.
pub(super) fn check(settings: &ExponentialLineSettings) -> Result<(), Vec<SettingError>> {
    let mut faults = Faults::default();
    let stations = settings.machines.len();
    if stations == 0 || stations > MOST_STATIONS {
        faults.add(
            "machines",
            format!("the line has {stations} stations"),
            format!("give 1 to {MOST_STATIONS} stations"),
        );
    }
    let buffers = settings.buffers.len();
    if stations > 0 && buffers != stations - 1 {
        let needed = stations - 1;
        faults.add(
            "buffers",
            format!(
                "{} {} between them, not {buffers}",
                counted(stations, "station has", "stations have"),
                counted(needed, "gap", "gaps")
            ),
            match needed {
                0 => "give none: `buffers: []`".to_owned(),
                1 => "give 1 buffer, between the two; 0 places are allowed".to_owned(),
                needed => {
                    format!("give {needed} buffers, one between any two neighbours; 0 places are allowed")
                }
            },
        );
    }
    let mut sum = 0.0;
    for (i, machine) in settings.machines.iter().enumerate().take(MOST_STATIONS) {
        let at = |field: &str| format!("machines[{i}].{field}");
        faults.count(at("count"), machine.count.into(), 1, MOST_MACHINES);
        faults.chance(at("completion"), machine.completion, "no part is ever completed");
        faults.probability(at("failure"), machine.failure);
        if machine.failure > 0.0 {
            faults.chance(at("repair"), machine.repair, "a failed machine never comes up again");
        } else {
            faults.probability(at("repair"), machine.repair);
        }
        for (field, cost) in [
            ("working_cost", machine.working_cost),
            ("idle_cost", machine.idle_cost),
            ("repair_cost", machine.repair_cost),
        ] {
            faults.cost(at(field), cost);
        }
        sum += f64::from(machine.count) * machine.rates().iter().sum::<f64>();
    }
    if sum > 1.0 + SUM_TOLERANCE {
        faults.add(
            "machines",
            format!("the rates of all machines sum to {sum} a beat, and only one thing happens"),
            format!("give a beat that is shorter by a factor of {sum} or more, or lower rates"),
        );
    }
    for (i, buffer) in settings.buffers.iter().enumerate().take(MOST_STATIONS) {
        let at = |field: &str| format!("buffers[{i}].{field}");
        faults.count(at("places"), buffer.places.into(), 0, MOST_PLACES);
        faults.cost(at("holding"), buffer.holding);
    }
    if let Some(cards) = settings.cards {
        faults.count("cards", cards.into(), 1, MOST_PLACES);
    }
    faults.amount("revenue", settings.revenue);
    let machines = settings.machines.iter().enumerate().take(MOST_STATIONS);
    let machines = machines.map(|(i, one)| (format!("machines[{i}].name"), one.name.clone()));
    let buffers = settings.buffers.iter().enumerate().take(MOST_STATIONS);
    let buffers = buffers.map(|(i, one)| (format!("buffers[{i}].name"), one.name.clone()));
    faults.names(machines.chain(buffers).collect());
    faults.finish()
}
