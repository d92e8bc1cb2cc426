//! A fixed policy: one flat action for each state of a model, as a planner hands it over.

use std::fmt;
use std::sync::Arc;

use super::always_run::Always;
use super::{Heuristic, Rule};
use crate::mdp::{Erased, Level, Space, SpaceError};

/// Finds a state's number in a model that holds only some states, from its index in the space.
pub type FindState = Arc<dyn Fn(u64) -> Option<usize> + Send + Sync>;

/// A table of flat actions.
#[derive(Clone)]
pub struct ActionOfState {
    name: Arc<str>,
    states: Arc<Space>,
    /// Where in the table a state is; at its index if none is given.
    find: Option<FindState>,
    table: Arc<[u32]>,
    /// Levels of every flat action, one after the other.
    levels: Arc<[Level]>,
    otherwise: Always,
}

impl fmt::Debug for ActionOfState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ActionOfState")
            .field("name", &self.name)
            .field("states", &self.table.len())
            .finish_non_exhaustive()
    }
}

impl Rule for ActionOfState {
    fn name(&self) -> &str {
        &self.name
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        let index = self.states.index(seen);
        let place = match &self.find {
            None => usize::try_from(index).ok(),
            Some(find) => find(index),
        };
        let chosen = place.and_then(|place| self.table.get(place)).and_then(|flat| {
            let from = *flat as usize * action.len();
            self.levels.get(from..from + action.len())
        });
        match chosen {
            Some(levels) => action.copy_from_slice(levels),
            None => self.otherwise.apply(seen, action),
        }
    }
}

/// The agent that follows a table of actions. In a state that the table does not hold (one that
/// only a change from outside can reach) it takes the environment's usual action.
pub type FixedPolicy = Heuristic<ActionOfState>;

impl FixedPolicy {
    /// Follows `table`, which holds a flat action for the state at each place; `find` says where
    /// the state of an index has its place, and without it the index is the place.
    ///
    /// Fails where states or actions cannot be numbered.
    pub fn new(
        name: impl Into<String>,
        environment: &dyn Erased,
        table: Arc<[u32]>,
        find: Option<FindState>,
    ) -> Result<Self, SpaceError> {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let mut usual = vec![0; actions.len()];
        environment.usual_action(&mut usual);
        Self::over(name.into(), (states, actions), &usual, table, find)
    }

    /// As [`FixedPolicy::new`], over these spaces of states and actions.
    fn over(
        name: String,
        (states, actions): (&Space, &Space),
        usual: &[Level],
        table: Arc<[u32]>,
        find: Option<FindState>,
    ) -> Result<Self, SpaceError> {
        states.count()?;
        // Only actions that the table names need their levels.
        let named = table.iter().max().map_or(0, |most| u64::from(*most) + 1);
        let count = actions.count()?.min(named) as usize;
        let mut levels = vec![0; count * actions.len()];
        if !actions.is_empty() {
            for (flat, levels) in levels.chunks_exact_mut(actions.len()).enumerate() {
                actions.levels(flat as u64, levels);
            }
        }
        let rule = ActionOfState {
            name: name.into(),
            states: Arc::new(states.clone()),
            find,
            table,
            levels: levels.into(),
            otherwise: Always::taking(usual),
        };
        Ok(Self::following(rule, actions))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::mdp::{Agent, Variable};

    fn spaces() -> (Space, Space) {
        let states = Space::new(vec![Variable::count("x", -2, 2, "")]).unwrap();
        let actions = Space::new(vec![
            Variable::choice("a", &["hold", "run"]),
            Variable::choice("b", &["hold", "run"]),
        ])
        .unwrap();
        (states, actions)
    }

    fn followed(
        name: &str,
        spaces: (&Space, &Space),
        table: Arc<[u32]>,
        find: Option<FindState>,
    ) -> FixedPolicy {
        FixedPolicy::over(name.to_owned(), spaces, &[1, 1], table, find).unwrap()
    }

    #[test]
    fn acts_as_the_table_says() {
        let (states, actions) = spaces();
        let table = Arc::from([0, 1, 2, 3, 1]);
        let mut agent = followed("Optimum", (&states, &actions), table, None);
        assert_eq!(agent.name(), "Optimum");
        for (x, action) in (-2..).zip([[0, 0], [0, 1], [1, 0], [1, 1], [0, 1]]) {
            assert_eq!(decided(&mut agent, &seeing(&[x], None), 2), action);
        }
        let mut probabilities = [0.0; 4];
        assert!(agent.target_policy(&seeing(&[0], None), &mut probabilities));
        assert_eq!(probabilities, [0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn runs_where_the_table_is_silent() {
        let (states, actions) = spaces();
        // Only −1 and 1 are held, at places 0 and 1; the action at place 2 does not exist.
        let find: FindState = Arc::new(|index| match index {
            1 => Some(0),
            3 => Some(1),
            4 => Some(2),
            _ => None,
        });
        let table = Arc::from([2, 1, 77]);
        let mut agent = followed("Plan", (&states, &actions), table, Some(find));
        for (x, action) in [(-1, [1, 0]), (1, [0, 1]), (0, [1, 1]), (2, [1, 1])] {
            assert_eq!(decided(&mut agent, &seeing(&[x], None), 2), action, "{x}");
        }
    }
}
