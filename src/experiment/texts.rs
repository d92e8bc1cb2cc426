//! What the texts of shipped scenarios say of rules and plans, held to exact values on their models.

use super::agents::build;
use super::judging::{judge, worth};
use super::optimum::{self, SolveOptions};
use super::rules::{Best, best};
use crate::environments::{AnyEnvironment, AnySettings, StockSettings};
use crate::heuristics::BaseStockSettings;
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
fn says(path: &str, numbers: &[&str]) {
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
