//! How an agent that looks ahead does so: plain data, from which experiments build it.

use serde::{Deserialize, Serialize};

use super::AgentSpec;
use crate::environments::{AnyEnvironment, SettingError};
use crate::learners::fewer_actions;
use crate::mdp::enumerate::ACTION_LIMIT;

/// The most futures of an action.
const MOST_FUTURES: u32 = 10_000;
/// The most beats of a future.
const MOST_BEATS: u32 = 100_000;

/// What greedy rollout goes by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RolloutSettings {
    /// The rule of thumb that acts after the first action. Always run by default.
    pub base: Box<AgentSpec>,
    /// How many futures each action is tried in, all actions in the same: n, 1 to 10,000. 8 by
    /// default.
    pub futures: u32,
    /// How many beats a future lasts, that of the action included: H, 1 to 100,000. 30 by default.
    pub beats: u32,
}

impl Default for RolloutSettings {
    fn default() -> Self {
        Self { base: Box::default(), futures: 8, beats: 30 }
    }
}

impl RolloutSettings {
    /// All that is wrong with the numbers; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let numbers =
            [("futures", self.futures, MOST_FUTURES, 8), ("beats", self.beats, MOST_BEATS, 30)];
        let wrong =
            numbers.into_iter().filter(|(_, number, most, _)| !(1..=*most).contains(number));
        let fault = wrong.map(|(path, number, most, usual)| SettingError {
            path: path.to_owned(),
            message: format!("{number} {path} cannot be looked ahead"),
            remedy: format!("give a whole number from 1 to {most}, such as {usual}"),
        });
        fault.collect()
    }

    /// All that is wrong here; empty for nothing.
    pub fn faults(&self, environment: &AnyEnvironment) -> Vec<SettingError> {
        let mut faults = self.validate();
        let actions = environment.action_space().count().unwrap_or(u64::MAX);
        if actions > ACTION_LIMIT {
            faults.push(SettingError {
                path: String::new(),
                message: format!(
                    "there are more than {ACTION_LIMIT} actions here, too many to try each"
                ),
                remedy: format!(
                    "{}, or choose its rule alone",
                    fewer_actions(environment.action_space())
                ),
            });
        }
        if !environment.erased().observes_state() {
            faults.push(SettingError {
                path: String::new(),
                message: "the state is not seen here, so that no future can begin from it"
                    .to_owned(),
                remedy: "choose another agent".to_owned(),
            });
        }
        faults.extend(self.base.faults_as_base("base", environment));
        faults
    }
}

impl AgentSpec {
    /// All that is wrong with it as the rule of thumb that acts for another agent, whose field
    /// `path` it is; empty for nothing.
    pub(super) fn faults_as_base(
        &self,
        path: &str,
        environment: &AnyEnvironment,
    ) -> Vec<SettingError> {
        if !self.is_base() {
            return vec![SettingError {
                path: path.to_owned(),
                message: format!("{} is no rule of thumb that could act here", self.name()),
                remedy: "choose one, such as `AlwaysRun`".to_owned(),
            }];
        }
        let below = |mut fault: SettingError| {
            let dot = if fault.path.is_empty() { "" } else { "." };
            fault.path = format!("{path}{dot}{}", fault.path);
            fault
        };
        self.faults(environment).into_iter().map(below).collect()
    }

    /// Whether it can act for another agent, in the futures of a rollout or where its values are
    /// predicted: a rule of thumb that looks ahead no further itself.
    pub fn is_base(&self) -> bool {
        matches!(
            self,
            Self::AlwaysRun
                | Self::Random
                | Self::Threshold(_)
                | Self::Kanban(_)
                | Self::Conwip(_)
                | Self::BaseStock(_)
                | Self::Hysteresis(_)
                | Self::ReorderPoint(_)
                | Self::Forecast(_)
                | Self::RunToFailure
                | Self::AgeBased(_)
                | Self::ConditionBased(_)
                | Self::LongestQueue(_)
                | Self::CMu(_)
                | Self::FirstBuffer
                | Self::LastBuffer
                | Self::NearestJob(_)
                | Self::ProduceUpTo(_)
                | Self::PeriodicInspection(_)
                | Self::Dispatch(_)
        )
    }
}
