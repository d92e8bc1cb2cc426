//! A small exact solver for the tests of environments, on purpose independent of the model, the
//! evaluation and the planners that users get: dense, slow, and short enough to be read at once.

use std::collections::HashMap;

use crate::mdp::{
    Beat, Condition, Enumerable, EnumerationOptions, Environment, Event, Item, Level, Odds,
    Progress, Source, enumerate,
};

/// One way a beat can go.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub probability: f64,
    pub next: Vec<Level>,
    pub reward: f64,
    pub items: Vec<f64>,
    pub events: Vec<Event>,
    /// The outcomes drawn, each with its source, in their order; that of a toss is 0 for true, 1 for
    /// false.
    pub draws: Vec<(Source, usize)>,
}

/// A beat that takes the outcomes of a script, and the first possible one where the script ends.
struct Scripted {
    script: Vec<(usize, Vec<f64>)>,
    at: usize,
    probability: f64,
    items: Vec<f64>,
    events: Vec<Event>,
    draws: Vec<(Source, usize)>,
}

impl Scripted {
    fn new(script: Vec<(usize, Vec<f64>)>, items: usize) -> Self {
        let (items, events, draws) = (vec![0.0; items], Vec::new(), Vec::new());
        Self { script, at: 0, probability: 1.0, items, events, draws }
    }
}

impl Beat for Scripted {
    fn toss(&mut self, source: Source, odds: Odds) -> bool {
        self.pick(source, &[odds.yes(), odds.no()]) == 0
    }

    fn pick(&mut self, source: Source, probabilities: &[f64]) -> usize {
        if self.at == self.script.len() {
            let first = probabilities.iter().position(|&p| p > 0.0).unwrap();
            self.script.push((first, probabilities.to_vec()));
        }
        let (outcome, seen) = &self.script[self.at];
        assert_eq!(seen, probabilities, "replay asked for another draw");
        self.at += 1;
        self.probability *= probabilities[*outcome];
        self.draws.push((source, *outcome));
        *outcome
    }

    fn earn(&mut self, item: Item, amount: f64) {
        self.items[item] += amount;
    }

    fn tell(&mut self, event: Event) {
        self.events.push(event);
    }
}

/// All ways a beat can go from a state under an action.
pub fn branches<E: Environment>(environment: &E, state: &[Level], action: &[Level]) -> Vec<Branch> {
    let mut found = Vec::new();
    let mut script = Vec::new();
    loop {
        let mut beat = Scripted::new(script, environment.reward_items().len());
        let mut next = vec![Level::MIN; state.len()];
        environment.step(state, action, &mut next, &mut beat);
        assert!(environment.state_space().contains(&next), "{state:?} {action:?} → {next:?}");
        found.push(Branch {
            probability: beat.probability,
            next,
            reward: beat.items.iter().sum(),
            items: beat.items,
            events: beat.events,
            draws: beat.draws,
        });
        script = beat.script;
        loop {
            let Some((outcome, probabilities)) = script.pop() else { return found };
            if let Some(more) = (outcome + 1..probabilities.len()).find(|&o| probabilities[o] > 0.0)
            {
                script.push((more, probabilities));
                break;
            }
        }
    }
}

/// All pairs of a reached state and an action that is allowed there, in the order of their numbers. Of
/// more than so many every n-th, n without a factor in common with the number of actions, so that each
/// action is met equally often.
pub fn reached_pairs<E: Enumerable>(environment: &E, most: usize) -> Vec<(Vec<Level>, Vec<Level>)> {
    let (states, actions) = (environment.state_space(), environment.action_space());
    let options = EnumerationOptions { reachable_only: true, ..Default::default() };
    let found = enumerate(environment, options, &Progress::new()).unwrap();
    let (reached, choices) = (found.states.len(), actions.count().unwrap() as usize);
    let least = (reached * choices).div_ceil(most);
    let apart =
        |step: usize| (2..=choices).all(|n| !step.is_multiple_of(n) || !choices.is_multiple_of(n));
    let step = (least..).find(|&step| apart(step)).unwrap();
    let (mut state, mut action) = (vec![0; states.len()], vec![0; actions.len()]);
    let mut pairs = Vec::new();
    for pair in (0..reached * choices).step_by(step) {
        states.levels(found.states.index(pair / choices), &mut state);
        actions.levels((pair % choices) as u64, &mut action);
        if !environment.is_terminal(&state) && environment.allows(&state, &action) {
            pairs.push((state.clone(), action.clone()));
        }
    }
    pairs
}

/// The state in which an environment without draws at the start starts.
pub fn start<E: Environment>(environment: &E) -> Vec<Level> {
    let mut beat = Scripted::new(Vec::new(), environment.reward_items().len());
    let mut state = vec![Level::MIN; environment.state_space().len()];
    environment.start(&mut state, &mut beat);
    assert_eq!(beat.at, 0);
    state
}

/// The action that a policy takes in a state.
type Policy<'a> = Box<dyn Fn(&[Level]) -> Vec<Level> + 'a>;

/// The Markov chain of an environment under a fixed policy, in the long run.
pub struct LongRun<'a, E> {
    environment: &'a E,
    policy: Policy<'a>,
    /// The states that can be reached from the start, and their share of beats.
    pub shares: Vec<(Vec<Level>, f64)>,
}

impl<'a, E: Environment> LongRun<'a, E> {
    /// Finds the stationary distribution.
    pub fn new(environment: &'a E, policy: impl Fn(&[Level]) -> Vec<Level> + 'a) -> Self {
        let mut states = vec![start(environment)];
        let mut numbers = HashMap::from([(states[0].clone(), 0)]);
        let mut rows: Vec<Vec<(usize, f64)>> = Vec::new();
        while rows.len() < states.len() {
            let state = states[rows.len()].clone();
            let mut row = Vec::new();
            for branch in branches(environment, &state, &policy(&state)) {
                let number = *numbers.entry(branch.next.clone()).or_insert_with(|| {
                    states.push(branch.next);
                    states.len() - 1
                });
                row.push((number, branch.probability));
            }
            rows.push(row);
        }
        let pi = if rows.len() <= 1_000 { by_elimination(&rows) } else { by_power(&rows, 1e-16) };
        let shares = states.into_iter().zip(pi).collect();
        Self { environment, policy: Box::new(policy), shares }
    }

    /// The mean over beats of a figure of the state at the beat's start and the way it goes.
    pub fn mean(&self, figure: impl Fn(&[Level], &Branch) -> f64) -> f64 {
        let mut mean = 0.0;
        for (state, share) in self.shares.iter().filter(|(_, share)| *share > 0.0) {
            for branch in branches(self.environment, state, &(self.policy)(state)) {
                mean += share * branch.probability * figure(state, &branch);
            }
        }
        mean
    }

    /// The mean reward of a beat.
    pub fn gain(&self) -> f64 {
        self.mean(|_, branch| branch.reward)
    }

    /// The mean level of a state variable at the beats' starts.
    pub fn level(&self, name: &str) -> f64 {
        let place = self.environment.state_space().position(name).unwrap();
        self.shares.iter().map(|(state, share)| share * f64::from(state[place])).sum()
    }

    /// The share of beats that a station spends in a condition.
    pub fn spent(&self, station: u16, condition: Condition) -> f64 {
        self.rate(Event::Spent { station, condition })
    }

    /// How often an event is told a beat.
    pub fn rate(&self, event: Event) -> f64 {
        self.mean(|_, branch| branch.events.iter().filter(|&&told| told == event).count() as f64)
    }
}

/// The stationary distribution by elimination without subtraction (Grassmann, Taksar & Heyman
/// 1985). The state eliminated last must be recurrent, so a likely one is put there.
fn by_elimination(rows: &[Vec<(usize, f64)>]) -> Vec<f64> {
    let n = rows.len();
    let rough = by_power(rows, 1e-4);
    let likely = (0..n).max_by(|&i, &j| rough[i].total_cmp(&rough[j])).unwrap();
    let swap = |i: usize| match i {
        0 => likely,
        i if i == likely => 0,
        i => i,
    };
    let mut p = vec![0.0; n * n];
    for (i, row) in rows.iter().enumerate() {
        for &(j, probability) in row {
            p[swap(i) * n + swap(j)] += probability;
        }
    }
    for k in (1..n).rev() {
        let (above, row) = p.split_at_mut(k * n);
        let row = &row[..k];
        let leaves: f64 = row.iter().sum();
        for i in 0..k {
            let into = &mut above[i * n..][..k + 1];
            into[k] /= leaves;
            let weight = into[k];
            if weight > 0.0 {
                for (entry, &step) in into.iter_mut().zip(row) {
                    *entry += weight * step;
                }
            }
        }
    }
    let mut pi = vec![0.0; n];
    pi[0] = 1.0;
    for k in 1..n {
        pi[k] = (0..k).map(|i| pi[i] * p[i * n + k]).sum();
    }
    let total: f64 = pi.iter().sum();
    (0..n).map(|i| pi[swap(i)] / total).collect()
}

/// The stationary distribution by repeated steps of the chain made lazy, so that it is aperiodic.
fn by_power(rows: &[Vec<(usize, f64)>], tolerance: f64) -> Vec<f64> {
    let mut pi = vec![1.0 / rows.len() as f64; rows.len()];
    loop {
        let mut next: Vec<f64> = pi.iter().map(|share| share * 0.1).collect();
        for (row, &share) in rows.iter().zip(&pi) {
            for &(j, probability) in row {
                next[j] += 0.9 * share * probability;
            }
        }
        let change = next.iter().zip(&pi).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
        pi = next;
        if change <= tolerance {
            return pi;
        }
    }
}

/// The optimal discounted values of all states in the order of the state space, by value iteration
/// in place, to 1e-13 of the largest and some rounding.
pub fn optimal_values<E: Environment>(environment: &E, discount: f64) -> Vec<f64> {
    let (states, actions) = (environment.state_space(), environment.action_space());
    let count = |space: &crate::mdp::Space| space.count().unwrap();
    let mut rows = Vec::new();
    let (mut state, mut action) = (vec![0; states.len()], vec![0; actions.len()]);
    for s in 0..count(states) {
        states.levels(s, &mut state);
        let mut pairs = Vec::new();
        for a in 0..count(actions) {
            actions.levels(a, &mut action);
            if environment.is_terminal(&state) || !environment.allows(&state, &action) {
                continue;
            }
            let all = branches(environment, &state, &action);
            let reward: f64 = all.iter().map(|b| b.probability * b.reward).sum();
            let row: Vec<_> =
                all.iter().map(|b| (states.index(&b.next) as usize, b.probability)).collect();
            pairs.push((reward, row));
        }
        rows.push(pairs);
    }
    let mut values = vec![0.0; rows.len()];
    loop {
        let mut change = 0.0_f64;
        for s in 0..rows.len() {
            let backup = |(reward, row): &(f64, Vec<(usize, f64)>)| {
                reward + discount * row.iter().map(|&(t, p)| p * values[t]).sum::<f64>()
            };
            let best = rows[s].iter().map(backup).fold(f64::NEG_INFINITY, f64::max);
            let best = if rows[s].is_empty() { 0.0 } else { best };
            change = change.max((best - values[s]).abs());
            values[s] = best;
        }
        let largest = values.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
        if change * discount / (1.0 - discount) <= 1e-13 * largest {
            return values;
        }
    }
}
