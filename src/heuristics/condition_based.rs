//! Condition-based maintenance: a machine is treated once its wear has reached a limit.
//!
//! At wear c or above the machine is replaced, or maintained, and below it is run: a control limit
//! on what is seen. Where wear never mends by itself and everything gets worse with it, the best
//! policy is of this form. Source: Derman (1963), "On optimal replacement rules when changes of state
//! are Markovian"; Puterman (1994), sec. 4.7.3, who calls c the control limit.
//!
//! Of several units each is treated from the limit on. Where their treatment shares a set-up, those
//! from a second, lower limit on are treated along with one that is due, or with one that is down where
//! its repair saves the set-up (an (n, N) policy: Radner & Jorgenson 1963, "Opportunistic replacement of
//! a single part in the presence of several monitored parts"; Dekker, Wildeman & van der Duyn Schouten
//! 1997).

use serde::{Deserialize, Serialize};

use super::run_to_failure::machine_of;
use super::{Heuristic, Rule};
use crate::environments::replacement::{RUN, Replacement};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Environment, Level};

/// What is done to a machine that is worn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Treatment {
    /// It is maintained.
    Maintain,
    /// It is replaced by a new one.
    Replace,
}

/// What condition-based maintenance goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConditionBasedSettings {
    /// The wear c from which on the machine is treated; `None` where the best is to be found.
    pub control_limit: Option<u32>,
    /// The wear from which on a unit is treated along with one that is due, where there are several
    /// units; none is by default.
    pub joint_limit: Option<u32>,
    /// What is done then; where `None`, it is replaced if it can be, else maintained.
    pub treatment: Option<Treatment>,
}

const NAME: &str = "Condition-based";

/// The rule, ready to be applied.
#[derive(Debug, Clone, Copy)]
pub struct WearLimit {
    limit: Level,
    joint: Level,
    /// From which wear on a unit is none that the others are treated along with: down, or above all.
    out: Level,
    treated: Level,
}

impl Rule for WearLimit {
    fn name(&self) -> &str {
        NAME
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        let due = seen.iter().any(|wear| *wear >= self.limit && *wear < self.out);
        let limit = if due { self.joint } else { self.limit };
        for (action, wear) in action.iter_mut().zip(seen) {
            *action = if *wear >= limit { self.treated } else { RUN };
        }
    }
}

/// The agent that treats a machine by its condition.
pub type ConditionBased = Heuristic<WearLimit>;

impl ConditionBased {
    /// The agent of these settings, whose limit must be given, or all that is wrong with them here.
    pub fn new(
        settings: &ConditionBasedSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let machine = machine_of(NAME, environment)?;
        let limit = settings.control_limit.unwrap_or_else(|| loosest_limit(machine));
        let level = |limit: u32| Level::try_from(limit).unwrap_or(Level::MAX);
        let limit = level(limit);
        let joint = settings.joint_limit.map_or(limit, level).min(limit);
        // A unit that is down is due where its repair saves the others their set-up.
        let out = match machine.settings().down_opens {
            true => Level::MAX,
            false => level(loosest_limit(machine)),
        };
        let treated = action_of(machine, settings.treatment).unwrap_or(RUN);
        let rule = WearLimit { limit, joint, out, treated };
        Ok(Self::following(rule, machine.action_space()))
    }
}

/// The limit that is never reached: one above the highest wear.
pub fn loosest_limit(machine: &Replacement) -> u32 {
    u32::try_from(machine.settings().states).unwrap_or(u32::MAX)
}

/// The level of the action that treats the machine, if it is offered.
pub(super) fn action_of(machine: &Replacement, treatment: Option<Treatment>) -> Option<Level> {
    let settings = machine.settings();
    let maintains = settings.maintain.is_some();
    // Behind run come maintain and replace, as far as they are offered.
    let maintain = maintains.then_some(RUN + 1);
    let replace = settings.replace.is_some().then_some(RUN + 1 + Level::from(maintains));
    match treatment {
        Some(Treatment::Maintain) => maintain,
        Some(Treatment::Replace) => replace,
        None => replace.or(maintain),
    }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(
    settings: &ConditionBasedSettings,
    environment: &AnyEnvironment,
) -> Vec<SettingError> {
    let machine = match machine_of("condition-based maintenance", environment) {
        Ok(machine) => machine,
        Err(faults) => return faults,
    };
    let mut found = Vec::new();
    if action_of(machine, settings.treatment).is_none() {
        found.push(match settings.treatment {
            None => SettingError {
                path: String::new(),
                message: "this machine can be neither maintained nor replaced".to_owned(),
                remedy: "choose another agent, such as `RunToFailure`".to_owned(),
            },
            Some(treatment) => SettingError {
                path: "treatment".to_owned(),
                message: format!("`{treatment:?}` is not offered here"),
                remedy: "leave it out, to do what is offered".to_owned(),
            },
        });
    }
    let most = loosest_limit(machine);
    for (path, limit) in
        [("control_limit", settings.control_limit), ("joint_limit", settings.joint_limit)]
    {
        if let Some(limit) = limit.filter(|limit| *limit > most) {
            found.push(SettingError {
                path: path.to_owned(),
                message: format!("the wear is never {limit}"),
                remedy: format!("give a limit from 0 to {most}, or none to have the best found"),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::run_to_failure::tests::{built, worn};
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::ReplacementSettings;
    use crate::mdp::Agent;

    fn actions(settings: ConditionBasedSettings) -> Vec<Level> {
        let environment = built(worn(&[0.5, 0.5]));
        let mut agent = ConditionBased::new(&settings, &environment).unwrap();
        assert_eq!(agent.name(), "Condition-based");
        // While it is down (5), only waiting for the repair is allowed.
        let wait = [true, false, false];
        (0..=5)
            .map(|wear| {
                let allowed = (wear == 5).then_some(wait.as_slice());
                decided(&mut agent, &seeing(&[wear], allowed), 1)[0]
            })
            .collect()
    }

    #[test]
    fn a_machine_is_treated_from_its_limit_on() {
        let with = |limit, treatment| ConditionBasedSettings {
            control_limit: Some(limit),
            joint_limit: None,
            treatment,
        };
        assert_eq!(actions(with(3, None)), [0, 0, 0, 2, 2, 0]);
        assert_eq!(actions(with(3, Some(Treatment::Maintain))), [0, 0, 0, 1, 1, 0]);
        assert_eq!(actions(with(1, Some(Treatment::Replace))), [0, 2, 2, 2, 2, 0]);
        assert_eq!(actions(with(0, None)), [2, 2, 2, 2, 2, 0]);
        assert_eq!(actions(with(5, None)), [0; 6]);
    }

    /// Two units; 5 is down, where only waiting is allowed.
    #[test]
    fn a_unit_is_treated_along_with_one_that_is_due() {
        let pair = ReplacementSettings { units: 2, ..worn(&[0.5, 0.5]) };
        let opened = built(ReplacementSettings { down_opens: true, ..pair.clone() });
        let pair = built(pair);
        let done_in = |environment: &AnyEnvironment, joint_limit, state: [Level; 2]| {
            let settings =
                ConditionBasedSettings { control_limit: Some(3), joint_limit, treatment: None };
            let mut agent = ConditionBased::new(&settings, environment).unwrap();
            let (space, AnyEnvironment::Replacement(machine)) =
                (environment.action_space(), environment)
            else {
                unreachable!()
            };
            let allowed: Vec<bool> = (0..9)
                .map(|index| {
                    let mut action = [0; 2];
                    space.levels(index, &mut action);
                    machine.allows(&state, &action)
                })
                .collect();
            decided(&mut agent, &seeing(&state, Some(&allowed)), 2)
        };
        let done = |joint_limit, state| done_in(&pair, joint_limit, state);
        assert_eq!(done(None, [3, 2]), [2, 0]);
        assert_eq!(done(None, [4, 3]), [2, 2]);
        assert_eq!(done(Some(1), [2, 2]), [0, 0]);
        assert_eq!(done(Some(1), [1, 3]), [2, 2]);
        assert_eq!(done(Some(1), [0, 3]), [0, 2]);
        // Who is down is not due: it is being repaired.
        assert_eq!(done(Some(1), [5, 2]), [0, 0]);
        assert_eq!(done(Some(1), [5, 4]), [0, 2]);
        // Where its repair has opened all, those from the second limit on are treated meanwhile.
        assert_eq!(done_in(&opened, Some(1), [5, 2]), [0, 2]);
        assert_eq!(done_in(&opened, Some(1), [5, 0]), [0, 0]);
        assert_eq!(done_in(&opened, None, [5, 2]), [0, 0]);
    }

    #[test]
    fn what_is_not_offered_is_told() {
        let with = |maintain: bool, replace: bool| {
            let mut settings = worn(&[0.5, 0.5]);
            settings.maintain = settings.maintain.filter(|_| maintain);
            settings.replace = settings.replace.filter(|_| replace);
            built(settings)
        };
        let paths = |limit, treatment, environment: &AnyEnvironment| {
            let found = faults(
                &ConditionBasedSettings { control_limit: limit, joint_limit: None, treatment },
                environment,
            );
            found.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(None, None, &with(true, false)), [""; 0]);
        assert_eq!(paths(Some(6), None, &with(true, true)), ["control_limit"]);
        assert_eq!(paths(None, Some(Treatment::Replace), &with(true, false)), ["treatment"]);
        assert_eq!(paths(None, None, &with(false, false)), [""]);
        let only_replace = with(false, true);
        let settings = ConditionBasedSettings { control_limit: Some(2), ..Default::default() };
        let mut agent = ConditionBased::new(&settings, &only_replace).unwrap();
        assert_eq!(decided(&mut agent, &seeing(&[2], None), 1), [1]);
    }
}
