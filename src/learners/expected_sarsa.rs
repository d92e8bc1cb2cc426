//! Expected SARSA: learns the values of the policy it follows, and leaves no luck of its own in them.
//!
//! Q(s, a) ← Q(s, a) + α·(r + γ·Σ_b π(b|s′)·Q(s′, b) − Q(s, a)), π the behaviour in s′ as it would
//! be now; 0 in place of the sum after a terminal step. Its target has the mean of SARSA's and no
//! variance from the choice of the next action, so that larger steps can be taken. Source: van
//! Seijen, van Hasselt, Whiteson & Wiering (2009); Sutton & Barto (2018), sec. 6.6, eq. 6.9.

use super::sarsa::{discount_for, with_discount};
use super::settings::learner;
use super::tabular::{
    SOURCES, TableError, Tabular, TabularSettings, chooses_by_its_table, keeps_its_table,
    tells_its_table,
};
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Level, Situation, Space,
};

/// Tabular Expected SARSA.
#[derive(Debug, Clone)]
pub struct ExpectedSarsa {
    pub(super) tabular: Tabular,
}

impl ExpectedSarsa {
    /// A learner for these observations and actions that has met nothing yet.
    ///
    /// `criterion` is the scenario's; a discount in the settings goes before the one that follows
    /// from it, as for SARSA ([`super::sarsa::discount_for`]). The settings are taken as they are: ask
    /// [`TabularSettings::validate`] first. Fails where the table would not fit.
    pub fn new(
        settings: &TabularSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let settings = with_discount(settings, criterion);
        Ok(Self { tabular: Tabular::new(&settings, observations, actions, criterion)? })
    }

    /// Goes on with other settings and keeps the table.
    pub fn retune(&mut self, settings: &TabularSettings, criterion: Criterion) {
        self.tabular.retune(&with_discount(settings, criterion), criterion);
    }
}

learner!(ExpectedSarsa, TabularSettings, discount_for);

impl Agent for ExpectedSarsa {
    fn name(&self) -> &str {
        "Expected SARSA"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    chooses_by_its_table!();

    #[inline]
    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let tabular = &mut self.tabular;
        let future = if experience.terminal {
            0.0
        } else {
            let row = tabular.row_of(&experience.after);
            tabular.expected(row, &experience.after)
        };
        let target = experience.reward + tabular.discount * future;
        let (row, column) = tabular.pair_of(experience);
        tabular.update(row, column, target);
    }

    tells_its_table!();
    keeps_its_table!();
}

#[cfg(test)]
mod tests {
    use super::super::on_policy::Promise;
    use super::super::trials::{
        assert_near, cliff, constant, luck, play, published, random_process, step, two_by_three,
    };
    use super::super::{Cooling, Exploration};
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn learner(
        environment: &impl Environment,
        settings: &TabularSettings,
        discount: f64,
    ) -> ExpectedSarsa {
        let (states, actions) = (environment.state_space(), environment.action_space());
        let settings = TabularSettings { discount: Some(discount), ..settings.clone() };
        ExpectedSarsa::new(&settings, states, actions, Criterion::Total).unwrap()
    }

    #[test]
    fn one_step_by_hand() {
        let (states, actions) = two_by_three();
        let settings = constant(0.25, 0.4);
        let mut agent =
            ExpectedSarsa::new(&settings, &states, &actions, Criterion::Discounted(0.5)).unwrap();
        agent.tabular.table.values = vec![0.0, 0.0, 0.0, 3.0, 9.0, 6.0];
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        // Mean 6, highest 9: 0.4·6 + 0.6·9 = 7.8; ¼·(1 + ½·7.8) = 1.225 in (0, 1).
        step(&mut agent, &mut dice, (0, 1), 1.0, Some((1, None)));
        // Without the best: mean 4.5, highest 6: 0.4·4.5 + 0.6·6 = 5.4; ¼·(½·5.4) = 0.675.
        step(&mut agent, &mut dice, (0, 0), 0.0, Some((1, Some(&[true, false, true]))));
        // After the end there is nothing: ¼·(−2) = −0.5.
        step(&mut agent, &mut dice, (0, 2), -2.0, None);
        let table = agent.table().unwrap();
        for (found, by_hand) in table.values.iter().zip([0.675, 1.225, -0.5, 3.0, 9.0, 6.0]) {
            assert!((found - by_hand).abs() < 1e-12, "{:?}", table.values);
        }
        assert_eq!(table.visits, [1, 1, 1, 0, 0, 0]);
    }

    /// With τ = 2 values of 0, 2·ln 2 and 2·ln 5 have the probabilities ⅛, ¼ and ⅝.
    #[test]
    fn one_step_by_hand_under_a_boltzmann_distribution() {
        let (states, actions) = two_by_three();
        let exploration = Exploration::Boltzmann { temperature: 2.0, cooling: Cooling::Never };
        let settings = TabularSettings { exploration, ..constant(0.25, 0.0) };
        let mut agent =
            ExpectedSarsa::new(&settings, &states, &actions, Criterion::Discounted(0.5)).unwrap();
        let (two, five) = (2.0 * 2_f64.ln(), 2.0 * 5_f64.ln());
        agent.tabular.table.values = vec![0.0, 0.0, 0.0, 0.0, two, five];
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        step(&mut agent, &mut dice, (0, 1), 1.0, Some((1, None)));
        // Without the best ⅓ and ⅔ are left.
        step(&mut agent, &mut dice, (0, 0), 0.0, Some((1, Some(&[true, true, false]))));
        let first = 0.25 * (1.0 + 0.5 * (0.25 * two + 0.625 * five));
        let by_hand = [0.25 * 0.5 * two * 2.0 / 3.0, first, 0.0];
        for (found, by_hand) in agent.table().unwrap().row(0).iter().zip(by_hand) {
            assert!((found - by_hand).abs() < 1e-15, "{found} {by_hand}");
        }
    }

    /// Its fixed point is that of SARSA: the values of the ε-greedy policy.
    #[test]
    fn values_converge_to_those_of_the_behaviour_on_a_random_process() {
        let process = random_process();
        let epsilon = 0.4;
        let soft = |row: &[f64]| {
            let most = row.iter().copied().fold(f64::MIN, f64::max);
            (1.0 - epsilon) * most + epsilon * row.iter().sum::<f64>() / row.len() as f64
        };
        let exact = process.fixed_point(0.9, soft);
        let settings = TabularSettings {
            step_size: super::super::StepSize::Visits { scale: 1.0, power: 0.8 },
            ..constant(0.1, epsilon)
        };
        let mut agent = learner(&process, &settings, 0.9);
        play(&process, &mut agent, luck(0, 0), 1_000_000);
        assert_near(&agent, &exact, 0.05);
    }

    /// Chooses its next action before the update, as SARSA must and the published simulation does.
    #[derive(Debug, Clone)]
    struct ChoosesFirst {
        learner: ExpectedSarsa,
        promise: Promise,
    }

    impl Agent for ChoosesFirst {
        fn name(&self) -> &str {
            "Expected SARSA that chooses first"
        }

        fn sources(&self) -> &[&'static str] {
            &SOURCES
        }

        fn begin_episode(&mut self) {
            self.promise.drop();
        }

        fn decide(
            &mut self,
            situation: &Situation<'_>,
            dice: &mut Dice,
            action: &mut [Level],
        ) -> Decision {
            let tabular = &mut self.learner.tabular;
            let column = self.promise.decide(tabular, situation, dice);
            tabular.write(column, action);
            Decision::Made
        }

        fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
            self.promise.value_after(&mut self.learner.tabular, experience, dice);
            self.learner.learn(experience, dice);
        }

        fn boxed_clone(&self) -> Box<dyn Agent> {
            Box::new(self.clone())
        }
    }

    /// Over so many runs on the cliff, each with a new agent and luck of its own: the mean returns of
    /// its episodes 1 to 10, 1 to 100 and 101 to 500. ε = 0.1, α = 0.5, γ = 1.
    fn cliff_means<A: Agent>(runs: u64, new: impl Fn(ExpectedSarsa) -> A) -> Vec<[f64; 3]> {
        let cliff = cliff();
        let means = |replication| {
            let mut agent = new(learner(&cliff, &constant(0.5, 0.1), 1.0));
            let returns: Vec<f64> = (0..500)
                .map(|episode| play(&cliff, &mut agent, luck(replication, episode), 100_000).0)
                .collect();
            let mean = |returns: &[f64]| returns.iter().sum::<f64>() / returns.len() as f64;
            [mean(&returns[..10]), mean(&returns[..100]), mean(&returns[100..])]
        };
        (0..runs).map(means).collect()
    }

    /// The mean of some numbers and its standard error.
    fn estimated(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
        let numbers: Vec<f64> = numbers.collect();
        let n = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / n;
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        (mean, (squares / (n - 1.0) / n).sqrt())
    }

    /// Sutton & Barto (2018), example 6.6, with the means of 4,000 independent runs of another
    /// program (sb_ex6_6_cliff.json), which chooses the next action before the update.
    ///
    /// Choosing after it, as the learner does, shows while values move much: in a simulation apart
    /// from this program, of 100,000 runs each, the first ten episodes earn −282.74 ± 0.08 with the
    /// one order and −272.98 ± 0.07 with the other (standard errors), the first hundred
    /// −57.495 ± 0.011 and −56.210 ± 0.010. Later ones are told apart by nothing.
    #[test]
    fn the_cliff_is_walked_as_published() {
        let file = published(include_str!("../../tests/published/sb_ex6_6_cliff.json"));
        let given = &file["numbers"]["online_mean_return"];
        let given_runs = given["runs"].as_f64().unwrap();
        let runs = 1_000;
        let first =
            cliff_means(runs, |learner| ChoosesFirst { learner, promise: Promise::default() });
        let live = cliff_means(runs, |learner| learner);
        let figures = [
            ("mean_ep_1_10", 282.74 - 272.98, 0.11),
            ("mean_ep_1_100", 57.495 - 56.210, 0.015),
            ("mean_ep_101_500", 0.0, 0.0),
        ];
        for (at, (name, apart, apart_error)) in figures.into_iter().enumerate() {
            let published = given["expected_sarsa"][name].as_f64().unwrap();
            // Four standard errors; the published mean has one of its own, from runs of this spread.
            let (mean, error) = estimated(first.iter().map(|means| means[at]));
            let allowed = 4.0 * error * (1.0 + runs as f64 / given_runs).sqrt();
            assert!((mean - published).abs() < allowed, "{name}: {mean} ± {error}");
            // Run by run on the same luck.
            let pairs = live.iter().zip(&first);
            let (more, error) = estimated(pairs.map(|(live, first)| live[at] - first[at]));
            println!("{name}: {mean}, {more} ± {error} more in the order of the learner");
            let allowed = 4.0 * f64::hypot(error, apart_error);
            assert!((more - apart).abs() < allowed, "{name}: {more} ± {error}, not {apart}");
            assert!(
                apart == 0.0 || more > 4.0 * error,
                "{name}: {more} ± {error} is no difference"
            );
        }
    }
}
