//! The fields of a supply chain: echelons and their customers.

use super::customers::{PRICE, demand, unmet};
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MOST_UNITS: i128 = 10_000;
const MOST_DELAY: i128 = 12;

/// What a file of one's own begins with.
pub const START: &str = r#"
    echelons: [
        (
            name: "shop",
            customers: (
                demand: Uniform(high: 2),
                unmet: Backlogged(cost: 9, limit: 5),
            ),
        ),
        (name: "warehouse"),
    ],
"#;

/// A supply chain.
pub static SUPPLY_CHAIN: Record = Record {
    noun: "",
    fields: &[Field::new(
        "echelons",
        Kind::List(&ECHELON),
        Usual::Depends("a shop and a warehouse"),
        "The echelons, customers of others before their suppliers: the shop first, the source last; \
         at most 16.",
    )],
};

/// An echelon.
pub static ECHELON: Record = Record {
    noun: "echelon",
    fields: &[
        Field::text("name", "", "Its name; `echelon 1`, `echelon 2` … where left out."),
        Field::text(
            "supplier",
            "",
            "The name of the echelon that it orders from, one further down the list. Where left out \
             the next of the list, and for the last a source that never runs out.",
        ),
        Field::new(
            "customers",
            Kind::Fields(&CUSTOMERS),
            Usual::Nothing,
            "Customers who come to it from outside; none where left out.",
        )
        .or_none(),
        Field::new(
            "lead_time",
            Kind::Beats(1, MOST_DELAY),
            Usual::Number(1.0),
            "How long after a unit was sent to it it can be sent on.",
        )
        .slide(1.0, 6.0),
        Field::new(
            "order_delay",
            Kind::Beats(0, MOST_DELAY),
            Usual::Number(0.0),
            "How long its orders are under way to its supplier.",
        )
        .called("delay of orders")
        .slide(0.0, 6.0),
        Field::new(
            "max_order",
            Kind::Whole(1, MOST_UNITS, "units"),
            Usual::Number(4.0),
            "The most that it can order in a beat.",
        )
        .called("largest order")
        .always()
        .slide(1.0, 30.0),
        Field::new(
            "capacity",
            Kind::Whole(1, MOST_UNITS, "units"),
            Usual::Number(6.0),
            "The most that it may have on hand and on order, less what it owes; orders are cut to it.",
        )
        .always()
        .slide(1.0, 50.0),
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
            "Cost of each unit left on hand at the end of a beat.",
        )
        .called("holding cost")
        .always()
        .slide(0.0, 10.0),
        Field::real(
            "owing",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of each unit that it owes other echelons at the end of a beat.",
        )
        .called("cost of owing")
        .slide(0.0, 10.0),
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
            "Cost of each unit ordered.",
        )
        .called("cost of a unit")
        .labelled("unit cost")
        .slide(0.0, 20.0),
        Field::new(
            "base_stock",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Nothing,
            "Where given nothing is decided here: it orders what its inventory position is below this \
             level.",
        )
        .or_none()
        .slide(0.0, 50.0),
    ],
};

/// Customers from outside.
pub static CUSTOMERS: Record = Record {
    noun: "",
    fields: &[
        demand("Uniform from 0 to 2"),
        unmet(Usual::Depends("Backlogged at a cost of 9, up to 5")),
        PRICE,
    ],
};
