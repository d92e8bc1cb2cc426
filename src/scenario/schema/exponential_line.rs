//! The fields of an exponential line: stations, the places between them, blocking and cards.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual, Variant};
use crate::scenario::quantity::Measure;

const MOST_PLACES: i128 = 1_000_000;

/// What a file begins with.
pub const START: &str = r#"
    machines: [(name: "Cut", completion: 0.3), (name: "Weld", completion: 0.2)],
    buffers: [(places: 4, holding: 0.02)],
    revenue: 1,
"#;

/// What such a file shows where a default would not do.
pub const SHOWN: &[(&str, &str)] = &[("machines.cycle", "\"3 min\"")];

/// An exponential line.
pub static EXPONENTIAL_LINE: Record = Record {
    noun: "line",
    fields: &[
        Field::new(
            "machines",
            Kind::List(&STATION),
            Usual::Required,
            "The stations in the order in which a part meets them; 1 to 64. All their rates together \
             may be 1 a beat at most.",
        ),
        Field::new(
            "buffers",
            Kind::List(&PLACES),
            Usual::Fields,
            "The buffers between them: one fewer than stations, the first behind the first station.",
        ),
        Field::new(
            "blocking",
            Kind::Choice(BLOCKING),
            Usual::Variant("AfterService"),
            "When a station is blocked.",
        )
        .always(),
        Field::new(
            "cards",
            Kind::Whole(1, MOST_PLACES, "parts"),
            Usual::Nothing,
            "How many parts may be in the line at once, those on the first station included (CONWIP).",
        )
        .called("number of cards")
        .labelled("cards")
        .slide(1.0, 50.0)
        .or_none(),
        Field::real(
            "revenue",
            Measure::MoneyPerPart,
            Bounds::AMOUNT,
            0.0,
            "Earned for each part that leaves the last station.",
        )
        .always()
        .slide(0.0, 100.0),
    ],
};

static BLOCKING: &[Variant] = &[
    Variant::bare(
        "AfterService",
        "A finished part that finds no room stays on its machine, which cannot begin another (Hunt \
         1956).",
    ),
    Variant::bare(
        "BeforeService",
        "A machine begins a part only if there will be room for it (Gershwin 1994).",
    ),
];

/// A station.
pub static STATION: Record = Record {
    noun: "machine",
    fields: &[
        Field::text("name", "", "Its name; `machine 1`, `machine 2` … where left out."),
        Field::new(
            "count",
            Kind::Whole(1, 64, "machines"),
            Usual::Number(1.0),
            "How many machines alike work there, each on a part of its own.",
        )
        .called("number of machines")
        .labelled("machines")
        .slide(1.0, 8.0),
        Field::real(
            "completion",
            Measure::Probability,
            Bounds::CHANCE,
            0.1,
            "Rate at which a machine completes parts while it works.",
        )
        .called("rate of work")
        .slide_by_factors(0.001, 1.0),
        Field::new(
            "cycle",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time that a machine works on a part; in place of `completion`.",
        )
        .called("mean time of work")
        .labelled("time of work")
        .fills("completion", "")
        .slide_by_factors(1.0, 1_000.0),
        Field::real(
            "failure",
            Measure::Probability,
            Bounds::PROBABILITY,
            0.0,
            "Rate at which a machine fails while it works; 0 is never.",
        )
        .called("failure rate")
        .slide_by_factors(0.0001, 0.5),
        Field::new(
            "mtbf",
            Kind::Real(Measure::MeanTime, Bounds::CHANCE),
            Usual::Other,
            "Mean time of work between failures; in place of `failure`.",
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
            "Rate at which a machine that is down comes up again. Above 0 where it can fail.",
        )
        .called("repair rate")
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
        Field::real(
            "working_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time in which a machine works, or its power.",
        )
        .slide(0.0, 10.0),
        Field::real(
            "idle_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time in which a machine is up and told to run but does not work.",
        )
        .slide(0.0, 10.0),
        Field::real(
            "repair_cost",
            Measure::MoneyPerBeat,
            Bounds::COST,
            0.0,
            "Cost of the time in which a machine is down.",
        )
        .slide(0.0, 10.0),
        Field::new(
            "controlled",
            Kind::Flag,
            Usual::Flag(true),
            "Whether the agent decides in each beat if the station runs; else it always runs.",
        ),
    ],
};

/// The places between two stations.
pub static PLACES: Record = Record {
    noun: "buffer",
    fields: &[
        Field::text("name", "", "Its name; `buffer 1`, `buffer 2` … where left out."),
        Field::new(
            "places",
            Kind::Whole(0, MOST_PLACES, "parts"),
            Usual::Number(4.0),
            "How many parts wait there at most, those on machines not counted; 0 is allowed.",
        )
        .always()
        .slide(0.0, 50.0),
        Field::real(
            "holding",
            Measure::MoneyPerPartBeat,
            Bounds::COST,
            0.0,
            "Cost of a part that has left the station before and not yet the one behind.",
        )
        .called("holding cost")
        .slide(0.0, 1.0),
    ],
};
