//! Other programs' formats: what a plant recorded becomes numbers with intervals, and a scenario.
//!
//! [`columns`] reads a CSV by the names of its columns, [`stations`] a table of stations, [`log`] a
//! record of events; both give [`plant::Plant`]: each figure with its interval ([`estimates`]) and
//! from how many events it is; [`joined`] puts the two together. [`counter`] says how a column of parts
//! counts. [`beat`] chooses the beat that suits it, `writing` writes it as the text
//! of a scenario. Nothing here knows
//! scenarios, runs or windows: texts come in and go out. To add a format: a file that gives a plant.

pub mod beat;
pub mod columns;
pub mod counter;
mod dates;
pub mod estimates;
pub mod joined;
pub mod log;
pub mod plant;
pub mod stations;
mod writing;

pub use crate::rows::Fault;

/// Of so many faults of a file the rest is left out.
pub const MOST_FAULTS: usize = 20;
/// The longest file that is read \[bytes\].
pub const LONGEST: u64 = 32 << 20;
/// So many lines at most.
pub const MOST_LINES: usize = 500_000;
/// So many stations at most, as a line has.
pub const MOST_STATIONS: usize = 64;
