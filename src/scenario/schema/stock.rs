//! The fields of a stock: demand, orders, costs.

use super::customers::{PRICE, demand, unmet};
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MOST_ORDER: i128 = 1_000;
const MOST_UNITS: i128 = 100_000;
const MOST_STAGES: i128 = 12;
const MOST_BEATS: i128 = 100_000;

/// What a file begins with.
pub const START: &str = r#"
    demand: Poisson(mean: 4),
    price: 10,
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[("shelf_life.beats", "3")];

/// A stock.
pub static STOCK: Record = Record {
    // Its `name` is that of its goods, not its own.
    noun: "",
    fields: &[
        Field::text("name", "stock", "What the stock is called."),
        Field::text("supplier", "supplier", "What the supplier is called."),
        demand("Poisson with mean 4"),
        unmet(Usual::Variant("Lost")),
        PRICE,
        Field::new(
            "max_order",
            Kind::Whole(1, MOST_ORDER, "units"),
            Usual::Number(10.0),
            "The most that can be ordered in a beat.",
        )
        .called("largest order")
        .always()
        .slide(1.0, 30.0),
        Field::new(
            "order_names",
            Kind::Texts,
            Usual::Numbers(&[]),
            "What orders of 0, 1, 2 … are called; their numbers where left out.",
        )
        .called("name of an order"),
        Field::real(
            "fixed_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of an order, however large.",
        )
        .called("fixed cost of an order")
        .labelled("fixed cost")
        .slide(0.0, 100.0),
        Field::real(
            "unit_cost",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            0.0,
            "Cost of each unit ordered, also of those that fail.",
        )
        .called("cost of a unit")
        .labelled("unit cost")
        .slide(0.0, 20.0),
        Field::new(
            "lead_time",
            Kind::Beats(0, MOST_STAGES),
            Usual::Number(0.0),
            "After how long what was ordered can serve customers; 0 is at once. What is under way \
             is part of the state, one variable for each beat beyond the first.",
        )
        .slide(0.0, 6.0),
        Field::real(
            "success",
            Measure::Share,
            Bounds::CHANCE,
            1.0,
            "Probability that a unit ordered arrives and is good.",
        )
        .called("probability of success")
        .labelled("yield")
        .slide(0.1, 1.0),
        Field::new(
            "uniformised",
            Kind::Flag,
            Usual::Flag(false),
            "Whether a beat brings either customers or units, never both, as the step of a queue in \
             continuous time does.",
        ),
        Field::new(
            "capacity",
            Kind::Whole(1, MOST_UNITS, "units"),
            Usual::Number(20.0),
            "The most that may be on hand and on order together.",
        )
        .always()
        .slide(1.0, 100.0),
        Field::new(
            "initial",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Number(0.0),
            "Units on hand at the start.",
        )
        .called("stock at the start"),
        Field::real(
            "holding",
            Measure::MoneyPerBeat,
            Bounds::AMOUNT,
            1.0,
            "Cost of each unit left at the end of a beat.",
        )
        .called("holding cost")
        .always()
        .slide(0.0, 10.0),
        Field::new(
            "shelf_life",
            Kind::Fields(&SHELF_LIFE),
            Usual::Nothing,
            "How long goods keep; for ever where left out.",
        )
        .or_none(),
        Field::new(
            "horizon",
            Kind::Beats(1, MOST_BEATS),
            Usual::Nothing,
            "After how long an episode ends; never where left out.",
        )
        .or_none(),
        Field::real(
            "salvage",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            0.0,
            "What each unit left at that end brings; negative where it costs.",
        )
        .called("salvage value")
        .slide(-10.0, 20.0),
    ],
};

/// A shelf life.
pub static SHELF_LIFE: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "beats",
            Kind::Beats(1, MOST_STAGES),
            Usual::Required,
            "For how long a unit can be sold, from the first beat in which it can.",
        )
        .called("shelf life"),
        Field::real(
            "cost",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            0.0,
            "Cost of each unit that is too old; negative where it pays.",
        )
        .called("cost of outdating")
        .labelled("outdating cost")
        .slide(0.0, 20.0),
    ],
};
