//! All that can be wrong with a line's settings.

use super::build::buffers;
use super::health;
use super::settings::{
    BufferSettings, CalendarSettings, Cycle, Demand, LineSettings, MachineSettings, Release,
    Supply, Unmet, WearSettings,
};
use crate::environments::setting::{Faults, counted};

pub(super) const MOST_MACHINES: usize = 64;
const MOST_PARTS: u64 = 1_000_000;
const MOST_CYCLE: u64 = 10_000;
const MOST_DELAY: u64 = 1_000;
const MOST_STAGES: u64 = 1_000;
const MOST_SPEEDS: usize = 16;
const MOST_DAY: u64 = 100_000;
const MOST_ALIKE: u64 = 64;
pub(super) const MOST_TRANSIT: u64 = 1_000;

/// There are as many buffers as there must be between the machines.
pub(super) fn lengths(settings: &LineSettings, faults: &mut Faults) {
    let machines = settings.machines.len();
    if machines == 0 || machines > MOST_MACHINES {
        faults.add(
            "machines",
            format!("the line has {machines} machines"),
            format!("give 1 to {MOST_MACHINES} machines"),
        );
    }
    let buffers = settings.buffers.len();
    if machines > 0 && buffers != machines - 1 {
        let needed = machines - 1;
        faults.add(
            "buffers",
            format!(
                "{} {} between them, not {buffers}",
                counted(machines, "machine has", "machines have"),
                counted(needed, "gap", "gaps")
            ),
            match needed {
                0 => "give none: `buffers: []`".to_owned(),
                1 => "give 1 buffer, between the two".to_owned(),
                needed => format!("give {needed} buffers, one between any two neighbours"),
            },
        );
    }
}

/// Every figure lies within what it may be, alone and beside the others. Names are filled in by now.
pub(super) fn figures(settings: &LineSettings, faults: &mut Faults) {
    for (i, machine) in settings.machines.iter().enumerate().take(MOST_MACHINES) {
        check_machine(&format!("machines[{i}]"), machine, faults);
    }
    for (path, buffer) in buffers(settings).take(MOST_MACHINES + 2) {
        check_buffer(&path, buffer, faults);
    }
    check_ends(settings, faults);
    check_rework(settings, faults);
    if let Some(crews) = settings.crews {
        faults.count("crews", crews.into(), 1, MOST_MACHINES as u64);
        let fails = |machine: &MachineSettings| machine.count > 1 && health::fails(machine);
        if settings.machines.iter().take(MOST_MACHINES).any(fails) {
            faults.add(
                "crews",
                "crews do not serve stations of several machines",
                "leave the crews out, or write the machines as stations of one",
            );
        }
    }
    if let Some(calendar) = &settings.calendar {
        check_calendar(calendar, faults);
    }
    check_release(settings, faults);
    faults.amount("revenue", settings.revenue);
    faults.cost("complaint", settings.complaint);
    faults.cost("carbon", settings.carbon);
}

fn check_release(settings: &LineSettings, faults: &mut Faults) {
    match &settings.release {
        Release::Free => {}
        Release::Conwip { cap } => faults.count("release.cap", (*cap).into(), 1, MOST_PARTS),
        Release::Kanban { levels } => {
            let queued = usize::from(matches!(settings.supply, Supply::Arrivals { .. }));
            let behind: Vec<u32> =
                buffers(settings).skip(queued).map(|(_, buffer)| buffer.capacity).collect();
            if levels.len() != behind.len() {
                faults.add(
                    "release.levels",
                    format!("{} figures do not fit {} buffers", levels.len(), behind.len()),
                    "give one for each buffer behind a machine",
                );
            }
            let both = levels.iter().zip(&behind).enumerate().take(MOST_MACHINES);
            for (i, (&cards, &capacity)) in both {
                let path = format!("release.levels[{i}]");
                faults.count(path, cards.into(), 1, capacity.max(1).into());
            }
        }
    }
}

/// Several machines at a station work alike and hold nothing between beats.
fn check_alike(at: &dyn Fn(&str) -> String, machine: &MachineSettings, faults: &mut Faults) {
    faults.count(at("count"), machine.count.into(), 1, MOST_ALIKE);
    let not = [
        (machine.repair_stages > 1, "stages of repair"),
        (machine.wear.is_some(), "wear"),
        (machine.maintenance.is_some(), "maintenance"),
        (!machine.speeds.is_empty(), "speeds"),
        (machine.rework.is_some(), "rework"),
        (machine.inspection.as_ref().is_some_and(|known| known.to.is_some()), "a way back"),
        (machine.restart_delay > 0 || machine.restart_cost > 0.0, "switching on again"),
        (matches!(machine.cycle, Cycle::Beats(2..)), "cycles of several beats"),
    ];
    for (_, what) in not.iter().filter(|(there, _)| *there && machine.count > 1) {
        faults.add(
            at("count"),
            format!("several machines at a station have no {what}"),
            "leave it out, or write the machines as stations of one",
        );
    }
}

fn check_machine(path: &str, machine: &MachineSettings, faults: &mut Faults) {
    let at = |field: &str| format!("{path}.{field}");
    faults.probability(at("failure"), machine.failure);
    if machine.failure > 0.0 || health::fails(machine) {
        faults.chance(at("repair"), machine.repair, "a failed machine never comes up again");
    } else {
        faults.probability(at("repair"), machine.repair);
    }
    faults.count(at("repair_stages"), machine.repair_stages.into(), 1, MOST_STAGES);
    let staged = f64::from(machine.repair_stages) * machine.repair;
    if machine.repair_stages > 1 && machine.repair <= 1.0 && staged > 1.0 {
        faults.add(
            at("repair_stages"),
            format!(
                "{} stages take as many beats at least, and repairs last {} on average",
                machine.repair_stages,
                1.0 / machine.repair
            ),
            "give fewer stages or a longer repair",
        );
    }
    if let Some(wear) = &machine.wear {
        check_wear(&at("wear"), wear, faults);
    }
    if let Some(maintenance) = &machine.maintenance {
        let path = at("maintenance.completion");
        faults.chance(path, maintenance.completion, "maintenance never ends");
        faults.cost(at("maintenance.cost"), maintenance.cost);
        if !machine.controlled {
            faults.add(
                at("maintenance"),
                "nobody decides on the maintenance of a machine that is not controlled",
                "leave it out, or let the machine be controlled",
            );
        }
    }
    check_speeds(&at, machine, faults);
    check_alike(&at, machine, faults);
    check_inspection(&at, machine, faults);
    faults.probability(at("scrap"), machine.scrap);
    faults.cost(at("scrap_cost"), machine.scrap_cost);
    match machine.cycle {
        Cycle::Completion(p) => faults.chance(at("cycle"), p, "no part is ever completed"),
        Cycle::Beats(beats) => faults.count(at("cycle"), beats.into(), 1, MOST_CYCLE),
    }
    let power = &machine.power;
    for (field, cost) in [
        ("power.working", power.working),
        ("power.starved", power.starved),
        ("power.blocked", power.blocked),
        ("power.down", power.down),
        ("power.starting", power.starting),
        ("power.held", power.held),
        ("restart_cost", machine.restart_cost),
        ("repair_cost", machine.repair_cost),
    ] {
        faults.cost(at(field), cost);
    }
    faults.count(at("restart_delay"), machine.restart_delay.into(), 0, MOST_DELAY);
}

fn check_inspection(at: &dyn Fn(&str) -> String, machine: &MachineSettings, faults: &mut Faults) {
    faults.probability(at("defects"), machine.defects);
    let Some(inspection) = &machine.inspection else { return };
    faults.probability(at("inspection.finds"), inspection.finds);
    faults.probability(at("inspection.false_alarms"), inspection.false_alarms);
    faults.cost(at("inspection.cost"), inspection.cost);
    if inspection.to.is_some() && machine.rework.is_some() {
        faults.add(
            at("inspection.to"),
            "what is found and what is reworked would go back two ways",
            "leave out one of the two",
        );
    }
}

fn check_wear(path: &str, wear: &WearSettings, faults: &mut Faults) {
    faults.count(format!("{path}.stages"), wear.stages.into(), 2, MOST_STAGES);
    let stages = wear.stages as usize;
    let lists = [
        ("probability", &wear.probability, stages.saturating_sub(1), false),
        ("failure", &wear.failure, stages, true),
    ];
    for (name, list, length, may_be_empty) in lists {
        let path = format!("{path}.{name}");
        let fits = list.len() == 1 || list.len() == length || may_be_empty && list.is_empty();
        if !fits && stages as u64 <= MOST_STAGES {
            faults.add(
                path.clone(),
                format!("{} figures do not fit {length} stages", list.len()),
                format!("give {length}, or one for all"),
            );
        }
        for (i, &p) in list.iter().enumerate().take(stages) {
            faults.probability(format!("{path}[{i}]"), p);
        }
    }
}

fn check_speeds(at: &dyn Fn(&str) -> String, machine: &MachineSettings, faults: &mut Faults) {
    let speeds = &machine.speeds;
    if speeds.len() > MOST_SPEEDS {
        let message = format!("{} speeds are too many", speeds.len());
        faults.add(at("speeds"), message, format!("give at most {MOST_SPEEDS}"));
    }
    if !speeds.is_empty() && machine.cycle != Cycle::default() {
        faults.add(
            at("speeds"),
            "speeds say how likely a beat of work completes a part, in place of `cycle`",
            "leave out one of the two",
        );
    }
    if speeds.len() > 1 && !machine.controlled {
        faults.add(
            at("speeds"),
            "nobody decides on the speed of a machine that is not controlled",
            "give one speed, or let the machine be controlled",
        );
    }
    for (i, speed) in speeds.iter().enumerate().take(MOST_SPEEDS) {
        let path = |field: &str| format!("{}[{i}].{field}", at("speeds"));
        faults.chance(path("completion"), speed.completion, "no part is ever completed");
        faults.cost(path("power"), speed.power);
        faults.cost(path("strain"), speed.strain);
        if speeds.iter().take(i).any(|other| other.name == speed.name) {
            faults.add(
                path("name"),
                format!("the name `{}` is used twice", speed.name),
                "give every speed of a machine a name of its own",
            );
        }
        if matches!(speed.name.as_str(), "hold" | "maintain") {
            faults.add(
                path("name"),
                format!("`{}` is the name of another order", speed.name),
                "choose another name",
            );
        }
        let most = (0..health::stages_of_wear(machine).min(MOST_STAGES as usize))
            .map(|stage| health::failure_at(machine, stage))
            .fold(0.0, f64::max);
        if most <= 1.0 && speed.strain * most > 1.0 {
            faults.add(
                path("strain"),
                format!("a failure would have the probability {}", speed.strain * most),
                "give a lower strain",
            );
        }
    }
}

fn check_rework(settings: &LineSettings, faults: &mut Faults) {
    let queued = usize::from(matches!(settings.supply, Supply::Arrivals { .. }));
    for (i, machine) in settings.machines.iter().enumerate().take(MOST_MACHINES) {
        let found = machine.inspection.as_ref().and_then(|inspection| inspection.to.as_ref());
        let found = found.map(|to| (to, format!("machines[{i}].inspection")));
        let again = machine.rework.as_ref().map(|rework| {
            let path = format!("machines[{i}].rework");
            faults.probability(format!("{path}.probability"), rework.probability);
            (&rework.to, path)
        });
        let Some((to, path)) = again.or(found) else { continue };
        let before: Vec<&str> =
            buffers(settings).take(i + queued).map(|(_, buffer)| buffer.name.as_str()).collect();
        if !before.contains(&to.as_str()) {
            let remedy = match before.as_slice() {
                [] => "there is none before the first machine: leave rework out".to_owned(),
                names => format!("name one of {}", names.join(", ")),
            };
            let message = format!("there is no buffer `{to}` before {}", machine.name);
            faults.add(format!("{path}.to"), message, remedy);
        }
    }
}

fn check_calendar(calendar: &CalendarSettings, faults: &mut Faults) {
    faults.count("calendar.day", calendar.day.into(), 1, MOST_DAY);
    let mut before = None;
    for (i, span) in calendar.spans.iter().enumerate().take(MOST_DAY as usize) {
        let path = |field: &str| format!("calendar.spans[{i}].{field}");
        faults.cost(path("energy"), span.energy);
        faults.cost(path("carbon"), span.carbon);
        let starts = before.map_or(span.from == 0, |before| span.from > before);
        if !starts || span.from >= calendar.day {
            faults.add(
                path("from"),
                format!("a span cannot begin with beat {} of the day", span.from),
                "begin the first with 0 and each other after the one before, within the day",
            );
        }
        before = Some(span.from);
    }
    if !calendar.spans.is_empty() && calendar.spans.iter().all(|span| !span.works) {
        faults.add("calendar.spans", "the line never works", "let it work in one span");
    }
}

fn check_buffer(path: &str, buffer: &BufferSettings, faults: &mut Faults) {
    faults.count(format!("{path}.capacity"), buffer.capacity.into(), 1, MOST_PARTS);
    faults.cost(format!("{path}.holding"), buffer.holding);
    faults.count(format!("{path}.transit"), buffer.transit.into(), 0, MOST_TRANSIT);
    if buffer.initial > buffer.capacity {
        faults.add(
            format!("{path}.initial"),
            format!("{} parts do not fit a capacity of {}", buffer.initial, buffer.capacity),
            "start with fewer parts or give more room",
        );
    }
}

fn check_ends(settings: &LineSettings, faults: &mut Faults) {
    if let Supply::Arrivals { probability, .. } = settings.supply {
        faults.probability("supply.probability", probability);
    }
    if let Demand::Customers { probability, unmet, .. } = &settings.demand {
        faults.probability("demand.probability", *probability);
        match *unmet {
            Unmet::Lost { cost } => faults.cost("demand.unmet.cost", cost),
            Unmet::Backorder { cost, limit, lost_cost, .. } => {
                faults.cost("demand.unmet.cost", cost);
                faults.cost("demand.unmet.lost_cost", lost_cost);
                faults.count("demand.unmet.limit", limit.into(), 1, MOST_PARTS);
            }
        }
    }
}
