//! The fields of a scenario file as a whole.

use super::agents::{AGENTS, CRITERIA, LEARNERS};
use super::experiment::EXPERIMENT;
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

/// The newest version of the format, and the only one so far.
pub const VERSION: u32 = 1;

const MANY: i128 = i64::MAX as i128;

/// The version of the format, in a file of any kind.
pub(super) const FORMAT: Field = Field::new(
    "version",
    Kind::Whole(1, VERSION as i128, ""),
    Usual::Required,
    "The version of the format.",
)
.called("version of the format");

/// The title, likewise.
pub(super) const TITLE: Field = Field::new(
    "title",
    Kind::Translated,
    Usual::Text(""),
    "Its title: a text, or one for each language, {\"en\": \"…\", \"zh\": \"…\"}.",
);

/// A scenario.
pub static SCENARIO: Record = Record {
    noun: "scenario",
    fields: &[
        Field {
            about: "The version of the format. A file that is based on another may leave it out, as all \
                    else that the other says.",
            ..FORMAT
        },
        TITLE,
        Field::new("text", Kind::Translated, Usual::Text(""), "What it shows and teaches."),
        Field::new(
            "based_on",
            Kind::Text,
            Usual::Nothing,
            "Another file (`base` for short), by a path relative to this one, whose values hold where this one has \
             none. A list takes the place of the other's, a map {\"Mill\": (failure: 0.02)} changes \
             those of its items that it names.",
        ),
        Field::new(
            "beat",
            Kind::Clock,
            Usual::Nothing,
            "How long a beat is, \"1 min\"; times and rates with units need it.",
        )
        .or_none()
        .called("length of a beat"),
        Field::new("currency", Kind::Currency, Usual::Text("€"), "The sign for money.").always(),
        Field::new(
            "energy_price",
            Kind::Real(Measure::EnergyPrice, Bounds::COST),
            Usual::Nothing,
            "What energy costs; powers and energies with units need it.",
        )
        .slide(0.0, 1.0)
        .or_none(),
        Field::new(
            "environment",
            super::ENVIRONMENT,
            Usual::Required,
            "What is run: its kind, with its fields.",
        ),
        Field::new(
            "criterion",
            Kind::Choice(CRITERIA),
            Usual::Depends(
                "Discounted(0.99) for Chain, Replacement, Table, Grid, Inspection, Stock and Orders, else Average",
            ),
            "What is optimised.",
        ),
        Field::new(
            "agent",
            Kind::Choice(AGENTS),
            Usual::Variant("AlwaysRun"),
            "Who decides when the scenario is opened.",
        )
        .always(),
        Field::new(
            "learner",
            Kind::Choice(LEARNERS),
            Usual::Variant("QLearning"),
            "Who learns where nothing else is asked for.",
        ),
        Field::new(
            "episode_limit",
            Kind::Whole(1, MANY, "beats"),
            Usual::Nothing,
            "After how many beats an episode is cut off.",
        )
        .or_none(),
        Field::new(
            "beats",
            Kind::Beats(1, MANY),
            Usual::Number(100_000.0),
            "How long a run without a window lasts.",
        )
        .called("length of a run"),
        Field::new(
            "episodes",
            Kind::Whole(1, MANY, "episodes"),
            Usual::Nothing,
            "How many episodes a run without a window has, in place of its length in beats.",
        )
        .or_none(),
        Field::new(
            "replications",
            Kind::Whole(1, 1_000_000, "runs"),
            Usual::Number(10.0),
            "How many runs with luck of their own a statistic is from.",
        ),
        Field::new(
            "seed",
            Kind::Whole(0, u64::MAX as i128, ""),
            Usual::Number(1.0),
            "The seed of all luck.",
        )
        .always(),
        Field::new("show", Kind::Fields(&SHOW), Usual::Fields, "What the window shows first."),
        Field::new(
            "experiment",
            Kind::Fields(&EXPERIMENT),
            Usual::Fields,
            "What `taktlab compare` compares here.",
        ),
        Field::new(
            "estimates",
            Kind::List(&ESTIMATED),
            Usual::Fields,
            "Which figures are estimated, and how well they are known: `taktlab import` writes them, and \
             `taktlab solve` says what their uncertainty comes to.",
        ),
    ],
};

/// A figure that was estimated.
pub static ESTIMATED: Record = Record {
    noun: "estimated figure",
    fields: &[
        Field::text("of", "", "Which: its path, \"environment.machines[0].mtbf\".")
            .required()
            .called("path"),
        Field::new(
            "low",
            Kind::Real(Measure::Plain(""), Bounds::ANY),
            Usual::Required,
            "From where on it may lie, by its 95 % interval, in the unit in which the file gives it.",
        ),
        Field::new(
            "high",
            Kind::Real(Measure::Plain(""), Bounds::ANY),
            Usual::Required,
            "Up to where it may lie, likewise.",
        ),
        Field::new(
            "events",
            Kind::Whole(0, MANY, "events"),
            Usual::Required,
            "From how many failures, repairs or scrapped parts it is.",
        ),
        Field::new(
            "count",
            Kind::Whole(1, MANY, "parts"),
            Usual::Nothing,
            "Out of how many, where it is a share; where left out it is the mean of so many times.",
        )
        .or_none(),
    ],
};

/// What the window shows first.
pub static SHOW: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "x",
            Kind::Text,
            Usual::Nothing,
            "The variable along the value map; chosen by the window where left out or not there.",
        )
        .or_none(),
        Field::new("y", Kind::Text, Usual::Nothing, "The variable up the value map.").or_none(),
        Field::new(
            "speed",
            Kind::Real(Measure::Plain("beats a second"), Bounds::POSITIVE),
            Usual::Number(8.0),
            "How fast it plays.",
        ),
        Field::new(
            "curve",
            Kind::Choice(CURVES),
            Usual::Nothing,
            "The curve; a learner's distance to the optimum, or else the planner's bounds, where left \
             out.",
        )
        .or_none(),
        Field::new(
            "marks",
            Kind::List(&MARKS),
            Usual::Fields,
            "Figures that others have found, drawn faintly on a curve.",
        ),
    ],
};

pub(super) static CURVES: &[Variant] = &[
    Variant::bare("Reward", "What is earned, by episodes where there are such, else by beats."),
    Variant::bare(
        "Distance",
        "How far a learner is from the optimum, or its values from the exact ones, by beats learned.",
    ),
    Variant::bare("Bounds", "The planner's bounds by sweeps."),
    Variant::bare("Steps", "How many beats an episode takes, by episodes."),
    Variant::bare(
        "Values",
        "What states are worth along the variable `x`, the others as they are.",
    ),
    Variant::bare("Compare", "What other agents earn on the same luck, beside the one that acts."),
    Variant::bare("Oee", "How well each machine is used: overall equipment effectiveness."),
    Variant::bare("LeadTimes", "How often which lead time comes up."),
    Variant::bare("Costs", "What a good part earns and costs, by item."),
    Variant::bare(
        "Power",
        "How much power is drawn, where energy has a price that does not change and a beat a length.",
    ),
];

/// Points of a curve.
pub static MARKS: Record = Record {
    noun: "set of marks",
    fields: &[
        Field::text("name", "", "Whose figures they are."),
        Field::new(
            "curve",
            Kind::Choice(CURVES),
            Usual::Variant("Reward"),
            "The curve on which they are drawn.",
        ),
        Field::new(
            "x",
            Kind::Reals(Measure::Plain(""), Bounds::ANY),
            Usual::Numbers(&[]),
            "Where they stand along the axis: episodes, beats, or levels of the variable.",
        )
        .always(),
        Field::new(
            "y",
            Kind::Reals(Measure::Plain(""), Bounds::ANY),
            Usual::Numbers(&[]),
            "How high they stand, as many.",
        )
        .always(),
    ],
};
