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
use crate::mdp::{
    Beat, Enumerable, Environment, Event, Item, Level, Places, Source, Space, copy_levels,
};

mod draw;
mod read;
mod settings;
#[cfg(test)]
mod tests;

// The floor of transport robots has the same ways.
pub(super) use read::{WAY_NAMES, WAYS};
pub(super) use settings::is_symbol;
pub use settings::{Cell, CellSettings, Errand, GridSettings, MoveSet};
#[cfg(test)]
pub(super) use tests::examples;

/// The action's level that goes right.
pub const RIGHT: Level = 1;

/// What a cell is, for pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// What one stands on.
    pub ground: Ground,
    /// Whether a thin wall stands at its right.
    pub walled_right: bool,
    /// Whether episodes start there; not said where they start nearly everywhere.
    pub start: bool,
}

/// What one stands on in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// One can be there.
    Floor,
    /// One cannot.
    Wall,
    /// An episode ends there, well.
    Goal,
    /// An episode ends there, badly.
    Hole,
    /// Who enters it is back at a start.
    Cliff,
    /// Every move from there leads to another cell.
    Jump {
        /// That cell: from the left, from the bottom.
        to: (Level, Level),
    },
}

/// More starts than this are not marked one by one.
const MOST_SHOWN_STARTS: usize = 4;

/// A way to go: to the right and up.
pub(super) type Way = (Level, Level);

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

/// What a move comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Move {
    to: Way,
    item: Item,
    reward: f64,
    effect: Effect,
}

/// What a move does besides.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Effect {
    Nothing,
    /// It reaches a goal.
    Goal,
    /// It leads over a cliff, back to the start.
    Fall,
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
    /// Way by way, those to its left, itself and that to its right.
    turns: Vec<[u8; 3]>,
    /// What every move comes to, cell by cell and way by way, where no gusts change it: worked out
    /// once, as a step's jumps hang on where it leads and cannot be foreseen.
    moves: Vec<Move>,
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

    /// What a cell within the grid is, for pictures.
    pub fn look(&self, x: Level, y: Level) -> Look {
        let place = self.cell(x, y);
        Look {
            ground: match place.kind {
                PlaceKind::Floor => Ground::Floor,
                PlaceKind::Wall => Ground::Wall,
                PlaceKind::Goal => Ground::Goal,
                PlaceKind::Hole => Ground::Hole,
                PlaceKind::Cliff => Ground::Cliff,
                PlaceKind::Jump(to) => Ground::Jump { to },
            },
            walled_right: place.walled,
            start: self.starts.len() <= MOST_SHOWN_STARTS && self.starts.contains(&(x, y)),
        }
    }

    /// How many cells the wind carries upwards in a column within the grid.
    pub fn wind(&self, x: Level) -> Level {
        self.wind[x as usize]
    }

    /// Where an action goes, to the right and up; `None` for those that do not go.
    pub fn way(&self, action: Level) -> Option<(Level, Level)> {
        let goes = self.delivery.as_ref().is_none_or(|delivery| action < delivery.pick_up);
        usize::try_from(action).ok().filter(|_| goes).and_then(|way| self.ways.get(way)).copied()
    }

    /// The cells of an errand's sites, in the order of the load's levels; none without an errand.
    pub fn sites(&self) -> &[(Level, Level)] {
        self.delivery.as_ref().map_or(&[], |delivery| &delivery.sites)
    }

    #[inline(always)]
    fn cell(&self, x: Level, y: Level) -> &Place {
        &self.cells[(y * self.width + x) as usize]
    }

    /// Adds what follows from the drawing.
    fn worked_out(mut self) -> Self {
        let place = |way: Way| self.ways.iter().position(|other| *other == way).unwrap_or(0) as u8;
        let turned = |way: &Way| match *way {
            // Who stays does not turn.
            (0, 0) => [place(*way); 3],
            (right, up) => [place((-up, right)), place(*way), place((up, -right))],
        };
        self.turns = self.ways.iter().map(turned).collect();
        if !self.settings.gusts {
            let cells = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
            self.moves = cells
                .flat_map(|cell| self.ways.iter().map(move |way| (cell, *way)))
                .map(|(cell, way)| self.outcome(cell, way, self.wind[cell.0 as usize]))
                .collect();
        }
        self
    }

    /// What a move from a cell without jump comes to under a wind.
    fn outcome(&self, from: Way, way: Way, wind: Level) -> Move {
        let to = self.arrival(from, way, wind);
        let there = self.cell(to.0, to.1);
        let (earned, effect) = if to == from {
            let stood = way == (0, 0) && wind == 0;
            (if stood { None } else { self.bump }, Effect::Nothing)
        } else {
            match there.kind {
                PlaceKind::Goal => (there.reward, Effect::Goal),
                PlaceKind::Cliff => (there.reward, Effect::Fall),
                // Its reward is that of leaving it.
                PlaceKind::Jump(_) => (None, Effect::Nothing),
                PlaceKind::Floor | PlaceKind::Wall | PlaceKind::Hole => {
                    (there.reward, Effect::Nothing)
                }
            }
        };
        let (item, reward) = self.earned(earned);
        Move { to, item, reward, effect }
    }

    /// Where a move leads under a wind, as long as it is no cliff's edge.
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

    /// The reward of a step where no other is earned.
    fn earned(&self, reward: Option<(Item, f64)>) -> (Item, f64) {
        reward.unwrap_or((STEPS, self.settings.step_reward))
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
    tells_its_parts!("Grid");

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
        copy_levels(next, state);
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
            let (item, reward) = self.earned(here.reward);
            return beat.earn(item, reward);
        }
        let mut way = action[0] as usize;
        if let Some(slip) = &self.slip
            && self.ways[way] != (0, 0)
        {
            way = usize::from(self.turns[way][beat.pick(SLIP, slip)]);
        }
        let made = if self.settings.gusts {
            let mut wind = self.wind[from.0 as usize];
            if wind != 0 {
                wind += beat.pick(WIND, &GUSTS) as Level - 1;
            }
            self.outcome(from, self.ways[way], wind)
        } else {
            let cell = (from.1 * self.width + from.0) as usize;
            self.moves[cell * self.ways.len() + way]
        };
        (next[0], next[1]) = made.to;
        match made.effect {
            Effect::Nothing => {}
            Effect::Goal => beat.tell(Event::GoalReached),
            Effect::Fall => (next[0], next[1]) = self.place_at_start(beat),
        }
        beat.earn(made.item, made.reward);
    }

    fn ends(&self) -> bool {
        self.settings.ends()
    }

    fn tells_goals(&self) -> bool {
        true
    }

    fn is_terminal(&self, state: &[Level]) -> bool {
        let ends = matches!(self.cell(state[0], state[1]).kind, PlaceKind::Goal | PlaceKind::Hole);
        ends || (self.delivery.is_some() && state[2] == state[3])
    }

    /// To the right.
    fn usual_action(&self, action: &mut [Level]) {
        action[0] = RIGHT;
    }
}

impl Enumerable for Grid {}
