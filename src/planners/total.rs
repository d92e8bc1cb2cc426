//! Bounds for the total reward: how long the policies that matter take to end.
//!
//! A bound on the error of a backup becomes a bound on the optimum through N, the expected beats
//! to the end (see [`crate::mdp::bounds`]). Let A be a set of pairs, and h ≥ 0 with
//! h(s) ≥ κ + Σ p(s′|s,a) h(s′) for all of A and κ > 0. Then every policy of A ends, within
//! max h / κ expected beats. Such h come from h ← 1 + max over A of Ph, with κ = 1 − max Δh.
//!
//! - If every policy ends, A holds all pairs, and the bounds are two-sided from the start.
//! - Else A holds the pairs within a slack of the best, once the values have settled enough. If
//!   all of its policies end, a lower bound is that of the greedy policy, and an upper one is
//!   u + c·h, where u = Tv and c = max(Tu − u)/κ: it is a fixed point from above, T(u + ch) ≤
//!   u + ch, as the pairs outside A are short by more than c·max h (which is checked). It holds for every
//!   policy, since one that stays for ever loses that shortfall again and again.
//! - If they do not all end (a free way to stay for ever), one that surely ends gives a lower
//!   bound, and the upper one is said to be unknown.
//!
//! Before all this, two things are seen to. A policy that can stay for ever and earn makes the
//! total endless, which is refused. And states from which no policy surely ends are cut off: the
//! bounds are on policies that never risk them. An upper one holds for the others too where every
//! beat in the states cut off costs something, since they are then worth −∞; where a beat there is
//! free or pays, it is said to be unknown.

use std::sync::Arc;

use super::PlanError;
use super::relative_value_iteration::DAMPING;
use crate::mdp::back_up::SweepStats;
use crate::mdp::ending::{Backwards, can_avoid_the_end, restricted, surely_ending};
use crate::mdp::evaluate::{expected_beats, highest_gain};
use crate::mdp::{Block, Bounds, Model, ModelBuilder, ModelError, NO_ROW, Policy, bounds};

/// Pairs within so many residuals of the best are taken for those that could be optimal.
const SLACK: f64 = 1000.0;

/// A new set of pairs is tried when the residual has fallen by this factor.
const RETRY: f64 = 0.1;

/// The κ at which h is good enough: N is then at most a ninth too large.
const SHARP: f64 = 0.9;

/// Sweeps of h a sweep of values, while h is not sharp.
const SWEEPS_OF_H: usize = 4;

/// Policies that are tried at most when h is solved for rather than swept.
const ROUNDS_OF_H: usize = 32;

/// Sweeps that look for a way to earn for ever; the policies of every fourth power are evaluated.
const SWEEPS_FOR_GAIN: u32 = 1 << 10;

/// Which pairs A holds.
#[derive(Debug, Clone)]
enum Admitted {
    /// All: every policy ends.
    All,
    /// Not chosen yet.
    None,
    /// Those near the best; all of their policies end.
    Near(Vec<bool>),
    /// Those of one policy that ends.
    One(Vec<u32>),
}

#[derive(Debug, Clone)]
pub(crate) struct TotalCertificate {
    backwards: Backwards,
    ending_policy: Vec<u32>,
    admitted: Admitted,
    h: Vec<f64>,
    next: Vec<f64>,
    rows: Vec<f64>,
    /// κ; not above 0 while nothing is proved.
    kappa: f64,
    tried_at: f64,
    /// Whether A was cut down to what is near the best by values that had come to rest.
    refined: bool,
    /// Whether h is on its way down, since A became smaller.
    falling: bool,
    /// Whether more may be had by risking states that were cut off.
    more_beyond: bool,
    bounds: Option<Bounds>,
}

/// What a certifying sweep of the values found.
pub(crate) struct Sweep<'a> {
    pub model: &'a Model,
    pub backed_up: &'a [f64],
    /// Σ p v of each row, of the values before the sweep.
    pub rows: &'a [f64],
    pub policy: &'a [u32],
    pub stats: &'a SweepStats,
}

impl TotalCertificate {
    /// The model cut down to the states from which a policy surely ends, and what is known of
    /// them. Refused where the start is not among them, or can lead to earning for ever.
    pub(crate) fn new(model: &Arc<Model>) -> Result<(Arc<Model>, Self), PlanError> {
        let mut backwards = Backwards::new(model)?;
        let (mut within, policy) = surely_ending(model, &backwards, None);
        if model.start().iter().any(|&(state, p)| p > 0.0 && !within[state as usize]) {
            return Err(PlanError::NeverEnds);
        }
        let more_beyond = within.contains(&false) && pays_beyond(model, &within);
        let mut model = Arc::clone(model);
        if within.contains(&false) {
            model = Arc::new(restricted(&model, &within)?);
            backwards = Backwards::new(&model)?;
        }
        let mut stays = can_avoid_the_end(&model, &backwards, None);
        if earns_for_ever(&model, &stays)? {
            // Where the start does not lead, that is no reason to refuse.
            within = model.reached();
            stays.iter_mut().zip(&within).for_each(|(stays, within)| *stays &= within);
            if earns_for_ever(&model, &stays)? {
                return Err(PlanError::EarnsForEver);
            }
            model = Arc::new(restricted(&model, &within)?);
            backwards = Backwards::new(&model)?;
        }
        let certificate = Self {
            backwards,
            ending_policy: policy,
            admitted: if stays.contains(&true) { Admitted::None } else { Admitted::All },
            h: vec![0.0; model.states()],
            next: vec![0.0; model.states()],
            rows: vec![0.0; model.rows_len()],
            kappa: 0.0,
            tried_at: f64::INFINITY,
            refined: false,
            falling: false,
            more_beyond,
            bounds: None,
        };
        Ok((model, certificate))
    }

    /// A policy that surely ends.
    pub(crate) fn ending_policy(&self) -> &[u32] {
        &self.ending_policy
    }

    /// The bounds that the latest sweep gave, if it did.
    pub(crate) fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }

    /// Whether the greedy policy of the latest sweep is known to end surely. (Renewing sees to
    /// it that it is among those admitted.)
    pub(crate) fn greedy_ends(&self) -> bool {
        match self.admitted {
            Admitted::All => true,
            Admitted::Near(_) => self.kappa > 0.0,
            Admitted::None | Admitted::One(_) => false,
        }
    }

    /// The policy to which the lower bound belongs, where it is not the greedy one.
    pub(crate) fn policy(&self) -> Option<&[u32]> {
        match &self.admitted {
            Admitted::One(policy) => Some(policy),
            Admitted::All | Admitted::None | Admitted::Near(_) => None,
        }
    }

    /// Whether h is still being made, so that bounds may yet come.
    pub(crate) fn is_working(&self) -> bool {
        !matches!(self.admitted, Admitted::None) && !self.is_sharp()
    }

    fn is_sharp(&self) -> bool {
        self.kappa >= SHARP && !self.falling
    }

    /// What κ lacks of 1, or by how many beats h is too long; 0 where there is nothing to prove.
    pub(crate) fn unproved(&self) -> f64 {
        match self.is_working() {
            true if self.falling => self.h.iter().copied().fold(0.0, f64::max),
            true => 1.0 - self.kappa,
            false => 0.0,
        }
    }

    /// Has A chosen anew after the next sweep.
    pub(crate) fn choose_again(&mut self) {
        if !matches!(self.admitted, Admitted::All) {
            (self.admitted, self.kappa) = (Admitted::None, 0.0);
        }
        self.tried_at = f64::INFINITY;
    }

    /// Solves for h, by policy iteration towards the policy of A that takes longest, where sweeps
    /// of it would take very long themselves; returns how many backups of h it took.
    pub(crate) fn prove(&mut self, model: &Model) -> u64 {
        let mut used = 0;
        if !self.is_working() {
            return used;
        }
        model.expected_next(&self.h, &mut self.rows);
        for _ in 0..ROUNDS_OF_H {
            let slowest = Policy::Deterministic(self.slowest(model));
            let Some(beats) = expected_beats(model, &slowest) else { break };
            self.next = beats;
            self.sweep_h(model);
            used += 2 * model.decisions();
            if self.is_sharp() {
                break;
            }
        }
        used
    }

    /// Renews the bounds after a sweep of the values; returns how many backups of h it took.
    pub(crate) fn advance(&mut self, sweep: &Sweep<'_>) -> u64 {
        let residual = sweep.stats.residual();
        self.bounds = None;
        let none = matches!(self.admitted, Admitted::None);
        let open = none || matches!(self.admitted, Admitted::One(_));
        let rounding = bounds::backup_rounding(sweep.model, 1.0, sweep.stats.largest_value);
        // At rounding it will hardly fall by as much again.
        let rests = residual <= rounding + sweep.stats.loss;
        let fell = residual <= RETRY * self.tried_at || (none && rests);
        if open && fell && residual < self.tried_at {
            self.choose(sweep);
        } else if !open && rests && self.is_sharp() && !self.refined {
            self.refine(sweep);
        }
        let mut used = 0;
        if !matches!(self.admitted, Admitted::None) {
            for _ in 0..SWEEPS_OF_H {
                if self.is_sharp() {
                    break;
                }
                self.sweep_h(sweep.model);
                used += sweep.model.decisions();
            }
        }
        if self.kappa > 0.0 {
            self.renew(sweep);
        }
        used
    }

    /// Chooses A anew: the pairs well within reach of the best, if all of their policies end;
    /// else a policy that ends among those as near the best as the values are settled.
    fn choose(&mut self, sweep: &Sweep<'_>) {
        self.tried_at = sweep.stats.residual();
        let near = sweep.near(SLACK * self.tried_at);
        if !can_avoid_the_end(sweep.model, &self.backwards, Some(&near)).contains(&true) {
            self.admitted = Admitted::Near(near);
        } else {
            let near = sweep.near(self.tried_at);
            let (within, policy) = surely_ending(sweep.model, &self.backwards, Some(&near));
            if within.contains(&false) {
                return;
            }
            self.admitted = Admitted::One(policy);
        }
        self.h.fill(0.0);
        self.next.fill(0.0);
        self.kappa = 0.0;
        self.falling = false;
    }

    /// Leaves in A only what is near the best by values that have come to rest. Pairs that are far
    /// from it but slow to end would else make N, and with it what rounding can do, far too large.
    /// What h and κ say of A holds of a part of it, and h falls from there.
    fn refine(&mut self, sweep: &Sweep<'_>) {
        self.refined = true;
        let near = sweep.near(SLACK * sweep.stats.residual());
        let actions = sweep.model.actions();
        let smaller: Vec<bool> = near
            .iter()
            .enumerate()
            .map(|(pair, near)| {
                *near && self.admitted.holds(sweep.model, pair / actions, pair % actions)
            })
            .collect();
        let dropped = (0..smaller.len()).any(|pair| {
            let (state, action) = (pair / actions, pair % actions);
            !smaller[pair]
                && sweep.model.allowed(state, action)
                && self.admitted.holds(sweep.model, state, action)
        });
        if dropped {
            self.admitted = Admitted::Near(smaller);
            self.falling = true;
            // As `sweep_h` looks at it next.
            self.next.copy_from_slice(&self.h);
        }
    }

    /// h ← 1 + max over A of Ph, then κ of the new h, which is above 1 where that falls
    /// everywhere.
    fn sweep_h(&mut self, model: &Model) {
        std::mem::swap(&mut self.h, &mut self.next);
        model.expected_next(&self.h, &mut self.rows);
        let (mut growth, mut fall) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (state, next) in self.next.iter_mut().enumerate() {
            if model.is_terminal(state) {
                continue;
            }
            let mut most = 0.0_f64;
            for (action, &row) in model.rows_of_state(state).iter().enumerate() {
                if row != NO_ROW && self.admitted.holds(model, state, action) {
                    most = most.max(self.rows[row as usize]);
                }
            }
            *next = 1.0 + most;
            growth = growth.max(*next - self.h[state]);
            fall = fall.max(self.h[state] - *next);
        }
        self.falling &= fall > 1.0 - SHARP;
        let largest = self.h.iter().copied().fold(1.0, f64::max);
        self.kappa = 1.0 - growth - 2.0 * bounds::rounding_with(model, 1.0, largest, 1.0);
    }

    /// The policy of A that is greedy for h, whose rows were just computed.
    fn slowest(&self, model: &Model) -> Vec<u32> {
        let choice = |state: usize| {
            let mut best = (0, f64::NEG_INFINITY);
            for (action, &row) in model.rows_of_state(state).iter().enumerate() {
                if row != NO_ROW && self.admitted.holds(model, state, action) {
                    let beats = self.rows[row as usize];
                    best = if beats > best.1 { (action as u32, beats) } else { best };
                }
            }
            best.0
        };
        (0..model.states()).map(choice).collect()
    }

    fn renew(&mut self, sweep: &Sweep<'_>) {
        let beats = self.h.iter().copied().fold(1.0, f64::max) / self.kappa * (1.0 + 1e-12);
        let actions = sweep.model.actions();
        let mut stats = *sweep.stats;
        let upper = match &self.admitted {
            Admitted::None => return,
            Admitted::All => true,
            Admitted::Near(near) => {
                let follows = |(state, &action): (usize, &u32)| {
                    sweep.model.is_terminal(state) || near[state * actions + action as usize]
                };
                if !sweep.policy.iter().enumerate().all(follows) {
                    // What seemed best has changed: choose again as soon as values have settled.
                    (self.admitted, self.kappa) = (Admitted::None, 0.0);
                    self.falling = false;
                    return;
                }
                let error = bounds::backup_rounding(sweep.model, 1.0, stats.largest_value);
                let rise = (stats.max_diff + 2.0 * error).max(0.0) + error;
                sweep.shortfall(near) > 2.0 * (rise * (beats + 1.0) + error)
            }
            Admitted::One(policy) => {
                stats.loss = sweep.loss(policy);
                if stats.loss > stats.residual().max(sweep.floor()) {
                    // The values have moved on, and the policy with them.
                    (self.admitted, self.kappa) = (Admitted::None, 0.0);
                    return;
                }
                false
            }
        };
        let upper = upper && !self.more_beyond;
        self.bounds = Some(bounds::total(sweep.model, &stats, sweep.backed_up, beats, upper));
    }
}

impl Admitted {
    /// Whether A holds this allowed pair.
    #[inline(always)]
    fn holds(&self, model: &Model, state: usize, action: usize) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Near(near) => near[state * model.actions() + action],
            Self::One(policy) => policy[state] as usize == action,
        }
    }
}

/// Whether a beat spent in a state that is cut off, though the start can lead there, is free or
/// pays. Else no policy that risks such a state is worth more than −∞: whoever never gets back
/// within stays out there for ever, with a probability above 0, as no policy surely ends from it.
fn pays_beyond(model: &Model, within: &[bool]) -> bool {
    let reached = model.reached();
    let beyond = (0..model.states()).filter(|&state| reached[state] && !within[state]);
    let pays = |state: usize, action: usize| {
        model.allowed(state, action) && model.reward(state, action) >= 0.0
    };
    beyond.into_iter().any(|state| (0..model.actions()).any(|action| pays(state, action)))
}

/// Whether some policy gains by staying for ever within these states (from which it can): whether
/// the decision process of the pairs that surely stay has a recurrent class of positive gain.
///
/// No gain exceeds the largest of Tv − v, whatever v is, which settles that there is none; and
/// the classes of greedy policies, evaluated with bounds, settle that there is one. Sweeps stop
/// without a finding where the best gain is 0, or so little more that they do not tell.
fn earns_for_ever(model: &Model, stays: &[bool]) -> Result<bool, ModelError> {
    let Some(staying) = part_that_stays(model, stays)? else { return Ok(false) };
    let states = staying.states();
    let (mut values, mut backed_up) = (vec![0.0; states], vec![0.0; states]);
    let (mut rows, mut policy) = (vec![0.0; staying.rows_len()], vec![0; states]);
    let mut look = 1;
    for sweep in 1..=SWEEPS_FOR_GAIN {
        let stats = staying.back_up(&values, 1.0, &mut rows, &mut backed_up, Some(&mut policy));
        let none = if sweep == 1 { 0.0 } else { -bounds::average(&staying, &stats).rounding };
        if stats.max_diff <= none {
            return Ok(false);
        }
        if sweep == look {
            look *= 4;
            let greedy = Policy::Deterministic(policy.clone());
            if highest_gain(&staying, &greedy).is_ok_and(|gain| gain > 0.0) {
                return Ok(true);
            }
        }
        // Damped, so that it converges on periodic models too.
        let shift = backed_up[0];
        for (value, backed_up) in values.iter_mut().zip(&backed_up) {
            *value += DAMPING * (backed_up - *value) - shift;
        }
    }
    Ok(false)
}

/// The pairs that surely stay within these states, as a model of their own; `None` where there is
/// no such state.
fn part_that_stays(model: &Model, stays: &[bool]) -> Result<Option<Model>, ModelError> {
    let mut number = vec![NO_ROW; model.states()];
    let members = (0..model.states()).filter(|&state| stays[state]);
    let members: Vec<usize> = members.collect();
    let Some(&first) = members.first() else { return Ok(None) };
    for (new, &old) in members.iter().enumerate() {
        number[old] = new as u32;
    }
    let mut block = Block::new(model.actions());
    let mut row = Vec::new();
    for &state in &members {
        block.begin_state(false);
        for action in 0..model.actions() {
            let Some((successors, probabilities)) = model.row(state, action) else { continue };
            if successors.iter().all(|&next| stays[next as usize]) {
                row.clear();
                let next = successors.iter().map(|&next| number[next as usize]);
                row.extend(next.zip(probabilities.iter().copied()));
                block.pair(action, model.reward(state, action), &row);
            }
        }
    }
    let mut builder = ModelBuilder::new(model.actions());
    builder.append(&block)?;
    builder.finish(vec![(number[first], 1.0)]).map(Some)
}

impl Sweep<'_> {
    fn q(&self, state: usize, action: usize) -> Option<f64> {
        let row = self.model.rows_of_state(state)[action];
        self.rows.get(row as usize).map(|next| self.model.reward(state, action) + next)
    }

    /// Below this, differences are taken for rounding.
    fn floor(&self) -> f64 {
        1e-9 * (1.0 + self.stats.largest_value + self.model.largest_reward())
    }

    /// Which pairs are within this slack of their state's best.
    fn near(&self, slack: f64) -> Vec<bool> {
        let slack = slack.max(self.floor());
        let mut near = vec![false; self.model.states() * self.model.actions()];
        for (state, value) in self.backed_up.iter().enumerate() {
            for action in 0..self.model.actions() {
                if let Some(q) = self.q(state, action) {
                    near[state * self.model.actions() + action] = q >= value - slack;
                }
            }
        }
        near
    }

    /// By how much the best pair outside A falls short of its state's best.
    fn shortfall(&self, near: &[bool]) -> f64 {
        let actions = self.model.actions();
        let mut least = f64::INFINITY;
        for (state, value) in self.backed_up.iter().enumerate() {
            for action in (0..actions).filter(|action| !near[state * actions + action]) {
                if let Some(q) = self.q(state, action) {
                    least = least.min(value - q);
                }
            }
        }
        least
    }

    /// By how much a policy's pairs fall short of their states' best, at most.
    fn loss(&self, policy: &[u32]) -> f64 {
        let short = |(state, value): (usize, &f64)| {
            self.q(state, policy[state] as usize).map_or(0.0, |q| value - q)
        };
        self.backed_up.iter().enumerate().map(short).fold(0.0, f64::max)
    }
}
