//! Policy iteration: evaluate the policy, improve it where an action is better, until none is.
//!
//! Source: Howard 1960; Puterman 1994, sections 6.4 (discounted), 7.2.5 (total), 8.6 (average,
//! one recurrent class). A state keeps its action unless another is better by more than the tie
//! tolerance. Where even that was rounding, a policy comes again whose equation was solved before,
//! and the method ends.
//!
//! Evaluation solves v = r_σ + γP_σ v (for the average h + g = r_σ + P_σ h) in one piece, which
//! counts as one sweep, however many steps the solver takes on a large model. A policy with
//! several recurrent classes has no one gain to solve for, and one that may never end no total:
//! then steps of value iteration are made instead, one the first time, twice as many each time
//! that it happens again.
//!
//! On a large model the policies met on the way are often all but disconnected, and their equation
//! for the average reward takes any solver very long. Above 1,500 states it is approached by 200
//! sweeps of the policy instead: modified policy iteration with a long evaluation.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use hashbrown::HashSet;

use super::core::{Core, planner_reads_core};
use super::modified_policy_iteration::Followed;
use super::relative_value_iteration::DAMPING;
use super::{PlanError, Planner};
use crate::mdp::{Criterion, Model, Policy};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Improve,
    Evaluate,
    /// So many steps of value iteration, before the policy is taken up again.
    Iterate(u32),
    /// So many sweeps of the policy.
    Follow(u32),
}

/// Above so many states the average reward's equation is approached by sweeps.
const LARGE: u64 = 1_500;

/// How many sweeps of a policy approach its equation.
const SWEEPS: u32 = 200;

/// Howard's policy iteration, from the policy that is greedy for v = 0 (for the total reward from
/// one that surely ends).
#[derive(Debug, Clone)]
pub struct PolicyIteration {
    core: Core,
    phase: Phase,
    /// Whether `values` solve the policy's equation, so that an unchanged policy is optimal.
    exact: bool,
    /// Fingerprints of the policies whose equation was solved.
    solved: HashSet<u64>,
    /// Whether one of them came again: what seemed better was rounding.
    again: bool,
    /// The policy that is evaluated. The greedy one, which is shown, may differ from it by ties.
    policy: Vec<u32>,
    /// How many steps of value iteration the next policy without a solution asks for.
    steps: u32,
    followed: Followed,
}

impl PolicyIteration {
    /// For any criterion that fits the model.
    pub fn new(model: Arc<Model>, criterion: Criterion) -> Result<Self, PlanError> {
        let core = Core::new(model, criterion)?;
        let policy = core.policy.clone();
        let phase = match criterion {
            Criterion::Total => Phase::Evaluate,
            Criterion::Discounted(_) | Criterion::Average => Phase::Improve,
        };
        let followed = Followed::new(core.model.states());
        let solved = HashSet::new();
        Ok(Self { core, phase, exact: false, solved, again: false, policy, steps: 1, followed })
    }

    fn improve(&mut self) {
        let first = self.core.stats.is_none() && self.core.criterion != Criterion::Total;
        let stats = self.core.certify(true);
        let core = &mut self.core;
        let gamma = core.criterion.gamma();
        let tie = core.model.tie_slack(gamma, stats.largest_value);
        let mut changed = first;
        for (state, (choice, &greedy)) in self.policy.iter_mut().zip(&core.policy).enumerate() {
            let row = core.model.rows_of_state(state)[*choice as usize];
            let next = core.rows.get(row as usize).copied().unwrap_or(f64::NEG_INFINITY);
            let q = core.model.reward(state, *choice as usize) + gamma * next;
            if first || q < core.backed_up[state] - tie {
                changed |= *choice != greedy;
                *choice = greedy;
            }
        }
        if !self.exact || (changed && !self.again) {
            self.phase = Phase::Evaluate;
        } else if !core.is_proving() {
            core.set_settled();
        }
    }

    fn evaluate(&mut self) {
        let core = &mut self.core;
        if core.criterion == Criterion::Average && core.model.decisions() > LARGE {
            core.step_values();
            self.followed.take(&core.model, &self.policy);
            self.phase = Phase::Follow(SWEEPS);
            return;
        }
        let policy = Policy::Deterministic(std::mem::take(&mut self.policy));
        let solution = core.solved(&policy);
        if let Policy::Deterministic(policy) = policy {
            self.policy = policy;
        }
        self.exact = solution.is_some();
        match solution {
            Some(solution) => {
                core.take_solution(&solution);
                self.again |= !self.solved.insert(fingerprint(&self.policy));
                self.phase = Phase::Improve;
            }
            None => {
                core.step_values();
                self.phase = Phase::Iterate(self.steps - 1);
                self.steps = self.steps.saturating_mul(2);
            }
        }
    }

    /// A step of value iteration, or back to the policy.
    fn iterate(&mut self, left: u32) {
        if left == 0 {
            self.phase = Phase::Improve;
            return;
        }
        self.core.certify(true);
        self.core.step_values();
        self.phase = Phase::Iterate(left - 1);
    }
}

/// 64 bits that tell policies apart, the same in every run.
fn fingerprint(policy: &[u32]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(policy)
}

impl Planner for PolicyIteration {
    fn name(&self) -> &'static str {
        "Policy iteration"
    }

    fn advance(&mut self, budget: u64) -> u64 {
        let before = self.core.backups;
        while !self.core.is_settled() {
            match self.phase {
                Phase::Improve => self.improve(),
                Phase::Evaluate => self.evaluate(),
                Phase::Iterate(left) => self.iterate(left),
                Phase::Follow(0) => self.phase = Phase::Improve,
                Phase::Follow(left) => {
                    self.core.follow(&mut self.followed, DAMPING);
                    self.phase = Phase::Follow(left - 1);
                }
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
