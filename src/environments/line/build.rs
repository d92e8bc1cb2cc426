//! From settings to a line: names are filled in, faults collected, variables laid out.

#![expect(
    clippy::indexing_slicing,
    reason = "machines and buffers are numbered as they are laid out here"
)]

use super::settings::{
    BufferSettings, Charged, Conditions, Cycle, Demand, FailureMode, LineSettings, MachineSettings,
    Moves, Supply, Unmet,
};
use super::{ABSENT, Arrivals, At, Customers, Line, MachineVariables, Station, UP};
use crate::environments::setting::{Faults, SettingError};
use crate::mdp::environment::BufferPlace;
use crate::mdp::{Condition, Level, Odds, Place, Places, Space, Variable};

const MOST_MACHINES: usize = 64;
const MOST_PARTS: u64 = 1_000_000;
const MOST_CYCLE: u64 = 10_000;
const MOST_DELAY: u64 = 1_000;

/// Names of the random sources outside the machines, and of the variable of the backlog.
const SUPPLY: &str = "supply";
const DEMAND: &str = "demand";
const BACKLOG: &str = "backlog";

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

/// Builds the line, or says all that is wrong with its settings.
pub(super) fn line(mut settings: LineSettings) -> Result<Line, Vec<SettingError>> {
    let mut faults = Faults::default();
    lengths(&settings, &mut faults);
    name(&mut settings);
    for (i, machine) in settings.machines.iter().enumerate().take(MOST_MACHINES) {
        check_machine(&format!("machines[{i}]"), machine, &mut faults);
    }
    for (path, buffer) in buffers(&settings).take(MOST_MACHINES + 2) {
        check_buffer(&path, buffer, &mut faults);
    }
    check_ends(&settings, &mut faults);
    faults.amount("revenue", settings.revenue);
    faults.names(names(&settings));
    faults.finish()?;

    Layout::new(&settings).into_line(settings)
}

fn lengths(settings: &LineSettings, faults: &mut Faults) {
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
            format!("{machines} machines have {needed} gaps between them, not {buffers}"),
            format!("give {needed} buffers, one between any two neighbours"),
        );
    }
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
    if matches!(settings.supply, Supply::Arrivals { .. }) {
        names.push(("supply".to_owned(), SUPPLY.to_owned()));
    }
    if let Demand::Customers { unmet, .. } = &settings.demand {
        names.push(("demand".to_owned(), DEMAND.to_owned()));
        if matches!(unmet, Unmet::Backorder { .. }) {
            names.push(("demand.unmet".to_owned(), BACKLOG.to_owned()));
        }
    }
    for (i, machine) in settings.machines.iter().enumerate().take(MOST_MACHINES) {
        let path = format!("machines[{i}].name");
        for name in [machine.name.clone(), progress(machine), switch(machine), completion(machine)]
        {
            names.push((path.clone(), name));
        }
    }
    for (path, buffer) in buffers(settings).take(MOST_MACHINES + 2) {
        names.push((format!("{path}.name"), buffer.name.clone()));
    }
    names
}

/// All buffers with their paths, from the first to the last.
fn buffers(settings: &LineSettings) -> impl Iterator<Item = (String, &BufferSettings)> {
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

fn check_machine(path: &str, machine: &MachineSettings, faults: &mut Faults) {
    let at = |field: &str| format!("{path}.{field}");
    faults.probability(at("failure"), machine.failure);
    if machine.failure > 0.0 {
        faults.chance(at("repair"), machine.repair, "a failed machine never comes up again");
    } else {
        faults.probability(at("repair"), machine.repair);
    }
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

fn check_buffer(path: &str, buffer: &BufferSettings, faults: &mut Faults) {
    faults.count(format!("{path}.capacity"), buffer.capacity.into(), 1, MOST_PARTS);
    faults.cost(format!("{path}.holding"), buffer.holding);
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

/// Variables, sources and actions as they are laid out.
#[derive(Default)]
struct Layout {
    variables: Vec<Variable>,
    start: Vec<Level>,
    sources: Vec<String>,
    actions: Vec<Variable>,
    buffers: Vec<BufferPlace>,
    backlog: Option<usize>,
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
        let queued = usize::from(matches!(settings.supply, Supply::Arrivals { .. }));
        for (i, machine) in settings.machines.iter().enumerate() {
            let mut places = layout.machine(machine);
            let behind = i + queued;
            places.upstream = behind.checked_sub(1).map(|at| layout.buffers[at].variable);
            places.downstream = layout.buffers.get(behind).map(|buffer| buffer.variable);
            layout.machines.push(places);
        }
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
        if machine.failure > 0.0 {
            let variable = Variable::choice(name, &["down", "up"]);
            places.condition = Some(self.variable(variable, UP));
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
            self.actions.push(Variable::choice(name, &["hold", "run"]));
            places.action = Some(self.actions.len() - 1);
        }
        places
    }

    fn source(&mut self, name: String) -> usize {
        self.sources.push(name);
        self.sources.len() - 1
    }

    fn into_line(mut self, settings: LineSettings) -> Result<Line, Vec<SettingError>> {
        let stations: Vec<Station> =
            (0..settings.machines.len()).map(|i| self.station(i, &settings.machines[i])).collect();
        let arrivals = match &settings.supply {
            Supply::Saturated => None,
            Supply::Arrivals { probability, queue } => Some(Arrivals {
                probability: *probability,
                source: self.source(SUPPLY.to_owned()),
                queue: self.buffers[0].variable,
                room: queue.capacity as Level,
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
            plain_machines: if settings.conditions == Conditions::BeforeMoves
                && stations.iter().enumerate().all(|(number, station)| {
                    station.at == At::plain(number, stations.len()) && station.cycle == 1
                }) {
                stations.len()
            } else {
                0
            },
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

    fn station(&mut self, i: usize, machine: &MachineSettings) -> Station {
        let places = self.machines[i];
        let absent = |place: Option<usize>| place.unwrap_or(ABSENT);
        let buffer = |variable: Option<usize>| {
            let number = self.buffers.iter().position(|buffer| Some(buffer.variable) == variable);
            number.map(|number| (Place::Buffer(number as u16), self.buffers[number].capacity))
        };
        let from = buffer(places.upstream).map_or(Place::Supply, |(place, _)| place);
        let (to, room) = buffer(places.downstream).unwrap_or((Place::Customer, 0));
        let (completes_with, cycle) = match machine.cycle {
            Cycle::Completion(p) => (p, 1),
            Cycle::Beats(beats) => (1.0, beats as Level),
        };
        // A machine that is never held back is never switched on again.
        let restarts = places.switch.is_some();
        let energy = Condition::ALL.map(|condition| match condition {
            Condition::Working => machine.power.working,
            Condition::Starved => machine.power.starved,
            Condition::Blocked => machine.power.blocked,
            Condition::Down => machine.power.down,
            Condition::SetUp => machine.power.starting,
            Condition::HeldBack => machine.power.held,
        });
        let idle_failure = match machine.failure_mode {
            FailureMode::Operation => 0.0,
            FailureMode::Time => machine.failure,
        };
        let odds = [
            [Odds::of(machine.repair); 2],
            [Odds::unless(idle_failure), Odds::unless(machine.failure)],
        ];
        Station {
            at: At {
                condition: absent(places.condition),
                progress: absent(places.progress),
                switch: absent(places.switch),
                upstream: absent(places.upstream),
                downstream: absent(places.downstream),
                action: absent(places.action),
                condition_source: if places.condition.is_some() {
                    self.source(machine.name.clone())
                } else {
                    ABSENT
                },
                completion_source: if completes_with < 1.0 {
                    self.source(completion(machine))
                } else {
                    ABSENT
                },
            },
            room: room as Level,
            on: on_level(machine),
            ready: machine.restart_delay as Level,
            cycle,
            completion: completes_with,
            up_next: odds.map(|odds| odds.map(Odds::yes)),
            down_next: odds.map(|odds| odds.map(Odds::no)),
            energy,
            restart_cost: if restarts { machine.restart_cost } else { 0.0 },
            repair_cost: if machine.failure > 0.0 { machine.repair_cost } else { 0.0 },
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
            backlog: self.backlog.unwrap_or(ABSENT),
            limit,
            lost_cost,
            backlog_cost,
            charged_after: charged == Charged::After,
        }
    }
}

/// The switch's level that means on: one for each beat of starting, and at least one above off.
fn on_level(machine: &MachineSettings) -> Level {
    (machine.restart_delay as Level).max(1)
}
