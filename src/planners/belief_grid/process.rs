//! The decision process over beliefs: what can follow a belief, with what probability and reward.
//!
//! States that behave alike from now on (equal rows and rewards) are one *class*, so that a reading
//! that is kept as part of the state costs nothing. Classes that could ever be taken for one another
//! form a *group*: a belief is always over the classes of one group, and what is seen for sure only
//! says which group. Where all is seen, every group has one class, and beliefs are states.

use hashbrown::HashMap;

use super::BeliefError;
use crate::mdp::{Belief, Hidden, Model};

/// A belief over the classes of a group, in their order within it.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The group.
    pub group: u32,
    /// Probabilities, one a class; they sum to 1.
    pub weights: Vec<f64>,
}

/// A belief that can follow, with what is seen then.
#[derive(Debug, Clone, PartialEq)]
pub struct Follower {
    /// The number of the observation, as [`Hidden`] counts.
    pub observation: u32,
    /// With what probability it is seen.
    pub probability: f64,
    /// What is to be believed then.
    pub point: Point,
}

/// What can follow an action: a class with what is seen of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    pub observation: u32,
    pub class: u32,
    pub probability: f64,
}

/// The class of a terminal state.
const ENDED: u32 = u32::MAX;

/// The decision process over beliefs.
#[derive(Debug, Clone)]
pub struct Process {
    actions: usize,
    /// By state; [`ENDED`] where it is terminal.
    class_of: Vec<u32>,
    group_of: Vec<u32>,
    /// Each class's place in its group.
    place_of: Vec<u32>,
    groups: Vec<Vec<u32>>,
    /// `[group * actions + action]`: allowed in all classes of the group.
    allowed: Vec<bool>,
    /// `[class * actions + action]`.
    reward: Vec<f64>,
    /// Laid out alike, by observation, then class. What is missing of 1 ends the environment.
    outcomes: Vec<Vec<Outcome>>,
    start: Vec<Outcome>,
    ends: bool,
}

impl Process {
    /// The process of a model whose state is not seen.
    ///
    /// # Errors
    /// Where what is believed possible allows no action in common.
    pub fn new(hidden: &Hidden) -> Result<Self, BeliefError> {
        let model = &*hidden.enumeration().model;
        let (states, actions) = (model.states(), model.actions());
        let (class_of, members) = classes(model);
        let (group_of, groups) = groups(hidden, &class_of, members.len());
        let mut place_of = vec![0; members.len()];
        for group in &groups {
            for (place, &class) in group.iter().enumerate() {
                place_of[class as usize] = place as u32;
            }
        }
        let mut outcomes = vec![Vec::new(); members.len() * actions];
        let mut reward = vec![0.0; members.len() * actions];
        for (class, &state) in members.iter().enumerate() {
            for action in 0..actions {
                let Some((successors, p)) = model.row(state as usize, action) else { continue };
                let ahead = successors.iter().copied().zip(p.iter().copied());
                let pair = class * actions + action;
                outcomes[pair] = seen(hidden, &class_of, ahead);
                reward[pair] = model.reward(state as usize, action);
            }
        }
        let mut allowed = vec![false; groups.len() * actions];
        for (number, group) in groups.iter().enumerate() {
            for action in 0..actions {
                let may = |class: &u32| model.allowed(members[*class as usize] as usize, action);
                allowed[number * actions + action] = group.iter().all(may);
            }
            if !allowed[number * actions..][..actions].contains(&true) {
                return Err(BeliefError::NoAction);
            }
        }
        let start = seen(hidden, &class_of, model.start().iter().copied());
        Ok(Self {
            actions,
            ends: (0..states).any(|state| model.is_terminal(state)),
            class_of,
            group_of,
            place_of,
            groups,
            allowed,
            reward,
            outcomes,
            start,
        })
    }

    /// How many flat actions there are.
    pub fn actions(&self) -> usize {
        self.actions
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// How many classes a group has.
    pub fn classes_of(&self, group: usize) -> usize {
        self.groups[group].len()
    }

    /// The classes of a group.
    pub(super) fn group(&self, group: usize) -> &[u32] {
        &self.groups[group]
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.group_of.len()
    }

    /// Whether there are terminal states.
    pub fn ends(&self) -> bool {
        self.ends
    }

    /// Whether an action may be taken whatever is true of those in the group.
    pub fn allows(&self, group: u32, action: usize) -> bool {
        self.allowed[group as usize * self.actions + action]
    }

    /// What can follow an action in a class.
    pub(super) fn outcomes(&self, class: u32, action: usize) -> &[Outcome] {
        &self.outcomes[class as usize * self.actions + action]
    }

    /// The expected reward of an action in a class.
    pub(super) fn class_reward(&self, class: u32, action: usize) -> f64 {
        self.reward[class as usize * self.actions + action]
    }

    /// The classes that an episode can start in, with what is seen.
    pub(super) fn start(&self) -> &[Outcome] {
        &self.start
    }

    /// The group of a class.
    pub(super) fn group_of(&self, class: u32) -> u32 {
        self.group_of[class as usize]
    }

    /// The place of a class in its group.
    pub(super) fn place_of(&self, class: u32) -> usize {
        self.place_of[class as usize] as usize
    }

    /// A belief over states as one over classes; `None` where it is over states of several groups,
    /// as only one that was not formed by seeing is, or the environment has ended.
    pub fn point(&self, belief: &Belief) -> Option<Point> {
        let mut point: Option<Point> = None;
        for &(state, p) in belief.states() {
            let class = self.class_of[state as usize];
            if class == ENDED {
                return None;
            }
            let group = self.group_of(class);
            let found = point.get_or_insert_with(|| Point {
                group,
                weights: vec![0.0; self.groups[group as usize].len()],
            });
            if found.group != group {
                return None;
            }
            found.weights[self.place_of(class)] += p;
        }
        point
    }

    /// The expected reward of an action.
    pub fn reward(&self, point: &Point, action: usize) -> f64 {
        let group = &self.groups[point.group as usize];
        let each = group.iter().zip(&point.weights);
        each.map(|(&class, &p)| p * self.class_reward(class, action)).sum()
    }

    /// All beliefs that can follow an action, by what is seen. Probabilities sum to 1, or to less
    /// where the environment can end.
    pub fn followers(&self, point: &Point, action: usize) -> Vec<Follower> {
        let mut all: Vec<Outcome> = Vec::new();
        for (&class, &weight) in self.groups[point.group as usize].iter().zip(&point.weights) {
            if weight > 0.0 {
                let outcomes = self.outcomes(class, action).iter();
                all.extend(outcomes.map(|o| Outcome { probability: weight * o.probability, ..*o }));
            }
        }
        self.by_observation(all)
    }

    /// The beliefs that an episode can start with.
    pub fn first(&self) -> Vec<Follower> {
        self.by_observation(self.start.clone())
    }

    fn by_observation(&self, mut all: Vec<Outcome>) -> Vec<Follower> {
        all.sort_by_key(|outcome| (outcome.observation, outcome.class));
        let same = |a: &Outcome, b: &Outcome| a.observation == b.observation;
        let follower = |outcomes: &[Outcome]| {
            let first = outcomes.first()?;
            let group = self.group_of(first.class);
            let mut weights = vec![0.0; self.groups[group as usize].len()];
            for outcome in outcomes {
                weights[self.place_of(outcome.class)] += outcome.probability;
            }
            let probability: f64 = weights.iter().sum();
            (probability > 0.0).then(|| {
                weights.iter_mut().for_each(|weight| *weight /= probability);
                let point = Point { group, weights };
                Follower { observation: first.observation, probability, point }
            })
        };
        all.chunk_by(same).filter_map(follower).collect()
    }
}

/// The class of each state, and a state of each class.
fn classes(model: &Model) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: HashMap<(&[u32], Vec<u64>), u32> = HashMap::new();
    let mut members = Vec::new();
    let class = |state: usize| {
        if model.is_terminal(state) {
            return ENDED;
        }
        let rewards = model.rewards_of_state(state).iter().map(|r| r.to_bits()).collect();
        *numbers.entry((model.rows_of_state(state), rewards)).or_insert_with(|| {
            members.push(state as u32);
            members.len() as u32 - 1
        })
    };
    let class_of = (0..model.states()).map(class).collect();
    (class_of, members)
}

/// The group of each class, and the classes of each group: two classes are in one if they, or others
/// between them, can be seen alike.
fn groups(hidden: &Hidden, class_of: &[u32], classes: usize) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut parent: Vec<u32> = (0..classes as u32).collect();
    fn root(parent: &mut [u32], mut class: u32) -> u32 {
        while parent[class as usize] != class {
            let above = parent[parent[class as usize] as usize];
            parent[class as usize] = above;
            class = above;
        }
        class
    }
    let mut first = vec![ENDED; hidden.observations().len()];
    for (state, &class) in class_of.iter().enumerate().filter(|(_, class)| **class != ENDED) {
        for &(observation, _) in hidden.seen_of(state) {
            match first[observation as usize] {
                ENDED => first[observation as usize] = class,
                other => {
                    let (a, b) = (root(&mut parent, other), root(&mut parent, class));
                    parent[a.max(b) as usize] = a.min(b);
                }
            }
        }
    }
    let mut numbers = HashMap::new();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let group_of = (0..classes as u32)
        .map(|class| {
            let number = *numbers.entry(root(&mut parent, class)).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() as u32 - 1
            });
            groups[number as usize].push(class);
            number
        })
        .collect();
    (group_of, groups)
}

/// What is seen of states that are reached with these probabilities, by observation, then class.
fn seen(
    hidden: &Hidden,
    class_of: &[u32],
    states: impl Iterator<Item = (u32, f64)>,
) -> Vec<Outcome> {
    let mut sums: HashMap<(u32, u32), f64> = HashMap::new();
    for (state, p) in states {
        let class = class_of[state as usize];
        if class != ENDED {
            for &(observation, q) in hidden.seen_of(state as usize) {
                *sums.entry((observation, class)).or_insert(0.0) += p * q;
            }
        }
    }
    let each = sums.into_iter();
    let mut all: Vec<Outcome> = each
        .map(|((observation, class), probability)| Outcome { observation, class, probability })
        .filter(|outcome| outcome.probability > 0.0)
        .collect();
    all.sort_by_key(|outcome| (outcome.observation, outcome.class));
    all
}
