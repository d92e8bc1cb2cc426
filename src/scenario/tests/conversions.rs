//! Amounts with units: what they become, and how they are written and changed again.

use super::scenario;
use crate::environments::AnySettings;
use crate::environments::line::{Cycle, Demand, LineSettings, Supply, Unmet};
use crate::scenario::Scenario;

const TEXT: &str = r#"(
    version: 1,
    beat: "30 s",
    currency: "CHF",
    energy_price: "0.30 CHF/kWh",
    environment: Line(
        machines: [
            (name: "Saw", mtbf: "8 h", mttr: "20 min", cycle: "52 s", power: (
                working: "12 kW", starved: 0.02, held_back: "600 W"), restart_delay: "1 min",
                restart_cost: "2 kWh", repair_cost: "60 CHF/h"),
            (completion: "90 %", mtbf: 400, mttr: "5 beats", restart_cost: "3 CHF"),
        ],
        buffers: [(capacity: 5, holding: "0.6 CHF/part h")],
        supply: Arrivals(every: "2 min", queue: (capacity: 3)),
        demand: Customers(
            probability: "30 %",
            unmet: Backorder(cost: "1.2 CHF/customer h", limit: 4, lost_cost: "8 CHF"),
        ),
        revenue: "10 CHF/part",
    ),
    beats: "7 d",
)"#;

fn line(scenario: &Scenario) -> &LineSettings {
    match &scenario.contents.environment {
        AnySettings::Line(settings) => settings,
        other => panic!("{other:?}"),
    }
}

fn close(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-14, "{found} is not {expected}");
}

#[test]
fn amounts_become_what_a_calculation_by_hand_says() {
    let scenario = scenario(TEXT);
    let line = line(&scenario);
    let (saw, second) = (&line.machines[0], &line.machines[1]);
    // A beat is 30 s: 8 h are 960 beats, 20 min are 40, 52 s are 1.73, nearly 2.
    close(saw.failure, 1.0 / 960.0);
    close(saw.repair, 1.0 / 40.0);
    assert_eq!(saw.cycle, Cycle::Beats(2));
    // 12 kW at 0.30 CHF/kWh are 3.60 CHF/h, 120 beats an hour.
    close(saw.power.working, 0.03);
    close(saw.power.starved, 0.02);
    close(saw.power.held, 0.0015);
    assert_eq!(saw.restart_delay, 2);
    close(saw.restart_cost, 0.6);
    close(saw.repair_cost, 0.5);
    assert_eq!(second.cycle, Cycle::Completion(0.9));
    close(second.failure, 1.0 / 400.0);
    close(second.repair, 0.2);
    close(second.restart_cost, 3.0);
    close(line.buffers[0].holding, 0.005);
    close(line.revenue, 10.0);
    let Supply::Arrivals { probability, queue } = &line.supply else { panic!() };
    close(*probability, 0.25);
    assert_eq!(queue.capacity, 3);
    let Demand::Customers { probability, unmet, .. } = &line.demand else { panic!() };
    close(*probability, 0.3);
    let Unmet::Backorder { cost, limit: 4, lost_cost, .. } = unmet else { panic!() };
    close(*cost, 0.01);
    close(*lost_cost, 8.0);
    assert_eq!(scenario.contents.beats, 20_160);
    close(scenario.contents.energy_price.unwrap(), 0.3);
    assert_eq!(scenario.contents.beat_seconds(), Some(30.0));
}

#[test]
fn every_conversion_is_told_with_its_rounding() {
    let scenario = scenario(TEXT);
    let of = |path: &str| {
        scenario.conversions.iter().find(|given| given.path == path).unwrap_or_else(|| {
            panic!("{path} is not in {:#?}", scenario.conversions);
        })
    };
    let mtbf = of("environment.machines[0].mtbf");
    assert_eq!(mtbf.given, "8 h");
    assert_eq!(mtbf.becomes, "0.001042 a beat (once in 960 beats on average)");
    assert_eq!((mtbf.value, mtbf.error), (1.0 / 960.0, 0.0));
    assert_eq!(mtbf.setting, "environment.machines[0].failure");
    let cycle = of("environment.machines[0].cycle");
    assert_eq!((cycle.becomes.as_str(), cycle.value), ("2 beats", 2.0));
    // 60 s in place of 52 s.
    close(cycle.error, 60.0 / 52.0 - 1.0);
    assert_eq!(of("environment.supply.every").becomes, "0.25 a beat (once in 4 beats on average)");
    assert_eq!(of("environment.machines[0].power.working").becomes, "0.03 CHF a beat");
    // Bare numbers are what they are; a bare mean time is not.
    assert_eq!(of("environment.machines[1].mtbf").given, "400");
    assert!(!scenario.conversions.iter().any(|given| given.path.ends_with("starved")));
    assert_eq!(scenario.conversions.len(), 20);
}

#[test]
fn amounts_are_written_as_they_were_given() {
    let original = scenario(TEXT);
    let text = original.to_ron();
    for part in [
        "mtbf: \"8 h\"",
        "cycle: \"52 s\"",
        "held_back: \"600 W\"",
        "mtbf: 400",
        "every: \"2 min\"",
        "cost: \"1.2 CHF/customer h\"",
        "beats: \"7 d\"",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(scenario(&text), original);
}

#[test]
fn a_changed_setting_is_written_as_it_is_now() {
    let mut contents = scenario(TEXT).contents;
    let AnySettings::Line(settings) = &mut contents.environment else { panic!() };
    settings.machines[0].failure = 0.125;
    settings.machines[0].cycle = Cycle::Completion(0.5);
    let changed = scenario(TEXT).with_contents(contents.clone()).unwrap();
    let text = changed.to_ron();
    assert!(text.contains("failure: 0.125") && !text.contains("\"8 h\""), "{text}");
    assert!(text.contains("completion: 0.5") && !text.contains("\"52 s\""), "{text}");
    assert_eq!(scenario(&text).contents, contents);
}

#[test]
fn a_parameter_is_changed_in_the_unit_it_was_given_in() {
    let original = scenario(TEXT);
    let path = "environment.machines[0].mtbf";
    let parameters = original.parameters();
    let mtbf = parameters.iter().find(|parameter| parameter.path == path).unwrap();
    assert_eq!((mtbf.value, mtbf.default, mtbf.unit.as_str()), (8.0, 8.0, "h"));
    assert_eq!((mtbf.owner.as_str(), mtbf.label.as_str()), ("Saw", "time to failure"));
    assert!(mtbf.logarithmic && !mtbf.whole);
    // At least one beat, 30 s.
    close(mtbf.bounds.0, 1.0 / 120.0);
    let changed = original.with_parameter(path, 4.0).unwrap();
    close(line(&changed).machines[0].failure, 1.0 / 480.0);
    assert!(changed.to_ron().contains("mtbf: \"4 h\""));
    let changed =
        changed.parameters().into_iter().find(|parameter| parameter.path == path).unwrap();
    assert_eq!((changed.value, changed.default), (4.0, 8.0));
    assert!(original.with_parameter(path, 0.001).is_err());
    assert!(original.with_parameter(path, f64::NAN).is_err());
    assert!(original.with_parameter("environment.machines[0].none", 1.0).is_err());
}

#[test]
fn powers_and_energies_follow_the_price_of_energy() {
    let original = scenario(TEXT);
    let at = |price: &str| scenario(&TEXT.replace("0.30 CHF/kWh", &format!("{price} CHF/kWh")));
    for price in ["0.6", "0.07", "0"] {
        let changed = original.with_parameter("energy_price", price.parse().unwrap()).unwrap();
        assert_eq!(changed.contents, at(price).contents, "{price}");
        let others: Vec<_> =
            changed.parameters().into_iter().filter(|p| p.value != p.default).collect();
        assert_eq!(others.len(), 1, "{others:?}");
        assert_eq!(others[0].path, "energy_price");
        let back = changed.with_parameter("energy_price", 0.3).unwrap();
        assert_eq!(back.contents, original.contents, "{price}");
        assert_eq!(scenario(&changed.to_ron()).contents, changed.contents);
    }
    let free = original.with_parameter("energy_price", 0.0).unwrap();
    let power = free.with_parameter("environment.machines[0].power.working", 24.0).unwrap();
    let dear = power.with_parameter("energy_price", 0.3).unwrap();
    close(line(&dear).machines[0].power.working, 2.0 * line(&original).machines[0].power.working);
}

#[test]
fn every_parameter_lies_in_its_range_and_can_be_set_to_what_it_is() {
    for listed in crate::scenario::library::list(None) {
        let scenario = listed.open().unwrap();
        let parameters = scenario.parameters();
        // A table is written down as a whole; a slider for each of its rows would help nobody.
        let is_table = scenario.contents.kind() == "Table";
        assert!(is_table || !parameters.is_empty(), "{}", listed.path);
        for parameter in &parameters {
            let (low, high) = parameter.range;
            assert!((low..=high).contains(&parameter.value), "{parameter:?}");
            assert_eq!(parameter.value, parameter.default, "{parameter:?}");
            let same = scenario.with_parameter(&parameter.path, parameter.value).unwrap();
            assert_eq!(same, scenario, "{parameter:?}");
        }
        let mut paths: Vec<_> = parameters.iter().map(|parameter| &parameter.path).collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), parameters.len());
    }
}

/// Shares are written in per cent wherever there are some, and have no beat in their unit.
#[test]
fn shares_are_read_in_per_cent() {
    let text = |demand: &str| {
        format!(
            "(version: 1, environment: Stock(demand: {demand}), agent: QLearning(exploration: \
             Constant(epsilon: \"10 %\")))"
        )
    };
    let made = scenario(&text("Empirical([\"50 %\", 0.25, \"25 %\"])"));
    let bare = scenario(&text("Empirical([0.5, 0.25, 0.25])"));
    assert_eq!(made.contents, bare.contents);
    let given = |path: &str| {
        let found = made.conversions.iter().find(|given| given.path == path);
        found.unwrap_or_else(|| panic!("{:#?}", made.conversions)).becomes.clone()
    };
    assert_eq!(given("environment.demand[0]"), "0.5");
    assert_eq!(given("agent.exploration.epsilon"), "0.1");
    // A list alone says the same, and what is written back is what was given.
    assert_eq!(scenario(&text("[\"50 %\", 0.25, \"25 %\"]")).contents, bare.contents);
    let written = made.to_ron();
    assert!(written.contains("[\"50 %\", 0.25, \"25 %\"]"), "{written}");
    assert_eq!(scenario(&written).contents, made.contents);
    let rows = |kind: &str| crate::scenario::documentation::documented(kind).unwrap().1;
    for (kind, path, unit) in [
        ("Line", "machines[].scrap", ""),
        ("Line", "machines[].failure", "a beat"),
        ("Stock", "demand.Binomial.probability", ""),
        ("Stock", "success", ""),
        ("Inspection", "accuracy", ""),
        ("Table", "rows[].probability", ""),
    ] {
        let rows = rows(kind);
        let row = rows.iter().find(|row| row.path.ends_with(path));
        let row = row.unwrap_or_else(|| panic!("{kind} {path}"));
        assert_eq!((row.unit.as_str(), &*row.examples), (unit, &["5 %".to_owned()][..]), "{row:?}");
    }
}
