//! The fields of an assembly: feeders, the station that joins their components, and demand.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MOST_PARTS: i128 = 1_000_000;

/// What a file begins with.
pub const START: &str = r#"
    feeders: [
        (name: "Body", mtbf: "30 min", mttr: "10 min", holding: 0.02),
        (name: "Motor", completion: 0.7, holding: 0.05),
    ],
    revenue: 1,
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] =
    &[("feeders.failure", "0.02"), ("feeders.repair", "0.2"), ("completion", "1")];

/// An assembly.
pub static ASSEMBLY: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "feeders",
            Kind::List(&FEEDER),
            Usual::Required,
            "The feeders, each with the buffer of its components; 1 to 8.",
        ),
        Field::new(
            "station",
            Kind::Fields(&ASSEMBLER),
            Usual::Fields,
            "The station that joins one component of each feeder to a product.",
        ),
        Field::new(
            "demand",
            Kind::Fields(&DEMAND),
            Usual::Nothing,
            "Customers, and a store of products; every product is sold at once where left out.",
        )
        .or_none(),
        Field::real(
            "revenue",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            0.0,
            "Earned for each product sold.",
        )
        .always()
        .slide(0.0, 100.0),
    ],
};

const COMPLETION: Field = Field::real(
    "completion",
    Measure::Probability,
    Bounds::CHANCE,
    1.0,
    "Probability that a beat of work completes a part.",
)
.called("completion probability")
.labelled("completion")
.slide(0.05, 1.0);

const FAILURE: Field = Field::real(
    "failure",
    Measure::Probability,
    Bounds::PROBABILITY,
    0.0,
    "Probability that it fails in a beat in which it could work; 0 is never.",
)
.called("failure probability")
.slide_by_factors(0.0001, 0.5);

const MTBF: Field = Field::new(
    "mtbf",
    Kind::Real(Measure::MeanTime, Bounds::CHANCE),
    Usual::Other,
    "Mean time between failures, of the beats in which it could work; in place of `failure`.",
)
.called("mean time between failures")
.labelled("time to failure")
.fills("failure", "")
.slide_by_factors(2.0, 10_000.0);

const REPAIR: Field = Field::real(
    "repair",
    Measure::Probability,
    Bounds::PROBABILITY,
    0.0,
    "Probability that it comes up again in a beat in which it is down. Above 0 where it can fail.",
)
.called("repair probability")
.slide_by_factors(0.001, 1.0);

const MTTR: Field = Field::new(
    "mttr",
    Kind::Real(Measure::MeanTime, Bounds::CHANCE),
    Usual::Other,
    "Mean time to repair; in place of `repair`.",
)
.called("mean time to repair")
.labelled("time to repair")
.fills("repair", "")
.slide_by_factors(1.0, 1_000.0);

const WORKING: Field = Field::real(
    "working_cost",
    Measure::MoneyPerBeat,
    Bounds::COST,
    0.0,
    "Cost of the time in which it works, or its power.",
)
.slide(0.0, 10.0);

const CAPACITY: Field = Field::new(
    "capacity",
    Kind::Whole(1, MOST_PARTS, "parts"),
    Usual::Number(5.0),
    "How many parts it holds at most.",
)
.always()
.slide(1.0, 50.0);

const HOLDING: Field = Field::real(
    "holding",
    Measure::MoneyPerPartBeat,
    Bounds::COST,
    0.0,
    "Cost of holding a part in it.",
)
.called("holding cost")
.slide(0.0, 1.0);

/// A feeder.
pub static FEEDER: Record = Record {
    noun: "feeder",
    fields: &[
        Field::text("name", "", "Its name; `feeder 1`, `feeder 2` … where left out."),
        COMPLETION,
        FAILURE,
        MTBF,
        REPAIR,
        MTTR,
        CAPACITY,
        HOLDING,
        WORKING,
        Field::new(
            "controlled",
            Kind::Flag,
            Usual::Flag(true),
            "Whether the agent decides in each beat if it runs; else it always runs.",
        ),
    ],
};

/// The station that assembles.
pub static ASSEMBLER: Record = Record {
    noun: "station",
    fields: &[
        Field::text("name", "assembly", "Its name."),
        COMPLETION,
        FAILURE,
        MTBF,
        REPAIR,
        MTTR,
        WORKING,
        Field::new(
            "controlled",
            Kind::Flag,
            Usual::Flag(false),
            "Whether the agent decides in each beat if it runs; else it always runs.",
        ),
    ],
};

/// Customers and their store.
pub static DEMAND: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "probability",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.5,
            "Probability that a customer comes in a beat.",
        )
        .called("probability of a customer")
        .labelled("customers")
        .slide(0.0, 1.0),
        Field::new(
            "every",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time between customers; in place of `probability`.",
        )
        .called("mean time between customers")
        .fills("probability", "")
        .slide_by_factors(1.0, 100.0),
        CAPACITY,
        HOLDING,
        Field::real(
            "lost_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of each customer lost, beside the revenue forgone.",
        )
        .called("cost of a lost customer")
        .slide(0.0, 100.0),
    ],
};
