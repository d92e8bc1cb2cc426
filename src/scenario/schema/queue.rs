//! The fields of a queue.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const MOST_PLACES: i128 = 10_000;
const MOST_SERVERS: i128 = 64;
const FASTEST: f64 = 1e6;
const HIGHEST_FACTOR: f64 = 1e3;

const RATE: Measure = Measure::Plain("per unit of time");
const COST_RATE: Measure = Measure::Plain("currency per unit of time");

/// A queue.
pub static QUEUE: Record = Record {
    noun: "queue",
    fields: &[
        Field::new(
            "classes",
            Kind::List(&CLASS),
            Usual::Fields,
            "The classes of jobs, 1 to 8; where left out, one with the usual figures.",
        ),
        Field::new(
            "capacity",
            Kind::Whole(1, MOST_PLACES, "jobs"),
            Usual::Number(20.0),
            "How many places there are for jobs of all classes together, those in service included.",
        )
        .called("number of places")
        .labelled("places")
        .always()
        .slide(1.0, 60.0),
        Field::new(
            "servers",
            Kind::Whole(1, MOST_SERVERS, "servers"),
            Usual::Number(1.0),
            "How many servers there are; no more than places.",
        )
        .called("number of servers")
        .labelled("servers")
        .always()
        .slide(1.0, 10.0),
        Field::new(
            "speeds",
            Kind::List(&SPEED),
            Usual::Fields,
            "The speeds of service among which the agent chooses, one for all servers; 1 to 16.",
        ),
    ],
};

/// A class of jobs.
pub static CLASS: Record = Record {
    noun: "class",
    fields: &[
        Field::text("name", "", "Its name; `jobs`, or `class 1`, `class 2` … where left out."),
        Field::real(
            "arrival",
            RATE,
            Bounds::new(0.0, FASTEST),
            0.9,
            "Arrivals per unit of time, as a Poisson process.",
        )
        .called("rate of arrival")
        .labelled("arrivals")
        .always()
        .slide(0.0, 3.0),
        Field::real(
            "service",
            RATE,
            Bounds { above: true, ..Bounds::new(0.0, FASTEST) },
            1.0,
            "Jobs that a server completes per unit of time: 1 / the mean service time, which is \
             exponential.",
        )
        .called("rate of service")
        .labelled("service")
        .always()
        .slide(0.1, 3.0),
        Field::real(
            "reward",
            Measure::Money,
            Bounds::AMOUNT,
            10.0,
            "Earned at once for a job that is admitted.",
        )
        .called("reward of a job")
        .always()
        .slide(0.0, 50.0),
        Field::real(
            "holding",
            COST_RATE,
            Bounds::COST,
            1.0,
            "Cost of a job in the system, waiting or in service.",
        )
        .called("holding cost")
        .always()
        .slide(0.0, 10.0),
        Field::real(
            "rejection",
            Measure::Money,
            Bounds::COST,
            0.0,
            "Cost of a job that is turned away, by decision or for want of room.",
        )
        .called("cost of rejection")
        .slide(0.0, 50.0),
        Field::new(
            "decided",
            Kind::Flag,
            Usual::Flag(true),
            "Whether the agent decides who is admitted; else all are for whom there is room.",
        ),
    ],
};

/// A speed of service.
pub static SPEED: Record = Record {
    noun: "speed",
    fields: &[
        Field::text("name", "", "Its name; `speed 1`, `speed 2` … where left out."),
        Field::real(
            "factor",
            Measure::Plain(""),
            Bounds::new(0.0, HIGHEST_FACTOR),
            1.0,
            "By what the rates of service are multiplied; 0 rests.",
        )
        .called("factor of the rate")
        .slide(0.0, 4.0),
        Field::real("cost", COST_RATE, Bounds::COST, 0.0, "Cost of each server that has a job.")
            .called("cost of the speed")
            .slide(0.0, 20.0),
    ],
};
