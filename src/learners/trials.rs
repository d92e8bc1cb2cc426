//! Small environments written as tables, and a run's loop, for the tests of learners.

use super::{Exploration, StepSize, TabularSettings};
use crate::mdp::{
    Agent, Beat, Decision, Dice, Environment, Experience, Level, Luck, Places, Sampling, Silent,
    Situation, Space, Variable,
};

/// What may follow a state and action: probability, next state, reward.
pub type Outcome = (f64, usize, f64);

/// Settings with a constant step size and exploration.
pub fn constant(size: f64, epsilon: f64) -> TabularSettings {
    TabularSettings {
        step_size: StepSize::Constant { size },
        exploration: Exploration::Constant { epsilon },
        ..TabularSettings::default()
    }
}

/// The luck of an episode.
pub fn luck(replication: u64, episode: u64) -> Luck {
    Luck { seed: 1, replication, episode }
}

/// Two states and three actions, numbered from 0.
pub fn two_by_three() -> (Space, Space) {
    let space = |name, most| Space::new(vec![Variable::count(name, 0, most, "")]).unwrap();
    (space("state", 1), space("action", 2))
}

/// Lets an agent learn from one step: from a state and action of one variable each, by a reward, to
/// a state in which these actions are allowed (all, where nothing is said), or to the end.
pub fn step(
    agent: &mut impl Agent,
    dice: &mut Dice,
    (state, action): (Level, Level),
    reward: f64,
    next: Option<(Level, Option<&[bool]>)>,
) {
    let (after, allowed) = next.unwrap_or((0, None));
    let (before, after) = ([state], [after]);
    let see = |levels, allowed, beat| Situation { levels, reals: &[], allowed, beat };
    let experience = Experience {
        before: see(&before, None, 0),
        action: &[action],
        reward,
        after: see(&after, allowed, 1),
        terminal: next.is_none(),
    };
    agent.learn(&experience, dice);
}

/// The mean returns of the episodes before `late` and of those in it, over runs of new agents.
pub fn episodes<A: Agent>(
    environment: &impl Environment,
    new: impl Fn() -> A,
    runs: u64,
    late: std::ops::Range<u64>,
) -> (f64, f64) {
    let (mut before, mut within) = (0.0, 0.0);
    for replication in 0..runs {
        let mut agent = new();
        for episode in 0..late.end {
            let (sum, _) = play(environment, &mut agent, luck(replication, episode), 100_000);
            *(if episode < late.start { &mut before } else { &mut within }) += sum;
        }
    }
    let mean = |sum: f64, episodes: u64| sum / (episodes * runs) as f64;
    (mean(before, late.start), mean(within, late.end - late.start))
}

/// A file of given figures.
pub fn published(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

/// A finite environment given outcome by outcome.
pub struct Tabulated {
    states: Space,
    actions: Space,
    sources: [String; 1],
    items: [String; 1],
    places: Places,
    start: usize,
    /// By state and flat action; a pair without outcomes is not allowed, a state without any pair
    /// is terminal.
    outcomes: Vec<Vec<Vec<Outcome>>>,
    restricts: bool,
}

impl Tabulated {
    pub fn new(start: usize, outcomes: Vec<Vec<Vec<Outcome>>>) -> Self {
        let space = |name: &str, size: usize| {
            Space::new(vec![Variable::count(name, 0, size as Level - 1, "")]).unwrap()
        };
        let restricts = outcomes
            .iter()
            .any(|pairs| pairs.iter().any(Vec::is_empty) && !pairs.iter().all(Vec::is_empty));
        Self {
            states: space("state", outcomes.len()),
            actions: space("action", outcomes[0].len()),
            sources: ["next".to_owned()],
            items: ["reward".to_owned()],
            places: Places::default(),
            start,
            outcomes,
            restricts,
        }
    }

    fn pair(&self, state: &[Level], action: &[Level]) -> &[Outcome] {
        &self.outcomes[state[0] as usize][action[0] as usize]
    }

    /// The same with all rewards so many times as large.
    pub fn times(&self, factor: f64) -> Self {
        let mut outcomes = self.outcomes.clone();
        let pairs = outcomes.iter_mut().flatten().flatten();
        pairs.for_each(|(_, _, reward)| *reward *= factor);
        Self::new(self.start, outcomes)
    }

    /// What may follow a state and flat action.
    pub fn outcomes_of(&self, state: usize, action: usize) -> &[Outcome] {
        &self.outcomes[state][action]
    }

    /// The action values that `value` (from a state's pairs and their values) makes a fixed point
    /// of, by iterating the expected backup until it no longer moves.
    pub fn fixed_point(&self, discount: f64, value: impl Fn(&[f64]) -> f64) -> Vec<Vec<f64>> {
        let mut q: Vec<Vec<f64>> =
            self.outcomes.iter().map(|pairs| vec![0.0; pairs.len()]).collect();
        for _ in 0..100_000 {
            let values: Vec<f64> = q.iter().map(|row| value(row)).collect();
            let mut moved = 0.0_f64;
            for (row, pairs) in q.iter_mut().zip(&self.outcomes) {
                for (old, outcomes) in row.iter_mut().zip(pairs) {
                    let terms =
                        outcomes.iter().map(|(p, next, r)| p * (r + discount * values[*next]));
                    let new = terms.sum::<f64>();
                    moved = moved.max((new - *old).abs());
                    *old = new;
                }
            }
            if moved < 1e-13 {
                break;
            }
        }
        q
    }
}

impl Environment for Tabulated {
    fn kind(&self) -> &'static str {
        "Tabulated"
    }
    fn state_space(&self) -> &Space {
        &self.states
    }
    fn action_space(&self) -> &Space {
        &self.actions
    }
    fn sources(&self) -> &[String] {
        &self.sources
    }
    fn reward_items(&self) -> &[String] {
        &self.items
    }
    fn start<B: Beat + ?Sized>(&self, state: &mut [Level], _beat: &mut B) {
        state[0] = self.start as Level;
    }
    fn step<B: Beat + ?Sized>(
        &self,
        state: &[Level],
        action: &[Level],
        next: &mut [Level],
        beat: &mut B,
    ) {
        let outcomes = self.pair(state, action);
        let mut drawn = 0;
        if outcomes.len() > 1 {
            let mut probabilities = [0.0; 128];
            for (p, outcome) in probabilities.iter_mut().zip(outcomes) {
                *p = outcome.0;
            }
            drawn = beat.pick(0, &probabilities[..outcomes.len()]);
        }
        next[0] = outcomes[drawn].1 as Level;
        beat.earn(0, outcomes[drawn].2);
    }
    fn ends(&self) -> bool {
        true
    }
    fn is_terminal(&self, state: &[Level]) -> bool {
        self.outcomes[state[0] as usize].iter().all(Vec::is_empty)
    }
    fn restricts_actions(&self) -> bool {
        self.restricts
    }
    fn allows(&self, state: &[Level], action: &[Level]) -> bool {
        !self.pair(state, action).is_empty()
    }
    fn places(&self) -> &Places {
        &self.places
    }
}

/// Whether each flat action is allowed, where the environment ever says no.
fn mask(environment: &impl Environment, state: &[Level], allowed: &mut [bool]) {
    let mut action = vec![0; environment.action_space().len()];
    for (flat, allowed) in allowed.iter_mut().enumerate() {
        environment.action_space().levels(flat as u64, &mut action);
        *allowed = environment.allows(state, &action);
    }
}

/// Plays one episode of up to `limit` beats; returns the sum of rewards and the first variable of
/// each action taken.
pub fn play(
    environment: &impl Environment,
    agent: &mut impl Agent,
    luck: Luck,
    limit: u64,
) -> (f64, Vec<Level>) {
    let items = environment.reward_items().len();
    let mut sampling = Sampling::new(luck, environment.sources(), items, Silent);
    let mut dice = Dice::new(luck, agent.sources());
    let mut state = vec![0; environment.state_space().len()];
    let (mut next, mut action) = (state.clone(), vec![0; environment.action_space().len()]);
    let restricted = environment.restricts_actions();
    let columns = if restricted { environment.action_space().count().unwrap() } else { 0 };
    let (mut allowed, mut allowed_next) =
        (vec![true; columns as usize], vec![true; columns as usize]);
    environment.start(&mut state, &mut sampling);
    mask(environment, &state, &mut allowed);
    agent.begin_episode();
    let (mut sum, mut taken) = (0.0, Vec::new());
    for beat in 0..limit {
        fn see<'a>(levels: &'a [Level], allowed: &'a [bool], beat: u64) -> Situation<'a> {
            let allowed = if allowed.is_empty() { None } else { Some(allowed) };
            Situation { levels, reals: &[], allowed, beat }
        }
        dice.turn_to(beat);
        let before = see(&state, &allowed, beat);
        assert_eq!(agent.decide(&before, &mut dice, &mut action), Decision::Made);
        assert!(environment.allows(&state, &action));
        sampling.open(beat + 1);
        environment.step(&state, &action, &mut next, &mut sampling);
        mask(environment, &next, &mut allowed_next);
        let terminal = environment.is_terminal(&next);
        let experience = Experience {
            before,
            action: &action,
            reward: sampling.reward(),
            after: see(&next, &allowed_next, beat + 1),
            terminal,
        };
        dice.turn_to(beat + 1);
        agent.learn(&experience, &mut dice);
        sum += sampling.reward();
        taken.push(action[0]);
        std::mem::swap(&mut state, &mut next);
        std::mem::swap(&mut allowed, &mut allowed_next);
        if terminal {
            break;
        }
    }
    (sum, taken)
}

/// The path of the greedy policy (lowest index among equals) from the start through an environment
/// of one state variable without luck, up to 1,000 steps.
pub fn greedy_path(environment: &impl Environment, agent: &impl Agent) -> Vec<Level> {
    let items = environment.reward_items().len();
    let mut sampling = Sampling::new(Luck::new(0), environment.sources(), items, Silent);
    let (mut state, mut next, mut action) = ([0], [0], [0]);
    environment.start(&mut state, &mut sampling);
    let mut path = vec![state[0]];
    let mut probabilities = vec![0.0; environment.action_space().count().unwrap() as usize];
    while !environment.is_terminal(&state) && path.len() <= 1_000 {
        let seen = Situation { levels: &state, reals: &[], allowed: None, beat: 0 };
        assert!(agent.target_policy(&seen, &mut probabilities));
        let flat = probabilities.iter().position(|p| *p == 1.0).unwrap();
        environment.action_space().levels(flat as u64, &mut action);
        environment.step(&state, &action, &mut next, &mut sampling);
        state = next;
        path.push(state[0]);
    }
    path
}

/// The cliff of Sutton & Barto (2018), example 6.6: cells are numbered row by row from the top
/// left, 12 a row, 4 rows; actions up, right, down, left; −1 a step, −100 and back to the start
/// from the cliff between start (36) and goal (47).
pub fn cliff() -> Tabulated {
    let step = |cell: usize, action: usize| -> Vec<Outcome> {
        let (row, column) = (cell / 12, cell % 12);
        let (row, column) = match action {
            0 => (row.saturating_sub(1), column),
            1 => (row, (column + 1).min(11)),
            2 => ((row + 1).min(3), column),
            _ => (row, column.saturating_sub(1)),
        };
        if row == 3 && (1..=10).contains(&column) {
            vec![(1.0, 36, -100.0)]
        } else {
            vec![(1.0, row * 12 + column, -1.0)]
        }
    };
    let cell = |cell| (0..4).map(|a| if cell == 47 { Vec::new() } else { step(cell, a) }).collect();
    Tabulated::new(36, (0..48).map(cell).collect())
}

/// Four states, two actions, every transition possible; numbers drawn once from a seed.
pub fn random_process() -> Tabulated {
    let key = Luck::new(2026).key("random process");
    let mut drawn = 0;
    let mut uniform = || {
        drawn += 1;
        key.uniform(drawn, 0)
    };
    let outcomes = (0..4)
        .map(|_| {
            (0..2)
                .map(|_| {
                    let weights: Vec<f64> = (0..4).map(|_| uniform()).collect();
                    let sum: f64 = weights.iter().sum();
                    (0..4).map(|next| (weights[next] / sum, next, 2.0 * uniform() - 1.0)).collect()
                })
                .collect()
        })
        .collect();
    Tabulated::new(0, outcomes)
}

/// Sutton & Barto (2018), example 6.7, with ten actions in B whose rewards are normal about −0.1.
pub struct MaximisationBias {
    pub environment: Tabulated,
}

/// In A only two of the ten actions are allowed: 3 leads to B, 6 to the end.
pub fn maximisation_bias() -> MaximisationBias {
    let weights: Vec<f64> = (-40..=40).map(|k| (-f64::from(k * k) / 200.0).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let normal: Vec<_> = (-40..=40)
        .zip(&weights)
        .map(|(k, weight)| (weight / sum, 2, f64::from(k) / 10.0 - 0.1))
        .collect();
    let mut from_a = vec![Vec::new(); 10];
    (from_a[3], from_a[6]) = (vec![(1.0, 1, 0.0)], vec![(1.0, 2, 0.0)]);
    let outcomes = vec![from_a, vec![normal; 10], vec![Vec::new(); 10]];
    MaximisationBias { environment: Tabulated::new(0, outcomes) }
}

impl MaximisationBias {
    /// In how many per cent of so many runs the way to B was taken, in each of a hundred episodes.
    pub fn lefts<A: Agent>(&self, runs: u64, new: impl Fn() -> A) -> [f64; 100] {
        let mut lefts = [0_u32; 100];
        for replication in 0..runs {
            let mut agent = new();
            for (episode, lefts) in lefts.iter_mut().enumerate() {
                let luck = luck(replication, episode as u64);
                let (_, taken) = play(&self.environment, &mut agent, luck, 9);
                *lefts += u32::from(taken[0] == 3);
            }
        }
        lefts.map(|lefts| 100.0 * f64::from(lefts) / runs as f64)
    }
}

/// A maze of so many rows and columns; cells are numbered row by row from the top left; actions up,
/// right, down, left. A step into a wall or the edge stays; reaching the goal earns 1.
pub fn maze(
    (rows, columns): (usize, usize),
    walls: &[(usize, usize)],
    start: (usize, usize),
    goal: (usize, usize),
) -> Tabulated {
    let number = |(row, column): (usize, usize)| row * columns + column;
    let step = |cell: usize, action: usize| -> Vec<Outcome> {
        let (row, column) = (cell / columns, cell % columns);
        let to = match action {
            0 => (row.saturating_sub(1), column),
            1 => (row, (column + 1).min(columns - 1)),
            2 => ((row + 1).min(rows - 1), column),
            _ => (row, column.saturating_sub(1)),
        };
        let to = if walls.contains(&to) { cell } else { number(to) };
        vec![(1.0, to, if to == number(goal) { 1.0 } else { 0.0 })]
    };
    let cell = |cell| {
        let ends = cell == number(goal);
        (0..4).map(|action| if ends { Vec::new() } else { step(cell, action) }).collect()
    };
    Tabulated::new(number(start), (0..rows * columns).map(cell).collect())
}

/// What the best action is worth: the value of the optimum, for [`Tabulated::fixed_point`].
pub fn best(row: &[f64]) -> f64 {
    row.iter().copied().fold(f64::MIN, f64::max)
}

/// Asserts that an agent's values lie within so much of the exact ones.
pub fn assert_near(agent: &impl Agent, exact: &[Vec<f64>], tolerance: f64) {
    for (state, exact) in exact.iter().enumerate() {
        for (found, exact) in agent.table().unwrap().row(state).iter().zip(exact) {
            assert!((found - exact).abs() < tolerance, "state {state}: {found} {exact}");
        }
    }
}
