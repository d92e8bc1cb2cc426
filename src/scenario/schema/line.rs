//! The fields of a line: machines, buffers, supply and demand.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_PARTS: i128 = 1_000_000;
const MOST_CYCLE: i128 = 10_000;
const MOST_DELAY: i128 = 1_000;

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
    ],
};

/// A machine.
pub static MACHINE: Record = Record {
    noun: "machine",
    fields: &[
        Field::text("name", "", "Its name; `machine 1`, `machine 2` … where left out."),
        Field::real(
            "failure",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that it fails in a beat in which it is up and can fail; 0 is never.",
        )
        .called("failure probability")
        .slide_by_factors(0.0001, 0.5),
        Field::new(
            "mtbf",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time between failures, of the beats in which it can fail; in place of `failure`.",
        )
        .called("mean time between failures")
        .labelled("time to failure")
        .fills("failure", "")
        .slide_by_factors(2.0, 10_000.0),
        Field::real(
            "repair",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that it comes up again in a beat in which it is down. Above 0 where it \
             can fail.",
        )
        .called("repair probability")
        .slide_by_factors(0.001, 1.0),
        Field::new(
            "mttr",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time to repair; in place of `repair`.",
        )
        .called("mean time to repair")
        .labelled("time to repair")
        .fills("repair", "")
        .slide_by_factors(1.0, 1_000.0),
        Field::new(
            "failure_mode",
            Kind::Choice(FAILURE_MODE),
            Usual::Variant("Operation"),
            "In which beats it can fail.",
        ),
        Field::new(
            "cycle",
            Kind::Beats(1, MOST_CYCLE),
            Usual::Number(1.0),
            "How long it works on a part, exactly. What was done is kept through failures.",
        )
        .called("cycle")
        .fills("cycle", "Beats")
        .slide(1.0, 10.0),
        Field::new(
            "completion",
            Kind::Real(Measure::Probability, Bounds::CHANCE),
            Usual::Other,
            "Probability that a beat of work completes the part, so that a cycle is geometric; in \
             place of `cycle`. Below 1 it is a Bernoulli machine.",
        )
        .called("completion probability")
        .fills("cycle", "Completion")
        .slide(0.05, 1.0),
        Field::new(
            "power",
            Kind::Fields(&POWER),
            Usual::Fields,
            "What its energy costs, by what it was told and what it did.",
        ),
        Field::new(
            "restart_delay",
            Kind::Beats(0, MOST_DELAY),
            Usual::Number(0.0),
            "Time of starting up that follows after it was held back, before it can work.",
        )
        .slide(0.0, 5.0),
        Field::real(
            "restart_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost, or energy, of switching on again after it was held back.",
        )
        .slide(0.0, 20.0),
        Field::real(
            "repair_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time in which it is down, whether it is told to run or not.",
        )
        .slide(0.0, 10.0),
        Field::new(
            "controlled",
            Kind::Flag,
            Usual::Flag(true),
            "Whether the agent decides in each beat if it runs; else it always runs.",
        ),
    ],
};

/// The energy cost of a machine.
pub static POWER: Record = Record {
    noun: "",
    fields: &[
        power("working", "working", "Told to run, and worked."),
        power("starved", "starved", "Told to run, but had no part."),
        power("blocked", "blocked", "Told to run, but had no room for its part."),
        power("down", "down", "Told to run, but was down."),
        power("starting", "starting", "Told to run, and was starting up."),
        power("held_back", "held", "Held back, be it up or down."),
    ],
};

const fn power(name: &'static str, setting: &'static str, about: &'static str) -> Field {
    let (called, label) = match name.as_bytes() {
        b"working" => ("power while working", "power working"),
        b"starved" => ("power while starved", "power starved"),
        b"blocked" => ("power while blocked", "power blocked"),
        b"down" => ("power while down", "power down"),
        b"starting" => ("power while starting", "power starting"),
        _ => ("power while held back", "power held back"),
    };
    Field::real(name, Measure::MoneyPerBeat, Bounds::COST, 0.0, about)
        .called(called)
        .labelled(label)
        .fills(setting, "")
        .slide(0.0, 5.0)
}

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
    ],
};

static FAILURE_MODE: &[Variant] = &[
    Variant::bare("Operation", "Only in beats in which it could work."),
    Variant::bare("Time", "In every beat."),
];

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
