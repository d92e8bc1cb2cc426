//! The condition of a machine that wears, is maintained, is repaired in stages or has several speeds.
//!
//! Levels of the condition, from the lowest: the stages of repair, then maintenance where it is
//! offered, then the stages of wear from the last to new. Between a failure and the end of its repair
//! the level goes up by a stage at a time; wear takes it down.

#![expect(clippy::indexing_slicing, reason = "levels are laid out when the line is built")]

use super::settings::{FailureMode, LineSettings, MachineSettings};
use crate::mdp::{Beat, Level, Odds, Source};

/// How a machine's condition goes on.
#[derive(Debug, Clone)]
pub(super) struct Health {
    /// The lowest level at which it is up, and that at which it is as new.
    up: Level,
    new: Level,
    /// The level of maintenance, where it is offered.
    maintained: Option<Level>,
    speeds: usize,
    /// A stage of repair is finished, or maintenance is.
    repair: Odds,
    maintenance: Odds,
    maintenance_cost: f64,
    /// It stays up, by stage of wear and speed, where it can work; and by stage where it cannot.
    able: Vec<Odds>,
    idle: Vec<Odds>,
    /// It wears in a beat of work, by stage and speed.
    wears: Vec<f64>,
}

/// What a machine's condition in a beat hangs on, beside what it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// Whether it could work if it were up.
    pub able: bool,
    /// The number of its speed.
    pub speed: usize,
    /// Whether it is told to be maintained.
    pub maintains: bool,
    /// Whether a crew would repair it.
    pub served: bool,
    /// Whether the line works at this time of day.
    pub works: bool,
}

impl Health {
    /// The health of a machine; `None` where up and down are all there is to it, by its own settings
    /// and those of the line.
    pub fn of(machine: &MachineSettings, line: &LineSettings) -> Option<Self> {
        let simple = machine.repair_stages <= 1
            && machine.speeds.len() <= 1
            && machine.wear.is_none()
            && machine.maintenance.is_none()
            && line.crews.is_none()
            && line.calendar.is_none();
        if simple || !has_condition(machine) {
            return None;
        }
        let stages = stages_of_wear(machine);
        let strains: Vec<f64> = match machine.speeds.len() {
            0 => vec![1.0],
            _ => machine.speeds.iter().map(|speed| speed.strain).collect(),
        };
        let failure = |stage: usize| failure_at(machine, stage);
        let by_speed = |chance: &dyn Fn(usize) -> f64| -> Vec<f64> {
            (0..stages)
                .flat_map(|stage| strains.iter().map(move |strain| (stage, strain)))
                .map(|(stage, strain)| (chance(stage) * strain).min(1.0))
                .collect()
        };
        let idle = |stage: usize| match machine.failure_mode {
            FailureMode::Operation => 0.0,
            FailureMode::Time => failure(stage),
        };
        let repairs = machine.repair_stages.max(1);
        let maintenance = machine.maintenance.as_ref();
        let up = lowest_up(machine);
        Some(Self {
            up,
            new: up + stages as Level - 1,
            maintained: maintenance.map(|_| repairs as Level),
            speeds: strains.len(),
            repair: Odds::of((machine.repair * f64::from(repairs)).min(1.0)),
            maintenance: Odds::of(maintenance.map_or(1.0, |known| known.completion)),
            maintenance_cost: maintenance.map_or(0.0, |known| known.cost),
            able: by_speed(&failure).into_iter().map(Odds::unless).collect(),
            idle: (0..stages).map(|stage| Odds::unless(idle(stage))).collect(),
            wears: by_speed(&|stage| wear_at(machine, stage)),
        })
    }

    /// The lowest level at which it is up.
    pub fn up(&self) -> Level {
        self.up
    }

    /// Whether it is up at this level.
    #[inline]
    pub fn is_up(&self, level: Level) -> bool {
        level >= self.up
    }

    /// The share of its stages of wear that lie behind it; `None` where it is not up.
    pub fn worn(&self, level: Level) -> Option<f64> {
        let stages = f64::from((self.new - self.up).max(1));
        self.is_up(level).then(|| f64::from(self.new - level) / stages)
    }

    /// Whether it is being maintained at this level.
    #[inline]
    pub fn is_maintained(&self, level: Level) -> bool {
        self.maintained == Some(level)
    }

    /// What a maintenance costs, in currency.
    pub fn maintenance_cost(&self) -> f64 {
        self.maintenance_cost
    }

    /// The level after a beat, wear left out.
    #[inline]
    pub fn turn<B: Beat + ?Sized>(
        &self,
        level: Level,
        turn: Turn,
        source: Source,
        beat: &mut B,
    ) -> Level {
        if self.is_up(level) {
            if turn.maintains && self.maintained.is_some() {
                return self.after_maintenance(source, beat);
            }
            if !turn.works {
                return level;
            }
            let stage = (self.new - level) as usize;
            let odds = if turn.able {
                self.able[stage * self.speeds + turn.speed]
            } else {
                self.idle[stage]
            };
            return if odds.no() > 0.0 && !beat.toss(source, odds) { 0 } else { level };
        }
        if self.is_maintained(level) {
            return self.after_maintenance(source, beat);
        }
        if !turn.served || !beat.toss(source, self.repair) {
            return level;
        }
        let last = level + 1 == self.maintained.unwrap_or(self.up);
        if last { self.new } else { level + 1 }
    }

    /// The level after a beat of maintenance: the whole beat is spent on it, be it the last or not, or
    /// who comes back from it would work a beat in which it cannot fail.
    fn after_maintenance<B: Beat + ?Sized>(&self, source: Source, beat: &mut B) -> Level {
        let done = beat.toss(source, self.maintenance);
        self.maintained.filter(|_| !done).unwrap_or(self.new)
    }

    /// The level after a beat of work at this speed.
    #[inline]
    pub fn wear<B: Beat + ?Sized>(
        &self,
        level: Level,
        speed: usize,
        source: Source,
        beat: &mut B,
    ) -> Level {
        let chance = self.wears[(self.new - level) as usize * self.speeds + speed];
        level - Level::from(chance > 0.0 && beat.bernoulli(source, chance))
    }
}

/// Whether a machine has a condition: it can fail, wears, or is maintained.
pub(super) fn has_condition(machine: &MachineSettings) -> bool {
    fails(machine) || machine.wear.is_some() || machine.maintenance.is_some()
}

/// Whether a machine can fail, at whatever stage of wear.
pub(super) fn fails(machine: &MachineSettings) -> bool {
    (0..stages_of_wear(machine)).any(|stage| failure_at(machine, stage) > 0.0)
}

/// How many stages of wear there are, new included.
pub(super) fn stages_of_wear(machine: &MachineSettings) -> usize {
    machine.wear.as_ref().map_or(1, |wear| wear.stages as usize)
}

/// The level from which on a machine is up: those of repair and of maintenance lie below it.
pub(super) fn lowest_up(machine: &MachineSettings) -> Level {
    machine.repair_stages.max(1) as Level + Level::from(machine.maintenance.is_some())
}

/// What a list says of a stage: one figure for each, or a single one for all.
fn at_stage(list: &[f64], stage: usize) -> f64 {
    match list {
        [one] => *one,
        many => many.get(stage).copied().unwrap_or(0.0),
    }
}

/// The probability of a failure at a stage of wear, at a strain of 1.
pub(super) fn failure_at(machine: &MachineSettings, stage: usize) -> f64 {
    match &machine.wear {
        Some(wear) if !wear.failure.is_empty() => at_stage(&wear.failure, stage),
        _ => machine.failure,
    }
}

/// The probability of wearing by one stage in a beat of work, at a strain of 1.
fn wear_at(machine: &MachineSettings, stage: usize) -> f64 {
    let wears = machine.wear.as_ref().filter(|wear| stage + 1 < wear.stages as usize);
    wears.map_or(0.0, |wear| at_stage(&wear.probability, stage))
}

/// The labels of the levels of a machine's condition, from the lowest.
pub(super) fn labels(machine: &MachineSettings) -> Vec<String> {
    let repairs = machine.repair_stages.max(1);
    let mut labels: Vec<String> = match repairs {
        1 => vec!["down".to_owned()],
        _ => (1..=repairs).map(|stage| format!("down {stage}/{repairs}")).collect(),
    };
    if machine.maintenance.is_some() {
        labels.push("maintained".to_owned());
    }
    match stages_of_wear(machine) {
        1 => labels.push("up".to_owned()),
        stages => {
            labels.extend((1..stages).rev().map(|stage| format!("worn {stage}")));
            labels.push("new".to_owned());
        }
    }
    labels
}
