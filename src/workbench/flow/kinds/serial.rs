//! Stations in a row or side by side, with the buffers between them, as their places name them.

use super::super::scene::{FlowScene, Node, What};
use super::Moment;
use crate::environments::Plants;
use crate::mdp::{Condition, Environment, Place};

/// What stands on a station's sign: how many machines it has, where there are several.
type Signs<'s> = &'s [String];

/// A row of stations, one fewer buffers between them.
pub fn row(line: &impl Environment, moment: &Moment<'_>, signs: Signs<'_>) -> FlowScene {
    let mut scene = begun(line, moment);
    let places = line.places();
    let source = Node::new("", 0, 0.0, What::Outside).at(Place::Supply);
    let mut chain = vec![scene.add(source)];
    for number in 0..places.stations.len() {
        let node = station(line, moment, number, signs, 1 + 2 * number, 0.0);
        chain.push(scene.add(node));
        if number < places.buffers.len() {
            chain.push(scene.add(buffer(line, moment, number, 2 + 2 * number, 0.0)));
        }
    }
    let last = 1 + 2 * places.stations.len();
    chain.push(scene.add(Node::new("", last, 0.0, What::Outside).at(Place::Customer)));
    scene.join(&chain);
    scene
}

/// Feeders one below the other, each with its buffer, which a last station joins; behind it a store
/// where there is one more buffer than feeders.
pub fn joined(line: &impl Environment, moment: &Moment<'_>) -> FlowScene {
    let mut scene = begun(line, moment);
    let places = line.places();
    let feeders = places.stations.len().saturating_sub(1);
    let middle = (feeders as f32 - 1.0).max(0.0) / 2.0;
    let joint = scene.add(station(line, moment, feeders, &[], 3, middle));
    for number in 0..feeders {
        let row = number as f32;
        let source = Node::new("", 0, row, What::Outside).at(Place::Supply);
        let source = scene.add(source);
        let feeder = scene.add(station(line, moment, number, &[], 1, row));
        let parts = scene.add(buffer(line, moment, number, 2, row).coloured(number));
        scene.join(&[source, feeder, parts, joint]);
    }
    let mut end = vec![joint];
    if places.buffers.len() > feeders {
        end.push(scene.add(buffer(line, moment, feeders, 4, middle)));
    }
    end.push(scene.add(Node::new("", 5, middle, What::Outside).at(Place::Customer)));
    scene.join(&end);
    scene
}

/// Plants one below the other: a station, its store and its customers each; before them what they
/// share, with how much of it is in use.
pub fn pairs(plants: &Plants, moment: &Moment<'_>) -> FlowScene {
    let mut scene = begun(plants, moment);
    let all = plants.places().stations.len();
    let middle = (all as f32 - 1.0).max(0.0) / 2.0;
    let counted = |condition: Condition| {
        (0..all).filter(|number| moment.condition(*number) == condition).count() as u32
    };
    let settings = plants.settings();
    let mut shared = vec![("energy", counted(Condition::Working), settings.energy)];
    if let Some(crews) = settings.crews {
        shared.push(("crews", counted(Condition::Down).min(crews), crews));
    }
    // What is enough for all is nothing that they share.
    shared.retain(|(_, _, of)| (*of as usize) < all);
    let apart = if shared.len() > 1 { 1.0 } else { 0.0 };
    let mut meters = Vec::new();
    for (number, (name, used, of)) in shared.into_iter().enumerate() {
        let row = (middle + apart * (number as f32 - 0.5)).max(number as f32 * apart);
        let share = f64::from(used) / f64::from(of.max(1));
        let meter = Node::new(name, 0, row, What::Meter(share as f32));
        let meter =
            meter.saying_any(vec![format!("{used} of {of} in use"), format!("{used} of {of}")]);
        meters.push(scene.add(meter.coloured(SHARED)));
    }
    for number in 0..all {
        let row = number as f32;
        let made = scene.add(station(plants, moment, number, &[], 1, row).coloured(number));
        let store = scene.add(buffer(plants, moment, number, 2, row).coloured(number));
        let customers = Node::new("", 3, row, What::Outside).at(Place::Customer);
        let customers = scene.add(customers.coloured(number));
        scene.links.extend(meters.iter().map(|meter| (*meter, made)));
        scene.join(&[made, store, customers]);
    }
    scene
}

/// The colour of what is shared: that of none of the first plants.
const SHARED: usize = 5;

fn begun(line: &impl Environment, _moment: &Moment<'_>) -> FlowScene {
    let fails = line.sources().iter().any(|source| source.contains("repair"));
    let all = [Condition::Working, Condition::Starved, Condition::Blocked, Condition::HeldBack];
    let down = fails.then_some(Condition::Down);
    FlowScene { conditions: all.into_iter().chain(down).collect(), ..FlowScene::default() }
}

fn station(
    line: &impl Environment,
    moment: &Moment<'_>,
    number: usize,
    signs: Signs<'_>,
    column: usize,
    row: f32,
) -> Node {
    let name = line.places().stations.get(number).cloned().unwrap_or_default();
    let condition = moment.condition(number);
    let on = signs.get(number).cloned().unwrap_or_default();
    let node = Node::new(name, column, row, What::Station { condition, on });
    node.saying(condition.name()).at(Place::Station(number as u16))
}

fn buffer(
    line: &impl Environment,
    moment: &Moment<'_>,
    number: usize,
    column: usize,
    row: f32,
) -> Node {
    let Some(buffer) = line.places().buffers.get(number) else {
        return Node::new("", column, row, What::Outside);
    };
    let most = buffer.capacity.min(i32::MAX as u32) as i32;
    let least = line.state_space().variables().get(buffer.variable).map_or(0, |v| v.low.min(0));
    let levels = moment.levels(buffer.variable);
    let node = Node::rack(&buffer.name, (column, row), levels, (least, most));
    node.across(buffer.variable).at(Place::Buffer(number as u16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::plants::{PlantSettings, PlantsSettings};

    #[test]
    fn plants_show_how_much_of_their_energy_is_in_use() {
        let plants = |energy: u32| {
            let plants = vec![PlantSettings::default(); 3];
            Plants::new(PlantsSettings { plants, energy, crews: None }).unwrap()
        };
        let enough = plants(3);
        let state = vec![0; enough.state_space().len()];
        let scene = pairs(&enough, &Moment::standing(&state));
        assert!(scene.nodes.iter().all(|node| node.name != "energy"), "there is enough for all");
        let plants = plants(2);
        let conditions = [Condition::Working, Condition::HeldBack, Condition::Starved];
        let moment = Moment { conditions: &conditions, ..Moment::standing(&state) };
        let scene = pairs(&plants, &moment);
        let energy = scene.nodes.iter().position(|node| node.name == "energy").unwrap();
        assert_eq!(scene.nodes[energy].what, What::Meter(0.5));
        assert_eq!(scene.nodes[energy].words[0], "1 of 2 in use");
        assert_eq!(scene.links.iter().filter(|(from, _)| *from == energy).count(), 3);
        assert!(scene.nodes.iter().all(|node| node.name != "crews"));
    }
}
