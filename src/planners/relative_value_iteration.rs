//! Relative value iteration for the average reward, with every sweep damped so that it converges
//! on periodic models too.
//!
//! v ← v + τ(Tv − v) − c, with c such that v stays 0 in a reference state (White 1963; Puterman
//! 1994, section 8.5.5), and 0 < τ < 1 the aperiodicity transformation of section 8.5.4: the
//! damped model has the same policies and relative values, and gains τg. The bounds on the gain
//! are those of the undamped Tv − v.

use std::sync::Arc;

use super::core::{Core, planner_reads_core};
use super::{PlanError, Planner};
use crate::mdp::{Criterion, Model};

/// How far each sweep goes towards Tv. A cycle of d states damps by |1 − τ + τ e^(2πi/d)| a
/// sweep; less than 1 costs a model that is aperiodic anyway the missing share of each sweep.
pub const DAMPING: f64 = 0.9;

/// Damped relative value iteration from v = 0.
#[derive(Debug, Clone)]
pub struct RelativeValueIteration {
    core: Core,
}

impl RelativeValueIteration {
    /// For the average reward of a model without terminal states.
    pub fn new(model: Arc<Model>) -> Result<Self, PlanError> {
        Ok(Self { core: Core::new(model, Criterion::Average)? })
    }
}

impl Core {
    /// After a certifying sweep, v ← Tv, or v ← v + τ(Tv − v) − c for the average reward.
    pub(super) fn step_values(&mut self) {
        if self.criterion == Criterion::Average {
            for (value, backed_up) in self.values.iter_mut().zip(&self.backed_up) {
                *value += DAMPING * (backed_up - *value);
            }
            self.shift_values();
        } else {
            self.values.copy_from_slice(&self.backed_up);
        }
    }

    /// Makes relative values 0 in the reference state; leaves others alone.
    pub(super) fn shift_values(&mut self) {
        if self.criterion == Criterion::Average {
            let shift = self.values.get(self.reference()).copied().unwrap_or(0.0);
            self.values.iter_mut().for_each(|value| *value -= shift);
        }
    }
}

impl Planner for RelativeValueIteration {
    fn name(&self) -> &'static str {
        "Relative value iteration"
    }

    fn advance(&mut self, budget: u64) -> u64 {
        let before = self.core.backups;
        while !self.core.is_settled() {
            self.core.certify(true);
            self.core.step_values();
            if self.core.backups - before >= budget {
                break;
            }
        }
        self.core.backups - before
    }

    fn values(&self) -> &[f64] {
        &self.core.values
    }

    planner_reads_core!();
}
