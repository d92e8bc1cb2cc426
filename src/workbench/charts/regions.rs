//! Where to write a word into each connected region of a grid: at its deepest cell.

#![expect(clippy::indexing_slicing, reason = "cells are numbered row by row")]

/// The deepest cell of a connected region of equal cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deepest {
    /// Column.
    pub x: usize,
    /// Row.
    pub y: usize,
    /// The square of the cells up to so many less one away on all sides lies within the region.
    pub depth: usize,
}

/// The deepest cell of every region of cells that are equal and touch along an edge. Cells are in
/// rows; `None` belongs to no region.
pub fn regions<T: PartialEq>(cells: &[Option<T>], columns: usize) -> Vec<Deepest> {
    if columns == 0 {
        return Vec::new();
    }
    let rows = cells.len() / columns;
    let depths = depths(cells, columns, rows);
    let mut seen = vec![false; rows * columns];
    let mut found = Vec::new();
    let mut open = Vec::new();
    for start in 0..rows * columns {
        if seen[start] || cells[start].is_none() {
            continue;
        }
        let mut deepest = start;
        seen[start] = true;
        open.push(start);
        while let Some(at) = open.pop() {
            if depths[at] > depths[deepest] {
                deepest = at;
            }
            let (x, y) = (at % columns, at / columns);
            let beside = [
                (x > 0).then(|| at - 1),
                (x + 1 < columns).then(|| at + 1),
                (y > 0).then(|| at - columns),
                (y + 1 < rows).then(|| at + columns),
            ];
            for next in beside.into_iter().flatten() {
                if !seen[next] && cells[next] == cells[at] {
                    seen[next] = true;
                    open.push(next);
                }
            }
        }
        let (x, y) = (deepest % columns, deepest / columns);
        found.push(Deepest { x, y, depth: depths[deepest] });
    }
    found
}

/// How many steps, diagonal ones too, lead from each cell to the nearest that differs or is
/// outside, in two passes (Rosenfeld & Pfaltz 1966).
fn depths<T: PartialEq>(cells: &[Option<T>], columns: usize, rows: usize) -> Vec<usize> {
    let mut depths = vec![1; rows * columns];
    let inner = |x: usize, y: usize| {
        let at = y * columns + x;
        let alike = |dx: usize, dy: usize| cells[at + dy * columns + dx - columns - 1] == cells[at];
        x > 0
            && y > 0
            && x + 1 < columns
            && y + 1 < rows
            && (0..3).all(|dx| (0..3).all(|dy| alike(dx, dy)))
    };
    for y in 0..rows {
        for x in 0..columns {
            if inner(x, y) {
                let at = y * columns + x;
                let before = [at - 1, at - columns - 1, at - columns, at - columns + 1];
                depths[at] = 1 + before.iter().map(|&at| depths[at]).min().unwrap_or(0);
            }
        }
    }
    for y in (0..rows).rev() {
        for x in (0..columns).rev() {
            if inner(x, y) {
                let at = y * columns + x;
                let behind = [at + 1, at + columns - 1, at + columns, at + columns + 1];
                let least = 1 + behind.iter().map(|&at| depths[at]).min().unwrap_or(0);
                depths[at] = depths[at].min(least);
            }
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: [&str; 5]) -> Vec<Deepest> {
        let cells: Vec<Option<char>> =
            rows.iter().flat_map(|row| row.chars().map(|c| (c != '.').then_some(c))).collect();
        regions(&cells, rows[0].len())
    }

    #[test]
    fn each_region_is_found_with_its_deepest_cell() {
        let found = of(["aaaaabb", "aaaaabb", "aaaaa..", "aaaaabb", "aaaaabb"]);
        let places: Vec<_> = found.iter().map(|one| (one.x, one.y, one.depth)).collect();
        assert_eq!(places, [(2, 2, 3), (5, 0, 1), (5, 3, 1)], "two regions of b");
        assert_eq!(of(["..", "..", "..", "..", ".."]), []);
        assert_eq!(regions::<char>(&[], 0), []);
    }
}
