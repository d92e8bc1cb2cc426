//! Opens scenarios and saved runs on the desk, and starts them again.

use std::path::Path;
use std::sync::Arc;

use super::autosave::set_aside;
use super::behind::start_planning;
use super::changes::Sight;
use super::curve_view::kind_of;
use super::desk::{Ahead, AheadKind, Clock, Desk, Rules, listing};
use super::docks::{Docks, Layout};
use super::hand::Hand;
use super::intent::{CurveKind, Rates, Speed};
use super::job::Job;
use super::language::Language;
use super::lesson;
use super::recent;
use super::rivals::Rivals;
use super::stage::Opening;
use super::view::{ErrorsView, FileDialogView, FindingView, LibraryView};
use crate::experiment::planning::Planning;
use crate::experiment::rules::leaves_open;
use crate::experiment::saved_run::{Opened, SavedRun, open_file};
use crate::experiment::session::Session;
use crate::mdp::Space;
use crate::scenario::diagnostic::Severity;
use crate::scenario::plain_file::ends_in;
use crate::scenario::{AgentSpec, OptimumSettings, Reports, Scenario, library};

/// Everything on the desk for a scenario that was just opened, and its session.
///
/// # Errors
/// Where its agent cannot act.
pub fn set_up(
    scenario: Scenario,
    name: Option<String>,
    seed: Option<u64>,
    language: Language,
) -> Result<(Desk, Session), String> {
    let (mut desk, session) = unpack(scenario, name, seed)?;
    speak(&mut desk, language);
    Ok((desk, session))
}

/// The same with nothing on the shelf yet.
///
/// # Errors
/// Where its agent cannot act.
pub fn unpack(
    scenario: Scenario,
    name: Option<String>,
    seed: Option<u64>,
) -> Result<(Desk, Session), String> {
    let wanted = scenario.contents.agent.clone();
    unpack_with(scenario, name, seed, wanted)
}

/// The same with another agent than the scenario names.
///
/// # Errors
/// Where it cannot act.
pub fn unpack_with(
    scenario: Scenario,
    name: Option<String>,
    seed: Option<u64>,
    wanted: AgentSpec,
) -> Result<(Desk, Session), String> {
    let scenario = Arc::new(scenario);
    let seed = seed.unwrap_or(scenario.contents.seed);
    let first = acting_first(&wanted);
    let session =
        Session::open(scenario.clone(), first, seed, None).map_err(|error| error.to_string())?;
    let desk = desk_for(&session, name, wanted);
    Ok((desk, session))
}

/// A desk for a session, with nothing found out yet and the planner at work.
fn desk_for(session: &Session, name: Option<String>, wanted: AgentSpec) -> Desk {
    let contents = &session.scenario().contents;
    let space = session.scenario().environment.state_space();
    let has_hours = contents.beat_seconds().is_some();
    let wanted_learns = wanted.learns();
    let mut desk = Desk {
        clock: Clock {
            // A person is waited for, and plays when they like.
            playing: wanted != AgentSpec::Person,
            speed: Speed::PerSecond(contents.show.speed.max(1.0)),
            due: 0.0,
            reached: 0.0,
            measured: (0, 0.0),
            glide: 1.0,
        },
        awaited: waits(&wanted),
        plan_settings: match &wanted {
            AgentSpec::Optimum(settings) => settings.clone(),
            _ => OptimumSettings::default(),
        },
        wanted,
        forking: None,
        history: Default::default(),
        changes: Default::default(),
        saved: None,
        left: Vec::new(),
        recent: Vec::new(),
        hand: Hand::default(),
        planning: Arc::default(),
        planner: None,
        snapshot: Planning::default().snapshot(),
        measuring: None,
        searching: None,
        finding: None,
        foreseeing: None,
        foreseen: None,
        rules: Rules::default(),
        ahead: None,
        judging: None,
        judged: Vec::new(),
        since: 0,
        never_ends: None,
        axes: axes(session),
        axes_open: contents.show.x.is_none() && contents.show.y.is_none(),
        mapped: Default::default(),
        repeated: None,
        repeats: Default::default(),
        slice: vec![None; space.len()],
        glance: Default::default(),
        inspected: None,
        unfolded: Default::default(),
        explained: None,
        curve: match session.scenario().contents.show.curve {
            Some(shown) => kind_of(shown),
            None if wanted_learns => CurveKind::Gap,
            None => CurveKind::Bounds,
        },
        docks: Docks::default(),
        beside: match session.run().environment().places().stations.is_empty() {
            true => CurveKind::Reward,
            false => CurveKind::Gantt,
        },
        rates: if has_hours { Rates::PerHour } else { Rates::PerBeat },
        sides: true,
        rivals: Rivals::default(),
        bookmarks: Default::default(),
        lucks: None,
        editor: Default::default(),
        latest_beats: Default::default(),
        measured: Default::default(),
        frame_times: None,
        lesson: None,
        finished: Default::default(),
        language: Language::English,
        scale: 100,
        presenting: false,
        text: true,
        hints: true,
        motion: true,
        dialog: FileDialogView::default(),
        errors: None,
        library: LibraryView::default(),
        notice: None,
        trajectory: None,
        cells: Default::default(),
        floor: Default::default(),
        marks: Default::default(),
        along: Default::default(),
        parameters: Default::default(),
        name,
    };
    desk.library.open.clone_from(&desk.name);
    // What its author should know, if anything: the first thing of it.
    let warnings = session.scenario().warnings.entries();
    desk.notice = warnings.first().map(|warning| format!("{}: {}", warning.path, warning.message));
    start_planning(&mut desk, session, Planning::default());
    desk
}

/// The variables on the map's axes at first: as the scenario says, else the first two.
fn axes(session: &Session) -> (usize, usize) {
    let space = session.scenario().environment.state_space();
    let show = &session.scenario().contents.show;
    let place = |shown: &Option<String>| shown.as_deref().and_then(|name| space.position(name));
    let x = place(&show.x).unwrap_or(0);
    let other = usize::from(space.len() > 1 && x == 0);
    // A state of one variable has it on both axes.
    let y = place(&show.y).filter(|y| *y != x).unwrap_or(other);
    (x, y)
}

/// Whether an agent waits for a plan or for settings that are to be found first.
pub fn waits(spec: &AgentSpec) -> bool {
    matches!(spec, AgentSpec::Optimum(_) | AgentSpec::Beliefs(_)) || leaves_open(spec)
}

/// The agent that acts until what the wanted one needs is there.
fn acting_first(wanted: &AgentSpec) -> AgentSpec {
    if waits(wanted) { AgentSpec::AlwaysRun } else { wanted.clone() }
}

/// The scenarios to choose from, by family, with their titles in this language.
fn shelf(language: Language) -> LibraryView {
    let mut families: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for listed in library::list(library::folder().as_deref()) {
        let entry = (listed.path.clone(), listed.title.in_language(language.code()).to_owned());
        match families.iter_mut().find(|(family, _)| *family == listed.family) {
            Some((_, entries)) => entries.push(entry),
            None => families.push((listed.family.clone(), vec![entry])),
        }
    }
    let lessons = lesson::shelf(language).into_iter();
    let lessons = lessons.map(|(name, title)| (name, title, false)).collect();
    LibraryView { families, lessons, ..LibraryView::default() }
}

/// Shows everything in this language from the next frame on.
pub fn speak(desk: &mut Desk, language: Language) {
    let open = desk.library.open.take();
    desk.language = language;
    desk.library = LibraryView { open, ..shelf(language) };
}

/// Opens a scenario that came with the program, or shows its errors and leaves the open one.
pub fn open_shipped(desk: &mut Desk, session: &mut Session, opening: &mut Opening, name: String) {
    match library::open(&name) {
        Ok(scenario) => open(desk, session, opening, Some(name), scenario),
        Err(reports) => show_errors(desk, &reports),
    }
}

/// Opens a file, a scenario or a saved run, or shows its errors and leaves the open one.
pub fn open_path(desk: &mut Desk, session: &mut Session, opening: &mut Opening, path: &Path) {
    if recent::is_gone(desk, path) {
        return;
    }
    if path.is_dir() {
        desk.dialog = listing(path.to_owned());
        return;
    }
    if ends_in(path, "csv") {
        let file = path.file_name().unwrap_or_default().display();
        desk.notice = Some(format!(
            "{file} is a table, not a scenario. `taktlab import {file} --output line.ron` makes a \
             scenario of a table of stations or a record of events."
        ));
        return;
    }
    match open_file(path) {
        Ok(Opened::Scenario(scenario)) => {
            recent::note(&mut desk.recent, path);
            open(desk, session, opening, library::name_of(path), *scenario);
        }
        Ok(Opened::Run(saved)) => {
            recent::note(&mut desk.recent, path);
            replay(desk, *saved);
        }
        Err(reports) => show_errors(desk, &reports),
    }
}

/// Shows what is wrong with a file that could not be opened.
pub fn show_errors(desk: &mut Desk, reports: &Reports) {
    let entries = reports.entries();
    let file = entries.first().map(|entry| entry.file.clone()).unwrap_or_default();
    desk.errors = Some(ErrorsView { file, findings: findings_of(reports) });
    desk.dialog.shown = false;
}

/// What is wrong, as panels show it.
pub fn findings_of(reports: &Reports) -> Vec<FindingView> {
    let entries = reports.entries();
    entries
        .into_iter()
        .map(|entry| FindingView {
            place: match (entry.line, entry.column) {
                (Some(line), Some(column)) => format!("{}:{line}:{column}", entry.file),
                _ => entry.file,
            },
            path: entry.path,
            message: entry.message,
            remedy: entry.remedy,
            warning: entry.severity == Severity::Warning,
        })
        .collect()
}

/// Opens a scenario in place of the one that is open.
pub fn open(
    desk: &mut Desk,
    session: &mut Session,
    opening: &mut Opening,
    name: Option<String>,
    scenario: Scenario,
) {
    match unpack(scenario, name, None) {
        Ok((new, opened)) => {
            set_aside(desk, session);
            lay_out(desk, session, opening, new, opened);
        }
        Err(why) => desk.notice = Some(why),
    }
}

/// Puts another session on the desk; what the person chose for the window as a whole stays.
pub fn lay_out(
    desk: &mut Desk,
    session: &mut Session,
    opening: &mut Opening,
    new: Desk,
    opened: Session,
) {
    desk.planning.progress.cancel();
    let old = std::mem::replace(desk, new);
    (desk.sides, desk.motion) = (old.sides, old.motion);
    (desk.scale, desk.presenting) = (old.scale, old.presenting);
    (desk.docks, desk.editor) = (old.docks, old.editor);
    if desk.layout() == Layout::Compare {
        desk.curve = CurveKind::Rivals;
    }
    desk.frame_times = old.frame_times;
    speak(desk, old.language);
    (desk.lesson, desk.finished) = (old.lesson, old.finished);
    (desk.hints, desk.text) = (old.hints, old.text);
    desk.recent = old.recent;
    desk.left = old.left;
    desk.trajectory = old.trajectory.map(|_| Vec::new());
    *session = opened;
    opening.0 += 1;
}

/// Plays a saved run again off the frame; the open one stays until it is there.
pub fn replay(desk: &mut Desk, saved: SavedRun) {
    desk.dialog.shown = false;
    let beats = saved.beats;
    let job = Job::start("replay", move |progress| {
        saved.replay(progress).map_err(|error| error.to_string())
    });
    desk.ahead = Some(Ahead { kind: AheadKind::Replaying, job, beats });
}

/// Puts a run that was played again on the desk, paused where it was saved.
pub fn take_replayed(
    desk: &mut Desk,
    session: &mut Session,
    opening: &mut Opening,
    replayed: Session,
) {
    let wanted = replayed.agent().clone();
    let mut new = desk_for(&replayed, None, wanted);
    // Its agent has what it needs: it has just acted with it.
    new.awaited = false;
    new.clock.playing = false;
    new.since = replayed.acting_since();
    new.saved = Some(Sight::of(&new, &replayed));
    set_aside(desk, session);
    lay_out(desk, session, opening, new, replayed);
}

/// Starts again from the first beat, with nothing learned. An agent that follows a plan or levels
/// that are still to be found begins when they are there.
pub fn restart(desk: &mut Desk, session: &mut Session, opening: &mut Opening, seed: Option<u64>) {
    let seed = seed.unwrap_or(session.run().settings().seed);
    let acting = session.agent().clone();
    let scenario = session.scenario().clone();
    let plan = desk.plan();
    let fresh = match (&acting, &plan) {
        (AgentSpec::Optimum(_), None) => {
            desk.awaited = true;
            Session::open(scenario, AgentSpec::AlwaysRun, seed, None)
        }
        // Its plan is another one, and not there yet.
        (AgentSpec::Beliefs(_), _) if desk.awaited => {
            Session::open(scenario, AgentSpec::AlwaysRun, seed, None)
        }
        _ => Session::open(scenario, acting, seed, plan.as_ref()),
    };
    match fresh {
        Ok(fresh) => {
            *session = fresh;
            begin_again(desk, opening);
        }
        Err(error) => desk.notice = Some(error.to_string()),
    }
}

/// Goes back, or forth again, to a beat of the past; what was learned then is what is known.
pub fn go_to(desk: &mut Desk, session: &mut Session, opening: &mut Opening, beat: u64) {
    let found = desk.history.at(beat, session, &desk.wanted, desk.awaited);
    let Some(moment) = found else { return };
    let before = session.scenario().clone();
    *session = moment.session;
    (desk.wanted, desk.awaited) = (moment.wanted, moment.awaited);
    desk.clock.playing = false;
    (desk.clock.due, desk.clock.glide) = (0.0, 1.0);
    desk.hand.put_down();
    desk.inspected = None;
    desk.glance = Default::default();
    desk.since = session.acting_since();
    let beats = session.run().beats();
    desk.judging = None;
    desk.judged.retain(|judgement| judgement.beats <= beats);
    if let Some(trajectory) = &mut desk.trajectory {
        trajectory.retain(|played| played.number < beats);
    }
    if !Arc::ptr_eq(&before, session.scenario()) {
        keep_sight(desk, before.environment.state_space(), session);
        start_planning(desk, session, Planning::default());
    }
    desk.history.went_to(session);
    opening.0 += 1;
}

/// What belongs to a run that has just begun: nothing is judged yet, nothing written.
pub fn begin_again(desk: &mut Desk, opening: &mut Opening) {
    desk.ahead = None;
    desk.since = 0;
    desk.hand.put_down();
    forget_judgements(desk);
    if let Some(trajectory) = &mut desk.trajectory {
        trajectory.clear();
    }
    opening.0 += 1;
}

/// Another policy acts: what was judged was not it.
pub fn forget_judgements(desk: &mut Desk) {
    desk.judging = None;
    desk.judged.clear();
    desk.never_ends = None;
}

/// After a figure was changed: what was looked at is looked at still, where it is still there.
pub fn keep_sight(desk: &mut Desk, before: &Space, session: &Session) {
    let space = session.scenario().environment.state_space();
    if space == before {
        return;
    }
    let moved = |place: usize| space.position(&before.variables().get(place)?.name);
    desk.axes = match (moved(desk.axes.0), moved(desk.axes.1)) {
        (Some(x), Some(y)) => (x, y),
        _ => axes(session),
    };
    let held = std::mem::take(&mut desk.slice);
    desk.slice = vec![None; space.len()];
    for (place, level) in held.into_iter().enumerate() {
        let Some(at) = moved(place) else { continue };
        let variable = space.variables().get(at);
        let fits = variable.is_some_and(|v| level.is_some_and(|l| (v.low..=v.high).contains(&l)));
        if let (true, Some(slot)) = (fits, desk.slice.get_mut(at)) {
            *slot = level;
        }
    }
    desk.inspected = None;
}
