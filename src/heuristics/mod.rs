//! The rules of thumb that practice uses and learning must beat.
//!
//! A deterministic rule implements [`Rule`]: what is seen decides the levels of the action, so that
//! it works however large the spaces are; [`Heuristic`] makes an agent of it. To add one, write
//! its file here with its rule in the header and add its `mod` line below. Nothing here learns.

pub mod age_based;
pub mod always_run;
pub mod base_stock;
pub mod condition_based;
pub mod conwip;
pub mod dispatch;
pub mod fixed;
pub mod forecast;
pub mod hysteresis;
pub mod kanban;
pub mod nearest_job;
pub mod periodic_inspection;
pub mod produce_up_to;
pub mod random;
pub mod reorder_point;
pub mod run_to_failure;
pub mod search;
pub mod serving;
pub mod stock;
pub mod threshold;

pub use age_based::{AgeBased, AgeBasedSettings};
pub use always_run::AlwaysRun;
pub use base_stock::{BaseStockSettings, base_stock};
pub use condition_based::{ConditionBased, ConditionBasedSettings};
pub use conwip::{ConwipSettings, conwip};
pub use dispatch::{Dispatch, DispatchSettings, Priority};
pub use fixed::FixedPolicy;
pub use forecast::{Forecast, ForecastSettings};
pub use hysteresis::{Hysteresis, HysteresisSettings};
pub use kanban::{Kanban, Limit};
pub use nearest_job::{NearestJob, NearestJobSettings};
pub use periodic_inspection::{PeriodicInspection, PeriodicInspectionSettings};
pub use produce_up_to::{NextProduct, ProduceUpTo, ProduceUpToSettings};
pub use random::Random;
pub use reorder_point::{ReorderPoint, ReorderPointSettings};
pub use run_to_failure::RunToFailure;
pub use search::{Found, best_levels};
pub use serving::{Order, Serving, ServingSettings};
pub use threshold::{LevelName, Threshold, ThresholdSettings};

use std::sync::Arc;

use crate::mdp::{Agent, Decision, Dice, Level, Situation, Space};

/// A deterministic rule of thumb.
pub trait Rule: Clone + Send + Sync + 'static {
    /// The name people know it by: "Kanban".
    fn name(&self) -> &str;

    /// Writes the levels of the action for what is seen, each within its variable's bounds.
    fn apply(&self, seen: &[Level], action: &mut [Level]);
}

/// An agent that follows a rule.
///
/// Where the rule's action is not allowed, the nearest allowed one is taken: that with the least
/// sum of differences of levels, the lowest-numbered among equals. Where there are too many actions
/// to be listed, the run finds one that is allowed ([`crate::mdp::settle`]).
#[derive(Debug, Clone)]
pub struct Heuristic<R> {
    rule: R,
    actions: Arc<Space>,
}

impl<R: Rule> Heuristic<R> {
    /// Follows this rule, whose actions are of this space.
    fn following(rule: R, actions: &Space) -> Self {
        Self { rule, actions: Arc::new(actions.clone()) }
    }

    /// The rule followed.
    pub fn rule(&self) -> &R {
        &self.rule
    }

    #[inline(always)]
    fn act(&self, situation: &Situation<'_>, action: &mut [Level]) {
        self.rule.apply(situation.levels, action);
        if let Some(allowed) = situation.allowed {
            settle(&self.actions, allowed, action);
        }
    }
}

impl<R: Rule> Agent for Heuristic<R> {
    fn name(&self) -> &str {
        self.rule.name()
    }

    #[inline]
    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        self.act(situation, action);
        Decision::Made
    }

    fn target_policy(&self, situation: &Situation<'_>, probabilities: &mut [f64]) -> bool {
        if self.actions.count() != Ok(probabilities.len() as u64) {
            return false;
        }
        let mut action = vec![0; self.actions.len()];
        self.act(situation, &mut action);
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

/// Replaces an action that is not allowed by the nearest that is.
#[inline]
fn settle(actions: &Space, allowed: &[bool], action: &mut [Level]) {
    let allows = |flat: usize| allowed.get(flat).copied().unwrap_or(false);
    if actions.count().is_err() || allows(actions.index(action) as usize) {
        return;
    }
    let distance = |flat: usize| -> u64 {
        let levels = actions.variables().iter().enumerate().map(|(place, variable)| {
            let above = flat as u64 / actions.stride(place) % variable.size();
            i64::from(variable.low) + above as i64
        });
        levels.zip(&*action).map(|(level, wished)| level.abs_diff(i64::from(*wished))).sum()
    };
    let nearest =
        (0..allowed.len()).filter(|flat| allows(*flat)).min_by_key(|flat| distance(*flat));
    if let Some(flat) = nearest {
        actions.levels(flat as u64, action);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::{Luck, Variable};

    pub(super) fn seeing<'a>(levels: &'a [Level], allowed: Option<&'a [bool]>) -> Situation<'a> {
        Situation { levels, reals: &[], allowed, beat: 0 }
    }

    pub(super) fn decided(
        agent: &mut dyn Agent,
        situation: &Situation<'_>,
        size: usize,
    ) -> Vec<Level> {
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        let mut action = vec![Level::MAX; size];
        assert_eq!(agent.decide(situation, &mut dice, &mut action), Decision::Made);
        action
    }

    #[test]
    fn a_forbidden_action_gives_way_to_the_nearest_allowed() {
        let actions = Space::new(vec![
            Variable::count("a", -1, 1, ""),
            Variable::choice("b", &["off", "on"]),
        ])
        .unwrap();
        // Flat: (−1,0) (−1,1) (0,0) (0,1) (1,0) (1,1).
        let settled = |allowed: [bool; 6], mut action: [Level; 2]| {
            settle(&actions, &allowed, &mut action);
            action
        };
        assert_eq!(settled([true; 6], [1, 1]), [1, 1]);
        assert_eq!(settled([true, true, true, true, true, false], [1, 1]), [0, 1]);
        assert_eq!(settled([true, false, false, false, true, false], [1, 1]), [1, 0]);
        assert_eq!(settled([false; 6], [1, 1]), [1, 1]);
    }
}
