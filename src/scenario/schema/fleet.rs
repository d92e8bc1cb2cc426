//! The fields of a fleet that places share.

use super::distribution::DISTRIBUTIONS;
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MOST_UNITS: i128 = 1_000;

/// What a file begins with.
pub const START: &str = r#"
    places: [
        (
            name: "north",
            capacity: 10,
            requests: Poisson(mean: 2, tail: 1e-3),
            returns: Poisson(mean: 3, tail: 1e-3),
        ),
        (
            name: "south",
            capacity: 10,
            requests: Poisson(mean: 3, tail: 1e-3),
            returns: Poisson(mean: 2, tail: 1e-3),
        ),
    ],
    links: [(most: 3, cost: 2)],
"#;

/// A fleet.
pub static FLEET: Record = Record {
    noun: "fleet",
    fields: &[
        Field::new(
            "places",
            Kind::List(&PLACE),
            Usual::Depends("the two places of Jack's car rental"),
            "The places, 2 to 6, neighbours next to each other.",
        )
        .always(),
        Field::new(
            "links",
            Kind::List(&LINK),
            Usual::Depends("one for each two neighbours, with the defaults of its fields"),
            "What moving units between two neighbours costs, in the order of the places.",
        ),
    ],
};

/// A place where units stand.
pub static PLACE: Record = Record {
    noun: "place",
    fields: &[
        Field::text("name", "", "Its name; `place 1`, `place 2` … where left out."),
        Field::new(
            "capacity",
            Kind::Whole(1, MOST_UNITS, "units"),
            Usual::Number(20.0),
            "How many units it has room for; what comes beyond is lost from the fleet.",
        )
        .slide(1.0, 30.0)
        .always(),
        Field::new(
            "initial",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Number(10.0),
            "How many stand there at the start.",
        )
        .called("units at the start"),
        Field::new(
            "requests",
            Kind::Choice(DISTRIBUTIONS),
            Usual::Depends("Poisson with the mean 3"),
            "How many are asked for in a beat.",
        )
        .always(),
        Field::new(
            "returns",
            Kind::Choice(DISTRIBUTIONS),
            Usual::Depends("Poisson with the mean 3"),
            "How many come back in a beat; they can be lent from the next beat on.",
        )
        .always(),
        Field::real("revenue", Measure::Money, Bounds::AMOUNT, 10.0, "Earned for each unit lent.")
            .slide(0.0, 50.0),
        Field::real(
            "missed_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of a beat in which more are asked for than stand there.",
        )
        .called("cost of a miss")
        .slide(0.0, 50.0),
        Field::new(
            "crowd",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Nothing,
            "More units than this need a second yard; all have room in the first where left out.",
        )
        .or_none()
        .called("room of the first yard"),
        Field::real(
            "crowd_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of the second yard for a beat, however many stand there.",
        )
        .called("cost of the second yard")
        .slide(0.0, 20.0),
    ],
};

/// Moving units between two neighbours.
pub static LINK: Record = Record {
    noun: "link",
    fields: &[
        Field::new(
            "most",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Number(5.0),
            "How many units are moved in a beat at most, either way.",
        )
        .called("units moved at most"),
        Field::real("cost", Measure::Money, Bounds::COST, 2.0, "Cost of each unit moved.")
            .called("cost of a move")
            .slide(0.0, 10.0)
            .always(),
        Field::new(
            "free",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Number(0.0),
            "How many units a beat are moved for nothing from the first of the two to the second.",
        )
        .called("free moves"),
    ],
};
