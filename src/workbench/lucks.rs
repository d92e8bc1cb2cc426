//! One race made many: those who are compared play it again on two hundred other lucks, off the frame,
//! and their ways make a fan that grows.

use std::sync::{Arc, Mutex, PoisonError};

use super::desk::Desk;
use super::fill::measured_since;
use super::inspect::agent_name;
use super::intent::AgentChoice;
use super::job::{Job, ended};
use crate::experiment::lucks::{Lucks, Race};
use crate::experiment::session::Session;
use crate::scenario::{AgentSpec, Scenario};

/// So many lucks are played.
pub const LUCKS: u64 = 200;
/// So many at a time, after which what they say is told.
const BLOCK: usize = 20;
/// At least and at most so many beats are played on each.
const BEATS: (u64, u64) = (1000, 100_000);

/// Lucks that were asked for.
pub struct ManyLucks {
    scenario: Arc<Scenario>,
    agents: Vec<AgentSpec>,
    /// Beats played on each.
    pub beats: u64,
    /// Who is compared with the one that acts: choice and name.
    pub rivals: Vec<(AgentChoice, String)>,
    found: Arc<Mutex<Lucks>>,
    job: Option<Job<Result<(), String>>>,
    /// Why it came to nothing, if so.
    pub failed: Option<String>,
}

impl ManyLucks {
    /// What has been found so far.
    pub fn found(&self) -> Lucks {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether more are played.
    pub fn under_way(&self) -> bool {
        self.job.is_some()
    }
}

/// Those that were asked for, if they are of the line and the agents that are compared now.
pub fn of_now<'d>(desk: &'d Desk, session: &Session) -> Option<&'d ManyLucks> {
    let lucks = desk.lucks.as_ref()?;
    let same =
        Arc::ptr_eq(&lucks.scenario, session.scenario()) && lucks.agents == compared(desk, session);
    same.then_some(lucks)
}

/// The agent that acts, and those that are compared with it.
fn compared(desk: &Desk, session: &Session) -> Vec<AgentSpec> {
    let rivals = desk.rivals.runs().iter().map(|rival| rival.session.agent().clone());
    std::iter::once(session.agent().clone()).chain(rivals).collect()
}

/// Plays the race on other lucks: those of the seeds that follow the run's.
pub fn start(desk: &mut Desk, session: &Session) {
    let agents = compared(desk, session);
    if agents.len() < 2 {
        desk.notice = Some("Choose whom to compare first.".to_owned());
        return;
    }
    if *session.agent() == AgentSpec::Person {
        desk.notice = Some("A person cannot play two hundred times at once.".to_owned());
        return;
    }
    let run = session.run();
    let beats = run.beats() - measured_since(run).unwrap_or(0);
    let race = Race {
        scenario: session.scenario().clone(),
        agents: agents.clone(),
        plan: desk.plan(),
        beats: beats.clamp(BEATS.0, BEATS.1),
    };
    let name = |rival: &super::rivals::Rival| {
        (rival.choice, agent_name(rival.session.run().environment(), rival.session.agent()))
    };
    let rivals = desk.rivals.runs().iter().map(name).collect();
    let found = Arc::new(Mutex::new(Lucks::default()));
    let (beats, shared) = (race.beats, found.clone());
    let first = run.settings().seed;
    let scenario = race.scenario.clone();
    let job = Job::start("many lucks", move |progress| {
        progress.set_total(LUCKS);
        let seeds: Vec<u64> = (1..=LUCKS).map(|luck| first.wrapping_add(luck)).collect();
        for block in seeds.chunks(BLOCK) {
            match race.on(block, progress).map_err(|error| error.to_string())? {
                Some(more) => shared.lock().unwrap_or_else(PoisonError::into_inner).take_in(more),
                None => return Ok(()),
            }
        }
        Ok(())
    });
    let job = Some(job);
    desk.lucks = Some(ManyLucks { scenario, agents, beats, rivals, found, job, failed: None });
}

/// Takes note of lucks that have all been played.
pub(super) fn take_lucks(desk: &mut Desk) {
    let Some(lucks) = &mut desk.lucks else { return };
    lucks.failed = match ended(&mut lucks.job) {
        Some(Ok(Err(why))) => Some(why),
        Some(Err(error)) => Some(error.to_string()),
        Some(Ok(Ok(()))) | None => return,
    };
}
