//! Dyna-Q: Q-learning that goes over what it remembers between two beats.
//!
//! After each step (s, a, r, s′) and its update by Q-learning, the step is remembered, the latest of
//! each pair. Then n times a remembered pair is drawn and updated as if it had just been met. Where
//! all is certain this finds the values after few real steps; where it is not, the latest outcome
//! stands for all, and values stay off their own whatever the step size: outcomes after which a pair
//! is met again late are gone over more often than they are likely.
//!
//! With a bonus κ (Dyna-Q+) a reward counts κ·√τ more while planning, τ the beats since its pair was
//! tried, and pairs never tried in a state that was met are thought to lead back to it for nothing:
//! what was not tried for long is tried again. Source: Sutton (1990); Sutton & Barto (2018), sec. 8.2
//! and 8.3.

use serde::{Deserialize, Serialize};

use super::kept::{clocks, counts, distinct, named, of_length, possible, reals, some_wholes};
use super::masks::Masks;
use super::settings::{Figure, LearnerSettings, Place, learner, settings_with_a_table};
use super::tabular::{
    TableError, Tabular, TabularSettings, chooses_by_its_table, table_entries_of, tells_its_table,
};
use crate::environments::SettingError;
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Kept, KeptError, Learned, Level,
    Situation, Space,
};

/// The behaviour's sources, and that of which pair is gone over.
const SOURCES: [&str; 3] = ["exploration", "ties", "planning"];
const PLANNING: usize = 2;

/// A value, a count of visits, where the pair is remembered, and what of it.
const ENTRY_BYTES: u64 = 64;
/// The most updates between two beats.
const MOST_PLANNED: u32 = 10_000;
/// In place of the row that followed, where none did, in what is kept.
const END: u32 = u32::MAX;
/// No place among the remembered pairs.
const NOWHERE: u32 = u32::MAX;

/// Settings of Dyna-Q and Dyna-Q+.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DynaSettings {
    /// How many remembered pairs are gone over after each beat: n, up to 10,000. 5 by default.
    pub planned: u32,
    /// What a pair's reward counts more for each root of the beats since it was tried: κ, 0 (none,
    /// Dyna-Q) by default.
    pub bonus: f64,
    /// How values move and actions are chosen.
    pub table: TabularSettings,
}

impl Default for DynaSettings {
    fn default() -> Self {
        Self { planned: 5, bonus: 0.0, table: TabularSettings::default() }
    }
}

impl LearnerSettings for DynaSettings {
    settings_with_a_table!();

    fn figures(&mut self) -> Vec<Figure<'_>> {
        vec![
            Figure {
                name: "planned a beat",
                about: "How many remembered pairs are gone over after each beat",
                low: 0.0,
                high: f64::from(MOST_PLANNED),
                place: Place::Whole(&mut self.planned),
            },
            Figure {
                name: "bonus κ",
                about: "What a reward counts more, while planning, for each root of the beats since its pair was tried",
                low: 0.0,
                high: 1e9,
                place: Place::Real(&mut self.bonus),
            },
        ]
    }
}

impl DynaSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let mut faults = self.table.validate_as("table");
        if self.planned > MOST_PLANNED {
            faults.push(SettingError {
                path: "planned".to_owned(),
                message: format!("{} updates between two beats take too long", self.planned),
                remedy: format!("give a whole number up to {MOST_PLANNED}, such as 5"),
            });
        }
        if !(self.bonus >= 0.0 && self.bonus.is_finite()) {
            faults.push(SettingError {
                path: "bonus".to_owned(),
                message: format!("{} is no bonus", self.bonus),
                remedy: "give a number of 0 or more, such as 0.001".to_owned(),
            });
        }
        faults
    }
}

/// What is remembered of a pair.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    row: usize,
    column: usize,
    reward: f64,
    /// The row that followed; `None` after the end.
    next: Option<usize>,
    /// The beat in which it was tried last; of one never tried, that in which its state was met.
    tried: u64,
}

/// Tabular Dyna-Q.
#[derive(Debug, Clone)]
pub struct DynaQ {
    pub(super) tabular: Tabular,
    planned: u32,
    bonus: f64,
    memory: Vec<Remembered>,
    /// Where each pair is in the memory.
    places: Box<[u32]>,
    masks: Masks,
    now: u64,
}

impl DynaQ {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &DynaSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let entries = table_entries_of(ENTRY_BYTES, observations, actions)?;
        let tabular = Tabular::new(&settings.table, observations, actions, criterion)?;
        let columns = tabular.table.actions;
        Ok(Self {
            tabular,
            planned: settings.planned,
            bonus: settings.bonus,
            memory: Vec::new(),
            places: vec![NOWHERE; entries as usize].into_boxed_slice(),
            masks: Masks::new(entries as usize / columns.max(1), columns),
            now: 0,
        })
    }

    /// Goes on with other settings and keeps what it knows.
    pub fn retune(&mut self, settings: &DynaSettings, criterion: Criterion) {
        self.tabular.retune(&settings.table, criterion);
        self.planned = settings.planned;
        self.bonus = settings.bonus;
    }

    fn remember(&mut self, pair: Remembered) {
        let Some(place) = self.places.get_mut(pair.row * self.tabular.table.actions + pair.column)
        else {
            return;
        };
        match self.memory.get_mut(*place as usize) {
            Some(known) => *known = pair,
            None => {
                *place = self.memory.len() as u32;
                self.memory.push(pair);
            }
        }
    }

    /// With a bonus the other actions of a state that is met are worth a thought as well.
    fn meet(&mut self, row: usize, situation: &Situation<'_>) {
        for column in 0..self.tabular.table.actions {
            let known = self.places.get(row * self.tabular.table.actions + column);
            if known == Some(&NOWHERE) && situation.allows(column) {
                let tried = self.now;
                self.remember(Remembered { row, column, reward: 0.0, next: Some(row), tried });
            }
        }
    }

    /// One remembered pair is updated as if it had just been met; it counts as no visit.
    fn go_over(&mut self, pair: Remembered) {
        let future =
            pair.next.map_or(0.0, |row| self.tabular.highest(row, &self.masks.recall(row)));
        let bonus = match self.bonus {
            0.0 => 0.0,
            bonus => bonus * ((self.now - pair.tried) as f64).sqrt(),
        };
        let target = pair.reward + bonus + self.tabular.discount * future;
        let place = pair.row * self.tabular.table.actions + pair.column;
        let error = target - self.tabular.value(pair.row, pair.column);
        self.tabular.shift(place, self.tabular.latest_step(place) * error);
    }
}

learner!(DynaQ, DynaSettings);

impl Agent for DynaQ {
    fn name(&self) -> &str {
        if self.bonus > 0.0 { "Dyna-Q+" } else { "Dyna-Q" }
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    chooses_by_its_table!();

    fn learn(&mut self, experience: &Experience<'_>, dice: &mut Dice) {
        self.now += 1;
        let (row, column) = self.tabular.pair_of(experience);
        let next = (!experience.terminal).then(|| self.tabular.row_of(&experience.after));
        self.masks.note(row, &experience.before);
        if let Some(next) = next {
            self.masks.note(next, &experience.after);
        }
        let future = self.tabular.highest_after(experience);
        let target = experience.reward + self.tabular.discount * future;
        self.tabular.update(row, column, target);
        let reward = experience.reward;
        self.remember(Remembered { row, column, reward, next, tried: self.now });
        if self.bonus > 0.0 {
            self.meet(row, &experience.before);
        }
        for _ in 0..self.planned {
            let drawn = dice.below(PLANNING, self.memory.len());
            if let Some(pair) = self.memory.get(drawn).copied() {
                self.go_over(pair);
            }
        }
    }

    tells_its_table!();

    fn keep(&self) -> Option<Learned> {
        let actions = self.tabular.table.actions;
        let pairs = || self.memory.iter();
        let places = pairs().map(|pair| (pair.row * actions + pair.column) as u32);
        let next = pairs().map(|pair| pair.next.map_or(END, |row| row as u32));
        let mut learned = self.tabular.keep();
        learned.extend([
            named("remembered pairs", Kept::Counts(places.collect())),
            named("remembered rewards", Kept::Reals(pairs().map(|pair| pair.reward).collect())),
            named("remembered next", Kept::Counts(next.collect())),
            named("remembered tried", Kept::Wholes(pairs().map(|pair| pair.tried).collect())),
            named("beats", Kept::Wholes(vec![self.now])),
        ]);
        self.masks.keep(&mut learned);
        Some(learned)
    }

    fn take_up(&mut self, learned: &Learned) -> Result<(), KeptError> {
        let actions = self.tabular.table.actions;
        let rows = self.places.len() / actions.max(1);
        let places = distinct(learned, "remembered pairs", self.places.len())?;
        let rewards = reals(learned, "remembered rewards", places.len())?;
        let next = counts(learned, "remembered next", places.len())?;
        let known = next.iter().all(|next| *next == END || (*next as usize) < rows);
        possible("remembered next", known, "there is no such state")?;
        let tried = some_wholes(learned, "remembered tried")?;
        of_length("remembered tried", tried.len(), places.len())?;
        let [now] = clocks(learned, "beats")?;
        let before = tried.iter().all(|tried| *tried <= now);
        possible("remembered tried", before, "a pair was tried in a beat to come")?;
        let masks = self.masks.of(learned)?;
        self.tabular.take_up(learned)?;
        (self.masks, self.now) = (masks, now);
        self.memory.clear();
        self.places.fill(NOWHERE);
        for ((place, reward), (next, tried)) in
            places.iter().zip(rewards).zip(next.iter().zip(tried))
        {
            let (row, column) = (*place as usize / actions, *place as usize % actions);
            let next = (*next != END).then_some(*next as usize);
            self.remember(Remembered { row, column, reward: *reward, next, tried: *tried });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::q_learning::QLearning;
    use super::super::trials::{
        Outcome, Tabulated, constant, greedy_path, luck, maze, play, published, random_process,
        step, two_by_three,
    };
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn settings(planned: u32, bonus: f64) -> DynaSettings {
        DynaSettings { planned, bonus, table: constant(0.5, 0.0) }
    }

    #[test]
    fn what_is_remembered_is_gone_over() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent = DynaQ::new(&settings(2, 0.0), &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        // The only pair there is moves three times half way to 8: 4, 6, 7. One visit counts.
        step(&mut agent, &mut dice, (0, 1), 8.0, None);
        assert_eq!(agent.table().unwrap().values[1], 7.0);
        assert_eq!(agent.table().unwrap().visits[1], 1);
        // The latest outcome stands for the pair, its three moves towards 0.
        step(&mut agent, &mut dice, (0, 1), 0.0, None);
        assert_eq!(agent.table().unwrap().values[1], 0.875);
    }

    #[test]
    fn a_bonus_grows_with_the_root_of_the_beats_since_a_pair_was_tried() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let mut agent = DynaQ::new(&settings(0, 2.0), &states, &actions, criterion).unwrap();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        step(&mut agent, &mut dice, (0, 1), 0.0, None);
        // The state's other actions are remembered, as leading back for nothing.
        assert_eq!(agent.memory.len(), 3);
        for _ in 0..9 {
            step(&mut agent, &mut dice, (1, 0), 0.0, None);
        }
        let untried = agent.memory.iter().find(|pair| (pair.row, pair.column) == (0, 2)).copied();
        agent.go_over(untried.unwrap());
        // Nine beats later 2·√9 = 6, of which half.
        assert_eq!(agent.table().unwrap().values[2], 3.0);
    }

    #[test]
    fn without_planning_it_is_q_learning() {
        let process = random_process();
        let (states, actions) = (process.state_space(), process.action_space());
        let table = constant(0.1, 0.3);
        let settings = DynaSettings { planned: 0, bonus: 0.0, table: table.clone() };
        let criterion = Criterion::Discounted(0.9);
        let mut one = DynaQ::new(&settings, states, actions, criterion).unwrap();
        let mut other = QLearning::new(&table, states, actions, criterion).unwrap();
        play(&process, &mut one, luck(0, 0), 20_000);
        play(&process, &mut other, luck(0, 0), 20_000);
        assert_eq!(one.table(), other.table());
    }

    const ALPHA: f64 = 0.25;
    const GAMMA: f64 = 0.9;
    const KAPPA: f64 = 0.3;

    /// What is remembered where it is not what was just met: the reward, the next state (2 is the
    /// end) and how many beats ago, by state and action; nothing of the second pair of state 1 yet.
    const REMEMBERED: [[Option<(f64, usize, u64)>; 2]; 2] =
        [[Some((1.5, 1, 4)), Some((-0.5, 2, 9))], [Some((0.25, 0, 16)), None]];

    /// What the pair (1, 1) leads to now: to the end too.
    const MET: [Outcome; 3] = [(0.5, 0, 1.0), (0.3, 1, -2.0), (0.2, 2, 4.0)];

    /// The expected update with planning: over what may follow the step and over all sequences of
    /// pairs that may be gone over, each as likely, the mean of what the learner does is what the
    /// equation says. A pair of n remembered ones moves by α/n of the way to r + κ·√τ + γ·max Q with
    /// one pair a beat; with more, step follows upon step.
    #[test]
    fn its_expected_update_is_that_of_all_pairs_that_may_be_gone_over() {
        let beliefs = [0.4, -0.3, 1.2, 0.7];
        let highest = |q: &[f64; 4], state: usize| match state {
            2 => 0.0,
            state => q[2 * state].max(q[2 * state + 1]),
        };
        let move_by = |q: &mut [f64; 4], pair: usize, target: f64| {
            q[pair] += ALPHA * (target - q[pair]);
        };
        for (planned, bonus) in [(1, 0.0), (1, KAPPA), (2, KAPPA), (3, KAPPA)] {
            let count = 4_usize.pow(planned);
            let (mut found, mut expected) = ([0.0; 4], [0.0; 4]);
            for (p, next, reward) in MET {
                for sequence in 0..count {
                    let pairs: Vec<usize> =
                        (0..planned).map(|draw| sequence / 4_usize.pow(draw) % 4).collect();
                    let share = p / count as f64;
                    let learned = with_pairs_gone_over(&beliefs, bonus, (next, reward), &pairs);
                    found.iter_mut().zip(&learned).for_each(|(sum, q)| *sum += share * q);
                    // The same by the equation. The pair that was met is the last in the memory,
                    // which has the order of the pairs here; it was tried 0 beats ago.
                    let mut q = beliefs;
                    let target = reward + GAMMA * highest(&q, next);
                    move_by(&mut q, 3, target);
                    for pair in pairs {
                        let known = REMEMBERED[pair / 2][pair % 2];
                        let (reward, next, ago) = known.unwrap_or((reward, next, 0));
                        let target =
                            reward + bonus * (ago as f64).sqrt() + GAMMA * highest(&q, next);
                        move_by(&mut q, pair, target);
                    }
                    expected.iter_mut().zip(&q).for_each(|(sum, q)| *sum += share * q);
                }
            }
            for (found, expected) in found.iter().zip(expected) {
                // Values are near 1, and sums have up to 192 terms.
                assert!((found - expected).abs() < 1e-13, "{planned} {bonus}: {found} {expected}");
            }
        }
    }

    /// The values after the pair (1, 1) was met in a beat whose planning draws these pairs.
    fn with_pairs_gone_over(
        beliefs: &[f64; 4],
        bonus: f64,
        (next, reward): (usize, f64),
        pairs: &[usize],
    ) -> Vec<f64> {
        let states = Tabulated::new(0, vec![vec![Vec::new(); 2]; 3]);
        let settings =
            DynaSettings { planned: pairs.len() as u32, bonus, table: constant(ALPHA, 0.0) };
        let (spaces, criterion) =
            ((states.state_space(), states.action_space()), Criterion::Discounted(GAMMA));
        let mut agent = DynaQ::new(&settings, spaces.0, spaces.1, criterion).unwrap();
        agent.tabular.table.values[..4].copy_from_slice(beliefs);
        agent.now = 100;
        for (row, remembered) in REMEMBERED.iter().enumerate() {
            for (column, remembered) in remembered.iter().enumerate() {
                if let Some((reward, next, ago)) = *remembered {
                    // The step that is met next counts as one more beat.
                    let tried = agent.now + 1 - ago;
                    let next = (next < 2).then_some(next);
                    agent.remember(Remembered { row, column, reward, next, tried });
                }
            }
        }
        let key = Luck::new(1).key("planning");
        let draws = |beat: &u64| {
            let drawn = |draw: usize| (key.uniform(*beat, draw as u16) * 4.0) as usize;
            pairs.iter().enumerate().all(|(draw, pair)| drawn(draw) == *pair)
        };
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        dice.turn_to((0..).find(draws).unwrap());
        let after = next.min(1) as Level;
        let next = (next < 2).then_some((after, None));
        step(&mut agent, &mut dice, (1, 1), reward, next);
        assert_eq!(agent.memory.len(), 4);
        agent.tabular.table.values[..4].to_vec()
    }

    /// What a learner comes to in a maze whose wall is moved: the steps to the goal along its greedy
    /// path before and at the end, and how often it was at the goal after the wall was moved.
    struct Moved {
        before: usize,
        at_the_end: usize,
        goals: u64,
    }

    /// Lets Dyna-Q or Dyna-Q+ learn for so many steps before and after the wall is moved.
    fn learn_while_a_wall_is_moved(
        walls: [std::ops::Range<usize>; 2],
        steps: [u64; 2],
        (planned, bonus): (u32, f64),
        replication: u64,
    ) -> Moved {
        let [first, second] = walls.map(|columns| {
            let wall: Vec<_> = columns.map(|column| (3, column)).collect();
            maze((6, 9), &wall, (5, 3), (0, 8))
        });
        let settings = DynaSettings { planned, bonus, table: constant(1.0, 0.1) };
        let (states, actions) = (first.state_space(), first.action_space());
        let criterion = Criterion::Discounted(0.95);
        let mut agent = DynaQ::new(&settings, states, actions, criterion).unwrap();
        let mut episode = 0;
        let mut play_for = |agent: &mut DynaQ, maze: &Tabulated, steps: u64| {
            let (mut left, mut goals) = (steps, 0);
            while left > 0 {
                let (earned, taken) = play(maze, agent, luck(replication, episode), left);
                left -= taken.len() as u64;
                goals += earned as u64;
                episode += 1;
            }
            goals
        };
        play_for(&mut agent, &first, steps[0]);
        let before = greedy_path(&first, &agent).len() - 1;
        let goals = play_for(&mut agent, &second, steps[1]);
        Moved { before, at_the_end: greedy_path(&second, &agent).len() - 1, goals }
    }

    /// Sutton & Barto (2018), example 8.1, with the means of 2,000 runs of another program
    /// (sb_ex8_1_dyna_maze.json): ε = 0.1, α = 0.1, γ = 0.95.
    #[test]
    fn the_maze_is_learned_as_published() {
        let file = published(include_str!("../../tests/published/sb_ex8_1_dyna_maze.json"));
        let walls = [(1, 2), (2, 2), (3, 2), (0, 7), (1, 7), (2, 7), (4, 5)];
        let maze = maze((6, 9), &walls, (2, 0), (0, 8));
        let (states, actions) = (maze.state_space(), maze.action_space());
        // Standard errors of the means are near 1 % with these runs, 0.5 % with those given.
        for (planned, runs) in [(0, 500), (5, 500), (50, 150)] {
            let settings = DynaSettings { planned, bonus: 0.0, table: constant(0.1, 0.1) };
            let mut steps = 0;
            for replication in 0..runs {
                let criterion = Criterion::Discounted(0.95);
                let mut agent = DynaQ::new(&settings, states, actions, criterion).unwrap();
                for episode in 0..50 {
                    let luck = luck(replication, episode);
                    let (_, taken) = play(&maze, &mut agent, luck, 1_000_000);
                    steps += if episode > 0 { taken.len() } else { 0 };
                }
            }
            let mean = steps as f64 / (49 * runs) as f64;
            let given = &file["numbers"]["mean_steps_per_episode"][format!("n={planned}")];
            let given = given["mean_ep_2_50"].as_f64().unwrap();
            assert!((mean / given - 1.0).abs() < 0.04, "n = {planned}: {mean} against {given}");
        }
    }

    /// The chance that so many of n runs of the one kind or more, and the others of n of the other
    /// kind, are among those that came to something, if the kinds do not differ (Fisher's exact
    /// test, one-sided).
    fn by_chance(one: u32, other: u32, n: u32) -> f64 {
        let choose = |n: u32, k: u32| -> f64 {
            (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product()
        };
        let all = one + other;
        let chance = |of_one: u32| choose(n, of_one) * choose(n, all - of_one) / choose(2 * n, all);
        (one.max(all.saturating_sub(n))..=all.min(n)).map(chance).sum()
    }

    /// How many of some runs are so.
    fn count(runs: &[Moved], is_so: impl Fn(&Moved) -> bool) -> u32 {
        runs.iter().filter(|run| is_so(run)).count() as u32
    }

    const SEEDS: u32 = 20;

    /// Sutton & Barto (2018), example 8.2 and figure 8.4: after 1,000 steps the wall's gap moves from
    /// the right end to the left, and the way is 16 steps long instead of 10. With a bonus the new
    /// way is found and gone within 2,000 steps; without, in less than half of the runs.
    #[test]
    fn a_way_that_is_blocked_is_given_up() {
        let runs = |bonus: f64| -> Vec<Moved> {
            let run =
                |seed| learn_while_a_wall_is_moved([0..8, 1..9], [1_000, 2_000], (10, bonus), seed);
            (0..u64::from(SEEDS)).map(run).collect()
        };
        let (without, with) = (runs(0.0), runs(1e-4));
        // Not all have settled on the shortest by then.
        assert!(with.iter().all(|run| run.before <= 16), "no way is known at first");
        // Ten times, that chance alone does not count.
        let back = |run: &Moved| run.goals >= 10;
        let (without, with) = (count(&without, back), count(&with, back));
        println!("{without} without, {with} with a bonus");
        let chance = by_chance(with, without, SEEDS);
        assert!(with >= SEEDS - 1 && chance < 1e-3, "{without} {with}: {chance}");
    }

    /// Sutton & Barto (2018), example 8.3 and figure 8.5: after 3,000 steps a gap is made through
    /// which the way is 10 steps long; that of 16 stays. With a bonus it is found within 3,000 steps,
    /// and the goal is met more often; without, it is never missed.
    #[test]
    fn a_shortcut_is_found_by_its_bonus() {
        let runs = |bonus: f64| -> Vec<Moved> {
            let run =
                |seed| learn_while_a_wall_is_moved([1..9, 1..8], [3_000, 3_000], (50, bonus), seed);
            (0..u64::from(SEEDS)).map(run).collect()
        };
        let (without, with) = (runs(0.0), runs(1e-3));
        assert!(without.iter().all(|run| run.before == 16), "the way of 16 is not known at first");
        // Run by run on the same seed, of which each is as likely to have more if the bonus does
        // nothing: 18 or more of 20 have a chance of 2·10⁻⁴.
        let pairs = with.iter().zip(&without);
        let more = pairs.filter(|(with, without)| with.goals > without.goals).count();
        assert!(more >= 18, "more often at the goal in {more}");
        // What a greedy path shows at the end is with a bonus that of one moment: some pair may just
        // be worth a try.
        let short = |run: &Moved| run.at_the_end == 10;
        let (without, with) = (count(&without, short), count(&with, short));
        println!("{without} without, {with} with a bonus; more often at the goal in {more}");
        let chance = by_chance(with, without, SEEDS);
        assert!(without == 0 && chance < 1e-6, "{without} {with}: {chance}");
    }
}
