//! A machine whose condition nobody sees: what was last heard of it, and what is held probable.

use super::super::scene::{Bar, Card, FlowScene, Node, What};
use super::{Moment, label};
use crate::environments::Inspection;
use crate::mdp::{Condition, Environment, Level, Place};
use crate::workbench::number;

/// The variables of the state that are always there: the condition, which nobody sees, and the news.
const CONDITION: usize = 0;
const NEWS: usize = 1;

/// The picture of a machine with a hidden condition.
pub fn picture(machine: &Inspection, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene {
        conditions: vec![Condition::Working, Condition::Planned],
        ..FlowScene::default()
    };
    let variables = machine.state_space().variables();
    let condition = moment.condition(0);
    let described = variables.first();
    let truth = label(machine, CONDITION, moment.levels(CONDITION).1);
    let news = moment.levels(NEWS).1;
    let since = machine.state_space().position("since");
    let age = since.map_or(0, |variable| moment.levels(variable).1);
    let fresh = machine.is_finding(news) && age == 0;
    let found = fresh.then(|| label(machine, NEWS, news));
    let name = described.map_or_else(String::new, |variable| variable.name.clone());
    let what = What::Veiled { condition, found };
    let node = Node::new(if name == "condition" { "machine" } else { &name }, 0, 0.0, what);
    let mut node = node.saying(condition.name()).at(Place::Station(0)).across(CONDITION);
    node.more.push(format!("in truth {truth}, which only you can look up here"));
    let station = scene.add(node);

    let mut heard = vec![told(machine, variables.get(NEWS).map_or("news", |v| &v.name), news, age)];
    let signal = machine.state_space().position("signal");
    if let Some(variable) = signal {
        let level = moment.levels(variable).1;
        let title = label(machine, variable, level);
        let title = if level == 0 { "no signal".to_owned() } else { title };
        heard.push(Card::new(title, "latest reading", 2));
    }
    let across = if signal.is_some() { signal } else { since };
    let node = Node::new("what is seen", 1, 0.0, What::Cards(heard));
    let heard = scene.add(node.across(across.unwrap_or(NEWS)));
    scene.join(&[station, heard]);

    let believed = believed(machine, moment);
    if let Some((all, likeliest)) = believed {
        let node = Node::new("what the agent believes", 2, 0.0, What::Bars(all));
        let belief = scene.add(node.coloured(1).saying(likeliest).across(CONDITION));
        scene.join(&[heard, belief]);
        scene.legend = vec![
            "bars: how probable each condition is by all that was done and seen".to_owned(),
            "bars: how probable each condition is".to_owned(),
        ];
    } else {
        scene.legend = vec![
            "this agent goes by what is seen and holds no belief about the condition".to_owned(),
            "this agent goes by what is seen alone".to_owned(),
        ];
    }
    scene
}

/// The card of what was last done or found.
fn told(machine: &Inspection, name: &str, news: Level, age: Level) -> Card {
    let title = label(machine, NEWS, news);
    let note = match (news, age) {
        (0, _) => return Card::new("no news", "nothing was done", 0),
        (_, 0) => format!("{name} of this beat"),
        (_, 1) => "1 beat ago".to_owned(),
        (_, beats) => format!("{beats} beats ago"),
    };
    Card::new(title, note, 0)
}

/// The probability of each condition, and which is the likeliest; `None` where the agent holds no
/// belief.
fn believed(machine: &Inspection, moment: &Moment<'_>) -> Option<(Vec<Bar>, String)> {
    let belief = moment.belief?;
    let described = machine.state_space().variables().first()?;
    let probability = |level: Level| {
        let of = belief.iter().filter(|(state, _)| state.first() == Some(&level));
        of.map(|(_, probability)| probability).sum::<f64>()
    };
    let bar = |level: Level| {
        let share = probability(level);
        let words = number::percent(share, 0);
        Bar { label: described.label(level), from: 0.0, to: share as f32, words, marked: false }
    };
    let all: Vec<Bar> = (described.low..=described.high).map(bar).collect();
    let likeliest = all.iter().max_by(|a, b| a.to.total_cmp(&b.to))?;
    let words = format!("most probably {}", likeliest.label);
    Some((all, words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::InspectionSettings;

    fn node<'s>(scene: &'s FlowScene, name: &str) -> &'s Node {
        scene.nodes.iter().find(|node| node.name == name).unwrap()
    }

    #[test]
    fn the_truth_is_veiled_until_it_is_looked_at() {
        let machine = Inspection::new(InspectionSettings::default()).unwrap();
        let worst = machine.state_space().variables()[0].high;
        let found = |news: Level| {
            let state = vec![worst, news];
            let scene = picture(&machine, &Moment::standing(&state));
            let What::Veiled { found, .. } = &node(&scene, "machine").what else {
                panic!("veiled")
            };
            found.clone()
        };
        assert_eq!(found(0), None);
        assert_eq!(found(machine.finding(0)), Some(label(&machine, NEWS, machine.finding(0))));
    }

    #[test]
    fn what_is_believed_sums_over_what_is_seen() {
        let machine = Inspection::new(InspectionSettings::default()).unwrap();
        let state = vec![0, 0];
        let belief = vec![(vec![0, 0], 0.5), (vec![0, 1], 0.25), (vec![1, 0], 0.25)];
        let moment = Moment { belief: Some(&belief), ..Moment::standing(&state) };
        let scene = picture(&machine, &moment);
        let What::Bars(all) = &node(&scene, "what the agent believes").what else { panic!("bars") };
        assert_eq!((all[0].to, all[1].to), (0.75, 0.25));
        let alone = picture(&machine, &Moment::standing(&state));
        assert!(alone.nodes.iter().all(|node| !matches!(node.what, What::Bars(_))));
    }
}
