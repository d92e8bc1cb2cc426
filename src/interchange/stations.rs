//! A table of stations: one line a station, in the order in which a part meets them.
//!
//! | Column | What |
//! |---|---|
//! | `station` | its name |
//! | `cycle` | time of work on a part |
//! | `mtbf`, `mttr` | mean time between failures, of working time, and mean time to repair |
//! | `failures`, `repairs` | from how many events these are; repairs as many as failures where left out |
//! | `scrap` | share of parts scrapped; or by `parts` and `scrapped`, how many were made and scrapped |
//! | `buffer` | places for parts behind it, the last station's empty |
//!
//! `station` must be there, and a station that fails needs both times, and counts that are not 0. Without
//! counts nothing is known of how sure a figure is, and it has no interval; nor has the cycle, since
//! how far the times of single parts differ is not in the table.

use super::columns::{Clock, Table};
use super::estimates::Figure;
use super::plant::{Plant, Station};
use super::{Fault, MOST_STATIONS};

/// The columns, by their first names.
pub const COLUMNS: [&str; 10] = [
    "station", "cycle", "mtbf", "mttr", "failures", "repairs", "scrap", "parts", "scrapped",
    "buffer",
];
const NAME: &[&str] = &["station", "machine", "name"];
const CYCLE: &[&str] = &["cycle", "cycle time"];
const MTBF: &[&str] = &["mtbf", "mean time between failures"];
const MTTR: &[&str] = &["mttr", "mean time to repair"];
const FAILURES: &[&str] = &["failures", "events"];
const REPAIRS: &[&str] = &["repairs"];
const SCRAP: &[&str] = &["scrap", "scrap rate"];
const PARTS: &[&str] = &["parts", "produced"];
const SCRAPPED: &[&str] = &["scrapped", "rejects"];
const BUFFER: &[&str] = &["buffer", "buffer after"];
/// The largest count that a file may give.
const MOST: f64 = 1e9;

/// Whether a table is one of stations.
pub fn is_one(table: &Table) -> bool {
    table.column(&["condition"]).is_none()
}

/// Reads the stations.
///
/// # Errors
/// All that is wrong with the table.
pub fn read(mut table: Table) -> Result<Plant, Vec<Fault>> {
    let known = [NAME, CYCLE, MTBF, MTTR, FAILURES, REPAIRS, SCRAP, PARTS, SCRAPPED, BUFFER];
    table.only(&known);
    let name = table.needed(NAME);
    let [cycle, mtbf, mttr] = [CYCLE, MTBF, MTTR].map(|names| table.column(names));
    let counts = [FAILURES, REPAIRS, PARTS, SCRAPPED, BUFFER].map(|names| table.column(names));
    let scrap = table.column(SCRAP);
    let mut plant = Plant::new(table.file());
    if table.len() > MOST_STATIONS {
        let message = format!("There are {} stations, and a line has 64 at most.", table.len());
        table.tell_columns("", message, "Import a part of the line.".to_owned());
        return Err(table.into_faults());
    }
    let mut clock = None;
    for line in 0..table.len() {
        let called = name.and_then(|name| table.cell(line, name)).map(|cell| cell.text.to_owned());
        let called = called.unwrap_or_default();
        if name.is_some() && called.is_empty() {
            table.wrong(line, name, "A station has no name.".to_owned(), "Give it one.");
        }
        if plant.stations.iter().any(|station| station.name == called) && !called.is_empty() {
            let told = format!("`{}` is there twice.", super::columns::shortened(&called));
            table.wrong(line, name, told, "Give every station a name of its own.");
        }
        let mut on = |table: &mut Table, column: Option<usize>| {
            let (time, of) = table.time(line, column)?;
            if time <= 0.0 {
                table.wrong(line, column, "The time is 0.".to_owned(), "Write a time above 0.");
                return None;
            }
            if *clock.get_or_insert(of) != of {
                let told = "Some times are in beats and some in units of the clock.".to_owned();
                table.wrong(
                    line,
                    column,
                    told,
                    "Write all times in units of the clock, or all in beats.",
                );
                return None;
            }
            Some(time)
        };
        let (cycle, between, repair) =
            (on(&mut table, cycle), on(&mut table, mtbf), on(&mut table, mttr));
        let [failures, repairs, parts, scrapped, buffer] =
            counts.map(|column| count(&mut table, line, column));
        let share = table.number(line, scrap, 0.0, 1.0);
        let [says_between, says_repair] = [mtbf, mttr].map(|column| table.says(line, column));
        let (here, other) = if says_between { (mttr, MTTR) } else { (mtbf, MTBF) };
        if says_between != says_repair && !table.is_misspelt(other) {
            let other = other.first().copied().unwrap_or_default();
            let told = format!("A station that fails needs its `{other}` too.");
            table.wrong(line, here.or(mtbf).or(mttr), told, "Give both times, or none.");
        }
        for (place, events, mean, name) in
            [(0, failures, says_between, "mtbf"), (1, repairs, says_repair, "mttr")]
        {
            let (column, what) = (counts.get(place).copied().flatten(), ["failures", "repairs"]);
            let what = what.get(place).copied().unwrap_or_default();
            if events == Some(0) && mean {
                let told = format!("No {what} were seen, and yet there is an `{name}`.");
                let remedy = "Leave `mtbf` and `mttr` empty where nothing was seen, or give the number \
                              of events that they are from.";
                table.wrong(line, column, told, remedy);
            } else if events.is_some_and(|events| events > 0)
                && !(says_between
                    || says_repair
                    || table.is_misspelt(MTBF)
                    || table.is_misspelt(MTTR))
            {
                let told = format!("The {what} are counted, and there is no `{name}`.");
                table.wrong(
                    line,
                    column,
                    told,
                    "Give `mtbf` and `mttr`, or leave the count empty.",
                );
            }
        }
        let share = match (parts, scrapped) {
            (Some(parts), Some(scrapped)) if scrapped > parts => {
                let told = format!("{scrapped} of {parts} parts cannot be scrapped.");
                table.wrong(
                    line,
                    counts.get(3).copied().flatten(),
                    told,
                    "Give the parts that were made, good and bad.",
                );
                None
            }
            (Some(parts), Some(scrapped)) => Figure::proportion(scrapped, parts),
            (Some(parts), None) => share
                .and_then(|share| Figure::proportion((share * parts as f64).round() as u64, parts)),
            _ => share.map(Figure::given),
        };
        let figure = |mean: Option<f64>, events: Option<u64>, whole: bool| {
            let mean = mean?;
            match events.filter(|events| *events > 0) {
                Some(events) => Figure::mean_time(events, mean * events as f64, whole),
                None => Some(Figure::given(mean)),
            }
        };
        plant.stations.push(Station {
            name: called,
            cycle: cycle.map(|cycle| Figure { events: parts.unwrap_or(0), ..Figure::given(cycle) }),
            mtbf: figure(between, failures, false),
            mttr: figure(repair, repairs.or(failures), true),
            scrap: share,
            buffer,
            ..Station::default()
        });
    }
    plant.clock = clock.unwrap_or(Clock::Beats);
    if table.found() == 0 { Ok(plant) } else { Err(table.into_faults()) }
}

/// A whole number from 0 in a cell; told where it is none.
fn count(table: &mut Table, line: usize, column: Option<usize>) -> Option<u64> {
    let number = table.number(line, column, 0.0, MOST)?;
    if number.fract() != 0.0 {
        let told = format!("{number} is no whole number.");
        table.wrong(line, column, told, "Write a whole number.");
        return None;
    }
    Some(number as u64)
}
