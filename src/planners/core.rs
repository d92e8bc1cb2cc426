//! What all planners hold: the values, one certifying backup of them, counts and history.

use std::sync::Arc;

use super::total::TotalCertificate;
use super::{PlanError, SweepRecord};
use crate::mdp::back_up::SweepStats;
use crate::mdp::{Bounds, Criterion, Model, bounds};

/// So many records are kept; beyond, every other one is dropped.
const HISTORY: usize = 4096;

/// Sweeps after which bounds that hardly moved since half as many count as settled.
const PATIENCE: u64 = 4096;

#[derive(Debug, Clone)]
pub(crate) struct Core {
    pub model: Arc<Model>,
    pub criterion: Criterion,
    /// v: what the next certifying sweep backs up.
    pub values: Vec<f64>,
    /// Tv of the latest certifying sweep.
    pub backed_up: Vec<f64>,
    pub policy: Vec<u32>,
    pub rows: Vec<f64>,
    pub bounds: Option<Bounds>,
    pub stats: Option<SweepStats>,
    pub sweeps: u64,
    pub backups: u64,
    history: Vec<SweepRecord>,
    keep_every: u64,
    certified: u64,
    total: Option<TotalCertificate>,
    /// Under the total reward the policy whose value the lower bound bounds: it surely ends.
    ending_policy: Vec<u32>,
    settled: bool,
    /// The span of differences when the number of sweeps last doubled.
    doubling: (u64, f64),
}

impl Core {
    /// Zeros for values; refuses criteria that the model does not fit. Under the total reward
    /// the model is cut down to the states from which some policy surely ends, and the policy is
    /// one that does.
    pub(crate) fn new(model: Arc<Model>, criterion: Criterion) -> Result<Self, PlanError> {
        let mut policy = vec![0; model.states()];
        let (mut model, mut total) = (model, None);
        match criterion {
            Criterion::Discounted(gamma) if !(0.0..1.0).contains(&gamma) => {
                return Err(PlanError::Discount { gamma });
            }
            Criterion::Average if model.has_terminals() => {
                let terminal = model.states() as u64 - model.decisions();
                return Err(PlanError::AverageOfTerminal { terminal, states: model.states() });
            }
            Criterion::Total => {
                let (kept, certificate) = TotalCertificate::new(&model)?;
                model = kept;
                policy.copy_from_slice(certificate.ending_policy());
                total = Some(certificate);
            }
            Criterion::Discounted(_) | Criterion::Average => {}
        }
        for (state, choice) in policy.iter_mut().enumerate() {
            if total.is_none() {
                let allowed = (0..model.actions()).find(|&action| model.allowed(state, action));
                *choice = allowed.unwrap_or(0) as u32;
            }
        }
        Ok(Self {
            values: vec![0.0; model.states()],
            backed_up: vec![0.0; model.states()],
            rows: vec![0.0; model.rows_len()],
            bounds: None,
            stats: None,
            sweeps: 0,
            backups: 0,
            history: Vec::new(),
            keep_every: 1,
            certified: 0,
            ending_policy: if total.is_some() { policy.clone() } else { Vec::new() },
            policy,
            total,
            settled: model.decisions() == 0,
            doubling: (PATIENCE / 2, f64::INFINITY),
            model,
            criterion,
        })
    }

    pub(crate) fn gamma(&self) -> f64 {
        self.criterion.gamma()
    }

    /// Counts a sweep over all states.
    pub(crate) fn count_sweep(&mut self) {
        self.sweeps += 1;
        self.backups += self.model.decisions();
    }

    /// Backs `values` up into `backed_up`, takes the greedy policy, and renews the bounds.
    /// Counts the backups, and a sweep where it is one of the method.
    pub(crate) fn certify(&mut self, is_sweep: bool) -> SweepStats {
        let gamma = self.gamma();
        let (rows, policy) = (&mut self.rows, &mut self.policy);
        let stats =
            self.model.back_up(&self.values, gamma, rows, &mut self.backed_up, Some(policy));
        self.backups += self.model.decisions();
        self.sweeps += u64::from(is_sweep);
        self.stats = Some(stats);
        let (residual, bounds) = match self.criterion {
            Criterion::Discounted(gamma) => {
                let bounds = bounds::discounted(&self.model, gamma, &stats, &self.backed_up);
                (stats.residual(), Some(bounds))
            }
            Criterion::Average => (stats.span(), Some(bounds::average(&self.model, &stats))),
            Criterion::Total => {
                let mut found = None;
                if let Some(total) = &mut self.total {
                    self.backups += total.advance(&super::total::Sweep {
                        model: &self.model,
                        backed_up: &self.backed_up,
                        rows: &self.rows,
                        policy: &self.policy,
                        stats: &stats,
                    });
                    found = total.bounds();
                    if found.is_some() {
                        let policy = total.policy().unwrap_or(&self.policy);
                        self.ending_policy.copy_from_slice(policy);
                    }
                }
                (stats.residual(), found)
            }
        };
        self.keep_best(bounds);
        self.note(residual);
        self.settle(residual);
        stats
    }

    /// Takes the new lower bound, which is also that of the new policy, and the least upper
    /// bound ever found, since it holds whatever the policy.
    fn keep_best(&mut self, bounds: Option<Bounds>) {
        let Some(mut new) = bounds else { return };
        if let Some(upper) = self.bounds.and_then(|old| old.upper) {
            new.upper = Some(new.upper.map_or(upper, |new| new.min(upper)));
        }
        self.bounds = Some(new);
    }

    fn note(&mut self, residual: f64) {
        self.certified += 1;
        if !self.certified.is_multiple_of(self.keep_every) {
            return;
        }
        if self.history.len() >= HISTORY {
            let mut place = 0;
            self.history.retain(|_| {
                place += 1;
                place % 2 == 0
            });
            self.keep_every *= 2;
        }
        let lower = self.bounds.map_or(f64::NEG_INFINITY, |bounds| bounds.lower);
        let upper = self.bounds.and_then(|bounds| bounds.upper).unwrap_or(f64::INFINITY);
        let (sweep, backups) = (self.sweeps, self.backups);
        self.history.push(SweepRecord { sweep, backups, lower, upper, residual });
    }

    /// Whether the residual is down at rounding, or has not moved while sweeps doubled.
    fn settle(&mut self, residual: f64) {
        let (Some(bounds), Some(stats)) = (self.bounds, self.stats) else { return };
        let floor = bounds::backup_rounding(&self.model, self.gamma(), stats.largest_value);
        let narrow = bounds.width().is_some_and(|width| width <= 3.0 * bounds.rounding);
        self.settled = (residual <= floor && !self.is_proving()) || narrow;
        if self.criterion == Criterion::Average && self.certified >= 2 * self.doubling.0 {
            self.settled |= residual > 0.999 * self.doubling.1;
            self.doubling = (self.certified, residual);
        }
    }

    /// Whether the bounds still wait for the proof that policies end.
    pub(crate) fn is_proving(&self) -> bool {
        self.total.as_ref().is_some_and(TotalCertificate::is_working)
    }

    /// Whether sweeps of the greedy policy alone lead anywhere: under the total reward only where it is
    /// known to end.
    pub(crate) fn may_follow(&self) -> bool {
        self.total.as_ref().is_none_or(TotalCertificate::greedy_ends)
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    pub(crate) fn set_settled(&mut self) {
        self.settled = true;
    }

    /// The policy to which the bounds belong.
    pub(crate) fn policy(&self) -> &[u32] {
        if self.total.is_some() { &self.ending_policy } else { &self.policy }
    }

    pub(crate) fn history(&self) -> &[SweepRecord] {
        &self.history
    }

    pub(crate) fn state_bounds(&self, state: usize) -> Option<(f64, Option<f64>)> {
        let shifts = self.bounds?.by_state?;
        if self.model.is_terminal(state) {
            return Some((0.0, Some(0.0)));
        }
        let value = *self.backed_up.get(state)?;
        Some((value + shifts.lower, shifts.upper.map(|upper| value + upper)))
    }

    /// The state in which relative values are 0.
    pub(crate) fn reference(&self) -> usize {
        self.model.start().first().map_or(0, |&(state, _)| state as usize)
    }
}

/// The methods of [`super::Planner`] that only read the core; `values` is where the method keeps
/// what it would show.
macro_rules! planner_reads_core {
    () => {
        fn model(&self) -> &std::sync::Arc<crate::mdp::Model> {
            &self.core.model
        }
        fn criterion(&self) -> crate::mdp::Criterion {
            self.core.criterion
        }
        fn bounds(&self) -> Option<crate::mdp::Bounds> {
            self.core.bounds
        }
        fn state_bounds(&self, state: usize) -> Option<(f64, Option<f64>)> {
            self.core.state_bounds(state)
        }
        fn backed_up(&self) -> &[f64] {
            &self.core.backed_up
        }
        fn history(&self) -> &[super::SweepRecord] {
            self.core.history()
        }
        fn policy(&self) -> &[u32] {
            self.core.policy()
        }
        fn sweeps(&self) -> u64 {
            self.core.sweeps
        }
        fn backups(&self) -> u64 {
            self.core.backups
        }
        fn is_settled(&self) -> bool {
            self.core.is_settled()
        }
        fn boxed_clone(&self) -> Box<dyn super::Planner> {
            Box::new(self.clone())
        }
    };
}
pub(crate) use planner_reads_core;
