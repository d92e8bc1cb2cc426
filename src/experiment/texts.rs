//! What the texts of shipped scenarios say of rules and plans, held to exact values on their models.

use std::collections::HashMap;

use super::agents::build;
use super::judging::{judge, worth};
use super::optimum::{self, SolveOptions};
use super::rules::{Best, always_run, best};
use super::run::{RunSettings, open};
use crate::environments::{
    AnyEnvironment, AnySettings, AssemblySettings, ChainSettings, ExponentialLineSettings,
    LineSettings, PlantsSettings, StockSettings, chain, line,
};
use crate::heuristics::BaseStockSettings;
use crate::learners::TabularSettings;
use crate::mdp::{Criterion, Enumeration, EnumerationOptions, Level, Policy, Progress};
use crate::scenario::{AgentSpec, Contents, Scenario, library};

fn changed(path: &str, change: impl FnOnce(&mut Contents)) -> Scenario {
    let scenario = library::open(path).unwrap_or_else(|reports| panic!("{reports}"));
    let mut contents = scenario.contents.clone();
    change(&mut contents);
    scenario.with_contents(contents).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn model(environment: &AnyEnvironment) -> Enumeration {
    environment.erased().enumerate(EnumerationOptions::default(), &Progress::new()).unwrap()
}

/// The certified optimum's value or gain.
fn optimum(scenario: &Scenario) -> f64 {
    let options = SolveOptions::to(Some(1e-6));
    optimum::find(scenario, &options, &Progress::new()).unwrap().value().unwrap()
}

fn best_base_stock(scenario: &Scenario) -> Best {
    let open = AgentSpec::BaseStock(BaseStockSettings::default());
    best(&open, scenario, None, &Progress::new()).unwrap().unwrap()
}

/// What an agent with all its settings is exactly worth.
fn worth_of(spec: &AgentSpec, scenario: &Scenario) -> f64 {
    let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
    let agent = build(spec, environment, criterion, None).unwrap();
    judge(agent.agent(), environment, &model(environment), criterion).unwrap().unwrap().value
}

/// Texts give costs with two decimals.
fn costs(found: f64, said: f64) {
    assert!((-found - said).abs() <= 5e-3, "{found}, but the text says {said}");
}

/// The texts in both languages have these numbers.
pub(super) fn says(path: &str, numbers: &[&str]) {
    let scenario = library::open(path).unwrap();
    for language in ["en", "zh"] {
        let text = scenario.contents.text.in_language(language);
        for number in numbers {
            assert!(text.contains(number), "{path}, {language}: {number} is not in {text}");
        }
    }
}

fn stock(contents: &mut Contents) -> &mut StockSettings {
    match &mut contents.environment {
        AnySettings::Stock(settings) => settings,
        other => panic!("{other:?}"),
    }
}

/// The gain of ordering so much every day, with room for all that comes together: the player may
/// not order past the capacity, which would hold back who orders as much as is asked for.
fn of_constant_order(units: Level, capacity: u32) -> f64 {
    let wide = changed("intelligence/lost_sales.ron", |contents| {
        let stock = stock(contents);
        (stock.max_order, stock.capacity) = (units as u32, capacity);
    });
    let model = model(&wide.environment);
    let action = |state| match model.model.allowed(state, units as usize) {
        true => units as u32,
        false => 0,
    };
    let policy = Policy::Deterministic((0..model.model.states()).map(action).collect());
    worth(&model, &policy, Criterion::Average).unwrap().value
}

/// Zipkin (2008): base stock, a constant order and the optimum of lost sales with a lead time of 3.
#[test]
fn lost_sales_cost_what_is_said_by_every_rule() {
    let path = "intelligence/lost_sales.ron";
    let scenario = library::open(path).unwrap();
    says(path, &["4.97", "5.27", "4.60"]);
    costs(optimum(&scenario), 4.60);
    costs(worth_of(&best_base_stock(&scenario).spec, &scenario), 4.97);
    // Room for 80 is as good as room without an end, 4 is the best of all constant orders, and 5 a
    // day, all that is asked for, costs the more the more room there is.
    let four = of_constant_order(4, 80);
    assert!((four - of_constant_order(4, 60)).abs() < 1e-4);
    assert!((-four - 5.271).abs() < 0.02, "{four}");
    assert!(four > of_constant_order(3, 60) + 0.5);
    let fives = [30, 60, 90].map(|capacity| of_constant_order(5, capacity));
    assert!(fives[0] > fives[1] + 1.0 && fives[1] > fives[2] + 1.0, "{fives:?}");
}

fn plants(contents: &mut Contents) -> &mut PlantsSettings {
    match &mut contents.environment {
        AnySettings::Plants(settings) => settings,
        other => panic!("{other:?}"),
    }
}

/// Each plant alone has a best level of 1; on one energy these two cost twice what the best pair
/// does, and that more than a plan that looks at both stocks.
#[test]
fn two_plants_cost_what_is_said_alone_and_together() {
    let path = "networking/two_plants.ron";
    let base_stock =
        |levels: &[u32]| AgentSpec::BaseStock(BaseStockSettings { levels: levels.to_vec() });
    for place in 0..2 {
        let alone = changed(path, |contents| {
            let plants = plants(contents);
            plants.plants = vec![plants.plants[place].clone()];
        });
        assert_eq!(best_base_stock(&alone).spec, base_stock(&[1]), "plant {place}");
    }
    let both = library::open(path).unwrap();
    says(path, &["10.2", "5.10", "3.65", "1.59"]);
    let planned_alone = -worth_of(&base_stock(&[1, 1]), &both);
    assert!((planned_alone - 10.2).abs() <= 0.05, "{planned_alone}");
    let pair = best_base_stock(&both).spec;
    assert_eq!(pair, base_stock(&[4, 1]));
    costs(worth_of(&pair, &both), 5.10);
    costs(optimum(&both), 3.65);
    let enough = changed(path, |contents| plants(contents).energy = 2);
    costs(optimum(&enough), 1.59);
}

/// Of parts that come back to a full buffer, and what they cost: where all always run they are 11 % of
/// all that come in.
#[test]
fn rework_costs_what_is_said() {
    let path = "lines/rework.ron";
    says(path, &["11 %", "3.23", "3.61", "3.87"]);
    let with = |change: &dyn Fn(&mut LineSettings)| {
        changed(path, |contents| match &mut contents.environment {
            AnySettings::Line(line) => change(line),
            other => panic!("{other:?}"),
        })
    };
    let always = |change: &dyn Fn(&mut LineSettings)| {
        let scenario = with(change);
        let (environment, model) = (&scenario.environment, model(&scenario.environment));
        always_run(environment, &model, Criterion::Average).unwrap().value
    };
    // A euro for each part sold, or a cost of one for each scrapped by this machine.
    let counted = |revenue: f64, scraps: Option<usize>| {
        always(&|line| {
            line.revenue = revenue;
            line.buffers.iter_mut().for_each(|buffer| buffer.holding = 0.0);
            for (place, machine) in line.machines.iter_mut().enumerate() {
                machine.scrap_cost = if scraps == Some(place) { 1.0 } else { 0.0 };
            }
        })
    };
    let sold = counted(1.0, None);
    let [soldering, loop_full] = [1, 2].map(|place| -counted(0.0, Some(place)));
    let share = loop_full / (sold + soldering + loop_full);
    assert!((share - 0.11).abs() < 0.005, "{share}");
    // A share of 1/50 of what the soldering completes, and 1/8 of what is tested comes back.
    let tested = sold / (1.0 - 0.125);
    assert!((soldering - tested / 0.98 * 0.02).abs() < 1e-6, "{soldering} {tested}");
    assert!(loop_full < 0.125 * tested, "{loop_full} {tested}");
    costs(-always(&|_| ()), 3.23);
    costs(-optimum(&with(&|_| ())), 3.61);
    costs(
        -optimum(&with(&|line| line.machines[2].rework.as_mut().unwrap().probability /= 2.0)),
        3.87,
    );
}

/// The best action in each state of the plan, by the state's levels.
fn plan(scenario: &Scenario) -> HashMap<Vec<Level>, Vec<Level>> {
    let options = SolveOptions::to(Some(1e-6));
    let found = optimum::find(scenario, &options, &Progress::new()).unwrap();
    assert!(found.solution.optimal);
    let (states, actions) =
        (scenario.environment.state_space(), scenario.environment.action_space());
    let each = found.solution.policy.iter().enumerate().map(|(number, flat)| {
        let (mut state, mut action) = (vec![0; states.len()], vec![0; actions.len()]);
        states.levels(found.enumeration.states.index(number), &mut state);
        actions.levels(u64::from(*flat), &mut action);
        (state, action)
    });
    each.collect()
}

/// A switching curve (Ha 1997): with more of the one in store power goes from it to the other or
/// to nobody and never back, and who stops with so much in store stops with more. Near the ends of
/// the lists of who waits, where further customers are lost for nothing, it does not hold.
#[test]
fn the_plant_served_changes_along_one_curve() {
    let plan = plan(&library::open("networking/two_plants.ron").unwrap());
    let served = |east: Level, west: Level| match plan[&vec![east, west]][..] {
        [0, 0] => None,
        [1, 0] => Some("east"),
        [0, 1] => Some("west"),
        ref other => panic!("{other:?} with energy for one"),
    };
    let mut seen = Vec::new();
    for east in -7..12 {
        for west in -7..12 {
            let here = served(east, west);
            seen.push(here);
            let (more_east, more_west) = (served(east + 1, west), served(east, west + 1));
            assert!(here == Some("east") || more_east != Some("east"), "{east} {west}");
            assert!(here == Some("west") || more_west != Some("west"), "{east} {west}");
            assert!(here.is_some() || more_east.is_none() && more_west.is_none());
        }
    }
    assert!([None, Some("east"), Some("west")].iter().all(|one| seen.contains(one)));
    // Where both owe as many the dearer is served first.
    assert!((-7..0).all(|owed| served(owed, owed) == Some("east")));
}

/// What holding back from a level on costs a beat, by a power iteration of its own: the machine fails
/// only while it runs, and customers ask for one unit or none.
fn cost_of_level(
    level: usize,
    [failure, repair, demand]: [f64; 3],
    [holding, backlog]: [f64; 2],
    list: usize,
) -> f64 {
    let places = list + level + 1;
    // Up and down, by stock from the longest list on.
    let mut shares = [vec![0.0; places], vec![0.0; places]];
    shares[0][places - 1] = 1.0;
    loop {
        let mut next = [vec![0.0; places], vec![0.0; places]];
        let mut put = |down: usize, place: usize, share: f64| {
            next[down][place] += share * (1.0 - demand);
            next[down][place.saturating_sub(1)] += share * demand;
        };
        for (place, (&up, &down)) in shares[0].iter().zip(&shares[1]).enumerate() {
            if place + 1 < places {
                put(0, place + 1, up * (1.0 - failure));
                put(1, place, up * failure);
            } else {
                put(0, place, up);
            }
            put(0, place, down * repair);
            put(1, place, down * (1.0 - repair));
        }
        let apart = next[0].iter().zip(&shares[0]).map(|(next, share)| (next - share).abs());
        let apart: f64 = apart.sum();
        shares = next;
        if apart < 1e-11 {
            break;
        }
    }
    let cost = |place: usize| {
        let stock = place as f64 - list as f64;
        let share = shares[0][place] + shares[1][place];
        share * (holding * stock.max(0.0) + backlog * (-stock).max(0.0))
    };
    (0..places).map(cost).sum()
}

/// The hedging point of a fluid (Bielecki & Kumar 1988), with failures only while the machine runs:
/// at the level, where it runs at the rate d of demand out of 1, it fails with p·d. With slope
/// b = r/d − p/(1 − d) the stock is below the level with probability
/// K = p·d/(p·d + r·(1 − d) − p·d) and then exponentially far, so that the newsvendor's fractile gives
/// z = ln(K·(c⁺ + c⁻)/c⁺)/b.
fn fluid_level([failure, repair, demand]: [f64; 3], [holding, backlog]: [f64; 2]) -> f64 {
    let slope = repair / demand - failure / (1.0 - demand);
    let below = failure * demand / (repair * (1.0 - demand));
    (below * (holding + backlog) / holding).ln() / slope
}

/// An unreliable machine hedges up to one level (Akella & Kumar 1986), which is the one that a
/// computation apart finds, and with ever finer units the fluid's.
#[test]
fn an_unreliable_machine_hedges_up_to_the_level_that_is_said() {
    let path = "intelligence/hedging_point.ron";
    let scenario = library::open(path).unwrap();
    says(path, &["23", "6"]);
    let level_of = |scenario: &Scenario| {
        let plan = plan(scenario);
        let runs = |stock: Level| plan[&vec![stock, 1]] == [1];
        let level = (0..=40).find(|stock| !runs(*stock)).unwrap();
        // Customers beyond the list are lost for nothing.
        assert!((-100..40).all(|stock| runs(stock) == (stock < level)));
        level as usize
    };
    let (rates, costs) = ([0.01, 0.05, 0.6], [1.0, 10.0]);
    let level = level_of(&scenario);
    assert_eq!(level, 23);
    let apart = |level| cost_of_level(level, rates, costs, 150);
    assert!((optimum(&scenario) + apart(level)).abs() < 1e-5);
    assert!(apart(level) < apart(level - 1) && apart(level) < apart(level + 1));
    let quick = changed(path, |contents| plants(contents).plants[0].repair = 0.1);
    assert_eq!(level_of(&quick), 6);
    // Units half and a quarter as large: as many beats more between failures, and in a repair.
    for (finer, level) in [(1.0, 23), (2.0, 44), (4.0, 85)] {
        let rates = [rates[0] / finer, rates[1] / finer, rates[2]];
        let list = (150.0 * finer) as usize;
        let [less, best, more] =
            [level - 1, level, level + 1].map(|level| cost_of_level(level, rates, costs, list));
        assert!(best < less && best < more, "{finer}: {less} {best} {more}");
        // What is left is the width of the luck of single units, however fine.
        let fluid = fluid_level(rates, costs);
        let left = level as f64 - fluid;
        assert!((2.0..3.5).contains(&left), "{finer}: {level}, fluid {fluid}");
    }
}

fn chain(contents: &mut Contents) -> &mut ChainSettings {
    match &mut contents.environment {
        AnySettings::Chain(settings) => settings,
        other => panic!("{other:?}"),
    }
}

/// A walk of n steps beside a wall takes n·(n + 1) by chance (a random walk with a reflecting end).
/// Of learners it is the first episode that counts, of which the mean over a hundred seeds is told.
#[test]
fn a_goal_far_away_is_reached_when_it_is_said() {
    let path = "basics/far_goal.ron";
    says(path, &["1640", "1000", "40·41"]);
    let steps = changed(path, |contents| {
        (chain(contents).step_reward, chain(contents).goal_reward) = (-1.0, -1.0);
        contents.criterion = Criterion::Total;
    });
    costs(worth_of(&AgentSpec::Random, &steps), 1640.0);
    let scenario = library::open(path).unwrap();
    let first_episode = |initial_value: f64| {
        let settings = TabularSettings { initial_value, ..Default::default() };
        let spec = AgentSpec::QLearning(settings);
        let (environment, criterion) = (&scenario.environment, scenario.contents.criterion);
        let of_seed = |seed: u64| {
            let agent = build(&spec, environment, criterion, None).unwrap();
            let mut run = open(environment, agent, RunSettings { seed, ..Default::default() });
            while run.episode() == 0 {
                run.advance(1);
            }
            run.beats() as f64
        };
        (1..=100).map(of_seed).sum::<f64>() / 100.0
    };
    let (hopeful, hopeless) = (first_episode(1.0), first_episode(0.0));
    assert!((850.0..1150.0).contains(&hopeful), "{hopeful}");
    assert!((1300.0..2000.0).contains(&hopeless), "{hopeless}");
}

/// An end that earns 15 is worth as much as 1 a beat for ever at γ = 14/15, wherever one stands.
#[test]
fn an_end_is_taken_below_the_discount_that_is_said() {
    let path = "basics/end_or_go_on.ron";
    says(path, &["14/15", "0.95", "0.9", "20", "10"]);
    let with = |gamma| changed(path, |contents| contents.criterion = Criterion::Discounted(gamma));
    let turn = 14.0 / 15.0;
    for gamma in [0.5, 0.9, turn - 1e-3] {
        let plan = plan(&with(gamma));
        assert!((0..10).all(|place| plan[&vec![place]] == [chain::RIGHT]), "{gamma}");
        // Four steps of 1, then the end.
        let value = (1.0 - gamma.powi(4)) / (1.0 - gamma) + gamma.powi(4) * 15.0;
        assert!((optimum(&with(gamma)) - value).abs() < 1e-5, "{gamma}");
    }
    for gamma in [turn + 1e-3, 0.95, 0.99] {
        assert_eq!(plan(&with(gamma))[&vec![9]], [chain::LEFT], "{gamma}");
        assert!((optimum(&with(gamma)) - 1.0 / (1.0 - gamma)).abs() < 1e-5, "{gamma}");
    }
}

/// Hillier & Boling (1966): of three minutes of work the middle should have the least.
#[test]
fn the_bowl_is_as_deep_as_is_said() {
    let path = "lines/bowl.ron";
    says(path, &["33.8", "34.0", "33.3", "0.564", "50", "65", "70", "55"]);
    let an_hour = |middle: f64, places: u32| {
        let scenario = changed(path, |contents| {
            let AnySettings::ExponentialLine(line) = &mut contents.environment else { panic!() };
            let line: &mut ExponentialLineSettings = line;
            let ends = (180.0 - middle) / 2.0;
            for (machine, seconds) in line.machines.iter_mut().zip([ends, middle, ends]) {
                machine.completion = 10.0 / seconds;
            }
            line.buffers.iter_mut().for_each(|buffer| buffer.places = places);
        });
        360.0 * optimum(&scenario)
    };
    let near = |found: f64, said: f64| assert!((found - said).abs() < 0.05, "{found}, not {said}");
    near(an_hour(60.0, 0), 33.8);
    near(an_hour(50.0, 0), 34.0);
    near(an_hour(70.0, 0), 33.3);
    let scenario = library::open(path).unwrap();
    assert!((360.0 * optimum(&scenario) - an_hour(50.0, 0)).abs() < 1e-3, "it is the one shown");
    // 22/39 a minute (Hunt 1956).
    assert!((an_hour(60.0, 0) - 60.0 * 22.0 / 39.0).abs() < 1e-3);
    let bottom = |places: u32| {
        let tried = (20..=33).map(|half| 2.0 * f64::from(half));
        tried.max_by(|a, b| an_hour(*a, places).total_cmp(&an_hour(*b, places))).unwrap()
    };
    assert_eq!([bottom(0), bottom(1), bottom(2)], [50.0, 52.0, 54.0]);
}

fn assembly(contents: &mut Contents) -> &mut AssemblySettings {
    match &mut contents.environment {
        AnySettings::Assembly(settings) => settings,
        other => panic!("{other:?}"),
    }
}

/// The more must be there the more often something is not, each feeder being the same.
#[test]
fn an_assembly_makes_the_less_the_more_must_meet() {
    let path = "lines/one_part_missing.ron";
    says(path, &["0.802", "0.752", "0.689", "0.736"]);
    let of = |feeders: usize, capacity: u32| {
        let scenario = changed(path, |contents| {
            let assembly = assembly(contents);
            assembly.feeders.truncate(feeders);
            assembly.feeders.iter_mut().for_each(|feeder| feeder.capacity = capacity);
        });
        let model = model(&scenario.environment);
        always_run(&scenario.environment, &model, Criterion::Average).unwrap().value
    };
    for (feeders, capacity, said) in [(1, 3, 0.802), (2, 3, 0.752), (4, 3, 0.689), (4, 5, 0.736)] {
        let found = of(feeders, capacity);
        assert!((found - said).abs() <= 5e-4, "{feeders}, {capacity}: {found}, not {said}");
    }
}

/// What is dear is made late, and feeders look at all that lies before them.
#[test]
fn an_assembly_that_is_put_off_costs_what_is_said() {
    let path = "personalisation/assemble_late.ron";
    says(path, &["0.20", "0.50", "40", "10.76", "2.71"]);
    let scenario = library::open(path).unwrap();
    costs(optimum(&scenario), 2.71);
    let environment = &scenario.environment;
    let always = always_run(environment, &model(environment), Criterion::Average).unwrap();
    costs(always.value, 10.76);
    let dear = changed(path, |contents| {
        assembly(contents).demand.as_mut().unwrap().holding = 2.0;
    });
    for (scenario, most) in [(&scenario, 2), (&dear, 1)] {
        let plan = plan(scenario);
        // With components at hand it joins up to so many, and no more.
        for (parts, store) in (1..=14).flat_map(|parts| (0..=12).map(move |store| (parts, store))) {
            let joins = plan[&vec![parts, parts, store]][2] == line::RUN;
            assert_eq!(joins, store <= most, "{parts} {store}");
        }
    }
    let plan = plan(&scenario);
    for (store, boards) in [(0, 5), (3, 3)] {
        let runs = |parts: Level| plan[&vec![parts, parts, store]][0] == line::RUN;
        assert!((0..=14).all(|parts| runs(parts) == (parts < boards)), "{store}");
    }
}

/// People ride down: bikes go up, and none ever goes down.
#[test]
fn bikes_are_brought_up_the_hill_as_is_said() {
    let path = "networking/bikes_on_the_hill.ron";
    says(path, &["8.00", "15.20", "15.34"]);
    let scenario = library::open(path).unwrap();
    let near = |found: f64, said: f64| assert!((found - said).abs() <= 6e-3, "{found}, not {said}");
    near(optimum(&scenario), 15.34);
    near(worth_of(&AgentSpec::AlwaysRun, &scenario), 8.00);
    // Whoever takes the two along that go for nothing, or as many as there are.
    let actions = scenario.environment.action_space();
    let moved = |action: Level| actions.index(&[action]) as u32;
    let model = model(&scenario.environment);
    let two = |state: usize| {
        let mut levels = [0, 0];
        scenario.environment.state_space().levels(model.states.index(state), &mut levels);
        moved(levels[0].min(2))
    };
    let policy = Policy::Deterministic((0..model.model.states()).map(two).collect());
    near(worth(&model, &policy, Criterion::Average).unwrap().value, 15.20);
    let plan = plan(&scenario);
    assert!(plan.values().all(|action| action[0] >= 0));
    assert!(plan.values().filter(|action| action[0] == 2).count() > plan.len() / 2);
    let more: Vec<_> = plan.iter().filter(|(_, action)| action[0] > 2).collect();
    assert!(!more.is_empty());
    assert!(more.iter().all(|(levels, _)| levels[0] >= 9 && levels[1] <= 3), "{more:?}");
}
