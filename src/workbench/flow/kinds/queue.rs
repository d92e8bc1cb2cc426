//! A queue: classes of jobs that come, wait and are served.

use super::super::scene::{FlowScene, Node, What};
use super::{Moment, centred};
use crate::environments::Queue;
use crate::environments::queue::ADMIT;
use crate::mdp::{Condition, Environment, Place};

/// So many servers are drawn one by one.
const DRAWN: usize = 6;

/// The picture of a queue.
pub fn picture(queue: &Queue, moment: &Moment<'_>) -> FlowScene {
    let mut scene = FlowScene {
        conditions: vec![Condition::Working, Condition::Starved],
        ..FlowScene::default()
    };
    let classes = &queue.settings().classes;
    let stations = &queue.places().stations;
    let each = stations.len() <= DRAWN;
    let (first_class, first_server) = centred(classes.len(), if each { stations.len() } else { 1 });
    let actions = queue.action_space().variables();
    let ahead = queue.first_variable().and_then(|variable| moment.about_to(variable));
    let mut waiting = Vec::new();
    for (class, settings) in classes.iter().enumerate() {
        let row = first_class + class as f32;
        let most = queue.settings().capacity as i32;
        let source = Node::new("", 0, row, What::Outside).at(Place::Supply).coloured(class);
        let source = scene.add(source);
        let rack = Node::rack(&settings.name, (2, row), moment.levels(class), (0, most));
        let mut rack = rack.across(class).coloured(class).at(Place::Buffer(class as u16));
        if ahead == Some(class as i32) {
            rack.words
                .insert(0, format!("{}, first", rack.words.first().cloned().unwrap_or_default()));
        }
        let rack = scene.add(rack);
        match queue.admission_variable(class) {
            Some(variable) => {
                let open = moment.about_to(variable).is_none_or(|level| level == ADMIT);
                let words = if open { "admit" } else { "reject" };
                let gate = Node::new("", 1, row, What::Gate { open }).saying(words);
                let gate = scene.add(gate);
                scene.join(&[source, gate, rack]);
            }
            None => scene.join(&[source, rack]),
        }
        waiting.push(rack);
    }
    let speed = queue.speed_variable().and_then(|variable| {
        let level = moment.about_to(variable)?;
        Some(actions.get(variable)?.label(level))
    });
    let middle = first_class + (classes.len() as f32 - 1.0) / 2.0;
    let served = Node::new("", 4, middle, What::Outside).at(Place::Customer);
    let served = scene.add(served);
    if each {
        for (number, name) in stations.iter().enumerate() {
            let condition = moment.condition(number);
            let what = What::Station { condition, on: speed.clone().unwrap_or_default() };
            let row = first_server + number as f32;
            let node = Node::new(name, 3, row, what).saying(condition.name());
            let server = scene.add(node.at(Place::Station(number as u16)));
            for rack in &waiting {
                scene.join(&[*rack, server]);
            }
            scene.join(&[server, served]);
        }
    } else {
        let busy = |state: &[i32]| state.iter().sum::<i32>().min(stations.len() as i32);
        let levels = (busy(moment.before), busy(moment.now));
        let rack = Node::rack("servers", (3, first_server), levels, (0, stations.len() as i32));
        let servers = scene.add(rack.saying(format!("{} of {} busy", levels.1, stations.len())));
        for rack in &waiting {
            scene.join(&[*rack, servers]);
        }
        scene.join(&[servers, served]);
    }
    scene.called = classes.iter().map(|class| class.name.clone()).collect();
    scene.legend = vec!["a rack holds the jobs of a class, those in service included".to_owned()];
    scene
}
