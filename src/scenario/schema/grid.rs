//! The fields of a grid world.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

/// What a grid of one's own begins with: a room with a wall and a hole between start and goal.
pub const START: &str = r#"
    rows: [
        "S...",
        ".#H.",
        "...G",
    ],
    legend: [(symbol: "G", reward: 10), (symbol: "H", reward: -10)],
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[
    ("agent", "Optimum()"),
    ("legend.kind", "Goal"),
    ("Jump.to", "\"S\""),
    ("errand.sites", "[\"S\", \"G\"]"),
];

/// A grid.
pub static GRID: Record = Record {
    noun: "grid",
    fields: &[
        Field::new(
            "rows",
            Kind::Texts,
            Usual::Required,
            "The rows of the drawing, the topmost first, one character a cell: `#` is a wall, `S` a \
             start, `G` a goal, `H` a hole, `C` a cliff; `.`, `F` and the space are floor. Where no \
             start is drawn, any floor is one.",
        ),
        Field::new(
            "legend",
            Kind::List(&CELL),
            Usual::Fields,
            "What further characters mean, and what entering a cell earns.",
        ),
        Field::new(
            "thin_walls",
            Kind::Flag,
            Usual::Flag(false),
            "Whether a character stands between any two cells of a row: `|` is a thin wall there, \
             any other is none.",
        ),
        Field::new("moves", Kind::Choice(MOVES), Usual::Variant("Four"), "Where one can go."),
        Field::real("step_reward", Measure::Money, Bounds::AMOUNT, -1.0, "Reward of a step.")
            .called("reward of a step")
            .always()
            .slide(-2.0, 2.0),
        Field::new(
            "bump_reward",
            Kind::Real(Measure::Money, Bounds::AMOUNT),
            Usual::Nothing,
            "Reward of a move that leads nowhere; that of a step where left out.",
        )
        .called("reward of a bump")
        .or_none()
        .slide(-10.0, 0.0),
        Field::new(
            "slip",
            Kind::Reals(Measure::Plain(""), Bounds::new(0.0, 1e6)),
            Usual::Numbers(&[0.0, 1.0, 0.0]),
            "How likely the floor turns a move to the left, not at all, and to the right, in \
             proportion: [1, 8, 1].",
        ),
        Field::new(
            "wind",
            Kind::Wholes(-10_000, 10_000, "cells"),
            Usual::Numbers(&[]),
            "How many cells the wind of each column carries upwards who leaves it.",
        ),
        Field::new(
            "gusts",
            Kind::Flag,
            Usual::Flag(false),
            "Whether a wind that is not 0 is one stronger or weaker with probability 1/3 each.",
        ),
        Field::new(
            "errand",
            Kind::Fields(&ERRAND),
            Usual::Nothing,
            "A load to be brought from one site to another; none where left out.",
        )
        .or_none(),
    ],
};

static MOVES: &[Variant] = &[
    Variant::bare("Four", "Up, right, down, left."),
    Variant::bare("King", "To all eight neighbours."),
    Variant::bare("KingOrStay", "To all eight neighbours, or nowhere."),
];

/// What a character means.
pub static CELL: Record = Record {
    noun: "cell",
    fields: &[
        Field::new("symbol", Kind::Text, Usual::Required, "The character."),
        Field::text("name", "", "What it is called; what it is where left out."),
        Field::new(
            "kind",
            Kind::Choice(CELLS),
            Usual::Depends("what the character means by itself, else Floor"),
            "What it is.",
        )
        .or_none(),
        Field::new(
            "reward",
            Kind::Real(Measure::Money, Bounds::AMOUNT),
            Usual::Nothing,
            "Reward of entering it (of a jump: of leaving it), in place of that of a step.",
        )
        .or_none()
        .slide(-100.0, 100.0),
    ],
};

static CELLS: &[Variant] = &[
    Variant::bare("Floor", "One can be there."),
    Variant::bare("Wall", "One cannot."),
    Variant::bare("Start", "An episode may start there."),
    Variant::bare("Goal", "An episode ends there, well."),
    Variant::bare("Hole", "An episode ends there, badly."),
    Variant::bare("Cliff", "Who enters it is back at a start."),
    Variant::with("Jump", &JUMP, "Every move from there leads to another cell."),
];

/// Where a jump leads.
pub static JUMP: Record = Record {
    noun: "",
    fields: &[Field::new(
        "to",
        Kind::Text,
        Usual::Required,
        "The character of the cell where it lands, which is drawn once.",
    )
    .called("landing")],
};

/// A load to be brought from one site to another.
pub static ERRAND: Record = Record {
    noun: "",
    fields: &[
        Field::text("name", "passenger", "What the load is called."),
        Field::new(
            "sites",
            Kind::Texts,
            Usual::Required,
            "The characters of the sites, each drawn once; two or more.",
        ),
        Field::real(
            "reward",
            Measure::Money,
            Bounds::AMOUNT,
            20.0,
            "Reward of putting it down where it is to go, in place of that of a step.",
        )
        .slide(0.0, 100.0),
        Field::real(
            "refusal_reward",
            Measure::Money,
            Bounds::AMOUNT,
            -10.0,
            "Reward of picking up or putting down where that cannot be done.",
        )
        .called("reward of a refusal")
        .slide(-100.0, 0.0),
    ],
};
