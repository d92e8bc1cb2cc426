//! The fields of a line: machines, buffers, supply and demand.

mod machine;

pub use machine::MACHINE;

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_PARTS: i128 = 1_000_000;
const MOST_DAY: i128 = 100_000;
const MOST_TRANSIT: i128 = 1_000;

/// What a line of one's own begins with: two machines that fail, and a buffer between them.
pub const START: &str = r#"
    machines: [
        (name: "Lathe", mtbf: "1 h", mttr: "6 min"),
        (name: "Press", mtbf: "40 min", mttr: "5 min"),
    ],
    buffers: [(capacity: 4, holding: 0.05)],
    revenue: 1,
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[
    ("machines.failure", "0.02"),
    ("machines.repair", "0.2"),
    ("machines.completion", "1"),
    ("rework.to", "\"buffer 1\""),
    ("maintenance.lasts", "\"10 min\""),
    ("every", "\"2 min\""),
    ("Kanban.levels", "[4]"),
];

/// A line.
pub static LINE: Record = Record {
    noun: "line",
    fields: &[
        Field::new(
            "machines",
            Kind::List(&MACHINE),
            Usual::Required,
            "The machines in the order in which a part meets them; 1 to 64.",
        ),
        Field::new(
            "buffers",
            Kind::List(&BUFFER),
            Usual::Fields,
            "The buffers between them: one fewer than machines, the first behind the first machine.",
        ),
        Field::new(
            "supply",
            Kind::Choice(SUPPLY),
            Usual::Variant("Saturated"),
            "Where parts come from.",
        ),
        Field::new(
            "demand",
            Kind::Choice(DEMAND),
            Usual::Variant("Saturated"),
            "Where finished parts go.",
        ),
        Field::real(
            "revenue",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            0.0,
            "Earned for each part sold; without a demand of its own a finished part is sold at once.",
        )
        .always()
        .slide(0.0, 100.0),
        Field::new(
            "moves",
            Kind::Choice(MOVES),
            Usual::Variant("DownstreamFirst"),
            "By which levels it is judged whether a machine has a part and room for it.",
        )
        .always(),
        Field::new(
            "conditions",
            Kind::Choice(CONDITIONS),
            Usual::Variant("BeforeMoves"),
            "When in a beat machines fail and come up.",
        ),
        Field::new(
            "crews",
            Kind::Whole(1, 64, "crews"),
            Usual::Nothing,
            "How many crews repair machines that are down, where they are fewer than the machines that \
             can fail; the agent then decides who is served first.",
        )
        .called("number of crews")
        .or_none(),
        Field::new(
            "calendar",
            Kind::Fields(&CALENDAR),
            Usual::Nothing,
            "What the time of day brings: the price of energy, and breaks.",
        )
        .or_none(),
        Field::new(
            "release",
            Kind::Choice(RELEASE),
            Usual::Variant("Free"),
            "When parts may enter the line, or a stage of it.",
        ),
        Field::real(
            "complaint",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of each part sold with a defect that nobody found.",
        )
        .called("cost of a complaint")
        .slide(0.0, 100.0),
        Field::real(
            "carbon",
            Measure::Plain(""),
            Bounds::COST,
            0.0,
            "What the carbon of energy costs, for each unit of money that the energy itself costs at the \
             day's factor 1: with c kg of it a kWh, a price of p a ton and energy at e a kWh it is \
             c·p / (1000·e).",
        )
        .called("cost of carbon")
        .slide(0.0, 1.0),
    ],
};

/// A day.
pub static CALENDAR: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "day",
            Kind::Beats(1, MOST_DAY),
            Usual::Number(24.0),
            "How long a day is. The time of day is a variable of the state, so that a long day of \
             short beats has many states.",
        )
        .called("length of the day"),
        Field::new(
            "spans",
            Kind::List(&SPAN),
            Usual::Fields,
            "What holds from when on; the first begins the day.",
        ),
    ],
};

/// A part of the day.
pub static SPAN: Record = Record {
    noun: "span",
    fields: &[
        Field::new(
            "from",
            Kind::Beats(0, MOST_DAY),
            Usual::Number(0.0),
            "How long after the day's start it begins.",
        )
        .called("begin of the span"),
        Field::real(
            "energy",
            Measure::Plain(""),
            Bounds::COST,
            1.0,
            "By what the cost of energy is multiplied.",
        )
        .called("energy factor")
        .slide(0.0, 5.0),
        Field::real(
            "carbon",
            Measure::Plain(""),
            Bounds::COST,
            1.0,
            "By what the cost of carbon is multiplied.",
        )
        .called("carbon factor")
        .slide(0.0, 5.0),
        Field::new(
            "works",
            Kind::Flag,
            Usual::Flag(true),
            "Whether the line works; else all machines stand, and neither parts nor customers come. \
             Repairs and maintenance go on.",
        ),
    ],
};

/// A buffer.
pub static BUFFER: Record = Record {
    noun: "buffer",
    fields: &[
        Field::text(
            "name",
            "",
            "Its name; `buffer 1`, `buffer 2` …, `queue` or `store` where left out.",
        ),
        Field::new(
            "capacity",
            Kind::Whole(1, MOST_PARTS, "parts"),
            Usual::Number(10.0),
            "How many parts it holds at most, the one that the machine behind it works on included.",
        )
        .always()
        .slide(1.0, 50.0),
        Field::real(
            "holding",
            Measure::MoneyPerPartBeat,
            Bounds::COST,
            0.0,
            "Cost of holding a part in it.",
        )
        .called("holding cost")
        .slide(0.0, 1.0),
        Field::new(
            "charged",
            Kind::Choice(CHARGED),
            Usual::Variant("Before"),
            "Which levels holding is charged on.",
        ),
        Field::new(
            "initial",
            Kind::Whole(0, MOST_PARTS, "parts"),
            Usual::Number(0.0),
            "Its level at the start; at most its capacity.",
        )
        .called("level at the start"),
        Field::new(
            "transit",
            Kind::Beats(0, MOST_TRANSIT),
            Usual::Number(0.0),
            "How long a part is on its way through it before it can be taken, beside the beat in which \
             it was put in. Each beat of it is a variable of the state.",
        )
        .called("time on the way")
        .slide(0.0, 5.0),
    ],
};

static CHARGED: &[Variant] = &[
    Variant::bare("Before", "Those at the beat's start, before anything moves."),
    Variant::bare("After", "Those at the beat's end, after all moves."),
];

static MOVES: &[Variant] = &[
    Variant::bare(
        "OldLevels",
        "By those at the beat's start (Gershwin 1994): room that the next machine frees in this \
         beat does not count.",
    ),
    Variant::bare(
        "DownstreamFirst",
        "From the last machine to the first, with what has just become free (Li & Meerkov 2009).",
    ),
];

static CONDITIONS: &[Variant] = &[
    Variant::bare(
        "BeforeMoves",
        "Before the parts move: what fails in a beat does not work in it, what is repaired does \
         (Gershwin 1994; Li & Meerkov 2009).",
    ),
    Variant::bare(
        "AfterMoves",
        "After the parts have moved: a machine works in a beat if it was up at the beat's start.",
    ),
];

static RELEASE: &[Variant] = &[
    Variant::bare("Free", "Whenever there is room."),
    Variant::with(
        "Conwip",
        &CONWIP,
        "The first machine works only while the buffers behind it hold fewer parts than there are \
         cards.",
    ),
    Variant::with(
        "Kanban",
        &KANBAN,
        "Each machine works only while the buffer behind it holds fewer parts than that stage has \
         cards.",
    ),
];

/// Cards for the whole line.
pub static CONWIP: Record = Record {
    noun: "",
    fields: &[Field::new(
        "cap",
        Kind::Whole(1, MOST_PARTS, "parts"),
        Usual::Required,
        "How many cards there are: no more parts may be behind the first machine.",
    )
    .called("number of cards")
    .labelled("cards")
    .slide(1.0, 50.0)],
};

/// Cards for each stage.
pub static KANBAN: Record = Record {
    noun: "",
    fields: &[Field::new(
        "levels",
        Kind::Wholes(1, MOST_PARTS, "parts"),
        Usual::Required,
        "The cards of each buffer between machines, then of the store, where there is one.",
    )],
};

static SUPPLY: &[Variant] = &[
    Variant::bare("Saturated", "There is always a part: the first machine is never starved."),
    Variant::with(
        "Arrivals",
        &ARRIVALS,
        "Parts arrive by chance and join a queue before the first machine; where it is full they \
         are turned away.",
    ),
];

/// Parts that arrive by chance.
pub static ARRIVALS: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "probability",
            Kind::Real(Measure::Probability, Bounds::PROBABILITY),
            Usual::Required,
            "Probability that a part arrives in a beat.",
        )
        .called("arrival probability")
        .slide(0.0, 1.0),
        Field::new(
            "every",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time between arrivals; in place of `probability`.",
        )
        .called("mean time between arrivals")
        .fills("probability", "")
        .slide_by_factors(1.0, 100.0),
        Field::new("queue", Kind::Fields(&BUFFER), Usual::Fields, "The queue."),
    ],
};

static DEMAND: &[Variant] = &[
    Variant::bare("Saturated", "Every finished part is sold at once."),
    Variant::with(
        "Customers",
        &CUSTOMERS,
        "Customers come by chance, ask for one part each, and are served from a store.",
    ),
];

/// Customers who come by chance.
pub static CUSTOMERS: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "probability",
            Kind::Real(Measure::Probability, Bounds::PROBABILITY),
            Usual::Required,
            "Probability that a customer comes in a beat.",
        )
        .called("probability of a customer")
        .labelled("customers")
        .slide(0.0, 1.0),
        Field::new(
            "every",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time between customers; in place of `probability`.",
        )
        .called("mean time between customers")
        .fills("probability", "")
        .slide_by_factors(1.0, 100.0),
        Field::new(
            "unmet",
            Kind::Choice(UNMET),
            Usual::Variant("Lost"),
            "What happens to a customer who finds the store empty.",
        ),
        Field::new("store", Kind::Fields(&BUFFER), Usual::Fields, "The store of finished parts."),
    ],
};

static UNMET: &[Variant] = &[
    Variant::with("Lost", &LOST, "The customer leaves."),
    Variant::with("Backorder", &BACKORDER, "The customer waits and is served before later ones."),
];

/// Customers who leave.
pub static LOST: Record = Record {
    noun: "",
    fields: &[Field::real(
        "cost",
        Measure::Money,
        Bounds::COST,
        0.0,
        "Cost of each customer lost, beside the revenue forgone.",
    )
    .called("cost of a lost customer")
    .slide(0.0, 100.0)],
};

/// Customers who wait.
pub static BACKORDER: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "cost",
            Measure::MoneyPerPartBeat,
            Bounds::COST,
            0.0,
            "Cost of each customer waiting.",
        )
        .called("cost of waiting")
        .slide(0.0, 10.0),
        Field::new(
            "limit",
            Kind::Whole(1, MOST_PARTS, "customers"),
            Usual::Required,
            "How many may wait; one more is lost.",
        )
        .called("limit of the backlog")
        .labelled("backlog")
        .slide(1.0, 50.0),
        Field::real(
            "lost_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of each customer lost because so many wait already.",
        )
        .called("cost of a lost customer")
        .slide(0.0, 100.0),
        Field::new(
            "charged",
            Kind::Choice(CHARGED),
            Usual::Variant("Before"),
            "Which backlog the cost of waiting is charged on.",
        ),
    ],
};
