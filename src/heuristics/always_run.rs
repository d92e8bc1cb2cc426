//! Always run: the environment's usual action, whatever is seen.
//!
//! On a line every machine always runs: what a line does that nobody controls. A machine that wears
//! is run and neither maintained nor replaced. On the chain it walks right. For a stock the mean
//! demand is ordered.

use std::sync::Arc;

use super::{Heuristic, Rule};
use crate::mdp::{Erased, Level, Space};

/// One action in every state.
#[derive(Debug, Clone)]
pub struct Always {
    levels: Arc<[Level]>,
}

impl Always {
    pub(super) fn taking(levels: &[Level]) -> Self {
        Self { levels: levels.into() }
    }
}

impl Rule for Always {
    fn name(&self) -> &str {
        "Always run"
    }

    #[inline(always)]
    fn apply(&self, _seen: &[Level], action: &mut [Level]) {
        action.copy_from_slice(&self.levels);
    }
}

/// The agent that always runs.
pub type AlwaysRun = Heuristic<Always>;

impl AlwaysRun {
    /// Takes an environment's usual action in every beat.
    pub fn new(environment: &dyn Erased) -> Self {
        let actions = environment.action_space();
        let mut levels = vec![0; actions.len()];
        environment.usual_action(&mut levels);
        Self::taking(&levels, actions)
    }

    /// Takes this action, one level for each variable of `actions`, in every beat.
    fn taking(levels: &[Level], actions: &Space) -> Self {
        Self::following(Always::taking(levels), actions)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decided, seeing};
    use super::*;
    use crate::environments::exponential_line::{ExponentialLineSettings, ExponentialMachine};
    use crate::environments::line::{LineSettings, MachineSettings};
    use crate::environments::queue::{JobClass, QueueSettings, ServiceSpeed};
    use crate::environments::table::Row;
    use crate::environments::{
        AnySettings, AssemblySettings, GridSettings, ReplacementSettings, StockSettings,
        TableSettings,
    };
    use crate::mdp::{Agent, Variable};

    #[test]
    fn the_same_action_is_taken_however_many_there_are() {
        let wide = (0..30).map(|i| Variable::count(format!("v{i}"), -3, i, "")).collect();
        let actions = Space::new(wide).unwrap();
        let highest: Vec<Level> = (0..30).collect();
        let mut agent = AlwaysRun::taking(&highest, &actions);
        assert_eq!(decided(&mut agent, &seeing(&[], None), 30), highest);
        // Too many actions to number: the agent acts, and says that it has no probabilities.
        assert!(!agent.target_policy(&seeing(&[], None), &mut [0.0; 4]));
    }

    #[test]
    fn its_policy_is_certain() {
        let actions = Space::new(vec![Variable::choice("walk", &["left", "right"])]).unwrap();
        let mut agent = AlwaysRun::taking(&[1], &actions);
        let mut probabilities = [9.0; 2];
        assert!(agent.target_policy(&seeing(&[3], None), &mut probabilities));
        assert_eq!(probabilities, [0.0, 1.0]);
        let only_left = seeing(&[3], Some(&[true, false]));
        assert!(agent.target_policy(&only_left, &mut probabilities));
        assert_eq!(probabilities, [1.0, 0.0]);
        assert_eq!(decided(&mut agent, &only_left, 1), [0]);
    }

    /// A line of two machines runs both; the chain walks right; a worn machine is run, however many
    /// other actions there are.
    #[test]
    fn it_takes_the_usual_action_of_every_kind() {
        let machine = MachineSettings::default();
        let line = LineSettings {
            machines: vec![machine.clone(), machine],
            buffers: vec![Default::default()],
            ..Default::default()
        };
        let station = ExponentialMachine::default();
        let exponential = ExponentialLineSettings {
            machines: vec![station.clone(), station],
            buffers: vec![Default::default()],
            ..Default::default()
        };
        let assembly = AssemblySettings { feeders: vec![Default::default()], ..Default::default() };
        let replacement =
            ReplacementSettings { maintain: Some(Default::default()), ..Default::default() };
        // A table's first action, to the right on a grid, and on a shop floor to stay.
        let row = |action: &str| Row {
            state: "only".to_owned(),
            action: action.to_owned(),
            next: "only".to_owned(),
            ..Default::default()
        };
        let table = TableSettings {
            rows: vec![row("first"), row("second")],
            start: vec!["only".to_owned()],
            ..Default::default()
        };
        let grid = GridSettings { rows: vec!["S..".to_owned()], ..Default::default() };
        // All are admitted, at the first speed, the first class before the others.
        let queue = QueueSettings {
            classes: vec![JobClass::default(); 2],
            speeds: vec![ServiceSpeed::default(); 3],
            ..Default::default()
        };
        for (settings, state, action) in [
            (AnySettings::Line(line), vec![0], vec![1, 1]),
            (AnySettings::ExponentialLine(exponential), vec![0], vec![1, 1]),
            (AnySettings::Assembly(assembly), vec![0], vec![1]),
            (AnySettings::Chain(Default::default()), vec![3], vec![1]),
            (AnySettings::Replacement(replacement), vec![9], vec![0]),
            (AnySettings::Table(table), vec![0], vec![0]),
            (AnySettings::Grid(grid), vec![0, 0], vec![1]),
            (AnySettings::Queue(queue), vec![4, 5], vec![1, 1, 0, 0]),
            (AnySettings::ShopFloor(Default::default()), vec![2, 0, 0, 1], vec![0]),
            (AnySettings::Inspection(Default::default()), vec![2], vec![0]),
            // What a machine is set up for at the start.
            (AnySettings::Setups(Default::default()), vec![0, 0, 0, 0], vec![1]),
            // The mean demand of a beat is ordered.
            (AnySettings::Stock(StockSettings::default()), vec![3], vec![4]),
            (AnySettings::SupplyChain(Default::default()), vec![0; 4], vec![1, 1]),
            // All plants are on, as far as there is energy for them.
            (AnySettings::Plants(Default::default()), vec![0, 0], vec![1, 1]),
            // What is offered is accepted, the first type is taken.
            (AnySettings::Orders(Default::default()), vec![0, 0, 0, 0, 0, 0], vec![1, 0]),
            // The first operation, at the one station that has several.
            (AnySettings::JobShop(Default::default()), vec![2, 2, 2], vec![0]),
        ] {
            let environment = settings.build().unwrap();
            let mut agent = AlwaysRun::new(environment.erased());
            assert_eq!(decided(&mut agent, &seeing(&state, None), action.len()), action);
        }
    }
}
