//! The textbook scenarios against the figures of `tests/published`, certified by a planner.

use serde_json::Value;

use super::solved::{Solved, TOLERANCE, as_it_is, changed};

use crate::environments::grid::MoveSet;
use crate::environments::{AnySettings, GridSettings, TableSettings};
use crate::mdp::evaluate::evaluate;
use crate::mdp::{Criterion, Level, Policy};
use crate::scenario::{Contents, Scenario, library};

macro_rules! published {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../tests/published/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        other => vec![other.as_f64().unwrap()],
    }
}

fn grid(contents: &mut Contents) -> &mut GridSettings {
    match &mut contents.environment {
        AnySettings::Grid(settings) => settings,
        other => panic!("{other:?}"),
    }
}

fn table(contents: &mut Contents) -> &mut TableSettings {
    match &mut contents.environment {
        AnySettings::Table(settings) => settings,
        other => panic!("{other:?}"),
    }
}

impl Solved {
    /// Values given row by row from the top of a grid hold in all cells where an episode goes on. On
    /// a cliff nobody ever stands: the files differ in what they say of it.
    fn has_rows(&self, values: &Value) {
        let mut contents = self.scenario.contents.clone();
        let drawn = grid(&mut contents).rows.clone();
        let rows: Vec<Vec<f64>> = values.as_array().unwrap().iter().map(numbers).collect();
        let mut cells = 0;
        for (row, values) in rows.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                let levels = [column as Level, (rows.len() - 1 - row) as Level];
                let cliff = drawn[row].as_bytes()[column] == b'C';
                if !cliff && !self.found.model.is_terminal(self.state(&levels)) {
                    self.has(&levels, *value);
                    cells += 1;
                }
            }
        }
        assert!(cells >= 11, "{cells}");
    }

    /// What the uniformly random policy is worth, by state.
    fn random(&self) -> Vec<f64> {
        let policy = Policy::uniform(&self.found.model);
        let worth = evaluate(&self.found.model, &policy, self.scenario.contents.criterion);
        worth.unwrap().values().unwrap().to_vec()
    }
}

#[test]
fn recycling_robot() {
    let file = published!("sb_ex3_3_recycling_robot");
    let cases = file["numbers"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let number = |name: &str| case[name].as_f64().unwrap();
        let scenario = changed("textbook/recycling_robot.ron", |contents| {
            contents.criterion = Criterion::Discounted(number("gamma"));
            let (alpha, beta) = (number("alpha"), number("beta"));
            let rows = &mut table(contents).rows;
            let figures = [
                (alpha, "r_search"),
                (1.0 - alpha, "r_search"),
                (1.0, "r_wait"),
                (beta, "r_search"),
                (1.0 - beta, "r_depleted"),
                (1.0, "r_wait"),
            ];
            for (row, (probability, reward)) in rows.iter_mut().zip(figures) {
                (row.probability, row.reward) = (probability, number(reward));
            }
        });
        let solved = Solved::new(scenario, 1e-9);
        for (level, name) in [(0, "high"), (1, "low")] {
            solved.has(&[level], number(&format!("V_{name}")));
            assert_eq!(solved.best(&[level]), [case[&format!("pi_{name}")].as_str().unwrap()]);
        }
    }
    // The file as it is shipped is the first of them.
    Solved::new(changed("textbook/recycling_robot.ron", as_it_is), 1e-9)
        .is_worth(cases[0]["V_high"].as_f64().unwrap());
}

#[test]
fn random_walk_of_five_places() {
    let file = published!("sb_ex6_2_random_walk");
    let solved = Solved::new(changed("textbook/random_walk.ron", as_it_is), 1e-9);
    for (place, value) in numbers(&file["numbers"]["true_V"]).into_iter().enumerate() {
        solved.has(&[place as Level], value);
    }
}

#[test]
fn grid_with_two_jumps() {
    let file = published!("sb_ex3_5_3_8_gridworld5x5");
    let given = &file["numbers"];
    let solved = Solved::new(changed("textbook/jumping_grid.ron", as_it_is), 1e-9);
    solved.has_rows(&given["v_optimal"]);
    let (random, by_row) = (solved.random(), numbers(&given["v_random"]));
    for (at, (value, best)) in
        by_row.iter().zip(given["optimal_actions"].as_array().unwrap()).enumerate()
    {
        let levels = [at as Level % 5, 4 - at as Level / 5];
        assert!((random[solved.state(&levels)] - value).abs() < TOLERANCE, "{levels:?}");
        let mut best: Vec<_> =
            best.as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        let mut found = solved.best(&levels);
        best.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, best, "{levels:?}");
    }
}

/// The best arm is the third; whose rewards have a variance of 1, as on the test bed.
#[test]
fn ten_arms_of_the_test_bed() {
    let scenario = crate::scenario::library::open("textbook/ten_arms.ron").unwrap();
    let (bench, action) = ([0], |arm: Level| [arm]);
    let mut best = (0, f64::NEG_INFINITY);
    for arm in 0..10 {
        let branches = scenario.environment.erased().branches(&bench, &action(arm)).unwrap();
        let mean: f64 = branches.iter().map(|one| one.probability * one.reward).sum();
        let square: f64 = branches.iter().map(|one| one.probability * one.reward.powi(2)).sum();
        assert!((square - mean * mean - 1.0).abs() < 1e-12, "arm {arm}");
        best = if mean > best.1 { (arm, mean) } else { best };
    }
    assert_eq!((best.0, (best.1 * 10.0).round()), (2, 15.0));
}

#[test]
fn grid_with_two_corners() {
    let file = published!("sb_ex4_1_gridworld4x4");
    let given = &file["numbers"];
    let solved = Solved::new(changed("textbook/two_corners.ron", as_it_is), 1e-9);
    solved.has_rows(&given["v_optimal"]);
    let random = solved.random();
    for (at, value) in numbers(&given["v_random"]).into_iter().enumerate() {
        let state = solved.state(&[at as Level % 4, 3 - at as Level / 4]);
        assert!((random[state] - value).abs() < TOLERANCE, "{at}");
    }
}

#[test]
fn gamblers_problem() {
    let file = published!("sb_ex4_3_gambler");
    for (name, heads) in [("p_h=0.4", 0.4), ("p_h=0.25", 0.25), ("p_h=0.55", 0.55)] {
        let given = &file["numbers"][name];
        let scenario = changed("textbook/gambler.ron", |contents| {
            for row in &mut table(contents).rows {
                let won = row.next.parse::<i32>().unwrap() > row.state.parse::<i32>().unwrap();
                // As shipped: the file says what the text and its comment say.
                assert_eq!(row.probability, if won { 0.4 } else { 0.6 });
                assert_eq!(row.reward, f64::from(u8::from(row.next == "100")));
                row.probability = if won { heads } else { 1.0 - heads };
            }
        });
        let solved = Solved::new(scenario, 1e-10);
        let values = numbers(&given["all_V"]);
        for (capital, value) in values.iter().enumerate().take(100).skip(1) {
            solved.has(&[capital as Level], *value);
        }
        solved.is_worth(values[50]);
    }
}

#[test]
fn access_control() {
    let file = published!("sb_ex10_2_access_control");
    let given = &file["numbers"]["server_can_free_in_same_step_optimal"];
    let solved = Solved::new(changed("textbook/access_control.ron", as_it_is), 1e-9);
    solved.is_worth(given["gain"].as_f64().unwrap());
    // Differential values, which are known up to a constant.
    let first = solved.state(&[0, 0]);
    for (at, value) in numbers(&given["diff_value_h_rel_to_free0"]).into_iter().enumerate() {
        let state = solved.state(&[at as Level / 4, at as Level % 4]);
        let found = solved.solution.values[state] - solved.solution.values[first];
        assert!((found - value).abs() < 1e-6, "{at}: {found}, not {value}");
    }
    let policy = numbers(&given["accept_policy_rows_free0to10_cols_prio1248"]);
    let actions = &solved.scenario.environment.action_space().variables()[0].labels;
    for (at, accepts) in policy.into_iter().enumerate() {
        let levels = [at as Level / 4, at as Level % 4];
        let chosen = solved.solution.policy[solved.state(&levels)] as usize;
        let expected = if accepts == 1.0 { "accept" } else { "reject" };
        assert_eq!(actions[chosen], expected, "{}", solved.space().describe(&levels));
    }
}

/// The rows of the file are those of its comment: binomial releases, four priorities alike.
#[test]
fn rows_of_access_control_are_those_of_its_description() {
    let mut contents = changed("textbook/access_control.ron", as_it_is).contents;
    let rows = &table(&mut contents).rows;
    let pair = |name: &str| -> (i32, f64) {
        let (free, priority) = name.split_once(", ").unwrap();
        (free.parse().unwrap(), priority.parse().unwrap())
    };
    for row in rows {
        let ((free, pays), (then, _)) = (pair(&row.state), pair(&row.next));
        let accepts = row.action == "accept";
        let kept = free - i32::from(accepts);
        let (busy, freed) = (10 - kept, then - kept);
        let ways: f64 = (0..freed).map(|k| f64::from(busy - k) / f64::from(k + 1)).product();
        let p = ways * 0.06_f64.powi(freed) * 0.94_f64.powi(busy - freed) / 4.0;
        assert!((row.probability - p).abs() <= 1e-14, "{row:?}: {p}");
        assert_eq!(row.reward, if accepts { pays } else { 0.0 });
        assert!(free > 0 || !accepts, "{row:?}");
    }
    // By kept servers, 11 − kept counts of releases and 4 priorities; all but "accept" of none.
    let kept = (0..=10).chain(0..10).map(|kept: usize| 11 - kept).sum::<usize>();
    assert_eq!(rows.len(), kept * 4 * 4);
}

/// The normal rewards of the book as fifty equally likely figures: the mean −0.1, the variance 1, and
/// each figure within its own fiftieth of the distribution.
#[test]
fn rewards_of_the_maximisation_bias_are_those_of_a_normal_distribution() {
    use statrs::distribution::{ContinuousCDF, Normal};
    let normal = Normal::new(-0.1, 1.0).unwrap();
    let mut contents = changed("textbook/maximisation_bias.ron", as_it_is).contents;
    let rows = &table(&mut contents).rows;
    for action in 1..=10 {
        let action = action.to_string();
        let of = rows.iter().filter(|row| row.state == "B" && row.action == action);
        let rewards: Vec<f64> = of.clone().map(|row| row.reward).collect();
        assert!(of.clone().all(|row| row.probability == 0.02 && row.next == "end"));
        assert_eq!(rewards.len(), 50);
        let mean = rewards.iter().sum::<f64>() / 50.0;
        let variance = rewards.iter().map(|reward| (reward - mean).powi(2)).sum::<f64>() / 50.0;
        // Written with twelve digits.
        assert!((mean + 0.1).abs() < 1e-11 && (variance - 1.0).abs() < 1e-11, "{mean} {variance}");
        for (place, reward) in rewards.iter().enumerate() {
            let below = 50.0 * normal.cdf(*reward);
            assert!((place as f64..=place as f64 + 1.0).contains(&below), "{reward}: {below}");
        }
    }
    Solved::new(changed("textbook/maximisation_bias.ron", as_it_is), 1e-9).is_worth(0.0);
    // The right way is to the right, and whoever is in B loses a tenth whatever he does.
    let solved = Solved::new(changed("textbook/maximisation_bias.ron", as_it_is), 1e-9);
    let policy = Policy::Deterministic(solved.solution.policy.clone());
    let worth = evaluate(&solved.found.model, &policy, Criterion::Total).unwrap();
    let start = solved.found.model.start()[0].0 as usize;
    let chosen = solved.solution.policy[start] as usize;
    let actions = &solved.scenario.environment.action_space().variables()[0].labels;
    assert_eq!((actions[chosen].as_str(), worth.value()), ("right", 0.0));
    let mut values = worth.values().unwrap().to_vec();
    values.sort_by(f64::total_cmp);
    assert!((values[0] + 0.1).abs() < 1e-11 && values[1..] == [0.0, 0.0], "{values:?}");
}

#[test]
fn windy_grids() {
    let file = published!("sb_ex6_5_windy");
    let given = file["numbers"].as_object().unwrap();
    let case = |path: &str, name: &str, moves: MoveSet, gusts: bool| {
        let scenario = changed(path, |contents| {
            let grid = grid(contents);
            (grid.moves, grid.gusts) = (moves, gusts);
        });
        let solved = Solved::new(scenario, 1e-9);
        solved.is_worth(-given[name]["optimal_steps_from_start"].as_f64().unwrap());
        solved.has_rows(&given[name]["V"]);
        solved.scenario
    };
    let (plain, king) = ("textbook/windy_grid.ron", "textbook/windy_grid_king.ron");
    let shipped = case(plain, "4moves", MoveSet::Four, false);
    assert!(shipped == library::open(plain).unwrap());
    let shipped = case(king, "king8_stochastic", MoveSet::King, true);
    assert!(shipped == library::open(king).unwrap());
    case(plain, "4moves_stochastic", MoveSet::Four, true);
    case(plain, "king8", MoveSet::King, false);
    case(plain, "king9_with_stay", MoveSet::KingOrStay, false);
    case(plain, "king9_with_stay_stochastic", MoveSet::KingOrStay, true);
    assert_eq!(given.len(), 6);
}

#[test]
fn cliffs() {
    let book = published!("sb_ex6_6_cliff");
    let gym = published!("gym_cliffwalking");
    let dry = Solved::new(changed("textbook/cliff.ron", as_it_is), 1e-9);
    dry.is_worth(book["numbers"]["optimal_return"].as_f64().unwrap());
    dry.has_rows(&book["numbers"]["V_optimal"]);
    for (path, name) in
        [("textbook/cliff.ron", "deterministic"), ("textbook/cliff_slippery.ron", "slippery")]
    {
        let given = &gym["numbers"][name];
        let total = Solved::new(changed(path, as_it_is), 1e-9);
        total.is_worth(given["V_start_gamma1"].as_f64().unwrap());
        total.has_rows(&given["V_gamma1"]);
        let discounted =
            Solved::new(changed(path, |c| c.criterion = Criterion::Discounted(0.99)), 1e-9);
        discounted.is_worth(given["V_start_gamma0_99"].as_f64().unwrap());
        discounted.has_rows(&given["V_gamma0_99"]);
    }
}

#[test]
fn mazes_of_dyna() {
    let file = published!("sb_ex8_1_dyna_maze");
    let given = &file["numbers"];
    let solved = Solved::new(changed("textbook/dyna_maze.ron", as_it_is), 1e-10);
    solved.is_worth(given["v_star_start"].as_f64().unwrap());
    let maze = |wall: &str| {
        let rows = ["........G", ".........", ".........", wall, ".........", "...S....."];
        changed("textbook/dyna_maze.ron", |c| grid(c).rows = rows.map(str::to_owned).to_vec())
    };
    // The n-th step from the start reaches the goal: 0.95^(n − 1).
    let steps = given["shortest_steps"].as_i64().unwrap() as i32;
    solved.is_worth(0.95_f64.powi(steps - 1));
    for (wall, name, when) in [
        ("########.", "blocking_maze", "before_steps"),
        (".########", "blocking_maze", "after_steps"),
        (".########", "shortcut_maze", "before_steps"),
        (".#######.", "shortcut_maze", "after_steps"),
    ] {
        let steps = given[name][when].as_i64().unwrap() as i32;
        Solved::new(maze(wall), 1e-10).is_worth(0.95_f64.powi(steps - 1));
    }
}

#[test]
fn frozen_lakes() {
    let (small, large) = (published!("gym_frozenlake_4x4"), published!("gym_frozenlake_8x8"));
    for (path, file, name) in [
        ("textbook/frozen_lake.ron", &small, "slippery"),
        ("textbook/frozen_lake_dry.ron", &small, "deterministic"),
        ("textbook/frozen_lake_large.ron", &large, "slippery"),
        ("textbook/frozen_lake_large_dry.ron", &large, "deterministic"),
    ] {
        let given = &file["numbers"][name];
        let solved = Solved::new(changed(path, as_it_is), 1e-9);
        assert_eq!(solved.scenario.contents.episode_limit, given["time_limit"].as_u64());
        solved.is_worth(given["V_start_gamma0_99"].as_f64().unwrap());
        let values = numbers(&given["V_gamma0_99"]);
        let side = values.len().isqrt() as Level;
        let ways = given["greedy_actions_gamma0_99"].as_array().unwrap();
        for (at, (value, ways)) in values.iter().zip(ways).enumerate() {
            let levels = [at as Level % side, side - 1 - at as Level / side];
            if solved.found.model.is_terminal(solved.state(&levels)) {
                assert_eq!(*value, 0.0);
                continue;
            }
            solved.has(&levels, *value);
            let mut ways: Vec<_> =
                ways.as_array().unwrap().iter().map(|way| way.as_str().unwrap()).collect();
            let mut found = solved.best(&levels);
            ways.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, ways, "{path}: {levels:?}");
        }
        let random = solved.found.model.at_start(&solved.random());
        assert!((random - given["V_random_start_gamma0_99"].as_f64().unwrap()).abs() < TOLERANCE);
        // Without discount one may stay on the ice for ever at no cost: a lower bound alone.
        let total = Solved::new(changed(path, |c| c.criterion = Criterion::Total), 1e-9);
        let bounds = total.solution.bounds.unwrap();
        let best = given["success_prob_optimal_no_limit_gamma1"].as_f64().unwrap();
        assert!((bounds.lower - best).abs() < TOLERANCE, "{path}: {bounds:?}");
        assert!(bounds.upper.is_none_or(|upper| upper >= best - TOLERANCE), "{bounds:?}");
    }
}

#[test]
fn taxis() {
    let file = published!("gym_taxi");
    for (path, name) in
        [("textbook/taxi.ron", "deterministic"), ("textbook/taxi_in_the_rain.ron", "rainy")]
    {
        let given = &file["numbers"][name];
        let solved = Solved::new(changed(path, as_it_is), 1e-9);
        assert_eq!(solved.scenario.contents.episode_limit, given["time_limit"].as_u64());
        assert_eq!(Some(solved.found.states.len() as u64), given["n_states"].as_u64());
        let starts = solved.found.model.start();
        assert_eq!(Some(starts.len() as u64), given["n_start_states"].as_u64());
        solved.is_worth(given["mean_return_gamma1"].as_f64().unwrap());
        let mut delivered = 0;
        for (state, value) in numbers(&given["V_gamma1_all500"]).into_iter().enumerate() {
            // ((row · 5 + column) · 5 + passenger) · 4 + destination, rows from the top.
            let (cell, load, to) = (state / 20, state / 4 % 5, state % 4);
            let levels = [cell % 5, 4 - cell / 5, load, to].map(|level| level as Level);
            // Where the passenger has arrived, no episode starts and none goes on.
            match load == to {
                true => delivered += 1,
                false => solved.has(&levels, value),
            }
        }
        assert_eq!(delivered, 100);
        let discounted =
            Solved::new(changed(path, |c| c.criterion = Criterion::Discounted(0.99)), 1e-9);
        discounted.is_worth(given["mean_value_gamma0_99"].as_f64().unwrap());
    }
}

/// A table in a file is in the scenario, and so in what is saved: no file is needed any more.
#[test]
fn a_scenario_carries_the_rows_of_its_file() {
    let scenario = library::open("textbook/maximisation_bias.ron").unwrap();
    let text = scenario.to_ron();
    assert!(text.contains("rows: [") && !text.contains("file:"), "{text}");
    let again = Scenario::parse("alone.ron", &text).unwrap();
    assert_eq!(again.contents, scenario.contents);
}

/// Marks on curves are the published figures, to the digits that are written.
#[test]
fn marks_are_the_figures_of_the_files() {
    let marks = |path| changed(path, as_it_is).contents.show.marks;
    let said = |found: &[f64], given: &[f64], digits: f64| {
        assert_eq!(found.len(), given.len());
        for (found, given) in found.iter().zip(given) {
            assert!((found - given).abs() <= digits, "{found}, not {given}");
        }
    };
    let file = published!("sb_ex6_2_random_walk");
    let walk = &marks("textbook/random_walk.ron")[0];
    let after = &file["numbers"]["sim"]["TD0_alpha0.1"]["rms_after"];
    let given: Vec<_> =
        walk.x.iter().map(|beats| after[format!("{}", beats / 9.0)].as_f64().unwrap()).collect();
    said(&walk.y, &given, 5e-6);
    let file = published!("sb_ex4_3_gambler");
    let values = numbers(&file["numbers"]["p_h=0.4"]["all_V"]);
    let gambler = &marks("textbook/gambler.ron")[0];
    let given: Vec<f64> = gambler.x.iter().map(|capital| values[*capital as usize]).collect();
    said(&gambler.y, &given, 5e-5);
    let file = published!("sb_ex8_1_dyna_maze");
    let dyna = marks("textbook/dyna_maze.ron");
    assert_eq!(dyna.len(), 3);
    for (marks, planned) in dyna.iter().zip([0, 5, 50]) {
        let steps = &file["numbers"]["mean_steps_per_episode"][format!("n={planned}")]["steps_ep"];
        let given = marks.x.iter().map(|episode| steps[format!("{episode}")].as_f64().unwrap());
        said(&marks.y, &given.collect::<Vec<_>>(), 0.051);
        let called = if planned == 0 { "none".to_owned() } else { planned.to_string() };
        assert_eq!(marks.name, format!("{called} planned"));
    }
    for (path, best) in [
        ("textbook/windy_grid.ron", "4moves"),
        ("textbook/windy_grid_king.ron", "king8_stochastic"),
    ] {
        let file = published!("sb_ex6_5_windy");
        let best = file["numbers"][best]["optimal_steps_from_start"].as_f64().unwrap();
        said(&marks(path)[0].y, &[best; 2], 5e-3);
    }
    let file = published!("sb_ex6_6_cliff");
    let cliff = marks("textbook/cliff.ron");
    for (marks, learner) in cliff.iter().zip(["q_learning", "sarsa"]) {
        let means = &file["numbers"]["online_mean_return"][learner];
        let spans = ["mean_ep_1_100", "mean_ep_101_500", "mean_ep_401_500"];
        let given = spans.map(|span| means[span].as_f64().unwrap());
        assert_eq!(marks.x, [50.0, 300.0, 450.0]);
        said(&marks.y, &given, 5e-3);
    }
}

/// Every number in the English texts is one that is computed here, or one of the file itself (or of a
/// figure of the book).
#[test]
fn the_texts_say_what_is_so() {
    let solved = |path: &str| Solved::new(changed(path, as_it_is), 1e-7);
    let worth = |path: &str| {
        let bounds = solved(path).solution.bounds.unwrap();
        assert!(bounds.upper.unwrap() - bounds.lower < 1e-6);
        f64::midpoint(bounds.lower, bounds.upper.unwrap())
    };
    let steps = |path: &str| format!("{:.0}", -worth(path));
    let of_100 = |share: &Value| format!("{:.0}", 100.0 * share.as_f64().unwrap());
    let (small, large) = (published!("gym_frozenlake_4x4"), published!("gym_frozenlake_8x8"));
    let (small, large) = (&small["numbers"]["slippery"], &large["numbers"]["slippery"]);
    let no_limit = "success_prob_optimal_no_limit_gamma1";
    let in_time = "success_prob_optimal_within_time_limit";
    let cliff = published!("sb_ex6_6_cliff");
    let last = |learner: &str| {
        let mean = &cliff["numbers"]["online_mean_return"][learner]["mean_ep_401_500"];
        format!("some −{:.0}", -mean.as_f64().unwrap())
    };
    let dyna = published!("sb_ex8_1_dyna_maze");
    let first = dyna["numbers"]["mean_steps_per_episode"]["n=0"]["steps_ep"]["1"].as_f64().unwrap();
    let (jumping, corners) =
        (solved("textbook/jumping_grid.ron"), solved("textbook/two_corners.ron"));
    let a = jumping.state(&[1, 4]);
    assert!(jumping.random()[a] < 10.0, "A is worth less than its 10 under a random walk");
    let far = corners.random().into_iter().fold(0.0_f64, f64::min);
    let beside = corners.random()[corners.state(&[1, 3])];
    let windy = |moves: MoveSet| {
        let scenario = changed("textbook/windy_grid.ron", |contents| grid(contents).moves = moves);
        -Solved::new(scenario, 1e-9).solution.bounds.unwrap().lower
    };
    let (dry, gusts) = (windy(MoveSet::King), -worth("textbook/windy_grid_king.ron"));
    let control = solved("textbook/access_control.ron");
    let lets_in = |priority: Level| {
        let actions = &control.scenario.environment.action_space().variables()[0].labels;
        (0..=10).find(|&free| {
            actions[control.solution.policy[control.state(&[free, priority])] as usize] == "accept"
        })
    };
    assert_eq!([0, 1, 2, 3].map(lets_in), [None, Some(4), Some(1), Some(1)]);
    let holes = |path: &str| {
        let mut contents = changed(path, as_it_is).contents;
        grid(&mut contents).rows.concat().matches('H').count()
    };
    assert_eq!(holes("textbook/frozen_lake_large.ron"), 10);
    // Without slipping a cell is worth 0.99 for each step that is left but the last.
    for (path, steps) in
        [("textbook/frozen_lake_dry.ron", 6), ("textbook/frozen_lake_large_dry.ron", 14)]
    {
        assert!((worth(path) - 0.99_f64.powi(steps - 1)).abs() < 1e-6, "{path}");
    }
    assert_eq!(ways(&solved("textbook/frozen_lake_dry.ron"), 6), 3);
    assert!(large[no_limit].as_f64().unwrap() > 1.0 - 1e-9, "one arrives for sure");
    let random = large["success_prob_random_no_limit"].as_f64().unwrap();
    assert_eq!((1_000.0 * random).round(), 2.0, "twice in a thousand");
    let gambler = solved("textbook/gambler.ron");
    for (capital, stake) in [(50, "50"), (25, "25"), (75, "25")] {
        assert!(gambler.best(&[capital]).contains(&stake.to_owned()), "{capital}");
    }
    let recharges = |safe: f64| {
        let scenario = changed("textbook/recycling_robot.ron", |contents| {
            let rows = &mut table(contents).rows;
            (rows[3].probability, rows[4].probability) = (safe, 1.0 - safe);
        });
        Solved::new(scenario, 1e-9).best(&[1]) == ["recharge"]
    };
    assert!(recharges(0.4) && !recharges(0.9), "it stops to pay in between");

    let walk = solved("textbook/random_walk.ron");
    let walk: Vec<String> = (0..5)
        .map(|place| format!("{:.0}/6", 6.0 * walk.solution.values[walk.state(&[place])]))
        .collect();
    // Of each file what is computed, then numbers that are its own or of the book.
    let none: &[&str] = &[];
    let texts = [
        (
            "access_control",
            vec![format!("{:.4} a beat at best", worth("textbook/access_control.ron"))],
            &["1, 2, 4 or 8", "pays 1", "pays 2", "book’s 2.31"] as &[&str],
        ),
        (
            "cliff",
            vec![
                format!("{} steps", steps("textbook/cliff.ron")),
                last("q_learning"),
                last("sarsa"),
            ],
            &["costs 1,", "cliff 100"],
        ),
        (
            "cliff_slippery",
            vec![
                format!("{:.1} on average", -worth("textbook/cliff_slippery.ron")),
                format!("place of {}", steps("textbook/cliff.ron")),
            ],
            none,
        ),
        (
            "dyna_maze",
            vec![
                format!("{} steps from the start", dyna["numbers"]["shortest_steps"]),
                format!("some {:.0} steps", (first / 100.0).round() * 100.0),
            ],
            &["50 pairs"],
        ),
        (
            "frozen_lake",
            vec![
                format!("{} of 100 cases", of_100(&small[no_limit])),
                format!("{} within 100 steps", of_100(&small[in_time])),
            ],
            none,
        ),
        ("frozen_lake_dry", Vec::new(), &["0.99"]),
        (
            "frozen_lake_large",
            vec![format!("100 steps in {} of 100 cases", of_100(&large[in_time]))],
            none,
        ),
        ("frozen_lake_large_dry", Vec::new(), &["initial value of 1"]),
        ("gambler", Vec::new(), &["0.4", "100", "at 50", "25 and 75"]),
        (
            "jacks_car_rental",
            Vec::new(),
            &["3 and 4 a day", "3 and 2", "earns 10", "up to 5", "2 each", "figure 4.2"],
        ),
        (
            "jumping_grid",
            vec![format!("worth {:.1}", jumping.solution.values[a])],
            &["earns 10", "in B 5", "costs 1", "its 10", "less than 10"],
        ),
        ("machine_maintenance", Vec::new(), &["0.1 a beat", "0.25", "for 2."]),
        ("maximisation_bias", Vec::new(), &["lose 0.1", "above 0"]),
        ("random_walk", vec![walk.join(", ")], &["earns 1", "TD(0)"]),
        ("recycling_robot", Vec::new(), &["costs 3", "0.9 in place of 0.4"]),
        (
            "taxi",
            vec![format!("{:.2} on average", worth("textbook/taxi.ron")), "500 combin".to_owned()],
            &["costs 1,", "place 10", "earns 20"],
        ),
        (
            "taxi_in_the_rain",
            vec![
                format!("{:.2} in place of", worth("textbook/taxi_in_the_rain.ron")),
                format!("{:.2}.", worth("textbook/taxi.ron")),
            ],
            none,
        ),
        ("ten_arms", vec!["-1.5 to 1.5".to_owned()], &["worth 1 more"]),
        // `experiment/beliefs/tests` has its figures.
        (
            "tiger",
            Vec::new(),
            &["earns 10", "costs 100", "costs 1 ", "85 of 100", "19.37", "0.95", "have 200"],
        ),
        (
            "two_corners",
            vec![format!("{:.0} steps from", -beside), format!("{:.0} from the far", -far)],
            &["costs 1", "figure 4.1"],
        ),
        ("windy_grid", vec![format!("{} steps", steps("textbook/windy_grid.ron"))], &["costs 1"]),
        (
            "windy_grid_king",
            vec![format!("against {}", steps("textbook/windy_grid.ron")), format!("{gusts:.2}")],
            none,
        ),
    ];
    assert!((dry - 7.0).abs() < 1e-8 && (gusts - dry).round() == 4.0, "seven, and four more");
    let mut told: Vec<&str> = texts.iter().map(|(name, ..)| *name).collect();
    for (name, computed, given) in &texts {
        let scenario = library::open(&format!("textbook/{name}.ron")).unwrap();
        let text = scenario.contents.text.in_language("en");
        let mut rest = text.to_owned();
        for words in computed.iter().map(String::as_str).chain(given.iter().copied()) {
            assert!(text.contains(words), "{name} does not say “{words}”: {text}");
            rest = rest.replace(words, "");
        }
        let number = rest.find(|letter: char| letter.is_ascii_digit());
        let near = number.map(|at| rest[at..].chars().take(20).collect::<String>());
        assert_eq!(near, None, "{name}: no test reads this number");
    }
    told.sort_unstable();
    let listed = library::list(None);
    let shipped = listed.iter().filter_map(|one| one.path.strip_prefix("textbook/"));
    let shipped: Vec<&str> = shipped.filter_map(|name| name.strip_suffix(".ron")).collect();
    assert_eq!(told, shipped);
}

/// In how many ways of so many sure steps the best policies lead from the start to an end.
fn ways(solved: &Solved, steps: usize) -> usize {
    let (model, values) = (&solved.found.model, &solved.solution.values);
    let gamma = solved.scenario.contents.criterion.discount().unwrap_or(1.0);
    let mut at = vec![model.start()[0].0 as usize];
    for _ in 0..steps {
        let mut next = Vec::new();
        for state in at {
            let q = |action| model.q(state, action, values, gamma);
            let best = (0..model.actions()).filter_map(q).fold(f64::NEG_INFINITY, f64::max);
            let mut to: Vec<usize> = (0..model.actions())
                .filter(|&action| q(action).is_some_and(|q| q >= best - TOLERANCE))
                .map(|action| model.row(state, action).unwrap().0[0] as usize)
                .collect();
            to.dedup();
            next.extend(to);
        }
        at = next;
    }
    assert!(at.iter().all(|&state| model.is_terminal(state)));
    at.len()
}

/// Sutton & Barto (2018), example 4.2: the policy of figure 4.2, and its values, to what the cut off
/// tails of 1e-5 may cost: 10 a car, in each of the ten days that count, of four draws.
#[test]
fn jacks_car_rental() {
    let file = published!("sb_ex4_2_jack_basic");
    let scenario = changed("textbook/jacks_car_rental.ron", as_it_is);
    let solved = Solved::new(scenario, 1e-8);
    let policy = file["numbers"]["policy_rows_n1_cols_n2"].as_array().unwrap();
    let values = file["numbers"]["V"].as_array().unwrap();
    for first in 0..=20_usize {
        for second in 0..=20_usize {
            let levels = [first as Level, second as Level];
            let (found, given) =
                (solved.solution.values[solved.state(&levels)], &values[first][second]);
            assert!((found - given.as_f64().unwrap()).abs() < 4e-3, "{levels:?}: {found} {given}");
            let moved = policy[first][second].as_f64().unwrap();
            let best = solved.best(&levels);
            let wanted = format!("{moved}").replace('-', "−");
            assert!(best.contains(&wanted), "{levels:?}: {best:?}, not {moved}");
        }
    }
}
