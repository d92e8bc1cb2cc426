//! Posterior sampling: it acts as is best in one model drawn from all that what it met allows.
//!
//! Of what follows a pair, the posterior is Dirichlet, with the counts of the states that followed as
//! parameters, and the prior's concentration α for all others together. With many states, each of a
//! small part of α, nearly all that falls to them falls to one (Ferguson 1973): a state drawn alike
//! among those met, and the end where one was met. The mean reward is normal-gamma: prior mean 0 as
//! if met once, shape 2 and rate σ², so that rewards vary by σ about their mean beforehand; after n
//! rewards of mean m and squared deviations S, the precision τ is gamma of shape 2 + n/2 and rate
//! σ² + S/2 + n·m²/(2(n + 1)), the mean reward normal about n·m/(n + 1) with variance 1/((n + 1)·τ).
//!
//! A new model is drawn at the start of each episode, and within it as soon as the visits of a pair
//! are more than twice those at the last draw, or the model has served a beat longer than the one
//! before it. It is solved over the beats, so many pairs after each, the latest met first; a pair is
//! drawn when its turn comes first. Values, table and target policy are those of the model at hand.
//! Source: Strens (2000); Osband, Russo & Van Roy (2013); Ouyang, Gagrani, Nayyar & Jain (2017).

#![expect(
    clippy::indexing_slicing,
    reason = "pairs and outcomes are numbered by the model; a hot loop"
)]

use serde::{Deserialize, Serialize};

use super::counted_model::{CountedModel, END, MOST_BACKUPS, backups_fault};
use super::exploration::Exploration;
use super::kept::{clocks, counts, distinct, named, possible, reals, wholes};
use super::settings::{Figure, LearnerSettings, Place, learner};
use super::tabular::{TableError, Tabular, TabularSettings, chooses_by_its_table, tells_its_table};
use crate::environments::SettingError;
use crate::mdp::luck::Key;
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level,
    Luck, Situation, Space,
};

/// The behaviour's sources, of which only ties draw in earnest, and that of the models.
const SOURCES: [&str; 3] = ["exploration", "ties", "posterior"];
const POSTERIOR: usize = 2;
/// What is drawn of a pair, and twice its place, and that of its state, in lists that grow.
const MORE_BYTES: u64 = 32 + 16;

/// Settings of posterior sampling.
///
/// It tries whatever may be good, and so is slow where there are many pairs: on the default line with
/// its 12,800 it lay 81 ± 138 % below the optimum after 3·10⁵ beats (`taktlab train
/// lines/three_machines.ron --learner posterior-sampling --steps 3e5 --seeds 4`), 12.6 % after 10⁶
/// (`--seed 101 --seeds 1`), where always run has 12.6 %.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PosteriorSettings {
    /// How many pairs are backed up after each beat, up to 10,000. 100 by default.
    pub backups: u32,
    /// How many visits' worth states that never followed a pair have beforehand: α, above 0. 1 by
    /// default.
    pub concentration: f64,
    /// How far the rewards of a beat are thought to vary beforehand: σ, above 0, in currency. 1 by
    /// default; with much less than there is to be had, what is worth much is found late.
    pub reward_spread: f64,
    /// The learner's own discount factor γ a beat; see [`TabularSettings::discount`].
    pub discount: Option<f64>,
}

impl Default for PosteriorSettings {
    fn default() -> Self {
        Self { backups: 100, concentration: 1.0, reward_spread: 1.0, discount: None }
    }
}

impl LearnerSettings for PosteriorSettings {
    fn faults(&self) -> Vec<SettingError> {
        self.validate()
    }

    fn own_discount(&self) -> (&'static str, Option<f64>) {
        ("discount", self.discount)
    }

    fn explores_for_ever(&self) -> bool {
        false
    }

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![
            Figure {
                name: "backups a beat",
                about: "How many pairs are backed up after each beat",
                low: 0.0,
                high: f64::from(MOST_BACKUPS),
                place: Place::Whole(&mut self.backups),
            },
            Figure {
                name: "concentration α",
                about: "How many visits’ worth states that never followed a pair have beforehand",
                low: 1e-6,
                high: 1e9,
                place: Place::Real(&mut self.concentration),
            },
            Figure {
                name: "reward spread σ",
                about: "How far the rewards of a beat are thought to vary beforehand, in currency",
                low: 1e-6,
                high: 1e9,
                place: Place::Real(&mut self.reward_spread),
            },
        ]
    }
}

impl PosteriorSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = Vec::new();
        backups_fault(self.backups, &mut faults);
        for (path, number) in
            [("concentration", self.concentration), ("reward_spread", self.reward_spread)]
        {
            if !(number > 0.0 && number.is_finite()) {
                faults.push(SettingError {
                    path: path.to_owned(),
                    message: format!("nothing can be drawn with {number}"),
                    remedy: "give a number above 0, such as 1".to_owned(),
                });
            }
        }
        faults.extend(self.as_table().validate());
        faults
    }

    /// The settings of the table, of which no step size is asked and no action explored.
    fn as_table(&self) -> TabularSettings {
        TabularSettings {
            exploration: Exploration::Constant { epsilon: 0.0 },
            discount: self.discount,
            ..TabularSettings::default()
        }
    }
}

/// What was drawn of a pair.
#[derive(Debug, Clone, Copy, Default)]
struct Drawn {
    /// The model in which it was drawn last; 0 for none.
    model: u32,
    /// The model in which it was first met last, and its visits before.
    met_in: u32,
    visits: u32,
    /// Where it leads that it was never seen to lead, and how likely.
    elsewhere: u32,
    share: f32,
    reward: f64,
}

/// Posterior sampling over counted outcomes.
#[derive(Debug, Clone)]
pub struct PosteriorSampling {
    pub(super) tabular: Tabular,
    model: CountedModel,
    backups: u32,
    concentration: f64,
    reward_spread: f64,
    drawn: Box<[Drawn]>,
    /// How likely each outcome is in the model at hand.
    shares: Vec<f32>,
    /// The places of all allowed pairs of the states met, and the rows of these states.
    pairs: Vec<u32>,
    rows: Vec<u32>,
    listed: Box<[bool]>,
    ends: bool,
    turn: usize,
    /// The model at hand, from 1, its luck, how long it has served, and how long the one before.
    number: u32,
    luck: Luck,
    key: Key,
    served: u64,
    before: u64,
    /// The latest draw, from which the next episode's model follows.
    latest: u64,
}

impl PosteriorSampling {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &PosteriorSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let table = settings.as_table();
        let (tabular, model) =
            CountedModel::new(&table, MORE_BYTES, observations, actions, criterion)?;
        let (entries, rows) = (model.counts.len(), model.values.len());
        Ok(Self {
            tabular,
            model,
            backups: settings.backups,
            concentration: settings.concentration,
            reward_spread: settings.reward_spread,
            drawn: vec![Drawn::default(); entries].into_boxed_slice(),
            shares: Vec::new(),
            pairs: Vec::new(),
            rows: Vec::new(),
            listed: vec![false; rows].into_boxed_slice(),
            ends: false,
            turn: 0,
            number: 1,
            luck: Luck::default(),
            key: Luck::default().key("model"),
            served: 0,
            before: 0,
            latest: 0,
        })
    }

    /// Goes on with other settings and keeps what it knows; a new prior holds from the next model.
    pub fn retune(&mut self, settings: &PosteriorSettings, criterion: Criterion) {
        self.tabular.retune(&settings.as_table(), criterion);
        self.backups = settings.backups;
        self.concentration = settings.concentration;
        self.reward_spread = settings.reward_spread;
    }

    /// A new model is at hand, of which nothing is drawn yet.
    fn renew(&mut self) {
        self.number = self.number.wrapping_add(1).max(1);
        self.luck = Luck { seed: self.latest, replication: u64::from(self.number), episode: 0 };
        self.key = self.luck.key("model");
        (self.before, self.served) = (self.served, 0);
    }

    /// All pairs of a state that is met take part from now on.
    fn list(&mut self, row: usize) {
        if std::mem::replace(&mut self.listed[row], true) {
            return;
        }
        self.rows.push(row as u32);
        let actions = self.tabular.table.actions;
        let seen = self.model.masks.recall(row);
        let allowed = (0..actions).filter(|action| seen.allows(*action));
        self.pairs.extend(allowed.map(|action| (row * actions + action) as u32));
    }

    /// Draws what a pair leads to and earns in the model at hand.
    fn draw(&mut self, place: usize) {
        let mut draws = Draws { key: self.key, place: place as u64, next: 0 };
        let elsewhere = draws.gamma(self.concentration);
        let mut sum = elsewhere;
        // The parts first, then the shares: nothing else need be kept of them.
        for at in self.model.of_pair(place) {
            let part = draws.gamma(f64::from(self.model.outcomes[at].count));
            self.shares[at] = part as f32;
            sum += part;
        }
        for at in self.model.of_pair(place) {
            self.shares[at] = (f64::from(self.shares[at]) / sum) as f32;
        }
        let states = self.rows.len() + usize::from(self.ends);
        let chosen = (draws.uniform() * states as f64) as usize;
        let drawn = &mut self.drawn[place];
        drawn.model = self.number;
        drawn.share = (elsewhere / sum) as f32;
        drawn.elsewhere = self.rows.get(chosen).copied().unwrap_or(END);
        let met = f64::from(self.model.counts[place]);
        let mean = self.model.rewards[place];
        let rate = self.reward_spread * self.reward_spread
            + 0.5 * self.model.deviations[place]
            + 0.5 * met * mean * mean / (met + 1.0);
        let precision = draws.gamma(2.0 + 0.5 * met) / rate;
        let spread = 1.0 / ((met + 1.0) * precision).sqrt();
        drawn.reward = met * mean / (met + 1.0) + spread * draws.normal();
    }

    /// What a pair is worth in the model at hand.
    fn worth(&self, place: usize) -> f64 {
        let drawn = &self.drawn[place];
        let mut future = f64::from(drawn.share) * self.model.value_of(drawn.elsewhere);
        for at in self.model.of_pair(place) {
            future +=
                f64::from(self.shares[at]) * self.model.value_of(self.model.outcomes[at].next);
        }
        drawn.reward + self.tabular.discount * future
    }

    /// Backs up the pair whose turn it is; false where no state was met.
    fn back_up_next(&mut self) -> bool {
        if self.turn == 0 {
            self.turn = self.pairs.len();
        }
        self.turn = self.turn.saturating_sub(1);
        let Some(place) = self.pairs.get(self.turn).map(|place| *place as usize) else {
            return false;
        };
        if self.drawn[place].model != self.number {
            self.draw(place);
        }
        let value = self.worth(place);
        self.model.put(&mut self.tabular, place, value);
        true
    }
}

learner!(PosteriorSampling, PosteriorSettings, |settings: &PosteriorSettings, criterion| settings
    .as_table()
    .discount_for(criterion));

impl Agent for PosteriorSampling {
    fn name(&self) -> &str {
        "Posterior sampling"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    fn begin_episode(&mut self) {
        if self.served > 0 {
            self.renew();
        }
    }

    chooses_by_its_table!();

    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        self.latest = dice.uniform(POSTERIOR).to_bits();
        let place = self.model.meet(&mut self.tabular, experience);
        // An outcome first met has no share in the model at hand.
        self.shares.resize(self.model.outcomes.len(), 0.0);
        self.list(place / self.tabular.table.actions);
        if experience.terminal {
            self.ends = true;
        } else {
            let next = self.tabular.row_of(&experience.after);
            self.list(next);
        }
        self.served += 1;
        let met = self.model.counts[place];
        let drawn = &mut self.drawn[place];
        if drawn.met_in != self.number {
            (drawn.met_in, drawn.visits) = (self.number, met - 1);
        }
        if met > drawn.visits.saturating_mul(2) || self.served > self.before {
            self.renew();
        }
        for _ in 0..self.backups {
            self.back_up_next();
        }
    }

    fn plan(&mut self, budget: u64) -> u64 {
        (0..budget).take_while(|_| self.back_up_next()).count() as u64
    }

    tells_its_table!();

    fn keep(&self) -> Option<Learned> {
        let mut learned = self.tabular.keep();
        self.model.keep(&mut learned);
        let counts =
            |number: fn(&Drawn) -> u32| Kept::Counts(self.drawn.iter().map(number).collect());
        let reals =
            |number: fn(&Drawn) -> f64| Kept::Reals(self.drawn.iter().map(number).collect());
        let Luck { seed, replication, episode: _ } = self.luck;
        let model = vec![u64::from(self.number), seed, replication, self.latest];
        let clocks = vec![self.served, self.before, self.turn as u64, u64::from(self.ends)];
        learned.extend([
            named("drawn in", counts(|drawn| drawn.model)),
            named("met in", counts(|drawn| drawn.met_in)),
            named("visits before", counts(|drawn| drawn.visits)),
            named("elsewhere", counts(|drawn| drawn.elsewhere)),
            named("shares elsewhere", reals(|drawn| f64::from(drawn.share))),
            named("drawn rewards", reals(|drawn| drawn.reward)),
            named("shares", Kept::Reals(self.shares.iter().copied().map(f64::from).collect())),
            named("pairs", Kept::Counts(self.pairs.clone())),
            named("states", Kept::Counts(self.rows.clone())),
            named("model", Kept::Wholes(model)),
            named("clocks", Kept::Wholes(clocks)),
        ]);
        Some(learned)
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let model = self.model.of(learned)?;
        let (entries, rows) = (model.counts.len(), model.values.len());
        let of_pairs = |name| counts(learned, name, entries);
        let (drawn_in, met_in) = (of_pairs("drawn in")?, of_pairs("met in")?);
        let (before, elsewhere) = (of_pairs("visits before")?, of_pairs("elsewhere")?);
        let known = elsewhere.iter().all(|row| *row == END || (*row as usize) < rows);
        possible("elsewhere", known, "there is no such state")?;
        let part = |name, length| {
            let shares = reals(learned, name, length)?;
            let fine = shares.iter().all(|share| (0.0..=1.0).contains(share));
            possible(name, fine, "a share is not from 0 to 1").map(|()| shares)
        };
        let shares = part("shares", model.outcomes.len())?;
        let shares_elsewhere = part("shares elsewhere", entries)?;
        let rewards = reals(learned, "drawn rewards", entries)?;
        let states = distinct(learned, "states", rows)?;
        let mut listed = vec![false; rows].into_boxed_slice();
        states.iter().for_each(|row| listed[*row as usize] = true);
        let pairs = distinct(learned, "pairs", entries)?;
        let actions = self.tabular.table.actions;
        let of_states = pairs.iter().all(|pair| listed[*pair as usize / actions]);
        possible("pairs", of_states, "a pair is of a state that was never met")?;
        let [number, seed, replication, latest] = wholes(learned, "model")?;
        let number = u32::try_from(number).unwrap_or(0);
        possible("model", number > 0, "models are numbered from 1")?;
        let [served, served_before, turn, ends] = clocks(learned, "clocks")?;
        possible("clocks", turn <= pairs.len() as u64 && ends < 2, "there is no such turn")?;
        self.tabular.take_up(learned)?;
        let first = drawn_in.iter().zip(met_in).zip(before.iter().zip(elsewhere));
        let rest = shares_elsewhere.iter().zip(rewards);
        for (drawn, (first, (share, reward))) in self.drawn.iter_mut().zip(first.zip(rest)) {
            let ((model, met_in), (visits, elsewhere)) = first;
            *drawn = Drawn {
                model: *model,
                met_in: *met_in,
                visits: *visits,
                elsewhere: *elsewhere,
                share: *share as f32,
                reward: *reward,
            };
        }
        self.model = model;
        self.shares = shares.iter().map(|share| *share as f32).collect();
        (self.pairs, self.rows, self.listed) = (pairs.to_vec(), states.to_vec(), listed);
        (self.ends, self.turn, self.number) = (ends == 1, turn as usize, number);
        self.luck = Luck { seed, replication, episode: 0 };
        self.key = self.luck.key("model");
        (self.served, self.before, self.latest) = (served, served_before, latest);
        Ok(())
    }
}

/// The draws of one pair in one model: addressed by both, whenever its turn comes.
struct Draws {
    key: Key,
    place: u64,
    next: u16,
}

impl Draws {
    fn uniform(&mut self) -> f64 {
        let u = self.key.uniform(self.place, self.next);
        self.next = self.next.wrapping_add(1);
        u
    }

    /// The logarithm of a uniform above 0.
    fn log_uniform(&mut self) -> f64 {
        (1.0 - self.uniform()).ln()
    }

    /// A standard normal (Box & Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.log_uniform()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// A gamma of this shape and rate 1 (Marsaglia & Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let power = self.log_uniform() / shape;
            return self.gamma(shape + 1.0) * power.exp();
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let normal = self.normal();
            let v = (1.0 + c * normal).powi(3);
            if v > 0.0 && self.log_uniform() < 0.5 * normal * normal + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::q_learning::QLearning;
    use super::super::trials::{Tabulated, luck, play, step, two_by_three};
    use super::*;
    use crate::mdp::Environment;

    fn learner(settings: &PosteriorSettings) -> (PosteriorSampling, Dice) {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let agent = PosteriorSampling::new(settings, &states, &actions, criterion).unwrap();
        let dice = Dice::new(Luck::new(1), agent.sources());
        (agent, dice)
    }

    /// Mean and variance of gamma draws are their shape, as theirs of a normal are 0 and 1.
    #[test]
    fn draws_have_their_means_and_variances() {
        let n = 40_000;
        let moments = |draw: &dyn Fn(&mut Draws) -> f64| {
            let (mut sum, mut squares) = (0.0, 0.0);
            for place in 0..n {
                let value = draw(&mut Draws { key: Luck::new(3).key("test"), place, next: 0 });
                sum += value / n as f64;
                squares += value * value / n as f64;
            }
            (sum, squares - sum * sum)
        };
        for shape in [0.3, 1.0, 2.5, 40.0] {
            let (mean, variance) = moments(&|draws| draws.gamma(shape));
            // Standard errors √(k/n) and √((2k² + 6k)/n), five of them.
            let error = (shape / n as f64).sqrt();
            assert!((mean - shape).abs() < 5.0 * error, "{shape}: {mean}");
            let error = ((2.0 * shape * shape + 6.0 * shape) / n as f64).sqrt();
            assert!((variance - shape).abs() < 5.0 * error, "{shape}: {variance}");
        }
        let (mean, variance) = moments(&|draws| draws.normal());
        assert!(mean.abs() < 5.0 / 200.0 && (variance - 1.0).abs() < 5.0 * 1.5 / 200.0);
    }

    /// Over many models, the mean worth of a pair is what its posterior says, by hand.
    #[test]
    fn models_are_drawn_from_the_posterior() {
        let settings = PosteriorSettings {
            backups: 0,
            concentration: 2.0,
            reward_spread: 0.5,
            discount: None,
        };
        let (mut agent, mut dice) = learner(&settings);
        agent.begin_episode();
        for (reward, next) in
            [(1.0, Some((1, None))), (2.0, Some((1, None))), (3.0, Some((0, None))), (2.0, None)]
        {
            step(&mut agent, &mut dice, (0, 1), reward, next);
        }
        (agent.model.values[0], agent.model.values[1]) = (4.0, 16.0);
        let models = 40_000;
        let (mut sum, mut squares, mut elsewhere) = (0.0, 0.0, [0.0; 3]);
        for _ in 0..models {
            agent.renew();
            agent.draw(1);
            let worth = agent.worth(1);
            sum += worth / f64::from(models);
            squares += worth * worth / f64::from(models);
            elsewhere[(agent.drawn[1].elsewhere as usize).min(2)] += 1.0 / f64::from(models);
        }
        // Two states and the end, alike: standard error 0.0024.
        assert!(elsewhere.iter().all(|share| (share - 1.0 / 3.0).abs() < 0.012), "{elsewhere:?}");
        // Reward 4·2/5; of 6 parts 2 lead to state 1, 1 to 0, 1 to the end and 2 elsewhere, which is
        // worth (4 + 16 + 0)/3: ½·(2·16 + 4 + 2·20/3)/6.
        let exact = 8.0 / 5.0 + 0.5 * (32.0 + 4.0 + 40.0 / 3.0) / 6.0;
        let error = ((squares - sum * sum) / f64::from(models)).sqrt();
        assert!((sum - exact).abs() < 5.0 * error, "{sum} {exact} {error}");
        // Rate 0.25 + ½·2 + ½·4·4/5, shape 4: 1/τ has the mean rate/3 = 0.95, a fifth of which is
        // the reward's variance; futures add to it.
        assert!(squares - sum * sum > 0.19, "{}", squares - sum * sum);
    }

    #[test]
    fn a_new_model_comes_with_an_episode_and_as_visits_double() {
        let (mut agent, mut dice) =
            learner(&PosteriorSettings { backups: 0, ..Default::default() });
        agent.begin_episode();
        assert_eq!(agent.number, 1, "there is nothing to draw from");
        let mut renewed = Vec::new();
        for beat in 1..=30 {
            let before = agent.number;
            dice.turn_to(beat);
            step(&mut agent, &mut dice, (0, 1), 1.0, Some((0, None)));
            if agent.number != before {
                renewed.push(beat);
            }
        }
        // The first visit is more than twice none, and each model serves a beat longer than the one
        // before: 1, 2, 3, … beats.
        assert_eq!(renewed, [1, 3, 6, 10, 15, 21, 28]);
        let before = agent.number;
        agent.begin_episode();
        assert_eq!(agent.number, before + 1);
    }

    /// The river swim of Strehl & Littman (2008): against the current to the right, 6 states. Its
    /// reward is 0.005 at the left bank and 1 at the right.
    fn river_swim() -> Tabulated {
        let right = |state: usize| match state {
            0 => vec![(0.7, 0, 0.0), (0.3, 1, 0.0)],
            5 => vec![(0.3, 5, 1.0), (0.7, 4, 0.0)],
            _ => vec![(0.1, state - 1, 0.0), (0.6, state, 0.0), (0.3, state + 1, 0.0)],
        };
        let left = |state: usize| match state {
            0 => vec![(1.0, 0, 0.005)],
            _ => vec![(1.0, state - 1, 0.0)],
        };
        Tabulated::new(0, (0..6).map(|state| vec![left(state), right(state)]).collect())
    }

    #[test]
    fn it_swims_up_the_river_where_chance_exploration_does_not() {
        let river = river_swim();
        let (states, actions) = (river.state_space(), river.action_space());
        let criterion = Criterion::Discounted(0.95);
        for replication in 0..5 {
            let settings = PosteriorSettings::default();
            let mut agent = PosteriorSampling::new(&settings, states, actions, criterion).unwrap();
            let (found, _) = play(&river, &mut agent, luck(replication, 0), 10_000);
            let table = super::super::trials::constant(0.1, 0.1);
            let mut other = QLearning::new(&table, states, actions, criterion).unwrap();
            let (by_chance, _) = play(&river, &mut other, luck(replication, 0), 10_000);
            // Always to the right: the gain is 0.3 times the share of beats in state 5. Upwards 0.3
            // against 0.1 downwards, 0.7 from the last: 1, 3, 9, 27, 81, 81·3/7 in proportion.
            let gain = 0.3 * (243.0 / 7.0) / (121.0 + 243.0 / 7.0);
            assert!(found > 0.8 * gain * 10_000.0, "{found} of {}", gain * 10_000.0);
            assert!(by_chance < 0.5 * found, "{by_chance} against {found}");
        }
    }

    #[test]
    fn settings_are_judged() {
        assert!(PosteriorSettings::default().validate().is_empty());
        let bad = PosteriorSettings {
            backups: 10_001,
            concentration: 0.0,
            reward_spread: f64::INFINITY,
            discount: Some(2.0),
        };
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["backups", "concentration", "reward_spread", "discount"]);
    }
}
