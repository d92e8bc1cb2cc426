//! The textbook scenarios learned: the published figures of learners, with tolerances from the
//! spread over runs with luck of their own.

use rayon::prelude::*;
use serde_json::Value;

use super::agents;
use super::judging::judge;
use super::run::{AnyRun, RunSettings, open};
use super::session::run_settings;
use super::statistics::Estimate;
use crate::learners::{
    CountedVisits, Exploration, PredictionSettings, StepSize, TabularSettings, Target,
};
use crate::mdp::{EnumerationOptions, Level, Policy, Progress, Situation, evaluate};
use crate::scenario::{AgentSpec, PredictionSpec, Scenario, library};

macro_rules! published {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../tests/published/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn shipped(path: &str) -> Scenario {
    library::open(path).unwrap_or_else(|reports| panic!("{reports}"))
}

/// The settings of Sutton and Barto's figures: both constant.
fn constant(size: f64, epsilon: f64) -> TabularSettings {
    TabularSettings {
        step_size: StepSize::Constant { size },
        exploration: Exploration::Constant { epsilon },
        ..Default::default()
    }
}

/// A run of an agent in a scenario, with luck of its own.
fn run(scenario: &Scenario, agent: &AgentSpec, replication: u64) -> Box<dyn AnyRun> {
    let built =
        agents::build(agent, &scenario.environment, scenario.contents.criterion, None).unwrap();
    let settings = RunSettings { replication, ..run_settings(scenario) };
    open(&scenario.environment, built, settings)
}

/// Plays an episode: its return without discount, its length, and its first action.
fn episode(run: &mut dyn AnyRun) -> (f64, u64, i32) {
    let (number, mut total, mut beats, mut first) = (run.episode(), 0.0, 0, None);
    while run.episode() == number {
        run.advance(1);
        total += run.reward();
        beats += 1;
        first.get_or_insert(run.action()[0]);
        assert!(beats < 1_000_000);
    }
    (total, beats, first.unwrap())
}

/// A figure of each of so many runs, all at once.
fn figures<T: Send>(
    scenario: &Scenario,
    agent: &AgentSpec,
    runs: u64,
    figure: impl Fn(&mut dyn AnyRun) -> T + Sync,
) -> Vec<T> {
    let play = |replication| figure(&mut *run(scenario, agent, replication));
    (0..runs).into_par_iter().map(play).collect()
}

/// The mean over runs is the published one, which has noise of its own: `published` is from
/// `given` runs of the same spread. Four standard errors of the difference are allowed, so that a
/// right learner fails once in some 16,000 seeds; the seed is fixed.
fn agrees(name: &str, found: &[f64], published: f64, given: f64) {
    let n = found.len() as f64;
    let mean = found.iter().sum::<f64>() / n;
    let variance = found.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let error = (variance * (1.0 / n + 1.0 / given)).sqrt();
    println!("{name}: {mean:.4} ± {error:.4}, published {published}");
    // The files have twelve digits, which is all there is where nothing is left to luck.
    assert!(
        (mean - published).abs() < 4.0 * error + 1e-11,
        "{name}: {mean} ± {error}, not {published}"
    );
}

#[test]
fn cliff_of_sutton_and_barto_example_6_6() {
    let file = published!("sb_ex6_6_cliff");
    let given = &file["numbers"]["online_mean_return"];
    let scenario = shipped("textbook/cliff.ron");
    let settings = constant(0.5, 0.1);
    assert_eq!(scenario.contents.agent, AgentSpec::QLearning(settings.clone()));
    assert_eq!(scenario.contents.learner, AgentSpec::Sarsa(settings.clone()));
    for (name, agent) in [
        ("q_learning", AgentSpec::QLearning(settings.clone())),
        ("sarsa", AgentSpec::Sarsa(settings.clone())),
        ("expected_sarsa", AgentSpec::ExpectedSarsa(settings)),
    ] {
        let found = figures(&scenario, &agent, 400, |run| {
            let returns: Vec<f64> = (0..500).map(|_| episode(run).0).collect();
            let mean = |from: usize, to: usize| {
                returns[from - 1..to].iter().sum::<f64>() / (to - from + 1) as f64
            };
            [mean(1, 10), mean(1, 100), mean(101, 500)]
        });
        let runs = given["runs"].as_f64().unwrap();
        let figures = ["mean_ep_1_10", "mean_ep_1_100", "mean_ep_101_500"];
        // The published Expected SARSA chooses its next action before the update, as SARSA must;
        // ours after it, as nothing makes it wait. What this earns more while values move much was
        // simulated apart from this program, with standard errors of 0.11 and 0.015; the test of the
        // learner itself holds it, and the published order, as well.
        let more = if name == "expected_sarsa" { [9.76, 1.285, 0.0] } else { [0.0; 3] };
        for (at, (figure, more)) in figures.into_iter().zip(more).enumerate() {
            let found: Vec<f64> = found.iter().map(|means| means[at]).collect();
            let published = given[name][figure].as_f64().unwrap();
            agrees(&format!("{name} {figure}"), &found, published + more, runs);
        }
    }
}

#[test]
fn maximisation_bias_of_sutton_and_barto_example_6_7() {
    let file = published!("sb_ex6_7_max_bias");
    let given = &file["numbers"]["sim"];
    let scenario = shipped("textbook/maximisation_bias.ron");
    let settings = constant(0.1, 0.1);
    assert_eq!(scenario.contents.agent, AgentSpec::QLearning(settings.clone()));
    assert_eq!(scenario.contents.learner, AgentSpec::DoubleQ(settings.clone()));
    for (name, agent) in [
        ("q_nB10", AgentSpec::QLearning(settings.clone())),
        ("double_q_nB10", AgentSpec::DoubleQ(settings)),
    ] {
        // Left is the first action of the table.
        let went_left = figures(&scenario, &agent, 2_000, |run| -> Vec<f64> {
            let left = |_| if episode(run).2 == 0 { 100.0 } else { 0.0 };
            (0..1_000).map(left).collect()
        });
        let of = |at: &dyn Fn(&Vec<f64>) -> f64| went_left.iter().map(at).collect::<Vec<f64>>();
        let runs = 20_000.0;
        for number in [1, 10, 50, 100, 200, 300, 1_000] {
            let published = given[name]["pct_left"][number.to_string()].as_f64().unwrap();
            let found = of(&|run| run[number - 1]);
            agrees(&format!("{name} episode {number}"), &found, published, runs);
        }
        for (from, to) in [(201, 300), (901, 1_000)] {
            let found = of(&|run| run[from - 1..to].iter().sum::<f64>() / 100.0);
            let published = given[name][format!("mean_ep_{from}_{to}")].as_f64().unwrap();
            agrees(&format!("{name} episodes {from} to {to}"), &found, published, runs);
        }
        // The book's dotted line: who knows better still goes left once in ten times two. Double
        // Q-learning comes near to it, Q-learning does not yet.
        let floor = file["numbers"]["optimal_pct_left"].as_f64().unwrap();
        let last = of(&|run| run[900..].iter().sum::<f64>() / 100.0);
        let last = last.iter().sum::<f64>() / last.len() as f64;
        assert_eq!(floor, 100.0 * 0.1 / 2.0);
        assert!(
            last > floor && (last < floor + 1.0) == (name == "double_q_nB10"),
            "{name}: {last}"
        );
    }
}

/// Figure 10.5: the policy and the differential values by free servers and priority that differential
/// SARSA comes to in two million steps, beside the exact ones of the best policy that explores as it
/// does. Values are known up to a constant: both are held against their mean over the beats. What the
/// book shows is of one run; of eight, each is held to it where states are met often enough, which the
/// book's is not on the right.
#[test]
fn access_control_of_sutton_and_barto_figure_10_5() {
    let file = published!("sb_ex10_2_access_control");
    let given = &file["numbers"]["server_can_free_in_same_step_eps0.1"];
    let scenario = shipped("textbook/access_control.ron");
    let enumeration = scenario
        .environment
        .erased()
        .enumerate(EnumerationOptions::default(), &Progress::new())
        .unwrap();
    let model = &*enumeration.model;
    let space = scenario.environment.state_space();
    let labels = &scenario.environment.action_space().variables()[0].labels;
    let accept = labels.iter().position(|label| label == "accept").unwrap();
    let cell = |free: usize, priority: usize| {
        enumeration.states.find(space.index(&[free as Level, priority as Level])).unwrap()
    };
    let cells = || (0..11).flat_map(|free| (0..4).map(move |priority| (free, priority)));
    let by_cell =
        |name: &str, free: usize, priority: usize| given[name][free][priority].as_f64().unwrap();
    // The best ε-soft policy, its gain and its values.
    let mut probabilities = vec![0.0; 2 * model.states()];
    for (free, priority) in cells() {
        let accepts = by_cell("accept_policy_rows_free0to10_cols_prio1248", free, priority);
        let state = cell(free, priority);
        // Without a free server nobody can be let in.
        let p = if free == 0 { 0.0 } else { 0.05 + 0.9 * accepts };
        (probabilities[2 * state + accept], probabilities[2 * state + 1 - accept]) = (p, 1.0 - p);
    }
    let policy = Policy::Stochastic { actions: 2, probabilities: probabilities.clone() };
    let gain = evaluate::average(model, &policy).unwrap().gain;
    assert!((gain - given["gain"].as_f64().unwrap()).abs() < 1e-8, "{gain}");
    let mut values = vec![0.0; model.states()];
    let q = |values: &[f64], state: usize, action: usize| {
        model.q(state, action, values, 1.0).unwrap_or(0.0) - gain
    };
    for _ in 0..2_000 {
        let backed_up = (0..model.states()).map(|state| {
            (0..2).map(|action| probabilities[2 * state + action] * q(&values, state, action)).sum()
        });
        values = backed_up.collect();
    }
    for (free, priority) in cells() {
        let found = values[cell(free, priority)] - values[cell(0, 0)];
        let exact = by_cell("diff_value_h_rel_to_free0", free, priority);
        assert!((found - exact).abs() < 1e-6, "{free} {priority}: {found} {exact}");
    }
    // What the best action is worth, and by how much.
    let shares = evaluate::stationary(model, &policy).unwrap();
    let centred = |best: Vec<f64>| -> Vec<f64> {
        let mean: f64 = best.iter().zip(&shares).map(|(value, share)| value * share).sum();
        best.into_iter().map(|value| value - mean).collect()
    };
    let actions = |state: usize| (0..2).filter(move |&action| model.allowed(state, action));
    let exact = centred(
        (0..model.states())
            .map(|state| {
                actions(state).map(|a| q(&values, state, a)).fold(f64::NEG_INFINITY, f64::max)
            })
            .collect(),
    );

    let text = "(version: 1, environment: ShopFloor(), agent: DifferentialSarsa(\
                step_size: Constant(size: 0.01), reward_step: Constant(size: 0.01), exploration: \
                Constant(epsilon: 0.1)))";
    let agent = Scenario::parse("agent.ron", text).unwrap().contents.agent;
    let tables = figures(&scenario, &agent, 8, |run| {
        run.advance(2_000_000);
        run.agent().table().unwrap().clone()
    });
    let learned: Vec<Vec<f64>> = tables
        .iter()
        .map(|table| {
            let best = |state: usize| {
                let row = table.row(enumeration.states.index(state) as usize);
                actions(state).map(|action| row[action]).fold(f64::NEG_INFINITY, f64::max)
            };
            centred((0..model.states()).map(best).collect())
        })
        .collect();
    let mean = |state: usize| learned.iter().map(|values| values[state]).sum::<f64>() / 8.0;
    let (mut held, mut right) = (0, 0);
    for (free, priority) in cells() {
        let state = cell(free, priority);
        if shares[state] < 0.01 {
            continue;
        }
        // A simulation written apart from this program has means of eight runs up to 0.42 from the
        // exact values there and single runs up to 0.76, with a deviation of some 0.3; values that are
        // met less often are still below.
        let (told, exact) = (format!("{free} free, priority {priority}"), exact[state]);
        assert!((mean(state) - exact).abs() < 0.6, "{told}: {}, not {exact}", mean(state));
        for values in &learned {
            assert!((values[state] - exact).abs() < 1.2, "{told}: {}, not {exact}", values[state]);
        }
        let margin = q(&values, state, accept) - q(&values, state, 1 - accept);
        if free > 0 && margin.abs() > 0.5 {
            for table in &tables {
                let row = table.row(enumeration.states.index(state) as usize);
                held += 1;
                right += u32::from((row[accept] > row[1 - accept]) == (margin > 0.0));
            }
        }
    }
    // Who is accepted where it matters, in all runs but now and then one.
    assert!(held == 128 && right >= 126, "{right} of {held}");
    // As in the book, values fall on the right, where hardly anything was ever tried.
    for priority in 0..4 {
        assert!(mean(cell(9, priority)) < mean(cell(6, priority)));
        assert!(exact[cell(9, priority)] > exact[cell(6, priority)]);
    }
}

#[test]
fn random_walk_of_sutton_and_barto_example_6_2() {
    let file = published!("sb_ex6_2_random_walk");
    let given = &file["numbers"];
    let truth: Vec<f64> =
        given["true_V"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    let scenario = shipped("textbook/random_walk.ron");
    let episode_end = Target::episode(CountedVisits::Every);
    let numbers = ["1", "10", "25", "50", "75", "100"];
    for (name, target, size) in [
        ("TD0_alpha0.05", Target::default(), 0.05),
        ("TD0_alpha0.1", Target::default(), 0.1),
        ("TD0_alpha0.15", Target::default(), 0.15),
        ("MC_alpha0.01", episode_end, 0.01),
        ("MC_alpha0.02", episode_end, 0.02),
        ("MC_alpha0.03", episode_end, 0.03),
        ("MC_alpha0.04", episode_end, 0.04),
    ] {
        let step_size = StepSize::Constant { size };
        let values =
            PredictionSettings { target, step_size, initial_value: 0.5, ..Default::default() };
        let policy = Box::new(AgentSpec::Random);
        let agent = AgentSpec::TdPrediction(PredictionSpec { policy, values });
        // The errors after these episodes, then the values after the last.
        let found = figures(&scenario, &agent, 1_000, |run| {
            let values = |run: &dyn AnyRun| -> Vec<f64> {
                let value = |place: Level| {
                    let levels = [place];
                    let seen = Situation { levels: &levels, reals: &[], allowed: None, beat: 0 };
                    run.agent().state_value(&seen).unwrap().value
                };
                (0..5).map(value).collect()
            };
            let rms = |values: &[f64]| {
                let square = |(value, truth): (&f64, &f64)| (value - truth).powi(2);
                (values.iter().zip(&truth).map(square).sum::<f64>() / 5.0).sqrt()
            };
            let mut at = Vec::new();
            for number in 1..=100 {
                episode(run);
                if numbers.contains(&number.to_string().as_str()) {
                    at.push(rms(&values(run)));
                }
            }
            at.extend(values(run));
            at
        });
        let (given, runs) = (&given["sim"][name], given["sim"]["runs"].as_f64().unwrap());
        for (at, number) in numbers.into_iter().enumerate() {
            let found: Vec<f64> = found.iter().map(|errors| errors[at]).collect();
            let published = given["rms_after"][number].as_f64().unwrap();
            agrees(&format!("{name} episode {number}"), &found, published, runs);
            // The book's own curves are of 100 runs.
            let hundred = found[..100].iter().sum::<f64>() / 100.0;
            assert!((hundred - published).abs() < 0.02, "{name} {number}: {hundred} {published}");
        }
        for place in 0..5 {
            let found: Vec<f64> = found.iter().map(|run| run[numbers.len() + place]).collect();
            let published = given["mean_V_after_100"][place].as_f64().unwrap();
            agrees(&format!("{name} value of place {place}"), &found, published, runs);
        }
    }
}

#[test]
fn dyna_maze_of_sutton_and_barto_example_8_1() {
    let file = published!("sb_ex8_1_dyna_maze");
    let given = &file["numbers"]["mean_steps_per_episode"];
    let scenario = shipped("textbook/dyna_maze.ron");
    let AgentSpec::DynaQ(shipped) = scenario.contents.agent.clone() else { panic!("no Dyna-Q") };
    assert_eq!((shipped.planned, &shipped.table), (50, &constant(0.1, 0.1)));
    for planned in [0, 5, 50] {
        let agent = AgentSpec::DynaQ(crate::learners::DynaSettings { planned, ..shipped.clone() });
        let steps = figures(&scenario, &agent, 200, |run| -> Vec<f64> {
            (0..30).map(|_| episode(run).1 as f64).collect()
        });
        let runs = given["runs"].as_f64().unwrap();
        for number in [1, 2, 3, 5, 10, 20, 30] {
            let found: Vec<f64> = steps.iter().map(|run| run[number - 1]).collect();
            let published = given[&format!("n={planned}")]["steps_ep"][number.to_string()].as_f64();
            let name = format!("{planned} planned, episode {number}");
            agrees(&name, &found, published.unwrap(), runs);
        }
    }
}

/// After so many beats each, what is learned lies on average less than `below` under the optimum over
/// the seeds 101 to 110.
fn learns(path: &str, agent: &AgentSpec, beats: u64, optimum: f64, below: f64) {
    let scenario = shipped(path);
    let enumeration = scenario
        .environment
        .erased()
        .enumerate(EnumerationOptions::default(), &Progress::new())
        .unwrap();
    let values: Vec<f64> = (101..=110_u64)
        .into_par_iter()
        .map(|seed| {
            let built =
                agents::build(agent, &scenario.environment, scenario.contents.criterion, None);
            let settings = RunSettings { seed, ..run_settings(&scenario) };
            let mut run = open(&scenario.environment, built.unwrap(), settings);
            while run.beats() < beats {
                run.advance(beats - run.beats());
            }
            let criterion = scenario.contents.criterion;
            let worth = judge(run.agent(), &scenario.environment, &enumeration, criterion);
            worth.unwrap().unwrap().value
        })
        .collect();
    let mean = Estimate::of_samples(&values);
    println!("{path}: {values:?}, mean {mean:?}, optimum {optimum}");
    assert!(values.iter().all(|value| *value <= optimum + 1e-8), "{values:?}");
    assert!(optimum - mean.mean < below, "{mean:?} is not near {optimum}: {values:?}");
}

/// Bounds are what is missing on average over the seeds 101 to 120, and four standard errors of a mean
/// of ten seeds. Single seeds spread about it with a standard deviation of 0.0021 on the small lake,
/// 0.0005 missing, and of 0.0011 on the large one, 0.0008 missing; where nothing slips, all twenty
/// find the optimum (`taktlab train FILE --learner q-learning --seeds 20 --seed 101`, with the steps
/// below, and in a file of its own the initial value).
#[test]
fn frozen_lakes_are_learned() {
    let (small, large) = (published!("gym_frozenlake_4x4"), published!("gym_frozenlake_8x8"));
    let start =
        |file: &Value, name: &str| file["numbers"][name]["V_start_gamma0_99"].as_f64().unwrap();
    let usual = AgentSpec::QLearning(TabularSettings::default());
    let searching =
        AgentSpec::QLearning(TabularSettings { initial_value: 1.0, ..Default::default() });
    learns("textbook/frozen_lake.ron", &usual, 1_000_000, start(&small, "slippery"), 0.0032);
    learns(
        "textbook/frozen_lake_dry.ron",
        &searching,
        100_000,
        start(&small, "deterministic"),
        1e-8,
    );
    learns(
        "textbook/frozen_lake_large.ron",
        &searching,
        3_000_000,
        start(&large, "slippery"),
        0.0022,
    );
    learns(
        "textbook/frozen_lake_large_dry.ron",
        &searching,
        300_000,
        start(&large, "deterministic"),
        1e-8,
    );
}

/// The book's figure has 170 episodes in some 8,000 steps. The figures held to here are those of a
/// plain simulation written apart from this program, of 150 runs.
#[test]
fn windy_grid_of_sutton_and_barto_example_6_5() {
    let scenario = shipped("textbook/windy_grid.ron");
    let agent = scenario.contents.agent.clone();
    assert_eq!(agent, AgentSpec::Sarsa(constant(0.5, 0.1)));
    let steps = figures(&scenario, &agent, 200, |run| -> Vec<f64> {
        (0..170).map(|_| episode(run).1 as f64).collect()
    });
    let sums = |from: usize| -> Vec<f64> {
        steps.iter().map(|run| run[from..].iter().sum::<f64>()).collect()
    };
    agrees("steps of 170 episodes", &sums(0), 8_195.96, 150.0);
    agrees("steps of the last 20", &sums(150), 20.0 * 22.708, 150.0);
}

/// All of the seeds 101 to 120 find the optimum, up to rounding
/// (`taktlab train textbook/taxi.ron --learner q-learning --steps 1e6 --seeds 20 --seed 101`).
#[test]
fn taxi_is_learned() {
    let file = published!("gym_taxi");
    let best = file["numbers"]["deterministic"]["mean_return_gamma1"].as_f64().unwrap();
    let agent = AgentSpec::QLearning(TabularSettings::default());
    learns("textbook/taxi.ron", &agent, 1_000_000, best, 1e-8);
}
