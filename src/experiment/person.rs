//! The person as an agent: it decides what it was told, and waits until it is.
//!
//! An action is given by [`super::session::Command::Act`], logged with its beat like every command,
//! so that a person's play is recorded, measured and replayed like that of any agent.

use std::any::Any;
use std::sync::Arc;

use crate::mdp::{Agent, Decision, Dice, Level, Situation, Space};

/// The agent whose actions are given one by one.
#[derive(Debug, Clone)]
pub struct Person {
    actions: Arc<Space>,
    /// The action given for the next beat, while there is one.
    given: Option<Vec<Level>>,
}

impl Person {
    /// Waits for actions of this space.
    pub fn new(actions: &Space) -> Self {
        Self { actions: Arc::new(actions.clone()), given: None }
    }

    /// Gives the action of the next beat, in place of one given before. Whether it is allowed is
    /// for the giver to know.
    pub fn give(&mut self, action: &[Level]) {
        self.given = Some(action.to_vec());
    }

    /// The action that was given and not yet taken.
    pub fn given(&self) -> Option<&[Level]> {
        self.given.as_deref()
    }
}

impl Agent for Person {
    fn name(&self) -> &str {
        "Person"
    }

    /// What was given was meant for the state that was seen.
    fn begin_episode(&mut self) {
        self.given = None;
    }

    fn decide(
        &mut self,
        situation: &Situation<'_>,
        _dice: &mut Dice,
        action: &mut [Level],
    ) -> Decision {
        let Some(given) = self.given.take_if(|given| given.len() == action.len()) else {
            return Decision::NotYet;
        };
        if let Some(allowed) = situation.allowed {
            // A figure changed in between may have forbidden it: then it is asked for again.
            let flat = self.actions.index(&given) as usize;
            if allowed.get(flat) == Some(&false) {
                return Decision::NotYet;
            }
        }
        action.copy_from_slice(&given);
        Decision::Made
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
    use crate::mdp::{Luck, Variable};

    #[test]
    fn it_waits_until_an_action_is_given_and_takes_it_once() {
        let actions = Space::new(vec![Variable::choice("walk", &["left", "right"])]).unwrap();
        let mut person = Person::new(&actions);
        let mut dice = Dice::new(Luck::new(1), person.sources());
        let mut action = [7];
        let mut asked = |person: &mut Person, allowed: Option<&[bool]>| {
            let situation = Situation { levels: &[3], reals: &[], allowed, beat: 0 };
            (person.decide(&situation, &mut dice, &mut action), action[0])
        };
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
}
