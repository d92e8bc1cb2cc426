//! Watkins' Q(λ): Q-learning with traces that end where the behaviour leaves the best action.
//!
//! δ = r + γ·max_b Q(s′, b) − Q(s, a), 0 in place of the maximum after a terminal step. If a was not
//! one of the best in s, what led to s has no part in what follows: all traces are dropped first.
//! The trace of (s, a) becomes 1 (replacing) or grows by 1 (accumulating); then for every pair
//! Q ← Q + α·δ·e and e ← γ·λ·e. With λ = 0 this is Q-learning. Source: Watkins (1989); Sutton &
//! Barto (2018), sec. 12.10.

use super::settings::learner;
use super::tabular::{
    SOURCES, TableError, Tabular, chooses_by_its_table, keeps_its_table, tells_its_table,
};
use super::traces::{TraceSettings, Traces};
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Level, Situation, Space,
};

/// Tabular Q(λ) after Watkins.
#[derive(Debug, Clone)]
pub struct QLambda {
    pub(super) tabular: Tabular,
    traces: Traces,
}

impl QLambda {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &TraceSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        Ok(Self {
            tabular: Tabular::new(&settings.table, observations, actions, criterion)?,
            traces: Traces::new(settings),
        })
    }

    /// Goes on with other settings and keeps the table.
    pub fn retune(&mut self, settings: &TraceSettings, criterion: Criterion) {
        self.tabular.retune(&settings.table, criterion);
        self.traces.retune(settings);
    }
}

learner!(QLambda, TraceSettings);

impl Agent for QLambda {
    fn name(&self) -> &str {
        "Q(λ)"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    fn begin_episode(&mut self) {
        self.traces.clear();
    }

    chooses_by_its_table!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let (row, column) = self.tabular.pair_of(experience);
        if !self.tabular.is_greedy(row, column, &experience.before) {
            self.traces.clear();
        }
        let future = self.tabular.highest_after(experience);
        self.traces.learn(&mut self.tabular, experience, future);
    }

    tells_its_table!();
    keeps_its_table!();
}

#[cfg(test)]
mod tests {
    use super::super::q_learning::QLearning;
    use super::super::trials::{
        assert_near, best, constant, luck, play, random_process, step, two_by_three,
    };
    use super::*;
    use crate::mdp::{Environment, Luck};

    #[test]
    fn traces_end_where_the_best_action_is_left() {
        let (states, actions) = two_by_three();
        let settings =
            TraceSettings { lambda: 0.5, table: constant(0.5, 0.0), ..TraceSettings::default() };
        let criterion = Criterion::Discounted(0.5);
        let fresh = QLambda::new(&settings, &states, &actions, criterion).unwrap();
        for (second, moved) in [(0, 4.25), (1, 4.0)] {
            let mut agent = fresh.clone();
            agent.tabular.table.values[3] = 1.0;
            let mut dice = Dice::new(Luck::new(1), agent.sources());
            // δ = 7.5 + ½·1 − 0 = 8: (0, 1) moves by 4, its trace fades to ¼.
            step(&mut agent, &mut dice, (0, 1), 7.5, Some((1, None)));
            // The best in state 1 is 0. Taken, δ = 1 + ½·4 − 1 = 2, of which ½·2·¼ goes to (0, 1);
            // another is taken: nothing does.
            step(&mut agent, &mut dice, (1, second), 1.0, Some((0, None)));
            assert!((agent.table().unwrap().values[1] - moved).abs() < 1e-12, "{second}");
        }
    }

    #[test]
    fn without_traces_it_is_q_learning() {
        let process = random_process();
        let (states, actions) = (process.state_space(), process.action_space());
        let table = constant(0.1, 0.3);
        let traced = TraceSettings { lambda: 0.0, table: table.clone(), ..Default::default() };
        let criterion = Criterion::Discounted(0.9);
        let mut one = QLambda::new(&traced, states, actions, criterion).unwrap();
        let mut other = QLearning::new(&table, states, actions, criterion).unwrap();
        play(&process, &mut one, luck(0, 0), 20_000);
        play(&process, &mut other, luck(0, 0), 20_000);
        assert_eq!(one.table(), other.table());
    }

    #[test]
    fn values_converge_to_the_optimum_of_a_random_process() {
        let process = random_process();
        let (states, actions) = (process.state_space(), process.action_space());
        let exact = process.fixed_point(0.9, best);
        let table = super::super::TabularSettings {
            step_size: super::super::StepSize::Visits { scale: 1.0, power: 0.8 },
            ..constant(0.1, 0.3)
        };
        let settings = TraceSettings { lambda: 0.6, table, ..TraceSettings::default() };
        let criterion = Criterion::Discounted(0.9);
        let mut agent = QLambda::new(&settings, states, actions, criterion).unwrap();
        play(&process, &mut agent, luck(0, 0), 1_000_000);
        assert_near(&agent, &exact, 0.06);
    }
}
