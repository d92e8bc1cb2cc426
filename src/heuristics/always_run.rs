//! Always run: every action variable at its highest level, whatever is seen.
//!
//! On a line each machine's variable is {hold, run}, so that every machine always runs: what a
//! line does that nobody controls. On the chain the highest level walks right.

use std::sync::Arc;

use super::{Heuristic, Rule};
use crate::mdp::{Level, Space};

/// The highest level of every action variable.
#[derive(Debug, Clone)]
pub struct Highest {
    levels: Arc<[Level]>,
}

impl Highest {
    pub(super) fn of(actions: &Space) -> Self {
        Self { levels: actions.variables().iter().map(|variable| variable.high).collect() }
    }
}

impl Rule for Highest {
    fn name(&self) -> &str {
        "Always run"
    }

    #[inline(always)]
    fn apply(&self, _seen: &[Level], action: &mut [Level]) {
        action.copy_from_slice(&self.levels);
    }
}

/// The agent that always runs.
pub type AlwaysRun = Heuristic<Highest>;

impl AlwaysRun {
    /// Always runs in an environment with these actions.
    pub fn new(actions: &Space) -> Self {
        Self::following(Highest::of(actions), actions)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::mdp::{Agent, Variable};

    #[test]
    fn every_variable_is_at_its_highest() {
        let wide = (0..30).map(|i| Variable::count(format!("v{i}"), -3, i, "")).collect();
        let actions = Space::new(wide).unwrap();
        let mut agent = AlwaysRun::new(&actions);
        let highest: Vec<Level> = (0..30).collect();
        assert_eq!(decided(&mut agent, &seeing(&[], None), 30), highest);
        // Too many actions to number: the agent acts, and says that it has no probabilities.
        assert!(!agent.target_policy(&seeing(&[], None), &mut [0.0; 4]));
    }

    #[test]
    fn its_policy_is_certain() {
        let actions = Space::new(vec![Variable::choice("walk", &["left", "right"])]).unwrap();
        let mut agent = AlwaysRun::new(&actions);
        let mut probabilities = [9.0; 2];
        assert!(agent.target_policy(&seeing(&[3], None), &mut probabilities));
        assert_eq!(probabilities, [0.0, 1.0]);
        let only_left = seeing(&[3], Some(&[true, false]));
        assert!(agent.target_policy(&only_left, &mut probabilities));
        assert_eq!(probabilities, [1.0, 0.0]);
        assert_eq!(decided(&mut agent, &only_left, 1), [0]);
    }
}
