//! The fields of a shop that works to order and of its types of orders.

use super::setups::SEQUENCE;
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_TIME: i128 = 1_000;

/// What a file of one's own begins with.
pub const START: &str = r#"
    types: [
        (name: "standard"),
        (name: "rush", arrival: 0.1, reward: 20, due: 3, late_cost: 4),
    ],
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] =
    &[("sequence.from", "\"standard\""), ("sequence.to", "\"rush\"")];

/// A shop that works to order.
pub static ORDERS: Record = Record {
    noun: "shop",
    fields: &[
        Field::new(
            "types",
            Kind::List(&ORDER),
            Usual::Depends("a standard and a rush order"),
            "The types of orders, 1 to 6. At most one order comes in a beat.",
        )
        .always(),
        Field::new(
            "slots",
            Kind::Whole(1, 8, "orders"),
            Usual::Number(3.0),
            "How many orders wait at most, beside the one that is worked on.",
        )
        .called("number of slots")
        .slide(1.0, 8.0)
        .always(),
        Field::new(
            "offers",
            Kind::Flag,
            Usual::Flag(true),
            "Whether the agent accepts or declines each order that is offered; else each is taken \
             while there is a slot.",
        ),
        Field::new(
            "kept",
            Kind::Choice(KEPT),
            Usual::Variant("ByDue"),
            "In which order those that wait are kept.",
        ),
        Field::new(
            "sequence",
            Kind::List(&SEQUENCE),
            Usual::Fields,
            "Set-ups from one type to another that are not as the second's own `setup_time` and \
             `setup_cost`.",
        ),
        Field::new(
            "initial",
            Kind::Texts,
            Usual::Numbers(&[]),
            "The types of the orders that wait at the start, by name.",
        )
        .called("orders at the start"),
    ],
};

static KEPT: &[Variant] = &[
    Variant::bare("ByDue", "The earliest due first, those without a due date last."),
    Variant::bare("ByArrival", "As they came, so that it is known who came first; more states."),
];

/// A type of orders.
pub static ORDER: Record = Record {
    noun: "type",
    fields: &[
        Field::text("name", "", "Its name; `type 1`, `type 2` … where left out."),
        Field::real(
            "arrival",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.3,
            "Probability that such an order comes in a beat; those of all types sum to 1 at most.",
        )
        .called("arrival probability")
        .slide(0.0, 0.5)
        .always(),
        Field::real("reward", Measure::Money, Bounds::AMOUNT, 10.0, "Earned when it is completed.")
            .slide(0.0, 100.0)
            .always(),
        Field::new(
            "work",
            Kind::Beats(1, MOST_TIME),
            Usual::Number(1.0),
            "How long it is worked on at least.",
        )
        .slide(1.0, 10.0)
        .always(),
        Field::real(
            "completion",
            Measure::Probability,
            Bounds::CHANCE,
            0.5,
            "Probability that the beat in which so much work is done completes it, and each one \
             after that; 1 for work that lasts exactly so long.",
        )
        .called("completion probability")
        .slide(0.05, 1.0)
        .always(),
        Field::new(
            "due",
            Kind::Beats(1, MOST_TIME),
            Usual::Nothing,
            "Within what time it is due after it was accepted; never where left out.",
        )
        .called("time to the due date")
        .labelled("due within")
        .or_none()
        .slide(1.0, 10.0),
        Field::real(
            "late_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time in which it is late.",
        )
        .called("cost of lateness")
        .slide(0.0, 10.0),
        Field::real("late_fee", Measure::Money, Bounds::COST, 0.0, "Cost of being late at all.")
            .called("fee for lateness")
            .slide(0.0, 20.0),
        Field::real(
            "waiting",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time in which it is in the shop, waiting or worked on.",
        )
        .called("cost of waiting")
        .slide(0.0, 10.0),
        Field::real(
            "declined",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of declining it, or of having no slot for it.",
        )
        .called("cost of declining")
        .slide(0.0, 20.0),
        Field::new(
            "setup_time",
            Kind::Beats(0, MOST_TIME),
            Usual::Number(0.0),
            "How long the machine is set up for it after another type.",
        )
        .called("set-up time")
        .slide(0.0, 10.0),
        Field::real("setup_cost", Measure::Money, Bounds::COST, 0.0, "Cost of setting up for it.")
            .called("set-up cost")
            .slide(0.0, 50.0),
    ],
};
