//! The floor as a graph: which move leads where, and how far it is to a station.

#![expect(clippy::indexing_slicing, reason = "cells and ways are of the map")]

use std::collections::VecDeque;

use super::settings::ShopFloorSettings;
use crate::environments::grid::{WAYS, Way};
use crate::mdp::Level;

/// How many ways there are to go.
pub(super) const MOVES: usize = 4;

/// What one stands on in a cell, for pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Robots go in all directions.
    Floor,
    /// Nobody can be there.
    Wall,
    /// The floor may turn the move of who leaves it.
    Slippery,
    /// Who stands there is charged.
    Charger,
    /// It is left in one direction only and not entered against it.
    Lane {
        /// That direction: to the right, up.
        way: (Level, Level),
    },
}

/// What a character of the drawing means by itself; `None` where it is a station's or nobody's.
pub(super) fn ground_of(symbol: char) -> Option<Ground> {
    let lane = |number: usize| Some(Ground::Lane { way: WAYS[number] });
    match symbol {
        '.' | ' ' | '1'..='3' => Some(Ground::Floor),
        '#' => Some(Ground::Wall),
        '~' => Some(Ground::Slippery),
        'C' => Some(Ground::Charger),
        '^' => lane(0),
        '>' => lane(1),
        'v' => lane(2),
        '<' => lane(3),
        _ => None,
    }
}

/// The cells, row by row from the bottom, and what moves lead to.
#[derive(Debug, Clone)]
pub(super) struct Map {
    pub width: Level,
    pub height: Level,
    pub grounds: Vec<Ground>,
    /// Where a move leads, cell by cell and way by way; the cell itself where it leads nowhere.
    moves: Vec<usize>,
}

impl Map {
    /// The map of a drawing whose rows are equally long.
    pub fn new(settings: &ShopFloorSettings) -> Self {
        let rows = settings.rows.iter().rev();
        let grounds: Vec<Ground> = rows
            .flat_map(|row| row.chars())
            .map(|symbol| ground_of(symbol).unwrap_or(Ground::Floor))
            .collect();
        let height = settings.rows.len();
        let width = grounds.len() / height.max(1);
        let mut map =
            Self { width: width as Level, height: height as Level, grounds, moves: Vec::new() };
        let cells = 0..map.grounds.len();
        map.moves = cells
            .flat_map(|cell| (0..MOVES).map(move |way| (cell, way)))
            .map(|(cell, way)| map.led(cell, way))
            .collect();
        map
    }

    /// Where a move leads as the drawing says.
    fn led(&self, from: usize, way: usize) -> usize {
        let (x, y) = self.place(from);
        let (right, up) = WAYS[way];
        let (x, y) = (x + right, y + up);
        if !(0..self.width).contains(&x) || !(0..self.height).contains(&y) {
            return from;
        }
        let to = self.cell((x, y));
        let leaves = match self.grounds[from] {
            Ground::Wall => false,
            Ground::Lane { way } => way == (right, up),
            _ => true,
        };
        let enters = match self.grounds[to] {
            Ground::Wall => false,
            Ground::Lane { way } => way != (-right, -up),
            _ => true,
        };
        if leaves && enters { to } else { from }
    }

    /// The number of a cell.
    #[inline(always)]
    pub fn cell(&self, (x, y): Way) -> usize {
        (y * self.width + x) as usize
    }

    /// Where a cell lies: from the left, from the bottom.
    pub fn place(&self, cell: usize) -> Way {
        (cell as Level % self.width, cell as Level / self.width)
    }

    /// Where a move leads; the cell itself where it leads nowhere.
    #[inline(always)]
    pub fn led_to(&self, from: usize, way: usize) -> usize {
        self.moves[from * MOVES + way]
    }

    /// How many moves it takes from each cell to the nearest of these; `u32::MAX` where no way leads
    /// there. Slippery floor counts as if it did not slip.
    pub fn distances(&self, targets: &[usize]) -> Vec<u32> {
        let mut into = vec![Vec::new(); self.grounds.len()];
        for from in 0..self.grounds.len() {
            for way in 0..MOVES {
                into[self.led_to(from, way)].push(from);
            }
        }
        let mut found = vec![u32::MAX; self.grounds.len()];
        let mut open: VecDeque<usize> = targets.iter().copied().collect();
        targets.iter().for_each(|target| found[*target] = 0);
        while let Some(cell) = open.pop_front() {
            for &from in &into[cell] {
                if found[from] == u32::MAX {
                    found[from] = found[cell] + 1;
                    open.push_back(from);
                }
            }
        }
        found
    }
}
