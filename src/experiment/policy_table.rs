//! A policy as a file: an action for each state, by the names of their variables, so that it runs on
//! any scenario with the same variables.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::environments::AnyEnvironment;
use crate::heuristics::FixedPolicy;
use crate::mdp::{Level, Space};
use crate::scenario::plain_file::{self, PlainFileError};

/// The version of the format.
pub const VERSION: u32 = 1;
/// The largest file that is read: some ten million states.
const MOST_BYTES: u64 = 1 << 30;

/// A policy over named states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyTable {
    /// The version of the format.
    pub version: u32,
    /// Whose policy it is: "Optimum".
    pub policy: String,
    /// The state's variables: name, least and greatest level.
    pub state: Vec<(String, Level, Level)>,
    /// The action's variables, likewise.
    pub action: Vec<(String, Level, Level)>,
    /// The levels of a state, and of the action taken in it.
    pub rows: Vec<(Vec<Level>, Vec<Level>)>,
}

/// Why a policy's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFileError {
    /// It cannot be written.
    #[error("{0}")]
    Disk(#[from] std::io::Error),
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] PlainFileError),
    /// It is no policy.
    #[error("this is no policy as a table in RON: {0}")]
    Syntax(String),
    /// It is a table for people and spreadsheets.
    #[error(
        "a policy in CSV cannot be played: let `solve --policy` or `train --policy` write it to a \
         file that ends in .ron"
    )]
    Csv,
    /// It is of another version.
    #[error("policies of version {0} cannot be read here")]
    Version(u32),
    /// It is for other variables.
    #[error("the policy is for other {what}: it has {has}, and the scenario {wants}")]
    OtherVariables {
        /// `states` or `actions`.
        what: &'static str,
        /// The policy's variables.
        has: String,
        /// The scenario's.
        wants: String,
    },
    /// A row is none of these variables.
    #[error("row {0} has levels that the variables do not have")]
    Row(usize),
    /// A row takes an action that may not be taken there.
    #[error(
        "row {row}: `{action}` may not be taken where {state}; give an action that may, or delete \
         the row, and the usual action is taken there"
    )]
    Forbidden {
        /// The row, from 1.
        row: usize,
        /// The state, in words.
        state: String,
        /// The action, in words.
        action: String,
    },
    /// It has no rows.
    #[error("it has no rows: it says for no state what to do")]
    Empty,
    /// Two rows are for the same state.
    #[error("rows {first} and {second} are for the same state, {state}: delete one of the two")]
    Twice {
        /// The earlier row, from 1.
        first: usize,
        /// The later row.
        second: usize,
        /// The state, in words.
        state: String,
    },
    /// The state is not seen.
    #[error(
        "the state is not seen here, so that a policy by states cannot be followed; choose an agent, \
         such as `Beliefs`"
    )]
    Hidden,
    /// The agent has no such policy.
    #[error("what this agent would do is not known in every state")]
    NotKnown,
    /// States or actions are too many to be numbered.
    #[error("states or actions cannot be numbered here")]
    Unnumbered,
}

fn variables(space: &Space) -> Vec<(String, Level, Level)> {
    space.variables().iter().map(|one| (one.name.clone(), one.low, one.high)).collect()
}

fn words(variables: &[(String, Level, Level)]) -> String {
    let each = variables.iter().map(|(name, low, high)| format!("`{name}` {low} to {high}"));
    each.collect::<Vec<_>>().join(", ")
}

impl PolicyTable {
    /// The table of a policy in an environment: the levels of each state and of the action taken.
    pub fn new(
        policy: String,
        environment: &AnyEnvironment,
        rows: Vec<(Vec<Level>, Vec<Level>)>,
    ) -> Self {
        Self {
            version: VERSION,
            policy,
            state: variables(environment.state_space()),
            action: variables(environment.action_space()),
            rows,
        }
    }

    /// Its text: a line a state.
    ///
    /// # Errors
    /// None that memory would not have either.
    pub fn to_ron(&self) -> std::io::Result<String> {
        let pretty = ron::ser::PrettyConfig::default().depth_limit(2);
        ron::ser::to_string_pretty(self, pretty).map_err(std::io::Error::other)
    }

    /// Reads one.
    ///
    /// # Errors
    /// Any [`PolicyFileError`] that has to do with the file alone.
    pub fn load(path: &Path) -> Result<Self, PolicyFileError> {
        let bytes = plain_file::read(path, MOST_BYTES)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| PolicyFileError::Syntax(error.to_string()))?;
        let csv = plain_file::ends_in(path, "csv");
        Self::parse(text).map_err(|error| if csv { PolicyFileError::Csv } else { error })
    }

    fn parse(text: &str) -> Result<Self, PolicyFileError> {
        let table: Self =
            ron::from_str(text).map_err(|error| PolicyFileError::Syntax(error.to_string()))?;
        if table.version != VERSION {
            return Err(PolicyFileError::Version(table.version));
        }
        Ok(table)
    }

    /// The agent that follows it in an environment with the same variables. In a state without a
    /// row it takes the environment's usual action.
    ///
    /// # Errors
    /// Where the variables are others, a row is none of theirs or takes an action that may not be
    /// taken there, two are for one state, or there are none.
    pub fn agent(&self, environment: &AnyEnvironment) -> Result<FixedPolicy, PolicyFileError> {
        if !environment.erased().observes_state() {
            return Err(PolicyFileError::Hidden);
        }
        let (states, actions) = (environment.state_space(), environment.action_space());
        for (what, has, space) in
            [("states", &self.state, states), ("actions", &self.action, actions)]
        {
            let wants = variables(space);
            if *has != wants {
                let (has, wants) = (words(has), words(&wants));
                return Err(PolicyFileError::OtherVariables { what, has, wants });
            }
        }
        if states.count().is_err() || actions.count().is_err() {
            return Err(PolicyFileError::Unnumbered);
        }
        if self.rows.is_empty() {
            return Err(PolicyFileError::Empty);
        }
        let mut places = HashMap::with_capacity(self.rows.len());
        let mut table = Vec::with_capacity(self.rows.len());
        for (row, (state, action)) in self.rows.iter().enumerate() {
            if !states.contains(state) || !actions.contains(action) {
                return Err(PolicyFileError::Row(row + 1));
            }
            let erased = environment.erased();
            if !erased.is_terminal(state) && !erased.allows(state, action) {
                return Err(PolicyFileError::Forbidden {
                    row: row + 1,
                    state: states.describe(state).to_string(),
                    action: actions.describe(action).to_string(),
                });
            }
            let flat =
                u32::try_from(actions.index(action)).map_err(|_| PolicyFileError::Unnumbered)?;
            if let Some(first) = places.insert(states.index(state), row) {
                let (first, second) = (first + 1, row + 1);
                let state = states.describe(state).to_string();
                return Err(PolicyFileError::Twice { first, second, state });
            }
            table.push(flat);
        }
        let find = Arc::new(move |index: u64| places.get(&index).copied());
        FixedPolicy::new(self.policy.clone(), environment.erased(), table.into(), Some(find))
            .map_err(|_| PolicyFileError::Unnumbered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::agents::follow;
    use crate::experiment::judging::judge;
    use crate::experiment::optimum::{self, SolveOptions};
    use crate::experiment::written_policy::WrittenPolicy;
    use crate::mdp::{Agent, Progress};
    use crate::scenario::{Scenario, library};

    #[test]
    fn a_policy_that_left_as_a_file_is_worth_the_same() {
        for path in ["lines/three_machines.ron", "basics/chain.ron", "basics/replacement.ron"] {
            let scenario = library::open(path).unwrap();
            let found =
                optimum::find(&scenario, &SolveOptions::to(None), &Progress::new()).unwrap();
            let environment = &scenario.environment;
            let agent = follow("Optimum", environment, &found.plan()).unwrap();
            let table = WrittenPolicy::of_optimum(&found).table(environment, &found.enumeration);
            let read = PolicyTable::parse(&table.to_ron().unwrap()).unwrap();
            assert_eq!(read, table);
            let criterion = scenario.contents.criterion;
            let worth = |agent: &dyn Agent| {
                judge(agent, environment, &found.enumeration, criterion).unwrap().unwrap().value
            };
            assert_eq!(worth(&read.agent(environment).unwrap()), worth(&agent), "{path}");
            // Another scenario with the same variables takes it, one with others does not.
            let other = library::open("lines/line3.ron").unwrap();
            assert!(matches!(
                read.agent(&other.environment),
                Err(PolicyFileError::OtherVariables { .. })
            ));
        }
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let scenario = Scenario::parse("chain.ron", "(version: 1, environment: Chain())").unwrap();
        let refused = |text: &str| PolicyTable::parse(text).unwrap_err().to_string();
        assert!(refused("(version: 1)").contains("no policy as a table"));
        assert!(
            refused("(version: 9, policy: \"\", state: [], action: [], rows: [])")
                .contains("version 9")
        );
        let environment = &scenario.environment;
        let row = |state: Level, action: Level| (vec![state], vec![action]);
        let table = |rows: Vec<(Vec<Level>, Vec<Level>)>| {
            PolicyTable::new("mine".into(), environment, rows).agent(environment)
        };
        assert!(table(vec![row(0, 1)]).is_ok());
        assert!(matches!(table(vec![row(0, 1), row(99, 1)]), Err(PolicyFileError::Row(2))));
        assert!(matches!(table(vec![]), Err(PolicyFileError::Empty)));
        let twice = table(vec![row(0, 1), row(4, 0), row(2, 1), row(4, 0)]).unwrap_err();
        let words = "rows 2 and 4 are for the same state, position = 4: delete one of the two";
        assert_eq!(twice.to_string(), words);
    }

    /// A full stock takes no more: the player would order less, and say nothing of it.
    #[test]
    fn an_action_that_may_not_be_taken_is_refused_with_its_row_and_state() {
        let text = "(version: 1, environment: Stock(demand: Fixed(0), max_order: 5, capacity: 5))";
        let scenario = Scenario::parse("stock.ron", text).unwrap();
        let environment = &scenario.environment;
        let table = |rows: &[(Level, Level)]| {
            let rows = rows.iter().map(|&(state, action)| (vec![state], vec![action])).collect();
            PolicyTable::new("mine".into(), environment, rows).agent(environment)
        };
        assert!(table(&[(0, 5), (5, 0), (3, 2)]).is_ok());
        for (rows, row, state, action) in [
            (&[(5, 5)][..], 1, "stock = 5", "order = 5"),
            (&[(0, 5), (3, 3)][..], 2, "stock = 3", "order = 3"),
        ] {
            let told = table(rows).unwrap_err().to_string();
            let words = format!("row {row}: `{action}` may not be taken where {state}; ");
            assert!(told.starts_with(&words), "{told}");
        }
    }
}
