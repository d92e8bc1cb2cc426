//! A machine whose condition nobody sees, and what is known of it.

use super::super::scene::{FlowScene, Node, What};
use super::{Moment, label};
use crate::environments::Inspection;
use crate::mdp::{Condition, Environment, Place};

/// The picture of a machine with a hidden condition.
pub fn picture(machine: &Inspection, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene {
        conditions: vec![Condition::Working, Condition::SetUp, Condition::Planned],
        ..FlowScene::default()
    };
    let variables = machine.state_space().variables();
    let condition = moment.condition(0);
    let name = machine.places().stations.first().cloned().unwrap_or_else(|| "machine".to_owned());
    let what = What::Station { condition, on: String::new() };
    let node = Node::new(name, 1, 0.5, what).saying(condition.name()).at(Place::Station(0));
    let station = scene.add(node);
    for (variable, described) in variables.iter().enumerate() {
        let (before, now) = moment.levels(variable);
        // The first variable is the condition, which only who looks at the picture sees.
        let hidden = variable == 0;
        let (column, row) = if hidden { (0, 0.5) } else { (2, variable as f32 - 1.0) };
        let node = Node::new(
            if hidden { format!("{} (hidden)", described.name) } else { described.name.clone() },
            column,
            row,
            What::Rack {
                before: f64::from(before - described.low),
                level: f64::from(now - described.low),
                least: 0,
                most: described.high - described.low,
            },
        );
        let words = label(machine, variable, now);
        let node = scene.add(node.saying(words).coloured(variable).across(variable));
        if hidden {
            scene.join(&[node, station]);
        } else {
            scene.join(&[station, node]);
        }
    }
    scene.legend =
        vec!["left of the machine: what it is · right of it: what is known of it".to_owned()];
    scene
}
