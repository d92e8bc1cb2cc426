//! A policy of finite memory much like a plan's, and what it is worth exactly.
//!
//! Its memory holds one of some beliefs, and what is seen says which one is next. From the beliefs
//! of the start on, the likeliest first, each that can follow is taken in; two that differ by
//! [`ALIKE`] or less are one, and once the memory is full, what follows is the nearest that is there.
//! Whatever was left out, this is a policy (a finite-state controller; Hansen 1998), and together with
//! what is true it makes a Markov chain whose value is known exactly. So its value is a lower bound
//! on that of the best policy that does not see the state.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use hashbrown::HashMap;

use super::{BeliefError, BeliefPlan, Point, Process};
use crate::mdp::{Block, Criterion, ModelBuilder, Policy, evaluate};

/// Beliefs whose probabilities differ by no more are taken for one.
const ALIKE: f64 = 1e-9;
/// How the next belief weighs against this one where the reward is not discounted.
const SLOWLY: f64 = 0.999;

/// A belief in memory.
struct Node {
    point: Point,
    action: usize,
    /// The next one by what is seen.
    next: HashMap<u32, u32>,
}

/// The belief to be looked at next: the likeliest to be met, of equals the first found.
#[derive(PartialEq)]
struct Open {
    likely: f64,
    node: u32,
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        self.likely.total_cmp(&other.likely).then(other.node.cmp(&self.node))
    }
}

/// The memory as it grows.
struct Memory<'p> {
    plan: &'p BeliefPlan,
    most: usize,
    nodes: Vec<Node>,
    known: HashMap<(u32, Vec<i64>), u32>,
    /// The nodes of each group.
    of_group: Vec<Vec<u32>>,
    open: BinaryHeap<Open>,
}

impl Memory<'_> {
    /// The node of a belief: itself, or the nearest where there is no more room.
    fn node(&mut self, point: Point, likely: f64) -> u32 {
        let rounded = point.weights.iter().map(|p| (p / ALIKE).round() as i64).collect();
        let key = (point.group, rounded);
        if let Some(&node) = self.known.get(&key) {
            return node;
        }
        let group = point.group as usize;
        if self.nodes.len() >= self.most && !self.of_group[group].is_empty() {
            let distance = |node: &u32| -> f64 {
                let other = &self.nodes[*node as usize].point.weights;
                other.iter().zip(&point.weights).map(|(a, b)| (a - b).abs()).sum()
            };
            let nearest = |a: &&u32, b: &&u32| distance(a).total_cmp(&distance(b));
            return self.of_group[group].iter().min_by(nearest).copied().unwrap_or(0);
        }
        let node = self.nodes.len() as u32;
        let action = self.plan.action(&point);
        self.nodes.push(Node { point, action, next: HashMap::new() });
        self.known.insert(key, node);
        self.of_group[group].push(node);
        self.open.push(Open { likely, node });
        node
    }
}

/// The exact value of the policy, from below.
pub(super) fn worth(plan: &BeliefPlan, most: usize) -> Result<f64, BeliefError> {
    let process = plan.grid().process();
    let gamma = plan.criterion().discount().unwrap_or(SLOWLY);
    let mut memory = Memory {
        plan,
        most: most.max(1),
        nodes: Vec::new(),
        known: HashMap::new(),
        of_group: vec![Vec::new(); process.groups()],
        open: BinaryHeap::new(),
    };
    let mut first = HashMap::new();
    for follower in process.first() {
        let node = memory.node(follower.point, follower.probability);
        first.insert(follower.observation, node);
    }
    while let Some(Open { likely, node }) = memory.open.pop() {
        let (point, action) = {
            let node = &memory.nodes[node as usize];
            (node.point.clone(), node.action)
        };
        let mut next = HashMap::new();
        for follower in process.followers(&point, action) {
            let ahead = likely * gamma * follower.probability;
            next.insert(follower.observation, memory.node(follower.point, ahead));
        }
        // Where another belief was taken for this one, what it held impossible can be seen: it is
        // then as if nothing had been known.
        let all = process.group(point.group as usize);
        let vague = Point { weights: vec![1.0 / all.len() as f64; all.len()], ..point };
        if all.len() > 1 {
            for follower in process.followers(&vague, action) {
                if !next.contains_key(&follower.observation) {
                    next.insert(follower.observation, memory.node(follower.point, 0.0));
                }
            }
        }
        memory.nodes[node as usize].next = next;
    }
    evaluated(plan, process, &memory.nodes, &first)
}

/// The value of the chain of what is remembered and what is true.
fn evaluated(
    plan: &BeliefPlan,
    process: &Process,
    nodes: &[Node],
    first: &HashMap<u32, u32>,
) -> Result<f64, BeliefError> {
    let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut number = |pair: (u32, u32), pairs: &mut Vec<(u32, u32)>| {
        *numbers.entry(pair).or_insert_with(|| {
            pairs.push(pair);
            pairs.len() as u32 - 1
        })
    };
    let mut start: Vec<(u32, f64)> = Vec::new();
    for outcome in process.start() {
        let Some(&node) = first.get(&outcome.observation) else { continue };
        add(&mut start, number((node, outcome.class), &mut pairs), outcome.probability);
    }
    let mut rows: Vec<(f64, Vec<(u32, f64)>)> = Vec::new();
    while rows.len() < pairs.len() {
        let (node, class) = pairs[rows.len()];
        let Node { action, next, .. } = &nodes[node as usize];
        let mut row = Vec::new();
        for outcome in process.outcomes(class, *action) {
            let Some(&node) = next.get(&outcome.observation) else { continue };
            add(&mut row, number((node, outcome.class), &mut pairs), outcome.probability);
        }
        rows.push((process.class_reward(class, *action), row));
    }
    let end = pairs.len() as u32;
    let mut block = Block::new(1);
    for (reward, mut row) in rows {
        close(process, &mut row, end);
        block.begin_state(false);
        block.pair(0, reward, &row);
    }
    if process.ends() {
        block.begin_state(true);
    }
    close(process, &mut start, end);
    let mut builder = ModelBuilder::new(1);
    builder.append(&block)?;
    let model = builder.finish(start)?;
    let policy = Policy::Deterministic(vec![0; model.states()]);
    Ok(match plan.criterion() {
        Criterion::Discounted(gamma) => evaluate::discounted(&model, &policy, gamma)?.lower,
        Criterion::Average => evaluate::average(&model, &policy)?.lower,
        Criterion::Total => return Err(BeliefError::Total),
    })
}

fn add(row: &mut Vec<(u32, f64)>, to: u32, p: f64) {
    match row.iter_mut().find(|(known, _)| *known == to) {
        Some((_, sum)) => *sum += p,
        None => row.push((to, p)),
    }
}

/// Lets what is missing of 1 end, where the environment can.
fn close(process: &Process, row: &mut Vec<(u32, f64)>, end: u32) {
    let rest = 1.0 - row.iter().map(|&(_, p)| p).sum::<f64>();
    if process.ends() && rest > 1e-12 {
        row.push((end, rest));
    }
}
