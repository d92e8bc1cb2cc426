//! The choice of a distribution of whole numbers, wherever one may stand.

use crate::scenario::fields::{Bounds, Field, Holds, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST: i128 = 999;

/// Distributions of whole numbers.
pub static DISTRIBUTIONS: &[Variant] = &[
    Variant {
        name: "Fixed",
        holds: Holds::Value(
            Field::new("value", Kind::Whole(0, MOST, ""), Usual::Required, "The number.")
                .slide(0.0, 20.0),
        ),
        about: "Always the same number.",
        start: "1",
        shown: &[],
    },
    Variant::with("Uniform", &UNIFORM, "Every number between two with the same probability.")
        .begin_with("low: 0, high: 2"),
    Variant::with("Binomial", &BINOMIAL, "How many of some trials succeed; of one, 0 or 1.")
        .begin_with("trials: 1, probability: 0.5"),
    Variant::with("Poisson", &POISSON, "As many as come one by one, independently of each other.")
        .begin_with("mean: 1"),
    Variant::with("Geometric", &GEOMETRIC, "How often in a row something goes on.")
        .begin_with("mean: 1"),
    Variant::with("NegativeBinomial", &NEGATIVE_BINOMIAL, "Of any variance above its mean.")
        .begin_with("mean: 1, variance: 2"),
    Variant {
        name: "Empirical",
        holds: Holds::Value(Field::new(
            "probabilities",
            Kind::Reals(Measure::Share, Bounds::PROBABILITY),
            Usual::Required,
            "The probabilities of 0, 1, 2 …, which sum to 1.",
        )),
        about: "The probabilities of 0, 1, 2 … one by one; their list alone says the same.",
        start: "[0.5, 0.5]",
        shown: &[],
    },
];

const MEAN: Field = Field::new(
    "mean",
    Kind::Real(Measure::Plain(""), Bounds::POSITIVE),
    Usual::Required,
    "Its mean.",
)
.slide(0.1, 20.0);

const TAIL: Field = Field::real(
    "tail",
    Measure::Plain(""),
    Bounds::new(1e-13, 0.1),
    1e-9,
    "Where less than this is left it is cut off, and what is left put on the last number.",
);

/// Uniform.
pub static UNIFORM: Record = Record {
    noun: "",
    fields: &[
        Field::new("low", Kind::Whole(0, MOST, ""), Usual::Number(0.0), "The least number.")
            .called("least number"),
        Field::new("high", Kind::Whole(0, MOST, ""), Usual::Required, "The greatest number.")
            .called("greatest number")
            .slide(0.0, 20.0),
    ],
};

/// Binomial.
pub static BINOMIAL: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "trials",
            Kind::Whole(0, MOST, ""),
            Usual::Number(1.0),
            "How often it is tried.",
        )
        .called("number of trials"),
        Field::new(
            "probability",
            Kind::Real(Measure::Share, Bounds::PROBABILITY),
            Usual::Required,
            "Probability that a trial succeeds.",
        )
        .slide(0.0, 1.0),
    ],
};

/// Poisson.
pub static POISSON: Record = Record { noun: "", fields: &[MEAN, TAIL] };

/// Geometric.
pub static GEOMETRIC: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "mean",
            Kind::Real(Measure::Plain(""), Bounds::POSITIVE),
            Usual::Nothing,
            "Its mean; either this or `probability` is given.",
        )
        .or_none()
        .slide(0.1, 20.0),
        Field::new(
            "probability",
            Kind::Real(Measure::Share, Bounds::new(0.03, 1.0)),
            Usual::Nothing,
            "Probability p of each number to be the last: the mean is (1 − p)/p.",
        )
        .or_none()
        .slide(0.05, 1.0),
        TAIL,
    ],
};

/// Negative binomial.
pub static NEGATIVE_BINOMIAL: Record = Record {
    noun: "",
    fields: &[
        MEAN,
        Field::new(
            "variance",
            Kind::Real(Measure::Plain(""), Bounds::POSITIVE),
            Usual::Required,
            "Its variance, above the mean.",
        )
        .slide(0.2, 100.0),
        TAIL,
    ],
};
