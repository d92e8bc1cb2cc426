//! The serial line: unreliable machines in a row, with finite buffers between them.
//!
//! ```text
//! supply → (queue) → machine 1 → buffer 1 → machine 2 → … → machine m → (store) → customers
//! ```
//!
//! - **State**, in this order, so that conditions count fastest: the level of each buffer (the
//!   queue of arrivals first, the store of finished parts last, where there are such); the backlog,
//!   where customers wait; the time of day, where there is a calendar; how many parts of each buffer
//!   are bad, where there may be some; how many can be taken in 1, 2 … beats, where a buffer has a
//!   `transit`; then for each machine its condition {down, up} where it can fail (with the stages of its repair, maintenance and the stages
//!   of its wear where there are such, see `health`), the beats done on its part where a cycle is
//!   several beats, and its switch {off, starting, on} where switching on takes time or money. Of a
//!   station of several machines it is the number of those up.
//! - **Actions**: {hold, run} for each controlled machine, in place of run its speeds where it has
//!   several, and maintain where that is offered; and who is served first, where crews are fewer than
//!   machines that can fail. Only a machine that is up is maintained, and in a break none is run; the
//!   one named to be served is down, and only if some must wait. All else is allowed in every state.
//!   Machines that are not controlled always run.
//! - **Start**: all machines up, switched on and with no work done; buffers at their initial level.
//! - **Reward**: `finished parts` (revenue of what is sold), less `holding`, `energy` and `repair`,
//!   and, where there are such, less `lost sales`, `backlog`, `maintenance`, `scrap`, `inspection`,
//!   `complaints` and `carbon`.
//! - **End**: never.
//!
//! # One beat
//! 1. **Customers.** One asks with the demand's probability. Those waiting, then the new one, are
//!    served from what the store held at the beat's start. Who is not served waits or is lost.
//! 2. **Machines, from the last to the first**, each in this order:
//!    - *Switch.* Told to run after it was off, it books `restart_cost` and is starting for
//!      `restart_delay` beats, this one included; starting goes on while it is down. Held back, it
//!      is off at once.
//!    - *Can it work?* It must be told to run and have started; have a part (the buffer before it
//!      held one at the beat's start); and, in the beat that completes the part, have room: by the
//!      level at the beat's start ([`Moves::OldLevels`]), or by the level after the next machine's
//!      move ([`Moves::DownstreamFirst`]).
//!    - *Condition.* Down, it comes up with probability `repair`, told to run or not. Up, it fails
//!      with probability `failure`: in every beat ([`FailureMode::Time`]) or only in one in which
//!      it can work ([`FailureMode::Operation`]), by just this beat's meaning of *can work*. With
//!      old levels and a cycle of one beat this is Gershwin's rule. The condition counts from this
//!      beat on: what fails now does not work now, what is repaired now does. That is
//!      [`Conditions::BeforeMoves`]; with [`Conditions::AfterMoves`] it counts from the next beat on,
//!      and in this one the machine is as it was at the beat's start.
//!    - *Work.* If it is up and can work, it works one beat; if that completes its part, the part
//!      moves from the buffer before to the buffer behind within this beat. With probability `scrap`
//!      it is scrapped instead, else with that of its rework it goes back. Where it wears, it may do so
//!      by one stage after the work, if it has not failed.
//!    - *Maintenance.* Told to be maintained, it spends this whole beat on that, and further ones
//!      until one is the last; it is then as new. A failure is repaired as new as well.
//! 3. **Parts that go back** join their buffer if there is room, else they are scrapped.
//! 4. **Arrivals.** A part arrives with the supply's probability and joins the queue, if there is
//!    room, judged as for a machine.
//!
//! So an arrival process with its queue acts as one more machine before the line, a demand with
//! its store and lost sales as one more behind it, both of Bernoulli's kind. A draw's low uniform
//! is good luck for conditions (up) and completions.
//!
//! Parts are told to move when they are completed: buffer → station → buffer within one beat.
//! Every station tells once a beat how it spent it: in a planned stop (a break, maintenance), else
//! down, else held back, else set-up, else starved, else blocked, else working. A part turned away is
//! told as scrapped at the supply.
//!
//! In a **break** of the calendar no machine works, fails or is switched; neither parts nor customers
//! come; repairs and maintenance go on. The cost of energy is multiplied by the time's factor.
//! **Crews** repair the machine named first, then the others in the order of the line; who waits stays
//! as it is.
//!
//! **Cards** ([`Release`]) let a part in only while there is one for it, judged as room is: CONWIP starves
//! the first machine without one, kanban blocks each. A **station of several machines** ([`Parallel`])
//! does in a beat what each of them would: of those up as many work as there are parts and room for.
//! **Transit**: a part put in in beat t can be taken from beat t + 1 + transit on. **Hidden defects**: a
//! machine makes a good part bad with the probability of `defects`, after scrap and before inspection;
//! of a buffer with bad parts each is as likely to be taken as any other (that is exact on average,
//! though the order in which they were put in is forgotten). Inspection finds a bad part, or takes a good
//! one for bad, and scraps it or sends it back to be made good; a bad part sold costs `complaint`. Who
//! goes back is there at once, without transit. **Carbon** is paid as energy is, with a factor of its own
//! of the time of day.
//!
//! References: Gershwin, *Manufacturing Systems Engineering* (1994), ch. 3 and 4; Li & Meerkov,
//! *Production Systems Engineering* (2009), ch. 4; Buzacott & Shanthikumar, *Stochastic Models of
//! Manufacturing Systems* (1993), ch. 6 and 10; Spearman, Woodruff & Hopp, *CONWIP* (1990).

mod build;
mod calendar;
mod check;
mod crews;
mod flow;
mod health;
mod parallel;
mod quality;
mod settings;
mod step;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;

pub use settings::{
    BufferSettings, CalendarSettings, Charged, Conditions, Cycle, Demand, FailureMode,
    InspectionSettings, LineSettings, MachineSettings, MaintenanceSettings, Moves, PowerSettings,
    Release, ReworkSettings, SpanSettings, SpeedSettings, Supply, Unmet, WearSettings,
};

use std::ops::Range;

use super::setting::SettingError;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Item, Level, Place, Places, Rated, Source, Space,
};
use calendar::Calendar;
use crews::Crews;
use flow::{Cards, Transit};
use health::Health;
use parallel::Parallel;
use quality::{Bad, Quality};

/// The level of a condition variable that means down.
pub const DOWN: Level = 0;
/// The level of a condition variable that means up.
pub const UP: Level = 1;
/// The level of an action variable that holds a machine back.
pub const HOLD: Level = 0;
/// The level of an action variable that lets a machine run, at its first speed.
pub const RUN: Level = 1;

/// Stands for a variable that a line does not have: `levels.get(ABSENT)` is `None`, so that one
/// comparison asks both whether it exists and whether it lies within the slice.
const ABSENT: usize = usize::MAX;

/// A line, ready to be stepped.
#[derive(Debug, Clone)]
pub struct Line {
    settings: LineSettings,
    state_space: Space,
    action_space: Space,
    sources: Vec<String>,
    items: Vec<String>,
    places: Places,
    start: Vec<Level>,
    stations: Vec<Station>,
    arrivals: Option<Arrivals>,
    customers: Option<Customers>,
    /// Whether room is judged by the levels at the beat's start.
    old_levels: bool,
    /// Whether conditions change after the parts have moved.
    conditions_last: bool,
    revenue: f64,
    /// Cost of a part in each buffer, a beat, charged on levels before and after the moves. The
    /// buffers' levels are the first variables.
    holding_before: Option<Vec<f64>>,
    holding_after: Option<Vec<f64>>,
    spends_energy: bool,
    spends_repair: bool,
    maintenance_item: Option<Item>,
    scrap_item: Option<Item>,
    carbon: Option<(Item, f64)>,
    crews: Option<Crews>,
    calendar: Option<Calendar>,
    cards: Option<Cards>,
    transits: Vec<Transit>,
    bad: Option<Box<Bad>>,
    /// Whether some actions may not be taken in some states.
    restricts: bool,
    /// How many machines there are if the line is plain, else 0. In a plain line each machine is
    /// controlled, has a condition and no other variable, and completes a part a beat; supply and
    /// demand are saturated; conditions change before the moves. Such a line is stepped by code compiled for its number of machines.
    plain_machines: usize,
    variables: Vec<MachineVariables>,
}

/// Which state and action variables belong to a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MachineVariables {
    /// Its condition ([`DOWN`], [`UP`] and what else there is of it), where it can fail or is
    /// maintained.
    pub condition: Option<usize>,
    /// The level of its condition from which on it is up.
    pub up: Level,
    /// Beats of work done on its part, where a cycle is several beats.
    pub progress: Option<usize>,
    /// Its switch (0 is off, the highest level is on), where switching on takes time or money.
    pub switch: Option<usize>,
    /// The level of the buffer before it, unless it always has a part.
    pub upstream: Option<usize>,
    /// The level of the buffer behind it, unless it always has room.
    pub downstream: Option<usize>,
    /// Its action variable ([`HOLD`], [`RUN`] and further speeds, then maintenance where it is
    /// offered), where it is controlled.
    pub action: Option<usize>,
    /// The level of its action variable that has it maintained, where that is offered.
    pub maintain: Option<Level>,
}

/// The variables and sources of a machine, or [`ABSENT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct At {
    condition: usize,
    progress: usize,
    switch: usize,
    upstream: usize,
    downstream: usize,
    action: usize,
    condition_source: Source,
    completion_source: Source,
    wear_source: Source,
    scrap_source: Source,
    rework_source: Source,
}

impl At {
    /// The variables of a machine in a plain line of so many.
    #[inline(always)]
    fn plain(number: usize, machines: usize) -> Self {
        Self {
            condition: machines - 1 + number,
            progress: ABSENT,
            switch: ABSENT,
            upstream: number.wrapping_sub(1),
            downstream: if number == machines - 1 { ABSENT } else { number },
            action: number,
            condition_source: number,
            completion_source: ABSENT,
            wear_source: ABSENT,
            scrap_source: ABSENT,
            rework_source: ABSENT,
        }
    }
}

/// All that the step needs to know of a machine, in one place.
#[derive(Debug, Clone)]
struct Station {
    at: At,
    /// The capacity behind it.
    room: Level,
    /// The switch's level that means on, and the lowest at which it can work.
    on: Level,
    ready: Level,
    /// Beats of work on a part.
    cycle: Level,
    /// Probability that a beat of work completes the part, by speed.
    completions: Vec<f64>,
    /// By what the cost of energy while working is multiplied, by speed.
    powers: Vec<f64>,
    /// The order to be maintained, or one that is never given.
    maintain: Level,
    /// Its condition, where that is more than up and down at one speed, or hangs on crews or the time
    /// of day.
    health: Option<Box<Health>>,
    scrap: f64,
    scrap_cost: f64,
    rework: Option<Rework>,
    quality: Option<Box<Quality>>,
    /// Its machines, where there are several.
    parallel: Option<Box<Parallel>>,
    /// What is on its way in the buffer before it, and the variable of what sets out in the one behind.
    transit_before: Option<Transit>,
    sets_out: usize,
    /// Probability to be up in this beat, by whether it was up and then by whether it can work.
    up_next: [[f64; 2]; 2],
    /// Cost of energy a beat by [`Condition`] when told to run, else of [`Condition::HeldBack`].
    energy: [f64; Condition::COUNT],
    restart_cost: f64,
    repair_cost: f64,
    /// Probability to be down in this beat, laid out as `up_next`; apart from it, since those who
    /// sample need only that.
    down_next: [[f64; 2]; 2],
    from: Place,
    to: Place,
}

impl Station {
    /// How many parts in the buffer before it cannot be taken yet.
    #[inline]
    fn on_the_way(&self, state: &[Level]) -> Level {
        self.transit_before.map_or(0, |transit| transit.on_the_way(state))
    }
}

/// Parts that go back.
#[derive(Debug, Clone)]
struct Rework {
    probability: f64,
    variable: usize,
    room: Level,
    to: Place,
}

/// Parts that arrive by chance.
#[derive(Debug, Clone)]
struct Arrivals {
    probability: f64,
    source: Source,
    queue: usize,
    room: Level,
    sets_out: usize,
}

/// Customers who come by chance.
#[derive(Debug, Clone)]
struct Customers {
    probability: f64,
    source: Source,
    store: usize,
    place: Place,
    transit: Option<Transit>,
    /// The variable of the backlog, or [`ABSENT`], and how many may wait.
    backlog: usize,
    limit: Level,
    lost_cost: f64,
    backlog_cost: f64,
    charged_after: bool,
}

const PARTS: Item = 0;
const HOLDING: Item = 1;
const ENERGY: Item = 2;
const REPAIR: Item = 3;
const LOST: Item = 4;
const BACKLOG: Item = 5;

impl Line {
    /// Builds the line, or says all that is wrong with its settings.
    pub fn new(settings: LineSettings) -> Result<Self, Vec<SettingError>> {
        build::line(settings)
    }

    /// The settings it was built from, every name filled in.
    pub fn settings(&self) -> &LineSettings {
        &self.settings
    }

    /// The variables of each machine, in the order of the line.
    pub fn machine_variables(&self) -> &[MachineVariables] {
        &self.variables
    }

    /// The ways back for parts that are reworked: from which machine to which buffer.
    pub fn ways_back(&self) -> impl Iterator<Item = (u16, u16)> + '_ {
        let stations = (0u16..).zip(&self.stations);
        stations.filter_map(|(number, station)| match station.rework.as_ref()?.to {
            Place::Buffer(buffer) => Some((number, buffer)),
            _ => None,
        })
    }

    /// The variable of how many parts of a buffer are bad, where some may be.
    pub fn bad_variable(&self, buffer: usize) -> Option<usize> {
        let name = &self.places.buffers.get(buffer)?.name;
        self.state_space.position(&build::bad(name))
    }

    /// The variables of how many parts of a buffer can be taken in 1, 2 … beats, where there is a way
    /// through it.
    pub fn transit_variables(&self, buffer: usize) -> Option<Range<usize>> {
        let name = &self.places.buffers.get(buffer)?.name;
        let first = self.state_space.position(&build::arriving(name, 1))?;
        let transit = self.transits.iter().find(|transit| transit.first == first)?;
        Some(first..transit.last + 1)
    }

    /// Whether all machines stand for a break.
    fn stands(&self, state: &[Level]) -> bool {
        self.calendar.as_ref().is_some_and(|calendar| {
            state.get(calendar.variable).is_some_and(|&time| !calendar.span(time).works)
        })
    }

    /// The variable of the backlog, where customers wait.
    pub fn backlog_variable(&self) -> Option<usize> {
        self.customers.as_ref().map(|customers| customers.backlog).filter(|&place| place != ABSENT)
    }
}

impl Environment for Line {
    tells_its_parts!("Line");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.copy_from_slice(&self.start);
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        step::step(self, state, action, next, beat);
    }

    fn restricts_actions(&self) -> bool {
        self.restricts
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        let stands = self.stands(state);
        let machines = self.stations.iter().zip(&self.variables).all(|(station, variables)| {
            let Some(&order) = variables.action.and_then(|place| action.get(place)) else {
                return true;
            };
            let is_up = || {
                let level = variables.condition.and_then(|place| state.get(place));
                level.is_none_or(|&level| level >= variables.up)
            };
            if order == station.maintain { is_up() } else { !stands || order == HOLD }
        });
        let crews = self.crews.as_ref().is_none_or(|crews| {
            action.get(crews.action).is_some_and(|&named| crews.allows(state, named))
        });
        machines && crews
    }

    /// All machines run, or hold in a break; of those that are down the first is served first.
    fn allowed_action(&self, state: &[Level], action: &mut [Level]) {
        action.fill(if self.stands(state) { HOLD } else { RUN });
        if let Some(crews) = &self.crews
            && let Some(named) = action.get_mut(crews.action)
        {
            *named = crews.first_allowed(state);
        }
    }

    fn usual_action(&self, action: &mut [Level]) {
        action.fill(RUN);
    }

    fn rated(&self, number: usize) -> Rated {
        let Some(machine) = self.settings.machines.get(number) else { return Rated::default() };
        let speeds = machine.speeds.iter().map(|speed| speed.completion);
        let each = match machine.cycle {
            _ if !machine.speeds.is_empty() => 1.0 / speeds.fold(0.0, f64::max),
            Cycle::Completion(completion) => 1.0 / completion,
            Cycle::Beats(beats) => f64::from(beats),
        };
        let rework = self.stations.get(number).and_then(|station| station.rework.as_ref());
        Rated {
            run_time: Some(each / f64::from(machine.count)),
            rework_to: rework.and_then(|rework| match rework.to {
                Place::Buffer(buffer) => Some(buffer),
                _ => None,
            }),
        }
    }

    fn energy_item(&self) -> Option<Item> {
        let plain = self.calendar.as_ref().is_none_or(Calendar::has_one_price);
        (self.spends_energy && plain).then_some(ENERGY)
    }

    fn standing_condition(&self, state: &[Level], number: usize) -> Option<Condition> {
        let station = self.stations.get(number)?;
        let at = station.at;
        let level = |place: usize| state.get(place).copied();
        let condition = level(at.condition);
        let health = station.health.as_deref();
        let is_down = |level| health.map_or(level == DOWN, |health| !health.is_up(level));
        let maintained = |level| health.is_some_and(|health| health.is_maintained(level));
        Some(if self.stands(state) || condition.is_some_and(maintained) {
            Condition::Planned
        } else if condition.is_some_and(is_down) {
            Condition::Down
        } else if level(at.switch) == Some(0) {
            Condition::HeldBack
        } else if level(at.switch).is_some_and(|switch| switch < station.ready) {
            Condition::SetUp
        } else if level(at.upstream).is_some_and(|level| level <= station.on_the_way(state))
            || number == 0 && self.cards.as_ref().is_some_and(|cards| cards.none_left(state))
        {
            Condition::Starved
        } else if level(at.downstream).is_some_and(|level| level >= station.room)
            && level(at.progress).unwrap_or(0) + 1 >= station.cycle
        {
            Condition::Blocked
        } else {
            Condition::Working
        })
    }
}

impl Line {
    /// How worn a machine is in a state: 0 as new, 1 at the last stage of its wear; `None` where it is
    /// down or maintained.
    pub fn wear(&self, state: &[Level], number: usize) -> Option<f64> {
        let station = self.stations.get(number)?;
        match (state.get(station.at.condition), &station.health) {
            (None, _) => Some(0.0),
            (Some(level), None) => (*level > DOWN).then_some(0.0),
            (Some(level), Some(health)) => health.worn(*level),
        }
    }
}

impl Enumerable for Line {}
