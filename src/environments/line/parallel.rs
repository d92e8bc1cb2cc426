//! Stations of several machines alike, each of which works a beat on a part of its own.

#![expect(
    clippy::indexing_slicing,
    reason = "tables reach from none to all machines of the station"
)]

use super::settings::{Cycle, FailureMode, MachineSettings};
use super::{HOLD, RUN, Station};
use crate::mdp::{Beat, Condition, Event, Level};

use super::step::{Extra, Now, Spent, finish};

/// What happens to several machines at once, drawn by how many it does not happen to, so that a low
/// uniform is good luck.
#[derive(Debug, Clone)]
pub(super) struct Parallel {
    count: Level,
    /// By how many there are: fail where they could work, and where they could not; stay down; do not
    /// complete their part.
    fail_able: Vec<Vec<f64>>,
    fail_idle: Vec<Vec<f64>>,
    stay_down: Vec<Vec<f64>>,
    go_on: Vec<Vec<f64>>,
}

impl Parallel {
    /// The machines of a station; `None` where it is one alone.
    pub fn of(machine: &MachineSettings) -> Option<Self> {
        if machine.count <= 1 {
            return None;
        }
        let idle = match machine.failure_mode {
            FailureMode::Operation => 0.0,
            FailureMode::Time => machine.failure,
        };
        let completion = match machine.cycle {
            Cycle::Completion(p) => p,
            Cycle::Beats(_) => 1.0,
        };
        let tables = |p: f64| (0..=machine.count).map(|n| binomial(n, p)).collect();
        Some(Self {
            count: machine.count as Level,
            fail_able: tables(machine.failure),
            fail_idle: tables(idle),
            stay_down: tables(1.0 - machine.repair),
            go_on: tables(1.0 - completion),
        })
    }
}

/// The probabilities that of n independent trials 0, 1 … n come true.
fn binomial(n: u32, p: f64) -> Vec<f64> {
    let mut all = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; all.len() + 1];
        for (k, &probability) in all.iter().enumerate() {
            next[k] += probability * (1.0 - p);
            next[k + 1] += probability * p;
        }
        all = next;
    }
    all
}

/// Of n machines how many it happens to, by these tables.
fn draw<B: Beat + ?Sized>(tables: &[Vec<f64>], n: Level, source: usize, beat: &mut B) -> Level {
    let table = &tables[n.max(0) as usize];
    // What is certain is not drawn.
    match (table.first(), table.last()) {
        _ if n <= 0 => 0,
        (Some(&none), _) if none >= 1.0 => 0,
        (_, Some(&all)) if all >= 1.0 => n,
        _ => beat.pick(source, table) as Level,
    }
}

/// The beat of a station of several machines: conditions, work.
pub(super) fn work<B: Beat + ?Sized>(
    parallel: &Parallel,
    now: Now<'_>,
    number: usize,
    next: &mut [Level],
    extra: &mut Extra,
    beat: &mut B,
) -> Spent {
    let Now { line, state, action, .. } = now;
    let station: &Station = &line.stations[number];
    let (at, here, count) = (station.at, number as u16, parallel.count);
    let order = action.get(at.action).copied().unwrap_or(RUN);
    let told = order != HOLD && now.works;

    let parts = state.get(at.upstream).copied();
    let levels_for_room = if line.old_levels { state } else { &*next };
    let room = levels_for_room.get(at.downstream).map(|level| (station.room - level).max(0));
    let cards = now.cards(number, next, extra.back);
    let there = parts.map_or(count, |parts| (parts - now.on_the_way(number)).max(0));
    let ready = there.min(cards);
    let able = if told { ready.min(room.unwrap_or(count)).min(count) } else { 0 };

    let was = state.get(at.condition).copied().unwrap_or(count);
    let mut is = was;
    if let Some(condition) = next.get_mut(at.condition) {
        let source = at.condition_source;
        let working = was.min(able);
        let failed = if now.works {
            draw(&parallel.fail_able, working, source, beat)
                + draw(&parallel.fail_idle, was - working, source, beat)
        } else {
            0
        };
        let down = count - was;
        let repaired = down - draw(&parallel.stay_down, down, source, beat);
        for _ in 0..repaired {
            beat.tell(Event::Repaired { station: here });
        }
        for _ in 0..failed {
            beat.tell(Event::Failed { station: here });
        }
        is = was - failed + repaired;
        *condition = is;
    }
    let up = if line.conditions_last { was } else { is };
    let works = up.min(able);
    let completes = works - draw(&parallel.go_on, works, at.completion_source, beat);

    if let (Some(next), Some(parts)) = (next.get_mut(at.upstream), parts) {
        *next = parts - completes;
    }
    let mut sold = 0;
    for taken in 0..completes {
        let left = parts.map_or(1, |parts| parts - taken);
        sold += finish(now, number, left, next, extra, beat);
    }

    let condition = if !now.works {
        Condition::Planned
    } else if up == 0 {
        Condition::Down
    } else if !told {
        Condition::HeldBack
    } else if works > 0 {
        Condition::Working
    } else if ready == 0 {
        Condition::Starved
    } else {
        Condition::Blocked
    };
    let rate = |condition: Condition| station.energy[condition as usize];
    let idle = if ready < up { Condition::Starved } else { Condition::Blocked };
    let energy = if told {
        rate(Condition::Working) * f64::from(works)
            + rate(idle) * f64::from(up - works)
            + rate(Condition::Down) * f64::from(count - up)
    } else {
        rate(Condition::HeldBack) * f64::from(count)
    };
    beat.tell(Event::Spent { station: here, condition });
    let down = if now.works { count - up } else { 0 };
    Spent { energy, repair: station.repair_cost * f64::from(down), sold }
}
