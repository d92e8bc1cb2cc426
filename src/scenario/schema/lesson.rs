//! The fields of lessons: what is set, told, asked, played and found out, step by step.

use super::agents::AGENTS;
use super::whole::{CURVES, FORMAT, TITLE};
use crate::scenario::fields::{Bounds, Field, Holds, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MANY: i128 = 1_000_000_000_000;

/// A lesson.
pub static LESSON: Record = Record {
    noun: "lesson",
    fields: &[
        FORMAT,
        Field { usual: Usual::Required, ..TITLE },
        Field::new("text", Kind::Translated, Usual::Text(""), "What it is about, in a sentence."),
        Field::new(
            "breaks",
            Kind::Translated,
            Usual::Required,
            "The misconception that it breaks, in a sentence as those say it who have it.",
        ),
        Field::new(
            "minutes",
            Kind::Whole(1, 120, "min"),
            Usual::Required,
            "How long it takes, about.",
        ),
        Field::new("steps", Kind::List(&STEP), Usual::Required, "Its steps, in their order."),
    ],
};

/// A step of a lesson.
static STEP: Record = Record {
    noun: "step",
    fields: &[
        Field::new(
            "stage",
            Kind::Fields(&STAGE),
            Usual::Nothing,
            "What is set up before anything else; the stage of the step before where left out.",
        )
        .or_none(),
        Field::new(
            "tell",
            Kind::Translated,
            Usual::Text(""),
            "What is told: one to four sentences.",
        ),
        Field::new(
            "ask",
            Kind::Fields(&ASK),
            Usual::Nothing,
            "What is to be predicted before it is played.",
        )
        .or_none(),
        Field::new(
            "runs",
            Kind::List(&RUN),
            Usual::Fields,
            "What is played or planned, one after the other.",
        ),
        Field::new(
            "show",
            Kind::Texts,
            Usual::Numbers(&[]),
            "Names of figures of earlier steps that are shown again.",
        ),
    ],
};

/// What a step sets up.
static STAGE: Record = Record {
    noun: "stage",
    fields: &[
        Field::new(
            "scenario",
            Kind::Text,
            Usual::Nothing,
            "The scenario, by a path relative to this file or by its name in `taktlab list`; that of the \
             step before where left out, with all that was set of it.",
        )
        .or_none(),
        Field::new(
            "change",
            Kind::List(&CHANGE),
            Usual::Fields,
            "Figures of the scenario that are another here.",
        ),
        agent("Who acts; the scenario's own agent where left out."),
        Field::new("seed", Kind::Whole(0, i64::MAX as i128, ""), Usual::Nothing, "The seed of all luck.")
            .or_none(),
        Field::new(
            "state",
            Kind::Levels,
            Usual::Fields,
            "Levels of the state that is begun in, by their variables: {\"wear\": 6}; the others are those of \
             the start.",
        ),
        Field::new(
            "speed",
            Kind::Real(Measure::Plain("beats a second"), Bounds::POSITIVE),
            Usual::Nothing,
            "How fast it plays in the window.",
        )
        .or_none(),
        Field::new("x", Kind::Text, Usual::Nothing, "The variable along the value map.").or_none(),
        Field::new("y", Kind::Text, Usual::Nothing, "The variable up the value map.").or_none(),
        Field::new("curve", Kind::Choice(CURVES), Usual::Nothing, "The curve that is shown.").or_none(),
        Field::new(
            "highlight",
            Kind::Texts,
            Usual::Numbers(&[]),
            "Parts of the window that are pointed at: figures, map, curve, why, optimum, picture, agent, time.",
        ),
    ],
};

const fn agent(about: &'static str) -> Field {
    Field::new("agent", Kind::Choice(AGENTS), Usual::Nothing, about).or_none()
}

/// A figure that is changed.
static CHANGE: Record = Record {
    noun: "change",
    fields: &[
        Field::text("parameter", "", "Which: its path, \"environment.buffers[0].capacity\".")
            .required(),
        Field::new(
            "value",
            Kind::Real(Measure::Plain(""), Bounds::ANY),
            Usual::Required,
            "What it is here, in the unit in which the scenario gives it.",
        ),
    ],
};

/// What is played or planned.
static RUN: Record = Record {
    noun: "run",
    fields: &[
        agent("Who acts in it; the agent of the stage where left out."),
        Field::new(
            "change",
            Kind::List(&CHANGE),
            Usual::Fields,
            "Figures of the scenario that are another in this run.",
        ),
        Field::new(
            "seed",
            Kind::Whole(0, i64::MAX as i128, ""),
            Usual::Nothing,
            "The first seed; that of the stage where left out.",
        )
        .or_none(),
        Field::new(
            "seeds",
            Kind::Whole(1, 1000, "seeds"),
            Usual::Number(1.0),
            "On how many seeds it is played, each with luck of its own.",
        )
        .called("number of seeds"),
        Field::new(
            "by_hand",
            Kind::Flag,
            Usual::Flag(false),
            "Whether the learner takes every action in the window; where nobody does, the agent acts.",
        ),
        Field::new(
            "goes_on",
            Kind::Flag,
            Usual::Flag(false),
            "Whether it goes on from where the run before stood, in place of beginning anew.",
        ),
        Field::new(
            "warm_up",
            Kind::Whole(0, MANY, ""),
            Usual::Number(0.0),
            "How many beats, or episodes where it is so many of these, come first and do not count.",
        ),
        Field::new("until", Kind::Choice(UNTIL), Usual::Required, "How long it goes."),
        Field::new(
            "remember",
            Kind::List(&REMEMBER),
            Usual::Fields,
            "What is measured at its end, each under a name.",
        ),
    ],
};

static UNTIL: &[Variant] = &[
    Variant {
        name: "Beats",
        holds: Holds::Value(Field::new(
            "beats",
            Kind::Whole(1, MANY, "beats"),
            Usual::Required,
            "So many of them.",
        )),
        about: "So many beats.",
        start: "",
        shown: &[],
    },
    Variant {
        name: "Episodes",
        holds: Holds::Value(Field::new(
            "episodes",
            Kind::Whole(1, MANY, "episodes"),
            Usual::Required,
            "So many of them.",
        )),
        about: "So many whole episodes.",
        start: "",
        shown: &[],
    },
    Variant {
        name: "Learned",
        holds: Holds::Value(Field::new(
            "learned",
            Kind::Whole(1, MANY, "beats"),
            Usual::Required,
            "So many of them.",
        )),
        about: "A learner has learned for so many beats; it is not meant to be watched.",
        start: "",
        shown: &[],
    },
    Variant::bare("Planned", "The best policy is found; nothing is played."),
];

/// What is remembered.
static REMEMBER: Record = Record {
    noun: "figure",
    fields: &[
        Field::text("name", "", "Under which name.").required(),
        Field::new("what", Kind::Choice(MEASURES), Usual::Required, "What is measured."),
        Field::new(
            "label",
            Kind::Translated,
            Usual::Text(""),
            "What it is called where it is shown after the run; it is not shown where left out.",
        ),
    ],
};

const fn value(kind: Kind, about: &'static str) -> Holds {
    Holds::Value(Field::new("value", kind, Usual::Required, about))
}

const fn measure(name: &'static str, holds: Holds, about: &'static str) -> Variant {
    Variant { name, holds, about, start: "", shown: &[] }
}

static PER: &[Variant] = &[
    Variant::bare("Beat", "A beat."),
    Variant::bare("Hour", "An hour, where the scenario says how long a beat is."),
];

const fn rate(name: &'static str, about: &'static str) -> Variant {
    measure(name, value(Kind::Choice(PER), "Beat or Hour."), about)
}

/// What can be measured.
static MEASURES: &[Variant] = &[
    rate("Reward", "What was earned."),
    rate("Output", "How many parts left."),
    measure("Stock", Holds::Nothing, "How many parts lay in the buffers, on average."),
    measure("LeadTime", Holds::Nothing, "How long a part that left was in the line, on average."),
    measure("Share", Holds::Fields(&SHARE), "The share of time that a station spent so."),
    measure("Return", Holds::Nothing, "The return of an episode, on average."),
    measure("Length", Holds::Nothing, "How many beats an episode took, on average."),
    measure("Ended", Holds::Nothing, "How many episodes came to an end."),
    measure("CutOff", Holds::Nothing, "How many episodes were cut off."),
    measure(
        "Level",
        value(Kind::Text, "The variable."),
        "The level of a variable in the state now.",
    ),
    rate(
        "DecisionCost",
        "What decisions fell short of the best ones, whatever luck made of them: Σ v*(s) − q*(s, a).",
    ),
    measure(
        "BestDecisions",
        Holds::Nothing,
        "The share of decisions that were as good as the best.",
    ),
    rate("Optimum", "What the best policy is worth: its gain, or its value at the start (a beat)."),
    rate("Policy", "What the agent's policy is worth exactly, if it neither learns nor explores."),
    measure(
        "Gap",
        Holds::Nothing,
        "How far the agent's policy is from the best, in per cent of this.",
    ),
    measure("Value", Holds::Nothing, "What the state now is worth under the best policy: v*(s)."),
    measure(
        "ActionValue",
        value(Kind::Levels, "The action."),
        "What an action is worth in the state now: q*(s, a).",
    ),
    measure(
        "ActionReward",
        value(Kind::Levels, "The action."),
        "What an action earns in the next beat on average: Σ p·r.",
    ),
    measure(
        "ActionFuture",
        value(Kind::Levels, "The action."),
        "What is left after it under the best policy: γ·Σ p·v*(s′).",
    ),
    measure(
        "Fork",
        Holds::Fields(&FORK),
        "By how much one first action earns more than another from the state now, over pairs of \
         futures on the same luck.",
    ),
    measure(
        "SweepsToPolicy",
        Holds::Nothing,
        "After how many sweeps of value iteration its policy is the best in every state, and stays so.",
    ),
    measure(
        "SweepsToValues",
        value(
            Kind::Real(Measure::Plain("%"), Bounds::POSITIVE),
            "How near, in per cent of the largest value.",
        ),
        "After how many sweeps of value iteration all values are that near to the true ones.",
    ),
    measure(
        "SweptValue",
        value(Kind::Whole(1, 1_000_000, "sweeps"), "After so many sweeps."),
        "What the state now is worth after so many sweeps of value iteration.",
    ),
    measure(
        "SweptGap",
        value(Kind::Whole(1, 1_000_000, "sweeps"), "After so many sweeps."),
        "How far the greedy policy after so many sweeps of value iteration is from the best, in per cent.",
    ),
    measure(
        "Difference",
        Holds::Fields(&PAIR),
        "One remembered figure less another, on the same luck where both have as many seeds.",
    ),
    measure(
        "Wins",
        Holds::Fields(&PAIR),
        "On which share of the seeds the first of two remembered figures is the larger.",
    ),
];

static SHARE: Record = Record {
    noun: "",
    fields: &[
        Field::text("station", "", "The station, by its name.").required(),
        Field::new("cause", Kind::Choice(CAUSES), Usual::Required, "How it spent the time."),
    ],
};

static CAUSES: &[Variant] = &[
    Variant::bare("Working", "It worked on a part."),
    Variant::bare("Starved", "It had no part."),
    Variant::bare("Blocked", "It had no room for the part."),
    Variant::bare("Down", "It had failed."),
    Variant::bare("HeldBack", "It was told not to work."),
    Variant::bare("SetUp", "It started up or changed over."),
    Variant::bare("Planned", "It stood for a planned stop."),
];

static FORK: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "first",
            Kind::Levels,
            Usual::Required,
            "The one action, {\"walk\": \"right\"}.",
        ),
        Field::new("second", Kind::Levels, Usual::Required, "The other action."),
        Field::new(
            "then",
            Kind::Choice(WHO),
            Usual::Variant("Optimum"),
            "Who decides all that follows.",
        ),
        Field::new(
            "futures",
            Kind::Whole(2, 100_000, "futures"),
            Usual::Number(200.0),
            "How many pairs.",
        )
        .called("number of futures"),
        Field::new(
            "beats",
            Kind::Whole(1, 1_000_000, "beats"),
            Usual::Nothing,
            "How long a future is; as long as rewards count where left out.",
        )
        .or_none(),
    ],
};

static WHO: &[Variant] = &[
    Variant::bare("Optimum", "The best policy."),
    Variant::bare("Agent", "The agent of the run, which neither learns nor explores."),
];

static PAIR: Record = Record {
    noun: "",
    fields: &[
        Field::text("first", "", "The name of the one.").required(),
        Field::text("second", "", "The name of the other.").required(),
    ],
};

/// What is asked.
static ASK: Record = Record {
    noun: "question",
    fields: &[
        Field::new("question", Kind::Translated, Usual::Required, "The question."),
        Field::new(
            "answer",
            Kind::Choice(ANSWERS),
            Usual::Required,
            "What is answered, and how what happens decides it.",
        ),
    ],
};

static ANSWERS: &[Variant] = &[
    Variant::with("Number", &NUMBER, "A number."),
    Variant::with("Choice", &CHOICE, "One of several options."),
    Variant {
        name: "Action",
        holds: Holds::Value(Field::new("who", Kind::Choice(WHO), Usual::Required, "Whose.")),
        about: "The action that the best policy, or the agent, takes in the state now.",
        start: "",
        shown: &[],
    },
];

static NUMBER: Record = Record {
    noun: "",
    fields: &[
        Field::text("of", "", "The name of the figure.").required(),
        Field::new(
            "tolerance",
            Kind::Real(Measure::Plain(""), Bounds::SIZE),
            Usual::Required,
            "How far from it is still right, in its unit.",
        ),
    ],
};

static CHOICE: Record = Record {
    noun: "",
    fields: &[
        Field::new("options", Kind::List(&OPTION), Usual::Required, "The options, in their order."),
        Field::new("by", Kind::Choice(BY), Usual::Required, "What decides between them."),
    ],
};

static OPTION: Record = Record {
    noun: "option",
    fields: &[Field::new("says", Kind::Translated, Usual::Required, "What it says.")],
};

static BY: &[Variant] = &[
    measure(
        "Largest",
        value(Kind::Texts, "The names."),
        "Which of these figures is the largest: an option for each, and one more for none that can \
         be told.",
    ),
    measure("Smallest", value(Kind::Texts, "The names."), "Which is the smallest, likewise."),
    measure(
        "Less",
        Holds::Fields(&PAIR),
        "Whether the first figure is less than the second: yes, no, and it cannot be told.",
    ),
    measure(
        "Within",
        Holds::Fields(&WITHIN),
        "Between which bounds a figure lies: one option more than bounds, from below on.",
    ),
];

static WITHIN: Record = Record {
    noun: "",
    fields: &[
        Field::text("of", "", "The name of the figure.").required(),
        Field::new(
            "bounds",
            Kind::Reals(Measure::Plain(""), Bounds::ANY),
            Usual::Required,
            "The bounds, in its unit, the least first.",
        ),
    ],
};
