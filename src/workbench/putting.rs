//! The line put into another state by a person: what can be put, and why not.

use std::sync::Arc;

use super::desk::Desk;
use super::inspect::inspected;
use super::view::ChangeView;
use crate::experiment::session::{Command, Session};
use crate::mdp::Level;

/// The state that is looked at, as it can be changed.
pub fn view(desk: &Desk, session: &Session) -> ChangeView {
    let space = session.scenario().environment.state_space();
    ChangeView {
        variables: Arc::from(space.variables()),
        state: inspected(desk, session),
        refused: refused(desk, session),
    }
}

/// Why no state can be put here, if so.
fn refused(desk: &Desk, session: &Session) -> Option<String> {
    let environment = session.run().environment();
    if !environment.erased().observes_state() {
        // What is believed of the state would be about another one.
        return Some("The agent does not see the state here: it would not know of it".to_owned());
    }
    desk.ahead.is_some().then(|| "The run is away, played ahead".to_owned())
}

/// Puts the line into a state.
pub fn put(desk: &mut Desk, session: &mut Session, state: Vec<Level>) {
    if let Some(why) = refused(desk, session) {
        desk.notice = Some(why);
        return;
    }
    desk.notice = session.apply(Command::Put(state), None).err().map(|error| error.to_string());
    desk.inspected = None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{AgentSpec, library};

    /// What is played on from a state that was put is the same again, and is played from that state.
    #[test]
    fn a_state_that_is_put_is_played_from_and_replayed() {
        let scenario = Arc::new(library::open("lines/three_machines.ron").unwrap());
        let play = |puts: &[Vec<Level>]| {
            let mut session =
                Session::open(scenario.clone(), AgentSpec::AlwaysRun, 5, None).unwrap();
            session.run_mut().advance(50);
            for state in puts {
                session.apply(Command::Put(state.clone()), None).unwrap();
            }
            let put = session.run().state().to_vec();
            assert_eq!(session.run().records().rewards.count(), 0);
            session.run_mut().advance(200);
            (put, session.run().state().to_vec(), session.log().len())
        };
        let space = scenario.environment.state_space();
        let lowest: Vec<Level> = space.variables().iter().map(|one| one.low).collect();
        let highest: Vec<Level> = space.variables().iter().map(|one| one.high).collect();
        let (put, end, logged) = play(&[lowest.clone(), highest.clone()]);
        assert_eq!((put, logged), (highest.clone(), 1));
        assert_eq!(play(&[highest]).1, end);
        let mut session = Session::open(scenario.clone(), AgentSpec::AlwaysRun, 5, None).unwrap();
        let before = session.run().state().to_vec();
        assert!(session.apply(Command::Put(vec![0]), None).is_err());
        assert!(session.apply(Command::Put(vec![9_999; space.len()]), None).is_err());
        assert_eq!((session.run().state(), session.log().len()), (before.as_slice(), 0));
    }

    /// Every scenario can be played on from any levels of its variables.
    #[test]
    fn a_line_goes_on_from_any_levels() {
        let mut played = 0;
        for listed in library::list(None) {
            let Ok(scenario) = library::open(&listed.path) else { continue };
            let scenario = Arc::new(scenario);
            let variables = scenario.environment.state_space().variables();
            for turn in 0..20_i64 {
                let state = variables.iter().zip(1_i64..).map(|(variable, place)| {
                    let size = i64::from(variable.high - variable.low) + 1;
                    let mixed = turn * 7919 + place * 104_729 + turn * place * 31;
                    variable.low + mixed.rem_euclid(size) as Level
                });
                let state: Vec<Level> = state.collect();
                let mut session =
                    Session::open(scenario.clone(), AgentSpec::Random, 3, None).unwrap();
                session.run_mut().watch(true);
                if session.apply(Command::Put(state), None).is_ok() {
                    session.run_mut().advance(60);
                    played += 1;
                }
            }
        }
        assert!(played >= 1000, "{played}");
    }
}
