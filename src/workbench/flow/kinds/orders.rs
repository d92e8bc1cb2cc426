//! A shop that works to order: who stands at the door, what waits, and what is on the machine.

use super::super::scene::{Card, FlowScene, Node, What};
use super::{Moment, label};
use crate::environments::Orders;
use crate::environments::orders::{ACCEPT, EMPTY};
use crate::mdp::{Condition, Environment, Level, Place};

/// The picture of a shop that works to order.
pub fn picture(shop: &Orders, moment: &Moment<'_>) -> FlowScene {
    let at = shop.variables();
    let mut scene = FlowScene {
        conditions: vec![Condition::Working, Condition::Starved, Condition::HeldBack],
        ..FlowScene::default()
    };
    if at.setup.is_some() {
        scene.conditions.insert(1, Condition::SetUp);
    }
    let mut chain = Vec::new();
    if let (Some(offered), Some(offer)) = (at.offered, at.offer) {
        let level = moment.levels(offered).1;
        chain.push(scene.add(door(shop, level).at(Place::Supply)));
        let (open, words) = match moment.about_to(offer) {
            _ if level == 0 => (true, vec!["nobody asks".to_owned(), "–".to_owned()]),
            Some(ACCEPT) => (true, vec!["accept".to_owned()]),
            Some(_) => (false, vec!["pass".to_owned()]),
            None => (true, vec!["not decided".to_owned(), "?".to_owned()]),
        };
        chain.push(scene.add(Node::new("", 1, 0.0, What::Gate { open }).saying_any(words)));
    } else if !shop.settings().ends() {
        chain.push(scene.add(Node::new("orders", 1, 0.0, What::Outside).at(Place::Supply)));
    }
    chain.push(scene.add(waiting(shop, moment).at(Place::Buffer(0))));
    chain.push(scene.add(machine(shop, moment)));
    let done = Node::new("customers", 4, 0.0, What::Outside).at(Place::Customer);
    chain.push(scene.add(done));
    scene.join(&chain);
    // An order is told to come to the machine when it leaves it.
    scene.unseen.push((Place::Buffer(0), Place::Station(0)));
    let due = shop.settings().types.iter().any(|of_type| of_type.due.is_some());
    scene.legend = match (due, at.next.is_some()) {
        (true, true) => vec![
            "bar: what is left of its time · arrow: taken next · triangle: late".to_owned(),
            "arrow: taken next · triangle: late".to_owned(),
        ],
        (true, false) => vec!["bar: what is left of its time · triangle: late".to_owned()],
        (false, true) => vec!["arrow: taken next".to_owned()],
        (false, false) => Vec::new(),
    };
    scene.called = shop.settings().types.iter().map(|of_type| of_type.name.clone()).collect();
    // Columns without anything in them take no room.
    let first = scene.nodes.iter().map(|node| node.column).min().unwrap_or(0);
    scene.nodes.iter_mut().for_each(|node| node.column -= first);
    scene
}

/// The order that is offered; `level` is its type, counted from 1.
fn door(shop: &Orders, level: Level) -> Node {
    let types = &shop.settings().types;
    let known =
        usize::try_from(level - 1).ok().and_then(|number| Some((number, types.get(number)?)));
    let card = match known {
        Some((number, of_type)) => {
            let note = of_type.due.map_or_else(String::new, |due| format!("due in {due}"));
            Card { left: of_type.due.map(|_| 1.0), ..Card::new(&of_type.name, note, number) }
        }
        None => Card::free(),
    };
    Node::new("at the door", 0, 0.0, What::Cards(vec![card]))
}

/// The order of a slot or of the machine.
fn card(shop: &Orders, level: Level) -> Card {
    let Some(number) = shop.type_of(level) else { return Card::free() };
    let Some(of_type) = shop.settings().types.get(number) else { return Card::free() };
    let due = shop.due_in(level);
    let note = due.map_or_else(String::new, due_words);
    let left = due.zip(of_type.due).map(|(left, all)| left as f32 / all.max(1) as f32);
    Card { left, late: due == Some(0), ..Card::new(&of_type.name, note, number) }
}

fn due_words(beats: u32) -> String {
    if beats == 0 { "late".to_owned() } else { format!("due in {beats}") }
}

/// What waits, in the order in which it is kept.
fn waiting(shop: &Orders, moment: &Moment<'_>) -> Node {
    let at = shop.variables();
    let next = moment.action.and_then(|action| shop.next_taken(moment.now, action));
    let slots = moment.now.get(at.first_slot..at.machine).unwrap_or_default();
    let cards = slots.iter().enumerate().map(|(slot, &level)| {
        let card = card(shop, level);
        Card { next: next == Some(slot) && !card.title.is_empty(), ..card }
    });
    let cards: Vec<_> = cards.collect();
    let (there, most) = (cards.iter().filter(|card| !card.title.is_empty()).count(), cards.len());
    let words = vec![format!("{there} of {most}")];
    Node::new("waiting", 2, 0.0, What::Cards(cards)).saying_any(words).across(at.first_slot)
}

fn machine(shop: &Orders, moment: &Moment<'_>) -> Node {
    let at = shop.variables();
    let level = moment.levels(at.machine).1;
    let left = at.left.map_or(0, |variable| moment.levels(variable).1);
    let condition = moment.condition(0);
    let order = card(shop, level);
    let mut words = vec![condition.name().to_owned()];
    if level != EMPTY && !order.note.is_empty() {
        words.insert(0, format!("{} · {}", condition.name(), order.note));
    }
    let mut more = Vec::new();
    if let Some(variable) = at.setup {
        let setup = label(shop, variable, moment.levels(variable).1);
        words.insert(0, format!("{} · set up for {setup}", condition.name()));
        more.push(format!("set up for {setup}"));
    }
    if level != EMPTY && left > 0 {
        more.push(format!("at least {} more beats", left + 1));
    }
    let on = if level == EMPTY { String::new() } else { order.title.clone() };
    let name = shop.places().stations.first().cloned().unwrap_or_default();
    let node = Node::new(name, 3, 0.0, What::Station { condition, on }).saying_any(words);
    let node = node.coloured(order.series).at(Place::Station(0)).across(at.machine);
    Node { late: order.late, more, ..node }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::orders::{OrderSettings, OrdersSettings};

    fn shop() -> Orders {
        let of = |name: &str, due| OrderSettings {
            name: name.to_owned(),
            due,
            setup_time: 1,
            ..OrderSettings::default()
        };
        let types = vec![of("chair", Some(4)), of("table", None)];
        Orders::new(OrdersSettings { types, ..OrdersSettings::default() }).unwrap()
    }

    fn seen(shop: &Orders, state: &[(&str, &str)], action: Option<&[Level]>) -> FlowScene {
        let space = shop.state_space();
        let mut now = vec![0; space.len()];
        for (name, wanted) in state {
            let variable = space.position(name).unwrap();
            let described = &space.variables()[variable];
            let level = (described.low..=described.high).find(|l| described.label(*l) == *wanted);
            now[variable] = level.unwrap();
        }
        let moment = Moment { action, ..Moment::standing(&now) };
        picture(shop, &moment)
    }

    #[test]
    fn who_is_late_and_who_is_next_is_marked() {
        let shop = shop();
        let state = [("slot 1", "chair late"), ("slot 2", "table"), ("offered", "chair")];
        let scene = seen(&shop, &state, Some(&[0, 1]));
        let of = |name: &str| scene.nodes.iter().find(|node| node.name == name).unwrap();
        let What::Cards(waiting) = &of("waiting").what else { panic!("cards") };
        assert_eq!(
            (waiting[0].note.as_str(), waiting[0].late, waiting[0].next),
            ("late", true, false)
        );
        assert_eq!(waiting[0].left, Some(0.0));
        assert_eq!((waiting[1].late, waiting[1].next, waiting[1].left), (false, true, None));
        assert!(waiting[2].title.is_empty());
        let What::Cards(door) = &of("at the door").what else { panic!("a card") };
        assert_eq!((door[0].title.as_str(), door[0].note.as_str()), ("chair", "due in 4"));
        assert!(scene.nodes.iter().any(|node| node.what == What::Gate { open: false }));
    }

    #[test]
    fn the_machine_says_what_it_holds_and_what_it_is_set_up_for() {
        let shop = shop();
        let scene = seen(&shop, &[("machine", "chair 2"), ("set-up", "table")], None);
        let machine = scene.nodes.iter().find(|node| node.name == "machine").unwrap();
        let What::Station { on, .. } = &machine.what else { panic!("a station") };
        assert_eq!(on, "chair");
        assert!(!machine.late);
        assert!(machine.words[0].ends_with("set up for table"), "{:?}", machine.words);
        assert!(machine.words[1].ends_with("due in 2"), "{:?}", machine.words);
    }
}
