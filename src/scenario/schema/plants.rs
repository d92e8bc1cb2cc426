//! The fields of plants that share energy and crews.

use super::customers::{PRICE, demand, unmet};
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MOST_PLANTS: i128 = 8;
const MOST_UNITS: i128 = 10_000;

/// What a file of one's own begins with.
pub const START: &str = r#"
    plants: [
        (name: "north", demand: Binomial(probability: 0.4), unmet: Lost(cost: 10)),
        (name: "south", demand: Binomial(probability: 0.4), unmet: Lost(cost: 10)),
    ],
"#;

/// Plants.
pub static PLANTS: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "plants",
            Kind::List(&PLANT),
            Usual::Depends("two alike"),
            "The plants, 1 to 8.",
        ),
        Field::new(
            "energy",
            Kind::Whole(1, MOST_PLANTS, "plants"),
            Usual::Number(1.0),
            "How many of them there is energy for in a beat.",
        )
        .always()
        .slide(1.0, 8.0),
        Field::new(
            "crews",
            Kind::Whole(1, MOST_PLANTS, "crews"),
            Usual::Nothing,
            "How many machines that are down are repaired in a beat, as the agent decides; all at all \
             times where left out.",
        )
        .called("number of crews")
        .or_none(),
    ],
};

/// A plant.
pub static PLANT: Record = Record {
    noun: "plant",
    fields: &[
        Field::text("name", "", "Its name; `plant 1`, `plant 2` … where left out."),
        Field::real(
            "completion",
            Measure::Probability,
            Bounds::CHANCE,
            1.0,
            "Probability that a beat in which its machine runs and does not fail completes a unit.",
        )
        .called("completion probability")
        .slide(0.05, 1.0),
        Field::real(
            "failure",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that its machine fails in a beat in which it runs.",
        )
        .called("failure probability")
        .slide(0.0, 0.5),
        Field::real(
            "repair",
            Measure::Probability,
            Bounds::CHANCE,
            1.0,
            "Probability that a beat of repair is the last.",
        )
        .called("repair probability")
        .slide(0.01, 1.0),
        demand("one unit with probability 0.4"),
        unmet(Usual::Depends("Lost at a cost of 10")),
        PRICE,
        Field::new(
            "capacity",
            Kind::Whole(1, MOST_UNITS, "units"),
            Usual::Number(6.0),
            "How many units its store holds.",
        )
        .always()
        .slide(1.0, 20.0),
        Field::new(
            "initial",
            Kind::Whole(0, MOST_UNITS, "units"),
            Usual::Number(0.0),
            "Units in store at the start.",
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
        Field::real(
            "running",
            Measure::MoneyPerBeat,
            Bounds::AMOUNT,
            0.0,
            "Cost of a beat in which its machine runs.",
        )
        .called("cost of running")
        .slide(0.0, 10.0),
    ],
};
