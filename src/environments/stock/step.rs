//! One beat of a stock, as its card in [`super`] says.

#![expect(
    clippy::indexing_slicing,
    reason = "variables are laid out when the stock is built; a hot loop"
)]

use super::settings::MOST_STAGES;
use super::{DEMAND, Stock, Unmet, YIELD};
use crate::mdp::{Beat, Condition, Event, Item, Level, Place};

const SUPPLIER: Place = Place::Station(0);

/// Plays one beat: from `state` under `action` to `next`.
#[inline]
pub(super) fn step<B: Beat + ?Sized>(
    stock: &Stock,
    state: &[Level],
    action: &[Level],
    next: &mut [Level],
    beat: &mut B,
) {
    let settings = &stock.settings;
    let ordered = action[0];
    let condition = match ordered {
        0 if stock.position(state) >= i64::from(stock.capacity) => Condition::Blocked,
        0 => Condition::HeldBack,
        _ => {
            let cost = settings.fixed_cost + settings.unit_cost * f64::from(ordered);
            earn(beat, stock.books.ordering, -cost);
            Condition::Working
        }
    };
    beat.tell(Event::Spent { station: 0, condition });

    let asked = beat.pick(DEMAND, &stock.demand) as Level;
    // By age, the oldest first.
    let mut hand = [0; MOST_STAGES + 1];
    hand[..stock.ages].copy_from_slice(&state[..stock.ages]);
    let freshest = stock.ages - 1;
    let at_once = settings.lead_time == 0;
    let arrives = at_once && !(settings.uniformised && asked > 0);
    let mut sold = 0;
    let mut new = Delivery::default();
    if arrives && stock.perishes {
        // It is told where it goes when the rest has been sold or is a beat older.
        new = Delivery::of(stock, ordered, stock.most, beat);
        hand[stock.ages] = new.kept;
    } else if arrives {
        sold += arrive(stock, ordered, &mut hand, SUPPLIER, beat);
    }
    let mut wanted = asked;
    for (age, units) in hand[..=stock.ages].iter_mut().enumerate() {
        let served = wanted.min((*units).max(0));
        *units -= served;
        wanted -= served;
        sold += served;
        if age < stock.ages {
            let from = Place::Buffer(age as u16);
            (0..served).for_each(|_| beat.tell(Event::Moved { from, to: Place::Customer }));
        } else {
            new.handed_over = served;
        }
    }
    if wanted > 0 {
        let waiting = wanted.min(stock.backlog_limit + hand[0].min(0));
        hand[0] -= waiting;
        turn_away(stock, waiting, wanted - waiting, beat);
    }

    if stock.perishes {
        outdate(stock, hand[0], beat);
        hand.rotate_left(1);
        hand[MOST_STAGES] = 0;
        tell_ages(stock, &hand, beat);
        new.tell(SUPPLIER, freshest, beat);
    }
    let left: Level = hand[..stock.ages].iter().map(|units| (*units).max(0)).sum();
    earn(beat, stock.books.holding, -settings.holding * f64::from(left));
    if let Unmet::Backlogged { cost, .. } = settings.unmet {
        earn(beat, stock.books.shortage, -cost * f64::from((-hand[0]).max(0)));
    }

    if !at_once {
        let due = &state[stock.ages..][..stock.stages];
        let (arriving, from) = match due.first() {
            Some(&arriving) => (arriving, Place::Buffer(stock.ages as u16)),
            None => (ordered, SUPPLIER),
        };
        sold += arrive(stock, arriving, &mut hand, from, beat);
        advance(stock, due, ordered, next, beat);
    }
    earn(beat, stock.books.sales, settings.price * f64::from(sold));
    next[..stock.ages].copy_from_slice(&hand[..stock.ages]);
    if let Some((period, last)) = stock.clock {
        next[period] = (state[period] + 1).min(last);
        if next[period] == last {
            let kept: Level = hand[..stock.ages].iter().map(|units| (*units).max(0)).sum();
            earn(beat, stock.books.salvage, settings.salvage * f64::from(kept));
        }
    }
}

#[inline(always)]
fn earn<B: Beat + ?Sized>(beat: &mut B, item: Option<Item>, amount: f64) {
    if let Some(item) = item
        && amount != 0.0
    {
        beat.earn(item, amount);
    }
}

/// What comes of an order that arrives.
#[derive(Debug, Clone, Copy, Default)]
struct Delivery {
    units: Level,
    /// How many of them are good and find room.
    kept: Level,
    /// How many of those go to customers at once.
    handed_over: Level,
}

impl Delivery {
    /// Draws how many units are good.
    fn of<B: Beat + ?Sized>(stock: &Stock, units: Level, room: Level, beat: &mut B) -> Self {
        let good = match stock.good.get(units as usize) {
            Some(good) if units > 0 => beat.pick(YIELD, good) as Level,
            _ => units,
        };
        // Room is short only in states that no order leads to.
        Self { units, kept: good.min(room), handed_over: 0 }
    }

    /// Tells the way of each unit from a place into the buffer of an age, and on to customers.
    fn tell<B: Beat + ?Sized>(self, from: Place, age: usize, beat: &mut B) {
        let buffer = Place::Buffer(age as u16);
        for unit in 0..self.units {
            if from == SUPPLIER {
                beat.tell(Event::Moved { from: Place::Supply, to: SUPPLIER });
            }
            if unit >= self.kept {
                beat.tell(Event::Scrapped { at: from });
                continue;
            }
            beat.tell(Event::Moved { from, to: buffer });
            if unit < self.handed_over {
                beat.tell(Event::Moved { from: buffer, to: Place::Customer });
            }
        }
    }
}

/// An order arrives among the freshest, and who waits is served. Returns how many that were.
fn arrive<B: Beat + ?Sized>(
    stock: &Stock,
    units: Level,
    hand: &mut [Level],
    from: Place,
    beat: &mut B,
) -> Level {
    let into = stock.ages - 1;
    let most = if stock.perishes { stock.most } else { stock.capacity };
    let mut delivery = Delivery::of(stock, units, most - hand[into], beat);
    delivery.handed_over = delivery.kept.min((-hand[into]).max(0));
    hand[into] += delivery.kept;
    delivery.tell(from, into, beat);
    delivery.handed_over
}

/// Customers find nothing: some wait, others go.
fn turn_away<B: Beat + ?Sized>(stock: &Stock, waiting: Level, gone: Level, beat: &mut B) {
    for _ in 0..waiting {
        beat.tell(Event::Backordered);
    }
    for _ in 0..gone {
        beat.tell(Event::DemandLost);
    }
    let cost = match stock.settings.unmet {
        Unmet::Lost { cost } => cost,
        Unmet::Backlogged { lost_cost, .. } => lost_cost,
    };
    earn(beat, stock.books.shortage, -cost * f64::from(gone));
}

/// The oldest are too old.
fn outdate<B: Beat + ?Sized>(stock: &Stock, units: Level, beat: &mut B) {
    for _ in 0..units {
        beat.tell(Event::Scrapped { at: Place::Buffer(0) });
    }
    let cost = stock.settings.shelf_life.map_or(0.0, |life| life.cost);
    earn(beat, stock.books.outdating, -cost * f64::from(units));
}

/// What is left of each age goes to the next buffer. What came in this beat is told by itself.
fn tell_ages<B: Beat + ?Sized>(stock: &Stock, hand: &[Level], beat: &mut B) {
    let aged = stock.ages - 1;
    for (age, &units) in hand[..aged].iter().enumerate() {
        let (from, to) = (Place::Buffer(age as u16 + 1), Place::Buffer(age as u16));
        (0..units).for_each(|_| beat.tell(Event::Moved { from, to }));
    }
}

/// Orders under way come a beat nearer, and the new one joins them.
fn advance<B: Beat + ?Sized>(
    stock: &Stock,
    due: &[Level],
    ordered: Level,
    next: &mut [Level],
    beat: &mut B,
) {
    let Some(last) = due.len().checked_sub(1) else { return };
    let place = |stage: usize| Place::Buffer((stock.ages + stage) as u16);
    for stage in 0..last {
        next[stock.ages + stage] = due[stage + 1];
        for _ in 0..due[stage + 1] {
            beat.tell(Event::Moved { from: place(stage + 1), to: place(stage) });
        }
    }
    next[stock.ages + last] = ordered;
    for _ in 0..ordered {
        beat.tell(Event::Moved { from: Place::Supply, to: SUPPLIER });
        beat.tell(Event::Moved { from: SUPPLIER, to: place(last) });
    }
}
