//! Places that share units, and what is moved between them.

use super::super::scene::{FlowScene, Node, What};
use super::Moment;
use crate::environments::Fleet;
use crate::mdp::Place;

/// The picture of a fleet.
pub fn picture(fleet: &Fleet, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene::default();
    let places = &fleet.settings().places;
    let mut before: Option<usize> = None;
    for (number, place) in places.iter().enumerate() {
        let (column, most) = (2 * number, place.capacity as i32);
        let levels = moment.levels(number);
        let rack = Node::rack(&place.name, (column, 1.0), levels, (0, most));
        let rack = rack.across(number).coloured(number).at(Place::Buffer(number as u16));
        let rack = scene.add(rack);
        let back = Node::new("back", column, 0.0, What::Outside).at(Place::Supply);
        let back = scene.add(back);
        let lent = Node::new("lent", column, 2.0, What::Outside).at(Place::Customer);
        let lent = scene.add(lent);
        scene.join(&[back, rack, lent]);
        if let Some(before) = before.replace(rack) {
            let link = number - 1;
            let most = fleet.settings().links.get(link).map_or(0, |link| link.most as i32);
            let moved = fleet.link_variable(link).and_then(|variable| moment.about_to(variable));
            let moved = moved.unwrap_or(0);
            let words = match moved {
                0 => "none moved".to_owned(),
                more if more > 0 => format!("{more} →"),
                less => format!("← {}", -less),
            };
            let what = What::Belt { places: vec![moved.abs()], most, backwards: false };
            let belt = scene.add(Node::new("", column - 1, 1.0, what).saying(words));
            scene.join(&[before, belt]);
            scene.join(&[rack, belt]);
        }
    }
    scene.legend = vec!["between places: how many units are moved next".to_owned()];
    scene
}
