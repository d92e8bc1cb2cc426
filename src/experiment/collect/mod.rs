//! A run as a data set: what instruments read, what was done, and what then came.
//!
//! There is a row for each beat and machine (station), all machines of a beat together. Columns, in order:
//!
//! | Column | What |
//! |---|---|
//! | `beat` | beats played before this one |
//! | `episode` | the episode, from 0 |
//! | `machine` | the machine's name |
//! | each instrument | what it read in the beat ([`instruments`]); empty where it read nothing |
//! | `condition` | what the machine did with the beat: working, starved, blocked, down … |
//! | `parts made` | parts that it passed on in the beat |
//! | `cycle time` | beats between the last two parts that it passed on; empty before the second |
//! | `true wear` | how worn it was at the beat's start, 0 to 1; empty where it did not work. Where the kind tells |
//! | `state …` | each variable of the state at the beat's start |
//! | `action …` | each variable of the action |
//! | `remaining life` | target: beats until it fails, counted from this beat |
//! | `fails within k` | target: whether that is at most k: yes, no |
//! | `defect` | target: of a part completed in the beat: good, or defect where it was scrapped |
//! | `parts next k` | target: parts that leave for the customer in the k beats after this one |
//!
//! The columns of parts are there where parts flow. A target is empty where it is not known: in a beat in
//! which the machine fails, is down or is treated, and before a treatment, an end of the episode or the
//! record's end that came first (its life is then censored). *What a real plant would not see*, and must
//! not be learned from, are `true wear` and `state …`; and no target from another.

pub mod instruments;
mod lives;

use instruments::{Instruments, Reader};
use lives::{Life, lives};

use super::agents::{self, AgentError, Plan};
use super::run::{AnyRun, RunSettings, open};
use super::session::run_settings;
use crate::insight::table::{Column, MOST_CELLS, MOST_ROWS, Table, Values, Words};
use crate::insight::{Refusal, named, shortened};
use crate::mdp::{Condition, Event, Place, Progress};
use crate::scenario::{AgentSpec, Scenario};

/// How a data set is collected.
#[derive(Debug, Clone, PartialEq)]
pub struct CollectOptions {
    /// How many beats are played.
    pub beats: u64,
    /// The seed of all luck.
    pub seed: u64,
    /// k: how many beats targets look ahead.
    pub ahead: u64,
    /// Only this machine; `None` for all.
    pub machine: Option<String>,
    /// What is read.
    pub instruments: Instruments,
}

/// Why nothing was collected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CollectError {
    /// The agent cannot act.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// What is asked for cannot be had.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Someone cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// What a machine did in a beat.
#[derive(Debug, Clone, Copy)]
struct Deed {
    condition: Condition,
    wear: Option<f64>,
    failed: bool,
    replaced: bool,
    passed_on: u32,
    scrapped: bool,
}

impl Deed {
    /// Whether a life goes on through this beat.
    fn is_up(&self) -> bool {
        !self.failed
            && !self.replaced
            && !matches!(self.condition, Condition::Down | Condition::Planned)
    }
}

/// Plays a scenario and records it. `plan` is for an agent that follows one.
///
/// # Errors
/// Where there is nothing to be collected, or the agent cannot act.
pub fn collect(
    scenario: &Scenario,
    agent: &AgentSpec,
    plan: Option<&Plan>,
    options: &CollectOptions,
    progress: &Progress,
) -> Result<Table, CollectError> {
    options.instruments.checked()?;
    let environment = &scenario.environment;
    let stations = &environment.places().stations;
    let chosen = chosen(stations, options.machine.as_deref(), environment.kind())?;
    let width = 12
        + options.instruments.instruments.len()
        + environment.state_space().len()
        + environment.action_space().len();
    has_room(options.beats, chosen.len(), width)?;
    if options.ahead == 0 {
        let told = "Targets cannot look 0 beats ahead.";
        return Err(Refusal::new(told, "Give a number of beats from 1 on.").into());
    }
    let acting = agents::build(agent, environment, scenario.contents.criterion, plan)?;
    let settings = RunSettings { seed: options.seed, ..run_settings(scenario) };
    let mut run = open(environment, acting, settings);
    run.watch(true);
    let mut record = Record::new(chosen, &*run, options);
    progress.set_done(0);
    progress.set_total(options.beats);
    for _ in 0..options.beats {
        if progress.is_cancelled() {
            return Err(CollectError::Cancelled);
        }
        let (episode, before) = (run.episode(), run.beats());
        if run.advance(1) == 0 {
            break;
        }
        record.push(&*run, before, episode);
        progress.advance(1);
    }
    Ok(record.table(&*run)?)
}

/// The machines that are recorded, by their numbers.
fn chosen(stations: &[String], one: Option<&str>, kind: &str) -> Result<Vec<usize>, Refusal> {
    if stations.is_empty() {
        return Err(Refusal::new(
            format!("A {kind} has no machines, so that there is nothing to be read."),
            "Collect from a scenario with machines: a Line, a Replacement, an Inspection.",
        ));
    }
    let Some(one) = one else { return Ok((0..stations.len()).collect()) };
    match stations.iter().position(|name| name == one) {
        Some(place) => Ok(vec![place]),
        None => Err(Refusal::new(
            format!("There is no machine `{}`.", shortened(one)),
            format!("There are {}.", named(stations)),
        )),
    }
}

fn has_room(beats: u64, machines: usize, width: usize) -> Result<(), Refusal> {
    let most = (MOST_CELLS / width.max(1)).min(MOST_ROWS) / machines.max(1);
    if beats > most as u64 {
        return Err(Refusal::new(
            format!("{beats} beats of {machines} machines make too long a table."),
            format!("Collect at most {most} beats at once, or one machine alone."),
        ));
    }
    Ok(())
}

/// The record of a run under way.
struct Record {
    chosen: Vec<usize>,
    names: Vec<String>,
    ahead: u64,
    readers: Vec<Vec<Reader>>,
    episodes: Vec<u64>,
    states: Vec<Vec<f64>>,
    actions: Vec<Vec<f64>>,
    /// By machine that is recorded, then by beat.
    deeds: Vec<Vec<Deed>>,
    /// By machine, by instrument, by beat.
    readings: Vec<Vec<Vec<f64>>>,
    /// Parts that left for the customer, by beat.
    parts_out: Vec<u32>,
    flows: bool,
}

impl Record {
    fn new(chosen: Vec<usize>, run: &dyn AnyRun, options: &CollectOptions) -> Self {
        let places = run.environment().places();
        let name = |place: &usize| places.stations.get(*place).cloned().unwrap_or_default();
        let names: Vec<String> = chosen.iter().map(name).collect();
        let instruments = &options.instruments.instruments;
        let of = |machine: &String| -> Vec<Reader> {
            instruments.iter().map(|one| Reader::new(one, machine, options.seed)).collect()
        };
        let machines = chosen.len();
        Self {
            readers: names.iter().map(of).collect(),
            names,
            ahead: options.ahead,
            episodes: Vec::new(),
            states: vec![Vec::new(); run.environment().state_space().len()],
            actions: vec![Vec::new(); run.environment().action_space().len()],
            deeds: vec![Vec::new(); machines],
            readings: vec![vec![Vec::new(); instruments.len()]; machines],
            parts_out: Vec::new(),
            flows: !places.buffers.is_empty(),
            chosen,
        }
    }

    /// Adds the latest beat.
    fn push(&mut self, run: &dyn AnyRun, beat: u64, episode: u64) {
        let state = run.previous_state();
        self.episodes.push(episode);
        let levels = [(&mut self.states, state), (&mut self.actions, run.action())];
        for (columns, levels) in levels {
            columns.iter_mut().zip(levels).for_each(|(column, x)| column.push(f64::from(*x)));
        }
        let leaves = |event: &&Event| matches!(event, Event::Moved { to: Place::Customer, .. });
        self.parts_out.push(run.events().iter().filter(leaves).count() as u32);
        let machines = self.chosen.iter().zip(&mut self.readers);
        let kept = self.deeds.iter_mut().zip(&mut self.readings);
        for ((station, readers), (deeds, readings)) in machines.zip(kept) {
            let deed = deed(run, state, *station);
            let works = deed.condition == Condition::Working;
            let wear = works.then_some(deed.wear.unwrap_or(0.0));
            for (reader, kept) in readers.iter_mut().zip(readings) {
                kept.push(reader.read(beat, wear));
            }
            deeds.push(deed);
        }
    }

    /// The table of all that was recorded.
    fn table(self, run: &dyn AnyRun) -> Result<Table, Refusal> {
        let beats = self.episodes.len();
        let (machines, environment) = (self.deeds.len(), run.environment());
        let lives: Vec<Vec<Life>> =
            self.deeds.iter().map(|deeds| lives(deeds, &self.episodes)).collect();
        let rows = || (0..beats).flat_map(|beat| (0..machines).map(move |machine| (beat, machine)));
        let numbers = |of: &dyn Fn(usize, usize) -> f64| {
            Values::Numbers(rows().map(|(beat, machine)| of(beat, machine)).collect())
        };
        let words = |of: &dyn Fn(usize, usize) -> Option<&'static str>| {
            Values::Words(Words::of(rows().map(|(beat, machine)| of(beat, machine))))
        };
        let deed = |beat: usize, machine: usize| self.deeds.get(machine)?.get(beat).copied();
        let life = |beat: usize, machine: usize| lives.get(machine)?.get(beat).copied();
        let (known, ahead) = (|x: Option<f64>| x.unwrap_or(f64::NAN), self.ahead);
        let at = |column: &[f64], beat: usize| known(column.get(beat).copied());
        let mut columns: Vec<(String, Values)> = vec![
            ("beat".to_owned(), numbers(&|beat, _| beat as f64)),
            (
                "episode".to_owned(),
                numbers(&|beat, _| self.episodes.get(beat).map_or(f64::NAN, |e| *e as f64)),
            ),
            (
                "machine".to_owned(),
                Values::Words(Words::of(
                    rows().map(|(_, machine)| self.names.get(machine).map(String::as_str)),
                )),
            ),
        ];
        let instruments = self.readers.first().map_or(&[][..], Vec::as_slice);
        for (place, instrument) in instruments.iter().enumerate() {
            let read = |beat: usize, machine: usize| {
                known(self.readings.get(machine).and_then(|all| all.get(place)?.get(beat).copied()))
            };
            columns.push((instrument.name().to_owned(), numbers(&read)));
        }
        let condition = |beat, machine| deed(beat, machine).map(|deed| deed.condition.name());
        columns.push(("condition".to_owned(), words(&condition)));
        if self.flows {
            let made = |beat, machine| known(deed(beat, machine).map(|d| f64::from(d.passed_on)));
            columns.push(("parts made".to_owned(), numbers(&made)));
            let cycles: Vec<Vec<f64>> = self.deeds.iter().map(|deeds| cycle_times(deeds)).collect();
            let cycle =
                |beat, machine: usize| cycles.get(machine).map_or(f64::NAN, |c| at(c, beat));
            columns.push(("cycle time".to_owned(), numbers(&cycle)));
        }
        let wear = |beat, machine| known(deed(beat, machine).and_then(|deed| deed.wear));
        if self.deeds.iter().flatten().any(|deed| deed.wear.is_some()) {
            columns.push(("true wear".to_owned(), numbers(&wear)));
        }
        let spaces = [
            ("state", environment.state_space(), &self.states),
            ("action", environment.action_space(), &self.actions),
        ];
        for (what, space, levels) in spaces {
            for (variable, levels) in space.variables().iter().zip(levels) {
                let name = format!("{what} {}", variable.name);
                columns.push((name, numbers(&|beat, _| at(levels, beat))));
            }
        }
        let remaining = |beat, machine| known(life(beat, machine).and_then(Life::remaining));
        columns.push(("remaining life".to_owned(), numbers(&remaining)));
        let fails = |beat, machine| {
            let within = life(beat, machine)?.ends_within(ahead)?;
            Some(if within { "yes" } else { "no" })
        };
        columns.push((format!("fails within {ahead}"), words(&fails)));
        if self.flows {
            let defect = |beat, machine| match deed(beat, machine)? {
                Deed { scrapped: true, .. } => Some("defect"),
                Deed { passed_on: 0, .. } => None,
                Deed { .. } => Some("good"),
            };
            columns.push(("defect".to_owned(), words(&defect)));
            let next = parts_next(&self.parts_out, &self.episodes, ahead);
            columns.push((format!("parts next {ahead}"), numbers(&|beat, _| at(&next, beat))));
        }
        let columns = columns.into_iter().map(|(name, values)| Column { name, values });
        Table::new(columns.collect()).map_err(|message| {
            Refusal::new(
                message,
                "Call the instrument otherwise: each column has a name of its own.",
            )
        })
    }
}

/// What a station did in the latest beat.
fn deed(run: &dyn AnyRun, state: &[crate::mdp::Level], station: usize) -> Deed {
    let mut deed = Deed {
        condition: Condition::Starved,
        wear: run.environment().wear(state, station),
        failed: false,
        replaced: false,
        passed_on: 0,
        scrapped: false,
    };
    let this = |number: u16| usize::from(number) == station;
    for event in run.events() {
        match *event {
            Event::Spent { station, condition } if this(station) => deed.condition = condition,
            Event::Failed { station } if this(station) => deed.failed = true,
            Event::Replaced { station } if this(station) => deed.replaced = true,
            Event::Moved { from: Place::Station(station), .. } if this(station) => {
                deed.passed_on += 1;
            }
            Event::Scrapped { at: Place::Station(station) } if this(station) => {
                deed.scrapped = true;
            }
            _ => {}
        }
    }
    deed
}

/// Beats between the last two parts that were passed on, by beat.
fn cycle_times(deeds: &[Deed]) -> Vec<f64> {
    let (mut last, mut latest) = (None, f64::NAN);
    let mut all = Vec::with_capacity(deeds.len());
    for (beat, deed) in deeds.iter().enumerate() {
        if deed.passed_on > 0 {
            latest = last.map_or(f64::NAN, |last| (beat - last) as f64 / f64::from(deed.passed_on));
            last = Some(beat);
        }
        all.push(latest);
    }
    all
}

/// Parts that leave in the beats after each; NaN where these are not all of one episode and recorded.
fn parts_next(parts_out: &[u32], episodes: &[u64], ahead: u64) -> Vec<f64> {
    let mut so_far = vec![0_u64];
    for parts in parts_out {
        so_far.push(so_far.last().copied().unwrap_or(0) + u64::from(*parts));
    }
    let ahead = usize::try_from(ahead).unwrap_or(usize::MAX);
    let next = |beat: usize| {
        let end = beat.checked_add(ahead)?;
        let same = episodes.get(beat)? == episodes.get(end)?;
        let parts = so_far.get(end + 1)? - so_far.get(beat + 1)?;
        same.then_some(parts as f64)
    };
    (0..parts_out.len()).map(|beat| next(beat).unwrap_or(f64::NAN)).collect()
}

#[cfg(test)]
mod tests;
