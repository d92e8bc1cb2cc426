//! A job shop: a row for the route of each product, and the stations that work on them below.

use super::super::scene::{FlowScene, Node, What};
use super::{Moment, label};
use crate::environments::JobShop;
use crate::mdp::{Condition, Place};

/// The picture of a job shop.
pub fn picture(shop: &JobShop, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene {
        conditions: vec![
            Condition::Working,
            Condition::Starved,
            Condition::Blocked,
            Condition::HeldBack,
        ],
        ..FlowScene::default()
    };
    if shop.stations().iter().any(|station| station.condition.is_some()) {
        scene.conditions.push(Condition::Down);
    }
    if shop.stations().iter().any(|station| station.setup.is_some()) {
        scene.conditions.push(Condition::SetUp);
    }
    let names = |product: usize| {
        let known = shop.settings().products.get(product);
        known.map_or_else(String::new, |product| product.name.clone())
    };
    scene.called = (0..shop.settings().products.len()).map(names).collect();
    let longest = shop.operations().iter().map(|operation| operation.before + 1).max().unwrap_or(1);
    let products = shop.settings().products.len();
    let mut chain: Vec<usize> = Vec::new();
    for (number, operation) in shop.operations().iter().enumerate() {
        let row = operation.product as f32;
        if operation.before == 0 {
            let source = Node::new(names(operation.product), 0, row, What::Outside);
            chain = vec![scene.add(source.at(Place::Supply).coloured(operation.product))];
        }
        // Every step is called by the station that does it.
        let station = shop.settings().stations.get(operation.station);
        let name = station.map_or_else(String::new, |station| station.name.clone());
        let (column, levels) = (operation.before + 1, moment.levels(number));
        let mut node = Node::rack(name, (column, row), levels, (0, operation.capacity));
        let now = chosen(shop, moment, operation.station) == Some(number);
        if now {
            let words = node.words.first().cloned().unwrap_or_default();
            node.words.insert(0, format!("{words}, next"));
        }
        let node = node.coloured(operation.product).across(number).at(Place::Buffer(number as u16));
        chain.push(scene.add(node));
        if operation.next.is_none() {
            let end = Node::new("", longest + 1, row, What::Outside).at(Place::Customer);
            chain.push(scene.add(end));
            scene.join(&chain);
        }
    }
    let named = shop.settings().stations.iter().zip(shop.stations());
    for (number, (settings, station)) in named.enumerate() {
        let condition = moment.condition(usize::from(station.first_place));
        let works = chosen(shop, moment, number);
        let product = works.and_then(|operation| shop.operations().get(operation));
        let on = product.map_or_else(String::new, |operation| names(operation.product));
        let mut words = vec![condition.name().to_owned()];
        if let Some(variable) = station.setup {
            let setup = label(shop, variable, moment.levels(variable).1);
            words.insert(0, format!("{} · set up for {setup}", condition.name()));
        }
        let column = (number + 1).min(longest + 1);
        let node =
            Node::new(&settings.name, column, products as f32, What::Station { condition, on });
        let mut node = node.saying_any(words);
        for machine in 0..station.machines {
            node = node.at(Place::Station(station.first_place + machine as u16));
        }
        scene.add(node);
    }
    scene.legend = vec![
        "a row for each product: what waits at the station named; below, the stations".to_owned(),
        "what waits at the station named".to_owned(),
    ];
    scene
}

/// The operation that a station is about to work on, where that is known.
fn chosen(shop: &JobShop, moment: &Moment<'_>, station: usize) -> Option<usize> {
    let station = shop.stations().get(station)?;
    let level = usize::try_from(moment.about_to(station.action?)?).ok()?;
    station.operations.get(level).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::JobShopSettings;
    use crate::mdp::Environment;

    #[test]
    fn each_step_of_a_route_has_its_queue_and_each_station_stands_once() {
        let shop = JobShop::new(JobShopSettings::default()).unwrap();
        let mut state = vec![0; shop.state_space().len()];
        state[1] = 2;
        // The first station is told to work on its second operation, the first step of product 2.
        let action = vec![1; shop.action_space().len()];
        let moment = Moment { action: Some(&action), ..Moment::standing(&state) };
        let scene = picture(&shop, &moment);
        let racks: Vec<_> =
            scene.nodes.iter().filter(|node| matches!(node.what, What::Rack { .. })).collect();
        let places: Vec<_> = racks.iter().map(|node| (node.column, node.row)).collect();
        assert_eq!(places, [(1, 0.0), (1, 1.0), (2, 1.0)]);
        assert!(racks[1].words[0].ends_with(", next"), "{:?}", racks[1].words);
        let stations: Vec<_> = scene
            .nodes
            .iter()
            .filter_map(|node| match &node.what {
                What::Station { on, .. } => Some((node.row, on.clone())),
                _ => None,
            })
            .collect();
        let product = shop.settings().products[1].name.clone();
        assert_eq!(stations, [(2.0, product), (2.0, String::new())]);
    }
}
