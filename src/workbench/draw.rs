//! Draws the window each frame: the panels from their view, the stage from its entities.

use std::time::Instant;

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use super::action_words::action_words;
use super::apply::Intents;
use super::chain_view::{ChainCell, ChainScene, Step, chain};
use super::desk::{Desk, Running};
use super::fill;
use super::flow::kinds::{self, Moment};
use super::flow::scene::FlowScene;
use super::flow::view::flow;
use super::grid_view::{GridCell, GridScene, grid};
use super::inspect::agent_name;
use super::intent::Intent;
use super::language::Language;
use super::lettering::Face;
use super::line::scene::Scene;
use super::line::stage::{Buffer, Machine, Part, Stage, scene};
use super::line::view::{Clicked, line};
use super::map_view;
use super::panels::change;
use super::panels::layout::workbench_ui;
use super::panels::row::{heading, paragraph};
use super::panels::theme_of;
use super::plain_view::{PlainScene, plain};
use super::replacement_view::{ReplacementScene, WearStage, replacement};
use super::scale;
use super::shop_floor_view::{RobotView, ShopFloorScene, StationView, shop_floor};
use super::stage::standing;
use super::theme::{Mode, Theme};
use super::view::View;
use super::window::Look;
use crate::environments::shop_floor::{Robot, Station};
use crate::environments::{AnyEnvironment, Chain, Grid, Line, Replacement, ShopFloor, Table};
use crate::experiment::session::Session;
use crate::mdp::{Condition, Environment, Event, Level, Variable};

/// Adds the drawing.
pub(super) fn plugin(app: &mut App) {
    app.add_systems(EguiPrimaryContextPass, draw)
        .add_systems(Update, (drop_files, scale::fill_screen));
}

#[expect(clippy::too_many_arguments, reason = "a system names each thing it reads")]
fn draw(
    mut contexts: EguiContexts,
    mut desk: ResMut<Desk>,
    time: Res<Time<Real>>,
    runs: Query<&Running>,
    look: Res<Look>,
    mut intents: ResMut<Intents>,
    stages: Query<(&Stage, &Children)>,
    machines: Query<&Machine>,
    buffers: Query<&Buffer>,
    parts: Query<&Part>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let Some(running) = runs.iter().next() else { return Ok(()) };
    let session = &running.session;
    scale::apply(&ctx, &desk);
    if Language::of(&ctx) != desk.language {
        desk.language.set(&ctx);
    }
    let begun = Instant::now();
    let view = fill::view(&desk, session, look.0.mode == Mode::Dark);
    let mut asked = Vec::new();
    let root =
        egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ctx.viewport_rect());
    let mut ui = egui::Ui::new(ctx, "workbench".into(), root);
    let scene = stages
        .iter()
        .next()
        .map(|(stage, children)| scene(stage, children, &machines, &buffers, &parts));
    let mut docks = std::mem::take(&mut desk.bypass_change_detection().docks);
    let mut inspect = None;
    let mut stage = |ui: &mut egui::Ui| {
        inspect = stage_ui(ui, &desk, session, &view, &look.0, scene.as_ref());
    };
    let areas = workbench_ui(&mut ui, &view, &mut docks, &mut asked, &mut stage);
    // What was dragged is no change to which others must answer.
    desk.bypass_change_detection().docks = docks;
    if let Some(times) = &mut desk.bypass_change_detection().frame_times {
        times.note(time.delta(), begun.elapsed());
        times.paint(ui.painter(), areas.stage(), &look.0);
    }
    asked.extend(inspect);
    intents.0.extend(asked);
    Ok(())
}

/// The picture of the kind.
pub(super) fn stage_ui(
    ui: &mut egui::Ui,
    desk: &Desk,
    session: &Session,
    view: &View,
    theme: &Theme,
    scene: Option<&Scene>,
) -> Option<Intent> {
    match session.run().environment() {
        AnyEnvironment::Line(environment) => {
            let mut put = Vec::new();
            let mut station = |ui: &mut egui::Ui, number: u16| {
                station_ui(ui, environment, usize::from(number), view, &mut put);
            };
            let clicked = line(ui, scene?, theme, &mut station);
            if let Some(put) = put.pop() {
                return Some(put);
            }
            let Clicked::Buffer(buffer) = clicked? else { return None };
            // A click on a buffer puts it across the map.
            let variable = environment.places().buffers.get(usize::from(buffer))?.variable;
            let y = if desk.axes.1 == variable { desk.axes.0 } else { desk.axes.1 };
            Some(Intent::SetMapAxes { x: variable, y })
        }
        AnyEnvironment::Chain(environment) => {
            let low = environment.state_space().variables().first()?.low;
            let scene = chain_scene(desk, session, environment, view)?;
            let cell = chain(ui, &scene, theme)?;
            Some(Intent::Inspect(Some(vec![low + cell as Level])))
        }
        AnyEnvironment::Replacement(environment) if environment.state_space().len() == 1 => {
            let scene = replacement_scene(desk, session, environment, view, theme)?;
            let stage = replacement(ui, &scene, theme)?;
            let low = environment.state_space().variables().first()?.low;
            Some(Intent::Inspect(Some(vec![low + stage as Level])))
        }
        AnyEnvironment::Grid(environment) => {
            let scene = grid_scene(desk, session, environment, view);
            let (x, y) = grid(ui, &scene, theme)?;
            let mut state = desk.present(session).to_vec();
            for (slot, at) in state.iter_mut().zip([x, y]) {
                *slot = at as Level;
            }
            Some(Intent::Inspect(Some(state)))
        }
        AnyEnvironment::ShopFloor(environment) => {
            let scene = shop_floor_scene(desk, session, environment, view);
            let variable = shop_floor(ui, &scene, theme)?;
            let y = if desk.axes.1 == variable { desk.axes.0 } else { desk.axes.1 };
            Some(Intent::SetMapAxes { x: variable, y })
        }
        AnyEnvironment::Table(environment) if nothing_changes(environment) => {
            let agent = agent_name(session.run().environment(), session.agent());
            match kinds::arms::picture(&view.why.actions, &agent) {
                Some(mut scene) => {
                    scene.figures = view.figures.clone();
                    scene.notice = view.agent.notice.clone();
                    flow(ui, &scene, theme);
                    None
                }
                None => flow_ui(ui, desk, session, view, theme),
            }
        }
        AnyEnvironment::Table(environment) => match table_scene(desk, session, environment, view) {
            Some(scene) => {
                let low = environment.state_space().variables().first()?.low;
                let cell = chain(ui, &scene, theme)?;
                Some(Intent::Inspect(Some(vec![low + cell as Level])))
            }
            None => flow_ui(ui, desk, session, view, theme),
        },
        _ => flow_ui(ui, desk, session, view, theme),
    }
}

/// What opens beside a station that is clicked: its name, and the variables of its own, to be changed.
fn station_ui(
    ui: &mut egui::Ui,
    line: &Line,
    number: usize,
    view: &View,
    intents: &mut Vec<Intent>,
) {
    if let Some(name) = line.places().stations.get(number) {
        heading(ui, name);
    }
    if let Some(why) = &view.change.refused {
        paragraph(ui, Face::small(theme_of(ui).quiet), why);
        return;
    }
    let own = line.machine_variables().get(number);
    let own =
        own.map(|own| [own.condition, own.progress, own.switch, own.upstream, own.downstream]);
    let own = own.into_iter().flatten().flatten();
    change::variables_ui(ui, &view.change, own, intents);
}

/// Whether there is but one state, and all that matters is which action is chosen.
fn nothing_changes(table: &Table) -> bool {
    let variables = table.state_space().variables();
    variables.iter().all(|variable| variable.low == variable.high)
}

/// The picture of stocks, queues and stations, or in words what has none.
fn flow_ui(
    ui: &mut egui::Ui,
    desk: &Desk,
    session: &Session,
    view: &View,
    theme: &Theme,
) -> Option<Intent> {
    let Some(scene) = flow_scene(desk, session, view) else {
        plain(ui, &plain_scene(desk, session, view), theme);
        return None;
    };
    let variable = flow(ui, &scene, theme)?;
    let y = if desk.axes.1 == variable { desk.axes.0 } else { desk.axes.1 };
    Some(Intent::SetMapAxes { x: variable, y })
}

/// The picture of a kind in which things flow; `None` where it has none.
fn flow_scene(desk: &Desk, session: &Session, view: &View) -> Option<FlowScene> {
    let run = session.run();
    let environment = run.environment();
    let (before, now) = between(desk, session);
    let mut action = vec![0; environment.action_space().len()];
    let present = desk.inspected.is_none() && session.run().intention(&mut action);
    let conditions = standing(run);
    let belief = desk.inspected.is_none().then(|| run.believed()).flatten();
    let moment = Moment {
        before,
        now,
        action: present.then_some(action.as_slice()),
        conditions: &conditions,
        belief: belief.as_deref(),
    };
    let mut scene = kinds::picture(environment, &moment)?;
    scene.share = gone_by(desk);
    if fill::is_watched(desk) {
        for event in run.events() {
            if let Event::Moved { from, to } = *event {
                scene.moves_from_to(from, to);
            }
        }
    }
    scene.figures = view.figures.clone();
    scene.notice = view.agent.notice.clone();
    Some(scene)
}

/// What a table of several variables shows: its state in words.
fn plain_scene(desk: &Desk, session: &Session, view: &View) -> PlainScene {
    let space = session.run().environment().state_space();
    let state = desk.present(session);
    let words = |(variable, level): (&Variable, &Level)| {
        format!("{} = {}", variable.name, variable.label(*level))
    };
    PlainScene {
        figures: view.figures.clone(),
        state: space.variables().iter().zip(state).map(words).collect(),
        notice: view.agent.notice.clone(),
    }
}

/// The share of the present beat that has gone by.
fn gone_by(desk: &Desk) -> f32 {
    desk.clock.shown(desk.motion && fill::is_watched(desk)) as f32
}

/// The states between which the picture is. Where an episode has just ended, that in which it ended
/// is seen until the first beat of the next begins at the start.
fn between<'s>(desk: &'s Desk, session: &'s Session) -> (&'s [Level], &'s [Level]) {
    let run = session.run();
    match run.final_state() {
        _ if !fill::is_watched(desk) => (desk.present(session), desk.present(session)),
        _ if run.beats() == 0 => (run.state(), run.state()),
        Some(last) if run.episode_beats() == 0 => (run.previous_state(), last),
        _ => (run.previous_state(), run.state()),
    }
}

/// The cell of a row where the agent was and is.
fn token(desk: &Desk, session: &Session, low: Level) -> (usize, usize) {
    let at = |state: &[Level]| state.first().map_or(0, |level| (level - low).max(0) as usize);
    let (before, now) = between(desk, session);
    (at(before), at(now))
}

fn grid_scene(desk: &Desk, session: &Session, environment: &Grid, view: &View) -> GridScene {
    let (width, height) = environment.size();
    let known = map_view::over_first_two(desk, session);
    let actions = environment.action_space();
    let flat = |action: usize| {
        let mut levels = [0];
        actions.levels(action as u64, &mut levels);
        let [level] = levels;
        (environment.way(level), action_words(actions, &levels))
    };
    let cell = |(place, (x, y)): (usize, (Level, Level))| {
        let (value, choices) = known.get(place).cloned().unwrap_or_default();
        let taken: Vec<_> = choices.into_iter().map(flat).collect();
        let words: Vec<_> = taken.iter().map(|(_, words)| words.as_str()).collect();
        GridCell {
            look: environment.look(x, y),
            value,
            ways: taken.iter().filter_map(|(way, _)| *way).collect(),
            does: words.join(" or "),
        }
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let at = |state: &[Level]| match state {
        [x, y, ..] => ((*x).max(0) as usize, (*y).max(0) as usize),
        _ => (0, 0),
    };
    let (before, now) = between(desk, session);
    let variables = environment.state_space().variables();
    let load = match (variables, now) {
        ([_, _, load, _], [_, _, at, to]) => {
            let sites = environment.sites().len();
            let waits = usize::try_from(*at).ok().filter(|site| *site < sites);
            Some((load.name.clone(), waits, (*to).max(0) as usize))
        }
        _ => None,
    };
    let site = |(number, &(x, y)): (usize, &(Level, Level))| {
        let name = variables.get(2).map_or_else(String::new, |v| v.label(number as Level));
        (name, (x.max(0) as usize, y.max(0) as usize))
    };
    let wind: Vec<Level> = (0..width).map(|x| environment.wind(x)).collect();
    GridScene {
        figures: view.figures.clone(),
        size: (width.max(0) as usize, height.max(0) as usize),
        cells: places.enumerate().map(cell).collect(),
        wind: if wind.iter().any(|wind| *wind != 0) { wind } else { Vec::new() },
        sites: environment.sites().iter().enumerate().map(site).collect(),
        load,
        walker: (at(before), at(now), gone_by(desk)),
        legend: legend(session),
        notice: view.agent.notice.clone(),
    }
}

fn shop_floor_scene(
    desk: &Desk,
    session: &Session,
    floor: &ShopFloor,
    view: &View,
) -> ShopFloorScene {
    let (before, now) = between(desk, session);
    let (width, height) = floor.size();
    let at = |place: (Level, Level)| (place.0.max(0) as usize, place.1.max(0) as usize);
    let level = |state: &[Level], variable: usize| state.get(variable).copied().unwrap_or(0);
    let conditions = standing(session.run());
    let robot = |(number, robot): (usize, &Robot)| RobotView {
        from: at((level(before, robot.x), level(before, robot.x + 1))),
        to: at((level(now, robot.x), level(now, robot.x + 1))),
        load: floor.destination(now, robot),
        charge: robot
            .charge
            .zip(floor.full_charge())
            .map(|(variable, full)| level(now, variable) as f32 / full.max(1) as f32),
        condition: conditions.get(number).copied().unwrap_or(Condition::HeldBack),
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let station = |station: &Station| {
        let queue = station.queue.as_ref();
        StationView {
            name: station.name.clone(),
            at: at(station.place),
            queue: queue.map(|queue| {
                (level(now, queue.variable).max(0) as u32, queue.capacity.max(0) as u32)
            }),
            variable: queue.map(|queue| queue.variable),
        }
    };
    let charged = floor.full_charge().is_some();
    let mut conditions_here =
        vec![Condition::Working, Condition::Starved, Condition::Blocked, Condition::HeldBack];
    if charged {
        conditions_here.extend([Condition::SetUp, Condition::Down]);
    }
    ShopFloorScene {
        figures: view.figures.clone(),
        size: (width.max(0) as usize, height.max(0) as usize),
        cells: places.map(|(x, y)| floor.ground(x, y)).collect(),
        stations: floor.stations().iter().map(station).collect(),
        robots: floor.robots().iter().enumerate().map(robot).collect(),
        share: gone_by(desk),
        conditions: conditions_here,
        notice: view.agent.notice.clone(),
    }
}

/// The states of a table side by side; `None` where its state is not one variable.
fn table_scene(
    desk: &Desk,
    session: &Session,
    environment: &Table,
    view: &View,
) -> Option<ChainScene> {
    let [variable] = environment.state_space().variables() else { return None };
    let policy = map_view::over_first_variable(desk, session);
    let cells = (variable.low..=variable.high).enumerate().map(|(at, level)| ChainCell {
        label: variable.label(level),
        // At an end nothing more is to be had: it would stretch the scale.
        value: policy
            .get(at)
            .and_then(|(value, _)| *value)
            .filter(|_| !environment.is_terminal(&[level])),
        step: Step::None,
    });
    let (before, now) = token(desk, session, variable.low);
    let agent = agent_name(&session.scenario().environment, session.agent());
    let whose = if session.agent().learns() {
        format!("as {agent} believes")
    } else {
        "under the optimum".into()
    };
    Some(ChainScene {
        figures: view.figures.clone(),
        cells: cells.collect(),
        start: None,
        goal: None,
        walker: (before, now, gone_by(desk)),
        legend: vec![
            format!("colour and figure: what the state is worth {whose}"),
            format!("value {whose}"),
        ],
        notice: view.agent.notice.clone(),
    })
}

/// `None` unless the state is the one cell.
fn chain_scene(
    desk: &Desk,
    session: &Session,
    environment: &Chain,
    view: &View,
) -> Option<ChainScene> {
    let [variable] = environment.state_space().variables() else { return None };
    let cells = variable.low..=variable.high;
    let policy = map_view::over_first_variable(desk, session);
    let actions = environment.action_space();
    let step = |choices: &[usize]| {
        let mut ways = choices.iter().map(|&action| {
            let mut levels = [0];
            actions.levels(action as u64, &mut levels);
            action_words(actions, &levels) == "go right"
        });
        match (ways.next(), ways.next()) {
            (None, _) => Step::None,
            (Some(_), Some(_)) => Step::Either,
            (Some(true), None) => Step::Right,
            (Some(false), None) => Step::Left,
        }
    };
    let (before, now) = token(desk, session, variable.low);
    Some(ChainScene {
        figures: view.figures.clone(),
        cells: cells
            .enumerate()
            .map(|(at, level)| {
                let known = policy.get(at);
                ChainCell {
                    label: variable.label(level),
                    value: known.and_then(|(value, _)| *value),
                    step: known.map_or(Step::None, |(_, choices)| step(choices)),
                }
            })
            .collect(),
        start: usize::try_from(environment.settings().start - variable.low).ok(),
        goal: usize::try_from(environment.settings().goal - variable.low).ok(),
        walker: (before, now, gone_by(desk)),
        legend: legend(session),
        notice: view.agent.notice.clone(),
    })
}

/// Whose values the colours of cells are and whose way their arrows, longest wording first.
fn legend(session: &Session) -> Vec<String> {
    let agent = agent_name(&session.scenario().environment, session.agent());
    // Small cells have a sign in place of more than four arrows.
    let many = session.scenario().environment.action_space().count().is_ok_and(|count| count > 4);
    let ties = if many { ", = many alike" } else { "" };
    if session.agent().learns() {
        return vec![
            format!("colour and figure: value as {agent} believes · arrow: its best step{ties}"),
            format!("value and best step as {agent} believes"),
        ];
    }
    vec![
        format!("colour and figure: value under the optimum · arrow: where {agent} goes{ties}"),
        format!("optimum’s value · arrow: {agent}"),
    ]
}

/// `None` unless the state is the one stage of wear.
fn replacement_scene(
    desk: &Desk,
    session: &Session,
    environment: &Replacement,
    view: &View,
    theme: &Theme,
) -> Option<ReplacementScene> {
    let [variable] = environment.state_space().variables() else { return None };
    let policy = map_view::over_first_variable(desk, session);
    let names = &map_view::marks(desk, session).names;
    let failure = &environment.settings().failure;
    let worn = (environment.settings().states.max(2) - 1) as f32;
    let stages = (variable.low..=variable.high)
        .enumerate()
        .map(|(at, level)| {
            let known = policy.get(at);
            let choices = known.map_or(&[][..], |(_, choices)| choices.as_slice());
            let action = choices.first().map(|&first| {
                let words = choices.iter().filter_map(|&action| names.get(action));
                let words: Vec<_> = words.map(|(words, _)| words.as_str()).collect();
                (words.join(" or "), theme.series(first))
            });
            WearStage {
                label: variable.label(level),
                wear: (at as f32 / worn).min(1.0),
                // One figure stands for all states of wear; a machine that is down cannot fail, and
                // where none ever does there is nothing to say.
                failure: match failure.as_slice() {
                    each if each.iter().all(|p| *p == 0.0) => None,
                    [all] => (at < environment.settings().states).then_some(*all),
                    each => each.get(at).copied(),
                },
                action,
                value: known.and_then(|(value, _)| *value),
            }
        })
        .collect();
    let (before, now) = token(desk, session, variable.low);
    let run = session.run();
    Some(ReplacementScene {
        figures: view.figures.clone(),
        stages,
        machine: (before, now, gone_by(desk)),
        condition: run.tally().latest().first().copied().unwrap_or(Condition::Working),
        conditions: vec![Condition::Working, Condition::Down, Condition::SetUp],
        wear: variable.name.clone(),
        agent: agent_name(session.run().environment(), session.agent()),
    })
}

/// A file that is dropped on the window is opened.
fn drop_files(mut dropped: MessageReader<FileDragAndDrop>, mut intents: ResMut<Intents>) {
    for event in dropped.read() {
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = event {
            intents.0.push(Intent::OpenFile(path_buf.clone()));
        }
    }
}
