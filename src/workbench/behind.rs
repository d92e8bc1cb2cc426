//! Work behind the scenes: planning, measuring, judging, playing ahead. It is begun here, and its
//! results are taken in here, once a frame.

use std::sync::Arc;

use bevy::prelude::*;

use super::desk::{Ahead, AheadKind, Desk, Foreseen, FoundRule, Rules, Running};
use super::docks::Layout;
use super::forking::take_fork;
use super::inspect::usual_rule;
use super::intent::CurveKind;
use super::job::{Job, ended};
use super::judge::{Candidate, Judge, next_due};
use super::lucks::take_lucks;
use super::opening::{forget_judgements, take_replayed, waits};
use super::stage::Opening;
use super::telling;
use crate::experiment::planning::{Planning, Stage};
use crate::experiment::session::{Command, Session};
use crate::experiment::{beliefs, rules};
use crate::scenario::{AgentSpec, KanbanSettings};

/// How many beats of training ahead are played between two looks at the wish to stop.
const PIECE: u64 = 20_000;
/// Kanban levels are looked for unasked where the settings to try times the states of the model
/// are at most this (some ten seconds).
const UNASKED: u64 = 20_000_000;

/// Lets a planner begin anew. What was found under another plan is forgotten.
pub fn start_planning(desk: &mut Desk, session: &Session, planning: Planning) {
    let planning = Arc::new(planning);
    desk.planning.progress.cancel();
    desk.planning = planning.clone();
    desk.snapshot = planning.snapshot();
    desk.measuring = None;
    desk.searching = None;
    desk.finding = None;
    desk.foreseeing = None;
    desk.forking = None;
    desk.rules = Rules::default();
    forget_judgements(desk);
    let scenario = session.scenario().clone();
    let settings = desk.plan_settings.clone();
    desk.planner = Some(Job::start("planner", move |_| {
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        planning.work(environment, criterion, settings.method, settings.precision);
    }));
}

/// Takes in what came back from behind the scenes.
pub(super) fn take_results(
    mut desk: ResMut<Desk>,
    mut runs: Query<&mut Running>,
    mut opening: ResMut<Opening>,
) {
    let desk = &mut *desk;
    let Some(mut running) = runs.iter_mut().next() else { return };
    let session = &mut running.session;
    desk.snapshot = desk.planning.snapshot();
    match ended(&mut desk.planner) {
        Some(Ok(())) => planned(desk, session),
        Some(Err(error)) => desk.notice = Some(error.to_string()),
        None => {}
    }
    match ended(&mut desk.measuring) {
        Some(Ok(worth)) => desk.rules.always_run = worth,
        Some(Err(error)) => desk.notice = Some(error.to_string()),
        None => {}
    }
    match ended(&mut desk.searching) {
        Some(Ok(found)) => {
            // Who waits for another rule's settings goes on waiting.
            if found.is_none() && matches!(desk.wanted, AgentSpec::Kanban(_)) {
                give_up_waiting(desk, session, "no kanban levels were found");
            }
            desk.rules.kanban = found;
        }
        Some(Err(error)) => give_up_waiting(desk, session, &error.to_string()),
        None => {}
    }
    match ended(&mut desk.finding) {
        Some(Ok(found)) => {
            if let (Err(why), true) = (&found.best, found.wanted == desk.wanted) {
                give_up_waiting(desk, session, why);
            }
            desk.rules.found = Some(found).filter(|found| found.best.is_ok());
        }
        Some(Err(error)) => give_up_waiting(desk, session, &error.to_string()),
        None => {}
    }
    match ended(&mut desk.foreseeing) {
        Some(Ok(Ok(foreseen))) => desk.foreseen = Some(foreseen),
        Some(Ok(Err(why))) => give_up_waiting(desk, session, &why),
        Some(Err(error)) => give_up_waiting(desk, session, &error.to_string()),
        None => {}
    }
    take_fork(desk);
    take_lucks(desk);
    take_judgements(desk);
    take_ahead(desk, session, &mut opening);
    // Who has gone back looks at what was: another agent would make it another past.
    if desk.ahead.is_none() && !desk.history.looks_back() {
        // Nobody chose just now who acts: what was said of what was opened stands.
        let said = desk.notice.clone();
        act_when_ready(desk, session);
        desk.notice = desk.notice.take().or(said);
    }
}

fn take_judgements(desk: &mut Desk) {
    let Some(judge) = &mut desk.judging else { return };
    // Asked before what was found is taken, so that nothing is found thereafter.
    let ended = judge.ended();
    for judgement in judge.found() {
        desk.never_ends = Some(judgement.never_ends);
        if judgement.worth.is_some() {
            desk.judged.push(judgement);
        }
    }
    if let Some(ended) = ended {
        desk.judging = None;
        if let Err(error) = ended {
            desk.notice = Some(error.to_string());
        }
    }
}

/// The planner has ended: with a plan, or with why there is none.
fn planned(desk: &mut Desk, session: &Session) {
    match &desk.snapshot.stage {
        Stage::Ready => {
            if std::mem::take(&mut desk.axes_open)
                && let Some(axes) = telling::axes(desk, session)
            {
                desk.axes = axes;
            }
            start_measuring(desk, session);
            let unasked = kanban_work(desk, session).is_some_and(|work| work <= UNASKED);
            if unasked || matches!(desk.wanted, AgentSpec::Kanban(_)) {
                search_kanban(desk, session);
            }
        }
        Stage::Failed(why) => {
            let why = why.clone();
            if desk.curve == CurveKind::Bounds {
                desk.curve = CurveKind::Reward;
            }
            give_up_the_plan(desk, session, &why);
        }
        Stage::Stopped => give_up_the_plan(desk, session, "planning was stopped"),
        Stage::Counting | Stage::Sweeping | Stage::Paused => {}
    }
}

/// There will be no plan, nor kanban levels found on its model. Other rules wait for neither.
fn give_up_the_plan(desk: &mut Desk, session: &Session, why: &str) {
    if matches!(desk.wanted, AgentSpec::Optimum(_) | AgentSpec::Kanban(_)) {
        give_up_waiting(desk, session, why);
    }
}

/// What the wanted agent waits for will not come.
fn give_up_waiting(desk: &mut Desk, session: &Session, why: &str) {
    if std::mem::take(&mut desk.awaited) {
        desk.notice = Some(format!("{} acts: {why}", usual_rule(&session.scenario().environment)));
    }
}

fn start_measuring(desk: &mut Desk, session: &Session) {
    let Some(enumeration) = desk.snapshot.enumeration.clone() else { return };
    let scenario = session.scenario().clone();
    desk.measuring = Some(Job::start("always run", move |_| {
        rules::always_run(&scenario.environment, &enumeration, scenario.contents.criterion)
    }));
}

/// How much work it is to find the best kanban levels: settings to try times states. `None` where
/// there are no levels.
fn kanban_work(desk: &Desk, session: &Session) -> Option<u64> {
    let states = desk.snapshot.enumeration.as_ref()?.states.len() as u64;
    let buffers = &session.scenario().environment.places().buffers;
    let settings =
        buffers.iter().map(|buffer| u64::from(buffer.capacity) + 1).reduce(u64::saturating_mul)?;
    Some(settings.saturating_mul(states))
}

/// Looks for the best kanban levels.
pub fn search_kanban(desk: &mut Desk, session: &Session) {
    let Some(enumeration) = desk.snapshot.enumeration.clone() else { return };
    if desk.searching.is_some() || kanban_work(desk, session).is_none() {
        return;
    }
    let scenario = session.scenario().clone();
    desk.searching = Some(Job::start("best kanban", move |progress| {
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        rules::best_kanban(environment, &enumeration, criterion, progress).ok().flatten()
    }));
}

/// Looks for the best settings of a rule that leaves them open: on the model, or by simulation.
fn find_settings(desk: &mut Desk, session: &Session, wanted: AgentSpec) {
    if desk.finding.is_some() {
        return;
    }
    let scenario = session.scenario().clone();
    desk.finding = Some(Job::start("best settings", move |progress| {
        let best = match rules::best(&wanted, &scenario, None, progress) {
            Ok(Some(best)) => Ok(best.spec),
            Ok(None) => Err("no settings were found".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        FoundRule { wanted, best }
    }));
}

/// Plans over beliefs, for the figures as they are now.
fn foresee(desk: &mut Desk, session: &Session, wanted: Foreseen) {
    if desk.foreseeing.is_some() {
        return;
    }
    let scenario = session.scenario().clone();
    desk.foreseeing = Some(Job::start("beliefs", move |progress| {
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        match beliefs::foresight(environment, criterion, wanted.1.resolution, progress) {
            Ok(_) => Ok(wanted),
            Err(error) => Err(error.to_string()),
        }
    }));
}

/// An agent with what it needs to act, where that is there: a plan, or settings that were looked for.
/// One that needs nothing is as it is.
pub fn ready(desk: &Desk, session: &Session, wanted: &AgentSpec) -> Option<AgentSpec> {
    match wanted {
        AgentSpec::Optimum(_) => {
            // With the settings that the plan was made with, so that a replay makes the same one.
            desk.plan().map(|_| AgentSpec::Optimum(desk.plan_settings.clone()))
        }
        AgentSpec::Kanban(_) if waits(wanted) => desk.rules.kanban.as_ref().map(|found| {
            let levels = found.levels.iter().map(|&level| level.max(0) as u32).collect();
            AgentSpec::Kanban(KanbanSettings { levels })
        }),
        AgentSpec::Beliefs(settings) => {
            let needs = (session.scenario().environment.settings(), settings.clone());
            (desk.foreseen.as_ref() == Some(&needs)).then(|| wanted.clone())
        }
        wanted if rules::leaves_open(wanted) => {
            let found = desk.rules.found.as_ref().filter(|found| found.wanted == *wanted);
            found.and_then(|found| found.best.clone().ok())
        }
        wanted => Some(wanted.clone()),
    }
}

/// Lets the wanted agent act once what it needs is there; begins to look for it where it is not.
pub fn act_when_ready(desk: &mut Desk, session: &mut Session) {
    if !desk.awaited {
        return;
    }
    if let Some(spec) = ready(desk, session, &desk.wanted) {
        desk.awaited = false;
        change_agent(desk, session, spec);
        return;
    }
    let wanted = desk.wanted.clone();
    match &wanted {
        AgentSpec::Beliefs(settings) => {
            let needs = (session.scenario().environment.settings(), settings.clone());
            foresee(desk, session, needs);
        }
        AgentSpec::Optimum(_) | AgentSpec::Kanban(_) => {}
        // Whether there is none, or it was looked for in vain.
        _ if desk.rules.found.as_ref().is_none_or(|found| found.wanted != wanted) => {
            find_settings(desk, session, wanted);
        }
        _ => {}
    }
}

/// Lets another agent act from the next beat on. A learner that only learns otherwise goes on with
/// what it knows, and so do its curve and the statistics.
pub fn change_agent(desk: &mut Desk, session: &mut Session, spec: AgentSpec) {
    let learns = spec.learns();
    let same = session.agent().goes_on_as(&spec);
    // Who goes on by a plan that was made anew was not chosen: what was said of the change stands.
    let chosen = *session.agent() != spec;
    match session.apply(Command::Agent(spec), desk.plan().as_ref()) {
        Ok(()) => {
            if chosen {
                desk.notice = None;
            }
            if !same {
                forget_judgements(desk);
                desk.since = session.acting_since();
                desk.curve = match desk.curve {
                    CurveKind::Rivals if desk.layout() == Layout::Compare => CurveKind::Rivals,
                    _ if learns => CurveKind::Gap,
                    // Who does not learn has no way to the optimum to be shown.
                    CurveKind::Gap => CurveKind::Reward,
                    other => other,
                };
            }
        }
        Err(error) => desk.notice = Some(error.to_string()),
    }
}

/// Judges the acting agent's policy on the model now and then, off the frame; one that rests is
/// judged as it stands.
pub(super) fn judge_again(mut desk: ResMut<Desk>, runs: Query<&Running>) {
    if desk.judging.is_some() || desk.ahead.is_some() || desk.planner.is_some() {
        return;
    }
    let Some(enumeration) = desk.snapshot.enumeration.clone() else { return };
    let Some(running) = runs.iter().next() else { return };
    let session = &running.session;
    let beats = session.run().beats();
    let learned = beats.saturating_sub(desk.since);
    let learns = session.agent().learns();
    let due = match desk.judged.last() {
        None if !learns => desk.never_ends.is_none(),
        last => {
            let then = last.map(|last| last.beats.saturating_sub(desk.since));
            let grown = !desk.clock.playing && learned > then.unwrap_or(0);
            learns && (grown || learned >= next_due(then))
        }
    };
    if due {
        let candidate = Candidate::new(beats, session.run().agent());
        desk.judging = Some(Judge::for_one(session.scenario().clone(), enumeration, candidate));
    }
}

/// Plays so many beats off the frame. A learner is judged on the way, so that its curve grows.
pub fn train_ahead(desk: &mut Desk, session: &Session, beats: u64) {
    if desk.ahead.is_some() {
        return;
    }
    let learns = session.agent().learns();
    let judge = desk.snapshot.enumeration.clone().filter(|_| learns).map(|enumeration| {
        let (judge, judged) = Judge::for_many(session.scenario().clone(), enumeration);
        desk.judging = Some(judge);
        judged
    });
    let since = desk.since;
    let last = desk.judged.last().map(|last| last.beats.saturating_sub(since));
    let mut ahead = session.clone();
    let job = Job::start("training ahead", move |progress| {
        progress.set_total(beats);
        let run = ahead.run_mut();
        run.watch(false);
        let mut left = beats;
        let mut due = next_due(last);
        while left > 0 && !progress.is_cancelled() {
            let learned = run.beats().saturating_sub(since);
            let piece = left.min(PIECE).min(due.saturating_sub(learned).max(1));
            let played = run.advance(piece);
            if played == 0 {
                break;
            }
            left -= played;
            progress.advance(played);
            let learned = learned + played;
            if let Some(judge) = &judge
                && learned >= due
            {
                // Training does not wait for the judge: who finds too many waiting is not judged.
                let _ = judge.try_send(Candidate::new(run.beats(), run.agent()));
                due = next_due(Some(learned));
            }
        }
        Ok(ahead)
    });
    desk.ahead = Some(Ahead { kind: AheadKind::Training, job, beats });
}

/// The run goes on from where work off the frame has brought it.
fn take_ahead(desk: &mut Desk, session: &mut Session, opening: &mut Opening) {
    let Some(ahead) = &mut desk.ahead else { return };
    let kind = ahead.kind;
    let Some(result) = ahead.job.take() else { return };
    desk.ahead = None;
    match (result, kind) {
        (Ok(Ok(trained)), AheadKind::Training) => *session = trained,
        (Ok(Ok(replayed)), AheadKind::Replaying) => {
            take_replayed(desk, session, opening, replayed);
        }
        (Ok(Err(why)), _) => desk.notice = Some(why),
        (Err(error), _) => desk.notice = Some(error.to_string()),
    }
}
