//! The total reward of a policy until the environment ends, and whether it ends at all.
//!
//! Over the states that are passed through, v = r + Q v. How far an approximation is off is
//! bounded by the expected beats still to pass: if y − Q y ≥ c > 0 then |v* − v| ≤ y ‖d‖ / c with
//! d = r + Q v − v, since (I − Q)⁻¹ keeps signs.

use super::chain::Chain;
use super::classes::Classes;
use super::system::{Solver, System, places};
use super::{EvaluationError, start_slack};
use crate::mdp::model::Model;
use crate::mdp::policy::Policy;

/// Rounds of solving for what the last one left over.
const ROUNDS: usize = 6;

/// Whether the environment ends under a policy, from the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ends {
    /// With probability 1.
    Surely,
    /// With this probability.
    Maybe(f64),
    /// Never: no terminal state can be reached.
    Never,
}

/// The expected return of a policy until the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// Whether it ends from the start.
    pub ends: Ends,
    /// The expected number of beats until the end, from the start; ∞ where it may never end.
    pub beats: f64,
    /// The expected return of each state, in the scenario's currency: ±∞ where the policy can be
    /// caught for ever among states that pay or cost, and NaN where among states that do both.
    pub values: Vec<f64>,
    /// The expected return from the start, likewise.
    pub value: f64,
    /// The return from the start is no lower than this; −∞ where that is not known.
    pub lower: f64,
    /// The return from the start is no higher than this; ∞ where that is not known.
    pub upper: f64,
}

/// The total reward, undiscounted, until the environment ends.
///
/// # Errors
/// A policy that does not fit.
pub fn total(model: &Model, policy: &Policy) -> Result<Total, EvaluationError> {
    policy.check(model)?;
    let chain = Chain::new(model, policy);
    let classes = Classes::new(&chain, model.start());
    let caught = Caught::new(&chain, &classes);
    let members: Vec<u32> = (0..chain.states() as u32)
        .filter(|&s| !classes.recurs(s as usize) && !caught.forever[s as usize].pays())
        .collect();
    let place = places(chain.states(), &members);
    let passing = Passing::new(&chain, &members, &place);

    let (mut values, error) = passing.certified(&chain.reward, |state| chain.reward_slack(state));
    for (state, value) in values.iter_mut().enumerate() {
        if let Some(infinite) = caught.forever[state].worth() {
            *value = infinite;
        }
    }
    let ends = ends_of(model, &chain, &classes);
    // Beats add up for ever in any class that is not an end.
    let beats = match ends {
        Ends::Surely => model.at_start(&passing.beats),
        Ends::Maybe(_) | Ends::Never => f64::INFINITY,
    };
    let value: f64 = model
        .start()
        .iter()
        .filter(|(_, p)| *p > 0.0)
        .map(|&(state, p)| p * values[state as usize])
        .sum();
    let (lower, upper) = if value.is_finite() {
        let starts = model.start().iter().filter(|(_, p)| *p > 0.0);
        let off: f64 = starts.map(|&(state, p)| p * error[state as usize]).sum();
        let width = off * (1.0 + 1e-12) + start_slack(model, &values);
        (value - width, value + width)
    } else if value.is_nan() {
        (f64::NEG_INFINITY, f64::INFINITY)
    } else {
        (value, value)
    };
    Ok(Total { ends, beats, values, value, lower, upper })
}

/// Whether the environment ends from the start, for the statement that a policy never arrives.
/// Surely and never are read off the chain's ways, not off numbers.
///
/// # Errors
/// A policy that does not fit.
pub fn ends(model: &Model, policy: &Policy) -> Result<Ends, EvaluationError> {
    policy.check(model)?;
    let chain = Chain::new(model, policy);
    let classes = Classes::new(&chain, model.start());
    Ok(ends_of(model, &chain, &classes))
}

fn ends_of(model: &Model, chain: &Chain, classes: &Classes) -> Ends {
    let (mut ending, mut staying) = (false, false);
    for state in (0..chain.states()).filter(|&s| classes.is_reached(s) && classes.recurs(s)) {
        if chain.terminal[state] {
            ending = true;
        } else {
            staying = true;
        }
    }
    match (ending, staying) {
        (true, false) => Ends::Surely,
        (false, _) => Ends::Never,
        (true, true) => {
            // The probability of ending in the next beat is a reward whose total is that of
            // ending ever.
            let members: Vec<u32> = (0..chain.states() as u32)
                .filter(|&s| classes.is_reached(s as usize) && !classes.recurs(s as usize))
                .collect();
            let place = places(chain.states(), &members);
            let mut ending = vec![0.0; chain.states()];
            for &state in &members {
                let ends = chain.row(state as usize).filter(|(next, _)| chain.terminal[*next]);
                ending[state as usize] = ends.map(|(_, p)| p).sum();
            }
            let passing = Passing::new(chain, &members, &place);
            let (mut probability, _) = passing.certified(&ending, |_| 0.0);
            for (state, p) in probability.iter_mut().enumerate() {
                if chain.terminal[state] {
                    *p = 1.0;
                }
            }
            Ends::Maybe(model.at_start(&probability).clamp(0.0, 1.0))
        }
    }
}

/// What a state can be caught in for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Forever {
    gains: bool,
    costs: bool,
}

impl Forever {
    fn pays(self) -> bool {
        self.gains || self.costs
    }

    fn worth(self) -> Option<f64> {
        match (self.gains, self.costs) {
            (false, false) => None,
            (true, false) => Some(f64::INFINITY),
            (false, true) => Some(f64::NEG_INFINITY),
            (true, true) => Some(f64::NAN),
        }
    }
}

/// What each state can be caught in for ever.
struct Caught {
    forever: Vec<Forever>,
}

impl Caught {
    fn new(chain: &Chain, classes: &Classes) -> Self {
        let mut of_class = vec![Forever::default(); classes.len()];
        // Where each state leads comes before it, so its successors' classes are complete.
        for state in classes.in_order() {
            let state = state as usize;
            let here = classes.component(state);
            let mut forever = of_class[here];
            if classes.is_closed(here) {
                forever.gains |= chain.reward[state] > 0.0;
                forever.costs |= chain.reward[state] < 0.0;
            }
            for &next in chain.successors(state) {
                let next = of_class[classes.component(next as usize)];
                forever.gains |= next.gains;
                forever.costs |= next.costs;
            }
            of_class[here] = forever;
        }
        let forever = (0..chain.states()).map(|state| of_class[classes.component(state)]).collect();
        Self { forever }
    }
}

/// States that are passed through and left for good.
pub(super) struct Passing<'a> {
    chain: &'a Chain,
    members: &'a [u32],
    solver: Solver,
    /// Expected beats spent among the members, by state; 0 outside.
    pub(super) beats: Vec<f64>,
    /// y and c of the bound above.
    fewest: f64,
}

impl<'a> Passing<'a> {
    pub(super) fn new(chain: &'a Chain, members: &'a [u32], place: &[u32]) -> Self {
        let solver = Solver::new(System::new(chain, members, place, 1.0));
        let mut passing =
            Self { chain, members, solver, beats: vec![0.0; chain.states()], fewest: 0.0 };
        let ones = vec![1.0; chain.states()];
        passing.beats = passing.solve(&ones, |_| 0.0).0;
        let sound = members.iter().all(|&s| passing.beats[s as usize] >= 0.0);
        if sound {
            passing.fewest = members.iter().fold(f64::INFINITY, |least, &state| {
                let (d, slack) = chain.difference(state as usize, 0.0, 1.0, &passing.beats);
                least.min(-d - slack)
            });
        }
        passing
    }

    /// Total reward until the members are left, and the largest share of d and its rounding. By
    /// `reward_slack` a state's reward can itself be off.
    fn solve(&self, reward: &[f64], reward_slack: impl Fn(usize) -> f64) -> (Vec<f64>, f64) {
        let mut values = vec![0.0; self.chain.states()];
        let mut rest: Vec<f64> = self.members.iter().map(|&s| reward[s as usize]).collect();
        let mut left = f64::INFINITY;
        for _ in 0..ROUNDS {
            let mut more = rest.clone();
            self.solver.solve(&mut more);
            let before = values.clone();
            for (&state, more) in self.members.iter().zip(&more) {
                values[state as usize] += more;
            }
            let mut most = 0.0_f64;
            for (rest, &state) in rest.iter_mut().zip(self.members) {
                let s = state as usize;
                let (d, slack) = self.chain.difference(s, reward[s], 1.0, &values);
                *rest = d;
                most = most.max(d.abs() + slack + reward_slack(s));
            }
            let better = most < left;
            if !better {
                values = before;
                break;
            }
            let settled = most > 0.5 * left;
            left = most;
            if settled {
                break;
            }
        }
        (values, left)
    }

    /// Total reward until the members are left, by state (0 outside), and by how much each entry
    /// can be off (∞ where that is not known).
    pub(super) fn certified(
        &self,
        reward: &[f64],
        reward_slack: impl Fn(usize) -> f64,
    ) -> (Vec<f64>, Vec<f64>) {
        let (values, left) = self.solve(reward, reward_slack);
        let mut error = vec![0.0; values.len()];
        for &state in self.members {
            let s = state as usize;
            error[s] = if self.fewest > 0.0 && left.is_finite() {
                self.beats[s] * left / self.fewest
            } else {
                f64::INFINITY
            };
        }
        (values, error)
    }

    /// Expected visits to each member from a start distribution over all states.
    pub(super) fn visits(&self, start: &[(u32, f64)], place: &[u32]) -> Vec<f64> {
        let mut visits = vec![0.0; self.members.len()];
        for &(state, p) in start {
            if let Some(visits) = visits.get_mut(place[state as usize] as usize) {
                *visits += p;
            }
        }
        self.solver.solve_transposed(&mut visits);
        visits
    }
}
