//! Shows the run on its stage: hands the events of its beats to the entities of [`super::line`].
//! The run knows nothing of them.

use bevy::prelude::*;

use super::desk::{Desk, Running};
use super::fill;
use super::floor::Phase;
use super::line::scene::{Element, Pace};
use super::line::stage::{BeatShown, Buffer, Machine, SharesKnown, Stage, StageSet, spawn};
use super::number;
use crate::environments::line::Cycle;
use crate::environments::{AnyEnvironment, Line};
use crate::experiment::AnyRun;
use crate::mdp::{Condition, Environment, Level};

/// Counts openings of scenarios and restarts, so that the stage knows when to be set anew.
#[derive(Resource, Default)]
pub struct Opening(pub u64);

/// What the stage shows.
#[derive(Resource, Default)]
struct Shown {
    opening: u64,
    stage: Option<Entity>,
    beat: Option<u64>,
    /// The buffers' levels, averaged over frames, for beats too fast to be watched.
    means: Vec<f64>,
    /// Over how many frames.
    averaged: u32,
}

/// Over how many frames levels are averaged at most.
const AVERAGED: u32 = 400;
/// A station that works less than this share of its time is no bottleneck: the line stands still.
const LEAST_WORK: f64 = 0.3;
/// Below so many beats shares of time say nothing yet.
const FEWEST_BEATS: u64 = 100;

/// Adds the systems that set the stage and show beats on it.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Shown>()
        .init_resource::<Opening>()
        .add_plugins(super::line::stage::plugin)
        .add_systems(Update, (set, show, dress).chain().after(Phase::Fast));
}

/// Sets the stage for another scenario.
fn set(
    mut commands: Commands,
    opening: Res<Opening>,
    mut shown: ResMut<Shown>,
    runs: Query<&Running>,
) {
    if shown.opening == opening.0 {
        return;
    }
    shown.opening = opening.0;
    shown.beat = None;
    if let Some(old) = shown.stage.take() {
        commands.entity(old).despawn();
    }
    let Some(running) = runs.iter().next() else { return };
    let run = running.session.run();
    shown.means = levels(run);
    shown.averaged = 0;
    if let AnyEnvironment::Line(line) = run.environment() {
        shown.stage = Some(spawn(&mut commands, line.places(), order(line)));
    }
}

/// The share of each machine's cycle that was done before and after a beat.
fn work(line: &Line, before: &[Level], after: &[Level]) -> Vec<(f32, f32)> {
    let machines = line.machine_variables().iter().zip(&line.settings().machines);
    machines
        .map(|(variables, settings)| {
            let cycle = match settings.cycle {
                Cycle::Beats(beats) => beats.max(1) as f32,
                Cycle::Completion(_) => 1.0,
            };
            let Some(place) = variables.progress else { return (0.0, 1.0) };
            let done = |state: &[Level]| state.get(place).map_or(0.0, |level| *level as f32);
            let (start, end) = (done(before), done(after));
            // Done with the part, the next one has none of its beats yet.
            let end = if end < start { cycle } else { end };
            (start / cycle, end / cycle)
        })
        .collect()
}

/// The buffers' levels now.
fn levels(run: &dyn AnyRun) -> Vec<f64> {
    let level = |variable: usize| run.state().get(variable).copied().unwrap_or(0);
    let buffers = &run.environment().places().buffers;
    buffers.iter().map(|buffer| f64::from(level(buffer.variable))).collect()
}

/// What every station does: as told in the latest beat, else as the state shows.
pub(super) fn standing(run: &dyn AnyRun) -> Vec<Condition> {
    let environment = run.environment().erased();
    (0..environment.places().stations.len())
        .map(|station| {
            let told = run.tally().latest().get(station).copied().filter(|_| run.beats() > 0);
            told.or_else(|| environment.standing_condition(run.state(), station))
                .unwrap_or(Condition::Working)
        })
        .collect()
}

/// Shows what was played since the last frame.
fn show(
    mut shown: ResMut<Shown>,
    desk: Res<Desk>,
    runs: Query<&Running>,
    mut beats: MessageWriter<BeatShown>,
    mut sets: MessageWriter<StageSet>,
    mut known: MessageWriter<SharesKnown>,
) {
    let Some(running) = runs.iter().next() else { return };
    let Some(stage) = shown.stage else { return };
    let run = running.session.run();
    let watched = fill::is_watched(&desk);
    let played = run.beats();
    if watched {
        shown.averaged = 0;
    } else if shown.beat != Some(played) {
        shown.averaged = (shown.averaged + 1).min(AVERAGED);
        let share = 1.0 / f64::from(shown.averaged);
        for (mean, now) in shown.means.iter_mut().zip(levels(run)) {
            *mean += share * (now - *mean);
        }
    }
    let before = shown.beat.replace(played);
    if before == Some(played) && watched {
        return;
    }
    // One beat further, and its events were kept: it is seen. Else everything is put in place.
    if before.is_some_and(|before| before + 1 == played) && !run.events().is_empty() {
        let work = match run.environment() {
            AnyEnvironment::Line(line) => work(line, run.previous_state(), run.state()),
            _ => Vec::new(),
        };
        beats.write(BeatShown { stage, events: run.events().to_vec(), work });
    } else {
        let levels = if watched { levels(run) } else { shown.means.clone() };
        sets.write(StageSet { stage, levels, conditions: standing(run) });
    }
    let tally = run.tally();
    if tally.beats() < FEWEST_BEATS {
        // Those of before, another agent's say, are none of this one.
        known.write(SharesKnown { stage, bottleneck: None, shares: Vec::new() });
        return;
    }
    let stations = 0..run.environment().places().stations.len();
    let shares: Vec<[f64; Condition::COUNT]> =
        stations.map(|station| Condition::ALL.map(|cause| tally.share(station, cause))).collect();
    known.write(SharesKnown { stage, bottleneck: bottleneck(&shares, tally.beats()), shares });
}

/// The station that waits least: for parts, for room, held back or switched on again after that.
/// None where the lead over the next is one that so few beats may give by chance: stops last some
/// ten beats, so that a difference of two shares near a tenth has a standard error of about
/// √(2 · 0.1 · 10 / beats).
fn bottleneck(shares: &[[f64; Condition::COUNT]], beats: u64) -> Option<u16> {
    let waits = |shares: &[f64; Condition::COUNT]| {
        let waiting =
            [Condition::Starved, Condition::Blocked, Condition::HeldBack, Condition::SetUp];
        let causes = Condition::ALL.iter().zip(shares);
        causes.filter(|(cause, _)| waiting.contains(cause)).map(|(_, share)| share).sum::<f64>()
    };
    let mut order: Vec<(f64, usize)> = shares.iter().map(waits).zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (&(least, station), &(next, _)) = (order.first()?, order.get(1)?);
    let by_chance = 2.0 * (2.0 / beats as f64).sqrt();
    let works = shares.get(station)?.first().is_some_and(|working| *working >= LEAST_WORK);
    (works && next - least > by_chance).then(|| u16::try_from(station).ok())?
}

/// Gives the stage its figures and pace.
fn dress(
    desk: Res<Desk>,
    runs: Query<&Running>,
    mut stages: Query<&mut Stage>,
    mut machines: Query<&mut Machine>,
    mut buffers: Query<&mut Buffer>,
) {
    let Some(running) = runs.iter().next() else { return };
    let session = &running.session;
    let AnyEnvironment::Line(line) = session.run().environment() else { return };
    for mut stage in &mut stages {
        stage.figures = fill::figures(&desk, session);
        stage.conditions = conditions(line);
        stage.ways_back = line.ways_back().collect();
        stage.beat_seconds = session.scenario().contents.beat_seconds();
        stage.pace = if fill::is_watched(&desk) {
            Pace::Beats(desk.clock.shown(desk.motion) as f32)
        } else {
            Pace::Rates
        };
        stage.words = match fill::is_watched(&desk) {
            true => time_of_day(line, session.run().state()),
            false => String::new(),
        };
    }
    let state = session.run().state();
    let watched = fill::is_watched(&desk);
    for mut machine in &mut machines {
        let wear = wear(line, state, usize::from(machine.number)).filter(|_| watched);
        let wear = wear.unwrap_or_default();
        if machine.view.wear != wear {
            machine.view.wear = wear;
        }
        let up = machines_up(line, state, usize::from(machine.number)).filter(|_| watched);
        if machine.view.machines != up {
            machine.view.machines = up;
        }
    }
    for mut buffer in &mut buffers {
        // Too fast to be watched, only what is there on average has a meaning.
        let (bad, under_way) = match watched {
            true => hidden_in(line, state, usize::from(buffer.number)),
            false => (None, None),
        };
        if (buffer.view.bad, buffer.view.under_way) != (bad, under_way) {
            (buffer.view.bad, buffer.view.under_way) = (bad, under_way);
        }
    }
}

/// The time of day, and what is special about it; empty where no day is told of.
fn time_of_day(line: &Line, state: &[Level]) -> String {
    let Some(calendar) = &line.settings().calendar else { return String::new() };
    let time = line.state_space().position("time of day");
    let Some(&time) = time.and_then(|variable| state.get(variable)) else { return String::new() };
    let span = calendar.spans.iter().rev().find(|span| i64::from(span.from) <= i64::from(time));
    let mut words = format!("time of day {time} of {}", calendar.day);
    if span.is_some_and(|span| !span.works) {
        words += " · break";
    } else if let Some(span) = span.filter(|span| span.energy != 1.0) {
        words += &format!(" · energy × {}", number::significant(span.energy, 2));
    }
    words
}

/// How worn a machine is that is up and wears.
fn wear(line: &Line, state: &[Level], station: usize) -> Option<String> {
    let variables = line.machine_variables().get(station)?;
    let condition = line.state_space().variables().get(variables.condition?)?;
    let level = *state.get(variables.condition?)?;
    let alone = line.settings().machines.get(station)?.count < 2;
    let wears = condition.high > variables.up && level >= variables.up;
    (alone && wears).then(|| condition.label(level))
}

/// How many machines of a station are up, and how many it has; `None` where it is one alone.
fn machines_up(line: &Line, state: &[Level], station: usize) -> Option<(u32, u32)> {
    let of = line.settings().machines.get(station)?.count;
    if of < 2 {
        return None;
    }
    let condition = line.machine_variables().get(station)?.condition;
    let up =
        condition.and_then(|variable| state.get(variable)).map_or(of, |up| (*up).max(0) as u32);
    Some((up, of))
}

/// How many parts of a buffer are bad, and how many cannot be taken yet, where there may be such.
fn hidden_in(line: &Line, state: &[Level], buffer: usize) -> (Option<u32>, Option<u32>) {
    let level = |variable: usize| state.get(variable).map_or(0, |level| (*level).max(0) as u32);
    let bad = line.bad_variable(buffer).map(level);
    let way = line.transit_variables(buffer).map(|variables| variables.map(level).sum());
    (bad, way)
}

/// Stations and buffers in the order in which parts pass them.
fn order(line: &Line) -> Vec<Element> {
    let buffers = &line.places().buffers;
    let numbered = |variable: Option<usize>| {
        let number = buffers.iter().position(|buffer| Some(buffer.variable) == variable)?;
        Some(Element::Buffer(number as u16))
    };
    let mut order = Vec::new();
    for (number, machine) in line.machine_variables().iter().enumerate() {
        if number == 0 {
            order.extend(numbered(machine.upstream));
        }
        order.push(Element::Station(number as u16));
        order.extend(numbered(machine.downstream));
    }
    order
}

/// Conditions that can occur on this line.
fn conditions(line: &Line) -> Vec<Condition> {
    let any = |has: fn(&crate::environments::line::MachineVariables) -> bool| {
        line.machine_variables().iter().any(has)
    };
    let mut all = vec![Condition::Working, Condition::Starved, Condition::Blocked];
    if any(|machine| machine.condition.is_some()) {
        all.push(Condition::Down);
    }
    if any(|machine| machine.action.is_some()) {
        all.push(Condition::HeldBack);
    }
    if any(|machine| machine.switch.is_some()) {
        all.push(Condition::SetUp);
    }
    let mut spans = line.settings().calendar.iter().flat_map(|calendar| &calendar.spans);
    if any(|machine| machine.maintain.is_some()) || spans.any(|span| !span.works) {
        all.push(Condition::Planned);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottleneck_is_who_waits_least_once_that_is_no_chance() {
        // Working, starved, blocked, down, held back, set-up, planned stop.
        let shares = [
            [0.69, 0.00, 0.03, 0.07, 0.18, 0.03, 0.0],
            [0.77, 0.00, 0.05, 0.12, 0.05, 0.01, 0.0],
            [0.70, 0.05, 0.00, 0.09, 0.14, 0.02, 0.0],
        ];
        assert_eq!(bottleneck(&shares, 10_000), Some(1));
        assert_eq!(bottleneck(&shares, 100), None, "too few beats to tell");
        assert_eq!(bottleneck(&[shares[0], shares[0]], 1_000_000), None, "two alike");
        assert_eq!(bottleneck(&shares[..1], 10_000), None, "alone");
        let off = [[0.02, 0.0, 0.0, 0.0, 0.98, 0.0, 0.0], [0.01, 0.49, 0.0, 0.0, 0.5, 0.0, 0.0]];
        assert_eq!(bottleneck(&off, 10_000), None, "a line that stands still");
    }
}
