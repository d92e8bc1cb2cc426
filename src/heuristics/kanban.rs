//! Kanban: a machine runs only while the buffer after it holds fewer parts than its level.
//!
//! Machine i runs if and only if b_i < K_i, b_i the level of the buffer downstream of it; a machine
//! without a level (commonly the last) always runs. A level of one above the buffer's capacity
//! never holds a machine back; a level of the capacity holds it back while it would be blocked.
//! Source: Hopp & Spearman (2011), ch. 4 and 10; Buzacott & Shanthikumar (1993), ch. 10. The best
//! levels are found with [`super::best_levels`].

#![expect(
    clippy::indexing_slicing,
    reason = "limits are checked against what is observed; a hot loop"
)]

use std::sync::Arc;

use super::{Heuristic, Rule};
use crate::environments::SettingError;
use crate::environments::line;
use crate::mdp::{Level, Space};

/// Below which level of which variable of the observation a machine runs, at its usual speed; else
/// its action variable is at its lowest (hold).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The place of the downstream buffer's variable in the observation.
    pub variable: usize,
    /// K: how many parts there the machine may bring it to.
    pub level: Level,
}

#[derive(Debug, Clone, Copy)]
struct Machine {
    limit: Option<Limit>,
    hold: Level,
    run: Level,
}

/// The rule, ready to be applied.
#[derive(Debug, Clone)]
pub struct Levels {
    machines: Arc<[Machine]>,
}

impl Levels {
    /// The limits, in the order of the action variables.
    pub fn limits(&self) -> impl Iterator<Item = Option<Limit>> + '_ {
        self.machines.iter().map(|machine| machine.limit)
    }
}

impl Rule for Levels {
    fn name(&self) -> &str {
        "Kanban"
    }

    #[inline]
    fn apply(&self, seen: &[Level], action: &mut [Level]) {
        for (level, machine) in action.iter_mut().zip(&*self.machines) {
            let runs = machine.limit.is_none_or(|limit| seen[limit.variable] < limit.level);
            *level = if runs { machine.run } else { machine.hold };
        }
    }
}

/// The agent that follows kanban levels.
pub type Kanban = Heuristic<Levels>;

impl Kanban {
    /// One limit, or none, for each action variable; or all that is wrong with them.
    pub fn new(
        limits: &[Option<Limit>],
        observations: &Space,
        actions: &Space,
    ) -> Result<Self, Vec<SettingError>> {
        let mut faults = Vec::new();
        if limits.len() != actions.len() {
            faults.push(SettingError {
                path: "levels".to_owned(),
                message: format!(
                    "{} limits were given for {} controlled machines",
                    limits.len(),
                    actions.len()
                ),
                remedy: "give one for each controlled machine".to_owned(),
            });
        }
        for (place, limit) in limits.iter().enumerate() {
            let Some(limit) = limit else { continue };
            let path = format!("levels[{place}]");
            match observations.variables().get(limit.variable) {
                None => faults.push(SettingError {
                    path,
                    message: format!("nothing is observed at place {}", limit.variable),
                    remedy: format!("there are {} variables, from 0", observations.len()),
                }),
                Some(buffer) => {
                    let most = buffer.high.saturating_add(1);
                    if !(buffer.low..=most).contains(&limit.level) {
                        faults.push(SettingError {
                            path,
                            message: format!(
                                "`{}` cannot be held below {}",
                                buffer.name, limit.level
                            ),
                            remedy: format!("give a level from {} to {most}", buffer.low),
                        });
                    }
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let machine = |(limit, variable): (&Option<Limit>, &crate::mdp::Variable)| Machine {
            limit: *limit,
            hold: variable.low,
            run: line::RUN.clamp(variable.low, variable.high),
        };
        let machines = limits.iter().zip(actions.variables()).map(machine).collect();
        Ok(Self::following(Levels { machines }, actions))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::mdp::{Agent, Variable};

    /// Two buffers of 4 and 6, seen after one other variable; three machines.
    fn line() -> (Space, Space) {
        let machine = |name| Variable::choice(name, &["hold", "run"]);
        (
            Space::new(vec![
                machine("m"),
                Variable::count("b1", 0, 4, "parts"),
                Variable::count("b2", 0, 6, "parts"),
            ])
            .unwrap(),
            Space::new(vec![machine("m1"), machine("m2"), machine("m3")]).unwrap(),
        )
    }

    fn limits(first: Level, second: Level) -> [Option<Limit>; 3] {
        [
            Some(Limit { variable: 1, level: first }),
            Some(Limit { variable: 2, level: second }),
            None,
        ]
    }

    #[test]
    fn a_machine_runs_while_its_buffer_is_below_its_level() {
        let (seen, actions) = line();
        let mut agent = Kanban::new(&limits(2, 7), &seen, &actions).unwrap();
        for b1 in 0..=4 {
            for b2 in 0..=6 {
                let action = decided(&mut agent, &seeing(&[0, b1, b2], None), 3);
                assert_eq!(action, [Level::from(b1 < 2), 1, 1]);
                let mut probabilities = [0.0; 8];
                assert!(agent.target_policy(&seeing(&[0, b1, b2], None), &mut probabilities));
                assert_eq!(probabilities[if b1 < 2 { 7 } else { 3 }], 1.0);
            }
        }
        let levels: Vec<_> = agent.rule().limits().flatten().map(|limit| limit.level).collect();
        assert_eq!(levels, [2, 7]);
    }

    #[test]
    fn faults_are_named() {
        let (seen, actions) = line();
        let faults = Kanban::new(&limits(6, -1), &seen, &actions).unwrap_err();
        assert_eq!(
            faults[0].to_string().split(';').next(),
            Some("levels[0]: `b1` cannot be held below 6")
        );
        assert_eq!((faults.len(), faults[1].remedy.as_str()), (2, "give a level from 0 to 7"));
        let elsewhere = [Some(Limit { variable: 9, level: 0 }); 2];
        assert_eq!(Kanban::new(&elsewhere, &seen, &actions).unwrap_err().len(), 3);
    }
}
