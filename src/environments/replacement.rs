//! A machine that wears, or several units of one kind: run, maintain or replace them.
//!
//! - **State**: of each unit the wear 0 (new) to k − 1, and *down* behind them where a failure leads
//!   there.
//! - **Actions**: for each unit run, and maintain and replace where they are offered. While a unit is
//!   down it is repaired, and only *run* (wait for it) is allowed.
//! - **Start**: all at `initial`, 0 (new) by default.
//! - **Reward**: `earnings` of worked beats, less `maintenance`, `replacement` and `failures`, and
//!   `set-up` where that costs.
//! - **End**: never.
//!
//! # One beat
//! What is said of the machine holds for each unit, with luck of its own. In a beat in which any unit is
//! maintained or replaced the `setup` is paid, once, however many are: so it may pay to treat a unit
//! early, together with another (group maintenance). A failure brings no set-up; where `down_opens`, a
//! beat in which a unit is down has none either, so that it may pay to treat another then
//! (opportunistic maintenance).
//! 1. *Maintain* and *replace* cost what the wear found says, and take the wear `restores` lower,
//!    or to 0. Where they last a beat, that beat is lost: nothing is earned, nothing wears or
//!    fails, and the next beat starts from the lower wear. Where they last none, the beat is then
//!    worked from it.
//! 2. A worked beat earns by its wear, whether or not the machine then fails. It fails with the
//!    probability of that wear, which costs `failure_cost` and leads to a new machine in the next
//!    beat, or to *down*; or it is repaired at once and no more than must be (*minimal repair*) and
//!    is as worn as if it had not failed. If it does not fail it wears by 0, 1, 2 … states with the
//!    probabilities of `wear`, never past the last.
//! 3. A beat spent down costs `down_cost`; it is the last with probability `repair`, and the
//!    machine is then as new.
//!
//! The machine replacement problem of Howard (1960) and Puterman (1994, section 4.7.3) and forest
//! management (age is wear, fire is failure, cutting is a replacement that pays) are settings; so is
//! replacement at an age with minimal repair before it (Barlow & Hunter 1960, policy II). Joint
//! replacement of several units: Haurie & L'Ecuyer (1982); Dekker, Wildeman & van der Duyn Schouten
//! (1997).
//!
//! The wear is seen by who decides. Wear that is not, with inspections that cost and may err, is the
//! kind [`Inspection`](super::Inspection).

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the machine has; a hot loop"
)]

use super::setting::{Faults, SettingError};
use crate::mdp::beat::scaled;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Event, Item, Level, Odds, Places, Source, Space,
    Variable,
};

/// The action's level that runs the machine, or waits for its repair.
pub const RUN: Level = 0;

const MOST_STATES: usize = 100_000;
const MOST_UNITS: u32 = 8;
const MOST_WEAR: usize = 1_000;
/// How far probabilities may miss the sum 1 by rounding in a file; they are scaled to it.
const SUM_TOLERANCE: f64 = 1e-9;

/// What the machine is like. A list by state gives one figure for each of the k states of wear, or
/// a single one for all.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplacementSettings {
    /// What the wear is called. `wear` by default.
    pub name: String,
    /// How many states of wear there are: k, 2 or more. 10 by default.
    pub states: usize,
    /// How many units of this kind there are, each with wear and luck of its own; 1 to 8. 1 by default.
    pub units: u32,
    /// What it costs, in currency, that any unit is maintained or replaced in a beat, once for all of
    /// them. 0 by default.
    pub setup: f64,
    /// Whether a unit that is down has opened what the set-up opens: a beat in which one is down costs
    /// no set-up, whatever else is treated. False by default.
    pub down_opens: bool,
    /// The wear at the start; 0 (new) by default.
    pub initial: usize,
    /// What a worked beat earns, in currency, by state. 1 by default.
    pub earnings: Vec<f64>,
    /// Probability that the machine fails in a worked beat, by state. 0 by default.
    pub failure: Vec<f64>,
    /// What a failure costs at once, in currency; 0 by default.
    pub failure_cost: f64,
    /// Where a failure leads. To a new machine by default.
    pub after_failure: AfterFailure,
    /// Probabilities that a worked beat wears the machine by 0, 1, 2 … states, where it does not
    /// fail; they sum to 1. By default one state for sure.
    pub wear: Vec<f64>,
    /// What running is called. `run` by default.
    pub run_name: String,
    /// Maintaining the machine; not offered by default.
    pub maintain: Option<Maintain>,
    /// Replacing the machine by a new one; free and at once by default.
    pub replace: Option<Replace>,
}

impl Default for ReplacementSettings {
    fn default() -> Self {
        Self {
            name: "wear".to_owned(),
            states: 10,
            units: 1,
            setup: 0.0,
            down_opens: false,
            initial: 0,
            earnings: vec![1.0],
            failure: vec![0.0],
            failure_cost: 0.0,
            after_failure: AfterFailure::AsNew,
            wear: vec![0.0, 1.0],
            run_name: "run".to_owned(),
            maintain: None,
            replace: Some(Replace::default()),
        }
    }
}

impl ReplacementSettings {
    /// Whether there are states in which it ends: never.
    pub fn ends(&self) -> bool {
        false
    }
}

/// Where a failure leads.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub enum AfterFailure {
    /// To a new machine in the next beat.
    #[default]
    AsNew,
    /// To a repair, after which the machine is as new.
    Down {
        /// Probability that a beat of repair is the last: 1 / its mean in beats.
        repair: f64,
        /// Cost of a beat of repair, in currency; 0 by default.
        #[serde(default)]
        down_cost: f64,
    },
    /// Nowhere: the machine is repaired at once and works on, as worn as if it had not failed.
    Minimal {
        /// Cost of the repair, in currency, beside what a failure costs anyway; 0 by default.
        #[serde(default)]
        cost: f64,
    },
}

/// An action that lowers the wear by some states.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Maintain {
    /// What it is called. `maintain` by default.
    pub name: String,
    /// Its cost in currency, by the wear found. Negative where it pays. 0 by default.
    pub cost: Vec<f64>,
    /// Beats it lasts: 0, the beat is then worked (the default), or 1, the beat is lost.
    pub duration: u32,
    /// By how many states it lowers the wear. 1 by default.
    pub restores: usize,
}

impl Default for Maintain {
    fn default() -> Self {
        Self { name: "maintain".to_owned(), cost: vec![0.0], duration: 0, restores: 1 }
    }
}

/// An action that makes the machine new.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Replace {
    /// What it is called. `replace` by default.
    pub name: String,
    /// Its cost in currency, by the wear found. Negative where it pays. 0 by default.
    pub cost: Vec<f64>,
    /// Beats it lasts: 0, the beat is then worked as new (the default), or 1, the beat is lost.
    pub duration: u32,
}

impl Default for Replace {
    fn default() -> Self {
        Self { name: "replace".to_owned(), cost: vec![0.0], duration: 0 }
    }
}

/// A machine that wears, ready to be run.
#[derive(Debug, Clone)]
pub struct Replacement {
    settings: ReplacementSettings,
    state_space: Space,
    action_space: Space,
    /// Those of the first unit, then those of the next.
    sources: Vec<String>,
    items: Vec<String>,
    places: Places,
    earnings: Vec<f64>,
    failure: Vec<f64>,
    /// Scaled to sum to 1.
    wear: Vec<f64>,
    /// Maintain and replace, as far as they are offered: action levels 1 and 2.
    treatments: Vec<Treatment>,
    /// The level that means down, its repair and its cost a beat.
    down: Option<(Level, f64, f64)>,
    /// What a failure costs at once, and whether it leaves the machine as it is.
    failure_cost: f64,
    works_on: bool,
}

/// Maintaining or replacing.
#[derive(Debug, Clone)]
struct Treatment {
    cost: Vec<f64>,
    item: Item,
    /// States by which the wear falls.
    restores: Level,
    replaces: bool,
    takes_the_beat: bool,
}

const FAILURE: Source = 0;
const WEAR: Source = 1;
const REPAIR: Source = 2;
/// How many sources a unit has.
const SOURCES: usize = 3;

const EARNINGS: Item = 0;
const MAINTENANCE: Item = 1;
const REPLACEMENT: Item = 2;
const FAILURES: Item = 3;
const SETUP: Item = 4;

impl Replacement {
    /// Builds the machine, or says all that is wrong with its settings.
    pub fn new(settings: ReplacementSettings) -> Result<Self, Vec<SettingError>> {
        check(&settings)?;
        let k = settings.states;
        let worst = k as Level - 1;
        let by_state = |list: &[f64]| {
            if list.len() == 1 { vec![list[0]; k] } else { list.to_vec() }
        };
        let mut names = vec![settings.run_name.as_str()];
        let mut treatments = Vec::new();
        if let Some(maintain) = &settings.maintain {
            names.push(&maintain.name);
            treatments.push(Treatment {
                cost: by_state(&maintain.cost),
                item: MAINTENANCE,
                restores: maintain.restores.min(k) as Level,
                replaces: false,
                takes_the_beat: maintain.duration == 1,
            });
        }
        if let Some(replace) = &settings.replace {
            names.push(&replace.name);
            treatments.push(Treatment {
                cost: by_state(&replace.cost),
                item: REPLACEMENT,
                restores: worst,
                replaces: true,
                takes_the_beat: replace.duration == 1,
            });
        }
        let mut wear = Variable::count(&settings.name, 0, worst, "");
        let mut down = None;
        let (mut failure_cost, mut works_on) = (settings.failure_cost, false);
        match settings.after_failure {
            AfterFailure::AsNew => {}
            AfterFailure::Down { repair, down_cost } => {
                wear.high += 1;
                wear.labels = (0..k).map(|i| i.to_string()).chain(["down".to_owned()]).collect();
                down = Some((wear.high, repair, down_cost));
            }
            AfterFailure::Minimal { cost } => {
                failure_cost += cost;
                works_on = true;
            }
        }
        // A single machine's names have no number.
        let each = |name: &str| -> Vec<String> {
            match settings.units {
                1 => vec![name.to_owned()],
                units => (1..=units).map(|unit| format!("{name} {unit}")).collect(),
            }
        };
        let copies = |variable: Variable| -> Vec<Variable> {
            let names = each(&variable.name).into_iter();
            names.map(|name| Variable { name, ..variable.clone() }).collect()
        };
        let sources = ["failure", "wear", "repair"].map(each);
        let sources = (0..settings.units as usize)
            .flat_map(|unit| sources.iter().filter_map(move |names| names.get(unit).cloned()));
        let mut items = ["earnings", "maintenance", "replacement", "failures"].to_vec();
        if settings.setup != 0.0 {
            items.push("set-up");
        }
        let space = |variable| {
            Space::new(variable).map_err(|error| {
                vec![SettingError {
                    path: "states".to_owned(),
                    message: error.to_string(),
                    remedy: "give at least 2 states".to_owned(),
                }]
            })
        };
        Ok(Self {
            state_space: space(copies(wear))?,
            action_space: space(if settings.units == 1 {
                vec![Variable::choice("action", &names)]
            } else {
                copies(Variable::choice("machine", &names))
            })?,
            sources: sources.collect(),
            items: items.into_iter().map(str::to_owned).collect(),
            places: Places { stations: each("machine"), buffers: Vec::new() },
            earnings: by_state(&settings.earnings),
            failure: by_state(&settings.failure),
            wear: scaled(settings.wear.clone()),
            treatments,
            down,
            failure_cost,
            works_on,
            settings,
        })
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &ReplacementSettings {
        &self.settings
    }

    fn is_down(&self, wear: Level) -> bool {
        self.down.is_some_and(|(down, ..)| wear == down)
    }

    /// Whether a beat pays the set-up: a unit is treated, and none that is down has opened it already.
    fn is_set_up(&self, state: &[Level], action: &[Level]) -> bool {
        let is_open = || self.settings.down_opens && state.iter().any(|&wear| self.is_down(wear));
        let treated = |(&wear, &action): (&Level, &Level)| action != RUN && !self.is_down(wear);
        state.iter().zip(action).any(treated) && !is_open()
    }

    /// Works a beat with a unit of this wear and returns its next.
    #[inline(always)]
    fn work<B: Beat + ?Sized>(&self, unit: usize, wear: Level, beat: &mut B) -> Level {
        let (at, station, source) = (wear as usize, unit as u16, unit * SOURCES);
        beat.earn(EARNINGS, self.earnings[at]);
        beat.tell(Event::Spent { station, condition: Condition::Working });
        let failure = self.failure[at];
        if failure > 0.0 && !beat.toss(source + FAILURE, Odds::unless(failure)) {
            beat.earn(FAILURES, -self.failure_cost);
            beat.tell(Event::Failed { station });
            match self.down {
                Some((down, ..)) => return down,
                None if self.works_on => beat.tell(Event::Repaired { station }),
                None => {
                    beat.tell(Event::Replaced { station });
                    return 0;
                }
            }
        }
        let worn = wear as usize + beat.pick(source + WEAR, &self.wear);
        worn.min(self.settings.states - 1) as Level
    }

    /// One unit's beat: from the wear found, with this action, to its next wear.
    #[inline(always)]
    fn turn<B: Beat + ?Sized>(
        &self,
        unit: usize,
        found: Level,
        action: Level,
        beat: &mut B,
    ) -> Level {
        let station = unit as u16;
        if let Some((down, repair, cost)) = self.down
            && found == down
        {
            beat.earn(FAILURES, -cost);
            beat.tell(Event::Spent { station, condition: Condition::Down });
            return if beat.bernoulli(unit * SOURCES + REPAIR, repair) {
                beat.tell(Event::Repaired { station });
                0
            } else {
                down
            };
        }
        let Some(treatment) = self.treatments.get((action - 1) as usize) else {
            return self.work(unit, found, beat);
        };
        beat.earn(treatment.item, -treatment.cost[found as usize]);
        if treatment.replaces {
            beat.tell(Event::Replaced { station });
        }
        let treated = (found - treatment.restores).max(0);
        if treatment.takes_the_beat {
            beat.tell(Event::Spent { station, condition: Condition::SetUp });
            treated
        } else {
            self.work(unit, treated, beat)
        }
    }
}

impl Environment for Replacement {
    tells_its_parts!("Replacement");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.fill(self.settings.initial as Level);
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        if self.items.len() > SETUP && self.is_set_up(state, action) {
            beat.earn(SETUP, -self.settings.setup);
        }
        let units = state.iter().zip(action).zip(next);
        for (unit, ((&found, &action), next)) in units.enumerate() {
            *next = self.turn(unit, found, action, beat);
        }
    }

    fn restricts_actions(&self) -> bool {
        self.down.is_some() && !self.treatments.is_empty()
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        state.iter().zip(action).all(|(&wear, &action)| action == RUN || !self.is_down(wear))
    }

    fn usual_action(&self, action: &mut [Level]) {
        action.fill(RUN);
    }

    fn standing_condition(&self, state: &[Level], station: usize) -> Option<Condition> {
        let wear = *state.get(station)?;
        Some(if self.is_down(wear) { Condition::Down } else { Condition::Working })
    }
}

impl Enumerable for Replacement {}

/// Finds all that is wrong with the settings.
fn check(settings: &ReplacementSettings) -> Result<(), Vec<SettingError>> {
    let mut faults = Faults::default();
    let k = settings.states;
    faults.count("states", k as u64, 2, MOST_STATES as u64);
    faults.count("units", settings.units.into(), 1, MOST_UNITS.into());
    faults.cost("setup", settings.setup);
    faults.count("initial", settings.initial as u64, 0, k.saturating_sub(1) as u64);
    let by_state = |faults: &mut Faults, path: &str, list: &[f64]| {
        if list.len() != 1 && list.len() != k {
            faults.add(
                path,
                format!("{} figures do not fit {k} states", list.len()),
                format!("give 1 figure for all states or {k}, one for each"),
            );
        }
    };
    by_state(&mut faults, "earnings", &settings.earnings);
    for (i, &amount) in settings.earnings.iter().enumerate() {
        faults.amount(format!("earnings[{i}]"), amount);
    }
    by_state(&mut faults, "failure", &settings.failure);
    for (i, &p) in settings.failure.iter().enumerate() {
        faults.probability(format!("failure[{i}]"), p);
    }
    faults.amount("failure_cost", settings.failure_cost);
    match settings.after_failure {
        AfterFailure::AsNew => {}
        AfterFailure::Down { repair, down_cost } => {
            faults.chance("after_failure.repair", repair, "a repair never ends");
            faults.amount("after_failure.down_cost", down_cost);
        }
        AfterFailure::Minimal { cost } => faults.amount("after_failure.cost", cost),
    }
    check_wear(&settings.wear, &mut faults);
    if let Some(maintain) = &settings.maintain {
        by_state(&mut faults, "maintain.cost", &maintain.cost);
        for (i, &cost) in maintain.cost.iter().enumerate() {
            faults.amount(format!("maintain.cost[{i}]"), cost);
        }
        faults.count("maintain.duration", maintain.duration.into(), 0, 1);
        faults.count("maintain.restores", maintain.restores as u64, 1, MOST_STATES as u64);
    }
    if let Some(replace) = &settings.replace {
        by_state(&mut faults, "replace.cost", &replace.cost);
        for (i, &cost) in replace.cost.iter().enumerate() {
            faults.amount(format!("replace.cost[{i}]"), cost);
        }
        faults.count("replace.duration", replace.duration.into(), 0, 1);
    }
    let maintain = settings.maintain.as_ref().map(|m| ("maintain.name", &m.name));
    let replace = settings.replace.as_ref().map(|r| ("replace.name", &r.name));
    let actions = [Some(("run_name", &settings.run_name)), maintain, replace];
    let named = actions.into_iter().flatten();
    faults.names(named.map(|(path, name)| (path.to_owned(), name.clone())).collect());
    faults.finish()
}

fn check_wear(wear: &[f64], faults: &mut Faults) {
    if wear.is_empty() || wear.len() > MOST_WEAR {
        faults.add(
            "wear",
            format!("there are {} probabilities", wear.len()),
            format!("give 1 to {MOST_WEAR}: of no wear, of one state, of two …"),
        );
    }
    for (i, &p) in wear.iter().enumerate() {
        faults.probability(format!("wear[{i}]"), p);
    }
    let sum: f64 = wear.iter().sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        faults.add(
            "wear",
            format!("the probabilities sum to {sum}, not to 1"),
            "give probabilities that sum to 1",
        );
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;
