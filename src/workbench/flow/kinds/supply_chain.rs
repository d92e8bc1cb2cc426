//! A supply chain: stocks from the source to the customers, what is under way to each, and the
//! orders that go the other way.

use super::super::scene::{FlowScene, Node, What};
use super::Moment;
use crate::environments::SupplyChain;
use crate::environments::supply_chain::EchelonVariables;
use crate::mdp::{Environment, Level, Place, Variable};
use crate::workbench::number;
use std::ops::Range;

/// The picture of a supply chain.
pub fn picture(chain: &SupplyChain, moment: &Moment<'_>) -> FlowScene {
    let all: Vec<EchelonVariables> =
        (0..chain.echelons()).filter_map(|echelon| chain.variables(echelon)).collect();
    let asked = all.iter().any(|of| !of.asks.is_empty());
    // Orders that are under way run below what they will bring.
    let rows = places(&all, if asked { 2.0 } else { 1.0 });
    let mut drawing = Drawing { chain, moment, scene: FlowScene::default(), racks: Vec::new() };
    for (echelon, (of, place)) in all.iter().zip(&rows).enumerate() {
        let rack = drawing.rack(echelon, of, &all, *place);
        drawing.racks.push(rack);
    }
    for (echelon, (of, place)) in all.iter().zip(&rows).enumerate() {
        drawing.supply(echelon, of, *place);
    }
    let mut scene = drawing.scene;
    let owes = all.iter().flat_map(|of| &of.owed).any(|owed| owed.limit > 0);
    let mut legend = vec!["belts: goods under way, to the right"];
    if asked {
        legend.push("below them orders, to the left");
    }
    if owes {
        legend.push("hatched: what is owed");
    }
    scene.legend = vec![legend.join(" · "), legend.split_off(1).join(" · ")];
    scene.legend.retain(|words| !words.is_empty());
    scene
}

/// Where an echelon stands: the column of its rack, its row and that of its customers.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Standing {
    column: usize,
    row: f32,
    customers: f32,
}

/// Who is supplied by nobody stands on the left, whom they supply to the right of them, and who
/// sells to several in the middle of those. Rows that are not above each other lie `apart`.
fn places(all: &[EchelonVariables], apart: f32) -> Vec<Standing> {
    let mut standing = vec![Standing { column: 0, row: 0.0, customers: 0.0 }; all.len()];
    let mut next = 0.0;
    for (root, of) in all.iter().enumerate() {
        if of.supplier.is_none() {
            place(all, root, 2, apart, &mut next, &mut standing);
        }
    }
    standing
}

/// Places an echelon and all that it supplies; returns its row.
fn place(
    all: &[EchelonVariables],
    echelon: usize,
    column: usize,
    apart: f32,
    next: &mut f32,
    standing: &mut [Standing],
) -> f32 {
    let mut leaf = || {
        let row = *next;
        *next += apart;
        row
    };
    let Some(of) = all.get(echelon) else { return 0.0 };
    let below = || all.iter().enumerate().filter(|(_, other)| other.supplier == Some(echelon));
    let mut rows = Vec::new();
    if of.has_customers || below().next().is_none() {
        rows.push(leaf());
    }
    let customers = rows.first().copied().unwrap_or(0.0);
    for (child, _) in below() {
        rows.push(place(all, child, column + 2, apart, next, standing));
    }
    let (first, last) = (rows.first().copied().unwrap_or(0.0), rows.last().copied().unwrap_or(0.0));
    let row = (first + last) / 2.0;
    if let Some(own) = standing.get_mut(echelon) {
        *own = Standing { column, row, customers };
    }
    row
}

struct Drawing<'d> {
    chain: &'d SupplyChain,
    moment: &'d Moment<'d>,
    scene: FlowScene,
    /// The nodes of the stocks, by echelon.
    racks: Vec<usize>,
}

impl Drawing<'_> {
    fn name(&self, echelon: usize) -> &str {
        self.chain.places().stations.get(echelon).map_or("", String::as_str)
    }

    fn variable(&self, variable: usize) -> Option<&Variable> {
        self.chain.state_space().variables().get(variable)
    }

    /// The stock of an echelon, what it owes, and its customers.
    fn rack(
        &mut self,
        echelon: usize,
        of: &EchelonVariables,
        all: &[EchelonVariables],
        at: Standing,
    ) -> usize {
        let most = self.variable(of.stock).map_or(1, |variable| variable.high);
        let least = -of.owed.iter().map(|owed| owed.limit).sum::<Level>();
        let apart: Vec<usize> = of.owed.iter().filter_map(|owed| owed.variable).collect();
        // Who owes has nothing.
        let net = |state: &[Level]| {
            let level = |variable: &usize| state.get(*variable).copied().unwrap_or(0);
            level(&of.stock) - apart.iter().map(level).sum::<Level>()
        };
        let levels = (net(self.moment.before), net(self.moment.now));
        let name = self.name(echelon).to_owned();
        let node = Node::rack(&name, (at.column, at.row), levels, (least, most));
        let mut node = node.coloured(echelon).across(of.stock);
        let stock = match levels.1 {
            owed if owed < 0 => format!("owes {}", -owed),
            held => format!("{held} of {most}"),
        };
        node.words = vec![stock.clone(), levels.1.to_string()];
        if let Some(order) = of.action.and_then(|action| self.moment.about_to(action)) {
            node.words.insert(0, format!("{stock} · orders {order}"));
            node.more.push(format!("orders {order} next"));
        }
        for owed in &of.owed {
            let Some(variable) = owed.variable else { continue };
            let level = self.moment.levels(variable).1;
            let whom = owed.to.map_or("customers", |to| self.name(to));
            if level > 0 {
                node.more.push(format!("owes {whom} {level}"));
            }
        }
        let node = node.at(Place::Buffer(of.stock_buffer)).at(Place::Station(echelon as u16));
        let rack = self.scene.add(node);
        if of.has_customers {
            let below = all.iter().enumerate().filter(|(_, other)| other.supplier == Some(echelon));
            let theirs: f64 = below.map(|(child, _)| self.chain.mean_demand(child)).sum();
            let mean = self.chain.mean_demand(echelon) - theirs;
            let words = vec![
                format!("ask for {} a beat", number::significant(mean, 2)),
                format!("{} a beat", number::significant(mean, 2)),
            ];
            let node = Node::new("customers", at.column + 1, at.customers, What::Outside);
            let customers = self.scene.add(node.at(Place::Customer).saying_any(words));
            self.scene.join(&[rack, customers]);
        }
        rack
    }

    /// What is under way to an echelon, and its orders that are.
    fn supply(&mut self, echelon: usize, of: &EchelonVariables, at: Standing) {
        let rack = self.racks.get(echelon).copied().unwrap_or(0);
        let column = at.column - 1;
        let sender = match of.supplier.and_then(|supplier| self.racks.get(supplier)) {
            Some(rack) => *rack,
            None => {
                let source = Node::new("source", column.saturating_sub(1), at.row, What::Outside);
                self.scene.add(source.at(Place::Supply))
            }
        };
        let (places, total, most) = self.belt(of.due.clone());
        // What is due last has the longest way before it.
        let what =
            What::Belt { places: places.into_iter().rev().collect(), most, backwards: false };
        let words = vec![format!("{total} under way"), format!("{total}")];
        let mut node = Node::new("", column, at.row, what).saying_any(words).coloured(echelon);
        for (place, _) in of.due.clone().enumerate() {
            node = node.at(Place::Buffer(of.stock_buffer + 1 + place as u16));
        }
        let belt = self.scene.add(node.across(of.due.start));
        self.scene.join(&[sender, belt, rack]);
        if of.asks.is_empty() {
            return;
        }
        let (places, total, most) = self.belt(of.asks.clone());
        let what = What::Belt { places, most, backwards: true };
        let words = vec![format!("{total} ordered"), format!("{total}")];
        let node = Node::new("", column, at.row + 1.0, what).saying_any(words);
        let orders = self.scene.add(node.coloured(echelon).across(of.asks.start));
        self.scene.join(&[rack, orders, sender]);
    }

    /// The levels of variables beside each other, their sum, and the most that one can be.
    fn belt(&self, variables: Range<usize>) -> (Vec<Level>, Level, Level) {
        let levels: Vec<Level> =
            variables.clone().map(|variable| self.moment.levels(variable).1).collect();
        let highs = variables.filter_map(|variable| self.variable(variable).map(|v| v.high));
        let total = levels.iter().sum();
        (levels, total, highs.max().unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::SupplyChainSettings;
    use crate::environments::supply_chain::{CustomerSettings, EchelonSettings};

    fn chain(delay: u32) -> SupplyChain {
        let of = |name: &str, supplier: &str, customers: bool| EchelonSettings {
            name: name.to_owned(),
            supplier: supplier.to_owned(),
            customers: customers.then(CustomerSettings::default),
            lead_time: 2,
            order_delay: delay,
            ..EchelonSettings::default()
        };
        let echelons =
            vec![of("town", "depot", true), of("village", "depot", true), of("depot", "", false)];
        SupplyChain::new(SupplyChainSettings { echelons }).unwrap()
    }

    fn seen(chain: &SupplyChain, levels: &[(&str, Level)]) -> FlowScene {
        let mut now = vec![0; chain.state_space().len()];
        for (name, level) in levels {
            now[chain.state_space().position(name).unwrap()] = *level;
        }
        picture(chain, &Moment::standing(&now))
    }

    fn node<'s>(scene: &'s FlowScene, name: &str) -> &'s Node {
        scene.nodes.iter().find(|node| node.name == name).unwrap()
    }

    #[test]
    fn who_supplies_stands_before_those_it_supplies_and_in_their_middle() {
        let scene = seen(&chain(0), &[]);
        let place = |name: &str| (node(&scene, name).column, node(&scene, name).row);
        assert_eq!((place("town"), place("village")), ((4, 0.0), (4, 1.0)));
        assert_eq!(place("depot"), (2, 0.5));
        assert_eq!(place("source"), (0, 0.5));
        assert_eq!(scene.nodes.iter().filter(|node| node.name == "customers").count(), 2);
        // Every stock is reached from the source, and reaches customers.
        assert_eq!(scene.links.len(), 3 * 2 + 2);
    }

    #[test]
    fn what_is_under_way_comes_closer_and_what_is_owed_is_said() {
        let levels = [("town due 1", 1), ("town due 2", 3), ("depot owes town", 2)];
        let scene = seen(&chain(0), &levels);
        let belts = scene.nodes.iter().filter_map(|node| match &node.what {
            What::Belt { places, .. } => Some((places.clone(), node.words[0].clone())),
            _ => None,
        });
        let belts: Vec<_> = belts.collect();
        assert!(belts.contains(&(vec![3, 1], "4 under way".to_owned())), "{belts:?}");
        let depot = node(&scene, "depot");
        assert_eq!(depot.words[0], "owes 2");
        assert!(depot.more.contains(&"owes town 2".to_owned()), "{:?}", depot.more);
        let What::Rack { level, least, .. } = depot.what else { panic!("a rack") };
        assert!(level == -2.0 && least < -2);
    }

    #[test]
    fn orders_go_the_other_way_below_the_goods() {
        let scene = seen(&chain(2), &[("village asks 1", 4)]);
        let orders = scene.nodes.iter().filter(|node| {
            matches!(&node.what, What::Belt { backwards: true, places, .. } if *places == [4, 0])
        });
        let orders: Vec<_> = orders.collect();
        assert_eq!(orders.len(), 1);
        assert_eq!(orders[0].row, node(&scene, "village").row + 1.0);
    }
}
