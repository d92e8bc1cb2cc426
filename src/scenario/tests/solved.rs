//! A shipped scenario, changed or as it is, with its model and its certified optimum.

use std::sync::Arc;

use crate::environments::Visitor;
use crate::mdp::{Criterion, Enumerable, Enumeration, Level, Progress, Space};
use crate::planners::{Solution, solve};
use crate::scenario::{Contents, Scenario, library};

/// How far the figures of the files may be off: they are given with twelve digits.
pub(super) const TOLERANCE: f64 = 1e-8;

pub(super) fn changed(path: &str, change: impl FnOnce(&mut Contents)) -> Scenario {
    let scenario = library::open(path).unwrap_or_else(|reports| panic!("{reports}"));
    let mut contents = scenario.contents.clone();
    change(&mut contents);
    scenario.with_contents(contents).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub(super) fn as_it_is(_: &mut Contents) {}

/// A scenario's model and its optimum.
pub(super) struct Solved {
    pub(super) scenario: Scenario,
    pub(super) found: Enumeration,
    pub(super) solution: Solution,
}

impl Solved {
    pub(super) fn new(scenario: Scenario, precision: f64) -> Self {
        struct Solve(Criterion, f64);
        impl Visitor for Solve {
            type Output = (Enumeration, Solution);
            fn visit<E: Enumerable>(self, environment: &Arc<E>) -> Self::Output {
                let progress = Progress::new();
                let found =
                    crate::mdp::enumerate(&**environment, Default::default(), &progress).unwrap();
                let (model, budget) = (&found.model, 100_000 * found.model.decisions());
                let solved = solve(model, self.0, None, self.1, budget, None, &progress);
                (found, solved.unwrap())
            }
        }
        let (found, solution) =
            scenario.environment.visit(Solve(scenario.contents.criterion, precision));
        Self { scenario, found, solution }
    }

    pub(super) fn space(&self) -> &Space {
        self.scenario.environment.state_space()
    }

    pub(super) fn state(&self, levels: &[Level]) -> usize {
        self.found.states.find(self.space().index(levels)).unwrap()
    }

    /// The value at the start lies within bounds that are no wider than the precision.
    pub(super) fn is_worth(&self, value: f64) {
        let bounds = self.solution.bounds.unwrap();
        let upper = bounds.upper.unwrap();
        assert!(self.solution.optimal, "{bounds:?}");
        assert!(
            bounds.lower <= value + TOLERANCE && value - TOLERANCE <= upper,
            "{bounds:?} {value}"
        );
    }

    /// The value of a state lies within its bounds.
    pub(super) fn has(&self, levels: &[Level], value: f64) {
        let (lower, upper) = self.solution.state_bounds(self.state(levels)).unwrap();
        let upper = upper.unwrap();
        let words = self.space().describe(levels);
        assert!(lower <= value + TOLERANCE, "{words}: {lower} to {upper}, not {value}");
        assert!(value - TOLERANCE <= upper, "{words}: {lower} to {upper}, not {value}");
        assert!(upper - lower < 1e-6, "{words}: {lower} to {upper}");
    }

    /// The names of the actions that are best in a state, to the tolerance.
    pub(super) fn best(&self, levels: &[Level]) -> Vec<String> {
        let gamma = self.scenario.contents.criterion.discount().unwrap_or(1.0);
        let (model, values) = (&self.found.model, &self.solution.values);
        let state = self.state(levels);
        let q = |action| model.q(state, action, values, gamma);
        let best = (0..model.actions()).filter_map(q).fold(f64::NEG_INFINITY, f64::max);
        let variable = &self.scenario.environment.action_space().variables()[0];
        (0..model.actions())
            .filter(|&action| q(action).is_some_and(|q| q >= best - TOLERANCE))
            .map(|action| variable.label(variable.low + action as Level))
            .collect()
    }
}
