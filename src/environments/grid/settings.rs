//! What a grid is made of: plain data.

use serde::{Deserialize, Serialize};

/// A grid, drawn as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GridSettings {
    /// The rows of the drawing, the topmost first, all equally long: one character a cell. `#` is a
    /// wall, `S` a start, `G` a goal, `H` a hole, `C` a cliff; `.`, `F` and the space are floor.
    pub rows: Vec<String>,
    /// What further characters mean, and what these earn.
    pub legend: Vec<CellSettings>,
    /// Whether a character stands between any two cells of a row: `|` a thin wall, any other none.
    pub thin_walls: bool,
    /// Where one can go. The four neighbours by default.
    pub moves: MoveSet,
    /// Reward of a step, in currency. −1 by default.
    pub step_reward: f64,
    /// Reward of a move that leads nowhere, in currency; that of a step where there is none.
    pub bump_reward: Option<f64>,
    /// How likely the floor turns a move to the left, not at all, and to the right, in proportion.
    /// By default it never does.
    pub slip: Vec<f64>,
    /// How many cells the wind carries upwards, by column. None by default.
    pub wind: Vec<i32>,
    /// Whether a wind that is not 0 may be one stronger or weaker.
    pub gusts: bool,
    /// A load to be brought from site to site. None by default.
    pub errand: Option<Errand>,
}

impl Default for GridSettings {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            legend: Vec::new(),
            thin_walls: false,
            moves: MoveSet::Four,
            step_reward: -1.0,
            bump_reward: None,
            slip: vec![0.0, 1.0, 0.0],
            wind: Vec::new(),
            gusts: false,
            errand: None,
        }
    }
}

/// What a character of the drawing means.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CellSettings {
    /// The character.
    pub symbol: String,
    /// What it is called; `goal`, `hole` … where empty.
    pub name: String,
    /// What it is; for a character without a meaning of its own, floor.
    pub kind: Option<Cell>,
    /// Reward of entering it (of a jump: of leaving it), in place of that of a step, in currency.
    pub reward: Option<f64>,
}

/// What a cell is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Cell {
    /// One can be there.
    Floor,
    /// One cannot.
    Wall,
    /// An episode may start there.
    Start,
    /// An episode ends there, well.
    Goal,
    /// An episode ends there, badly.
    Hole,
    /// Who enters it is back at a start.
    Cliff,
    /// Every move from there leads to another cell.
    Jump {
        /// The character of that cell, which is drawn once.
        to: String,
    },
}

/// Where one can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MoveSet {
    /// Up, right, down, left.
    #[default]
    Four,
    /// To all eight neighbours.
    King,
    /// To all eight neighbours, or nowhere.
    KingOrStay,
}

/// A load that is to be picked up at one site and put down at another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Errand {
    /// What the load is called. `passenger` by default.
    pub name: String,
    /// The characters of the sites, each drawn once; two or more.
    pub sites: Vec<String>,
    /// Reward of putting it down where it is to go, in currency. 20 by default.
    pub reward: f64,
    /// Reward of picking up or putting down where that cannot be done, in currency. −10 by default.
    pub refusal_reward: f64,
}

impl Default for Errand {
    fn default() -> Self {
        let name = "passenger".to_owned();
        Self { name, sites: Vec::new(), reward: 20.0, refusal_reward: -10.0 }
    }
}

impl GridSettings {
    /// Whether there are states in which it ends.
    pub fn ends(&self) -> bool {
        let ends = |symbol| matches!(self.cell(symbol), Some(Cell::Goal | Cell::Hole));
        self.errand.is_some() || self.rows.iter().any(|row| self.symbols(row).any(ends))
    }

    /// The characters of a row that are cells.
    pub fn symbols<'r>(&self, row: &'r str) -> impl Iterator<Item = char> + use<'r> {
        row.chars().step_by(if self.thin_walls { 2 } else { 1 })
    }

    /// What a character means; `None` where nothing says so.
    pub fn cell(&self, symbol: char) -> Option<Cell> {
        let is = |text: &String| is_symbol(text, symbol);
        let entry = self.legend.iter().find(|entry| is(&entry.symbol));
        if let Some(kind) = entry.and_then(|entry| entry.kind.clone()) {
            return Some(kind);
        }
        if self.errand.as_ref().is_some_and(|errand| errand.sites.iter().any(is)) {
            return Some(Cell::Floor);
        }
        let lands = |entry: &CellSettings| matches!(&entry.kind, Some(Cell::Jump { to }) if is(to));
        match symbol {
            '.' | ' ' | 'F' => Some(Cell::Floor),
            '#' => Some(Cell::Wall),
            'S' => Some(Cell::Start),
            'G' => Some(Cell::Goal),
            'H' => Some(Cell::Hole),
            'C' => Some(Cell::Cliff),
            _ => (entry.is_some() || self.legend.iter().any(lands)).then_some(Cell::Floor),
        }
    }
}

impl Cell {
    /// What it is called where it has no name of its own.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Wall => "wall",
            Self::Start => "start",
            Self::Goal => "goal",
            Self::Hole => "hole",
            Self::Cliff => "cliff",
            Self::Jump { .. } => "jump",
        }
    }
}

/// Whether a text is this one character.
pub(in crate::environments) fn is_symbol(text: &str, symbol: char) -> bool {
    let mut letters = text.chars();
    letters.next() == Some(symbol) && letters.next().is_none()
}
