//! Q-learning: learns the values of the best policy while following one that explores.
//!
//! Q(s, a) ← Q(s, a) + α·(r + γ·max_b Q(s′, b) − Q(s, a)), the maximum over the actions allowed in
//! s′, and 0 in its place after a terminal step; a step that is merely cut off bootstraps. The
//! behaviour explores by its [`Exploration`](super::Exploration). Source: Watkins (1989); Watkins &
//! Dayan (1992); Sutton & Barto (2018), sec. 6.5, eq. 6.8.

use super::settings::learner;
use super::tabular::{
    SOURCES, TableError, Tabular, TabularSettings, chooses_by_its_table, keeps_its_table,
    tells_its_table,
};
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Level, Numbers, Situation, Space,
};

/// Tabular Q-learning.
#[derive(Debug, Clone)]
pub struct QLearning {
    pub(super) tabular: Tabular,
}

impl QLearning {
    /// A learner for these observations and actions that has met nothing yet.
    ///
    /// `criterion` is the scenario's; a discount in the settings goes before the one that follows
    /// from it ([`TabularSettings::discount_for`]). The settings are taken as they are: ask
    /// [`TabularSettings::validate`] first. Fails where the table would not fit.
    pub fn new(
        settings: &TabularSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        Ok(Self { tabular: Tabular::new(settings, observations, actions, criterion)? })
    }

    /// Goes on with other settings and keeps the table.
    pub fn retune(&mut self, settings: &TabularSettings, criterion: Criterion) {
        self.tabular.retune(settings, criterion);
    }

    /// The discount factor a beat that it learns with.
    pub fn discount(&self) -> f64 {
        self.tabular.discount
    }
}

learner!(QLearning, TabularSettings);

impl Agent for QLearning {
    fn name(&self) -> &str {
        "Q-learning"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    chooses_by_its_table!();

    #[inline(always)]
    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        let (before, action) = self.tabular.pair_of(experience);
        let after = self.tabular.row_of(&experience.after);
        self.learn_by_number(Numbers { before, action, after }, experience, dice);
    }

    #[inline(always)]
    fn decide_by_number(
        &mut self,
        number: usize,
        situation: &Situation<'_>,
        dice: &mut Dice,
        _action: &mut [Level],
    ) -> (Decision, Option<usize>) {
        (Decision::Made, Some(self.tabular.choose(number, situation, dice)))
    }

    #[inline(always)]
    fn learn_by_number(&mut self, numbers: Numbers, experience: &Experience<'_>, _dice: &mut Dice) {
        let tabular = &mut self.tabular;
        let ahead = match experience.terminal {
            true => 0.0,
            false => tabular.highest(numbers.after, &experience.after),
        };
        let target = experience.reward + tabular.discount * ahead;
        tabular.update(numbers.before, numbers.action, target);
    }

    tells_its_table!();
    keeps_its_table!();
}

#[cfg(test)]
mod tests {
    use super::super::exploration::Exploration;
    use super::super::step_size::StepSize;
    use super::super::trials::{
        assert_near, best, cliff, constant, greedy_path, luck, maximisation_bias, play, published,
        random_process,
    };
    use super::*;
    use crate::environments::{Chain, ChainSettings};
    use crate::mdp::{Environment, Luck, Variable};

    fn learner(
        environment: &impl Environment,
        settings: &TabularSettings,
        discount: f64,
    ) -> QLearning {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let settings = TabularSettings { discount: Some(discount), ..settings.clone() };
        QLearning::new(&settings, states, actions, Criterion::Total).unwrap()
    }

    #[test]
    fn one_step_by_hand() {
        let states = Space::new(vec![Variable::count("x", -1, 1, "")]).unwrap();
        let actions = Space::new(vec![Variable::choice("a", &["no", "yes", "both"])]).unwrap();
        let settings = TabularSettings { initial_value: 2.0, ..constant(0.25, 0.0) };
        let mut agent =
            QLearning::new(&settings, &states, &actions, Criterion::Discounted(0.5)).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        let mut learn = |agent: &mut QLearning, from, action, reward, to, allowed, terminal| {
            let see = |levels, allowed, beat| Situation { levels, reals: &[], allowed, beat };
            let experience = Experience {
                before: see(from, None, 0),
                action,
                reward,
                after: see(to, allowed, 1),
                terminal,
            };
            agent.learn(&experience, &mut dice);
        };
        // 2 + ¼·(8 + ½·2 − 2) = 3.75 in (−1, yes).
        learn(&mut agent, &[-1], &[1], 8.0, &[0], None, false);
        // The highest of row −1 is now 3.75: 2 + ¼·(1 + ½·3.75 − 2) = 2.21875 in (1, both).
        learn(&mut agent, &[1], &[2], 1.0, &[-1], None, false);
        // Where `yes` is not allowed the highest is 2: 2 + ¼·(1 + ½·2 − 2) = 2 in (1, no).
        learn(&mut agent, &[1], &[0], 1.0, &[-1], Some(&[true, false, true]), false);
        // After the end there is nothing: 2 + ¼·(−2 − 2) = 1 in (0, yes).
        learn(&mut agent, &[0], &[1], -2.0, &[-1], None, true);
        let table = agent.table().unwrap();
        assert_eq!(table.values, [2.0, 3.75, 2.0, 2.0, 1.0, 2.0, 2.0, 2.0, 2.21875]);
        assert_eq!(table.visits, [0, 1, 0, 0, 1, 0, 1, 0, 1]);
    }

    /// On the chain every step is certain, so a step size of 1 finds the values exactly.
    #[test]
    fn the_chain_is_learned_exactly() {
        let chain = Chain::new(ChainSettings::default()).unwrap();
        let mut agent = learner(&chain, &constant(1.0, 0.3), 0.99);
        for episode in 0..300 {
            play(&chain, &mut agent, luck(0, episode), 10_000);
        }
        // background_chain.json, bounded_0_10, Q_optimal: left and right in 0 … 9.
        let published = [
            [-8.65741042411, -7.73475800415],
            [-8.65741042411, -6.80278586278],
            [-7.73475800415, -5.86139986139],
            [-6.80278586278, -4.9105049105],
            [-5.86139986139, -3.9500049601],
            [-4.9105049105, -2.97980299],
            [-3.9500049601, -1.999801],
            [-2.97980299, -1.0099],
            [-1.999801, -0.01],
            [-1.0099, 1.0],
        ];
        for (state, published) in published.iter().enumerate() {
            for (found, published) in agent.table().unwrap().row(state).iter().zip(published) {
                assert!((found - published).abs() < 1e-9, "{state}: {found} {published}");
            }
        }
        assert_eq!(greedy_path(&chain, &agent), (0..=10).collect::<Vec<_>>());
    }

    #[test]
    fn default_settings_reach_the_end_of_the_chain() {
        for replication in 0..10 {
            let chain = Chain::new(ChainSettings::default()).unwrap();
            let mut agent = learner(&chain, &TabularSettings::default(), 0.99);
            for episode in 0..100 {
                play(&chain, &mut agent, luck(replication, episode), 1_000);
            }
            assert_eq!(greedy_path(&chain, &agent).len(), 11, "replication {replication}");
        }
    }

    #[test]
    fn values_converge_to_the_optimum_of_a_random_process() {
        let process = random_process();
        let exact = process.fixed_point(0.9, best);
        for power in [0.6, 0.8] {
            let settings = TabularSettings {
                step_size: StepSize::Visits { scale: 1.0, power },
                exploration: Exploration::Constant { epsilon: 0.5 },
                ..TabularSettings::default()
            };
            let mut agent = learner(&process, &settings, 0.9);
            play(&process, &mut agent, luck(0, 0), 1_000_000);
            assert_near(&agent, &exact, 0.05);
        }
    }

    /// Sutton & Barto (2018), example 6.6, with the means of 4,000 independent runs of another
    /// program (sb_ex6_6_cliff.json): ε = 0.1, α = 0.5, γ = 1.
    #[test]
    fn the_cliff_is_walked_along_its_edge_and_fallen_from() {
        let cliff = cliff();
        let (runs, mut early, mut late, mut edge) = (1_000, 0.0, 0.0, 0);
        for replication in 0..runs {
            let mut agent = learner(&cliff, &constant(0.5, 0.1), 1.0);
            for episode in 0..500 {
                let (sum, _) = play(&cliff, &mut agent, luck(replication, episode), 100_000);
                *(if episode < 100 { &mut early } else { &mut late }) += sum;
            }
            edge += u32::from(greedy_path(&cliff, &agent).len() == 14);
        }
        let (early, late) = (early / (100 * runs) as f64, late / (400 * runs) as f64);
        let file = published(include_str!("../../tests/published/sb_ex6_6_cliff.json"));
        let given = &file["numbers"]["online_mean_return"]["q_learning"];
        let given = |name: &str| given[name].as_f64().unwrap();
        assert!((early - given("mean_ep_1_100")).abs() < 1.0, "episodes 1 to 100: {early}");
        // The file's tolerance for 1,000 runs.
        assert!((late - given("mean_ep_101_500")).abs() < 0.5, "episodes 101 to 500: {late}");
        // 13 steps are the fewest there are.
        assert_eq!(file["numbers"]["optimal_return"], -13.0);
        assert!(edge > 990, "{edge} of {runs} learned the shortest path");
    }

    /// Sutton & Barto (2018), example 6.7, ten actions in B, with the shares of another program
    /// (sb_ex6_7_max_bias.json): ε = 0.1, α = 0.1, γ = 1. In A only two of the ten are allowed.
    #[test]
    fn maximisation_bias_is_as_published() {
        let bias = maximisation_bias();
        let lefts = bias.lefts(20_000, || learner(&bias.environment, &constant(0.1, 0.1), 1.0));
        let file = published(include_str!("../../tests/published/sb_ex6_7_max_bias.json"));
        let given = &file["numbers"]["sim"]["q_nB10"]["pct_left"];
        for episode in [1, 10, 50, 100] {
            let percent = given[episode.to_string()].as_f64().unwrap();
            let found = lefts[episode - 1];
            // The file's tolerance for its and our number of runs.
            assert!((found - percent).abs() < 1.0, "episode {episode}: {found} {percent}");
        }
    }

    #[test]
    fn the_same_luck_learns_the_same_table() {
        let process = random_process();
        let learned = |replication| {
            let mut agent = learner(&process, &TabularSettings::default(), 0.9);
            play(&process, &mut agent, luck(replication, 0), 2_000);
            let copy = agent.boxed_clone();
            play(&process, &mut agent, luck(replication, 1), 2_000);
            (copy.table().cloned().unwrap(), agent.table().cloned().unwrap())
        };
        assert_eq!(learned(0), learned(0));
        assert_ne!(learned(0).1, learned(1).1);
        assert_ne!(learned(0).0, learned(0).1);
    }
}
