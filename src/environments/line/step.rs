//! One beat of a line, as its card in [`super`] says.

#![expect(
    clippy::indexing_slicing,
    reason = "places are laid out when the line is built; a hot loop"
)]

use super::health::Turn;
use super::quality::{self, Fate};
use super::{
    At, BACKLOG, Customers, DOWN, ENERGY, HOLD, HOLDING, LOST, Line, PARTS, REPAIR, RUN, UP,
    parallel,
};
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
    let now = Now { line, state, action, works: true, served: u64::MAX };
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
pub(super) struct Now<'a> {
    pub line: &'a Line,
    pub state: &'a [Level],
    pub action: &'a [Level],
    /// Whether it works at this time of day.
    pub works: bool,
    /// The machines that are repaired where they are down, one bit each.
    served: u64,
}

impl Now<'_> {
    /// How many parts in the buffer before a machine cannot be taken yet.
    #[inline]
    pub fn on_the_way(&self, number: usize) -> Level {
        self.line.stations[number].on_the_way(self.state)
    }

    /// For how many parts of this machine there are cards.
    #[inline]
    pub fn cards(&self, number: usize, next: &[Level], back: u64) -> Level {
        match &self.line.cards {
            // By old levels what goes back was counted where it was.
            Some(cards) if number == 0 && self.line.old_levels => cards.left(self.state, 0),
            Some(cards) if number == 0 => cards.left(next, back),
            _ => Level::MAX,
        }
    }
}

/// The beat, compiled for `M` machines where the line is plain (see [`Line::plain_machines`]): the
/// compiler then knows all places and leaves out what such machines do not do.
#[inline(always)]
fn play<B: Beat + ?Sized, const M: usize>(now: Now<'_>, next: &mut [Level], beat: &mut B) {
    let Now { line, state, action, .. } = now;
    let (mut price, mut carbon_price) = (1.0, 1.0);
    let (now, next, machines) = if M == ANY {
        let mut now = now;
        if let Some(calendar) = &line.calendar {
            let span = calendar.span(state[calendar.variable]);
            (now.works, price, carbon_price) = (span.works, span.energy, span.carbon);
            next[calendar.variable] = calendar.next(state[calendar.variable]);
        }
        if let Some(crews) = &line.crews {
            now.served = crews.served(state, action);
        }
        for transit in &line.transits {
            transit.go_on(state, next);
        }
        if let Some(bad) = &line.bad {
            quality::begin(bad, state, next);
        }
        (now, next, line.stations.len())
    } else {
        let (state, next) = (&state[..2 * M - 1], &mut next[..2 * M - 1]);
        (Now { state, action: &action[..M], ..now }, next, M)
    };
    let state = now.state;

    // Every variable is written exactly once before it is read: a buffer by whoever takes from it,
    // who comes before whoever adds to it. A copy of the state would cost as much as two draws.
    let mut sold = 0;
    let mut extra = Extra::default();
    if M == ANY
        && let Some(customers) = &line.customers
    {
        sold = serve(customers, now, next, &mut extra, beat);
    }

    let mut energy = 0.0;
    let mut repair = 0.0;
    for number in (0..machines).rev() {
        let parallel = if M == ANY { line.stations[number].parallel.as_deref() } else { None };
        let spent = match parallel {
            Some(parallel) => parallel::work(parallel, now, number, next, &mut extra, beat),
            None => work::<B, M>(now, number, next, &mut extra, beat),
        };
        energy += spent.energy;
        repair += spent.repair;
        sold += spent.sold;
    }
    if M == ANY && extra.back != 0 {
        take_back(line, state, next, &mut extra, beat);
    }

    if M == ANY
        && now.works
        && let Some(arrivals) = &line.arrivals
        && beat.bernoulli(arrivals.source, arrivals.probability)
    {
        let levels_for_room = if line.old_levels { state } else { &*next };
        // What came back in this beat takes room by either rule.
        if levels_for_room[arrivals.queue].max(next[arrivals.queue]) < arrivals.room {
            next[arrivals.queue] += 1;
            if let Some(next) = next.get_mut(arrivals.sets_out) {
                *next += 1;
            }
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
        beat.earn(ENERGY, if M == ANY { -energy * price } else { -energy });
    }
    if line.spends_repair {
        beat.earn(REPAIR, -repair);
    }
    if M == ANY {
        if let Some(item) = line.maintenance_item {
            beat.earn(item, -extra.maintenance);
        }
        if let Some(item) = line.scrap_item {
            beat.earn(item, -extra.scrap);
        }
        if let Some(bad) = &line.bad {
            if let Some(item) = bad.inspection_item {
                beat.earn(item, -extra.inspection);
            }
            if let Some((item, cost)) = bad.complaint {
                beat.earn(item, -cost * f64::from(extra.sold_bad));
            }
        }
        if let Some((item, rate)) = line.carbon {
            beat.earn(item, -rate * energy * carbon_price);
        }
    }
}

/// What the buffers cost by their levels, which are the first variables.
#[inline(always)]
fn cost(rates: &[f64], levels: &[Level]) -> f64 {
    rates.iter().zip(levels).map(|(rate, &level)| rate * f64::from(level)).sum()
}

/// What comes of a beat beside energy, repair and sales, where a line has such things at all.
#[derive(Default)]
pub(super) struct Extra {
    maintenance: f64,
    scrap: f64,
    inspection: f64,
    /// Parts sold with a defect.
    sold_bad: Level,
    /// The machines whose part goes back, one bit each.
    pub back: u64,
}

/// What a machine's beat amounts to.
pub(super) struct Spent {
    pub energy: f64,
    pub repair: f64,
    pub sold: Level,
}

/// One machine's beat: switch, condition, work.
#[inline(always)]
fn work<B: Beat + ?Sized, const M: usize>(
    now: Now<'_>,
    number: usize,
    next: &mut [Level],
    extra: &mut Extra,
    beat: &mut B,
) -> Spent {
    let Now { line, state, action, .. } = now;
    let station = &line.stations[number];
    let at = if M == ANY { station.at } else { At::plain(number, M) };
    let order = action.get(at.action).copied().unwrap_or(RUN);
    let maintains = M == ANY && order == station.maintain;
    let told = order != HOLD && !maintains && (M != ANY || now.works);
    let speed = if M == ANY && told { order as usize - 1 } else { 0 };
    let mut energy = 0.0;
    let mut started = told;
    if let Some(&switch) = state.get(at.switch) {
        if told && switch == 0 {
            energy += station.restart_cost;
        }
        started &= switch >= station.ready;
        next[at.switch] = match (told, now.works) {
            (true, _) => (switch + 1).min(station.on),
            (false, true) => 0,
            // Who stands for a break goes on where it was.
            (false, false) => switch,
        };
    }

    let progress = state.get(at.progress).copied().unwrap_or(0);
    let finishes = M != ANY || progress + 1 >= station.cycle;
    let parts = state.get(at.upstream).copied();
    let has_part = if M == ANY {
        parts.is_none_or(|parts| parts > station.on_the_way(state))
            && now.cards(number, next, extra.back) > 0
    } else {
        parts.is_none_or(|parts| parts > 0)
    };
    // Nothing before this machine has moved yet, and what was taken behind it is in `next`.
    let levels_for_room = if line.old_levels { state } else { &*next };
    let room = levels_for_room.get(at.downstream).is_none_or(|&level| level < station.room);
    let has_room = room || !finishes;
    let can_work = started && has_part && has_room;

    let mut up = true;
    let mut planned = M == ANY && !now.works;
    if M == ANY
        && let Some(health) = &station.health
    {
        let was = state[at.condition];
        let served = now.served >> number & 1 == 1;
        let turn = Turn { able: can_work, speed, maintains, served, works: now.works };
        let is = health.turn(was, turn, at.condition_source, beat);
        next[at.condition] = is;
        if health.is_up(was) && maintains {
            extra.maintenance += health.maintenance_cost();
        }
        if was < health.up() && health.is_up(is) && !health.is_maintained(was) {
            beat.tell(Event::Repaired { station: number as u16 });
        } else if health.is_up(was) && !health.is_up(is) && !health.is_maintained(is) {
            beat.tell(Event::Failed { station: number as u16 });
        }
        let counts = if line.conditions_last { was } else { is };
        let in_maintenance = health.is_maintained(was) || maintains && health.is_up(was);
        up = !in_maintenance && health.is_up(counts);
        planned |= in_maintenance;
    } else if let Some(&condition) = state.get(at.condition) {
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
        && (M != ANY || {
            let completion = station.completions[speed];
            completion >= 1.0 || beat.bernoulli(at.completion_source, completion)
        });
    if let Some(next) = next.get_mut(at.progress) {
        *next = if completes { 0 } else { progress + Level::from(works) };
    }
    if let (Some(next), Some(parts)) = (next.get_mut(at.upstream), parts) {
        *next = parts - Level::from(completes);
    }
    if M == ANY
        && let Some(health) = &station.health
        && works
        && health.is_up(next[at.condition])
    {
        next[at.condition] = health.wear(next[at.condition], speed, at.wear_source, beat);
    }
    let mut sold = 0;
    if M == ANY {
        if completes {
            sold = finish(now, number, parts.unwrap_or(0), next, extra, beat);
        }
    } else {
        match next.get_mut(at.downstream) {
            Some(next) => *next += Level::from(completes),
            None => sold = Level::from(completes),
        }
        if completes {
            let (from, to) = plain_way(number, M);
            beat.tell(Event::Moved { from, to: Place::Station(number as u16) });
            beat.tell(Event::Moved { from: Place::Station(number as u16), to });
        }
    }

    // Machines mostly work: that case is spared the rest.
    let mut repair = 0.0;
    let condition = if works {
        let power = station.energy[Condition::Working as usize];
        energy += if M == ANY { power * station.powers[speed] } else { power };
        Condition::Working
    } else {
        let condition = if planned {
            Condition::Planned
        } else if !up {
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

/// What becomes of a part that a machine has completed and that was one of so many in the buffer
/// before it: it goes on, is scrapped or goes back. Returns how many parts are sold by that, and does
/// all but put back what goes back.
#[inline]
pub(super) fn finish<B: Beat + ?Sized>(
    now: Now<'_>,
    number: usize,
    among: Level,
    next: &mut [Level],
    extra: &mut Extra,
    beat: &mut B,
) -> Level {
    let station = &now.line.stations[number];
    let here = Place::Station(number as u16);
    let mut bad = false;
    if let Some(quality) = &station.quality {
        bad = quality::take(quality.bad_before, among, quality.taken_source, next, beat);
    }
    beat.tell(Event::Moved { from: station.from, to: here });
    if station.scrap > 0.0 && beat.bernoulli(station.at.scrap_source, station.scrap) {
        beat.tell(Event::Scrapped { at: here });
        extra.scrap += station.scrap_cost;
        return 0;
    }
    if let Some(quality) = &station.quality {
        extra.inspection += quality.inspection.map_or(0.0, |inspection| inspection.cost);
        match quality.judge(bad, beat) {
            Fate::Passes { bad: is } => bad = is,
            Fate::Found if quality.inspection.is_some_and(|known| known.goes_back) => {
                extra.back |= 1 << number;
                return 0;
            }
            Fate::Found => {
                beat.tell(Event::Scrapped { at: here });
                extra.scrap += station.scrap_cost;
                return 0;
            }
        }
    }
    if let Some(rework) = &station.rework
        && rework.probability > 0.0
        && beat.bernoulli(station.at.rework_source, rework.probability)
    {
        extra.back |= 1 << number;
        return 0;
    }
    beat.tell(Event::Moved { from: here, to: station.to });
    let Some(behind) = next.get_mut(station.at.downstream) else {
        extra.sold_bad += Level::from(bad);
        return 1;
    };
    *behind += 1;
    let level = *behind;
    if let Some(sets_out) = next.get_mut(station.sets_out) {
        *sets_out += 1;
    }
    if let Some(quality) = &station.quality {
        quality::put(quality.bad_behind, bad, level, next);
    }
    0
}

/// Puts the parts that go back into their buffers, the first machine's first; what finds no room is
/// scrapped.
fn take_back<B: Beat + ?Sized>(
    line: &Line,
    state: &[Level],
    next: &mut [Level],
    extra: &mut Extra,
    beat: &mut B,
) {
    let back = extra.back;
    for (number, station) in line.stations.iter().enumerate().filter(|(i, _)| back >> i & 1 == 1) {
        let Some(rework) = &station.rework else { continue };
        let here = Place::Station(number as u16);
        // By old levels room that was freed in this beat does not count, but what came in does.
        let freed = (state[rework.variable] - next[rework.variable]).max(0);
        let counted = next[rework.variable] + if line.old_levels { freed } else { 0 };
        if counted < rework.room {
            next[rework.variable] += 1;
            beat.tell(Event::Moved { from: here, to: rework.to });
        } else {
            beat.tell(Event::Scrapped { at: here });
            extra.scrap += station.scrap_cost;
        }
    }
}

/// Customers ask and are served from the store; returns how many parts were sold.
fn serve<B: Beat + ?Sized>(
    customers: &Customers,
    now: Now<'_>,
    next: &mut [Level],
    extra: &mut Extra,
    beat: &mut B,
) -> Level {
    let state = now.state;
    let asked = now.works && beat.bernoulli(customers.source, customers.probability);
    let waited = state.get(customers.backlog).copied().unwrap_or(0);
    let wanting = waited + Level::from(asked);
    let level = state[customers.store];
    // Of states that are never reached some have more on its way than there is.
    let way = customers.transit.map_or(0, |transit| transit.on_the_way(state));
    let there = (level - way).max(0);
    let sold = wanting.min(there);
    next[customers.store] = level - sold;
    for taken in 0..sold {
        if let Some((bad, source)) = now.line.bad.as_ref().and_then(|bad| bad.store) {
            let bad = quality::take(bad, level - taken, source, next, beat);
            extra.sold_bad += Level::from(bad);
        }
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
