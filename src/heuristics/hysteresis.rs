//! Hysteresis, (s, S) on a buffer: a machine starts when its buffer has run low and stops when it
//! is full again.
//!
//! Machine i is told to run when the buffer behind it holds s_i parts or fewer, to hold when it
//! holds S_i or more, s_i < S_i, and in between goes on with what it was told last; it begins an
//! episode told to run. An S of one above the capacity never stops it; s = S − 1 is kanban. Where
//! switching on costs time or money this spares switches. A machine whose switch is part of the
//! state needs no other memory: its switch is off if and only if it was held. For all others the
//! agent remembers, and then its policy is none of the state alone. Source: the (s, S) policy of
//! Arrow, Harris & Marschak (1951) and Scarf (1960) on a buffer; as a rule for switching a server
//! off and on Heyman (1968).

#![expect(
    clippy::indexing_slicing,
    reason = "what is watched are variables of the line that is seen; a hot loop"
)]

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::settle;
use super::stock::{as_level, held, line_of};
use crate::environments::line::{HOLD, RUN};
use crate::environments::{AnyEnvironment, Line, SettingError};
use crate::mdp::{Agent, BufferPlace, Decision, Dice, Environment, Level, Situation, Space};

/// What hysteresis goes by: two levels for each buffer, in parts. None where the best are to be
/// found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HysteresisSettings {
    /// s: at this level and below the machine that feeds the buffer starts.
    pub start: Vec<u32>,
    /// S: at this level and above it stops.
    pub stop: Vec<u32>,
}

const NAME: &str = "Hysteresis";

/// The two levels of a machine.
#[derive(Debug, Clone, Copy)]
struct Band {
    variable: usize,
    /// The machine's own switch, where it is part of the state; 0 is off.
    switch: Option<usize>,
    start: Level,
    stop: Level,
}

impl Band {
    /// Whether what was told last decides between the levels and is not seen.
    fn is_remembered(&self) -> bool {
        self.switch.is_none() && self.start.saturating_add(1) < self.stop
    }

    #[inline]
    fn runs(&self, seen: &[Level], told: bool) -> bool {
        let level = seen[self.variable];
        if level <= self.start {
            true
        } else if level >= self.stop {
            false
        } else {
            self.switch.map_or(told, |switch| seen[switch] != 0)
        }
    }
}

/// The agent that switches machines on and off between two levels.
#[derive(Debug, Clone)]
pub struct Hysteresis {
    bands: Arc<[Option<Band>]>,
    actions: Arc<Space>,
    /// What each machine was told last.
    told: Vec<bool>,
    remembers: bool,
}

impl Hysteresis {
    /// The agent of these levels, or all that is wrong with them here.
    pub fn new(
        settings: &HysteresisSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let line = line_of(NAME, environment)?;
        let mut bands = vec![None; line.action_space().len()];
        for (machine, behind) in held(line) {
            let (Some(action), Some(variable)) = (machine.action, machine.downstream) else {
                continue;
            };
            let levels = settings.start.get(behind).zip(settings.stop.get(behind));
            if let (Some(band), Some((&start, &stop))) = (bands.get_mut(action), levels) {
                let (start, stop) = (as_level(start), as_level(stop));
                *band = Some(Band { variable, switch: machine.switch, start, stop });
            }
        }
        let remembers = bands.iter().flatten().any(Band::is_remembered);
        Ok(Self {
            told: vec![true; bands.len()],
            bands: bands.into(),
            actions: Arc::new(line.action_space().clone()),
            remembers,
        })
    }

    #[inline]
    fn act(&self, situation: &Situation<'_>, action: &mut [Level]) {
        for ((level, band), &told) in action.iter_mut().zip(&*self.bands).zip(&self.told) {
            let runs = band.as_ref().is_none_or(|band| band.runs(situation.levels, told));
            *level = if runs { RUN } else { HOLD };
        }
        if let Some(allowed) = situation.allowed {
            settle(&self.actions, allowed, action);
        }
    }
}

impl Agent for Hysteresis {
    fn name(&self) -> &str {
        NAME
    }

    fn begin_episode(&mut self) {
        self.told.fill(true);
    }

    #[inline]
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        self.act(situation, action);
        for (told, &level) in self.told.iter_mut().zip(&*action) {
            *told = level != HOLD;
        }
        Decision::Made
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        if self.remembers || self.actions.count() != Ok(probabilities.len() as u64) {
            return false;
        }
        let mut action = vec![HOLD; self.actions.len()];
        self.act(situation, &mut action);
        probabilities.fill(0.0);
        probabilities[self.actions.index(&action) as usize] = 1.0;
        true
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

/// Whether some machine that would be held has no switch in the state, so that the rule must
/// remember wherever its levels are further apart than 1.
pub fn must_remember(line: &Line) -> bool {
    held(line).any(|(machine, _)| machine.switch.is_none())
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &HysteresisSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let line = match line_of(NAME, environment) {
        Ok(line) => line,
        Err(faults) => return faults,
    };
    let buffers = &line.places().buffers;
    let HysteresisSettings { start, stop } = settings;
    if start.is_empty() && stop.is_empty() {
        return Vec::new();
    }
    for (path, levels) in [("start", start), ("stop", stop)] {
        if levels.len() != buffers.len() {
            return vec![SettingError {
                path: path.to_owned(),
                message: format!("{} levels do not fit {} buffers", levels.len(), buffers.len()),
                remedy: format!(
                    "give {} levels in `start` and as many in `stop`, or none in either to have \
                     the best found",
                    buffers.len()
                ),
            }];
        }
    }
    let each = start.iter().zip(stop).zip(buffers).enumerate();
    each.filter_map(|(place, ((&start, &stop), buffer))| band_fault(place, start, stop, buffer))
        .collect()
}

fn band_fault(place: usize, start: u32, stop: u32, buffer: &BufferPlace) -> Option<SettingError> {
    // One above the capacity never stops the machine.
    let most = buffer.capacity.saturating_add(1);
    if stop > most {
        return Some(SettingError {
            path: format!("stop[{place}]"),
            message: format!("`{}` never holds {stop} parts", buffer.name),
            remedy: format!("give a level from 1 to {most}"),
        });
    }
    (start >= stop).then(|| SettingError {
        path: format!("start[{place}]"),
        message: format!(
            "the machine before `{}` would start at {start} and stop at {stop}",
            buffer.name
        ),
        remedy: "give a level to start at that is below the one to stop at".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::stock::tests::{line, settings};
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::AnySettings;

    fn levels(start: &[u32], stop: &[u32]) -> HysteresisSettings {
        HysteresisSettings { start: start.to_vec(), stop: stop.to_vec() }
    }

    /// The first machine's orders while its buffer goes through these levels.
    fn orders(agent: &mut Hysteresis, path: &[Level]) -> Vec<Level> {
        path.iter().map(|&level| decided(agent, &seeing(&[level], None), 2)[0]).collect()
    }

    #[test]
    fn between_the_levels_a_machine_goes_on_with_what_it_was_told() {
        let environment = line(&[true, true], &[6]);
        let mut agent = Hysteresis::new(&levels(&[1], &[4]), &environment).unwrap();
        let path = [0, 2, 3, 4, 3, 2, 1, 2, 3, 5, 2];
        assert_eq!(orders(&mut agent, &path), [1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0]);
        // It was told to hold at last; an episode begins told to run.
        assert_eq!(orders(&mut agent, &[3]), [0]);
        agent.begin_episode();
        assert_eq!(orders(&mut agent, &[3]), [1]);
        assert!(!agent.target_policy(&seeing(&[0], None), &mut [0.0; 4]));
        // To look ahead is not to act.
        let mut action = [9, 9];
        let mut dice = Dice::new(crate::mdp::Luck::new(1), agent.sources());
        assert!(agent.foresee(&seeing(&[4], None), &mut dice, &mut action));
        assert_eq!((action, orders(&mut agent, &[3])), ([0, 1], vec![1]));
    }

    #[test]
    fn levels_next_to_each_other_are_kanban() {
        let environment = line(&[true, true], &[6]);
        let mut agent = Hysteresis::new(&levels(&[2], &[3]), &environment).unwrap();
        assert_eq!(orders(&mut agent, &[0, 2, 3, 2, 4, 1]), [1, 1, 0, 1, 0, 1]);
        let mut probabilities = [9.0; 4];
        assert!(agent.target_policy(&seeing(&[3], None), &mut probabilities));
        assert_eq!(probabilities, [0.0, 1.0, 0.0, 0.0]);
        let mut never = Hysteresis::new(&levels(&[6], &[7]), &environment).unwrap();
        assert_eq!(orders(&mut never, &[6, 0, 6]), [1, 1, 1]);
    }

    /// State: buffer 1, switch of machine 1 (0 off, 1 on).
    #[test]
    fn a_switch_in_the_state_is_the_memory() {
        let mut line = settings(&[true, true], &[6]);
        line.machines[0].restart_cost = 1.0;
        let environment = AnySettings::Line(line).build().unwrap();
        let mut agent = Hysteresis::new(&levels(&[1], &[4]), &environment).unwrap();
        for (level, switch, order) in
            [(1, 0, 1), (2, 0, 0), (3, 0, 0), (2, 1, 1), (3, 1, 1), (4, 1, 0), (3, 0, 0), (0, 1, 1)]
        {
            let seen = [level, switch];
            assert_eq!(decided(&mut agent, &seeing(&seen, None), 2), [order, 1], "{seen:?}");
            let mut probabilities = [9.0; 4];
            assert!(agent.target_policy(&seeing(&seen, None), &mut probabilities));
            assert_eq!(probabilities[if order == 1 { 3 } else { 1 }], 1.0);
        }
    }

    #[test]
    fn faults_are_named() {
        let environment = line(&[true, true, true], &[4, 2]);
        assert_eq!(faults(&levels(&[], &[]), &environment), []);
        let told = |start: &[u32], stop: &[u32]| {
            let found = Hysteresis::new(&levels(start, stop), &environment).unwrap_err();
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(told(&[4, 2], &[5, 4]), ["stop[1]"]);
        assert_eq!(told(&[3, 2], &[3, 3]), ["start[0]"]);
        assert_eq!(told(&[3], &[4, 3]), ["start"]);
        assert_eq!(told(&[3, 1], &[]), ["stop"]);
    }
}
