//! The fields of a chain.

use crate::scenario::fields::{Bounds, Field, Kind, Record, Usual};
use crate::scenario::quantity::Measure;

const LOW: i128 = i32::MIN as i128;
const HIGH: i128 = i32::MAX as i128;
const PLACE: Kind = Kind::Whole(LOW, HIGH, "");

/// A chain.
pub static CHAIN: Record = Record {
    noun: "chain",
    fields: &[
        Field::new(
            "low",
            PLACE,
            Usual::Number(0.0),
            "The leftmost position. Left of it is a wall.",
        )
        .called("lower end")
        .always(),
        Field::new("start", PLACE, Usual::Number(0.0), "Where an episode starts.").always(),
        Field::new(
            "goal",
            PLACE,
            Usual::Number(10.0),
            "The position that ends an episode, right of all others.",
        )
        .always()
        .slide(1.0, 50.0),
        Field::real(
            "goal_reward",
            Measure::Money,
            Bounds::AMOUNT,
            1.0,
            "Reward of the step that reaches the goal.",
        )
        .called("reward of the goal")
        .always()
        .slide(0.0, 10.0),
        Field::real(
            "step_reward",
            Measure::Money,
            Bounds::AMOUNT,
            -1.0,
            "Reward of every other step.",
        )
        .called("reward of a step")
        .always()
        .slide(-2.0, 2.0),
    ],
};
