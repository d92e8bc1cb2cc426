//! The fields of a job shop, of its stations, products and routes.

use super::distribution::DISTRIBUTIONS;
use super::setups::SEQUENCE;
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MOST_PARTS: i128 = 1_000;
const MOST_TIME: i128 = 1_000;

/// A job shop.
pub static JOB_SHOP: Record = Record {
    noun: "shop",
    fields: &[
        Field::new(
            "stations",
            Kind::List(&STATION),
            Usual::Depends("two stations, where `products` is left out too"),
            "The stations, 1 to 6.",
        )
        .always(),
        Field::new(
            "products",
            Kind::List(&PRODUCT),
            Usual::Depends("one for the first station alone and one that goes on to the second"),
            "The products, 1 to 6, with 16 operations at most on all routes together.",
        )
        .always(),
    ],
};

/// What a file of one's own begins with.
pub const START: &str = r#"
    stations: [(name: "mill"), (name: "lathe")],
    products: [
        (
            name: "shaft",
            arrivals: Binomial(probability: 0.25),
            route: [(station: "lathe", completion: 0.7), (station: "mill", completion: 0.7)],
        ),
        (
            name: "flange",
            arrivals: Binomial(probability: 0.25),
            price: 5,
            route: [(station: "mill", completion: 0.7), (station: "lathe", completion: 0.7)],
        ),
    ],
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[("sequence.from", "\"shaft\""), ("sequence.to", "\"flange\"")];

/// A station.
pub static STATION: Record = Record {
    noun: "station",
    fields: &[
        Field::text("name", "", "Its name; `station 1`, `station 2` … where left out."),
        Field::new(
            "machines",
            Kind::Whole(1, 8, "machines"),
            Usual::Number(1.0),
            "How many machines it has, each for one part at a time.",
        )
        .called("number of machines")
        .labelled("machines")
        .slide(1.0, 4.0),
        Field::new(
            "controlled",
            Kind::Flag,
            Usual::Flag(false),
            "Whether the agent can hold it back where it has one operation alone; with several it \
             always can.",
        ),
        Field::new(
            "setup_time",
            Kind::Beats(0, MOST_TIME),
            Usual::Number(0.0),
            "How long it is set up for another product; at 0 it works at once.",
        )
        .called("set-up time")
        .slide(0.0, 10.0),
        Field::real(
            "setup_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of setting up for another product.",
        )
        .called("set-up cost")
        .slide(0.0, 50.0),
        Field::new(
            "sequence",
            Kind::List(&SEQUENCE),
            Usual::Fields,
            "Set-ups from one product to another that are not as `setup_time` and `setup_cost` say.",
        ),
        Field::real(
            "failure",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that it fails in a beat in which it is up, at work or not.",
        )
        .called("failure probability")
        .labelled("failure")
        .slide(0.0, 0.5),
        Field::real(
            "repair",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.1,
            "Probability that it is repaired in a beat in which it is down.",
        )
        .called("repair probability")
        .labelled("repair")
        .slide(0.01, 1.0),
        Field::real(
            "repair_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time in which it is down.",
        )
        .called("cost of repair")
        .slide(0.0, 10.0),
    ],
};

/// A product.
pub static PRODUCT: Record = Record {
    noun: "product",
    fields: &[
        Field::text(
            "name",
            "",
            "Its name; `product 1`, `product 2` … where left out, `part` where there is one alone.",
        ),
        Field::new(
            "arrivals",
            Kind::Choice(DISTRIBUTIONS),
            Usual::Depends("one with probability 0.2"),
            "How many parts of it arrive in a beat.",
        )
        .always(),
        Field::real(
            "price",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            10.0,
            "Earned for a part when it is finished.",
        )
        .slide(0.0, 100.0)
        .always(),
        Field::real(
            "lost_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of a part that arrives and finds no room, beside the price that is not had.",
        )
        .called("cost of a part lost")
        .slide(0.0, 50.0),
        Field::new(
            "route",
            Kind::List(&OPERATION),
            Usual::Fields,
            "Its operations in their order, 1 to 8; a station may come several times.",
        )
        .always(),
    ],
};

/// A step of a route.
pub static OPERATION: Record = Record {
    noun: "step",
    fields: &[
        Field::text(
            "name",
            "",
            "Its name and that of the buffer before it; the product's, with the number of the step \
             where there are several, where left out.",
        ),
        Field::text("station", "", "The name of the station that does it.").required(),
        Field::real(
            "completion",
            Measure::Probability,
            Bounds::CHANCE,
            0.5,
            "Probability that the work of a machine in a beat completes it.",
        )
        .called("completion probability")
        .labelled("completion")
        .slide(0.05, 1.0)
        .always(),
        Field::real(
            "holding",
            Measure::MoneyPerPartBeat,
            Bounds::COST,
            1.0,
            "Cost of a part that waits for it or is worked on.",
        )
        .called("holding cost")
        .slide(0.0, 5.0)
        .always(),
        Field::new(
            "capacity",
            Kind::Whole(1, MOST_PARTS, "parts"),
            Usual::Number(6.0),
            "How many parts the buffer before it holds, those at work included.",
        )
        .slide(1.0, 30.0)
        .always(),
    ],
};
