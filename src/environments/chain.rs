//! The chain: a walk to the right end of a row of places, the smallest of all lessons.
//!
//! - **State**: the position, from `low` to `goal`.
//! - **Actions**: left (−1) and right (+1). Below `low` is a wall: a step into it stays.
//! - **Start**: at `start`, always.
//! - **Reward**: `goal_reward` on the step that reaches `goal`, `step_reward` on every other step.
//! - **End**: at `goal`. Nothing is drawn.
//!
//! With the default settings (0 to 10, +1 and −1) and discount γ, the best is to walk right, and
//! V(s) = −(1 − γ^(9−s))/(1 − γ) + γ^(9−s) for s ≤ 9. The threshold policy "right while below 5,
//! else left" walks for ever between 4 and 5 and is worth −1/(1 − γ) everywhere.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the chain has; a hot loop"
)]

use super::setting::{Faults, SettingError};
use crate::mdp::{Beat, Enumerable, Environment, Event, Level, Places, Space, Variable};

/// The most places a chain may have.
const MOST_PLACES: i64 = 10_000_000;

/// The action's level that walks left.
pub const LEFT: Level = 0;
/// The action's level that walks right.
pub const RIGHT: Level = 1;

/// What a chain is made of.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChainSettings {
    /// The leftmost position; a wall. 0 by default.
    pub low: Level,
    /// Where an episode starts: left of the goal. 0 by default.
    pub start: Level,
    /// The position that ends an episode, right of all others. 10 by default.
    pub goal: Level,
    /// Reward of the step that reaches the goal, in currency. 1 by default.
    pub goal_reward: f64,
    /// Reward of every other step, in currency. −1 by default.
    pub step_reward: f64,
}

impl Default for ChainSettings {
    fn default() -> Self {
        Self { low: 0, start: 0, goal: 10, goal_reward: 1.0, step_reward: -1.0 }
    }
}

impl ChainSettings {
    /// Whether there are states in which it ends: always.
    pub fn ends(&self) -> bool {
        true
    }
}

/// A chain, ready to be walked.
#[derive(Debug, Clone)]
pub struct Chain {
    settings: ChainSettings,
    state_space: Space,
    action_space: Space,
    sources: [String; 0],
    items: [String; 2],
    places: Places,
}

const GOAL: usize = 0;
const STEPS: usize = 1;

impl Chain {
    /// Builds the chain, or says all that is wrong with its settings.
    pub fn new(settings: ChainSettings) -> Result<Self, Vec<SettingError>> {
        let mut faults = Faults::default();
        let ChainSettings { low, start, goal, .. } = settings;
        if goal <= low {
            faults.add(
                "goal",
                format!("the goal {goal} does not lie right of the lower end {low}"),
                "give a goal above `low`",
            );
        } else if i64::from(goal) - i64::from(low) >= MOST_PLACES {
            faults.add(
                "goal",
                format!("from {low} to {goal} there are more than {MOST_PLACES} places"),
                "bring `low` and `goal` nearer to each other",
            );
        } else if start == goal {
            faults.add(
                "start",
                format!(
                    "the start {start} is the goal, so an episode would end before its first step"
                ),
                "start left of `goal`",
            );
        } else if !(low..goal).contains(&start) {
            faults.add(
                "start",
                format!("the start {start} lies outside {low} to {goal}"),
                "start at `low` or between it and `goal`",
            );
        }
        faults.amount("goal_reward", settings.goal_reward);
        faults.amount("step_reward", settings.step_reward);
        faults.finish()?;

        let space = |variable| {
            Space::new(vec![variable]).map_err(|error| {
                vec![SettingError {
                    path: "goal".to_owned(),
                    message: error.to_string(),
                    remedy: "give a goal above `low`".to_owned(),
                }]
            })
        };
        Ok(Self {
            state_space: space(Variable::count("position", low, goal, ""))?,
            action_space: space(Variable::choice("walk", &["left", "right"]))?,
            sources: [],
            items: ["goal".to_owned(), "steps".to_owned()],
            places: Places::default(),
            settings,
        })
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &ChainSettings {
        &self.settings
    }
}

impl Environment for Chain {
    tells_its_parts!("Chain");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state[0] = self.settings.start;
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let walked = if action[0] == RIGHT { state[0] + 1 } else { state[0] - 1 };
        next[0] = walked.max(self.settings.low);
        if next[0] == self.settings.goal {
            beat.earn(GOAL, self.settings.goal_reward);
            beat.tell(Event::GoalReached);
        } else {
            beat.earn(STEPS, self.settings.step_reward);
        }
    }

    fn ends(&self) -> bool {
        self.settings.ends()
    }

    fn tells_goals(&self) -> bool {
        true
    }

    fn is_terminal(&self, state: &[Level]) -> bool {
        state[0] == self.settings.goal
    }
}

impl Enumerable for Chain {
    fn branch_limit(&self) -> usize {
        1
    }
}

/// Settings that between them use every part of the step.
#[cfg(test)]
pub(super) fn examples() -> Vec<ChainSettings> {
    vec![
        ChainSettings::default(),
        ChainSettings { low: -3, start: 2, goal: 4, goal_reward: 7.0, step_reward: -0.5 },
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::environments::exact::{branches, optimal_values};

    fn published() -> Value {
        serde_json::from_str(include_str!("../../tests/published/background_chain.json")).unwrap()
    }

    #[test]
    fn optimal_values_are_the_published_ones() {
        let file = published();
        for (case, low) in [("bounded_0_10", 0), ("bounded_m10_10", -10)] {
            let chain = Chain::new(ChainSettings { low, ..Default::default() }).unwrap();
            let values = optimal_values(&chain, 0.99);
            let given = file["numbers"][case]["V_optimal"].as_object().unwrap();
            assert_eq!(given.len(), values.len());
            for (position, given) in given {
                let state = [position.parse().unwrap()];
                let value = values[chain.state_space().index(&state) as usize];
                assert!((value - given.as_f64().unwrap()).abs() < 1e-9, "{case}, {position}");
            }
        }
    }

    /// The discounted return of walking by a rule from the start for so many beats.
    fn walk(rule: impl Fn(Level) -> Level, beats: i32) -> (f64, Level, bool) {
        let chain = Chain::new(ChainSettings::default()).unwrap();
        let (mut position, mut value, mut told) = (0, 0.0, false);
        for t in 0..beats {
            if chain.is_terminal(&[position]) {
                break;
            }
            let branch = branches(&chain, &[position], &[rule(position)]).remove(0);
            value += 0.99_f64.powi(t) * branch.reward;
            position = branch.next[0];
            told |= branch.events == [Event::GoalReached];
        }
        (value, position, told)
    }

    #[test]
    fn threshold_policy_walks_for_ever_between_four_and_five() {
        let file = published();
        let given = file["numbers"]["threshold_truncated_return_from_0"].as_object().unwrap();
        for (beats, given) in given {
            let beats = beats.trim_start_matches("N=").parse().unwrap();
            let rule = |position| if position < 5 { RIGHT } else { LEFT };
            let (value, position, told) = walk(rule, beats);
            assert!((value - given.as_f64().unwrap()).abs() < 1e-9, "{beats} beats");
            assert!((4..=5).contains(&position) && !told);
        }
    }

    #[test]
    fn walking_right_reaches_the_goal_in_ten_steps() {
        let (value, position, told) = walk(|_| RIGHT, 10);
        assert!((value + 7.73475800415).abs() < 1e-9);
        assert_eq!((position, told), (10, true));
    }

    #[test]
    fn the_lower_end_is_a_wall() {
        let chain = Chain::new(ChainSettings::default()).unwrap();
        let branch = branches(&chain, &[0], &[LEFT]).remove(0);
        assert_eq!((branch.next[0], branch.reward), (0, -1.0));
    }

    #[test]
    fn faults_are_found_at_once() {
        let faults = Chain::new(ChainSettings {
            low: 3,
            goal: 3,
            goal_reward: f64::NAN,
            step_reward: f64::INFINITY,
            ..Default::default()
        })
        .unwrap_err();
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["goal", "goal_reward", "step_reward"]);
        let widest = ChainSettings { low: i32::MIN, goal: i32::MAX, ..Default::default() };
        assert_eq!(Chain::new(widest).unwrap_err().len(), 1);
        let outside = ChainSettings { start: 11, ..Default::default() };
        assert_eq!(Chain::new(outside).unwrap_err()[0].path, "start");
        let ended = Chain::new(ChainSettings { start: 10, ..Default::default() }).unwrap_err();
        assert_eq!((ended.len(), ended[0].path.as_str()), (1, "start"));
        assert!(ended[0].to_string().contains("start left of `goal`"), "{}", ended[0]);
    }
}
