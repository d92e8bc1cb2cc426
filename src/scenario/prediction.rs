//! Which policy's values are predicted, and how: plain data, from which experiments build it.

use serde::{Deserialize, Serialize};

use super::AgentSpec;
use crate::environments::SettingError;
use crate::learners::td_prediction::{LONGEST, MOST_STEPS};
use crate::learners::{
    Figure, Learner, LearnerSettings, Place, PredictionSettings, TableError, Target, TdPrediction,
};
use crate::mdp::{Agent, Criterion, Space};

/// What prediction goes by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PredictionSpec {
    /// The rule of thumb that acts. Always run by default.
    pub policy: Box<AgentSpec>,
    /// How the values of its states are learned.
    pub values: PredictionSettings,
}

impl LearnerSettings for PredictionSpec {
    fn faults(&self) -> Vec<SettingError> {
        let below = |mut fault: SettingError| {
            fault.path.insert_str(0, "values.");
            fault
        };
        self.values.validate().into_iter().map(below).collect()
    }

    fn own_discount(&self) -> (&'static str, Option<f64>) {
        ("values.discount", self.values.discount)
    }

    fn figures(&mut self) -> Vec<Figure<'_>> {
        let mut figures = vec![Figure {
            name: "initial value",
            about: "What every state is thought to be worth before it is met; it holds from the \
                    next reset on",
            low: -1e9,
            high: 1e9,
            place: Place::Real(&mut self.values.initial_value),
        }];
        let whole = |name, about, most: u32, place| Figure {
            name,
            about,
            low: 1.0,
            high: f64::from(most),
            place: Place::Whole(place),
        };
        figures.push(match &mut self.values.target {
            Target::Rewards { steps } => whole(
                "rewards n",
                "Over how many rewards a value looks before it takes the next state's word for \
                 the rest",
                MOST_STEPS,
                steps,
            ),
            Target::Episode { longest, .. } => whole(
                "longest episode",
                "After how many beats without an end what was had so far is settled",
                LONGEST,
                longest,
            ),
        });
        figures
    }
}

impl Learner for TdPrediction {
    type Settings = PredictionSpec;

    fn build(
        settings: &PredictionSpec,
        observations: &Space,
        _actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        Self::without_policy(&settings.values, observations, criterion)
    }

    fn act_by(&mut self, policy: Box<dyn Agent>) {
        Self::act_by(self, policy);
    }

    fn go_on(&mut self, settings: &PredictionSpec, criterion: Criterion) {
        self.retune(&settings.values, criterion);
    }

    fn discount(settings: &PredictionSpec, criterion: Criterion) -> f64 {
        settings.values.discount_for(criterion)
    }
}
