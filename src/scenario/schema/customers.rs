//! The fields of customers who buy units: how many ask, who finds nothing, what a unit is sold for.

use super::distribution::DISTRIBUTIONS;
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_UNITS: i128 = 100_000;

/// How many ask, by default as said.
pub const fn demand(usual: &'static str) -> Field {
    let about = "How many units are asked for in a beat.";
    Field::new("demand", Kind::Choice(DISTRIBUTIONS), Usual::Depends(usual), about).always()
}

/// What becomes of those who find nothing, by default as said.
pub const fn unmet(usual: Usual) -> Field {
    let about = "What becomes of customers who find nothing.";
    Field::new("unmet", Kind::Choice(UNMET), usual, about).called("unmet demand").always()
}

/// What a unit is sold for.
pub const PRICE: Field =
    Field::real("price", Measure::MoneyPerPart, Bounds::AMOUNT, 0.0, "What a unit is sold for.")
        .slide(0.0, 50.0);

/// What becomes of customers who find nothing.
static UNMET: &[Variant] = &[
    Variant::with("Lost", &LOST, "They go."),
    Variant::with("Backlogged", &BACKLOGGED, "They wait, as long as there is room on the list."),
];

/// Lost sales.
static LOST: Record = Record {
    noun: "",
    fields: &[Field::real("cost", Measure::Money, Bounds::COST, 0.0, "Cost of each of them.")
        .called("cost of a lost customer")
        .labelled("lost sale")
        .always()
        .slide(0.0, 50.0)],
};

/// A backlog.
static BACKLOGGED: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of each who waits at the end of a beat.",
        )
        .called("cost of waiting")
        .labelled("backlog cost")
        .always()
        .slide(0.0, 50.0),
        Field::new(
            "limit",
            Kind::Whole(1, MOST_UNITS, "customers"),
            Usual::Required,
            "How many wait at most; who comes then goes.",
        )
        .called("longest backlog"),
        Field::real("lost_cost", Measure::Money, Bounds::COST, 0.0, "Cost of each who goes.")
            .called("cost of a lost customer"),
    ],
};
