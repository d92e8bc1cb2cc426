//! Several units that wear: how far each is, and what is done with it.

use super::super::scene::{FlowScene, Node, What};
use super::Moment;
use crate::environments::Replacement;
use crate::environments::replacement::RUN;
use crate::mdp::{Condition, Environment, Place};

/// So many units are below each other; more stand in two columns.
const BELOW: usize = 4;

/// The picture of several units, each with a variable and an action of its own.
pub fn picture(units: &Replacement, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene {
        conditions: vec![Condition::Working, Condition::Down, Condition::Planned],
        ..FlowScene::default()
    };
    let variables = units.state_space().variables();
    let actions = units.action_space().variables();
    let rows = if variables.len() > BELOW { variables.len().div_ceil(2) } else { variables.len() };
    for (unit, variable) in variables.iter().enumerate() {
        let (column, row) = (2 * (unit / rows.max(1)), (unit % rows.max(1)) as f32);
        let condition = moment.condition(unit);
        let act = moment.about_to(unit).filter(|act| *act != RUN);
        let act = act.zip(actions.get(unit)).map(|(act, described)| described.label(act));
        let what = What::Station { condition, on: act.clone().unwrap_or_default() };
        let name = units.places().stations.get(unit).cloned().unwrap_or_default();
        let words = match act {
            Some(act) => vec![format!("{} · next {act}", condition.name()), format!("next {act}")],
            None => vec![condition.name().to_owned()],
        };
        let node = Node::new(name, column, row, what).saying_any(words);
        let machine = scene.add(node.at(Place::Station(unit as u16)));
        let levels = moment.levels(unit);
        let node = Node::rack(&variable.name, (column + 1, row), levels, (0, variable.high));
        let words = match variable.labels.is_empty() {
            true => node.words.clone(),
            false => vec![variable.label(levels.1)],
        };
        let node = node.saying_any(words).coloured(unit).across(unit);
        let wear = scene.add(node);
        scene.join(&[machine, wear]);
    }
    scene
}
