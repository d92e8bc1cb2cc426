//! The average reward of a policy in the long run, and how often each state is met.
//!
//! In one recurrent class, let x and y be the expected reward and the expected beats until a
//! much-visited state 0 is reached. Then g = (r₀ + p₀ x) / (1 + p₀ y) (a renewal argument; Puterman
//! 1994, section 8.2), and h = x − g y solves Poisson's equation h = r − g + P h. Whatever h is,
//! the gain lies between the extremes of T h − h (Odoni 1969), which certify it.

use super::EvaluationError;
use super::chain::{Chain, ROUNDOFF};
use super::classes::Classes;
use super::system::{OUTSIDE, Solver, System, places};
use super::total::Passing;
use crate::mdp::model::Model;
use crate::mdp::policy::Policy;

/// Rounds of solving for what the last one left over.
const ROUNDS: usize = 6;
/// Steps of the lazy chain that find a much-visited state.
const STEPS: usize = 64;

/// The long run of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Gain {
    /// The average reward a beat from the start, in the scenario's currency.
    pub gain: f64,
    /// The gain from the start is no lower than this.
    pub lower: f64,
    /// The gain from the start is no higher than this.
    pub upper: f64,
    /// The share of beats in each state in the long run, from the start: the stationary
    /// distribution where there is one recurrent class.
    pub stationary: Vec<f64>,
    /// ‖πP − π‖₁ of that distribution.
    pub residual: f64,
    /// How many recurrent classes can be reached.
    pub classes: usize,
    /// How many states they have together.
    pub recurrent: usize,
}

impl Gain {
    /// The long-run mean of a figure by state: a level, an indicator. To certify it, evaluate it
    /// as a reward by [`long_run`].
    pub fn mean(&self, figure: impl Fn(usize) -> f64) -> f64 {
        let met = self.stationary.iter().enumerate().filter(|(_, share)| **share > 0.0);
        met.map(|(state, share)| share * figure(state)).sum()
    }
}

/// The average reward a beat in the long run.
///
/// # Errors
/// A policy that does not fit, or one under which the environment can end.
pub fn average(model: &Model, policy: &Policy) -> Result<Gain, EvaluationError> {
    policy.check(model)?;
    of_chain(model, &Chain::new(model, policy))
}

/// The long-run mean of any figure by state (parts on the line, an indicator), certified.
///
/// # Errors
/// As [`average`], or figures that do not fit.
pub fn long_run(model: &Model, policy: &Policy, figures: &[f64]) -> Result<Gain, EvaluationError> {
    if figures.len() != model.states() {
        return Err(EvaluationError::Figures { found: figures.len(), states: model.states() });
    }
    policy.check(model)?;
    of_chain(model, &Chain::new(model, policy).with_figures(figures))
}

/// The share of beats in each state in the long run, from the start.
///
/// # Errors
/// As [`average`].
pub fn stationary(model: &Model, policy: &Policy) -> Result<Vec<f64>, EvaluationError> {
    long_run(model, policy, &vec![0.0; model.states()]).map(|found| found.stationary)
}

/// The share of beats in each state in the long run where an episode that ended begins anew: the
/// on-policy distribution (Sutton & Barto 2018, sec. 9.2), which without ends is the
/// [`stationary`] one.
///
/// # Errors
/// A policy that does not fit, or a model in which episodes end where they begin.
pub fn on_policy(model: &Model, policy: &Policy) -> Result<Vec<f64>, EvaluationError> {
    policy.check(model)?;
    let chain = Chain::new(model, policy).beginning_anew(model);
    let figures = vec![0.0; model.states()];
    of_chain(model, &chain.with_figures(&figures)).map(|found| found.stationary)
}

/// What the highest gain of a policy's recurrent classes is no lower than, wherever it starts.
///
/// # Errors
/// As [`average`], of any state.
pub fn highest_gain(model: &Model, policy: &Policy) -> Result<f64, EvaluationError> {
    policy.check(model)?;
    let chain = Chain::new(model, policy);
    let classes = Classes::new(&chain, model.start());
    let (_, found) = gains_of_classes(&chain, &classes, |_| true)?;
    Ok(found.iter().fold(f64::NEG_INFINITY, |most, class| most.max(class.lower)))
}

/// The recurrent classes whose states serve: their members and their gains.
fn gains_of_classes(
    chain: &Chain,
    classes: &Classes,
    serves: impl Fn(usize) -> bool,
) -> Result<(Vec<Vec<u32>>, Vec<ClassGain>), EvaluationError> {
    let mut of_class: Vec<Vec<u32>> = vec![Vec::new(); classes.len()];
    for state in (0..chain.states()).filter(|&s| serves(s) && classes.recurs(s)) {
        if chain.terminal[state] {
            return Err(EvaluationError::Terminal { state });
        }
        of_class[classes.component(state)].push(state as u32);
    }
    of_class.retain(|members| !members.is_empty());
    let mut place = vec![OUTSIDE; chain.states()];
    let mut found = Vec::with_capacity(of_class.len());
    for members in &of_class {
        for (here, &state) in members.iter().enumerate() {
            place[state as usize] = here as u32;
        }
        found.push(ClassGain::new(&chain.part(members, &place)));
    }
    Ok((of_class, found))
}

fn of_chain(model: &Model, chain: &Chain) -> Result<Gain, EvaluationError> {
    let classes = Classes::new(chain, model.start());
    let (of_class, found) = gains_of_classes(chain, &classes, |state| classes.is_reached(state))?;
    let absorbed = Absorbed::new(model, chain, &classes, &of_class, &found);
    let mut stationary = vec![0.0; chain.states()];
    for ((members, class), weight) in of_class.iter().zip(&found).zip(&absorbed.weights) {
        for (&state, share) in members.iter().zip(&class.shares) {
            stationary[state as usize] = weight * share;
        }
    }
    Ok(Gain {
        gain: absorbed.gain,
        lower: absorbed.lower,
        upper: absorbed.upper,
        residual: residual(chain, &stationary),
        stationary,
        classes: of_class.len(),
        recurrent: of_class.iter().map(Vec::len).sum(),
    })
}

fn residual(chain: &Chain, stationary: &[f64]) -> f64 {
    let mut change: Vec<f64> = stationary.iter().map(|share| -share).collect();
    for (state, &share) in stationary.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        for (next, p) in chain.row(state) {
            change[next] += share * p;
        }
    }
    change.iter().map(|change| change.abs()).sum()
}

/// One recurrent class.
struct ClassGain {
    gain: f64,
    lower: f64,
    upper: f64,
    /// The stationary distribution over the members.
    shares: Vec<f64>,
}

impl ClassGain {
    /// The long run of a chain that is one recurrent class.
    fn new(chain: &Chain) -> Self {
        if let [gain] = chain.reward[..] {
            let slack = chain.reward_slack(0);
            return Self { gain, lower: gain - slack, upper: gain + slack, shares: vec![1.0] };
        }
        let hub = much_visited(chain, |_| true);
        let others: Vec<u32> = (0..chain.states() as u32).filter(|&s| s as usize != hub).collect();
        let place = places(chain.states(), &others);
        let solver = Solver::new(System::new(chain, &others, &place, 1.0));

        let mut beats = vec![1.0; others.len()];
        solver.solve(&mut beats);
        let at_hub = |by_place: &[f64]| -> f64 {
            let row = chain.row(hub);
            row.filter_map(|(next, p)| by_place.get(place[next] as usize).map(|x| p * x)).sum()
        };
        let cycle = 1.0 + at_hub(&beats);

        // Each round solves for what remains of T h − h, less its mean over a cycle.
        let mut bias = vec![0.0; chain.states()];
        let mut best = Bounds::new(chain, &bias);
        for _ in 0..ROUNDS {
            let mut x: Vec<f64> =
                others.iter().map(|&state| best.differences[state as usize]).collect();
            solver.solve(&mut x);
            let gain = (best.differences[hub] + at_hub(&x)) / cycle;
            for ((&state, x), y) in others.iter().zip(&x).zip(&beats) {
                bias[state as usize] += x - gain * y;
            }
            let next = Bounds::new(chain, &bias);
            let (was, is) = (best.width(), next.width());
            let better = is < was;
            if !better {
                break;
            }
            best = next;
            if is > 0.5 * was {
                break;
            }
        }
        let shares = shares(chain, hub, &place, &solver);
        let mean: f64 = shares.iter().zip(&chain.reward).map(|(share, r)| share * r).sum();
        // Both are right; the bounds know which is closer.
        let gain = if best.lower <= mean && mean <= best.upper {
            mean
        } else {
            0.5 * (best.lower + best.upper)
        };
        Self { gain, lower: best.lower, upper: best.upper, shares }
    }
}

/// Of the states that serve, one that the chain is in often, started evenly: after some steps of
/// the lazy chain, which has no period. The lowest of equals.
pub(super) fn much_visited(chain: &Chain, serves: impl Fn(usize) -> bool) -> usize {
    let mut shares = vec![1.0 / chain.states() as f64; chain.states()];
    let mut next = shares.clone();
    for _ in 0..STEPS {
        for (next, share) in next.iter_mut().zip(&shares) {
            *next = 0.5 * share;
        }
        for (state, share) in shares.iter().enumerate() {
            for (to, p) in chain.row(state) {
                next[to] += 0.5 * share * p;
            }
        }
        std::mem::swap(&mut shares, &mut next);
    }
    let mut most = None;
    for state in (0..shares.len()).filter(|&state| serves(state)) {
        if most.is_none_or(|most: usize| shares[state] > shares[most]) {
            most = Some(state);
        }
    }
    most.unwrap_or(0)
}

/// The stationary distribution: expected visits between two to the hub.
fn shares(chain: &Chain, hub: usize, place: &[u32], solver: &Solver) -> Vec<f64> {
    let mut visits = vec![0.0; chain.states() - 1];
    for (next, p) in chain.row(hub) {
        if let Some(visits) = visits.get_mut(place[next] as usize) {
            *visits += p;
        }
    }
    solver.solve_transposed(&mut visits);
    // An iteration can leave a trace below 0 where there is next to nothing; the hub counts 1.
    let visits_of = |&here: &u32| visits.get(here as usize).map_or(1.0, |visits| visits.max(0.0));
    let mut shares: Vec<f64> = place.iter().map(visits_of).collect();
    let whole: f64 = shares.iter().sum();
    for share in &mut shares {
        *share /= whole;
    }
    shares
}

/// T h − h by state, and its extremes, rounding included.
struct Bounds {
    differences: Vec<f64>,
    lower: f64,
    upper: f64,
}

impl Bounds {
    fn new(chain: &Chain, bias: &[f64]) -> Self {
        let mut differences = Vec::with_capacity(bias.len());
        let (mut lower, mut upper) = (f64::INFINITY, f64::NEG_INFINITY);
        for (state, &reward) in chain.reward.iter().enumerate() {
            let (d, slack) = chain.difference(state, reward, 1.0, bias);
            let slack = slack + chain.reward_slack(state);
            differences.push(d);
            lower = lower.min(d - slack);
            upper = upper.max(d + slack);
        }
        Self { differences, lower, upper }
    }

    fn width(&self) -> f64 {
        self.upper - self.lower
    }
}

/// The gain from the start, which may lead to several classes.
struct Absorbed {
    gain: f64,
    lower: f64,
    upper: f64,
    /// The probability of each class.
    weights: Vec<f64>,
}

impl Absorbed {
    fn new(
        model: &Model,
        chain: &Chain,
        classes: &Classes,
        of_class: &[Vec<u32>],
        found: &[ClassGain],
    ) -> Self {
        if let [only] = found {
            let ClassGain { gain, lower, upper, .. } = *only;
            return Self { gain, lower, upper, weights: vec![1.0] };
        }
        let mut class_of = vec![usize::MAX; chain.states()];
        for (class, members) in of_class.iter().enumerate() {
            for &state in members {
                class_of[state as usize] = class;
            }
        }
        let members: Vec<u32> = (0..chain.states() as u32)
            .filter(|&s| classes.is_reached(s as usize) && !classes.recurs(s as usize))
            .collect();
        let place = places(chain.states(), &members);
        let passing = Passing::new(chain, &members, &place);

        // Absorption into a class: visits to each state passed through, times the way into it.
        let mut weights = vec![0.0; found.len()];
        for &(state, p) in model.start() {
            if let Some(weight) = weights.get_mut(class_of[state as usize]) {
                *weight += p;
            }
        }
        let mut caught = vec![0.0; chain.states()];
        let visits = passing.visits(model.start(), &place);
        for (&state, visits) in members.iter().zip(&visits) {
            for (next, p) in chain.row(state as usize) {
                if let (Some(weight), Some(class)) =
                    (weights.get_mut(class_of[next]), found.get(class_of[next]))
                {
                    *weight += visits.max(0.0) * p;
                    caught[state as usize] += p * class.gain;
                }
            }
        }
        let whole: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= whole;
        }

        // The gain of a state passed through is the total of what catches it, a sum of products.
        let size = found.iter().fold(0.0_f64, |most, class| most.max(class.gain.abs()));
        let caught_slack =
            |state: usize| 2.0 * (chain.successors(state).len() + 1) as f64 * ROUNDOFF * size;
        let (mut gains, error) = passing.certified(&caught, caught_slack);
        for (gain, &class) in gains.iter_mut().zip(&class_of) {
            if let Some(class) = found.get(class) {
                *gain = class.gain;
            }
        }
        let gain = model.at_start(&gains);
        let rounding = 2.0 * (found.len() + model.start().len() + 8) as f64 * ROUNDOFF * size;
        let slack = model.at_start(&error) * (1.0 + 1e-12) + rounding;
        let below = found.iter().fold(0.0_f64, |most, class| most.max(class.gain - class.lower));
        let above = found.iter().fold(0.0_f64, |most, class| most.max(class.upper - class.gain));
        Self { gain, lower: gain - below - slack, upper: gain + above + slack, weights }
    }
}
