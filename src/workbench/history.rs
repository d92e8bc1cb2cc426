//! The past of the run that is open: any beat of it can be gone back to.
//!
//! Moments are copies of the session, all that was learned included: one after each command, and one
//! now and then in between. Between two of them the run is played again, which luck by address makes
//! exact. Who goes back can go forth again as well, until something is played or changed: what comes
//! then takes the place of what came.

use std::time::{Duration, Instant};

use crate::experiment::session::{Command, Logged, Session};
use crate::scenario::AgentSpec;

/// A moment is kept this long after the one before it, and sooner where many beats were played: so
/// many are played again within a frame.
const BETWEEN: Duration = Duration::from_secs(1);
const SOONER: Duration = Duration::from_millis(250);
const MANY_BEATS: u64 = 20_000;
/// Moments take so much memory together at most, bytes, as far as tables tell.
const MEMORY: u64 = 128 << 20;
/// So many moments at most and at least, whatever they take.
const MOMENTS: std::ops::RangeInclusive<u64> = 3..=96;

/// A session as it was.
#[derive(Clone)]
pub struct Moment {
    /// The session.
    pub session: Session,
    /// The agent that was wanted then.
    pub wanted: AgentSpec,
    /// Whether it was waited for.
    pub awaited: bool,
    when: Instant,
}

impl Moment {
    fn beats(&self) -> u64 {
        self.session.run().beats()
    }
}

/// What is kept of the past.
#[derive(Default)]
pub struct History {
    moments: Vec<Moment>,
    /// Where someone who went back is: beats and commands.
    back_at: Option<(u64, usize)>,
}

/// How far a session has come, as moments tell it: beats and commands.
fn place(session: &Session) -> (u64, usize) {
    (session.run().beats(), session.log().len())
}

impl History {
    /// Whether someone has gone back and nothing was played or changed since.
    pub fn looks_back(&self) -> bool {
        self.back_at.is_some()
    }

    /// The earliest beat that can be gone back to, and the latest that was reached.
    pub fn range(&self, session: &Session) -> (u64, u64) {
        let beats = session.run().beats();
        let first = self.moments.first().map_or(beats, Moment::beats);
        let last = self.moments.last().map_or(beats, Moment::beats);
        (first.min(beats), last.max(beats))
    }

    /// Looks at the session between two beats, and keeps it where it is time to.
    pub fn note(&mut self, session: &Session, wanted: &AgentSpec, awaited: bool, now: Instant) {
        let here = place(session);
        if let Some(back_at) = self.back_at {
            if back_at == here {
                return;
            }
            // It went on from there: what came after is no more.
            self.moments.retain(|moment| place(&moment.session) <= back_at);
            self.back_at = None;
        }
        let moment =
            || Moment { session: session.clone(), wanted: wanted.clone(), awaited, when: now };
        let Some(last) = self.moments.last() else {
            self.moments.push(moment());
            return;
        };
        let (beats, commands) = place(&last.session);
        if here.0 < beats || here.1 < commands {
            // It began again.
            self.moments.clear();
            self.moments.push(moment());
            return;
        }
        let changed = here.1 != commands || last.wanted != *wanted || last.awaited != awaited;
        let since = now.duration_since(last.when);
        let due = since >= BETWEEN || since >= SOONER && here.0 - beats >= MANY_BEATS;
        if changed || here.0 > beats && due {
            self.moments.push(moment());
            self.thin(here.0);
        }
    }

    /// Gives up moments where there are too many: those that are missed least, the near past being
    /// remembered in more detail than what is long ago.
    fn thin(&mut self, now: u64) {
        let most = self.moments.last().map_or(1, |last| {
            let environment = last.session.scenario().environment.erased();
            let size = environment.observation_space().count().unwrap_or(u64::MAX);
            let pairs = size.saturating_mul(environment.action_space().count().unwrap_or(1));
            // A value and a count for each pair, and some room for records.
            let pieces = last.session.run().pieces().map_or(0, |pieces| pieces.memory_bytes());
            let bytes = pairs.saturating_mul(16).saturating_add((1 << 16) + pieces as u64);
            (MEMORY / bytes).clamp(*MOMENTS.start(), *MOMENTS.end())
        });
        while self.moments.len() as u64 > most {
            let missed = |place: usize| {
                let [before, this, after] = self.moments.get(place - 1..=place + 1)? else {
                    return None;
                };
                // Only what was done for one beat is done again between two moments.
                let log = this.session.log();
                let known = before.session.log().len();
                let again = log
                    .get(known..)
                    .is_some_and(|log| log.iter().all(|one| is_replayed(&one.command)));
                let same = again && before.wanted == this.wanted && before.awaited == this.awaited;
                let gap = (after.beats() - before.beats()) as f64;
                same.then(|| gap / (now - this.beats() + 1) as f64)
            };
            let places = 1..self.moments.len().saturating_sub(1);
            let least = places
                .filter_map(|place| Some((place, missed(place)?)))
                .min_by(|one, other| one.1.total_cmp(&other.1));
            self.moments.remove(least.map_or(0, |(place, _)| place));
        }
    }

    /// The moment of a beat, as near as can be; `None` where there is no past. Call
    /// [`History::went_to`] once the session is this one.
    pub fn at(
        &mut self,
        beat: u64,
        session: &Session,
        wanted: &AgentSpec,
        awaited: bool,
    ) -> Option<Moment> {
        if self.back_at.is_none() {
            // Where it is now can be gone back to as well.
            let latest = self.moments.last().map(|last| place(&last.session));
            if latest.is_none_or(|latest| latest < place(session)) {
                let (session, wanted) = (session.clone(), wanted.clone());
                self.moments.push(Moment { session, wanted, awaited, when: Instant::now() });
            }
        }
        let found = self.moments.iter().rposition(|moment| moment.beats() <= beat).unwrap_or(0);
        let mut moment = self.moments.get(found)?.clone();
        let log = self.moments.get(found + 1).map_or(&[][..], |next| next.session.log());
        play_to(&mut moment.session, beat, log);
        Some(moment)
    }

    /// The run as it was so many beats ago, or since the latest command that changed it; `None` where
    /// that is not remembered. Nothing is kept for it.
    pub fn before(&self, session: &Session, beats: u64) -> Option<Session> {
        let log = session.log();
        let known = log.iter().rposition(|logged| !is_replayed(&logged.command));
        let changed = known.and_then(|place| log.get(place)).map_or(0, |logged| logged.beat);
        let commands = known.map_or(0, |place| place + 1);
        let from = session.run().beats().saturating_sub(beats).max(changed);
        let fits =
            |moment: &&Moment| moment.beats() <= from && moment.session.log().len() >= commands;
        let mut start = self.moments.iter().rev().find(fits)?.session.clone();
        play_to(&mut start, from, log);
        (start.run().beats() == from).then_some(start)
    }

    /// The session is now this one.
    pub fn went_to(&mut self, session: &Session) {
        self.back_at = Some(place(session));
    }
}

/// Whether it is done again between two moments: what a person did in one beat.
pub fn is_replayed(command: &Command) -> bool {
    matches!(command, Command::Act(_) | Command::Keep(_))
}

/// Plays on to a beat, with what a person did on the way in `log`; the last beat so that its events
/// are known.
pub fn play_to(session: &mut Session, beat: u64, log: &[Logged]) {
    let known = session.log().len();
    for logged in log.iter().skip(known) {
        if logged.beat >= beat || !is_replayed(&logged.command) {
            break;
        }
        let now = session.run().beats();
        session.run_mut().advance(logged.beat.saturating_sub(now));
        if session.apply(logged.command.clone(), None).is_err() {
            break;
        }
    }
    let left = beat.saturating_sub(session.run().beats());
    session.run_mut().advance(left.saturating_sub(1));
    session.run_mut().watch(true);
    session.run_mut().advance(left.min(1));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Level;
    use crate::scenario::library;
    use std::sync::Arc;

    fn opened(path: &str, agent: AgentSpec) -> Session {
        let scenario = Arc::new(library::open(path).unwrap());
        Session::open(scenario, agent, 3, None).unwrap()
    }

    /// Beats, state, action, totals of rewards to the last bit, and commands.
    type Told = (u64, Vec<Level>, Vec<Level>, Vec<u64>, usize);

    fn told(session: &Session) -> Told {
        let run = session.run();
        let items = run.item_totals().iter().map(|item| item.to_bits()).collect();
        let log = session.log().len();
        (run.beats(), run.state().to_vec(), run.action().to_vec(), items, log)
    }

    /// Plays `beats` beats one by one, looked at after each; what it was like after each.
    fn played(
        session: &mut Session,
        history: &mut History,
        beats: u64,
        clock: &mut Instant,
    ) -> Vec<Told> {
        let wanted = session.agent().clone();
        (0..beats)
            .map(|_| {
                *clock += Duration::from_millis(130);
                session.run_mut().advance(1);
                history.note(session, &wanted, false, *clock);
                told(session)
            })
            .collect()
    }

    #[test]
    fn every_beat_of_the_past_comes_back_as_it_was_with_what_was_learned() {
        let learner = AgentSpec::QLearning(Default::default());
        let mut session = opened("lines/line3.ron", learner.clone());
        let (mut history, mut clock) = (History::default(), Instant::now());
        history.note(&session, &learner, false, clock);
        let seen = played(&mut session, &mut history, 300, &mut clock);
        for beat in [1, 8, 150, 299, 300] {
            let moment = history.at(beat, &session, &learner, false).unwrap();
            history.went_to(&moment.session);
            session = moment.session;
            assert!(history.looks_back());
            assert_eq!(told(&session), seen[beat as usize - 1]);
        }
        assert_eq!(history.range(&session), (0, 300), "it can be gone forth again");
        // Played on from the past, it is the same again, learning included.
        let moment = history.at(200, &session, &learner, false).unwrap();
        history.went_to(&moment.session);
        session = moment.session;
        assert_eq!(played(&mut session, &mut history, 100, &mut clock), seen[200..]);
        assert!(!history.looks_back());
    }

    #[test]
    fn what_was_changed_is_undone_by_going_back_before_it_and_there_after_it() {
        let (rule, random) = (AgentSpec::AlwaysRun, AgentSpec::Random);
        let mut session = opened("lines/three_machines.ron", rule.clone());
        let (mut history, mut clock) = (History::default(), Instant::now());
        history.note(&session, &rule, false, clock);
        let mut seen = played(&mut session, &mut history, 50, &mut clock);
        session.apply(Command::Agent(random.clone()), None).unwrap();
        history.note(&session, &random, false, clock);
        seen.extend(played(&mut session, &mut history, 50, &mut clock));
        let back = history.at(30, &session, &random, false).unwrap();
        assert_eq!(
            (&back.wanted, back.session.agent(), back.session.log().len()),
            (&rule, &rule, 0)
        );
        history.went_to(&back.session);
        let forth = history.at(70, &back.session, &rule, false).unwrap();
        assert_eq!((forth.wanted, told(&forth.session)), (random, seen[69].clone()));
        // From the past on another way is taken: what came is no more.
        history.went_to(&back.session);
        session = back.session;
        session.run_mut().advance(1);
        history.note(&session, &rule, false, clock + Duration::from_secs(2));
        assert_eq!(history.range(&session), (0, 31));
    }

    #[test]
    fn a_long_past_is_kept_in_few_moments_the_latest_most() {
        let learner = AgentSpec::QLearning(Default::default());
        let mut session = opened("basics/chain.ron", learner.clone());
        let (mut history, mut clock) = (History::default(), Instant::now());
        for _ in 0..2_000 {
            clock += Duration::from_secs(2);
            session.run_mut().advance(10);
            history.note(&session, &learner, false, clock);
        }
        let beats: Vec<u64> = history.moments.iter().map(Moment::beats).collect();
        assert_eq!((beats.len(), beats[0], beats[beats.len() - 1]), (96, 10, 20_000));
        let gap = |place: usize| beats[place + 1] - beats[place];
        assert!(gap(1) > 10 * gap(beats.len() - 2), "{beats:?}");
        // One that begins again has another past.
        session = opened("basics/chain.ron", learner.clone());
        history.note(&session, &learner, false, clock);
        assert_eq!(history.range(&session), (0, 0));
    }

    #[test]
    fn what_a_person_did_is_done_again() {
        let person = AgentSpec::Person;
        let mut session = opened("lines/three_machines.ron", person.clone());
        let (mut history, mut clock) = (History::default(), Instant::now());
        history.note(&session, &person, false, clock);
        let actions = session.scenario().environment.action_space().len();
        let mut seen = Vec::new();
        for beat in 0..200_i32 {
            let action = vec![beat % 2; actions];
            session.apply(Command::Act(action), None).unwrap();
            session.run_mut().advance(1);
            clock += Duration::from_millis(50);
            history.note(&session, &person, false, clock);
            seen.push(told(&session));
        }
        for beat in [3, 60, 111, 199] {
            let moment = history.at(beat, &session, &person, false).unwrap();
            assert_eq!(told(&moment.session), seen[beat as usize - 1]);
        }
    }
}
