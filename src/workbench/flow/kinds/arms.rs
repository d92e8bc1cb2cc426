//! Actions to choose between where nothing else changes: a bandit's arms, with what each is worth.

use super::super::scene::{Bar, FlowScene, Node, What};
use crate::workbench::number;
use crate::workbench::view::ActionView;

/// The arms, by what the agent believes of them and what they are worth in truth; `None` where
/// neither is known.
pub fn picture(actions: &[ActionView], agent: &str) -> Option<FlowScene> {
    let likely = actions.iter().any(|action| action.likely.is_some());
    let own = match likely {
        true => bars(actions, |action| action.likely),
        false => bars(actions, |action| action.believed),
    };
    let truth = bars(actions, |action| action.reward);
    let mut scene = FlowScene::default();
    let name = match likely {
        true => format!("as likely by {agent}"),
        false => format!("as {agent} believes"),
    };
    let sides = [(name, own, 1), ("in truth".to_owned(), truth, 3)];
    for (name, bars, series) in sides {
        if let Some(bars) = bars {
            let node = Node::new(name, scene.nodes.len(), 0.0, What::Bars(bars));
            scene.add(node.coloured(series));
        }
    }
    scene.legend = vec![
        "bars: what each is worth a beat, on the left to the agent · arrow: chosen next".to_owned(),
        "arrow: chosen next".to_owned(),
    ];
    if likely {
        scene.legend.remove(0);
    }
    (!scene.nodes.is_empty()).then_some(scene)
}

/// A bar for each action, from 0 to its figure, all on one scale; `None` where no figure is known.
fn bars(actions: &[ActionView], of: impl Fn(&ActionView) -> Option<f64>) -> Option<Vec<Bar>> {
    let figures = || actions.iter().filter_map(&of).filter(|figure| figure.is_finite());
    figures().next()?;
    let (low, high) = figures().fold((0.0_f64, 0.0_f64), |(l, h), f| (l.min(f), h.max(f)));
    let size = (high - low).max(f64::MIN_POSITIVE);
    let at = |figure: f64| ((figure - low) / size) as f32;
    let bar = |action: &ActionView| Bar {
        label: action.name.clone(),
        from: at(0.0),
        to: at(of(action).filter(|figure| figure.is_finite()).unwrap_or(0.0)),
        words: of(action).map_or_else(String::new, |f| number::beside(f, low.abs().max(high), 3)),
        marked: action.chosen,
    };
    Some(actions.iter().map(bar).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(name: &str, believed: f64, reward: f64) -> ActionView {
        ActionView {
            name: name.to_owned(),
            short: String::new(),
            believed: Some(believed),
            planned: None,
            likely: None,
            chosen: name == "left",
            explores: false,
            drawn: false,
            optimal: false,
            proved: false,
            allowed: true,
            reward: Some(reward),
            branches: None,
        }
    }

    #[test]
    fn bars_begin_at_zero_on_one_scale() {
        let arms = [arm("left", 1.0, -1.0), arm("right", 0.5, 3.0)];
        let scene = picture(&arms, "SARSA").unwrap();
        let of = |number: usize| match &scene.nodes[number].what {
            What::Bars(bars) => bars.iter().map(|b| (b.from, b.to)).collect::<Vec<_>>(),
            _ => panic!("bars"),
        };
        assert_eq!(of(0), [(0.0, 1.0), (0.0, 0.5)]);
        assert_eq!(of(1), [(0.25, 0.0), (0.25, 1.0)]);
        assert!(picture(&[], "SARSA").is_none());
    }
}
