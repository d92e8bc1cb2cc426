//! The tables of what may stand in a scenario file: one file a part of it.
//!
//! To add a kind of environment: write its table here, and add its line to [`KINDS`]; where its
//! defaults alone say too little, with what a file of one's own begins with.

pub mod agents;
pub mod assembly;
pub mod chain;
mod customers;
pub mod direct;
pub mod distribution;
pub mod experiment;
mod exploration;
pub mod exponential_line;
pub mod fleet;
pub mod grid;
pub mod inspection;
pub mod job_shop;
pub mod lesson;
pub mod line;
pub mod orders;
pub mod plants;
mod prediction;
pub mod queue;
pub mod replacement;
pub mod setups;
pub mod shop_floor;
pub mod stock;
pub mod supply_chain;
pub mod table;
pub mod whole;

use super::fields::{Kind, Record, Variant};

/// The kinds of environment, with their fields.
pub static KINDS: &[Variant] = &[
    Variant::with("Line", &line::LINE, "A serial line of unreliable machines, with buffers.")
        .begin_with(line::START)
        .showing(line::SHOWN),
    Variant::with(
        "ExponentialLine",
        &exponential_line::EXPONENTIAL_LINE,
        "A serial line of stations with exponential times of work, by uniformisation.",
    )
    .begin_with(exponential_line::START)
    .showing(exponential_line::SHOWN),
    Variant::with(
        "Assembly",
        &assembly::ASSEMBLY,
        "Feeders that each make a component, and a station that joins one of each to a product.",
    )
    .begin_with(assembly::START)
    .showing(assembly::SHOWN),
    Variant::with("Chain", &chain::CHAIN, "A walk to the right end of a row of places."),
    Variant::with(
        "Replacement",
        &replacement::REPLACEMENT,
        "One machine that wears and is maintained or replaced.",
    )
    .begin_with(replacement::START),
    Variant::with("Table", &table::TABLE, "A decision process written out row by row.")
        .begin_with(table::START),
    Variant::with("Grid", &grid::GRID, "A grid world, drawn as text.")
        .begin_with(grid::START)
        .showing(grid::SHOWN),
    Variant::with(
        "Queue",
        &queue::QUEUE,
        "A queue: whom to admit, whom to serve first, how fast to serve.",
    ),
    Variant::with(
        "ShopFloor",
        &shop_floor::SHOP_FLOOR,
        "A shop floor, drawn as text, on which robots carry jobs from station to station.",
    )
    .begin_with(shop_floor::START)
    .showing(shop_floor::SHOWN),
    Variant::with("Fleet", &fleet::FLEET, "Places that share units, which are moved between them.")
        .begin_with(fleet::START),
    Variant::with(
        "Inspection",
        &inspection::INSPECTION,
        "A machine whose condition is hidden: look or not.",
    )
    .begin_with(inspection::START)
    .showing(inspection::SHOWN),
    Variant::with(
        "Setups",
        &setups::SETUPS,
        "One machine, several products and set-ups between them.",
    )
    .begin_with(setups::START)
    .showing(setups::SHOWN),
    Variant::with("Stock", &stock::STOCK, "A stock of one product: how much to order, and when.")
        .begin_with(stock::START)
        .showing(stock::SHOWN),
    Variant::with(
        "SupplyChain",
        &supply_chain::SUPPLY_CHAIN,
        "Echelons that keep stock, order from each other, and serve customers.",
    )
    .begin_with(supply_chain::START),
    Variant::with("Plants", &plants::PLANTS, "Plants that share energy and crews.")
        .begin_with(plants::START),
    Variant::with(
        "Orders",
        &orders::ORDERS,
        "Customised orders on one machine, accepted or declined and put in sequence.",
    )
    .begin_with(orders::START)
    .showing(orders::SHOWN),
    Variant::with(
        "JobShop",
        &job_shop::JOB_SHOP,
        "Products with routes of their own through stations that choose what they work on.",
    )
    .begin_with(job_shop::START)
    .showing(job_shop::SHOWN),
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
        ("Lesson", &lesson::LESSON, "A lesson as a file of its own."),
    ];
    whole.into_iter().chain(of(KINDS)).chain(of(agents::AGENTS))
}

/// Whether a variant's fields have a table of their own, by which they are told of: that of a kind
/// of environment or of an agent. A name alone does not say so: `Kanban` is also a way to release.
pub fn has_table(variant: &Variant) -> bool {
    match &variant.holds {
        super::fields::Holds::Fields(record) => {
            tables().any(|(_, known, _)| std::ptr::eq(known, *record))
        }
        _ => false,
    }
}

/// The choice of a kind of environment.
pub const ENVIRONMENT: Kind = Kind::Choice(KINDS);
