//! Every learner of values converges: on each of five small fixed processes its mean error over five
//! fixed seeds at least halves from 10⁵ to 10⁶ steps.
//!
//! Steps are those of Robbins & Monro, α = 1/(1 + n/5): with some 5/n an error that is due to luck
//! falls as 1/√n, to less than a third (1/√10), and what was believed at first faster, as
//! 5·(1 − γ) ≥ 1. What must halve is the mean absolute error of all values over the five seeds. That
//! this can be told from luck depends on how many values err for themselves: what errs by chance has
//! a mean absolute error that is known to 0.75/√N, N the number of such values. With few states and a
//! discount near 1 all values of a run err together, as their common part counts 1/(1 − γ), and five
//! runs know the mean to a third only. With ten states and a discount of ½ there are some fifty to a
//! hundred, the mean is known to a tenth, its ratio to 0.15, and ½ lies three such errors above
//! 1/√10. In each state one action is better than the other by 0.2 or more: near a tie it is luck for
//! very long which policy is followed, and what is learned with it. For the same reason rewards
//! differ more by pair than by what follows it.

use super::monte_carlo::{CountedVisits, LearnedPolicy};
use super::trials::{Outcome, Tabulated, best};
use super::*;
use crate::mdp::{
    Agent, Criterion, Decision, Dice, Environment, Experience, Level, Luck, Situation, Space,
};

const GAMMA: f64 = 0.5;
const CRITERION: Criterion = Criterion::Discounted(GAMMA);
const EPSILON: f64 = 0.5;
/// Actions that lie 0.2 apart are taken with probabilities of 0.45 and 0.55, 2 apart 0.12 and 0.88.
const TEMPERATURE: f64 = 1.0;
const STATES: usize = 10;
/// The number of the terminal state.
const END: usize = STATES;
const SEEDS: u64 = 5;

/// Ten states and two actions.
struct Process {
    environment: Tabulated,
    outcomes: Vec<Vec<Vec<Outcome>>>,
}

/// What may follow a pair.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Any state, and the end with probability 0.1 to 0.3.
    Ending,
    /// Any state, for ever.
    Endless,
    /// One state: under action 0 the next by number, so that all are met.
    Certain,
}

/// Five processes of a kind, the first that are drawn in which no state is near a tie.
fn processes(kind: Kind) -> impl Iterator<Item = Process> {
    let drawn = (0..).map(move |number| draw(number, kind));
    let clear = |row: &Vec<f64>| (row[0] - row[1]).abs() >= 0.2;
    let chosen = move |process: &Process| {
        let discounted = [best, soft].map(|value| process.environment.fixed_point(GAMMA, value));
        let mut rows = discounted.iter().flat_map(|q| &q[..STATES]);
        rows.all(clear)
            && (kind != Kind::Endless
                || process.differential(soft)[..].chunks(2).all(|row| clear(&row.to_vec())))
    };
    drawn.filter(chosen).take(5)
}

fn draw(number: u64, kind: Kind) -> Process {
    let key = Luck { seed: 2027, replication: number, episode: 0 }.key("process");
    let mut drawn = 0;
    let mut uniform = || {
        drawn += 1;
        key.uniform(drawn, 0)
    };
    let mut pair = |state: usize, action: usize| {
        let end = if kind == Kind::Ending { 0.1 + 0.2 * uniform() } else { 0.0 };
        let mut weights: Vec<f64> = (0..STATES).map(|_| uniform()).collect();
        if kind == Kind::Certain {
            let to = if action == 0 {
                (state + 1) % STATES
            } else {
                (uniform() * STATES as f64) as usize
            };
            weights = (0..STATES).map(|next| if next == to { 1.0 } else { 0.0 }).collect();
        }
        let sum: f64 = weights.iter().sum();
        let usual = 2.0 * uniform() - 1.0;
        let mut outcomes: Vec<Outcome> = (0..STATES)
            .map(|next| ((1.0 - end) * weights[next] / sum, next, usual + uniform() - 0.5))
            .collect();
        outcomes.push((end, END, usual + uniform() - 0.5));
        outcomes.retain(|(p, ..)| *p > 0.0);
        outcomes
    };
    let mut outcomes: Vec<Vec<_>> =
        (0..STATES).map(|state| vec![pair(state, 0), pair(state, 1)]).collect();
    outcomes.push(vec![Vec::new(), Vec::new()]);
    Process { environment: Tabulated::new(0, outcomes.clone()), outcomes }
}

impl Process {
    /// Lets an agent act and learn in these beats, from episode to episode.
    fn play(
        &self,
        agent: &mut dyn Agent,
        seed: u64,
        state: &mut usize,
        beats: std::ops::Range<u64>,
    ) {
        let luck = Luck { seed, replication: 0, episode: 0 };
        let (mut dice, key) = (Dice::new(luck, agent.sources()), luck.key("next"));
        let mut action = [0];
        for beat in beats {
            fn see(levels: &[Level], beat: u64) -> Situation<'_> {
                Situation { levels, reals: &[], allowed: None, beat }
            }
            dice.turn_to(beat);
            let here = [*state as Level];
            assert_eq!(agent.decide(&see(&here, beat), &mut dice, &mut action), Decision::Made);
            let mut u = key.uniform(beat, 0);
            let outcomes = &self.outcomes[*state][action[0] as usize];
            let drawn = outcomes.iter().find(|(p, ..)| {
                u -= p;
                u < 0.0
            });
            // Rounding may leave nothing for the last.
            let &(_, next, reward) = drawn.unwrap_or(&outcomes[0]);
            let there = [next as Level];
            let experience = Experience {
                before: see(&here, beat),
                action: &action,
                reward,
                after: see(&there, beat + 1),
                terminal: next == END,
            };
            dice.turn_to(beat + 1);
            agent.learn(&experience, &mut dice);
            *state = next;
            if next == END {
                *state = 0;
                agent.begin_episode();
            }
        }
    }

    /// Values of pairs, up to one number, that are what they lead to beyond the policy's gain.
    fn differential(&self, value: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        let mut q = vec![vec![0.0; 2]; STATES];
        for _ in 0..2_000 {
            let values: Vec<f64> = q.iter().map(|row| value(row)).collect();
            let after = |next: usize| values.get(next).copied().unwrap_or(0.0) - values[0];
            let pair = |outcomes: &Vec<Outcome>| {
                outcomes.iter().map(|(p, next, r)| p * (r + after(*next))).sum()
            };
            q = self.outcomes[..STATES].iter().map(|row| row.iter().map(pair).collect()).collect();
        }
        q.concat()
    }
}

/// What a learner's values become, and how they are read.
#[derive(Clone, Copy)]
enum Limit {
    /// The values of pairs under the best policy.
    Optimal,
    /// As that, where every step is certain.
    OptimalIfCertain,
    /// Those of states: what an upper bound lets be is updated but some ln t times.
    OptimalStates,
    /// As that, without end, as a model is drawn anew with every episode; what was not drawn as best
    /// is not met often either.
    OptimalStatesWithoutEnd,
    /// The values of pairs under the ε-greedy policy in them.
    Soft,
    /// Those under the Boltzmann distribution over them.
    Boltzmann,
    /// Those of the ε-greedy policy, for the average reward.
    Differential,
    /// The values of states where all actions are drawn alike.
    Uniform,
}

fn mean(row: &[f64]) -> f64 {
    row.iter().sum::<f64>() / row.len() as f64
}

fn soft(row: &[f64]) -> f64 {
    (1.0 - EPSILON) * best(row) + EPSILON * mean(row)
}

fn boltzmann(row: &[f64]) -> f64 {
    let weights = || row.iter().map(|value| (value / TEMPERATURE).exp());
    weights().zip(row).map(|(weight, value)| weight * value).sum::<f64>() / weights().sum::<f64>()
}

impl Limit {
    fn kind(self) -> Kind {
        match self {
            Self::Differential | Self::OptimalStatesWithoutEnd => Kind::Endless,
            Self::OptimalIfCertain => Kind::Certain,
            _ => Kind::Ending,
        }
    }

    fn exact(self, process: &Process) -> Vec<f64> {
        let fixed = |value: fn(&[f64]) -> f64| {
            process.environment.fixed_point(GAMMA, value)[..STATES].to_vec()
        };
        let of_states =
            |value: fn(&[f64]) -> f64| fixed(value).iter().map(|row| value(row)).collect();
        match self {
            Self::Optimal | Self::OptimalIfCertain => fixed(best).concat(),
            Self::OptimalStates | Self::OptimalStatesWithoutEnd => of_states(best),
            Self::Soft => fixed(soft).concat(),
            Self::Boltzmann => fixed(boltzmann).concat(),
            Self::Differential => centred(process.differential(soft)),
            Self::Uniform => of_states(mean),
        }
    }

    fn believed(self, agent: &mut impl Agent) -> Vec<f64> {
        if let Self::Uniform = self {
            let predictor = agent.as_any().unwrap().downcast_mut::<TdPrediction>().unwrap();
            return predictor.values()[..STATES].to_vec();
        }
        let mut pairs = vec![0.0; 2 * STATES];
        for (state, values) in pairs.chunks_mut(2).enumerate() {
            let levels = [state as Level];
            let seen = Situation { levels: &levels, reals: &[], allowed: None, beat: 0 };
            assert!(agent.action_values(&seen, values));
        }
        match self {
            Self::Differential => centred(pairs),
            Self::OptimalStates | Self::OptimalStatesWithoutEnd => {
                pairs.chunks(2).map(best).collect()
            }
            _ => pairs,
        }
    }
}

/// Less their mean, as differential values are known up to one number.
fn centred(values: Vec<f64>) -> Vec<f64> {
    let mean = mean(&values);
    values.into_iter().map(|value| value - mean).collect()
}

fn halves<A: Agent>(new: impl Fn(&Space, &Space) -> A, limit: Limit) {
    for (number, process) in processes(limit.kind()).enumerate() {
        let exact = limit.exact(&process);
        let (states, actions) =
            (process.environment.state_space(), process.environment.action_space());
        let mut errors = [0.0; 2];
        for seed in 0..SEEDS {
            let mut agent = new(states, actions);
            let mut state = 0;
            agent.begin_episode();
            for (beats, error) in [0..100_000, 100_000..1_000_000].into_iter().zip(&mut errors) {
                process.play(&mut agent, seed, &mut state, beats);
                let believed = limit.believed(&mut agent);
                let apart = believed.iter().zip(&exact).map(|(found, exact)| (found - exact).abs());
                *error += mean(&apart.collect::<Vec<_>>()) / SEEDS as f64;
            }
        }
        let [early, late] = errors;
        println!("process {number}: {early:.7} after 10⁵ steps, {late:.7} after 10⁶");
        assert!(late <= early / 2.0, "process {number}: from {early} to {late}");
    }
}

macro_rules! convergence {
    ($($name:ident: $new:expr, $limit:expr;)*) => {
        $(#[test]
        fn $name() {
            halves($new, $limit);
        })*
    };
}

fn table() -> TabularSettings {
    TabularSettings {
        step_size: StepSize::Visits { scale: 0.2, power: 1.0 },
        exploration: Exploration::Constant { epsilon: EPSILON },
        ..TabularSettings::default()
    }
}

fn by_boltzmann() -> TabularSettings {
    let exploration = Exploration::Boltzmann { temperature: TEMPERATURE, cooling: Cooling::Never };
    TabularSettings { exploration, ..table() }
}

fn by_upper_bound() -> TabularSettings {
    TabularSettings { exploration: Exploration::Ucb { width: 2.0 }, ..table() }
}

/// An indicator for each state.
fn linear() -> LinearSettings {
    let TabularSettings { step_size, exploration, .. } = table();
    let features = Features::OneHot { of: Together::Single };
    LinearSettings { features, step_size, exploration, ..LinearSettings::default() }
}

fn traces() -> TraceSettings {
    TraceSettings { lambda: 0.6, table: table(), ..TraceSettings::default() }
}

fn monte_carlo(visits: CountedVisits, policy: LearnedPolicy) -> MonteCarloSettings {
    MonteCarloSettings { visits, policy, table: table(), ..MonteCarloSettings::default() }
}

fn counted() -> ModelSettings {
    ModelSettings { backups: 1, exploration: table().exploration, ..ModelSettings::default() }
}

fn prediction(steps: Option<u32>, states: &Space, actions: &Space) -> TdPrediction {
    let every = TabularSettings { exploration: Exploration::Constant { epsilon: 1.0 }, ..table() };
    let behaviour = Box::new(QLearning::new(&every, states, actions, CRITERION).unwrap());
    let step_size = table().step_size;
    let target = Target::over(steps, Default::default());
    let settings = PredictionSettings { target, step_size, ..PredictionSettings::default() };
    TdPrediction::new(&settings, behaviour, states, CRITERION).unwrap()
}

// A line a learner: how it is built, and what its values become.
convergence! {
    q_learning: |s, a| QLearning::new(&table(), s, a, CRITERION).unwrap(), Limit::Optimal;
    q_learning_by_boltzmann: |s, a| {
        QLearning::new(&by_boltzmann(), s, a, CRITERION).unwrap()
    }, Limit::Optimal;
    q_learning_by_upper_bound: |s, a| {
        QLearning::new(&by_upper_bound(), s, a, CRITERION).unwrap()
    }, Limit::OptimalStates;
    double_q: |s, a| DoubleQ::new(&table(), s, a, CRITERION).unwrap(), Limit::Optimal;
    dyna_q: |s, a| {
        // With the steps of the others nothing but rounding is left after 10⁵ steps where all is
        // certain. With α = 1/(1 + n), taken once a visit and more by planning, what was believed at
        // first falls at least as n to the power of −(1 − γ), to 1/√10.
        let step_size = StepSize::Visits { scale: 1.0, power: 1.0 };
        let table = TabularSettings { step_size, ..table() };
        let settings = DynaSettings { planned: 1, bonus: 0.0, table };
        DynaQ::new(&settings, s, a, CRITERION).unwrap()
    }, Limit::OptimalIfCertain;
    q_lambda: |s, a| QLambda::new(&traces(), s, a, CRITERION).unwrap(), Limit::Optimal;
    certainty_equivalence: |s, a| {
        CertaintyEquivalence::new(&counted(), s, a, CRITERION).unwrap()
    }, Limit::Optimal;
    prioritised_sweeping: |s, a| {
        let settings = PrioritisedSettings { threshold: 1e-6, model: counted() };
        PrioritisedSweeping::new(&settings, s, a, CRITERION).unwrap()
    }, Limit::Optimal;
    posterior_sampling: |s, a| {
        let settings = PosteriorSettings { backups: 2, ..PosteriorSettings::default() };
        PosteriorSampling::new(&settings, s, a, CRITERION).unwrap()
    }, Limit::OptimalStatesWithoutEnd;
    off_policy_monte_carlo: |s, a| {
        let settings = monte_carlo(CountedVisits::Every, LearnedPolicy::Greedy);
        MonteCarlo::new(&settings, s, a, CRITERION).unwrap()
    }, Limit::Optimal;
    first_visit_monte_carlo: |s, a| {
        let settings = monte_carlo(CountedVisits::First, LearnedPolicy::Followed);
        MonteCarlo::new(&settings, s, a, CRITERION).unwrap()
    }, Limit::Soft;
    every_visit_monte_carlo: |s, a| {
        let settings = monte_carlo(CountedVisits::Every, LearnedPolicy::Followed);
        MonteCarlo::new(&settings, s, a, CRITERION).unwrap()
    }, Limit::Soft;
    linear_q: |s, a| LinearQ::new(&linear(), s, a, CRITERION).unwrap(), Limit::Optimal;
    linear_sarsa: |s, a| LinearSarsa::new(&linear(), s, a, CRITERION).unwrap(), Limit::Soft;
    sarsa: |s, a| Sarsa::new(&table(), s, a, CRITERION).unwrap(), Limit::Soft;
    expected_sarsa: |s, a| {
        ExpectedSarsa::new(&table(), s, a, CRITERION).unwrap()
    }, Limit::Soft;
    expected_sarsa_by_boltzmann: |s, a| {
        ExpectedSarsa::new(&by_boltzmann(), s, a, CRITERION).unwrap()
    }, Limit::Boltzmann;
    n_step_sarsa: |s, a| {
        let settings = NStepSettings { steps: 3, table: table() };
        NStepSarsa::new(&settings, s, a, CRITERION).unwrap()
    }, Limit::Soft;
    sarsa_lambda: |s, a| {
        SarsaLambda::new(&traces(), s, a, CRITERION).unwrap()
    }, Limit::Soft;
    differential_sarsa: |s, a| {
        let (step_size, exploration) = (table().step_size, table().exploration);
        let settings = DifferentialSettings { step_size, exploration, ..Default::default() };
        DifferentialSarsa::new(&settings, s, a, Criterion::Average).unwrap()
    }, Limit::Differential;
    td_prediction: |s, a| prediction(Some(1), s, a), Limit::Uniform;
    n_step_prediction: |s, a| prediction(Some(3), s, a), Limit::Uniform;
    monte_carlo_prediction: |s, a| prediction(None, s, a), Limit::Uniform;
}
