//! The fields of a machine of a line: failures, wear, cycles, quality, energy.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_CYCLE: i128 = 10_000;
const MOST_DELAY: i128 = 1_000;
const MOST_STAGES: i128 = 1_000;

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
            Measure::Share,
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
            Measure::Share,
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
            Kind::Real(Measure::Share, Bounds::PROBABILITY),
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
            Measure::Share,
            Bounds::PROBABILITY,
            1.0,
            "Probability that a bad part is found.",
        )
        .called("probability to find a defect")
        .labelled("defects found")
        .slide(0.0, 1.0),
        Field::real(
            "false_alarms",
            Measure::Share,
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

static FAILURE_MODE: &[Variant] = &[
    Variant::bare("Operation", "Only in beats in which it could work."),
    Variant::bare("Time", "In every beat."),
];
