//! The agent that plans over beliefs: it keeps in mind what is probable by all that it did and saw,
//! and takes what is best then by a plan on a grid of beliefs.
//!
//! The belief is the exact one ([`Hidden::update`]), the plan that of [`BeliefGrid`]. Who takes over
//! in the midst of an episode, or sees what cannot be (a figure or the state was changed by hand),
//! begins with what the sight alone says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::optimum::{PATIENCE, USUAL_PRECISION};
use crate::environments::{AnyEnvironment, AnySettings};
use crate::mdp::{
    Agent, Belief, Criterion, Decision, Dice, EnumerationOptions, Hidden, Level, Progress,
    Situation, Space, StateValue,
};
use crate::planners::belief_grid::{Point, Process};
use crate::planners::{BeliefError, BeliefGrid, BeliefPlan};

/// The model of what is hidden, and a plan over what can be believed of it.
#[derive(Debug, Clone)]
pub struct Foresight {
    /// What can be seen of each state.
    pub hidden: Arc<Hidden>,
    /// What is best at each belief.
    pub plan: Arc<BeliefPlan>,
}

/// What a foresight is made for.
type Wanted = (AnySettings, Criterion, u32);

/// The latest few that were made: the replications of an agent share one.
static MADE: Mutex<Vec<(Wanted, Foresight)>> = Mutex::new(Vec::new());
const KEPT: usize = 8;

/// Plans over beliefs of this resolution, or takes the plan that was made for the same before.
///
/// # Errors
/// Where the environment cannot be enumerated, the grid is too large, or someone cancelled.
pub fn foresight(
    environment: &AnyEnvironment,
    criterion: Criterion,
    resolution: u32,
    progress: &Progress,
) -> Result<Foresight, BeliefError> {
    let wanted = (environment.settings(), criterion, resolution);
    // Who wants the same meanwhile waits for it.
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, found)) = made.iter().find(|(known, _)| *known == wanted) {
        return Ok(found.clone());
    }
    let hidden = Arc::new(hidden(environment, progress)?);
    let process = Arc::new(Process::new(&hidden)?);
    let grid = Arc::new(BeliefGrid::new(process, resolution)?);
    let plan = grid.solve(criterion, USUAL_PRECISION, None, progress)?;
    let found = Foresight { hidden, plan: Arc::new(plan) };
    if made.len() >= KEPT {
        made.remove(0);
    }
    made.push((wanted, found.clone()));
    Ok(found)
}

/// The enumerated environment with what can be seen of it.
///
/// # Errors
/// Where it cannot be enumerated.
pub fn hidden(environment: &AnyEnvironment, progress: &Progress) -> Result<Hidden, BeliefError> {
    let options = EnumerationOptions::default();
    let enumeration = environment.erased().enumerate(options, progress)?;
    Ok(Hidden::new(environment.erased(), enumeration)?)
}

/// How near a plan of some resolution comes to what is best for who does not see the state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Enclosure {
    /// The grid's resolution.
    pub resolution: u32,
    /// How many beliefs it holds.
    pub points: usize,
    /// No policy that does not see the state is worth more, where known.
    pub upper: Option<f64>,
    /// The plan, held in a finite memory, is worth this at least.
    pub lower: f64,
}

impl Enclosure {
    /// The distance between the bounds, where both are known.
    pub fn gap(&self) -> Option<f64> {
        self.upper.map(|upper| upper - self.lower)
    }
}

/// How many beliefs the policy of a lower bound remembers.
pub const REMEMBERED: usize = 1_000;
/// The most points of a grid that is solved for a table of bounds.
const MOST_IN_A_TABLE: u64 = 100_000;

/// Bounds at these resolutions, those left out whose grids are too large; the first is always tried.
/// Work ends at the deadline with what was found.
///
/// # Errors
/// Where there is no plan at the first resolution, or someone cancelled.
pub fn enclosures(
    environment: &AnyEnvironment,
    criterion: Criterion,
    resolutions: &[u32],
    deadline: Option<Instant>,
    progress: &Progress,
) -> Result<Vec<Enclosure>, BeliefError> {
    let deadline = deadline.unwrap_or_else(|| Instant::now() + PATIENCE);
    let process = Arc::new(Process::new(&hidden(environment, progress)?)?);
    let mut found = Vec::new();
    for &resolution in resolutions {
        let large = BeliefGrid::size(&process, resolution) > MOST_IN_A_TABLE;
        if !found.is_empty() && (large || Instant::now() >= deadline) {
            break;
        }
        let grid = Arc::new(BeliefGrid::new(process.clone(), resolution)?);
        let plan = grid.solve(criterion, USUAL_PRECISION, Some(deadline), progress)?;
        let (points, upper) = (grid.points(), plan.upper());
        found.push(Enclosure { resolution, points, upper, lower: plan.lower(REMEMBERED)? });
    }
    Ok(found)
}

/// The agent.
#[derive(Debug, Clone)]
pub struct Believer {
    foresight: Foresight,
    actions: Arc<Space>,
    states: Arc<Space>,
    /// What it believes, as of the beat it decided in last, and what it did then.
    latest: Option<Latest>,
}

#[derive(Debug, Clone)]
struct Latest {
    beat: u64,
    /// What was seen then.
    seen: Option<u32>,
    belief: Belief,
    action: usize,
}

const NAME: &str = "Plan over beliefs";

impl Believer {
    /// Acts by this foresight.
    pub fn new(foresight: Foresight, environment: &AnyEnvironment) -> Self {
        let actions = Arc::new(environment.action_space().clone());
        let states = Arc::new(environment.state_space().clone());
        Self { foresight, actions, states, latest: None }
    }

    /// What it believes in a situation, by all that it did and saw up to then; `None` where what is
    /// seen can never be.
    pub fn belief(&self, situation: &Situation<'_>) -> Option<Belief> {
        let hidden = &self.foresight.hidden;
        let seen = hidden.number(situation.levels, situation.reals)?;
        let by_sight = || Some(hidden.by_sight(seen));
        match &self.latest {
            // Asked again in the same beat.
            Some(latest) if latest.beat == situation.beat && latest.seen == Some(seen) => {
                Some(latest.belief.clone())
            }
            Some(latest) if latest.beat + 1 == situation.beat => {
                hidden.update(&latest.belief, latest.action, seen).or_else(by_sight)
            }
            _ if situation.beat == 0 => {
                let start = hidden.after_sight(&hidden.start(), seen);
                start.map(|(_, belief)| belief).or_else(by_sight)
            }
            _ => by_sight(),
        }
    }

    fn point(&self, belief: &Belief) -> Option<Point> {
        self.foresight.plan.grid().process().point(belief)
    }
}

impl Agent for Believer {
    fn name(&self) -> &str {
        NAME
    }

    fn begin_episode(&mut self) {
        self.latest = None;
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        let believed = self.belief(situation);
        let point = believed.as_ref().and_then(|belief| self.point(belief));
        let flat = match &point {
            Some(point) => self.foresight.plan.action(point),
            None => 0,
        };
        self.actions.levels(flat as u64, action);
        let seen = self.foresight.hidden.number(situation.levels, situation.reals);
        self.latest =
            believed.map(|belief| Latest { beat: situation.beat, seen, belief, action: flat });
        Decision::Made
    }

    fn action_values(&self, situation: &Situation<'_>, values: &mut [f64]) -> bool {
        let point = self.belief(situation).and_then(|belief| self.point(&belief));
        if let Some(point) = &point {
            self.foresight.plan.action_values(point, values);
        }
        point.is_some()
    }

    fn state_value(&self, situation: &Situation<'_>) -> Option<StateValue> {
        if self.foresight.plan.criterion() == Criterion::Average {
            return None;
        }
        let point = self.point(&self.belief(situation)?)?;
        Some(StateValue { value: self.foresight.plan.value(&point), learned: true })
    }

    fn believed(&self, situation: &Situation<'_>) -> Option<Vec<(Vec<Level>, f64)>> {
        let belief = self.belief(situation)?;
        let numbers = &self.foresight.hidden.enumeration().states;
        let state = |&(number, probability): &(u32, f64)| {
            let mut levels = vec![0; self.states.len()];
            self.states.levels(numbers.index(number as usize), &mut levels);
            (levels, probability)
        };
        Some(belief.states().iter().map(state).collect())
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests;
