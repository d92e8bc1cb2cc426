//! Bounds on the optimum that hold, from one synchronous backup of any vector of values.
//!
//! Written: v the values backed up (0 in terminal states), Tv the backup, d = Tv − v over the
//! states that are not terminal, σ a policy with T_σ v ≥ Tv − l (its *loss* l is 0 but for ties),
//! u = 2⁻⁵³.
//!
//! **Discounted** (MacQueen 1966; Porteus 1971; Puterman 1994, theorem 6.6.3):
//! Tv + γ/(1−γ) min d − l/(1−γ) ≤ V^σ ≤ V* ≤ Tv + γ/(1−γ) max d,
//! where a terminal state counts as one that stays for ever with reward 0, so with difference 0.
//!
//! **Average** (Odoni 1969; Puterman 1994, theorem 8.5.5): min d − l ≤ g^σ, g* ≤ max d in every
//! state of every finite model, since v + n·min d ≤ Tⁿv ≤ v + n·max d and Tⁿv/n → g*. They meet
//! only if all states have the same optimal gain, and under sweeps that converge. Where d is taken
//! over states that no action leaves, say those that the start can reach, they are a model of their
//! own, and the bounds hold on the gains from there.
//!
//! **Total**: let N bound the expected beats to the end, by every policy that matters. Then
//! Tv + min(min d − l, 0)(N−1) − l ≤ V^σ ≤ V* ≤ Tv + max(max d, 0)·N, by adding up
//! v ≤ T_σ v − d beat after beat until the end (as in Bertsekas & Tsitsiklis 1991, proposition 1).
//! How N is proved, and why the upper bound has N where N−1 could do, see the planners.
//!
//! **Rounding.** A computed backup of rows with at most n successors is off by at most
//! e = γₖ·(γ M (1+δ) + R) + γ δ M, where k = n + 3 roundings, γₖ = ku/(1−ku) (Higham 2002,
//! section 3.1: holds for any order of the sum), M = max |v|, R = max |r|, and δ how far stored
//! probabilities may sum from 1: the model meant is the one with the probabilities scaled to 1,
//! with the stored expected rewards. Backup and differences are widened by e, differences and
//! results besides by their own last roundings.

use super::back_up::SweepStats;
use super::model::Model;

/// Half the distance from 1 to the next number: the largest relative error of one rounding.
pub const UNIT_ROUNDOFF: f64 = f64::EPSILON / 2.0;

/// Bounds that hold on the optimum, and on the value of the greedy policy that came with them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The greedy policy's expected value at the start (or gain), so the optimum too, is at least
    /// this.
    pub lower: f64,
    /// No policy's expected value at the start (or gain) exceeds this; `None` where not known. A
    /// policy that is caught for ever under the total reward, where that costs without end, counts
    /// as worth −∞.
    pub upper: Option<f64>,
    /// The part of each side that is there for rounding; the bounds cannot come closer than
    /// twice this.
    pub rounding: f64,
    /// What to add to a state's backed-up value for its own bounds; `None` for the average
    /// reward, whose bounds are on the gain of all states.
    pub by_state: Option<Shifts>,
}

/// What to add to a state's backed-up value for its own bounds. Terminal states are exactly 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shifts {
    /// For the lower bound.
    pub lower: f64,
    /// For the upper bound, where it is known.
    pub upper: Option<f64>,
}

impl Bounds {
    /// Those of a model in which all states are terminal.
    pub const NOTHING: Self = Self {
        lower: 0.0,
        upper: Some(0.0),
        rounding: 0.0,
        by_state: Some(Shifts { lower: 0.0, upper: Some(0.0) }),
    };

    /// upper − lower; `None` where the upper bound is not known.
    pub fn width(&self) -> Option<f64> {
        self.upper.map(|upper| upper - self.lower)
    }

    /// Whether the optimum is enclosed to this absolute width.
    pub fn certifies(&self, precision: f64) -> bool {
        self.width().is_some_and(|width| width <= precision)
    }

    /// Whether besides every state's own bounds, where states have such, are no wider. Those at the
    /// start can be closer than these: they keep the least upper bound that was ever found.
    pub fn certifies_states(&self, precision: f64) -> bool {
        let narrow =
            |shifts: Shifts| shifts.upper.is_some_and(|upper| upper - shifts.lower <= precision);
        self.certifies(precision) && self.by_state.is_none_or(narrow)
    }
}

/// e: by how much a computed backup may differ from the exact one.
pub fn backup_rounding(model: &Model, gamma: f64, largest_value: f64) -> f64 {
    rounding_with(model, gamma, largest_value, model.largest_reward())
}

/// The same with other rewards than the model's, at most this large.
pub fn rounding_with(model: &Model, gamma: f64, largest_value: f64, largest_reward: f64) -> f64 {
    let off = model.probability_excess() + UNIT_ROUNDOFF;
    row_rounding(model.longest_list(), off, gamma, largest_value, largest_reward)
}

/// e of the header for rows of at most `longest` successors whose probabilities are `off` by δ.
pub(super) fn row_rounding(longest: usize, off: f64, gamma: f64, most: f64, reward: f64) -> f64 {
    let roundings = (longest + 3) as f64 * UNIT_ROUNDOFF;
    let relative = roundings / (1.0 - roundings);
    relative * (gamma * most * (1.0 + off) + reward) + gamma * off * most + f64::MIN_POSITIVE
}

/// Bounds for the discounted reward; `backed_up` is Tv of the sweep with these statistics.
pub fn discounted(model: &Model, gamma: f64, stats: &SweepStats, backed_up: &[f64]) -> Bounds {
    let ends = model.has_terminals();
    let (mut least, mut most) = (stats.min_diff, stats.max_diff);
    if ends {
        (least, most) = (least.min(0.0), most.max(0.0));
    }
    let weight = gamma / (1.0 - gamma);
    let error = backup_rounding(model, gamma, stats.largest_value);
    let spread = least.abs().max(most.abs());
    let largest = stats.largest_value + stats.residual();
    let widen = error / (1.0 - gamma)
        + 16.0 * UNIT_ROUNDOFF * (weight * spread + largest)
        + UNIT_ROUNDOFF * spread / (1.0 - gamma);
    let shifts = Shifts {
        lower: weight * least - widen - stats.loss / (1.0 - gamma),
        upper: Some(weight * most + widen),
    };
    at_start(model, backed_up, shifts, widen, largest)
}

/// Bounds on the gain.
pub fn average(model: &Model, stats: &SweepStats) -> Bounds {
    let error = backup_rounding(model, 1.0, stats.largest_value);
    let widen = error + 2.0 * UNIT_ROUNDOFF * stats.residual();
    Bounds {
        lower: stats.min_diff - stats.loss - widen,
        upper: Some(stats.max_diff + widen),
        rounding: widen,
        by_state: None,
    }
}

/// Bounds for the total reward, where the policies that matter end within `beats` expected beats
/// from every state. `upper` says whether they are all that could be optimal.
pub fn total(
    model: &Model,
    stats: &SweepStats,
    backed_up: &[f64],
    beats: f64,
    upper: bool,
) -> Bounds {
    let error =
        backup_rounding(model, 1.0, stats.largest_value) + 4.0 * UNIT_ROUNDOFF * stats.residual();
    let more = (beats - 1.0).max(0.0);
    let largest = stats.largest_value + stats.residual();
    let last = 16.0 * UNIT_ROUNDOFF * (largest + more * stats.residual());
    let shifts = Shifts {
        lower: (stats.min_diff - stats.loss - error).min(0.0) * more - error - stats.loss - last,
        upper: upper.then(|| ((stats.max_diff + error).max(0.0) + error) * beats + error + last),
    };
    at_start(model, backed_up, shifts, error * beats + last, largest)
}

/// Takes bounds by state to the start: Σ p (v + shift), where terminal states are worth 0.
pub(super) fn at_start(
    model: &Model,
    backed_up: &[f64],
    shifts: Shifts,
    rounding: f64,
    largest: f64,
) -> Bounds {
    let start = model.start();
    let value = model.at_start(backed_up);
    let terminal = |state: &u32| model.is_terminal(*state as usize);
    let alive: f64 = start.iter().filter(|(state, _)| !terminal(state)).map(|(_, p)| p).sum();
    // Probabilities of the start may sum to 1 up to a rounding each, as the value's own sum.
    let off = (start.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs();
    let extra = (off + 2.0 * (start.len() + 2) as f64 * UNIT_ROUNDOFF) * largest;
    let extra = if start.len() == 1 && off == 0.0 { UNIT_ROUNDOFF * largest } else { extra };
    if alive == 0.0 {
        return Bounds { lower: 0.0, upper: Some(0.0), rounding: 0.0, by_state: Some(shifts) };
    }
    Bounds {
        lower: value + alive * shifts.lower - extra,
        upper: shifts.upper.map(|upper| value + alive * upper + extra),
        rounding: rounding + extra,
        by_state: Some(shifts),
    }
}
