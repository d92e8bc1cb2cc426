//! The fields of a machine with set-ups and of its products.

use super::customers::demand;
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_UNITS: i128 = 1_000;
const MOST_TIME: i128 = 1_000;

/// What a file of one's own begins with.
pub const START: &str = r#"
    products: [
        (name: "red", demand: Binomial(trials: 1, probability: 0.3)),
        (name: "blue", demand: Binomial(trials: 1, probability: 0.3)),
    ],
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[("sequence.from", "\"red\""), ("sequence.to", "\"blue\"")];

/// A machine with set-ups.
pub static SETUPS: Record = Record {
    noun: "machine",
    fields: &[
        Field::new(
            "products",
            Kind::List(&PRODUCT),
            Usual::Depends("two products with the defaults of their fields"),
            "The products that it makes, 1 to 6. It is set up for the first at the start.",
        )
        .always(),
        Field::new(
            "sequence",
            Kind::List(&SEQUENCE),
            Usual::Fields,
            "Set-ups from one product to another that are not as the second's own `setup_time` and \
             `setup_cost`.",
        ),
    ],
};

/// A product.
pub static PRODUCT: Record = Record {
    noun: "product",
    fields: &[
        Field::text("name", "", "Its name; `product 1`, `product 2` … where left out."),
        demand("Binomial of one trial that succeeds with probability 0.3"),
        Field::real(
            "completion",
            Measure::Probability,
            Bounds::CHANCE,
            0.8,
            "Probability that a beat of production completes a unit.",
        )
        .called("completion probability")
        .labelled("completion")
        .slide(0.05, 1.0)
        .always(),
        Field::real(
            "production_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time of production, whether it completes a unit or not.",
        )
        .slide(0.0, 10.0),
        Field::new(
            "capacity",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Number(8.0),
            "How many finished units its stock holds at most; 0 makes to order only.",
        )
        .always(),
        Field::new(
            "initial",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Number(0.0),
            "Units in stock at the start.",
        )
        .called("stock at the start"),
        Field::real(
            "holding",
            Measure::MoneyPerPartBeat,
            Bounds::COST,
            0.2,
            "Cost of a unit in stock.",
        )
        .called("holding cost")
        .slide(0.0, 5.0)
        .always(),
        Field::real(
            "revenue",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            10.0,
            "Earned for a unit when the customer gets it.",
        )
        .slide(0.0, 100.0)
        .always(),
        Field::new(
            "unmet",
            Kind::Choice(UNMET),
            Usual::Variant("Lost"),
            "What becomes of a customer who is not served from stock.",
        ),
        Field::new(
            "setup_time",
            Kind::Beats(0, MOST_TIME),
            Usual::Number(2.0),
            "How long the machine is set up for it; at 0 it is made at once.",
        )
        .called("set-up time")
        .slide(0.0, 10.0)
        .always(),
        Field::real("setup_cost", Measure::Money, Bounds::COST, 0.0, "Cost of setting up for it.")
            .called("set-up cost")
            .slide(0.0, 50.0),
    ],
};

static UNMET: &[Variant] = &[
    Variant::with("Lost", &LOST, "The customer goes elsewhere."),
    Variant::with("Backorder", &BACKORDER, "The customer waits."),
];

/// Customers who go elsewhere.
pub static LOST: Record = Record {
    noun: "",
    fields: &[Field::real(
        "cost",
        Measure::Money,
        Bounds::COST,
        0.0,
        "Cost of a customer lost, beside the revenue that is not had.",
    )
    .called("cost of a lost sale")
    .slide(0.0, 50.0)],
};

/// Customers who wait.
pub static BACKORDER: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "cost",
            Measure::MoneyPerPartBeat,
            Bounds::COST,
            1.0,
            "Cost of a customer who waits.",
        )
        .called("cost of waiting")
        .labelled("waiting")
        .slide(0.0, 20.0),
        Field::new(
            "limit",
            Kind::Whole(1, MOST_UNITS, "customers"),
            Usual::Number(8.0),
            "How many wait at most; more are lost.",
        )
        .called("limit of the backlog")
        .labelled("backlog"),
        Field::real(
            "lost_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of a customer lost, beside the revenue that is not had.",
        )
        .called("cost of a lost sale")
        .slide(0.0, 50.0),
    ],
};

/// A set-up from one product to another.
pub static SEQUENCE: Record = Record {
    noun: "set-up",
    fields: &[
        Field::text("from", "", "What the machine was set up for.").required(),
        Field::text("to", "", "What it is set up for then.").required(),
        Field::new(
            "time",
            Kind::Beats(0, MOST_TIME),
            Usual::Number(0.0),
            "How long it takes; at 0 the product is made at once.",
        )
        .called("set-up time")
        .slide(0.0, 10.0),
        Field::real("cost", Measure::Money, Bounds::COST, 0.0, "What it costs.")
            .called("set-up cost")
            .slide(0.0, 50.0),
    ],
};
