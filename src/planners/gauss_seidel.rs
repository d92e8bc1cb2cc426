//! Gauss–Seidel value iteration: each state's backup sees those made just before it.
//!
//! v(s) ← max over a of r(s,a) + γ Σ p(s′|s,a) v(s′), in place, states in ascending or descending
//! order (Puterman 1994, section 6.3.3). In-place differences carry no bounds; after a sweep one
//! synchronous backup of the values gives them, and is not kept. On large models it is made only
//! after every fourth sweep.

use std::sync::Arc;

use super::core::{Core, planner_reads_core};
use super::{PlanError, Planner};
use crate::mdp::{Criterion, Model, NO_ROW};

/// Models with more pairs than this are certified every fourth sweep.
const LARGE: u64 = 50_000;

/// The order in which a sweep visits the states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Order {
    /// From state 0 upwards.
    #[default]
    Ascending,
    /// From the last state downwards.
    Descending,
}

/// Value iteration in place, from v = 0.
#[derive(Debug, Clone)]
pub struct GaussSeidel {
    core: Core,
    order: Order,
    /// How many states of the present sweep have been visited.
    visited: usize,
    /// Whether the values moved since the latest certificate.
    moved: bool,
}

impl GaussSeidel {
    /// For discounted or total reward.
    pub fn new(model: Arc<Model>, criterion: Criterion, order: Order) -> Result<Self, PlanError> {
        if criterion == Criterion::Average {
            return Err(PlanError::Method {
                method: "Gauss–Seidel value iteration",
                criterion: criterion.name(),
                instead: "relative value iteration or modified policy iteration",
            });
        }
        Ok(Self { core: Core::new(model, criterion)?, order, visited: 0, moved: false })
    }

    /// Backs up the next state in place; returns 1, or 0 where it is terminal.
    fn back_up_next(&mut self) -> u64 {
        let core = &mut self.core;
        let state = match self.order {
            Order::Ascending => self.visited,
            Order::Descending => core.model.states() - 1 - self.visited,
        };
        self.visited += 1;
        if core.model.is_terminal(state) {
            return 0;
        }
        let gamma = core.criterion.gamma();
        let mut best = f64::NEG_INFINITY;
        let rows = core.model.rows_of_state(state);
        for (&row, reward) in rows.iter().zip(core.model.rewards_of_state(state)) {
            if row != NO_ROW {
                let q = reward + gamma * core.model.expected_in_row(row, &core.values);
                best = if q > best { q } else { best };
            }
        }
        core.values[state] = best;
        1
    }
}

impl Planner for GaussSeidel {
    fn name(&self) -> &'static str {
        "Gauss–Seidel value iteration"
    }

    fn advance(&mut self, budget: u64) -> u64 {
        let before = self.core.backups;
        while !self.core.is_settled() {
            while self.visited < self.core.model.states() {
                self.core.backups += self.back_up_next();
                self.moved = true;
                if self.core.backups - before >= budget {
                    return self.core.backups - before;
                }
            }
            self.visited = 0;
            self.core.sweeps += 1;
            if self.core.model.pairs() <= LARGE || self.core.sweeps.is_multiple_of(4) {
                self.core.certify(false);
                self.moved = false;
            }
            if self.core.backups - before >= budget {
                break;
            }
        }
        self.core.backups - before
    }

    fn values(&self) -> &[f64] {
        if self.moved || self.core.bounds.is_none() {
            &self.core.values
        } else {
            &self.core.backed_up
        }
    }

    planner_reads_core!();
}
