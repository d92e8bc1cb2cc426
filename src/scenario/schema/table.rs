//! The fields of a decision process that is written out row by row.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

/// What a table of one's own begins with: a machine that works well or badly, and can be serviced.
pub const START: &str = r#"
    variables: ["machine"],
    action_name: "order",
    rows: [
        (state: "good", action: "run", next: "good", probability: 0.9, reward: 1),
        (state: "good", action: "run", next: "worn", probability: 0.1, reward: 1),
        (state: "worn", action: "run", next: "worn", reward: 0.4),
        (state: "worn", action: "service", next: "good", reward: -1),
    ],
    start: ["good"],
"#;

/// A table.
pub static TABLE: Record = Record {
    noun: "table",
    fields: &[
        Field::new(
            "variables",
            Kind::Texts,
            Usual::Numbers(&[]),
            "What the state is called; several names where the names of states give a level of \
             each, separated by commas. `state` where left out.",
        ),
        Field::text("action_name", "", "What the action is called; `action` where left out."),
        Field::new(
            "rows",
            Kind::List(&ROW),
            Usual::Required,
            "The rows, one for each way in which a beat can go.",
        ),
        Field::new(
            "file",
            Kind::Text,
            Usual::Other,
            "A file with the rows, in place of `rows`: a CSV, by a path relative to this file, whose \
             first line names its columns: state, action, next, and where they are not always 1 and \
             0 probability and reward.",
        )
        .fills("rows", ""),
        Field::new(
            "terminal",
            Kind::Texts,
            Usual::Numbers(&[]),
            "The states in which an episode ends.",
        ),
        Field::new(
            "start",
            Kind::Texts,
            Usual::Required,
            "The state in which an episode starts, or several that are equally likely.",
        ),
        Field::new(
            "start_probabilities",
            Kind::Reals(Measure::Share, Bounds::PROBABILITY),
            Usual::Numbers(&[]),
            "The probability of each of them, where they are not equally likely.",
        )
        .called("probability of a start"),
    ],
};

/// A row.
pub static ROW: Record = Record {
    noun: "row",
    fields: &[
        Field::new("state", Kind::Text, Usual::Required, "The state in which the beat begins."),
        Field::new("action", Kind::Text, Usual::Required, "The action that is taken."),
        Field::new("next", Kind::Text, Usual::Required, "The state that follows.")
            .called("next state"),
        Field::real(
            "probability",
            Measure::Share,
            Bounds::PROBABILITY,
            1.0,
            "With which probability; those of a state and an action sum to 1.",
        ),
        Field::real(
            "reward",
            Measure::Money,
            Bounds::AMOUNT,
            0.0,
            "What is earned. A reward that is itself random has several rows to the same state.",
        ),
    ],
};
