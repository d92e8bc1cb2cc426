//! The grid: its rules, one by one, and all that is refused. Published figures are held by the
//! scenarios that show them (`scenario/tests/textbook.rs`).

use super::*;
use crate::environments::exact::{branches, start};

fn texts(rows: &[&str]) -> Vec<String> {
    rows.iter().map(|row| (*row).to_owned()).collect()
}

fn drawn(rows: &[&str]) -> GridSettings {
    GridSettings { rows: texts(rows), ..Default::default() }
}

fn entry(symbol: &str, kind: Option<Cell>, reward: Option<f64>) -> CellSettings {
    CellSettings { symbol: symbol.to_owned(), name: String::new(), kind, reward }
}

fn jump(symbol: &str, to: &str, reward: f64) -> CellSettings {
    entry(symbol, Some(Cell::Jump { to: to.to_owned() }), Some(reward))
}

/// Every kind of cell, slippery and windy, with king's moves.
fn everything() -> GridSettings {
    GridSettings {
        legend: vec![
            jump("A", "a", 2.0),
            entry("C", None, Some(-5.0)),
            entry("G", None, Some(1.0)),
            entry("m", None, Some(-2.0)),
        ],
        moves: MoveSet::KingOrStay,
        bump_reward: Some(-3.0),
        slip: vec![1.0, 2.0, 0.5],
        wind: vec![0, 1, -2, 0, 0],
        gusts: true,
        ..drawn(&["G.#A.", "S.H.a", "m.C.S"])
    }
}

/// Two sites on two rows with a thin wall between two cells.
fn errand() -> GridSettings {
    GridSettings {
        thin_walls: true,
        errand: Some(Errand { sites: texts(&["P", "Q"]), ..Default::default() }),
        ..drawn(&["P: :.", ".|.:Q"])
    }
}

/// Settings that between them use every part of the step.
pub(in crate::environments) fn examples() -> Vec<GridSettings> {
    let jumps = GridSettings {
        legend: vec![jump("A", "a", 10.0), jump("B", "b", 5.0)],
        step_reward: 0.0,
        bump_reward: Some(-1.0),
        ..drawn(&[".A.B.", ".....", "...b.", ".....", ".a..."])
    };
    vec![everything(), errand(), jumps, drawn(&["S.C", "..G"]), drawn(&["S..", ".#."])]
}

/// (probability, next, items) of a beat.
fn ways(grid: &Grid, state: &[Level], action: &str) -> Vec<(f64, Vec<Level>, Vec<f64>)> {
    let labels = &grid.action_space().variables()[0].labels;
    let action = labels.iter().position(|label| label == action).unwrap() as Level;
    branches(grid, state, &[action]).into_iter().map(|b| (b.probability, b.next, b.items)).collect()
}

/// Where a sure beat leads and what it earns.
fn sure(grid: &Grid, state: &[Level], action: &str) -> (Vec<Level>, f64) {
    let found = ways(grid, state, action);
    assert_eq!(found.len(), 1, "{found:?}");
    (found[0].1.clone(), found[0].2.iter().sum())
}

#[test]
fn x_counts_from_the_left_and_y_from_the_bottom() {
    let grid = Grid::new(drawn(&["..G", "S.."])).unwrap();
    assert_eq!((grid.size(), start(&grid)), ((3, 2), vec![0, 0]));
    assert_eq!(sure(&grid, &[0, 0], "up"), (vec![0, 1], -1.0));
    assert_eq!(sure(&grid, &[0, 0], "right"), (vec![1, 0], -1.0));
    assert_eq!(sure(&grid, &[1, 1], "left"), (vec![0, 1], -1.0));
    assert_eq!(sure(&grid, &[1, 1], "down"), (vec![1, 0], -1.0));
    assert!(grid.ends() && grid.is_terminal(&[2, 1]) && !grid.is_terminal(&[1, 1]));
    let told = branches(&grid, &[2, 0], &[0]).remove(0).events;
    assert_eq!(told, [Event::GoalReached]);
}

#[test]
fn edges_and_walls_stop_a_move() {
    let settings = GridSettings { bump_reward: Some(-7.0), ..drawn(&["S#.", "..."]) };
    let grid = Grid::new(settings).unwrap();
    assert!(!grid.ends());
    assert_eq!(sure(&grid, &[0, 1], "up"), (vec![0, 1], -7.0));
    assert_eq!(sure(&grid, &[0, 1], "right"), (vec![0, 1], -7.0));
    assert_eq!(sure(&grid, &[0, 1], "down"), (vec![0, 0], -1.0));
    // Nobody is ever in a wall; a beat from there leads to the start.
    let is_wall = |x, y| grid.look(x, y).ground == Ground::Wall;
    assert!(is_wall(1, 1) && !is_wall(2, 1));
    assert_eq!(sure(&grid, &[1, 1], "right"), (vec![0, 1], 0.0));
}

#[test]
fn thin_walls_stop_moves_to_the_side_alone() {
    let grid = Grid::new(GridSettings { thin_walls: true, ..drawn(&["S| ", " : "]) }).unwrap();
    assert_eq!(grid.size(), (2, 2));
    assert_eq!(sure(&grid, &[0, 1], "right").0, [0, 1]);
    assert_eq!(sure(&grid, &[1, 1], "left").0, [1, 1]);
    assert_eq!(sure(&grid, &[0, 0], "right").0, [1, 0]);
    assert_eq!(sure(&grid, &[0, 1], "down").0, [0, 0]);
}

#[test]
fn the_floor_turns_moves_to_either_side() {
    let grid =
        Grid::new(GridSettings { slip: vec![1.0, 2.0, 5.0], ..drawn(&["...", ".S.", "..."]) });
    let grid = grid.unwrap();
    // Left of up is left, right of up is right.
    let found: Vec<_> =
        ways(&grid, &[1, 1], "up").into_iter().map(|(p, next, _)| (p, next)).collect();
    assert_eq!(found, [(0.125, vec![0, 1]), (0.25, vec![1, 2]), (0.625, vec![2, 1])]);
    let found: Vec<_> =
        ways(&grid, &[1, 1], "left").into_iter().map(|(p, next, _)| (p, next)).collect();
    assert_eq!(found, [(0.125, vec![1, 0]), (0.25, vec![0, 1]), (0.625, vec![1, 2])]);
}

#[test]
fn the_wind_of_the_column_that_is_left_adds_to_the_move() {
    let windy = |gusts| {
        let settings =
            GridSettings { wind: vec![0, 1, -1], gusts, ..drawn(&["...", "...", "S.."]) };
        Grid::new(settings).unwrap()
    };
    let grid = windy(false);
    assert_eq!(sure(&grid, &[0, 0], "right").0, [1, 0]);
    assert_eq!(sure(&grid, &[1, 0], "right").0, [2, 1]);
    // Summed, then cut once at the edge.
    assert_eq!(sure(&grid, &[1, 1], "up").0, [1, 2]);
    assert_eq!(sure(&grid, &[2, 1], "down").0, [2, 0]);
    let gusty = windy(true);
    assert_eq!(sure(&gusty, &[0, 0], "right").0, [1, 0]);
    let found: Vec<_> =
        ways(&gusty, &[1, 0], "right").into_iter().map(|(p, next, _)| (p, next)).collect();
    let third = 1.0 / 3.0;
    assert_eq!(found, [(third, vec![2, 0]), (third, vec![2, 1]), (third, vec![2, 2])]);
}

#[test]
fn kings_go_aslant_and_may_stay() {
    let king = GridSettings {
        moves: MoveSet::KingOrStay,
        bump_reward: Some(-9.0),
        ..drawn(&["...", ".S.", "..."])
    };
    let grid = Grid::new(king).unwrap();
    for (action, next) in [
        ("up right", [2, 2]),
        ("down right", [2, 0]),
        ("down left", [0, 0]),
        ("up left", [0, 2]),
        ("stay", [1, 1]),
    ] {
        assert_eq!(sure(&grid, &[1, 1], action), (next.to_vec(), -1.0), "{action}");
    }
    // At an edge what is left of the move is made.
    assert_eq!(sure(&grid, &[2, 1], "up right"), (vec![2, 2], -1.0));
    assert_eq!(sure(&grid, &[2, 2], "up right"), (vec![2, 2], -9.0));
}

#[test]
fn cells_earn_by_their_names() {
    let grid = Grid::new(everything()).unwrap();
    assert_eq!(grid.reward_items(), ["steps", "bumps", "jump", "cliff", "goal", "floor"]);
    // From the lower start onto `m`.
    let found = ways(&grid, &[0, 1], "down");
    assert!(found.iter().any(|(_, next, items)| *next == [0, 0] && items[5] == -2.0));
    let grid = Grid::new(drawn(&["S.C", "..G"])).unwrap();
    assert_eq!(sure(&grid, &[1, 1], "right"), (vec![0, 1], -1.0));
}

#[test]
fn every_move_from_a_jump_leads_to_its_landing() {
    let grid = Grid::new(examples().remove(2)).unwrap();
    for action in ["up", "right", "down", "left"] {
        assert_eq!(sure(&grid, &[1, 4], action), (vec![1, 0], 10.0));
        assert_eq!(sure(&grid, &[3, 4], action), (vec![3, 2], 5.0));
    }
    assert_eq!(sure(&grid, &[0, 4], "up"), (vec![0, 4], -1.0));
    // Its reward is for leaving it, not for entering it as well.
    assert_eq!(sure(&grid, &[0, 4], "right"), (vec![1, 4], 0.0));
    let starts = crate::mdp::start_distribution(&grid).unwrap();
    assert_eq!((starts.len(), starts[7].1), (25, 1.0 / 25.0));
}

#[test]
fn an_errand_is_done_where_its_load_is_put_down() {
    let grid = Grid::new(errand()).unwrap();
    let names: Vec<_> = grid.state_space().variables().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["x", "y", "passenger", "destination"]);
    // Site P is at the upper left, Q at the lower right; level 2 is aboard.
    assert_eq!(sure(&grid, &[0, 1, 0, 1], "pick up"), (vec![0, 1, 2, 1], -1.0));
    assert_eq!(sure(&grid, &[1, 1, 0, 1], "pick up"), (vec![1, 1, 0, 1], -10.0));
    assert_eq!(sure(&grid, &[2, 0, 2, 1], "put down"), (vec![2, 0, 1, 1], 20.0));
    assert_eq!(sure(&grid, &[0, 1, 2, 1], "put down"), (vec![0, 1, 0, 1], -1.0));
    assert_eq!(sure(&grid, &[1, 0, 2, 1], "put down"), (vec![1, 0, 2, 1], -10.0));
    assert_eq!(sure(&grid, &[0, 1, 0, 1], "put down"), (vec![0, 1, 0, 1], -10.0));
    assert_eq!(sure(&grid, &[0, 0, 2, 1], "right").0, [0, 0, 2, 1]);
    assert!(grid.is_terminal(&[2, 0, 1, 1]) && !grid.is_terminal(&[2, 0, 2, 1]));
    // Six cells, two orders.
    let starts = crate::mdp::start_distribution(&grid).unwrap();
    assert_eq!(starts.len(), 12);
    assert!(starts.iter().all(|(state, _)| state[2] != state[3] && state[2] < 2));
}

#[test]
fn every_mistake_is_told_with_its_place_and_remedy() {
    type Change = fn(&mut GridSettings);
    let changes: [(Change, &str, &str); 19] = [
        (|g| g.rows.clear(), "rows", "nothing drawn"),
        (|g| g.rows[1] = "S.".into(), "rows[1]", "2 characters long, and the first row 5"),
        (|g| g.rows[0] = "z.#A.".into(), "rows[0]", "`z` has no meaning"),
        (|g| g.rows = vec![".".repeat(101); 100], "rows", "too many"),
        (|g| g.rows = texts(&["A", "a", "C", "G", "m"]), "rows", "none is drawn"),
        (|g| *g = drawn(&["####G"]), "rows", "no cell to start in"),
        (|g| g.legend.push(entry("C", None, None)), "legend[4].symbol", "given twice"),
        (|g| g.legend.push(entry("xy", None, None)), "legend[4].symbol", "not one character"),
        (|g| g.legend.push(entry("x", None, None)), "legend[4].symbol", "not drawn"),
        (|g| g.legend[0] = jump("A", "S", 0.0), "legend[0].kind.to", "drawn 2 times"),
        (|g| g.legend[0] = jump("A", "H", 0.0), "legend[0].kind.to", "no floor"),
        (|g| g.legend[1].reward = Some(f64::NAN), "legend[1].reward", "no usable amount"),
        (|g| g.slip = vec![0.0, 0.0, 0.0], "slip", "not all 0"),
        (|g| g.slip = vec![1.0], "slip", "1 figures"),
        (|g| g.slip[1] = -1.0, "slip[1]", "no proportion"),
        (|g| g.wind = vec![1], "wind", "1 winds do not fit 5 columns"),
        (|g| g.wind[1] = 20_000, "wind[1]", "out of range"),
        (|g| g.thin_walls = true, "legend[0].symbol", "not drawn"),
        (|g| g.errand = Some(Errand::default()), "errand.sites", "0 sites"),
    ];
    for (change, path, said) in changes {
        let mut settings = everything();
        change(&mut settings);
        let faults = Grid::new(settings).map(|_| ()).unwrap_err();
        let told = faults.iter().any(|fault| {
            fault.path == path && format!("{}; {}", fault.message, fault.remedy).contains(said)
        });
        assert!(told, "{path} {said}: {faults:#?}");
    }
    for (change, path) in [
        ((|e| e.sites = texts(&["P", "P"])) as fn(&mut Errand), "errand.sites[1]"),
        (|e| e.sites = texts(&["P", "W"]), "errand.sites[1]"),
        (|e| e.name = "x".into(), "errand.name"),
        (|e| e.reward = f64::INFINITY, "errand.reward"),
    ] {
        let mut settings = errand();
        settings.errand.as_mut().map(change).unwrap();
        let faults = Grid::new(settings).map(|_| ()).unwrap_err();
        assert!(faults.iter().any(|fault| fault.path == path), "{path}: {faults:#?}");
    }
}

#[test]
fn too_many_ways_to_start_are_refused() {
    let mut settings = errand();
    settings.thin_walls = false;
    settings.rows = vec!["..........".repeat(9); 99];
    settings.rows[0].replace_range(0..5, "PQRUV");
    let errand = settings.errand.as_mut().unwrap();
    errand.sites = texts(&["P", "Q", "R", "U", "V"]);
    let faults = Grid::new(settings).map(|_| ()).unwrap_err();
    assert!(faults[0].message.contains("8910 cells to start in, with 20 orders"), "{}", faults[0]);
}
