//! Periodic inspection: a machine with a hidden condition is looked at after so many beats, and
//! treated if it is found worn.
//!
//! Once n beats have gone by since the last inspection, treatment or failure it is inspected; where
//! that finds the c-th finding or a later one (the worst condition is the last), it is treated in the
//! next beat: replaced, or where that is not offered maintained. Where no inspection is offered it is
//! treated every n beats, which is age-based replacement by the clock. The agent counts the beats
//! itself, so that its policy is none of what is seen alone. Source: Barlow & Proschan (1965), ch. 4,
//! on inspection at fixed intervals; Derman (1963) on the limit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::environments::inspection::{Inspection, RUN};
use crate::environments::{AnyEnvironment, SettingError};
use crate::mdp::{Agent, Decision, Dice, Environment, Level, Situation, Space};

/// What periodic inspection goes by; where one is left out, both are found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeriodicInspectionSettings {
    /// n: after how many beats it is inspected, 1 or more.
    pub every: Option<u32>,
    /// c: from which finding on it is treated, counted from 0.
    pub treat_from: Option<u32>,
}

const NAME: &str = "Periodic inspection";

/// Beats beyond which an interval is not looked for.
const LONGEST: u32 = 1_000;

/// The agent that inspects at fixed intervals.
#[derive(Debug, Clone)]
pub struct PeriodicInspection {
    every: u32,
    /// The news from which on it is treated.
    treat_from: Level,
    inspect: Option<Level>,
    treat: Option<Level>,
    failed: Option<Level>,
    /// Where the age of the news stands in what is seen.
    since: Option<usize>,
    actions: Arc<Space>,
    /// Beats since the last inspection, treatment or failure, and what was done last.
    last: Option<(u32, Level)>,
}

impl PeriodicInspection {
    /// The agent of these settings, which must be given, or all that is wrong with them here.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn new(
        settings: &PeriodicInspectionSettings,
        environment: &AnyEnvironment,
    ) -> Result<Self, Vec<SettingError>> {
        let found = faults(settings, environment);
        if !found.is_empty() {
            return Err(found);
        }
        let machine = machine_of(environment)?;
        let limit = settings.treat_from.unwrap_or_else(|| loosest_limit(machine));
        Ok(Self {
            every: settings.every.unwrap_or(LONGEST),
            treat_from: machine.finding(limit as usize),
            inspect: machine.inspects(),
            treat: machine.treats(),
            failed: machine.failure(),
            since: machine.observation_space().position("since"),
            actions: Arc::new(machine.action_space().clone()),
            last: None,
        })
    }

    /// The beats since the last inspection, treatment or failure, and what is done now.
    fn choose(&self, situation: &Situation<'_>) -> (u32, Level) {
        let news = situation.levels.first().copied().unwrap_or(0);
        let old = self.since.and_then(|place| situation.levels.get(place)).copied().unwrap_or(0);
        let failed = self.failed == Some(news) && old == 0;
        let (before, done) = match self.last {
            Some((_, done)) if done != RUN => (0, done),
            Some((before, done)) => (before.saturating_add(1), done),
            None => (0, RUN),
        };
        let before = if failed { 0 } else { before };
        let looked = Some(done) == self.inspect && !failed;
        let due = before >= self.every;
        let action = if looked && news >= self.treat_from {
            self.treat
        } else if due {
            self.inspect.or(self.treat)
        } else {
            None
        };
        (before, action.unwrap_or(RUN))
    }
}

impl Agent for PeriodicInspection {
    fn name(&self) -> &str {
        NAME
    }

    fn begin_episode(&mut self) {
        self.last = None;
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        let chosen = self.choose(situation);
        self.last = Some(chosen);
        debug_assert_eq!(action.len(), self.actions.len());
        action.fill(chosen.1);
        Decision::Made
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

/// The longest interval that is looked for.
pub fn loosest_interval() -> u32 {
    LONGEST
}

/// The limit that no finding reaches.
pub fn loosest_limit(machine: &Inspection) -> u32 {
    u32::try_from(machine.settings().findings().len()).unwrap_or(u32::MAX)
}

fn machine_of(environment: &AnyEnvironment) -> Result<&Inspection, Vec<SettingError>> {
    match environment {
        AnyEnvironment::Inspection(machine) => Ok(machine),
        _ => Err(vec![SettingError {
            path: String::new(),
            message:
                "periodic inspection is for a machine whose condition is hidden, and this is none"
                    .to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }]),
    }
}

/// All that is wrong with the settings here; empty for nothing.
pub fn faults(
    settings: &PeriodicInspectionSettings,
    environment: &AnyEnvironment,
) -> Vec<SettingError> {
    let machine = match machine_of(environment) {
        Ok(machine) => machine,
        Err(faults) => return faults,
    };
    let mut found = Vec::new();
    let mut add = |path: &str, message: String, remedy: String| {
        found.push(SettingError { path: path.to_owned(), message, remedy });
    };
    if machine.inspects().is_none() && machine.treats().is_none() {
        add(
            "",
            "this machine can be neither inspected nor treated".to_owned(),
            "choose another agent, such as `AlwaysRun`".to_owned(),
        );
    }
    if settings.every == Some(0) {
        add(
            "every",
            "after 0 beats no beat would be run".to_owned(),
            "give 1 or more, or none to have the best found".to_owned(),
        );
    }
    let most = loosest_limit(machine);
    if let Some(limit) = settings.treat_from.filter(|limit| *limit > most) {
        add(
            "treat_from",
            format!("there is no finding {limit}"),
            format!("give a number from 0 to {most}, or none to have the best found"),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::AnySettings;
    use crate::environments::inspection::{ConditionSettings, InspectionSettings};

    fn built(settings: InspectionSettings) -> AnyEnvironment {
        AnySettings::Inspection(settings).build().unwrap()
    }

    fn actions(environment: &AnyEnvironment, settings: (u32, u32), news: &[Level]) -> Vec<Level> {
        let (every, treat_from) = (Some(settings.0), Some(settings.1));
        let settings = PeriodicInspectionSettings { every, treat_from };
        let mut agent = PeriodicInspection::new(&settings, environment).unwrap();
        agent.begin_episode();
        news.iter().map(|&news| decided(&mut agent, &seeing(&[news], None), 1)[0]).collect()
    }

    /// News: nothing, replaced, good, worn, bad. Run, inspect and replace are 0, 1 and 2.
    #[test]
    fn it_looks_at_intervals_and_treats_what_is_worn() {
        let machine = built(InspectionSettings::default());
        let news = [0, 0, 0, 2, 0, 0, 3, 1, 0, 0];
        assert_eq!(actions(&machine, (2, 1), &news), [0, 0, 1, 0, 0, 1, 2, 0, 0, 1]);
        // From the worst finding on alone; and never.
        assert_eq!(actions(&machine, (2, 2), &news[..8]), [0, 0, 1, 0, 0, 1, 0, 0]);
        assert_eq!(actions(&machine, (1, 3), &[0, 0, 4, 0]), [0, 1, 0, 1]);
    }

    #[test]
    fn without_inspections_it_treats_at_intervals_and_a_failure_starts_the_count_again() {
        let fails = ConditionSettings { fails: 0.5, ..Default::default() };
        let machine = built(InspectionSettings {
            conditions: vec![fails, ConditionSettings::default()],
            inspect: None,
            ..Default::default()
        });
        // News: nothing, replaced, failed.
        assert_eq!(actions(&machine, (3, 0), &[0, 0, 2, 0, 0, 0, 1]), [0, 0, 0, 0, 0, 1, 0]);
    }

    #[test]
    fn faults_are_named() {
        let machine = built(InspectionSettings::default());
        let settings = PeriodicInspectionSettings { every: Some(0), treat_from: Some(4) };
        let paths: Vec<_> = faults(&settings, &machine).into_iter().map(|f| f.path).collect();
        assert_eq!(paths, ["every", "treat_from"]);
        let bare = built(InspectionSettings { inspect: None, replace: None, ..Default::default() });
        assert_eq!(faults(&Default::default(), &bare).len(), 1);
        let chain = AnySettings::Chain(Default::default()).build().unwrap();
        assert_eq!(faults(&Default::default(), &chain).len(), 1);
    }
}
