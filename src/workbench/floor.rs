//! The floor where runs are played: the beat's own clock and the five phases as systems.

use std::time::{Duration, Instant};

use bevy::prelude::*;

use super::desk::{Desk, Glance, Running};
use super::fill::is_watched;
use super::hand;
use super::intent::Speed;
use super::rivals;
use super::window::Moving;
use crate::experiment::trajectory::Beat;
use crate::mdp::Decision;

/// Above so many beats a second beats are played by the thousand and shown as rates.
pub const WATCHED: f64 = 60.0;
/// How much of a frame may go into playing: this share of it, so that a renderer that is slow
/// anyway does not slow down the run, and this long at least and at most.
const SHARE: f64 = 0.3;
const BUDGET: std::ops::RangeInclusive<f64> = 0.006..=0.012;
/// So many seconds a state is looked at while beats are too fast to be watched.
const GLANCE: f64 = 0.5;
/// The longest time that is caught up with after a frame that took long, seconds.
const LONGEST_FRAME: f64 = 0.1;

/// The phases of the beats that are watched, in order.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The clock says how many beats are due.
    Clock,
    /// Watched beats: decide → step → learn → plan → record, one beat a frame at most.
    Watched,
    /// Beats too fast to be watched.
    Fast,
}

/// Whether a watched beat is to be played in this frame.
#[derive(Resource, Default)]
struct Due(bool);

/// Adds clock and phases.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Due>()
        .configure_sets(Update, (Phase::Clock, Phase::Watched, Phase::Fast).chain())
        .add_systems(
            Update,
            (
                tell_time.in_set(Phase::Clock),
                // Asked before each phase: an agent that has not decided stops the beat.
                (decide, step, learn, plan, record)
                    .chain()
                    .distributive_run_if(|due: Res<Due>| due.0)
                    .in_set(Phase::Watched),
                (advance, glance, hand::reckon, rivals::race).chain().in_set(Phase::Fast),
            ),
        );
}

fn tell_time(
    time: Res<Time<Real>>,
    mut desk: ResMut<Desk>,
    mut due: ResMut<Due>,
    mut moving: ResMut<Moving>,
) {
    let seconds = time.delta_secs_f64();
    let away = desk.ahead.is_some();
    let idle = desk.is_idle();
    let clock = &mut desk.clock;
    due.0 = false;
    clock.measured.1 += seconds;
    if clock.measured.1 >= 1.0 {
        clock.reached = clock.measured.0 as f64 / clock.measured.1;
        clock.measured = (0, 0.0);
    }
    let speed = match clock.speed {
        Speed::PerSecond(speed) => speed.min(WATCHED),
        Speed::Fastest => WATCHED,
    };
    // A single beat glides too, at the pace of the speed but never slower than a second.
    clock.glide = (clock.glide + seconds.min(LONGEST_FRAME) * speed.max(2.0)).min(1.0);
    moving.0 = (clock.playing && !away) || !idle || clock.glide < 1.0;
    if !clock.playing || away {
        return;
    }
    if let Speed::PerSecond(speed) = clock.speed {
        clock.due += speed * seconds.min(LONGEST_FRAME);
        if speed <= WATCHED && clock.due >= 1.0 {
            // What cannot be caught up with is dropped.
            clock.due = (clock.due - 1.0).min(1.0);
            clock.glide = 1.0;
            due.0 = true;
        }
    }
}

fn decide(mut runs: Query<&mut Running>, mut due: ResMut<Due>, mut desk: ResMut<Desk>) {
    for mut running in &mut runs {
        let run = running.session.run_mut();
        run.watch(true);
        if run.decide() == Decision::NotYet {
            due.0 = false;
            hand::ask(&mut desk, &running.session);
        }
    }
}

fn step(mut runs: Query<&mut Running>) {
    for mut running in &mut runs {
        running.session.run_mut().step();
    }
}

fn learn(mut runs: Query<&mut Running>) {
    for mut running in &mut runs {
        running.session.run_mut().learn();
    }
}

fn plan(mut runs: Query<&mut Running>) {
    for mut running in &mut runs {
        running.session.run_mut().plan();
    }
}

fn record(mut runs: Query<&mut Running>, mut desk: ResMut<Desk>) {
    for mut running in &mut runs {
        let run = running.session.run_mut();
        run.record();
        if let Some(trajectory) = &mut desk.trajectory {
            trajectory.push(Beat::latest(run));
        }
    }
    desk.clock.measured.0 += 1;
}

/// Plays what is due in one piece, in parallel over the runs, within the frame's budget.
fn advance(mut runs: Query<&mut Running>, mut desk: ResMut<Desk>, time: Res<Time<Real>>) {
    let frame = SHARE * time.delta_secs_f64();
    let budget = Duration::from_secs_f64(frame.clamp(*BUDGET.start(), *BUDGET.end()));
    let desk = &mut *desk;
    let mut asks = false;
    let clock = &mut desk.clock;
    if !clock.playing || desk.ahead.is_some() {
        return;
    }
    let due = match clock.speed {
        Speed::PerSecond(speed) if speed <= WATCHED => return,
        Speed::PerSecond(_) => clock.due.floor() as u64,
        Speed::Fastest => u64::MAX,
    };
    let from = Instant::now();
    let keeps = desk.trajectory.is_some();
    let mut played_most = 0;
    for mut running in &mut runs {
        let run = running.session.run_mut();
        run.watch(keeps);
        let mut played = 0;
        let mut piece: u64 = if keeps { 1 } else { 64 };
        while played < due && from.elapsed() < budget {
            let beats = run.advance(piece.min(due - played));
            if beats == 0 {
                asks = true;
                break;
            }
            played += beats;
            if let Some(trajectory) = &mut desk.trajectory {
                trajectory.push(Beat::latest(run));
            } else {
                piece = (2 * piece).min(8192);
            }
        }
        played_most = played_most.max(played);
    }
    clock.measured.0 += played_most;
    if let Speed::PerSecond(_) = clock.speed {
        clock.due -= clock.due.floor();
    }
    if asks && let Some(running) = runs.iter().next() {
        hand::ask(desk, &running.session);
    }
}

/// Takes the state that is looked at while beats are too fast to be watched.
fn glance(runs: Query<&Running>, mut desk: ResMut<Desk>, time: Res<Time<Real>>) {
    let Some(running) = runs.iter().next() else { return };
    if is_watched(&desk) || !desk.clock.playing || desk.ahead.is_some() {
        desk.glance = Glance::default();
        return;
    }
    desk.glance.age += time.delta_secs_f64();
    if desk.glance.state.is_none() || desk.glance.age >= GLANCE {
        desk.glance = Glance { state: Some(running.session.run().state().to_vec()), age: 0.0 };
    }
}
