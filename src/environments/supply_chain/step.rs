//! One beat of a supply chain, as its card in [`super`] says.

#![expect(
    clippy::indexing_slicing,
    reason = "variables are laid out when the chain is built; a hot loop"
)]

use super::settings::MOST_ECHELONS;
use super::{Echelon, HOLDING, Link, ORDERING, OWING, SALES, SHORTAGE, SupplyChain};
use crate::mdp::{Beat, Condition, Event, Level, Place};

/// Plays one beat: from `state` under `action` to `next`.
pub(super) fn step<B: Beat + ?Sized>(
    chain: &SupplyChain,
    state: &[Level],
    action: &[Level],
    next: &mut [Level],
    beat: &mut B,
) {
    // What reaches each echelon's supplier in this beat.
    let mut read = [0; MOST_ECHELONS];
    for (i, echelon) in chain.echelons.iter().enumerate() {
        let ordered = order(chain, i, state, action);
        if ordered > 0 {
            let costs = &chain.settings.echelons[i];
            beat.earn(ORDERING, -costs.fixed_cost - costs.unit_cost * f64::from(ordered));
        }
        read[i] = match echelon.delay {
            0 => ordered,
            delay => {
                let asks = &state[echelon.asks..][..delay];
                next[echelon.asks..][..delay - 1].copy_from_slice(&asks[1..]);
                next[echelon.asks + delay - 1] = ordered;
                asks[0]
            }
        };
    }
    // Who is supplied comes before the supplier, so that what is due to it has left its place when
    // more is sent to it.
    for (i, echelon) in chain.echelons.iter().enumerate() {
        let arrived = receive(chain, i, state, next, beat);
        serve(chain, i, (state, arrived), &read, next, beat);
        if echelon.supplier.is_none() {
            send(chain, i, read[i], Place::Supply, next, beat);
        }
    }
}

/// What an echelon orders, cut to what its position may become.
fn order(chain: &SupplyChain, i: usize, state: &[Level], action: &[Level]) -> Level {
    let echelon = &chain.echelons[i];
    let mut position = i64::from(state[echelon.stock]);
    for link in &echelon.links {
        position -= link.owed.map_or(0, |owed| i64::from(state[owed]));
    }
    let under_way = &state[echelon.due..echelon.asks + echelon.delay];
    position += under_way.iter().map(|&level| i64::from(level)).sum::<i64>();
    if let Some(supplier) = echelon.supplier {
        let supplier = &chain.echelons[supplier];
        let link = supplier.links.iter().find(|link| link.to == Some(i));
        position += link.map_or(0, |link| i64::from(owed(supplier, link, state)));
    }
    let wished = match echelon.action {
        Some(place) => i64::from(action[place]),
        None => i64::from(echelon.base_stock) - position,
    };
    let room = (i64::from(echelon.capacity) - position).max(0);
    wished.clamp(0, i64::from(echelon.max_order)).min(room) as Level
}

/// What an echelon owes to one who orders from it.
fn owed(echelon: &Echelon, link: &Link, state: &[Level]) -> Level {
    match link.owed {
        Some(owed) => state[owed],
        None => (-state[echelon.stock]).max(0),
    }
}

fn stock_place(chain: &SupplyChain, i: usize) -> Place {
    Place::Buffer(chain.echelons[i].buffer)
}

fn due_place(chain: &SupplyChain, i: usize, stage: usize) -> Place {
    Place::Buffer(chain.echelons[i].buffer + 1 + stage as u16)
}

/// What is due has arrived, and the rest comes a beat nearer. Returns how much that is.
fn receive<B: Beat + ?Sized>(
    chain: &SupplyChain,
    i: usize,
    state: &[Level],
    next: &mut [Level],
    beat: &mut B,
) -> Level {
    let echelon = &chain.echelons[i];
    let due = &state[echelon.due..][..echelon.lead_time];
    // Room is short only in states that no order leads to.
    let on_hand = state[echelon.stock].max(0);
    let owed: Level = echelon.links.iter().map(|link| owed(echelon, link, state)).sum();
    let arrived = due[0].min(echelon.capacity - on_hand + owed);
    for _ in arrived..due[0] {
        beat.tell(Event::Scrapped { at: due_place(chain, i, 0) });
    }
    for stage in 1..echelon.lead_time {
        next[echelon.due + stage - 1] = due[stage];
    }
    next[echelon.due + echelon.lead_time - 1] = 0;
    arrived
}

/// An echelon sends what it has to those who order from it.
fn serve<B: Beat + ?Sized>(
    chain: &SupplyChain,
    i: usize,
    (state, arrived): (&[Level], Level),
    read: &[Level; MOST_ECHELONS],
    next: &mut [Level],
    beat: &mut B,
) {
    let echelon = &chain.echelons[i];
    let on_hand = state[echelon.stock].max(0);
    let mut left = on_hand + arrived;
    let mut sent = [0; MOST_ECHELONS + 1];
    let mut owes = [0; MOST_ECHELONS + 1];
    for (place, link) in echelon.links.iter().enumerate() {
        owes[place] = owed(echelon, link, state);
        let now = left.min(owes[place]);
        (left, owes[place], sent[place]) = (left - now, owes[place] - now, now);
    }
    let mut asked_in_all = 0;
    let mut gone = 0;
    for (place, link) in echelon.links.iter().enumerate() {
        let asked = match (link.to, &echelon.customers) {
            (Some(child), _) => read[child],
            (None, Some(customers)) => beat.pick(customers.source, &customers.demand) as Level,
            (None, None) => 0,
        };
        asked_in_all += asked + sent[place] + owes[place];
        let now = left.min(asked);
        left -= now;
        sent[place] += now;
        let waiting = (asked - now).min(link.limit - owes[place]).max(0);
        owes[place] += waiting;
        if link.to.is_none() {
            gone = asked - now - waiting;
            (0..waiting).for_each(|_| beat.tell(Event::Backordered));
            (0..gone).for_each(|_| beat.tell(Event::DemandLost));
        }
    }
    let owed_in_all: Level = owes.iter().sum();
    let condition = match (asked_in_all, owed_in_all + gone) {
        (0, _) => Condition::HeldBack,
        (_, 0) => Condition::Working,
        _ => Condition::Starved,
    };
    beat.tell(Event::Spent { station: i as u16, condition });

    tell_way(chain, i, (on_hand, arrived), &sent, next, beat);
    let apart = echelon.links.iter().any(|link| link.owed.is_some());
    next[echelon.stock] = if apart { left } else { left - owed_in_all };
    next[echelon.stock] = next[echelon.stock].min(echelon.capacity);
    account(chain, i, left, &sent, &owes, gone, next, beat);
}

/// What an echelon earns and pays in a beat, and what it owes from now on.
#[expect(clippy::too_many_arguments, reason = "all that a beat of an echelon comes to")]
fn account<B: Beat + ?Sized>(
    chain: &SupplyChain,
    i: usize,
    left: Level,
    sent: &[Level],
    owes: &[Level],
    gone: Level,
    next: &mut [Level],
    beat: &mut B,
) {
    let (echelon, costs) = (&chain.echelons[i], &chain.settings.echelons[i]);
    beat.earn(HOLDING, -costs.holding * f64::from(left));
    for (place, link) in echelon.links.iter().enumerate() {
        if let Some(owed) = link.owed {
            next[owed] = owes[place];
        }
        match (link.to, &echelon.customers) {
            (None, Some(customers)) => {
                beat.earn(SALES, customers.price * f64::from(sent[place]));
                let waiting = customers.waiting_cost * f64::from(owes[place]);
                beat.earn(SHORTAGE, -waiting - customers.lost_cost * f64::from(gone));
            }
            _ => beat.earn(OWING, -costs.owing * f64::from(owes[place])),
        }
    }
}

/// Tells the way of each unit: what was on hand goes first, then what arrives, of which the rest
/// stays.
fn tell_way<B: Beat + ?Sized>(
    chain: &SupplyChain,
    i: usize,
    (on_hand, arrived): (Level, Level),
    sent: &[Level],
    next: &mut [Level],
    beat: &mut B,
) {
    let echelon = &chain.echelons[i];
    let (here, first_due) = (stock_place(chain, i), due_place(chain, i, 0));
    let station = Place::Station(i as u16);
    let mut to_come = arrived;
    let mut old = on_hand;
    for (place, link) in echelon.links.iter().enumerate() {
        for _ in 0..sent[place] {
            if old > 0 {
                old -= 1;
            } else {
                to_come -= 1;
                beat.tell(Event::Moved { from: first_due, to: here });
            }
            beat.tell(Event::Moved { from: here, to: station });
            if link.to.is_none() {
                beat.tell(Event::Moved { from: station, to: Place::Customer });
            } else if let Some(child) = link.to {
                send(chain, child, 1, station, next, beat);
            }
        }
    }
    (0..to_come).for_each(|_| beat.tell(Event::Moved { from: first_due, to: here }));
    for stage in 1..echelon.lead_time {
        let (from, to) = (due_place(chain, i, stage), due_place(chain, i, stage - 1));
        let moved = next[echelon.due + stage - 1];
        (0..moved).for_each(|_| beat.tell(Event::Moved { from, to }));
    }
}

/// Sends units from a place to an echelon.
fn send<B: Beat + ?Sized>(
    chain: &SupplyChain,
    i: usize,
    units: Level,
    from: Place,
    next: &mut [Level],
    beat: &mut B,
) {
    let echelon = &chain.echelons[i];
    let last = echelon.due + echelon.lead_time - 1;
    let to = due_place(chain, i, echelon.lead_time - 1);
    for _ in 0..units {
        // More than fits is sent only in states that no order leads to.
        if next[last] < echelon.most_due {
            next[last] += 1;
            beat.tell(Event::Moved { from, to });
        } else {
            beat.tell(Event::Scrapped { at: from });
        }
    }
}
