//! From the settings of a shop floor to the floor, or to all that is wrong with them.

#![expect(clippy::indexing_slicing, reason = "stations and cells are those of the settings")]

use std::collections::HashSet;

use super::map::{Ground, MOVES, Map, ground_of};
use super::{
    ITEMS, MOST_CELLS, MOST_ROBOTS, MOST_STATIONS, Queue, Robot, ShopFloor, ShopFloorSettings,
    Station,
};
use crate::environments::grid::{WAY_NAMES, Way, is_symbol};
use crate::environments::setting::{Faults, SettingError};
use crate::mdp::beat::scaled;
use crate::mdp::{BufferPlace, Level, Places, Space, Variable};

/// The longest queue.
const LONGEST_QUEUE: u64 = 100;
/// The most levels of a battery.
const MOST_CHARGE: u64 = 100;

/// Builds the floor.
pub(super) fn read(settings: ShopFloorSettings) -> Result<ShopFloor, Vec<SettingError>> {
    let mut faults = Faults::default();
    let drawn = check_rows(&settings, &mut faults);
    check_stations(&settings, drawn, &mut faults);
    check_numbers(&settings, &mut faults);
    faults.finish()?;

    let map = Map::new(&settings);
    let place_of = |symbol: &str| places_of(&settings, symbol).first().copied().unwrap_or_default();
    let cells: Vec<usize> =
        settings.stations.iter().map(|station| map.cell(place_of(&station.symbol))).collect();
    let chargers: Vec<usize> = (0..map.grounds.len())
        .filter(|cell| map.grounds.get(*cell) == Some(&Ground::Charger))
        .collect();
    let to_station: Vec<Vec<u32>> = cells.iter().map(|cell| map.distances(&[*cell])).collect();
    let to_charger = map.distances(&chargers);
    check_ways(&settings, &map, &to_station, &to_charger)?;

    let starts: Vec<Way> = (1..=MOST_ROBOTS)
        .filter_map(|number| places_of(&settings, &number.to_string()).first().copied())
        .collect();
    // What only one robot has goes by its bare name.
    let of = |name: &str, number: usize| match starts.len() {
        1 => name.to_owned(),
        _ => format!("{name} {}", number + 1),
    };
    let destinations: Vec<usize> = (0..cells.len())
        .filter(|&station| {
            let goes = |to: &String| settings.stations[station].symbol == *to;
            settings.stations.iter().any(|source| source.to.iter().any(goes))
        })
        .collect();
    let labels: Vec<&str> =
        destinations.iter().map(|station| settings.stations[*station].called()).collect();
    let full = settings.battery.as_ref().map_or(0, |battery| battery.levels as Level);

    let queues = settings.stations.iter().filter(|station| !station.to.is_empty()).count();
    let (mut variables, mut sources, mut robots) = (Vec::new(), Vec::new(), Vec::new());
    for (number, start) in starts.iter().enumerate() {
        let x = variables.len();
        variables.push(Variable::count(of("x", number), 0, map.width - 1, ""));
        variables.push(Variable::count(of("y", number), 0, map.height - 1, ""));
        variables.push(Variable::choice(of("load", number), &["empty", "loaded"]));
        let to = (labels.len() > 1).then(|| {
            variables.push(Variable::choice(of("to", number), &labels));
            variables.len() - 1
        });
        let charge = settings.battery.as_ref().map(|_| {
            variables.push(Variable::count(of("charge", number), 0, full, ""));
            variables.len() - 1
        });
        let slip = sources.len();
        sources.extend(["slip", "drain", "rescue"].map(|what| of(what, number)));
        robots.push(Robot {
            start: *start,
            x,
            load: x + 2,
            to,
            charge,
            buffer: (queues + number) as u16,
            slip,
            drain: slip + 1,
            rescue: slip + 2,
        });
    }
    let mut buffers = Vec::new();
    let mut stations = Vec::new();
    for (station, &cell) in settings.stations.iter().zip(&cells) {
        let name = station.called().to_owned();
        let queue = (!station.to.is_empty()).then(|| {
            let called = format!("queue {name}");
            let (variable, arrival) = (variables.len(), sources.len());
            sources.extend(["arrival", "destination"].map(|what| format!("{what} {name}")));
            variables.push(Variable::count(&called, 0, station.queue as Level, "jobs"));
            buffers.push(BufferPlace { name: called, capacity: station.queue, variable });
            let level = |symbol: &String| {
                let goes = |&&to: &&usize| settings.stations[to].symbol == *symbol;
                let found = destinations.iter().position(|to| goes(&to));
                found.unwrap_or_default() as Level
            };
            let shares = match station.shares.as_slice() {
                [] => vec![1.0 / station.to.len() as f64; station.to.len()],
                shares => shares.to_vec(),
            };
            Queue {
                variable,
                capacity: station.queue as Level,
                buffer: (buffers.len() - 1) as u16,
                arrives: station.arrival,
                arrival,
                destination: arrival + 1,
                to: station.to.iter().map(level).collect(),
                shares: proportions(&shares),
            }
        });
        stations.push(Station { name, place: map.place(cell), cell, queue });
    }
    for (number, robot) in robots.iter().enumerate() {
        let (name, variable) = (of("load", number), robot.load);
        buffers.push(BufferPlace { name, capacity: 1, variable });
    }
    let mut station_at = vec![None; map.grounds.len()];
    for (number, cell) in cells.iter().enumerate() {
        station_at[*cell] = Some(number as u8);
    }
    let mut moves = vec!["stay"];
    moves.extend(WAY_NAMES.iter().take(MOVES));
    let named = |name: &str| (0..robots.len()).map(|number| of(name, number)).collect::<Vec<_>>();
    let actions = named(if robots.len() == 1 { "move" } else { "robot" });
    let actions = actions.into_iter().map(|name| Variable::choice(name, &moves)).collect();
    let slip = match proportions(&settings.slip).as_slice() {
        [left, along, right] => [*left, *along, *right],
        _ => [0.0, 1.0, 0.0],
    };
    Ok(ShopFloor {
        state_space: space(variables)?,
        action_space: space(actions)?,
        sources,
        items: ITEMS.map(str::to_owned),
        places: Places { stations: named("robot"), buffers },
        map,
        robots,
        stations,
        destinations,
        station_at,
        slip,
        to_station,
        to_charger,
        full,
        settings,
    })
}

fn space(variables: Vec<Variable>) -> Result<Space, Vec<SettingError>> {
    Space::new(variables).map_err(|error| {
        let (message, remedy) = (error.to_string(), "draw at least one cell".to_owned());
        vec![SettingError { path: "rows".to_owned(), message, remedy }]
    })
}

/// Proportions as probabilities.
fn proportions(weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    scaled(weights.iter().map(|weight| weight / sum).collect())
}

/// Where a character is drawn.
fn places_of(settings: &ShopFloorSettings, symbol: &str) -> Vec<Way> {
    let height = settings.rows.len() as Level;
    let mut found = Vec::new();
    for (row, text) in settings.rows.iter().enumerate() {
        for (column, drawn) in text.chars().enumerate() {
            if is_symbol(symbol, drawn) {
                found.push((column as Level, height - 1 - row as Level));
            }
        }
    }
    found
}

/// Checks the drawing; says whether there is one that characters can be sought in.
fn check_rows(settings: &ShopFloorSettings, faults: &mut Faults) -> bool {
    let rows = &settings.rows;
    let lengths: Vec<usize> = rows.iter().map(|row| row.chars().count()).collect();
    let first = lengths.first().copied().unwrap_or(0);
    if first == 0 {
        faults.add("rows", "there is nothing drawn", "draw each row of cells as a text");
        return false;
    }
    if lengths.iter().fold(0, |cells: usize, length| cells.saturating_add(*length)) > MOST_CELLS {
        let message = format!("{first} × {} cells are too many", rows.len());
        faults.add("rows", message, format!("draw at most {MOST_CELLS}"));
        return false;
    }
    let mut told = HashSet::new();
    for (place, (row, length)) in rows.iter().zip(&lengths).enumerate() {
        let path = format!("rows[{place}]");
        if *length != first {
            let message = format!("it is {length} characters long, and the first row {first}");
            faults.add(path.clone(), message, "draw all rows equally long");
        }
        for symbol in row.chars() {
            let mut stations = settings.stations.iter();
            let known = ground_of(symbol).is_some()
                || stations.any(|station| is_symbol(&station.symbol, symbol));
            if !known && told.insert(symbol) {
                faults.add(
                    path.clone(),
                    format!("`{}` has no meaning", symbol.escape_debug()),
                    "make it a station, or draw one of `.`, `#`, `~`, `<`, `>`, `^`, `v`, `C`, \
                     `1`, `2`, `3`",
                );
            }
        }
    }
    let mut absent = false;
    for number in 1..=MOST_ROBOTS {
        let drawn = places_of(settings, &number.to_string()).len();
        if drawn > 1 || (number == 1 && drawn == 0) || (absent && drawn > 0) {
            let message = match drawn {
                0 => "there is no robot".to_owned(),
                1 => format!("there is a robot {number} and none of the number before it"),
                many => format!("robot {number} is drawn {many} times"),
            };
            faults.add("rows", message, "draw `1` once, and `2` and `3` once for further robots");
        }
        absent = drawn == 0;
    }
    let charges = rows.iter().any(|row| row.contains('C'));
    if settings.battery.is_some() && !charges {
        let message = "the robots have batteries and nowhere to charge them";
        faults.add("rows", message, "draw a place to charge, `C`, or leave out `battery`");
    }
    true
}

fn check_stations(settings: &ShopFloorSettings, drawn: bool, faults: &mut Faults) {
    let stations = &settings.stations;
    if !(2..=MOST_STATIONS).contains(&stations.len()) {
        let message = format!("there are {} stations", stations.len());
        faults.add("stations", message, format!("give 2 to {MOST_STATIONS}"));
    } else if stations.iter().all(|station| station.to.is_empty()) {
        let remedy = "say of a station where its jobs go: `to: [\"B\"]`";
        faults.add("stations", "no jobs go anywhere", remedy);
    }
    let named = stations.iter().take(MOST_STATIONS).enumerate();
    let named = named
        .map(|(place, station)| (format!("stations[{place}].name"), station.called().to_owned()));
    faults.names(named.collect());
    for (place, station) in stations.iter().enumerate().take(MOST_STATIONS) {
        let path = |field: &str| format!("stations[{place}].{field}");
        let symbol = station.symbol.as_str();
        let mut characters = symbol.chars();
        let one = characters.next().filter(|_| characters.next().is_none());
        match one {
            None => {
                let remedy = "write the character of the drawing, \"A\"";
                faults.add(path("symbol"), "it is not one character", remedy);
            }
            Some(character) if ground_of(character).is_some() => {
                let message = format!("`{symbol}` has a meaning of its own in the drawing");
                faults.add(path("symbol"), message, "choose another character, such as \"A\"");
            }
            Some(_) if drawn => {
                let times = places_of(settings, symbol).len();
                if times != 1 {
                    let message = format!("`{}` is drawn {times} times", symbol.escape_debug());
                    faults.add(path("symbol"), message, "draw each station once");
                }
            }
            Some(_) => {}
        }
        if stations.iter().take(place).any(|other| other.symbol == symbol) {
            let message = format!("`{}` is given twice", symbol.escape_debug());
            faults.add(path("symbol"), message, "delete one of the two");
        }
        faults.probability(path("arrival"), station.arrival);
        faults.count(path("queue"), station.queue.into(), 1, LONGEST_QUEUE);
        if station.arrival > 0.0 && station.to.is_empty() {
            let message = "jobs arrive here and go nowhere";
            faults.add(path("to"), message, "say where they go, [\"B\"], or set `arrival` to 0");
        }
        check_destinations(settings, place, faults);
    }
}

/// Where the jobs of a station go.
fn check_destinations(settings: &ShopFloorSettings, place: usize, faults: &mut Faults) {
    let Some(station) = settings.stations.get(place) else { return };
    for (number, to) in station.to.iter().enumerate().take(MOST_STATIONS) {
        let path = format!("stations[{place}].to[{number}]");
        let shown = to.escape_debug();
        if *to == station.symbol {
            faults.add(path, format!("jobs go from `{shown}` to itself"), "name another station");
        } else if !settings.stations.iter().any(|other| other.symbol == *to) {
            faults.add(path, format!("there is no station `{shown}`"), "name one of `stations`");
        } else if station.to.iter().take(number).any(|other| other == to) {
            faults.add(path, format!("`{shown}` is given twice"), "delete one of the two");
        }
    }
    let path = format!("stations[{place}].shares");
    for (number, &share) in station.shares.iter().enumerate().take(MOST_STATIONS) {
        proportion(format!("{path}[{number}]"), share, faults);
    }
    let (shares, to) = (station.shares.len(), station.to.len());
    if shares > 0 && (shares != to || station.shares.iter().sum::<f64>() <= 0.0) {
        let message = format!("{shares} shares do not say how jobs divide among {to} destinations");
        faults.add(path, message, "give one of each destination, not all 0, or none");
    }
}

fn check_numbers(settings: &ShopFloorSettings, faults: &mut Faults) {
    faults.count("handling", settings.handling.into(), 0, 1);
    for (place, &weight) in settings.slip.iter().enumerate().take(MOST_STATIONS) {
        proportion(format!("slip[{place}]"), weight, faults);
    }
    if settings.slip.len() != 3 || settings.slip.iter().sum::<f64>() <= 0.0 {
        faults.add(
            "slip",
            format!("{} figures do not say how a move may turn", settings.slip.len()),
            "give three, not all 0: for a turn to the left, none, to the right, as in [1, 8, 1]",
        );
    }
    faults.amount("revenue", settings.revenue);
    faults.cost("waiting_cost", settings.waiting_cost);
    faults.cost("move_cost", settings.move_cost);
    faults.cost("bump_cost", settings.bump_cost);
    faults.cost("lost_cost", settings.lost_cost);
    if let Some(battery) = &settings.battery {
        faults.count("battery.levels", battery.levels.into(), 1, MOST_CHARGE);
        faults.probability("battery.drain", battery.drain);
        faults.count("battery.charge", battery.charge.into(), 1, MOST_CHARGE);
        faults.chance("battery.rescue", battery.rescue, "an empty robot is never helped");
        faults.cost("battery.rescue_cost", battery.rescue_cost);
    }
}

fn proportion(path: String, weight: f64, faults: &mut Faults) {
    if !(0.0..=1e6).contains(&weight) {
        faults.add(path, format!("{weight} is no proportion"), "give a number from 0 to 1e6");
    }
}

/// From every cell ways lead to every station, and to a place to charge where robots need one: else
/// a robot there would be of no use for ever.
fn check_ways(
    settings: &ShopFloorSettings,
    map: &Map,
    to_station: &[Vec<u32>],
    to_charger: &[u32],
) -> Result<(), Vec<SettingError>> {
    let mut faults = Faults::default();
    let stations = settings.stations.iter().zip(to_station);
    let stations = stations.map(|(station, distances)| {
        (format!("station `{}`", station.symbol.escape_debug()), distances.as_slice())
    });
    let charger = settings.battery.as_ref().map(|_| ("a place to charge".to_owned(), to_charger));
    for (target, distances) in stations.chain(charger) {
        let cut_off =
            |(ground, distance): (&Ground, &u32)| *ground != Ground::Wall && *distance == u32::MAX;
        if let Some(cell) = map.grounds.iter().zip(distances).position(cut_off) {
            let (x, y) = map.place(cell);
            faults.add(
                "rows",
                format!("no way leads from column {}, row {} to {target}", x + 1, map.height - y),
                "open a way, turn a lane, or draw a wall where nobody is to be",
            );
        }
    }
    faults.finish()
}
