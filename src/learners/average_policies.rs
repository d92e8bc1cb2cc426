//! Learners of policies where nothing ends and the average reward counts, as on a line: their
//! expected update by enumeration, and how they close in on the best gain.
//!
//! With δ = r − r̄ + v(s′) − v(s) of each step, both learners move in n steps, while steps are small,
//! the preference h(s, b) by Σ_k Σ_m λᵐ·∇_k ln π·δ_{k+m} and the value v(s) by Σ_k Σ_m λᵐ·δ_{k+m}
//! over the steps k in s, m up to n − 1 − k: the actor–critic by its traces, REINFORCE with λ = 1, as
//! a return less the value is the sum of the errors behind it. If the state at first has the chances
//! μ of the long run, so have all. The mean of δ_{k+m} where b is taken in s is then
//! f₀(s, b) = Σ p·(r − r̄ + v(s′)) − v(s) and f_m(s, b) = Σ p·(P^{m−1} f̄₀)(s′), a bar the mean over
//! the policy: the mean move of v(s) is μ(s)·Σ λᵐ·f̄_m(s), that of h(s, b)
//! μ(s)·π(b|s)·Σ λᵐ·(f_m(s, b) − f̄_m(s)). Where v and r̄ are exact, all f̄ are 0 and what is left is
//! the gradient of the gain (Sutton & Barto 2018, sec. 13.2 and 13.6).

use super::kept::reals;
use super::policy_trials::{Step, five_processes, learn_from, policy_of, softmax, solve};
use super::trials::{Tabulated, luck, play};
use super::*;
use crate::mdp::{Agent, Criterion, Dice, Environment, Kept, Learned, Luck};

const STATES: usize = 3;
const ACTIONS: usize = 2;
const PREFERENCES: [f64; STATES * ACTIONS] = [0.3, -0.2, -0.5, 0.4, 0.1, 0.9];
/// Small, so that the policy and the values stay all but as they are: what is left of a rate is an
/// error of its size, some 1e-6 in a mean of a few moves, and rounding of 1e-16/1e-7.
const RATE: f64 = 1e-7;
const TOLERANCE: f64 = 1e-5;
/// So many steps are enumerated: (2·3)³ ways from each state.
const STEPS: usize = 3;

/// The gain of a policy and its values relative to state 0: v(s) + g = Σ π·p·(r + v(s′)), v(0) = 0.
fn gain_of(process: &Tabulated, policy: &[Vec<f64>]) -> (f64, Vec<f64>) {
    // The gain takes the place of v(0).
    let row = |state: usize| {
        let mut row = vec![0.0; STATES + 1];
        row[state] += 1.0;
        for (action, weight) in policy[state].iter().enumerate() {
            for (p, next, reward) in process.outcomes_of(state, action) {
                row[*next] -= weight * p;
                row[STATES] += weight * p * reward;
            }
        }
        row[0] = 1.0;
        row
    };
    let mut values = solve(&mut (0..STATES).map(row).collect::<Vec<_>>());
    let gain = std::mem::replace(&mut values[0], 0.0);
    (gain, values)
}

/// The share of beats that a policy spends in each state: μ = μ·P, Σ μ = 1.
fn long_run(process: &Tabulated, policy: &[Vec<f64>]) -> Vec<f64> {
    let mut rows = vec![vec![0.0; STATES + 1]; STATES];
    for (state, pairs) in policy.iter().enumerate() {
        rows[state][state] -= 1.0;
        for (action, weight) in pairs.iter().enumerate() {
            for (p, next, _) in process.outcomes_of(state, action) {
                rows[*next][state] += weight * p;
            }
        }
    }
    rows[0] = vec![1.0; STATES + 1];
    solve(&mut rows)
}

/// What is moved: preferences, values, and the mean reward.
#[derive(Debug, Clone, PartialEq)]
struct Numbers {
    preferences: Vec<f64>,
    values: Vec<f64>,
    mean: f64,
}

impl Numbers {
    fn of(agent: &impl Agent) -> Self {
        let kept = agent.keep().unwrap();
        let mean = reals(&kept, "mean", 2).unwrap()[0];
        let preferences = reals(&kept, "preferences", STATES * ACTIONS).unwrap().to_vec();
        Self { preferences, values: reals(&kept, "values", STATES).unwrap().to_vec(), mean }
    }

    fn give(&self, agent: &mut impl Agent) {
        let mut kept: Learned = agent.keep().unwrap();
        for (name, numbers) in &mut kept {
            match name.as_str() {
                "preferences" => *numbers = Kept::Reals(self.preferences.clone()),
                "values" => *numbers = Kept::Reals(self.values.clone()),
                // A mean of old, that moves by its step alone.
                "mean" => *numbers = Kept::Reals(vec![self.mean, 1.0]),
                _ => {}
            }
        }
        agent.take_up(&kept).unwrap();
    }
}

/// The mean move of all numbers over everything that can happen in [`STEPS`] steps, in units of the
/// rate.
fn expected_move(process: &Tabulated, agent: &(impl Agent + Clone)) -> Numbers {
    let policy = policy_of(process, agent);
    let start = long_run(process, &policy).into_iter().enumerate();
    let mut ways: Vec<(f64, usize, Vec<Step>)> =
        start.map(|(state, chance)| (chance, state, Vec::new())).collect();
    for _ in 0..STEPS {
        let mut longer = Vec::new();
        for (chance, state, steps) in &ways {
            for (action, weight) in policy[*state].iter().enumerate() {
                for (p, next, reward) in process.outcomes_of(*state, action) {
                    let mut steps = steps.clone();
                    steps.push((*state, action, *reward, *next));
                    longer.push((chance * weight * p, *next, steps));
                }
            }
        }
        ways = longer;
    }
    assert!((ways.iter().map(|(chance, ..)| chance).sum::<f64>() - 1.0).abs() < 1e-12);
    let before = Numbers::of(agent);
    let mut moved =
        Numbers { preferences: vec![0.0; STATES * ACTIONS], values: vec![0.0; STATES], mean: 0.0 };
    for (chance, _, steps) in ways {
        let mut agent = agent.clone();
        let mut dice = Dice::new(Luck::new(1), agent.sources());
        learn_from(&mut agent, &steps, |_| false, &mut dice);
        let after = Numbers::of(&agent);
        let share = chance / RATE;
        let add = |sum: &mut Vec<f64>, after: &[f64], before: &[f64]| {
            let moves = after.iter().zip(before).map(|(after, before)| after - before);
            sum.iter_mut().zip(moves).for_each(|(sum, by)| *sum += share * by);
        };
        add(&mut moved.preferences, &after.preferences, &before.preferences);
        add(&mut moved.values, &after.values, &before.values);
        moved.mean += share * (after.mean - before.mean);
    }
    moved
}

/// The same by the equations at the head of this file. `by_errors`: the mean moves by δ, else by how
/// far rewards are above it.
fn by_the_equations(process: &Tabulated, at: &Numbers, lambda: f64, by_errors: bool) -> Numbers {
    let policy = softmax(&at.preferences);
    let met = long_run(process, &policy);
    let pairs = |of: &dyn Fn(usize, f64) -> f64| -> Vec<Vec<f64>> {
        let pair = |state: usize, action: usize| {
            let outcomes = process.outcomes_of(state, action).iter();
            outcomes.map(|(p, next, reward)| p * of(*next, *reward)).sum()
        };
        (0..STATES).map(|state| (0..ACTIONS).map(|a| pair(state, a)).collect()).collect()
    };
    let over_the_policy = |of: &[Vec<f64>]| -> Vec<f64> {
        let rows = of.iter().zip(&policy);
        rows.map(|(row, weights)| row.iter().zip(weights).map(|(x, w)| x * w).sum()).collect()
    };
    let mut moved =
        Numbers { preferences: vec![0.0; STATES * ACTIONS], values: vec![0.0; STATES], mean: 0.0 };
    let mut errors = pairs(&|next, reward| reward - at.mean + at.values[next]);
    for (row, value) in errors.iter_mut().zip(&at.values) {
        row.iter_mut().for_each(|error| *error -= value);
    }
    let own = over_the_policy(&errors);
    let mut share = 1.0;
    for later in 0..STEPS {
        let means = over_the_policy(&errors);
        // So many steps k have one that is so much later.
        let weight = share * (STEPS - later) as f64;
        for state in 0..STATES {
            moved.values[state] += weight * met[state] * means[state];
            for action in 0..ACTIONS {
                moved.preferences[state * ACTIONS + action] += weight
                    * met[state]
                    * policy[state][action]
                    * (errors[state][action] - means[state]);
            }
        }
        errors = pairs(&|next, _| means[next]);
        share *= lambda;
    }
    let above =
        if by_errors { own } else { over_the_policy(&pairs(&|_, reward| reward - at.mean)) };
    moved.mean = STEPS as f64 * met.iter().zip(&above).map(|(met, by)| met * by).sum::<f64>();
    moved
}

/// Asserts the expected update of a learner built by `new`, with values and a mean that are exact and
/// with others.
fn moves_as_expected<A: Agent + Clone>(
    new: impl Fn(&Tabulated) -> A,
    lambda: f64,
    by_errors: bool,
) {
    for (number, process) in five_processes().iter().enumerate() {
        let (gain, values) = gain_of(process, &softmax(&PREFERENCES));
        let exact = Numbers { preferences: PREFERENCES.to_vec(), values, mean: gain };
        let wrong = Numbers { values: vec![0.7, -0.4, 1.1], mean: gain + 0.3, ..exact.clone() };
        for at in [&exact, &wrong] {
            let mut agent = new(process);
            at.give(&mut agent);
            let found = expected_move(process, &agent);
            let expected = by_the_equations(process, at, lambda, by_errors);
            let near = |found: &f64, expected: &f64| {
                assert!((found - expected).abs() < TOLERANCE, "{number}: {found} {expected}");
            };
            found.preferences.iter().zip(&expected.preferences).for_each(|(f, e)| near(f, e));
            found.values.iter().zip(&expected.values).for_each(|(f, e)| near(f, e));
            near(&found.mean, &expected.mean);
            if at != &exact {
                continue;
            }
            for (place, moved) in found.preferences.iter().enumerate() {
                let gain = |by: f64| {
                    let mut preferences = PREFERENCES;
                    preferences[place] += by;
                    gain_of(process, &softmax(&preferences)).0
                };
                // Central differences err by some h² = 1e-8 and by rounding, 1e-16/h = 1e-12.
                near(moved, &(STEPS as f64 * (gain(1e-4) - gain(-1e-4)) / 2e-4));
            }
        }
    }
}

#[test]
fn the_actor_critic_s_expected_update() {
    for lambda in [0.0, 0.6] {
        let settings = ActorCriticSettings {
            actor_rate: RATE,
            critic_step: StepSize::Constant { size: RATE },
            mean_step: RATE,
            actor_lambda: lambda,
            critic_lambda: lambda,
            scaled: false,
            entropy: 0.0,
            ..ActorCriticSettings::default()
        };
        let new = |process: &Tabulated| {
            let (states, actions) = (process.state_space(), process.action_space());
            ActorCritic::new(&settings, states, actions, Criterion::Average).unwrap()
        };
        moves_as_expected(new, lambda, true);
    }
}

#[test]
fn reinforce_s_expected_update() {
    let settings = ReinforceSettings {
        actor_rate: RATE,
        baseline_step: StepSize::Constant { size: RATE },
        mean_step: RATE,
        window: Some(STEPS as u32),
        scaled: false,
        entropy: 0.0,
        ..ReinforceSettings::default()
    };
    let new = |process: &Tabulated| {
        let (states, actions) = (process.state_space(), process.action_space());
        Reinforce::new(&settings, states, actions, Criterion::Average).unwrap()
    };
    moves_as_expected(new, 1.0, false);
}

/// By how much the gain of an agent's policy lies below the best, which some certain policy has.
fn shortfall(process: &Tabulated, agent: &impl Agent) -> f64 {
    let certain = |number: usize| -> Vec<Vec<f64>> {
        let row = |state: usize| {
            let best = number >> state & 1;
            (0..ACTIONS).map(|action| if action == best { 1.0 } else { 0.0 }).collect()
        };
        (0..STATES).map(row).collect()
    };
    let gains = (0..1 << STATES).map(|number| gain_of(process, &certain(number)).0);
    gains.fold(f64::MIN, f64::max) - gain_of(process, &policy_of(process, agent)).0
}

/// Over five seeds on each of five processes, the mean shortfall at least halves from 10⁵ to 10⁶
/// steps where steps shrink as Robbins and Monro ask.
fn closes_in<A: Agent>(new: impl Fn(&Tabulated) -> A) {
    for (number, process) in five_processes().iter().enumerate() {
        let (mut early, mut late) = (0.0, 0.0);
        for seed in 0..5 {
            let mut agent = new(process);
            play(process, &mut agent, luck(seed, 0), 100_000);
            early += shortfall(process, &agent) / 5.0;
            play(process, &mut agent, luck(seed, 1), 900_000);
            late += shortfall(process, &agent) / 5.0;
        }
        println!("process {number}: {early:.7} after 10⁵ steps, {late:.7} after 10⁶");
        assert!(late <= 0.5 * early, "process {number}: {early} {late}");
    }
}

/// The steps of the actor, as for discounted rewards.
const ACTOR_STEP: StepSize = StepSize::Visits { scale: 1.0, power: 0.7 };

#[test]
fn the_actor_critic_closes_in_on_the_best_gain() {
    let settings = ActorCriticSettings {
        actor_rate: 1.0,
        actor_step: ACTOR_STEP,
        critic_lambda: 0.0,
        actor_lambda: 0.0,
        ..ActorCriticSettings::default()
    };
    closes_in(|process| {
        let (states, actions) = (process.state_space(), process.action_space());
        ActorCritic::new(&settings, states, actions, Criterion::Average).unwrap()
    });
}

#[test]
fn reinforce_closes_in_on_the_best_gain() {
    let settings = ReinforceSettings {
        actor_rate: 1.0,
        actor_step: ACTOR_STEP,
        // The luck in a return grows with every beat; with the usual ten beats the slowest of the
        // five processes but just halves its shortfall.
        window: Some(5),
        ..ReinforceSettings::default()
    };
    closes_in(|process| {
        let (states, actions) = (process.state_space(), process.action_space());
        Reinforce::new(&settings, states, actions, Criterion::Average).unwrap()
    });
}
