//! From the settings of a grid to the grid, or to all that is wrong with them.

use std::collections::HashSet;

use super::draw::{Drawing, drawing, places_of};
use super::settings::is_symbol;
use super::{Cell, CellSettings, Delivery, Errand, Grid, GridSettings, MoveSet, Way};
use crate::environments::setting::{Faults, SettingError};
use crate::mdp::beat::scaled;
use crate::mdp::{Item, Places, Space, Variable};

/// The most cells that a grid may have. Where no start is drawn, all are starts, and each of these
/// is compared with the others.
const MOST_CELLS: usize = 10_000;
/// The most sites of an errand.
const MOST_SITES: usize = 12;
/// The most starts: cells times pairs of sites.
const MOST_STARTS: usize = 20_000;
/// The strongest wind: any that is stronger is none other at the edges.
const STRONGEST: i32 = 10_000;

/// The eight ways a king goes and the ninth that he does not, those of four moves first.
pub(in crate::environments) const WAYS: [Way; 9] =
    [(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1), (0, 0)];
pub(in crate::environments) const WAY_NAMES: [&str; 9] =
    ["up", "right", "down", "left", "up right", "down right", "down left", "up left", "stay"];

/// Builds the grid.
pub(super) fn read(settings: GridSettings) -> Result<Grid, Vec<SettingError>> {
    let mut faults = Faults::default();
    check_rows(&settings, &mut faults);
    check_legend(&settings, &mut faults);
    check_moves(&settings, &mut faults);
    if let Some(errand) = &settings.errand {
        check_errand(errand, &settings, &mut faults);
    }
    faults.finish()?;

    let mut items = vec!["steps".to_owned()];
    let bump = settings.bump_reward.map(|amount| (item_of("bumps", &mut items), amount));
    let rewards: Vec<(&CellSettings, (Item, f64))> = settings
        .legend
        .iter()
        .filter_map(|entry| {
            let symbol = entry.symbol.chars().next()?;
            let name = match entry.name.trim() {
                "" => settings.cell(symbol)?.name(),
                name => name,
            };
            Some((entry, (item_of(name, &mut items), entry.reward?)))
        })
        .collect();
    let reward_of = |symbol: char| {
        let found = rewards.iter().find(|(entry, _)| is_symbol(&entry.symbol, symbol));
        found.map(|(_, reward)| *reward)
    };
    let Drawing { width, height, cells, starts } = drawing(&settings, reward_of);
    let count = match settings.moves {
        MoveSet::Four => 4,
        MoveSet::King => 8,
        MoveSet::KingOrStay => 9,
    };
    let ways = WAYS.get(..count).unwrap_or(&WAYS);
    let mut actions = WAY_NAMES.get(..count).unwrap_or(&WAY_NAMES).to_vec();
    let mut variables =
        vec![Variable::count("x", 0, width - 1, ""), Variable::count("y", 0, height - 1, "")];
    let delivery = settings.errand.as_ref().map(|errand| {
        let mut labels: Vec<&str> = errand.sites.iter().map(String::as_str).collect();
        let destination = Variable::choice("destination", &labels);
        labels.push("aboard");
        variables.extend([Variable::choice(errand.name.trim(), &labels), destination]);
        actions.extend(["pick up", "put down"]);
        let sites = errand.sites.iter();
        let sites: Vec<Way> =
            sites.filter_map(|site| places_of(&settings, site).first().copied()).collect();
        let orders = sites.len() * sites.len().saturating_sub(1);
        Delivery {
            sites,
            item: item_of("errand", &mut items),
            reward: errand.reward,
            refusal_reward: errand.refusal_reward,
            pick_up: count as i32,
            orders: scaled(vec![1.0 / orders as f64; orders]),
        }
    });
    let orders = delivery.as_ref().map_or(1, |delivery| delivery.orders.len());
    if starts.is_empty() || starts.len().saturating_mul(orders) > MOST_STARTS {
        let (message, remedy) = match starts.len() {
            0 => ("there is no cell to start in".to_owned(), "draw a start, `S`".to_owned()),
            many => (
                format!("there are {many} cells to start in, with {orders} orders each"),
                format!("draw the start, `S`: at most {MOST_STARTS} ways to start"),
            ),
        };
        return Err(vec![SettingError { path: "rows".to_owned(), message, remedy }]);
    }
    let space = |variables: Vec<Variable>| {
        Space::new(variables).map_err(|error| {
            let (message, remedy) = (error.to_string(), "draw at least one cell".to_owned());
            vec![SettingError { path: "rows".to_owned(), message, remedy }]
        })
    };
    let slip = match scaled(settings.slip.clone()).as_slice() {
        [left, along, right] if *left > 0.0 || *right > 0.0 => Some([*left, *along, *right]),
        _ => None,
    };
    let mut wind = settings.wind.clone();
    wind.resize(width as usize, 0);
    let grid = Grid {
        state_space: space(variables)?,
        action_space: space(vec![Variable::choice("move", &actions)])?,
        sources: ["slip", "wind", "start", "order"].map(str::to_owned),
        items,
        places: Places::default(),
        width,
        height,
        cells,
        ways,
        turns: Vec::new(),
        moves: Vec::new(),
        slip,
        wind,
        bump,
        start_probabilities: scaled(vec![1.0 / starts.len() as f64; starts.len()]),
        starts,
        delivery,
        settings,
    };
    Ok(grid.worked_out())
}

/// The place of a reward item, which is added where it is new.
fn item_of(name: &str, items: &mut Vec<String>) -> Item {
    items.iter().position(|item| item == name).unwrap_or_else(|| {
        items.push(name.to_owned());
        items.len() - 1
    })
}

fn check_rows(settings: &GridSettings, faults: &mut Faults) {
    let lengths: Vec<usize> = settings.rows.iter().map(|row| row.chars().count()).collect();
    let first = lengths.first().copied().unwrap_or(0);
    if first == 0 {
        faults.add("rows", "there is nothing drawn", "draw each row of cells as a text");
        return;
    }
    let width = if settings.thin_walls { first.div_ceil(2) } else { first };
    if width.saturating_mul(lengths.len()) > MOST_CELLS {
        let message = format!("{width} × {} cells are too many", lengths.len());
        faults.add("rows", message, format!("draw at most {MOST_CELLS}"));
        return;
    }
    if settings.thin_walls && first % 2 == 0 {
        faults.add(
            "rows[0]",
            "it ends between two cells",
            "draw a character between any two cells, and a cell at either end",
        );
    }
    let mut told = HashSet::new();
    for (place, (row, length)) in settings.rows.iter().zip(&lengths).enumerate() {
        let path = format!("rows[{place}]");
        if *length != first {
            faults.add(
                path.clone(),
                format!("it is {length} characters long, and the first row {first}"),
                "draw all rows equally long",
            );
        }
        for symbol in settings.symbols(row).take(MOST_CELLS) {
            if settings.cell(symbol).is_none() && told.insert(symbol) {
                faults.add(
                    path.clone(),
                    format!("`{}` has no meaning", symbol.escape_debug()),
                    "add it to `legend`, or draw one of `.`, `#`, `S`, `G`, `H`, `C`",
                );
            }
        }
    }
    let any = |sought: Cell| {
        let mut cells = settings.rows.iter().flat_map(|row| settings.symbols(row));
        cells.any(|symbol| settings.cell(symbol).as_ref() == Some(&sought))
    };
    if any(Cell::Cliff) && !any(Cell::Start) {
        faults.add(
            "rows",
            "a cliff leads back to the start, and none is drawn",
            "draw the start, `S`",
        );
    }
}

/// Whether a text is one character.
fn is_one(symbol: &str) -> bool {
    symbol.chars().count() == 1
}

fn check_legend(settings: &GridSettings, faults: &mut Faults) {
    faults.amount("step_reward", settings.step_reward);
    if let Some(reward) = settings.bump_reward {
        faults.amount("bump_reward", reward);
    }
    for (place, entry) in settings.legend.iter().enumerate() {
        let path = |field: &str| format!("legend[{place}].{field}");
        let symbol = entry.symbol.as_str();
        if !is_one(symbol) {
            faults.add(
                path("symbol"),
                "it is not one character",
                "write the character of the drawing, \"A\"",
            );
        } else if settings.legend.iter().take(place).any(|other| other.symbol == symbol) {
            let message = format!("`{symbol}` is given twice");
            faults.add(path("symbol"), message, "delete one of the two");
        } else if places_of(settings, symbol).is_empty() {
            let message = format!("`{symbol}` is not drawn");
            faults.add(path("symbol"), message, "draw it, or take it from the legend");
        }
        if entry.name.chars().count() > 64 || entry.name.chars().any(char::is_control) {
            faults.add(
                path("name"),
                "the name is too long or holds control characters",
                "give a name of at most 64 printed characters",
            );
        }
        if let Some(reward) = entry.reward {
            faults.amount(path("reward"), reward);
        }
        if let Some(Cell::Jump { to }) = &entry.kind {
            check_site(path("kind.to"), to, settings, faults);
        }
    }
}

/// A character that stands for one cell on which one can be.
fn check_site(path: String, symbol: &str, settings: &GridSettings, faults: &mut Faults) {
    let drawn = places_of(settings, symbol).len();
    let cell = symbol.chars().next().and_then(|symbol| settings.cell(symbol));
    if !is_one(symbol) || drawn != 1 {
        faults.add(
            path,
            format!("`{}` is drawn {drawn} times", symbol.escape_debug()),
            "name a character that is drawn once",
        );
    } else if !matches!(cell, Some(Cell::Floor | Cell::Start)) {
        faults.add(path, format!("`{symbol}` is no floor"), "name a character that is floor");
    }
}

fn check_moves(settings: &GridSettings, faults: &mut Faults) {
    let slip = &settings.slip;
    for (place, &weight) in slip.iter().enumerate() {
        if !(0.0..=1e6).contains(&weight) {
            let message = format!("{weight} is no proportion");
            faults.add(format!("slip[{place}]"), message, "give a number from 0 to 1e6");
        }
    }
    if slip.len() != 3 || slip.iter().sum::<f64>() <= 0.0 {
        faults.add(
            "slip",
            format!("{} figures do not say how a move may turn", slip.len()),
            "give three, not all 0: for a turn to the left, none, to the right, as in [1, 8, 1]",
        );
    }
    let first = settings.rows.first().map_or(0, |row| settings.symbols(row).count());
    if !settings.wind.is_empty() && settings.wind.len() != first {
        let message = format!("{} winds do not fit {first} columns", settings.wind.len());
        faults.add("wind", message, "give one for each column, or none");
    }
    for (place, &wind) in settings.wind.iter().enumerate() {
        if wind.unsigned_abs() > STRONGEST.unsigned_abs() {
            let remedy = format!("give a whole number from −{STRONGEST} to {STRONGEST}");
            faults.add(format!("wind[{place}]"), format!("{wind} is out of range"), remedy);
        }
    }
}

fn check_errand(errand: &Errand, settings: &GridSettings, faults: &mut Faults) {
    faults.amount("errand.reward", errand.reward);
    faults.amount("errand.refusal_reward", errand.refusal_reward);
    let name = errand.name.trim();
    if ["", "x", "y", "destination"].contains(&name) || name.chars().any(char::is_control) {
        faults.add(
            "errand.name",
            format!("`{}` cannot name the load", name.escape_debug()),
            "give it a name of its own",
        );
    }
    if !(2..=MOST_SITES).contains(&errand.sites.len()) {
        let message = format!("there are {} sites", errand.sites.len());
        faults.add("errand.sites", message, format!("name 2 to {MOST_SITES}"));
    }
    for (place, site) in errand.sites.iter().enumerate().take(MOST_SITES) {
        let path = format!("errand.sites[{place}]");
        if errand.sites.iter().take(place).any(|other| other == site) {
            faults.add(path, format!("`{site}` is given twice"), "delete one of the two");
        } else {
            check_site(path, site, settings, faults);
        }
    }
}
