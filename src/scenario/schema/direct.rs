//! The fields of learners whose policy is learned directly, and of those with linear features.

use super::agents::{discount, initial_value};
use super::exploration::{STEP_SIZES, exploration};
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const ACTOR_RATE: Field = Field::real(
    "actor_rate",
    Measure::Plain(""),
    Bounds::POSITIVE,
    0.1,
    "How far a preference moves for an error of the usual magnitude, times `actor_step`.",
);
const ACTOR_STEP: Field = Field::new(
    "actor_step",
    Kind::Choice(STEP_SIZES),
    Usual::Depends("Constant(size: 1)"),
    "How the actor's step shrinks with the visits of a state.",
);
const MEAN_STEP: Field = Field::real(
    "mean_step",
    Measure::Plain(""),
    Bounds::CHANCE,
    0.001,
    "How far the mean reward moves at each step; only for the average reward.",
);
const DISCOUNT: Field = Field::new(
    "discount",
    Kind::Real(Measure::Plain("a beat"), Bounds::PROBABILITY),
    Usual::Depends(
        "the criterion's; for the average reward none: rewards count by how far they are above \
         their mean",
    ),
    "The learner's own discount factor a beat.",
)
.called("discount factor")
.or_none();
const SCALED: Field = Field::new(
    "scaled",
    Kind::Flag,
    Usual::Flag(true),
    "Whether the actor's errors are divided by their running magnitude, so that steps mean the same \
     in any currency.",
);
const ENTROPY: Field = Field::real(
    "entropy",
    Measure::Plain(""),
    Bounds::SIZE,
    0.2,
    "How much the entropy of the choice counts, less with the visits of a state; 0 for none.",
);
const WEIGHS: Field = Field::new(
    "weighs_by_discount",
    Kind::Flag,
    Usual::Flag(false),
    "Whether what is met in beat t of an episode counts γᵗ in the actor, as in the book.",
);

/// The step of a state's value, which the actor's errors are measured by.
const fn value_step(name: &'static str, about: &'static str) -> Field {
    Field::new(name, Kind::Choice(STEP_SIZES), Usual::Variant("Visits"), about)
}

/// The decay λ of traces.
const fn decay(name: &'static str, usual: f64, about: &'static str) -> Field {
    Field::real(name, Measure::Plain("a beat"), Bounds::PROBABILITY, usual, about)
}

/// Actor–critic.
pub static ACTOR_CRITIC: Record = Record {
    noun: "",
    fields: &[
        ACTOR_RATE,
        ACTOR_STEP,
        value_step("critic_step", "How far a state's value moves towards its target."),
        MEAN_STEP,
        decay(
            "actor_lambda",
            0.5,
            "How long the actor's traces last: 0, one step alone, to 1, all the way back.",
        ),
        decay("critic_lambda", 0.8, "How long the critic's traces last."),
        DISCOUNT,
        SCALED,
        ENTROPY,
        WEIGHS,
    ],
};

/// REINFORCE.
pub static REINFORCE: Record = Record {
    noun: "",
    fields: &[
        ACTOR_RATE,
        ACTOR_STEP,
        Field::new(
            "baseline",
            Kind::Flag,
            Usual::Flag(true),
            "Whether returns are compared with what the state is believed to be worth.",
        ),
        value_step("baseline_step", "How far a state's value moves towards a return."),
        MEAN_STEP,
        DISCOUNT,
        Field::new(
            "window",
            Kind::Whole(1, 100_000, "beats"),
            Usual::Nothing,
            "From how many beats at once it learns at most; 10,000 where left out, 10 for the average \
             reward.",
        )
        .or_none(),
        SCALED,
        ENTROPY,
        WEIGHS,
    ],
};

/// Learners with linear features.
pub static LINEAR: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "features",
            Kind::Choice(FEATURES),
            Usual::Variant("OneHot"),
            "What values are linear in; indicators of all pairs of levels where left out.",
        ),
        Field::new(
            "step_size",
            Kind::Choice(STEP_SIZES),
            Usual::Depends("Time(from: 0.1, half: 50000)"),
            "How far an update moves a value; visits are the updates of each weight.",
        ),
        exploration("Time", "How something else than the best is tried; `Ucb` needs a table."),
        discount(
            "The learner's own discount factor a beat; a higher one where parts take long to reach \
             the end of a line.",
        ),
        initial_value("The value of everything before it is met."),
    ],
};

pub(super) static FEATURES: &[Variant] = &[
    Variant::with("OneHot", &ONE_HOT, "An indicator for each level, or combination of levels."),
    Variant::with("Tiles", &TILES, "Overlapping tiles along variables, or pairs of them."),
    Variant::with("Polynomial", &POLYNOMIAL, "Powers and products of variables."),
];

static TOGETHER: &[Variant] = &[
    Variant::bare("Single", "Each variable by itself."),
    Variant::bare("Pairs", "Each variable, and each pair of them."),
    Variant::bare("All", "All variables at once, as in a table."),
];

static ONE_HOT: Record = Record {
    noun: "",
    fields: &[Field::new(
        "of",
        Kind::Choice(TOGETHER),
        Usual::Variant("Single"),
        "Which variables are looked at together.",
    )],
};

static TILES: Record = Record {
    noun: "",
    fields: &[
        Field::new("tilings", Kind::Whole(1, 64, ""), Usual::Number(8.0), "How many tilings.")
            .called("number of tilings"),
        Field::new(
            "tiles",
            Kind::Whole(1, 1000, ""),
            Usual::Number(4.0),
            "How many tiles along a variable.",
        )
        .called("number of tiles"),
        Field::new(
            "of",
            Kind::Choice(TOGETHER),
            Usual::Variant("Pairs"),
            "Which variables are looked at together.",
        ),
        Field::new(
            "memory",
            Kind::Whole(1, u32::MAX as i128, "weights"),
            Usual::Number(65_536.0),
            "How many places a group of variables has in memory at most.",
        ),
    ],
};

static POLYNOMIAL: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "order",
            Kind::Whole(1, 16, ""),
            Usual::Number(2.0),
            "The highest power of a variable.",
        ),
        Field::new(
            "factors",
            Kind::Whole(1, 16, ""),
            Usual::Number(2.0),
            "How many variables a term multiplies at most.",
        ),
    ],
};
