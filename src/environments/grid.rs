//! A grid world, drawn as text.
//!
//! - **State**: `x` from the left and `y` from the bottom, so that a map over them looks like the
//!   drawing. With an errand also where its load is, and where it is to be brought.
//! - **Actions**: up, right, down, left; with king's moves also aslant; with an errand also
//!   *pick up* and *put down*.
//! - **Start**: a start cell; where none is drawn, any cell but walls, cliffs and ends. All are
//!   equally likely.
//! - **Reward**: `step_reward`, or in its place that of the cell entered, `bump_reward` for a move
//!   that leads nowhere, that of a jump, or those of the errand.
//! - **End**: on goals and in holes, and when an errand is done. Without these it never ends.
//!
//! # One beat
//! 1. From a jump every move leads to its landing. Else the floor may turn the move to the left or
//!    to the right (`slip`), and the wind of the column that is left adds to it; one number stronger
//!    or weaker or as it is, each with probability 1/3, where there are `gusts`.
//! 2. Move and wind are summed and cut once at the edges. Where that is a wall, or a thin wall
//!    stands on the way, one stays.
//! 3. A cliff leads back to a start, in the same beat.
//!
//! Walls are states that nobody is ever in; a beat from there leads to a start and earns nothing.
//!
//! The grids of Sutton & Barto (2018), examples 3.5, 4.1, 6.5, 6.6 and 8.1, and FrozenLake,
//! CliffWalking and Taxi (Dietterich 2000) of Gymnasium are settings.

#![expect(
    clippy::indexing_slicing,
    reason = "state and action are of the spaces that the grid has; a hot loop"
)]

use super::setting::SettingError;
use crate::mdp::{Beat, Enumerable, Environment, Event, Item, Level, Places, Source, Space};

mod draw;
mod read;
mod settings;
#[cfg(test)]
mod tests;

pub use settings::{Cell, CellSettings, Errand, GridSettings, MoveSet};
#[cfg(test)]
pub(super) use tests::examples;

/// The action's level that goes right.
pub const RIGHT: Level = 1;

/// A way to go: to the right and up.
type Way = (Level, Level);

/// A cell as a step needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    kind: PlaceKind,
    /// What entering it earns in place of a step, or leaving it by a jump.
    reward: Option<(Item, f64)>,
    /// Whether a thin wall stands at its right.
    walled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum PlaceKind {
    Floor,
    Wall,
    Goal,
    Hole,
    Cliff,
    Jump(Way),
}

/// Bringing a load from site to site.
#[derive(Debug, Clone)]
struct Delivery {
    /// Where the sites are.
    sites: Vec<Way>,
    item: Item,
    reward: f64,
    refusal_reward: f64,
    /// The action that picks up; the one behind it puts down.
    pick_up: Level,
    /// One for each pair of different sites, all alike.
    orders: Vec<f64>,
}

/// A grid, ready to be walked.
#[derive(Debug, Clone)]
pub struct Grid {
    settings: GridSettings,
    state_space: Space,
    action_space: Space,
    sources: [String; 4],
    items: Vec<String>,
    places: Places,
    width: Level,
    height: Level,
    /// Row by row from the bottom.
    cells: Vec<Place>,
    ways: &'static [Way],
    /// Probabilities of a turn to the left, of none, and to the right; none where it never turns.
    slip: Option<[f64; 3]>,
    /// Upwards, by column.
    wind: Vec<Level>,
    bump: Option<(Item, f64)>,
    starts: Vec<Way>,
    start_probabilities: Vec<f64>,
    delivery: Option<Delivery>,
}

const SLIP: Source = 0;
const WIND: Source = 1;
const START: Source = 2;
const ORDER: Source = 3;

const STEPS: Item = 0;

/// How a gust may change the wind, each alike.
const GUSTS: [f64; 3] = [1.0 / 3.0; 3];

impl Grid {
    /// Builds the grid, or says all that is wrong with its settings.
    pub fn new(settings: GridSettings) -> Result<Self, Vec<SettingError>> {
        read::read(settings)
    }

    /// The settings it was built from.
    pub fn settings(&self) -> &GridSettings {
        &self.settings
    }

    /// How many columns and rows there are.
    pub fn size(&self) -> (Level, Level) {
        (self.width, self.height)
    }

    /// Whether a cell within the grid is a wall.
    pub fn is_wall(&self, x: Level, y: Level) -> bool {
        self.cell(x, y).kind == PlaceKind::Wall
    }

    #[inline(always)]
    fn cell(&self, x: Level, y: Level) -> &Place {
        &self.cells[(y * self.width + x) as usize]
    }

    /// Where a move leads under a wind, as long as it is no cliff's edge.
    #[inline]
    fn arrival(&self, (x, y): Way, (right, up): Way, wind: Level) -> Way {
        let (to_x, to_y) = (
            (x + right).clamp(0, self.width - 1),
            // Winds are bounded, so that this does not leave 32 bits.
            (y + up + wind).clamp(0, self.height - 1),
        );
        let wall = self.cell(to_x, to_y).kind == PlaceKind::Wall;
        let thin = to_x != x && self.cell(x.min(to_x), y).walled;
        if wall || thin { (x, y) } else { (to_x, to_y) }
    }

    /// A start cell.
    fn place_at_start<B: Beat + ?Sized>(&self, beat: &mut B) -> Way {
        match self.starts.as_slice() {
            [only] => *only,
            several => several[beat.pick(START, &self.start_probabilities)],
        }
    }

    /// The reward of a step that is earned where nothing else is.
    #[inline]
    fn earn_step<B: Beat + ?Sized>(&self, reward: Option<(Item, f64)>, beat: &mut B) {
        let (item, amount) = reward.unwrap_or((STEPS, self.settings.step_reward));
        beat.earn(item, amount);
    }

    /// Picks up or puts down.
    fn handle<B: Beat + ?Sized>(
        &self,
        delivery: &Delivery,
        state: &[Level],
        picks_up: bool,
        next: &mut [Level],
        beat: &mut B,
    ) {
        let (load, aboard) = (state[2], delivery.sites.len() as Level);
        let here = delivery.sites.iter().position(|site| *site == (state[0], state[1]));
        let here = here.map(|site| site as Level);
        let done = match here {
            Some(here) if picks_up && load == here => Some(aboard),
            Some(here) if !picks_up && load == aboard => Some(here),
            _ => None,
        };
        match done {
            None => beat.earn(delivery.item, delivery.refusal_reward),
            Some(load) => {
                next[2] = load;
                if load == state[3] {
                    beat.earn(delivery.item, delivery.reward);
                    beat.tell(Event::GoalReached);
                } else {
                    beat.earn(STEPS, self.settings.step_reward);
                }
            }
        }
    }
}

impl Environment for Grid {
    fn kind(&self) -> &'static str {
        "Grid"
    }

    fn state_space(&self) -> &Space {
        &self.state_space
    }

    fn action_space(&self) -> &Space {
        &self.action_space
    }

    fn sources(&self) -> &[String] {
        &self.sources
    }

    fn reward_items(&self) -> &[String] {
        &self.items
    }

    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], beat: &mut B) {
        (state[0], state[1]) = self.place_at_start(beat);
        if let Some(delivery) = &self.delivery {
            let sites = delivery.sites.len();
            let order = beat.pick(ORDER, &delivery.orders);
            let (from, other) = (order / (sites - 1), order % (sites - 1));
            let to = if other < from { other } else { other + 1 };
            (state[2], state[3]) = (from as Level, to as Level);
        }
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
        let from = (state[0], state[1]);
        let here = self.cell(from.0, from.1);
        if here.kind == PlaceKind::Wall {
            (next[0], next[1]) = self.place_at_start(beat);
            return;
        }
        if let Some(delivery) = &self.delivery
            && action[0] >= delivery.pick_up
        {
            return self.handle(delivery, state, action[0] == delivery.pick_up, next, beat);
        }
        if let PlaceKind::Jump(to) = here.kind {
            (next[0], next[1]) = to;
            return self.earn_step(here.reward, beat);
        }
        let mut way = self.ways[action[0] as usize];
        if let Some(slip) = &self.slip
            && way != (0, 0)
        {
            way = match beat.pick(SLIP, slip) {
                0 => (-way.1, way.0),
                1 => way,
                _ => (way.1, -way.0),
            };
        }
        let mut wind = self.wind[from.0 as usize];
        if self.settings.gusts && wind != 0 {
            wind += beat.pick(WIND, &GUSTS) as Level - 1;
        }
        let to = self.arrival(from, way, wind);
        if to == from {
            let stood = way == (0, 0) && wind == 0;
            return self.earn_step(if stood { None } else { self.bump }, beat);
        }
        let there = self.cell(to.0, to.1);
        (next[0], next[1]) = to;
        match there.kind {
            PlaceKind::Goal => beat.tell(Event::GoalReached),
            PlaceKind::Cliff => (next[0], next[1]) = self.place_at_start(beat),
            // Its reward is that of leaving it.
            PlaceKind::Jump(_) => return self.earn_step(None, beat),
            PlaceKind::Floor | PlaceKind::Wall | PlaceKind::Hole => {}
        }
        self.earn_step(there.reward, beat);
    }

    fn ends(&self) -> bool {
        self.settings.ends()
    }

    fn is_terminal(&self, state: &[Level]) -> bool {
        let ends = matches!(self.cell(state[0], state[1]).kind, PlaceKind::Goal | PlaceKind::Hole);
        ends || (self.delivery.is_some() && state[2] == state[3])
    }

    /// To the right.
    fn usual_action(&self, action: &mut [Level]) {
        action[0] = RIGHT;
    }

    fn places(&self) -> &Places {
        &self.places
    }
}

impl Enumerable for Grid {}
