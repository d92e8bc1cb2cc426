//! The one place where what a person asks for is applied.

use std::path::{Path, PathBuf};
use std::time::Instant;

use bevy::prelude::*;

use super::autosave;
use super::behind::{
    act_when_ready, change_agent, judge_again, search_kanban, start_planning, take_results,
    train_ahead,
};
use super::changes::{Sight, What};
use super::desk::{AheadKind, Desk, Running, listing};
use super::docks::Layout;
use super::editor;
use super::export::{self, Print};
use super::fill::{self, measured_since};
use super::floor::Phase;
use super::forking;
use super::frame_times::FrameTimes;
use super::hand;
use super::inspect::usual_rule;
use super::intent::{AgentChoice, Chart, CurveKind, Intent, Tuning};
use super::language::said_in;
use super::lesson;
use super::lucks;
use super::number;
use super::opening::{
    begin_again, go_to, keep_sight, open_path, open_shipped, restart, speak, waits,
};
use super::panels::curve::title_of;
use super::putting;
use super::recent;
use super::scale;
use super::stage::Opening;
use super::theme::{Mode, Theme};
use super::window::Look;
use crate::experiment::planning::{Planning, Stage};
use crate::experiment::saved_run::SavedRun;
use crate::experiment::session::{Command, Session};
use crate::experiment::trajectory::Beat;
use crate::heuristics::LevelName;
use crate::mdp::Criterion;
use crate::planners::Method;
use crate::scenario::{AgentSpec, KanbanSettings, library};

/// What people asked for since the last frame.
#[derive(Resource, Default)]
pub struct Intents(pub Vec<Intent>);

/// Adds the systems that apply intents and take results in.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Intents>().add_systems(
        Update,
        (take_results, lesson::attend, apply, edit, judge_again, remember)
            .chain()
            .before(Phase::Clock),
    );
}

/// Applies what people asked for.
fn apply(
    mut intents: ResMut<Intents>,
    mut desk: ResMut<Desk>,
    mut runs: Query<&mut Running>,
    mut look: ResMut<Look>,
    mut opening: ResMut<Opening>,
) {
    for intent in std::mem::take(&mut intents.0) {
        let Some(mut running) = runs.iter_mut().next() else { return };
        let session = &mut running.session;
        if matches!(intent, Intent::OpenShipped(_) | Intent::OpenFile(_)) {
            desk.lesson = None;
        }
        let changed = What::of(&intent).map(|what| (what, Sight::of(&desk, session)));
        match intent {
            Intent::Undo => {
                if !is_away(&mut desk, "What was changed")
                    && let Some(before) = desk.changes.undo()
                {
                    become_as(&mut desk, session, &mut opening, before);
                }
            }
            Intent::Redo => {
                if !is_away(&mut desk, "What was changed")
                    && let Some(after) = desk.changes.redo()
                {
                    become_as(&mut desk, session, &mut opening, after);
                }
            }
            Intent::GoTo(beat) => {
                if !is_away(&mut desk, "The beat") {
                    go_to(&mut desk, session, &mut opening, beat);
                }
            }
            Intent::BeginLesson(name) => lesson::begin(&mut desk, session, &mut opening, name),
            Intent::Lesson(step) => lesson::go(&mut desk, session, &mut opening, step),
            Intent::OpenShipped(name) => open_shipped(&mut desk, session, &mut opening, name),
            Intent::OpenFile(path) => open_path(&mut desk, session, &mut opening, &path),
            Intent::RestoreChanges(place) => {
                autosave::restore(&mut desk, session, &mut opening, place);
            }
            Intent::ToggleTheme => {
                let mode = if look.0.mode == Mode::Dark { Mode::Light } else { Mode::Dark };
                look.0 = Theme::new(mode);
            }
            Intent::Reset => restart(&mut desk, session, &mut opening, None),
            Intent::SetSeed(seed) => restart(&mut desk, session, &mut opening, Some(seed)),
            Intent::SetParameter { path, value } => {
                set_parameter(&mut desk, session, &mut opening, path, value);
            }
            Intent::ResetParameter(path) => {
                reset_parameters(&mut desk, session, &mut opening, Some(&path))
            }
            Intent::ResetParameters => reset_parameters(&mut desk, session, &mut opening, None),
            other => choose(&mut desk, session, other),
        }
        let learning = desk.lesson.is_some();
        desk.docks.make_room_for_lesson(learning);
        if let Some((what, before)) = changed {
            let after = Sight::of(&desk, session);
            desk.changes.note(what, before, after, Instant::now());
        }
    }
}

/// Keeps the scenario and its text together.
fn edit(mut desk: ResMut<Desk>, mut runs: Query<&mut Running>, mut opening: ResMut<Opening>) {
    if let Some(mut running) = runs.iter_mut().next() {
        editor::attend(&mut desk, &mut running.session, &mut opening);
    }
}

/// Keeps what can be gone back to.
fn remember(mut desk: ResMut<Desk>, runs: Query<&Running>) {
    let desk = &mut *desk;
    if desk.ahead.is_some() {
        return;
    }
    for running in &runs {
        desk.history.note(&running.session, &desk.wanted, desk.awaited, Instant::now());
    }
}

/// Sets whatever is unlike a sight of the desk to what it was there.
fn become_as(desk: &mut Desk, session: &mut Session, opening: &mut Opening, sight: Sight) {
    for (path, value) in sight.figures_unlike(session.scenario()) {
        set_parameter(desk, session, opening, path, value);
    }
    if desk.wanted != sight.agent {
        desk.finding = None;
        adopt(desk, session, sight.agent);
    }
}

/// What cannot be done while a run plays ahead, with the notice that says so.
pub(super) fn is_away(desk: &mut Desk, what: &str) -> bool {
    let doing = match desk.ahead.as_ref().map(|ahead| ahead.kind) {
        None => return false,
        Some(AheadKind::Training) => "training ahead has ended",
        Some(AheadKind::Replaying) => "the saved run has been played again",
    };
    desk.notice = Some(format!("{what} can be changed when {doing}."));
    true
}

fn set_parameter(
    desk: &mut Desk,
    session: &mut Session,
    opening: &mut Opening,
    path: String,
    value: f64,
) {
    if is_away(desk, "Figures") {
        return;
    }
    let before = session.scenario().environment.state_space().clone();
    let beats = session.run().beats();
    let at = path.clone();
    match session.apply(Command::Parameter { path, value }, None) {
        Ok(()) => {
            keep_sight(desk, &before, session);
            let parameters = session.scenario().parameters();
            desk.notice = parameters.iter().find(|parameter| parameter.path == at).and_then(|p| {
                let becomes = p.becomes.as_ref()?;
                Some(format!("{} of {} is rounded to {becomes}.", p.label, p.owner))
            });
            if let (None, Some(beat)) = (&desk.notice, measured_since(session.run())) {
                desk.notice = Some(format!(
                    "All figures are measured anew, since the change at beat {}.",
                    number::count(beat)
                ));
            }
            if session.run().beats() < beats {
                begin_again(desk, opening);
                desk.notice =
                    Some("With this figure states are others: the run began again.".into());
            }
            if waits(&desk.wanted) {
                desk.awaited = true;
            } else if session.agent().kind() != desk.wanted.kind() {
                let name = desk.wanted.name();
                let rule = usual_rule(&session.scenario().environment);
                desk.notice = Some(format!("{name} does not fit here any more: {rule} acts."));
                desk.wanted = session.agent().clone();
            }
            start_planning(desk, session, Planning::default());
            opening.0 += 1;
            desk.inspected = None;
        }
        Err(error) => desk.notice = Some(error.to_string()),
    }
}

fn reset_parameters(
    desk: &mut Desk,
    session: &mut Session,
    opening: &mut Opening,
    only: Option<&str>,
) {
    for parameter in session.scenario().parameters() {
        if parameter.value != parameter.default && only.is_none_or(|path| path == parameter.path) {
            set_parameter(desk, session, opening, parameter.path, parameter.default);
        }
    }
}

/// All that changes neither scenario nor look.
fn choose(desk: &mut Desk, session: &mut Session, intent: Intent) {
    match intent {
        Intent::TogglePlay => {
            if !desk.clock.playing && hand::acts(session) && !hand::keep_on(desk, session) {
                return;
            }
            // The beat under way is shown to its end, and goes on from where it is.
            let clock = &mut desk.clock;
            if clock.playing {
                clock.glide = clock.due.clamp(0.0, 1.0);
            } else {
                clock.due = clock.glide;
            }
            clock.playing = !clock.playing;
        }
        Intent::OneBeat => {
            desk.clock.playing = false;
            if hand::acts(session) {
                hand::act_again(desk, session);
            } else if desk.ahead.is_none() {
                one_beat(desk, session);
            }
        }
        Intent::SetSpeed(speed) => {
            desk.clock.speed = speed;
            desk.clock.due = 0.0;
        }
        Intent::Act(action) => hand::act(desk, session, action),
        Intent::Prepare(action) => hand::choose(desk, session, action),
        Intent::ToggleHints => desk.hand.hints = !desk.hand.hints,
        Intent::TrainAhead(_) if hand::acts(session) => {
            desk.notice = Some(
                "You act: nothing is played off the screen. Play at a higher speed, or let \
                 another agent act."
                    .to_owned(),
            );
        }
        Intent::TrainAhead(beats) => train_ahead(desk, session, beats),
        Intent::StopTraining => {
            if let Some(ahead) = &desk.ahead {
                ahead.job.progress.cancel();
            }
        }
        Intent::ChooseAgent(choice) => choose_agent(desk, session, choice),
        Intent::TuneAgent(tuning) => tune(desk, session, tuning),
        Intent::PausePlanning => match desk.snapshot.stage {
            // Counting cannot wait: it is given up.
            Stage::Counting => desk.planning.progress.cancel(),
            _ => desk.planning.pause(),
        },
        Intent::ResumePlanning => desk.planning.resume(),
        Intent::OneSweep => desk.planning.one_sweep(),
        Intent::PlanAgain { paused } => {
            let planning = if paused { Planning::paused() } else { Planning::default() };
            plan_again(desk, session, planning);
        }
        Intent::ChooseMethod(place) => {
            desk.plan_settings.method = methods(session).get(place).copied();
            plan_again(desk, session, Planning::default());
        }
        Intent::SearchKanban => search_kanban(desk, session),
        Intent::StopSearch => desk.searching = None,
        Intent::ShowFileDialog(shown) => {
            if shown {
                let folder = library::folder()
                    .or_else(|| std::env::current_dir().ok())
                    .unwrap_or_else(|| PathBuf::from("."));
                desk.dialog = listing(folder);
            } else {
                desk.dialog.shown = false;
            }
        }
        Intent::BrowseTo(folder) => desk.dialog = listing(folder),
        Intent::SaveRun(path) => {
            save(desk, session, &path, |path| SavedRun::of(session).save(path))
        }
        Intent::DismissNotice => desk.notice = None,
        Intent::Say(words) => desk.notice = Some(words),
        Intent::DismissErrors => desk.errors = None,
        Intent::DeclineChanges(place) if place < desk.left.len() => {
            desk.left.remove(place);
        }
        Intent::DeclineChanges(_) => {}
        Intent::SetMapAxes { x, y } => {
            let variables = session.scenario().environment.state_space().len();
            if x < variables && y < variables && x != y {
                desk.axes = (x, y);
                desk.axes_open = false;
            }
        }
        Intent::Bookmark(beat) => {
            if !desk.bookmarks.remove(&beat) {
                desk.bookmarks.insert(beat);
            }
        }
        Intent::ShowMap(mapped) => desk.mapped = mapped,
        Intent::RepeatMap(variable) => desk.repeated = variable,
        Intent::SetSlice { variable, level } => {
            if let Some(slice) = desk.slice.get_mut(variable) {
                *slice = level;
            }
        }
        Intent::Inspect(state) => {
            desk.inspected = state
                .filter(|levels| session.scenario().environment.state_space().contains(levels));
        }
        Intent::Put(state) => putting::put(desk, session, state),
        Intent::ToggleAction(action) => {
            desk.explained = (!desk.unfolded.contains(&action)).then_some(action);
            if !desk.unfolded.remove(&action) {
                desk.unfolded.insert(action);
            }
        }
        Intent::Fork => {
            let why = super::inspect::why(desk, session);
            forking::start(desk, session, &why);
        }
        Intent::ToggleMotion => desk.motion = !desk.motion,
        Intent::SetRates(rates) => desk.rates = rates,
        Intent::ToggleSides => desk.sides = !desk.sides,
        Intent::SetLanguage(language) => speak(desk, language),
        Intent::Scale(step) => desk.scale = scale::next(desk.scale, step),
        Intent::TogglePresenting => desk.presenting = !desk.presenting,
        Intent::Arrange(layout) => {
            desk.presenting = false;
            desk.docks.chosen = layout;
            if layout == Layout::Compare {
                desk.curve = CurveKind::Rivals;
            }
        }
        Intent::Edit(text) => editor::typed(desk, text),
        Intent::Lengthen { field, longer } => editor::lengthen(desk, session, field, longer),
        Intent::SaveScenario(path) => {
            save(desk, session, &path, |path| session.scenario().save(path));
        }
        Intent::TogglePane(pane) => desk.docks.toggle(desk.layout(), pane),
        Intent::RestoreLayout => desk.docks.restore(desk.layout()),
        Intent::ToggleText => desk.text = !desk.text,
        Intent::ShowCurve(Chart::First, curve) => desk.curve = curve,
        Intent::ShowCurve(Chart::Second, curve) => desk.beside = curve,
        Intent::ToggleFrameTimes => {
            desk.frame_times = desk.frame_times.take().xor(Some(FrameTimes::default()));
        }
        Intent::ExportCurve(chart, path) => {
            let view = fill::view(desk, session, false);
            let shown = match chart {
                Chart::First => &view.curve,
                Chart::Second => view.beside.as_ref().unwrap_or(&view.curve),
            };
            let kind = said_in(desk.language, title_of(shown));
            let print = Print {
                chart: shown,
                title: &format!("{} · {kind}", view.transport.title),
                agents: &view.agent.options,
                language: desk.language,
            };
            let written = export::write(&path, &print);
            let words = || format!("The chart was written to {}", path.display());
            desk.notice = Some(written.err().unwrap_or_else(words));
        }
        Intent::MoreLucks(chart) => {
            lucks::start(desk, session);
            if desk.lucks.is_some() {
                choose(desk, session, Intent::ShowCurve(chart, CurveKind::Lucks));
            }
        }
        Intent::ToggleRival(choice) => desk.rivals.toggle(choice),
        Intent::DismissHints => desk.hints = false,
        Intent::Undo
        | Intent::Redo
        | Intent::GoTo(_)
        | Intent::BeginLesson(_)
        | Intent::Lesson(_)
        | Intent::OpenShipped(_)
        | Intent::OpenFile(_)
        | Intent::RestoreChanges(_)
        | Intent::ToggleTheme
        | Intent::Reset
        | Intent::SetSeed(_)
        | Intent::SetParameter { .. }
        | Intent::ResetParameter(_)
        | Intent::ResetParameters => {}
    }
}

pub(super) fn one_beat(desk: &mut Desk, session: &mut Session) {
    let run = session.run_mut();
    run.watch(true);
    if run.advance(1) == 1 {
        desk.clock.glide = 0.0;
        if let Some(trajectory) = &mut desk.trajectory {
            trajectory.push(Beat::latest(run));
        }
    }
}

/// Plans anew; where the optimum acts, the new plan will take the place of the old one.
fn plan_again(desk: &mut Desk, session: &Session, planning: Planning) {
    desk.awaited |= waits(&desk.wanted);
    start_planning(desk, session, planning);
}

/// The methods that serve the scenario's criterion, each once: under the average reward value
/// iteration is relative value iteration.
pub fn methods(session: &Session) -> Vec<Method> {
    let criterion = session.scenario().contents.criterion;
    let twice =
        |method: &Method| criterion == Criterion::Average && *method == Method::ValueIteration;
    Method::ALL.into_iter().filter(|m| m.serves(criterion) && !twice(m)).collect()
}

fn choose_agent(desk: &mut Desk, session: &mut Session, choice: AgentChoice) {
    if is_away(desk, "The agent") {
        return;
    }
    let written = session.scenario().contents.settings_of(choice).cloned();
    let spec = written.unwrap_or_else(|| match choice {
        AgentChoice::Kanban => AgentSpec::Kanban(kanban_to_begin_with(desk, session)),
        other => other.usual(),
    });
    desk.wanted = spec.clone();
    desk.awaited = waits(&spec);
    if choice == AgentChoice::Person {
        // Who acts looks at the state that it is in.
        desk.inspected = None;
        if desk.clock.playing {
            desk.clock.glide = desk.clock.due.clamp(0.0, 1.0);
            desk.clock.playing = false;
        }
    }
    desk.finding = None;
    desk.foreseeing = None;
    match &spec {
        AgentSpec::Optimum(_) if desk.planner.is_none() && desk.plan().is_none() => {
            start_planning(desk, session, Planning::default());
        }
        AgentSpec::Kanban(_) if desk.awaited && desk.rules.kanban.is_none() => {
            search_kanban(desk, session);
        }
        _ => {}
    }
    if desk.awaited {
        act_when_ready(desk, session);
    } else {
        change_agent(desk, session, spec);
    }
}

/// Levels that are to be found; where there is no model to find them on, full buffers, to be lowered
/// by hand.
fn kanban_to_begin_with(desk: &Desk, session: &Session) -> KanbanSettings {
    if !matches!(desk.snapshot.stage, Stage::Failed(_)) {
        return KanbanSettings::default();
    }
    let buffers = &session.scenario().environment.places().buffers;
    KanbanSettings { levels: buffers.iter().map(|buffer| buffer.capacity).collect() }
}

fn tune(desk: &mut Desk, session: &mut Session, tuning: Tuning) {
    if is_away(desk, "The learner's settings") {
        return;
    }
    let mut spec = session.agent().clone();
    if let Tuning::Figure { place, value } = tuning {
        let mut figures = spec.figures();
        let Some(figure) = figures.get_mut(place) else { return };
        figure.set(value);
        drop(figures);
        return adopt(desk, session, spec);
    }
    if let Some(settings) = spec.table_mut() {
        match tuning {
            Tuning::Step(step_size) => settings.step_size = step_size,
            Tuning::Explore(exploration) => settings.exploration = exploration,
            Tuning::Discount(discount) => settings.discount = Some(discount),
            Tuning::InitialValue(value) => settings.initial_value = value,
            _ => return,
        }
        return adopt(desk, session, spec);
    }
    match (&mut spec, tuning) {
        (AgentSpec::Kanban(settings), Tuning::KanbanLevel { buffer, level }) => {
            if let Some(now) = settings.levels.get_mut(buffer) {
                *now = level;
            }
        }
        (AgentSpec::Threshold(settings), Tuning::Threshold { variable, level }) => {
            let observed = session.scenario().environment.erased().observation_space();
            let Some(watched) = observed.variables().get(variable) else { return };
            settings.variable.clone_from(&watched.name);
            settings.level = Some(LevelName::Number(level.clamp(watched.low, watched.high)));
        }
        (AgentSpec::TdPrediction(settings), tuning) => {
            let values = &mut settings.values;
            match tuning {
                Tuning::Step(step_size) => values.step_size = step_size,
                Tuning::Discount(discount) => values.discount = Some(discount),
                Tuning::Target(target) => values.target = target,
                Tuning::Policy(rule) => {
                    *settings.policy = rule.usual();
                }
                _ => return,
            }
        }
        _ => return,
    }
    adopt(desk, session, spec);
}

/// Lets an agent go on with other settings, unless something is wrong with them.
fn adopt(desk: &mut Desk, session: &mut Session, spec: AgentSpec) {
    let faults = spec.faults(&session.scenario().environment);
    if let Some(fault) = faults.first() {
        desk.notice = Some(format!("{}; {}", fault.message, fault.remedy));
        return;
    }
    desk.wanted = spec.clone();
    desk.awaited = waits(&spec);
    desk.foreseeing = None;
    if desk.awaited {
        act_when_ready(desk, session);
    } else {
        change_agent(desk, session, spec);
    }
}

/// Writes a file with all that was changed, and says what came of it.
fn save<E: std::fmt::Display>(
    desk: &mut Desk,
    session: &Session,
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), E>,
) {
    // Said in full: who started the program elsewhere would look in vain.
    let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    desk.notice = Some(match write(path) {
        Ok(()) => {
            desk.saved = Some(Sight::of(desk, session));
            recent::note(&mut desk.recent, path);
            format!("Saved to {}", path.display())
        }
        Err(error) => format!("Could not be saved to {}: {error}", path.display()),
    });
}
