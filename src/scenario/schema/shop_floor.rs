//! The fields of a shop floor on which robots carry jobs.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

/// What a floor of one's own begins with: jobs from one station to another, and a place to charge.
pub const START: &str = r#"
    rows: [
        "A.1",
        "..C",
        "..B",
    ],
    stations: [(symbol: "A", arrival: 0.15, to: ["B"]), (symbol: "B")],
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[("agent", "NearestJob()")];

/// A shop floor.
pub static SHOP_FLOOR: Record = Record {
    noun: "shop floor",
    fields: &[
        Field::new(
            "rows",
            Kind::Texts,
            Usual::Depends("[\"A.1.B\"]"),
            "The rows of the drawing, the topmost first, one character a cell: `#` is a wall, `.` and \
             the space are floor, `~` is slippery floor, `<`, `>`, `^`, `v` are one-way lanes, `C` is \
             a place to charge, `1`, `2`, `3` are where the robots start, and the characters of the \
             stations are theirs.",
        ),
        Field::new(
            "stations",
            Kind::List(&STATION),
            Usual::Depends("A, from which jobs go to B, and B"),
            "Where jobs arrive and where they go; two or more.",
        ),
        Field::new(
            "handling",
            Kind::Whole(0, 1, "beats"),
            Usual::Number(0.0),
            "How long picking up or setting down takes: 0, on arrival; 1, a beat of standing there.",
        )
        .slide(0.0, 1.0),
        Field::new(
            "slip",
            Kind::Reals(Measure::Plain(""), Bounds::new(0.0, 1e6)),
            Usual::Numbers(&[1.0, 8.0, 1.0]),
            "How likely slippery floor turns the move of who leaves it to the left, not at all, and \
             to the right, in proportion.",
        ),
        Field::real("revenue", Measure::Money, Bounds::AMOUNT, 10.0, "Revenue of a delivery.")
            .always()
            .slide(0.0, 50.0),
        Field::real(
            "waiting_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.1,
            "Cost of each job that waits or rides, counted at the beat's start.",
        )
        .slide(0.0, 2.0),
        Field::real("move_cost", Measure::Money, Bounds::COST, 0.1, "Cost of a move that is made.")
            .slide(0.0, 2.0),
        Field::real("bump_cost", Measure::Money, Bounds::COST, 1.0, "Cost of a move that fails.")
            .slide(0.0, 10.0),
        Field::real("lost_cost", Measure::Money, Bounds::COST, 0.0, "Cost of a job turned away.")
            .slide(0.0, 20.0),
        Field::new(
            "battery",
            Kind::Fields(&BATTERY),
            Usual::Nothing,
            "The robots' batteries; where left out they never run empty.",
        )
        .or_none(),
    ],
};

/// A cell where jobs are picked up or set down.
pub static STATION: Record = Record {
    noun: "station",
    fields: &[
        Field::new("symbol", Kind::Text, Usual::Required, "Its character, which is drawn once."),
        Field::text("name", "", "What it is called; its character where left out."),
        Field::real(
            "arrival",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that a job arrives in a beat.",
        )
        .called("arrival probability")
        .slide(0.0, 1.0),
        Field::new(
            "queue",
            Kind::Whole(1, 100, "jobs"),
            Usual::Number(3.0),
            "How many jobs can wait; who comes when it is full is turned away.",
        )
        .called("room in the queue")
        .labelled("queue room")
        .slide(1.0, 10.0),
        Field::new(
            "to",
            Kind::Texts,
            Usual::Numbers(&[]),
            "The characters of the stations to which its jobs go; none where it is only a \
             destination.",
        )
        .called("destinations"),
        Field::new(
            "shares",
            Kind::Reals(Measure::Plain(""), Bounds::new(0.0, 1e6)),
            Usual::Numbers(&[]),
            "How likely each of these is, in proportion; all alike where left out.",
        )
        .called("shares of the destinations"),
    ],
};

/// What drives the robots.
pub static BATTERY: Record = Record {
    noun: "battery",
    fields: &[
        Field::new("levels", Kind::Whole(1, 100, ""), Usual::Number(10.0), "Its level when full.")
            .called("full charge")
            .slide(1.0, 20.0),
        Field::real(
            "drain",
            Measure::Share,
            Bounds::PROBABILITY,
            1.0,
            "Probability that a move uses up a level.",
        )
        .slide(0.0, 1.0),
        Field::new(
            "charge",
            Kind::Whole(1, 100, "levels"),
            Usual::Number(2.0),
            "By how many levels a beat of standing where it can charge fills it.",
        )
        .called("charge a beat")
        .slide(1.0, 10.0),
        Field::real(
            "rescue",
            Measure::Probability,
            Bounds::CHANCE,
            0.05,
            "Probability that a full battery is brought to an empty robot in a beat.",
        )
        .called("rescue probability")
        .slide(0.01, 1.0),
        Field::real(
            "rescue_cost",
            Measure::Money,
            Bounds::COST,
            10.0,
            "Cost of a battery brought to an empty robot.",
        )
        .slide(0.0, 50.0),
    ],
};
