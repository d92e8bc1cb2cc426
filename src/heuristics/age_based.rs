//! Age-based maintenance of a single unit: it is replaced when it has worked so long, or when it fails.
//!
//! A machine that is T beats old is replaced before it works on; one that fails earlier is replaced
//! by its failure. With earnings e a beat, cost c_p of a replacement that takes no time, c_f of a
//! failure, and probability R(a) that a new machine is still up after a beats, its gain is
//! e − (c_p·R(T) + c_f·(1 − R(T))) / Σ_{a<T} R(a). Where only the age is known, the failure rate
//! grows with it and c_f > c_p, no policy is better than the best T.
//! Source: Barlow & Hunter (1960), policy I; Barlow & Proschan (1965), ch. 4. Where a failure is repaired
//! minimally it leaves the age as it is, and a cycle of T beats costs c_p + c_m·Σ_{a<T} p(a) (policy II).
//!
//! Where every worked beat wears the machine by one state its wear is its age. Where wear moves by
//! chance the agent counts the beats worked since the machine was new, from what it did and saw: it
//! was replaced, it was down, or its wear fell. A failure that leaves no trace (of a machine as new
//! that stays as new) does not start the count again. Such a policy is none of the state alone.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::condition_based::{Treatment, action_of, loosest_limit};
use super::run_to_failure::machine_of;
use super::settle;
use crate::environments::replacement::{AfterFailure, RUN, Replacement};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Agent, Decision, Dice, Environment, Level, Situation, Space};

/// What age-based maintenance goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgeBasedSettings {
    /// The age T at which the machine is replaced, in beats worked, 1 or more; `None` where the
    /// best is to be found.
    pub age: Option<u32>,
}

const NAME: &str = "Age-based";

/// Beats beyond which an age is not looked for.
const OLDEST: u32 = 1_000;

/// The agent that replaces a machine by its age.
#[derive(Debug, Clone)]
pub struct AgeBased {
    age: Level,
    replace: Level,
    /// Whether the wear is the age.
    seen: bool,
    /// The level that means down, if there is one.
    down: Option<Level>,
    /// Whether a machine that is replaced works in the same beat.
    works_at_once: bool,
    /// Whether a worked beat always wears, so that wear 0 is always new.
    always_wears: bool,
    actions: Arc<Space>,
    /// What it found at its last decision: the wear, the age, and whether it replaced.
    last: Option<(Level, Level, bool)>,
}

impl AgeBased {
    /// The agent of these settings, whose age must be given, or all that is wrong with them here.
    pub fn new(
        settings: &AgeBasedSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let machine = machine_of(NAME, environment)?;
        let of_machine = machine.settings();
        let age = settings.age.unwrap_or_else(|| loosest_age(machine));
        let down = matches!(of_machine.after_failure, AfterFailure::Down { .. });
        Ok(Self {
            age: Level::try_from(age).unwrap_or(Level::MAX),
            replace: action_of(machine, Some(Treatment::Replace)).unwrap_or(RUN),
            seen: !must_count(machine),
            down: down.then(|| Level::try_from(of_machine.states).unwrap_or(Level::MAX)),
            works_at_once: of_machine.replace.as_ref().is_some_and(|replace| replace.duration == 0),
            always_wears: of_machine.wear.first() == Some(&0.0),
            actions: Arc::new(machine.action_space().clone()),
            last: None,
        })
    }

    /// The machine's age at this wear, in beats worked; `None` while it is down.
    fn age_at(&self, wear: Level) -> Option<Level> {
        if self.down == Some(wear) {
            return None;
        }
        if self.seen {
            return Some(wear);
        }
        Some(match self.last {
            None => 0,
            Some(_) if wear == 0 && self.always_wears => 0,
            Some((_, _, true)) => Level::from(self.works_at_once),
            Some((before, ..)) if self.down == Some(before) || wear < before => 0,
            Some((_, age, false)) => age.saturating_add(1),
        })
    }

    /// The age and whether the machine is replaced.
    fn choose(&self, situation: &Situation<'_>, action: &mut [Level]) -> (Level, Level, bool) {
        let wear = situation.levels.first().copied().unwrap_or(0);
        let age = self.age_at(wear);
        let old = age.is_some_and(|age| age >= self.age);
        action.fill(if old { self.replace } else { RUN });
        if let Some(allowed) = situation.allowed {
            settle(&self.actions, allowed, action);
        }
        let replaced = old && action.first() == Some(&self.replace);
        (wear, age.unwrap_or(0), replaced)
    }
}

impl Agent for AgeBased {
    fn name(&self) -> &str {
        NAME
    }

    fn begin_episode(&mut self) {
        self.last = None;
    }

    #[inline]
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        self.last = Some(self.choose(situation, action));
        Decision::Made
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        if !self.seen {
            return false;
        }
        let mut action = [RUN];
        self.choose(situation, &mut action);
        probabilities.fill(0.0);
        match probabilities.get_mut(self.actions.index(&action) as usize) {
            Some(probability) => *probability = 1.0,
            None => return false,
        }
        true
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

/// Whether the age is not seen and must be counted: wear moves by chance.
pub fn must_count(machine: &Replacement) -> bool {
    let steps = machine.settings().wear.iter().enumerate();
    steps.filter(|(_, p)| **p > 0.0).any(|(states, _)| states != 1)
}

/// The highest age worth looking at. Where the wear is the age, one above the highest wear, which
/// is never reached; else three times the beats in which the machine wears out on average, and
/// at most 1,000.
pub fn loosest_age(machine: &Replacement) -> u32 {
    let states = loosest_limit(machine);
    if !must_count(machine) {
        return states;
    }
    let wear = &machine.settings().wear;
    let mean: f64 = wear.iter().enumerate().map(|(states, p)| states as f64 * p).sum();
    let worn_out = (3.0 * f64::from(states) / mean).ceil();
    if worn_out < f64::from(OLDEST) { worn_out as u32 } else { OLDEST }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(settings: &AgeBasedSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let machine = match machine_of("age-based maintenance", environment) {
        Ok(machine) => machine,
        Err(faults) => return faults,
    };
    let mut found = Vec::new();
    if machine.settings().units > 1 {
        found.push(SettingError {
            path: String::new(),
            message: "there are several units here, and this rule is for a single one".to_owned(),
            remedy: "choose another agent, such as `ConditionBased`".to_owned(),
        });
    }
    if machine.settings().replace.is_none() {
        found.push(SettingError {
            path: String::new(),
            message: "this machine cannot be replaced".to_owned(),
            remedy: "choose another agent, such as `ConditionBased`".to_owned(),
        });
    }
    let most = if must_count(machine) { u32::MAX } else { loosest_age(machine) };
    match settings.age {
        Some(0) => found.push(SettingError {
            path: "age".to_owned(),
            message: "a machine that is replaced at age 0 never ages".to_owned(),
            remedy: "give an age of 1 or more".to_owned(),
        }),
        Some(age) if age > most => found.push(SettingError {
            path: "age".to_owned(),
            message: format!("the machine is never {age} beats old"),
            remedy: format!("give an age from 1 to {most}, or none to have the best found"),
        }),
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::run_to_failure::tests::{built, worn};
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::ReplacementSettings;

    const REPLACE: Level = 2;

    fn agent(wear: &[f64], age: u32, duration: u32) -> AgeBased {
        let mut settings = worn(wear);
        settings.replace.as_mut().unwrap().duration = duration;
        AgeBased::new(&AgeBasedSettings { age: Some(age) }, &built(settings)).unwrap()
    }

    /// What it does along a path of wear; 5 is down, where only waiting is allowed.
    fn actions(agent: &mut AgeBased, path: &[Level]) -> Vec<Level> {
        let wait = [true, false, false];
        path.iter()
            .map(|&wear| {
                let allowed = (wear == 5).then_some(wait.as_slice());
                decided(agent, &seeing(&[wear], allowed), 1)[0]
            })
            .collect()
    }

    #[test]
    fn where_the_wear_is_the_age_it_is_read() {
        let mut agent = agent(&[0.0, 1.0], 3, 0);
        assert_eq!(agent.name(), "Age-based");
        assert_eq!(actions(&mut agent, &[0, 1, 2, 3, 1, 4, 5, 0]), [0, 0, 0, 2, 0, 2, 0, 0]);
        let mut probabilities = [9.0; 3];
        assert!(agent.target_policy(&seeing(&[3], None), &mut probabilities));
        assert_eq!(probabilities, [0.0, 0.0, 1.0]);
    }

    #[test]
    fn where_wear_moves_by_chance_worked_beats_are_counted() {
        // Replaced and worked in one beat: it is one beat old in the next.
        let mut at_once = agent(&[0.5, 0.5], 3, 0);
        let path = [0, 0, 1, 1, 0, 1, 1, 2];
        let done = [0, 0, 0, REPLACE, 0, 0, REPLACE, 0];
        assert_eq!(actions(&mut at_once, &path), done);
        assert!(!at_once.target_policy(&seeing(&[0], None), &mut [0.0; 3]));
        // Where replacing takes the beat, it is new in the next.
        let mut slowly = agent(&[0.5, 0.5], 3, 1);
        let path = [0, 0, 1, 1, 0, 1, 1, 2];
        assert_eq!(actions(&mut slowly, &path), [0, 0, 0, REPLACE, 0, 0, 0, REPLACE]);
        // A repair ends as new, and wear that falls was a failure.
        let mut failing = agent(&[0.5, 0.5], 3, 0);
        let path = [1, 1, 5, 5, 0, 1, 2, 2, 1, 0, 1, 1, 1];
        let done = [0, 0, 0, 0, 0, 0, 0, REPLACE, 0, 0, 0, 0, REPLACE];
        assert_eq!(actions(&mut failing, &path), done);
        failing.begin_episode();
        assert_eq!(actions(&mut failing, &[1, 1]), [0, 0]);
        // Where every beat wears, wear 0 is new even in the beat after a replacement.
        let mut wearing = agent(&[0.0, 0.5, 0.5], 2, 0);
        assert_eq!(actions(&mut wearing, &[0, 1, 3, 0, 1, 2]), [0, 0, REPLACE, 0, 0, REPLACE]);
    }

    #[test]
    fn faults_are_named() {
        let seen = built(worn(&[0.0, 1.0]));
        let counted = built(worn(&[0.5, 0.25, 0.25]));
        let paths = |age, environment: &AnyEnvironment| {
            let found = faults(&AgeBasedSettings { age }, environment);
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(None, &seen), [""; 0]);
        assert_eq!(paths(Some(5), &seen), [""; 0]);
        assert_eq!(paths(Some(6), &seen), ["age"]);
        assert_eq!(paths(Some(6), &counted), [""; 0]);
        assert_eq!(paths(Some(0), &counted), ["age"]);
        let mut kept = worn(&[0.0, 1.0]);
        kept.replace = None;
        assert_eq!(paths(None, &built(kept)), [""]);
        let several = ReplacementSettings { units: 2, ..worn(&[0.0, 1.0]) };
        assert_eq!(paths(None, &built(several)), [""]);
        // 3 · 5 states at 0.75 states a beat.
        let AnyEnvironment::Replacement(machine) = counted else { unreachable!() };
        assert_eq!(loosest_age(&machine), 20);
    }
}
