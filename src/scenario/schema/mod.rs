//! The tables of what may stand in a scenario file: one file a part of it.
//!
//! To add a kind of environment: write its table here, and add its line to [`KINDS`].

pub mod agents;
pub mod chain;
pub mod direct;
pub mod experiment;
mod exploration;
pub mod grid;
pub mod line;
pub mod orders;
mod prediction;
pub mod replacement;
pub mod setups;
pub mod table;
pub mod whole;

use super::fields::{Kind, Record, Variant};

/// The kinds of environment, with their fields.
pub static KINDS: &[Variant] = &[
    Variant::with("Line", &line::LINE, "A serial line of unreliable machines, with buffers."),
    Variant::with("Chain", &chain::CHAIN, "A walk to the right end of a row of places."),
    Variant::with(
        "Replacement",
        &replacement::REPLACEMENT,
        "One machine that wears and is maintained or replaced.",
    ),
    Variant::with("Table", &table::TABLE, "A decision process written out row by row."),
    Variant::with("Grid", &grid::GRID, "A grid world, drawn as text."),
    Variant::with(
        "Setups",
        &setups::SETUPS,
        "One machine, several products and set-ups between them.",
    ),
    Variant::with(
        "Orders",
        &orders::ORDERS,
        "Customised orders on one machine, accepted or declined and put in sequence.",
    ),
];

/// The tables that `taktlab schema KIND` knows, by name: the file as a whole, the kinds of
/// environment, the agents.
pub fn tables() -> impl Iterator<Item = (&'static str, &'static Record, &'static str)> {
    let of = |variants: &'static [Variant]| {
        variants.iter().filter_map(|variant| match variant.holds {
            super::fields::Holds::Fields(record) => Some((variant.name, record, variant.about)),
            _ => None,
        })
    };
    let whole = [
        ("Scenario", &whole::SCENARIO, "A scenario file as a whole."),
        ("Experiment", &experiment::EXPERIMENT_FILE, "An experiment as a file of its own."),
    ];
    whole.into_iter().chain(of(KINDS)).chain(of(agents::AGENTS))
}

/// The choice of a kind of environment.
pub const ENVIRONMENT: Kind = Kind::Choice(KINDS);
