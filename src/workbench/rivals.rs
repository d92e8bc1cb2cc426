//! Other agents on the same luck as the one that acts, in step with it: what each would have earned.
//!
//! They begin where the acting agent's figures begin (with the run, or with the latest change), from
//! the same state, and play as many beats as it has. So their rewards are compared beat by beat, and
//! what luck does to all of them alike is not in the difference.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::behind::ready;
use super::desk::{Desk, Running};
use super::fill::measured_since;
use super::history::is_replayed;
use super::inspect::agent_name;
use super::intent::{AgentChoice, CurveKind};
use crate::experiment::session::{Command, Session};
use crate::scenario::{AgentSpec, Scenario};

/// So many may be compared with the one that acts.
pub const MOST: usize = 3;
/// Where nobody has chosen, the first two of these that can act and do not.
const USUAL: [AgentChoice; 3] = [AgentChoice::Optimum, AgentChoice::AlwaysRun, AgentChoice::Kanban];
/// They may take so much of a frame together.
const BUDGET: Duration = Duration::from_millis(8);
/// Beats that are played between two looks at the clock.
const PIECE: u64 = 256;

/// Who is compared with the agent that acts.
#[derive(Default)]
pub struct Rivals {
    /// Who was chosen; the usual ones where nobody has.
    chosen: Option<Vec<AgentChoice>>,
    race: Option<Race>,
}

/// Rivals under way.
struct Race {
    from: From,
    runs: Vec<Rival>,
}

/// One of them.
pub struct Rival {
    /// Who it is.
    pub choice: AgentChoice,
    /// What it is called.
    pub name: String,
    /// Its own run.
    pub session: Session,
}

/// What makes a race another one.
#[derive(Clone)]
struct From {
    since: u64,
    commands: usize,
    seed: u64,
    scenario: Arc<Scenario>,
    specs: Vec<AgentSpec>,
}

impl PartialEq for From {
    fn eq(&self, other: &Self) -> bool {
        let place = |from: &Self| (from.since, from.commands, from.seed);
        place(self) == place(other)
            && Arc::ptr_eq(&self.scenario, &other.scenario)
            && self.specs == other.specs
    }
}

impl Rivals {
    /// Those under way.
    pub fn runs(&self) -> &[Rival] {
        self.race.as_ref().map_or(&[], |race| race.runs.as_slice())
    }

    /// Takes one in, or leaves it out.
    pub fn toggle(&mut self, choice: AgentChoice) {
        let now: Vec<AgentChoice> = self.runs().iter().map(|rival| rival.choice).collect();
        let chosen = self.chosen.get_or_insert(now);
        match chosen.iter().position(|one| *one == choice) {
            Some(place) => {
                chosen.remove(place);
            }
            None => {
                // The one that has been there longest makes room.
                if chosen.len() >= MOST {
                    chosen.remove(0);
                }
                chosen.push(choice);
            }
        }
    }
}

/// Who is to be compared, as far as they can act now.
fn wanted(desk: &Desk, session: &Session) -> Vec<AgentSpec> {
    let acting = session.agent().kind();
    let (choices, most): (&[AgentChoice], usize) = match &desk.rivals.chosen {
        Some(chosen) => (chosen, MOST),
        None => (&USUAL, 2),
    };
    let others = choices.iter().filter(|choice| **choice != acting);
    others.filter_map(|choice| spec_of(desk, session, *choice)).take(most).collect()
}

/// The agent of a choice with its settings, where it can act at once.
fn spec_of(desk: &Desk, session: &Session, choice: AgentChoice) -> Option<AgentSpec> {
    // A person has but two hands, and a plan over beliefs is not made within a frame.
    if matches!(choice, AgentChoice::Person | AgentChoice::Beliefs) {
        return None;
    }
    let written = session.scenario().contents.settings_of(choice).cloned();
    ready(desk, session, &written.unwrap_or_else(|| choice.usual()))
}

/// Whether an agent that can act here could be compared now.
pub fn can_race(desk: &Desk, session: &Session, choice: AgentChoice) -> bool {
    choice != session.agent().kind() && spec_of(desk, session, choice).is_some()
}

/// Lets the rivals play what the acting agent has played, as far as a frame allows.
pub(super) fn race(mut desk: ResMut<Desk>, runs: Query<&Running>) {
    let desk = &mut *desk;
    let Some(running) = runs.iter().next() else { return };
    let session = &running.session;
    if !desk.charts(CurveKind::Rivals) && !desk.charts(CurveKind::Lucks) {
        desk.rivals.race = None;
        return;
    }
    if desk.ahead.is_some() {
        return;
    }
    let run = session.run();
    let from = From {
        since: measured_since(run).unwrap_or(0),
        commands: changes(session),
        seed: run.settings().seed,
        scenario: session.scenario().clone(),
        specs: wanted(desk, session),
    };
    let beats = run.beats();
    let goes_on = desk.rivals.race.as_ref().is_some_and(|race| {
        race.from == from && race.runs.iter().all(|rival| rival.session.run().beats() <= beats)
    });
    if !goes_on {
        desk.rivals.race = begin(desk, session, from);
    }
    let Some(race) = &mut desk.rivals.race else { return };
    let begun = Instant::now();
    // Whoever is behind comes first, so that all keep in step.
    while begun.elapsed() < BUDGET {
        let behind = race.runs.iter_mut().min_by_key(|rival| rival.session.run().beats());
        let Some(rival) = behind else { return };
        let run = rival.session.run_mut();
        let left = beats.saturating_sub(run.beats());
        run.watch(false);
        if left == 0 || run.advance(left.min(PIECE)) == 0 {
            return;
        }
    }
}

/// How often something was changed, beside what a person did in single beats.
fn changes(session: &Session) -> usize {
    session.log().iter().filter(|one| !is_replayed(&one.command)).count()
}

/// Puts the rivals where the acting agent's figures begin. `None` where that is not remembered.
fn begin(desk: &mut Desk, session: &Session, from: From) -> Option<Race> {
    let start = match session.run().beats() == from.since {
        true => session.clone(),
        false => desk.history.at(from.since, session, &desk.wanted, desk.awaited)?.session,
    };
    let same = start.run().beats() == from.since
        && changes(&start) == from.commands
        && Arc::ptr_eq(start.scenario(), &from.scenario);
    if !same {
        return None;
    }
    let plan = desk.plan();
    let runs = from.specs.iter().filter_map(|spec| {
        let mut session = start.clone();
        session.apply(Command::Agent(spec.clone()), plan.as_ref()).ok()?;
        let name = agent_name(session.run().environment(), session.agent());
        Some(Rival { choice: spec.kind(), name, session })
    });
    let runs = runs.collect();
    Some(Race { from, runs })
}
