//! The one place where what a person asks for is applied, and where work behind the scenes comes
//! back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bevy::prelude::*;

use super::desk::{Clock, Desk, Judgement, Rules, Running, listing};
use super::floor::Phase;
use super::intent::{AgentChoice, CurveKind, Intent, Rates, Speed, Tuning};
use super::job::Job;
use super::stage::Opening;
use super::theme::{Mode, Theme};
use super::view::{ErrorsView, FileDialogView, LibraryView};
use super::window::Look;
use crate::experiment::judging::{judge, never_ends};
use crate::experiment::planning::{Planning, Stage};
use crate::experiment::rules;
use crate::experiment::session::{Command, SavedRun, Session};
use crate::heuristics::ThresholdSettings;
use crate::learners::{Exploration, StepSize, TabularSettings};
use crate::planners::Method;
use crate::scenario::{AgentSpec, KanbanSettings, OptimumSettings, Reports, Scenario, library};

/// What people asked for since the last frame.
#[derive(Resource, Default)]
pub struct Intents(pub Vec<Intent>);

/// The precision that plans in the window are certified to, currency (a beat for a gain).
const PRECISION: f64 = 1e-6;
/// A learner is judged again when it has played this share more.
const JUDGED_EVERY: f64 = 0.15;
/// Beats before which a learner is not judged.
const FIRST_JUDGED: u64 = 200;
/// How many beats of training ahead are played between two looks at the wish to stop.
const PIECE: u64 = 20_000;

/// Adds the systems that apply intents and take results in.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Intents>()
        .add_systems(Update, (take_results, apply, judge_again).chain().before(Phase::Clock));
}

/// Everything on the desk for a scenario that was just opened, and its session.
///
/// # Errors
/// Where its agent cannot act.
pub fn set_up(
    scenario: Scenario,
    name: Option<String>,
    seed: Option<u64>,
) -> Result<(Desk, Session), String> {
    let scenario = Arc::new(scenario);
    let contents = &scenario.contents;
    let seed = seed.unwrap_or(contents.seed);
    let (first, awaited) = acting_first(&contents.agent);
    let session =
        Session::open(scenario.clone(), first, seed, None).map_err(|error| error.to_string())?;
    let space = scenario.environment.state_space();
    let place = |shown: &Option<String>| shown.as_deref().and_then(|name| space.position(name));
    let x = place(&contents.show.x).unwrap_or(0);
    let other = usize::from(space.len() > 1 && x == 0);
    let y = place(&contents.show.y).unwrap_or(other);
    let method = match &contents.agent {
        AgentSpec::Optimum(settings) => settings.method,
        _ => None,
    };
    let has_hours = contents.beat_seconds().is_some();
    let mut desk = Desk {
        clock: Clock {
            playing: true,
            speed: Speed::PerSecond(contents.show.speed.max(1.0)),
            due: 0.0,
            reached: 0.0,
            measured: (0, 0.0),
        },
        name,
        awaited,
        planning: Arc::default(),
        planner: None,
        snapshot: Planning::default().snapshot(),
        method,
        measuring: None,
        rules: Rules::default(),
        training: None,
        judging: None,
        judged: Vec::new(),
        never_ends: None,
        axes: (x, y),
        slice: vec![None; space.len()],
        inspected: None,
        unfolded: Default::default(),
        curve: CurveKind::Bounds,
        rates: if has_hours { Rates::PerHour } else { Rates::PerBeat },
        sides: true,
        hints: true,
        motion: true,
        dialog: FileDialogView::default(),
        errors: None,
        library: shelf(),
        notice: None,
        trajectory: None,
        opened: scenario,
    };
    desk.library.open.clone_from(&desk.name);
    start_planning(&mut desk, &session);
    Ok((desk, session))
}

/// The agent that acts until what the scenario's agent needs is there, and that agent if so.
fn acting_first(spec: &AgentSpec) -> (AgentSpec, Option<AgentSpec>) {
    let waits = match spec {
        AgentSpec::Optimum(_) => true,
        AgentSpec::Kanban(settings) => settings.levels.is_empty(),
        _ => false,
    };
    if waits { (AgentSpec::AlwaysRun, Some(spec.clone())) } else { (spec.clone(), None) }
}

/// The scenarios to choose from, by family.
fn shelf() -> LibraryView {
    let mut families: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for listed in library::list(library::folder().as_deref()) {
        let entry = (listed.path.clone(), listed.title.in_language("en").to_owned());
        match families.iter_mut().find(|(family, _)| *family == listed.family) {
            Some((_, entries)) => entries.push(entry),
            None => families.push((listed.family.clone(), vec![entry])),
        }
    }
    LibraryView { families, open: None }
}

fn start_planning(desk: &mut Desk, session: &Session) {
    let planning: Arc<Planning> = Arc::default();
    desk.planning.progress.cancel();
    desk.planning = planning.clone();
    desk.snapshot = planning.snapshot();
    desk.measuring = None;
    desk.rules = Rules::default();
    desk.judging = None;
    desk.judged.clear();
    desk.never_ends = None;
    let scenario = session.scenario().clone();
    let method = desk.method;
    desk.planner = Job::start("planner", move |_| {
        planning.work(&scenario.environment, scenario.contents.criterion, method, PRECISION);
    });
}

/// Takes in what came back from behind the scenes.
fn take_results(mut desk: ResMut<Desk>, mut runs: Query<&mut Running>) {
    let desk = &mut *desk;
    let Some(mut running) = runs.iter_mut().next() else { return };
    let session = &mut running.session;
    desk.snapshot = desk.planning.snapshot();
    if desk.planner.as_ref().is_some_and(|job| job.take().is_some()) {
        desk.planner = None;
        match &desk.snapshot.stage {
            Stage::Ready => start_measuring(desk, session),
            Stage::Failed(why) if desk.awaited.take().is_some() => {
                desk.notice = Some(format!("Always run acts: {why}"));
            }
            _ => {}
        }
    }
    if let Some(rules) = desk.measuring.as_ref().and_then(Job::take) {
        desk.rules = rules;
        desk.measuring = None;
    }
    if let Some(judgement) = desk.judging.as_ref().and_then(Job::take) {
        desk.judging = None;
        desk.never_ends = judgement.never_ends;
        if let Some(worth) = judgement.worth {
            desk.judged.push((judgement.beats, worth));
        }
    }
    if let Some(trained) = desk.training.as_ref().and_then(|(job, _)| job.take()) {
        desk.training = None;
        *session = trained;
    }
    if desk.training.is_none() {
        act_when_ready(desk, session);
    }
}

fn start_measuring(desk: &mut Desk, session: &Session) {
    let Some(enumeration) = desk.snapshot.enumeration.clone() else { return };
    let scenario = session.scenario().clone();
    desk.measuring = Job::start("rules of thumb", move |progress| {
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        Rules {
            always_run: rules::always_run(environment, &enumeration, criterion),
            kanban: rules::best_kanban(environment, &enumeration, criterion, progress)
                .ok()
                .flatten(),
        }
    });
}

/// Lets the awaited agent act once what it needs is there.
fn act_when_ready(desk: &mut Desk, session: &mut Session) {
    let ready = match &desk.awaited {
        Some(AgentSpec::Optimum(_)) => {
            desk.plan().is_some().then(|| desk.awaited.clone()).flatten()
        }
        Some(AgentSpec::Kanban(_)) => desk.rules.kanban.as_ref().map(|found| {
            let levels = found.levels.iter().map(|&level| level.max(0) as u32).collect();
            AgentSpec::Kanban(KanbanSettings { levels })
        }),
        Some(_) | None => None,
    };
    if let Some(spec) = ready {
        desk.awaited = None;
        change_agent(desk, session, spec);
    }
}

fn change_agent(desk: &mut Desk, session: &mut Session, spec: AgentSpec) {
    let learns = spec.learner().is_some();
    match session.apply(Command::Agent(spec), desk.plan().as_ref()) {
        Ok(()) => {
            desk.judging = None;
            desk.judged.clear();
            desk.never_ends = None;
            desk.notice = None;
            session.run_mut().clear_records();
            if learns {
                desk.curve = CurveKind::Gap;
            }
        }
        Err(error) => desk.notice = Some(error.to_string()),
    }
}

/// Judges the acting agent's policy on the model now and then, off the frame.
fn judge_again(mut desk: ResMut<Desk>, runs: Query<&Running>) {
    if desk.judging.is_some() || desk.training.is_some() || desk.planner.is_some() {
        return;
    }
    let Some(enumeration) = desk.snapshot.enumeration.clone() else { return };
    let Some(running) = runs.iter().next() else { return };
    let session = &running.session;
    let beats = session.run().beats();
    let learns = session.agent().learner().is_some();
    let due = match desk.judged.last() {
        None if learns => beats >= FIRST_JUDGED,
        None => desk.never_ends.is_none(),
        Some((last, _)) => {
            learns && beats as f64 >= *last as f64 * (1.0 + JUDGED_EVERY) && beats > *last
        }
    };
    if !due {
        return;
    }
    let agent = session.run().agent().boxed_clone();
    let scenario = session.scenario().clone();
    desk.judging = Job::start("judge", move |_| {
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        Judgement {
            beats,
            worth: judge(&*agent, environment, &enumeration, criterion).ok().flatten(),
            never_ends: Some(never_ends(&*agent, environment, &enumeration).unwrap_or(false)),
        }
    });
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
        match intent {
            Intent::OpenShipped(name) => {
                let opened = library::open(&name);
                open(&mut desk, session, &mut opening, Some(name), opened);
            }
            Intent::OpenFile(path) => {
                let opened = Scenario::load(&path);
                open(&mut desk, session, &mut opening, None, opened);
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
    }
}

/// Opens a scenario, or shows its errors and leaves the open one running.
fn open(
    desk: &mut Desk,
    session: &mut Session,
    opening: &mut Opening,
    name: Option<String>,
    scenario: Result<Scenario, Reports>,
) {
    let scenario = match scenario {
        Ok(scenario) => scenario,
        Err(reports) => {
            let entries = reports.entries();
            let file = entries.first().map(|entry| entry.file.clone()).unwrap_or_default();
            let errors = entries
                .into_iter()
                .map(|entry| {
                    let place = |number: Option<usize>| {
                        number.and_then(|number| u32::try_from(number).ok()).unwrap_or(1)
                    };
                    (place(entry.line), place(entry.column), entry.message, entry.remedy)
                })
                .collect();
            desk.errors = Some(ErrorsView { file, errors });
            desk.dialog.shown = false;
            return;
        }
    };
    match set_up(scenario, name, None) {
        Ok((new, opened)) => {
            desk.planning.progress.cancel();
            let kept = (desk.sides, desk.motion, desk.trajectory.is_some());
            *desk = new;
            desk.hints = false;
            (desk.sides, desk.motion) = (kept.0, kept.1);
            desk.trajectory = kept.2.then(Vec::new);
            *session = opened;
            opening.0 += 1;
        }
        Err(why) => desk.notice = Some(why),
    }
}

/// Starts again from the first beat, with nothing learned.
fn restart(desk: &mut Desk, session: &mut Session, opening: &mut Opening, seed: Option<u64>) {
    let seed = seed.unwrap_or(session.run().settings().seed);
    let spec = session.agent().clone();
    match Session::open(session.scenario().clone(), spec, seed, desk.plan().as_ref()) {
        Ok(fresh) => {
            *session = fresh;
            desk.training = None;
            desk.judging = None;
            desk.judged.clear();
            desk.never_ends = None;
            if let Some(trajectory) = &mut desk.trajectory {
                trajectory.clear();
            }
            opening.0 += 1;
        }
        Err(error) => desk.notice = Some(error.to_string()),
    }
}

fn set_parameter(
    desk: &mut Desk,
    session: &mut Session,
    opening: &mut Opening,
    path: String,
    value: f64,
) {
    if desk.training.is_some() {
        desk.notice = Some("Figures can be changed when training ahead has ended.".to_owned());
        return;
    }
    let waits = matches!(session.agent(), AgentSpec::Optimum(_)).then(|| session.agent().clone());
    match session.apply(Command::Parameter { path, value }, None) {
        Ok(()) => {
            desk.notice = None;
            desk.awaited = desk.awaited.take().or(waits);
            start_planning(desk, session);
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
        Intent::TogglePlay => desk.clock.playing = !desk.clock.playing,
        Intent::OneBeat => {
            desk.clock.playing = false;
            if desk.training.is_none() {
                one_beat(desk, session);
            }
        }
        Intent::SetSpeed(speed) => {
            desk.clock.speed = speed;
            desk.clock.due = 0.0;
        }
        Intent::TrainAhead(beats) => train(desk, session, beats),
        Intent::StopTraining => {
            if let Some((job, _)) = &desk.training {
                job.progress.cancel();
            }
        }
        Intent::ChooseAgent(choice) => choose_agent(desk, session, choice),
        Intent::TuneAgent(tuning) => tune(desk, session, tuning),
        Intent::StopPlanning => desk.planning.progress.cancel(),
        Intent::ChooseMethod(place) => {
            let serving = methods(session);
            desk.method = serving.get(place).copied();
            start_planning(desk, session);
        }
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
        Intent::SaveRun(path) => save(desk, session, &path),
        Intent::DismissErrors => desk.errors = None,
        Intent::SetMapAxes { x, y } => {
            let variables = session.scenario().environment.state_space().len();
            if x < variables && y < variables && x != y {
                desk.axes = (x, y);
            }
        }
        Intent::SetSlice { variable, level } => {
            if let Some(slice) = desk.slice.get_mut(variable) {
                *slice = level;
            }
        }
        Intent::Inspect(state) => {
            desk.inspected = state
                .filter(|levels| session.scenario().environment.state_space().contains(levels));
        }
        Intent::ToggleAction(action) => {
            if !desk.unfolded.remove(&action) {
                desk.unfolded.insert(action);
            }
        }
        Intent::ToggleMotion => desk.motion = !desk.motion,
        Intent::SetRates(rates) => desk.rates = rates,
        Intent::ToggleSides => desk.sides = !desk.sides,
        Intent::ShowCurve(curve) => desk.curve = curve,
        Intent::DismissHints => desk.hints = false,
        Intent::OpenShipped(_)
        | Intent::OpenFile(_)
        | Intent::ToggleTheme
        | Intent::Reset
        | Intent::SetSeed(_)
        | Intent::SetParameter { .. }
        | Intent::ResetParameter(_)
        | Intent::ResetParameters => {}
    }
}

fn one_beat(desk: &mut Desk, session: &mut Session) {
    let run = session.run_mut();
    run.watch(true);
    if run.advance(1) == 1
        && let Some(trajectory) = &mut desk.trajectory
    {
        let state = run.previous_state().to_vec();
        trajectory.push((state, run.action().to_vec(), run.reward()));
    }
}

/// The methods that serve the scenario's criterion.
pub fn methods(session: &Session) -> Vec<Method> {
    let criterion = session.scenario().contents.criterion;
    Method::ALL.into_iter().filter(|method| method.serves(criterion)).collect()
}

fn train(desk: &mut Desk, session: &Session, beats: u64) {
    if desk.training.is_some() {
        return;
    }
    let mut ahead = session.clone();
    let job = Job::start("training ahead", move |progress| {
        progress.set_total(beats);
        let run = ahead.run_mut();
        run.watch(false);
        let mut left = beats;
        while left > 0 && !progress.is_cancelled() {
            let played = run.advance(left.min(PIECE));
            if played == 0 {
                break;
            }
            left -= played;
            progress.advance(played);
        }
        ahead
    });
    desk.training = job.map(|job| (job, beats));
}

fn choose_agent(desk: &mut Desk, session: &mut Session, choice: AgentChoice) {
    if desk.training.is_some() {
        desk.notice = Some("The agent can be changed when training ahead has ended.".to_owned());
        return;
    }
    desk.awaited = None;
    let contents = &session.scenario().contents;
    let environment = &session.scenario().environment;
    let of_scenario = |wanted: AgentChoice| {
        [&contents.agent, &contents.learner]
            .into_iter()
            .find(|spec| super::desk::choice_of(spec) == wanted)
            .cloned()
    };
    let spec = of_scenario(choice).unwrap_or_else(|| match choice {
        AgentChoice::AlwaysRun => AgentSpec::AlwaysRun,
        AgentChoice::Random => AgentSpec::Random,
        AgentChoice::Threshold => AgentSpec::Threshold(ThresholdSettings::suggested(environment)),
        AgentChoice::Kanban => AgentSpec::Kanban(KanbanSettings::default()),
        AgentChoice::Optimum => AgentSpec::Optimum(OptimumSettings::default()),
        AgentChoice::QLearning => AgentSpec::QLearning(TabularSettings::default()),
        AgentChoice::Sarsa => AgentSpec::Sarsa(TabularSettings::default()),
    });
    let (_, waits) = acting_first(&spec);
    if waits.is_some() {
        desk.awaited = waits;
        act_when_ready(desk, session);
    } else {
        change_agent(desk, session, spec);
    }
}

fn tune(desk: &mut Desk, session: &mut Session, tuning: Tuning) {
    let mut spec = session.agent().clone();
    let (AgentSpec::QLearning(settings) | AgentSpec::Sarsa(settings)) = &mut spec else { return };
    match tuning {
        Tuning::ConstantStep(size) => settings.step_size = StepSize::Constant { size },
        Tuning::DecayingStep(power) => settings.step_size = StepSize::Visits { scale: 1.0, power },
        Tuning::Exploration(epsilon) => settings.exploration = Exploration::Constant { epsilon },
        Tuning::Discount(discount) => settings.discount = Some(discount),
    }
    if desk.training.is_none() {
        change_agent(desk, session, spec);
    }
}

fn save(desk: &mut Desk, session: &Session, path: &Path) {
    let saved = SavedRun::of(session, &desk.opened);
    desk.notice = Some(match saved.save(path) {
        Ok(()) => format!("Saved to {}", path.display()),
        Err(error) => format!("Could not be saved to {}: {error}", path.display()),
    });
}
