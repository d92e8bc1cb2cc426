//! `taktlab schema`: kinds, and defaults that are those that hold.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Place, place};

#[test]
fn kinds_are_listed_where_none_is_named() {
    let place = place();
    for command in ["new", "schema"] {
        let text = place.type_in(command).well();
        for kind in taktlab::environments::AnyEnvironment::KINDS {
            let line = text.lines().find(|line| line.split(' ').next() == Some(kind));
            assert!(line.is_some_and(|line| line.len() > kind.len() + 20), "{command}: {kind}");
        }
        assert!(text.contains(&format!("`taktlab {command} KIND`")), "{text}");
        assert_eq!(text.contains("\nQLearning "), command == "schema", "{text}");
    }
}

#[test]
fn a_kind_that_is_not_there_is_refused_with_those_that_are() {
    let place = Place::new();
    let words = place.type_in("schema Conveyor").misused();
    // The nearest of many, and where all are.
    assert!(words.contains("which `taktlab schema` lists"), "{words}");
    assert_eq!(words.matches('`').count() / 2, 7, "{words}");
    assert_eq!(place.type_in("schema line").well(), place.type_in("schema Line").well());
}

/// Every default that a schema states is the one that holds: stated in the file, it changes nothing.
#[test]
fn stated_defaults_are_those_that_hold() {
    let place = Place::new();
    assert!(place.type_in("schema Nothing").misused().contains("which `taktlab schema` lists"));
    let listed = place.type_in("schema --format json").json();
    let kinds = listed["kinds"].as_array().unwrap().iter();
    let kinds: Vec<&str> = kinds.map(|kind| kind["kind"].as_str().unwrap()).collect();
    assert!(kinds.len() >= 60 && kinds.contains(&"AlwaysRun"), "{kinds:?}");
    let mut stated = 0;
    for kind in kinds {
        let schema = place.run(&["schema", kind, "--format", "json"]).json();
        let mut told = BTreeSet::new();
        for field in schema["fields"].as_array().unwrap() {
            let path = field["path"].as_str().unwrap();
            assert!(told.insert(path.to_owned()), "{kind}: {path} is told twice");
            let of_type = field["type"].as_str().unwrap();
            let default = field["default"].as_str().unwrap_or_default();
            // A part of the file that can stand by itself, and a default that can be written down.
            let writable = match of_type {
                "choice" => default.starts_with(char::is_uppercase) && !default.contains(' '),
                "truth" | "text" | "number" | "whole number" => {
                    !default.is_empty() && !default.contains(' ') && default != "none"
                }
                "number or amount with unit" => default.parse::<f64>().is_ok(),
                _ => false,
            };
            if path.contains(['.', '[']) || !writable || path == "version" {
                continue;
            }
            let Some((plain, with)) = files(kind, path, default) else { continue };
            place.with("plain.ron", &plain);
            place.with("with.ron", &with);
            let told = |name: &str| {
                let mut told =
                    place.run(&["simulate", name, "--beats", "60", "--format", "json"]).json();
                told["scenario"] = Value::Null;
                told
            };
            assert_eq!(told("plain.ron"), told("with.ron"), "{kind}: {path} is not {default}");
            stated += 1;
        }
    }
    assert!(stated > 25, "only {stated} defaults are stated");
}

/// A scenario of a kind, and the same with a field written out.
fn files(kind: &str, field: &str, value: &str) -> Option<(String, String)> {
    let given = format!("{field}: {value}");
    let environment = |inside: &str, field: &str| {
        let comma = if inside.is_empty() || field.is_empty() { "" } else { ", " };
        format!("(version: 1, environment: {kind}({inside}{comma}{field}), replications: 2)")
    };
    let agent = |inside: &str| {
        format!("(version: 1, environment: Chain(), agent: {kind}({inside}), replications: 2)")
    };
    Some(match kind {
        "Chain" | "Replacement" | "Queue" | "ShopFloor" | "Setups" | "Stock" | "Fleet"
        | "SupplyChain" | "Plants" | "Orders" | "JobShop" => {
            (environment("", ""), environment("", &given))
        }
        "Table" => {
            let rows = "rows: [(state: \"a\", action: \"b\", next: \"a\")], start: \"a\"";
            (environment(rows, ""), environment(rows, &given))
        }
        "Grid" => {
            let rows = "rows: [\"S..\", \".#G\"]";
            (environment(rows, ""), environment(rows, &given))
        }
        "Line" => {
            let parts = "machines: [(), (failure: 0.1, repair: 0.5)], buffers: [(capacity: 2)]";
            (environment(parts, ""), environment(parts, &given))
        }
        "ExponentialLine" => {
            let parts = "machines: [(), (failure: 0.1, repair: 0.5)], buffers: [(places: 2)]";
            (environment(parts, ""), environment(parts, &given))
        }
        "Assembly" => {
            let parts = "feeders: [(completion: 0.5), (failure: 0.1, repair: 0.5)]";
            (environment(parts, ""), environment(parts, &given))
        }
        "QLearning" | "Sarsa" | "Optimum" => (agent(""), agent(&given)),
        "Scenario" => {
            let plain = "(version: 1, environment: Line(machines: [(completion: 0.5)], buffers: \
                         [])@)";
            (plain.replace('@', ""), plain.replace('@', &format!(", {given}")))
        }
        _ => return None,
    })
}
