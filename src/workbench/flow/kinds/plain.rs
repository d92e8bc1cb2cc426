//! A kind of which nothing else is known: a gauge for each variable of its state.

use super::super::scene::{FlowScene, Node, What};
use super::Moment;
use crate::mdp::Space;

/// So many gauges are beside each other, and so many there are at most.
const BESIDE: usize = 3;
const MOST: usize = 9;

/// The gauges of a state; `None` where they would be too many to be read.
pub fn picture(space: &Space, moment: &Moment<'_>) -> Option<FlowScene> {
    let variables = space.variables();
    if variables.is_empty() || variables.len() > MOST {
        return None;
    }
    let mut scene = FlowScene::default();
    for (number, variable) in variables.iter().enumerate() {
        let (before, now) = moment.levels(number);
        // What cannot be 0 counts from its least level on.
        let from = variable.low.max(0);
        let what = What::Rack {
            before: f64::from(before - from),
            level: f64::from(now - from),
            least: variable.low.min(0),
            most: variable.high - from,
        };
        let words = match variable.labels.is_empty() {
            true => vec![format!("{now} of {}", variable.high), now.to_string()],
            false => vec![variable.label(now)],
        };
        let node = Node::new(&variable.name, number % BESIDE, (number / BESIDE) as f32, what);
        scene.add(node.saying_any(words).coloured(number).across(number));
    }
    Some(scene)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Variable;

    #[test]
    fn each_variable_has_a_gauge_that_counts_from_its_least() {
        let space = Space::new(vec![
            Variable::count("debt", -3, 5, "€"),
            Variable::count("age", 2, 6, "years"),
            Variable::choice("priority", &["low", "high"]),
        ])
        .unwrap();
        let scene = picture(&space, &Moment::standing(&[-1, 4, 1])).unwrap();
        let of = |number: usize| {
            let node = &scene.nodes[number];
            let What::Rack { level, least, most, .. } = node.what else { panic!("a gauge") };
            (level, least, most, node.words[0].clone())
        };
        assert_eq!(of(0), (-1.0, -3, 5, "-1 of 5".to_owned()));
        assert_eq!(of(1), (2.0, 0, 4, "4 of 6".to_owned()));
        assert_eq!(of(2), (1.0, 0, 1, "high".to_owned()));
        let many = Space::new(vec![Variable::count("a", 0, 1, ""); 10]);
        if let Ok(many) = many {
            assert!(picture(&many, &Moment::standing(&[0; 10])).is_none());
        }
    }
}
