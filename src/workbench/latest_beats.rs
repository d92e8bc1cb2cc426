//! What each station did in the latest beats, played again from the past where they went by too fast
//! to be watched.

use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::desk::{Desk, Running};
use super::fill::is_watched;
use super::history::play_to;
use super::intent::CurveKind;
use super::view::GanttView;
use crate::experiment::session::Session;
use crate::mdp::Condition;

/// So many beats are looked back on.
const BEATS: u64 = 120;
/// While beats are too fast to be watched they are looked at so often.
const EVERY: Duration = Duration::from_millis(400);

/// The latest beats, as they were looked at last.
#[derive(Default)]
pub struct LatestBeats {
    /// Beats and commands of the run, and when.
    at: Option<(u64, usize, Instant)>,
    /// What was seen.
    pub seen: Option<GanttView>,
}

/// Looks at the latest beats again, where they are shown and others have come.
pub(super) fn look(mut desk: ResMut<Desk>, runs: Query<&Running>) {
    if !desk.charts(CurveKind::Gantt) {
        if desk.latest_beats.at.is_some() {
            desk.latest_beats = LatestBeats::default();
        }
        return;
    }
    let Some(running) = runs.iter().next() else { return };
    let session = &running.session;
    let (beats, commands) = (session.run().beats(), session.log().len());
    let due = desk.latest_beats.at.is_none_or(|(then, known, when)| {
        let other = (then, known) != (beats, commands);
        let rests = !desk.clock.playing || is_watched(&desk);
        other && (rests || when.elapsed() >= EVERY)
    });
    if due && desk.ahead.is_none() {
        let seen = desk.history.before(session, BEATS).and_then(|start| seen(start, session));
        desk.latest_beats = LatestBeats { at: Some((beats, commands, Instant::now())), seen };
    }
}

/// Plays from a moment of the past to the present, and notes each station's condition in each beat.
fn seen(mut start: Session, session: &Session) -> Option<GanttView> {
    let stations = session.run().environment().places().stations.clone();
    let first = start.run().beats() + 1;
    let mut conditions: Vec<Vec<Condition>> = vec![Vec::new(); stations.len()];
    while start.run().beats() < session.run().beats() {
        let next = start.run().beats() + 1;
        play_to(&mut start, next, session.log());
        for (row, condition) in conditions.iter_mut().zip(start.run().tally().latest()) {
            row.push(*condition);
        }
    }
    // Another way would be no past of this run.
    let same = start.run().state() == session.run().state();
    same.then_some(GanttView { stations, first, conditions })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{AgentSpec, library};
    use crate::workbench::history::History;
    use std::sync::Arc;

    #[test]
    fn the_latest_beats_are_those_that_were_played() {
        let scenario = Arc::new(library::open("lines/three_machines.ron").unwrap());
        let mut session = Session::open(scenario, AgentSpec::AlwaysRun, 3, None).unwrap();
        let mut history = History::default();
        let mut known: Vec<Vec<Condition>> = vec![Vec::new(); 3];
        for beat in 0..400 {
            if beat % 150 == 0 {
                history.note(&session, &AgentSpec::AlwaysRun, false, Instant::now());
            }
            session.run_mut().advance(1);
            for (row, condition) in known.iter_mut().zip(session.run().tally().latest()) {
                row.push(*condition);
            }
        }
        let view = seen(history.before(&session, 120).unwrap(), &session).unwrap();
        assert_eq!((view.first, view.conditions[0].len()), (281, 120));
        for (seen, known) in view.conditions.iter().zip(&known) {
            assert_eq!(seen, &known[280..]);
        }
    }
}
