//! From settings to a line: names are filled in, faults collected, variables laid out.

#![expect(
    clippy::indexing_slicing,
    reason = "machines and buffers are numbered as they are laid out here"
)]

use super::calendar::Calendar;
use super::check::{self, MOST_MACHINES, MOST_TRANSIT};
use super::crews::Crews;
use super::flow::{Cards, Transit};
use super::health::{self, Health};
use super::parallel::Parallel;
use super::quality::{self, Bad, Inspection, Quality};
use super::settings::{
    BufferSettings, Charged, Conditions, Cycle, Demand, FailureMode, LineSettings, MachineSettings,
    Moves, Release, Supply, Unmet,
};
use super::{ABSENT, Arrivals, At, Customers, Line, MachineVariables, RUN, Rework, Station};
use crate::environments::setting::{Faults, SettingError};
use crate::mdp::environment::BufferPlace;
use crate::mdp::{Condition, Level, Odds, Place, Places, Space, Variable};

/// Names of the random sources outside the machines, and of the variable of the backlog.
const SUPPLY: &str = "supply";
const DEMAND: &str = "demand";
const BACKLOG: &str = "backlog";
const CUSTOMER: &str = "customer";
const TIME: &str = "time of day";
const CREWS: &str = "crew";

/// Names of what a machine has beside its condition, whose variable and source bear its own name.
fn progress(machine: &MachineSettings) -> String {
    format!("{}: progress", machine.name)
}
fn switch(machine: &MachineSettings) -> String {
    format!("{}: switch", machine.name)
}
fn completion(machine: &MachineSettings) -> String {
    format!("{}: completion", machine.name)
}

fn wear(machine: &MachineSettings) -> String {
    format!("{}: wear", machine.name)
}
fn scrap(machine: &MachineSettings) -> String {
    format!("{}: scrap", machine.name)
}
fn rework(machine: &MachineSettings) -> String {
    format!("{}: rework", machine.name)
}
fn taken(name: &str) -> String {
    format!("{name}: part taken")
}
fn defect(machine: &MachineSettings) -> String {
    format!("{}: defect", machine.name)
}
fn inspection(machine: &MachineSettings) -> String {
    format!("{}: inspection", machine.name)
}

/// Names of what a buffer has beside its level: its bad parts, and those that are there in so many
/// beats.
pub(super) fn bad(buffer: &str) -> String {
    format!("{buffer}: bad")
}
pub(super) fn arriving(buffer: &str, beats: u32) -> String {
    format!("{buffer}: in {beats}")
}

/// In place of the order to be maintained: one that is never given.
const NEVER: Level = Level::MAX;

/// Builds the line, or says all that is wrong with its settings.
pub(super) fn line(mut settings: LineSettings) -> Result<Line, Vec<SettingError>> {
    let mut faults = Faults::default();
    check::lengths(&settings, &mut faults);
    name(&mut settings);
    check::figures(&settings, &mut faults);
    faults.names(names(&settings));
    faults.finish()?;

    Layout::new(&settings).into_line(settings)
}

/// Fills in the names that were left empty.
fn name(settings: &mut LineSettings) {
    let fill = |name: &mut String, default: String| {
        if name.is_empty() {
            *name = default;
        }
    };
    for (i, machine) in settings.machines.iter_mut().enumerate() {
        fill(&mut machine.name, format!("machine {}", i + 1));
        for (i, speed) in machine.speeds.iter_mut().enumerate() {
            fill(&mut speed.name, format!("speed {}", i + 1));
        }
    }
    for (i, buffer) in settings.buffers.iter_mut().enumerate() {
        fill(&mut buffer.name, format!("buffer {}", i + 1));
    }
    if let Supply::Arrivals { queue, .. } = &mut settings.supply {
        fill(&mut queue.name, "queue".to_owned());
    }
    if let Demand::Customers { store, .. } = &mut settings.demand {
        fill(&mut store.name, "store".to_owned());
    }
}

/// All that must have a name of its own, with the path of the setting it follows from: machines,
/// buffers, and the variables and random sources named after neither.
fn names(settings: &LineSettings) -> Vec<(String, String)> {
    let mut names = Vec::new();
    if settings.calendar.is_some() {
        names.push(("calendar".to_owned(), TIME.to_owned()));
    }
    if settings.crews.is_some() {
        names.push(("crews".to_owned(), CREWS.to_owned()));
    }
    if matches!(settings.supply, Supply::Arrivals { .. }) {
        names.push(("supply".to_owned(), SUPPLY.to_owned()));
    }
    if let Demand::Customers { unmet, .. } = &settings.demand {
        names.push(("demand".to_owned(), DEMAND.to_owned()));
        if settings.machines.iter().any(|machine| machine.defects > 0.0) {
            names.push(("demand".to_owned(), taken(CUSTOMER)));
        }
        if matches!(unmet, Unmet::Backorder { .. }) {
            names.push(("demand.unmet".to_owned(), BACKLOG.to_owned()));
        }
    }
    for (i, machine) in settings.machines.iter().enumerate().take(MOST_MACHINES) {
        let path = format!("machines[{i}].name");
        let own = [progress, switch, completion, wear, scrap, rework];
        names.push((path.clone(), machine.name.clone()));
        names.extend(own.iter().map(|name| (path.clone(), name(machine))));
        if machine.defects > 0.0 || machine.inspection.is_some() {
            let own = [taken(&machine.name), defect(machine), inspection(machine)];
            names.extend(own.map(|name| (path.clone(), name)));
        }
    }
    for (path, buffer) in buffers(settings).take(MOST_MACHINES + 2) {
        let path = format!("{path}.name");
        names.push((path.clone(), buffer.name.clone()));
        if settings.machines.iter().any(|machine| machine.defects > 0.0) {
            names.push((path.clone(), bad(&buffer.name)));
        }
        let beats = 1..=buffer.transit.min(MOST_TRANSIT as u32);
        names.extend(beats.map(|beats| (path.clone(), arriving(&buffer.name, beats))));
    }
    names
}

/// All buffers with their paths, from the first to the last.
pub(super) fn buffers(settings: &LineSettings) -> impl Iterator<Item = (String, &BufferSettings)> {
    let queue = match &settings.supply {
        Supply::Saturated => None,
        Supply::Arrivals { queue, .. } => Some(("supply.queue".to_owned(), queue)),
    };
    let store = match &settings.demand {
        Demand::Saturated => None,
        Demand::Customers { store, .. } => Some(("demand.store".to_owned(), store)),
    };
    let between = settings.buffers.iter().enumerate();
    let between = between.map(|(i, buffer)| (format!("buffers[{i}]"), buffer));
    queue.into_iter().chain(between).chain(store)
}

/// Variables, sources and actions as they are laid out.
#[derive(Default)]
struct Layout {
    variables: Vec<Variable>,
    start: Vec<Level>,
    sources: Vec<String>,
    actions: Vec<Variable>,
    buffers: Vec<BufferPlace>,
    backlog: Option<usize>,
    time: Option<usize>,
    crews: Option<Crews>,
    /// For each buffer the variable of its bad parts, and the way through it.
    bad: Vec<Option<usize>>,
    transits: Vec<Option<Transit>>,
    machines: Vec<MachineVariables>,
}

impl Layout {
    fn new(settings: &LineSettings) -> Self {
        let mut layout = Self::default();
        for (_, buffer) in buffers(settings) {
            let capacity = buffer.capacity as Level;
            let variable = Variable::count(&buffer.name, 0, capacity, "parts");
            let variable = layout.variable(variable, buffer.initial as Level);
            let name = buffer.name.clone();
            layout.buffers.push(BufferPlace { name, capacity: buffer.capacity, variable });
        }
        if let Demand::Customers { unmet: Unmet::Backorder { limit, .. }, .. } = settings.demand {
            let variable = Variable::count(BACKLOG, 0, limit as Level, "customers");
            layout.backlog = Some(layout.variable(variable, 0));
        }
        if let Some(calendar) = &settings.calendar {
            let variable = Variable::count(TIME, 0, calendar.day as Level - 1, "beats");
            layout.time = Some(layout.variable(variable, 0));
        }
        let queued = queued(settings);
        let mixed = quality::mixed(settings);
        for (number, (_, buffer)) in buffers(settings).enumerate() {
            let before = number.checked_sub(queued);
            let may = before.and_then(|machine| mixed.get(machine)).is_some_and(|mixed| *mixed);
            let capacity = buffer.capacity as Level;
            let variable = Variable::count(bad(&buffer.name), 0, capacity, "parts");
            let variable = may.then(|| layout.variable(variable, 0));
            layout.bad.push(variable);
        }
        for (number, (_, buffer)) in buffers(settings).enumerate() {
            let before = number.checked_sub(queued).and_then(|i| settings.machines.get(i));
            let at_once = before.map_or(1, |machine| machine.count).min(buffer.capacity) as Level;
            let variables: Vec<usize> = (1..=buffer.transit)
                .map(|beats| Variable::count(arriving(&buffer.name, beats), 0, at_once, "parts"))
                .map(|variable| layout.variable(variable, 0))
                .collect();
            let ends = variables.first().zip(variables.last());
            layout.transits.push(ends.map(|(&first, &last)| Transit { first, last }));
        }
        for (i, machine) in settings.machines.iter().enumerate() {
            let mut places = layout.machine(machine);
            let behind = i + queued;
            places.upstream = behind.checked_sub(1).map(|at| layout.buffers[at].variable);
            places.downstream = layout.buffers.get(behind).map(|buffer| buffer.variable);
            layout.machines.push(places);
        }
        layout.crews = layout.crews(settings);
        layout
    }

    fn variable(&mut self, variable: Variable, start: Level) -> usize {
        self.variables.push(variable);
        self.start.push(start);
        self.start.len() - 1
    }

    /// Adds the variables that a machine has of its own.
    fn machine(&mut self, machine: &MachineSettings) -> MachineVariables {
        let mut places = MachineVariables::default();
        let name = &machine.name;
        if health::has_condition(machine) {
            let labels = health::labels(machine);
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            let variable = match machine.count {
                1 => Variable::choice(name, &labels),
                count => Variable::count(name, 0, count as Level, "machines up"),
            };
            let new = variable.high;
            places.condition = Some(self.variable(variable, new));
            places.up = health::lowest_up(machine);
        }
        if let Cycle::Beats(beats @ 2..) = machine.cycle {
            let variable = Variable::count(progress(machine), 0, beats as Level - 1, "beats");
            places.progress = Some(self.variable(variable, 0));
        }
        if machine.controlled && (machine.restart_delay > 0 || machine.restart_cost > 0.0) {
            let on = on_level(machine);
            let mut variable = Variable::count(switch(machine), 0, on, "");
            let starting = (1..on).map(|beats| format!("starting {beats}/{on}"));
            variable.labels =
                ["off".to_owned()].into_iter().chain(starting).chain(["on".to_owned()]).collect();
            places.switch = Some(self.variable(variable, on));
        }
        if machine.controlled {
            let mut orders = vec!["hold"];
            match machine.speeds.as_slice() {
                [] | [_] => orders.push("run"),
                speeds => orders.extend(speeds.iter().map(|speed| speed.name.as_str())),
            }
            if machine.maintenance.is_some() {
                places.maintain = Some(orders.len() as Level);
                orders.push("maintain");
            }
            self.actions.push(Variable::choice(name, &orders));
            places.action = Some(self.actions.len() - 1);
        }
        places
    }

    /// The crews, where some machine may have to wait for one.
    fn crews(&mut self, settings: &LineSettings) -> Option<Crews> {
        let count = settings.crews?;
        let machines: Vec<(usize, usize, Level)> = (settings.machines.iter())
            .zip(&self.machines)
            .enumerate()
            .filter(|(_, (machine, _))| health::fails(machine))
            .filter_map(|(i, (machine, places))| {
                Some((i, places.condition?, machine.repair_stages as Level))
            })
            .collect();
        if machines.len() <= count as usize {
            return None;
        }
        let mut named = Variable::count(CREWS, RUN, machines.len() as Level, "");
        named.labels = machines.iter().map(|(i, ..)| settings.machines[*i].name.clone()).collect();
        self.actions.push(named);
        Some(Crews { count, action: self.actions.len() - 1, machines })
    }

    fn source(&mut self, name: String) -> usize {
        self.sources.push(name);
        self.sources.len() - 1
    }

    /// A source where there is something to draw.
    fn source_if(&mut self, draws: bool, name: String) -> usize {
        if draws { self.source(name) } else { ABSENT }
    }

    fn into_line(mut self, settings: LineSettings) -> Result<Line, Vec<SettingError>> {
        let stations: Vec<Station> =
            (0..settings.machines.len()).map(|i| self.station(i, &settings)).collect();
        let arrivals = match &settings.supply {
            Supply::Saturated => None,
            Supply::Arrivals { probability, queue } => Some(Arrivals {
                probability: *probability,
                source: self.source(SUPPLY.to_owned()),
                queue: self.buffers[0].variable,
                room: queue.capacity as Level,
                sets_out: self.sets_out(0),
            }),
        };
        let customers = match &settings.demand {
            Demand::Saturated => None,
            Demand::Customers { probability, unmet, .. } => {
                Some(self.customers(*probability, unmet))
            }
        };
        let charged = |when: Charged| {
            let rate = |buffer: &BufferSettings| {
                if buffer.charged == when { buffer.holding } else { 0.0 }
            };
            let rates: Vec<f64> = buffers(&settings).map(|(_, buffer)| rate(buffer)).collect();
            rates.iter().any(|&rate| rate != 0.0).then_some(rates)
        };
        let mut items = vec!["finished parts", "holding", "energy", "repair"];
        if customers.is_some() {
            items.push("lost sales");
        }
        if self.backlog.is_some() {
            items.push("backlog");
        }
        let mut item = |there: bool, name| {
            there.then(|| {
                items.push(name);
                items.len() - 1
            })
        };
        let maintained = |machine: &MachineSettings| {
            machine.maintenance.as_ref().is_some_and(|known| known.cost != 0.0)
        };
        let maintenance_item = item(settings.machines.iter().any(maintained), "maintenance");
        let scraps = |machine: &MachineSettings| machine.scrap_cost != 0.0;
        let scrap_item = item(settings.machines.iter().any(scraps), "scrap");
        let inspects = |machine: &MachineSettings| {
            machine.inspection.as_ref().is_some_and(|known| known.cost != 0.0)
        };
        let inspection_item = item(settings.machines.iter().any(inspects), "inspection");
        let complaint = item(settings.complaint != 0.0, "complaints");
        let carbon = item(settings.carbon != 0.0, "carbon").map(|item| (item, settings.carbon));
        let calendar = (settings.calendar.as_ref().zip(self.time))
            .map(|(calendar, variable)| Calendar::new(calendar, variable));
        let stands = settings.calendar.iter().flat_map(|calendar| &calendar.spans);
        let restricts = self.crews.is_some()
            || stands.into_iter().any(|span| !span.works)
            || settings.machines.iter().any(|machine| machine.maintenance.is_some());
        let cards = self.cards(&settings);
        let store = customers.as_ref().and_then(|_| self.bad.last().copied().flatten());
        let store = store.map(|variable| (variable, self.source(taken(CUSTOMER))));
        let bad = stations.iter().any(|station| station.quality.is_some()).then(|| {
            Box::new(Bad {
                variables: self.bad.iter().copied().flatten().collect(),
                inspection_item,
                complaint: complaint.map(|item| (item, settings.complaint)),
                store,
            })
        });
        let space = |variables| {
            Space::new(variables).map_err(|error| {
                vec![SettingError {
                    path: String::new(),
                    message: error.to_string(),
                    remedy: "give every buffer and cycle a size of at least 1".to_owned(),
                }]
            })
        };
        Ok(Line {
            holding_before: charged(Charged::Before),
            holding_after: charged(Charged::After),
            state_space: space(self.variables)?,
            action_space: space(self.actions)?,
            sources: self.sources,
            items: items.into_iter().map(str::to_owned).collect(),
            places: Places {
                stations: settings.machines.iter().map(|machine| machine.name.clone()).collect(),
                buffers: self.buffers,
            },
            start: self.start,
            spends_energy: stations.iter().any(|station| {
                station.restart_cost != 0.0 || station.energy.iter().any(|&cost| cost != 0.0)
            }),
            spends_repair: stations.iter().any(|station| station.repair_cost != 0.0),
            maintenance_item,
            scrap_item,
            carbon,
            restricts,
            plain_machines: if settings.conditions == Conditions::BeforeMoves
                && calendar.is_none()
                && self.crews.is_none()
                && cards.is_none()
                && self.transits.iter().all(Option::is_none)
                && stations.iter().enumerate().all(|(number, station)| {
                    station.at == At::plain(number, stations.len())
                        && station.cycle == 1
                        && station.health.is_none()
                        && station.quality.is_none()
                        && station.parallel.is_none()
                        && station.scrap == 0.0
                        && station.rework.is_none()
                        && station.maintain == NEVER
                        && station.powers == [1.0]
                }) {
                stations.len()
            } else {
                0
            },
            crews: self.crews,
            calendar,
            cards,
            transits: self.transits.into_iter().flatten().collect(),
            bad,
            stations,
            arrivals,
            customers,
            old_levels: settings.moves == Moves::OldLevels,
            conditions_last: settings.conditions == Conditions::AfterMoves,
            revenue: settings.revenue,
            variables: self.machines,
            settings,
        })
    }

    /// The variable of what sets out in a buffer, or [`ABSENT`].
    fn sets_out(&self, buffer: usize) -> usize {
        let transit = self.transits.get(buffer).copied().flatten();
        transit.map_or(ABSENT, |transit| transit.last)
    }

    /// The cards, where the line has some for all of it.
    fn cards(&self, settings: &LineSettings) -> Option<Cards> {
        let Release::Conwip { cap } = settings.release else { return None };
        let behind = &self.buffers[queued(settings).min(self.buffers.len())..];
        let returns = |machine: &MachineSettings| {
            way_back(machine).is_some_and(|to| behind.iter().any(|buffer| buffer.name == *to))
        };
        let machines = settings.machines.iter().enumerate();
        Some(Cards {
            cap: cap as Level,
            counted: behind.iter().map(|buffer| buffer.variable).collect(),
            returning: machines.fold(0, |all, (i, machine)| all | u64::from(returns(machine)) << i),
        })
    }

    /// What a machine has to do with defects: it makes some, inspects, or passes some on.
    fn quality(&mut self, i: usize, line: &LineSettings) -> Option<Box<Quality>> {
        let machine = &line.machines[i];
        let behind = i + queued(line);
        let of = |buffer: Option<usize>| -> usize {
            buffer.and_then(|buffer| self.bad.get(buffer).copied().flatten()).unwrap_or(ABSENT)
        };
        let (bad_before, bad_behind) = (of(behind.checked_sub(1)), of(Some(behind)));
        if bad_before == ABSENT && machine.defects == 0.0 && machine.inspection.is_none() {
            return None;
        }
        let taken_source = self.source_if(bad_before != ABSENT, taken(&machine.name));
        let defect_source = self.source_if(machine.defects > 0.0, defect(machine));
        let inspection = machine.inspection.as_ref().map(|known| Inspection {
            finds: known.finds,
            false_alarms: known.false_alarms,
            source: self.source(inspection(machine)),
            cost: known.cost,
            goes_back: known.to.is_some(),
        });
        let defects = machine.defects;
        let quality =
            Quality { bad_before, bad_behind, taken_source, defects, defect_source, inspection };
        Some(Box::new(quality))
    }

    fn station(&mut self, i: usize, line: &LineSettings) -> Station {
        let (machine, places) = (&line.machines[i], self.machines[i]);
        let absent = |place: Option<usize>| place.unwrap_or(ABSENT);
        let buffer = |variable: Option<usize>| {
            let number = self.buffers.iter().position(|buffer| Some(buffer.variable) == variable);
            number.map(|number| (Place::Buffer(number as u16), self.buffers[number].capacity))
        };
        let from = buffer(places.upstream).map_or(Place::Supply, |(place, _)| place);
        let (to, room) = buffer(places.downstream).unwrap_or((Place::Customer, 0));
        let (completions, cycle) = match machine.cycle {
            _ if !machine.speeds.is_empty() => {
                (machine.speeds.iter().map(|speed| speed.completion).collect(), 1)
            }
            Cycle::Completion(p) => (vec![p], 1),
            Cycle::Beats(beats) => (vec![1.0], beats as Level),
        };
        let powers = match machine.speeds.as_slice() {
            [] => vec![1.0],
            speeds => speeds.iter().map(|speed| speed.power).collect(),
        };
        let health = Health::of(machine, line).map(Box::new);
        let wears = health.is_some() && machine.wear.is_some();
        let back = way_back(machine);
        let rework_to = back.and_then(|to| {
            let number = self.buffers.iter().position(|buffer| buffer.name == *to)?;
            let buffer = self.buffers.get(number)?;
            Some(Rework {
                probability: machine.rework.as_ref().map_or(0.0, |rework| rework.probability),
                variable: buffer.variable,
                room: buffer.capacity as Level,
                to: Place::Buffer(number as u16),
            })
        });
        // A machine that is never held back is never switched on again.
        let restarts = places.switch.is_some();
        let energy = Condition::ALL.map(|condition| match condition {
            Condition::Working => machine.power.working,
            Condition::Starved => machine.power.starved,
            Condition::Blocked => machine.power.blocked,
            Condition::Down => machine.power.down,
            Condition::SetUp => machine.power.starting,
            Condition::HeldBack | Condition::Planned => machine.power.held,
        });
        let idle_failure = match machine.failure_mode {
            FailureMode::Operation => 0.0,
            FailureMode::Time => machine.failure,
        };
        let odds = [
            [Odds::of(machine.repair); 2],
            [Odds::unless(idle_failure), Odds::unless(machine.failure)],
        ];
        let quality = self.quality(i, line);
        let behind = i + queued(line);
        let transit_before = behind.checked_sub(1).and_then(|at| self.transits[at]);
        let room = match &line.release {
            Release::Kanban { levels } => levels.get(i).map_or(room, |cards| room.min(*cards)),
            _ => room,
        };
        Station {
            quality,
            parallel: Parallel::of(machine).map(Box::new),
            transit_before,
            sets_out: self.sets_out(behind),
            at: At {
                condition: absent(places.condition),
                progress: absent(places.progress),
                switch: absent(places.switch),
                upstream: absent(places.upstream),
                downstream: absent(places.downstream),
                action: absent(places.action),
                condition_source: self.source_if(places.condition.is_some(), machine.name.clone()),
                completion_source: self
                    .source_if(completions.iter().any(|p| *p < 1.0), completion(machine)),
                wear_source: self.source_if(wears, wear(machine)),
                scrap_source: self.source_if(machine.scrap > 0.0, scrap(machine)),
                rework_source: self.source_if(machine.rework.is_some(), rework(machine)),
            },
            room: room as Level,
            on: on_level(machine),
            ready: machine.restart_delay as Level,
            cycle,
            completions,
            powers,
            maintain: places.maintain.unwrap_or(NEVER),
            health,
            scrap: machine.scrap,
            scrap_cost: machine.scrap_cost,
            rework: rework_to,
            up_next: odds.map(|odds| odds.map(Odds::yes)),
            down_next: odds.map(|odds| odds.map(Odds::no)),
            energy,
            restart_cost: if restarts { machine.restart_cost } else { 0.0 },
            repair_cost: if health::fails(machine) { machine.repair_cost } else { 0.0 },
            from,
            to,
        }
    }

    fn customers(&mut self, probability: f64, unmet: &Unmet) -> Customers {
        let store = self.buffers.len() - 1;
        let (limit, lost_cost, backlog_cost, charged) = match *unmet {
            Unmet::Lost { cost } => (0, cost, 0.0, Charged::Before),
            Unmet::Backorder { cost, limit, lost_cost, charged } => {
                (limit as Level, lost_cost, cost, charged)
            }
        };
        Customers {
            probability,
            source: self.source(DEMAND.to_owned()),
            store: self.buffers[store].variable,
            place: Place::Buffer(store as u16),
            transit: self.transits[store],
            backlog: self.backlog.unwrap_or(ABSENT),
            limit,
            lost_cost,
            backlog_cost,
            charged_after: charged == Charged::After,
        }
    }
}

/// How many buffers there are before the first machine.
fn queued(settings: &LineSettings) -> usize {
    usize::from(matches!(settings.supply, Supply::Arrivals { .. }))
}

/// The buffer to which completed parts of a machine go back, if some do.
fn way_back(machine: &MachineSettings) -> Option<&String> {
    let found = machine.inspection.as_ref().and_then(|inspection| inspection.to.as_ref());
    machine.rework.as_ref().map(|rework| &rework.to).or(found)
}

/// The switch's level that means on: one for each beat of starting, and at least one above off.
fn on_level(machine: &MachineSettings) -> Level {
    (machine.restart_delay as Level).max(1)
}
