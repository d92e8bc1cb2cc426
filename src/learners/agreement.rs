//! Every learner's expected update agrees with the operator that it claims to sample.
//!
//! On a small process without loops, each way that can be gone from a pair is learned from by a fresh
//! copy of the learner; the mean of the pair's values afterwards, weighed by the probabilities of the
//! ways, must be Q + α·(T Q − Q), with T worked out from the same table of outcomes. All this holds
//! whichever rule explores; the ways and T then go by its probabilities. Off-policy Monte Carlo and
//! posterior sampling, whose single updates are no such samples, have tests of their own.

use super::monte_carlo::{CountedVisits, LearnedPolicy, MonteCarlo, MonteCarloSettings};
use super::tabular::Tabular;
use super::trials::{Outcome, constant};
use super::*;
use crate::mdp::{Agent, Criterion, Dice, Experience, Level, Luck, Situation, Space, Variable};

const ALPHA: f64 = 0.25;
const EPSILON: f64 = 0.4;
const GAMMA: f64 = 0.9;
const LAMBDA: f64 = 0.6;
/// What differential SARSA is made to believe of the average reward.
const AVERAGE: f64 = 0.7;
const END: usize = 4;
/// Values are near 1 and sums have some hundred terms.
const ROUNDING: f64 = 1e-13;

/// What follows each pair of states 0 … 3; 4 is the end. Action 1 is not allowed in state 2.
fn outcomes(state: usize, action: usize) -> Vec<Outcome> {
    match (state, action) {
        (0, 0) => vec![(0.25, 1, 1.0), (0.75, 2, -2.0)],
        (0, 1) => vec![(0.5, 2, 0.5), (0.3, 1, 3.0), (0.2, END, -1.0)],
        (0, 2) => vec![(1.0, 1, 0.0)],
        (1, 0) => vec![(0.6, 3, 2.0), (0.4, END, 1.0)],
        (1, 1) => vec![(0.9, 3, -1.0), (0.1, 2, 0.25)],
        (1, 2) => vec![(0.5, 2, 0.0), (0.5, END, 4.0)],
        (2, 0) => vec![(0.7, 3, 1.5), (0.3, END, 0.0)],
        (2, 2) => vec![(0.2, 3, -3.0), (0.8, 3, 0.5)],
        (3, 0) => vec![(1.0, END, 2.5)],
        (3, 1) => vec![(0.5, END, 1.0), (0.5, END, -1.5)],
        (3, 2) => vec![(1.0, END, -0.5)],
        _ => Vec::new(),
    }
}

/// The values that all begin with.
const VALUES: [[f64; 3]; 5] =
    [[0.3, -0.2, 0.8], [1.1, 0.4, 1.7], [-0.6, 2.0, 0.9], [1.9, 0.1, -0.4], [0.0; 3]];

/// How often each pair was updated before. In state 3 two are new.
const VISITS: [[u32; 3]; 5] = [[1, 60, 90], [1, 3, 200], [8, 0, 5], [5, 0, 0], [0; 3]];

fn allowed(state: usize) -> [bool; 3] {
    [0, 1, 2].map(|action| !outcomes(state, action).is_empty())
}

fn highest(state: usize) -> f64 {
    let values = VALUES[state].iter().zip(allowed(state));
    values.filter(|(_, allowed)| *allowed).fold(f64::MIN, |most, (value, _)| most.max(*value))
}

/// By state, the end included.
fn highest_values() -> Box<[f64]> {
    (0..=END).map(|state| if state == END { 0.0 } else { highest(state) }).collect()
}

/// A rule of exploration by which a learner acts.
#[derive(Debug, Clone, Copy)]
enum Rule {
    EpsilonGreedy,
    Boltzmann,
    Ucb,
}

const RULES: [Rule; 3] = [Rule::EpsilonGreedy, Rule::Boltzmann, Rule::Ucb];
const TEMPERATURE: f64 = 0.8;
const WIDTH: f64 = 0.5;

impl Rule {
    fn exploration(self) -> Exploration {
        match self {
            Self::EpsilonGreedy => Exploration::Constant { epsilon: EPSILON },
            Self::Boltzmann => {
                Exploration::Boltzmann { temperature: TEMPERATURE, cooling: Cooling::Never }
            }
            Self::Ucb => Exploration::Ucb { width: WIDTH },
        }
    }

    /// The probability of an action by the values and visits.
    fn policy(self, state: usize, action: usize) -> f64 {
        let weight = |action: usize| {
            if !allowed(state)[action] {
                return 0.0;
            }
            let value = VALUES[state][action];
            match self {
                Self::EpsilonGreedy => {
                    let count = allowed(state).iter().filter(|allowed| **allowed).count() as f64;
                    let best = f64::from(u8::from(value == highest(state)));
                    (1.0 - EPSILON) * best + EPSILON / count
                }
                Self::Boltzmann => (value / TEMPERATURE).exp(),
                // By hand, in the comment at the test below.
                Self::Ucb => [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0]]
                    [state][action],
            }
        };
        weight(action) / (0..3).map(weight).sum::<f64>()
    }
}

/// Bounds with c = ½. State 0: t = 152, ½·√ln t = 1.121: 0.3 + 1.121, −0.2 + 0.145, 0.8 + 0.118.
/// State 1: t = 205, 1.154: 1.1 + 1.154, 0.4 + 0.666, 1.7 + 0.082. State 2: t = 14, 0.812, one not
/// allowed: −0.6 + 0.287, 0.9 + 0.363. State 3: the two that are new.
#[test]
fn upper_bounds_by_hand() {
    let bound = |state: usize, action: usize| {
        let t = 1 + VISITS[state].iter().sum::<u32>();
        VALUES[state][action]
            + WIDTH * (f64::from(t).ln() / f64::from(VISITS[state][action])).sqrt()
    };
    for state in 0..END {
        let bounds = (0..3).filter(|action| allowed(state)[*action]);
        let bounds: Vec<_> = bounds.map(|action| (bound(state, action), action)).collect();
        let most = bounds.iter().fold(f64::MIN, |most, (bound, _)| most.max(*bound));
        let ties = bounds.iter().filter(|(bound, _)| *bound == most).count() as f64;
        for (bound, action) in bounds {
            let share = if bound == most { 1.0 / ties } else { 0.0 };
            assert_eq!(Rule::Ucb.policy(state, action), share, "({state}, {action}): {bound}");
        }
    }
}

/// What a learner claims to sample.
#[derive(Debug, Clone, Copy)]
enum Operator {
    /// The best action follows.
    Optimality,
    /// The policy is evaluated over so many steps.
    Evaluation(u32),
    /// Returns over all numbers of steps are mixed by λ.
    Mixed,
    /// As before, until an action is not the best (Watkins).
    MixedWhileBest,
    /// The average reward is taken off, and nothing is discounted.
    Differential,
}

impl Operator {
    /// (T Q)(s, a) where a rule explores.
    fn of(self, rule: Rule, state: usize, action: usize) -> f64 {
        let (average, gamma) = match self {
            Self::Differential => (AVERAGE, 1.0),
            _ => (0.0, GAMMA),
        };
        let after = |next: usize| if next == END { 0.0 } else { self.after(rule, next) };
        let terms = outcomes(state, action);
        terms.iter().map(|(p, next, r)| p * (r - average + gamma * after(*next))).sum()
    }

    fn after(self, rule: Rule, state: usize) -> f64 {
        let mean = |value: &dyn Fn(usize) -> f64| -> f64 {
            (0..3).filter(|a| allowed(state)[*a]).map(|a| rule.policy(state, a) * value(a)).sum()
        };
        match self {
            Self::Optimality => highest(state),
            Self::Evaluation(1) | Self::Differential => mean(&|action| VALUES[state][action]),
            Self::Evaluation(steps) => {
                mean(&|action| Self::Evaluation(steps - 1).of(rule, state, action))
            }
            Self::Mixed => mean(&|action| {
                (1.0 - LAMBDA) * VALUES[state][action] + LAMBDA * self.of(rule, state, action)
            }),
            Self::MixedWhileBest => mean(&|action| {
                let best = VALUES[state][action] == highest(state);
                let further = if best { self.of(rule, state, action) } else { highest(state) };
                (1.0 - LAMBDA) * highest(state) + LAMBDA * further
            }),
        }
    }
}

/// One step of a way: state, action, reward, what follows, and the action there.
type Step = (usize, usize, f64, usize, usize);

/// All ways from a pair to the end that a rule may go, with their probabilities.
fn ways(rule: Rule, state: usize, action: usize) -> Vec<(f64, Vec<Step>)> {
    let mut all = Vec::new();
    for (p, next, reward) in outcomes(state, action) {
        if next == END {
            all.push((p, vec![(state, action, reward, END, 0)]));
            continue;
        }
        for further in (0..3).filter(|further| rule.policy(next, *further) > 0.0) {
            for (q, rest) in ways(rule, next, further) {
                let mut way = vec![(state, action, reward, next, further)];
                way.extend(rest);
                all.push((p * rule.policy(next, further) * q, way));
            }
        }
    }
    all
}

/// Lets an agent learn from a way. Where it must choose its next action while learning, the mask
/// leaves it that of the way alone.
fn learn(agent: &mut dyn Agent, way: &[Step], chooses: bool, first_beat: u64) {
    let mut dice = Dice::new(Luck::new(1), agent.sources());
    agent.begin_episode();
    for (beat, &(state, action, reward, next, further)) in (first_beat..).zip(way) {
        dice.turn_to(beat);
        let only = [0, 1, 2].map(|other| other == further);
        let (here, there) = (allowed(state), if chooses { only } else { allowed(next) });
        let (before, after) = ([state as Level], [next as Level]);
        let experience = Experience {
            before: Situation { levels: &before, reals: &[], allowed: Some(&here), beat },
            action: &[action as Level],
            reward,
            after: Situation { levels: &after, reals: &[], allowed: Some(&there), beat: beat + 1 },
            terminal: next == END,
        };
        agent.learn(&experience, &mut dice);
    }
}

/// A learner that can be made to believe the values, and to have met the pairs as often.
trait Believes: Agent + Clone {
    fn tabular(&mut self) -> &mut Tabular;

    fn believe(&mut self) {
        self.tabular().table.values = VALUES.concat();
        self.tabular().table.visits = VISITS.concat();
    }
}

macro_rules! believes {
    ($($learner:ty $(, $more:expr)?;)*) => {
        $(impl Believes for $learner {
            fn tabular(&mut self) -> &mut Tabular {
                &mut self.tabular
            }

            $(fn believe(&mut self) {
                self.tabular().table.values = VALUES.concat();
                self.tabular().table.visits = VISITS.concat();
                let more: fn(&mut Self) = $more;
                more(self);
            })?
        })*
    };
}

believes! {
    QLearning;
    Sarsa;
    ExpectedSarsa;
    DoubleQ, |agent| for table in &mut agent.tables {
        table.values = VALUES.concat();
    };
    NStepSarsa;
    SarsaLambda;
    QLambda;
    DynaQ;
    MonteCarlo;
    DifferentialSarsa, |agent| agent.average_reward = AVERAGE;
    CertaintyEquivalence, |agent| agent.model.values = highest_values();
    PrioritisedSweeping, |agent| agent.model.values = highest_values();
}

fn spaces() -> (Space, Space) {
    let space = |name, most| Space::new(vec![Variable::count(name, 0, most, "")]).unwrap();
    (space("state", 4), space("action", 2))
}

const CRITERION: Criterion = Criterion::Discounted(GAMMA);

/// Two beats, of which the coin of double Q-learning gives a table each.
fn coins() -> [u64; 2] {
    let coin = |beat: &u64| Luck::new(1).key("which table").uniform(*beat, 0) < 0.5;
    [(0..).find(coin).unwrap(), (0..).find(|beat| !coin(beat)).unwrap()]
}

/// Asserts that the learner moves each pair by `alpha` of the way to where the operator leads.
fn agrees<L: Believes>(
    new: impl Fn(Rule, &Space, &Space) -> L,
    operator: Operator,
    chooses: bool,
    alpha: f64,
) {
    RULES.into_iter().for_each(|rule| agrees_under(rule, &new, operator, chooses, alpha));
}

fn agrees_under<L: Believes>(
    rule: Rule,
    new: impl Fn(Rule, &Space, &Space) -> L,
    operator: Operator,
    chooses: bool,
    alpha: f64,
) {
    let (states, actions) = spaces();
    let mut fresh = new(rule, &states, &actions);
    fresh.believe();
    let place = |state: usize, action: usize| 3 * state + action;
    for (state, values) in VALUES.iter().enumerate() {
        for action in (0..3).filter(|action| allowed(state)[*action]) {
            let mut mean = 0.0;
            for (p, way) in ways(rule, state, action) {
                for beat in coins() {
                    let mut agent = fresh.clone();
                    learn(&mut agent, &way, chooses, beat);
                    mean += 0.5 * p * agent.tabular().table.values[place(state, action)];
                }
            }
            let old = values[action];
            let expected = old + alpha * (operator.of(rule, state, action) - old);
            let name = fresh.name();
            assert!(
                (mean - expected).abs() < ROUNDING,
                "{name}, {rule:?}, ({state}, {action}): {mean} instead of {expected}"
            );
        }
    }
}

macro_rules! agreements {
    ($($name:ident: $new:expr, $operator:expr, $chooses:expr, $alpha:expr;)*) => {
        $(#[test]
        fn $name() {
            agrees($new, $operator, $chooses, $alpha);
        })*
    };
}

fn table(rule: Rule) -> TabularSettings {
    TabularSettings { exploration: rule.exploration(), ..constant(ALPHA, EPSILON) }
}

fn traces(rule: Rule) -> TraceSettings {
    TraceSettings { lambda: LAMBDA, table: table(rule), ..TraceSettings::default() }
}

fn n_steps(rule: Rule, steps: u32) -> NStepSettings {
    NStepSettings { steps, table: table(rule) }
}

fn monte_carlo(rule: Rule, visits: CountedVisits) -> MonteCarloSettings {
    let policy = LearnedPolicy::Followed;
    MonteCarloSettings { visits, policy, longest: 100, table: table(rule) }
}

fn differential(rule: Rule) -> DifferentialSettings {
    let (step_size, exploration) = (table(rule).step_size, rule.exploration());
    DifferentialSettings { step_size, exploration, ..DifferentialSettings::default() }
}

fn counted(rule: Rule) -> ModelSettings {
    ModelSettings { backups: 0, exploration: rule.exploration(), ..ModelSettings::default() }
}

// A line a learner: how it is built, its operator, whether it chooses while learning, and α. One
// table of two moves half the time; a first count is taken whole.
agreements! {
    q_learning: |r, s, a| QLearning::new(&table(r), s, a, CRITERION).unwrap(),
        Operator::Optimality, false, ALPHA;
    double_q: |r, s, a| DoubleQ::new(&table(r), s, a, CRITERION).unwrap(),
        Operator::Optimality, false, ALPHA / 2.0;
    dyna_q: |r, s, a| {
        let settings = DynaSettings { planned: 0, bonus: 0.0, table: table(r) };
        DynaQ::new(&settings, s, a, CRITERION).unwrap()
    }, Operator::Optimality, false, ALPHA;
    q_lambda: |r, s, a| QLambda::new(&traces(r), s, a, CRITERION).unwrap(),
        Operator::MixedWhileBest, false, ALPHA;
    certainty_equivalence: |r, s, a| CertaintyEquivalence::new(&counted(r), s, a, CRITERION).unwrap(),
        Operator::Optimality, false, 1.0;
    prioritised_sweeping: |r, s, a| {
        let settings = PrioritisedSettings { threshold: 0.0, model: counted(r) };
        PrioritisedSweeping::new(&settings, s, a, CRITERION).unwrap()
    }, Operator::Optimality, false, 1.0;
    sarsa: |r, s, a| Sarsa::new(&table(r), s, a, CRITERION).unwrap(),
        Operator::Evaluation(1), true, ALPHA;
    expected_sarsa: |r, s, a| ExpectedSarsa::new(&table(r), s, a, CRITERION).unwrap(),
        Operator::Evaluation(1), false, ALPHA;
    sarsa_over_two_steps: |r, s, a| NStepSarsa::new(&n_steps(r, 2), s, a, CRITERION).unwrap(),
        Operator::Evaluation(2), true, ALPHA;
    sarsa_over_three_steps: |r, s, a| NStepSarsa::new(&n_steps(r, 3), s, a, CRITERION).unwrap(),
        Operator::Evaluation(3), true, ALPHA;
    sarsa_lambda: |r, s, a| SarsaLambda::new(&traces(r), s, a, CRITERION).unwrap(),
        Operator::Mixed, true, ALPHA;
    monte_carlo_first: |r, s, a| {
        MonteCarlo::new(&monte_carlo(r, CountedVisits::First), s, a, CRITERION).unwrap()
    }, Operator::Evaluation(9), false, ALPHA;
    monte_carlo_every: |r, s, a| {
        MonteCarlo::new(&monte_carlo(r, CountedVisits::Every), s, a, CRITERION).unwrap()
    }, Operator::Evaluation(9), false, ALPHA;
    differential_sarsa: |r, s, a| {
        DifferentialSarsa::new(&differential(r), s, a, Criterion::Average).unwrap()
    }, Operator::Differential, true, ALPHA;
}

/// Prediction moves a state's value by α of the way to what the policy has from it over n steps.
#[test]
fn prediction() {
    let believed = [0.4, -0.3, 1.2, 0.7, 0.0];
    fn of(rule: Rule, believed: &[f64], steps: u32, state: usize) -> f64 {
        if state == END {
            return 0.0;
        }
        if steps == 0 {
            return believed[state];
        }
        let pair = |action: usize| -> f64 {
            let terms = outcomes(state, action).into_iter();
            terms.map(|(p, next, r)| p * (r + GAMMA * of(rule, believed, steps - 1, next))).sum()
        };
        (0..3).map(|action| rule.policy(state, action) * pair(action)).sum()
    }
    let (states, actions) = spaces();
    // Without a number of rewards all are counted; no way has more than four.
    for (steps, all) in [(Some(1), 1), (Some(2), 2), (Some(3), 3), (None, 9)] {
        let rule = Rule::EpsilonGreedy;
        let behaviour = QLearning::new(&table(rule), &states, &actions, CRITERION).unwrap();
        let target = Target::over(steps, Default::default());
        let settings =
            PredictionSettings { target, step_size: table(rule).step_size, ..Default::default() };
        let behaviour = Box::new(behaviour);
        let mut fresh = TdPrediction::new(&settings, behaviour, &states, CRITERION).unwrap();
        fresh.values_mut().copy_from_slice(&believed);
        for state in 0..END {
            let mut mean = 0.0;
            for action in (0..3).filter(|action| allowed(state)[*action]) {
                for (p, way) in ways(rule, state, action) {
                    let mut agent = fresh.clone();
                    learn(&mut agent, &way, false, 0);
                    mean += rule.policy(state, action) * p * agent.values()[state];
                }
            }
            let expected =
                believed[state] + ALPHA * (of(rule, &believed, all, state) - believed[state]);
            assert!((mean - expected).abs() < ROUNDING, "{steps:?}, {state}: {mean} {expected}");
        }
    }
}
