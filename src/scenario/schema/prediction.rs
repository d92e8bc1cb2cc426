//! The fields of prediction: whose values, and how they are learned.

use super::agents::{BASES, COUNTED_VISITS, discount, initial_value};
use super::direct::FEATURES;
use super::exploration::STEP_SIZES;
use crate::scenario::fields::{Field, Kind, Record, Usual, Variant};

/// Prediction of a policy that is given.
pub static PREDICTION: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "policy",
            Kind::Choice(BASES),
            Usual::Variant("AlwaysRun"),
            "The rule of thumb that acts, whose states' values are learned.",
        )
        .called("policy"),
        Field::new("values", Kind::Fields(&VALUES), Usual::Fields, "How the values are learned."),
    ],
};

static VALUES: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "target",
            Kind::Choice(TARGETS),
            Usual::Variant("Rewards"),
            "What values move towards: some rewards and the value behind them, or all of an episode.",
        ),
        Field::new(
            "features",
            Kind::Choice(FEATURES),
            Usual::Nothing,
            "What values are linear in; a table of all states where left out.",
        )
        .or_none(),
        Field::new(
            "step_size",
            Kind::Choice(STEP_SIZES),
            Usual::Variant("Visits"),
            "How far an update moves a value towards its target.",
        ),
        discount("The discount factor a beat; below 1 where the environment never ends."),
        initial_value("The value of every state before it is met."),
    ],
};

static TARGETS: &[Variant] = &[
    Variant::with("Rewards", &REWARDS, "So many rewards and the value of the state behind them."),
    Variant::with("Episode", &EPISODE, "All rewards until the end of the episode: Monte Carlo."),
];

static REWARDS: Record = Record {
    noun: "",
    fields: &[Field::new(
        "steps",
        Kind::Whole(1, 10_000, "rewards"),
        Usual::Number(1.0),
        "How many rewards: 1 is TD(0), more n-step TD.",
    )
    .called("number of rewards")],
};

static EPISODE: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "visits",
            Kind::Choice(COUNTED_VISITS),
            Usual::Variant("First"),
            "Which visits of an episode are learned from; with features every one.",
        ),
        Field::new(
            "longest",
            Kind::Whole(1, 1_000_000, "beats"),
            Usual::Number(10_000.0),
            "After how many beats without an end what was had is settled.",
        )
        .called("longest episode"),
    ],
};
