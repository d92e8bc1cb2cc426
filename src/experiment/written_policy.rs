//! A policy on a model, and the two forms in which it leaves the program.
//!
//! As a table in RON ([`PolicyTable`]) it can be played again. As CSV it is for people and
//! spreadsheets: a row a state of the model, in the model's order; first the state's variables, then
//! the action's, as `action NAME`, both by their labels where they have some, else by numbers; last
//! the state's `value`. Where no action is taken, since everything has ended, the action is empty, and
//! so is a value that is not known.

use std::path::Path;

use super::optimum::Optimum;
use super::policy_table::{PolicyFileError, PolicyTable};
use crate::environments::AnyEnvironment;
use crate::mdp::evaluate::solve_equation;
use crate::mdp::{Agent, Criterion, Enumeration, Level, Policy, Space, Variable};
use crate::scenario::plain_file::ends_in;
use crate::scenario::save::write_whole;

/// A policy that takes one action in each state of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenPolicy {
    /// Whose policy it is: "Optimum".
    pub name: String,
    /// The flat action by state; 0 in terminal states.
    pub actions: Vec<u32>,
    /// What is earned from each state on, in the scenario's currency; for the average reward relative
    /// values, 0 in the first start state. `None` where the policy has no one value in every state.
    pub values: Option<Vec<f64>>,
}

impl WrittenPolicy {
    /// The optimum's, with the values that it is certified by.
    pub fn of_optimum(optimum: &Optimum) -> Self {
        Self {
            name: "Optimum".to_owned(),
            actions: optimum.solution.policy.clone(),
            values: Some(optimum.solution.values.clone()),
        }
    }

    /// The policy of an agent as it would act if it learned and explored no more; where it draws
    /// its action, the likeliest one, the lowest of those equally likely. The values are that
    /// policy's own, solved on the model, not what the agent believes.
    ///
    /// # Errors
    /// Where it is not known in every state.
    pub fn of_agent(
        name: &str,
        agent: &dyn Agent,
        environment: &AnyEnvironment,
        enumeration: &Enumeration,
        criterion: Criterion,
    ) -> Result<Self, PolicyFileError> {
        // Of states that nobody sees a table of actions cannot be followed.
        if !environment.erased().observes_state() {
            return Err(PolicyFileError::NotKnown);
        }
        let model = &*enumeration.model;
        let policy = Policy::of_agent(agent, environment.erased(), enumeration)
            .ok_or(PolicyFileError::NotKnown)?;
        let likeliest = |state: usize| {
            let mut best = (0, f64::NEG_INFINITY);
            for action in 0..model.actions() as u32 {
                let probability = policy.probability(state, action as usize);
                if probability > best.1 {
                    best = (action, probability);
                }
            }
            best.0
        };
        let of_state = |state| if model.is_terminal(state) { 0 } else { likeliest(state) };
        let actions: Vec<u32> = (0..model.states()).map(of_state).collect();
        let taken = Policy::Deterministic(actions.clone());
        let mut values = solve_equation(model, &taken, criterion, None);
        if criterion == Criterion::Average
            && let Some(values) = &mut values
            && let Some((first, _)) = model.start().first()
        {
            let zero = values.get(*first as usize).copied().unwrap_or(0.0);
            values.iter_mut().for_each(|value| *value -= zero);
        }
        Ok(Self { name: name.to_owned(), actions, values })
    }

    /// Writes it, whole or not at all: as a table in RON where the path ends in `.ron`, else as CSV.
    ///
    /// # Errors
    /// Where the file cannot be written; what was there before is then still there.
    pub fn save(
        &self,
        environment: &AnyEnvironment,
        enumeration: &Enumeration,
        path: &Path,
    ) -> Result<(), PolicyFileError> {
        let bytes = match ends_in(path, "ron") {
            true => self.table(environment, enumeration).to_ron()?.into_bytes(),
            false => self.csv(environment, enumeration)?,
        };
        Ok(write_whole(path, &bytes)?)
    }

    /// The levels of each state, and of the action taken there; `None` where all has ended.
    fn rows<'p>(
        &'p self,
        environment: &'p AnyEnvironment,
        enumeration: &'p Enumeration,
    ) -> impl Iterator<Item = (Vec<Level>, Option<Vec<Level>>)> + 'p {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let of_state = move |(number, &flat): (usize, &u32)| {
            let mut state = vec![0; states.len()];
            states.levels(enumeration.states.index(number), &mut state);
            let taken = (!enumeration.model.is_terminal(number)).then(|| {
                let mut action = vec![0; actions.len()];
                actions.levels(u64::from(flat), &mut action);
                action
            });
            (state, taken)
        };
        self.actions.iter().enumerate().map(of_state)
    }

    /// The policy as a table that can be played again.
    pub fn table(&self, environment: &AnyEnvironment, enumeration: &Enumeration) -> PolicyTable {
        let rows = self.rows(environment, enumeration);
        let rows = rows.filter_map(|(state, action)| Some((state, action?))).collect();
        PolicyTable::new(self.name.clone(), environment, rows)
    }

    fn csv(
        &self,
        environment: &AnyEnvironment,
        enumeration: &Enumeration,
    ) -> std::io::Result<Vec<u8>> {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(columns(states, actions))?;
        let cells = |space: &Space, levels: &[Level]| -> Vec<String> {
            space.variables().iter().zip(levels).map(|(one, level)| label(one, *level)).collect()
        };
        for (number, (state, action)) in self.rows(environment, enumeration).enumerate() {
            let mut row = cells(states, &state);
            match action {
                Some(action) => row.extend(cells(actions, &action)),
                None => row.extend(actions.variables().iter().map(|_| String::new())),
            }
            let value = self.values.as_ref().and_then(|values| values.get(number));
            let known = value.filter(|value| value.is_finite());
            row.push(known.map(f64::to_string).unwrap_or_default());
            table.write_record(&row)?;
        }
        table.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
    }
}

/// The columns: the state's variables, the action's, each told to be one, and the value.
fn columns(states: &Space, actions: &Space) -> Vec<String> {
    let of_action = |name: &str| match name {
        "action" => name.to_owned(),
        name => format!("action {name}"),
    };
    let states = states.variables().iter().map(|one| one.name.clone());
    let actions = actions.variables().iter().map(|one| of_action(&one.name));
    states.chain(actions).chain(["value".to_owned()]).collect()
}

/// A level as a program reads it: by its label, else as a number with a plain minus.
fn label(variable: &Variable, level: Level) -> String {
    if variable.labels.is_empty() { level.to_string() } else { variable.label(level) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::agents::follow;
    use crate::experiment::optimum::{self, SolveOptions};
    use crate::mdp::Progress;
    use crate::scenario::{Scenario, library};

    fn found(scenario: &Scenario) -> Optimum {
        optimum::find(scenario, &SolveOptions::to(None), &Progress::new()).unwrap()
    }

    fn text(policy: &WrittenPolicy, scenario: &Scenario, optimum: &Optimum) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.csv");
        policy.save(&scenario.environment, &optimum.enumeration, &path).unwrap();
        std::fs::read_to_string(&path).unwrap()
    }

    /// Two machines and a buffer of one part: labels where there are, numbers where not.
    #[test]
    fn a_policy_is_written_state_by_state() {
        let line = "(version: 1, environment: Line(machines: [(name: \"Saw\", failure: 0.1, repair: \
                    0.5), (name: \"Drill\")], buffers: [(capacity: 1)], revenue: 1))";
        let scenario = Scenario::parse("test.ron", line).unwrap_or_else(|told| panic!("{told}"));
        let optimum = found(&scenario);
        let policy = WrittenPolicy::of_optimum(&optimum);
        let text = text(&policy, &scenario, &optimum);
        let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(',').collect()).collect();
        assert_eq!(rows[0], ["buffer 1", "Saw", "action Saw", "action Drill", "value"]);
        let states: Vec<String> = rows[1..].iter().map(|row| row[..2].join(" ")).collect();
        assert_eq!(states, ["0 down", "0 up", "1 down", "1 up"]);
        for row in &rows[1..] {
            assert!(["hold", "run"].contains(&row[2]) && row[4].parse::<f64>().is_ok(), "{row:?}");
        }
        let nowhere = tempfile::tempdir().unwrap();
        let written = policy.save(&scenario.environment, &optimum.enumeration, nowhere.path());
        assert!(written.is_err());
    }

    /// Whoever follows the optimum is worth what the optimum is worth, in every state, and leaves
    /// the same file but for what bounds and rounding leave open.
    #[test]
    fn an_agent_is_written_as_the_optimum_is() {
        for path in ["lines/three_machines.ron", "basics/chain.ron", "textbook/windy_grid.ron"] {
            let scenario = library::open(path).unwrap();
            let optimum = found(&scenario);
            let environment = &scenario.environment;
            let agent = follow("Optimum", environment, &optimum.plan()).unwrap();
            let criterion = scenario.contents.criterion;
            let enumeration = &optimum.enumeration;
            let of_agent =
                WrittenPolicy::of_agent("Optimum", &agent, environment, enumeration, criterion)
                    .unwrap();
            let of_optimum = WrittenPolicy::of_optimum(&optimum);
            assert_eq!(of_agent.actions, of_optimum.actions, "{path}");
            let rows = |policy: &WrittenPolicy| -> Vec<(String, Option<f64>)> {
                let text = text(policy, &scenario, &optimum);
                let row = |row: &str| {
                    let (rest, value) = row.rsplit_once(',').unwrap();
                    (rest.to_owned(), value.parse().ok())
                };
                text.lines().map(row).collect()
            };
            for (one, other) in rows(&of_agent).into_iter().zip(rows(&of_optimum)) {
                assert_eq!(one.0, other.0, "{path}");
                // Values of the optimum are within bounds 1e-6 apart, relative ones of two states.
                let apart = one.1.zip(other.1).map_or(0.0, |(one, other)| one - other);
                assert!(one.1.is_some() == other.1.is_some() && apart.abs() < 1e-4, "{path}");
            }
        }
    }

    #[test]
    fn what_is_below_0_has_a_plain_minus() {
        let level = |variable: Variable| label(&variable, -3);
        assert_eq!(level(Variable::count("backlog", -5, 5, "parts")), "-3");
    }
}
