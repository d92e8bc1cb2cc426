//! Modified policy iteration: after each backup, a few cheap sweeps of the greedy policy alone.
//!
//! v ← T_σᵐ Tv with σ greedy for v (Puterman & Shin 1978; Puterman 1994, section 6.5; for the
//! average reward section 8.7, damped and shifted as in relative value iteration). A sweep of one
//! policy costs a small part of a sweep over all actions; the bounds come from the full ones.

use std::sync::Arc;

use rayon::prelude::*;

use super::core::{Core, planner_reads_core};
use super::patience::UNMOVED;
use super::relative_value_iteration::DAMPING;
use super::{PlanError, Planner};
use crate::mdp::{Criterion, Model, NO_ROW};

/// Sweeps of the greedy policy between two full ones, by default. Measured on `LINE3` (see
/// `benches/RESULTS.md`): fewer leave the full sweeps to do the work, more outlive their policy.
pub const POLICY_SWEEPS: u32 = 20;

/// After so many full sweeps whose span has not moved (see [`UNMOVED`]) the policy is followed for
/// half as many.
const IN_VAIN: u32 = 16;

const STATES_A_BLOCK: usize = 8192;

/// Modified policy iteration from v = 0.
#[derive(Debug, Clone)]
pub struct ModifiedPolicyIteration {
    core: Core,
    policy_sweeps: u32,
    /// How many policy sweeps are still to be made before the next full one.
    left: u32,
    /// The least span of a full sweep, and how many full sweeps ago it last fell.
    least: (f64, u32),
    followed: Followed,
}

impl ModifiedPolicyIteration {
    /// With so many sweeps of the greedy policy after each full one (0: value iteration).
    pub fn new(
        model: Arc<Model>,
        criterion: Criterion,
        policy_sweeps: u32,
    ) -> Result<Self, PlanError> {
        let core = Core::new(model, criterion)?;
        let followed = Followed::new(core.model.states());
        Ok(Self { core, policy_sweeps, left: 0, least: (f64::INFINITY, 0), followed })
    }

    /// A full sweep: T, bounds, and the policy to follow until the next.
    fn improve(&mut self) {
        let stats = self.core.certify(true);
        if self.core.criterion == Criterion::Average {
            self.look_for_circles(stats.span());
        }
        self.core.step_values();
        self.followed.take(&self.core.model, &self.core.policy);
        // Sweeps of a policy that never ends would run away with the total reward.
        self.left = if self.core.may_follow() { self.policy_sweeps } else { 0 };
    }

    /// Follows the policy for fewer sweeps where full ones no longer come closer.
    ///
    /// A greedy policy can have several recurrent classes, also where the optimal gain is one (a
    /// machine of several beats a part, held back in some of them). Its sweeps then drive the values
    /// of the classes apart and can undo what the full sweep has gained, for ever. With none of them
    /// this is relative value iteration, which converges on every weakly communicating model.
    fn look_for_circles(&mut self, span: f64) {
        let (least, since) = &mut self.least;
        if span < UNMOVED * *least {
            (*least, *since) = (span, 0);
            return;
        }
        *since += 1;
        if *since >= IN_VAIN {
            self.policy_sweeps /= 2;
            *since = 0;
        }
    }

    /// One sweep of the policy: T_σ.
    fn follow(&mut self) {
        let damping = match self.core.criterion {
            Criterion::Average => DAMPING,
            Criterion::Discounted(_) | Criterion::Total => 1.0,
        };
        self.core.follow(&mut self.followed, damping);
        self.left -= 1;
    }
}

/// A policy, ready to be swept: each state's row and reward.
#[derive(Debug, Clone)]
pub(super) struct Followed {
    rows: Vec<u32>,
    rewards: Vec<f64>,
    scratch: Vec<f64>,
}

impl Followed {
    pub(super) fn new(states: usize) -> Self {
        let zeros = vec![0.0; states];
        Self { rows: vec![NO_ROW; states], rewards: zeros.clone(), scratch: zeros }
    }

    pub(super) fn take(&mut self, model: &Model, policy: &[u32]) {
        let places = self.rows.iter_mut().zip(&mut self.rewards);
        for (state, ((row, reward), &action)) in places.zip(policy).enumerate() {
            *row = model.rows_of_state(state)[action as usize];
            *reward = model.reward(state, action as usize);
        }
    }
}

impl Core {
    /// v ← v + τ(T_σ v − v), shifted for the average reward.
    pub(super) fn follow(&mut self, followed: &mut Followed, damping: f64) {
        let (model, values, gamma) = (&*self.model, &self.values[..], self.criterion.gamma());
        let Followed { rows, rewards, scratch } = followed;
        let sweep = |(block, out): (usize, &mut [f64])| {
            let first = block * STATES_A_BLOCK;
            let states = rows[first..].iter().zip(&rewards[first..]).zip(&values[first..]);
            for (out, ((&row, reward), before)) in out.iter_mut().zip(states) {
                *out = match row {
                    NO_ROW => 0.0,
                    row => {
                        let after = reward + gamma * model.expected_in_row(row, values);
                        before + damping * (after - before)
                    }
                };
            }
        };
        if scratch.len() <= STATES_A_BLOCK {
            sweep((0, scratch));
        } else {
            scratch.par_chunks_mut(STATES_A_BLOCK).enumerate().for_each(sweep);
        }
        std::mem::swap(&mut self.values, scratch);
        self.shift_values();
        self.count_sweep();
    }
}

impl Planner for ModifiedPolicyIteration {
    fn name(&self) -> &'static str {
        "Modified policy iteration"
    }

    fn advance(&mut self, budget: u64) -> u64 {
        let before = self.core.backups;
        while !self.core.is_settled() {
            match self.left {
                0 => self.improve(),
                _ => self.follow(),
            }
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
