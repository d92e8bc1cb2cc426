//! Rules at their best: against the optimum, closed forms, given figures and exhaustive search.

use serde_json::Value;

use super::*;
use crate::environments::AnySettings;
use crate::environments::line::{
    BufferSettings, Charged, Cycle, Demand, LineSettings, MachineSettings, Moves, Supply, Unmet,
};
use crate::environments::replacement::{AfterFailure, Replace, ReplacementSettings};
use crate::experiment::optimum::{self, SolveOptions};
use crate::experiment::report::{SimulationOptions, simulate_scenario};
use crate::heuristics::ThresholdSettings;
use crate::mdp::EnumerationOptions;
use crate::scenario::{PredictionSpec, RolloutSettings};

fn model(environment: &AnyEnvironment) -> Enumeration {
    environment.erased().enumerate(EnumerationOptions::default(), &Progress::new()).unwrap()
}

/// What a rule with all its settings is exactly worth.
fn worth_of(
    spec: &AgentSpec,
    environment: &AnyEnvironment,
    model: &Enumeration,
    criterion: Criterion,
) -> Worth {
    let agent = build(spec, environment, criterion, None).unwrap();
    judge(agent.agent(), environment, model, criterion).unwrap().unwrap()
}

fn scenario(text: &str) -> Scenario {
    Scenario::parse("test.ron", text).unwrap_or_else(|reports| panic!("{reports}"))
}

fn found(spec: &AgentSpec, scenario: &Scenario) -> Best {
    best(spec, scenario, None, &Progress::new()).unwrap().unwrap()
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A value at no length of a beat, from those at δ, δ/2 and δ/4: what is left is of order δ³.
fn at_no_length(value: impl Fn(f64) -> f64, longest: f64) -> f64 {
    let [one, half, quarter] = [1.0, 0.5, 0.25].map(|part| value(longest * part));
    let (first, second) = (2.0 * half - one, 2.0 * quarter - half);
    (4.0 * second - first) / 3.0
}

#[test]
fn states_that_are_known_are_not_enumerated_again() {
    let line = |holding: f64| {
        scenario(&format!(
            "(version: 1, environment: Line(machines: [(failure: 0.05, repair: 0.2), (failure: 0.1, \
             repair: 0.4)], buffers: [(capacity: 5, holding: {holding})], revenue: 1))"
        ))
    };
    let (cheap, dear) = (line(0.001), line(0.5));
    let (open, progress) = (AgentSpec::Kanban(Default::default()), Progress::new());
    let known = dear.environment.erased().enumerate(Default::default(), &progress).unwrap();
    // Only who looks at what is given finds the settings of the other line.
    let on_known = best(&open, &cheap, Some(&known), &progress).unwrap().unwrap();
    assert_eq!(on_known, found(&open, &dear));
    assert_ne!(on_known.spec, found(&open, &cheap).spec);
}

#[test]
fn only_buffers_that_a_controlled_machine_feeds_are_searched() {
    let machine = |controlled| MachineSettings {
        failure: 0.1,
        repair: 0.3,
        controlled,
        ..Default::default()
    };
    let buffer = |capacity| BufferSettings { capacity, holding: 0.3, ..Default::default() };
    let line = |controlled: [bool; 3]| {
        let settings = LineSettings {
            machines: controlled.map(machine).to_vec(),
            buffers: vec![buffer(2), buffer(3)],
            supply: Supply::Arrivals { probability: 0.4, queue: buffer(2) },
            revenue: 5.0,
            ..Default::default()
        };
        AnySettings::Line(settings).build().unwrap()
    };
    let found = |environment: &AnyEnvironment| {
        let progress = Progress::new();
        let options = EnumerationOptions::default();
        let whole = environment.erased().enumerate(options, &progress).unwrap();
        best_kanban(environment, &whole, Criterion::Average, &progress).unwrap()
    };
    // The queue of arrivals is fed by none, the first buffer by machine 1, the second by an
    // uncontrolled one: four settings, and not 4 · 4 · 5.
    let best = found(&line([true, false, true])).unwrap();
    assert_eq!((best.evaluations, best.exhaustive), (4, true));
    assert_eq!((best.levels[0], best.levels[2]), (3, 4));
    assert_eq!(found(&line([false, false, true])), None);
}

/// `line_conwip.json`: closed networks of single exponential machines, as CONWIP lines of Bernoulli
/// machines with ever shorter beats.
#[test]
fn conwip_is_the_closed_network_of_as_many_pallets() {
    let file = read(include_str!("../../../tests/published/line_conwip.json"));
    let of_one =
        file["penny_fab_one"].as_array().unwrap().iter().map(|case| {
            (vec![2.0; 4], case["w"].as_u64().unwrap(), case["TH_mva"].as_f64().unwrap())
        });
    let unbalanced = file["unbalanced_single_server"].as_array().unwrap().iter().map(|case| {
        let times = case["t"].as_array().unwrap().iter().map(|t| t.as_f64().unwrap()).collect();
        (times, case["w"].as_u64().unwrap(), case["TH"].as_f64().unwrap())
    });
    let mut cases = 0;
    // More pallets than 5 take minutes in four machines, and say nothing else.
    for (times, pallets, expected) in of_one.chain(unbalanced).filter(|(_, w, _)| *w <= 5) {
        let cap = pallets as u32;
        let throughput = |beat: f64| {
            let machine = |mean: &f64| MachineSettings {
                cycle: Cycle::Completion(beat / mean),
                ..Default::default()
            };
            let buffer = || BufferSettings { capacity: cap, ..Default::default() };
            let line = LineSettings {
                machines: times.iter().map(machine).collect(),
                buffers: times.iter().skip(1).map(|_| buffer()).collect(),
                revenue: 1.0 / beat,
                moves: Moves::OldLevels,
                ..Default::default()
            };
            let environment = AnySettings::Line(line).build().unwrap();
            let spec = AgentSpec::Conwip(ConwipSettings { cap: Some(cap) });
            worth_of(&spec, &environment, &model(&environment), Criterion::Average).value
        };
        let found = at_no_length(throughput, 0.2);
        // δ³ terms of rates of at most 1 at δ = 0.2: below 0.2³/64 of the throughput.
        assert!((found - expected).abs() < 1.3e-4 * expected, "{times:?} {pallets}: {found}");
        cases += 1;
    }
    assert_eq!(cases, 10);
}

/// `base_stock_backlog_mm1.json`: the make-to-stock queue with backlog, with ever shorter beats.
#[test]
fn base_stock_costs_what_the_make_to_stock_queue_does() {
    let file = read(include_str!("../../../tests/published/base_stock_backlog_mm1.json"));
    let cost_by_level = file["numbers"]["cost_by_S"].as_array().unwrap();
    let cost = |level: u32, beat: f64| {
        let line = LineSettings {
            machines: vec![MachineSettings {
                cycle: Cycle::Completion(beat),
                ..Default::default()
            }],
            demand: Demand::Customers {
                probability: 0.8 * beat,
                // Backlogs decay by 0.8 each: 80 are exceeded once in 6·10⁷ beats.
                unmet: Unmet::Backorder {
                    cost: 9.0,
                    limit: 80,
                    lost_cost: 0.0,
                    charged: Charged::Before,
                },
                store: BufferSettings { capacity: 16, holding: 1.0, ..Default::default() },
            },
            ..Default::default()
        };
        let environment = AnySettings::Line(line).build().unwrap();
        let spec = AgentSpec::BaseStock(BaseStockSettings { levels: vec![level] });
        -worth_of(&spec, &environment, &model(&environment), Criterion::Average).value
    };
    let costs: Vec<f64> = (6..=14).map(|level| at_no_length(|b| cost(level, b), 0.2)).collect();
    for (level, found) in (6..).zip(&costs) {
        let expected = cost_by_level[level].as_f64().unwrap();
        assert!((found - expected).abs() < 2e-3 * expected, "{level}: {found} {expected}");
    }
    let least = (0..costs.len()).min_by(|a, b| costs[*a].total_cmp(&costs[*b])).unwrap();
    assert_eq!(least + 6, file["numbers"]["base_stock"].as_u64().unwrap() as usize);
}

/// `replacement_10.json`: the best policy is a control limit, 4 discounted and 3 on average.
#[test]
fn the_best_control_limit_is_the_given_optimum() {
    let file = read(include_str!("../../../tests/published/replacement_10.json"));
    let numbers = &file["numbers"];
    for (criterion, limit, value) in [
        (
            "Discounted(0.95)",
            numbers["control_limit_discounted"].as_u64(),
            numbers["V_discounted"][0].as_f64(),
        ),
        ("Average", numbers["control_limit_average"].as_u64(), numbers["gain_average"].as_f64()),
    ] {
        let text = format!(
            "(version: 1, environment: Replacement(earnings: [100, 98, 92, 82, 68, 50, 28, 2, -28, \
             -62], wear: [0.7, 0.2, 0.1], replace: (cost: [120])), criterion: {criterion})"
        );
        let best = found(&AgentSpec::ConditionBased(Default::default()), &scenario(&text));
        let control_limit = limit.map(|limit| limit as u32);
        let settings = ConditionBasedSettings { control_limit, ..Default::default() };
        assert_eq!(best.spec, AgentSpec::ConditionBased(settings));
        let Basis::Model(on_model) = best.basis else { panic!("there is a model") };
        assert_eq!((on_model.exhaustive, on_model.evaluations), (true, 11));
        // The file's tolerance, relative, as values are near 1,700.
        assert!((on_model.gain - value.unwrap()).abs() < 1e-9 * value.unwrap(), "{on_model:?}");
    }
}

/// A machine whose failure rate grows with its age.
fn ageing() -> ReplacementSettings {
    ReplacementSettings {
        states: 12,
        earnings: vec![5.0],
        failure: (0..12).map(|age| 0.01 + 0.004 * f64::from(age * age)).collect(),
        failure_cost: 30.0,
        replace: Some(Replace { cost: vec![7.0], ..Default::default() }),
        ..Default::default()
    }
}

/// Barlow & Hunter's formula, by the ages; `None` for never.
fn renewal_gain(settings: &ReplacementSettings, age: Option<usize>) -> f64 {
    let (mut up, mut beats) = (1.0, 0.0);
    let oldest = settings.states - 1;
    for state in 0..age.unwrap_or(oldest) {
        beats += up;
        up *= 1.0 - settings.failure[state];
    }
    let preventive = match age {
        Some(_) => up,
        None => {
            // At the highest age it stays until it fails.
            beats += up / settings.failure[oldest];
            0.0
        }
    };
    settings.earnings[0] - (7.0 * preventive + settings.failure_cost * (1.0 - preventive)) / beats
}

#[test]
fn age_replacement_is_barlow_and_hunters_and_the_optimum() {
    let settings = ageing();
    let environment = AnySettings::Replacement(settings.clone()).build().unwrap();
    let (whole, criterion) = (model(&environment), Criterion::Average);
    let gain = |spec| worth_of(&spec, &environment, &whole, criterion).value;
    let aged = |age| AgentSpec::AgeBased(AgeBasedSettings { age: Some(age) });
    let gains: Vec<f64> = (1..=11).map(|age| gain(aged(age))).collect();
    for (age, gain) in (1..).zip(&gains) {
        // Both are a handful of sums of numbers near 1.
        assert!((gain - renewal_gain(&settings, Some(age))).abs() < 1e-9, "{age}");
    }
    assert!((gain(AgentSpec::RunToFailure) - renewal_gain(&settings, None)).abs() < 1e-9);
    assert!((gain(aged(12)) - renewal_gain(&settings, None)).abs() < 1e-9);

    let text = scenario("(version: 1, environment: Replacement(), criterion: Average)");
    let mut contents = text.contents.clone();
    contents.environment = AnySettings::Replacement(settings);
    let scenario = text.with_contents(contents).unwrap();
    let best = found(&AgentSpec::AgeBased(Default::default()), &scenario);
    let highest = gains.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let Basis::Model(on_model) = &best.basis else { panic!("there is a model") };
    assert_eq!(on_model.gain, highest);
    let limit = ConditionBasedSettings {
        control_limit: Some(on_model.levels[0] as u32),
        ..Default::default()
    };
    let by_condition = found(&AgentSpec::ConditionBased(Default::default()), &scenario);
    assert_eq!(by_condition.spec, AgentSpec::ConditionBased(limit));
    // With a growing failure rate no policy is better.
    let options = SolveOptions { precision: 1e-9, ..SolveOptions::of(&Default::default()) };
    let optimum = optimum::find(&scenario, &options, &Progress::new()).unwrap();
    let bounds = optimum.solution.bounds.unwrap();
    assert!(on_model.gain > bounds.upper.unwrap() - 1e-8, "{} {bounds:?}", on_model.gain);
}

/// A line of two machines where switching on costs, so that a machine's switch is seen.
const SWITCHED: &str = "(version: 1, beats: 2000, environment: Line(machines: [(failure: 0.05, \
    repair: 0.3, restart_cost: 2, power: (working: 0.5, starved: 0.4, blocked: 0.4)), (failure: 0.1, \
    repair: 0.3, controlled: false)], buffers: [(capacity: 6, holding: 0.1)], revenue: 4), \
    criterion: Average)";

#[test]
fn what_is_found_on_the_model_is_the_best_of_all() {
    let scenario = scenario(SWITCHED);
    let (environment, criterion) = (&scenario.environment, Criterion::Average);
    let whole = model(environment);
    let gain = |spec: &AgentSpec| worth_of(spec, environment, &whole, criterion).value;
    let conwip = (0..=7).map(|cap| AgentSpec::Conwip(ConwipSettings { cap: Some(cap) }));
    let stock =
        (0..=7).map(|level| AgentSpec::BaseStock(BaseStockSettings { levels: vec![level] }));
    let bands = (1..=7).flat_map(|stop| {
        (0..stop).map(move |start| {
            AgentSpec::Hysteresis(HysteresisSettings { start: vec![start], stop: vec![stop] })
        })
    });
    let all: [(AgentSpec, Vec<AgentSpec>); 3] = [
        (AgentSpec::Conwip(Default::default()), conwip.collect()),
        (AgentSpec::BaseStock(Default::default()), stock.collect()),
        (AgentSpec::Hysteresis(Default::default()), bands.collect()),
    ];
    let mut gains = Vec::new();
    for (open, settings) in all {
        assert!(leaves_open(&open) && !settings.iter().any(leaves_open));
        let best = found(&open, &scenario);
        let highest = settings.iter().map(gain).fold(f64::NEG_INFINITY, f64::max);
        // Settings that are worth the same differ by rounding.
        assert!((gain(&best.spec) - highest).abs() < 1e-9, "{best:?} {highest}");
        let Basis::Model(on_model) = best.basis else { panic!("there is a model") };
        assert!(on_model.exhaustive);
        gains.push(highest);
    }
    // One buffer: CONWIP and base stock are the same, and hysteresis spares switches.
    assert_eq!(gains[0], gains[1]);
    assert!(gains[2] > gains[0] + 0.01, "{gains:?}");
}

/// The simulated search agrees with the model within its interval: what it finds is as good as
/// the best but for what it cannot tell, and it says what that is worth.
#[test]
fn simulation_finds_what_the_model_does() {
    let scenario = scenario(SWITCHED);
    let (environment, criterion) = (&scenario.environment, Criterion::Average);
    let whole = model(environment);
    for open in [
        AgentSpec::Conwip(Default::default()),
        AgentSpec::Kanban(Default::default()),
        AgentSpec::Hysteresis(Default::default()),
    ] {
        let progress = Progress::new();
        let simulated = best_simulated(&open, &scenario, &progress).unwrap().unwrap();
        let on_model =
            best_on_model(&open, environment, &whole, criterion, &progress).unwrap().unwrap();
        let spec = with_levels(&open, environment, &simulated.levels).unwrap();
        let exact = worth_of(&spec, environment, &whole, criterion).value;
        let half = simulated.value.half_width().unwrap();
        // The seed is fixed; a 95 % interval misses by half its width once in 300.
        assert!((simulated.value.mean - exact).abs() < 1.5 * half, "{simulated:?} {exact}");
        assert!(exact > on_model.gain - half, "{simulated:?} {on_model:?} {exact}");
        assert!(simulated.exhaustive && simulated.settled);
    }
}

#[test]
fn a_rule_that_remembers_is_searched_by_simulation_and_alike_each_time() {
    let text = "(version: 1, beats: 300, environment: Line(machines: [(failure: 0.05, repair: 0.3), \
                (failure: 0.1, repair: 0.3)], buffers: [(capacity: 3, holding: 0.1)], revenue: 4))";
    let scenario = scenario(text);
    let open = AgentSpec::Hysteresis(Default::default());
    let best = found(&open, &scenario);
    assert!(matches!(&best.basis, Basis::Simulation(simulated) if simulated.exhaustive));
    assert!(!leaves_open(&best.spec));
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(alone.install(|| found(&open, &scenario)), best);
    // The age of a machine whose wear moves by chance is counted, not seen.
    let text = "(version: 1, beats: 300, environment: Replacement(states: 4, wear: [0.5, 0.5], \
                failure: [0, 0, 0.2, 0.6], failure_cost: 20, replace: (cost: [3])), criterion: \
                Average)";
    let aged = found(&AgentSpec::AgeBased(Default::default()), &self::scenario(text));
    let Basis::Simulation(simulated) = aged.basis else { panic!("it remembers") };
    assert_eq!(simulated.evaluations, 24);
    // Discounted, too.
    let text = text.replace("Average", "Discounted(0.9)");
    let aged = found(&AgentSpec::AgeBased(Default::default()), &self::scenario(&text));
    assert!(matches!(aged.basis, Basis::Simulation(_)));
}

/// Twenty machines have no model: coordinates are walked within bounded work.
#[test]
fn a_line_of_twenty_machines_has_its_rules_found_by_simulation() {
    let machines = ["(failure: 0.02, repair: 0.2)"; 20].join(", ");
    let buffers = ["(capacity: 4, holding: 0.02)"; 19].join(", ");
    let text = format!(
        "(version: 1, beats: 100, environment: Line(machines: [{machines}], buffers: [{buffers}], \
         revenue: 4))"
    );
    let scenario = scenario(&text);
    let best = found(&AgentSpec::Conwip(Default::default()), &scenario);
    let Basis::Simulation(conwip) = &best.basis else { panic!("there is no model") };
    assert!(conwip.exhaustive && conwip.evaluations == 78, "{conwip:?}");
    let options = SimulationOptions {
        agent: Some(AgentSpec::Kanban(Default::default())),
        beats: Some(100),
        replications: Some(4),
        ..Default::default()
    };
    let simulation = simulate_scenario(&scenario, &options, &Progress::new()).unwrap();
    let Some(AgentSpec::Kanban(settings)) = &simulation.spec else { panic!("kanban acts") };
    assert_eq!(settings.levels.len(), 19);
    let Some(Basis::Simulation(kanban)) = &simulation.found else { panic!("there is no model") };
    assert!(kanban.settled && !kanban.exhaustive && kanban.value.half_width().is_some());
}

/// The best threshold rule is no worse than any that was thought of: always run, and the one that
/// holds the first machine back from the middle of its buffer on. None that is tried is better.
#[test]
fn the_best_threshold_is_found_among_all() {
    let scenario = scenario(SWITCHED);
    let (environment, criterion) = (&scenario.environment, Criterion::Average);
    let whole = model(environment);
    let best = found(&AgentSpec::Threshold(Default::default()), &scenario);
    let AgentSpec::Threshold(settings) = &best.spec else { panic!("a threshold") };
    assert!(!settings.is_open() && !leaves_open(&best.spec));
    let value = worth_of(&best.spec, environment, &whole, criterion).value;
    let suggested = AgentSpec::Threshold(ThresholdSettings::suggested(environment));
    for other in [AgentSpec::AlwaysRun, suggested] {
        assert!(value >= worth_of(&other, environment, &whole, criterion).value - 1e-9);
    }
    let Basis::Model(found) = &best.basis else { panic!("found on the model") };
    assert!((found.gain - value).abs() < 1e-9);
    // Every rule once: numbers that are none, or another's, are left out.
    let all = thresholds::ranges(environment);
    let each = |place: usize| all[place].clone();
    let mut rules = Vec::new();
    for (v, l) in each(0).flat_map(|v| each(1).map(move |l| (v, l))) {
        for (b, a) in each(2).flat_map(|b| each(3).map(move |a| (b, a))) {
            rules.extend(thresholds::settings(environment, &[v, l, b, a]));
        }
    }
    let mut kept = rules.clone();
    kept.sort_by_key(|rule| format!("{rule:?}"));
    kept.dedup();
    assert_eq!((kept.len(), rules.contains(settings)), (rules.len(), true));
}

#[test]
fn a_rollout_has_the_settings_of_its_base_found() {
    let scenario = scenario(SWITCHED);
    let base = Box::new(AgentSpec::Conwip(Default::default()));
    let rollout = RolloutSettings { base, futures: 2, beats: 4 };
    let best = found(&AgentSpec::Rollout(rollout), &scenario);
    let AgentSpec::Rollout(settings) = &best.spec else { panic!("it looks ahead still") };
    let alone = found(&AgentSpec::Conwip(Default::default()), &scenario);
    assert_eq!((*settings.base == alone.spec, settings.beats), (true, 4));
    assert!(!leaves_open(&best.spec));
    let policy = Box::new(AgentSpec::Conwip(Default::default()));
    let predicted = PredictionSpec { policy, values: Default::default() };
    let best = found(&AgentSpec::TdPrediction(predicted), &scenario);
    assert_eq!(best.spec.base(), Some(&alone.spec));
}

/// Orders under way are work: a chain of long transports is searched for no longer than a line of as
/// many machines.
#[test]
fn a_search_is_bounded_by_what_a_beat_takes() {
    let played = |environment: &str| {
        let text = format!("(version: 1, environment: {environment}, criterion: Average)");
        affordable(&scenario(&text).environment, 12_000) * 12_000
    };
    let chain = played(
        "SupplyChain(echelons: [(name: \"shop\", customers: (demand: Poisson(mean: 4)), lead_time: 12, \
         max_order: 1000, capacity: 1000), (name: \"store\", lead_time: 12, max_order: 1000, capacity: \
         1000)])",
    );
    assert!((20_000_000..=MOST_PLAYED / 24).contains(&chain), "{chain}");
    // A line is worked on as before: by its machines.
    let line = played("Line(machines: [(), ()], buffers: [(capacity: 5)])");
    assert!((MOST_PLAYED / 2 - 12_000..=MOST_PLAYED / 2).contains(&line), "{line}");
}

#[test]
fn what_cannot_be_found_is_told() {
    let refused = |spec: AgentSpec, environment: &str| {
        let text = format!("(version: 1, environment: {environment}, criterion: Discounted(0.9))");
        best(&spec, &scenario(&text), None, &Progress::new()).unwrap_err().to_string()
    };
    let free =
        "Line(machines: [(controlled: false), (controlled: false)], buffers: [(capacity: 2)])";
    for spec in [
        AgentSpec::Kanban(Default::default()),
        AgentSpec::Conwip(Default::default()),
        AgentSpec::BaseStock(Default::default()),
        AgentSpec::Hysteresis(Default::default()),
    ] {
        let told = refused(spec.clone(), free);
        assert!(told.contains("no machine here is controlled"), "{told}");
        let told = refused(spec, "Replacement()");
        assert!(told.contains("line, and this is none") || told.contains("no buffers"), "{told}");
    }
    for spec in
        [AgentSpec::AgeBased(Default::default()), AgentSpec::ConditionBased(Default::default())]
    {
        let told = refused(spec, free);
        assert!(told.contains("is for a machine that wears"), "{told}");
    }
    let progress = Progress::new();
    progress.cancel();
    let open = AgentSpec::Conwip(Default::default());
    assert_eq!(best(&open, &scenario(SWITCHED), None, &progress), Ok(None));
    // While it is down a machine is waited for, whichever rule acts.
    let settings = ReplacementSettings {
        after_failure: AfterFailure::Down { repair: 0.5, down_cost: 1.0 },
        ..ageing()
    };
    let environment = AnySettings::Replacement(settings).build().unwrap();
    let spec = AgentSpec::AgeBased(AgeBasedSettings { age: Some(3) });
    worth_of(&spec, &environment, &model(&environment), Criterion::Average);
}

/// Who is served first is decided by c·μ; up to how many are admitted is found on the model, and with
/// it the rule comes near the optimum, and the longest queue does not.
#[test]
fn rules_of_service_are_given_their_best_cap() {
    let scenario = scenario(
        "(version: 1, environment: Queue(classes: [(arrival: 0.5, service: 1, holding: 3, reward: \
         14), (arrival: 0.5, service: 2, holding: 0.5, reward: 4)], capacity: 12))",
    );
    let model = model(&scenario.environment);
    let worth =
        |spec: &AgentSpec| worth_of(spec, &scenario.environment, &model, Criterion::Average).value;
    let c_mu = |cap| AgentSpec::CMu(ServingSettings { cap: Some(cap) });
    let by_cost = found(&AgentSpec::CMu(Default::default()), &scenario);
    let all: Vec<f64> = (0..=12).map(|cap| worth(&c_mu(cap))).collect();
    let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!((worth(&by_cost.spec) - most).abs() < 1e-9);
    assert!(most > all[12] + 1e-3, "{all:?}");
    let by_length = found(&AgentSpec::LongestQueue(Default::default()), &scenario);
    let options = SolveOptions::to(Some(1e-9));
    let solved = optimum::find(&scenario, &options, &Progress::new()).unwrap();
    let optimum = solved.value().unwrap();
    assert!(worth(&by_length.spec) < most - 1e-3 && most <= optimum + 1e-9);
    // Where nobody is turned away there is nothing to be found but the order.
    let open = self::scenario(
        "(version: 1, environment: Queue(classes: [(decided: false), (decided: false)], capacity: \
         4))",
    );
    assert_eq!(found(&AgentSpec::CMu(Default::default()), &open).spec, c_mu(4));
    let line = self::scenario("(version: 1, environment: Line(machines: [()]))");
    let refused = best(&AgentSpec::CMu(Default::default()), &line, None, &Progress::new());
    assert!(refused.unwrap_err().to_string().contains("queue of several classes"));
}

/// What the text of `group_maintenance.ron` says: who is treated along with one that is due saves a set-up.
#[test]
fn units_are_treated_together_at_their_best_limits() {
    let scenario = crate::scenario::library::open("intelligence/group_maintenance.ron").unwrap();
    let model = model(&scenario.environment);
    let worth =
        |spec: &AgentSpec| worth_of(spec, &scenario.environment, &model, Criterion::Average).value;
    let limits = |limit, joint_limit| {
        AgentSpec::ConditionBased(ConditionBasedSettings {
            control_limit: Some(limit),
            joint_limit,
            treatment: None,
        })
    };
    // Figures by a power iteration written apart.
    assert!((worth(&limits(6, None)) - 2.205_983_863).abs() < 1e-6);
    assert!((worth(&limits(6, Some(2))) - 3.990_672_634).abs() < 1e-6);
    assert!((0..=10).all(|limit| worth(&limits(limit, None)) <= worth(&limits(6, None)) + 1e-9));
    let best = found(&AgentSpec::ConditionBased(Default::default()), &scenario);
    assert_eq!(best.spec, limits(6, Some(2)));
    let options = SolveOptions::to(Some(1e-9));
    let optimum = optimum::find(&scenario, &options, &Progress::new()).unwrap().value().unwrap();
    assert!((optimum - 4.128_522_883).abs() < 1e-6, "{optimum}");
}

/// What the text of `minimal_repair.ron` says: no policy is better than the best age.
#[test]
fn a_patched_machine_is_replaced_at_barlow_and_hunters_age() {
    let scenario = crate::scenario::library::open("basics/minimal_repair.ron").unwrap();
    let best = found(&AgentSpec::AgeBased(Default::default()), &scenario);
    assert_eq!(best.spec, AgentSpec::AgeBased(AgeBasedSettings { age: Some(25) }));
    let options = SolveOptions::to(Some(1e-9));
    let optimum = optimum::find(&scenario, &options, &Progress::new()).unwrap().value().unwrap();
    assert!((optimum - 2.548).abs() < 1e-8, "{optimum}");
}

/// Of one product the level found is the base stock of `tests/published/base_stock_lost_sales.json`;
/// of two, levels, lots and order are the best of all, and no better than the optimum.
#[test]
fn levels_and_lots_of_a_machine_with_setups_are_found() {
    let one = "(version: 1, criterion: Average, environment: Setups(products: [(demand: [0.4, 0.6], \
               completion: 0.8, production_cost: 0.5, capacity: 9, holding: 1, revenue: 0, unmet: \
               Lost(cost: 20))]))";
    let best = found(&AgentSpec::ProduceUpTo(Default::default()), &scenario(one));
    let AgentSpec::ProduceUpTo(settings) = &best.spec else { panic!("{best:?}") };
    assert_eq!(
        (settings.levels.as_slice(), settings.lots.as_slice()),
        ([2].as_slice(), [1].as_slice())
    );
    let Basis::Model(alone) = &best.basis else { panic!("{best:?}") };
    assert!(alone.exhaustive && (alone.gain + 1.914_847_161_572_05).abs() < 1e-8, "{alone:?}");

    let two = "(version: 1, criterion: Average, environment: Setups(products: [(capacity: 3, demand: \
               [0.8, 0.2]), (capacity: 2, setup_cost: 3, demand: [0.9, 0.1])]))";
    let two = scenario(two);
    let best = found(&AgentSpec::ProduceUpTo(Default::default()), &two);
    let Basis::Model(all) = &best.basis else { panic!("{best:?}") };
    assert!(all.exhaustive && all.evaluations == 2 * 4 * 3 * 3 * 2, "{all:?}");
    let only = ProduceUpToSettings { next: Some(NextProduct::MostShort), ..Default::default() };
    let most_short = found(&AgentSpec::ProduceUpTo(only), &two);
    let Basis::Model(fewer) = &most_short.basis else { panic!("{most_short:?}") };
    assert!(fewer.exhaustive && fewer.evaluations == 4 * 3 * 3 * 2, "{fewer:?}");
    assert!(fewer.gain <= all.gain + 1e-9);
    let states = model(&two.environment);
    let worth = worth_of(&best.spec, &two.environment, &states, Criterion::Average);
    assert!((worth.value - all.gain).abs() < 1e-8);
    // Another kind has nothing to refill.
    let spec = AgentSpec::ProduceUpTo(Default::default());
    let chain = scenario("(version: 1, environment: Chain())");
    assert!(super::best(&spec, &chain, None, &Progress::new()).is_err());
}

/// Of the stock with a fixed cost the best reorder point is the optimum (Scarf 1960), and base stock
/// is worse by what it orders too often; without one base stock is the optimum.
#[test]
fn the_best_reorder_point_is_the_optimum_of_a_stock_with_a_fixed_cost() {
    let stock = |fixed_cost: u32| {
        let text = format!(
            "(version: 1, environment: Stock(demand: Poisson(mean: 2, tail: 1e-6), capacity: 12, \
             max_order: 20, fixed_cost: {fixed_cost}, unmet: Backlogged(cost: 5, limit: 8)), \
             criterion: Average)"
        );
        scenario(&text)
    };
    let value = |spec: &AgentSpec, scenario: &Scenario| {
        let best = found(spec, scenario);
        let Basis::Model(found) = &best.basis else { panic!("{best:?}") };
        (best.spec, found.gain)
    };
    let optimum = |scenario: &Scenario| {
        let model = model(&scenario.environment).model;
        let solved = crate::planners::solve(
            &model,
            Criterion::Average,
            None,
            1e-8,
            u64::MAX,
            None,
            &Progress::new(),
        );
        solved.unwrap().bounds.unwrap().lower
    };
    let (reorder, base) =
        (AgentSpec::ReorderPoint(Default::default()), AgentSpec::BaseStock(Default::default()));
    let dear = stock(12);
    let (spec, worth) = value(&reorder, &dear);
    let AgentSpec::ReorderPoint(ReorderPointSettings { reorder: s, up_to }) = spec else {
        panic!()
    };
    assert!((worth - optimum(&dear)).abs() < 1e-6, "{worth}");
    assert!(s[0] + 1 < up_to[0], "{s:?} {up_to:?}");
    assert!(value(&base, &dear).1 < worth - 1.0);
    let free = stock(0);
    let (spec, worth) = value(&base, &free);
    assert!((worth - optimum(&free)).abs() < 1e-6, "{worth}");
    // The fractile of 5/6 of one beat's demand.
    assert_eq!(spec, AgentSpec::BaseStock(BaseStockSettings { levels: vec![3] }));
    let (spec, also) = value(&reorder, &free);
    assert!((worth - also).abs() < 1e-8);
    let AgentSpec::ReorderPoint(ReorderPointSettings { reorder: s, up_to }) = spec else {
        panic!()
    };
    assert_eq!((s[0], up_to[0]), (2, 3));
}

/// At two echelons in series without fixed costs the best echelon base stock is the optimum (Clark &
/// Scarf 1960; Federgruen & Zipkin 1984), and no reorder point of each by itself is better.
#[test]
fn the_best_base_stock_is_the_optimum_of_a_chain_of_two() {
    let scenario = scenario(
        "(version: 1, environment: SupplyChain(echelons: [(name: \"shop\", customers: (demand: \
         Empirical([0.4, 0.4, 0.2]), unmet: Backlogged(cost: 9, limit: 4)), max_order: 4, capacity: \
         4), (name: \"warehouse\", max_order: 4, capacity: 4, holding: 0.4)]), criterion: Average)",
    );
    let best = found(&AgentSpec::BaseStock(Default::default()), &scenario);
    let Basis::Model(found) = &best.basis else { panic!("{best:?}") };
    let model = model(&scenario.environment).model;
    let solved = crate::planners::solve(
        &model,
        Criterion::Average,
        None,
        1e-8,
        u64::MAX,
        None,
        &Progress::new(),
    );
    let optimum = solved.unwrap().bounds.unwrap().lower;
    assert!((found.gain - optimum).abs() < 1e-6, "{} {optimum}", found.gain);
    // The formula of two echelons says the same levels.
    assert_eq!(found.levels, [3, 4]);
}

/// Of one type the limit found is the optimum; of two, priority and limits are the best of all, and
/// who came first is asked only where it is known.
#[test]
fn priorities_and_limits_of_a_shop_are_found() {
    let optimum = |scenario: &Scenario| {
        let states = model(&scenario.environment);
        let method = Some(crate::planners::Method::ModifiedPolicyIteration);
        let criterion = scenario.contents.criterion;
        let solved = crate::planners::solve(
            &states.model,
            criterion,
            method,
            1e-9,
            u64::MAX,
            None,
            &Progress::new(),
        );
        solved.unwrap().bounds.unwrap().lower
    };
    let one = scenario(
        "(version: 1, criterion: Average, environment: Orders(types: [(arrival: 0.45, completion: \
         0.5, reward: 9, waiting: 1)], slots: 8))",
    );
    let best = found(&AgentSpec::Dispatch(Default::default()), &one);
    let Basis::Model(alone) = &best.basis else { panic!("{best:?}") };
    assert_eq!((alone.exhaustive, alone.evaluations), (true, 10));
    assert!((alone.gain - optimum(&one)).abs() < 1e-7, "{alone:?}");

    let of = |kept: &str| {
        scenario(&format!(
            "(version: 1, criterion: Average, environment: Orders(types: [(arrival: 0.2, waiting: \
             0.5), (arrival: 0.2, completion: 0.9, due: 2, late_cost: 4, setup_time: 1)], slots: 2, \
             kept: {kept}))"
        ))
    };
    for (kept, priorities) in [("ByDue", 4), ("ByArrival", 5)] {
        let two = of(kept);
        let best = found(&AgentSpec::Dispatch(Default::default()), &two);
        let Basis::Model(all) = &best.basis else { panic!("{best:?}") };
        // What is no setting is tried as well, and worth nothing.
        assert_eq!((all.exhaustive, all.evaluations), (true, 5 * 4 * 4), "{kept}");
        let highest = Priority::ALL.map(|priority| {
            let settings = DispatchSettings { priority: Some(priority), limits: Vec::new() };
            super::best(&AgentSpec::Dispatch(settings), &two, None, &Progress::new()).ok().flatten()
        });
        let gains = highest.iter().flatten().map(|best| match &best.basis {
            Basis::Model(found) => found.gain,
            Basis::Simulation(_) => f64::NAN,
        });
        assert_eq!(gains.clone().count(), priorities);
        assert!((gains.fold(f64::NEG_INFINITY, f64::max) - all.gain).abs() < 1e-9);
        assert!(all.gain <= optimum(&two) + 1e-9);
    }
}
