//! The fields of what a learner's steps and its exploration hang on.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

/// How something else than the best is tried, and which of the [`EXPLORATIONS`] is usual.
pub(super) const fn exploration(usual: &'static str, about: &'static str) -> Field {
    Field::new("exploration", Kind::Choice(EXPLORATIONS), Usual::Variant(usual), about)
}

const DECISIONS: Field = Field::new(
    "decisions",
    Kind::Whole(0, i64::MAX as i128, "decisions"),
    Usual::Number(100_000.0),
    "How many decisions the way takes.",
);
const HALF: Field = Field::real(
    "half",
    Measure::Plain("updates"),
    Bounds::POSITIVE,
    300.0,
    "After how many updates of a state it is half as large.",
);

pub(super) static STEP_SIZES: &[Variant] = &[
    Variant::with("Constant", &CONSTANT_STEP, "The same at every update; it never settles."),
    Variant::with("Visits", &SHRINKING_STEP, "1/(1 + scale · n^power) after n earlier updates."),
    Variant::with("Time", &TIMED_STEP, "from/(1 + t/half) after t decisions of the learner."),
];

static CONSTANT_STEP: Record = Record {
    noun: "",
    fields: &[Field::real("size", Measure::Plain(""), Bounds::CHANCE, 0.1, "The step size.")
        .called("step size")],
};

static TIMED_STEP: Record = Record {
    noun: "",
    fields: &[
        Field::real("from", Measure::Plain(""), Bounds::CHANCE, 1.0, "The step size at first.")
            .called("first step size"),
        Field::real(
            "half",
            Measure::Plain("decisions"),
            Bounds::POSITIVE,
            10_000.0,
            "After how many decisions it is half of that.",
        )
        .called("half-life of the step size"),
    ],
};

static SHRINKING_STEP: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "scale",
            Measure::Plain(""),
            Bounds::POSITIVE,
            1.0,
            "What n^power is multiplied by.",
        )
        .called("scale of the step size"),
        Field::real("power", Measure::Plain(""), Bounds::CHANCE, 0.6, "The power of n.")
            .called("power of the step size"),
    ],
};

static EXPLORATIONS: &[Variant] = &[
    Variant::with("Constant", &CONSTANT_EXPLORATION, "Always with the same probability."),
    Variant::with("Time", &FADING_EXPLORATION, "From one probability to another over decisions."),
    Variant::with("Visits", &VISITED_EXPLORATION, "Less often the better a state is known."),
    Variant::with(
        "Boltzmann",
        &BOLTZMANN,
        "Any action, the more often the higher its value: a softmax over a temperature.",
    ),
    Variant::with(
        "Ucb",
        &UPPER_CONFIDENCE,
        "The action of highest upper confidence bound; only with a table.",
    ),
];

static BOLTZMANN: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "temperature",
            Measure::Plain("currency"),
            Bounds::SIZE,
            1.0,
            "By how much values must differ for a factor of e in probability; 0 is greedy.",
        ),
        Field::new(
            "cooling",
            Kind::Choice(COOLINGS),
            Usual::Variant("Never"),
            "Whether and how the temperature falls.",
        ),
    ],
};

static COOLINGS: &[Variant] = &[
    Variant::bare("Never", "The temperature stays."),
    Variant::with("Time", &COOLING_BY_TIME, "To another temperature over decisions."),
    Variant::with(
        "Visits",
        &COOLING_BY_VISITS,
        "As 1/(1 + log₂(1 + n/half)) with the updates n of a state.",
    ),
];

static COOLING_BY_TIME: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "to",
            Measure::Plain("currency"),
            Bounds::SIZE,
            0.05,
            "At the last decision, and after.",
        )
        .called("last temperature"),
        DECISIONS,
    ],
};

static COOLING_BY_VISITS: Record = Record {
    noun: "",
    fields: &[
        HALF,
        Field::real(
            "floor",
            Measure::Plain("currency"),
            Bounds::SIZE,
            0.0,
            "It never falls below.",
        )
        .called("least temperature"),
    ],
};

static UPPER_CONFIDENCE: Record = Record {
    noun: "",
    fields: &[Field::real(
        "width",
        Measure::Plain("currency"),
        Bounds::SIZE,
        2.0,
        "What √(ln t/N) is multiplied by, N the updates of a pair and t those of its state and one.",
    )
    .called("width of the bound")],
};

static CONSTANT_EXPLORATION: Record = Record {
    noun: "",
    fields: &[Field::real("epsilon", Measure::Share, Bounds::PROBABILITY, 0.1, "The probability.")
        .called("exploration")],
};

static FADING_EXPLORATION: Record = Record {
    noun: "",
    fields: &[
        Field::real("from", Measure::Share, Bounds::PROBABILITY, 1.0, "At the first decision.")
            .called("first exploration"),
        Field::real("to", Measure::Share, Bounds::PROBABILITY, 0.05, "At the last, and after.")
            .called("last exploration"),
        DECISIONS,
    ],
};

static VISITED_EXPLORATION: Record = Record {
    noun: "",
    fields: &[
        Field::real("from", Measure::Share, Bounds::PROBABILITY, 1.0, "In a state never met.")
            .called("first exploration"),
        HALF,
        Field::real("floor", Measure::Share, Bounds::PROBABILITY, 0.05, "It never falls below.")
            .called("least exploration"),
    ],
};
