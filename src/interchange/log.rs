//! A record of events: one line for each change of a machine's condition, in the order of time.
//!
//! | Column | What |
//! |---|---|
//! | `time` | when: a date, `2024-01-31 14:30`; or in a unit that the first line names, `time (s)`, or in beats |
//! | `machine` | which |
//! | `condition` | what it is from then on: working, starved, blocked, down; `up` and `idle` where it is not known which |
//! | `parts` | optional: how many parts it finished since its line before, or a counter of them that runs on ([`super::counter`]) |
//!
//! Machines stand in the order in which they are first named, which is said to be assumed. The last time of the file ends it for
//! all of them. What a machine did until its first line is not known, nor how long it had done so.

use super::columns::{Clock, Moment, Table, shortened};
use super::counter::{self, Count, Counting, Running};
use super::dates::Date;
use super::estimates::{Figure, shape};
use super::joined::Output;
use super::plant::{Failing, Plant, Recorded, Share, Station};
use super::{Fault, MOST_STATIONS};

/// The columns, by their first names.
pub const COLUMNS: [&str; 4] = ["time", "machine", "condition", "parts"];
const TIME: &[&str] = &["time"];
const MACHINE: &[&str] = &["machine", "station"];
const CONDITION: &[&str] = &["condition", "state"];
const PARTS: &[&str] = &["parts"];

/// In so many spans of equal length the record is cut, for intervals of what it shows.
pub const SPANS: usize = 10;

/// What is told of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Working,
    Starved,
    Blocked,
    Down,
    /// Up, and working or not.
    Up,
    /// Starved or blocked.
    Idle,
}

const WORDS: &[(&[&str], Told)] = &[
    (&["working", "running", "run", "busy", "processing"], Told::Working),
    (&["starved", "empty"], Told::Starved),
    (&["blocked", "full"], Told::Blocked),
    (&["down", "failed", "failure", "repair", "under repair"], Told::Down),
    (&["up"], Told::Up),
    (&["idle", "waiting", "standby"], Told::Idle),
];

/// What a record means by its words and numbers.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// What conditions are called, beside the words that are always known.
    conditions: Vec<(String, Told)>,
    /// How its parts count; told from themselves where it is not given.
    pub counting: Option<Counting>,
}

impl Words {
    /// Adds a word: `Störung=down`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn add(&mut self, given: &str) -> Result<(), String> {
        let (word, meant) = given.rsplit_once('=').unwrap_or((given, ""));
        let (word, meant) = (word.trim().to_lowercase(), meant.trim().to_lowercase());
        match known(&meant) {
            Some(told) if !word.is_empty() => {
                self.conditions.push((word, told));
                Ok(())
            }
            _ => Err(format!(
                "is a word of the record and what it means, such as \"Störung=down\", not `{}`; {KNOWN}",
                shortened(given)
            )),
        }
    }

    /// What is meant by a word of the record.
    fn meant(&self, word: &str) -> Option<Told> {
        let word = word.to_lowercase();
        let own = self.conditions.iter().find(|(own, _)| *own == word).map(|(_, told)| *told);
        own.or_else(|| known(&word))
    }
}

const KNOWN: &str = "it may mean working, starved, blocked, down, up or idle";

fn known(word: &str) -> Option<Told> {
    WORDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, told)| *told)
}

/// Times from the first on, and all in the same way.
#[derive(Debug, Default)]
struct Times {
    clock: Option<Clock>,
    first: Option<Date>,
}

impl Times {
    /// A moment as so long after the first date, or as it is; else what is wrong, and what to do.
    fn since(&mut self, moment: Moment) -> Result<f64, (&'static str, &'static str)> {
        let (time, of, date) = match moment {
            Moment::Since(time, of) => (time, of, None),
            Moment::Date(date) => {
                let first = self.first.unwrap_or(date);
                let micros = date.micros - first.micros;
                (micros as f64 / 1e6, Clock::Seconds, Some(date))
            }
        };
        let dated = self.clock.is_some() && self.first.is_some() != date.is_some();
        if dated {
            let told = "Some times are dates and some are not.";
            return Err((told, "Write dates in every line, or in none."));
        }
        if let (Some(first), Some(date)) = (self.first, date)
            && first.zone != date.zone
        {
            let told = "Some times name their zone and some do not.";
            return Err((told, "Name it in every line, or in none."));
        }
        if *self.clock.get_or_insert(of) != of {
            let told = "Some times are in beats and some in units of the clock.";
            return Err((told, "Write all in the same unit."));
        }
        self.first = self.first.or(date);
        Ok(time)
    }
}

/// Up, and surely not working.
const IDLE: [Told; 3] = [Told::Starved, Told::Blocked, Told::Idle];

/// Whether a table is a record of events: stations have neither conditions nor times at which something
/// was.
pub fn is_one(table: &Table) -> bool {
    table.column(CONDITION).is_some() || table.column(TIME).is_some()
}

/// What is known of a machine so far.
#[derive(Debug, Default)]
struct Machine {
    name: String,
    /// What it is, and since when.
    since: Option<(Told, f64)>,
    /// Whether each sort of condition was ever told.
    told: Vec<Told>,
    /// Time in each condition, by span.
    spent: Vec<[f64; 6]>,
    /// Failures, of them those out of work; repairs that were seen to end.
    failures: u64,
    out_of_work: u64,
    repairs: u64,
    /// Work since the last failure; None where that was not seen.
    work: Option<f64>,
    /// The same of all time that it was up.
    up: Option<f64>,
    /// When it failed; None where that was not seen.
    failed: Option<f64>,
    works: Vec<f64>,
    ups: Vec<f64>,
    stops: Vec<f64>,
    /// Work since its parts were last told, and how much of it made how many parts.
    on_parts: Option<f64>,
    stretches: Vec<(f64, f64)>,
    /// When it finished how many parts.
    parts: Vec<(f64, u64)>,
    /// In how many lines it is named.
    lines: u64,
    /// How often it was up and did not work, and the shortest time in any condition.
    pauses: u64,
    shortest: Option<f64>,
}

impl Machine {
    /// A stretch of time in a condition.
    fn spend(&mut self, told: Told, from: f64, to: f64, span: (f64, f64)) {
        let (begin, end) = span;
        let length = (end - begin) / SPANS as f64;
        for (place, spent) in self.spent.iter_mut().enumerate() {
            let low = begin + place as f64 * length;
            let within = (to.min(low + length) - from.max(low)).max(0.0);
            if let Some(spent) = spent.get_mut(told as usize) {
                *spent += within;
            }
        }
        let lasted = to - from;
        self.pauses += u64::from(IDLE.contains(&told));
        let shortest = self.shortest.unwrap_or(f64::INFINITY);
        self.shortest = Some(if lasted > 0.0 { shortest.min(lasted) } else { shortest });
        if told != Told::Down {
            self.up = self.up.map(|up| up + lasted);
        }
        if matches!(told, Told::Working | Told::Up) {
            self.work = self.work.map(|work| work + lasted);
            self.on_parts = self.on_parts.map(|work| work + lasted);
        }
    }

    /// A change of condition.
    fn change(&mut self, before: Told, after: Told, at: f64) {
        if before != Told::Down && after == Told::Down {
            self.failures += 1;
            self.out_of_work += u64::from(matches!(before, Told::Working | Told::Up));
            self.works.extend(self.work.filter(|work| *work > 0.0));
            self.ups.extend(self.up.filter(|up| *up > 0.0));
            self.failed = Some(at);
        }
        if before == Told::Down && after != Told::Down {
            self.repairs += 1;
            self.stops.extend(self.failed.map(|failed| at - failed).filter(|time| *time > 0.0));
            self.failed = None;
            (self.work, self.up) = (Some(0.0), Some(0.0));
        }
    }

    fn total(&self, told: &[Told]) -> f64 {
        let of = |spent: &[f64; 6]| {
            told.iter().filter_map(|told| spent.get(*told as usize)).sum::<f64>()
        };
        self.spent.iter().map(of).sum()
    }

    /// In which of its time it fails, as far as the record tells.
    fn failing(&self) -> Failing {
        // Who is told to be idle at times is at work when it is told to be up.
        let waits = IDLE.iter().any(|told| self.has(*told));
        match self.has(Told::Up) && !waits {
            true => Failing::WhileUp,
            false if self.fails_by_time() => Failing::SeenByTime,
            false => Failing::AtWork,
        }
    }

    /// Whether failures come while it does not work, as many as come by time. Who fails at work alone
    /// may fail in the very moment in which it would have begun again; so short pauses tell nothing.
    fn fails_by_time(&self) -> bool {
        let (idle, up) =
            (self.total(&IDLE), self.total(&IDLE) + self.total(&[Told::Working, Told::Up]));
        let expected = self.failures as f64 * idle / up;
        let pause = idle / self.pauses.max(1) as f64;
        let long = self.shortest.is_some_and(|shortest| pause >= 3.0 * shortest);
        let seen = (self.failures - self.out_of_work) as f64;
        long && expected >= 5.0 && seen >= 0.6 * expected
    }

    fn has(&self, told: Told) -> bool {
        self.told.contains(&told)
    }

    /// The share of time in some conditions, by spans.
    fn share(&self, told: &[Told]) -> Share {
        let shares = self.spent.iter().filter_map(|spent| {
            let all: f64 = spent.iter().sum();
            let part: f64 = told.iter().filter_map(|told| spent.get(*told as usize)).sum();
            (all > 0.0).then_some(part / all)
        });
        Share { spans: shares.collect() }
    }
}

/// A line of the file.
struct Row {
    time: f64,
    machine: usize,
    told: Told,
    /// What the cell of parts says; nothing where it is empty.
    parts: Option<u64>,
}

/// Reads the record.
///
/// # Errors
/// All that is wrong with the file.
pub fn read(mut table: Table, words: &Words) -> Result<Plant, Vec<Fault>> {
    table.only(&[TIME, MACHINE, CONDITION, PARTS]);
    let (time, machine, condition) =
        (table.needed(TIME), table.needed(MACHINE), table.needed(CONDITION));
    let parts = table.column(PARTS);
    if table.found() > 0 {
        return Err(table.into_faults());
    }
    let (mut machines, mut rows): (Vec<Machine>, Vec<Row>) = (Vec::new(), Vec::new());
    let mut times = Times::default();
    for line in 0..table.len() {
        let found = table.found();
        let at = table.moment(line, time);
        let text = |column: Option<usize>| Some(table.cell(line, column?)?.text.to_owned());
        let (called, word) =
            (text(machine).unwrap_or_default(), text(condition).unwrap_or_default());
        if called.is_empty() {
            table.wrong(line, machine, "No machine is named.".to_owned(), "Name one.");
        }
        let told = words.meant(&word);
        if told.is_none() {
            let message = format!("`{}` is no condition that is known.", shortened(&word));
            table.wrong(
                line,
                condition,
                message,
                "Write working, starved, blocked, down, up or idle, or say what it means: \
                 --condition \"WORD=down\".",
            );
        }
        let count = table.number(line, parts, 0.0, 1e12);
        let (Some(at), Some(told)) = (at, told) else {
            if at.is_none() && table.found() == found {
                table.wrong(line, time, "No time is given.".to_owned(), "Give one.");
            }
            continue;
        };
        let at = match times.since(at) {
            Ok(at) => at,
            Err((told, remedy)) => {
                table.wrong(line, time, told.to_owned(), remedy);
                continue;
            }
        };
        if rows.last().is_some_and(|last| last.time > at) {
            let told = "The time is before that of the line above.".to_owned();
            let remedy = match times.first {
                Some(Date { zone: false, .. }) => {
                    "Sort the lines by time; where clocks were put back, name the zone: +01:00."
                }
                _ => "Sort the lines by time.",
            };
            table.wrong(line, time, told, remedy);
        }
        if let Some(count) = count.filter(|count| count.fract() != 0.0) {
            let told = format!("{count} is no whole number of parts.");
            table.wrong(line, parts, told, "Write a whole number.");
        }
        let known = machines.iter().position(|machine| machine.name == called);
        let place = known.unwrap_or(machines.len());
        if known.is_none() {
            if machines.len() == MOST_STATIONS {
                let told = "This is the 65th machine, and a line has 64 at most.".to_owned();
                table.wrong(line, machine, told, "Import a part of the line.");
                return Err(table.into_faults());
            }
            let spent = vec![[0.0; 6]; SPANS];
            machines.push(Machine { name: called, spent, ..Machine::default() });
        }
        rows.push(Row { time: at, machine: place, told, parts: count.map(|count| count as u64) });
    }
    if table.found() > 0 {
        return Err(table.into_faults());
    }
    let span = match (rows.first(), rows.last()) {
        (Some(first), Some(last)) if last.time > first.time => (first.time, last.time),
        _ => {
            let told = "No time goes by in the record.".to_owned();
            table.tell_columns("time", told, "Give events at two times at least.".to_owned());
            return Err(table.into_faults());
        }
    };
    let running = since_before(&mut rows, machines.len(), words.counting);
    for row in &rows {
        let Some(machine) = machines.get_mut(row.machine) else { continue };
        machine.lines += 1;
        if !machine.told.contains(&row.told) {
            machine.told.push(row.told);
        }
        if let Some((before, since)) = machine.since {
            machine.spend(before, since, row.time, span);
            machine.change(before, row.told, row.time);
        }
        let parts = row.parts.unwrap_or(0);
        if parts > 0 {
            machine.parts.push((row.time, parts));
            machine.stretches.extend(machine.on_parts.map(|work| (work, parts as f64)));
        }
        // What a counter first stands at tells of no part, and from there on they are counted.
        let begins = running.is_some() && row.parts.is_some() && machine.on_parts.is_none();
        if parts > 0 || begins || running.is_none() && machine.since.is_none() {
            machine.on_parts = Some(0.0);
        }
        machine.since = Some((row.told, row.time));
    }
    for machine in &mut machines {
        if let Some((told, since)) = machine.since {
            machine.spend(told, since, span.1, span);
        }
    }
    let mut plant = Plant::new(table.file());
    plant.clock = times.clock.unwrap_or(Clock::Beats);
    plant.recorded = Some(recorded(&machines, span));
    plant.is_ordered_by_record = true;
    plant.running = running;
    // In beats every time is a whole number of them.
    let step = (plant.clock == Clock::Beats).then_some(1.0);
    plant.stations = machines.iter().map(|machine| station(machine, step)).collect();
    Ok(plant)
}

/// Counts of parts as those since the machine's line before, whatever the column says; how it was read
/// where it is a counter that runs on.
fn since_before(rows: &mut [Row], machines: usize, counting: Option<Counting>) -> Option<Running> {
    // By machine: its counts, and whether it could have worked since the last of them.
    let mut counts = vec![Vec::new(); machines];
    let mut worked = vec![false; machines];
    for row in &*rows {
        let (Some(counts), Some(worked)) =
            (counts.get_mut(row.machine), worked.get_mut(row.machine))
        else {
            continue;
        };
        if let Some(parts) = row.parts {
            counts.push(Count { parts, worked: std::mem::take(worked) });
        }
        *worked |= matches!(row.told, Told::Working | Told::Up);
    }
    let counting = counting.unwrap_or(match counter::runs(&counts) {
        true => Counting::Running,
        false => Counting::Each,
    });
    if counting == Counting::Each {
        return None;
    }
    let mut running = Running::default();
    let mut stands: Vec<Option<u64>> = vec![None; machines];
    for row in rows {
        let (Some(stands), Some(now)) = (stands.get_mut(row.machine), row.parts) else { continue };
        let before = stands.replace(now).unwrap_or(now);
        row.parts = Some(running.since(before, now));
    }
    Some(running)
}

/// What the figures of a machine are.
fn station(machine: &Machine, step: Option<f64>) -> Station {
    let failing = machine.failing();
    let (working, all) = (
        machine.total(&[Told::Working, Told::Up]),
        machine.total(&[Told::Working, Told::Up, Told::Starved, Told::Blocked, Told::Idle]),
    );
    let (exposed, times) = match failing {
        Failing::AtWork => (working, &machine.works),
        Failing::SeenByTime | Failing::WhileUp => (all, &machine.ups),
    };
    // Who is told to be up may wait: how long its parts took is not known.
    let cycle = Figure::ratio(&machine.stretches).filter(|_| !machine.has(Told::Up));
    let down = machine.total(&[Told::Down]);
    Station {
        name: machine.name.clone(),
        unseen_failure: (machine.failures == 0).then_some(exposed),
        unseen_repair: (machine.repairs == 0 && machine.has(Told::Down)).then_some(down),
        cycle,
        mtbf: Figure::mean_time(machine.failures, exposed, false),
        mttr: Figure::mean_time(machine.repairs, down, machine.failed.is_none()),
        failing,
        output: Some(Output {
            parts: machine.stretches.iter().map(|(_, parts)| *parts as u64).sum(),
            time: working,
        }),
        time_to_failure: shape(times, step),
        time_to_repair: shape(&machine.stops, step),
        ..Station::default()
    }
}

/// What the record shows of the line, to be held against what a model of it does.
fn recorded(machines: &[Machine], span: (f64, f64)) -> Recorded {
    let length = (span.1 - span.0) / SPANS as f64;
    let throughput = machines.last().filter(|last| !last.parts.is_empty()).map(|last| {
        let mut spans = vec![0.0; SPANS];
        for (at, parts) in &last.parts {
            let place = ((at - span.0) / length) as usize;
            if let Some(sum) = spans.get_mut(place.min(SPANS - 1)) {
                *sum += *parts as f64 / length;
            }
        }
        Share { spans }
    });
    let shares = machines.iter().map(|machine| {
        let known = |told: Told| {
            let clear = match told {
                Told::Working => !machine.has(Told::Up),
                Told::Starved | Told::Blocked => !machine.has(Told::Up) && !machine.has(Told::Idle),
                _ => true,
            };
            clear.then(|| machine.share(&[told]))
        };
        [Told::Working, Told::Starved, Told::Blocked, Told::Down].map(known)
    });
    let lines = machines.iter().map(|machine| machine.lines).collect();
    Recorded { span: span.1 - span.0, throughput, shares: shares.collect(), lines }
}
