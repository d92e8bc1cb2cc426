//! Little's law: stock = throughput × lead time, each measured by itself and held to exact figures:
//! lines, exponential lines, assemblies, queues, shop floors.

use serde_json::Value;

use super::agents;
use super::judging::judge;
use super::report::{SimulationOptions, simulate_scenario};
use super::simulate::Summary;
use super::statistics::Estimate;
use crate::environments::AnyEnvironment;
use crate::environments::exact::LongRun;
use crate::mdp::{Criterion, EnumerationOptions, Environment, Event, Place, Progress};
use crate::scenario::Scenario;

/// `det2 r1=0.1 p1=0.01 r2=0.1 p2=0.01 N=4`: Gershwin's two machines. `bern2 p1=0.9 p2=0.9 N=1`:
/// two Bernoulli machines. `None` for other systems.
fn scenario(system: &str) -> Option<Scenario> {
    let mut words = system.split(' ');
    let kind = words.next()?;
    let given: Vec<(&str, &str)> = words.filter_map(|word| word.split_once('=')).collect();
    let value = |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    let machine = |number: u32| match kind {
        "det2" => {
            let (failure, repair) = (value(&format!("p{number}"))?, value(&format!("r{number}"))?);
            Some(format!("(failure: {failure}, repair: {repair}, failure_mode: Operation)"))
        }
        "bern2" => Some(format!("(completion: {})", value(&format!("p{number}"))?)),
        _ => None,
    };
    let moves = if kind == "det2" { "OldLevels" } else { "DownstreamFirst" };
    let text = format!(
        "(version: 1, environment: Line(machines: [{}, {}], buffers: [(capacity: {})], \
         moves: {moves}))",
        machine(1)?,
        machine(2)?,
        value("N")?
    );
    Some(Scenario::parse(system, &text).unwrap_or_else(|reports| panic!("{reports}")))
}

fn simulated(scenario: &Scenario, seed: u64) -> Summary {
    let options = SimulationOptions {
        beats: Some(40_000),
        warm_up: Some(4_000),
        replications: Some(20),
        seed: Some(seed),
        ..SimulationOptions::default()
    };
    simulate_scenario(scenario, &options, &Progress::new()).unwrap().summary
}

/// Each system has a seed of its own, as equal luck would miss alike in all. Of the 95 % intervals some
/// miss by chance, all seeds being fixed: none may miss by its width (four standard errors), and of 48 no
/// more than 7 may miss at all (2 in 1,000 by chance).
#[test]
fn stock_throughput_and_lead_time_are_the_exact_ones() {
    let file = include_str!("../../tests/published/littles_law.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let (mut cases, mut missed) = (0, 0);
    for case in file["cases"].as_array().unwrap() {
        let system = case["system"].as_str().unwrap();
        let Some(scenario) = scenario(system) else { continue };
        let found = simulated(&scenario, cases);
        let measured =
            [("TH", found.throughput), ("WIP", found.wip), ("lead_time", found.lead_time)]
                .map(|(name, estimate)| (name, estimate.unwrap()));
        for (name, estimate) in measured {
            let (exact, half) = (case[name].as_f64().unwrap(), estimate.half_width().unwrap());
            let miss = (estimate.mean - exact).abs() / half;
            assert!(miss < 2.0, "{system}: {name} is {estimate:?}, not {exact}");
            missed += u32::from(miss > 1.0);
        }
        let [(_, throughput), (_, wip), (_, lead_time)] = measured;
        holds_together(system, throughput, wip, lead_time);
        cases += 1;
    }
    assert_eq!(cases, 16);
    assert!(missed <= 7, "{missed} of 48 intervals miss");
}

/// WIP = TH × lead time, within what the three are known to.
fn holds_together(system: &str, throughput: Estimate, wip: Estimate, lead_time: Estimate) {
    let (low, high) = (
        throughput.low.unwrap() * lead_time.low.unwrap(),
        throughput.high.unwrap() * lead_time.high.unwrap(),
    );
    assert!(wip.low.unwrap() <= high && low <= wip.high.unwrap(), "{system}: {wip:?}");
    // What parts within the line at both ends make of it is far less.
    let apart = (wip.mean / (throughput.mean * lead_time.mean) - 1.0).abs();
    assert!(apart < 1e-3, "{system}: {apart}");
}

/// Who is before the first machine and behind the last is in the line, and is counted so.
#[test]
fn a_queue_before_the_line_and_a_store_behind_it_count() {
    let text = "(version: 1, environment: Line(machines: [(completion: 0.8), (failure: 0.02, \
                repair: 0.2)], buffers: [(capacity: 3)], supply: Arrivals(probability: 0.5, queue: \
                (capacity: 6)), demand: Customers(probability: 0.55, store: (capacity: 9))))";
    let scenario = Scenario::parse("line.ron", text).unwrap_or_else(|reports| panic!("{reports}"));
    let found = simulated(&scenario, 1);
    let (throughput, wip, lead_time) =
        (found.throughput.unwrap(), found.wip.unwrap(), found.lead_time.unwrap());
    holds_together("queue and store", throughput, wip, lead_time);
    // A part spends a beat at least in each of the three buffers.
    assert!(lead_time.mean > 3.0, "{lead_time:?}");
}

/// `M/M/1/K lam=0.9 mu=1 K=10` as a queue, with its Λ, the beats in a unit of time. Where there is no
/// end to the room (`K=None`), 150 places are as good at a load of 0.8. `None` for other systems.
fn queue(system: &str) -> Option<(Scenario, f64)> {
    let figures = system.strip_prefix("M/M/1/K ").or_else(|| system.strip_prefix("M/M/1 "))?;
    let given: Vec<(&str, &str)> =
        figures.split(' ').filter_map(|word| word.split_once('=')).collect();
    let value = |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    let number = |name: &str| value(name)?.parse::<f64>().ok();
    let (arrival, service) = (number("lam")?, number("mu")?);
    let capacity = number("K").unwrap_or(150.0);
    if capacity == 150.0 && arrival / service > 0.8 {
        return None;
    }
    let text = format!(
        "(version: 1, environment: Queue(classes: [(arrival: {arrival}, service: {service})], \
         capacity: {capacity}))"
    );
    let scenario = Scenario::parse(system, &text).unwrap_or_else(|reports| panic!("{reports}"));
    Some((scenario, arrival + service))
}

/// As for lines: stock, throughput and lead time of single queues, in units of time.
#[test]
fn queues_have_the_exact_stock_throughput_and_lead_time() {
    let file = include_str!("../../tests/published/littles_law.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let (mut cases, mut missed) = (0, 0);
    for case in file["cases"].as_array().unwrap() {
        let system = case["system"].as_str().unwrap();
        let Some((scenario, events)) = queue(system) else { continue };
        let found = simulated(&scenario, 100 + cases);
        let (throughput, wip, lead_time) =
            (found.throughput.unwrap(), found.wip.unwrap(), found.lead_time.unwrap());
        for (name, estimate, unit) in
            [("TH", throughput, events), ("WIP", wip, 1.0), ("lead_time", lead_time, 1.0 / events)]
        {
            let (exact, half) = (case[name].as_f64().unwrap(), estimate.half_width().unwrap());
            let miss = (estimate.mean * unit - exact).abs() / (half * unit);
            assert!(miss < 2.0, "{system}: {name} is {estimate:?}, not {exact}");
            missed += u32::from(miss > 1.0);
        }
        holds_together(system, throughput, wip, lead_time);
        // The server works as much as there is work: λ of those admitted, 1/μ each.
        let (_, working) = found.utilisation().next().unwrap();
        assert!((working.mean - case["TH"].as_f64().unwrap() / mean_rate(&scenario)).abs() < 0.01);
        cases += 1;
    }
    assert_eq!(cases, 6);
    assert!(missed <= 3, "{missed} of 18 intervals miss");
}

/// How many of throughput, stock and lead time (in beats) miss what they are exactly by more than their
/// 95 % intervals; none may by twice as much. And they hold together.
fn misses(system: &str, found: &Summary, exact: [f64; 3]) -> u32 {
    let measured = [found.throughput, found.wip, found.lead_time].map(Option::unwrap);
    let [throughput, wip, lead_time] = measured;
    holds_together(system, throughput, wip, lead_time);
    let mut missed = 0;
    for (estimate, exact) in measured.into_iter().zip(exact) {
        let miss = (estimate.mean - exact).abs() / estimate.half_width().unwrap();
        assert!(miss < 2.0, "{system}: {estimate:?}, not {exact}");
        missed += u32::from(miss > 1.0);
    }
    missed
}

/// Hunt's and Hillier and Boling's lines. The part on the first machine is in no buffer yet, unless it
/// is blocked there; with rates that sum to 1 a beat is as many units of time as the sum's inverse.
#[test]
fn exponential_lines_have_the_exact_stock_throughput_and_lead_time() {
    let file = include_str!("../../tests/published/line_exponential_exact.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let (mut cases, mut missed) = (0, 0);
    for case in file["cases"].as_array().unwrap() {
        let number = |value: &Value| value.as_f64().unwrap();
        let machines = case["M"].as_u64().unwrap() as usize;
        let rates: Vec<f64> = match &case["mu"] {
            Value::Array(rates) => rates.iter().map(number).collect(),
            rate => vec![number(rate); machines],
        };
        let sum: f64 = rates.iter().sum();
        let rates = rates.iter().map(|rate| format!("(completion: {:?})", rate / sum));
        let places = format!("(places: {})", case["buffers"]);
        let text = format!(
            "(version: 1, environment: ExponentialLine(machines: [{}], buffers: [{}], blocking: \
             AfterService))",
            rates.collect::<Vec<_>>().join(", "),
            vec![places; machines - 1].join(", ")
        );
        let scenario = Scenario::parse("line.ron", &text).unwrap_or_else(|all| panic!("{all}"));
        let throughput = number(&case["TH"]) / sum;
        let stock = number(&case["WIP"]) - number(&case["utilisation"][0]);
        let found = simulated(&scenario, 200 + cases);
        missed += misses(&text, &found, [throughput, stock, stock / throughput]);
        cases += 1;
    }
    assert_eq!(cases, 16);
    assert!(missed <= 7, "{missed} of 48 intervals miss");
}

/// Several machines a station that fail, cards, and blocking before service.
#[test]
fn littles_law_holds_where_parts_overtake_each_other() {
    for (seed, more) in ["", ", cards: 4", ", blocking: BeforeService"].into_iter().enumerate() {
        let text = format!(
            "(version: 1, environment: ExponentialLine(machines: [(completion: 0.15, failure: 0.02, \
             repair: 0.05), (count: 3, completion: 0.06, failure: 0.01, repair: 0.04), (completion: \
             0.2)], buffers: [(places: 3), (places: 0)]{more}))"
        );
        let scenario = Scenario::parse("line.ron", &text).unwrap_or_else(|all| panic!("{all}"));
        let found = simulated(&scenario, 300 + seed as u64);
        let (throughput, wip, lead_time) =
            (found.throughput.unwrap(), found.wip.unwrap(), found.lead_time.unwrap());
        holds_together(&text, throughput, wip, lead_time);
    }
}

/// An assembly of one feeder is a line of two machines.
#[test]
fn assemblies_of_one_feeder_have_the_lines_stock_throughput_and_lead_time() {
    let file = include_str!("../../tests/published/littles_law.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let (mut cases, mut missed) = (0, 0);
    for case in file["cases"].as_array().unwrap() {
        let system = case["system"].as_str().unwrap();
        let Some(figures) = system.strip_prefix("bern2 ") else { continue };
        let figures: Vec<&str> =
            figures.split(' ').filter_map(|word| Some(word.split_once('=')?.1)).collect();
        let [first, second, capacity] = figures[..] else { panic!("{system}") };
        let text = format!(
            "(version: 1, environment: Assembly(feeders: [(completion: {first}, capacity: \
             {capacity})], station: (completion: {second})))"
        );
        let scenario = Scenario::parse(system, &text).unwrap_or_else(|all| panic!("{all}"));
        let exact = ["TH", "WIP", "lead_time"].map(|name| case[name].as_f64().unwrap());
        missed += misses(system, &simulated(&scenario, 400 + cases), exact);
        cases += 1;
    }
    assert!(cases > 3, "{cases}");
    assert!(missed <= 3, "{missed} of {} intervals miss", 3 * cases);
}

/// Of several components each has a lead time of its own, (its buffer + store) / throughput. What is
/// measured is their mean, and the law holds for it where a product in the store counts as the components
/// that it is joined of.
#[test]
fn littles_law_holds_for_the_components_of_an_assembly() {
    let feeders = [
        "(name: \"body\", completion: 0.9, failure: 0.05, repair: 0.2, capacity: 6)",
        "(name: \"motor\", completion: 0.65, capacity: 4)",
    ];
    let mut missed = 0;
    for (seed, [first, last]) in [[0, 1], [1, 0]].into_iter().enumerate() {
        let text = format!(
            "(version: 1, environment: Assembly(feeders: [{}, {}], station: (completion: 0.95), \
             demand: (probability: 0.6, capacity: 3)))",
            feeders[first], feeders[last]
        );
        let scenario = Scenario::parse("kit.ron", &text).unwrap_or_else(|all| panic!("{all}"));
        let AnyEnvironment::Assembly(assembly) = &scenario.environment else { unreachable!() };
        let actions = assembly.action_space().len();
        let chain = LongRun::new(assembly.as_ref(), |_| vec![1; actions]);
        let name = |feeder: usize| ["body: parts", "motor: parts"][feeder];
        let [of_first, of_last, store] =
            [name(first), name(last), "store"].map(|buffer| chain.level(buffer));
        let (from, to) = (Place::Buffer(2), Place::Customer);
        let throughput = chain.rate(Event::Moved { from, to });
        let of_each = [of_first, of_last].map(|buffer| (buffer + store) / throughput);
        let lead_time = of_each.iter().sum::<f64>() / 2.0;
        let found = simulated(&scenario, 500 + seed as u64);
        let stock = of_first + of_last + 2.0 * store;
        let law = 2.0 * found.throughput.unwrap().mean * found.lead_time.unwrap().mean;
        assert!((found.wip.unwrap().mean / law - 1.0).abs() < 1e-3, "{first}: {law}");
        for (estimate, exact) in
            [(found.throughput, throughput), (found.wip, stock), (found.lead_time, lead_time)]
        {
            let estimate = estimate.unwrap();
            let miss = (estimate.mean - exact).abs() / estimate.half_width().unwrap();
            assert!(miss < 2.0, "{first}: {estimate:?}, not {exact}");
            missed += u32::from(miss > 1.0);
        }
        // The two components do not wait alike, so that this tells the mean from either.
        assert!((of_first - of_last).abs() > 0.5, "{of_first} {of_last}");
    }
    assert!(missed <= 2, "{missed} of 6 intervals miss");
}

/// Robots that carry jobs: one, and two on a one-way ring. The throughput is exactly what the same floor
/// earns where a delivery pays 1 and nothing else counts, the stock what it costs where each job in it
/// costs 1 a beat, the lead time their quotient.
#[test]
fn shop_floors_have_the_exact_stock_throughput_and_lead_time() {
    let one = "rows: [\"A.1.B\"], stations: [(symbol: \"A\", arrival: 0.1, queue: 3, to: [\"B\"]), \
               (symbol: \"B\")]";
    let ring = "rows: [\"A>1v\", \"^##v\", \"^2B<\"], stations: [(symbol: \"A\", arrival: 0.12, queue: \
                3, to: [\"B\"]), (symbol: \"B\")]";
    let mut missed = 0;
    for (seed, (floor, home)) in [(one, 1), (ring, 0)].into_iter().enumerate() {
        let scenario = |pays: u32, waits: u32| {
            let text = format!(
                "(version: 1, environment: ShopFloor({floor}, revenue: {pays}, waiting_cost: {waits}, \
                 move_cost: 0, bump_cost: 0), criterion: Average, agent: NearestJob(home: \
                 {home}))"
            );
            Scenario::parse("floor.ron", &text).unwrap_or_else(|all| panic!("{all}"))
        };
        let worth = |pays, waits| {
            let scenario = scenario(pays, waits);
            let (environment, average) = (&scenario.environment, Criterion::Average);
            let options = EnumerationOptions { reachable_only: true, ..Default::default() };
            let known = environment.erased().enumerate(options, &Progress::new()).unwrap();
            let agent =
                agents::build(&scenario.contents.agent, environment, average, None).unwrap();
            judge(agent.agent(), environment, &known, average).unwrap().unwrap().value
        };
        let (throughput, stock) = (worth(1, 0), -worth(0, 1));
        assert!(throughput > 0.03 && stock > 0.5, "{floor}: {throughput} {stock}");
        let found = simulated(&scenario(1, 1), 600 + seed as u64);
        missed += misses(floor, &found, [throughput, stock, stock / throughput]);
    }
    assert!(missed <= 2, "{missed} of 6 intervals miss");
}

/// The rate of service of a queue's first class.
fn mean_rate(scenario: &Scenario) -> f64 {
    match &scenario.contents.environment {
        crate::environments::AnySettings::Queue(settings) => settings.classes[0].service,
        _ => f64::NAN,
    }
}

/// Several servers and classes, priorities, and who is turned away: every job is counted once for each
/// beat that it is there.
#[test]
fn littles_law_holds_with_classes_and_servers() {
    let text = "(version: 1, environment: Queue(classes: [(arrival: 0.8, holding: 2), (arrival: \
                0.9, service: 1.5)], servers: 2, capacity: 9, speeds: [(), (factor: 1.5, cost: \
                1)]), agent: Random)";
    let scenario = Scenario::parse("queue.ron", text).unwrap_or_else(|reports| panic!("{reports}"));
    let found = simulated(&scenario, 5);
    let (throughput, wip, lead_time) =
        (found.throughput.unwrap(), found.wip.unwrap(), found.lead_time.unwrap());
    holds_together("classes and servers", throughput, wip, lead_time);
    // Half of 1.7 jobs are turned away by chance, and few for want of room; Λ = 1.7 + 2 · 1.5 · 1.5.
    assert!((throughput.mean * 6.2 - 0.85).abs() < 0.02, "{throughput:?}");
}
