//! Scenarios from text to environment and back: shipped files, mistakes, conversions, sliders.

mod based_on;
mod conversions;
mod lines;
mod mistakes;
mod nonsense;
mod round_trip;
mod row_files;
mod shipped;
mod solved;
mod starting;
mod tables;
mod textbook;

use super::Scenario;

/// A scenario that a test writes.
fn scenario(text: &str) -> Scenario {
    match Scenario::parse("test.ron", text) {
        Ok(scenario) => scenario,
        Err(reports) => panic!("{reports}"),
    }
}
