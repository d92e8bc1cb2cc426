//! The fields of a line: machines, buffers, supply and demand.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_PARTS: i128 = 1_000_000;
const MOST_CYCLE: i128 = 10_000;
const MOST_DELAY: i128 = 1_000;
const MOST_STAGES: i128 = 1_000;
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

/// A machine.
pub static MACHINE: Record = Record {
    noun: "machine",
    fields: &[
        Field::text("name", "", "Its name; `machine 1`, `machine 2` … where left out."),
        Field::new(
            "count",
            Kind::Whole(1, 64, "machines"),
            Usual::Number(1.0),
            "How many machines alike work there, each on a part of its own; they are held back \
             together.",
        )
        .called("number of machines")
        .labelled("machines")
        .slide(1.0, 8.0),
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
            "repair_stages",
            Kind::Whole(1, MOST_STAGES, ""),
            Usual::Number(1.0),
            "In how many stages it is repaired, so that repair times vary less about the same mean.",
        )
        .called("stages of repair"),
        Field::new(
            "wear",
            Kind::Fields(&WEAR),
            Usual::Nothing,
            "How it wears, stage by stage; a repair makes it as new.",
        )
        .or_none(),
        Field::new(
            "maintenance",
            Kind::Fields(&MAINTENANCE),
            Usual::Nothing,
            "Preventive maintenance, after which it is as new, as a third order beside hold and run.",
        )
        .or_none(),
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
        .labelled("completion")
        .fills("cycle", "Completion")
        .slide(0.05, 1.0),
        Field::new(
            "speeds",
            Kind::List(&SPEED),
            Usual::Fields,
            "Speeds at which it can run, in place of `cycle` and `completion`.",
        ),
        Field::real(
            "scrap",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that a completed part is found to be bad and is scrapped.",
        )
        .called("scrap probability")
        .slide(0.0, 0.5),
        Field::real(
            "scrap_cost",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of each part scrapped.",
        )
        .called("cost of scrap")
        .slide(0.0, 10.0),
        Field::new(
            "rework",
            Kind::Fields(&REWORK),
            Usual::Nothing,
            "Completed parts that go back to a buffer before it.",
        )
        .or_none(),
        Field::real(
            "defects",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that it makes a good part bad, which nobody sees.",
        )
        .called("probability of a defect")
        .slide(0.0, 0.5),
        Field::new(
            "inspection",
            Kind::Fields(&INSPECTION),
            Usual::Nothing,
            "How it inspects the parts that it completes.",
        )
        .or_none(),
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

/// Wear in stages.
pub static WEAR: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "stages",
            Kind::Whole(2, MOST_STAGES, ""),
            Usual::Number(3.0),
            "How many stages there are, new included.",
        )
        .called("stages of wear"),
        Field::new(
            "probability",
            Kind::Reals(Measure::Probability, Bounds::PROBABILITY),
            Usual::Numbers(&[0.01]),
            "Probability that a beat of work wears it by a stage: one figure for each stage but the \
             last, new first, or one for all.",
        )
        .called("wear probability"),
        Field::new(
            "failure",
            Kind::Reals(Measure::Probability, Bounds::PROBABILITY),
            Usual::Numbers(&[]),
            "Probability of a failure by stage, new first, in place of the machine's own.",
        )
        .called("failure probability by stage"),
    ],
};

/// Preventive maintenance.
pub static MAINTENANCE: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "completion",
            Measure::Probability,
            Bounds::CHANCE,
            1.0,
            "Probability that a beat of maintenance is the last.",
        )
        .called("probability to be done")
        .slide_by_factors(0.01, 1.0),
        Field::new(
            "lasts",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time that it takes; in place of `completion`.",
        )
        .called("mean time of maintenance")
        .labelled("maintenance takes")
        .fills("completion", "")
        .slide_by_factors(1.0, 100.0),
        Field::real("cost", Measure::Money, Bounds::COST, 0.0, "Cost of each maintenance.")
            .called("cost of maintenance")
            .slide(0.0, 50.0),
    ],
};

/// A speed.
pub static SPEED: Record = Record {
    noun: "speed",
    fields: &[
        Field::text("name", "", "Its name; `speed 1`, `speed 2` … where left out."),
        Field::real(
            "completion",
            Measure::Probability,
            Bounds::CHANCE,
            1.0,
            "Probability that a beat of work completes the part.",
        )
        .called("completion probability")
        .labelled("completion")
        .slide(0.05, 1.0),
        Field::real(
            "power",
            Measure::Plain(""),
            Bounds::COST,
            1.0,
            "By what the power while working is multiplied.",
        )
        .called("power factor")
        .slide(0.0, 4.0),
        Field::real(
            "strain",
            Measure::Plain(""),
            Bounds::COST,
            1.0,
            "By what the probabilities to fail and to wear in a beat of work are multiplied.",
        )
        .called("strain")
        .slide(0.0, 4.0),
    ],
};

/// Parts that go back.
pub static REWORK: Record = Record {
    noun: "",
    fields: &[
        Field::new(
            "probability",
            Kind::Real(Measure::Probability, Bounds::PROBABILITY),
            Usual::Required,
            "Probability that a completed part must go back.",
        )
        .called("rework probability")
        .slide(0.0, 0.5),
        Field::new(
            "to",
            Kind::Text,
            Usual::Required,
            "The buffer that it goes back to, one before this machine. Where it is full the part is \
             scrapped.",
        ),
    ],
};

/// Inspection of completed parts.
pub static INSPECTION: Record = Record {
    noun: "",
    fields: &[
        Field::real(
            "finds",
            Measure::Probability,
            Bounds::PROBABILITY,
            1.0,
            "Probability that a bad part is found.",
        )
        .called("probability to find a defect")
        .labelled("defects found")
        .slide(0.0, 1.0),
        Field::real(
            "false_alarms",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Probability that a good part is taken for bad.",
        )
        .called("probability of a false alarm")
        .labelled("false alarms")
        .slide(0.0, 0.5),
        Field::real("cost", Measure::Money, Bounds::COST, 0.0, "Cost of each inspection.")
            .called("cost of inspection")
            .slide(0.0, 10.0),
        Field::new(
            "to",
            Kind::Text,
            Usual::Nothing,
            "The buffer to which goes back what is found, to be made good, one before this machine; \
             scrapped where left out, or where it is full.",
        )
        .or_none(),
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
