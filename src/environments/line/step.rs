//! One beat of a line, as its card in [`super`] says.

use super::{
    BACKLOG, Customers, DOWN, ENERGY, HOLDING, LOST, Line, PARTS, REPAIR, RUN, Station, UP,
};
use crate::mdp::{Beat, Condition, Event, Level, Place};

/// Plays one beat: from `state` under `action` to `next`.
#[inline]
pub(super) fn step<B: Beat + ?Sized>(
    line: &Line,
    state: &[Level],
    action: &[Level],
    next: &mut [Level],
    beat: &mut B,
) {
    next.copy_from_slice(state);
    let mut sold = 0;
    if let Some(customers) = &line.customers {
        sold = serve(customers, state, next, beat);
    }

    let mut energy = 0.0;
    let mut repair = 0.0;
    for (number, station) in line.stations.iter().enumerate().rev() {
        // Nothing before this machine has moved yet, and what the next one took is in `next`.
        let levels_for_room = if line.old_levels { state } else { &*next };
        let room = levels_for_room.get(station.downstream).is_none_or(|&n| n < station.room);
        let spent = play(number as u16, station, state, action, next, room, beat);
        energy += spent.energy;
        repair += spent.repair;
        sold += spent.sold;
    }

    if let Some(arrivals) = &line.arrivals
        && beat.bernoulli(arrivals.source, arrivals.probability)
    {
        let levels_for_room = if line.old_levels { state } else { &*next };
        if levels_for_room[arrivals.queue] < arrivals.room {
            next[arrivals.queue] += 1;
            beat.tell(Event::Moved { from: Place::Supply, to: Place::Buffer(0) });
        } else {
            beat.tell(Event::Scrapped { at: Place::Supply });
        }
    }

    beat.earn(PARTS, line.revenue * f64::from(sold));
    let mut holding = 0.0;
    for &(level, rate) in &line.holding_before {
        holding += rate * f64::from(state[level]);
    }
    for &(level, rate) in &line.holding_after {
        holding += rate * f64::from(next[level]);
    }
    if holding != 0.0 {
        beat.earn(HOLDING, -holding);
    }
    if line.spends_energy {
        beat.earn(ENERGY, -energy);
    }
    if line.spends_repair {
        beat.earn(REPAIR, -repair);
    }
}

/// What a machine's beat amounts to.
struct Spent {
    energy: f64,
    repair: f64,
    sold: Level,
}

/// One machine's beat: switch, condition, work.
#[inline(always)]
fn play<B: Beat + ?Sized>(
    number: u16,
    station: &Station,
    state: &[Level],
    action: &[Level],
    next: &mut [Level],
    room: bool,
    beat: &mut B,
) -> Spent {
    let told = action.get(station.action).is_none_or(|&told| told == RUN);
    let mut energy = 0.0;
    let mut started = told;
    if let Some(&switch) = state.get(station.switch) {
        if told {
            if switch == 0 {
                energy += station.restart_cost;
            }
            started = switch >= station.ready;
            next[station.switch] = (switch + 1).min(station.on);
        } else {
            next[station.switch] = 0;
        }
    }

    let done = state.get(station.progress).copied().unwrap_or(0) + 1;
    let completes = done >= station.cycle;
    let has_part = state.get(station.upstream).is_none_or(|&level| level > 0);
    let has_room = room || !completes;
    let can_work = started && has_part && has_room;

    let mut up = true;
    if let Some(&condition) = state.get(station.condition) {
        let was_up = condition == UP;
        // An idle machine whose failures depend on operation stays up for sure: no draw.
        if !(was_up && station.operation && !can_work) {
            let p = if was_up { station.survival } else { station.repair };
            up = beat.bernoulli(station.condition_source, p);
            next[station.condition] = if up { UP } else { DOWN };
            if up != was_up {
                beat.tell(if up {
                    Event::Repaired { station: number }
                } else {
                    Event::Failed { station: number }
                });
            }
        }
    }

    let mut sold = 0;
    if up && can_work {
        if !completes {
            next[station.progress] = done;
        } else if station.completion >= 1.0
            || beat.bernoulli(station.completion_source, station.completion)
        {
            if let Some(progress) = next.get_mut(station.progress) {
                *progress = 0;
            }
            if let Some(level) = next.get_mut(station.upstream) {
                *level -= 1;
            }
            match next.get_mut(station.downstream) {
                Some(level) => *level += 1,
                None => sold = 1,
            }
            beat.tell(Event::Moved { from: station.from, to: station.place });
            beat.tell(Event::Moved { from: station.place, to: station.to });
        }
    }

    let condition = if !up {
        Condition::Down
    } else if !told {
        Condition::HeldBack
    } else if !started {
        Condition::SetUp
    } else if !has_part {
        Condition::Starved
    } else if !has_room {
        Condition::Blocked
    } else {
        Condition::Working
    };
    beat.tell(Event::Spent { station: number, condition });
    let billed = if told { condition } else { Condition::HeldBack };
    energy += station.power[billed as usize];
    Spent { energy, repair: if up { 0.0 } else { station.repair_cost }, sold }
}

/// Customers ask and are served from the store; returns how many parts were sold.
fn serve<B: Beat + ?Sized>(
    customers: &Customers,
    state: &[Level],
    next: &mut [Level],
    beat: &mut B,
) -> Level {
    let asked = beat.bernoulli(customers.source, customers.probability);
    let waited = state.get(customers.backlog).copied().unwrap_or(0);
    let wanting = waited + Level::from(asked);
    let sold = wanting.min(state[customers.store]);
    next[customers.store] -= sold;
    for _ in 0..sold {
        beat.tell(Event::Moved { from: customers.place, to: Place::Customer });
    }
    let unserved = wanting - sold;
    let waiting = unserved.min(customers.limit);
    if unserved > waiting {
        beat.tell(Event::DemandLost);
        beat.earn(LOST, -customers.lost_cost);
    } else if asked && waiting > 0 {
        // Who came first is served first, so the one who has just asked is among those waiting.
        beat.tell(Event::Backordered);
    }
    if let Some(backlog) = next.get_mut(customers.backlog) {
        *backlog = waiting;
        let charged = if customers.charged_after { waiting } else { waited };
        beat.earn(BACKLOG, -customers.backlog_cost * f64::from(charged));
    }
    sold
}
