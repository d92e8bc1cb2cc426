//! Prioritised sweeping: outcomes are counted, and what changes most is followed back first.
//!
//! After each step its pair is backed up by the counts, Q(s, a) ← r̂ + γ·Σ p̂(s′|s, a)·max_b Q(s′,
//! b), the end worth 0. Where this changes max_b Q(s, b) by Δ, each pair that was seen to lead to s
//! with share p̂ waits with priority γ·p̂·|Δ|, or its earlier one if that is higher, unless it is
//! below a threshold. Then so many of those that wait are backed up, the highest priority first,
//! and those before them put to wait in turn. At most the 1,024 pairs that were last found to lead
//! to a state are followed. The behaviour explores by its [`Exploration`](super::Exploration).
//! Source: Moore & Atkeson (1993); Sutton & Barto (2018), sec. 8.4.

#![expect(clippy::indexing_slicing, reason = "pairs are numbered by the table; a hot loop")]

use serde::{Deserialize, Serialize};

use super::counted_model::{CountedModel, ModelSettings};
use super::settings::{Figure, LearnerSettings, Place, learner};
use super::tabular::{SOURCES, TableError, Tabular, chooses_by_its_table, tells_its_table};
use crate::environments::SettingError;
use crate::mdp::{
    ActionTable, Agent, Criterion, Decision, Dice, Experience, Level, Situation, Space,
};

/// Where a pair waits, and its entry there, twice as the queue grows.
const MORE_BYTES: u64 = 4 + 32;
/// So many pairs that lead to a state are followed.
const MOST_BEFORE: usize = 1_024;
/// Does not wait.
const NOWHERE: u32 = u32::MAX;

/// Settings of prioritised sweeping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrioritisedSettings {
    /// By how much a value must be thought to change to wait for its backup: θ, 0 or more, in
    /// currency. 0.0001 by default.
    pub threshold: f64,
    /// How many pairs are backed up after each beat, and how actions are chosen.
    pub model: ModelSettings,
}

impl Default for PrioritisedSettings {
    fn default() -> Self {
        Self { threshold: 1e-4, model: ModelSettings::default() }
    }
}

impl LearnerSettings for PrioritisedSettings {
    fn faults(&self) -> Vec<SettingError> {
        self.validate()
    }

    fn own_discount(&self) -> (&'static str, Option<f64>) {
        ("model.discount", self.model.discount)
    }

    fn explores_for_ever(&self) -> bool {
        self.model.explores_for_ever()
    }

    fn figures(&mut self) -> Vec<Figure<'_>> {
        let mut figures = self.model.figures();
        figures.push(Figure {
            name: "threshold θ",
            about: "By how much a value must be thought to change to wait for its backup",
            low: 0.0,
            high: 1e9,
            place: Place::Real(&mut self.threshold),
        });
        figures
    }
}

impl PrioritisedSettings {
    /// All that is wrong with the settings; empty where nothing is.
    pub fn validate(&self) -> Vec<SettingError> {
        let below =
            |fault: SettingError| SettingError { path: format!("model.{}", fault.path), ..fault };
        let mut faults: Vec<_> = self.model.validate().into_iter().map(below).collect();
        if !(self.threshold >= 0.0 && self.threshold.is_finite()) {
            faults.push(SettingError {
                path: "threshold".to_owned(),
                message: format!("{} is no threshold", self.threshold),
                remedy: "give a number of 0 or more, such as 0.0001".to_owned(),
            });
        }
        faults
    }
}

/// Pairs that wait, each once: a binary heap, the highest priority first, and where each pair is.
#[derive(Debug, Clone)]
struct Queue {
    heap: Vec<(f64, u32)>,
    at: Box<[u32]>,
}

impl Queue {
    fn new(places: usize) -> Self {
        Self { heap: Vec::new(), at: vec![NOWHERE; places].into_boxed_slice() }
    }

    /// Lets a pair wait with this priority, or with its own if that is higher.
    fn raise(&mut self, place: u32, priority: f64) {
        let at = self.at[place as usize];
        if at == NOWHERE {
            self.heap.push((priority, place));
            self.rise(self.heap.len() - 1);
        } else if priority > self.heap[at as usize].0 {
            self.heap[at as usize].0 = priority;
            self.rise(at as usize);
        }
    }

    /// The pair of highest priority, which waits no more.
    fn pop(&mut self) -> Option<u32> {
        let last = self.heap.pop()?;
        let first = match self.heap.first_mut() {
            Some(first) => std::mem::replace(first, last),
            None => last,
        };
        self.at[first.1 as usize] = NOWHERE;
        if !self.heap.is_empty() {
            self.sink();
        }
        Some(first.1)
    }

    fn rise(&mut self, mut at: usize) {
        let entry = self.heap[at];
        while at > 0 {
            let above = (at - 1) / 2;
            if self.heap[above].0 >= entry.0 {
                break;
            }
            self.settle(at, self.heap[above]);
            at = above;
        }
        self.settle(at, entry);
    }

    /// Moves the first entry down to where it belongs.
    fn sink(&mut self) {
        let (entry, mut at) = (self.heap[0], 0);
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            let Some(mut higher) = self.heap.get(left).copied() else { break };
            let mut below = left;
            if let Some(other) = self.heap.get(right)
                && other.0 > higher.0
            {
                (higher, below) = (*other, right);
            }
            if entry.0 >= higher.0 {
                break;
            }
            self.settle(at, higher);
            at = below;
        }
        self.settle(at, entry);
    }

    fn settle(&mut self, at: usize, entry: (f64, u32)) {
        self.heap[at] = entry;
        self.at[entry.1 as usize] = at as u32;
    }
}

/// Prioritised sweeping over counted outcomes.
#[derive(Debug, Clone)]
pub struct PrioritisedSweeping {
    pub(super) tabular: Tabular,
    pub(super) model: CountedModel,
    backups: u32,
    threshold: f64,
    queue: Queue,
}

impl PrioritisedSweeping {
    /// A learner for these observations and actions that has met nothing yet; see
    /// [`QLearning::new`](super::QLearning::new) for what is asked of its settings.
    pub fn new(
        settings: &PrioritisedSettings,
        observations: &Space,
        actions: &Space,
        criterion: Criterion,
    ) -> Result<Self, TableError> {
        let table = settings.model.as_table();
        let (tabular, model) =
            CountedModel::new(&table, MORE_BYTES, observations, actions, criterion)?;
        let queue = Queue::new(model.counts.len());
        let (backups, threshold) = (settings.model.backups, settings.threshold);
        Ok(Self { tabular, model, backups, threshold, queue })
    }

    /// Goes on with other settings and keeps what it knows.
    pub fn retune(&mut self, settings: &PrioritisedSettings, criterion: Criterion) {
        self.tabular.retune(&settings.model.as_table(), criterion);
        self.backups = settings.model.backups;
        self.threshold = settings.threshold;
    }

    /// Backs up a pair and lets those wait that lead to its state.
    fn back_up(&mut self, place: usize) {
        let change = self.model.back_up(&mut self.tabular, place).abs();
        if change == 0.0 {
            return;
        }
        let row = place / self.tabular.table.actions;
        for outcome in self.model.leading_to(row).take(MOST_BEFORE) {
            let times = f64::from(self.model.counts[outcome.place as usize]);
            let share = f64::from(outcome.count) / times;
            let priority = self.tabular.discount * share * change;
            if priority > self.threshold {
                self.queue.raise(outcome.place, priority);
            }
        }
    }

    /// Backs up the pair of highest priority; false where none waits.
    fn back_up_next(&mut self) -> bool {
        let place = self.queue.pop();
        if let Some(place) = place {
            self.back_up(place as usize);
        }
        place.is_some()
    }
}

learner!(PrioritisedSweeping, PrioritisedSettings, |settings: &PrioritisedSettings, criterion| {
    settings.model.as_table().discount_for(criterion)
});

impl Agent for PrioritisedSweeping {
    fn name(&self) -> &str {
        "Prioritised sweeping"
    }

    fn sources(&self) -> &[&'static str] {
        &SOURCES
    }

    chooses_by_its_table!();

    fn learn(&mut self, experience: &Experience<'_>, _dice: &mut Dice) {
        let place = self.model.meet(&mut self.tabular, experience);
        self.back_up(place);
        for _ in 0..self.backups {
            if !self.back_up_next() {
                break;
            }
        }
    }

    fn plan(&mut self, budget: u64) -> u64 {
        (0..budget).take_while(|_| self.back_up_next()).count() as u64
    }

    tells_its_table!();
}

#[cfg(test)]
mod tests {
    use super::super::dyna_q::{DynaQ, DynaSettings};
    use super::super::exploration::Exploration;
    use super::super::trials::{
        assert_near, best, constant, luck, maze, play, random_process, step, two_by_three,
    };
    use super::*;
    use crate::mdp::{Environment, Luck};

    fn settings(backups: u32, threshold: f64, epsilon: f64) -> PrioritisedSettings {
        let exploration = Exploration::Constant { epsilon };
        let model = ModelSettings { backups, exploration, ..ModelSettings::default() };
        PrioritisedSettings { threshold, model }
    }

    #[test]
    fn the_queue_gives_the_highest_first_and_each_once() {
        let mut queue = Queue::new(50);
        let key = Luck::new(4).key("queue");
        for round in 0..20 {
            let mut highest = std::collections::BTreeMap::new();
            for draw in 0..80 {
                let place = (key.uniform(round, 2 * draw) * 50.0) as u32;
                let priority = key.uniform(round, 2 * draw + 1);
                let known = highest.entry(place).or_insert(0.0_f64);
                *known = known.max(priority);
                queue.raise(place, priority);
            }
            let mut sorted: Vec<_> = highest.into_iter().collect();
            sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
            let given: Vec<u32> = std::iter::from_fn(|| queue.pop()).collect();
            assert_eq!(given, sorted.iter().map(|(place, _)| *place).collect::<Vec<_>>());
        }
    }

    #[test]
    fn changes_are_followed_back_by_hand() {
        let (states, actions) = two_by_three();
        let criterion = Criterion::Discounted(0.5);
        let new = |backups, threshold| {
            let settings = settings(backups, threshold, 0.0);
            PrioritisedSweeping::new(&settings, &states, &actions, criterion).unwrap()
        };
        for (backups, threshold, values) in [
            // (0, 0) and (0, 1) lead to state 1, worth 8 at last: 1 + ½·8, and half the time ½·8.
            (2, 0.0, [5.0, 4.0]),
            // The share and so the priority of (0, 0) is twice as large: ½·8 against ¼·8.
            (1, 0.0, [5.0, 2.0]),
            (0, 0.0, [1.0, 2.0]),
            (9, 2.0, [5.0, 2.0]),
            (9, 4.0, [1.0, 2.0]),
        ] {
            let mut agent = new(backups, threshold);
            let mut dice = Dice::new(Luck::new(1), agent.sources());
            step(&mut agent, &mut dice, (0, 0), 1.0, Some((1, None)));
            step(&mut agent, &mut dice, (0, 1), 1.0, Some((1, None)));
            step(&mut agent, &mut dice, (0, 1), 3.0, None);
            step(&mut agent, &mut dice, (1, 2), 8.0, None);
            assert_eq!(agent.table().unwrap().values[..2], values, "{backups} {threshold}");
        }
    }

    #[test]
    fn values_converge_to_the_optimum_of_a_random_process() {
        let process = random_process();
        let (states, actions) = (process.state_space(), process.action_space());
        let exact = process.fixed_point(0.9, best);
        let criterion = Criterion::Discounted(0.9);
        let settings = settings(2, 1e-4, 1.0);
        let mut agent = PrioritisedSweeping::new(&settings, states, actions, criterion).unwrap();
        play(&process, &mut agent, luck(0, 0), 200_000);
        // As for certainty equivalence, which has the same counts.
        assert_near(&agent, &exact, 0.04);
    }

    /// Moore & Atkeson (1993) and Sutton & Barto (2018), example 8.4: on mazes it needs several times
    /// fewer updates than Dyna-Q.
    #[test]
    fn a_maze_is_learned_with_fewer_steps_than_by_dyna_q() {
        let walls = [(1, 2), (2, 2), (3, 2), (0, 7), (1, 7), (2, 7), (4, 5)];
        let maze = maze((6, 9), &walls, (2, 0), (0, 8));
        let (states, actions) = (maze.state_space(), maze.action_space());
        let criterion = Criterion::Discounted(0.95);
        let runs = 30;
        let (mut sweeping, mut dyna) = (0, 0);
        for replication in 0..runs {
            let settings = settings(5, 1e-4, 0.1);
            let mut one = PrioritisedSweeping::new(&settings, states, actions, criterion).unwrap();
            let settings = DynaSettings { planned: 5, bonus: 0.0, table: constant(1.0, 0.1) };
            let mut other = DynaQ::new(&settings, states, actions, criterion).unwrap();
            for episode in 0..10 {
                let luck = luck(replication, episode);
                let steps = play(&maze, &mut one, luck, 100_000).1.len();
                sweeping += if episode > 0 { steps } else { 0 };
                let steps = play(&maze, &mut other, luck, 100_000).1.len();
                dyna += if episode > 0 { steps } else { 0 };
            }
        }
        // After the first goal 14 steps are the fewest; exploration adds some.
        assert!(sweeping < 30 * 9 * runs as usize, "{sweeping} steps");
        assert!(2 * sweeping < dyna, "{sweeping} steps against {dyna}");
    }

    #[test]
    fn settings_are_judged() {
        assert!(PrioritisedSettings::default().validate().is_empty());
        let bad = settings(10_001, f64::NAN, 0.1);
        let paths: Vec<_> = bad.validate().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["model.backups", "threshold"]);
    }
}
