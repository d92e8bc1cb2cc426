//! Value iteration: v ← Tv, all states at once (Jacobi), for discounted and total reward.
//!
//! Source: Bellman 1957; Puterman 1994, sections 6.3 (discounted) and 7.2 (total). The bounds are
//! MacQueen's and Porteus's, renewed by every sweep, so it stops long before v itself converges.
//! From v = 0 a total can come to rest at the worth of policies that stay for ever; it then begins
//! again from the values of one that ends.

use std::sync::Arc;

use super::core::{Core, planner_reads_core};
use super::{PlanError, Planner};
use crate::mdp::{Criterion, Model};

/// Synchronous value iteration from v = 0.
#[derive(Debug, Clone)]
pub struct ValueIteration {
    core: Core,
}

impl ValueIteration {
    /// For discounted or total reward; for the average see [`super::RelativeValueIteration`].
    pub fn new(model: Arc<Model>, criterion: Criterion) -> Result<Self, PlanError> {
        if criterion == Criterion::Average {
            return Err(PlanError::Method {
                method: "value iteration",
                criterion: criterion.name(),
                instead: "relative value iteration",
            });
        }
        Ok(Self { core: Core::new(model, criterion)? })
    }
}

impl Planner for ValueIteration {
    fn name(&self) -> &'static str {
        "Value iteration"
    }

    fn advance(&mut self, budget: u64) -> u64 {
        let before = self.core.backups;
        while !self.core.is_settled() {
            // v ← Tv of the sweep before; at first both are 0.
            std::mem::swap(&mut self.core.values, &mut self.core.backed_up);
            self.core.certify(true);
            if self.core.backups - before >= budget {
                break;
            }
        }
        self.core.backups - before
    }

    fn values(&self) -> &[f64] {
        // The newest sweep's values, which the bounds belong to.
        self.core.backed_up.as_slice()
    }

    planner_reads_core!();
}
