//! What `taktlab schema json` promises of the objects that commands print, held against them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Place;

/// Every path in a value, in the notation of `taktlab schema json`, with what stands there.
fn paths(value: &Value, known: &BTreeSet<String>, at: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) if !is_estimate(value) => {
            for (name, value) in fields {
                let here = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                // A name that is one of a machine, an item or a variable stands for all of them.
                let any = known.iter().find(|path| {
                    path.strip_prefix(&format!("{at}.{{"))
                        .is_some_and(|rest| rest.ends_with('}') && !rest.contains('.'))
                });
                let here = any.cloned().unwrap_or(here);
                found.push((here.clone(), value.clone()));
                paths(value, known, &here, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                paths(item, known, &format!("{at}[]"), found);
            }
        }
        _ => {}
    }
}

pub fn is_estimate(value: &Value) -> bool {
    let names: Option<Vec<&String>> = value.as_object().map(|fields| fields.keys().collect());
    names.is_some_and(|names| names == ["mean", "low", "high"])
}

fn is_of(value: &Value, of_type: &str) -> bool {
    match of_type {
        "text" => value.is_string(),
        "number" => value.is_number(),
        "whole number" => value.is_u64() || value.is_i64(),
        "truth" => value.is_boolean(),
        "list" => value.is_array(),
        "object" => value.is_object() && !is_estimate(value),
        "estimate" => is_estimate(value) && value["mean"].is_number(),
        other => panic!("no such type: {other}"),
    }
}

/// The documented names of a command's object: path, type, whether it may be null.
fn documented(command: &str) -> Vec<(String, String, bool)> {
    let all = Place::new().type_in("schema json --format json").json();
    let objects = all["objects"].as_array().unwrap();
    let object = objects.iter().find(|object| object["command"] == command).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name = |name: &Value| {
        (text(&name["path"]), text(&name["type"]), name["nullable"].as_bool().unwrap())
    };
    object["names"].as_array().unwrap().iter().map(name).collect()
}

/// Every name of the objects is documented and of the type that is documented, and every name
/// documented is in one of them. `besides`: names that are documented elsewhere.
pub fn agree(command: &str, objects: &[Value], besides: &[&str]) {
    let documented = documented(command);
    let known: BTreeSet<String> = documented.iter().map(|(path, ..)| path.clone()).collect();
    let mut met = BTreeSet::new();
    for object in objects {
        let mut found = Vec::new();
        paths(object, &known, "", &mut found);
        for (path, value) in found {
            if besides.contains(&path.as_str()) {
                continue;
            }
            let of = documented.iter().find(|(known, ..)| *known == path);
            let (_, of_type, nullable) =
                of.unwrap_or_else(|| panic!("{command}: `{path}` is not documented"));
            let fits = is_of(&value, of_type) || (*nullable && value.is_null());
            assert!(fits, "{command}: `{path}` is no {of_type}: {value}");
            met.insert(path);
        }
    }
    let missing: Vec<_> = known.difference(&met).collect();
    assert!(missing.is_empty(), "{command}: nowhere to be found: {missing:?}");
}

/// The names that scripts rely on, as they were first promised.
pub fn has(object: &Value, names: &[&str]) {
    for name in names {
        assert!(object.get(name).is_some(), "`{name}` is missing");
    }
}
