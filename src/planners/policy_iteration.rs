//! Policy iteration: evaluate the policy, improve it where an action is better, until none is.
//!
//! Source: Howard 1960; Puterman 1994, sections 6.4 (discounted), 7.2.5 (total), 8.6 (average,
//! one recurrent class). A state keeps its action unless another is better by more than the tie
//! tolerance, so that the method ends.
//!
//! Evaluation solves v = r_σ + γP_σ v (for the average h + g = r_σ + P_σ h) by sparse elimination
//! up to 2,000 states, which counts as one sweep; beyond, by sweeps of the policy until its
//! differences are a hundredth of those of the last improvement. A policy with several recurrent
//! classes has no one gain to solve for (or, under the total reward, never ends): the step is
//! then one of value iteration.

use std::sync::Arc;

use super::core::{Core, planner_reads_core};
use super::modified_policy_iteration::Followed;
use super::relative_value_iteration::DAMPING;
use super::{PlanError, Planner};
use crate::mdp::linear::{ELIMINATION_LIMIT, solve_gain, solve_values};
use crate::mdp::{Chain, Criterion, Model, Policy};

/// Sweeps of a policy go on until its differences are this share of the last improvement's.
const SHARE: f64 = 0.01;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Improve,
    Evaluate,
    /// Sweeps of the policy until its differences are at most this.
    Follow(f64),
}

/// Howard's policy iteration, from the policy that is greedy for v = 0 (for the total reward from
/// one that surely ends).
#[derive(Debug, Clone)]
pub struct PolicyIteration {
    core: Core,
    phase: Phase,
    /// Whether `values` solve the policy's equation, so that an unchanged policy is optimal.
    exact: bool,
    /// The policy that is evaluated. The greedy one, which is shown, may differ from it by ties.
    policy: Vec<u32>,
    followed: Followed,
}

impl PolicyIteration {
    /// For any criterion that fits the model.
    pub fn new(model: Arc<Model>, criterion: Criterion) -> Result<Self, PlanError> {
        let core = Core::new(model, criterion)?;
        let followed = Followed::new(core.model.states());
        let policy = core.policy.clone();
        let phase = match criterion {
            Criterion::Total => Phase::Evaluate,
            Criterion::Discounted(_) | Criterion::Average => Phase::Improve,
        };
        Ok(Self { core, phase, exact: false, policy, followed })
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
        if changed || !self.exact {
            self.phase = Phase::Evaluate;
        } else if !core.is_proving() {
            core.set_settled();
        }
    }

    fn evaluate(&mut self) {
        self.phase = Phase::Improve;
        self.exact = self.core.model.decisions() <= ELIMINATION_LIMIT as u64 && self.solve();
        if self.exact {
            self.core.count_sweep();
            return;
        }
        match (self.core.stats, self.core.criterion) {
            (Some(stats), Criterion::Average) => {
                self.core.damp();
                self.phase = Phase::Follow(SHARE * stats.span());
            }
            (Some(stats), _) => {
                self.core.values.copy_from_slice(&self.core.backed_up);
                self.phase = Phase::Follow(SHARE * stats.residual());
            }
            (None, _) => {}
        }
        if self.core.model.decisions() <= ELIMINATION_LIMIT as u64 || !self.core.may_follow() {
            // The policy's equation has no solution: sweeps of it would settle on nothing.
            self.phase = Phase::Improve;
        }
        self.followed.take(&self.core.model, &self.policy);
    }

    /// Solves the policy's equation into `values`; false where it cannot be.
    fn solve(&mut self) -> bool {
        let core = &mut self.core;
        let policy = Policy::Deterministic(self.policy.clone());
        let Ok(chain) = Chain::new(&core.model, &policy) else { return false };
        let alive: Vec<u32> = (0..core.model.states() as u32)
            .filter(|&state| !core.model.is_terminal(state as usize))
            .collect();
        let classes = chain.recurrent_classes().classes.len();
        let solution = match core.criterion {
            Criterion::Discounted(gamma) => {
                solve_values(&chain, gamma, &alive, |state| chain.reward(state))
            }
            Criterion::Total if classes > 0 => None,
            Criterion::Total => solve_values(&chain, 1.0, &alive, |state| chain.reward(state)),
            Criterion::Average if classes != 1 => None,
            Criterion::Average => solve_gain(&chain, &alive).map(|(_, relative)| relative),
        };
        let Some(solution) = solution else { return false };
        for (&state, value) in alive.iter().zip(solution) {
            core.values[state as usize] = value;
        }
        if core.criterion == Criterion::Average {
            let shift = core.values.get(core.reference()).copied().unwrap_or(0.0);
            core.values.iter_mut().for_each(|value| *value -= shift);
        }
        true
    }

    fn follow(&mut self, until: f64) {
        let average = self.core.criterion == Criterion::Average;
        let damping = if average { DAMPING } else { 1.0 };
        let (least, most) = self.core.follow(&mut self.followed, damping);
        let spread = if average { most - least } else { most.max(-least) };
        if spread <= until {
            self.phase = Phase::Improve;
        }
    }
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
                Phase::Follow(until) => self.follow(until),
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
