//! The best gain of a small queue by relative value iteration over its branches, on purpose
//! independent of the planners that users get (White 1963).

use std::collections::HashMap;

use super::{all, branches};
use crate::environments::queue::Queue;
use crate::mdp::{Environment, Level};

/// The optimum of a queue for the average reward.
pub struct Optimum {
    /// Per unit of time.
    pub gain: f64,
    /// Relative to the empty queue, per state.
    pub bias: HashMap<Vec<Level>, f64>,
    /// All actions within 1e-9 of the best, per state.
    pub best: HashMap<Vec<Level>, Vec<Vec<Level>>>,
}

impl Optimum {
    /// Finds it, to 1e-12 a beat and some rounding.
    pub fn of(queue: &Queue) -> Self {
        let room = queue.settings().capacity as Level;
        let states: Vec<Vec<Level>> = all(queue.state_space())
            .into_iter()
            .filter(|state| state.iter().sum::<Level>() <= room)
            .collect();
        let numbers: HashMap<&Vec<Level>, usize> =
            states.iter().enumerate().map(|(number, state)| (state, number)).collect();
        let actions = all(queue.action_space());
        type Row = (f64, Vec<(usize, f64)>);
        let row = |state: &Vec<Level>, action: &Vec<Level>| -> Row {
            let found = branches(queue, state, action);
            let reward = found.iter().map(|branch| branch.probability * branch.reward).sum();
            let mut next: Vec<(usize, f64)> = Vec::new();
            for branch in found {
                let to = numbers[&branch.next];
                match next.iter_mut().find(|(known, _)| *known == to) {
                    Some((_, p)) => *p += branch.probability,
                    None => next.push((to, branch.probability)),
                }
            }
            (reward, next)
        };
        let rows: Vec<Vec<Row>> = states
            .iter()
            .map(|state| actions.iter().map(|action| row(state, action)).collect())
            .collect();
        let worth = |(reward, next): &Row, values: &[f64]| {
            reward + next.iter().map(|&(to, p)| p * values[to]).sum::<f64>()
        };
        let mut values = vec![0.0; states.len()];
        let gain = loop {
            let best = |of_state: &Vec<Row>| {
                of_state.iter().map(|row| worth(row, &values)).fold(f64::NEG_INFINITY, f64::max)
            };
            let backed: Vec<f64> = rows.iter().map(best).collect();
            let changes = backed.iter().zip(&values).map(|(new, old)| new - old);
            let (low, high) = changes.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), d| {
                (low.min(d), high.max(d))
            });
            let start = backed[0];
            values = backed.into_iter().map(|value| value - start).collect();
            if high - low <= 1e-12 {
                break low.midpoint(high);
            }
        };
        let best = states.iter().zip(&rows).map(|(state, of_state)| {
            let worths: Vec<f64> = of_state.iter().map(|row| worth(row, &values)).collect();
            let most = worths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let among = actions.iter().zip(worths).filter(|(_, worth)| *worth >= most - 1e-9);
            (state.clone(), among.map(|(action, _)| action.clone()).collect())
        });
        let best = best.collect();
        let bias = states.iter().cloned().zip(values.iter().copied()).collect();
        Self { gain: gain * queue.events_per_time(), bias, best }
    }

    /// Whether a level of an action variable is among the best in a state.
    pub fn allows(&self, state: &[Level], variable: usize, level: Level) -> bool {
        self.best[state].iter().any(|action| action[variable] == level)
    }

    /// Whether it is the only best one.
    pub fn wants(&self, state: &[Level], variable: usize, level: Level) -> bool {
        self.best[state].iter().all(|action| action[variable] == level)
    }
}
