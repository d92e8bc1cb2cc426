//! The fields of a machine whose condition is hidden.

use super::replacement::{MAINTAIN, REPLACE};
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const PROBABILITIES: Kind = Kind::Reals(Measure::Probability, Bounds::PROBABILITY);
const SHARES: Kind = Kind::Reals(Measure::Share, Bounds::PROBABILITY);

/// What a file begins with.
pub const START: &str = r#"
    conditions: [
        (name: "good", earnings: 10, next: [0.9, 0.1]),
        (name: "bad", earnings: 2),
    ],
    inspect: (cost: 1),
    replace: (cost: [15], duration: 1),
    memory: 5,
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[
    ("findings.name", "=\"noise\""),
    ("findings.probability", "[1, 1]"),
    ("sensor.readings", "=[(name: \"noise\", probability: [1, 1])]"),
];

/// A machine whose condition is hidden.
pub static INSPECTION: Record = Record {
    // Its `name` is that of its condition, not its own.
    noun: "",
    fields: &[
        Field::text(
            "name",
            "condition",
            "What the hidden condition is called, in at most 64 characters.",
        ),
        Field::new(
            "conditions",
            Kind::List(&CONDITION),
            Usual::Depends("good, worn and bad"),
            "The conditions, best first; 2 to 100. Where none are given: good, worn and bad, which \
             earn 10, 7 and 0 a beat and wear with probability 0.1.",
        )
        .always(),
        Field::new(
            "start",
            SHARES,
            Usual::Numbers(&[1.0]),
            "Probabilities of the condition at the start, in their order; what is left out is 0.",
        )
        .called("probability at the start"),
        Field::new(
            "renewed",
            SHARES,
            Usual::Numbers(&[1.0]),
            "Probabilities of a new machine's condition, in their order; what is left out is 0.",
        )
        .called("probability when new"),
        Field::real(
            "failure_cost",
            Measure::Money,
            Bounds::AMOUNT,
            0.0,
            "What a failure costs, the new machine included.",
        )
        .slide(0.0, 200.0),
        Field::text("run_name", "run", "What running is called, in at most 64 characters."),
        Field::new(
            "inspect",
            Kind::Fields(&INSPECT),
            Usual::Fields,
            "Looks at the condition; `None` where that is not offered.",
        )
        .or_none(),
        Field::new(
            "sensor",
            Kind::Fields(&SENSOR),
            Usual::Nothing,
            "A free sensor that reads after each worked beat; none where left out.",
        )
        .or_none(),
        Field::new(
            "maintain",
            Kind::Fields(&MAINTAIN),
            Usual::Nothing,
            "Betters the condition by some; not offered where left out.",
        )
        .or_none(),
        Field::new(
            "replace",
            Kind::Fields(&REPLACE),
            Usual::Fields,
            "Puts in a new machine; `None` where it is not offered.",
        )
        .or_none(),
        Field::new(
            "memory",
            Kind::Whole(0, 10_000, "beats"),
            Usual::Number(0.0),
            "For how many beats the news are kept in sight and counted; 0 for the latest beat's \
             alone.",
        ),
    ],
};

/// A condition.
pub static CONDITION: Record = Record {
    noun: "condition",
    fields: &[
        Field::text("name", "", "What it is called; its number from 0 where left out."),
        Field::real(
            "earnings",
            Measure::Money,
            Bounds::AMOUNT,
            0.0,
            "What a beat worked in it earns.",
        )
        .slide(0.0, 100.0)
        .always(),
        Field::real(
            "fails",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that the machine fails in a beat worked in it, for all to see.",
        )
        .called("failure probability")
        .slide(0.0, 0.5),
        Field::new(
            "next",
            PROBABILITIES,
            Usual::Numbers(&[]),
            "Probabilities of the condition after a worked beat, in their order; they sum to 1, and \
             what is left out is 0. Where none are given it stays as it is.",
        )
        .called("probability of the next condition")
        .always(),
    ],
};

/// Looking at the condition.
pub static INSPECT: Record = Record {
    noun: "",
    fields: &[
        Field::text("name", "inspect", "What it is called."),
        Field::real("cost", Measure::Money, Bounds::AMOUNT, 0.0, "What it costs.")
            .labelled("inspection cost")
            .slide(0.0, 50.0),
        Field::new(
            "duration",
            Kind::Whole(0, 1, "beats"),
            Usual::Number(0.0),
            "How long it lasts: 0, the beat is worked; 1, the beat is lost.",
        )
        .labelled("time to inspect")
        .slide(0.0, 1.0),
        Field::real(
            "accuracy",
            Measure::Share,
            Bounds::PROBABILITY,
            1.0,
            "Probability that the condition found is the true one; the others share the rest.",
        )
        .slide(0.5, 1.0),
        Field::new(
            "findings",
            Kind::List(&OUTCOME),
            Usual::Fields,
            "What can be found, where that is not a condition; in place of `accuracy`.",
        ),
    ],
};

/// A sensor.
pub static SENSOR: Record = Record {
    noun: "",
    fields: &[Field::new(
        "readings",
        Kind::List(&OUTCOME),
        Usual::Fields,
        "What it can read, 1 to 100.",
    )],
};

/// Something that can be found or read.
pub static OUTCOME: Record = Record {
    noun: "outcome",
    fields: &[
        Field::text("name", "", "What it is called."),
        Field::new(
            "probability",
            SHARES,
            Usual::Numbers(&[]),
            "Its probability in each condition, in their order, or one for all; in each condition \
             those of all outcomes sum to 1.",
        )
        .called("probability of the outcome")
        .slide(0.0, 1.0)
        .always(),
    ],
};
