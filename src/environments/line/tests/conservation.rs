//! Nothing is lost and nothing comes from nowhere: parts, bad parts among them, and money, in every
//! beat of every example, whatever is done.
//!
//! Money is worked out here from the settings' prices, the states before and after, the actions and
//! what the step tells, without its code. How many parts were defective is not told; that follows from
//! the draws.

use std::collections::HashMap;

use super::*;
use crate::environments::exact::{Branch, reached_pairs};

/// So many pairs of a reached state and an action are tried of each line. All of the smaller ones; of
/// the others an even sample.
const PAIRS: usize = 1_500;

/// One way a beat went, with what is needed to look it through.
struct Beat<'a> {
    line: &'a Line,
    state: &'a [Level],
    action: &'a [Level],
    branch: &'a Branch,
    /// How many outcomes of each source were used so far.
    used: HashMap<String, usize>,
}

impl Beat<'_> {
    fn before(&self, name: &str) -> Option<Level> {
        self.line.state_space().position(name).map(|place| self.state[place])
    }

    fn after(&self, name: &str) -> Option<Level> {
        self.line.state_space().position(name).map(|place| self.branch.next[place])
    }

    fn count(&self, is_it: impl Fn(&Event) -> bool) -> Level {
        self.branch.events.iter().filter(|event| is_it(event)).count() as Level
    }

    fn moved(&self, from: impl Fn(Place) -> bool, to: impl Fn(Place) -> bool) -> Level {
        self.count(|event| matches!(*event, Event::Moved { from: a, to: b } if from(a) && to(b)))
    }

    fn scrapped(&self, place: Place) -> Level {
        self.count(|event| *event == Event::Scrapped { at: place })
    }

    /// The next outcome of a source that was not used yet: whether it is true.
    fn drawn(&mut self, source: &str) -> bool {
        let number = self.line.sources().iter().position(|known| known == source).unwrap();
        let used = self.used.entry(source.to_owned()).or_default();
        let mut all = self.branch.draws.iter().filter(|(known, _)| *known == number);
        let (_, outcome) = all.nth(*used).unwrap_or_else(|| panic!("{source} was not drawn"));
        *used += 1;
        *outcome == 0
    }

    /// What was told to a machine: whether it runs, at which of its speeds, and whether it is to be
    /// maintained.
    fn told(&self, machine: &MachineSettings) -> (bool, usize, bool) {
        let order = self.line.action_space().position(&machine.name);
        let order = order.map_or(1, |place| self.action[place] as usize);
        let speeds = machine.speeds.len().max(1);
        let runs = (1..=speeds).contains(&order) && self.span().works;
        (runs, order.saturating_sub(1).min(speeds - 1), order > speeds)
    }

    /// What holds at this time of day.
    fn span(&self) -> SpanSettings {
        let calendar = self.line.settings().calendar.as_ref();
        let time = self.before("time of day").unwrap_or(0) as u32;
        let mut spans = calendar.into_iter().flat_map(|calendar| &calendar.spans);
        spans.rfind(|span| span.from <= time).cloned().unwrap_or_default()
    }

    fn parts_are_conserved(&self) {
        let settings = self.line.settings();
        let mut inside = 0;
        for (number, buffer) in self.line.places().buffers.iter().enumerate() {
            let here = Place::Buffer(number as u16);
            let came = self.moved(|_| true, |to| to == here);
            let went = self.moved(|from| from == here, |_| true) + self.scrapped(here);
            let more = self.after(&buffer.name).unwrap() - self.before(&buffer.name).unwrap();
            assert_eq!(more, came - went, "{}", buffer.name);
            inside += more;
        }
        for (number, machine) in settings.machines.iter().enumerate() {
            let here = Place::Station(number as u16);
            let came = self.moved(|_| true, |to| to == here);
            let went = self.moved(|from| from == here, |_| true) + self.scrapped(here);
            assert_eq!(came, went, "{} holds nothing between beats", machine.name);
            let spent = |event: &Event| matches!(event, Event::Spent { station, .. } if usize::from(*station) == number);
            assert_eq!(self.count(spent), 1, "{}", machine.name);
        }
        let out = self.moved(|_| true, |to| to == Place::Customer);
        let gone = self.count(|event| match event {
            Event::Scrapped { at } => *at != Place::Supply,
            _ => false,
        });
        let came = self.moved(|from| from == Place::Supply, |_| true);
        assert_eq!(came, out + inside + gone, "parts in = out + more in the line + scrapped");
    }

    /// Follows each part through the beat; returns how many bad ones were sold.
    fn bad_parts_are_conserved(&mut self) -> Level {
        let (line, branch) = (self.line, self.branch);
        let machines = &line.settings().machines;
        let buffers = &line.places().buffers;
        let counts = |name: &str| format!("{name}: bad");
        let mut level: Vec<Level> =
            buffers.iter().map(|buffer| self.state[buffer.variable]).collect();
        let mut bad: Vec<Level> =
            buffers.iter().map(|buffer| self.before(&counts(&buffer.name)).unwrap_or(0)).collect();
        let (mut in_hand, mut sold) = (vec![false; machines.len()], 0);
        for (place, event) in branch.events.iter().enumerate() {
            let Event::Moved { from, to } = *event else { continue };
            let is_bad = match from {
                Place::Buffer(buffer) => {
                    let buffer = usize::from(buffer);
                    let by = match to {
                        Place::Station(station) => &*machines[usize::from(station)].name,
                        _ => "customer",
                    };
                    let is_bad = match bad[buffer] {
                        0 => false,
                        all if all == level[buffer] => true,
                        _ => self.drawn(&format!("{by}: part taken")),
                    };
                    level[buffer] -= 1;
                    bad[buffer] -= Level::from(is_bad);
                    is_bad
                }
                Place::Station(station) => in_hand[usize::from(station)],
                _ => false,
            };
            match to {
                Place::Station(station) => {
                    let number = usize::from(station);
                    let machine = &machines[number];
                    let scrapped =
                        machine.scrap > 0.0 && self.drawn(&format!("{}: scrap", machine.name));
                    let made = !scrapped
                        && !is_bad
                        && machine.defects > 0.0
                        && self.drawn(&format!("{}: defect", machine.name));
                    // What goes on does so at once; what goes back later was made good.
                    let next = branch.events.get(place + 1);
                    let on = matches!(next, Some(Event::Moved { from, .. }) if *from == to);
                    in_hand[number] = on && (is_bad || made);
                    if scrapped {
                        assert_eq!(next, Some(&Event::Scrapped { at: to }), "{}", machine.name);
                    }
                }
                Place::Buffer(buffer) => {
                    let back = matches!(from, Place::Station(station) if usize::from(buffer) < self.behind(usize::from(station)));
                    level[usize::from(buffer)] += 1;
                    bad[usize::from(buffer)] += Level::from(is_bad && !back);
                }
                Place::Customer => sold += Level::from(is_bad),
                Place::Supply => panic!("nothing goes back to the supply"),
            }
        }
        for (number, buffer) in buffers.iter().enumerate() {
            assert_eq!(branch.next[buffer.variable], level[number], "{}", buffer.name);
            let found = self.after(&counts(&buffer.name)).unwrap_or(0);
            assert_eq!(found, bad[number], "bad parts of {}", buffer.name);
        }
        sold
    }

    /// The number of the buffer behind a machine.
    fn behind(&self, machine: usize) -> usize {
        machine + usize::from(matches!(self.line.settings().supply, Supply::Arrivals { .. }))
    }

    /// How many machines of a station of several are up, how many of them work, and whether those that
    /// do not lack parts (else room).
    fn at_work(
        &self,
        number: usize,
        machine: &MachineSettings,
        runs: bool,
    ) -> (Level, Level, bool) {
        let (settings, buffers) = (self.line.settings(), &self.line.places().buffers);
        let here = Place::Station(number as u16);
        let up = match settings.conditions {
            Conditions::BeforeMoves => self.after(&machine.name),
            Conditions::AfterMoves => self.before(&machine.name),
        };
        let (all, up) = (machine.count as Level, up.unwrap_or(machine.count as Level));
        assert_eq!(settings.release, Release::Free, "cards are not counted here");
        let there = self.behind(number).checked_sub(1).map_or(all, |before| {
            let name = &buffers[before].name;
            let ways = (1..).map_while(|beats| self.before(&format!("{name}: in {beats}")));
            self.state[buffers[before].variable] - ways.sum::<Level>()
        });
        let room = buffers.get(self.behind(number)).map_or(all, |behind| {
            let behind_it = Place::Buffer(self.behind(number) as u16);
            let freed = match settings.moves {
                Moves::OldLevels => 0,
                Moves::DownstreamFirst => self.moved(|from| from == behind_it, |to| to != here),
            };
            behind.capacity as Level - self.state[behind.variable] + freed
        });
        let works = if runs { up.min(there).min(room) } else { 0 };
        (up, works, there < up)
    }

    /// Each item of money, from prices, states, actions and events.
    fn money(&mut self) -> HashMap<&'static str, f64> {
        let settings = self.line.settings();
        let span = self.span();
        let mut all = HashMap::new();
        let sold = self.moved(|_| true, |to| to == Place::Customer);
        all.insert("finished parts", settings.revenue * f64::from(sold));
        let mut holding = 0.0;
        let between = settings.buffers.iter();
        let queue = match &settings.supply {
            Supply::Arrivals { queue, .. } => Some(queue),
            Supply::Saturated => None,
        };
        let (mut store, mut lost, mut waiting) = (None, 0.0, (0.0, Charged::Before));
        if let Demand::Customers { store: of_store, unmet, .. } = &settings.demand {
            store = Some(of_store);
            match unmet {
                Unmet::Lost { cost } => lost = *cost,
                Unmet::Backorder { cost, lost_cost, charged, .. } => {
                    (lost, waiting) = (*lost_cost, (*cost, *charged));
                }
            }
        }
        for buffer in queue.into_iter().chain(between).chain(store) {
            let level = match buffer.charged {
                Charged::Before => self.before(&buffer.name),
                Charged::After => self.after(&buffer.name),
            };
            holding += buffer.holding * f64::from(level.unwrap());
        }
        all.insert("holding", -holding);
        all.insert("lost sales", -lost * f64::from(self.count(|e| *e == Event::DemandLost)));
        let backlog = match waiting.1 {
            Charged::Before => self.before("backlog"),
            Charged::After => self.after("backlog"),
        };
        all.insert("backlog", -waiting.0 * f64::from(backlog.unwrap_or(0)));

        let (mut energy, mut repair, mut maintenance) = (0.0, 0.0, 0.0);
        let (mut scrap, mut inspection) = (0.0, 0.0);
        for (number, machine) in settings.machines.iter().enumerate() {
            let (runs, speed, maintains) = self.told(machine);
            let here = Place::Station(number as u16);
            let spent = spends(self.branch, number as u16);
            let power = machine.power;
            let speed = machine.speeds.get(speed).map_or(1.0, |speed| speed.power);
            if machine.count > 1 {
                let (up, works, lacks) = self.at_work(number, machine, runs);
                let (down, idle) = (machine.count as Level - up, up - works);
                let idle_rate = if lacks { power.starved } else { power.blocked };
                energy += match runs {
                    true => {
                        power.working * f64::from(works)
                            + idle_rate * f64::from(idle)
                            + power.down * f64::from(down)
                    }
                    false => power.held * f64::from(machine.count),
                };
                repair += if span.works { machine.repair_cost * f64::from(down) } else { 0.0 };
            } else {
                energy += match spent {
                    _ if !runs => power.held,
                    Condition::Working => power.working * speed,
                    Condition::Starved => power.starved,
                    Condition::Blocked => power.blocked,
                    Condition::Down => power.down,
                    Condition::SetUp => power.starting,
                    Condition::HeldBack | Condition::Planned => power.held,
                };
                repair += if spent == Condition::Down { machine.repair_cost } else { 0.0 };
            }
            if runs && self.before(&format!("{}: switch", machine.name)) == Some(0) {
                energy += machine.restart_cost;
            }
            if maintains {
                maintenance += machine.maintenance.as_ref().unwrap().cost;
            }
            scrap += machine.scrap_cost * f64::from(self.scrapped(here));
            if let Some(known) = &machine.inspection {
                assert_eq!(machine.scrap, 0.0, "what is scrapped before is not inspected");
                inspection += known.cost * f64::from(self.moved(|_| true, |to| to == here));
            }
        }
        all.insert("energy", -energy * span.energy);
        all.insert("carbon", -settings.carbon * energy * span.carbon);
        all.insert("repair", -repair);
        all.insert("maintenance", -maintenance);
        all.insert("scrap", -scrap);
        all.insert("inspection", -inspection);
        let sold_bad = self.bad_parts_are_conserved();
        all.insert("complaints", -settings.complaint * f64::from(sold_bad));
        all
    }
}

/// How a station spent the beat.
fn spends(branch: &Branch, number: u16) -> Condition {
    let told = branch.events.iter().find_map(|event| match *event {
        Event::Spent { station, condition } if station == number => Some(condition),
        _ => None,
    });
    told.unwrap()
}

#[test]
fn parts_and_money_are_conserved_in_every_beat() {
    // How often each item was not 0, so that none is held by nothing.
    let mut met: HashMap<&str, u64> = HashMap::new();
    let (mut beats, mut scrapped, mut back) = (0_u64, 0, 0);
    for settings in examples() {
        let line = Line::new(settings).unwrap();
        for (state, action) in reached_pairs(&line, PAIRS) {
            for branch in &branches(&line, &state, &action) {
                let (line, state, action) = (&line, &*state, &*action);
                let mut beat = Beat { line, state, action, branch, used: HashMap::new() };
                beat.parts_are_conserved();
                let money = beat.money();
                let mut sum = 0.0;
                for (item, amount) in &money {
                    let place = line.reward_items().iter().position(|known| known == item);
                    let earned = place.map_or(0.0, |place| branch.items[place]);
                    assert!(
                        (earned - amount).abs() < 1e-9,
                        "{item}: {earned}, not {amount}, in {state:?} under {action:?}: {branch:?} of {:#?}",
                        line.settings()
                    );
                    *met.entry(item).or_default() += u64::from(*amount != 0.0);
                    sum += amount;
                }
                assert!(line.reward_items().iter().all(|item| money.contains_key(&**item)));
                assert!((branch.reward - sum).abs() < 1e-9, "{} {sum}", branch.reward);
                beats += 1;
                for event in &branch.events {
                    scrapped += u64::from(matches!(event, Event::Scrapped { .. }));
                    back += u64::from(
                        matches!(event, Event::Moved { from: Place::Station(from), to: Place::Buffer(to) } if usize::from(*to) < beat.behind(usize::from(*from))),
                    );
                }
            }
        }
    }
    for item in [
        "finished parts",
        "holding",
        "energy",
        "repair",
        "lost sales",
        "backlog",
        "maintenance",
        "scrap",
        "inspection",
        "complaints",
        "carbon",
    ] {
        assert!(met.get(item).is_some_and(|times| *times > 500), "{item}: {met:?}");
    }
    assert!(beats > 100_000 && scrapped > 1_000 && back > 1_000, "{beats} {scrapped} {back}");
}
