//! One beat of a line, as its card in [`super`] says.

#![expect(
    clippy::indexing_slicing,
    reason = "places are laid out when the line is built; a hot loop"
)]

use super::{At, BACKLOG, Customers, DOWN, ENERGY, HOLDING, LOST, Line, PARTS, REPAIR, RUN, UP};
use crate::mdp::{Beat, Condition, Event, Level, Odds, Place};

/// Plays one beat: from `state` under `action` to `next`.
#[inline]
pub(super) fn step<B: Beat + ?Sized>(
    line: &Line,
    state: &[Level],
    action: &[Level],
    next: &mut [Level],
    beat: &mut B,
) {
    let now = Now { line, state, action };
    match line.plain_machines {
        1 => play::<B, 1>(now, next, beat),
        2 => play::<B, 2>(now, next, beat),
        3 => play::<B, 3>(now, next, beat),
        4 => play::<B, 4>(now, next, beat),
        _ => play::<B, ANY>(now, next, beat),
    }
}

/// In place of a number of machines: any number, of any kind.
const ANY: usize = 0;

/// A line at the beat's start.
#[derive(Clone, Copy)]
struct Now<'a> {
    line: &'a Line,
    state: &'a [Level],
    action: &'a [Level],
}

/// The beat, compiled for `M` machines where the line is plain (see [`Line::plain_machines`]): the
/// compiler then knows all places and leaves out what such machines do not do.
#[inline(always)]
fn play<B: Beat + ?Sized, const M: usize>(now: Now<'_>, next: &mut [Level], beat: &mut B) {
    let Now { line, state, action } = now;
    let (now, next, machines) = if M == ANY {
        (now, next, line.stations.len())
    } else {
        let (state, next) = (&state[..2 * M - 1], &mut next[..2 * M - 1]);
        (Now { line, state, action: &action[..M] }, next, M)
    };
    let state = now.state;

    // Every variable is written exactly once before it is read: a buffer by whoever takes from it,
    // who comes before whoever adds to it. A copy of the state would cost as much as two draws.
    let mut sold = 0;
    if M == ANY
        && let Some(customers) = &line.customers
    {
        sold = serve(customers, state, next, beat);
    }

    let mut energy = 0.0;
    let mut repair = 0.0;
    for number in (0..machines).rev() {
        let spent = work::<B, M>(now, number, next, beat);
        energy += spent.energy;
        repair += spent.repair;
        sold += spent.sold;
    }

    if M == ANY
        && let Some(arrivals) = &line.arrivals
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
    if let Some(rates) = &line.holding_before {
        holding += cost(rates, state);
    }
    if let Some(rates) = &line.holding_after {
        holding += cost(rates, next);
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

/// What the buffers cost by their levels, which are the first variables.
#[inline(always)]
fn cost(rates: &[f64], levels: &[Level]) -> f64 {
    rates.iter().zip(levels).map(|(rate, &level)| rate * f64::from(level)).sum()
}

/// What a machine's beat amounts to.
struct Spent {
    energy: f64,
    repair: f64,
    sold: Level,
}

/// One machine's beat: switch, condition, work.
#[inline(always)]
fn work<B: Beat + ?Sized, const M: usize>(
    now: Now<'_>,
    number: usize,
    next: &mut [Level],
    beat: &mut B,
) -> Spent {
    let Now { line, state, action } = now;
    let station = &line.stations[number];
    let at = if M == ANY { station.at } else { At::plain(number, M) };
    let told = action.get(at.action).is_none_or(|&told| told == RUN);
    let mut energy = 0.0;
    let mut started = told;
    if let Some(&switch) = state.get(at.switch) {
        if told && switch == 0 {
            energy += station.restart_cost;
        }
        started &= switch >= station.ready;
        next[at.switch] = if told { (switch + 1).min(station.on) } else { 0 };
    }

    let progress = state.get(at.progress).copied().unwrap_or(0);
    let finishes = M != ANY || progress + 1 >= station.cycle;
    let parts = state.get(at.upstream).copied();
    let has_part = parts.is_none_or(|parts| parts > 0);
    // Nothing before this machine has moved yet, and what was taken behind it is in `next`.
    let levels_for_room = if line.old_levels { state } else { &*next };
    let room = levels_for_room.get(at.downstream).is_none_or(|&level| level < station.room);
    let has_room = room || !finishes;
    let can_work = started && has_part && has_room;

    let mut up = true;
    if let Some(&condition) = state.get(at.condition) {
        let was_up = condition == UP;
        let (before, able) = (usize::from(was_up), usize::from(can_work));
        let odds = Odds::new(station.up_next[before][able], station.down_next[before][able]);
        let is_up = beat.toss(at.condition_source, odds);
        next[at.condition] = if is_up { UP } else { DOWN };
        if is_up && !was_up {
            beat.tell(Event::Repaired { station: number as u16 });
        } else if was_up && !is_up {
            beat.tell(Event::Failed { station: number as u16 });
        }
        up = if M == ANY && line.conditions_last { was_up } else { is_up };
    }

    let works = up && can_work;
    let completes = works
        && finishes
        && (M != ANY
            || station.completion >= 1.0
            || beat.bernoulli(at.completion_source, station.completion));
    if let Some(next) = next.get_mut(at.progress) {
        *next = if completes { 0 } else { progress + Level::from(works) };
    }
    if let (Some(next), Some(parts)) = (next.get_mut(at.upstream), parts) {
        *next = parts - Level::from(completes);
    }
    let mut sold = 0;
    match next.get_mut(at.downstream) {
        Some(next) => *next += Level::from(completes),
        None => sold = Level::from(completes),
    }
    if completes {
        let (from, to) = if M == ANY { (station.from, station.to) } else { plain_way(number, M) };
        beat.tell(Event::Moved { from, to: Place::Station(number as u16) });
        beat.tell(Event::Moved { from: Place::Station(number as u16), to });
    }

    // Machines mostly work: that case is spared the rest.
    let mut repair = 0.0;
    let condition = if works {
        energy += station.energy[Condition::Working as usize];
        Condition::Working
    } else {
        let condition = if !up {
            repair = station.repair_cost;
            Condition::Down
        } else if !told {
            Condition::HeldBack
        } else if !started {
            Condition::SetUp
        } else if !has_part {
            Condition::Starved
        } else {
            Condition::Blocked
        };
        let billed = if told { condition } else { Condition::HeldBack };
        energy += station.energy[billed as usize];
        condition
    };
    beat.tell(Event::Spent { station: number as u16, condition });
    Spent { energy, repair, sold }
}

/// Where a machine's parts come from and where they go, in a plain line.
#[inline(always)]
fn plain_way(number: usize, machines: usize) -> (Place, Place) {
    let buffer = |number: usize| Place::Buffer(number as u16);
    let from = if number == 0 { Place::Supply } else { buffer(number - 1) };
    let to = if number + 1 == machines { Place::Customer } else { buffer(number) };
    (from, to)
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
    next[customers.store] = state[customers.store] - sold;
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
