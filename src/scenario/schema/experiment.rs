//! The fields of experiments: who is compared, on what, for how long.

use super::agents::AGENTS;
use super::whole::{FORMAT, TITLE};
use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MANY: i128 = i64::MAX as i128;

/// An experiment as a file of its own.
pub static EXPERIMENT_FILE: Record = Record {
    noun: "experiment",
    fields: &[
        FORMAT,
        TITLE,
        Field::new(
            "text",
            Kind::Translated,
            Usual::Text(""),
            "What it asks, and what its results are to show.",
        ),
        Field::new(
            "scenarios",
            Kind::Texts,
            Usual::Required,
            "The scenarios, by paths relative to this file, or by their names in `taktlab list`.",
        ),
        Field::new("experiment", Kind::Fields(&EXPERIMENT), Usual::Fields, "What is compared."),
    ],
};

/// What is compared.
pub static EXPERIMENT: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "agents",
            Kind::List(&CONTESTANT),
            Usual::Fields,
            "Who is compared; where left out, always run, the scenario's agent, its learner and \
             the optimum.",
        ),
        Field::new(
            "vary",
            Kind::List(&VARIATION),
            Usual::Fields,
            "Figures of scenario or agents that take several values.",
        ),
        Field::new(
            "samples",
            Kind::Whole(1, 1_000_000, "settings"),
            Usual::Nothing,
            "How many settings are drawn at random; all combinations of the values where left out.",
        )
        .or_none(),
        Field::new(
            "first_seed",
            Kind::Whole(0, i64::MAX as i128, ""),
            Usual::Number(101.0),
            "The first seed: settings are chosen on seeds 1 to 10, and reported on others.",
        ),
        Field::new(
            "seeds",
            Kind::Whole(1, 1_000_000, "seeds"),
            Usual::Number(10.0),
            "How many seeds, from the first on.",
        )
        .called("number of seeds"),
        Field::new(
            "beats",
            Kind::Whole(1, MANY, "beats"),
            Usual::Number(100_000.0),
            "For how many beats learners learn; what is earned meanwhile is counted for all.",
        )
        .called("number of beats"),
        Field::new(
            "evaluate_every",
            Kind::Whole(1, MANY, "beats"),
            Usual::Nothing,
            "After how many beats each a learner's policy is looked at; four times a decade where \
             left out.",
        )
        .or_none(),
        Field::new(
            "measured",
            Kind::Whole(1000, MANY, "beats"),
            Usual::Number(100_000.0),
            "For how many beats the policy at the end is measured by simulation.",
        )
        .called("number of measured beats"),
    ],
};

/// An agent that is compared with others.
static CONTESTANT: Record = Record {
    noun: "agent",
    fields: &[
        Field::text("name", "", "What it is called in results; its own name where left out."),
        Field::new(
            "agent",
            Kind::Choice(AGENTS),
            Usual::Variant("AlwaysRun"),
            "The agent, with its settings.",
        )
        .always(),
    ],
};

/// A figure that takes several values.
static VARIATION: Record = Record {
    noun: "variation",
    fields: &[
        Field::text(
            "parameter",
            "",
            "A parameter of the scenario, by its path and in its unit, or a setting of the agents, \
             agent.step_size.power: that of each agent that has one, also below its table or its \
             model. Who has none is played once, and has no best setting.",
        )
        .required(),
        Field::new(
            "values",
            Kind::Reals(Measure::Plain(""), Bounds::ANY),
            Usual::Numbers(&[]),
            "The values that it takes.",
        ),
        Field::new(
            "from",
            Kind::Real(Measure::Plain(""), Bounds::ANY),
            Usual::Nothing,
            "Where random draws begin.",
        )
        .or_none(),
        Field::new(
            "to",
            Kind::Real(Measure::Plain(""), Bounds::ANY),
            Usual::Nothing,
            "Where they end. Of a figure that is a whole number whole ones are drawn, both ends among them.",
        )
        .or_none(),
        Field::new(
            "logarithmic",
            Kind::Flag,
            Usual::Flag(false),
            "Whether equal factors are drawn equally often.",
        ),
    ],
};
