//! Which agent a scenario names, with its settings: plain data, from which experiments build it.

use serde::{Deserialize, Serialize};

use super::rollout::RolloutSettings;
use crate::environments::{AnyEnvironment, SettingError};
use crate::heuristics::{
    AgeBasedSettings, BaseStockSettings, ConditionBasedSettings, ConwipSettings,
    HysteresisSettings, RunToFailure, Threshold, ThresholdSettings, age_based, base_stock,
    condition_based, conwip, hysteresis,
};
use crate::learners::{DynaSettings, NStepSettings, TabularSettings, TraceSettings, sarsa};
use crate::mdp::{BufferPlace, Criterion};
use crate::planners::Method;

/// An agent as a scenario names it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum AgentSpec {
    /// Every machine always runs; on the chain it always walks right.
    #[default]
    AlwaysRun,
    /// Every allowed action with the same probability.
    Random,
    /// One action while a variable is below a level, another from it on.
    Threshold(ThresholdSettings),
    /// A machine runs while the buffer behind it is below its level.
    Kanban(KanbanSettings),
    /// The first machine runs while the parts in the line are below a cap.
    Conwip(ConwipSettings),
    /// A machine runs while the stock from it to the end of the line is below its level.
    BaseStock(BaseStockSettings),
    /// A machine starts when its buffer has run low and stops when it is full again.
    Hysteresis(HysteresisSettings),
    /// A machine that wears is never treated before it fails.
    RunToFailure,
    /// A machine that wears is replaced at an age.
    AgeBased(AgeBasedSettings),
    /// A machine that wears is treated from a wear on.
    ConditionBased(ConditionBasedSettings),
    /// Tries every action in simulated futures in which a rule of thumb acts thereafter.
    Rollout(RolloutSettings),
    /// A person, who gives every action.
    Person,
    /// The best policy, once it has been computed.
    Optimum(OptimumSettings),
    /// Q-learning.
    QLearning(TabularSettings),
    /// SARSA.
    Sarsa(TabularSettings),
    /// Expected SARSA.
    ExpectedSarsa(TabularSettings),
    /// Double Q-learning.
    DoubleQ(TabularSettings),
    /// n-step SARSA.
    NStepSarsa(NStepSettings),
    /// SARSA with traces.
    SarsaLambda(TraceSettings),
    /// Q-learning with traces, after Watkins.
    QLambda(TraceSettings),
    /// Q-learning that goes over what it remembers.
    DynaQ(DynaSettings),
}

/// Kanban levels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KanbanSettings {
    /// A level for each buffer in the order of the line; none where the best are to be found.
    pub levels: Vec<u32>,
}

/// How the best policy is computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimumSettings {
    /// By which method; the fastest for the criterion where none is named.
    pub method: Option<Method>,
    /// How near its value must surely be to the best, in currency: at the start, or a beat for the
    /// average reward. 1e-6 by default.
    pub precision: f64,
}

impl Default for OptimumSettings {
    fn default() -> Self {
        Self { method: None, precision: 1e-6 }
    }
}

impl AgentSpec {
    /// The name people know it by.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AlwaysRun => "Always run",
            Self::Random => "Random",
            Self::Threshold(_) => "Threshold",
            Self::Kanban(_) => "Kanban",
            Self::Conwip(_) => "CONWIP",
            Self::BaseStock(_) => "Base stock",
            Self::Hysteresis(_) => "Hysteresis",
            Self::RunToFailure => "Run to failure",
            Self::AgeBased(_) => "Age-based",
            Self::ConditionBased(_) => "Condition-based",
            Self::Rollout(_) => "Rollout",
            Self::Person => "Person",
            Self::Optimum(_) => "Optimum",
            Self::QLearning(_) => "Q-learning",
            Self::Sarsa(_) => "SARSA",
            Self::ExpectedSarsa(_) => "Expected SARSA",
            Self::DoubleQ(_) => "Double Q-learning",
            Self::NStepSarsa(_) => "n-step SARSA",
            Self::SarsaLambda(_) => "SARSA(λ)",
            Self::QLambda(_) => "Q(λ)",
            Self::DynaQ(_) => "Dyna-Q",
        }
    }

    /// The settings of a learner, if it is one.
    pub fn learner(&self) -> Option<&TabularSettings> {
        match self {
            Self::QLearning(settings)
            | Self::Sarsa(settings)
            | Self::ExpectedSarsa(settings)
            | Self::DoubleQ(settings) => Some(settings),
            Self::NStepSarsa(settings) => Some(&settings.table),
            Self::SarsaLambda(settings) | Self::QLambda(settings) => Some(&settings.table),
            Self::DynaQ(settings) => Some(&settings.table),
            // Rules of thumb, the optimum and a person do not learn.
            _ => None,
        }
    }

    /// The settings of a learner, to be changed.
    pub fn learner_mut(&mut self) -> Option<&mut TabularSettings> {
        match self {
            Self::QLearning(settings)
            | Self::Sarsa(settings)
            | Self::ExpectedSarsa(settings)
            | Self::DoubleQ(settings) => Some(settings),
            Self::NStepSarsa(settings) => Some(&mut settings.table),
            Self::SarsaLambda(settings) | Self::QLambda(settings) => Some(&mut settings.table),
            Self::DynaQ(settings) => Some(&mut settings.table),
            // Rules of thumb, the optimum and a person do not learn.
            _ => None,
        }
    }

    /// Every learner with its usual settings.
    pub fn learners() -> [Self; 8] {
        [
            Self::QLearning(Default::default()),
            Self::Sarsa(Default::default()),
            Self::ExpectedSarsa(Default::default()),
            Self::DoubleQ(Default::default()),
            Self::NStepSarsa(Default::default()),
            Self::SarsaLambda(Default::default()),
            Self::QLambda(Default::default()),
            Self::DynaQ(Default::default()),
        ]
    }

    /// Every rule of thumb with the settings to begin with here; those that can be found are left
    /// to be.
    pub fn rules(environment: &AnyEnvironment) -> [Self; 11] {
        [
            Self::AlwaysRun,
            Self::Random,
            Self::Threshold(ThresholdSettings::suggested(environment)),
            Self::Kanban(Default::default()),
            Self::Conwip(Default::default()),
            Self::BaseStock(Default::default()),
            Self::Hysteresis(Default::default()),
            Self::RunToFailure,
            Self::AgeBased(Default::default()),
            Self::ConditionBased(Default::default()),
            Self::Rollout(Default::default()),
        ]
    }

    /// Whether it is a learner that goes on, with what it has learned, when it is given the wanted
    /// settings: one of the same kind.
    pub fn goes_on_as(&self, wanted: &Self) -> bool {
        self.learner().is_some() && std::mem::discriminant(self) == std::mem::discriminant(wanted)
    }

    /// What is wrong with a learner's settings whichever environment it learns in.
    pub fn own_faults(&self) -> Vec<SettingError> {
        match self {
            Self::NStepSarsa(settings) => settings.validate(),
            Self::SarsaLambda(settings) | Self::QLambda(settings) => settings.validate(),
            Self::DynaQ(settings) => settings.validate(),
            Self::Rollout(settings) => settings.validate(),
            other => other.learner().map(TabularSettings::validate).unwrap_or_default(),
        }
    }

    /// The discount factor that a learner learns with under a criterion.
    pub fn discount(&self, criterion: Criterion) -> Option<f64> {
        match self {
            Self::Sarsa(_)
            | Self::ExpectedSarsa(_)
            | Self::NStepSarsa(_)
            | Self::SarsaLambda(_) => {
                self.learner().map(|settings| sarsa::discount_for(settings, criterion))
            }
            other => other.learner().map(|settings| settings.discount_for(criterion)),
        }
    }

    /// All that is wrong with it in this environment, paths below the agent; empty for nothing.
    pub fn faults(&self, environment: &AnyEnvironment) -> Vec<SettingError> {
        match self {
            Self::AlwaysRun | Self::Random | Self::Person => Vec::new(),
            Self::Optimum(settings) => {
                let fine = settings.precision > 0.0 && settings.precision.is_finite();
                let fault = || SettingError {
                    path: "precision".to_owned(),
                    message: format!("{} is no precision to be reached", settings.precision),
                    remedy: "give a number above 0, such as 1e-6".to_owned(),
                };
                if fine { Vec::new() } else { vec![fault()] }
            }
            Self::Threshold(settings) => {
                let (states, actions) = (environment.state_space(), environment.action_space());
                Threshold::new(settings, states, actions).err().unwrap_or_default()
            }
            Self::Kanban(settings) => kanban_faults(settings, environment),
            Self::Conwip(settings) => conwip::faults(settings, environment),
            Self::BaseStock(settings) => base_stock::faults(settings, environment),
            Self::Hysteresis(settings) => hysteresis::faults(settings, environment),
            Self::RunToFailure => RunToFailure::new(environment).err().unwrap_or_default(),
            Self::AgeBased(settings) => age_based::faults(settings, environment),
            Self::ConditionBased(settings) => condition_based::faults(settings, environment),
            Self::Rollout(settings) => settings.faults(environment),
            learner => {
                let mut faults = learner.own_faults();
                let undiscounted = |own: &TabularSettings| own.discount == Some(1.0);
                if learner.learner().is_some_and(undiscounted) && !environment.ends() {
                    faults.push(learner.endless());
                }
                faults
            }
        }
    }

    /// What is wrong with a discount of 1 where nothing ends: Q would grow without bound.
    fn endless(&self) -> SettingError {
        let own = matches!(
            self,
            Self::QLearning(_) | Self::Sarsa(_) | Self::ExpectedSarsa(_) | Self::DoubleQ(_)
        );
        SettingError {
            path: if own { "discount" } else { "table.discount" }.to_owned(),
            message: "this environment never ends, so that values grow without bound at a \
                      discount of 1"
                .to_owned(),
            remedy: "give a number below 1, such as 0.95, or leave it out".to_owned(),
        }
    }
}

fn kanban_faults(settings: &KanbanSettings, environment: &AnyEnvironment) -> Vec<SettingError> {
    let buffers = &environment.places().buffers;
    if buffers.is_empty() {
        return vec![SettingError {
            path: String::new(),
            message: "there are no buffers here whose levels could be held".to_owned(),
            remedy: "choose another agent, such as `AlwaysRun`".to_owned(),
        }];
    }
    let levels = &settings.levels;
    if !levels.is_empty() && levels.len() != buffers.len() {
        return vec![SettingError {
            path: "levels".to_owned(),
            message: format!("{} levels do not fit {} buffers", levels.len(), buffers.len()),
            remedy: format!("give {} levels, or none to have the best found", buffers.len()),
        }];
    }
    let above = |(place, (level, buffer)): (usize, (&u32, &BufferPlace))| {
        // One above the capacity never holds a machine back.
        let most = buffer.capacity.saturating_add(1);
        (*level > most).then(|| SettingError {
            path: format!("levels[{place}]"),
            message: format!("`{}` never holds {level} parts", buffer.name),
            remedy: format!("give a level from 0 to {most}"),
        })
    };
    levels.iter().zip(buffers).enumerate().filter_map(above).collect()
}
