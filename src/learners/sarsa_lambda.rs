//! SARSA(λ): each step teaches all pairs that led to it, the later ones more.
//!
//! δ = r + γ·Q(s′, a′) − Q(s, a), a′ the action taken next, Q(s′, a′) = 0 after a terminal step. The
//! trace of (s, a) becomes 1 (replacing) or grows by 1 (accumulating); then for every pair
//! Q ← Q + α·δ·e and e ← γ·λ·e. With λ = 0 this is SARSA. Traces below 10⁻⁴ and beyond the latest
//! 4096 pairs are let go. Source: Rummery & Niranjan (1994); Singh & Sutton (1996); Sutton & Barto
//! (2018), sec. 12.7.

use super::on_policy::{Promise, stands_by_its_choice};
use super::sarsa::{discount_for, with_discount};
use super::settings::learner;
use super::tabular::{SOURCES, TableError, Tabular, keeps_its_table, tells_its_table};
use super::traces::{TraceSettings, Traces};
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Level, Situation, Space,
};

/// Tabular SARSA(λ).
#[derive(Debug, Clone)]
pub struct SarsaLambda {
    pub(super) tabular: Tabular,
    promise: Promise,
    traces: Traces,
}

impl SarsaLambda {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &TraceSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let table = with_discount(&settings.table, criterion);
        Ok(Self {
            tabular: Tabular::new(&table, observations, actions, criterion)?,
            promise: Promise::default(),
            traces: Traces::new(settings),
        })
    }

    /// Goes on with other settings and keeps the table.
    pub fn retune(&mut self, settings: &TraceSettings, criterion: Criterion) {
        self.tabular.retune(&with_discount(&settings.table, criterion), criterion);
        self.traces.retune(settings);
    }
}

learner!(SarsaLambda, TraceSettings, |own: &TraceSettings, criterion| discount_for(
    &own.table, criterion
));

impl Agent for SarsaLambda {
    fn name(&self) -> &str {
        "SARSA(λ)"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    fn begin_episode(&mut self) {
        self.promise.drop();
        self.traces.clear();
    }

    stands_by_its_choice!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        let future = self.promise.value_after(&mut self.tabular, experience, dice);
        self.traces.learn(&mut self.tabular, experience, future);
    }

    tells_its_table!();
    keeps_its_table!();
}

#[cfg(test)]
mod tests {
    use super::super::sarsa::Sarsa;
    use super::super::traces::TraceKind;
    use super::super::trials::{cliff, constant, episodes, luck, play, step, two_by_three};
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn settings(lambda: f64, traces: TraceKind, size: f64) -> TraceSettings {
        TraceSettings { lambda, traces, table: constant(size, 0.0) }
    }

    #[test]
    fn three_steps_by_hand() {
        let (states, actions) = two_by_three();
        for kind in [TraceKind::Replacing, TraceKind::Accumulating] {
            let settings = settings(0.5, kind, 0.5);
            let criterion = Criterion::Discounted(0.5);
            let mut agent = SarsaLambda::new(&settings, &states, &actions, criterion).unwrap();
            let mut dice = Dice::new(Luck::new(1), agent.sources());
            agent.begin_episode();
            // All is 0 but the reward: δ = 8, (0, 1) moves by ½·8 = 4; its trace fades to ¼.
            step(&mut agent, &mut dice, (0, 1), 8.0, Some((1, Some(&[true, false, false]))));
            // a′ in state 0 is 1, worth 4: δ = 0 + ½·4 − 0 = 2. (1, 0) moves by ½·2 = 1, and (0, 1)
            // by ½·2·¼ = ¼ to 4.25; traces fade to ¼ and 1/16.
            step(&mut agent, &mut dice, (1, 0), 0.0, Some((0, Some(&[false, true, false]))));
            // The end: δ = −4 − 4.25 = −8.25. The trace of (0, 1) is 1, or 1/16 + 1; (1, 0) moves
            // by ½·(−8.25)·¼.
            step(&mut agent, &mut dice, (0, 1), -4.0, None);
            let trace = if kind == TraceKind::Replacing { 1.0 } else { 1.0 + 1.0 / 16.0 };
            let values = &agent.table().unwrap().values;
            assert!((values[1] - (4.25 - 4.125 * trace)).abs() < 1e-12, "{kind:?} {values:?}");
            assert!((values[3] - (1.0 - 8.25 / 8.0)).abs() < 1e-12, "{kind:?} {values:?}");
            assert_eq!(agent.table().unwrap().visits, [0, 2, 0, 1, 0, 0]);
        }
    }

    #[test]
    fn without_traces_it_is_sarsa() {
        let cliff = cliff();
        let (states, actions) = (cliff.state_space(), cliff.action_space());
        let table = constant(0.5, 0.1);
        let traced = TraceSettings { lambda: 0.0, table: table.clone(), ..Default::default() };
        let mut one = SarsaLambda::new(&traced, states, actions, Criterion::Total).unwrap();
        let mut other = Sarsa::new(&table, states, actions, Criterion::Total).unwrap();
        for episode in 0..50 {
            let one = play(&cliff, &mut one, luck(0, episode), 10_000);
            assert_eq!(one, play(&cliff, &mut other, luck(0, episode), 10_000));
        }
        assert_eq!(one.table(), other.table());
    }

    /// What a trace is for: where reward comes late, fewer episodes are needed.
    #[test]
    fn traces_learn_the_cliff_in_fewer_episodes() {
        let cliff = cliff();
        let (states, actions) = (cliff.state_space(), cliff.action_space());
        let early = |lambda: f64| {
            let settings =
                TraceSettings { lambda, table: constant(0.1, 0.1), ..TraceSettings::default() };
            let new = || SarsaLambda::new(&settings, states, actions, Criterion::Total).unwrap();
            episodes(&cliff, new, 50, 30..40).1
        };
        let (none, some) = (early(0.0), early(0.8));
        // Standard errors are near 2.
        assert!(some > none + 15.0, "mean return of episodes 31 to 40: {some} against {none}");
    }
}
