//! Certainty equivalence: outcomes are counted, and what was counted is solved as if it were certain.
//!
//! Q(s, a) ← r̂(s, a) + γ·Σ p̂(s′|s, a)·max_b Q(s′, b), r̂ the mean reward and p̂ the shares of the
//! states that followed; the end is worth 0. After each step its pair is backed up, then so many of
//! the pairs met, in turn, the latest met first: value iteration that is spread over the beats. The
//! behaviour explores by [`Exploration`](super::Exploration). Source: Kumar & Varaiya (1986), ch.
//! 8; Kaelbling, Littman & Moore (1996), sec. 5.1.

use super::counted_model::{CountedModel, ModelSettings};
use super::settings::learner;
use super::tabular::{SOURCES, TableError, Tabular, chooses_by_its_table, tells_its_table};
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Level, Situation, Space,
};

/// A pair's place in the list of those met, twice as it grows.
const MORE_BYTES: u64 = 8;

/// Certainty equivalence over counted outcomes.
#[derive(Debug, Clone)]
pub struct CertaintyEquivalence {
    pub(super) tabular: Tabular,
    pub(super) model: CountedModel,
    backups: u32,
    /// The places of all pairs met, in the order in which they were met.
    met: Vec<u32>,
    /// Before which of them the turn has come to.
    turn: usize,
}

impl CertaintyEquivalence {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &ModelSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let (tabular, model) =
            CountedModel::new(&settings.as_table(), MORE_BYTES, observations, actions, criterion)?;
        Ok(Self { tabular, model, backups: settings.backups, met: Vec::new(), turn: 0 })
    }

    /// Goes on with other settings and keeps what it knows.
    pub fn retune(&mut self, settings: &ModelSettings, criterion: Criterion) {
        self.tabular.retune(&settings.as_table(), criterion);
        self.backups = settings.backups;
    }

    /// Backs up the pair whose turn it is; false where none was met.
    fn back_up_next(&mut self) -> bool {
        if self.turn == 0 {
            self.turn = self.met.len();
        }
        self.turn = self.turn.saturating_sub(1);
        let place = self.met.get(self.turn).copied();
        if let Some(place) = place {
            self.model.back_up(&mut self.tabular, place as usize);
        }
        place.is_some()
    }
}

learner!(CertaintyEquivalence, ModelSettings, |settings: &ModelSettings, criterion| settings
    .as_table()
    .discount_for(criterion));

impl Agent for CertaintyEquivalence {
    fn name(&self) -> &str {
        "Certainty equivalence"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    chooses_by_its_table!();

    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let place = self.model.meet(&mut self.tabular, experience);
        if self.model.counts.get(place) == Some(&1) {
            self.met.push(place as u32);
        }
        self.model.back_up(&mut self.tabular, place);
        for _ in 0..self.backups {
            self.back_up_next();
        }
    }

    fn plan(&mut self, budget: u64) -> u64 {
        (0..budget).take_while(|_| self.back_up_next()).count() as u64
    }

    tells_its_table!();
}

#[cfg(test)]
mod tests {
    use super::super::exploration::Exploration;
    use super::super::trials::{assert_near, best, luck, play, random_process, step, two_by_three};
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn settings(backups: u32) -> ModelSettings {
        let exploration = Exploration::Constant { epsilon: 1.0 };
        ModelSettings { backups, exploration, ..ModelSettings::default() }
    }

    #[test]
    fn steps_by_hand() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent =
            CertaintyEquivalence::new(&settings(0), &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        assert_eq!(agent.plan(3), 0, "nothing was met");
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, None)));
        step(&mut agent, &mut dice, (1, 2), 8.0, None);
        // Nothing goes further back without backups beside those of the pairs met.
        assert_eq!(agent.table().unwrap().values, [0.0, 2.0, 0.0, 0.0, 0.0, 8.0]);
        // The latest first: (1, 2), then (0, 1) is worth 2 + ½·8.
        assert_eq!(agent.plan(2), 2);
        assert_eq!(agent.table().unwrap().values[1], 6.0);
        // The mean of 2 and 5 is 3.5; half the time state 1 follows, worth 8, half the end.
        step(&mut agent, &mut dice, (0, 1), 5.0, None);
        assert_eq!(agent.table().unwrap().values[1], 3.5 + 0.5 * 4.0);
        assert_eq!(agent.table().unwrap().visits, [0, 2, 0, 0, 0, 1]);
    }

    /// Masked actions have no part in the value of a state that is not at hand.
    #[test]
    fn what_is_not_allowed_is_worth_nothing() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let settings = ModelSettings { initial_value: 10.0, ..settings(0) };
        let mut agent = CertaintyEquivalence::new(&settings, &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        let mask: &[bool] = &[false, false, true];
        step(&mut agent, &mut dice, (0, 1), 2.0, Some((1, Some(mask))));
        step(&mut agent, &mut dice, (1, 2), 4.0, None);
        agent.plan(2);
        assert_eq!(agent.table().unwrap().values[1], 2.0 + 0.5 * 4.0);
    }

    /// What was counted is soon known as well as counts can say.
    #[test]
    fn values_converge_to_the_optimum_of_a_random_process() {
        let process = random_process();
        let (states, actions) = (process.state_space(), process.action_space());
        let exact = process.fixed_point(0.9, best);
        let criterion = Criterion::Discounted(0.9);
        let mut agent =
            CertaintyEquivalence::new(&settings(2), states, actions, criterion).unwrap();
        play(&process, &mut agent, luck(0, 0), 200_000);
        // Rewards of standard deviation below 0.6, each pair met 25,000 times: 0.004 a mean reward,
        // and as all pairs share in a value, near 10·0.004/√8 = 0.013 a value.
        assert_near(&agent, &exact, 0.04);
    }
}
