//! The scenarios that come with the program: in a folder where there is one, and always built in.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::contents::Text;
use super::files::Files;
use super::load::Scenario;
use super::reports::Reports;
use super::syntax::{Document, Kind, Limits};

/// A shipped file by its path below `scenarios/`.
macro_rules! built_in {
    ($path:literal) => {
        ($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/", $path)))
    };
}

/// The shipped files: their paths below `scenarios/`, and their texts.
const BUILT_IN: &[(&str, &str)] = &[
    built_in!("basics/chain.ron"),
    built_in!("basics/end_or_go_on.ron"),
    built_in!("basics/far_goal.ron"),
    built_in!("basics/forest.ron"),
    built_in!("basics/forest_ten_ages.ron"),
    built_in!("basics/minimal_repair.ron"),
    built_in!("basics/replacement.ron"),
    built_in!("digitalisation/false_alarms.ron"),
    built_in!("digitalisation/logbook.ron"),
    built_in!("digitalisation/look_or_not.ron"),
    built_in!("digitalisation/two_sensors.ron"),
    built_in!("intelligence/call_centre.ron"),
    built_in!("intelligence/carbon_by_the_hour.ron"),
    built_in!("intelligence/fixed_cost.ron"),
    built_in!("intelligence/group_maintenance.ron"),
    built_in!("intelligence/hedging_point.ron"),
    built_in!("intelligence/hurry.ron"),
    built_in!("intelligence/lost_sales.ron"),
    built_in!("intelligence/make_to_stock.ron"),
    built_in!("intelligence/milk.ron"),
    built_in!("intelligence/newsvendor.ron"),
    built_in!("intelligence/one_crew.ron"),
    built_in!("intelligence/rules_and_optimum.ron"),
    built_in!("intelligence/self_interest.ron"),
    built_in!("intelligence/served_first.ron"),
    built_in!("intelligence/speeds.ron"),
    built_in!("intelligence/tariff.ron"),
    built_in!("intelligence/trunk_reservation.ron"),
    built_in!("intelligence/unreliable_producer.ron"),
    built_in!("lines/availability.ron"),
    built_in!("lines/availability_long.ron"),
    built_in!("lines/availability_middle.ron"),
    built_in!("lines/bernoulli_two_machine.ron"),
    built_in!("lines/bowl.ron"),
    built_in!("lines/exponential_line.ron"),
    built_in!("lines/feeding_the_line.ron"),
    built_in!("lines/found_too_late.ron"),
    built_in!("lines/gershwin_two_machine.ron"),
    built_in!("lines/how_many_cards.ron"),
    built_in!("lines/line3.ron"),
    built_in!("lines/line3_large.ron"),
    built_in!("lines/maintenance_never_pays.ron"),
    built_in!("lines/moving_bottleneck.ron"),
    built_in!("lines/one_part_missing.ron"),
    built_in!("lines/parts_that_must_meet.ron"),
    built_in!("lines/reentrant_line.ron"),
    built_in!("lines/reversal.ron"),
    built_in!("lines/reversed.ron"),
    built_in!("lines/rework.ron"),
    built_in!("lines/short_and_long_stops.ron"),
    built_in!("lines/the_way_between.ron"),
    built_in!("lines/three_machines.ron"),
    built_in!("lines/twenty_machines.ron"),
    built_in!("lines/two_slow_one_fast.ron"),
    built_in!("lines/variability.ron"),
    built_in!("lines/wrong_place.ron"),
    built_in!("networking/beer_game.ron"),
    built_in!("networking/beer_game_of_two.ron"),
    built_in!("networking/bikes_on_the_hill.ron"),
    built_in!("networking/charge_in_time.ron"),
    built_in!("networking/containers.ron"),
    built_in!("networking/criss_cross.ron"),
    built_in!("networking/crossing_routes.ron"),
    built_in!("networking/depot_and_shops.ron"),
    built_in!("networking/narrow_corridor.ron"),
    built_in!("networking/one_crew.ron"),
    built_in!("networking/one_robot.ron"),
    built_in!("networking/one_way_loop.ron"),
    built_in!("networking/three_robots.ron"),
    built_in!("networking/two_plants.ron"),
    built_in!("personalisation/accept_or_decline.ron"),
    built_in!("personalisation/assemble_late.ron"),
    built_in!("personalisation/dark_to_light.ron"),
    built_in!("personalisation/finish_first.ron"),
    built_in!("personalisation/orders_by_colour.ron"),
    built_in!("personalisation/promised_dates.ron"),
    built_in!("personalisation/rush_orders.ron"),
    built_in!("personalisation/shared_printer.ron"),
    built_in!("personalisation/two_colours.ron"),
    built_in!("textbook/access_control.ron"),
    built_in!("textbook/cliff.ron"),
    built_in!("textbook/cliff_slippery.ron"),
    built_in!("textbook/dyna_maze.ron"),
    built_in!("textbook/frozen_lake.ron"),
    built_in!("textbook/frozen_lake_dry.ron"),
    built_in!("textbook/frozen_lake_large.ron"),
    built_in!("textbook/frozen_lake_large_dry.ron"),
    built_in!("textbook/gambler.ron"),
    built_in!("textbook/jacks_car_rental.ron"),
    built_in!("textbook/jumping_grid.ron"),
    built_in!("textbook/machine_maintenance.ron"),
    built_in!("textbook/maximisation_bias.ron"),
    built_in!("textbook/random_walk.ron"),
    built_in!("textbook/recycling_robot.ron"),
    built_in!("textbook/taxi.ron"),
    built_in!("textbook/taxi_in_the_rain.ron"),
    built_in!("textbook/ten_arms.ron"),
    built_in!("textbook/tiger.ron"),
    built_in!("textbook/two_corners.ron"),
    built_in!("textbook/windy_grid.ron"),
    built_in!("textbook/windy_grid_king.ron"),
];

/// The tables that shipped scenarios name: their paths below `scenarios/`, and their texts.
const ROW_FILES: &[(&str, &str)] = &[
    built_in!("textbook/access_control.csv"),
    built_in!("textbook/gambler.csv"),
    built_in!("textbook/maximisation_bias.csv"),
];

/// The scenario that opens where none is named.
pub const DEFAULT: &str = "lines/three_machines.ron";

/// How deep folders of scenarios may nest, and how many files are listed.
const DEEPEST: usize = 4;
/// The most files that are found below a folder.
pub const MOST_LISTED: usize = 1_000;

/// A scenario that can be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its path below the folder of scenarios: `lines/line3.ron`.
    pub path: String,
    /// Its family, the folder it is in: `lines`; empty for none.
    pub family: String,
    /// Its title; the file's name where it has none or cannot be read.
    pub title: Text,
    /// Where it lies; `None` where it is built in.
    pub file: Option<PathBuf>,
}

impl Listed {
    /// Opens it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn open(&self) -> Result<Scenario, Reports> {
        match &self.file {
            Some(file) => Scenario::load(file),
            None => open_built_in(&self.path),
        }
    }
}

/// The folder of scenarios: beside the program, in the sources it was built from, or in the
/// current folder; the first that there is.
pub fn folder() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned()));
    let sources = option_env!("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let places = [beside, sources, Some(PathBuf::from("."))];
    places.into_iter().flatten().map(|place| place.join("scenarios")).find(|place| place.is_dir())
}

/// The path below the folder of scenarios by which a file is listed, if it is one of those.
pub fn name_of(file: &Path) -> Option<String> {
    let folder = folder()?.canonicalize().ok()?;
    let below = file.canonicalize().ok()?.strip_prefix(folder).ok()?.to_owned();
    let parts = below.iter().map(|part| part.to_str());
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

/// Whether a file is one of the scenarios that came with the program, and no person's own.
pub fn came_along(file: &Path) -> bool {
    name_of(file).is_some_and(|name| BUILT_IN.iter().any(|(known, _)| *known == name))
}

/// The scenarios of a folder (see [`folder`]) and those built in that it has not, by path. Those
/// built in alone where there is no folder.
pub fn list(folder: Option<&Path>) -> Vec<Listed> {
    let mut listed = BTreeMap::new();
    for (path, text) in BUILT_IN {
        listed.insert((*path).to_owned(), listed_as(path, None, Some(text)));
    }
    if let Some(folder) = folder {
        let mut files = Vec::new();
        gather(folder, "", DEEPEST, &mut files);
        for (path, file) in files {
            let text = Document::open(&file, Limits::default()).ok();
            let text = text.map(|document| document.tree().text.to_string());
            let entry = listed_as(&path, Some(file), text.as_deref());
            listed.insert(path, entry);
        }
    }
    listed.into_values().collect()
}

/// Whether a scenario is listed under this path below the folder of scenarios.
pub fn has(path: &str) -> bool {
    let built_in = || BUILT_IN.iter().any(|(known, _)| *known == path);
    built_in() || folder().is_some_and(|folder| folder.join(path).is_file())
}

/// Opens a scenario by its path below the folder of scenarios, `lines/line3.ron`: from the folder
/// where it has one, else the one built in.
///
/// # Errors
/// All that is wrong with it, or that there is none.
pub fn open(path: &str) -> Result<Scenario, Reports> {
    match folder().map(|folder| folder.join(path)).filter(|file| file.is_file()) {
        Some(file) => Scenario::load(&file),
        None => open_built_in(path),
    }
}

fn open_built_in(path: &str) -> Result<Scenario, Reports> {
    let (files, tree) = Files::built_in(path, text_of_file)?;
    Scenario::read(files, &tree, None)
}

/// The text of a scenario or a table that is built in.
pub(super) fn text_of_file(path: &str) -> Option<&'static str> {
    BUILT_IN.iter().chain(ROW_FILES).find(|(known, _)| *known == path).map(|(_, text)| *text)
}

/// Where the scenario listed under this path is read from: its file, or the path itself where it is
/// built in alone. `None` where none is listed.
pub(super) fn place_of(path: &str) -> Option<PathBuf> {
    // What lies outside is none of the library.
    let inside = |step: Component<'_>| matches!(step, Component::Normal(_) | Component::CurDir);
    if !Path::new(path).components().all(inside) {
        return None;
    }
    let file = folder().map(|folder| folder.join(path)).filter(|file| file.is_file());
    file.or_else(|| text_of_file(path).map(|_| PathBuf::from(path)))
}

/// All files in RON below a folder, up to [`MOST_LISTED`], folder by folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    gather(folder, "", DEEPEST, &mut files);
    files.into_iter().map(|(_, file)| file).collect()
}

/// All files in RON below a folder.
pub(super) fn gather(folder: &Path, below: &str, depth: usize, files: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        let Some(name) = entry.file_name().and_then(|name| name.to_str()) else { continue };
        let path = format!("{below}{name}");
        if entry.is_dir() && depth > 0 {
            gather(&entry, &format!("{path}/"), depth - 1, files);
        } else if name.ends_with(".ron") && entry.is_file() && files.len() < MOST_LISTED {
            files.push((path, entry));
        }
    }
}

fn listed_as(path: &str, file: Option<PathBuf>, text: Option<&str>) -> Listed {
    let (family, name) = path.rsplit_once('/').unwrap_or(("", path));
    let named = |title: &Text| !title.in_language("en").trim().is_empty();
    let title = text.and_then(|text| title(path, text)).filter(named);
    Listed {
        path: path.to_owned(),
        family: family.to_owned(),
        title: title.unwrap_or_else(|| Text::One(name.trim_end_matches(".ron").to_owned())),
        file,
    }
}

/// The title in a scenario's text, without reading the rest.
pub(super) fn title(path: &str, text: &str) -> Option<Text> {
    let document = Document::parse(path, text).ok()?;
    match &document.tree().root.field("title")?.kind {
        Kind::Text(text) => Some(Text::One(text.clone())),
        Kind::Map(entries) => {
            let entry = |(key, value): &(_, _)| match (text_of(key), text_of(value)) {
                (Some(key), Some(value)) => Some((key, value)),
                _ => None,
            };
            Some(Text::Translated(entries.iter().filter_map(entry).collect()))
        }
        _ => None,
    }
}

fn text_of(node: &super::syntax::Node) -> Option<String> {
    match &node.kind {
        Kind::Text(text) => Some(text.clone()),
        _ => None,
    }
}
