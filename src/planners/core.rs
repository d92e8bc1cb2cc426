//! What all planners hold: the values, one certifying backup of them, counts and history.

use std::sync::Arc;

use super::patience::{Outlook, Patience, Reached};
use super::total::TotalCertificate;
use super::{PlanError, SweepRecord};
use crate::mdp::back_up::SweepStats;
use crate::mdp::evaluate::solve_equation;
use crate::mdp::{Bounds, Criterion, Model, Policy, bounds};

/// So many records are kept; beyond, every other one is dropped.
const HISTORY: usize = 4096;

/// Up to so many states the equation of a policy is solved where sweeps lead nowhere: it is then
/// eliminated, which never fails (see [`crate::mdp::evaluate`]).
const SOLVED: u64 = 1_500;

/// Up to so many states the value of one ending policy is computed to begin again from it.
const BEGUN_AGAIN: u64 = 100_000;

/// Policies that are solved at most, one after another, where sweeps lead nowhere.
const ROUNDS: usize = 64;

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
    /// For the average reward the states that the start can reach, where they are not all. Only
    /// they have to do with the gain from the start, and bounds and stopping heed them alone. The
    /// others are swept along: their actions are the best for as many beats as there were sweeps,
    /// and their values what that is worth, which need not converge.
    counted: Option<Vec<bool>>,
    settled: bool,
    failure: Option<PlanError>,
    /// The least width of the bounds so far.
    narrowest: f64,
    patience: Patience,
    /// Whether the values were set to those of an ending policy.
    begun_again: bool,
}

impl Core {
    /// Zeros for values; refuses criteria that the model does not fit. Under the total reward
    /// the model is cut down to the states from which some policy surely ends, and the policy is
    /// one that does.
    pub(crate) fn new(model: Arc<Model>, criterion: Criterion) -> Result<Self, PlanError> {
        let mut policy = vec![0; model.states()];
        let (mut model, mut total, mut counted) = (model, None, None);
        match criterion {
            Criterion::Discounted(gamma) if !(0.0..1.0).contains(&gamma) => {
                return Err(PlanError::Discount { gamma });
            }
            Criterion::Average if model.has_terminals() => {
                let terminal = model.states() as u64 - model.decisions();
                return Err(PlanError::AverageOfTerminal { terminal, states: model.states() });
            }
            Criterion::Average => {
                let reached = model.reached();
                counted = reached.contains(&false).then_some(reached);
            }
            Criterion::Total => {
                let (kept, certificate) = TotalCertificate::new(&model)?;
                model = kept;
                policy.copy_from_slice(certificate.ending_policy());
                total = Some(certificate);
            }
            Criterion::Discounted(_) => {}
        }
        for (state, choice) in policy.iter_mut().enumerate() {
            if total.is_none() {
                let allowed = (0..model.actions()).find(|&action| model.allowed(state, action));
                *choice = allowed.unwrap_or(0) as u32;
            }
        }
        let over = model.decisions() == 0;
        Ok(Self {
            values: vec![0.0; model.states()],
            backed_up: vec![0.0; model.states()],
            rows: vec![0.0; model.rows_len()],
            bounds: over.then_some(Bounds::NOTHING),
            stats: None,
            sweeps: 0,
            backups: 0,
            history: Vec::new(),
            keep_every: 1,
            certified: 0,
            ending_policy: if total.is_some() { policy.clone() } else { Vec::new() },
            policy,
            total,
            counted,
            settled: over,
            failure: None,
            narrowest: f64::INFINITY,
            patience: Patience::new(&model, criterion),
            begun_again: false,
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
    /// Counts the backups, and a sweep where it is one of the method. Where sweeps have long led
    /// nowhere, it solves the policy's equation instead, and goes on from there or settles.
    pub(crate) fn certify(&mut self, is_sweep: bool) -> SweepStats {
        let stats = self.back_up(is_sweep);
        if !self.settled {
            match self.patience.look(self.certified, self.reached(&stats)) {
                Outlook::Moving => {}
                Outlook::Slow => self.solve(),
                Outlook::Stuck => self.settled = !self.get_on(),
            }
        }
        self.stats.unwrap_or(stats)
    }

    /// One certifying sweep. Settles where rounding lets nothing come closer.
    fn back_up(&mut self, is_sweep: bool) -> SweepStats {
        let gamma = self.gamma();
        let (rows, policy) = (&mut self.rows, &mut self.policy);
        let (counted, out) = (self.counted.as_deref(), &mut self.backed_up);
        let stats =
            self.model.back_up_counting(counted, &self.values, gamma, rows, out, Some(policy));
        self.backups += self.model.decisions();
        self.sweeps += u64::from(is_sweep);
        self.stats = Some(stats);
        if !stats.is_finite() {
            // No bound can be had of such values, nor of any that follow.
            self.failure = Some(PlanError::NotFinite { sweeps: self.sweeps });
            self.bounds = None;
            self.settled = true;
            return stats;
        }
        let bounds = match self.criterion {
            Criterion::Discounted(gamma) => {
                Some(bounds::discounted(&self.model, gamma, &stats, &self.backed_up))
            }
            Criterion::Average => Some(bounds::average(&self.model, &stats)),
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
                found
            }
        };
        self.keep_best(bounds);
        self.note(self.residual(&stats));
        self.settled = self.is_at_rounding(&stats);
        if self.settled && self.total.is_some() && bounds.is_none() {
            // The values stand still, but at those of policies that stay for ever.
            self.settled = !self.begin_again();
        }
        stats
    }

    /// ‖Tv − v‖, or its span for the average reward.
    fn residual(&self, stats: &SweepStats) -> f64 {
        match self.criterion {
            Criterion::Average => stats.span(),
            Criterion::Discounted(_) | Criterion::Total => stats.residual(),
        }
    }

    fn reached(&self, stats: &SweepStats) -> Reached {
        let unproved = self.total.as_ref().map_or(0.0, TotalCertificate::unproved);
        Reached { width: self.narrowest, residual: self.residual(stats), unproved }
    }

    /// How far one backup can be off, by rounding and by the ties of a policy that is followed.
    fn noise(&self, stats: &SweepStats) -> f64 {
        bounds::backup_rounding(&self.model, self.gamma(), stats.largest_value) + stats.loss
    }

    /// Whether the bounds, those of every state too, are hardly wider than rounding.
    fn is_narrow(&self) -> bool {
        self.bounds.is_some_and(|bounds| bounds.certifies_states(3.0 * bounds.rounding))
    }

    /// Whether the bounds or the residual are down at rounding.
    fn is_at_rounding(&self, stats: &SweepStats) -> bool {
        let near = self.is_narrow() || self.residual(stats) <= self.noise(stats);
        near && !self.is_proving()
    }

    /// Whether nothing but rounding keeps the bounds from meeting, on a planner that is settled.
    ///
    /// Rounding can hold a residual of 1/(1 − γ) times its own size up, and in practice some times
    /// its size without a discount.
    pub(crate) fn is_limited_by_rounding(&self) -> bool {
        let upper = self.bounds.and_then(|bounds| bounds.upper);
        let (true, Some(_), Some(stats)) = (self.settled, upper, self.stats) else { return false };
        let times = match self.criterion {
            Criterion::Discounted(gamma) => 4.0 / (1.0 - gamma),
            Criterion::Average | Criterion::Total => 64.0,
        };
        self.is_narrow() || self.residual(&stats) <= times.max(64.0) * self.noise(&stats)
    }

    /// Where sweeps lead nowhere: whether solving equations did.
    fn get_on(&mut self) -> bool {
        let Some(stats) = self.stats else { return false };
        let before = self.reached(&stats);
        self.solve();
        if self.settled {
            return false;
        }
        let ahead = self.stats.is_some_and(|stats| self.reached(&stats).moved_since(before));
        // A total that swings or grows is that of policies that stay for ever.
        (ahead && !self.patience.is_over(self.certified)) || self.begin_again()
    }

    /// Policy iteration from the policy at hand on a small model, until the policy stays or
    /// rounding is reached.
    fn solve(&mut self) {
        if self.model.decisions() > SOLVED {
            return;
        }
        if let Some(total) = &mut self.total {
            self.backups += total.prove(&self.model);
        }
        for _ in 0..ROUNDS {
            let policy = Policy::Deterministic(self.policy.clone());
            let Some(solution) = self.solved(&policy) else { return };
            self.take_solution(&solution);
            self.back_up(true);
            if self.settled || matches!(&policy, Policy::Deterministic(old) if *old == self.policy)
            {
                return;
            }
        }
    }

    /// The solution of a policy's equation, where it has one.
    pub(crate) fn solved(&self, policy: &Policy) -> Option<Vec<f64>> {
        solve_equation(&self.model, policy, self.criterion, self.counted.as_deref())
    }

    /// Takes the solution of a policy's equation for values, and counts it as a sweep. States that
    /// do not count keep theirs.
    pub(crate) fn take_solution(&mut self, solution: &[f64]) {
        let shift = match self.criterion {
            Criterion::Average => solution.get(self.reference()).copied().unwrap_or(0.0),
            Criterion::Discounted(_) | Criterion::Total => 0.0,
        };
        for (state, (value, new)) in self.values.iter_mut().zip(solution).enumerate() {
            if self.counted.as_ref().is_none_or(|counted| counted[state]) {
                *value = new - shift;
            }
        }
        self.count_sweep();
    }

    /// Under the total reward, once: takes the values of a policy that surely ends, and sweeps on
    /// from there. They rise to those of the best of these policies: Tv ≥ v, and T keeps below
    /// the best what is below it. From 0 they can come to rest at the worth of staying for ever.
    fn begin_again(&mut self) -> bool {
        let Some(total) = &mut self.total else { return false };
        if self.begun_again || self.model.decisions() > BEGUN_AGAIN {
            return false;
        }
        self.begun_again = true;
        let policy = Policy::Deterministic(total.ending_policy().to_vec());
        total.choose_again();
        let Some(solution) = self.solved(&policy) else { return false };
        self.take_solution(&solution);
        self.back_up(true);
        !self.settled
    }

    /// Takes the new lower bound, which is also that of the new policy, and the least upper
    /// bound ever found, since it holds whatever the policy.
    fn keep_best(&mut self, bounds: Option<Bounds>) {
        let Some(mut new) = bounds else { return };
        if let Some(upper) = self.bounds.and_then(|old| old.upper) {
            new.upper = Some(new.upper.map_or(upper, |new| new.min(upper)));
        }
        self.narrowest = self.narrowest.min(new.width().unwrap_or(f64::INFINITY));
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

    pub(crate) fn failure(&self) -> Option<&PlanError> {
        self.failure.as_ref()
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
        fn is_limited_by_rounding(&self) -> bool {
            self.core.is_limited_by_rounding()
        }
        fn failure(&self) -> Option<&super::PlanError> {
            self.core.failure()
        }
        fn boxed_clone(&self) -> Box<dyn super::Planner> {
            Box::new(self.clone())
        }
    };
}
pub(crate) use planner_reads_core;
