//! Planning where the state is not seen: a grid of beliefs, with bounds that hold on either side.
//!
//! A decision process whose state is not seen is one over beliefs (Åström 1965), whose optimal value
//! is convex in the belief (Sondik 1971). On a regular grid (see [`lattice`]) what a belief between
//! points is worth is taken as the mean of what its neighbours are. That makes the points a finite
//! decision process of their own, which is solved like any other, and since a convex function lies
//! below its chords, its optimal value is an **upper bound** (Lovejoy 1991; for the average reward Yu
//! & Bertsekas 2004). The bound is one of the exact process but for the rounding of beliefs, some
//! 1e-11 of the values' spread.
//!
//! The policy looks one step ahead from the exact belief. A **lower bound** is the exact value of a
//! policy much like it that has a finite memory (see [`controller`]). The two close in on each other
//! as the resolution grows.

#![expect(
    clippy::indexing_slicing,
    reason = "classes, groups and points are numbered here, and every vector has one entry for each"
)]

mod controller;
mod lattice;
mod process;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use lattice::Lattice;
pub use process::{Follower, Point, Process};

use super::{PlanError, Solution, solve};
use crate::mdp::evaluate::EvaluationError;
use crate::mdp::{Block, Criterion, EnumerationError, Model, ModelBuilder, ModelError, Progress};

/// The most points of a grid.
pub const MOST_POINTS: u64 = 500_000;
/// The most transitions between them.
const MOST_TRANSITIONS: u64 = 100_000_000;
/// Actions whose values differ by less, as a share of the largest, are equal: the lowest is taken.
const EQUAL: f64 = 1e-9;

/// Why there is no plan over beliefs.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BeliefError {
    /// The environment could not be enumerated.
    #[error(transparent)]
    Enumeration(#[from] EnumerationError),
    /// States that cannot be told apart allow no action in common.
    #[error("states that look alike allow no action in common, so that none can be planned")]
    NoAction,
    /// The grid would be too large.
    #[error(
        "a grid of resolution {resolution} has {points} beliefs or more steps between them than can \
         be held; at most {most} beliefs are planned with. Choose a lower resolution, or hide less"
    )]
    TooLarge {
        /// What was asked for.
        resolution: u32,
        /// How many points that makes.
        points: u64,
        /// How many there may be.
        most: u64,
    },
    /// A resolution of 0.
    #[error("a resolution of 0 has no beliefs. Choose 1 or more, such as 20")]
    NoResolution,
    /// The criterion is not served.
    #[error(
        "a plan over beliefs is not made for the total reward. Choose the discounted or the average \
         reward"
    )]
    Total,
    /// The grid's own decision process could not be built.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// It could not be solved.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The policy could not be evaluated.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
}

/// A grid of beliefs and the decision process that its points form.
#[derive(Debug, Clone)]
pub struct BeliefGrid {
    process: Arc<Process>,
    resolution: u32,
    /// By how many classes a group has.
    lattices: Vec<Option<Lattice>>,
    /// The number of the first point of each group.
    offsets: Vec<u32>,
    points: usize,
    model: Arc<Model>,
}

impl BeliefGrid {
    /// How many points a grid has.
    pub fn size(process: &Process, resolution: u32) -> u64 {
        let of = |group| Lattice::size(process.classes_of(group), resolution);
        (0..process.groups()).map(of).fold(0, u64::saturating_add)
    }

    /// The grid of this resolution over every group.
    ///
    /// # Errors
    /// Where it has more than [`MOST_POINTS`].
    pub fn new(process: Arc<Process>, resolution: u32) -> Result<Self, BeliefError> {
        if resolution == 0 {
            return Err(BeliefError::NoResolution);
        }
        let points = Self::size(&process, resolution);
        let too_large = || BeliefError::TooLarge { resolution, points, most: MOST_POINTS };
        if points > MOST_POINTS {
            return Err(too_large());
        }
        let mut grid = Self {
            resolution,
            lattices: Vec::new(),
            offsets: Vec::new(),
            points: points as usize,
            model: Arc::new(over()?),
            process,
        };
        let mut offset = 0;
        for group in 0..grid.process.groups() {
            let classes = grid.process.classes_of(group);
            if grid.lattices.len() <= classes {
                grid.lattices.resize(classes + 1, None);
            }
            let lattice =
                grid.lattices[classes].get_or_insert_with(|| Lattice::new(classes, resolution));
            grid.offsets.push(offset);
            offset += lattice.len() as u32;
        }
        let model = grid.as_model()?.ok_or_else(too_large)?;
        grid.model = Arc::new(model);
        Ok(grid)
    }

    fn lattice(&self, group: u32) -> Option<&Lattice> {
        self.lattices[self.process.classes_of(group as usize)].as_ref()
    }

    /// The points that a belief lies between, each with its share.
    fn corners(&self, point: &Point) -> Vec<(u32, f64)> {
        let offset = self.offsets[point.group as usize];
        let corners = self.lattice(point.group).map(|lattice| lattice.corners(&point.weights));
        corners.into_iter().flatten().map(|(number, share)| (offset + number, share)).collect()
    }

    /// The points that these beliefs lie between, weighed by their probabilities; what is missing of
    /// 1 goes to the end, where there is one.
    fn spread(&self, followers: &[Follower]) -> Vec<(u32, f64)> {
        let mut all: Vec<(u32, f64)> = Vec::new();
        for follower in followers {
            let corners = self.corners(&follower.point).into_iter();
            all.extend(corners.map(|(point, share)| (point, follower.probability * share)));
        }
        all.sort_unstable_by_key(|&(point, _)| point);
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        let sum: f64 = all.iter().map(|&(_, p)| p).sum();
        if self.process.ends() {
            let rest = 1.0 - sum;
            if rest > EQUAL {
                all.push((self.points as u32, rest));
                return all;
            }
        }
        all.iter_mut().for_each(|(_, p)| *p /= sum);
        all
    }

    /// The decision process of the points; `None` where it has too many transitions.
    fn as_model(&self) -> Result<Option<Model>, BeliefError> {
        let actions = self.process.actions();
        let mut block = Block::new(actions);
        for group in 0..self.process.groups() as u32 {
            let Some(lattice) = self.lattice(group) else { continue };
            for number in 0..lattice.len() {
                let point = Point { group, weights: lattice.weights(number) };
                block.begin_state(false);
                for action in (0..actions).filter(|action| self.process.allows(group, *action)) {
                    let successors = self.spread(&self.process.followers(&point, action));
                    block.pair(action, self.process.reward(&point, action), &successors);
                }
                if block.transitions() > MOST_TRANSITIONS {
                    return Ok(None);
                }
            }
        }
        if self.process.ends() {
            block.begin_state(true);
        }
        let mut builder = ModelBuilder::new(actions);
        builder.append(&block)?;
        Ok(Some(builder.finish(self.spread(&self.process.first()))?))
    }

    /// How fine it is: a belief's probabilities are multiples of 1 over this.
    pub fn resolution(&self) -> u32 {
        self.resolution
    }

    /// How many points there are.
    pub fn points(&self) -> usize {
        self.points
    }

    /// The decision process over all beliefs.
    pub fn process(&self) -> &Arc<Process> {
        &self.process
    }

    /// Plans until the grid's own optimum is enclosed to `precision`, or the deadline passes.
    ///
    /// # Errors
    /// Where the criterion is not served, or someone cancelled.
    pub fn solve(
        self: &Arc<Self>,
        criterion: Criterion,
        precision: f64,
        deadline: Option<Instant>,
        progress: &Progress,
    ) -> Result<BeliefPlan, BeliefError> {
        if criterion == Criterion::Total {
            return Err(BeliefError::Total);
        }
        let solution =
            solve(&self.model, criterion, None, precision, u64::MAX, deadline, progress)?;
        Ok(BeliefPlan { grid: self.clone(), criterion, solution })
    }
}

/// A model of one state that is over, to stand where none is built yet.
fn over() -> Result<Model, ModelError> {
    let mut block = Block::new(1);
    block.begin_state(true);
    let mut builder = ModelBuilder::new(1);
    builder.append(&block)?;
    builder.finish(vec![(0, 1.0)])
}

/// A plan over beliefs: what beliefs are worth by the grid, and what is best to do then.
#[derive(Debug, Clone)]
pub struct BeliefPlan {
    grid: Arc<BeliefGrid>,
    criterion: Criterion,
    solution: Solution,
}

impl BeliefPlan {
    /// The grid that it was made on.
    pub fn grid(&self) -> &Arc<BeliefGrid> {
        &self.grid
    }

    /// What is optimised.
    pub fn criterion(&self) -> Criterion {
        self.criterion
    }

    /// No policy that does not see the state is worth more than this: at the start, or a beat for
    /// the average reward. `None` while no bound is known.
    pub fn upper(&self) -> Option<f64> {
        self.solution.bounds?.upper
    }

    /// What planning on the grid came to.
    pub fn solution(&self) -> &Solution {
        &self.solution
    }

    /// What a belief is worth by the grid: no less than it truly is, but for the precision. For the
    /// average reward a relative value.
    pub fn value(&self, point: &Point) -> f64 {
        let corners = self.grid.corners(point);
        corners.iter().map(|&(at, share)| share * self.solution.values[at as usize]).sum()
    }

    /// Writes what each flat action is worth at a belief; −∞ where it is not allowed.
    pub fn action_values(&self, point: &Point, values: &mut [f64]) {
        let process = self.grid.process();
        let gamma = self.criterion.discount().unwrap_or(1.0);
        for (action, value) in values.iter_mut().enumerate() {
            *value = if process.allows(point.group, action) {
                let followers = process.followers(point, action);
                let ahead: f64 =
                    followers.iter().map(|f| f.probability * self.value(&f.point)).sum();
                process.reward(point, action) + gamma * ahead
            } else {
                f64::NEG_INFINITY
            };
        }
    }

    /// The best flat action at a belief: the lowest of those equal.
    pub fn action(&self, point: &Point) -> usize {
        let mut values = vec![0.0; self.grid.process().actions()];
        self.action_values(point, &mut values);
        let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let slack = EQUAL * best.abs().max(1.0);
        values.iter().position(|value| *value >= best - slack).unwrap_or(0)
    }

    /// What a policy much like this one, with a memory of at most so many beliefs, is surely worth:
    /// the best policy that does not see the state is worth no less.
    ///
    /// # Errors
    /// Where it cannot be evaluated.
    pub fn lower(&self, memory: usize) -> Result<f64, BeliefError> {
        controller::worth(self, memory)
    }
}
