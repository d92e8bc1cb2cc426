//! The fields of a machine that wears and is maintained or replaced.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_STATES: i128 = 100_000;
const AMOUNTS: Kind = Kind::Reals(Measure::Money, Bounds::AMOUNT);
const PROBABILITIES: Kind = Kind::Reals(Measure::Probability, Bounds::PROBABILITY);

/// What a file begins with.
pub const START: &str = r#"
    states: 5,
    failure: [0, 0.02, 0.05, 0.1, 0.2],
    failure_cost: 10,
    wear: [0.7, 0.3],
    replace: (cost: [3], duration: 1),
"#;

/// A machine that wears.
pub static REPLACEMENT: Record = Record {
    // Its `name` is that of its wear, not its own.
    noun: "",
    fields: &[
        Field::text("name", "wear", "What the wear is called."),
        Field::new(
            "states",
            Kind::Whole(2, MOST_STATES, ""),
            Usual::Number(10.0),
            "How many states of wear there are, from 0 (new) on.",
        )
        .called("number of states")
        .always(),
        Field::new(
            "units",
            Kind::Whole(1, 8, "units"),
            Usual::Number(1.0),
            "How many units of this kind there are, each with wear and luck of its own.",
        )
        .called("number of units")
        .labelled("units")
        .slide(1.0, 3.0),
        Field::real(
            "setup",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of a beat in which any unit is maintained or replaced, once for all of them.",
        )
        .called("set-up cost")
        .slide(0.0, 100.0),
        Field::new(
            "down_opens",
            Kind::Flag,
            Usual::Flag(false),
            "Whether a beat in which a unit is down costs no set-up, as its repair has opened all.",
        )
        .called("whether a repair opens all"),
        Field::new(
            "initial",
            Kind::Whole(0, MOST_STATES - 1, ""),
            Usual::Number(0.0),
            "The wear at the start; 0 is new.",
        )
        .called("wear at the start"),
        Field::new(
            "earnings",
            AMOUNTS,
            Usual::Numbers(&[1.0]),
            "What a worked beat earns: one figure for each state of wear, or one for all.",
        )
        .slide(0.0, 100.0)
        .always(),
        Field::new(
            "failure",
            PROBABILITIES,
            Usual::Numbers(&[0.0]),
            "Probability that it fails in a worked beat: one for each state, or one for all.",
        )
        .called("failure probability")
        .slide(0.0, 0.5),
        Field::real(
            "failure_cost",
            Measure::Money,
            Bounds::AMOUNT,
            0.0,
            "What a failure costs at once.",
        )
        .slide(0.0, 200.0),
        Field::new(
            "after_failure",
            Kind::Choice(AFTER_FAILURE),
            Usual::Variant("AsNew"),
            "Where a failure leads.",
        ),
        Field::new(
            "wear",
            PROBABILITIES,
            Usual::Numbers(&[0.0, 1.0]),
            "Probabilities that a worked beat wears it by 0, 1, 2 … states; they sum to 1.",
        )
        .called("probability of wear")
        .always(),
        Field::text("run_name", "run", "What running is called."),
        Field::new(
            "maintain",
            Kind::Fields(&MAINTAIN),
            Usual::Nothing,
            "Lowers the wear by some states; not offered where left out.",
        )
        .or_none(),
        Field::new(
            "replace",
            Kind::Fields(&REPLACE),
            Usual::Fields,
            "Makes the machine new; `None` where it is not offered.",
        )
        .or_none(),
    ],
};

static AFTER_FAILURE: &[Variant] = &[
    Variant::bare("AsNew", "To a new machine in the next beat."),
    Variant::with("Down", &DOWN, "To a repair, after which the machine is as new."),
    Variant::with(
        "Minimal",
        &MINIMAL,
        "Nowhere: it is repaired at once and works on, as worn as if it had not failed.",
    ),
];

/// A repair after a failure.
pub static DOWN: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "repair",
            Kind::Real(Measure::Probability, Bounds::CHANCE),
            Usual::Required,
            "Probability that a beat of repair is the last.",
        )
        .called("repair probability")
        .slide(0.01, 1.0),
        Field::new(
            "mttr",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time to repair; in place of `repair`.",
        )
        .called("mean time to repair")
        .labelled("time to repair")
        .fills("repair", "")
        .slide_by_factors(1.0, 1_000.0),
        Field::real(
            "down_cost",
            Measure::MoneyPerBeat,
            Bounds::AMOUNT,
            0.0,
            "Cost of the time of repair.",
        )
        .slide(0.0, 100.0),
    ],
};

/// A minimal repair.
pub static MINIMAL: Record = Record {
    noun: "",
    fields: &[Field::real(
        "cost",
        Measure::Money,
        Bounds::AMOUNT,
        0.0,
        "Cost of the repair, beside what a failure costs anyway.",
    )
    .labelled("repair cost")
    .slide(0.0, 100.0)],
};

/// Maintaining.
pub static MAINTAIN: Record = Record {
    noun: "",
    fields: &[
        Field::text("name", "maintain", "What it is called."),
        COST.labelled("maintenance cost"),
        DURATION.labelled("time to maintain"),
        Field::new(
            "restores",
            Kind::Whole(1, MOST_STATES, "states"),
            Usual::Number(1.0),
            "By how many states it lowers the wear.",
        )
        .slide(1.0, 10.0),
    ],
};

/// Replacing.
pub static REPLACE: Record = Record {
    noun: "",
    fields: &[
        Field::text("name", "replace", "What it is called."),
        COST.labelled("replacement cost"),
        DURATION.labelled("time to replace"),
    ],
};

const COST: Field = Field::new(
    "cost",
    AMOUNTS,
    Usual::Numbers(&[0.0]),
    "Its cost by the wear found: one figure for each state, or one for all; negative: it pays.",
)
.slide(0.0, 300.0);

const DURATION: Field = Field::new(
    "duration",
    Kind::Whole(0, 1, "beats"),
    Usual::Number(0.0),
    "How long it lasts: 0, the beat is then worked; 1, the beat is lost.",
)
.slide(0.0, 1.0);
