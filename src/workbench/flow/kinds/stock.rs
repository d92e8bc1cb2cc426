//! A stock: who supplies it, what is under way, what is there, and who asks for it.

use super::super::scene::{FlowScene, Node, What};
use super::Moment;
use crate::environments::Stock;
use crate::mdp::{Condition, Environment, Level, Place};

/// The picture of a stock.
pub fn picture(stock: &Stock, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene {
        conditions: vec![Condition::Working, Condition::HeldBack],
        ..FlowScene::default()
    };
    let settings = stock.settings();
    let variables = stock.state_space().variables();
    let of = |prefix: &str| -> Vec<usize> {
        let named = variables.iter().enumerate().filter(|(_, v)| v.name.starts_with(prefix));
        named.map(|(variable, _)| variable).collect()
    };
    let condition = moment.condition(0);
    let ordered = moment.about_to(0).unwrap_or(0);
    let sign = if ordered > 0 { format!("order {ordered}") } else { String::new() };
    let what = What::Station { condition, on: sign };
    let supplier = Node::new(&settings.supplier, 0, 0.0, what).saying(condition.name());
    let mut chain = vec![scene.add(supplier.at(Place::Station(0)))];
    let most_of = |list: &[usize]| {
        let highs = list.iter().filter_map(|variable| variables.get(*variable));
        highs.map(|variable| variable.high).max().unwrap_or(1)
    };
    // What is due last has the longest way before it; the oldest is sold next.
    let belt = |name: &str, list: &[usize], column: usize, words: String| {
        let levels = list.iter().rev().map(|variable| moment.levels(*variable).1);
        let what = What::Belt { places: levels.collect(), most: most_of(list), backwards: false };
        let node = Node::new(name, column, 0.0, what).saying(words);
        match list.first() {
            Some(first) => node.across(*first),
            None => node,
        }
    };
    let total =
        |list: &[usize]| -> Level { list.iter().map(|variable| moment.levels(*variable).1).sum() };
    let due = of("due in ");
    if !due.is_empty() {
        let words = format!("{} on order", total(&due));
        chain.push(scene.add(belt("under way", &due, 1, words).coloured(1)));
    }
    let ages = if settings.shelf_life.is_some() { of("life ") } else { Vec::new() };
    if ages.is_empty() {
        let (least, most) = variables.first().map_or((0, 1), |v| (v.low, v.high));
        let node = Node::rack(&settings.name, (2, 0.0), moment.levels(0), (least, most));
        chain.push(scene.add(node.across(0).at(Place::Buffer(0))));
    } else {
        let words = format!("{} on hand", total(&ages));
        let node = belt(&settings.name, &ages, 2, words).at(Place::Buffer(0));
        chain.push(scene.add(node));
        scene.legend = vec!["by age: fresh on the left, sold from the right".to_owned()];
    }
    chain.push(scene.add(Node::new("customers", 3, 0.0, What::Outside).at(Place::Customer)));
    scene.join(&chain);
    if variables.first().is_some_and(|first| first.low < 0) {
        scene.legend = vec!["hatched: customers who wait".to_owned()];
    }
    scene
}
