//! One machine that is set up for one product at a time, and a stock of each.

use super::super::scene::{FlowScene, Node, What};
use super::{Moment, label};
use crate::environments::Setups;
use crate::mdp::{Condition, Environment, Place};

/// The picture of a machine with set-ups.
pub fn picture(machine: &Setups, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene {
        conditions: vec![
            Condition::Working,
            Condition::SetUp,
            Condition::HeldBack,
            Condition::Blocked,
        ],
        ..FlowScene::default()
    };
    let buffers = &machine.places().buffers;
    let middle = (buffers.len() as f32 - 1.0).max(0.0) / 2.0;
    let condition = moment.condition(0);
    let left = machine.state_space().position("beats left");
    let setup = machine.setup_variable();
    let product = setup.map(|variable| (variable, moment.levels(variable).1));
    let on = product.map_or_else(String::new, |(variable, level)| label(machine, variable, level));
    let left = left.map_or(0, |variable| moment.levels(variable).1);
    let words = match left {
        0 => condition.name().to_owned(),
        1 => "set-up, 1 beat left".to_owned(),
        beats => format!("set-up, {beats} beats left"),
    };
    let name = machine.places().stations.first().cloned().unwrap_or_default();
    let what = What::Station { condition, on };
    let series = product.map_or(0, |(_, level)| level.max(0) as usize);
    let node = Node::new(name, 0, middle, what).saying(words).at(Place::Station(0));
    let station = scene.add(node.coloured(series));
    for (number, buffer) in buffers.iter().enumerate() {
        let row = number as f32;
        let variables = machine.state_space().variables();
        let (least, most) = variables.get(buffer.variable).map_or((0, 1), |v| (v.low, v.high));
        let levels = moment.levels(buffer.variable);
        let rack = Node::rack(&buffer.name, (1, row), levels, (least, most));
        let rack = rack.coloured(number).across(buffer.variable).at(Place::Buffer(number as u16));
        let rack = scene.add(rack);
        let customers = Node::new("", 2, row, What::Outside).at(Place::Customer);
        let customers = scene.add(customers.coloured(number));
        scene.join(&[station, rack, customers]);
    }
    scene.called = buffers.iter().map(|buffer| buffer.name.clone()).collect();
    scene.legend = vec!["hatched: customers who wait".to_owned()];
    scene
}
