//! The person as an agent: it decides what it was told, and waits until it is.
//!
//! An action is given by [`super::session::Command::Act`] for one beat or by
//! [`super::session::Command::Keep`] until further notice, logged with its beat like every command,
//! so that a person's play is recorded, measured and replayed like that of any agent.

use std::any::Any;
use std::sync::Arc;

use super::decisions::Decisions;
use crate::environments::AnyEnvironment;
use crate::learners::table_entries;
use crate::mdp::{Agent, Decision, Dice, Experience, Level, Situation, Space};

/// The agent whose actions are given one by one, or kept until another is given.
#[derive(Debug, Clone)]
pub struct Person {
    actions: Arc<Space>,
    /// The states, where each is seen and decisions can be counted by them.
    states: Option<Arc<Space>>,
    /// The action given for the next beat, while there is one.
    given: Option<Vec<Level>>,
    /// The action of every further beat, while there is one.
    kept: Option<Vec<Level>>,
    decisions: Decisions,
}

impl Person {
    /// Waits for actions in this environment.
    pub fn new(environment: &AnyEnvironment) -> Self {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let counts =
            environment.erased().observes_state() && table_entries(states, actions).is_ok();
        Self {
            actions: Arc::new(actions.clone()),
            states: counts.then(|| Arc::new(states.clone())),
            given: None,
            kept: None,
            decisions: Decisions::default(),
        }
    }

    /// Gives the action of the next beat alone, in place of whatever was given before. Whether it is
    /// allowed is for the giver to know.
    pub fn give(&mut self, action: &[Level]) {
        self.given = Some(action.to_vec());
        self.kept = None;
    }

    /// Gives the action of every beat until another is given, a state forbids it, or the episode
    /// ends.
    pub fn keep_on(&mut self, action: &[Level]) {
        self.given = None;
        self.kept = Some(action.to_vec());
    }

    /// The action of the next beat, as far as it was given.
    pub fn given(&self) -> Option<&[Level]> {
        self.given.as_deref().or(self.kept.as_deref())
    }

    /// The action that goes on until another is given.
    pub fn kept(&self) -> Option<&[Level]> {
        self.kept.as_deref()
    }

    /// What was decided so far. Where the state is not seen, or a table of it would be too large,
    /// nothing is counted.
    pub fn decisions(&mut self) -> &mut Decisions {
        &mut self.decisions
    }

    /// Forgets what was decided: the line is another.
    pub fn forget_decisions(&mut self) {
        self.decisions = Decisions::default();
    }

    /// Whether this action may be taken here: a figure changed in between, or the state that a kept
    /// one has led to, may forbid it.
    fn may(&self, action: &[Level], situation: &Situation<'_>) -> bool {
        action.len() == self.actions.len()
            && situation.allowed.is_none_or(|allowed| {
                allowed.get(self.actions.index(action) as usize) != Some(&false)
            })
    }
}

impl Agent for Person {
    fn name(&self) -> &str {
        "Person"
    }

    /// What was given was meant for the state that was seen.
    fn begin_episode(&mut self) {
        self.given = None;
        self.kept = None;
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        let made = self.foresee(situation, dice, action);
        self.given = None;
        if made {
            return Decision::Made;
        }
        // What is forbidden is asked for again.
        self.kept = None;
        Decision::NotYet
    }

    fn foresee(&self, situation: &Situation<'_>, _dice: &mut Dice, action: &mut [Level]) -> bool {
        let Some(given) = self.given().filter(|given| self.may(given, situation)) else {
            return false;
        };
        action.copy_from_slice(given);
        true
    }

    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        if let Some(states) = &self.states {
            let (state, action) = (experience.before.levels, experience.action);
            self.decisions.note(states, state, &self.actions, action);
        }
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }

    fn boxed_clone(&self) -> Box<dyn Agent> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::{AnySettings, ChainSettings};
    use crate::mdp::Luck;

    /// On the chain, who walks left (0) or right (1).
    fn person() -> Person {
        Person::new(&AnySettings::Chain(ChainSettings::default()).build().unwrap())
    }

    /// What it decides in the same state, asked as often as wanted, and the action that stands.
    fn asked() -> impl FnMut(&mut Person, Option<&[bool]>) -> (Decision, Level) {
        let mut dice = Dice::new(Luck::new(1), person().sources());
        let mut action = [7];
        move |person, allowed| {
            let situation = Situation { levels: &[3], reals: &[], allowed, beat: 0 };
            (person.decide(&situation, &mut dice, &mut action), action[0])
        }
    }

    #[test]
    fn it_waits_until_an_action_is_given_and_takes_it_once() {
        let (mut person, mut asked) = (person(), asked());
        assert_eq!(asked(&mut person, None), (Decision::NotYet, 7));
        person.give(&[0]);
        person.give(&[1]);
        let mut foreseen = [9];
        let situation = Situation { levels: &[3], reals: &[], allowed: None, beat: 0 };
        let mut own = Dice::new(Luck::new(1), person.sources());
        assert!(person.foresee(&situation, &mut own, &mut foreseen));
        assert_eq!((foreseen, person.given()), ([1], Some([1].as_slice())));
        assert_eq!(asked(&mut person, None), (Decision::Made, 1));
        assert_eq!(asked(&mut person, None), (Decision::NotYet, 1));
        person.give(&[0]);
        assert_eq!(asked(&mut person, Some(&[false, true])), (Decision::NotYet, 1));
        // What was given before an episode is not for it.
        person.give(&[0]);
        person.begin_episode();
        assert_eq!(asked(&mut person, None), (Decision::NotYet, 1));
    }

    #[test]
    fn what_is_kept_goes_on_until_another_is_given_or_it_is_forbidden() {
        let (mut person, mut asked) = (person(), asked());
        person.keep_on(&[1]);
        assert_eq!(asked(&mut person, None), (Decision::Made, 1));
        assert_eq!(asked(&mut person, Some(&[true, true])), (Decision::Made, 1));
        // One given for a beat takes its place, and then the person is asked again.
        person.give(&[0]);
        assert_eq!(asked(&mut person, None), (Decision::Made, 0));
        assert_eq!(asked(&mut person, None), (Decision::NotYet, 0));
        person.keep_on(&[1]);
        assert_eq!(asked(&mut person, Some(&[true, false])), (Decision::NotYet, 0));
        assert_eq!(asked(&mut person, None), (Decision::NotYet, 0));
        person.keep_on(&[1]);
        person.begin_episode();
        assert_eq!(asked(&mut person, None), (Decision::NotYet, 0));
    }
}
