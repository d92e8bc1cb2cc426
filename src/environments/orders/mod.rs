//! Customised orders on one machine: which to accept, and which to work on next.
//!
//! ```text
//! offer → (accepted or declined) → slots of waiting orders → machine, one order at a time → customer
//! ```
//!
//! - **State**, in this order: how many orders are in the shop, the one that is worked on included;
//!   the slots of those that wait, each empty or a type with the beats in which it is due (a list kept
//!   sorted, see [`Kept`]); the order on the machine; what it is set up for, where set-ups differ; the
//!   beats of set-up and work that are left for sure, where there can be any; the order offered, where
//!   offers are decided on.
//! - **Actions**: pass or accept the order offered; and, where there are several types, which type is
//!   taken next, or to wait. To pass declines the order, and is all there is where none is offered. Of a
//!   type the first that waits is taken. Only while the machine is free is there a choice: **work is not
//!   interrupted**. With a single type the next is taken at once. Without a slot, counted after one was
//!   taken, nothing is accepted.
//! - **Start**: the orders of `initial` wait, the machine is free and set up for the first type.
//! - **Reward**: `orders` completed, less `waiting`, `lateness`, `set-ups` and `declined`.
//! - **End**: where no order ever comes, when all are done; else never.
//!
//! # One beat
//! 1. Every order in the shop costs `waiting`, and `late_cost` if it is late.
//! 2. **Machine.** Free, it takes an order of the type chosen. A set-up is paid, if it must be set up
//!    for another type; it takes its beats, this one included. Then the order is worked on for `work`
//!    beats; the last of them, and each one after it, completes it with probability `completion`. It
//!    then earns its `reward` and leaves.
//! 3. **Due dates.** The orders left in the shop are due a beat sooner. Who had one beat left is late
//!    from now on, and pays `late_fee` once: an order due within d beats, counted from the one after
//!    it was accepted, is on time if it leaves in one of them. So the beats that pay `late_cost` are its
//!    tardiness.
//! 4. **Offer.** The order offered joins the slots if it was accepted; else it is lost and costs
//!    `declined`.
//! 5. At most one order comes: it is offered in the next beat. Where offers are not decided on it joins
//!    now if there is a slot, else it is lost.
//!
//! The machine is the station, the shop with the order that is worked on the one buffer: it leaves it when
//! it is completed.
//!
//! Sources: Naor (1969) and Stidham (1985) for admission; Miller (1969) for orders of different worth;
//! Smith (1956), Moore (1968) and Pinedo (2016), ch. 3, for sequences without arrivals; Slotnick (2011) for
//! accepting and sequencing together.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the shop has; a hot loop"
)]

mod build;
mod check;
mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::examples;

pub use settings::{Kept, OrderSettings, OrdersSettings};

use super::sequence::Change;
use super::setting::SettingError;
use crate::mdp::{
    Beat, Condition, Enumerable, Environment, Event, Item, Level, Place, Places, Source, Space,
};

/// The level of a slot, or of the machine, that holds no order.
pub const EMPTY: Level = 0;
/// The action's level that declines the order offered.
pub const DECLINE: Level = 0;
/// The action's level that accepts it.
pub const ACCEPT: Level = 1;

const EMPTY_NAME: &str = "empty";
const IDLE_NAME: &str = "idle";
const NONE_NAME: &str = "none";
const WAIT_NAME: &str = "wait";

/// Where the variables lie. Before the slots comes the number of orders in the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderVariables {
    /// The first slot.
    pub first_slot: usize,
    /// The order on the machine; behind the last slot.
    pub machine: usize,
    /// What the machine is set up for, where set-ups differ.
    pub setup: Option<usize>,
    /// The beats that are left for sure, where there can be any.
    pub left: Option<usize>,
    /// The order offered: 0 for none, else its type counted from 1, where offers are decided on.
    pub offered: Option<usize>,
    /// The action variable by which it is declined or accepted.
    pub offer: Option<usize>,
    /// The action variable of the type that is taken next, where there are several; behind the types
    /// comes to wait.
    pub next: Option<usize>,
}

/// A shop that works to order, ready to be run.
#[derive(Debug, Clone)]
pub struct Orders {
    settings: OrdersSettings,
    state_space: Space,
    action_space: Space,
    sources: [String; 2],
    items: [String; 5],
    places: Places,
    types: Vec<Type>,
    /// What each level of a slot is; the first is empty.
    codes: Vec<Code>,
    /// The set-up from each type to each, row by row.
    changes: Vec<Change>,
    /// The probability that an order of each type comes, and of none at last; empty where none ever
    /// does.
    arrivals: Vec<f64>,
    at: OrderVariables,
    sorted: bool,
    start: Vec<Level>,
}

/// A type as the step needs it.
#[derive(Debug, Clone)]
struct Type {
    reward: f64,
    /// Beats of work that surely do not complete it.
    sure: Level,
    completion: f64,
    waiting: f64,
    late_cost: f64,
    late_fee: f64,
    declined: f64,
    /// The level of an order that was just accepted.
    fresh: Level,
}

/// An order as a level of a slot.
#[derive(Debug, Clone, Copy)]
struct Code {
    of_type: usize,
    /// Whether it is late.
    late: bool,
    /// Beats until it is due, 0 where it is late; `None` where it is not due at any time.
    due: Option<u32>,
    /// The level a beat later.
    aged: Level,
}

const ARRIVAL: Source = 0;
const COMPLETION: Source = 1;

const DONE: Item = 0;
const WAITING: Item = 1;
const LATENESS: Item = 2;
const SETUPS: Item = 3;
const DECLINED: Item = 4;

const SHOP: Place = Place::Buffer(0);

impl Orders {
    /// Builds the shop, or says all that is wrong with its settings.
    pub fn new(settings: OrdersSettings) -> Result<Self, Vec<SettingError>> {
        build::orders(settings)
    }

    /// The settings it was built from, every name filled in.
    pub fn settings(&self) -> &OrdersSettings {
        &self.settings
    }

    /// Where the variables lie.
    pub fn variables(&self) -> OrderVariables {
        self.at
    }

    /// The type of the order that a slot's or the machine's level stands for; `None` for no order. The
    /// lower the level the earlier it is due.
    #[inline(always)]
    pub fn type_of(&self, level: Level) -> Option<usize> {
        if level == EMPTY { None } else { Some(self.codes[level as usize].of_type) }
    }

    /// In how many beats the order is due that a slot's or the machine's level stands for, 0 where it
    /// is late; `None` where it is not due at any time, or there is none.
    pub fn due_in(&self, level: Level) -> Option<u32> {
        self.codes.get(usize::try_from(level).ok()?)?.due
    }

    /// The slot, counted from 0, whose order the machine takes by this action, if it is free and there
    /// is one.
    pub fn next_taken(&self, state: &[Level], action: &[Level]) -> Option<usize> {
        self.taken(state, action)
    }

    /// The mean beats of set-up and work of an order of a type, where the machine is set up for another.
    pub fn mean_work(&self, from: usize, to: usize) -> f64 {
        let of_type = &self.types[to];
        f64::from(self.change(from, to).time + of_type.sure) + 1.0 / of_type.completion
    }

    #[inline(always)]
    fn change(&self, from: usize, to: usize) -> Change {
        self.changes[from * self.types.len() + to]
    }

    /// The slots of a state.
    #[inline(always)]
    fn slots<'s>(&self, state: &'s [Level]) -> &'s [Level] {
        &state[self.at.first_slot..self.at.machine]
    }

    /// The first slot that the machine takes next, if it is free and there is one.
    #[inline(always)]
    fn taken(&self, state: &[Level], action: &[Level]) -> Option<usize> {
        if state[self.at.machine] != EMPTY {
            return None;
        }
        let wanted = match self.at.next {
            Some(place) => action[place] as usize,
            None => 0,
        };
        self.slots(state).iter().position(|&level| self.type_of(level) == Some(wanted))
    }

    /// What the orders in the shop cost in a beat.
    #[inline(always)]
    fn charge<B: Beat + ?Sized>(&self, state: &[Level], beat: &mut B) {
        for &level in &state[self.at.first_slot..=self.at.machine] {
            if level == EMPTY {
                continue;
            }
            let code = self.codes[level as usize];
            let of_type = &self.types[code.of_type];
            if of_type.waiting != 0.0 {
                beat.earn(WAITING, -of_type.waiting);
            }
            if code.late {
                beat.earn(LATENESS, -of_type.late_cost);
            }
        }
    }

    /// The machine's beat: takes an order and works on it. Writes the order that it then holds, what it
    /// is set up for and what is left.
    #[inline(always)]
    fn work<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        taken: Option<usize>,
        next: &mut [Level],
        beat: &mut B,
    ) {
        let spent = |condition| Event::Spent { station: 0, condition };
        let mut left = self.at.left.map_or(0, |place| state[place]);
        if let Some(slot) = taken {
            let slots = &mut next[self.at.first_slot..self.at.machine];
            let level = slots[slot];
            slots.copy_within(slot + 1.., slot);
            if let Some(last) = slots.last_mut() {
                *last = EMPTY;
            }
            next[self.at.machine] = level;
            let wanted = self.codes[level as usize].of_type;
            let mut setting_up = 0;
            if let Some(place) = self.at.setup {
                let current = state[place] as usize;
                if current != wanted {
                    let change = self.change(current, wanted);
                    beat.earn(SETUPS, -change.cost);
                    setting_up = change.time;
                    next[place] = wanted as Level;
                }
            }
            left = setting_up + self.types[wanted].sure;
        }
        let Some(worked) = self.type_of(next[self.at.machine]) else {
            let waits = self.slots(state).iter().any(|&level| level != EMPTY);
            beat.tell(spent(if waits { Condition::HeldBack } else { Condition::Starved }));
            return;
        };
        let of_type = &self.types[worked];
        let sets_up = left > of_type.sure;
        beat.tell(spent(if sets_up { Condition::SetUp } else { Condition::Working }));
        if left > 0 {
            left -= 1;
        } else if beat.bernoulli(COMPLETION, of_type.completion) {
            beat.earn(DONE, of_type.reward);
            beat.tell(Event::Moved { from: SHOP, to: Place::Station(0) });
            beat.tell(Event::Moved { from: Place::Station(0), to: Place::Customer });
            next[self.at.machine] = EMPTY;
        }
        if let Some(place) = self.at.left {
            next[place] = left;
        }
    }

    /// All orders in the shop are due a beat sooner.
    #[inline(always)]
    fn age<B: Beat + ?Sized>(&self, next: &mut [Level], beat: &mut B) {
        for level in &mut next[self.at.first_slot..=self.at.machine] {
            if *level == EMPTY {
                continue;
            }
            let code = self.codes[*level as usize];
            if !code.late && self.codes[code.aged as usize].late {
                beat.earn(LATENESS, -self.types[code.of_type].late_fee);
            }
            *level = code.aged;
        }
        if self.sorted {
            sort(&mut next[self.at.first_slot..self.at.machine]);
        }
    }

    /// An order joins the slots if it is taken and there is one, else it is lost.
    #[inline(always)]
    fn join<B: Beat + ?Sized>(&self, number: usize, take: bool, next: &mut [Level], beat: &mut B) {
        let of_type = &self.types[number];
        let slots = &mut next[self.at.first_slot..self.at.machine];
        match slots.iter().position(|&level| level == EMPTY).filter(|_| take) {
            Some(slot) => {
                slots[slot] = of_type.fresh;
                if self.sorted {
                    sort(slots);
                }
                beat.tell(Event::Moved { from: Place::Supply, to: SHOP });
            }
            None => {
                beat.tell(Event::DemandLost);
                beat.earn(DECLINED, -of_type.declined);
            }
        }
    }
}

/// Sorts slots by their levels, the empty ones last. They are few and nearly sorted.
#[inline(always)]
fn sort(slots: &mut [Level]) {
    let key = |level: Level| if level == EMPTY { Level::MAX } else { level };
    for end in 1..slots.len() {
        let mut place = end;
        while place > 0 && key(slots[place - 1]) > key(slots[place]) {
            slots.swap(place - 1, place);
            place -= 1;
        }
    }
}

impl Environment for Orders {
    tells_its_parts!("Orders");

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state.copy_from_slice(&self.start);
    }

    #[inline]
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        next.copy_from_slice(state);
        self.charge(state, beat);
        self.work(state, self.taken(state, action), next, beat);
        self.age(next, beat);
        if let (Some(offered), Some(offer)) = (self.at.offered, self.at.offer)
            && state[offered] > 0
        {
            let take = action[offer] == ACCEPT;
            self.join((state[offered] - 1) as usize, take, next, beat);
        }
        if !self.arrivals.is_empty() {
            let came = beat.pick(ARRIVAL, &self.arrivals);
            let came = (came < self.types.len()).then_some(came);
            match (self.at.offered, came) {
                (Some(offered), came) => {
                    next[offered] = came.map_or(0, |of_type| of_type as Level + 1);
                }
                (None, Some(of_type)) => self.join(of_type, true, next, beat),
                (None, None) => {}
            }
        }
        let held = next[self.at.first_slot..=self.at.machine].iter();
        next[0] = held.filter(|&&level| level != EMPTY).count() as Level;
    }

    fn ends(&self) -> bool {
        self.settings.ends()
    }

    fn is_terminal(&self, state: &[Level]) -> bool {
        self.settings.ends() && state[0] == 0
    }

    fn restricts_actions(&self) -> bool {
        !self.action_space.is_empty()
    }

    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        let taken = self.taken(state, action);
        if let Some(place) = self.at.next
            && taken.is_none()
            && (action[place] as usize) < self.types.len()
        {
            return false;
        }
        match (self.at.offered, self.at.offer) {
            (Some(offered), Some(offer)) if action[offer] == ACCEPT => {
                let room = taken.is_some() || self.slots(state).contains(&EMPTY);
                state[offered] > 0 && room
            }
            _ => true,
        }
    }

    fn allowed_action(&self, _state: &[Level], action: &mut [Level]) {
        if let Some(offer) = self.at.offer {
            action[offer] = DECLINE;
        }
        if let Some(next) = self.at.next {
            action[next] = self.types.len() as Level;
        }
    }

    fn usual_action(&self, action: &mut [Level]) {
        // Whatever is offered is accepted; types are taken in their order.
        action.fill(0);
        if let Some(offer) = self.at.offer {
            action[offer] = ACCEPT;
        }
    }

    fn standing_condition(&self, state: &[Level], _station: usize) -> Option<Condition> {
        let left = self.at.left.map_or(0, |place| state[place]);
        Some(match self.type_of(state[self.at.machine]) {
            Some(of_type) if left > self.types[of_type].sure => Condition::SetUp,
            Some(_) => Condition::Working,
            None => Condition::Starved,
        })
    }
}

impl Enumerable for Orders {}
